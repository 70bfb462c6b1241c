//! Packs a mesh into the flat arrays of the kernels.

use crate::gpu::body::PackedBody;
use crate::gpu::layout::Layout;
use crate::gpu::sim::PAIRS_EVERY;
use crate::model::{ClothMesh, PinTarget};
use crate::topology::{NONE, Topology};
use crate::tree::Tree;

/// Entries of each hash grid; a power of two and a multiple of 256.
const TABLE: usize = 16384;

/// Hash-grid cell of the body, m: contacts are found up to this far away.
const BODY_CELL: f32 = 0.03;

/// Room that parts of the body leave between them, m: for cloth on either side
/// at its offset, and a sheet's distance between.
fn body_room(topology: &Topology) -> f32 {
    2.0 * topology.offset.iter().fold(0.0, |a: f32, b| a.max(*b)) + SHEET_DISTANCE
}

/// Distance between two sheets of cloth that lie on each other, m.
const SHEET_DISTANCE: f32 = 0.003;

/// Room for pairs of cloth that may meet: of particles and triangles, per
/// particle; of edges, per edge; and of either kind in all (64 MB).
const POINT_PAIRS: usize = 96;
const EDGE_PAIRS: usize = 160;
const MOST_PAIRS: usize = 1 << 23;

/// Floats of a triangle's results, a stretched fabric's tensors and a spring;
/// mirror `common.wgsl`.
const TRI: usize = 26;
const TENSOR: usize = 21;
const SPRING: usize = 3;

/// Everything the buffers are created from.
pub(crate) struct Packed {
    pub(crate) layout: Layout,
    pub(crate) topo: Vec<u32>,
    pub(crate) rest: Vec<f32>,
    pub(crate) body: Vec<u32>,
    pub(crate) work_len: usize,
    pub(crate) grid_len: usize,
    pub(crate) bwork_len: usize,
}

/// Starts (pointing at absolute places, `base` being where the starts begin)
/// followed by the lists.
pub(crate) fn absolute_csr(lists: &[Vec<u32>], base: usize) -> Vec<u32> {
    let mut starts = Vec::with_capacity(lists.len() + 1);
    let mut at = base + lists.len() + 1;
    for l in lists {
        starts.push(at as u32);
        at += l.len();
    }
    starts.push(at as u32);
    starts.extend(lists.iter().flatten());
    starts
}

/// Starts relative to the list, followed by the lists.
fn relative_csr(lists: &[Vec<[u32; 2]>], width: usize) -> Vec<u32> {
    let mut out = Vec::new();
    let mut at = 0u32;
    for l in lists {
        out.push(at);
        at += l.len() as u32;
    }
    out.push(at);
    for e in lists.iter().flatten() {
        out.extend(&e[..width]);
    }
    out
}

/// Entries of the bending rows that are not edges: for every particle the
/// neighbour and the index into `extras`.
fn extra_rows(topology: &Topology, n: usize) -> Vec<Vec<[u32; 2]>> {
    let mut rows = vec![Vec::new(); n];
    for (k, e) in topology.extras.iter().enumerate() {
        rows[e[0] as usize].push([e[1], k as u32]);
        rows[e[1] as usize].push([e[0], k as u32]);
    }
    rows
}

/// The coarse space: aggregate of every particle, members, what sums up to
/// each block, and the rows of the coarse matrix.
fn pack_coarse(l: &mut Layout, topo: &mut Vec<u32>, topology: &Topology) {
    let coarse = &topology.coarse;
    let count = coarse.members.len();
    l.nc = count as u32;
    l.nblock = coarse.blocks.len() as u32;
    l.csteps = coarse.steps();
    l.t_agg = topo.len() as u32;
    topo.extend(coarse.of.iter().map(|&a| if a == NONE { l.nc } else { a }));
    l.t_member = topo.len() as u32;
    topo.extend(absolute_csr(&coarse.members, topo.len()));
    let edges: Vec<Vec<u32>> = coarse.blocks.iter().map(|b| b.edges.clone()).collect();
    l.t_cedge = topo.len() as u32;
    topo.extend(absolute_csr(&edges, topo.len()));
    // Where the bending rows hold the weight of each extra pair.
    let mut place = vec![0; topology.extras.len()];
    let extra_rows = extra_rows(topology, coarse.of.len());
    for (q, e) in extra_rows.iter().flatten().enumerate() {
        place[e[1] as usize] = q as u32;
    }
    let extras: Vec<Vec<u32>> = coarse
        .blocks
        .iter()
        .map(|b| b.extras.iter().map(|&k| place[k as usize]).collect())
        .collect();
    l.t_cextra = topo.len() as u32;
    topo.extend(absolute_csr(&extras, topo.len()));
    let mut rows = vec![Vec::new(); count];
    for (k, block) in coarse.blocks[count..].iter().enumerate() {
        let [a, b] = block.pair;
        rows[a as usize].push([b, k as u32]);
        rows[b as usize].push([a, k as u32 | 0x8000_0000]);
    }
    l.t_crow = topo.len() as u32;
    topo.extend(relative_csr(&rows, 2));
}

impl Packed {
    pub(crate) fn new(mesh: &ClothMesh, topology: &Topology, body: &PackedBody) -> Self {
        let n = mesh.positions.len();
        let (nt, nh, ne) = (
            mesh.triangles.len(),
            topology.hinges.len(),
            topology.edges.len(),
        );
        let groups = n.div_ceil(64);
        let mut l = Layout {
            n: n as u32,
            nt: nt as u32,
            nh: nh as u32,
            ne: ne as u32,
            ne_tri: topology.tri_edges as u32,
            nb: body.count as u32,
            nb_grid: body.grid_count as u32,
            table: TABLE as u32,
            groups: groups as u32,
            cell: BODY_CELL,
            ..Layout::default()
        };

        let mut topo: Vec<u32> = Vec::new();
        let put = |topo: &mut Vec<u32>, data: &[u32]| {
            let at = topo.len() as u32;
            topo.extend_from_slice(data);
            at
        };
        l.t_tri = put(&mut topo, mesh.triangles.as_flattened());
        l.t_trih = put(&mut topo, topology.tri_hinge.as_flattened());
        let hv: Vec<u32> = topology.hinges.iter().flat_map(|h| h.v).collect();
        let hs: Vec<u32> = topology.hinges.iter().flat_map(|h| h.slots).collect();
        l.t_hinge = put(&mut topo, &hv);
        l.t_hslot = put(&mut topo, &hs);
        l.t_edge = put(&mut topo, topology.edges.as_flattened());
        l.t_eel = topo.len() as u32;
        let csr = absolute_csr(&topology.edge_tris, topo.len());
        topo.extend(csr);
        let mut rows = vec![Vec::new(); n];
        for (e, v) in topology.edges.iter().enumerate() {
            rows[v[0] as usize].push([v[1], e as u32]);
            rows[v[1] as usize].push([v[0], e as u32 | 0x8000_0000]);
        }
        l.t_row = put(&mut topo, &relative_csr(&rows, 2));
        l.t_brow = put(&mut topo, &relative_csr(&extra_rows(topology, n), 1));
        let mut around = vec![Vec::new(); n];
        for (t, tri) in mesh.triangles.iter().enumerate() {
            for (c, &i) in tri.iter().enumerate() {
                around[i as usize].push((t * 4 + c) as u32);
            }
        }
        l.t_vtri = topo.len() as u32;
        let csr = absolute_csr(&around, topo.len());
        topo.extend(csr);
        let mut hinges = vec![Vec::new(); n];
        for (h, hinge) in topology.hinges.iter().enumerate() {
            for (c, &i) in hinge.v.iter().enumerate() {
                hinges[i as usize].push((h * 4 + c) as u32);
            }
        }
        l.t_vhin = topo.len() as u32;
        let csr = absolute_csr(&hinges, topo.len());
        topo.extend(csr);
        l.t_fabric = put(&mut topo, &mesh.fabric);
        l.t_mask = put(&mut topo, &mesh.body_mask);
        let mut pins = vec![NONE; n];
        for (k, p) in mesh.pins.iter().enumerate() {
            pins[p.particle as usize] = k as u32;
        }
        l.t_pin = put(&mut topo, &pins);
        l.reach = topology.reach(mesh);
        l.ahead = PAIRS_EVERY as f32;
        let tree = Tree::of_cloth(mesh, &topology.edges[..topology.tri_edges]);
        l.t_node = put(&mut topo, tree.nodes.as_flattened());
        l.t_leaf = put(&mut topo, &tree.leaves[nt..]);
        l.t_low = put(&mut topo, tree.low.as_flattened());
        l.t_level = topo.len() as u32;
        let csr = absolute_csr(&tree.levels, topo.len());
        topo.extend(csr);
        l.t_weld = put(&mut topo, &mesh.stitched());
        l.nodes = tree.nodes.len() as u32;
        l.tri_nodes = 2 * nt as u32 - 1;
        l.lows = tree.low.len() as u32;
        l.levels = tree.levels.len() as u32;
        pack_coarse(&mut l, &mut topo, topology);

        let mut at = 0u32;
        let mut take = |len: usize| {
            let here = at;
            at += len as u32;
            here
        };
        l.r_tri = take(nt * 16);
        l.r_part = take(n * 4);
        l.r_bend = take(ne);
        l.r_brow = take(2 * topology.extras.len());
        l.r_spring = take(SPRING * topology.springs.len());
        l.r_pin = take(8 * mesh.pins.len());
        l.r_press = take(nt);
        l.r_tensor = take(TENSOR * mesh.fabrics.len());
        let rest_len = at as usize;

        let mut at = 0u32;
        let mut take = |len: usize| {
            let here = at;
            at += len as u32;
            here
        };
        l.o_v = take(3 * n);
        l.o_acc = take(n);
        l.o_xs = take(3 * n);
        l.o_d0 = take(3 * n);
        l.o_xp = take(3 * n);
        l.o_theta = take(2 * nh);
        l.o_grad = take(12 * nh);
        l.o_tri = take(TRI * nt);
        l.o_mom = take(3 * nt);
        l.o_edge = take(9 * ne);
        l.o_spring = take(3 * topology.springs.len());
        l.o_diag = take(6 * n);
        l.o_pinv = take(6 * n);
        l.o_r = take(3 * n);
        l.o_u = take(3 * n);
        l.o_p = take(3 * n);
        l.o_s = take(3 * n);
        l.o_w = take(3 * n);
        l.o_dl = take(3 * n);
        l.o_con = take(12 * n);
        l.o_part = take(2 * groups);
        l.o_scal = take(16);
        l.o_mark = take(4 * n);
        l.o_box = take(6 * n);
        l.o_node = take(6 * tree.nodes.len());
        l.o_at = take(3 * n);
        l.o_step = take(3 * n);
        let (blocks, aggregates) = (l.nblock as usize, l.nc as usize);
        l.o_cblock = take(9 * (blocks - aggregates));
        l.o_cinv = take(6 * aggregates);
        l.o_cr = take(3 * aggregates);
        l.o_cd = take(3 * aggregates);
        l.o_cx = take(6 * (aggregates + 1));
        let work_len = at as usize;

        l.g_start = TABLE as u32;
        l.g_list = l.g_start + TABLE as u32 + 1;
        l.g_react = l.g_list + body.grid_count as u32;
        l.g_limit = l.g_react + 9 * n as u32;
        l.g_tangle = l.g_limit + n as u32;
        l.g_pull = l.g_tangle + n as u32;
        l.g_slide = l.g_pull + 3 * n as u32;
        l.g_tally = l.g_slide + 4 * n as u32;
        l.g_points = l.g_tally + 9;
        l.max_points = (POINT_PAIRS * n).min(MOST_PAIRS / 2) as u32;
        l.g_edges = l.g_points + 2 * l.max_points;
        l.max_edges = (EDGE_PAIRS * topology.tri_edges).min(MOST_PAIRS) as u32;
        l.g_held = l.g_edges + 2 * l.max_edges;
        l.g_still = l.g_held + l.max_points;
        l.g_agreed = l.g_still + n as u32;
        let grid_len = l.g_agreed as usize + n;

        let mut words: Vec<u32> = body.triangles.as_flattened().to_vec();
        l.b_ring = words.len() as u32;
        words.extend(body.rings(l.b_ring as usize));
        l.b_region = words.len() as u32;
        words.extend(&body.region);
        l.b_bulge = words.len() as u32;
        words.extend(body.bulge.iter().map(|b| b.to_bits()));
        l.b_bound = words.len() as u32;
        for vertex in body.vertices.chunks_exact(12).take(body.grid_count) {
            words.extend(&vertex[..3]);
            words.extend(&vertex[4..7]);
        }
        l.w_end = 6 * body.count as u32;
        l.w_cur = 12 * body.count as u32;
        l.w_rank = 18 * body.count as u32;
        l.w_room = 19 * body.count as u32;
        l.room = body_room(topology);
        let bwork_len = 20 * body.count;

        let mut packed = Self {
            layout: l,
            topo,
            rest: vec![0.0; rest_len],
            body: words,
            work_len,
            grid_len,
            bwork_len,
        };
        packed.fill_rest(mesh, topology, body);
        packed
    }

    /// Writes everything that depends on fabrics (all but bending weights).
    pub(crate) fn fill_rest(&mut self, mesh: &ClothMesh, topology: &Topology, body: &PackedBody) {
        let l = self.layout;
        for (t, r) in topology.rest.iter().enumerate() {
            let o = l.r_tri as usize + 16 * t;
            let m = r.m;
            let values = [
                r.b[0], r.b[1], r.b[2], r.b[3], r.area, r.c[0], r.c[1], r.c[2], r.c[3], m.x_axis.x,
                m.y_axis.y, m.z_axis.z, m.x_axis.y, m.x_axis.z, m.y_axis.z, r.beta,
            ];
            for (slot, v) in self.rest[o..o + 16].iter_mut().zip(values) {
                *slot = v as f32;
            }
        }
        for (r, &fabric) in topology.rest.iter().zip(&mesh.fabric) {
            let o = l.r_tensor as usize + TENSOR * fabric as usize;
            self.rest[o] = f32::from(r.stretched.is_some());
            for (slot, c) in self.rest[o + 1..]
                .iter_mut()
                .zip(r.stretched.iter().flatten().flatten())
            {
                *slot = *c as f32;
            }
        }
        for i in 0..mesh.positions.len() {
            let o = l.r_part as usize + 4 * i;
            self.rest[o] = topology.mass[i];
            self.rest[o + 1] = topology.offset[i];
            self.rest[o + 2] = topology.friction[i];
        }
        for (s, spring) in topology.springs.iter().enumerate() {
            let o = l.r_spring as usize + SPRING * s;
            self.rest[o] = spring.rest;
            self.rest[o + 1] = spring.stiffness;
            self.rest[o + 2] = f32::from(spring.link as u8);
        }
        let press = l.r_press as usize;
        self.rest[press..press + mesh.pressure.len()].copy_from_slice(&mesh.pressure);
        for (k, pin) in mesh.pins.iter().enumerate() {
            let o = l.r_pin as usize + 8 * k;
            self.rest[o] = if pin.stiffness.is_infinite() {
                0.0
            } else {
                pin.stiffness
            };
            self.rest[o + 1] = body.pin_vertex[k].map_or(0.0, |v| (v + 1) as f32);
            if let PinTarget::World(p) = pin.target {
                self.rest[o + 4..o + 7].copy_from_slice(&p.to_array());
            }
        }
    }

    /// Writes the bending weights for substep `h` (s).
    pub(crate) fn fill_bend(&mut self, mesh: &ClothMesh, topology: &Topology, h: f32) {
        let l = self.layout;
        let w = topology.bend_weights(mesh, f64::from(h));
        let ne = topology.edges.len();
        self.rest[l.r_bend as usize..l.r_bend as usize + ne].copy_from_slice(&w[..ne]);
        let rows = extra_rows(topology, mesh.positions.len());
        for (q, e) in rows.iter().flatten().enumerate() {
            self.rest[l.r_brow as usize + q] = w[ne + e[1] as usize];
        }
    }
}
