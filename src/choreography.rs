//! When a twin does what, and from which moment to which its cloth is stepped.
//! The stage and the bakery share it, so that both simulate the same.

use crate::{production::CastLook, wardrobe::Stance};
use glam::Vec3;
use std::ops::Range;
use toile_show::{Show, edit::Marks, format::Framing};
use toile_twin::{Performance, PerformancePlan, Phase, PoseKind, Silhouette, Skeleton, TwinError};

/// Seconds in which a model goes from the pose it is dressed in to its first
/// step, backstage.
const LEAD_IN_S: f32 = 1.25;
/// Where the models wait, m along the runway.
const BACKSTAGE_Z: f32 = -1.6;
/// Where they stand in a fitting room, m along the runway.
pub const FITTING_Z: f32 = 2.0;
/// Frames per second of what happens backstage.
const BACKSTAGE_FPS: f32 = 24.0;

/// What the twin of a look does, and when.
#[derive(Clone)]
pub struct Choreography {
    /// Its walk, or how it stands; its first `lead_in_s` seconds happen before
    /// it steps out.
    pub performance: Performance,
    /// When it steps out, s of the show.
    pub enters_s: f32,
    /// Seconds of the performance that are played backstage.
    pub lead_in_s: f32,
    /// How long it stands where it enters, instead of walking, s.
    pub stands_s: Option<f32>,
    /// Where it is dressed, m.
    pub start: Vec3,
}

/// One step of the cloth: to a time of the performance, from a bit before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Time of the performance that is reached, s.
    pub local_s: f32,
    /// Time that passes, s; zero where nothing is to be stepped.
    pub dt: f32,
}

impl Choreography {
    /// Plans what the twin of a look does in a show, with these clothes around its hips:
    /// its arms keep clear of them.
    ///
    /// # Errors
    /// A body that cannot walk, or timing that cannot be walked to.
    pub fn new(cast: &CastLook, show: &Show, clothes: Silhouette) -> Result<Self, TwinError> {
        let (look, twin) = (&cast.look, &cast.cast.twin);
        let stands = look.stands;
        let z = if stands { FITTING_Z } else { BACKSTAGE_Z };
        let start = Vec3::new(look.lane_m, 0.0, z);
        let plan = PerformancePlan {
            bpm: show.music.bpm,
            walk_distance_m: look.walk_m - start.z.min(0.0),
            pose_beats: look.pose_beats,
            lead_in_s: LEAD_IN_S,
            // Weight on both feet, or the tape would lie: a hip pushed out pulls
            // the cloth to its side.
            pose_kind: if stands {
                PoseKind::Still
            } else {
                PoseKind::default()
            },
            stands,
            seed: u64::from(look.number),
            start: (start, 0.0),
            clothes,
            ..PerformancePlan::default()
        };
        let performance = Performance::new(&cast.cast.avatar, twin, &plan)?;
        // Everything before the first step out happens backstage, so that the
        // first footfall lands on the beat that the show names.
        let entrance = if stands {
            Phase::Posing
        } else {
            Phase::WalkOut
        };
        Ok(Self {
            enters_s: look.enters_at_beat * show.beat_s(),
            lead_in_s: performance.start_of(entrance) as f32,
            stands_s: stands.then_some(look.pose_beats * show.beat_s()),
            performance,
            start,
        })
    }

    /// When it has left, s of the show.
    #[must_use]
    pub fn exits_s(&self) -> f32 {
        self.enters_s
            + self
                .stands_s
                .unwrap_or(self.performance.duration_s() as f32 - self.lead_in_s)
    }

    /// When it does what, for the edit of a show whose beats last `beat_s` seconds;
    /// `parts` are those of its garments that there are to be seen.
    #[must_use]
    pub fn marks(&self, look: u32, beat_s: f32, parts: Vec<Framing>) -> Marks {
        // Beats are whole where the show file wrote whole ones.
        let beat = |time_s: f32| (time_s / beat_s * 1e3).round() * 1e-3;
        let exits = beat(self.exits_s());
        let at = |phase| {
            if self.stands_s.is_some() {
                exits
            } else {
                let since_s = self.performance.start_of(phase) as f32 - self.lead_in_s;
                beat(self.enters_s + since_s)
            }
        };
        let enters = beat(self.enters_s);
        Marks {
            look,
            enters,
            poses: if self.stands_s.is_some() {
                enters
            } else {
                at(Phase::Posing)
            },
            turns: at(Phase::Turning),
            returns: at(Phase::WalkBack),
            exits,
            parts,
        }
    }

    /// Whether it is on stage at a time.
    #[must_use]
    pub fn on_stage(&self, time_s: f32) -> bool {
        (self.enters_s..=self.exits_s()).contains(&time_s)
    }

    /// Where the wearer is at a time of the performance.
    #[must_use]
    pub fn stance(&self, skeleton: &Skeleton, local_s: f32) -> Stance {
        Stance::new(skeleton, self.performance.pose(f64::from(local_s)))
    }

    /// The steps from the pose that the look is dressed in to its entrance.
    pub fn backstage(&self) -> impl ExactSizeIterator<Item = Moment> + use<> {
        let of = (self.lead_in_s * BACKSTAGE_FPS).round() as u32;
        let dt = self.lead_in_s / of as f32;
        (0..of).map(move |frame| Moment {
            local_s: (frame + 1) as f32 * dt,
            dt,
        })
    }

    /// The step from one time of the show to a later one, s.
    #[must_use]
    pub fn moment(&self, before_s: f32, now_s: f32) -> Moment {
        Moment {
            local_s: self.lead_in_s + (now_s - self.enters_s),
            dt: now_s - before_s.max(self.enters_s),
        }
    }

    /// Numbers of the frames that show it, at so many per second from the
    /// show's start.
    #[must_use]
    pub fn frames(&self, rate: u32) -> Range<u32> {
        let shown = |frame: u32| self.on_stage(frame_s(frame, rate));
        // A frame early and late, for times are rounded.
        let first = (self.enters_s * rate as f32).floor() as u32;
        let after = ((self.exits_s() * rate as f32).ceil() as u32).saturating_add(1);
        let first = (first..after).find(|&f| shown(f)).unwrap_or(after);
        let last = (first..after).rev().find(|&f| shown(f));
        first..last.map_or(first, |last| last + 1)
    }
}

/// Time of a frame, s of the show.
#[must_use]
pub fn frame_s(frame: u32, rate: u32) -> f32 {
    frame as f32 / rate as f32
}
