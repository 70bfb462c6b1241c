//! Twins of `guard.wgsl` and `tangle.wgsl`, with exhaustive searches.

use glam::Vec3;

use crate::cpu::body::closest_bary;

/// Part of a gap that is never given away, m.
pub const KEEP: f32 = 2e-5;

/// Share of the rest that may be used up in one step.
pub const SHARE: f32 = 0.9;

/// Closest points of the segments from `p1` along `d1` and from `p2` along `d2`,
/// as parameters from 0 to 1 (Ericson, Real-Time Collision Detection, 5.1.9).
#[must_use]
pub fn closest_segments(p1: Vec3, d1: Vec3, p2: Vec3, d2: Vec3) -> (f32, f32) {
    let r = p1 - p2;
    let (a, e) = (
        d1.length_squared().max(1e-20),
        d2.length_squared().max(1e-20),
    );
    let (f, c, b) = (d2.dot(r), d1.dot(r), d1.dot(d2));
    let denominator = a * e - b * b;
    let s = if denominator > 1e-6 * a * e {
        ((b * f - c * e) / denominator).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let mut s = s;
    let mut t = ((b * s + f) / e).clamp(0.0, 1.0);
    for _ in 0..2 {
        s = ((b * t - c) / a).clamp(0.0, 1.0);
        t = ((b * s + f) / e).clamp(0.0, 1.0);
    }
    (s, t)
}

/// How far every particle may go of its step (0 to 1) so that cloth does not
/// pass through cloth: see `guard.wgsl`. `joined` tells which particles stitches
/// hold together ([`crate::ClothMesh::stitched`]).
#[must_use]
pub fn limits(
    triangles: &[[u32; 3]],
    edges: &[[u32; 2]],
    joined: &[u32],
    x: &[Vec3],
    step: &[Vec3],
) -> Vec<f32> {
    let mut out = vec![1.0f32; x.len()];
    let mut divide = |plus: &[u32], minus: &[u32], between: Vec3, upright: Vec3| {
        let first = x[plus[0] as usize];
        let height = |i: u32, n: Vec3| (x[i as usize] - first).dot(n);
        // Lowest of the one side, highest of the other, along `n`.
        let extent = |n: Vec3| {
            let bottom = plus
                .iter()
                .map(|&i| height(i, n))
                .fold(f32::INFINITY, f32::min);
            let top = minus
                .iter()
                .map(|&i| height(i, n))
                .fold(f32::NEG_INFINITY, f32::max);
            (bottom, top)
        };
        let side = upright.dot(first - x[minus[0] as usize]);
        let (n, bottom, top) = [between, if side >= 0.0 { upright } else { -upright }]
            .map(|n| n / n.length().max(1e-12))
            .map(|n| (n, extent(n).0, extent(n).1))
            .into_iter()
            .reduce(|a, b| if b.1 - b.2 > a.1 - a.2 { b } else { a })
            .unwrap_or_default();
        let nearer = |of: &[u32], n: Vec3| {
            of.iter()
                .map(|&i| step[i as usize].dot(n))
                .fold(0.0, f32::max)
        };
        let (own, other) = (nearer(plus, -n), nearer(minus, n));
        let room = SHARE * (bottom - top - KEEP).max(0.0);
        if own + other <= room {
            return;
        }
        for (side, n, share, base) in [(plus, -n, own, -bottom), (minus, n, other, top)] {
            for &i in side {
                let slack = base - height(i, n);
                let approach = step[i as usize].dot(n);
                if approach > 0.0 {
                    let t = (slack + room * share / (own + other)) / approach;
                    out[i as usize] = out[i as usize].min(t);
                }
            }
        }
    };
    let apart = |a: &[u32], b: &[u32]| {
        a.iter()
            .all(|&i| b.iter().all(|&j| joined[i as usize] != joined[j as usize]))
    };
    for i in 0..x.len() as u32 {
        for t in triangles {
            if apart(&[i], t) {
                let [a, b, c] = t.map(|k| x[k as usize]);
                let w = closest_bary(x[i as usize], a, b, c);
                let foot = a * w.x + b * w.y + c * w.z;
                divide(&[i], t, x[i as usize] - foot, (b - a).cross(c - a));
            }
        }
    }
    for (k, e) in edges.iter().enumerate() {
        for f in edges[..k].iter().filter(|f| apart(e, *f)) {
            let [a, b] = e.map(|i| x[i as usize]);
            let [c, d] = f.map(|i| x[i as usize]);
            let (s, t) = closest_segments(a, b - a, c, d - c);
            divide(e, f, a.lerp(b, s) - c.lerp(d, t), (b - a).cross(d - c));
        }
    }
    out
}

/// Every place where an edge goes through a triangle with which it has no
/// particle in common: edge and triangle.
#[must_use]
pub fn crossings(
    triangles: &[[u32; 3]],
    edges: &[[u32; 2]],
    joined: &[u32],
    x: &[Vec3],
) -> Vec<(usize, usize)> {
    // Triangles sorted by their lowest point (garments are taller than wide):
    // an edge looks at those that begin before it ends.
    let bounds = |of: &[u32]| {
        of.iter()
            .map(|&i| x[i as usize])
            .fold((Vec3::INFINITY, Vec3::NEG_INFINITY), |(low, high), p| {
                (low.min(p), high.max(p))
            })
    };
    let mut order: Vec<(Vec3, Vec3, usize)> = triangles
        .iter()
        .enumerate()
        .map(|(t, tri)| {
            let (low, high) = bounds(tri);
            (low, high, t)
        })
        .collect();
    order.sort_by(|a, b| a.0.y.total_cmp(&b.0.y));
    let tallest = order.iter().map(|o| o.1.y - o.0.y).fold(0.0, f32::max);
    let mut out = Vec::new();
    for (k, e) in edges.iter().enumerate() {
        let (low, high) = bounds(e);
        let first = order.partition_point(|o| o.0.y < low.y - tallest);
        for (from, to, t) in order[first..].iter().take_while(|o| o.0.y <= high.y) {
            if from.cmpgt(high).any() || to.cmplt(low).any() {
                continue;
            }
            let tri = &triangles[*t];
            let shared = e.iter().any(|&i| {
                tri.iter()
                    .any(|&j| joined[i as usize] == joined[j as usize])
            });
            if !shared && goes_through(e.map(|i| x[i as usize]), tri.map(|i| x[i as usize])) {
                out.push((k, *t));
            }
        }
    }
    out
}

/// Whether a segment goes through a triangle.
fn goes_through([x, y]: [Vec3; 2], [a, b, c]: [Vec3; 3]) -> bool {
    let (ab, ac) = (b - a, c - a);
    let normal = ab.cross(ac);
    let (sx, sy) = (normal.dot(x - a), normal.dot(y - a));
    if (sx > 0.0) == (sy > 0.0) {
        return false;
    }
    let p = x + (y - x) * (sx / (sx - sy)) - a;
    let square = normal.length_squared().max(1e-30);
    let v = p.cross(ac).dot(normal) / square;
    let w = ab.cross(p).dot(normal) / square;
    v >= 0.0 && w >= 0.0 && v + w <= 1.0
}
