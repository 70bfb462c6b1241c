// Membrane and hinges at the predicted positions.
// Triangles: orthotropic StVK psi = c11/2 G11^2 + c12 G11 G22 + c22/2 G22^2 +
// c33 G12^2 with c11, c22 lowered in compression; stores the deformation
// gradient columns, the PSD part of the stress, corner forces, the air drag
// coefficient, and the force of the pressure on a corner, p A n / 3. Hinges:
// angle, its rate over the substep, gradients.
// Dispatch: one thread per triangle or hinge, whichever is more.
// CPU twins: cpu::elastic::membrane, cpu::elastic::pressure, cpu::elastic::hinge.

@compute @workgroup_size(64)
fn elements(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x < lay.nt) {
        membrane(id.x);
    }
    if (id.x < lay.nh) {
        hinge(id.x);
    }
}

fn membrane(t: u32) {
    let i0 = topo[lay.t_tri + 3u * t];
    let i1 = topo[lay.t_tri + 3u * t + 1u];
    let i2 = topo[lay.t_tri + 3u * t + 2u];
    let x0 = ld3(lay.o_xp, i0);
    let e1 = ld3(lay.o_xp, i1) - x0;
    let e2 = ld3(lay.o_xp, i2) - x0;
    let k = lay.r_tri + RTRI * t;
    let b = vec4(rest[k], rest[k + 1u], rest[k + 2u], rest[k + 3u]);
    let area = rest[k + 4u];
    var c11 = rest[k + 5u];
    let c12 = rest[k + 6u];
    var c22 = rest[k + 7u];
    let c33 = rest[k + 8u];
    let beta = rest[k + 15u] / st.h;

    let f0 = e1 * b.x + e2 * b.z;
    let f1 = e1 * b.y + e2 * b.w;
    let g11 = 0.5 * (dot(f0, f0) - 1.0);
    let g22 = 0.5 * (dot(f1, f1) - 1.0);
    let g12 = 0.5 * dot(f0, f1);
    if (g11 < 0.0) {
        c11 *= COMPRESSION;
    }
    if (g22 < 0.0) {
        c22 *= COMPRESSION;
    }
    let s11 = c11 * g11 + c12 * g22;
    let s22 = c22 * g22 + c12 * g11;
    var s12 = c33 * g12;

    // Nearest PSD stress for the geometric stiffness.
    let m = 0.5 * (s11 + s22);
    let r = sqrt(0.25 * (s11 - s22) * (s11 - s22) + s12 * s12);
    let l1 = max(m + r, 0.0);
    let l2 = max(m - r, 0.0);
    let inv = select(0.0, 1.0 / r, r > 1e-20);
    let q = 0.5 * (l1 - l2) * inv;
    let p11 = 0.5 * (l1 + l2) + q * 0.5 * (s11 - s22);
    let p22 = 0.5 * (l1 + l2) - q * 0.5 * (s11 - s22);
    let p12 = q * s12;

    // Viscous shear: stress from the strain rate of the predicted motion.
    let d0 = ld3(lay.o_d0, i0);
    let d1 = ld3(lay.o_d0, i1);
    let d2 = ld3(lay.o_d0, i2);
    let h0 = (d1 - d0) * b.x + (d2 - d0) * b.z;
    let h1 = (d1 - d0) * b.y + (d2 - d0) * b.w;
    s12 += beta * c33 * 0.5 * (dot(f0, h1) + dot(f1, h0));

    let o = lay.o_tri + TRI * t;
    let p1 = -area * ((s11 * b.x + s12 * b.y) * f0 + (s12 * b.x + s22 * b.y) * f1);
    let p2 = -area * ((s11 * b.z + s12 * b.w) * f0 + (s12 * b.z + s22 * b.w) * f1);
    let cr = cross(e1, e2);
    let len = length(cr);
    let nrm = cr / max(len, 1e-20);
    let vel = (d0 + d1 + d2) / (3.0 * st.h) - st.wind;
    st3(o, 0u, f0);
    st3(o, 1u, f1);
    st3(o, 2u, vec3(p11, p22, p12));
    work[o + 9u] = c11;
    work[o + 10u] = c22;
    st3(o + 11u, 0u, p1);
    st3(o + 14u, 0u, p2);
    st3(o + 17u, 0u, nrm);
    // Per corner: 1/2 rho C (A/3) |v_n|.
    work[o + 20u] = st.air * len / 12.0 * abs(dot(vel, nrm));
    st3(o + 21u, 0u, rest[lay.r_press + t] / 6.0 * cr);
}

fn hinge(h: u32) {
    let v0 = topo[lay.t_hinge + 4u * h];
    let v1 = topo[lay.t_hinge + 4u * h + 1u];
    let v2 = topo[lay.t_hinge + 4u * h + 2u];
    let v3 = topo[lay.t_hinge + 4u * h + 3u];
    let x0 = ld3(lay.o_xp, v0);
    let e = ld3(lay.o_xp, v1) - x0;
    let a = ld3(lay.o_xp, v2) - x0;
    let b = ld3(lay.o_xp, v3) - x0;
    let ee = max(dot(e, e), 1e-16);
    let l = sqrt(ee);
    let c0 = cross(e, a);
    let c1 = cross(b, e);
    let a0 = max(length(c0), 1e-12);
    let a1 = max(length(c1), 1e-12);
    let n0 = c0 / a0;
    let n1 = c1 / a1;
    let theta = atan2(dot(e, cross(n1, n0)) / l, dot(n0, n1));
    let q0 = n0 * (l / a0);
    let q1 = n1 * (l / a1);
    let w0 = dot(a, e) / ee;
    let w1 = dot(b, e) / ee;
    let g0 = -((1.0 - w0) * q0 + (1.0 - w1) * q1);
    let g1 = -(w0 * q0 + w1 * q1);
    let rate = dot(g0, ld3(lay.o_d0, v0)) + dot(g1, ld3(lay.o_d0, v1))
        + dot(q0, ld3(lay.o_d0, v2)) + dot(q1, ld3(lay.o_d0, v3));
    work[lay.o_theta + 2u * h] = theta;
    work[lay.o_theta + 2u * h + 1u] = rate;
    let o = lay.o_grad + 12u * h;
    st3(o, 0u, g0);
    st3(o, 1u, g1);
    st3(o, 2u, q0);
    st3(o, 3u, q1);
}
