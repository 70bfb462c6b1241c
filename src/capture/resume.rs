//! Going on with a capture of pictures that was stopped or killed.
//!
//! In the folder lies `capture.key`, which says what the pictures are pictures of: a
//! line per ingredient, its name and the hash of its content. Pictures get their
//! names when they are whole, so the first that has none is where to go on.

use super::{CaptureError, EncodeError, Options, output::Plan, sink::write_whole};
use crate::production::Production;
use std::{
    io::ErrorKind,
    ops::Range,
    path::{Path, PathBuf},
};
use toile_bake::{Ingredient, Key};

/// The file in the folder.
const KEY_FILE: &str = "capture.key";

/// Everything that decides how a frame looks.
///
/// # Errors
/// The program cannot read itself.
pub(super) fn key_of(
    production: &Production,
    options: &Options,
    plan: &Plan,
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
    key.add("--camera or --feed", Ingredient::new().shown(&plan.views));
    key.add("--format or --name", Ingredient::new().shown(&plan.outputs));
    let code = options.timecode.map(|code| code.to_string());
    key.add("--timecode", Ingredient::new().shown(&code));
    key.add("--label", Ingredient::new().shown(&options.label));
    key.add("--view", Ingredient::new().shown(&options.view));
    key.add("the graphics adapter", Ingredient::new().text(adapter));
    let program = std::env::current_exe()
        .and_then(std::fs::read)
        .map_err(|error| CaptureError::Options(format!("cannot read this program: {error}")))?;
    key.add("Toile itself", Ingredient::new().bytes(&program));
    Ok(key)
}

/// The pictures of a capture, frame by frame.
pub(super) struct Pictures<'a> {
    /// The folder that everything is in.
    pub(super) folder: &'a Path,
    /// What is written.
    pub(super) plan: &'a Plan,
    /// The number of the look on air in a frame.
    pub(super) look: &'a dyn Fn(u32) -> u32,
}

impl Pictures<'_> {
    /// Those of a frame.
    fn of(&self, frame: u32) -> impl Iterator<Item = PathBuf> {
        let pictures = self.plan.outputs.iter();
        let pictures = pictures.filter(|output| output.format.is_pictures());
        pictures.map(move |output| {
            self.folder
                .join(output.name.path(frame, (self.look)(frame)))
        })
    }

    /// Notes what the pictures of `range` will be pictures of. Pictures of something
    /// else under their names are removed, so that nobody goes on with them.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn note(&self, key: &Key, range: &Range<u32>) -> Result<(), CaptureError> {
        let path = self.folder.join(KEY_FILE);
        let old = std::fs::read_to_string(&path).ok();
        if old.and_then(|text| Key::from_text(&text).ok()).as_ref() != Some(key) {
            for picture in range.clone().flat_map(|frame| self.of(frame)) {
                match std::fs::remove_file(&picture) {
                    Err(e) if e.kind() != ErrorKind::NotFound => {
                        return Err(EncodeError::write(&picture, e).into());
                    }
                    _ => {}
                }
            }
        }
        Ok(write_whole(&path, key.to_text().as_bytes())?)
    }

    /// The first of the frames in `range` that lacks a picture; the end of `range` if
    /// none does.
    pub(super) fn first_missing(&self, range: &Range<u32>) -> u32 {
        range
            .clone()
            .find(|&frame| self.of(frame).any(|picture| !picture.exists()))
            .unwrap_or(range.end)
    }
}

/// Makes sure that the pictures in `folder` are those that `key` stands for.
///
/// # Errors
/// There is nothing to go on with, or it shows something else.
pub(super) fn check(folder: &Path, key: &Key) -> Result<(), CaptureError> {
    let path = folder.join(KEY_FILE);
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
        folder.display(),
        changed.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::{CaptureError, KEY_FILE, Pictures, Plan, check};
    use crate::capture::output::{Feed, Format, Wish};
    use toile_bake::{Ingredient, Key};
    use toile_show::Show;

    fn key(fps: u32) -> Key {
        let mut key = Key::new();
        key.add("--fps", Ingredient::new().numbers(&[fps]));
        key
    }

    /// Two sequences of pictures, and the music.
    fn plan() -> Plan {
        let text = include_str!("../../scenes/first-show.ron");
        let show = Show::from_ron(text, "first-show.ron").unwrap();
        let wish = Wish {
            stem: "gala".into(),
            cameras: Vec::new(),
            feeds: vec![Feed::Full],
            formats: vec![Format::Png, Format::Exr, Format::Wav],
            name: None,
        };
        Plan::new(&wish, &show, (96, 54), 24).unwrap()
    }

    #[test]
    fn a_capture_goes_on_at_the_first_picture_that_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let pictures = Pictures {
            folder: folder.path(),
            plan: &plan(),
            look: &|_| 1,
        };
        pictures.note(&key(24), &(12..20)).unwrap();
        let write = |path: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        };
        for frame in [12, 13, 14, 16] {
            write(&format!("frames/frame_{frame:06}.png"));
        }
        for frame in [12, 13] {
            write(&format!("exr/frame_{frame:06}.exr"));
        }
        let missing = |range| pictures.first_missing(&range);
        assert_eq!(missing(12..20), 14, "one of two is not enough");
        assert_eq!(missing(12..14), 14);
        assert_eq!(missing(0..20), 0);
        pictures.note(&key(24), &(12..20)).unwrap();
        assert_eq!(missing(12..20), 14, "the same capture keeps its pictures");
        pictures.note(&key(25), &(12..20)).unwrap();
        assert!(!folder.path().join("frames/frame_000016.png").exists());
    }

    #[test]
    fn pictures_of_something_else_are_not_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let pictures = Pictures {
            folder: folder.path(),
            plan: &plan(),
            look: &|_| 1,
        };
        let refusal = |key| match check(folder.path(), &key) {
            Err(CaptureError::Options(message)) => message,
            other => panic!("{other:?}"),
        };
        assert!(refusal(key(24)).contains("no capture of pictures"));
        pictures.note(&key(24), &(0..9)).unwrap();
        assert!(refusal(key(25)).contains("something else: --fps;"));
        std::fs::write(folder.path().join(KEY_FILE), "--fps 12").unwrap();
        assert!(refusal(key(24)).contains("line 1"));
    }
}
