// What the debug views show of every particle at the end of a frame:
//   o_mark[4 i]      0 touches nothing, 0.5 the body, 1 other cloth
//   o_mark[4 i + 1]  bending energy per area of the triangles around it, J/m^2
//   o_mark[4 i + 2]  share of its last step that the guard held back (guard.wgsl)
// Dispatch: one thread per particle. CPU twin: cpu::elastic::bending_energy.

@compute @workgroup_size(64)
fn marks(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i >= lay.n) {
        return;
    }
    var push = 0u;
    for (var k = 0u; k < 3u; k++) {
        push |= atomicLoad(&grid[lay.g_react + REACT * i + k]);
    }
    let on_body = select(0.0, 0.5, work[lay.o_con + CON * i + 7u] == 2.0);
    work[lay.o_mark + 4u * i] = select(on_body, 1.0, push != 0u);

    var energy = 0.0;
    var area = 0.0;
    let to = topo[lay.t_vtri + i + 1u];
    for (var q = topo[lay.t_vtri + i]; q < to; q++) {
        let t = topo[q] >> 2u;
        let k = lay.r_tri + RTRI * t;
        var theta = vec3(0.0);
        for (var s = 0u; s < 3u; s++) {
            let h = topo[lay.t_trih + 3u * t + s];
            if (h != NONE) {
                theta[s] = work[lay.o_theta + 2u * h];
            }
        }
        energy += 0.5 * dot(theta, bend(k + 9u, theta));
        area += rest[k + 4u];
    }
    work[lay.o_mark + 4u * i + 1u] = energy / max(area, 1e-12);
}
