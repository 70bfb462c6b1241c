//! Polished floors: a second camera sees the stage as if from below the floor, and a
//! sheet over the floor adds what it sees. The audience is not drawn a second time.

use super::{Scenery, shaders::register};
use bevy::{
    asset::{RenderAssetUsages, uuid_handle},
    camera::{
        CameraUpdateSystems, Exposure, Hdr, RenderTarget,
        visibility::{NoFrustumCulling, RenderLayers},
    },
    core_pipeline::tonemapping::{DebandDither, Tonemapping},
    light::{EnvironmentMapLight, NotShadowCaster, ShadowFilteringMethod},
    pbr::MaterialPlugin,
    prelude::*,
    render::render_resource::{
        AsBindGroup, Extent3d, TextureDimension, TextureFormat, TextureUsages,
    },
    shader::{Shader, ShaderRef},
};

const SHADER: Handle<Shader> = uuid_handle!("c2f4b0de-0b86-4f5e-8c0a-51f7a3e69b27");

/// The render layer of twins and what they wear.
pub(super) const TWINS: usize = 0;
/// The render layer of the house.
const HOUSE: usize = 1;
/// That of those parts of the house that floors mirror.
const MIRRORED: usize = 2;
/// The first of the layers that sheets are in, each camera's in its own.
const SHEETS: usize = 16;
/// Floors that are rougher than this have no second camera.
const ROUGHEST: f32 = 0.35;
/// How far the sheet lies over the floor, m.
const OVER_M: f32 = 0.0015;
/// Light that lacquer sends back head-on, of 1 (index of refraction 1.55).
const HEAD_ON: f32 = 0.047;

/// A floor that mirrors. It is level, at y = 0.
#[derive(Resource, Debug, Clone, Copy)]
pub(super) struct Polished {
    /// Its middle, m along X and Z.
    pub(super) centre: Vec2,
    /// Its size, m along X and Z.
    pub(super) size: Vec2,
    /// Perceptual roughness.
    pub(super) roughness: f32,
}

impl Polished {
    /// The floor if it is smooth enough for a second camera.
    pub(super) fn new(centre: Vec2, size: Vec2, roughness: f32) -> Option<Self> {
        (roughness <= ROUGHEST).then_some(Self {
            centre,
            size,
            roughness,
        })
    }
}

/// Has floors mirror for a camera.
#[derive(Component, Debug, Clone, Copy, Default)]
pub struct Reflects;

/// What `shaders/stage/gloss.wgsl` is given.
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone)]
struct GlossMaterial {
    #[uniform(0)]
    surface: Vec4,
    #[texture(1)]
    #[sampler(2)]
    picture: Handle<Image>,
}

impl Material for GlossMaterial {
    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Add
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }
}

/// The camera that sees the stage from below for another one.
#[derive(Component)]
struct Below {
    of: Entity,
    sheet: Entity,
    /// Of its picture, pixels.
    size: UVec2,
}

/// A camera that has one.
#[derive(Component)]
struct Doubled;

/// Installs mirrors.
pub(super) fn plugin(app: &mut App) {
    let text = include_str!("../../shaders/stage/gloss.wgsl");
    register(app, &[(SHADER, "shaders/stage/gloss.wgsl", text)]);
    app.add_plugins(MaterialPlugin::<GlossMaterial>::default())
        .add_systems(
            PostUpdate,
            (double, follow)
                .chain()
                .before(CameraUpdateSystems)
                .before(TransformSystems::Propagate)
                .run_if(resource_exists::<Polished>),
        );
}

/// Puts the house in layers of its own, so that a clean feed and mirrors leave out what
/// is not for them. Lamps light all of it.
pub(super) fn part_house(world: &mut World) {
    let mut house = world.query::<(Entity, &Scenery, &Transform)>();
    let parted: Vec<_> = house
        .iter(world)
        .map(|(entity, scenery, place)| {
            // Nothing that lies at or below the floor is seen in it.
            let seen = scenery.0 == "set" && place.translation.y > 0.0;
            let layers = if seen {
                &[HOUSE, MIRRORED][..]
            } else {
                &[HOUSE]
            };
            (entity, RenderLayers::from_layers(layers))
        })
        .collect();
    for (entity, layers) in parted {
        world.entity_mut(entity).insert(layers);
    }
    let mut lamps = world
        .query_filtered::<Entity, Or<(With<SpotLight>, With<PointLight>, With<DirectionalLight>)>>(
        );
    for entity in lamps.iter(world).collect::<Vec<_>>() {
        let layers = RenderLayers::from_layers(&[TWINS, HOUSE]);
        world.entity_mut(entity).insert(layers);
    }
}

/// The layers of a camera that sees twins and house.
#[must_use]
pub fn all_layers() -> RenderLayers {
    RenderLayers::from_layers(&[TWINS, HOUSE])
}

/// Takes all mirrors away.
pub fn without_mirrors(world: &mut World) {
    world.remove_resource::<Polished>();
    let mut below = world.query::<(Entity, &Below)>();
    let all: Vec<_> = below.iter(world).map(|(e, b)| [e, b.sheet]).collect();
    for entity in all.into_iter().flatten() {
        world.despawn(entity);
    }
}

/// Half of a picture's size, pixels.
fn halved(size: UVec2) -> UVec2 {
    (size / 2).max(UVec2::ONE)
}

/// An empty picture that a camera fills and a material shows.
pub(super) fn target(size: UVec2) -> Image {
    let extent = Extent3d {
        width: size.x,
        height: size.y,
        depth_or_array_layers: 1,
    };
    let format = TextureFormat::Rgba16Float;
    let usage = RenderAssetUsages::RENDER_WORLD;
    let mut image = Image::new_uninit(extent, TextureDimension::D2, format, usage);
    image.texture_descriptor.usage |=
        TextureUsages::RENDER_ATTACHMENT | TextureUsages::TEXTURE_BINDING;
    image
}

/// Gives every camera its second one and a sheet over the floor.
fn double(
    floor: Res<'_, Polished>,
    mut commands: Commands<'_, '_>,
    mut images: ResMut<'_, Assets<Image>>,
    mut meshes: ResMut<'_, Assets<Mesh>>,
    mut materials: ResMut<'_, Assets<GlossMaterial>>,
    cameras: Query<
        '_,
        '_,
        (Entity, &Camera, &RenderLayers, &Exposure),
        (With<Reflects>, Without<Doubled>),
    >,
    doubled: Query<'_, '_, (), With<Doubled>>,
) {
    let mut number = doubled.iter().count();
    for (of, camera, layers, exposure) in &cameras {
        let Some(size) = camera.physical_target_size() else {
            continue;
        };
        let size = halved(size);
        let picture = images.add(target(size));
        // GGX spreads by the square of the perceptual roughness, and mirrors twice that.
        let spread = 2.0 * floor.roughness * floor.roughness;
        let sheet = commands
            .spawn((
                Mesh3d(meshes.add(Plane3d::new(Vec3::Y, 0.5 * floor.size))),
                MeshMaterial3d(materials.add(GlossMaterial {
                    surface: Vec4::new(HEAD_ON, spread, 0.0, 0.0),
                    picture: picture.clone(),
                })),
                Transform::from_xyz(floor.centre.x, OVER_M, floor.centre.y),
                RenderLayers::layer(SHEETS + number),
                NoFrustumCulling,
                NotShadowCaster,
            ))
            .id();
        commands.spawn((
            Camera3d::default(),
            Camera {
                order: -1,
                ..default()
            },
            RenderTarget::from(picture),
            Projection::default(),
            Msaa::Off,
            Hdr,
            Tonemapping::None,
            DebandDither::Disabled,
            ShadowFilteringMethod::Hardware2x2,
            *exposure,
            RenderLayers::from_layers(&[TWINS, MIRRORED]),
            Below { of, sheet, size },
        ));
        let layers = layers.clone().with(SHEETS + number);
        commands.entity(of).insert((Doubled, layers));
        number += 1;
    }
}

/// Has second cameras see what is mirrored.
fn follow(
    mut commands: Commands<'_, '_>,
    mut images: ResMut<'_, Assets<Image>>,
    mut materials: ResMut<'_, Assets<GlossMaterial>>,
    sheets: Query<'_, '_, &MeshMaterial3d<GlossMaterial>>,
    cameras: Query<
        '_,
        '_,
        (
            &Camera,
            &Transform,
            &Projection,
            Option<&EnvironmentMapLight>,
        ),
        Without<Below>,
    >,
    mut below: Query<
        '_,
        '_,
        (
            Entity,
            &mut Below,
            &mut Camera,
            &mut Transform,
            &mut Projection,
            &mut RenderTarget,
            Option<&mut EnvironmentMapLight>,
        ),
    >,
) {
    for (entity, mut below, mut camera, mut place, mut lens, mut picture, light) in &mut below {
        let Ok((above, from, projection, lit)) = cameras.get(below.of) else {
            continue;
        };
        if camera.is_active != above.is_active {
            camera.is_active = above.is_active;
        }
        *place = mirrored(from);
        *lens = projection.clone();
        match (light, lit) {
            (Some(mut light), Some(lit)) => light.intensity = lit.intensity,
            (None, Some(lit)) => {
                commands.entity(entity).insert(lit.clone());
            }
            _ => {}
        }
        // A window may have changed its size.
        if let Some(size) = above.physical_target_size().map(halved)
            && size != below.size
        {
            below.size = size;
            let image = images.add(target(size));
            *picture = RenderTarget::from(image.clone());
            if let Ok(sheet) = sheets.get(below.sheet)
                && let Some(mut material) = materials.get_mut(&sheet.0)
            {
                material.picture = image;
            }
        }
    }
}

/// A camera as the floor mirrors it, but with left and right kept apart: its picture is
/// the mirror's, turned about the vertical middle.
fn mirrored(from: &Transform) -> Transform {
    let flip = |v: Vec3| Vec3::new(v.x, -v.y, v.z);
    let (ahead, up) = (flip(*from.forward()), flip(*from.up()));
    Transform::from_translation(flip(from.translation)).looking_to(ahead, up)
}

#[cfg(test)]
mod tests {
    use super::{Polished, mirrored};
    use bevy::prelude::*;

    #[test]
    fn a_mirror_image_is_seen_where_its_picture_is_looked_up() {
        let eye = Transform::from_xyz(0.7, 1.4, 9.0).looking_at(Vec3::new(-0.3, 0.9, 2.0), Vec3::Y);
        let below = mirrored(&eye);
        let seen = |camera: &Transform, at: Vec3| {
            let local = camera.to_matrix().inverse().transform_point3(at);
            Vec2::new(local.x, local.y) / -local.z
        };
        let shoulder = Vec3::new(0.2, 1.4, 3.0);
        let image = shoulder.with_y(-shoulder.y);
        let (direct, second) = (seen(&eye, image), seen(&below, shoulder));
        assert!((direct - Vec2::new(-second.x, second.y)).length() < 1e-5);
    }

    #[test]
    fn only_smooth_floors_mirror() {
        let floor = |roughness| Polished::new(Vec2::ZERO, Vec2::ONE, roughness);
        assert!(floor(0.13).is_some());
        assert!(floor(0.7).is_none());
    }
}
