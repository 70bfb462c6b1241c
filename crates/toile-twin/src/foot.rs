//! The shape of a foot in its shoe, as far as the floor can feel it.
//!
//! The sole is measured from the mesh: which points touch first at any pitch of
//! the foot and bend of the toes. From it follow the standing attitude (heel and
//! ball both on the floor, whatever the heel height) and the height of the
//! ankle in every phase of a step, so no foot can enter the floor.

use glam::{Quat, Vec3};

use crate::avatar::Avatar;
use crate::collision::{CollisionBody, region};
use crate::rig::{Leg, Rig};

/// [`Foot::steepness`] of a bare foot.
pub(crate) const FLAT_STEEPNESS: f32 = 0.34;
/// Pitches between which the roll of a foot is measured, radians.
const ROLL_FROM: f32 = -0.6;
const ROLL_TO: f32 = 1.6;
const ROLL_STEP: f32 = 0.01;
/// Points of the sole this near the lowest one share its load, metres.
const CONTACT_M: f32 = 0.0008;

/// A point of the sole, skinned by foot and toes only.
#[derive(Clone, Copy, Debug)]
struct SolePoint {
    /// Position in the foot joint's frame.
    foot: Vec3,
    /// Position in the toe joint's frame.
    toes: Vec3,
    /// Weight of the toe joint.
    share: f32,
}

/// Sole, ankle and toe joint of one foot.
#[derive(Clone, Debug)]
pub(crate) struct Foot {
    sole: Vec<SolePoint>,
    /// Toe joint in the foot's frame.
    toe_joint: Vec3,
    /// World rotation of the foot joint when it stands flat, toes along +Z.
    pub level_foot: Quat,
    /// The same for the toe joint.
    pub level_toes: Quat,
    /// Toe joint from the ankle, standing flat, toes along +Z.
    ball: Vec3,
    /// Way the ankle goes forward while the foot rolls without slipping, by
    /// pitch from [`ROLL_FROM`] on in steps of [`ROLL_STEP`].
    roll: Vec<f32>,
    /// Height of the ankle at the same pitches.
    height: Vec<f32>,
    /// Position of the ankle in the bind pose.
    pub bind_ankle: Vec3,
    /// Ankle to the tip of the sole, standing flat, metres.
    pub reach: f32,
    /// Half the breadth of foot and shoe, metres.
    pub half_breadth: f32,
}

/// Attitude of a foot: where it stands and how it rolls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FootPose {
    /// Ankle joint in the world.
    pub ankle: Vec3,
    /// Direction of the toes.
    pub yaw: f32,
    /// Heel up positive, toes up negative, relative to standing flat.
    pub pitch: f32,
    /// Extension of the toes against the foot.
    pub toes: f32,
}

impl Foot {
    /// Measures the foot; says what is wrong when there is no sole.
    pub(crate) fn new(
        avatar: &Avatar,
        body: &CollisionBody,
        rig: &Rig,
        leg: &Leg,
    ) -> Result<Self, String> {
        let skeleton = &avatar.skeleton;
        let ankle = rig.bind_position(leg.foot);
        let toe_joint_at = rig.bind_position(leg.toes);
        let side = ankle.x.signum();
        let mut sole = Vec::new();
        let mut half_breadth = 0.0_f32;
        for (v, &position) in body.positions.iter().enumerate() {
            if body.region[v] != region::FOOT
                || position.x * side < 0.0
                || position.y > ankle.y + 0.01
            {
                continue;
            }
            let mut share = 0.0;
            for (&joint, &weight) in body.joints[v].iter().zip(&body.weights[v]) {
                if usize::from(joint) == leg.toes {
                    share += weight;
                }
            }
            half_breadth = half_breadth.max((position.x - ankle.x).abs().min(0.075));
            sole.push(SolePoint {
                foot: skeleton.inverse_bind[leg.foot].transform_point3(position),
                toes: skeleton.inverse_bind[leg.toes].transform_point3(position),
                share,
            });
        }
        if sole.len() < 12 {
            return Err("the mesh has no foot below the ankle joint".into());
        }
        let along = toe_joint_at - ankle;
        let bind_yaw = along.x.atan2(along.z);
        let straighten = Quat::from_rotation_y(-bind_yaw);
        let mut foot = Self {
            sole,
            toe_joint: skeleton.rest_translation[leg.toes],
            level_foot: straighten * rig.bind_rotation(leg.foot),
            level_toes: straighten * rig.bind_rotation(leg.toes),
            ball: Vec3::ZERO,
            roll: Vec::new(),
            height: Vec::new(),
            bind_ankle: ankle,
            reach: 0.0,
            half_breadth,
        };
        foot.level();
        foot.thin();
        foot.reach = foot
            .sole
            .iter()
            .map(|p| foot.point(p, 0.0, 0.0).z)
            .fold(0.0, f32::max);
        foot.ball = foot.level_foot * foot.toe_joint;
        foot.measure_roll();
        Ok(foot)
    }

    /// Point of the sole from the ankle, before yaw.
    fn point(&self, p: &SolePoint, pitch: f32, toes: f32) -> Vec3 {
        let foot = Quat::from_rotation_x(pitch) * self.level_foot;
        let toe = Quat::from_rotation_x(pitch - toes) * self.level_toes;
        (foot * p.foot) * (1.0 - p.share) + (foot * self.toe_joint + toe * p.toes) * p.share
    }

    /// Turns foot and toes until heel, ball and toe tip touch one floor.
    fn level(&mut self) {
        for _ in 0..40 {
            let ball = self.level_foot * self.toe_joint;
            let (mut heel_low, mut ball_low, mut tip_low) = (f32::MAX, f32::MAX, f32::MAX);
            let (mut heel_z, mut tip_z) = (0.0, 0.0);
            let reach = self
                .sole
                .iter()
                .map(|p| self.point(p, 0.0, 0.0).z)
                .fold(f32::MIN, f32::max)
                - ball.z;
            for p in &self.sole {
                let at = self.point(p, 0.0, 0.0);
                if at.z < 0.25 * ball.z && at.y < heel_low {
                    (heel_low, heel_z) = (at.y, at.z);
                } else if (at.z - ball.z).abs() < 0.03 {
                    ball_low = ball_low.min(at.y);
                } else if at.z > ball.z + 0.55 * reach && at.y < tip_low {
                    (tip_low, tip_z) = (at.y, at.z);
                }
            }
            if heel_low == f32::MAX || ball_low == f32::MAX {
                break;
            }
            let tilt = ((heel_low - ball_low) / (ball.z - heel_z).max(0.05)).clamp(-0.2, 0.2);
            self.level_foot = Quat::from_rotation_x(-tilt) * self.level_foot;
            self.level_toes = Quat::from_rotation_x(-tilt) * self.level_toes;
            // Only toes pointing into the floor are bent up; a toe spring of
            // the shoe is left as it was made.
            let bend = if tip_low < ball_low {
                ((tip_low - ball_low) / (tip_z - ball.z).max(0.02)).clamp(-0.2, 0.0)
            } else {
                0.0
            };
            self.level_toes = Quat::from_rotation_x(bend) * self.level_toes;
            if tilt.abs() + bend.abs() < 1.0e-4 {
                break;
            }
        }
    }

    /// Keeps only points that touch the floor in some attitude.
    fn thin(&mut self) {
        let mut kept = vec![false; self.sole.len()];
        for pitch in -12..=36 {
            for toes in 0..=5 {
                let (pitch, toes) = (pitch as f32 * 0.05, toes as f32 * 0.2);
                let heights: Vec<f32> = self
                    .sole
                    .iter()
                    .map(|p| self.point(p, pitch, toes).y)
                    .collect();
                let low = heights.iter().copied().fold(f32::MAX, f32::min);
                for (keep, height) in kept.iter_mut().zip(&heights) {
                    *keep |= *height < low + 2.0e-4;
                }
            }
        }
        let mut keep = kept.iter();
        self.sole.retain(|_| keep.next().copied().unwrap_or(false));
    }

    /// Lowest point of the sole from the ankle, before yaw.
    fn lowest(&self, pitch: f32, toes: f32) -> Vec3 {
        self.sole
            .iter()
            .map(|p| self.point(p, pitch, toes))
            .min_by(|a, b| a.y.total_cmp(&b.y))
            .unwrap_or(Vec3::ZERO)
    }

    /// Height of the ankle above the floor when the sole just touches it.
    pub(crate) fn ankle_height(&self, pitch: f32, toes: f32) -> f32 {
        -self.lowest(pitch, toes).y
    }

    /// Integrates the rolling condition: between two pitches the ankle moves so
    /// that the points on the floor do not.
    fn measure_roll(&mut self) {
        let count = ((ROLL_TO - ROLL_FROM) / ROLL_STEP).round() as usize + 1;
        let pitch = |i: usize| ROLL_FROM + i as f32 * ROLL_STEP;
        let mut roll = vec![0.0; count];
        for i in 1..count {
            let (a, b) = (pitch(i - 1), pitch(i));
            let (toes_a, toes_b) = (self.bend(a), self.bend(b));
            let low_a = self.lowest(a, toes_a).y;
            let low_b = self.lowest(b, toes_b).y;
            let (mut weight, mut moved) = (0.0, 0.0);
            for p in &self.sole {
                let (at_a, at_b) = (self.point(p, a, toes_a), self.point(p, b, toes_b));
                let above = (at_a.y - low_a).max(at_b.y - low_b);
                let w = (1.0 - above / CONTACT_M).max(0.0);
                weight += w;
                moved += w * (at_b.z - at_a.z);
            }
            roll[i] = roll[i - 1] - if weight > 0.0 { moved / weight } else { 0.0 };
        }
        let flat = roll[(-ROLL_FROM / ROLL_STEP).round() as usize];
        self.height = (0..count)
            .map(|i| self.ankle_height(pitch(i), self.bend(pitch(i))))
            .collect();
        self.roll = roll.into_iter().map(|r| r - flat).collect();
    }

    /// Bend of the toes on the floor when the foot is pitched by `pitch`: all of
    /// it at first, no more than about 45° in the end, less on high heels, where
    /// the toes are bent already.
    pub(crate) fn bend(&self, pitch: f32) -> f32 {
        let most = (0.8 - 0.65 * (self.steepness() - FLAT_STEEPNESS)).clamp(0.3, 0.8);
        most * (pitch.max(0.0) / most).tanh()
    }

    /// Ankle (X, height, Z) of a foot that stands with its flat ankle over
    /// `flat` and rolls to `pitch` without slipping, toes bent by
    /// [`Foot::bend`].
    pub(crate) fn planted_ankle(&self, flat: Vec3, yaw: f32, pitch: f32) -> Vec3 {
        let x = ((pitch - ROLL_FROM) / ROLL_STEP).clamp(0.0, (self.roll.len() - 2) as f32);
        let i = x as usize;
        let between = |table: &[f32]| table[i] + (table[i + 1] - table[i]) * (x - i as f32);
        let moved = Quat::from_rotation_y(yaw) * Vec3::Z * between(&self.roll);
        Vec3::new(flat.x + moved.x, between(&self.height), flat.z + moved.z)
    }

    /// World rotations of foot and toe joints.
    pub(crate) fn rotations(&self, pose: &FootPose) -> (Quat, Quat) {
        let yaw = Quat::from_rotation_y(pose.yaw);
        (
            yaw * Quat::from_rotation_x(pose.pitch) * self.level_foot,
            yaw * Quat::from_rotation_x(pose.pitch - pose.toes) * self.level_toes,
        )
    }

    /// Angle from the ankle down to the toe joint: what a heel adds to it shows
    /// how steeply the shoe holds the foot.
    pub(crate) fn steepness(&self) -> f32 {
        (-self.ball.y).atan2(self.ball.z)
    }
}
