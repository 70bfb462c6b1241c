//! End-to-end tests, one program so that Bevy is linked once.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

mod bake;
mod capture;
mod cast;
mod clearance;
mod consent;
mod dressing;
mod fabric;
mod files;
mod fitting;
mod formats;
mod imports;
mod look;
mod lookbook;
mod loss;
mod optics;
mod shaders;
mod surface;
mod trouble;
mod tryon;
mod walking;
