//! Writing the avatar as one binary glTF file, with the pictures of the old one.

mod material;
mod xmp;

pub(crate) use material::materials;

use glam::{Mat4, Vec3};
use serde_json::{Value, json};

use crate::buffers::{Beside, Bytes};
use crate::convert::Converted;
use crate::document::Document;
use crate::error::Read;
use crate::notes::{Part, SourceType};
use crate::source::Source;
use crate::vrm::Permissions;
use crate::weights::four;
use material::{Textures, material};

const FLOAT: u32 = 5126;
const U16: u32 = 5123;
const U32: u32 = 5125;

#[derive(Default)]
struct Binary {
    bytes: Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
}

impl Binary {
    fn view(&mut self, data: &[u8]) -> usize {
        while !self.bytes.len().is_multiple_of(4) {
            self.bytes.push(0);
        }
        self.views
            .push(json!({"buffer": 0, "byteOffset": self.bytes.len(), "byteLength": data.len()}));
        self.bytes.extend_from_slice(data);
        self.views.len() - 1
    }

    fn array<T: bytemuck::NoUninit>(&mut self, data: &[T], component: u32, shape: &str) -> usize {
        let view = self.view(bytemuck::cast_slice(data));
        self.accessors.push(json!({
            "bufferView": view, "componentType": component, "count": data.len(), "type": shape,
        }));
        self.accessors.len() - 1
    }
}

/// What the file says of itself.
#[derive(Clone, Copy)]
pub(crate) struct Said<'a> {
    /// Free data for `asset.extras`.
    pub(crate) extras: &'a Value,
    /// What the author of the old one permits.
    pub(crate) permissions: Option<&'a Permissions>,
    /// What the override file says that it is.
    pub(crate) source: Option<SourceType>,
}

pub(crate) use xmp::source_of;

/// The whole file, and what of the old one it lacks.
pub(crate) fn write(
    document: &Document,
    bytes: &Bytes,
    source: &Source,
    converted: &Converted,
    said: Said<'_>,
    beside: Beside<'_>,
) -> Read<(Vec<u8>, Vec<String>)> {
    let mut binary = Binary::default();
    let mut textures = Textures::new(document, bytes, beside);
    let joints = &converted.joints;
    let inverse: Vec<Mat4> = joints
        .iter()
        .map(|j| {
            let back = j.frame.inverse();
            Mat4::from_rotation_translation(back, -(back * j.head))
        })
        .collect();
    let inverse = binary.array(&inverse, FLOAT, "MAT4");
    let mut nodes: Vec<Value> = joints
        .iter()
        .enumerate()
        .map(|(i, j)| {
            let children: Vec<usize> = (0..joints.len())
                .filter(|&c| joints[c].parent == Some(i))
                .collect();
            let mut node = json!({
                "name": j.bone.name(),
                "translation": j.translation.to_array(),
                "rotation": j.rotation.to_array(),
            });
            if !children.is_empty() {
                node["children"] = json!(children);
            }
            node
        })
        .collect();
    let mut number = [0u16; crate::bone::COUNT];
    for (i, joint) in joints.iter().enumerate() {
        number[joint.bone.index()] = i as u16;
    }
    let (mut materials, mut meshes, mut roots) = (Vec::new(), Vec::new(), vec![0]);
    let mut known: Vec<(Option<usize>, Part)> = Vec::new();
    for ((old, worn), part) in source
        .meshes
        .iter()
        .zip(&converted.meshes)
        .zip(&converted.parts)
    {
        if !part.kept || worn.triangles.is_empty() {
            continue;
        }
        let key = (old.material, part.part);
        let material_at = match known.iter().position(|k| *k == key) {
            Some(at) => at,
            None => {
                let of = old.material.and_then(|m| document.materials.get(m));
                materials.push(material(of, part.part, &mut textures, &mut binary)?);
                known.push(key);
                known.len() - 1
            }
        };
        let bound: Vec<_> = worn.shares.iter().map(four).collect();
        let ids: Vec<[u16; 4]> = bound
            .iter()
            .map(|b| b.0.map(|bone| number[bone.index()]))
            .collect();
        let weights: Vec<[f32; 4]> = bound.iter().map(|b| b.1).collect();
        let (low, high) = worn
            .positions
            .iter()
            .fold((Vec3::MAX, Vec3::MIN), |(lo, hi), p| {
                (lo.min(*p), hi.max(*p))
            });
        let position = binary.array(&worn.positions, FLOAT, "VEC3");
        binary.accessors[position]["min"] = json!(low.to_array());
        binary.accessors[position]["max"] = json!(high.to_array());
        let corners: Vec<u32> = worn.triangles.iter().flatten().copied().collect();
        let mut primitive = json!({
            "attributes": {
                "POSITION": position,
                "NORMAL": binary.array(&worn.normals, FLOAT, "VEC3"),
                "TEXCOORD_0": binary.array(&old.uvs, FLOAT, "VEC2"),
                "JOINTS_0": binary.array(&ids, U16, "VEC4"),
                "WEIGHTS_0": binary.array(&weights, FLOAT, "VEC4"),
            },
            "indices": binary.array(&corners, U32, "SCALAR"),
            "material": material_at,
        });
        if old.colours.iter().flatten().any(|&c| c < 0.999) {
            primitive["attributes"]["COLOR_0"] = json!(binary.array(&old.colours, FLOAT, "VEC4"));
        }
        let name = format!("part {} {}", meshes.len(), part.part.material());
        roots.push(nodes.len());
        nodes.push(json!({"name": name, "mesh": meshes.len(), "skin": 0}));
        meshes.push(json!({"name": name, "primitives": [primitive]}));
    }
    while !binary.bytes.len().is_multiple_of(4) {
        binary.bytes.push(0);
    }
    let mut out = json!({
        "asset": {
            "version": "2.0",
            "generator": concat!("toile-rig ", env!("CARGO_PKG_VERSION")),
            "extras": said.extras,
        },
        "scene": 0,
        "scenes": [{"nodes": roots}],
        "nodes": nodes,
        "meshes": meshes,
        "skins": [{
            "joints": (0..joints.len()).collect::<Vec<_>>(),
            "inverseBindMatrices": inverse,
            "skeleton": 0,
        }],
        "materials": materials,
        "accessors": binary.accessors,
        "bufferViews": binary.views,
        "buffers": [{"byteLength": binary.bytes.len()}],
    });
    if !document.asset.copyright.is_empty() {
        out["asset"]["copyright"] = json!(document.asset.copyright);
    }
    for (key, list) in [
        ("textures", &textures.textures),
        ("images", &textures.images),
        ("samplers", &textures.samplers),
    ] {
        if !list.is_empty() {
            out[key] = json!(list);
        }
    }
    xmp::describe(&mut out, document, &said);
    if out["materials"]
        .to_string()
        .contains("KHR_texture_transform")
        && let Some(used) = out["extensionsUsed"].as_array_mut()
    {
        used.push("KHR_texture_transform".into());
    }
    let losses = std::mem::take(&mut textures.losses);
    Ok((container(&out, &binary.bytes), losses))
}

/// JSON and bytes as a GLB container.
fn container(document: &Value, bytes: &[u8]) -> Vec<u8> {
    let mut text = document.to_string().into_bytes();
    while !text.len().is_multiple_of(4) {
        text.push(b' ');
    }
    let total = 12 + 8 + text.len() + 8 + bytes.len();
    let mut out = Vec::with_capacity(total);
    out.extend_from_slice(b"glTF");
    for word in [2, total as u32, text.len() as u32, 0x4E4F_534A] {
        out.extend_from_slice(&u32::to_le_bytes(word));
    }
    out.extend_from_slice(&text);
    for word in [bytes.len() as u32, 0x004E_4942] {
        out.extend_from_slice(&u32::to_le_bytes(word));
    }
    out.extend_from_slice(bytes);
    out
}
