//! Parametric human bodies: shape, measurements, rig and glTF avatars.
//!
//! The way from numbers to a person:
//!
//! 1. [`BodyData::load`] reads the packed MakeHuman `hm08` base mesh with its
//!    shape targets, skeleton, weights, face units and UV masks (all CC0).
//! 2. A [`Shape`] holds sliders; [`BodyData::evaluate`] gives every vertex in metres.
//! 3. [`BodyData::measure`] reads the body with a tape; [`fit`] finds the shape
//!    that has the measurements asked for.
//! 4. [`BodyData::rig`] puts a Mixamo-named skeleton into the body.
//! 5. [`look`] and [`glb`] dress it with skin, hair and shoes and write the avatar.
//!
//! ```no_run
//! # fn main() -> Result<(), toile_body::BodyError> {
//! use toile_body::{BodyData, MeasureTargets, Shape, fit};
//!
//! let data = BodyData::load("assets/body/hm08.bin.zst".as_ref())?;
//! let base = Shape { gender: 0.0, age: Shape::age_from_years(30.0), ..Shape::default() };
//! let targets = MeasureTargets {
//!     height: 1.78,
//!     bust: 0.85,
//!     waist: 0.64,
//!     hip: 0.90,
//!     ..MeasureTargets::default()
//! };
//! let person = fit(&data, &base, &targets)?;
//! let verts = data.evaluate(&person.shape)?;
//! let rig = data.rig(&verts)?;
//! println!("{} joints, cross back {:.3} m", rig.names.len(), person.achieved.cross_back);
//! # Ok(())
//! # }
//! ```
//!
//! Axes: Y up, +Z to the front of the person, +X to the person's left; metres.

mod asset;
#[cfg(feature = "bake")]
pub mod bake;
mod codec;
pub mod crowd;
mod error;
mod fit;
pub mod glb;
pub mod look;
mod measure;
pub mod recipe;
mod rig;
mod shape;
mod tape;
mod target;

pub use asset::{BodyData, Face, FaceUnit, Mask, Triangle};
pub use error::BodyError;
pub use fit::{FitResult, MeasureTargets, fit};
pub use look::avatar_glb;
pub use measure::{Landmarks, Measures};
pub use recipe::TwinRecipe;
pub use rig::Rig;
pub use shape::Shape;
