//! A whole runway performance as a pure function of time.

use std::f32::consts::TAU;

use glam::{Quat, Vec3};

use crate::avatar::Avatar;
use crate::carriage::{self, Carriage};
use crate::error::TwinError;
use crate::foot::{Foot, FootPose};
use crate::gait::GaitStyle;
use crate::limb::TwoBone;
use crate::pose::{Pose, Skeleton};
use crate::record::Twin;
use crate::rig::{Rig, SIDES, Side};
use crate::series::Series;
use crate::steps::{Build, PerformancePlan, Phase, Plant, Steps, direction, leftward};

/// Samples per second of the precomputed signals.
const RATE_HZ: f32 = 120.0;
/// Least and greatest bend of the knee, radians. A knee is never locked: the
/// joint angle of a straight leg changes infinitely fast with its length.
const KNEE: (f32, f32) = (0.07, 2.4);
/// Clearance of the sole in mid-swing, metres.
const CLEARANCE_M: f32 = 0.018;
/// Share of the feet's sideways distance that the pelvis follows.
const FOLLOW: f32 = 0.62;

/// A runway performance of one twin: entrance, walk out, pose, turn, walk back.
///
/// Everything that depends on the whole timeline is worked out by
/// [`Performance::new`]; [`Performance::pose`] may then be asked in any order.
#[derive(Clone, Debug)]
pub struct Performance {
    skeleton: Skeleton,
    rig: Rig,
    feet: [Foot; 2],
    legs: [TwoBone; 2],
    style: GaitStyle,
    plan: PerformancePlan,
    steps: Steps,
    heading: Series,
    sway: Series,
    aside: Series,
    ahead: Series,
    height: Series,
    /// What turns the solved leg (thigh, shin, foot, toes) into the bound one.
    unbind: [[Quat; 4]; 2],
    carriage: Carriage,
    blinks: Vec<f32>,
}

/// Where the pelvis is at a time, in the frame of root and heading.
struct Pelvis {
    offset: Vec3,
    rotation: Quat,
}

impl Performance {
    /// Plans a performance of `twin` with the body of `avatar`.
    ///
    /// # Errors
    /// [`TwinError::Body`] when the skeleton lacks a joint, is not
    /// T-pose-normalised, the mesh has no feet, or the plan holds numbers that
    /// make no performance.
    pub fn new(avatar: &Avatar, twin: &Twin, plan: &PerformancePlan) -> Result<Self, TwinError> {
        let fail = |problem: String, mend: &str| TwinError::Body {
            twin: twin.id.clone(),
            problem,
            mend: mend.to_owned(),
        };
        if let Some(problem) = plan_problem(plan) {
            return Err(fail(problem, "mend the show's timing"));
        }
        let mend_avatar = "export the avatar with Mixamo joint names, joint frames whose identity is the T-pose, and feet";
        let rig = Rig::new(&avatar.skeleton).map_err(|problem| fail(problem, mend_avatar))?;
        let body = avatar.collision_body();
        let foot = |side: Side| Foot::new(avatar, &body, &rig, &rig.legs[side.index()]);
        let feet = [
            foot(Side::Left).map_err(|problem| fail(problem, mend_avatar))?,
            foot(Side::Right).map_err(|problem| fail(problem, mend_avatar))?,
        ];
        let legs = rig.legs.map(|leg| TwoBone {
            thigh: avatar.skeleton.rest_translation[leg.shin],
            shin: avatar.skeleton.rest_translation[leg.foot],
        });
        let style = twin.gait;
        let leg_m = legs[0].length(KNEE.0).min(legs[1].length(KNEE.0));
        let steps = Steps::new(
            plan,
            &Build {
                feet: &feet,
                leg_m,
                style: &style,
            },
        );
        let blinks = carriage::blinks(plan.seed, steps.end);
        let flat = Series::sample(1.0, 0.0, |_| 0.0);
        let mut performance = Self {
            skeleton: avatar.skeleton.clone(),
            rig,
            feet,
            legs,
            style,
            plan: *plan,
            steps,
            heading: flat.clone(),
            sway: flat.clone(),
            aside: flat.clone(),
            ahead: flat.clone(),
            height: flat,
            unbind: [[Quat::IDENTITY; 4]; 2],
            carriage: Carriage::default(),
            blinks,
        };
        performance.trace();
        performance.measure_bind();
        performance.carriage = Carriage::fit(&performance, &body);
        Ok(performance)
    }

    /// Length of the performance, seconds.
    #[must_use]
    pub fn duration_s(&self) -> f64 {
        f64::from(self.steps.end)
    }

    /// What the performance is doing at `t_s` seconds.
    #[must_use]
    pub fn phase(&self, t_s: f64) -> Phase {
        self.steps.phase(t_s as f32)
    }

    /// First time, in seconds, at which `phase` begins. The walk's footfalls lie
    /// one step apart from `start_of(Phase::WalkOut)` on, so music whose beat
    /// falls there is in step.
    #[must_use]
    pub fn start_of(&self, phase: Phase) -> f64 {
        f64::from(self.steps.start_of(phase))
    }

    /// Walking speed between start and stop, m/s.
    #[must_use]
    pub fn speed_m_s(&self) -> f32 {
        self.steps.speed
    }

    /// Times and sides (`true` for left) of all footfalls, in time order.
    #[must_use]
    pub fn footfalls(&self) -> Vec<(f64, bool)> {
        let mut falls: Vec<(f64, bool)> = SIDES
            .iter()
            .flat_map(|&side| {
                let plants = self.steps.plants[side.index()].iter();
                plants
                    .filter(|p| p.down.is_finite())
                    .map(move |p| (f64::from(p.down), side == Side::Left))
            })
            .collect();
        falls.sort_by(|a, b| a.0.total_cmp(&b.0));
        falls
    }

    /// Pose at `t_s` seconds; held before the start and after the end.
    #[must_use]
    pub fn pose(&self, t_s: f64) -> Pose {
        self.pose_at((t_s as f32).clamp(0.0, self.steps.end), &self.carriage)
    }

    pub(crate) fn skeleton(&self) -> &Skeleton {
        &self.skeleton
    }

    pub(crate) fn rig(&self) -> &Rig {
        &self.rig
    }

    pub(crate) fn style(&self) -> &GaitStyle {
        &self.style
    }

    pub(crate) fn steps(&self) -> &Steps {
        &self.steps
    }

    pub(crate) fn seed(&self) -> u64 {
        self.plan.seed
    }

    pub(crate) fn heading_at(&self, t: f32) -> f32 {
        self.heading.at(t)
    }

    pub(crate) fn sway_at(&self, t: f32) -> f32 {
        self.sway.at(t)
    }

    pub(crate) fn pose_at(&self, t: f32, carriage: &Carriage) -> Pose {
        let lead = self.lead(t);
        let mut local = self.skeleton.rest_rotation.clone();
        let pelvis = self.pelvis(t, lead);
        let target = carriage.upper_body(self, t, pelvis.rotation);
        for (joint, rotation) in target {
            local[joint] = local[joint].slerp(rotation, lead);
        }
        local[self.rig.hips] = pelvis.rotation;
        for side in SIDES {
            let solved = self.leg(side, t, &pelvis);
            let leg = self.rig.legs[side.index()];
            let joints = [leg.thigh, leg.shin, leg.foot, leg.toes];
            for ((joint, rotation), unbind) in joints
                .into_iter()
                .zip(solved)
                .zip(self.unbind[side.index()])
            {
                local[joint] = rotation * unbind.slerp(Quat::IDENTITY, lead);
            }
        }
        let lid = carriage::lid(&self.blinks, t);
        let morphs = if lid > 0.0 {
            vec![("eyeBlinkLeft", lid), ("eyeBlinkRight", lid)]
        } else {
            Vec::new()
        };
        let mut root = self.steps.root(t);
        root.y = self.plan.start.0.y;
        Pose {
            root,
            heading: self.heading.at(t),
            local,
            hips_offset: pelvis.offset,
            morphs,
        }
    }

    /// How far the bind pose has been left behind, 0 to 1.
    fn lead(&self, t: f32) -> f32 {
        if self.plan.lead_in_s <= 0.0 {
            return 1.0;
        }
        let u = (t / self.plan.lead_in_s).clamp(0.0, 1.0);
        u * u * u * (10.0 + u * (6.0 * u - 15.0))
    }

    /// Works out the slow signals, each from those before it.
    fn trace(&mut self) {
        let end = self.steps.end;
        let step_s = self.steps.step_s;
        let sample = |f: &dyn Fn(f32) -> f32| Series::sample(RATE_HZ, end, f);
        self.heading = sample(&|t| 0.5 * SIDES.map(|s| self.body_yaw(s, t)).iter().sum::<f32>())
            .smoothed(0.55 * step_s);
        self.sway = sample(&|t| 2.0 * self.steps.left_weight(t + 0.06 * step_s) - 1.0)
            .smoothed(0.28 * step_s);
        let body_m = 0.5 * (self.feet[0].bind_ankle.z + self.feet[1].bind_ankle.z);
        let lateral = |t: f32, axis: &dyn Fn(f32) -> Vec3| {
            let left = self.steps.left_weight(t);
            let axis = axis(self.heading.at(t));
            let away = |side: Side| (self.foot_pose(side, t).ankle - self.steps.root(t)).dot(axis);
            left * away(Side::Left) + (1.0 - left) * away(Side::Right)
        };
        let aside = sample(&|t| {
            let hip_out = 0.016 * self.style.manner * self.steps.walking(t) + 0.01;
            FOLLOW * lateral(t, &leftward) + hip_out * self.sway.at(t)
        })
        .smoothed(0.35 * step_s);
        let ahead = sample(&|t| {
            let standing = (1.0 - self.steps.walking(t)).powi(3);
            0.7 * standing * (lateral(t, &direction) - body_m)
        })
        .smoothed(0.3 * step_s);
        self.aside = aside;
        self.ahead = ahead;
        // Highest pelvis that either leg allows; then no peak of it narrower
        // than the window, and no corners.
        let hips_at = self.skeleton.rest_translation[self.rig.hips];
        let highest = sample(&|t| {
            let pelvis = self.pelvis(t, 1.0);
            let root = self.steps.root(t);
            let world = Quat::from_rotation_y(self.heading.at(t));
            let mut least = f32::MAX;
            for side in SIDES {
                let index = side.index();
                let socket =
                    pelvis.rotation * self.skeleton.rest_translation[self.rig.legs[index].thigh];
                let hip = root + world * (hips_at + pelvis.offset + socket);
                let ankle = self.foot_pose(side, t).ankle;
                let flat = (hip - ankle).with_y(0.0).length_squared();
                let reach = (self.legs[index].length(KNEE.0).powi(2) - flat)
                    .max(0.0)
                    .sqrt();
                least = least.min(ankle.y + reach - hips_at.y - socket.y);
            }
            least
        });
        let window = 0.17 * step_s;
        self.height = highest.least(window).smoothed(window);
    }

    fn measure_bind(&mut self) {
        let pelvis = Pelvis {
            offset: Vec3::ZERO,
            rotation: self.skeleton.rest_rotation[self.rig.hips],
        };
        for side in SIDES {
            let leg = self.rig.legs[side.index()];
            let joints = [leg.thigh, leg.shin, leg.foot, leg.toes];
            let solved = self.leg(side, 0.0, &pelvis);
            for (k, (joint, rotation)) in joints.into_iter().zip(solved).enumerate() {
                self.unbind[side.index()][k] =
                    rotation.inverse() * self.skeleton.rest_rotation[joint];
            }
        }
    }

    fn pelvis(&self, t: f32, lead: f32) -> Pelvis {
        let walking = self.steps.walking(t);
        let cycle = TAU * self.steps.cycle(t);
        let manner = self.style.manner;
        let yaw = -(5.0 + 4.0 * manner).to_radians() * cycle.cos() * walking;
        let drop_standing = 7.5_f32.to_radians();
        let drop_walking = (4.0 + 3.5 * manner).to_radians();
        let drop = (drop_standing + (drop_walking - drop_standing) * walking) * self.sway.at(t);
        let tilt = (2.0 + walking * (1.0 + (2.0 * cycle).cos())).to_radians();
        let rotation =
            Quat::from_rotation_y(yaw) * Quat::from_rotation_z(drop) * Quat::from_rotation_x(tilt);
        let offset = Vec3::new(self.aside.at(t), self.height.at(t), self.ahead.at(t));
        Pelvis {
            offset: offset * lead,
            rotation: self.skeleton.rest_rotation[self.rig.hips].slerp(rotation, lead),
        }
    }

    /// Local rotations of thigh, shin, foot and toes.
    fn leg(&self, side: Side, t: f32, pelvis: &Pelvis) -> [Quat; 4] {
        let index = side.index();
        let heading = self.heading.at(t);
        let hips_world = Quat::from_rotation_y(heading) * pelvis.rotation;
        let hips_at = self.skeleton.rest_translation[self.rig.hips] + pelvis.offset;
        let hip = self.steps.root(t).with_y(0.0)
            + Quat::from_rotation_y(heading) * hips_at
            + hips_world * self.skeleton.rest_translation[self.rig.legs[index].thigh];
        let foot = self.foot_pose(side, t);
        let ahead = hips_world * Vec3::Z;
        let forward =
            (ahead.with_y(0.0).normalize_or(Vec3::Z) + direction(foot.yaw)).normalize_or(ahead);
        let reach = self.legs[index].reach(hip, foot.ankle, forward, KNEE.0, KNEE.1);
        let shin_world = reach.thigh * Quat::from_rotation_x(reach.knee);
        let (foot_world, toes_world) = self.feet[index].rotations(&foot);
        [
            hips_world.inverse() * reach.thigh,
            Quat::from_rotation_x(reach.knee),
            shin_world.inverse() * foot_world,
            foot_world.inverse() * toes_world,
        ]
    }

    /// The plant in force at `t`, and while the foot swings the next one.
    fn plants(&self, side: Side, t: f32) -> (&Plant, Option<&Plant>) {
        let plants = &self.steps.plants[side.index()];
        let i = plants.partition_point(|p| p.down <= t).saturating_sub(1);
        let swings = t >= plants[i].up;
        (&plants[i], if swings { plants.get(i + 1) } else { None })
    }

    fn body_yaw(&self, side: Side, t: f32) -> f32 {
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
        let (plant, next) = self.plants(side, t);
        let Some(next) = next else {
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
        ankle.y = self.feet[side.index()].ankle_height(pitch, toes) + CLEARANCE_M * hump;
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
        let room = 0.82 * (self.feet[0].half_breadth + self.feet[1].half_breadth);
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

fn plan_problem(plan: &PerformancePlan) -> Option<String> {
    let steps_per_minute = plan.bpm * plan.steps_per_beat;
    let checks = [
        (
            "steps per minute (bpm × steps_per_beat)",
            steps_per_minute,
            60.0,
            150.0,
        ),
        ("walk_distance_m", plan.walk_distance_m, 1.0, 200.0),
        ("pose_beats", plan.pose_beats, 1.0, 256.0),
        ("lead_in_s", plan.lead_in_s, 0.0, 60.0),
        ("start heading", plan.start.1, -TAU, TAU),
    ];
    if !plan.start.0.is_finite() {
        return Some("the start position is not finite".into());
    }
    checks
        .into_iter()
        .find(|&(_, value, low, high)| !(low..=high).contains(&value))
        .map(|(name, value, low, high)| format!("{name} is {value}, outside {low} to {high}"))
}
