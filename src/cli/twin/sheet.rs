//! `toile twin sheet`.

use super::super::{
    Failure,
    capture::{Quality, parse_size},
    stop_on_interrupt,
};
use crate::{
    capture::MOST_SAMPLES,
    label::Policy,
    lookbook::{Crop, cast, cast_sheet},
    paths::Assets,
    production::load_record,
};
use std::path::PathBuf;
use toile_twin::Kind;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile twin sheet
  toile twin sheet ines kofi --size 600x1200 --quality final --out two.png
  toile twin sheet --portraits --out faces.png

Twins stand in a white studio, in their base layer and in one scale, over their names,
measures and kind. Those that no licence lets the client photograph like this are left
out, and it is said why; every other is a still picture in the account.")]
pub(super) struct Args {
    /// Ids of twins [default: all but mannequins]
    ids: Vec<String>,
    /// For whom [default: the fitting room's client]
    #[arg(long)]
    client: Option<String>,
    /// Picture to write, PNG
    #[arg(long, value_name = "FILE", default_value = "out/cast.png")]
    out: PathBuf,
    /// Their faces, from about a metre, instead of all of them
    #[arg(long)]
    portraits: bool,
    /// Size of a twin's picture, width by height, both even [default: 240x540, of a face
    /// 400x440]
    #[arg(long, value_parser = parse_size)]
    size: Option<(u32, u32)>,
    /// How smooth: subframes of which every picture is the mean
    #[arg(long, value_enum, default_value_t = Quality::Standard)]
    quality: Quality,
    /// Subframes of every picture, instead of those of --quality
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_SAMPLES)))]
    samples: Option<u32>,
    /// Say on the sheet what the figures are
    #[arg(long, value_enum, default_value_t = Policy::Auto)]
    label: Policy,
}

pub(super) fn run(args: &Args, assets: &Assets) -> Result<(), Failure> {
    let mut ids = args.ids.clone();
    if ids.is_empty() {
        for id in assets.list("twins") {
            if load_record(assets, &id, "twin sheet")?.kind != Kind::Mannequin {
                ids.push(id);
            }
        }
    }
    let stop = stop_on_interrupt()?;
    let production = cast(assets, &ids, args.client.as_deref())?;
    if let Some(folder) = args.out.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    let count = production.looks.len();
    let (crop, size) = match args.portraits {
        true => (Crop::Face, (400, 440)),
        false => (Crop::Figure, (240, 540)),
    };
    let samples = args.samples.unwrap_or(args.quality.samples());
    let how = (crop, args.size.unwrap_or(size), samples);
    let (width, height) = cast_sheet(production, how, args.label, &args.out, &stop)?;
    println!(
        "{}: {count} twins, {width} by {height} pixels",
        args.out.display()
    );
    Ok(())
}
