//! One look on its way to the stage: spawned, then moved from the pose it was
//! sewn in to the one it enters with, unless its bake knows where that leads.

use super::{
    Actor, Behind, Emit, FabricMaterial, Playing, Report, SharedSim, StageError, StagedGarment,
    StagedLook, StagedSkin, cloth, fabric_material, face, understudy::Waiting,
};
use crate::{choreography::Moment, parts, tailor::FittedLook, wardrobe::RenderGarment};
use bevy::{
    asset::LoadState,
    gltf::Gltf,
    prelude::*,
    render::renderer::{RenderDevice, RenderQueue},
    world_serialization::WorldAssetRoot,
};
use toile_cloth::{ClothPipelines, ClothSim};
use toile_twin::Avatar;

/// Backstage frames per update, so that a window stays alive.
const BACKSTAGE_PER_UPDATE: usize = 4;
/// Updates that Bevy may take to load an avatar, and to spawn its joints.
const MOST_UPDATES: u32 = 20_000;

/// Brings a fitted look on stage, a bit per update.
pub struct Staging {
    state: State,
    updates: u32,
}

enum State {
    Loading(Box<FittedLook>, Handle<Gltf>),
    Joints(Box<FittedLook>, Handle<Gltf>, Entity),
    Understudy(Box<StagedLook>, Waiting),
    Backstage(Box<StagedLook>, Vec<Moment>, usize),
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
        kernels: &ClothPipelines,
        progress: Report<'_>,
    ) -> Result<Option<StagedLook>, StageError> {
        self.updates += 1;
        match std::mem::replace(&mut self.state, State::Done) {
            State::Loading(fitted, avatar) => {
                if loaded(world, &avatar, &fitted.cast.cast.avatar)? {
                    let root = spawn_avatar(world, &avatar, &fitted.cast.cast.avatar)?;
                    self.updates = 0;
                    self.state = State::Joints(fitted, avatar, root);
                } else {
                    self.give_up_late("the avatar did not finish loading; see the log above")?;
                    std::thread::sleep(std::time::Duration::from_millis(2));
                    self.state = State::Loading(fitted, avatar);
                }
            }
            State::Joints(fitted, file, root) => {
                let cast = &fitted.cast.cast;
                let avatar = &cast.avatar;
                let morphs = avatar.morph_targets().into_iter().map(str::to_owned);
                // Who has no face moves none.
                let morphs: Vec<String> = morphs.filter(|_| !cast.faceless).collect();
                if let Some(actor) = Actor::find(world, root, &avatar.skeleton, &morphs) {
                    super::underwear::tone_down(world, root);
                    if !cast.faceless {
                        super::person::make_up(world, root);
                    }
                    let waiting = Waiting::new(world, &fitted.cast.cast);
                    let look = Box::new(spawn_look(world, *fitted, file, actor, kernels)?);
                    self.updates = 0;
                    match waiting {
                        Some(waiting) => self.state = State::Understudy(look, waiting),
                        None => return Ok(self.ready(look)),
                    }
                } else {
                    self.give_up_late("the joints of an avatar did not appear on stage")?;
                    self.state = State::Joints(fitted, file, root);
                }
            }
            State::Understudy(mut look, mut waiting) => {
                if let Some(understudy) = waiting.advance(world, &look.avatar.skeleton)? {
                    look.understudy = Some(understudy);
                    return Ok(self.ready(look));
                }
                self.give_up_late("the mannequin that waits for a twin did not appear")?;
                std::thread::sleep(std::time::Duration::from_millis(2));
                self.state = State::Understudy(look, waiting);
            }
            State::Backstage(mut look, moments, done) => {
                let until = moments.len().min(done + BACKSTAGE_PER_UPDATE);
                let device = world.resource::<RenderDevice>().clone();
                let queue = world.resource::<RenderQueue>().clone();
                for moment in &moments[done..until] {
                    look.step(*moment, kernels, device.wgpu_device(), &queue.0)?;
                }
                progress(
                    &format!("taking {} to their place", look.twin_name),
                    until as u64,
                    moments.len() as u64,
                );
                if until < moments.len() {
                    self.state = State::Backstage(look, moments, until);
                } else {
                    look.about_to_enter(device.wgpu_device(), &queue.0)?;
                    return Ok(Some(*look));
                }
            }
            State::Done => {}
        }
        Ok(None)
    }

    /// Goes on with a look all of which is on stage; gives it if there is nothing left
    /// to do.
    fn ready(&mut self, look: Box<StagedLook>) -> Option<StagedLook> {
        if look.plays_bake() {
            return Some(*look);
        }
        let moments = look.choreography.backstage().collect();
        self.state = State::Backstage(look, moments, 0);
        None
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
        for (entity, _) in self.entities() {
            world.despawn(entity);
        }
    }
}

/// Whether Bevy has loaded an avatar with all that belongs to it.
pub(super) fn loaded(
    world: &World,
    file: &Handle<Gltf>,
    avatar: &Avatar,
) -> Result<bool, StageError> {
    let server = world.resource::<AssetServer>();
    if let Some(LoadState::Failed(error)) = server.get_load_state(file) {
        return Err(StageError::Load(format!(
            "cannot load avatar {}: {error}",
            avatar.file.display()
        )));
    }
    Ok(server.is_loaded_with_dependencies(file))
}

/// Spawns an avatar, hidden.
pub(super) fn spawn_avatar(
    world: &mut World,
    file: &Handle<Gltf>,
    avatar: &Avatar,
) -> Result<Entity, StageError> {
    let gltf = world.resource::<Assets<Gltf>>().get(file);
    let scene = gltf
        .and_then(|gltf| gltf.default_scene.as_ref().or(gltf.scenes.first()))
        .cloned()
        .ok_or_else(|| {
            let file = avatar.file.display();
            StageError::Load(format!("{file} holds no scene"))
        })?;
    let bundle = (
        WorldAssetRoot(scene),
        Transform::IDENTITY,
        Visibility::Hidden,
    );
    Ok(world.spawn(bundle).id())
}

/// Puts a fitted look on stage, hidden: in the pose it was sewn in, or, with a
/// bake, about to enter.
fn spawn_look(
    world: &mut World,
    fitted: FittedLook,
    avatar_file: Handle<Gltf>,
    actor: Actor,
    kernels: &ClothPipelines,
) -> Result<StagedLook, StageError> {
    let device = world.resource::<RenderDevice>().clone();
    let queue = world.resource::<RenderQueue>().clone();
    let cloth_mesh = fitted.cloth_at_start();
    let sim = SharedSim::new(ClothSim::new(
        device.wgpu_device(),
        &queue.0,
        kernels,
        &cloth_mesh,
        Some(&fitted.body),
    )?);
    let garments = fitted
        .garments
        .iter()
        .zip(&fitted.cast.garments)
        .map(|(drawn, worn)| {
            let images = &mut world.resource_mut::<Assets<Image>>();
            let material = fabric_material(&worn.fabric, worn.colour, Behind::Body, images);
            let material = world.resource_mut::<Assets<FabricMaterial>>().add(material);
            let (entity, emit) = spawn_garment(world, drawn, &cloth_mesh.positions, material, &sim);
            StagedGarment {
                drawn: drawn.clone(),
                fabric: worn.fabric.clone(),
                colour: worn.colour,
                entity,
                emit,
            }
        })
        .collect();
    let cast = &fitted.cast.cast;
    let figure = cast.faceless.then(|| cast.avatar.without_face());
    let drawn = figure.as_ref().unwrap_or(&cast.avatar);
    let skin = StagedSkin::new(world, actor.root, &avatar_file, drawn, &sim, kernels)?;
    if let Some(figure) = &figure {
        face::cover(world, actor.root, &avatar_file, figure, true);
    }
    let worn = parts::find(&fitted);
    let (look, twin) = (&fitted.cast.look, &fitted.cast.cast.twin);
    let avatar = fitted.cast.cast.avatar.clone();
    let mut staged = StagedLook {
        number: look.number,
        twin: twin.id.clone(),
        twin_name: twin.name.clone(),
        height_m: twin.measures.height + twin.shoe_heel,
        ways: worn.ways(&fitted.choreography, &avatar.skeleton),
        parts: worn.seen,
        stance: fitted.choreography.stance(&avatar.skeleton, 0.0),
        choreography: fitted.choreography,
        avatar,
        avatar_file,
        actor,
        understudy: None,
        withdrawn: false,
        sim,
        skin,
        garments,
        tally: fitted.sewing,
        measured: Vec::new(),
        at_entrance: Vec::new(),
        bake: None,
        why: fitted.why,
        skipped: false,
    };
    if let Some(baked) = fitted.baked {
        staged.tally = baked.tally;
        staged.at_entrance = baked.entrance;
        staged.bake = Some(Playing::new(baked.bake));
        staged.reset(&queue.0);
    }
    Ok(staged)
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
    let edges = super::edge_distances(&drawn.uv, &drawn.triangles, map);
    let mesh = world
        .resource_mut::<Assets<Mesh>>()
        .add(cloth::garment_mesh(
            &positions,
            &drawn.uv,
            &edges,
            &drawn.triangles,
        ));
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
