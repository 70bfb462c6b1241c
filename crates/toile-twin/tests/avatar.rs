//! Reading avatars, good and bad.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

mod common;

use std::path::Path;

use common::{Shape, box_person};
use glam::{Mat4, Quat, Vec3};
use serde_json::{Value, json};
use toile_twin::{Avatar, Beside, Pose, bind_pose, joint_world, region, skin_matrices};

/// An avatar as binary glTF; `edit` may spoil the JSON before it is packed.
fn glb(avatar: &Avatar, edit: impl FnOnce(&mut Value)) -> Vec<u8> {
    let skeleton = &avatar.skeleton;
    let part = &avatar.primitives[0];
    let mut blob: Vec<u8> = Vec::new();
    let mut views = Vec::new();
    let mut accessors = Vec::new();
    let mut push = |bytes: Vec<u8>, count: usize, component: u32, kind: &str| {
        views.push(json!({"buffer": 0, "byteOffset": blob.len(), "byteLength": bytes.len()}));
        blob.extend(bytes);
        blob.resize(blob.len().next_multiple_of(4), 0);
        let mut accessor = json!({"bufferView": views.len() - 1, "componentType": component, "count": count, "type": kind});
        if accessors.is_empty() {
            accessor["min"] = json!([-5.0, -5.0, -5.0]);
            accessor["max"] = json!([5.0, 5.0, 5.0]);
        }
        accessors.push(accessor);
    };
    let floats = |values: &mut dyn Iterator<Item = f32>| {
        values.flat_map(f32::to_le_bytes).collect::<Vec<u8>>()
    };
    let count = part.positions.len();
    push(
        floats(&mut part.positions.iter().flat_map(Vec3::to_array)),
        count,
        5126,
        "VEC3",
    );
    push(
        floats(&mut part.normals.iter().flat_map(Vec3::to_array)),
        count,
        5126,
        "VEC3",
    );
    push(
        part.joints
            .iter()
            .flatten()
            .flat_map(|j| j.to_le_bytes())
            .collect(),
        count,
        5123,
        "VEC4",
    );
    push(
        floats(&mut part.weights.iter().flatten().copied()),
        count,
        5126,
        "VEC4",
    );
    let indices = part.indices.iter().flat_map(|i| i.to_le_bytes()).collect();
    push(indices, part.indices.len(), 5125, "SCALAR");
    let binds = floats(&mut skeleton.inverse_bind.iter().flat_map(Mat4::to_cols_array));
    push(binds, skeleton.len(), 5126, "MAT4");
    let nodes: Vec<Value> = (0..skeleton.len())
        .map(|j| {
            let children: Vec<usize> = (0..skeleton.len())
                .filter(|&c| skeleton.parents[c] == Some(j))
                .collect();
            let mut node = json!({
                "name": format!("mixamorig:{}", skeleton.names[j]),
                "translation": skeleton.rest_translation[j].to_array(),
                "rotation": skeleton.rest_rotation[j].to_array(),
            });
            if !children.is_empty() {
                node["children"] = json!(children);
            }
            node
        })
        .chain([json!({"name": "body", "mesh": 0, "skin": 0})])
        .collect();
    let mut document = json!({
        "asset": {"version": "2.0"},
        "scenes": [{"nodes": [0, skeleton.len()]}],
        "nodes": nodes,
        "materials": [{"name": part.material}],
        "meshes": [{"extras": {"targetNames": []}, "primitives": [{
            "attributes": {"POSITION": 0, "NORMAL": 1, "JOINTS_0": 2, "WEIGHTS_0": 3},
            "indices": 4, "material": 0,
        }]}],
        "skins": [{"joints": (0..skeleton.len()).collect::<Vec<_>>(), "inverseBindMatrices": 5}],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": blob.len()}],
    });
    edit(&mut document);
    let mut text = serde_json::to_vec(&document).unwrap();
    text.resize(text.len().next_multiple_of(4), b' ');
    let mut file = Vec::new();
    file.extend(b"glTF");
    file.extend(2_u32.to_le_bytes());
    file.extend((12 + 8 + text.len() as u32 + 8 + blob.len() as u32).to_le_bytes());
    file.extend((text.len() as u32).to_le_bytes());
    file.extend(b"JSON");
    file.extend(text);
    file.extend((blob.len() as u32).to_le_bytes());
    file.extend(b"BIN\0");
    file.extend(blob);
    file
}

fn person() -> Avatar {
    box_person(Shape {
        height: 1.76,
        heel: 0.05,
    })
}

fn refused(edit: impl FnOnce(&mut Value)) -> String {
    Avatar::parse(&glb(&person(), edit), Path::new("amara/avatar.glb"))
        .unwrap_err()
        .to_string()
}

#[test]
fn an_avatar_is_read_as_it_was_written() {
    let written = person();
    let read = Avatar::parse(&glb(&written, |_| ()), &written.file).unwrap();
    assert_eq!(read.skeleton.names, written.skeleton.names);
    assert_eq!(read.skeleton.parents, written.skeleton.parents);
    assert_eq!(
        read.primitives[0].positions,
        written.primitives[0].positions
    );
    assert_eq!(read.primitives[0].joints, written.primitives[0].joints);
    assert_eq!(read.primitives[0].indices, written.primitives[0].indices);
}

#[test]
fn the_bind_pose_leaves_the_mesh_where_it_is() {
    let avatar = person();
    let body = avatar.collision_body();
    let skin = skin_matrices(&avatar.skeleton, &bind_pose(&avatar.skeleton));
    for (v, at) in body.positions.iter().enumerate() {
        assert!(body.skinned(v, &skin).distance(*at) < 1.0e-5);
    }
}

#[test]
fn a_plain_node_above_the_hips_moves_the_skeleton() {
    let avatar = person();
    let count = avatar.skeleton.len();
    let bytes = glb(&avatar, |document| {
        let nodes = document["nodes"].as_array_mut().unwrap();
        let hips = nodes[0]["translation"][1].as_f64().unwrap();
        nodes[0]["translation"] = json!([0.0, 0.0, 0.0]);
        nodes.push(json!({"name": "Armature", "children": [0], "translation": [0.0, hips, 0.0]}));
        document["scenes"][0]["nodes"] = json!([count + 1, count]);
    });
    let read = Avatar::parse(&bytes, &avatar.file).unwrap();
    let (a, b) = (bind_pose(&avatar.skeleton), bind_pose(&read.skeleton));
    for (a, b) in joint_world(&avatar.skeleton, &a)
        .iter()
        .zip(joint_world(&read.skeleton, &b))
    {
        assert!(a.abs_diff_eq(b, 1.0e-5));
    }
}

/// World frames of a file's nodes, by name.
fn frames(bytes: &[u8]) -> std::collections::HashMap<String, Mat4> {
    fn walk(
        node: &gltf::Node<'_>,
        above: Mat4,
        into: &mut std::collections::HashMap<String, Mat4>,
    ) {
        let here = above * Mat4::from_cols_array_2d(&node.transform().matrix());
        into.insert(node.name().unwrap_or_default().to_owned(), here);
        for child in node.children() {
            walk(&child, here, into);
        }
    }
    let file = gltf::Gltf::from_slice(bytes).unwrap();
    let mut found = std::collections::HashMap::new();
    for node in file.document.default_scene().unwrap().nodes() {
        walk(&node, Mat4::IDENTITY, &mut found);
    }
    found
}

fn curtsy(avatar: &Avatar) -> Pose {
    let mut pose = bind_pose(&avatar.skeleton);
    pose.root = Vec3::new(1.0, 0.2, -3.0);
    pose.heading = 0.7;
    pose.hips_offset = Vec3::new(0.0, -0.1, 0.02);
    for (number, turn) in pose.local.iter_mut().enumerate() {
        *turn *= Quat::from_rotation_x(0.1 + 0.01 * number as f32);
    }
    pose
}

#[test]
fn a_posed_file_has_its_joints_where_the_pose_has_them() {
    let avatar = person();
    let pose = curtsy(&avatar);
    let whole = |document: &mut Value| document["scene"] = json!(0);
    let bytes = glb(&avatar, whole);
    let posed = avatar.posed(&bytes, &pose, &Beside::default()).unwrap();
    let there = frames(&posed);
    let world = joint_world(&avatar.skeleton, &pose);
    for (name, frame) in avatar.skeleton.names.iter().zip(world) {
        let found = there[&format!("mixamorig:{name}")];
        assert!(found.abs_diff_eq(frame, 1.0e-4), "{name}: {found} {frame}");
    }
}

#[test]
fn what_stands_beside_a_posed_avatar_is_whole() {
    let avatar = person();
    let bytes = glb(&avatar, |document| document["scene"] = json!(0));
    let plinth = glb(&avatar, |document| {
        let node = document["nodes"].as_array_mut().unwrap().pop().unwrap();
        document["nodes"] = json!([{"name": "plinth", "mesh": node["mesh"]}]);
        document["scenes"] = json!([{"nodes": [0]}]);
        document["materials"][0]["name"] = json!("marble");
        document.as_object_mut().unwrap().remove("skins");
    });
    let beside = Beside {
        files: &[plinth],
        plain: &[(&avatar.primitives[0].material, [0.5, 0.25, 0.125])],
    };
    let posed = avatar.posed(&bytes, &curtsy(&avatar), &beside).unwrap();
    let file = gltf::Gltf::from_slice(&posed).unwrap();
    let blob = file.blob.as_deref();
    let plinth = file.document.nodes().find(|n| n.name() == Some("plinth"));
    let part = plinth.unwrap().mesh().unwrap().primitives().next().unwrap();
    let places = part.reader(|_| blob).read_positions().unwrap();
    let there: Vec<Vec3> = places.map(Vec3::from_array).collect();
    assert_eq!(there, avatar.primitives[0].positions);
    assert_eq!(part.material().name(), Some("marble"));
    let body = file.document.materials().next().unwrap();
    let colour = body.pbr_metallic_roughness().base_color_factor();
    assert_eq!(colour, [0.5, 0.25, 0.125, 1.0]);
    assert!(frames(&posed).contains_key("plinth"));
}

#[test]
fn welding_closes_the_surface_of_a_box() {
    let body = person().collision_body();
    let mut edges = std::collections::HashMap::new();
    for t in &body.triangles {
        for (a, b) in [(t[0], t[1]), (t[1], t[2]), (t[2], t[0])] {
            *edges.entry((a.min(b), a.max(b))).or_insert(0) += if a < b { 1 } else { -1 };
        }
    }
    assert!(body.positions.len() < person().primitives[0].positions.len());
    assert!(
        edges.values().all(|balance| *balance == 0),
        "some edge has a face on one side only"
    );
}

#[test]
fn every_part_of_the_body_has_its_region() {
    let body = person().collision_body();
    let seen = body.region.iter().fold(0, |all, r| all | r);
    let all = region::TORSO
        | region::HEAD
        | region::LEFT_ARM
        | region::RIGHT_ARM
        | region::LEFT_HAND
        | region::RIGHT_HAND
        | region::LEFT_LEG
        | region::RIGHT_LEG
        | region::FOOT;
    assert_eq!(seen, all);
    for (at, region) in body.positions.iter().zip(&body.region) {
        let left = region & (region::LEFT_ARM | region::LEFT_HAND) != 0;
        assert!(!left || at.x > 0.0, "a left arm at {at}");
        assert_eq!(region.count_ones(), 1);
    }
}

#[test]
fn hair_is_no_part_of_the_collision_body() {
    let mut avatar = person();
    avatar.primitives[0].material = "hair".into();
    assert!(avatar.collision_body().positions.is_empty());
}

#[test]
fn a_missing_file_is_reported_with_its_path() {
    let words = Avatar::load(Path::new("no/such/avatar.glb"))
        .unwrap_err()
        .to_string();
    assert!(words.contains("no/such/avatar.glb"), "{words}");
}

#[test]
fn a_file_that_is_no_gltf_is_refused() {
    let words = Avatar::parse(b"a picture of a cat", Path::new("cat.glb"))
        .unwrap_err()
        .to_string();
    assert!(
        words.contains("cat.glb") && words.contains("not a valid glTF"),
        "{words}"
    );
}

#[test]
fn a_truncated_file_is_refused() {
    let bytes = glb(&person(), |_| ());
    for share in [0.1, 0.5, 0.9, 0.999] {
        let cut = &bytes[..(bytes.len() as f64 * share) as usize];
        assert!(
            Avatar::parse(cut, Path::new("cut.glb")).is_err(),
            "{share} of the file was taken for a whole"
        );
    }
}

#[test]
fn an_avatar_without_a_skin_is_refused() {
    let words = refused(|document| {
        document.as_object_mut().unwrap().remove("skins");
        let nodes = document["nodes"].as_array_mut().unwrap();
        nodes
            .last_mut()
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove("skin");
    });
    assert!(words.contains("no skin"), "{words}");
}

#[test]
fn a_scaled_joint_is_refused_by_name() {
    let words = refused(|document| document["nodes"][1]["scale"] = json!([0.01, 0.01, 0.01]));
    assert!(
        words.contains("'Spine'") && words.contains("scale"),
        "{words}"
    );
}

#[test]
fn a_rest_pose_off_the_bind_pose_is_refused_by_joint() {
    let words = refused(|document| document["nodes"][5]["translation"] = json!([0.0, 0.3, 0.0]));
    assert!(
        words.contains("'Head'") && words.contains("bind pose"),
        "{words}"
    );
}

#[test]
fn a_mesh_without_weights_is_refused_by_material() {
    let words = refused(|document| {
        let attributes = &mut document["meshes"][0]["primitives"][0]["attributes"];
        attributes.as_object_mut().unwrap().remove("WEIGHTS_0");
    });
    assert!(
        words.contains("'skin'") && words.contains("0 weights"),
        "{words}"
    );
}

#[test]
fn a_vertex_at_no_finite_place_is_refused() {
    let mut avatar = person();
    avatar.primitives[0].positions[7] = Vec3::new(0.0, f32::NAN, 0.0);
    let words = Avatar::parse(&glb(&avatar, |_| ()), Path::new("nan.glb"))
        .unwrap_err()
        .to_string();
    assert!(words.contains("not finite"), "{words}");
}

#[test]
fn a_joint_number_out_of_range_is_refused() {
    let mut avatar = person();
    avatar.primitives[0].joints[3] = [999, 0, 0, 0];
    let words = Avatar::parse(&glb(&avatar, |_| ()), Path::new("far.glb"))
        .unwrap_err()
        .to_string();
    assert!(words.contains("joints the skin does not have"), "{words}");
}

#[test]
fn weights_that_do_not_sum_to_one_are_refused() {
    let mut avatar = person();
    avatar.primitives[0].weights[3] = [0.5, 0.0, 0.0, 0.0];
    let words = Avatar::parse(&glb(&avatar, |_| ()), Path::new("light.glb"))
        .unwrap_err()
        .to_string();
    assert!(words.contains("sum to one"), "{words}");
}
