//! Headless capture: fixed time step, every frame waited for, frames streamed
//! to movies and pictures of one or more cameras, and a report of what was shown.

mod census;
mod cost;
mod edit;
mod exr;
mod eye;
mod film;
mod layers;
mod matte;
mod movie;
mod name;
mod output;
mod picture;
mod pump;
mod render;
mod resume;
mod run;
mod sink;
mod sound;
mod timecode;
mod writers;

pub use cost::{Cost, Drawn, frame_cost};
pub use edit::{Appearance, EditList, Media, Shot};
pub use film::{Film, MOST_SAMPLES, subframes};
pub use output::{Feed, Format, Output, Plan, View, Wish};
pub use picture::{save_rgb, to_rgb};
pub use pump::{Headless, PumpError, camera_bundle, stage_plugins};
pub use run::capture;
pub(crate) use run::load;
pub use sink::{EncodeError, write_whole};
pub use timecode::Timecode;

use crate::{
    bake::Shelf,
    consent::AccountError,
    credentials::CredentialsTrouble,
    label::Policy,
    lettering::FontError,
    production::ProductionError,
    stage::{ClothView, StageError},
};
use std::path::PathBuf;

/// What to capture.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder for everything that is written.
    pub out: PathBuf,
    /// What is written.
    pub wish: Wish,
    /// Frame size, pixels; both even.
    pub size: (u32, u32),
    /// Frames per second.
    pub fps: u32,
    /// First second of the show to keep.
    pub from_s: f32,
    /// Where to stop; the end of the show without it.
    pub to_s: Option<f32>,
    /// Subframes of which a frame is the mean.
    pub samples: u32,
    /// Timecode of the show's first frame.
    pub timecode: Option<Timecode>,
    /// How cloth is shown.
    pub view: ClothView,
    /// Whether to go on with the pictures that are in the folder.
    pub resume: bool,
    /// Whether pictures say what the figures in them are.
    pub label: Policy,
    /// Whether files carry Content Credentials.
    pub credentials: bool,
    /// Where bakes are looked for, if they are.
    pub shelf: Option<Shelf>,
}

/// What can go wrong in a capture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// The stage.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// The frames.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The renderer.
    #[error(transparent)]
    Pump(#[from] PumpError),
    /// The label.
    #[error(transparent)]
    Label(#[from] FontError),
    /// The sound.
    #[error("music: {0}")]
    Music(String),
    /// A twin that may not appear.
    #[error(transparent)]
    Refused(#[from] Box<ProductionError>),
    /// The account of what is done with twins.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// Content Credentials.
    #[error(transparent)]
    Credentials(#[from] CredentialsTrouble),
    /// The options contradict the show, or each other.
    #[error("{0}")]
    Options(String),
    /// It broke off, and can be gone on with.
    #[error(
        "{source}; {frames} frames of pictures are whole and kept: when that is mended, the same command goes on with --resume"
    )]
    BrokeOff {
        /// Why.
        source: Box<Self>,
        /// Frames that were finished.
        frames: u32,
    },
    /// Stopped by the person who started it.
    #[error("stopped after {frames} frames; {left}")]
    Interrupted {
        /// Frames that were finished.
        frames: u32,
        /// What is left of them.
        left: &'static str,
    },
}
