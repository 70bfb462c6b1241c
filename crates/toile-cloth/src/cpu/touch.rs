//! Twin of `touch.wgsl`, with an exhaustive search.

use glam::Vec3;

use crate::cpu::body::closest_bary;
use crate::cpu::guard::closest_segments;
use crate::model::ClothMesh;
use crate::topology::Topology;

/// How far a pair is pushed apart in one substep, m.
pub const RECOVER: f32 = 0.00005;

/// Stiffness of a pair over that which stops it when it is free to move.
pub const STIFF: f32 = 30.0;

/// Speed below which friction is viscous, m/s.
pub const SLOW: f32 = 1e-3;

/// Force (N) of cloth on every particle of it. `x` are the positions at the start
/// of the substep, `d0` the predicted displacements (m), `h` the substep (s).
#[must_use]
pub fn forces(mesh: &ClothMesh, topology: &Topology, x: &[Vec3], d0: &[Vec3], h: f32) -> Vec<Vec3> {
    let mut out = vec![Vec3::ZERO; x.len()];
    let reach = topology.reach(mesh);
    let joined = mesh.stitched();
    let mut touch = |ids: [u32; 4], s: [f32; 4], between: Vec3| {
        let ids = ids.map(|i| i as usize);
        let gap = between.length();
        let n = between / gap.max(1e-12);
        let u: Vec3 = ids.iter().zip(s).map(|(&i, s)| d0[i] * s).sum();
        let along = u.dot(n);
        let nearer = (-along).max(0.0);
        let e = (reach - gap - along).min(nearer + RECOVER);
        if e <= 0.0 || gap < 1e-7 {
            return;
        }
        let light: f32 = ids
            .iter()
            .zip(s)
            .map(|(&i, s)| s * s / topology.mass[i])
            .sum();
        let mu: f32 = ids
            .iter()
            .zip(s)
            .map(|(&i, s)| 0.5 * s.abs() * topology.friction[i])
            .sum();
        let k = STIFF / (light * h * h);
        let slide = u - n * along;
        let f = n * (k * e) - slide * (mu * k * e.min(nearer) / slide.length().max(SLOW * h));
        for (&i, s) in ids.iter().zip(s) {
            out[i] += f * s;
        }
    };
    let apart = |a: &[u32], b: &[u32]| {
        a.iter()
            .all(|&i| b.iter().all(|&j| joined[i as usize] != joined[j as usize]))
    };
    for i in 0..x.len() as u32 {
        for t in mesh.triangles.iter().filter(|t| apart(&[i], *t)) {
            let [a, b, c] = t.map(|k| x[k as usize]);
            let w = closest_bary(x[i as usize], a, b, c);
            let between = x[i as usize] - (a * w.x + b * w.y + c * w.z);
            touch([i, t[0], t[1], t[2]], [1.0, -w.x, -w.y, -w.z], between);
        }
    }
    let edges = &topology.edges[..topology.tri_edges];
    for (k, e) in edges.iter().enumerate() {
        for f in edges[..k].iter().filter(|f| apart(e, *f)) {
            let [a, b] = e.map(|i| x[i as usize]);
            let [c, d] = f.map(|i| x[i as usize]);
            let (s, t) = closest_segments(a, b - a, c, d - c);
            if s > 0.0 && s < 1.0 && t > 0.0 && t < 1.0 {
                let between = a.lerp(b, s) - c.lerp(d, t);
                touch([e[0], e[1], f[0], f[1]], [1.0 - s, s, t - 1.0, -t], between);
            }
        }
    }
    out
}
