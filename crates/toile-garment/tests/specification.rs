//! Reading and writing GarmentCode specifications.

mod common;

use proptest::prelude::*;
use toile_garment::{Curve, GarmentError, Pattern};

/// Two squares of 20 × 30 cm, one side sewn.
const SPEC: &str = r#"{
  "pattern": {
    "panels": {
      "front": {
        "translation": [0, 130, 25], "rotation": [0, 0, 0],
        "vertices": [[0,0],[20,0],[20,30],[0,30]],
        "edges": [
          {"endpoints": [0,1], "label": "hem"},
          {"endpoints": [1,2], "curvature": [0.5, 0.1]},
          {"endpoints": [2,3], "curvature": {"type": "cubic", "params": [[0.2,0.1],[0.8,0.1]]}},
          {"endpoints": [3,0], "curvature": {"type": "circle", "params": [40, 0, 1]}}
        ]
      },
      "back": {
        "translation": [0, 130, -20], "rotation": [0, 180, 0],
        "vertices": [[0,0],[20,0],[20,30],[0,30]],
        "edges": [{"endpoints": [0,1]},{"endpoints": [1,2]},{"endpoints": [2,3]},{"endpoints": [3,0]}]
      }
    },
    "stitches": [
      [{"panel": "front", "edge": 1}, {"panel": "back", "edge": 3}],
      [{"panel": "front", "edge": 3}, {"panel": "back", "edge": 1}, "right_wrong"]
    ],
    "panel_order": ["front", "back"]
  },
  "parameters": {"length": 3},
  "parameter_order": ["length"],
  "properties": {"curvature_coords": "relative", "normalize_panel_translation": false, "normalized_edge_loops": true, "units_in_meter": 100},
  "somebody_elses": {"key": 1}
}"#;

fn parse(text: &str) -> Result<Pattern, GarmentError> {
    Pattern::from_json(text, "shirt.json")
}

fn error(from: &str, to: &str) -> String {
    assert!(SPEC.contains(from), "the text to replace is there: {from}");
    parse(&SPEC.replacen(from, to, 1))
        .expect_err("refused")
        .to_string()
}

#[test]
fn centimetres_become_metres() {
    let p = parse(SPEC).unwrap();
    assert_eq!(p.panels[0].vertices[2].to_array(), [0.2, 0.3]);
    assert_eq!(p.panels[0].translation, [0.0, 1.3, 0.25]);
    assert_eq!(
        p.panels[0].edges[3].curve,
        Curve::Circle {
            radius: 0.4,
            large_arc: false,
            right: true
        }
    );
}

#[test]
fn a_bare_pair_is_a_quadratic_curve() {
    assert_eq!(
        parse(SPEC).unwrap().panels[0].edges[1].curve,
        Curve::Quadratic([0.5, 0.1])
    );
}

#[test]
fn stitches_are_swapped_unless_they_say_right_wrong() {
    let p = parse(SPEC).unwrap();
    assert!(p.stitches[0].swapped);
    assert!(!p.stitches[1].swapped);
}

#[test]
fn panels_come_in_the_order_of_the_file() {
    let names: Vec<String> = parse(SPEC)
        .unwrap()
        .panels
        .into_iter()
        .map(|p| p.name)
        .collect();
    assert_eq!(names, ["front", "back"]);
}

#[test]
fn writing_and_reading_gives_the_same_pattern() {
    let once = parse(SPEC).unwrap();
    let again = Pattern::from_json(&once.to_json(), "shirt.json").unwrap();
    assert_eq!(again.to_json(), once.to_json());
    assert_eq!(again.stitches, once.stitches);
    assert_eq!(again.parameters, once.parameters);
}

#[test]
fn every_drafted_block_survives_a_round_trip() {
    for block in common::BLOCKS {
        let p = common::drafted(block, &common::body("f_silver").measures);
        let q = Pattern::from_json(&p.to_json(), &p.name).unwrap();
        assert!(q.to_json() == p.to_json(), "{block:?} is written alike");
        assert_eq!(q.stitches, p.stitches);
        assert_eq!(q.bands.len(), p.bands.len());
        for (a, b) in p.panels.iter().zip(&q.panels) {
            for e in 0..a.edges.len() {
                assert!(
                    (a.edge_length(e) - b.edge_length(e)).abs() < 1e-5,
                    "{} {e}",
                    a.name
                );
            }
        }
    }
}

#[test]
fn an_unknown_edge_is_named_with_its_panel_and_count() {
    assert_eq!(
        error(
            r#"{"panel": "front", "edge": 1}"#,
            r#"{"panel": "front", "edge": 9}"#
        ),
        "shirt.json: stitch 0 names edge 9 of panel 'front', which has 4 edges (numbered from 0)"
    );
}

#[test]
fn an_unknown_panel_is_named_with_those_that_exist() {
    assert_eq!(
        error(
            r#"{"panel": "back", "edge": 1}"#,
            r#"{"panel": "bak", "edge": 1}"#
        ),
        "shirt.json: stitch 1 names panel 'bak', which is not in the pattern (it has: front, back)"
    );
}

#[test]
fn a_vertex_out_of_range_is_named() {
    let e = error(
        r#"{"endpoints": [0,1], "label": "hem"}"#,
        r#"{"endpoints": [0,7], "label": "hem"}"#,
    );
    assert_eq!(
        e,
        "shirt.json: panel 'front': edge 0: names vertex 7, but the panel has 4 vertices"
    );
}

#[test]
fn an_open_loop_is_refused() {
    let e = error(
        r#""endpoints": [2,3], "curvature""#,
        r#""endpoints": [2,0], "curvature""#,
    );
    assert!(
        e.contains("edge 2: ends at vertex 0 but edge 3 starts at vertex 3"),
        "{e}"
    );
}

#[test]
fn an_edge_without_length_is_refused() {
    let e = error(
        "[20,30],[0,30]],\n        \"edges\": [\n",
        "[20,0],[0,30]],\n        \"edges\": [\n",
    );
    assert!(
        e.contains("panel 'front': edge 1: is 0.000000 m long"),
        "{e}"
    );
}

#[test]
fn an_unknown_curve_is_refused() {
    let e = error(r#""type": "cubic""#, r#""type": "spline""#);
    assert!(
        e.contains("panel 'front': edge 2: curvature: type 'spline' is not known"),
        "{e}"
    );
}

#[test]
fn a_curve_with_too_few_parameters_is_refused() {
    let e = error("[40, 0, 1]", "[40, 0]");
    assert!(
        e.contains("edge 3: curvature: 'circle' has 2 parameters"),
        "{e}"
    );
}

#[test]
fn a_stitch_of_an_edge_to_itself_is_refused() {
    let e = error(
        r#"{"panel": "back", "edge": 3}"#,
        r#"{"panel": "front", "edge": 1}"#,
    );
    assert!(e.contains("stitch 0: joins an edge to itself"), "{e}");
}

#[test]
fn an_unknown_stitch_mode_is_refused() {
    let e = error("right_wrong", "inside_out");
    assert!(
        e.contains("stitch 1: its third element is \"inside_out\""),
        "{e}"
    );
}

#[test]
fn units_must_be_above_zero() {
    let e = error(r#""units_in_meter": 100"#, r#""units_in_meter": 0"#);
    assert!(e.contains("properties.units_in_meter: is 0"), "{e}");
}

#[test]
fn absolute_curvature_is_refused() {
    let e = error(
        r#""curvature_coords": "relative""#,
        r#""curvature_coords": "absolute""#,
    );
    assert!(e.contains("only 'relative' is read"), "{e}");
}

#[test]
fn kilometres_are_taken_for_wrong_units() {
    let e = error(r#""units_in_meter": 100"#, r#""units_in_meter": 0.01"#);
    assert!(e.contains("check properties.units_in_meter"), "{e}");
}

#[test]
fn broken_json_names_the_file_and_line() {
    let e = parse("{\"pattern\": [").expect_err("refused").to_string();
    assert!(e.starts_with("shirt.json: ") && e.contains("line 1"), "{e}");
}

#[test]
fn a_wrong_type_names_the_panel() {
    let e = error("[[0,0],[20,0],[20,30],[0,30]]", "[[0,0],[20,\"x\"]]");
    assert!(e.contains("panel 'front'"), "{e}");
}

#[test]
fn an_arrangement_for_a_missing_panel_is_refused() {
    let e = error(
        r#""somebody_elses": {"key": 1}"#,
        r#""toile": {"version": 1, "panels": {"hood": {}}}"#,
    );
    assert!(e.contains("toile.panels names panel 'hood'"), "{e}");
}

#[test]
fn a_newer_arrangement_version_is_refused() {
    let e = error(
        r#""somebody_elses": {"key": 1}"#,
        r#""toile": {"version": 2}"#,
    );
    assert!(e.contains("toile.version: is 2"), "{e}");
}

#[test]
fn the_shipped_specification_is_what_the_tee_drafts_in_size_m() {
    let tee = common::files("garments", "/tee.ron").remove(0).1;
    let garment = toile_garment::GarmentFile::from_ron(&tee, "tee.ron").unwrap();
    let size = garment.size("M", "tee.ron").unwrap();
    let drafted = garment.pattern(&size, None, None).unwrap();
    let (name, text) = common::files("garments", "_specification.json").remove(0);
    let shipped = Pattern::from_json(&text, &name).unwrap();
    assert_eq!(shipped.stitches, drafted.stitches);
    for (a, b) in shipped.panels.iter().zip(&drafted.panels) {
        for (p, q) in a.vertices.iter().zip(&b.vertices) {
            assert!(p.distance(*q) < 1e-6, "{}: {p} {q}", a.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_specifications_are_read_or_refused_but_never_panic(
        cuts in prop::collection::vec((0usize..2000, 0usize..12, "[-0-9a-z\\[\\]{},.:\" ]{0,6}"), 1..4)
    ) {
        let mut text = SPEC.to_owned();
        for (at, len, with) in cuts {
            let at = at % text.len();
            let end = (at + len).min(text.len());
            text.replace_range(at..end, &with);
        }
        if let Ok(p) = Pattern::from_json(&text, "mutant") {
            let body = common::body("f_petite");
            let _ = toile_garment::build(&p, 0.05, &body.landmarks);
            let _ = p.to_json();
        }
    }

    #[test]
    fn random_quadrilaterals_build_or_are_refused_but_never_panic(
        v in prop::collection::vec((-0.6f64..0.6, -0.6f64..0.6), 3..7),
        bend in prop::collection::vec((-0.2f64..1.2, -0.8f64..0.8), 3..7),
    ) {
        let n = v.len();
        let edges: Vec<_> = (0..n).map(|i| {
            let b = bend[i % bend.len()];
            serde_json::json!({"endpoints": [i, (i + 1) % n], "curvature": [b.0, b.1]})
        }).collect();
        let spec = serde_json::json!({
            "pattern": {"panels": {"p": {"vertices": v, "edges": edges}}, "stitches": [
                [{"panel": "p", "edge": 0}, {"panel": "p", "edge": 1}]
            ]},
            "properties": {"units_in_meter": 1.0}
        });
        if let Ok(p) = Pattern::from_json(&spec.to_string(), "random") {
            let body = common::body("f_petite");
            if let Ok(mesh) = toile_garment::build(&p, 0.04, &body.landmarks) {
                prop_assert!(mesh.positions.iter().all(|p| p.is_finite()));
                prop_assert_eq!(mesh.rest.len(), mesh.positions.len());
            }
        }
    }
}
