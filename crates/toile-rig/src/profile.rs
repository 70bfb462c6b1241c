//! Names that rigging tools give to the bones of a humanoid.
//!
//! Sources: the bone lists that the tools' own exports show (Mixamo, Ready Player Me,
//! Unreal's mannequins, MakeHuman's default rig, Blender's Rigify), and
//! <https://github.com/vrm-c/vrm-specification> for VRM.

use serde::Serialize;

use crate::bone::Bone;

/// A convention of naming bones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// The map that a VRM file holds itself.
    Vrm,
    /// Mixamo, with its prefix.
    Mixamo,
    /// Mixamo's names without the prefix.
    MixamoPlain,
    /// Ready Player Me: Mixamo's names without prefix, meshes called `Wolf3D_…`.
    ReadyPlayerMe,
    /// Unreal's mannequins and MakeHuman's game engine rig.
    Unreal,
    /// MakeHuman's default rig.
    MakeHuman,
    /// Rigify's deforming bones or its meta-rig.
    Rigify,
    /// Names of VRM's humanoid bones as node names.
    VrmNames,
    /// No names known: found by the shape of the skeleton.
    Structure,
}

impl Profile {
    /// What people call it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Vrm => "VRM",
            Self::Mixamo => "Mixamo",
            Self::MixamoPlain => "Mixamo without prefix",
            Self::ReadyPlayerMe => "Ready Player Me",
            Self::Unreal => "Unreal",
            Self::MakeHuman => "MakeHuman",
            Self::Rigify => "Rigify",
            Self::VrmNames => "VRM bone names",
            Self::Structure => "none known; by structure",
        }
    }
}

/// The bone that a node's name means.
type Meaning = fn(&str) -> Option<Bone>;

/// Conventions that are told by names, more special ones first.
const NAMED: [(Profile, Meaning); 6] = [
    (Profile::Mixamo, mixamo),
    (Profile::MixamoPlain, plain),
    (Profile::Unreal, unreal),
    (Profile::MakeHuman, makehuman),
    (Profile::Rigify, rigify),
    (Profile::VrmNames, Bone::find),
];

/// The convention that explains most of the needed bones, and the nodes of all
/// bones that it names: the first of each name.
pub(crate) fn by_name(names: &[String], among: &[bool]) -> (Profile, Vec<Option<usize>>) {
    let mut best = (Profile::Structure, vec![None; crate::bone::COUNT]);
    let mut most = 0;
    for (profile, meaning) in NAMED {
        let mut found: Vec<Option<usize>> = vec![None; crate::bone::COUNT];
        for (node, name) in names.iter().enumerate().filter(|(n, _)| among[*n]) {
            if let Some(bone) = meaning(name) {
                found[bone.index()].get_or_insert(node);
            }
        }
        let score = Bone::NEEDED
            .iter()
            .filter(|b| found[b.index()].is_some())
            .count();
        if score > most {
            (best, most) = ((profile, found), score);
        }
    }
    // A few common words are no convention.
    if most < 8 {
        return (Profile::Structure, vec![None; crate::bone::COUNT]);
    }
    best
}

/// What follows the last colon or bar, where exporters put a namespace before it.
fn bare(name: &str) -> &str {
    name.rsplit([':', '|']).next().unwrap_or(name)
}

fn mixamo(name: &str) -> Option<Bone> {
    let rest = name.strip_prefix("mixamorig")?;
    // Further characters in a scene become mixamorig1, mixamorig2, …
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    ours(rest.trim_start_matches([':', '_']))
}

fn plain(name: &str) -> Option<Bone> {
    ours(bare(name))
}

/// Our own names alone, not VRM's.
fn ours(name: &str) -> Option<Bone> {
    Bone::all().find(|b| b.name().eq_ignore_ascii_case(name))
}

/// Splits off a mark of the side, `.L`, `_l` or `-L`.
fn side(name: &str) -> Option<(&str, usize)> {
    let (stem, mark) = name.rsplit_once(['.', '_', '-'])?;
    match mark {
        "l" | "L" => Some((stem, 0)),
        "r" | "R" => Some((stem, 1)),
        _ => None,
    }
}

fn finger(side: usize, finger: &str, knuckle: &str) -> Option<Bone> {
    let hand = ["Left", "Right"][side];
    let knuckle = knuckle.trim_start_matches('0');
    ours(&format!("{hand}Hand{finger}{knuckle}"))
}

fn unreal(name: &str) -> Option<Bone> {
    let name = bare(name).to_ascii_lowercase();
    let middle = match name.as_str() {
        "pelvis" => Some(Bone::HIPS),
        "spine_01" => Some(Bone::SPINE),
        "spine_02" => Some(Bone::SPINE1),
        "spine_03" => Some(Bone::SPINE2),
        "neck_01" => Some(Bone::NECK),
        "head" => Some(Bone::HEAD),
        _ => None,
    };
    if middle.is_some() {
        return middle;
    }
    let (stem, s) = side(&name)?;
    let [leg, arm] = [Bone::LEGS[s], Bone::ARMS[s]];
    Some(match stem {
        "thigh" => leg[0],
        "calf" => leg[1],
        "foot" => leg[2],
        "ball" => leg[3],
        "clavicle" => arm[0],
        "upperarm" => arm[1],
        "lowerarm" => arm[2],
        "hand" => arm[3],
        _ => {
            let (part, knuckle) = stem.rsplit_once('_')?;
            let part = match part {
                "thumb" => "Thumb",
                "index" => "Index",
                "middle" => "Middle",
                "ring" => "Ring",
                "pinky" => "Pinky",
                _ => return None,
            };
            return finger(s, part, knuckle);
        }
    })
}

fn makehuman(name: &str) -> Option<Bone> {
    let name = bare(name).replace('_', ".");
    let middle = match name.as_str() {
        "root" => Some(Bone::HIPS),
        "spine05" => Some(Bone::SPINE),
        "spine03" => Some(Bone::SPINE1),
        "spine01" => Some(Bone::SPINE2),
        "neck01" => Some(Bone::NECK),
        "head" => Some(Bone::HEAD),
        _ => None,
    };
    if middle.is_some() {
        return middle;
    }
    let (stem, s) = side(&name)?;
    let [leg, arm] = [Bone::LEGS[s], Bone::ARMS[s]];
    Some(match stem {
        "upperleg01" => leg[0],
        "lowerleg01" => leg[1],
        "foot" => leg[2],
        "toe2-1" => leg[3],
        "clavicle" => arm[0],
        "upperarm01" => arm[1],
        "lowerarm01" => arm[2],
        "wrist" => arm[3],
        _ => {
            let (number, knuckle) = stem.strip_prefix("finger")?.split_once('-')?;
            let part = match number {
                "1" => "Thumb",
                "2" => "Index",
                "3" => "Middle",
                "4" => "Ring",
                "5" => "Pinky",
                _ => return None,
            };
            return finger(s, part, knuckle);
        }
    })
}

fn rigify(name: &str) -> Option<Bone> {
    let name = bare(name);
    let name = name.strip_prefix("DEF-").unwrap_or(name);
    // Some exporters write dots as underscores.
    let name = name.replace('_', ".");
    let middle = match name.as_str() {
        "spine" => Some(Bone::HIPS),
        "spine.001" => Some(Bone::SPINE),
        "spine.002" => Some(Bone::SPINE1),
        "spine.003" => Some(Bone::SPINE2),
        "spine.004" => Some(Bone::NECK),
        "spine.006" => Some(Bone::HEAD),
        _ => None,
    };
    if middle.is_some() {
        return middle;
    }
    let (stem, s) = side(&name)?;
    let [leg, arm] = [Bone::LEGS[s], Bone::ARMS[s]];
    Some(match stem {
        "thigh" => leg[0],
        "shin" => leg[1],
        "foot" => leg[2],
        "toe" => leg[3],
        "shoulder" => arm[0],
        "upper.arm" => arm[1],
        "forearm" => arm[2],
        "hand" => arm[3],
        _ => {
            let (part, knuckle) = stem.rsplit_once('.')?;
            let part = match part {
                "thumb" => "Thumb",
                "f.index" => "Index",
                "f.middle" => "Middle",
                "f.ring" => "Ring",
                "f.pinky" => "Pinky",
                _ => return None,
            };
            return finger(s, part, knuckle);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_tool_are_known() {
        let cases: [(Meaning, &str, &str); 14] = [
            (mixamo, "mixamorig:LeftForeArm", "LeftForeArm"),
            (mixamo, "mixamorig4:Spine2", "Spine2"),
            (mixamo, "mixamorigRightToeBase", "RightToeBase"),
            (plain, "RightHandPinky2", "RightHandPinky2"),
            (unreal, "upperarm_r", "RightArm"),
            (unreal, "pinky_03_l", "LeftHandPinky3"),
            (unreal, "ball_l", "LeftToeBase"),
            (makehuman, "lowerleg01.R", "RightLeg"),
            (makehuman, "finger1-2.L", "LeftHandThumb2"),
            (rigify, "DEF-upper_arm.L", "LeftArm"),
            (rigify, "DEF-spine.006", "Head"),
            (rigify, "f_ring.02.R", "RightHandRing2"),
            (rigify, "upper_arm_L", "LeftArm"),
            (Bone::find, "leftLowerArm", "LeftForeArm"),
        ];
        for (meaning, name, bone) in cases {
            assert_eq!(meaning(name).map(Bone::name), Some(bone), "{name}");
        }
    }

    #[test]
    fn twists_and_controls_are_no_bones_of_the_humanoid() {
        for name in [
            "upperarm_twist_01_l",
            "ik_foot_l",
            "DEF-upper_arm.L.001",
            "ORG-spine",
            "LeftArmTwist",
        ] {
            for (_, meaning) in NAMED {
                assert_eq!(meaning(name), None, "{name}");
            }
        }
    }
}
