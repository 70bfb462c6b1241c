// Right-hand side, diagonal block and its inverse for every particle, summed
// in a fixed order. Contact, friction, air drag and soft pins only touch the
// diagonal. Starts the conjugate gradients: delta = 0, r = rhs, u = D^-1 r.
// Dispatch: one thread per particle. CPU twin: cpu::step::assemble.

const CONTACT_STIFFNESS: f32 = 400.0;   // in units of m / h^2
const CONTACT_MARGIN: f32 = 10.0;       // in units of the cloth's own stiffness
const SLIP_SPEED: f32 = 1e-3;           // m/s, friction is viscous below

var<private> a0: vec3<f32>;             // diagonal xx yy zz
var<private> a1: vec3<f32>;             // xy xz yz

// Stiffness of the diagonal block along n.
fn along(d: vec3<f32>, o: vec3<f32>, n: vec3<f32>) -> f32 {
    return dot(n * n, d) + 2.0 * (n.x * n.y * o.x + n.x * n.z * o.y + n.y * n.z * o.z);
}

fn add_outer(n: vec3<f32>, k: f32) {
    a0 += k * n * n;
    a1 += k * vec3(n.x * n.y, n.x * n.z, n.y * n.z);
}

@compute @workgroup_size(64)
fn gather(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i == 0u) {
        work[lay.o_scal] = 0.0;             // iterations done
        work[lay.o_scal + 1u] = 0.0;        // iteration after which to stand still
        work[lay.o_scal + 3u] = 0.0;        // first gamma
    }
    if (i >= lay.n) {
        return;
    }
    let h2 = 1.0 / (st.h * st.h);
    let mass = rest[lay.r_part + RPART * i];
    let d0 = ld3(lay.o_d0, i);
    let v = ld3(lay.o_v, i);
    var f = mass * h2 * (st.h * v - d0) + mass * st.gravity;
    a0 = vec3(mass * h2);
    a1 = vec3(0.0);

    // Edges: the diagonal is minus the row sum, and springs pull.
    var from_ = topo[lay.t_row + i];
    var to = topo[lay.t_row + i + 1u];
    for (var q = from_; q < to; q++) {
        let reference = topo[lay.t_row + lay.n + 1u + 2u * q + 1u];
        let e = reference & 0x7fffffffu;
        let o = lay.o_edge + 9u * e;
        a0 -= vec3(work[o], work[o + 4u], work[o + 8u]);
        a1 -= 0.5 * vec3(work[o + 1u] + work[o + 3u], work[o + 2u] + work[o + 6u], work[o + 5u] + work[o + 7u]);
        if (e >= lay.ne_tri) {
            let s = ld3(lay.o_spring, e - lay.ne_tri);
            f += select(s, -s, reference != e);
        }
    }
    from_ = topo[lay.t_brow + i];
    to = topo[lay.t_brow + i + 1u];
    for (var q = from_; q < to; q++) {
        a0 -= vec3(rest[lay.r_brow + q]);
    }

    // Membrane forces, pressure and air drag.
    from_ = topo[lay.t_vtri + i];
    to = topo[lay.t_vtri + i + 1u];
    let air = d0 / st.h - st.wind;
    for (var q = from_; q < to; q++) {
        let code = topo[q];
        let o = lay.o_tri + TRI * (code >> 2u);
        let c = code & 3u;
        if (c == 0u) {
            f -= ld3(o + 11u, 0u) + ld3(o + 14u, 0u);
        } else {
            f += ld3(o + 8u + 3u * c, 0u);
        }
        f += ld3(o + 21u, 0u);
        let k = work[o + 20u];
        let n = ld3(o + 17u, 0u);
        f -= k * (0.95 * dot(air, n) * n + 0.05 * air);
        add_outer(n, 0.95 * k / st.h);
        a0 += vec3(0.05 * k / st.h);
    }
    from_ = topo[lay.t_vhin + i];
    to = topo[lay.t_vhin + i + 1u];
    for (var q = from_; q < to; q++) {
        let code = topo[q];
        let hinge = code >> 2u;
        let m = work[lay.o_mom + topo[lay.t_hslot + 2u * hinge]] + work[lay.o_mom + topo[lay.t_hslot + 2u * hinge + 1u]];
        f -= m * ld3(lay.o_grad + 12u * hinge, code & 3u);
    }

    // Pins.
    var hard = false;
    let pin = topo[lay.t_pin + i];
    if (pin != NONE) {
        let o = lay.r_pin + 8u * pin;
        let k = rest[o];
        hard = k == 0.0;
        var target_ = vec3(rest[o + 4u], rest[o + 5u], rest[o + 6u]) - st.origin;
        let vertex = u32(rest[o + 1u]);
        if (vertex != 0u) {
            target_ = bw3(lay.w_cur, 6u * (vertex - 1u));
        }
        f += k * (target_ - ld3(lay.o_xp, i));
        a0 += vec3(k);
    }

    // Body contact: implicit penalty along the normal, lagged Coulomb
    // friction across it.
    let o = lay.o_con + CON * i;
    var state = work[o + 7u];
    if (state > 0.0) {
        let n = ld3(o, 0u);
        let gap = work[o + 3u];
        let offset = rest[lay.r_part + RPART * i + 1u];
        if (state == 1.0 && dot(f, n) >= 0.0) {
            // Still outside and nothing presses it in: leave it alone.
            state = 0.0;
        } else {
            // Well above what the cloth (or an elastic) pulls with.
            let k = max(CONTACT_STIFFNESS * mass * h2, CONTACT_MARGIN * along(a0, a1, n));
            let most = MAX_PUSH_OUT + approach(ld3(o + 8u, 0u), d0, n);
            let push = select(0.0, k * min(offset - gap, most), state == 2.0);
            // Before the penalty is added: what friction sees.
            let lambda = work[o + 5u];
            let mu = rest[lay.r_part + RPART * i + 2u];
            let slip = d0 - ld3(o + 8u, 0u);
            let tangent = slip - dot(slip, n) * n;
            let fr = mu * lambda / max(length(tangent), SLIP_SPEED * st.h);
            f += push * n - fr * tangent;
            add_outer(n, k - fr);
            a0 += vec3(fr);
            work[o + 4u] = k;
        }
        work[o + 7u] = state;
    }

    // Other cloth.
    if ((st.flags & 2u) != 0u) {
        let at = lay.g_react + REACT * i;
        for (var axis = 0u; axis < 3u; axis++) {
            f[axis] += f32(bitcast<i32>(atomicLoad(&grid[at + axis]))) / REACTION_UNITS;
            a0[axis] += f32(bitcast<i32>(atomicLoad(&grid[at + 3u + axis]))) / STIFFNESS_UNITS;
            a1[axis] += f32(bitcast<i32>(atomicLoad(&grid[at + 6u + axis]))) / STIFFNESS_UNITS;
        }
    }

    // Inverse of the symmetric diagonal block.
    let cof = vec3(a0.y * a0.z - a1.z * a1.z, a0.x * a0.z - a1.y * a1.y, a0.x * a0.y - a1.x * a1.x);
    let cxy = a1.y * a1.z - a1.x * a0.z;
    let cxz = a1.x * a1.z - a1.y * a0.y;
    let cyz = a1.x * a1.y - a1.z * a0.x;
    let det = a0.x * cof.x + a1.x * cxy + a1.y * cxz;
    let inv = select(1.0 / det, 0.0, hard);
    st3(lay.o_diag, 2u * i, a0);
    st3(lay.o_diag, 2u * i + 1u, a1);
    st3(lay.o_pinv, 2u * i, cof * inv);
    st3(lay.o_pinv, 2u * i + 1u, vec3(cxy, cxz, cyz) * inv);
    if (hard) {
        f = vec3(0.0);
    }
    st3(lay.o_r, i, f);
    st3(lay.o_u, i, sym_mul(lay.o_pinv, i, f));
    st3(lay.o_p, i, vec3(0.0));
    st3(lay.o_s, i, vec3(0.0));
    st3(lay.o_dl, i, vec3(0.0));
}
