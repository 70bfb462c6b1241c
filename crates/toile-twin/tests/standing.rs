//! A twin that stands: upright, still on its feet, and alive.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

mod common;

use common::{Shape, box_person, plain_twin};
use glam::Vec3;
use toile_twin::{
    Avatar, GaitStyle, Performance, PerformancePlan, Phase, Pose, PoseKind, joint_world,
};

const AT: Vec3 = Vec3::new(0.3, 0.0, 2.0);

fn standing(pose_kind: PoseKind) -> (Avatar, Performance) {
    let avatar = box_person(Shape {
        height: 1.76,
        heel: 0.06,
    });
    let plan = PerformancePlan {
        stands: true,
        pose_kind,
        start: (AT, 0.0),
        ..PerformancePlan::default()
    };
    let performance = Performance::new(&avatar, &plain_twin(GaitStyle::runway()), &plan).unwrap();
    (avatar, performance)
}

fn joint(avatar: &Avatar, pose: &Pose, name: &str) -> Vec3 {
    let index = avatar.skeleton.find(name).unwrap();
    joint_world(&avatar.skeleton, pose)[index].w_axis.truncate()
}

/// Angle at the knee, radians; zero is a straight leg.
fn knee(avatar: &Avatar, pose: &Pose, side: &str) -> f32 {
    let at = |part: &str| joint(avatar, pose, &format!("{side}{part}"));
    (at("Leg") - at("UpLeg")).angle_between(at("Foot") - at("Leg"))
}

#[test]
fn both_legs_are_almost_straight_when_standing_still() {
    let (avatar, performance) = standing(PoseKind::Still);
    let pose = performance.pose(performance.start_of(Phase::Posing));
    for side in ["Left", "Right"] {
        let bend = knee(&avatar, &pose, side);
        assert!(bend < 0.2, "the {side} knee bends {bend} rad");
    }
}

#[test]
fn a_standing_twin_stays_where_it_was_put() {
    let (avatar, performance) = standing(PoseKind::Still);
    let start = performance.start_of(Phase::Posing);
    let feet =
        |t: f64| ["LeftFoot", "RightFoot"].map(|name| joint(&avatar, &performance.pose(t), name));
    let first = feet(start);
    for t in [1.0, 7.3, 60.0, 3600.0] {
        assert_eq!(performance.pose(start + t).root, AT);
        for (then, now) in first.iter().zip(feet(start + t)) {
            assert!(then.distance(now) < 0.002, "after {t} s");
        }
    }
}

#[test]
fn a_standing_twin_breathes_and_blinks_past_the_end_of_the_performance() {
    let (_, performance) = standing(PoseKind::Still);
    let end = performance.duration_s();
    let poses: Vec<Pose> = (0..2000)
        .map(|k| performance.pose(end + f64::from(k) * 0.02))
        .collect();
    assert!(poses[0].local != poses[50].local, "the chest does not move");
    let blinks = |pose: &Pose| pose.morphs.iter().any(|unit| unit.0 == "eyeBlinkLeft");
    let blinks = poses
        .windows(2)
        .filter(|pair| !blinks(&pair[0]) && blinks(&pair[1]))
        .count();
    assert!((5..=14).contains(&blinks), "{blinks} blinks in 40 s");
}

#[test]
fn contrapposto_puts_the_weight_on_one_leg() {
    let (avatar, performance) = standing(PoseKind::Contrapposto);
    let pose = performance.pose(performance.start_of(Phase::Posing) + 1.0);
    assert!(knee(&avatar, &pose, "Right") > knee(&avatar, &pose, "Left"));
}
