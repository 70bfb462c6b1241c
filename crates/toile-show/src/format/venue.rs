//! Where a show happens: the set and what stands in it.

use super::lights::{Batten, Cue, Press, Spot, Strips};
use crate::Rgb;
use serde::{Deserialize, Serialize};

/// The set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Venue {
    /// What is around it all.
    #[serde(default)]
    pub set: Set,
    /// The runway.
    pub runway: Runway,
    /// The wall that models enter from.
    pub backdrop: Backdrop,
    /// A wall of light-emitting diodes on the backdrop.
    #[serde(default)]
    pub screen: Option<Screen>,
    /// The audience's seats.
    pub seats: Seats,
    /// The photographers at the end of the runway.
    #[serde(default)]
    pub press: Option<Press>,
    /// Light from everywhere, of an image.
    #[serde(default)]
    pub environment: Option<Environment>,
    /// Light from everywhere, of the open sky, and the sun.
    #[serde(default)]
    pub sky: Option<Sky>,
    /// Overhead strip softboxes along the runway.
    #[serde(default)]
    pub strips: Strips,
    /// Spot lights.
    #[serde(default)]
    pub spots: Vec<Spot>,
    /// Lines of light.
    #[serde(default)]
    pub battens: Vec<Batten>,
    /// When lamps change.
    #[serde(default)]
    pub cues: Vec<Cue>,
    /// How hazy the air is, 0 to 1: far things fade into it.
    #[serde(default)]
    pub haze: f32,
    /// Exposure value of the cameras at ISO 100.
    pub exposure_ev100: f32,
}

/// What is around the runway.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Set {
    /// A dark house: a black floor, and nothing that lamps do not show.
    #[default]
    House,
    /// A studio: one white surface that curves from floor to wall all round.
    Cyclorama {
        /// Radius of the floor with its cove, m.
        radius_m: f32,
    },
    /// A court under the sky, with arcades on three sides.
    Courtyard {
        /// From arcade to arcade, along X, m.
        width_m: f32,
        /// From the backdrop along Z, m.
        length_m: f32,
        /// Height of its walls, m.
        wall_m: f32,
        /// Colour of the walls' stone; the backdrop has its own.
        stone: Rgb,
        /// Colour of the paving.
        paving: Rgb,
    },
    /// A factory hall: concrete, pillars, and steel under the roof.
    Hall {
        /// From wall to wall, along X, m.
        width_m: f32,
        /// From the backdrop along Z, m.
        length_m: f32,
        /// Height of the roof, m.
        height_m: f32,
        /// Colour of the concrete.
        concrete: Rgb,
        /// Colour of the steel.
        steel: Rgb,
    },
}

/// The runway: a slab from the backdrop towards the pit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runway {
    /// Length along +Z, m.
    pub length_m: f32,
    /// Width along X, m.
    pub width_m: f32,
    /// Height of the slab above the house floor, m; at 0 models walk on the floor
    /// of the set.
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
    /// Luminance of the light slots, cd/m²; at 0 there are none.
    pub glow_nits: f32,
}

/// A screen over the whole backdrop, but for the entrance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screen {
    /// What it shows.
    pub shows: Shown,
    /// Luminance of white, cd/m².
    pub nits: f32,
}

/// What a screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Shown {
    /// Pictures, one after the other and over again.
    Pictures {
        /// PNG files under `assets/screens/`.
        files: Vec<String>,
        /// How long each stays, beats.
        beats: f32,
    },
    /// A movie, over and over again.
    Movie {
        /// A file under `assets/screens/` that `ffmpeg` reads.
        file: String,
    },
    /// What a camera of the show sees of its twins and what they wear, on either side of
    /// the entrance.
    Feed {
        /// Its name, or `programme` for the one on air.
        camera: String,
    },
}

impl Shown {
    /// Which of `count` frames is shown at a beat, `beat_s` seconds long; frames of a
    /// movie are `frame_s` seconds apart.
    #[must_use]
    pub fn frame(&self, count: usize, beat: f32, beat_s: f32, frame_s: f32) -> usize {
        let place = match self {
            Self::Pictures { beats, .. } => beat / beats,
            // A hair late rather than a frame early, for times are rounded.
            Self::Movie { .. } => beat * beat_s / frame_s + 1e-3,
            Self::Feed { .. } => 0.0,
        };
        (place.max(0.0) as usize) % count.max(1)
    }
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

fn taken() -> f32 {
    0.94
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

/// A clear sky and the sun in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sky {
    /// Where the sun is, about the vertical: 0 over the pit, 90 over the left of a
    /// model who walks out, degrees.
    pub sun_azimuth_deg: f32,
    /// Height of the sun over the horizon, degrees.
    pub sun_elevation_deg: f32,
    /// Illuminance of a surface that faces the sun, lx.
    pub sun_lux: f32,
    /// Illuminance of level ground by the sky alone, lx.
    pub sky_lux: f32,
}
