//! `toile tryon`.

use super::{Failure, capture, display, figure::Figure};
use crate::{
    fitting::{FittingRoom, GarmentEase, Wearer, Wish, ease_of},
    paths::Assets,
    production::Production,
    provenance, viewer, wardrobe,
};
use toile_garment::BodyMeasures;
use toile_show::{
    CATALOGUE, Rgb,
    format::{Size, Worn},
};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile tryon --twin ines --wear slip-dress=silk-charmeuse
  toile tryon --height 178 --bust 85 --waist 64 --hip 90 --wear tee=cotton-jersey
  toile tryon --male --height 184 --bust 102 --waist 90 --hip 100 --wear trousers=wool-crepe
  toile tryon --twin amara --wear tee=cotton-jersey --wear circle-skirt=cotton-poplin:#d9a441
  toile tryon --twin kofi --wear tee=cotton-jersey --cut M --capture   # a turntable

A garment is written GARMENT=FABRIC or GARMENT=FABRIC:#rrggbb, from the skin
outwards; FABRIC is one that ships, or catalogue:ID for one of --catalogue. The ease at bust, waist and hip is printed for each. In the window,
drag turns the look, the wheel brings it closer, and the panel changes wearer,
measures, garments, sizes and fabrics.")]
pub(super) struct Args {
    /// Who tries it on; or give measures
    #[arg(long, required_unless_present = "Figure", conflicts_with = "Figure")]
    twin: Option<String>,
    /// What is tried on: GARMENT=FABRIC[:#rrggbb]
    #[arg(long, required = true, value_parser = parse_worn)]
    wear: Vec<Worn>,
    /// A size of the garments' tables, instead of made to measure
    #[arg(long, value_name = "SIZE")]
    cut: Option<String>,
    /// Record a turntable instead of opening the window
    #[arg(long, conflicts_with = "window")]
    capture: bool,
    /// Open the window or fail; without this, no display means a turntable
    #[arg(long)]
    window: bool,
    #[command(flatten)]
    figure: Option<Figure>,
    #[command(flatten)]
    output: capture::Output,
}

pub(super) fn parse_worn(text: &str) -> Result<Worn, String> {
    let (garment, cloth) = text
        .split_once('=')
        .ok_or("write GARMENT=FABRIC, as in tee=cotton-jersey")?;
    // A name of the catalogue holds a colon too, and its id may.
    let split = match cloth.starts_with(CATALOGUE) {
        true => cloth
            .rsplit_once(":#")
            .map(|(fabric, _)| cloth.split_at(fabric.len())),
        false => cloth.find(':').map(|at| cloth.split_at(at)),
    };
    let (fabric, colour) = match split {
        Some((fabric, colour)) => (fabric, Some(Rgb::from_hex(&colour[1..])?)),
        None => (cloth, None),
    };
    Ok(Worn {
        garment: garment.into(),
        size: Size::MadeToMeasure,
        fabric: fabric.into(),
        colour,
    })
}

impl Args {
    fn wish(&self) -> Wish {
        let wearer = match &self.figure {
            Some(figure) => Wearer::Measured(figure.order()),
            None => Wearer::Twin(self.twin.clone().unwrap_or_default()),
        };
        let mut worn = self.wear.clone();
        if let Some(size) = &self.cut {
            for garment in &mut worn {
                garment.size = Size::Named(size.clone());
            }
        }
        Wish { wearer, worn }
    }
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    let windowed = display::wanted(args.window, args.capture)?;
    let room = FittingRoom::open(assets)?;
    let wish = args.wish();
    let production = room.cast(&wish)?;
    let wearer = wearer_of(&production)?;
    for garment in &production.looks[0].garments {
        print_ease(&ease_of(garment, &wearer)?);
        println!("{:<16} {}", "", provenance::line(&garment.fabric));
    }
    if windowed {
        return Ok(viewer::fit(room, wish, production, args.output.label)?);
    }
    let stem = format!("tryon-{}", production.looks[0].cast.twin.id);
    capture::record_production(production, stem, args.output, None)
}

fn wearer_of(production: &Production) -> Result<BodyMeasures, Failure> {
    let cast = &production.looks[0].cast;
    Ok(wardrobe::wearer(
        &cast.twin.measures,
        &wardrobe::landmarks(&cast.avatar)?,
        &cast.twin.id,
    )?)
}

/// Prints how much room a garment leaves.
fn print_ease(garment: &GarmentEase) {
    let levels: Vec<String> = garment
        .levels
        .iter()
        .map(|level| {
            format!(
                "{} {:+.1} cm ({})",
                level.level,
                level.ease_m() * 100.0,
                level.word
            )
        })
        .collect();
    println!(
        "{:<16} ease at {}; {}",
        garment.name,
        levels.join(", "),
        garment.hint
    );
}

#[cfg(test)]
mod tests {
    use super::parse_worn;

    #[test]
    fn a_fabric_is_named_by_id_or_by_its_place_in_the_catalogue_with_or_without_a_colour() {
        for (text, fabric, dyed) in [
            ("tee=cotton-jersey", "cotton-jersey", false),
            ("tee=cotton-jersey:#d9a441", "cotton-jersey", true),
            ("tee=catalogue:M:12", "catalogue:M:12", false),
            ("tee=catalogue:M:12:#d9a441", "catalogue:M:12", true),
        ] {
            let worn = parse_worn(text).unwrap();
            assert_eq!(
                (worn.fabric.as_str(), worn.colour.is_some()),
                (fabric, dyed)
            );
        }
        assert!(parse_worn("tee=cotton-jersey:red").is_err());
    }
}
