// Hash-grid build: exclusive scan of the counters, then scatter.
// `scan`: one workgroup of 256 threads. `scatter`: one thread per body vertex.
// CPU twins: none; the contacts found through the grid are compared with
// exhaustive searches.

var<workgroup> sums: array<u32, 256>;

@compute @workgroup_size(256)
fn scan(@builtin(local_invocation_id) lid: vec3<u32>) {
    let t = lid.x;
    let chunk = lay.table / 256u;
    var sum = 0u;
    for (var k = 0u; k < chunk; k++) {
        sum += atomicLoad(&grid[t * chunk + k]);
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
        atomicStore(&grid[lay.g_start + t * chunk + k], run);
        run += atomicLoad(&grid[t * chunk + k]);
    }
    if (t == 255u) {
        atomicStore(&grid[lay.g_start + lay.table], run);
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
}
