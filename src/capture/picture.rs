//! From linear light to the numbers of a picture: sRGB of 8 or 16 bits, and PNG.

use super::sink::{EncodeError, write_whole};
use crate::credentials::Stamp;
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use std::{path::Path, sync::LazyLock};

/// Bits of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// 8, dithered.
    Eight,
    /// 16.
    Sixteen,
}

/// What becomes of alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alpha {
    /// It is left out: the picture is over black.
    Flat,
    /// Beside colours that are not multiplied by it, as PNG and ProRes want it.
    Straight,
}

impl Alpha {
    /// Channels of a picture.
    #[must_use]
    pub fn channels(self) -> usize {
        match self {
            Self::Flat => 3,
            Self::Straight => 4,
        }
    }
}

/// The numbers of a picture of `width` pixels a row, sRGB, rows tightly packed, 16 bits
/// in the machine's byte order. `light` is RGBA in linear light, multiplied by alpha.
#[must_use]
pub(super) fn quantise(light: &[f32], width: u32, depth: Depth, alpha: Alpha) -> Vec<u8> {
    let pixels = light.as_chunks::<4>().0;
    let bytes = match depth {
        Depth::Eight => 1,
        Depth::Sixteen => 2,
    };
    let mut out = Vec::with_capacity(pixels.len() * alpha.channels() * bytes);
    let curve = &*CURVE;
    for (at, &[r, g, b, a]) in pixels.iter().enumerate() {
        let a = a.clamp(0.0, 1.0);
        let whole = match alpha {
            Alpha::Straight if a > 0.0 => 1.0 / a,
            _ => 1.0,
        };
        let colours = [r, g, b].map(|c| curve.srgb(c * whole));
        match depth {
            Depth::Eight => {
                let (x, y) = (at as u32 % width, at as u32 / width);
                let offset = 0.5 + 0.98 * (noise(x, y) - 0.5);
                out.extend(colours.map(|c| (c * 255.0 + offset) as u8));
                if alpha == Alpha::Straight {
                    out.push((a * 255.0 + 0.5) as u8);
                }
            }
            Depth::Sixteen => {
                for c in colours {
                    out.extend_from_slice(&((c * 65_535.0 + 0.5) as u16).to_ne_bytes());
                }
                if alpha == Alpha::Straight {
                    out.extend_from_slice(&((a * 65_535.0 + 0.5) as u16).to_ne_bytes());
                }
            }
        }
    }
    out
}

/// A picture as 8-bit sRGB, three numbers a pixel, `width` pixels a row; `light` is RGBA
/// in linear light.
#[must_use]
pub fn to_rgb(light: &[f32], width: u32) -> Vec<u8> {
    quantise(light, width, Depth::Eight, Alpha::Flat)
}

/// Writes what [`to_rgb`] gave as a PNG, with credentials if it has some.
///
/// # Errors
/// What the system says, or a file that cannot be signed.
pub fn save_rgb(
    path: &Path,
    rgb: &[u8],
    size: (u32, u32),
    stamp: Option<&Stamp>,
) -> Result<(), EncodeError> {
    save_png(path, rgb, size, (Depth::Eight, Alpha::Flat), stamp)
}

/// A number from 0 to 1 for every pixel, as even as it can be among neighbours:
/// interleaved gradient noise (Jimenez 2014). It keeps slow gradients from banding.
fn noise(x: u32, y: u32) -> f32 {
    (52.982_918 * (0.067_110_56 * x as f32 + 0.005_837_15 * y as f32).fract()).fract()
}

/// Writes numbers that [`quantise`] gave as a PNG, with credentials if it has some.
///
/// # Errors
/// What the system says, or a file that cannot be signed.
pub(super) fn save_png(
    path: &Path,
    numbers: &[u8],
    (width, height): (u32, u32),
    (depth, alpha): (Depth, Alpha),
    stamp: Option<&Stamp>,
) -> Result<(), EncodeError> {
    let colour = match (depth, alpha) {
        (Depth::Eight, Alpha::Flat) => ExtendedColorType::Rgb8,
        (Depth::Eight, Alpha::Straight) => ExtendedColorType::Rgba8,
        (Depth::Sixteen, Alpha::Flat) => ExtendedColorType::Rgb16,
        (Depth::Sixteen, Alpha::Straight) => ExtendedColorType::Rgba16,
    };
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(numbers, width, height, colour)
        .map_err(|error| EncodeError::write(path, std::io::Error::other(error)))?;
    if let Some(stamp) = stamp {
        bytes = stamp.png(path, &bytes)?;
    }
    write_whole(path, &bytes)
}

/// Linear light to sRGB (IEC 61966-2-1), by a table with lines in between: within
/// 1e-6 of the formula, which is slow for millions of pixels.
struct Curve(Vec<f32>);

static CURVE: LazyLock<Curve> = LazyLock::new(|| {
    let steps = ((1.0_f32.to_bits() - FIRST) >> SHIFT) + 2;
    Curve(
        (0..steps)
            .map(|k| formula(f32::from_bits(FIRST + (k << SHIFT))))
            .collect(),
    )
});

/// Bits of 2⁻⁹, below which the curve is a straight line.
const FIRST: u32 = (127 - 9) << 23;
/// 1024 entries for every doubling.
const SHIFT: u32 = 13;
/// Slope of the straight part.
const SLOPE: f32 = 12.92;

impl Curve {
    fn srgb(&self, linear: f32) -> f32 {
        if linear >= 1.0 {
            return 1.0;
        }
        if linear.is_nan() || linear <= 0.0 {
            return 0.0;
        }
        let bits = linear.to_bits();
        if bits < FIRST {
            return linear * SLOPE;
        }
        let at = ((bits - FIRST) >> SHIFT) as usize;
        let share = (bits & ((1 << SHIFT) - 1)) as f32 / (1 << SHIFT) as f32;
        self.0[at] + (self.0[at + 1] - self.0[at]) * share
    }
}

fn formula(linear: f32) -> f32 {
    if linear <= 0.003_130_8 {
        linear * SLOPE
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    }
}

#[cfg(test)]
mod tests {
    use super::{Alpha, CURVE, Depth, formula, quantise, save_png};

    /// sRGB to linear light.
    fn linear(value: f32) -> f32 {
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    }

    #[test]
    fn the_table_is_the_formula() {
        for k in 0..=1_000_000 {
            let x = k as f32 * 1e-6;
            let difference = (CURVE.srgb(x) - formula(x)).abs();
            assert!(difference < 1e-6, "{x}: {difference}");
        }
        assert_eq!(CURVE.srgb(-1.0), 0.0);
        assert_eq!(CURVE.srgb(f32::NAN), 0.0);
        assert_eq!(CURVE.srgb(f32::INFINITY), 1.0);
    }

    #[test]
    fn every_shade_of_8_bits_survives_dithering() {
        let light: Vec<f32> = (0..=255)
            .flat_map(|k| [linear(k as f32 / 255.0), 0.0, 1.0, 1.0])
            .collect();
        let shades = quantise(&light, 16, Depth::Eight, Alpha::Flat);
        for (k, pixel) in shades.as_chunks::<3>().0.iter().enumerate() {
            assert_eq!(*pixel, [k as u8, 0, 255]);
        }
    }

    #[test]
    fn a_gradient_of_16_bits_has_more_than_256_levels() {
        let light: Vec<f32> = (0..4096)
            .flat_map(|k| [linear(k as f32 / 4095.0); 3].into_iter().chain([1.0]))
            .collect();
        let numbers = quantise(&light, 64, Depth::Sixteen, Alpha::Flat);
        let levels: std::collections::BTreeSet<&[u8]> = numbers.chunks(6).collect();
        assert_eq!(levels.len(), 4096);
    }

    #[test]
    fn colours_are_divided_by_alpha_beside_it_and_lie_over_black_without() {
        let half_red = [linear(188.0 / 255.0), 0.0, 0.0, linear(188.0 / 255.0)];
        let straight = quantise(&half_red, 1, Depth::Eight, Alpha::Straight);
        assert_eq!(straight, [255, 0, 0, 128]);
        assert_eq!(
            quantise(&half_red, 1, Depth::Eight, Alpha::Flat),
            [188, 0, 0]
        );
        let nothing = quantise(&[0.0; 4], 1, Depth::Sixteen, Alpha::Straight);
        assert_eq!(nothing, [0; 8]);
    }

    #[test]
    fn a_picture_reads_back_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        let light: Vec<f32> = (0..3 * 2 * 4).map(|i| i as f32 / 24.0).collect();
        for alpha in [Alpha::Flat, Alpha::Straight] {
            for depth in [Depth::Eight, Depth::Sixteen] {
                let numbers = quantise(&light, 3, depth, alpha);
                save_png(&path, &numbers, (3, 2), (depth, alpha), None).unwrap();
                let read = image::open(&path).unwrap();
                assert_eq!(read.as_bytes(), numbers, "{alpha:?} {depth:?}");
                assert_eq!(read.color().has_alpha(), alpha == Alpha::Straight);
            }
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
