//! Suppliers' tables into a catalogue.
//!
//! An import is known by the hash of its file. Every batch of rows is committed
//! together with the place in the file that it reaches, so that an import that was
//! stopped or killed goes on there, and nothing is kept twice or lost.

mod cells;
#[cfg(feature = "parquet")]
mod columnar;
mod fields;
mod lines;
mod looks;
mod map;
mod preset;
mod single;
pub(crate) mod table;

pub use fields::Field;
pub use looks::{LooksLine, is_looks, looks, parse as parse_looks};
pub use map::{Column, Map};
pub use preset::Preset;
pub use single::is_one;

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use rusqlite::{OptionalExtension, params};
use toile_garment::Origin;

use self::{
    cells::Defaults,
    lines::{Lines, Spot},
};
use crate::{
    error::CatalogueError,
    record::Record,
    store::{Put, Store, Writer},
};

/// Rows in a batch.
const BATCH: u64 = 5000;

/// What to import and how.
#[derive(Debug, Clone, Default)]
pub struct Import {
    /// The file: CSV, JSON Lines, Parquet, one fabric or record in RON, U3M, or glTF.
    pub file: PathBuf,
    /// Entries of the map: `field=heading`.
    pub map: Vec<String>,
    /// Supplier of rows that name none.
    pub supplier: String,
    /// Currency of prices that name none.
    pub currency: Option<String>,
    /// The instrument whose headings the table has.
    pub preset: Option<Preset>,
}

impl Import {
    /// What the columns mean: by what is given, the preset, and their headings.
    fn understood(&self, headings: &[String]) -> Result<Map, CatalogueError> {
        let given = match self.preset {
            Some(preset) => preset.entries(headings, &self.map),
            None => self.map.clone(),
        };
        Map::guess(headings, &given).map_err(|e| CatalogueError::file(&self.file, e))
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes read.
    pub byte: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// New fabrics.
    pub accepted: u64,
    /// Fabrics that took the place of older ones.
    pub replaced: u64,
    /// Fabrics that were there already.
    pub unchanged: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// Bytes at which an earlier run had stopped.
    pub resumed_at: u64,
    /// Whether the file is through.
    pub done: bool,
}

/// A row that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Line of the file, from 1.
    pub line: u64,
    /// Field or column.
    pub field: String,
    /// Why, and how to mend it.
    pub reason: String,
}

/// The headings of a table and what they are taken for, without importing.
///
/// # Errors
/// If the file cannot be read or no column is a name.
pub fn look(import: &Import) -> Result<Map, CatalogueError> {
    let (_, headings) = Lines::open(&import.file)?;
    if whole_records(&headings) && import.map.is_empty() {
        return Ok(Map::default());
    }
    import.understood(&headings)
}

/// Whether JSON Lines hold records of ours, not a supplier's objects.
fn whole_records(headings: &[String]) -> bool {
    ["version", "id", "name"]
        .iter()
        .all(|key| headings.iter().any(|h| h == key))
}

/// Imports a file; `watch` is told after every batch and returns whether to go on.
///
/// # Errors
/// If the file or the catalogue cannot be read or written. What was committed
/// before stays, and the next import of the file goes on there.
pub fn run(
    store: &Store,
    import: &Import,
    watch: &mut dyn FnMut(Progress) -> bool,
) -> Result<Progress, CatalogueError> {
    let file = &import.file;
    if is_one(file) {
        return single::run(store, file);
    }
    let (mut lines, headings) = Lines::open(file)?;
    let map = if whole_records(&headings) && import.map.is_empty() {
        Map::default()
    } else {
        import.understood(&headings)?
    };
    let told = map.lines().join("\n");
    let mut how = vec![
        told.as_str(),
        import.supplier.as_str(),
        import.currency.as_deref().unwrap_or(""),
    ];
    how.extend(import.preset.map(Preset::name));
    let (hash, bytes) = hash(file, &how)?;
    let mut writer = Writer::new(store)?;
    let (number, mut at) = begin(store, &hash, file, &told, lines.spot())?;
    at.bytes = bytes;
    if at.done {
        writer.finish()?;
        return Ok(at);
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let list = format!("supplier's list {name}");
    let defaults = Defaults {
        supplier: import.supplier.clone(),
        currency: import.currency.clone(),
        method: import.preset.map_or_else(
            || list.clone(),
            |preset| format!("{}, from {name}", preset.method()),
        ),
        origin: import.preset.map_or(Origin::Vendor, Preset::origin),
        source: list,
    };
    let io = |e: std::io::Error| CatalogueError::file(file, e);
    let start = stored_spot(store, number)?;
    lines.seek(start).map_err(io)?;
    loop {
        let mut rows = 0;
        while rows < BATCH {
            let Some((line, cells)) = lines.next().map_err(io)? else {
                at.done = true;
                break;
            };
            rows += 1;
            let record = cells
                .map_err(|reason| ("row".to_owned(), reason))
                .and_then(|cells| read(&cells, &map, &defaults));
            match record {
                Ok(record) => match writer.put(&record)? {
                    Put::Added => at.accepted += 1,
                    Put::Replaced => at.replaced += 1,
                    Put::Unchanged => at.unchanged += 1,
                },
                Err((field, reason)) => {
                    at.refused += 1;
                    refuse(store, number, line, &field, &reason)?;
                }
            }
        }
        let spot = lines.spot();
        at.byte = spot.byte;
        keep(store, number, spot, &at)?;
        if at.done {
            writer.finish()?;
            watch(at);
            return Ok(at);
        }
        writer.commit()?;
        if !watch(at) {
            return Ok(at);
        }
    }
}

fn read(cells: &[String], map: &Map, defaults: &Defaults) -> Result<Record, cells::Refusal> {
    if map.columns.is_empty() {
        let text = cells.first().map_or("", String::as_str);
        return Record::from_json(text, "").map_err(|e| match e {
            CatalogueError::Field { field, problem, .. } => (field, problem),
            CatalogueError::File { problem, .. } => ("record".to_owned(), problem),
            other => ("record".to_owned(), other.to_string()),
        });
    }
    cells::record(cells, map, defaults)
}

/// Reads every row of a table as a record, or as the field and the reason why it is
/// none, without a catalogue; `take` returns whether to go on.
///
/// # Errors
/// If the file cannot be read or no column is a name.
pub fn rows(
    file: &Path,
    take: &mut dyn FnMut(u64, Result<Record, (String, String)>) -> bool,
) -> Result<(), CatalogueError> {
    let import = Import {
        file: file.to_owned(),
        currency: Some("EUR".to_owned()),
        ..Import::default()
    };
    let (mut lines, headings) = Lines::open(file)?;
    let map = if whole_records(&headings) {
        Map::default()
    } else {
        import.understood(&headings)?
    };
    let defaults = Defaults {
        supplier: String::new(),
        currency: import.currency.clone(),
        source: "supplier's list".to_owned(),
        method: "supplier's list".to_owned(),
        origin: Origin::Vendor,
    };
    while let Some((line, cells)) = lines.next().map_err(|e| CatalogueError::file(file, e))? {
        let found = cells
            .map_err(|reason| ("line".to_owned(), reason))
            .and_then(|cells| read(&cells, &map, &defaults));
        if !take(line, found) {
            break;
        }
    }
    Ok(())
}

/// The rows of a file that were refused when it was last imported.
///
/// # Errors
/// If the catalogue cannot be read.
pub fn refused(store: &Store, file: &Path) -> Result<Vec<Refused>, CatalogueError> {
    let name = file.display().to_string();
    store
        .db()
        .prepare(
            "SELECT line, field, reason FROM refusal WHERE import =
             (SELECT max(number) FROM import WHERE file = ?1) ORDER BY line, rowid",
        )
        .and_then(|mut q| {
            q.query_map([name], |r| {
                Ok(Refused {
                    line: r.get::<_, i64>(0)? as u64,
                    field: r.get(1)?,
                    reason: r.get(2)?,
                })
            })?
            .collect()
        })
        .map_err(|e| store.sql(&e))
}

/// Lists what of a file could not be used, within the writer's transaction. Line 0
/// stands for the whole file.
fn note(store: &Store, file: &Path, notes: &[(String, String)]) -> Result<(), CatalogueError> {
    let sql = |e: rusqlite::Error| store.sql(&e);
    let name = file.display().to_string();
    // What an earlier import of the file had to say is over.
    for query in [
        "DELETE FROM refusal WHERE import IN (SELECT number FROM import WHERE file = ?1)",
        "DELETE FROM import WHERE file = ?1",
    ] {
        store.db().execute(query, [&name]).map_err(sql)?;
    }
    if notes.is_empty() {
        return Ok(());
    }
    let (number, _) = begin(
        store,
        &format!("notes of {name}"),
        file,
        "",
        Spot::default(),
    )?;
    for (field, reason) in notes {
        refuse(store, number, 0, field, reason)?;
    }
    Ok(())
}

/// Hash of a file and of how it is read, and its length.
fn hash(file: &Path, how: &[&str]) -> Result<(String, u64), CatalogueError> {
    let io = |e: std::io::Error| CatalogueError::file(file, e);
    let mut hasher = blake3::Hasher::new();
    let mut source = File::open(file).map_err(io)?;
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        let n = source.read(&mut buffer).map_err(io)?;
        if n == 0 {
            break;
        }
        bytes += n as u64;
        hasher.update(&buffer[..n]);
    }
    for text in how {
        hasher.update(text.as_bytes()).update(&[0]);
    }
    Ok((hasher.finalize().to_hex().to_string(), bytes))
}

/// Finds or begins the import of a file; within the writer's transaction.
fn begin(
    store: &Store,
    hash: &str,
    file: &Path,
    map: &str,
    start: Spot,
) -> Result<(i64, Progress), CatalogueError> {
    let sql = |e: rusqlite::Error| store.sql(&e);
    let db = store.db();
    let find = || {
        db.query_row(
            "SELECT number, byte, accepted, replaced, unchanged, refused, done FROM import WHERE hash = ?1",
            [hash],
            |r| {
                let n = |k: usize| r.get::<_, i64>(k).map(|x| x as u64);
                let at = Progress {
                    byte: n(1)?,
                    accepted: n(2)?,
                    replaced: n(3)?,
                    unchanged: n(4)?,
                    refused: n(5)?,
                    resumed_at: n(1)?,
                    done: n(6)? != 0,
                    bytes: 0,
                };
                Ok((r.get::<_, i64>(0)?, at))
            },
        )
        .optional()
        .map_err(sql)
    };
    if let Some(found) = find()? {
        return Ok(found);
    }
    db.execute(
        "INSERT INTO import (hash, file, map, line, byte, accepted, replaced, unchanged, refused, done)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, 0, 0)",
        params![hash, file.display().to_string(), map, start.line as i64, start.byte as i64],
    )
    .map_err(sql)?;
    Ok((db.last_insert_rowid(), Progress::default()))
}

fn stored_spot(store: &Store, number: i64) -> Result<Spot, CatalogueError> {
    store
        .db()
        .query_row(
            "SELECT byte, line FROM import WHERE number = ?1",
            [number],
            |r| {
                Ok(Spot {
                    byte: r.get::<_, i64>(0)? as u64,
                    line: r.get::<_, i64>(1)? as u64,
                })
            },
        )
        .map_err(|e| store.sql(&e))
}

fn keep(store: &Store, number: i64, spot: Spot, at: &Progress) -> Result<(), CatalogueError> {
    let n = |x: u64| x as i64;
    store
        .db()
        .prepare_cached(
            "UPDATE import SET line = ?2, byte = ?3, accepted = ?4, replaced = ?5,
             unchanged = ?6, refused = ?7, done = ?8 WHERE number = ?1",
        )
        .and_then(|mut q| {
            q.execute(params![
                number,
                n(spot.line),
                n(spot.byte),
                n(at.accepted),
                n(at.replaced),
                n(at.unchanged),
                n(at.refused),
                at.done
            ])
        })
        .map(|_| ())
        .map_err(|e| store.sql(&e))
}

fn refuse(
    store: &Store,
    number: i64,
    line: u64,
    field: &str,
    reason: &str,
) -> Result<(), CatalogueError> {
    store
        .db()
        .prepare_cached("INSERT INTO refusal VALUES (?1, ?2, ?3, ?4)")
        .and_then(|mut q| q.execute(params![number, line as i64, field, reason]))
        .map(|_| ())
        .map_err(|e| store.sql(&e))
}
