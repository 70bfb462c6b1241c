//! Show files: venue, running order, cameras and cuts, and their timeline.
//!
//! A show file (`scenes/*.ron`) is what a producer writes. [`format`] holds its
//! serde types exactly as they stand in the file; [`Show::from_ron`] parses and
//! validates them once, so that the rest of Toile can rely on every name being
//! resolvable and every number being finite. [`camera`] turns a camera
//! description and a subject into a view, [`follow`] says who and where that
//! subject is, [`edit`] makes cuts, [`rig`] dims lamps and [`press`] sets off flashes: all
//! pure functions of time.

pub mod camera;
pub mod chance;
pub mod colour;
pub mod ease;
pub mod edit;
mod error;
pub mod follow;
pub mod format;
mod path;
pub mod press;
pub mod rig;
mod validate;

pub use camera::CameraView;
pub use colour::Rgb;
pub use error::ShowError;
pub use follow::Subject;
pub use format::Show;
pub use path::Path;
pub use validate::CATALOGUE;
