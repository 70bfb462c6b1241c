// Off-diagonal 3x3 blocks of the system matrix, one per edge, and the bending
// moments of every triangle.
// Edge block (i, j) = sum over the edge's triangles of the SPD-projected
// membrane Hessian, plus the constant bending weight. Springs (stitches,
// elastic bands, buttons, allowances) follow the triangle edges and also store
// their force on i.
// Moments: m = M (theta + beta/h dtheta).
// Dispatch: one thread per edge or triangle, whichever is more.
// CPU twins: cpu::elastic::membrane_block, cpu::elastic::spring, cpu::elastic::moments.

@compute @workgroup_size(64)
fn assemble(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x < lay.ne_tri) {
        edge_block(id.x);
    } else if (id.x < lay.ne) {
        spring_block(id.x);
    }
    if (id.x < lay.nt) {
        moments(id.x);
    }
}

fn corner(b: vec4<f32>, k: u32) -> vec2<f32> {
    if (k == 1u) {
        return b.xy;
    }
    if (k == 2u) {
        return b.zw;
    }
    return -(b.xy + b.zw);
}

fn edge_block(e: u32) {
    var m = mat3x3<f32>(vec3(0.0), vec3(0.0), vec3(0.0));
    var iso = rest[lay.r_bend + e];
    let from_ = topo[lay.t_eel + e];
    let to = topo[lay.t_eel + e + 1u];
    for (var q = from_; q < to; q++) {
        let code = topo[q];
        let t = code >> 4u;
        let k = lay.r_tri + RTRI * t;
        let b = vec4(rest[k], rest[k + 1u], rest[k + 2u], rest[k + 3u]);
        let area = rest[k + 4u];
        let bi = corner(b, (code >> 2u) & 3u);
        let bj = corner(b, code & 3u);
        let o = lay.o_tri + TRI * t;
        let f0 = ld3(o, 0u);
        let f1 = ld3(o, 1u);
        let s = ld3(o, 2u);
        let c11 = work[o + 9u];
        let c22 = work[o + 10u];
        let c12 = work[o + 24u];
        let c33 = 0.5 * work[o + 25u] * (1.0 + rest[k + 15u] / st.h);
        let u = area * ((c11 * bi.x * bj.x + c33 * bi.y * bj.y) * f0 + (c12 * bi.x * bj.y + c33 * bi.y * bj.x) * f1);
        let w = area * ((c12 * bi.y * bj.x + c33 * bi.x * bj.y) * f0 + (c22 * bi.y * bj.y + c33 * bi.x * bj.x) * f1);
        m[0] += f0 * u.x + f1 * w.x;
        m[1] += f0 * u.y + f1 * w.y;
        m[2] += f0 * u.z + f1 * w.z;
        iso += area * (s.x * bi.x * bj.x + s.y * bi.y * bj.y + s.z * (bi.x * bj.y + bi.y * bj.x));
    }
    store(e, m, iso);
}

fn store(e: u32, m: mat3x3<f32>, iso: f32) {
    let o = lay.o_edge + 9u * e;
    st3(o, 0u, m[0] + vec3(iso, 0.0, 0.0));
    st3(o, 1u, m[1] + vec3(0.0, iso, 0.0));
    st3(o, 2u, m[2] + vec3(0.0, 0.0, iso));
}

fn spring_block(e: u32) {
    let s = e - lay.ne_tri;
    let i = topo[lay.t_edge + 2u * e];
    let j = topo[lay.t_edge + 2u * e + 1u];
    let l0 = rest[lay.r_spring + SPRING * s];
    let link = rest[lay.r_spring + SPRING * s + 2u];
    let d = ld3(lay.o_xp, i) - ld3(lay.o_xp, j);
    let k = rest[lay.r_spring + SPRING * s + 1u];
    var m = mat3x3<f32>(vec3(0.0), vec3(0.0), vec3(0.0));
    var iso = 0.0;
    var f = vec3(0.0);
    if (link == STITCH) {
        iso = -st.stitch;
        f = -st.stitch * d;
    } else if (link == ELASTIC) {
        // Pulls only; its length is damped with the substep as time
        // constant, or slack and tight would alternate.
        let l = max(length(d), 1e-9);
        let n = d / l;
        let rate = dot(n, ld3(lay.o_d0, i) - ld3(lay.o_d0, j));
        let tight = max(1.0 - l0 / l, 0.0);
        f = -k * (tight * l + rate) * n;
        iso = -k * tight;
        let a = -k * (select(1.0, 1.0 + l0 / l, l > l0));
        m[0] = n * (a * n.x);
        m[1] = n * (a * n.y);
        m[2] = n * (a * n.z);
    } else {
        // Pulls and pushes; a push does not count across, where it would make
        // the matrix indefinite.
        let l = max(length(d), 1e-9);
        let n = d / l;
        let tight = max(1.0 - l0 / l, 0.0);
        f = -k * (l - l0) * n;
        iso = -k * tight;
        let a = -k * (1.0 - tight);
        m[0] = n * (a * n.x);
        m[1] = n * (a * n.y);
        m[2] = n * (a * n.z);
    }
    store(e, m, iso);
    st3(lay.o_spring, s, f);
}

fn moments(t: u32) {
    let k = lay.r_tri + RTRI * t + 9u;
    let beta = rest[lay.r_tri + RTRI * t + 15u] / st.h;
    var th = vec3(0.0);
    for (var s = 0u; s < 3u; s++) {
        let h = topo[lay.t_trih + 3u * t + s];
        if (h != NONE) {
            th[s] = work[lay.o_theta + 2u * h] + beta * work[lay.o_theta + 2u * h + 1u];
        }
    }
    st3(lay.o_mom, t, bend(k, th));
}
