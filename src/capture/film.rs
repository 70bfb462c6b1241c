//! Pictures that are exposed more than once.
//!
//! A frame is the mean of several subframes, each seen through another point of the
//! pixel and of the lens, lit from another point of every light and at another moment
//! while the shutter is open. That smooths edges, blurs what is out of focus or moves
//! and softens shadows, without a trace of the frame before.
//!
//! The mean of a picture is taken of what is shown, that is after tone mapping, in
//! linear light. Before it, the edge of a lamp would stay jagged: a quarter of a
//! thousand times white is still white. The mean of a scene-linear beauty is taken
//! before, as whoever grades it expects.

use crate::stage::Subframe;
use bevy::math::Vec2;
use half::{f16, slice::HalfFloatSliceExt};

/// The golden angle, rad: turning by it spreads points evenly over a disc.
const GOLDEN_ANGLE: f32 = 2.399_963_2;

/// Most subframes that a sum can hold.
pub const MOST_SAMPLES: u32 = 1024;

/// The subframes of a frame, and the share of the shutter's time (0 to 1) at which
/// each is taken; rising. A single one is in the middle of everything, when the
/// shutter opens.
pub fn subframes(count: u32) -> impl Iterator<Item = (Subframe, f32)> {
    // Lens and light are gone through in orders of their own, so that neither follows
    // the time.
    let (lens_stride, light_stride) = (stride(count, 0.618), stride(count, 0.381));
    (0..count).map(move |k| {
        if count == 1 {
            return (Subframe::default(), 0.0);
        }
        let subframe = Subframe {
            pixel: Vec2::new(radical_inverse(k + 1, 2), radical_inverse(k + 1, 3)) - 0.5,
            lens: disc((k * lens_stride) % count, count),
            light: disc((k * light_stride + count / 2) % count, count),
        };
        (subframe, (k as f32 + 0.5) / count as f32)
    })
}

/// A step through `count` places that comes to all of them, near a share of them.
fn stride(count: u32, share: f32) -> u32 {
    let wanted = ((count as f32 * share).round() as u32).max(1);
    (wanted..=wanted + count)
        .find(|&step| coprime(step, count))
        .unwrap_or(1)
}

fn coprime(mut a: u32, mut b: u32) -> bool {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a == 1
}

/// The `k`th of `count` points that cover the disc of radius 1 evenly (Vogel 1979).
fn disc(k: u32, count: u32) -> Vec2 {
    let radius = ((k as f32 + 0.5) / count as f32).sqrt();
    Vec2::from_angle(k as f32 * GOLDEN_ANGLE) * radius
}

/// The digits of a number behind the point, the last one first (Halton 1960).
fn radical_inverse(mut number: u32, base: u32) -> f32 {
    let (mut value, mut place) = (0.0, 1.0);
    while number > 0 {
        place /= base as f32;
        value += (number % base) as f32 * place;
        number /= base;
    }
    value
}

/// The mean of subframes.
#[derive(Default)]
pub struct Film {
    /// Light of the subframes together, per channel.
    sums: Vec<f32>,
    count: u32,
}

impl Film {
    /// Adds a subframe: RGBA in linear light; all between two [`Film::develop`] are
    /// of a size.
    pub fn expose(&mut self, rgba: &[f16]) {
        if self.count == 0 {
            self.sums.resize(rgba.len(), 0.0);
            rgba.convert_to_f32_slice(&mut self.sums);
        } else {
            for (sum, value) in self.sums.iter_mut().zip(rgba) {
                *sum += value.to_f32();
            }
        }
        self.count += 1;
    }

    /// The mean of what was added, RGBA in linear light; the film is then unexposed
    /// again.
    #[must_use]
    pub fn develop(&mut self) -> Vec<f32> {
        let share = 1.0 / self.count.max(1) as f32;
        let single = self.count == 1;
        self.count = 0;
        let mut sums = std::mem::take(&mut self.sums);
        if !single {
            for sum in &mut sums {
                *sum *= share;
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::{Film, Vec2, f16, subframes};

    #[test]
    fn equal_subframes_develop_to_themselves() {
        let all: Vec<f16> = (0..=255).map(|k| f16::from_f32(k as f32 / 255.0)).collect();
        let mut film = Film::default();
        for _ in 0..8 {
            film.expose(&all);
        }
        let shown: Vec<f32> = all.iter().map(|value| value.to_f32()).collect();
        assert_eq!(film.develop(), shown);
        let other = [0.125, 0.25, 0.5, 1.0];
        film.expose(&other.map(f16::from_f32));
        assert_eq!(film.develop(), other, "nothing is left of the last");
    }

    #[test]
    fn light_is_averaged() {
        let mut film = Film::default();
        film.expose(&[f16::ONE]);
        film.expose(&[f16::ZERO]);
        assert_eq!(film.develop(), [0.5]);
    }

    #[test]
    fn one_subframe_is_in_the_middle() {
        let all: Vec<_> = subframes(1).collect();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].0.pixel, Vec2::ZERO);
        assert!(all[0].1.abs() < f32::EPSILON);
    }

    #[test]
    fn subframes_are_spread_evenly_over_pixel_lens_light_and_shutter() {
        for count in [2, 4, 8, 12, 32, 100] {
            let all: Vec<_> = subframes(count).collect();
            let n = count as f32;
            let mean = |value: &dyn Fn(usize) -> Vec2| {
                (0..all.len()).map(value).sum::<Vec2>().length() / n
            };
            assert!(mean(&|k| all[k].0.pixel) < 0.8 / n.sqrt());
            assert!(mean(&|k| all[k].0.lens) < 0.8 / n.sqrt());
            assert!(mean(&|k| all[k].0.light) < 0.8 / n.sqrt());
            assert!(all.windows(2).all(|pair| pair[0].1 < pair[1].1));
            let mut radii: Vec<f32> = all.iter().map(|s| s.0.lens.length_squared()).collect();
            radii.sort_by(f32::total_cmp);
            for (k, radius) in radii.iter().enumerate() {
                assert!(
                    (radius - (k as f32 + 0.5) / n).abs() < 1e-4,
                    "each ring once"
                );
            }
            // Early and late subframes see the same share of the lens.
            let early = mean(&|k| {
                if k < all.len() / 2 {
                    all[k].0.lens
                } else {
                    Vec2::ZERO
                }
            });
            assert!(early < 0.5, "{count}: {early}");
        }
    }
}
