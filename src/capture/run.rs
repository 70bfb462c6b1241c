//! A capture from the first check to the report.

use super::{
    CaptureError, EditList, EncodeError, Format, Headless, Media, Options, Plan,
    census::Census,
    movie::find_ffmpeg,
    output::as_url,
    render::{self, Frames},
    resume::{self, Pictures},
    sound,
    writers::{self, Writers},
};
use crate::{
    choreography::frame_s,
    consent::{Made, Run, note_refusal},
    credentials::Credentials,
    label::{self, Label},
    production::Production,
    progress::Progress,
    report::{LookReport, Report, Timings},
    stage::{Loader, Playback, Watch, show_all},
};
use std::{
    io::Write,
    ops::Range,
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};
use toile_bake::Key;
use toile_consent::{Amount, ledger::Act};

/// Captures a production.
///
/// # Errors
/// [`CaptureError`]; unfinished movies are removed, pictures that are whole stay.
pub fn capture(
    mut production: Production,
    options: &Options,
    stop: &AtomicBool,
) -> Result<Report, CaptureError> {
    let plan = Plan::new(&options.wish, &production.show, options.size, options.fps)
        .map_err(CaptureError::Options)?;
    check(&production, options, &plan)?;
    ask(&mut production, options)?;
    std::fs::create_dir_all(&options.out).map_err(|e| EncodeError::write(&options.out, e))?;
    let started = Instant::now();
    let mut headless = Headless::new(options.size, &production, &plan)?;
    let mut cast = production.clone();
    let key = plan
        .outputs
        .iter()
        .any(|output| output.format.is_pictures())
        .then(|| resume::key_of(&production, options, &plan, &headless.adapter()))
        .transpose()?;
    if let (Some(key), true) = (&key, options.resume) {
        // Before anything is sewn for it.
        resume::check(&options.out, key)?;
    }
    let objects = set_out(&mut headless, production, options, stop)?;
    let mut census = Census::new(objects.clone(), options.fps);
    let prepared_s = started.elapsed().as_secs_f32();

    let playback = headless.world().resource::<Playback>();
    let all = frames_of(playback, options)?;
    let show = playback.show.clone();
    let looks = on_stage(playback);
    let look = |frame| look_on_air(&looks, frame_s(frame, options.fps));
    let on_stage = |frame| looks_at(&looks, frame_s(frame, options.fps));
    let pictures = Pictures {
        folder: &options.out,
        plan: &plan,
        look: &look,
    };
    let kept = kept(&pictures, key.as_ref(), &all, options.resume)?;
    let planned_s = kept.len() as f64 / f64::from(options.fps);
    let mut papers = Run::begin(&mut cast, Act::Render, options.size, |intent| {
        intent.seconds = Amount::from_seconds(planned_s);
        intent.told = label::told(options.label, options.credentials);
    })
    .map_err(Box::new)?;
    let credentials = options
        .credentials
        .then(|| Credentials::open(&cast, &papers))
        .transpose()?;
    let poster_s = poster_time(playback);
    let poster_at = ((poster_s * options.fps as f32) as u32).clamp(all.start, all.end - 1);

    let heard = [all.start, all.end].map(|f| f64::from(f) / f64::from(options.fps));
    let timecode = options.timecode.map(|code| code.after(all.start));
    let music = sound::music(&show, (heard[0], heard[1]), timecode)?;
    let track = temporary_sound(&music)?;
    let mut writers = Writers::start(
        options,
        &plan,
        show.title.clone(),
        objects,
        track.path(),
        &all,
        Label::new(&cast, options.label),
        credentials,
    )?;
    headless.world().insert_resource(Watch::new(&cast));
    let rendering = Instant::now();
    let frames = Frames {
        range: kept.clone(),
        poster_at,
        look: &look,
        on_stage: &on_stage,
        stop,
    };
    let mut done = 0;
    let outcome = if kept.is_empty() {
        Ok(())
    } else {
        render::render(
            &mut headless,
            &mut writers,
            (options, &plan),
            &frames,
            &mut done,
            &mut census,
        )
    };
    let finished = match outcome {
        Ok(()) => {
            let mut shown: Vec<u32> = kept.clone().flat_map(&on_stage).collect();
            shown.sort_unstable();
            shown.dedup();
            writers.finish(&shown).map_err(CaptureError::from)
        }
        Err(error) => {
            writers.abandon();
            Err(explained(error, &plan, kept.start - all.start + done))
        }
    };
    // What was rendered was used, however it ended.
    for &(look, seconds) in &census.seconds {
        papers.seen(look, seconds);
    }
    let written = kept.start..kept.start + done;
    papers.end(&Made {
        shots: plan
            .views
            .iter()
            .map(|view| view.camera_name().to_owned())
            .collect(),
        files: writers::made(&options.out, &plan, &written, &look),
        frames: done,
        measured: census.method(),
    })?;
    finished?;
    if let Some(name) = &plan.sound {
        sound::save_wav(&options.out.join(name), &music)?;
    }
    let adapter = headless.adapter();
    let playback = headless.world().resource::<Playback>();
    edit_lists(playback, options, &plan, &all)?;
    let played = (all.end - render::first_played(playback, &kept)).max(1);
    let report = Report {
        show: show.title.clone(),
        client: show.client.clone(),
        purpose: show.purpose.clone(),
        date: show.date.clone(),
        adapter,
        size: options.size,
        fps: options.fps,
        frames: all.end - all.start,
        files: writers::files(&plan, &all, look(all.start)),
        timings: Timings {
            prepare_s: prepared_s,
            render_s: rendering.elapsed().as_secs_f32(),
            per_frame_ms: rendering.elapsed().as_secs_f32() * 1e3 / played as f32,
        },
        looks: playback
            .looks
            .iter()
            .zip(&cast.looks)
            .map(|(look, cast)| LookReport::new(look, cast))
            .collect(),
    };
    report
        .write(&options.out.join("report.json"))
        .map_err(|e| EncodeError::write(&options.out.join("report.json"), e))?;
    Ok(report)
}

/// Asks whether the twins may appear like this, before anything is sewn for it; how
/// long they would is known later.
fn ask(production: &mut Production, options: &Options) -> Result<(), CaptureError> {
    let mut intent = production.intent.clone();
    intent.longest_side_px = options.size.0.max(options.size.1);
    intent.told = label::told(options.label, options.credentials);
    production.ask_again(&intent).map_err(|error| {
        note_refusal(production.assets.account(), &error, Act::Render);
        Box::new(error).into()
    })
}

/// What can be known to be wrong before anything is loaded.
fn check(production: &Production, options: &Options, plan: &Plan) -> Result<(), CaptureError> {
    let codecs = plan.codecs();
    if !codecs.is_empty() {
        find_ffmpeg(&codecs)?;
    }
    if options.resume && (!plan.only_pictures() || plan.outputs.is_empty()) {
        return Err(CaptureError::Options(
            "--resume: only pictures can be gone on with; use --format png, png16 or exr".into(),
        ));
    }
    render::check_shutters(&production.show, options, plan)
}

/// Loads the production and draws all of it once, so that nothing is late when the
/// first frame counts; gives the objects that mattes tell apart.
fn set_out(
    headless: &mut Headless,
    production: Production,
    options: &Options,
    stop: &AtomicBool,
) -> Result<Vec<super::matte::Object>, CaptureError> {
    let loader = Loader::new(production, options.shelf.clone());
    let playback = load(headless, loader, stop)?;
    if let Some(line) = playback.cloth_line() {
        eprintln!("{line}");
    }
    headless.world().insert_resource(playback);
    headless.world().insert_resource(options.view);
    let objects = headless.set_out()?;
    show_all(headless.world(), true);
    headless.open(true);
    for _ in 0..3 {
        headless.update()?;
    }
    show_all(headless.world(), false);
    headless.forget_motion();
    Ok(objects)
}

/// The frames of the show that are asked for.
fn frames_of(playback: &Playback, options: &Options) -> Result<Range<u32>, CaptureError> {
    let duration_s = playback.duration_s();
    let to_s = options.to_s.unwrap_or(duration_s).min(duration_s);
    let [first, last] = [options.from_s, to_s].map(|s| (s * options.fps as f32).round() as u32);
    if first >= last {
        return Err(CaptureError::Options(format!(
            "--from {} is not before the end ({to_s:.2} s); the show lasts {duration_s:.2} s",
            options.from_s
        )));
    }
    Ok(first..last)
}

/// The frames that are rendered: all, or those from the first that is missing.
fn kept(
    pictures: &Pictures<'_>,
    key: Option<&Key>,
    all: &Range<u32>,
    resume: bool,
) -> Result<Range<u32>, CaptureError> {
    match key {
        Some(_) if resume => {
            let from = pictures.first_missing(all);
            eprintln!("{} of {} frames are there", from - all.start, all.len());
            Ok(from..all.end)
        }
        Some(key) => {
            pictures.note(key, all)?;
            Ok(all.clone())
        }
        None => Ok(all.clone()),
    }
}

/// The music in a file of its own, for movies to take it from.
fn temporary_sound(music: &[u8]) -> Result<tempfile::NamedTempFile, CaptureError> {
    let file = tempfile::Builder::new()
        .prefix("toile-")
        .suffix(".wav")
        .tempfile()
        .and_then(|mut file| file.write_all(music).map(|()| file));
    Ok(file.map_err(|e| EncodeError::write(&std::env::temp_dir(), e))?)
}

/// An error with what can be gone on with after it.
fn explained(error: CaptureError, plan: &Plan, frames: u32) -> CaptureError {
    match error {
        CaptureError::Interrupted { left, .. } => CaptureError::Interrupted { frames, left },
        source if plan.only_pictures() => CaptureError::BrokeOff {
            source: Box::new(source),
            frames,
        },
        other => other,
    }
}

/// The cuts of what was captured, for every view.
fn edit_lists(
    playback: &Playback,
    options: &Options,
    plan: &Plan,
    range: &Range<u32>,
) -> Result<(), CaptureError> {
    for (number, (view, stem)) in plan.views.iter().zip(&plan.stems).enumerate() {
        let Some(media) = media(plan, number, range.start) else {
            continue;
        };
        let held = view.camera.as_deref();
        let mut list = EditList::new(&playback.show, held, range.clone(), options.fps, media);
        list.starts = options
            .timecode
            .map_or(0, |code| code.after(range.start).frames());
        if let Some(sound) = &plan.sound {
            list.sound = Some(as_url(sound));
        }
        for (cast, look) in playback.show.looks.iter().zip(&playback.looks) {
            let [from, to] = [look.choreography.enters_s, look.choreography.exits_s()]
                .map(|s| (s * options.fps as f32).round() as u32);
            let name = format!("Look {}: {}", cast.number, cast.twin);
            list.look(name, &(from..to), range);
        }
        list.write(&options.out, stem)?;
    }
    Ok(())
}

/// What the edit lists of a view refer to: its first movie or sequence. Pictures that
/// are named by look are no one sequence.
fn media(plan: &Plan, view: usize, first: u32) -> Option<Media> {
    let mut outputs = plan.outputs.iter().filter(|output| output.view == view);
    outputs.find_map(|output| {
        if output.format.is_pictures() && output.format != Format::Wav {
            let (before, after) = output.name.around_frame()?;
            let (folder, name) = match before.rsplit_once('/') {
                Some((folder, name)) => (format!("{folder}/"), name.to_owned()),
                None => (String::new(), before),
            };
            return Some(Media::Pictures {
                before: (folder, name),
                after,
                first,
            });
        }
        Some(Media::Movie(as_url(&output.name.path(0, 0))))
    })
}

/// Loads the production, update by update.
pub(crate) fn load(
    headless: &mut Headless,
    mut loader: Loader,
    stop: &AtomicBool,
) -> Result<Playback, CaptureError> {
    // Nothing is to be seen yet, and on a software renderer drawing would take
    // the processor from the sewing.
    headless.open(false);
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

/// When every look is on stage, s, and its number; in running order.
fn on_stage(playback: &Playback) -> Vec<(Range<f32>, u32)> {
    let looks = playback.looks.iter();
    looks
        .map(|look| {
            let choreography = &look.choreography;
            let there = choreography.enters_s..choreography.exits_s();
            (there, look.number)
        })
        .collect()
}

/// The number of the look that entered last, or that is to enter first.
fn look_on_air(looks: &[(Range<f32>, u32)], time_s: f32) -> u32 {
    let entered = looks.iter().rfind(|(there, _)| there.start <= time_s);
    entered.or(looks.first()).map_or(0, |(_, number)| *number)
}

/// The numbers of the looks on stage.
fn looks_at(looks: &[(Range<f32>, u32)], time_s: f32) -> Vec<u32> {
    let there = looks.iter().filter(|(there, _)| there.contains(&time_s));
    there.map(|(_, number)| *number).collect()
}

/// The poster shows the first look in its pose.
fn poster_time(playback: &Playback) -> f32 {
    playback.looks.first().map_or(0.0, |look| {
        0.5 * (look.choreography.enters_s + look.choreography.exits_s())
    })
}
