// Start of a substep: body vertices and normals at this substep (linear
// between the two skinned poses of the frame), and empty hash-grid counters.
// Dispatch: one thread per body vertex or table entry, whichever is more.
// CPU twin: cpu::body::skin, compared
// after posing.

@compute @workgroup_size(64)
fn pose(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i < lay.nb) {
        for (var k = 0u; k < 6u; k++) {
            let a = bwork[lay.w_start + 6u * i + k];
            let b = bwork[lay.w_end + 6u * i + k];
            bwork[lay.w_cur + 6u * i + k] = a + (b - a) * st.lerp;
        }
    }
    if (i < lay.table && (st.flags & 4u) != 0u) {
        atomicStore(&grid[i], 0u);
        atomicStore(&grid[lay.g_ccount + i], 0u);
    }
}
