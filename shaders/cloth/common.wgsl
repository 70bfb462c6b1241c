// Bindings and helpers shared by every cloth kernel. This file is put in
// front of each of the others before compiling; it is a whole module itself.
//
// One binding layout serves all kernels (7 storage buffers, 2 uniforms):
//   0 `st`     per-substep numbers (uniform, dynamic offset)
//   1 `lay`    element counts and offsets into the packed arrays (uniform)
//   2 `topo`   connectivity (u32)
//   3 `rest`   rest-state and fabric data (f32)
//   4 `work`   everything the solver computes (f32)
//   5 `pos`    particle positions relative to the moving frame, m
//   6 `grid`   hash grids of body and cloth vertices, the reactions of cloth
//              contacts, and the limits of the guard (atomic u32)
//   7 `body`   body connectivity (u32)
//   8 `bwork`  skinned body (f32), written by skin_body.wgsl
// The Rust mirror of both structs is crates/toile-cloth/src/gpu/layout.rs.

struct Step {
    gravity: vec3<f32>,      // m/s^2
    h: f32,                  // substep, s
    shift: vec3<f32>,        // subtracted from the positions at the start, m
    air: f32,                // air density x coefficient, kg/m^3
    wind: vec3<f32>,         // m/s
    stitch: f32,             // stitch stiffness, N/m
    frame_step: vec3<f32>,   // world displacement of the frame per substep, m
    lerp: f32,               // end of this substep within the frame, 0..1
    origin: vec3<f32>,       // world position of the frame at the end, m
    inv_n: f32,              // 1 / substeps
    flags: u32,              // 1: body, 2: cloth contact, 4: search the grids anew,
                             // 8: look for tangles
    tolerance: f32,          // preconditioned residual to stop at, 1; 0: never
    pad1: u32,
    pad2: u32,
}

struct Layout {
    n: u32, nt: u32, nh: u32, ne: u32,
    ne_tri: u32, nb: u32, table: u32, groups: u32,
    // topo
    t_tri: u32, t_trih: u32, t_hinge: u32, t_hslot: u32,
    t_edge: u32, t_eel: u32, t_row: u32, t_brow: u32,
    t_vtri: u32, t_vhin: u32, t_mask: u32, t_pin: u32,
    t_fabric: u32, t_spare1: u32, t_spare2: u32, t_spare3: u32,
    // rest
    r_tri: u32, r_part: u32, r_bend: u32, r_brow: u32,
    r_spring: u32, r_pin: u32, r_press: u32, r_tensor: u32,
    // work
    o_v: u32, o_acc: u32, o_xs: u32, o_d0: u32,
    o_xp: u32, o_theta: u32, o_grad: u32, o_tri: u32,
    o_mom: u32, o_edge: u32, o_spring: u32, o_diag: u32,
    o_pinv: u32, o_r: u32, o_u: u32, o_p: u32,
    o_s: u32, o_w: u32, o_dl: u32, o_con: u32,
    o_part: u32, o_scal: u32, o_mark: u32, o_spare1: u32,
    // grid
    g_start: u32, g_list: u32, g_react: u32, cell: f32,
    // body and bwork
    b_tri: u32, b_ring: u32, b_region: u32, nb_grid: u32,
    w_start: u32, w_end: u32, w_cur: u32, w_rank: u32,
    w_room: u32, room: f32, b_bulge: u32, b_bound: u32,
    // triangle tree and guard
    t_node: u32, t_leaf: u32, t_low: u32, t_level: u32,
    t_weld: u32, nodes: u32, tri_nodes: u32, lows: u32,
    levels: u32, o_box: u32, o_node: u32, o_at: u32,
    o_step: u32, g_limit: u32, g_tangle: u32, g_pull: u32,
    g_tally: u32, g_points: u32, g_edges: u32, max_points: u32,
    max_edges: u32, reach: f32, g_slide: u32, g_held: u32,
    // coarse space: aggregates, blocks, Chebyshev steps
    nc: u32, nblock: u32, csteps: u32, t_agg: u32,
    t_member: u32, t_cedge: u32, t_cextra: u32, t_crow: u32,
    o_cblock: u32, o_cinv: u32, o_cr: u32, o_cd: u32,
    o_cx: u32, g_still: u32, g_agreed: u32, ahead: f32,
}

@group(0) @binding(0) var<uniform> st: Step;
@group(0) @binding(1) var<uniform> lay: Layout;
@group(0) @binding(2) var<storage, read> topo: array<u32>;
@group(0) @binding(3) var<storage, read> rest: array<f32>;
@group(0) @binding(4) var<storage, read_write> work: array<f32>;
@group(0) @binding(5) var<storage, read_write> pos: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> grid: array<atomic<u32>>;
@group(0) @binding(7) var<storage, read> body: array<u32>;
@group(0) @binding(8) var<storage, read_write> bwork: array<f32>;

const NONE: u32 = 0xffffffffu;
// Reactions of cloth contacts are added up in fixed point, so that their order
// does not matter: 1e-7 N up to 214 N, 1e-3 N/m up to 2 MN/m.
const REACTION_UNITS: f32 = 1e7;
const STIFFNESS_UNITS: f32 = 1e3;
const REACT: u32 = 9u;            // g_react: force, stiffness xx yy zz xy xz yz
const COMPRESSION: f32 = 0.5;     // membrane stiffness in compression / tension
const MAX_PUSH_OUT: f32 = 0.006;  // m that a body contact may push in one substep,
                                  // beyond what body and cloth approach each other

const PI: f32 = 3.14159265;

// Strides in floats.
const TRI: u32 = 26u;             // o_tri: f0 f1 S+(3) c11 c22 | force1 force2 | n, drag | pressure on a corner(3) | c12 c33
const RTRI: u32 = 16u;            // r_tri: b(4) area c(4) M(6) beta
const TENSOR: u32 = 21u;          // r_tensor: 1 if it is used, five rows of c11 c12 c22 c33
const SPRING: u32 = 3u;           // r_spring: rest length, stiffness, link
// Links: stitches, of the plan's stiffness; elastics, which pull only; 2 for
// buttons and allowances, which pull and push.
const STITCH: f32 = 0.0;
const ELASTIC: f32 = 1.0;
const RPART: u32 = 4u;            // r_part: mass, offset, friction, spare
const CON: u32 = 12u;             // o_con: normal, gap | k, lambda, vertex + 1, state | body step, last gap

fn ld3(o: u32, i: u32) -> vec3<f32> {
    let k = o + 3u * i;
    return vec3(work[k], work[k + 1u], work[k + 2u]);
}

// M theta of a triangle, M its bending matrix, which starts at k in `rest`.
fn bend(k: u32, th: vec3<f32>) -> vec3<f32> {
    let d = vec3(rest[k], rest[k + 1u], rest[k + 2u]);
    let f = vec3(rest[k + 3u], rest[k + 4u], rest[k + 5u]);
    return d * th + vec3(f.x * th.y + f.y * th.z, f.x * th.x + f.z * th.z, f.y * th.x + f.z * th.y);
}

fn st3(o: u32, i: u32, v: vec3<f32>) {
    let k = o + 3u * i;
    work[k] = v.x;
    work[k + 1u] = v.y;
    work[k + 2u] = v.z;
}

// How far the body, going `step` in this substep, and the cloth, predicted to
// go `d0`, come closer along the contact normal, m.
fn approach(step: vec3<f32>, d0: vec3<f32>, n: vec3<f32>) -> f32 {
    return max(dot(step - d0, n), 0.0);
}

// Hash-grid cell of a point.
fn cell_of(x: vec3<f32>, size: f32) -> vec3<i32> {
    return vec3<i32>(floor(x / size));
}

fn cell_hash(c: vec3<i32>) -> u32 {
    let u = bitcast<vec3<u32>>(c);
    return ((u.x * 73856093u) ^ (u.y * 19349663u) ^ (u.z * 83492791u)) & (lay.table - 1u);
}

fn bw3(o: u32, i: u32) -> vec3<f32> {
    let k = o + i;
    return vec3(bwork[k], bwork[k + 1u], bwork[k + 2u]);
}

// Symmetric 3x3 as xx yy zz xy xz yz.
fn sym_mul(o: u32, i: u32, v: vec3<f32>) -> vec3<f32> {
    let k = o + 6u * i;
    let d = vec3(work[k], work[k + 1u], work[k + 2u]);
    let f = vec3(work[k + 3u], work[k + 4u], work[k + 5u]);
    return d * v + vec3(f.x * v.y + f.y * v.z, f.x * v.x + f.z * v.z, f.y * v.x + f.z * v.y);
}

// Barycentric coordinates of the point of triangle abc closest to p
// (Ericson, Real-Time Collision Detection, 5.1.5).
fn closest_bary(p: vec3<f32>, a: vec3<f32>, b: vec3<f32>, c: vec3<f32>) -> vec3<f32> {
    let ab = b - a;
    let ac = c - a;
    let ap = p - a;
    let d1 = dot(ab, ap);
    let d2 = dot(ac, ap);
    if (d1 <= 0.0 && d2 <= 0.0) {
        return vec3(1.0, 0.0, 0.0);
    }
    let bp = p - b;
    let d3 = dot(ab, bp);
    let d4 = dot(ac, bp);
    if (d3 >= 0.0 && d4 <= d3) {
        return vec3(0.0, 1.0, 0.0);
    }
    let vc = d1 * d4 - d3 * d2;
    if (vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0) {
        let v = d1 / max(d1 - d3, 1e-30);
        return vec3(1.0 - v, v, 0.0);
    }
    let cp = p - c;
    let d5 = dot(ab, cp);
    let d6 = dot(ac, cp);
    if (d6 >= 0.0 && d5 <= d6) {
        return vec3(0.0, 0.0, 1.0);
    }
    let vb = d5 * d2 - d1 * d6;
    if (vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0) {
        let w = d2 / max(d2 - d6, 1e-30);
        return vec3(1.0 - w, 0.0, w);
    }
    let va = d3 * d6 - d5 * d4;
    if (va <= 0.0 && d4 >= d3 && d5 >= d6) {
        let w = (d4 - d3) / max((d4 - d3) + (d5 - d6), 1e-30);
        return vec3(0.0, 1.0 - w, w);
    }
    let inv = 1.0 / max(va + vb + vc, 1e-30);
    return vec3(va * inv, vb * inv, vc * inv);
}

// Closest points of two segments, as parameters (Ericson, Real-Time Collision
// Detection, 5.1.9).
fn closest_segments(p1: vec3<f32>, d1: vec3<f32>, p2: vec3<f32>, d2: vec3<f32>) -> vec2<f32> {
    let r = p1 - p2;
    let a = max(dot(d1, d1), 1e-20);
    let e = max(dot(d2, d2), 1e-20);
    let f = dot(d2, r);
    let c = dot(d1, r);
    let b = dot(d1, d2);
    let denom = a * e - b * b;
    var s = 0.0;
    if (denom > 1e-6 * a * e) {
        s = clamp((b * f - c * e) / denom, 0.0, 1.0);
    }
    var t = clamp((b * s + f) / e, 0.0, 1.0);
    // Twice to and fro: exact where an end is closest, better where they are
    // nearly parallel.
    for (var k = 0u; k < 2u; k++) {
        s = clamp((b * t - c) / a, 0.0, 1.0);
        t = clamp((b * s + f) / e, 0.0, 1.0);
    }
    return vec2(s, t);
}
