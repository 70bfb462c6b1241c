//! Bad files of every kind: a clear error that names file and field, and a catalogue
//! that still has what it had.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use std::{collections::BTreeMap, path::PathBuf};
use toile_catalogue::{
    CatalogueError, Record, Store, Writer, estimate,
    fab::Measurement,
    find::{Finder, Photo, Query},
    gltf::{Material, glb},
    import::{self, Import},
    look::{Look, Picture},
    market, u3m,
};
use toile_garment::Construction;

/// A catalogue with one fabric in it.
struct Bench {
    folder: tempfile::TempDir,
    store: Store,
    kept: Record,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
        let kept = market::fabric(1, 5);
        let mut writer = Writer::new(&store).unwrap();
        writer.put(&kept).unwrap();
        writer.finish().unwrap();
        Self {
            folder,
            store,
            kept,
        }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let file = self.folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file
    }

    /// What an import says against a file or its first bad row.
    fn said(&self, name: &str, bytes: &[u8]) -> String {
        let file = self.file(name, bytes);
        let job = Import {
            file: file.clone(),
            ..Import::default()
        };
        let said = match import::run(&self.store, &job, &mut |_| true) {
            Err(e) => {
                let text = e.to_string();
                assert!(text.contains(name), "the file is not named: {text}");
                text
            }
            Ok(_) => {
                let refused = import::refused(&self.store, &file).unwrap();
                let first = refused
                    .first()
                    .unwrap_or_else(|| panic!("{name} was taken"));
                format!("line {}: {}: {}", first.line, first.field, first.reason)
            }
        };
        self.whole();
        said
    }

    fn whole(&self) {
        assert_eq!(self.store.get(&self.kept.id).unwrap(), self.kept);
        self.store.verify().unwrap();
    }
}

fn says(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "'{word}' is not in: {said}");
    }
}

fn png() -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(80, 80, |x, y| image::Rgb([(x * 3) as u8, (y * 3) as u8, 9]))
        .write_to(&mut out, image::ImageFormat::Png)
        .unwrap();
    out.into_inner()
}

#[test]
fn tables_in_another_encoding_are_told_to_be_saved_as_utf_8() {
    let bench = Bench::new();
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(
            "name,weight\nx,120\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        )
        .collect();
    says(&bench.said("a.csv", &utf16), &["UTF-8"]);
    says(
        &bench.said("b.csv", b"name,weight\nK\xf6per,120\n"),
        &["line 2", "UTF-8"],
    );
    says(
        &bench.said("c.csv", b"Gewicht \xfc,name\n120,x\n"),
        &["headings", "UTF-8"],
    );
    says(
        &bench.said("d.jsonl", b"{\"name\":\"x\"}\n{\"name\":\"K\xf6per\"}\n"),
        &["line 2", "UTF-8"],
    );
}

#[test]
fn tables_that_are_cut_short_or_empty_say_so() {
    let bench = Bench::new();
    says(&bench.said("a.csv", b""), &["empty"]);
    says(&bench.said("b.csv", b" \n\n"), &["empty"]);
    says(
        &bench.said("c.jsonl", b"{\"name\":\"x\",\"weight\":12"),
        &["JSON"],
    );
    says(
        &bench.said("d.jsonl", b"{\"name\":\"x\"}\n{\"name\":\"y\",\"wei"),
        &["line 2", "JSON"],
    );
    says(&bench.said("e.jsonl", b"[{\"name\":\"x\"}]"), &["array"]);
    let deep = format!("{{\"name\":\"x\"}}\n{}", "{\"name\":".repeat(100_000));
    says(&bench.said("f.jsonl", deep.as_bytes()), &["line 2", "JSON"]);
    let mut open = b"name,care\nx,\"never closed".to_vec();
    open.resize(5 << 20, b'a');
    says(&bench.said("g.csv", &open), &["longer than 4 MiB", "quote"]);
}

#[test]
fn numbers_that_no_cloth_has_are_refused_by_their_field() {
    let bench = Bench::new();
    let row = |heading: &str, cell: &str| format!("name,{heading}\nx,{cell}\n").into_bytes();
    for (heading, cell, field) in [
        ("weight", "NaN", "weight"),
        ("weight", "-120", "area_density"),
        ("weight", "1e40", "area_density"),
        ("weight", "1e999", "weight"),
        ("weight", "120 cm", "weight"),
        ("weight", "900000", "area_density"),
        ("width", "-147", "width"),
        ("width", "inf", "width"),
        ("thickness", "0", "thickness"),
        ("thickness", "12 oz", "thickness"),
        ("composition", "180% cotton", "composition"),
        ("price (EUR/m)", "-3", "price"),
        ("friction", "7", "friction"),
    ] {
        let said = bench.said("row.csv", &row(heading, cell));
        says(&said, &["line 2", field]);
    }
}

#[test]
fn a_table_of_many_columns_is_refused_before_its_rows_are_read() {
    let bench = Bench::new();
    let headings: Vec<String> = (0..5000).map(|k| format!("c{k}")).collect();
    says(
        &bench.said("a.csv", headings.join(",").as_bytes()),
        &["1000 columns"],
    );
}

#[test]
fn u3m_that_is_cut_short_or_of_another_kind_says_so() {
    let bench = Bench::new();
    let mut record = market::fabric(1, 9);
    estimate::complete(&mut record).unwrap();
    let package = u3m::package(&record, BTreeMap::new()).unwrap();
    let text = serde_json::to_vec(&package.document).unwrap();
    says(&bench.said("a.u3m", &text[..text.len() / 2]), &["JSON"]);
    says(&bench.said("b.u3m", b"\xff\xfe{\0}\0"), &["JSON"]);
    let archive = package.archive().unwrap();
    says(
        &bench.said("c.u3ma", &archive[..archive.len() - 9]),
        &["ZIP"],
    );
    says(&bench.said("d.u3ma", b"PK"), &["ZIP"]);
    says(&bench.said("e.u3ma", &text), &["ZIP"]);
}

#[test]
fn a_picture_or_curves_that_cannot_be_used_are_kept_and_told() {
    let bench = Bench::new();
    let mut record = market::fabric(1, 9);
    estimate::complete(&mut record).unwrap();
    let mut package = u3m::package(&record, BTreeMap::new()).unwrap();
    let front = &mut package.document["material"]["front"]["basecolor"];
    front["texture"] = serde_json::json!({
        "factor": 1, "offset": 0, "mode": "multiply",
        "image": {"width": 50, "height": 50, "path": "t/a.png"},
    });
    package.document["material"]["physics"]["devices"]["fab"] = "p/x.fab".into();
    package
        .files
        .insert("t/a.png".to_owned(), png()[..60].to_vec());
    package
        .files
        .insert("p/x.fab".to_owned(), b"{\"raw_data\": 3}".to_vec());
    let said = bench.said("a.u3ma", &package.archive().unwrap());
    says(&said, &["raw curves", "raw_data"]);
    let file = bench.folder.path().join("a.u3ma");
    let all = import::refused(&bench.store, &file).unwrap();
    assert!(all.iter().any(|r| r.field.contains("t/a.png")), "{all:?}");
    // Mended, it has no more to say.
    package.files.insert("t/a.png".to_owned(), png());
    package.document["material"]["physics"]["devices"]["fab"] = serde_json::Value::Null;
    let file = bench.file("a.u3ma", &package.archive().unwrap());
    let job = Import {
        file: file.clone(),
        ..Import::default()
    };
    import::run(&bench.store, &job, &mut |_| true).unwrap();
    assert_eq!(import::refused(&bench.store, &file).unwrap(), []);
    assert_eq!(bench.store.pictured().unwrap(), 1);
}

#[test]
fn a_binary_gltf_that_lies_about_its_sizes_is_refused() {
    let bench = Bench::new();
    let mut record = market::fabric(1, 9);
    estimate::complete(&mut record).unwrap();
    let bytes = glb(&record, &BTreeMap::new()).unwrap();
    for length in [3, 11, 12, 19, 20, 100, bytes.len() / 2] {
        says(&bench.said("a.glb", &bytes[..length]), &["glTF"]);
    }
    for at in [8, 12] {
        for claim in [0u32, 5, 1_000_000_000, u32::MAX] {
            let mut lie = bytes.clone();
            lie[at..at + 4].copy_from_slice(&claim.to_le_bytes());
            let read = Material::read(&lie, "a", "a.glb", &mut |_| Err(String::new()));
            assert!(read.is_err(), "{claim} at {at}");
        }
    }
    says(
        &bench.said("b.gltf", b"{\"asset\":{\"version\":\"2.0\""),
        &["glTF"],
    );
}

#[test]
fn pictures_that_are_none_or_claim_too_much_are_refused() {
    let whole = png();
    assert!(Picture::decode(&whole).is_ok());
    for length in [0, 7, 8, 20, 60, whole.len() - 20] {
        assert!(Picture::decode(&whole[..length]).is_err(), "{length}");
    }
    assert!(
        Picture::decode(b"GIF89a\x01\x00\x01\x00")
            .unwrap_err()
            .contains("PNG")
    );
    // Width and height, 16 bytes in; the checksum of the head follows them.
    let claims = |w: u32, h: u32| {
        let mut lie = whole.clone();
        lie[16..20].copy_from_slice(&w.to_be_bytes());
        lie[20..24].copy_from_slice(&h.to_be_bytes());
        let sum = crc32fast::hash(&lie[12..29]).to_be_bytes();
        lie[29..33].copy_from_slice(&sum);
        Picture::decode(&lie)
    };
    assert!(claims(1_000_000_000, 1_000_000_000).is_err());
    assert!(claims(19_000, 19_000).is_err());
    assert!(claims(0, 80).is_err());
    assert!(Picture::new(vec![0; 12], 2, 2).unwrap_err().contains("64"));
    assert!(Picture::new(vec![0; 5], 80, 80).is_err());
}

#[test]
fn a_file_of_looks_is_taken_whole_or_not_at_all() {
    let bench = Bench::new();
    let hex = Look::of(&Picture::decode(&png()).unwrap(), Some(30.0)).hex();
    let line = |id: &str, look: &str| {
        format!("{{\"id\":\"{id}\",\"source\":\"tests\",\"looks\":[\"{look}\"]}}\n")
    };
    let good = line(&bench.kept.id, &hex);
    let mut nan = hex.clone();
    nan.replace_range(2..10, "0000c07f");
    for (bad, word) in [
        (line("x", &hex[..hex.len() - 2]), "looks"),
        (line("x", "zz"), "looks"),
        (line("x", &nan), "looks"),
        ("{\"id\":\"x\"".to_owned(), "line"),
        (line("x", &hex).replace("tests", " "), "source"),
    ] {
        let file = bench.file("a.looks.jsonl", format!("{good}{bad}").as_bytes());
        let error = import::looks(&bench.store, &file).unwrap_err().to_string();
        says(&error, &["a.looks.jsonl line 2", word]);
        assert_eq!(bench.store.pictured().unwrap(), 0);
    }
    let file = bench.file("a.looks.jsonl", (good + &line("gone", &hex)).as_bytes());
    let (kept, unknown) = import::looks(&bench.store, &file).unwrap();
    assert_eq!((kept, unknown), (1, vec!["gone".to_owned()]));
}

#[test]
fn a_look_that_is_damaged_in_the_catalogue_is_told() {
    let bench = Bench::new();
    let look = Look::of(&Picture::decode(&png()).unwrap(), Some(30.0));
    let mut writer = Writer::new(&bench.store).unwrap();
    writer
        .looks(&bench.kept.id, std::slice::from_ref(&look))
        .unwrap();
    writer.finish().unwrap();
    let db = rusqlite::Connection::open(bench.store.file()).unwrap();
    db.execute("UPDATE look SET look = x'0102'", []).unwrap();
    let photo = Photo {
        look,
        any_colour: false,
        limit: 3,
    };
    let error = Finder::new(&bench.store)
        .unwrap()
        .like_photo(&photo)
        .unwrap_err();
    assert!(matches!(error, CatalogueError::Damaged { .. }), "{error}");
}

#[test]
fn an_import_into_a_catalogue_that_is_being_written_waits_and_then_says_so() {
    let bench = Bench::new();
    let other = Store::open(bench.store.file()).unwrap();
    let writing = Writer::new(&other).unwrap();
    let file = bench.file("a.csv", b"name,weight\nx,120\n");
    let job = Import {
        file,
        ..Import::default()
    };
    let error = import::run(&bench.store, &job, &mut |_| true).unwrap_err();
    assert!(matches!(error, CatalogueError::Busy { .. }), "{error}");
    drop(writing);
    import::run(&bench.store, &job, &mut |_| true).unwrap();
    bench.whole();
}

#[test]
fn a_catalogue_of_an_older_toile_is_opened_and_gains_what_is_new() {
    let bench = Bench::new();
    let file = bench.store.file().to_owned();
    let db = rusqlite::Connection::open(&file).unwrap();
    db.execute_batch("DROP TABLE look; PRAGMA user_version = 1")
        .unwrap();
    drop(db);
    let store = Store::open(&file).unwrap();
    assert_eq!(store.pictured().unwrap(), 0);
    assert_eq!(store.get(&bench.kept.id).unwrap(), bench.kept);
}

#[test]
fn velvet_of_an_older_catalogue_is_plain_weave_no_longer() {
    let bench = Bench::new();
    let mut velvet = bench.kept.clone();
    velvet.id = "velvet".into();
    velvet.construction = Some(Construction::Velvet);
    let mut writer = Writer::new(&bench.store).unwrap();
    writer.put(&velvet).unwrap();
    writer.finish().unwrap();
    let query = Query {
        constructions: vec![Construction::Velvet],
        limit: 9,
        ..Query::default()
    };
    let found = |store: &Store| -> Vec<String> {
        let hits = Finder::new(store).unwrap().find(&query).unwrap().hits;
        hits.into_iter().map(|hit| hit.record.id).collect()
    };
    assert_eq!(found(&bench.store), ["velvet"]);
    // As older versions numbered it: in the 26th byte of its 36.
    let file = bench.store.file().to_owned();
    let db = rusqlite::Connection::open(&file).unwrap();
    let row: i64 = db
        .query_row("SELECT row FROM fabric WHERE id = 'velvet'", [], |r| {
            r.get(0)
        })
        .unwrap();
    let mut rows: Vec<u8> = db
        .query_row("SELECT rows FROM block", [], |r| r.get(0))
        .unwrap();
    rows[(row as usize - 1) * 36 + 25] = 0;
    db.execute("UPDATE block SET rows = ?1", [rows]).unwrap();
    assert_eq!(found(&bench.store), [""; 0]);
    db.execute_batch("PRAGMA user_version = 2").unwrap();
    drop(db);
    let store = Store::open(&file).unwrap();
    assert_eq!(found(&store), ["velvet"]);
    store.verify().unwrap();
}

#[test]
fn bytes_of_a_catalogue_may_be_broken_anywhere() {
    // As the fuzzer does it, at places that differ.
    for n in 0..60u32 {
        let at = n.wrapping_mul(0x9e37_79b9);
        let mut change = Vec::new();
        for k in 0..1 + n % 4 {
            change.extend(at.rotate_left(k).to_le_bytes());
            change.push((n * 37 + k) as u8);
        }
        toile_catalogue::fuzz::store(&change);
    }
}

#[test]
fn raw_curves_in_another_encoding_are_refused() {
    let utf16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let error = Measurement::read(&utf16, "x.fab").unwrap_err().to_string();
    says(&error, &["x.fab", "JSON"]);
}
