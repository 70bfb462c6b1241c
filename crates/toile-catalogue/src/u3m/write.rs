//! A record as a U3M 1.1 document.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use toile_garment::Construction;

use super::{KEPT, Package, number};
use crate::{error::CatalogueError, fibre::Composition, record::Record};

/// The document of a record; the one it came from, if there is one, with only those
/// numbers changed that differ. `files` are those that belong to it.
///
/// # Errors
/// If the record holds a document that is no object, or nothing that the format can
/// tell.
pub fn package(r: &Record, files: BTreeMap<String, Vec<u8>>) -> Result<Package, CatalogueError> {
    let kept = r.custom.as_ref().and_then(|c| c.get(KEPT));
    let mut document = match kept {
        Some(document) => document.clone(),
        None => fresh(r)?,
    };
    let Some(material) = document.get_mut("material").and_then(Value::as_object_mut) else {
        return Err(CatalogueError::field(
            &r.id,
            "custom.u3m",
            "is no U3M document",
        ));
    };
    if material.get("name").and_then(Value::as_str) != Some(&r.name) {
        material.insert("name".to_owned(), r.name.clone().into());
    }
    if let Some(physics) = material.get_mut("physics").and_then(Value::as_object_mut) {
        for (key, figure) in [("weight", &r.area_density), ("thickness", &r.thickness)] {
            let Some(figure) = figure else { continue };
            // What reads as the same number stays as it was written.
            let there = physics.get(key).and_then(|v| number(v).ok()).flatten();
            if there.is_none_or(|x| (x * 1e-3) as f32 != figure.value) {
                physics.insert(key.to_owned(), milli(figure.value).into());
            }
        }
    }
    let name = match kept {
        Some(_) => r.name.clone(),
        None => r.id.clone(),
    };
    let stem: String = name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '-' {
                c
            } else {
                '_'
            }
        })
        .take(64)
        .collect();
    Ok(Package {
        name: format!("{stem}.u3m"),
        document,
        files,
    })
}

/// Thousandths of a unit, without the crumbs of binary fractions.
fn milli(x: f32) -> f64 {
    let text = x.to_string();
    let x: f64 = text.parse().unwrap_or(f64::from(x));
    (x * 1e12).round() / 1e9
}

fn fresh(r: &Record) -> Result<Value, CatalogueError> {
    let composition = Composition::parse(&r.composition)
        .map_err(|e| CatalogueError::field(&r.id, "composition", e))?;
    let parts: Vec<Value> = composition
        .parts
        .iter()
        .map(|(fibre, share)| {
            let ratio = (f64::from(*share) * 10.0).round() / 1000.0;
            let (kind, name) = fibre_kind(fibre.name());
            json!({"ratio": ratio, "type": kind, "name": name})
        })
        .collect();
    let kind = r.construction.map_or(Value::Null, |c| {
        let kind = if c == Construction::Leather {
            "Leather"
        } else if crate::is_knit(c) {
            "Knit"
        } else {
            "Woven"
        };
        json!({"type": kind, "name": null})
    });
    let made = match r.construction {
        Some(construction) => construction_kind(construction),
        None if r.structure.is_empty() => Value::Null,
        None => json!({"type": "other", "name": r.structure}),
    };
    let front = r.colours.iter().find_map(|c| c.srgb).map(|c| {
        let [red, green, blue] = c.to_f32();
        let roughness = r
            .appearance
            .as_ref()
            .map_or(0.7, |a| f64::from(a.roughness));
        visualisation([red, green, blue], (roughness * 1000.0).round() / 1000.0)
    });
    Ok(json!({
        "schema": "1.1",
        "material": {
            "id": uuid(&r.id),
            "name": r.name,
            "description": r.composition,
            "created": "1970-01-01T00:00:00Z",
            "modified": "1970-01-01T00:00:00Z",
            "front": front,
            "back": null,
            "side": null,
            "physics": {
                "thickness": r.thickness.as_ref().map(|t| milli(t.value)),
                "weight": r.area_density.as_ref().map(|w| milli(w.value)),
                "composition": if parts.is_empty() { Value::Null } else { json!({"parts": parts}) },
                "construction": made,
                "material_type": kind,
                // The format's word for none.
                "devices": {"fab": "null"},
            },
            "metadata": null,
        },
        // The record with all its origins, for programs that can use them.
        "custom": {"toile": {"record": r}},
    }))
}

/// The format's word for a fibre; for others, `other` and its name.
fn fibre_kind(name: &str) -> (&str, Option<&str>) {
    let kind = match name {
        "acetate" => "Acetate",
        "acrylic" => "Acrylic",
        "alpaca" => "Alpaca",
        "angora" => "Angora",
        "aramid" => "Aramid",
        "cashmere" => "Cashmere",
        "cotton" => "Cotton",
        "cupro" => "Cupro",
        "elastane" => "Elastane",
        "hemp" => "Hemp",
        "jute" => "Jute",
        "linen" => "Linen",
        "lyocell" => "Lyocell",
        "metallic" => "Metallic Fibre",
        "modal" => "Modal",
        "mohair" => "Mohair",
        "polyamide" => "Polyamid",
        "polyester" => "Polyester",
        "polypropylene" => "Polypropylen",
        "ramie" => "Ramie",
        "silk" => "Silk",
        "triacetate" => "Triacetate",
        "viscose" => "Rayon",
        "wool" => "Wool",
        _ => return ("other", Some(name)),
    };
    (kind, None)
}

/// The format's word for a weave or knit; for others, `other` and its name.
fn construction_kind(c: Construction) -> Value {
    let kind = match c {
        Construction::Plain => "Plain weave",
        Construction::Twill => "Twill",
        Construction::Satin => "Satin",
        Construction::Jersey => "Single jersey",
        Construction::Interlock => "Interlock",
        Construction::Fleece => "Fleece",
        _ => return json!({"type": "other", "name": crate::construction_word(c)}),
    };
    json!({"type": kind, "name": null})
}

/// Every key of the principled shader, as constants.
fn visualisation(colour: [f32; 3], roughness: f64) -> Value {
    let round = |x: f32| (f64::from(x) * 1e6).round() / 1e6;
    let [red, green, blue] = colour.map(round);
    let mut out = serde_json::Map::new();
    out.insert("shader".to_owned(), "principled".into());
    out.insert("preview".to_owned(), Value::Null);
    for (key, value) in [
        ("alpha", 1.0),
        ("anisotropy_rotation", 0.0),
        ("anisotropy_value", 0.0),
        ("clearcoat_roughness", 0.0),
        ("clearcoat_value", 0.0),
        ("displacement", 0.0),
        ("ior", 1.4),
        ("metalness", 0.0),
        ("roughness", roughness),
        ("sheen_tint", 0.5),
        ("sheen_value", 0.0),
        ("specular_tint", 0.0),
        ("specular_value", 0.5),
        ("subsurface_radius", 0.0),
        ("subsurface_value", 0.0),
        ("transmission", 0.0),
    ] {
        out.insert(key.to_owned(), json!({"constant": value, "texture": null}));
    }
    let up = json!({"x": 0, "y": 0, "z": 1});
    let black = json!({"r": 0, "g": 0, "b": 0});
    for (key, value) in [
        ("clearcoat_normal", &up),
        ("normal", &up),
        ("subsurface_color", &black),
    ] {
        out.insert(key.to_owned(), json!({"constant": value, "texture": null}));
    }
    let constant = json!({"r": red, "g": green, "b": blue});
    out.insert(
        "basecolor".to_owned(),
        json!({"constant": constant, "texture": null}),
    );
    Value::Object(out)
}

/// A UUID of version 4's form that an id always gets.
fn uuid(id: &str) -> String {
    let hash = blake3::hash(id.as_bytes());
    let mut b = [0u8; 16];
    b.copy_from_slice(&hash.as_bytes()[..16]);
    b[6] = b[6] & 0x0f | 0x40;
    b[8] = b[8] & 0x3f | 0x80;
    let hex: String = b.iter().map(|x| format!("{x:02x}")).collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}
