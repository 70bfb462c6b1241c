//! A sheet that falls from the horizontal, held by two corners: how far its
//! edges stretch with a given number of iterations.

use glam::{DVec2, Vec3};

use super::check::Check;
use super::mesh::{Diagonals, Flat};
use super::settle::{Gpu, clamp};
use crate::error::ClothError;
use crate::model::{ClothMesh, FabricParams, StepPlan};

/// A pinned sheet, 1 m square, woven (c11 = c22 = 2000, c33 = 80 N/m,
/// 0.2 kg/m², B = 15.7 µN·m), no air, no damping, substeps of 1/480 s.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    /// Cells along a side.
    pub cells: u32,
    /// Conjugate gradient iterations per substep.
    pub iterations: u32,
    /// Time simulated, s.
    pub seconds: f32,
}

/// How far the edges are stretched at the end.
#[derive(Clone, Copy, Debug)]
pub struct SheetStretch {
    /// Largest length over rest length of an edge, 1.
    pub max: f64,
    /// The same for 99.9 % of the edges, 1.
    pub p999: f64,
    /// Lowest particle, m.
    pub lowest: f64,
}

/// One square metre of `cells` by `cells` cells of the sheet above, horizontal,
/// two neighbouring corners held.
#[must_use]
pub fn hanging(cells: u32, diagonals: Diagonals) -> ClothMesh {
    let fabric = FabricParams {
        area_density: 0.2,
        stretch: [2000.0, 0.0, 2000.0, 80.0],
        stretched: None,
        bend_warp: 15.7e-6,
        bend_weft: 15.7e-6,
        bend_bias: 15.7e-6,
        thickness: 0.0005,
        friction: 0.3,
        damping: 0.0,
    };
    let cell = DVec2::splat(1.0 / f64::from(cells));
    let flat = Flat::grid([cells; 2], DVec2::ZERO, cell, diagonals);
    let mut mesh = flat.cloth(fabric, 0.0, |p| Vec3::new(p.x, 0.0, -p.y));
    clamp(&mut mesh, &[0, cells]);
    mesh
}

impl Sheet {
    /// Lets the sheet fall.
    ///
    /// # Errors
    /// As [`crate::ClothSim::step`].
    pub fn run(&self, gpu: Gpu<'_>) -> Result<SheetStretch, ClothError> {
        let mesh = hanging(self.cells, Diagonals::One);
        let mut sim = gpu.sim(&mesh, None)?;
        const PER_FRAME: u32 = 8;
        let plan = StepPlan {
            dt: PER_FRAME as f32 / 480.0,
            substeps: PER_FRAME,
            iterations: self.iterations,
            air_drag: 0.0,
            self_contact: false,
            ..StepPlan::default()
        };
        for _ in 0..(self.seconds * 480.0 / PER_FRAME as f32).round() as u32 {
            gpu.step(&mut sim, &plan)?;
        }
        let x = gpu.positions(&sim)?;
        let stats = sim.stats(gpu.device, gpu.queue)?;
        Ok(SheetStretch {
            max: 1.0 + f64::from(stats.max_stretch),
            p999: 1.0 + f64::from(stats.p999_stretch),
            lowest: x.iter().map(|p| f64::from(p.y)).fold(f64::MAX, f64::min),
        })
    }
}

/// A sheet with `iterations` against the same solver with `many`.
///
/// # Errors
/// As [`Sheet::run`].
pub fn checks(
    gpu: Gpu<'_>,
    cells: u32,
    iterations: u32,
    many: u32,
    sink: &mut dyn FnMut(Check),
) -> Result<(), ClothError> {
    let run = |iterations| {
        Sheet {
            cells,
            iterations,
            seconds: 0.3,
        }
        .run(gpu)
    };
    let (few, converged) = (run(iterations)?, run(many)?);
    let points = cells + 1;
    sink(
        Check::at_most(
            format!("{points}² sheet, {iterations} iterations: longest edge against {many}"),
            100.0 * (few.max / converged.max - 1.0),
            1.0,
            "%",
        )
        .noting(format!(
            "stretch {:.2} %, 99.9 % of the edges {:.2} %; converged {:.2} and {:.2} %",
            100.0 * (few.max - 1.0),
            100.0 * (few.p999 - 1.0),
            100.0 * (converged.max - 1.0),
            100.0 * (converged.p999 - 1.0)
        )),
    );
    if let Some((_, oracle)) = ORACLE.iter().find(|(n, _)| *n == cells) {
        sink(Check::at_most(
            format!("{points}² sheet, {many} iterations: longest edge against float64"),
            100.0 * (converged.max / oracle - 1.0),
            1.0,
            "%",
        ));
    }
    Ok(())
}

/// Cells and longest edge over rest length after 0.3 s, from the converged float64
/// solution of the same model on the same mesh (full Newton with direct solves
/// in every substep of 1/480 s).
const ORACLE: &[(u32, f64)] = &[(64, 1.18764)];
