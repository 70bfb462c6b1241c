//! The studio for still pictures: a white cyclorama all round, so that a look can be
//! seen from every side, and soft light from four corners.

use super::{Hung, StageError, VenueLight, rig::Cued, set};
use crate::{choreography::FITTING_Z, environment::black_body, production::Production};
use bevy::{
    asset::RenderAssetUsages,
    mesh::{Indices, PrimitiveTopology},
    prelude::*,
};
use std::f32::consts::{FRAC_PI_2, TAU};
use toile_show::rig::Rig;

/// Radius of the floor with its cove where stills are made, and radius of the cove, m.
const RADIUS_M: f32 = 9.0;
const COVE_M: f32 = 2.5;
/// Height of the wall above the cove, m.
const WALL_M: f32 = 4.0;
/// Steps of the cove, and of the circle.
const COVE_STEPS: usize = 12;
const CIRCLE_STEPS: usize = 96;
/// How much light white paint throws back.
const WHITE: f32 = 0.8;
/// What the wall's own wash adds, as a share of the exposure's white: it is lit apart
/// from the look, so that no lamp has to be turned on it.
const WASH: f32 = 0.55;

/// The lamps: where they hang from the look, m, and their light, lm; a key and a
/// fill in front, and as much for the back.
const LAMPS: [(Vec3, f32, bool); 4] = [
    (Vec3::new(2.6, 3.0, 3.4), 95_000.0, true),
    (Vec3::new(-3.0, 2.2, 3.2), 45_000.0, false),
    (Vec3::new(-2.6, 3.0, -3.4), 80_000.0, true),
    (Vec3::new(3.0, 2.2, -3.2), 45_000.0, false),
];
/// What they point at, m.
const AIM: Vec3 = Vec3::new(0.0, 1.0, 0.0);
/// Radius of a lamp's softbox, m.
const SOFTBOX_M: f32 = 0.6;
const DAYLIGHT_K: f32 = 5400.0;

/// Builds the studio around where a look stands.
///
/// # Errors
/// The environment's image cannot be read.
pub fn build_studio(world: &mut World, production: &Production) -> Result<(), StageError> {
    let light = set::environment(production, &mut world.resource_mut::<Assets<Image>>())
        .map_err(StageError::Load)?;
    world.insert_resource(VenueLight(light));
    world.insert_resource(ClearColor(Color::linear_rgb(WHITE, WHITE, WHITE)));
    // No cue of the show is played here.
    world.insert_resource(Cued(Rig::default()));
    let stands = Vec3::Z * FITTING_Z;
    spawn_cyclorama(world, stands, RADIUS_M);
    let tint = black_body(DAYLIGHT_K);
    for (offset, lumens, shadows) in LAMPS {
        let lamp = Hung {
            place: offset,
            aim: AIM,
            radius_m: SOFTBOX_M,
            follows: true,
        };
        world.spawn((
            SpotLight {
                color: Color::linear_rgb(tint.x, tint.y, tint.z),
                intensity: lumens,
                range: 20.0,
                radius: SOFTBOX_M,
                inner_angle: 0.5,
                outer_angle: 0.9,
                shadow_maps_enabled: shadows,
                ..default()
            },
            lamp.transform(stands, Vec2::ZERO),
            lamp,
        ));
    }
    Ok(())
}

/// Puts a cyclorama around a point of its floor; it is lit apart from what stands in it.
pub(super) fn spawn_cyclorama(world: &mut World, middle: Vec3, radius_m: f32) {
    let mesh = world
        .resource_mut::<Assets<Mesh>>()
        .add(cyclorama(radius_m));
    let paint = world
        .resource_mut::<Assets<StandardMaterial>>()
        .add(paint(Vec3::splat(WHITE)));
    world.spawn((
        Mesh3d(mesh),
        MeshMaterial3d(paint),
        Transform::from_translation(middle),
    ));
}

/// Paint that throws back these shares of the light, and has the wash of the wall.
pub(super) fn paint(colour: Vec3) -> StandardMaterial {
    let wash = colour * (WASH / WHITE);
    StandardMaterial {
        base_color: Color::linear_rgb(colour.x, colour.y, colour.z),
        emissive: LinearRgba::rgb(wash.x, wash.y, wash.z),
        perceptual_roughness: 0.95,
        reflectance: 0.2,
        ..default()
    }
}

/// Floor, cove and wall in one, turned about the vertical.
fn cyclorama(radius_m: f32) -> Mesh {
    // Radius, height, and the normal of each ring.
    let mut profile = vec![(0.0, 0.0, Vec2::Y), (radius_m - COVE_M, 0.0, Vec2::Y)];
    for step in 1..=COVE_STEPS {
        let (sin, cos) = (step as f32 / COVE_STEPS as f32 * FRAC_PI_2).sin_cos();
        let out = radius_m - COVE_M * (1.0 - sin);
        profile.push((out, COVE_M * (1.0 - cos), Vec2::new(-sin, cos)));
    }
    profile.push((radius_m, COVE_M + WALL_M, Vec2::NEG_X));
    let (mut positions, mut normals, mut uv) = (Vec::new(), Vec::new(), Vec::new());
    for (index, &(radius, height, normal)) in profile.iter().enumerate() {
        for step in 0..=CIRCLE_STEPS {
            let share = step as f32 / CIRCLE_STEPS as f32;
            let (sin, cos) = (share * TAU).sin_cos();
            positions.push([sin * radius, height, cos * radius]);
            normals.push([sin * normal.x, normal.y, cos * normal.x]);
            uv.push([share, index as f32]);
        }
    }
    let row = CIRCLE_STEPS as u32 + 1;
    let mut indices = Vec::new();
    for ring in 0..profile.len() as u32 - 1 {
        for step in 0..CIRCLE_STEPS as u32 {
            let inner = ring * row + step;
            let outer = inner + row;
            indices.extend([inner, outer, outer + 1, inner, outer + 1, inner + 1]);
        }
    }
    Mesh::new(
        PrimitiveTopology::TriangleList,
        RenderAssetUsages::RENDER_WORLD,
    )
    .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
    .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
    .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, uv)
    .with_inserted_indices(Indices::U32(indices))
}
