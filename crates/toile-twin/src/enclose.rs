//! The hull grown around what stands out of it.
//!
//! On a grid a sharp rim, such as the top line of a shoe, is cut off, and cloth that
//! keeps its distance from the hull would be cut by the rim.

use std::collections::HashMap;

use glam::{IVec3, Vec3};

use crate::hull::closest;

/// What stands out farther is not the hull's, metres: a stiletto's heel is thinner than
/// its grid.
const FARTHEST_M: f32 = 0.014;
/// What stands out less is left, metres.
const LEAST_M: f32 = 0.0003;
const ROUNDS: u32 = 12;

/// Moves the vertices of a closed surface outwards until `points` lie inside.
pub(crate) fn enclose(positions: &mut [Vec3], triangles: &[[u32; 3]], points: &[Vec3]) {
    let cells = Cells::new(positions, triangles);
    for _ in 0..ROUNDS {
        let normals = normals(positions, triangles);
        let mut outward = vec![Vec3::ZERO; positions.len()];
        let mut most = 0.0_f32;
        for &p in points {
            let Some((q, bary, t)) = cells.nearest(positions, triangles, p) else {
                continue;
            };
            let n: Vec3 = (0..3).map(|k| normals[t[k] as usize] * bary[k]).sum();
            let out = p - q;
            if out.dot(n) <= 0.0 || out.length() < LEAST_M {
                continue;
            }
            most = most.max(out.length());
            // So that the point of the triangle arrives where `p` is.
            let share: f32 = bary.iter().map(|b| b * b).sum();
            for k in 0..3 {
                let step = out * (bary[k] / share);
                let slot = &mut outward[t[k] as usize];
                if step.length_squared() > slot.length_squared() {
                    *slot = step;
                }
            }
        }
        if most < LEAST_M {
            break;
        }
        for (p, step) in positions.iter_mut().zip(outward) {
            *p += step;
        }
    }
}

/// Unit normals of the vertices, weighted by area.
pub(crate) fn normals(positions: &[Vec3], triangles: &[[u32; 3]]) -> Vec<Vec3> {
    let mut sum = vec![Vec3::ZERO; positions.len()];
    for t in triangles {
        let [a, b, c] = t.map(|i| positions[i as usize]);
        for &i in t {
            sum[i as usize] += (b - a).cross(c - a);
        }
    }
    sum.into_iter().map(Vec3::normalize_or_zero).collect()
}

/// Triangles by the cells that they come near.
struct Cells {
    triangles: HashMap<IVec3, Vec<u32>>,
}

impl Cells {
    const SIZE_M: f32 = 0.02;

    /// Of a surface whose vertices move by [`FARTHEST_M`] at most.
    fn new(positions: &[Vec3], triangles: &[[u32; 3]]) -> Self {
        let reach = Vec3::splat(2.0 * FARTHEST_M);
        let cell = |p: Vec3| (p / Self::SIZE_M).floor().as_ivec3();
        let mut cells: HashMap<IVec3, Vec<u32>> = HashMap::new();
        for (number, t) in triangles.iter().enumerate() {
            let [a, b, c] = t.map(|i| positions[i as usize]);
            let (low, high) = (cell(a.min(b).min(c) - reach), cell(a.max(b).max(c) + reach));
            for x in low.x..=high.x {
                for y in low.y..=high.y {
                    for z in low.z..=high.z {
                        let here = cells.entry(IVec3::new(x, y, z)).or_default();
                        here.push(number as u32);
                    }
                }
            }
        }
        Self { triangles: cells }
    }

    /// The point of the surface nearest to `p`, up to [`FARTHEST_M`] away: place,
    /// barycentric coordinates and triangle.
    fn nearest(
        &self,
        positions: &[Vec3],
        triangles: &[[u32; 3]],
        p: Vec3,
    ) -> Option<(Vec3, [f32; 3], [u32; 3])> {
        let mut best = None;
        let mut least = FARTHEST_M;
        for &number in self.triangles.get(&(p / Self::SIZE_M).floor().as_ivec3())? {
            let t = triangles[number as usize];
            let [a, b, c] = t.map(|i| positions[i as usize]);
            let (low, high) = (a.min(b).min(c) - least, a.max(b).max(c) + least);
            if p.cmplt(low).any() || p.cmpgt(high).any() {
                continue;
            }
            let (q, bary) = closest(p, a, b, c);
            if q.distance(p) < least {
                least = q.distance(p);
                best = Some((q, bary, t));
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::enclose;
    use glam::Vec3;

    /// A double pyramid with its corners at ±1 cm.
    fn octahedron() -> (Vec<Vec3>, Vec<[u32; 3]>) {
        let axes = [Vec3::X, Vec3::Y, Vec3::Z];
        let corners = axes.into_iter().flat_map(|a| [0.01 * a, -0.01 * a]);
        let mut triangles = Vec::new();
        for k in 0..8u32 {
            let [x, y, z] = [k & 1, 2 + (k >> 1 & 1), 4 + (k >> 2 & 1)];
            let outside = k.count_ones() % 2 == 0;
            triangles.push(if outside { [x, y, z] } else { [x, z, y] });
        }
        (corners.collect(), triangles)
    }

    #[test]
    fn a_point_that_stands_out_of_a_face_ends_on_it() {
        let (mut positions, triangles) = octahedron();
        let p = Vec3::splat(0.005);
        enclose(&mut positions, &triangles, &[p]);
        let [a, b, c] = triangles[0].map(|i| positions[i as usize]);
        let outside = (b - a).cross(c - a).normalize().dot(p - a);
        assert!(outside < 5e-4, "{outside}");
    }

    #[test]
    fn what_lies_inside_or_far_away_moves_nothing() {
        let (mut positions, triangles) = octahedron();
        let before = positions.clone();
        enclose(
            &mut positions,
            &triangles,
            &[Vec3::splat(0.002), Vec3::X * 0.1],
        );
        assert_eq!(positions, before);
    }
}
