//! The audience: twenty-four figures, each in many places.
//!
//! Figures share their meshes and one material, so that thousands of them are drawn in
//! as many batches as there are figures. Who sits where follows from the place alone.

use super::set::{self, Dice};
use bevy::{
    asset::RenderAssetUsages,
    light::NotShadowCaster,
    mesh::{Indices, PrimitiveTopology, VertexAttributeValues},
    prelude::*,
};
use toile_body::{
    BodyData, BodyError, Shape,
    crowd::{Cut, Dressed, Hands, Palette, Part, Sitting, Spectator},
};
use toile_show::format::Venue;

/// Figures, each with a shape, a way to sit and colours.
const FIGURES: u32 = 24;

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
/// What an audience of a fashion show wears, sRGB: much black, and colours that were
/// chosen with care.
const CLOTHES: [[u8; 3]; 18] = [
    [0x1b, 0x1b, 0x1e],
    [0x20, 0x23, 0x30],
    [0x2e, 0x2d, 0x31],
    [0x3a, 0x33, 0x30],
    [0xb3, 0x8e, 0x68],
    [0xd8, 0xcf, 0xbf],
    [0x7a, 0x22, 0x30],
    [0x4f, 0x5d, 0x48],
    [0x74, 0x78, 0x82],
    [0x35, 0x4a, 0x72],
    [0xc7, 0x5b, 0x39],
    [0xd9, 0xa5, 0xa0],
    [0x24, 0x5c, 0x5a],
    [0xe7, 0xe4, 0xdc],
    [0x8f, 0x7f, 0xa8],
    [0xcf, 0xa9, 0x3f],
    [0x5b, 0x3c, 0x2a],
    [0x9f, 0xb4, 0xc4],
];
/// The black ones among them.
const DARK: usize = 4;
/// Trousers and skirts that go with all of it, sRGB; shoes are of the first.
const BOTTOMS: [[u8; 3]; 7] = [
    [0x1b, 0x1b, 0x1e],
    [0x20, 0x23, 0x30],
    [0x2e, 0x2d, 0x31],
    [0x2f, 0x3b, 0x52],
    [0x8d, 0x7b, 0x66],
    [0x5a, 0x5c, 0x60],
    [0xc9, 0xc2, 0xb4],
];
/// Shirts under jackets, sRGB.
const SHIRTS: [[u8; 3]; 4] = [
    [0xea, 0xe8, 0xe2],
    [0x22, 0x22, 0x25],
    [0xc9, 0xd4, 0xdf],
    [0xd9, 0xc2, 0xb4],
];
/// Stockings, sRGB.
const STOCKINGS: [u8; 3] = [0x2a, 0x26, 0x27];
/// A telephone, m.
const PHONE: Vec3 = Vec3::new(0.075, 0.15, 0.012);

/// The material of all figures.
pub(super) fn cloth(world: &mut World) -> Handle<StandardMaterial> {
    let mut materials = world.resource_mut::<Assets<StandardMaterial>>();
    materials.add(StandardMaterial {
        perceptual_roughness: 0.85,
        reflectance: 0.25,
        ..default()
    })
}

/// Fills the seats of a venue.
///
/// # Errors
/// The packed body does not make figures.
pub(super) fn seat(world: &mut World, venue: &Venue, body: &BodyData) -> Result<(), BodyError> {
    let cloth = cloth(world);
    let figures = (0..FIGURES)
        .map(|number| {
            let mesh = Person::new(body, number, Person::hands(number))?.mesh();
            Ok(world.resource_mut::<Assets<Mesh>>().add(mesh))
        })
        .collect::<Result<Vec<_>, BodyError>>()?;
    let mut before = [usize::MAX; 6];
    let mut seated = Vec::new();
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
        seated.push((
            Mesh3d(figures[number].clone()),
            MeshMaterial3d(cloth.clone()),
            Transform::from_translation(seat.at + aside)
                .with_rotation(rotation)
                .with_scale(Vec3::splat(0.96 + 0.06 * dice.throw(4))),
            NotShadowCaster,
        ));
    }
    world.spawn_batch(seated);
    Ok(())
}

/// One of the figures.
pub(super) struct Person {
    figure: Spectator,
    palette: Palette,
    hands: Hands,
}

impl Person {
    /// The figure of a number.
    ///
    /// # Errors
    /// The packed body does not make it.
    pub(super) fn new(body: &BodyData, number: u32, hands: Hands) -> Result<Self, BodyError> {
        let dice = Dice(1000 + u64::from(number));
        let woman = number.is_multiple_of(2);
        let shape = Shape {
            gender: if woman { 0.0 } else { 1.0 },
            age: Shape::age_from_years(24.0 + 40.0 * dice.throw(0)),
            weight: 0.25 + 0.5 * dice.throw(1),
            height: 0.35 + 0.4 * dice.throw(2),
            ..Shape::default()
        };
        let sitting = Sitting {
            look_deg: 50.0 * (dice.throw(3) - 0.5),
            lean_deg: 14.0 * dice.throw(4) - 4.0,
            legs_crossed: dice.throw(5) < 0.45,
            hands,
        };
        let dressed = Dressed {
            short_sleeves: dice.throw(6) < 0.3,
            bare_legs: woman && dice.throw(7) < 0.45,
            open_collar: dice.throw(8) < 0.45,
            hair: hair(woman, dice.throw(9)),
        };
        Ok(Self {
            figure: body.spectator(&shape, sitting, dressed)?,
            palette: palette(number, dressed),
            hands,
        })
    }

    /// What the hands of somebody in the audience do.
    fn hands(number: u32) -> Hands {
        match (Dice(3000 + u64::from(number)).throw(0) * 10.0) as u32 {
            0..=4 => Hands::Lap,
            5..=7 => Hands::Thighs,
            _ => Hands::Phone,
        }
    }

    /// The tip of the nose, m.
    pub(super) fn face(&self) -> Vec3 {
        let positions = &self.figure.positions;
        let top = positions.iter().map(|at| at.y).fold(0.0, f32::max);
        let heads = positions.iter().zip(&self.figure.parts);
        // A hand that is before the face is no nose.
        let face = heads.filter(|(at, part)| {
            **part == Part::Lips || (**part == Part::Eyes && at.y > top - 0.25)
        });
        let (sum, count) = face.fold((Vec3::ZERO, 0.0), |(sum, n), (at, _)| (sum + *at, n + 1.0));
        sum / f32::max(count, 1.0) + Vec3::Z * 0.03
    }

    /// It as Bevy draws it, its colours at its vertices.
    pub(super) fn mesh(&self) -> Mesh {
        let figure = &self.figure;
        let mut positions: Vec<[f32; 3]> = figure.positions.iter().map(Vec3::to_array).collect();
        let mut normals: Vec<[f32; 3]> = figure.normals.iter().map(Vec3::to_array).collect();
        let colour = |[r, g, b]: [u8; 3]| Color::srgb_u8(r, g, b).to_linear().to_f32_array();
        let painted = figure.parts.iter().zip(&figure.shades);
        let mut colours: Vec<[f32; 4]> = painted
            .map(|(part, shade)| {
                let [r, g, b, a] = colour(self.palette.of(*part));
                [r * shade, g * shade, b * shade, a]
            })
            .collect();
        let mut indices: Vec<u32> = figure.triangles.iter().flatten().copied().collect();
        if self.hands == Hands::Phone {
            let phone = Mesh::from(Cuboid::from_size(PHONE));
            let place = self.phone();
            let first = positions.len() as u32;
            let of = |attribute| {
                phone
                    .attribute(attribute)
                    .and_then(VertexAttributeValues::as_float3)
                    .unwrap_or_default()
            };
            let corners = of(Mesh::ATTRIBUTE_POSITION).iter();
            positions.extend(corners.map(|at| place.transform_point(Vec3::from(*at)).to_array()));
            let turned = of(Mesh::ATTRIBUTE_NORMAL).iter();
            normals.extend(turned.map(|n| (place.rotation * Vec3::from(*n)).to_array()));
            colours.resize(positions.len(), colour([0x14, 0x14, 0x16]));
            indices.extend(
                phone
                    .indices()
                    .iter()
                    .flat_map(|all| all.iter())
                    .map(|i| first + i as u32),
            );
        }
        Mesh::new(
            PrimitiveTopology::TriangleList,
            RenderAssetUsages::RENDER_WORLD,
        )
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
        .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, colours)
        .with_inserted_indices(Indices::U32(indices))
    }

    /// Where a telephone is held: between what is farthest in front of the chest.
    fn phone(&self) -> Transform {
        let hands = self.figure.positions.iter().zip(&self.figure.parts);
        let hands = hands.filter(|(at, part)| **part == Part::Skin && at.y > 0.75);
        let (sum, count) = hands
            .filter(|(at, _)| at.z > 0.24)
            .fold((Vec3::ZERO, 0.0), |(sum, n), (at, _)| (sum + *at, n + 1.0));
        Transform::from_translation(sum / f32::max(count, 1.0) + Vec3::new(0.0, 0.05, 0.03))
            .with_rotation(Quat::from_rotation_x(-0.3))
    }
}

/// How hair is worn, by chance.
fn hair(woman: bool, chance: f32) -> Cut {
    let cuts = match woman {
        true => [Cut::Long, Cut::Tied, Cut::Long, Cut::Full, Cut::Short],
        false => [Cut::Short, Cut::Close, Cut::Short, Cut::Short, Cut::Full],
    };
    cuts[((chance * cuts.len() as f32) as usize).min(cuts.len() - 1)]
}

/// What a figure is coloured like.
fn palette(number: u32, dressed: Dressed) -> Palette {
    let dice = Dice(2000 + u64::from(number));
    let of = |list: &[[u8; 3]], which: u32| list[(dice.throw(which) * list.len() as f32) as usize];
    let skin = of(&SKINS, 1);
    // Fair hair goes with fair skin.
    let dark = SKINS[2..].contains(&skin) && dice.throw(2) < 0.8;
    // Every other one in black, as it is.
    let top = if dice.throw(6) < 0.35 {
        of(&CLOTHES[..DARK], 0)
    } else {
        of(&CLOTHES[DARK..], 0)
    };
    let matching = dice.throw(3) < if dressed.bare_legs { 0.7 } else { 0.12 };
    Palette {
        skin,
        hair: of(if dark { &HAIRS[..2] } else { &HAIRS }, 2),
        shirt: of(&SHIRTS, 7),
        top,
        bottom: if matching { top } else { of(&BOTTOMS, 4) },
        legs: if dice.throw(8) < 0.5 { skin } else { STOCKINGS },
        shoes: of(&BOTTOMS[..4], 5),
    }
}
