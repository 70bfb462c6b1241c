//! Buttons, pressure and seam allowances against what they must do.

mod common;

use common::{fabric, gpu, grid, join, sphere};
use glam::{DVec2, DVec3, Vec2, Vec3};
use toile_cloth::truth::mesh::{Diagonals, Flat};
use toile_cloth::truth::settle::{Gpu, Settle, Settled, clamp};
use toile_cloth::{
    Allowance, Attachment, BEND_CALIBRATION, ClothMesh, FabricParams, StepPlan, Topology,
    cpu::elastic,
};

fn rest(mesh: &ClothMesh, settle: &Settle) -> Settled {
    let gpu = gpu();
    let gpu = Gpu {
        device: &gpu.device,
        queue: &gpu.queue,
        pipelines: &gpu.pipelines,
    };
    let mut sim = gpu.sim(mesh, None).expect("the mesh is sound");
    let settled = settle.run(gpu, &mut sim).expect("the plan is sound");
    assert!(
        settled.at_rest,
        "still moving by {} m after {} substeps",
        settled.last_move, settled.substeps
    );
    settled
}

/// A scrap that is pinned hard, and a sheet below it that hangs by one particle.
fn hung(rest_length: f32, stiffness: f32) -> (ClothMesh, Attachment) {
    let scrap = grid(
        [1, 1],
        Vec2::ZERO,
        Vec2::splat(0.01),
        fabric(100.0, 1e-5),
        |p| Vec3::new(p.x, rest_length, -p.y),
    );
    let heavy = FabricParams {
        area_density: 1.0,
        ..fabric(2000.0, 1e-4)
    };
    let sheet = grid([8, 8], Vec2::ZERO, Vec2::splat(0.0125), heavy, |p| {
        Vec3::new(p.x, p.y - 0.1, 0.0)
    });
    let mut mesh = join(scrap, &sheet);
    clamp(&mut mesh, &[0, 1, 2, 3]);
    let button = Attachment {
        particles: [0, 4 + 8],
        rest_length,
        stiffness,
    };
    mesh.attachments = vec![button];
    (mesh, button)
}

#[test]
fn a_sheet_hanging_from_a_button_draws_it_out_by_its_weight() {
    for (rest_length, stiffness) in [(0.0, 10.0), (0.005, 10.0), (0.005, 40.0)] {
        let (mesh, button) = hung(rest_length, stiffness);
        let mass: f32 = Topology::new(&mesh).mass[4..].iter().sum();
        let settle = Settle {
            air_drag: 100.0,
            still: 1e-5,
            ..Settle::default()
        };
        let x = rest(&mesh, &settle).positions;
        let [a, b] = button.particles.map(|i| x[i as usize]);
        let drawn = a.distance(b) - rest_length;
        let exact = mass * 9.81 / stiffness;
        println!("k = {stiffness} N/m, shank {rest_length} m: {drawn} m of {exact} m");
        assert!((drawn / exact - 1.0).abs() < 0.02, "{drawn} m of {exact} m");
    }
}

#[test]
fn contact_does_not_fight_a_button_and_welding_leaves_it() {
    let gpu = gpu();
    let sheet = |y: f32| {
        grid(
            [8, 8],
            Vec2::ZERO,
            Vec2::splat(0.0125),
            fabric(200.0, 1e-5),
            |p| Vec3::new(p.x, y, -p.y),
        )
    };
    let mut mesh = join(sheet(0.0), &sheet(0.004));
    clamp(&mut mesh, &[0, 8, 72, 80]);
    let middle = 4 * 9 + 4;
    mesh.attachments = vec![Attachment {
        particles: [middle, 81 + middle],
        rest_length: 0.0,
        stiffness: 500.0,
    }];
    let mut sim = gpu.sim(&mesh, None);
    let plan = StepPlan {
        gravity: Vec3::ZERO,
        dt: 1.0 / 30.0,
        substeps: 8,
        air_drag: 20.0,
        ..StepPlan::default()
    };
    for _ in 0..20 {
        gpu.step(&mut sim, &plan, &[]);
    }
    let x = gpu.positions(&sim);
    let open = x[middle as usize].distance(x[81 + middle as usize]);
    println!("the button is {:.3} mm open", open * 1e3);
    assert!(open < 2e-4, "contact holds the button {open} m open");
    assert_eq!(gpu.stats(&sim).crossings, 0);
    let (welded, _) = mesh.weld(&x, 0.02).expect("nothing is sewn");
    assert_eq!(welded.attachments, mesh.attachments);
}

/// A closed ball of cloth without bending stiffness.
fn ball(radius: f32, pressure: f32) -> ClothMesh {
    let surface = sphere(radius, 20);
    let cloth = FabricParams {
        stretch: [500.0, 100.0, 500.0, 400.0],
        ..fabric(500.0, 0.0)
    };
    let n = surface.positions.len();
    let flat = |t: &[u32; 3]| {
        let [a, b, c] = t.map(|i| surface.positions[i as usize]);
        let (u, v) = (b - a, c - a);
        let along = u.normalize();
        let across = u.cross(v).normalize().cross(along);
        [
            Vec2::ZERO,
            Vec2::new(u.length(), 0.0),
            Vec2::new(v.dot(along), v.dot(across)),
        ]
    };
    ClothMesh {
        rest: surface.triangles.iter().map(flat).collect(),
        fabric: vec![0; surface.triangles.len()],
        fabrics: vec![cloth],
        layer: vec![0; n],
        body_mask: vec![1; n],
        pressure: vec![pressure; surface.triangles.len()],
        positions: surface.positions,
        triangles: surface.triangles,
        ..ClothMesh::default()
    }
}

#[test]
fn a_ball_under_pressure_grows_to_the_radius_of_laplace() {
    let gpu = gpu();
    let radius = 0.1;
    let plan = StepPlan {
        gravity: Vec3::ZERO,
        dt: 1.0 / 30.0,
        substeps: 2,
        iterations: 60,
        air_drag: 20.0,
        self_contact: false,
        ..StepPlan::default()
    };
    for pressure in [400.0f32, 1000.0] {
        let mesh = ball(radius, pressure);
        let mut sim = gpu.sim(&mesh, None);
        // Nothing holds the ball: it may drift, but its size comes to rest.
        let mut size = |frames: u32| {
            for _ in 0..frames {
                gpu.step(&mut sim, &plan, &[]);
            }
            let x = gpu.positions(&sim);
            let middle = x.iter().sum::<Vec3>() / x.len() as f32;
            x.iter().map(|p| p.distance(middle)).sum::<f32>() / x.len() as f32
        };
        let (before, now) = (size(60), size(10));
        assert!((now - before).abs() < 1e-4 * radius, "{before} m, {now} m");
        // p = 2 S / (k R) with the stretch k and S = (c11 + c12) (k² - 1) / 2.
        let load = f64::from(pressure * radius) / 600.0;
        let exact = 0.5 * (load + (load * load + 4.0).sqrt());
        let got = f64::from(now / radius);
        println!("{pressure} Pa: stretch {got}, Laplace {exact}");
        assert!(
            ((got - 1.0) / (exact - 1.0) - 1.0).abs() < 0.03,
            "stretch {got}, Laplace {exact}"
        );
    }
}

#[test]
fn pressure_on_a_closed_surface_is_the_gradient_of_its_volume() {
    let mesh = ball(0.1, 1.0);
    let x: Vec<DVec3> = mesh.positions.iter().map(|p| p.as_dvec3()).collect();
    let volume = |x: &[DVec3]| -> f64 {
        mesh.triangles
            .iter()
            .map(|t| {
                let [a, b, c] = t.map(|i| x[i as usize]);
                a.dot(b.cross(c)) / 6.0
            })
            .sum()
    };
    let mut force = vec![DVec3::ZERO; x.len()];
    for t in &mesh.triangles {
        let f = elastic::pressure(1.0, t.map(|i| x[i as usize]));
        t.iter().for_each(|&i| force[i as usize] += f);
    }
    let way = |i: usize| DVec3::new((i as f64).cos(), (2.0 * i as f64).sin(), 0.3);
    let moved = |e: f64| -> Vec<DVec3> {
        let step = |(i, p): (usize, &DVec3)| *p + way(i) * e;
        x.iter().enumerate().map(step).collect()
    };
    let e = 1e-6;
    let slope = (volume(&moved(e)) - volume(&moved(-e))) / (2.0 * e);
    let work: f64 = force.iter().enumerate().map(|(i, f)| f.dot(way(i))).sum();
    assert!((work / slope - 1.0).abs() < 1e-6, "{work} of {slope}");
}

const BEND: f32 = 2e-5;
/// Cell of the cantilever, m, and its cells along the free length.
const CELL: f32 = 0.005;
const CELLS: u32 = 20;
const WIDE: u32 = 8;
/// m/s², little, so that the beam's linear theory holds.
const GRAVITY: f32 = 1.0;

/// Chains across the strip at these mesh lines, counted from the clamp.
fn seams(lines: &[u32], bending: f32) -> Vec<Allowance> {
    lines
        .iter()
        .map(|line| Allowance {
            particles: (0..=WIDE).map(|j| (line + 2) * (WIDE + 1) + j).collect(),
            tension: 0.0,
            bending,
        })
        .collect()
}

/// How far the tip of a light strip, clamped at x = 0, sinks, m.
fn sinks(bend: f32, allowances: Vec<Allowance>) -> f64 {
    let light = FabricParams {
        area_density: 0.02,
        ..fabric(200.0, bend)
    };
    let low = Vec2::new(-2.0 * CELL, 0.0);
    let cells = Flat::grid(
        [CELLS + 2, WIDE],
        low.as_dvec2(),
        DVec2::splat(f64::from(CELL)),
        Diagonals::One,
    );
    let mut mesh = cells.cloth(light, 0.0, |p| Vec3::new(p.x, 0.0, -p.y));
    clamp(&mut mesh, &(0..3 * (WIDE + 1)).collect::<Vec<_>>());
    mesh.allowances = allowances;
    let settle = Settle {
        substep: 1.0 / 60.0,
        air_drag: 200.0,
        gravity: Vec3::new(0.0, -GRAVITY, 0.0),
        ..Settle::default()
    };
    let x = rest(&mesh, &settle).positions;
    let tip = &x[x.len() - WIDE as usize - 1..];
    -tip.iter().map(|p| f64::from(p.y)).sum::<f64>() / f64::from(WIDE + 1)
}

#[test]
fn a_seam_across_a_cantilever_stiffens_it_as_computed() {
    let added = 6e-5;
    let plain = sinks(BEND, Vec::new());
    // One seam: where it is, the strip is a cell long stiffer. The slope that is
    // missing there, M d (1/B - 1/(B + added)), lifts the tip by its arm.
    let line = 5;
    let seam = sinks(BEND, seams(&[line], added));
    let [b, sum] = [BEND, BEND + added].map(|b| BEND_CALIBRATION * f64::from(b));
    let d = f64::from(CELL);
    let (length, arm) = (d * f64::from(CELLS), d * f64::from(CELLS - line));
    let load = 0.02 * f64::from(GRAVITY);
    let lifted = 0.5 * load * arm.powi(3) * d * (1.0 / b - 1.0 / sum);
    let (share, exact) = (
        1.0 - seam / plain,
        lifted / (load * length.powi(4) / (8.0 * b)),
    );
    println!("one seam takes {share} of the deflection, beam {exact}");
    assert!((share / exact - 1.0).abs() < 0.05, "{share}, beam {exact}");
    // A seam on every line: as a strip of the sum.
    let all: Vec<u32> = (0..=CELLS).collect();
    let everywhere = sinks(BEND, seams(&all, added));
    let ratio = everywhere / plain;
    let exact = b / sum;
    println!("seams everywhere: {ratio} of the deflection, beam {exact}");
    assert!((ratio / exact - 1.0).abs() < 0.03, "{ratio}, beam {exact}");
}

#[test]
fn an_allowance_holds_the_length_of_its_seam() {
    // A strip hung by one end, with a chain down its middle; the seam carries
    // all but what the strip does.
    let soft = FabricParams {
        area_density: 0.5,
        stretch: [20.0, 0.0, 20.0, 10.0],
        ..fabric(20.0, 1e-6)
    };
    let mut mesh = grid([2, 20], Vec2::ZERO, Vec2::splat(0.01), soft, |p| {
        Vec3::new(p.x, -p.y, 0.0)
    });
    clamp(&mut mesh, &[0, 21, 42]);
    mesh.allowances = vec![Allowance {
        particles: (21..42).collect(),
        tension: 3.0,
        bending: 0.0,
    }];
    let settle = Settle {
        air_drag: 50.0,
        ..Settle::default()
    };
    let x = rest(&mesh, &settle).positions;
    let drawn = f64::from(x[21].distance(x[41])) - 0.2;
    // Both in parallel: 3 N of the seam and 20 N/m of 2 cm of strip, stretched
    // by the mean weight; the strain is small.
    let weight = 0.5 * 0.02 * 0.2 * 9.81;
    let exact = 0.5 * weight * 0.2 / (3.0 + 20.0 * 0.02);
    println!("drawn by {drawn} m of {exact} m");
    assert!((drawn / exact - 1.0).abs() < 0.03, "{drawn} m of {exact} m");
}

#[test]
fn unsound_notions_are_refused_by_name() {
    let sound = ball(0.1, 0.0);
    let refused = |change: &dyn Fn(&mut ClothMesh)| {
        let mut mesh = sound.clone();
        change(&mut mesh);
        mesh.check().expect_err("it is unsound").to_string()
    };
    let button = |particles, rest_length| Attachment {
        particles,
        rest_length,
        stiffness: 1.0,
    };
    let e = refused(&|m| m.attachments = vec![button([3, 3], 0.0)]);
    assert!(
        e.contains("`attachments`: attachment 0 joins [3, 3]"),
        "{e}"
    );
    let e = refused(&|m| m.attachments = vec![button([3, 4], f32::NAN)]);
    assert!(e.contains("length NaN m"), "{e}");
    let e = refused(&|m| {
        m.allowances = vec![Allowance {
            particles: vec![1, 2],
            tension: -1.0,
            bending: 0.0,
        }];
    });
    assert!(
        e.contains("`allowances`: allowance 0 has tension -1 N"),
        "{e}"
    );
    let e = refused(&|m| m.pressure = vec![1.0]);
    assert!(e.contains("`pressure`: 1 entries for"), "{e}");
}
