// Flesh that gives way to the cloth on it: how far every vertex of the drawn skin is
// pushed back along its normal n, so that no cloth is seen to go through it.
//   need = max over the points q of cloth near the vertex p of
//     depth of q below the tangent plane + CLEAR - SLOPE (way of q sideways)
// which on a triangle lies where the line from p inwards meets it, or on an edge.
// Nothing counts beyond `deep`, the vertex's share of the body's thickness.
// The solver's body stays as it is: this is what is left when contact has done its
// work, in an armpit, a groin, under a sleeve that other cloth holds.
// Bindings: 0 counts (uniform), 1 skin (read, 13 words a vertex: position, joints
// 0|1, normal, joints 2|3, weights, deep), 2 joint matrices (read, relative to the
// moving frame), 3 connectivity of the cloth (read), 4 the solver's work buffer with
// the boxes of its triangles (read), 5 its positions (read), 6 skin as drawn
// (written: position, pushed back by).
// Dispatch: one thread per skin vertex, after `boxes_now` and the refits of tree.wgsl.
// CPU twin: cpu::flesh::gives_way.

struct Flesh {
    count: u32,
    t_tri: u32,
    t_node: u32,
    tri_nodes: u32,
    o_node: u32,
    pad0: u32,
    pad1: u32,
    pad2: u32,
}

const NONE: u32 = 0xffffffffu;
const STRIDE: u32 = 13u;
const CLEAR: f32 = 0.003;               // m between cloth and skin
const REACH: f32 = 0.02;                // m sideways
const SLOPE: f32 = 0.1;                 // of the dent around a particle

@group(0) @binding(0) var<uniform> flesh: Flesh;
@group(0) @binding(1) var<storage, read> skin: array<u32>;
@group(0) @binding(2) var<storage, read> joints: array<f32>;
@group(0) @binding(3) var<storage, read> topo: array<u32>;
@group(0) @binding(4) var<storage, read> work: array<f32>;
@group(0) @binding(5) var<storage, read> pos: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> drawn: array<vec4<f32>>;

fn f(k: u32) -> f32 {
    return bitcast<f32>(skin[k]);
}

fn w3(k: u32) -> vec3<f32> {
    return vec3(work[k], work[k + 1u], work[k + 2u]);
}

// What cloth at q asks of the vertex.
fn below(p: vec3<f32>, n: vec3<f32>, deep: f32, q: vec3<f32>) -> f32 {
    let d = p - q;
    let depth = dot(d, n);
    let sideways = length(d - depth * n);
    return select(0.0, depth + CLEAR - SLOPE * sideways, depth < deep && sideways < REACH);
}

// What the edge from a to b asks: on a line the cone's height is concave, its greatest
// value on the part within REACH has a closed form.
fn along(p: vec3<f32>, n: vec3<f32>, deep: f32, a: vec3<f32>, b: vec3<f32>) -> f32 {
    let e = b - a;
    let rise = dot(e, n);
    let across = e - rise * n;
    let long = max(length(across), 1e-9);
    let d = a - p;
    let start = d - dot(d, n) * n;
    // Foot of the axis on the edge seen from above, and its distance from it.
    let foot = -dot(start, across) / (long * long);
    let off = length(start + foot * across);
    if (off >= REACH) {
        return 0.0;
    }
    let tilt = -rise / (SLOPE * long);
    let most = 0.999 * sqrt(REACH * REACH - off * off);
    let steep = abs(tilt) >= 1.0;
    let best = select(tilt * off * inverseSqrt(max(1.0 - tilt * tilt, 1e-12)), sign(tilt) * most, steep);
    let t = clamp(foot + clamp(best, -most, most) / long, 0.0, 1.0);
    return below(p, n, deep, a + t * e);
}

// What triangle abc asks where the line inwards meets it (Moeller and Trumbore 1997).
fn within(p: vec3<f32>, n: vec3<f32>, deep: f32, a: vec3<f32>, b: vec3<f32>, c: vec3<f32>) -> f32 {
    let e = b - a;
    let g = c - a;
    let h = cross(-n, g);
    let det = dot(e, h);
    if (abs(det) < 1e-12) {
        return 0.0;
    }
    let s = (p - a) / det;
    let u = dot(s, h);
    let r = cross(s, e);
    let v = dot(-n, r);
    let depth = dot(g, r);
    let hit = u >= 0.0 && v >= 0.0 && u + v <= 1.0 && depth > -CLEAR && depth < deep;
    return select(0.0, depth + CLEAR, hit);
}

@compute @workgroup_size(64)
fn give_way(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i >= flesh.count) {
        return;
    }
    let v = STRIDE * i;
    let bound = vec3(f(v), f(v + 1u), f(v + 2u));
    let normal = vec3(f(v + 4u), f(v + 5u), f(v + 6u));
    let packed = vec2(skin[v + 3u], skin[v + 7u]);
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
        let j = 16u * index[k];
        x += a * vec3(joints[j], joints[j + 1u], joints[j + 2u]);
        y += a * vec3(joints[j + 4u], joints[j + 5u], joints[j + 6u]);
        z += a * vec3(joints[j + 8u], joints[j + 9u], joints[j + 10u]);
        w += a * vec3(joints[j + 12u], joints[j + 13u], joints[j + 14u]);
    }
    let p = x * bound.x + y * bound.y + z * bound.z + w;
    let m = cross(y, z) * normal.x + cross(z, x) * normal.y + cross(x, y) * normal.z;
    let n = m / max(length(m), 1e-20);
    let deep = f(v + 12u);
    let inner = p - deep * n;
    let low = min(p, inner) - REACH;
    let high = max(p, inner) + REACH;
    var need = 0.0;
    var node = select(flesh.tri_nodes, 0u, deep > 0.0);
    while (node < flesh.tri_nodes) {
        let skip = topo[flesh.t_node + 2u * node];
        let item = topo[flesh.t_node + 2u * node + 1u];
        let at = flesh.o_node + 6u * node;
        let overlap = all(w3(at) <= high) && all(w3(at + 3u) >= low);
        node = select(skip, node + 1u, overlap);
        if (overlap && item != NONE) {
            let t = flesh.t_tri + 3u * item;
            let a = pos[topo[t]].xyz;
            let b = pos[topo[t + 1u]].xyz;
            let c = pos[topo[t + 2u]].xyz;
            need = max(need, within(p, n, deep, a, b, c));
            need = max(need, along(p, n, deep, a, b));
            need = max(need, along(p, n, deep, b, c));
            need = max(need, along(p, n, deep, c, a));
        }
    }
    drawn[i] = vec4(p - need * n, need);
}
