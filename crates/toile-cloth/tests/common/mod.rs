//! Meshes and a shared device for the tests.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "every test binary uses its own part of this"
)]

use std::sync::OnceLock;

use glam::{DVec3, Mat4, Vec2, Vec3};
use toile_cloth::truth::mesh::{Diagonals, Flat};
use toile_cloth::{
    BodyMesh, ClothMesh, ClothPipelines, ClothSim, FabricParams, Probe, StepPlan, request_device,
};

pub struct Gpu {
    pub device: wgpu::Device,
    pub queue: wgpu::Queue,
    pub pipelines: ClothPipelines,
}

/// The device of this test binary. Fails the test, with the reason, when
/// there is no adapter: GPU tests are never skipped.
pub fn gpu() -> &'static Gpu {
    static GPU: OnceLock<Gpu> = OnceLock::new();
    GPU.get_or_init(|| {
        let (device, queue, _) =
            request_device().expect("the tests need a GPU or a software Vulkan driver");
        let pipelines = ClothPipelines::new(&device).expect("every kernel compiles");
        Gpu {
            device,
            queue,
            pipelines,
        }
    })
}

impl Gpu {
    pub fn sim(&self, mesh: &ClothMesh, body: Option<&BodyMesh>) -> ClothSim {
        ClothSim::new(&self.device, &self.queue, &self.pipelines, mesh, body)
            .expect("the mesh is sound")
    }

    pub fn step(&self, sim: &mut ClothSim, plan: &StepPlan, joints: &[Mat4]) {
        sim.step(
            &self.device,
            &self.queue,
            &self.pipelines,
            plan,
            joints,
            joints,
        )
        .expect("the plan is sound");
    }

    pub fn positions(&self, sim: &ClothSim) -> Vec<Vec3> {
        sim.try_read_positions(&self.device, &self.queue)
            .expect("positions can be read")
    }

    pub fn velocities(&self, sim: &ClothSim) -> Vec<Vec3> {
        sim.read_velocities(&self.device, &self.queue)
            .expect("velocities can be read")
    }

    pub fn stats(&self, sim: &ClothSim) -> toile_cloth::ClothStats {
        sim.stats(&self.device, &self.queue)
            .expect("statistics can be read")
    }
}

pub fn fabric(c: f32, bend: f32) -> FabricParams {
    FabricParams {
        area_density: 0.2,
        stretch: [c, 0.0, c, 0.4 * c],
        stretched: None,
        bend_warp: bend,
        bend_weft: bend,
        bend_bias: bend,
        thickness: 0.0005,
        friction: 0.3,
        damping: 0.001,
    }
}

/// A grid of `cells` in the pattern plane from `low`, cell size `d`, placed
/// in the world by `place`. Diagonals alternate.
pub fn grid(
    cells: [u32; 2],
    low: Vec2,
    d: Vec2,
    f: FabricParams,
    place: impl Fn(Vec2) -> Vec3,
) -> ClothMesh {
    Flat::grid(cells, low.as_dvec2(), d.as_dvec2(), Diagonals::Alternating).cloth(f, 0.0, place)
}

/// Joins two meshes into one particle system.
pub fn join(mut a: ClothMesh, b: &ClothMesh) -> ClothMesh {
    let n = a.positions.len() as u32;
    let f = a.fabrics.len() as u32;
    a.positions.extend(&b.positions);
    a.layer.extend(&b.layer);
    a.body_mask.extend(&b.body_mask);
    a.triangles
        .extend(b.triangles.iter().map(|t| t.map(|i| i + n)));
    a.rest.extend(&b.rest);
    a.fabric.extend(b.fabric.iter().map(|k| k + f));
    a.fabrics.extend(&b.fabrics);
    a
}

/// A unit-weight sphere on joint 0.
pub fn sphere(radius: f32, n: u32) -> BodyMesh {
    let mut body = BodyMesh {
        joint_count: 1,
        ..BodyMesh::default()
    };
    let mut push = |p: Vec3| {
        body.positions.push(p * radius);
        body.normals.push(p);
        body.joints.push([0; 4]);
        body.weights.push([1.0, 0.0, 0.0, 0.0]);
        body.region.push(1);
    };
    push(Vec3::Y);
    push(-Vec3::Y);
    for i in 1..n {
        for j in 0..2 * n {
            let a = std::f32::consts::PI * i as f32 / n as f32;
            let b = std::f32::consts::PI * j as f32 / n as f32;
            push(Vec3::new(a.sin() * b.sin(), a.cos(), a.sin() * b.cos()));
        }
    }
    let v = |i: u32, j: u32| 2 + (i - 1) * 2 * n + j % (2 * n);
    for j in 0..2 * n {
        body.triangles.push([0, v(1, j), v(1, j + 1)]);
        body.triangles.push([1, v(n - 1, j + 1), v(n - 1, j)]);
        for i in 1..n - 1 {
            body.triangles.push([v(i, j), v(i + 1, j), v(i + 1, j + 1)]);
            body.triangles.push([v(i, j), v(i + 1, j + 1), v(i, j + 1)]);
        }
    }
    body
}

/// Reads working memory of the solver.
pub fn read(gpu: &Gpu, sim: &ClothSim, what: Probe) -> Vec<f32> {
    sim.probe(&gpu.device, &gpu.queue, what)
        .expect("working memory can be read")
}

/// Largest difference relative to the largest value.
pub fn relative(gpu: &[f32], cpu: &[f64]) -> f64 {
    assert_eq!(gpu.len(), cpu.len());
    let scale = cpu.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    assert!(scale > 0.0, "the twin is all zero: nothing is compared");
    gpu.iter()
        .zip(cpu)
        .map(|(g, c)| (f64::from(*g) - c).abs())
        .fold(0.0, f64::max)
        / scale
}

/// Components in a row.
pub fn flat(v: &[DVec3]) -> Vec<f64> {
    v.iter().flat_map(DVec3::to_array).collect()
}
