//! What a picture of cloth tells: colours, scale and direction of the weave,
//! statistics of the texture.
//!
//! A [`Look`] is computed from plain pixels; nothing is learnt and no model is
//! needed. Threads are found where they repeat: in the power spectrum, sampled in
//! rings of equal ratio and sectors of equal angle, so that another scale of the
//! picture is a shift of the rings and a turned picture a shift of the sectors.

mod compare;
mod spectrum;
mod tones;

pub use compare::{Likeness, compare};

use std::{io::Read, path::Path};

use toile_garment::Srgb;

use crate::error::CatalogueError;

/// Rings of the spectrum, four to an octave, the finest first.
pub(crate) const RINGS: usize = 24;
/// Sectors of the spectrum, 15° each.
pub(crate) const SECTORS: usize = 12;
/// Rings in an octave.
pub(crate) const RINGS_PER_OCTAVE: f32 = 4.0;
/// Least width and height of a picture, pixels.
const LEAST: u32 = 64;
/// Greatest width and height of a picture that is read, pixels.
const MOST: u32 = 20_000;
/// At most so many bytes of a picture, unpacked.
const BYTES: u64 = 512 << 20;
/// At most so many bytes of a picture's file.
const FILE: u64 = 128 << 20;
/// Pictures are made smaller until no side is longer, pixels.
const WORKED: u32 = 1024;
/// Version of the bytes of a look.
const VERSION: u8 = 1;
/// Bytes of a look.
const SIZE: usize = 1 + 4 + 3 + 3 * 4 + RINGS * SECTORS;

/// A picture of cloth: rows of red, green and blue, sRGB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    rgb: Vec<u8>,
    width: u32,
    height: u32,
}

/// What a picture of cloth tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Pixels per millimetre of cloth, if the size of the picture is known.
    pub pixels_per_mm: Option<f32>,
    /// Up to three colours and their shares of the picture, the largest first.
    pub colours: Vec<(Srgb, f32)>,
    /// Standard deviation of the logarithm of lightness, without what is larger
    /// than the weave.
    pub contrast: f32,
    /// Skewness of the same: above 0 where few places glitter.
    pub glitter: f32,
    /// Share of the spectrum's energy in its strongest cells: near 1 for a grid of
    /// threads, near 0 for fur.
    pub order: f32,
    /// Root of the energy by ring and sector; the squares add up to 1, or to less
    /// where hardly any texture is seen.
    pub(crate) spectrum: Vec<f32>,
}

impl Picture {
    /// A picture of rows of red, green and blue.
    ///
    /// # Errors
    /// A sentence if it is too small, or there are not as many bytes as it needs.
    pub fn new(rgb: Vec<u8>, width: u32, height: u32) -> Result<Self, String> {
        if width < LEAST || height < LEAST {
            return Err(format!(
                "is {width} by {height} pixels; a weave needs at least {LEAST} by {LEAST}"
            ));
        }
        if width > MOST || height > MOST {
            return Err(format!(
                "is {width} by {height} pixels; at most {MOST} by {MOST} are read"
            ));
        }
        let need = width as usize * height as usize * 3;
        if rgb.len() != need {
            return Err(format!(
                "has {} bytes of pixels; {need} are needed",
                rgb.len()
            ));
        }
        Ok(Self { rgb, width, height })
    }

    /// Reads a PNG or JPEG file.
    ///
    /// # Errors
    /// The file and what is wrong with it.
    pub fn open(file: &Path) -> Result<Self, CatalogueError> {
        let failed = |e: std::io::Error| CatalogueError::file(file, e);
        let kind = std::fs::metadata(file).map_err(failed)?;
        if !kind.is_file() {
            // A pipe would be waited for without end.
            return Err(CatalogueError::file(file, "is no file; give a picture"));
        }
        let mut bytes = Vec::new();
        let mut start = std::fs::File::open(file).map_err(failed)?.take(FILE + 1);
        start.read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > FILE {
            let size = kind.len().max(FILE + 1);
            return Err(CatalogueError::file(
                file,
                format!(
                    "has {size} bytes; pictures of at most {} MiB are read",
                    FILE >> 20
                ),
            ));
        }
        Self::decode(&bytes).map_err(|e| CatalogueError::file(file, e))
    }

    /// Reads the bytes of a PNG or JPEG file. Its size is looked at before it is
    /// unpacked.
    ///
    /// # Errors
    /// A sentence if it is of another kind, broken, too small or too large.
    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        let mut limits = image::Limits::default();
        limits.max_image_width = Some(MOST);
        limits.max_image_height = Some(MOST);
        limits.max_alloc = Some(BYTES);
        let mut reader = image::ImageReader::new(std::io::Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|e| format!("cannot be read: {e}"))?;
        if !matches!(
            reader.format(),
            Some(image::ImageFormat::Png | image::ImageFormat::Jpeg)
        ) {
            return Err("is no PNG or JPEG picture; save it as one of these".to_owned());
        }
        reader.limits(limits);
        let image = reader
            .decode()
            .map_err(|e| format!("is no picture that can be read: {e}"))?
            .into_rgb8();
        let (width, height) = image.dimensions();
        Self::new(image.into_raw(), width, height)
    }

    /// Width, pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height, pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Its pixels.
    #[must_use]
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The same with `most` pixels a side at most, for the eye.
    #[must_use]
    pub fn shrunk(&self, most: u32) -> Self {
        let n = self.width.max(self.height).div_ceil(most.max(1));
        self.smaller(n.min(self.width.min(self.height)).max(1))
    }

    /// The same, every `n` by `n` pixels made one.
    fn smaller(&self, n: u32) -> Self {
        let (width, height) = (self.width / n, self.height / n);
        let mut rgb = Vec::with_capacity((width * height * 3) as usize);
        for y in 0..height {
            for x in 0..width {
                let mut sum = [0u32; 3];
                for v in y * n..(y + 1) * n {
                    let at = (v as usize * self.width as usize + (x * n) as usize) * 3;
                    for pixel in self.rgb[at..at + 3 * n as usize].chunks_exact(3) {
                        for (s, c) in sum.iter_mut().zip(pixel) {
                            *s += u32::from(*c);
                        }
                    }
                }
                rgb.extend(sum.map(|s| (s / (n * n)) as u8));
            }
        }
        Self { rgb, width, height }
    }
}

impl Look {
    /// The look of a picture; `width_mm` is how much cloth it shows from left to
    /// right, if that is known.
    #[must_use]
    pub fn of(picture: &Picture, width_mm: Option<f32>) -> Self {
        let n = picture.width.max(picture.height).div_ceil(WORKED);
        let least = picture.width.min(picture.height) / LEAST;
        let n = n.min(least).max(1);
        let small;
        let worked = if n > 1 {
            small = picture.smaller(n);
            &small
        } else {
            picture
        };
        let texture = spectrum::of(&worked.rgb, worked.width as usize, worked.height as usize);
        Self {
            pixels_per_mm: width_mm.map(|mm| worked.width as f32 / mm),
            colours: tones::of(&worked.rgb, worked.width as usize, worked.height as usize),
            contrast: texture.contrast,
            glitter: texture.glitter,
            order: texture.order,
            spectrum: texture.cells,
        }
    }

    /// The bytes that are kept of it.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let byte = |x: f32, scale: f32| (x * scale).round().clamp(0.0, 255.0) as u8;
        let mut out = Vec::with_capacity(SIZE);
        out.push(VERSION);
        out.extend(self.pixels_per_mm.unwrap_or(0.0).to_le_bytes());
        out.push(byte(self.contrast, 200.0));
        out.push(byte(self.glitter + 4.0, 30.0));
        out.push(byte(self.order, 255.0));
        for k in 0..3 {
            let (colour, share) = self.colours.get(k).copied().unwrap_or((Srgb([0; 3]), 0.0));
            out.extend(colour.0);
            out.push(byte(share, 255.0));
        }
        out.extend(self.spectrum.iter().map(|x| byte(*x, 255.0)));
        out
    }

    /// Reads kept bytes.
    ///
    /// # Errors
    /// A sentence if they are no look.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() != SIZE || bytes[0] != VERSION {
            return Err("is no look of a fabric that this program knows".to_owned());
        }
        let scale = f32::from_le_bytes([bytes[1], bytes[2], bytes[3], bytes[4]]);
        let sizes = 1e-3..=1e4;
        if !(scale == 0.0 || sizes.contains(&scale)) {
            return Err(format!("has {scale} pixels per millimetre"));
        }
        let value = |at: usize, scale: f32| f32::from(bytes[at]) / scale;
        Ok(Self {
            pixels_per_mm: (scale > 0.0).then_some(scale),
            colours: (0..3)
                .map(|k| 8 + 4 * k)
                .filter(|at| bytes[at + 3] > 0)
                .map(|at| {
                    let colour = Srgb([bytes[at], bytes[at + 1], bytes[at + 2]]);
                    (colour, value(at + 3, 255.0))
                })
                .collect(),
            contrast: value(5, 200.0),
            glitter: value(6, 30.0) - 4.0,
            order: value(7, 255.0),
            spectrum: (20..SIZE).map(|at| value(at, 255.0)).collect(),
        })
    }

    /// The look as text: two hexadecimal digits a byte.
    #[must_use]
    pub fn hex(&self) -> String {
        self.bytes().iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Reads a look from text.
    ///
    /// # Errors
    /// A sentence if it is none.
    pub fn from_hex(text: &str) -> Result<Self, String> {
        let digit = |c: u8| (c as char).to_digit(16).map(|d| d as u8);
        let bytes: Option<Vec<u8>> = text
            .as_bytes()
            .chunks(2)
            .map(|pair| match pair {
                [a, b] => Some(digit(*a)? << 4 | digit(*b)?),
                _ => None,
            })
            .collect();
        Self::from_bytes(&bytes.ok_or("is no row of hexadecimal digits")?)
    }

    /// What it tells, in lines for people: colours, and what repeats.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        let colours = self.colours.iter().map(|(colour, share)| {
            let [r, g, b] = colour.0;
            format!("#{r:02X}{g:02X}{b:02X} {:.0} %", 100.0 * share)
        });
        let repeats = match (self.period_mm(), self.pixels_per_mm) {
            (Some(mm), _) => format!("what repeats most lies {mm:.2} mm apart"),
            (None, Some(_)) => "nothing in it repeats clearly".to_owned(),
            (None, None) => "its scale is not known".to_owned(),
        };
        vec![colours.collect::<Vec<_>>().join(", "), repeats]
    }

    /// Distance of threads that is seen most, mm, if the picture's scale is known
    /// and something repeats in it.
    #[must_use]
    pub fn period_mm(&self) -> Option<f32> {
        let scale = self.pixels_per_mm?;
        let ring = |k: usize| -> f32 {
            let cells = &self.spectrum[k * SECTORS..(k + 1) * SECTORS];
            cells.iter().map(|x| x * x).sum()
        };
        // What is as large as the picture itself does not repeat in it.
        let strongest = (0..RINGS - 6).max_by(|a, b| ring(*a).total_cmp(&ring(*b)))?;
        (self.order > 0.15).then(|| 1.0 / (spectrum::frequency(strongest as f32) * scale))
    }
}
