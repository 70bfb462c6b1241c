//! The numbers of all fabrics, in memory.

use bytemuck::allocation::pod_collect_to_vec;

use super::{
    BLOCK, Store,
    row::{ROW, Row},
};
use crate::error::CatalogueError;

/// The index of a whole catalogue. Fabric `row` is at `row - 1`.
pub(crate) struct Index {
    pub(crate) rows: Vec<Row>,
    /// Where the colours of a row begin.
    pub(crate) first: Vec<u32>,
    /// Packed colours of all rows.
    pub(crate) colours: Vec<u16>,
    /// One bit for each row that has not been replaced.
    pub(crate) alive: Vec<u64>,
}

impl Index {
    pub(crate) fn load(store: &Store) -> Result<Self, CatalogueError> {
        let sql = |e: rusqlite::Error| store.sql(&e);
        let damaged = |detail: String| CatalogueError::Damaged {
            file: store.file().display().to_string(),
            detail,
        };
        let mut index = Self {
            rows: Vec::new(),
            first: Vec::new(),
            colours: Vec::new(),
            alive: Vec::new(),
        };
        let mut query = store
            .db()
            .prepare("SELECT block, rows, colours FROM block ORDER BY block")
            .map_err(sql)?;
        let mut blocks = query.query([]).map_err(sql)?;
        while let Some(block) = blocks.next().map_err(sql)? {
            let number: i64 = block.get(0).map_err(sql)?;
            let bytes = |k: usize| -> Result<&[u8], CatalogueError> {
                let value = block.get_ref(k).map_err(sql)?;
                value.as_blob().map_err(|e| damaged(e.to_string()))
            };
            let (rows, colours) = (bytes(1)?, bytes(2)?);
            if number.checked_mul(BLOCK as i64) != Some(index.rows.len() as i64)
                || rows.len() % ROW != 0
                || rows.len() > BLOCK * ROW
                || colours.len() % 2 != 0
            {
                return Err(damaged(format!("block {number} of the index is broken")));
            }
            let rows: Vec<Row> = pod_collect_to_vec(rows);
            let mut at = index.colours.len() as u32;
            for row in &rows {
                index.first.push(at);
                at += u32::from(row.colours);
            }
            index.rows.extend_from_slice(&rows);
            index.colours.extend(pod_collect_to_vec::<u8, u16>(colours));
            if at as usize != index.colours.len() {
                return Err(damaged(format!(
                    "block {number} of the index has wrong colours"
                )));
            }
        }
        index.alive = vec![u64::MAX; index.rows.len().div_ceil(64)];
        if let (Some(word), over @ 1..) = (index.alive.last_mut(), index.rows.len() % 64) {
            *word = (1 << over) - 1;
        }
        let mut query = store.db().prepare("SELECT row FROM dead").map_err(sql)?;
        let mut dead = query.query([]).map_err(sql)?;
        while let Some(row) = dead.next().map_err(sql)? {
            let row: i64 = row.get(0).map_err(sql)?;
            let at = super::place(row)
                .ok_or_else(|| damaged(format!("row {row} cannot have been replaced")))?;
            if let Some(word) = index.alive.get_mut(at / 64) {
                *word &= !(1 << (at % 64));
            }
        }
        Ok(index)
    }

    /// Colours of a fabric.
    pub(crate) fn colours(&self, at: usize) -> &[u16] {
        let first = self.first[at] as usize;
        &self.colours[first..first + usize::from(self.rows[at].colours)]
    }

    /// Number of fabrics that have not been replaced.
    pub(crate) fn live(&self) -> u64 {
        self.alive.iter().map(|w| u64::from(w.count_ones())).sum()
    }
}
