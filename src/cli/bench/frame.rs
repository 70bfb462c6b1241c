//! `toile bench frame`.

use crate::{
    capture::{Cost, Drawn, frame_cost},
    cli::{Failure, capture::parse_size},
    paths::Assets,
    production::Production,
};
use serde_json::{Value, json};
use std::path::PathBuf;
use toile_consent::Medium;
use toile_show::{
    Show,
    format::{Size, Worn},
};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bench frame                                   one model at 960x540
  toile bench frame --size 960x540,1920x1080,3840x2160 --models 1,5,20 --json frame.json
  toile bench frame --scene scenes/white-studio.ron --camera front

A display figure in a T-shirt stands on the set of a scene under all its lights, then
several of it, before one camera. Nothing is simulated and no picture is written: what
is timed is drawing. `preview` is one exposure; `standard` and `final` are 8 and 32,
with shade in folds. `plain` has the same triangles and lights in Bevy's standard
material, without haze, glow and smoothing of edges. Times are medians on this machine
as it is now: compare lines of one run.")]
pub(super) struct Args {
    /// Sizes of the picture
    #[arg(long, value_delimiter = ',', value_parser = parse_size, default_value = "960x540", value_name = "WxH")]
    size: Vec<(u32, u32)>,
    /// Models on stage
    #[arg(long, value_delimiter = ',', default_value = "1", value_parser = clap::value_parser!(u32).range(1..=40))]
    models: Vec<u32>,
    /// Scene whose set, lights and cameras there are
    #[arg(long, default_value = "scenes/first-show.ron", value_name = "FILE")]
    scene: PathBuf,
    /// Camera of the scene
    #[arg(long, default_value = "pit", value_name = "NAME")]
    camera: String,
    /// What the model wears, and of what
    #[arg(
        long,
        default_value = "tee=cotton-jersey",
        value_name = "GARMENT=FABRIC"
    )]
    wear: String,
    /// Exposures of which the median is taken
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=100))]
    frames: u32,
    /// Write the figures to this file as well
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Passes whose time is shown; the file has all.
const SHOWN: usize = 6;

pub(super) fn run(args: &Args, assets: &Assets) -> Result<(), Failure> {
    let production = production(args, assets)?;
    let models: Vec<usize> = args.models.iter().map(|&n| n as usize).collect();
    let mut rows = Vec::new();
    println!("| size | models | drawn | ms an exposure | ms a frame | over plain | passes, ms |");
    println!("|---|---|---|---|---|---|---|");
    for &size in &args.size {
        let costs = frame_cost(
            &production,
            &args.camera,
            size,
            &models,
            args.frames as usize,
        )?;
        for cost in &costs {
            let plain = costs
                .iter()
                .find(|other| other.models == cost.models && other.drawn == Drawn::Plain);
            let plain_ms = plain.map_or(f64::NAN, |plain| plain.wall_ms);
            for (name, exposures) in presets(cost.drawn) {
                let frame_ms = cost.wall_ms * f64::from(*exposures);
                println!(
                    "| {}x{} | {} | {name} | {:.0} | {frame_ms:.0} | {:.2} | {} |",
                    size.0,
                    size.1,
                    cost.models,
                    cost.wall_ms,
                    cost.wall_ms / plain_ms,
                    passes(cost)
                );
                rows.push(row(size, name, cost, frame_ms, plain_ms));
            }
        }
    }
    if let Some(path) = &args.json {
        let text = serde_json::to_string_pretty(&json!({ "rows": rows }))? + "\n";
        std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// What is made of such exposures, and of how many.
fn presets(drawn: Drawn) -> &'static [(&'static str, u32)] {
    match drawn {
        Drawn::Once => &[("preview", 1)],
        Drawn::Exposure => &[("standard", 8), ("final", 32)],
        Drawn::Plain => &[("plain", 1)],
    }
}

/// The longest passes.
fn passes(cost: &Cost) -> String {
    let mut passes: Vec<(&String, &f64)> = cost.passes_ms.iter().collect();
    passes.sort_by(|a, b| b.1.total_cmp(a.1));
    let named = passes.into_iter().take(SHOWN);
    let named: Vec<String> = named.map(|(name, ms)| format!("{name} {ms:.0}")).collect();
    named.join(", ")
}

fn row(size: (u32, u32), name: &str, cost: &Cost, frame_ms: f64, plain_ms: f64) -> Value {
    json!({
        "width": size.0,
        "height": size.1,
        "models": cost.models,
        "drawn": name,
        "garment_vertices": cost.vertices,
        "exposure_ms": cost.wall_ms,
        "frame_ms": frame_ms,
        "over_plain": cost.wall_ms / plain_ms,
        "passes_ms": cost.passes_ms,
    })
}

/// One display figure that stands on the scene's set.
fn production(args: &Args, assets: &Assets) -> Result<Production, Failure> {
    let scene = Show::load(&args.scene)?;
    let name = args.scene.display().to_string();
    if scene.camera(&args.camera).is_none() {
        let known: Vec<&str> = scene.cameras.iter().map(|c| c.name.as_str()).collect();
        return Err(format!(
            "--camera {}: {name} has no such camera; use one of: {}",
            args.camera,
            known.join(", ")
        )
        .into());
    }
    let (garment, fabric) = args
        .wear
        .split_once('=')
        .ok_or_else(|| format!("--wear {}: write GARMENT=FABRIC", args.wear))?;
    let Some(look) = scene.looks.first().cloned() else {
        return Err(format!("{name} has no looks").into());
    };
    let mut show = scene;
    show.looks = vec![look];
    let look = &mut show.looks[0];
    look.twin = "mannequin".into();
    look.enters_at_beat = 0.0;
    look.stands = true;
    look.pose_beats = 16.0;
    look.garments = vec![Worn {
        garment: garment.into(),
        size: Size::MadeToMeasure,
        fabric: fabric.into(),
        colour: None,
    }];
    Ok(Production::cast(show, &name, assets, Medium::TryOn)?)
}
