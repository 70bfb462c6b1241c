//! `toile show`.

use super::{Failure, bakes::Bakes, capture, display};
use crate::{consent::note_refusal, paths::Assets, production::Production, viewer};
use std::path::PathBuf;
use toile_consent::{Medium, ledger::Act};
use toile_show::Show;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile show scenes/first-show.ron              window with panel, if there is a display
  toile show scenes/first-show.ron --capture    record instead
  toile show scenes/first-show.ron --window     window even on a software renderer
  toile show scenes/first-show.ron --simulate   leave bakes where they are

Looks that `toile bake` has baked, and nothing of which has changed since, are
played; a line on the terminal tells which. A fabric changed in the window has
its look simulated from there on.")]
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
    bakes: Bakes,
    #[command(flatten)]
    output: capture::Output,
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    if display::wanted(args.window, args.capture)? {
        if args.window || !viewer::software_only()? {
            let name = args.scene.display().to_string();
            let production =
                Production::cast(Show::load(&args.scene)?, &name, assets, Medium::Live)
                    .inspect_err(|error| note_refusal(assets.account(), error, Act::Play))?;
            let shelf = args.bakes.shelf(&args.scene, None);
            return Ok(viewer::play(production, shelf, args.output.label)?);
        }
        eprintln!("no graphics card: recording instead (as with --capture); --window insists");
    }
    capture::record(&args.scene, args.output, &args.bakes, assets)
}
