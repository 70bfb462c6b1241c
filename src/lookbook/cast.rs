//! The cast sheet: twins side by side in the studio, in one scale and in their base
//! layer, or their faces, each over its name, its measures and what it is.

use super::{AHEAD, LookbookError, Sheet, alone, sheet, stopped, studio};
use crate::{
    capture::{CaptureError, Film, Headless, Plan, save_rgb, subframes, to_rgb},
    consent::{Made, Run, note_refusal},
    credentials::Credentials,
    fitting::{self, FittingError, FittingRoom},
    label::{self, Label, Policy},
    lettering::Letters,
    paths::Assets,
    production::{Production, ProductionError},
    progress::Progress,
    stage::{Figure, build_studio, frame_face, frame_figures},
};
use image::{RgbImage, imageops};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};
use toile_consent::{Timestamp, ledger::Act};
use toile_show::Show;
use toile_twin::{Kind, Twin};

/// Figures in a row, and faces.
const COLUMNS: usize = 10;
const FACES: usize = 4;
/// Margin around the figures, and sizes of title, names and measures, of a figure's width.
const MARGIN: f32 = 0.16;
const TITLE: f32 = 0.15;
const NAME: f32 = 0.085;
const FIGURES: f32 = 0.072;
/// Room below a figure for its lines, of its width.
const BELOW: f32 = 0.42;
/// How much more light the film gets than in a lookbook, stops: faces are small.
const BRIGHTER_EV: f32 = 0.5;
/// Updates that Bevy may take to load an avatar.
const MOST_UPDATES: u32 = 20_000;

/// What is seen of a twin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crop {
    /// All of it.
    Figure,
    /// Its face, from about a metre.
    Face,
}

/// What errors call it.
const PLACE: &str = "cast sheet";

/// Casts twins for a sheet, for a client or the fitting room's. Those whose licences do
/// not cover it are left out, which is said and written down.
///
/// # Errors
/// A twin that is not there or broken, or none that may be shown.
pub fn cast(
    assets: &Assets,
    ids: &[String],
    client: Option<&str>,
) -> Result<Production, LookbookError> {
    let room = fitting::scene().map_err(FittingError::from)?;
    let today = Timestamp::now().to_string();
    let show = Show {
        title: "Cast".into(),
        client: client.unwrap_or(&room.client).to_owned(),
        purpose: "Lookbook".into(),
        date: today.chars().take("2026-11-21".len()).collect(),
        ..room
    };
    let mut whole: Option<Production> = None;
    for (number, id) in (1..).zip(ids) {
        let mut show = show.clone();
        show.looks.truncate(1);
        for look in &mut show.looks {
            (look.number, look.twin) = (number, id.clone());
            look.garments.clear();
        }
        match Production::cast_lookbook(show, PLACE, assets, &[]) {
            Ok(one) => match &mut whole {
                Some(whole) => whole.looks.extend(one.looks),
                None => whole = Some(one),
            },
            Err(error @ ProductionError::Licence { .. }) => {
                note_refusal(assets.account(), &error, Act::Photograph);
                eprintln!("{error}");
            }
            Err(error) => return Err(LookbookError::Cast(error)),
        }
    }
    whole.ok_or(LookbookError::Nobody)
}

/// Photographs the cast, puts it on a sheet and writes that; gives its size, pixels. What
/// is made of a twin is asked for and written down as pictures of a lookbook are.
///
/// # Errors
/// [`LookbookError`].
pub fn cast_sheet(
    mut production: Production,
    (crop, size, samples): (Crop, (u32, u32), u32),
    policy: Policy,
    out: &Path,
    stop: &AtomicBool,
) -> Result<(u32, u32), LookbookError> {
    let whole = whole_size(production.looks.len(), size, crop);
    let mut run = Run::begin(&mut production, Act::Photograph, whole, |intent| {
        intent.stills = 1;
        intent.told = label::told(policy, true);
    })
    .map_err(|error| CaptureError::Refused(Box::new(error)))?;
    let credentials = Credentials::open(&production, &run).map_err(CaptureError::from)?;
    let mut files = BTreeMap::new();
    let written = photograph(&production, (crop, size, samples), stop).and_then(|pictures| {
        let label = Label::new(&production, policy);
        let rgb = compose(&production, &pictures, label.as_ref(), (crop, size))?;
        let stamp = credentials.of_all();
        save_rgb(out, &rgb, whole, Some(&stamp)).map_err(CaptureError::from)?;
        for look in &production.looks {
            run.photographed(look.look.number, 1);
        }
        let name = out.file_name().unwrap_or_default().to_string_lossy();
        files.insert(name.into_owned(), vec![out.to_path_buf()]);
        Ok(whole)
    });
    run.end(&Made {
        shots: vec!["front".to_owned()],
        files,
        frames: 0,
        measured: "pictures".into(),
    })
    .map_err(CaptureError::from)?;
    written
}

/// A picture of every twin, RGB.
fn photograph(
    production: &Production,
    (crop, size, samples): (Crop, (u32, u32), u32),
    stop: &AtomicBool,
) -> Result<Vec<Vec<u8>>, LookbookError> {
    let room = fitting::scene().map_err(FittingError::from)?;
    let mut studio = studio(&room, &production.show);
    studio.venue.exposure_ev100 -= BRIGHTER_EV;
    let empty = alone(production, &studio, &[]);
    let mut headless = Headless::new(size, &empty, &Plan::stills())?;
    build_studio(headless.world(), &empty).map_err(CaptureError::from)?;
    frame_figures(headless.world());
    let mut progress = Progress::start("photographing the cast", production.looks.len() as u64);
    let mut pictures = Vec::new();
    for look in &production.looks {
        let one = alone(production, &studio, std::slice::from_ref(look));
        let mut figure = Figure::new(headless.world(), look);
        headless.open(false);
        let mut updates = 0;
        while !figure
            .advance(headless.world(), &one.looks[0], &one.show)
            .map_err(CaptureError::from)?
        {
            headless.update()?;
            updates += 1;
            if stop.load(Ordering::Relaxed) {
                return Err(stopped(0).into());
            }
            if updates > MOST_UPDATES {
                return Err(LookbookError::Late(look.cast.twin.id.clone()));
            }
        }
        if crop == Crop::Face {
            frame_face(headless.world(), figure.face());
        }
        headless.open(true);
        for _ in 0..AHEAD {
            headless.update()?;
        }
        let mut film = Film::default();
        for (subframe, _) in subframes(samples) {
            headless.set_subframe(subframe);
            headless.update()?;
            film.expose(&headless.picture(0)?);
        }
        pictures.push(to_rgb(&film.develop(), size.0));
        figure.leave(headless.world());
        progress.at(pictures.len() as u64, &look.cast.twin.name);
    }
    progress.finish("done");
    Ok(pictures)
}

/// Parts of a sheet, pixels.
struct Grid {
    margin: u32,
    head: u32,
    cell: (u32, u32),
    columns: u32,
}

impl Grid {
    fn new(count: usize, size: (u32, u32), crop: Crop) -> Self {
        let of = |share: f32| (size.0 as f32 * share) as u32;
        Self {
            margin: of(MARGIN),
            head: of(MARGIN + 1.8 * TITLE),
            cell: (size.0, size.1 + of(BELOW)),
            columns: match crop {
                Crop::Figure => count.clamp(1, COLUMNS) as u32,
                Crop::Face => count.clamp(1, FACES) as u32,
            },
        }
    }

    fn place(&self, number: usize) -> (u32, u32) {
        let (row, column) = (number as u32 / self.columns, number as u32 % self.columns);
        (
            self.margin + column * self.cell.0,
            self.head + row * self.cell.1,
        )
    }
}

fn whole_size(count: usize, size: (u32, u32), crop: Crop) -> (u32, u32) {
    let grid = Grid::new(count, size, crop);
    let rows = (count as u32).div_ceil(grid.columns);
    (
        2 * grid.margin + grid.columns * grid.cell.0,
        grid.head + rows * grid.cell.1 + grid.margin,
    )
}

/// What is written below a figure; measures, if they may be told.
fn lines(twin: &Twin, told: bool) -> [String; 3] {
    let m = &twin.measures;
    let cm = |metres: f32| match told {
        true => format!("{:.0}", metres * 1e2),
        false => "–".to_owned(),
    };
    let kind = match twin.kind {
        Kind::Person => "replica of a person",
        Kind::Synthetic => "synthetic person",
        Kind::Mannequin => "mannequin",
    };
    [
        twin.name.clone(),
        format!(
            "{} · {}-{}-{}",
            cm(m.height),
            cm(m.bust),
            cm(m.waist),
            cm(m.hip)
        ),
        kind.to_owned(),
    ]
}

/// The figures in rows, RGB of [`whole_size`].
fn compose(
    production: &Production,
    pictures: &[Vec<u8>],
    label: Option<&Label>,
    (crop, size): (Crop, (u32, u32)),
) -> Result<Vec<u8>, LookbookError> {
    let letters = Letters::open()?;
    let fitting = FittingRoom::open(&production.assets)?;
    let grid = Grid::new(pictures.len(), size, crop);
    let (width, height) = whole_size(pictures.len(), size, crop);
    let mut paper = RgbImage::from_pixel(width, height, Sheet::PAPER);
    let px = |share: f32| size.0 as f32 * share;
    let room = width - 2 * grid.margin;
    let said = label.map_or(String::new(), |label| format!(" · {}", label.said()));
    let title = format!(
        "{} · {} · height, bust-waist-hip in cm{said}",
        production.show.title, production.show.date
    );
    let corner = (grid.margin, grid.margin);
    sheet::write(&letters, &mut paper, corner, room, px(TITLE), &title);
    for (number, (rgb, look)) in pictures.iter().zip(&production.looks).enumerate() {
        let (x, top) = grid.place(number);
        if let Some(picture) = RgbImage::from_raw(size.0, size.1, rgb.clone()) {
            imageops::replace(&mut paper, &picture, i64::from(x), i64::from(top));
        }
        let mut y = top + size.1 + px(0.3 * NAME) as u32;
        let told = fitting.measures_leave(&look.cast.twin).is_ok();
        for (line, share) in lines(&look.cast.twin, told)
            .iter()
            .zip([NAME, FIGURES, FIGURES])
        {
            let place = (x + px(0.06) as u32, y);
            let room = size.0 - px(0.08) as u32;
            sheet::write(&letters, &mut paper, place, room, px(share), line);
            y += px(1.35 * share) as u32;
        }
    }
    Ok(paper.into_raw())
}

#[cfg(test)]
mod tests {
    use super::{Crop, Grid, whole_size};

    #[test]
    fn thirty_figures_stand_in_three_rows_and_none_on_another() {
        let size = (240, 480);
        let grid = Grid::new(30, size, Crop::Figure);
        let (width, height) = whole_size(30, size, Crop::Figure);
        let places: std::collections::BTreeSet<_> = (0..30).map(|n| grid.place(n)).collect();
        assert_eq!(places.len(), 30);
        for (x, y) in places {
            assert!(x + size.0 <= width && y + grid.cell.1 <= height);
        }
        assert!(width > height && whole_size(3, size, Crop::Figure).0 < width);
        assert!(whole_size(8, size, Crop::Face).0 < whole_size(8, size, Crop::Figure).0);
    }
}
