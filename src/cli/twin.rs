//! `toile twin`.

use super::Failure;
use crate::{paths::Assets, production::load_twin};
use clap::Subcommand;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile twin list
  toile twin show ines")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the twins with height, bust, waist and hip in centimetres
    List,
    /// Show a twin's measures and licences
    Show {
        /// The twin's id, a folder under assets/twins
        id: String,
    },
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    match args.command {
        Command::List => list(assets),
        Command::Show { id } => show(&id, assets),
    }
}

fn list(assets: &Assets) -> Result<(), Failure> {
    println!("{:<12} {:<20} {:<10} {:>6} {:>6} {:>6} {:>6}", "id", "name", "kind", "height", "bust", "waist", "hip");
    for id in assets.list("twins") {
        let (twin, _) = load_twin(assets, &id, "twin list")?;
        let m = &twin.measures;
        let cm = |metres: f32| format!("{:.1}", metres * 100.0);
        let kind = format!("{:?}", twin.kind).to_lowercase();
        println!("{id:<12} {:<20} {kind:<10} {:>6} {:>6} {:>6} {:>6}", twin.name, cm(m.height), cm(m.bust), cm(m.waist), cm(m.hip));
    }
    Ok(())
}

fn show(id: &str, assets: &Assets) -> Result<(), Failure> {
    let (twin, avatar) = load_twin(assets, id, "twin show")?;
    println!("{} ({id}), {:?}", twin.name, twin.kind);
    if let Some(credit) = &twin.credit {
        println!("credit: {credit}");
    }
    println!("avatar: {} ({} joints, {} parts)", avatar.file.display(), avatar.skeleton.len(), avatar.primitives.len());
    println!("measures: {:#?}", twin.measures);
    if twin.licences.is_empty() {
        println!("no licences: nobody may show this twin");
    }
    for licence in &twin.licences {
        println!(
            "licence {}: {} may use it for {:?}, {:?}, {:?}, from {} until {}, at {} {} per {:?}",
            licence.id, licence.licensee, licence.scope, licence.purpose, licence.territory, licence.from, licence.until, licence.rate.amount, licence.rate.currency, licence.rate.per
        );
    }
    Ok(())
}
