//! Parts are where they are on the shipped garments, drafted to a shipped twin.

use super::{Body, Carried, WornParts, edges, find_among, first};
use crate::{
    choreography::Choreography,
    paths::Assets,
    production::{Library, Production, load_twin},
    wardrobe,
};
use glam::{Quat, Vec3};
use std::path::Path;
use toile_show::format::Framing;
use toile_twin::{Avatar, Pose, Silhouette, bind_pose, skin_matrices};

/// The pose that garments are arranged in: arms nearly level.
fn arms_out(avatar: &Avatar) -> Pose {
    let skeleton = &avatar.skeleton;
    let mut pose = bind_pose(skeleton);
    for side in ["Left", "Right"] {
        for bone in ["Shoulder", "Arm", "ForeArm"] {
            let joint = skeleton.find(&format!("{side}{bone}")).expect("a joint");
            pose.local[joint] = pose.local[joint].slerp(Quat::IDENTITY, 0.9);
        }
    }
    pose
}

/// The parts of garments as they are arranged around a twin, their seams joined.
fn worn(garments: &[&str]) -> (WornParts, std::sync::Arc<Avatar>, Pose) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    let assets = Assets::find(Some(&root)).expect("there are assets");
    let (twin, avatar) = load_twin(&assets, "ines", "test").expect("there is a twin");
    let mut library = Library::new(&assets);
    let garments: Vec<_> = garments
        .iter()
        .map(|id| library.own_fabric(id, "test").expect("there is a garment"))
        .collect();
    let hull = avatar.collision_hull().expect("a body");
    let body = wardrobe::body_mesh(&hull, avatar.skeleton.len());
    let assembly = wardrobe::assemble(
        &garments,
        &twin.measures,
        &avatar,
        &body,
        "ines",
        wardrobe::EDGE_LENGTH_M,
    )
    .expect("they can be drafted");
    let cloth = &assembly.cloth;
    let mut to: Vec<u32> = (0..cloth.positions.len() as u32).collect();
    for stitch in &cloth.stitches {
        let [a, b] = stitch.map(|particle| first(&to, particle));
        to[a.max(b) as usize] = a.min(b);
    }
    let all: Vec<_> = assembly
        .garments
        .iter()
        .map(|garment| {
            let joined = |v: u32| first(&to, garment.particle_of_vertex[v as usize]);
            let triangles: Vec<_> = garment.triangles.iter().map(|t| t.map(joined)).collect();
            edges(&triangles, &cloth.positions)
        })
        .collect();
    let pose = arms_out(&avatar);
    (find_among(&all, &avatar.skeleton, &pose), avatar, pose)
}

/// Where a part is, and the body it is on.
fn place(of: &Carried, avatar: &Avatar, pose: &Pose) -> Vec3 {
    of.at(&skin_matrices(&avatar.skeleton, pose))
}

#[test]
fn a_slip_dress_has_a_hem_and_a_neckline_and_no_cuff() {
    let (worn, avatar, pose) = worn(&["slip-dress"]);
    assert!(worn.seen.contains(&Framing::Hem) && worn.seen.contains(&Framing::Neckline));
    assert!(!worn.seen.contains(&Framing::Cuff) && !worn.seen.contains(&Framing::Waistband));
    let body = Body::new(&avatar.skeleton, &pose);
    let hem = place(&worn.parts.hem, &avatar, &pose);
    assert!(hem.y < body.at("LeftUpLeg").y && hem.y > 0.15, "{hem}");
    assert!(hem.x.abs() < 0.03, "in the middle: {hem}");
    assert!((0.1..0.6).contains(&worn.parts.hem.radius_m));
    let neckline = place(&worn.parts.neckline, &avatar, &pose);
    let (low, high) = (body.waist.y, body.at("Head").y);
    assert!((low..high).contains(&neckline.y), "{neckline}");
    assert!(neckline.z > body.at("Neck").z, "in front: {neckline}");
}

#[test]
fn trousers_and_a_tee_have_hems_and_cuffs_and_hide_the_waistband() {
    let (worn, avatar, pose) = worn(&["trousers", "tee"]);
    let body = Body::new(&avatar.skeleton, &pose);
    for framing in [Framing::Hem, Framing::Neckline, Framing::Cuff] {
        assert!(worn.seen.contains(&framing), "{framing:?} is missing");
    }
    let hem = place(&worn.parts.hem, &avatar, &pose);
    assert!(hem.y < body.at("LeftLeg").y, "below the knee: {hem}");
    assert!(hem.x.abs() < 0.05, "between both legs: {hem}");
    assert!(worn.parts.hem.radius_m < 0.25, "each round its own leg");
    let cuff = place(&worn.parts.cuff, &avatar, &pose);
    let (shoulder, hand) = (body.at("LeftArm").x, body.at("LeftHand").x);
    assert!((shoulder..hand).contains(&cuff.x), "on the arm: {cuff}");
    assert!(
        !worn.seen.contains(&Framing::Waistband),
        "the tee covers it"
    );
}

#[test]
fn a_skirt_shows_its_waistband() {
    let (worn, avatar, pose) = worn(&["circle-skirt"]);
    assert!(worn.seen.contains(&Framing::Waistband));
    let body = Body::new(&avatar.skeleton, &pose);
    let waistband = place(&worn.parts.waistband, &avatar, &pose);
    assert!((waistband.y - body.waist.y).abs() < 0.16, "{waistband}");
    assert!(worn.parts.waistband.radius_m < 0.25);
}

#[test]
fn a_part_goes_with_the_bones_next_to_it() {
    let (worn, avatar, mut pose) = worn(&["tee"]);
    let out = place(&worn.parts.cuff, &avatar, &pose);
    let arm = avatar.skeleton.find("LeftArm").expect("an arm");
    pose.local[arm] = bind_pose(&avatar.skeleton).local[arm];
    let lowered = place(&worn.parts.cuff, &avatar, &pose);
    assert!(lowered.y < out.y - 0.04, "{out} to {lowered}");
    pose.root = Vec3::new(0.4, 0.0, 3.0);
    let walked = place(&worn.parts.cuff, &avatar, &pose);
    assert!((walked - lowered - pose.root).length() < 1e-4);
}

#[test]
fn free_edges_are_found_and_kept_apart() {
    // A strip of two squares, and a triangle by itself.
    let positions: Vec<Vec3> = (0..9)
        .map(|k| Vec3::new((k / 2) as f32, (k % 2) as f32, 0.0))
        .collect();
    let strip = [[0, 2, 1], [1, 2, 3], [2, 4, 3], [3, 4, 5]];
    let lone = [[6, 7, 8]];
    let mut found = edges(&[&strip[..], &lone[..]].concat(), &positions);
    found.sort_by_key(Vec::len);
    let sizes: Vec<usize> = found.iter().map(Vec::len).collect();
    assert_eq!(sizes, [3, 6]);
}

#[test]
fn the_waist_is_where_the_tape_is_laid() {
    let (_, avatar, pose) = worn(&["tee"]);
    let body = Body::new(&avatar.skeleton, &pose);
    let tape = wardrobe::landmarks(&avatar).expect("landmarks").waist_y;
    assert!(
        (body.waist.y - tape).abs() < 0.04,
        "{} and {tape}",
        body.waist.y
    );
}

#[test]
fn the_ways_that_cameras_follow_are_calm_in_a_real_walk() {
    let (worn, ..) = worn(&["trousers", "tee"]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let assets = Assets::find(Some(&root.join("assets"))).expect("there are assets");
    let show = Production::load(&root.join("scenes/first-show.ron"), &assets).expect("a show");
    let look = &show.looks[0];
    let choreography = Choreography::new(look, &show.show, Silhouette::default()).expect("a walk");
    let ways = worn.ways(&choreography, &look.cast.avatar.skeleton);
    let parts = [
        ("feet", &ways.feet, 6.0),
        ("hem", &ways.parts.hem.0, 8.0),
        ("neckline", &ways.parts.neckline.0, 8.0),
        ("cuff", &ways.parts.cuff.0, 14.0),
        ("waistband", &ways.parts.waistband.0, 8.0),
    ];
    let step = 1.0 / 32.0;
    for (name, way, most) in parts {
        for k in 1..(32.0 * (choreography.exits_s() - choreography.enters_s)) as u32 {
            let at = |k: u32| way.at(k as f32 * step);
            let (a, b, c) = (at(k - 1), at(k), at(k + 1));
            let (speed, pull) = (
                (c - b).length() / step,
                (c + a - 2.0 * b).length() / step.powi(2),
            );
            assert!(speed < 3.0, "{name}: {speed} m/s");
            assert!(pull < most, "{name}: {pull} m/s²");
        }
    }
}
