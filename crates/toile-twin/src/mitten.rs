//! Hands of the collision hull: a mitten each.
//!
//! Fingers are thinner than the hull's grid and than the cloth's triangles, and what
//! hangs by them would hook between them. So a hand's part of the hull is its convex
//! hull and a cushion, measured in many directions (a k-DOP; Klosowski et al. 1998).

use glam::Vec3;

/// Directions in which a hand is measured: 7 degrees apart.
const DIRECTIONS: usize = 1024;
/// What the grid takes off something as small as a finger, metres.
const CUSHION_M: f32 = 0.005;

/// The convex hull of a hand and a cushion, as half-spaces.
pub(crate) struct Mitten {
    /// Box around it, metres.
    pub(crate) low: Vec3,
    pub(crate) high: Vec3,
    /// Unit directions, and how far it reaches in them, metres.
    faces: Vec<(Vec3, f32)>,
}

impl Mitten {
    /// Around the points of a hand; none around no points.
    pub(crate) fn around(points: &[Vec3]) -> Option<Self> {
        let low = points.iter().copied().reduce(Vec3::min)? - CUSHION_M;
        let high = points.iter().copied().reduce(Vec3::max)? + CUSHION_M;
        let faces = directions()
            .map(|n| {
                let reach = points.iter().map(|p| p.dot(n)).fold(f32::MIN, f32::max);
                (n, reach + CUSHION_M)
            })
            .collect();
        Some(Self { low, high, faces })
    }

    /// Distance of `p` from the surface, negative inside; outside, before a corner, the
    /// distance from the nearest face's plane, which is less.
    pub(crate) fn distance(&self, p: Vec3) -> f32 {
        self.faces
            .iter()
            .map(|(n, reach)| p.dot(*n) - reach)
            .fold(f32::MIN, f32::max)
    }
}

/// Directions spread evenly over the sphere, on a golden spiral.
fn directions() -> impl Iterator<Item = Vec3> {
    let golden = std::f32::consts::PI * (3.0 - 5_f32.sqrt());
    (0..DIRECTIONS).map(move |k| {
        let y = 1.0 - (2.0 * k as f32 + 1.0) / DIRECTIONS as f32;
        let (sin, cos) = (k as f32 * golden).sin_cos();
        let across = (1.0 - y * y).sqrt();
        Vec3::new(across * cos, y, across * sin)
    })
}

#[cfg(test)]
mod tests {
    use super::{CUSHION_M, Mitten};
    use glam::Vec3;

    /// Two fingers 10 cm long and 4 cm apart.
    fn two_fingers() -> Mitten {
        let tips = (0..=20).flat_map(|k| {
            let y = 0.005 * k as f32;
            [Vec3::new(-0.02, y, 0.0), Vec3::new(0.02, y, 0.0)]
        });
        Mitten::around(&tips.collect::<Vec<_>>()).expect("there are points")
    }

    #[test]
    fn the_room_between_fingers_belongs_to_the_mitten() {
        let inside = two_fingers().distance(Vec3::new(0.0, 0.05, 0.0));
        assert!((inside + CUSHION_M).abs() < 2e-3, "{inside}");
    }

    #[test]
    fn a_mitten_stands_out_by_its_cushion() {
        let outside = two_fingers().distance(Vec3::new(0.03, 0.05, 0.0));
        assert!((outside - (0.01 - CUSHION_M)).abs() < 1e-3, "{outside}");
    }

    #[test]
    fn there_is_no_mitten_around_nothing() {
        assert!(Mitten::around(&[]).is_none());
    }
}
