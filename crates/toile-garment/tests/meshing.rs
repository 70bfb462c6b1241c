//! Sampling, triangulation and seams.

mod common;

use glam::{Vec2, Vec3};
use toile_garment::{GarmentMesh, Pattern, build};

/// A rectangle `w` × `h` metres sewn along edge 1 to edge 3 of another, which may
/// be of any length.
fn two(w: f64, h: f64, w2: f64, h2: f64, clockwise: bool, mode: &str) -> Pattern {
    let edges = |cw: bool| {
        let loop_: [[usize; 2]; 4] = if cw {
            [[0, 3], [3, 2], [2, 1], [1, 0]]
        } else {
            [[0, 1], [1, 2], [2, 3], [3, 0]]
        };
        loop_.map(|e| serde_json::json!({"endpoints": e}))
    };
    let stitch = if mode.is_empty() {
        serde_json::json!([{"panel": "a", "edge": 1}, {"panel": "b", "edge": 3}])
    } else {
        serde_json::json!([{"panel": "a", "edge": 1}, {"panel": "b", "edge": 3}, mode])
    };
    let spec = serde_json::json!({
        "pattern": {"panels": {
            "a": {"translation": [0.0, 1.0, 0.5], "vertices": [[0.0,0.0],[w,0.0],[w,h],[0.0,h]], "edges": edges(false)},
            "b": {"translation": [w, 1.0, 0.5], "vertices": [[0.0,0.0],[w2,0.0],[w2,h2],[0.0,h2]], "edges": edges(clockwise)},
        }, "stitches": [stitch]},
        "properties": {"units_in_meter": 1.0},
        "toile": {"version": 1, "seams": [{"stitch": 0, "fullness": "gathered"}]}
    });
    Pattern::from_json(&spec.to_string(), "two").expect("it parses")
}

fn built(p: &Pattern, edge: f32) -> GarmentMesh {
    build(p, edge, &common::body("female_fashion").landmarks).expect("it builds")
}

fn area(m: &GarmentMesh) -> f64 {
    m.triangles
        .iter()
        .map(|t| {
            let [a, b, c] = t.map(|i| m.rest[i as usize]);
            f64::from((b - a).perp_dot(c - a)) / 2.0
        })
        .sum()
}

fn min_angle(m: &GarmentMesh) -> f32 {
    let mut least = f32::MAX;
    for t in &m.triangles {
        for k in 0..3 {
            let [a, b, c] = [t[k], t[(k + 1) % 3], t[(k + 2) % 3]].map(|i| m.rest[i as usize]);
            least = least.min((b - a).angle_to(c - a).abs());
        }
    }
    least.to_degrees()
}

#[test]
fn a_seam_pairs_its_points_one_to_one_from_end_to_start() {
    let m = built(&two(0.2, 0.3, 0.2, 0.3, false, ""), 0.02);
    assert_eq!(m.stitches.len(), 16);
    for s in &m.stitches {
        let [p, q] = s.map(|i| m.positions[i as usize]);
        assert!(
            p.distance(q) < 1e-5,
            "the edges lie on one another: {p} {q}"
        );
    }
}

#[test]
fn a_right_wrong_seam_runs_the_same_way_on_both_sides() {
    let m = built(&two(0.2, 0.3, 0.2, 0.3, false, "right_wrong"), 0.02);
    let bottom = m
        .stitches
        .iter()
        .map(|s| s.map(|i| m.positions[i as usize].y));
    for [y1, y2] in bottom {
        assert!((y1 - 1.0 + y2 - 1.0 - 0.3).abs() < 1e-5, "{y1} {y2}");
    }
}

#[test]
fn a_longer_side_is_gathered_evenly_onto_a_shorter_one() {
    let m = built(&two(0.2, 0.3, 0.2, 0.45, false, ""), 0.02);
    let long: Vec<u32> = m
        .edge_vertices
        .iter()
        .find(|e| e.panel == 1 && e.edge == 3)
        .unwrap()
        .vertices
        .clone();
    let short = &m
        .edge_vertices
        .iter()
        .find(|e| e.panel == 0 && e.edge == 1)
        .unwrap()
        .vertices;
    assert_eq!(long.len(), short.len());
    let steps: Vec<f32> = long
        .windows(2)
        .map(|w| m.rest[w[0] as usize].distance(m.rest[w[1] as usize]))
        .collect();
    let mean = 0.45 / steps.len() as f32;
    assert!(steps.iter().all(|s| (s - mean).abs() < 1e-5), "{steps:?}");
}

#[test]
fn triangles_cover_each_panel_exactly() {
    let m = built(&two(0.2, 0.3, 0.25, 0.45, true, ""), 0.015);
    assert!((area(&m) - (0.06 + 0.1125)).abs() < 1e-6, "{}", area(&m));
}

#[test]
fn a_panel_drawn_clockwise_faces_the_other_way() {
    let normal = |m: &GarmentMesh, panel: usize| {
        let t = m.triangles[m.panels[panel].triangles.start as usize];
        let [a, b, c] = t.map(|i| m.positions[i as usize]);
        (b - a).cross(c - a).normalize()
    };
    let m = built(&two(0.2, 0.3, 0.2, 0.3, true, ""), 0.02);
    assert!(normal(&m, 0).distance(Vec3::Z) < 1e-4);
    assert!(normal(&m, 1).distance(Vec3::NEG_Z) < 1e-4);
}

#[test]
fn warp_runs_up_the_panel_by_default() {
    let m = built(&two(0.2, 0.3, 0.2, 0.3, false, ""), 0.02);
    let v = m
        .edge_vertices
        .iter()
        .find(|e| e.panel == 0 && e.edge == 1)
        .unwrap();
    let (a, b) = (
        v.vertices[0] as usize,
        v.vertices[v.vertices.len() - 1] as usize,
    );
    assert!((m.rest[b] - m.rest[a]).distance(Vec2::new(0.3, 0.0)) < 1e-5);
    assert!((m.uv[b] - m.uv[a]).distance(Vec2::new(0.0, 0.3)) < 1e-5);
}

#[test]
fn the_free_edges_are_told_from_the_sewn_ones() {
    let m = built(&two(0.2, 0.3, 0.2, 0.3, false, ""), 0.02);
    let sewn: Vec<(u32, u32)> = m
        .edge_vertices
        .iter()
        .filter(|e| e.stitched)
        .map(|e| (e.panel, e.edge))
        .collect();
    assert_eq!(sewn, [(0, 1), (1, 3)]);
}

#[test]
fn an_outline_that_crosses_itself_is_refused_by_name() {
    let spec = serde_json::json!({
        "pattern": {"panels": {"bow": {
            "vertices": [[0.0,0.0],[0.3,0.3],[0.3,0.0],[0.0,0.2]],
            "edges": [{"endpoints": [0,1]},{"endpoints": [1,2]},{"endpoints": [2,3]},{"endpoints": [3,0]}]
        }}},
        "properties": {"units_in_meter": 1.0}
    });
    let p = Pattern::from_json(&spec.to_string(), "bow.json").unwrap();
    let e = build(&p, 0.02, &common::body("f_petite").landmarks)
        .expect_err("refused")
        .to_string();
    assert!(
        e.starts_with("bow.json: panel 'bow': its outline crosses itself near edge"),
        "{e}"
    );
}

#[test]
fn an_edge_length_of_nothing_is_refused() {
    let p = two(0.2, 0.3, 0.2, 0.3, false, "");
    let e = build(&p, f32::NAN, &common::body("f_petite").landmarks).expect_err("refused");
    assert!(e.to_string().contains("edge length: is NaN"), "{e}");
}

#[test]
fn a_sheet_too_large_for_its_edge_length_is_refused() {
    let p = two(90.0, 90.0, 90.0, 90.0, false, "");
    let e = build(&p, 0.005, &common::body("f_petite").landmarks).expect_err("refused");
    assert!(e.to_string().contains("is too fine for panels of"), "{e}");
}

#[test]
fn shipped_blocks_have_no_angle_below_eighteen_degrees() {
    for block in common::BLOCKS {
        let b = common::body("m_dark");
        let m = built(&common::drafted(block, &b.measures), 0.015);
        assert!(min_angle(&m) > 18.0, "{block:?}: {}", min_angle(&m));
    }
}

#[test]
fn nine_triangles_in_ten_of_a_tee_are_nearly_equilateral() {
    let b = common::body("female_fashion");
    let m = built(
        &common::drafted(toile_garment::Block::Tee, &b.measures),
        0.015,
    );
    let good = m.triangles.iter().filter(|t| {
        (0..3).all(|k| {
            let [a, b, c] = [t[k], t[(k + 1) % 3], t[(k + 2) % 3]].map(|i| m.rest[i as usize]);
            (b - a).angle_to(c - a).abs().to_degrees() > 38.0
        })
    });
    let share = good.count() as f32 / m.triangles.len() as f32;
    assert!(share > 0.9, "{share}");
}

#[test]
fn edges_are_as_long_as_asked_on_average() {
    let m = built(&two(0.4, 0.4, 0.4, 0.4, false, ""), 0.015);
    let mut sum = 0.0;
    for t in &m.triangles {
        for k in 0..3 {
            sum += m.rest[t[k] as usize].distance(m.rest[t[(k + 1) % 3] as usize]);
        }
    }
    let mean = sum / (3 * m.triangles.len()) as f32;
    assert!((mean / 0.015 - 1.0).abs() < 0.1, "{mean}");
}

#[test]
fn building_twice_gives_the_same_mesh() {
    let b = common::body("female_plus");
    let p = common::drafted(toile_garment::Block::SlipDress, &b.measures);
    assert_eq!(
        build(&p, 0.02, &b.landmarks).unwrap(),
        build(&p, 0.02, &b.landmarks).unwrap()
    );
}

#[test]
fn a_band_around_four_edges_counts_each_seam_point_once() {
    let b = common::body("f_afro");
    let p = common::drafted(toile_garment::Block::CircleSkirt, &b.measures);
    let m = built(&p, 0.015);
    let band = m.bands.iter().find(|b| b.label == "waist").unwrap();
    assert_eq!(band.vertices.len(), band.segments_m.len());
    let segments: usize = m
        .edge_vertices
        .iter()
        .filter(|e| e.label.as_deref().is_some_and(|l| l.starts_with("lower_")))
        .map(|e| e.vertices.len() - 1)
        .sum();
    assert_eq!(band.vertices.len(), segments);
    let sum: f32 = band.segments_m.iter().sum();
    assert!((sum - band.rest_length_m).abs() < 1e-4, "{sum}");
    let mean = sum / segments as f32;
    assert!(band.segments_m.iter().all(|s| (s / mean - 1.0).abs() < 0.1));
}
