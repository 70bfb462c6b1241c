//! Tape measures are those of a human and belong together.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own data must stop"
)]

mod common;

use common::body;
use glam::Vec3;
use toile_body::{BodyError, Measures, Shape};

fn measured(shape: &Shape) -> Measures {
    body().measure(&body().evaluate(shape).unwrap()).unwrap()
}

fn woman() -> Measures {
    measured(&Shape {
        gender: 0.0,
        proportions: 0.8,
        ..Shape::default()
    })
}

fn man() -> Measures {
    measured(&Shape {
        gender: 1.0,
        proportions: 0.8,
        ..Shape::default()
    })
}

#[test]
fn every_measure_is_within_human_limits() {
    // Wide adult ranges in metres, for plausibility rather than statistics.
    for m in [
        woman(),
        man(),
        measured(&Shape {
            weight: 1.2,
            ..Shape::default()
        }),
    ] {
        let limits = [
            ("height", m.height, 1.4, 2.1),
            ("bust", m.bust, 0.7, 1.5),
            ("underbust", m.underbust, 0.6, 1.4),
            ("high_bust", m.high_bust, 0.7, 1.4),
            ("waist", m.waist, 0.5, 1.4),
            ("top_hip", m.top_hip, 0.6, 1.5),
            ("hip", m.hip, 0.75, 1.6),
            ("thigh", m.thigh, 0.4, 0.9),
            ("knee", m.knee, 0.28, 0.6),
            ("calf", m.calf, 0.28, 0.6),
            ("ankle", m.ankle, 0.17, 0.35),
            ("neck", m.neck, 0.27, 0.5),
            ("neck_base", m.neck_base, 0.32, 0.56),
            ("head", m.head, 0.47, 0.66),
            ("upper_arm", m.upper_arm, 0.2, 0.5),
            ("elbow", m.elbow, 0.18, 0.4),
            ("wrist", m.wrist, 0.11, 0.24),
            ("armscye", m.armscye, 0.33, 0.65),
            ("shoulder_length", m.shoulder_length, 0.1, 0.18),
            ("shoulder_slope_rad", m.shoulder_slope_rad, 0.15, 0.6),
            ("across_shoulders", m.across_shoulders, 0.33, 0.55),
            ("cross_back", m.cross_back, 0.27, 0.5),
            ("cross_front", m.cross_front, 0.25, 0.48),
            ("bust_span", m.bust_span, 0.14, 0.3),
            ("back_waist_length", m.back_waist_length, 0.33, 0.52),
            ("front_waist_length", m.front_waist_length, 0.28, 0.5),
            ("hps_to_bust", m.hps_to_bust, 0.2, 0.4),
            ("hps_to_waist_front", m.hps_to_waist_front, 0.36, 0.65),
            ("hps_to_waist_back", m.hps_to_waist_back, 0.36, 0.6),
            ("armscye_depth", m.armscye_depth, 0.12, 0.28),
            ("arm_length", m.arm_length, 0.45, 0.75),
            ("upper_arm_length", m.upper_arm_length, 0.24, 0.42),
            ("arm_inseam", m.arm_inseam, 0.38, 0.65),
            ("waist_to_hip", m.waist_to_hip, 0.12, 0.28),
            ("waist_to_knee", m.waist_to_knee, 0.45, 0.75),
            ("outside_leg", m.outside_leg, 0.8, 1.3),
            ("inseam", m.inseam, 0.6, 1.0),
            ("crotch_depth", m.crotch_depth, 0.2, 0.36),
            ("crotch_length", m.crotch_length, 0.5, 1.0),
            ("crotch_length_front", m.crotch_length_front, 0.2, 0.55),
            ("foot_length", m.foot_length, 0.2, 0.33),
            ("mass_kg", m.mass_kg, 40.0, 140.0),
        ];
        for (name, value, lowest, highest) in limits {
            assert!((lowest..highest).contains(&value), "{name} is {value}");
        }
    }
}

#[test]
fn lengths_along_the_body_add_up() {
    let m = woman();
    assert!(m.hps_to_bust < m.hps_to_waist_front);
    assert!(m.crotch_length_front < m.crotch_length);
    assert!((m.inseam + m.crotch_depth - m.landmarks.waist_y).abs() < 1e-5);
    assert!(m.outside_leg > m.landmarks.waist_y && m.outside_leg < m.landmarks.waist_y * 1.05);
    assert!(m.across_shoulders > 2.0 * m.landmarks.shoulder_left.x);
    assert!(m.back_waist_length > m.landmarks.back_neck.y - m.landmarks.waist_y);
}

#[test]
fn girths_grow_with_weight_and_height_does_not() {
    let at = |weight| {
        measured(&Shape {
            gender: 0.0,
            weight,
            ..Shape::default()
        })
    };
    let (light, heavy) = (at(0.3), at(1.0));
    for (name, a, b) in [
        ("waist", light.waist, heavy.waist),
        ("hip", light.hip, heavy.hip),
        ("thigh", light.thigh, heavy.thigh),
        ("upper_arm", light.upper_arm, heavy.upper_arm),
        ("mass_kg", light.mass_kg, heavy.mass_kg),
    ] {
        assert!(b > a * 1.03, "{name}: {a} to {b}");
    }
    assert!((heavy.height - light.height).abs() < 0.03);
}

#[test]
fn a_man_has_broader_shoulders_and_a_smaller_hip_to_waist_difference_than_a_woman() {
    let (woman, man) = (woman(), man());
    assert!(man.across_shoulders > woman.across_shoulders);
    assert!(man.hip / man.waist < woman.hip / woman.waist);
}

#[test]
fn every_measure_moves_little_when_the_body_changes_little() {
    // A tape that jumps would stall the fit and give neighbouring sizes odd patterns.
    let flat = |m: &Measures| -> Vec<(String, f64)> {
        let json = serde_json::to_value(m).unwrap();
        json.as_object()
            .unwrap()
            .iter()
            .filter_map(|(name, v)| Some((name.clone(), v.as_f64()?)))
            .collect()
    };
    let mut previous: Option<Vec<(String, f64)>> = None;
    for step in 0..=40 {
        let weight = 0.2 + step as f32 * 0.025;
        let now = flat(&measured(&Shape {
            gender: 0.0,
            weight,
            ..Shape::default()
        }));
        if let Some(previous) = &previous {
            for ((name, a), (_, b)) in previous.iter().zip(&now) {
                assert!(
                    (b / a - 1.0).abs() < 0.03,
                    "{name} from {a} to {b} at weight {weight}"
                );
            }
        }
        previous = Some(now);
    }
}

#[test]
fn measures_survive_ron_and_json() {
    let m = man();
    let text = ron::to_string(&m).unwrap();
    assert_eq!(ron::from_str::<Measures>(&text).unwrap(), m);
    let text = serde_json::to_string(&m).unwrap();
    assert_eq!(serde_json::from_str::<Measures>(&text).unwrap(), m);
}

#[test]
fn a_body_with_a_vertex_that_is_not_a_number_is_refused() {
    let mut verts = body().evaluate(&Shape::default()).unwrap();
    verts[100] = Vec3::splat(f32::NAN);
    assert!(matches!(
        body().measure(&verts),
        Err(BodyError::Vertices { .. })
    ));
}
