// Pushes the skin that somebody else draws back where the cloth lies, in its bind
// pose: what skins it afterwards takes the way along.
//   slab[(base + k) * stride + 0..2]  bind position - pushed back by * bind normal
// Bindings: 0 target, 1 skin (13 words a vertex, see flesh.wgsl), 2 skin as drawn
// (see there), 3 vertex buffer. Dispatch: one thread per vertex of the drawn mesh.

struct Target {
    base: u32,
    stride: u32,
    first: u32,                 // its first vertex in the skin
    count: u32,
}

const STRIDE: u32 = 13u;

@group(0) @binding(0) var<uniform> goal: Target;
@group(0) @binding(1) var<storage, read> skin: array<u32>;
@group(0) @binding(2) var<storage, read> drawn: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> slab: array<f32>;

@compute @workgroup_size(64)
fn emit_skin(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= goal.count) {
        return;
    }
    let i = goal.first + id.x;
    let back = drawn[i].w;
    let o = (goal.base + id.x) * goal.stride;
    for (var k = 0u; k < 3u; k++) {
        let v = STRIDE * i + k;
        slab[o + k] = bitcast<f32>(skin[v]) - back * bitcast<f32>(skin[v + 4u]);
    }
}
