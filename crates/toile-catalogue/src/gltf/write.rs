//! A record as a binary glTF: a flat swatch in its material.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{KEPT, SHEEN, uses};
use crate::{colour, error::CatalogueError, record::Record};

/// Side of a swatch without a texture, m.
const SIDE: f32 = 0.1;

/// A piece of cloth of any shape.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Piece {
    /// Vertices, m; Y is up.
    pub positions: Vec<[f32; 3]>,
    /// Their unit normals.
    pub normals: Vec<[f32; 3]>,
    /// Where they lie on the flat cloth, across and along the warp, m.
    pub flat: Vec<[f32; 2]>,
    /// Vertices of its triangles, counter-clockwise as the face is seen.
    pub triangles: Vec<[u32; 3]>,
}

impl Piece {
    /// Two triangles.
    fn rectangle(w: f32, h: f32) -> Self {
        Self {
            positions: vec![[0.0, 0.0, 0.0], [w, 0.0, 0.0], [w, h, 0.0], [0.0, h, 0.0]],
            normals: vec![[0.0, 0.0, 1.0]; 4],
            flat: vec![[0.0, 0.0], [w, 0.0], [w, h], [0.0, h]],
            triangles: vec![[0, 1, 2], [0, 2, 3]],
        }
    }

    /// What keeps it from being written.
    fn fault(&self) -> Option<&'static str> {
        let count = self.positions.len();
        let numbers = self.positions.as_flattened().iter();
        let numbers = numbers.chain(self.normals.as_flattened());
        if count == 0 || self.triangles.is_empty() {
            Some("is empty")
        } else if self.normals.len() != count || self.flat.len() != count {
            Some("has not as many normals and places on the flat cloth as vertices")
        } else if !self
            .triangles
            .as_flattened()
            .iter()
            .all(|&i| (i as usize) < count)
        {
            Some("has triangles of vertices that it has not")
        } else if !numbers
            .chain(self.flat.as_flattened())
            .all(|x| x.is_finite())
        {
            Some("has numbers that are not finite")
        } else {
            None
        }
    }

    /// The corners of the box around it.
    fn bounds(&self) -> [[f32; 3]; 2] {
        let start = [[f32::MAX; 3], [f32::MIN; 3]];
        self.positions.iter().fold(start, |[least, most], p| {
            [
                std::array::from_fn(|i| least[i].min(p[i])),
                std::array::from_fn(|i| most[i].max(p[i])),
            ]
        })
    }
}

/// The bytes of a `.glb` file with a flat swatch of a fabric; `files` are those that were
/// imported with it. A material that came from glTF goes out as it came in.
///
/// # Errors
/// If nothing is known of how the fabric looks, or a picture is not there.
pub fn glb(r: &Record, files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, CatalogueError> {
    let (w, h) = repeat_m(r);
    glb_of(r, files, &Piece::rectangle(w, h))
}

/// One repeat of a fabric's texture, m.
fn repeat_m(r: &Record) -> (f32, f32) {
    r.texture
        .as_ref()
        .map_or((SIDE, SIDE), |t| (t.size_mm.0 * 1e-3, t.size_mm.1 * 1e-3))
}

/// As [`glb`], of a piece of any shape.
///
/// # Errors
/// As [`glb`]; or the piece is not whole.
pub fn glb_of(
    r: &Record,
    files: &BTreeMap<String, Vec<u8>>,
    piece: &Piece,
) -> Result<Vec<u8>, CatalogueError> {
    if let Some(fault) = piece.fault() {
        return Err(CatalogueError::File {
            file: r.id.clone(),
            problem: format!("cannot be written as glTF: the piece {fault}"),
        });
    }
    let kept = r.custom.as_ref().and_then(|c| c.get(KEPT));
    let mut out = Out::default();
    out.piece(piece, repeat_m(r));
    let (count, [least, most]) = (piece.positions.len(), piece.bounds());
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
            {"bufferView": 0, "componentType": 5126, "count": count, "type": "VEC3",
             "min": least, "max": most},
            {"bufferView": 1, "componentType": 5126, "count": count, "type": "VEC3"},
            {"bufferView": 2, "componentType": 5126, "count": count, "type": "VEC2"},
            {"bufferView": 3, "componentType": 5125, "count": 3 * piece.triangles.len(),
             "type": "SCALAR"},
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
    for (purpose, name) in r.texture.iter().flat_map(uses) {
        out.image(r, files, name)?;
        let texture = json!({"index": textures.len()});
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
    // Repeated both ways, as 1.0 has it: 10497 is REPEAT.
    let sampler = json!([{"wrapS": 10497, "wrapT": 10497}]);
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

    /// A piece, on a texture of which one repeat is `w` by `h`, m. Rows of a texture
    /// run down, the warp runs up.
    fn piece(&mut self, piece: &Piece, (w, h): (f32, f32)) {
        let floats =
            |list: &[f32]| -> Vec<u8> { list.iter().flat_map(|x| x.to_le_bytes()).collect() };
        self.view(floats(piece.positions.as_flattened()));
        self.view(floats(piece.normals.as_flattened()));
        let places = piece.flat.iter();
        let places: Vec<_> = places.map(|[x, y]| [x / w, 1.0 - y / h]).collect();
        self.view(floats(places.as_flattened()));
        let indices = piece.triangles.as_flattened().iter();
        self.view(indices.flat_map(|i| i.to_le_bytes()));
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
