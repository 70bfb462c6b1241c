// Preconditioned conjugate gradients with one synchronisation per half step
// (Chronopoulos and Gear 1989), alpha and beta never leave the GPU:
//   `multiply`  w = A u, partial sums of gamma = r.u and delta = w.u
//   `update`    beta = gamma/gamma_old, alpha = gamma/(delta - beta gamma/alpha_old),
//               p = u + beta p, s = w + beta s, x += alpha p, r -= alpha s
// The preconditioned residual u is the sum of a particle's own D^-1 r (o_u) and
// the correction of its aggregate (o_cx, from coarse.wgsl).
// Every workgroup of `update` adds up all partial sums in the same fixed
// order. o_scal: count, the count after which all is converged (0: not yet),
// latest gamma, first gamma, then gamma and alpha double-buffered by parity.
// Once gamma has fallen to tolerance^2 of the first, all that follows does
// nothing.
// Dispatch: one thread per particle. CPU twin: cpu::step::pcg.

var<workgroup> part: array<vec2<f32>, 64>;

// The preconditioned residual. Hard pins belong to the aggregate after the
// last, whose correction is 0; so does everything without a coarse space.
fn preconditioned(i: u32) -> vec3<f32> {
    return ld3(lay.o_u, i) + ld3(lay.o_cx, topo[lay.t_agg + i]);
}

fn reduce(t: u32) {
    workgroupBarrier();
    for (var s = 32u; s > 0u; s = s / 2u) {
        if (t < s) {
            part[t] += part[t + s];
        }
        workgroupBarrier();
    }
}

@compute @workgroup_size(64)
fn multiply(@builtin(global_invocation_id) id: vec3<u32>, @builtin(local_invocation_index) t: u32, @builtin(workgroup_id) wg: vec3<u32>) {
    let i = id.x;
    var sums = vec2(0.0);
    if (i < lay.n && work[lay.o_scal + 1u] == 0.0) {
        let u = preconditioned(i);
        var w = sym_mul(lay.o_diag, i, u);
        let from_ = topo[lay.t_row + i];
        let to = topo[lay.t_row + i + 1u];
        let list = lay.t_row + lay.n + 1u;
        for (var q = from_; q < to; q++) {
            let uj = preconditioned(topo[list + 2u * q]);
            let reference = topo[list + 2u * q + 1u];
            let o = lay.o_edge + 9u * (reference & 0x7fffffffu);
            let c0 = vec3(work[o], work[o + 1u], work[o + 2u]);
            let c1 = vec3(work[o + 3u], work[o + 4u], work[o + 5u]);
            let c2 = vec3(work[o + 6u], work[o + 7u], work[o + 8u]);
            if ((reference >> 31u) == 0u) {
                w += c0 * uj.x + c1 * uj.y + c2 * uj.z;
            } else {
                w += vec3(dot(c0, uj), dot(c1, uj), dot(c2, uj));
            }
        }
        let bf = topo[lay.t_brow + i];
        let bt = topo[lay.t_brow + i + 1u];
        for (var q = bf; q < bt; q++) {
            w += rest[lay.r_brow + q] * preconditioned(topo[lay.t_brow + lay.n + 1u + q]);
        }
        st3(lay.o_w, i, w);
        sums = vec2(dot(ld3(lay.o_r, i), u), dot(w, u));
    }
    part[t] = sums;
    reduce(t);
    if (t == 0u) {
        work[lay.o_part + 2u * wg.x] = part[0].x;
        work[lay.o_part + 2u * wg.x + 1u] = part[0].y;
    }
    if (id.x == 0u) {
        work[lay.o_scal] += 1.0;
    }
}

@compute @workgroup_size(64)
fn update(@builtin(global_invocation_id) id: vec3<u32>, @builtin(local_invocation_index) t: u32) {
    let i = id.x;
    var sums = vec2(0.0);
    for (var g = t; g < lay.groups; g += 64u) {
        sums += vec2(work[lay.o_part + 2u * g], work[lay.o_part + 2u * g + 1u]);
    }
    part[t] = sums;
    reduce(t);
    let gamma = part[0].x;
    let delta = part[0].y;
    let count = u32(work[lay.o_scal]);
    let converged = u32(work[lay.o_scal + 1u]);
    if (converged != 0u && converged < count) {
        return;
    }
    let now = lay.o_scal + 4u + 2u * (count & 1u);
    let before = lay.o_scal + 4u + 2u * (1u - (count & 1u));
    var beta = 0.0;
    var den = delta;
    if (count > 1u) {
        let gamma_old = work[before];
        let alpha_old = work[before + 1u];
        if (gamma_old > 1e-30 && alpha_old > 0.0) {
            beta = gamma / gamma_old;
            den = delta - beta * gamma / alpha_old;
        }
    }
    // Converged, or rounding made the direction useless: stand still.
    var alpha = 0.0;
    if (gamma > 1e-30 && den > 1e-6 * delta && den > 0.0) {
        alpha = gamma / den;
    }
    if (i == 0u) {
        work[now] = gamma;
        work[now + 1u] = alpha;
        if (count == 1u) {
            work[lay.o_scal + 3u] = gamma;
        } else if (gamma <= st.tolerance * st.tolerance * work[lay.o_scal + 3u]) {
            work[lay.o_scal + 1u] = f32(count);
        }
        work[lay.o_scal + 2u] = gamma;
    }
    if (i >= lay.n) {
        return;
    }
    let p = preconditioned(i) + beta * ld3(lay.o_p, i);
    let s = ld3(lay.o_w, i) + beta * ld3(lay.o_s, i);
    let r = ld3(lay.o_r, i) - alpha * s;
    st3(lay.o_p, i, p);
    st3(lay.o_s, i, s);
    st3(lay.o_dl, i, ld3(lay.o_dl, i) + alpha * p);
    st3(lay.o_r, i, r);
    st3(lay.o_u, i, sym_mul(lay.o_pinv, i, r));
}
