//! Plane geometry of panel outlines.

use glam::DVec2;

/// Signed area, positive when the loop runs counter-clockwise.
pub(crate) fn signed_area(loop_: &[DVec2]) -> f64 {
    let n = loop_.len();
    (0..n)
        .map(|i| loop_[i].perp_dot(loop_[(i + 1) % n]))
        .sum::<f64>()
        / 2.0
}

/// Whether a point lies inside the loop (even–odd rule).
pub(crate) fn contains(loop_: &[DVec2], p: DVec2) -> bool {
    let n = loop_.len();
    let mut inside = false;
    for i in 0..n {
        let (a, b) = (loop_[i], loop_[(i + 1) % n]);
        if (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x {
            inside = !inside;
        }
    }
    inside
}

/// The x values at which the horizontal line at `y` crosses the loop, sorted.
pub(crate) fn crossings(loop_: &[DVec2], y: f64) -> Vec<f64> {
    let n = loop_.len();
    let mut out = Vec::new();
    for i in 0..n {
        let (a, b) = (loop_[i], loop_[(i + 1) % n]);
        if (a.y > y) != (b.y > y) {
            out.push((b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x);
        }
    }
    out.sort_by(f64::total_cmp);
    out
}

/// How much of the horizontal line at `y` lies inside the loop.
pub(crate) fn width_at(loop_: &[DVec2], y: f64) -> f64 {
    crossings(loop_, y)
        .chunks_exact(2)
        .map(|c| c[1] - c[0])
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square() -> Vec<DVec2> {
        [(0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (0.0, 1.0)]
            .map(|(x, y)| DVec2::new(x, y))
            .to_vec()
    }

    #[test]
    fn area_is_positive_counter_clockwise_and_negative_clockwise() {
        let mut s = square();
        assert!((signed_area(&s) - 2.0).abs() < 1e-12);
        s.reverse();
        assert!((signed_area(&s) + 2.0).abs() < 1e-12);
    }

    #[test]
    fn the_width_of_a_rectangle_is_its_side() {
        assert!((width_at(&square(), 0.5) - 2.0).abs() < 1e-12);
        assert!(contains(&square(), DVec2::new(1.9, 0.5)));
        assert!(!contains(&square(), DVec2::new(2.1, 0.5)));
    }
}
