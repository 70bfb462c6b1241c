//! What a twin is asked to do, and the parts a performance has.

use std::f32::consts::TAU;

use glam::Vec3;

use crate::silhouette::Silhouette;

/// How the twin stands at the end of the runway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PoseKind {
    /// Weight on one leg, hip out, the other foot forward and turned out.
    #[default]
    Contrapposto,
    /// As contrapposto, body turned a little aside, face to the audience.
    ThreeQuarter,
    /// Both feet together, weight on both.
    Still,
}

/// What the performance is doing at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Easing out of the pose the mesh was bound in.
    LeadIn,
    /// Standing before the first step.
    Entrance,
    /// Walking out.
    WalkOut,
    /// Standing at the end of the runway.
    Posing,
    /// Turning round.
    Turning,
    /// Walking back.
    WalkBack,
    /// Standing at the end of the performance.
    Exit,
}

/// What a twin is asked to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PerformancePlan {
    /// Beats per minute of the music.
    pub bpm: f32,
    /// Steps per beat: 1, or ½ for half time.
    pub steps_per_beat: f32,
    /// Way out, and back, metres.
    pub walk_distance_m: f32,
    /// Beats stood at the end of the runway.
    pub pose_beats: f32,
    /// Seconds of easing from the bind pose to standing. The mesh is bound bare
    /// of foot, so in these seconds the body also rises onto its heels, which
    /// at first reach below the floor: let it happen out of sight.
    pub lead_in_s: f32,
    /// How the twin stands at the end of the runway.
    pub pose_kind: PoseKind,
    /// Stands where it starts, as `pose_kind` says, instead of walking. The
    /// performance ends once it stands; after that it goes on breathing and
    /// blinking for as long as it is asked.
    pub stands: bool,
    /// Seed of blinks and glances.
    pub seed: u64,
    /// Where the performance starts, and the heading (radians about +Y).
    pub start: (Vec3, f32),
    /// What is worn around the hips: arms are held out over a wide skirt.
    pub clothes: Silhouette,
}

impl Default for PerformancePlan {
    fn default() -> Self {
        Self {
            bpm: 120.0,
            steps_per_beat: 1.0,
            walk_distance_m: 8.0,
            pose_beats: 8.0,
            lead_in_s: 2.0,
            pose_kind: PoseKind::Contrapposto,
            stands: false,
            seed: 1,
            start: (Vec3::ZERO, 0.0),
            clothes: Silhouette::default(),
        }
    }
}

impl PerformancePlan {
    /// First number that makes no performance, in words.
    pub(crate) fn problem(&self) -> Option<String> {
        let steps_per_minute = self.bpm * self.steps_per_beat;
        let checks = [
            (
                "steps per minute (bpm × steps_per_beat)",
                steps_per_minute,
                60.0,
                150.0,
            ),
            ("walk_distance_m", self.walk_distance_m, 1.0, 200.0),
            ("pose_beats", self.pose_beats, 1.0, 256.0),
            ("lead_in_s", self.lead_in_s, 0.0, 60.0),
            ("start heading", self.start.1, -TAU, TAU),
        ];
        if !self.start.0.is_finite() {
            return Some("the start position is not finite".into());
        }
        if !self.clothes.is_finite() {
            return Some("a radius of the clothes is not finite".into());
        }
        checks
            .into_iter()
            .find(|&(_, value, low, high)| !(low..=high).contains(&value))
            .map(|(name, value, low, high)| format!("{name} is {value}, outside {low} to {high}"))
    }
}
