//! The catalogue file: one SQLite database.
//!
//! A record is kept whole, as JSON. Beside it lies what searches need: words in a
//! full text index, numbers in blocks that are read into memory as they are.
//! Rows are only ever added; a record that is replaced leaves a dead row, so that
//! no block but the last is ever written again.

mod common;
mod index;
mod looks;
pub(crate) mod row;
mod schema;
mod sources;
mod write;

pub(crate) use index::Index;
pub use write::{Put, Writer};

use std::{
    cell::RefCell,
    collections::HashMap,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::{error::CatalogueError, record::Record};

/// Rows in a block.
pub(crate) const BLOCK: usize = 4096;

/// An open catalogue.
pub struct Store {
    db: Connection,
    file: PathBuf,
    sources: RefCell<HashMap<i64, String>>,
}

impl Store {
    /// Opens a catalogue that exists.
    ///
    /// # Errors
    /// If there is none, it is damaged, of a newer Toile, or of another program.
    pub fn open(file: &Path) -> Result<Self, CatalogueError> {
        Self::opened(file, false)
    }

    /// Opens a catalogue, and makes it where there is none.
    ///
    /// # Errors
    /// As for [`Store::open`], or if its folder cannot be written.
    pub fn create(file: &Path) -> Result<Self, CatalogueError> {
        Self::opened(file, true)
    }

    fn opened(file: &Path, create: bool) -> Result<Self, CatalogueError> {
        let store = Self {
            db: schema::open(file, create)?,
            file: file.to_path_buf(),
            sources: RefCell::default(),
        };
        store.renumber()?;
        Ok(store)
    }

    /// Before version 3, velvet, lace and sequins had the number of plain weave.
    fn renumber(&self) -> Result<(), CatalogueError> {
        let sql = |e: rusqlite::Error| self.sql(&e);
        if self.one("PRAGMA user_version")? >= schema::VERSION as u64 {
            return Ok(());
        }
        let change = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate);
        let change = change.map_err(sql)?;
        let mut plain = change
            .prepare("SELECT block, rows FROM block")
            .map_err(sql)?;
        let blocks = plain.query_map([], |r| Ok((r.get(0)?, r.get(1)?)));
        let blocks: Vec<(i64, Vec<u8>)> = blocks
            .map_err(sql)?
            .collect::<Result<_, _>>()
            .map_err(sql)?;
        drop(plain);
        for (block, mut rows) in blocks {
            let mut changed = false;
            let first = block * BLOCK as i64 + 1;
            let mut known = change
                .prepare_cached("SELECT row FROM fabric WHERE row BETWEEN ?1 AND ?2")
                .map_err(sql)?;
            let there = known.query_map([first, first + BLOCK as i64 - 1], |r| r.get(0));
            let there: Vec<i64> = there.map_err(sql)?.collect::<Result<_, _>>().map_err(sql)?;
            for row in there {
                let at = (row - first) as usize * row::ROW + row::CONSTRUCTION;
                if let Some(number) = rows.get_mut(at)
                    && *number == 0
                {
                    *number = row::construction_number(&self.at(row)?);
                    changed |= *number != 0;
                }
            }
            if changed {
                change
                    .execute("UPDATE block SET rows = ?1 WHERE block = ?2", (rows, block))
                    .map_err(sql)?;
            }
        }
        change
            .pragma_update(None, "user_version", schema::VERSION)
            .map_err(sql)?;
        change.commit().map_err(sql)
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    pub(crate) fn db(&self) -> &Connection {
        &self.db
    }

    pub(crate) fn sql(&self, error: &rusqlite::Error) -> CatalogueError {
        CatalogueError::sql(&self.file, error)
    }

    /// Number of fabrics.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn count(&self) -> Result<u64, CatalogueError> {
        self.one("SELECT count(*) FROM fabric")
    }

    pub(crate) fn one(&self, query: &str) -> Result<u64, CatalogueError> {
        self.db
            .query_row(query, [], |r| r.get::<_, i64>(0))
            .map(|n| n.max(0) as u64)
            .map_err(|e| self.sql(&e))
    }

    /// The fabric of an id.
    ///
    /// # Errors
    /// [`CatalogueError::Unknown`] if there is none.
    pub fn get(&self, id: &str) -> Result<Record, CatalogueError> {
        match self.row_of(id)? {
            Some(row) => self.at(row),
            None => Err(self.unknown(id)?),
        }
    }

    /// That there is no fabric of this id, but some of ids like it.
    pub(crate) fn unknown(&self, id: &str) -> Result<CatalogueError, CatalogueError> {
        let ids = self.ids()?;
        Ok(CatalogueError::Unknown {
            id: id.to_owned(),
            file: self.file.display().to_string(),
            near: crate::near(id, ids.iter().map(String::as_str), 5).join(", "),
        })
    }

    /// Ids of all fabrics, in order.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn ids(&self) -> Result<Vec<String>, CatalogueError> {
        let sql = |e: rusqlite::Error| self.sql(&e);
        let mut query = self
            .db
            .prepare("SELECT id FROM fabric ORDER BY id")
            .map_err(sql)?;
        let ids = query.query_map([], |r| r.get(0)).map_err(sql)?;
        ids.collect::<Result<_, _>>().map_err(sql)
    }

    pub(crate) fn row_of(&self, id: &str) -> Result<Option<i64>, CatalogueError> {
        self.db
            .prepare_cached("SELECT row FROM fabric WHERE id = ?1")
            .and_then(|mut q| q.query_row([id], |r| r.get(0)).optional())
            .map_err(|e| self.sql(&e))
    }

    /// The record of a row.
    pub(crate) fn at(&self, row: i64) -> Result<Record, CatalogueError> {
        let body: String = self
            .db
            .prepare_cached("SELECT body FROM fabric WHERE row = ?1")
            .and_then(|mut q| q.query_row([row], |r| r.get(0)))
            .map_err(|e| self.sql(&e))?;
        let broken = |e: serde_json::Error| CatalogueError::Damaged {
            file: self.file.display().to_string(),
            detail: format!("row {row} is no record: {e}"),
        };
        let mut record: Record = serde_json::from_str(&body).map_err(broken)?;
        for source in sources::of(&mut record) {
            let number = source.strip_prefix('#').and_then(|n| n.parse().ok());
            *source = self.source(number.unwrap_or(-1))?;
        }
        Ok(record)
    }

    fn source(&self, number: i64) -> Result<String, CatalogueError> {
        if let Some(text) = self.sources.borrow().get(&number) {
            return Ok(text.clone());
        }
        let text: String = self
            .db
            .query_row("SELECT text FROM source WHERE number = ?1", [number], |r| {
                r.get(0)
            })
            .map_err(|e| self.sql(&e))?;
        self.sources.borrow_mut().insert(number, text.clone());
        Ok(text)
    }

    /// Looks for damage in the whole file; takes a while on a large one.
    ///
    /// # Errors
    /// [`CatalogueError::Damaged`] with what was found first.
    pub fn verify(&self) -> Result<(), CatalogueError> {
        let damaged = |detail: String| CatalogueError::Damaged {
            file: self.file.display().to_string(),
            detail,
        };
        let said: String = self
            .db
            .query_row("PRAGMA integrity_check(1)", [], |r| r.get(0))
            .map_err(|e| self.sql(&e))?;
        if said != "ok" {
            return Err(damaged(said));
        }
        let index = Index::load(self)?;
        let (rows, live) = (
            self.one("SELECT coalesce(max(row), 0) FROM fabric")?,
            self.count()?,
        );
        if (index.rows.len() as u64) < rows || index.live() != live {
            return Err(damaged(format!(
                "the index has {} rows, {} of them live; there are {rows} and {live} records",
                index.rows.len(),
                index.live()
            )));
        }
        Ok(())
    }
}
