//! Fabric on screen: the catalogue's appearance as a Bevy material.

mod edges;
mod material;
mod view;
mod weave;

pub use edges::edge_distances;
pub use material::{FabricMaterial, FabricSurface, fabric_material};
pub use view::ClothView;
pub use weave::surface;

use bevy::{
    asset::uuid_handle, core_pipeline::tonemapping::Tonemapping, pbr::MaterialPlugin, prelude::*,
    shader::Shader,
};

/// How the light of a show becomes a picture.
pub const TONEMAPPING: Tonemapping = Tonemapping::TonyMcMapface;

/// The shaders of the material, and what they import.
const SHADERS: [(Handle<Shader>, &str, &str); 6] = [
    (
        material::SHADER,
        "shaders/stage/fabric.wgsl",
        include_str!("../../../shaders/stage/fabric.wgsl"),
    ),
    (
        material::PREPASS,
        "shaders/stage/cloth_prepass.wgsl",
        include_str!("../../../shaders/stage/cloth_prepass.wgsl"),
    ),
    (
        uuid_handle!("8e3b1c70-52fd-4e0c-8b53-6f5b9d2a41c4"),
        "shaders/stage/cloth_bindings.wgsl",
        include_str!("../../../shaders/stage/cloth_bindings.wgsl"),
    ),
    (
        uuid_handle!("f7c29a44-3d18-4b7f-a1c6-0f83b6d95e20"),
        "shaders/stage/holes.wgsl",
        include_str!("../../../shaders/stage/holes.wgsl"),
    ),
    (
        uuid_handle!("1c0b4f43-7e5a-4f3b-93f2-3b6f1a8d02c7"),
        "shaders/stage/optics.wgsl",
        include_str!("../../../shaders/stage/optics.wgsl"),
    ),
    (
        uuid_handle!("e24c9a0d-0a71-4c1b-a8f7-6d1f8c5b7e90"),
        "shaders/stage/weave.wgsl",
        include_str!("../../../shaders/stage/weave.wgsl"),
    ),
];

/// Registers the material and its shaders.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<ClothView>().add_systems(
        PostUpdate,
        (view::apply_view, material::settle_sheers).chain(),
    );
    let mut shaders = app.world_mut().resource_mut::<Assets<Shader>>();
    for (handle, file, text) in SHADERS {
        if let Err(error) = shaders.insert(handle.id(), Shader::from_wgsl(text, file)) {
            error!("{file} could not be registered: {error}");
        }
    }
    app.add_plugins(MaterialPlugin::<FabricMaterial>::default());
}
