//! Free fall, rest and energy.

use glam::{DVec2, DVec3, Vec3};

use super::check::Check;
use super::elastica::GRAVITY;
use super::incline;
use super::mesh::{Diagonals, Flat};
use super::settle::{Gpu, Settle, clamp};
use crate::cpu::elastic;
use crate::error::ClothError;
use crate::gpu::ClothSim;
use crate::model::{ClothMesh, FabricParams, StepPlan};
use crate::topology::Topology;

fn fabric(c: f32, damping: f32) -> FabricParams {
    FabricParams {
        area_density: 0.2,
        stretch: [c, 0.0, c, 0.4 * c],
        stretched: None,
        bend_warp: 2e-5,
        bend_weft: 2e-5,
        bend_bias: 2e-5,
        thickness: 0.0005,
        friction: 0.3,
        damping,
    }
}

/// A horizontal square of side `size` (m).
fn square(cells: u32, size: f64, fabric: FabricParams) -> ClothMesh {
    let d = DVec2::splat(size / f64::from(cells));
    Flat::grid([cells, cells], DVec2::ZERO, d, Diagonals::Alternating)
        .cloth(fabric, 0.0, |p| Vec3::new(p.x, 0.0, -p.y))
}

/// A plan without air or cloth contact.
fn vacuum(dt: f32, substeps: u32, iterations: u32) -> StepPlan {
    StepPlan {
        dt,
        substeps,
        iterations,
        air_drag: 0.0,
        self_contact: false,
        ..StepPlan::default()
    }
}

/// Drops a free sheet for 0.5 s. Largest error of the fall over the fall that
/// implicit Euler has exactly, `g t (t + h) / 2`, and largest sideways motion, m.
///
/// # Errors
/// As [`ClothSim::step`].
pub fn free_fall(gpu: Gpu<'_>) -> Result<[f64; 2], ClothError> {
    let mesh = square(12, 0.24, fabric(500.0, 0.001));
    let mut sim = gpu.sim(&mesh, None)?;
    let plan = vacuum(1.0 / 30.0, 8, 24);
    for _ in 0..15 {
        gpu.step(&mut sim, &plan)?;
    }
    let (t, h) = (0.5, 1.0 / 240.0);
    let drop = 0.5 * GRAVITY * t * (t + h);
    let mut worst = [0.0f64; 2];
    for (x, x0) in gpu.positions(&sim)?.iter().zip(&mesh.positions) {
        let fallen = (*x0 - *x).as_dvec3();
        worst[0] = worst[0].max((fallen.y / drop - 1.0).abs());
        worst[1] = worst[1].max(fallen.x.abs()).max(fallen.z.abs());
    }
    Ok(worst)
}

fn furthest(a: &[Vec3], b: &[Vec3]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| f64::from(a.distance(*b)))
        .fold(0.0, f64::max)
}

/// Steps a simulation for `seconds` and tells how far a particle ever strays, m.
fn drift(
    gpu: Gpu<'_>,
    sim: &mut ClothSim,
    plan: &StepPlan,
    seconds: f32,
) -> Result<f64, ClothError> {
    let start = gpu.positions(sim)?;
    let mut worst = 0.0f64;
    for frame in 0..(seconds / plan.dt).round() as u32 {
        gpu.step(sim, plan)?;
        if frame % 24 == 23 {
            worst = worst.max(furthest(&gpu.positions(sim)?, &start));
        }
    }
    Ok(worst.max(furthest(&gpu.positions(sim)?, &start)))
}

/// How far cloth at rest strays in `seconds`, m: hung by one corner without gravity; hung by
/// two corners, settled; and lying on a plate.
///
/// # Errors
/// As [`ClothSim::step`].
pub fn drifts(gpu: Gpu<'_>, seconds: f32) -> Result<[f64; 3], ClothError> {
    let plan = vacuum(1.0 / 24.0, 4, 12);
    let mut floating = square(12, 0.24, fabric(500.0, 0.001));
    clamp(&mut floating, &[0]);
    let mut sim = gpu.sim(&floating, None)?;
    let weightless = StepPlan {
        gravity: Vec3::ZERO,
        ..plan
    };
    let free = drift(gpu, &mut sim, &weightless, seconds)?;

    let mut hung = square(12, 0.24, fabric(500.0, 0.01));
    for p in &mut hung.positions {
        *p = Vec3::new(p.x, p.z, 0.0);
    }
    clamp(&mut hung, &[0, 12 * 13]);
    let mut sim = gpu.sim(&hung, None)?;
    let settle = Settle {
        air_drag: 20.0,
        still: 1e-7,
        looks: 120,
        ..Settle::default()
    };
    settle.run(gpu, &mut sim)?;
    let hanging = drift(gpu, &mut sim, &plan, seconds)?;

    let mut sim = gpu.sim(&incline::patch(0.3), Some(&incline::plate(0.2)))?;
    drift(gpu, &mut sim, &plan, 1.0)?;
    let lying = drift(gpu, &mut sim, &plan, seconds)?;
    Ok([free, hanging, lying])
}

/// Kinetic, elastic and potential energy of a state, J.
#[must_use]
pub fn energy(mesh: &ClothMesh, topology: &Topology, x: &[Vec3], v: &[Vec3]) -> f64 {
    let at = |i: u32| x[i as usize].as_dvec3();
    let mut sum = 0.0;
    for (i, m) in topology.mass.iter().enumerate() {
        let m = f64::from(*m);
        sum += m * (0.5 * v[i].as_dvec3().length_squared() + GRAVITY * at(i as u32).y);
    }
    let theta: Vec<f64> = topology
        .hinges
        .iter()
        .map(|h| elastic::hinge(h.v.map(at)).0)
        .collect();
    for (t, tri) in mesh.triangles.iter().enumerate() {
        let r = &topology.rest[t];
        sum += elastic::membrane(r, tri.map(at), [DVec3::ZERO; 3], 1.0).energy;
        let angles = topology.tri_hinge[t].map(|h| theta.get(h as usize).copied().unwrap_or(0.0));
        let angles = DVec3::from_array(angles);
        sum += 0.5 * angles.dot(r.m * angles);
    }
    sum
}

/// Lets a sheet swing from two corners for two seconds, undamped and
/// without air. Largest growth of the total energy over one substep, and the energy lost in
/// all, both over the energy at hand (start minus lowest potential), 1.
///
/// # Errors
/// As [`ClothSim::step`].
pub fn swing(gpu: Gpu<'_>, iterations: u32) -> Result<[f64; 2], ClothError> {
    let mut mesh = square(16, 0.4, fabric(500.0, 0.0));
    clamp(&mut mesh, &[0, 16]);
    let topology = Topology::new(&mesh);
    let mut sim = gpu.sim(&mesh, None)?;
    let plan = vacuum(1.0 / 240.0, 1, iterations);
    let still = vec![Vec3::ZERO; mesh.positions.len()];
    let first = energy(&mesh, &topology, &mesh.positions, &still);
    let weight: f64 = topology.mass.iter().map(|m| f64::from(*m)).sum::<f64>() * GRAVITY;
    // The sheet hangs 0.4 m long at last: its middle falls by half of that.
    let at_hand = weight * 0.2;
    let (mut last, mut growth) = (first, 0.0f64);
    for _ in 0..480 {
        gpu.step(&mut sim, &plan)?;
        let x = gpu.positions(&sim)?;
        let v = sim.read_velocities(gpu.device, gpu.queue)?;
        let now = energy(&mesh, &topology, &x, &v);
        growth = growth.max(now - last);
        last = now;
    }
    Ok([growth / at_hand, (first - last) / at_hand])
}

/// Free fall exact.
///
/// # Errors
/// As [`free_fall`].
pub fn fall_checks(gpu: Gpu<'_>, sink: &mut dyn FnMut(Check)) -> Result<(), ClothError> {
    let [fall, side] = free_fall(gpu)?;
    sink(Check::at_most(
        "free fall over 0.5 s, relative error",
        fall,
        2e-5,
        "",
    ));
    sink(Check::at_most(
        "sideways motion in free fall",
        side * 1e3,
        0.01,
        "mm",
    ));
    Ok(())
}

/// No drift at rest.
///
/// # Errors
/// As [`drifts`].
pub fn rest_checks(
    gpu: Gpu<'_>,
    seconds: f32,
    sink: &mut dyn FnMut(Check),
) -> Result<(), ClothError> {
    let [free, hanging, lying] = drifts(gpu, seconds)?;
    let name = |what: &str| format!("drift in {seconds} s at rest, {what}");
    sink(Check::at_most(
        name("held by a corner without gravity"),
        free * 1e3,
        0.01,
        "mm",
    ));
    sink(Check::at_most(
        name("hung by two corners"),
        hanging * 1e3,
        0.1,
        "mm",
    ));
    sink(Check::at_most(
        name("lying on a plate"),
        lying * 1e3,
        0.1,
        "mm",
    ));
    Ok(())
}

/// Energy never grows.
///
/// # Errors
/// As [`swing`].
pub fn energy_checks(gpu: Gpu<'_>, sink: &mut dyn FnMut(Check)) -> Result<(), ClothError> {
    let [coarse, _] = swing(gpu, 12)?;
    for iterations in [24, 60] {
        let [growth, lost] = swing(gpu, iterations)?;
        let name = format!("largest growth of energy in a substep, {iterations} iterations");
        sink(
            Check::at_most(name, 100.0 * growth, 0.01, "%").noting(format!(
                "{:.0} % lost in 2 s; 12 iterations: {:.1} % growth",
                100.0 * lost,
                100.0 * coarse
            )),
        );
    }
    Ok(())
}
