//! `toile fabric estimate`.

use crate::cli::Failure;
use std::path::{Path, PathBuf};
use toile_catalogue::{Figure, Record, Store, Writer, card, estimate};
use toile_garment::Origin;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A fabric of the catalogue
    #[arg(required_unless_present = "weight")]
    id: Option<String>,
    /// Instead of an id: weight, g/m²
    #[arg(long, requires = "made", conflicts_with = "id")]
    weight: Option<f32>,
    /// With --weight: how it is made, such as 'silk charmeuse'
    #[arg(long)]
    made: Option<String>,
    /// With --weight: fibres, such as '97% cotton 3% elastane'
    #[arg(long, default_value = "")]
    composition: String,
    /// Keep what was filled in in the catalogue
    #[arg(long, conflicts_with = "weight")]
    keep: bool,
    /// Write a fabric file that garments can name; its stem becomes the id
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(job: &Args, file: &Path) -> Result<(), Failure> {
    let mut record = match (&job.id, job.weight, &job.made) {
        (Some(id), ..) => Store::open(file)?.get(id)?,
        (None, Some(weight), Some(made)) => {
            let mut record = Record::new("estimate", made);
            made.clone_into(&mut record.structure);
            record.composition.clone_from(&job.composition);
            record.area_density = Some(Figure::new(
                weight / 1e3,
                Origin::Vendor,
                "given on the command line",
            ));
            record
        }
        _ => return Err("give an id, or --weight and --made".into()),
    };
    record.check("--weight and --composition")?;
    let filled = estimate::complete(&mut record)?;
    print!("{}", card(&record));
    println!(
        "  filled in: {}",
        if filled.is_empty() {
            "nothing; all was there".to_owned()
        } else {
            filled.join(", ")
        }
    );
    if job.keep {
        let store = Store::open(file)?;
        let mut writer = Writer::new(&store)?;
        writer.put(&record)?;
        writer.finish()?;
    }
    if let Some(out) = &job.out {
        let stem = out.file_stem().unwrap_or_default().to_string_lossy();
        let mut fabric = record.fabric()?;
        fabric.id = stem.into_owned();
        fabric.check(&out.display().to_string())?;
        let text = ron::ser::to_string_pretty(&fabric, ron::ser::PrettyConfig::default())?;
        let partial = out.with_extension("part");
        std::fs::write(&partial, text + "\n")
            .and_then(|()| std::fs::rename(&partial, out))
            .map_err(|e| format!("cannot write {}: {e}", out.display()))?;
        println!("  written: {}", out.display());
    }
    Ok(())
}
