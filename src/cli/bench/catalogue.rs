//! `toile bench catalogue`.

use super::super::Failure;
use crate::progress::Progress;
use std::path::{Path, PathBuf};
use toile_catalogue::bench::{self, percentile};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Number of fabrics
    #[arg(long, default_value_t = 1_500_000)]
    rows: u64,
    /// Number of searches of each kind
    #[arg(long, default_value_t = 300)]
    searches: u64,
    /// Folder for the market and its catalogue; a catalogue that is there is only searched
    #[arg(long, value_name = "DIR", default_value = "out/bench-catalogue")]
    folder: PathBuf,
    /// Then let `DuckDB` do the same searches on the same table: a Python that has it
    #[arg(long, value_name = "PYTHON")]
    duckdb: Option<PathBuf>,
}

/// The searches in `DuckDB`, from the folder of the sources.
const PEER: &str = "benches/peers/catalogue.py";

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let mut bar: Option<(String, Progress)> = None;
    let report = bench::run(
        &args.folder,
        args.rows,
        args.searches,
        &mut |phase, n, total| {
            if bar.as_ref().is_none_or(|b| b.0 != phase) {
                bar = Some((phase.to_owned(), Progress::start(phase, total)));
            }
            if let Some((_, bar)) = &mut bar {
                bar.at(n, "");
            }
        },
    )?;
    eprintln!();
    if report.import_s > 0.0 {
        println!(
            "import            {} fabrics in {:.0} s, {:.0} a second",
            report.rows,
            report.import_s,
            report.rows as f64 / report.import_s
        );
    }
    println!("size              {:.0} MB", report.bytes as f64 / 1e6);
    println!("open              {:.2} s", report.open_s);
    println!("{:<17} {:>8} {:>8} {:>8} ms", "", "p50", "p95", "p99");
    for (name, times) in [
        ("words and facets", &report.find_ms),
        ("colour and hand", &report.hand_ms),
        ("nearest", &report.like_ms),
    ] {
        println!(
            "{name:<17} {:>8.1} {:>8.1} {:>8.1}",
            percentile(times, 0.5),
            percentile(times, 0.95),
            percentile(times, 0.99)
        );
    }
    match &args.duckdb {
        Some(python) => peer(python, args),
        None => Ok(()),
    }
}

/// Runs `DuckDB` on the table that was imported; what it prints is shown as it is.
fn peer(python: &Path, args: &Args) -> Result<(), Failure> {
    if !Path::new(PEER).exists() {
        return Err(
            format!("--duckdb: {PEER} is not here; run in the folder of the sources").into(),
        );
    }
    println!("DuckDB, words and facets:");
    let table = args.folder.join(format!("market-{}.csv", args.rows));
    let ended = std::process::Command::new(python)
        .arg(PEER)
        .arg(table)
        .status()
        .map_err(|e| format!("--duckdb: cannot run {}: {e}", python.display()))?;
    if !ended.success() {
        return Err(format!("--duckdb: {PEER} ended with {ended}").into());
    }
    Ok(())
}
