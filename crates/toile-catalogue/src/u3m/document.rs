//! What every U3M document must have.

use serde_json::Value;

use super::{path, string};
use crate::error::CatalogueError;

/// Reads a document and checks what every one must have.
pub(super) fn document(bytes: &[u8], place: &str) -> Result<Value, CatalogueError> {
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let value: Value = serde_json::from_slice(bytes).map_err(|e| CatalogueError::File {
        file: place.to_owned(),
        problem: format!("is not JSON: {e}"),
    })?;
    let field = |field: &str, problem: String| Err(CatalogueError::field(place, field, problem));
    let Some(root) = value.as_object() else {
        return field("the document", "is no JSON object".into());
    };
    if let Some(key) = root
        .keys()
        .find(|k| !["schema", "material", "custom"].contains(&k.as_str()))
    {
        return field(
            key,
            "is no key of a U3M document; it has schema, material and custom".into(),
        );
    }
    let schema = string(&value["schema"]);
    if !["1.0", "1.1"].contains(&schema.as_str()) {
        return field("schema", format!("is '{schema}'; 1.0 and 1.1 are read"));
    }
    let Some(material) = value["material"].as_object() else {
        return field("material", "is missing".into());
    };
    let parts = ["front", "back", "side", "physics"];
    if parts
        .iter()
        .all(|k| material.get(*k).is_none_or(Value::is_null))
    {
        return field(
            "material",
            "has none of front, back, side and physics; one is needed".into(),
        );
    }
    for name in named(&value) {
        path(&name).map_err(|e| CatalogueError::field(place, format!("path '{name}'"), e))?;
    }
    Ok(value)
}

/// The files that a document names: images, and the measurement of its physics.
pub(super) fn named(document: &Value) -> Vec<String> {
    fn images(value: &Value, out: &mut Vec<String>) {
        let Some(map) = value.as_object() else { return };
        for (key, value) in map {
            match value.as_str() {
                Some(text) if key == "path" => out.push(text.to_owned()),
                _ => images(value, out),
            }
        }
    }
    let (mut out, material) = (Vec::new(), &document["material"]);
    for side in ["front", "back", "side"] {
        images(&material[side], &mut out);
    }
    // "null" is how some programs write that there is none.
    let fab = string(&material["physics"]["devices"]["fab"]);
    if !fab.is_empty() {
        out.push(fab);
    }
    out.sort();
    out.dedup();
    out
}
