//! Every reader of foreign bytes, for fuzzing: each takes any bytes, and may refuse
//! them, but neither panic nor take for ever.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    Record, Store,
    fab::{self, Measurement},
    find::{Finder, Query, Range, parse_construction, parse_fibre},
    gltf::{Material, glb},
    import,
    look::{Look, Picture},
    market, parse_colour,
    u3m::Package,
};

/// What is fuzzed: name, and the reader.
pub const TARGETS: [(&str, fn(&[u8])); 10] = [
    ("table", table),
    ("u3m", u3m),
    ("u3ma", u3ma),
    ("fab", fab),
    ("gltf", gltf),
    ("record", record),
    ("looks", looks),
    ("picture", picture),
    ("query", query),
    ("store", store),
];

/// A file of this process, of this name.
fn scratch(name: &str) -> Option<PathBuf> {
    let folder = std::env::temp_dir().join(format!("toile-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join(name))
}

/// A supplier's table: CSV, JSON Lines or Parquet, as its bytes say.
pub fn table(bytes: &[u8]) {
    let Some(file) = scratch("table") else { return };
    if std::fs::write(&file, bytes).is_ok() {
        let _ = import::rows(&file, &mut |_, _| true);
    }
}

/// A U3M document.
pub fn u3m(bytes: &[u8]) {
    if let Ok(package) = Package::from_document(bytes, "fuzz.u3m") {
        let _ = package.record("fuzz.u3m");
        let _ = package.archive();
    }
}

/// A U3MA archive, with the raw curves in it.
pub fn u3ma(bytes: &[u8]) {
    if let Ok(package) = Package::from_archive(bytes, "fuzz.u3ma") {
        let _ = package.record("fuzz.u3ma");
        if let Ok(Some(measurement)) = package.measurement() {
            let _ = fab::fit(&measurement);
        }
    }
}

/// Raw curves, their fit and its plot.
pub fn fab(bytes: &[u8]) {
    if let Ok(measurement) = Measurement::read(bytes, "fuzz.fab")
        && let Ok(fitted) = fab::fit(&measurement)
    {
        let svg = fab::plot(&fitted);
        assert!(!svg.contains("NaN"), "the plot holds what is no number");
        let mut record = Record::new("x", "x");
        fitted.fill(&mut record);
    }
}

/// A glTF material, in and out.
pub fn gltf(bytes: &[u8]) {
    let read = Material::read(bytes, "fuzz", "fuzz.glb", &mut |_| Err("none".to_owned()));
    if let Ok(material) = read
        && let Ok(record) = material.record("fuzz.glb")
    {
        let _ = material.base_picture();
        let _ = glb(&record, &material.files);
    }
}

/// A record or fabric file, as RON and as a line of JSON.
pub fn record(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Record::from_ron(text, "fuzz.ron");
        let _ = Record::from_json(text, "fuzz.jsonl");
    }
}

/// A line of looks.
pub fn looks(bytes: &[u8]) {
    let _ = import::parse_looks(bytes);
}

/// A photograph.
pub fn picture(bytes: &[u8]) {
    if let Ok(picture) = Picture::decode(bytes)
        && picture.width().max(picture.height()) < 600
    {
        let look = Look::of(&picture, Some(50.0));
        let again = Look::from_bytes(&look.bytes());
        assert!(again.is_ok(), "a look cannot be read back: {again:?}");
    }
}

/// A search: lines of text, range, fibre, weave and colour.
pub fn query(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut lines = text.lines();
    let mut query = Query {
        text: lines.next().unwrap_or_default().to_owned(),
        limit: 3,
        ..Query::default()
    };
    for line in lines.take(8) {
        query.weight = Range::parse("--weight", line).ok().or(query.weight);
        query.drape = Range::drape(line).ok().or(query.drape);
        query.fibres.extend(parse_fibre(line));
        query.constructions.extend(parse_construction(line));
        if let Ok(colour) = parse_colour(line) {
            query.colour = Some((colour, 9.0));
        }
    }
    if let Some(file) = small()
        && let Ok(store) = Store::open(&file)
        && let Ok(finder) = Finder::new(&store)
    {
        let _ = finder.find(&query);
    }
}

/// A catalogue of twenty fabrics; made once.
fn small() -> Option<PathBuf> {
    let file = scratch("small.sqlite")?;
    if !file.exists() {
        let made = scratch("made.sqlite")?;
        let store = Store::create(&made).ok()?;
        let mut writer = crate::Writer::new(&store).ok()?;
        for n in 0..20 {
            writer.put(&market::fabric(1, n)).ok()?;
        }
        writer.finish().ok()?;
        store.settle().ok()?;
        drop(store);
        std::fs::rename(&made, &file).ok()?;
    }
    Some(file)
}

/// A catalogue file in which bytes were changed: pairs of place and value, four bytes
/// and one. Whole files of such a size are seldom databases.
pub fn store(bytes: &[u8]) {
    let (Some(whole), Some(file)) = (small(), scratch("broken.sqlite")) else {
        return;
    };
    let Ok(mut contents) = std::fs::read(&whole) else {
        return;
    };
    for change in bytes.chunks_exact(5) {
        let at = u32::from_le_bytes([change[0], change[1], change[2], change[3]]) as usize;
        let length = contents.len().max(1);
        if let Some(byte) = contents.get_mut(at % length) {
            *byte = change[4];
        }
    }
    // Odd rests cut the file short.
    if bytes.len() % 5 == 4 {
        let at = usize::from(bytes[bytes.len() - 1]);
        contents.truncate(contents.len() * at / 255);
    }
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(file.with_extension(format!("sqlite{end}")));
    }
    let written = std::fs::File::create(&file).and_then(|mut f| f.write_all(&contents));
    if written.is_ok() {
        open(&file);
    }
}

/// Reads all that can be read of a catalogue.
fn open(file: &Path) {
    let Ok(store) = Store::open(file) else { return };
    let _ = store.verify();
    let _ = store.count();
    for n in 0..3 {
        let _ = store.get(&market::fabric(1, n).id);
    }
    if let Ok(finder) = Finder::new(&store) {
        let _ = finder.find(&Query {
            text: "cotton".to_owned(),
            limit: 3,
            ..Query::default()
        });
        let _ = finder.like(&market::fabric(1, 1).id, None, 3);
    }
    let Ok(mut writer) = crate::Writer::new(&store) else {
        return;
    };
    let _ = writer.put(&market::fabric(1, 77));
    let _ = writer.finish();
}
