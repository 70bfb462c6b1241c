//! The coarse space of the linear solver: particles grouped into compact
//! aggregates, and the static lists that sum the fine matrix into the coarse
//! one. A piecewise constant prolongation `P` gives `A_c = Pᵀ A P`, one 3 × 3
//! block per aggregate and per pair of neighbouring aggregates.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::model::ClothMesh;
use crate::topology::{NONE, Topology};

/// Distance of the centres of aggregates in mean edge lengths; on a grid it
/// gives about 16 particles each.
const SPACING: f64 = 3.7;

/// Meshes with fewer free particles have no coarse space: plain conjugate
/// gradients solve them as fast.
const FEWEST: usize = 64;

/// Aggregates across a square sheet for every two Chebyshev steps.
const STEP_SHARE: f64 = 4.0;

/// Times that centres move to the middle of their aggregate.
const PASSES: usize = 2;

/// What sums up to one block of the coarse matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Row and column; equal on the diagonal.
    pub pair: [u32; 2],
    /// Edges as `edge * 2 + 1` where the block counts transposed. On the
    /// diagonal every edge counts both ways and the last bit is 0.
    pub edges: Vec<u32>,
    /// Pairs of [`Topology::extras`], twice on the diagonal.
    pub extras: Vec<u32>,
}

/// Aggregates and coarse blocks.
#[derive(Clone, Debug, Default)]
pub struct Coarse {
    /// Aggregate of every particle, `NONE` for hard pins.
    pub of: Vec<u32>,
    /// Particles of every aggregate, ascending.
    pub members: Vec<Vec<u32>>,
    /// One block per aggregate, then one per pair of neighbours (row < column).
    pub blocks: Vec<Block>,
}

/// Length of a stitch or button in mean edge lengths: what is joined moves
/// together.
const STITCH_LENGTH: f64 = 0.1;

/// Neighbours of every particle that is not pinned hard, with pattern lengths
/// in mean edge lengths. Bands and allowances are left out: they run along edges
/// or are slack.
fn links(mesh: &ClothMesh, topology: &Topology) -> Vec<Vec<(u32, f64)>> {
    let length = |e: usize| {
        let code = topology.edge_tris[e][0] as usize;
        let r = &mesh.rest[code / 16];
        f64::from(r[(code / 4) % 4].distance(r[code % 4]))
    };
    let count = topology.tri_edges;
    let mean = (0..count).map(length).sum::<f64>() / count as f64;
    let edges = (0..count).map(|e| (topology.edges[e], length(e) / mean));
    let buttons = mesh.attachments.iter().map(|a| a.particles);
    let stitches = mesh.stitches.iter().copied().chain(buttons);
    let stitches = stitches.map(|s| (s, STITCH_LENGTH));
    let mut out = vec![Vec::new(); mesh.positions.len()];
    for ([i, j], length) in edges.chain(stitches) {
        if !topology.hard_pin[i as usize] && !topology.hard_pin[j as usize] {
            out[i as usize].push((j, length));
            out[j as usize].push((i, length));
        }
    }
    out
}

/// Distance in mean edge lengths (the bits of an f64 that is never negative,
/// which sort like the number) and the index of the centre it leads to.
type Nearest = (u64, u32);

const FAR: Nearest = (f64::INFINITY.to_bits(), NONE);

/// Shortens `near` by the given centres and what lies around them, up to
/// `limit` (Dijkstra). Ties go to the lower centre. Returns the particles that got nearer.
fn spread(
    links: &[Vec<(u32, f64)>],
    centres: impl IntoIterator<Item = (u32, u32)>,
    near: &mut [Nearest],
    limit: f64,
) -> Vec<u32> {
    let mut heap: BinaryHeap<Reverse<(Nearest, u32)>> = centres
        .into_iter()
        .map(|(centre, particle)| Reverse(((0.0f64.to_bits(), centre), particle)))
        .collect();
    let mut nearer = Vec::new();
    while let Some(Reverse((found, i))) = heap.pop() {
        if found >= near[i as usize] {
            continue;
        }
        near[i as usize] = found;
        nearer.push(i);
        for &(j, length) in &links[i as usize] {
            let distance = f64::from_bits(found.0) + length;
            let next = (distance.to_bits(), found.1);
            if distance <= limit && next < near[j as usize] {
                heap.push(Reverse((next, j)));
            }
        }
    }
    nearer
}

/// Centres at least [`SPACING`] apart, each as near to the earlier ones as
/// that allows. Every piece of cloth gets at least one.
fn seeds(links: &[Vec<(u32, f64)>], free: &[u32]) -> Vec<u32> {
    let mut near = vec![FAR; links.len()];
    let mut waiting: BinaryHeap<Reverse<(u64, u32)>> =
        free.iter().map(|&i| Reverse((FAR.0, i))).collect();
    let mut out = Vec::new();
    while let Some(Reverse((distance, i))) = waiting.pop() {
        if near[i as usize].0 != distance {
            continue;
        }
        for t in spread(links, [(out.len() as u32, i)], &mut near, 2.0 * SPACING) {
            if f64::from_bits(near[t as usize].0) >= SPACING {
                waiting.push(Reverse((near[t as usize].0, t)));
            }
        }
        out.push(i);
    }
    out
}

/// Particles of each centre's cell, ascending.
fn cells(links: &[Vec<(u32, f64)>], centres: &[u32]) -> Vec<Vec<u32>> {
    let mut near = vec![FAR; links.len()];
    spread(
        links,
        centres.iter().enumerate().map(|(k, &i)| (k as u32, i)),
        &mut near,
        f64::INFINITY,
    );
    let mut out = vec![Vec::new(); centres.len()];
    for (i, &(_, centre)) in near.iter().enumerate() {
        if centre != NONE {
            out[centre as usize].push(i as u32);
        }
    }
    out
}

/// The member with the smallest sum of squared distances to the others, within
/// the aggregate.
fn middle(links: &[Vec<(u32, f64)>], members: &[u32]) -> u32 {
    let k = members.len();
    let mut d = vec![f64::INFINITY; k * k];
    for (a, &i) in members.iter().enumerate() {
        d[a * k + a] = 0.0;
        for &(j, length) in &links[i as usize] {
            if let Ok(b) = members.binary_search(&j) {
                d[a * k + b] = d[a * k + b].min(length);
            }
        }
    }
    for via in 0..k {
        for a in 0..k {
            for b in 0..k {
                d[a * k + b] = d[a * k + b].min(d[a * k + via] + d[via * k + b]);
            }
        }
    }
    let spread = |a: usize| d[a * k..(a + 1) * k].iter().map(|x| x * x).sum::<f64>();
    let best = (0..k).min_by(|&a, &b| spread(a).total_cmp(&spread(b)));
    members[best.unwrap_or(0)]
}

impl Coarse {
    /// Groups the particles of a mesh. A small mesh has no coarse space.
    #[must_use]
    pub fn new(mesh: &ClothMesh, topology: &Topology) -> Self {
        let n = mesh.positions.len();
        let free: Vec<u32> = (0..n as u32)
            .filter(|&i| !topology.hard_pin[i as usize])
            .collect();
        let mut out = Self {
            of: vec![NONE; n],
            ..Self::default()
        };
        if free.len() < FEWEST {
            return out;
        }
        let links = links(mesh, topology);
        let mut centres = seeds(&links, &free);
        out.members = cells(&links, &centres);
        for _ in 0..PASSES {
            centres = out.members.iter().map(|m| middle(&links, m)).collect();
            out.members = cells(&links, &centres);
        }
        for (a, members) in out.members.iter().enumerate() {
            for &i in members {
                out.of[i as usize] = a as u32;
            }
        }
        out.collect_blocks(topology);
        out
    }

    /// Chebyshev steps that one solve takes, odd: the distance that a
    /// correction has to travel grows with the root of the aggregates.
    #[must_use]
    pub fn steps(&self) -> u32 {
        let half = (self.members.len() as f64).sqrt() / STEP_SHARE;
        2 * (half.ceil() as u32) + 1
    }

    fn collect_blocks(&mut self, topology: &Topology) {
        self.blocks = (0..self.members.len() as u32)
            .map(|a| Block {
                pair: [a, a],
                ..Block::default()
            })
            .collect();
        let of = &self.of;
        let blocks = &mut self.blocks;
        let mut index: BTreeMap<(u32, u32), usize> = BTreeMap::new();
        let mut find = |i: u32, j: u32| -> Option<(usize, bool)> {
            let (a, b) = (of[i as usize], of[j as usize]);
            if a == NONE || b == NONE {
                return None;
            }
            if a == b {
                return Some((a as usize, false));
            }
            let at = *index.entry((a.min(b), a.max(b))).or_insert_with(|| {
                blocks.push(Block {
                    pair: [a.min(b), a.max(b)],
                    ..Block::default()
                });
                blocks.len() - 1
            });
            Some((at, a > b))
        };
        let edges: Vec<_> = topology.edges.iter().map(|v| find(v[0], v[1])).collect();
        let extras: Vec<_> = topology.extras.iter().map(|v| find(v[0], v[1])).collect();
        for (e, found) in edges.into_iter().enumerate() {
            if let Some((at, transposed)) = found {
                blocks[at].edges.push(2 * e as u32 + u32::from(transposed));
            }
        }
        for (k, found) in extras.into_iter().enumerate() {
            if let Some((at, _)) = found {
                blocks[at].extras.push(k as u32);
            }
        }
    }
}
