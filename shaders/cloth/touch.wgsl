// Forces between pieces of cloth that come closer than `lay.reach`: particle
// against triangle and edge against edge, for the pairs that tree.wgsl found last.
// Distance d, weights s (positive on one side, negative on the other, sum 0) and
// direction n are those of the closest points at the start of the substep, so a
// side is never mistaken; with d' = d + n.(sum s_i d0_i) where the prediction takes
// them, the pair pushes with
//   F = k e n - mu k f u / max(|u|, slow),   f = (d - d')+,  e = min(reach - d', f + RECOVER)
// and u the sliding of one past the other; k = STIFF (1 / sum(s_i^2 / m_i)) / h^2:
// what merely lies near is parted without haste, and without friction. Each
// particle takes s_i F and, in the matrix, s_i^2 (k n n^T + friction), added up in
// fixed point so that their order does not matter.
// The guard (guard.wgsl) holds whatever these forces leave.
// Dispatch: any number of threads, each takes its share of the pairs.
// CPU twin: cpu::touch::forces, exhaustive.

const RECOVER: f32 = 0.00005;           // m per substep that a pair is pushed apart
const STIFF: f32 = 30.0;                // over what stops a pair that is free to move
const SLOW: f32 = 1e-3;                 // m/s, friction is viscous below

fn add_word(at: u32, value: f32, units: f32) {
    atomicAdd(&grid[at], bitcast<u32>(i32(round(value * units))));
}

fn press(id: u32, s: f32, f: vec3<f32>, n: vec3<f32>, k: f32, fr: f32) {
    if (s == 0.0) {
        return;
    }
    let at = lay.g_react + REACT * id;
    for (var axis = 0u; axis < 3u; axis++) {
        add_word(at + axis, s * f[axis], REACTION_UNITS);
    }
    let normal = s * s * (k - fr);
    let across = s * s * fr;
    let diagonal = normal * n * n + across;
    let rest_ = normal * vec3(n.x * n.y, n.x * n.z, n.y * n.z);
    for (var axis = 0u; axis < 3u; axis++) {
        add_word(at + 3u + axis, diagonal[axis], STIFFNESS_UNITS);
        add_word(at + 6u + axis, rest_[axis], STIFFNESS_UNITS);
    }
}

fn touch(id: vec4<u32>, s: vec4<f32>, between: vec3<f32>) {
    // Where sheets are through each other this would push the wrong way.
    if (min(min(atomicLoad(&grid[lay.g_tangle + id.x]), atomicLoad(&grid[lay.g_tangle + id.y])),
        min(atomicLoad(&grid[lay.g_tangle + id.z]), atomicLoad(&grid[lay.g_tangle + id.w]))) != 0u) {
        return;
    }
    let gap = length(between);
    let n = between / max(gap, 1e-12);
    let u = s.x * ld3(lay.o_d0, id.x) + s.y * ld3(lay.o_d0, id.y) + s.z * ld3(lay.o_d0, id.z) + s.w * ld3(lay.o_d0, id.w);
    let un = dot(u, n);
    let e = min(lay.reach - gap - un, max(-un, 0.0) + RECOVER);
    if (e <= 0.0 || gap < 1e-7) {
        return;
    }
    var light = 0.0;
    var mu = 0.0;
    for (var c = 0u; c < 4u; c++) {
        light += s[c] * s[c] / rest[lay.r_part + RPART * id[c]];
        mu += 0.5 * abs(s[c]) * rest[lay.r_part + RPART * id[c] + 2u];
    }
    let k = STIFF / (light * st.h * st.h);
    let slide = u - un * n;
    let fr = mu * k * min(e, max(-un, 0.0)) / max(length(slide), SLOW * st.h);
    let f = k * e * n - fr * slide;
    for (var c = 0u; c < 4u; c++) {
        press(id[c], s[c], f, n, k, fr);
    }
    atomicAdd(&grid[lay.g_tally + 6u], 1u);
}

@compute @workgroup_size(64)
fn touch_points(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let searched = atomicLoad(&grid[lay.g_tally + 5u]) == 0u;
    let count = select(0u, 1u, searched) * min(atomicLoad(&grid[lay.g_tally + 2u]), lay.max_points);
    for (var q = id.x; q < count; q += 64u * groups.x) {
        let v = atomicLoad(&grid[lay.g_points + 2u * q]);
        let t = lay.t_tri + 3u * atomicLoad(&grid[lay.g_points + 2u * q + 1u]);
        let x = ld3(lay.o_xs, v);
        let a = ld3(lay.o_xs, topo[t]);
        let b = ld3(lay.o_xs, topo[t + 1u]);
        let c = ld3(lay.o_xs, topo[t + 2u]);
        let w = closest_bary(x, a, b, c);
        touch(
            vec4(v, topo[t], topo[t + 1u], topo[t + 2u]),
            vec4(1.0, -w.x, -w.y, -w.z),
            x - (a * w.x + b * w.y + c * w.z),
        );
    }
}

@compute @workgroup_size(64)
fn touch_edges(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let searched = atomicLoad(&grid[lay.g_tally + 5u]) == 0u;
    let count = select(0u, 1u, searched) * min(atomicLoad(&grid[lay.g_tally + 3u]), lay.max_edges);
    for (var q = id.x; q < count; q += 64u * groups.x) {
        let e = lay.t_edge + 2u * atomicLoad(&grid[lay.g_edges + 2u * q]);
        let f = lay.t_edge + 2u * atomicLoad(&grid[lay.g_edges + 2u * q + 1u]);
        let a = ld3(lay.o_xs, topo[e]);
        let ab = ld3(lay.o_xs, topo[e + 1u]) - a;
        let c = ld3(lay.o_xs, topo[f]);
        let cd = ld3(lay.o_xs, topo[f + 1u]) - c;
        let w = closest_segments(a, ab, c, cd);
        // Where an end is closest, it is a particle against a triangle.
        let inner = min(min(w.x, 1.0 - w.x), min(w.y, 1.0 - w.y)) > 0.0;
        touch(
            vec4(topo[e], topo[e + 1u], topo[f], topo[f + 1u]),
            vec4(1.0 - w.x, w.x, w.y - 1.0, -w.y),
            select(vec3(1.0), a - c + ab * w.x - cd * w.y, inner),
        );
    }
}
