// Closest body surface of every particle.
// On searching substeps a vertex hash grid (cell `lay.cell`, 27 cells) gives
// the nearest body vertex whose region the particle meets; in between the
// vertex of the last substep serves. From there the search walks over the
// surface: the closest point on the triangles around the vertex, then around
// the corners of the best triangle, until it stays. The sign and the contact
// normal come from the interpolated vertex normals, which vary smoothly.
// `contact` looks from the predicted positions and fills the contact records;
// `project` looks from the final positions and moves what is still too deep.
// Dispatch: one thread per particle. CPU twin: cpu::body::closest_bary with an
// exhaustive search, cpu::step::project, cpu::body::bulges (what the gap is less).

const SUDDEN: f32 = 0.008;          // m
const NEAR_RIM: f32 = 0.004;        // m
const NEAR_CREASE: f32 = 0.012;     // m
const PINCHED: f32 = 0.0005;        // m of room that parts of the body make

struct Hit {
    found: bool,
    d2: f32,
    point: vec3<f32>,
    bary: vec3<f32>,
    tri: u32,
}

fn ring(hit: ptr<function, Hit>, v: u32, x: vec3<f32>) {
    let from_ = body[lay.b_ring + v];
    let to = body[lay.b_ring + v + 1u];
    for (var q = from_; q < to; q++) {
        let t = body[q];
        let k = lay.b_tri + 3u * t;
        let a = bw3(lay.w_cur, 6u * body[k]);
        let b = bw3(lay.w_cur, 6u * body[k + 1u]);
        let c = bw3(lay.w_cur, 6u * body[k + 2u]);
        let bary = closest_bary(x, a, b, c);
        let p = a * bary.x + b * bary.y + c * bary.z;
        let d = x - p;
        let d2 = dot(d, d);
        let best = *hit;
        if (d2 < best.d2 || (d2 == best.d2 && t < best.tri)) {
            *hit = Hit(true, d2, p, bary, t);
        }
    }
}

// Nearest body vertex that the particle meets, by the grid.
fn nearest_vertex(x: vec3<f32>, mask: u32) -> u32 {
    let base = cell_of(x, lay.cell);
    var best = NONE;
    var best_d = 1e30;
    for (var dz = -1; dz <= 1; dz++) {
        for (var dy = -1; dy <= 1; dy++) {
            for (var dx = -1; dx <= 1; dx++) {
                let c = cell_hash(base + vec3(dx, dy, dz));
                let from_ = atomicLoad(&grid[lay.g_start + c]);
                let to = atomicLoad(&grid[lay.g_start + c + 1u]);
                for (var q = from_; q < to; q++) {
                    let v = atomicLoad(&grid[lay.g_list + q]);
                    let d = bw3(lay.w_cur, 6u * v) - x;
                    let e = dot(d, d);
                    if ((e < best_d || (e == best_d && v < best)) && (body[lay.b_region + v] & mask) != 0u) {
                        best_d = e;
                        best = v;
                    }
                }
            }
        }
    }
    return best;
}

// Walks from vertex `start` to the closest point; `*at` becomes the corner
// nearest to it. All triangles around the three corners of the best one are
// looked at, so that steps and creases do not hold the walk up.
fn walk(x: vec3<f32>, start: u32, at: ptr<function, u32>) -> Hit {
    var hit = Hit(false, 1e30, vec3(0.0), vec3(0.0), NONE);
    ring(&hit, start, x);
    var seen = start;
    for (var hop = 0u; hop < 4u && hit.found; hop++) {
        let tri = hit.tri;
        for (var c = 0u; c < 3u; c++) {
            let v = body[lay.b_tri + 3u * tri + c];
            if (v != seen) {
                ring(&hit, v, x);
            }
        }
        if (hit.tri == tri) {
            break;
        }
        seen = NONE;
    }
    var v = start;
    if (hit.found) {
        let k = lay.b_tri + 3u * hit.tri;
        v = body[k];
        var weight = hit.bary.x;
        if (hit.bary.y > weight) {
            v = body[k + 1u];
            weight = hit.bary.y;
        }
        if (hit.bary.z > weight) {
            v = body[k + 2u];
        }
    }
    *at = v;
    return hit;
}

fn hit_normal(hit: Hit) -> vec3<f32> {
    let k = lay.b_tri + 3u * hit.tri;
    let n = bw3(lay.w_cur, 6u * body[k] + 3u) * hit.bary.x
        + bw3(lay.w_cur, 6u * body[k + 1u] + 3u) * hit.bary.y
        + bw3(lay.w_cur, 6u * body[k + 2u] + 3u) * hit.bary.z;
    return n / max(length(n), 1e-12);
}

// World displacement of the contact point over this substep.
fn hit_step(hit: Hit) -> vec3<f32> {
    let k = lay.b_tri + 3u * hit.tri;
    var d = vec3(0.0);
    for (var c = 0u; c < 3u; c++) {
        let v = 6u * body[k + c];
        d += hit.bary[c] * (bw3(lay.w_end, v) - bw3(lay.w_start, v));
    }
    return d * st.inv_n + st.frame_step;
}

// How much higher than elsewhere cloth must lie here, m, so that its edges do not
// cut through the body; less where parts of the body leave each other no room.
fn bulge(hit: Hit) -> f32 {
    let k = lay.b_tri + 3u * hit.tri;
    var out = 0.0;
    for (var c = 0u; c < 3u; c++) {
        let v = body[k + c];
        out += hit.bary[c] * max(bitcast<f32>(body[lay.b_bulge + v]) - bwork[lay.w_room + v], 0.0);
    }
    return out;
}

// Whether parts of the body have closed in on the cloth here.
fn pinched(hit: Hit) -> bool {
    var back = 0.0;
    for (var c = 0u; c < 3u; c++) {
        back = max(back, bwork[lay.w_room + body[lay.b_tri + 3u * hit.tri + c]]);
    }
    return back > PINCHED;
}

struct Plane {
    ok: bool,
    n: vec3<f32>,
    gap: f32,
}

// Contact plane of a hit: smooth normal where the point is seen along it.
// Otherwise the closest point lies in a crease of the body, or on the rim of
// the part that this particle meets: there only what is near counts, along
// the line to the closest point.
fn plane(hit: Hit, x: vec3<f32>, mask: u32) -> Plane {
    let away = x - hit.point;
    let n = hit_normal(hit);
    let gap = dot(away, n);
    var near = NEAR_CREASE;
    var foreign = false;
    for (var c = 0u; c < 3u; c++) {
        if ((body[lay.b_region + body[lay.b_tri + 3u * hit.tri + c]] & mask) == 0u) {
            near = NEAR_RIM;
            foreign = true;
        }
    }
    // The search may end on a part that the particle does not meet: that may
    // hold it up from outside, but never drags it out from inside.
    if (foreign && gap < -NEAR_RIM) {
        return Plane(false, n, gap);
    }
    if (hit.d2 < lay.cell * lay.cell && hit.d2 - gap * gap < 9e-6 + gap * gap) {
        return Plane(true, n, gap);
    }
    let d = sqrt(hit.d2);
    if (d > near || d < 1e-6) {
        return Plane(false, n, gap);
    }
    let k = lay.b_tri + 3u * hit.tri;
    let a = bw3(lay.w_cur, 6u * body[k]);
    let face = cross(bw3(lay.w_cur, 6u * body[k + 1u]) - a, bw3(lay.w_cur, 6u * body[k + 2u]) - a);
    let facing = select(dot(away, face), gap, abs(gap) > 0.3 * d);
    let side = select(-1.0, 1.0, facing >= 0.0);
    return Plane(true, away * (side / d), side * d);
}

@compute @workgroup_size(64)
fn contact(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i >= lay.n) {
        return;
    }
    let o = lay.o_con + CON * i;
    var state = 0.0;
    if ((st.flags & 1u) != 0u) {
        let x = ld3(lay.o_xp, i);
        let mask = topo[lay.t_mask + i];
        var v = NONE;
        if ((st.flags & 4u) != 0u) {
            v = nearest_vertex(x, mask);
        } else if (work[o + 6u] > 0.0) {
            v = u32(work[o + 6u]) - 1u;
        }
        if (v != NONE) {
            let hit = walk(x, v, &v);
            var c = plane(hit, x, mask);
            c.gap -= bulge(hit);
            let offset = rest[lay.r_part + RPART * i + 1u];
            // Gravity may still bring it in during this substep.
            let margin = 1.5 * st.h * st.h * length(st.gravity) + 1e-4;
            // Cloth goes in no faster than it and the body meet. A point that
            // is deep inside all at once has met a fold of the skin: better no
            // contact than that.
            let before = work[o + 11u];     // 0: no history
            let step = hit_step(hit);
            let sudden = -SUDDEN - approach(step, ld3(lay.o_d0, i), c.n);
            let jump = c.gap < sudden && before > 0.5 * -SUDDEN && before != 0.0;
            if (jump) {
                work[o + 11u] = min(before, 0.0) - 0.0005;      // believed if it lasts
            } else {
                work[o + 11u] = select(1.0, c.gap, c.ok);
            }
            if (c.ok && !jump && c.gap < offset + margin) {
                state = select(1.0, 2.0, c.gap < offset);
                st3(o, 0u, c.n);
                work[o + 3u] = c.gap;
                st3(o + 8u, 0u, step);
                if (pinched(hit)) {
                    // Two limbs that pass each other would tear cloth that both
                    // hold: without the last normal force there is no friction.
                    work[o + 5u] = 0.0;
                }
            }
        }
        if (v == NONE) {
            work[o + 11u] = 1.0;
        }
        work[o + 6u] = f32(v + 1u);         // NONE + 1 = 0
    }
    work[o + 7u] = state;
}

@compute @workgroup_size(64)
fn project(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    let o = lay.o_con + CON * i;
    if (i >= lay.n || topo[lay.t_pin + i] != NONE || work[o + 6u] == 0.0) {
        return;
    }
    let x = pos[i].xyz;
    var v = u32(work[o + 6u]) - 1u;
    let hit = walk(x, v, &v);
    var c = plane(hit, x, topo[lay.t_mask + i]);
    c.gap -= bulge(hit);
    let offset = rest[lay.r_part + RPART * i + 1u];
    if (c.gap >= offset || !c.ok || (c.gap < -SUDDEN && work[o + 11u] > 0.5 * -SUDDEN)) {
        return;
    }
    let out = (offset - c.gap) * c.n;
    pos[i] = vec4(x + out, pos[i].w);
    st3(lay.o_step, i, ld3(lay.o_step, i) + out);
    let velocity = ld3(lay.o_v, i);
    let vn = dot(velocity - hit_step(hit) / st.h, c.n);
    st3(lay.o_v, i, velocity - min(vn, 0.0) * c.n);
}
