//! `toile bench`: times and tables, never tests.

mod looks;

use super::Failure;
use crate::paths::Assets;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bench looks                        every garment on the mannequin, 24 frames each
  toile bench looks --kernels tee          and how long each kernel takes")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Time the shipped garments on a twin
    Looks(looks::Args),
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    match args.what {
        What::Looks(args) => looks::run(args, assets),
    }
}
