//! The live window: the same stage, played against the wall clock, with a panel
//! beside it. A show gets a director's panel; a fitting room gets mirrors,
//! racks and a tape.

mod director;
mod display;
mod orbit;
mod panel;
mod room;
mod search;

pub use display::{display, software_only};

use crate::{
    bake::Shelf,
    capture::{PumpError, camera_bundle, stage_plugins},
    fitting::{FittingRoom, Wish},
    production::{Library, Production},
    stage::{Loader, StagePlugin, StageSystems},
};
use bevy::{
    camera::{CameraOutputMode, ClearColorConfig, visibility::RenderLayers},
    prelude::*,
    render::render_resource::BlendState,
    window::{PresentMode, WindowResolution},
};
use bevy_egui::{EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass, PrimaryEguiContext};
use director::{Director, advance_loading, carry_out, light_camera, run_clock};
use orbit::Orbit;
use room::Room;
use std::sync::PoisonError;

/// Opens the window and plays a show until it is closed; looks whose bake is on
/// the `shelf` play that.
///
/// # Errors
/// No adapter, or the stage could not be loaded.
pub fn play(production: Production, shelf: Option<Shelf>) -> Result<(), PumpError> {
    open(app(production, shelf))
}

/// Opens the window on the fitting room; `production` is what `wish` was cast
/// to.
///
/// # Errors
/// As [`play`].
pub fn fit(room: FittingRoom, wish: Wish, production: Production) -> Result<(), PumpError> {
    let counter = panel::Counter::new(search::Search::start(room.assets()));
    let room = Room::new(room, wish, &production)
        .map_err(|error| PumpError::Adapter(error.to_string()))?;
    // Who tries things on does not repeat themselves: there is nothing to bake.
    let mut app = app(production, None);
    app.insert_resource(room)
        .insert_resource(counter)
        .init_resource::<Orbit>()
        .add_systems(
            Update,
            room::redress
                .after(advance_loading)
                .before(StageSystems::Perform),
        )
        .add_systems(
            Update,
            (orbit::steer, orbit::look)
                .chain()
                .after(StageSystems::Frame),
        );
    open(app)
}

/// The app that shows a production in a window.
fn app(production: Production, shelf: Option<Shelf>) -> App {
    let mut library = Library::new(&production.assets);
    let fabrics = production
        .assets
        .list("fabrics")
        .iter()
        .filter_map(|id| library.fabric(id, "fabrics").ok())
        .collect();
    let window = WindowPlugin {
        primary_window: Some(Window {
            title: format!("{} · Toile", production.show.title),
            resolution: WindowResolution::new(1280, 720),
            present_mode: PresentMode::AutoVsync,
            ..default()
        }),
        ..default()
    };
    let camera = camera_bundle(&production.show);
    let mut app = App::new();
    app.add_plugins(stage_plugins(production.assets.root()).set(window))
        .add_plugins((StagePlugin, EguiPlugin::default()))
        .insert_resource(EguiGlobalSettings {
            auto_create_primary_context: false,
            ..default()
        })
        .insert_resource(Director::new(Loader::new(production, shelf), fabrics))
        .add_systems(EguiPrimaryContextPass, panel::panel)
        .add_systems(
            Update,
            (advance_loading, light_camera, carry_out, run_clock)
                .chain()
                .before(StageSystems::Perform),
        );
    app.world_mut().spawn(camera);
    app.world_mut().spawn((
        PrimaryEguiContext,
        Camera2d,
        Msaa::Off,
        RenderLayers::none(),
        Camera {
            order: 1,
            output_mode: CameraOutputMode::Write {
                blend_state: Some(BlendState::ALPHA_BLENDING),
                clear_color: ClearColorConfig::None,
            },
            clear_color: ClearColorConfig::Custom(Color::NONE),
            ..default()
        },
    ));
    app
}

/// Runs the window until it is closed or fails.
fn open(mut app: App) -> Result<(), PumpError> {
    let error = app.world().resource::<Director>().error.clone();
    app.run();
    let failed = error.lock().unwrap_or_else(PoisonError::into_inner).take();
    failed.map_or(Ok(()), |message| Err(PumpError::Adapter(message)))
}
