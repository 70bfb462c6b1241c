//! Packs the body for the contact kernels: merges duplicated vertices, keeps
//! the regions some particle meets, appends the carriers of body pins.

use std::collections::BTreeMap;

use glam::Vec3;

use crate::cpu::body::pseudo_normals;
use crate::error::{self, ClothError};
use crate::model::{BodyMesh, ClothMesh, PinTarget};

/// The body as the kernels see it.
#[derive(Default)]
pub(crate) struct PackedBody {
    /// 12 words per vertex, as `skin_body.wgsl` reads them.
    pub(crate) vertices: Vec<u32>,
    /// Vertices in the grid (the rest carry pins).
    pub(crate) grid_count: usize,
    /// All vertices.
    pub(crate) count: usize,
    pub(crate) triangles: Vec<[u32; 3]>,
    pub(crate) region: Vec<u32>,
    /// Vertex of each pin, in the order of `ClothMesh::pins`; `None` for world pins.
    pub(crate) pin_vertex: Vec<Option<u32>>,
    pub(crate) joint_count: usize,
}

impl PackedBody {
    pub(crate) fn new(mesh: &ClothMesh, body: Option<&BodyMesh>) -> Result<Self, ClothError> {
        let mut out = Self {
            pin_vertex: vec![None; mesh.pins.len()],
            ..Self::default()
        };
        let Some(body) = body else {
            if mesh
                .pins
                .iter()
                .any(|p| matches!(p.target, PinTarget::Body { .. }))
            {
                return Err(error::mesh(
                    "pins",
                    "a pin names a body vertex but there is no body",
                    "pass the body",
                ));
            }
            return Ok(out);
        };
        body.check()?;
        out.joint_count = body.joint_count;
        let wanted = mesh.body_mask.iter().fold(0, |a, b| a | b);
        // Vertices split along UV seams are one vertex here.
        let mut place: BTreeMap<[u32; 3], u32> = BTreeMap::new();
        let mut first = Vec::with_capacity(body.positions.len());
        for (i, p) in body.positions.iter().enumerate() {
            first.push(
                *place
                    .entry([p.x.to_bits(), p.y.to_bits(), p.z.to_bits()])
                    .or_insert(i as u32),
            );
        }
        let merged: Vec<[u32; 3]> = body
            .triangles
            .iter()
            .map(|t| t.map(|i| first[i as usize]))
            .collect();
        let mut normal = pseudo_normals(&body.positions, &merged);
        for (n, given) in normal.iter_mut().zip(&body.normals) {
            if *n == Vec3::ZERO {
                *n = given.normalize_or_zero();
            }
        }
        let mut index = vec![u32::MAX; body.positions.len()];
        for &t in &merged {
            if t[0] == t[1] || t[1] == t[2] || t[2] == t[0] {
                continue;
            }
            if t.iter().all(|&i| body.region[i as usize] & wanted == 0) {
                continue;
            }
            let t = t.map(|i| {
                let slot = &mut index[i as usize];
                if *slot == u32::MAX {
                    *slot = out.region.len() as u32;
                    out.region.push(body.region[i as usize]);
                    push_vertex(
                        &mut out.vertices,
                        body,
                        i as usize,
                        Vec3::ZERO,
                        normal[i as usize],
                    );
                }
                *slot
            });
            out.triangles.push(t);
        }
        out.grid_count = out.region.len();
        for (k, pin) in mesh.pins.iter().enumerate() {
            if let PinTarget::Body { vertex, offset } = pin.target {
                if vertex as usize >= body.positions.len() {
                    return Err(error::mesh(
                        "pins",
                        format!("pin {k} names body vertex {vertex}"),
                        "use an index into the body's positions",
                    ));
                }
                out.pin_vertex[k] = Some((out.vertices.len() / 12) as u32);
                push_vertex(
                    &mut out.vertices,
                    body,
                    vertex as usize,
                    offset,
                    body.normals[vertex as usize],
                );
            }
        }
        out.count = out.vertices.len() / 12;
        Ok(out)
    }

    /// Start (absolute in `base`) and list of the triangles around each grid vertex.
    pub(crate) fn rings(&self, base: usize) -> Vec<u32> {
        let mut lists = vec![Vec::new(); self.grid_count];
        for (t, tri) in self.triangles.iter().enumerate() {
            for &v in tri {
                lists[v as usize].push(t as u32);
            }
        }
        super::pack::absolute_csr(&lists, base)
    }
}

fn push_vertex(out: &mut Vec<u32>, body: &BodyMesh, i: usize, offset: Vec3, n: Vec3) {
    let p = body.positions[i] + offset;
    let j = body.joints[i].map(u32::from);
    let total: f32 = body.weights[i].iter().sum();
    let w = body.weights[i].map(|w| if total > 0.0 { w / total } else { 0.0 });
    out.extend([
        p.x.to_bits(),
        p.y.to_bits(),
        p.z.to_bits(),
        j[0] | (j[1] << 16),
    ]);
    out.extend([
        n.x.to_bits(),
        n.y.to_bits(),
        n.z.to_bits(),
        j[2] | (j[3] << 16),
    ]);
    out.extend(w.map(f32::to_bits));
}
