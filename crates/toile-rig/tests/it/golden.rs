//! Rigs as other tools make them, from our own mannequin: its bones renamed and
//! restructured, its rest pose, units and axes changed.

use glam::{Mat4, Quat, Vec3};
use serde_json::{Value, json};
use std::path::Path;

/// A joint: where it is and how it is turned, in the world.
#[derive(Clone, Debug)]
pub(crate) struct Joint {
    pub(crate) name: String,
    pub(crate) parent: Option<usize>,
    pub(crate) at: Vec3,
    pub(crate) turn: Quat,
}

/// A mesh with one material.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) mesh: String,
    pub(crate) material: String,
    pub(crate) positions: Vec<Vec3>,
    pub(crate) normals: Vec<Vec3>,
    pub(crate) joints: Vec<[u16; 4]>,
    pub(crate) weights: Vec<[f32; 4]>,
    pub(crate) corners: Vec<u32>,
}

/// A rigged person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) joints: Vec<Joint>,
    pub(crate) pieces: Vec<Piece>,
    /// Pose that the mesh is bound in, by joint; where it is shown if that differs.
    pub(crate) extensions: Value,
    /// Metres per unit, and axes, of a node above all.
    pub(crate) above: Mat4,
    /// Every piece with a skin of its own, whose joints are in another order.
    pub(crate) own_skins: bool,
    /// Attributes packed with meshopt, positions as 16-bit fractions.
    pub(crate) packed: bool,
}

/// The mannequin as it ships.
pub(crate) fn mannequin() -> Person {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = file.join("../../assets/twins/mannequin/avatar.glb");
    let file = gltf::Gltf::open(file).unwrap();
    let blob = file.blob.as_deref().unwrap();
    let skin = file.skins().next().unwrap();
    let nodes: Vec<usize> = skin.joints().map(|j| j.index()).collect();
    let mut joints: Vec<Joint> = Vec::new();
    for joint in skin.joints() {
        let parent = skin
            .joints()
            .position(|p| p.children().any(|c| c.index() == joint.index()));
        let (t, r, _) = joint.transform().decomposed();
        let (t, r) = (Vec3::from(t), Quat::from_array(r));
        let (at, turn) = match parent {
            Some(p) => (joints[p].at + joints[p].turn * t, joints[p].turn * r),
            None => (t, r),
        };
        let name = joint
            .name()
            .unwrap()
            .trim_start_matches("mixamorig:")
            .to_owned();
        joints.push(Joint {
            name,
            parent,
            at,
            turn,
        });
    }
    assert_eq!(nodes.len(), joints.len());
    let mut pieces = Vec::new();
    for mesh in file.meshes() {
        for primitive in mesh.primitives() {
            let reader = primitive.reader(|_| Some(blob));
            pieces.push(Piece {
                mesh: mesh.name().unwrap_or_default().to_owned(),
                material: primitive.material().name().unwrap_or_default().to_owned(),
                positions: reader.read_positions().unwrap().map(Vec3::from).collect(),
                normals: reader.read_normals().unwrap().map(Vec3::from).collect(),
                joints: reader.read_joints(0).unwrap().into_u16().collect(),
                weights: reader.read_weights(0).unwrap().into_f32().collect(),
                corners: reader.read_indices().unwrap().into_u32().collect(),
            });
        }
    }
    Person {
        joints,
        pieces,
        extensions: json!({}),
        above: Mat4::IDENTITY,
        own_skins: false,
        packed: false,
    }
}

impl Person {
    pub(crate) fn find(&self, name: &str) -> usize {
        self.joints
            .iter()
            .position(|j| j.name == name)
            .unwrap_or_else(|| panic!("no joint {name}"))
    }

    pub(crate) fn rename(mut self, to: impl Fn(&str) -> String) -> Self {
        for joint in &mut self.joints {
            joint.name = to(&joint.name);
        }
        self
    }

    /// Turns bones about their joints, in the world, parents first; the mesh follows.
    pub(crate) fn turned(mut self, turns: &[(&str, Quat)]) -> Self {
        let before: Vec<Mat4> = self.frames();
        for (name, turn) in turns {
            let root = self.find(name);
            let centre = self.joints[root].at;
            for j in 0..self.joints.len() {
                let mut up = Some(j);
                while let Some(n) = up {
                    if n == root {
                        let joint = &mut self.joints[j];
                        joint.at = centre + *turn * (joint.at - centre);
                        joint.turn = *turn * joint.turn;
                        break;
                    }
                    up = self.joints[n].parent;
                }
            }
        }
        let moved: Vec<Mat4> = self
            .frames()
            .iter()
            .zip(&before)
            .map(|(a, b)| *a * b.inverse())
            .collect();
        for piece in &mut self.pieces {
            for v in 0..piece.positions.len() {
                let mut m = Mat4::ZERO;
                for k in 0..4 {
                    m += moved[usize::from(piece.joints[v][k])] * piece.weights[v][k];
                }
                piece.positions[v] = m.transform_point3(piece.positions[v]);
                piece.normals[v] = m.transform_vector3(piece.normals[v]).normalize();
            }
        }
        self
    }

    fn frames(&self) -> Vec<Mat4> {
        self.joints
            .iter()
            .map(|j| Mat4::from_rotation_translation(j.turn, j.at))
            .collect()
    }

    /// Arms straight out to the sides.
    pub(crate) fn t_pose(self) -> Self {
        let mut out = self;
        for (side, x) in [("Left", Vec3::X), ("Right", Vec3::NEG_X)] {
            for (from, to) in [("Arm", "ForeArm"), ("ForeArm", "Hand")] {
                let (a, b) = (
                    out.find(&format!("{side}{from}")),
                    out.find(&format!("{side}{to}")),
                );
                let along = (out.joints[b].at - out.joints[a].at).normalize();
                let name = format!("{side}{from}");
                out = out.turned(&[(&name, Quat::from_rotation_arc(along, x))]);
            }
        }
        out
    }

    /// Gives every joint another frame, as tools have it: only places stay.
    pub(crate) fn reframed(mut self) -> Self {
        for (k, joint) in self.joints.iter_mut().enumerate() {
            let angle = 0.7 + k as f32;
            joint.turn = Quat::from_euler(glam::EulerRot::XYZ, angle, 2.0 * angle, 0.5);
        }
        self
    }

    /// A joint between two others that takes half of what its parent moves beyond it.
    pub(crate) fn with_twist(mut self, from: &str, to: &str, name: &str) -> Self {
        let (a, b) = (self.find(from), self.find(to));
        let (pa, pb) = (self.joints[a].at, self.joints[b].at);
        let new = self.joints.len() as u16;
        self.joints.push(Joint {
            name: name.into(),
            parent: Some(a),
            at: pa.lerp(pb, 0.5),
            turn: self.joints[a].turn,
        });
        for piece in &mut self.pieces {
            for v in 0..piece.positions.len() {
                let t = (piece.positions[v] - pa).dot((pb - pa).normalize()) / pa.distance(pb);
                for k in 0..4 {
                    if t > 0.4 && usize::from(piece.joints[v][k]) == a {
                        piece.joints[v][k] = new;
                    }
                }
            }
        }
        self
    }

    /// A joint above all, or below one, that moves nothing.
    pub(crate) fn with_root(mut self, name: &str) -> Self {
        let new = self.joints.len();
        for joint in &mut self.joints {
            joint.parent = joint.parent.or(Some(new));
        }
        self.joints.push(Joint {
            name: name.into(),
            parent: None,
            at: Vec3::ZERO,
            turn: Quat::IDENTITY,
        });
        self
    }

    pub(crate) fn with_end(mut self, of: &str, name: &str, offset: Vec3) -> Self {
        let parent = self.find(of);
        self.joints.push(Joint {
            name: name.into(),
            parent: Some(parent),
            at: self.joints[parent].at + offset,
            turn: self.joints[parent].turn,
        });
        self
    }

    /// Without some joints: what they move goes with the joint above.
    pub(crate) fn without(mut self, gone: impl Fn(&str) -> bool) -> Self {
        let stays: Vec<bool> = self.joints.iter().map(|j| !gone(&j.name)).collect();
        let above = |mut n: usize| {
            while !stays[n] {
                n = self.joints[n].parent.unwrap();
            }
            n
        };
        let target: Vec<usize> = (0..stays.len()).map(above).collect();
        let number: Vec<usize> = (0..stays.len())
            .map(|n| stays[..n].iter().filter(|s| **s).count())
            .collect();
        let joints = (0..stays.len())
            .filter(|&n| stays[n])
            .map(|n| Joint {
                parent: self.joints[n].parent.map(|p| number[target[p]]),
                ..self.joints[n].clone()
            })
            .collect();
        self.joints = joints;
        for piece in &mut self.pieces {
            for ids in &mut piece.joints {
                *ids = ids.map(|j| number[target[usize::from(j)]] as u16);
            }
        }
        self
    }

    /// Everything in other units and axes, baked into joints and meshes.
    pub(crate) fn baked(mut self, scale: f32, turn: Quat) -> Self {
        for joint in &mut self.joints {
            joint.at = turn * joint.at * scale;
            joint.turn = turn * joint.turn;
        }
        for piece in &mut self.pieces {
            piece
                .positions
                .iter_mut()
                .for_each(|p| *p = turn * *p * scale);
            piece.normals.iter_mut().for_each(|n| *n = turn * *n);
        }
        self
    }

    /// The file.
    pub(crate) fn glb(&self) -> Vec<u8> {
        let (document, bytes) = self.gltf();
        container(&document, &bytes)
    }

    pub(crate) fn gltf(&self) -> (Value, Vec<u8>) {
        let mut out = Out::default();
        let frames = self.frames();
        let mut nodes: Vec<Value> = Vec::new();
        for (i, joint) in self.joints.iter().enumerate() {
            let above = joint.parent.map_or(Mat4::IDENTITY, |p| frames[p]);
            let local = above.inverse() * frames[i];
            let children: Vec<usize> = (0..self.joints.len())
                .filter(|&c| self.joints[c].parent == Some(i))
                .collect();
            let (_, r, t) = local.to_scale_rotation_translation();
            let mut node =
                json!({"name": joint.name, "translation": t.to_array(), "rotation": r.to_array()});
            if !children.is_empty() {
                node["children"] = json!(children);
            }
            nodes.push(node);
        }
        let tops: Vec<usize> = (0..self.joints.len())
            .filter(|&i| self.joints[i].parent.is_none())
            .collect();
        let mut materials: Vec<&str> = Vec::new();
        let (mut meshes, mut skins) = (Vec::new(), Vec::new());
        let mut shown = Vec::new();
        for (k, piece) in self.pieces.iter().enumerate() {
            if !materials.contains(&piece.material.as_str()) {
                materials.push(&piece.material);
            }
            // A skin of its own has only the joints that it uses, the last first.
            let mut order: Vec<usize> = (0..self.joints.len()).collect();
            if self.own_skins {
                order.retain(|&j| {
                    piece
                        .joints
                        .iter()
                        .zip(&piece.weights)
                        .any(|(ids, w)| (0..4).any(|n| usize::from(ids[n]) == j && w[n] > 0.0))
                });
                order.reverse();
            }
            let ids: Vec<[u16; 4]> = piece
                .joints
                .iter()
                .map(|ids| {
                    ids.map(|j| order.iter().position(|&o| o == usize::from(j)).unwrap_or(0) as u16)
                })
                .collect();
            if skins.is_empty() || self.own_skins {
                let inverse: Vec<f32> = order
                    .iter()
                    .flat_map(|&j| (frames[j].inverse() * self.above.inverse()).to_cols_array())
                    .collect();
                let inverse = out.floats(&inverse, 16, "MAT4");
                skins.push(json!({"joints": order, "inverseBindMatrices": inverse}));
            }
            // Stored where the node above puts it, so that bind and rest agree.
            let place = |p: &Vec3| self.above.transform_point3(*p);
            let positions: Vec<Vec3> = piece.positions.iter().map(place).collect();
            let turn = self.above.to_scale_rotation_translation().1;
            let normals: Vec<f32> = piece
                .normals
                .iter()
                .flat_map(|n| (turn * *n).to_array())
                .collect();
            let flat: Vec<f32> = positions.iter().flat_map(Vec3::to_array).collect();
            let id_bytes: Vec<u8> = ids.iter().flatten().flat_map(|j| j.to_le_bytes()).collect();
            let (position, normal, joint) = if self.packed {
                (
                    out.packed(bytemuck::cast_slice(&flat), 12, 5126, "VEC3"),
                    out.packed(bytemuck::cast_slice(&normals), 12, 5126, "VEC3"),
                    out.packed(&id_bytes, 8, 5123, "VEC4"),
                )
            } else {
                (
                    out.floats(&flat, 3, "VEC3"),
                    out.floats(&normals, 3, "VEC3"),
                    out.raw(&id_bytes, 8, 5123, "VEC4"),
                )
            };
            let weights: Vec<f32> = piece.weights.iter().flatten().copied().collect();
            let weight = out.floats(&weights, 4, "VEC4");
            let corner_bytes: Vec<u8> =
                piece.corners.iter().flat_map(|i| i.to_le_bytes()).collect();
            let indices = if self.packed {
                out.packed_triangles(&piece.corners, piece.positions.len())
            } else {
                out.raw(&corner_bytes, 4, 5125, "SCALAR")
            };
            meshes.push(json!({"name": piece.mesh, "primitives": [{
                "attributes": {"POSITION": position, "NORMAL": normal, "JOINTS_0": joint, "WEIGHTS_0": weight},
                "indices": indices,
                "material": materials.iter().position(|m| *m == piece.material),
            }]}));
            shown.push(nodes.len());
            nodes.push(
                json!({"name": format!("{} {k}", piece.mesh), "mesh": k, "skin": skins.len() - 1}),
            );
        }
        let armature = nodes.len();
        nodes.push(
            json!({"name": "Armature", "matrix": self.above.to_cols_array(), "children": tops}),
        );
        shown.push(armature);
        let mut document = json!({
            "asset": {"version": "2.0", "generator": "golden rigs of Toile's tests"},
            "scene": 0,
            "scenes": [{"nodes": shown}],
            "nodes": nodes,
            "meshes": meshes,
            "skins": skins,
            "materials": materials.iter().map(|m| json!({"name": m})).collect::<Vec<_>>(),
            "accessors": out.accessors,
            "bufferViews": out.views,
            "buffers": [{"byteLength": out.bytes.len()}],
            "extensions": self.extensions,
        });
        if self.packed {
            document["extensionsRequired"] = json!(["EXT_meshopt_compression"]);
        }
        (document, out.bytes)
    }
}

#[derive(Default)]
struct Out {
    bytes: Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
}

impl Out {
    fn keep(&mut self, data: &[u8]) -> usize {
        while !self.bytes.len().is_multiple_of(4) {
            self.bytes.push(0);
        }
        self.bytes.extend_from_slice(data);
        self.bytes.len() - data.len()
    }

    fn raw(&mut self, data: &[u8], size: usize, component: u32, shape: &str) -> usize {
        let offset = self.keep(data);
        self.views
            .push(json!({"buffer": 0, "byteOffset": offset, "byteLength": data.len()}));
        self.accessor(data.len() / size, component, shape)
    }

    fn accessor(&mut self, count: usize, component: u32, shape: &str) -> usize {
        self.accessors.push(json!({
            "bufferView": self.views.len() - 1, "componentType": component, "count": count, "type": shape,
        }));
        self.accessors.len() - 1
    }

    fn floats(&mut self, data: &[f32], per: usize, shape: &str) -> usize {
        self.raw(bytemuck::cast_slice(data), 4 * per, 5126, shape)
    }

    fn packed(&mut self, data: &[u8], stride: usize, component: u32, shape: &str) -> usize {
        let packed = match stride {
            8 => meshopt::encode_vertex_buffer(data.as_chunks::<8>().0),
            _ => meshopt::encode_vertex_buffer(data.as_chunks::<12>().0),
        };
        self.meshopt(&packed.unwrap(), data.len() / stride, stride, "ATTRIBUTES");
        self.accessor(data.len() / stride, component, shape)
    }

    fn packed_triangles(&mut self, corners: &[u32], vertices: usize) -> usize {
        let packed = meshopt::encode_index_buffer(corners, vertices).unwrap();
        self.meshopt(&packed, corners.len(), 4, "TRIANGLES");
        self.accessor(corners.len(), 5125, "SCALAR")
    }

    fn meshopt(&mut self, packed: &[u8], count: usize, stride: usize, mode: &str) {
        let offset = self.keep(packed);
        self.views.push(json!({
            "buffer": 0, "byteOffset": 0, "byteLength": count * stride,
            "extensions": {"EXT_meshopt_compression": {
                "buffer": 0, "byteOffset": offset, "byteLength": packed.len(),
                "byteStride": stride, "count": count, "mode": mode,
            }},
        }));
    }
}

/// JSON and bytes as a GLB container.
pub(crate) fn container(document: &Value, bytes: &[u8]) -> Vec<u8> {
    let mut text = document.to_string().into_bytes();
    while !text.len().is_multiple_of(4) {
        text.push(b' ');
    }
    let mut bytes = bytes.to_vec();
    while !bytes.len().is_multiple_of(4) {
        bytes.push(0);
    }
    let mut out = b"glTF".to_vec();
    let total = 28 + text.len() + bytes.len();
    for word in [2, total as u32, text.len() as u32, 0x4E4F_534A] {
        out.extend_from_slice(&u32::to_le_bytes(word));
    }
    out.extend_from_slice(&text);
    for word in [bytes.len() as u32, 0x004E_4942] {
        out.extend_from_slice(&u32::to_le_bytes(word));
    }
    out.extend_from_slice(&bytes);
    out
}
