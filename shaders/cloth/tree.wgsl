// What of the cloth may meet in the coming substeps: boxes, a tree of boxes over
// the triangles and one over the edges, and lists of the pairs whose boxes overlap.
// A particle's box holds where it is and where it would be after the substeps to
// the next search if all were like this one (`lay.ahead`), with a margin. Until
// then it may not leave its box (guard.wgsl), so that no pair outside the lists
// can meet.
// `boxes`: one thread per particle.
// `boxes_now`: the same where particles are at the end of a frame, for what asks what
// lies where (flesh.wgsl).
// `refit_low`: one thread per small subtree, from its last node to its first.
// `refit_top`: one workgroup of 256 threads for the nodes above, by height.
// `find_points`: one thread per particle, against the tree of triangles.
// `find_edges`: one thread per leaf of the tree of edges, against later leaves.
// `find_crossings`: one thread per edge, against the tree of triangles, where
// they are; it takes the list of edges, and `touch` does without till the next
// search.
// A list that is full counts on; `g_tally` then exceeds its room, which the
// statistics report.
// CPU twin: none; what is found through the trees is compared with exhaustive
// searches.

const MARGIN: f32 = 0.6;                // in units of lay.reach: two make more than one
const MARGIN_TURN: f32 = 4.0;           // of what was not foreseen of a substep's displacement,
const MARGIN_SHARE: f32 = 0.5;          // and at most this much of the displacement

@compute @workgroup_size(64)
fn boxes(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i == 0u) {
        atomicStore(&grid[lay.g_tally + 2u], 0u);
        atomicStore(&grid[lay.g_tally + 3u], 0u);
        atomicStore(&grid[lay.g_tally + 5u], 0u);
    }
    if (i >= lay.n) {
        return;
    }
    let x = ld3(lay.o_at, i);
    let d = ld3(lay.o_step, i);
    // As much again as this substep turned off its straight way may come with each.
    let turn = length(d + st.frame_step - ld3(lay.o_d0, i));
    let m = MARGIN * lay.reach + min(MARGIN_TURN * turn, MARGIN_SHARE * length(d));
    st3(lay.o_box, 2u * i, min(x, x + lay.ahead * d) - m);
    st3(lay.o_box, 2u * i + 1u, max(x, x + lay.ahead * d) + m);
}

@compute @workgroup_size(64)
fn boxes_now(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x < lay.n) {
        let x = pos[id.x].xyz;
        st3(lay.o_box, 2u * id.x, x);
        st3(lay.o_box, 2u * id.x + 1u, x);
    }
}

fn store_box(node: u32, low: vec3<f32>, high: vec3<f32>) {
    st3(lay.o_node, 2u * node, low);
    st3(lay.o_node, 2u * node + 1u, high);
}

// Second child first: the subtree after the first child's.
fn join(node: u32) {
    let a = node + 1u;
    let b = topo[lay.t_node + 2u * a];
    store_box(
        node,
        min(ld3(lay.o_node, 2u * a), ld3(lay.o_node, 2u * b)),
        max(ld3(lay.o_node, 2u * a + 1u), ld3(lay.o_node, 2u * b + 1u)),
    );
}

@compute @workgroup_size(64)
fn refit_low(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= lay.lows) {
        return;
    }
    let first = topo[lay.t_low + 2u * id.x];
    for (var node = topo[lay.t_low + 2u * id.x + 1u]; node > first; node--) {
        let k = node - 1u;
        let item = topo[lay.t_node + 2u * k + 1u];
        if (item == NONE) {
            join(k);
            continue;
        }
        var at = lay.t_tri + 3u * item;
        var last = 2u;
        if (k >= lay.tri_nodes) {
            at = lay.t_edge + 2u * item;
            last = 1u;
        }
        let i = topo[at];
        let j = topo[at + 1u];
        let l = topo[at + last];
        store_box(
            k,
            min(min(ld3(lay.o_box, 2u * i), ld3(lay.o_box, 2u * j)), ld3(lay.o_box, 2u * l)),
            max(max(ld3(lay.o_box, 2u * i + 1u), ld3(lay.o_box, 2u * j + 1u)), ld3(lay.o_box, 2u * l + 1u)),
        );
    }
}

@compute @workgroup_size(256)
fn refit_top(@builtin(local_invocation_index) t: u32) {
    for (var level = 0u; level < lay.levels; level++) {
        let from_ = topo[lay.t_level + level];
        let to = topo[lay.t_level + level + 1u];
        for (var q = from_ + t; q < to; q += 256u) {
            join(topo[q]);
        }
        storageBarrier();
        workgroupBarrier();
    }
}

// The next node: into the subtree where the boxes overlap, else past it.
struct Visit {
    next: u32,
    leaf: bool,
    item: u32,
}

fn visit(node: u32, low: vec3<f32>, high: vec3<f32>) -> Visit {
    let skip = topo[lay.t_node + 2u * node];
    let item = topo[lay.t_node + 2u * node + 1u];
    let overlap = all(ld3(lay.o_node, 2u * node) <= high) && all(ld3(lay.o_node, 2u * node + 1u) >= low);
    return Visit(select(skip, node + 1u, overlap), overlap && item != NONE, item);
}

@compute @workgroup_size(64)
fn find_points(@builtin(global_invocation_id) id: vec3<u32>) {
    let i = id.x;
    if (i >= lay.n) {
        return;
    }
    let low = ld3(lay.o_box, 2u * i);
    let high = ld3(lay.o_box, 2u * i + 1u);
    let own = topo[lay.t_weld + i];
    var node = 0u;
    while (node < lay.tri_nodes) {
        let found = visit(node, low, high);
        node = found.next;
        if (found.leaf) {
            let k = lay.t_tri + 3u * found.item;
            if (topo[lay.t_weld + topo[k]] != own && topo[lay.t_weld + topo[k + 1u]] != own && topo[lay.t_weld + topo[k + 2u]] != own) {
                let at = atomicAdd(&grid[lay.g_tally + 2u], 1u);
                if (at < lay.max_points) {
                    atomicStore(&grid[lay.g_points + 2u * at], i);
                    atomicStore(&grid[lay.g_points + 2u * at + 1u], found.item);
                }
            }
        }
    }
}

fn pair_of_edges(e: u32, f: u32) {
    let at = atomicAdd(&grid[lay.g_tally + 3u], 1u);
    if (at < lay.max_edges) {
        atomicStore(&grid[lay.g_edges + 2u * at], e);
        atomicStore(&grid[lay.g_edges + 2u * at + 1u], f);
    }
}

@compute @workgroup_size(64)
fn find_edges(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= lay.ne_tri) {
        return;
    }
    let leaf = topo[lay.t_leaf + id.x];
    let e = topo[lay.t_node + 2u * leaf + 1u];
    let low = ld3(lay.o_node, 2u * leaf);
    let high = ld3(lay.o_node, 2u * leaf + 1u);
    let a = topo[lay.t_weld + topo[lay.t_edge + 2u * e]];
    let b = topo[lay.t_weld + topo[lay.t_edge + 2u * e + 1u]];
    var node = leaf + 1u;
    while (node < lay.nodes) {
        let found = visit(node, low, high);
        node = found.next;
        if (found.leaf) {
            let c = topo[lay.t_weld + topo[lay.t_edge + 2u * found.item]];
            let d = topo[lay.t_weld + topo[lay.t_edge + 2u * found.item + 1u]];
            if (a != c && a != d && b != c && b != d) {
                pair_of_edges(e, found.item);
            }
        }
    }
}

@compute @workgroup_size(64)
fn find_crossings(@builtin(global_invocation_id) id: vec3<u32>) {
    let e = id.x;
    if (e >= lay.ne_tri || atomicLoad(&grid[lay.g_tally + 5u]) == 0u) {
        return;
    }
    let i = topo[lay.t_edge + 2u * e];
    let j = topo[lay.t_edge + 2u * e + 1u];
    let a = topo[lay.t_weld + i];
    let b = topo[lay.t_weld + j];
    let low = min(ld3(lay.o_at, i), ld3(lay.o_at, j));
    let high = max(ld3(lay.o_at, i), ld3(lay.o_at, j));
    var node = 0u;
    while (node < lay.tri_nodes) {
        let found = visit(node, low, high);
        node = found.next;
        if (found.leaf) {
            let k = lay.t_tri + 3u * found.item;
            let c = topo[lay.t_weld + topo[k]];
            let d = topo[lay.t_weld + topo[k + 1u]];
            let f = topo[lay.t_weld + topo[k + 2u]];
            if (a != c && a != d && a != f && b != c && b != d && b != f) {
                pair_of_edges(e, found.item);
            }
        }
    }
}
