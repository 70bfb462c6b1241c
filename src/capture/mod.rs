//! Headless capture: fixed time step, every frame waited for, frames streamed
//! to a movie or pictures, and a report of what was shown.

mod edit;
mod encoder;
mod film;
mod pump;
mod resume;

pub use edit::{Appearance, EditList, Media, Shot};
pub use encoder::{EncodeError, Encoder, find_ffmpeg, picture_path, save_png};
pub use film::{Film, MOST_SAMPLES, subframes};
pub use pump::{Headless, PumpError, camera_bundle, stage_plugins};

use crate::{
    bake::Shelf,
    choreography::frame_s,
    production::Production,
    progress::Progress,
    report::{LookReport, Report, Timings},
    stage::{ClothView, Loader, Playback, StageError, StagedLook, show_all},
    wardrobe::STATISTICS_EVERY,
};
use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};

/// What a capture writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One H.264 movie with sound.
    Mp4,
    /// Numbered PNG files.
    Png,
}

/// What to capture.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder for everything that is written.
    pub out: PathBuf,
    /// Stem of the movie's name.
    pub stem: String,
    /// Frame size, pixels; both even.
    pub size: (u32, u32),
    /// Frames per second.
    pub fps: u32,
    /// First second of the show to keep.
    pub from_s: f32,
    /// Where to stop; the end of the show without it.
    pub to_s: Option<f32>,
    /// Subframes of which a frame is the mean.
    pub samples: u32,
    /// A camera to hold, instead of the cuts.
    pub camera: Option<String>,
    /// How cloth is shown.
    pub view: ClothView,
    /// What to write.
    pub format: Format,
    /// Whether to go on with the pictures that are in the folder.
    pub resume: bool,
    /// Where bakes are looked for, if they are.
    pub shelf: Option<Shelf>,
}

/// What can go wrong in a capture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// The stage.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// The frames.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The renderer.
    #[error(transparent)]
    Pump(#[from] PumpError),
    /// The sound.
    #[error("music: {0}")]
    Music(String),
    /// The options contradict the show.
    #[error("{0}")]
    Options(String),
    /// Stopped by the person who started it.
    #[error("stopped after {frames} frames; {left}")]
    Interrupted {
        /// Frames that were finished.
        frames: u32,
        /// What is left of them.
        left: &'static str,
    },
}

/// Captures a production.
///
/// # Errors
/// [`CaptureError`]; whatever was unfinished is removed.
pub fn capture(
    production: Production,
    options: &Options,
    stop: &AtomicBool,
) -> Result<Report, CaptureError> {
    if options.format == Format::Mp4 {
        find_ffmpeg()?;
        if options.resume {
            return Err(CaptureError::Options(
                "--resume: a movie cannot be gone on with; capture pictures with --format png"
                    .into(),
            ));
        }
    }
    if let Some(name) = &options.camera
        && production.show.camera(name).is_none()
    {
        let known: Vec<&str> = production
            .show
            .cameras
            .iter()
            .map(|c| c.name.as_str())
            .collect();
        return Err(CaptureError::Options(format!(
            "--camera {name}: the show has no such camera; use one of: {}",
            known.join(", ")
        )));
    }
    std::fs::create_dir_all(&options.out).map_err(|e| EncodeError::write(&options.out, e))?;
    let started = Instant::now();
    let mut headless = Headless::new(options.size, &production)?;
    let cast: Vec<_> = production.looks.clone();
    let frames = options.out.join("frames");
    let key = match options.format {
        Format::Mp4 => None,
        Format::Png => Some(resume::key_of(&production, options, &headless.adapter())?),
    };
    if let (Some(key), true) = (&key, options.resume) {
        // Before anything is sewn for it.
        resume::check(&frames, key)?;
    }
    let loader = Loader::new(production, options.shelf.clone());
    let mut playback = load(&mut headless, loader, stop)?;
    if let Some(line) = playback.cloth_line() {
        eprintln!("{line}");
    }
    playback.camera.clone_from(&options.camera);
    headless.world().insert_resource(playback);
    headless.world().insert_resource(options.view);
    show_all(headless.world(), true);
    headless.show_camera(true);
    for _ in 0..3 {
        headless.update()?;
    }
    show_all(headless.world(), false);
    let prepared_s = started.elapsed().as_secs_f32();

    let duration_s = headless.world().resource::<Playback>().duration_s();
    let to_s = options.to_s.unwrap_or(duration_s).min(duration_s);
    let first = (options.from_s * options.fps as f32).round() as u32;
    let last = (to_s * options.fps as f32).round() as u32;
    if first >= last {
        return Err(CaptureError::Options(format!(
            "--from {} is not before the end ({to_s:.2} s); the show lasts {duration_s:.2} s",
            options.from_s
        )));
    }
    let kept = match &key {
        Some(key) if options.resume => {
            let from = resume::first_missing(&frames, &(first..last));
            eprintln!("{} of {} pictures are there", from - first, last - first);
            from..last
        }
        Some(key) => {
            resume::note(&frames, key, &(first..last))?;
            first..last
        }
        None => first..last,
    };
    let poster_s = poster_time(headless.world().resource::<Playback>());
    let poster_at = ((poster_s * options.fps as f32) as u32).clamp(first, last - 1);
    let sound = tempfile::Builder::new()
        .prefix("toile-")
        .suffix(".wav")
        .tempfile()
        .map_err(|e| CaptureError::Music(e.to_string()))?;
    render_music(
        &headless.world().resource::<Playback>().show.clone(),
        duration_s,
        sound.path(),
    )?;

    let mut encoder = match options.format {
        Format::Mp4 => {
            let path = options.out.join(format!("{}.mp4", options.stem));
            Encoder::movie(
                &path,
                options.size,
                options.fps,
                sound.path(),
                options.from_s,
            )?
        }
        Format::Png => Encoder::pictures(&frames, options.size, kept.start)?,
    };
    let rendering = Instant::now();
    let outcome = if kept.is_empty() {
        Ok(None)
    } else {
        render(
            &mut headless,
            &mut encoder,
            options,
            kept.clone(),
            poster_at,
            stop,
        )
    };
    let poster = match outcome {
        Ok(poster) => {
            encoder.finish()?;
            poster
        }
        Err(error) => {
            encoder.abandon();
            return Err(error);
        }
    };
    let poster_path = options.out.join("poster.png");
    if let Some(frame) = poster {
        save_png(&poster_path, &frame, options.size)?;
    } else {
        // It is among the pictures that were there.
        std::fs::copy(picture_path(&frames, poster_at), &poster_path)
            .map_err(|e| EncodeError::write(&poster_path, e))?;
    }
    let adapter = headless.adapter();
    let playback = headless.world().resource::<Playback>();
    edit_list(playback, options, first..last)
        .write(&options.out, &options.stem)
        .map_err(|e| EncodeError::write(&options.out.join(format!("{}.edl", options.stem)), e))?;
    let played = (last - first_played(playback, &kept)).max(1);
    let report = Report {
        show: playback.show.title.clone(),
        client: playback.show.client.clone(),
        purpose: playback.show.purpose.clone(),
        date: playback.show.date.clone(),
        adapter,
        size: options.size,
        fps: options.fps,
        frames: last - first,
        timings: Timings {
            prepare_s: prepared_s,
            render_s: rendering.elapsed().as_secs_f32(),
            per_frame_ms: rendering.elapsed().as_secs_f32() * 1e3 / played as f32,
        },
        looks: playback
            .looks
            .iter()
            .zip(&cast)
            .map(|(look, cast)| LookReport::new(look, cast))
            .collect(),
    };
    report
        .write(&options.out.join("report.json"))
        .map_err(|e| EncodeError::write(&options.out.join("report.json"), e))?;
    Ok(report)
}

/// The cuts of what was captured.
fn edit_list(playback: &Playback, options: &Options, range: std::ops::Range<u32>) -> EditList {
    let media = match options.format {
        Format::Mp4 => Media::Movie(format!("{}.mp4", options.stem)),
        Format::Png => Media::Pictures(range.start),
    };
    let held = options.camera.as_deref();
    let mut list = EditList::new(&playback.show, held, range.clone(), options.fps, media);
    for (cast, look) in playback.show.looks.iter().zip(&playback.looks) {
        let [from, to] = [look.choreography.enters_s, look.choreography.exits_s()]
            .map(|s| (s * options.fps as f32).round() as u32);
        let name = format!("Look {}: {}", cast.number, cast.twin);
        list.look(name, &(from..to), &range);
    }
    list
}

/// Loads the production, update by update.
pub(crate) fn load(
    headless: &mut Headless,
    mut loader: Loader,
    stop: &AtomicBool,
) -> Result<Playback, CaptureError> {
    // Nothing is to be seen yet, and on a software renderer drawing would take
    // the processor from the sewing.
    headless.show_camera(false);
    let mut phase: Option<(String, Progress)> = None;
    loop {
        headless.update()?;
        if stop.load(Ordering::Relaxed) {
            return Err(CaptureError::Interrupted {
                frames: 0,
                left: "nothing unfinished was kept",
            });
        }
        let staged = loader.advance(headless.world(), &mut |name, done, of| {
            if phase.as_ref().is_none_or(|(current, _)| current != name) {
                if let Some((_, finished)) = phase.take() {
                    finished.finish("done");
                }
                phase = Some((name.to_owned(), Progress::start(name, of)));
            }
            if let Some((_, progress)) = &mut phase {
                progress.at(done, "");
            }
        })?;
        if let Some(playback) = staged {
            if let Some((_, finished)) = phase.take() {
                finished.finish("done");
            }
            return Ok(playback);
        }
    }
}

/// Renders the soundtrack of a show to a WAV file.
///
/// # Errors
/// What the synthesiser or the disk says.
pub fn render_music(
    show: &toile_show::Show,
    seconds: f32,
    path: &Path,
) -> Result<(), CaptureError> {
    let track = toile_music::Track::new(
        show.music.bpm,
        show.music.seed,
        toile_music::Style::default(),
    )
    .map_err(|e| CaptureError::Music(e.to_string()))?;
    let pcm = track
        .render(seconds, 48_000)
        .map_err(|e| CaptureError::Music(e.to_string()))?;
    pcm.write_wav(path)
        .map_err(|e| CaptureError::Music(e.to_string()))
}

/// Plays the show from its start and keeps the frames in `range`; returns the
/// frame for the poster. A show that is baked throughout is played from the first
/// frame that is kept.
fn render(
    headless: &mut Headless,
    encoder: &mut Encoder,
    options: &Options,
    range: std::ops::Range<u32>,
    poster_at: u32,
    stop: &AtomicBool,
) -> Result<Option<Vec<u8>>, CaptureError> {
    let first = first_played(headless.world().resource::<Playback>(), &range);
    let mut progress = Progress::start("rendering", u64::from(range.end - first));
    let mut poster = None;
    let mut film = Film::default();
    for frame in first..range.end {
        if stop.load(Ordering::Relaxed) {
            return Err(CaptureError::Interrupted {
                frames: frame.saturating_sub(range.start),
                left: match options.format {
                    Format::Mp4 => "nothing unfinished was kept",
                    Format::Png => "the pictures are kept, go on with --resume",
                },
            });
        }
        let kept = range.contains(&frame);
        headless.show_camera(frame + CAMERA_AHEAD >= range.start);
        let opens_s = frame_s(frame, options.fps);
        let open_s = shutter_s(headless.world().resource::<Playback>(), opens_s, options);
        // Frames that are not kept are played in the same steps: cloth that is carried
        // along comes out the same wherever a capture starts.
        for (subframe, share) in subframes(options.samples) {
            headless.set_subframe(subframe);
            headless
                .world()
                .resource_mut::<Playback>()
                .seek_within(opens_s, share * open_s);
            headless.update()?;
            if kept {
                film.expose(&headless.read_frame()?);
            }
        }
        if kept {
            let rgba = film.develop();
            encoder.frame(&rgba)?;
            if frame == poster_at {
                poster = Some(rgba);
            }
        }
        if frame % STATISTICS_EVERY == 0 {
            headless.collect_statistics()?;
        }
        progress.at(u64::from(frame + 1 - first), "");
    }
    progress.finish(&format!("{} frames", range.len()));
    Ok(poster)
}

/// How long the shutter of the camera on air is open for a frame at a time, s.
fn shutter_s(playback: &Playback, time_s: f32, options: &Options) -> f32 {
    let show = &playback.show;
    let cut = show.cut_at(time_s / show.beat_s()).map(|cut| &cut.camera);
    let camera = options.camera.as_ref().or(cut);
    let camera = camera.and_then(|name| show.camera(name));
    camera.map_or(0.0, |camera| camera.shutter_deg / 360.0) * frame_s(1, options.fps)
}

/// Frames that a camera is on before its pictures count: lights and shadows reach
/// it late.
const CAMERA_AHEAD: u32 = 3;

/// The first frame that has to be played to show those in `range`: simulated
/// cloth is carried along from the show's start, and the camera is on ahead.
fn first_played(playback: &Playback, range: &std::ops::Range<u32>) -> u32 {
    if playback.looks.iter().all(StagedLook::plays_bake) {
        range.start.saturating_sub(CAMERA_AHEAD)
    } else {
        0
    }
}

/// The poster shows the first look in its pose.
fn poster_time(playback: &Playback) -> f32 {
    playback.looks.first().map_or(0.0, |look| {
        0.5 * (look.choreography.enters_s + look.choreography.exits_s())
    })
}
