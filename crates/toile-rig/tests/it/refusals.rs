//! What is no usable avatar is refused fast, with the field and a mend.

use crate::broken::{chair, changed, cyclic, swollen};
use crate::golden::{container, mannequin};
use crate::rigs;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use toile_rig::{Notes, RigError, import};

/// Slowest refusal that is bounded enough.
const SLOWEST: Duration = Duration::from_secs(2);

fn refused(bytes: &[u8]) -> RigError {
    let none = &mut |_: &str| Err("there is none".to_owned());
    let start = Instant::now();
    let error = import(bytes, "strange.glb", none, &Notes::default())
        .map(|i| i.report)
        .unwrap_err();
    assert!(
        start.elapsed() < SLOWEST,
        "took {:?}: {error}",
        start.elapsed()
    );
    assert_eq!(error.file, "strange.glb");
    assert!(!error.mend.is_empty());
    error
}

fn refused_at(bytes: &[u8], field: &str, says: &str) {
    let error = refused(bytes);
    assert!(
        error.field.contains(field) && error.to_string().contains(says),
        "{error}"
    );
}

#[test]
fn what_is_no_humanoid_is_refused_by_the_bone_it_lacks() {
    refused_at(&chair().glb(), "skins", "override file");
}

#[test]
fn a_mesh_without_a_skin_is_refused() {
    let bytes = changed(&mannequin(), |d| {
        d.as_object_mut().unwrap().remove("skins");
        for node in d["nodes"].as_array_mut().unwrap() {
            node.as_object_mut().unwrap().remove("skin");
        }
    });
    refused_at(&bytes, "skins", "nothing can pose this mesh");
}

#[test]
fn ten_million_vertices_are_refused_before_they_are_read() {
    refused_at(
        &changed(&mannequin(), swollen),
        "accessors",
        "10000000 vertices",
    );
}

#[test]
fn more_elements_than_bytes_are_refused() {
    let bytes = changed(&mannequin(), |d| {
        let position = d["meshes"][0]["primitives"][0]["attributes"]["POSITION"]
            .as_u64()
            .unwrap();
        d["accessors"][position as usize]["count"] = json!(1_000_000);
    });
    refused_at(&bytes, "accessors", "claims 1000000 elements");
}

#[test]
fn numbers_that_are_not_finite_are_refused_with_their_accessor() {
    let mut person = mannequin();
    person.pieces[0].positions[77].y = f32::NAN;
    refused_at(&person.glb(), "accessors", "not finite, in element 77");
}

#[test]
fn circles_of_nodes_are_refused() {
    refused_at(
        &changed(&mannequin(), cyclic),
        "children",
        "back to the node itself",
    );
    let twice = changed(&mannequin(), |d| d["nodes"][1]["children"] = json!([0]));
    refused(&twice);
}

#[test]
fn draco_is_refused_with_the_command_that_unpacks_it() {
    let bytes = changed(&mannequin(), |d| {
        d["extensionsRequired"] = json!(["KHR_draco_mesh_compression"]);
        d["meshes"][0]["primitives"][0]["extensions"] =
            json!({"KHR_draco_mesh_compression": {"bufferView": 0}});
    });
    refused_at(
        &bytes,
        "KHR_draco",
        "npx @gltf-transform/cli cp IN.glb OUT.glb",
    );
}

#[test]
fn a_skeleton_of_no_human_size_asks_for_its_unit() {
    let person = mannequin().baked(0.13, glam::Quat::IDENTITY);
    refused_at(&person.glb(), "nodes", "--height");
}

#[test]
fn a_vrm_that_forbids_changes_is_refused_until_leave_is_noted() {
    let mut person = rigs::vrm1();
    person.extensions["VRMC_vrm"]["meta"]["modification"] = json!("prohibited");
    refused_at(&person.glb(), "meta.modification", "leave");
    let notes = Notes {
        leave: Some("A. Tester, 2026-11-02".into()),
        ..Notes::default()
    };
    let none = &mut |_: &str| Err("there is none".to_owned());
    let imported = import(&person.glb(), "v.vrm", none, &notes).unwrap();
    assert_eq!(
        imported.report.leave.as_deref(),
        Some("A. Tester, 2026-11-02")
    );
    let file = String::from_utf8_lossy(&imported.glb);
    assert!(!file.contains("2026-11-02"), "who gave leave stays here");
}

#[test]
fn bones_that_contradict_each_other_are_not_believed() {
    let person = mannequin().rename(|n| match n {
        "LeftLeg" => "LeftFoot".into(),
        "LeftFoot" => "LeftLeg".into(),
        other => other.to_owned(),
    });
    let swapped = person.turned(&[]);
    refused_at(&swapped.glb(), "skins", "sureness");
}

#[test]
fn files_elsewhere_are_not_read() {
    for uri in [
        "../secret.bin",
        "/etc/passwd",
        "https://example.org/a.bin",
        "C:\\a.bin",
        "a/../../b",
    ] {
        let (mut document, _) = mannequin().gltf();
        document["buffers"][0]["uri"] = json!(uri);
        let mut asked = false;
        let beside = &mut |_: &str| {
            asked = true;
            Ok(Vec::new())
        };
        let error = import(
            document.to_string().as_bytes(),
            "a.gltf",
            beside,
            &Notes::default(),
        );
        assert!(
            error.map(|i| i.report).unwrap_err().field.contains("uri"),
            "{uri}"
        );
        assert!(!asked, "{uri}");
    }
}

#[test]
fn what_is_cut_off_at_any_byte_is_refused() {
    let whole = mannequin().glb();
    for share in 0..40 {
        refused(&whole[..whole.len() * share / 40]);
    }
    refused(&container(&Value::Null, &[]));
}
