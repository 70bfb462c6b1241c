//! Skeleton and pose: where every joint stands, and the matrices that skin the
//! mesh.

use glam::{Mat4, Quat, Vec3};

/// A skeleton as bound to the avatar's mesh.
///
/// All lists have one entry per joint, in the order of the glTF skin, so that
/// a vertex's joint numbers index them directly.
#[derive(Clone, Debug, PartialEq)]
pub struct Skeleton {
    /// Joint names without any `mixamorig:` prefix.
    pub names: Vec<String>,
    /// Parent of each joint; `None` only for the hips.
    pub parents: Vec<Option<usize>>,
    /// Translation from the parent joint, in the parent's frame, metres.
    pub rest_translation: Vec<Vec3>,
    /// Rotation from the parent joint in the pose the mesh is bound in.
    pub rest_rotation: Vec<Quat>,
    /// Joint frame from model space in the bind pose.
    pub inverse_bind: Vec<Mat4>,
    /// Joint numbers, parents before children.
    pub order: Vec<usize>,
}

impl Skeleton {
    /// Number of joints.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no joint at all, which a loaded skeleton never is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Number of the joint called `name` (without prefix).
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n == name)
    }

    /// Number of the joint without a parent.
    #[must_use]
    pub fn root(&self) -> usize {
        self.order.first().copied().unwrap_or(0)
    }
}

/// One pose of a skeleton, placed in the world.
///
/// An engine sets the avatar's own transform to (`root`, yaw `heading`), every
/// joint's rotation to `local`, every joint's translation to
/// [`Skeleton::rest_translation`], and adds `hips_offset` to that of the root
/// joint.
#[derive(Clone, Debug, PartialEq)]
pub struct Pose {
    /// World position of the point of the floor the person stands over, metres.
    pub root: Vec3,
    /// Direction faced: rotation about +Y in radians, zero facing +Z, positive
    /// towards the person's left.
    pub heading: f32,
    /// Local rotation per joint; identity everywhere is the T-pose.
    pub local: Vec<Quat>,
    /// Offset of the root joint from its rest translation, metres.
    pub hips_offset: Vec3,
    /// Weights of morph targets by name; those not listed are zero.
    pub morphs: Vec<(&'static str, f32)>,
}

impl Pose {
    /// The pose a share `t` of the way from `a` (0) to `b` (1).
    ///
    /// Rotations turn along the shorter arc. Morphs of the one that are missing
    /// in the other count as zero there.
    #[must_use]
    pub fn blend(a: &Self, b: &Self, t: f32) -> Self {
        let turn = wrap_angle(b.heading - a.heading);
        let mut morphs: Vec<(&'static str, f32)> = a
            .morphs
            .iter()
            .map(|&(name, weight)| (name, weight * (1.0 - t)))
            .collect();
        for &(name, weight) in &b.morphs {
            match morphs.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += weight * t,
                None => morphs.push((name, weight * t)),
            }
        }
        Self {
            root: a.root.lerp(b.root, t),
            heading: a.heading + turn * t,
            local: a
                .local
                .iter()
                .zip(&b.local)
                .map(|(&a, &b)| a.slerp(b, t))
                .collect(),
            hips_offset: a.hips_offset.lerp(b.hips_offset, t),
            morphs,
        }
    }

    /// World from model space: yaw by `heading`, then move to `root`.
    #[must_use]
    pub fn world_from_model(&self) -> Mat4 {
        Mat4::from_rotation_translation(Quat::from_rotation_y(self.heading), self.root)
    }
}

/// `angle` brought into (−π, π].
pub(crate) fn wrap_angle(angle: f32) -> f32 {
    let turned = angle.rem_euclid(std::f32::consts::TAU);
    if turned > std::f32::consts::PI {
        turned - std::f32::consts::TAU
    } else {
        turned
    }
}

/// The pose in which the mesh was bound (an A-pose), standing at the origin
/// facing +Z. Skinned by it, the mesh keeps its stored positions.
#[must_use]
pub fn bind_pose(skeleton: &Skeleton) -> Pose {
    Pose {
        root: Vec3::ZERO,
        heading: 0.0,
        local: skeleton.rest_rotation.clone(),
        hips_offset: Vec3::ZERO,
        morphs: Vec::new(),
    }
}

/// World frame of every joint in `pose`.
#[must_use]
pub fn joint_world(skeleton: &Skeleton, pose: &Pose) -> Vec<Mat4> {
    let world_from_model = pose.world_from_model();
    let mut world = vec![Mat4::IDENTITY; skeleton.len()];
    for &joint in &skeleton.order {
        let (parent, offset) = match skeleton.parents[joint] {
            Some(parent) => (world[parent], Vec3::ZERO),
            None => (world_from_model, pose.hips_offset),
        };
        let translation = skeleton.rest_translation[joint] + offset;
        world[joint] = parent * Mat4::from_rotation_translation(pose.local[joint], translation);
    }
    world
}

/// World from bind for every joint: what a vertex's weights blend.
#[must_use]
pub fn skin_matrices(skeleton: &Skeleton, pose: &Pose) -> Vec<Mat4> {
    joint_world(skeleton, pose)
        .into_iter()
        .zip(&skeleton.inverse_bind)
        .map(|(world, &inverse_bind)| world * inverse_bind)
        .collect()
}
