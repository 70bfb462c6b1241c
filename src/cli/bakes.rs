//! Where bakes lie: the options that commands share.

use crate::bake::Shelf;
use std::path::{Path, PathBuf};

/// Which bakes are played.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Bakes {
    /// Folder with bakes; those of a show are in a folder of its name there
    #[arg(long, value_name = "DIR", default_value = "out/bake")]
    bakes: PathBuf,
    /// Simulate every look, baked or not
    #[arg(long, conflicts_with = "bakes")]
    simulate: bool,
}

impl Bakes {
    /// The shelf of a show's bakes, unless none is to be played; without a rate
    /// (frames per second) the finest are.
    pub(super) fn shelf(&self, scene: &Path, rate: Option<u32>) -> Option<Shelf> {
        (!self.simulate).then(|| Shelf::new(&self.bakes, scene, rate))
    }
}
