// Start of a substep: body vertices and normals at this substep (linear
// between the two skinned poses of the frame, drawn back where parts of the body
// need room between them, see room.wgsl), and an empty hash grid.
// Dispatch: one thread per body vertex or table entry, whichever is more.
// CPU twin: cpu::body::skin, compared
// after posing.

@compute @workgroup_size(64)
fn pose(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i < lay.nb) {
        let back = bwork[lay.w_room + i];
        let from_ = lay.w_start + 6u * i;
        let to = lay.w_end + 6u * i;
        for (var k = 0u; k < 6u; k++) {
            var value = mix(bwork[from_ + k], bwork[to + k], st.lerp);
            if (k < 3u) {
                value -= back * mix(bwork[from_ + k + 3u], bwork[to + k + 3u], st.lerp);
            }
            bwork[lay.w_cur + 6u * i + k] = value;
        }
    }
    if (i < lay.table && (st.flags & 4u) != 0u) {
        atomicStore(&grid[i], 0u);
    }
}
