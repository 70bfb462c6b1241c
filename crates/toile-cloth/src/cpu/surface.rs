//! An exhaustive distance query that does not share the shortcuts of the kernels.

use super::body::closest_bary;
use glam::{Vec2, Vec3};
use std::collections::HashMap;

/// Triangles in a hash grid, with angle-weighted pseudo-normals (Baerentzen
/// and Aanaes 2005), for exact signed distances close to the surface.
pub struct SurfaceIndex<'a> {
    points: &'a [Vec3],
    triangles: &'a [[u32; 3]],
    cell: f32,
    heads: Vec<u32>,
    entries: Vec<(u32, u32)>,
    face: Vec<Vec3>,
    vertex: Vec<Vec3>,
    edge: HashMap<(u32, u32), Edge>,
    around: Vec<Vec<u32>>,
    columns: [Columns; 3],
}

/// Triangles in columns along an axis.
struct Columns {
    axis: usize,
    cell: f32,
    triangles: HashMap<[i32; 2], Vec<u32>>,
}

impl Columns {
    fn new(points: &[Vec3], triangles: &[[u32; 3]], axis: usize, cell: f32) -> Self {
        let mut out = Self {
            axis,
            cell,
            triangles: HashMap::new(),
        };
        for (t, tri) in triangles.iter().enumerate() {
            let p = tri.map(|i| out.flat(points[i as usize]));
            let low = (p[0].min(p[1]).min(p[2]) / cell).floor().as_ivec2();
            let high = (p[0].max(p[1]).max(p[2]) / cell).floor().as_ivec2();
            for x in low.x..=high.x {
                for y in low.y..=high.y {
                    out.triangles.entry([x, y]).or_default().push(t as u32);
                }
            }
        }
        out
    }

    /// The point seen along the axis.
    fn flat(&self, p: Vec3) -> Vec2 {
        Vec2::new(p[(self.axis + 1) % 3], p[(self.axis + 2) % 3])
    }

    /// How often the surface is left along the axis from `p` on, less how often it
    /// is entered.
    fn winding(
        &self,
        points: &[Vec3],
        triangles: &[[u32; 3]],
        p: Vec3,
        allowed: impl Fn(usize) -> bool,
    ) -> i32 {
        let at = self.flat(p);
        let column = (at / self.cell).floor().as_ivec2().to_array();
        let list = self.triangles.get(&column);
        list.into_iter()
            .flatten()
            .filter(|&&t| allowed(t as usize))
            .map(|&t| {
                let q = triangles[t as usize].map(|i| points[i as usize]);
                let f = q.map(|q| self.flat(q) - at);
                // Each corner's weight is the area across from it; half-open, so
                // that a common edge counts once.
                let w = [
                    f[1].perp_dot(f[2]),
                    f[2].perp_dot(f[0]),
                    f[0].perp_dot(f[1]),
                ];
                let (plus, minus) = (w.iter().all(|w| *w > 0.0), w.iter().all(|w| *w <= 0.0));
                let area: f32 = w.iter().sum();
                if !(plus || minus) || area == 0.0 {
                    return 0;
                }
                let depth: f32 = (0..3).map(|k| w[k] * q[k][self.axis]).sum::<f32>() / area;
                if depth <= p[self.axis] {
                    0
                } else if plus {
                    1
                } else {
                    -1
                }
            })
            .sum()
    }
}

/// Sum of the normals of the triangles at an edge, and those triangles.
#[derive(Default)]
struct Edge {
    normal: Vec3,
    triangles: Vec<u32>,
}

const TABLE: usize = 1 << 15;

fn hash(c: [i32; 3]) -> usize {
    let [x, y, z] = c.map(|v| v as u32);
    ((x.wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663) ^ z.wrapping_mul(83_492_791))
        as usize)
        & (TABLE - 1)
}

impl<'a> SurfaceIndex<'a> {
    /// Indexes a surface; distances up to `cell` (m) can be asked for outside it.
    #[must_use]
    pub fn new(points: &'a [Vec3], triangles: &'a [[u32; 3]], cell: f32) -> Self {
        let mut out = Self {
            points,
            triangles,
            cell,
            heads: vec![u32::MAX; TABLE],
            entries: Vec::new(),
            face: Vec::with_capacity(triangles.len()),
            vertex: vec![Vec3::ZERO; points.len()],
            edge: HashMap::new(),
            around: vec![Vec::new(); points.len()],
            columns: [0, 1, 2].map(|axis| Columns::new(points, triangles, axis, cell)),
        };
        for (t, tri) in triangles.iter().enumerate() {
            let p = tri.map(|i| points[i as usize]);
            let n = (p[1] - p[0]).cross(p[2] - p[0]).normalize_or_zero();
            out.face.push(n);
            for k in 0..3 {
                let (a, b) = (p[(k + 1) % 3] - p[k], p[(k + 2) % 3] - p[k]);
                out.vertex[tri[k] as usize] += n * a.angle_between(b);
                let (i, j) = (tri[k], tri[(k + 1) % 3]);
                let edge = out.edge.entry((i.min(j), i.max(j))).or_default();
                edge.normal += n;
                edge.triangles.push(t as u32);
                out.around[tri[k] as usize].push(t as u32);
            }
            let low = out.cell_at(p[0].min(p[1]).min(p[2]));
            let high = out.cell_at(p[0].max(p[1]).max(p[2]));
            for z in low[2]..=high[2] {
                for y in low[1]..=high[1] {
                    for x in low[0]..=high[0] {
                        let head = &mut out.heads[hash([x, y, z])];
                        out.entries.push((t as u32, *head));
                        *head = out.entries.len() as u32 - 1;
                    }
                }
            }
        }
        out
    }

    fn cell_at(&self, p: Vec3) -> [i32; 3] {
        (p / self.cell).floor().as_ivec3().to_array()
    }

    /// Signed distance (m, negative inside) to the nearest allowed triangle: within
    /// one cell outside, however deep inside. `None` when there is none that near, or
    /// when the closest point lies on the rim of the allowed part, where inside and
    /// outside mean nothing.
    #[must_use]
    pub fn signed_distance(&self, p: Vec3, allowed: impl Fn(usize) -> bool) -> Option<f32> {
        let c = self.cell_at(p);
        let mut best: Option<(f32, usize, Vec3)> = None;
        for dz in -1..=1 {
            for dy in -1..=1 {
                for dx in -1..=1 {
                    let mut at = self.heads[hash([c[0] + dx, c[1] + dy, c[2] + dz])];
                    while at != u32::MAX {
                        let (t, next) = self.entries[at as usize];
                        at = next;
                        let t = t as usize;
                        let q = self.triangles[t].map(|i| self.points[i as usize]);
                        let b = closest_bary(p, q[0], q[1], q[2]);
                        let d = p.distance(q[0] * b.x + q[1] * b.y + q[2] * b.z);
                        if best.is_none_or(|(e, s, _)| d < e || (d == e && t < s)) && allowed(t) {
                            best = Some((d, t, b));
                        }
                    }
                }
            }
        }
        let Some((d, t, b)) = best.filter(|(d, ..)| *d <= self.cell) else {
            return self.depth(p, allowed).map(|depth| -depth);
        };
        let tri = self.triangles[t];
        let q = tri.map(|i| self.points[i as usize]);
        let touched: Vec<usize> = (0..3).filter(|&k| b[k] > 1e-6).collect();
        let whole = |list: &[u32]| list.iter().all(|&t| allowed(t as usize));
        let n = match touched.as_slice() {
            [k] => {
                let v = tri[*k] as usize;
                let list = &self.around[v];
                let rim = list.iter().any(|&t| {
                    let t = self.triangles[t as usize];
                    (0..3).any(|k| {
                        let (i, j) = (t[k], t[(k + 1) % 3]);
                        (i as usize == v || j as usize == v)
                            && self
                                .edge
                                .get(&(i.min(j), i.max(j)))
                                .is_none_or(|e| e.triangles.len() < 2)
                    })
                });
                if rim || !whole(list) {
                    return None;
                }
                self.vertex[v]
            }
            [k, m] => {
                let (i, j) = (tri[*k], tri[*m]);
                let edge = self.edge.get(&(i.min(j), i.max(j)))?;
                if edge.triangles.len() < 2 || !whole(&edge.triangles) {
                    return None;
                }
                edge.normal
            }
            _ => self.face[t],
        };
        let away = p - (q[0] * b.x + q[1] * b.y + q[2] * b.z);
        Some(if away.dot(n) < 0.0 { -d } else { d })
    }

    /// How deep a point is in the surface, m, that is not near it. Seen along two of
    /// three axes it must be inside, for a surface may have a hole.
    fn depth(&self, p: Vec3, allowed: impl Fn(usize) -> bool) -> Option<f32> {
        let inside =
            |columns: &&Columns| columns.winding(self.points, self.triangles, p, &allowed) != 0;
        if self.columns.iter().filter(inside).count() < 2 {
            return None;
        }
        self.triangles
            .iter()
            .enumerate()
            .filter(|(t, _)| allowed(*t))
            .map(|(_, t)| {
                let q = t.map(|i| self.points[i as usize]);
                let b = closest_bary(p, q[0], q[1], q[2]);
                p.distance(q[0] * b.x + q[1] * b.y + q[2] * b.z)
            })
            .reduce(f32::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A closed octahedron of radius `r`, in eight triangles that wind outwards.
    fn octahedron(r: f32) -> (Vec<Vec3>, Vec<[u32; 3]>) {
        let points = [Vec3::X, Vec3::Y, Vec3::Z, -Vec3::X, -Vec3::Y, -Vec3::Z].map(|p| r * p);
        let triangles = vec![
            [0, 1, 2],
            [1, 3, 2],
            [3, 4, 2],
            [4, 0, 2],
            [1, 0, 5],
            [3, 1, 5],
            [4, 3, 5],
            [0, 4, 5],
        ];
        (points.to_vec(), triangles)
    }

    #[test]
    fn a_point_is_inside_however_deep() {
        let (points, triangles) = octahedron(1.0);
        let index = SurfaceIndex::new(&points, &triangles, 0.03);
        let p = Vec3::new(0.013, 0.021, 0.008);
        let depth = (1.0 - p.element_sum()) / 3.0_f32.sqrt();
        let got = index.signed_distance(p, |_| true).unwrap();
        assert!((got + depth).abs() < 1e-5, "{got}, not {}", -depth);
    }

    #[test]
    fn a_point_far_outside_has_no_distance() {
        let (points, triangles) = octahedron(1.0);
        let index = SurfaceIndex::new(&points, &triangles, 0.03);
        for p in [
            Vec3::new(0.9, 0.9, 0.9),
            Vec3::new(0.1, -1.7, 0.2),
            Vec3::new(-2.0, 0.1, 0.1),
        ] {
            assert_eq!(index.signed_distance(p, |_| true), None);
        }
    }

    #[test]
    fn a_point_behind_a_sheet_is_not_inside() {
        let points = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)].map(|(x, y)| Vec3::new(x, y, 0.0));
        let index = SurfaceIndex::new(&points, &[[0, 1, 2]], 0.03);
        assert_eq!(
            index.signed_distance(Vec3::new(0.2, 0.2, -0.4), |_| true),
            None
        );
    }
}
