//! Finding the shape that has given measurements.
//!
//! Projected Gauss–Newton with finite differences: the sliders that move tapes
//! are unknowns, a small prior keeps them near the base shape, sliders pushed
//! against their bounds leave the system, and each step is clipped and
//! backtracked. Tapes lie on fixed vertices, so every measure is a continuous
//! function of the sliders.

use glam::Vec3;
use serde::{Deserialize, Serialize};

use crate::{
    BodyData, BodyError, Measures, Shape,
    measure::{Tape, UNDERBUST_DROP},
};

/// Measurements a body is to have, metres; those left out follow from the base shape.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureTargets {
    /// Stature.
    pub height: f32,
    /// Bust or chest girth.
    pub bust: f32,
    /// Waist girth.
    pub waist: f32,
    /// Hip girth.
    pub hip: f32,
    /// Underbust girth.
    #[serde(default)]
    pub underbust: Option<f32>,
    /// Crotch to floor.
    #[serde(default)]
    pub inseam: Option<f32>,
    /// Thigh girth.
    #[serde(default)]
    pub thigh: Option<f32>,
    /// Calf girth.
    #[serde(default)]
    pub calf: Option<f32>,
    /// Mid-neck girth.
    #[serde(default)]
    pub neck: Option<f32>,
    /// Upper arm girth.
    #[serde(default)]
    pub upper_arm: Option<f32>,
    /// Shoulder point to shoulder point by way of the back neck point.
    #[serde(default)]
    pub across_shoulders: Option<f32>,
    /// Shoulder point over the elbow to the wrist.
    #[serde(default)]
    pub arm_length: Option<f32>,
    /// Back neck point to waist.
    #[serde(default)]
    pub back_waist_length: Option<f32>,
}

/// A fitted body.
#[derive(Debug, Clone, PartialEq)]
pub struct FitResult {
    /// The base shape with the sliders that were moved.
    pub shape: Shape,
    /// What the fitted body measures.
    pub achieved: Measures,
    /// Largest difference to a target, millimetres.
    pub residual_mm_max: f32,
}

/// A measure that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Height,
    Bust,
    Waist,
    Hip,
    Underbust,
    Inseam,
    Thigh,
    Calf,
    Neck,
    UpperArm,
    AcrossShoulders,
    ArmLength,
    BackWaistLength,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Height => "height",
            Self::Bust => "bust",
            Self::Waist => "waist",
            Self::Hip => "hip",
            Self::Underbust => "underbust",
            Self::Inseam => "inseam",
            Self::Thigh => "thigh",
            Self::Calf => "calf",
            Self::Neck => "neck",
            Self::UpperArm => "upper_arm",
            Self::AcrossShoulders => "across_shoulders",
            Self::ArmLength => "arm_length",
            Self::BackWaistLength => "back_waist_length",
        }
    }

    /// What an adult may measure at all, metres.
    fn plausible(self) -> (f32, f32) {
        match self {
            Self::Height => (1.2, 2.4),
            Self::Bust | Self::Waist | Self::Hip => (0.4, 2.2),
            Self::Underbust => (0.4, 2.0),
            Self::Inseam => (0.4, 1.3),
            Self::Thigh => (0.25, 1.2),
            Self::Calf | Self::Neck => (0.18, 0.8),
            Self::UpperArm => (0.12, 0.8),
            Self::AcrossShoulders => (0.25, 0.8),
            Self::ArmLength => (0.35, 0.9),
            Self::BackWaistLength => (0.25, 0.7),
        }
    }

    fn read(self, tape: &Tape<'_>) -> Option<f64> {
        match self {
            Self::Height => Some(tape.height()),
            Self::Bust => tape.trunk(tape.bust_y()),
            Self::Waist => tape.trunk(tape.waist_y()),
            Self::Hip => tape.trunk(tape.hip_y()),
            Self::Underbust => tape.trunk(tape.bust_y() - UNDERBUST_DROP),
            Self::Inseam => Some(tape.crotch_y()),
            Self::Thigh => tape.thigh(),
            Self::Calf => tape.calf(),
            Self::Neck => tape.neck(),
            Self::UpperArm => tape.upper_arm(),
            Self::AcrossShoulders => Some(tape.across_shoulders()),
            Self::ArmLength => Some(tape.arm_length()),
            Self::BackWaistLength => tape.back_waist_length(),
        }
    }
}

impl MeasureTargets {
    fn wanted(&self) -> Result<Vec<(Kind, f64)>, BodyError> {
        let all = [
            (Kind::Height, Some(self.height)),
            (Kind::Bust, Some(self.bust)),
            (Kind::Waist, Some(self.waist)),
            (Kind::Hip, Some(self.hip)),
            (Kind::Underbust, self.underbust),
            (Kind::Inseam, self.inseam),
            (Kind::Thigh, self.thigh),
            (Kind::Calf, self.calf),
            (Kind::Neck, self.neck),
            (Kind::UpperArm, self.upper_arm),
            (Kind::AcrossShoulders, self.across_shoulders),
            (Kind::ArmLength, self.arm_length),
            (Kind::BackWaistLength, self.back_waist_length),
        ];
        let mut out = Vec::new();
        for (kind, value) in all {
            let Some(value_m) = value else { continue };
            let (lowest_m, highest_m) = kind.plausible();
            if !(value_m >= lowest_m && value_m <= highest_m) {
                return Err(BodyError::ImplausibleTarget {
                    measure: kind.name(),
                    value_m,
                    lowest_m,
                    highest_m,
                });
            }
            out.push((kind, f64::from(value_m)));
        }
        Ok(out)
    }
}

/// A slider the fit may move.
#[derive(Debug, Clone, Copy)]
struct Knob {
    slider: Slider,
    lowest: f64,
    highest: f64,
    /// How unwilling the slider is to leave the base shape.
    stiffness: f64,
}

#[derive(Debug, Clone, Copy)]
enum Slider {
    Height,
    Weight,
    Detail(&'static str),
}

impl Slider {
    fn get(self, shape: &Shape) -> f64 {
        f64::from(match self {
            Self::Height => shape.height,
            Self::Weight => shape.weight,
            Self::Detail(name) => shape.details.get(name).copied().unwrap_or(0.0),
        })
    }

    fn set(self, shape: &mut Shape, value: f64) {
        let value = value as f32;
        match self {
            Self::Height => shape.height = value,
            Self::Weight => shape.weight = value,
            Self::Detail(name) => {
                shape.details.insert(name.to_owned(), value);
            }
        }
    }
}

const fn knob(slider: Slider, lowest: f64, highest: f64, stiffness: f64) -> Knob {
    Knob {
        slider,
        lowest,
        highest,
        stiffness,
    }
}

const fn detail(name: &'static str, stiffness: f64) -> Knob {
    knob(Slider::Detail(name), -1.5, 1.5, stiffness)
}

/// Sliders every fit moves.
const KNOBS: [Knob; 12] = [
    knob(Slider::Height, -0.1, 1.15, 0.02),
    knob(Slider::Weight, -0.1, 1.35, 0.08),
    detail("torso/measure-bust-circ", 0.06),
    detail("torso/measure-underbust-circ", 0.06),
    detail("torso/measure-waist-circ", 0.06),
    detail("torso/measure-hips-circ", 0.06),
    detail("legs/measure-thigh-circ", 0.12),
    detail("legs/measure-calf-circ", 0.12),
    knob(Slider::Detail("hip/hip-scale-horiz"), -1.0, 1.5, 0.5),
    knob(Slider::Detail("hip/hip-scale-depth"), -1.0, 1.5, 0.5),
    knob(Slider::Detail("torso/torso-scale-depth"), -1.0, 1.5, 0.6),
    detail("torso/measure-shoulder-dist", 0.1),
];

/// Sliders that move only when their measure is asked for.
const OPTIONAL_KNOBS: [(Kind, Knob); 7] = [
    (Kind::Inseam, detail("legs/measure-upperleg-height", 0.1)),
    (Kind::Inseam, detail("legs/measure-lowerleg-height", 0.1)),
    (Kind::Neck, detail("neck/measure-neck-circ", 0.06)),
    (Kind::UpperArm, detail("arms/measure-upperarm-circ", 0.06)),
    (Kind::ArmLength, detail("arms/measure-upperarm-length", 0.1)),
    (Kind::ArmLength, detail("arms/measure-lowerarm-length", 0.1)),
    (
        Kind::BackWaistLength,
        detail("torso/measure-napetowaist-dist", 0.06),
    ),
];

/// Finite-difference step of every slider.
const STEP: f64 = 0.05;
/// A fit counts as met within this, metres.
const MET: f64 = 0.002;
/// The iteration goes on until it is this good (or no longer improves), metres.
const AIM: f64 = 2e-4;

struct Problem<'a> {
    data: &'a BodyData,
    base: Shape,
    knobs: Vec<Knob>,
    wanted: Vec<(Kind, f64)>,
}

impl Problem<'_> {
    fn shape(&self, x: &[f64]) -> Shape {
        let mut shape = self.base.clone();
        for (knob, &value) in self.knobs.iter().zip(x) {
            knob.slider.set(&mut shape, value);
        }
        shape
    }

    fn read(&self, verts: &[Vec3]) -> Result<Vec<f64>, BodyError> {
        let tape = Tape::new(self.data, verts);
        self.wanted
            .iter()
            .map(|(kind, _)| {
                kind.read(&tape).ok_or_else(|| BodyError::Unmeasurable {
                    measure: kind.name(),
                    reason: "its tape meets no skin".to_owned(),
                })
            })
            .collect()
    }

    fn measure(&self, x: &[f64]) -> Result<Vec<f64>, BodyError> {
        self.read(&self.data.evaluate(&self.shape(x))?)
    }

    fn residual(&self, measured: &[f64]) -> Vec<f64> {
        self.wanted
            .iter()
            .zip(measured)
            .map(|((_, wanted), got)| wanted - got)
            .collect()
    }

    /// Change of each measure per slider: `columns[knob][measure]`.
    fn jacobian(&self, x: &[f64], measured: &[f64]) -> Result<Vec<Vec<f64>>, BodyError> {
        let mut columns = Vec::with_capacity(x.len());
        for (i, knob) in self.knobs.iter().enumerate() {
            let h = if x[i] + STEP <= knob.highest {
                STEP
            } else {
                -STEP
            };
            let mut moved = x.to_vec();
            moved[i] += h;
            let there = self.measure(&moved)?;
            columns.push(
                there
                    .iter()
                    .zip(measured)
                    .map(|(b, a)| (b - a) / h)
                    .collect(),
            );
        }
        Ok(columns)
    }

    /// The regularised Gauss–Newton step with sliders at their bounds held.
    fn step(&self, x: &[f64], start: &[f64], columns: &[Vec<f64>], residual: &[f64]) -> Vec<f64> {
        let n = x.len();
        let prior: Vec<f64> = self
            .knobs
            .iter()
            .map(|k| (k.stiffness * 0.02).powi(2))
            .collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let mut free: Vec<usize> = (0..n).collect();
        let mut step = vec![0.0; n];
        for _ in 0..8 {
            let matrix: Vec<Vec<f64>> = free
                .iter()
                .map(|&i| {
                    free.iter()
                        .map(|&j| {
                            dot(&columns[i], &columns[j]) + if i == j { prior[i] } else { 0.0 }
                        })
                        .collect()
                })
                .collect();
            let right: Vec<f64> = free
                .iter()
                .map(|&i| dot(&columns[i], residual) - prior[i] * (x[i] - start[i]))
                .collect();
            step = vec![0.0; n];
            for (&i, value) in free.iter().zip(solve(matrix, right)) {
                step[i] = value;
            }
            let before = free.len();
            free.retain(|&i| {
                let knob = &self.knobs[i];
                let stuck = (x[i] <= knob.lowest + 1e-9 && step[i] < 0.0)
                    || (x[i] >= knob.highest - 1e-9 && step[i] > 0.0);
                !stuck
            });
            if free.len() == before {
                break;
            }
        }
        step
    }
}

/// Solves a small symmetric positive definite system by Cholesky's method.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for i in 0..n {
        for j in 0..=i {
            let sum = a[i][j] - (0..j).map(|k| a[i][k] * a[j][k]).sum::<f64>();
            // The prior keeps the diagonal positive; the floor guards against rounding alone.
            a[i][j] = if i == j {
                sum.max(1e-18).sqrt()
            } else {
                sum / a[j][j]
            };
        }
    }
    for i in 0..n {
        let sum = b[i] - (0..i).map(|k| a[i][k] * b[k]).sum::<f64>();
        b[i] = sum / a[i][i];
    }
    for i in (0..n).rev() {
        let sum = b[i] - (i + 1..n).map(|k| a[k][i] * b[k]).sum::<f64>();
        b[i] = sum / a[i][i];
    }
    b
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |m, v| v.abs().max(m))
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|v| v * v).sum::<f64>().sqrt()
}

/// Finds the shape nearest to `base` (sex, age, muscle, face …) that has the
/// measurements to within 2 mm.
///
/// # Errors
/// [`BodyError::ImplausibleTarget`] for a length no adult has,
/// [`BodyError::Unreachable`] naming the measurement that cannot be met and the
/// nearest value found, and the errors of [`BodyData::evaluate`].
pub fn fit(
    data: &BodyData,
    base: &Shape,
    targets: &MeasureTargets,
) -> Result<FitResult, BodyError> {
    base.check()?;
    let wanted = targets.wanted()?;
    let mut knobs = KNOBS.to_vec();
    let asked = |kind| wanted.iter().any(|(k, _)| *k == kind);
    knobs.extend(
        OPTIONAL_KNOBS
            .iter()
            .filter(|(kind, _)| asked(*kind))
            .map(|(_, knob)| *knob),
    );
    let start: Vec<f64> = knobs
        .iter()
        .map(|k| k.slider.get(base).clamp(k.lowest, k.highest))
        .collect();
    let problem = Problem {
        data,
        base: base.clone(),
        knobs,
        wanted,
    };

    let mut x = start.clone();
    let mut measured = problem.measure(&x)?;
    let mut best = (
        largest(&problem.residual(&measured)),
        x.clone(),
        measured.clone(),
    );
    let mut idle = 0;
    for _ in 0..24 {
        let residual = problem.residual(&measured);
        let columns = problem.jacobian(&x, &measured)?;
        let step = problem.step(&x, &start, &columns, &residual);
        let mut scale = (0.5 / largest(&step).max(1e-9)).min(1.0);
        let from = x.clone();
        for _ in 0..4 {
            for ((value, knob), (old, delta)) in
                x.iter_mut().zip(&problem.knobs).zip(from.iter().zip(&step))
            {
                *value = (old + scale * delta).clamp(knob.lowest, knob.highest);
            }
            measured = problem.measure(&x)?;
            if norm(&problem.residual(&measured)) < norm(&residual) {
                break;
            }
            scale *= 0.5;
        }
        let error = largest(&problem.residual(&measured));
        idle = if error < 0.9 * best.0 { 0 } else { idle + 1 };
        if error < best.0 {
            best = (error, x.clone(), measured.clone());
        }
        if best.0 < AIM || (best.0 < MET && idle > 0) || idle > 5 {
            break;
        }
    }

    let (error, x, measured) = best;
    if error > MET {
        let residual = problem.residual(&measured);
        let worst = (0..residual.len())
            .max_by(|&a, &b| residual[a].abs().total_cmp(&residual[b].abs()))
            .unwrap_or(0);
        let (kind, wanted) = problem.wanted[worst];
        return Err(BodyError::Unreachable {
            measure: kind.name(),
            wanted_m: wanted as f32,
            reachable_m: measured[worst] as f32,
        });
    }
    let shape = problem.shape(&x);
    let achieved = data.measure(&data.evaluate(&shape)?)?;
    Ok(FitResult {
        shape,
        achieved,
        residual_mm_max: (error * 1000.0) as f32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_solver_solves_a_positive_definite_system() {
        let x = solve(
            vec![
                vec![4.0, 1.0, 0.5],
                vec![1.0, 3.0, 0.2],
                vec![0.5, 0.2, 2.0],
            ],
            vec![4.0 + 2.0 + 1.5, 1.0 + 6.0 + 0.6, 0.5 + 0.4 + 6.0],
        );
        for (got, expected) in x.iter().zip([1.0, 2.0, 3.0]) {
            assert!((got - expected).abs() < 1e-12, "{x:?}");
        }
    }
}
