//! How fast a catalogue is, on a market made from a seed.

pub mod photo;

use std::{fs::File, io::BufWriter, path::Path, time::Instant};

use toile_garment::Srgb;

use crate::{
    CatalogueError, Store,
    find::{Finder, Query, Range},
    import, market,
};

/// What was measured.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Fabrics.
    pub rows: u64,
    /// Seconds for the import, with the lists of common words.
    pub import_s: f64,
    /// Bytes of the catalogue.
    pub bytes: u64,
    /// Seconds to open it and read its index.
    pub open_s: f64,
    /// Milliseconds of each search of words and facets, in order.
    pub find_ms: Vec<f64>,
    /// Milliseconds of each search by colour and hand, in order.
    pub hand_ms: Vec<f64>,
    /// Milliseconds of each search of nearest neighbours, in order.
    pub like_ms: Vec<f64>,
}

/// The value below which a share of ordered times lies.
#[must_use]
pub fn percentile(ordered: &[f64], share: f64) -> f64 {
    let at = (ordered.len() as f64 * share).ceil() as usize;
    ordered
        .get(at.clamp(1, ordered.len().max(1)) - 1)
        .copied()
        .unwrap_or(f64::NAN)
}

/// Makes a market of `rows` fabrics in a folder, imports it and searches it. A
/// catalogue that is there already, of as many fabrics, is searched only.
///
/// # Errors
/// If the folder cannot be written.
pub fn run(
    folder: &Path,
    rows: u64,
    searches: u64,
    watch: &mut dyn FnMut(&str, u64, u64),
) -> Result<Report, CatalogueError> {
    let table = folder.join(format!("market-{rows}.csv"));
    let file = folder.join(format!("market-{rows}.sqlite"));
    let io = |e: std::io::Error| CatalogueError::file(&table, e);
    std::fs::create_dir_all(folder).map_err(io)?;
    if !table.exists() {
        let partial = table.with_extension("part");
        let mut out = BufWriter::new(File::create(&partial).map_err(io)?);
        market::write_csv(&mut out, 1, rows, &mut |n| {
            watch("making a market", n, rows);
        })
        .map_err(io)?;
        drop(out);
        std::fs::rename(&partial, &table).map_err(io)?;
    }
    let mut report = Report {
        rows,
        ..Report::default()
    };
    let store = Store::create(&file)?;
    if store.count()? != rows || store.settled()? == 0 {
        let start = Instant::now();
        let job = import::Import {
            file: table.clone(),
            ..import::Import::default()
        };
        import::run(&store, &job, &mut |p| {
            watch("importing", p.byte, p.bytes);
            true
        })?;
        store.settle()?;
        report.import_s = start.elapsed().as_secs_f64();
    }
    drop(store);
    report.bytes = std::fs::metadata(&file).map_err(io)?.len();
    let start = Instant::now();
    let store = Store::open(&file)?;
    let finder = Finder::new(&store)?;
    report.open_s = start.elapsed().as_secs_f64();
    for n in 0..searches {
        watch("searching", n, searches);
        let time = |out: &mut Vec<f64>, search: &mut dyn FnMut() -> Result<(), CatalogueError>| {
            let start = Instant::now();
            search()?;
            out.push(start.elapsed().as_secs_f64() * 1e3);
            Ok::<(), CatalogueError>(())
        };
        time(&mut report.find_ms, &mut || {
            finder.find(&words(n, rows)).map(|_| ())
        })?;
        time(&mut report.hand_ms, &mut || {
            finder.find(&hand(n, rows)).map(|_| ())
        })?;
        let id = market::fabric(1, pick(n, rows)).id;
        time(&mut report.like_ms, &mut || {
            finder.like(&id, None, 10).map(|_| ())
        })?;
    }
    for times in [
        &mut report.find_ms,
        &mut report.hand_ms,
        &mut report.like_ms,
    ] {
        times.sort_by(f64::total_cmp);
    }
    Ok(report)
}

/// A fabric of the market, another for each `n`.
fn pick(n: u64, rows: u64) -> u64 {
    n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % rows.max(1)
}

/// One to three words of a fabric, rare and common, and for most searches facets
/// and ranges around it.
fn words(n: u64, rows: u64) -> Query {
    let fabric = market::fabric(1, pick(n, rows));
    let words: Vec<&str> = fabric.name.split(' ').collect();
    let last = words.len().saturating_sub(1);
    let text = match n % 6 {
        0 => words[..last].join(" "),
        1 => words[last.saturating_sub(1)].to_owned(),
        2 => fabric.structure.clone(),
        3 => format!("{} {}", fabric.structure, fabric.colours[0].name),
        4 => format!("{} {}", fabric.supplier, fabric.structure),
        _ => format!("{} {}", fabric.composition, fabric.tags[1]),
    };
    let mut query = Query {
        text,
        limit: 20,
        ..Query::default()
    };
    let weight = fabric
        .area_density
        .as_ref()
        .map_or(150.0, |w| w.value * 1e3);
    if !n.is_multiple_of(5) {
        query.weight = Some(around(weight, 0.25));
    }
    if n.is_multiple_of(3) {
        query.constructions.extend(fabric.construction);
    }
    if n.is_multiple_of(4) {
        query.price = Some(Range {
            low: f32::MIN,
            high: 12.0,
        });
    }
    query
}

/// Weight, drape and colour, without words.
fn hand(n: u64, rows: u64) -> Query {
    let fabric = market::fabric(1, pick(n + 7, rows));
    let weight = fabric
        .area_density
        .as_ref()
        .map_or(150.0, |w| w.value * 1e3);
    let colour = fabric.colours[0].srgb.unwrap_or(Srgb([122, 31, 43]));
    Query {
        weight: (!n.is_multiple_of(3)).then(|| around(weight, 0.3)),
        drape: (n.is_multiple_of(2)).then_some(Range {
            low: 0.0,
            high: 55.0,
        }),
        stretch: (n.is_multiple_of(5)).then_some(Range {
            low: 10.0,
            high: f32::MAX,
        }),
        colour: (n % 4 != 3).then_some((colour, 6.0)),
        limit: 20,
        ..Query::default()
    }
}

fn around(x: f32, share: f32) -> Range {
    Range {
        low: x * (1.0 - share),
        high: x * (1.0 + share),
    }
}
