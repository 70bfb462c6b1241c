//! Easing without shakes: place, speed and acceleration are continuous.

/// From 0 to 1 as `t` goes from 0 to 1, standing still at both ends: the polynomial
/// of least degree whose speed and acceleration are zero there.
///
/// Its greatest speed is [`PEAK_SPEED`], its greatest acceleration
/// [`PEAK_ACCELERATION`].
#[must_use]
pub fn ease(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * t * (t * (6.0 * t - 15.0) + 10.0)
}

/// Greatest speed of [`ease`]: 15/8, halfway.
pub const PEAK_SPEED: f32 = 1.875;
/// Greatest acceleration of [`ease`]: 10/√3.
pub const PEAK_ACCELERATION: f32 = 5.7735;

/// The greater of a number and a limit, rounded off within `softness` of it.
#[must_use]
pub fn at_least(value: f32, limit: f32, softness: f32) -> f32 {
    let over = value - limit;
    if over >= softness {
        value
    } else if over <= -softness {
        limit
    } else {
        // The integral of a step whose corner is eased: u from 0 to 1.
        let u = (over + softness) / (2.0 * softness);
        limit + 2.0 * softness * u.powi(4) * (u * (u - 3.0) + 2.5)
    }
}

#[cfg(test)]
mod tests {
    use super::{PEAK_ACCELERATION, PEAK_SPEED, at_least, ease};

    #[test]
    fn easing_stands_still_at_both_ends_and_keeps_to_its_peaks() {
        let at = |t: f32| f64::from(ease(t));
        let (mut fastest, mut hardest) = (0.0_f64, 0.0_f64);
        let step = 1.0 / 256.0;
        for k in 1..256 {
            let t = k as f32 / 256.0;
            let [a, b, c] = [at(t - step as f32), at(t), at(t + step as f32)];
            fastest = fastest.max((c - a) / (2.0 * step));
            hardest = hardest.max(((c - 2.0 * b + a) / (step * step)).abs());
        }
        assert!((fastest - f64::from(PEAK_SPEED)).abs() < 1e-3, "{fastest}");
        let off = hardest / f64::from(PEAK_ACCELERATION) - 1.0;
        assert!(off.abs() < 5e-3, "{hardest}");
        assert!(at(1e-3) < 1e-7 && 1.0 - at(0.999) < 1e-6);
    }

    #[test]
    fn a_soft_limit_meets_the_number_and_the_limit_smoothly() {
        let soft = |x: f32| at_least(x, 2.0, 0.5);
        for x in [-3.0, 1.0, 1.5] {
            assert!((soft(x) - 2.0).abs() < 1e-6);
        }
        for x in [2.5, 3.0, 9.0] {
            assert!((soft(x) - x).abs() < 1e-5);
        }
        let slopes: Vec<f32> = (0..40)
            .map(|k| 1.4 + 0.03 * k as f32)
            .map(|x| (soft(x + 0.01) - soft(x - 0.01)) / 0.02)
            .collect();
        assert!(slopes.windows(2).all(|pair| pair[1] >= pair[0] - 1e-3));
        assert!(slopes.iter().all(|slope| (-1e-3..=1.001).contains(slope)));
    }
}
