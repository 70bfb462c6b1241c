//! The light from everywhere: an image or the sky, with what is lit in the house.

use super::{screen, wall::Wall};
use crate::{
    environment::{ClearSky, Court, Cubemap, Panorama, Softbox, black_body},
    production::Production,
};
use bevy::{
    asset::RenderAssetUsages,
    light::EnvironmentMapLight,
    prelude::*,
    render::render_resource::{
        Extent3d, TextureDimension, TextureFormat, TextureViewDescriptor, TextureViewDimension,
    },
};
use std::path::Path;
use toile_show::format::{Environment, Set, Venue};

/// Radiance of the environment image is multiplied by this in the cube maps, so
/// that half floats are used in their middle.
const CUBE_SIZE: usize = 128;
const CUBE_MIPS: usize = 6;
/// Height of a face over the runway, m.
const FACE_M: f32 = 1.5;

/// The light from everywhere of a show: its image or its sky with its softboxes
/// painted in, as seen from the middle of the runway at the height of the face.
///
/// # Errors
/// A sentence naming the image's file.
pub(in crate::stage) fn environment(
    production: &Production,
    images: &mut Assets<Image>,
) -> Result<EnvironmentMapLight, String> {
    let venue = &production.show.venue;
    match (&venue.environment, &venue.sky) {
        (Some(environment), _) => {
            let image = production.assets.environment(&environment.image);
            let wall = Wall {
                venue,
                picture: screen::first(production)?,
            };
            of_image(&wall, environment, &image, images)
        }
        (None, Some(sky)) => {
            let court = court(venue);
            let mut panorama = ClearSky::new(sky).panorama(court.as_ref());
            // Half floats are finest around 1.
            let nits = sky.sky_lux;
            panorama.scale(1.0 / nits);
            Ok(light(&panorama, nits, 0.0, images))
        }
        (None, None) => Err("the venue has neither an image nor a sky".into()),
    }
}

/// The light of an image with the venue's softboxes and backdrop.
///
/// # Errors
/// A sentence naming the image's file.
fn of_image(
    wall: &Wall<'_>,
    environment: &Environment,
    image: &Path,
    images: &mut Assets<Image>,
) -> Result<EnvironmentMapLight, String> {
    let venue = wall.venue;
    let mut panorama = Panorama::load(image)?;
    let nits = environment.intensity_nits.max(1e-3);
    let viewer = Vec3::new(0.0, FACE_M, venue.runway.length_m * 0.6);
    let radiance = black_body(venue.strips.temperature_k) * (venue.strips.nits / nits);
    let turn = environment.turn_deg.to_radians();
    let turned = Quat::from_rotation_y(-turn);
    let boxes: Vec<Softbox> = super::softboxes(venue)
        .into_iter()
        .map(|(centre, half)| Softbox {
            centre: turned * (centre - viewer),
            half,
            radiance,
        })
        .collect();
    panorama.paint(&boxes);
    let unturned = turned.inverse();
    panorama.overlay(|direction| Some(wall.seen(viewer, unturned * direction)? / nits));
    Ok(light(&panorama, nits, turn, images))
}

/// The walls around somebody on the runway.
fn court(venue: &Venue) -> Option<Court> {
    let Set::Courtyard {
        width_m,
        length_m,
        wall_m,
        stone,
        paving,
    } = venue.set
    else {
        return None;
    };
    let z = venue.runway.length_m * 0.6;
    let floor = -venue.runway.height_m - FACE_M;
    Some(Court {
        least: Vec3::new(-0.5 * width_m, floor, -z),
        most: Vec3::new(0.5 * width_m, floor + wall_m, length_m - z),
        stone: stone.linear(),
        paving: paving.linear(),
    })
}

/// A panorama as light from everywhere; its values are in units of `nits`, and it is
/// turned about the vertical, rad.
pub(in crate::stage) fn light(
    panorama: &Panorama,
    nits: f32,
    turn: f32,
    images: &mut Assets<Image>,
) -> EnvironmentMapLight {
    EnvironmentMapLight {
        diffuse_map: images.add(cube_image(&panorama.diffuse(16))),
        specular_map: images.add(cube_image(&panorama.specular(CUBE_SIZE, CUBE_MIPS))),
        intensity: nits,
        rotation: Quat::from_rotation_y(turn),
        ..default()
    }
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
