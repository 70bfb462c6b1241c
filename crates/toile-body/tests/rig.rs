//! The skeleton in the body.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own data must stop"
)]

mod common;

use common::body;
use glam::{Quat, Vec3};
use toile_body::{BodyError, Rig, Shape};

fn shaped(gender: f32, weight: f32) -> (Vec<Vec3>, Rig) {
    let verts = body()
        .evaluate(&Shape {
            gender,
            weight,
            ..Shape::default()
        })
        .unwrap();
    let rig = body().rig(&verts).unwrap();
    (verts, rig)
}

#[test]
fn there_are_52_mixamo_joints_with_parents_first() {
    let (_, rig) = shaped(0.0, 0.5);
    assert_eq!(rig.names.len(), 52);
    assert_eq!(rig.names[0], "mixamorig:Hips");
    assert!(rig.joint("mixamorig:LeftUpLeg").is_some());
    for (joint, parent) in rig.parents.iter().enumerate() {
        assert!(
            parent.map_or(joint == 0, |p| p < joint),
            "{}",
            rig.names[joint]
        );
    }
}

#[test]
fn skinning_with_the_bind_pose_gives_the_mesh_back() {
    for (gender, weight) in [(0.0, 0.3), (1.0, 1.2)] {
        let (verts, rig) = shaped(gender, weight);
        let skinned = rig.skin(&verts, &rig.bind_pose());
        let worst = verts
            .iter()
            .zip(&skinned)
            .map(|(a, b)| a.distance(*b))
            .fold(0.0, f32::max);
        assert!(worst < 2e-6, "{worst} m");
    }
}

#[test]
fn identity_rotations_stand_in_a_t_pose() {
    let (_, rig) = shaped(1.0, 0.5);
    let world = rig.pose(&[]);
    let at = |name: &str| world[rig.joint(name).unwrap()].w_axis.truncate();
    for (side, sign) in [("Left", 1.0), ("Right", -1.0)] {
        let arm = at(&format!("{side}Hand")) - at(&format!("{side}Arm"));
        assert!(
            arm.normalize().dot(Vec3::X * sign) > 0.99999,
            "{side} arm {arm}"
        );
        let leg = at(&format!("{side}Foot")) - at(&format!("{side}UpLeg"));
        assert!(
            leg.normalize().dot(Vec3::NEG_Y) > 0.99999,
            "{side} leg {leg}"
        );
    }
}

#[test]
fn the_same_clip_moves_two_different_bodies_into_the_same_directions() {
    let pose = |gender, weight| {
        let (_, rig) = shaped(gender, weight);
        let mut local = vec![Quat::IDENTITY; rig.names.len()];
        local[rig.joint("LeftArm").unwrap()] = Quat::from_rotation_z(-1.2);
        local[rig.joint("LeftForeArm").unwrap()] = Quat::from_rotation_y(-0.4);
        let world = rig.pose(&local);
        let at = |name: &str| world[rig.joint(name).unwrap()].w_axis.truncate();
        (at("LeftHand") - at("LeftForeArm")).normalize()
    };
    assert!(pose(0.0, 0.2).dot(pose(1.0, 1.2)) > 0.99999);
}

#[test]
fn weights_are_sorted_and_sum_to_one() {
    let (_, rig) = shaped(0.0, 0.5);
    for (vertex, (joints, weights)) in rig.joints.iter().zip(&rig.weights).enumerate() {
        assert!(
            (weights.iter().sum::<f32>() - 1.0).abs() < 1e-5,
            "vertex {vertex}"
        );
        assert!(weights.windows(2).all(|w| w[0] >= w[1]), "vertex {vertex}");
        for k in 0..4 {
            assert!(weights[k] > 0.0 || joints[k] == 0, "vertex {vertex}");
        }
    }
}

#[test]
fn inverse_bind_matrices_invert_the_bind_pose() {
    let (_, rig) = shaped(0.0, 0.5);
    for (world, inverse) in rig.bind_pose().iter().zip(&rig.inverse_bind) {
        assert!((*world * *inverse).abs_diff_eq(glam::Mat4::IDENTITY, 1e-5));
    }
}

#[test]
fn too_few_vertices_are_an_error() {
    assert!(matches!(
        body().rig(&[Vec3::ZERO; 8]),
        Err(BodyError::Vertices { .. })
    ));
}
