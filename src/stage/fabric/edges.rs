//! Where a garment's finished edges and seams are: distances that the shader draws
//! hems and stitches from.

use bevy::math::Vec2;
use std::collections::HashMap;

/// Distances beyond this are all the same to the shader, m.
const FAR_M: f32 = 0.1;

/// For every drawn vertex its distance on the pattern to the nearest finished edge and
/// to the nearest seam of its panel, m. `uv`: pattern coordinates, m; `particle_of`:
/// the particle of each drawn vertex, which seams share between panels.
#[must_use]
pub fn edge_distances(uv: &[Vec2], triangles: &[[u32; 3]], particle_of: &[u32]) -> Vec<Vec2> {
    let sides = || {
        triangles
            .iter()
            .flat_map(|&[a, b, c]| [[a, b], [b, c], [c, a]])
    };
    let (mut drawn, mut sewn) = (HashMap::new(), HashMap::new());
    for side in sides() {
        *drawn.entry(ordered(side)).or_insert(0) += 1;
        *sewn
            .entry(ordered(side.map(|i| particle_of[i as usize])))
            .or_insert(0) += 1;
    }
    let panels = panels(uv.len(), triangles);
    let mut rims: HashMap<usize, [Vec<[Vec2; 2]>; 2]> = HashMap::new();
    for side in sides().filter(|&side| drawn[&ordered(side)] == 1) {
        let seam = sewn[&ordered(side.map(|i| particle_of[i as usize]))] > 1;
        rims.entry(panels[side[0] as usize]).or_default()[usize::from(seam)]
            .push(side.map(|i| uv[i as usize]));
    }
    uv.iter()
        .zip(&panels)
        .map(|(&p, panel)| {
            let to = |kind: usize| {
                rims.get(panel)
                    .into_iter()
                    .flat_map(|of| &of[kind])
                    .map(|&[a, b]| distance(p, a, b))
                    .fold(FAR_M, f32::min)
            };
            Vec2::new(to(0), to(1))
        })
        .collect()
}

fn ordered([a, b]: [u32; 2]) -> [u32; 2] {
    [a.min(b), a.max(b)]
}

/// Distance of a point from a line between two points.
fn distance(p: Vec2, a: Vec2, b: Vec2) -> f32 {
    let along = b - a;
    let t = ((p - a).dot(along) / along.length_squared().max(1e-12)).clamp(0.0, 1.0);
    p.distance(a + along * t)
}

/// The panel of every drawn vertex: what triangles connect, by its first vertex.
fn panels(count: usize, triangles: &[[u32; 3]]) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..count).collect();
    fn root(parent: &mut [usize], mut i: usize) -> usize {
        while parent[i] != i {
            parent[i] = parent[parent[i]];
            i = parent[i];
        }
        i
    }
    for &[a, b, c] in triangles {
        for other in [b, c] {
            let [x, y] = [a, other].map(|i| root(&mut parent, i as usize));
            parent[x.max(y)] = x.min(y);
        }
    }
    (0..count).map(|i| root(&mut parent, i)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two squares of 0.1 m, sewn along the side at x = 0.1 of the first and x = 0 of
    /// the second.
    fn two_panels() -> Vec<Vec2> {
        let square = [[0.0, 0.0], [0.1, 0.0], [0.1, 0.1], [0.0, 0.1]];
        let uv: Vec<Vec2> = [square, square]
            .concat()
            .into_iter()
            .map(Vec2::from)
            .collect();
        let triangles = [[0, 1, 2], [0, 2, 3], [4, 5, 6], [4, 6, 7]];
        edge_distances(&uv, &triangles, &[0, 1, 2, 3, 1, 4, 5, 2])
    }

    #[test]
    fn a_seam_is_no_finished_edge() {
        let found = two_panels();
        assert_eq!(found[1].y, 0.0);
        assert_eq!(found[4].y, 0.0);
        assert!((found[0].y - 0.1).abs() < 1e-6);
    }

    #[test]
    fn the_rest_of_the_rim_is_a_finished_edge() {
        assert!(two_panels().iter().all(|d| d.x < 1e-6));
    }
}
