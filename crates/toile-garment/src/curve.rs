//! Edge geometry: points along a panel edge, and its length.

use glam::DVec2;

use crate::pattern::Curve;

/// Number of chords used to measure a curved edge. With 256 chords the length
/// of a quarter circle is short by 2·10⁻⁶ of itself (error ≈ θ²/24 N²).
const CHORDS: usize = 256;

/// Turns edge-relative coordinates (along, across) as fractions of the edge's
/// length into a point. "Across" is to the left of the direction of travel.
fn relative(start: DVec2, end: DVec2, uv: [f64; 2]) -> DVec2 {
    let along = end - start;
    start + along * uv[0] + along.perp() * uv[1]
}

/// The point of an edge at parameter `t` in `0..=1` (not arc length).
pub(crate) fn point(curve: &Curve, start: DVec2, end: DVec2, t: f64) -> DVec2 {
    let s = 1.0 - t;
    match *curve {
        Curve::Line => start * s + end * t,
        Curve::Quadratic(c) => {
            let c = relative(start, end, c);
            start * (s * s) + c * (2.0 * s * t) + end * (t * t)
        }
        Curve::Cubic([c1, c2]) => {
            let (c1, c2) = (relative(start, end, c1), relative(start, end, c2));
            start * (s * s * s)
                + c1 * (3.0 * s * s * t)
                + c2 * (3.0 * s * t * t)
                + end * (t * t * t)
        }
        Curve::Circle {
            radius,
            large_arc,
            right,
        } => {
            let (centre, from, sweep) = arc(start, end, radius, large_arc, right);
            let angle = from + sweep * t;
            if t <= 0.0 {
                start
            } else if t >= 1.0 {
                end
            } else {
                centre + DVec2::from_angle(angle) * start.distance(centre)
            }
        }
    }
}

/// Centre, start angle and signed sweep of a circular arc given as in SVG 1.1,
/// appendix F.6: `right` is the sweep flag (angles grow, so with y up the arc
/// runs counter-clockwise and bulges to the right of the direction of travel).
/// A radius shorter than half the chord is lengthened to it, as SVG asks.
fn arc(start: DVec2, end: DVec2, radius: f64, large_arc: bool, right: bool) -> (DVec2, f64, f64) {
    let chord = end - start;
    let half = chord.length() / 2.0;
    let radius = radius.max(half);
    let rise = (radius * radius - half * half).max(0.0).sqrt();
    let side = if large_arc == right { -1.0 } else { 1.0 };
    let centre = (start + end) / 2.0 + chord.perp().normalize_or_zero() * (rise * side);
    let from = (start - centre).to_angle();
    let mut sweep = (end - centre).to_angle() - from;
    if right && sweep <= 0.0 {
        sweep += std::f64::consts::TAU;
    } else if !right && sweep >= 0.0 {
        sweep -= std::f64::consts::TAU;
    }
    (centre, from, sweep)
}

/// The edge as a fine polyline with the arc length at each point.
fn polyline(curve: &Curve, start: DVec2, end: DVec2) -> Vec<(f64, DVec2)> {
    let chords = if matches!(curve, Curve::Line) {
        1
    } else {
        CHORDS
    };
    let mut out = Vec::with_capacity(chords + 1);
    let mut length = 0.0;
    let mut last = start;
    for i in 0..=chords {
        let p = point(curve, start, end, i as f64 / chords as f64);
        length += p.distance(last);
        out.push((length, p));
        last = p;
    }
    out
}

/// Arc length of an edge in the unit of its end points.
pub(crate) fn length(curve: &Curve, start: DVec2, end: DVec2) -> f64 {
    polyline(curve, start, end).last().map_or(0.0, |p| p.0)
}

/// `segments + 1` points equally spaced by arc length, both ends included.
pub(crate) fn sample(curve: &Curve, start: DVec2, end: DVec2, segments: usize) -> Vec<DVec2> {
    let line = polyline(curve, start, end);
    let total = line.last().map_or(0.0, |p| p.0);
    let mut out = Vec::with_capacity(segments + 1);
    let mut k = 1;
    out.push(start);
    for i in 1..segments {
        let want = total * i as f64 / segments as f64;
        while k + 1 < line.len() && line[k].0 < want {
            k += 1;
        }
        let ((l0, p0), (l1, p1)) = (line[k - 1], line[k]);
        let t = if l1 > l0 {
            (want - l0) / (l1 - l0)
        } else {
            0.0
        };
        out.push(p0.lerp(p1, t));
    }
    out.push(end);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    #[test]
    fn a_quarter_circle_is_as_long_as_its_formula_says() {
        let c = Curve::Circle {
            radius: 2.0,
            large_arc: false,
            right: true,
        };
        let l = length(&c, DVec2::new(2.0, 0.0), DVec2::new(0.0, 2.0));
        assert!((l - PI).abs() < 1e-5, "{l}");
    }

    #[test]
    fn the_large_arc_is_the_rest_of_the_circle() {
        let c = Curve::Circle {
            radius: 2.0,
            large_arc: true,
            right: true,
        };
        let l = length(&c, DVec2::new(2.0, 0.0), DVec2::new(0.0, 2.0));
        assert!((l - 3.0 * PI).abs() < 1e-3, "{l}");
    }

    #[test]
    fn a_right_arc_bulges_to_the_right_of_the_direction_of_travel() {
        let c = Curve::Circle {
            radius: 1.0,
            large_arc: false,
            right: true,
        };
        let p = point(&c, DVec2::new(-1.0, 0.0), DVec2::new(1.0, 0.0), 0.5);
        assert!(p.distance(DVec2::new(0.0, -1.0)) < 1e-9, "{p}");
    }

    #[test]
    fn a_parabola_is_as_long_as_its_integral() {
        // y = 2x(1-x)·h with h = 0.5 peak control: B(t) = (t, 2t(1-t)c), c = 0.5.
        // L = ∫ sqrt(1 + (1-2t)²) dt = (√2 + asinh 1)/2.
        let c = Curve::Quadratic([0.5, 0.5]);
        let l = length(&c, DVec2::ZERO, DVec2::new(1.0, 0.0));
        let exact = (2f64.sqrt() + 1f64.asinh()) / 2.0;
        assert!((l - exact).abs() < 1e-5, "{l} {exact}");
    }

    #[test]
    fn a_cubic_with_its_controls_on_the_line_is_straight() {
        let c = Curve::Cubic([[0.3, 0.0], [0.6, 0.0]]);
        let l = length(&c, DVec2::new(1.0, 1.0), DVec2::new(4.0, 5.0));
        assert!((l - 5.0).abs() < 1e-9, "{l}");
    }

    #[test]
    fn samples_are_equally_spaced_along_a_curve() {
        let c = Curve::Cubic([[0.0, 0.4], [0.2, 0.9]]);
        let p = sample(&c, DVec2::ZERO, DVec2::new(0.3, 0.1), 12);
        let d: Vec<f64> = p.windows(2).map(|w| w[0].distance(w[1])).collect();
        let mean = d.iter().sum::<f64>() / 12.0;
        assert_eq!(p.len(), 13);
        assert!(d.iter().all(|x| (x / mean - 1.0).abs() < 0.03), "{d:?}");
    }
}
