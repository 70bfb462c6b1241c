//! From a production to a playback: spawn the set, the avatars and the cloth.

use super::{
    Actor, Emit, Playback, SharedSim, StagedGarment, StagedLook, cloth, fabric_material, set,
};
use crate::{
    production::{CastLook, Production},
    wardrobe::{self, DressError, Gpu, Tally},
};
use bevy::{
    asset::LoadState,
    gltf::Gltf,
    light::EnvironmentMapLight,
    prelude::*,
    render::renderer::{RenderDevice, RenderQueue},
    world_serialization::WorldAssetRoot,
};
use std::sync::Arc;
use toile_cloth::{ClothPipelines, ClothSim};
use toile_twin::{Performance, PerformancePlan, skin_matrices};

/// Seconds in which a model goes from the pose it is dressed in to its first
/// step, backstage.
const LEAD_IN_S: f32 = 1.5;
/// Where the models wait, m along the runway.
const BACKSTAGE_Z: f32 = -1.6;
/// Where they stand in a fitting room, m along the runway.
const FITTING_Z: f32 = 2.0;
/// Frames per second of what happens backstage.
const BACKSTAGE_FPS: f32 = 24.0;
/// Updates that Bevy may take to load an avatar.
const MOST_UPDATES: u32 = 20_000;

/// What can go wrong between a production and its first frame.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StageError {
    /// A garment did not dress.
    #[error(transparent)]
    Dress(#[from] DressError),
    /// The solver.
    #[error("cloth: {0}")]
    Cloth(#[from] toile_cloth::ClothError),
    /// A twin's choreography.
    #[error(transparent)]
    Twin(#[from] toile_twin::TwinError),
    /// Anything Bevy could not load or show.
    #[error("{0}")]
    Load(String),
}

/// What hears of progress: phase, done, of how many.
pub(super) type Report<'a> = &'a mut dyn FnMut(&str, u64, u64);

/// Loads a production bit by bit: call [`Loader::advance`] once per update of
/// the app, so that a window stays alive and assets can arrive in between.
pub struct Loader {
    production: Production,
    phase: Phase,
    staged: Vec<StagedLook>,
    kernels: Option<Arc<ClothPipelines>>,
    updates: u32,
}

enum Phase {
    Begin,
    Avatars(Vec<Handle<Gltf>>),
    Joints(Vec<Entity>),
    Dressing(Vec<Option<Actor>>),
}

impl Loader {
    /// Nothing happens until the first [`Loader::advance`].
    #[must_use]
    pub fn new(production: Production) -> Self {
        Self {
            production,
            phase: Phase::Begin,
            staged: Vec::new(),
            kernels: None,
            updates: 0,
        }
    }

    /// Does the next bit; gives the playback once all is on stage.
    ///
    /// # Errors
    /// [`StageError`], naming the look, twin or file.
    pub fn advance(
        &mut self,
        world: &mut World,
        progress: Report<'_>,
    ) -> Result<Option<Playback>, StageError> {
        self.updates += 1;
        match &mut self.phase {
            Phase::Begin => {
                spawn_set(world, &self.production)?;
                self.kernels = Some(Arc::new(ClothPipelines::new(
                    world.resource::<RenderDevice>().wgpu_device(),
                )?));
                let server = world.resource::<AssetServer>().clone();
                let handles = self
                    .production
                    .looks
                    .iter()
                    .map(|look| server.load(look.cast.avatar.file.clone()))
                    .collect();
                self.phase = Phase::Avatars(handles);
            }
            Phase::Avatars(handles) => {
                let server = world.resource::<AssetServer>();
                let ready = handles
                    .iter()
                    .filter(|handle| server.is_loaded_with_dependencies(*handle))
                    .count();
                progress("loading avatars", ready as u64, handles.len() as u64);
                for (handle, look) in handles.iter().zip(&self.production.looks) {
                    if let Some(LoadState::Failed(error)) = server.get_load_state(handle) {
                        return Err(StageError::Load(format!(
                            "cannot load avatar {}: {error}",
                            look.cast.avatar.file.display()
                        )));
                    }
                }
                if ready < handles.len() {
                    self.give_up_after(MOST_UPDATES, "the avatars did not finish loading; see the log above for the file that failed")?;
                    std::thread::sleep(std::time::Duration::from_millis(2));
                    return Ok(None);
                }
                let roots = spawn_avatars(world, handles, &self.production)?;
                self.updates = 0;
                self.phase = Phase::Joints(roots);
            }
            Phase::Joints(roots) => {
                let mut actors = Vec::new();
                for (root, look) in roots.iter().zip(&self.production.looks) {
                    let avatar = &look.cast.avatar;
                    let morphs: Vec<String> = avatar
                        .morph_targets()
                        .into_iter()
                        .map(str::to_owned)
                        .collect();
                    actors.push(Actor::find(world, *root, &avatar.skeleton, &morphs));
                }
                if actors.iter().any(Option::is_none) {
                    self.give_up_after(200, "the joints of an avatar did not appear on stage")?;
                    return Ok(None);
                }
                self.phase = Phase::Dressing(actors);
            }
            Phase::Dressing(actors) => {
                let index = self.staged.len();
                let count = self.production.looks.len();
                let (Some(cast), Some(kernels)) = (self.production.looks.get(index), &self.kernels)
                else {
                    return Ok(Some(self.playback()));
                };
                let actor = actors[index]
                    .take()
                    .ok_or_else(|| StageError::Load("an avatar was staged twice".into()))?;
                let phase = format!(
                    "dressing look {} of {count} ({})",
                    index + 1,
                    cast.cast.twin.name
                );
                let look = stage_look(
                    world,
                    cast,
                    actor,
                    &self.production.show,
                    kernels,
                    |done, of| progress(&phase, done, of),
                )?;
                self.staged.push(look);
                if self.staged.len() == count {
                    return Ok(Some(self.playback()));
                }
            }
        }
        Ok(None)
    }

    fn give_up_after(&self, updates: u32, problem: &str) -> Result<(), StageError> {
        if self.updates > updates {
            Err(StageError::Load(problem.to_owned()))
        } else {
            Ok(())
        }
    }

    fn playback(&mut self) -> Playback {
        Playback {
            show: Arc::new(self.production.show.clone()),
            time_s: 0.0,
            next_s: None,
            camera: None,
            skipped_s: 0.0,
            step_ms: 0.0,
            looks: std::mem::take(&mut self.staged),
            kernels: self
                .kernels
                .clone()
                .unwrap_or_else(|| unreachable!("kernels are made in the first phase")),
            view: None,
        }
    }
}

fn spawn_avatars(
    world: &mut World,
    handles: &[Handle<Gltf>],
    production: &Production,
) -> Result<Vec<Entity>, StageError> {
    let mut roots = Vec::new();
    for (handle, look) in handles.iter().zip(&production.looks) {
        let scene = world
            .resource::<Assets<Gltf>>()
            .get(handle)
            .and_then(|gltf| {
                gltf.default_scene
                    .clone()
                    .or_else(|| gltf.scenes.first().cloned())
            })
            .ok_or_else(|| {
                StageError::Load(format!(
                    "{} holds no scene",
                    look.cast.avatar.file.display()
                ))
            })?;
        roots.push(
            world
                .spawn((
                    WorldAssetRoot(scene),
                    Transform::IDENTITY,
                    Visibility::Hidden,
                ))
                .id(),
        );
    }
    Ok(roots)
}

fn spawn_set(world: &mut World, production: &Production) -> Result<(), StageError> {
    let venue = &production.show.venue;
    let image = production.assets.environment(&venue.environment.image);
    let environment = set::environment(venue, &image, &mut world.resource_mut::<Assets<Image>>())
        .map_err(StageError::Load)?;
    world.insert_resource(VenueLight(environment));
    world.resource_scope(|world, mut meshes: Mut<'_, Assets<Mesh>>| {
        world.resource_scope(|world, mut materials: Mut<'_, Assets<StandardMaterial>>| {
            let mut commands = world.commands();
            set::build(&mut commands, &mut meshes, &mut materials, venue);
        });
    });
    world.flush();
    Ok(())
}

/// The light from everywhere, for the cameras to carry.
#[derive(Resource, Clone)]
pub struct VenueLight(pub EnvironmentMapLight);

/// Dresses a look, walks it to its first step backstage, and puts it on stage.
fn stage_look(
    world: &mut World,
    cast: &CastLook,
    actor: Actor,
    show: &toile_show::Show,
    kernels: &Arc<ClothPipelines>,
    mut progress: impl FnMut(u64, u64),
) -> Result<StagedLook, StageError> {
    let render_device = world.resource::<RenderDevice>().clone();
    let queue = world.resource::<RenderQueue>().clone();
    let gpu = Gpu {
        device: render_device.wgpu_device(),
        queue: &queue.0,
        kernels,
    };
    let (twin, avatar) = (&cast.cast.twin, &cast.cast.avatar);
    let body = wardrobe::body_mesh(&avatar.collision_hull()?, avatar.skeleton.len());
    let dressed = wardrobe::dress(cast, &body, gpu, |done, of, _| {
        progress(u64::from(done), u64::from(of))
    })?;

    let stands_s = cast
        .look
        .stands
        .then_some(cast.look.pose_beats * show.beat_s());
    let start = Vec3::new(
        cast.look.lane_m,
        0.0,
        if cast.look.stands {
            FITTING_Z
        } else {
            BACKSTAGE_Z
        },
    );
    let performance = Performance::new(
        avatar,
        twin,
        &PerformancePlan {
            bpm: show.music.bpm,
            walk_distance_m: cast.look.walk_m - start.z.min(0.0),
            pose_beats: cast.look.pose_beats,
            lead_in_s: LEAD_IN_S,
            seed: u64::from(cast.look.number),
            start: (start, 0.0),
            ..PerformancePlan::default()
        },
    )?;
    // Everything before the first step out happens backstage, so that the
    // first footfall lands on the beat that the show names.
    let lead_in_s = performance.start_of(toile_twin::Phase::WalkOut) as f32;
    let backstage = (lead_in_s * BACKSTAGE_FPS).round() as u32;
    // The look was dressed at the origin; it waits behind the backdrop.
    let mut cloth_mesh = dressed.cloth.clone();
    cloth_mesh.positions = dressed.positions.iter().map(|p| *p + start).collect();
    let sim = ClothSim::new(gpu.device, gpu.queue, kernels, &cloth_mesh, Some(&body))?;

    let mut staged_garments = Vec::new();
    let sim = SharedSim::new(sim);
    for (garment, worn) in dressed.garments.iter().zip(&cast.garments) {
        let positions: Vec<Vec3> = garment
            .particle_of_vertex
            .iter()
            .map(|&i| cloth_mesh.positions[i as usize])
            .collect();
        let mesh = world
            .resource_mut::<Assets<Mesh>>()
            .add(cloth::garment_mesh(
                &positions,
                &garment.uv,
                &garment.triangles,
            ));
        let material = world
            .resource_mut::<Assets<super::FabricMaterial>>()
            .add(fabric_material(&worn.fabric, worn.colour));
        let entity = world
            .spawn(cloth::garment_bundle(mesh.clone(), material))
            .id();
        let particle_of_vertex =
            render_device
                .wgpu_device()
                .create_buffer(&wgpu::BufferDescriptor {
                    label: Some("stage.garment.particle_of_vertex"),
                    size: (garment.particle_of_vertex.len() * 4) as u64,
                    usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
                    mapped_at_creation: false,
                });
        queue.0.write_buffer(
            &particle_of_vertex,
            0,
            bytemuck::cast_slice(&garment.particle_of_vertex),
        );
        staged_garments.push(StagedGarment {
            name: garment.name.clone(),
            fabric: worn.fabric.clone(),
            colour: worn.colour,
            entity,
            emit: Emit {
                mesh,
                sim: sim.clone(),
                particle_of_vertex,
                count: garment.particle_of_vertex.len() as u32,
            },
        });
    }

    let pose = performance.pose(0.0);
    let skin = skin_matrices(&avatar.skeleton, &pose);
    let mut tally = Tally::default();
    tally.add(&dressed.stats);
    let mut look = StagedLook {
        number: cast.look.number,
        twin_name: twin.name.clone(),
        enters_s: cast.look.enters_at_beat * show.beat_s(),
        performance,
        lead_in_s,
        stands_s,
        avatar: avatar.clone(),
        height_m: twin.measures.height + twin.shoe_heel,
        actor,
        sim,
        garments: staged_garments,
        pose,
        skin,
        tally,
        at_entrance: Vec::new(),
    };
    for frame in 0..backstage {
        let dt = lead_in_s / backstage as f32;
        look.step((frame + 1) as f32 * dt, dt, kernels, gpu.device, gpu.queue)?;
    }
    let stats = look.sim.lock().stats(gpu.device, gpu.queue)?;
    look.tally.add(&stats);
    look.at_entrance = look.sim.lock().read_positions(gpu.device, gpu.queue);
    Ok(look)
}

/// Shows or hides everything on stage; everything is drawn once before the
/// first frame counts, so that pipelines are compiled and meshes have slabs.
pub fn show_all(world: &mut World, shown: bool) {
    let Some(playback) = world.get_resource::<Playback>() else {
        return;
    };
    let entities: Vec<Entity> = playback
        .looks
        .iter()
        .flat_map(|look| {
            std::iter::once(look.actor.root).chain(look.garments.iter().map(|g| g.entity))
        })
        .collect();
    for entity in entities {
        if let Some(mut visibility) = world.get_mut::<Visibility>(entity) {
            *visibility = if shown {
                Visibility::Inherited
            } else {
                Visibility::Hidden
            };
        }
    }
}
