//! Shapes: what sliders do, and what they refuse.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own data must stop"
)]

mod common;

use std::collections::BTreeMap;

use common::body;
use glam::Vec3;
use toile_body::{BodyData, BodyError, Shape};

fn crown(shape: &Shape) -> f32 {
    let verts = body().evaluate(shape).unwrap();
    verts[..BodyData::BODY_VERTICES]
        .iter()
        .map(|v| v.y)
        .fold(0.0, f32::max)
}

#[test]
fn every_body_stands_on_the_floor() {
    for height in [-0.1, 0.3, 1.15] {
        let verts = body()
            .evaluate(&Shape {
                height,
                ..Shape::default()
            })
            .unwrap();
        let sole = verts[..BodyData::BODY_VERTICES]
            .iter()
            .map(|v| v.y)
            .fold(1.0, f32::min);
        assert_eq!(sole, 0.0);
    }
}

#[test]
fn the_height_slider_extrapolates_beyond_its_anchors() {
    let at = |height| {
        crown(&Shape {
            height,
            ..Shape::default()
        })
    };
    assert!(at(1.15) > at(1.0) + 0.02);
    assert!(at(-0.1) < at(0.0) - 0.02);
}

#[test]
fn a_neutral_body_is_mirror_symmetric_to_a_millimetre() {
    let verts = body().evaluate(&Shape::default()).unwrap();
    let flip = Vec3::new(-1.0, 1.0, 1.0);
    let worst = (0..BodyData::BODY_VERTICES)
        .map(|v| verts[v].distance(verts[body().mirror()[v] as usize] * flip))
        .fold(0.0, f32::max);
    assert!(worst < 1e-3, "{worst}");
}

#[test]
fn every_detail_slider_moves_the_body_both_ways_or_one_way() {
    let neutral = body().evaluate(&Shape::default()).unwrap();
    for name in body().detail_names() {
        let details = BTreeMap::from([(name.clone(), 1.0)]);
        let verts = body()
            .evaluate(&Shape {
                details,
                ..Shape::default()
            })
            .unwrap();
        let moved = verts
            .iter()
            .zip(&neutral)
            .any(|(a, b)| a.distance(*b) > 1e-5);
        assert!(moved, "{name}");
    }
}

#[test]
fn a_face_slider_changes_the_face_and_not_the_hands() {
    let neutral = body().evaluate(&Shape::default()).unwrap();
    let details = BTreeMap::from([("nose/nose-hump".to_owned(), 1.0)]);
    let verts = body()
        .evaluate(&Shape {
            details,
            ..Shape::default()
        })
        .unwrap();
    let moved: Vec<usize> = (0..verts.len())
        .filter(|&v| verts[v].distance(neutral[v]) > 1e-5)
        .collect();
    assert!(!moved.is_empty());
    assert!(
        moved.iter().all(|&v| neutral[v].y > 1.3),
        "something far below the face moved"
    );
}

#[test]
fn a_misspelt_slider_is_refused_with_the_likely_names() {
    let details = BTreeMap::from([("torso/measure-waist-circumference".to_owned(), 0.5)]);
    let error = body()
        .evaluate(&Shape {
            details,
            ..Shape::default()
        })
        .unwrap_err();
    assert!(matches!(error, BodyError::UnknownDetail { .. }));
    assert!(
        error.to_string().contains("torso/measure-waist-circ"),
        "{error}"
    );
}

#[test]
fn a_slider_that_is_not_a_number_is_refused_by_name() {
    let error = body()
        .evaluate(&Shape {
            weight: f32::NAN,
            ..Shape::default()
        })
        .unwrap_err();
    assert!(error.to_string().contains("shape.weight"), "{error}");
}

#[test]
fn a_shape_without_any_ancestry_share_is_refused() {
    let shape = Shape {
        african: 0.0,
        asian: 0.0,
        caucasian: 0.0,
        ..Shape::default()
    };
    assert!(matches!(
        body().evaluate(&shape),
        Err(BodyError::SliderOutOfRange { .. })
    ));
}

#[test]
fn an_unknown_field_in_a_shape_file_is_refused() {
    assert!(ron::from_str::<Shape>("(gender: 0.0, wieght: 0.4)").is_err());
}

#[test]
fn twenty_five_and_ninety_years_are_the_ends_of_the_adult_age_slider() {
    assert_eq!(Shape::age_from_years(25.0), 0.5);
    assert_eq!(Shape::age_from_years(90.0), 1.0);
}
