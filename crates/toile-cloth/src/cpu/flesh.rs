//! Twin of `flesh.wgsl`, and how deep a skin may give way.

use glam::Vec3;
use std::collections::HashMap;

/// Distance kept between cloth and skin, m.
const CLEAR: f32 = 0.003;
/// How far sideways a particle is felt, m.
const REACH: f32 = 0.02;
/// Slope of the dent around a particle.
const SLOPE: f32 = 0.1;

/// Deepest that flesh gives way anywhere, m.
const DEEPEST: f32 = 0.03;
/// Share of the body's thickness that may give way: less than half, so that two sides
/// never meet.
const SHARE: f32 = 0.45;

/// How far a skin vertex at `p` with unit normal `n` is pushed back by the triangles of
/// cloth, m, at most somewhat more than `deep` (twin of `give_way`, by looking at all).
#[must_use]
pub fn gives_way(p: Vec3, n: Vec3, deep: f32, positions: &[Vec3], triangles: &[[u32; 3]]) -> f32 {
    if deep <= 0.0 {
        return 0.0;
    }
    let below = |q: Vec3| {
        let d = p - q;
        let depth = d.dot(n);
        let sideways = (d - depth * n).length();
        if depth < deep && sideways < REACH {
            depth + CLEAR - SLOPE * sideways
        } else {
            0.0
        }
    };
    let along = |a: Vec3, b: Vec3| {
        let e = b - a;
        let rise = e.dot(n);
        let across = e - rise * n;
        let long = across.length().max(1e-9);
        let start = (a - p) - (a - p).dot(n) * n;
        let foot = -start.dot(across) / (long * long);
        let off = (start + foot * across).length();
        if off >= REACH {
            return 0.0;
        }
        let tilt = -rise / (SLOPE * long);
        let most = 0.999 * (REACH * REACH - off * off).sqrt();
        let best = if tilt.abs() >= 1.0 {
            tilt.signum() * most
        } else {
            tilt * off / (1.0 - tilt * tilt).max(1e-12).sqrt()
        };
        let t = (foot + best.clamp(-most, most) / long).clamp(0.0, 1.0);
        below(a + t * e)
    };
    triangles
        .iter()
        .map(|t| t.map(|i| positions[i as usize]))
        .flat_map(|[a, b, c]| {
            let hit = line_meets(p, -n, a, b, c).filter(|depth| *depth > -CLEAR && *depth < deep);
            [
                hit.map_or(0.0, |d| d + CLEAR),
                along(a, b),
                along(b, c),
                along(c, a),
            ]
        })
        .fold(0.0, f32::max)
}

/// Where the line through `p` along `way` meets triangle `abc`, in lengths of `way`
/// (Moeller and Trumbore 1997).
fn line_meets(p: Vec3, way: Vec3, a: Vec3, b: Vec3, c: Vec3) -> Option<f32> {
    let (e, g) = (b - a, c - a);
    let h = way.cross(g);
    let det = e.dot(h);
    if det.abs() < 1e-12 {
        return None;
    }
    let s = (p - a) / det;
    let r = s.cross(e);
    let (u, v) = (s.dot(h), way.dot(r));
    (u >= 0.0 && v >= 0.0 && u + v <= 1.0).then(|| g.dot(r))
}

/// How deep flesh may give way at each vertex of a skin as it is bound, m: a share of
/// what lies between it and the nearest skin on the other side, at most 3 cm.
#[must_use]
pub fn depths(points: &[Vec3], normals: &[Vec3]) -> Vec<f32> {
    /// Along the line inwards, m.
    const STEP: f32 = 0.006;
    const FACING: f32 = -0.3;
    let cell = |p: Vec3| (p / STEP).floor().as_ivec3();
    let mut cells: HashMap<_, Vec<usize>> = HashMap::new();
    for (i, p) in points.iter().enumerate() {
        cells.entry(cell(*p)).or_default().push(i);
    }
    let opposite = |at: Vec3, n: Vec3| {
        let middle = cell(at);
        (0..27).any(|k| {
            let beside = middle + glam::IVec3::new(k % 3 - 1, k / 3 % 3 - 1, k / 9 - 1);
            cells
                .get(&beside)
                .is_some_and(|list| list.iter().any(|&v| normals[v].dot(n) < FACING))
        })
    };
    let steps = (DEEPEST / SHARE / STEP).ceil() as u32;
    points
        .iter()
        .zip(normals)
        .map(|(&p, &n)| {
            let thick = (1..=steps)
                .map(|k| k as f32 * STEP)
                .find(|&d| opposite(p - d * n, n))
                .unwrap_or(f32::INFINITY);
            (SHARE * thick).min(DEEPEST)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thin_plate_gives_way_by_less_than_half_and_a_thick_one_by_three_centimetres() {
        let plate = |thick: f32| {
            let mut points = Vec::new();
            let mut normals = Vec::new();
            for (y, n) in [(0.0, Vec3::Y), (-thick, Vec3::NEG_Y)] {
                for k in 0..400 {
                    points.push(
                        Vec3::new((k % 20) as f32, 0.0, (k / 20) as f32) * 0.005 + y * Vec3::Y,
                    );
                    normals.push(n);
                }
            }
            depths(&points, &normals)[210]
        };
        let thin = plate(0.03);
        assert!(thin > 0.006 && thin < 0.015, "{thin}");
        assert_eq!(plate(0.2), DEEPEST);
    }
}
