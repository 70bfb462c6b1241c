//! The runway, and the wall behind it.

use super::{Builder, Paint};
use crate::environment::black_body;
use bevy::prelude::*;
use toile_show::format::Venue;

/// Width and height of the entrance, m.
pub(super) const ENTRANCE: Vec2 = Vec2::new(2.2, 2.9);
/// Where the front of the backdrop is, m along the runway.
pub(super) const FRONT_Z: f32 = -0.5;
/// How thick it is, m.
const THICK_M: f32 = 0.2;
/// Where the wall stands that closes the entrance, m.
const BEHIND_Z: f32 = -2.1;
/// How far the runway goes on behind the backdrop, m.
const BACK_M: f32 = 2.0;

/// The runway, with a lit edge where the backdrop has lit slots.
pub(super) fn build(builder: &mut Builder<'_>, venue: &Venue) {
    let runway = &venue.runway;
    if runway.height_m <= 0.0 {
        return;
    }
    let size = Vec2::new(runway.width_m, runway.length_m + BACK_M);
    let centre = Vec2::new(0.0, 0.5 * size.y - BACK_M);
    let reflectance = builder.polish(centre, size, runway.roughness);
    let gloss = builder.material(StandardMaterial {
        base_color: super::srgb(runway.colour),
        perceptual_roughness: runway.roughness,
        reflectance,
        ..default()
    });
    let gloss = Paint {
        material: gloss,
        tile_m: None,
    };
    let length = runway.length_m + BACK_M;
    let middle_z = 0.5 * length - BACK_M;
    builder.block(
        Vec3::new(0.0, -0.5 * runway.height_m, middle_z),
        Vec3::new(runway.width_m, runway.height_m, length),
        &gloss,
    );
    if venue.backdrop.glow_nits <= 0.0 {
        return;
    }
    let glow = black_body(venue.strips.temperature_k) * venue.backdrop.glow_nits * 0.25;
    let edge = builder.glowing(glow);
    for side in [-1.0, 1.0] {
        let x = side * (runway.width_m * 0.5 + 0.03);
        builder.block(
            Vec3::new(x, -0.035, middle_z),
            Vec3::new(0.06, 0.05, length),
            &edge,
        );
    }
}

/// Two wings with the entrance between them, closed by a wall further back.
pub(super) fn build_backdrop(builder: &mut Builder<'_>, venue: &Venue, wall: &Paint) {
    let backdrop = &venue.backdrop;
    let wing = (backdrop.width_m - ENTRANCE.x) * 0.5;
    let floor_y = -venue.runway.height_m;
    let middle_y = floor_y + backdrop.height_m * 0.5;
    let z = FRONT_Z - 0.5 * THICK_M;
    for side in [-1.0, 1.0] {
        builder.block(
            Vec3::new(side * (ENTRANCE.x + wing) * 0.5, middle_y, z),
            Vec3::new(wing, backdrop.height_m, THICK_M),
            wall,
        );
    }
    let over = backdrop.height_m - ENTRANCE.y;
    builder.block(
        Vec3::new(0.0, floor_y + backdrop.height_m - over * 0.5, z),
        Vec3::new(ENTRANCE.x, over, THICK_M),
        wall,
    );
    builder.block(
        Vec3::new(0.0, middle_y, BEHIND_Z),
        Vec3::new(backdrop.width_m, backdrop.height_m, THICK_M),
        wall,
    );
    if venue.sky.is_some() {
        // No sky over the way out.
        builder.block(
            Vec3::new(0.0, floor_y + backdrop.height_m, 0.5 * (z + BEHIND_Z)),
            Vec3::new(backdrop.width_m, 0.2, z - BEHIND_Z),
            wall,
        );
    }
    if backdrop.glow_nits > 0.0 {
        slots(builder, backdrop.glow.linear() * backdrop.glow_nits);
    }
}

/// Lines of light around the entrance.
fn slots(builder: &mut Builder<'_>, light: Vec3) {
    let slot = builder.glowing(light);
    let (top, z) = (2.7, FRONT_Z + 0.02);
    for side in [-1.0, 1.0] {
        builder.block(
            Vec3::new(side * (ENTRANCE.x * 0.5 + 0.03), 0.5 * top, z),
            Vec3::new(0.05, top, 0.05),
            &slot,
        );
    }
    builder.block(
        Vec3::new(0.0, top + 0.02, z),
        Vec3::new(ENTRANCE.x + 0.11, 0.05, 0.05),
        &slot,
    );
}
