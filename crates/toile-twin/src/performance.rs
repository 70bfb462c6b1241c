//! A whole runway performance as a pure function of time.

use std::f32::consts::TAU;

use glam::{Quat, Vec3};

use crate::avatar::Avatar;
use crate::carriage::{self, Carriage};
use crate::error::TwinError;
use crate::foot::Foot;
use crate::gait::GaitStyle;
use crate::glance;
use crate::limb::TwoBone;
use crate::plan::{PerformancePlan, Phase};
use crate::pose::{Pose, Skeleton, wrap_angle};
use crate::record::Twin;
use crate::rig::{Rig, SIDES, Side};
use crate::series::Series;
use crate::silhouette::Silhouette;
use crate::steps::{Build, Steps, direction, leftward};
use crate::stride::Strides;

/// Samples per second of the precomputed signals.
const RATE_HZ: f32 = 120.0;
/// Least and greatest bend of the knee, radians. A knee is never locked: the
/// joint angle of a straight leg changes infinitely fast with its length.
const KNEE: (f32, f32) = (0.07, 2.4);
/// How long a standing twin blinks, seconds.
const LONGEST_STAND_S: f32 = 7200.0;
/// Share of the feet's sideways distance that the pelvis follows.
const FOLLOW: f32 = 0.62;

/// A runway performance of one twin: entrance, walk out, pose, turn, walk back;
/// or, where the plan says so, only standing.
///
/// Everything that depends on the whole timeline is worked out by
/// [`Performance::new`]; [`Performance::pose`] may then be asked in any order.
#[derive(Clone, Debug)]
pub struct Performance {
    skeleton: Skeleton,
    rig: Rig,
    legs: [TwoBone; 2],
    style: GaitStyle,
    plan: PerformancePlan,
    strides: Strides,
    heading: Series,
    sway: Series,
    aside: Series,
    ahead: Series,
    height: Series,
    /// Turn of the head towards the audience.
    gaze: Series,
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
        if let Some(problem) = plan.problem() {
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
        let hip_m = rig.bind_position(rig.legs[0].thigh).z;
        let steps = Steps::new(
            plan,
            &Build {
                feet: &feet,
                leg_m,
                style: &style,
                hip_m,
            },
        );
        let watched_s = if plan.stands {
            LONGEST_STAND_S
        } else {
            steps.end
        };
        let blinks = carriage::blinks(plan.seed, watched_s);
        let flat = Series::sample(1.0, 0.0, |_| 0.0);
        let mut performance = Self {
            skeleton: avatar.skeleton.clone(),
            rig,
            legs,
            style,
            plan: *plan,
            strides: Strides::new(feet, steps),
            heading: flat.clone(),
            sway: flat.clone(),
            aside: flat.clone(),
            ahead: flat.clone(),
            height: flat.clone(),
            gaze: flat,
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
        f64::from(self.steps().end)
    }

    /// What the performance is doing at `t_s` seconds.
    #[must_use]
    pub fn phase(&self, t_s: f64) -> Phase {
        self.steps().phase(t_s as f32)
    }

    /// First time, in seconds, at which `phase` begins. The walk's footfalls lie
    /// one step apart from `start_of(Phase::WalkOut)` on, so music whose beat
    /// falls there is in step.
    #[must_use]
    pub fn start_of(&self, phase: Phase) -> f64 {
        f64::from(self.steps().start_of(phase))
    }

    /// Walking speed between start and stop, m/s.
    #[must_use]
    pub fn speed_m_s(&self) -> f32 {
        self.steps().speed
    }

    /// Times and sides (`true` for left) of all footfalls, in time order.
    #[must_use]
    pub fn footfalls(&self) -> Vec<(f64, bool)> {
        let mut falls: Vec<(f64, bool)> = SIDES
            .iter()
            .flat_map(|&side| {
                let plants = self.steps().plants[side.index()].iter();
                plants
                    .filter(|p| p.down.is_finite())
                    .map(move |p| (f64::from(p.down), side == Side::Left))
            })
            .collect();
        falls.sort_by(|a, b| a.0.total_cmp(&b.0));
        falls
    }

    /// Pose at `t_s` seconds; held before the start and, unless the plan says
    /// that the twin stands, after the end.
    #[must_use]
    pub fn pose(&self, t_s: f64) -> Pose {
        let last = if self.plan.stands {
            f32::MAX
        } else {
            self.steps().end
        };
        self.pose_at((t_s as f32).clamp(0.0, last), &self.carriage)
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
        &self.strides.steps
    }

    pub(crate) fn strides(&self) -> &Strides {
        &self.strides
    }

    pub(crate) fn clothes(&self) -> &Silhouette {
        &self.plan.clothes
    }

    pub(crate) fn seed(&self) -> u64 {
        self.plan.seed
    }

    pub(crate) fn heading_at(&self, t: f32) -> f32 {
        self.heading.at(t)
    }

    pub(crate) fn gaze_at(&self, t: f32) -> f32 {
        self.gaze.at(t)
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
        let mut morphs = glance::units(self.plan.seed, t);
        if lid > 0.0 {
            morphs.extend([("eyeBlinkLeft", lid), ("eyeBlinkRight", lid)]);
        }
        let mut root = self.steps().root(t);
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
        let end = self.steps().end;
        let step_s = self.steps().step_s;
        let sample = |f: &dyn Fn(f32) -> f32| Series::sample(RATE_HZ, end, f);
        self.heading = sample(&|t| {
            0.5 * SIDES
                .map(|s| self.strides.body_yaw(s, t))
                .iter()
                .sum::<f32>()
        })
        .smoothed(0.55 * step_s);
        self.gaze = sample(&|t| {
            let posing = self.steps().phase(t) == Phase::Posing;
            if posing {
                wrap_angle(self.plan.start.1 - self.heading.at(t))
            } else {
                0.0
            }
        })
        .smoothed(1.2 * step_s);
        self.sway = sample(&|t| 2.0 * self.steps().left_weight(t + 0.06 * step_s) - 1.0)
            .smoothed(0.28 * step_s);
        let body_m = 0.5 * (self.strides.feet[0].bind_ankle.z + self.strides.feet[1].bind_ankle.z);
        let lateral = |t: f32, axis: &dyn Fn(f32) -> Vec3| {
            let left = self.steps().left_weight(t);
            let axis = axis(self.heading.at(t));
            let away = |side: Side| {
                (self.strides.foot_pose(side, t).ankle - self.steps().root(t)).dot(axis)
            };
            left * away(Side::Left) + (1.0 - left) * away(Side::Right)
        };
        let aside = sample(&|t| {
            let hip_out = 0.016 * self.style.manner * self.steps().walking(t)
                + 0.01
                + 0.022 * (1.0 - self.steps().walking(t));
            FOLLOW * lateral(t, &leftward) + hip_out * self.sway.at(t)
        })
        .smoothed(0.35 * step_s);
        let ahead = sample(&|t| {
            let standing = (1.0 - self.steps().walking(t)).powi(3);
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
            let root = self.steps().root(t);
            let world = Quat::from_rotation_y(self.heading.at(t));
            let mut least = f32::MAX;
            for side in SIDES {
                let index = side.index();
                let socket =
                    pelvis.rotation * self.skeleton.rest_translation[self.rig.legs[index].thigh];
                let hip = root + world * (hips_at + pelvis.offset + socket);
                let ankle = self.strides.foot_pose(side, t).ankle;
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
        let walking = self.steps().walking(t);
        let cycle = TAU * self.steps().cycle(t);
        let manner = self.style.manner;
        let yaw = -(5.0 + 4.0 * manner).to_radians() * cycle.cos() * walking;
        let drop_standing = (6.0 + 4.5 * manner).to_radians();
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
        let hip = self.steps().root(t).with_y(0.0)
            + Quat::from_rotation_y(heading) * hips_at
            + hips_world * self.skeleton.rest_translation[self.rig.legs[index].thigh];
        let foot = self.strides.foot_pose(side, t);
        let ahead = hips_world * Vec3::Z;
        let forward =
            (ahead.with_y(0.0).normalize_or(Vec3::Z) + direction(foot.yaw)).normalize_or(ahead);
        let reach = self.legs[index].reach(hip, foot.ankle, forward, KNEE.0, KNEE.1);
        let shin_world = reach.thigh * Quat::from_rotation_x(reach.knee);
        let (foot_world, toes_world) = self.strides.feet[index].rotations(&foot);
        [
            hips_world.inverse() * reach.thigh,
            Quat::from_rotation_x(reach.knee),
            shin_world.inverse() * foot_world,
            foot_world.inverse() * toes_world,
        ]
    }
}
