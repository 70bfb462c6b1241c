//! What the solver keeps cloth out of: the whole shoe, the hand, and arms over skirts.

use crate::surface::Surface;
use glam::Vec3;
use toile::{avatars::avatar_of, paths::Assets};
use toile_twin::{
    Avatar, CollisionBody, Performance, PerformancePlan, Phase, Silhouette, Twin, joint_world,
    region, skin_matrices,
};

/// Some of the cast, in pumps, loafers and boots.
fn people() -> Vec<(Twin, Avatar)> {
    let assets = Assets::find(Some(std::path::Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/assets"
    ))));
    let assets = assets.unwrap();
    let load = |id: &str| {
        let twin = Twin::load(&assets.twin(id)).unwrap();
        let avatar = avatar_of(&twin, &assets).unwrap();
        (twin, avatar)
    };
    ["ines", "kofi", "amara", "tane"].map(load).into()
}

/// How far each point stands out of a closed surface, m; 0 inside.
fn outside(hull: &CollisionBody, points: &[Vec3]) -> Vec<f32> {
    let surface = Surface::new(&hull.positions, &hull.triangles);
    let out = |p: &Vec3| match surface.holds(*p) {
        true => 0.0,
        false => surface.distance(*p),
    };
    points.iter().map(out).collect()
}

#[test]
fn rims_of_shoes_lie_inside_the_hull() {
    for (twin, avatar) in people() {
        let hull = avatar.collision_hull().unwrap();
        for shoes in avatar.with_material("shoes") {
            // The foot's upper half: heels are thinner than the hull's grid.
            let points: Vec<Vec3> = shoes
                .positions
                .iter()
                .copied()
                .filter(|p| p.y > 0.03)
                .step_by(23)
                .collect();
            let out = outside(&hull, &points);
            let most = out.iter().copied().fold(0.0, f32::max);
            assert!(
                most < 0.001,
                "{}: a shoe stands out by {} mm",
                twin.id,
                most * 1e3
            );
        }
    }
}

#[test]
fn hands_lie_inside_their_mittens() {
    const HANDS: u32 = region::LEFT_HAND | region::RIGHT_HAND;
    for (twin, avatar) in people() {
        let (skin, hull) = (avatar.collision_body(), avatar.collision_hull().unwrap());
        let points: Vec<Vec3> = (0..skin.positions.len())
            .filter(|&v| skin.region[v] & HANDS != 0)
            .step_by(23)
            .map(|v| skin.positions[v])
            .collect();
        let out = outside(&hull, &points);
        let most = out.iter().copied().fold(0.0, f32::max);
        assert!(
            most < 0.001,
            "{}: a finger stands out by {} mm",
            twin.id,
            most * 1e3
        );
    }
}

/// A cone around the hips: as wide as a circle skirt of 45 cm.
fn wide_skirt(hips: Vec3) -> Silhouette {
    let points = (0..100).map(|k| {
        let down = 0.006 * k as f32;
        hips + Vec3::new(0.14 + 0.45 * down, 0.12 - down, 0.0)
    });
    Silhouette::around(hips, points)
}

#[test]
fn hands_keep_clear_of_a_wide_skirt_and_no_arm_sticks_out() {
    for (twin, avatar) in people() {
        let hips = avatar.skeleton.find("Hips").unwrap();
        let clothes = wide_skirt(avatar.skeleton.rest_translation[hips]);
        let plan = PerformancePlan {
            clothes,
            ..PerformancePlan::default()
        };
        let walk = Performance::new(&avatar, &twin, &plan).unwrap();
        let body = avatar.collision_body();
        let hands: Vec<usize> = (0..body.positions.len())
            .filter(|&v| body.region[v] & (region::LEFT_HAND | region::RIGHT_HAND) != 0)
            .step_by(11)
            .collect();
        let elbows = ["LeftForeArm", "RightForeArm"].map(|j| avatar.skeleton.find(j).unwrap());
        for k in 0..60 {
            let pose = walk.pose(walk.start_of(Phase::WalkOut) + 0.1 * f64::from(k));
            let world = joint_world(&avatar.skeleton, &pose);
            let at = |joint: usize| world[joint].w_axis.truncate();
            let skin = skin_matrices(&avatar.skeleton, &pose);
            for &v in &hands {
                let off = body.skinned(v, &skin) - at(hips);
                let gap = off.with_y(0.0).length() - clothes.radius(off.y);
                assert!(gap > 0.0, "{}: a hand {gap} m in the skirt", twin.id);
            }
            for elbow in elbows {
                let off = (at(elbow) - at(hips)).with_y(0.0).length();
                assert!(off < 0.45, "{}: an elbow sticks out by {off} m", twin.id);
            }
        }
    }
}
