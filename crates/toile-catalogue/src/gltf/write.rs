//! A record as a binary glTF: a flat swatch in its material.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{KEPT, SHEEN, uses};
use crate::{colour, error::CatalogueError, record::Record};

/// Side of a swatch without a texture, m.
const SIDE: f32 = 0.1;

/// The bytes of a `.glb` file with a swatch of a fabric; `files` are those that were
/// imported with it. A material that came from glTF goes out as it came in.
///
/// # Errors
/// If nothing is known of how the fabric looks, or a picture is not there.
pub fn glb(r: &Record, files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, CatalogueError> {
    let kept = r.custom.as_ref().and_then(|c| c.get(KEPT));
    let mut out = Out::default();
    let side = r
        .texture
        .as_ref()
        .map_or((SIDE, SIDE), |t| (t.size_mm.0 * 1e-3, t.size_mm.1 * 1e-3));
    out.swatch(side);
    let (material, textures, samplers) = match kept {
        Some(kept) => {
            for image in kept["images"].as_array().into_iter().flatten() {
                let name = image["file"].as_str().unwrap_or_default();
                out.image(r, files, name)?;
            }
            (
                kept["material"].clone(),
                kept["textures"].clone(),
                kept["samplers"].clone(),
            )
        }
        None => fresh(r, files, &mut out)?,
    };
    let mut root = json!({
        "asset": {"version": "2.0", "generator": concat!("Toile ", env!("CARGO_PKG_VERSION"))},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": r.name}],
        "meshes": [{"primitives": [{
            "attributes": {"POSITION": 0, "NORMAL": 1, "TEXCOORD_0": 2},
            "indices": 3, "material": 0,
        }]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3",
             "min": [0.0, 0.0, 0.0], "max": [side.0, side.1, 0.0]},
            {"bufferView": 1, "componentType": 5126, "count": 4, "type": "VEC3"},
            {"bufferView": 2, "componentType": 5126, "count": 4, "type": "VEC2"},
            {"bufferView": 3, "componentType": 5123, "count": 6, "type": "SCALAR"},
        ],
        "bufferViews": out.views,
        "buffers": [{"byteLength": out.blob.len()}],
        "materials": [material],
    });
    let used = root["materials"][0]["extensions"].as_object();
    let mut used: Vec<String> = used.into_iter().flat_map(|e| e.keys().cloned()).collect();
    // Textures may carry KHR_texture_transform.
    if root["materials"]
        .to_string()
        .contains("KHR_texture_transform")
    {
        used.push("KHR_texture_transform".to_owned());
    }
    for (key, value) in [
        ("textures", textures),
        ("samplers", samplers),
        ("images", out.images.clone().into()),
        ("extensionsUsed", used.into()),
    ] {
        if value.as_array().is_some_and(|list| !list.is_empty()) {
            root[key] = value;
        }
    }
    let text = serde_json::to_vec(&root).map_err(|e| CatalogueError::File {
        file: r.id.clone(),
        problem: format!("cannot be written as glTF: {e}"),
    })?;
    container(text, out.blob).map_err(|problem| CatalogueError::File {
        file: r.id.clone(),
        problem,
    })
}

/// The material of a record that did not come from glTF, its textures and samplers.
fn fresh(
    r: &Record,
    files: &BTreeMap<String, Vec<u8>>,
    out: &mut Out,
) -> Result<(Value, Value, Value), CatalogueError> {
    let look = r.appearance.as_ref().map(|a| {
        (
            a.base_colour,
            a.roughness,
            a.sheen_colour,
            a.sheen_roughness,
            a.opacity,
        )
    });
    let own = r
        .colours
        .iter()
        .find_map(|c| c.srgb)
        .map(|c| (c, 0.8, toile_garment::Srgb([0; 3]), 0.0, 1.0));
    let Some((base, roughness, sheen, sheen_roughness, opacity)) = look.or(own) else {
        return Err(CatalogueError::Incomplete {
            id: r.id.clone(),
            missing: "appearance or colour, by which it is drawn".to_owned(),
        });
    };
    let [red, green, blue] = colour::linear(base);
    let mut material = json!({
        "name": r.name,
        "doubleSided": true,
        "pbrMetallicRoughness": {
            "baseColorFactor": [red, green, blue, opacity],
            "metallicFactor": 0.0,
            "roughnessFactor": roughness,
        },
        // The record with all its origins, for programs that can use them.
        "extras": {"toile": {"record": r}},
    });
    if opacity < 1.0 {
        material["alphaMode"] = "BLEND".into();
    }
    if sheen.0 != [0; 3] {
        material["extensions"] = json!({SHEEN: {
            "sheenColorFactor": colour::linear(sheen),
            "sheenRoughnessFactor": sheen_roughness,
        }});
    }
    let mut textures = Vec::new();
    let (repeat, turn) = r.texture.as_ref().map_or_else(Default::default, |t| {
        (t.repeat, t.rotation_deg.to_radians())
    });
    for (purpose, name) in r.texture.iter().flat_map(uses) {
        out.image(r, files, name)?;
        let mut texture = json!({"index": textures.len()});
        if turn != 0.0 {
            texture["extensions"] = json!({"KHR_texture_transform": {"rotation": turn}});
        }
        textures.push(json!({"sampler": 0, "source": textures.len()}));
        match purpose {
            "basecolor" => {
                // The picture has the colour.
                material["pbrMetallicRoughness"]["baseColorFactor"] =
                    json!([1.0, 1.0, 1.0, opacity]);
                material["pbrMetallicRoughness"]["baseColorTexture"] = texture;
            }
            "roughness" => {
                material["pbrMetallicRoughness"]["roughnessFactor"] = 1.0.into();
                material["pbrMetallicRoughness"]["metallicRoughnessTexture"] = texture;
            }
            _ => material["normalTexture"] = texture,
        }
    }
    // REPEAT or MIRRORED_REPEAT.
    let wrap = |mirrored| if mirrored { 33648 } else { 10497 };
    let (x, y) = repeat.mirrors();
    let sampler = json!([{"wrapS": wrap(x), "wrapT": wrap(y)}]);
    let samplers = if textures.is_empty() {
        json!([])
    } else {
        sampler
    };
    Ok((material, textures.into(), samplers))
}

#[derive(Default)]
struct Out {
    blob: Vec<u8>,
    views: Vec<Value>,
    images: Vec<Value>,
}

impl Out {
    fn view(&mut self, bytes: impl IntoIterator<Item = u8>) -> usize {
        let from = self.blob.len();
        self.blob.extend(bytes);
        self.views
            .push(json!({"buffer": 0, "byteOffset": from, "byteLength": self.blob.len() - from}));
        // Every view begins at a multiple of four.
        self.blob.resize(self.blob.len().next_multiple_of(4), 0);
        self.views.len() - 1
    }

    /// Two triangles; one repeat of the texture.
    fn swatch(&mut self, (w, h): (f32, f32)) {
        let floats = |list: &[f32]| {
            list.iter()
                .flat_map(|x| x.to_le_bytes())
                .collect::<Vec<u8>>()
        };
        self.view(floats(&[
            0.0, 0.0, 0.0, w, 0.0, 0.0, w, h, 0.0, 0.0, h, 0.0,
        ]));
        self.view(floats(&[0.0, 0.0, 1.0].repeat(4)));
        self.view(floats(&[0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0]));
        self.view([0u16, 1, 2, 0, 2, 3].iter().flat_map(|x| x.to_le_bytes()));
    }

    fn image(
        &mut self,
        r: &Record,
        files: &BTreeMap<String, Vec<u8>>,
        name: &str,
    ) -> Result<(), CatalogueError> {
        let wrong =
            |problem: &str| CatalogueError::field(&r.id, format!("picture '{name}'"), problem);
        let bytes = files.get(name).ok_or_else(|| wrong("is not there"))?;
        let mime = match bytes.get(..2) {
            Some([0x89, b'P']) => "image/png",
            Some([0xff, 0xd8]) => "image/jpeg",
            _ => return Err(wrong("is neither PNG nor JPEG, which glTF needs")),
        };
        let view = self.view(bytes.iter().copied());
        self.images
            .push(json!({"name": name, "mimeType": mime, "bufferView": view}));
        Ok(())
    }
}

/// Packs text and blob as a binary glTF (2.0, 4.4).
fn container(mut text: Vec<u8>, blob: Vec<u8>) -> Result<Vec<u8>, String> {
    text.resize(text.len().next_multiple_of(4), b' ');
    let size = |n: usize| u32::try_from(n).map_err(|_| "is larger than 4 GiB".to_owned());
    let mut out = b"glTF".to_vec();
    out.extend(2u32.to_le_bytes());
    out.extend(size(28 + text.len() + blob.len())?.to_le_bytes());
    for (kind, chunk) in [(b"JSON", &text), (b"BIN\0", &blob)] {
        out.extend(size(chunk.len())?.to_le_bytes());
        out.extend(kind);
        out.extend(chunk);
    }
    Ok(out)
}
