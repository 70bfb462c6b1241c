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
    estimate,
};
use toile_garment::Fabric;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bench photo                        render what is not there yet, and search by it
  toile bench photo --write                and keep the looks of the fabrics that ship

Every fabric that ships is rendered flat: under even light at three sizes, which is
what the catalogue knows, and under a studio's lamp at two others, which are the
photographs that are searched by. These are spoilt: turned by up to 25°, two thirds to
one and a half of the light, warm or cool, with noise. A family is a weave or knit.")]
pub(super) struct Args {
    /// Folder for the swatches; those that are there are not rendered again
    #[arg(long, value_name = "DIR", default_value = "out/bench-photo")]
    folder: PathBuf,
    /// Write the looks of the fabrics that ship to the assets
    #[arg(long)]
    write: bool,
}

/// Side of a piece's cell in the picture of a board, and of what is kept around a
/// piece's middle, pixels.
const CELL: u32 = 432;
const PIXELS: u32 = 384;
/// Cells are wider than pieces by so much, as boards are hung.
const PITCH: f32 = 1.12;
/// Pieces in a row and rows on one board.
const COLUMNS: usize = 8;
const ROWS: usize = 5;

/// One way to photograph.
struct Shot {
    name: &'static str,
    /// Side of the piece, mm.
    side_mm: f32,
    /// A lamp from the upper left, or light from everywhere.
    lamp: bool,
    /// What is kept of a piece: left, top and side, pixels. Beyond lie its hem, the
    /// stitches of the hem, and the folds at its corners.
    kept: (usize, usize, usize),
}

const fn shot(name: &'static str, side_mm: f32, lamp: bool, kept: (usize, usize, usize)) -> Shot {
    Shot {
        name,
        side_mm,
        lamp,
        kept,
    }
}

/// What the catalogue knows, and what is searched by.
const SHOTS: [Shot; 5] = [
    shot("even-8", 8.0, false, (12, 196, 176)),
    shot("even-24", 24.0, false, (12, 196, 176)),
    shot("even-72", 72.0, false, (108, 108, 168)),
    shot("lamp-14", 14.0, true, (12, 196, 176)),
    shot("lamp-45", 45.0, true, (12, 228, 144)),
];

impl Shot {
    /// Cloth that is kept from left to right, mm.
    fn width_mm(&self) -> f32 {
        self.side_mm * self.kept.2 as f32 * PITCH / CELL as f32
    }
}

/// Where looks are from.
const SOURCE: &str = "rendered by Toile from the fabric's own record, flat: 4, 11 and 31 mm of cloth under even light, 6 and 17 mm under a lamp";

pub(super) fn run(args: &Args, assets: &Assets) -> Result<(), Failure> {
    let records = starters(assets)?;
    let fabrics = records
        .iter()
        .map(Record::fabric)
        .collect::<Result<Vec<_>, _>>()?;
    for shot in &SHOTS {
        render(shot, &fabrics, &args.folder, assets)?;
    }
    let of = |lamps: &[bool]| -> Vec<photo::Shot> {
        let of = SHOTS.iter().filter(|s| lamps.contains(&s.lamp));
        of.map(|s| photo::Shot {
            name: s.name.to_owned(),
            side_mm: s.width_mm(),
        })
        .collect()
    };
    let even = photo::looks(&args.folder, &records, &of(&[false]))?;
    println!(
        "| scale | compared | family first | family in five | of five | itself first | itself in five |\n|---|---|---|---|---|---|---|"
    );
    for (scaled, any_colour) in [(true, false), (false, false), (true, true), (false, true)] {
        let asked = of(&[true]);
        let r = photo::rates(
            &args.folder,
            &records,
            &even,
            &asked,
            scaled,
            true,
            any_colour,
        )?;
        println!("{}", row(&r, scaled, any_colour));
    }
    if args.write {
        let path = assets.root().join("catalogue/starter.looks.jsonl");
        let all = photo::looks(&args.folder, &records, &of(&[false, true]))?;
        photo::write(&path, &all, SOURCE)?;
        println!("{}", path.display());
    }
    Ok(())
}

fn row(r: &Rates, scaled: bool, any_colour: bool) -> String {
    let share = |n: usize| format!("{:.0} %", 100.0 * n as f32 / r.asked as f32);
    format!(
        "| {} | {} | {} | {} | {:.1} | {} | {} |",
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
            hang: Hang::Flat,
            light: if shot.lamp {
                Light::Studio { room: &room }
            } else {
                Light::Even
            },
        };
        let taken = swatches::photograph(&room, &board, CELL * COLUMNS as u32, 2)?;
        let rows = part.len().div_ceil(COLUMNS);
        for (k, fabric) in part.iter().enumerate() {
            let piece = cut(&taken, k % COLUMNS, k / COLUMNS, rows, shot.kept);
            let side = shot.kept.2 as u32;
            save_rgb(&picture(&fabric.id), &piece, (side, side), None)?;
        }
    }
    bar.finish(&format!(
        "{} swatches in {}",
        missing.len(),
        folder.display()
    ));
    Ok(())
}

/// What is kept of one piece of a board.
fn cut(
    taken: &Photograph,
    column: usize,
    row: usize,
    rows: usize,
    (left, top, side): (usize, usize, usize),
) -> Vec<u8> {
    let corner = |k: usize, n: usize, size: u32| {
        ((k as f32 + 0.5) * size as f32 / n as f32) as usize - PIXELS as usize / 2
    };
    let left = corner(column, COLUMNS, taken.size.0) + left;
    let top = corner(row, rows, taken.size.1) + top;
    let width = taken.size.0 as usize;
    (top..top + side)
        .flat_map(|y| &taken.rgb[(y * width + left) * 3..][..side * 3])
        .copied()
        .collect()
}
