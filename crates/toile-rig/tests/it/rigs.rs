//! The golden rigs: one per tool.

use crate::golden::{Person, mannequin};
use glam::{Mat4, Quat, Vec3};
use serde_json::{Map, Value, json};

/// Our name of a joint as side (`l`, `r`, or none) and part.
fn sided(name: &str) -> (Option<usize>, &str) {
    match (name.strip_prefix("Left"), name.strip_prefix("Right")) {
        (Some(part), _) => (Some(0), part),
        (_, Some(part)) => (Some(1), part),
        _ => (None, name),
    }
}

/// Finger and knuckle of `HandIndex2`.
fn finger(part: &str) -> Option<(&str, &str)> {
    let rest = part.strip_prefix("Hand").filter(|r| !r.is_empty())?;
    Some(rest.split_at(rest.len() - 1))
}

pub(crate) fn mixamo() -> Person {
    mannequin()
        .t_pose()
        .rename(|n| format!("mixamorig:{n}"))
        .with_end("mixamorig:Head", "mixamorig:HeadTop_End", Vec3::Y * 0.2)
}

/// As services for games export it: centimetres under a node that scales them.
pub(crate) fn mixamo_plain() -> Person {
    let mut person = mannequin()
        .t_pose()
        .baked(100.0, Quat::from_rotation_x(-std::f32::consts::FRAC_PI_2));
    person.above = Mat4::from_scale_rotation_translation(
        Vec3::splat(0.01),
        Quat::from_rotation_x(std::f32::consts::FRAC_PI_2),
        Vec3::ZERO,
    );
    person
}

/// Skin of head and hands alone; the rest is an outfit. All parts share one list of
/// vertices, as some exporters write them.
pub(crate) fn ready_player_me() -> Person {
    let mut person = mannequin().with_end("Head", "LeftEye", Vec3::new(0.03, 0.08, 0.08));
    let whole = person.pieces.remove(0);
    let part = |person: &Person, v: u32| {
        let v = v as usize;
        let most = (0..4).max_by(|&a, &b| whole.weights[v][a].total_cmp(&whole.weights[v][b]));
        let bone = &person.joints[usize::from(whole.joints[v][most.unwrap()])].name;
        if bone.contains("Foot") || bone.contains("Toe") {
            "Wolf3D_Outfit_Footwear"
        } else if bone.contains("Leg") || bone == "Hips" {
            "Wolf3D_Outfit_Bottom"
        } else if bone.contains("Spine") || bone.contains("Arm") || bone.contains("Shoulder") {
            "Wolf3D_Outfit_Top"
        } else {
            "Wolf3D_Skin"
        }
    };
    let names = [
        "Wolf3D_Skin",
        "Wolf3D_Outfit_Top",
        "Wolf3D_Outfit_Bottom",
        "Wolf3D_Outfit_Footwear",
    ];
    for name in names {
        let triangles = whole.corners.as_chunks::<3>().0.iter();
        let mine = triangles.filter(|t| part(&person, t[0]) == name);
        let corners: Vec<u32> = mine.flatten().copied().collect();
        person.pieces.push(crate::golden::Piece {
            mesh: name.into(),
            material: name.into(),
            corners,
            ..whole.clone()
        });
    }
    person
}

/// An Unreal mannequin: centimetres, Z up, a root, twists, five spines.
pub(crate) fn unreal() -> Person {
    let named = mannequin().rename(|name| {
        let (side, part) = sided(name);
        let end = side.map_or("", |s| ["_l", "_r"][s]);
        let part = match part {
            "Hips" => "pelvis".into(),
            "Spine" => "spine_01".into(),
            "Spine1" => "spine_02".into(),
            "Spine2" => "spine_03".into(),
            "Neck" => "neck_01".into(),
            "Head" => "head".into(),
            "UpLeg" => "thigh".into(),
            "Leg" => "calf".into(),
            "Foot" => "foot".into(),
            "ToeBase" => "ball".into(),
            "Shoulder" => "clavicle".into(),
            "Arm" => "upperarm".into(),
            "ForeArm" => "lowerarm".into(),
            "Hand" => "hand".into(),
            _ => {
                let (f, k) = finger(part).unwrap();
                format!("{}_0{k}", f.to_lowercase())
            }
        };
        format!("{part}{end}")
    });
    named
        .with_twist("upperarm_l", "lowerarm_l", "upperarm_twist_01_l")
        .with_twist("upperarm_r", "lowerarm_r", "upperarm_twist_01_r")
        .with_twist("thigh_l", "calf_l", "thigh_twist_01_l")
        .with_twist("thigh_r", "calf_r", "thigh_twist_01_r")
        .with_root("root")
        .with_end("root", "ik_foot_root", Vec3::ZERO)
        .reframed()
        .baked(100.0, Quat::from_rotation_x(std::f32::consts::FRAC_PI_2))
}

/// MakeHuman's default rig: limbs in two pieces, toes one by one.
pub(crate) fn makehuman() -> Person {
    let named = mannequin().rename(|name| {
        let (side, part) = sided(name);
        let end = side.map_or("", |s| [".L", ".R"][s]);
        let part = match part {
            "Hips" => "root".into(),
            "Spine" => "spine05".into(),
            "Spine1" => "spine03".into(),
            "Spine2" => "spine01".into(),
            "Neck" => "neck01".into(),
            "Head" => "head".into(),
            "UpLeg" => "upperleg01".into(),
            "Leg" => "lowerleg01".into(),
            "Foot" => "foot".into(),
            "ToeBase" => "toe2-1".into(),
            "Shoulder" => "clavicle".into(),
            "Arm" => "upperarm01".into(),
            "ForeArm" => "lowerarm01".into(),
            "Hand" => "wrist".into(),
            _ => {
                let (f, k) = finger(part).unwrap();
                let number = ["Thumb", "Index", "Middle", "Ring", "Pinky"]
                    .iter()
                    .position(|n| *n == f);
                format!("finger{}-{k}", number.unwrap() + 1)
            }
        };
        format!("{part}{end}")
    });
    named
        .with_twist("upperarm01.L", "lowerarm01.L", "upperarm02.L")
        .with_twist("upperarm01.R", "lowerarm01.R", "upperarm02.R")
        .with_twist("upperleg01.L", "lowerleg01.L", "upperleg02.L")
        .with_twist("upperleg01.R", "lowerleg01.R", "upperleg02.R")
        .reframed()
        .baked(10.0, Quat::IDENTITY)
}

/// Rigify's deforming bones, arms hanging.
pub(crate) fn rigify() -> Person {
    let named = mannequin().turned(&[
        ("LeftArm", Quat::from_rotation_z(-0.62)),
        ("RightArm", Quat::from_rotation_z(0.62)),
    ]);
    named
        .rename(|name| {
            let (side, part) = sided(name);
            let end = side.map_or("", |s| [".L", ".R"][s]);
            let part = match part {
                "Hips" => "spine".into(),
                "Spine" => "spine.001".into(),
                "Spine1" => "spine.002".into(),
                "Spine2" => "spine.003".into(),
                "Neck" => "spine.004".into(),
                "Head" => "spine.006".into(),
                "UpLeg" => "thigh".into(),
                "Leg" => "shin".into(),
                "Foot" => "foot".into(),
                "ToeBase" => "toe".into(),
                "Shoulder" => "shoulder".into(),
                "Arm" => "upper_arm".into(),
                "ForeArm" => "forearm".into(),
                "Hand" => "hand".into(),
                _ => {
                    let (f, k) = finger(part).unwrap();
                    match f {
                        "Thumb" => format!("thumb.0{k}"),
                        _ => format!("f_{}.0{k}", f.to_lowercase()),
                    }
                }
            };
            format!("DEF-{part}{end}")
        })
        .with_twist("DEF-forearm.L", "DEF-hand.L", "DEF-forearm.L.001")
        .with_twist("DEF-forearm.R", "DEF-hand.R", "DEF-forearm.R.001")
        .reframed()
}

/// VRM's name of a joint of ours, in 1.0.
fn vrm_name(ours: &str) -> String {
    let (side, part) = sided(ours);
    let part = match part {
        "Hips" | "Spine" | "Neck" | "Head" => part.to_lowercase(),
        "Spine1" => "chest".into(),
        "Spine2" => "upperChest".into(),
        "UpLeg" => "UpperLeg".into(),
        "Leg" => "LowerLeg".into(),
        "ToeBase" => "Toes".into(),
        "Arm" => "UpperArm".into(),
        "ForeArm" => "LowerArm".into(),
        _ => match finger(part) {
            Some(("Thumb", k)) => {
                format!("Thumb{}", ["Metacarpal", "Proximal", "Distal"][digit(k)])
            }
            Some((f, k)) => {
                let f = if f == "Pinky" { "Little" } else { f };
                format!("{f}{}", ["Proximal", "Intermediate", "Distal"][digit(k)])
            }
            None => part.to_owned(),
        },
    };
    side.map_or(part.clone(), |s| format!("{}{part}", ["left", "right"][s]))
}

fn digit(knuckle: &str) -> usize {
    knuckle.parse::<usize>().unwrap() - 1
}

/// VRM 1.0: a T-pose, names that mean nothing, the map in the extension, without an
/// upper chest, two skins.
pub(crate) fn vrm1() -> Person {
    let person = mannequin().t_pose().without(|n| n == "Spine2").reframed();
    let bones: Map<String, Value> = person
        .joints
        .iter()
        .enumerate()
        .map(|(i, j)| (vrm_name(&j.name), json!({"node": i})))
        .collect();
    let mut person = person.rename(|n| format!("J_{}", n.len() * 7 + usize::from(n.as_bytes()[0])));
    for (i, joint) in person.joints.iter_mut().enumerate() {
        joint.name = format!("J_{i}");
    }
    person.own_skins = true;
    person.extensions = json!({"VRMC_vrm": {
        "specVersion": "1.0",
        "humanoid": {"humanBones": bones},
        "meta": {
            "name": "Golden", "authors": ["A. Tester"], "licenseUrl": "https://vrm.dev/licenses/1.0/",
            "avatarPermission": "everyone", "commercialUsage": "corporation",
            "modification": "allowModification", "creditNotation": "required",
        },
    }});
    person
}

/// VRM 0.x: faces −Z, its list of bones has no toes and no neck.
pub(crate) fn vrm0() -> Person {
    let person = mannequin()
        .t_pose()
        .without(|n| n.ends_with("ToeBase") || n == "Neck" || n.ends_with("Shoulder"))
        .baked(1.0, Quat::from_rotation_y(std::f32::consts::PI));
    let bones: Vec<Value> = person
        .joints
        .iter()
        .enumerate()
        .map(|(i, j)| {
            let name = vrm_name(&j.name)
                .replace("ThumbProximal", "ThumbIntermediate")
                .replace("ThumbMetacarpal", "ThumbProximal");
            json!({"bone": name, "node": i, "useDefaultValues": true})
        })
        .collect();
    let mut person = person;
    for (i, joint) in person.joints.iter_mut().enumerate() {
        joint.name = format!("bone.{i}");
    }
    person.extensions = json!({"VRM": {
        "humanoid": {"humanBones": bones},
        "meta": {
            "title": "Golden", "author": "A. Tester", "allowedUserName": "Everyone",
            "commercialUssageName": "Disallow", "licenseName": "CC_BY_NC",
        },
    }});
    person
}

/// No names, no map, other frames; a T-pose in inches, Z up, with ends and twists.
pub(crate) fn scrambled() -> Person {
    let mut person = mannequin()
        .t_pose()
        .with_twist("LeftArm", "LeftForeArm", "t1")
        .with_twist("RightArm", "RightForeArm", "t2")
        .with_end("Head", "e1", Vec3::Y * 0.2)
        .with_end("LeftToeBase", "e2", Vec3::new(0.0, -0.02, 0.07))
        .with_end("RightToeBase", "e3", Vec3::new(0.0, -0.02, 0.07))
        .with_root("r")
        .reframed()
        .baked(
            1.0 / 0.0254,
            Quat::from_rotation_x(std::f32::consts::FRAC_PI_2),
        );
    for (i, joint) in person.joints.iter_mut().enumerate() {
        joint.name = format!("{:x}", (i * 7919 + 104_729) % 65_537);
    }
    for piece in &mut person.pieces {
        piece.mesh = "x".into();
        piece.material = "y".into();
    }
    person
}

/// Seated on a chair that is not there, one arm forwards: no pose for a rest.
pub(crate) fn seated() -> Person {
    let quarter = std::f32::consts::FRAC_PI_2;
    mannequin().turned(&[
        ("LeftUpLeg", Quat::from_rotation_x(-quarter)),
        ("RightUpLeg", Quat::from_rotation_x(-quarter)),
        ("LeftLeg", Quat::from_rotation_x(quarter)),
        ("RightLeg", Quat::from_rotation_x(quarter)),
        ("LeftArm", Quat::from_rotation_y(-1.0)),
    ])
}
