//! A court under the sky: stone walls with arcades, a paved floor, sun and sky.

use super::{Builder, Paint, surface};
use crate::environment::ClearSky;
use bevy::{
    asset::RenderAssetUsages,
    light::{NotShadowCaster, NotShadowReceiver},
    mesh::{Indices, PrimitiveTopology},
    prelude::*,
};
use std::f32::consts::{FRAC_PI_2, PI, TAU};
use toile_show::format::{Set, Sky, Venue};

/// Depth of the walk behind the arches, and thickness of their wall, m.
const WALK_M: f32 = 2.6;
const THICK_M: f32 = 0.55;
/// From arch to arch, their width, and where they begin to curve, m.
const BAY_M: f32 = 3.2;
const ARCH_M: f32 = 2.1;
const SPRING_M: f32 = 2.2;
/// Pieces of an arch.
const STEPS: usize = 14;
/// Radius of the sky, m.
const SKY_M: f32 = 400.0;

/// The court.
pub(super) fn build(builder: &mut Builder<'_>, venue: &Venue) {
    let Set::Courtyard {
        width_m,
        length_m,
        wall_m,
        stone,
        paving,
    } = venue.set
    else {
        return;
    };
    let floor_y = -venue.runway.height_m;
    let stone = builder.grained(stone, 0.9, &surface::ASHLAR);
    let paving = builder.grained(paving, 0.75, &surface::SLABS);
    builder.block(
        Vec3::new(0.0, floor_y - 0.1, 0.5 * length_m - 1.0),
        Vec3::new(
            width_m + 2.0 * WALK_M + 2.0,
            0.2,
            length_m + 2.0 * WALK_M + 4.0,
        ),
        &paving,
    );
    let middle = Vec3::new(0.0, floor_y, 0.5 * length_m);
    // Each side: out from the middle, how far, and how long.
    let along = length_m + 1.0;
    for (turn, out, long) in [
        (FRAC_PI_2, 0.5 * width_m, along),
        (-FRAC_PI_2, 0.5 * width_m, along),
        (PI, 0.5 * length_m, width_m),
    ] {
        let turned = Quat::from_rotation_y(turn);
        let centre = middle - turned * Vec3::Z * out;
        let place = Transform::from_translation(centre).with_rotation(turned);
        side(builder, place, long, wall_m, &stone);
    }
}

/// An arcade and the walk behind it, facing +Z, m.
fn side(builder: &mut Builder<'_>, place: Transform, long: f32, high: f32, stone: &Paint) {
    let mesh = arcade(long, high, &place);
    builder.own(mesh, stone, place);
    let mut part = |centre: Vec3, size: Vec3| {
        let local = Transform::from_translation(centre).with_scale(size);
        let world = Transform {
            translation: place.transform_point(local.translation),
            rotation: place.rotation,
            scale: local.scale,
        };
        builder.turned(world, stone);
    };
    // Back wall and ceiling of the walk, a cornice and a plinth.
    part(
        Vec3::new(0.0, 0.5 * high, -WALK_M - 0.2),
        Vec3::new(long + 2.0 * WALK_M, high, 0.4),
    );
    part(
        Vec3::new(0.0, SPRING_M + 0.5 * ARCH_M + 0.5, -0.5 * WALK_M - 0.3),
        Vec3::new(long, 0.2, WALK_M),
    );
    part(
        Vec3::new(0.0, high + 0.1, -0.15),
        Vec3::new(long + 0.3, 0.28, THICK_M + 0.6),
    );
    part(
        Vec3::new(0.0, SPRING_M + 0.5 * ARCH_M + 0.75, 0.0),
        Vec3::new(long, 0.14, 0.16),
    );
}

/// Corners of a mesh as it grows.
#[derive(Default)]
struct Shell {
    positions: Vec<Vec3>,
    normals: Vec<Vec3>,
    indices: Vec<u32>,
}

impl Shell {
    /// A face with its corners in order, counter-clockwise, and its normals.
    fn quad(&mut self, corners: [Vec3; 4], normals: [Vec3; 4]) {
        let first = self.positions.len() as u32;
        self.positions.extend(corners);
        self.normals.extend(normals);
        self.indices
            .extend([0, 1, 2, 0, 2, 3].map(|corner| first + corner));
    }

    /// A face of the wall, seen from the front, and the same seen from behind.
    fn both(&mut self, corners: [Vec2; 4]) {
        let at = |z: f32| corners.map(|c| c.extend(z));
        self.quad(at(0.0), [Vec3::Z; 4]);
        let mut behind = at(-THICK_M);
        behind.reverse();
        self.quad(behind, [Vec3::NEG_Z; 4]);
    }
}

/// A wall with arches, its front at z = 0 and its foot at y = 0.
fn arcade(long: f32, high: f32, place: &Transform) -> Mesh {
    let mut shell = Shell::default();
    let bays = (long / BAY_M).floor().max(1.0) as usize;
    let start = -0.5 * bays as f32 * BAY_M;
    let radius = 0.5 * ARCH_M;
    let pier = |shell: &mut Shell, from: f32, to: f32| {
        shell.both([
            Vec2::new(from, 0.0),
            Vec2::new(to, 0.0),
            Vec2::new(to, high),
            Vec2::new(from, high),
        ]);
    };
    pier(&mut shell, -0.5 * long, start);
    pier(&mut shell, -start, 0.5 * long);
    for bay in 0..bays {
        let left = start + bay as f32 * BAY_M;
        let middle = left + 0.5 * BAY_M;
        pier(&mut shell, left, middle - radius);
        pier(&mut shell, middle + radius, left + BAY_M);
        // The opening's edge, from its left foot over the crown to the right one.
        let mut edge = vec![(Vec2::new(middle - radius, 0.0), Vec2::X)];
        for step in 0..=STEPS {
            let (sin, cos) = (PI - PI * step as f32 / STEPS as f32).sin_cos();
            let out = Vec2::new(cos, sin);
            edge.push((Vec2::new(middle, SPRING_M) + out * radius, -out));
        }
        edge.push((Vec2::new(middle + radius, 0.0), Vec2::NEG_X));
        for pair in edge.windows(2) {
            let [(a, na), (b, nb)] = [pair[0], pair[1]];
            if b.x > a.x + 1e-4 {
                shell.both([a, b, b.with_y(high), a.with_y(high)]);
            }
            let (na, nb) = (na.extend(0.0), nb.extend(0.0));
            shell.quad(
                [
                    a.extend(0.0),
                    a.extend(-THICK_M),
                    b.extend(-THICK_M),
                    b.extend(0.0),
                ],
                [na, na, nb, nb],
            );
        }
    }
    let tiles: Vec<[f32; 2]> = shell
        .positions
        .iter()
        .zip(&shell.normals)
        .map(|(at, normal)| {
            let (at, normal) = (place.transform_point(*at), place.rotation * *normal);
            surface::tile_place(at, normal, surface::ASHLAR.tile_m)
        })
        .collect();
    let list = |of: Vec<Vec3>| of.into_iter().map(|v| v.to_array()).collect::<Vec<_>>();
    Mesh::new(
        PrimitiveTopology::TriangleList,
        RenderAssetUsages::RENDER_WORLD,
    )
    .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, list(shell.positions))
    .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, list(shell.normals))
    .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, tiles)
    .with_inserted_indices(Indices::U32(shell.indices))
}

/// The sky itself, as cameras of an exposure see it.
pub(super) fn build_sky(builder: &mut Builder<'_>, sky: &Sky, ev100: f32) {
    const RINGS: u32 = 24;
    const TURNS: u32 = 64;
    let clear = ClearSky::new(sky);
    let exposure = bevy::camera::Exposure { ev100 }.exposure();
    let (mut positions, mut colours, mut indices) = (Vec::new(), Vec::new(), Vec::new());
    for ring in 0..=RINGS {
        // A little below the horizon, which walls may not reach.
        let height = -0.1 + (ring as f32 / RINGS as f32) * (FRAC_PI_2 + 0.1);
        let (up, out) = height.sin_cos();
        for turn in 0..=TURNS {
            let (sin, cos) = (turn as f32 / TURNS as f32 * TAU).sin_cos();
            let direction = Vec3::new(sin * out, up, cos * out);
            let light = clear.radiance(direction) * exposure;
            positions.push((direction * SKY_M).to_array());
            colours.push(light.extend(1.0).to_array());
        }
    }
    for ring in 0..RINGS {
        for turn in 0..TURNS {
            let a = ring * (TURNS + 1) + turn;
            let b = a + TURNS + 1;
            indices.extend([a, a + 1, b, a + 1, b + 1, b]);
        }
    }
    let normals: Vec<[f32; 3]> = positions.iter().map(|_| [0.0, -1.0, 0.0]).collect();
    let mesh = Mesh::new(
        PrimitiveTopology::TriangleList,
        RenderAssetUsages::RENDER_WORLD,
    )
    .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
    .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
    .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, colours)
    .with_inserted_indices(Indices::U32(indices));
    let material = builder.material(StandardMaterial {
        unlit: true,
        fog_enabled: false,
        cull_mode: None,
        ..default()
    });
    let paint = Paint {
        material,
        tile_m: None,
    };
    let dome = builder.own(mesh, &paint, Transform::IDENTITY);
    builder
        .world
        .entity_mut(dome)
        .insert((NotShadowCaster, NotShadowReceiver));
}
