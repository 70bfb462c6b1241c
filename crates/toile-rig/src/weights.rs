//! Which bone moves which vertex, once extra joints are folded into the bones and
//! missing bones have been placed.

use glam::{Mat4, Vec3, Vec4};

use crate::bone::{Bone, COUNT};
use crate::humanoid::Humanoid;
use crate::pose::Posed;
use crate::source::{Bound, Source};

/// Weights of a vertex by bone, the heaviest first.
pub(crate) type Shares = Vec<(Bone, f32)>;

/// The bone that each joint goes with.
pub(crate) struct Folding {
    pub(crate) bone: Vec<Bone>,
    /// Joints that are no bones themselves.
    pub(crate) extra: usize,
}

impl Folding {
    pub(crate) fn new(source: &Source, humanoid: &Humanoid, posed: &Posed) -> Self {
        let mut own: Vec<Option<Bone>> = vec![None; source.names.len()];
        for bone in Bone::all() {
            if let Some(node) = humanoid.nodes[bone.index()] {
                own[node].get_or_insert(bone);
            }
        }
        let mut above_hips = vec![false; source.names.len()];
        let mut up = humanoid.nodes[Bone::HIPS.index()];
        while let Some(n) = up {
            above_hips[n] = true;
            up = source.forest.parent[n];
        }
        let mut extra = 0;
        let bone = (0..source.names.len())
            .map(|node| {
                let mut up = Some(node);
                let mut found = None;
                while let Some(n) = up {
                    found = own[n];
                    if found.is_some() {
                        break;
                    }
                    up = source.forest.parent[n];
                }
                let at = posed.normal.transform_point3(humanoid.at[node]);
                let found = found.unwrap_or_else(|| {
                    if above_hips[node] || !source.is_joint[node] {
                        Bone::HIPS
                    } else {
                        nearest(posed, at)
                    }
                });
                if source.is_joint[node] && own[node].is_none() {
                    extra += 1;
                }
                ahead_of_toes(posed, found, at)
            })
            .collect();
        Self { bone, extra }
    }
}

/// Joints of single toes hang on the foot, but move with the toes.
fn ahead_of_toes(posed: &Posed, bone: Bone, at: Vec3) -> Bone {
    for [_, _, foot, toes] in Bone::LEGS {
        if bone == foot
            && let (Some(ankle), Some(ball)) = (posed.rest[foot.index()], posed.rest[toes.index()])
            && (at - ankle).dot((ball - ankle).normalize_or_zero()) > ankle.distance(ball) * 0.999
        {
            return toes;
        }
    }
    bone
}

/// The bone whose line a point is nearest to.
fn nearest(posed: &Posed, at: Vec3) -> Bone {
    let there = |b: Bone| posed.rest[b.index()].is_some();
    Bone::all()
        .filter(|b| !b.is_finger())
        .filter_map(|b| {
            let parent = crate::pose::parent_there(b, &there)?;
            let (from, to) = (posed.rest[parent.index()]?, posed.rest[b.index()]?);
            let along = to - from;
            let t = ((at - from).dot(along) / along.length_squared().max(1e-12)).clamp(0.0, 1.0);
            Some((parent, at.distance(from + along * t)))
        })
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(Bone::HIPS, |b| b.0)
}

/// A mesh in the A-pose, before missing bones take their share.
pub(crate) struct Worn {
    pub(crate) positions: Vec<Vec3>,
    pub(crate) normals: Vec<Vec3>,
    pub(crate) triangles: Vec<[u32; 3]>,
    pub(crate) shares: Vec<Shares>,
}

/// Poses a mesh: every joint goes rigidly with the bone it is folded into.
pub(crate) fn pose(source: &Source, mesh: &Bound, posed: &Posed, folding: &Folding) -> Worn {
    let rest = source.rest(mesh);
    let matrices: Vec<Mat4> = mesh
        .joints
        .iter()
        .zip(&rest)
        .map(|(&node, rest)| {
            let i = folding.bone[node].index();
            let (from, to) = (
                posed.rest[i].unwrap_or_default(),
                posed.head[i].unwrap_or_default(),
            );
            let turn = Mat4::from_translation(to)
                * Mat4::from_quat(posed.turn[i])
                * Mat4::from_translation(-from);
            turn * posed.normal * *rest
        })
        .collect();
    let count = mesh.positions.len();
    let mut worn = Worn {
        positions: Vec::with_capacity(count),
        normals: Vec::with_capacity(count),
        triangles: mesh.triangles.clone(),
        shares: Vec::with_capacity(count),
    };
    for v in 0..count {
        let mut blended = Mat4::ZERO;
        let mut by_bone = [0.0f32; COUNT];
        for &(joint, weight) in mesh.influences[v].iter().filter(|i| i.1 > 0.0) {
            blended += matrices[usize::from(joint)] * weight;
            by_bone[folding.bone[mesh.joints[usize::from(joint)]].index()] += weight;
        }
        worn.positions.push(mesh.place(v, &matrices));
        // The cofactors turn normals rightly under any scale, also a mirroring one.
        let [x, y, z] = [blended.x_axis, blended.y_axis, blended.z_axis].map(Vec4::truncate);
        let n = mesh.normals[v];
        let turned = y.cross(z) * n.x + z.cross(x) * n.y + x.cross(y) * n.z;
        let flip = x.cross(y).dot(z).signum();
        worn.normals
            .push((turned * flip).try_normalize().unwrap_or(Vec3::Y));
        let mut shares: Shares = Bone::all()
            .map(|b| (b, by_bone[b.index()]))
            .filter(|s| s.1 > 0.0)
            .collect();
        shares.sort_by(|a, b| b.1.total_cmp(&a.1));
        worn.shares.push(shares);
    }
    // A mirroring transform turns triangles inside out.
    if matrices.first().is_some_and(|m| m.determinant() < 0.0) {
        worn.triangles.iter_mut().for_each(|t| t.swap(1, 2));
    }
    worn
}

/// A bone that was placed, and which bone's vertices it shares.
pub(crate) struct Placed {
    pub(crate) bone: Bone,
    pub(crate) from: Bone,
    /// Where the share begins to be a half.
    pub(crate) at: Vec3,
    pub(crate) along: Vec3,
    /// Half the way over which it grows, metres.
    pub(crate) soft: f32,
}

impl Placed {
    /// Takes this bone's share of a vertex.
    pub(crate) fn take(&self, position: Vec3, shares: &mut Shares) {
        let Some(at) = shares.iter().position(|s| s.0 == self.from) else {
            return;
        };
        let t = ((position - self.at).dot(self.along) / (2.0 * self.soft) + 0.5).clamp(0.0, 1.0);
        let taken = shares[at].1 * t * t * (3.0 - 2.0 * t);
        if taken > 0.0 {
            shares[at].1 -= taken;
            shares.push((self.bone, taken));
        }
    }
}

/// The four heaviest shares, summing to one.
pub(crate) fn four(shares: &Shares) -> ([Bone; 4], [f32; 4]) {
    let mut sorted = shares.clone();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1));
    sorted.truncate(4);
    let sum: f32 = sorted.iter().map(|s| s.1).sum();
    let (mut bones, mut weights) = ([Bone::HIPS; 4], [0.0; 4]);
    if sum <= 0.0 {
        weights[0] = 1.0;
    }
    for (k, (bone, weight)) in sorted.into_iter().enumerate().filter(|_| sum > 0.0) {
        (bones[k], weights[k]) = (bone, weight / sum);
    }
    (bones, weights)
}
