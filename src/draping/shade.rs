//! The shade that a draped specimen throws straight down.

use glam::{DVec2, Vec3};

/// Side of a pixel of the shade, m.
const PIXEL_M: f64 = 2.5e-4;
/// Rays at which the outline is told.
const RAYS: usize = 180;
/// How far a fold stands out from the dips beside it, m.
const PROMINENCE_M: f32 = 0.004;

/// Pixels around the axis, dark where there is cloth above.
pub(super) struct Shade {
    dark: Vec<bool>,
    side: usize,
}

impl Shade {
    /// The shade of triangles within `reach` (m) of the axis.
    pub(super) fn of(positions: &[Vec3], triangles: &[[u32; 3]], reach: f64) -> Self {
        let side = (2.0 * reach / PIXEL_M) as usize;
        let mut dark = vec![false; side * side];
        let cell = |c: f64| ((c + reach) / PIXEL_M).clamp(0.0, (side - 1) as f64) as usize;
        for t in triangles {
            let [a, b, c] = t.map(|i| {
                let p = positions[i as usize];
                // As seen from above, with the weft up the page.
                DVec2::new(f64::from(p.x), f64::from(-p.z))
            });
            let twice = (b - a).perp_dot(c - a);
            if twice == 0.0 {
                continue;
            }
            let (min, max) = (a.min(b).min(c), a.max(b).max(c));
            for i in cell(min.x)..=(cell(max.x) + 1).min(side - 1) {
                for j in cell(min.y)..=(cell(max.y) + 1).min(side - 1) {
                    let p = DVec2::new(i as f64 + 0.5, j as f64 + 0.5) * PIXEL_M - reach;
                    let u = (b - p).perp_dot(c - p) / twice;
                    let v = (c - p).perp_dot(a - p) / twice;
                    if u >= 0.0 && v >= 0.0 && u + v <= 1.0 {
                        dark[i * side + j] = true;
                    }
                }
            }
        }
        Self { dark, side }
    }

    /// Its area, m².
    pub(super) fn area(&self) -> f64 {
        self.dark.iter().filter(|dark| **dark).count() as f64 * PIXEL_M * PIXEL_M
    }

    /// Distance of its edge from the axis along equally spaced rays, m.
    pub(super) fn outline(&self) -> Vec<f32> {
        let middle = self.side as f64 / 2.0;
        let ray = |k: usize| {
            let way = DVec2::from_angle(k as f64 / RAYS as f64 * std::f64::consts::TAU);
            let mut r = middle - 1.0;
            while r > 0.0 {
                let at = way * r + middle;
                if self.dark[at.x as usize * self.side + at.y as usize] {
                    break;
                }
                r -= 0.5;
            }
            (r * PIXEL_M) as f32
        };
        (0..RAYS).map(ray).collect()
    }

    /// Bulges of the outline that stand out.
    pub(super) fn folds(&self) -> u32 {
        folds(&self.outline())
    }
}

/// Maxima of the distance from the axis that are parted by dips of [`PROMINENCE_M`].
fn folds(r: &[f32]) -> u32 {
    let Some(start) = (0..r.len()).max_by(|a, b| r[*a].total_cmp(&r[*b])) else {
        return 0;
    };
    // Once around from the furthest point: out and in with hysteresis.
    let (mut count, mut inwards, mut extreme) = (0, true, r[start]);
    for k in 1..=r.len() {
        let now = r[(start + k) % r.len()];
        if inwards {
            extreme = extreme.min(now);
            if now > extreme + PROMINENCE_M {
                (inwards, extreme) = (false, now);
                count += 1;
            }
        } else {
            extreme = extreme.max(now);
            if now < extreme - PROMINENCE_M {
                (inwards, extreme) = (true, now);
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    /// A cone of cloth with a wavy rim, seen from above.
    fn star(waves: f32, height: f32) -> Shade {
        let n = 720;
        let mut positions = vec![Vec3::ZERO];
        positions.extend((0..n).map(|k| {
            let a = k as f32 / n as f32 * TAU;
            let r = 0.12 + height * (waves * a).cos();
            Vec3::new(r * a.cos(), -0.04, -r * a.sin())
        }));
        let triangles: Vec<[u32; 3]> = (0..n).map(|k| [0, k + 1, (k + 1) % n + 1]).collect();
        Shade::of(&positions, &triangles, 0.2)
    }

    #[test]
    fn the_shade_of_a_disc_is_its_area_and_its_outline_a_circle() {
        let shade = star(0.0, 0.0);
        let area = std::f64::consts::PI * 0.0144;
        assert!((shade.area() / area - 1.0).abs() < 1e-3, "{}", shade.area());
        assert!(shade.outline().iter().all(|r| (r - 0.12).abs() < 5e-4));
        assert_eq!(shade.folds(), 0);
    }

    #[test]
    fn a_wavy_shade_has_as_many_folds_as_waves() {
        assert_eq!(star(5.0, 0.01).folds(), 5);
        assert_eq!(star(7.0, 0.001).folds(), 0);
    }
}
