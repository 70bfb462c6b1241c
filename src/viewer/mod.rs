//! The live window: the same stage, played against the wall clock, with a
//! director's panel beside it.

mod panel;

use crate::{
    capture::{PumpError, camera_bundle, stage_plugins},
    production::{Library, Production},
    stage::{Loader, Playback, StagePlugin, StageSystems, VenueLight, fabric_material},
    wardrobe::fabric_params,
};
use bevy::{
    app::AppExit,
    camera::{CameraOutputMode, ClearColorConfig, visibility::RenderLayers},
    light::EnvironmentMapLight,
    prelude::*,
    render::{
        render_resource::BlendState,
        renderer::{RenderAdapterInfo, RenderQueue},
    },
    window::{PresentMode, WindowResolution},
};
use bevy_egui::{EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass, PrimaryEguiContext};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};
use toile_garment::Fabric;
use toile_show::Rgb;

/// Longest step of the show in one frame, s: slower machines play slower
/// rather than coarser.
const LONGEST_FRAME_S: f32 = 1.0 / 20.0;

/// Whether there is a display to open a window on.
#[must_use]
pub fn display() -> bool {
    cfg!(any(windows, target_os = "macos"))
        || std::env::var_os("DISPLAY").is_some_and(|d| !d.is_empty())
}

/// Whether the best adapter is a software renderer.
///
/// # Errors
/// There is no adapter at all.
pub fn software_only() -> Result<bool, PumpError> {
    let (_, _, adapter) =
        toile_cloth::request_device().map_err(|error| PumpError::Adapter(error.to_string()))?;
    Ok(adapter.software)
}

/// What the panel asks of the stage, and what it shows.
#[derive(Resource)]
struct Director {
    loader: Option<Loader>,
    error: Arc<Mutex<Option<String>>>,
    status: String,
    playing: bool,
    request: Option<Request>,
    fabrics: Vec<Arc<Fabric>>,
    frames_ms: VecDeque<f32>,
    step_ms: f32,
    last: Instant,
}

/// Something the panel's buttons do.
enum Request {
    Restart,
    NextLook,
    Fabric {
        look: usize,
        garment: usize,
        fabric: Arc<Fabric>,
        colour: Option<Rgb>,
    },
}

/// Opens the window and plays until it is closed.
///
/// # Errors
/// No adapter, or the stage could not be loaded.
pub fn run(production: Production) -> Result<(), PumpError> {
    let mut library = Library::new(&production.assets);
    let fabrics = production
        .assets
        .list("fabrics")
        .iter()
        .filter_map(|id| library.fabric(id, "fabrics").ok())
        .collect();
    let title = format!("{} · Toile", production.show.title);
    let window = WindowPlugin {
        primary_window: Some(Window {
            title,
            resolution: WindowResolution::new(1280, 720),
            present_mode: PresentMode::AutoVsync,
            ..default()
        }),
        ..default()
    };
    let error = Arc::new(Mutex::new(None));
    let camera = camera_bundle(&production.show);
    let mut app = App::new();
    app.add_plugins(stage_plugins(production.assets.root()).set(window))
        .add_plugins((StagePlugin, EguiPlugin::default()))
        .insert_resource(EguiGlobalSettings {
            auto_create_primary_context: false,
            ..default()
        })
        .insert_resource(Director {
            loader: Some(Loader::new(production)),
            error: error.clone(),
            status: "opening".into(),
            playing: true,
            request: None,
            fabrics,
            frames_ms: VecDeque::new(),
            step_ms: 0.0,
            last: Instant::now(),
        })
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
    app.run();
    let failed = error.lock().unwrap_or_else(PoisonError::into_inner).take();
    failed.map_or(Ok(()), |message| Err(PumpError::Adapter(message)))
}

/// Loads the production one bit per frame, so that the window stays alive.
fn advance_loading(world: &mut World) {
    world.resource_scope(|world, mut director: Mut<'_, Director>| {
        let Some(mut loader) = director.loader.take() else {
            return;
        };
        let mut status = None;
        let staged = loader.advance(world, &mut |phase, done, of| {
            status = Some(format!("{phase}: {done} of {of}"))
        });
        if let Some(status) = status {
            director.status = status;
        }
        match staged {
            Ok(Some(playback)) => {
                world.insert_resource(playback);
                director.status.clear();
                director.last = Instant::now();
            }
            Ok(None) => director.loader = Some(loader),
            Err(error) => {
                *director
                    .error
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
                world.write_message(AppExit::error());
            }
        }
    });
}

/// Gives the camera the venue's light once it is there.
fn light_camera(
    light: Option<Res<'_, VenueLight>>,
    cameras: Query<'_, '_, Entity, (With<crate::stage::OnAir>, Without<EnvironmentMapLight>)>,
    mut commands: Commands<'_, '_>,
) {
    if let Some(light) = light {
        for camera in &cameras {
            commands.entity(camera).insert(light.0.clone());
        }
    }
}

/// Carries out what the panel asked for.
fn carry_out(
    playback: Option<ResMut<'_, Playback>>,
    mut director: ResMut<'_, Director>,
    mut materials: ResMut<'_, Assets<crate::stage::FabricMaterial>>,
    mut drawn: Query<'_, '_, &mut MeshMaterial3d<crate::stage::FabricMaterial>>,
    queue: Res<'_, RenderQueue>,
) {
    let (Some(mut playback), Some(request)) = (playback, director.request.take()) else {
        return;
    };
    match request {
        Request::Restart => playback.restart_at(0.0, &queue.0),
        Request::NextLook => {
            let now = playback.time_s;
            let next = playback
                .looks
                .iter()
                .map(|look| look.enters_s)
                .filter(|&enters| enters > now + 0.01)
                .min_by(f32::total_cmp);
            playback.restart_at(next.unwrap_or(0.0), &queue.0);
        }
        Request::Fabric {
            look,
            garment,
            fabric,
            colour,
        } => {
            let Some(staged) = playback.looks.get_mut(look) else {
                return;
            };
            let Some(piece) = staged.garments.get_mut(garment) else {
                return;
            };
            if let Ok(mut material) = drawn.get_mut(piece.entity) {
                material.0 = materials.add(fabric_material(&fabric, colour));
            }
            piece.colour = colour;
            piece.fabric = fabric;
            let params: Vec<_> = staged
                .garments
                .iter()
                .map(|piece| fabric_params(&piece.fabric))
                .collect();
            if let Err(error) = staged.sim.lock().set_fabrics(&queue.0, &params) {
                director.status = error.to_string();
            }
        }
    }
}

/// Moves the show's time with the wall clock.
fn run_clock(playback: Option<ResMut<'_, Playback>>, mut director: ResMut<'_, Director>) {
    let elapsed = director.last.elapsed().as_secs_f32();
    director.last = Instant::now();
    director.frames_ms.push_back(elapsed * 1e3);
    if director.frames_ms.len() > 60 {
        director.frames_ms.pop_front();
    }
    let Some(mut playback) = playback else {
        return;
    };
    director.step_ms = playback.step_ms;
    if director.playing {
        let next = playback.time_s + elapsed.min(LONGEST_FRAME_S);
        if next > playback.duration_s() {
            director.request = Some(Request::Restart);
        } else {
            playback.seek_next(next);
        }
    }
}

/// The adapter in words.
fn adapter_name(info: &RenderAdapterInfo) -> String {
    format!("{} ({:?})", info.name, info.backend)
}
