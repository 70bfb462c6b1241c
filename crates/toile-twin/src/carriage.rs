//! Everything above the pelvis: trunk, arms, head, breath and eyes.

use std::f32::consts::{FRAC_PI_2, TAU};

use glam::{Quat, Vec3};

use crate::chance;
use crate::collision::{CollisionBody, region};
use crate::performance::Performance;
use crate::pose::{skin_matrices, wrap_angle};
use crate::rig::{SIDES, Side};
use crate::silhouette::Silhouette;

/// Distance hands and forearms keep from trunk and thighs, metres.
const HAND_ROOM_M: f32 = 0.045;
/// Distance they keep from the clothes around the hips, metres.
const CLOTHES_ROOM_M: f32 = 0.012;
/// Farthest that upper arms are held from the vertical, radians: for the body's sake, and
/// for the clothes' sake. Over a wider skirt hands rest on it, and it gives way.
const FARTHEST: f32 = 0.75;
const FARTHEST_OVER_CLOTHES: f32 = 0.45;
/// Seconds by which the shoulders follow the hips in a turn, and the head them.
const SHOULDER_LAG_S: f32 = 0.12;
const HEAD_LAG_S: f32 = 0.2;

/// How the upper body is held; the arms' distance is fitted to the body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Carriage {
    /// Upper arms from the vertical, radians, left and right.
    arm_out: [f32; 2],
}

impl Default for Carriage {
    fn default() -> Self {
        Self { arm_out: [0.14; 2] }
    }
}

impl Carriage {
    /// Spreads each arm until hand and forearm keep clear of hips, thighs and clothes
    /// throughout `performance`.
    pub(crate) fn fit(performance: &Performance, body: &CollisionBody) -> Self {
        let mut carriage = Self::default();
        let end = performance.steps().end;
        // One gait cycle of each stretch, and everything else coarsely.
        let times: Vec<f32> = (0..)
            .map(|i| (i, i as f32 * 0.05))
            .take_while(|(_, t)| *t < end)
            .filter(|&(i, t)| {
                if performance.steps().walking(t) < 0.999 {
                    i % 4 == 0
                } else {
                    (1.0..2.0).contains(&performance.steps().cycle(t))
                }
            })
            .map(|(_, t)| t)
            .collect();
        let every = |mask: u32, nth: usize| -> Vec<usize> {
            (0..body.positions.len())
                .filter(|&v| body.region[v] & mask != 0)
                .step_by(nth)
                .collect()
        };
        // Only what a hand can meet: from mid-thigh to the chest.
        let hips = performance.rig().bind_position(performance.rig().hips).y;
        let mut obstacles = every(region::TORSO | region::LEFT_LEG | region::RIGHT_LEG, 3);
        obstacles.retain(|&v| (0.55 * hips..1.4 * hips).contains(&body.positions[v].y));
        // The trunk does not depend on how the arms are held.
        let frames: Vec<(f32, Vec<Vec3>)> = times
            .into_iter()
            .map(|t| {
                let pose = performance.pose_at(t, &carriage);
                let skin = skin_matrices(performance.skeleton(), &pose);
                (
                    t,
                    obstacles.iter().map(|&v| body.skinned(v, &skin)).collect(),
                )
            })
            .collect();
        for side in SIDES {
            let i = side.index();
            let arm = &performance.rig().arms[i];
            let elbow = performance.rig().bind_position(arm.lower);
            let along = (performance.rig().bind_position(arm.hand) - elbow).normalize_or_zero();
            let mut points = every(region::LEFT_HAND << i | region::LEFT_ARM << i, 3);
            points.retain(|&v| (body.positions[v] - elbow).dot(along) > 0.02);
            for _ in 0..12 {
                let out = carriage.arm_out[i];
                let (mut lacking, mut in_clothes) = (f32::MIN, f32::MIN);
                for (t, trunk) in &frames {
                    let hand = Hand::new(performance, body, &carriage, *t, &points);
                    lacking = lacking.max(HAND_ROOM_M - hand.gap(trunk));
                    let gap = hand.gap_to(performance.clothes());
                    in_clothes = in_clothes.max(CLOTHES_ROOM_M - gap);
                }
                let step = |gap_m: f32| (gap_m / 0.55).clamp(0.008, 0.12);
                let for_body = if lacking > 0.0 {
                    out + step(lacking)
                } else {
                    out
                };
                let for_clothes = if in_clothes > 0.0 {
                    (out + step(in_clothes)).min(FARTHEST_OVER_CLOTHES)
                } else {
                    out
                };
                let next = for_body.max(for_clothes);
                if next <= out || out > FARTHEST {
                    break;
                }
                carriage.arm_out[i] = next;
            }
        }
        let wider = carriage.arm_out[0].max(carriage.arm_out[1]);
        carriage.arm_out = [wider; 2];
        carriage
    }

    /// Local rotations of all joints above the pelvis.
    pub(crate) fn upper_body(&self, p: &Performance, t: f32, pelvis: Quat) -> Vec<(usize, Quat)> {
        let rig = p.rig();
        let style = p.style();
        let walking = p.steps().walking(t);
        let cycle = TAU * p.steps().cycle(t);
        let sway = p.sway_at(t);
        let mut out = Vec::with_capacity(64);

        // Trunk: undo the pelvis' drop, turn against its yaw, follow a turn late.
        let pelvis_yaw = -(5.0 + 4.0 * style.manner).to_radians() * cycle.cos() * walking;
        let drop = (pelvis * Vec3::X).y.asin();
        let lag = |seconds: f32| wrap_angle(p.heading_at(t - seconds) - p.heading_at(t));
        let trunk_lag = lag(SHOULDER_LAG_S).clamp(-0.5, 0.5);
        let breath = (TAU * 0.25 * t + p.seed() as f32).sin() * (1.0 - 0.6 * walking);
        let tilt = (pelvis * Vec3::Y).z.asin();
        let manner_lean = (-1.2 * style.manner).to_radians() * walking;
        let shares = [(0.50, 0.50, 0.5), (0.60, 0.42, 0.3), (0.45, 0.22, 0.2)];
        let mut chest = pelvis;
        for (k, (turn, bend, pitch)) in shares.into_iter().enumerate() {
            let yaw = -pelvis_yaw * turn + trunk_lag * pitch;
            let breathing = if k == 1 {
                -0.9_f32.to_radians() * breath
            } else {
                0.0
            };
            let lean = -tilt * pitch + manner_lean * 0.5 + breathing;
            let local = Quat::from_rotation_y(yaw)
                * Quat::from_rotation_z(-drop * bend)
                * Quat::from_rotation_x(lean);
            chest *= local;
            out.push((rig.spine[k], local));
        }

        // Head: level, to the front, last to turn; a glance now and then.
        let glance = self.glance(p, t, walking);
        let head_yaw = lag(HEAD_LAG_S).clamp(-0.9, 0.9) + glance + p.gaze_at(t);
        let incline = 0.035 * sway * (1.0 - walking) + 0.01 * sway;
        let level = Quat::from_rotation_y(head_yaw)
            * Quat::from_rotation_z(incline)
            * Quat::from_rotation_x(0.012 * (2.0 * cycle).cos() * walking);
        let total = chest.inverse() * level;
        let neck = Quat::IDENTITY.slerp(total, 0.45);
        out.push((rig.neck, neck));
        out.push((rig.head, neck.inverse() * total));

        for side in SIDES {
            self.arm(p, t, side, walking, &mut out);
        }
        out
    }

    fn arm(&self, p: &Performance, t: f32, side: Side, walking: f32, out: &mut Vec<(usize, Quat)>) {
        let style = p.style();
        let sign = side.sign();
        let arm = &p.rig().arms[side.index()];
        // The arm goes with the other leg; elbow and wrist trail behind it.
        let swing =
            |lag_cycles: f32| -sign * (TAU * (p.steps().cycle(t) - lag_cycles)).cos() * walking;
        let forward = style.arm_swing_deg.to_radians() * swing(0.03) - 0.045 * walking;
        let down = FRAC_PI_2 - self.arm_out[side.index()];
        let breath = (TAU * 0.25 * t + p.seed() as f32).sin() * 0.008;
        let upper = Quat::from_rotation_x(-forward)
            * Quat::from_rotation_z(-sign * (down + 0.035 - breath));
        out.push((
            arm.shoulder,
            Quat::from_rotation_z(-sign * (0.035 - breath)),
        ));
        out.push((arm.upper, Quat::from_rotation_z(sign * 0.035) * upper));
        let elbow =
            style.elbow_deg.to_radians() + 0.10 * swing(0.09).max(-0.4) + 0.02 * (1.0 - walking);
        out.push((arm.lower, Quat::from_rotation_y(-sign * elbow)));
        let wrist = 0.06 * swing(0.14);
        out.push((
            arm.hand,
            Quat::from_rotation_y(sign * wrist) * Quat::from_rotation_z(sign * 0.06),
        ));
        if let Some(thumb) = arm.thumb {
            // Closer to the palm than the bind pose's spread hand has it.
            let rest = p.skeleton().rest_rotation[thumb];
            out.push((thumb, Quat::from_rotation_y(sign * 0.35) * rest));
        }
        for &(joint, finger, knuckle) in &arm.fingers {
            let curl = 11.0 + 4.0 * finger as f32 + 4.0 * knuckle as f32;
            out.push((joint, Quat::from_rotation_z(-sign * curl.to_radians())));
        }
    }

    /// Turn of the head: still while walking, slow glances while standing.
    fn glance(&self, p: &Performance, t: f32, walking: f32) -> f32 {
        let shift = p.seed() as f32 * 0.73;
        let slow = (TAU * 0.11 * t + shift).sin() + 0.5 * (TAU * 0.043 * t + 2.0 * shift).sin();
        slow * (0.012 + 0.06 * (1.0 - walking))
    }
}

/// Where points of a hand and forearm are at a time.
struct Hand {
    places: Vec<Vec3>,
    hips: Vec3,
}

impl Hand {
    fn new(
        performance: &Performance,
        body: &CollisionBody,
        carriage: &Carriage,
        t: f32,
        points: &[usize],
    ) -> Self {
        let pose = performance.pose_at(t, carriage);
        let skin = skin_matrices(performance.skeleton(), &pose);
        let hips = performance.rig().hips;
        Self {
            places: points.iter().map(|&v| body.skinned(v, &skin)).collect(),
            hips: skin[hips].transform_point3(performance.rig().bind_position(hips)),
        }
    }

    /// Least distance from the places of the trunk at that time.
    fn gap(&self, trunk: &[Vec3]) -> f32 {
        let (low, high) = self
            .places
            .iter()
            .fold((Vec3::MAX, Vec3::MIN), |(low, high), p| {
                (low.min(*p), high.max(*p))
            });
        let reach = Vec3::splat(2.0 * HAND_ROOM_M);
        let mut least = (2.0 * HAND_ROOM_M).powi(2);
        for at in trunk {
            if at.cmplt(low - reach).any() || at.cmpgt(high + reach).any() {
                continue;
            }
            for place in &self.places {
                least = least.min(place.distance_squared(*at));
            }
        }
        least.sqrt()
    }

    /// Least level distance from clothes that hang from the hips.
    fn gap_to(&self, clothes: &Silhouette) -> f32 {
        self.places
            .iter()
            .map(|p| {
                let off = *p - self.hips;
                let radius = clothes.radius(off.y);
                if radius > 0.0 {
                    off.with_y(0.0).length() - radius
                } else {
                    f32::MAX
                }
            })
            .fold(f32::MAX, f32::min)
    }
}

/// Times of blinks up to `end`: gaps of 3 to 6 seconds, most of them short.
pub(crate) fn blinks(seed: u64, end: f32) -> Vec<f32> {
    let mut state = chance::seeded(seed);
    let mut uniform = move || {
        let thrown = chance::of(state);
        state = state.wrapping_add(chance::STEP);
        thrown
    };
    let mut times = Vec::new();
    let mut at = 1.0 + 2.0 * uniform();
    while at < end {
        times.push(at);
        // Poisson process with a dead time, cut off where staring would show.
        at += 3.0 + (-(1.0 - 0.95 * uniform()).ln()).min(3.0);
    }
    times
}

/// How far the lids are shut at `t`, 0 to 1: 80 ms down, 150 ms up.
pub(crate) fn lid(blinks: &[f32], t: f32) -> f32 {
    let Some(&at) = blinks.get(blinks.partition_point(|b| *b <= t).wrapping_sub(1)) else {
        return 0.0;
    };
    let since = t - at;
    let u = if since < 0.08 {
        since / 0.08
    } else {
        (1.0 - (since - 0.11) / 0.15).clamp(0.0, 1.0)
    };
    u * u * (3.0 - 2.0 * u)
}
