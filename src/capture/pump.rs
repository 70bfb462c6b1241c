//! Bevy without a window, driven one update at a time.

use super::{
    exr::Surfaces,
    eye::{self, Eye, Sees},
    layers::{self, StandInError},
    matte::Object,
    output::Plan,
};
use crate::{
    production::Production,
    stage::{
        OnAir, Playback, Reflects, StagePlugin, Subframe, TONEMAPPING, VenueLight, air, all_layers,
        exposure,
    },
    wardrobe::Measured,
};
use bevy::{
    anti_alias::smaa::Smaa,
    app::{AppExit, AppLabel, SubApps},
    asset::UnapprovedPathMode,
    camera::Hdr,
    ecs::message::Messages,
    light::ShadowFilteringMethod,
    log::LogPlugin,
    post_process::bloom::{Bloom, BloomCompositeMode, BloomPrefilter},
    prelude::*,
    render::{
        RenderApp, RenderPlugin,
        diagnostic::RenderDiagnosticsPlugin,
        error_handler::{ErrorType, RenderError, RenderErrorHandler, RenderErrorPolicy},
        pipelined_rendering::PipelinedRenderingPlugin,
        renderer::{RenderAdapterInfo, RenderDevice, RenderQueue},
    },
    time::TimeUpdateStrategy,
    window::ExitCondition,
    winit::WinitPlugin,
};
use half::f16;
use std::time::Duration;

/// What can go wrong in the renderer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PumpError {
    /// No adapter, or one that cannot do what is needed.
    #[error("{0}")]
    Adapter(String),
    /// The graphics device is gone: reset, unplugged, or its driver failed.
    #[error("the graphics device was lost ({0}): it was reset or taken out, or its driver failed")]
    Lost(String),
    /// Bevy stopped rendering.
    #[error("the renderer stopped: {0}")]
    Stopped(String),
    /// A frame could not be read.
    #[error("a frame could not be read back from the GPU: {0}")]
    Read(String),
    /// Surfaces cannot be told.
    #[error(transparent)]
    StandIn(#[from] StandInError),
}

/// Why the renderer stopped.
#[derive(Resource)]
struct Fault {
    lost: bool,
    problem: String,
}

/// Keeps the error for whoever drives the updates, and renders no more: what follows an
/// error is not to be trusted.
fn stop(error: &RenderError, main: &mut World, _render: &mut World) -> RenderErrorPolicy {
    if !main.contains_resource::<Fault>() {
        main.insert_resource(Fault {
            lost: error.ty == ErrorType::DeviceLost,
            problem: error.description.clone(),
        });
    }
    RenderErrorPolicy::StopRendering
}

/// Bevy without a window.
pub struct Headless {
    apps: SubApps,
    eyes: Vec<Eye>,
}

/// The plugins that a windowless and a windowed stage share.
#[must_use]
pub fn stage_plugins(assets: &std::path::Path) -> bevy::app::PluginGroupBuilder {
    DefaultPlugins
        .set(AssetPlugin {
            file_path: assets.display().to_string(),
            // Twins may live outside the assets: their paths come from the
            // person who runs Toile, not from a file.
            unapproved_path_mode: UnapprovedPathMode::Allow,
            ..default()
        })
        .set(RenderPlugin {
            synchronous_pipeline_compilation: true,
            ..default()
        })
        .set(LogPlugin {
            filter: log_filter(),
            level: bevy::log::Level::WARN,
            ..default()
        })
        // The solver and the renderer share a frame: no frame may overlap.
        .disable::<PipelinedRenderingPlugin>()
}

/// Warnings and errors, less what is known to be harmless on software adapters.
fn log_filter() -> String {
    "warn,wgpu=error,naga=error,wgpu_hal=off,bevy_render::batching=error,bevy_light=error,bevy_pbr=error,calloop=error".to_owned()
}

/// Lamps glow, as in any lens; what is as bright as white paint or less does not, or a
/// white studio would lie over the clothes like fog.
const GLOW: Bloom = Bloom {
    intensity: 0.12,
    prefilter: BloomPrefilter {
        threshold: 2.0,
        threshold_softness: 0.3,
    },
    composite_mode: BloomCompositeMode::Additive,
    ..Bloom::NATURAL
};

/// What every stage camera carries.
#[must_use]
pub fn camera_bundle(show: &toile_show::Show) -> impl Bundle {
    (
        Camera3d::default(),
        Projection::Perspective(PerspectiveProjection {
            near: 0.05,
            ..default()
        }),
        Msaa::Off,
        Hdr,
        GLOW,
        air(show),
        Smaa::default(),
        TONEMAPPING,
        ShadowFilteringMethod::Hardware2x2,
        exposure(show),
        (all_layers(), Reflects, OnAir),
    )
}

impl Headless {
    /// Starts Bevy without a window, with eyes of `size` pixels for the views of a
    /// plan.
    ///
    /// # Errors
    /// No usable graphics adapter.
    pub fn new(size: (u32, u32), production: &Production, plan: &Plan) -> Result<Self, PumpError> {
        Self::build(size, production, plan, false)
    }

    /// As [`Headless::new`], with the time of every pass in Bevy's diagnostics.
    ///
    /// # Errors
    /// No usable graphics adapter.
    pub fn timed(
        size: (u32, u32),
        production: &Production,
        plan: &Plan,
    ) -> Result<Self, PumpError> {
        Self::build(size, production, plan, true)
    }

    fn build(
        size: (u32, u32),
        production: &Production,
        plan: &Plan,
        timed: bool,
    ) -> Result<Self, PumpError> {
        toile_cloth::request_device().map_err(|error| PumpError::Adapter(error.to_string()))?;
        let sees = |view| match plan.wants_layers(view) {
            true => Sees::Layers,
            false if plan.counts() => Sees::Census,
            false => Sees::Nothing,
        };
        let surfaces = (0..plan.views.len()).any(|view| sees(view) != Sees::Nothing);
        let mut app = App::new();
        let window = WindowPlugin {
            primary_window: None,
            exit_condition: ExitCondition::DontExit,
            ..default()
        };
        app.add_plugins(
            stage_plugins(production.assets.root())
                .set(window)
                .disable::<WinitPlugin>(),
        )
        .add_plugins((StagePlugin, eye::plugin))
        .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_millis(
            10,
        )))
        .insert_resource(RenderErrorHandler(stop));
        if surfaces {
            app.add_plugins(layers::plugin);
        }
        if timed {
            app.add_plugins(RenderDiagnosticsPlugin);
        }
        while app.plugins_state() == bevy::app::PluginsState::Adding {
            bevy::tasks::tick_global_task_pools_on_main_thread();
        }
        app.finish();
        app.cleanup();
        let mut apps = std::mem::take(app.sub_apps_mut());
        let world = apps.main.world_mut();
        if surfaces {
            layers::insert_tracks(world, plan.views.len());
        }
        let eyes = plan
            .views
            .iter()
            .enumerate()
            .map(|(number, view)| {
                Eye::new(world, size, &production.show, (number, view), sees(number))
            })
            .collect();
        Ok(Self { apps, eyes })
    }

    /// The main world.
    pub fn world(&mut self) -> &mut World {
        self.apps.main.world_mut()
    }

    /// Prepares what is on stage to be seen: stand-ins for surfaces, whose objects are
    /// given.
    ///
    /// # Errors
    /// [`PumpError::StandIn`].
    pub fn set_out(&mut self) -> Result<Vec<Object>, PumpError> {
        let surfaces = self.eyes.iter().any(Eye::sees_surfaces);
        let world = self.apps.main.world_mut();
        if !surfaces {
            return Ok(Vec::new());
        }
        match layers::place(world) {
            Ok(objects) => Ok(objects),
            Err(error) if self.eyes.iter().any(Eye::wants_layers) => Err(error.into()),
            Err(error) => {
                eprintln!(
                    "twins are counted as seen for as long as they are on stage, for what is seen cannot be told here: {error}"
                );
                for eye in &mut self.eyes {
                    eye.stop_counting(world);
                }
                Ok(Vec::new())
            }
        }
    }

    /// Runs one update and waits until the GPU has done it.
    ///
    /// # Errors
    /// [`PumpError::Lost`] and [`PumpError::Stopped`], which Bevy does after any error of
    /// the device.
    pub fn update(&mut self) -> Result<(), PumpError> {
        let world = self.apps.main.world_mut();
        if let Some(light) = world.get_resource::<VenueLight>().cloned() {
            for eye in &self.eyes {
                eye.light(world, &light);
            }
        }
        self.apps.update();
        let world = self.apps.main.world();
        world
            .resource::<RenderDevice>()
            .wgpu_device()
            .poll(wgpu::PollType::wait_indefinitely())
            .map_err(|error| PumpError::Read(error.to_string()))?;
        match world.get_resource::<Fault>() {
            Some(Fault {
                lost: true,
                problem,
            }) => Err(PumpError::Lost(problem.clone())),
            Some(fault) => Err(PumpError::Stopped(fault.problem.clone())),
            None if world.resource::<Messages<AppExit>>().is_empty() => Ok(()),
            None => Err(PumpError::Stopped("the log above names why".into())),
        }
    }

    /// Sees and lights the next update from the place of a subframe. Several of them
    /// smooth edges by themselves.
    pub fn set_subframe(&mut self, subframe: Subframe) {
        let world = self.apps.main.world_mut();
        world.insert_resource(subframe);
        for eye in &self.eyes {
            eye.jitter(world, subframe);
        }
    }

    /// Opens and shuts eyes; with all shut, only the simulation runs.
    pub fn open(&mut self, on: bool) {
        let world = self.apps.main.world_mut();
        for eye in &self.eyes {
            eye.open(world, on);
        }
    }

    /// Has surfaces be drawn in the next update, or no more, where they are only
    /// counted.
    pub fn count(&mut self, on: bool) {
        let world = self.apps.main.world_mut();
        for eye in &self.eyes {
            eye.count(world, on);
        }
    }

    /// Whether the next update is one that motion is measured from and to; others are
    /// moments in between.
    pub fn remember(&mut self, on: bool) {
        if let Some(mut tracks) = self.world().get_resource_mut::<layers::Tracks>() {
            tracks.remember = on;
        }
    }

    /// Forgets where everything was: nothing has moved to where it is next.
    pub fn forget_motion(&mut self) {
        if let Some(mut tracks) = self.world().get_resource_mut::<layers::Tracks>() {
            tracks.forget();
        }
    }

    /// The name of the adapter, its driver and backend.
    #[must_use]
    pub fn adapter(&self) -> String {
        let info = self.apps.main.world().resource::<RenderAdapterInfo>();
        format!("{} ({}, {:?})", info.name, info.driver, info.backend)
    }

    /// The picture that a view has just shown: RGBA in linear light, as displayed.
    ///
    /// # Errors
    /// A lost device.
    pub fn picture(&self, view: usize) -> Result<Vec<f16>, PumpError> {
        let render_app = self
            .apps
            .sub_apps
            .get(&RenderApp.intern())
            .ok_or_else(|| PumpError::Read("there is no renderer".into()))?;
        self.eyes[view].picture(self.apps.main.world(), render_app.world())
    }

    /// The light of the scene that a view has just gathered, RGBA, before it became a
    /// picture; nothing if that is not kept.
    ///
    /// # Errors
    /// A lost device.
    pub fn scene_light(&self, view: usize) -> Result<Vec<f16>, PumpError> {
        self.eyes[view].scene_light(self.apps.main.world())
    }

    /// The surfaces that a view has just seen; nothing if they are not drawn.
    ///
    /// # Errors
    /// A lost device.
    pub fn surfaces(&self, view: usize) -> Result<Surfaces, PumpError> {
        self.eyes[view].surfaces(self.apps.main.world())
    }

    /// Asks the solver of every look on stage for its statistics; a bake brings
    /// its own.
    ///
    /// # Errors
    /// What the solver says.
    pub fn collect_statistics(&mut self) -> Result<(), PumpError> {
        let world = self.apps.main.world_mut();
        let device = world.resource::<RenderDevice>().clone();
        let queue = world.resource::<RenderQueue>().clone();
        let mut playback = world.resource_mut::<Playback>();
        let now = playback.time_s;
        for look in &mut playback.looks {
            if look.shown(now) && !look.plays_bake() {
                let stats = look
                    .sim
                    .lock()
                    .stats(device.wgpu_device(), &queue.0)
                    .map_err(|error| PumpError::Read(error.to_string()))?;
                look.tally.add(&stats);
                look.measured.push(Measured::new(now, &stats));
            }
        }
        Ok(())
    }
}
