//! Strand and curl textures with alpha.

use glam::{Vec2, Vec3};

use super::super::{
    image::Canvas,
    noise::{Random, hash, noise, smooth},
};

/// Colour of a hair without pigment, linear.
pub(crate) const SILVER: Vec3 = Vec3::new(0.40, 0.39, 0.375);

/// How silver a strand is where a share of the hairs is grey: locks differ, but not like
/// salt and pepper, for what is drawn as one strand stands for many hairs.
fn silver(grey: f32, chance: f32) -> f32 {
    if grey <= 0.0 {
        return 0.0;
    }
    (grey + 0.5 * (chance - 0.5) * (1.0 - (2.0 * grey - 1.0).abs())).clamp(0.0, 1.0)
}

struct Strand {
    centre: f32,
    wave: f32,
    phase: f32,
    half: f32,
    start: f32,
    end: f32,
    shade: f32,
    /// Share of silver in its colour.
    silver: f32,
}

/// Four columns of strands, v from root (0) to tip (1); the last column is the sparsest.
pub(crate) fn strands(colour: Vec3, grey: f32) -> Canvas {
    const W: usize = 512;
    const H: usize = 512;
    const COLUMNS: usize = 4;
    let mut random = Random::new(21);
    let columns: Vec<Vec<Strand>> = (0..COLUMNS)
        .map(|c| {
            let count = [64, 58, 52, 36][c];
            (0..count)
                .map(|_| {
                    let centre = random.unit();
                    // Outer strands are shorter, which frays the card's corners.
                    let inside = 1.0 - (2.0 * centre - 1.0).abs();
                    Strand {
                        centre: 0.03 + 0.94 * centre,
                        wave: 0.02 * random.signed(),
                        phase: random.range(0.0, 6.0),
                        half: random.range(0.011, 0.026),
                        start: random.range(0.0, 0.05) * (1.0 - inside),
                        end: random.range(0.66, 0.90) + 0.10 * inside.min(0.6),
                        shade: random.range(0.78, 1.18),
                        silver: silver(grey, random.unit()),
                    }
                })
                .collect()
        })
        .collect();
    Canvas::draw(W, H, |u, v| {
        let column = ((u * COLUMNS as f32) as usize).min(COLUMNS - 1);
        let x = u * COLUMNS as f32 - column as f32;
        let ground = colour.lerp(SILVER, grey) * 0.85;
        let mut best = ground.extend(0.0);
        for s in &columns[column] {
            let at =
                s.centre + s.wave * (v * 5.0 + s.phase).sin() + (0.5 - s.centre) * 0.12 * v * v;
            let life = smooth(s.start - 0.004, s.start + 0.012, v)
                * (1.0 - smooth(s.end - 0.16, s.end, v));
            let half = s.half * (0.35 + 0.65 * life);
            let d = (x - at).abs();
            let alpha = smooth(half + 0.008, half - 0.006, d) * smooth(0.0, 0.25, life);
            if alpha > best.w {
                let round = 0.80 + 0.20 * (1.0 - (d / half).min(1.0));
                let fine = 1.0 + 0.10 * noise(Vec3::new(x * 160.0, v * 6.0, column as f32), 8);
                let base = colour.lerp(SILVER, s.silver);
                let tip = 0.92 + 0.22 * v;
                best = (base * s.shade * round * fine * tip).extend(alpha);
            }
        }
        best
    })
}

/// A tiling texture of little curls (or of cropped hair if `fine`).
pub(crate) fn curls(colour: Vec3, grey: f32, fine: bool) -> Canvas {
    const SIZE: usize = 256;
    let cells = if fine { 40_i32 } else { 22 };
    Canvas::draw(SIZE, SIZE, |u, v| {
        let p = Vec2::new(u, v) * cells as f32;
        let cell = p.floor();
        let (mut best, mut shade, mut light) = (9.0_f32, 1.0, grey);
        for dy in -1..=1 {
            for dx in -1..=1 {
                let (cx, cy) = (cell.x as i32 + dx, cell.y as i32 + dy);
                let (wx, wy) = (cx.rem_euclid(cells), cy.rem_euclid(cells));
                let r = |k: u32| hash(wx, wy, 0, 31 + k);
                let centre = Vec2::new(cx as f32 + r(1), cy as f32 + r(2));
                let d = p - centre;
                // A curl is a small open ring; a cropped hair is a dot.
                let radius = if fine { 0.0 } else { 0.42 + 0.16 * r(3) };
                let gap = d.y.atan2(d.x) - std::f32::consts::TAU * r(4);
                let open = if fine {
                    0.0
                } else {
                    0.12 * smooth(0.8, 1.0, gap.cos())
                };
                let distance = (d.length() - radius).abs() + open;
                if distance < best {
                    best = distance;
                    shade = 0.80 + 0.40 * r(5);
                    light = silver(grey, r(6));
                }
            }
        }
        let width = if fine { 0.46 } else { 0.165 };
        let alpha = smooth(width + 0.12, width - 0.12, best);
        let body = colour.lerp(SILVER, light) * shade * (0.65 + 0.35 * smooth(width, 0.0, best));
        body.extend(alpha)
    })
}
