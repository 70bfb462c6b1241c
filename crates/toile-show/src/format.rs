//! The show file, field for field. Lengths are metres, angles degrees, times
//! beats of the music unless the name says otherwise; +Z points down the
//! runway towards the photographers' pit, +Y is up, the backdrop is at z = 0.

mod cameras;
mod release;

pub use cameras::{Camera, Cut, Edit, Framing, Movement, Role};
pub use release::Release;

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

fn taken() -> f32 {
    0.94
}

fn spot_radius() -> f32 {
    0.2
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

/// The set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Venue {
    /// The runway.
    pub runway: Runway,
    /// The wall that models enter from.
    pub backdrop: Backdrop,
    /// The audience's seats.
    pub seats: Seats,
    /// Light from everywhere.
    pub environment: Environment,
    /// Overhead strip softboxes along the runway.
    pub strips: Strips,
    /// Spot lights.
    #[serde(default)]
    pub spots: Vec<Spot>,
    /// How hazy the air is, 0 to 1: far things fade into it.
    #[serde(default)]
    pub haze: f32,
    /// Exposure value of the cameras at ISO 100.
    pub exposure_ev100: f32,
}

/// The runway: a slab from the backdrop towards the pit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runway {
    /// Length along +Z, m.
    pub length_m: f32,
    /// Width along X, m.
    pub width_m: f32,
    /// Height of the slab above the house floor, m.
    pub height_m: f32,
    /// Colour of the surface.
    pub colour: Rgb,
    /// 0 mirror, 1 matte.
    pub roughness: f32,
}

/// The wall behind the runway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backdrop {
    /// Width, m.
    pub width_m: f32,
    /// Height, m.
    pub height_m: f32,
    /// Colour of the wall.
    pub colour: Rgb,
    /// Colour of the light slots beside the entrance.
    pub glow: Rgb,
    /// Luminance of the light slots, cd/m².
    pub glow_nits: f32,
}

/// Rows of seats on both sides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seats {
    /// Rows on each side.
    pub rows: u32,
    /// Distance between neighbours, m.
    pub pitch_m: f32,
    /// Colour of the seats.
    pub colour: Rgb,
    /// Share of the seats on which somebody sits, 0 to 1.
    #[serde(default = "taken")]
    pub taken: f32,
}

/// Light from everywhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Equirectangular image under `assets/environments/`.
    pub image: String,
    /// Scale from the image's values to cd/m².
    pub intensity_nits: f32,
    /// Turn about the vertical, degrees.
    #[serde(default)]
    pub turn_deg: f32,
}

/// Two rows of softboxes hung over the runway's edges.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strips {
    /// Boxes in each row.
    pub count: u32,
    /// Height of the boxes above the runway, m.
    pub height_m: f32,
    /// Luminance of the panels, cd/m².
    pub nits: f32,
    /// Colour temperature, K.
    pub temperature_k: f32,
    /// Light that each box throws, lm.
    pub lumens: f32,
}

/// A spot light.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spot {
    /// A name, for errors and panels.
    pub name: String,
    /// Where it hangs, m.
    pub position: [f32; 3],
    /// What it points at, m.
    pub target: [f32; 3],
    /// Luminous power, lm.
    pub lumens: f32,
    /// Colour temperature, K.
    pub temperature_k: f32,
    /// Half of the cone's opening, degrees.
    pub half_angle_deg: f32,
    /// Radius of what shines, m: the larger, the softer its shadows.
    #[serde(default = "spot_radius")]
    pub radius_m: f32,
    /// Whether it throws shadows.
    #[serde(default)]
    pub shadows: bool,
    /// Whether it follows the look on the runway, keeping its offset.
    #[serde(default)]
    pub follows: bool,
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
    /// File under `assets/fabrics/`, without `.ron`.
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
