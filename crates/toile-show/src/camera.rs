//! Cameras as pure functions of the beat and the subject.

mod lens;
mod moves;

pub use moves::{MOST_ACCELERATION_M_S2, MOST_SPEED_M_S, Pace};

use crate::{
    follow::Subject,
    format::{Camera, Cut, Framing, Movement, Role, Show},
};
use glam::{Vec2, Vec3};

/// Where a camera stands and what it sees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CameraView {
    /// Position, m.
    pub position: Vec3,
    /// Point looked at, m.
    pub look_at: Vec3,
    /// Vertical field of view, rad.
    pub fov_y: f32,
    /// Distance to what should be sharp, m.
    pub focus_m: f32,
    /// Radius of the opening that the lens gathers light through, m.
    pub aperture_m: f32,
}

impl CameraView {
    /// The same view through another point of the lens, which lies at `lens` in a
    /// disc of radius 1, x to the right and y up: what is at the distance of focus
    /// stays where it is in the picture, and what is nearer or farther moves.
    ///
    /// The camera is turned towards the point of focus, where a real one would shift
    /// its sensor: at the edge of a 24 mm lens at f/2.8 and 3 m that is wrong by
    /// less than 1/1000 of the picture's height.
    #[must_use]
    pub fn through(mut self, lens: Vec2) -> Self {
        let ahead = (self.look_at - self.position).normalize_or_zero();
        let right = ahead.cross(Vec3::Y).normalize_or(Vec3::X);
        let up = right.cross(ahead);
        self.look_at = self.position + ahead * self.focus_m;
        self.position += (right * lens.x + up * lens.y) * self.aperture_m;
        self
    }

    /// How wide a point at a distance, m, is blurred: the diameter of its circle of
    /// confusion as a share of the picture's height.
    ///
    /// Of a thin lens at a distance s of focus that is, on the sensor,
    /// f² / (N (s − f)) · |d − s| / d (Potmesil and Chakravarty 1981).
    #[must_use]
    pub fn blur_at(&self, distance_m: f32) -> f32 {
        let opening = 2.0 * self.aperture_m;
        let angle = opening * (1.0 / self.focus_m - 1.0 / distance_m).abs();
        angle / (2.0 * (0.5 * self.fov_y).tan())
    }
}

/// How much of a look a framing shows, and where.
struct Frame {
    /// Middle of the picture above the floor, or above the part, as a share of the
    /// body's height.
    centre: f32,
    /// Height of the picture that a zoom lens is set to, in heights of the body.
    height: f32,
    /// How far the front of the body is from its middle, m.
    front_m: f32,
}

impl Framing {
    /// Whether it is a part of what is worn, rather than of the body.
    #[must_use]
    pub fn is_part(self) -> bool {
        !matches!(self, Self::Full | Self::Medium | Self::Close)
    }

    fn frame(self) -> Frame {
        let (centre, height, front_m) = match self {
            // Some air over the head, less under the feet.
            Self::Full => (0.51, 1.16, 0.12),
            Self::Medium => (0.74, 0.68, 0.12),
            Self::Close => (0.88, 0.36, 0.1),
            // Parts are looked at where they are; of a neckline's picture the garment
            // is the larger share.
            Self::Hem | Self::Waistband => (0.0, 0.32, 0.0),
            Self::Shoes | Self::Cuff => (0.0, 0.22, 0.0),
            Self::Neckline => (-0.05, 0.25, 0.0),
        };
        Frame {
            centre,
            height,
            front_m,
        }
    }
}

/// What a camera looks at.
#[derive(Debug, Clone, Copy)]
struct Target {
    at: Vec3,
    /// How far what should be sharp is in front of it, m.
    front_m: f32,
    /// Height of the picture that a zoom lens is set to, m.
    height_m: Option<f32>,
}

impl Subject {
    fn target(&self, framing: Framing) -> Target {
        let frame = framing.frame();
        let (at, front_m) = match self.parts.get(framing) {
            Some(part) => (part.at, part.radius_m),
            None => (self.feet, frame.front_m),
        };
        Target {
            at: at + Vec3::Y * (self.height_m * frame.centre),
            front_m,
            height_m: Some(frame.height * self.height_m),
        }
    }
}

impl Show {
    /// The cut on air at a beat; none in a show without cuts, as one whose automatic
    /// edit has not been made.
    #[must_use]
    pub fn cut_at(&self, beat: f32) -> Option<&Cut> {
        let after = self.cuts.partition_point(|cut| cut.beat <= beat);
        self.cuts.get(after.saturating_sub(1))
    }

    /// A camera by name.
    #[must_use]
    pub fn camera(&self, name: &str) -> Option<&Camera> {
        self.cameras.iter().find(|camera| camera.name == name)
    }

    /// Seconds per beat.
    #[must_use]
    pub fn beat_s(&self) -> f32 {
        60.0 / self.music.bpm
    }
}

/// Below this height a camera is a low one, m.
const LOW_M: f32 = 0.8;

impl Camera {
    /// What it is for in an automatic edit: what the file says, or what follows from
    /// how it moves and what it frames.
    #[must_use]
    pub fn role(&self) -> Role {
        if let Some(role) = self.role {
            return role;
        }
        match (&self.movement, self.movement.frame()) {
            (Movement::Crane { .. }, _) => Role::Crane,
            (_, None) => Role::Wide,
            (_, Some(Framing::Medium)) => Role::Medium,
            (_, Some(Framing::Close)) => Role::Close,
            (_, Some(frame)) if frame.is_part() => Role::Detail,
            (Movement::Track { offset, .. }, _) if offset[2] > 1.5 * offset[0].abs() => Role::Back,
            (Movement::Track { .. } | Movement::Orbit { .. }, _) => Role::Side,
            (Movement::Glide { .. }, _) => Role::Wide,
            (Movement::Pan { position, .. }, _) if position[1] < LOW_M => Role::Low,
            _ => Role::Pit,
        }
    }

    /// The view `beats_into_shot` beats after the cut, following `subject`;
    /// without a subject it looks down the runway from where it stands.
    #[must_use]
    pub fn view(&self, beats_into_shot: f32, subject: Option<Subject>) -> CameraView {
        let feet = subject.map_or(Vec3::ZERO, |subject| subject.feet);
        let position = self.movement.position(beats_into_shot, feet);
        let target = match &self.movement {
            Movement::Still { look_at, .. } => Some(Target {
                at: Vec3::from(*look_at),
                front_m: 0.0,
                height_m: None,
            }),
            moving => subject.and_then(|subject| Some(subject.target(moving.frame()?))),
        };
        let target = target.unwrap_or_else(|| Target {
            at: Vec3::new(0.0, position.y.min(1.2), 0.0),
            front_m: 0.0,
            height_m: None,
        });
        let distance_m = position.distance(target.at);
        let lens = self.lens(distance_m, target.height_m);
        let focus_m = lens.focus_m(distance_m - target.front_m);
        CameraView {
            position,
            look_at: target.at,
            fov_y: lens.fov_y(focus_m),
            focus_m,
            aperture_m: lens.focal_m / self.f_stop * 0.5,
        }
    }
}
