//! Finding fabrics: by words, facets, ranges, colour and hand, or by likeness.
//!
//! The numbers of all fabrics are in memory, sixty bytes each with their colours;
//! a search walks over all of them, on as many threads as there are cores, which
//! takes some ten milliseconds for a million and is exact. Words come from the
//! full text index of the file.

mod like;
mod photo;
mod query;
mod scan;
mod text;

pub use like::{Alike, Reason};
pub use photo::{ByPhoto, Photo};
pub use query::{Order, Query, Range, parse_construction, parse_fibre};

use std::{cell::RefCell, collections::BTreeMap};

use rusqlite::OptionalExtension;
use toile_garment::Origin;

use self::scan::Filter;
use crate::{
    colour::{self, Lab},
    error::CatalogueError,
    figure::origin_word,
    record::Record,
    store::{Index, Store},
    structure::construction_word,
};

/// A catalogue with its index in memory.
pub struct Finder<'a> {
    store: &'a Store,
    index: Index,
    words: RefCell<text::Cache>,
}

/// A fabric that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The fabric.
    pub record: Record,
    /// Hand: its own or, where [`Hit::origin`] says so, estimated.
    pub hand: Option<crate::Hand>,
    /// Where its mechanics are from.
    pub origin: Option<Origin>,
    /// CIEDE2000 difference of its nearest colour from the one looked for.
    pub difference: Option<f32>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// Number of all fabrics that will do; with a colour, as the 16 bits tell that
    /// the index keeps of one.
    pub total: u64,
    /// The first of them.
    pub hits: Vec<Hit>,
    /// How many of all there are of each construction, main fibre and origin, the
    /// commonest first.
    pub facets: Vec<(&'static str, Vec<(&'static str, u64)>)>,
    /// The currency in which prices were compared.
    pub currency: Option<String>,
}

impl<'a> Finder<'a> {
    /// Reads the index of a catalogue.
    ///
    /// # Errors
    /// If it cannot be read or is damaged.
    pub fn new(store: &'a Store) -> Result<Self, CatalogueError> {
        Ok(Self {
            index: Index::load(store)?,
            store,
            words: RefCell::default(),
        })
    }

    /// Number of fabrics.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.index.live()
    }

    /// Searches.
    ///
    /// # Errors
    /// If the query cannot be understood or the catalogue not be read.
    pub fn find(&self, query: &Query) -> Result<Found, CatalogueError> {
        let (currency, number) = match &query.price {
            Some(_) => self.currency(query.currency.as_deref())?,
            None => (None, 0),
        };
        let filter = Filter::new(query, number);
        let rows = self.matching(query, &filter)?;
        let mut found = Found {
            currency,
            ..Found::default()
        };
        let counted = match (filter.near(), query.colour) {
            (Some(near), Some((_, radius))) => rows
                .iter()
                .copied()
                // Packed colours let through a little too much.
                .filter(|at| near.nearest(self.index.colours(*at as usize)) <= radius)
                .collect(),
            _ => rows.clone(),
        };
        found.total = counted.len() as u64;
        found.facets = self.facets(&counted);
        found.hits = self.best(query, &filter, rows)?;
        if let Some((_, radius)) = query.colour {
            found
                .hits
                .retain(|h| h.difference.is_some_and(|d| d <= radius));
        }
        Ok(found)
    }

    /// The currency of a price and its number.
    fn currency(&self, given: Option<&str>) -> Result<(Option<String>, u8), CatalogueError> {
        let sql = |e: rusqlite::Error| self.store.sql(&e);
        let db = self.store.db();
        if let Some(name) = given {
            let name = name.to_uppercase();
            let number: Option<i64> = db
                .query_row(
                    "SELECT number FROM currency WHERE name = ?1",
                    [&name],
                    |r| r.get(0),
                )
                .optional()
                .map_err(sql)?;
            let number = number.ok_or_else(|| {
                CatalogueError::query(
                    "--currency",
                    format!("no price in the catalogue is in {name}"),
                )
            })?;
            return Ok((Some(name), number as u8));
        }
        let mut counts = [0u32; 256];
        for row in self.index.rows.iter().filter(|r| r.price >= 0.0) {
            counts[usize::from(row.currency)] += 1;
        }
        let most = (1..256).max_by_key(|k| counts[*k]).unwrap_or(0);
        let name = db
            .query_row(
                "SELECT name FROM currency WHERE number = ?1",
                [most as i64],
                |r| r.get(0),
            )
            .optional()
            .map_err(sql)?;
        Ok((name, most as u8))
    }

    /// Fabrics that will do, in the order of the catalogue.
    fn matching(&self, query: &Query, filter: &Filter) -> Result<Vec<u32>, CatalogueError> {
        let index = &self.index;
        let takes = |at: usize| {
            index.alive[at / 64] >> (at % 64) & 1 == 1
                && filter.takes(&index.rows[at], index.colours(at))
        };
        if query.text.trim().is_empty() {
            return Ok(index.scan(0..index.rows.len(), &|_, _| u64::MAX, &takes));
        }
        let hits = text::hits(self.store, &mut self.words.borrow_mut(), &query.text)?;
        let settled = hits.settled.min(index.rows.len());
        // Rows that were added after the index was read are not in it.
        let known = |at: &u32| (*at as usize) < index.rows.len() && takes(*at as usize);
        let mut rows = match &hits.list {
            Some(list) if hits.common.is_empty() => {
                return Ok(list.iter().copied().filter(known).collect());
            }
            Some(list) => list
                .iter()
                .copied()
                .take_while(|at| (*at as usize) < settled)
                .filter(|at| {
                    let at = *at as usize;
                    hits.common
                        .iter()
                        .all(|bits| bits[at / 64] >> (at % 64) & 1 == 1)
                })
                .filter(known)
                .collect(),
            None => {
                let words: Vec<&[u64]> = hits.common.iter().map(|b| b.as_slice()).collect();
                let mask = |k: usize, _: usize| {
                    words
                        .iter()
                        .fold(u64::MAX, |m, bits| m & bits.get(k).copied().unwrap_or(0))
                };
                index.scan(0..settled, &mask, &takes)
            }
        };
        rows.extend(hits.after.iter().copied().filter(known));
        Ok(rows)
    }

    fn facets(&self, rows: &[u32]) -> Vec<(&'static str, Vec<(&'static str, u64)>)> {
        let (mut made, mut fibre, mut origin) = ([0u64; 256], [0u64; 256], [0u64; 256]);
        for at in rows {
            let row = &self.index.rows[*at as usize];
            made[usize::from(row.construction)] += 1;
            fibre[usize::from(row.fibres[0])] += 1;
            origin[usize::from(row.origin)] += 1;
        }
        let named = |counts: [u64; 256], name: &dyn Fn(u8) -> Option<&'static str>| {
            let mut out: BTreeMap<&'static str, u64> = BTreeMap::new();
            for (k, count) in counts.into_iter().enumerate().filter(|c| c.1 > 0) {
                *out.entry(name(k as u8).unwrap_or("unknown")).or_default() += count;
            }
            let mut out: Vec<(&'static str, u64)> = out.into_iter().collect();
            out.sort_by_key(|c| std::cmp::Reverse(c.1));
            out
        };
        vec![
            (
                "construction",
                named(made, &|k| {
                    crate::CONSTRUCTIONS
                        .get(usize::from(k))
                        .map(|c| construction_word(*c))
                }),
            ),
            (
                "fibre",
                named(fibre, &|k| {
                    crate::Fibre::from_code(k).map(crate::Fibre::name)
                }),
            ),
            (
                "mechanics",
                named(origin, &|k| {
                    crate::ORIGINS.get(usize::from(k)).map(|o| origin_word(*o))
                }),
            ),
        ]
    }

    /// The first hits of a search in its order.
    fn best(
        &self,
        query: &Query,
        filter: &Filter,
        mut rows: Vec<u32>,
    ) -> Result<Vec<Hit>, CatalogueError> {
        let index = &self.index;
        let row = |at: &u32| &index.rows[*at as usize];
        let known = |x: u16| if x == 0 { f32::MAX } else { f32::from(x) };
        let limit = query.limit.max(1);
        // Words in the name cannot be told from the index: a few more are read.
        let more = if query.text.trim().is_empty() && query.colour.is_none() {
            limit
        } else {
            limit.saturating_add(40)
        };
        let key = |at: &u32| -> (f32, u8) {
            let r = row(at);
            let first = match query.order {
                Order::Price if r.price >= 0.0 => r.price,
                Order::Price => f32::MAX,
                Order::Weight => known(r.weight),
                Order::Drape => known(r.drape),
                Order::Best => filter
                    .near()
                    .map_or(0.0, |n| n.nearest(index.colours(*at as usize))),
            };
            (first, r.origin)
        };
        let compare = |a: &(f32, u8, u32), b: &(f32, u8, u32)| {
            a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2))
        };
        let mut keyed: Vec<(f32, u8, u32)> = rows
            .drain(..)
            .map(|at| {
                let (first, origin) = key(&at);
                (first, origin, at)
            })
            .collect();
        if keyed.len() > more {
            keyed.select_nth_unstable_by(more, compare);
            keyed.truncate(more);
        }
        keyed.sort_unstable_by(compare);
        let mut hits = Vec::new();
        for (_, _, at) in keyed {
            hits.push(self.hit(at, query.colour.map(|c| c.0))?);
        }
        if query.order == Order::Best {
            let words = text::terms(&query.text);
            let elsewhere = |h: &Hit| {
                let name = text::terms(&h.record.name);
                words.iter().filter(|w| !name.contains(w)).count()
            };
            hits.sort_by(|a, b| {
                let colour = a
                    .difference
                    .unwrap_or(0.0)
                    .total_cmp(&b.difference.unwrap_or(0.0));
                elsewhere(a).cmp(&elsewhere(b)).then(colour)
            });
        }
        hits.truncate(limit);
        Ok(hits)
    }

    fn hit(&self, at: u32, colour: Option<toile_garment::Srgb>) -> Result<Hit, CatalogueError> {
        let record = self.store.at(i64::from(at) + 1)?;
        let known = crate::store::row::known(&record);
        let difference = colour.and_then(|target| {
            let target = Lab::from(target);
            record
                .colours
                .iter()
                .filter_map(|c| c.srgb.or_else(|| colour::named(&c.name)))
                .map(|c| target.difference(Lab::from(c)))
                .min_by(f32::total_cmp)
        });
        Ok(Hit {
            hand: known.as_ref().map(|k| k.hand),
            origin: known.and_then(|k| crate::ORIGINS.get(usize::from(k.origin)).copied()),
            record,
            difference,
        })
    }
}

impl Index {
    /// Fabrics of a range that `takes` takes, among those that `mask` has bits for
    /// (word `k`, of 64 fabrics); on all cores.
    fn scan(
        &self,
        range: std::ops::Range<usize>,
        mask: &(dyn Fn(usize, usize) -> u64 + Sync),
        takes: &(dyn Fn(usize) -> bool + Sync),
    ) -> Vec<u32> {
        let words = range.end.div_ceil(64);
        let part = |from: usize, to: usize| {
            let mut out = Vec::new();
            for k in from..to {
                let mut bits = mask(k, from);
                while bits != 0 {
                    let at = k * 64 + bits.trailing_zeros() as usize;
                    bits &= bits - 1;
                    if at < range.end && takes(at) {
                        out.push(at as u32);
                    }
                }
            }
            out
        };
        in_parts(words, 4096, &part)
    }
}

/// What `part` finds from 0 to `count`, in order, the work shared between threads if
/// there is as much as `worth` of it.
fn in_parts<T: Send>(
    count: usize,
    worth: usize,
    part: &(impl Fn(usize, usize) -> Vec<T> + Sync),
) -> Vec<T> {
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    if count < worth || threads == 1 {
        return part(0, count);
    }
    let chunk = count.div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let tasks: Vec<_> = (0..threads)
            .map(|t| ((t * chunk).min(count), ((t + 1) * chunk).min(count)))
            .map(|(from, to)| scope.spawn(move || part(from, to)))
            .collect();
        tasks
            .into_iter()
            // A part that is lost would look like fabrics that are not there.
            .flat_map(|t| t.join().unwrap_or_else(|e| std::panic::resume_unwind(e)))
            .collect()
    })
}
