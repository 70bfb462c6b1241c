//! Baked cloth: what a simulation computed, in a compact file that is checked
//! and played back exactly.
//!
//! A [`Writer`] takes frames and gives the bytes of a file, [`Bake`] opens them,
//! a [`Player`] gives the frame at a time. A [`Key`] is a hash over everything
//! that went in, made by the caller; it says whether a bake still fits. The
//! crate knows nothing of cloth but particles and triangles, and of files
//! nothing but bytes. `docs/bake.md` describes the format and its guarantees.

mod bytes;
mod error;
mod head;
mod key;
mod motion;
mod order;
mod player;
mod reader;
mod writer;

pub use error::BakeError;
pub use head::Head;
pub use key::{Ingredient, Key};
pub use player::Player;
pub use reader::{Bake, Frame};
pub use writer::{Plan, Writer, save};
