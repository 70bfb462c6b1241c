//! `toile show`.

use super::{Failure, capture};
use crate::{paths::Assets, production::Production, viewer};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile show scenes/first-show.ron              window with panel, if there is a display
  toile show scenes/first-show.ron --capture    record instead
  toile show scenes/first-show.ron --window     window even on a software renderer")]
pub(super) struct Args {
    /// The show file
    scene: PathBuf,
    /// Record instead of opening a window
    #[arg(long, conflicts_with = "window")]
    capture: bool,
    /// Open a window even if the only adapter is a software renderer
    #[arg(long)]
    window: bool,
    #[command(flatten)]
    output: capture::Output,
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    if args.window || (!args.capture && viewer::display() && !viewer::software_only()?) {
        let production = Production::load(&args.scene, assets)?;
        return Ok(viewer::run(production)?);
    }
    if !args.capture {
        eprintln!("no display with a graphics card: recording instead (as with --capture)");
    }
    capture::record(&args.scene, args.output, assets)
}
