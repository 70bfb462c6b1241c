// The second level of the preconditioner: particles grouped into aggregates of
// about sixteen, with one displacement each.
//   `coarsen`  Galerkin matrix: every pair of neighbouring aggregates gets the
//              sum of the fine blocks between them; every aggregate the
//              inverse of the sum of all fine blocks within it
//   `coarse`   sums the residual over each aggregate and solves for one
//              correction per aggregate, by a fixed number of Chebyshev steps
//              on the block-Jacobi preconditioned coarse matrix (Saad,
//              Iterative Methods for Sparse Linear Systems, 12.1)
// Block-Jacobi leaves no eigenvalue above the number of particles of one
// element: three for membranes, four for hinges. The number of steps is odd, so
// that the polynomial stays positive even above the interval. It is a fixed
// symmetric operator, as conjugate gradients require.
// Bindings: all of common.wgsl; only `topo`, `rest` and `work` are used.
// Dispatch: `coarsen` one thread per coarse block (aggregates first, then
// pairs), once per substep; `coarse` one workgroup, before every `multiply`.
// CPU twin: cpu::coarse.

const CHEBYSHEV_TOP: f32 = 3.0;         // upper end of the interval
const CHEBYSHEV_SPAN: f32 = 0.6;        // upper / lower end, in steps squared

var<workgroup> converged: u32;

fn edge_columns(e: u32) -> mat3x3<f32> {
    let o = lay.o_edge + 9u * e;
    return mat3x3(ld3(o, 0u), ld3(o, 1u), ld3(o, 2u));
}

// Sum of the fine blocks of one coarse block; both ways on the diagonal.
fn sum_blocks(block: u32) -> mat3x3<f32> {
    let on_diagonal = block < lay.nc;
    var m = mat3x3<f32>(vec3(0.0), vec3(0.0), vec3(0.0));
    for (var q = topo[lay.t_cedge + block]; q < topo[lay.t_cedge + block + 1u]; q++) {
        let code = topo[q];
        let fine = edge_columns(code >> 1u);
        if (on_diagonal) {
            m += fine + transpose(fine);
        } else if ((code & 1u) == 1u) {
            m += transpose(fine);
        } else {
            m += fine;
        }
    }
    var bend = 0.0;
    for (var q = topo[lay.t_cextra + block]; q < topo[lay.t_cextra + block + 1u]; q++) {
        bend += rest[lay.r_brow + topo[q]];
    }
    bend = select(bend, 2.0 * bend, on_diagonal);
    m[0].x += bend;
    m[1].y += bend;
    m[2].z += bend;
    return m;
}

@compute @workgroup_size(64)
fn coarsen(@builtin(global_invocation_id) id: vec3<u32>) {
    let block = id.x;
    if (block >= lay.nblock) {
        return;
    }
    let m = sum_blocks(block);
    if (block >= lay.nc) {
        let o = lay.o_cblock + 9u * (block - lay.nc);
        st3(o, 0u, m[0]);
        st3(o, 1u, m[1]);
        st3(o, 2u, m[2]);
        return;
    }
    var d = vec3(m[0].x, m[1].y, m[2].z);
    var f = vec3(m[1].x, m[2].x, m[2].y);
    for (var q = topo[lay.t_member + block]; q < topo[lay.t_member + block + 1u]; q++) {
        d += ld3(lay.o_diag, 2u * topo[q]);
        f += ld3(lay.o_diag, 2u * topo[q] + 1u);
    }
    // Inverse of the symmetric block.
    let cof = vec3(d.y * d.z - f.z * f.z, d.x * d.z - f.y * f.y, d.x * d.y - f.x * f.x);
    let off = vec3(f.y * f.z - f.x * d.z, f.x * f.z - f.y * d.y, f.x * f.y - f.z * d.x);
    let inv = 1.0 / (d.x * cof.x + f.x * off.x + f.y * off.y);
    st3(lay.o_cinv, 2u * block, cof * inv);
    st3(lay.o_cinv, 2u * block + 1u, off * inv);
}

// Residual of the row without its own block.
fn rest_of_row(a: u32, x: u32) -> vec3<f32> {
    var r = ld3(lay.o_cr, a);
    let list = lay.t_crow + lay.nc + 1u;
    for (var q = topo[lay.t_crow + a]; q < topo[lay.t_crow + a + 1u]; q++) {
        let xb = ld3(x, topo[list + 2u * q]);
        let reference = topo[list + 2u * q + 1u];
        let o = lay.o_cblock + 9u * (reference & 0x7fffffffu);
        let c0 = ld3(o, 0u);
        let c1 = ld3(o, 1u);
        let c2 = ld3(o, 2u);
        if ((reference >> 31u) == 0u) {
            r -= c0 * xb.x + c1 * xb.y + c2 * xb.z;
        } else {
            r -= vec3(dot(c0, xb), dot(c1, xb), dot(c2, xb));
        }
    }
    return r;
}

@compute @workgroup_size(256)
fn coarse(@builtin(local_invocation_index) t: u32) {
    if (t == 0u) {
        converged = u32(work[lay.o_scal + 1u]);
    }
    if (workgroupUniformLoad(&converged) != 0u) {
        return;
    }
    let steps = lay.csteps;
    let bottom = CHEBYSHEV_TOP / max(CHEBYSHEV_SPAN * f32(steps * steps), 2.0);
    let theta = 0.5 * (CHEBYSHEV_TOP + bottom);
    let delta = 0.5 * (CHEBYSHEV_TOP - bottom);
    for (var a = t; a < lay.nc; a += 256u) {
        var r = vec3(0.0);
        for (var q = topo[lay.t_member + a]; q < topo[lay.t_member + a + 1u]; q++) {
            r += ld3(lay.o_r, topo[q]);
        }
        let d = sym_mul(lay.o_cinv, a, r) / theta;
        st3(lay.o_cr, a, r);
        st3(lay.o_cd, a, d);
        st3(lay.o_cx, a, d);
    }
    storageBarrier();
    // Two copies of the solution take turns; the last step, as `steps` is odd,
    // writes the first one.
    var rho = delta / theta;
    for (var k = 1u; k < steps; k++) {
        let before = lay.o_cx + 3u * (lay.nc + 1u) * ((k - 1u) & 1u);
        let after = lay.o_cx + 3u * (lay.nc + 1u) * (k & 1u);
        let next = 1.0 / (2.0 * theta / delta - rho);
        for (var a = t; a < lay.nc; a += 256u) {
            let x = ld3(before, a);
            let z = sym_mul(lay.o_cinv, a, rest_of_row(a, before)) - x;
            let d = (next * rho) * ld3(lay.o_cd, a) + (2.0 * next / delta) * z;
            st3(lay.o_cd, a, d);
            st3(after, a, x + d);
        }
        rho = next;
        storageBarrier();
    }
}
