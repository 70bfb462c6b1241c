//! Where something goes, as a camera operator follows it: without its shakes.

use glam::Vec3;

/// A way through space: the uniform cubic B-spline whose control points are places
/// at equal times. Place, speed and acceleration are continuous, and what happens
/// within a step or two is smoothed over.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    step_s: f32,
    points: Vec<Vec3>,
}

impl Path {
    /// The way through `points`, `step_s` seconds apart; the first is at time zero.
    /// It is at its first point before that and at its last one after it.
    #[must_use]
    pub fn new(step_s: f32, points: Vec<Vec3>) -> Self {
        Self { step_s, points }
    }

    /// A place that is never left.
    #[must_use]
    pub fn still(at: Vec3) -> Self {
        Self::new(1.0, vec![at])
    }

    /// The place at a time, s.
    #[must_use]
    pub fn at(&self, time_s: f32) -> Vec3 {
        let last = self.points.len() as f32 + 1.0;
        let place = (time_s / self.step_s).clamp(-2.0, last);
        let (whole, t) = (place.floor(), place - place.floor());
        let (t2, t3) = (t * t, t * t * t);
        let weights = [
            (1.0 - t).powi(3),
            3.0 * t3 - 6.0 * t2 + 4.0,
            -3.0 * t3 + 3.0 * t2 + 3.0 * t + 1.0,
            t3,
        ];
        let sum: Vec3 = (0..4)
            .map(|k| self.point(whole as i32 - 1 + k) * weights[k as usize])
            .sum();
        sum / 6.0
    }

    fn point(&self, index: i32) -> Vec3 {
        let last = self.points.len().saturating_sub(1);
        let index = (index.max(0) as usize).min(last);
        self.points.get(index).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_walk_is_followed_exactly_and_its_ends_are_kept() {
        let points = (0..9).map(|k| Vec3::Z * (0.5 * k as f32)).collect();
        let path = Path::new(0.25, points);
        assert!((path.at(1.1).z - 2.2).abs() < 1e-5);
        assert_eq!(path.at(-5.0), Vec3::ZERO);
        assert!((path.at(50.0).z - 4.0).abs() < 1e-5);
        assert_eq!(Path::still(Vec3::X).at(7.0), Vec3::X);
    }

    #[test]
    fn a_sudden_stop_becomes_a_smooth_one() {
        let points = (0..20)
            .map(|k| Vec3::Z * (0.4 * k.min(10) as f32))
            .collect();
        let path = Path::new(0.25, points);
        let dt = 0.01;
        let speed = |t: f32| (path.at(t + dt).z - path.at(t).z) / dt;
        let hardest = (0..500)
            .map(|k| 0.01 * k as f32)
            .map(|t| ((speed(t + dt) - speed(t)) / dt).abs())
            .fold(0.0, f32::max);
        // 1.6 m/s are lost over two steps, half a second: at most 1.6 / 0.25 m/s².
        assert!(hardest < 6.6, "{hardest} m/s²");
    }
}
