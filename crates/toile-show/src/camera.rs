//! Cameras as pure functions of the beat and the subject.

use crate::format::{Camera, Cut, Framing, Movement, Show};
use glam::{Vec2, Vec3};

/// Height of a full-frame sensor, mm.
const SENSOR_HEIGHT_MM: f32 = 24.0;

/// What a camera follows: one look on the runway.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Subject {
    /// The look's number.
    pub look: u32,
    /// Point on the floor under the pelvis, m.
    pub feet: Vec3,
    /// Height of the body, m.
    pub height_m: f32,
}

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
}

impl Framing {
    /// Height of the framed point as a fraction of body height.
    #[must_use]
    pub fn centre(self) -> f32 {
        match self {
            Self::Full => 0.51,
            Self::Medium => 0.74,
            Self::Close => 0.88,
            Self::Hem => 0.3,
            Self::Shoes => 0.08,
        }
    }
}

impl Show {
    /// The cut on air at a beat.
    #[must_use]
    pub fn cut_at(&self, beat: f32) -> &Cut {
        let after = self.cuts.partition_point(|cut| cut.beat <= beat);
        &self.cuts[after.saturating_sub(1)]
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

impl Camera {
    /// The view `beats_into_shot` beats after the cut, following `subject`;
    /// without a subject it looks down the runway from where it stands.
    #[must_use]
    pub fn view(&self, beats_into_shot: f32, subject: Option<Subject>) -> CameraView {
        let framed =
            |frame: Framing| subject.map(|s| s.feet + Vec3::Y * (s.height_m * frame.centre()));
        let (position, look_at) = match &self.movement {
            Movement::Still { position, look_at } => {
                (Vec3::from(*position), Some(Vec3::from(*look_at)))
            }
            Movement::Pan { position, frame } => (Vec3::from(*position), framed(*frame)),
            Movement::Track { offset, frame } => {
                let feet = subject.map_or(Vec3::ZERO, |s| s.feet);
                (feet + Vec3::from(*offset), framed(*frame))
            }
            Movement::Orbit {
                radius_m,
                height_m,
                beats,
                frame,
            } => {
                let feet = subject.map_or(Vec3::ZERO, |s| s.feet);
                let (sin, cos) = (beats_into_shot / beats * std::f32::consts::TAU).sin_cos();
                (
                    feet + Vec3::new(sin * radius_m, *height_m, cos * radius_m),
                    framed(*frame),
                )
            }
            Movement::Glide {
                from,
                to,
                beats,
                frame,
            } => {
                let t = (beats_into_shot / beats).clamp(0.0, 1.0);
                let eased = t * t * (3.0 - 2.0 * t);
                (
                    Vec3::from(*from).lerp(Vec3::from(*to), eased),
                    framed(*frame),
                )
            }
        };
        let look_at = look_at.unwrap_or_else(|| Vec3::new(0.0, position.y.min(1.2), 0.0));
        let fov_y = 2.0 * (SENSOR_HEIGHT_MM / (2.0 * self.focal_mm)).atan();
        CameraView {
            position,
            look_at,
            fov_y,
            focus_m: position.distance(look_at),
            aperture_m: self.focal_mm / self.f_stop * 0.5e-3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn still(focal_mm: f32) -> Camera {
        Camera {
            name: "wide".into(),
            focal_mm,
            f_stop: 2.0,
            shutter_deg: 180.0,
            movement: Movement::Still {
                position: [0.0, 1.5, 9.0],
                look_at: [0.0, 1.0, 0.0],
            },
        }
    }

    #[test]
    fn what_is_in_focus_stays_where_it_is_through_every_point_of_the_lens() {
        let view = still(100.0).view(0.0, None);
        assert!((view.aperture_m - 0.025).abs() < 1e-6, "100 mm at f/2");
        // Where a point appears: metres aside per metre ahead, to the right.
        let aside = |view: CameraView, point: Vec3| {
            let eye = glam::Mat4::look_at_rh(view.position, view.look_at, Vec3::Y);
            let seen = eye.transform_point3(point);
            seen.x / -seen.z
        };
        let ahead = view.look_at - view.position;
        let sharp = view.look_at + Vec3::X * 0.4;
        let behind = view.look_at + ahead;
        let edge = view.through(Vec2::X);
        assert!((aside(edge, sharp) - aside(view, sharp)).abs() < 1e-4);
        // Twice as far as the focus: half of the opening per distance of focus.
        let blur = aside(edge, behind) - aside(view, behind);
        let circle = 0.5 * view.aperture_m / view.focus_m;
        assert!(
            (blur / circle - 1.0).abs() < 0.02,
            "{blur} against {circle}"
        );
    }

    #[test]
    fn a_24_mm_lens_sees_53_degrees_of_height() {
        let view = still(24.0).view(0.0, None);
        assert!((view.fov_y.to_degrees() - 53.13).abs() < 0.01);
    }

    #[test]
    fn a_tracking_camera_keeps_its_distance_to_the_subject() {
        let camera = Camera {
            name: "side".into(),
            focal_mm: 50.0,
            f_stop: 5.6,
            shutter_deg: 180.0,
            movement: Movement::Track {
                offset: [2.0, 1.0, 0.0],
                frame: Framing::Full,
            },
        };
        for z in [0.0, 3.0, 8.0] {
            let subject = Subject {
                look: 1,
                feet: Vec3::new(0.0, 0.0, z),
                height_m: 1.8,
            };
            assert_eq!(
                camera.view(0.0, Some(subject)).position - subject.feet,
                Vec3::new(2.0, 1.0, 0.0)
            );
        }
    }
}
