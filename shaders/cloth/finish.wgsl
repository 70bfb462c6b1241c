// End of a substep: new positions and velocities.
//   x = x' + d0 + delta; contacts are projected onto their plane, and never
//   gain outward speed from being pushed out; lambda is kept for friction.
// A particle whose result is not finite stays where it was, at rest, and is
// counted in o_scal[8].
// Dispatch: one thread per particle. CPU twin: cpu::step::finish.

const MAX_SPEED: f32 = 15.0;            // m/s, above any garment on a runway

@compute @workgroup_size(64)
fn finish(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i >= lay.n) {
        return;
    }
    let xs = ld3(lay.o_xs, i);
    let v_old = ld3(lay.o_v, i);
    let delta = ld3(lay.o_dl, i);
    var d = ld3(lay.o_d0, i) + delta;
    let o = lay.o_con + CON * i;
    let state = work[o + 7u];
    let hard = topo[lay.t_pin + i] != NONE && rest[lay.r_pin + 8u * topo[lay.t_pin + i]] == 0.0;
    var lambda = 0.0;
    var v = d / st.h;
    if (state > 0.0 && !hard) {
        let n = ld3(o, 0u);
        let offset = rest[lay.r_part + RPART * i + 1u];
        let gap0 = work[o + 3u];
        let gap = gap0 + dot(n, delta);
        let most = MAX_PUSH_OUT + approach(ld3(o + 8u, 0u), ld3(lay.o_d0, i), n);
        let least = min(offset, gap0 + most);
        let goal = select(gap0, least, state == 2.0);
        lambda = max(work[o + 4u] * (goal - gap), 0.0);
        if (gap < least) {
            d += (least - gap) * n;
            v = d / st.h;
        }
        if (state == 2.0) {
            // Inelastic: being pushed out gives no outward speed.
            let out = dot(v - ld3(o + 8u, 0u) / st.h, n);
            v -= max(out, 0.0) * n;
        }
    }
    let speed = length(v);
    var ok = speed < 1e9;
    if (!hard && ok && speed > MAX_SPEED) {
        v = v * (MAX_SPEED / speed);
        d = v * st.h;
    }
    if (!ok) {
        d = vec3(0.0);
        v = vec3(0.0);
        lambda = 0.0;
    }
    let g = length(st.gravity);
    var acc = 0.0;
    if (g > 0.0 && ok) {
        acc = dot(v - v_old, st.gravity) / (g * st.h);
    }
    st3(lay.o_step, i, d);
    pos[i] = vec4(xs + d, select(0.0, 1.0, ok));
    st3(lay.o_v, i, v);
    work[lay.o_acc + i] = acc;
    work[o + 5u] = lambda;
}
