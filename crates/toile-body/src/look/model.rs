//! The bare body the look is built on: bind-pose vertices, rig and lookup helpers.

use std::collections::HashMap;

use glam::{Quat, Vec2, Vec3};

use crate::{FaceUnit, Mask, Triangle};

/// A part of the base mesh the look uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The person's left, +X.
    Left,
    /// The person's right, -X.
    Right,
}

impl Side {
    /// Both sides, left first.
    pub(crate) const BOTH: [Self; 2] = [Self::Left, Self::Right];

    /// +1 for left, -1 for right: the sign of X.
    pub(crate) fn sign(self) -> f32 {
        match self {
            Self::Left => 1.0,
            Self::Right => -1.0,
        }
    }

    /// `Left` or `Right`, as the joints are named.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Left => "Left",
            Self::Right => "Right",
        }
    }
}

/// One joint in the bind pose.
#[derive(Debug, Clone)]
pub(crate) struct BindJoint {
    /// Mixamo name without prefix, e.g. `LeftFoot`.
    pub(crate) name: String,
    /// Full node name.
    pub(crate) node: String,
    /// Index of the parent; the root has none.
    pub(crate) parent: Option<usize>,
    /// World rotation of the joint frame in the bind (A) pose; identity in the T-pose.
    pub(crate) rotation: Quat,
    /// World position, metres.
    pub(crate) head: Vec3,
}

/// Everything the look needs of one evaluated body.
pub(crate) struct Model<'a> {
    /// All base mesh vertices in the bind pose, metres, soles at y = 0.
    pub(crate) verts: Vec<Vec3>,
    /// Texture vertices, v upwards.
    pub(crate) uvs: &'a [Vec2],
    /// Skin triangles.
    pub(crate) body: Vec<Triangle>,
    /// Cat-suit helper: the foot part is a toeless sock, the last of the shoes.
    pub(crate) tights: Vec<Triangle>,
    /// Eyeball triangles, left and right.
    pub(crate) eyes: [Vec<Triangle>; 2],
    /// Lash helper triangles, `[left, right][lower, upper]` sorted by height.
    pub(crate) lashes: [[Vec<Triangle>; 2]; 2],
    /// Both rows of teeth.
    pub(crate) teeth: Vec<Triangle>,
    /// Four joints per vertex.
    pub(crate) joints: &'a [[u16; 4]],
    /// Their weights, summing to one.
    pub(crate) weights: &'a [[f32; 4]],
    /// The skeleton.
    pub(crate) skeleton: Vec<BindJoint>,
    /// Face morphs.
    pub(crate) units: &'a [FaceUnit],
    /// UV masks.
    pub(crate) masks: &'a [Mask],
    /// Smooth normals of the body and the helpers, per base vertex.
    pub(crate) normals: Vec<Vec3>,
    by_name: HashMap<String, usize>,
}

/// The parts of a [`Model`] that come from the body data.
pub(crate) struct ModelParts<'a> {
    /// See [`Model::verts`].
    pub(crate) verts: Vec<Vec3>,
    /// See [`Model::uvs`].
    pub(crate) uvs: &'a [Vec2],
    /// See [`Model::body`].
    pub(crate) body: Vec<Triangle>,
    /// See [`Model::tights`].
    pub(crate) tights: Vec<Triangle>,
    /// See [`Model::eyes`].
    pub(crate) eyes: [Vec<Triangle>; 2],
    /// See [`Model::lashes`], in any order.
    pub(crate) lashes: [[Vec<Triangle>; 2]; 2],
    /// See [`Model::teeth`].
    pub(crate) teeth: Vec<Triangle>,
    /// See [`Model::joints`].
    pub(crate) joints: &'a [[u16; 4]],
    /// See [`Model::weights`].
    pub(crate) weights: &'a [[f32; 4]],
    /// See [`Model::skeleton`].
    pub(crate) skeleton: Vec<BindJoint>,
    /// See [`Model::units`].
    pub(crate) units: &'a [FaceUnit],
    /// See [`Model::masks`].
    pub(crate) masks: &'a [Mask],
}

impl<'a> Model<'a> {
    /// Takes the parts and derives normals and lookups.
    pub(crate) fn new(parts: ModelParts<'a>) -> Self {
        let ModelParts {
            verts,
            uvs,
            body,
            tights,
            eyes,
            mut lashes,
            teeth,
            joints,
            weights,
            skeleton,
            units,
            masks,
        } = parts;
        let mean_y = |tris: &[Triangle]| {
            tris.iter()
                .map(|t| verts[t.verts[0] as usize].y)
                .sum::<f32>()
                / tris.len().max(1) as f32
        };
        for pair in &mut lashes {
            if mean_y(&pair[0]) > mean_y(&pair[1]) {
                pair.swap(0, 1);
            }
        }
        let mut normals = vec![Vec3::ZERO; verts.len()];
        for t in body.iter().chain(&tights).chain(&teeth) {
            let [a, b, c] = t.verts.map(|i| verts[i as usize]);
            let n = (b - a).cross(c - a);
            for i in t.verts {
                normals[i as usize] += n;
            }
        }
        for n in &mut normals {
            *n = n.try_normalize().unwrap_or(Vec3::Y);
        }
        let by_name = skeleton
            .iter()
            .enumerate()
            .map(|(i, j)| (j.name.clone(), i))
            .collect();
        Self {
            verts,
            uvs,
            body,
            tights,
            eyes,
            lashes,
            teeth,
            joints,
            weights,
            skeleton,
            units,
            masks,
            normals,
            by_name,
        }
    }

    /// Index of a joint by its name without prefix.
    ///
    /// The skeleton is the crate's own 52-joint Mixamo set, so an unknown name
    /// is a slip of this crate; it falls back to the root.
    pub(crate) fn joint(&self, name: &str) -> usize {
        debug_assert!(self.by_name.contains_key(name), "no joint {name}");
        self.by_name.get(name).copied().unwrap_or(0)
    }

    /// World position of a joint in the bind pose.
    pub(crate) fn head(&self, name: &str) -> Vec3 {
        self.skeleton[self.joint(name)].head
    }

    /// Summed weight of some joints on a base vertex.
    pub(crate) fn weight_of(&self, vertex: usize, joints: &[usize]) -> f32 {
        (0..4)
            .filter(|&k| joints.contains(&usize::from(self.joints[vertex][k])))
            .map(|k| self.weights[vertex][k])
            .sum()
    }

    /// Centre and radius of an eyeball.
    pub(crate) fn eye(&self, side: Side) -> (Vec3, f32) {
        let tris = &self.eyes[side as usize];
        let (mut lo, mut hi) = (Vec3::MAX, Vec3::MIN);
        for t in tris {
            for v in t.verts {
                lo = lo.min(self.verts[v as usize]);
                hi = hi.max(self.verts[v as usize]);
            }
        }
        ((lo + hi) * 0.5, (hi.x - lo.x) * 0.5)
    }

    /// A mask by name.
    pub(crate) fn mask(&self, name: &str) -> Option<&Mask> {
        self.masks.iter().find(|m| m.name == name)
    }
}
