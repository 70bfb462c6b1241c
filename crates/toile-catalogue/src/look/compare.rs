//! How like two pictures of cloth are, under whatever light and scale.

use super::{Look, RINGS, RINGS_PER_OCTAVE, SECTORS};
use crate::colour::Lab;
use std::f32::consts::LN_2;

/// CIEDE2000 that counts as one difference that matters; photographs are seldom
/// under the same light.
const COLOUR: f32 = 8.0;
/// Spectra that have nothing in common count as so many.
const TEXTURE: f32 = 6.0;
/// Logarithm of contrast, which a lamp raises far more than another cloth would.
const CONTRAST: f32 = 2.5;
/// Logarithm of the size of the threads.
const COARSENESS: f32 = 0.35;
const GLITTER: f32 = 3.0;
const ORDER: f32 = 0.5;
/// Octaves by which scales that are not known may differ for one.
const OCTAVES: f32 = 1.0;
/// Rings by which two scales may differ if nothing is known of one of them.
const SHIFT: i32 = 5;
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
    /// Correlation of the spectra as they fit best, 0 to 1.
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
    let norm = |l: &Look| l.spectrum.iter().map(|x| x * x).sum::<f32>();
    let (own, other) = (norm(a), norm(b));
    let mut best = (f32::MAX, 0.0, 0, 0);
    for shift in shifts {
        // Of two that fit alike, the one that changes less.
        let off = match known {
            Some(s) => ((shift as f32 - s) / RINGS_PER_OCTAVE * LN_2 / COARSENESS).powi(2),
            None => (shift as f32 / RINGS_PER_OCTAVE / OCTAVES).powi(2),
        };
        for turn in 0..SECTORS as i32 {
            let both = overlap(a, b, shift, turn);
            let d = 0.5 * TEXTURE * (own + other - 2.0 * both).max(0.0) + off;
            if d < best.0 {
                best = (d, both, shift, turn);
            }
        }
    }
    let (far, both, shift, turn) = best;
    let correlation = (both / (own * other).sqrt().max(0.05)).clamp(0.0, 1.0);
    let coarseness = known.map(|s| ((shift as f32 - s) / RINGS_PER_OCTAVE).exp2());
    let colour = colours(a, b);
    let log = |x: f32| x.max(1e-3).ln();
    let texture = far
        + ((log(a.contrast) - log(b.contrast)) / CONTRAST)
            .powi(2)
            .min(4.0)
        + ((a.glitter - b.glitter) / GLITTER).powi(2).min(2.0)
        + ((a.order - b.order) / ORDER).powi(2).min(4.0);
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

/// What both have in common, with the second's rings moved by `shift` and sectors by
/// `turn`; rings that one of them does not have count for nothing.
fn overlap(a: &Look, b: &Look, shift: i32, turn: i32) -> f32 {
    let mut both = 0.0;
    for ring in 0..RINGS as i32 {
        let there = ring + shift;
        if !(0..RINGS as i32).contains(&there) {
            continue;
        }
        let from = &a.spectrum[ring as usize * SECTORS..][..SECTORS];
        let to = &b.spectrum[there as usize * SECTORS..][..SECTORS];
        let turn = turn as usize;
        let (head, tail) = to.split_at(turn);
        both += from.iter().zip(tail).map(|(x, y)| x * y).sum::<f32>();
        both += from[SECTORS - turn..]
            .iter()
            .zip(head)
            .map(|(x, y)| x * y)
            .sum::<f32>();
    }
    both
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
