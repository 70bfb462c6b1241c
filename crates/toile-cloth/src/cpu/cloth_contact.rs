//! Twin of `cloth_contact.wgsl`, with exhaustive searches.

use glam::Vec3;

use crate::cpu::body::closest_bary;
use crate::model::ClothMesh;
use crate::topology::Topology;

/// Distance kept between sheets, m.
pub const CLOTH_GAP: f32 = 0.0025;

/// Stiffness in units of mass / h².
pub const CLOTH_STIFFNESS: f32 = 1.0;

/// The same for an inner sheet under an outer one.
pub const INNER_STIFFNESS: f32 = 8.0;

/// Largest push in one substep, m.
pub const MAX_PUSH: f32 = 0.0015;

/// Cosine between the normals of sheets that count as nested.
pub const NESTED: f32 = -0.3;

/// What keeps one particle off another sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Push {
    /// Where to and how far, m.
    pub push: Vec3,
    /// Stiffness in units of mass / h².
    pub stiffness: f32,
    /// Predicted displacement of the other sheet there, m.
    pub step: Vec3,
    /// Triangle of the other sheet.
    pub triangle: usize,
    /// Weights of its corners at the contact.
    pub weights: Vec3,
}

/// Forces (N) that the particles of touched triangles take back: each push
/// times its stiffness, the other way, shared out by the weights. `h` is the
/// substep, s.
#[must_use]
pub fn reactions(
    mesh: &ClothMesh,
    topology: &Topology,
    pushes: &[Option<Push>],
    h: f32,
) -> Vec<Vec3> {
    let mut out = vec![Vec3::ZERO; pushes.len()];
    for (i, push) in pushes.iter().enumerate() {
        let Some(push) = push else { continue };
        let force = push.push * (push.stiffness * topology.mass[i] / (h * h));
        for (corner, weight) in mesh.triangles[push.triangle]
            .iter()
            .zip(push.weights.to_array())
        {
            out[*corner as usize] -= force * weight;
        }
    }
    out
}

/// Cloth contacts at predicted positions `x`, reached by displacements `d0`.
#[must_use]
pub fn cloth_contact(
    mesh: &ClothMesh,
    topology: &Topology,
    x: &[Vec3],
    d0: &[Vec3],
) -> Vec<Option<Push>> {
    let n = x.len();
    let reach = topology.cloth_reach(mesh);
    let rings = topology.two_rings(n);
    let mut around = vec![Vec::new(); n];
    let mut face = Vec::new();
    for (t, tri) in mesh.triangles.iter().enumerate() {
        let [a, b, c] = tri.map(|i| x[i as usize]);
        face.push((b - a).cross(c - a).normalize_or_zero());
        for &i in tri {
            around[i as usize].push(t);
        }
    }
    let nearest = |i: usize, foreign: bool| -> Option<usize> {
        (0..n)
            .filter(|&v| v != i && (mesh.layer[v] != mesh.layer[i]) == foreign)
            .filter(|&v| foreign || !rings[i].contains(&(v as u32)))
            .map(|v| (x[v].distance_squared(x[i]), v))
            .filter(|(d, _)| *d < reach * reach)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            .map(|(_, v)| v)
    };
    let against = |i: usize, v: usize| -> Option<Push> {
        let (t, w, p) = around[v]
            .iter()
            .map(|&t| {
                let [a, b, c] = mesh.triangles[t].map(|k| x[k as usize]);
                let w = closest_bary(x[i], a, b, c);
                (t, w, a * w.x + b * w.y + c * w.z)
            })
            .min_by(|a, b| {
                x[i].distance_squared(a.2)
                    .total_cmp(&x[i].distance_squared(b.2))
            })?;
        let normal = face[t];
        let gap = (x[i] - p).dot(normal);
        if x[i].distance_squared(p) - gap * gap > 1e-6 + 0.25 * gap * gap {
            return None;
        }
        let own = around[i]
            .iter()
            .map(|&t| face[t])
            .sum::<Vec3>()
            .normalize_or_zero();
        let mut side = if gap >= 0.0 { 1.0 } else { -1.0 };
        let mut stiffness = CLOTH_STIFFNESS;
        if mesh.layer[v] != mesh.layer[i] && own.dot(normal) > NESTED {
            let outer = mesh.layer[i] > mesh.layer[v];
            (side, stiffness) = if outer {
                (1.0, CLOTH_STIFFNESS)
            } else {
                (-1.0, INNER_STIFFNESS)
            };
        }
        let depth = CLOTH_GAP - side * gap;
        let tri = mesh.triangles[t];
        let step = (0..3).map(|k| d0[tri[k] as usize] * w[k]).sum();
        (depth > 0.0).then(|| Push {
            push: normal * (side * depth.min(MAX_PUSH)),
            stiffness,
            step,
            triangle: t,
            weights: w,
        })
    };
    (0..n)
        .map(|i| {
            let foreign = nearest(i, true).and_then(|v| against(i, v));
            foreign.or_else(|| nearest(i, false).and_then(|v| against(i, v)))
        })
        .collect()
}
