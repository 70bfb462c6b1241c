//! Kernels against their CPU twins; those of contact are in `contact_twins.rs`.

mod common;

use common::{fabric, flat, gpu, grid, read, relative};
use glam::{DMat3, DVec3, Vec2, Vec3};
use toile_cloth::cpu::{elastic, step};
use toile_cloth::{
    Allowance, Attachment, ClothMesh, ClothSim, ElasticBand, FabricParams, Pin, PinTarget, Probe,
    StepPlan, Topology, layout,
};

/// The cells of the scene most tests use.
const CELLS: [u32; 2] = [12, 9];

/// A wavy sheet with every feature: hard and soft pins, stitch, band, buttons
/// (drawn out, pushed together, of no length), seam allowance, pressure,
/// anisotropy, damping.
fn scene(cells: [u32; 2]) -> ClothMesh {
    let f = FabricParams {
        stretch: [90.0, 12.0, 50.0, 20.0],
        stretched: Some([
            [200.0, 8.0, 60.0, 10.0],
            [300.0, 9.0, 90.0, 30.0],
            [150.0, 20.0, 140.0, 60.0],
            [80.0, 4.0, 300.0, 25.0],
            [110.0, 16.0, 400.0, 50.0],
        ]),
        bend_weft: 9e-5,
        bend_bias: 5e-5,
        damping: 0.004,
        ..fabric(1.0, 2e-4)
    };
    let mut mesh = grid(cells, Vec2::ZERO, Vec2::splat(0.015), f, |p| {
        Vec3::new(
            1.02 * p.x,
            0.006 * (40.0 * p.x).sin() + 0.004 * (55.0 * p.y).cos(),
            -0.97 * p.y,
        )
    });
    let m = cells[1] + 1;
    mesh.pins = vec![
        Pin {
            particle: 0,
            target: PinTarget::World(mesh.positions[0]),
            stiffness: f32::INFINITY,
        },
        Pin {
            particle: 1,
            target: PinTarget::World(mesh.positions[1]),
            stiffness: f32::INFINITY,
        },
        Pin {
            particle: cells[1],
            target: PinTarget::World(mesh.positions[cells[1] as usize] + Vec3::Y * 0.01),
            stiffness: 3.0,
        },
    ];
    mesh.stitches = vec![[cells[0] * m, cells[0] * m + cells[1]]];
    mesh.bands = vec![ElasticBand {
        particles: (0..=cells[0]).map(|i| i * m + 4).collect(),
        closed: false,
        rest_length: 0.0125 * cells[0] as f32,
        stiffness: 2.0,
    }];
    let button = |a: [u32; 2], b: [u32; 2], rest_length: f32| Attachment {
        particles: [a[0] * m + a[1], b[0] * m + b[1]],
        rest_length,
        stiffness: 8.0,
    };
    mesh.attachments = vec![
        button([3, 2], [8, 7], 0.02),
        button([5, 5], [6, 6], 0.05),
        button([4, 1], [9, 8], 0.0),
    ];
    mesh.allowances = vec![Allowance {
        particles: (2..=10).map(|i| i * m + 6).collect(),
        tension: 3.0,
        bending: 4e-4,
    }];
    mesh.pressure = (0..mesh.triangles.len())
        .map(|t| 20.0 * (t as f32).sin())
        .collect();
    mesh
}

struct Compared {
    sim: ClothSim,
    topology: Topology,
    system: step::System,
    prediction: step::Prediction,
    state: step::State,
    numbers: layout::Step,
}

/// One substep of the scene on the GPU, and the system of the twin.
fn run(cells: [u32; 2], iterations: u32) -> Compared {
    let gpu = gpu();
    let mesh = scene(cells);
    let mut sim = gpu.sim(&mesh, None);
    let v: Vec<Vec3> = (0..mesh.positions.len())
        .map(|i| {
            Vec3::new(
                (i as f32).sin(),
                (2.0 * i as f32).cos(),
                (3.0 * i as f32).sin(),
            ) * 0.1
        })
        .collect();
    sim.set_state(&gpu.queue, &mesh.positions, &v);
    let plan = StepPlan {
        dt: 1.0 / 200.0,
        substeps: 1,
        iterations,
        air_drag: 1.2,
        wind: Vec3::new(0.5, 0.2, -1.0),
        stitch_stiffness: 20.0,
        self_contact: false,
        ..StepPlan::default()
    };
    gpu.step(&mut sim, &plan, &[]);
    let numbers = layout::Step {
        gravity: plan.gravity.to_array(),
        h: plan.dt,
        air: plan.air_drag,
        wind: plan.wind.to_array(),
        stitch: plan.stitch_stiffness,
        lerp: 1.0,
        inv_n: 1.0,
        ..layout::Step::default()
    };
    let n = mesh.positions.len();
    let state = step::State {
        x: mesh.positions.iter().map(|p| p.as_dvec3()).collect(),
        v: v.iter().map(|v| v.as_dvec3()).collect(),
        acc: vec![0.0; n],
        lambda: vec![0.0; n],
    };
    let topology = Topology::new(&mesh);
    let prediction = step::predict(&mesh, &state, &numbers);
    let system = step::assemble(
        &mesh,
        &topology,
        &state,
        &prediction,
        &vec![None; n],
        &numbers,
    );
    Compared {
        sim,
        topology,
        system,
        prediction,
        state,
        numbers,
    }
}

#[test]
fn prediction_agrees_with_its_twin() {
    let c = run(CELLS, 1);
    let error = relative(
        &read(gpu(), &c.sim, Probe::Predicted),
        &flat(&c.prediction.xp),
    );
    assert!(error < 1e-6, "relative error {error:e}");
}

#[test]
fn hinges_and_moments_agree_with_their_twins() {
    let c = run(CELLS, 1);
    let theta: Vec<f64> = c.system.theta.as_flattened().to_vec();
    let error = relative(&read(gpu(), &c.sim, Probe::Theta), &theta);
    assert!(error < 2e-4, "angles: relative error {error:e}");
    let error = relative(
        &read(gpu(), &c.sim, Probe::Moments),
        &flat(&c.system.moments),
    );
    assert!(error < 2e-4, "moments: relative error {error:e}");
}

#[test]
fn the_bending_energy_that_is_shown_agrees_with_its_twin() {
    let c = run(CELLS, 1);
    let got = read(gpu(), &c.sim, Probe::Marks);
    let topology = Topology::new(c.sim.mesh());
    let mut sum = vec![[0.0; 2]; c.sim.mesh().positions.len()];
    for (t, tri) in c.sim.mesh().triangles.iter().enumerate() {
        let angle = |h: u32| c.system.theta.get(h as usize).map_or(0.0, |t| t[0]);
        let theta = DVec3::from_array(topology.tri_hinge[t].map(angle));
        for &i in tri {
            sum[i as usize][0] += elastic::bending_energy(&topology.rest[t], theta);
            sum[i as usize][1] += topology.rest[t].area;
        }
    }
    let exact: Vec<f64> = sum.iter().map(|[energy, area]| energy / area).collect();
    let shown: Vec<f32> = got.chunks_exact(4).map(|mark| mark[1]).collect();
    let error = relative(&shown, &exact);
    assert!(error < 1e-3, "relative error {error:e}");
}

#[test]
fn membranes_agree_with_their_twin() {
    let c = run(CELLS, 1);
    let got = read(gpu(), &c.sim, Probe::Triangles);
    let pick = |range: std::ops::Range<usize>| -> Vec<f32> {
        got.chunks_exact(26)
            .flat_map(|t| t[range.clone()].to_vec())
            .collect()
    };
    let f: Vec<f64> = c.system.triangles.iter().flat_map(|m| flat(&m.f)).collect();
    assert!(relative(&pick(0..6), &f) < 1e-5, "deformation gradient");
    let psd: Vec<f64> = c
        .system
        .triangles
        .iter()
        .flat_map(|m| m.psd.to_array())
        .collect();
    assert!(
        relative(&pick(6..9), &psd) < 1e-3,
        "stress {:e}",
        relative(&pick(6..9), &psd)
    );
    let force: Vec<f64> = c
        .system
        .triangles
        .iter()
        .flat_map(|m| flat(&m.force[1..]))
        .collect();
    assert!(
        relative(&pick(11..17), &force) < 1e-3,
        "force {:e}",
        relative(&pick(11..17), &force)
    );
    let mesh = c.sim.mesh();
    let push: Vec<f64> = mesh
        .triangles
        .iter()
        .zip(&mesh.pressure)
        .flat_map(|(t, p)| {
            let x = t.map(|i| c.prediction.xp[i as usize]);
            elastic::pressure(f64::from(*p), x).to_array()
        })
        .collect();
    let error = relative(&pick(21..24), &push);
    assert!(error < 1e-5, "pressure {error:e}");
}

#[test]
fn blocks_of_edges_and_springs_agree_with_their_twins() {
    let c = run(CELLS, 1);
    let cols = |m: &DMat3| m.to_cols_array();
    let edges: Vec<f64> = c.system.edges.iter().flat_map(cols).collect();
    let error = relative(&read(gpu(), &c.sim, Probe::Edges), &edges);
    assert!(error < 1e-4, "relative error {error:e}");
    let diagonal: Vec<f64> = c
        .system
        .diagonal
        .iter()
        .flat_map(|m| {
            [
                m.x_axis.x, m.y_axis.y, m.z_axis.z, m.x_axis.y, m.x_axis.z, m.y_axis.z,
            ]
        })
        .collect();
    let error = relative(&read(gpu(), &c.sim, Probe::Diagonal), &diagonal);
    assert!(error < 1e-4, "diagonal: relative error {error:e}");
}

#[test]
fn conjugate_gradients_agree_with_their_twin_step_for_step() {
    let large = [40, 32];
    for (cells, iterations) in [
        (CELLS, 1),
        (CELLS, 3),
        (CELLS, 60),
        (large, 1),
        (large, 3),
        (large, 12),
    ] {
        let c = run(cells, iterations);
        let (delta, _) = step::pcg(&c.topology, &c.system, iterations);
        let error = relative(&read(gpu(), &c.sim, Probe::Delta), &flat(&delta));
        assert!(
            error < 2e-3,
            "{cells:?}, {iterations} iterations: relative error {error:e}"
        );
    }
}

#[test]
fn the_end_of_a_substep_agrees_with_its_twin() {
    let c = run(CELLS, 60);
    let (delta, _) = step::pcg(&c.topology, &c.system, 60);
    let none = vec![None; delta.len()];
    let end = step::finish(
        &c.topology,
        &c.state,
        &c.prediction,
        &none,
        &c.system,
        &delta,
        &c.numbers,
    );
    let v: Vec<f32> = gpu()
        .velocities(&c.sim)
        .iter()
        .flat_map(Vec3::to_array)
        .collect();
    let error = relative(&v, &flat(&end.v));
    assert!(error < 1e-3, "velocities: relative error {error:e}");
    let x: Vec<f32> = gpu()
        .positions(&c.sim)
        .iter()
        .flat_map(Vec3::to_array)
        .collect();
    let error = relative(&x, &flat(&end.x));
    assert!(error < 1e-4, "positions: relative error {error:e}");
}

#[test]
fn vertex_normals_and_emitted_vertices_agree_with_their_twins() {
    let gpu = gpu();
    let mesh = scene(CELLS);
    let sim = gpu.sim(&mesh, None);
    let map: Vec<u32> = (0..mesh.positions.len() as u32).rev().collect();
    let usage =
        wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::COPY_SRC;
    let make = |words: usize| {
        gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: 4 * words as u64,
            usage,
            mapped_at_creation: false,
        })
    };
    let indices = make(map.len());
    gpu.queue
        .write_buffer(&indices, 0, bytemuck::cast_slice(&map));
    let slab = make((map.len() + 3) * 8);
    let origin = Vec3::new(0.5, 0.0, -0.25);
    let mut encoder = gpu
        .device
        .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let target = toile_cloth::EmitTarget {
        buffer: &slab,
        base_vertex: 2,
        stride_words: 8,
        normal_offset_words: 3,
        map: &indices,
        count: map.len() as u32,
        origin,
        mark: None,
    };
    sim.emit(&gpu.device, &mut encoder, &target);
    let staging = gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: slab.size(),
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    encoder.copy_buffer_to_buffer(&slab, 0, &staging, 0, slab.size());
    gpu.queue.submit([encoder.finish()]);
    staging
        .slice(..)
        .map_async(wgpu::MapMode::Read, |r| r.expect("the slab maps"));
    gpu.device
        .poll(wgpu::PollType::wait_indefinitely())
        .expect("the device answers");
    let words: Vec<f32> = bytemuck::pod_collect_to_vec(&staging.slice(..).get_mapped_range()[..]);
    let normals = elastic::vertex_normals(&mesh.positions, &mesh.triangles);
    assert!(
        words[..16].iter().all(|w| *w == 0.0),
        "vertices before the base were written"
    );
    for (k, &i) in map.iter().enumerate() {
        let o = (2 + k) * 8;
        let (x, n) = (
            Vec3::from_slice(&words[o..]),
            Vec3::from_slice(&words[o + 3..]),
        );
        assert!(
            x.distance(mesh.positions[i as usize] - origin) < 1e-6,
            "vertex {k} is at {x}"
        );
        assert!(
            n.distance(normals[i as usize]) < 1e-4,
            "vertex {k} has normal {n}"
        );
    }
}
