//! The contact sheet: every picture small, by look and view, with captions.

use crate::{
    lettering::{FontError, Letters},
    production::CastLook,
};
use image::{Rgb, RgbImage, imageops};
use toile_show::Show;

/// Width of a picture, of the room between two, and of the margin, pixels.
const WIDTH_PX: u32 = 360;
const GAP_PX: u32 = 16;
const MARGIN_PX: u32 = 48;
/// Sizes of the title, of the captions and of the views' names, pixels.
const TITLE_PX: f32 = 40.0;
const CAPTION_PX: f32 = 24.0;
const VIEW_PX: f32 = 18.0;
const PAPER: Rgb<u8> = Rgb([250, 250, 248]);
const INK: [f32; 3] = [28.0, 28.0, 30.0];

/// The pictures of a look, small.
pub struct Row {
    caption: String,
    pictures: Vec<(&'static str, RgbImage)>,
}

impl Row {
    /// A row without pictures, captioned by what the look is.
    #[must_use]
    pub fn new(cast: &CastLook) -> Self {
        let worn: Vec<String> = cast
            .garments
            .iter()
            .map(|garment| format!("{}, {}", garment.file.name, garment.fabric.name))
            .collect();
        Self {
            caption: format!(
                "Look {} · {} · {}",
                cast.look.number,
                cast.cast.twin.name,
                worn.join("; ")
            ),
            pictures: Vec::new(),
        }
    }

    /// Adds a picture: RGB of a size, pixels.
    pub fn add(&mut self, view: &'static str, rgb: &[u8], size: (u32, u32)) {
        let picture = RgbImage::from_fn(size.0, size.1, |x, y| {
            let at = ((y * size.0 + x) * 3) as usize;
            Rgb([rgb[at], rgb[at + 1], rgb[at + 2]])
        });
        let height = (WIDTH_PX * size.1).div_ceil(size.0).max(1);
        let small = imageops::resize(&picture, WIDTH_PX, height, imageops::FilterType::Triangle);
        self.pictures.push((view, small));
    }
}

/// A contact sheet.
pub struct Sheet {
    title: String,
    rows: Vec<Row>,
}

impl Sheet {
    /// Colour of the paper.
    pub const PAPER: Rgb<u8> = PAPER;

    /// An empty sheet, titled by the show.
    #[must_use]
    pub fn new(show: &Show) -> Self {
        Self {
            title: format!("{} · {} · {}", show.title, show.client, show.date),
            rows: Vec::new(),
        }
    }

    /// Adds a look below the others.
    pub fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// The sheet as RGB, and its size, pixels.
    ///
    /// # Errors
    /// The font of its captions cannot be read.
    pub fn draw(&self) -> Result<(Vec<u8>, (u32, u32)), FontError> {
        let letters = Letters::open()?;
        let columns = self.rows.iter().map(|row| row.pictures.len()).max();
        let columns = columns.unwrap_or(0).max(1) as u32;
        let width = 2 * MARGIN_PX + columns * (WIDTH_PX + GAP_PX) - GAP_PX;
        let head = MARGIN_PX + 2 * TITLE_PX as u32;
        let tall = |row: &Row| {
            let pictures = row.pictures.iter();
            let tallest = pictures.map(|(_, picture)| picture.height()).max();
            tallest.unwrap_or(0) + (2.0 * (CAPTION_PX + VIEW_PX)) as u32
        };
        let height = head + self.rows.iter().map(tall).sum::<u32>() + MARGIN_PX;
        let mut paper = RgbImage::from_pixel(width, height, PAPER);
        let room = width - 2 * MARGIN_PX;
        write(
            &letters,
            &mut paper,
            (MARGIN_PX, MARGIN_PX),
            room,
            TITLE_PX,
            &self.title,
        );
        let mut y = head;
        for row in &self.rows {
            let place = (MARGIN_PX, y);
            write(&letters, &mut paper, place, room, CAPTION_PX, &row.caption);
            let top = y + (1.5 * CAPTION_PX) as u32;
            for (column, (view, picture)) in row.pictures.iter().enumerate() {
                let x = MARGIN_PX + column as u32 * (WIDTH_PX + GAP_PX);
                imageops::replace(&mut paper, picture, i64::from(x), i64::from(top));
                let below = top + picture.height() + (0.3 * VIEW_PX) as u32;
                write(&letters, &mut paper, (x, below), WIDTH_PX, VIEW_PX, view);
            }
            y += tall(row);
        }
        Ok((paper.into_raw(), (width, height)))
    }
}

/// Writes a line with its top left corner at a place, at most so wide; what does not
/// fit is left out, with dots for it.
pub(super) fn write(
    letters: &Letters,
    paper: &mut RgbImage,
    at: (u32, u32),
    room: u32,
    size_px: f32,
    text: &str,
) {
    let line = letters.cut(size_px, text, room as f32);
    letters.draw((at.0 as f32, at.1 as f32), size_px, &line, |x, y, cover| {
        if x < 0.0 || y < 0.0 {
            return;
        }
        if let Some(Rgb(pixel)) = paper.get_pixel_mut_checked(x as u32, y as u32) {
            for (channel, ink) in pixel.iter_mut().zip(INK) {
                let paper = f32::from(*channel);
                *channel = (paper + (ink - paper) * cover).round() as u8;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::{PAPER, Row, Sheet, WIDTH_PX};

    fn row(caption: &str, pictures: usize) -> Row {
        let mut row = Row {
            caption: caption.to_owned(),
            pictures: Vec::new(),
        };
        for view in ["front", "back", "side", "detail"]
            .into_iter()
            .take(pictures)
        {
            row.add(view, &[200, 30, 30].repeat(90 * 120), (90, 120));
        }
        row
    }

    fn sheet(rows: Vec<Row>) -> (Vec<u8>, (u32, u32)) {
        let title = "First Show · Inês".to_owned();
        Sheet { title, rows }
            .draw()
            .expect("the font is part of the program")
    }

    #[test]
    fn a_sheet_holds_every_picture_and_grows_with_its_looks() {
        let (rgb, (width, height)) = sheet(vec![row("Look 1", 4), row("Look 2", 4)]);
        assert_eq!(rgb.len(), (width * height * 3) as usize);
        let red = rgb.chunks_exact(3).filter(|p| **p == [200, 30, 30]).count();
        assert_eq!(red as u32, 8 * WIDTH_PX * WIDTH_PX * 120 / 90);
        assert!(sheet(vec![row("Look 1", 4)]).1.1 < height);
    }

    #[test]
    fn captions_are_written_and_cut_short_where_they_do_not_fit() {
        let inked = |caption: &str| -> Vec<usize> {
            let (rgb, (width, _)) = sheet(vec![row(caption, 1)]);
            let dark = rgb.chunks_exact(3).enumerate();
            dark.filter(|(_, p)| p[0] < 90 && p[1] < 90)
                .map(|(at, _)| at % width as usize)
                .collect()
        };
        let (plain, none) = (inked("Look 1 · Inês"), inked(""));
        assert!(plain.len() > none.len() + 40);
        let endless = inked(&"crêpe de Chine ".repeat(90));
        let right = endless.iter().max().copied().unwrap_or_default() as u32;
        assert!(right < 48 + WIDTH_PX, "{right}");
        assert_eq!(PAPER.0[0], 250);
    }
}
