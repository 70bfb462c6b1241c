//! Hangs a flat 1 m sheet from two corners and prints the stretch after 0.3 s
//! and the time of a substep: what the linear solver is worth.
//!
//! `cargo run -p toile-cloth --example hang -- [cells] [iterations] [c11] [tolerance]`
//!
//! With `PROFILE` set it also prints the time of every kernel, the least of ten frames.
//! With `ONE_WAY` set all diagonals run the same way.

use glam::{DVec2, Vec3};
use toile_cloth::truth::mesh::{Diagonals, Flat};
use toile_cloth::truth::settle::clamp;
use toile_cloth::{ClothMesh, ClothPipelines, ClothSim, FabricParams, StepPlan, request_device};

const FRAMES: u32 = 18;
const SUBSTEPS: u32 = 8;

fn main() -> Result<(), toile_cloth::ClothError> {
    let mut args = std::env::args()
        .skip(1)
        .map(|a| a.parse::<f32>().unwrap_or(0.0));
    let cells = args.next().unwrap_or(64.0) as u32;
    let iterations = args.next().unwrap_or(8.0) as u32;
    let c11 = args.next().unwrap_or(2000.0);
    let tolerance = args.next().unwrap_or(0.0);
    let (device, queue, _) = request_device()?;
    let pipelines = ClothPipelines::new(&device)?;
    let mesh = sheet(cells, c11);
    let start = std::time::Instant::now();
    let mut sim = ClothSim::new(&device, &queue, &pipelines, &mesh, None)?;
    let setup = start.elapsed().as_secs_f64() * 1e3;
    let plan = StepPlan {
        dt: 1.0 / 60.0,
        substeps: SUBSTEPS,
        iterations,
        tolerance,
        air_drag: 0.0,
        self_contact: false,
        ..StepPlan::default()
    };
    let mut frames = Vec::new();
    for _ in 0..FRAMES {
        let start = std::time::Instant::now();
        sim.step(&device, &queue, &pipelines, &plan, &[], &[])?;
        let _ = sim.try_read_positions(&device, &queue)?;
        frames.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let s = sim.stats(&device, &queue)?;
    frames.sort_by(f64::total_cmp);
    println!(
        "{} particles, set up in {setup:.0} ms, {iterations} iterations: stretch max {:.4} p99.9 {:.4}, residual {:.1e}, {:.2} ms per substep (fastest frame){}",
        sim.particle_count(),
        1.0 + s.max_stretch,
        1.0 + s.p999_stretch,
        s.pcg_residual,
        frames[0] / f64::from(SUBSTEPS),
        if s.nan { ", not finite" } else { "" },
    );
    if std::env::var_os("PROFILE").is_some() {
        let mut best: Vec<(&'static str, u32, f64)> = Vec::new();
        for _ in 0..10 {
            for (k, row) in sim
                .profile(&device, &queue, &pipelines, &plan, &[], &[])?
                .into_iter()
                .enumerate()
            {
                match best.get_mut(k) {
                    Some(least) => least.2 = least.2.min(row.2),
                    None => best.push(row),
                }
            }
        }
        for (name, count, ms) in best {
            println!(
                "{name:14} {count:4} x {:7.1} us",
                ms / f64::from(count) * 1e3
            );
        }
    }
    Ok(())
}

/// One square metre of `cells` by `cells` right-triangle cells.
fn sheet(cells: u32, c11: f32) -> ClothMesh {
    let diagonals = if std::env::var_os("ONE_WAY").is_some() {
        Diagonals::One
    } else {
        Diagonals::Alternating
    };
    let cell = DVec2::splat(1.0 / f64::from(cells));
    let fabric = FabricParams {
        area_density: 0.2,
        stretch: [c11, 0.0, c11, 80.0],
        bend_warp: 1.57e-5,
        bend_weft: 1.57e-5,
        bend_bias: 1.57e-5,
        thickness: 0.0005,
        friction: 0.3,
        damping: 0.0,
    };
    let flat = Flat::grid([cells; 2], DVec2::ZERO, cell, diagonals);
    let mut mesh = flat.cloth(fabric, 0.0, |p| Vec3::new(p.x, 0.0, -p.y));
    clamp(&mut mesh, &[0, cells * (cells + 1)]);
    mesh
}
