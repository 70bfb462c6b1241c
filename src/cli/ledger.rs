//! `toile ledger`.

use super::Failure;
use crate::{consent::Papers, paths::Assets, production::load_record};
use clap::Subcommand;
use std::path::PathBuf;
use toile_consent::ledger::Statement;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile ledger statement --twin ines --month 2026-11
  toile ledger statement --twin ines --month 2026-11 --format html --out ines.html
  toile ledger verify

Every capture, lookbook and live show adds what it did with each twin: which licence,
which look, for how many seconds it was to be seen, and what is owed. Entries are
signed and chained by hashes; `verify` names one that was changed, removed or moved.
It belongs to who stages shows: back it up, and send models their statements, which
name its last entry.")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What was done with a twin in a month, and what is owed for it
    Statement {
        /// The twin's id
        #[arg(long)]
        twin: String,
        /// The month, UTC, as 2026-11
        #[arg(long, value_parser = parse_month)]
        month: String,
        /// As a page, a table or data
        #[arg(long, value_enum, default_value_t = Format::Html)]
        format: Format,
        /// File to write [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Find what was changed, removed or moved
    Verify,
}

/// How a statement is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A page that a model can read
    Html,
    /// Every use, as comma-separated values
    Csv,
    /// All of it, as data
    Json,
}

fn parse_month(text: &str) -> Result<String, String> {
    let date: Result<toile_consent::Date, _> = format!("{text}-01").parse();
    match date {
        Ok(_) if text.len() == 7 => Ok(text.to_owned()),
        _ => Err("write year-month, as in 2026-11".into()),
    }
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    match args.command {
        Command::Statement {
            twin,
            month,
            format,
            out,
        } => state(assets, &twin, &month, format, out),
        Command::Verify => verify(assets),
    }
}

fn state(
    assets: &Assets,
    id: &str,
    month: &str,
    format: Format,
    out: Option<PathBuf>,
) -> Result<(), Failure> {
    let read = assets.account().read()?;
    // Of a twin that was erased, the account is all that is left.
    let erased = toile_consent::ledger::erased(&read.entries);
    let (name, papers) = match load_record(assets, id, "--twin") {
        Ok(twin) => (twin.name.clone(), Papers::load(&twin.licences_path())?),
        Err(_) if erased.contains_key(id) => (id.to_owned(), Papers::default()),
        Err(error) => return Err(error.into()),
    };
    let licences: Vec<_> = papers
        .licences
        .iter()
        .map(|(_, signed)| &signed.record)
        .collect();
    let statement = Statement::new(&read.entries, read.head, id, month, &licences);
    let text = match format {
        Format::Html => statement.to_html(&name),
        Format::Csv => statement.to_csv(),
        Format::Json => statement.to_json()?,
    };
    match out {
        None => print!("{text}"),
        Some(path) => {
            crate::capture::write_whole(&path, text.as_bytes())?;
            println!("{}: {} uses", path.display(), statement.uses.len());
        }
    }
    Ok(())
}

fn verify(assets: &Assets) -> Result<(), Failure> {
    let account = assets.account();
    let folder = account.folder()?;
    if !folder.exists() {
        println!("{}: there is no ledger yet", folder.display());
        return Ok(());
    }
    let ledger = account.open()?;
    let read = ledger.verify()?;
    for fault in &read.faults {
        println!("CHANGED {fault}");
    }
    if !read.faults.is_empty() {
        return Err(format!(
            "{}: {} places are not as they were written",
            folder.display(),
            read.faults.len()
        )
        .into());
    }
    println!(
        "{}: {} entries, all as they were written by {}",
        folder.display(),
        read.entries.len(),
        ledger.key()
    );
    if read.recovered + read.untold.len() > 0 {
        println!(
            "{} lines were cut off while they were written; what they were to say was not told to anybody as done",
            read.recovered + read.untold.len()
        );
    }
    if let Some(head) = read.head {
        println!("last: entry {}, {}, {}", head.number, head.time, head.hash);
    }
    Ok(())
}
