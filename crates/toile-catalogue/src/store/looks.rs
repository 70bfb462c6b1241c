//! What pictures of fabrics tell, kept beside the records.

use rusqlite::params;

use super::{Store, Writer};
use crate::{error::CatalogueError, look::Look};

impl Writer<'_> {
    /// Keeps what pictures of a fabric tell, instead of what was kept before.
    ///
    /// # Errors
    /// [`CatalogueError::Unknown`] if there is no such fabric, or if the file cannot
    /// be written.
    pub fn looks(&mut self, id: &str, looks: &[Look]) -> Result<(), CatalogueError> {
        let store = self.store();
        let sql = |e: rusqlite::Error| store.sql(&e);
        let Some(row) = store.row_of(id)? else {
            return Err(store.unknown(id)?);
        };
        store
            .db()
            .prepare_cached("DELETE FROM look WHERE row = ?1")
            .and_then(|mut q| q.execute([row]))
            .map_err(sql)?;
        for (shot, look) in looks.iter().enumerate() {
            store
                .db()
                .prepare_cached("INSERT INTO look VALUES (?1, ?2, ?3)")
                .and_then(|mut q| q.execute(params![row, shot as i64, look.bytes()]))
                .map_err(sql)?;
        }
        Ok(())
    }
}

impl Store {
    /// Number of fabrics of which a picture is known.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn pictured(&self) -> Result<u64, CatalogueError> {
        self.one("SELECT count(DISTINCT row) FROM look")
    }

    /// All looks, each with the place of its fabric in the index.
    pub(crate) fn all_looks(&self) -> Result<Vec<(usize, Look)>, CatalogueError> {
        let sql = |e: rusqlite::Error| self.sql(&e);
        let mut query = self
            .db()
            .prepare("SELECT row, look FROM look ORDER BY row, shot")
            .map_err(sql)?;
        let mut rows = query.query([]).map_err(sql)?;
        let mut out = Vec::new();
        while let Some(row) = rows.next().map_err(sql)? {
            let number: i64 = row.get(0).map_err(sql)?;
            let value = row.get_ref(1).map_err(sql)?;
            let damaged = |detail: String| CatalogueError::Damaged {
                file: self.file().display().to_string(),
                detail: format!("the look of row {number} {detail}"),
            };
            let bytes = value.as_blob().map_err(|e| damaged(e.to_string()))?;
            let look = Look::from_bytes(bytes).map_err(damaged)?;
            let at = usize::try_from(number - 1).map_err(|e| damaged(e.to_string()))?;
            out.push((at, look));
        }
        Ok(out)
    }
}
