//! Measures of the wearer: by tape, by proportion, and read off the landmarks.

mod common;

use common::{bodies, primary, refused};
use toile_garment::PartialMeasures;

#[test]
fn measures_by_proportion_come_near_the_bodies_they_were_found_on() {
    for b in bodies() {
        let m = b.measures;
        let p = primary(&m).complete(&b.name).unwrap();
        for (got, want, within) in [
            (p.hps_to_waist_back, m.hps_to_waist_back, 0.012),
            (p.hps_to_waist_front, m.hps_to_waist_front, 0.015),
            (p.shoulder_length, m.shoulder_length, 0.006),
            (p.neck_girth, m.neck_girth, 0.014),
            (p.arm_length, m.arm_length, 0.022),
            (p.waist_to_floor, m.waist_to_floor, 0.02),
            (p.crotch_depth, m.crotch_depth, 0.014),
            (p.bicep, m.bicep, 0.05),
        ] {
            assert!((got - want).abs() < within, "{}: {got} {want}", b.name);
        }
    }
}

#[test]
fn measures_without_the_primary_four_are_refused() {
    let height = PartialMeasures {
        height: Some(1.7),
        ..PartialMeasures::default()
    };
    let e = refused(height.complete("twin.ron"));
    assert_eq!(
        e,
        "twin.ron: measures: height, bust, waist and hip are needed; the others follow by proportion"
    );
}

#[test]
fn lengths_read_off_the_landmarks_come_near_the_tape() {
    for b in bodies() {
        let (l, m) = (b.landmarks.measures(), b.measures);
        for (got, want, within) in [
            (l.shoulder_slope, m.shoulder_slope, 0.06),
            (l.hps_to_armpit, m.hps_to_armpit, 0.012),
            (l.waist_to_floor, m.waist_to_floor, 0.02),
            (l.crotch_depth, m.crotch_depth, 0.02),
            (l.waist_to_knee, m.waist_to_knee, 0.02),
            (l.waist_to_hip, m.waist_to_hip, 0.035),
        ] {
            let got = got.expect("the landmarks give it");
            assert!((got - want).abs() < within, "{}: {got} {want}", b.name);
        }
    }
}

#[test]
fn the_tape_goes_before_the_landmarks() {
    let tape = PartialMeasures {
        height: Some(1.8),
        ..PartialMeasures::default()
    };
    let other = PartialMeasures {
        height: Some(1.7),
        waist: Some(0.7),
        ..PartialMeasures::default()
    };
    let both = tape.or(other);
    assert_eq!(
        (both.height, both.waist, both.hip),
        (Some(1.8), Some(0.7), None)
    );
}
