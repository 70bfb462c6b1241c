//! `toile fabric compare`.

use crate::{
    capture::CaptureError,
    cli::{
        Failure,
        capture::{Quality, parse_size},
        figure::Figure,
        stop_on_interrupt,
    },
    fitting::{FittingRoom, Wearer, Wish},
    library::Library,
    lookbook::{Caption, LookbookError, side_by_side},
    paths::Assets,
};
use std::path::PathBuf;
use toile_catalogue::current_drape;
use toile_show::format::{Size, Worn};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile fabric compare silk-charmeuse cotton-poplin wool-crepe denim-12oz
  toile fabric compare catalogue:M00000012 silk-charmeuse --garment slip-dress --twin ines

The same garment, cut alike, is sewn once in each fabric, stands in the studio until
the cloth hangs still, and is photographed from the front. Below each picture stand the
fabric's weight and hand, and where its mechanics are from.")]
pub(super) struct Args {
    /// Two to four fabrics: that ship, or catalogue:ID
    #[arg(required = true, num_args = 2..=4, value_name = "FABRIC")]
    fabrics: Vec<String>,
    /// The garment that is worn in each
    #[arg(long, default_value = "circle-skirt")]
    garment: String,
    /// Also worn, the same in all: GARMENT=FABRIC[:#rrggbb]
    #[arg(long, value_name = "GARMENT=FABRIC", value_parser = crate::cli::tryon::parse_worn)]
    with: Vec<Worn>,
    /// Who wears it; or give measures
    #[arg(long, default_value = "lina", conflicts_with = "Figure")]
    twin: String,
    #[command(flatten)]
    figure: Option<Figure>,
    /// Picture to write: .png
    #[arg(long, value_name = "FILE", default_value = "out/compare.png")]
    out: PathBuf,
    /// Size of one picture, width by height, both even
    #[arg(long, default_value = "600x1000", value_parser = parse_size)]
    size: (u32, u32),
    /// How smooth: subframes of which every picture is the mean
    #[arg(long, value_enum, default_value_t = Quality::Standard)]
    quality: Quality,
}

pub(super) fn run(job: &Args, assets: &Assets) -> Result<(), Failure> {
    let room = FittingRoom::open(assets)?;
    let mut library = Library::new(assets);
    let mut captions = Vec::new();
    let mut all = None;
    for (index, fabric) in job.fabrics.iter().enumerate() {
        let mut worn = vec![Worn {
            garment: job.garment.clone(),
            size: Size::MadeToMeasure,
            fabric: fabric.clone(),
            colour: None,
        }];
        worn.extend(job.with.iter().cloned());
        // From the skin outwards, whichever was named first.
        let mut layers = Vec::new();
        for piece in worn {
            layers.push((library.garment(&piece.garment, "--garment")?.layer, piece));
        }
        layers.sort_by_key(|(layer, _)| *layer);
        let wish = Wish {
            wearer: match &job.figure {
                Some(figure) => Wearer::Measured(figure.order()),
                None => Wearer::Twin(job.twin.clone()),
            },
            worn: layers.into_iter().map(|(_, piece)| piece).collect(),
        };
        let mut production = room.cast(&wish)?;
        let mut look = production.looks.remove(0);
        look.look.number = index as u32 + 1;
        let record = library.record(fabric, "FABRIC")?;
        let drape = current_drape(&record).map(|drape| drape.value.percent);
        let garment = look.garments.iter().find(|g| g.file.id == job.garment);
        captions.extend(garment.map(|g| Caption::new(g, drape)));
        all.get_or_insert(production).looks.push(look);
    }
    let production = all.ok_or("name the fabrics")?;
    let first = &production.looks[0];
    let title = format!(
        "{} · {}",
        library.garment(&job.garment, "--garment")?.name,
        first.cast.twin.name
    );
    if let Some(folder) = job.out.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|e| format!("--out: cannot make {}: {e}", folder.display()))?;
    }
    let stop = stop_on_interrupt()?;
    let samples = job.quality.samples();
    match side_by_side(
        production,
        (&title, &captions),
        job.size,
        samples,
        &job.out,
        &stop,
    ) {
        Ok(size) => {
            println!("{}: {} × {}", job.out.display(), size.0, size.1);
            Ok(())
        }
        Err(error @ LookbookError::Capture(CaptureError::Interrupted { .. })) => Err(Failure {
            message: error.to_string(),
            code: 130,
        }),
        Err(error) => Err(error.into()),
    }
}
