//! A factory hall: concrete walls and pillars, and steel trusses under a dark roof.

use super::{Builder, Paint, surface};
use bevy::prelude::*;
use toile_show::format::{Set, Venue};

/// From pillar to pillar and from truss to truss, m.
const BAY_M: f32 = 4.0;
/// Width of a pillar, m.
const PILLAR_M: f32 = 0.6;
/// Height of a truss, and width of its chords and webs, m.
const TRUSS_M: f32 = 1.0;
const CHORD_M: f32 = 0.14;
const WEB_M: f32 = 0.07;
/// How far the hall goes on behind the backdrop, m.
const BEHIND_M: f32 = 4.0;

/// The hall.
pub(super) fn build(builder: &mut Builder<'_>, venue: &Venue) {
    let Set::Hall {
        width_m,
        length_m,
        height_m,
        concrete,
        steel,
    } = venue.set
    else {
        return;
    };
    let floor_y = -venue.runway.height_m;
    let wall = builder.grained(concrete, 0.85, &surface::CONCRETE);
    // The floor has been ground and sealed.
    let roughness = venue.runway.roughness;
    let floor = builder.grained(concrete, roughness, &surface::CONCRETE);
    if venue.runway.height_m <= 0.0 {
        let middle = Vec2::new(0.0, 0.5 * length_m);
        let left = builder.polish(middle, Vec2::new(width_m, length_m), roughness);
        let mut materials = builder.world.resource_mut::<Assets<StandardMaterial>>();
        if let Some(mut material) = materials.get_mut(&floor.material) {
            material.reflectance = left;
        }
    }
    let dark = builder.paint(toile_show::Rgb([0.05, 0.05, 0.055]), 0.9);
    let steel = builder.paint(steel, 0.55);
    let (long, middle_z) = (length_m + BEHIND_M, 0.5 * (length_m - BEHIND_M));
    let mut part = |centre: Vec3, size: Vec3, paint: &Paint| {
        builder.block(centre + Vec3::Y * floor_y, size, paint);
    };
    part(
        Vec3::new(0.0, -0.1, middle_z),
        Vec3::new(width_m, 0.2, long),
        &floor,
    );
    part(
        Vec3::new(0.0, height_m + 0.1, middle_z),
        Vec3::new(width_m, 0.2, long),
        &dark,
    );
    for end in [-BEHIND_M, length_m] {
        part(
            Vec3::new(0.0, 0.5 * height_m, end),
            Vec3::new(width_m, height_m, 0.3),
            &wall,
        );
    }
    let bays = (long / BAY_M).floor() as i32;
    for side in [-0.5, 0.5] {
        let x = side * width_m;
        part(
            Vec3::new(x, 0.5 * height_m, middle_z),
            Vec3::new(0.3, height_m, long),
            &wall,
        );
        for bay in 0..=bays {
            let z = -BEHIND_M + bay as f32 * BAY_M;
            let inside = x - side.signum() * (0.15 + 0.5 * PILLAR_M);
            part(
                Vec3::new(inside, 0.5 * height_m, z),
                Vec3::new(PILLAR_M, height_m, PILLAR_M),
                &wall,
            );
        }
    }
    let top = floor_y + height_m - 0.3;
    for bay in 0..=bays {
        let z = -BEHIND_M + bay as f32 * BAY_M;
        truss(builder, Vec3::new(0.0, top, z), width_m, &steel);
    }
    // Purlins along the hall tie the trusses together.
    for place in -2_i8..=2 {
        let x = f32::from(place) * width_m / 5.0;
        builder.block(
            Vec3::new(x, top + 0.1, middle_z),
            Vec3::new(CHORD_M, CHORD_M, long),
            &steel,
        );
    }
}

/// A truss across the hall; `top` is the middle of its upper chord.
fn truss(builder: &mut Builder<'_>, top: Vec3, width_m: f32, steel: &Paint) {
    let chord = Vec3::new(width_m, CHORD_M, CHORD_M);
    builder.block(top, chord, steel);
    builder.block(top - Vec3::Y * TRUSS_M, chord, steel);
    let panels = (width_m / (1.3 * TRUSS_M)).round().max(2.0) as usize;
    let pitch = width_m / panels as f32;
    for panel in 0..panels {
        let left = -0.5 * width_m + panel as f32 * pitch;
        let (rise, from_y) = if panel % 2 == 0 {
            (TRUSS_M, -TRUSS_M)
        } else {
            (-TRUSS_M, 0.0)
        };
        let from = top + Vec3::new(left, from_y, 0.0);
        let to = from + Vec3::new(pitch, rise, 0.0);
        let place = Transform::from_translation(0.5 * (from + to))
            .with_rotation(Quat::from_rotation_arc(Vec3::X, (to - from).normalize()))
            .with_scale(Vec3::new(from.distance(to), WEB_M, WEB_M));
        builder.turned(place, steel);
    }
}
