//! The kernels of contact, with the body and of cloth on cloth, against their CPU
//! twins.

mod common;

use common::{fabric, flat, gpu, grid, join, read, relative, sphere};
use glam::{DVec3, Mat4, Quat, Vec2, Vec3};
use toile_cloth::cpu::{body, step, touch};
use toile_cloth::{ClothSim, Probe, RIGID, StepPlan, Topology, layout};

#[test]
fn skinning_contacts_and_contact_response_agree_with_their_twins() {
    let gpu = gpu();
    let mut surface = sphere(0.2, 20);
    surface.joint_count = 2;
    for (w, p) in surface.weights.iter_mut().zip(&surface.positions) {
        let t = (0.5 + 2.0 * p.x).clamp(0.0, 1.0);
        *w = [1.0 - t, t, 0.0, 0.0];
    }
    surface.joints.fill([0, 1, 0, 0]);
    let mesh = grid(
        [14, 14],
        Vec2::splat(-0.1),
        Vec2::splat(0.1 / 7.0),
        fabric(100.0, 1e-5),
        |p| Vec3::new(p.x, 0.2035 - 2.6 * p.length_squared(), -p.y),
    );
    let n = mesh.positions.len();
    let v = vec![Vec3::new(0.3, -0.2, 0.1); n];
    let mut sim = gpu.sim(&mesh, Some(&surface));
    sim.set_state(&gpu.queue, &mesh.positions, &v);
    let start = [
        Mat4::from_rotation_z(0.05),
        Mat4::from_translation(Vec3::new(0.01, 0.0, 0.0)),
    ];
    let end = [
        Mat4::from_rotation_translation(Quat::from_rotation_z(0.1), Vec3::new(0.0, 0.002, 0.0)),
        Mat4::from_translation(Vec3::new(0.013, 0.0, 0.001)),
    ];
    let plan = StepPlan {
        dt: 0.004,
        substeps: 1,
        iterations: 80,
        air_drag: 0.0,
        self_contact: false,
        ..StepPlan::default()
    };
    sim.step(&gpu.device, &gpu.queue, &gpu.pipelines, &plan, &start, &end)
        .expect("a sound plan");

    let normals = body::pseudo_normals(&surface.positions, &surface.triangles);
    let pose = |m: &[Mat4; 2]| -> Vec<(Vec3, Vec3)> {
        (0..surface.positions.len())
            .map(|i| {
                body::skin(
                    surface.positions[i],
                    normals[i],
                    surface.joints[i],
                    surface.weights[i],
                    m,
                )
            })
            .collect()
    };
    let (first, last) = (pose(&start), pose(&end));
    // The kernels number body vertices by their first use in a triangle.
    let mut order: Vec<u32> = Vec::new();
    for &i in surface.triangles.as_flattened() {
        if !order.contains(&i) {
            order.push(i);
        }
    }
    let skinned = read(gpu, &sim, Probe::Body);
    for (k, &i) in order.iter().enumerate() {
        let got = Vec3::from_slice(&skinned[6 * k..]);
        let normal = Vec3::from_slice(&skinned[6 * k + 3..]);
        let (x, m) = last[i as usize];
        assert!(
            got.distance(x) < 1e-6 && normal.distance(m) < 1e-5,
            "body vertex {i}: {got} is not {x}"
        );
    }

    let numbers = layout::Step {
        gravity: plan.gravity.to_array(),
        h: plan.dt,
        lerp: 1.0,
        inv_n: 1.0,
        ..layout::Step::default()
    };
    let state = step::State {
        x: mesh.positions.iter().map(|p| p.as_dvec3()).collect(),
        v: v.iter().map(|v| v.as_dvec3()).collect(),
        acc: vec![0.0; n],
        lambda: vec![0.0; n],
    };
    let topology = Topology::new(&mesh);
    let prediction = step::predict(&mesh, &state, &numbers);
    let margin = 1.5 * plan.dt * plan.dt * plan.gravity.length() + 1e-4;
    let find = |x: &DVec3, offset: f32| -> Option<step::Contact> {
        let x = x.as_vec3();
        let (tri, bary, d) = surface
            .triangles
            .iter()
            .map(|t| {
                let [a, b, c] = t.map(|i| last[i as usize].0);
                let w = body::closest_bary(x, a, b, c);
                (t, w, x.distance(a * w.x + b * w.y + c * w.z))
            })
            .min_by(|a, b| a.2.total_cmp(&b.2))?;
        let mix = |of: &dyn Fn(usize) -> Vec3| {
            (0..3).map(|k| of(tri[k] as usize) * bary[k]).sum::<Vec3>()
        };
        let normal = mix(&|v| last[v].1).normalize();
        let gap = (x - mix(&|v| last[v].0)).dot(normal);
        (d < 0.03 && gap < offset + margin).then(|| step::Contact {
            normal: normal.as_dvec3(),
            gap: f64::from(gap),
            step: mix(&|v| last[v].0 - first[v].0).as_dvec3(),
        })
    };
    let all = |x: &[DVec3]| -> Vec<Option<step::Contact>> {
        x.iter()
            .zip(&topology.offset)
            .map(|(x, offset)| find(x, *offset))
            .collect()
    };
    let contacts = all(&prediction.xp);
    let records = read(gpu, &sim, Probe::Contacts);
    let system = step::assemble(&mesh, &topology, &state, &prediction, &contacts, &numbers);
    let mut active = 0;
    for (i, record) in records.chunks_exact(12).enumerate() {
        assert_eq!(
            record[7] > 0.0,
            system.penalty[i] > 0.0,
            "particle {i}: {record:?}, twin {:?}",
            contacts[i]
        );
        if let (true, Some(c)) = (record[7] > 0.0, contacts[i]) {
            active += 1;
            assert!(
                (f64::from(record[3]) - c.gap).abs() < 2e-6,
                "gap of particle {i}: {} is not {}",
                record[3],
                c.gap
            );
            let moved = Vec3::from_slice(&record[8..]).as_dvec3();
            assert!(
                moved.distance(c.step) < 2e-6,
                "surface step of particle {i}: {moved} is not {}",
                c.step
            );
        }
    }
    assert!(active > 50, "only {active} contacts are compared");
    let (delta, _) = step::pcg(&topology, &system, 80);
    let mut end = step::finish(
        &topology,
        &state,
        &prediction,
        &contacts,
        &system,
        &delta,
        &numbers,
    );
    let final_contacts = all(&end.x);
    step::project(&topology, &mut end, &final_contacts, &numbers);
    let got: Vec<f32> = gpu
        .velocities(&sim)
        .iter()
        .flat_map(Vec3::to_array)
        .collect();
    let error = relative(&got, &flat(&end.v));
    assert!(error < 0.01, "velocities: relative error {error:e}");
}

#[test]
fn forces_of_cloth_on_cloth_agree_with_their_twin() {
    let gpu = gpu();
    let sheet = |shift: f32, height: f32, bow: f32| {
        grid(
            [10, 10],
            Vec2::splat(-0.075),
            Vec2::splat(0.015),
            fabric(100.0, 1e-5),
            |p| Vec3::new(p.x + shift, height + bow * (p.x * 30.0).sin(), -p.y),
        )
    };
    // Three sheets close above each other.
    let pair = join(sheet(0.0, 0.0, 0.003), &sheet(0.004, 0.002, 0.0025));
    let mesh = join(pair, &sheet(0.009, 0.0035, 0.002));
    let mut sim = gpu.sim(&mesh, None);
    let v: Vec<Vec3> = (0..mesh.positions.len())
        .map(|i| Vec3::new((i as f32).sin(), 0.2 * (2.0 * i as f32).cos(), 0.3) * 0.05)
        .collect();
    let plan = StepPlan {
        dt: 0.004,
        substeps: 1,
        iterations: 1,
        gravity: Vec3::ZERO,
        self_contact: true,
        ..StepPlan::default()
    };
    // The pairs of a step come from the search in the step before.
    for _ in 0..2 {
        sim.set_state(&gpu.queue, &mesh.positions, &v);
        gpu.step(&mut sim, &plan, &[]);
    }
    let d0: Vec<Vec3> = v.iter().map(|v| *v * plan.dt).collect();
    let topology = Topology::new(&mesh);
    let twin = touch::forces(&mesh, &topology, &mesh.positions, &d0, plan.dt);
    let mut pushed = 0;
    for (i, (r, t)) in read(gpu, &sim, Probe::Touch)
        .chunks_exact(3)
        .zip(&twin)
        .enumerate()
    {
        let r = Vec3::from_slice(r);
        pushed += usize::from(t.length() > 0.0);
        assert!(
            r.distance(*t) < 2e-5 + 2e-3 * t.length(),
            "force on particle {i}: {r} N, twin {t} N"
        );
    }
    assert!(pushed > 100, "only {pushed} particles are compared");
}

#[test]
fn parts_of_a_body_that_meet_make_room_as_their_twin_says() {
    two_balls_make_room(2, 0.0);
}

#[test]
fn a_part_of_a_body_that_folds_onto_itself_makes_room() {
    two_balls_make_room(1, 1.0);
}

#[test]
fn a_shoe_makes_no_room_and_none_is_made_for_it() {
    two_balls_make_room(2 | RIGID, 0.0);
}

/// Two balls 6 mm apart, of parts 1 and `part`; `away` (m) further apart as bound. They
/// make room unless one is rigid.
fn two_balls_make_room(part: u32, away: f32) {
    let gpu = gpu();
    let mut pair = sphere(0.1, 40);
    let count = pair.positions.len() as u32;
    pair.joint_count = 2;
    let other = pair.clone();
    for p in &mut pair.positions {
        p.x -= 0.103;
    }
    pair.positions.extend(
        other
            .positions
            .iter()
            .map(|p| *p + Vec3::X * (0.103 + away)),
    );
    pair.normals.extend(&other.normals);
    pair.joints
        .extend(other.joints.iter().map(|_| [1, 0, 0, 0]));
    pair.weights.extend(&other.weights);
    pair.region.extend(other.region.iter().map(|_| part));
    pair.triangles
        .extend(other.triangles.iter().map(|t| t.map(|i| i + count)));
    let mut mesh = grid(
        [4, 4],
        Vec2::ZERO,
        Vec2::splat(0.02),
        fabric(100.0, 1e-5),
        |p| Vec3::new(p.x, 0.5, p.y),
    );
    mesh.body_mask.fill(3);
    let mut sim = gpu.sim(&mesh, Some(&pair));
    let plan = StepPlan {
        dt: 0.01,
        substeps: 2,
        iterations: 1,
        gravity: Vec3::ZERO,
        self_contact: false,
        ..StepPlan::default()
    };
    let joints = [Mat4::IDENTITY, Mat4::from_translation(Vec3::X * -away)];
    let step = |sim: &mut ClothSim| gpu.step(sim, &plan, &joints);
    step(&mut sim);
    let (drawn, _) = sim
        .read_body(&gpu.device, &gpu.queue)
        .expect("the body can be read");
    // The solver numbers body vertices by their first triangle.
    let mut order = Vec::new();
    for &i in pair.triangles.as_flattened() {
        if !order.contains(&i) {
            order.push(i);
        }
    }
    let of = |list: &[Vec3]| -> Vec<Vec3> { order.iter().map(|&i| list[i as usize]).collect() };
    let region: Vec<u32> = order.iter().map(|&i| pair.region[i as usize]).collect();
    let (rest, given) = (of(&pair.positions), of(&pair.normals));
    let second = |i: usize| order[i] >= count;
    let points: Vec<Vec3> = (0..rest.len())
        .map(|i| rest[i] - Vec3::X * if second(i) { away } else { 0.0 })
        .collect();
    let normals = of(&body::pseudo_normals(&pair.positions, &pair.triangles));
    let need = 2.0 * Topology::new(&mesh).offset[0] + 0.003;
    let bound: Vec<_> = rest.iter().copied().zip(normals.iter().copied()).collect();
    let back = body::room(
        &points,
        &normals,
        &bound,
        &region,
        &vec![0.0; points.len()],
        0.03,
        need,
    );
    let mut moved = 0;
    for i in 0..points.len() {
        let twin = points[i] - normals[i] * back[i];
        moved += usize::from(back[i] > 0.0);
        assert!(
            drawn[i].distance(twin) < 1e-5,
            "vertex {i} is at {}, its twin at {twin} (normal {})",
            drawn[i],
            given[i]
        );
    }
    if part & RIGID != 0 {
        assert_eq!(moved, 0);
        return;
    }
    assert!(moved > 10, "only {moved} vertices had to move");
    for _ in 0..5 {
        step(&mut sim);
    }
    let (drawn, _) = sim
        .read_body(&gpu.device, &gpu.queue)
        .expect("the body can be read");
    let nearest = |other: bool| {
        (0..points.len())
            .filter(|&i| second(i) == other)
            .map(|i| drawn[i].x.abs())
            .fold(f32::INFINITY, f32::min)
    };
    let gap = nearest(false) + nearest(true);
    assert!(
        (gap - need).abs() < 0.002,
        "{gap} m between them, not {need}"
    );
}
