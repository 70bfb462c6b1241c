//! Seams: what is sewn to what, and what stays open.

mod common;

use std::collections::{HashMap, HashSet};

use common::{BLOCKS, bodies, body, drafted, laid_out};
use toile_garment::{Block, EdgeRef, GarmentMesh};

#[test]
fn sewn_edges_are_equally_long_within_the_ease_of_their_seam() {
    for b in bodies() {
        for block in BLOCKS {
            let p = drafted(block, &b.measures);
            for s in &p.stitches {
                let (x, y) = (p.edge_length(s.a), p.edge_length(s.b));
                let name = |r: EdgeRef| {
                    p.panels[r.panel].edges[r.edge]
                        .label
                        .clone()
                        .unwrap_or_default()
                };
                // Sleeve caps are eased in by one per cent; sides are walked
                // to within eight millimetres.
                let cap = name(s.b).starts_with("cap");
                let want = if cap { x * 1.01 } else { x };
                assert!(
                    (y - want).abs() < if cap { 1e-3 } else { 8e-3 },
                    "{block:?} on {}: {} {x:.4} to {} {y:.4}",
                    b.name,
                    name(s.a),
                    name(s.b)
                );
            }
        }
    }
}

#[test]
fn every_edge_is_sewn_or_a_free_edge_that_should_be_free() {
    let b = body("female_fashion");
    for block in BLOCKS {
        let m = laid_out(block, &b, 0.03);
        for e in m.edge_vertices.iter().filter(|e| !e.stitched) {
            let label = e.label.as_deref().unwrap_or("");
            let free = ["hem", "neck", "arm_", "upper"]
                .iter()
                .any(|f| label.starts_with(f));
            let strap = m.panels[e.panel as usize].name.starts_with("strap_") && label.is_empty();
            assert!(
                free || strap,
                "{block:?}: {} '{label}'",
                m.panels[e.panel as usize].name
            );
        }
    }
}

/// Vertices joined by seams, and by whatever else is joined afterwards.
struct Pieces(Vec<usize>);

impl Pieces {
    /// The vertices of a garment with its seams closed.
    fn new(m: &GarmentMesh) -> Self {
        let mut pieces = Self((0..m.positions.len()).collect());
        for s in &m.stitches {
            pieces.join(s[0], s[1]);
        }
        pieces
    }

    /// The piece that a vertex belongs to.
    fn of(&self, vertex: u32) -> usize {
        let mut i = vertex as usize;
        while self.0[i] != i {
            i = self.0[i];
        }
        i
    }

    fn join(&mut self, a: u32, b: u32) {
        let (i, j) = (self.of(a), self.of(b));
        self.0[i.max(j)] = i.min(j);
    }
}

#[test]
fn sewing_joins_each_garment_into_one_piece() {
    let b = body("f_silver");
    for block in BLOCKS {
        let m = laid_out(block, &b, 0.03);
        let mut pieces = Pieces::new(&m);
        for &[i, j, k] in &m.triangles {
            pieces.join(i, j);
            pieces.join(j, k);
        }
        let roots: HashSet<usize> = (0..m.positions.len() as u32)
            .map(|i| pieces.of(i))
            .collect();
        assert_eq!(roots.len(), 1, "{block:?}");
    }
}

/// Boundary loops left after welding the stitches.
fn openings(m: &GarmentMesh) -> usize {
    let welded = Pieces::new(m);
    let mut sides: HashMap<(usize, usize), (usize, (usize, usize))> = HashMap::new();
    for t in &m.triangles {
        for k in 0..3 {
            let (i, j) = (welded.of(t[k]), welded.of(t[(k + 1) % 3]));
            sides.entry((i.min(j), i.max(j))).or_insert((0, (i, j))).0 += 1;
        }
    }
    let mut next: HashMap<usize, usize> = sides
        .values()
        .filter(|(count, _)| *count == 1)
        .map(|(_, edge)| *edge)
        .collect();
    let mut loops = 0;
    while let Some((&start, _)) = next.iter().next() {
        let mut at = start;
        while let Some(to) = next.remove(&at) {
            at = to;
        }
        loops += 1;
    }
    loops
}

#[test]
fn a_sewn_garment_has_the_openings_a_wearer_needs() {
    let b = body("f_silver");
    let loops = |block| openings(&laid_out(block, &b, 0.02));
    assert_eq!(loops(Block::Tee), 4, "neck, two sleeves, hem");
    assert_eq!(loops(Block::CircleSkirt), 2, "waist, hem");
    assert_eq!(loops(Block::SlipDress), 4, "neck, two arms, hem");
    assert_eq!(loops(Block::Trousers), 3, "waist, two legs");
}
