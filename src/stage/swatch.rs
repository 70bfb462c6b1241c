//! Pieces of cloth before a camera, without a look: to judge colour and surface.

use super::{
    Behind, FabricMaterial, OnAir, VenueLight, cloth::garment_mesh, edge_distances,
    fabric_material, set,
};
use crate::production::Production;
use bevy::{
    asset::RenderAssetUsages,
    camera::{Exposure, visibility::NoFrustumCulling},
    core_pipeline::tonemapping::Tonemapping,
    light::EnvironmentMapLight,
    pbr::DistanceFog,
    post_process::bloom::Bloom,
    prelude::*,
    render::render_resource::{
        Extent3d, TextureDimension, TextureFormat, TextureViewDescriptor, TextureViewDimension,
    },
};
use toile_garment::Fabric;
use toile_show::Rgb;

/// A piece of cloth.
pub struct Swatch {
    /// What it is of.
    pub fabric: Fabric,
    /// Colour of the cloth; without it, the fabric's own.
    pub colour: Option<Rgb>,
}

/// How pieces hang.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hang {
    /// Flat, facing the camera.
    Flat,
    /// In folds, the right one turned over at its corner.
    Folded,
}

/// What lights them.
pub enum Light<'a> {
    /// The same from everywhere: what is white is shown as white.
    Even,
    /// The light of a venue, with a lamp from the upper left.
    Studio {
        /// Whose venue it is.
        room: &'a Production,
    },
}

/// Pieces in rows from the upper left.
pub struct Board<'a> {
    /// What hangs there.
    pub swatches: &'a [Swatch],
    /// Pieces in a row.
    pub columns: usize,
    /// Side of a piece, m. However small, it is hung as large as all others, so that lamp
    /// and camera need not know.
    pub side_m: f32,
    /// How they hang.
    pub hang: Hang,
    /// What lights them.
    pub light: Light<'a>,
}

/// Side of a piece as it hangs in the world, m.
pub(super) const HUNG_M: f32 = 1.5;
/// Distance from the middle of one piece to that of the next, in sides.
pub const PITCH: f32 = 1.12;
/// Distance of the camera in heights of the board: a long lens, so that all pieces are
/// seen alike.
const DISTANCE: f32 = 6.0;

impl Board<'_> {
    /// Rows of the board.
    fn rows(&self) -> usize {
        self.swatches.len().div_ceil(self.columns)
    }

    /// Width and height as it hangs, m.
    #[must_use]
    pub fn extent(&self) -> Vec2 {
        Vec2::new(self.columns as f32, self.rows() as f32) * HUNG_M * PITCH
    }

    /// Middle of a piece, m.
    fn middle(&self, index: usize) -> Vec2 {
        let place = Vec2::new(
            (index % self.columns) as f32 + 0.5,
            (index / self.columns) as f32 + 0.5,
        );
        let from_corner = place * HUNG_M * PITCH;
        Vec2::new(
            from_corner.x - 0.5 * self.extent().x,
            0.5 * self.extent().y - from_corner.y,
        )
    }

    /// Hangs the pieces and turns the camera on air to them.
    ///
    /// # Errors
    /// A sentence naming the environment's image.
    pub fn hang(&self, world: &mut World) -> Result<(), String> {
        for (index, swatch) in self.swatches.iter().enumerate() {
            let (positions, uv, triangles) = sheet(self.hang, self.side_m);
            let map: Vec<u32> = (0..uv.len() as u32).collect();
            // A flat piece is out of the middle of the cloth: no hem is near.
            let edges = match self.hang {
                Hang::Flat => vec![Vec2::ONE; uv.len()],
                Hang::Folded => edge_distances(&uv, &triangles, &map),
            };
            let mesh = garment_mesh(&positions, &uv, &edges, &triangles);
            let mesh = world.resource_mut::<Assets<Mesh>>().add(mesh);
            let images = &mut world.resource_mut::<Assets<Image>>();
            let material = fabric_material(&swatch.fabric, swatch.colour, Behind::World, images);
            let material = world.resource_mut::<Assets<FabricMaterial>>().add(material);
            world.spawn((
                Mesh3d(mesh),
                MeshMaterial3d(material),
                NoFrustumCulling,
                Transform::from_translation(self.middle(index).extend(0.0)),
            ));
        }
        self.light(world)
    }

    fn light(&self, world: &mut World) -> Result<(), String> {
        let cameras: Vec<Entity> = world
            .query_filtered::<Entity, With<OnAir>>()
            .iter(world)
            .collect();
        let extent = self.extent();
        let away = extent.y * DISTANCE;
        let environment = match &self.light {
            Light::Even => even_light(&mut world.resource_mut::<Assets<Image>>()),
            Light::Studio { room } => {
                let lamp = Transform::from_xyz(-1.6 * extent.x, 0.5 * extent.y, 1.3 * extent.y)
                    .looking_at(Vec3::ZERO, Vec3::Y);
                let reach = lamp.translation.length();
                let cone = (0.6 * extent.length() / reach).atan();
                world.spawn((
                    SpotLight {
                        color: Color::linear_rgb(1.0, 0.96, 0.9),
                        intensity: LAMP_LM_M2 * reach * reach,
                        range: 4.0 * reach,
                        outer_angle: cone,
                        inner_angle: 0.9 * cone,
                        // A shadow map is too coarse for pieces of this size.
                        shadow_maps_enabled: false,
                        ..default()
                    },
                    lamp,
                ));
                let images = &mut world.resource_mut::<Assets<Image>>();
                let mut all_around = set::environment(room, images)?;
                all_around.intensity *= STUDIO_SHARE;
                all_around
            }
        };
        let even = matches!(self.light, Light::Even);
        for camera in cameras {
            let mut camera = world.entity_mut(camera);
            camera.remove::<(Bloom, DistanceFog)>();
            camera.insert((
                Transform::from_xyz(0.0, 0.0, away),
                Projection::Perspective(PerspectiveProjection {
                    fov: 2.0 * (0.5 / DISTANCE).atan(),
                    near: 0.05,
                    ..default()
                }),
            ));
            if even {
                camera.insert((
                    UntouchedColours,
                    Tonemapping::None,
                    Exposure { ev100: EVEN_EV100 },
                ));
            }
        }
        world.insert_resource(ClearColor(if even {
            Color::BLACK
        } else {
            Color::linear_rgb(0.18, 0.18, 0.18)
        }));
        world.insert_resource(VenueLight(environment));
        Ok(())
    }
}

/// One piece of `side_m` around its middle, as it hangs: positions, pattern coordinates, triangles.
pub(super) fn sheet(hang: Hang, side_m: f32) -> (Vec<Vec3>, Vec<Vec2>, Vec<[u32; 3]>) {
    let cells = if hang == Hang::Flat { 2 } else { 60 };
    let points = (0..=cells).flat_map(|j| (0..=cells).map(move |i| (i, j)));
    let uv: Vec<Vec2> = points
        .map(|(i, j)| Vec2::new(i as f32, j as f32) * side_m / cells as f32)
        .collect();
    let hung = HUNG_M / side_m;
    let positions = uv
        .iter()
        .map(|&p| {
            let p = p * hung;
            let flat = p - 0.5 * HUNG_M;
            match hang {
                Hang::Flat => flat.extend(0.0),
                Hang::Folded => {
                    // Flutes that open downwards, and a corner that turns up.
                    let down = 1.0 - p.y / HUNG_M;
                    let depth = HUNG_M * (0.02 + 0.075 * down);
                    let phase = p.x / HUNG_M * 17.0 + 0.6;
                    let lift = (down + p.x / HUNG_M - 1.62).max(0.0) * HUNG_M;
                    Vec3::new(
                        flat.x - 0.9 * lift,
                        flat.y + 0.5 * lift,
                        depth * phase.sin() + 1.3 * lift,
                    )
                }
            }
        })
        .collect();
    let row = cells as u32 + 1;
    let triangles = (0..cells as u32)
        .flat_map(|j| (0..cells as u32).map(move |i| j * row + i))
        .flat_map(|a| [[a, a + 1, a + row + 1], [a, a + row + 1, a + row]])
        .collect();
    (positions, uv, triangles)
}

/// How bright light is shown at [`EVEN_EV100`], of 1 cd/m² (Bevy's exposure is
/// 1 / (1.2 · 2^EV100)).
pub(super) const PICTURE_PER_NIT: f32 = 1.0 / (1.2 * 128.0);
pub(super) const EVEN_EV100: f32 = 7.0;
/// The lamp's light, lm for every square metre of a sphere around it.
pub(super) const LAMP_LM_M2: f32 = 9_000.0;
/// How much of a venue's light from everywhere is let in beside the lamp.
pub(super) const STUDIO_SHARE: f32 = 0.35;

/// Marks a camera whose colours no view changes.
#[derive(Component)]
pub struct UntouchedColours;

/// Light from everywhere that shows white as white at [`EVEN_EV100`].
fn even_light(images: &mut Assets<Image>) -> EnvironmentMapLight {
    let white = half::f16::ONE.to_le_bytes();
    let texels: Vec<u8> = white.repeat(4 * 6);
    let mut image = Image::new(
        Extent3d {
            width: 1,
            height: 1,
            depth_or_array_layers: 6,
        },
        TextureDimension::D2,
        texels,
        TextureFormat::Rgba16Float,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.texture_view_descriptor = Some(TextureViewDescriptor {
        dimension: Some(TextureViewDimension::Cube),
        ..default()
    });
    let map = images.add(image);
    EnvironmentMapLight {
        diffuse_map: map.clone(),
        specular_map: map,
        intensity: PICTURE_PER_NIT.recip(),
        ..default()
    }
}
