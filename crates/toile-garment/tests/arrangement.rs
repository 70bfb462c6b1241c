//! The arrangement around the body before sewing, of every shipped garment on
//! seven bodies.

mod common;

use std::sync::LazyLock;

use common::{BLOCKS, Body, bodies, body, drafted, garments, laid_out, primary};
use glam::Vec3;
use toile_garment::{Block, GarmentFile, GarmentMesh, Limb, LimbRing, Part, Pattern, Ring, build};

/// Every shipped garment, made to measure and built, on every body.
static DRESSED: LazyLock<Vec<(GarmentFile, Body, Pattern, GarmentMesh)>> = LazyLock::new(|| {
    let mut out = Vec::new();
    for g in garments() {
        for b in bodies() {
            let p = g
                .pattern(&b.measures, None, None)
                .expect("the garment drafts");
            let m = build(&p, 0.025, &b.landmarks).expect("the garment builds");
            out.push((g.clone(), b, p, m));
        }
    }
    out
});

fn for_all(mut f: impl FnMut(&GarmentFile, &Body, &Pattern, &GarmentMesh)) {
    for (g, b, p, m) in &*DRESSED {
        f(g, b, p, m);
    }
}

#[test]
fn no_triangle_is_degenerate_in_the_cloth_or_in_the_world() {
    for_all(|g, b, _, m| {
        for t in &m.triangles {
            let [x, y, z] = t.map(|i| m.rest[i as usize]);
            assert!((y - x).perp_dot(z - x) > 2e-5, "{} on {}", g.id, b.name);
            let [p, q, r] = t.map(|i| m.positions[i as usize]);
            assert!(
                (q - p).cross(r - p).length() > 1e-6,
                "{} on {}",
                g.id,
                b.name
            );
        }
    });
}

/// Share of the vertices over trunk and legs that lie inside the ellipses.
fn inside(b: &Body, p: &Pattern, m: &GarmentMesh) -> usize {
    let l = &b.landmarks;
    let within = |r: &Ring, q: Vec3| {
        ((q.x - r.centre_x) / r.half_width).hypot((q.z - r.centre_z) / r.half_depth) < 0.995
    };
    m.positions
        .iter()
        .zip(&m.panel_of_vertex)
        .filter(|(q, panel)| {
            let part = p.panels[**panel as usize].wrap.map(|w| w.part);
            if matches!(part, Some(Part::LeftArm | Part::RightArm)) || q.y > l.bust_y {
                return false;
            }
            if q.y > l.crotch.y + 0.09 {
                return within(&l.torso_at(q.y), **q);
            }
            // Around the crotch trousers pass from hips to legs, and between
            // the thighs there may be no room off the skin.
            let leg = if q.x > 0.0 { &l.leg_left } else { &l.leg_right };
            let near = leg
                .iter()
                .min_by(|r, s| (r.y - q.y).abs().total_cmp(&(s.y - q.y).abs()));
            q.x.abs() > 0.01
                && q.y < l.crotch.y - 0.03
                && near.is_some_and(|r| (r.y - q.y).abs() < 0.02 && within(r, **q))
        })
        .count()
}

#[test]
fn every_panel_below_the_bust_starts_outside_the_body() {
    for_all(|g, b, p, m| {
        let n = inside(b, p, m);
        assert_eq!(
            n,
            0,
            "{} on {}: {n} of {} vertices",
            g.id,
            b.name,
            m.positions.len()
        );
    });
}

#[test]
fn four_measures_and_the_landmarks_dress_every_body() {
    for b in bodies() {
        let wearer = primary(&b.measures)
            .or(b.landmarks.measures())
            .complete(&b.name)
            .unwrap();
        for block in BLOCKS {
            let p = drafted(block, &wearer);
            let mesh = build(&p, 0.025, &b.landmarks).unwrap();
            assert_eq!(inside(&b, &p, &mesh), 0, "{block:?} on {}", b.name);
        }
    }
}

#[test]
fn sleeves_start_outside_the_arms() {
    for b in bodies() {
        let p = drafted(Block::Tee, &b.measures);
        let m = build(&p, 0.025, &b.landmarks).unwrap();
        for (q, panel) in m.positions.iter().zip(&m.panel_of_vertex) {
            let arm = match p.panels[*panel as usize].wrap.map(|w| w.part) {
                Some(Part::LeftArm) => &b.landmarks.arm_left,
                Some(Part::RightArm) => &b.landmarks.arm_right,
                _ => continue,
            };
            for r in &arm.rings {
                assert!(q.distance(r.centre) > r.radius, "{}: {q} in {r:?}", b.name);
            }
        }
    }
}

/// The arm turned about its shoulder until it is held out level.
fn held_out(arm: &Limb) -> Limb {
    let shoulder = arm.axis[0];
    let level = (arm.axis[1] - shoulder).with_y(0.0);
    let turn =
        glam::Quat::from_rotation_arc((arm.axis[1] - shoulder).normalize(), level.normalize());
    let turned = |p: Vec3| shoulder + turn * (p - shoulder);
    Limb {
        axis: arm.axis.iter().map(|&p| turned(p)).collect(),
        rings: arm
            .rings
            .iter()
            .map(|r| LimbRing {
                centre: turned(r.centre),
                ..*r
            })
            .collect(),
    }
}

#[test]
fn armholes_start_around_arms_that_are_held_out() {
    for g in garments() {
        for mut b in bodies() {
            b.landmarks.arm_left = held_out(&b.landmarks.arm_left);
            b.landmarks.arm_right = held_out(&b.landmarks.arm_right);
            let p = g.pattern(&b.measures, None, None).unwrap();
            let m = build(&p, 0.025, &b.landmarks).unwrap();
            for (q, panel) in m.positions.iter().zip(&m.panel_of_vertex) {
                if p.panels[*panel as usize].wrap.map(|w| w.part) != Some(Part::Torso) {
                    continue;
                }
                for arm in [&b.landmarks.arm_left, &b.landmarks.arm_right] {
                    // From a little within the shoulder joint, as thick as the
                    // first section beyond the trunk.
                    let (shoulder, ring) = (arm.axis[0], &arm.rings[0]);
                    let bone = (arm.axis[1] - shoulder).normalize();
                    let away = *q - ring.centre;
                    let within = (*q - shoulder).dot(bone) > -0.02
                        && away.reject_from(bone).length() < ring.radius;
                    assert!(!within, "{} on {}: {q} in {ring:?}", g.id, b.name);
                }
            }
        }
    }
}

#[test]
fn sleeves_are_on_the_side_they_are_named_after() {
    let m = laid_out(Block::Tee, &body("male_fashion"), 0.03);
    for panel in &m.panels {
        let xs = panel.vertices.clone().map(|v| m.positions[v as usize].x);
        let mean: f32 = xs.sum::<f32>() / panel.vertices.len() as f32;
        match panel.name.as_str() {
            "sleeve_left" => assert!(mean > 0.2, "{mean}"),
            "sleeve_right" => assert!(mean < -0.2, "{mean}"),
            _ => assert!(mean.abs() < 0.02, "{} {mean}", panel.name),
        }
    }
}

#[test]
fn triangles_face_away_from_the_body() {
    for_all(|g, b, p, m| {
        let l = &b.landmarks;
        let mut wrong = 0;
        for t in &m.triangles {
            let part = p.panels[m.panel_of_vertex[t[0] as usize] as usize]
                .wrap
                .map(|w| w.part);
            let [x, y, z] = t.map(|i| m.positions[i as usize]);
            let (c, n) = ((x + y + z) / 3.0, (y - x).cross(z - x));
            let arm = |a: &Limb| {
                let near = a
                    .rings
                    .iter()
                    .min_by(|r, s| c.distance(r.centre).total_cmp(&c.distance(s.centre)));
                near.map_or(c, |r| r.centre)
            };
            let inner = match part {
                Some(Part::LeftArm) => arm(&l.arm_left),
                Some(Part::RightArm) => arm(&l.arm_right),
                Some(Part::LeftLeg) if c.y < l.crotch.y => {
                    glam::vec3(l.knee_left.x, c.y, l.knee_left.z)
                }
                Some(Part::RightLeg) if c.y < l.crotch.y => {
                    glam::vec3(l.knee_right.x, c.y, l.knee_right.z)
                }
                _ => glam::vec3(0.0, c.y - 0.05, l.torso_at(c.y).centre_z),
            };
            wrong += usize::from(n.dot(c - inner) < 0.0);
        }
        let share = wrong as f32 / m.triangles.len() as f32;
        assert!(share < 0.03, "{} on {}: {share}", g.id, b.name);
    });
}

#[test]
fn seams_start_with_gaps_that_sewing_can_close() {
    for_all(|g, b, _, m| {
        for s in &m.stitches {
            let gap = m.positions[s[0] as usize].distance(m.positions[s[1] as usize]);
            assert!(gap < 0.23, "{} on {}: {gap} m", g.id, b.name);
        }
    });
}

#[test]
fn the_arrangement_leaves_most_cloth_near_its_own_size() {
    for_all(|g, b, _, m| {
        let mut strain: Vec<f32> = m
            .triangles
            .iter()
            .flat_map(|t| [(t[0], t[1]), (t[1], t[2]), (t[2], t[0])])
            .map(|(i, j)| {
                let (i, j) = (i as usize, j as usize);
                m.positions[i].distance(m.positions[j]) / m.rest[i].distance(m.rest[j]) - 1.0
            })
            .map(f32::abs)
            .collect();
        strain.sort_by(f32::total_cmp);
        let (median, p90) = (strain[strain.len() / 2], strain[strain.len() * 9 / 10]);
        assert!(
            median < 0.12 && p90 < 0.4,
            "{} on {}: {median} {p90}",
            g.id,
            b.name
        );
    });
}

#[test]
fn the_waist_elastic_goes_once_around_the_waist() {
    for_all(|g, b, p, m| {
        for (flat, band) in p
            .bands
            .iter()
            .zip(&m.bands)
            .filter(|(_, b)| b.closed && b.label != "neck")
        {
            let n = band.vertices.len();
            let mut turned = 0.0;
            for i in 0..n {
                let c = b.landmarks.torso_at(b.landmarks.waist_y);
                let angle = |v: u32| {
                    let q = m.positions[v as usize];
                    (q.z - c.centre_z).atan2(q.x - c.centre_x)
                };
                let mut d = angle(band.vertices[(i + 1) % n]) - angle(band.vertices[i]);
                d -= (d / std::f32::consts::TAU).round() * std::f32::consts::TAU;
                turned += d;
            }
            assert!(
                (turned.abs() - std::f32::consts::TAU).abs() < 1e-3,
                "{} on {}: {turned}",
                g.id,
                b.name
            );
            assert!(
                (band.rest_length_m - 0.96 * b.measures.waist).abs() < 1e-3,
                "{}",
                flat.label
            );
        }
    });
}

#[test]
fn a_second_garment_is_arranged_outside_the_first() {
    let b = body("female_fashion");
    let tee = laid_out(Block::Tee, &b, 0.03);
    let dressed = b.landmarks.over(&tee.positions, &tee.triangles);
    let skirt = build(&drafted(Block::CircleSkirt, &b.measures), 0.03, &dressed).unwrap();
    // At the hem of the tee the skirt is the wider of the two, all around.
    let level = b.landmarks.hip_y;
    for q in tee.positions.iter().filter(|q| (q.y - level).abs() < 0.02) {
        let angle = q.x.atan2(q.z);
        let outer = skirt
            .positions
            .iter()
            .filter(|s| (s.y - q.y).abs() < 0.02 && (s.x.atan2(s.z) - angle).abs() < 0.15)
            .map(|s| s.x.hypot(s.z))
            .fold(f32::INFINITY, f32::min);
        assert!(outer > q.x.hypot(q.z), "{q} {outer}");
    }
}
