//! Materials under the names of what they are, with their pictures.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Binary;
use crate::buffers::{Beside, Bytes, picture};
use crate::document::Document;
use crate::error::{Read, RigError};
use crate::limits;
use crate::notes::Part;

/// Most pictures that are taken over.
const IMAGES: usize = 256;

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
pub(super) struct Textures<'a, 'b> {
    document: &'a Document,
    bytes: &'a Bytes,
    beside: Beside<'b>,
    taken: BTreeMap<usize, Option<usize>>,
    /// Pictures likewise.
    pictures: BTreeMap<usize, Option<usize>>,
    left: usize,
    pub(super) textures: Vec<Value>,
    pub(super) images: Vec<Value>,
    pub(super) samplers: Vec<Value>,
    pub(super) losses: Vec<String>,
}

impl<'a, 'b> Textures<'a, 'b> {
    pub(super) fn new(document: &'a Document, bytes: &'a Bytes, beside: Beside<'b>) -> Self {
        Self {
            document,
            bytes,
            beside,
            taken: BTreeMap::new(),
            pictures: BTreeMap::new(),
            left: limits::BYTES,
            textures: Vec::new(),
            images: Vec::new(),
            samplers: Vec::new(),
            losses: Vec::new(),
        }
    }

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
        let image = match self.pictures.get(&source) {
            Some(known) => *known,
            None => {
                let found = self.picture(source, binary)?;
                self.pictures.insert(source, found);
                found
            }
        };
        let Some(image) = image else {
            return Ok(None);
        };
        let mut new = json!({"source": image});
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

    /// Takes a picture over; none if it cannot be drawn here.
    fn picture(&mut self, source: usize, binary: &mut Binary) -> Read<Option<usize>> {
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
        let left = self
            .left
            .checked_sub(bytes.len())
            .filter(|_| self.images.len() < IMAGES);
        let Some(left) = left else {
            let field = format!("images[{source}]");
            let problem = format!(
                "is one of more than {IMAGES}, or makes more than {} MiB of them",
                limits::BYTES >> 20
            );
            return Err(RigError::new(
                field,
                problem,
                "reduce the avatar's pictures",
            ));
        };
        self.left = left;
        let view = binary.view(&bytes);
        self.images
            .push(json!({"bufferView": view, "mimeType": mime}));
        Ok(Some(self.images.len() - 1))
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
pub(super) fn material(
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
