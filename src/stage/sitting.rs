//! A piece of cloth and light that another renderer can have as well, to compare both:
//! a panorama, one distant lamp, a camera, and nothing else. Light is given as the
//! picture shows it: white under 1 is shown as white.

use super::{
    Hung, OnAir, Subframe, UntouchedColours, VenueLight,
    cloth::garment_mesh,
    fabric_material, set,
    swatch::{EVEN_EV100, HUNG_M, Hang, PICTURE_PER_NIT, PITCH, sheet},
};
use crate::environment::Panorama;
use bevy::{
    camera::{Exposure, visibility::NoFrustumCulling},
    core_pipeline::tonemapping::Tonemapping,
    mesh::VertexAttributeValues,
    pbr::DistanceFog,
    post_process::bloom::Bloom,
    prelude::*,
};
use toile_catalogue::gltf::Piece;
use toile_garment::Fabric;

/// What the cloth is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// As on every stage.
    Fabric,
    /// What Bevy makes of the same glTF file.
    Plain,
}

/// A piece of cloth before a camera.
pub struct Sitting<'a> {
    /// What it is of.
    pub fabric: &'a Fabric,
    /// What it is drawn with.
    pub finish: Finish,
    /// What is around it.
    pub panorama: &'a Panorama,
}

/// Side of the cloth, m; it hangs as large as every swatch.
pub const CLOTH_M: f32 = 0.3;
/// What the panorama is multiplied by.
pub const AROUND: f32 = 0.7;
/// How far the panorama is turned about the vertical, rad: its brightest window is in front
/// of the cloth, to the left.
pub const TURN_RAD: f32 = 0.42;
/// The lamp's light on a surface that faces it.
pub const LAMP: f32 = 1.6;
/// Half the angle under which the lamp is seen, rad: 2 degrees.
pub const LAMP_RADIUS_RAD: f32 = 0.034_906_6;
/// Behind the cloth, linear.
pub const BACKDROP: f32 = 0.18;
/// Distance of the camera in heights of the picture.
const DISTANCE: f32 = 6.0;
/// How far away the lamp hangs, m: its rays are all but parallel.
const LAMP_M: f32 = 100.0;
/// Its cone: as bright as in its middle up to the first angle, which holds the cloth, and
/// dark from the other. Bevy makes no harder edge than this of so narrow a cone.
const CONE_RAD: [f32; 2] = [0.0168, 0.022];

/// Direction to the lamp.
#[must_use]
pub fn to_lamp() -> Vec3 {
    Vec3::new(0.5, 0.55, 0.67).normalize()
}

/// Distance of the camera, which looks along -Z at the origin, m, and its angle of view
/// from top to bottom, rad.
#[must_use]
pub fn camera() -> (f32, f32) {
    (HUNG_M * PITCH * DISTANCE, 2.0 * (0.5 / DISTANCE).atan())
}

/// The cloth as it hangs, out of the middle of more: no hem is near.
fn mesh() -> Mesh {
    let (positions, flat, triangles) = sheet(Hang::Folded, CLOTH_M);
    garment_mesh(&positions, &flat, &vec![Vec2::ONE; flat.len()], &triangles)
}

/// The same for files.
#[must_use]
pub fn piece() -> Piece {
    let mesh = mesh();
    let three = |attribute| {
        let values = mesh.attribute(attribute);
        let values = values.and_then(VertexAttributeValues::as_float3);
        values.unwrap_or_default().to_vec()
    };
    let (_, flat, triangles) = sheet(Hang::Folded, CLOTH_M);
    Piece {
        positions: three(Mesh::ATTRIBUTE_POSITION),
        normals: three(Mesh::ATTRIBUTE_NORMAL),
        flat: flat.iter().map(Vec2::to_array).collect(),
        triangles,
    }
}

impl Sitting<'_> {
    /// Hangs the cloth, lights it and turns the camera on air to it.
    pub fn set(&self, world: &mut World) {
        self.cloth(world);
        let lamp = Hung {
            place: to_lamp() * LAMP_M,
            aim: Vec3::ZERO,
            radius_m: LAMP_M * LAMP_RADIUS_RAD.tan(),
            follows: false,
        };
        let lux = LAMP / PICTURE_PER_NIT;
        world.spawn((
            SpotLight {
                color: Color::WHITE,
                intensity: lux * LAMP_M * LAMP_M * 4.0 * std::f32::consts::PI,
                range: 20.0 * LAMP_M,
                outer_angle: CONE_RAD[1],
                inner_angle: CONE_RAD[0],
                shadow_maps_enabled: true,
                ..default()
            },
            lamp.transform(Vec3::ZERO, Vec2::ZERO),
            lamp,
        ));
        let cameras: Vec<Entity> = world
            .query_filtered::<Entity, With<OnAir>>()
            .iter(world)
            .collect();
        let (away, fov) = camera();
        for camera in cameras {
            let mut camera = world.entity_mut(camera);
            camera.remove::<(Bloom, DistanceFog)>();
            camera.insert((
                Transform::from_xyz(0.0, 0.0, away),
                Projection::Perspective(PerspectiveProjection {
                    fov,
                    near: 0.05,
                    ..default()
                }),
                UntouchedColours,
                Tonemapping::None,
                Exposure { ev100: EVEN_EV100 },
            ));
        }
        world.insert_resource(ClearColor(Color::linear_rgb(BACKDROP, BACKDROP, BACKDROP)));
        let images = &mut world.resource_mut::<Assets<Image>>();
        let light = set::light(self.panorama, AROUND / PICTURE_PER_NIT, TURN_RAD, images);
        world.insert_resource(VenueLight(light));
    }

    fn cloth(&self, world: &mut World) {
        let mut mesh = mesh();
        if self.finish == Finish::Plain {
            // Distances to seams, which would be taken for a colour.
            mesh.remove_attribute(Mesh::ATTRIBUTE_COLOR);
        }
        let mesh = Mesh3d(world.resource_mut::<Assets<Mesh>>().add(mesh));
        let cloth = world
            .spawn((mesh, NoFrustumCulling, Transform::IDENTITY))
            .id();
        match self.finish {
            Finish::Fabric => {
                let images = &mut world.resource_mut::<Assets<Image>>();
                let material = fabric_material(self.fabric, None, images);
                dress(world, cloth, material);
            }
            Finish::Plain => dress(world, cloth, plain(self.fabric)),
        }
    }
}

fn dress<M: Material>(world: &mut World, cloth: Entity, material: M) {
    let material = world.resource_mut::<Assets<M>>().add(material);
    world.entity_mut(cloth).insert(MeshMaterial3d(material));
}

/// What Bevy's reader of glTF makes of a fabric.
#[must_use]
pub fn plain(fabric: &Fabric) -> StandardMaterial {
    let look = &fabric.appearance;
    let [r, g, b] = look.base_colour.to_f32();
    StandardMaterial {
        base_color: Color::srgba(r, g, b, look.opacity),
        perceptual_roughness: look.roughness,
        double_sided: true,
        cull_mode: None,
        alpha_mode: if look.opacity < 1.0 {
            AlphaMode::Blend
        } else {
            AlphaMode::Opaque
        },
        ..default()
    }
}

/// Moves lamps to the point of theirs from which a subframe is lit.
pub fn jitter_lamps(world: &mut World, subframe: Subframe) {
    let mut lamps = world.query::<(&Hung, &mut Transform)>();
    for (hung, mut transform) in lamps.iter_mut(world) {
        transform.set_if_neq(hung.transform(Vec3::ZERO, subframe.light));
    }
}
