//! `toile fabric card`.

use crate::{
    capture::{save_rgb, write_whole},
    card::{Card, DRAPED_MM, FLAT_MM, PAGE_MM, Png, pixels},
    cli::Failure,
    draping::{self, Specimen, hang},
    library::Library,
    paths::Assets,
    progress::Progress,
    swatches,
    wardrobe::fabric_params,
};
use std::path::PathBuf;
use toile_catalogue::{current_drape, estimate};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile fabric card silk-charmeuse --out charmeuse.png
  toile fabric card catalogue:M00000012 --out m12.svg
  toile fabric card wool-crepe --out crepe.png --dpi 450 --samples 16

A page of A5: a square of the fabric on a round table, simulated; the flat cloth at
1:1; the silhouette of its drape test, simulated now if none is kept; and its numbers,
each with origin, source and error band. Print it at 100 %.")]
pub(super) struct Args {
    /// A fabric that ships, or catalogue:ID
    fabric: String,
    /// File to write: .png or .svg
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Dots per inch of pictures, and of a PNG
    #[arg(long, default_value_t = 300.0)]
    dpi: f32,
    /// Subframes of which a picture is the mean
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=256))]
    samples: u32,
}

pub(super) fn run(job: &Args, assets: &Assets) -> Result<(), Failure> {
    let ending = job.out.extension().unwrap_or_default().to_string_lossy();
    let ending = ending.to_lowercase();
    if !["png", "svg"].contains(&ending.as_str()) {
        return Err(format!("--out: {} ends in neither .png nor .svg", job.out.display()).into());
    }
    if !(36.0..=1200.0).contains(&job.dpi) {
        return Err(format!("--dpi is {}; give 36 to 1200", job.dpi).into());
    }
    let mut library = Library::new(assets);
    let fabric = library.fabric(&job.fabric, "FABRIC")?;
    let mut record = library.record(&job.fabric, "FABRIC")?;
    estimate::complete(&mut record)?;
    let mut bar = Progress::start("draping a square", 100);
    let mut told = |share: f32| {
        bar.at((share * 100.0) as u64, "");
        true
    };
    let square = hang(
        fabric_params(&fabric),
        Specimen::Square,
        draping::EDGE_M,
        &mut told,
    )?
    .ok_or("the square was not draped")?;
    if current_drape(&record).is_none() {
        record.drape = draping::test(&fabric, &mut told)?;
    }
    bar.finish("hangs");
    let drape = current_drape(&record).ok_or("the drape test gave nothing")?;
    let room = swatches::room(assets)?;
    let dots = |mm: f32| (mm / 25.4 * job.dpi).round() as u32 & !1;
    let draped = swatches::draped(&room, &fabric, &square, dots(DRAPED_MM), job.samples)?.png()?;
    let side = dots(FLAT_MM);
    let flat = swatches::flat(&room, &fabric, FLAT_MM * 1e-3, side, job.samples)?.png()?;
    let svg = Card {
        record: &record,
        fabric: &fabric,
        drape: &drape.value,
        draped: Png(&draped),
        flat: Png(&flat),
    }
    .svg()?;
    if ending == "svg" {
        write_whole(&job.out, svg.as_bytes())?;
    } else {
        let (rgba, size) = pixels(&svg, job.dpi)?;
        let rgb: Vec<u8> = rgba
            .as_chunks::<4>()
            .0
            .iter()
            .flat_map(|p| [p[0], p[1], p[2]])
            .collect();
        save_rgb(&job.out, &rgb, size, None)?;
    }
    println!("{}: {} × {} mm", job.out.display(), PAGE_MM.0, PAGE_MM.1);
    Ok(())
}
