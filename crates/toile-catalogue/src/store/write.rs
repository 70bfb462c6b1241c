//! Writing records in batches.

use std::collections::HashMap;

use bytemuck::{allocation::pod_collect_to_vec, bytes_of};
use rusqlite::{Transaction, TransactionBehavior, params};

use super::{BLOCK, Store, row::Row, sources};
use crate::{
    error::CatalogueError, fibre::Composition, record::Record, structure::construction_word,
};

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is new.
    Added,
    /// It took the place of an older one with its id.
    Replaced,
    /// It was there already, just so.
    Unchanged,
}

/// Writes into a store; one transaction at a time. Nothing of a batch is seen
/// before it is committed, and all of it is safe afterwards.
pub struct Writer<'a> {
    store: &'a Store,
    transaction: Option<Transaction<'a>>,
    last: i64,
    block: Vec<u8>,
    colours: Vec<u16>,
    sources: HashMap<String, i64>,
    currencies: HashMap<String, u8>,
}

impl<'a> Writer<'a> {
    /// Begins to write.
    ///
    /// # Errors
    /// [`CatalogueError::Busy`] while another program writes.
    pub fn new(store: &'a Store) -> Result<Self, CatalogueError> {
        let mut writer = Self {
            store,
            transaction: None,
            last: 0,
            block: Vec::new(),
            colours: Vec::new(),
            sources: HashMap::new(),
            currencies: HashMap::new(),
        };
        writer.begin()?;
        Ok(writer)
    }

    pub(super) fn store(&self) -> &'a Store {
        self.store
    }

    /// Opens a transaction and reads the block that is not full yet, as others may
    /// have written since.
    fn begin(&mut self) -> Result<(), CatalogueError> {
        let store = self.store;
        let transaction = Transaction::new_unchecked(store.db(), TransactionBehavior::Immediate)
            .map_err(|e| store.sql(&e))?;
        let last = store.last()? as i64;
        if self.last != last || last == 0 {
            let block = last / BLOCK as i64;
            let (mut rows, mut colours) = (Vec::new(), Vec::new());
            if last % BLOCK as i64 != 0 {
                (rows, colours) = store
                    .db()
                    .query_row(
                        "SELECT rows, colours FROM block WHERE block = ?1",
                        [block],
                        |r| Ok((r.get::<_, Vec<u8>>(0)?, r.get::<_, Vec<u8>>(1)?)),
                    )
                    .map_err(|e| store.sql(&e))?;
            }
            self.block = rows;
            self.colours = pod_collect_to_vec(&colours);
            self.last = last;
            self.sources.clear();
            self.currencies.clear();
        }
        self.transaction = Some(transaction);
        Ok(())
    }

    /// Keeps a record, which must have been checked; one with its id is replaced.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn put(&mut self, record: &Record) -> Result<Put, CatalogueError> {
        let store = self.store;
        let sql = |e: rusqlite::Error| store.sql(&e);
        let body = self.body(record)?;
        let mut put = Put::Added;
        let old = store.row_of(&record.id)?;
        if let Some(old) = old {
            let same: bool = store
                .db()
                .prepare_cached("SELECT body = ?2 FROM fabric WHERE row = ?1")
                .and_then(|mut q| q.query_row(params![old, body], |r| r.get(0)))
                .map_err(sql)?;
            if same {
                return Ok(Put::Unchanged);
            }
            for query in [
                "DELETE FROM fabric WHERE row = ?1",
                "DELETE FROM text WHERE rowid = ?1",
                "INSERT INTO dead VALUES (?1)",
            ] {
                store
                    .db()
                    .prepare_cached(query)
                    .and_then(|mut q| q.execute([old]))
                    .map_err(sql)?;
            }
            put = Put::Replaced;
        }
        let currency = match &record.price {
            Some(price) => self.currency(&price.currency)?,
            None => 0,
        };
        self.last += 1;
        store
            .db()
            .prepare_cached("INSERT INTO fabric VALUES (?1, ?2, ?3)")
            .and_then(|mut q| q.execute(params![self.last, record.id, body]))
            .map_err(sql)?;
        if let Some(old) = old {
            // What its pictures tell stays with the fabric.
            store
                .db()
                .prepare_cached("UPDATE look SET row = ?2 WHERE row = ?1")
                .and_then(|mut q| q.execute([old, self.last]))
                .map_err(sql)?;
        }
        let [name, made, supplier, colours, tags] = texts(record);
        store
            .db()
            .prepare_cached("INSERT INTO text (rowid, name, made, supplier, colours, tags) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .and_then(|mut q| {
                q.execute(params![self.last, name, made, supplier, colours, tags])
            })
            .map_err(sql)?;
        let row = Row::of(record, currency, &mut self.colours);
        self.block.extend_from_slice(bytes_of(&row));
        if self.last % BLOCK as i64 == 0 {
            self.write_block((self.last - 1) / BLOCK as i64)?;
            self.block.clear();
            self.colours.clear();
        }
        Ok(put)
    }

    fn write_block(&self, block: i64) -> Result<(), CatalogueError> {
        let colours: &[u8] = bytemuck::cast_slice(&self.colours);
        self.store
            .db()
            .prepare_cached("INSERT OR REPLACE INTO block VALUES (?1, ?2, ?3)")
            .and_then(|mut q| q.execute(params![block, self.block, colours]))
            .map(|_| ())
            .map_err(|e| self.store.sql(&e))
    }

    /// Makes what was put since the last time safe, and goes on.
    ///
    /// # Errors
    /// If the file cannot be written; then none of it is kept.
    pub fn commit(&mut self) -> Result<(), CatalogueError> {
        self.end()?;
        self.begin()
    }

    /// Makes what was put safe, and ends.
    ///
    /// # Errors
    /// If the file cannot be written; then none of it is kept.
    pub fn finish(mut self) -> Result<(), CatalogueError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), CatalogueError> {
        if !self.block.is_empty() {
            self.write_block(self.last / BLOCK as i64)?;
        }
        match self.transaction.take() {
            Some(t) => t.commit().map_err(|e| self.store.sql(&e)),
            None => Ok(()),
        }
    }

    /// The JSON that is kept: sources as numbers.
    fn body(&mut self, record: &Record) -> Result<String, CatalogueError> {
        let unkept = |e: serde_json::Error| {
            CatalogueError::field(&record.id, "record", format!("cannot be kept: {e}"))
        };
        let mut kept = record.clone();
        for source in sources::of(&mut kept) {
            *source = format!("#{}", self.source(source)?);
        }
        serde_json::to_string(&kept).map_err(unkept)
    }

    fn source(&mut self, text: &str) -> Result<i64, CatalogueError> {
        if let Some(number) = self.sources.get(text) {
            return Ok(*number);
        }
        let number = self.number("source", "text", text)?;
        // Estimates name the weight, so that a market has many sources.
        if self.sources.len() > 100_000 {
            self.sources.clear();
        }
        self.sources.insert(text.to_owned(), number);
        Ok(number)
    }

    fn currency(&mut self, name: &str) -> Result<u8, CatalogueError> {
        if let Some(number) = self.currencies.get(name) {
            return Ok(*number);
        }
        let number = self.number("currency", "name", name)?;
        let number = u8::try_from(number).map_err(|_| {
            CatalogueError::field(name, "price.currency", "is the 256th; at most 255 are kept")
        })?;
        self.currencies.insert(name.to_owned(), number);
        Ok(number)
    }

    /// The number of a text in a table of texts, where it is added if it is new.
    fn number(&self, table: &str, column: &str, text: &str) -> Result<i64, CatalogueError> {
        let db = self.store.db();
        db.prepare_cached(&format!(
            "INSERT INTO {table} ({column}) VALUES (?1) ON CONFLICT DO NOTHING"
        ))
        .and_then(|mut q| q.execute([text]))
        .and_then(|_| db.prepare_cached(&format!("SELECT number FROM {table} WHERE {column} = ?1")))
        .and_then(|mut q| q.query_row([text], |r| r.get(0)))
        .map_err(|e| self.store.sql(&e))
    }
}

/// The words a record is found by: name, how it is made, supplier, colours, tags.
fn texts(r: &Record) -> [String; 5] {
    let fibres = Composition::parse(&r.composition).unwrap_or_default();
    let fibres: Vec<&str> = fibres.parts.iter().map(|p| p.0.name()).collect();
    let made = format!(
        "{} {} {} {} {}",
        r.composition,
        fibres.join(" "),
        r.structure,
        r.construction.map_or("", construction_word),
        r.yarn
    );
    let mut colours: Vec<&str> = r.colours.iter().map(|c| c.name.as_str()).collect();
    colours.sort_unstable();
    colours.dedup();
    [
        r.name.clone(),
        made,
        r.supplier.clone(),
        colours.join(" "),
        r.tags.join(" "),
    ]
}
