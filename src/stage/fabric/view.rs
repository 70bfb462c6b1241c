//! What is shown of cloth: the fabric, its strain, or what the solver does with it.

use super::{FabricMaterial, TONEMAPPING};
use crate::stage::{OnAir, UntouchedColours};
use bevy::{
    core_pipeline::tonemapping::Tonemapping, prelude::*, render::extract_resource::ExtractResource,
};
use toile_cloth::Mark;

/// How cloth is shown: as it looks, or coloured by how it is strained, or by what
/// the solver does with it. Strain is read off the picture itself, from how pattern
/// coordinates lie on the surface, so it is seen in played bakes as well; what the
/// solver does is seen while it simulates.
#[derive(
    Resource, ExtractResource, Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum,
)]
pub enum ClothView {
    /// As it looks
    #[default]
    Fabric,
    /// Stretch along the warp: blue -10 %, grey 0, yellow 5 %, red from 10 % on
    Warp,
    /// Stretch along the weft: blue -10 %, grey 0, yellow 5 %, red from 10 % on
    Weft,
    /// Angle that warp and weft have been sheared by: grey 0°, yellow 10°, red from 20° on
    Shear,
    /// What it touches: yellow the body, red other cloth
    Touch,
    /// Bending energy: grey 0, yellow 10 mJ/m², red from 20 on
    Bending,
    /// How much of a step is held back so that nothing goes through: red all of it
    Held,
}

impl ClothView {
    /// All of them, with what a panel calls them and what their colours mean.
    pub const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Fabric, "fabric", ""),
        (
            Self::Warp,
            "stretch along the warp",
            "blue -10 %, grey 0, yellow 5 %, red 10 % and more",
        ),
        (
            Self::Weft,
            "stretch along the weft",
            "blue -10 %, grey 0, yellow 5 %, red 10 % and more",
        ),
        (
            Self::Shear,
            "shear",
            "grey 0°, yellow 10°, red 20° and more",
        ),
        (
            Self::Touch,
            "contact (simulated)",
            "yellow touches the body, red other cloth",
        ),
        (
            Self::Bending,
            "bending energy (simulated)",
            "grey 0, yellow 10 mJ/m², red 20 and more",
        ),
        (
            Self::Held,
            "held back (simulated)",
            "grey moves freely, yellow half, red not at all",
        ),
    ];

    /// What the solver writes for this view.
    #[must_use]
    pub fn mark(self) -> Option<Mark> {
        match self {
            Self::Touch => Some(Mark::Touch),
            Self::Bending => Some(Mark::Bending),
            Self::Held => Some(Mark::Held),
            Self::Fabric | Self::Warp | Self::Weft | Self::Shear => None,
        }
    }
}

/// Shows all cloth in the view that is wished, and its colours as they are.
pub(super) fn apply_view(
    view: Res<'_, ClothView>,
    mut materials: ResMut<'_, Assets<FabricMaterial>>,
    mut cameras: Query<'_, '_, &mut Tonemapping, (With<OnAir>, Without<UntouchedColours>)>,
) {
    for mut tonemapping in &mut cameras {
        tonemapping.set_if_neq(if *view == ClothView::Fabric {
            TONEMAPPING
        } else {
            Tonemapping::None
        });
    }
    let wanted = f32::from(*view as u8);
    let other: Vec<_> = materials
        .iter()
        .filter(|(_, material)| material.extension.fabric.more.x != wanted)
        .map(|(id, _)| id)
        .collect();
    for id in other {
        if let Some(mut material) = materials.get_mut(id) {
            material.extension.fabric.more.x = wanted;
        }
    }
}
