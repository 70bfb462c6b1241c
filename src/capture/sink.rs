//! Where frames go: files that are whole when they have their names.
//!
//! Everything is written beside its final name and renamed when it is whole, so a
//! file with the final name is always a complete one.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use toile_credentials::CredentialsError;

/// What can go wrong while frames are written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// No `ffmpeg`.
    #[error(
        "ffmpeg was not found ({0}); install it (Debian, Ubuntu: apt-get install ffmpeg), or write pictures with --format png"
    )]
    NoFfmpeg(std::io::Error),
    /// An `ffmpeg` that lacks an encoder.
    #[error(
        "this ffmpeg has no encoder {encoder}, which --format {format} needs; install one that has (Debian, Ubuntu: apt-get install ffmpeg), or leave the format out"
    )]
    NoEncoder {
        /// The encoder.
        encoder: &'static str,
        /// The format as it is asked for.
        format: String,
    },
    /// `ffmpeg` gave up.
    #[error(
        "ffmpeg could not write {path}: {message}; nothing of it was kept: check the space left on the disk, or write pictures (--format png), which --resume goes on with"
    )]
    Ffmpeg {
        /// The movie asked for.
        path: String,
        /// The end of what it said.
        message: String,
    },
    /// Content Credentials.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// A file could not be written.
    #[error(
        "cannot write {path}: {source}; check the path, its permissions and the space left on the disk"
    )]
    Write {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl EncodeError {
    /// A write error for a path.
    pub(crate) fn write(path: &Path, source: std::io::Error) -> Self {
        Self::Write {
            path: path.display().to_string(),
            source,
        }
    }
}

/// Writes a file beside its final name and renames it when it has reached the disk;
/// folders on the way are made. Nothing is left of one that could not be written.
///
/// # Errors
/// What the system says.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), EncodeError> {
    let partial = with_suffix(path, ".part");
    let written = make_folder_of(path).and_then(|()| {
        let mut file = std::fs::File::create(&partial)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        std::fs::rename(&partial, path)
    });
    written.map_err(|error| {
        // The first error is the one to report; the part may not even exist.
        let _ = std::fs::remove_file(&partial);
        EncodeError::write(path, error)
    })
}

/// Makes the folder that a file is to be in.
pub(super) fn make_folder_of(path: &Path) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)
}

/// The path with something added to its name.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(suffix);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::write_whole;

    #[test]
    fn a_file_is_written_whole_with_its_folders() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/c.bin");
        write_whole(&path, b"once").unwrap();
        write_whole(&path, b"twice").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"twice");
        let beside = std::fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(beside, 1, "no part is left");
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        // A folder stands where the file is to be.
        let path = folder.path().join("taken");
        std::fs::create_dir(&path).unwrap();
        let said = write_whole(&path, b"x").unwrap_err().to_string();
        assert!(
            said.contains("taken") && said.contains("space left"),
            "{said}"
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_said_so() {
        let said = super::EncodeError::write(
            std::path::Path::new("/dev/full"),
            std::fs::write("/dev/full", b"x").unwrap_err(),
        );
        assert!(said.to_string().contains("No space left"), "{said}");
    }
}
