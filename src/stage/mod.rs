//! The stage: a production played with Bevy.
//!
//! [`StagePlugin`] installs the pieces; [`Playback`] holds the looks and the
//! clock. Everything on stage is a function of the show's time, except the
//! cloth, which the solver carries from frame to frame. Whoever drives the app
//! (the capture's pump or the window's clock) sets [`Playback::seek_next`] once
//! per frame; the systems here do the rest.

mod actor;
mod cloth;
mod fabric;
mod load;
mod look;
mod set;
mod underwear;
mod workroom;

pub use actor::Actor;
pub use cloth::{Emit, Emits, SharedSim};
pub use fabric::{FabricMaterial, FabricSurface, fabric_material};
use load::Report;
pub use load::{Loader, StageError, VenueLight, show_all};
pub use look::{FITTING_Z, FittedLook, Staging};
pub use set::FollowSpot;
pub use workroom::{News, Order, Workroom};

use crate::wardrobe::{Gpu, Stance, Tally};
use bevy::{
    camera::Exposure,
    gltf::Gltf,
    mesh::morph::MorphWeights,
    prelude::*,
    render::renderer::{RenderDevice, RenderQueue},
};
use std::sync::Arc;
use toile_cloth::ClothPipelines;
use toile_show::{CameraView, Show, Subject};
use toile_twin::{Avatar, Performance};

/// A garment on stage.
pub struct StagedGarment {
    /// The garment's name.
    pub name: String,
    /// What it is made of now.
    pub fabric: Arc<toile_garment::Fabric>,
    /// Its colour, if not the fabric's own.
    pub colour: Option<toile_show::Rgb>,
    /// The entity that is drawn.
    pub entity: Entity,
    /// How its mesh is filled.
    pub emit: Emit,
}

/// A look on stage.
pub struct StagedLook {
    /// Number in the running order.
    pub number: u32,
    /// The twin's name.
    pub twin_name: String,
    /// When it steps out, s of the show.
    pub enters_s: f32,
    /// Its walk, or how it stands; its first `lead_in` seconds happen before it steps out.
    pub performance: Performance,
    /// Seconds of the performance that are played backstage.
    pub lead_in_s: f32,
    /// The avatar.
    pub avatar: Arc<Avatar>,
    /// Its file. Kept, for when the last handle is gone, the next look of the
    /// same twin loads it anew, and Bevy then spawns this look's scene afresh.
    pub avatar_file: Handle<Gltf>,
    /// How long it stands where it enters, instead of walking, s.
    pub stands_s: Option<f32>,
    /// Body height, m.
    pub height_m: f32,
    /// The avatar's entities.
    pub actor: Actor,
    /// The cloth.
    pub sim: SharedSim,
    /// The garments' entities.
    pub garments: Vec<StagedGarment>,
    /// Where it is since the last step.
    pub stance: Stance,
    /// What the solver has been through.
    pub tally: Tally,
    /// World positions of the cloth when it is about to step out, m.
    pub at_entrance: Vec<Vec3>,
}

impl StagedLook {
    /// When it has left, s of the show.
    #[must_use]
    pub fn exits_s(&self) -> f32 {
        self.enters_s
            + self
                .stands_s
                .unwrap_or(self.performance.duration_s() as f32 - self.lead_in_s)
    }

    /// Whether it is on stage at a time.
    #[must_use]
    pub fn on_stage(&self, time_s: f32) -> bool {
        (self.enters_s..=self.exits_s()).contains(&time_s)
    }

    /// Puts body and cloth back to where they are about to step out.
    pub fn reset(&mut self, queue: &wgpu::Queue) {
        self.stance = self.stance_at(self.lead_in_s);
        let still = vec![Vec3::ZERO; self.at_entrance.len()];
        self.sim.lock().set_state(queue, &self.at_entrance, &still);
    }
}

/// The show as it plays.
#[derive(Resource)]
pub struct Playback {
    /// The show file.
    pub show: Arc<Show>,
    /// Time of the frame being shown, s.
    pub time_s: f32,
    /// Step to this time in the next update, s; none while paused.
    next_s: Option<f32>,
    /// Camera held by the director, instead of the cuts.
    pub camera: Option<String>,
    /// The looks.
    pub looks: Vec<StagedLook>,
    /// The solver's kernels.
    pub kernels: Arc<ClothPipelines>,
    /// Looks that stepped out before this time are not shown, s: a jump
    /// forward skips them, for their cloth was not carried along.
    pub skipped_s: f32,
    /// Time spent in the solver's submission in the last frame, ms.
    pub step_ms: f32,
    /// What the camera on air sees.
    pub view: Option<CameraView>,
}

impl Playback {
    /// Length of the show, s.
    #[must_use]
    pub fn duration_s(&self) -> f32 {
        let last = self
            .looks
            .iter()
            .map(StagedLook::exits_s)
            .fold(0.0, f32::max);
        last + self.show.outro_beats * self.show.beat_s()
    }

    /// Asks for the next frame to show this time; it must not be earlier than
    /// the present one, for cloth cannot run backwards.
    pub fn seek_next(&mut self, time_s: f32) {
        self.next_s = Some(time_s);
    }

    /// Whether a look is to be seen at a time.
    #[must_use]
    pub fn shows(&self, look: &StagedLook, time_s: f32) -> bool {
        look.on_stage(time_s) && look.enters_s >= self.skipped_s
    }

    /// Jumps to a time; looks that stepped out before it are left out.
    pub fn restart_at(&mut self, time_s: f32, queue: &wgpu::Queue) {
        for look in &mut self.looks {
            look.reset(queue);
        }
        self.time_s = time_s;
        self.skipped_s = time_s;
        self.next_s = Some(time_s);
    }

    /// What the camera on air follows.
    #[must_use]
    pub fn subject(&self) -> Option<Subject> {
        let cut = self.show.cut_at(self.time_s / self.show.beat_s());
        let as_subject = |look: &StagedLook| Subject {
            look: look.number,
            feet: look.stance.pose.root,
            height_m: look.height_m,
        };
        let asked = cut.look.and_then(|number| {
            self.looks
                .iter()
                .find(|look| look.number == number && self.shows(look, self.time_s))
        });
        asked
            .or_else(|| {
                self.looks
                    .iter()
                    .filter(|look| self.shows(look, self.time_s))
                    .max_by(|a, b| a.stance.pose.root.z.total_cmp(&b.stance.pose.root.z))
            })
            .map(as_subject)
    }
}

/// Marks the camera that is on air.
#[derive(Component)]
pub struct OnAir;

/// The order of work in a frame.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub enum StageSystems {
    /// Actors are posed and cloth is stepped.
    Perform,
    /// Cameras and following lights look at where the actors now are.
    Frame,
}

/// Installs the stage.
pub struct StagePlugin;

impl Plugin for StagePlugin {
    fn build(&self, app: &mut App) {
        fabric::plugin(app);
        cloth::plugin(app);
        app.insert_resource(GlobalAmbientLight::NONE)
            .insert_resource(ClearColor(Color::srgb(0.004, 0.004, 0.005)))
            .configure_sets(Update, (StageSystems::Perform, StageSystems::Frame).chain())
            .add_systems(
                Update,
                perform
                    .in_set(StageSystems::Perform)
                    .run_if(resource_exists::<Playback>),
            )
            .add_systems(
                Update,
                (aim_camera, follow_lights)
                    .in_set(StageSystems::Frame)
                    .run_if(resource_exists::<Playback>),
            );
    }
}

/// Poses the actors at the asked time and steps their cloth to it.
fn perform(
    mut playback: ResMut<'_, Playback>,
    mut emits: ResMut<'_, Emits>,
    device: Res<'_, RenderDevice>,
    queue: Res<'_, RenderQueue>,
    mut transforms: Query<'_, '_, &mut Transform, Without<FollowSpot>>,
    mut weights: Query<'_, '_, &mut MorphWeights>,
    mut visibility: Query<'_, '_, &mut Visibility>,
) -> Result {
    let Some(now) = playback.next_s.take() else {
        return Ok(());
    };
    let before = playback.time_s;
    playback.time_s = now;
    emits.0.clear();
    let kernels = playback.kernels.clone();
    let skipped_s = playback.skipped_s;
    let started = std::time::Instant::now();
    for look in &mut playback.looks {
        let shown = look.on_stage(now) && look.enters_s >= skipped_s;
        let state = if shown {
            Visibility::Inherited
        } else {
            Visibility::Hidden
        };
        for entity in std::iter::once(look.actor.root).chain(look.garments.iter().map(|g| g.entity))
        {
            if let Ok(mut current) = visibility.get_mut(entity) {
                current.set_if_neq(state);
            }
        }
        if !shown {
            continue;
        }
        let dt = now - before.max(look.enters_s);
        let local_s = look.lead_in_s + (now - look.enters_s);
        if dt > 0.0 {
            look.step(local_s, dt, &kernels, device.wgpu_device(), &queue.0)?;
        }
        look.actor.set_pose(
            &look.avatar.skeleton,
            &look.stance.pose,
            &mut transforms,
            &mut weights,
        );
        emits
            .0
            .extend(look.garments.iter().map(|garment| garment.emit.clone()));
    }
    playback.step_ms = started.elapsed().as_secs_f32() * 1e3;
    Ok(())
}

impl StagedLook {
    /// Steps pose and cloth to `local_s` of the performance, `dt` seconds on.
    ///
    /// # Errors
    /// What the solver refuses.
    pub fn step(
        &mut self,
        local_s: f32,
        dt: f32,
        kernels: &ClothPipelines,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
    ) -> Result<(), toile_cloth::ClothError> {
        let next = self.stance_at(local_s);
        let gpu = Gpu {
            device,
            queue,
            kernels,
        };
        self.stance.advance(next, dt, &mut self.sim.lock(), gpu)
    }

    fn stance_at(&self, local_s: f32) -> Stance {
        let pose = self.performance.pose(f64::from(local_s));
        Stance::new(&self.avatar.skeleton, pose)
    }
}

/// Points the camera on air.
fn aim_camera(
    mut playback: ResMut<'_, Playback>,
    mut cameras: Query<'_, '_, (&mut Transform, &mut Projection), With<OnAir>>,
) {
    let beat = playback.time_s / playback.show.beat_s();
    let cut = playback.show.cut_at(beat);
    let name = playback.camera.as_deref().unwrap_or(&cut.camera);
    let Some(camera) = playback.show.camera(name) else {
        return;
    };
    let view = camera.view(beat - cut.beat, playback.subject());
    for (mut transform, mut projection) in &mut cameras {
        *transform = Transform::from_translation(view.position).looking_at(view.look_at, Vec3::Y);
        if let Projection::Perspective(perspective) = &mut *projection {
            perspective.fov = view.fov_y;
        }
    }
    playback.view = Some(view);
}

/// Moves the following spots with the look on air.
fn follow_lights(
    playback: Res<'_, Playback>,
    mut lights: Query<'_, '_, (&FollowSpot, &mut Transform), Without<OnAir>>,
) {
    if let Some(subject) = playback.subject() {
        for (spot, mut transform) in &mut lights {
            *transform = spot.transform(subject.feet);
        }
    }
}

/// The exposure that a show file asks for.
#[must_use]
pub fn exposure(show: &Show) -> Exposure {
    Exposure {
        ev100: show.venue.exposure_ev100,
    }
}
