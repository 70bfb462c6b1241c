//! The joints a performance moves, found by name and checked once.

use glam::{Mat4, Quat, Vec3};

use crate::pose::{Skeleton, bind_pose, joint_world};

/// Left or right; used as an index.
pub(crate) const SIDES: [Side; 2] = [Side::Left, Side::Right];

/// A side of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

impl Side {
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
    /// +1 on the left (+X), −1 on the right.
    pub(crate) const fn sign(self) -> f32 {
        match self {
            Self::Left => 1.0,
            Self::Right => -1.0,
        }
    }
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
    const fn name(self) -> &'static str {
        match self {
            Self::Left => "Left",
            Self::Right => "Right",
        }
    }
}

/// Joint numbers of one leg, hip to toes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leg {
    pub thigh: usize,
    pub shin: usize,
    pub foot: usize,
    pub toes: usize,
}

/// Joint numbers of one arm, collar bone to fingers.
#[derive(Clone, Debug)]
pub(crate) struct Arm {
    pub shoulder: usize,
    pub upper: usize,
    pub lower: usize,
    pub hand: usize,
    /// Joint, finger (0 index … 3 little), knuckle (1 to 3).
    pub fingers: Vec<(usize, usize, usize)>,
    /// First joint of the thumb.
    pub thumb: Option<usize>,
}

/// All joints that a performance moves.
#[derive(Clone, Debug)]
pub(crate) struct Rig {
    pub hips: usize,
    pub spine: [usize; 3],
    pub neck: usize,
    pub head: usize,
    pub legs: [Leg; 2],
    pub arms: [Arm; 2],
    /// Joint frames in the bind pose, model space.
    pub bind: Vec<Mat4>,
}

impl Rig {
    /// Finds the joints of `skeleton`; on failure says what is missing.
    pub(crate) fn new(skeleton: &Skeleton) -> Result<Self, String> {
        let find = |name: String| {
            skeleton
                .find(&name)
                .ok_or_else(|| format!("the skeleton has no joint '{name}'"))
        };
        let leg = |side: Side| -> Result<Leg, String> {
            let part = |p: &str| find(format!("{}{p}", side.name()));
            Ok(Leg {
                thigh: part("UpLeg")?,
                shin: part("Leg")?,
                foot: part("Foot")?,
                toes: part("ToeBase")?,
            })
        };
        let arm = |side: Side| -> Result<Arm, String> {
            let part = |p: &str| find(format!("{}{p}", side.name()));
            let mut fingers = Vec::new();
            for (f, finger) in ["Index", "Middle", "Ring", "Pinky"].iter().enumerate() {
                for knuckle in 1..=3 {
                    if let Some(joint) =
                        skeleton.find(&format!("{}Hand{finger}{knuckle}", side.name()))
                    {
                        fingers.push((joint, f, knuckle));
                    }
                }
            }
            Ok(Arm {
                shoulder: part("Shoulder")?,
                upper: part("Arm")?,
                lower: part("ForeArm")?,
                hand: part("Hand")?,
                fingers,
                thumb: skeleton.find(&format!("{}HandThumb1", side.name())),
            })
        };
        let rig = Self {
            hips: find("Hips".into())?,
            spine: [
                find("Spine".into())?,
                find("Spine1".into())?,
                find("Spine2".into())?,
            ],
            neck: find("Neck".into())?,
            head: find("Head".into())?,
            legs: [leg(Side::Left)?, leg(Side::Right)?],
            arms: [arm(Side::Left)?, arm(Side::Right)?],
            bind: joint_world(skeleton, &bind_pose(skeleton)),
        };
        rig.check(skeleton)?;
        Ok(rig)
    }

    /// Refuses skeletons whose identity pose is no T-pose, and broken chains.
    fn check(&self, skeleton: &Skeleton) -> Result<(), String> {
        if skeleton.root() != self.hips {
            return Err("the joint 'Hips' is not the skeleton's root".into());
        }
        let chain = |child: usize, parent: usize| skeleton.parents[child] == Some(parent);
        for (side, (leg, arm)) in SIDES.iter().zip(self.legs.iter().zip(&self.arms)) {
            let name = side.name();
            if !(chain(leg.thigh, self.hips)
                && chain(leg.shin, leg.thigh)
                && chain(leg.foot, leg.shin)
                && chain(leg.toes, leg.foot))
            {
                return Err(format!(
                    "the {name} leg is not Hips > UpLeg > Leg > Foot > ToeBase"
                ));
            }
            if !(chain(arm.lower, arm.upper) && chain(arm.hand, arm.lower)) {
                return Err(format!("the {name} arm is not Arm > ForeArm > Hand"));
            }
            let along = |joint: usize, axis: Vec3| {
                skeleton.rest_translation[joint]
                    .normalize_or_zero()
                    .dot(axis)
            };
            let straight = along(leg.shin, Vec3::NEG_Y).min(along(leg.foot, Vec3::NEG_Y));
            let spread =
                along(arm.lower, Vec3::X * side.sign()).min(along(arm.hand, Vec3::X * side.sign()));
            if straight < 0.97 || spread < 0.97 {
                return Err(format!(
                    "the {name} limbs' joint frames are not T-pose-normalised"
                ));
            }
        }
        Ok(())
    }

    /// Rotation of `joint` in the bind pose, model space.
    pub(crate) fn bind_rotation(&self, joint: usize) -> Quat {
        Quat::from_mat4(&self.bind[joint]).normalize()
    }

    /// Position of `joint` in the bind pose, model space.
    pub(crate) fn bind_position(&self, joint: usize) -> Vec3 {
        self.bind[joint].w_axis.truncate()
    }
}
