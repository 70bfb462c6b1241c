//! The way from a recipe to an avatar.

use std::path::{Path, PathBuf};

use glam::{Mat4, Quat, Vec3};
use toile_body::{
    BodyData, MeasureTargets, Measures, Shape, TwinRecipe, avatar_glb, fit, recipe::Finish,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn recipe(id: &str) -> TwinRecipe {
    let file = root().join("assets/twins").join(id).join("recipe.ron");
    let text = std::fs::read_to_string(file).expect("recipe");
    TwinRecipe::from_ron(&text).unwrap_or_else(|e| panic!("{id}: {e}"))
}

fn body() -> BodyData {
    BodyData::load(&root().join("assets/body/hm08.bin.zst")).expect("body data")
}

fn avatar(id: &str) -> Vec<u8> {
    avatar_glb(&body(), &recipe(id)).expect("avatar")
}

/// Two that differ as much as people do: in sex, build, hair, shoes and base layer.
fn people() -> [(&'static str, Vec<u8>); 2] {
    ["ines", "tane"].map(|id| (id, avatar(id)))
}

/// The tape on the body of a recipe: an avatar's file does not tell its measures.
fn measured(data: &BodyData, recipe: &TwinRecipe) -> Measures {
    let targets = recipe.measures.clone().expect("measures");
    fit(data, &recipe.shape, &targets).expect("a body").achieved
}

struct Mesh {
    material: String,
    positions: Vec<Vec3>,
    normals: Vec<Vec3>,
    joints: Vec<[u16; 4]>,
    weights: Vec<[f32; 4]>,
    indices: Vec<u32>,
    morphs: Vec<Vec<Vec3>>,
}

struct File {
    meshes: Vec<Mesh>,
    joints: Vec<String>,
    bind: Vec<Mat4>,
    morph_names: Vec<String>,
    extras: serde_json::Value,
}

fn read(bytes: &[u8]) -> File {
    let gltf = gltf::Gltf::from_slice(bytes).expect("glTF");
    let blob = gltf.blob.clone().expect("binary chunk");
    let get = |_: gltf::Buffer<'_>| Some(&blob[..]);
    let skin = gltf.skins().next().expect("skin");
    let mut morph_names = Vec::new();
    let mut meshes = Vec::new();
    for mesh in gltf.meshes() {
        if let Some(extras) = mesh.extras() {
            let extras: serde_json::Value = serde_json::from_str(extras.get()).expect("extras");
            morph_names = serde_json::from_value(extras["targetNames"].clone()).expect("names");
        }
        for p in mesh.primitives() {
            let r = p.reader(get);
            let positions: Vec<Vec3> = r
                .read_positions()
                .expect("positions")
                .map(Vec3::from)
                .collect();
            let morphs = r
                .read_morph_targets()
                .map(|(m, ..)| m.expect("morph positions").map(Vec3::from).collect())
                .collect();
            meshes.push(Mesh {
                material: p.material().name().expect("material name").to_owned(),
                normals: r.read_normals().expect("normals").map(Vec3::from).collect(),
                joints: r.read_joints(0).expect("joints").into_u16().collect(),
                weights: r.read_weights(0).expect("weights").into_f32().collect(),
                indices: r.read_indices().expect("indices").into_u32().collect(),
                positions,
                morphs,
            });
        }
    }
    File {
        meshes,
        joints: skin
            .joints()
            .map(|j| j.name().expect("joint name").to_owned())
            .collect(),
        bind: skin
            .reader(get)
            .read_inverse_bind_matrices()
            .expect("inverse binds")
            .map(|m| Mat4::from_cols_array_2d(&m).inverse())
            .collect(),
        morph_names,
        extras: serde_json::from_str(
            gltf.document
                .as_json()
                .asset
                .extras
                .as_ref()
                .expect("extras")
                .get(),
        )
        .expect("json"),
    }
}

impl File {
    fn of(&self, material: &str) -> impl Iterator<Item = &Mesh> {
        let material = material.to_owned();
        self.meshes.iter().filter(move |m| m.material == material)
    }

    fn joint(&self, name: &str) -> usize {
        let name = format!("mixamorig:{name}");
        self.joints
            .iter()
            .position(|j| *j == name)
            .unwrap_or_else(|| panic!("no {name}"))
    }

    fn extra(&self, name: &str) -> f32 {
        self.extras[name]
            .as_f64()
            .unwrap_or_else(|| panic!("no {name}")) as f32
    }
}

#[test]
fn every_person_has_the_materials_the_stage_looks_for() {
    for (id, bytes) in people() {
        let file = read(&bytes);
        for name in [
            "skin",
            "base_layer",
            "eyes",
            "lashes",
            "brows",
            "teeth",
            "hair",
            "shoes",
        ] {
            assert!(file.of(name).count() > 0, "{id} has no {name}");
        }
    }
}

#[test]
fn every_skeleton_has_the_52_mixamo_joints() {
    for (id, bytes) in people() {
        let file = read(&bytes);
        assert_eq!(file.joints.len(), 52, "{id}");
        assert_eq!(file.joints[0], "mixamorig:Hips", "{id}");
    }
}

#[test]
fn weights_sum_to_one_and_normals_are_unit() {
    for (id, bytes) in people() {
        for mesh in read(&bytes).meshes {
            for (v, w) in mesh.weights.iter().enumerate() {
                assert!(
                    (w.iter().sum::<f32>() - 1.0).abs() < 1e-5,
                    "{id} {} vertex {v}",
                    mesh.material
                );
                assert!(
                    mesh.joints[v].iter().all(|&j| j < 52),
                    "{id} {} vertex {v}",
                    mesh.material
                );
                assert!(
                    (mesh.normals[v].length() - 1.0).abs() < 1e-3,
                    "{id} {} vertex {v}",
                    mesh.material
                );
            }
            assert!(
                mesh.indices
                    .iter()
                    .all(|&i| (i as usize) < mesh.positions.len()),
                "{id} {}",
                mesh.material
            );
        }
    }
}

#[test]
fn every_person_has_52_face_morphs_and_jaw_open_lowers_the_chin() {
    for (id, bytes) in people() {
        let file = read(&bytes);
        assert_eq!(file.morph_names.len(), 52, "{id}");
        let jaw = file
            .morph_names
            .iter()
            .position(|n| n == "jawOpen")
            .expect("jawOpen");
        let face = file
            .of("skin")
            .find(|m| !m.morphs.is_empty())
            .expect("face");
        assert_eq!(face.morphs.len(), 52, "{id}");
        let drop = face.morphs[jaw].iter().map(|d| d.y).fold(0.0, f32::min);
        assert!(drop < -0.008, "{id}: {drop}");
    }
}

#[test]
fn blinking_moves_the_lashes_with_the_lid() {
    let file = read(&avatar("ines"));
    let blink = file
        .morph_names
        .iter()
        .position(|n| n == "eyeBlinkLeft")
        .expect("eyeBlinkLeft");
    let lowest = |material: &str| {
        file.of(material)
            .filter(|m| !m.morphs.is_empty())
            .flat_map(|m| m.morphs[blink].iter().map(|d| d.y))
            .fold(0.0, f32::min)
    };
    assert!(lowest("lashes") < 0.6 * lowest("skin") && lowest("skin") < -0.004);
}

#[test]
fn no_bare_skin_shows_between_the_legs() {
    let data = body();
    for (id, bytes) in people() {
        let file = read(&bytes);
        let crotch = measured(&data, &recipe(id)).landmarks.crotch_y;
        for mesh in file.of("skin") {
            for p in &mesh.positions {
                let inside = p.x.abs() < 0.05 && p.y > crotch - 0.02 && p.y < crotch + 0.12;
                assert!(!inside, "{id}: bare skin at {p}");
            }
        }
    }
}

/// Shoe vertices with the foot raised as the extras say, floor side down.
fn raised_shoe(file: &File) -> Vec<Vec3> {
    let (foot, toes) = (file.joint("LeftFoot"), file.joint("LeftToeBase"));
    let (ankle, ball) = (
        file.bind[foot].w_axis.truncate(),
        file.bind[toes].w_axis.truncate(),
    );
    let forward = ((ball - ankle) * Vec3::new(1.0, 0.0, 1.0)).normalize();
    let turn = Quat::from_axis_angle(Vec3::Y.cross(forward), file.extra("foot_pitch_rad"));
    let raise =
        Mat4::from_translation(ankle) * Mat4::from_quat(turn) * Mat4::from_translation(-ankle);
    let carry = Mat4::from_translation(raise.transform_point3(ball) - ball);
    let mut out = Vec::new();
    for mesh in file.of("shoes") {
        for (v, &p) in mesh.positions.iter().enumerate() {
            if p.x <= 0.0 {
                continue;
            }
            let mut sum = Vec3::ZERO;
            for k in 0..4 {
                let matrix = match usize::from(mesh.joints[v][k]) {
                    j if j == foot => raise,
                    j if j == toes => carry,
                    _ => Mat4::IDENTITY,
                };
                sum += matrix.transform_point3(p) * mesh.weights[v][k];
            }
            out.push(sum - ankle);
        }
    }
    out.iter()
        .map(|p| Vec3::new(p.dot(Vec3::Y.cross(forward)), p.y, p.dot(forward)))
        .collect()
}

#[test]
fn shoes_stand_flat_on_heel_and_ball_when_the_foot_is_raised_as_told() {
    for (id, bytes) in people() {
        let shoe = raised_shoe(&read(&bytes));
        let lowest = |test: &dyn Fn(f32) -> bool| {
            shoe.iter()
                .filter(|p| test(p.z))
                .map(|p| p.y)
                .fold(f32::MAX, f32::min)
        };
        let heel = lowest(&|z| z < 0.0);
        let ball = lowest(&|z| z > 0.06);
        assert!(
            (heel - ball).abs() < 0.004,
            "{id}: heel {heel}, ball {ball}"
        );
    }
}

#[test]
fn high_heels_raise_the_foot_and_flat_shoes_do_not() {
    let [high, flat] = ["amara", "mei"].map(|id| read(&avatar(id)).extra("foot_pitch_rad"));
    assert!(high > 0.4 && flat < 0.2, "{high} {flat}");
}

#[test]
fn the_avatar_of_a_recipe_has_the_measures_asked_for_and_repeats_exactly() {
    let (data, recipe) = (body(), recipe("mannequin"));
    let bytes = avatar_glb(&data, &recipe).expect("avatar");
    let targets = recipe.measures.clone().expect("measures");
    let body = measured(&data, &recipe);
    let file = read(&bytes);
    let heights = file.meshes.iter().flat_map(|m| &m.positions).map(|p| p.y);
    let stature = heights.fold(f32::MIN, f32::max);
    for (name, got, want, within) in [
        // The head of a mannequin is smoothed, and its crown a little lower.
        ("stature of the file", stature, targets.height, 0.005),
        ("height", body.height, targets.height, 0.002),
        ("bust", body.bust, targets.bust, 0.002),
        ("waist", body.waist, targets.waist, 0.002),
        ("hip", body.hip, targets.hip, 0.002),
    ] {
        assert!((got - want).abs() < within, "{name}: {got} for {want}");
    }
    assert!(
        bytes == avatar_glb(&data, &recipe).expect("avatar"),
        "the second file differs"
    );
    let shipped = root().join("assets/twins/mannequin/avatar.glb");
    assert!(
        bytes == std::fs::read(shipped).expect("the mannequin"),
        "the mannequin that ships was made by other sources; run bake-twins"
    );
}

#[test]
fn an_avatar_says_its_rights_and_source_in_xmp_and_none_of_its_measures() {
    let (data, mut recipe) = (body(), recipe("mannequin"));
    recipe.measures = None;
    let bytes = avatar_glb(&data, &recipe).expect("avatar");
    let length = u32::from_le_bytes(bytes[12..16].try_into().expect("four bytes")) as usize;
    let json: serde_json::Value = serde_json::from_slice(&bytes[20..20 + length]).expect("JSON");
    let number = json["asset"]["extensions"]["KHR_xmp_json_ld"]["packet"].as_u64();
    let packets = &json["extensions"]["KHR_xmp_json_ld"]["packets"];
    let packet = &packets[number.expect("the packet's number") as usize];
    assert_eq!(
        json["extensionsUsed"],
        serde_json::json!(["KHR_xmp_json_ld"])
    );
    assert_eq!(
        packet["Iptc4xmpExt:DigitalSourceType"],
        "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"
    );
    assert_eq!(
        packet["dc:rights"]["rdf:_1"]["@value"],
        json["asset"]["copyright"]
    );
    // Every prefix is explained, and every list of languages is one as the format has it.
    for (name, value) in packet.as_object().expect("an object") {
        let prefix = name.split(':').next().unwrap_or_default();
        assert!(
            name == "@context" || packet["@context"][prefix].is_string(),
            "{name}"
        );
        let plain = value.is_string() || value.is_boolean() || name == "@context";
        assert!(plain || value["@type"] == "rdf:Alt", "{name}");
    }
    assert!(json["asset"]["extras"]["measures"].is_null());
}

#[test]
fn a_misspelt_field_of_a_recipe_is_named() {
    let text =
        std::fs::read_to_string(root().join("assets/twins/ines/recipe.ron")).expect("recipe");
    let error = TwinRecipe::from_ron(&text.replace("lip_cover", "lip_colour_cover"))
        .expect_err("must refuse");
    assert!(error.to_string().contains("lip_colour_cover"), "{error}");
}

#[test]
fn a_colour_that_is_none_is_refused_with_the_form_to_write() {
    let text =
        std::fs::read_to_string(root().join("assets/twins/ines/recipe.ron")).expect("recipe");
    let error =
        TwinRecipe::from_ron(&text.replace("\"#141416\"", "\"black\"")).expect_err("must refuse");
    assert!(error.to_string().contains("#rrggbb"), "{error}");
}

#[test]
fn a_heel_too_high_to_stand_in_is_refused() {
    let text =
        std::fs::read_to_string(root().join("assets/twins/ines/recipe.ron")).expect("recipe");
    let error =
        TwinRecipe::from_ron(&text.replace("heel: 0.085", "heel: 0.3")).expect_err("must refuse");
    assert!(error.to_string().contains("finish.shoes.heel"), "{error}");
}

#[test]
fn a_plain_recipe_written_out_reads_back_the_same() {
    let measures = MeasureTargets {
        height: 1.70,
        bust: 0.90,
        waist: 0.72,
        hip: 0.98,
        ..MeasureTargets::default()
    };
    let recipe = TwinRecipe::plain(
        Shape {
            gender: 0.0,
            ..Shape::default()
        },
        measures,
    );
    let text = recipe.to_ron().expect("text");
    assert_eq!(
        TwinRecipe::from_ron(&text).expect("recipe"),
        recipe,
        "{text}"
    );
}

#[test]
fn every_hair_style_and_shoe_fits_into_four_megabytes() {
    use toile_body::recipe::{HairStyle, ShoeStyle};
    let data = body();
    let styles = [
        (HairStyle::BoxBraids, ShoeStyle::Boot),
        (HairStyle::LongStraight, ShoeStyle::Sneaker),
        (HairStyle::Ponytail, ShoeStyle::Barefoot),
        (HairStyle::Bald, ShoeStyle::Pump),
    ];
    for (hair_style, shoe_style) in styles {
        let mut recipe = TwinRecipe::plain(
            Shape {
                gender: 0.0,
                ..Shape::default()
            },
            MeasureTargets::default(),
        );
        recipe.measures = None;
        if let Finish::Person { hair, shoes, .. } = &mut recipe.finish {
            hair.style = hair_style;
            shoes.style = shoe_style;
        }
        let bytes = avatar_glb(&data, &recipe).expect("avatar");
        let file = read(&bytes);
        assert!(bytes.len() <= 4 << 20, "{hair_style:?}: {}", bytes.len());
        assert_eq!(
            file.of("hair").count() > 0,
            hair_style != HairStyle::Bald,
            "{hair_style:?}"
        );
        assert_eq!(
            file.of("shoes").count() > 0,
            shoe_style != ShoeStyle::Barefoot,
            "{shoe_style:?}"
        );
    }
}

#[test]
fn skin_eyes_and_hair_say_what_surface_they_are() {
    for (id, bytes) in people() {
        let gltf = gltf::Gltf::from_slice(&bytes).expect("glTF");
        let surface = |name: &str| {
            let mut materials = gltf.materials();
            let material = materials.find(|m| m.name() == Some(name)).expect(name);
            let extras = material.extras().as_ref()?;
            let extras: serde_json::Value = serde_json::from_str(extras.get()).ok()?;
            Some(extras["surface"].as_str()?.to_owned())
        };
        assert_eq!(surface("skin").as_deref(), Some("skin"), "{id}");
        assert_eq!(surface("eyes").as_deref(), Some("eyes"), "{id}");
        assert_eq!(surface("hair").as_deref(), Some("strands"), "{id}");
        assert_eq!(surface("base_layer"), None, "{id}");
    }
}
