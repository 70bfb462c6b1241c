//! Where frames go: an H.264 movie through `ffmpeg`, or numbered PNG files.
//!
//! A movie is written beside its final name and renamed when it is whole, so a
//! file with the final name is always a complete one.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// What can go wrong while frames are written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// No `ffmpeg`.
    #[error(
        "ffmpeg was not found ({0}); install it (Debian, Ubuntu: apt-get install ffmpeg), or write pictures with --format png"
    )]
    NoFfmpeg(std::io::Error),
    /// `ffmpeg` gave up.
    #[error("ffmpeg could not write {path}: {message}; nothing was kept")]
    Ffmpeg {
        /// The movie asked for.
        path: String,
        /// The end of what it said.
        message: String,
    },
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

/// A sink for frames.
pub enum Encoder {
    /// A movie being encoded.
    Movie(Movie),
    /// Pictures being numbered.
    Pictures(Pictures),
}

/// A movie being encoded.
pub struct Movie {
    child: Child,
    partial: PathBuf,
    path: PathBuf,
    log: PathBuf,
}

/// Pictures being numbered.
pub struct Pictures {
    folder: PathBuf,
    size: (u32, u32),
    next: u32,
}

/// Checks that `ffmpeg` runs, before any work is done.
///
/// # Errors
/// [`EncodeError::NoFfmpeg`] with the way to install it.
pub fn find_ffmpeg() -> Result<(), EncodeError> {
    Command::new("ffmpeg")
        .arg("-version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map(drop)
        .map_err(EncodeError::NoFfmpeg)
}

impl Encoder {
    /// Starts a movie of `size` pixels at `fps`, with a WAV file as its sound
    /// from `sound_from_s` on.
    ///
    /// # Errors
    /// No `ffmpeg`, or a folder that cannot be written to.
    pub fn movie(
        path: &Path,
        size: (u32, u32),
        fps: u32,
        sound: &Path,
        sound_from_s: f32,
    ) -> Result<Self, EncodeError> {
        let partial = with_suffix(path, ".part");
        let log = with_suffix(path, ".log.tmp");
        let log_file = std::fs::File::create(&log).map_err(|e| EncodeError::write(&log, e))?;
        let child = Command::new("ffmpeg")
            .args([
                "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgba", "-s",
            ])
            .arg(format!("{}x{}", size.0, size.1))
            .args([
                "-r",
                &fps.to_string(),
                "-i",
                "-",
                "-ss",
                &sound_from_s.to_string(),
                "-i",
            ])
            .arg(sound)
            .args(["-map", "0:v", "-map", "1:a", "-shortest"])
            .args([
                "-c:v", "libx264", "-preset", "veryfast", "-crf", "17", "-pix_fmt", "yuv420p",
            ])
            .args([
                "-colorspace",
                "bt709",
                "-color_primaries",
                "bt709",
                "-color_trc",
                "bt709",
            ])
            .args([
                "-vf",
                "scale=in_range=full:out_range=tv:out_color_matrix=bt709",
            ])
            .args([
                "-c:a",
                "aac",
                "-b:a",
                "192k",
                "-movflags",
                "+faststart",
                "-f",
                "mp4",
            ])
            .arg(&partial)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log_file)
            .spawn()
            .map_err(EncodeError::NoFfmpeg)?;
        Ok(Self::Movie(Movie {
            child,
            partial,
            path: path.to_path_buf(),
            log,
        }))
    }

    /// Starts a sequence of pictures `frame_000001.png` in a folder.
    ///
    /// # Errors
    /// A folder that cannot be made.
    pub fn pictures(folder: &Path, size: (u32, u32), first: u32) -> Result<Self, EncodeError> {
        std::fs::create_dir_all(folder).map_err(|e| EncodeError::write(folder, e))?;
        Ok(Self::Pictures(Pictures {
            folder: folder.to_path_buf(),
            size,
            next: first,
        }))
    }

    /// Writes a frame of tightly packed RGBA rows.
    ///
    /// # Errors
    /// A full disk, or an `ffmpeg` that has ended.
    pub fn frame(&mut self, rgba: &[u8]) -> Result<(), EncodeError> {
        match self {
            Self::Movie(movie) => {
                let written = movie
                    .child
                    .stdin
                    .as_mut()
                    .map_or(Ok(()), |pipe| pipe.write_all(rgba));
                if written.is_ok() {
                    return Ok(());
                }
                let _ = movie.child.wait();
                Err(movie.failure())
            }
            Self::Pictures(pictures) => {
                let path = picture_path(&pictures.folder, pictures.next);
                save_png(&path, rgba, pictures.size)?;
                pictures.next += 1;
                Ok(())
            }
        }
    }

    /// Ends the sequence; a movie gets its final name now.
    ///
    /// # Errors
    /// An `ffmpeg` that could not finish the file.
    pub fn finish(self) -> Result<(), EncodeError> {
        let Self::Movie(mut movie) = self else {
            return Ok(());
        };
        drop(movie.child.stdin.take());
        let ended = movie.child.wait();
        if !ended.is_ok_and(|status| status.success()) {
            return Err(movie.failure());
        }
        std::fs::rename(&movie.partial, &movie.path)
            .map_err(|e| EncodeError::write(&movie.path, e))?;
        let _ = std::fs::remove_file(&movie.log);
        Ok(())
    }

    /// Gives the sequence up: nothing is left that looks like a whole movie.
    pub fn abandon(self) {
        if let Self::Movie(mut movie) = self {
            let _ = movie.child.kill();
            let _ = movie.child.wait();
            let _ = std::fs::remove_file(&movie.partial);
            let _ = std::fs::remove_file(&movie.log);
        }
    }
}

impl Movie {
    fn failure(&self) -> EncodeError {
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        let message = said
            .lines()
            .last()
            .unwrap_or("it ended without a word")
            .to_owned();
        let _ = std::fs::remove_file(&self.partial);
        let _ = std::fs::remove_file(&self.log);
        EncodeError::Ffmpeg {
            path: self.path.display().to_string(),
            message,
        }
    }
}

/// Where the picture of a frame of the show is kept.
#[must_use]
pub fn picture_path(folder: &Path, frame: u32) -> PathBuf {
    folder.join(format!("frame_{frame:06}.png"))
}

/// Writes a PNG beside its final name, then renames it.
///
/// # Errors
/// What the system says.
pub fn save_png(path: &Path, rgba: &[u8], size: (u32, u32)) -> Result<(), EncodeError> {
    let partial = with_suffix(path, ".part");
    let rgb: Vec<u8> = rgba
        .as_chunks::<4>()
        .0
        .iter()
        .flat_map(|[r, g, b, _]| [*r, *g, *b])
        .collect();
    image::save_buffer_with_format(
        &partial,
        &rgb,
        size.0,
        size.1,
        image::ColorType::Rgb8,
        image::ImageFormat::Png,
    )
    .map_err(|error| EncodeError::write(path, std::io::Error::other(error)))?;
    std::fs::rename(&partial, path).map_err(|e| EncodeError::write(path, e))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(suffix);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abandoned_movie_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let sound = folder.path().join("sound.wav");
        std::fs::write(&sound, b"").unwrap();
        let path = folder.path().join("show.mp4");
        let mut encoder = Encoder::movie(&path, (16, 16), 24, &sound, 0.0).unwrap();
        let _ = encoder.frame(&[0; 16 * 16 * 4]);
        encoder.abandon();
        std::fs::remove_file(&sound).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_picture_reads_back_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        let rgba: Vec<u8> = (0..4 * 3 * 2)
            .map(|i| if i % 4 == 3 { 255 } else { i * 7 })
            .collect();
        save_png(&path, &rgba, (3, 2)).unwrap();
        assert_eq!(image::open(&path).unwrap().to_rgba8().into_raw(), rgba);
    }
}
