//! Plane sections of the body mesh.

use std::collections::HashMap;

use glam::{Vec2, Vec3};

use super::{Limb, LimbRing, missing};
use crate::error::GarmentError;

/// How far edges of skin and of the base layer that goes on from it are apart, metres.
const EDGES_APART_M: f32 = 0.012;

/// Cuts a mesh with planes and tells connected pieces of the cut apart.
pub(super) struct Slicer<'a> {
    positions: &'a [Vec3],
    triangles: &'a [[u32; 3]],
    /// Vertices at the same place share one number, across texture seams.
    weld: Vec<u32>,
}

impl<'a> Slicer<'a> {
    pub(super) fn new(
        positions: &'a [Vec3],
        triangles: &'a [[u32; 3]],
    ) -> Result<Self, GarmentError> {
        if positions.iter().any(|p| !p.is_finite()) {
            return Err(GarmentError::invalid(
                "body",
                "positions",
                "one is not finite",
            ));
        }
        if triangles
            .iter()
            .flatten()
            .any(|&i| i as usize >= positions.len())
        {
            return Err(GarmentError::invalid(
                "body",
                "triangles",
                "one names no vertex",
            ));
        }
        let mut seen = HashMap::new();
        let weld = positions
            .iter()
            .map(|p| {
                let key = (*p * 1e5).round().as_ivec3();
                let next = seen.len() as u32;
                *seen.entry(key).or_insert(next)
            })
            .collect();
        Ok(Self {
            positions,
            triangles,
            weld,
        })
    }

    /// Cuts with the plane `normal · p = offset`: pieces of points.
    pub(super) fn cut(&self, normal: Vec3, offset: f32) -> Vec<Vec<Vec3>> {
        let mut ids: HashMap<(u32, u32), usize> = HashMap::new();
        let mut points: Vec<Vec3> = Vec::new();
        let mut parent: Vec<usize> = Vec::new();
        let mut segments: Vec<u32> = Vec::new();
        fn find(parent: &mut [usize], mut i: usize) -> usize {
            while parent[i] != i {
                parent[i] = parent[parent[i]];
                i = parent[i];
            }
            i
        }
        for t in self.triangles {
            let s = t.map(|i| normal.dot(self.positions[i as usize]) - offset);
            let mut last = None;
            for (i, j) in [(0, 1), (1, 2), (2, 0)] {
                if (s[i] > 0.0) == (s[j] > 0.0) {
                    continue;
                }
                let (u, v) = (self.weld[t[i] as usize], self.weld[t[j] as usize]);
                let id = *ids.entry((u.min(v), u.max(v))).or_insert_with(|| {
                    let (p, q) = (self.positions[t[i] as usize], self.positions[t[j] as usize]);
                    points.push(p.lerp(q, s[i] / (s[i] - s[j])));
                    parent.push(points.len() - 1);
                    segments.push(0);
                    points.len() - 1
                });
                segments[id] += 1;
                if let Some(other) = last {
                    let (a, b) = (find(&mut parent, id), find(&mut parent, other));
                    parent[a] = b;
                }
                last = Some(id);
            }
        }
        // Where a base layer replaces skin both end, a little apart from each other.
        let ends: Vec<usize> = (0..points.len()).filter(|&i| segments[i] == 1).collect();
        for &end in &ends {
            let others = ends.iter().filter(|&&other| other != end);
            let nearest = others
                .map(|&other| (points[end].distance_squared(points[other]), other))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((far2, other)) = nearest
                && far2 < EDGES_APART_M * EDGES_APART_M
            {
                let (a, b) = (find(&mut parent, end), find(&mut parent, other));
                parent[a] = b;
            }
        }
        let mut pieces: HashMap<usize, Vec<Vec3>> = HashMap::new();
        for (i, p) in points.into_iter().enumerate() {
            pieces.entry(find(&mut parent, i)).or_default().push(p);
        }
        let mut out: Vec<Vec<Vec3>> = pieces.into_values().collect();
        // A fixed order, so that the same mesh gives the same landmarks.
        out.sort_by(|a, b| mean(a).x.total_cmp(&mean(b).x).then(a.len().cmp(&b.len())));
        out
    }

    /// Points of the horizontal cut at `y` as (x, z), without arms.
    pub(super) fn trunk(&self, y: f32, arms: &[Vec<Vec3>], clip_x: f32) -> Vec<Vec2> {
        self.cut(Vec3::Y, y)
            .into_iter()
            .filter(|piece| !arms.iter().any(|a| is_arm(piece, a)))
            .flatten()
            .filter(|p| p.x.abs() <= clip_x)
            .map(|p| Vec2::new(p.x, p.z))
            .collect()
    }

    /// Highest level at which both arms are apart from the trunk.
    pub(super) fn armpit(&self, shoulder_y: f32, arms: &[Vec<Vec3>]) -> Result<f32, GarmentError> {
        for k in 0..100 {
            let y = shoulder_y + 0.02 - 0.004 * k as f32;
            let pieces = self.cut(Vec3::Y, y);
            if arms.iter().all(|a| pieces.iter().any(|p| is_arm(p, a))) {
                return Ok(y);
            }
        }
        Err(GarmentError::invalid(
            "body",
            "armpit",
            "no level has the arms apart from the trunk; pass the body in an A-pose",
        ))
    }

    /// Level of the lowest point of the trunk on the middle plane.
    pub(super) fn crotch(&self, hip_y: f32) -> Result<f32, GarmentError> {
        let crossed = |y: f32| {
            self.cut(Vec3::Y, y)
                .iter()
                .any(|p| p.iter().any(|q| q.x > 0.001) && p.iter().any(|q| q.x < -0.001))
        };
        for k in 0..100 {
            let y = hip_y + 0.05 - 0.003 * k as f32;
            if !crossed(y) {
                return Ok(y + 0.0015);
            }
        }
        Err(missing("crotch"))
    }

    pub(super) fn crotch_z(&self, crotch_y: f32) -> Option<f32> {
        let near: Vec<f32> = self
            .cut(Vec3::Y, crotch_y + 0.004)
            .into_iter()
            .flatten()
            .filter(|p| p.x.abs() < 0.03)
            .map(|p| p.z)
            .collect();
        (!near.is_empty()).then(|| near.iter().sum::<f32>() / near.len() as f32)
    }

    /// Highest point of the cut at `x`, below the head.
    pub(super) fn top_at(&self, x: f32, below_y: f32) -> Option<Vec3> {
        self.cut(Vec3::X, x)
            .into_iter()
            .flatten()
            .filter(|p| p.y < below_y)
            .max_by(|a, b| a.y.total_cmp(&b.y))
    }

    /// Where the steep side of the neck turns into the shoulder: the first
    /// point, going outwards, at which the outline falls at less than 45°.
    pub(super) fn high_shoulder(
        &self,
        sign: f32,
        arm: &[Vec3],
        neck: Vec3,
        head: Vec3,
    ) -> Result<Vec3, GarmentError> {
        let end = arm[0].x.abs();
        let limit = (neck.y + head.y) / 2.0 + 0.02;
        let mut last: Option<Vec3> = None;
        let mut x = 0.03;
        while x < end {
            if let Some(p) = self.top_at(sign * x, limit) {
                if let Some(q) = last
                    && q.y < limit - 0.006
                    && q.y - p.y < 0.004
                {
                    return Ok(q);
                }
                last = Some(p);
            }
            x += 0.004;
        }
        Err(missing("high point of the shoulder"))
    }

    /// Sections along an arm.
    pub(super) fn limb(&self, axis: &[Vec3]) -> Limb {
        let mut rings = Vec::new();
        let mut before = 0.0;
        for bone in axis.windows(2) {
            let length = bone[0].distance(bone[1]);
            let direction = (bone[1] - bone[0]) / length.max(1e-6);
            for k in 0..6 {
                let t = 0.08 + 0.168 * k as f32;
                if before == 0.0 && t < 0.4 {
                    // Here the cut still runs into the trunk.
                    continue;
                }
                let c = bone[0] + direction * (length * t);
                let pieces = self.cut(direction, direction.dot(c));
                let near = pieces
                    .iter()
                    .min_by(|a, b| mean(a).distance(c).total_cmp(&mean(b).distance(c)));
                let Some(points) = near.filter(|p| p.len() >= 6 && mean(p).distance(c) < 0.08)
                else {
                    continue;
                };
                let centre = mean(points);
                let radius = points
                    .iter()
                    .map(|p| p.distance(centre))
                    .fold(0.0, f32::max);
                if radius < 0.16 {
                    rings.push(LimbRing {
                        along: before + length * t,
                        centre,
                        radius,
                    });
                }
            }
            before += length;
        }
        Limb {
            axis: axis.to_vec(),
            rings,
        }
    }
}

fn mean(points: &[Vec3]) -> Vec3 {
    points.iter().copied().sum::<Vec3>() / points.len().max(1) as f32
}

/// Whether a piece of a horizontal cut belongs to this arm or its hand.
fn is_arm(piece: &[Vec3], arm: &[Vec3]) -> bool {
    let m = mean(piece);
    let hand = arm[2] + (arm[2] - arm[1]).normalize_or_zero() * 0.2;
    // Fingers spread and curl away from the line of the hand.
    let bones = [
        (arm[0], arm[1], 0.07),
        (arm[1], arm[2], 0.07),
        (arm[2], hand, 0.16),
    ];
    m.x * arm[0].x > 0.0
        && m.x.abs() > 0.5 * arm[0].x.abs()
        && bones.iter().any(|(a, b, reach)| {
            let ab = *b - *a;
            let t = ((m - *a).dot(ab) / ab.length_squared().max(1e-9)).clamp(0.0, 1.0);
            m.distance(*a + ab * t) < *reach
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two upright half circles around the origin, 10 cm away, `gap` metres apart.
    fn walls(gap: f32) -> (Vec<Vec3>, Vec<[u32; 3]>) {
        const PARTS: u32 = 24;
        let (mut positions, mut triangles) = (Vec::new(), Vec::new());
        // Half a gap from either end of a half circle.
        let off = 0.5 * gap / 0.1;
        for side in 0..2 {
            let first = positions.len() as u32;
            for i in 0..=PARTS {
                let t = i as f32 / PARTS as f32;
                let angle = side as f32 * std::f32::consts::PI
                    + off
                    + t * (std::f32::consts::PI - 2.0 * off);
                let (sin, cos) = angle.sin_cos();
                positions.extend([-0.05, 0.05].map(|y| Vec3::new(0.1 * cos, y, 0.1 * sin)));
            }
            for i in 0..PARTS {
                let [a, b, c, d] = [0, 1, 2, 3].map(|k| first + 2 * i + k);
                triangles.extend([[a, c, b], [b, c, d]]);
            }
        }
        (positions, triangles)
    }

    fn pieces(gap: f32) -> usize {
        let (positions, triangles) = walls(gap);
        let slicer = Slicer::new(&positions, &triangles).unwrap_or_else(|e| panic!("{e}"));
        slicer.cut(Vec3::Y, 0.0).len()
    }

    #[test]
    fn skin_and_the_base_layer_that_goes_on_from_it_are_one_piece() {
        assert_eq!(pieces(0.004), 1);
    }

    #[test]
    fn parts_that_are_far_from_each_other_are_pieces_of_their_own() {
        assert_eq!(pieces(0.04), 2);
    }
}
