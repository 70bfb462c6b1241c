//! `toile fabric`: the catalogue on the command line.

mod card;
mod compare;
mod drape;
mod estimate;
mod find;
mod fit;
mod import;
mod like;

use super::Failure;
use crate::{paths::Assets, progress::Progress};
use clap::Subcommand;
use std::{
    fs::File,
    io::BufWriter,
    path::{Path, PathBuf},
};
use toile_catalogue::{Store, card, market};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile fabric import                              the fabrics that ship with Toile
  toile fabric import list.csv --look              how a supplier's columns are understood
  toile fabric import list.csv --map 'weight=Mass:oz' --currency EUR
  toile fabric find 'silk charmeuse' --weight 60..110 --drape soft --colour '#7a1f2b' --price ..20
  toile fabric like silk-charmeuse                 the nearest in mechanics and looks
  toile fabric like photo.jpg --width-mm 60        the nearest to a photograph of 60 mm of cloth
  toile fabric show silk-charmeuse                 every number with its origin
  toile fabric estimate M00000012 --out assets/fabrics/my-crepe.ron
  toile fabric fit cloth.u3ma --plot fit.svg       raw curves of an analyser, fitted and drawn
  toile fabric export silk-charmeuse --out charmeuse.u3ma
  toile fabric export silk-charmeuse --out charmeuse.glb
  toile fabric import kes.csv --preset kes
  toile fabric drape --construction satin          drape tests, simulated and kept
  toile fabric card silk-charmeuse --out card.png  a card to print
  toile fabric compare silk-charmeuse wool-crepe denim-12oz --out three.png
  toile fabric generate --rows 100000 --out market.csv

Scenes, tryon, drape, lookbook, card and compare name a fabric that ships by its id,
and one of the catalogue as catalogue:ID.

Numbers are measured, vendor (from the supplier), fitted, estimated or default, and say
so wherever they are shown. The catalogue is one SQLite file.")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take fabrics in: CSV, JSON Lines, Parquet, U3M, glTF, fabric files; goes on where it was stopped
    Import(import::Args),
    /// Search by words, facets, ranges, colour and hand
    Find(Box<find::Args>),
    /// The fabrics nearest to one, or to a photograph, with reasons
    Like(like::Args),
    /// Fit the raw curves of a fabric analyser (FAB), and draw them
    Fit(fit::Args),
    /// All that is known of a fabric, every number with its origin
    Show {
        /// The fabric's id
        id: String,
        /// As one line of JSON, to be imported elsewhere
        #[arg(long)]
        json: bool,
    },
    /// Write a fabric as U3M 1.1 or as glTF, with the files that were imported with it
    Export {
        /// The fabric's id
        id: String,
        /// File to write: .u3ma or .glb
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Fill in mechanics that nobody measured, with error bands
    Estimate(estimate::Args),
    /// Simulate the drape test of fabrics of the catalogue, and keep it with them
    Drape(Box<drape::Args>),
    /// A card of a fabric for printing: draped, 1:1, its numbers and where they are from
    Card(card::Args),
    /// A picture of a garment in two to four fabrics side by side
    Compare(compare::Args),
    /// Write a synthetic market as a supplier's CSV, to try things out
    Generate {
        /// Number of fabrics
        #[arg(long, default_value_t = 10_000)]
        rows: u64,
        /// Seed: the same seed makes the same market
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// File to write
        #[arg(long, value_name = "FILE", default_value = "out/market.csv")]
        out: PathBuf,
    },
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    let file = assets.catalogue();
    match args.command {
        Command::Import(job) => import::run(job, file, assets),
        Command::Find(find) => find::run(&find, file),
        Command::Like(like) => like::run(&like, file),
        Command::Fit(fit) => fit::run(&fit, file),
        Command::Show { id, json } => {
            let record = Store::open(file)?.get(&id)?;
            if json {
                println!("{}", serde_json::to_string(&record)?);
            } else {
                print!("{}", card(&record));
            }
            Ok(())
        }
        Command::Export { id, out } => {
            let store = Store::open(file)?;
            let bytes = match out.extension().and_then(|e| e.to_str()) {
                Some("u3ma") => store.package(&id)?.archive()?,
                Some("glb") => store.swatch(&id)?,
                _ => {
                    return Err(
                        format!("--out: '{}' is neither .u3ma nor .glb", out.display()).into(),
                    );
                }
            };
            let partial = out.with_extension("part");
            std::fs::write(&partial, bytes)
                .and_then(|()| std::fs::rename(&partial, &out))
                .map_err(|e| format!("cannot write {}: {e}", out.display()))?;
            println!("{}", out.display());
            Ok(())
        }
        Command::Estimate(job) => estimate::run(&job, file),
        Command::Drape(job) => drape::run(&job, file),
        Command::Card(job) => card::run(&job, assets),
        Command::Compare(job) => compare::run(&job, assets),
        Command::Generate { rows, seed, out } => generate(rows, seed, &out),
    }
}

fn generate(rows: u64, seed: u64, out: &Path) -> Result<(), Failure> {
    let failed = |e: std::io::Error| format!("cannot write {}: {e}", out.display());
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let partial = out.with_extension("part");
    let mut file = BufWriter::new(File::create(&partial).map_err(failed)?);
    let mut bar = Progress::start("making a market", rows);
    market::write_csv(&mut file, seed, rows, &mut |n| {
        if n.is_multiple_of(1000) {
            bar.at(n, "");
        }
    })
    .map_err(failed)?;
    drop(file);
    std::fs::rename(&partial, out).map_err(failed)?;
    bar.finish(&format!("{rows} fabrics in {}", out.display()));
    Ok(())
}
