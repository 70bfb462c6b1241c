//! Lateral buckling: a strip on edge falls over sideways beyond a critical
//! weight. Shows the twist stiffness, which a cantilever does not.

use glam::Vec3;

use super::cantilever::{Cantilever, StripMesh, strip_fabric};
use super::check::Check;
use super::mesh::Diagonals;
use super::settle::{Gpu, Settle, clamp};
use crate::error::ClothError;
use crate::model::FabricParams;

/// Sideways part of gravity that bends the strip before it buckles.
const LEAN: f64 = 5e-3;

/// Sideways deflection of the tip over the length, and whether it came to rest, of a
/// strip on edge: 40 x 4 cells, width a tenth of its length, woven, clamped
/// like the cantilever. As many iterations as unknowns: sideways the strip is a thousand times
/// softer than across.
///
/// # Errors
/// As [`Settle::run`].
pub fn deflection(gpu: Gpu<'_>, mesh: StripMesh, gamma: f64) -> Result<(f64, bool), ClothError> {
    // The length is that of gamma = 20; gravity does the rest.
    let strip = Cantilever {
        cells: [40, 4],
        ..Cantilever::new(20.0, mesh)
    };
    let length = strip.length();
    let flat = strip.flat()?;
    let fabric = FabricParams {
        stretch: [2000.0, 0.0, 2000.0, 80.0],
        ..strip_fabric(strip.bend)
    };
    let mut cloth = flat.cloth(fabric, 0.0, |p| Vec3::new(p.x, p.y, 0.0));
    clamp(&mut cloth, &flat.points_where(|p| p.x < 1e-9));
    let mut sim = gpu.sim(&cloth, None)?;
    let down = 9.81 * gamma / 20.0;
    let settle = Settle {
        substep: 1.0 / 30.0,
        iterations: 900,
        still: (3e-7 * length) as f32,
        looks: 60,
        air_drag: 200.0,
        gravity: Vec3::new(0.0, -down as f32, (down * LEAN) as f32),
        ..Settle::default()
    };
    let settled = settle.run(gpu, &mut sim)?;
    let tip = flat.points_where(|p| p.x > length * (1.0 - 1e-6));
    let sum: f64 = tip
        .iter()
        .map(|&i| f64::from(settled.positions[i as usize].z))
        .sum();
    Ok((sum / tip.len() as f64 / length, settled.at_rest))
}

/// Critical `rho g L³ / B` from deflections below it, and whether all came to
/// rest. A slender strip on edge yields sideways nearly as `gamma / (1 - (gamma /
/// critical)²)` (Southwell's plot, in the square because the sign of gravity
/// does not matter): `gamma / y` is a flat parabola over `gamma²`, drawn through three points,
/// with its zero at the critical point (measured on the float64 solution: 1 % high).
///
/// # Errors
/// As [`deflection`].
pub fn critical(gpu: Gpu<'_>, mesh: StripMesh) -> Result<(f64, bool), ClothError> {
    let mut points = Vec::new();
    let mut still = true;
    for gamma in [8.0, 12.0, 14.0] {
        let (y, at_rest) = deflection(gpu, mesh, gamma)?;
        points.push((gamma * gamma, gamma / y));
        still &= at_rest;
    }
    let slope = |a: (f64, f64), b: (f64, f64)| (b.1 - a.1) / (b.0 - a.0);
    let [a, b, c] = [points[0], points[1], points[2]];
    let bend = (slope(b, c) - slope(a, b)) / (c.0 - a.0);
    // From the last point on: c.1 + start d + bend d² = 0.
    let start = slope(b, c) + bend * (c.0 - b.0);
    let root = (start * start - 4.0 * bend * c.1).sqrt();
    let d = 2.0 * c.1 / (root - start);
    Ok(((c.0 + d).sqrt(), still))
}

/// Critical `gamma` of the converged float64 solution of the same model on the same
/// mesh: first zero of the tangent stiffness about the in-plane equilibrium.
const ORACLE: [(StripMesh, f64); 3] = [
    (StripMesh::Grid(Diagonals::One), 18.91),
    (StripMesh::Grid(Diagonals::Alternating), 25.33),
    (StripMesh::Delaunay(1), 20.25),
];

/// Lateral buckling within 5 % of the float64 solution.
///
/// # Errors
/// As [`critical`].
pub fn checks(gpu: Gpu<'_>, sink: &mut dyn FnMut(Check)) -> Result<(), ClothError> {
    for (mesh, oracle) in ORACLE {
        let (gamma, still) = critical(gpu, mesh)?;
        let name = format!("lateral buckling, critical gamma, {mesh}");
        let note = if still { "" } else { "not quite at rest" };
        sink(Check::near(name, gamma, oracle, 0.05 * oracle, "").noting(note));
    }
    Ok(())
}
