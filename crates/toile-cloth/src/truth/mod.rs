//! Truth tests: small experiments with the whole solver whose answers are
//! known, from theory, from measurement, or from a converged float64 solution
//! of the same model on the same mesh.
//!
//! Every module has one experiment as plain functions that take the device and
//! give figures, and `checks` that hold them against the answers. [`suites`]
//! lists them all, for `toile bench truth`; `tests/truth.rs` runs the quick part.
//! Protocols and results: `docs/cloth.md`, section "Validation".

pub mod buckling;
pub mod cantilever;
pub mod check;
pub mod cusick;
pub mod elastica;
pub mod fit;
pub mod incline;
pub mod mesh;
pub mod motion;
pub mod settle;
pub mod sheet;
pub mod strip;

pub use check::Check;
pub use settle::Gpu;

use crate::error::ClothError;

/// Receives every check as soon as it is measured.
pub type Sink<'a> = &'a mut dyn FnMut(Check);

/// A group of checks.
#[derive(Clone, Copy, Debug)]
pub struct Suite {
    /// One word to ask for it by.
    pub name: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// Minutes on two busy cores with a software driver, roughly.
    pub minutes: f32,
    /// Runs it.
    pub run: fn(Gpu<'_>, Sink<'_>) -> Result<(), ClothError>,
}

/// Every suite, quick ones first.
#[must_use]
pub fn suites() -> Vec<Suite> {
    let suite = |name, about, minutes, run| Suite {
        name,
        about,
        minutes,
        run,
    };
    vec![
        suite("fall", "free fall is exact", 0.1, motion::fall_checks),
        suite(
            "strip",
            "a strip stretches by its own weight as the exact integral says",
            0.1,
            strip::checks,
        ),
        suite(
            "bias",
            "strips cut at angles stretch as the membrane tensor says",
            0.2,
            strip::bias_checks,
        ),
        suite(
            "incline",
            "cloth slips when tan(alpha) exceeds the friction",
            0.3,
            |gpu, sink| incline::checks(gpu, &[0.2, 0.3, 0.5], sink),
        ),
        suite(
            "energy",
            "the energy of undamped cloth never grows",
            0.4,
            motion::energy_checks,
        ),
        suite(
            "rest",
            "cloth at rest stays for a minute",
            1.0,
            |gpu, sink| motion::rest_checks(gpu, 60.0, sink),
        ),
        suite(
            "cantilever",
            "clamped strips bend as the heavy elastica, on seven meshes",
            5.0,
            |gpu, sink| {
                let gammas = [1.0, 2.0, 5.0, 8.0, 15.0, 30.0, 100.0];
                cantilever::chord_checks(gpu, &gammas, &[0, 1, 2, 3, 4, 5, 6], sink)
            },
        ),
        suite(
            "iterations",
            "the chord does not depend on the iterations",
            3.0,
            |gpu, sink| cantilever::iteration_checks(gpu, &[2.0, 8.0, 30.0], &[1, 2, 4], sink),
        ),
        suite(
            "turned",
            "bending does not depend on how mesh and pattern lie",
            3.0,
            cantilever::turn_checks,
        ),
        suite(
            "buckling",
            "a strip on edge falls over as in the converged solution",
            8.0,
            buckling::checks,
        ),
        suite(
            "sheet",
            "a pinned sheet stretches as in the converged solution",
            2.5,
            |gpu, sink| sheet::checks(gpu, 64, 30, 200, sink),
        ),
        suite(
            "fine-sheet",
            "the same with four times the particles",
            7.0,
            |gpu, sink| sheet::checks(gpu, 128, 64, 200, sink),
        ),
        suite(
            "cusick",
            "the drape test agrees with float64 and between meshes",
            10.0,
            cusick::checks,
        ),
        suite(
            "leeds",
            "measured fabrics drape as measured, by a fit of their bending",
            25.0,
            fit::checks,
        ),
    ]
}
