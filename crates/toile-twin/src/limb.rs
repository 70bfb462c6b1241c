//! Analytic two-bone inverse kinematics for the leg.

use glam::{Mat3, Quat, Vec3};

/// Thigh and shin of one leg, in T-pose-normalised joint frames: the knee is a
/// hinge about the shin's local X, bending by positive angles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TwoBone {
    /// Hip to knee in the thigh's frame, metres.
    pub thigh: Vec3,
    /// Knee to ankle in the shin's frame, metres.
    pub shin: Vec3,
}

/// Rotations that bring the ankle to its target.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    /// World rotation of the thigh.
    pub thigh: Quat,
    /// Knee angle, radians; the shin's local rotation about X.
    pub knee: f32,
}

impl TwoBone {
    /// Distance from hip to ankle with the knee bent by `knee` radians.
    pub(crate) fn length(&self, knee: f32) -> f32 {
        (self.thigh + Quat::from_rotation_x(knee) * self.shin).length()
    }

    /// Knee angle in `[least, most]` that puts the ankle `distance` metres from
    /// the hip.
    ///
    /// |t + Rx(κ) s|² = |t|² + |s|² + 2 (t·Rx(κ) s), and t·Rx(κ) s is
    /// `along` cos κ + `across` sin κ + the product of the X parts, so κ is an
    /// arc cosine past the angle at which the leg is longest.
    fn knee_for(&self, distance: f32, least: f32, most: f32) -> f32 {
        let (t, s) = (self.thigh, self.shin);
        let along = t.y * s.y + t.z * s.z;
        let across = t.z * s.y - t.y * s.z;
        let wanted =
            0.5 * (distance * distance - t.length_squared() - s.length_squared()) - t.x * s.x;
        let cosine = (wanted / along.hypot(across)).clamp(-1.0, 1.0);
        (across.atan2(along) + cosine.acos()).clamp(least, most)
    }

    /// Reaches from `hip` to `ankle` with the knee pointing towards `forward`;
    /// the knee stays in `[least, most]`, which may leave the ankle short.
    pub(crate) fn reach(
        &self,
        hip: Vec3,
        ankle: Vec3,
        forward: Vec3,
        least: f32,
        most: f32,
    ) -> Reach {
        let line = ankle - hip;
        let knee = self.knee_for(line.length(), least, most);
        let local = self.thigh + Quat::from_rotation_x(knee) * self.shin;
        let thigh = frame(forward.cross(line), line) * frame(Vec3::X, local).transpose();
        Reach {
            thigh: Quat::from_mat3(&thigh).normalize(),
            knee,
        }
    }
}

/// Right-handed frame with its second axis along `down` and its first as near
/// `hinge` as that allows.
fn frame(hinge: Vec3, down: Vec3) -> Mat3 {
    let down = down.normalize_or(Vec3::NEG_Y);
    let hinge = hinge.reject_from_normalized(down).normalize_or(Vec3::X);
    Mat3::from_cols(hinge, down, hinge.cross(down))
}
