//! `toile bench fit`.

use super::Device;
use crate::cli::Failure;
use toile_cloth::truth::{
    cusick::{Drape, Specimen},
    fit,
};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bench fit --dc 69.6 --density 0.192            a blue cotton
  toile bench fit --dc 61.7 --density 0.114 --c33 40   with a softer shear

Hangs a specimen of 30 cm over a table of 18 cm, almost stiff at first, and
lowers its bending stiffness until it throws the measured shade. The drape
coefficient alone does not tell bending from shear: give the shear stiffness of
the fabric if you know it, and compare the printed drop and folds with the
tester. The result goes into a fabric's bend_warp, bend_weft and bend_bias.")]
pub(super) struct Args {
    /// Drape coefficient: shade beyond the table over the skirt's area, %
    #[arg(long, value_name = "PERCENT")]
    dc: f64,
    /// Mass per area, kg/m²
    #[arg(long, value_name = "KG_PER_M2")]
    density: f64,
    /// Membrane stiffness along warp and weft, N/m
    #[arg(long, default_value_t = 2000.0)]
    stretch: f64,
    /// Shear stiffness, N/m
    #[arg(long, default_value_t = 80.0)]
    c33: f64,
    /// Edge length of the mesh, mm
    #[arg(long, default_value_t = 6.0)]
    edge: f64,
}

pub(super) fn run(args: Args) -> Result<(), Failure> {
    for (flag, value, [low, high]) in [
        ("--dc", args.dc, [5.0, 97.0]),
        ("--density", args.density, [0.01, 2.0]),
        ("--stretch", args.stretch, [10.0, 1e4]),
        ("--c33", args.c33, [1.0, 1e4]),
        ("--edge", args.edge, [2.0, 15.0]),
    ] {
        if !(low..=high).contains(&value) {
            return Err(format!("{flag} is {value}; give {low} to {high}").into());
        }
    }
    let device = Device::new()?;
    let (gpu, adapter) = (device.gpu(), &device.adapter);
    let mut specimen = Specimen::woven(args.density);
    specimen.edge = args.edge * 1e-3;
    specimen.fabric.stretch = [args.stretch, 0.0, args.stretch, args.c33].map(|c| c as f32);
    println!(
        "{}; half a minute and more per line on a software driver",
        adapter.name
    );
    println!(
        "{:>12} {:>8} {:>6} {:>9}",
        "B in µN·m", "DC in %", "folds", "drop, mm"
    );
    let line = |bend: f64, drape: &Drape| {
        println!(
            "{:>12.2} {:>8.1} {:>6} {:>9.1}",
            bend * 1e6,
            drape.coefficient,
            drape.nodes,
            drape.drop_mm
        );
    };
    let fit = fit::fit(gpu, specimen, args.dc, &mut |bend, drape| line(bend, drape))?;
    if !fit.found {
        return Err(Failure {
            message: format!(
                "no bending stiffness gives {} %: the nearest is {:.1} % with {:.2} µN·m",
                args.dc,
                fit.drape.coefficient,
                fit.bend * 1e6
            ),
            code: 1,
        });
    }
    println!(
        "\nbending stiffness {:.2} µN·m, with {} folds and a drop of {:.1} mm",
        fit.bend * 1e6,
        fit.drape.nodes,
        fit.drape.drop_mm
    );
    Ok(())
}
