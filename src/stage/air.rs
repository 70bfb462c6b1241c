//! The air of the house: haze that far things fade into.

use bevy::{
    pbr::{DistanceFog, FogFalloff},
    prelude::*,
};
use toile_show::Show;

/// Extinction of the thickest haze, 1/m.
const DENSITY: f32 = 0.12;
/// Light that the thickest haze scatters towards the camera, as exposed.
const GLOW: [f32; 3] = [0.060, 0.056, 0.062];
/// How deep the house is behind everything, m.
const DEPTH_M: f32 = 14.0;

/// The haze that a show file asks for.
#[must_use]
pub fn air(show: &Show) -> DistanceFog {
    let [red, green, blue] = GLOW.map(|c| c * show.venue.haze);
    DistanceFog {
        color: Color::linear_rgb(red, green, blue),
        falloff: FogFalloff::Exponential {
            density: DENSITY * show.venue.haze,
        },
        ..default()
    }
}

/// What is seen where there is nothing: the dark end of the house, through its haze.
pub(super) fn nothing(show: &Show) -> Color {
    let haze = show.venue.haze;
    let veil = 1.0 - (-DENSITY * haze * DEPTH_M).exp();
    let [red, green, blue] = GLOW.map(|c| 0.0003 + c * haze * veil);
    Color::linear_rgb(red, green, blue)
}
