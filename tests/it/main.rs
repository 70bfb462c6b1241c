//! End-to-end tests, one program so that Bevy is linked once.

mod capture;
mod dressing;
mod files;
mod shaders;
mod trouble;
mod tryon;
