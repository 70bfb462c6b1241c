//! One garment in several fabrics, side by side.

use super::{LookbookError, Sheet, alone, leave, picture, sheet, stand, stopped, studio};
use crate::{
    capture::{CaptureError, Headless, Plan, load, save_rgb, to_rgb},
    consent::{Made, Run},
    credentials::Credentials,
    fitting::{self, FittingError},
    label::{self, Label, Policy},
    lettering::{FontError, Letters},
    production::{Garment, Production},
    provenance,
    stage::{BuildSet, Loader, build_studio},
};
use image::{RgbImage, imageops};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};
use toile_catalogue::{Hand, digits};
use toile_consent::ledger::Act;

/// Margin around the pictures, and room between two, pixels for one of their width.
const MARGIN: f32 = 0.06;
/// Sizes of title, names and figures, of a picture's width.
const TITLE: f32 = 0.075;
const NAME: f32 = 0.058;
const FIGURES: f32 = 0.04;

/// What is told of a fabric below its picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Caption {
    /// The fabric's name.
    pub name: String,
    /// A line each.
    pub lines: Vec<String>,
}

impl Caption {
    /// Weight, hand and origins of what a garment is made of; `drape` is its drape
    /// coefficient in percent, if that is known.
    #[must_use]
    pub fn new(garment: &Garment, drape: Option<f32>) -> Self {
        let fabric = &garment.fabric;
        let hand = Hand::of(
            fabric.area_density.value,
            &fabric.bending.value,
            &fabric.membrane.value,
        );
        let drape = drape.map_or(String::new(), |d| format!(", drape {d:.0} %"));
        let mut lines = vec![
            format!("{} g/m²{drape}", digits(fabric.area_density.value * 1e3)),
            format!(
                "bending length {} × {} mm",
                digits(hand.bending_length_warp_m * 1e3),
                digits(hand.bending_length_weft_m * 1e3)
            ),
        ];
        lines.extend(
            provenance::stated(fabric)
                .iter()
                .filter(|s| ["bending", "membrane"].contains(&s.name))
                .map(|s| format!("{} {}", s.name, s.basis())),
        );
        Self {
            name: fabric.name.clone(),
            lines,
        }
    }
}

/// Photographs every look of a production from the front, puts them in a row, each with
/// its caption, below a title, and writes that; gives its size. What is made of a twin is
/// asked for and written down as pictures of a lookbook are.
///
/// # Errors
/// [`LookbookError`].
pub fn side_by_side(
    mut production: Production,
    (title, captions): (&str, &[Caption]),
    size: (u32, u32),
    samples: u32,
    out: &Path,
    stop: &AtomicBool,
) -> Result<(u32, u32), LookbookError> {
    let whole = whole_size(production.looks.len(), captions, size);
    let mut run = Run::begin(&mut production, Act::Photograph, whole, |intent| {
        intent.stills = 1;
        intent.told = label::told(Policy::Auto, true);
    })
    .map_err(|error| CaptureError::Refused(Box::new(error)))?;
    let credentials = Credentials::open(&production, &run).map_err(CaptureError::from)?;
    let shot = row(&production, size, samples, stop);
    let mut files = BTreeMap::new();
    let written = shot.and_then(|pictures| {
        for look in &production.looks {
            run.photographed(look.look.number, 1);
        }
        let rgb = compose(&pictures, captions, title, size)?;
        let stamp = credentials.of_all();
        save_rgb(out, &rgb, whole, Some(&stamp)).map_err(CaptureError::from)?;
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

/// A picture of every look, RGB.
fn row(
    production: &Production,
    size: (u32, u32),
    samples: u32,
    stop: &AtomicBool,
) -> Result<Vec<Vec<u8>>, LookbookError> {
    let label = Label::new(production, Policy::Auto);
    let studio = studio(
        &fitting::scene().map_err(FittingError::from)?,
        &production.show,
    );
    let empty = alone(production, &studio, &[]);
    let mut headless = Headless::new(size, &empty, &Plan::stills())?;
    let mut set: BuildSet = build_studio;
    let mut pictures = Vec::new();
    for look in &production.looks {
        let one = alone(production, &studio, std::slice::from_ref(look));
        let playback = load(&mut headless, Loader::on_set(one, None, set), stop)?;
        set = |_, _| Ok(());
        headless.world().insert_resource(playback);
        stand(&mut headless, stop)?;
        if stop.load(Ordering::Relaxed) {
            return Err(stopped(0).into());
        }
        let mut light = picture(&mut headless, "front", samples)?;
        if let Some(label) = &label {
            label.burn(&mut light, size, &[])?;
        }
        pictures.push(to_rgb(&light, size.0));
        leave(&mut headless);
    }
    Ok(pictures)
}

/// Size of so many pictures with their captions, pixels.
fn whole_size(count: usize, captions: &[Caption], size: (u32, u32)) -> (u32, u32) {
    let of = |share: f32| (size.0 as f32 * share) as u32;
    let (margin, gap, count) = (of(MARGIN), of(0.5 * MARGIN), count as u32);
    let lines = captions.iter().map(|c| c.lines.len()).max().unwrap_or(0) as f32;
    let below = of(2.2 * NAME + lines * 1.45 * FIGURES);
    (
        2 * margin + count * size.0 + count.saturating_sub(1) * gap,
        2 * margin + of(2.0 * TITLE) + size.1 + below,
    )
}

/// Pictures in a row below a title, each over its caption; RGB of [`whole_size`].
fn compose(
    pictures: &[Vec<u8>],
    captions: &[Caption],
    title: &str,
    size: (u32, u32),
) -> Result<Vec<u8>, FontError> {
    let letters = Letters::open()?;
    let of = |share: f32| (size.0 as f32 * share) as u32;
    let (margin, gap) = (of(MARGIN), of(0.5 * MARGIN));
    let head = margin + of(2.0 * TITLE);
    let (width, height) = whole_size(pictures.len(), captions, size);
    let mut paper = RgbImage::from_pixel(width, height, Sheet::PAPER);
    let px = |share: f32| size.0 as f32 * share;
    sheet::write(
        &letters,
        &mut paper,
        (margin, margin),
        width - 2 * margin,
        px(TITLE),
        title,
    );
    for (k, rgb) in pictures.iter().enumerate() {
        let x = margin + k as u32 * (size.0 + gap);
        if let Some(picture) = RgbImage::from_raw(size.0, size.1, rgb.clone()) {
            imageops::replace(&mut paper, &picture, i64::from(x), i64::from(head));
        }
        let Some(caption) = captions.get(k) else {
            continue;
        };
        let mut y = head + size.1 + of(0.5 * NAME);
        sheet::write(
            &letters,
            &mut paper,
            (x, y),
            size.0,
            px(NAME),
            &caption.name,
        );
        y += of(1.5 * NAME);
        for line in &caption.lines {
            sheet::write(&letters, &mut paper, (x, y), size.0, px(FIGURES), line);
            y += of(1.45 * FIGURES);
        }
    }
    Ok(paper.into_raw())
}

#[cfg(test)]
mod tests {
    use super::{Caption, compose, whole_size};

    #[test]
    fn every_picture_stands_beside_the_last_over_its_own_caption() {
        let size = (100, 150);
        let colours = [[200, 0, 0], [0, 200, 0], [0, 0, 200]];
        let pictures: Vec<Vec<u8>> = colours.map(|c| c.repeat(100 * 150)).to_vec();
        let caption = |name: &str| Caption {
            name: name.into(),
            lines: vec!["83 g/m²".into()],
        };
        let captions = ["Silk", "Wool", "Denim"].map(caption);
        let (width, height) = whole_size(3, &captions, size);
        let rgb =
            compose(&pictures, &captions, "Tee", size).expect("the font is part of the program");
        assert_eq!(rgb.len(), (width * height * 3) as usize);
        for colour in colours {
            let there = rgb.as_chunks::<3>().0.iter().filter(|p| **p == colour);
            assert_eq!(there.count(), 100 * 150);
        }
    }
}
