//! A Mixamo-named skeleton placed into a body.
//!
//! Joint frames are T-pose-normalised with an A-pose bind: with every local
//! rotation at identity the body stands in a T-pose whatever its shape, so one
//! clip of local rotations plays on every body, while the mesh is bound in the
//! relaxed A-pose it was modelled in (the better pose to drape cloth on).

use glam::{DMat3, DQuat, DVec3, Mat4, Quat, Vec3};

use crate::{BodyData, BodyError};

/// A skeleton bound to one body.
///
/// All vectors over joints have the same order; parents come before children
/// and joint 0 is `mixamorig:Hips`.
#[derive(Debug, Clone, PartialEq)]
pub struct Rig {
    /// Joint names, `mixamorig:Hips`, `mixamorig:LeftUpLeg`, …
    pub names: Vec<String>,
    /// Parent of each joint.
    pub parents: Vec<Option<usize>>,
    /// Joint positions in the bind pose, metres.
    pub heads: Vec<Vec3>,
    /// Far ends of the bones in the bind pose, metres.
    pub tails: Vec<Vec3>,
    /// World rotation of each joint in the bind (A) pose; identity would be the T-pose.
    pub bind_rotations: Vec<Quat>,
    /// Bind pose as node-local rotation and translation (metres), as glTF nodes want it.
    pub local: Vec<(Quat, Vec3)>,
    /// Inverse bind matrices: world to joint space in the bind pose.
    pub inverse_bind: Vec<Mat4>,
    /// For each base vertex the joints that move it; 0 where the weight is 0.
    pub joints: Vec<[u16; 4]>,
    /// For each base vertex the weights of those joints, descending, summing to 1.
    pub weights: Vec<[f32; 4]>,
}

impl Rig {
    /// Index of a joint by its name, with or without the `mixamorig:` prefix.
    pub fn joint(&self, name: &str) -> Option<usize> {
        let bare = |n: &str| n.strip_prefix(PREFIX).unwrap_or(n).to_owned();
        self.names.iter().position(|n| bare(n) == bare(name))
    }

    /// World matrices of all joints for local rotations given in joint order
    /// (missing ones count as identity, the T-pose), the hips staying in place.
    pub fn pose(&self, local_rotations: &[Quat]) -> Vec<Mat4> {
        let mut world: Vec<Mat4> = Vec::with_capacity(self.names.len());
        for (joint, parent) in self.parents.iter().enumerate() {
            let rotation = local_rotations
                .get(joint)
                .copied()
                .unwrap_or(Quat::IDENTITY);
            let local = Mat4::from_rotation_translation(rotation, self.local[joint].1);
            world.push(parent.map_or(local, |p| world[p] * local));
        }
        world
    }

    /// World matrices of the bind pose.
    pub fn bind_pose(&self) -> Vec<Mat4> {
        let rotations: Vec<Quat> = self.local.iter().map(|l| l.0).collect();
        self.pose(&rotations)
    }

    /// Linear blend skinning of base vertices with the given joint world matrices.
    pub fn skin(&self, verts: &[Vec3], world: &[Mat4]) -> Vec<Vec3> {
        let matrices: Vec<Mat4> = world
            .iter()
            .zip(&self.inverse_bind)
            .map(|(w, inverse)| *w * *inverse)
            .collect();
        verts
            .iter()
            .zip(self.joints.iter().zip(&self.weights))
            .map(|(&v, (joints, weights))| {
                (0..4)
                    .filter(|&k| weights[k] > 0.0)
                    .map(|k| matrices[joints[k] as usize].transform_point3(v) * weights[k])
                    .sum()
            })
            .collect()
    }
}

const PREFIX: &str = "mixamorig:";

/// Direction of a bone in the T-pose, or `None` where a bone keeps the frame of its parent.
fn t_direction(name: &str) -> Option<DVec3> {
    let name = name.strip_prefix(PREFIX).unwrap_or(name);
    let side = if name.starts_with("Left") { 1.0 } else { -1.0 };
    if name.contains("Thumb") {
        Some(DVec3::new(side, -0.15, 0.75).normalize())
    } else if name.contains("Arm") || name.contains("Hand") {
        Some(DVec3::X * side)
    } else if name.ends_with("Leg") {
        Some(DVec3::NEG_Y)
    } else {
        None
    }
}

/// The smallest rotation that takes one unit vector to another.
fn arc(from: DVec3, to: DVec3) -> DQuat {
    DQuat::from_rotation_arc(from, to)
}

impl BodyData {
    /// Places the skeleton into the body with these vertices (from [`BodyData::evaluate`]).
    ///
    /// # Errors
    /// [`BodyError::Vertices`] if these are not all base vertices, finite.
    pub fn rig(&self, verts: &[Vec3]) -> Result<Rig, BodyError> {
        self.check_vertices(verts)?;
        let mean = |ids: &[u16]| {
            ids.iter()
                .map(|&i| verts[i as usize].as_dvec3())
                .sum::<DVec3>()
                / ids.len() as f64
        };
        let n = self.bones.len();
        let heads: Vec<DVec3> = self.bones.iter().map(|b| mean(&b.head)).collect();
        let tails: Vec<DVec3> = self.bones.iter().map(|b| mean(&b.tail)).collect();
        let mut bind: Vec<DQuat> = Vec::with_capacity(n);
        let mut local = Vec::with_capacity(n);
        let mut inverse_bind = Vec::with_capacity(n);
        for (i, bone) in self.bones.iter().enumerate() {
            let parent = bone.parent.map_or(DQuat::IDENTITY, |p| bind[p]);
            let own = if bone.name.ends_with("Shoulder") {
                DQuat::IDENTITY
            } else if let (Some(t), Some(direction)) = (
                t_direction(&bone.name),
                (tails[i] - heads[i]).try_normalize(),
            ) {
                arc(parent * t, direction) * parent
            } else {
                parent
            };
            let offset = bone
                .parent
                .map_or(heads[i], |p| parent.inverse() * (heads[i] - heads[p]));
            local.push(((parent.inverse() * own).as_quat(), offset.as_vec3()));
            let back = DMat3::from_quat(own.inverse());
            inverse_bind.push(Mat4::from_cols(
                back.x_axis.as_vec3().extend(0.0),
                back.y_axis.as_vec3().extend(0.0),
                back.z_axis.as_vec3().extend(0.0),
                (-(back * heads[i])).as_vec3().extend(1.0),
            ));
            bind.push(own);
        }
        Ok(Rig {
            names: self.bones.iter().map(|b| b.name.clone()).collect(),
            parents: self.bones.iter().map(|b| b.parent).collect(),
            heads: heads.iter().map(|v| v.as_vec3()).collect(),
            tails: tails.iter().map(|v| v.as_vec3()).collect(),
            bind_rotations: bind.iter().map(|q| q.as_quat()).collect(),
            local,
            inverse_bind,
            joints: self.joints.clone(),
            weights: self.weights.clone(),
        })
    }

    pub(crate) fn check_vertices(&self, verts: &[Vec3]) -> Result<(), BodyError> {
        let finite = verts.iter().filter(|v| v.is_finite()).count();
        if finite == self.base.len() && verts.len() == finite {
            Ok(())
        } else {
            Err(BodyError::Vertices {
                expected: self.base.len(),
                found: finite,
            })
        }
    }
}
