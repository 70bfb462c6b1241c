//! Packs the body for the contact kernels: merges duplicated vertices, keeps
//! the regions some particle meets, appends the carriers of body pins.

use std::collections::BTreeMap;

use glam::{BVec3, Mat4, Vec3};

use crate::cpu::body::{bulges, pseudo_normals};
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
    /// See [`bulges`], m.
    pub(crate) bulge: Vec<f32>,
    /// Vertex of each pin, in the order of `ClothMesh::pins`; `None` for world pins.
    pub(crate) pin_vertex: Vec<Option<u32>>,
    pub(crate) joint_count: usize,
    /// Joints that move grid vertices, and the box around those, m, as bound.
    boxes: Vec<(usize, [Vec3; 2])>,
}

/// Height of an edge's middle above the body that the contact offset gives, m: the
/// least offset is 5 mm.
const CLEARED: f32 = 0.003;

impl PackedBody {
    /// `chord`: length of the cloth's edges, m.
    pub(crate) fn new(
        mesh: &ClothMesh,
        body: Option<&BodyMesh>,
        chord: f32,
    ) -> Result<Self, ClothError> {
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
        let mut kept = Vec::new();
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
                    kept.push(i);
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
        let [points, normals] = [&body.positions, &normal]
            .map(|of| kept.iter().map(|&i| of[i as usize]).collect::<Vec<Vec3>>());
        out.boxes = boxes(body, &kept);
        out.bulge = bulges(&points, &normals, &out.triangles, chord, CLEARED);
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

    /// See [`crate::ClothSim::body_travel`]. A skinned vertex goes no farther than the
    /// joints that move it would take it.
    pub(crate) fn travel(&self, start: &[Mat4], end: &[Mat4], shift: Vec3) -> f32 {
        let corner = |[low, high]: [Vec3; 2], k: usize| {
            Vec3::select(BVec3::new(k & 1 != 0, k & 2 != 0, k & 4 != 0), high, low)
        };
        self.boxes
            .iter()
            .filter_map(|(j, ends)| {
                let (start, end) = (start.get(*j)?, end.get(*j)?);
                let step = |k| {
                    let p = corner(*ends, k);
                    end.transform_point3(p) - start.transform_point3(p) - shift
                };
                (0..8).map(|k| step(k).length()).reduce(f32::max)
            })
            .fold(0.0, f32::max)
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

/// Boxes around the vertices that each joint moves by a tenth or more.
fn boxes(body: &BodyMesh, kept: &[u32]) -> Vec<(usize, [Vec3; 2])> {
    let mut boxes: BTreeMap<usize, [Vec3; 2]> = BTreeMap::new();
    for &i in kept {
        let i = i as usize;
        let p = body.positions[i];
        for (j, w) in body.joints[i].into_iter().zip(body.weights[i]) {
            if w >= 0.1 {
                let [low, high] = boxes.entry(j.into()).or_insert([p, p]);
                (*low, *high) = (low.min(p), high.max(p));
            }
        }
    }
    boxes.into_iter().collect()
}

pub(super) fn push_vertex(out: &mut Vec<u32>, body: &BodyMesh, i: usize, offset: Vec3, n: Vec3) {
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
