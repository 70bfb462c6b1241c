//! `toile bench`: times, tables and truth.

mod catalogue;
mod cloth;
mod drape;
mod fit;
mod frame;
mod look;
mod photo;
mod reference;
mod truth;

use super::Failure;
use crate::paths::Assets;
use toile_cloth::{AdapterSummary, ClothPipelines, truth::Gpu};

/// What the tests of `toile_cloth::truth` run on.
struct Device {
    device: wgpu::Device,
    queue: wgpu::Queue,
    adapter: AdapterSummary,
    pipelines: ClothPipelines,
}

impl Device {
    fn new() -> Result<Self, Failure> {
        let (device, queue, adapter) = toile_cloth::request_device()?;
        let pipelines = ClothPipelines::new(&device)?;
        Ok(Self {
            device,
            queue,
            adapter,
            pipelines,
        })
    }

    fn gpu(&self) -> Gpu<'_> {
        Gpu {
            device: &self.device,
            queue: &self.queue,
            pipelines: &self.pipelines,
        }
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bench cloth                        hanging sheets and the shipped looks
  toile bench cloth --stages --looks tee   where the time of one look goes
  toile bench truth                        the solver against known answers
  toile bench drape                        the drape test, on fabrics of the catalogue
  toile bench frame                        what a frame costs, pass by pass
  toile bench look                         colours read back, energy of fabrics
  toile bench reference --out sitting      what another renderer draws, to compare
  toile bench photo                        find fabrics by photographs of them
  toile bench catalogue                    import and search a market of 1.5 million fabrics
  toile bench fit --dc 69.6 --density 0.192   bending stiffness from a drape test")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Time the cloth solver on hanging sheets and on the shipped looks
    Cloth(cloth::Args),
    /// Measure the cloth solver against known answers
    Truth(truth::Args),
    /// Import a synthetic market and search it
    Catalogue(catalogue::Args),
    /// Hang fabrics of the catalogue on a drape tester
    Drape(drape::Args),
    /// Find the bending stiffness of a fabric from its drape coefficient
    Fit(fit::Args),
    /// Time frames by preset and pass, beside a plain scene of the same triangles
    Frame(frame::Args),
    /// Read colours back from pictures; see that fabrics make and lose no light
    Look(look::Args),
    /// Write swatches, light and camera for another renderer, and pictures to compare
    Reference(reference::Args),
    /// Find fabrics by renderings of them under another light and at another scale
    Photo(photo::Args),
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    match args.what {
        What::Cloth(args) => cloth::run(args, assets),
        What::Drape(args) => drape::run(args, assets),
        What::Catalogue(args) => catalogue::run(&args),
        What::Fit(args) => fit::run(args),
        What::Frame(args) => frame::run(&args, assets),
        What::Look(args) => look::run(args, assets),
        What::Reference(args) => reference::run(args, assets),
        What::Photo(args) => photo::run(&args, assets),
        What::Truth(args) => truth::run(args),
    }
}
