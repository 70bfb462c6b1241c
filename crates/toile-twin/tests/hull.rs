//! The closed surface that cloth collides with.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

mod common;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use common::{Shape, box_person};
use glam::Vec3;
use toile_twin::{Avatar, CollisionBody, bind_pose, region, skin_matrices};

fn shipped() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/twins");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("avatar.glb"))
        .filter(|file| file.is_file())
        .collect();
    files.sort();
    assert!(files.len() >= 6, "only {} twins are shipped", files.len());
    files
}

/// Distance from `p` to the nearest triangle.
fn distance(hull: &CollisionBody, p: Vec3) -> f32 {
    let mut least = f32::INFINITY;
    for t in &hull.triangles {
        let [a, b, c] = t.map(|i| hull.positions[i as usize]);
        if p.distance(a) > least + a.distance(b).max(a.distance(c)) {
            continue;
        }
        let normal = (b - a).cross(c - a).normalize_or_zero();
        let foot = p - normal * normal.dot(p - a);
        let inside = [(a, b), (b, c), (c, a)]
            .iter()
            .all(|&(a, b)| (b - a).cross(foot - a).dot(normal) >= 0.0);
        if inside {
            least = least.min(foot.distance(p));
        }
        for (a, b) in [(a, b), (b, c), (c, a)] {
            let along = b - a;
            let s = (p - a).dot(along) / along.length_squared().max(1e-12);
            least = least.min(p.distance(a + along * s.clamp(0.0, 1.0)));
        }
    }
    least
}

#[test]
fn the_hull_of_every_shipped_twin_is_closed() {
    for file in shipped() {
        let hull = Avatar::load(&file).unwrap().collision_hull().unwrap();
        let mut edges = HashMap::new();
        for t in &hull.triangles {
            for (a, b) in [(t[0], t[1]), (t[1], t[2]), (t[2], t[0])] {
                *edges.entry((a.min(b), a.max(b))).or_insert(0) += if a < b { 1 } else { -1 };
            }
        }
        let open = edges.values().filter(|balance| **balance != 0).count();
        assert_eq!(open, 0, "{}: edges with one side only", file.display());
    }
}

#[test]
fn the_hull_follows_trunk_and_limbs_to_a_millimetre() {
    const CLOTHED: u32 =
        region::TORSO | region::LEFT_ARM | region::RIGHT_ARM | region::LEFT_LEG | region::RIGHT_LEG;
    // Ankles run on inside the shoes, which the hull does not follow.
    const SHOES_M: f32 = 0.16;
    for file in shipped() {
        let avatar = Avatar::load(&file).unwrap();
        let (skin, hull) = (avatar.collision_body(), avatar.collision_hull().unwrap());
        let mut off: Vec<f32> = (0..skin.positions.len())
            .filter(|&v| skin.region[v] & CLOTHED != 0 && skin.positions[v].y > SHOES_M)
            .step_by(23)
            .map(|v| distance(&hull, skin.positions[v]))
            .collect();
        off.sort_by(f32::total_cmp);
        let (middle, most) = (off[off.len() / 2], off[off.len() * 95 / 100]);
        assert!(
            middle < 0.001 && most < 0.003,
            "{}: half of the skin is within {} mm of the hull, 95 % within {} mm",
            file.display(),
            middle * 1e3,
            most * 1e3
        );
    }
}

/// How far each point stands out of a closed surface, m; 0 inside.
fn outside(hull: &CollisionBody, points: &[Vec3]) -> Vec<f32> {
    points
        .iter()
        .map(|&p| {
            // Winding number (Van Oosterom and Strackee 1983).
            let solid: f32 = hull
                .triangles
                .iter()
                .map(|t| {
                    let [a, b, c] = t.map(|i| hull.positions[i as usize] - p);
                    let (la, lb, lc) = (a.length(), b.length(), c.length());
                    let under = la * lb * lc + a.dot(b) * lc + b.dot(c) * la + c.dot(a) * lb;
                    2.0 * a.dot(b.cross(c)).atan2(under)
                })
                .sum();
            if solid > std::f32::consts::TAU {
                0.0
            } else {
                distance(hull, p)
            }
        })
        .collect()
}

#[test]
fn rims_of_shoes_lie_inside_the_hull() {
    for file in shipped() {
        let avatar = Avatar::load(&file).unwrap();
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
                file.display(),
                most * 1e3
            );
        }
    }
}

#[test]
fn hands_lie_inside_their_mittens() {
    const HANDS: u32 = region::LEFT_HAND | region::RIGHT_HAND;
    for file in shipped() {
        let avatar = Avatar::load(&file).unwrap();
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
            file.display(),
            most * 1e3
        );
    }
}

#[test]
fn the_hull_stays_where_it_is_in_the_bind_pose() {
    let avatar = box_person(Shape {
        height: 1.75,
        heel: 0.0,
    });
    let hull = avatar.collision_hull().unwrap();
    let skin = skin_matrices(&avatar.skeleton, &bind_pose(&avatar.skeleton));
    for (v, at) in hull.positions.iter().enumerate() {
        assert!(hull.skinned(v, &skin).distance(*at) < 1e-4, "vertex {v}");
    }
}

#[test]
fn normals_point_outward() {
    let file = &shipped()[0];
    let hull = Avatar::load(file).unwrap().collision_hull().unwrap();
    let volume: f32 = hull
        .triangles
        .iter()
        .map(|t| {
            let [a, b, c] = t.map(|i| hull.positions[i as usize]);
            a.dot(b.cross(c)) / 6.0
        })
        .sum();
    // A person has a litre of volume for every kilogram, near enough.
    assert!((0.035..0.15).contains(&volume), "{volume} m³");
}

#[test]
fn a_skin_that_encloses_nothing_is_refused() {
    let mut avatar = box_person(Shape {
        height: 1.75,
        heel: 0.0,
    });
    for part in &mut avatar.primitives {
        part.indices.truncate(6);
    }
    let message = avatar.collision_hull().unwrap_err().to_string();
    assert!(message.contains("encloses no body"), "{message}");
}
