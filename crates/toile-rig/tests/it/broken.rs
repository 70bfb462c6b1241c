//! Files that must be refused.

use crate::golden::{Person, container, mannequin};
use serde_json::{Value, json};

/// A golden file as JSON and bytes, after a change of the JSON.
pub(crate) fn changed(person: &Person, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let (mut document, bytes) = person.gltf();
    change(&mut document);
    container(&document, &bytes)
}

/// A chair: a skinned chain of boxes with no limbs.
pub(crate) fn chair() -> Person {
    let mut person = mannequin().without(|n| {
        n.contains("Leg") || n.contains("Foot") || n.contains("Toe") || n.contains("Right")
    });
    for (i, joint) in person.joints.iter_mut().enumerate() {
        joint.name = format!("part{i}");
    }
    person
}

/// A joint that is its own grandparent.
pub(crate) fn cyclic(document: &mut Value) {
    let at = |document: &Value, name: &str| {
        document["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .position(|n| n["name"] == name)
            .unwrap()
    };
    let (foot, toes) = (at(document, "LeftFoot"), at(document, "LeftToeBase"));
    let leg = at(document, "LeftLeg");
    document["nodes"][leg]["children"] = json!([]);
    document["nodes"][toes]["children"] = json!([foot]);
}

/// Ten million vertices that are not there.
pub(crate) fn swollen(document: &mut Value) {
    let position = document["meshes"][0]["primitives"][0]["attributes"]["POSITION"]
        .as_u64()
        .unwrap();
    document["accessors"][position as usize]["count"] = json!(10_000_000);
}
