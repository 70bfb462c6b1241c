// Cloth against cloth: every particle against the nearest other sheet.
// A vertex hash grid over the predicted positions gives the nearest particle
// that is no neighbour in the sheet (two rings, stitches count as links), one
// for the other garments and one for the same garment; the closest point over
// the triangles around it is the contact. Which side is right:
//   nested sheets (normals agree, different layers): the outer one lies on the
//     outward side of the inner one, whatever the present state is;
//   all other pairs: the side the particle is on now.
// The other sheet counts as moving by its own prediction, and its triangle
// takes the opposite force. The nearest particles are searched anew only
// on searching substeps. No guarantee: fast cloth may tunnel.
// Dispatch: one thread per particle. CPU twin:
// cpu::cloth_contact::cloth_contact.

const CLOTH_GAP: f32 = 0.0025;          // m, distance kept between sheets
const CLOTH_STIFFNESS: f32 = 1.0;       // in units of m / h^2: soft, so that it stays quiet
const INNER_STIFFNESS: f32 = 8.0;      // of an inner sheet under an outer one: it gives way
const MAX_PUSH: f32 = 0.0015;           // m per substep
const NESTED: f32 = -0.3;               // cosine between normals of nested sheets: less is a fold turned over

fn is_neighbour(i: u32, v: u32) -> bool {
    let from_ = topo[lay.t_nbr + i];
    let to = topo[lay.t_nbr + i + 1u];
    for (var q = from_; q < to; q++) {
        if (topo[q] == v) {
            return true;
        }
    }
    return false;
}

fn own_normal(i: u32) -> vec3<f32> {
    var n = vec3(0.0);
    for (var q = topo[lay.t_vtri + i]; q < topo[lay.t_vtri + i + 1u]; q++) {
        n += ld3(lay.o_tri + TRI * (topo[q] >> 2u) + 17u, 0u);
    }
    return n / max(length(n), 1e-12);
}

struct Push {
    push: vec3<f32>,
    step: vec3<f32>,
    stiffness: f32,
    tri: u32,
    bary: vec3<f32>,
}

// The corners of the triangle take the opposite force, by their weights.
fn react(i: u32, push: Push) {
    let k = push.stiffness * rest[lay.r_part + RPART * i] / (st.h * st.h);
    for (var c = 0u; c < 3u; c++) {
        let f = -push.bary[c] * k * push.push;
        let at = lay.g_react + 4u * topo[lay.t_tri + 3u * push.tri + c];
        for (var axis = 0u; axis < 3u; axis++) {
            atomicAdd(&grid[at + axis], bitcast<u32>(i32(round(f[axis] * REACTION_UNITS))));
        }
        atomicAdd(&grid[at + 3u], u32(round(push.bary[c] * k * STIFFNESS_UNITS)));
    }
}

fn against(i: u32, x: vec3<f32>, v: u32, layer: u32) -> Push {
    var best = 1e30;
    var tri = NONE;
    var bary = vec3(0.0);
    var point = vec3(0.0);
    for (var q = topo[lay.t_vtri + v]; q < topo[lay.t_vtri + v + 1u]; q++) {
        let t = topo[q] >> 2u;
        let k = lay.t_tri + 3u * t;
        let a = ld3(lay.o_xp, topo[k]);
        let b = ld3(lay.o_xp, topo[k + 1u]);
        let c = ld3(lay.o_xp, topo[k + 2u]);
        let w = closest_bary(x, a, b, c);
        let p = a * w.x + b * w.y + c * w.z;
        let d2 = dot(x - p, x - p);
        if (d2 < best || (d2 == best && t < tri)) {
            best = d2;
            tri = t;
            bary = w;
            point = p;
        }
    }
    var out = Push(vec3(0.0), vec3(0.0), CLOTH_STIFFNESS, tri, bary);
    if (tri == NONE) {
        return out;
    }
    let n = ld3(lay.o_tri + TRI * tri + 17u, 0u);
    let gap = dot(x - point, n);
    // Seen from the side: the rim of the other sheet.
    if (best - gap * gap > 1e-6 + 0.25 * gap * gap) {
        return out;
    }
    let other = topo[lay.t_layer + v];
    var side = select(-1.0, 1.0, gap >= 0.0);
    if (other != layer && dot(own_normal(i), n) > NESTED) {
        side = select(-1.0, 1.0, layer > other);
        out.stiffness = select(INNER_STIFFNESS, CLOTH_STIFFNESS, layer > other);
    }
    let depth = CLOTH_GAP - side * gap;
    if (depth <= 0.0) {
        return out;
    }
    out.push = min(depth, MAX_PUSH) * side * n;
    let k = lay.t_tri + 3u * tri;
    out.step = ld3(lay.o_d0, topo[k]) * bary.x + ld3(lay.o_d0, topo[k + 1u]) * bary.y + ld3(lay.o_d0, topo[k + 2u]) * bary.z;
    return out;
}

fn search(i: u32, x: vec3<f32>, layer: u32) {
    let base = cell_of(x, lay.ccell);
    let reach = lay.ccell * lay.ccell;
    var same = NONE;
    var same_d = reach;
    var foreign = NONE;
    var foreign_d = reach;
    for (var dz = -1; dz <= 1; dz++) {
        for (var dy = -1; dy <= 1; dy++) {
            for (var dx = -1; dx <= 1; dx++) {
                let c = cell_hash(base + vec3(dx, dy, dz));
                let from_ = atomicLoad(&grid[lay.g_cstart + c]);
                let to = atomicLoad(&grid[lay.g_cstart + c + 1u]);
                for (var q = from_; q < to; q++) {
                    let v = atomicLoad(&grid[lay.g_clist + q]);
                    if (v == i) {
                        continue;
                    }
                    let d = ld3(lay.o_xp, v) - x;
                    let e = dot(d, d);
                    if (topo[lay.t_layer + v] != layer) {
                        if (e < foreign_d || (e == foreign_d && v < foreign)) {
                            foreign_d = e;
                            foreign = v;
                        }
                    } else if ((e < same_d || (e == same_d && v < same)) && !is_neighbour(i, v)) {
                        same_d = e;
                        same = v;
                    }
                }
            }
        }
    }
    work[lay.o_near + 2u * i] = f32(foreign + 1u);
    work[lay.o_near + 2u * i + 1u] = f32(same + 1u);
}

@compute @workgroup_size(64)
fn cloth_contact(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i >= lay.n) {
        return;
    }
    let o = lay.o_con2 + CON2 * i;
    work[o + 3u] = 0.0;
    if ((st.flags & 2u) == 0u) {
        return;
    }
    let x = ld3(lay.o_xp, i);
    let layer = topo[lay.t_layer + i];
    if ((st.flags & 4u) != 0u) {
        search(i, x, layer);
    }
    let foreign = work[lay.o_near + 2u * i];
    let same = work[lay.o_near + 2u * i + 1u];
    var push = Push(vec3(0.0), vec3(0.0), CLOTH_STIFFNESS, NONE, vec3(0.0));
    if (foreign > 0.0) {
        push = against(i, x, u32(foreign) - 1u, layer);
    }
    if (same > 0.0 && dot(push.push, push.push) == 0.0) {
        push = against(i, x, u32(same) - 1u, layer);
    }
    if (dot(push.push, push.push) > 0.0) {
        st3(o, 0u, push.push);
        work[o + 3u] = push.stiffness;
        st3(o + 4u, 0u, push.step);
        react(i, push);
    }
}
