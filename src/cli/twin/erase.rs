//! `toile twin erase`.

use super::Failure;
use crate::{erasure::Erasure, paths::Assets};
use std::path::PathBuf;
use toile_consent::ledger::Event;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile twin erase amara              tells what would be removed
  toile twin erase amara --yes        removes it

Record, avatar, recipe, licences, sealed identity and bakes are removed; a tombstone in
the account tells that the twin was erased, by its id and the hash of its avatar alone.
Nobody casts it any more, its id is not used again, and its statements can still be
written. Do that first where money is owed: how it is split is in the licences. Films
and pictures that were made, copies elsewhere and backups are not found: they are
removed by whoever has them.")]
pub(super) struct Args {
    /// The twin's id, a folder under assets/twins
    id: String,
    /// Remove it; without this, only tell what would be
    #[arg(long)]
    yes: bool,
    /// Folder with bakes
    #[arg(long, value_name = "DIR", default_value = "out/bake")]
    bakes: PathBuf,
}

pub(super) fn run(args: &Args, assets: &Assets) -> Result<(), Failure> {
    let found = Erasure::find(assets, &args.id, &args.bakes)?;
    let word = if args.yes { "removed" } else { "would go" };
    if !args.yes {
        tell(&found, word);
        return Err(format!(
            "nothing was removed; this cannot be undone: `toile twin erase {} --yes` does it",
            args.id
        )
        .into());
    }
    found.carry_out(assets.account())?;
    tell(&found, word);
    let read = assets.account().read()?;
    let made: usize = read
        .entries
        .iter()
        .filter_map(|entry| match &entry.event {
            Event::Used(used) if used.twin == args.id => Some(used.outputs.len()),
            _ => None,
        })
        .sum();
    println!(
        "{}: erased; the account keeps its id and what was done with it",
        args.id
    );
    if made > 0 {
        println!(
            "{made} films and pictures were made with it; the account names them by hash, and whoever has them keeps or deletes them as agreed"
        );
    }
    Ok(())
}

fn tell(found: &Erasure, word: &str) {
    for path in &found.kept {
        println!("{word}  {}", path.display());
    }
    for path in &found.unmarked {
        println!(
            "stays    {}: it does not say whose body its cloth lies on; remove it if it may be this twin's",
            path.display()
        );
    }
}
