//! What can go wrong with files and keys, said so that it can be mended.

use std::path::{Path, PathBuf};

/// A file of consent is missing, broken, forged, or says something impossible.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsentError {
    /// The disk.
    #[error("cannot {doing} {}: {source}; check the path, its permissions and the space left", file.display())]
    Disk {
        /// `read`, `write` or `lock`.
        doing: &'static str,
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Not JSON, or fields that are unknown, missing or of another kind.
    #[error("{file}:{line}:{column}: {problem}")]
    Syntax {
        /// The file.
        file: String,
        /// Line, from one.
        line: usize,
        /// Column, from one.
        column: usize,
        /// What the parser objected to.
        problem: String,
    },
    /// Well-formed, but a field holds an impossible value.
    #[error("{file}: field `{field}`: {problem}; {mend}")]
    Field {
        /// The file.
        file: String,
        /// Path of the field, such as `duration.not_after`.
        field: String,
        /// What is wrong with its value.
        problem: String,
        /// How to mend it.
        mend: &'static str,
    },
    /// A signature does not hold, or the text is not the one that was signed.
    #[error("{file}: {problem}; it is not as it was signed: get it anew from who signed it")]
    Forged {
        /// The file.
        file: String,
        /// What does not hold.
        problem: String,
    },
    /// A key cannot be used.
    #[error("key {place}: {problem}; {mend}")]
    Key {
        /// File or command.
        place: String,
        /// What is wrong.
        problem: String,
        /// How to mend it.
        mend: &'static str,
    },
    /// The ledger was changed.
    #[error("{}: {problem}; nothing is added to a ledger that was changed: `toile ledger verify` tells where, put back the file as it was", file.display())]
    Ledger {
        /// Its file.
        file: PathBuf,
        /// Where, and what.
        problem: String,
    },
}

impl ConsentError {
    pub(crate) fn disk(doing: &'static str, file: &Path, source: std::io::Error) -> Self {
        Self::Disk {
            doing,
            file: file.to_path_buf(),
            source,
        }
    }

    pub(crate) fn syntax(file: &str, error: &serde_json::Error) -> Self {
        let problem = error.to_string();
        // The place is said before.
        let problem = problem.split(" at line ").next().unwrap_or_default();
        Self::Syntax {
            file: file.to_owned(),
            line: error.line(),
            column: error.column(),
            problem: problem.to_owned(),
        }
    }
}
