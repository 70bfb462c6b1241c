//! `toile lookbook`.

use super::{
    Failure,
    capture::{Quality, parse_size},
    stop_on_interrupt,
};
use crate::{
    capture::{CaptureError, MOST_SAMPLES},
    consent::note_refusal,
    label::Policy,
    lookbook::{self, LookbookError, Options},
    paths::Assets,
    production::Production,
};
use std::path::{Path, PathBuf};
use toile_consent::ledger::Act;
use toile_show::Show;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile lookbook scenes/first-show.ron
  toile lookbook scenes/first-show.ron --look 2 --out out/look-2
  toile lookbook scenes/first-show.ron --size 1800x2400 --quality final

Every look stands in a white studio and is photographed from the front, the back and
its left side, from head to feet, and once near, at its neckline or else its
waistband, cuff or hem. Pictures are named by look, twin and view, as in
look-01-ines-front.png; contact-sheet.png has all of them with captions.

Twins must be licensed to the show's client for stills in a lookbook on its date.
Every look is sewn first, half a minute or so. Ctrl-C keeps the pictures that are
done; --look NUMBER goes on with those that are missing.")]
pub(super) struct Args {
    /// The show file
    scene: PathBuf,
    /// Photograph only this look, by its number; may be given more than once
    #[arg(long, value_name = "NUMBER")]
    look: Vec<u32>,
    /// Say in the pictures what the figures in them are
    #[arg(long, value_enum, default_value_t = Policy::Auto)]
    label: Policy,
    /// Leave Content Credentials out; a licence that asks for them then refuses
    #[arg(long)]
    no_credentials: bool,
    /// Folder to write to [default: out/ and the scene's name, -lookbook]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Size of a picture, width by height, both even
    #[arg(long, default_value = "900x1200", value_parser = parse_size)]
    size: (u32, u32),
    /// How smooth: subframes of which every picture is the mean
    #[arg(long, value_enum, default_value_t = Quality::Standard)]
    quality: Quality,
    /// Subframes of every picture, instead of those of --quality
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_SAMPLES)))]
    samples: Option<u32>,
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    let show = Show::load(&args.scene)?;
    let name = args.scene.display().to_string();
    let production = Production::cast_lookbook(show, &name, assets, &args.look)
        .inspect_err(|error| note_refusal(assets.account(), error, Act::Photograph))?;
    let stem = args.scene.file_stem().unwrap_or_default();
    let default = || Path::new("out").join(format!("{}-lookbook", stem.to_string_lossy()));
    let options = Options {
        out: args.out.unwrap_or_else(default),
        size: args.size,
        samples: args.samples.unwrap_or(args.quality.samples()),
        looks: args.look,
        label: args.label,
        credentials: !args.no_credentials,
    };
    std::fs::create_dir_all(&options.out)
        .map_err(|error| format!("cannot make {}: {error}", options.out.display()))?;
    let stop = stop_on_interrupt()?;
    match lookbook::shoot(&production, &options, &stop) {
        Ok(files) => {
            eprintln!("{}: {} pictures", options.out.display(), files.len());
            Ok(())
        }
        Err(error @ LookbookError::Capture(CaptureError::Interrupted { .. })) => Err(Failure {
            message: error.to_string(),
            code: 130,
        }),
        Err(error) => Err(error.into()),
    }
}
