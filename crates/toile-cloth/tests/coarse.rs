//! The coarse space of the linear solver: aggregates, blocks, and what they
//! are worth.

mod common;

use common::{fabric, gpu, grid, join};
use glam::{DMat3, DVec3, Vec2, Vec3};
use toile_cloth::cpu::{coarse, step};
use toile_cloth::{ClothMesh, FabricParams, Pin, PinTarget, StepPlan, Topology, layout};

fn flat(cells: [u32; 2], d: f32) -> ClothMesh {
    grid(
        cells,
        Vec2::ZERO,
        Vec2::splat(d),
        fabric(100.0, 1e-5),
        |p| Vec3::new(p.x, 0.0, -p.y),
    )
}

fn hard_pin(mesh: &mut ClothMesh, particle: u32) {
    mesh.pins.push(Pin {
        particle,
        target: PinTarget::World(mesh.positions[particle as usize]),
        stiffness: f32::INFINITY,
    });
}

/// Whether edges and stitches within the aggregate reach all of it.
fn connected(topology: &Topology, of: &[u32], members: &[u32]) -> bool {
    let mut reached = vec![members[0]];
    let mut next = 0;
    while next < reached.len() {
        let i = reached[next];
        next += 1;
        for v in &topology.edges {
            for (a, b) in [(v[0], v[1]), (v[1], v[0])] {
                if a == i && of[b as usize] == of[i as usize] && !reached.contains(&b) {
                    reached.push(b);
                }
            }
        }
    }
    reached.len() == members.len()
}

#[test]
fn every_free_particle_is_in_one_compact_aggregate() {
    // Two stitched panels of different mesh width and a loose one.
    let stitched = join(flat([30, 24], 0.015), &flat([20, 24], 0.012));
    let mut mesh = join(stitched, &flat([6, 5], 0.02));
    mesh.stitches = (0..25).map(|j| [30 * 25 + j, 31 * 25 + j]).collect();
    for i in 0..12 {
        hard_pin(&mut mesh, i);
    }
    let topology = Topology::new(&mesh);
    let c = &topology.coarse;
    let mut seen = vec![0; mesh.positions.len()];
    for (a, members) in c.members.iter().enumerate() {
        assert!(
            (4..=40).contains(&members.len()),
            "aggregate {a} has {} particles",
            members.len()
        );
        assert!(
            connected(&topology, &c.of, members),
            "aggregate {a} is in pieces"
        );
        for &i in members {
            seen[i as usize] += 1;
            assert_eq!(c.of[i as usize], a as u32);
        }
    }
    for (i, count) in seen.iter().enumerate() {
        assert_eq!(*count, u32::from(i >= 12), "particle {i}");
    }
    let mean = (mesh.positions.len() - 12) as f64 / c.members.len() as f64;
    assert!((10.0..25.0).contains(&mean), "{mean} particles each");
    let again = Topology::new(&mesh);
    assert_eq!(c.of, again.coarse.of);
}

#[test]
fn a_small_mesh_has_no_coarse_space() {
    let topology = Topology::new(&flat([6, 6], 0.02));
    assert!(topology.coarse.members.is_empty() && topology.coarse.blocks.is_empty());
}

/// A system at the predicted positions of a sheet at rest.
fn system(mesh: &ClothMesh, topology: &Topology) -> step::System {
    let n = mesh.positions.len();
    let state = step::State {
        x: mesh.positions.iter().map(|p| p.as_dvec3()).collect(),
        v: vec![DVec3::ZERO; n],
        acc: vec![0.0; n],
        lambda: vec![0.0; n],
    };
    let prediction = step::predict(mesh, &state, &STEP);
    step::assemble(mesh, topology, &state, &prediction, &vec![None; n], &STEP)
}

const STEP: layout::Step = layout::Step {
    gravity: [0.0, -9.81, 0.0],
    h: 1.0 / 480.0,
    shift: [0.0; 3],
    air: 0.0,
    wind: [0.0; 3],
    stitch: 50.0,
    frame_step: [0.0; 3],
    lerp: 1.0,
    origin: [0.0; 3],
    inv_n: 1.0,
    flags: 0,
    tolerance: 0.0,
    pad: [0; 2],
};

#[test]
fn the_coarse_matrix_is_the_fine_one_between_constants() {
    let mut mesh = flat([14, 11], 0.02);
    mesh.stitches = vec![[0, 40]];
    hard_pin(&mut mesh, 60);
    let topology = Topology::new(&mesh);
    let c = &topology.coarse;
    let s = system(&mesh, &topology);
    let n = mesh.positions.len();
    let count = c.members.len();
    let mut fine = vec![DMat3::ZERO; n * n];
    for (i, d) in s.diagonal.iter().enumerate() {
        fine[i * n + i] = *d;
    }
    for (v, m) in topology.edges.iter().zip(&s.edges) {
        let (i, j) = (v[0] as usize, v[1] as usize);
        fine[i * n + j] += *m;
        fine[j * n + i] += m.transpose();
    }
    for (v, w) in topology.extras.iter().zip(&s.extras) {
        let (i, j) = (v[0] as usize, v[1] as usize);
        fine[i * n + j] += DMat3::from_diagonal(DVec3::splat(*w));
        fine[j * n + i] += DMat3::from_diagonal(DVec3::splat(*w));
    }
    let mut expected = vec![DMat3::ZERO; count * count];
    for i in (0..n).filter(|i| !topology.hard_pin[*i]) {
        for j in (0..n).filter(|j| !topology.hard_pin[*j]) {
            expected[c.of[i] as usize * count + c.of[j] as usize] += fine[i * n + j];
        }
    }
    let m = coarse::coarsen(c, &s);
    let mut got = vec![DMat3::ZERO; count * count];
    for (block, m) in c.blocks.iter().zip(&m.blocks) {
        let [a, b] = block.pair.map(|v| v as usize);
        got[b * count + a] = m.transpose();
        got[a * count + b] = *m;
    }
    let scale = expected[0].x_axis.length();
    for (e, g) in expected.iter().zip(&got) {
        assert!((*e - *g).x_axis.length() < 1e-9 * scale, "{e} is not {g}");
        assert!((*e - *g).y_axis.length() < 1e-9 * scale, "{e} is not {g}");
        assert!((*e - *g).z_axis.length() < 1e-9 * scale, "{e} is not {g}");
    }
}

#[test]
fn the_coarse_solve_is_symmetric_and_positive() {
    let mut mesh = flat([30, 30], 0.02);
    hard_pin(&mut mesh, 0);
    let topology = Topology::new(&mesh);
    let c = &topology.coarse;
    let matrix = coarse::coarsen(c, &system(&mesh, &topology));
    let random = |seed: f64| -> Vec<DVec3> {
        (0..mesh.positions.len())
            .map(|i| {
                let t = seed + i as f64;
                DVec3::new((12.9 * t).sin(), (78.2 * t).sin(), (37.7 * t).sin())
            })
            .collect()
    };
    let apply = |r: &[DVec3]| -> Vec<DVec3> {
        let mut u = vec![DVec3::ZERO; r.len()];
        coarse::prolong(c, &coarse::solve(c, &matrix, r), &mut u);
        u
    };
    let dot = |a: &[DVec3], b: &[DVec3]| -> f64 { a.iter().zip(b).map(|(a, b)| a.dot(*b)).sum() };
    let (a, b) = (random(0.3), random(0.7));
    let (ab, ba) = (dot(&a, &apply(&b)), dot(&b, &apply(&a)));
    assert!((ab - ba).abs() < 1e-10 * ab.abs(), "{ab} is not {ba}");
    assert!(dot(&a, &apply(&a)) > 0.0 && dot(&b, &apply(&b)) > 0.0);
}

/// A woven sheet of 1 m², flat and at rest, about to hang from two corners.
fn hanging(cells: u32) -> ClothMesh {
    let f = FabricParams {
        stretch: [2000.0, 0.0, 2000.0, 80.0],
        damping: 0.0,
        ..fabric(2000.0, 1.57e-5)
    };
    let mut mesh = grid(
        [cells; 2],
        Vec2::ZERO,
        Vec2::splat(1.0 / cells as f32),
        f,
        |p| Vec3::new(p.x, 0.0, -p.y),
    );
    hard_pin(&mut mesh, 0);
    hard_pin(&mut mesh, cells * (cells + 1));
    mesh
}

fn largest_stretch(mesh: &ClothMesh, topology: &Topology, x: &[DVec3]) -> f64 {
    (0..topology.tri_edges)
        .map(|e| {
            let [i, j] = topology.edges[e].map(|v| v as usize);
            let code = topology.edge_tris[e][0] as usize;
            let r = &mesh.rest[code / 16];
            x[i].distance(x[j]) / f64::from(r[(code / 4) % 4].distance(r[code % 4]))
        })
        .fold(0.0, f64::max)
}

#[test]
fn eight_iterations_hang_a_woven_sheet_as_far_as_the_converged_solution() {
    const SUBSTEPS: u32 = 96;
    let mesh = hanging(32);
    let topology = Topology::new(&mesh);
    let n = mesh.positions.len();
    let none = vec![None; n];
    let mut state = step::State {
        x: mesh.positions.iter().map(|p| p.as_dvec3()).collect(),
        v: vec![DVec3::ZERO; n],
        acc: vec![0.0; n],
        lambda: vec![0.0; n],
    };
    for _ in 0..SUBSTEPS {
        let p = step::predict(&mesh, &state, &STEP);
        let s = step::assemble(&mesh, &topology, &state, &p, &none, &STEP);
        let (delta, _) = step::pcg(&topology, &s, 60);
        state = step::finish(&topology, &state, &p, &none, &s, &delta, &STEP);
    }
    let exact = largest_stretch(&mesh, &topology, &state.x);

    let gpu = gpu();
    let mut sim = gpu.sim(&mesh, None);
    let plan = StepPlan {
        dt: SUBSTEPS as f32 * STEP.h,
        substeps: SUBSTEPS,
        iterations: 8,
        air_drag: 0.0,
        self_contact: false,
        ..StepPlan::default()
    };
    gpu.step(&mut sim, &plan, &[]);
    let stretch = f64::from(1.0 + gpu.stats(&sim).max_stretch);
    println!("stretch {stretch:.4}, converged {exact:.4}");
    assert!(
        (stretch - exact).abs() < 0.005,
        "stretch {stretch}, converged {exact}"
    );
}
