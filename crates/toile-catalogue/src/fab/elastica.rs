//! A strip between two clamps that approach each other.

use std::f64::consts::{FRAC_PI_2, PI};

/// Complete elliptic integrals of the first and second kind of a modulus, by the
/// arithmetic–geometric mean (Abramowitz and Stegun 1964, 17.6).
fn integrals(modulus: f64) -> (f64, f64) {
    let (mut a, mut b) = (1.0, (1.0 - modulus * modulus).sqrt());
    let (mut sum, mut weight) = (modulus * modulus, 1.0);
    for _ in 0..40 {
        let c = 0.5 * (a - b);
        if c.abs() < 1e-15 {
            break;
        }
        (a, b) = (0.5 * (a + b), (a * b).sqrt());
        weight *= 2.0;
        sum += weight * c * c;
    }
    let first = FRAC_PI_2 / a;
    (first, first * (1.0 - 0.5 * sum))
}

/// Force over bending stiffness, times the square of the length, of a weightless
/// strip held horizontally in two clamps that have approached to `ratio` of its
/// length; [`None`] before it buckles or once the clamps have met.
///
/// A strip clamped at both ends is four quarters of the pinned elastica (Love 1927,
/// §263): P = 16 K² B / L² and d / L = 2 E / K − 1.
pub(super) fn force(ratio: f64) -> Option<f64> {
    if !(0.0..1.0).contains(&ratio) {
        return None;
    }
    let (mut low, mut high) = (0.0, 0.999);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        let (k, e) = integrals(middle);
        if 2.0 * e / k - 1.0 > ratio {
            low = middle;
        } else {
            high = middle;
        }
    }
    let (k, _) = integrals(low);
    Some(16.0 * k * k)
}

/// The force at which it buckles, in the same terms.
pub(super) const BUCKLING: f64 = 4.0 * PI * PI;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_integrals_have_their_tabulated_values() {
        // Abramowitz and Stegun 1964, tables 17.1 and 17.2, m = 0.5.
        let (k, e) = integrals(0.5f64.sqrt());
        assert!((k - 1.854_074_677).abs() < 1e-8, "{k}");
        assert!((e - 1.350_643_881).abs() < 1e-8, "{e}");
    }

    #[test]
    fn a_strip_buckles_at_eulers_load_and_then_carries_more() {
        let little = force(0.9999).unwrap();
        assert!((little / BUCKLING - 1.0).abs() < 1e-3, "{little}");
        let mut last = little;
        for k in 1..20 {
            let f = force(1.0 - 0.05 * f64::from(k)).unwrap();
            assert!(f > last);
            last = f;
        }
        assert_eq!(force(1.2), None);
    }
}
