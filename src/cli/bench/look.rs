//! `toile bench look`.

use crate::{
    capture::save_rgb,
    cli::Failure,
    paths::Assets,
    production::Library,
    stage::{Board, Hang, Light, Swatch, surface},
    swatches::{self, Photograph},
};
use std::path::{Path, PathBuf};
use toile_garment::Fabric;
use toile_optics::furnace;
use toile_show::Rgb;

/// Cosines between view and normal at which the furnace is looked into.
const COSINES: [f32; 5] = [0.2, 0.4, 0.6, 0.8, 0.98];
/// Azimuths of the view, rad.
const AZIMUTHS: [f32; 3] = [0.0, 0.8, 1.57];

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bench look                              colours and energy, as tables
  toile bench look --out pictures               and pictures of every fabric
  toile bench look --fabric silk-velvet --out pictures --side 60 --samples 8

Colours: a fabric dyed in the 24 colours of a chart, photographed flat under even
light; the CIEDE2000 difference of what was given and what is read back (bar: 2).
Energy: what a white cloth of each fabric sends back of light from everywhere, by
the model that the shader has (bar: 2 % from all of it).")]
pub(super) struct Args {
    /// Fabrics to look at [default: all]
    #[arg(long, value_name = "ID")]
    fabric: Vec<String>,
    /// Folder for pictures: the chart, and the fabrics hung in folds
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Side of a piece in the pictures, mm
    #[arg(long, default_value_t = 300.0, value_name = "MM")]
    side: f32,
    /// Pieces in a row
    #[arg(long, default_value_t = 5)]
    columns: usize,
    /// Width of the pictures, pixels
    #[arg(long, default_value_t = 1600)]
    width: u32,
    /// Subframes of which a picture is the mean
    #[arg(long, default_value_t = 4)]
    samples: u32,
    /// Fabric that is dyed for the chart
    #[arg(long, default_value = "cotton-poplin", value_name = "ID")]
    dyed: String,
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    for (flag, value, [low, high]) in [
        ("--side", f64::from(args.side), [5.0, 2000.0]),
        ("--columns", args.columns as f64, [1.0, 12.0]),
        ("--width", f64::from(args.width), [64.0, 4096.0]),
        ("--samples", f64::from(args.samples), [1.0, 256.0]),
    ] {
        if !(low..=high).contains(&value) {
            return Err(format!("{flag} is {value}; give {low} to {high}").into());
        }
    }
    let ids = if args.fabric.is_empty() {
        assets.list("fabrics")
    } else {
        args.fabric.clone()
    };
    let mut library = Library::new(assets);
    let fabrics = ids
        .iter()
        .map(|id| library.fabric(id, "--fabric"))
        .collect::<Result<Vec<_>, _>>()?;
    let room = swatches::room(assets)?;
    let dyed = library.fabric(&args.dyed, "--dyed")?;
    let (readings, chart) = swatches::read_chart(&room, &dyed)?;
    println!("{} dyed, flat, even light:", dyed.name);
    println!("| colour | given | read | ΔE2000 |\n|---|---|---|---|");
    let hex = |c: [u8; 3]| format!("#{:02x}{:02x}{:02x}", c[0], c[1], c[2]);
    for r in &readings {
        let (given, read) = (hex(r.given), hex(r.read));
        println!("| {} | {given} | {read} | {:.2} |", r.name, r.difference);
    }
    let worst = readings.iter().map(|r| r.difference).fold(0.0, f32::max);
    let mean = readings.iter().map(|r| r.difference).sum::<f32>() / readings.len() as f32;
    println!("mean {mean:.2}, worst {worst:.2}\n");
    println!("| fabric | least | most |\n|---|---|---|");
    let mut lost = 0.0_f32;
    for fabric in &fabrics {
        let [least, most] = energy(fabric);
        lost = lost.max(1.0 - least).max(most - 1.0);
        println!("| {} | {least:.4} | {most:.4} |", fabric.name);
    }
    println!("at most {:.1} % made or lost", lost * 100.0);
    if let Some(out) = &args.out {
        std::fs::create_dir_all(out)
            .map_err(|error| format!("cannot make the folder {}: {error}", out.display()))?;
        keep(out, "chart.png", &chart)?;
        let swatches: Vec<Swatch> = fabrics
            .iter()
            .map(|fabric| Swatch {
                fabric: (**fabric).clone(),
                colour: None,
            })
            .collect();
        let board = Board {
            swatches: &swatches,
            columns: args.columns.min(swatches.len()),
            side_m: args.side * 1e-3,
            hang: Hang::Folded,
            light: Light::Studio { room: &room },
        };
        let picture = swatches::photograph(&room, &board, args.width, args.samples)?;
        keep(out, "fabrics.png", &picture)?;
    }
    if worst > 2.0 || lost > 0.02 {
        return Err("a colour or the energy of a fabric is off; see the tables".into());
    }
    Ok(())
}

fn keep(folder: &Path, name: &str, picture: &Photograph) -> Result<(), Failure> {
    let path = folder.join(name);
    save_rgb(&path, &picture.rgb, picture.size, None)?;
    eprintln!("{}", path.display());
    Ok(())
}

/// The least and the most that a white cloth sends back of light from everywhere.
fn energy(fabric: &Fabric) -> [f32; 2] {
    let white = surface(fabric, Some(Rgb([1.0; 3]))).bleached();
    COSINES
        .iter()
        .flat_map(|&cosine| AZIMUTHS.map(|azimuth| furnace(&white, cosine, azimuth, 256).x))
        .fold([f32::MAX, 0.0], |[least, most], sent| {
            [least.min(sent), most.max(sent)]
        })
}
