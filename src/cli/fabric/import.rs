//! `toile fabric import`.

use crate::{
    cli::{Failure, stop_on_interrupt},
    library::{attach, shipped_drapes},
    paths::Assets,
    progress::Progress,
};
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};
use toile_catalogue::{Store, Writer, import};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files; without any, the fabrics that ship with Toile
    files: Vec<PathBuf>,
    /// What a column is: FIELD=HEADING or FIELD=HEADING:UNIT; -=HEADING passes it over
    #[arg(long, value_name = "FIELD=HEADING")]
    map: Vec<String>,
    /// Supplier of rows that name none
    #[arg(long, default_value = "")]
    supplier: String,
    /// Currency of prices that name none, such as EUR
    #[arg(long)]
    currency: Option<String>,
    /// Columns of a test instrument: kes (KES-F), fast (FAST) or clo
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// Only show how the columns are understood
    #[arg(long)]
    look: bool,
}

pub(super) fn run(job: Args, file: &Path, assets: &Assets) -> Result<(), Failure> {
    let mut files = job.files;
    let shipped = files.is_empty();
    if files.is_empty() {
        let own = assets.list("fabrics");
        files.extend(own.iter().map(|id| assets.fabric(id)));
        files.push(assets.root().join("catalogue/starter.jsonl"));
        files.push(assets.looks());
    }
    let (looks, files): (Vec<PathBuf>, Vec<PathBuf>) =
        files.into_iter().partition(|f| import::is_looks(f));
    let preset = job.preset.as_deref().map(import::Preset::named);
    let preset = preset.transpose()?;
    let of = |file: &Path| import::Import {
        file: file.to_owned(),
        map: job.map.clone(),
        supplier: job.supplier.clone(),
        currency: job.currency.clone(),
        preset,
    };
    for path in files.iter().filter(|f| !import::is_one(f)) {
        println!("{}:", path.display());
        for line in import::look(&of(path))?.lines() {
            println!("  {line}");
        }
    }
    if job.look {
        return Ok(());
    }
    let store = Store::create(file)?;
    let stop = stop_on_interrupt()?;
    let go_on = || !stop.load(std::sync::atomic::Ordering::Relaxed);
    let (mut taken, mut refused) = (0, 0);
    for path in &files {
        let mut bar = Progress::start(format!("importing {}", path.display()), 0);
        let done = import::run(&store, &of(path), &mut |p| {
            bar.of(p.bytes);
            bar.at(
                p.byte,
                &format!("{} fabrics, {} refused", p.accepted, p.refused),
            );
            go_on()
        })?;
        let again = match (done.resumed_at, done.done) {
            (0, _) => "",
            (at, _) if at >= done.bytes => ", imported before",
            _ => ", resumed",
        };
        bar.finish(&format!(
            "{} new, {} replaced, {} unchanged, {} refused{again}",
            done.accepted, done.replaced, done.unchanged, done.refused
        ));
        let list = import::refused(&store, path)?;
        for r in list.iter().take(20) {
            // Line 0 is the whole file.
            let line = match r.line {
                0 => String::new(),
                n => format!("line {n}: "),
            };
            eprintln!("  {line}{}: {}", r.field, r.reason);
        }
        if list.len() > 20 {
            let all = path.with_extension("refused.csv");
            write_refused(&all, &list)
                .map_err(|e| format!("cannot write {}: {e}", all.display()))?;
            eprintln!("  … all {} are in {}", list.len(), all.display());
        }
        taken += done.accepted + done.replaced;
        refused += done.refused;
        if !done.done {
            eprintln!("stopped; the same command goes on from here");
            break;
        }
    }
    for path in &looks {
        let (kept, unknown) = import::looks(&store, path)?;
        println!("{}: pictures of {kept} fabrics", path.display());
        if !unknown.is_empty() {
            eprintln!("  not in the catalogue: {}", unknown.join(", "));
        }
    }
    if shipped {
        let drapes = shipped_drapes(assets)?;
        let mut writer = Writer::new(&store)?;
        for drape in &drapes {
            let mut record = store.get(&drape.id)?;
            if attach(&mut record, std::slice::from_ref(drape)) {
                writer.put(&record)?;
            }
        }
        writer.finish()?;
    }
    store.settle()?;
    println!(
        "{}: {} fabrics, {taken} of them from this import, {refused} rows refused",
        file.display(),
        store.count()?
    );
    Ok(())
}

fn write_refused(path: &Path, list: &[import::Refused]) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "line,field,reason")?;
    for r in list {
        writeln!(
            out,
            "{},{},\"{}\"",
            r.line,
            r.field,
            r.reason.replace('"', "\"\"")
        )?;
    }
    out.flush()
}
