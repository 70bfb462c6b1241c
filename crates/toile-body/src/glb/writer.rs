//! Lays out an [`Avatar`] as a GLB container.

use std::collections::BTreeMap;

use glam::{Mat4, Vec3};
use serde_json::{Value, json};

use super::{Alpha, Avatar, Material, MeshNode, Part, xmp};

const FLOAT: u32 = 5126;
const U16: u32 = 5123;
const U32: u32 = 5125;
const VERTEX_BUFFER: u32 = 34962;
const INDEX_BUFFER: u32 = 34963;

#[derive(Default)]
struct Binary {
    bytes: Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
}

impl Binary {
    fn view(&mut self, data: &[u8], target: Option<u32>) -> usize {
        while !self.bytes.len().is_multiple_of(4) {
            self.bytes.push(0);
        }
        let mut view =
            json!({"buffer": 0, "byteOffset": self.bytes.len(), "byteLength": data.len()});
        if let Some(target) = target {
            view["target"] = json!(target);
        }
        self.bytes.extend_from_slice(data);
        self.views.push(view);
        self.views.len() - 1
    }

    fn push(&mut self, accessor: Value) -> usize {
        self.accessors.push(accessor);
        self.accessors.len() - 1
    }

    fn array<T: bytemuck::NoUninit>(
        &mut self,
        data: &[T],
        component: u32,
        shape: &str,
        target: Option<u32>,
    ) -> usize {
        let view = self.view(bytemuck::cast_slice(data), target);
        self.push(json!({"bufferView": view, "componentType": component, "count": data.len(), "type": shape}))
    }

    fn positions(&mut self, data: &[Vec3]) -> usize {
        let (lo, hi) = bounds(data.iter().copied());
        let at = self.array(data, FLOAT, "VEC3", Some(VERTEX_BUFFER));
        self.accessors[at]["min"] = json!(lo.to_array());
        self.accessors[at]["max"] = json!(hi.to_array());
        at
    }

    /// Weights as 16-bit fractions that sum to exactly one.
    fn weights(&mut self, weights: &[[f32; 4]]) -> usize {
        let fractions: Vec<[u16; 4]> = weights
            .iter()
            .map(|w| {
                let mut q = w.map(|x| (x.clamp(0.0, 1.0) * 65_535.0).round() as u16);
                let rest: u32 = q[1..].iter().map(|&x| u32::from(x)).sum();
                q[0] = 65_535_u32.saturating_sub(rest) as u16;
                q
            })
            .collect();
        let at = self.array(&fractions, U16, "VEC4", Some(VERTEX_BUFFER));
        self.accessors[at]["normalized"] = json!(true);
        at
    }

    fn indices(&mut self, tris: &[[u32; 3]], vertices: usize) -> usize {
        let flat: Vec<u32> = tris.iter().flatten().copied().collect();
        if vertices < 65_535 {
            let short: Vec<u16> = flat.iter().map(|&i| i as u16).collect();
            self.array(&short, U16, "SCALAR", Some(INDEX_BUFFER))
        } else {
            self.array(&flat, U32, "SCALAR", Some(INDEX_BUFFER))
        }
    }

    /// A morph as a sparse accessor over zeros. The format wants at least one
    /// entry, so a unit that leaves the part alone displaces vertex 0 by nothing.
    fn morph(&mut self, moved: &[(u32, Vec3)], vertices: usize) -> usize {
        let still = [(0, Vec3::ZERO)];
        let moved = if moved.is_empty() { &still[..] } else { moved };
        let (lo, hi) = bounds(
            moved
                .iter()
                .map(|m| m.1)
                .chain((moved.len() < vertices).then_some(Vec3::ZERO)),
        );
        let ids: Vec<u16> = moved.iter().map(|m| m.0 as u16).collect();
        let values: Vec<Vec3> = moved.iter().map(|m| m.1).collect();
        let ids = self.view(bytemuck::cast_slice(&ids), None);
        let values = self.view(bytemuck::cast_slice(&values), None);
        self.push(json!({
            "componentType": FLOAT, "count": vertices, "type": "VEC3",
            "min": lo.to_array(), "max": hi.to_array(),
            "sparse": {
                "count": moved.len(),
                "indices": {"bufferView": ids, "componentType": U16},
                "values": {"bufferView": values},
            },
        }))
    }
}

fn bounds(points: impl Iterator<Item = Vec3>) -> (Vec3, Vec3) {
    points.fold((Vec3::MAX, Vec3::MIN), |(lo, hi), p| (lo.min(p), hi.max(p)))
}

fn primitive(bin: &mut Binary, part: &Part, materials: &[Material]) -> Value {
    let count = part.positions.len();
    let mut primitive = json!({
        "attributes": {
            "POSITION": bin.positions(&part.positions),
            "NORMAL": bin.array(&part.normals, FLOAT, "VEC3", Some(VERTEX_BUFFER)),
            "TEXCOORD_0": bin.array(&part.uvs, FLOAT, "VEC2", Some(VERTEX_BUFFER)),
            "JOINTS_0": bin.array(&part.joints, U16, "VEC4", Some(VERTEX_BUFFER)),
            "WEIGHTS_0": bin.weights(&part.weights),
        },
        "indices": bin.indices(&part.tris, count),
        "material": materials.iter().position(|m| m.name == part.material),
    });
    if !part.colours.is_empty() {
        // Sixteen bits keep dark tints apart; the format stores colours linearly.
        let unit = |x: f32| (x.clamp(0.0, 1.0) * 65_535.0).round() as u16;
        let colours: Vec<[u16; 4]> = part
            .colours
            .iter()
            .map(|c| [unit(c.x), unit(c.y), unit(c.z), u16::MAX])
            .collect();
        let at = bin.array(&colours, U16, "VEC4", Some(VERTEX_BUFFER));
        bin.accessors[at]["normalized"] = json!(true);
        primitive["attributes"]["COLOR_0"] = json!(at);
    }
    if !part.morphs.is_empty() {
        let targets: Vec<Value> = part
            .morphs
            .iter()
            .map(|m| json!({"POSITION": bin.morph(m, count)}))
            .collect();
        primitive["targets"] = Value::Array(targets);
    }
    primitive
}

fn mesh(bin: &mut Binary, node: &MeshNode, avatar: &Avatar) -> Value {
    let primitives: Vec<Value> = node
        .parts
        .iter()
        .map(|p| primitive(bin, p, &avatar.materials))
        .collect();
    let mut mesh = json!({"name": node.name, "primitives": primitives});
    let morphs = node.parts.first().map_or(0, |p| p.morphs.len());
    if morphs > 0 {
        mesh["weights"] = json!(vec![0.0; morphs]);
        mesh["extras"] = json!({"targetNames": avatar.morph_names});
    }
    mesh
}

fn material(m: &Material) -> Value {
    let mut pbr =
        json!({"baseColorFactor": m.colour, "metallicFactor": 0.0, "roughnessFactor": m.roughness});
    if let Some(t) = m.texture {
        pbr["baseColorTexture"] = json!({"index": t});
    }
    if let Some(t) = m.rough_texture {
        pbr["metallicRoughnessTexture"] = json!({"index": t});
    }
    let mut out = json!({"name": m.name, "pbrMetallicRoughness": pbr});
    if let Some(t) = m.normal_texture {
        out["normalTexture"] = json!({"index": t});
    }
    match m.alpha {
        Alpha::Opaque => {}
        Alpha::Mask(cutoff) => {
            out["alphaMode"] = json!("MASK");
            out["alphaCutoff"] = json!(cutoff);
        }
        Alpha::Blend => out["alphaMode"] = json!("BLEND"),
    }
    if m.double_sided {
        out["doubleSided"] = json!(true);
    }
    if let Some(surface) = m.surface {
        out["extras"] = json!({"surface": surface});
    }
    out
}

/// The whole file. Parts must be non-empty and have at most 65 534 vertices if they have morphs.
pub(crate) fn write(avatar: &Avatar) -> Vec<u8> {
    let mut bin = Binary::default();
    let inverse: Vec<Mat4> = avatar
        .joints
        .iter()
        .map(|j| {
            let turn = j.bind_rotation.inverse();
            Mat4::from_rotation_translation(turn, -(turn * j.bind_position))
        })
        .collect();
    let inverse = bin.array(&inverse, FLOAT, "MAT4", None);
    let mut nodes: Vec<Value> = avatar
        .joints
        .iter()
        .enumerate()
        .map(|(i, j)| {
            let children: Vec<usize> = (0..avatar.joints.len())
                .filter(|&c| avatar.joints[c].parent == Some(i))
                .collect();
            let mut node = json!({
                "name": j.name,
                "translation": j.translation.to_array(),
                "rotation": j.rotation.normalize().to_array(),
            });
            if !children.is_empty() {
                node["children"] = json!(children);
            }
            node
        })
        .collect();
    let meshes: Vec<Value> = avatar
        .meshes
        .iter()
        .map(|m| mesh(&mut bin, m, avatar))
        .collect();
    let images: Vec<Value> = avatar
        .images
        .iter()
        .map(|image| json!({"bufferView": bin.view(&image.bytes, None), "mimeType": image.mime}))
        .collect();
    let mut roots: Vec<usize> = (0..avatar.joints.len())
        .filter(|&i| avatar.joints[i].parent.is_none())
        .collect();
    let skeleton = roots.first().copied().unwrap_or(0);
    for (i, m) in avatar.meshes.iter().enumerate() {
        roots.push(nodes.len());
        nodes.push(json!({"name": m.name, "mesh": i, "skin": 0}));
    }
    while !bin.bytes.len().is_multiple_of(4) {
        bin.bytes.push(0);
    }
    let mut document = json!({
        "asset": {
            "version": "2.0",
            "generator": concat!("toile-body ", env!("CARGO_PKG_VERSION")),
            "copyright": avatar.copyright,
            "extras": avatar.extras,
        },
        "scene": 0,
        "scenes": [{"nodes": roots, "extras": avatar.extras}],
        "nodes": nodes,
        "meshes": meshes,
        "skins": [{
            "joints": (0..avatar.joints.len()).collect::<Vec<_>>(),
            "inverseBindMatrices": inverse,
            "skeleton": skeleton,
        }],
        "materials": avatar.materials.iter().map(material).collect::<Vec<_>>(),
        "accessors": bin.accessors,
        "bufferViews": bin.views,
        "buffers": [{"byteLength": bin.bytes.len()}],
    });
    if !images.is_empty() {
        document["textures"] = json!(
            (0..images.len())
                .map(|i| json!({"source": i, "sampler": 0}))
                .collect::<Vec<_>>()
        );
        document["samplers"] = json!([{"magFilter": 9729, "minFilter": 9987}]);
        document["images"] = json!(images);
    }
    xmp::describe(&mut document, avatar);
    let mut text = sorted(document).to_string().into_bytes();
    while !text.len().is_multiple_of(4) {
        text.push(b' ');
    }
    let total = 12 + 8 + text.len() + 8 + bin.bytes.len();
    let mut out = Vec::with_capacity(total);
    let word = |out: &mut Vec<u8>, x: u32| out.extend_from_slice(&x.to_le_bytes());
    word(&mut out, 0x4654_6c67);
    word(&mut out, 2);
    word(&mut out, total as u32);
    word(&mut out, text.len() as u32);
    word(&mut out, 0x4e4f_534a);
    out.extend_from_slice(&text);
    word(&mut out, bin.bytes.len() as u32);
    word(&mut out, 0x004e_4942);
    out.extend_from_slice(&bin.bytes);
    out
}

/// A document with the keys of its objects in order: what else is built with Toile decides
/// whether `serde_json` keeps them as they were put in, and the bytes must not depend on it.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let object: BTreeMap<_, _> = object.into_iter().collect();
            let object = object.into_iter().map(|(key, value)| (key, sorted(value)));
            Value::Object(object.collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(sorted).collect()),
        other => other,
    }
}
