//! The audience: sixteen figures, each in many places.
//!
//! Figures share their meshes and one material, so that thousands of them are drawn in
//! as many batches as there are figures. Who sits where follows from the place alone.

use super::set;
use bevy::{
    asset::RenderAssetUsages,
    light::NotShadowCaster,
    mesh::{Indices, PrimitiveTopology},
    prelude::*,
};
use toile_body::{
    BodyData, BodyError, Shape,
    crowd::{Palette, Sitting, Spectator},
};
use toile_show::format::Venue;

/// Figures, each with a shape, a way to sit and colours.
const FIGURES: u32 = 16;

/// Skin, from light to dark, sRGB.
const SKINS: [[u8; 3]; 5] = [
    [0xcf, 0xa3, 0x86],
    [0xbd, 0x8c, 0x6a],
    [0x9c, 0x6a, 0x49],
    [0x80, 0x52, 0x36],
    [0x54, 0x35, 0x26],
];
/// Hair, sRGB.
const HAIRS: [[u8; 3]; 5] = [
    [0x12, 0x0f, 0x0e],
    [0x2a, 0x1c, 0x14],
    [0x4a, 0x31, 0x20],
    [0xa8, 0x84, 0x55],
    [0x8a, 0x88, 0x86],
];
/// What an audience of a fashion show wears, sRGB.
const CLOTHES: [[u8; 3]; 10] = [
    [0x16, 0x16, 0x18],
    [0x1d, 0x20, 0x2b],
    [0x2b, 0x2b, 0x2e],
    [0x23, 0x1c, 0x1a],
    [0x8b, 0x6f, 0x52],
    [0xb9, 0xb1, 0xa4],
    [0x4c, 0x1f, 0x26],
    [0x3b, 0x42, 0x38],
    [0x55, 0x58, 0x60],
    [0x2f, 0x3a, 0x4d],
];

/// Fills the seats of a venue.
///
/// # Errors
/// The packed body does not make figures.
pub(super) fn seat(
    commands: &mut Commands<'_, '_>,
    meshes: &mut Assets<Mesh>,
    materials: &mut Assets<StandardMaterial>,
    venue: &Venue,
    body: &BodyData,
) -> Result<(), BodyError> {
    let cloth = materials.add(StandardMaterial {
        perceptual_roughness: 0.85,
        reflectance: 0.25,
        ..default()
    });
    let figures = (0..FIGURES)
        .map(|number| Ok(meshes.add(mesh(&figure(body, number)?, &palette(number)))))
        .collect::<Result<Vec<_>, BodyError>>()?;
    let mut before = [usize::MAX; 4];
    for (place, seat) in set::seats(venue).iter().enumerate() {
        let dice = Dice(place as u64);
        if dice.throw(0) >= venue.seats.taken {
            continue;
        }
        let mut number = (dice.throw(1) * FIGURES as f32) as usize;
        while before.contains(&number) {
            // Nobody sits beside themselves.
            number = (number + 1) % figures.len();
        }
        before.rotate_right(1);
        before[0] = number;
        let rotation = Quat::from_rotation_y(seat.yaw + 0.3 * (dice.throw(2) - 0.5));
        let aside = Vec3::new(0.0, 0.0, 0.08 * (dice.throw(3) - 0.5));
        commands.spawn((
            Mesh3d(figures[number].clone()),
            MeshMaterial3d(cloth.clone()),
            Transform::from_translation(seat.at + aside)
                .with_rotation(rotation)
                .with_scale(Vec3::splat(0.96 + 0.06 * dice.throw(4))),
            NotShadowCaster,
        ));
    }
    Ok(())
}

/// One of the figures.
fn figure(body: &BodyData, number: u32) -> Result<Spectator, BodyError> {
    let dice = Dice(1000 + u64::from(number));
    let shape = Shape {
        gender: if number.is_multiple_of(2) { 0.0 } else { 1.0 },
        age: Shape::age_from_years(24.0 + 40.0 * dice.throw(0)),
        weight: 0.25 + 0.5 * dice.throw(1),
        height: 0.35 + 0.4 * dice.throw(2),
        ..Shape::default()
    };
    let sitting = Sitting {
        look_deg: 50.0 * (dice.throw(3) - 0.5),
        lean_deg: 14.0 * dice.throw(4) - 4.0,
        legs_crossed: dice.throw(5) < 0.45,
    };
    body.spectator(&shape, sitting)
}

/// What a figure is coloured like.
fn palette(number: u32) -> Palette {
    let dice = Dice(2000 + u64::from(number));
    let of = |list: &[[u8; 3]], which: u32| list[(dice.throw(which) * list.len() as f32) as usize];
    let top = of(&CLOTHES, 0);
    Palette {
        skin: of(&SKINS, 1),
        hair: of(&HAIRS, 2),
        top,
        bottom: if dice.throw(3) < 0.5 {
            top
        } else {
            of(&CLOTHES[..3], 4)
        },
        shoes: of(&CLOTHES[..3], 5),
    }
}

/// A figure for Bevy, its colours at its vertices.
fn mesh(figure: &Spectator, palette: &Palette) -> Mesh {
    let positions: Vec<[f32; 3]> = figure.positions.iter().map(Vec3::to_array).collect();
    let normals: Vec<[f32; 3]> = figure.normals.iter().map(Vec3::to_array).collect();
    let colours: Vec<[f32; 4]> = figure
        .parts
        .iter()
        .map(|part| {
            let [r, g, b] = palette.of(*part);
            Color::srgb_u8(r, g, b).to_linear().to_f32_array()
        })
        .collect();
    Mesh::new(
        PrimitiveTopology::TriangleList,
        RenderAssetUsages::RENDER_WORLD,
    )
    .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
    .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
    .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, colours)
    .with_inserted_indices(Indices::U32(
        figure.triangles.iter().flatten().copied().collect(),
    ))
}

/// Numbers that look random and always come the same.
struct Dice(u64);

impl Dice {
    /// The `which`th number, 0 or more and less than 1 (`SplitMix64`, Steele 2014).
    fn throw(&self, which: u32) -> f32 {
        let mut x = (self.0 * 64 + u64::from(which) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 40) as f32 / (1_u64 << 24) as f32
    }
}
