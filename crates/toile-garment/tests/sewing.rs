//! Seams: what is sewn to what, and what stays open.

mod common;

use std::collections::{HashMap, HashSet};

use common::{BLOCKS, bodies, body, drafted, laid_out};
use toile_garment::{Block, DesignParams, EdgeRef, Fullness, GarmentMesh, Pattern, build, draft};

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

#[test]
fn a_gathered_waist_corresponds_by_arc_length_and_every_point_is_sewn() {
    let b = body("female_fashion");
    for gather in [1.5f32, 3.0] {
        let params = DesignParams {
            gather: Some(gather),
            ..DesignParams::default()
        };
        let p = draft(&Block::CircleSkirt, &params, &b.measures).unwrap();
        let m = build(&p, 0.02, &b.landmarks).unwrap();
        let sewn: HashSet<[u32; 2]> = m.stitches.iter().copied().collect();
        let mut gathered = 0;
        for s in p
            .stitches
            .iter()
            .filter(|s| s.fullness == Fullness::Gathered)
        {
            gathered += 1;
            let [long, short] = [s.a, s.b].map(|r| {
                let of = |e: &&toile_garment::EdgeVertices| {
                    (e.panel, e.edge) == (r.panel as u32, r.edge as u32)
                };
                m.edge_vertices.iter().find(of).unwrap().vertices.clone()
            });
            assert_eq!(long.len(), short.len());
            for (i, j) in long.iter().zip(short.iter().rev()) {
                assert!(sewn.contains(&[*i.min(j), *i.max(j)]), "{i} and {j}");
            }
            // Equal shares of either side: the same place by arc length.
            let steps = |v: &[u32]| -> Vec<f32> {
                v.windows(2)
                    .map(|w| m.rest[w[0] as usize].distance(m.rest[w[1] as usize]))
                    .collect()
            };
            for (a, b) in steps(&long).iter().zip(steps(&short).iter().rev()) {
                // Chords of the skirt's curved waist are a little short of its arcs.
                assert!((a / b / gather - 1.0).abs() < 0.01, "{a} on {b}");
            }
        }
        assert_eq!(gathered, 4);
    }
}

/// Two squares, one side of `a` m sewn to one of `b` m, and what is said of it.
fn sewn(a: f64, b: f64, fullness: &str) -> Result<Pattern, String> {
    let seams = if fullness.is_empty() {
        serde_json::json!([])
    } else {
        serde_json::json!([{"stitch": 0, "fullness": fullness}])
    };
    let edges = [[0, 1], [1, 2], [2, 3], [3, 0]].map(|e| serde_json::json!({"endpoints": e}));
    let panel = |h: f64| serde_json::json!({"vertices": [[0.0, 0.0], [0.2, 0.0], [0.2, h], [0.0, h]], "edges": edges});
    let spec = serde_json::json!({
        "pattern": {
            "panels": {"skirt": panel(a), "band": panel(b)},
            "panel_order": ["skirt", "band"],
            "stitches": [[{"panel": "skirt", "edge": 1}, {"panel": "band", "edge": 3}]],
        },
        "properties": {"units_in_meter": 1.0},
        "toile": {"version": 1, "seams": seams},
    });
    Pattern::from_json(&spec.to_string(), "skirt.json").map_err(|e| e.to_string())
}

#[test]
fn a_seam_of_unequal_sides_is_refused_unless_it_is_declared() {
    assert_eq!(
        sewn(0.45, 0.3, "").unwrap_err(),
        "skirt.json: stitch 0: joins panel 'skirt' edge 1 of 0.450 m to panel 'band' edge 3 of \
         0.300 m; a seam that is plain may have one side 1.05 times the other; cut both alike, \
         or declare it under toile.seams with fullness \"gathered\""
    );
    let e = sewn(0.34, 0.3, "").unwrap_err();
    assert!(e.ends_with("with fullness \"eased\""), "{e}");
    assert!(sewn(0.45, 0.3, "eased").is_err());
    let e = sewn(1.5, 0.3, "gathered").unwrap_err();
    assert!(e.ends_with("cut the longer side shorter"), "{e}");
    for (a, b, fullness) in [
        (0.314, 0.3, ""),
        (0.059, 0.05, ""),
        (0.34, 0.3, "eased"),
        (0.3, 0.45, "gathered"),
    ] {
        let p = sewn(a, b, fullness).unwrap();
        assert_eq!(
            Pattern::from_json(&p.to_json(), "skirt.json")
                .unwrap()
                .stitches,
            p.stitches
        );
    }
    let e = Pattern::from_json(
        &sewn(0.3, 0.3, "eased")
            .unwrap()
            .to_json()
            .replace("\"stitch\": 0", "\"stitch\": 7"),
        "skirt.json",
    )
    .unwrap_err()
    .to_string();
    assert_eq!(
        e,
        "skirt.json: toile.seams: names stitch 7, but the pattern has 1 (numbered from 0)"
    );
}
