//! The stage: a production played with Bevy.
//!
//! [`StagePlugin`] installs the pieces; [`Playback`] holds the looks and the
//! clock. Everything on stage is a function of the show's time, except cloth
//! that is not baked, which the solver carries from frame to frame. Whoever drives the app
//! (the capture's pump or the window's clock) sets [`Playback::seek_next`] once
//! per frame; the systems here do the rest.

mod actor;
mod air;
mod audience;
mod beam;
mod cloth;
mod fabric;
mod face;
mod figure;
mod following;
mod gloss;
mod load;
mod look;
mod mips;
mod person;
mod playing;
mod press;
mod rig;
mod set;
mod shaders;
pub mod sitting;
mod skin;
mod studio;
mod swatch;
mod table;
mod understudy;
mod underwear;
mod watch;
mod workroom;

pub use actor::Actor;
pub use air::air;
pub use beam::InTheAir;
pub use cloth::{Emit, Emits, SharedSim};
pub use fabric::{
    Behind, ClothView, FabricMaterial, FabricSurface, TONEMAPPING, edge_distances, fabric_material,
    surface,
};
pub use figure::{Figure, frame_face, frame_figures};
pub use gloss::{Reflects, all_layers, without_mirrors};
use load::Report;
pub use load::{BuildSet, Loader, StageError, VenueLight, show_all};
pub use look::Staging;
pub use person::{PersonMaterial, painted};
pub use playing::Playing;
pub use set::Hung;
pub use shaders::register as register_shaders;
pub use skin::{SkinEmit, StagedSkin};
pub use studio::build_studio;
pub use swatch::{Board, Hang, Light, PITCH, Swatch, UntouchedColours};
pub use table::Table;
pub use watch::Watch;
pub use workroom::{News, Order, Workroom};

use crate::{
    choreography::{Choreography, Moment},
    wardrobe::{Gpu, Measured, RenderGarment, Stance, Tally},
};
use bevy::{
    camera::Exposure,
    gltf::Gltf,
    mesh::morph::MorphWeights,
    prelude::*,
    render::renderer::{RenderDevice, RenderQueue},
};
use std::sync::Arc;
use toile_cloth::ClothPipelines;
use toile_show::{
    CameraView, Show,
    edit::Shot,
    follow::{Attention, Ways},
    format::{Cut, Framing},
};
use toile_twin::Avatar;

/// A garment on stage.
pub struct StagedGarment {
    /// What is drawn.
    pub drawn: RenderGarment,
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
    /// The twin's id.
    pub twin: String,
    /// The twin's name.
    pub twin_name: String,
    /// What it does, and when.
    pub choreography: Choreography,
    /// The avatar.
    pub avatar: Arc<Avatar>,
    /// Its file. Kept, for when the last handle is gone, the next look of the
    /// same twin loads it anew, and Bevy then spawns this look's scene afresh.
    pub avatar_file: Handle<Gltf>,
    /// Body height, m.
    pub height_m: f32,
    /// Where it and its parts go, for cameras.
    pub ways: Ways,
    /// Parts of its garments that there are to be seen.
    pub parts: Vec<Framing>,
    /// The avatar's entities.
    pub actor: Actor,
    /// Those of the mannequin that waits to take its place.
    understudy: Option<Actor>,
    /// Whether the twin may be shown no longer.
    withdrawn: bool,
    /// The cloth.
    pub sim: SharedSim,
    /// The skin below it.
    skin: StagedSkin,
    /// The garments' entities.
    pub garments: Vec<StagedGarment>,
    /// Where it is since the last step.
    pub stance: Stance,
    /// What the solver has been through.
    pub tally: Tally,
    /// What was measured while it was simulated, in order.
    pub measured: Vec<Measured>,
    /// World positions of the cloth when it is about to step out, m.
    pub at_entrance: Vec<Vec3>,
    /// What its cloth does, if that is known; the solver is asked otherwise.
    bake: Option<Playing>,
    /// Why its cloth is simulated although a bake was looked for, in a few words.
    why: Option<String>,
    /// Whether the show jumped into its walk, where its cloth was not carried
    /// along.
    skipped: bool,
}

impl StagedLook {
    /// Whether a mannequin has taken the twin's place.
    #[must_use]
    pub fn withdrawn(&self) -> bool {
        self.withdrawn
    }

    /// Everything of it that is drawn, and whether it is to be seen when the look is.
    fn entities(&self) -> impl Iterator<Item = (Entity, bool)> {
        let twin = (self.actor.root, !self.withdrawn);
        let understudy = self.understudy.iter();
        let understudy = understudy.map(|actor| (actor.root, self.withdrawn));
        // Clothes do not walk alone.
        let worn = !self.withdrawn || self.understudy.is_some();
        let garments = self.garments.iter();
        let garments = garments.map(move |garment| (garment.entity, worn));
        std::iter::once(twin).chain(understudy).chain(garments)
    }

    /// Whether its cloth is played from a bake.
    #[must_use]
    pub fn plays_bake(&self) -> bool {
        self.bake.is_some()
    }

    /// Where its cloth comes from: `baked` or `simulated`.
    #[must_use]
    pub fn cloth_is(&self) -> &'static str {
        if self.plays_bake() {
            "baked"
        } else {
            "simulated"
        }
    }

    /// Whether it is to be seen at a time of the show, s.
    #[must_use]
    pub fn shown(&self, time_s: f32) -> bool {
        self.choreography.on_stage(time_s) && !self.skipped
    }

    /// Puts body and cloth back to where they are about to step out.
    pub fn reset(&mut self, queue: &wgpu::Queue) {
        let entrance_s = self.choreography.lead_in_s;
        self.stance = self.choreography.stance(&self.avatar.skeleton, entrance_s);
        let still = vec![Vec3::ZERO; self.at_entrance.len()];
        self.sim.lock().set_state(queue, &self.at_entrance, &still);
    }
}

/// The show as it plays.
#[derive(Resource)]
pub struct Playback {
    /// The show file, with the cuts that are made from it.
    pub show: Arc<Show>,
    /// What these cuts show.
    pub shots: Vec<Shot>,
    /// Whom cameras follow that are told nobody.
    attention: Attention,
    /// Time of what is shown, s.
    pub time_s: f32,
    /// Time of the frame that it belongs to, s: cuts fall between frames.
    frame_s: f32,
    /// Step to this time in the next update, s; none while paused.
    next_s: Option<f32>,
    /// Twins that leave with the next frame.
    leaving: Vec<String>,
    /// Camera held by the director, instead of the cuts.
    pub camera: Option<String>,
    /// The looks.
    pub looks: Vec<StagedLook>,
    /// The solver's kernels.
    pub kernels: Arc<ClothPipelines>,
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
            .map(|look| look.choreography.exits_s())
            .fold(0.0, f32::max);
        last + self.show.outro_beats * self.show.beat_s()
    }

    /// Asks for the next frame to show this time; it must not be earlier than
    /// the present one, for cloth cannot run backwards.
    pub fn seek_next(&mut self, time_s: f32) {
        self.seek_within(time_s, 0.0);
    }

    /// Asks for the next update to show a moment of a frame, so many seconds after
    /// its shutter has opened; see [`Playback::seek_next`].
    pub fn seek_within(&mut self, frame_s: f32, after_s: f32) {
        if frame_s != self.frame_s {
            // Between two frames, so that no frame shows half of each.
            self.change_places();
        }
        self.frame_s = frame_s;
        self.next_s = Some(frame_s + after_s);
    }

    /// The beat of what is shown.
    #[must_use]
    pub fn beat(&self) -> f32 {
        self.time_s / self.show.beat_s()
    }

    /// Has mannequins take the place of a twin from the next frame on; the cloth goes on
    /// as it was. Gives the looks.
    pub fn withdraw(&mut self, twin: &str) -> Vec<u32> {
        self.leaving.push(twin.to_owned());
        if self.next_s.is_none() {
            // Nothing plays: what stands still is shown anew.
            self.change_places();
            self.next_s = Some(self.time_s);
        }
        let looks = self.looks.iter().filter(|look| look.twin == twin);
        looks.map(|look| look.number).collect()
    }

    fn change_places(&mut self) {
        for twin in std::mem::take(&mut self.leaving) {
            for look in self.looks.iter_mut().filter(|look| look.twin == twin) {
                look.withdrawn = true;
            }
        }
    }

    /// The cut of the frame.
    #[must_use]
    pub fn cut(&self) -> Option<&Cut> {
        self.show.cut_at(self.frame_s / self.show.beat_s())
    }

    /// Jumps to a time; looks that stepped out before it are left out unless
    /// they are baked, for their cloth was not carried along.
    pub fn restart_at(&mut self, time_s: f32, queue: &wgpu::Queue) {
        for look in &mut self.looks {
            look.reset(queue);
            look.skipped = look.choreography.enters_s < time_s && !look.plays_bake();
        }
        self.time_s = time_s;
        self.seek_next(time_s);
    }

    /// Which looks play their bake, and which are simulated and why, as a line
    /// for the terminal; none where no bake was looked for.
    #[must_use]
    pub fn cloth_line(&self) -> Option<String> {
        let mut parts: Vec<(String, Vec<String>)> = Vec::new();
        for look in &self.looks {
            let how = match &look.why {
                _ if look.plays_bake() => "baked".to_owned(),
                Some(why) => format!("simulated ({why})"),
                None => continue,
            };
            let number = look.number.to_string();
            match parts.iter_mut().find(|(known, _)| *known == how) {
                Some((_, numbers)) => numbers.push(number),
                None => parts.push((how, vec![number])),
            }
        }
        let parts: Vec<String> = parts
            .iter()
            .map(|(how, numbers)| match &numbers[..] {
                [one] => format!("look {one} {how}"),
                many => format!("looks {} {how}", many.join(", ")),
            })
            .collect();
        (!parts.is_empty()).then(|| format!("cloth: {}", parts.join("; ")))
    }
}

/// Marks the camera that is on air.
#[derive(Component)]
pub struct OnAir;

/// Has a camera see what this one of the show sees, whatever is on air.
#[derive(Component, Debug, Clone)]
pub struct Held(pub String);

/// Marks what belongs to the house: `set` or `audience`.
#[derive(Component, Debug, Clone, Copy)]
pub struct Scenery(pub &'static str);

/// From where a subframe is seen and lit: a frame that is exposed several times is
/// their mean. The default is the middle of everything.
#[derive(Resource, Debug, Clone, Copy, Default, PartialEq)]
pub struct Subframe {
    /// Place in the pixel, x and y from -0.5 to 0.5.
    pub pixel: Vec2,
    /// Point of the lens, in a disc of radius 1.
    pub lens: Vec2,
    /// Point of every following spot, in a disc of radius 1.
    pub light: Vec2,
}

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
        person::plugin(app);
        beam::plugin(app);
        gloss::plugin(app);
        cloth::plugin(app);
        rig::plugin(app);
        press::plugin(app);
        set::relay(app);
        app.insert_resource(GlobalAmbientLight::NONE)
            .init_resource::<Subframe>()
            .configure_sets(Update, (StageSystems::Perform, StageSystems::Frame).chain())
            .add_systems(
                Update,
                (watch::watch.run_if(resource_exists::<Watch>), perform)
                    .chain()
                    .in_set(StageSystems::Perform)
                    .run_if(resource_exists::<Playback>),
            )
            .add_systems(
                Update,
                aim_camera
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
    mut transforms: Query<'_, '_, &mut Transform, Without<Hung>>,
    mut weights: Query<'_, '_, &mut MorphWeights>,
    mut visibility: Query<'_, '_, &mut Visibility>,
) -> Result {
    let Some(now) = playback.next_s.take() else {
        return Ok(());
    };
    let before = playback.time_s;
    playback.time_s = now;
    emits.cloth.clear();
    emits.skin.clear();
    let kernels = playback.kernels.clone();
    let started = std::time::Instant::now();
    for look in &mut playback.looks {
        let shown = look.shown(now);
        let state = if shown {
            Visibility::Inherited
        } else {
            Visibility::Hidden
        };
        for (entity, there) in look.entities() {
            if let Ok(mut current) = visibility.get_mut(entity) {
                current.set_if_neq(if there { state } else { Visibility::Hidden });
            }
        }
        if !shown {
            continue;
        }
        let moment = look.choreography.moment(before, now);
        let (device, queue) = (device.wgpu_device(), &queue.0);
        if look.plays_bake() {
            look.play(now, &kernels, device, queue)?;
        } else if moment.dt > 0.0 {
            look.step(moment, &kernels, device, queue)?;
        }
        let actor = match &look.understudy {
            Some(understudy) if look.withdrawn => understudy,
            _ => &look.actor,
        };
        actor.set_pose(
            &look.avatar.skeleton,
            &look.stance.pose,
            &mut transforms,
            &mut weights,
        );
        let skin = look.skin_gives_way(&kernels, device, queue)?;
        emits.skin.extend_from_slice(skin);
        let garments = look.garments.iter();
        let garments = garments.map(|garment| garment.emit.clone());
        emits.cloth.extend(garments);
    }
    playback.step_ms = started.elapsed().as_secs_f32() * 1e3;
    Ok(())
}

impl StagedLook {
    /// Steps pose and cloth to a moment of the performance.
    ///
    /// # Errors
    /// What the solver refuses.
    pub fn step(
        &mut self,
        moment: Moment,
        kernels: &ClothPipelines,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
    ) -> Result<(), toile_cloth::ClothError> {
        let next = self
            .choreography
            .stance(&self.avatar.skeleton, moment.local_s);
        let gpu = Gpu {
            device,
            queue,
            kernels,
        };
        self.stance
            .advance(next, moment.dt, &mut self.sim.lock(), gpu)
    }
}

/// Points the camera on air.
fn aim_camera(
    mut playback: ResMut<'_, Playback>,
    subframe: Res<'_, Subframe>,
    mut cameras: Query<
        '_,
        '_,
        (
            Option<&Held>,
            Has<set::Relay>,
            &mut Transform,
            &mut Projection,
        ),
        With<OnAir>,
    >,
) {
    let mut on_air = None;
    for (held, relay, mut transform, mut projection) in &mut cameras {
        let held = held.map(|held| held.0.as_str());
        let held = held.or(playback.camera.as_deref());
        let Some((camera, into_shot)) = playback.on_air(held) else {
            continue;
        };
        let view = camera
            .view(into_shot, playback.followed_by(held))
            .through(subframe.lens);
        *transform = Transform::from_translation(view.position).looking_at(view.look_at, Vec3::Y);
        if let Projection::Perspective(perspective) = &mut *projection {
            perspective.fov = view.fov_y;
        }
        if !relay {
            on_air = Some(view);
        }
    }
    if on_air.is_some() {
        playback.view = on_air;
    }
}

/// The exposure that a show file asks for.
#[must_use]
pub fn exposure(show: &Show) -> Exposure {
    Exposure {
        ev100: show.venue.exposure_ev100,
    }
}
