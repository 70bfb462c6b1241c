//! The body surface that cloth collides with.

use std::collections::HashMap;

use glam::{Mat4, Vec3};

use crate::avatar::Avatar;

/// Materials that make up the collision surface; `worn` are own clothes of an imported
/// avatar that has no skin beneath.
const MATERIALS: [&str; 4] = ["skin", "base_layer", "worn", "shoes"];
/// Vertices closer than this in every coordinate are one, metres.
const WELD_M: f32 = 1.0e-5;

/// Bits that say which part of the body a vertex belongs to.
pub mod region {
    /// Hips, spine and shoulders' girdle.
    pub const TORSO: u32 = 1;
    /// Neck and head.
    pub const HEAD: u32 = 2;
    /// Left upper and lower arm.
    pub const LEFT_ARM: u32 = 4;
    /// Right upper and lower arm.
    pub const RIGHT_ARM: u32 = 8;
    /// Left hand with fingers.
    pub const LEFT_HAND: u32 = 16;
    /// Right hand with fingers.
    pub const RIGHT_HAND: u32 = 32;
    /// Left thigh and shin.
    pub const LEFT_LEG: u32 = 64;
    /// Right thigh and shin.
    pub const RIGHT_LEG: u32 = 128;
    /// Either foot with its shoe.
    pub const FOOT: u32 = 256;
}

/// Skin, base layer and shoes (and what stands for skin) as one skinned triangle mesh in bind-pose model
/// space: the shells as they are ([`Avatar::collision_body`]) or the closed
/// surface around them ([`Avatar::collision_hull`]).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CollisionBody {
    /// Vertex positions, metres.
    pub positions: Vec<Vec3>,
    /// Unit normals, averaged over welded vertices.
    pub normals: Vec<Vec3>,
    /// Triangles, counter-clockwise from outside.
    pub triangles: Vec<[u32; 3]>,
    /// Four joint numbers per vertex.
    pub joints: Vec<[u16; 4]>,
    /// Four weights per vertex.
    pub weights: Vec<[f32; 4]>,
    /// [`region`] bits per vertex: of the dominant joint, and in a hull also of
    /// the others that share in it.
    pub region: Vec<u32>,
}

impl CollisionBody {
    pub(crate) fn new(avatar: &Avatar) -> Self {
        let joint_region = joint_regions(avatar);
        let mut body = Self::default();
        let mut welded: HashMap<[i32; 3], u32> = HashMap::new();
        for part in avatar
            .primitives
            .iter()
            .filter(|p| MATERIALS.contains(&p.material.as_str()))
        {
            let mut number = Vec::with_capacity(part.positions.len());
            for (v, &position) in part.positions.iter().enumerate() {
                let cell = (position / WELD_M).round().as_ivec3().to_array();
                let index = *welded.entry(cell).or_insert(body.positions.len() as u32);
                if index as usize == body.positions.len() {
                    body.positions.push(position);
                    body.normals.push(Vec3::ZERO);
                    body.joints.push(part.joints[v]);
                    body.weights.push(part.weights[v]);
                    let dominant = dominant_joint(part.joints[v], part.weights[v]);
                    body.region.push(joint_region[dominant]);
                }
                body.normals[index as usize] += part.normals[v];
                number.push(index);
            }
            for corner in part.indices.as_chunks::<3>().0 {
                let triangle = corner.map(|i| number[i as usize]);
                let [a, b, c] = triangle;
                if a != b && b != c && c != a {
                    body.triangles.push(triangle);
                }
            }
        }
        for normal in &mut body.normals {
            *normal = normal.normalize_or_zero();
        }
        body
    }

    /// Position of vertex `v` under the skinning matrices `skin`
    /// ([`crate::skin_matrices`]).
    #[must_use]
    pub fn skinned(&self, v: usize, skin: &[Mat4]) -> Vec3 {
        let mut sum = Vec3::ZERO;
        for (&joint, &weight) in self.joints[v].iter().zip(&self.weights[v]) {
            if weight > 0.0 {
                sum += skin[usize::from(joint)].transform_point3(self.positions[v]) * weight;
            }
        }
        sum
    }
}

fn dominant_joint(joints: [u16; 4], weights: [f32; 4]) -> usize {
    let mut best = 0;
    for k in 1..4 {
        if weights[k] > weights[best] {
            best = k;
        }
    }
    usize::from(joints[best])
}

/// Region bit of every joint of the avatar.
pub(crate) fn joint_regions(avatar: &Avatar) -> Vec<u32> {
    avatar
        .skeleton
        .names
        .iter()
        .map(|name| region_of(name))
        .collect()
}

/// Region bit of a joint, by its name.
fn region_of(joint: &str) -> u32 {
    let (side, part) = match (joint.strip_prefix("Left"), joint.strip_prefix("Right")) {
        (Some(part), _) => (0, part),
        (_, Some(part)) => (1, part),
        _ => (0, joint),
    };
    match part {
        "Arm" | "ForeArm" => region::LEFT_ARM << side,
        p if p.starts_with("Hand") => region::LEFT_HAND << side,
        "UpLeg" | "Leg" => region::LEFT_LEG << side,
        "Foot" => region::FOOT,
        p if p.starts_with("Toe") => region::FOOT,
        p if p.starts_with("Neck") || p.starts_with("Head") => region::HEAD,
        p if p.contains("Eye") || p.contains("Jaw") => region::HEAD,
        _ => region::TORSO,
    }
}
