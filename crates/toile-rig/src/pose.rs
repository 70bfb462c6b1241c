//! From the file's rest pose, units and axes to ours: metres, Y up, facing +Z, an
//! A-pose with its feet on the floor.

use glam::{Mat3, Mat4, Quat, Vec3};
use serde::Serialize;

use crate::bone::{Bone, COUNT};
use crate::error::{Read, RigError};
use crate::humanoid::Humanoid;

/// The left upper arm of our bodies in their A-pose, measured on the mannequin.
const UPPER_ARM: Vec3 = Vec3::new(0.676, -0.736, 0.03);
/// The forearm that goes with it, less bent than our bodies', so that sleeves fall.
const FOREARM: Vec3 = Vec3::new(0.61, -0.70, 0.37);
/// Left thigh and shin of our bodies.
const THIGH: Vec3 = Vec3::new(0.109, -0.991, 0.082);
const SHIN: Vec3 = Vec3::new(0.068, -0.995, -0.072);
/// Angles of an upper arm below the horizontal that are left as they are, degrees.
const A_POSE_DEG: (f32, f32) = (35.0, 62.0);
/// Directions nearer to an axis than this are taken to be that axis, degrees.
const SNAP_DEG: f32 = 8.0;
/// A leg that is less than this from upright stands, degrees.
const STANDS_DEG: f32 = 22.0;
/// Statures of people, metres.
const STATURES_M: (f32, f32) = (0.9, 2.6);
/// Metres per unit of what modellers use, likeliest first.
const UNITS: [(f32, &str); 6] = [
    (1.0, "metres"),
    (0.01, "centimetres"),
    (0.001, "millimetres"),
    (0.0254, "inches"),
    (0.3048, "feet"),
    (0.1, "decimetres"),
];

/// How a file stands to our conventions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Placement {
    /// Metres per unit.
    pub metres_per_unit: f32,
    /// What that unit is.
    pub unit: String,
    /// The file's direction that is up here, as in `+Z`.
    pub up: String,
    /// The file's direction that is the front.
    pub front: String,
    /// The rest pose: `T`, `A`, `arms down` or `other`.
    pub rest_pose: String,
    /// Farthest that a limb was turned into the A-pose, degrees.
    pub turned_deg: f32,
}

/// The bones in our pose.
pub(crate) struct Posed {
    pub(crate) placement: Placement,
    /// Ours from the file's world: axes and scale.
    pub(crate) normal: Mat4,
    /// Rest position of every bone that is there, ours.
    pub(crate) rest: Vec<Option<Vec3>>,
    /// Position in the A-pose.
    pub(crate) head: Vec<Option<Vec3>>,
    /// Turn of each bone from the rest pose to the A-pose, in the world.
    pub(crate) turn: Vec<Quat>,
}

/// The parent of a bone that is there: the nearest that is there too.
pub(crate) fn parent_there(bone: Bone, there: &dyn Fn(Bone) -> bool) -> Option<Bone> {
    let mut up = bone.parent();
    while let Some(b) = up {
        if there(b) {
            return Some(b);
        }
        up = b.parent();
    }
    None
}

impl Posed {
    pub(crate) fn new(humanoid: &Humanoid, metres_per_unit: Option<f32>) -> Read<Self> {
        let (axes, up, front) = axes(humanoid)?;
        let stature = stature(humanoid)?;
        let (scale, unit) = match metres_per_unit {
            Some(scale) => (scale, "as told".to_owned()),
            None => UNITS
                .iter()
                .find(|(m, _)| (STATURES_M.0..=STATURES_M.1).contains(&(m * stature)))
                .map(|&(m, name)| (m, name.to_owned()))
                .ok_or_else(|| {
                    RigError::new(
                        "nodes",
                        format!("make a skeleton for a stature of about {stature:.3} units, in no unit that of a person"),
                        "say what it is: --height, or metres_per_unit in the override file",
                    )
                })?,
        };
        let normal = Mat4::from_scale(Vec3::splat(scale)) * Mat4::from_mat3(axes);
        let rest: Vec<Option<Vec3>> = Bone::all()
            .map(|b| humanoid.of(b).map(|p| normal.transform_point3(p)))
            .collect();
        let mut posed = Self {
            placement: Placement {
                metres_per_unit: scale,
                unit,
                up,
                front,
                rest_pose: String::new(),
                turned_deg: 0.0,
            },
            normal,
            head: rest.clone(),
            rest,
            turn: vec![Quat::IDENTITY; COUNT],
        };
        posed.straighten()?;
        Ok(posed)
    }

    fn at(&self, bone: Bone) -> Option<Vec3> {
        self.rest[bone.index()]
    }

    /// Direction of a bone towards the next, in the rest pose.
    fn along(&self, from: Bone, to: Bone) -> Option<Vec3> {
        (self.at(to)? - self.at(from)?).try_normalize()
    }

    fn straighten(&mut self) -> Read<()> {
        let mut target: Vec<Option<(Vec3, Vec3)>> = vec![None; COUNT];
        let below = |d: Vec3| (-d.y).clamp(-1.0, 1.0).asin().to_degrees();
        let mut angle = [0.0; 2];
        let mut bent = [false; 2];
        for side in 0..2 {
            let sign = [1.0, -1.0][side];
            let [_, upper, lower, hand] = Bone::ARMS[side];
            if let (Some(a), Some(b)) = (self.along(upper, lower), self.along(lower, hand)) {
                angle[side] = below(a);
                bent[side] = a.dot(b) < 0.7;
                let out = (a.x * sign).atan2(a.z.abs()).to_degrees() > 55.0;
                let fits =
                    (A_POSE_DEG.0..=A_POSE_DEG.1).contains(&angle[side]) && out && !bent[side];
                let mirrored = Vec3::new(sign, 1.0, 1.0);
                target[upper.index()] = Some((
                    a,
                    if fits {
                        a
                    } else {
                        (UPPER_ARM * mirrored).normalize()
                    },
                ));
                target[lower.index()] = Some((
                    b,
                    if fits {
                        b
                    } else {
                        (FOREARM * mirrored).normalize()
                    },
                ));
            }
            let [thigh, shin, foot, _] = Bone::LEGS[side];
            if let (Some(a), Some(b)) = (self.along(thigh, shin), self.along(shin, foot)) {
                let upright = |d: Vec3| d.angle_between(Vec3::NEG_Y).to_degrees() < STANDS_DEG;
                let fits = upright(a) && upright(b);
                let mirrored = Vec3::new(sign, 1.0, 1.0);
                let stand = |d: Vec3, ours: Vec3| {
                    if fits {
                        d
                    } else {
                        (ours * mirrored).normalize()
                    }
                };
                target[thigh.index()] = Some((a, stand(a, THIGH)));
                target[shin.index()] = Some((b, stand(b, SHIN)));
                if !fits {
                    // A foot whose leg is stood up keeps its own attitude to the floor.
                    target[foot.index()] = Some((Vec3::Z, Vec3::Z));
                }
            }
        }
        let neck = if self.at(Bone::NECK).is_some() {
            Bone::NECK
        } else {
            Bone::HEAD
        };
        if let Some(trunk) = self.along(Bone::HIPS, neck)
            && trunk.angle_between(Vec3::Y).to_degrees() > 15.0
        {
            target[Bone::HIPS.index()] = Some((trunk, Vec3::Y));
        }
        let mean = 0.5 * (angle[0] + angle[1]);
        self.placement.rest_pose = match mean {
            _ if bent[0] || bent[1] => "other",
            a if a.abs() < 20.0 => "T",
            a if (20.0..70.0).contains(&a) => "A",
            a if a >= 70.0 => "arms down",
            _ => "other",
        }
        .into();
        let mut most = 0.0_f32;
        for bone in Bone::all() {
            let i = bone.index();
            let there = |b: Bone| self.rest[b.index()].is_some();
            let parent = parent_there(bone, &there);
            let inherited = parent.map_or(Quat::IDENTITY, |p| self.turn[p.index()]);
            self.turn[i] = match target[i] {
                Some((from, to)) if from == to => Quat::IDENTITY,
                Some((from, to)) => {
                    Quat::from_rotation_arc((inherited * from).normalize(), to) * inherited
                }
                None => inherited,
            };
            if let Some(rest) = self.rest[i] {
                most = most.max(self.turn[i].angle_between(Quat::IDENTITY).to_degrees());
                self.head[i] = Some(
                    match parent
                        .and_then(|p| Some((p, self.rest[p.index()]?, self.head[p.index()]?)))
                    {
                        Some((p, from, to)) => to + self.turn[p.index()] * (rest - from),
                        None => rest,
                    },
                );
            }
        }
        self.placement.turned_deg = most;
        if self.head.iter().flatten().all(|p| p.is_finite()) {
            return Ok(());
        }
        Err(RigError::new(
            "nodes",
            "cannot be brought into an A-pose",
            "export the avatar in a T- or A-pose",
        ))
    }

    /// Moves and scales everything: `p` becomes `(p + shift) * scale`.
    pub(crate) fn place(&mut self, shift: Vec3, scale: f32) {
        for head in self.head.iter_mut().flatten() {
            *head = (*head + shift) * scale;
        }
    }
}

/// A direction in words, and snapped to an axis if it is near one.
fn snapped(direction: Vec3) -> (Vec3, String) {
    for (axis, name) in [
        (Vec3::X, "+X"),
        (Vec3::NEG_X, "-X"),
        (Vec3::Y, "+Y"),
        (Vec3::NEG_Y, "-Y"),
        (Vec3::Z, "+Z"),
        (Vec3::NEG_Z, "-Z"),
    ] {
        if direction.angle_between(axis).to_degrees() < SNAP_DEG {
            return (axis, name.into());
        }
    }
    let d = direction;
    (d, format!("({:.2}, {:.2}, {:.2})", d.x, d.y, d.z))
}

/// Rows left, up and front: ours from the file's axes.
fn axes(humanoid: &Humanoid) -> Read<(Mat3, String, String)> {
    let of = |b: Bone| humanoid.of(b);
    let found = || {
        let [l, r] = [Bone::LEGS[0], Bone::LEGS[1]];
        let across = of(l[0])? - of(r[0])? + of(Bone::ARMS[0][1])? - of(Bone::ARMS[1][1])?;
        let across = across.try_normalize()?;
        let trunk = of(Bone::HEAD)? - 0.5 * (of(l[0])? + of(r[0])?);
        let ankles = 0.5 * (of(l[0])? + of(r[0])?) - 0.5 * (of(l[2])? + of(r[2])?);
        // Trunk and legs agree in anyone who stands; who sits has an upright trunk.
        let trunk = trunk.reject_from_normalized(across).try_normalize()?;
        let legs = ankles
            .reject_from_normalized(across)
            .try_normalize()
            .unwrap_or(trunk);
        let up = if trunk.dot(legs) > 0.9 {
            (trunk + legs).normalize()
        } else {
            trunk
        };
        Some((across, up))
    };
    let (across, up) = found().ok_or_else(|| {
        RigError::new(
            "nodes",
            "of hips, legs and head coincide",
            "export the avatar with its skeleton in a rest pose",
        )
    })?;
    let (up, up_name) = snapped(up);
    let front = across
        .reject_from_normalized(up)
        .cross(up)
        .normalize_or(Vec3::Z);
    let (front, front_name) = snapped(front);
    let front = front.reject_from_normalized(up).normalize_or(Vec3::Z);
    let left = up.cross(front);
    Ok((
        Mat3::from_cols(left, up, front).transpose(),
        up_name,
        front_name,
    ))
}

/// Stature by the lengths of legs and trunk, whatever the pose, in the file's units:
/// hip to ankle and hips to head joint are about 0.85 of it.
fn stature(humanoid: &Humanoid) -> Read<f32> {
    let of = |b: Bone| humanoid.of(b);
    let sum = || {
        let leg = |side: usize| {
            let [a, b, c, _] = Bone::LEGS[side];
            Some(of(a)?.distance(of(b)?) + of(b)?.distance(of(c)?))
        };
        let hips = 0.5 * (of(Bone::LEGS[0][0])? + of(Bone::LEGS[1][0])?);
        Some(0.5 * (leg(0)? + leg(1)?) + hips.distance(of(Bone::HEAD)?))
    };
    sum()
        .map(|s| s / 0.85)
        .filter(|s| *s > 0.0 && s.is_finite())
        .ok_or_else(|| {
            RigError::new(
                "nodes",
                "make a skeleton of no length",
                "export the avatar in its rest pose",
            )
        })
}

/// Metres per unit that give a person about this stature.
pub(crate) fn scale_to(humanoid: &Humanoid, height_m: f32) -> Option<f32> {
    stature(humanoid).ok().map(|s| height_m / s)
}
