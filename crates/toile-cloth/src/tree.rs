//! Trees of bounding boxes over the triangles and the edges of a cloth. They are
//! built once, where the cloth starts; the boxes are refitted by `tree.wgsl`.

use glam::Vec3;

use crate::model::ClothMesh;
use crate::topology::NONE;

/// Most leaves of a subtree that one thread refits.
const LOW_LEAVES: usize = 32;

/// Binary trees in preorder, one after the other: the first child of an inner node follows it, the
/// second one is where the first child's `skip` leads.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Of every node: the node after its subtree, and its item or [`NONE`].
    pub(crate) nodes: Vec<[u32; 2]>,
    /// Node of every leaf, in preorder.
    pub(crate) leaves: Vec<u32>,
    /// First node and end of the subtrees that are refitted by one thread each.
    pub(crate) low: Vec<[u32; 2]>,
    /// Inner nodes above those, children before parents, by height.
    pub(crate) levels: Vec<Vec<u32>>,
}

impl Tree {
    /// A tree over the triangles of a cloth, then one over its edges.
    pub(crate) fn of_cloth(mesh: &ClothMesh, edges: &[[u32; 2]]) -> Self {
        let mean = |of: &[u32]| {
            of.iter().map(|&i| mesh.positions[i as usize]).sum::<Vec3>() / of.len() as f32
        };
        let mut tree = Self::default();
        tree.add(&mesh.triangles.iter().map(|t| mean(t)).collect::<Vec<_>>());
        tree.add(&edges.iter().map(|e| mean(e)).collect::<Vec<_>>());
        tree
    }

    /// Appends a tree over items with these middles: split at the median of the
    /// longest axis, down to single items.
    fn add(&mut self, middle: &[Vec3]) {
        let mut order: Vec<u32> = (0..middle.len() as u32).collect();
        let first = self.nodes.len() as u32;
        self.split(middle, &mut order);
        if middle.len() <= LOW_LEAVES {
            self.low.push([first, self.nodes.len() as u32]);
        }
    }

    /// Appends the subtree over `part`; returns its height above the low subtrees.
    fn split(&mut self, middle: &[Vec3], part: &mut [u32]) -> usize {
        let at = self.nodes.len();
        self.nodes.push([0, NONE]);
        let mut height = 0;
        if let [item] = part {
            self.nodes[at][1] = *item;
            self.leaves.push(at as u32);
        } else {
            let (low, high) =
                part.iter()
                    .fold((Vec3::INFINITY, Vec3::NEG_INFINITY), |(low, high), &t| {
                        let p = middle[t as usize];
                        (low.min(p), high.max(p))
                    });
            let axis = (high - low).max_position();
            let half = part.len() / 2;
            part.select_nth_unstable_by(half, |&a, &b| {
                middle[a as usize][axis]
                    .total_cmp(&middle[b as usize][axis])
                    .then(a.cmp(&b))
            });
            let many = part.len() > LOW_LEAVES;
            let (first, second) = part.split_at_mut(half);
            for child in [first, second] {
                let start = self.nodes.len() as u32;
                let leaves = child.len();
                height = height.max(self.split(middle, child));
                if many && leaves <= LOW_LEAVES {
                    self.low.push([start, self.nodes.len() as u32]);
                }
            }
            if many {
                height += 1;
                if self.levels.len() < height {
                    self.levels.resize(height, Vec::new());
                }
                self.levels[height - 1].push(at as u32);
            }
        }
        let end = self.nodes.len() as u32;
        self.nodes[at][0] = end;
        height
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_one_leaf_and_children_lie_within_their_parents() {
        for count in [1usize, 2, 33, 500] {
            let positions: Vec<Vec3> = (0..count + 2)
                .map(|k| Vec3::new((k * 7 % 13) as f32, (k * 5 % 11) as f32, k as f32))
                .collect();
            let mut tree = Tree::default();
            tree.add(&positions[..count]);
            let mut seen: Vec<u32> = tree
                .leaves
                .iter()
                .map(|&k| tree.nodes[k as usize][1])
                .collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..count as u32).collect::<Vec<_>>());
            assert_eq!(tree.nodes.len(), 2 * count - 1);
            // Low subtrees and upper levels together are all inner nodes.
            let low: usize = tree.low.iter().map(|[a, b]| (b - a) as usize).sum();
            let high: usize = tree.levels.iter().map(Vec::len).sum();
            assert_eq!(low + high, tree.nodes.len());
            for (height, level) in tree.levels.iter().enumerate() {
                for &k in level {
                    let second = tree.nodes[k as usize + 1][0];
                    for child in [k + 1, second] {
                        let above = tree.levels[height..].iter().flatten();
                        assert!(above.clone().all(|&other| other != child));
                    }
                }
            }
        }
    }
}
