//! glTF 2.0 materials: physically based shading and `KHR_materials_sheen`, in and out.
//!
//! Only what a fabric is made of is read: one material, its textures and pictures.
//! All of it is kept with the record, so that what this program does not understand
//! comes out as it went in.

mod write;

pub use write::{Piece, glb, glb_of};

use std::{collections::BTreeMap, path::Path};

use serde_json::{Map, Value, json};
use toile_garment::{Appearance, Srgb};

use crate::{
    colour,
    error::CatalogueError,
    record::{Colour, Record, Texture},
    structure::construction_in,
};

/// Where a record keeps what it came from, in its `custom`.
pub(crate) const KEPT: &str = "gltf";
/// The extension for fuzz and velvet.
const SHEEN: &str = "KHR_materials_sheen";
/// At most so many bytes of a file, and of all pictures.
const FILE: u64 = 256 << 20;
/// At most so many pictures.
const IMAGES: usize = 64;

/// A material with its pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct Material {
    /// The file's stem.
    pub stem: String,
    /// The material, its textures, samplers and pictures, as the file has them.
    pub kept: Value,
    /// Pictures by name.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Material {
    /// Reads a `.glb` or `.gltf` file that holds one material.
    ///
    /// # Errors
    /// The file, the field and what is wrong with it.
    pub fn open(file: &Path) -> Result<Self, CatalogueError> {
        let failed = |e: std::io::Error| CatalogueError::file(file, e);
        let size = std::fs::metadata(file).map_err(failed)?.len();
        if size > FILE {
            return Err(CatalogueError::file(
                file,
                format!("has {size} bytes; at most {} MiB are read", FILE >> 20),
            ));
        }
        let bytes = std::fs::read(file).map_err(failed)?;
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let folder = file.parent().unwrap_or(Path::new("."));
        let mut left = FILE;
        Self::read(&bytes, &stem, &file.display().to_string(), &mut |name| {
            let path = folder.join(name);
            let size = std::fs::metadata(&path).map_err(|e| e.to_string())?.len();
            left = left
                .checked_sub(size)
                .ok_or_else(|| format!("makes more than {} MiB of files", FILE >> 20))?;
            std::fs::read(&path).map_err(|e| e.to_string())
        })
    }

    /// Reads the bytes of a file. `place` names it in messages; `beside` reads a file
    /// that lies beside it.
    ///
    /// # Errors
    /// The field and what is wrong with it.
    pub fn read(
        bytes: &[u8],
        stem: &str,
        place: &str,
        beside: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
    ) -> Result<Self, CatalogueError> {
        let whole = |problem: String| CatalogueError::File {
            file: place.to_owned(),
            problem,
        };
        let field = |field: &str, problem: String| CatalogueError::field(place, field, problem);
        let (text, blob) = if bytes.starts_with(b"glTF") {
            // The reader takes a length below that of the head for a huge one.
            let told = bytes
                .get(8..12)
                .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
            if told.is_none_or(|n| (n as usize) < 20 || n as usize > bytes.len()) {
                return Err(whole(format!(
                    "is no binary glTF that can be read: it has {} bytes and claims {}",
                    bytes.len(),
                    told.unwrap_or(0)
                )));
            }
            let glb = ::gltf::binary::Glb::from_slice(bytes)
                .map_err(|e| whole(format!("is no binary glTF that can be read: {e}")))?;
            (
                glb.json.into_owned(),
                glb.bin.map(std::borrow::Cow::into_owned),
            )
        } else {
            (bytes.to_vec(), None)
        };
        let root: Value =
            serde_json::from_slice(&text).map_err(|e| whole(format!("is no glTF: {e}")))?;
        let version = root["asset"]["version"].as_str().unwrap_or("none");
        if !version.starts_with("2.") {
            return Err(field("asset.version", format!("is {version}; 2.0 is read")));
        }
        let none = Vec::new();
        let list = |name: &str| root[name].as_array().unwrap_or(&none);
        let materials = list("materials");
        let [material] = &materials[..] else {
            let names: Vec<&str> = materials
                .iter()
                .take(8)
                .map(|m| m["name"].as_str().unwrap_or("unnamed"))
                .collect();
            return Err(field(
                "materials",
                format!(
                    "are {} ({}); save the fabric alone, as one material",
                    materials.len(),
                    names.join(", ")
                ),
            ));
        };
        let images = list("images");
        if images.len() > IMAGES {
            return Err(field(
                "images",
                format!("are {}; at most {IMAGES} are read", images.len()),
            ));
        }
        let (mut files, mut named) = (BTreeMap::new(), Vec::new());
        for (n, image) in images.iter().enumerate() {
            let here = format!("images[{n}]");
            let (name, contents) =
                picture(&root, image, n, blob.as_deref(), beside).map_err(|e| field(&here, e))?;
            named.push(json!({"name": image["name"], "mimeType": image["mimeType"], "file": name}));
            files.insert(name, contents);
        }
        check(material, &|at, problem| {
            field(&format!("materials[0].{at}"), problem)
        })?;
        Ok(Self {
            stem: stem.to_owned(),
            kept: json!({
                "material": material,
                "textures": root["textures"],
                "samplers": root["samplers"],
                "images": named,
            }),
            files,
        })
    }

    /// The record of the material. `place` names it in messages.
    ///
    /// # Errors
    /// The field that cannot be used, and why.
    pub fn record(&self, place: &str) -> Result<Record, CatalogueError> {
        let material = &self.kept["material"];
        let ours = &material["extras"]["toile"]["record"];
        if !ours.is_null() {
            // A fabric of ours that comes home, with all its origins.
            let record: Record = serde_json::from_value(ours.clone()).map_err(|e| {
                CatalogueError::field(place, "materials[0].extras.toile.record", e.to_string())
            })?;
            record.check(place)?;
            return Ok(record);
        }
        let name = material["name"].as_str().unwrap_or(&self.stem);
        let id: String = name
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '-' })
            .flat_map(char::to_lowercase)
            .take(40)
            .collect();
        let mut r = Record::new(&id, name);
        r.construction = construction_in(name);
        r.colours.push(Colour {
            name: String::new(),
            srgb: Some(base_colour(material)),
        });
        r.custom = Some(Value::Object(Map::from_iter([(
            KEPT.to_owned(),
            self.kept.clone(),
        )])));
        r.check(place)?;
        Ok(r)
    }

    /// The file of the colours of the surface.
    #[must_use]
    pub fn base_picture(&self) -> Option<&str> {
        let at = |list: &str, n: &Value| &self.kept[list][n.as_u64().unwrap_or(u64::MAX) as usize];
        let texture = &self.kept["material"]["pbrMetallicRoughness"]["baseColorTexture"]["index"];
        let source = &at("textures", texture)["source"];
        at("images", source)["file"].as_str()
    }
}

/// A picture's name, and its bytes from the blob, a file, or the text itself.
fn picture(
    root: &Value,
    image: &Value,
    n: usize,
    blob: Option<&[u8]>,
    beside: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
) -> Result<(String, Vec<u8>), String> {
    let kind = |bytes: &[u8]| {
        if bytes.starts_with(&[0x89, b'P', b'N', b'G']) {
            Ok("png")
        } else if bytes.starts_with(&[0xff, 0xd8]) {
            Ok("jpg")
        } else {
            Err("is neither PNG nor JPEG".to_owned())
        }
    };
    if let Some(uri) = image["uri"].as_str() {
        if uri.starts_with("data:") {
            return Err(
                "lies in the text of the file; save it as .glb, or with pictures beside it".into(),
            );
        }
        crate::u3m::path(uri).map_err(|e| format!("uri '{uri}': {e}"))?;
        let bytes = beside(uri).map_err(|e| format!("uri '{uri}': {e}"))?;
        kind(&bytes)?;
        return Ok((uri.to_owned(), bytes));
    }
    let view = image["bufferView"]
        .as_u64()
        .ok_or("has neither uri nor bufferView")?;
    let view = &root["bufferViews"][view as usize];
    let number = |name: &str| view[name].as_u64().unwrap_or(0) as usize;
    if view["buffer"].as_u64() != Some(0) {
        return Err("its bufferView is not in the file's own buffer".into());
    }
    let (from, length) = (number("byteOffset"), number("byteLength"));
    let bytes = from
        .checked_add(length)
        .and_then(|to| blob?.get(from..to))
        .ok_or_else(|| format!("claims {length} bytes from {from}, beyond the end of the file"))?;
    Ok((format!("textures/{n}.{}", kind(bytes)?), bytes.to_vec()))
}

/// Checks the numbers that are used.
fn check(
    material: &Value,
    wrong: &dyn Fn(&str, String) -> CatalogueError,
) -> Result<(), CatalogueError> {
    let share = |at: &str, value: &Value| match value.as_f64() {
        _ if value.is_null() => Ok(()),
        Some(x) if (0.0..=1.0).contains(&x) => Ok(()),
        _ => Err(wrong(
            at,
            format!("is {value}; it must be a number between 0 and 1"),
        )),
    };
    let shares = |at: &str, value: &Value, n: usize| -> Result<(), CatalogueError> {
        let Some(list) = value.as_array() else {
            return if value.is_null() {
                Ok(())
            } else {
                Err(wrong(
                    at,
                    format!("is {value}; it must be a list of {n} numbers"),
                ))
            };
        };
        if list.len() != n {
            return Err(wrong(
                at,
                format!("has {} numbers; it must have {n}", list.len()),
            ));
        }
        list.iter().try_for_each(|x| share(at, x))
    };
    let pbr = &material["pbrMetallicRoughness"];
    shares(
        "pbrMetallicRoughness.baseColorFactor",
        &pbr["baseColorFactor"],
        4,
    )?;
    share(
        "pbrMetallicRoughness.roughnessFactor",
        &pbr["roughnessFactor"],
    )?;
    let sheen = &material["extensions"][SHEEN];
    shares("sheenColorFactor", &sheen["sheenColorFactor"], 3)?;
    share("sheenRoughnessFactor", &sheen["sheenRoughnessFactor"])
}

/// Numbers of a list, or 1 for each that is not there.
fn factors<const N: usize>(value: &Value, missing: f32) -> [f32; N] {
    std::array::from_fn(|k| value[k].as_f64().map_or(missing, |x| x as f32))
}

fn base_colour(material: &Value) -> Srgb {
    let [r, g, b, _] = factors::<4>(&material["pbrMetallicRoughness"]["baseColorFactor"], 1.0);
    colour::encoded([r, g, b])
}

/// What a kept material says about how a fabric is drawn.
pub(crate) fn overlay(record: &Record, to: &mut Appearance) {
    let Some(material) = record
        .custom
        .as_ref()
        .and_then(|c| c.get(KEPT)?.get("material"))
    else {
        return;
    };
    let pbr = &material["pbrMetallicRoughness"];
    let [_, _, _, alpha] = factors::<4>(&pbr["baseColorFactor"], 1.0);
    if material["alphaMode"].as_str() == Some("BLEND") {
        to.opacity = alpha;
    }
    to.roughness = pbr["roughnessFactor"].as_f64().unwrap_or(1.0) as f32;
    let sheen = &material["extensions"][SHEEN];
    if !sheen.is_null() {
        to.sheen_colour = colour::encoded(factors::<3>(&sheen["sheenColorFactor"], 0.0));
        to.sheen_roughness = sheen["sheenRoughnessFactor"].as_f64().unwrap_or(0.0) as f32;
    }
}

/// Pictures of a record's texture that glTF knows, by their use.
pub(crate) fn uses(texture: &Texture) -> impl Iterator<Item = (&str, &str)> {
    texture
        .maps
        .iter()
        .filter(|m| ["basecolor", "normal", "roughness"].contains(&m.0.as_str()))
        .map(|m| (m.0.as_str(), m.1.as_str()))
}
