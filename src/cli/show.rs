//! `toile show`.

use super::{Failure, capture, display};
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
    if display::wanted(args.window, args.capture)? {
        if args.window || !viewer::software_only()? {
            let production = Production::load(&args.scene, assets)?;
            return Ok(viewer::play(production)?);
        }
        eprintln!("no graphics card: recording instead (as with --capture); --window insists");
    }
    capture::record(&args.scene, args.output, assets)
}
