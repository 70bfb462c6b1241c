//! How a foot gets from one footfall to the next: the roll over the floor and
//! the swing through the air.

use glam::Vec3;

use crate::foot::{Foot, FootPose};
use crate::rig::{SIDES, Side};
use crate::series::Series;
use crate::steps::{Plant, Steps, leftward};

/// Clearance of the sole in mid-swing, metres.
const CLEARANCE_M: f32 = 0.016;
/// Samples per second of the ankle's height in a swing.
const RATE_HZ: f32 = 150.0;
/// Share of a swing, at either end, in which the sole only just clears.
const SKIM: f32 = 0.2;

/// Both feet of a performance.
#[derive(Clone, Debug)]
pub(crate) struct Strides {
    pub feet: [Foot; 2],
    pub steps: Steps,
    /// Ankle height over the floor through the swing that follows each plant.
    lift: [Vec<Series>; 2],
}

impl Strides {
    pub(crate) fn new(feet: [Foot; 2], steps: Steps) -> Self {
        let mut strides = Self {
            feet,
            steps,
            lift: [Vec::new(), Vec::new()],
        };
        strides.lift = SIDES.map(|side| {
            let plants = &strides.steps.plants[side.index()];
            plants
                .windows(2)
                .map(|pair| strides.swing_height(side, pair[0].up, pair[1].down))
                .collect()
        });
        strides
    }

    /// Ankle height through a swing. The height at which the sole just clears
    /// has a corner where the foot comes level and the support passes from toe
    /// to heel; a leg that followed it would twitch at the knee. So between the
    /// ends the ankle keeps to a smooth curve above.
    fn swing_height(&self, side: Side, up: f32, down: f32) -> Series {
        let span = down - up;
        let clear = Series::sample(RATE_HZ, span, |since| {
            self.foot_pose(side, up + since.min(span - 1.0e-4)).ankle.y
        });
        let smooth = clear.most(0.14 * span).smoothed(0.14 * span);
        Series::sample(RATE_HZ, span, |since| {
            let ends = (since.min(span - since) / (SKIM * span)).clamp(0.0, 1.0);
            let inside = ends * ends * (3.0 - 2.0 * ends);
            let just = clear.at(since);
            just + inside * (smooth.at(since) - just)
        })
    }

    /// The plant in force at `t`, and while the foot swings the next one.
    fn plants(&self, side: Side, t: f32) -> (&Plant, Option<&Plant>) {
        let plants = &self.steps.plants[side.index()];
        let i = self.number(side, t);
        let swings = t >= plants[i].up;
        (&plants[i], if swings { plants.get(i + 1) } else { None })
    }

    /// Number of the plant in force at `t`.
    fn number(&self, side: Side, t: f32) -> usize {
        self.steps.plants[side.index()]
            .partition_point(|p| p.down <= t)
            .saturating_sub(1)
    }

    /// Direction of the body that the foot stands or steps for.
    pub(crate) fn body_yaw(&self, side: Side, t: f32) -> f32 {
        let (plant, next) = self.plants(side, t);
        next.map_or(plant.body_yaw, |next| {
            let s = (t - plant.up) / (next.down - plant.up);
            plant.body_yaw + (next.body_yaw - plant.body_yaw) * s * s * (3.0 - 2.0 * s)
        })
    }

    /// Pitch and its rate of a foot on the floor.
    fn stance_pitch(&self, plant: &Plant, t: f32) -> (f32, f32) {
        let slap = 0.22 * self.steps.step_s;
        let roll = 0.62 * self.steps.step_s;
        if t < plant.down + slap && plant.strike < 0.0 {
            let rate = slap_rate(plant, slap);
            hermite(plant.strike, rate, 0.0, 0.0, slap, t - plant.down)
        } else if t > plant.up - roll && plant.push > 0.0 {
            let u = (t - plant.up + roll) / roll;
            (plant.push * u * u, 2.0 * plant.push * u / roll)
        } else {
            (0.0, 0.0)
        }
    }

    fn planted(&self, side: Side, plant: &Plant, t: f32) -> FootPose {
        let pitch = self.stance_pitch(plant, t).0;
        let foot = &self.feet[side.index()];
        let toes = foot.bend(pitch);
        let ankle = foot.planted_ankle(plant.at, plant.yaw, pitch);
        FootPose {
            ankle,
            yaw: plant.yaw,
            pitch,
            toes,
        }
    }

    /// Where the foot is at `t`: on the floor, or on its way to the next step.
    pub(crate) fn foot_pose(&self, side: Side, t: f32) -> FootPose {
        let number = self.number(side, t);
        let plants = &self.steps.plants[side.index()];
        let plant = &plants[number];
        let Some(next) = plants.get(number + 1).filter(|_| t >= plant.up) else {
            return self.planted(side, plant, t);
        };
        let span = next.down - plant.up;
        let since = t - plant.up;
        let s = since / span;

        // Ankle: leaves and lands with the velocity the rolling foot has.
        let h = 0.004;
        let (from, to) = (
            self.planted(side, plant, plant.up),
            self.planted(side, next, next.down),
        );
        let leave = (from.ankle - self.planted(side, plant, plant.up - h).ankle) / h;
        let land = (self.planted(side, next, next.down + h).ankle - to.ankle) / h;
        let along = |a: f32, va: f32, b: f32, vb: f32| glide(a, va, b, vb, span, since);
        let mut ankle = Vec3::new(
            along(from.ankle.x, leave.x, to.ankle.x, land.x),
            0.0,
            along(from.ankle.z, leave.z, to.ankle.z, land.z),
        );
        let hump = (4.0 * s * (1.0 - s)).powf(1.4);
        ankle += self.way_round(side, plant, next, 0.5 * (from.ankle + to.ankle)) * hump;

        // Pitch: up from the push, level soon after the middle, toes up to land.
        let (strike_rate, push_rate) = (
            slap_rate(next, 0.22 * self.steps.step_s),
            self.stance_pitch(plant, plant.up - 1.0e-5).1,
        );
        let waist = 0.62;
        let level = -0.25 * next.strike.abs();
        let through = -0.9 * (plant.push + next.strike.abs()) / span;
        let pitch = if s < waist {
            hermite(plant.push, push_rate, level, through, waist * span, since).0
        } else {
            hermite(
                level,
                through,
                next.strike,
                strike_rate,
                (1.0 - waist) * span,
                since - waist * span,
            )
            .0
        };
        let release = (s / 0.5).min(1.0);
        let toes = from.toes * (1.0 - release * release * (3.0 - 2.0 * release));
        ankle.y = match self.lift[side.index()].get(number) {
            Some(lift) => lift.at(since),
            None => self.feet[side.index()].ankle_height(pitch, toes) + CLEARANCE_M * hump,
        };
        let ease = s * s * (3.0 - 2.0 * s);
        FootPose {
            ankle,
            yaw: plant.yaw + (next.yaw - plant.yaw) * ease,
            pitch,
            toes,
        }
    }

    /// Sideways detour of a swinging foot round the standing one, metres.
    fn way_round(&self, side: Side, plant: &Plant, next: &Plant, middle: Vec3) -> Vec3 {
        let standing = self.plants(side.other(), 0.5 * (plant.up + next.down)).0;
        let out = leftward(0.5 * (plant.body_yaw + next.body_yaw)) * side.sign();
        let room = 0.9 * (self.feet[0].half_breadth + self.feet[1].half_breadth);
        out * (room - (middle - standing.at).dot(out)).clamp(0.0, 0.14)
    }
}

/// Rate at which the foot comes down on its ball after footfall, rad/s.
fn slap_rate(plant: &Plant, slap: f32) -> f32 {
    -0.8 * plant.strike / slap
}

/// Cubic from (`a`, slope `va`) to (`b`, slope `vb`) over `span`, and its slope,
/// at `x`.
fn hermite(a: f32, va: f32, b: f32, vb: f32, span: f32, x: f32) -> (f32, f32) {
    let u = x / span;
    let (c2, c3) = (
        3.0 * (b - a) - (2.0 * va + vb) * span,
        2.0 * (a - b) + (va + vb) * span,
    );
    (
        a + u * (va * span + u * (c2 + u * c3)),
        va + (2.0 * u * c2 + 3.0 * u * u * c3) / span,
    )
}

/// As [`hermite`], but leaving and arriving with a third of its acceleration,
/// so that a foot near the floor is slow.
fn glide(a: f32, va: f32, b: f32, vb: f32, span: f32, x: f32) -> f32 {
    let u = x / span;
    let (va, vb) = (va * span, vb * span);
    let c2 = 3.0 * (b - a) - (2.0 * va + vb);
    let c3 = 2.0 * (a - b) + (va + vb);
    // Taking d0 u²(1−u)³ and d1 u³(1−u)² away changes the accelerations at the
    // ends by 2 d0 and 2 d1 and nothing else there.
    let (at_start, at_end) = (2.0 * c2, 2.0 * c2 + 6.0 * c3);
    let (d0, d1) = (at_start / 3.0, at_end / 3.0);
    let v = 1.0 - u;
    a + u * (va + u * (c2 + u * c3)) - d0 * u * u * v.powi(3) - d1 * u.powi(3) * v * v
}
