//! What the panel asks of the stage, and how it is carried out.

use crate::{
    stage::{Behind, FabricMaterial, Loader, OnAir, Playback, VenueLight, fabric_material},
    wardrobe::fabric_params,
};
use bevy::{app::AppExit, light::EnvironmentMapLight, prelude::*, render::renderer::RenderQueue};
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
/// Frames over which times are averaged.
const AVERAGED: usize = 60;

/// What the panel asks of the stage, and what it shows.
#[derive(Resource)]
pub(super) struct Director {
    loader: Option<Loader>,
    /// Why the window closed by itself.
    pub(super) error: Arc<Mutex<Option<String>>>,
    /// What is being loaded, and how much of it is done, 0 to 1.
    pub(super) loading: Option<(String, f32)>,
    /// What went wrong with the last request.
    pub(super) trouble: Option<String>,
    pub(super) playing: bool,
    pub(super) request: Option<Request>,
    pub(super) fabrics: Vec<Arc<Fabric>>,
    pub(super) frames_ms: VecDeque<f32>,
    pub(super) step_ms: f32,
    /// Most substeps of a look's cloth in the last frame.
    pub(super) substeps: u32,
    /// Time since the last frame, s.
    pub(super) frame_s: f32,
    /// Width of the window that the panel leaves to the stage, logical pixels.
    pub(super) stage_width: f32,
    /// Whether a drag or a menu of the panel has the mouse.
    pub(super) panel_has_mouse: bool,
    last: Instant,
}

/// Something the panel's buttons do.
pub(super) enum Request {
    Restart,
    NextLook,
    Fabric {
        look: usize,
        garment: usize,
        fabric: Arc<Fabric>,
        colour: Option<Rgb>,
    },
}

impl Director {
    pub(super) fn new(loader: Loader, fabrics: Vec<Arc<Fabric>>) -> Self {
        Self {
            loader: Some(loader),
            error: Arc::default(),
            loading: Some(("opening".into(), 0.0)),
            trouble: None,
            playing: true,
            request: None,
            fabrics,
            frames_ms: VecDeque::new(),
            step_ms: 0.0,
            substeps: 0,
            frame_s: 0.0,
            stage_width: 0.0,
            panel_has_mouse: false,
            last: Instant::now(),
        }
    }
}

/// Loads the production a bit per frame, so that the window stays alive.
pub(super) fn advance_loading(world: &mut World) {
    world.resource_scope(|world, mut director: Mut<'_, Director>| {
        let Some(mut loader) = director.loader.take() else {
            return;
        };
        let staged = loader.advance(world, &mut |phase, done, of| {
            director.loading = Some((phase.to_owned(), done as f32 / of.max(1) as f32));
        });
        match staged {
            Ok(Some(playback)) => {
                if let Some(line) = playback.cloth_line() {
                    eprintln!("{line}");
                }
                world.insert_resource(playback);
                director.loading = None;
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
pub(super) fn light_camera(
    light: Option<Res<'_, VenueLight>>,
    cameras: Query<'_, '_, Entity, (With<OnAir>, Without<EnvironmentMapLight>)>,
    mut commands: Commands<'_, '_>,
) {
    if let Some(light) = light {
        for camera in &cameras {
            commands.entity(camera).insert(light.0.clone());
        }
    }
}

/// Carries out what the panel asked for.
pub(super) fn carry_out(
    playback: Option<ResMut<'_, Playback>>,
    mut director: ResMut<'_, Director>,
    (mut materials, mut images): (
        ResMut<'_, Assets<FabricMaterial>>,
        ResMut<'_, Assets<Image>>,
    ),
    mut drawn: Query<'_, '_, &mut MeshMaterial3d<FabricMaterial>>,
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
                .map(|look| look.choreography.enters_s)
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
            let now_s = playback.time_s;
            let Some(staged) = playback.looks.get_mut(look) else {
                return;
            };
            let Some(piece) = staged.garments.get_mut(garment) else {
                return;
            };
            if let Ok(mut material) = drawn.get_mut(piece.entity) {
                material.0 =
                    materials.add(fabric_material(&fabric, colour, Behind::Body, &mut images));
            }
            piece.colour = colour;
            let same = fabric_params(&piece.fabric) == fabric_params(&fabric);
            piece.fabric = fabric;
            if same {
                return;
            }
            let params: Vec<_> = staged
                .garments
                .iter()
                .map(|piece| fabric_params(&piece.fabric))
                .collect();
            let changed = staged.sim.lock().set_fabrics(&queue.0, &params);
            // A bake in another fabric is none of this look.
            let simulated = staged.simulate(now_s, &queue.0);
            director.trouble = changed
                .err()
                .map(|error| error.to_string())
                .or(simulated.err().map(|error| error.to_string()));
        }
    }
}

/// Moves the show's time with the wall clock.
pub(super) fn run_clock(
    playback: Option<ResMut<'_, Playback>>,
    mut director: ResMut<'_, Director>,
) {
    director.frame_s = director.last.elapsed().as_secs_f32();
    director.last = Instant::now();
    let frame_ms = director.frame_s * 1e3;
    director.frames_ms.push_back(frame_ms);
    if director.frames_ms.len() > AVERAGED {
        director.frames_ms.pop_front();
    }
    let Some(mut playback) = playback else {
        return;
    };
    director.step_ms = playback.step_ms;
    let now_s = playback.time_s;
    let stepped = playback
        .looks
        .iter()
        .filter(|look| look.shown(now_s) && !look.plays_bake())
        .map(|look| look.sim.lock().substeps());
    director.substeps = stepped.max().unwrap_or(0);
    if director.playing {
        let next = playback.time_s + director.frame_s.min(LONGEST_FRAME_S);
        if next > playback.duration_s() {
            director.request = Some(Request::Restart);
        } else {
            playback.seek_next(next);
        }
    }
}
