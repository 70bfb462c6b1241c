//! The cuts of a capture for an editing room: a CMX 3600 edit decision list and an
//! `OpenTimelineIO` timeline beside the frames.
//!
//! Both tell the same: which camera was on air in which frames of the file, and
//! between which frames each look was on stage. The media start at their timecode, at
//! 00:00:00:00 without, and the programme at 01:00:00:00, as is usual.

use super::{
    sink::{EncodeError, write_whole},
    timecode::Timecode,
};
use crate::choreography::frame_s;
use serde_json::{Value, json};
use std::{fmt::Write as _, ops::Range, path::Path};
use toile_show::Show;

/// The hour at which the programme starts.
const PROGRAMME_HOUR: u32 = 1;

/// A camera on air; frames count from the first that was captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shot {
    /// The camera's name.
    pub camera: String,
    /// Its frames.
    pub frames: Range<u32>,
}

/// A look on stage; frames count from the first that was captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appearance {
    /// Number and wearer.
    pub name: String,
    /// From its entrance to its exit, as far as they were captured.
    pub frames: Range<u32>,
}

/// What was captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Media {
    /// A movie, by its file name.
    Movie(String),
    /// Numbered pictures.
    Pictures {
        /// Where they are, with a slash at the end, and what comes before the number.
        before: (String, String),
        /// What comes after the number.
        after: String,
        /// The number of the first.
        first: u32,
    },
}

/// The cuts of a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditList {
    /// The show's title.
    pub title: String,
    /// Frames per second.
    pub fps: u32,
    /// Shots in order; they leave no gap.
    pub shots: Vec<Shot>,
    /// Looks in running order.
    pub looks: Vec<Appearance>,
    /// Where the frames are.
    pub media: Media,
    /// The file with the sound, if there is one.
    pub sound: Option<String>,
    /// Frames since midnight at which the media start.
    pub starts: u32,
}

impl EditList {
    /// The shots of a show's frames `range`: those of its cuts, or one of the camera
    /// that is `held`.
    #[must_use]
    pub fn new(show: &Show, held: Option<&str>, range: Range<u32>, fps: u32, media: Media) -> Self {
        let mut shots: Vec<Shot> = Vec::new();
        let mut on_air = None;
        for frame in range.clone() {
            let cut = show.cut_at(frame_s(frame, fps) / show.beat_s());
            let Some(camera) = held.or(cut.map(|cut| cut.camera.as_str())) else {
                continue;
            };
            let at = frame - range.start;
            // A cut to the camera that is on air is a cut all the same.
            let beat = cut.map(|cut| cut.beat).filter(|_| held.is_none());
            match shots.last_mut() {
                Some(shot) if on_air == Some(beat) => shot.frames.end = at + 1,
                _ => shots.push(Shot {
                    camera: camera.to_owned(),
                    frames: at..at + 1,
                }),
            }
            on_air = Some(beat);
        }
        Self {
            title: show.title.clone(),
            fps,
            shots,
            looks: Vec::new(),
            sound: match &media {
                Media::Movie(name) => Some(name.clone()),
                Media::Pictures { .. } => None,
            },
            media,
            starts: 0,
        }
    }

    /// Notes a look that is on stage in the show's frames `on_stage`, of which
    /// `range` was captured; one that is not in it is left out.
    pub fn look(&mut self, name: String, on_stage: &Range<u32>, range: &Range<u32>) {
        let frames = on_stage.start.max(range.start)..on_stage.end.min(range.end);
        if !frames.is_empty() {
            let frames = frames.start - range.start..frames.end - range.start;
            self.looks.push(Appearance { name, frames });
        }
    }

    /// As an edit decision list (CMX 3600), which any editing program reads.
    #[must_use]
    pub fn edl(&self) -> String {
        let mut text = format!("TITLE: {}\nFCM: NON-DROP FRAME\n", self.title);
        let programme = PROGRAMME_HOUR * 3600 * self.fps;
        for (number, shot) in self.shots.iter().enumerate() {
            let [from, to] =
                [shot.frames.start, shot.frames.end].map(|f| self.timecode(f + self.starts));
            let [start, end] =
                [shot.frames.start, shot.frames.end].map(|f| self.timecode(f + programme));
            // Writing to a string does not fail.
            let _ = write!(
                text,
                "\n{:03}  AX       V     C        {from} {to} {start} {end}\n\
                 * FROM CLIP NAME: {}\n* SOURCE FILE: {}\n",
                number + 1,
                shot.camera,
                self.file()
            );
            for look in &self.looks {
                if shot.frames.contains(&look.frames.start) {
                    let at = self.timecode(look.frames.start + programme);
                    let _ = writeln!(text, "* LOC: {at} GREEN {}", look.name);
                }
            }
        }
        text
    }

    /// As an `OpenTimelineIO` timeline.
    #[must_use]
    pub fn otio(&self) -> Value {
        let frames = self.shots.last().map_or(0, |shot| shot.frames.end);
        let markers: Vec<Value> = self
            .looks
            .iter()
            .map(|look| {
                json!({
                    "OTIO_SCHEMA": "Marker.2",
                    "name": look.name,
                    "color": "GREEN",
                    "marked_range": self.range(&look.frames),
                })
            })
            .collect();
        let clips: Vec<Value> = self
            .shots
            .iter()
            .map(|shot| {
                json!({
                    "OTIO_SCHEMA": "Clip.2",
                    "name": shot.camera,
                    "source_range": self.source_range(&shot.frames),
                    "media_references": {"DEFAULT_MEDIA": self.reference(frames)},
                    "active_media_reference_key": "DEFAULT_MEDIA",
                })
            })
            .collect();
        let mut tracks = vec![json!({
            "OTIO_SCHEMA": "Track.1",
            "name": "Programme",
            "kind": "Video",
            "markers": markers,
            "children": clips,
        })];
        if let Some(sound) = &self.sound {
            let reference = json!({
                "OTIO_SCHEMA": "ExternalReference.1",
                "target_url": sound,
                "available_range": self.source_range(&(0..frames)),
            });
            tracks.push(json!({
                "OTIO_SCHEMA": "Track.1",
                "name": "Music",
                "kind": "Audio",
                "children": [{
                    "OTIO_SCHEMA": "Clip.2",
                    "name": "music",
                    "source_range": self.source_range(&(0..frames)),
                    "media_references": {"DEFAULT_MEDIA": reference},
                    "active_media_reference_key": "DEFAULT_MEDIA",
                }],
            }));
        }
        json!({
            "OTIO_SCHEMA": "Timeline.1",
            "name": self.title,
            "global_start_time": self.time(PROGRAMME_HOUR * 3600 * self.fps),
            "tracks": {"OTIO_SCHEMA": "Stack.1", "name": "tracks", "children": tracks},
        })
    }

    /// Writes `STEM.edl` and `STEM.otio`, each beside its final name first.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&self, folder: &Path, stem: &str) -> Result<(), EncodeError> {
        let otio = format!("{:#}\n", self.otio());
        for (end, text) in [("edl", self.edl()), ("otio", otio)] {
            write_whole(&folder.join(format!("{stem}.{end}")), text.as_bytes())?;
        }
        Ok(())
    }

    fn file(&self) -> String {
        match &self.media {
            Media::Movie(name) => name.clone(),
            Media::Pictures {
                before: (folder, name),
                after,
                first,
            } => format!("{folder}{name}{first:06}{after}"),
        }
    }

    fn timecode(&self, frame: u32) -> String {
        Timecode::new(frame, self.fps).to_string()
    }

    fn time(&self, frame: u32) -> Value {
        json!({
            "OTIO_SCHEMA": "RationalTime.1",
            "rate": f64::from(self.fps),
            "value": f64::from(frame),
        })
    }

    fn range(&self, frames: &Range<u32>) -> Value {
        json!({
            "OTIO_SCHEMA": "TimeRange.1",
            "start_time": self.time(frames.start),
            "duration": self.time(frames.end - frames.start),
        })
    }

    /// Frames of the media, from where they start.
    fn source_range(&self, frames: &Range<u32>) -> Value {
        self.range(&(frames.start + self.starts..frames.end + self.starts))
    }

    fn reference(&self, frames: u32) -> Value {
        match &self.media {
            Media::Movie(name) => json!({
                "OTIO_SCHEMA": "ExternalReference.1",
                "target_url": name,
                "available_range": self.source_range(&(0..frames)),
            }),
            Media::Pictures {
                before: (folder, name),
                after,
                first,
            } => json!({
                "OTIO_SCHEMA": "ImageSequenceReference.1",
                "target_url_base": folder,
                "name_prefix": name,
                "name_suffix": after,
                "start_frame": first,
                "frame_step": 1,
                "rate": f64::from(self.fps),
                "frame_zero_padding": 6,
                "missing_frame_policy": "error",
                "available_range": self.source_range(&(0..frames)),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{EditList, Media};
    use toile_show::Show;

    /// The first show's cuts: wide, pit from beat 4, medium from beat 8, at 112
    /// beats a minute.
    fn list(held: Option<&str>, range: std::ops::Range<u32>) -> EditList {
        let text = include_str!("../../scenes/first-show.ron");
        let show = Show::from_ron(text, "first-show.ron").expect("the shipped show reads");
        EditList::new(&show, held, range, 24, Media::Movie("show.mp4".into()))
    }

    #[test]
    fn shots_change_where_the_camera_on_air_does_and_leave_no_gap() {
        let list = list(None, 48..120);
        // Beat 4 is at 2.143 s: frame 52 is the first after it.
        let shots: Vec<_> = list
            .shots
            .iter()
            .map(|s| (s.camera.as_str(), s.frames.clone()))
            .collect();
        assert_eq!(shots, [("wide", 0..4), ("pit", 4..55), ("medium", 55..72)]);
    }

    #[test]
    fn a_held_camera_is_one_shot() {
        let list = list(Some("low"), 0..100);
        assert_eq!(list.shots.len(), 1);
        assert_eq!(list.shots[0].frames, 0..100);
    }

    #[test]
    fn an_edit_decision_list_counts_media_from_zero_and_the_programme_from_one_hour() {
        let mut list = list(None, 48..120);
        list.look("Look 1: ines".into(), &(50..400), &(48..120));
        list.look("Look 9: gone".into(), &(0..48), &(48..120));
        let edl = list.edl();
        assert!(edl.starts_with("TITLE: First Show\nFCM: NON-DROP FRAME\n"));
        let shot = "002  AX       V     C        \
                    00:00:00:04 00:00:02:07 01:00:00:04 01:00:02:07\n* FROM CLIP NAME: pit\n";
        assert!(edl.contains(shot), "{edl}");
        assert!(
            edl.contains("* LOC: 01:00:00:02 GREEN Look 1: ines\n"),
            "{edl}"
        );
        assert!(!edl.contains("gone"));
    }

    #[test]
    fn media_start_at_their_timecode_and_the_programme_does_not() {
        let mut list = list(None, 48..120);
        list.starts = 10 * 3600 * 24;
        let shot = "002  AX       V     C        \
                    10:00:00:04 10:00:02:07 01:00:00:04 01:00:02:07\n";
        assert!(list.edl().contains(shot), "{}", list.edl());
        let clip = list.otio()["tracks"]["children"][0]["children"][1].clone();
        let start = &clip["source_range"]["start_time"]["value"];
        assert_eq!(*start, 864_004.0);
        let media = &clip["media_references"]["DEFAULT_MEDIA"]["available_range"];
        assert_eq!(media["start_time"]["value"], 864_000.0);
    }

    #[test]
    fn a_timeline_refers_to_the_movie_or_to_the_numbered_pictures() {
        let mut list = list(None, 48..120);
        let of = |list: &EditList| {
            list.otio()["tracks"]["children"][0]["children"][2]["media_references"]["DEFAULT_MEDIA"]
                .clone()
        };
        assert_eq!(of(&list)["target_url"], "show.mp4");
        list.media = Media::Pictures {
            before: ("exr/".into(), "frame_".into()),
            after: ".exr".into(),
            first: 48,
        };
        list.sound = None;
        assert_eq!(of(&list)["start_frame"], 48);
        assert_eq!(of(&list)["target_url_base"], "exr/");
        assert!(list.edl().contains("* SOURCE FILE: exr/frame_000048.exr\n"));
        assert_eq!(
            list.otio()["tracks"]["children"].as_array().map(Vec::len),
            Some(1),
            "pictures have no sound"
        );
    }
}
