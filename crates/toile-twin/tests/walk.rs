//! What every performance must hold to, measured on the skinned mesh.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

mod common;

use common::{Shape, angle_between, box_person, plain_twin};
use glam::{Quat, Vec3};
use toile_twin::{
    Audit, Avatar, GaitStyle, Performance, PerformancePlan, Phase, Pose, PoseKind, Silhouette,
    bind_pose, joint_world,
};

fn assert_within_limits(who: &str, audit: &Audit) {
    let faults = audit.faults();
    assert!(faults.is_empty(), "{who}: {}", faults.join("; "));
}

#[test]
fn bodies_of_any_size_in_any_heel_perform_within_the_limits() {
    for (height, heel) in [(1.52, 0.0), (1.78, 0.05), (1.80, 0.095), (2.0, 0.02)] {
        let avatar = box_person(Shape { height, heel });
        for (style, gait) in [
            ("runway", GaitStyle::runway()),
            ("menswear", GaitStyle::menswear()),
        ] {
            let twin = plain_twin(gait);
            let performance =
                Performance::new(&avatar, &twin, &PerformancePlan::default()).unwrap();
            let who = format!("{style} at {height} m in {heel} m heels");
            assert_within_limits(&who, &performance.audit(&avatar).unwrap());
        }
    }
}

#[test]
fn slow_and_fast_music_keep_the_limits() {
    let avatar = box_person(Shape {
        height: 1.76,
        heel: 0.07,
    });
    let twin = plain_twin(GaitStyle::runway());
    for (bpm, steps_per_beat) in [(96.0, 1.0), (132.0, 1.0), (160.0, 0.5)] {
        let plan = PerformancePlan {
            bpm,
            steps_per_beat,
            ..PerformancePlan::default()
        };
        let performance = Performance::new(&avatar, &twin, &plan).unwrap();
        assert_within_limits(&format!("{bpm} bpm"), &performance.audit(&avatar).unwrap());
    }
}

#[test]
fn every_pose_kind_keeps_the_limits() {
    let avatar = box_person(Shape {
        height: 1.76,
        heel: 0.07,
    });
    let twin = plain_twin(GaitStyle::runway());
    for pose_kind in [
        PoseKind::Contrapposto,
        PoseKind::ThreeQuarter,
        PoseKind::Still,
    ] {
        let plan = PerformancePlan {
            pose_kind,
            pose_beats: 16.0,
            ..PerformancePlan::default()
        };
        let performance = Performance::new(&avatar, &twin, &plan).unwrap();
        assert_within_limits(
            &format!("{pose_kind:?}"),
            &performance.audit(&avatar).unwrap(),
        );
    }
}

fn performance() -> (Avatar, Performance) {
    let avatar = box_person(Shape {
        height: 1.76,
        heel: 0.06,
    });
    let twin = plain_twin(GaitStyle::runway());
    let performance = Performance::new(&avatar, &twin, &PerformancePlan::default()).unwrap();
    (avatar, performance)
}

#[test]
fn the_performance_begins_in_the_bind_pose() {
    let (avatar, performance) = performance();
    let (first, bind) = (performance.pose(0.0), bind_pose(&avatar.skeleton));
    assert!(angle_between(&first, &bind) < 1.0e-3);
    assert!(first.hips_offset.length() < 1.0e-5);
    assert_eq!(first.root, Vec3::ZERO);
}

#[test]
fn footfalls_lie_on_the_beat() {
    let (_, performance) = performance();
    let first = performance.start_of(Phase::WalkOut);
    for (at, _) in performance.footfalls() {
        let steps = (at - first) / 0.5;
        assert!(
            (steps - steps.round()).abs() < 1.0e-3,
            "a foot falls {steps} steps after the start"
        );
    }
}

#[test]
fn feet_alternate_from_the_first_step_to_the_last() {
    let (_, performance) = performance();
    let falls = performance.footfalls();
    assert!(falls.len() > 20);
    let stands = [
        performance.start_of(Phase::Posing),
        performance.start_of(Phase::Turning),
    ];
    for pair in falls.windows(2) {
        let across_the_pose = pair[0].0 <= stands[0] && pair[1].0 > stands[1];
        assert!(
            across_the_pose || pair[0].1 != pair[1].1,
            "the same foot falls twice, at {} s",
            pair[1].0
        );
    }
}

#[test]
fn the_walk_goes_out_by_its_distance_and_comes_home() {
    let (_, performance) = performance();
    let posing = performance.pose(performance.start_of(Phase::Posing) + 1.0);
    assert!(
        (posing.root - Vec3::Z * 8.0).length() < 1.0e-3,
        "poses at {}",
        posing.root
    );
    let home = performance.pose(performance.duration_s());
    assert!(home.root.length() < 1.0e-3, "ends at {}", home.root);
    let faced = Quat::from_rotation_y(home.heading) * Vec3::Z;
    assert!(faced.dot(Vec3::NEG_Z) > 0.999, "faces {faced}");
}

#[test]
fn a_start_elsewhere_moves_the_whole_performance_rigidly() {
    let avatar = box_person(Shape {
        height: 1.76,
        heel: 0.06,
    });
    let twin = plain_twin(GaitStyle::runway());
    let (at, heading) = (Vec3::new(3.0, 0.4, -5.0), 2.1);
    let plain = Performance::new(&avatar, &twin, &PerformancePlan::default()).unwrap();
    let plan = PerformancePlan {
        start: (at, heading),
        ..PerformancePlan::default()
    };
    let moved = Performance::new(&avatar, &twin, &plan).unwrap();
    for k in 0..40 {
        let t = f64::from(k) * 0.53;
        let (a, b) = (plain.pose(t), moved.pose(t));
        let placed = |pose: &Pose| joint_world(&avatar.skeleton, pose);
        for (a, b) in placed(&a).iter().zip(placed(&b)) {
            let expected = at + Quat::from_rotation_y(heading) * a.w_axis.truncate();
            let off = expected.distance(b.w_axis.truncate());
            assert!(off < 2.0e-3, "a joint is {off} m off at {t} s");
        }
    }
}

#[test]
fn poses_do_not_depend_on_the_order_they_are_asked_in() {
    let (_, performance) = performance();
    let late = performance.pose(11.3);
    let _ = performance.pose(2.0);
    assert_eq!(performance.pose(11.3), late);
}

#[test]
fn the_phases_follow_each_other_and_fill_the_performance() {
    let (_, performance) = performance();
    let mut seen: Vec<Phase> = Vec::new();
    for k in 0..=(performance.duration_s() * 20.0) as usize {
        let phase = performance.phase(k as f64 / 20.0);
        if seen.last() != Some(&phase) {
            seen.push(phase);
        }
    }
    use Phase::{Entrance, Exit, LeadIn, Posing, Turning, WalkBack, WalkOut};
    assert_eq!(
        seen,
        [LeadIn, Entrance, WalkOut, Posing, Turning, WalkBack, Exit]
    );
}

#[test]
fn the_arms_swing_against_the_legs() {
    let (avatar, performance) = performance();
    let find = |name| avatar.skeleton.find(name).unwrap();
    let (hand, foot) = (find("LeftHand"), find("LeftFoot"));
    let start = performance.start_of(Phase::WalkOut) + 2.0;
    let (mut together, mut n) = (0.0, 0);
    for k in 0..60 {
        let pose = performance.pose(start + f64::from(k) / 60.0);
        let world = joint_world(&avatar.skeleton, &pose);
        together += (world[hand].w_axis.z - pose.root.z) * (world[foot].w_axis.z - pose.root.z);
        n += 1;
    }
    assert!(
        together / (n as f32) < -0.001,
        "hand and foot go together: {together}"
    );
}

#[test]
fn clothes_that_are_no_number_are_refused() {
    let (height, heel) = (1.75, 0.0);
    let avatar = box_person(Shape { height, heel });
    let twin = plain_twin(GaitStyle::runway());
    let plan = PerformancePlan {
        clothes: Silhouette::around(Vec3::ZERO, [Vec3::new(f32::INFINITY, 0.0, 0.0)]),
        ..PerformancePlan::default()
    };
    let refused = Performance::new(&avatar, &twin, &plan).err();
    let message = refused.unwrap().to_string();
    assert!(message.contains("clothes"), "{message}");
}

#[test]
fn twins_blink_every_few_seconds_and_never_long() {
    let (_, performance) = performance();
    let (mut blinks, mut shut) = (0, 0);
    let mut before = 0.0;
    for k in 0..(performance.duration_s() * 100.0) as usize {
        let pose = performance.pose(k as f64 / 100.0);
        let lid = pose
            .morphs
            .iter()
            .find(|m| m.0 == "eyeBlinkLeft")
            .map_or(0.0, |m| m.1);
        assert!((0.0..=1.0).contains(&lid));
        blinks += usize::from(lid > 0.5 && before <= 0.5);
        shut += usize::from(lid > 0.5);
        before = lid;
    }
    let expected = performance.duration_s() / 6.0;
    assert!(
        blinks as f64 >= expected - 1.0 && blinks as f64 <= 2.0 * expected + 2.0,
        "{blinks} blinks"
    );
    assert!(
        shut < blinks * 20,
        "{shut} hundredths of a second shut in {blinks} blinks"
    );
}

#[test]
fn a_plan_that_makes_no_performance_is_refused_with_its_field() {
    let avatar = box_person(Shape {
        height: 1.76,
        heel: 0.06,
    });
    let twin = plain_twin(GaitStyle::runway());
    let plan = PerformancePlan {
        walk_distance_m: f32::NAN,
        ..PerformancePlan::default()
    };
    let error = Performance::new(&avatar, &twin, &plan)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("walk_distance_m") && error.contains("'box'"),
        "{error}"
    );
}

#[test]
fn a_skeleton_without_a_needed_joint_is_refused_by_name() {
    let mut avatar = box_person(Shape {
        height: 1.76,
        heel: 0.06,
    });
    let toes = avatar.skeleton.find("LeftToeBase").unwrap();
    avatar.skeleton.names[toes] = "LeftSock".into();
    let twin = plain_twin(GaitStyle::runway());
    let error = Performance::new(&avatar, &twin, &PerformancePlan::default())
        .unwrap_err()
        .to_string();
    assert!(error.contains("LeftToeBase"), "{error}");
}
