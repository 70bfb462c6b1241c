//! The shader's lobes are those of `toile-optics`.

use glam::{Vec2, Vec3};
use std::fmt::Write;
use toile_optics::{azimuth, facet, fuzz, ggx, glint, grazing};
use wgpu::util::DeviceExt;

const OPTICS: &str = include_str!("../../shaders/stage/optics.wgsl");

/// The pure functions, as plain WGSL, with a kernel that evaluates all of them.
fn kernel(cases: &[[Vec3; 2]]) -> String {
    let mut text = OPTICS.replacen("#define_import_path toile::optics", "", 1);
    let list: Vec<String> = cases
        .iter()
        .flatten()
        .map(|d| format!("vec3<f32>({:?}, {:?}, {:?})", d.x, d.y, d.z))
        .collect();
    write!(
        text,
        "
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(1)
fn main() {{
    var given = array<vec3<f32>, {count}>({list});
    let n = vec3(0.0, 0.0, 1.0);
    let warp = vec3(0.0, 1.0, 0.0);
    let weft = vec3(1.0, 0.0, 0.0);
    for (var i = 0u; i < {half}u; i++) {{
        let v = given[2u * i];
        let l = given[2u * i + 1u];
        let g = glint(n, warp, weft, v, l, 0.8, 0.16, 0.35);
        out[9u * i] = ggx(n, warp, weft, v, l, 0.16, 0.35);
        out[9u * i + 1u] = grazing(v, l);
        out[9u * i + 2u] = fuzz(n, v, l, vec3(0.4, -0.15, 0.5));
        out[9u * i + 3u] = g.x;
        out[9u * i + 4u] = g.y;
        out[9u * i + 5u] = azimuth(n, warp, v);
        let h = facet(n, warp, weft, v, vec2(0.16, 0.35), fract(vec2(0.37, 0.71) * f32(i)));
        out[9u * i + 6u] = h.x;
        out[9u * i + 7u] = h.y;
        out[9u * i + 8u] = h.z;
    }}
}}
",
        count = list.len(),
        half = cases.len(),
        list = list.join(", "),
    )
    .expect("a string is written to");
    text
}

/// Runs the kernel; nine numbers for each case.
fn on_the_gpu(cases: &[[Vec3; 2]]) -> Vec<f32> {
    let (device, queue, _) = toile_cloth::request_device().expect("a device");
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("optics"),
        source: wgpu::ShaderSource::Wgsl(kernel(cases).into()),
    });
    let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: Some("optics"),
        layout: None,
        module: &module,
        entry_point: Some("main"),
        compilation_options: wgpu::PipelineCompilationOptions::default(),
        cache: None,
    });
    let bytes = vec![0_u8; cases.len() * 36];
    let out = device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
        label: Some("optics.out"),
        contents: &bytes,
        usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC,
    });
    let read = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("optics.read"),
        size: bytes.len() as u64,
        usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("optics"),
        layout: &pipeline.get_bind_group_layout(0),
        entries: &[wgpu::BindGroupEntry {
            binding: 0,
            resource: out.as_entire_binding(),
        }],
    });
    let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(&pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.dispatch_workgroups(1, 1, 1);
    }
    encoder.copy_buffer_to_buffer(&out, 0, &read, 0, bytes.len() as u64);
    queue.submit([encoder.finish()]);
    read.slice(..).map_async(wgpu::MapMode::Read, |_| {});
    device
        .poll(wgpu::PollType::wait_indefinitely())
        .expect("the device answers");
    let mapped = read.slice(..).get_mapped_range();
    bytemuck::pod_collect_to_vec(&mapped)
}

#[test]
fn the_shader_returns_light_as_the_model_does() {
    let direction = |theta: f32, phi: f32| {
        Vec3::new(
            theta.sin() * phi.cos(),
            theta.sin() * phi.sin(),
            theta.cos(),
        )
    };
    let cases: Vec<[Vec3; 2]> = (0..24)
        .map(|i| {
            let k = i as f32;
            [
                direction(0.06 * k, 0.7 * k),
                direction(0.055 * (23.0 - k), 1.9 * k + 0.3),
            ]
        })
        .collect();
    let given = on_the_gpu(&cases);
    let (n, warp, weft) = (Vec3::Z, Vec3::Y, Vec3::X);
    for (i, (&[v, l], found)) in cases.iter().zip(given.chunks_exact(9)).enumerate() {
        let g = glint(n, warp, weft, v, l, 0.8, 0.16, 0.35);
        let chance = (Vec2::new(0.37, 0.71) * i as f32).fract();
        let h = facet(n, warp, weft, v, Vec2::new(0.16, 0.35), chance);
        let expected = [
            ggx(n, warp, weft, v, l, 0.16, 0.35),
            grazing(v, l),
            fuzz(n, v, l, [0.4, -0.15, 0.5]),
            g.x,
            g.y,
            azimuth(n, warp, v),
            h.x,
            h.y,
            h.z,
        ];
        for (k, (a, b)) in found.iter().zip(expected).enumerate() {
            assert!(
                (a - b).abs() <= 2e-4 * b.abs().max(1e-3),
                "number {k} for {v} and {l}: {a} on the GPU, {b} in the model"
            );
        }
    }
}
