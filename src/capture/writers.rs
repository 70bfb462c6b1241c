//! Everything that is written of a capture, frame by frame.

use super::{
    CaptureError, EncodeError, Options,
    exr::{self, Surfaces, Tags},
    matte::{Covered, Object},
    movie::Movie,
    output::{Format, Output, Plan},
    picture::{Alpha, Depth, quantise, save_png},
    sink::write_whole,
};
use crate::{
    credentials::{Credentials, Stamp},
    label::Label,
};
use std::{
    collections::BTreeMap,
    ops::Range,
    path::{Path, PathBuf},
};

/// What a view gathered for a frame.
pub(super) struct Developed {
    /// The picture: RGBA in linear light, as displayed, multiplied by alpha.
    pub(super) picture: Vec<f32>,
    /// The same before it became a picture; empty where that is not asked for.
    pub(super) scene_light: Vec<f32>,
    /// What surfaces are where; empty likewise.
    pub(super) surfaces: Surfaces,
    /// What was seen of which object.
    pub(super) covered: Covered,
}

/// The files of a capture.
pub(super) struct Writers<'a> {
    options: &'a Options,
    plan: &'a Plan,
    title: String,
    objects: Vec<Object>,
    /// What is burnt into pictures, and the first frame.
    label: Option<Label>,
    first: u32,
    /// What signs them.
    credentials: Option<Credentials>,
    /// Looks on stage in the frame that is written.
    pub(super) on_stage: Vec<u32>,
    /// Looks in which a mannequin has taken the twin's place.
    pub(super) withdrawn: Vec<u32>,
    /// For every output, its movie if it is one.
    movies: Vec<Option<Movie>>,
}

/// Quantised pictures of a frame, so that each is made once.
#[derive(Default)]
struct Quantised(Vec<(Depth, Alpha, Vec<u8>)>);

impl Quantised {
    fn get(&mut self, picture: &[f32], width: u32, depth: Depth, alpha: Alpha) -> &[u8] {
        let at = self
            .0
            .iter()
            .position(|(d, a, _)| (*d, *a) == (depth, alpha));
        let at = at.unwrap_or_else(|| {
            let numbers = quantise(picture, width, depth, alpha);
            self.0.push((depth, alpha, numbers));
            self.0.len() - 1
        });
        &self.0[at].2
    }
}

impl<'a> Writers<'a> {
    /// Starts what is written of the frames in `range`; movies take their sound from
    /// a WAV file.
    ///
    /// # Errors
    /// No `ffmpeg`, or a folder that cannot be written to.
    pub(super) fn start(
        options: &'a Options,
        plan: &'a Plan,
        title: String,
        objects: Vec<Object>,
        sound: &Path,
        range: &Range<u32>,
        label: Option<Label>,
        credentials: Option<Credentials>,
    ) -> Result<Self, EncodeError> {
        let mut writers = Self {
            options,
            plan,
            title,
            objects,
            label,
            first: range.start,
            credentials,
            on_stage: Vec::new(),
            withdrawn: Vec::new(),
            movies: Vec::new(),
        };
        let timecode = options.timecode.map(|code| code.after(range.start));
        for output in &plan.outputs {
            let movie = output
                .format
                .codec(plan.views[output.view].feed)
                .map(|codec| {
                    let path = options.out.join(output.name.path(0, 0));
                    Movie::start(&path, codec, options.size, options.fps, sound, timecode)
                })
                .transpose();
            match movie {
                Ok(movie) => writers.movies.push(movie),
                Err(error) => {
                    writers.abandon();
                    return Err(error);
                }
            }
        }
        Ok(writers)
    }

    /// Writes a frame of a view, while `look` is on air.
    ///
    /// # Errors
    /// A full disk, or an `ffmpeg` that has ended.
    pub(super) fn frame(
        &mut self,
        view: usize,
        (frame, look): (u32, u32),
        developed: &Developed,
    ) -> Result<(), CaptureError> {
        let mut quantised = Quantised::default();
        let (size, width) = (self.options.size, self.options.size.0);
        let feed = self.plan.views[view].feed;
        let after_s = f64::from(frame - self.first) / f64::from(self.options.fps);
        let label = self.label.as_ref().filter(|label| label.shown(after_s));
        let labelled = label.map(|label| -> Result<Vec<f32>, CaptureError> {
            let mut light = developed.picture.clone();
            label.burn(&mut light, size, &self.withdrawn)?;
            Ok(light)
        });
        let labelled = labelled.transpose()?;
        let stamp = self.stamp();
        for (output, movie) in self.plan.outputs.iter().zip(&mut self.movies) {
            if output.view != view {
                continue;
            }
            let picture = labelled.as_ref().unwrap_or(&developed.picture);
            let path = self.options.out.join(output.name.path(frame, look));
            if let (Some(movie), Some(codec)) = (movie, output.format.codec(feed)) {
                movie.frame(quantised.get(picture, width, codec.depth(), codec.alpha()))?;
            } else if let Some(depth) = output.format.png() {
                let numbers = quantised.get(picture, width, depth, feed.alpha());
                save_png(&path, numbers, size, (depth, feed.alpha()), stamp.as_ref())?;
            } else if output.format == Format::Exr {
                let picture = exr::Picture {
                    size,
                    beauty: &developed.scene_light,
                    surfaces: &developed.surfaces,
                    covered: &developed.covered,
                    objects: &self.objects,
                };
                let tags = Tags {
                    title: &self.title,
                    camera: self.plan.views[view].camera_name(),
                    fps: self.options.fps,
                    timecode: self.options.timecode.map(|code| code.after(frame)),
                };
                let bytes = exr::encode(&picture, &tags)
                    .map_err(|error| EncodeError::write(&path, std::io::Error::other(error)))?;
                if let Some(stamp) = &stamp {
                    // Before the picture, which is whole when it has its name.
                    let (beside, manifest) =
                        stamp.beside(&path, &bytes).map_err(EncodeError::from)?;
                    write_whole(&beside, &manifest)?;
                }
                write_whole(&path, &bytes)?;
            }
        }
        Ok(())
    }

    /// The credentials of a picture of the frame that is written.
    fn stamp(&self) -> Option<Stamp> {
        let shows = |look| self.on_stage.contains(&look);
        let credentials = self.credentials.as_ref();
        credentials.map(|credentials| credentials.stamp(shows, &self.withdrawn))
    }

    /// Writes the picture of a view that shows people what this is.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn poster(&self, view: usize, developed: &Developed) -> Result<(), CaptureError> {
        let (depth, alpha) = (Depth::Eight, self.plan.views[view].feed.alpha());
        let size = self.options.size;
        let mut light = developed.picture.clone();
        if let Some(label) = &self.label {
            label.burn(&mut light, size, &self.withdrawn)?;
        }
        let numbers = quantise(&light, size.0, depth, alpha);
        let path = self.options.out.join("poster.png");
        let stamp = self.stamp();
        Ok(save_png(
            &path,
            &numbers,
            size,
            (depth, alpha),
            stamp.as_ref(),
        )?)
    }

    /// Ends everything; movies get their final names now, and credentials of the looks
    /// that were `shown`.
    ///
    /// # Errors
    /// An `ffmpeg` that could not finish its file; the movies after it are given up.
    pub(super) fn finish(mut self, shown: &[u32]) -> Result<(), EncodeError> {
        let credentials = self.credentials.as_ref();
        let stamp = credentials.map(|all| all.stamp(|look| shown.contains(&look), &[]));
        while let Some(movie) = self.movies.pop() {
            if let Some(Err(error)) = movie.map(|movie| movie.finish(stamp.as_ref())) {
                self.abandon();
                return Err(error);
            }
        }
        Ok(())
    }

    /// Gives movies up; pictures that are whole stay.
    pub(super) fn abandon(self) {
        for movie in self.movies.into_iter().flatten() {
            movie.abandon();
        }
    }
}

/// All that was written of the frames in `range` into a folder: movies and sequences of
/// pictures, by the name of the first.
pub(super) fn made(
    folder: &Path,
    plan: &Plan,
    range: &Range<u32>,
    look: &dyn Fn(u32) -> u32,
) -> BTreeMap<String, Vec<PathBuf>> {
    let outputs = plan.outputs.iter().map(|output| {
        let path = |frame| output.name.path(frame, look(frame));
        let name = super::output::as_url(&path(range.start));
        let frames = match output.format.is_pictures() {
            true => range.clone(),
            false => range.start..range.start + 1,
        };
        (name, frames.map(|frame| folder.join(path(frame))).collect())
    });
    outputs.collect()
}

/// Paths of all that is written of the frames in `range`, relative to the folder; of
/// pictures the first.
pub(super) fn files(plan: &Plan, range: &Range<u32>, look: u32) -> Vec<String> {
    let outputs = plan.outputs.iter();
    let path = |output: &Output| output.name.path(range.start, look);
    let mut paths: Vec<PathBuf> = outputs.map(path).collect();
    paths.extend(plan.sound.clone());
    paths
        .iter()
        .map(|path| super::output::as_url(path))
        .collect()
}
