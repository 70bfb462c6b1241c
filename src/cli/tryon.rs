//! `toile tryon`.

use super::{Failure, capture};
use crate::{paths::Assets, production::Production, viewer, wardrobe};
use toile_garment::ease;
use toile_show::{
    Rgb, Show,
    format::{Size, Worn},
};
use toile_twin::Scope;

/// The fitting room's set, cameras and light.
const FITTING_ROOM: &str = include_str!("../../scenes/fitting-room.ron");

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile tryon --twin ines --wear slip-dress=silk-charmeuse
  toile tryon --twin amara --wear tee=cotton-jersey --wear circle-skirt=cotton-poplin:#d9a441
  toile tryon --twin kofi --wear tee=cotton-jersey --cut M --capture   # a turntable

A garment is written GARMENT=FABRIC or GARMENT=FABRIC:#rrggbb, from the skin
outwards. The ease at bust, waist and hip is printed for each.")]
pub(super) struct Args {
    /// Who tries it on
    #[arg(long)]
    twin: String,
    /// What is tried on: GARMENT=FABRIC[:#rrggbb]
    #[arg(long, required = true, value_parser = parse_worn)]
    wear: Vec<Worn>,
    /// A size of the garments' tables, instead of made to measure
    #[arg(long, value_name = "SIZE")]
    cut: Option<String>,
    /// Record a turntable instead of opening the window
    #[arg(long)]
    capture: bool,
    #[command(flatten)]
    output: capture::Output,
}

fn parse_worn(text: &str) -> Result<Worn, String> {
    let (garment, cloth) = text
        .split_once('=')
        .ok_or("write GARMENT=FABRIC, as in tee=cotton-jersey")?;
    let (fabric, colour) = match cloth.split_once(':') {
        Some((fabric, colour)) => (fabric, Some(Rgb::from_hex(colour)?)),
        None => (cloth, None),
    };
    Ok(Worn {
        garment: garment.into(),
        size: Size::MadeToMeasure,
        fabric: fabric.into(),
        colour,
    })
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    let mut show = Show::from_ron(FITTING_ROOM, "scenes/fitting-room.ron")?;
    let look = &mut show.looks[0];
    look.twin.clone_from(&args.twin);
    look.garments = args.wear;
    if let Some(size) = &args.cut {
        for worn in &mut look.garments {
            worn.size = Size::Named(size.clone());
        }
    }
    let production = Production::cast(show, "fitting room", assets, Scope::TryOn)?;
    print_ease(&production)?;
    if args.capture || !viewer::display() {
        let stem = format!("tryon-{}", args.twin);
        return capture::record_production(production, stem, args.output);
    }
    Ok(viewer::run(production)?)
}

/// Prints how much room each garment leaves.
fn print_ease(production: &Production) -> Result<(), Failure> {
    let look = &production.looks[0];
    let wearer = wardrobe::wearer(
        &look.cast.twin.measures,
        &wardrobe::landmarks(&look.cast.avatar)?,
        &look.cast.twin.id,
    )?;
    for garment in &look.garments {
        let room = ease(&garment.pattern(&wearer)?, &wearer);
        let cm = |value: Option<f32>| {
            value.map_or("–".to_owned(), |v| format!("{:+.1} cm", v * 100.0))
        };
        println!(
            "{:<16} ease at bust {}, waist {}, hip {}",
            garment.file.name,
            cm(room.bust),
            cm(room.waist),
            cm(room.hip)
        );
    }
    Ok(())
}
