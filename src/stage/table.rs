//! A square of cloth over a round table, before a camera.

use super::{
    Behind, FabricMaterial, OnAir, VenueLight,
    cloth::garment_mesh,
    edge_distances, fabric_material, set,
    swatch::{LAMP_LM_M2, STUDIO_SHARE},
};
use crate::{draping::Hung, production::Production};
use bevy::{
    camera::visibility::NoFrustumCulling, pbr::DistanceFog, post_process::bloom::Bloom, prelude::*,
};

use toile_cloth::truth::cusick::TABLE;
use toile_garment::Fabric;

/// What is shown: cloth that has come to rest, and the light of a venue.
pub struct Table<'a> {
    /// What the cloth is of.
    pub fabric: &'a Fabric,
    /// How it hangs.
    pub cloth: &'a Hung,
    /// Whose environment lights it.
    pub room: &'a Production,
}

/// How much larger than life it stands in the world, so that lamp and camera are those
/// of people.
const SCALE: f32 = 4.0;
/// Height of the table, m.
const HEIGHT_M: f32 = 0.21;
/// What the picture shows from its middle to its edge, m.
const HALF_VIEW_M: f32 = 0.172;
/// The camera above the table's edge and to its right, rad.
const RISE: f32 = 0.46;
const TURN: f32 = 0.32;
/// Distance of the camera in the world, m: a long lens.
const AWAY_M: f32 = 10.0;
/// Middle of the picture below the table's top, m.
const BELOW_M: f32 = 0.078;
/// Where the lamp hangs in the world, m.
const LAMP: Vec3 = Vec3::new(-2.6, 3.2, 2.2);
/// Share of light that floor and table return.
const PAPER: f32 = 0.86;
/// How much weaker the lamp is, and stronger the light from everywhere, than on a board:
/// shadows stay light.
const LAMP_SHARE: f32 = 0.4;
const AROUND_SHARE: f32 = 2.6;

impl Table<'_> {
    /// Sets it up and turns the camera on air to it.
    ///
    /// # Errors
    /// A sentence naming the environment's image.
    pub fn set(&self, world: &mut World) -> Result<(), String> {
        self.cloth(world);
        furniture(world);
        let reach = LAMP.length();
        world.spawn((
            SpotLight {
                color: Color::linear_rgb(1.0, 0.96, 0.9),
                intensity: LAMP_SHARE * LAMP_LM_M2 * reach * reach,
                range: 4.0 * reach,
                radius: 0.3,
                inner_angle: 0.4,
                outer_angle: 0.75,
                shadow_maps_enabled: true,
                ..default()
            },
            Transform::from_translation(LAMP).looking_at(Vec3::ZERO, Vec3::Y),
        ));
        let images = &mut world.resource_mut::<Assets<Image>>();
        let mut all_around = set::environment(self.room, images)?;
        all_around.intensity *= AROUND_SHARE * STUDIO_SHARE;
        world.insert_resource(VenueLight(all_around));
        world.insert_resource(ClearColor(Color::linear_rgb(PAPER, PAPER, PAPER)));
        let cameras: Vec<Entity> = world
            .query_filtered::<Entity, With<OnAir>>()
            .iter(world)
            .collect();
        let middle = Vec3::NEG_Y * BELOW_M * SCALE;
        let (up, along) = RISE.sin_cos();
        let (side, front) = TURN.sin_cos();
        let eye = middle + AWAY_M * Vec3::new(side * along, up, front * along);
        for camera in cameras {
            let mut camera = world.entity_mut(camera);
            camera.remove::<(Bloom, DistanceFog)>();
            camera.insert((
                Transform::from_translation(eye).looking_at(middle, Vec3::Y),
                Projection::Perspective(PerspectiveProjection {
                    fov: 2.0 * (HALF_VIEW_M * SCALE / AWAY_M).atan(),
                    near: 0.05,
                    ..default()
                }),
            ));
        }
        Ok(())
    }

    fn cloth(&self, world: &mut World) {
        let Hung {
            positions,
            flat,
            triangles,
            ..
        } = self.cloth;
        let map: Vec<u32> = (0..flat.len() as u32).collect();
        let edges = edge_distances(flat, triangles, &map);
        let large: Vec<Vec3> = positions.iter().map(|p| *p * SCALE).collect();
        let mesh = garment_mesh(&large, flat, &edges, triangles);
        let mesh = world.resource_mut::<Assets<Mesh>>().add(mesh);
        let images = &mut world.resource_mut::<Assets<Image>>();
        let material = fabric_material(self.fabric, None, Behind::World, images);
        let material = world.resource_mut::<Assets<FabricMaterial>>().add(material);
        world.spawn((
            Mesh3d(mesh),
            MeshMaterial3d(material),
            NoFrustumCulling,
            Transform::IDENTITY,
        ));
    }
}

/// The table and the paper it stands on.
fn furniture(world: &mut World) {
    let paint = StandardMaterial {
        base_color: Color::linear_rgb(PAPER, PAPER, PAPER),
        perceptual_roughness: 0.95,
        reflectance: 0.2,
        ..default()
    };
    let paint = world.resource_mut::<Assets<StandardMaterial>>().add(paint);
    // A thin plate on a stem, as a drape tester has: limp cloth falls in under its rim. The
    // plate is a hair below the cloth, and within the ring that it is held on.
    let top = TABLE as f32 - 0.003;
    for (radius, height, middle) in [
        (top, 0.003, -0.0035),
        (0.011, HEIGHT_M, -0.5 * HEIGHT_M - 0.004),
        (0.055, 0.006, 0.003 - HEIGHT_M),
    ] {
        let part = Cylinder::new(radius * SCALE, height * SCALE);
        let part = part.mesh().resolution(96).build();
        let part = world.resource_mut::<Assets<Mesh>>().add(part);
        world.spawn((
            Mesh3d(part),
            MeshMaterial3d(paint.clone()),
            Transform::from_xyz(0.0, middle * SCALE, 0.0),
        ));
    }
    let floor = Plane3d::default().mesh().size(60.0, 60.0).build();
    let floor = world.resource_mut::<Assets<Mesh>>().add(floor);
    world.spawn((
        Mesh3d(floor),
        MeshMaterial3d(paint),
        Transform::from_xyz(0.0, -HEIGHT_M * SCALE, 0.0),
    ));
}
