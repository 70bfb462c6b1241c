//! Light that another renderer can have as well, and what hangs or stands in it, to compare
//! both: a panorama, one distant lamp, a camera, and nothing else. Light is given as the
//! picture shows it: white under 1 is shown as white.

use super::{
    Behind, Hung, OnAir, StageError, StagedLook, Subframe, UntouchedColours, VenueLight,
    cloth::garment_mesh,
    fabric_material, person,
    rig::Cued,
    set,
    swatch::{EVEN_EV100, HUNG_M, Hang, PICTURE_PER_NIT, PITCH, sheet},
};
use crate::{environment::Panorama, production::Production};
use bevy::{
    asset::RenderAssetUsages,
    camera::{Exposure, visibility::NoFrustumCulling},
    core_pipeline::tonemapping::Tonemapping,
    mesh::{Indices, PrimitiveTopology, VertexAttributeValues},
    pbr::DistanceFog,
    post_process::bloom::Bloom,
    prelude::*,
    render::renderer::{RenderDevice, RenderQueue},
};
use toile_catalogue::gltf::Piece;
use toile_cloth::cpu::elastic::vertex_normals;
use toile_garment::Fabric;
use toile_show::rig::Rig;

/// What the cloth is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// As on every stage.
    Fabric,
    /// What Bevy makes of the same glTF file.
    Plain,
}

/// Light and a camera around a point.
pub struct Sitting<'a> {
    /// What is around it.
    pub panorama: &'a Panorama,
    /// What is in the middle of the picture, m.
    pub middle: Vec3,
    /// What the picture shows from its middle up and down, m.
    pub half_view_m: f32,
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

impl<'a> Sitting<'a> {
    /// For a swatch that hangs in the origin.
    #[must_use]
    pub fn of_swatch(panorama: &'a Panorama) -> Self {
        Self {
            panorama,
            middle: Vec3::ZERO,
            half_view_m: 0.5 * HUNG_M * PITCH,
        }
    }

    /// Where the camera stands, which looks along -Z, m, and its angle of view from top to
    /// bottom, rad.
    #[must_use]
    pub fn camera(&self) -> (Vec3, f32) {
        let away = Vec3::Z * (2.0 * self.half_view_m * DISTANCE);
        (self.middle + away, 2.0 * (0.5 / DISTANCE).atan())
    }

    /// Lights what is there and turns the camera on air to it.
    pub fn set(&self, world: &mut World) {
        let lamp = Hung {
            place: self.middle + to_lamp() * LAMP_M,
            aim: self.middle,
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
        let (place, fov) = self.camera();
        for camera in cameras {
            let mut camera = world.entity_mut(camera);
            camera.remove::<(Bloom, DistanceFog)>();
            camera.insert((
                Transform::from_translation(place),
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
}

/// Hangs the swatch.
pub fn hang(world: &mut World, fabric: &Fabric, finish: Finish) {
    let mut mesh = mesh();
    if finish == Finish::Plain {
        // Distances to seams, which would be taken for a colour.
        mesh.remove_attribute(Mesh::ATTRIBUTE_COLOR);
    }
    let mesh = Mesh3d(world.resource_mut::<Assets<Mesh>>().add(mesh));
    let cloth = world
        .spawn((mesh, NoFrustumCulling, Transform::IDENTITY))
        .id();
    match finish {
        Finish::Fabric => {
            let images = &mut world.resource_mut::<Assets<Image>>();
            let material = fabric_material(fabric, None, Behind::World, images);
            dress(world, cloth, material);
        }
        Finish::Plain => dress(world, cloth, plain(fabric)),
    }
}

/// A stage with nothing on it, for [`super::Loader::on_set`].
///
/// # Errors
/// None.
pub fn empty(world: &mut World, _: &Production) -> Result<(), StageError> {
    // No cue of the show is played here.
    world.insert_resource(Cued(Rig::default()));
    Ok(())
}

/// The garments of a look as they hang now, in their order.
#[must_use]
pub fn garments(world: &World, look: &StagedLook) -> Vec<Piece> {
    let device = world.resource::<RenderDevice>().wgpu_device();
    let queue = &world.resource::<RenderQueue>().0;
    let places = look.sim.lock().read_positions(device, queue);
    let garments = look.garments.iter().map(|garment| {
        let drawn = &garment.drawn;
        let map = &drawn.particle_of_vertex;
        let of_particles = drawn.triangles.iter();
        let of_particles = of_particles.map(|corners| corners.map(|i| map[i as usize]));
        let normals = vertex_normals(&places, &of_particles.collect::<Vec<_>>());
        let at = |list: &[Vec3]| map.iter().map(|&i| list[i as usize].to_array()).collect();
        Piece {
            positions: at(&places),
            normals: at(&normals),
            flat: drawn.uv.iter().map(Vec2::to_array).collect(),
            triangles: drawn.triangles.clone(),
        }
    });
    garments.collect()
}

/// Draws a look as Bevy draws it from glTF: the twin in the materials of its file, and its
/// garments, which hang still and are given in their order.
pub fn as_in_file(world: &mut World, look: &StagedLook, garments: &[Piece]) {
    person::take_off(world, look.actor.root);
    for (garment, piece) in look.garments.iter().zip(garments) {
        world.entity_mut(garment.entity).insert(Visibility::Hidden);
        let mesh = Mesh::new(
            PrimitiveTopology::TriangleList,
            RenderAssetUsages::RENDER_WORLD,
        )
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, piece.positions.clone())
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, piece.normals.clone())
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, piece.flat.clone())
        .with_inserted_indices(Indices::U32(piece.triangles.concat()));
        let mesh = Mesh3d(world.resource_mut::<Assets<Mesh>>().add(mesh));
        let cloth = world.spawn((mesh, NoFrustumCulling, Transform::IDENTITY));
        let cloth = cloth.id();
        dress(world, cloth, plain(&garment.fabric));
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
