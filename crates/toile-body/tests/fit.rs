//! The measurement fit: seven people, and people who cannot be.

mod common;

use std::{collections::BTreeMap, time::Instant};

use common::body;
use toile_body::{BodyError, FitResult, MeasureTargets, Shape, fit};

struct Person {
    name: &'static str,
    base: Shape,
    targets: MeasureTargets,
}

fn person(
    name: &'static str,
    [
        gender,
        age,
        muscle,
        weight,
        height,
        proportions,
        cup,
        firmness,
    ]: [f32; 8],
    [caucasian, asian, african]: [f32; 3],
    [stature, bust, underbust, waist, hip, thigh, calf, inseam]: [f32; 8],
) -> Person {
    let some = |v: f32| (v > 0.0).then_some(v);
    let mut details = BTreeMap::new();
    if gender < 0.5 {
        details.insert("breast/nipple-point".to_owned(), -1.0);
    }
    Person {
        name,
        base: Shape {
            gender,
            age,
            muscle,
            weight,
            height,
            proportions,
            cup,
            firmness,
            african,
            asian,
            caucasian,
            details,
        },
        targets: MeasureTargets {
            height: stature,
            bust,
            waist,
            hip,
            underbust: some(underbust),
            thigh: some(thigh),
            calf: some(calf),
            inseam: some(inseam),
            ..MeasureTargets::default()
        },
    }
}

/// The seven bodies the method was first proven on (0: not asked for).
fn people() -> Vec<Person> {
    vec![
        person(
            "female fashion",
            [0.0, 0.5, 0.52, 0.42, 0.62, 0.9, 0.42, 0.8],
            [0.6, 0.0, 0.4],
            [1.78, 0.85, 0.74, 0.64, 0.90, 0.52, 0.345, 0.84],
        ),
        person(
            "male fashion",
            [1.0, 0.5, 0.68, 0.45, 0.6, 0.9, 0.5, 0.5],
            [0.5, 0.5, 0.0],
            [1.87, 0.98, 0.0, 0.79, 0.96, 0.55, 0.375, 0.88],
        ),
        person(
            "female plus",
            [0.0, 0.55, 0.5, 1.0, 0.55, 0.7, 0.62, 0.55],
            [1.0, 0.0, 0.0],
            [1.72, 1.16, 0.97, 0.99, 1.22, 0.72, 0.43, 0.77],
        ),
        person(
            "female tall",
            [0.0, 0.5, 0.55, 0.42, 0.62, 0.9, 0.42, 0.8],
            [0.0, 0.0, 1.0],
            [1.80, 0.86, 0.75, 0.65, 0.93, 0.54, 0.35, 0.86],
        ),
        person(
            "female petite",
            [0.0, 0.47, 0.5, 0.45, 0.4, 0.75, 0.4, 0.8],
            [0.0, 1.0, 0.0],
            [1.56, 0.82, 0.72, 0.64, 0.88, 0.50, 0.33, 0.70],
        ),
        person(
            "female silver",
            [0.0, 0.80, 0.5, 0.5, 0.5, 0.7, 0.5, 0.45],
            [1.0, 0.0, 0.0],
            [1.70, 0.96, 0.82, 0.82, 1.02, 0.57, 0.36, 0.78],
        ),
        person(
            "male muscular",
            [1.0, 0.5, 0.8, 0.5, 0.6, 0.95, 0.5, 0.5],
            [0.0, 0.0, 1.0],
            [1.88, 1.04, 0.0, 0.82, 1.0, 0.59, 0.39, 0.90],
        ),
    ]
}

fn worst_mm(result: &FitResult, targets: &MeasureTargets) -> f32 {
    let m = &result.achieved;
    let pairs = [
        (Some(targets.height), m.height),
        (Some(targets.bust), m.bust),
        (Some(targets.waist), m.waist),
        (Some(targets.hip), m.hip),
        (targets.underbust, m.underbust),
        (targets.thigh, m.thigh),
        (targets.calf, m.calf),
        (targets.inseam, m.inseam),
        (targets.neck, m.neck),
        (targets.upper_arm, m.upper_arm),
        (targets.across_shoulders, m.across_shoulders),
        (targets.arm_length, m.arm_length),
        (targets.back_waist_length, m.back_waist_length),
    ];
    pairs
        .iter()
        .filter_map(|(t, got)| Some((t.as_ref()? - got).abs() * 1000.0))
        .fold(0.0, f32::max)
}

#[test]
fn seven_people_are_met_to_two_millimetres_in_under_a_second_each() {
    body();
    for person in people() {
        let start = Instant::now();
        let result = fit(body(), &person.base, &person.targets)
            .unwrap_or_else(|e| panic!("{}: {e}", person.name));
        let took = start.elapsed();
        let worst = worst_mm(&result, &person.targets);
        println!("{}: {worst:.2} mm in {took:?}", person.name);
        assert!(worst <= 2.0, "{}: {worst} mm", person.name);
        assert!(
            (worst - result.residual_mm_max).abs() < 0.05,
            "{}: {worst}",
            person.name
        );
        // Twice the goal of one second, for machines that are busy with other things.
        assert!(took.as_secs_f32() < 2.0, "{}: {took:?}", person.name);
    }
}

#[test]
fn four_measurements_alone_are_enough() {
    let targets = MeasureTargets {
        height: 1.72,
        bust: 0.92,
        waist: 0.74,
        hip: 0.98,
        ..MeasureTargets::default()
    };
    let base = Shape {
        gender: 0.0,
        ..Shape::default()
    };
    let result = fit(body(), &base, &targets).unwrap();
    assert!(worst_mm(&result, &targets) <= 2.0);
}

#[test]
fn clothing_sizes_from_small_to_plus_can_be_met_from_four_measurements() {
    let sizes = [
        (0.0, [1.50, 0.90, 0.76, 0.96]),
        (0.0, [1.58, 0.80, 0.62, 0.86]),
        (0.0, [1.62, 1.05, 0.75, 1.10]),
        (0.0, [1.68, 1.00, 0.84, 1.06]),
        (0.0, [1.68, 1.22, 1.08, 1.26]),
        (0.0, [1.82, 0.84, 0.62, 0.89]),
        (1.0, [1.62, 0.90, 0.80, 0.93]),
        (1.0, [1.78, 1.08, 0.98, 1.08]),
        (1.0, [1.78, 1.32, 1.26, 1.24]),
        (1.0, [1.85, 1.15, 0.85, 1.02]),
        (1.0, [1.98, 1.10, 0.95, 1.10]),
    ];
    for (gender, [height, bust, waist, hip]) in sizes {
        let base = Shape {
            gender,
            ..Shape::default()
        };
        let targets = MeasureTargets {
            height,
            bust,
            waist,
            hip,
            ..MeasureTargets::default()
        };
        let result = fit(body(), &base, &targets).unwrap_or_else(|e| panic!("{targets:?}: {e}"));
        assert!(worst_mm(&result, &targets) <= 2.0, "{targets:?}");
    }
}

#[test]
fn arms_neck_shoulders_and_back_can_be_asked_for_too() {
    let base = Shape {
        gender: 1.0,
        ..Shape::default()
    };
    let now = body().measure(&body().evaluate(&base).unwrap()).unwrap();
    let targets = MeasureTargets {
        height: 1.80,
        bust: 1.0,
        waist: 0.86,
        hip: 1.0,
        neck: Some(now.neck + 0.01),
        upper_arm: Some(now.upper_arm - 0.01),
        across_shoulders: Some(now.across_shoulders + 0.01),
        arm_length: Some(now.arm_length + 0.02),
        back_waist_length: Some(now.back_waist_length + 0.015),
        ..MeasureTargets::default()
    };
    let result = fit(body(), &base, &targets).unwrap();
    assert!(
        worst_mm(&result, &targets) <= 2.0,
        "{}",
        worst_mm(&result, &targets)
    );
}

#[test]
fn a_fit_keeps_sex_age_and_face_of_the_base_shape() {
    let mut base = Shape {
        gender: 0.0,
        age: 0.7,
        ..Shape::default()
    };
    base.details.insert("nose/nose-hump".to_owned(), 0.6);
    let targets = MeasureTargets {
        height: 1.68,
        bust: 0.95,
        waist: 0.8,
        hip: 1.02,
        ..MeasureTargets::default()
    };
    let shape = fit(body(), &base, &targets).unwrap().shape;
    assert_eq!((shape.gender, shape.age), (0.0, 0.7));
    assert_eq!(shape.details["nose/nose-hump"], 0.6);
}

#[test]
fn a_waist_nobody_of_that_hip_has_is_refused_by_name_with_the_nearest_value() {
    let targets = MeasureTargets {
        height: 1.75,
        bust: 0.90,
        waist: 0.42,
        hip: 1.6,
        ..MeasureTargets::default()
    };
    let error = fit(
        body(),
        &Shape {
            gender: 0.0,
            ..Shape::default()
        },
        &targets,
    )
    .unwrap_err();
    let BodyError::Unreachable {
        measure,
        wanted_m,
        reachable_m,
    } = error
    else {
        panic!("{error}");
    };
    assert!(
        measure == "waist" || measure == "hip" || measure == "bust",
        "{measure}"
    );
    assert!((wanted_m - reachable_m).abs() > 0.002);
}

#[test]
fn centimetres_instead_of_metres_are_refused_by_name() {
    let targets = MeasureTargets {
        height: 178.0,
        bust: 0.85,
        waist: 0.64,
        hip: 0.9,
        ..MeasureTargets::default()
    };
    let error = fit(body(), &Shape::default(), &targets)
        .unwrap_err()
        .to_string();
    assert!(error.contains("height") && error.contains("178"), "{error}");
}

#[test]
fn a_target_that_is_not_a_number_is_refused() {
    let targets = MeasureTargets {
        height: 1.7,
        bust: f32::NAN,
        waist: 0.64,
        hip: 0.9,
        ..MeasureTargets::default()
    };
    assert!(matches!(
        fit(body(), &Shape::default(), &targets),
        Err(BodyError::ImplausibleTarget {
            measure: "bust",
            ..
        })
    ));
}
