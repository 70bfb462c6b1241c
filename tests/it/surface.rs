//! Closed surfaces, asked without the solver's code.

use glam::Vec3;
use toile_cloth::cpu::body::closest_bary;

/// A closed surface of triangles.
pub(crate) struct Surface {
    corners: Vec<[Vec3; 3]>,
}

impl Surface {
    pub(crate) fn new(positions: &[Vec3], triangles: &[[u32; 3]]) -> Self {
        let at = |t: &[u32; 3]| t.map(|i| positions[i as usize]);
        Self {
            corners: triangles.iter().map(at).collect(),
        }
    }

    /// Whether it winds around a point (van Oosterom and Strackee 1983, The solid angle of
    /// a plane triangle), however deep and in whichever part.
    pub(crate) fn holds(&self, p: Vec3) -> bool {
        let solid: f32 = self
            .corners
            .iter()
            .map(|q| {
                let [a, b, c] = q.map(|v| v - p);
                let (la, lb, lc) = (a.length(), b.length(), c.length());
                let below = la * lb * lc + a.dot(b) * lc + b.dot(c) * la + c.dot(a) * lb;
                2.0 * a.dot(b.cross(c)).atan2(below)
            })
            .sum();
        solid > std::f32::consts::TAU
    }

    /// Distance from a point to the nearest triangle.
    pub(crate) fn distance(&self, p: Vec3) -> f32 {
        let mut least = f32::INFINITY;
        for &[a, b, c] in &self.corners {
            if p.distance(a) > least + a.distance(b).max(a.distance(c)) {
                continue;
            }
            let w = closest_bary(p, a, b, c);
            least = least.min(p.distance(a * w.x + b * w.y + c * w.z));
        }
        least
    }
}
