//! A strip that hangs by its weight, along the warp, the weft and between.

use glam::{DVec2, Vec3};

use super::check::Check;
use super::elastica::{hanging_length, strip_tension};
use super::mesh::{Diagonals, Flat};
use super::settle::{Gpu, Settle, clamp};
use crate::error::ClothError;
use crate::model::FabricParams;

/// A strip hung by one end.
#[derive(Clone, Copy, Debug)]
pub struct Hanging {
    /// Membrane `[c11, c12, c22, c33]`, N/m.
    pub stretch: [f64; 4],
    /// The same at a sixth of stretch and more along the warp, N/m, without `c12`;
    /// only for a strip along the warp.
    pub stretched: Option<[f64; 4]>,
    /// Length, m.
    pub length: f64,
    /// Angle of the warp to the strip, degrees.
    pub turn: f64,
    /// Cells along and across.
    pub cells: [u32; 2],
    /// Part of the length that is measured; the clamp holds the width of the
    /// strip, which its inside feels for about one width.
    pub from: f64,
}

/// What a strip gave.
#[derive(Clone, Copy, Debug)]
pub struct Stretched {
    /// Elongation of the measured part, m.
    pub elongation: f64,
    /// The same by the exact integral, m.
    pub exact: f64,
    /// Whether it came to rest.
    pub at_rest: bool,
}

/// Mass per area, kg/m².
const DENSITY: f64 = 0.2;

impl Hanging {
    /// Young's modulus per width (N/m) along the strip: `1/E = m S m` with the
    /// compliance of the tensor, the shear entry of which is `c33/2` on the
    /// engineering shear.
    #[must_use]
    pub fn modulus(&self) -> f64 {
        let [c11, c12, c22, c33] = self.stretch;
        let (s, c) = self.turn.to_radians().sin_cos();
        let (u, v) = (c * c, s * s);
        let det = c11 * c22 - c12 * c12;
        1.0 / ((u * u * c22 + v * v * c11 - 2.0 * u * v * c12) / det + u * v * 2.0 / c33)
    }

    /// Hangs the strip and measures the middle line.
    ///
    /// # Errors
    /// As [`crate::ClothSim::step`].
    pub fn run(&self, gpu: Gpu<'_>) -> Result<Stretched, ClothError> {
        let d = self.length / f64::from(self.cells[0]);
        let width = d * f64::from(self.cells[1]);
        let flat = Flat::grid(
            self.cells,
            DVec2::new(0.0, -0.5 * width),
            DVec2::splat(d),
            Diagonals::Alternating,
        );
        let fabric = FabricParams {
            area_density: DENSITY as f32,
            stretch: self.stretch.map(|c| c as f32),
            stretched: self.stretched.map(|c| [c.map(|c| c as f32); 5]),
            bend_warp: 1e-5,
            bend_weft: 1e-5,
            bend_bias: 1e-5,
            thickness: 0.0005,
            friction: 0.3,
            damping: 0.0,
        };
        let mut mesh = flat.cloth(fabric, self.turn.to_radians(), |p| {
            Vec3::new(p.y, -p.x, 0.0)
        });
        clamp(&mut mesh, &flat.points_where(|p| p.x < 1e-9));
        let mut sim = gpu.sim(&mesh, None)?;
        let settle = Settle {
            iterations: 100,
            air_drag: 200.0,
            still: 1e-6,
            ..Settle::default()
        };
        let settled = settle.run(gpu, &mut sim)?;
        let line =
            flat.points_where(|p| p.y.abs() < 1e-9 && p.x > (self.from - 1e-6) * self.length);
        let mut long = 0.0;
        for w in line.windows(2) {
            let [a, b] = [w[0], w[1]].map(|i| settled.positions[i as usize].as_dvec3());
            long += a.distance(b);
        }
        let from = flat.points[line[0] as usize].x;
        let tension = |f: f64| {
            let stiffer = self.stretched.map_or(0.0, |c| c[0] - self.stretch[0]);
            let share = (6.0 * (f - 1.0)).clamp(0.0, 1.0);
            strip_tension(self.modulus() + share * stiffer, f)
        };
        let exact = hanging_length(DENSITY, tension, self.length, from, self.length);
        let rest = self.length - from;
        Ok(Stretched {
            elongation: long - rest,
            exact: exact - rest,
            at_rest: settled.at_rest,
        })
    }
}

fn percent(s: Stretched, name: String, tolerance: f64) -> Check {
    let note = if s.at_rest { "" } else { "not quite at rest" };
    Check::at_most(name, 100.0 * (s.elongation / s.exact - 1.0), tolerance, "%").noting(note)
}

/// The strip along the warp: elongation by its own weight within 0.1 % of the
/// exact integral, also where it stiffens as it stretches.
///
/// # Errors
/// As [`Hanging::run`].
pub fn checks(gpu: Gpu<'_>, sink: &mut dyn FnMut(Check)) -> Result<(), ClothError> {
    for (what, c, length) in [
        ("knit, 40 N/m", 40.0, 0.5),
        ("knit, 40 N/m", 40.0, 1.0),
        ("woven, 2000 N/m", 2000.0, 0.5),
    ] {
        let strip = Hanging {
            stretch: [c, 0.0, c, 0.75 * c],
            stretched: None,
            length,
            turn: 0.0,
            cells: [25, 2],
            from: 0.0,
        };
        let name = format!("elongation of {length} m of {what}, error");
        sink(percent(strip.run(gpu)?, name, 0.1));
    }
    let stiffening = Hanging {
        stretch: [12.0, 0.0, 12.0, 9.0],
        stretched: Some([60.0, 0.0, 60.0, 9.0]),
        length: 1.0,
        turn: 0.0,
        cells: [25, 2],
        from: 0.0,
    };
    let name = "elongation of 1 m of a knit that stiffens from 12 to 60 N/m, error";
    sink(percent(stiffening.run(gpu)?, name.into(), 0.1));
    Ok(())
}

/// Strips cut at angles to the warp against the tensor.
///
/// # Errors
/// As [`Hanging::run`].
pub fn bias_checks(gpu: Gpu<'_>, sink: &mut dyn FnMut(Check)) -> Result<(), ClothError> {
    for turn in [22.5, 45.0, 67.5, 90.0] {
        let strip = Hanging {
            stretch: [60.0, 0.0, 30.0, 20.0],
            stretched: None,
            length: 0.5,
            turn,
            cells: [25, 2],
            from: 0.2,
        };
        let name = format!("elongation of a strip cut at {turn}° to the warp, error");
        sink(percent(strip.run(gpu)?, name, 0.3));
    }
    Ok(())
}
