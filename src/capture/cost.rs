//! What a frame costs: wall time and time by pass of a scene with one model or many, with
//! all that Toile does to a picture and without.

use super::{CaptureError, Headless, Plan, run::load, subframes};
use crate::{
    production::Production,
    stage::{
        FabricMaterial, Loader, OnAir, PersonMaterial, Playback, Subframe, show_all, sitting,
        without_mirrors,
    },
};
use bevy::{
    anti_alias::smaa::Smaa,
    camera::visibility::NoFrustumCulling,
    diagnostic::DiagnosticsStore,
    pbr::{DistanceFog, ScreenSpaceAmbientOcclusion},
    post_process::bloom::Bloom,
    prelude::*,
    render::camera::TemporalJitter,
    world_serialization::WorldAssetRoot,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::atomic::AtomicBool,
    time::Instant,
};

/// How the scene is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawn {
    /// As `--quality preview`: once, edges smoothed afterwards.
    Once,
    /// An exposure of many, as `--quality standard` and `final` are the mean of.
    Exposure,
    /// The same triangles and lights with Bevy's standard material alone: no fabric, no
    /// glow, haze or smoothing.
    Plain,
}

/// What one exposure costs.
#[derive(Debug, Clone)]
pub struct Cost {
    /// Models on stage.
    pub models: usize,
    /// How they were drawn.
    pub drawn: Drawn,
    /// Vertices of their garments.
    pub vertices: usize,
    /// Median wall time, ms: with the CPU's part, without reading the picture back.
    pub wall_ms: f64,
    /// Median time of the passes on the GPU, ms; a pass may contain others.
    pub passes_ms: BTreeMap<String, f64>,
}

/// Distance from one model to the next across and along the runway, m, and models in a row.
const ACROSS_M: f32 = 0.55;
const ALONG_M: f32 = 0.8;
const IN_A_ROW: usize = 4;
/// Updates until all is drawn as it will be: pipelines, shadows, scenes that spawn.
const WARM_UP: usize = 6;
/// Second at which the model stands.
const AT_S: f32 = 1.0;

/// Measures a production of one look with so many copies of it, from the camera named.
///
/// # Errors
/// What stops the look from being sewn, or the renderer.
pub fn frame_cost(
    production: &Production,
    camera: &str,
    size: (u32, u32),
    models: &[usize],
    frames: usize,
) -> Result<Vec<Cost>, CaptureError> {
    let mut headless = Headless::timed(size, production, &Plan::stills())?;
    let stop = AtomicBool::new(false);
    let mut playback = load(&mut headless, Loader::new(production.clone(), None), &stop)?;
    playback.camera = Some(camera.to_owned());
    headless.world().insert_resource(playback);
    show_all(headless.world(), true);
    headless.open(true);
    headless.world().resource_mut::<Playback>().seek_next(AT_S);
    headless.update()?;
    let most = models.iter().copied().max().unwrap_or(1);
    let copies = copy(headless.world(), most);
    let mut costs = Vec::new();
    for drawn in [Drawn::Once, Drawn::Exposure, Drawn::Plain] {
        if drawn == Drawn::Plain {
            make_plain(headless.world());
        }
        for &count in models {
            show_copies(headless.world(), &copies, count);
            costs.push(measure(&mut headless, drawn, count, frames)?);
        }
    }
    Ok(costs)
}

/// Copies of everything of the look: entities by model, without the first.
fn copy(world: &mut World, most: usize) -> Vec<Vec<Entity>> {
    let look = &world.resource::<Playback>().looks[0];
    let avatar = look.actor.root;
    let garments: Vec<Entity> = look.garments.iter().map(|g| g.entity).collect();
    let scene = world.get::<WorldAssetRoot>(avatar).cloned();
    let feet = world.get::<Transform>(avatar).copied().unwrap_or_default();
    (1..most)
        .map(|number| {
            let (row, column) = (number / IN_A_ROW, number % IN_A_ROW);
            // To the right and the left in turn, then behind.
            let side =
                column.div_ceil(2) as f32 * if column.is_multiple_of(2) { 1.0 } else { -1.0 };
            let aside = Vec3::new(ACROSS_M * side, 0.0, -ALONG_M * row as f32);
            let mut entities = Vec::new();
            if let Some(scene) = &scene {
                let place = feet.with_translation(feet.translation + aside);
                entities.push(world.spawn((scene.clone(), place, Visibility::Hidden)).id());
            }
            for &garment in &garments {
                let parts = (
                    world.get::<Mesh3d>(garment).cloned(),
                    world
                        .get::<MeshMaterial3d<FabricMaterial>>(garment)
                        .cloned(),
                );
                if let (Some(mesh), Some(material)) = parts {
                    let place = Transform::from_translation(aside);
                    let parts = (mesh, material, place, NoFrustumCulling, Visibility::Hidden);
                    entities.push(world.spawn(parts).id());
                }
            }
            entities
        })
        .collect()
}

fn show_copies(world: &mut World, copies: &[Vec<Entity>], models: usize) {
    for (number, entities) in copies.iter().enumerate() {
        let state = match number + 1 < models {
            true => Visibility::Inherited,
            false => Visibility::Hidden,
        };
        for entity in entities {
            if let Some(mut visibility) = world.get_mut::<Visibility>(*entity) {
                visibility.set_if_neq(state);
            }
        }
    }
}

fn measure(
    headless: &mut Headless,
    drawn: Drawn,
    models: usize,
    frames: usize,
) -> Result<Cost, CaptureError> {
    let exposures: Vec<Subframe> = subframes(8).map(|(subframe, _)| subframe).collect();
    let step = |headless: &mut Headless, number: usize| -> Result<f64, CaptureError> {
        if drawn == Drawn::Exposure {
            headless.set_subframe(exposures[number % exposures.len()]);
        }
        let started = Instant::now();
        headless.update()?;
        Ok(started.elapsed().as_secs_f64() * 1e3)
    };
    for number in 0..WARM_UP {
        step(headless, number)?;
    }
    // Passes that are drawn no more would stay as they were last.
    for diagnostic in headless
        .world()
        .resource_mut::<DiagnosticsStore>()
        .iter_mut()
    {
        diagnostic.clear_history();
    }
    let (mut walls, mut passes) = (Vec::new(), BTreeMap::<String, Vec<f64>>::new());
    for number in 0..frames {
        walls.push(step(headless, number)?);
        let store = headless.world().resource::<DiagnosticsStore>();
        for diagnostic in store.iter() {
            let path = diagnostic.path().as_str();
            let pass = path
                .strip_prefix("render/")
                .and_then(|rest| rest.strip_suffix("/elapsed_gpu"));
            if let (Some(pass), Some(value)) = (pass, diagnostic.measurement()) {
                passes.entry(pass.to_owned()).or_default().push(value.value);
            }
        }
    }
    let look = &headless.world().resource::<Playback>().looks[0];
    let vertices: u32 = look.garments.iter().map(|g| g.emit.count).sum();
    Ok(Cost {
        models,
        drawn,
        vertices: vertices as usize * models,
        wall_ms: median(&mut walls),
        passes_ms: passes
            .into_iter()
            .map(|(name, mut values)| (name, median(&mut values)))
            .collect(),
    })
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// Takes all that is Toile's off materials and cameras.
fn make_plain(world: &mut World) {
    without_mirrors(world);
    let mut cameras = world.query_filtered::<Entity, With<OnAir>>();
    for camera in cameras.iter(world).collect::<Vec<_>>() {
        world.entity_mut(camera).remove::<(
            Bloom,
            DistanceFog,
            Smaa,
            TemporalJitter,
            ScreenSpaceAmbientOcclusion,
            bevy::core_pipeline::prepass::DepthPrepass,
            bevy::core_pipeline::prepass::NormalPrepass,
        )>();
    }
    let fabrics: Vec<_> = world
        .resource::<Playback>()
        .looks
        .iter()
        .flat_map(|look| &look.garments)
        .map(|garment| sitting::plain(&garment.fabric))
        .collect();
    let mut materials = world.resource_mut::<Assets<StandardMaterial>>();
    let cloth = fabrics.into_iter().next().unwrap_or_default();
    let cloth = materials.add(cloth);
    let mut bare = HashMap::new();
    let known: Vec<_> = materials.iter().map(|(id, m)| (id, stripped(m))).collect();
    for (id, material) in known {
        bare.insert(id, materials.add(material));
    }
    let mut worn = world.query_filtered::<Entity, With<MeshMaterial3d<FabricMaterial>>>();
    for entity in worn.iter(world).collect::<Vec<_>>() {
        let mut entity = world.entity_mut(entity);
        entity.remove::<MeshMaterial3d<FabricMaterial>>();
        entity.insert(MeshMaterial3d(cloth.clone()));
    }
    let mut people = world.query::<(Entity, &MeshMaterial3d<PersonMaterial>)>();
    let people: Vec<_> = people
        .iter(world)
        .map(|(entity, material)| (entity, material.0.id()))
        .collect();
    for (entity, id) in people {
        let material = world.resource::<Assets<PersonMaterial>>().get(id);
        let Some(plain) = material.map(|material| stripped(&material.base)) else {
            continue;
        };
        let plain = world.resource_mut::<Assets<StandardMaterial>>().add(plain);
        let mut entity = world.entity_mut(entity);
        entity.remove::<MeshMaterial3d<PersonMaterial>>();
        entity.insert(MeshMaterial3d(plain));
    }
    let mut painted = world.query::<&mut MeshMaterial3d<StandardMaterial>>();
    for mut material in painted.iter_mut(world) {
        if let Some(plain) = bare.get(&material.0.id()) {
            material.0 = plain.clone();
        }
    }
}

/// A material without anything but colour and roughness.
fn stripped(material: &StandardMaterial) -> StandardMaterial {
    StandardMaterial {
        base_color: material.base_color,
        base_color_texture: material.base_color_texture.clone(),
        perceptual_roughness: material.perceptual_roughness,
        metallic: material.metallic,
        emissive: material.emissive,
        emissive_exposure_weight: material.emissive_exposure_weight,
        unlit: material.unlit,
        alpha_mode: material.alpha_mode,
        double_sided: material.double_sided,
        cull_mode: material.cull_mode,
        ..default()
    }
}
