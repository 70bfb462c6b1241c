//! Skin that gives way to cloth: the kernel against its twin, and what is drawn.

mod common;

use common::{fabric, gpu, grid, sphere};
use glam::{Mat4, Quat, Vec2, Vec3};
use toile_cloth::cpu::flesh::{depths, gives_way};
use toile_cloth::{BodyMesh, ClothMesh, Flesh, SkinTarget};

/// Where the body has gone since it was bound.
fn moved() -> Mat4 {
    Mat4::from_rotation_translation(Quat::from_rotation_x(0.7), Vec3::new(0.4, 1.1, -2.0))
}

/// A ball of 10 cm, and a wavy sheet that cuts up to 15 mm off its top.
fn scene() -> (BodyMesh, ClothMesh) {
    let top = moved().transform_point3(Vec3::ZERO) + Vec3::Y * 0.09;
    let sheet = grid(
        [12, 12],
        Vec2::splat(-0.12),
        Vec2::splat(0.02),
        fabric(100.0, 1e-5),
        |p| top + Vec3::new(p.x, 0.005 * (60.0 * p.x).sin() * (45.0 * p.y).cos(), -p.y),
    );
    (sphere(0.1, 24), sheet)
}

#[test]
fn how_far_skin_gives_way_agrees_with_its_twin() {
    let gpu = gpu();
    let (skin, sheet) = scene();
    let sim = gpu.sim(&sheet, None);
    let flesh = Flesh::new(&gpu.device, &gpu.queue, &gpu.pipelines, &sim, &skin).unwrap();
    flesh
        .give_way(&gpu.device, &gpu.queue, &gpu.pipelines, &sim, &[moved()])
        .unwrap();
    let drawn = flesh.read(&gpu.device, &gpu.queue, &sim).unwrap();
    let deep = depths(&skin.positions, &skin.normals);
    let mut pushed = 0;
    for (i, (place, back)) in drawn.iter().enumerate() {
        let p = moved().transform_point3(skin.positions[i]);
        let n = moved().transform_vector3(skin.normals[i]);
        let twin = gives_way(p, n, deep[i], &sheet.positions, &sheet.triangles);
        assert!((back - twin).abs() < 2e-5, "vertex {i}: {back} for {twin}");
        assert!(place.distance(p - twin * n) < 4e-5, "vertex {i}");
        pushed += u32::from(twin > 0.005);
    }
    assert!(pushed > 10, "only {pushed} vertices meet the sheet");
}

#[test]
fn skin_that_gave_way_lies_below_the_cloth() {
    let gpu = gpu();
    let (skin, sheet) = scene();
    let sim = gpu.sim(&sheet, None);
    let flesh = Flesh::new(&gpu.device, &gpu.queue, &gpu.pipelines, &sim, &skin).unwrap();
    flesh
        .give_way(&gpu.device, &gpu.queue, &gpu.pipelines, &sim, &[moved()])
        .unwrap();
    let drawn = flesh.read(&gpu.device, &gpu.queue, &sim).unwrap();
    // The sheet is a height field: the lowest of what lies around a place bounds it.
    let lowest = |at: Vec3| {
        let near = sheet.positions.iter();
        let near = near.filter(|q| (q.x - at.x).hypot(q.z - at.z) < 0.015);
        near.map(|q| q.y).fold(f32::INFINITY, f32::min)
    };
    let above = |places: &dyn Fn(usize) -> Vec3| {
        let all = (0..drawn.len()).map(places);
        all.filter(|p| p.y > lowest(*p)).count()
    };
    let before = above(&|i| moved().transform_point3(skin.positions[i]));
    assert!(before > 10, "only {before} vertices stood out");
    assert_eq!(above(&|i| drawn[i].0), 0);
}

#[test]
fn skin_is_written_in_its_bind_pose_and_nothing_beside_it() {
    let gpu = gpu();
    let (skin, sheet) = scene();
    let sim = gpu.sim(&sheet, None);
    let flesh = Flesh::new(&gpu.device, &gpu.queue, &gpu.pipelines, &sim, &skin).unwrap();
    flesh
        .give_way(&gpu.device, &gpu.queue, &gpu.pipelines, &sim, &[moved()])
        .unwrap();
    let drawn = flesh.read(&gpu.device, &gpu.queue, &sim).unwrap();
    let (first, count) = (100, 200);
    let words = 9 * (count + 3);
    let usage =
        wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::COPY_SRC;
    let buffer = |label, usage| {
        gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size: 4 * words as u64,
            usage,
            mapped_at_creation: false,
        })
    };
    let slab = buffer("slab", usage);
    let staging = buffer(
        "staging",
        wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
    );
    let mut encoder = gpu.device.create_command_encoder(&Default::default());
    let target = SkinTarget {
        buffer: &slab,
        base_vertex: 2,
        stride_words: 9,
        vertices: first..first + count as u32,
    };
    flesh.emit(&gpu.device, &mut encoder, &target);
    encoder.copy_buffer_to_buffer(&slab, 0, &staging, 0, slab.size());
    gpu.queue.submit([encoder.finish()]);
    staging
        .slice(..)
        .map_async(wgpu::MapMode::Read, |r| r.expect("the slab maps"));
    gpu.device
        .poll(wgpu::PollType::wait_indefinitely())
        .expect("the device answers");
    let words: Vec<f32> = bytemuck::pod_collect_to_vec(&staging.slice(..).get_mapped_range()[..]);
    let mut untouched = words.clone();
    for k in 0..count {
        let (i, o) = (first as usize + k, 9 * (2 + k));
        let wanted = skin.positions[i] - drawn[i].1 * skin.normals[i];
        let got = Vec3::from_slice(&words[o..]);
        assert!(got.distance(wanted) < 1e-6, "vertex {i}: {got}");
        untouched[o..o + 3].fill(0.0);
    }
    assert!(untouched.iter().all(|w| *w == 0.0), "more was written");
}
