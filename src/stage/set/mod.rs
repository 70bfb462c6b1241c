//! The set: what is around the runway, the runway itself, backdrop and screen, seats,
//! lamps and the light from everywhere. Built once from the show file.

mod courtyard;
mod everywhere;
mod hall;
mod lights;
mod relay;
mod runway;
mod screen;
mod seats;
mod surface;
mod wall;

pub(super) use everywhere::{environment, light};
pub use lights::Hung;
pub(super) use lights::{Dimmed, Glow, Glows};
pub(super) use relay::{Relay, plugin as relay};
pub(super) use screen::ScreenShow;
pub(super) use seats::seats;

use super::{StageError, gloss::Polished, studio};
use crate::{environment::black_body, production::Production};
use bevy::{light::NotShadowCaster, mesh::VertexAttributeValues, prelude::*};
use surface::Masonry;
use toile_show::{
    Rgb,
    format::{Set, Venue},
};

/// Of floors that are not polished.
const REFLECTANCE: f32 = 0.6;

/// Puts parts of a set on stage.
pub(super) struct Builder<'a> {
    pub(super) world: &'a mut World,
    cube: Handle<Mesh>,
}

/// Something that a surface is made of.
#[derive(Clone)]
pub(super) struct Paint {
    pub(super) material: Handle<StandardMaterial>,
    /// Edge of the tile that it is drawn with, if it has a grain, m.
    tile_m: Option<f32>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(world: &'a mut World) -> Self {
        let cube = world
            .resource_mut::<Assets<Mesh>>()
            .add(Cuboid::new(1.0, 1.0, 1.0));
        Self { world, cube }
    }

    /// A material.
    pub(super) fn material(&mut self, material: StandardMaterial) -> Handle<StandardMaterial> {
        self.world
            .resource_mut::<Assets<StandardMaterial>>()
            .add(material)
    }

    /// A plain matte or glossy colour.
    pub(super) fn paint(&mut self, colour: Rgb, roughness: f32) -> Paint {
        let material = StandardMaterial {
            base_color: srgb(colour),
            perceptual_roughness: roughness,
            ..default()
        };
        Paint {
            material: self.material(material),
            tile_m: None,
        }
    }

    /// Has a level floor at y = 0 mirror what stands on it, if it is smooth; gives the
    /// reflectance that is left for its material, which then mirrors nothing itself.
    fn polish(&mut self, centre: Vec2, size: Vec2, roughness: f32) -> f32 {
        match Polished::new(centre, size, roughness) {
            Some(floor) => {
                self.world.insert_resource(floor);
                0.0
            }
            None => REFLECTANCE,
        }
    }

    /// A colour with a grain.
    fn grained(&mut self, colour: Rgb, roughness: f32, masonry: &Masonry) -> Paint {
        let image = self
            .world
            .resource_mut::<Assets<Image>>()
            .add(masonry.image());
        let material = StandardMaterial {
            base_color: srgb(colour),
            base_color_texture: Some(image),
            perceptual_roughness: roughness,
            ..default()
        };
        Paint {
            material: self.material(material),
            tile_m: Some(masonry.tile_m),
        }
    }

    /// Something that shines, cd/m² per channel.
    pub(super) fn glowing(&mut self, light: Vec3) -> Paint {
        let material = StandardMaterial {
            base_color: Color::BLACK,
            emissive: LinearRgba::rgb(light.x, light.y, light.z),
            emissive_exposure_weight: 1.0,
            perceptual_roughness: 0.6,
            ..default()
        };
        Paint {
            material: self.material(material),
            tile_m: None,
        }
    }

    /// A box along the axes.
    pub(super) fn block(&mut self, centre: Vec3, size: Vec3, paint: &Paint) -> Entity {
        self.turned(Transform::from_translation(centre).with_scale(size), paint)
    }

    /// A box of any direction; the scale is its size.
    pub(super) fn turned(&mut self, place: Transform, paint: &Paint) -> Entity {
        let Some(tile_m) = paint.tile_m else {
            let mesh = self.cube.clone();
            return self.spawn(mesh, paint, place);
        };
        let mut mesh = Mesh::from(Cuboid::from_size(place.scale));
        let place = place.with_scale(Vec3::ONE);
        let tiles = mesh
            .attribute(Mesh::ATTRIBUTE_POSITION)
            .and_then(VertexAttributeValues::as_float3)
            .zip(
                mesh.attribute(Mesh::ATTRIBUTE_NORMAL)
                    .and_then(VertexAttributeValues::as_float3),
            )
            .map(|(positions, normals)| {
                let pairs = positions.iter().zip(normals);
                let tiles = pairs.map(|(at, normal)| {
                    let at = place.transform_point(Vec3::from(*at));
                    let normal = place.rotation * Vec3::from(*normal);
                    surface::tile_place(at, normal, tile_m)
                });
                tiles.collect::<Vec<_>>()
            });
        if let Some(tiles) = tiles {
            mesh.insert_attribute(Mesh::ATTRIBUTE_UV_0, tiles);
        }
        self.own(mesh, paint, place)
    }

    /// A mesh of its own.
    pub(super) fn own(&mut self, mesh: Mesh, paint: &Paint, place: Transform) -> Entity {
        let mesh = self.world.resource_mut::<Assets<Mesh>>().add(mesh);
        self.spawn(mesh, paint, place)
    }

    fn spawn(&mut self, mesh: Handle<Mesh>, paint: &Paint, place: Transform) -> Entity {
        let material = MeshMaterial3d(paint.material.clone());
        self.world.spawn((Mesh3d(mesh), material, place)).id()
    }

    /// Of something that is never between a lamp and what it lights.
    pub(super) fn without_shadow(&mut self, entity: Entity) {
        self.world.entity_mut(entity).insert(NotShadowCaster);
    }
}

pub(super) fn srgb(Rgb([red, green, blue]): Rgb) -> Color {
    Color::srgb(red, green, blue)
}

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

/// Builds the set.
///
/// # Errors
/// A screen whose files cannot be shown.
pub(super) fn build(world: &mut World, production: &Production) -> Result<(), StageError> {
    let venue = &production.show.venue;
    world.init_resource::<Glows>();
    let builder = &mut Builder::new(world);
    let wall = match venue.set {
        Set::House => {
            house(builder, venue);
            builder.paint(venue.backdrop.colour, 0.85)
        }
        Set::Cyclorama { radius_m } => {
            let middle = Vec3::new(0.0, -venue.runway.height_m, 0.5 * venue.runway.length_m);
            studio::spawn_cyclorama(builder.world, middle, radius_m);
            let paint = studio::paint(venue.backdrop.colour.linear());
            Paint {
                material: builder.material(paint),
                tile_m: None,
            }
        }
        Set::Courtyard { .. } => {
            courtyard::build(builder, venue);
            builder.grained(venue.backdrop.colour, 0.9, &surface::ASHLAR)
        }
        Set::Hall { .. } => {
            hall::build(builder, venue);
            builder.grained(venue.backdrop.colour, 0.8, &surface::CONCRETE)
        }
    };
    if let Some(sky) = &venue.sky {
        courtyard::build_sky(builder, sky, venue.exposure_ev100);
    }
    runway::build(builder, venue);
    runway::build_backdrop(builder, venue, &wall);
    if let Some(screen) = &venue.screen {
        screen::build(builder, production, screen)?;
    }
    build_strips(builder, venue);
    seats::build_benches(builder, venue);
    lights::build(builder, venue);
    Ok(())
}

/// The floor of a dark house, a step below the runway.
fn house(builder: &mut Builder<'_>, venue: &Venue) {
    let black = Rgb([0.035, 0.035, 0.04]);
    let floor = builder.paint(black, 0.55);
    let reach = venue.runway.length_m + 14.0;
    builder.block(
        Vec3::new(0.0, -venue.runway.height_m - 0.05, reach * 0.5 - 3.0),
        Vec3::new(30.0, 0.1, reach),
        &floor,
    );
}

fn build_strips(builder: &mut Builder<'_>, venue: &Venue) {
    let strips = &venue.strips;
    if strips.count == 0 {
        return;
    }
    let light = black_body(strips.temperature_k) * strips.nits;
    let panel = builder.glowing(light);
    let housing = builder.paint(Rgb([0.02; 3]), 0.7);
    for (centre, half) in softboxes(venue) {
        let size = Vec3::new(half.x * 2.0, 0.02, half.y * 2.0);
        builder.block(centre, size, &panel);
        builder.block(
            centre + Vec3::Y * 0.08,
            size + Vec3::new(0.06, 0.10, 0.06),
            &housing,
        );
    }
    builder.world.resource_mut::<Glows>().0.push(Glow {
        lamp: toile_show::rig::Lamp::Strips,
        full: light,
        material: panel.material,
    });
}

/// Numbers that look random and always come the same.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// The `which`th number, 0 or more and less than 1.
    pub(super) fn throw(&self, which: u32) -> f32 {
        let first = self.0.wrapping_mul(64);
        toile_show::chance::nth(first.wrapping_add(u64::from(which) + 1))
    }
}
