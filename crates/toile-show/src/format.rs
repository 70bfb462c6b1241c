//! The show file, field for field. Lengths are metres, angles degrees, times
//! beats of the music unless the name says otherwise; +Z points down the
//! runway towards the photographers' pit, +Y is up, the backdrop is at z = 0.

mod cameras;
mod lights;
mod release;
mod venue;

pub use cameras::{Camera, Cut, Edit, Framing, Movement, PROGRAMME, Role};
pub use lights::{Batten, Cue, Press, Spot, Strips};
pub use release::Release;
pub use venue::{Backdrop, Environment, Runway, Screen, Seats, Set, Shown, Sky, Venue};

use crate::Rgb;
use serde::{Deserialize, Serialize};

/// The version of the format that this build reads and writes.
pub const VERSION: u32 = 1;

/// A whole show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Show {
    /// Format version, [`VERSION`].
    pub version: u32,
    /// The show's title, for reports and files.
    pub title: String,
    /// Who stages it: checked against every twin's licence.
    pub client: String,
    /// What for: checked against every twin's licence.
    pub purpose: String,
    /// The day it is staged, ISO 8601 (`2026-11-21`): checked against every twin's licence.
    pub date: String,
    /// Where it will be seen: checked against every twin's licence.
    #[serde(default)]
    pub release: Release,
    /// The soundtrack.
    pub music: Music,
    /// Where it happens.
    pub venue: Venue,
    /// Cameras, by name.
    pub cameras: Vec<Camera>,
    /// Who makes the cuts.
    #[serde(default)]
    pub edit: Edit,
    /// Which camera is on air from which beat.
    #[serde(default)]
    pub cuts: Vec<Cut>,
    /// The running order.
    pub looks: Vec<Look>,
    /// Beats between the last exit and the end.
    #[serde(default = "four")]
    pub outro_beats: f32,
}

fn four() -> f32 {
    4.0
}

fn one() -> f32 {
    1.0
}

/// The soundtrack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Music {
    /// Tempo in beats per minute; one step per beat.
    pub bpm: f32,
    /// Seed of the composition: the same seed gives the same track.
    #[serde(default)]
    pub seed: u64,
}

/// One look: a twin, what it wears, and its walk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// Number in the running order.
    pub number: u32,
    /// Folder under `assets/twins/`.
    pub twin: String,
    /// What it wears, from the skin outwards.
    pub garments: Vec<Worn>,
    /// Beat at which the model steps out.
    pub enters_at_beat: f32,
    /// Distance walked before the pose, m.
    #[serde(default = "one")]
    pub walk_m: f32,
    /// Beats that the pose is held.
    pub pose_beats: f32,
    /// Distance of its line from the middle of the runway, m; positive is the
    /// left of a model who walks out. Looks that meet on the runway need lines
    /// of their own to pass each other.
    #[serde(default)]
    pub lane_m: f32,
    /// Stands where it enters for the beats of the pose instead of walking, as
    /// in a fitting room.
    #[serde(default)]
    pub stands: bool,
}

/// A garment as worn in a look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worn {
    /// File under `assets/garments/`, without `.ron`.
    pub garment: String,
    /// Size of the garment's table, or made to the twin's measures.
    #[serde(default)]
    pub size: Size,
    /// A fabric that ships, by id, or one of the catalogue, as `catalogue:ID`.
    pub fabric: String,
    /// Colour of the cloth; without it, the fabric's own.
    #[serde(default)]
    pub colour: Option<Rgb>,
}

/// A garment's size.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Size {
    /// Drafted to the wearer.
    #[default]
    MadeToMeasure,
    /// A size of the garment's table, as `"M"`.
    Named(String),
}
