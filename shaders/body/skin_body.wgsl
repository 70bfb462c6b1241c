// Linear-blend skinning of the body surface for the cloth contact.
// Positions are relative to the moving frame because the joint matrices are;
// normals by the cofactor matrix, so that scaled joints keep them normal.
// Bindings: 0 counts (uniform), 1 vertices (read, 12 words each: position,
// joints 0|1, normal, joints 2|3, weights), 2 joint matrices (read, 16 floats
// each, column-major), 3 skinned vertices (written, 6 floats each).
// Dispatch: one thread per vertex. CPU twin: cpu::body::skin.

struct Skin {
    count: u32,
    target_at: u32,
    joint_at: u32,
    pad: u32,
}

@group(0) @binding(0) var<uniform> skin: Skin;
@group(0) @binding(1) var<storage, read> vertices: array<u32>;
@group(0) @binding(2) var<storage, read> joints: array<f32>;
@group(0) @binding(3) var<storage, read_write> skinned: array<f32>;

fn f(k: u32) -> f32 {
    return bitcast<f32>(vertices[k]);
}

@compute @workgroup_size(64)
fn skin_body(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= skin.count) {
        return;
    }
    let v = 12u * id.x;
    let p = vec3(f(v), f(v + 1u), f(v + 2u));
    let n = vec3(f(v + 4u), f(v + 5u), f(v + 6u));
    let packed = vec2(vertices[v + 3u], vertices[v + 7u]);
    let index = array<u32, 4>(packed.x & 0xffffu, packed.x >> 16u, packed.y & 0xffffu, packed.y >> 16u);
    var x = vec3(0.0);
    var y = vec3(0.0);
    var z = vec3(0.0);
    var w = vec3(0.0);
    for (var k = 0u; k < 4u; k++) {
        let a = f(v + 8u + k);
        if (a == 0.0) {
            continue;
        }
        let j = 16u * (skin.joint_at + index[k]);
        x += a * vec3(joints[j], joints[j + 1u], joints[j + 2u]);
        y += a * vec3(joints[j + 4u], joints[j + 5u], joints[j + 6u]);
        z += a * vec3(joints[j + 8u], joints[j + 9u], joints[j + 10u]);
        w += a * vec3(joints[j + 12u], joints[j + 13u], joints[j + 14u]);
    }
    let q = x * p.x + y * p.y + z * p.z + w;
    let m = cross(y, z) * n.x + cross(z, x) * n.y + cross(x, y) * n.z;
    let l = max(length(m), 1e-20);
    let o = skin.target_at + 6u * id.x;
    skinned[o] = q.x;
    skinned[o + 1u] = q.y;
    skinned[o + 2u] = q.z;
    skinned[o + 3u] = m.x / l;
    skinned[o + 4u] = m.y / l;
    skinned[o + 5u] = m.z / l;
}
