//! Footsteps: where and when each foot stands, and the path the body takes
//! between. All of it follows from the beat, before any joint is bent.

use std::f32::consts::PI;

use glam::Vec3;

use crate::foot::{FLAT_STEEPNESS, Foot};
use crate::gait::GaitStyle;
use crate::plan::{PerformancePlan, Phase, PoseKind};
use crate::rig::{SIDES, Side};

/// Share of a gait cycle (two steps) for which a foot is on the floor. Walking
/// at ease has 0.62, brisk walking 0.58 (Perry & Burnfield, Gait Analysis).
const DUTY: f32 = 0.60;
/// Steps it takes to reach walking speed, and to stop.
const RAMP_STEPS: f32 = 3.0;
/// Steps after the last footfall at which the body comes to rest.
const SETTLE_STEPS: f32 = 0.1;
/// How far the pelvis may sink between standing on one leg and on both, as a
/// share of the leg: what limits the step on high heels.
const SINK: f32 = 0.042;
/// Directions of the steps that turn the body on the spot, degrees; the next is
/// the first step back. Smaller angles than the hips could open, so that no foot
/// is set down across the other.
const TURN_DEG: [f32; 3] = [55.0, 110.0, 162.0];
/// Room beside each foot while turning, as a share of the foot's reach.
const TURN_ASIDE: f32 = 0.42;
/// Steps' time stood still before the first step.
const ENTRANCE_STEPS: f32 = 1.0;
/// Beats stood after the last step.
const REST_BEATS: f32 = 2.0;

/// One stay of a foot on the floor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plant {
    /// Footfall, seconds; −∞ for the first.
    pub down: f32,
    /// Toe-off, seconds; +∞ for the last.
    pub up: f32,
    /// Where the ankle stands when the foot is flat (height unused).
    pub at: Vec3,
    /// Direction of the toes.
    pub yaw: f32,
    /// Direction of the body this step belongs to.
    pub body_yaw: f32,
    /// Pitch at footfall, ≤ 0.
    pub strike: f32,
    /// Pitch at toe-off, ≥ 0.
    pub push: f32,
}

/// A straight stretch of the body's path.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: Vec3,
    yaw: f32,
    speed: f32,
    start: f32,
    end: f32,
    ramp: f32,
}

impl Stretch {
    /// Distance covered at time `t`; speed rises and falls as a smoothstep.
    fn distance(&self, t: f32) -> f32 {
        // ∫ 3u² − 2u³ = u³ − u⁴/2 over one ramp.
        let ramped = |u: f32| self.ramp * (u.powi(3) - 0.5 * u.powi(4));
        let t = t.clamp(self.start, self.end);
        let up = ((t - self.start) / self.ramp).min(1.0);
        let down = ((self.end - t) / self.ramp).min(1.0);
        let cruise = (t.min(self.end - self.ramp) - self.start - self.ramp).max(0.0);
        self.speed * (ramped(up) + cruise + 0.5 * self.ramp - ramped(down))
    }

    fn at(&self, t: f32) -> Vec3 {
        self.from + direction(self.yaw) * self.distance(t)
    }

    fn share(&self, t: f32) -> f32 {
        let smooth = |u: f32| u * u * (3.0 - 2.0 * u);
        smooth(((t - self.start) / self.ramp).clamp(0.0, 1.0))
            * smooth(((self.end - t) / self.ramp).clamp(0.0, 1.0))
    }
}

/// A foot's stance in a pose, relative to the body.
#[derive(Clone, Copy)]
struct Stance {
    aside: f32,
    ahead: f32,
    turned_out: f32,
}

/// The whole performance as footsteps, path and weight.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    /// Plants per side in time order, at least one each.
    pub plants: [Vec<Plant>; 2],
    /// Share of the weight on the left foot: keys in time order, eased between.
    pub weight: Vec<(f32, f32)>,
    stretches: Vec<Stretch>,
    /// Where the body is until the first stretch begins.
    origin: Vec3,
    marks: Vec<(f32, Phase)>,
    /// Seconds per step.
    pub step_s: f32,
    /// Times at which a left footfall would start a gait cycle, per stretch.
    cycles: Vec<(f32, f32)>,
    pub end: f32,
    /// Cruise speed of both stretches, m/s.
    pub speed: f32,
}

/// Unit vector of a heading.
pub(crate) fn direction(yaw: f32) -> Vec3 {
    Vec3::new(yaw.sin(), 0.0, yaw.cos())
}

/// Unit vector to the left of a heading.
pub(crate) fn leftward(yaw: f32) -> Vec3 {
    Vec3::new(yaw.cos(), 0.0, -yaw.sin())
}

/// What the planner needs to know of the body.
pub(crate) struct Build<'a> {
    pub feet: &'a [Foot; 2],
    /// Hip joint to ankle with the knee straight, metres.
    pub leg_m: f32,
    pub style: &'a GaitStyle,
    /// Hip joints ahead of the body's origin in the bind pose, metres.
    pub hip_m: f32,
}

impl Build<'_> {
    /// For steps of `length` metres: when after its footfall a foot should be
    /// under the body (in steps), so that the leg in front at footfall and the
    /// leg behind at toe-off allow the pelvis the same height, and how far that
    /// lies below what the standing leg allows, metres.
    fn balance(&self, length: f32) -> (f32, f32) {
        let foot = &self.feet[0];
        let body_m = foot.bind_ankle.z - self.hip_m;
        let reach = |pitch: f32, ahead: f32| {
            let ankle = foot.planted_ankle(Vec3::Z * (ahead + body_m), 0.0, pitch);
            ankle.y
                + (self.leg_m * self.leg_m - ankle.z * ankle.z)
                    .max(0.0)
                    .sqrt()
        };
        let front = |under: f32| reach(-strike_pitch(foot), under * length);
        let back = |under: f32| reach(push_pitch(foot), (under - 2.0 * DUTY) * length);
        let (mut low, mut high) = (0.3, 0.7);
        for _ in 0..30 {
            let middle = 0.5 * (low + high);
            if front(middle) > back(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        let under = 0.5 * (low + high);
        (under, reach(0.0, -body_m) - front(under).min(back(under)))
    }
}

impl Steps {
    pub(crate) fn new(plan: &PerformancePlan, build: &Build<'_>) -> Self {
        let beat = 60.0 / plan.bpm;
        let step_s = beat / plan.steps_per_beat;
        let (start, yaw) = plan.start;
        let style = build.style;
        // People keep step length and cadence in proportion; a runway step is
        // long, 0.775 of the leg at 120 steps a minute, unless the shoes forbid.
        let natural = 0.775 * build.leg_m * (0.5 / step_s).clamp(0.85, 1.1).sqrt();
        let mut length = natural * style.stride;
        while length > 0.4 * build.leg_m && build.balance(length).1 > SINK * build.leg_m {
            length *= 0.985;
        }
        let distance = plan.walk_distance_m.max(2.0 * length);
        // A stretch of n steps takes n + settle step times, one ramp of which is
        // lost to starting and stopping. In a short one both ramps are shorter and
        // share the time between them.
        let lengths = distance / length;
        let count = if lengths < RAMP_STEPS {
            2.0 * lengths - SETTLE_STEPS
        } else {
            lengths + RAMP_STEPS - SETTLE_STEPS
        };
        let count = count.round().max(4.0);
        let ramp_steps = RAMP_STEPS.min(0.5 * (count + SETTLE_STEPS));
        let speed = distance / (step_s * (count + SETTLE_STEPS - ramp_steps));
        let mut planner = Planner {
            build,
            step_s,
            ramp_s: ramp_steps * step_s,
            under: build.balance(speed * step_s).0,
            body_m: build.feet.iter().map(|f| f.bind_ankle.z).sum::<f32>() * 0.5,
            steps: Self {
                plants: [Vec::new(), Vec::new()],
                weight: Vec::new(),
                stretches: Vec::new(),
                origin: start,
                marks: vec![
                    (f32::NEG_INFINITY, Phase::LeadIn),
                    (plan.lead_in_s, Phase::Entrance),
                ],
                step_s,
                cycles: Vec::new(),
                end: 0.0,
                speed,
            },
        };
        if plan.stands {
            let stances =
                SIDES.map(|side| planner.stance(plan.pose_kind, side, side == Side::Right));
            planner.stand(
                start,
                yaw,
                stances,
                bearing_share(plan.pose_kind, Side::Left),
            );
            planner.mark(plan.lead_in_s, Phase::Posing);
            // The slow signals are still for as long as their windows reach.
            planner.steps.end = plan.lead_in_s + REST_BEATS * step_s;
            return planner.steps;
        }
        let together = SIDES.map(|side| planner.together(side));
        planner.stand(start, yaw, together, 0.5);
        let out = plan.lead_in_s + ENTRANCE_STEPS * step_s;
        planner.mark(out, Phase::WalkOut);
        let poised = planner.walk(
            out,
            start,
            yaw,
            speed,
            count as usize,
            Side::Left,
            plan.pose_kind,
        );
        planner.mark(poised, Phase::Posing);
        let end_of_runway = start + direction(yaw) * distance;
        let turn = poised + plan.pose_beats * beat;
        planner.shift(poised, turn);
        planner.mark(turn, Phase::Turning);
        let free = planner.last_foot();
        let pivoted = planner.turn(turn, end_of_runway, yaw, free);
        let back_yaw = yaw + PI * free.sign();
        planner.mark(pivoted, Phase::WalkBack);
        let home = planner.walk(
            pivoted,
            end_of_runway,
            back_yaw,
            speed,
            count as usize,
            free.other(),
            PoseKind::Still,
        );
        planner.mark(home, Phase::Exit);
        planner.steps.end = home + REST_BEATS * beat;
        planner.steps
    }

    pub(crate) fn phase(&self, t: f32) -> Phase {
        self.marks
            .iter()
            .rev()
            .find(|(from, _)| t >= *from)
            .map_or(Phase::LeadIn, |(_, phase)| *phase)
    }

    /// Start of `phase`, seconds.
    pub(crate) fn start_of(&self, phase: Phase) -> f32 {
        self.marks
            .iter()
            .find(|(_, p)| *p == phase)
            .map_or(0.0, |(from, _)| from.max(0.0))
    }

    /// Point of the floor the body is over.
    pub(crate) fn root(&self, t: f32) -> Vec3 {
        let stretch = self
            .stretches
            .iter()
            .rev()
            .find(|s| t >= s.start)
            .or(self.stretches.first());
        stretch.map_or(self.origin, |s| s.at(t))
    }

    /// How much of a full walk is going on, 0 to 1.
    pub(crate) fn walking(&self, t: f32) -> f32 {
        self.stretches
            .iter()
            .map(|s| s.share(t))
            .sum::<f32>()
            .min(1.0)
    }

    /// Phase of the gait cycle, in cycles, whole at left footfalls.
    pub(crate) fn cycle(&self, t: f32) -> f32 {
        let (from, origin) = self
            .cycles
            .iter()
            .rev()
            .find(|(from, _)| t >= *from)
            .or(self.cycles.first())
            .copied()
            .unwrap_or((0.0, 0.0));
        let _ = from;
        (t - origin) / (2.0 * self.step_s)
    }

    /// Share of the weight on the left foot.
    pub(crate) fn left_weight(&self, t: f32) -> f32 {
        let next = self.weight.partition_point(|(at, _)| *at <= t);
        match (
            next.checked_sub(1).and_then(|i| self.weight.get(i)),
            self.weight.get(next),
        ) {
            (Some(&(t0, w0)), Some(&(t1, w1))) => {
                let u = ((t - t0) / (t1 - t0).max(1.0e-4)).clamp(0.0, 1.0);
                w0 + (w1 - w0) * u * u * (3.0 - 2.0 * u)
            }
            (Some(&(_, w)), None) | (None, Some(&(_, w))) => w,
            (None, None) => 0.5,
        }
    }
}

struct Planner<'a> {
    build: &'a Build<'a>,
    step_s: f32,
    /// Time in which a walk gains its speed and loses it, seconds.
    ramp_s: f32,
    /// Steps after its footfall at which a foot is under the body.
    under: f32,
    /// Ankles ahead of the body's origin in the bind pose, metres.
    body_m: f32,
    steps: Steps,
}

impl Planner<'_> {
    fn mark(&mut self, at: f32, phase: Phase) {
        self.steps.marks.push((at, phase));
    }

    /// Stance of a foot beside the other one.
    fn together(&self, side: Side) -> Stance {
        let foot = &self.build.feet[side.index()];
        Stance {
            aside: (foot.half_breadth + 0.025).min(foot.bind_ankle.x.abs()),
            ahead: 0.0,
            turned_out: self.build.style.toe_out_deg.to_radians(),
        }
    }

    /// Stands in `stances` with `share` of the weight on the left foot. The bind
    /// pose stands astride; the lead-in eases from it, out of sight, without
    /// steps: a model that steps together throws its weight from side to side,
    /// and the clothes that have just settled with it.
    fn stand(&mut self, at: Vec3, yaw: f32, stances: [Stance; 2], share: f32) {
        for (side, stance) in SIDES.into_iter().zip(stances) {
            self.steps.plants[side.index()].push(Plant {
                down: f32::NEG_INFINITY,
                up: f32::INFINITY,
                at: at
                    + direction(yaw) * (self.body_m + stance.ahead)
                    + leftward(yaw) * (stance.aside * side.sign()),
                yaw: yaw + stance.turned_out * side.sign(),
                body_yaw: yaw,
                strike: 0.0,
                push: 0.0,
            });
        }
        self.steps.weight.push((0.0, share));
    }

    /// Side of the latest footfall.
    fn last_foot(&self) -> Side {
        let down = |side: Side| {
            self.steps.plants[side.index()]
                .last()
                .map_or(f32::MIN, |p| p.down)
        };
        if down(Side::Left) >= down(Side::Right) {
            Side::Left
        } else {
            Side::Right
        }
    }

    /// Lifts `side` in time for a footfall at `down` and sets it to `plant`.
    fn step(&mut self, side: Side, plant: Plant, push: f32) {
        let lift = plant.down - 2.0 * (1.0 - DUTY) * self.step_s;
        let plants = &mut self.steps.plants[side.index()];
        if let Some(before) = plants.last_mut() {
            before.up = lift;
            before.push = push;
        }
        plants.push(plant);
        let stance = if side == Side::Left { 0.0 } else { 1.0 };
        let last = self.steps.weight.last().copied().unwrap_or((0.0, 0.5));
        if (last.1 - stance).abs() > 1.0e-3 {
            let shift = if last.1 == 1.0 - stance { 0.2 } else { 0.7 };
            self.steps
                .weight
                .push(((lift - shift * self.step_s).max(last.0 + 1.0e-3), last.1));
            self.steps.weight.push((lift, stance));
        }
    }

    /// Walks `count` steps from rest to rest, first foot `first`; returns the
    /// time of the last footfall.
    fn walk(
        &mut self,
        start: f32,
        from: Vec3,
        yaw: f32,
        speed: f32,
        count: usize,
        first: Side,
        end: PoseKind,
    ) -> f32 {
        let step_s = self.step_s;
        let style = *self.build.style;
        let stretch = Stretch {
            from,
            yaw,
            speed,
            start,
            end: start + (count as f32 + SETTLE_STEPS) * step_s,
            ramp: self.ramp_s,
        };
        let left_first = if first == Side::Left {
            step_s
        } else {
            2.0 * step_s
        };
        self.steps.cycles.push((start, start + left_first));
        let mut side = first;
        for k in 1..=count {
            let down = start + k as f32 * step_s;
            let foot = &self.build.feet[side.index()];
            let plant = if k + 2 > count {
                let stance = self.stance(end, side, k == count);
                let body_yaw = yaw
                    + if end == PoseKind::ThreeQuarter {
                        0.45 * side_of_end(first, count).sign()
                    } else {
                        0.0
                    };
                let ahead = direction(body_yaw) * (stance.ahead + self.body_m);
                Plant {
                    down,
                    up: f32::INFINITY,
                    at: stretch.at(stretch.end)
                        + ahead
                        + leftward(body_yaw) * (stance.aside * side.sign()),
                    yaw: body_yaw + stance.turned_out * side.sign(),
                    body_yaw,
                    strike: if k == count {
                        0.0
                    } else {
                        -0.4 * strike_pitch(foot)
                    },
                    push: 0.0,
                }
            } else {
                let under = stretch.at(down + self.under * step_s) + direction(yaw) * self.body_m;
                Plant {
                    down,
                    up: f32::INFINITY,
                    at: under + leftward(yaw) * (0.5 * style.step_width_m * side.sign()),
                    yaw: yaw + style.toe_out_deg.to_radians() * side.sign(),
                    body_yaw: yaw,
                    strike: -strike_pitch(foot),
                    push: 0.0,
                }
            };
            let push = push_pitch(foot) * if k <= 2 || k == count { 0.75 } else { 1.0 };
            self.step(side, plant, push);
            side = side.other();
        }
        self.steps.stretches.push(stretch);
        let last = start + count as f32 * step_s;
        let bearing = side; // the foot before the last
        let bears_left = if bearing == Side::Left { 1.0 } else { 0.0 };
        self.steps.weight.push((last, bears_left));
        self.steps
            .weight
            .push((last + 1.2 * step_s, bearing_share(end, bearing)));
        last
    }

    /// Turns round on the spot towards `free`; returns when the walk may start.
    fn turn(&mut self, start: f32, at: Vec3, yaw: f32, free: Side) -> f32 {
        let step_s = self.step_s;
        let mut side = free;
        for (k, degrees) in TURN_DEG.into_iter().enumerate() {
            let body_yaw = yaw + degrees.to_radians() * free.sign();
            let foot = &self.build.feet[side.index()];
            let aside = foot.half_breadth + TURN_ASIDE * foot.reach;
            let plant = Plant {
                down: start + (k + 1) as f32 * step_s,
                up: f32::INFINITY,
                at: at
                    + direction(body_yaw) * self.body_m
                    + leftward(body_yaw) * (aside * side.sign()),
                yaw: body_yaw,
                body_yaw,
                strike: 0.0,
                push: 0.0,
            };
            let push = 0.5 * push_pitch(&self.build.feet[side.index()]);
            self.step(side, plant, push);
            side = side.other();
        }
        start + TURN_DEG.len() as f32 * step_s
    }

    /// Shifts the weight to the other leg and back during a long pose.
    fn shift(&mut self, from: f32, to: f32) {
        let (step_s, Some(&(settled, weight))) = (self.step_s, self.steps.weight.last()) else {
            return;
        };
        let middle = 0.5 * (settled + to);
        if to - from < 10.0 * step_s || (weight - 0.5).abs() < 0.1 {
            return;
        }
        let other = 1.0 - weight;
        self.steps.weight.extend([
            (middle - 2.2 * step_s, weight),
            (middle - 0.4 * step_s, 0.5 + 0.5 * (other - 0.5)),
            (middle + 0.4 * step_s, 0.5 + 0.5 * (other - 0.5)),
            (middle + 2.2 * step_s, weight),
        ]);
    }

    fn stance(&self, pose: PoseKind, side: Side, free: bool) -> Stance {
        let aside = self.build.feet[side.index()].half_breadth + 0.012;
        let out = self.build.style.toe_out_deg.to_radians();
        match (pose, free) {
            (PoseKind::Still, _) => Stance {
                aside: aside + 0.02,
                ahead: 0.0,
                turned_out: out,
            },
            (_, false) => Stance {
                aside,
                ahead: -0.02,
                turned_out: out + 0.07,
            },
            (_, true) => Stance {
                aside: aside + 0.05,
                ahead: 0.10,
                turned_out: out + 0.30,
            },
        }
    }
}

/// Share of the weight on the left foot in a pose that `bearing` carries.
fn bearing_share(pose: PoseKind, bearing: Side) -> f32 {
    match (pose, bearing) {
        (PoseKind::Still, _) => 0.5,
        (_, Side::Left) => 0.86,
        (_, Side::Right) => 0.14,
    }
}

fn side_of_end(first: Side, count: usize) -> Side {
    if count % 2 == 1 { first } else { first.other() }
}

/// Pitch at footfall: 16° in flat shoes, next to none on high heels, where the
/// foot is set down almost whole.
fn strike_pitch(foot: &Foot) -> f32 {
    (0.28 - 0.30 * (foot.steepness() - FLAT_STEEPNESS)).clamp(0.07, 0.28)
}

/// Pitch at toe-off: 52° in flat shoes; on heels the foot is raised already.
fn push_pitch(foot: &Foot) -> f32 {
    (0.90 - 0.75 * (foot.steepness() - FLAT_STEEPNESS)).clamp(0.40, 0.90)
}
