//! Rehearsal: a dressed twin walks, sits or crosses its arms without a picture,
//! and every frame is measured. What goes wrong here would go wrong on the runway.

use crate::wardrobe::{Dressed, Gpu, Stance};
use glam::{Quat, Vec3};
use toile_cloth::{BodyMesh, ClothError, ClothSim, ClothStats};
use toile_twin::{Avatar, Performance, Pose, Skeleton, bind_pose};

/// Frames per second of a rehearsal.
pub const FPS: f32 = 24.0;

/// What a twin does in a rehearsal.
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
pub enum Movement {
    /// Its walk, with the poses and turns in it.
    Walk(Performance),
    /// Sits down on nothing, and gets up again, for ever.
    Sit,
    /// Crosses its arms before the chest, and lets them down, for ever.
    CrossArms,
}

/// Seconds from the A-pose into a gesture, in it, back, and at rest.
const INTO_S: f32 = 1.2;
const HOLD_S: f32 = 0.6;
const REST_S: f32 = 0.4;

impl Movement {
    /// The pose at a time, s.
    #[must_use]
    pub fn pose(&self, skeleton: &Skeleton, time_s: f32) -> Pose {
        let targets = match self {
            Self::Walk(performance) => return performance.pose(f64::from(time_s)),
            Self::Sit => sitting(),
            Self::CrossArms => arms_crossed(),
        };
        let mut pose = bind_pose(skeleton);
        let share = gesture(time_s);
        for (joint, target) in targets {
            if let Some(joint) = skeleton.find(joint) {
                pose.local[joint] = pose.local[joint].slerp(target, share);
            }
        }
        pose
    }
}

/// How far a gesture has got, 0 to 1, at a time, s.
fn gesture(time_s: f32) -> f32 {
    let t = time_s % (2.0 * INTO_S + HOLD_S + REST_S);
    let share = if t < INTO_S + HOLD_S {
        t / INTO_S
    } else {
        (2.0 * INTO_S + HOLD_S - t) / INTO_S
    };
    let share = share.clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// Thighs level and apart by a hand, shanks upright. A skeleton without local
/// rotations stands upright, facing +z, its arms along ±x.
fn sitting() -> Vec<(&'static str, Quat)> {
    let flex = |angle: f32| Quat::from_rotation_x(angle.to_radians());
    let out = |angle: f32| Quat::from_rotation_z(angle.to_radians());
    vec![
        ("LeftUpLeg", out(4.0) * flex(-85.0)),
        ("RightUpLeg", out(-4.0) * flex(-85.0)),
        ("LeftLeg", flex(85.0)),
        ("RightLeg", flex(85.0)),
    ]
}

/// Upper arms down and forwards, forearms across each other before the chest.
fn arms_crossed() -> Vec<(&'static str, Quat)> {
    let mut out = Vec::new();
    // The right forearm lies above the left one.
    for (upper, lower, side, lift) in [
        ("LeftArm", "LeftForeArm", 1.0, 0.0),
        ("RightArm", "RightForeArm", -1.0, 0.25),
    ] {
        let along = Vec3::X * side;
        let first = Vec3::new(0.30 * side, -0.80, 0.50).normalize();
        let second = Vec3::new(-0.85 * side, 0.05 + lift, 0.42).normalize();
        let shoulder = Quat::from_rotation_arc(along, first);
        out.push((upper, shoulder));
        out.push((
            lower,
            shoulder.inverse() * Quat::from_rotation_arc(first, second) * shoulder,
        ));
    }
    out
}

/// A dressed twin that moves.
pub struct Rehearsal<'a> {
    avatar: &'a Avatar,
    movement: Movement,
    /// How much faster than life it moves, 1.
    speed: f32,
    /// The cloth.
    pub sim: ClothSim,
    /// Where the twin is.
    pub stance: Stance,
    /// Time of the rehearsal, s.
    pub time_s: f32,
}

impl<'a> Rehearsal<'a> {
    /// Puts a settled look at the start of a movement.
    ///
    /// # Errors
    /// What the solver refuses.
    pub fn new(
        dressed: &Dressed,
        avatar: &'a Avatar,
        body: &BodyMesh,
        movement: Movement,
        speed: f32,
        gpu: Gpu<'_>,
    ) -> Result<Self, ClothError> {
        let pose = movement.pose(&avatar.skeleton, 0.0);
        let mut cloth = dressed.cloth.clone();
        cloth.positions = dressed.positions.iter().map(|p| *p + pose.root).collect();
        Ok(Self {
            sim: ClothSim::new(gpu.device, gpu.queue, gpu.kernels, &cloth, Some(body))?,
            stance: Stance::new(&avatar.skeleton, pose),
            avatar,
            movement,
            speed,
            time_s: 0.0,
        })
    }

    /// Moves on by `dt` seconds.
    ///
    /// # Errors
    /// What the solver refuses.
    pub fn step(&mut self, dt: f32, gpu: Gpu<'_>) -> Result<(), ClothError> {
        self.time_s += dt;
        let pose = self
            .movement
            .pose(&self.avatar.skeleton, self.time_s * self.speed);
        let next = Stance::new(&self.avatar.skeleton, pose);
        self.stance.advance(next, dt, &mut self.sim, gpu)
    }

    /// Moves on by one frame and measures it.
    ///
    /// # Errors
    /// What the solver refuses.
    pub fn advance(&mut self, gpu: Gpu<'_>) -> Result<ClothStats, ClothError> {
        self.step(1.0 / FPS, gpu)?;
        self.sim.stats(gpu.device, gpu.queue)
    }

    /// World positions of the cloth, m.
    #[must_use]
    pub fn positions(&self, gpu: Gpu<'_>) -> Vec<Vec3> {
        self.sim.read_positions(gpu.device, gpu.queue)
    }
}

#[cfg(test)]
mod tests {
    use super::{HOLD_S, INTO_S, REST_S, gesture};

    #[test]
    fn a_gesture_comes_holds_and_goes() {
        assert!(gesture(0.0).abs() < 1e-6);
        assert!((gesture(INTO_S + 0.5 * HOLD_S) - 1.0).abs() < 1e-6);
        assert!(gesture(2.0 * INTO_S + HOLD_S + 0.5 * REST_S).abs() < 1e-6);
    }
}
