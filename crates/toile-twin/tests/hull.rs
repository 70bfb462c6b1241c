//! The closed surface that cloth collides with.

mod common;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use common::{Shape, box_person};
use glam::Vec3;
use toile_twin::{Avatar, CollisionBody, bind_pose, region, skin_matrices};

/// The mannequin, the one twin whose avatar ships.
fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/twins/mannequin/avatar.glb")
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
fn the_hull_is_closed() {
    let hull = Avatar::load(&shipped()).unwrap().collision_hull().unwrap();
    let mut edges = HashMap::new();
    for t in &hull.triangles {
        for (a, b) in [(t[0], t[1]), (t[1], t[2]), (t[2], t[0])] {
            *edges.entry((a.min(b), a.max(b))).or_insert(0) += if a < b { 1 } else { -1 };
        }
    }
    let open = edges.values().filter(|balance| **balance != 0).count();
    assert_eq!(open, 0, "edges with one side only");
}

#[test]
fn the_hull_follows_trunk_and_limbs_to_a_millimetre() {
    const CLOTHED: u32 =
        region::TORSO | region::LEFT_ARM | region::RIGHT_ARM | region::LEFT_LEG | region::RIGHT_LEG;
    // Toes are followed less closely.
    const FEET_M: f32 = 0.16;
    let avatar = Avatar::load(&shipped()).unwrap();
    let (skin, hull) = (avatar.collision_body(), avatar.collision_hull().unwrap());
    let mut off: Vec<f32> = (0..skin.positions.len())
        .filter(|&v| skin.region[v] & CLOTHED != 0 && skin.positions[v].y > FEET_M)
        .step_by(23)
        .map(|v| distance(&hull, skin.positions[v]))
        .collect();
    off.sort_by(f32::total_cmp);
    let (middle, most) = (off[off.len() / 2], off[off.len() * 95 / 100]);
    assert!(
        middle < 0.001 && most < 0.003,
        "half of the skin is within {} mm of the hull, 95 % within {} mm",
        middle * 1e3,
        most * 1e3
    );
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
    let hull = Avatar::load(&shipped()).unwrap().collision_hull().unwrap();
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
