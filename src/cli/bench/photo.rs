//! `toile bench photo`.

use crate::{
    capture::save_rgb,
    cli::Failure,
    paths::Assets,
    progress::Progress,
    stage::{Board, Hang, Light, Swatch},
    swatches::{self, Photograph},
};
use std::path::{Path, PathBuf};
use toile_catalogue::{
    Record,
    bench::photo::{self, Rates},
    estimate, import,
};
use toile_garment::Fabric;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bench photo                        render what is not there yet, and search by it
  toile bench photo --write                and keep the looks of the fabrics that ship

Every fabric that ships is rendered flat, under even light and under a studio's lamp,
which is what the catalogue knows; and in folds under the lamp, at other sizes. The
photographs that are searched by are the lamp's, with only even light known, and the
folds, with both. Each is spoilt: turned by up to 25°, two thirds to one and a half of
the light, warm or cool, with noise. A family is a weave or knit.")]
pub(super) struct Args {
    /// Folder for the swatches; those that are there are not rendered again
    #[arg(long, value_name = "DIR", default_value = "out/bench-photo")]
    folder: PathBuf,
    /// Write the looks of the fabrics that ship to the assets
    #[arg(long)]
    write: bool,
}

/// Side of a piece in the picture of a board, pixels.
const PIXELS: u32 = 576;
/// Pieces in a row and rows on one board.
const COLUMNS: usize = 6;
const ROWS: usize = 5;
/// Share of a flat piece's side that is kept: beyond lie its hem and its folds.
const FLAT: f32 = 0.46;
/// Share of a folded piece's side that is kept.
const FOLDED: f32 = 0.5;

/// One way to photograph: name, side of the piece in mm, how it is lit.
struct Shot {
    name: &'static str,
    side_mm: f32,
    lit: Lit,
}

#[derive(Clone, Copy, PartialEq)]
enum Lit {
    /// Flat, the same from everywhere.
    Even,
    /// Flat, a lamp from the upper left.
    Lamp,
    /// In folds under the lamp.
    Folds,
}

const fn shot(name: &'static str, side_mm: f32, lit: Lit) -> Shot {
    Shot { name, side_mm, lit }
}

/// What the catalogue knows, and what is searched by.
const SHOTS: [Shot; 7] = [
    shot("even-18", 18.0, Lit::Even),
    shot("even-36", 36.0, Lit::Even),
    shot("even-100", 100.0, Lit::Even),
    shot("lamp-26", 26.0, Lit::Lamp),
    shot("lamp-140", 140.0, Lit::Lamp),
    shot("folds-32", 32.0, Lit::Folds),
    shot("folds-100", 100.0, Lit::Folds),
];

impl Shot {
    /// Share of the piece that is kept.
    fn share(&self) -> f32 {
        if self.lit == Lit::Folds { FOLDED } else { FLAT }
    }
}

/// Where looks are from.
const SOURCE: &str = "rendered by Toile from the fabric's own record: flat, 8, 17 and 46 mm of cloth under even light, 12 and 64 mm under a lamp";

pub(super) fn run(args: &Args, assets: &Assets) -> Result<(), Failure> {
    let records = starters(assets)?;
    let fabrics = records
        .iter()
        .map(Record::fabric)
        .collect::<Result<Vec<_>, _>>()?;
    for shot in &SHOTS {
        render(shot, &fabrics, &args.folder, assets)?;
    }
    let of = |lit: &[Lit]| -> Vec<photo::Shot> {
        let of = SHOTS.iter().filter(|s| lit.contains(&s.lit));
        of.map(|s| photo::Shot {
            name: s.name.to_owned(),
            side_mm: s.side_mm * s.share(),
        })
        .collect()
    };
    let even = photo::looks(&args.folder, &records, &of(&[Lit::Even]))?;
    let both = photo::looks(&args.folder, &records, &of(&[Lit::Even, Lit::Lamp]))?;
    println!(
        "| known | asked | scale | compared | family first | family in five | of five | itself first | itself in five |\n|---|---|---|---|---|---|---|---|---|"
    );
    let mut least = 1.0_f64;
    for (known, asked, names) in [
        (&even, of(&[Lit::Lamp]), ["even light", "lamp"]),
        (&both, of(&[Lit::Folds]), ["both", "folds"]),
    ] {
        for (scaled, any_colour) in [(true, false), (false, false), (true, true), (false, true)] {
            let r = photo::rates(
                &args.folder,
                &records,
                known,
                &asked,
                scaled,
                true,
                any_colour,
            )?;
            println!("{}", row(&r, names, scaled, any_colour));
            if !any_colour {
                least = least.min(r.family_five as f64 / r.asked as f64);
            }
        }
    }
    println!(
        "\nfamily among the first five, colour and weave: at least {:.0} %",
        1e2 * least
    );
    if args.write {
        let path = assets.root().join("catalogue/starter.looks.jsonl");
        let mut text = String::new();
        for (id, looks) in &both {
            let line = import::LooksLine {
                id: id.clone(),
                source: SOURCE.to_owned(),
                looks: looks.iter().map(toile_catalogue::look::Look::hex).collect(),
            };
            text += &serde_json::to_string(&line)?;
            text.push('\n');
        }
        std::fs::write(&path, text).map_err(|e| format!("cannot write {}: {e}", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}

fn row(r: &Rates, [known, asked]: [&str; 2], scaled: bool, any_colour: bool) -> String {
    let share = |n: usize| format!("{:.0} %", 100.0 * n as f32 / r.asked as f32);
    format!(
        "| {known} | {asked} ({}) | {} | {} | {} | {} | {:.1} | {} | {} |",
        r.asked,
        if scaled { "told" } else { "not told" },
        if any_colour {
            "weave"
        } else {
            "colour and weave"
        },
        share(r.family_first),
        share(r.family_five),
        r.of_five,
        share(r.own_first),
        share(r.own_five)
    )
}

/// The fabrics that ship, what they lack filled in.
fn starters(assets: &Assets) -> Result<Vec<Record>, Failure> {
    let mut out = Vec::new();
    for id in assets.list("fabrics") {
        let path = assets.fabric(&id);
        let text = std::fs::read_to_string(&path)
            .map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        out.push(Record::from_ron(&text, &path.display().to_string())?);
    }
    let path = assets.root().join("catalogue/starter.jsonl");
    let text = std::fs::read_to_string(&path)
        .map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    for line in text.lines() {
        let mut record = Record::from_json(line, &path.display().to_string())?;
        estimate::complete(&mut record)?;
        out.push(record);
    }
    Ok(out)
}

/// Renders one shot of every fabric, as many to a board as fit.
fn render(shot: &Shot, fabrics: &[Fabric], folder: &Path, assets: &Assets) -> Result<(), Failure> {
    let folder = folder.join(shot.name);
    std::fs::create_dir_all(&folder)
        .map_err(|e| format!("cannot make the folder {}: {e}", folder.display()))?;
    let picture = |id: &str| folder.join(format!("{id}.png"));
    let missing: Vec<&Fabric> = fabrics
        .iter()
        .filter(|f| !picture(&f.id).exists())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let room = swatches::room(assets)?;
    let venue = &room.show.venue;
    let image = assets.environment(&venue.environment.image);
    let mut bar = Progress::start(shot.name, missing.len() as u64);
    for (n, part) in missing.chunks(COLUMNS * ROWS).enumerate() {
        bar.at((n * COLUMNS * ROWS) as u64, "");
        let hung: Vec<Swatch> = part
            .iter()
            .map(|f| Swatch {
                fabric: (*f).clone(),
                colour: None,
            })
            .collect();
        let board = Board {
            swatches: &hung,
            columns: COLUMNS,
            side_m: shot.side_mm * 1e-3,
            hang: if shot.lit == Lit::Folds {
                Hang::Folded
            } else {
                Hang::Flat
            },
            light: if shot.lit == Lit::Even {
                Light::Even
            } else {
                Light::Studio {
                    venue,
                    image: &image,
                }
            },
        };
        let cell = PIXELS * 9 / 8;
        let taken = swatches::photograph(&room, &board, cell * COLUMNS as u32, 1)?;
        let rows = part.len().div_ceil(COLUMNS);
        for (k, fabric) in part.iter().enumerate() {
            let kept = (PIXELS as f32 * shot.share()) as u32;
            let piece = cut(&taken, k % COLUMNS, k / COLUMNS, rows, kept as usize);
            save_rgb(&picture(&fabric.id), &piece, (kept, kept))?;
        }
    }
    bar.finish(&format!(
        "{} swatches in {}",
        missing.len(),
        folder.display()
    ));
    Ok(())
}

/// The middle of one cell of a board.
fn cut(taken: &Photograph, column: usize, row: usize, rows: usize, kept: usize) -> Vec<u8> {
    let middle =
        |k: usize, n: usize, size: u32| ((k as f32 + 0.5) * size as f32 / n as f32) as usize;
    let left = middle(column, COLUMNS, taken.size.0) - kept / 2;
    let top = middle(row, rows, taken.size.1) - kept / 2;
    let width = taken.size.0 as usize;
    (top..top + kept)
        .flat_map(|y| &taken.rgb[(y * width + left) * 3..][..kept * 3])
        .copied()
        .collect()
}
