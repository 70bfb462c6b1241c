// Cloth never passes through cloth: the end of a substep is cut short where two
// pieces of cloth would meet (divide and truncate; Chen et al. 2025 and 2026).
// For every pair of a particle and a triangle, and of two edges, that have no
// particle in common and may meet, a plane across their shortest connection
// divides the gap between them in proportion to how fast each side comes nearer.
// Whoever would cross the plane goes only as far as it. Both sides stay on their
// own side all the way, so nothing can cross, whatever was computed before.
// Left out are pairs joined by a stitch. All is reckoned in the moving frame.
// First, what brings two pieces nearer to each other than their gap is taken off
// their steps (`slide_points`, `slide_edges`), so that they slide along each other
// instead of sticking; that is a kindness, not yet a guarantee.
// A plane that stands still would stop sheets that move together, as folds on a
// leg do. So a pair is let go as long as the plane may move along: both sides are
// as far apart along its normal at the end as they must be, and steps being
// straight, then so they are all the way. Only who is cut, and who relied on
// going along with one who is, gets limits: `check` looks at all pairs that would
// mind a plane that stands. Limits of a pair's own plane may leave other pairs
// unsafe, so a few rounds later whoever is in an unsafe pair takes the limits of
// all his standing planes, which hold whatever the others do (`settle`, `still`).
// If a pair is still not safe at last (`verify`), all of the cloth takes those.
// What is left of cut steps is tried again a few times, for those whose way has
// become free. At last, particles of a place that is tangled already (tangle.wgsl)
// are drawn out of it: for pairs of four such particles there are no planes then.
// `aim`: where particles are and how far they want to go.
// `slide_points`, `slide_edges`, `guard_points`, `guard_edges`: the pairs that
// tree.wgsl found; `check`, `settle`, `verify`, `again`: those of them that would
// mind standing planes. Any number of threads, each takes its share of the pairs.
// `agree`: takes over what they found, so that its order does not matter.
// `fence`: takes over what was slid; no step leaves its box.
// `commit`, `commit_more`, `commit_drawn`: positions and velocities, as far as
// allowed. `draw`: the steps out of tangles.
// Dispatch: `aim`, `fence`, `agree`, `draw` and the commits one thread per particle.
// CPU twin: cpu::guard::limits, exhaustive.

const KEEP: f32 = 2e-5;                 // m, of the gap that is never given away
const SLIDE_UNITS: f32 = 1e6;           // fixed point, 1/m: 0.1 um of a 10 mm step
const MOST_SLIDE: f32 = 0.05;           // m
const PULL_UNITS: f32 = 1e7;            // as in tangle.wgsl
const SHARE: f32 = 0.9;                 // of the rest that may be used up at once
const ROUNDING: f32 = 1.01;             // of what standing planes give away
const LOSE: f32 = 0.01;                 // of any gap may be lost in a step

// What is done with a pair.
const SLIDE: u32 = 0u;                  // steps are slid apart
const FIRST: u32 = 1u;                  // limits, if it is not safe with whole steps
const CHECK: u32 = 2u;                  // limits, if it is not safe with cut ones
const SETTLE: u32 = 3u;                 // limits that hold, if it is not safe with cut ones
const VERIFY: u32 = 4u;                 // whether it is safe with cut ones
const STAND: u32 = 5u;                  // limits of a standing plane

struct Corner {
    id: u32,
    x: vec3<f32>,
    d: vec3<f32>,
    t: f32,                             // how far it goes of d, as agreed
}

fn corner(i: u32) -> Corner {
    return Corner(i, ld3(lay.o_at, i), ld3(lay.o_step, i), bitcast<f32>(atomicLoad(&grid[lay.g_agreed + i])));
}

// `moved`: the pair is not safe with a plane that moves along.
fn limit(c: Corner, approach_: f32, slack: f32, share: f32, mode: u32, moved: bool) {
    if (approach_ > 0.0) {
        let t = (max(slack, 0.0) + share) / approach_;
        if (t < 1.0) {
            let bits = bitcast<u32>(max(t, 0.0));
            if (mode == FIRST) {
                atomicMin(&grid[lay.g_still + c.id], bits);
            }
            if (moved) {
                atomicMin(&grid[lay.g_limit + c.id], bits);
            }
        }
    }
}

// Goes no further than all standing planes allow.
fn stand(i: u32) {
    atomicMin(&grid[lay.g_limit + i], atomicLoad(&grid[lay.g_still + i]));
}

// What a pair may lose of its gap in a step. Standing planes use up all their room;
// rounding must not make that too much.
fn may_lose(gap: f32, room: f32) -> f32 {
    return max(ROUNDING * room, LOSE * max(gap, 0.0));
}

// Takes `by` of a particle's step along n off; of several such wishes the mean
// counts, weighted by their size.
fn slide(i: u32, n: vec3<f32>, by: f32) {
    if (by > 0.0) {
        let at = lay.g_slide + 4u * i;
        let much = min(by, MOST_SLIDE) * SLIDE_UNITS;
        for (var axis = 0u; axis < 3u; axis++) {
            atomicAdd(&grid[at + axis], bitcast<u32>(i32(round(n[axis] * by * much))));
        }
        atomicAdd(&grid[at + 3u], u32(round(much)));
    }
}

fn tangled(a: u32, b: u32, c: u32, d: u32) -> bool {
    return atomicLoad(&grid[lay.g_tally + 4u]) != 0u && min(min(atomicLoad(&grid[lay.g_tangle + a]), atomicLoad(&grid[lay.g_tangle + b])),
        min(atomicLoad(&grid[lay.g_tangle + c]), atomicLoad(&grid[lay.g_tangle + d]))) != 0u;
}

// A direction and what lies how high along it, above the first particle.
struct Axis {
    n: vec3<f32>,
    h: vec3<f32>,
    gap: f32,                           // between the sides, as far as it is certain
}

fn point_axis(n: vec3<f32>, v: Corner, a: Corner, b: Corner, c: Corner) -> Axis {
    let h = vec3(dot(n, a.x - v.x), dot(n, b.x - v.x), dot(n, c.x - v.x));
    return Axis(n, h, -max(h.x, max(h.y, h.z)));
}

// Particle v against triangle abc. Of the shortest connection and the normal, the
// direction that separates better: slivers have bad closest points.
fn point_triangle(v: Corner, a: Corner, b: Corner, c: Corner, mode: u32) -> bool {
    let w = closest_bary(v.x, a.x, b.x, c.x);
    let away = v.x - (a.x * w.x + b.x * w.y + c.x * w.z);
    var axis = point_axis(away / max(length(away), 1e-12), v, a, b, c);
    let face = cross(b.x - a.x, c.x - a.x);
    let upright = point_axis(face / max(length(face), 1e-12) * select(-1.0, 1.0, dot(face, v.x - a.x) >= 0.0), v, a, b, c);
    if (upright.gap > axis.gap) {
        axis = upright;
    }
    let n = axis.n;
    let room = SHARE * max(axis.gap - KEEP, 0.0);
    let nearer = vec3(dot(n, a.d), dot(n, b.d), dot(n, c.d));
    let most = max(nearer.x, max(nearer.y, nearer.z));
    if (mode == SLIDE) {
        let excess = 0.5 * (most - dot(n, v.d) - room);
        if (excess > 0.0) {
            slide(v.id, n, excess);
            slide(a.id, -n, nearer.x - most + excess);
            slide(b.id, -n, nearer.y - most + excess);
            slide(c.id, -n, nearer.z - most + excess);
        }
        return false;
    }
    let own = max(-dot(n, v.d), 0.0);
    let other = max(most, 0.0);
    if (own + other <= room || tangled(v.id, a.id, b.id, c.id)) {
        return false;
    }
    let top = axis.h + nearer * vec3(a.t, b.t, c.t);
    let left = dot(n, v.d) * v.t - max(top.x, max(top.y, top.z));
    let moved = mode == STAND || left < axis.gap - may_lose(axis.gap, room);
    if (mode == VERIFY) {
        return moved;
    }
    if (mode == SETTLE) {
        if (moved) {
            stand(v.id);
            stand(a.id);
            stand(b.id);
            stand(c.id);
        }
        return true;
    }
    let part = room / (own + other);
    limit(v, own, 0.0, part * own, mode, moved);
    limit(a, nearer.x, -axis.gap - axis.h.x, part * other, mode, moved);
    limit(b, nearer.y, -axis.gap - axis.h.y, part * other, mode, moved);
    limit(c, nearer.z, -axis.gap - axis.h.z, part * other, mode, moved);
    return true;
}

fn edge_axis(n: vec3<f32>, a: Corner, b: Corner, c: Corner, d: Corner) -> Axis {
    let h = vec3(dot(n, b.x - a.x), dot(n, c.x - a.x), dot(n, d.x - a.x));
    return Axis(n, h, min(h.x, 0.0) - max(h.y, h.z));
}

// Edge ab against edge cd. Of the shortest connection and the direction upright
// to both, the one that separates better: edges that are nearly parallel have bad
// closest points.
fn edge_edge(a: Corner, b: Corner, c: Corner, d: Corner, mode: u32) -> bool {
    let st_ = closest_segments(a.x, b.x - a.x, c.x, d.x - c.x);
    let away = (a.x - c.x) + (b.x - a.x) * st_.x - (d.x - c.x) * st_.y;
    var axis = edge_axis(away / max(length(away), 1e-12), a, b, c, d);
    let both = cross(b.x - a.x, d.x - c.x);
    let upright = edge_axis(both / max(length(both), 1e-12) * select(-1.0, 1.0, dot(both, a.x - c.x) >= 0.0), a, b, c, d);
    if (upright.gap > axis.gap) {
        axis = upright;
    }
    let n = axis.n;
    let room = SHARE * max(axis.gap - KEEP, 0.0);
    let near_plus = vec2(-dot(n, a.d), -dot(n, b.d));
    let near_minus = vec2(dot(n, c.d), dot(n, d.d));
    let most_plus = max(near_plus.x, near_plus.y);
    let most_minus = max(near_minus.x, near_minus.y);
    if (mode == SLIDE) {
        let excess = 0.5 * (most_plus + most_minus - room);
        if (excess > 0.0) {
            slide(a.id, n, near_plus.x - most_plus + excess);
            slide(b.id, n, near_plus.y - most_plus + excess);
            slide(c.id, -n, near_minus.x - most_minus + excess);
            slide(d.id, -n, near_minus.y - most_minus + excess);
        }
        return false;
    }
    let own = max(most_plus, 0.0);
    let other = max(most_minus, 0.0);
    if (own + other <= room || tangled(a.id, b.id, c.id, d.id)) {
        return false;
    }
    let bottom = min(axis.h.x, 0.0);
    let top = max(axis.h.y, axis.h.z);
    let left = min(-near_plus.x * a.t, axis.h.x - near_plus.y * b.t)
        - max(axis.h.y + near_minus.x * c.t, axis.h.z + near_minus.y * d.t);
    let moved = mode == STAND || left < axis.gap - may_lose(axis.gap, room);
    if (mode == VERIFY) {
        return moved;
    }
    if (mode == SETTLE) {
        if (moved) {
            stand(a.id);
            stand(b.id);
            stand(c.id);
            stand(d.id);
        }
        return true;
    }
    let part = room / (own + other);
    limit(a, near_plus.x, -bottom, part * own, mode, moved);
    limit(b, near_plus.y, axis.h.x - bottom, part * own, mode, moved);
    limit(c, near_minus.x, top - axis.h.y, part * other, mode, moved);
    limit(d, near_minus.y, top - axis.h.z, part * other, mode, moved);
    return true;
}

// Whether there is anything to guard: after the first round only tangles.
fn at_work() -> bool {
    return atomicLoad(&grid[lay.g_tally + 4u]) == 0u || atomicLoad(&grid[lay.g_tally + 1u]) != 0u;
}

const EDGES: u32 = 0x80000000u;         // marks a pair of edges among those held back

// Drawn out is with standing planes.
fn first_mode() -> u32 {
    return select(STAND, FIRST, atomicLoad(&grid[lay.g_tally + 4u]) == 0u);
}

// A pair that minds a standing plane is looked at again.
fn remember(minds: bool, pair_: u32) {
    if (minds) {
        let at = atomicAdd(&grid[lay.g_tally + 7u], 1u);
        if (at < lay.max_points) {
            atomicStore(&grid[lay.g_held + at], pair_);
        }
    }
}

fn points_pair(q: u32, mode: u32) -> bool {
    let k = lay.t_tri + 3u * atomicLoad(&grid[lay.g_points + 2u * q + 1u]);
    let v = corner(atomicLoad(&grid[lay.g_points + 2u * q]));
    return point_triangle(v, corner(topo[k]), corner(topo[k + 1u]), corner(topo[k + 2u]), mode);
}

fn edges_pair(q: u32, mode: u32) -> bool {
    let e = lay.t_edge + 2u * atomicLoad(&grid[lay.g_edges + 2u * q]);
    let f = lay.t_edge + 2u * atomicLoad(&grid[lay.g_edges + 2u * q + 1u]);
    return edge_edge(corner(topo[e]), corner(topo[e + 1u]), corner(topo[f]), corner(topo[f + 1u]), mode);
}

fn points(first: u32, stride: u32, mode: u32) {
    let count = select(0u, min(atomicLoad(&grid[lay.g_tally + 2u]), lay.max_points), at_work());
    for (var q = first; q < count; q += stride) {
        remember(points_pair(q, mode), q);
    }
}

fn edges(first: u32, stride: u32, mode: u32) {
    let count = select(0u, min(atomicLoad(&grid[lay.g_tally + 3u]), lay.max_edges), at_work());
    for (var q = first; q < count; q += stride) {
        remember(edges_pair(q, mode), EDGES | q);
    }
}

fn pair_of(held: u32, mode: u32) -> bool {
    if ((held & EDGES) == 0u) {
        return points_pair(held, mode);
    }
    return edges_pair(held & ~EDGES, mode);
}

fn held_count() -> u32 {
    return min(atomicLoad(&grid[lay.g_tally + 7u]), lay.max_points);
}

// A pair that does not mind standing planes with whole steps does not mind them
// with shorter ones, and is safe whoever is cut: only those that do are looked at.
@compute @workgroup_size(64)
fn check(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let count = held_count();
    for (var q = id.x; q < count; q += 64u * groups.x) {
        _ = pair_of(atomicLoad(&grid[lay.g_held + q]), CHECK);
    }
}

@compute @workgroup_size(64)
fn settle(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let count = held_count();
    for (var q = id.x; q < count; q += 64u * groups.x) {
        _ = pair_of(atomicLoad(&grid[lay.g_held + q]), SETTLE);
    }
}

@compute @workgroup_size(64)
fn verify(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let count = held_count();
    for (var q = id.x; q < count; q += 64u * groups.x) {
        if (pair_of(atomicLoad(&grid[lay.g_held + q]), VERIFY)) {
            atomicStore(&grid[lay.g_tally + 8u], 1u);
        }
    }
}

@compute @workgroup_size(64)
fn agree(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x < lay.n && !pinned(id.x)) {
        atomicStore(&grid[lay.g_agreed + id.x], atomicLoad(&grid[lay.g_limit + id.x]));
    }
}

@compute @workgroup_size(64)
fn again(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let count = held_count();
    for (var q = id.x; q < count; q += 64u * groups.x) {
        _ = pair_of(atomicLoad(&grid[lay.g_held + q]), STAND);
    }
}

@compute @workgroup_size(64)
fn slide_points(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    points(id.x, 64u * groups.x, SLIDE);
}

@compute @workgroup_size(64)
fn slide_edges(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    edges(id.x, 64u * groups.x, SLIDE);
}

@compute @workgroup_size(64)
fn guard_points(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    points(id.x, 64u * groups.x, first_mode());
}

@compute @workgroup_size(64)
fn guard_edges(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    edges(id.x, 64u * groups.x, first_mode());
}

@compute @workgroup_size(64)
fn aim(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i == 0u) {
        atomicStore(&grid[lay.g_tally + 4u], 0u);
    }
    if (i < lay.n) {
        st3(lay.o_at, i, ld3(lay.o_xs, i) + st.frame_step);
        st3(lay.o_step, i, ld3(lay.o_step, i) - st.frame_step);
        for (var k = 0u; k < 4u; k++) {
            atomicStore(&grid[lay.g_slide + 4u * i + k], 0u);
        }
    }
}

// Takes off what brings cloth too near, and leaves what slides along.
fn slid(i: u32) {
    let at = lay.g_slide + 4u * i;
    let weight = f32(atomicLoad(&grid[at + 3u]));
    if (weight > 0.0) {
        var by = vec3(0.0);
        for (var axis = 0u; axis < 3u; axis++) {
            by[axis] = f32(bitcast<i32>(atomicLoad(&grid[at + axis]))) / weight;
        }
        st3(lay.o_step, i, ld3(lay.o_step, i) + by);
        change_velocity(i, by / st.h);
        for (var k = 0u; k < 4u; k++) {
            atomicStore(&grid[at + k], 0u);
        }
    }
}

// What was slid is taken over, and no step leads nearer than KEEP to the wall of
// the particle's box: two boxes may touch. Where the lists were too short for all
// pairs, all stands still until the next search, which then finds fewer.
fn fenced(x: vec3<f32>, d: vec3<f32>, i: u32) -> f32 {
    let low = ld3(lay.o_box, 2u * i) + KEEP;
    let high = ld3(lay.o_box, 2u * i + 1u) - KEEP;
    let all_found = atomicLoad(&grid[lay.g_tally + 2u]) <= lay.max_points && atomicLoad(&grid[lay.g_tally + 3u]) <= lay.max_edges;
    var t = select(0.0, 1.0, all_found);
    for (var k = 0u; k < 3u; k++) {
        if (x[k] + d[k] > high[k]) {
            t = min(t, max(high[k] - x[k], 0.0) / d[k]);
        } else if (x[k] + d[k] < low[k]) {
            t = min(t, max(x[k] - low[k], 0.0) / -d[k]);
        }
    }
    return t;
}

@compute @workgroup_size(64)
fn fence(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i == 0u) {
        atomicStore(&grid[lay.g_tally + 7u], 0u);
        atomicStore(&grid[lay.g_tally + 8u], 0u);
    }
    if (i >= lay.n) {
        return;
    }
    if (!pinned(i)) {
        slid(i);
    }
    let d = ld3(lay.o_step, i);
    let t = fenced(ld3(lay.o_at, i), d, i);
    if (t < 1.0 && !pinned(i)) {
        st3(lay.o_step, i, t * d);
        change_velocity(i, (t - 1.0) * d / st.h);
    }
    unlimited(i);
    atomicStore(&grid[lay.g_still + i], bitcast<u32>(1.0));
    atomicStore(&grid[lay.g_agreed + i], bitcast<u32>(1.0));
}

fn unlimited(i: u32) {
    atomicStore(&grid[lay.g_limit + i], bitcast<u32>(1.0));
}

// Held hard: goes with its target, whatever is in the way.
fn pinned(i: u32) -> bool {
    let pin = topo[lay.t_pin + i];
    return pin != NONE && rest[lay.r_pin + 8u * pin] == 0.0;
}

// Goes as far as allowed; returns how far, 0 to 1.
fn go(i: u32) -> f32 {
    let t = select(bitcast<f32>(atomicLoad(&grid[lay.g_limit + i])), 1.0, pinned(i));
    let at = ld3(lay.o_at, i) + t * ld3(lay.o_step, i);
    st3(lay.o_at, i, at);
    pos[i] = vec4(at, pos[i].w);
    return t;
}

fn change_velocity(i: u32, by: vec3<f32>) {
    st3(lay.o_v, i, ld3(lay.o_v, i) + by);
    let g = length(st.gravity);
    if (g > 0.0) {
        work[lay.o_acc + i] += dot(by, st.gravity) / (g * st.h);
    }
}

@compute @workgroup_size(64)
fn commit(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i >= lay.n) {
        return;
    }
    // Tried again only if every pair that minds is known.
    let known = atomicLoad(&grid[lay.g_tally + 7u]) <= lay.max_points;
    if (!known || atomicLoad(&grid[lay.g_tally + 8u]) != 0u) {
        atomicStore(&grid[lay.g_limit + i], atomicLoad(&grid[lay.g_still + i]));
    }
    let t = go(i);
    work[lay.o_mark + 4u * i + 2u] = 1.0 - t;
    let left = (1.0 - t) * ld3(lay.o_step, i);
    if (t < 1.0) {
        // What is not gone is no velocity.
        change_velocity(i, -left / st.h);
        atomicAdd(&grid[lay.g_tally], 1u);
    }
    st3(lay.o_step, i, select(vec3(0.0), left, known));
    unlimited(i);
}

@compute @workgroup_size(64)
fn commit_more(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i >= lay.n) {
        return;
    }
    let step = ld3(lay.o_step, i);
    if (dot(step, step) > 0.0) {
        let t = go(i);
        change_velocity(i, t * step / st.h);
        st3(lay.o_step, i, (1.0 - t) * step);
        unlimited(i);
    }
}

// From here on only tangles: drawing out is no motion that lasts.
@compute @workgroup_size(64)
fn draw(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i == 0u) {
        atomicStore(&grid[lay.g_tally + 4u], 1u);
    }
    if (i >= lay.n) {
        return;
    }
    var by = vec3(0.0);
    if (atomicLoad(&grid[lay.g_tangle + i]) != 0u) {
        for (var k = 0u; k < 3u; k++) {
            by[k] = f32(bitcast<i32>(atomicLoad(&grid[lay.g_pull + 3u * i + k]))) / PULL_UNITS * st.inv_n;
        }
        by *= fenced(ld3(lay.o_at, i), by, i);
    }
    st3(lay.o_step, i, by);
}

@compute @workgroup_size(64)
fn commit_drawn(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x < lay.n && at_work()) {
        _ = go(id.x);
    }
}
