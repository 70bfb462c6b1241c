//! Contact, sewing and determinism of the solver. What has a known answer is in
//! `truth.rs`.

mod common;

use common::{fabric, gpu, grid, join, sphere};
use glam::{Mat4, Quat, Vec2, Vec3};
use toile_cloth::{ClothMesh, StepPlan};

fn plan() -> StepPlan {
    StepPlan {
        dt: 1.0 / 30.0,
        substeps: 8,
        iterations: 8,
        air_drag: 0.0,
        self_contact: false,
        ..StepPlan::default()
    }
}

#[test]
fn inner_forces_change_neither_momentum_nor_angular_momentum_much() {
    let gpu = gpu();
    // Stretched by 10 % and sheared, at rest, then let go without gravity.
    let mesh = grid(
        [10, 10],
        Vec2::ZERO,
        Vec2::splat(0.02),
        fabric(100.0, 2e-5),
        |p| Vec3::new(1.1 * p.x + 0.05 * p.y, 0.1 * p.x * p.y / 0.2, -0.95 * p.y),
    );
    let mut sim = gpu.sim(&mesh, None);
    let plan = StepPlan {
        gravity: Vec3::ZERO,
        dt: 1.0 / 60.0,
        iterations: 60,
        ..plan()
    };
    for _ in 0..6 {
        gpu.step(&mut sim, &plan, &[]);
    }
    let topology = toile_cloth::Topology::new(&mesh);
    let v = gpu.velocities(&sim);
    let total: Vec3 = v.iter().zip(&topology.mass).map(|(v, m)| *v * *m).sum();
    let scale: f32 = v
        .iter()
        .zip(&topology.mass)
        .map(|(v, m)| v.length() * *m)
        .sum();
    assert!(scale > 0.0, "the sheet never moved");
    assert!(total.length() < 2e-4 * scale, "momentum {total} of {scale}");
}

#[test]
fn a_sheet_dropped_on_a_sphere_rests_outside_it() {
    let gpu = gpu();
    let body = sphere(0.25, 32);
    let mesh = grid(
        [32, 32],
        Vec2::splat(-0.4),
        Vec2::splat(0.025),
        fabric(300.0, 2e-5),
        |p| Vec3::new(p.x, 0.27, -p.y),
    );
    let mut sim = gpu.sim(&mesh, Some(&body));
    let mut deepest = 0.0f32;
    for _ in 0..40 {
        gpu.step(&mut sim, &plan(), &[Mat4::IDENTITY]);
        let s = gpu.stats(&sim);
        assert!(!s.nan, "the state is not finite");
        deepest = deepest.max(s.max_penetration_m);
    }
    let s = gpu.stats(&sim);
    assert!(deepest <= 1e-4, "{:.2} mm inside the sphere", deepest * 1e3);
    assert!(s.contacts > 100, "only {} contacts", s.contacts);
    let top = gpu.positions(&sim)[33 * 16 + 16];
    assert!(
        (top.y - 0.254).abs() < 1e-3,
        "the middle rests at {} m, not on the offset surface",
        top.y
    );
}

#[test]
fn no_edge_of_a_coarse_sheet_cuts_through_a_knob() {
    const RADIUS: f32 = 0.02;
    let gpu = gpu();
    let body = sphere(RADIUS, 24);
    let mesh = grid(
        [12, 12],
        Vec2::splat(-0.15),
        Vec2::splat(0.025),
        fabric(300.0, 2e-6),
        |p| Vec3::new(p.x + 0.011, 0.03, 0.007 - p.y),
    );
    let mut sim = gpu.sim(&mesh, Some(&body));
    for _ in 0..24 {
        gpu.step(&mut sim, &plan(), &[Mat4::IDENTITY]);
    }
    assert!(gpu.stats(&sim).contacts >= 3, "the sheet missed the knob");
    let x = gpu.positions(&sim);
    let nearest = |a: Vec3, b: Vec3| {
        let t = (-a.dot(b - a) / (b - a).length_squared()).clamp(0.0, 1.0);
        a.lerp(b, t).length()
    };
    let topology = toile_cloth::Topology::new(&mesh);
    let least = topology.edges[..topology.tri_edges]
        .iter()
        .map(|e| nearest(x[e[0] as usize], x[e[1] as usize]))
        .fold(f32::MAX, f32::min);
    assert!(
        least > RADIUS,
        "an edge is {:.2} mm inside",
        (RADIUS - least) * 1e3
    );
}

#[test]
fn how_far_the_body_goes_is_never_told_too_small() {
    let gpu = gpu();
    let mesh = grid(
        [4, 4],
        Vec2::ZERO,
        Vec2::splat(0.02),
        fabric(300.0, 2e-6),
        |p| Vec3::new(p.x, 0.3, -p.y),
    );
    let sim = gpu.sim(&mesh, Some(&sphere(0.2, 24)));
    let aside = Vec3::new(0.1, 0.0, 0.0);
    let moved = [Mat4::from_translation(aside)];
    let travel = |end: &[Mat4], shift| sim.body_travel(&[Mat4::IDENTITY], end, shift);
    assert!((travel(&moved, Vec3::ZERO) - 0.1).abs() < 1e-6);
    assert!(travel(&moved, aside) < 1e-6);
    // A point of the equator goes 20 mm, a corner of the box around it root 2 times that.
    let turned = travel(&[Mat4::from_rotation_y(0.1)], Vec3::ZERO);
    assert!((0.0199..0.0284).contains(&turned), "{turned} m");
}

#[test]
fn a_sheet_rides_a_moving_sphere_the_same_near_and_far_from_the_origin() {
    let gpu = gpu();
    let body = sphere(0.25, 24);
    const FRAMES: u32 = 5; // later on, folds amplify rounding
    let run = |start: Vec3| -> (Vec<Vec3>, f32) {
        let mesh = grid(
            [16, 16],
            Vec2::splat(-0.4),
            Vec2::splat(0.05),
            fabric(100.0, 2e-5),
            |p| Vec3::new(p.x, 0.26, -p.y) + start,
        );
        let mut sim = gpu.sim(&mesh, Some(&body));
        sim.set_state(
            &gpu.queue,
            &mesh.positions,
            &vec![Vec3::new(0.0, 0.0, 1.2); mesh.positions.len()],
        );
        let at = |f: u32| start + Vec3::new(0.0, 0.0, 1.2) * (f as f32 / 30.0);
        let mut deepest = 0.0f32;
        for f in 0..FRAMES {
            let plan = StepPlan {
                frame_origin_start: at(f),
                frame_origin_end: at(f + 1),
                ..plan()
            };
            let joint = |f: u32| {
                Mat4::from_rotation_translation(Quat::from_rotation_y(0.02 * f as f32), at(f))
            };
            sim.step(
                &gpu.device,
                &gpu.queue,
                &gpu.pipelines,
                &plan,
                &[joint(f)],
                &[joint(f + 1)],
            )
            .expect("a sound plan");
            deepest = deepest.max(gpu.stats(&sim).max_penetration_m);
        }
        let end = at(FRAMES);
        (
            gpu.positions(&sim).iter().map(|x| *x - end).collect(),
            deepest,
        )
    };
    let (near, deepest) = run(Vec3::ZERO);
    assert!(
        deepest <= 1e-4,
        "{:.2} mm inside the moving sphere",
        deepest * 1e3
    );
    assert!(
        near[17 * 8 + 8].length() < 0.3,
        "the sheet was left behind at {}",
        near[17 * 8 + 8]
    );
    let (far, _) = run(Vec3::new(0.0, 0.0, 16.0));
    let difference = near
        .iter()
        .zip(&far)
        .map(|(a, b)| a.distance(*b))
        .fold(0.0, f32::max);
    println!("near and far differ by {:.2} mm", difference * 1e3);
    assert!(
        difference < 0.001,
        "16 m away the result differs by {difference} m"
    );
}

#[test]
fn stitched_panels_close_and_weld_into_one_sheet() {
    let gpu = gpu();
    let f = fabric(200.0, 1e-5);
    let left = grid([6, 8], Vec2::ZERO, Vec2::splat(0.02), f, |p| {
        Vec3::new(p.x - 0.15, p.y, 0.0)
    });
    let right = grid([6, 8], Vec2::ZERO, Vec2::splat(0.02), f, |p| {
        Vec3::new(p.x + 0.03, p.y, 0.01)
    });
    let mut mesh = join(left, &right);
    mesh.stitches = (0..9).map(|j| [54 + j, 63 + j]).collect();
    let mut sim = gpu.sim(&mesh, None);
    for f in 0..20 {
        let stiffness = 5.0 * 1.5f32.powi(f);
        let plan = StepPlan {
            gravity: Vec3::ZERO,
            stitch_stiffness: stiffness,
            air_drag: 10.0,
            self_contact: true,
            ..plan()
        };
        gpu.step(&mut sim, &plan, &[]);
    }
    let s = gpu.stats(&sim);
    assert!(
        s.stitch_gap_max_m < 5e-4,
        "the seam is {} mm open",
        s.stitch_gap_max_m * 1e3
    );
    let x = gpu.positions(&sim);
    let (welded, map) = mesh.weld(&x, 1e-3).expect("a closed seam welds");
    assert_eq!(welded.positions.len(), mesh.positions.len() - 9);
    assert!(welded.stitches.is_empty());
    assert_eq!(map[54], map[63]);
    let open = toile_cloth::Topology::new(&mesh).hinges.len();
    let sewn = toile_cloth::Topology::new(&welded).hinges.len();
    assert_eq!(sewn, open + 8, "hinges must form across the seam");
}

#[test]
fn two_runs_give_bitwise_the_same_positions() {
    let gpu = gpu();
    let body = sphere(0.2, 24);
    let mesh = grid(
        [20, 20],
        Vec2::splat(-0.3),
        Vec2::splat(0.03),
        fabric(100.0, 1e-5),
        |p| Vec3::new(p.x, 0.21, -p.y),
    );
    let run = || {
        let mut sim = gpu.sim(&mesh, Some(&body));
        for _ in 0..12 {
            gpu.step(
                &mut sim,
                &StepPlan {
                    self_contact: true,
                    ..plan()
                },
                &[Mat4::IDENTITY],
            );
        }
        gpu.positions(&sim)
    };
    let (a, b) = (run(), run());
    assert!(
        a.iter()
            .zip(&b)
            .all(|(a, b)| a.to_array().map(f32::to_bits) == b.to_array().map(f32::to_bits))
    );
}

#[test]
fn an_outer_layer_dropped_on_an_inner_one_stays_outside() {
    let gpu = gpu();
    let body = sphere(0.2, 24);
    let sheet = |y: f32, layer: u32, turn: f32| -> ClothMesh {
        let mut m = grid(
            [16, 16],
            Vec2::splat(-0.28),
            Vec2::splat(0.035),
            fabric(100.0, 1e-5),
            |p| Quat::from_rotation_y(turn) * Vec3::new(p.x, y, -p.y),
        );
        m.layer.fill(layer);
        m
    };
    let mesh = join(sheet(0.21, 0, 0.0), &sheet(0.225, 1, 0.5));
    let mut sim = gpu.sim(&mesh, Some(&body));
    for _ in 0..45 {
        gpu.step(
            &mut sim,
            &StepPlan {
                self_contact: true,
                ..plan()
            },
            &[Mat4::IDENTITY],
        );
    }
    // Above the equator the sheets lie on the sphere: along each outer
    // particle the inner sheet must be nearer to the centre.
    let x = gpu.positions(&sim);
    let n = 17 * 17;
    let inner: Vec<[u32; 3]> = mesh
        .triangles
        .iter()
        .copied()
        .filter(|t| (t[0] as usize) < n)
        .collect();
    let surface = toile_cloth::cpu::surface::SurfaceIndex::new(&x[..n], &inner, 0.03);
    let (mut near, mut wrong, mut worst) = (0, 0, 0.0f32);
    for p in x[n..].iter().filter(|p| p.y > 0.13) {
        if let Some(d) = surface.signed_distance(*p, |_| true) {
            near += 1;
            if d < 0.0 {
                wrong += 1;
            }
            worst = worst.min(d);
        }
    }
    println!(
        "{near} outer particles near the inner sheet, {wrong} inside, worst {:.2} mm",
        worst * 1e3
    );
    assert!(
        near > 60,
        "only {near} outer particles lie near the inner sheet"
    );
    assert_eq!(
        wrong,
        0,
        "outer particles poke through, worst {:.2} mm",
        worst * 1e3
    );
    assert_eq!(gpu.stats(&sim).crossings, 0);
}
