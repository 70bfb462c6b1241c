//! Shaders that are part of the program.

use bevy::{prelude::*, shader::Shader};

/// A shader: its handle, the file it was written in, and its text.
pub(super) type Source = (Handle<Shader>, &'static str, &'static str);

/// Registers shaders, so that materials find them and others can import them.
pub fn register(app: &mut App, sources: &[Source]) {
    let mut shaders = app.world_mut().resource_mut::<Assets<Shader>>();
    for (handle, file, text) in sources {
        if let Err(error) = shaders.insert(handle.id(), Shader::from_wgsl(*text, *file)) {
            error!("{file} could not be registered: {error}");
        }
    }
}
