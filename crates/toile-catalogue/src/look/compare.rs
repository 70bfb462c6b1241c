//! How like two pictures of cloth are, under whatever light and scale.

use super::{Look, RINGS, RINGS_PER_OCTAVE, SECTORS};
use crate::colour::Lab;

/// CIEDE2000 that counts as one difference that matters; photographs are seldom
/// under the same light.
const COLOUR: f32 = 8.0;
/// One less of the spectra's correlation counts as so many.
const TEXTURE: f32 = 9.0;
/// Logarithms of contrast, and of the size of the threads.
const CONTRAST: f32 = 0.8;
const COARSENESS: f32 = 0.35;
const GLITTER: f32 = 1.5;
const ORDER: f32 = 0.25;
/// Rings by which two scales may differ if nothing is known of one of them.
const SHIFT: i32 = 12;
/// And by which threads may be coarser or finer where both are known.
const COARSER: i32 = 4;

/// How like two looks are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likeness {
    /// Distance of all; 1 is a difference that matters in one respect.
    pub distance: f32,
    /// Distance of the texture alone.
    pub texture: f32,
    /// Difference of the colours (CIEDE2000 with lightness at half weight, as the
    /// textile trade weighs it).
    pub colour: f32,
    /// Correlation of the spectra, 0 to 1.
    pub correlation: f32,
    /// Size of the second's threads over the first's, where both scales are known.
    pub coarseness: Option<f32>,
    /// By how much the second is turned against the first, degrees, to within a
    /// quarter turn; only where the weave has a direction.
    pub turned: f32,
}

/// Compares two looks.
#[must_use]
pub fn compare(a: &Look, b: &Look) -> Likeness {
    // The same threads lie so many rings further on in the second.
    let known = match (a.pixels_per_mm, b.pixels_per_mm) {
        (Some(x), Some(y)) => Some(RINGS_PER_OCTAVE * (y / x).log2()),
        _ => None,
    };
    let shifts = match known {
        Some(s) => {
            let s = s.round() as i32;
            s - COARSER..=s + COARSER
        }
        None => -SHIFT..=SHIFT,
    };
    let mut best = (f32::MIN, f32::MIN, 0, 0);
    for shift in shifts {
        let off = known.map_or(0.0, |s| shift as f32 - s);
        for turn in 0..SECTORS as i32 {
            let c = correlation(a, b, shift, turn);
            // Of two that fit alike, the one that changes less.
            let far = (off / RINGS_PER_OCTAVE * std::f32::consts::LN_2 / COARSENESS).powi(2);
            let score = c - far / TEXTURE;
            if score > best.0 {
                best = (score, c, shift, turn);
            }
        }
    }
    let (_, correlation, shift, turn) = best;
    let coarseness = known.map(|s| ((shift as f32 - s) / RINGS_PER_OCTAVE).exp2());
    let colour = colours(a, b);
    let log = |x: f32| x.max(1e-3).ln();
    let mut texture = TEXTURE * (1.0 - correlation)
        + ((log(a.contrast) - log(b.contrast)) / CONTRAST)
            .powi(2)
            .min(4.0)
        + ((a.glitter - b.glitter) / GLITTER).powi(2).min(2.0)
        + ((a.order - b.order) / ORDER).powi(2).min(4.0);
    if let Some(c) = coarseness {
        texture += (c.ln() / COARSENESS).powi(2);
    }
    let turned = (turn as f32 * 180.0 / SECTORS as f32 + 90.0).rem_euclid(180.0) - 90.0;
    Likeness {
        distance: (texture + (colour / COLOUR).powi(2)).sqrt(),
        texture: texture.sqrt(),
        colour,
        correlation,
        coarseness,
        turned,
    }
}

/// Correlation with the second's rings moved by `shift` and sectors by `turn`.
fn correlation(a: &Look, b: &Look, shift: i32, turn: i32) -> f32 {
    let (mut both, mut own, mut other) = (0.0, 0.0, 0.0);
    for ring in 0..RINGS as i32 {
        let there = ring + shift;
        if !(0..RINGS as i32).contains(&there) {
            continue;
        }
        let from = &a.spectrum[ring as usize * SECTORS..][..SECTORS];
        let to = &b.spectrum[there as usize * SECTORS..][..SECTORS];
        for (k, x) in from.iter().enumerate() {
            let y = to[(k + turn as usize) % SECTORS];
            both += x * y;
            own += x * x;
            other += y * y;
        }
    }
    // What lies outside the rings that both have is evidence for nothing.
    let share = own.min(other);
    if share < 0.15 {
        return 0.0;
    }
    both / (own * other).sqrt() * share.sqrt().min(1.0).powf(0.3)
}

/// Difference of colours: each of one to the nearest of the other, by share, both
/// ways.
fn colours(a: &Look, b: &Look) -> f32 {
    let one_way = |from: &Look, to: &Look| {
        let (mut sum, mut shares) = (0.0, 0.0);
        for (colour, share) in &from.colours {
            let own = textile(Lab::from(*colour));
            let nearest = to
                .colours
                .iter()
                .map(|c| own.difference(textile(Lab::from(c.0))))
                .fold(f32::MAX, f32::min);
            if nearest < f32::MAX {
                sum += share * nearest;
                shares += share;
            }
        }
        if shares > 0.0 { sum / shares } else { 0.0 }
    };
    f32::midpoint(one_way(a, b), one_way(b, a))
}

/// Lightness at half weight, as kL = 2 has it for textiles (CIE 142-2001).
pub(crate) fn textile(c: Lab) -> Lab {
    Lab {
        l: 50.0 + 0.5 * (c.l - 50.0),
        ..c
    }
}
