// Inertial guess of every particle, and hash-grid counting.
//   x' = x - shift (the frame moved on), d0 = h v + h^2 g' clamp(a.g', 0, |g|)
// where g' is the direction of gravity and a the last acceleration: a cloth at
// rest stays an exact fixed point, a cloth in free fall is predicted exactly.
// Hard-pinned particles go where their target is. Reactions of the last
// substep are forgotten.
// The counter value a vertex receives is its rank in the cell; the order in a
// cell may differ between runs, no later kernel depends on it.
// Dispatch: one thread per particle or body vertex. CPU twin: cpu::step::predict.

@compute @workgroup_size(64)
fn predict(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i == 0u) {
        atomicStore(&grid[lay.g_tally + 6u], 0u);
    }
    if (i < lay.n) {
        let xs = pos[i].xyz - st.shift;
        let v = ld3(lay.o_v, i);
        let g = length(st.gravity);
        var d0 = st.h * v;
        if (g > 0.0) {
            let a = clamp(work[lay.o_acc + i], 0.0, g);
            d0 += (st.h * st.h * a / g) * st.gravity;
        }
        let pin = topo[lay.t_pin + i];
        if (pin != NONE && rest[lay.r_pin + 8u * pin] == 0.0) {
            d0 = pin_target(pin) - xs;
        }
        let xp = xs + d0;
        st3(lay.o_xs, i, xs);
        st3(lay.o_d0, i, d0);
        st3(lay.o_xp, i, xp);
        for (var k = 0u; k < REACT; k++) {
            atomicStore(&grid[lay.g_react + REACT * i + k], 0u);
        }
    }
    if (i < lay.nb_grid && (st.flags & 4u) != 0u) {
        var rank = -1.0;
        if (body[lay.b_region + i] != 0u) {
            let c = cell_hash(cell_of(bw3(lay.w_cur, 6u * i), lay.cell));
            rank = f32(atomicAdd(&grid[c], 1u));
        }
        bwork[lay.w_rank + i] = rank;
    }
}

// r_pin: [stiffness or 0 when hard, body vertex + 1 or 0, spare, spare, world target, spare]
fn pin_target(pin: u32) -> vec3<f32> {
    let o = lay.r_pin + 8u * pin;
    let vertex = u32(rest[o + 1u]);
    if (vertex != 0u) {
        return bw3(lay.w_cur, 6u * (vertex - 1u));
    }
    return vec3(rest[o + 4u], rest[o + 5u], rest[o + 6u]) - st.origin;
}
