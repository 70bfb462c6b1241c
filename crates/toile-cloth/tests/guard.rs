//! Cloth never passes through cloth.

mod common;

use common::{fabric, gpu, grid, join, sphere};
use glam::{Mat4, Quat, Vec2, Vec3};
use toile_cloth::{ClothMesh, ClothSim, Pin, PinTarget, Probe, StepPlan, Topology, cpu::guard};

fn plan() -> StepPlan {
    StepPlan {
        dt: 1.0 / 24.0,
        substeps: 6,
        iterations: 12,
        air_drag: 0.6,
        self_contact: true,
        ..StepPlan::default()
    }
}

fn crossings(sim: &ClothSim, x: &[Vec3]) -> usize {
    let mesh = sim.mesh();
    let topology = Topology::new(mesh);
    let edges = &topology.edges[..topology.tri_edges];
    guard::crossings(&mesh.triangles, edges, &mesh.stitched(), x).len()
}

/// With `TOILE_FRAMES` set to a folder, writes there what a test looked at, for
/// `tools/oracle/intersections.py` to count crossings independently.
fn keep(scene: &str, frame: u32, mesh: &ClothMesh, x: &[Vec3]) {
    let Some(folder) = std::env::var_os("TOILE_FRAMES") else {
        return;
    };
    let mut text = String::from("o cloth\n");
    for p in x {
        text += &format!("v {} {} {}\n", p.x, p.y, p.z);
    }
    for t in &mesh.triangles {
        let [a, b, c] = t.map(|i| i + 1);
        text += &format!("f {a} {b} {c}\n");
    }
    let path = std::path::Path::new(&folder).join(format!("{scene}-{frame:03}.obj"));
    std::fs::write(path, text).expect("the folder of TOILE_FRAMES can be written");
}

fn sheet(cells: u32, edge: f32, place: impl Fn(Vec2) -> Vec3) -> ClothMesh {
    grid(
        [cells; 2],
        Vec2::splat(-0.5 * cells as f32 * edge),
        Vec2::splat(edge),
        fabric(300.0, 2e-5),
        place,
    )
}

#[test]
fn crossings_of_two_sheets_are_found_and_a_clear_pair_has_none() {
    let flat = sheet(6, 0.02, |p| Vec3::new(p.x, 0.0, p.y));
    let upright = sheet(6, 0.02, |p| Vec3::new(p.x + 0.003, p.y + 0.004, 0.007));
    let both = join(flat.clone(), &upright);
    let edges = Topology::new(&both).edges;
    let found = guard::crossings(&both.triangles, &edges, &both.stitched(), &both.positions);
    assert!(!found.is_empty());
    let above = sheet(6, 0.02, |p| Vec3::new(p.x, 0.001, p.y));
    let both = join(flat, &above);
    let found = guard::crossings(&both.triangles, &edges, &both.stitched(), &both.positions);
    assert_eq!(found.len(), 0);
}

#[test]
fn whatever_steps_particles_want_the_limits_keep_cloth_out_of_cloth() {
    // Three sheets a few millimetres apart, thrown about by centimetres.
    let mut mesh = sheet(5, 0.02, |p| Vec3::new(p.x, 0.0, p.y));
    for k in 1..3 {
        let turned = Quat::from_rotation_y(0.4 * k as f32);
        let next = sheet(5, 0.02, |p| turned * Vec3::new(p.x, 0.004 * k as f32, p.y));
        mesh = join(mesh, &next);
    }
    let edges = Topology::new(&mesh).edges;
    let joined = mesh.stitched();
    let mut x = mesh.positions.clone();
    let mut random = 1u32;
    let mut next = || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as f32 / 8_388_608.0 - 1.0
    };
    for _ in 0..8 {
        let step: Vec<Vec3> = x
            .iter()
            .map(|_| Vec3::new(next(), next(), next()) * 0.03)
            .collect();
        let limits = guard::limits(&mesh.triangles, &edges, &joined, &x, &step);
        assert!(
            limits.iter().any(|t| *t < 1.0),
            "something must be in the way"
        );
        for ((x, step), t) in x.iter_mut().zip(&step).zip(limits) {
            *x += *step * t;
        }
        assert_eq!(
            guard::crossings(&mesh.triangles, &edges, &joined, &x).len(),
            0
        );
    }
}

#[test]
fn cloth_that_moves_together_is_not_held() {
    // Two crumpled sheets a millimetre apart, on the move by many times that.
    let crumple = |p: Vec2| 0.01 * (40.0 * p.x).sin() * (30.0 * p.y).cos();
    let low = sheet(8, 0.02, |p| Vec3::new(p.x, crumple(p), p.y));
    let high = sheet(8, 0.02, |p| Vec3::new(p.x, crumple(p) + 0.001, p.y));
    let mesh = join(low, &high);
    let edges = Topology::new(&mesh).edges;
    for way in [Vec3::X, Vec3::Y, Vec3::Z] {
        let step = vec![way * 0.03; mesh.positions.len()];
        let limits = guard::limits(
            &mesh.triangles,
            &edges,
            &mesh.stitched(),
            &mesh.positions,
            &step,
        );
        assert!(limits.iter().all(|t| *t == 1.0), "along {way}");
    }
}

#[test]
fn the_trees_find_all_pairs_whose_boxes_overlap_and_no_others() {
    let gpu = gpu();
    let turned = Quat::from_rotation_y(0.5);
    let mut mesh = sheet(14, 0.02, |p| Vec3::new(p.x, 0.02 * (20.0 * p.x).sin(), p.y));
    mesh = join(
        mesh,
        &sheet(12, 0.02, |p| turned * Vec3::new(p.x, 0.01, p.y)),
    );
    let mut sim = gpu.sim(&mesh, None);
    gpu.step(&mut sim, &plan(), &[]);
    let read = |what| sim.probe(&gpu.device, &gpu.queue, what).expect("a probe");
    let pairs = |what| -> std::collections::BTreeSet<(u32, u32)> {
        read(what)
            .chunks_exact(2)
            .map(|w| (w[0].to_bits(), w[1].to_bits()))
            .collect()
    };
    let boxes: Vec<(Vec3, Vec3)> = read(Probe::Boxes)
        .chunks_exact(6)
        .map(|c| (Vec3::new(c[0], c[1], c[2]), Vec3::new(c[3], c[4], c[5])))
        .collect();
    let bound = |of: &[u32]| {
        of.iter()
            .map(|&i| boxes[i as usize])
            .fold((Vec3::INFINITY, Vec3::NEG_INFINITY), |a, b| {
                (a.0.min(b.0), a.1.max(b.1))
            })
    };
    let meet = |a: &[u32], b: &[u32]| {
        let (a0, a1) = bound(a);
        let (b0, b1) = bound(b);
        a.iter().all(|i| !b.contains(i)) && a0.cmple(b1).all() && a1.cmpge(b0).all()
    };
    let mut points = std::collections::BTreeSet::new();
    for i in 0..boxes.len() as u32 {
        for (t, tri) in mesh.triangles.iter().enumerate() {
            if meet(&[i], tri) {
                points.insert((i, t as u32));
            }
        }
    }
    assert_eq!(points, pairs(Probe::PointPairs));
    let topology = Topology::new(&mesh);
    let edges = &topology.edges[..topology.tri_edges];
    let mut found = std::collections::BTreeSet::new();
    for (k, e) in edges.iter().enumerate() {
        for (m, f) in edges[..k].iter().enumerate() {
            if meet(e, f) {
                found.insert((m as u32, k as u32));
            }
        }
    }
    let got: std::collections::BTreeSet<(u32, u32)> = pairs(Probe::EdgePairs)
        .into_iter()
        .map(|(a, b)| (a.min(b), a.max(b)))
        .collect();
    assert_eq!(found, got);
}

#[test]
fn twenty_sheets_dropped_on_a_sphere_stay_apart() {
    let gpu = gpu();
    let mut mesh: Option<ClothMesh> = None;
    for k in 0..20 {
        let turned = Quat::from_rotation_y(0.3 * k as f32);
        let next = sheet(10, 0.025, |p| {
            turned * Vec3::new(p.x, 0.13 + 0.008 * k as f32, p.y)
        });
        mesh = Some(match mesh {
            Some(mesh) => join(mesh, &next),
            None => next,
        });
    }
    let mesh = mesh.expect("twenty sheets");
    let body = sphere(0.12, 16);
    let mut sim = gpu.sim(&mesh, Some(&body));
    for frame in 0..36 {
        gpu.step(&mut sim, &plan(), &[Mat4::IDENTITY]);
        if frame % 6 == 5 {
            keep("sheets", frame, &mesh, &gpu.positions(&sim));
            let stats = gpu.stats(&sim);
            assert_eq!(stats.crossings, 0, "frame {frame}: {stats:?}");
            assert!(!stats.overflow && !stats.nan, "{stats:?}");
        }
    }
    let stats = gpu.stats(&sim);
    assert!(stats.held_back > 0, "the sheets must have met: {stats:?}");
}

#[test]
fn a_sheet_twisted_by_three_turns_does_not_pass_through_itself() {
    let gpu = gpu();
    let mut mesh = grid(
        [24, 16],
        Vec2::new(-0.24, -0.16),
        Vec2::splat(0.02),
        fabric(200.0, 2e-5),
        |p| Vec3::new(p.x, p.y, 0.0),
    );
    let ends: Vec<usize> = (0..mesh.positions.len())
        .filter(|&i| mesh.positions[i].x.abs() > 0.239)
        .collect();
    let start = mesh.positions.clone();
    let turns = 3.0 * std::f32::consts::TAU;
    let frames = 72;
    let at = |i: usize, frame: u32| {
        let angle = 0.5 * turns * frame as f32 / frames as f32 * start[i].x.signum();
        let pulled = start[i] * Vec3::new(1.0 - 0.3 * frame as f32 / frames as f32, 1.0, 1.0);
        Quat::from_rotation_x(angle) * pulled
    };
    let mut x = start.clone();
    let mut v = vec![Vec3::ZERO; x.len()];
    for frame in 1..=frames {
        // Pins that move: a new solver takes the state over every frame.
        mesh.positions.clone_from(&x);
        mesh.pins = ends
            .iter()
            .map(|&i| Pin {
                particle: i as u32,
                target: PinTarget::World(at(i, frame)),
                stiffness: 2e4,
            })
            .collect();
        let mut sim = gpu.sim(&mesh, None);
        sim.set_state(&gpu.queue, &x, &v);
        let plan = StepPlan {
            gravity: Vec3::ZERO,
            ..plan()
        };
        gpu.step(&mut sim, &plan, &[]);
        x = gpu.positions(&sim);
        v = gpu.velocities(&sim);
        if frame % 6 == 0 {
            keep("twist", frame, &mesh, &x);
            assert_eq!(crossings(&sim, &x), 0, "frame {frame}");
        }
    }
}

#[test]
fn a_sheet_that_starts_through_another_comes_out_of_it() {
    let gpu = gpu();
    let flat = sheet(10, 0.02, |p| Vec3::new(p.x, 0.0, p.y));
    // Its lower edge is 6 mm through the first one.
    let other = sheet(8, 0.02, |p| Vec3::new(p.x, p.y + 0.074, 0.003 + 0.1 * p.y));
    let mesh = join(flat, &other);
    let mut sim = gpu.sim(&mesh, None);
    assert!(gpu.stats(&sim).crossings > 0);
    let plan = StepPlan {
        gravity: Vec3::ZERO,
        ..plan()
    };
    for _ in 0..24 {
        gpu.step(&mut sim, &plan, &[]);
    }
    assert_eq!(gpu.stats(&sim).crossings, 0);
}
