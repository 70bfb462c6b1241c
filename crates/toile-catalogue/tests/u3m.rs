//! U3M and U3MA, in and out.

use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use toile_catalogue::{
    Fibre, Record, Repeat, Store,
    import::{self, Import},
    u3m::{Package, package},
};
use toile_garment::{Construction, Fabric};

/// A document with numbers as numbers or, as some programs write them, as text.
fn document(as_text: bool) -> Value {
    let n = |x: f64| {
        if as_text {
            json!(x.to_string())
        } else {
            json!(x)
        }
    };
    json!({
        "schema": "1.1",
        "material": {
            "id": "{6c4f1b1e-3f0d-4c58-9f7e-2d3c1b0a9f11}",
            "name": "Stretch poplin",
            "description": "shirting",
            "created": "2024-02-03T10:20:30Z",
            "modified": "2024-02-03T10:20:30Z",
            "front": {
                "basecolor": {
                    "constant": {"r": n(0.5), "g": n(0.25), "b": n(0.75)},
                    "texture": {
                        "factor": 1.0, "offset": 0.0, "mode": "multiply",
                        "image": {
                            "width": n(64.5), "height": n(32.25), "dpi": {"x": n(300.0), "y": n(300.0)},
                            "path": "textures/front.png",
                            "repeat": {"mode": "mirror_x", "rotation": 0}
                        }
                    }
                }
            },
            "back": null,
            "side": null,
            "physics": {
                "thickness": n(0.31),
                "weight": n(118.25),
                "composition": {"parts": [
                    {"ratio": n(0.97), "type": "COTTON", "name": "Cotton"},
                    {"ratio": n(0.03), "type": "ELASTANE", "name": "Lycra"}
                ]},
                // Objects in the format; some programs write texts.
                "construction": if as_text { json!("poplin") } else { json!({"type": "Poplin", "name": null}) },
                "material_type": if as_text { json!("Woven") } else { json!({"type": "Woven", "name": null}) },
                "devices": {"fab": "null"}
            },
            "metadata": null
        },
        "custom": {"browzwear": {"bend": {"length": "1.5"}, "puffy": {"active": "false"}}, "other": [1, null]}
    })
}

fn whole(as_text: bool) -> Package {
    Package {
        name: "poplin.u3m".to_owned(),
        document: document(as_text),
        files: BTreeMap::from([
            ("textures/front.png".to_owned(), vec![1, 2, 3]),
            ("notes/unreferenced.txt".to_owned(), b"keep me".to_vec()),
        ]),
    }
}

#[test]
fn numbers_are_read_as_numbers_and_as_text() {
    for as_text in [false, true] {
        let r = whole(as_text).record("poplin.u3m").unwrap();
        assert_eq!(r.id, "6c4f1b1e-3f0d-4c58-9f7e-2d3c1b0a9f11");
        assert_eq!(r.area_density.as_ref().unwrap().value, 0.118_25);
        assert_eq!(r.thickness.as_ref().unwrap().value, 0.000_31);
        assert_eq!(r.construction, Some(Construction::Plain));
        let fibres = toile_catalogue::composition_of(&r).unwrap();
        assert_eq!(fibres.share(Fibre::named("cotton").unwrap()), 97.0);
        assert_eq!(fibres.share(Fibre::named("elastane").unwrap()), 3.0);
        assert_eq!(r.texture.as_ref().unwrap().size_mm, (64.5, 32.25));
        assert_eq!(r.colours[0].srgb.unwrap().0, [128, 64, 191]);
    }
}

#[test]
fn what_is_no_word_of_the_format_is_read_by_its_name() {
    let mut d = document(false);
    d["material"]["physics"]["construction"] = json!({"type": "other", "name": "crêpe georgette"});
    d["material"]["physics"]["composition"]["parts"] =
        json!([{"ratio": 1.0, "type": "other", "name": "Mulberry silk"}]);
    let package = Package {
        document: d,
        ..whole(false)
    };
    let r = package.record("x.u3m").unwrap();
    assert_eq!(r.construction, Some(Construction::Crepe));
    let fibres = toile_catalogue::composition_of(&r).unwrap();
    assert_eq!(fibres.share(Fibre::named("silk").unwrap()), 100.0);
}

#[test]
fn a_picture_is_laid_as_the_document_says() {
    let mut d = document(true);
    let image = "/material/front/basecolor/texture/image/repeat";
    *d.pointer_mut(image).unwrap() = json!({"mode": "mirror_xy", "rotation": "90"});
    let package = Package {
        document: d.clone(),
        ..whole(false)
    };
    let texture = package.record("x.u3m").unwrap().texture.unwrap();
    assert_eq!(texture.repeat, Repeat::MirrorXy);
    assert_eq!(texture.rotation_deg, 90.0);
    // A document without a front shows its back.
    let front = d["material"]["front"].take();
    d["material"]["back"] = front;
    let package = Package {
        document: d,
        ..whole(false)
    };
    let shown = package.record("x.u3m").unwrap().texture;
    assert_eq!(shown, Some(texture));
}

#[test]
fn the_picture_of_a_back_is_kept_beside_that_of_the_front() {
    let mut d = document(false);
    let mut back = d["material"]["front"].clone();
    back["basecolor"]["texture"]["image"]["path"] = json!("textures/back.png");
    d["material"]["back"] = back;
    let package = Package {
        document: d,
        ..whole(false)
    };
    let texture = package.record("x.u3m").unwrap().texture.unwrap();
    assert_eq!(texture.file("basecolor"), Some("textures/front.png"));
    assert_eq!(texture.file("back_basecolor"), Some("textures/back.png"));
}

#[test]
fn the_colour_of_a_material_is_that_of_its_picture() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("navy.u3ma");
    let mut picture = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(80, 80, image::Rgb([20, 30, 80]))
        .write_to(&mut picture, image::ImageFormat::Png)
        .unwrap();
    let mut given = whole(false);
    let path = "textures/front.png".to_owned();
    given.files.insert(path, picture.into_inner());
    std::fs::write(&file, given.archive().unwrap()).unwrap();
    let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
    let job = Import {
        file,
        ..Import::default()
    };
    import::run(&store, &job, &mut |_| true).unwrap();
    let kept = store.get("6c4f1b1e-3f0d-4c58-9f7e-2d3c1b0a9f11").unwrap();
    let colour = kept.colours[0].srgb.unwrap().0;
    let near = |a: u8, b: u8| a.abs_diff(b) <= 4;
    assert!(
        near(colour[0], 20) && near(colour[1], 30) && near(colour[2], 80),
        "{colour:?}"
    );
}

#[test]
fn a_document_of_ours_has_the_words_of_the_format() {
    let mut r = Record::new("v1", "Velvet ribbon");
    r.composition = "82% viscose 18% polyurethane".into();
    r.construction = Some(Construction::Velvet);
    let physics = package(&r, BTreeMap::new()).unwrap().document["material"]["physics"].take();
    assert_eq!(
        physics["composition"]["parts"],
        json!([
            {"ratio": 0.82, "type": "Rayon", "name": null},
            {"ratio": 0.18, "type": "other", "name": "polyurethane"},
        ])
    );
    let other = json!({"type": "other", "name": "velvet"});
    assert_eq!(physics["construction"], other);
    let woven = json!({"type": "Woven", "name": null});
    assert_eq!(physics["material_type"], woven);
    assert_eq!(physics["devices"]["fab"], json!("null"));
}

#[test]
fn an_archive_comes_back_from_the_catalogue_with_all_that_is_foreign() {
    for as_text in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("poplin.u3ma");
        let given = whole(as_text);
        std::fs::write(&file, given.archive().unwrap()).unwrap();
        let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
        let job = Import {
            file,
            ..Import::default()
        };
        import::run(&store, &job, &mut |_| true).unwrap();
        let back = store
            .package("6c4f1b1e-3f0d-4c58-9f7e-2d3c1b0a9f11")
            .unwrap();
        assert_eq!(back.document, given.document);
        assert_eq!(back.files, given.files);
        let again = Package::from_archive(&back.archive().unwrap(), "again").unwrap();
        assert_eq!((again.document, again.files), (given.document, given.files));
    }
}

#[test]
fn a_weight_that_was_changed_is_changed_in_the_document_and_nothing_else() {
    let mut r = whole(true).record("poplin.u3m").unwrap();
    r.area_density.as_mut().unwrap().value = 0.2;
    let out = package(&r, BTreeMap::new()).unwrap().document;
    let mut expected = document(true);
    expected["material"]["physics"]["weight"] = json!(200.0);
    assert_eq!(out, expected);
}

#[test]
fn a_fabric_of_ours_goes_out_and_comes_in() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/fabrics/silk-charmeuse.ron"
    );
    let fabric = Fabric::from_ron(&std::fs::read_to_string(path).unwrap(), path).unwrap();
    let record = Record::from(&fabric);
    let out = package(&record, BTreeMap::new()).unwrap();
    assert_eq!(out.document["material"]["physics"]["weight"], json!(83.0));
    assert_eq!(
        out.document["material"]["physics"]["thickness"],
        json!(0.18)
    );
    let archive = out.archive().unwrap();
    let back = Package::from_archive(&archive, "charmeuse")
        .unwrap()
        .record("charmeuse")
        .unwrap();
    assert_eq!(back.construction, record.construction);
    assert_eq!(back.area_density.unwrap().value, fabric.area_density.value);
    assert_eq!(back.thickness.unwrap().value, fabric.thickness.value);
    // All origins travel along for programs that know ours.
    let ours: Record =
        serde_json::from_value(out.document["custom"]["toile"]["record"].clone()).unwrap();
    assert_eq!(ours.fabric().unwrap(), fabric);
}

#[test]
fn what_is_wrong_in_a_document_is_named_by_its_field() {
    let wrong = |change: &dyn Fn(&mut Value)| {
        let mut d = document(false);
        change(&mut d);
        let p = Package {
            document: d,
            ..whole(false)
        };
        let archive = p.archive().unwrap();
        let error = Package::from_archive(&archive, "x.u3ma").and_then(|p| p.record("x.u3ma"));
        error.unwrap_err().to_string()
    };
    let says = |text: String, word: &str| assert!(text.contains(word), "{text}");
    says(wrong(&|d| d["schema"] = json!("2.0")), "schema");
    says(wrong(&|d| d["extra"] = json!(1)), "extra");
    says(
        wrong(&|d| d["material"]["physics"]["weight"] = json!("heavy")),
        "physics.weight",
    );
    let repeat = |name: &'static str, value: Value| {
        wrong(&move |d| {
            d["material"]["front"]["basecolor"]["texture"]["image"]["repeat"][name] = value.clone();
        })
    };
    says(repeat("mode", json!("tile")), "image.repeat.mode");
    says(repeat("rotation", json!("left")), "image.repeat.rotation");
    says(
        wrong(&|d| d["material"]["physics"]["weight"] = json!(-5)),
        "area_density",
    );
    says(
        wrong(&|d| d["material"]["physics"]["weight"] = json!("NaN")),
        "physics.weight",
    );
    says(
        wrong(&|d| {
            d["material"]["front"]["basecolor"]["texture"]["image"]["path"] =
                json!("../../etc/passwd");
        }),
        "..",
    );
    says(
        wrong(&|d| {
            d["material"]["physics"] = Value::Null;
            d["material"]["front"] = Value::Null;
        }),
        "material",
    );
}

proptest! {
    #[test]
    fn a_broken_archive_is_an_error_or_holds_what_it_held(at in any::<prop::sample::Index>(), to in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = whole(false).archive().unwrap();
        let k = at.index(bytes.len());
        bytes[k] = to;
        bytes.truncate(cut.index(bytes.len() + 1).max(bytes.len() / 2));
        if let Ok(p) = Package::from_archive(&bytes, "x") {
            let _ = p.record("x");
        }
    }
}
