//! Going on with a capture of pictures that was stopped or killed.
//!
//! Beside the pictures lies `capture.key`, which says what they are pictures of: a
//! line per ingredient, its name and the hash of its content. Pictures get their
//! names when they are whole, so the first that has none is where to go on.

use super::{CaptureError, EncodeError, Options, picture_path};
use crate::production::Production;
use std::{io::ErrorKind, ops::Range, path::Path};
use toile_bake::{Ingredient, Key};

/// The file beside the pictures.
const KEY_FILE: &str = "capture.key";

/// Everything that decides how a frame looks.
///
/// # Errors
/// The program cannot read itself.
pub(super) fn key_of(
    production: &Production,
    options: &Options,
    adapter: &str,
) -> Result<Key, CaptureError> {
    let mut key = Key::new();
    key.add("the show file", Ingredient::new().shown(&production.show));
    key.add(
        "twins, garments or fabrics",
        Ingredient::new().shown(&production.looks),
    );
    let (width, height) = options.size;
    key.add("--size", Ingredient::new().numbers(&[width, height]));
    key.add("--fps", Ingredient::new().numbers(&[options.fps]));
    key.add("--samples", Ingredient::new().numbers(&[options.samples]));
    key.add("--camera", Ingredient::new().shown(&options.camera));
    key.add("--view", Ingredient::new().shown(&options.view));
    key.add("the graphics adapter", Ingredient::new().text(adapter));
    let program = std::env::current_exe()
        .and_then(std::fs::read)
        .map_err(|error| CaptureError::Options(format!("cannot read this program: {error}")))?;
    key.add("Toile itself", Ingredient::new().bytes(&program));
    Ok(key)
}

/// Notes what the pictures of `range` in `frames` will be pictures of. Pictures of
/// something else under their names are removed, so that nobody goes on with them.
///
/// # Errors
/// What the system says.
pub(super) fn note(frames: &Path, key: &Key, range: &Range<u32>) -> Result<(), CaptureError> {
    let path = frames.join(KEY_FILE);
    let old = std::fs::read_to_string(&path).ok();
    if old.and_then(|text| Key::from_text(&text).ok()).as_ref() != Some(key) {
        for frame in range.clone() {
            let picture = picture_path(frames, frame);
            match std::fs::remove_file(&picture) {
                Err(e) if e.kind() != ErrorKind::NotFound => {
                    return Err(EncodeError::write(&picture, e).into());
                }
                _ => {}
            }
        }
    }
    let partial = frames.join(format!("{KEY_FILE}.part"));
    let written = std::fs::create_dir_all(frames)
        .and_then(|()| std::fs::write(&partial, key.to_text()))
        .and_then(|()| std::fs::rename(&partial, &path));
    Ok(written.map_err(|e| EncodeError::write(&path, e))?)
}

/// Makes sure that the pictures in `frames` are those that `key` stands for.
///
/// # Errors
/// There is nothing to go on with, or it shows something else.
pub(super) fn check(frames: &Path, key: &Key) -> Result<(), CaptureError> {
    let path = frames.join(KEY_FILE);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        CaptureError::Options(format!(
            "--resume: cannot read {}: {error}; there is no capture of pictures to go on with \
             in this folder: leave --resume out to start one",
            path.display()
        ))
    })?;
    let old = Key::from_text(&text).map_err(|problem| {
        CaptureError::Options(format!(
            "--resume: {}: {problem}; leave --resume out to start anew",
            path.display()
        ))
    })?;
    let changed = key.changed(&old);
    if changed.is_empty() {
        return Ok(());
    }
    Err(CaptureError::Options(format!(
        "--resume: the pictures in {} were made with something else: {}; capture into \
         another folder, or leave --resume out to start anew",
        frames.display(),
        changed.join(", ")
    )))
}

/// The first of the frames in `range` that has no picture in `frames`; the end of
/// `range` if all have one.
pub(super) fn first_missing(frames: &Path, range: &Range<u32>) -> u32 {
    range
        .clone()
        .find(|&frame| !picture_path(frames, frame).exists())
        .unwrap_or(range.end)
}

#[cfg(test)]
mod tests {
    use super::{CaptureError, KEY_FILE, check, first_missing, note, picture_path};
    use toile_bake::{Ingredient, Key};

    fn key(fps: u32) -> Key {
        let mut key = Key::new();
        key.add("--fps", Ingredient::new().numbers(&[fps]));
        key
    }

    #[test]
    fn a_capture_goes_on_at_the_first_picture_that_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        note(folder.path(), &key(24), &(12..20)).unwrap();
        for frame in [12, 13, 15] {
            std::fs::write(picture_path(folder.path(), frame), "").unwrap();
        }
        let missing = |range| first_missing(folder.path(), &range);
        assert_eq!(missing(12..20), 14);
        assert_eq!(missing(12..14), 14);
        assert_eq!(missing(0..20), 0);
        note(folder.path(), &key(24), &(12..20)).unwrap();
        assert_eq!(missing(12..20), 14, "the same capture keeps its pictures");
        note(folder.path(), &key(25), &(12..20)).unwrap();
        assert!(!picture_path(folder.path(), 15).exists());
    }

    #[test]
    fn pictures_of_something_else_are_not_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let refusal = |key| match check(folder.path(), &key) {
            Err(CaptureError::Options(message)) => message,
            other => panic!("{other:?}"),
        };
        assert!(refusal(key(24)).contains("no capture of pictures"));
        note(folder.path(), &key(24), &(0..9)).unwrap();
        assert!(refusal(key(25)).contains("something else: --fps;"));
        std::fs::write(folder.path().join(KEY_FILE), "--fps 12").unwrap();
        assert!(refusal(key(24)).contains("line 1"));
    }
}
