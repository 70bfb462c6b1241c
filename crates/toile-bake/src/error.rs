//! The one error type of the bake crate.

use std::path::PathBuf;

/// What can go wrong with a bake. Every message says what, where and how to
/// mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BakeError {
    /// The bytes are no bake at all.
    #[error("this is no bake: {0}")]
    NotABake(String),
    /// The bake is written in another version of the format.
    #[error("the bake has format version {found}, this program reads {known}; bake it again")]
    Version {
        /// Version in the file.
        found: u16,
        /// Version that is read here.
        known: u16,
    },
    /// Bytes are missing, or are not those that were written.
    #[error("the bake is damaged in {place}: {problem}; bake it again")]
    Damaged {
        /// Which part of the file.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A frame that cannot be baked.
    #[error("frame {frame} cannot be baked: {problem}; {mend}")]
    Frame {
        /// Number of the frame, from 0.
        frame: u32,
        /// What is wrong with it.
        problem: String,
        /// How to mend it.
        mend: &'static str,
    },
    /// What a bake is to hold contradicts itself.
    #[error("a bake's `{field}` {problem}; {mend}")]
    Plan {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
        /// How to mend it.
        mend: &'static str,
    },
    /// A file could not be read or written.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    File {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A part of the file that is not what it should be.
pub(crate) fn damaged(place: impl Into<String>, problem: impl Into<String>) -> BakeError {
    BakeError::Damaged {
        place: place.into(),
        problem: problem.into(),
    }
}
