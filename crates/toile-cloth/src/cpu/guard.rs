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

/// How often the pairs that go along with each other are looked at again, once
/// someone has been cut; and how often of these only their own plane counts.
pub const ROUNDS: usize = 8;
/// See [`ROUNDS`].
pub const SOFT_ROUNDS: usize = 2;

/// Of what standing planes give away.
pub const ROUNDING: f32 = 1.01;

/// Share of any gap that may be lost in a step.
pub const LOSE: f32 = 0.01;

/// Two pieces of cloth, a particle and a triangle or two edges, that would mind a
/// plane between them that stands still.
struct Pair<'a> {
    plus: &'a [u32],
    minus: &'a [u32],
    /// From the minus side to the plus side.
    n: Vec3,
    /// Ends of the gap along `n`, seen from the first particle of the plus side.
    bottom: f32,
    top: f32,
    /// How much of the gap may be used up.
    room: f32,
    /// How far each side would come nearer.
    own: f32,
    other: f32,
}

/// Steps that want to be taken, and from where.
struct Steps<'a> {
    x: &'a [Vec3],
    step: &'a [Vec3],
}

impl<'a> Steps<'a> {
    /// The pair, if it minds a standing plane. Of the two directions the one that
    /// separates better.
    fn pair(
        &self,
        plus: &'a [u32],
        minus: &'a [u32],
        between: Vec3,
        upright: Vec3,
    ) -> Option<Pair<'a>> {
        let first = self.x[plus[0] as usize];
        let extent = |n: Vec3| {
            let height = |i: &u32| (self.x[*i as usize] - first).dot(n);
            let bottom = plus.iter().map(height).fold(f32::INFINITY, f32::min);
            let top = minus.iter().map(height).fold(f32::NEG_INFINITY, f32::max);
            (bottom, top)
        };
        let side = upright.dot(first - self.x[minus[0] as usize]);
        let (n, bottom, top) = [between, if side >= 0.0 { upright } else { -upright }]
            .map(|n| n / n.length().max(1e-12))
            .map(|n| (n, extent(n).0, extent(n).1))
            .into_iter()
            .reduce(|a, b| if b.1 - b.2 > a.1 - a.2 { b } else { a })?;
        let nearer = |of: &[u32], n: Vec3| {
            of.iter()
                .map(|&i| self.step[i as usize].dot(n))
                .fold(0.0, f32::max)
        };
        let (own, other) = (nearer(plus, -n), nearer(minus, n));
        let room = SHARE * (bottom - top - KEEP).max(0.0);
        (own + other > room).then_some(Pair {
            plus,
            minus,
            n,
            bottom,
            top,
            room,
            own,
            other,
        })
    }

    /// Whether the sides are as far apart as they must be after the shares `t` of
    /// their steps, the plane between them moving along.
    fn safe(&self, pair: &Pair<'_>, t: &[f32]) -> bool {
        let first = self.x[pair.plus[0] as usize];
        let end = |i: &u32| {
            let k = *i as usize;
            (self.x[k] - first).dot(pair.n) + t[k] * self.step[k].dot(pair.n)
        };
        let bottom = pair.plus.iter().map(end).fold(f32::INFINITY, f32::min);
        let top = pair.minus.iter().map(end).fold(f32::NEG_INFINITY, f32::max);
        let gap = pair.bottom - pair.top;
        bottom - top >= gap - (ROUNDING * pair.room).max(LOSE * gap.max(0.0))
    }

    /// Lowers limits to those of a standing plane.
    fn cut(&self, pair: &Pair<'_>, limits: &mut [f32]) {
        let first = self.x[pair.plus[0] as usize];
        for (side, n, share, base) in [
            (pair.plus, -pair.n, pair.own, -pair.bottom),
            (pair.minus, pair.n, pair.other, pair.top),
        ] {
            for &i in side {
                let slack = base - (self.x[i as usize] - first).dot(n);
                let approach = self.step[i as usize].dot(n);
                if approach > 0.0 {
                    let t = (slack + pair.room * share / (pair.own + pair.other)) / approach;
                    limits[i as usize] = limits[i as usize].min(t);
                }
            }
        }
    }
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
    let steps = Steps { x, step };
    let apart = |a: &[u32], b: &[u32]| {
        a.iter()
            .all(|&i| b.iter().all(|&j| joined[i as usize] != joined[j as usize]))
    };
    let all: Vec<u32> = (0..x.len() as u32).collect();
    let mut pairs = Vec::new();
    for i in all.chunks_exact(1) {
        for t in triangles.iter().filter(|t| apart(i, *t)) {
            let [a, b, c] = t.map(|k| x[k as usize]);
            let p = x[i[0] as usize];
            let w = closest_bary(p, a, b, c);
            let foot = a * w.x + b * w.y + c * w.z;
            pairs.extend(steps.pair(i, t, p - foot, (b - a).cross(c - a)));
        }
    }
    for (k, e) in edges.iter().enumerate() {
        for f in edges[..k].iter().filter(|f| apart(e, *f)) {
            let [a, b] = e.map(|i| x[i as usize]);
            let [c, d] = f.map(|i| x[i as usize]);
            let (s, t) = closest_segments(a, b - a, c, d - c);
            pairs.extend(steps.pair(e, f, a.lerp(b, s) - c.lerp(d, t), (b - a).cross(d - c)));
        }
    }
    let mut out = vec![1.0f32; x.len()];
    let mut still = out.clone();
    for pair in &pairs {
        steps.cut(pair, &mut still);
    }
    // The first round looks at whole steps.
    for round in 0..=ROUNDS {
        let agreed = out.clone();
        for pair in pairs.iter().filter(|p| !steps.safe(p, &agreed)) {
            if round <= SOFT_ROUNDS {
                steps.cut(pair, &mut out);
            } else {
                for &i in pair.plus.iter().chain(pair.minus) {
                    out[i as usize] = still[i as usize];
                }
            }
        }
    }
    if pairs.iter().all(|p| steps.safe(p, &out)) {
        out
    } else {
        still
    }
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
