// Membrane and hinges at the predicted positions.
// Triangles: orthotropic StVK psi = c11/2 G11^2 + c12 G11 G22 + c22/2 G22^2 +
// c33 G12^2 with the tensor at this strain and c11, c22 lowered in compression;
// stores the deformation
// gradient columns, the PSD part of the stress, corner forces, the air drag
// coefficient, and the force of the pressure on a corner, p A n / 3. Hinges:
// angle, its rate over the substep, gradients.
// Dispatch: one thread per triangle or hinge, whichever is more.
// CPU twins: cpu::elastic::membrane, cpu::elastic::tensor, cpu::elastic::pressure,
// cpu::elastic::hinge.

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
    let beta = rest[k + 15u] / st.h;

    let f0 = e1 * b.x + e2 * b.z;
    let f1 = e1 * b.y + e2 * b.w;
    let g11 = 0.5 * (dot(f0, f0) - 1.0);
    let g22 = 0.5 * (dot(f1, f1) - 1.0);
    let g12 = 0.5 * dot(f0, f1);
    let c = tensor(t, vec4(rest[k + 5u], rest[k + 6u], rest[k + 7u], rest[k + 8u]), g11, g22, g12);
    let c11 = c.now.x;
    let c12 = c.now.y;
    let c22 = c.now.z;
    let c33 = c.now.w;
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
    work[o + 9u] = c.matrix.x;
    work[o + 10u] = c.matrix.z;
    st3(o + 11u, 0u, p1);
    st3(o + 14u, 0u, p2);
    st3(o + 17u, 0u, nrm);
    // Per corner: 1/2 rho C (A/3) |v_n|.
    work[o + 20u] = st.air * len / 12.0 * abs(dot(vel, nrm));
    work[o + 24u] = c.matrix.y;
    work[o + 25u] = c.matrix.w;
    st3(o + 21u, 0u, rest[lay.r_press + t] / 6.0 * cr);
}

struct Tensor {
    now: vec4<f32>,             // c11 c12 c22 c33 at a strain
    matrix: vec4<f32>,          // what the matrix has of them
}

// Membrane tensor of triangle t at a Green strain; `at_rest` is the one at rest.
// Stiffening cloth is up to twice as stiff against more stretch as it is now, and a
// step may start from a prediction in which it is slack: the matrix looks ahead.
fn tensor(t: u32, at_rest: vec4<f32>, g11: f32, g22: f32, g12: f32) -> Tensor {
    var soft = at_rest;
    soft.x *= select(1.0, COMPRESSION, g11 < 0.0);
    soft.z *= select(1.0, COMPRESSION, g22 < 0.0);
    let k = lay.r_tensor + TENSOR * topo[lay.t_fabric + t];
    if (rest[k] == 0.0) {
        return Tensor(soft, soft);
    }
    let half = g11 - g22;
    let longest = sqrt(1.0 + g11 + g22 + sqrt(half * half + 4.0 * g12 * g12));
    let share = clamp(6.0 * (longest - 1.0), 0.0, 1.0);
    // Angle of the longest stretch to the warp, in steps of 22.5 degrees.
    let turn = 0.5 * abs(atan2(2.0 * g12, half)) * (8.0 / PI);
    let row = min(u32(turn), 3u);
    let q = k + 1u + 4u * row;
    let low = vec4(rest[q], rest[q + 1u], rest[q + 2u], rest[q + 3u]);
    let high = vec4(rest[q + 4u], rest[q + 5u], rest[q + 6u], rest[q + 7u]);
    let stretched = mix(low, high, min(turn - f32(row), 1.0));
    var now = mix(at_rest, stretched, share);
    let ahead = max(now, mix(at_rest, stretched, select(1.0, max(2.0 * share, 0.5), share < 1.0)));
    let matrix = vec4(ahead.x, now.y, ahead.z, ahead.w);
    now.x *= select(1.0, COMPRESSION, g11 < 0.0);
    now.z *= select(1.0, COMPRESSION, g22 < 0.0);
    return Tensor(now, matrix);
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
