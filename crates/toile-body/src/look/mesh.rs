//! Patches of the base mesh that can be cut along smooth curves.
//!
//! Every patch vertex remembers the base vertices it is mixed from, so skin
//! weights and face morphs of a cut edge are exact interpolations.

use std::collections::HashMap;

use glam::{Vec2, Vec3};

use super::model::Model;
use crate::Triangle;

/// A vertex as a convex combination of base vertices.
#[derive(Debug, Clone)]
pub(crate) struct PatchVertex {
    /// Base vertex and share; the shares sum to one.
    pub(crate) mix: Vec<(u32, f32)>,
    /// Texture coordinate, v upwards.
    pub(crate) uv: Vec2,
    /// Bind position, metres.
    pub(crate) pos: Vec3,
    /// Unit normal.
    pub(crate) normal: Vec3,
}

impl PatchVertex {
    fn lerp(&self, other: &Self, t: f32) -> Self {
        let mut mix: Vec<(u32, f32)> = Vec::with_capacity(self.mix.len() + other.mix.len());
        let shares = self.mix.iter().map(|&(v, w)| (v, w * (1.0 - t)));
        for (v, w) in shares.chain(other.mix.iter().map(|&(v, w)| (v, w * t))) {
            match mix.iter_mut().find(|m| m.0 == v) {
                Some(m) => m.1 += w,
                None => mix.push((v, w)),
            }
        }
        Self {
            mix,
            uv: self.uv.lerp(other.uv, t),
            pos: self.pos.lerp(other.pos, t),
            normal: self
                .normal
                .lerp(other.normal, t)
                .try_normalize()
                .unwrap_or(self.normal),
        }
    }
}

/// A triangle mesh made of pieces of the base mesh.
#[derive(Debug, Clone, Default)]
pub(crate) struct Patch {
    /// Vertices, split where texture coordinates differ.
    pub(crate) verts: Vec<PatchVertex>,
    /// Counter-clockwise triangles.
    pub(crate) tris: Vec<[u32; 3]>,
}

impl Patch {
    /// Base triangles as a patch.
    pub(crate) fn new(model: &Model<'_>, tris: impl IntoIterator<Item = Triangle>) -> Self {
        let mut ids: HashMap<(u32, u32), u32> = HashMap::new();
        let mut patch = Self::default();
        for t in tris {
            let tri = [0, 1, 2].map(|k| {
                let (v, u) = (t.verts[k], t.uvs[k]);
                *ids.entry((v, u)).or_insert_with(|| {
                    patch.verts.push(PatchVertex {
                        mix: vec![(v, 1.0)],
                        uv: model.uvs[u as usize],
                        pos: model.verts[v as usize],
                        normal: model.normals[v as usize],
                    });
                    patch.verts.len() as u32 - 1
                })
            });
            patch.tris.push(tri);
        }
        patch
    }

    /// Splits along the zero curve of `field`: returns the part where it is
    /// positive and the part where it is negative.
    ///
    /// `field` is linear within each triangle, so the cut follows the curve to
    /// second order in the edge length instead of stepping along triangles.
    pub(crate) fn split(&self, field: impl Fn(&PatchVertex) -> f32) -> (Self, Self) {
        let values: Vec<f32> = self
            .verts
            .iter()
            .map(|v| {
                let f = field(v);
                // Never exactly on the curve: keeps every crossing inside an edge.
                if f.abs() < 1e-6 { 1e-6 } else { f }
            })
            .collect();
        let mut all = self.verts.clone();
        let mut crossing: HashMap<(u32, u32), u32> = HashMap::new();
        let mut halves = [Vec::new(), Vec::new()];
        for t in &self.tris {
            let mut rings: [Vec<u32>; 2] = [Vec::new(), Vec::new()];
            for k in 0..3 {
                let (a, b) = (t[k], t[(k + 1) % 3]);
                let (fa, fb) = (values[a as usize], values[b as usize]);
                rings[usize::from(fa < 0.0)].push(a);
                if (fa < 0.0) != (fb < 0.0) {
                    let key = (a.min(b), a.max(b));
                    let mid = *crossing.entry(key).or_insert_with(|| {
                        let (f0, f1) = (values[key.0 as usize], values[key.1 as usize]);
                        let v = self.verts[key.0 as usize]
                            .lerp(&self.verts[key.1 as usize], f0 / (f0 - f1));
                        all.push(v);
                        all.len() as u32 - 1
                    });
                    rings[0].push(mid);
                    rings[1].push(mid);
                }
            }
            for (half, ring) in halves.iter_mut().zip(&rings) {
                for k in 2..ring.len() {
                    half.push([ring[0], ring[k - 1], ring[k]]);
                }
            }
        }
        let [positive, negative] = halves;
        (
            Self::compact(&all, &positive),
            Self::compact(&all, &negative),
        )
    }

    /// Adds another patch; nothing is welded.
    pub(crate) fn append(&mut self, other: &Self) {
        let base = self.verts.len() as u32;
        self.verts.extend_from_slice(&other.verts);
        self.tris
            .extend(other.tris.iter().map(|t| t.map(|i| i + base)));
    }

    /// Splits every triangle in four, bulging the new vertices towards the
    /// curved surface the normals describe (Phong tessellation, Boubekeur and Alexa 2008).
    pub(crate) fn subdivide(&self) -> Self {
        let mut out = Self {
            verts: self.verts.clone(),
            tris: Vec::with_capacity(self.tris.len() * 4),
        };
        let mut middle: HashMap<(u32, u32), u32> = HashMap::new();
        for t in &self.tris {
            let mid = [0, 1, 2].map(|k| {
                let (a, b) = (t[k].min(t[(k + 1) % 3]), t[k].max(t[(k + 1) % 3]));
                *middle.entry((a, b)).or_insert_with(|| {
                    let (va, vb) = (&self.verts[a as usize], &self.verts[b as usize]);
                    let mut m = va.lerp(vb, 0.5);
                    let flat = m.pos;
                    let onto = |v: &PatchVertex| flat - v.normal * (flat - v.pos).dot(v.normal);
                    m.pos = flat.lerp((onto(va) + onto(vb)) * 0.5, 0.75);
                    out.verts.push(m);
                    out.verts.len() as u32 - 1
                })
            });
            out.tris.extend([
                [t[0], mid[0], mid[2]],
                [mid[0], t[1], mid[1]],
                [mid[2], mid[1], t[2]],
                mid,
            ]);
        }
        out
    }

    /// Keeps the part where `field` is positive.
    pub(crate) fn keep(&self, field: impl Fn(&PatchVertex) -> f32) -> Self {
        self.split(field).0
    }

    /// Keeps whole triangles for which `test` holds.
    pub(crate) fn filter(&self, test: impl Fn([&PatchVertex; 3]) -> bool) -> Self {
        let tris: Vec<_> = self
            .tris
            .iter()
            .filter(|t| test(t.map(|i| &self.verts[i as usize])))
            .copied()
            .collect();
        Self::compact(&self.verts, &tris)
    }

    fn compact(verts: &[PatchVertex], tris: &[[u32; 3]]) -> Self {
        let mut map = vec![u32::MAX; verts.len()];
        let mut out = Self::default();
        for t in tris {
            out.tris.push(t.map(|i| {
                if map[i as usize] == u32::MAX {
                    map[i as usize] = out.verts.len() as u32;
                    out.verts.push(verts[i as usize].clone());
                }
                map[i as usize]
            }));
        }
        out
    }

    /// Index of the first vertex at the same place: joins the two sides of a texture seam.
    pub(crate) fn welded(&self) -> Vec<u32> {
        let mut first: HashMap<[i32; 3], u32> = HashMap::new();
        self.verts
            .iter()
            .enumerate()
            .map(|(i, v)| {
                let key = (v.pos * 1e5).round().to_array().map(|x| x as i32);
                *first.entry(key).or_insert(i as u32)
            })
            .collect()
    }

    /// Splits into connected parts, largest first.
    pub(crate) fn components(&self) -> Vec<Self> {
        let weld = self.welded();
        let mut parent: Vec<u32> = (0..self.verts.len() as u32).collect();
        fn root(parent: &mut [u32], mut i: u32) -> u32 {
            while parent[i as usize] != i {
                parent[i as usize] = parent[parent[i as usize] as usize];
                i = parent[i as usize];
            }
            i
        }
        for t in &self.tris {
            let a = root(&mut parent, weld[t[0] as usize]);
            for &i in &t[1..] {
                let b = root(&mut parent, weld[i as usize]);
                parent[b as usize] = a;
            }
        }
        let mut parts: HashMap<u32, Vec<[u32; 3]>> = HashMap::new();
        for t in &self.tris {
            parts
                .entry(root(&mut parent, weld[t[0] as usize]))
                .or_default()
                .push(*t);
        }
        let mut parts: Vec<_> = parts.into_values().collect();
        parts.sort_by_key(|t| (std::cmp::Reverse(t.len()), t[0]));
        parts
            .iter()
            .map(|t| Self::compact(&self.verts, t))
            .collect()
    }

    /// Directed boundary edges over welded vertices.
    pub(crate) fn boundary(&self, weld: &[u32]) -> Vec<[u32; 2]> {
        let mut count: HashMap<(u32, u32), i32> = HashMap::new();
        for t in &self.tris {
            for k in 0..3 {
                let (a, b) = (weld[t[k] as usize], weld[t[(k + 1) % 3] as usize]);
                *count.entry((a, b)).or_default() += 1;
            }
        }
        let mut edges: Vec<[u32; 2]> = count
            .keys()
            .filter(|&&(a, b)| a != b && !count.contains_key(&(b, a)))
            .map(|&(a, b)| [a, b])
            .collect();
        edges.sort_unstable();
        edges
    }

    /// Recomputes smooth normals over texture seams from the positions.
    pub(crate) fn renormal(&mut self) {
        let weld = self.welded();
        let mut n = vec![Vec3::ZERO; self.verts.len()];
        for t in &self.tris {
            let [a, b, c] = t.map(|i| self.verts[i as usize].pos);
            let face = (b - a).cross(c - a);
            for i in t {
                n[weld[*i as usize] as usize] += face;
            }
        }
        for (i, v) in self.verts.iter_mut().enumerate() {
            if let Some(normal) = n[weld[i] as usize].try_normalize() {
                v.normal = normal;
            }
        }
    }

    /// Mean of the welded neighbours of each vertex, for smoothing.
    pub(crate) fn neighbours(&self, weld: &[u32]) -> Vec<Vec<u32>> {
        let mut near: Vec<Vec<u32>> = vec![Vec::new(); self.verts.len()];
        for t in &self.tris {
            for k in 0..3 {
                let (a, b) = (weld[t[k] as usize], weld[t[(k + 1) % 3] as usize]);
                if a != b {
                    if !near[a as usize].contains(&b) {
                        near[a as usize].push(b);
                    }
                    if !near[b as usize].contains(&a) {
                        near[b as usize].push(a);
                    }
                }
            }
        }
        near
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square() -> Patch {
        let vertex = |i: u32, x: f32, y: f32| PatchVertex {
            mix: vec![(i, 1.0)],
            uv: Vec2::new(x, y),
            pos: Vec3::new(x, y, 0.0),
            normal: Vec3::Z,
        };
        Patch {
            verts: vec![
                vertex(0, 0.0, 0.0),
                vertex(1, 1.0, 0.0),
                vertex(2, 1.0, 1.0),
                vertex(3, 0.0, 1.0),
            ],
            tris: vec![[0, 1, 2], [0, 2, 3]],
        }
    }

    fn area(p: &Patch) -> f32 {
        p.tris
            .iter()
            .map(|t| {
                let [a, b, c] = t.map(|i| p.verts[i as usize].pos);
                0.5 * (b - a).cross(c - a).z
            })
            .sum()
    }

    #[test]
    fn a_split_keeps_the_whole_area_and_the_winding() {
        let (left, right) = square().split(|v| 0.3 - v.pos.x + 0.2 * v.pos.y);
        assert!((area(&left) - 0.4).abs() < 1e-6 && (area(&right) - 0.6).abs() < 1e-6);
        assert!(left.tris.iter().chain(&right.tris).count() > 4);
    }

    #[test]
    fn a_cut_vertex_is_a_convex_mix_of_its_edge() {
        let (left, _) = square().split(|v| 0.25 - v.pos.x);
        let cut = left
            .verts
            .iter()
            .find(|v| v.mix.len() == 2)
            .expect("a cut vertex");
        assert!((cut.mix.iter().map(|m| m.1).sum::<f32>() - 1.0).abs() < 1e-6);
        assert!((cut.pos.x - 0.25).abs() < 1e-6 && (cut.uv.x - 0.25).abs() < 1e-6);
    }

    #[test]
    fn two_islands_are_two_components() {
        let mut both = square();
        let mut far = square();
        for v in &mut far.verts {
            v.pos.x += 5.0;
        }
        both.append(&far);
        assert_eq!(both.components().len(), 2);
    }

    #[test]
    fn the_boundary_of_a_square_is_its_four_sides() {
        let p = square();
        assert_eq!(p.boundary(&p.welded()).len(), 4);
    }

    #[test]
    fn subdividing_a_flat_patch_leaves_it_flat_with_four_times_the_triangles() {
        let p = square().subdivide();
        assert_eq!(p.tris.len(), 8);
        assert!((area(&p) - 1.0).abs() < 1e-6 && p.verts.iter().all(|v| v.pos.z.abs() < 1e-6));
    }
}
