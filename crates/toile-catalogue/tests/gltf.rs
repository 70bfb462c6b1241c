//! glTF materials, in and out.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use serde_json::{Value, json};
use std::collections::BTreeMap;
use toile_catalogue::{
    Record, Store, estimate,
    gltf::{Material, Piece, glb, glb_of},
    import::{self, Import},
};
use toile_garment::{Fabric, Srgb};

/// A picture of 64 by 64 pixels with stripes.
fn png() -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(64, 64, |x, _| image::Rgb([(x % 8 * 30) as u8, 40, 60]))
        .write_to(&mut out, image::ImageFormat::Png)
        .unwrap();
    out.into_inner()
}

fn foreign() -> Value {
    json!({
        "asset": {"version": "2.0", "generator": "another"},
        "materials": [{
            "name": "Cotton velvet",
            "doubleSided": true,
            "pbrMetallicRoughness": {
                "baseColorFactor": [0.5, 0.25, 0.1, 1.0],
                "metallicFactor": 0, "roughnessFactor": 0.9,
                "baseColorTexture": {"index": 0, "extensions": {"KHR_texture_transform": {"scale": [4, 4]}}},
            },
            "extensions": {
                "KHR_materials_sheen": {"sheenColorFactor": [0.2, 0.2, 0.2], "sheenRoughnessFactor": 0.4},
                "VENDOR_secret": {"kept": [1, 2, 3]},
            },
        }],
        "textures": [{"source": 0, "sampler": 0}],
        "samplers": [{"wrapS": 33648, "wrapT": 10497}],
        "images": [{"uri": "velvet.png", "name": "pile"}],
    })
}

fn read(value: &Value) -> Result<Material, toile_catalogue::CatalogueError> {
    Material::read(
        &serde_json::to_vec(value).unwrap(),
        "velvet",
        "velvet.gltf",
        &mut |name| {
            if name == "velvet.png" {
                Ok(png())
            } else {
                Err("no such file".to_owned())
            }
        },
    )
}

#[test]
fn a_foreign_material_gives_colour_weave_and_sheen() {
    let mut r = read(&foreign()).unwrap().record("velvet.gltf").unwrap();
    assert_eq!(r.id, "cotton-velvet");
    assert_eq!(r.construction, Some(toile_garment::Construction::Velvet));
    // 0.5, 0.25 and 0.1 of the light are these in sRGB.
    assert_eq!(r.colours[0].srgb, Some(Srgb([188, 137, 89])));
    r.area_density = Some(toile_catalogue::Figure::new(
        0.3,
        toile_garment::Origin::Vendor,
        "told",
    ));
    estimate::complete(&mut r).unwrap();
    let look = r.appearance.unwrap();
    assert_eq!((look.roughness, look.sheen_roughness), (0.9, 0.4));
    assert_eq!(look.sheen_colour, Srgb([124, 124, 124]));
}

#[test]
fn what_is_foreign_goes_out_as_it_came_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("velvet.gltf");
    std::fs::write(&file, serde_json::to_vec(&foreign()).unwrap()).unwrap();
    std::fs::write(folder.path().join("velvet.png"), png()).unwrap();
    let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
    let job = Import {
        file,
        ..Import::default()
    };
    import::run(&store, &job, &mut |_| true).unwrap();
    // The picture can be searched by.
    assert_eq!(store.pictured().unwrap(), 1);
    let bytes = store.swatch("cotton-velvet").unwrap();
    let again = Material::read(&bytes, "velvet", "out.glb", &mut |_| Err(String::new())).unwrap();
    let (before, after) = (foreign(), again.kept);
    assert_eq!(after["material"], before["materials"][0]);
    assert_eq!(after["textures"], before["textures"]);
    assert_eq!(after["samplers"], before["samplers"]);
    assert_eq!(again.files.values().next().unwrap(), &png());
}

#[test]
fn a_fabric_of_ours_comes_home_number_for_number() {
    for name in ["silk-velvet", "silk-organza", "cotton-poplin"] {
        let path = format!(
            "{}/../../assets/fabrics/{name}.ron",
            env!("CARGO_MANIFEST_DIR")
        );
        let fabric = Fabric::from_ron(&std::fs::read_to_string(&path).unwrap(), &path).unwrap();
        let record = Record::from(&fabric);
        let bytes = glb(&record, &BTreeMap::new()).unwrap();
        // Another program's reader takes it.
        let document = gltf::Gltf::from_slice(&bytes).unwrap();
        let material = document.materials().next().unwrap();
        let roughness = material.pbr_metallic_roughness().roughness_factor();
        assert_eq!(roughness, fabric.appearance.roughness);
        assert_eq!(document.meshes().count(), 1);
        let back = Material::read(&bytes, name, "x.glb", &mut |_| Err(String::new()))
            .unwrap()
            .record("x.glb")
            .unwrap();
        assert_eq!(back, record);
    }
}

#[test]
fn a_piece_of_any_shape_is_read_by_another_program_as_it_was_written() {
    let path = format!(
        "{}/../../assets/fabrics/silk-velvet.ron",
        env!("CARGO_MANIFEST_DIR")
    );
    let fabric = Fabric::from_ron(&std::fs::read_to_string(&path).unwrap(), &path).unwrap();
    let record = Record::from(&fabric);
    let piece = Piece {
        positions: vec![[0.0, 0.0, 0.5], [1.0, 0.0, 0.0], [0.0, -1.0, 0.0]],
        normals: vec![[0.0, 0.0, 1.0]; 3],
        flat: vec![[0.0, 0.0], [0.2, 0.0], [0.0, 0.1]],
        triangles: vec![[0, 2, 1]],
    };
    let bytes = glb_of(&record, &BTreeMap::new(), &piece).unwrap();
    let file = gltf::Gltf::from_slice(&bytes).unwrap();
    let blob = file.blob.clone().unwrap();
    let primitive = file.meshes().next().unwrap().primitives().next().unwrap();
    let words = |accessor: gltf::Accessor<'_>, width: usize| -> Vec<[u8; 4]> {
        let from = accessor.view().unwrap().offset();
        let bytes = &blob[from..from + accessor.count() * width * 4];
        bytes.as_chunks::<4>().0.to_vec()
    };
    let floats = |meaning, width| -> Vec<f32> {
        let words = words(primitive.get(&meaning).unwrap(), width);
        words.into_iter().map(f32::from_le_bytes).collect()
    };
    let positions = floats(gltf::Semantic::Positions, 3);
    assert_eq!(positions, piece.positions.as_flattened());
    let indices = words(primitive.indices().unwrap(), 1);
    assert_eq!(indices.concat(), [0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]);
    // A repeat is 0.1 m where there is no texture.
    let places = floats(gltf::Semantic::TexCoords(0), 2);
    assert_eq!(places, [0.0, 1.0, 2.0, 1.0, 0.0, 0.0]);
    assert_eq!(primitive.bounding_box().min, [0.0, -1.0, 0.0]);
    let broken = Piece {
        triangles: vec![[0, 1, 3]],
        ..piece
    };
    let error = glb_of(&record, &BTreeMap::new(), &broken).unwrap_err();
    assert!(error.to_string().contains("triangles"), "{error}");
}

#[test]
fn what_is_wrong_in_a_material_is_named_by_its_field() {
    let says = |change: &dyn Fn(&mut Value), word: &str| {
        let mut value = foreign();
        change(&mut value);
        let error = read(&value)
            .and_then(|m| m.record("velvet.gltf"))
            .unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains(word) && text.contains("velvet.gltf"),
            "{text}"
        );
    };
    says(&|v| v["asset"]["version"] = json!("1.0"), "asset.version");
    says(&|v| v["materials"] = json!([]), "materials");
    says(
        &|v| v["materials"] = json!([{"name": "a"}, {"name": "b"}]),
        "a, b",
    );
    says(
        &|v| v["materials"][0]["pbrMetallicRoughness"]["roughnessFactor"] = json!(-1),
        "roughnessFactor",
    );
    says(
        &|v| v["materials"][0]["pbrMetallicRoughness"]["baseColorFactor"] = json!([1, 2, 3]),
        "baseColorFactor",
    );
    says(
        &|v| {
            v["materials"][0]["extensions"]["KHR_materials_sheen"]["sheenColorFactor"] =
                json!("red");
        },
        "sheenColorFactor",
    );
    says(&|v| v["images"][0]["uri"] = json!("../../etc/passwd"), "..");
    says(&|v| v["images"][0]["uri"] = json!("gone.png"), "gone.png");
    says(
        &|v| v["images"][0] = json!({"bufferView": 4_000_000_000u64}),
        "images[0]",
    );
    says(&|v| v["images"] = json!(vec![json!({}); 65]), "images");
}
