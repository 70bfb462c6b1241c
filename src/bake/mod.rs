//! The bakery: a look's cloth is simulated once, kept in a file, and played
//! from it for as long as nothing that went in has changed.
//!
//! `toile-bake` knows files and frames; this module knows what goes into a look,
//! where its file lies, and how to make it. `docs/bake.md` tells what is
//! promised.

mod baker;
mod key;
mod shelf;

pub use baker::{Baker, BakeryError};
pub use key::key_of;
pub use shelf::{Baked, Found, Sewn, Shelf};

use glam::Vec3;

/// Baked positions are multiples of 2 to the power of minus this, m: an eighth
/// of a millimetre, so that at most a sixteenth is lost. Cloth is kept farther
/// than that from skin and from other cloth.
pub const STEP_LOG2: u8 = 13;

/// Names of what a bake carries beside its frames.
mod attachment {
    /// Positions in which the seams were welded, exactly.
    pub(super) const JOINED: &str = "joined";
    /// Positions after sewing, exactly.
    pub(super) const SETTLED: &str = "settled";
    /// Positions at the entrance, exactly.
    pub(super) const ENTRANCE: &str = "entrance";
    /// The id of who wears it: a bake of a twin goes when the twin is erased.
    pub(super) const TWIN: &str = "twin";
    /// Greatest values reached, as JSON.
    pub(super) const TALLIES: &str = "tallies";
}

/// Whose body the cloth of a bake lies on; bakes of earlier builds do not say.
///
/// # Errors
/// A file that is no bake.
pub fn wearer_of(path: &std::path::Path) -> Result<Option<String>, toile_bake::BakeError> {
    let id = toile_bake::Bake::open(path)?.attachment(attachment::TWIN)?;
    Ok(id.and_then(|id| String::from_utf8(id).ok()))
}

/// What the cloth went through, as it is kept.
#[derive(serde::Serialize, serde::Deserialize)]
struct Tallies {
    /// While it was sewn.
    sewing: crate::wardrobe::Tally,
    /// From the needle to its exit.
    all: crate::wardrobe::Tally,
}

fn to_bytes(positions: &[Vec3]) -> Vec<u8> {
    positions
        .iter()
        .flat_map(Vec3::to_array)
        .flat_map(f32::to_le_bytes)
        .collect()
}

/// Positions from bytes; a rest that is no position is left out.
fn from_bytes(bytes: &[u8]) -> Vec<Vec3> {
    let reals: Vec<f32> = bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|b| f32::from_le_bytes(*b))
        .collect();
    let triples = reals.as_chunks::<3>().0;
    triples.iter().map(|p| Vec3::from_array(*p)).collect()
}
