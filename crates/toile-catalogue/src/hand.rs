//! Hand: how a fabric feels and falls, in the terms of the test house.

use toile_garment::{Bending, Membrane};

/// Standard gravity, m/s².
const GRAVITY: f32 = 9.81;
/// Load of the FAST-3 extension test at 100 gf/cm, N/m.
const LOAD: f32 = 98.1;

/// Drape coefficients over bending stiffness by area density, m⁴/s², as the drape
/// test of the solver gave them (docs/cloth.md: specimen of 30 cm, table of 18 cm,
/// few folds); the ends are the limits of a limp and of a rigid disc.
const DRAPE: [(f32, f32); 9] = [
    (3e-7, 6.0),
    (3.15e-6, 17.2),
    (3.29e-5, 47.1),
    (6.78e-5, 61.9),
    (1.0e-4, 69.2),
    (1.58e-4, 77.2),
    (2.0e-4, 82.4),
    (4.0e-4, 91.8),
    (4e-3, 99.0),
];

/// What a designer feels, in numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hand {
    /// Bending length along the warp, m (ASTM D1388).
    pub bending_length_warp_m: f32,
    /// Bending length along the weft, m.
    pub bending_length_weft_m: f32,
    /// Cusick drape coefficient, percent: low is soft.
    pub drape_percent: f32,
    /// Extension along the warp under 98.1 N/m, percent (FAST E100).
    pub stretch_warp_percent: f32,
    /// Extension along the weft under 98.1 N/m, percent.
    pub stretch_weft_percent: f32,
}

impl Hand {
    /// Hand from mechanics; `area_density` in kg/m². The drape coefficient is read
    /// off the solver's own drape tests at the mean bending length: good to about
    /// eight points, since folds and shear move it too.
    #[must_use]
    pub fn of(area_density: f32, bending: &Bending, membrane: &Membrane) -> Self {
        let length = |b: f32| (b / (area_density * GRAVITY)).cbrt();
        let (warp, weft, bias) = (
            length(bending.warp),
            length(bending.weft),
            length(bending.bias),
        );
        let mean = (warp + weft + 2.0 * bias) / 4.0;
        let poisson = membrane.c12 * membrane.c12;
        let extension = |along: f32, across: f32| 100.0 * LOAD / (along - poisson / across);
        Self {
            bending_length_warp_m: warp,
            bending_length_weft_m: weft,
            drape_percent: drape_percent(mean.powi(3) * GRAVITY),
            stretch_warp_percent: extension(membrane.c11, membrane.c22),
            stretch_weft_percent: extension(membrane.c22, membrane.c11),
        }
    }
}

/// Drape coefficient, percent, of a bending stiffness by area density, m⁴/s².
#[must_use]
pub fn drape_percent(stiffness_by_density: f32) -> f32 {
    let x = stiffness_by_density.max(1e-12).ln();
    for pair in DRAPE.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let (x0, x1) = (x0.ln(), x1.ln());
        if x <= x1 {
            return y0 + (y1 - y0) * ((x - x0) / (x1 - x0)).clamp(0.0, 1.0);
        }
    }
    DRAPE[DRAPE.len() - 1].1
}

/// Words for drape, as `find --drape` takes them: name, and the drape
/// coefficients it covers, percent.
pub const DRAPE_WORDS: [(&str, (f32, f32)); 4] = [
    ("fluid", (0.0, 35.0)),
    ("soft", (0.0, 55.0)),
    ("medium", (45.0, 75.0)),
    ("crisp", (70.0, 100.0)),
];

#[cfg(test)]
mod tests {
    use super::*;

    const ISOTROPIC: Membrane = Membrane {
        c11: 1000.0,
        c12: 0.0,
        c22: 500.0,
        c33: 50.0,
    };

    fn bending(b: f32) -> Bending {
        Bending {
            warp: b,
            weft: b,
            bias: b,
        }
    }

    #[test]
    fn the_bending_length_is_the_cube_root_of_stiffness_by_weight() {
        // B = ρ g c³ with c = 2 cm and ρ = 0.2 kg/m².
        let hand = Hand::of(0.2, &bending(0.2 * 9.81 * 8e-6), &ISOTROPIC);
        assert!((hand.bending_length_warp_m - 0.02).abs() < 1e-5);
    }

    #[test]
    fn a_stiffer_fabric_never_drapes_more() {
        let mut last = 0.0;
        for i in 0..200 {
            let d = drape_percent(1e-8 * 1.1_f32.powi(i));
            assert!(d >= last && d <= 100.0);
            last = d;
        }
        assert!((drape_percent(1e-4) - 69.2).abs() < 0.1);
    }

    #[test]
    fn extension_is_load_over_stiffness() {
        let hand = Hand::of(0.2, &bending(1e-5), &ISOTROPIC);
        assert!((hand.stretch_warp_percent - 9.81).abs() < 0.01);
        assert!((hand.stretch_weft_percent - 19.62).abs() < 0.01);
    }
}
