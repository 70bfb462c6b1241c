//! What can go wrong while reading body data, shaping, measuring or fitting.

use std::path::PathBuf;

/// An error of this crate: each names what is wrong and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The file could not be read from disk.
    #[error(
        "cannot read body data {path}: {source}; the file ships with Toile as assets/body/hm08.bin.zst"
    )]
    Read {
        /// The file asked for.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The bytes are not an intact body data file.
    #[error(
        "body data is not usable: {reason}; restore assets/body/hm08.bin.zst or bake it again (see assets/PROVENANCE.md)"
    )]
    Format {
        /// What was found.
        reason: String,
    },
    /// A shape names a detail slider the body data does not hold.
    #[error("unknown detail slider \"{name}\" in shape.details{hint}")]
    UnknownDetail {
        /// The name asked for.
        name: String,
        /// The closest known names, ready to append to the sentence.
        hint: String,
    },
    /// A slider of a shape is not a number or is far outside of its range.
    #[error("shape.{field} is {value}; give a number from {lowest} to {highest}")]
    SliderOutOfRange {
        /// The field of [`crate::Shape`].
        field: String,
        /// The value found.
        value: f32,
        /// Lowest accepted value.
        lowest: f32,
        /// Highest accepted value.
        highest: f32,
    },
    /// A measurement to be met is not a plausible length in metres.
    #[error("measurement {measure} is {value_m} m; give metres from {lowest_m} to {highest_m}")]
    ImplausibleTarget {
        /// The field of [`crate::MeasureTargets`].
        measure: &'static str,
        /// The value found, metres.
        value_m: f32,
        /// Lowest accepted value, metres.
        lowest_m: f32,
        /// Highest accepted value, metres.
        highest_m: f32,
    },
    /// No body within the slider limits has this measurement together with the others.
    #[error(
        "no body meets {measure} = {wanted_m:.3} m together with the other measurements; the nearest found has {reachable_m:.3} m: \
         change {measure} towards it, or change the base shape"
    )]
    Unreachable {
        /// The field of [`crate::MeasureTargets`].
        measure: &'static str,
        /// The value asked for, metres.
        wanted_m: f32,
        /// The value of the nearest body found, metres.
        reachable_m: f32,
    },
    /// The vertices handed in are not those of a whole base mesh, or are not finite.
    #[error("expected {expected} finite base mesh vertices, got {found}")]
    Vertices {
        /// How many the body data has.
        expected: usize,
        /// How many usable ones came.
        found: usize,
    },
    /// A body so distorted that a tape measure finds no surface.
    #[error("cannot measure {measure}: {reason}; bring the shape sliders nearer to 0.5")]
    Unmeasurable {
        /// The field of [`crate::Measures`].
        measure: &'static str,
        /// What was missing.
        reason: String,
    },
}

impl BodyError {
    pub(crate) fn format(reason: impl Into<String>) -> Self {
        Self::Format {
            reason: reason.into(),
        }
    }
}
