//! `toile fabric like`.

use crate::cli::Failure;
use std::path::Path;
use toile_catalogue::{
    Store,
    find::{Alike, Finder, Photo},
    hit_row,
    look::{Look, Picture},
    parse_colour,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The fabric's id, or a photograph of cloth: .png or .jpg
    id: String,
    /// Compare with this colour instead of its own: '#RRGGBB' or a name
    #[arg(long)]
    colour: Option<String>,
    /// Of a photograph: how much cloth it shows from left to right, mm; without it the
    /// size of threads is not compared
    #[arg(long, value_name = "MM")]
    width_mm: Option<f32>,
    /// Of a photograph: compare the weave alone, whatever the colour
    #[arg(long, conflicts_with = "colour")]
    any_colour: bool,
    /// How many
    #[arg(long, default_value_t = 10)]
    limit: usize,
}

pub(super) fn run(args: &Args, file: &Path) -> Result<(), Failure> {
    let colour = args.colour.as_deref().map(parse_colour).transpose()?;
    let photo = Path::new(&args.id);
    let is_photo = photo.extension().is_some_and(|e| {
        ["png", "jpg", "jpeg"].contains(&e.to_string_lossy().to_lowercase().as_str())
    });
    let store = Store::open(file)?;
    let finder = Finder::new(&store)?;
    if !is_photo {
        if args.width_mm.is_some() || args.any_colour {
            return Err(format!(
                "--width-mm and --any-colour are for photographs; '{}' is no .png or .jpg",
                args.id
            )
            .into());
        }
        list(&finder.like(&args.id, colour, args.limit)?);
        return Ok(());
    }
    if let Some(mm) = args.width_mm
        && !(1.0..=10_000.0).contains(&mm)
    {
        return Err(format!("--width-mm is {mm}; give 1 to 10000").into());
    }
    let look = Look::of(&Picture::open(photo)?, args.width_mm);
    let mut asked = Photo {
        look,
        any_colour: args.any_colour,
        limit: args.limit,
    };
    println!("photograph: {}", asked.look.told().join("\n  "));
    if args.width_mm.is_none() {
        println!("  --width-mm tells how much cloth it shows");
    }
    if let Some(colour) = colour {
        asked = asked.in_colour(colour);
    }
    let found = finder.like_photo(&asked)?;
    println!("  {}", found.told());
    list(&found.alike);
    Ok(())
}

fn list(alike: &[Alike]) {
    for (n, alike) in alike.iter().enumerate() {
        let reasons: Vec<String> = alike.reasons.iter().map(ToString::to_string).collect();
        println!("{:>3}  {}", n + 1, hit_row(&alike.hit));
        println!("     {}", reasons.join(", "));
    }
}
