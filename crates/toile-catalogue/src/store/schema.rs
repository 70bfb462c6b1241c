//! The tables of a catalogue file, and opening one.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags};

use crate::error::CatalogueError;

/// "Toile", as `application_id`.
const APPLICATION: i64 = 0x546f_696c;
/// Version of the tables.
pub(crate) const VERSION: i64 = 3;

/// `fabric` holds records as JSON; `text` finds words in them; `block` holds the
/// index, 4096 rows to a block; `dead` lists rows that were replaced since.
/// `source` holds texts that many numbers share. `common` says for each word that
/// many fabrics have which ones, up to the row in `state`.
const TABLES: &str = "
CREATE TABLE fabric (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE VIRTUAL TABLE text USING fts5(name, made, supplier, colours, tags,
    content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE words USING fts5vocab(text, 'row');
CREATE TABLE block (block INTEGER PRIMARY KEY, rows BLOB NOT NULL, colours BLOB NOT NULL);
CREATE TABLE dead (row INTEGER PRIMARY KEY);
CREATE TABLE source (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE currency (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE common (word TEXT PRIMARY KEY, rows BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE import (number INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, file TEXT NOT NULL,
    map TEXT NOT NULL, line INTEGER NOT NULL, byte INTEGER NOT NULL,
    accepted INTEGER NOT NULL, replaced INTEGER NOT NULL, unchanged INTEGER NOT NULL,
    refused INTEGER NOT NULL, done INTEGER NOT NULL);
CREATE TABLE refusal (import INTEGER NOT NULL, line INTEGER NOT NULL, field TEXT NOT NULL,
    reason TEXT NOT NULL);
CREATE INDEX refusals ON refusal (import, line);
";

/// Tables that version 2 added; `look` holds what pictures of a fabric tell.
const ADDED: &str = "
CREATE TABLE IF NOT EXISTS look (row INTEGER NOT NULL, shot INTEGER NOT NULL, look BLOB NOT NULL,
    PRIMARY KEY (row, shot)) WITHOUT ROWID;
";

/// Opens a catalogue; with `create`, makes it where there is none.
pub(crate) fn open(file: &Path, create: bool) -> Result<Connection, CatalogueError> {
    let sql = |e: rusqlite::Error| CatalogueError::sql(file, &e);
    if !create && !file.exists() {
        return Err(CatalogueError::file(
            file,
            "there is no catalogue yet; make one with `toile fabric import FILE`, or `toile fabric generate`",
        ));
    }
    if create && let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|e| CatalogueError::file(folder, format!("cannot be made: {e}")))?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let flags = if create {
        flags | OpenFlags::SQLITE_OPEN_CREATE
    } else {
        flags
    };
    let db = Connection::open_with_flags(file, flags).map_err(sql)?;
    db.busy_timeout(Duration::from_secs(5)).map_err(sql)?;
    db.set_prepared_statement_cache_capacity(64);
    let pragma = |name: &str| db.query_row(&format!("PRAGMA {name}"), [], |r| r.get::<_, i64>(0));
    // The first reads: a file that is no database fails here.
    let application = pragma("application_id").map_err(sql)?;
    let version = pragma("user_version").map_err(sql)?;
    let empty: bool = db
        .query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |r| r.get(0))
        .map_err(sql)?;
    if !empty && application != APPLICATION {
        return Err(CatalogueError::Damaged {
            file: file.display().to_string(),
            detail: "it is the database of another program".to_owned(),
        });
    }
    if version > VERSION {
        return Err(CatalogueError::Newer {
            file: file.display().to_string(),
            found: version,
            known: VERSION,
        });
    }
    if empty {
        if !create {
            return Err(CatalogueError::Damaged {
                file: file.display().to_string(),
                detail: "it holds nothing".to_owned(),
            });
        }
        db.execute_batch(&format!(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; {TABLES} {ADDED}
             PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
        ))
        .map_err(sql)?;
    }
    if !empty && version < 2 {
        db.execute_batch(&format!(
            "BEGIN IMMEDIATE; {ADDED} PRAGMA user_version = 2; COMMIT;"
        ))
        .map_err(sql)?;
    }
    // FULL costs one flush a batch and keeps a batch through a power cut.
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;
         PRAGMA mmap_size = 4294967296; PRAGMA temp_store = MEMORY;",
    )
    .map_err(sql)?;
    Ok(db)
}
