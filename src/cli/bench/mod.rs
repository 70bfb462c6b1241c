//! `toile bench`: times, tables and truth.

mod fit;
mod looks;
mod truth;

use super::Failure;
use crate::paths::Assets;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bench looks                        every garment on the mannequin, 24 frames each
  toile bench looks --kernels tee          and how long each kernel takes
  toile bench truth                        the solver against known answers
  toile bench fit --dc 69.6 --density 0.192   bending stiffness from a drape test")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Time the shipped garments on a twin
    Looks(looks::Args),
    /// Measure the cloth solver against known answers
    Truth(truth::Args),
    /// Find the bending stiffness of a fabric from its drape coefficient
    Fit(fit::Args),
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    match args.what {
        What::Looks(args) => looks::run(args, assets),
        What::Fit(args) => fit::run(args),
        What::Truth(args) => truth::run(args),
    }
}
