//! Bending stiffness from a drape test: the inverse of [`cusick`](super::cusick).

use super::check::Check;
use super::cusick::{Drape, FLAT, Specimen, Tester};
use super::settle::Gpu;
use crate::error::ClothError;

/// A bending stiffness that reproduces a drape coefficient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// Bending stiffness in all directions, N·m.
    pub bend: f64,
    /// How the specimen hangs with it.
    pub drape: Drape,
    /// Whether the coefficient was reached (within half a point).
    pub found: bool,
}

/// How near a fit goes to the coefficient, points.
const NEAR: f64 = 0.5;

/// Least bending stiffness over density that is tried, m⁴/s². Cloth this limp falls in
/// folds that touch, which the experiment leaves out, and that a mesh of 6 mm hardly resolves.
const LIMP: f64 = 3e-6;

/// Finds the bending stiffness with which `specimen` has the drape `coefficient` (%), everything
/// else (density, membrane) given: without a stated shear stiffness the
/// coefficient alone does not determine it. Follows the protocol of the
/// drape test down to the first coefficient that is too low, then interpolates; `seen` is told
/// every drape on the way.
///
/// # Errors
/// As [`Tester::relax`].
pub fn fit(
    gpu: Gpu<'_>,
    specimen: Specimen,
    coefficient: f64,
    seen: &mut dyn FnMut(f64, &Drape),
) -> Result<Fit, ClothError> {
    let mut tester = Tester::new(gpu, specimen)?;
    let mut hang = |bend: f64, rest: bool| -> Result<Fit, ClothError> {
        let drape = if rest {
            tester.relax(bend)?
        } else {
            tester.pass(bend)?
        };
        seen(bend, &drape);
        let found = (drape.coefficient - coefficient).abs() <= NEAR;
        Ok(Fit { bend, drape, found })
    };
    let mut above = hang(FLAT * specimen.density(), false)?;
    let mut below = above;
    while below.drape.coefficient > coefficient {
        let next = below.bend / std::f64::consts::SQRT_2;
        if next < LIMP * specimen.density() {
            break;
        }
        above = below;
        below = hang(next, false)?;
    }
    if below.drape.coefficient > coefficient {
        return hang(below.bend, true); // as limp as the mesh can be
    }
    let mut best = below;
    for _ in 0..4 {
        let (high, low) = (above.drape.coefficient, below.drape.coefficient);
        let part = ((coefficient - low) / (high - low).max(1e-6)).clamp(0.05, 0.95);
        best = hang(below.bend * (above.bend / below.bend).powf(part), true)?;
        if best.found {
            break;
        }
        if best.drape.coefficient > coefficient {
            above = best;
        } else {
            below = best;
        }
    }
    Ok(best)
}

/// A fabric that was measured on a drape tester.
struct Measured {
    name: &'static str,
    density: f64,
    coefficient: f64,
    drop_mm: f64,
    nodes: f64,
}

/// Means over the repeats of each fabric of the data set of Gong, Mao and Wang
/// (CVPR 2024, "Bayesian Differentiable Physics for Cloth Digitalization"),
/// figures computed from its published scans. Repeats spread by ± 5 points and more.
const LEEDS: [Measured; 5] = [
    Measured {
        name: "cotton white",
        density: 0.059,
        coefficient: 47.5,
        drop_mm: 58.5,
        nodes: 5.9,
    },
    Measured {
        name: "cotton blue",
        density: 0.192,
        coefficient: 69.6,
        drop_mm: 53.9,
        nodes: 4.4,
    },
    Measured {
        name: "viscose white",
        density: 0.213,
        coefficient: 15.2,
        drop_mm: 59.4,
        nodes: 10.6,
    },
    Measured {
        name: "cotton pink",
        density: 0.114,
        coefficient: 61.7,
        drop_mm: 54.7,
        nodes: 6.5,
    },
    Measured {
        name: "wool red",
        density: 0.274,
        coefficient: 77.5,
        drop_mm: 46.0,
        nodes: 7.1,
    },
];

/// Fits the five fabrics of the Leeds drape data that have a name and a density, with an
/// assumed woven membrane: coefficient within 5 points together with drop within
/// 5 mm and nodes within 2; and the cotton of Gan, Ly and Steven (1991), 68.4 %.
///
/// # Errors
/// As [`fit`].
pub fn checks(gpu: Gpu<'_>, sink: &mut dyn FnMut(Check)) -> Result<(), ClothError> {
    for m in &LEEDS {
        let fit = fit(
            gpu,
            Specimen::woven(m.density),
            m.coefficient,
            &mut |_, _| {},
        )?;
        let name = |what: &str| format!("drape of {}, {what}", m.name);
        sink(
            Check::near(
                name("coefficient"),
                fit.drape.coefficient,
                m.coefficient,
                5.0,
                "points",
            )
            .noting(format!("B = {:.2} µN·m", fit.bend * 1e6)),
        );
        sink(Check::near(
            name("drop"),
            fit.drape.drop_mm,
            m.drop_mm,
            5.0,
            "mm",
        ));
        sink(Check::near(
            name("nodes"),
            f64::from(fit.drape.nodes),
            m.nodes,
            2.0,
            "",
        ));
    }
    let fit = fit(gpu, Specimen::woven(0.2), 68.4, &mut |_, _| {})?;
    sink(
        Check::near(
            "drape of cotton (Gan 1991), coefficient",
            fit.drape.coefficient,
            68.4,
            5.0,
            "points",
        )
        .noting(format!(
            "B = {:.2} µN·m at an assumed 0.2 kg/m², {} folds",
            fit.bend * 1e6,
            fit.drape.nodes
        )),
    );
    Ok(())
}
