//! A golden rig of every tool becomes the same avatar.

use crate::golden::{Person, Piece, mannequin};
use crate::rigs;
use glam::{Mat4, Quat, Vec3};
use std::collections::HashMap;
use toile_rig::{How, Imported, Notes, Part, Profile, import};

fn take(person: &Person, name: &str) -> Imported {
    let none = &mut |_: &str| Err("there is none".to_owned());
    import(&person.glb(), name, none, &Notes::default()).unwrap_or_else(|e| panic!("{e}"))
}

/// Joints of an imported avatar: names, and world frames in its rest pose.
struct Read {
    at: HashMap<String, Mat4>,
    local: HashMap<String, Vec3>,
    positions: Vec<Vec3>,
}

fn read(glb: &[u8]) -> Read {
    let file = gltf::Gltf::from_slice(glb).expect("what is written is valid glTF");
    let blob = file.blob.as_deref().unwrap();
    let skin = file.skins().next().unwrap();
    let inverse: Vec<Mat4> = skin
        .reader(|_| Some(blob))
        .read_inverse_bind_matrices()
        .unwrap()
        .map(|m| Mat4::from_cols_array_2d(&m))
        .collect();
    let (mut at, mut local) = (HashMap::new(), HashMap::new());
    let mut open: Vec<(gltf::Node<'_>, Mat4)> =
        vec![(skin.joints().next().unwrap(), Mat4::IDENTITY)];
    while let Some((node, above)) = open.pop() {
        let (t, r, s) = node.transform().decomposed();
        assert_eq!(s, [1.0; 3]);
        let world = above * Mat4::from_rotation_translation(Quat::from_array(r), Vec3::from(t));
        at.insert(node.name().unwrap().to_owned(), world);
        local.insert(node.name().unwrap().to_owned(), Vec3::from(t));
        open.extend(node.children().map(|c| (c, world)));
    }
    for (joint, inverse) in skin.joints().zip(inverse) {
        let off = at[joint.name().unwrap()] * inverse;
        assert!(
            (off - Mat4::IDENTITY)
                .to_cols_array()
                .iter()
                .all(|x| x.abs() < 1e-4),
            "{:?}",
            joint.name()
        );
    }
    let mut positions = Vec::new();
    for mesh in file.meshes() {
        for primitive in mesh.primitives() {
            let reader = primitive.reader(|_| Some(blob));
            positions.extend(reader.read_positions().unwrap().map(Vec3::from));
            for w in reader.read_weights(0).unwrap().into_f32() {
                assert!(
                    (w.iter().sum::<f32>() - 1.0).abs() < 1e-4,
                    "weights sum to one"
                );
            }
        }
    }
    Read {
        at,
        local,
        positions,
    }
}

const BODY: [&str; 22] = [
    "Hips",
    "LeftUpLeg",
    "LeftLeg",
    "LeftFoot",
    "LeftToeBase",
    "RightUpLeg",
    "RightLeg",
    "RightFoot",
    "RightToeBase",
    "Spine",
    "Spine1",
    "Spine2",
    "Neck",
    "Head",
    "LeftShoulder",
    "LeftArm",
    "LeftForeArm",
    "LeftHand",
    "RightShoulder",
    "RightArm",
    "RightForeArm",
    "RightHand",
];

/// The avatar of a golden rig stands as the mannequin does.
fn assert_same(person: &Person, name: &str, profile: Profile, own: Option<&Person>) -> Imported {
    let imported = take(person, name);
    let report = &imported.report;
    assert_eq!(report.profile, profile, "{name}");
    assert!(report.sure > 0.45, "{name}: {report}");
    let (ours, theirs) = (mannequin(), read(&imported.glb));
    let at = |j: &str| theirs.at[j].w_axis.truncate();
    for joint in BODY {
        assert!(theirs.at.contains_key(joint), "{name} lacks {joint}");
    }
    // Trunk and legs stand where they did; arms have kept their lengths.
    let hips = ours.joints[0].at;
    let placed: Vec<&str> = report
        .bones
        .iter()
        .filter(|b| b.how == How::Placed)
        .map(|b| b.bone.as_str())
        .collect();
    for joint in BODY.iter().take(14).filter(|j| !placed.contains(j)) {
        let mine = ours.joints[ours.find(joint)].at - hips;
        let off = (at(joint) - at("Hips") - mine).length();
        assert!(
            off < 0.012,
            "{name}: {joint} is {:.1} mm off\n{report}",
            off * 1e3
        );
    }
    for side in ["Left", "Right"] {
        for (a, b) in [("Arm", "ForeArm"), ("ForeArm", "Hand")] {
            let (a, b) = (format!("{side}{a}"), format!("{side}{b}"));
            let mine = ours.joints[ours.find(&a)]
                .at
                .distance(ours.joints[ours.find(&b)].at);
            assert!(
                (at(&a).distance(at(&b)) - mine).abs() < 0.004,
                "{name}: {a}"
            );
            let sign = if side == "Left" { 1.0 } else { -1.0 };
            let along = theirs.local[&b].normalize();
            assert!(
                along.dot(Vec3::X * sign) > 0.999,
                "{name}: {b} is not T-pose-normalised: {along}"
            );
        }
        let down = theirs.local[&format!("{side}Leg")].normalize();
        assert!(down.dot(Vec3::NEG_Y) > 0.999, "{name}: {side} leg");
        let below = at(&format!("{side}Hand")).y < at(&format!("{side}Arm")).y - 0.2;
        assert!(below, "{name}: the {side} arm is not in an A-pose");
    }
    let low = theirs
        .positions
        .iter()
        .map(|p| p.y)
        .fold(f32::INFINITY, f32::min);
    let high = theirs
        .positions
        .iter()
        .map(|p| p.y)
        .fold(f32::NEG_INFINITY, f32::max);
    assert!(
        low.abs() < 1e-3 && (high - 1.776).abs() < 0.012,
        "{name} stands from {low} to {high}"
    );
    assert!(
        (report.height_m - 1.776).abs() < 0.012,
        "{name}: {}",
        report.height_m
    );
    if let Some(own) = own {
        // Every bone is the joint that it was made of.
        for found in &report.bones {
            if let Some(node) = &found.node {
                let at = own.joints[person.find(node)].name.clone();
                assert_eq!(at, found.bone, "{name}: taken for it: {node}");
            }
        }
    }
    imported
}

#[test]
fn mixamo_in_a_t_pose_walks() {
    let imported = assert_same(&rigs::mixamo(), "mixamo.glb", Profile::Mixamo, None);
    assert_eq!(imported.report.placement.rest_pose, "T");
}

#[test]
fn mixamo_without_prefix_in_centimetres_under_a_scaling_node_walks() {
    assert_same(
        &rigs::mixamo_plain(),
        "plain.glb",
        Profile::MixamoPlain,
        None,
    );
}

#[test]
fn ready_player_me_is_told_by_its_meshes_and_its_outfit_stands_for_the_body() {
    let imported = assert_same(
        &rigs::ready_player_me(),
        "rpm.glb",
        Profile::ReadyPlayerMe,
        None,
    );
    let parts: Vec<(Part, bool)> = imported
        .report
        .parts
        .iter()
        .map(|p| (p.part, p.collides))
        .collect();
    let told = [
        (Part::Skin, true),
        (Part::Worn, true),
        (Part::Worn, true),
        (Part::Shoes, true),
    ];
    assert_eq!(parts, told, "{}", imported.report);
    // Each part has its own vertices only.
    let vertices: usize = imported.report.parts.iter().map(|p| p.vertices).sum();
    assert!(vertices < 2 * mannequin().pieces[0].positions.len());
}

#[test]
fn an_unreal_mannequin_in_centimetres_with_z_up_and_twists_walks() {
    let imported = assert_same(&rigs::unreal(), "unreal.glb", Profile::Unreal, None);
    let placement = &imported.report.placement;
    assert_eq!(
        (placement.up.as_str(), placement.unit.as_str()),
        ("+Z", "centimetres")
    );
    assert!(imported.report.extra_joints >= 4);
}

#[test]
fn makehumans_default_rig_in_decimetres_with_limbs_in_two_pieces_walks() {
    assert_same(
        &rigs::makehuman(),
        "makehuman.glb",
        Profile::MakeHuman,
        None,
    );
}

#[test]
fn rigifys_deforming_bones_with_hanging_arms_walk() {
    let imported = assert_same(&rigs::rigify(), "rigify.glb", Profile::Rigify, None);
    assert_eq!(imported.report.placement.rest_pose, "arms down");
}

#[test]
fn vrm_1_is_taken_by_its_own_map_and_an_upper_chest_is_placed() {
    let person = rigs::vrm1();
    let imported = assert_same(&person, "golden.vrm", Profile::Vrm, None);
    let report = &imported.report;
    assert!(
        report
            .bones
            .iter()
            .any(|b| b.bone == "Spine2" && b.how == How::Placed)
    );
    assert!(
        report
            .permissions
            .as_ref()
            .is_some_and(|p| p.credit && p.title == "Golden")
    );
}

#[test]
fn vrm_0_that_faces_backwards_gets_toes_neck_and_shoulders_and_keeps_its_permissions() {
    let imported = assert_same(&rigs::vrm0(), "golden0.vrm", Profile::Vrm, None);
    let report = &imported.report;
    assert_eq!(report.placement.front, "-Z");
    let placed = report.bones.iter().filter(|b| b.how == How::Placed).count();
    assert_eq!(placed, 5, "{report}");
    let permissions = report.permissions.as_ref().unwrap();
    assert_eq!(permissions.commerce, toile_rig::Commerce::Nobody);
}

#[test]
fn scrambled_names_are_found_by_structure_bone_by_bone() {
    let mut named = mannequin();
    for name in ["t1", "t2", "e1", "e2", "e3", "r"] {
        named = named.with_end("Head", name, Vec3::ZERO);
    }
    let imported = assert_same(
        &rigs::scrambled(),
        "scrambled.glb",
        Profile::Structure,
        Some(&named),
    );
    assert!(
        imported
            .report
            .bones
            .iter()
            .all(|b| b.how == How::Structure),
        "{}",
        imported.report
    );
}

#[test]
fn what_sits_is_stood_up() {
    assert_same(&rigs::seated(), "seated.glb", Profile::MixamoPlain, None);
}

/// The same person with its one piece cut into three.
fn in_three(mut person: Person) -> Person {
    let whole = person.pieces.remove(0);
    let third = whole.corners.len() / 9 * 3;
    for (number, from) in [0, third, 2 * third].into_iter().enumerate() {
        let until = [third, 2 * third, whole.corners.len()][number];
        person.pieces.push(Piece {
            mesh: format!("{}-{number}", whole.mesh),
            corners: whole.corners[from..until].to_vec(),
            ..whole.clone()
        });
    }
    person
}

#[test]
fn several_skins_and_meshopt_make_the_same_avatar_as_none() {
    let plain = take(&in_three(mannequin()), "a");
    let mut packed = in_three(mannequin());
    (packed.own_skins, packed.packed) = (true, true);
    let packed = take(&packed, "b");
    assert_eq!(packed.report.skins, 3);
    let (plain, packed) = (read(&plain.glb), read(&packed.glb));
    assert_eq!(plain.positions.len(), packed.positions.len());
    let off = plain
        .positions
        .iter()
        .zip(&packed.positions)
        .map(|(a, b)| a.distance(*b));
    assert!(off.fold(0.0, f32::max) < 1e-4);
}

#[test]
fn an_override_names_bones_parts_and_stature() {
    let text =
        "(bones: {\"Head\": \"mixamorig:HeadTop_End\"}, parts: {\"skin\": hair}, height: 1.6)";
    let mut notes = Notes::parse(text, "notes.ron").unwrap();
    let none = &mut |_: &str| Err("there is none".to_owned());
    let error = import(&rigs::mixamo().glb(), "m.glb", none, &notes).unwrap_err();
    assert_eq!(
        error.field, "materials",
        "nothing is skin any more: {error}"
    );
    notes.parts.clear();
    let imported = import(&rigs::mixamo().glb(), "m.glb", none, &notes).unwrap();
    let head = imported
        .report
        .bones
        .iter()
        .find(|b| b.bone == "Head")
        .unwrap();
    assert_eq!(
        (head.how, head.node.as_deref()),
        (How::Override, Some("mixamorig:HeadTop_End"))
    );
    assert!((imported.report.height_m - 1.6).abs() < 1e-4);
}
