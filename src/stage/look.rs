//! One look on its way to the stage: sewn and choreographed, then spawned, then
//! moved from the pose it was sewn in to the one it enters with.

use super::{
    Actor, Emit, FabricMaterial, Report, SharedSim, StageError, StagedGarment, StagedLook, cloth,
    fabric_material,
};
use crate::{
    production::CastLook,
    wardrobe::{self, Dressed, Gpu, RenderGarment, Stance, Tally},
};
use bevy::{
    asset::LoadState,
    gltf::Gltf,
    prelude::*,
    render::renderer::{RenderDevice, RenderQueue},
    world_serialization::WorldAssetRoot,
};
use toile_cloth::{BodyMesh, ClothPipelines, ClothSim};
use toile_garment::BodyMeasures;
use toile_show::Show;
use toile_twin::{Performance, PerformancePlan, Phase, PoseKind};

/// Seconds in which a model goes from the pose it is dressed in to its first
/// step, backstage.
const LEAD_IN_S: f32 = 1.25;
/// Where the models wait, m along the runway.
const BACKSTAGE_Z: f32 = -1.6;
/// Where they stand in a fitting room, m along the runway.
pub const FITTING_Z: f32 = 2.0;
/// Frames per second of what happens backstage.
const BACKSTAGE_FPS: f32 = 24.0;
/// Backstage frames per update, so that a window stays alive.
const BACKSTAGE_PER_UPDATE: u32 = 4;
/// Updates that Bevy may take to load an avatar, and to spawn its joints.
const MOST_UPDATES: u32 = 20_000;

/// A look that is sewn, settled and choreographed, and not yet on stage.
pub struct FittedLook {
    /// Who wears what.
    pub cast: CastLook,
    /// The measures that the garments were drafted to.
    pub wearer: BodyMeasures,
    body: BodyMesh,
    dressed: Dressed,
    performance: Performance,
    start: Vec3,
}

/// Drafts, sews and settles a look, and plans what its twin does.
pub(super) fn fit_look(
    cast: CastLook,
    show: &Show,
    gpu: Gpu<'_>,
    progress: Report<'_>,
) -> Result<FittedLook, StageError> {
    let (twin, avatar) = (&cast.cast.twin, &cast.cast.avatar);
    let body = wardrobe::body_mesh(&avatar.collision_hull()?, avatar.skeleton.len());
    let landmarks = wardrobe::landmarks(avatar).map_err(wardrobe::DressError::from)?;
    let wearer = wardrobe::wearer(&twin.measures, &landmarks, &twin.id)
        .map_err(wardrobe::DressError::from)?;
    let dressed = wardrobe::dress(&cast, &body, gpu, |done, of, _| {
        let phase = format!("sewing for {}", twin.name);
        progress(&phase, u64::from(done), u64::from(of));
    })?;
    let stands = cast.look.stands;
    let z = if stands { FITTING_Z } else { BACKSTAGE_Z };
    let start = Vec3::new(cast.look.lane_m, 0.0, z);
    let plan = PerformancePlan {
        bpm: show.music.bpm,
        walk_distance_m: cast.look.walk_m - start.z.min(0.0),
        pose_beats: cast.look.pose_beats,
        lead_in_s: LEAD_IN_S,
        // Weight on both feet, or the tape would lie: a hip pushed out pulls
        // the cloth to its side.
        pose_kind: if stands {
            PoseKind::Still
        } else {
            PoseKind::default()
        },
        stands,
        seed: u64::from(cast.look.number),
        start: (start, 0.0),
        ..PerformancePlan::default()
    };
    let performance = Performance::new(avatar, twin, &plan)?;
    Ok(FittedLook {
        wearer,
        body,
        dressed,
        performance,
        start,
        cast,
    })
}

/// Brings a fitted look on stage, a bit per update.
pub struct Staging {
    state: State,
    updates: u32,
}

enum State {
    Loading(Box<FittedLook>, Handle<Gltf>),
    Joints(Box<FittedLook>, Handle<Gltf>, Entity),
    Backstage { look: Box<StagedLook>, frame: u32 },
    Done,
}

impl Staging {
    /// Starts to load the twin's avatar.
    #[must_use]
    pub fn new(world: &World, fitted: FittedLook) -> Self {
        let avatar = world
            .resource::<AssetServer>()
            .load(fitted.cast.cast.avatar.file.clone());
        Self {
            state: State::Loading(Box::new(fitted), avatar),
            updates: 0,
        }
    }

    /// Does the next bit; gives the look once it is ready to enter.
    ///
    /// # Errors
    /// [`StageError`], naming the file or the look.
    pub fn advance(
        &mut self,
        world: &mut World,
        show: &Show,
        kernels: &ClothPipelines,
        progress: Report<'_>,
    ) -> Result<Option<StagedLook>, StageError> {
        self.updates += 1;
        match std::mem::replace(&mut self.state, State::Done) {
            State::Loading(fitted, avatar) => {
                if loaded(world, &avatar, &fitted)? {
                    let root = spawn_avatar(world, &avatar, &fitted)?;
                    self.updates = 0;
                    self.state = State::Joints(fitted, avatar, root);
                } else {
                    self.give_up_late("the avatar did not finish loading; see the log above")?;
                    std::thread::sleep(std::time::Duration::from_millis(2));
                    self.state = State::Loading(fitted, avatar);
                }
            }
            State::Joints(fitted, file, root) => {
                let avatar = &fitted.cast.cast.avatar;
                let morphs = avatar.morph_targets().into_iter().map(str::to_owned);
                let morphs: Vec<String> = morphs.collect();
                if let Some(actor) = Actor::find(world, root, &avatar.skeleton, &morphs) {
                    super::underwear::tone_down(world, root);
                    let look = spawn_look(world, *fitted, file, actor, show, kernels)?;
                    self.state = State::Backstage {
                        look: Box::new(look),
                        frame: 0,
                    };
                } else {
                    self.give_up_late("the joints of an avatar did not appear on stage")?;
                    self.state = State::Joints(fitted, file, root);
                }
            }
            State::Backstage { mut look, frame } => {
                let of = (look.lead_in_s * BACKSTAGE_FPS).round() as u32;
                let until = of.min(frame + BACKSTAGE_PER_UPDATE);
                let device = world.resource::<RenderDevice>().clone();
                let queue = world.resource::<RenderQueue>().clone();
                for next in frame..until {
                    let dt = look.lead_in_s / of as f32;
                    let at_s = (next + 1) as f32 * dt;
                    look.step(at_s, dt, kernels, device.wgpu_device(), &queue.0)?;
                }
                progress(
                    &format!("taking {} to their place", look.twin_name),
                    u64::from(until),
                    u64::from(of),
                );
                if until < of {
                    self.state = State::Backstage { look, frame: until };
                } else {
                    look.about_to_enter(device.wgpu_device(), &queue.0)?;
                    return Ok(Some(*look));
                }
            }
            State::Done => {}
        }
        Ok(None)
    }

    fn give_up_late(&self, problem: &str) -> Result<(), StageError> {
        if self.updates > MOST_UPDATES {
            Err(StageError::Load(problem.to_owned()))
        } else {
            Ok(())
        }
    }
}

impl StagedLook {
    /// Notes what the solver has been through backstage, and where the cloth
    /// is, to start from there again.
    fn about_to_enter(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
    ) -> Result<(), StageError> {
        let sim = self.sim.lock();
        self.tally.add(&sim.stats(device, queue)?);
        self.at_entrance = sim.read_positions(device, queue);
        Ok(())
    }

    /// Takes everything of the look off the stage.
    pub fn leave(&self, world: &mut World) {
        for entity in std::iter::once(self.actor.root).chain(self.garments.iter().map(|g| g.entity))
        {
            world.despawn(entity);
        }
    }
}

fn loaded(world: &World, avatar: &Handle<Gltf>, look: &FittedLook) -> Result<bool, StageError> {
    let server = world.resource::<AssetServer>();
    if let Some(LoadState::Failed(error)) = server.get_load_state(avatar) {
        return Err(StageError::Load(format!(
            "cannot load avatar {}: {error}",
            look.cast.cast.avatar.file.display()
        )));
    }
    Ok(server.is_loaded_with_dependencies(avatar))
}

fn spawn_avatar(
    world: &mut World,
    avatar: &Handle<Gltf>,
    look: &FittedLook,
) -> Result<Entity, StageError> {
    let gltf = world.resource::<Assets<Gltf>>().get(avatar);
    let scene = gltf
        .and_then(|gltf| gltf.default_scene.as_ref().or(gltf.scenes.first()))
        .cloned()
        .ok_or_else(|| {
            let file = look.cast.cast.avatar.file.display();
            StageError::Load(format!("{file} holds no scene"))
        })?;
    let bundle = (
        WorldAssetRoot(scene),
        Transform::IDENTITY,
        Visibility::Hidden,
    );
    Ok(world.spawn(bundle).id())
}

/// Puts a fitted look on stage, hidden, in the pose it was sewn in.
fn spawn_look(
    world: &mut World,
    fitted: FittedLook,
    avatar_file: Handle<Gltf>,
    actor: Actor,
    show: &Show,
    kernels: &ClothPipelines,
) -> Result<StagedLook, StageError> {
    let device = world.resource::<RenderDevice>().clone();
    let queue = world.resource::<RenderQueue>().clone();
    let (look, twin) = (&fitted.cast.look, &fitted.cast.cast.twin);
    let avatar = fitted.cast.cast.avatar.clone();
    let performance = fitted.performance;
    // The look was dressed at the origin.
    let mut cloth_mesh = fitted.dressed.cloth;
    let positions = &fitted.dressed.positions;
    cloth_mesh.positions = positions.iter().map(|p| *p + fitted.start).collect();
    let sim = SharedSim::new(ClothSim::new(
        device.wgpu_device(),
        &queue.0,
        kernels,
        &cloth_mesh,
        Some(&fitted.body),
    )?);
    let garments = fitted
        .dressed
        .garments
        .iter()
        .zip(&fitted.cast.garments)
        .map(|(drawn, worn)| {
            let material = world
                .resource_mut::<Assets<FabricMaterial>>()
                .add(fabric_material(&worn.fabric, worn.colour));
            let (entity, emit) = spawn_garment(world, drawn, &cloth_mesh.positions, material, &sim);
            StagedGarment {
                name: drawn.name.clone(),
                fabric: worn.fabric.clone(),
                colour: worn.colour,
                entity,
                emit,
            }
        })
        .collect();
    let mut tally = Tally::default();
    tally.add(&fitted.dressed.stats);
    // Everything before the first step out happens backstage, so that the
    // first footfall lands on the beat that the show names.
    let entrance = if look.stands {
        Phase::Posing
    } else {
        Phase::WalkOut
    };
    Ok(StagedLook {
        number: look.number,
        twin_name: twin.name.clone(),
        enters_s: look.enters_at_beat * show.beat_s(),
        lead_in_s: performance.start_of(entrance) as f32,
        stands_s: look.stands.then_some(look.pose_beats * show.beat_s()),
        height_m: twin.measures.height + twin.shoe_heel,
        stance: Stance::new(&avatar.skeleton, performance.pose(0.0)),
        performance,
        avatar,
        avatar_file,
        actor,
        sim,
        garments,
        tally,
        at_entrance: Vec::new(),
    })
}

/// One garment's entity, and how it is filled.
fn spawn_garment(
    world: &mut World,
    drawn: &RenderGarment,
    cloth_positions: &[Vec3],
    material: Handle<FabricMaterial>,
    sim: &SharedSim,
) -> (Entity, Emit) {
    let map = &drawn.particle_of_vertex;
    let positions: Vec<Vec3> = map.iter().map(|&i| cloth_positions[i as usize]).collect();
    let mesh = world
        .resource_mut::<Assets<Mesh>>()
        .add(cloth::garment_mesh(&positions, &drawn.uv, &drawn.triangles));
    let entity = world
        .spawn(cloth::garment_bundle(mesh.clone(), material))
        .id();
    let device = world.resource::<RenderDevice>().wgpu_device().clone();
    let particle_of_vertex = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("stage.garment.particle_of_vertex"),
        size: (map.len() * 4) as u64,
        usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    let queue = &world.resource::<RenderQueue>().0;
    queue.write_buffer(&particle_of_vertex, 0, bytemuck::cast_slice(map));
    let emit = Emit {
        mesh,
        sim: sim.clone(),
        particle_of_vertex,
        count: map.len() as u32,
    };
    (entity, emit)
}
