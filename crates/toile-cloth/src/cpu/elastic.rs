//! Twins of `elements.wgsl`, `assemble.wgsl` and `normals.wgsl`, with the
//! energies the kernels only know the derivatives of.

use glam::{DMat3, DVec3, Vec3};

use crate::topology::{COMPRESSION, Link, RestTri};

/// What `elements.wgsl` computes for a triangle.
#[derive(Clone, Copy, Debug)]
pub struct Membrane {
    /// Energy, J.
    pub energy: f64,
    /// Columns of the deformation gradient.
    pub f: [DVec3; 2],
    /// Nearest PSD stress `(S11, S22, S12)`, N/m.
    pub psd: DVec3,
    /// Stiffness `[c11, c12, c22, c33]` that the matrix has, N/m.
    pub c: [f64; 4],
    /// Forces on the corners, N.
    pub force: [DVec3; 3],
}

/// Shape-function gradient of a corner, `[warp, weft]`, 1/m.
#[must_use]
pub fn corner(r: &RestTri, k: usize) -> [f64; 2] {
    match k {
        0 => [-(r.b[0] + r.b[2]), -(r.b[1] + r.b[3])],
        1 => [r.b[0], r.b[1]],
        _ => [r.b[2], r.b[3]],
    }
}

/// Membrane tensor at the Green strain `[G11, G22, G12]`, N/m: it goes from that at
/// rest to that of the principal direction while the principal stretch goes from
/// nothing to a sixth (Wang, O'Brien and Ramamoorthi 2011; twin of `tensor`); and
/// what the matrix has of it, which is up to twice as stiff against more stretch.
#[must_use]
pub fn tensor(r: &RestTri, g: [f64; 3]) -> [[f64; 4]; 2] {
    let soft = |mut c: [f64; 4]| {
        for (k, g) in [(0, g[0]), (2, g[1])] {
            if g < 0.0 {
                c[k] *= f64::from(COMPRESSION);
            }
        }
        c
    };
    let Some(rows) = &r.stretched else {
        return [soft(r.c); 2];
    };
    let (mean, half) = (1.0 + g[0] + g[1], g[0] - g[1]);
    let longest = (mean + (half * half + 4.0 * g[2] * g[2]).sqrt()).sqrt();
    let share = (6.0 * (longest - 1.0)).clamp(0.0, 1.0);
    // Angle of the longest stretch to the warp, in steps of 22.5 degrees.
    let turn = 0.5 * (2.0 * g[2]).atan2(half).abs() * 8.0 / std::f64::consts::PI;
    let row = (turn as usize).min(3);
    let between = (turn - row as f64).min(1.0);
    let at = |k: usize, share: f64| {
        let stretched = rows[row][k] + (rows[row + 1][k] - rows[row][k]) * between;
        r.c[k] + (stretched - r.c[k]) * share
    };
    let ahead = if share < 1.0 {
        (2.0 * share).max(0.5)
    } else {
        1.0
    };
    let now: [f64; 4] = std::array::from_fn(|k| at(k, share));
    let mut matrix: [f64; 4] = std::array::from_fn(|k| at(k, ahead).max(now[k]));
    matrix[1] = now[1];
    [soft(now), matrix]
}

/// Orthotropic St. Venant–Kirchhoff membrane of one triangle at corners `x`, with viscous
/// shear from the corner displacements `d` over substep `h` (twin of
/// `membrane`).
#[must_use]
pub fn membrane(r: &RestTri, x: [DVec3; 3], d: [DVec3; 3], h: f64) -> Membrane {
    let gradient = |v: [DVec3; 3]| {
        let (e1, e2) = (v[1] - v[0], v[2] - v[0]);
        [e1 * r.b[0] + e2 * r.b[2], e1 * r.b[1] + e2 * r.b[3]]
    };
    let f = gradient(x);
    let g = [
        0.5 * (f[0].length_squared() - 1.0),
        0.5 * (f[1].length_squared() - 1.0),
        0.5 * f[0].dot(f[1]),
    ];
    let [now, matrix] = tensor(r, g);
    let [c11, c12, c22, c33] = now;
    let energy = r.area
        * (0.5 * c11 * g[0] * g[0]
            + c12 * g[0] * g[1]
            + 0.5 * c22 * g[1] * g[1]
            + c33 * g[2] * g[2]);
    let (s11, s22, s12) = (c11 * g[0] + c12 * g[1], c22 * g[1] + c12 * g[0], c33 * g[2]);
    let (mean, radius) = (
        0.5 * (s11 + s22),
        (0.25 * (s11 - s22).powi(2) + s12 * s12).sqrt(),
    );
    let (l1, l2) = ((mean + radius).max(0.0), (mean - radius).max(0.0));
    let q = if radius > 1e-20 {
        0.5 * (l1 - l2) / radius
    } else {
        0.0
    };
    let psd = DVec3::new(
        0.5 * (l1 + l2) + q * 0.5 * (s11 - s22),
        0.5 * (l1 + l2) - q * 0.5 * (s11 - s22),
        q * s12,
    );
    let rate = gradient(d);
    let s12 = s12 + r.beta / h * c33 * 0.5 * (f[0].dot(rate[1]) + f[1].dot(rate[0]));
    let force = [0, 1, 2].map(|k| {
        let b = corner(r, k);
        -r.area * ((s11 * b[0] + s12 * b[1]) * f[0] + (s12 * b[0] + s22 * b[1]) * f[1])
    });
    Membrane {
        energy,
        f,
        psd,
        c: matrix,
        force,
    }
}

/// SPD-projected membrane Hessian block between corners `i` and `j` (twin of
/// `edge_block`).
#[must_use]
pub fn membrane_block(r: &RestTri, m: &Membrane, i: usize, j: usize, h: f64) -> DMat3 {
    let (bi, bj) = (corner(r, i), corner(r, j));
    let outer = |a: DVec3, b: DVec3| DMat3::from_cols(a * b.x, a * b.y, a * b.z);
    let w = |b: [f64; 2]| {
        [
            m.f[0] * b[0],
            m.f[1] * b[1],
            (m.f[0] * b[1] + m.f[1] * b[0]) * 0.5,
        ]
    };
    let (wi, wj) = (w(bi), w(bj));
    let [c11, c12, c22, c33] = m.c;
    let c33 = c33 * (1.0 + r.beta / h);
    let material = outer(wi[0], wj[0]) * c11
        + (outer(wi[0], wj[1]) + outer(wi[1], wj[0])) * c12
        + outer(wi[1], wj[1]) * c22
        + outer(wi[2], wj[2]) * (2.0 * c33);
    let s = m.psd;
    let iso = s.x * bi[0] * bj[0] + s.y * bi[1] * bj[1] + s.z * (bi[0] * bj[1] + bi[1] * bj[0]);
    (material + DMat3::from_diagonal(DVec3::splat(iso))) * r.area
}

/// Hinge angle and its gradients at edge particles `x[0]`, `x[1]` and
/// opposite particles `x[2]`, `x[3]` (twin of `hinge`).
#[must_use]
pub fn hinge(x: [DVec3; 4]) -> (f64, [DVec3; 4]) {
    let (e, a, b) = (x[1] - x[0], x[2] - x[0], x[3] - x[0]);
    let l = e.length();
    let (c0, c1) = (e.cross(a), b.cross(e));
    let (n0, n1) = (c0.normalize(), c1.normalize());
    let theta = (e.dot(n1.cross(n0)) / l).atan2(n0.dot(n1));
    let (q0, q1) = (n0 * (l / c0.length()), n1 * (l / c1.length()));
    let (w0, w1) = (a.dot(e) / (l * l), b.dot(e) / (l * l));
    let g0 = -(q0 * (1.0 - w0) + q1 * (1.0 - w1));
    let g1 = -(q0 * w0 + q1 * w1);
    (theta, [g0, g1, q0, q1])
}

/// Bending moments `M (theta + beta/h dtheta)` of one triangle (twin of
/// `moments`).
#[must_use]
pub fn moments(r: &RestTri, theta: DVec3, change: DVec3, h: f64) -> DVec3 {
    r.m * (theta + change * (r.beta / h))
}

/// Bending energy of one triangle at its hinges' angles, J (twin of `marks`).
#[must_use]
pub fn bending_energy(r: &RestTri, theta: DVec3) -> f64 {
    0.5 * theta.dot(r.m * theta)
}

/// Force of the pressure `p` (Pa) on each corner of a triangle: a third of
/// pressure times area along its normal (twin of that part of `membrane`).
#[must_use]
pub fn pressure(p: f64, x: [DVec3; 3]) -> DVec3 {
    (x[1] - x[0]).cross(x[2] - x[0]) * (p / 6.0)
}

/// Force of a spring on its first end and the matrix block between its ends
/// (twin of `spring_block`), with rest length `rest` m and stiffness `k` N/m.
/// An elastic pulls only, and `change`, the predicted displacement of the first
/// end less that of the second, is damped along it.
#[must_use]
pub fn spring(
    link: Link,
    xi: DVec3,
    xj: DVec3,
    change: DVec3,
    rest: f64,
    k: f64,
) -> (DVec3, DMat3) {
    let d = xi - xj;
    let l = d.length().max(1e-9);
    let n = d / l;
    let nn = DMat3::from_cols(n * n.x, n * n.y, n * n.z);
    let tight = (1.0 - rest / l).max(0.0);
    let (pull, along) = match link {
        Link::Stitch => return (d * -k, DMat3::from_diagonal(DVec3::splat(-k))),
        Link::Elastic if l > rest => (tight * l + n.dot(change), 1.0 + rest / l),
        Link::Elastic => (n.dot(change), 1.0),
        Link::Held => (l - rest, 1.0 - tight),
    };
    (
        n * (-k * pull),
        nn * (-k * along) - DMat3::from_diagonal(DVec3::splat(k * tight)),
    )
}

/// Area-weighted vertex normals (twin of `normals.wgsl`).
#[must_use]
pub fn vertex_normals(x: &[Vec3], triangles: &[[u32; 3]]) -> Vec<Vec3> {
    let mut sum = vec![Vec3::ZERO; x.len()];
    for t in triangles {
        let [a, b, c] = t.map(|i| x[i as usize]);
        let n = (b - a).cross(c - a);
        for &i in t {
            sum[i as usize] += n;
        }
    }
    sum.into_iter()
        .map(|n| n.try_normalize().unwrap_or(Vec3::Y))
        .collect()
}
