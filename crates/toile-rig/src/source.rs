//! A foreign file as a skeleton in its rest pose and the meshes bound to it.

use glam::{Mat4, Vec2, Vec3};

use crate::accessor::Numbers;
use crate::buffers::Bytes;
use crate::document::{Document, Forest, Primitive};
use crate::error::{Read, RigError};
use crate::limits;

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

/// Reads one primitive; none if it is not made of triangles.
fn read_primitive(
    numbers: &Numbers<'_>,
    primitive: &Primitive,
    place: &str,
    joints: &[usize],
    bind: &[Mat4],
    skinned: bool,
) -> Read<Option<Bound>> {
    let attribute = |name: &str| primitive.attributes.get(name).copied();
    let fault = |name: &str, problem: String| {
        RigError::new(format!("{place}.{name}"), problem, "export it again")
    };
    let Some(position) = attribute("POSITION") else {
        return Err(fault("attributes.POSITION", "is missing".into()));
    };
    let positions = numbers.points(position)?;
    let count = positions.len();
    let corners = match primitive.indices {
        Some(index) => numbers.whole(index)?,
        None => (0..count as u32).collect(),
    };
    if let Some(&beyond) = corners.iter().find(|&&i| i as usize >= count) {
        return Err(fault("indices", format!("name vertex {beyond} of {count}")));
    }
    let triangles: Vec<[u32; 3]> = match primitive.mode.unwrap_or(4) {
        4 => corners.as_chunks::<3>().0.to_vec(),
        5 => {
            let strip = corners.windows(3).enumerate();
            strip
                .map(|(k, w)| {
                    if k % 2 == 0 {
                        [w[0], w[1], w[2]]
                    } else {
                        [w[1], w[0], w[2]]
                    }
                })
                .collect()
        }
        6 => corners
            .windows(2)
            .skip(1)
            .map(|w| [corners[0], w[0], w[1]])
            .collect(),
        _ => return Ok(None),
    };
    // Counts are compared before anything is read.
    let of = |name: &str| -> Read<Option<usize>> {
        let Some(index) = attribute(name) else {
            return Ok(None);
        };
        let have = numbers.count(index)?;
        if have == count {
            return Ok(Some(index));
        }
        Err(fault(
            &format!("attributes.{name}"),
            format!("has {have} elements for {count} vertices"),
        ))
    };
    let normals = match of("NORMAL")? {
        Some(index) => numbers.points(index)?,
        None => smooth(&positions, &triangles),
    };
    let uvs = match of("TEXCOORD_0")? {
        Some(index) => numbers.pairs(index)?,
        None => vec![Vec2::ZERO; count],
    };
    let colours = match of("COLOR_0")? {
        Some(index) => numbers.colours(index)?,
        None => Vec::new(),
    };
    let mut influences = vec![[(0, 0.0); INFLUENCES]; count];
    if skinned {
        for (set, slots) in [("0", 0..4), ("1", 4..8)] {
            let (joints_name, weights_name) = (format!("JOINTS_{set}"), format!("WEIGHTS_{set}"));
            let (Some(j), Some(w)) = (of(&joints_name)?, of(&weights_name)?) else {
                if set == "0" {
                    let problem = "is missing on a mesh with a skin".to_owned();
                    return Err(fault("attributes.JOINTS_0", problem));
                }
                continue;
            };
            let (ids, shares) = (numbers.joints(j)?, numbers.weights(w)?);
            for (v, influence) in influences.iter_mut().enumerate() {
                for (k, slot) in slots.clone().enumerate() {
                    let (joint, weight) = (ids[v][k], shares[v][k].max(0.0));
                    if weight > 0.0 && joint as usize >= joints.len() {
                        let problem = format!("name joint {joint} of {}", joints.len());
                        return Err(fault(&format!("attributes.{joints_name}"), problem));
                    }
                    if weight > 0.0 {
                        influence[slot] = (joint as u16, weight);
                    }
                }
            }
        }
    }
    for influence in &mut influences {
        let sum: f32 = influence.iter().map(|i| i.1).sum();
        if sum > 1e-6 {
            influence.iter_mut().for_each(|i| i.1 /= sum);
        } else {
            // What no joint moves goes with the first.
            influence[0] = (0, 1.0);
        }
    }
    Ok(Some(Bound {
        mesh_name: String::new(),
        node_name: String::new(),
        material: primitive.material,
        positions,
        normals,
        uvs,
        colours,
        triangles,
        joints: joints.to_vec(),
        bind: bind.to_vec(),
        influences,
    }))
}

/// Normals of a mesh that has none: of the triangles around, by their size.
pub(crate) fn smooth(positions: &[Vec3], triangles: &[[u32; 3]]) -> Vec<Vec3> {
    let mut normals = vec![Vec3::ZERO; positions.len()];
    for t in triangles {
        let [a, b, c] = t.map(|i| positions[i as usize]);
        let normal = (b - a).cross(c - a);
        for &i in t {
            normals[i as usize] += normal;
        }
    }
    normals
        .into_iter()
        .map(|n| n.normalize_or(Vec3::Y))
        .collect()
}
