//! How a camera moves.

use crate::{
    ease::{PEAK_ACCELERATION, PEAK_SPEED, at_least, ease},
    format::{Framing, Movement},
};
use glam::Vec3;
use std::f32::consts::TAU;

/// Greatest speed of a camera beside that of who it follows, m/s.
pub const MOST_SPEED_M_S: f32 = 4.0;
/// Greatest acceleration of a camera beside that of who it follows, m/s².
pub const MOST_ACCELERATION_M_S2: f32 = 6.0;

/// The rail of a travelling camera ends so far before the backdrop, m.
const RAIL_END_M: f32 = 0.6;
/// How softly it comes to that end, m.
const BUFFER_M: f32 = 0.5;

/// How fast a movement is at its fastest, beside that of who it follows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Speed, m/s.
    pub speed_m_s: f32,
    /// Acceleration, m/s².
    pub acceleration_m_s2: f32,
}

impl Pace {
    /// Of a way of a length, m, that is eased over a time, s.
    fn eased(length_m: f32, time_s: f32) -> Self {
        Self {
            speed_m_s: PEAK_SPEED * length_m / time_s,
            acceleration_m_s2: PEAK_ACCELERATION * length_m / time_s.powi(2),
        }
    }

    /// Whether a camera may move like this.
    #[must_use]
    pub fn is_calm(self) -> bool {
        self.speed_m_s <= MOST_SPEED_M_S && self.acceleration_m_s2 <= MOST_ACCELERATION_M_S2
    }
}

impl Movement {
    /// What of the subject is framed, unless it looks at a point.
    #[must_use]
    pub fn frame(&self) -> Option<Framing> {
        match self {
            Self::Still { .. } => None,
            Self::Pan { frame, .. }
            | Self::Track { frame, .. }
            | Self::Orbit { frame, .. }
            | Self::Crane { frame, .. }
            | Self::Glide { frame, .. } => Some(*frame),
        }
    }

    /// Where the camera is so many beats after the cut, m, when the subject's feet
    /// are there, m.
    #[must_use]
    pub fn position(&self, beats_into_shot: f32, feet: Vec3) -> Vec3 {
        match self {
            Self::Still { position, .. } | Self::Pan { position, .. } => Vec3::from(*position),
            Self::Track { offset, .. } => {
                let mut position = feet + Vec3::from(*offset);
                position.z = at_least(position.z, RAIL_END_M, BUFFER_M);
                position
            }
            Self::Orbit {
                radius_m,
                height_m,
                beats,
                ..
            } => {
                let (sin, cos) = (beats_into_shot / beats * TAU).sin_cos();
                feet + Vec3::new(sin * radius_m, *height_m, cos * radius_m)
            }
            Self::Crane {
                pivot,
                arm_m,
                from,
                to,
                beats,
                ..
            } => {
                let share = ease(beats_into_shot / beats);
                let angle = |k: usize| (from[k] + (to[k] - from[k]) * share).to_radians();
                Vec3::from(*pivot) + *arm_m * along_arm(angle(0), angle(1))
            }
            Self::Glide {
                from, to, beats, ..
            } => Vec3::from(*from).lerp(Vec3::from(*to), ease(beats_into_shot / beats)),
        }
    }

    /// How fast it is at its fastest where a beat lasts so long, s.
    #[must_use]
    pub fn pace(&self, beat_s: f32) -> Pace {
        match self {
            Self::Still { .. } | Self::Pan { .. } | Self::Track { .. } => Pace::eased(0.0, 1.0),
            Self::Orbit {
                radius_m, beats, ..
            } => {
                let turn = TAU / (beats * beat_s);
                Pace {
                    speed_m_s: turn * radius_m,
                    acceleration_m_s2: turn.powi(2) * radius_m,
                }
            }
            Self::Crane {
                arm_m,
                from,
                to,
                beats,
                ..
            } => {
                let angle = |k: usize| (to[k] - from[k]).to_radians();
                let arc_m = arm_m * angle(0).hypot(angle(1));
                let mut pace = Pace::eased(arc_m, beats * beat_s);
                // Along the arc, and towards the pivot.
                let inwards = pace.speed_m_s.powi(2) / arm_m;
                pace.acceleration_m_s2 = pace.acceleration_m_s2.hypot(inwards);
                pace
            }
            Self::Glide {
                from, to, beats, ..
            } => Pace::eased(Vec3::from(*from).distance(Vec3::from(*to)), beats * beat_s),
        }
    }
}

/// The direction of a crane's arm at a swing and a boom, rad.
fn along_arm(swing: f32, boom: f32) -> Vec3 {
    let (up, level) = boom.sin_cos();
    let (aside, back) = swing.sin_cos();
    Vec3::new(aside * level, up, -back * level)
}
