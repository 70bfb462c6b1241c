//! Connectivity and rest data of a cloth mesh, derived once on the CPU.

use std::collections::BTreeMap;

use glam::{DMat3, DVec2, DVec3};

use crate::coarse::Coarse;
use crate::model::{ClothMesh, FabricParams};

/// Marks "no hinge" and "no pin" in index arrays.
pub(crate) const NONE: u32 = u32::MAX;

/// Calibration of the per-triangle shape operator: the mean chord error of a
/// cantilever strip over right-triangle and Delaunay meshes is smallest here.
pub const BEND_CALIBRATION: f64 = 0.97;

/// Membrane stiffness in compression relative to tension. Fabric buckles
/// below the resolution of the mesh, so a coarse mesh must resist
/// compression less than the sheet does.
pub const COMPRESSION: f32 = 0.5;

/// Distance that cloth keeps from cloth, m.
pub(crate) const CLOTH_DISTANCE: f32 = 0.0025;

/// Distance the body contact moves outward per garment layer, m.
pub const LAYER_GAP: f32 = 0.0025;

/// Smallest contact offset from the body, m.
pub const MIN_OFFSET: f32 = 0.005;

/// Two triangles sharing an edge.
#[derive(Clone, Copy, Debug)]
pub struct Hinge {
    /// Edge particles 0 and 1 (winding of the first triangle), then the
    /// opposite particle of the first and of the second triangle.
    pub v: [u32; 4],
    /// `triangle * 3 + slot` of the edge in both triangles.
    pub slots: [u32; 2],
}

/// What a spring is and how it acts; the numbers mirror `common.wgsl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// A stitch: rest length 0, stiffness of the plan.
    Stitch = 0,
    /// A segment of an elastic band: pulls only.
    Elastic = 1,
    /// An attachment or a segment of an allowance: pulls and pushes.
    Held = 2,
}

/// An elastic link between two particles.
#[derive(Clone, Copy, Debug)]
pub struct Spring {
    /// The two particles.
    pub v: [u32; 2],
    /// Rest length, m; 0 for a stitch.
    pub rest: f32,
    /// Stiffness, N/m; ignored for a stitch (the plan gives it).
    pub stiffness: f32,
    /// What it is.
    pub link: Link,
}

/// Rest data of one triangle.
#[derive(Clone, Copy, Debug)]
pub struct RestTri {
    /// Shape-function gradients of corners 1 and 2 along warp and weft, 1/m:
    /// `[b1u, b1v, b2u, b2v]`; corner 0 is minus their sum.
    pub b: [f64; 4],
    /// Area, m².
    pub area: f64,
    /// Membrane `[c11, c12, c22, c33]` after projection to SPD, N/m.
    pub c: [f64; 4],
    /// The same at a sixth of stretch and more, in five directions; see
    /// [`FabricParams::stretched`].
    pub stretched: Option<[[f64; 4]; 5]>,
    /// Bending matrix on the three hinge angles (symmetric 3x3), J.
    pub m: DMat3,
    /// Rayleigh coefficient, s.
    pub beta: f64,
}

/// Everything derived from a mesh.
pub struct Topology {
    /// Hinges.
    pub hinges: Vec<Hinge>,
    /// Hinge index of each triangle slot (edge from corner i to i+1).
    pub tri_hinge: Vec<[u32; 3]>,
    /// Undirected edges of the triangles, then the springs.
    pub edges: Vec<[u32; 2]>,
    /// Number of leading entries of `edges` that come from triangles.
    pub tri_edges: usize,
    /// Triangles at each triangle edge as `triangle * 16 + corner_i * 4 + corner_j`.
    pub edge_tris: Vec<Vec<u32>>,
    /// Springs, one per trailing edge.
    pub springs: Vec<Spring>,
    /// Hinge-opposite pairs that are not edges.
    pub extras: Vec<[u32; 2]>,
    /// Index into `edges` (or `tri_edges_total + extra`) of the six pairs of
    /// every hinge: 01 02 03 12 13 23.
    pub hinge_pairs: Vec<[u32; 6]>,
    /// Bending stiffness that allowances add to each triangle, N·m.
    pub seam_bend: Vec<f64>,
    /// Rest triangles.
    pub rest: Vec<RestTri>,
    /// Lumped masses, kg.
    pub mass: Vec<f32>,
    /// Contact offset from the body, m.
    pub offset: Vec<f32>,
    /// Friction coefficient.
    pub friction: Vec<f32>,
    /// Whether each particle is pinned hard.
    pub hard_pin: Vec<bool>,
    /// Coarse space of the linear solver.
    pub coarse: Coarse,
}

/// Projects a membrane tensor so that `c11 c22 > c12²` holds with margin,
/// also in compression.
#[must_use]
pub fn project_membrane(c: [f32; 4]) -> [f64; 4] {
    let c = c.map(f64::from);
    let limit = 0.95 * f64::from(COMPRESSION) * (c[0] * c[2]).sqrt();
    [c[0], c[1].clamp(-limit, limit), c[2], c[3]]
}

/// Plate matrix on `(Kuu, Kvv, 2 Kuv)` from warp, weft and bias stiffness,
/// with zero Poisson coupling. Cylindrical bending at 45 degrees must give
/// the bias stiffness, which fixes the twist entry (floored at 5 %).
#[must_use]
pub fn plate(f: &FabricParams) -> DMat3 {
    let (w, e, b) = (
        f64::from(f.bend_warp),
        f64::from(f.bend_weft),
        f64::from(f.bend_bias),
    );
    DMat3::from_diagonal(DVec3::new(w, e, (b - (w + e) / 4.0).max(0.05 * b)))
}

impl Topology {
    /// Derives the topology of a checked mesh.
    #[must_use]
    pub fn new(mesh: &ClothMesh) -> Self {
        let n = mesh.positions.len();
        let nt = mesh.triangles.len();
        let mut hard_pin = vec![false; n];
        for p in &mesh.pins {
            if p.stiffness.is_infinite() {
                hard_pin[p.particle as usize] = true;
            }
        }
        // Hinges: the first two triangles that run an edge in opposite
        // directions. A third triangle at the same edge stays a free edge.
        let mut open: BTreeMap<(u32, u32), (u32, u32)> = BTreeMap::new();
        let mut hinges = Vec::new();
        let mut tri_hinge = vec![[NONE; 3]; nt];
        for (t, tri) in mesh.triangles.iter().enumerate() {
            for s in 0..3 {
                let (p, q, r) = (tri[s], tri[(s + 1) % 3], tri[(s + 2) % 3]);
                if let Some((slot, opposite)) = open.remove(&(q, p)) {
                    let h = hinges.len() as u32;
                    tri_hinge[slot as usize / 3][slot as usize % 3] = h;
                    tri_hinge[t][s] = h;
                    hinges.push(Hinge {
                        v: [q, p, opposite, r],
                        slots: [slot, (t * 3 + s) as u32],
                    });
                } else {
                    open.entry((p, q)).or_insert(((t * 3 + s) as u32, r));
                }
            }
        }
        let mut index: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        let mut edges: Vec<[u32; 2]> = Vec::new();
        let mut edge_tris: Vec<Vec<u32>> = Vec::new();
        for (t, tri) in mesh.triangles.iter().enumerate() {
            for (a, b) in [(0usize, 1usize), (1, 2), (2, 0)] {
                let (i, j) = (tri[a], tri[b]);
                let e = *index.entry((i.min(j), i.max(j))).or_insert_with(|| {
                    edges.push([i, j]);
                    edge_tris.push(Vec::new());
                    edges.len() as u32 - 1
                });
                let (ci, cj) = if edges[e as usize][0] == i {
                    (a, b)
                } else {
                    (b, a)
                };
                edge_tris[e as usize].push((t * 16 + ci * 4 + cj) as u32);
            }
        }
        let tri_edges = edges.len();
        let rest_length = |i: u32, j: u32| -> Option<f64> {
            let e = *index.get(&(i.min(j), i.max(j)))?;
            let code = edge_tris[e as usize][0] as usize;
            let r = &mesh.rest[code / 16];
            Some(f64::from(r[(code / 4) % 4].distance(r[code % 4])))
        };
        let mut springs: Vec<Spring> = mesh
            .stitches
            .iter()
            .map(|s| Spring {
                v: *s,
                rest: 0.0,
                stiffness: 0.0,
                link: Link::Stitch,
            })
            .collect();
        for band in &mesh.bands {
            let k = band.particles.len();
            let count = if band.closed && k > 2 { k } else { k - 1 };
            let pairs: Vec<[u32; 2]> = (0..count)
                .map(|s| [band.particles[s], band.particles[(s + 1) % k]])
                .collect();
            let lengths: Vec<f64> = pairs
                .iter()
                .map(|[i, j]| {
                    rest_length(*i, *j).unwrap_or_else(|| {
                        f64::from(mesh.positions[*i as usize].distance(mesh.positions[*j as usize]))
                    })
                })
                .map(|l| l.max(1e-6))
                .collect();
            let total: f64 = lengths.iter().sum();
            for (v, l) in pairs.iter().zip(&lengths) {
                let rest = f64::from(band.rest_length) * l / total;
                springs.push(Spring {
                    v: *v,
                    rest: rest as f32,
                    stiffness: (f64::from(band.stiffness) / rest) as f32,
                    link: Link::Elastic,
                });
            }
        }
        springs.extend(mesh.attachments.iter().map(|a| Spring {
            v: a.particles,
            rest: a.rest_length,
            stiffness: a.stiffness,
            link: Link::Held,
        }));
        let shortest = |[i, j]: [u32; 2]| -> Option<f64> {
            // Of both sides of a gathered seam the one that is not gathered.
            let e = *index.get(&(i.min(j), i.max(j)))?;
            edge_tris[e as usize]
                .iter()
                .map(|code| {
                    let r = &mesh.rest[*code as usize / 16];
                    f64::from(r[(*code as usize / 4) % 4].distance(r[*code as usize % 4]))
                })
                .min_by(f64::total_cmp)
        };
        for allowance in &mesh.allowances {
            for pair in allowance.particles.windows(2) {
                let v = [pair[0], pair[1]];
                if let Some(rest) = shortest(v) {
                    springs.push(Spring {
                        v,
                        rest: rest as f32,
                        stiffness: (f64::from(allowance.tension) / rest) as f32,
                        link: Link::Held,
                    });
                }
            }
        }
        edges.extend(springs.iter().map(|s| s.v));
        let mut extras: Vec<[u32; 2]> = Vec::new();
        let mut extra_index: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        let edge_total = edges.len() as u32;
        let hinge_pairs = hinges
            .iter()
            .map(|h: &Hinge| {
                let mut out = [0; 6];
                for (k, (a, b)) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
                    .into_iter()
                    .enumerate()
                {
                    let (i, j) = (h.v[a], h.v[b]);
                    let key = (i.min(j), i.max(j));
                    out[k] = index.get(&key).copied().unwrap_or_else(|| {
                        *extra_index.entry(key).or_insert_with(|| {
                            extras.push([i, j]);
                            edge_total + extras.len() as u32 - 1
                        })
                    });
                }
                out
            })
            .collect();
        let mut topology = Self {
            hinges,
            tri_hinge,
            edges,
            tri_edges,
            edge_tris,
            springs,
            extras,
            hinge_pairs,
            seam_bend: Vec::new(),
            rest: Vec::new(),
            mass: Vec::new(),
            offset: Vec::new(),
            friction: Vec::new(),
            hard_pin,
            coarse: Coarse::default(),
        };
        topology.coarse = Coarse::new(mesh, &topology);
        topology.seam_bend = topology.seam_stiffness(mesh);
        topology.set_fabrics(mesh, &mesh.fabrics);
        topology
    }

    /// Recomputes what depends on the fabrics.
    pub fn set_fabrics(&mut self, mesh: &ClothMesh, fabrics: &[FabricParams]) {
        let n = mesh.positions.len();
        let mut mass = vec![0.0f64; n];
        let mut friction = vec![0.0f64; n];
        let mut thickness = vec![0.0f32; n];
        let mut area_sum = vec![0.0f64; n];
        self.rest = (0..mesh.triangles.len())
            .map(|t| {
                let f = &fabrics[mesh.fabric[t] as usize];
                let r = self.rest_tri(mesh, t, f);
                for &i in &mesh.triangles[t] {
                    let i = i as usize;
                    mass[i] += f64::from(f.area_density) * r.area / 3.0;
                    friction[i] += f64::from(f.friction) * r.area;
                    area_sum[i] += r.area;
                    thickness[i] = thickness[i].max(f.thickness);
                }
                r
            })
            .collect();
        // A particle outside every triangle still needs a mass.
        let typical = mass.iter().sum::<f64>() / n as f64;
        self.mass = mass
            .iter()
            .map(|m| if *m > 0.0 { *m as f32 } else { typical as f32 })
            .collect();
        self.friction = (0..n)
            .map(|i| (friction[i] / area_sum[i].max(1e-30)) as f32)
            .collect();
        self.offset = (0..n)
            .map(|i| thickness[i].max(MIN_OFFSET) + mesh.layer[i] as f32 * LAYER_GAP)
            .collect();
    }

    /// Bending stiffness that allowances add to the triangles at their seam, N·m.
    fn seam_stiffness(&self, mesh: &ClothMesh) -> Vec<f64> {
        let mut seams: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for a in &mesh.allowances {
            for w in a.particles.windows(2) {
                *seams.entry((w[0].min(w[1]), w[0].max(w[1]))).or_default() += f64::from(a.bending);
            }
        }
        let mut out = vec![0.0; mesh.triangles.len()];
        for ([i, j], triangles) in self.edges.iter().zip(&self.edge_tris) {
            if let Some(bending) = seams.get(&(*i.min(j), *i.max(j))) {
                for code in triangles {
                    out[*code as usize / 16] += bending;
                }
            }
        }
        out
    }

    fn rest_tri(&self, mesh: &ClothMesh, t: usize, f: &FabricParams) -> RestTri {
        let p = mesh.rest[t].map(|v| DVec2::new(f64::from(v.x), f64::from(v.y)));
        let (e1, e2) = (p[1] - p[0], p[2] - p[0]);
        let det = e1.perp_dot(e2);
        let area = 0.5 * det;
        // Further layers are alike in all directions: their twist entry is half.
        let layers = DMat3::from_diagonal(DVec3::new(1.0, 1.0, 0.5)) * self.seam_bend[t];
        let b = [e2.y / det, -e2.x / det, -e1.y / det, e1.x / det];
        RestTri {
            b,
            area,
            c: project_membrane(f.stretch),
            stretched: f.stretched.map(|rows| rows.map(project_membrane)),
            m: self.bend_matrix(mesh, t, p, area, plate(f) + layers),
            beta: f64::from(f.damping),
        }
    }

    /// `M` with `E = 1/2 theta^T M theta` for the triangle's three hinge
    /// angles: the shape operator `Lambda = sum w_i l_i theta_i / A t_i t_i^T`
    /// under the plate tensor. The unknown angle of a free edge is eliminated
    /// (zero moment there); an edge on a clamp line gives its whole angle to
    /// the free triangle.
    fn bend_matrix(
        &self,
        mesh: &ClothMesh,
        t: usize,
        p: [DVec2; 3],
        area: f64,
        plate: DMat3,
    ) -> DMat3 {
        let tri = mesh.triangles[t];
        if tri.iter().all(|&i| self.hard_pin[i as usize]) {
            return DMat3::ZERO;
        }
        let mut columns = [DVec3::ZERO; 3];
        let mut missing = Vec::new();
        for s in 0..3 {
            let e = p[(s + 1) % 3] - p[s];
            let l = e.length();
            let normal = DVec2::new(-e.y, e.x) / l;
            let shape = DVec3::new(
                normal.x * normal.x,
                normal.y * normal.y,
                2.0 * normal.x * normal.y,
            );
            let h = self.tri_hinge[t][s];
            if h == NONE {
                missing.push(shape);
                continue;
            }
            let v = self.hinges[h as usize].v.map(|i| self.hard_pin[i as usize]);
            let weight = if v[0] && v[1] && (v[2] || v[3]) {
                1.0
            } else {
                0.5
            };
            columns[s] = shape * (weight * l / area);
        }
        let effective = match missing.as_slice() {
            [] => plate,
            [a] => {
                let z = plate * *a;
                plate - DMat3::from_cols(z * z.x, z * z.y, z * z.z) * (1.0 / a.dot(z))
            }
            [a, b] => {
                let (za, zb) = (plate * *a, plate * *b);
                let (aa, ab, bb) = (a.dot(za), a.dot(zb), b.dot(zb));
                let det = aa * bb - ab * ab;
                let outer = |x: DVec3, y: DVec3| DMat3::from_cols(x * y.x, x * y.y, x * y.z);
                let reduction =
                    outer(za, za) * bb - (outer(za, zb) + outer(zb, za)) * ab + outer(zb, zb) * aa;
                plate - reduction * (1.0 / det)
            }
            _ => return DMat3::ZERO,
        };
        if !effective.is_finite() {
            return DMat3::ZERO;
        }
        let shape = DMat3::from_cols(columns[0], columns[1], columns[2]);
        (shape.transpose() * effective * shape) * (area * BEND_CALIBRATION)
    }

    /// Weights of the constant bending matrix over `edges`, then `extras`,
    /// for substep `h`: `sum_h k_h c_a c_b` with the flat rest-state
    /// coefficients `c`, and `k_h` the absolute row sums of `M`, which
    /// majorise the coupled per-triangle energy (Gershgorin), so one Newton
    /// step with this matrix can never overshoot in bending.
    #[must_use]
    pub fn bend_weights(&self, mesh: &ClothMesh, h: f64) -> Vec<f32> {
        let mut w = vec![0.0f64; self.edges.len() + self.extras.len()];
        for (k, hinge) in self.hinges.iter().enumerate() {
            let mut stiffness = 0.0;
            let mut c = [0.0f64; 4];
            for (side, slot) in hinge.slots.iter().enumerate() {
                let (t, s) = (*slot as usize / 3, *slot as usize % 3);
                let r = &self.rest[t];
                let column = r.m.col(s);
                stiffness +=
                    (column.x.abs() + column.y.abs() + column.z.abs()) * (1.0 + r.beta / h);
                let p = mesh.rest[t].map(|v| DVec2::new(f64::from(v.x), f64::from(v.y)));
                let (a, b, o) = (p[s], p[(s + 1) % 3], p[(s + 2) % 3]);
                let e = b - a;
                let height = (2.0 * r.area / e.length()).max(1e-9);
                let foot = (o - a).dot(e) / e.length_squared();
                // The first triangle runs the edge 0 -> 1, the second 1 -> 0.
                let (i, j) = if side == 0 { (0, 1) } else { (1, 0) };
                c[2 + side] += 1.0 / height;
                c[i] -= (1.0 - foot) / height;
                c[j] -= foot / height;
            }
            for (pair, (a, b)) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
                .into_iter()
                .enumerate()
            {
                w[self.hinge_pairs[k][pair] as usize] += stiffness * c[a] * c[b];
            }
        }
        w.into_iter().map(|x| x as f32).collect()
    }

    /// Distance that cloth keeps from cloth, m: 2.5 mm, or a quarter of the mean
    /// pattern length of the triangle edges where that is less, so that a fine
    /// mesh does not push itself apart.
    #[must_use]
    pub fn reach(&self, mesh: &ClothMesh) -> f32 {
        (0.25 * self.mean_edge(mesh)).min(CLOTH_DISTANCE)
    }

    /// Mean length of the triangles' edges in the pattern, m.
    #[must_use]
    pub fn mean_edge(&self, mesh: &ClothMesh) -> f32 {
        let sum: f32 = (0..self.tri_edges)
            .map(|e| {
                let code = self.edge_tris[e][0] as usize;
                let r = &mesh.rest[code / 16];
                r[(code / 4) % 4].distance(r[code % 4])
            })
            .sum();
        sum / self.tri_edges as f32
    }
}
