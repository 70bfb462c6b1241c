// Room between parts of the body. Where an arm lies against the trunk or one
// thigh against the other, skin meets skin and leaves no room for the cloth
// between; flesh would give way, so the surface that cloth meets is drawn back
// along its normal, half of what is missing on either side.
// A body vertex looks for vertices of other parts (no common region bit, or a fold
// between them that was not there when the body was bound: a groin that bends, an
// armpit that shuts) that face it, up to 15 mm away and somewhat beyond; `gap` is the
// distance to the nearest one along their mean normal. The draw-back follows by
//   r' = clamp(r + (room - gap) / 2, 0, MAX_ROOM),
// and shrinks by a quarter where nothing is near. What is rigid makes none, nor is any
// made for it. `pose` applies it.
// Dispatch: one thread per body vertex, after the grid was built.
// CPU twin: cpu::body::room.

const MAX_ROOM: f32 = 0.03;             // m
const FACING: f32 = -0.2;               // cosine between normals of surfaces that face each other
const RIGID: u32 = 0x80000000u;         // region bit of what makes no room: shoes

// Position or normal (part 3) of a vertex as the body was bound.
fn bound(i: u32, part: u32) -> vec3<f32> {
    let k = lay.b_bound + 6u * i + part;
    return vec3(bitcast<f32>(body[k]), bitcast<f32>(body[k + 1u]), bitcast<f32>(body[k + 2u]));
}

// Whether two vertices of one part can face each other across a fold: when bound they
// faced the same way, or one lay before the other. Those at the two sides of something
// thin did neither.
fn across_fold(i: u32, v: u32) -> bool {
    let m = bound(v, 3u);
    return dot(bound(i, 3u), m) > FACING || dot(bound(i, 0u) - bound(v, 0u), m) > 0.0;
}

@compute @workgroup_size(64)
fn room(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i >= lay.nb_grid || body[lay.b_region + i] == 0u) {
        return;
    }
    let part = body[lay.b_region + i];
    let p = bw3(lay.w_cur, 6u * i);
    let n = bw3(lay.w_cur, 6u * i + 3u);
    // The eight cells that a ball of half a cell's radius can touch.
    let base = cell_of(p - 0.5 * lay.cell, lay.cell);
    var best = NONE;
    var best_d = lay.cell * lay.cell;
    for (var dz = 0; dz <= 1; dz++) {
        for (var dy = 0; dy <= 1; dy++) {
            for (var dx = 0; dx <= 1; dx++) {
                let c = cell_hash(base + vec3(dx, dy, dz));
                let from_ = atomicLoad(&grid[lay.g_start + c]);
                let to = atomicLoad(&grid[lay.g_start + c + 1u]);
                for (var q = from_; q < to; q++) {
                    let v = atomicLoad(&grid[lay.g_list + q]);
                    if (v == i) {
                        continue;
                    }
                    let m = bw3(lay.w_cur, 6u * v + 3u);
                    if (dot(n, m) > FACING) {
                        continue;
                    }
                    let other = body[lay.b_region + v];
                    if (((other | part) & RIGID) != 0u || ((other & part) != 0u && !across_fold(i, v))) {
                        continue;
                    }
                    let d = p - bw3(lay.w_cur, 6u * v);
                    let e = dot(d, d);
                    if (e < best_d || (e == best_d && v < best)) {
                        best_d = e;
                        best = v;
                    }
                }
            }
        }
    }
    let r = bwork[lay.w_room + i];
    var next = 0.75 * r;
    if (best != NONE) {
        let m = bw3(lay.w_cur, 6u * best + 3u);
        let gap = dot(p - bw3(lay.w_cur, 6u * best), normalize(m - n));
        next = clamp(r + 0.5 * (lay.room - gap), 0.0, MAX_ROOM);
    }
    bwork[lay.w_room + i] = next;
}
