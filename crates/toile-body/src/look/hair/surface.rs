//! Distance to head, neck and shoulders for growing hair.

use std::collections::HashMap;

use glam::{IVec3, Vec3};

use super::super::model::Model;

const CELL_M: f32 = 0.016;

/// Skin vertices in a hash grid.
pub(crate) struct Surface {
    cells: HashMap<IVec3, Vec<u32>>,
    points: Vec<(Vec3, Vec3)>,
}

impl Surface {
    /// Skin above a height, without arms and, if hair is tucked behind them, ears.
    pub(crate) fn new(model: &Model<'_>, above: f32, ears: bool) -> Self {
        let arms: Vec<usize> = ["LeftArm", "RightArm", "LeftForeArm", "RightForeArm"]
            .map(|n| model.joint(n))
            .to_vec();
        let mask = model.mask("ears");
        let mut used = vec![false; model.verts.len()];
        for t in &model.body {
            for (v, u) in t.verts.iter().zip(t.uvs) {
                used[*v as usize] =
                    ears || mask.is_none_or(|m| m.sample(model.uvs[u as usize]) < 0.3);
            }
        }
        let mut out = Self {
            cells: HashMap::new(),
            points: Vec::new(),
        };
        for (v, used) in used.into_iter().enumerate() {
            let p = model.verts[v];
            if used && p.y > above && model.weight_of(v, &arms) < 0.6 {
                out.cells
                    .entry(cell(p))
                    .or_default()
                    .push(out.points.len() as u32);
                out.points.push((p, model.normals[v]));
            }
        }
        out
    }

    /// Height above the nearest skin and the direction away from it; `None` far from the body.
    pub(crate) fn above(&self, p: Vec3) -> Option<(f32, Vec3)> {
        let c = cell(p);
        let mut found: Vec<(f32, u32)> = Vec::new();
        for ring in 1..=4_i32 {
            found.clear();
            for z in -ring..=ring {
                for y in -ring..=ring {
                    for x in -ring..=ring {
                        for &i in self
                            .cells
                            .get(&(c + IVec3::new(x, y, z)))
                            .into_iter()
                            .flatten()
                        {
                            found.push((self.points[i as usize].0.distance_squared(p), i));
                        }
                    }
                }
            }
            if found.len() >= 3 {
                break;
            }
        }
        if found.is_empty() {
            return None;
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found.truncate(4);
        let (mut height, mut normal, mut total) = (0.0, Vec3::ZERO, 0.0);
        for (d2, i) in found {
            let (q, n) = self.points[i as usize];
            let w = 1.0 / (d2 + 1e-5);
            height += w * (p - q).dot(n);
            normal += n * w;
            total += w;
        }
        Some((height / total, normal.normalize_or(Vec3::Y)))
    }
}

fn cell(p: Vec3) -> IVec3 {
    (p / CELL_M).floor().as_ivec3()
}
