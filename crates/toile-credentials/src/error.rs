//! What can go wrong with credentials, said so that it can be mended.

use std::path::{Path, PathBuf};

/// Credentials cannot be made, or cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// The disk.
    #[error("cannot {doing} {}: {source}; check the path, its permissions and the space left", file.display())]
    Disk {
        /// `read` or `write`.
        doing: &'static str,
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A signing key or certificate that cannot be used.
    #[error("{}: {problem}; {mend}", file.display())]
    Identity {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
        /// How to mend it.
        mend: &'static str,
    },
    /// A certificate of our own could not be made.
    #[error("no certificate could be made: {0}")]
    Certificate(String),
    /// A file that could not be signed.
    #[error("{what} cannot carry Content Credentials: {problem}")]
    Sign {
        /// The file, or what it was to be.
        what: String,
        /// What the library said.
        problem: String,
    },
    /// A file without credentials.
    #[error(
        "{}: no Content Credentials, neither in the file nor beside it; many programs and platforms remove them", file.display()
    )]
    None {
        /// The file.
        file: PathBuf,
    },
    /// Credentials that cannot be read at all.
    #[error("{}: its Content Credentials cannot be read: {problem}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the library said.
        problem: String,
    },
}

impl CredentialsError {
    pub(crate) fn disk(doing: &'static str, file: &Path, source: std::io::Error) -> Self {
        Self::Disk {
            doing,
            file: file.to_path_buf(),
            source,
        }
    }
}
