//! The power spectrum of a picture's lightness, in rings and sectors.

use std::f32::consts::{PI, TAU};

use rustfft::{Fft, FftPlanner, num_complex::Complex};

use super::{RINGS, RINGS_PER_OCTAVE, SECTORS};

/// Side of the pieces that are transformed, pixels, if the picture has as many.
const SIDE: usize = 256;
/// At most so many pieces along each side of a picture.
const PIECES: usize = 4;

/// Energy below this is none: a change of the light by half a percent, squared.
const FLOOR: f64 = 0.005 * 0.005;
/// Noise leaves so much of its mean power in one frequency but seldom (e⁻³).
const NOISE: f32 = 3.0;

/// What the lightness tells.
pub(super) struct Texture {
    pub(super) cells: Vec<f32>,
    pub(super) contrast: f32,
    pub(super) glitter: f32,
    pub(super) order: f32,
}

/// Frequency at the middle of a ring, cycles per pixel.
pub(super) fn frequency(ring: f32) -> f32 {
    0.5 * (-(ring + 0.5) / RINGS_PER_OCTAVE).exp2()
}

/// Place of a frequency among the rings; may lie outside.
fn ring(frequency: f32) -> f32 {
    -RINGS_PER_OCTAVE * (2.0 * frequency).log2() - 0.5
}

pub(super) fn of(rgb: &[u8], width: usize, height: usize) -> Texture {
    let light = lightness(rgb);
    let smaller = width.min(height);
    let side = if smaller >= SIDE {
        SIDE
    } else {
        1 << smaller.ilog2()
    };
    let plan = FftPlanner::new().plan_fft_forward(side);
    let bins = Bins::new(side);
    let mut energy = vec![0.0_f64; RINGS * SECTORS];
    let mut moments = [0.0_f64; 4];
    for top in starts(height, side) {
        for left in starts(width, side) {
            let mut piece: Vec<f32> = (top..top + side)
                .flat_map(|y| &light[y * width + left..][..side])
                .copied()
                .collect();
            flatten(&mut piece, side);
            for x in &piece {
                let x = f64::from(*x);
                moments[0] += 1.0;
                moments[1] += x;
                moments[2] += x * x;
                moments[3] += x * x * x;
            }
            let mut power = power(piece, side, plan.as_ref());
            quieten(&mut power, side);
            bins.add(&power, &mut energy);
        }
    }
    let n = moments[0].max(1.0);
    let mean = moments[1] / n;
    let variance = (moments[2] / n - mean * mean).max(1e-12);
    let third = moments[3] / n - 3.0 * mean * moments[2] / n + 2.0 * mean.powi(3);
    // Parseval: the mean square of what the window (3/8, squared) lets through.
    let scale = 1.0 / (n * (side * side) as f64 * 0.375 * 0.375);
    for e in &mut energy {
        *e *= scale;
    }
    let total: f64 = energy.iter().sum::<f64>() + FLOOR;
    let mut sorted: Vec<f64> = energy.iter().map(|e| e / total).collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    // A flat spectrum has this share in its strongest cells too.
    let strongest: f64 = sorted.iter().take(12).sum();
    let flat = 12.0 / (RINGS * SECTORS) as f64;
    Texture {
        cells: energy.iter().map(|e| (e / total).sqrt() as f32).collect(),
        contrast: variance.sqrt() as f32,
        glitter: (third / variance.powf(1.5)).clamp(-4.0, 4.0) as f32,
        order: ((strongest - flat) / (1.0 - flat)).max(0.0) as f32,
    }
}

/// Where pieces begin along a side, spread evenly.
fn starts(length: usize, side: usize) -> Vec<usize> {
    let free = length - side;
    let n = (2 * length / side).saturating_sub(1).clamp(1, PIECES);
    (0..n).map(|k| free * k / (n - 1).max(1)).collect()
}

/// The logarithm of linear lightness: light that is twice as strong moves it, and
/// nothing else.
fn lightness(rgb: &[u8]) -> Vec<f32> {
    let linear: Vec<f32> = (0..256)
        .map(|c| {
            let c = c as f32 / 255.0;
            // IEC 61966-2-1.
            if c <= 0.040_45 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        })
        .collect();
    rgb.chunks_exact(3)
        .map(|p| {
            let at = |k: usize| linear[usize::from(p[k])];
            // Black cloth is not all noise: a floor under the logarithm.
            (0.2126 * at(0) + 0.7152 * at(1) + 0.0722 * at(2) + 0.004).ln()
        })
        .collect()
}

/// Takes off the slope of the light: the plane that fits best.
fn flatten(piece: &mut [f32], side: usize) {
    let n = side as f32;
    let (mut mean, mut along, mut down) = (0.0, 0.0, 0.0);
    let place = |k: usize| (k as f32 + 0.5) / n - 0.5;
    for (y, row) in piece.chunks_exact(side).enumerate() {
        for (x, v) in row.iter().enumerate() {
            mean += v;
            along += v * place(x);
            down += v * place(y);
        }
    }
    let (mean, along, down) = (
        mean / (n * n),
        12.0 * along / (n * n),
        12.0 * down / (n * n),
    );
    for (y, row) in piece.chunks_exact_mut(side).enumerate() {
        for (x, v) in row.iter_mut().enumerate() {
            *v -= mean + along * place(x) + down * place(y);
        }
    }
}

/// Power of every frequency of a piece under a window of cosines.
fn power(piece: Vec<f32>, side: usize, plan: &dyn Fft<f32>) -> Vec<f32> {
    let window: Vec<f32> = (0..side)
        .map(|k| 0.5 - 0.5 * (TAU * (k as f32 + 0.5) / side as f32).cos())
        .collect();
    let mut data: Vec<Complex<f32>> = piece
        .iter()
        .enumerate()
        .map(|(k, v)| Complex::new(v * window[k % side] * window[k / side], 0.0))
        .collect();
    plan.process(&mut data);
    let mut turned = vec![Complex::new(0.0, 0.0); data.len()];
    for (k, v) in data.iter().enumerate() {
        turned[(k % side) * side + k / side] = *v;
    }
    plan.process(&mut turned);
    turned.iter().map(Complex::norm_sqr).collect()
}

/// Takes off the noise of film and sensor, which is the same at all frequencies: as
/// much as the finest of them have at the median, where no thread is.
fn quieten(power: &mut [f32], side: usize) {
    let fine = |k: usize| {
        let half = side / 2;
        let far = |k: usize| if k > half { side - k } else { k };
        far(k / side).max(far(k % side)) * 8 > side * 3
    };
    let mut finest: Vec<f32> = (0..power.len())
        .filter(|k| fine(*k))
        .map(|k| power[k])
        .collect();
    if finest.is_empty() {
        return;
    }
    let middle = finest.len() / 2;
    let (_, median, _) = finest.select_nth_unstable_by(middle, f32::total_cmp);
    // Of exponentially spread powers the mean is the median over ln 2.
    let noise = *median / std::f32::consts::LN_2;
    for p in power {
        *p = (*p - NOISE * noise).max(0.0);
    }
}

/// Where the energy of each frequency belongs: shares of up to four cells.
struct Bins(Vec<[(u16, f32); 4]>);

impl Bins {
    fn new(side: usize) -> Self {
        let signed = |k: usize| {
            let k = k as f32;
            if k > side as f32 / 2.0 {
                k - side as f32
            } else {
                k
            }
        };
        let all = (0..side * side).map(|k| {
            // The transform is turned: rows are frequencies across.
            let (u, v) = (signed(k / side), signed(k % side));
            let r = u.hypot(v);
            let nothing = [(0, 0.0); 4];
            if r < 1.5 {
                return nothing;
            }
            let at = ring(r / side as f32);
            let (low, part) = (at.floor(), at - at.floor());
            let angle = v.atan2(u).rem_euclid(PI) / PI * SECTORS as f32 - 0.5;
            let (before, turn) = (angle.floor(), angle - angle.floor());
            let mut out = nothing;
            for (k, out) in out.iter_mut().enumerate() {
                let (i, w) = if k & 1 == 0 {
                    (low, 1.0 - part)
                } else {
                    (low + 1.0, part)
                };
                let (j, t) = if k & 2 == 0 {
                    (before, 1.0 - turn)
                } else {
                    (before + 1.0, turn)
                };
                if i >= 0.0 && i < RINGS as f32 {
                    let sector = j.rem_euclid(SECTORS as f32) as usize % SECTORS;
                    *out = ((i as usize * SECTORS + sector) as u16, w * t);
                }
            }
            out
        });
        Self(all.collect())
    }

    fn add(&self, power: &[f32], energy: &mut [f64]) {
        for (shares, p) in self.0.iter().zip(power) {
            for (cell, share) in shares {
                energy[usize::from(*cell)] += f64::from(share * p);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stripes of a period in pixels, their direction turned by an angle.
    fn stripes(side: usize, period: f32, angle: f32) -> Vec<u8> {
        (0..side * side)
            .flat_map(|k| {
                let (x, y) = ((k % side) as f32, (k / side) as f32);
                let along = x * angle.cos() + y * angle.sin();
                [(128.0 + 60.0 * (TAU * along / period).sin()) as u8; 3]
            })
            .collect()
    }

    fn strongest(texture: &Texture) -> (usize, usize) {
        let at = (0..RINGS * SECTORS)
            .max_by(|a, b| texture.cells[*a].total_cmp(&texture.cells[*b]))
            .unwrap();
        (at / SECTORS, at % SECTORS)
    }

    #[test]
    fn stripes_are_found_at_their_period_and_angle() {
        for (period, angle) in [(4.0, 0.13), (9.0, 0.6), (21.0, 1.44), (12.0, 2.4)] {
            let found = of(&stripes(300, period, angle), 300, 300);
            let (at, sector) = strongest(&found);
            let off = (frequency(at as f32) * period).log2().abs() * RINGS_PER_OCTAVE;
            assert!(off < 0.8, "period {period}: ring {at}");
            let expected = angle / PI * SECTORS as f32 - 0.5;
            assert!(
                (sector as f32 - expected).abs() < 0.8,
                "angle {angle}: {sector}"
            );
            assert!(found.order > 0.5, "{}", found.order);
        }
    }

    #[test]
    fn a_slope_of_the_light_is_no_texture() {
        let rgb: Vec<u8> = (0..256 * 256)
            .flat_map(|k| [(60 + k % 256 / 2) as u8; 3])
            .collect();
        let plain = of(&rgb, 256, 256);
        let striped = of(&stripes(256, 8.0, 0.0), 256, 256);
        assert!(
            plain.contrast < 0.3 * striped.contrast,
            "{}",
            plain.contrast
        );
    }
}
