//! `toile garment`.

use super::Failure;
use crate::{
    fitting::FittingRoom,
    paths::Assets,
    production::{Library, load_twin},
    wardrobe,
};
use clap::Subcommand;
use std::path::PathBuf;
use toile_show::format::{Size, Worn};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile garment list
  toile garment export tee --twin ines                 drafted to her measures
  toile garment export trousers --twin kofi --cut M --out trousers.json")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the garments
    List,
    /// Draft a garment and write its pattern as GarmentCode specification JSON
    Export {
        /// The garment's id, a file under assets/garments
        id: String,
        /// Whose measures it is drafted to
        #[arg(long)]
        twin: String,
        /// A size of the garment's table, instead of made to measure
        #[arg(long, value_name = "SIZE")]
        cut: Option<String>,
        /// File to write [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    let mut library = Library::new(assets);
    match args.command {
        Command::List => {
            for id in assets.list("garments") {
                let garment = library.garment(&id, "garment list")?;
                println!("{id:<16} {}", garment.name);
            }
        }
        Command::Export { id, twin, cut, out } => {
            let (twin, avatar) = load_twin(assets, &twin, "--twin")?;
            // A pattern drafted to somebody tells their measures.
            FittingRoom::open(assets)?
                .measures_leave(&twin)
                .map_err(|trouble| {
                    format!("--twin: {trouble}; no pattern is drafted to the measures")
                })?;
            let size = cut.map_or(Size::MadeToMeasure, Size::Named);
            let fabric = library.garment(&id, "garment export")?.fabric.clone();
            let garment = library.worn(
                &Worn {
                    garment: id,
                    size,
                    fabric,
                    colour: None,
                },
                "garment export",
            )?;
            let pattern = garment.pattern(&wardrobe::wearer(
                &twin.measures,
                &wardrobe::landmarks(&avatar)?,
                &twin.id,
            )?)?;
            match out {
                None => println!("{}", pattern.to_json()),
                Some(path) => {
                    let partial = path.with_extension("part");
                    std::fs::write(&partial, pattern.to_json())
                        .and_then(|()| std::fs::rename(&partial, &path))
                        .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
                }
            }
        }
    }
    Ok(())
}
