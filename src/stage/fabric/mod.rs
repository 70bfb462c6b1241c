//! Fabric on screen: the catalogue's appearance as a Bevy material.

mod edges;
mod material;
mod print;
mod view;
mod weave;

pub use edges::edge_distances;
pub use material::{Behind, FabricMaterial, FabricSurface, fabric_material};
pub use view::ClothView;
pub use weave::surface;

use super::shaders::{Source, register};
use bevy::{
    asset::uuid_handle, core_pipeline::tonemapping::Tonemapping, pbr::MaterialPlugin, prelude::*,
};

/// How the light of a show becomes a picture.
pub const TONEMAPPING: Tonemapping = Tonemapping::TonyMcMapface;

/// The shaders of the material, and what they and others of the stage import.
const SHADERS: [Source; 8] = [
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
    (
        uuid_handle!("6b0d92f8-53c1-4c7e-9a35-e1f08a7d4b60"),
        "shaders/stage/lights.wgsl",
        include_str!("../../../shaders/stage/lights.wgsl"),
    ),
    (
        uuid_handle!("b8d24f06-1c9e-47ab-8f5d-30c6e7a91b42"),
        "shaders/stage/dither.wgsl",
        include_str!("../../../shaders/stage/dither.wgsl"),
    ),
];

/// Registers the material and its shaders.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<ClothView>().add_systems(
        PostUpdate,
        (view::apply_view, material::settle_sheers).chain(),
    );
    register(app, &SHADERS);
    app.add_plugins(MaterialPlugin::<FabricMaterial>::default());
}
