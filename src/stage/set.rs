//! The set: gloss runway, backdrop with light slots, strip softboxes, seats,
//! lights and the light from everywhere. Built once from the show file.

use crate::environment::{Cubemap, Panorama, Softbox, black_body};
use bevy::{
    asset::RenderAssetUsages,
    light::EnvironmentMapLight,
    prelude::*,
    render::render_resource::{
        Extent3d, TextureDimension, TextureFormat, TextureViewDescriptor, TextureViewDimension,
    },
};
use toile_show::format::{Spot, Venue};

/// A spot light that keeps its offset to the look on the runway.
#[derive(Component)]
pub struct FollowSpot {
    /// Where it hangs relative to the look's feet at the middle of the runway.
    pub offset: Vec3,
    /// Where it points relative to the look's feet.
    pub aim: Vec3,
    /// Radius of what shines, m.
    pub radius_m: f32,
}

/// Radiance of the environment image is multiplied by this in the cube maps, so
/// that half floats are used in their middle.
const CUBE_SIZE: usize = 128;
const CUBE_MIPS: usize = 6;

/// Panels of the softboxes, relative to the world, m: centre and half size.
fn softboxes(venue: &Venue) -> Vec<(Vec3, Vec2)> {
    let strips = &venue.strips;
    let pitch = venue.runway.length_m / strips.count.max(1) as f32;
    let aside = venue.runway.width_m * 0.5 + 0.25;
    (0..strips.count)
        .flat_map(|i| {
            let z = pitch * (i as f32 + 0.5);
            [-aside, aside].map(|x| {
                (
                    Vec3::new(x, strips.height_m, z),
                    Vec2::new(0.22, pitch * 0.39),
                )
            })
        })
        .collect()
}

/// The light from everywhere: the venue's image with its softboxes painted in,
/// as seen from the middle of the runway at the height of the face.
///
/// # Errors
/// A sentence naming the image's file.
pub(super) fn environment(
    venue: &Venue,
    image: &std::path::Path,
    images: &mut Assets<Image>,
) -> Result<EnvironmentMapLight, String> {
    let mut panorama = Panorama::load(image)?;
    let nits = venue.environment.intensity_nits.max(1e-3);
    let viewer = Vec3::new(0.0, 1.5, venue.runway.length_m * 0.6);
    let radiance = black_body(venue.strips.temperature_k) * (venue.strips.nits / nits);
    let turn = Quat::from_rotation_y(-venue.environment.turn_deg.to_radians());
    let boxes: Vec<Softbox> = softboxes(venue)
        .into_iter()
        .map(|(centre, half)| Softbox {
            centre: turn * (centre - viewer),
            half,
            radiance,
        })
        .collect();
    panorama.paint(&boxes);
    Ok(EnvironmentMapLight {
        diffuse_map: images.add(cube_image(&panorama.diffuse(16))),
        specular_map: images.add(cube_image(&panorama.specular(CUBE_SIZE, CUBE_MIPS))),
        intensity: nits,
        rotation: Quat::from_rotation_y(venue.environment.turn_deg.to_radians()),
        ..default()
    })
}

fn cube_image(cube: &Cubemap) -> Image {
    // wgpu wants the texels face by face, and within a face mip by mip.
    let mut data = Vec::new();
    for face in 0..6 {
        for (mip, texels) in cube.mips.iter().enumerate() {
            let area = (cube.size >> mip).max(1).pow(2);
            for texel in &texels[face * area..(face + 1) * area] {
                for channel in [texel.x, texel.y, texel.z, 1.0] {
                    data.extend_from_slice(
                        &half::f16::from_f32(channel.min(60_000.0)).to_le_bytes(),
                    );
                }
            }
        }
    }
    let size = Extent3d {
        width: cube.size as u32,
        height: cube.size as u32,
        depth_or_array_layers: 6,
    };
    let mut image = Image::new_uninit(
        size,
        TextureDimension::D2,
        TextureFormat::Rgba16Float,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.texture_descriptor.mip_level_count = cube.mips.len() as u32;
    image.texture_view_descriptor = Some(TextureViewDescriptor {
        dimension: Some(TextureViewDimension::Cube),
        ..default()
    });
    image.data = Some(data);
    image
}

/// Builds the set.
pub(super) fn build(
    commands: &mut Commands<'_, '_>,
    meshes: &mut Assets<Mesh>,
    materials: &mut Assets<StandardMaterial>,
    venue: &Venue,
) {
    let srgb = |c: toile_show::Rgb| Color::srgb(c.0[0], c.0[1], c.0[2]);
    let runway = &venue.runway;
    let cube = meshes.add(Cuboid::new(1.0, 1.0, 1.0));
    let mut block = |centre: Vec3, size: Vec3, material: Handle<StandardMaterial>| {
        commands.spawn((
            Mesh3d(cube.clone()),
            MeshMaterial3d(material),
            Transform::from_translation(centre).with_scale(size),
        ));
    };

    // Floor of the house, a step below the runway.
    let house = materials.add(StandardMaterial {
        base_color: Color::srgb(0.035, 0.035, 0.04),
        perceptual_roughness: 0.55,
        ..default()
    });
    let floor_y = -runway.height_m;
    let reach = runway.length_m + 14.0;
    block(
        Vec3::new(0.0, floor_y - 0.05, reach * 0.5 - 3.0),
        Vec3::new(30.0, 0.1, reach),
        house,
    );

    // The runway with a lit edge.
    let gloss = materials.add(StandardMaterial {
        base_color: srgb(runway.colour),
        perceptual_roughness: runway.roughness,
        reflectance: 0.6,
        ..default()
    });
    let thickness = runway.height_m.max(0.02);
    let (near, far) = (-2.0, runway.length_m);
    let length = far - near;
    block(
        Vec3::new(0.0, -thickness * 0.5, (near + far) * 0.5),
        Vec3::new(runway.width_m, thickness, length),
        gloss,
    );
    let edge_glow = black_body(venue.strips.temperature_k) * venue.backdrop.glow_nits * 0.25;
    let edge = materials.add(StandardMaterial {
        base_color: Color::BLACK,
        emissive: LinearRgba::rgb(edge_glow.x, edge_glow.y, edge_glow.z),
        ..default()
    });
    for x in [-1.0, 1.0] {
        block(
            Vec3::new(
                x * (runway.width_m * 0.5 + 0.03),
                -0.035,
                (near + far) * 0.5,
            ),
            Vec3::new(0.06, 0.05, length),
            edge.clone(),
        );
    }

    build_backdrop(&mut block, materials, venue);
    build_strips(&mut block, materials, venue);
    build_benches(&mut block, materials, venue);
    build_lights(commands, venue);
}

fn build_backdrop(
    block: &mut impl FnMut(Vec3, Vec3, Handle<StandardMaterial>),
    materials: &mut Assets<StandardMaterial>,
    venue: &Venue,
) {
    let backdrop = &venue.backdrop;
    let [r, g, b] = backdrop.colour.0;
    let wall = materials.add(StandardMaterial {
        base_color: Color::srgb(r, g, b),
        perceptual_roughness: 0.85,
        ..default()
    });
    let glow = Color::srgb(backdrop.glow.0[0], backdrop.glow.0[1], backdrop.glow.0[2]).to_linear()
        * backdrop.glow_nits;
    let slot = materials.add(StandardMaterial {
        base_color: Color::BLACK,
        emissive: glow,
        ..default()
    });
    // Two wings with an opening between them, closed by a wall further back.
    let opening = 2.2;
    let wing = (backdrop.width_m - opening) * 0.5;
    let floor_y = -venue.runway.height_m;
    let middle_y = floor_y + backdrop.height_m * 0.5;
    for side in [-1.0, 1.0] {
        block(
            Vec3::new(side * (opening + wing) * 0.5, middle_y, -0.6),
            Vec3::new(wing, backdrop.height_m, 0.2),
            wall.clone(),
        );
        block(
            Vec3::new(side * (opening * 0.5 + 0.03), 1.35, -0.48),
            Vec3::new(0.05, 2.7, 0.05),
            slot.clone(),
        );
    }
    block(
        Vec3::new(0.0, 2.72, -0.48),
        Vec3::new(opening + 0.11, 0.05, 0.05),
        slot,
    );
    block(
        Vec3::new(0.0, middle_y, -2.1),
        Vec3::new(backdrop.width_m, backdrop.height_m, 0.2),
        wall.clone(),
    );
    block(
        Vec3::new(
            0.0,
            floor_y + backdrop.height_m - (backdrop.height_m - 2.9) * 0.5,
            -0.6,
        ),
        Vec3::new(opening, backdrop.height_m - 2.9, 0.2),
        wall,
    );
}

fn build_strips(
    block: &mut impl FnMut(Vec3, Vec3, Handle<StandardMaterial>),
    materials: &mut Assets<StandardMaterial>,
    venue: &Venue,
) {
    let colour = black_body(venue.strips.temperature_k) * venue.strips.nits;
    let panel = materials.add(StandardMaterial {
        base_color: Color::BLACK,
        emissive: LinearRgba::rgb(colour.x, colour.y, colour.z),
        ..default()
    });
    let housing = materials.add(StandardMaterial {
        base_color: Color::srgb(0.02, 0.02, 0.02),
        perceptual_roughness: 0.7,
        ..default()
    });
    for (centre, half) in softboxes(venue) {
        block(
            centre,
            Vec3::new(half.x * 2.0, 0.02, half.y * 2.0),
            panel.clone(),
        );
        block(
            centre + Vec3::Y * 0.08,
            Vec3::new(half.x * 2.0 + 0.06, 0.12, half.y * 2.0 + 0.06),
            housing.clone(),
        );
    }
}

/// Height that every row of seats rises over the one before it, m.
const ROW_RISE_M: f32 = 0.18;
/// Distance from row to row, m.
const ROW_DEPTH_M: f32 = 0.95;

/// A place in the audience.
pub(super) struct Seat {
    /// The point of the floor that is under the middle of the seat, m.
    pub at: Vec3,
    /// Turn of who sits there, from looking along +Z, rad.
    pub yaw: f32,
}

/// Every place of the audience, front rows first.
pub(super) fn seats(venue: &Venue) -> Vec<Seat> {
    let seats = &venue.seats;
    let count = ((venue.runway.length_m - 1.0) / seats.pitch_m).floor() as u32;
    let mut all = Vec::new();
    for row in 0..seats.rows {
        let x = row_x(venue, row);
        let y = row as f32 * ROW_RISE_M - venue.runway.height_m;
        for seat in 0..count {
            let z = 1.0 + (seat as f32 + 0.5) * seats.pitch_m;
            for side in [-1.0, 1.0] {
                all.push(Seat {
                    at: Vec3::new(side * x, y, z),
                    yaw: -side * std::f32::consts::FRAC_PI_2,
                });
            }
        }
    }
    all
}

/// Distance of a row's middle from the middle of the runway, m.
fn row_x(venue: &Venue, row: u32) -> f32 {
    venue.runway.width_m * 0.5 + 0.9 + row as f32 * ROW_DEPTH_M
}

/// A bench for each row, standing on the step of its row.
fn build_benches(
    block: &mut impl FnMut(Vec3, Vec3, Handle<StandardMaterial>),
    materials: &mut Assets<StandardMaterial>,
    venue: &Venue,
) {
    let seats = &venue.seats;
    let [r, g, b] = seats.colour.0;
    let cushion = materials.add(StandardMaterial {
        base_color: Color::srgb(r, g, b),
        perceptual_roughness: 0.7,
        ..default()
    });
    let step = materials.add(StandardMaterial {
        base_color: Color::srgb(0.03, 0.03, 0.033),
        perceptual_roughness: 0.8,
        ..default()
    });
    let count = ((venue.runway.length_m - 1.0) / seats.pitch_m).floor();
    let (length, floor_y) = (count * seats.pitch_m, -venue.runway.height_m);
    let z = 1.0 + length * 0.5;
    for row in 0..seats.rows {
        let rise = row as f32 * ROW_RISE_M;
        for side in [-1.0, 1.0] {
            let x = side * row_x(venue, row);
            let mut part = |y: f32, size: Vec3, material: &Handle<StandardMaterial>| {
                block(Vec3::new(x, floor_y + rise + y, z), size, material.clone());
            };
            if row > 0 {
                let depth = Vec3::new(ROW_DEPTH_M, rise, length + 0.3);
                part(-0.5 * rise, depth, &step);
            }
            // The seat hovers over a plinth that is set back.
            let top = toile_body::crowd::SEAT_HEIGHT_M;
            part(top - 0.05, Vec3::new(0.46, 0.10, length), &cushion);
            let plinth = Vec3::new(0.34, top - 0.10, length - 0.12);
            part(0.5 * plinth.y, plinth, &step);
        }
    }
}

fn build_lights(commands: &mut Commands<'_, '_>, venue: &Venue) {
    let tint = |kelvin: f32| {
        let c = black_body(kelvin);
        Color::linear_rgb(c.x, c.y, c.z)
    };
    // Each pair of softboxes throws its light as one wide spot between them.
    let strips = &venue.strips;
    let pitch = venue.runway.length_m / strips.count.max(1) as f32;
    for i in 0..strips.count {
        let z = pitch * (i as f32 + 0.5);
        commands.spawn((
            SpotLight {
                color: tint(strips.temperature_k),
                intensity: strips.lumens * 2.0,
                range: strips.height_m * 1.8,
                radius: 0.3,
                inner_angle: 0.45,
                outer_angle: 0.95,
                shadow_maps_enabled: false,
                ..default()
            },
            Transform::from_xyz(0.0, strips.height_m, z)
                .looking_at(Vec3::new(0.0, 0.0, z + 0.001), Vec3::Z),
        ));
    }
    for spot in &venue.spots {
        spawn_spot(commands, spot, tint(spot.temperature_k));
    }
}

fn spawn_spot(commands: &mut Commands<'_, '_>, spot: &Spot, color: Color) {
    let (position, target) = (Vec3::from(spot.position), Vec3::from(spot.target));
    let half = spot.half_angle_deg.to_radians();
    let mut entity = commands.spawn((
        SpotLight {
            color,
            intensity: spot.lumens,
            range: position.distance(target) * 2.5,
            radius: spot.radius_m,
            inner_angle: half * 0.6,
            outer_angle: half,
            shadow_maps_enabled: spot.shadows,
            ..default()
        },
        Transform::from_translation(position).looking_at(target, Vec3::Y),
        Name::new(spot.name.clone()),
    ));
    if spot.follows {
        let ground = Vec3::new(target.x, 0.0, target.z);
        entity.insert(FollowSpot {
            offset: position - ground,
            aim: target - ground,
            radius_m: spot.radius_m,
        });
    }
}

impl FollowSpot {
    /// Where the spot hangs and points when the look stands at `feet`, for the light
    /// that leaves it at `point` of a disc of radius 1.
    #[must_use]
    pub fn transform(&self, feet: Vec3, point: Vec2) -> Transform {
        let middle =
            Transform::from_translation(feet + self.offset).looking_at(feet + self.aim, Vec3::Y);
        let aside = middle.rotation * (point.extend(0.0) * self.radius_m);
        Transform::from_translation(middle.translation + aside).looking_at(feet + self.aim, Vec3::Y)
    }
}
