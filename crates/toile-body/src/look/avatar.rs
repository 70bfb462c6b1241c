//! From a recipe to the bytes of an avatar file.

use glam::{Vec2, Vec3};
use serde_json::json;

use super::{
    base_layer, brows,
    brows::BrowCurve,
    eyes, hair,
    head::Head,
    mesh::Patch,
    model::{BindJoint, Model, ModelParts, Side},
    paint::Painter,
    shoes,
};
use crate::{
    BodyData, BodyError, FaceUnit, Rig, Triangle, fit,
    glb::{self, Alpha, Avatar, JointNode, Material, MeshNode, Part},
    recipe::{Finish, TwinRecipe},
};

const PREFIX: &str = "mixamorig:";
const COPYRIGHT: &str = "Geometry: MakeHuman hm08 / MPFB2 and Face Units by Mika Suominen, CC0-1.0; hair, shoes, textures: Toile contributors, MIT OR Apache-2.0";
/// On what terms an avatar may be shown.
const TERMS: &str = "Its copyright licence covers the file, not a likeness: as a twin it appears only under a licence signed by whom it shows, or by who invented it, which lies beside it.";
/// The same for a display figure.
const MANNEQUIN_TERMS: &str =
    "A display figure that shows nobody: it needs no licence beyond that of its copyright.";
/// Edge of the skin image, texels.
const SKIN_TEXELS: usize = 2048;

/// Makes a twin's avatar: a binary glTF 2.0 file with skeleton, skin, face
/// morphs, hair, base layer and shoes.
///
/// Materials are named `skin`, `base_layer`, `eyes`, `lashes`, `brows`,
/// `teeth`, `hair` and `shoes`; `extras.surface` of a material is `skin`, `eyes`,
/// `strands` (of hair, along v) or `curls`. `asset.extras` holds `heel_height_m`, `foot_pitch_rad`
/// (plantar flexion at which the shoe stands on the floor) and `sole_m`. Measures are
/// not in it: they stay in the twin's record. Rights and source type are in its XMP
/// metadata (`KHR_xmp_json_ld`).
///
/// # Errors
/// Those of [`BodyData::evaluate`] and [`fit`].
pub fn avatar_glb(data: &BodyData, recipe: &TwinRecipe) -> Result<Vec<u8>, BodyError> {
    let shape = match &recipe.measures {
        Some(targets) => fit(data, &recipe.shape, targets)?.shape,
        None => recipe.shape.clone(),
    };
    let mut verts = data.evaluate(&shape)?;
    let units = rest_face(data, &mut verts);
    let rig = data.rig(&verts)?;
    let model = model(data, verts, &rig, &units);
    let mut avatar = match &recipe.finish {
        Finish::Person { .. } => person(&model, &recipe.finish),
        Finish::Mannequin { colour } => mannequin(&model, colour.linear()),
    };
    describe(&mut avatar, &model, &rig);
    avatar.terms = match &recipe.finish {
        Finish::Person { .. } => TERMS,
        Finish::Mannequin { .. } => MANNEQUIN_TERMS,
    };
    Ok(glb::write(&avatar))
}

/// Face units applied for good: the base mesh rests with parted lips and wide
/// eyes; a share of these units closes the lips and lowers the lids a little.
const REST: [(&str, f32); 3] = [
    ("mouthClose", 0.085),
    ("eyeBlinkLeft", 0.07),
    ("eyeBlinkRight", 0.07),
];

/// Brings the face to rest and returns the face units that are left from there.
fn rest_face(data: &BodyData, verts: &mut [Vec3]) -> Vec<FaceUnit> {
    let mut units = data.face_units().to_vec();
    for unit in &mut units {
        let Some(&(_, share)) = REST.iter().find(|r| r.0 == unit.name) else {
            continue;
        };
        for (v, d) in &mut unit.deltas {
            verts[*v as usize] += *d * share;
            *d *= 1.0 - share;
        }
    }
    units
}

fn model<'a>(
    data: &'a BodyData,
    verts: Vec<Vec3>,
    rig: &'a Rig,
    units: &'a [FaceUnit],
) -> Model<'a> {
    let skeleton = (0..rig.names.len())
        .map(|i| BindJoint {
            name: rig.names[i]
                .strip_prefix(PREFIX)
                .unwrap_or(&rig.names[i])
                .to_owned(),
            node: rig.names[i].clone(),
            parent: rig.parents[i],
            rotation: rig.bind_rotations[i],
            head: rig.heads[i],
        })
        .collect();
    let lash =
        |side: &str| ["1", "2"].map(|n| data.triangles(&[&format!("helper-{side}-eyelashes-{n}")]));
    Model::new(ModelParts {
        verts,
        uvs: data.uvs(),
        body: data.triangles(&["body"]),
        tights: data.triangles(&["helper-tights"]),
        eyes: [
            data.triangles(&["helper-l-eye"]),
            data.triangles(&["helper-r-eye"]),
        ],
        lashes: [lash("l"), lash("r")],
        teeth: data.triangles(&["helper-upper-teeth", "helper-lower-teeth"]),
        joints: &rig.joints,
        weights: &rig.weights,
        skeleton,
        units,
        masks: data.masks(),
    })
}

/// Skeleton, names and numbers.
fn describe(avatar: &mut Avatar, model: &Model<'_>, rig: &Rig) {
    avatar.joints = model
        .skeleton
        .iter()
        .enumerate()
        .map(|(i, j)| JointNode {
            name: j.node.clone(),
            parent: j.parent,
            translation: rig.local[i].1,
            rotation: rig.local[i].0,
            bind_rotation: j.rotation,
            bind_position: j.head,
        })
        .collect();
    avatar.morph_names = model.units.iter().map(|u| u.name.clone()).collect();
    avatar.copyright = COPYRIGHT.to_owned();
}

/// Vertices the face units move by more than a hundredth of a millimetre.
fn moved(model: &Model<'_>) -> Vec<bool> {
    let mut moved = vec![false; model.verts.len()];
    for unit in model.units {
        for &(v, d) in &unit.deltas {
            if d.length_squared() > 1e-10 {
                moved[v as usize] = true;
            }
        }
    }
    moved
}

/// A patch as a skinned part, with the face morphs if asked for.
fn part(model: &Model<'_>, patch: &Patch, material: &'static str, morphs: bool) -> Part {
    let mut out = Part {
        material,
        tris: patch.tris.clone(),
        ..Part::default()
    };
    for v in &patch.verts {
        out.positions.push(v.pos);
        out.normals.push(v.normal.normalize_or(Vec3::Y));
        out.uvs.push(Vec2::new(v.uv.x, 1.0 - v.uv.y));
        let mut sum: Vec<(u16, f32)> = Vec::new();
        for &(base, share) in &v.mix {
            for k in 0..4 {
                let (j, w) = (
                    model.joints[base as usize][k],
                    model.weights[base as usize][k] * share,
                );
                if w > 0.0 {
                    match sum.iter_mut().find(|s| s.0 == j) {
                        Some(s) => s.1 += w,
                        None => sum.push((j, w)),
                    }
                }
            }
        }
        sum.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        sum.truncate(4);
        sum.retain(|s| s.1 > 1e-4);
        let total: f32 = sum.iter().map(|s| s.1).sum();
        let mut joints = [0; 4];
        let mut weights = [0.0; 4];
        for (k, (j, w)) in sum.into_iter().enumerate() {
            joints[k] = j;
            weights[k] = w / total;
        }
        out.joints.push(joints);
        out.weights.push(weights);
    }
    if morphs {
        let mut users: Vec<Vec<(u32, f32)>> = vec![Vec::new(); model.verts.len()];
        for (i, v) in patch.verts.iter().enumerate() {
            for &(base, share) in &v.mix {
                users[base as usize].push((i as u32, share));
            }
        }
        out.morphs = model
            .units
            .iter()
            .map(|unit| {
                let mut sum = std::collections::BTreeMap::<u32, Vec3>::new();
                for &(base, d) in &unit.deltas {
                    for &(i, share) in &users[base as usize] {
                        *sum.entry(i).or_default() += d * share;
                    }
                }
                sum.into_iter()
                    .filter(|(_, d)| d.length_squared() > 2.5e-9)
                    .collect()
            })
            .collect();
    }
    out
}

fn person(model: &Model<'_>, finish: &Finish) -> Avatar {
    let Finish::Person {
        skin,
        face,
        hair: hair_recipe,
        shoes: shoe,
        base_layer: base,
    } = finish
    else {
        return Avatar::default();
    };
    let head = Head::new(model);
    let brow_curves = Side::BOTH.map(|s| BrowCurve::new(&head, s, face.brow_weight));
    let whole = Patch::new(model, model.body.iter().copied());
    let (cloth, bare) = base_layer::cut(model, &whole, base.cut);
    let shod = shoes::make(model, &bare, shoe.style, shoe.heel);

    let moves = moved(model);
    let in_face = |t: [&super::mesh::PatchVertex; 3]| {
        t.iter().any(|v| v.mix.iter().any(|m| moves[m.0 as usize]))
    };
    let face_skin = shod.skin.filter(in_face);
    let body_skin = shod.skin.filter(|t| !in_face(t));
    let mut brow_patch = brow_curves[0].patch(&face_skin);
    brow_patch.append(&brow_curves[1].patch(&face_skin));
    let teeth_tris: Vec<Triangle> = model.teeth.clone();
    let mut teeth = Patch::new(model, teeth_tris);
    for v in &mut teeth.verts {
        // Behind the lips also where the lips are thin.
        v.pos.z -= 0.005;
    }

    let mut face_parts = vec![
        part(model, &face_skin, "skin", true),
        eyes::eyeballs(model),
        part(model, &teeth, "teeth", true),
    ];
    if face.lashes > 0.0 {
        face_parts.push(part(
            model,
            &eyes::lashes(model, face.lashes),
            "lashes",
            true,
        ));
    }
    face_parts.push(part(model, &brow_patch, "brows", true));

    let painter = Painter::new(
        model,
        &head,
        &brow_curves,
        eyes::lash_lines(model),
        skin,
        face,
        hair_recipe,
    );
    let (albedo, rough) = painter.paint(SKIN_TEXELS);
    let wig = hair::make(model, &head, hair_recipe);
    let mut images = vec![
        albedo.jpeg(88),
        rough.jpeg_data(80),
        eyes::iris_texture(model, face.iris.linear(), skin.age_spots).jpeg(90),
        brows::texture(face.brow.linear(), face.brow_weight).png(),
        eyes::lash_texture().png(),
    ];
    let textured = |name, texture, roughness| Material {
        texture: Some(texture),
        ..Material::plain(name, Vec3::ONE, roughness)
    };
    let mut materials = vec![
        Material {
            rough_texture: Some(1),
            surface: Some("skin"),
            ..textured("skin", 0, 1.0)
        },
        Material {
            surface: Some("eyes"),
            ..textured("eyes", 2, 0.28)
        },
        Material::plain("teeth", Vec3::new(0.40, 0.37, 0.32), 0.45),
        Material {
            alpha: Alpha::Blend,
            ..textured("brows", 3, 0.8)
        },
        Material::plain("base_layer", base.colour.linear(), 0.85),
    ];
    if face.lashes > 0.0 {
        materials.push(Material {
            alpha: Alpha::Blend,
            double_sided: true,
            ..textured("lashes", 4, 0.7)
        });
    }
    let mut meshes = vec![
        MeshNode {
            name: "face",
            parts: face_parts,
        },
        MeshNode {
            name: "body",
            parts: vec![part(model, &body_skin, "skin", false)],
        },
        MeshNode {
            name: "base_layer",
            parts: vec![part(model, &cloth, "base_layer", false)],
        },
    ];
    if !shod.part.tris.is_empty() {
        materials.push(Material {
            double_sided: true,
            ..textured("shoes", images.len(), 0.38)
        });
        images.push(shoes::texture(shoe.style, shoe.colour.linear()).png());
        meshes.push(MeshNode {
            name: "shoes",
            parts: vec![shod.part],
        });
    }
    if let Some(wig) = wig {
        materials.push(Material {
            alpha: Alpha::Mask(0.5),
            double_sided: true,
            surface: Some(if wig.curly { "curls" } else { "strands" }),
            ..textured("hair", images.len(), wig.roughness)
        });
        images.push(wig.texture.png());
        meshes.push(MeshNode {
            name: "hair",
            parts: vec![wig.part],
        });
    }
    Avatar {
        meshes,
        materials,
        images,
        extras: json!({
            "heel_height_m": shod.heel_m,
            "foot_pitch_rad": shod.pitch_rad,
            "sole_m": shod.sole_m,
        }),
        ..Avatar::default()
    }
}

fn mannequin(model: &Model<'_>, colour: Vec3) -> Avatar {
    Avatar {
        meshes: vec![MeshNode {
            name: "body",
            parts: vec![part(model, &super::mannequin::figure(model), "skin", false)],
        }],
        materials: vec![Material::plain("skin", colour, 0.62)],
        extras: json!({"heel_height_m": 0.0, "foot_pitch_rad": 0.0, "sole_m": 0.0}),
        ..Avatar::default()
    }
}
