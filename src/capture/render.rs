//! The frames of a capture, one after the other.

use super::{
    CaptureError, Film, Headless, Options,
    census::Census,
    exr::Surfaces,
    matte::Coverage,
    output::Plan,
    subframes,
    writers::{Developed, Writers},
};
use crate::{
    choreography::frame_s,
    progress::Progress,
    stage::{Playback, StagedLook, Subframe},
    wardrobe::STATISTICS_EVERY,
};
use std::{
    ops::Range,
    sync::atomic::{AtomicBool, Ordering},
};

/// What of the show is rendered.
pub(super) struct Frames<'a> {
    /// The frames to keep.
    pub(super) range: Range<u32>,
    /// The one for the poster.
    pub(super) poster_at: u32,
    /// The number of the look on air in a frame.
    pub(super) look: &'a dyn Fn(u32) -> u32,
    /// The numbers of those on stage.
    pub(super) on_stage: &'a dyn Fn(u32) -> Vec<u32>,
    /// Raised when somebody wants it to stop.
    pub(super) stop: &'a AtomicBool,
}

/// What gathers on a view while the shutter is open.
#[derive(Default)]
struct Gathering {
    layers: bool,
    picture: Film,
    scene_light: Film,
    surfaces: Surfaces,
    coverage: Coverage,
}

impl Gathering {
    /// Takes in what the view has just seen.
    fn expose(
        &mut self,
        headless: &Headless,
        view: usize,
        samples: u32,
    ) -> Result<(), CaptureError> {
        self.picture.expose(&headless.picture(view)?);
        if self.layers {
            self.scene_light.expose(&headless.scene_light(view)?);
            let surfaces = headless.surfaces(view)?;
            self.coverage.expose(&surfaces.object);
            if samples == 1 {
                self.surfaces = surfaces;
            }
        }
        Ok(())
    }

    fn develop(&mut self) -> Developed {
        Developed {
            picture: self.picture.develop(),
            scene_light: self.scene_light.develop(),
            surfaces: std::mem::take(&mut self.surfaces),
            covered: self.coverage.develop(),
        }
    }
}

/// Plays the show from its start and writes the frames that are kept; counts them
/// in `done`. A show that is baked throughout is played from the first of them.
///
/// # Errors
/// What the stage, the renderer or the disk says.
pub(super) fn render(
    headless: &mut Headless,
    writers: &mut Writers<'_>,
    (options, plan): (&Options, &Plan),
    frames: &Frames<'_>,
    done: &mut u32,
    census: &mut Census,
) -> Result<(), CaptureError> {
    let range = &frames.range;
    let first = first_played(headless.world().resource::<Playback>(), range);
    let mut progress = Progress::start("rendering", u64::from(range.end - first));
    let mut views: Vec<Gathering> = (0..plan.views.len())
        .map(|view| Gathering {
            layers: plan.wants_layers(view),
            ..Gathering::default()
        })
        .collect();
    let layers = views.iter().any(|view| view.layers);
    for frame in first..range.end {
        if frames.stop.load(Ordering::Relaxed) {
            return Err(CaptureError::Interrupted {
                frames: *done,
                left: if plan.only_pictures() {
                    "the pictures are kept, go on with --resume"
                } else {
                    "movies that were unfinished are not kept"
                },
            });
        }
        let kept = range.contains(&frame);
        headless.open(frame + CAMERA_AHEAD >= range.start);
        let opens_s = frame_s(frame, options.fps);
        let open_s = shutter_s(
            headless.world().resource::<Playback>(),
            opens_s,
            options,
            plan,
        );
        if layers && options.samples > 1 {
            // Depth, normals and motion are of one moment and the middle of pixels.
            headless.remember(true);
            show(headless, Subframe::default(), opens_s, 0.0)?;
            for (number, view) in views
                .iter_mut()
                .enumerate()
                .filter(|(_, v)| kept && v.layers)
            {
                view.surfaces = headless.surfaces(number)?;
            }
        }
        headless.remember(options.samples == 1);
        // Frames that are not kept are played in the same steps: cloth that is carried
        // along comes out the same wherever a capture starts.
        let mut looks = kept && census.looks_at(frame - range.start);
        headless.count(looks);
        for (subframe, share) in subframes(options.samples) {
            show(headless, subframe, opens_s, share * open_s)?;
            if std::mem::take(&mut looks) {
                census.look(headless, plan.views.len())?;
                headless.count(false);
            }
            for (number, view) in views.iter_mut().enumerate().filter(|_| kept) {
                view.expose(headless, number, options.samples)?;
            }
        }
        if kept {
            let looks = &headless.world().resource::<Playback>().looks;
            let gone = looks.iter().filter(|look| look.withdrawn());
            writers.withdrawn = gone.map(|look| look.number).collect();
            writers.on_stage = (frames.on_stage)(frame);
            for (number, view) in views.iter_mut().enumerate() {
                let developed = view.develop();
                if frame == frames.poster_at && number == 0 {
                    writers.poster(number, &developed)?;
                }
                writers.frame(number, (frame, (frames.look)(frame)), &developed)?;
            }
            *done += 1;
            census.count();
        }
        if frame % STATISTICS_EVERY == 0 {
            headless.collect_statistics()?;
        }
        progress.at(u64::from(frame + 1 - first), "");
    }
    progress.finish(&format!("{} frames", range.len()));
    Ok(())
}

/// Shows a moment of a frame.
fn show(
    headless: &mut Headless,
    subframe: Subframe,
    opens_s: f32,
    after_s: f32,
) -> Result<(), CaptureError> {
    headless.set_subframe(subframe);
    headless
        .world()
        .resource_mut::<Playback>()
        .seek_within(opens_s, after_s);
    Ok(headless.update()?)
}

/// How long the shutter is open for a frame at a time, s. It is the same for all
/// views that are captured together.
fn shutter_s(playback: &Playback, time_s: f32, options: &Options, plan: &Plan) -> f32 {
    let show = &playback.show;
    let cut = show.cut_at(time_s / show.beat_s()).map(|cut| &cut.camera);
    let held = plan.views.first().and_then(|view| view.camera.as_ref());
    let camera = held.or(cut).and_then(|name| show.camera(name));
    camera.map_or(0.0, |camera| camera.shutter_deg / 360.0) * frame_s(1, options.fps)
}

/// Makes sure that cameras which are captured together have shutters that are open
/// for the same time: they share the moments of a frame.
///
/// # Errors
/// A sentence naming two that have not.
pub(super) fn check_shutters(
    show: &toile_show::Show,
    options: &Options,
    plan: &Plan,
) -> Result<(), CaptureError> {
    let held = plan.views.iter().filter_map(|view| view.camera.as_deref());
    let follows = plan.views.iter().any(|view| view.camera.is_none());
    let cuts = show.cuts.iter().filter(|_| follows);
    let names: Vec<&str> = held.chain(cuts.map(|cut| cut.camera.as_str())).collect();
    let one = plan
        .views
        .iter()
        .all(|view| view.camera == plan.views[0].camera);
    if options.samples == 1 || one {
        return Ok(());
    }
    let mut cameras = names.iter().filter_map(|name| show.camera(name));
    let Some(first) = cameras.next() else {
        return Ok(());
    };
    match cameras.find(|camera| camera.shutter_deg != first.shutter_deg) {
        None => Ok(()),
        Some(other) => Err(CaptureError::Options(format!(
            "--camera: {} has shutter_deg {}, {} has {}; cameras that are captured together \
             share the moments of a frame: give them the same, capture them one by one, or \
             use --quality preview",
            first.name, first.shutter_deg, other.name, other.shutter_deg
        ))),
    }
}

/// Frames that a camera is on before its pictures count: lights and shadows reach
/// it late.
const CAMERA_AHEAD: u32 = 3;

/// The first frame that has to be played to show those in `range`: simulated
/// cloth is carried along from the show's start, and the camera is on ahead.
pub(super) fn first_played(playback: &Playback, range: &Range<u32>) -> u32 {
    if playback.looks.iter().all(StagedLook::plays_bake) {
        range.start.saturating_sub(CAMERA_AHEAD)
    } else {
        0
    }
}
