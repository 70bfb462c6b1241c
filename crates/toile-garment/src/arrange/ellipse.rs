//! Arc length on ellipses, waves around them, and taut outlines.

use glam::DVec2;

use crate::landmarks::ellipse_girth;

/// Waves around a full skirt. A multiple of four, so that centre front, centre
/// back and both sides are troughs.
const WAVES: f64 = 12.0;

/// The point at arc length `u` from the front middle of an ellipse, with the
/// outward offset of the waves there.
pub(super) fn waved(a: f64, b: f64, u: f64, ratio: f64, wave: f64) -> (DVec2, DVec2) {
    let total = ellipse_girth(a, b);
    let mut u_tube = u / ratio;
    let mut push = 0.0;
    if wave > 1e-6 {
        // Cloth length runs unevenly over a wave: find the place by table.
        let period = total / WAVES;
        let cloth = period * ratio;
        let k = (u / cloth).floor();
        let within = u / cloth - k;
        let slope = std::f64::consts::PI * wave / period;
        const N: usize = 64;
        let speed = |t: f64| (1.0 + (slope * (std::f64::consts::TAU * t).sin()).powi(2)).sqrt();
        let sum: f64 = (0..N).map(|i| speed((i as f64 + 0.5) / N as f64)).sum();
        let mut acc = 0.0;
        let mut t = 1.0;
        for i in 0..N {
            let v = speed((i as f64 + 0.5) / N as f64) / sum;
            if acc + v >= within {
                t = (i as f64 + (within - acc) / v) / N as f64;
                break;
            }
            acc += v;
        }
        u_tube = (k + t) * period;
        push = wave / 2.0 * (1.0 - (std::f64::consts::TAU * t).cos());
    }
    let p = on_ellipse(a, b, u_tube);
    let n = DVec2::new(p.x / (a * a), p.y / (b * b)).normalize_or_zero();
    (p, n * push)
}

/// The point of an ellipse (half axes `a` along x, `b` along y) at arc length
/// `u` from (0, b), positive towards +x.
pub(super) fn on_ellipse(a: f64, b: f64, u: f64) -> DVec2 {
    const N: usize = 48;
    let quarter = ellipse_girth(a, b) / 4.0;
    let turns = (u.abs() / quarter).floor();
    let mut left = u.abs() - turns * quarter;
    let odd = turns as u64 % 2 == 1;
    if odd {
        left = quarter - left;
    }
    let at = |t: f64| DVec2::new(a * t.sin(), b * t.cos());
    let mut last = DVec2::new(0.0, b);
    let lengths: Vec<f64> = (1..=N)
        .map(|i| {
            let p = at(i as f64 / N as f64 * std::f64::consts::FRAC_PI_2);
            let l = p.distance(last);
            last = p;
            l
        })
        .collect();
    let scale = quarter / lengths.iter().sum::<f64>();
    let mut t = std::f64::consts::FRAC_PI_2;
    for (i, l) in lengths.iter().enumerate() {
        let l = l * scale;
        if left <= l {
            t = (i as f64 + left / l.max(1e-12)) / N as f64 * std::f64::consts::FRAC_PI_2;
            break;
        }
        left -= l;
    }
    let p = at(t);
    let quadrant = turns as u64 % 4;
    let (sx, sy) = match quadrant {
        0 => (1.0, 1.0),
        1 => (1.0, -1.0),
        2 => (-1.0, -1.0),
        _ => (-1.0, 1.0),
    };
    DVec2::new(p.x * sx * u.signum(), p.y * sy)
}

/// Amplitude (over the tube's girth) at which [`WAVES`] sine waves make a ring
/// `ratio` times longer. Bisection on the arc length of one wave.
pub(super) fn amplitude(ratio: f64) -> f64 {
    if ratio <= 1.0 + 1e-6 {
        return 0.0;
    }
    let length = |slope: f64| {
        (0..32)
            .map(|i| {
                let t = (f64::from(i) + 0.5) / 32.0 * std::f64::consts::TAU;
                (1.0 + (slope * t.sin()).powi(2)).sqrt()
            })
            .sum::<f64>()
            / 32.0
    };
    let (mut lo, mut hi) = (0.0, 40.0);
    for _ in 0..40 {
        let mid = (lo + hi) / 2.0;
        if length(mid) < ratio {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    lo / (std::f64::consts::PI * WAVES)
}

pub(super) fn push_taut(chain: &mut Vec<DVec2>, p: DVec2) {
    while chain.len() > 1 {
        let (a, b) = (chain[chain.len() - 2], chain[chain.len() - 1]);
        if (b - a).perp_dot(p - b) <= 0.0 {
            break;
        }
        chain.pop();
    }
    chain.push(p);
}

pub(super) fn chain_length(chain: &[DVec2]) -> f64 {
    chain.windows(2).map(|w| w[0].distance(w[1])).sum()
}

pub(super) fn along_chain(chain: &[DVec2], s: f64) -> DVec2 {
    let mut left = s.max(0.0);
    for w in chain.windows(2) {
        let l = w[0].distance(w[1]);
        if left <= l && l > 0.0 {
            return w[0].lerp(w[1], left / l);
        }
        left -= l;
    }
    chain[chain.len() - 1]
}
