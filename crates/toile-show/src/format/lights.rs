//! The rig: lamps, what they do on which beat, and the photographers' flashes.

use crate::Rgb;
use serde::{Deserialize, Serialize};

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

impl Default for Strips {
    /// No boxes.
    fn default() -> Self {
        Self {
            count: 0,
            height_m: 4.0,
            nits: 0.0,
            temperature_k: 5000.0,
            lumens: 0.0,
        }
    }
}

/// A spot light.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spot {
    /// A name, for cues, errors and panels.
    pub name: String,
    /// Where it hangs, m.
    pub position: [f32; 3],
    /// What it points at, m.
    pub target: [f32; 3],
    /// Luminous power, lm.
    pub lumens: f32,
    /// Colour temperature, K.
    pub temperature_k: f32,
    /// Colour filter before the lamp.
    #[serde(default = "no_filter")]
    pub colour: Rgb,
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
    /// Share of its light at the show's start, until a cue changes it.
    #[serde(default = "full")]
    pub level: f32,
    /// How clearly its beam is seen in the air, 0 to 1.
    #[serde(default)]
    pub beam: f32,
}

fn spot_radius() -> f32 {
    0.2
}

fn full() -> f32 {
    1.0
}

fn no_filter() -> Rgb {
    Rgb([1.0; 3])
}

/// A line of light: a tube or a strip of diodes, seen as it is; it also throws light.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batten {
    /// A name, for cues and errors.
    pub name: String,
    /// Where it begins, m.
    pub from: [f32; 3],
    /// Where it ends, m.
    pub to: [f32; 3],
    /// Width of what shines, m.
    pub width_m: f32,
    /// Luminance, cd/m².
    pub nits: f32,
    /// Light that it throws downwards, lm; at 0 it only shines.
    #[serde(default)]
    pub lumens: f32,
    /// Colour temperature, K.
    pub temperature_k: f32,
    /// Colour filter before it.
    #[serde(default = "no_filter")]
    pub colour: Rgb,
    /// Share of its light at the show's start, until a cue changes it.
    #[serde(default = "full")]
    pub level: f32,
}

/// Lamps change on a beat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cue {
    /// The beat on which they begin to.
    pub beat: f32,
    /// Names of spots and battens, or their first word, or `strips`, `environment`,
    /// `screen`.
    pub lights: Vec<String>,
    /// Share of their full light that they go to, 0 to 1.
    #[serde(default)]
    pub level: Option<f32>,
    /// Colour filter that they go to.
    #[serde(default)]
    pub colour: Option<Rgb>,
    /// What spots turn to, m.
    #[serde(default)]
    pub aim: Option<[f32; 3]>,
    /// How long they take, beats; 0 is at once.
    #[serde(default)]
    pub fade_beats: f32,
    /// The same again after so many beats.
    #[serde(default)]
    pub every_beats: Option<f32>,
    /// How many times in all.
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

/// Photographers on risers at the end of the runway, and their flashes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Press {
    /// How many.
    pub photographers: u32,
    /// From the end of the runway to the first of them, m.
    pub distance_m: f32,
    /// Flashes while a look holds its pose, of all of them together.
    #[serde(default)]
    pub flashes_per_pose: u32,
    /// Luminous power of a flash, lm.
    #[serde(default = "flash")]
    pub flash_lumens: f32,
    /// Another seed, other moments.
    #[serde(default)]
    pub seed: u64,
}

fn flash() -> f32 {
    250_000.0
}
