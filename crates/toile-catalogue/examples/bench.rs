//! Times a catalogue: `cargo run -p toile-catalogue --example bench -- FOLDER ROWS`.

use std::path::Path;
use toile_catalogue::bench;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("give a folder")?;
    let rows = args.next().ok_or("give a number of fabrics")?.parse()?;
    let report = bench::run(Path::new(&folder), rows, 300, &mut |_, _, _| ())?;
    println!(
        "{} fabrics, import {:.1} s, {:.0} MB, open {:.2} s",
        report.rows,
        report.import_s,
        report.bytes as f64 / 1e6,
        report.open_s
    );
    for (name, times) in [
        ("words and facets", &report.find_ms),
        ("colour and hand", &report.hand_ms),
        ("nearest", &report.like_ms),
    ] {
        println!(
            "{name}: p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms",
            bench::percentile(times, 0.5),
            bench::percentile(times, 0.95),
            bench::percentile(times, 0.99)
        );
    }
    Ok(())
}
