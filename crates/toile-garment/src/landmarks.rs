//! Where the body is: levels, girth ellipses and limb axes of an A-pose.

mod slicer;

use std::collections::HashMap;

use glam::{Vec2, Vec3};
use serde::{Deserialize, Serialize};

use crate::{error::GarmentError, measures::PartialMeasures};
use slicer::Slicer;

/// A horizontal section of trunk or leg.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ring {
    /// Height of the section, metres.
    pub y: f32,
    /// Centre of the ellipse around the section.
    pub centre_x: f32,
    /// Centre of the ellipse around the section.
    pub centre_z: f32,
    /// Half axis along X of the ellipse of least girth that holds the section.
    pub half_width: f32,
    /// Half axis along Z of that ellipse.
    pub half_depth: f32,
    /// Foremost point of the section itself.
    pub front_z: f32,
    /// Rearmost point of the section itself.
    pub back_z: f32,
    /// Tape girth: perimeter of the convex hull of the section.
    pub girth: f32,
}

/// A section of a limb, square to its bone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimbRing {
    /// Distance along the axis from its first joint, metres.
    pub along: f32,
    /// Centre of the section.
    pub centre: Vec3,
    /// Radius of a circle about the centre that holds the section.
    pub radius: f32,
}

/// An arm: its bones as a polyline, and its sections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limb {
    /// Shoulder, elbow, wrist.
    pub axis: Vec<Vec3>,
    /// Sections from the shoulder outwards.
    pub rings: Vec<LimbRing>,
}

/// Positions that garments are arranged by, metres: in the A-pose, but for the
/// arms after [`BodyLandmarks::with_arms`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyLandmarks {
    /// Joint at the base of the neck.
    pub neck_base: Vec3,
    /// High point of the left shoulder, where neck and shoulder meet.
    pub hps_left: Vec3,
    /// High point of the right shoulder.
    pub hps_right: Vec3,
    /// Skin above the left shoulder joint.
    pub shoulder_left: Vec3,
    /// Skin above the right shoulder joint.
    pub shoulder_right: Vec3,
    /// Left hip joint.
    pub hip_joint_left: Vec3,
    /// Right hip joint.
    pub hip_joint_right: Vec3,
    /// Left knee joint.
    pub knee_left: Vec3,
    /// Right knee joint.
    pub knee_right: Vec3,
    /// Left ankle joint.
    pub ankle_left: Vec3,
    /// Right ankle joint.
    pub ankle_right: Vec3,
    /// Lowest point of the trunk on the middle plane.
    pub crotch: Vec3,
    /// Level of the armpits.
    pub armpit_y: f32,
    /// Level of the bust points.
    pub bust_y: f32,
    /// Level of the waist.
    pub waist_y: f32,
    /// Level of the greatest hip girth.
    pub hip_y: f32,
    /// Sections of the trunk without arms, from the crotch upwards.
    pub torso: Vec<Ring>,
    /// Sections of the left leg, from the ankle upwards.
    pub leg_left: Vec<Ring>,
    /// Sections of the right leg, from the ankle upwards.
    pub leg_right: Vec<Ring>,
    /// Left arm.
    pub arm_left: Limb,
    /// Right arm.
    pub arm_right: Limb,
    /// Whether a garment is worn that the sections hold as well.
    #[serde(default)]
    pub dressed: bool,
}

/// Height between neighbouring sections, metres.
const STEP: f32 = 0.02;

impl BodyLandmarks {
    /// Measures a body mesh in its A-pose.
    ///
    /// `positions` and `triangles` are the skin (with a base layer if it
    /// replaces skin; without hair, shoes and eyes), `joints` the Mixamo joints
    /// by name without prefix, in the same pose: `Neck`, `Head`, and with
    /// `Left` and `Right`: `Arm`, `ForeArm`, `Hand`, `UpLeg`, `Leg`, `Foot`.
    /// The person faces +Z. The levels of bust, waist and hip are found on the
    /// mesh; overwrite the fields where better ones are known.
    ///
    /// # Errors
    /// [`GarmentError::Invalid`] if a joint is missing, a number is not finite
    /// or the mesh has no section where one is needed.
    pub fn from_mesh(
        positions: &[Vec3],
        triangles: &[[u32; 3]],
        joints: &HashMap<String, Vec3>,
    ) -> Result<Self, GarmentError> {
        let joint = |name: &str| joint(joints, name);
        let slicer = Slicer::new(positions, triangles)?;
        let (neck, head) = (joint("Neck")?, joint("Head")?);
        let sides = [("Left", 1.0), ("Right", -1.0)];
        let arms = [arm_axis(joints, "Left")?, arm_axis(joints, "Right")?];
        let hips = [joint("LeftUpLeg")?, joint("RightUpLeg")?];
        let shoulder_x = arms[0][0].x.abs();

        let top = arms[0][0].y.max(arms[1][0].y);
        let armpit_y = slicer.armpit(top, &arms)?;
        let crotch_y = slicer.crotch(hips[0].y)?;

        let mut tops = Vec::new();
        for (i, (_, sign)) in sides.iter().enumerate() {
            tops.push((
                slicer.high_shoulder(*sign, &arms[i], neck, head)?,
                slicer
                    .top_at(arms[i][0].x, head.y)
                    .ok_or_else(|| missing("shoulder"))?,
            ));
        }
        let hps_y = tops[0].0.y.min(tops[1].0.y);

        let mut torso = Vec::new();
        let mut y = crotch_y + 0.005;
        while y < hps_y - 0.002 {
            let clip = if y > armpit_y {
                shoulder_x
            } else {
                f32::INFINITY
            };
            let points = slicer.trunk(y, &arms, clip);
            if let Some(ring) = ring(y, &points) {
                torso.push(ring);
            }
            y += STEP;
        }
        let mut legs = Vec::new();
        for (side, sign) in sides {
            let ankle = joint(&format!("{side}Foot"))?;
            let mut rings = Vec::new();
            let mut y = ankle.y + 0.02;
            while y < crotch_y - 0.004 {
                let points: Vec<Vec2> = slicer
                    .trunk(y, &arms, f32::INFINITY)
                    .into_iter()
                    .filter(|p| p.x * sign > 0.0)
                    .collect();
                rings.extend(ring(y, &points));
                y += STEP;
            }
            if rings.len() < 3 {
                return Err(missing(if sign > 0.0 { "left leg" } else { "right leg" }));
            }
            legs.push(rings);
        }
        if torso.len() < 8 {
            return Err(missing("trunk"));
        }
        let levels = levels(&torso, crotch_y, armpit_y, hps_y)?;
        let crotch_z = slicer.crotch_z(crotch_y).unwrap_or(hips[0].z);
        let arm_right = slicer.limb(&arms[1]);
        let arm_left = slicer.limb(&arms[0]);
        let leg_right = legs.pop().unwrap_or_default();
        let leg_left = legs.pop().unwrap_or_default();
        Ok(Self {
            neck_base: neck,
            hps_left: tops[0].0,
            hps_right: tops[1].0,
            shoulder_left: tops[0].1,
            shoulder_right: tops[1].1,
            hip_joint_left: hips[0],
            hip_joint_right: hips[1],
            knee_left: joint("LeftLeg")?,
            knee_right: joint("RightLeg")?,
            ankle_left: joint("LeftFoot")?,
            ankle_right: joint("RightFoot")?,
            crotch: Vec3::new(0.0, crotch_y, crotch_z),
            armpit_y,
            bust_y: levels.0,
            waist_y: levels.1,
            hip_y: levels.2,
            torso,
            leg_left,
            leg_right,
            arm_left,
            arm_right,
            dressed: false,
        })
    }

    /// The same body with its arms held otherwise: all three are as for
    /// [`BodyLandmarks::from_mesh`], in a pose that differs in the arms alone.
    ///
    /// # Errors
    /// As for [`BodyLandmarks::from_mesh`].
    pub fn with_arms(
        &self,
        positions: &[Vec3],
        triangles: &[[u32; 3]],
        joints: &HashMap<String, Vec3>,
    ) -> Result<Self, GarmentError> {
        let slicer = Slicer::new(positions, triangles)?;
        Ok(Self {
            arm_left: slicer.limb(&arm_axis(joints, "Left")?),
            arm_right: slicer.limb(&arm_axis(joints, "Right")?),
            ..self.clone()
        })
    }

    /// The lengths that the landmarks give better than proportion does, for
    /// [`PartialMeasures::or`]. The floor is at y = 0.
    ///
    /// Garments hang from the landmarks' own waist and shoulder, so drafting
    /// them to these lengths makes crotch, knee and armpit lie where the
    /// arrangement expects them.
    pub fn measures(&self) -> PartialMeasures {
        let shoulder =
            (self.hps_left - self.shoulder_left + self.hps_right - self.shoulder_right) / 2.0;
        let width = (self.shoulder_left.x - self.shoulder_right.x - self.hps_left.x
            + self.hps_right.x)
            / 2.0;
        let knee = (self.knee_left.y + self.knee_right.y) / 2.0;
        PartialMeasures {
            shoulder_slope: Some(shoulder.y.atan2(width)),
            hps_to_armpit: Some((self.hps_left.y + self.hps_right.y) / 2.0 - self.armpit_y),
            waist_to_hip: Some(self.waist_y - self.hip_y),
            waist_to_knee: Some(self.waist_y - knee),
            waist_to_floor: Some(self.waist_y),
            crotch_depth: Some(self.waist_y - self.crotch.y),
            inseam: Some(self.crotch.y),
            ..PartialMeasures::default()
        }
    }

    /// The same body with a garment on: sections of trunk and legs grown to
    /// hold the garment (vertices in world space, metres, same pose, and its
    /// triangles), so that a further garment is arranged outside it. What is
    /// around the arms is left out.
    #[must_use]
    pub fn over(&self, positions: &[Vec3], triangles: &[[u32; 3]]) -> Self {
        let mut out = self.clone();
        out.dressed = true;
        let on_arm = |p: &Vec3| {
            [&self.arm_left, &self.arm_right].into_iter().any(|arm| {
                arm.rings
                    .iter()
                    .any(|r| p.distance(r.centre) < r.radius + 0.05)
            })
        };
        // A section between two rows of vertices holds what lies between them.
        let along = triangles
            .iter()
            .flat_map(|t| [(t[0], t[1]), (t[1], t[2]), (t[2], t[0])])
            .flat_map(|(a, b)| {
                let (a, b) = (positions[a as usize], positions[b as usize]);
                let steps = (a.distance(b) / (0.5 * STEP)).ceil().max(1.0);
                (1..steps as u32).map(move |k| a.lerp(b, k as f32 / steps))
            });
        let points: Vec<Vec3> = positions
            .iter()
            .copied()
            .chain(along)
            .filter(|p| p.is_finite() && !on_arm(p))
            .collect();
        let grow = |rings: &mut [Ring], keep: &dyn Fn(&Vec3) -> bool| {
            for r in rings {
                let near = points
                    .iter()
                    .filter(|p| (p.y - r.y).abs() < 0.7 * STEP && keep(p));
                let mut scale = 1f32;
                for p in near {
                    let x = (p.x - r.centre_x) / r.half_width;
                    let z = (p.z - r.centre_z) / r.half_depth;
                    scale = scale.max(x.hypot(z));
                    r.front_z = r.front_z.max(p.z);
                    r.back_z = r.back_z.min(p.z);
                }
                r.half_width *= scale;
                r.half_depth *= scale;
                r.girth = r
                    .girth
                    .max(ellipse_girth(f64::from(r.half_width), f64::from(r.half_depth)) as f32);
            }
        };
        let top = self.armpit_y;
        grow(&mut out.torso, &|p| {
            p.y < top || p.x.abs() < self.shoulder_left.x
        });
        grow(&mut out.leg_left, &|p| p.x > 0.0);
        grow(&mut out.leg_right, &|p| p.x < 0.0);
        out
    }

    /// The trunk's section at a height, interpolated; held beyond the ends.
    pub fn torso_at(&self, y: f32) -> Ring {
        ring_at(&self.torso, y)
    }
}

/// A joint by name, without prefix.
fn joint(joints: &HashMap<String, Vec3>, name: &str) -> Result<Vec3, GarmentError> {
    joints
        .get(name)
        .copied()
        .filter(|p| p.is_finite())
        .ok_or_else(|| {
            GarmentError::invalid(
                "body",
                format!("joint '{name}'"),
                "is missing or not finite",
            )
        })
}

/// Shoulder, elbow and wrist of a side.
fn arm_axis(joints: &HashMap<String, Vec3>, side: &str) -> Result<Vec<Vec3>, GarmentError> {
    ["Arm", "ForeArm", "Hand"]
        .iter()
        .map(|bone| joint(joints, &format!("{side}{bone}")))
        .collect()
}

/// Interpolates rings that are sorted by height, holding the end ones.
pub(crate) fn ring_at(rings: &[Ring], y: f32) -> Ring {
    let i = rings.partition_point(|r| r.y < y);
    let (Some(first), Some(last)) = (rings.first(), rings.last()) else {
        return Ring {
            y,
            centre_x: 0.0,
            centre_z: 0.0,
            half_width: 0.0,
            half_depth: 0.0,
            front_z: 0.0,
            back_z: 0.0,
            girth: 0.0,
        };
    };
    if i == 0 {
        return Ring { y, ..*first };
    }
    if i == rings.len() {
        return Ring { y, ..*last };
    }
    let (a, b) = (rings[i - 1], rings[i]);
    let t = (y - a.y) / (b.y - a.y);
    let mix = |p: f32, q: f32| p + (q - p) * t;
    Ring {
        y,
        centre_x: mix(a.centre_x, b.centre_x),
        centre_z: mix(a.centre_z, b.centre_z),
        half_width: mix(a.half_width, b.half_width),
        half_depth: mix(a.half_depth, b.half_depth),
        front_z: mix(a.front_z, b.front_z),
        back_z: mix(a.back_z, b.back_z),
        girth: mix(a.girth, b.girth),
    }
}

fn missing(part: &str) -> GarmentError {
    GarmentError::invalid(
        "body",
        part,
        "the mesh has no section there; pass the whole skin in the same pose as the joints, metres, Y up",
    )
}

/// Bust, waist and hip level from the trunk's sections.
fn levels(
    torso: &[Ring],
    crotch_y: f32,
    armpit_y: f32,
    hps_y: f32,
) -> Result<(f32, f32, f32), GarmentError> {
    let trunk = hps_y - crotch_y;
    let best = |lo: f32, hi: f32, key: &dyn Fn(&Ring) -> f32| {
        torso
            .iter()
            .filter(|r| r.y >= lo && r.y <= hi)
            .max_by(|a, b| key(a).total_cmp(&key(b)))
            .map(|r| r.y)
    };
    // The fullest seat, not the greatest girth: with the legs apart that may
    // lie at the tops of the thighs.
    let hip = best(crotch_y + 0.06 * trunk, crotch_y + 0.25 * trunk, &|r| {
        -r.back_z
    });
    let bust = best(
        crotch_y + 0.58 * trunk,
        armpit_y.min(crotch_y + 0.8 * trunk),
        &|r| r.front_z,
    );
    let waist = best(crotch_y + 0.37 * trunk, crotch_y + 0.44 * trunk, &|r| {
        -r.girth
    });
    match (bust, waist, hip) {
        (Some(b), Some(w), Some(h)) => Ok((b, w, h)),
        _ => Err(missing("trunk")),
    }
}

/// The ellipse of least girth about the box centre that holds all points.
fn ring(y: f32, points: &[Vec2]) -> Option<Ring> {
    if points.len() < 8 {
        return None;
    }
    let (mut lo, mut hi) = (Vec2::INFINITY, Vec2::NEG_INFINITY);
    for p in points {
        lo = lo.min(*p);
        hi = hi.max(*p);
    }
    let (centre, half) = ((lo + hi) / 2.0, (hi - lo) / 2.0);
    let mut best: Option<(f32, f32, f32)> = None;
    for k in 0..41 {
        let ratio = 0.7 + 0.015 * k as f32;
        let axes = Vec2::new(half.x * ratio, half.y);
        let scale = points
            .iter()
            .map(|p| ((*p - centre) / axes).length())
            .fold(0.0, f32::max);
        let (a, b) = (axes.x * scale, axes.y * scale);
        let girth = ellipse_girth(f64::from(a), f64::from(b)) as f32;
        if best.is_none_or(|(g, _, _)| girth < g) {
            best = Some((girth, a, b));
        }
    }
    let (_, a, b) = best?;
    Some(Ring {
        y,
        centre_x: centre.x,
        centre_z: centre.y,
        half_width: a,
        half_depth: b,
        front_z: hi.y,
        back_z: lo.y,
        girth: hull_girth(points),
    })
}

/// Perimeter of an ellipse: Ramanujan's second approximation (1914), relative
/// error below 10⁻⁵ for axes up to 1 : 4.
pub(crate) fn ellipse_girth(a: f64, b: f64) -> f64 {
    let h = ((a - b) / (a + b)).powi(2);
    std::f64::consts::PI * (a + b) * (1.0 + 3.0 * h / (10.0 + (4.0 - 3.0 * h).sqrt()))
}

/// Perimeter of the convex hull (Andrew's monotone chain).
fn hull_girth(points: &[Vec2]) -> f32 {
    let mut p = points.to_vec();
    p.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let chain = |it: &mut dyn Iterator<Item = &Vec2>| {
        let mut h: Vec<Vec2> = Vec::new();
        for &q in it {
            while h.len() > 1
                && (h[h.len() - 1] - h[h.len() - 2]).perp_dot(q - h[h.len() - 1]) <= 0.0
            {
                h.pop();
            }
            h.push(q);
        }
        h.windows(2).map(|w| w[0].distance(w[1])).sum::<f32>()
    };
    chain(&mut p.iter()) + chain(&mut p.iter().rev())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tube through ellipses: (height or distance, centre, half axes u, v).
    fn loft(mesh: &mut (Vec<Vec3>, Vec<[u32; 3]>), rings: &[(Vec3, Vec3, Vec3)]) {
        const N: u32 = 48;
        let base = mesh.0.len() as u32;
        for (c, u, v) in rings {
            for k in 0..N {
                let a = k as f32 / N as f32 * std::f32::consts::TAU;
                mesh.0.push(*c + *u * a.cos() + *v * a.sin());
            }
        }
        let n = rings.len() as u32;
        for r in 0..n - 1 {
            for k in 0..N {
                let (i, j) = (base + r * N + k, base + r * N + (k + 1) % N);
                mesh.1.push([i, j, i + N]);
                mesh.1.push([j, j + N, i + N]);
            }
        }
        for (r, centre) in [(0, rings[0].0), (n - 1, rings[rings.len() - 1].0)] {
            mesh.0.push(centre);
            let c = mesh.0.len() as u32 - 1;
            for k in 0..N {
                mesh.1
                    .push([base + r * N + k, base + r * N + (k + 1) % N, c]);
            }
        }
    }

    /// A mannequin of elliptic tubes with known girths.
    fn mannequin() -> (Vec<Vec3>, Vec<[u32; 3]>, HashMap<String, Vec3>) {
        let mut m = (Vec::new(), Vec::new());
        let flat =
            |y: f32, a: f32, b: f32, z: f32| (Vec3::new(0.0, y, z), Vec3::X * a, Vec3::Z * b);
        loft(
            &mut m,
            &[
                flat(0.80, 0.15, 0.10, 0.0),
                flat(0.92, 0.17, 0.12, -0.01),
                flat(1.10, 0.12, 0.09, 0.0),
                flat(1.28, 0.15, 0.12, 0.02),
                flat(1.42, 0.16, 0.08, 0.0),
                flat(1.46, 0.05, 0.05, 0.0),
                flat(1.60, 0.05, 0.05, 0.0),
            ],
        );
        let mut joints = HashMap::from([
            ("Neck".to_owned(), Vec3::new(0.0, 1.48, 0.0)),
            ("Head".to_owned(), Vec3::new(0.0, 1.56, 0.0)),
        ]);
        for (side, x) in [("Left", 1.0), ("Right", -1.0)] {
            let hip = Vec3::new(0.09 * x, 0.88, 0.0);
            let foot = Vec3::new(0.14 * x, 0.08, 0.0);
            let leg = |t: f32, r: f32| (hip.lerp(foot, t), Vec3::X * r, Vec3::Z * r);
            loft(&mut m, &[leg(0.105, 0.075), leg(0.5, 0.06), leg(1.0, 0.04)]);
            let shoulder = Vec3::new(0.17 * x, 1.38, 0.0);
            let along = Vec3::new(0.7 * x, -0.7, 0.1).normalize();
            let (u, v) = (
                along.any_orthonormal_vector(),
                along.cross(along.any_orthonormal_vector()),
            );
            let arm = |s: f32, r: f32| (shoulder + along * s, u * r, v * r);
            loft(
                &mut m,
                &[arm(0.0, 0.045), arm(0.28, 0.045), arm(0.55, 0.03)],
            );
            for (name, p) in [
                ("UpLeg", hip),
                ("Leg", hip.lerp(foot, 0.5)),
                ("Foot", foot),
                ("Arm", shoulder),
                ("ForeArm", shoulder + along * 0.28),
                ("Hand", shoulder + along * 0.55),
            ] {
                joints.insert(format!("{side}{name}"), p);
            }
        }
        (m.0, m.1, joints)
    }

    fn measured() -> BodyLandmarks {
        let (p, t, j) = mannequin();
        BodyLandmarks::from_mesh(&p, &t, &j).expect("the mannequin has all parts")
    }

    #[test]
    fn the_waist_is_found_where_the_trunk_is_narrowest() {
        let l = measured();
        assert!((l.waist_y - 1.10).abs() < 0.021, "{}", l.waist_y);
        let want = ellipse_girth(0.12, 0.09) as f32;
        assert!(
            (l.torso_at(1.10).girth / want - 1.0).abs() < 0.03,
            "{}",
            l.torso_at(1.10).girth
        );
    }

    #[test]
    fn the_ellipse_of_an_elliptic_section_is_that_section() {
        let r = measured().torso_at(0.92);
        assert!(
            (r.half_width - 0.17).abs() < 0.004 && (r.half_depth - 0.12).abs() < 0.004,
            "{r:?}"
        );
        assert!((r.centre_z + 0.01).abs() < 0.002, "{r:?}");
    }

    #[test]
    fn arms_do_not_count_as_trunk() {
        let l = measured();
        assert!(l.torso.iter().all(|r| r.half_width < 0.19), "{:?}", l.torso);
    }

    #[test]
    fn the_crotch_is_where_the_trunk_ends() {
        assert!((measured().crotch.y - 0.80).abs() < 0.004);
    }

    #[test]
    fn arm_sections_have_the_radius_of_the_arm() {
        let l = measured();
        assert!(l.arm_left.rings.len() > 5);
        for r in l.arm_left.rings.iter().filter(|r| r.along < 0.27) {
            assert!((r.radius - 0.045).abs() < 0.002, "{r:?}");
        }
    }

    #[test]
    fn left_is_where_x_is_positive() {
        let l = measured();
        assert!(l.leg_left.iter().all(|r| r.centre_x > 0.0));
        assert!(l.hps_left.x > 0.0 && l.hps_right.x < 0.0);
    }

    #[test]
    fn a_missing_joint_is_named() {
        let (p, t, mut j) = mannequin();
        j.remove("LeftForeArm");
        let e = BodyLandmarks::from_mesh(&p, &t, &j)
            .expect_err("refused")
            .to_string();
        assert_eq!(e, "body: joint 'LeftForeArm': is missing or not finite");
    }

    #[test]
    fn a_mesh_without_a_body_is_refused() {
        let (_, _, j) = mannequin();
        let e = BodyLandmarks::from_mesh(&[], &[], &j)
            .expect_err("refused")
            .to_string();
        assert!(e.contains("pass the body in an A-pose"), "{e}");
    }

    #[test]
    fn a_triangle_out_of_range_is_refused() {
        let (p, mut t, j) = mannequin();
        t.push([0, 1, 999_999]);
        let e = BodyLandmarks::from_mesh(&p, &t, &j)
            .expect_err("refused")
            .to_string();
        assert_eq!(e, "body: triangles: one names no vertex");
    }
}
