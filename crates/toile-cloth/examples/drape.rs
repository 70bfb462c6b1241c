//! Drops a square sheet on a sphere and prints what the solver measured.
//!
//! `cargo run -p toile-cloth --example drape -- [cells] [frames] [substeps] [iterations] [c11]`

use glam::{DVec2, Mat4, Vec3};
use toile_cloth::truth::mesh::{Diagonals, Flat};
use toile_cloth::{
    BodyMesh, ClothMesh, ClothPipelines, ClothSim, FabricParams, StepPlan, request_device,
};

fn main() -> Result<(), toile_cloth::ClothError> {
    let mut args = std::env::args()
        .skip(1)
        .map(|a| a.parse::<f32>().unwrap_or(0.0));
    let cells = args.next().unwrap_or(64.0) as u32;
    let frames = args.next().unwrap_or(48.0) as u32;
    let substeps = args.next().unwrap_or(8.0) as u32;
    let iterations = args.next().unwrap_or(8.0) as u32;
    let c11 = args.next().unwrap_or(1000.0);
    let (device, queue, adapter) = request_device()?;
    println!("{adapter:?}");
    let pipelines = ClothPipelines::new(&device)?;
    let mesh = sheet(cells, 1.0, c11);
    let body = sphere(0.25, 64);
    let start = std::time::Instant::now();
    let mut sim = ClothSim::new(&device, &queue, &pipelines, &mesh, Some(&body))?;
    println!(
        "{} particles, set up in {:.0} ms",
        sim.particle_count(),
        start.elapsed().as_secs_f64() * 1e3
    );
    let plan = StepPlan {
        substeps,
        iterations,
        self_contact: std::env::var_os("SELF").is_some(),
        ..StepPlan::default()
    };
    let joints = [Mat4::IDENTITY];
    for frame in 0..frames {
        let start = std::time::Instant::now();
        sim.step(&device, &queue, &pipelines, &plan, &joints, &joints)?;
        let x = sim.read_positions(&device, &queue);
        let ms = start.elapsed().as_secs_f64() * 1e3;
        let start = std::time::Instant::now();
        let s = sim.stats(&device, &queue)?;
        let low = x.iter().map(|p| p.y).fold(f32::MAX, f32::min);
        println!(
            "frame {frame:3} {ms:6.1} ms (stats {:5.1})  lowest {low:+.3} m  stretch {:.4} p999 {:.4}  penetration {:.2} mm  contacts {:4}  residual {:.1e}  speed {:.3}  nan {}",
            start.elapsed().as_secs_f64() * 1e3,
            s.max_stretch,
            s.p999_stretch,
            s.max_penetration_m * 1e3,
            s.contacts,
            s.pcg_residual,
            s.max_speed,
            s.nan,
        );
        if frame + 3 >= frames {
            let v = sim.read_velocities(&device, &queue)?;
            let mut fast: Vec<(f32, usize)> =
                v.iter().enumerate().map(|(i, v)| (v.length(), i)).collect();
            fast.sort_by(|a, b| b.0.total_cmp(&a.0));
            let n = fast.len();
            println!(
                "speed: median {:.4} p90 {:.4} p99 {:.4}",
                fast[n / 2].0,
                fast[n / 10].0,
                fast[n / 100].0
            );
            for (s, i) in &fast[..8] {
                println!(
                    "  {i} ({},{}) {s:.3} at {:.3} r {:.4} v {:.3}",
                    i / (cells as usize + 1),
                    i % (cells as usize + 1),
                    x[*i],
                    x[*i].length(),
                    v[*i]
                );
            }
        }
    }
    Ok(())
}

fn sheet(cells: u32, size: f32, c11: f32) -> ClothMesh {
    let fabric = FabricParams {
        area_density: 0.2,
        stretch: [c11, 0.0, c11, 40.0],
        stretched: None,
        bend_warp: 15e-6,
        bend_weft: 15e-6,
        bend_bias: 15e-6,
        thickness: 0.0005,
        friction: 0.3,
        damping: 0.001,
    };
    let size = f64::from(size);
    Flat::grid(
        [cells; 2],
        DVec2::splat(-0.5 * size),
        DVec2::splat(size / f64::from(cells)),
        Diagonals::Alternating,
    )
    .cloth(fabric, 0.0, |p| Vec3::new(p.x, 0.3, -p.y))
}

fn sphere(radius: f32, n: u32) -> BodyMesh {
    let mut body = BodyMesh {
        joint_count: 1,
        ..BodyMesh::default()
    };
    for i in 0..=n {
        for j in 0..2 * n {
            let (a, b) = (
                std::f32::consts::PI * i as f32 / n as f32,
                std::f32::consts::PI * j as f32 / n as f32,
            );
            let p = Vec3::new(a.sin() * b.sin(), a.cos(), a.sin() * b.cos());
            body.positions.push(p * radius);
            body.normals.push(p);
            body.joints.push([0; 4]);
            body.weights.push([1.0, 0.0, 0.0, 0.0]);
            body.region.push(1);
        }
    }
    for i in 0..n {
        for j in 0..2 * n {
            let v = |i: u32, j: u32| i * 2 * n + j % (2 * n);
            body.triangles.push([v(i, j), v(i + 1, j), v(i + 1, j + 1)]);
            body.triangles.push([v(i, j), v(i + 1, j + 1), v(i, j + 1)]);
        }
    }
    body
}
