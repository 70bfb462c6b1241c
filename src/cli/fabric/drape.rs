//! `toile fabric drape`.

use super::find;
use crate::{
    cli::{Failure, stop_on_interrupt},
    draping,
    library::worn,
    progress::Progress,
};
use std::{
    io::Write,
    num::NonZero,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::Duration,
};
use toile_catalogue::{Drape, Draped, Figure, Record, Store, Writer, current_drape, find::Finder};
use toile_garment::Fabric;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile fabric drape                             every fabric that has none yet
  toile fabric drape 'crepe' --weight 80..200
  toile fabric drape --id silk-charmeuse --again
  toile fabric drape --out drapes.jsonl          and list those of all that were found

A round specimen of 30 cm hangs over a table of 18 cm (Cusick 1968, ISO 9073-9), as
docs/cloth.md tells; a quarter of a minute to a minute for a fabric and core. Each is
kept as soon as it is done; Ctrl-C keeps them, and the same command goes on. What was
simulated from the numbers that a fabric has now is passed over.")]
pub(super) struct Args {
    #[command(flatten)]
    filters: find::Filters,
    /// Only this fabric; may be given several times
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
    /// Also those that have one already
    #[arg(long)]
    again: bool,
    /// Fabrics at a time [default: one for each core]
    #[arg(long)]
    threads: Option<NonZero<usize>>,
    /// Write the drapes of all fabrics that were found as JSON Lines
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What a worker tells.
type News = (String, Result<Option<Figure<Drape>>, String>);

pub(super) fn run(job: &Args, file: &Path) -> Result<(), Failure> {
    let store = Store::open(file)?;
    let found = chosen(job, &store)?;
    let mut to_do = Vec::new();
    for record in &found {
        if job.again || current_drape(record).is_none() {
            to_do.push((record.id.clone(), worn(record.clone(), &record.id)?));
        }
    }
    let had = found.len() - to_do.len();
    if had > 0 {
        eprintln!(
            "{had} of {} have a drape of the numbers they have now",
            found.len()
        );
    }
    let stop = stop_on_interrupt()?;
    let (kept, failed) = simulate(job, &store, to_do, &stop)?;
    println!("{kept} drapes simulated and kept in {}", file.display());
    if let Some(out) = &job.out {
        let ids: Vec<&str> = found.iter().map(|record| record.id.as_str()).collect();
        list(&store, &ids, out)?;
    }
    if stop.load(Ordering::Relaxed) {
        return Err(Failure {
            message: "stopped; the same command goes on from here".into(),
            code: 130,
        });
    }
    if failed > 0 {
        return Err(format!("{failed} fabrics have no drape; they are listed above").into());
    }
    Ok(())
}

/// The fabrics asked for, by id.
fn chosen(job: &Args, store: &Store) -> Result<Vec<Record>, Failure> {
    if !job.id.is_empty() {
        return Ok(job
            .id
            .iter()
            .map(|id| store.get(id))
            .collect::<Result<_, _>>()?);
    }
    let found = Finder::new(store)?.find(&job.filters.query()?)?;
    let mut records: Vec<Record> = found.hits.into_iter().map(|hit| hit.record).collect();
    records.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(records)
}

/// Simulates fabrics on threads of their own and keeps each as it comes; how many were
/// kept, and how many did not come to rest.
fn simulate(
    job: &Args,
    store: &Store,
    to_do: Vec<(String, Fabric)>,
    stop: &AtomicBool,
) -> Result<(usize, usize), Failure> {
    let of = to_do.len();
    if of == 0 {
        return Ok((0, 0));
    }
    let threads = job
        .threads
        .or_else(|| std::thread::available_parallelism().ok())
        .map_or(1, NonZero::get)
        .min(of);
    let mut bar = Progress::start("draping", of as u64);
    let queue = Mutex::new(to_do.into_iter());
    // Shares of the fabrics in hand, for the bar.
    let shares: Vec<Mutex<f32>> = (0..threads).map(|_| Mutex::new(0.0)).collect();
    let (tell, news) = mpsc::channel::<News>();
    let mut kept = 0;
    let mut problems: Vec<String> = Vec::new();
    let mut failed: Option<Failure> = None;
    let give_up = AtomicBool::new(false);
    let go_on = || !stop.load(Ordering::Relaxed) && !give_up.load(Ordering::Relaxed);
    std::thread::scope(|scope| {
        for share in &shares {
            let (tell, queue, go_on) = (tell.clone(), &queue, &go_on);
            scope.spawn(move || {
                while go_on() {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((id, fabric)) = next else { break };
                    let drape = draping::test(&fabric, &mut |done| {
                        *share.lock().unwrap_or_else(PoisonError::into_inner) = done;
                        go_on()
                    });
                    // Nobody listens once the main thread has given up.
                    let _ = tell.send((id, drape.map_err(|e| e.to_string())));
                }
            });
        }
        drop(tell);
        loop {
            let outcome = match news.recv_timeout(Duration::from_millis(200)) {
                Ok((id, Ok(Some(drape)))) => keep(store, &id, drape).map(|word| {
                    kept += 1;
                    bar.at(kept as u64, &word);
                }),
                Ok((_, Ok(None))) => Ok(()),
                Ok((id, Err(problem))) => {
                    problems.push(format!("{id}: {problem}"));
                    Ok(())
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let shares = shares
                        .iter()
                        .map(|s| *s.lock().unwrap_or_else(PoisonError::into_inner));
                    let percent: Vec<String> = shares
                        .map(|share| format!("{:.0} %", share * 100.0))
                        .collect();
                    bar.at(kept as u64, &percent.join(", "));
                    Ok(())
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            };
            if let Err(failure) = outcome {
                give_up.store(true, Ordering::Relaxed);
                failed.get_or_insert(failure);
            }
        }
    });
    bar.finish(&format!("{kept} of {of}"));
    for problem in &problems {
        eprintln!("{problem}");
    }
    match failed {
        Some(failure) => Err(failure),
        None => Ok((kept, problems.len())),
    }
}

/// Keeps a drape, in a transaction of its own; says it in a few words.
fn keep(store: &Store, id: &str, drape: Figure<Drape>) -> Result<String, Failure> {
    let word = format!(
        "{id}: {:.0} %, {} folds",
        drape.value.percent, drape.value.folds
    );
    let mut record = store.get(id)?;
    record.drape = Some(drape);
    let mut writer = Writer::new(store)?;
    writer.put(&record)?;
    writer.finish()?;
    Ok(word)
}

/// Writes the drapes of fabrics as JSON Lines.
fn list(store: &Store, ids: &[&str], out: &Path) -> Result<(), Failure> {
    let failed = |e: std::io::Error| format!("--out: cannot write {}: {e}", out.display());
    let partial = out.with_extension("part");
    let mut file = std::fs::File::create(&partial).map_err(failed)?;
    let mut count = 0;
    for id in ids {
        let record = store.get(id)?;
        if let Some(drape) = current_drape(&record) {
            let line = serde_json::to_string(&Draped {
                id: record.id.clone(),
                drape: drape.clone(),
            })?;
            writeln!(file, "{line}").map_err(failed)?;
            count += 1;
        }
    }
    drop(file);
    std::fs::rename(&partial, out).map_err(failed)?;
    println!("{count} drapes in {}", out.display());
    Ok(())
}
