//! Telling skin, hair, shoes and own clothes apart: by name, then by what moves them.

use serde::Serialize;

use crate::bone::{Bone, COUNT};
use crate::notes::{Notes, Part};

/// How a part was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// The override file.
    Override,
    /// Name of material, mesh or node.
    Name,
    /// The joints that move it.
    Weights,
    /// It stands for the body that lacks beneath.
    Coverage,
}

/// One mesh of the file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartFound {
    /// Name of its material.
    pub material: String,
    /// Name of its mesh, or node.
    pub mesh: String,
    /// What it is.
    pub part: Part,
    /// How that was told.
    pub told: Told,
    /// Its vertices.
    pub vertices: usize,
    /// Whether the avatar keeps it.
    pub kept: bool,
    /// Whether cloth collides with it.
    pub collides: bool,
}

/// What is known of a mesh.
pub(crate) struct Clue<'a> {
    pub(crate) material: &'a str,
    pub(crate) mesh: &'a str,
    pub(crate) node: &'a str,
    pub(crate) vertices: usize,
    /// Surface, m².
    pub(crate) area: f32,
    /// Surface that each bone moves most, m².
    pub(crate) moved: [f32; COUNT],
    /// Whether its material lets light through its alpha.
    pub(crate) cut_out: bool,
}

/// Words of names, in the order that they are looked for: what is special first.
const WORDS: [(Part, &[&str]); 10] = [
    (Part::Lashes, &["lash", "eyelash"]),
    (Part::Brows, &["brow", "eyebrow"]),
    (
        Part::Accessory,
        &[
            "glasses",
            "eyewear",
            "hat",
            "cap",
            "helmet",
            "headwear",
            "earring",
            "necklace",
            "jewel",
            "jewelry",
            "accessory",
            "belt",
            "bag",
            "watch",
            "headphone",
            "mask",
            "facewear",
        ],
    ),
    (
        Part::Eyes,
        &["eye", "iris", "pupil", "cornea", "sclera", "eyeball"],
    ),
    (
        Part::Teeth,
        &["teeth", "tooth", "tongue", "mouth", "gums", "jaw"],
    ),
    (
        Part::Hair,
        &["hair", "bangs", "ponytail", "fringe", "beard", "moustache"],
    ),
    (
        Part::Shoes,
        &[
            "shoe", "boot", "sneaker", "footwear", "sandal", "heels", "trainers", "slipper",
        ],
    ),
    (
        Part::BaseLayer,
        &[
            "underwear",
            "baselayer",
            "lingerie",
            "panties",
            "briefs",
            "boxers",
            "bra",
            "bikini",
        ],
    ),
    (
        Part::Clothes,
        &[
            "cloth", "clothes", "clothing", "outfit", "top", "bottom", "shirt", "tshirt", "tee",
            "pants", "trousers", "jeans", "jacket", "coat", "dress", "skirt", "sock", "glove",
            "hoodie", "sweater", "onepiece", "suit", "bodysuit", "uniform", "shorts", "vest",
            "blouse", "stocking", "tights", "leggings", "robe", "scarf", "tie",
        ],
    ),
    (
        Part::Skin,
        &[
            "skin", "body", "face", "head", "nail", "hand", "arm", "leg", "torso",
        ],
    ),
];

/// Words of a name: `N00_Body_SKIN` is n, body, skin; `EyeIris` is eye, iris.
fn words(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut small = false;
    for c in name.chars().take(200) {
        let starts = !c.is_alphabetic() || (c.is_uppercase() && small);
        if starts && out.last().is_some_and(|w| !w.is_empty()) {
            out.push(String::new());
        }
        small = c.is_lowercase();
        if c.is_alphabetic()
            && let Some(word) = out.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    out.retain(|w| !w.is_empty());
    out
}

fn says(name: &str, list: &[&str]) -> bool {
    let words = words(name);
    let whole = words.concat();
    list.iter().any(|w| {
        let plural = |word: &String| {
            let single = [
                word.strip_suffix("es"),
                word.strip_suffix('s'),
                Some(word.as_str()),
            ];
            single.contains(&Some(w))
        };
        let begins = |word: &String| w.len() >= 4 && word.starts_with(w);
        words.iter().any(|word| plural(word) || begins(word)) || (w.len() >= 5 && whole.contains(w))
    })
}

/// What the names of a mesh say, its material's first; but what one calls skin may be
/// something more special by another, as services give all of a person one material.
fn by_name(clue: &Clue<'_>) -> Option<Part> {
    let told: Vec<Part> = [clue.material, clue.mesh, clue.node]
        .iter()
        .filter_map(|name| WORDS.iter().find(|(_, list)| says(name, list)).map(|w| w.0))
        .collect();
    let special = told.iter().find(|part| **part != Part::Skin);
    special.or(told.first()).copied()
}

fn by_weights(clue: &Clue<'_>) -> Part {
    let share = |of: &dyn Fn(Bone) -> bool| {
        let moved = Bone::all()
            .filter(|b| of(*b))
            .map(|b| clue.moved[b.index()]);
        moved.sum::<f32>() / clue.area.max(1e-9)
    };
    let feet = |b: Bone| b.name().contains("Foot") || b.name().contains("Toe");
    if share(&feet) > 0.8 {
        Part::Shoes
    } else if share(&|b| b == Bone::HEAD) > 0.9 && clue.cut_out {
        Part::Hair
    } else {
        Part::Skin
    }
}

/// Parts of a body that must be skin for clothes to go over it.
const BODY: [(&str, &[&str]); 6] = [
    ("hips", &["Hips", "Spine"]),
    ("chest", &["Spine1", "Spine2"]),
    ("left thigh", &["LeftUpLeg"]),
    ("right thigh", &["RightUpLeg"]),
    ("left arm", &["LeftArm", "LeftForeArm"]),
    ("right arm", &["RightArm", "RightForeArm"]),
];
/// Skin under clothes is at least so much of their surface.
const COVERED: f32 = 0.5;

/// Tells all meshes apart.
pub(crate) fn tell(clues: &[Clue<'_>], notes: &Notes) -> Vec<PartFound> {
    let mut found: Vec<PartFound> = clues
        .iter()
        .map(|clue| {
            let said = [clue.material, clue.mesh, clue.node]
                .iter()
                .find_map(|name| notes.parts.get(*name));
            let (part, told) = match (said, by_name(clue)) {
                (Some(&part), _) => (part, Told::Override),
                (None, Some(part)) => (part, Told::Name),
                (None, None) => (by_weights(clue), Told::Weights),
            };
            let mesh = if clue.mesh.is_empty() {
                clue.node
            } else {
                clue.mesh
            };
            PartFound {
                material: clue.material.to_owned(),
                mesh: mesh.to_owned(),
                part,
                told,
                vertices: clue.vertices,
                kept: true,
                collides: false,
            }
        })
        .collect();
    let moves = |clue: &Clue<'_>, names: &[&str]| -> f32 {
        let of = Bone::all().filter(|b| names.contains(&b.name()));
        of.map(|b| clue.moved[b.index()]).sum()
    };
    // Where clothes have less skin beneath than a body has, the largest stand for it.
    for (_, names) in BODY {
        let of = |parts: &[Part]| -> Vec<(usize, f32)> {
            let here = (0..found.len()).filter(|&i| parts.contains(&found[i].part));
            here.map(|i| (i, moves(&clues[i], names))).collect()
        };
        let skin: f32 = of(&[Part::Skin, Part::BaseLayer]).iter().map(|s| s.1).sum();
        let clothes = of(&[Part::Clothes, Part::Worn]);
        if let Some(&(i, area)) = clothes.iter().max_by(|a, b| a.1.total_cmp(&b.1))
            && area > 0.0
            && skin < COVERED * area
            && found[i].told != Told::Override
        {
            (found[i].part, found[i].told) = (Part::Worn, Told::Coverage);
        }
    }
    for part in &mut found {
        part.collides = matches!(
            part.part,
            Part::Skin | Part::BaseLayer | Part::Worn | Part::Shoes
        );
        part.kept = match part.part {
            Part::Nothing => false,
            Part::Clothes => notes.keep_clothes,
            _ => true,
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clue<'a>(material: &'a str, mesh: &'a str) -> Clue<'a> {
        Clue {
            material,
            mesh,
            node: "",
            vertices: 100,
            area: 1.0,
            moved: [0.02; COUNT],
            cut_out: false,
        }
    }

    #[test]
    fn names_that_services_give_to_materials_are_understood() {
        for (material, mesh, part) in [
            ("N00_000_00_Body_00_SKIN (Instance)", "Body", Part::Skin),
            ("N00_000_Hair_00_HAIR_01 (Instance)", "Hair001", Part::Hair),
            ("N00_002_03_Tops_01_CLOTH (Instance)", "Body", Part::Clothes),
            (
                "F00_000_00_FaceBrow_00_FACE (Instance)",
                "Face",
                Part::Brows,
            ),
            ("F00_000_00_EyeIris_00_EYE (Instance)", "Face", Part::Eyes),
            ("F00_000_00_FaceMouth_00_FACE", "Face", Part::Teeth),
            ("Wolf3D_Skin", "Wolf3D_Head", Part::Skin),
            (
                "Wolf3D_Outfit_Footwear",
                "Wolf3D_Outfit_Footwear",
                Part::Shoes,
            ),
            ("Wolf3D_Outfit_Top", "", Part::Clothes),
            ("Wolf3D_Eye", "EyeLeft", Part::Eyes),
            ("Wolf3D_Glasses", "", Part::Accessory),
            ("Bodymat", "Ch31_Shirt", Part::Clothes),
            ("Ch31_body", "Ch31_Eyelashes", Part::Lashes),
            ("Ch31_body", "Ch31_Body", Part::Skin),
            ("base_layer", "", Part::BaseLayer),
        ] {
            assert_eq!(
                by_name(&clue(material, mesh)).unwrap_or(Part::Skin),
                part,
                "{material}"
            );
        }
    }

    #[test]
    fn clothes_without_a_body_beneath_stand_for_it_and_others_are_taken_off() {
        let mut head = clue("skin", "head");
        head.moved = [0.0; COUNT];
        head.moved[Bone::HEAD.index()] = 1.0;
        let alone = tell(&[head, clue("shirt", "")], &Notes::default());
        assert_eq!(
            (alone[1].part, alone[1].collides, alone[1].kept),
            (Part::Worn, true, true)
        );
        let over = tell(
            &[clue("skin", "body"), clue("shirt", "")],
            &Notes::default(),
        );
        assert_eq!(
            (over[1].part, over[1].collides, over[1].kept),
            (Part::Clothes, false, false)
        );
    }

    #[test]
    fn the_override_file_has_the_last_word() {
        let mut notes = Notes::default();
        notes.parts.insert("shirt".into(), Part::Skin);
        let told = tell(&[clue("shirt", "")], &notes);
        assert_eq!((told[0].part, told[0].told), (Part::Skin, Told::Override));
    }
}
