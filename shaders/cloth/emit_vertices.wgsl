// Copies cloth positions and normals into a vertex buffer of someone else.
//   slab[(base + k) * stride + 0..2]            position + offset
//   slab[(base + k) * stride + normal_at + 0..2] normal
//   slab[(base + k) * stride + mark_at]          what marks.wgsl found, if asked for
// Bindings: 0 target, 1 render vertex -> particle, 2 positions (vec4 each),
// 3 normals (vec4 each), 4 vertex buffer, 5 the solver's work buffer. Dispatch: one
// thread per render vertex.

struct Target {
    base: u32,
    stride: u32,
    normal_at: u32,
    count: u32,
    offset: vec3<f32>,
    particles: u32,
    mark: u32,                  // where the first particle's is; NONE: none is written
    mark_at: u32,
}

const NONE: u32 = 0xffffffffu;

@group(0) @binding(0) var<uniform> goal: Target;
@group(0) @binding(1) var<storage, read> map: array<u32>;
@group(0) @binding(2) var<storage, read> pos: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> nrm: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> slab: array<f32>;
@group(0) @binding(5) var<storage, read> work: array<f32>;

@compute @workgroup_size(64)
fn emit_vertices(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= goal.count) {
        return;
    }
    let i = min(map[id.x], goal.particles - 1u);
    let x = pos[i].xyz + goal.offset;
    let n = nrm[i].xyz;
    let o = (goal.base + id.x) * goal.stride;
    slab[o] = x.x;
    slab[o + 1u] = x.y;
    slab[o + 2u] = x.z;
    slab[o + goal.normal_at] = n.x;
    slab[o + goal.normal_at + 1u] = n.y;
    slab[o + goal.normal_at + 2u] = n.z;
    if (goal.mark != NONE) {
        slab[o + goal.mark_at] = work[goal.mark + 4u * i];
    }
}
