//! A small person made of boxes, for tests that need a body but no file.

#![allow(dead_code, reason = "each test file uses its own part")]
#![expect(
    clippy::unwrap_used,
    reason = "a joint that is missing here is a broken test"
)]

use std::path::PathBuf;

use glam::{Mat4, Quat, Vec3};
use toile_twin::{Avatar, GaitStyle, Pose, Primitive, Skeleton, Twin, bind_pose, joint_world};

/// Stature and heel height of the box person, metres.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) height: f32,
    pub(crate) heel: f32,
}

/// A person of boxes bound in an A-pose, standing on the floor.
pub(crate) fn box_person(shape: Shape) -> Avatar {
    let h = shape.height;
    let leg = 0.245 * h;
    let ankle = 0.045 * h;
    let sole = 0.075 * h;
    // The heel turns the foot about the toe joint.
    let tilt = (shape.heel / sole).asin();
    let ankle_up = ankle + shape.heel;
    let spread = 0.05_f32;
    let (knee_bend, arm_down) = (0.08_f32, 0.8_f32);
    let mut bones: Vec<(String, Option<usize>, Vec3, Quat)> = Vec::new();
    let hip_socket = Vec3::new(0.052 * h, -0.03 * h, 0.0);
    let down = leg * spread.cos() + leg * (knee_bend.cos()) * spread.cos();
    let hips = Vec3::new(0.0, ankle_up + down + 0.03 * h, 0.0);
    bones.push(("Hips".into(), None, hips, Quat::IDENTITY));
    for (k, name) in ["Spine", "Spine1", "Spine2", "Neck", "Head"]
        .into_iter()
        .enumerate()
    {
        let up = [0.05, 0.07, 0.08, 0.12, 0.05][k] * h;
        bones.push((name.into(), Some(k), Vec3::Y * up, Quat::IDENTITY));
    }
    for (side, s) in [("Left", 1.0_f32), ("Right", -1.0)] {
        let first = bones.len();
        let mirrored = |v: Vec3| Vec3::new(v.x * s, v.y, v.z);
        bones.push((
            format!("{side}UpLeg"),
            Some(0),
            mirrored(hip_socket),
            Quat::from_rotation_z(s * spread),
        ));
        bones.push((
            format!("{side}Leg"),
            Some(first),
            Vec3::NEG_Y * leg,
            Quat::from_rotation_x(knee_bend),
        ));
        let level = (Quat::from_rotation_z(s * spread) * Quat::from_rotation_x(knee_bend))
            .inverse()
            * Quat::from_rotation_x(tilt);
        bones.push((
            format!("{side}Foot"),
            Some(first + 1),
            Vec3::NEG_Y * leg,
            level,
        ));
        let toes = Vec3::new(0.0, -(ankle - 0.022), sole);
        bones.push((
            format!("{side}ToeBase"),
            Some(first + 2),
            toes,
            Quat::from_rotation_x(-tilt),
        ));
        let shoulder = bones.len();
        bones.push((
            format!("{side}Shoulder"),
            Some(3),
            mirrored(Vec3::new(0.03 * h, 0.08 * h, 0.0)),
            Quat::IDENTITY,
        ));
        bones.push((
            format!("{side}Arm"),
            Some(shoulder),
            Vec3::X * s * 0.08 * h,
            Quat::from_rotation_z(-s * arm_down),
        ));
        bones.push((
            format!("{side}ForeArm"),
            Some(shoulder + 1),
            Vec3::X * s * 0.16 * h,
            Quat::from_rotation_y(-s * 0.2),
        ));
        bones.push((
            format!("{side}Hand"),
            Some(shoulder + 2),
            Vec3::X * s * 0.145 * h,
            Quat::IDENTITY,
        ));
    }
    let mut skeleton = Skeleton {
        names: bones.iter().map(|b| b.0.clone()).collect(),
        parents: bones.iter().map(|b| b.1).collect(),
        rest_translation: bones.iter().map(|b| b.2).collect(),
        rest_rotation: bones.iter().map(|b| b.3).collect(),
        inverse_bind: Vec::new(),
        order: (0..bones.len()).collect(),
    };
    let world = joint_world(&skeleton, &bind_pose(&skeleton));
    // Stand exactly on the floor.
    let lift = ankle_up - world[skeleton.find("LeftFoot").unwrap()].w_axis.y;
    skeleton.rest_translation[0].y += lift;
    let world = joint_world(&skeleton, &bind_pose(&skeleton));
    skeleton.inverse_bind = world.iter().map(Mat4::inverse).collect();

    let mut mesh = Boxes::default();
    let at = |name: &str| world[skeleton.find(name).unwrap()].w_axis.truncate();
    let joint = |name: &str| skeleton.find(name).unwrap() as u16;
    let hips_at = at("Hips");
    mesh.add(
        joint("Hips"),
        hips_at,
        Vec3::new(0.095 * h, 0.06 * h, 0.06 * h),
    );
    mesh.add(
        joint("Spine2"),
        at("Spine2"),
        Vec3::new(0.08 * h, 0.08 * h, 0.055 * h),
    );
    mesh.add(
        joint("Head"),
        at("Head") + Vec3::Y * 0.06 * h,
        Vec3::new(0.04, 0.07 * h, 0.05 * h),
    );
    for side in ["Left", "Right"] {
        let of = |part: &str| format!("{side}{part}");
        for (upper, lower, thick) in [
            ("UpLeg", "Leg", 0.04),
            ("Leg", "Foot", 0.025),
            ("Arm", "ForeArm", 0.02),
            ("ForeArm", "Hand", 0.016),
        ] {
            mesh.bone(joint(&of(upper)), at(&of(upper)), at(&of(lower)), thick * h);
        }
        let fingers =
            at(&of("Hand")) + (at(&of("Hand")) - at(&of("ForeArm"))).normalize() * 0.09 * h;
        mesh.bone(joint(&of("Hand")), at(&of("Hand")), fingers, 0.012 * h);
        let (foot, toe) = (at(&of("Foot")), at(&of("ToeBase")));
        let block = |from: f32, to: f32, high: f32| {
            (
                Vec3::new(foot.x, 0.5 * high, 0.5 * (from + to)),
                Vec3::new(0.026 * h, 0.5 * high, 0.5 * (to - from)),
            )
        };
        let (middle, half) = block(foot.z - 0.03 * h, toe.z, foot.y - 0.002);
        mesh.add(joint(&of("Foot")), middle, half);
        let (middle, half) = block(toe.z, toe.z + 0.04 * h, 0.022);
        mesh.add(joint(&of("ToeBase")), middle, half);
    }
    Avatar {
        file: PathBuf::from("box-person"),
        skeleton,
        primitives: vec![mesh.finish()],
    }
}

#[derive(Default)]
struct Boxes {
    positions: Vec<Vec3>,
    joints: Vec<[u16; 4]>,
    indices: Vec<u32>,
}

impl Boxes {
    fn add(&mut self, joint: u16, middle: Vec3, half: Vec3) {
        self.turned(joint, middle, half, Quat::IDENTITY);
    }

    /// A box along the bone from `a` to `b`.
    fn bone(&mut self, joint: u16, a: Vec3, b: Vec3, thick: f32) {
        let turn = Quat::from_rotation_arc(Vec3::Y, (b - a).normalize());
        self.turned(
            joint,
            0.5 * (a + b),
            Vec3::new(thick, 0.5 * a.distance(b), thick),
            turn,
        );
    }

    /// Six faces of a 3 × 3 grid each, so that distances to them are meaningful.
    fn turned(&mut self, joint: u16, middle: Vec3, half: Vec3, turn: Quat) {
        const GRID: u32 = 4;
        for axis in 0..3 {
            for sign in [-1.0_f32, 1.0] {
                let first = self.positions.len() as u32;
                for i in 0..=GRID {
                    for k in 0..=GRID {
                        let (u, v) = (
                            i as f32 / GRID as f32 * 2.0 - 1.0,
                            k as f32 / GRID as f32 * 2.0 - 1.0,
                        );
                        let mut p = [0.0; 3];
                        p[axis] = sign;
                        p[(axis + 1) % 3] = u * sign;
                        p[(axis + 2) % 3] = v;
                        self.positions.push(middle + turn * (Vec3::from(p) * half));
                        self.joints.push([joint, 0, 0, 0]);
                    }
                }
                for i in 0..GRID {
                    for k in 0..GRID {
                        let a = first + i * (GRID + 1) + k;
                        let b = a + GRID + 1;
                        self.indices.extend([a, b, b + 1, a, b + 1, a + 1]);
                    }
                }
            }
        }
    }

    fn finish(self) -> Primitive {
        let count = self.positions.len();
        Primitive {
            material: "skin".into(),
            node: 0,
            mesh: 0,
            primitive: 0,
            normals: vec![Vec3::Y; count],
            positions: self.positions,
            indices: self.indices,
            joints: self.joints,
            weights: vec![[1.0, 0.0, 0.0, 0.0]; count],
            morph_targets: Vec::new(),
        }
    }
}

/// A record for the box person.
pub(crate) fn plain_twin(gait: GaitStyle) -> Twin {
    let text = r#"(version: 1, id: "box", name: "Box", kind: mannequin, avatar: "avatar.glb", gait: (),
        measures: (height: 1.75, bust: 0.9, waist: 0.7, hip: 0.95))"#;
    let mut twin = Twin::parse(text, &PathBuf::from("twin.ron")).unwrap();
    twin.gait = gait;
    twin
}

/// Largest angle between the joints of two poses, radians.
pub(crate) fn angle_between(a: &Pose, b: &Pose) -> f32 {
    a.local
        .iter()
        .zip(&b.local)
        .map(|(a, b)| a.angle_between(*b))
        .fold(0.0, f32::max)
}
