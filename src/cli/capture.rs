//! `toile capture`.

use super::{Failure, bakes::Bakes, stop_on_interrupt};
use crate::{
    bake::Shelf,
    capture::{self, CaptureError, Feed, Format, MOST_SAMPLES, Options, Timecode, Wish},
    consent::note_refusal,
    label::Policy,
    paths::Assets,
    production::Production,
    stage::ClothView,
};
use std::path::{Path, PathBuf};
use toile_consent::ledger::Act;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile capture scenes/first-show.ron
  toile capture scenes/first-show.ron --size 1920x1080 --fps 30 --out out/hd
  toile capture scenes/first-show.ron --from 8 --to 12 --camera pit --format png
  toile capture scenes/first-show.ron --quality standard --size 1920x1080
  toile capture scenes/first-show.ron --view weft --out out/strain
  toile capture scenes/first-show.ron --format png --resume
  toile capture scenes/first-show.ron --camera programme,pit --format mp4,exr,wav
  toile capture scenes/first-show.ron --feed clean --format prores --timecode 10:00:00:00

A frame of --quality standard or final is exposed 8 or 32 times while the shutter
is open, each time through another point of the pixel, the lens and the lamps: it
takes as many times as long to draw. Camera's f_stop and shutter_deg and a spot's
radius_m in the show file say how much is blurred.

--camera, --feed and --format may be given more than once, or as a list: every
camera is written in every feed and format, from one simulation.

  mp4     H.264, 8 bits, with sound          NAME.mp4
  h265    H.265, 10 bits, with sound         NAME.h265.mp4
  prores  ProRes 4444, 10 bits, with sound   NAME.mov
  png     PNG, 8 bits                        frames/frame_000000.png
  png16   PNG, 16 bits                       frames16/frame_000000.png
  exr     OpenEXR with layers                exr/frame_000000.exr
  wav     the music, 48 kHz, 24 bits         NAME.wav

A clean feed shows twins and what they wear, lit as in the show and shadowed by its
house, over nothing: no house, no audience, no haze, no glow of lamps. ProRes and PNG
hold its alpha beside colours that are not multiplied by it, OpenEXR beside colours
that are; MP4 has none and shows it over black.

OpenEXR holds the scene-linear light before tone mapping (R G B A), the distance from
the plane of the lens in metres (Z), normals in the world (N), how far each point was
from its place a frame ago in pixels, right and up (backward.u, backward.v), and
Cryptomattes of twins, garments and parts. docs/capture.md tells more.

--name is a path below --out without its ending, as {show}_{camera}.{frame}. Tokens:
{show} {camera} {feed} {format} {size} {fps} {look} {frame}. Movies leave the frame
out.

--timecode is that of the show's first frame, so that what --from skips keeps its
place: movies, WAV and OpenEXR hold it, and edit lists count from it.

Beside the frames lie their cuts, by camera and with a marker where each look
enters, as an edit decision list (.edl, CMX 3600) and as OpenTimelineIO (.otio).

Pictures (png, png16, exr) that were stopped or killed are gone on with by --resume,
and end with the same pixels; capture.key knows what they are pictures of.

Pictures and movies carry Content Credentials: how they were made, under which
licences, and that machines may not learn from them. Those of ProRes and OpenEXR lie
beside them (.c2pa). `toile verify` reads them.

Time is fixed: the same command gives the same frames on the same adapter. Looks
that `toile bake` has baked at this frame rate, and nothing of which has changed
since, are played; a line on the terminal and report.json tell which. --simulate
has all of them simulated.")]
pub(super) struct Args {
    /// The show file
    scene: PathBuf,
    #[command(flatten)]
    bakes: Bakes,
    #[command(flatten)]
    output: Output,
}

/// What is written, and where.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Output {
    /// Frame size, width by height, both even: 1280x720
    #[arg(long, default_value = "960x540", value_parser = parse_size)]
    size: (u32, u32),
    /// Frames per second
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=240))]
    fps: u32,
    /// First second to keep
    #[arg(long, default_value_t = 0.0, value_name = "SECONDS", value_parser = parse_seconds)]
    from: f32,
    /// Second to stop at [default: the show's end]
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    to: Option<f32>,
    /// How smooth: subframes of which every frame is the mean
    #[arg(long, value_enum, default_value_t = Quality::Preview)]
    quality: Quality,
    /// Subframes of every frame, instead of those of --quality
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_SAMPLES)))]
    samples: Option<u32>,
    /// Hold these cameras instead of following the cuts; `programme` follows them
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    camera: Vec<String>,
    /// Everything, or twins and what they wear over nothing
    #[arg(long, value_enum, value_delimiter = ',', default_value = "full")]
    feed: Vec<Feed>,
    /// Show cloth as it looks, or coloured by its strain
    #[arg(long, value_enum, default_value_t = ClothView::Fabric)]
    pub(super) view: ClothView,
    /// Say in the pictures what the figures in them are: replicas of people, synthetic
    /// performers, mannequins; OpenEXR is left without
    #[arg(long, value_enum, default_value_t = Policy::Auto)]
    pub(super) label: Policy,
    /// Leave Content Credentials out; a licence that asks for them then refuses
    #[arg(long)]
    no_credentials: bool,
    /// Folder to write to [default: out/ and the scene's name]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Movies with sound, numbered pictures, or the sound
    #[arg(long, value_enum, value_delimiter = ',', default_value = "mp4")]
    format: Vec<Format>,
    /// Names of what is written, as {show}_{camera}.{frame}
    #[arg(long, value_name = "TEMPLATE")]
    name: Option<String>,
    /// Timecode of the show's first frame, as 10:00:00:00
    #[arg(long, value_name = "HH:MM:SS:FF")]
    timecode: Option<String>,
    /// Go on with the pictures that are in the folder, at the first that is missing
    #[arg(long)]
    resume: bool,
}

/// How smooth a capture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Quality {
    /// One: sharp throughout, edges smoothed afterwards
    Preview,
    /// 8: smooth edges, some blur of motion and depth, soft shadows
    Standard,
    /// 32: the same without steps in it
    Final,
}

impl Quality {
    pub(super) fn samples(self) -> u32 {
        match self {
            Self::Preview => 1,
            Self::Standard => 8,
            Self::Final => 32,
        }
    }
}

pub(super) fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let size = text
        .split_once('x')
        .and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    match size {
        Some((w, h))
            if (16..=8192).contains(&w) && (16..=8192).contains(&h) && w % 2 == 0 && h % 2 == 0 =>
        {
            Ok((w, h))
        }
        _ => Err("write WIDTHxHEIGHT with even numbers from 16 to 8192, as in 1280x720".into()),
    }
}

fn parse_seconds(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => Ok(seconds),
        _ => Err("write seconds from the show's start, as in 12.5".into()),
    }
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    record(&args.scene, args.output, &args.bakes, assets)
}

/// Records a show.
pub(super) fn record(
    scene: &Path,
    output: Output,
    bakes: &Bakes,
    assets: &Assets,
) -> Result<(), Failure> {
    let shelf = bakes.shelf(scene, Some(output.fps));
    let production = Production::load(scene, assets)
        .inspect_err(|error| note_refusal(assets.account(), error, Act::Render))?;
    let stem = scene
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    record_production(production, stem, output, shelf)
}

/// Records a production under a name.
pub(super) fn record_production(
    production: Production,
    stem: String,
    output: Output,
    shelf: Option<Shelf>,
) -> Result<(), Failure> {
    let stop = stop_on_interrupt()?;
    let timecode = output.timecode.as_deref();
    let timecode = timecode.map(|text| Timecode::parse(text, output.fps));
    let timecode = timecode
        .transpose()
        .map_err(|problem| format!("--{problem}"))?;
    let options = Options {
        out: output.out.unwrap_or_else(|| Path::new("out").join(&stem)),
        wish: Wish {
            stem,
            cameras: output.camera,
            feeds: output.feed,
            formats: output.format,
            name: output.name,
        },
        timecode,
        size: output.size,
        fps: output.fps,
        from_s: output.from,
        to_s: output.to,
        samples: output.samples.unwrap_or(output.quality.samples()),
        view: output.view,
        resume: output.resume,
        label: output.label,
        credentials: !output.no_credentials,
        shelf,
    };
    match capture::capture(production, &options, &stop) {
        Ok(report) => {
            eprintln!(
                "{}: {} frames in {:.0} s (prepared in {:.0} s, {:.0} ms a frame) on {}",
                options.out.display(),
                report.frames,
                report.timings.prepare_s + report.timings.render_s,
                report.timings.prepare_s,
                report.timings.per_frame_ms,
                report.adapter
            );
            for file in &report.files {
                eprintln!("  {file}");
            }
            Ok(())
        }
        Err(error @ CaptureError::Interrupted { .. }) => Err(Failure {
            message: error.to_string(),
            code: 130,
        }),
        Err(error) => Err(error.into()),
    }
}
