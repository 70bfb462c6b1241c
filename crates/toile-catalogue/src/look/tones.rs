//! The colours of a picture, as few as tell it.

use palette::{IntoColor, LinSrgb};
use toile_garment::Srgb;

use crate::colour::{Lab, encoded, linear};

/// The picture is looked at as so many cells along each side: threads melt into the
/// colour that is seen from afar.
const CELLS: usize = 40;
/// Colours at most.
const MOST: usize = 3;
/// Colours nearer than this are one (CIEDE2000).
const APART: f32 = 9.0;

/// Colours and their shares, the largest first.
pub(super) fn of(rgb: &[u8], width: usize, height: usize) -> Vec<(Srgb, f32)> {
    let cells = cells(rgb, width, height);
    let mut middles = vec![mean(cells.iter())];
    // Each further colour begins at the cell that is least like those there are.
    while middles.len() < MOST {
        let far = cells
            .iter()
            .map(|c| (nearest(&middles, *c).1, *c))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match far {
            Some((d, c)) if d > APART => middles.push(c),
            _ => break,
        }
        for _ in 0..8 {
            let owner: Vec<usize> = cells.iter().map(|c| nearest(&middles, *c).0).collect();
            for (k, middle) in middles.iter_mut().enumerate() {
                let own = || {
                    cells
                        .iter()
                        .zip(&owner)
                        .filter(move |c| *c.1 == k)
                        .map(|c| c.0)
                };
                if own().next().is_some() {
                    *middle = mean(own());
                }
            }
        }
    }
    let mut counts = vec![0usize; middles.len()];
    for c in &cells {
        counts[nearest(&middles, *c).0] += 1;
    }
    let mut out: Vec<(Srgb, f32)> = middles
        .iter()
        .zip(&counts)
        .map(|(c, n)| (encoded(*c), *n as f32 / cells.len() as f32))
        // A single thread end or a pin is no colour of the cloth.
        .filter(|c| c.1 > 0.02)
        .collect();
    out.sort_by(|a, b| b.1.total_cmp(&a.1));
    out
}

/// Means of the linear light in cells.
fn cells(rgb: &[u8], width: usize, height: usize) -> Vec<[f32; 3]> {
    let light: Vec<f32> = (0..=255u8).map(|c| linear(Srgb([c; 3]))[0]).collect();
    let (across, down) = (CELLS.min(width), CELLS.min(height));
    let mut sums = vec![([0.0f32; 3], 0.0f32); across * down];
    for (k, p) in rgb.chunks_exact(3).enumerate() {
        let at = (k / width * down / height) * across + k % width * across / width;
        for (s, c) in sums[at].0.iter_mut().zip(p) {
            *s += light[usize::from(*c)];
        }
        sums[at].1 += 1.0;
    }
    sums.iter()
        .map(|(s, n)| s.map(|s| s / n.max(1.0)))
        .collect()
}

fn mean<'a>(cells: impl Iterator<Item = &'a [f32; 3]>) -> [f32; 3] {
    let (mut sum, mut n) = ([0.0; 3], 0.0);
    for c in cells {
        for (s, c) in sum.iter_mut().zip(c) {
            *s += c;
        }
        n += 1.0;
    }
    sum.map(|s: f32| s / f32::max(n, 1.0))
}

fn lab([r, g, b]: [f32; 3]) -> Lab {
    let lab: palette::Lab<_, f32> = LinSrgb::new(r, g, b).into_color();
    Lab {
        l: lab.l,
        a: lab.a,
        b: lab.b,
    }
}

/// The nearest of some colours and how far it is.
fn nearest(middles: &[[f32; 3]], c: [f32; 3]) -> (usize, f32) {
    let own = lab(c);
    middles
        .iter()
        .enumerate()
        .map(|(k, m)| (k, own.difference(lab(*m))))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((0, f32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broad_stripes_are_two_colours_and_fine_ones_are_one() {
        let picture = |period: usize| -> Vec<u8> {
            (0..200 * 200)
                .flat_map(|k| {
                    if k % 200 % period < period / 4 {
                        [200, 30, 40]
                    } else {
                        [20, 40, 120]
                    }
                })
                .collect()
        };
        let broad = of(&picture(80), 200, 200);
        assert_eq!(broad.len(), 2, "{broad:?}");
        assert_eq!(broad[0].0.0, [20, 40, 120]);
        assert!(broad[0].1 > 0.65 && broad[0].1 < 0.85);
        assert_eq!(of(&picture(4), 200, 200).len(), 1);
    }
}
