//! A foreign file as a skeleton in its rest pose and the meshes bound to it.

use glam::{Mat4, Vec2, Vec3};

use crate::accessor::Numbers;
use crate::buffers::Bytes;
use crate::document::{Document, Forest};
use crate::error::{Read, RigError};
use crate::limits;
use crate::primitive::read_primitive;

/// Influences of a vertex that are read.
pub(crate) const INFLUENCES: usize = 8;

/// What a file holds of an avatar.
pub(crate) struct Source {
    pub(crate) names: Vec<String>,
    pub(crate) children: Vec<Vec<usize>>,
    pub(crate) forest: Forest,
    pub(crate) meshes: Vec<Bound>,
    /// Nodes that some skin has as a joint.
    pub(crate) is_joint: Vec<bool>,
    pub(crate) skins: usize,
    /// What was left out, in words.
    pub(crate) losses: Vec<String>,
}

/// A primitive bound to joints.
pub(crate) struct Bound {
    pub(crate) mesh_name: String,
    pub(crate) node_name: String,
    pub(crate) material: Option<usize>,
    /// Positions as stored; `bind` takes them into the rest pose.
    pub(crate) positions: Vec<Vec3>,
    pub(crate) normals: Vec<Vec3>,
    pub(crate) uvs: Vec<Vec2>,
    pub(crate) colours: Vec<[f32; 4]>,
    pub(crate) triangles: Vec<[u32; 3]>,
    /// Node of every joint.
    pub(crate) joints: Vec<usize>,
    /// Joint from mesh.
    pub(crate) bind: Vec<Mat4>,
    /// Joint and weight; weights sum to one.
    pub(crate) influences: Vec<[(u16, f32); INFLUENCES]>,
}

impl Bound {
    /// Places a vertex: `matrices` are world from joint, by joint of this mesh.
    pub(crate) fn place(&self, v: usize, matrices: &[Mat4]) -> Vec3 {
        let mut sum = Vec3::ZERO;
        for &(joint, weight) in self.influences[v].iter().filter(|i| i.1 > 0.0) {
            sum += matrices[usize::from(joint)].transform_point3(self.positions[v]) * weight;
        }
        sum
    }
}

impl Source {
    pub(crate) fn new(document: &Document, bytes: &Bytes) -> Read<Self> {
        let forest = Forest::new(document)?;
        let numbers = Numbers { document, bytes };
        budget(document, &numbers)?;
        if document.skins.len() > limits::SKINS {
            let problem = format!(
                "are {}; at most {} are read",
                document.skins.len(),
                limits::SKINS
            );
            return Err(RigError::new("skins", problem, "export the avatar alone"));
        }
        let mut is_joint = vec![false; document.nodes.len()];
        let mut binds = Vec::new();
        for (i, skin) in document.skins.iter().enumerate() {
            let field = format!("skins[{i}].joints");
            if skin.joints.is_empty() || skin.joints.len() > limits::JOINTS {
                let problem = format!(
                    "are {}; 1 to {} are read",
                    skin.joints.len(),
                    limits::JOINTS
                );
                return Err(RigError::new(
                    field,
                    problem,
                    "export the avatar with one skeleton",
                ));
            }
            for &joint in &skin.joints {
                *is_joint.get_mut(joint).ok_or_else(|| {
                    let problem = format!("name node {joint} of {}", document.nodes.len());
                    RigError::new(&field, problem, "export it again")
                })? = true;
            }
            let bind = match skin.inverse_bind_matrices {
                Some(index) if numbers.count(index)? > limits::JOINTS => {
                    let field = format!("accessors[{index}].count");
                    let problem = format!("has more matrices than {} joints", limits::JOINTS);
                    return Err(RigError::new(field, problem, "export it again"));
                }
                Some(index) => numbers.matrices(index)?,
                None => vec![Mat4::IDENTITY; skin.joints.len()],
            };
            if bind.len() < skin.joints.len() {
                return Err(RigError::new(
                    format!("skins[{i}].inverseBindMatrices"),
                    format!("are {} for {} joints", bind.len(), skin.joints.len()),
                    "export the skin with one inverse bind matrix per joint",
                ));
            }
            binds.push(bind);
        }
        let mut source = Self {
            names: document.nodes.iter().map(|n| n.name.clone()).collect(),
            children: document.nodes.iter().map(|n| n.children.clone()).collect(),
            forest,
            meshes: Vec::new(),
            is_joint,
            skins: document.skins.len(),
            losses: Vec::new(),
        };
        source.take_meshes(document, &numbers, &binds)?;
        if source.meshes.is_empty() {
            return Err(RigError::new(
                "skins",
                if document.skins.is_empty() {
                    "are missing: nothing can pose this mesh"
                } else {
                    "move no triangle that the scene shows"
                },
                "bind the mesh to a skeleton (rigging services and Blender's Rigify do so) and export it with its skin",
            ));
        }
        Ok(source)
    }

    fn take_meshes(
        &mut self,
        document: &Document,
        numbers: &Numbers<'_>,
        binds: &[Vec<Mat4>],
    ) -> Read<()> {
        let (mut unskinned, mut morphs) = (0, 0);
        for (n, node) in document.nodes.iter().enumerate() {
            let Some(mesh) = node.mesh.filter(|_| self.forest.shown[n]) else {
                continue;
            };
            let mesh_of = document.meshes.get(mesh).ok_or_else(|| {
                RigError::new(
                    format!("nodes[{n}].mesh"),
                    format!("is {mesh} of {}", document.meshes.len()),
                    "export it again",
                )
            })?;
            let (joints, bind) = match node.skin {
                Some(skin) => match (document.skins.get(skin), binds.get(skin)) {
                    (Some(found), Some(bind)) => (found.joints.clone(), bind.clone()),
                    _ => {
                        let problem = format!("is {skin} of {}", document.skins.len());
                        return Err(RigError::new(
                            format!("nodes[{n}].skin"),
                            problem,
                            "export it again",
                        ));
                    }
                },
                // Eyes and glasses are often hung on a joint instead of bound.
                None if self.hangs_on_joint(n) => (vec![n], vec![Mat4::IDENTITY]),
                None => {
                    unskinned += 1;
                    continue;
                }
            };
            for (p, primitive) in mesh_of.primitives.iter().enumerate() {
                morphs += primitive.targets.len();
                let place = format!("meshes[{mesh}].primitives[{p}]");
                if let Some(bound) = read_primitive(
                    numbers,
                    primitive,
                    &place,
                    &joints,
                    &bind,
                    node.skin.is_some(),
                )? {
                    self.meshes.push(Bound {
                        mesh_name: mesh_of.name.clone(),
                        node_name: node.name.clone(),
                        ..bound
                    });
                } else {
                    self.losses
                        .push(format!("{place}: points or lines, not drawn"));
                }
            }
        }
        if unskinned > 0 {
            self.losses
                .push(format!("{unskinned} meshes that no joint moves"));
        }
        if morphs > 0 {
            self.losses
                .push(format!("{morphs} morph targets (the face does not blink)"));
        }
        if !document.animations.is_empty() {
            self.losses
                .push(format!("{} animations", document.animations.len()));
        }
        Ok(())
    }

    fn hangs_on_joint(&self, node: usize) -> bool {
        let mut up = Some(node);
        while let Some(n) = up {
            if self.is_joint[n] {
                return true;
            }
            up = self.forest.parent[n];
        }
        false
    }

    /// World matrices of a mesh's joints in the rest pose, times their bind.
    pub(crate) fn rest(&self, mesh: &Bound) -> Vec<Mat4> {
        let joints = mesh.joints.iter().zip(&mesh.bind);
        joints
            .map(|(&j, bind)| self.forest.world[j] * *bind)
            .collect()
    }
}

/// Refuses what claims too much before any of it is read.
fn budget(document: &Document, numbers: &Numbers<'_>) -> Read<()> {
    let (mut vertices, mut corners, mut primitives) = (0usize, 0usize, 0usize);
    // A mesh counts as often as nodes show it.
    let shown = document.nodes.iter().filter_map(|node| node.mesh);
    for (m, mesh) in shown.filter_map(|m| Some((m, document.meshes.get(m)?))) {
        for (p, primitive) in mesh.primitives.iter().enumerate() {
            let field = format!("meshes[{m}].primitives[{p}]");
            if primitive
                .extensions
                .contains_key("KHR_draco_mesh_compression")
            {
                return Err(RigError::new(
                    format!("{field}.extensions.KHR_draco_mesh_compression"),
                    "is packed with Draco, which is not read here",
                    "unpack it with `npx @gltf-transform/cli cp IN.glb OUT.glb` and import OUT.glb",
                ));
            }
            primitives += 1;
            let Some(&position) = primitive.attributes.get("POSITION") else {
                return Err(RigError::new(
                    format!("{field}.attributes.POSITION"),
                    "is missing",
                    "export it again",
                ));
            };
            let count = numbers.count(position)?;
            vertices = vertices.saturating_add(count);
            corners =
                corners.saturating_add(primitive.indices.map_or(Ok(count), |i| numbers.count(i))?);
            let (what, have, most) = if primitives > limits::PRIMITIVES {
                ("primitives", primitives, limits::PRIMITIVES)
            } else if vertices > limits::VERTICES {
                ("vertices", vertices, limits::VERTICES)
            } else {
                ("triangle corners", corners, limits::CORNERS)
            };
            if have > most {
                return Err(RigError::new(
                    format!("accessors[{position}].count"),
                    format!("brings the file to {have} {what}; at most {most} are read"),
                    "reduce the mesh, for example with `npx @gltf-transform/cli simplify`",
                ));
            }
        }
    }
    Ok(())
}
