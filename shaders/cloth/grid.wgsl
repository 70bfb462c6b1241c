// Hash-grid build: exclusive scan of the counters, then scatter.
// `scan`: two workgroups of 256 threads, the first for the body, the second
// for the cloth. `scatter`: one thread per body vertex or particle.
// CPU twins: none; the contacts found
// through the grid are compared with exhaustive searches.

var<workgroup> sums: array<u32, 256>;

@compute @workgroup_size(256)
fn scan(@builtin(local_invocation_id) lid: vec3<u32>, @builtin(workgroup_id) wid: vec3<u32>) {
    let t = lid.x;
    let source = select(0u, lay.g_ccount, wid.x == 1u);
    let target_ = select(lay.g_start, lay.g_cstart, wid.x == 1u);
    let chunk = lay.table / 256u;
    var sum = 0u;
    for (var k = 0u; k < chunk; k++) {
        sum += atomicLoad(&grid[source + t * chunk + k]);
    }
    sums[t] = sum;
    workgroupBarrier();
    for (var s = 1u; s < 256u; s = s * 2u) {
        var add = 0u;
        if (t >= s) {
            add = sums[t - s];
        }
        workgroupBarrier();
        sums[t] += add;
        workgroupBarrier();
    }
    var run = sums[t] - sum;
    for (var k = 0u; k < chunk; k++) {
        atomicStore(&grid[target_ + t * chunk + k], run);
        run += atomicLoad(&grid[source + t * chunk + k]);
    }
    if (t == 255u) {
        atomicStore(&grid[target_ + lay.table], run);
    }
}

@compute @workgroup_size(64)
fn scatter(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i < lay.nb_grid) {
        let rank = bwork[lay.w_rank + i];
        if (rank >= 0.0) {
            let c = cell_hash(cell_of(bw3(lay.w_cur, 6u * i), lay.cell));
            atomicStore(&grid[lay.g_list + atomicLoad(&grid[lay.g_start + c]) + u32(rank)], i);
        }
    }
    if (i < lay.n && (st.flags & 2u) != 0u) {
        let rank = work[lay.o_rank + i];
        let c = cell_hash(cell_of(ld3(lay.o_xp, i), lay.ccell));
        atomicStore(&grid[lay.g_clist + atomicLoad(&grid[lay.g_cstart + c]) + u32(rank)], i);
    }
}
