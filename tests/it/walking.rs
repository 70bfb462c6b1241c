//! Worn cloth keeps its shape while its wearer walks.

use crate::fitting::{Fitting, assets};
use glam::Vec3;
use std::collections::HashMap;
use toile::{
    production::{Library, load_twin},
    rehearsal::{FPS, Movement, Rehearsal},
    wardrobe::{self, EDGE_LENGTH_M},
};
use toile_twin::{Performance, PerformancePlan, joint_world};

/// The mean angle between two triangles that share an edge, degrees.
fn mean_fold(triangles: &[[u32; 3]], positions: &[Vec3]) -> f32 {
    let mut normals: HashMap<(u32, u32), Vec<Vec3>> = HashMap::new();
    for &[a, b, c] in triangles {
        let [p, q, r] = [a, b, c].map(|i| positions[i as usize]);
        let normal = (q - p).cross(r - p).normalize();
        for (i, j) in [(a, b), (b, c), (c, a)] {
            normals
                .entry((i.min(j), i.max(j)))
                .or_default()
                .push(normal);
        }
    }
    let folds: Vec<f32> = normals
        .values()
        .filter(|sides| sides.len() == 2)
        .map(|sides| sides[0].angle_between(sides[1]).to_degrees())
        .collect();
    folds.iter().sum::<f32>() / folds.len() as f32
}

/// How far a wearer's left hand is from the middle of its hips while it walks in a
/// garment, at least, m.
fn hand_out(garment: &str) -> f32 {
    let assets = assets();
    let (twin, avatar) = load_twin(&assets, "amara", "test").unwrap();
    let worn = Library::new(&assets).own_fabric(garment, "test").unwrap();
    let body = wardrobe::body_mesh(&avatar.collision_hull().unwrap(), avatar.skeleton.len());
    let skeleton = &avatar.skeleton;
    let assembly = wardrobe::assemble(
        &[worn],
        &twin.measures,
        &avatar,
        &body,
        &twin.id,
        EDGE_LENGTH_M,
    )
    .unwrap();
    let plan = PerformancePlan {
        clothes: assembly.silhouette(skeleton),
        ..PerformancePlan::default()
    };
    let walk = Performance::new(&avatar, &twin, &plan).unwrap();
    let [hips, hand] = ["Hips", "LeftHand"].map(|joint| skeleton.find(joint).unwrap());
    (0..40)
        .map(|k| {
            let world = joint_world(skeleton, &walk.pose(6.0 + 0.05 * f64::from(k)));
            let off = (world[hand].w_axis - world[hips].w_axis).truncate();
            off.with_y(0.0).length()
        })
        .fold(f32::MAX, f32::min)
}

#[test]
fn hands_swing_farther_out_over_a_circle_skirt_than_over_a_slip_dress() {
    let (dress, skirt) = (hand_out("slip-dress"), hand_out("circle-skirt"));
    assert!(skirt > dress + 0.02, "{dress} m, {skirt} m");
    assert!(skirt < 0.5, "{skirt} m");
}

/// Solves that end too early leave motion that crumples cloth triangle by
/// triangle, like paper: with 6 substeps of at most 6 iterations to a tenth of
/// the residual this skirt hung with 21.6° and walked with 27.5°.
#[test]
fn a_walked_circle_skirt_is_hardly_more_crumpled_than_when_it_hung() {
    let fitting = Fitting::new(
        "amara",
        &["circle-skirt"],
        Some("cotton-poplin"),
        EDGE_LENGTH_M,
    );
    let dressed = &fitting.dressed;
    let plan = PerformancePlan {
        lead_in_s: 1.5,
        walk_distance_m: 4.2,
        clothes: fitting.clothes,
        ..PerformancePlan::default()
    };
    let walk = Performance::new(&fitting.avatar, &fitting.twin, &plan).unwrap();
    let mut rehearsal = Rehearsal::new(
        dressed,
        &fitting.avatar,
        &fitting.body,
        Movement::Walk(walk),
        1.0,
        fitting.gpu(),
    )
    .unwrap();
    let hung = mean_fold(&dressed.cloth.triangles, &dressed.positions);
    for _ in 0..(6.0 * FPS) as u32 {
        rehearsal.step(1.0 / FPS, fitting.gpu()).unwrap();
    }
    let walked = mean_fold(
        &dressed.cloth.triangles,
        &rehearsal.positions(fitting.gpu()),
    );
    assert!(
        walked < 1.15 * hung,
        "{hung:.1}° on average when it hung, {walked:.1}° after six seconds"
    );
}
