//! Writing the avatar as one binary glTF file, with the pictures of the old one.

use std::collections::BTreeMap;

use glam::{Mat4, Vec3};
use serde_json::{Map, Value, json};

use crate::buffers::{Beside, Bytes, picture};
use crate::convert::Converted;
use crate::document::Document;
use crate::error::Read;
use crate::notes::Part;
use crate::source::Source;
use crate::weights::four;

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

/// Names of materials, and whether they are cut out by alpha.
pub(crate) fn materials(document: &Document) -> Vec<(String, bool)> {
    let told = |m: &Value| {
        let alpha = m["alphaMode"].as_str().unwrap_or("OPAQUE");
        (
            m["name"].as_str().unwrap_or_default().to_owned(),
            alpha != "OPAQUE",
        )
    };
    document.materials.iter().map(told).collect()
}

/// Textures that have been taken over: old number to new.
struct Textures<'a, 'b> {
    document: &'a Document,
    bytes: &'a Bytes,
    beside: Beside<'b>,
    taken: BTreeMap<usize, Option<usize>>,
    textures: Vec<Value>,
    images: Vec<Value>,
    samplers: Vec<Value>,
    losses: Vec<String>,
}

impl Textures<'_, '_> {
    /// Takes a texture over; none if its picture cannot be drawn here.
    fn take(&mut self, old: usize, binary: &mut Binary) -> Read<Option<usize>> {
        if let Some(known) = self.taken.get(&old) {
            return Ok(*known);
        }
        let new = self.find(old, binary)?;
        self.taken.insert(old, new);
        Ok(new)
    }

    fn find(&mut self, old: usize, binary: &mut Binary) -> Read<Option<usize>> {
        let Some(texture) = self.document.textures.get(old) else {
            self.losses
                .push(format!("texture {old}, which is not there"));
            return Ok(None);
        };
        let number = |v: &Value| v.as_u64().map(|n| n as usize);
        let Some(source) = number(&texture["source"])
            .or_else(|| number(&texture["extensions"]["EXT_texture_webp"]["source"]))
            .or_else(|| number(&texture["extensions"]["KHR_texture_basisu"]["source"]))
        else {
            self.losses
                .push(format!("texture {old}, which has no picture"));
            return Ok(None);
        };
        let bytes = picture(self.document, self.bytes, source, self.beside)?;
        let mime = if bytes.starts_with(&[0x89, b'P', b'N', b'G']) {
            "image/png"
        } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            "image/jpeg"
        } else {
            let told = self
                .document
                .images
                .get(source)
                .and_then(|i| i.mime_type.clone());
            self.losses.push(format!(
                "picture {source} ({}), which is neither PNG nor JPEG; `npx @gltf-transform/cli png IN.glb OUT.glb` converts it",
                told.unwrap_or_else(|| "of an unknown kind".into())
            ));
            return Ok(None);
        };
        let view = binary.view(&bytes);
        self.images
            .push(json!({"bufferView": view, "mimeType": mime}));
        let mut new = json!({"source": self.images.len() - 1});
        if let Some(sampler) =
            number(&texture["sampler"]).and_then(|s| self.document.samplers.get(s))
        {
            let mut kept = Map::new();
            for key in ["magFilter", "minFilter", "wrapS", "wrapT"] {
                if let Some(n) = sampler[key].as_u64() {
                    kept.insert(key.into(), json!(n));
                }
            }
            self.samplers.push(Value::Object(kept));
            new["sampler"] = json!(self.samplers.len() - 1);
        }
        self.textures.push(new);
        Ok(Some(self.textures.len() - 1))
    }

    /// A reference to a texture, if it can be kept.
    fn reference(&mut self, info: &Value, binary: &mut Binary) -> Read<Option<Value>> {
        let Some(old) = info["index"].as_u64() else {
            return Ok(None);
        };
        if info["texCoord"].as_u64().unwrap_or(0) != 0 {
            self.losses
                .push(format!("texture {old} on a second set of coordinates"));
            return Ok(None);
        }
        Ok(self.take(old as usize, binary)?.map(|new| {
            let mut kept = json!({"index": new});
            for key in ["scale", "strength"] {
                if info[key].is_number() {
                    kept[key] = info[key].clone();
                }
            }
            let transform = &info["extensions"]["KHR_texture_transform"];
            if transform.is_object() {
                kept["extensions"] = json!({"KHR_texture_transform": transform});
            }
            kept
        }))
    }
}

/// A list of so many numbers from 0 to 1, as colours are.
fn factor(value: &Value, count: usize) -> Option<Value> {
    let list = value.as_array().filter(|l| l.len() == count)?;
    let unit = |v: &Value| v.as_f64().map(|x| x.clamp(0.0, 1.0));
    list.iter()
        .map(unit)
        .collect::<Option<Vec<f64>>>()
        .map(|l| json!(l))
}

/// A material under the name of what it is.
fn material(
    old: Option<&Value>,
    part: Part,
    textures: &mut Textures<'_, '_>,
    binary: &mut Binary,
) -> Read<Value> {
    let none = Value::Null;
    let old = old.unwrap_or(&none);
    // Cartoon shading is drawn by light of its own; on a stage it is cloth and skin.
    let flat = old["extensions"]["KHR_materials_unlit"].is_object()
        || old["extensions"]["VRMC_materials_mtoon"].is_object();
    let pbr = &old["pbrMetallicRoughness"];
    let unit = |v: &Value, default: f64| v.as_f64().unwrap_or(default).clamp(0.0, 1.0);
    let rough = textures.reference(&pbr["metallicRoughnessTexture"], binary)?;
    let metal = if flat || rough.is_none() {
        0.0
    } else {
        unit(&pbr["metallicFactor"], 1.0)
    };
    let roughness = if flat {
        0.8
    } else {
        unit(&pbr["roughnessFactor"], 1.0)
    };
    let mut new_pbr = json!({"metallicFactor": metal, "roughnessFactor": roughness});
    if let Some(colour) = factor(&pbr["baseColorFactor"], 4) {
        new_pbr["baseColorFactor"] = colour;
    } else if old.is_null() {
        new_pbr["baseColorFactor"] = json!([0.7, 0.66, 0.62, 1.0]);
    }
    if let Some(colour) = textures.reference(&pbr["baseColorTexture"], binary)? {
        new_pbr["baseColorTexture"] = colour;
    }
    if let (Some(rough), false) = (rough, flat) {
        new_pbr["metallicRoughnessTexture"] = rough;
    }
    let mut new = json!({"name": part.material(), "pbrMetallicRoughness": new_pbr});
    for key in ["normalTexture", "occlusionTexture"] {
        if let Some(kept) = textures.reference(&old[key], binary)? {
            new[key] = kept;
        }
    }
    if !flat && let Some(glow) = factor(&old["emissiveFactor"], 3) {
        if let Some(kept) = textures.reference(&old["emissiveTexture"], binary)? {
            new["emissiveTexture"] = kept;
        }
        new["emissiveFactor"] = glow;
    }
    match old["alphaMode"].as_str() {
        Some("MASK") => {
            new["alphaMode"] = json!("MASK");
            new["alphaCutoff"] = json!(unit(&old["alphaCutoff"], 0.5));
        }
        Some("BLEND") => new["alphaMode"] = json!("BLEND"),
        _ => {}
    }
    if old["doubleSided"].as_bool() == Some(true) {
        new["doubleSided"] = json!(true);
    }
    Ok(new)
}

/// The whole file, and what of the old one it lacks.
pub(crate) fn write(
    document: &Document,
    bytes: &Bytes,
    source: &Source,
    converted: &Converted,
    extras: &Value,
    beside: Beside<'_>,
) -> Read<(Vec<u8>, Vec<String>)> {
    let mut binary = Binary::default();
    let mut textures = Textures {
        document,
        bytes,
        beside,
        taken: BTreeMap::new(),
        textures: Vec::new(),
        images: Vec::new(),
        samplers: Vec::new(),
        losses: Vec::new(),
    };
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
            "extras": extras,
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
    if out["materials"]
        .to_string()
        .contains("KHR_texture_transform")
    {
        out["extensionsUsed"] = json!(["KHR_texture_transform"]);
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
