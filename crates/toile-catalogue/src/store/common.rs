//! Words that many fabrics have, as one bit for each fabric.
//!
//! The full text index walks a list for every word; half a million "cotton" would
//! take longer than a search may. Such lists are kept as bits up to a certain row;
//! rows added since are looked up in the full text index until [`Store::settle`]
//! is called again. Rows are never reused, so that old bits stay true.

use rusqlite::OptionalExtension;

use super::Store;
use crate::error::CatalogueError;

/// A word is common if one fabric in so many has it.
const ONE_IN: u64 = 100;

impl Store {
    /// Puts the text index in order and writes the lists of common words anew.
    /// Searches are right without it, but slower after a large import.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn settle(&self) -> Result<(), CatalogueError> {
        let sql = |e: rusqlite::Error| self.sql(&e);
        let last = self.last()?;
        let db = self.db();
        db.execute_batch("BEGIN IMMEDIATE").map_err(sql)?;
        let result = self.write_common(last);
        let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
        db.execute_batch(end).map_err(sql)?;
        result?;
        db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
            .map_err(sql)
    }

    fn write_common(&self, last: u64) -> Result<(), CatalogueError> {
        let sql = |e: rusqlite::Error| self.sql(&e);
        let db = self.db();
        db.execute_batch("INSERT INTO text(text) VALUES ('optimize'); DELETE FROM common;")
            .map_err(sql)?;
        let words: Vec<String> = db
            .prepare("SELECT term FROM words WHERE doc > ?1")
            .and_then(|mut q| {
                q.query_map([(last / ONE_IN).max(1000) as i64], |r| r.get(0))?
                    .collect()
            })
            .map_err(sql)?;
        for word in words {
            let mut bits = vec![0u8; (last as usize).div_ceil(8)];
            let mut query = db
                .prepare_cached("SELECT rowid FROM text WHERE text MATCH ?1 AND rowid <= ?2")
                .map_err(sql)?;
            let quoted = format!("\"{}\"", word.replace('"', ""));
            let mut rows = query
                .query(rusqlite::params![quoted, last as i64])
                .map_err(sql)?;
            while let Some(row) = rows.next().map_err(sql)? {
                let at = super::place(row.get(0).map_err(sql)?);
                // A row that cannot be is found by nobody.
                if let Some((at, byte)) = at.and_then(|at| Some((at, bits.get_mut(at / 8)?))) {
                    *byte |= 1 << (at % 8);
                }
            }
            db.prepare_cached("INSERT INTO common VALUES (?1, ?2)")
                .and_then(|mut q| q.execute(rusqlite::params![word, bits]))
                .map_err(sql)?;
        }
        db.execute(
            "INSERT OR REPLACE INTO state VALUES ('common', ?1)",
            [last as i64],
        )
        .map(|_| ())
        .map_err(sql)
    }

    /// The last row ever used.
    pub(crate) fn last(&self) -> Result<u64, CatalogueError> {
        let last = self.one("SELECT max(coalesce((SELECT max(row) FROM fabric), 0), coalesce((SELECT max(row) FROM dead), 0))")?;
        // Bits and blocks are made for so many.
        if u32::try_from(last).is_err() {
            return Err(CatalogueError::Damaged {
                file: self.file().display().to_string(),
                detail: format!("its last row is {last}"),
            });
        }
        Ok(last)
    }

    /// The row up to which common words are listed.
    pub(crate) fn settled(&self) -> Result<u64, CatalogueError> {
        self.one("SELECT coalesce((SELECT value FROM state WHERE name = 'common'), 0)")
    }

    /// The rows that have a common word, one bit each; [`None`] if it is not one.
    pub(crate) fn common(&self, word: &str) -> Result<Option<Vec<u64>>, CatalogueError> {
        let bytes: Option<Vec<u8>> = self
            .db()
            .prepare_cached("SELECT rows FROM common WHERE word = ?1")
            .and_then(|mut q| q.query_row([word], |r| r.get(0)).optional())
            .map_err(|e| self.sql(&e))?;
        Ok(bytes.map(|bytes| {
            bytes
                .chunks(8)
                .map(|chunk| {
                    let mut word = [0; 8];
                    word[..chunk.len()].copy_from_slice(chunk);
                    u64::from_le_bytes(word)
                })
                .collect()
        }))
    }
}
