//! A sheet on an inclined plane slips when `tan(alpha)` exceeds the friction.

use glam::{DVec2, Vec2, Vec3};

use super::check::Check;
use super::mesh::{Diagonals, Flat};
use super::settle::Gpu;
use crate::error::ClothError;
use crate::model::{BodyMesh, ClothMesh, FabricParams, StepPlan};

/// A horizontal plate of side `2 half` (m) at height 0, as a body on one joint.
#[must_use]
pub fn plate(half: f32) -> BodyMesh {
    const EDGE: f64 = 0.02;
    let n = (2.0 * f64::from(half) / EDGE).round().max(1.0) as u32;
    let flat = Flat::grid(
        [n, n],
        DVec2::splat(-f64::from(half)),
        DVec2::splat(2.0 * f64::from(half) / f64::from(n)),
        Diagonals::Alternating,
    );
    let count = flat.points.len();
    BodyMesh {
        positions: flat.points.iter().map(|p| lay(p.as_vec2(), 0.0)).collect(),
        normals: vec![Vec3::Y; count],
        triangles: flat.triangles,
        joints: vec![[0; 4]; count],
        weights: vec![[1.0, 0.0, 0.0, 0.0]; count],
        region: vec![1; count],
        joint_count: 1,
    }
}

fn lay(p: Vec2, y: f32) -> Vec3 {
    Vec3::new(p.x, y, -p.y)
}

/// A square of cloth on that plate, at the contact distance.
#[must_use]
pub fn patch(friction: f32) -> ClothMesh {
    let flat = Flat::grid(
        [8, 8],
        DVec2::splat(-0.1),
        DVec2::splat(0.025),
        Diagonals::Alternating,
    );
    let fabric = FabricParams {
        area_density: 0.2,
        stretch: [500.0, 0.0, 500.0, 100.0],
        stretched: None,
        bend_warp: 2e-5,
        bend_weft: 2e-5,
        bend_bias: 2e-5,
        thickness: 0.0005,
        friction,
        damping: 0.001,
    };
    flat.cloth(fabric, 0.0, |p| lay(p, crate::MIN_OFFSET))
}

/// Whether the patch slips on the plate when gravity leans so that
/// `tan(alpha) = slope`: after a second it moves at more than 5 mm/s (below
/// 1 mm/s friction is viscous, so cloth that holds may creep).
///
/// # Errors
/// As [`crate::ClothSim::step`].
pub fn slips(gpu: Gpu<'_>, friction: f64, slope: f64) -> Result<bool, ClothError> {
    let mesh = patch(friction as f32);
    let mut sim = gpu.sim(&mesh, Some(&plate(0.3)))?;
    let alpha = slope.atan();
    let plan = StepPlan {
        dt: 1.0 / 24.0,
        substeps: 10,
        iterations: 12,
        gravity: Vec3::new(alpha.sin() as f32, -alpha.cos() as f32, 0.0) * 9.81,
        air_drag: 0.0,
        self_contact: false,
        ..StepPlan::default()
    };
    for _ in 0..24 {
        gpu.step(&mut sim, &plan)?;
    }
    let v = sim.read_velocities(gpu.device, gpu.queue)?;
    let mean = v.iter().sum::<Vec3>() / v.len() as f32;
    Ok(mean.x > 0.005)
}

/// The slope at which the patch begins to slip, by bisection between 0.9 and
/// 1.1 of the friction, over the friction.
///
/// # Errors
/// As [`slips`].
pub fn slip_ratio(gpu: Gpu<'_>, friction: f64) -> Result<f64, ClothError> {
    let (mut low, mut high) = (0.9, 1.1);
    for _ in 0..6 {
        let mid = 0.5 * (low + high);
        if slips(gpu, friction, friction * mid)? {
            high = mid;
        } else {
            low = mid;
        }
    }
    Ok(0.5 * (low + high))
}

/// Slip at `tan(alpha) = mu` within 2 %, for every given friction.
///
/// # Errors
/// As [`slips`].
pub fn checks(
    gpu: Gpu<'_>,
    frictions: &[f64],
    sink: &mut dyn FnMut(Check),
) -> Result<(), ClothError> {
    for &mu in frictions {
        let name = format!("slope at which cloth slips, over its friction {mu}");
        sink(Check::near(name, slip_ratio(gpu, mu)?, 1.0, 0.02, ""));
    }
    Ok(())
}
