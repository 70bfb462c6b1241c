// Where cloth goes through cloth at the start of a frame, and how to draw it out.
// Such places come in from outside only (a garment loaded tangled, panels sewn
// through each other): the guard lets none arise. Their particles are flagged,
// which lifts the guard between them alone, and drawn apart so that the line
// along which the sheets cross grows shorter (Volino and Magnenat-Thalmann 2006,
// Resolving Surface Collisions through Intersection Contour Minimization): with
// E the direction of the edge, N the normal of the triangle it goes through, and
// R_i along the line of crossing into each face at the edge, the edge moves along
//   G = sum_i (R_i - 2 (E.R_i) / (E.N) N) +- N
// and the triangle the other way. The last term is ours: G alone is blind to a
// hem that is through all along; it takes the end that is less far through back.
// `untangle_start`: where particles are; one thread per particle.
// `untangle_clear`: forgets what was; one thread per particle.
// `tangles`: the pairs that tree.wgsl found; any number of threads.
// CPU twin: cpu::guard::crossings, exhaustive.

const PULL: f32 = 0.004;                // m per frame
const PULL_UNITS: f32 = 1e7;            // fixed point, 1/m
const STEEPEST: f32 = 0.2;              // least |E.N| that is reckoned with

@compute @workgroup_size(64)
fn untangle_start(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    // Nothing new can arise: look only now and then, or while there is something.
    let look = (st.flags & 8u) != 0u || atomicLoad(&grid[lay.g_tally + 1u]) != 0u;
    if (i == 0u) {
        atomicStore(&grid[lay.g_tally], 0u);
        if (look) {
            atomicStore(&grid[lay.g_tally + 2u], 0u);
            atomicStore(&grid[lay.g_tally + 3u], 0u);
            atomicStore(&grid[lay.g_tally + 5u], 1u);
        }
    }
    if (i < lay.n && look) {
        let x = pos[i].xyz;
        st3(lay.o_at, i, x);
        st3(lay.o_box, 2u * i, x);
        st3(lay.o_box, 2u * i + 1u, x);
    }
}

@compute @workgroup_size(64)
fn untangle_clear(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i == 0u) {
        atomicStore(&grid[lay.g_tally + 1u], 0u);
    }
    if (i >= lay.n) {
        return;
    }
    atomicStore(&grid[lay.g_tangle + i], 0u);
    for (var k = 0u; k < 3u; k++) {
        atomicStore(&grid[lay.g_pull + 3u * i + k], 0u);
    }
}

fn pull(i: u32, by: vec3<f32>) {
    for (var k = 0u; k < 3u; k++) {
        atomicAdd(&grid[lay.g_pull + 3u * i + k], bitcast<u32>(i32(round(by[k] * PULL_UNITS))));
    }
    atomicAdd(&grid[lay.g_tangle + i], 1u);
}

// Direction in which the line of crossing runs from the edge into a face at it.
fn into_face(n: vec3<f32>, e: vec3<f32>, inward: vec3<f32>) -> vec3<f32> {
    let face = cross(e, inward);
    let r = cross(n, face);
    let l = length(r);
    if (l < 1e-9) {
        return vec3(0.0);
    }
    return r / select(-l, l, dot(r, inward - e * dot(inward, e)) >= 0.0);
}

// Edge against a triangle with which it has no particle in common.
fn edge_through(edge: u32, other: u32) {
    let i = topo[lay.t_edge + 2u * edge];
    let j = topo[lay.t_edge + 2u * edge + 1u];
    let ia = topo[lay.t_tri + 3u * other];
    let ib = topo[lay.t_tri + 3u * other + 1u];
    let ic = topo[lay.t_tri + 3u * other + 2u];
    let x = ld3(lay.o_at, i);
    let y = ld3(lay.o_at, j);
    let a = ld3(lay.o_at, ia);
    let ab = ld3(lay.o_at, ib) - a;
    let ac = ld3(lay.o_at, ic) - a;
    let normal = cross(ab, ac);
    let sx = dot(normal, x - a);
    let sy = dot(normal, y - a);
    if ((sx > 0.0) == (sy > 0.0)) {
        return;
    }
    let s = sx / (sx - sy);
    let p = x + s * (y - x) - a;
    let nn = max(dot(normal, normal), 1e-30);
    let v = dot(cross(p, ac), normal) / nn;
    let w = dot(cross(ab, p), normal) / nn;
    if (v < 0.0 || w < 0.0 || v + w > 1.0) {
        return;
    }
    atomicAdd(&grid[lay.g_tally + 1u], 1u);
    let n = normal / sqrt(nn);
    let e = normalize(y - x);
    var slope = dot(e, n);
    slope = select(-1.0, 1.0, slope >= 0.0) * max(abs(slope), STEEPEST);
    var g = vec3(0.0);
    for (var q = topo[lay.t_eel + edge]; q < topo[lay.t_eel + edge + 1u]; q++) {
        let code = topo[q];
        // The third corner of a triangle at the edge.
        let k = topo[lay.t_tri + 3u * (code >> 4u) + 3u - ((code >> 2u) & 3u) - (code & 3u)];
        let r = into_face(n, e, ld3(lay.o_at, k) - x);
        g += r - 2.0 * dot(e, r) / slope * n;
    }
    // The end that is less far through goes back.
    g += select(n, -n, (abs(sx) < abs(sy)) == (sx > 0.0));
    let by = g * (PULL / sqrt(dot(g, g) + 0.01));
    pull(i, by * (1.0 - s));
    pull(j, by * s);
    pull(ia, -by * (1.0 - v - w));
    pull(ib, -by * v);
    pull(ic, -by * w);
}

@compute @workgroup_size(64)
fn tangles(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    if (atomicLoad(&grid[lay.g_tally + 5u]) == 0u) {
        return;
    }
    let count = min(atomicLoad(&grid[lay.g_tally + 3u]), lay.max_edges);
    for (var q = id.x; q < count; q += 64u * groups.x) {
        edge_through(atomicLoad(&grid[lay.g_edges + 2u * q]), atomicLoad(&grid[lay.g_edges + 2u * q + 1u]));
    }
}
