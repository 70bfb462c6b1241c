//! Shape evaluation and tapes against a numpy evaluation of the unpacked
//! source files (`golden_shapes.json`: the macro formula applied to the text
//! targets in double precision, grounded; girths by convex hulls).

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own data must stop"
)]

mod common;

use std::collections::BTreeMap;

use common::body;
use glam::Vec3;
use serde::Deserialize;
use toile_body::Shape;

#[derive(Deserialize)]
struct Golden {
    name: String,
    shape: Shape,
    vertices: BTreeMap<String, [f32; 3]>,
    measures: BTreeMap<String, f32>,
}

fn golden() -> Vec<Golden> {
    serde_json::from_str(include_str!("golden_shapes.json")).unwrap()
}

#[test]
fn vertices_match_the_reference_evaluation_to_a_hundredth_of_a_millimetre() {
    for golden in golden() {
        let verts = body().evaluate(&golden.shape).unwrap();
        for (id, expected) in &golden.vertices {
            let got = verts[id.parse::<usize>().unwrap()];
            let error = got.distance(Vec3::from_array(*expected));
            assert!(error < 1e-5, "{} vertex {id}: {error} m off", golden.name);
        }
    }
}

#[test]
fn tapes_match_the_reference_tapes_to_a_tenth_of_a_millimetre() {
    for golden in golden() {
        let verts = body().evaluate(&golden.shape).unwrap();
        let m = body().measure(&verts).unwrap();
        let got = [
            ("height", m.height),
            ("bust", m.bust),
            ("underbust", m.underbust),
            ("waist", m.waist),
            ("hip", m.hip),
            ("thigh", m.thigh),
            ("calf", m.calf),
            ("inseam", m.inseam),
            ("volume", m.volume_m3),
        ];
        for (measure, value) in got {
            let expected = golden.measures[measure];
            assert!(
                (value - expected).abs() < 1e-4,
                "{} {measure}: {value}, {expected}",
                golden.name
            );
        }
    }
}
