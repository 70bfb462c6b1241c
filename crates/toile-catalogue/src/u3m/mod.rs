//! U3M 1.0 and 1.1 files and U3MA archives.
//!
//! The whole document is kept in the record's `custom`, so that what this program
//! does not understand, and what other companies keep in theirs, comes out as it
//! went in. Files of an archive are kept whether or not something names them.

mod document;
mod tint;
mod write;
mod zip;

pub(crate) use tint::tinted;
pub use write::package;

use std::{collections::BTreeMap, path::Path};

use serde_json::{Map, Value};
use toile_garment::{Origin, Srgb};

use self::document::{document, named};
use crate::{
    error::CatalogueError,
    fab::Measurement,
    fibre::Composition,
    figure::Figure,
    record::{BACK, Colour, FACE, Record, Repeat, Texture},
    structure::construction_in,
};

/// At most so many bytes of a document.
const DOCUMENT: u64 = 64 << 20;
/// At most so many bytes of an archive.
const ARCHIVE: u64 = 512 << 20;
/// Where a record keeps the document, in its `custom`.
pub(crate) const KEPT: &str = "u3m";

/// A U3M document with the files that belong to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// Name of the document's file.
    pub name: String,
    /// The document.
    pub document: Value,
    /// Other files, by their path from the document.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// The raw curves in a FAB file, or in those that a U3M file or archive carries.
///
/// # Errors
/// The file, the field and what is wrong with it.
pub fn measurement(file: &Path) -> Result<Measurement, CatalogueError> {
    let one = file
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("u3m") || e.eq_ignore_ascii_case("u3ma"));
    if one {
        let package = Package::open(file)?;
        return package.measurement()?.ok_or_else(|| {
            CatalogueError::field(
                &file.display().to_string(),
                "material.physics.devices.fab",
                "names no file; there are no raw curves",
            )
        });
    }
    let failed = |e: std::io::Error| CatalogueError::file(file, e);
    let size = std::fs::metadata(file).map_err(failed)?.len();
    if size > DOCUMENT {
        return Err(CatalogueError::file(
            file,
            format!("has {size} bytes; at most {} MiB are read", DOCUMENT >> 20),
        ));
    }
    let bytes = std::fs::read(file).map_err(failed)?;
    Measurement::read(&bytes, &file.display().to_string())
}

/// Checks a path of the format: relative, forward, without signs that a shell or a
/// system reads otherwise.
pub(crate) fn path(text: &str) -> Result<(), String> {
    if text.is_empty() || text.len() > 1024 {
        return Err("a path must have between 1 and 1024 bytes".into());
    }
    if text.starts_with('/') || text.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(
            "a path must stay within its folder: no '..', '.', '/' at the start or '//'".into(),
        );
    }
    if let Some(c) = text
        .chars()
        .find(|c| c.is_control() || "~$%\\:".contains(*c))
    {
        return Err(format!("a path may not hold {c:?}"));
    }
    Ok(())
}

impl Package {
    /// Reads a `.u3m` document with the files that it names, or a `.u3ma` archive.
    ///
    /// # Errors
    /// The file, the field and what is wrong with it.
    pub fn open(file: &Path) -> Result<Self, CatalogueError> {
        let failed = |e: std::io::Error| CatalogueError::file(file, e);
        let size = std::fs::metadata(file).map_err(failed)?.len();
        let archive = file
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("u3ma"));
        let most = if archive { ARCHIVE } else { DOCUMENT };
        if size > most {
            return Err(CatalogueError::file(
                file,
                format!("has {size} bytes; at most {} MiB are read", most >> 20),
            ));
        }
        let bytes = std::fs::read(file).map_err(failed)?;
        let place = file.display().to_string();
        if archive {
            return Self::from_archive(&bytes, &place);
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let mut package = Self {
            document: document(&bytes, &place)?,
            name: name.into_owned(),
            files: BTreeMap::new(),
        };
        let folder = file.parent().unwrap_or(Path::new("."));
        let mut left = ARCHIVE;
        for name in named(&package.document) {
            path(&name).map_err(|e| CatalogueError::field(&place, format!("path '{name}'"), e))?;
            let at = folder.join(&name);
            let failed = |e: std::io::Error| {
                CatalogueError::field(
                    &place,
                    format!("path '{name}'"),
                    format!("cannot be read: {e}"),
                )
            };
            let size = std::fs::metadata(&at).map_err(failed)?.len();
            left = left.checked_sub(size).ok_or_else(|| {
                CatalogueError::file(
                    file,
                    format!("names files of more than {} MiB", ARCHIVE >> 20),
                )
            })?;
            package
                .files
                .insert(name.clone(), std::fs::read(&at).map_err(failed)?);
        }
        Ok(package)
    }

    /// Reads the bytes of a `.u3m` document, without its files.
    ///
    /// # Errors
    /// The field and what is wrong with it.
    pub fn from_document(bytes: &[u8], place: &str) -> Result<Self, CatalogueError> {
        Ok(Self {
            document: document(bytes, place)?,
            name: place.to_owned(),
            files: BTreeMap::new(),
        })
    }

    /// Reads a U3MA archive. `place` names it in messages.
    ///
    /// # Errors
    /// The entry or field and what is wrong with it.
    pub fn from_archive(bytes: &[u8], place: &str) -> Result<Self, CatalogueError> {
        let failed = |problem: String| CatalogueError::File {
            file: place.to_owned(),
            problem,
        };
        let mut files: BTreeMap<String, Vec<u8>> =
            zip::read(bytes).map_err(failed)?.into_iter().collect();
        let documents: Vec<String> = files
            .keys()
            .filter(|n| n.to_lowercase().ends_with(".u3m"))
            .cloned()
            .collect();
        let [name] = &documents[..] else {
            return Err(failed(format!(
                "holds {} .u3m documents; one is needed",
                documents.len()
            )));
        };
        let text = files.remove(name).unwrap_or_default();
        Ok(Self {
            document: document(&text, &format!("{place}: {name}"))?,
            name: name.clone(),
            files,
        })
    }

    /// The bytes of a U3MA archive.
    ///
    /// # Errors
    /// If a file has a name that the format forbids, or all are too large.
    pub fn archive(&self) -> Result<Vec<u8>, CatalogueError> {
        let failed = |problem: String| CatalogueError::File {
            file: self.name.clone(),
            problem,
        };
        let text = serde_json::to_vec_pretty(&self.document).map_err(|e| failed(e.to_string()))?;
        for name in self.files.keys().chain([&self.name]) {
            path(name).map_err(|e| failed(format!("'{name}': {e}")))?;
        }
        let first = std::iter::once((self.name.as_str(), text.as_slice()));
        let others = self.files.iter().map(|(n, c)| (n.as_str(), c.as_slice()));
        zip::write(first.chain(others)).map_err(failed)
    }

    /// The raw curves that the material names, if it names any.
    ///
    /// # Errors
    /// If the file is not there, or the field of it that cannot be used.
    pub fn measurement(&self) -> Result<Option<Measurement>, CatalogueError> {
        let name = string(&self.document["material"]["physics"]["devices"]["fab"]);
        if name.is_empty() {
            return Ok(None);
        }
        let Some(bytes) = self.files.get(&name) else {
            return Err(CatalogueError::field(
                &self.name,
                "material.physics.devices.fab",
                format!("names '{name}', which is not there"),
            ));
        };
        Measurement::read(bytes, &format!("{}: {name}", self.name)).map(Some)
    }

    /// The record of the material. `place` names it in messages and sources.
    ///
    /// # Errors
    /// The field that cannot be used, and why.
    pub fn record(&self, place: &str) -> Result<Record, CatalogueError> {
        let material = &self.document["material"];
        let text = |key: &str| string(&material[key]);
        let id = text("id").trim_matches(['{', '}']).to_owned();
        let name = text("name");
        let stem = self.name.trim_end_matches(".u3m").to_owned();
        let named = if name.is_empty() { stem } else { name };
        let mut r = Record::new(if id.is_empty() { &named } else { &id }, &named);
        let note = text("description");
        r.tags = note
            .split_whitespace()
            .take(64)
            .map(str::to_owned)
            .collect();
        let p = &material["physics"];
        let number = |value: &Value,
                      field: &str,
                      scale: f64|
         -> Result<Option<Figure<f32>>, CatalogueError> {
            let found = number(value).map_err(|e| CatalogueError::field(place, field, e))?;
            Ok(found.map(|x| {
                Figure::new(
                    (x * scale) as f32,
                    Origin::Vendor,
                    format!("U3M file {}", self.name),
                )
            }))
        };
        r.area_density = number(&p["weight"], "material.physics.weight", 1e-3)?;
        r.thickness = number(&p["thickness"], "material.physics.thickness", 1e-3)?;
        r.composition = composition(&p["composition"]["parts"])
            .map_err(|e| CatalogueError::field(place, "material.physics.composition", e))?;
        let made = [kind(&p["construction"]), kind(&p["material_type"])];
        r.structure = made
            .iter()
            .filter(|m| !m.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(" ");
        r.construction = construction_in(&made[0])
            .or_else(|| construction_in(&r.name))
            .or_else(|| construction_in(&made[1]));
        self.look(&mut r, place)?;
        r.custom = Some(Value::Object(Map::from_iter([(
            KEPT.to_owned(),
            self.document.clone(),
        )])));
        r.check(place)?;
        Ok(r)
    }

    /// Colour and pictures of the front, and its colours' picture of the back; without a front
    /// of the back, or of the side.
    fn look(&self, r: &mut Record, place: &str) -> Result<(), CatalogueError> {
        let shown = ["front", "back", "side"]
            .into_iter()
            .find_map(|side| Some((side, self.document["material"][side].as_object()?)));
        let Some((shown, front)) = shown else {
            return Ok(());
        };
        if let Some(srgb) = colour(&front.get("basecolor").unwrap_or(&Value::Null)["constant"]) {
            r.colours.push(Colour {
                name: String::new(),
                srgb: Some(srgb),
            });
        }
        let (mut size, mut maps, mut laid) = (None, Vec::new(), (Repeat::Normal, 0.0));
        for (key, value) in front {
            let image = &value["texture"]["image"];
            let Some(path) = image["path"].as_str() else {
                continue;
            };
            maps.push((key.clone(), path.to_owned()));
            let image_field = format!("material.{shown}.{key}.texture.image");
            let side = |name: &str| {
                number(&image[name])
                    .map_err(|e| CatalogueError::field(place, format!("{image_field}.{name}"), e))
            };
            let (repeat, turn) = repeat(&image["repeat"]).map_err(|(name, e)| {
                CatalogueError::field(place, format!("{image_field}.repeat.{name}"), e)
            })?;
            if let (Some(w), Some(h), true) = (
                side("width")?,
                side("height")?,
                size.is_none() || key == FACE,
            ) {
                size = Some((w as f32, h as f32));
                laid = (repeat, turn);
            }
        }
        let back = &self.document["material"]["back"]["basecolor"]["texture"]["image"]["path"];
        if let (Some(path), "front") = (back.as_str(), shown) {
            maps.push((BACK.to_owned(), path.to_owned()));
        }
        if let Some(size_mm) = size {
            r.texture = Some(Texture {
                size_mm,
                maps,
                repeat: laid.0,
                rotation_deg: laid.1,
            });
        }
        Ok(())
    }
}

/// A text; programs write what is missing as null or "null".
fn string(value: &Value) -> String {
    match value {
        Value::String(s) if s != "null" => s.trim().to_owned(),
        Value::Number(n) => n.to_string(),
        _ => String::new(),
    }
}

/// The type of what is told as `{type, name}`, or its name where the type is none of
/// the format's; some programs write a text instead.
fn kind(value: &Value) -> String {
    let (kind, name) = (string(&value["type"]), string(&value["name"]));
    match kind.to_lowercase().as_str() {
        "" if value.is_string() => string(value),
        "" | "other" | "unknown" => name,
        _ => kind,
    }
}

/// How a picture goes on and is turned (degrees), or the field and what is wrong.
fn repeat(value: &Value) -> Result<(Repeat, f32), (&'static str, String)> {
    let mode = string(&value["mode"]);
    let known = Repeat::ALL.iter().find(|(name, _)| *name == mode);
    let repeat = match known {
        Some((_, repeat)) => *repeat,
        None if mode.is_empty() => Repeat::Normal,
        None => {
            let names = Repeat::ALL.map(|(name, _)| name).join(", ");
            return Err(("mode", format!("is '{mode}'; there are {names}")));
        }
    };
    let turn = number(&value["rotation"]).map_err(|e| ("rotation", e))?;
    Ok((repeat, turn.unwrap_or(0.0) as f32))
}

/// A number, which some programs write as a string.
pub(crate) fn number(value: &Value) -> Result<Option<f64>, String> {
    let x = match value {
        Value::Null => return Ok(None),
        Value::Number(n) => n.as_f64(),
        Value::String(s) if s.is_empty() || s == "null" => return Ok(None),
        Value::String(s) => s.trim().parse().ok(),
        _ => None,
    };
    x.filter(|x: &f64| x.is_finite())
        .map(Some)
        .ok_or_else(|| format!("is {value}; it must be a number"))
}

fn composition(parts: &Value) -> Result<String, String> {
    let mut out = Vec::new();
    for part in parts.as_array().into_iter().flatten() {
        let share = number(&part["ratio"])?.unwrap_or(0.0);
        let (kind, name) = (string(&part["type"]), string(&part["name"]));
        let fibre = match kind.to_lowercase().as_str() {
            "" | "other" | "unknown" => name,
            _ => kind,
        };
        out.push(format!(
            "{}% {}",
            (share * 1000.0).round() / 10.0,
            fibre.to_lowercase().replace('_', " ")
        ));
    }
    let text = out.join(" ");
    Composition::parse(&text)?;
    Ok(text)
}

/// An sRGB colour of three numbers between 0 and 1, by name or in order.
fn colour(value: &Value) -> Option<Srgb> {
    let part = |k: usize, name: &str| {
        let part = value.get(name).or_else(|| value.get(k))?;
        let x = number(part).ok()??;
        Some((x.clamp(0.0, 1.0) * 255.0).round() as u8)
    };
    Some(Srgb([part(0, "r")?, part(1, "g")?, part(2, "b")?]))
}
