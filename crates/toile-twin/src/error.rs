//! What can go wrong when a twin is loaded, said so that it can be mended.

use std::path::{Path, PathBuf};

/// A twin's file is missing, broken, or says something impossible.
#[derive(Debug, thiserror::Error)]
pub enum TwinError {
    /// The file could not be read at all.
    #[error("cannot read {}: {source}", file.display())]
    Read {
        /// The file that was asked for.
        file: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The record is not well-formed RON, or has unknown or missing fields.
    #[error("{}:{line}:{column}: {problem}", file.display())]
    Syntax {
        /// The record's file.
        file: PathBuf,
        /// One-based line of the first offending character.
        line: usize,
        /// One-based column of the first offending character.
        column: usize,
        /// What the parser objected to.
        problem: String,
    },
    /// The record is well-formed, but a field holds an impossible value.
    #[error("{}: field `{field}`: {problem}; {mend}", file.display())]
    Field {
        /// The record's file.
        file: PathBuf,
        /// Path of the field, such as `measures.waist`.
        field: String,
        /// What is wrong with its value.
        problem: String,
        /// How to mend it.
        mend: String,
    },
    /// The avatar is not a usable glTF file.
    #[error("{}: {problem}; {mend}", file.display())]
    Avatar {
        /// The avatar's file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
        /// How to mend it.
        mend: String,
    },
    /// The avatar's skeleton or mesh cannot carry a runway performance.
    #[error("twin '{twin}': {problem}; {mend}")]
    Body {
        /// Id of the twin.
        twin: String,
        /// What is missing or impossible.
        problem: String,
        /// How to mend it.
        mend: String,
    },
}

impl TwinError {
    pub(crate) fn avatar(file: &Path, problem: impl Into<String>, mend: impl Into<String>) -> Self {
        Self::Avatar {
            file: file.to_path_buf(),
            problem: problem.into(),
            mend: mend.into(),
        }
    }
}
