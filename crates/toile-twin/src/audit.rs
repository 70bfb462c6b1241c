//! Measures a performance on the skinned mesh, joint by joint and vertex by
//! vertex, without looking at how it was planned.

use std::collections::HashMap;

use glam::{Quat, Vec3};

use crate::avatar::Avatar;
use crate::collision::{CollisionBody, region};
use crate::performance::Performance;
use crate::plan::Phase;
use crate::pose::{joint_world, skin_matrices, wrap_angle};
use crate::rig::{Rig, SIDES, Side};

/// Samples per second.
const RATE_HZ: f64 = 120.0;
/// A point of the sole this near the floor touches it, metres.
const TOUCH_M: f32 = 0.001;

/// What a performance does at its worst.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Audit {
    /// Greatest way a point of the sole goes along the floor while it touches.
    pub slide_m: f32,
    /// Deepest point of a foot below the floor.
    pub sunk_m: f32,
    /// Least bend of a knee, radians; negative would be hyperextension.
    pub knee_least: f32,
    /// Fastest bending of a knee, rad/s.
    pub knee_rate: f32,
    /// Greatest change of that rate between samples, rad/s.
    pub knee_jerk: f32,
    /// Farthest an ankle stays from where its foot should be, metres.
    pub short_m: f32,
    /// Least distance of a hand or forearm from trunk and legs, metres.
    pub hand_gap_m: f32,
    /// Least distance between the two lower legs, metres.
    pub shin_gap_m: f32,
    /// Greatest tilt of the head from its upright, radians.
    pub head_tilt: f32,
    /// Rise and fall of the head while walking at full speed, metres.
    pub head_bob_m: f32,
    /// Greatest deviation of the hips' speed along the path from the walking
    /// speed, as a share, once that is reached.
    pub speed_error: f32,
    /// Farthest a joint moves between two samples, metres.
    pub joint_move_m: f32,
    /// Farthest a joint turns between two samples, radians.
    pub joint_turn: f32,
}

impl Audit {
    /// What the audience would see that is wrong, a few words each.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mm = |metres: f32| format!("{:.1} mm", metres * 1e3);
        let rad = |angle: f32| format!("{angle:.3} rad");
        let limits = [
            (
                self.slide_m < 0.005,
                "a standing foot slides",
                mm(self.slide_m),
            ),
            (
                self.sunk_m < 0.002,
                "a foot sinks into the floor",
                mm(self.sunk_m),
            ),
            (
                self.knee_least > 0.0,
                "a knee hyperextends",
                rad(self.knee_least),
            ),
            (
                self.knee_rate < 14.0,
                "a knee bends fast, rad in a second",
                rad(self.knee_rate),
            ),
            (self.short_m < 0.001, "a leg falls short", mm(self.short_m)),
            (
                self.hand_gap_m > 0.03,
                "a hand comes near the body",
                mm(self.hand_gap_m),
            ),
            (
                self.shin_gap_m > 0.001,
                "the lower legs meet",
                mm(self.shin_gap_m),
            ),
            (self.head_tilt < 0.08, "the head tilts", rad(self.head_tilt)),
            (self.head_bob_m < 0.05, "the head bobs", mm(self.head_bob_m)),
            (
                self.speed_error < 0.05,
                "the hips' speed is off, as a share",
                format!("{:.3}", self.speed_error),
            ),
            (
                self.joint_move_m < 0.08,
                "a joint jumps",
                mm(self.joint_move_m),
            ),
            (
                self.joint_turn < 0.2,
                "a joint turns in one frame",
                rad(self.joint_turn),
            ),
        ];
        let faulty = limits.into_iter().filter(|(holds, ..)| !holds);
        faulty
            .map(|(_, what, how)| format!("{what}: {how}"))
            .collect()
    }
}

impl Performance {
    /// Measures this performance of `avatar` from start to end, 120 times a
    /// second (arms against body eight times a second). What feet, head and
    /// hands do in the lead-in is left out: there the body still rises from the
    /// bare-footed bind pose onto its shoes.
    ///
    /// Returns `None` when `avatar` is not one this performance could move.
    #[must_use]
    pub fn audit(&self, avatar: &Avatar) -> Option<Audit> {
        let skeleton = &avatar.skeleton;
        let rig = Rig::new(skeleton).ok()?;
        let body = avatar.collision_body();
        let soles: Vec<usize> = (0..body.positions.len())
            .filter(|&v| body.region[v] == region::FOOT && body.positions[v].y < 0.12)
            .collect();
        let mut audit = Audit {
            knee_least: f32::MAX,
            hand_gap_m: f32::MAX,
            shin_gap_m: f32::MAX,
            ..Audit::default()
        };
        let mut touched: HashMap<usize, Vec3> = HashMap::new();
        let mut before: Option<(Vec<glam::Mat4>, [f32; 2], [f32; 2])> = None;
        let mut last_root = self.pose(0.0).root;
        let mut head_range = (f32::MAX, f32::MIN);
        let floor = self.pose(0.0).root.y;
        let shins = SIDES.map(|side| shin_points(&body, &rig, side));
        let (arms, obstacles) = (arm_points(&body, &rig), trunk_points(&body));

        for frame in 0..=(self.duration_s() * RATE_HZ) as usize {
            let t = frame as f64 / RATE_HZ;
            let pose = self.pose(t);
            let world = joint_world(skeleton, &pose);
            let skin = skin_matrices(skeleton, &pose);
            let standing = self.phase(t) != Phase::LeadIn;
            for &v in soles.iter().filter(|_| standing) {
                let at = body.skinned(v, &skin) - Vec3::Y * floor;
                audit.sunk_m = audit.sunk_m.max(-at.y);
                if at.y > TOUCH_M {
                    touched.remove(&v);
                } else {
                    let first = *touched.entry(v).or_insert(at);
                    let slid = (at - first).with_y(0.0).length();
                    audit.slide_m = audit.slide_m.max(slid);
                }
            }
            let knees = SIDES.map(|side| {
                let leg = rig.legs[side.index()];
                let (axis, angle) = pose.local[leg.shin].to_axis_angle();
                wrap_angle(angle * axis.x.signum())
            });
            let mut rates = [0.0; 2];
            for side in SIDES {
                let i = side.index();
                audit.knee_least = audit.knee_least.min(knees[i]);
                let ankle = world[rig.legs[i].foot].w_axis.truncate();
                let meant = self.strides().foot_pose(side, t as f32).ankle + Vec3::Y * floor;
                if standing {
                    audit.short_m = audit.short_m.max(ankle.distance(meant));
                }
                if let Some((_, last, last_rates)) = &before {
                    rates[i] = (knees[i] - last[i]) * RATE_HZ as f32;
                    audit.knee_rate = audit.knee_rate.max(rates[i].abs());
                    if frame > 1 {
                        audit.knee_jerk = audit.knee_jerk.max((rates[i] - last_rates[i]).abs());
                    }
                }
            }
            let head = world[rig.head];
            if standing {
                audit.head_tilt = audit
                    .head_tilt
                    .max(head.y_axis.truncate().angle_between(Vec3::Y));
            }
            let cruising = self.steps().walking(t as f32) >= 1.0;
            if cruising {
                head_range = (
                    head_range.0.min(head.w_axis.y),
                    head_range.1.max(head.w_axis.y),
                );
            }
            if let Some((last, _, _)) = &before {
                for (now, then) in world.iter().zip(last) {
                    audit.joint_move_m = audit
                        .joint_move_m
                        .max((now.w_axis - then.w_axis).truncate().length());
                    let turn = Quat::from_mat4(now).angle_between(Quat::from_mat4(then));
                    audit.joint_turn = audit.joint_turn.max(turn);
                }
                if cruising {
                    let moved = (world[rig.hips].w_axis - last[rig.hips].w_axis).truncate();
                    let path = (pose.root - last_root).normalize_or_zero();
                    let speed = moved.dot(path) * RATE_HZ as f32;
                    audit.speed_error = audit
                        .speed_error
                        .max((speed / self.speed_m_s() - 1.0).abs());
                }
            }
            last_root = pose.root;
            if frame % 15 == 0 && standing {
                audit.hand_gap_m = audit
                    .hand_gap_m
                    .min(least_gap(&body, &skin, &arms, &obstacles));
            }
            if frame % 4 == 0 && standing {
                let gap = least_gap(&body, &skin, &shins[0], &shins[1]);
                audit.shin_gap_m = audit.shin_gap_m.min(gap);
            }
            before = Some((world, knees, rates));
        }
        audit.head_bob_m = head_range.1 - head_range.0;
        Some(audit)
    }
}

/// Vertices of hands and forearms.
fn arm_points(body: &CollisionBody, rig: &Rig) -> Vec<usize> {
    let arms = region::LEFT_ARM | region::RIGHT_ARM | region::LEFT_HAND | region::RIGHT_HAND;
    let beyond_elbow = |v: &usize| {
        rig.arms.iter().any(|arm| {
            let elbow = rig.bind_position(arm.lower);
            let along = (rig.bind_position(arm.hand) - elbow).normalize_or_zero();
            (body.positions[*v] - elbow).dot(along) > 0.02
        })
    };
    (0..body.positions.len())
        .filter(|&v| body.region[v] & arms != 0)
        .filter(beyond_elbow)
        .step_by(3)
        .collect()
}

/// Vertices of one lower leg, foot and shoe.
fn shin_points(body: &CollisionBody, rig: &Rig, side: Side) -> Vec<usize> {
    let knee = rig.bind_position(rig.legs[side.index()].shin).y;
    let here = |v: &usize| {
        let at = body.positions[*v];
        at.y < 0.92 * knee && at.x * side.sign() > 0.0
    };
    let legs = region::FOOT | region::LEFT_LEG | region::RIGHT_LEG;
    (0..body.positions.len())
        .filter(|&v| body.region[v] & legs != 0)
        .filter(here)
        .step_by(4)
        .collect()
}

fn trunk_points(body: &CollisionBody) -> Vec<usize> {
    let trunk = region::TORSO | region::LEFT_LEG | region::RIGHT_LEG;
    (0..body.positions.len())
        .filter(|&v| body.region[v] & trunk != 0)
        .step_by(3)
        .collect()
}

fn least_gap(
    body: &CollisionBody,
    skin: &[glam::Mat4],
    arms: &[usize],
    obstacles: &[usize],
) -> f32 {
    let place = |of: &[usize]| -> Vec<Vec3> { of.iter().map(|&v| body.skinned(v, skin)).collect() };
    let (arms, obstacles) = (place(arms), place(obstacles));
    let mut least = f32::MAX;
    for a in &arms {
        for b in &obstacles {
            least = least.min(a.distance_squared(*b));
        }
    }
    least.sqrt()
}
