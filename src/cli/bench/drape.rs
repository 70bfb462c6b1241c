//! `toile bench drape`.

use super::Device;
use crate::{cli::Failure, paths::Assets, production::Library, wardrobe::fabric_params};
use std::path::PathBuf;
use toile_cloth::truth::cusick::{Specimen, Tester};
use toile_garment::DrapeTest;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bench drape                              scenes/drape-test.ron: five fabrics
  toile bench drape --fabric denim-12oz          one of the catalogue, on the same table
  toile bench drape linens-drape-test.ron --json drape.json

Hangs a round specimen over a round table, almost stiff at first, lowers its bending
stiffness to the fabric's, and reads what a drape tester reads: the drape coefficient
(shade beyond the table over the skirt's area), the folds, and how deep it hangs.")]
pub(super) struct Args {
    /// The test: specimen, table and fabrics [default: scenes/drape-test.ron]
    scene: Option<PathBuf>,
    /// Hang this fabric instead of the scene's; may be given several times
    #[arg(long = "fabric", value_name = "ID")]
    fabrics: Vec<String>,
    /// Also write the figures here
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    let path = args.scene.unwrap_or_else(|| {
        assets
            .root()
            .with_file_name("scenes")
            .join("drape-test.ron")
    });
    let name = path.display().to_string();
    let text = std::fs::read_to_string(&path)
        .map_err(|e| format!("cannot read {name}: {e}; check the path and its permissions"))?;
    let test = DrapeTest::from_ron(&text, &name)?;
    let (place, ids) = if args.fabrics.is_empty() {
        (format!("{name}: fabrics"), test.fabrics)
    } else {
        ("--fabric".into(), args.fabrics)
    };
    let mut library = Library::new(assets);
    let fabrics = ids
        .iter()
        .map(|id| library.fabric(id, &place))
        .collect::<Result<Vec<_>, _>>()?;
    let device = Device::new()?;
    let (gpu, adapter) = (device.gpu(), &device.adapter);
    println!(
        "{}; a minute or two per fabric on a software driver",
        adapter.name
    );
    println!(
        "{:<24} {:>8} {:>12} {:>8} {:>6} {:>9}",
        "fabric", "g/m²", "B in µN·m", "DC in %", "folds", "drop, mm"
    );
    let mut rows = Vec::new();
    for fabric in fabrics {
        let specimen = Specimen {
            radius: 0.5 * test.specimen_diameter,
            table: 0.5 * test.table_diameter,
            edge: test.edge,
            ..Specimen::of(fabric_params(&fabric))
        };
        let drape = Tester::new(gpu, specimen)?.anneal(specimen.bend())?;
        println!(
            "{:<24} {:>8.0} {:>12.2} {:>8.1} {:>6} {:>9.1}",
            fabric.id,
            specimen.density() * 1e3,
            specimen.bend() * 1e6,
            drape.coefficient,
            drape.nodes,
            drape.drop_mm
        );
        rows.push(serde_json::json!({
            "fabric": fabric.id,
            "density_kg_m2": specimen.density(),
            "bend_n_m": specimen.bend(),
            "coefficient_percent": drape.coefficient,
            "folds": drape.nodes,
            "drop_mm": drape.drop_mm,
            "last_move_mm": drape.last_move_mm,
        }));
    }
    if let Some(path) = &args.json {
        let file = serde_json::json!({ "adapter": adapter.name, "rows": rows });
        std::fs::write(path, serde_json::to_string_pretty(&file)? + "\n")
            .map_err(|e| format!("--json: cannot write {}: {e}", path.display()))?;
    }
    Ok(())
}
