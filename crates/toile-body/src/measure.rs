//! Tape measures of a body, named after ISO 8559-1.

use glam::{DVec3, Vec3};
use serde::{Deserialize, Serialize};

use crate::{
    BodyData, BodyError,
    tape::{chain_length, girth, level, nearest_loop, section, taut},
};

/// Joint cubes the measures and the rig rely on.
pub(crate) const JOINT_CUBES: [&str; 10] = [
    "joint-neck",
    "joint-head",
    "joint-l-shoulder",
    "joint-r-shoulder",
    "joint-l-elbow",
    "joint-l-hand",
    "joint-l-upper-leg",
    "joint-l-knee",
    "joint-l-ankle",
    "joint-l-toe-2-1",
];

/// Measurements of a body in metres (unless the name says otherwise), standing upright.
///
/// Girths are convex-hull tapes around plane sections. Levels are heights
/// above the floor. Left and right are taken as equal; the left is measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measures {
    /// Stature: floor to crown.
    pub height: f32,
    /// Bust (chest) girth, horizontal through the bust points.
    pub bust: f32,
    /// Girth 7.5 cm below the bust.
    pub underbust: f32,
    /// Girth over bust under the arms, at the level of the armpits.
    pub high_bust: f32,
    /// Waist girth.
    pub waist: f32,
    /// Top hip girth, 60 % of the way from hip to waist.
    pub top_hip: f32,
    /// Hip girth, horizontal at the fullest part of the buttocks.
    pub hip: f32,
    /// Thigh girth, 2 cm below the crotch.
    pub thigh: f32,
    /// Knee girth.
    pub knee: f32,
    /// Largest girth between knee and ankle.
    pub calf: f32,
    /// Ankle girth, just above the ankle bones.
    pub ankle: f32,
    /// Mid-neck girth.
    pub neck: f32,
    /// Neck base girth through back neck point, side neck points and front neck point.
    pub neck_base: f32,
    /// Head girth above the brows.
    pub head: f32,
    /// Upper arm girth half-way from shoulder joint to elbow.
    pub upper_arm: f32,
    /// Elbow girth.
    pub elbow: f32,
    /// Wrist girth.
    pub wrist: f32,
    /// Girth of the arm at the shoulder, through shoulder point and armpit.
    pub armscye: f32,
    /// Side neck point to shoulder point.
    pub shoulder_length: f32,
    /// Fall of the shoulder from side neck point to shoulder point, radians.
    pub shoulder_slope_rad: f32,
    /// Shoulder point to shoulder point by way of the back neck point.
    pub across_shoulders: f32,
    /// Back width between the arm creases, half-way from shoulder to armpit.
    pub cross_back: f32,
    /// Chest width between the front arm creases, half-way from shoulder to armpit.
    pub cross_front: f32,
    /// Bust point to bust point.
    pub bust_span: f32,
    /// Back neck point to waist along the back.
    pub back_waist_length: f32,
    /// Front neck point to waist along the front.
    pub front_waist_length: f32,
    /// Side neck point to bust point.
    pub hps_to_bust: f32,
    /// Side neck point over the bust to the waist.
    pub hps_to_waist_front: f32,
    /// Side neck point over the shoulder blade to the waist.
    pub hps_to_waist_back: f32,
    /// Back neck point straight down to the level of the armpits.
    pub armscye_depth: f32,
    /// Shoulder point over the elbow to the wrist.
    pub arm_length: f32,
    /// Shoulder point to elbow.
    pub upper_arm_length: f32,
    /// Inside length of the arm, armpit to wrist.
    pub arm_inseam: f32,
    /// Waist level to hip level.
    pub waist_to_hip: f32,
    /// Waist level to knee level.
    pub waist_to_knee: f32,
    /// Waist to floor at the side, over the hip.
    pub outside_leg: f32,
    /// Crotch to floor.
    pub inseam: f32,
    /// Waist level to crotch level (body rise).
    pub crotch_depth: f32,
    /// Front waist through the crotch to back waist.
    pub crotch_length: f32,
    /// Front waist to the lowest point of the crotch, part of `crotch_length`.
    pub crotch_length_front: f32,
    /// Heel to toe.
    pub foot_length: f32,
    /// Volume of the skin mesh, cubic metres.
    pub volume_m3: f32,
    /// Mass at 985 kg/m³, the usual density of a body with air in its lungs, kg.
    pub mass_kg: f32,
    /// Levels and points the tapes run through.
    pub landmarks: Landmarks,
}

/// Landmarks of a measured body: heights above the floor and points, metres.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Landmarks {
    /// Height of the bust tape.
    pub bust_y: f32,
    /// Height of the underbust tape.
    pub underbust_y: f32,
    /// Height of the waist tape.
    pub waist_y: f32,
    /// Height of the hip tape.
    pub hip_y: f32,
    /// Height of the crotch.
    pub crotch_y: f32,
    /// Height of the knee.
    pub knee_y: f32,
    /// Height of the armpits.
    pub armpit_y: f32,
    /// Side neck point (high point shoulder), left.
    pub side_neck_left: Vec3,
    /// Shoulder point (acromion), left.
    pub shoulder_left: Vec3,
    /// Back neck point (seventh cervical vertebra).
    pub back_neck: Vec3,
    /// Front neck point.
    pub front_neck: Vec3,
    /// Bust point, left.
    pub bust_left: Vec3,
    /// Armpit, left.
    pub armpit_left: Vec3,
    /// Elbow, left.
    pub elbow_left: Vec3,
    /// Wrist, left.
    pub wrist_left: Vec3,
    /// Waist at the centre front.
    pub waist_front: Vec3,
    /// Waist at the centre back.
    pub waist_back: Vec3,
}

/// Vertex ids of the landmarks, the same on every body of this base mesh.
mod id {
    pub(super) const BUST: usize = 8454;
    pub(super) const WAIST_BACK: usize = 4060;
    pub(super) const WAIST_FRONT: usize = 4069;
    pub(super) const HIP: usize = 10_855;
    /// Midline between the legs, front to back; the lowest is the crotch.
    pub(super) const CROTCH: [usize; 5] = [4370, 4372, 6431, 4374, 4376];
    pub(super) const SIDE_NECK: usize = 8184;
    pub(super) const SHOULDER: usize = 8236;
    pub(super) const BACK_NECK: usize = 1496;
    pub(super) const FRONT_NECK: usize = 1528;
    pub(super) const ARMPIT: usize = 8109;
    /// Half-way from shoulder to armpit where the arm begins, in front and behind.
    pub(super) const CREASE_FRONT: usize = 8051;
    pub(super) const CREASE_BACK: usize = 8283;
    pub(super) const FOREHEAD: usize = 244;
    pub(super) const OCCIPUT: usize = 962;
}

/// Density of a body with its lungs half filled, kg/m³.
const DENSITY: f64 = 985.0;

/// A body being measured: one method for every tape.
pub(crate) struct Tape<'a> {
    data: &'a BodyData,
    verts: &'a [Vec3],
}

impl<'a> Tape<'a> {
    pub(crate) fn new(data: &'a BodyData, verts: &'a [Vec3]) -> Self {
        Self { data, verts }
    }

    fn at(&self, id: usize) -> DVec3 {
        self.verts[id].as_dvec3()
    }

    fn joint(&self, name: &str) -> DVec3 {
        // Loading the data made sure that the joint cubes exist.
        self.data
            .group_centre(self.verts, name)
            .unwrap_or_default()
            .as_dvec3()
    }

    fn skin(&self) -> &'a [Vec3] {
        &self.verts[..BodyData::BODY_VERTICES]
    }

    pub(crate) fn bust_y(&self) -> f64 {
        self.at(id::BUST).y
    }

    pub(crate) fn waist_y(&self) -> f64 {
        0.5 * (self.at(id::WAIST_BACK).y + self.at(id::WAIST_FRONT).y)
    }

    pub(crate) fn hip_y(&self) -> f64 {
        self.at(id::HIP).y
    }

    pub(crate) fn crotch_y(&self) -> f64 {
        id::CROTCH
            .iter()
            .map(|&v| self.at(v).y)
            .fold(f64::INFINITY, f64::min)
    }

    pub(crate) fn height(&self) -> f64 {
        self.skin()
            .iter()
            .map(|v| f64::from(v.y))
            .fold(0.0, f64::max)
    }

    /// Tape around the trunk (arms left out) at a height.
    pub(crate) fn trunk(&self, y: f64) -> Option<f64> {
        girth(&level(self.skin(), &self.data.torso, y), DVec3::Y)
    }

    /// Tape around the left leg at a height, over some of the trunk and leg triangles.
    fn left_leg(&self, tris: &[[u16; 3]], y: f64) -> Option<f64> {
        let mut pieces = level(self.skin(), tris, y);
        pieces.retain(|p| p.ends.iter().all(|e| e.x > 0.0));
        girth(&pieces, DVec3::Y)
    }

    pub(crate) fn thigh(&self) -> Option<f64> {
        self.left_leg(&self.data.torso, self.crotch_y() - 0.02)
    }

    pub(crate) fn calf(&self) -> Option<f64> {
        let low = self.joint("joint-l-ankle").y + 0.10;
        let high = self.joint("joint-l-knee").y - 0.04;
        let near: Vec<[u16; 3]> = self
            .data
            .torso
            .iter()
            .copied()
            .filter(|t| {
                let y = t.map(|v| f64::from(self.verts[v as usize].y));
                y.iter().any(|&y| y >= low) && y.iter().any(|&y| y <= high)
            })
            .collect();
        (0..12)
            .filter_map(|i| self.left_leg(&near, low + (high - low) * f64::from(i) / 11.0))
            .max_by(f64::total_cmp)
    }

    /// Tape around a limb or the neck, at right angles to the line from `a` to `b`.
    fn limb(&self, a: DVec3, b: DVec3, t: f64) -> Option<f64> {
        let normal = (b - a).try_normalize()?;
        let centre = a.lerp(b, t);
        let pieces = section(self.skin(), &self.data.skin, centre, normal);
        girth(&nearest_loop(&pieces, centre), normal)
    }

    pub(crate) fn neck(&self) -> Option<f64> {
        self.limb(self.joint("joint-neck"), self.joint("joint-head"), 0.25)
    }

    pub(crate) fn upper_arm(&self) -> Option<f64> {
        self.limb(
            self.joint("joint-l-shoulder"),
            self.joint("joint-l-elbow"),
            0.5,
        )
    }

    pub(crate) fn arm_length(&self) -> f64 {
        let elbow = self.joint("joint-l-elbow");
        self.at(id::SHOULDER).distance(elbow) + elbow.distance(self.joint("joint-l-hand"))
    }

    /// String over the trunk between two points.
    fn over(&self, from: DVec3, to: DVec3, outward: DVec3) -> f64 {
        let ceiling = from.y.max(to.y) + 0.005;
        chain_length(&taut(
            self.skin(),
            &self.data.torso,
            from,
            to,
            outward,
            0.2,
            ceiling,
        ))
    }

    pub(crate) fn across_shoulders(&self) -> f64 {
        let left = self.at(id::SHOULDER);
        let right = self.at(self.data.mirror()[id::SHOULDER] as usize);
        let neck = self.at(id::BACK_NECK);
        let outward = neck - left.midpoint(right);
        chain_length(&taut(
            self.skin(),
            &self.data.skin,
            right,
            left,
            outward,
            0.2,
            neck.y + 0.005,
        ))
    }

    /// Point of the trunk at a height and distance from the midline, in front or behind.
    fn surface(&self, x: f64, y: f64, front: bool) -> Option<DVec3> {
        let sign = if front { 1.0 } else { -1.0 };
        level(self.skin(), &self.data.torso, y)
            .iter()
            .filter_map(|p| {
                let [a, b] = p.ends;
                ((a.x - x) * (b.x - x) <= 0.0).then(|| {
                    let run = b.x - a.x;
                    if run.abs() < 1e-12 {
                        a
                    } else {
                        a.lerp(b, (x - a.x) / run)
                    }
                })
            })
            .max_by(|a, b| (a.z * sign).total_cmp(&(b.z * sign)))
    }

    fn waist_back(&self) -> Option<DVec3> {
        self.surface(0.0, self.waist_y(), false)
    }

    pub(crate) fn back_waist_length(&self) -> Option<f64> {
        Some(self.over(self.at(id::BACK_NECK), self.waist_back()?, DVec3::NEG_Z))
    }

    /// Neck base: the ellipse through side, front and back neck points
    /// (perimeter by Ramanujan's second approximation). A section will not do,
    /// because its plane also runs out along the shoulders.
    fn neck_base(&self) -> f64 {
        let a = self.at(id::SIDE_NECK).x.abs();
        let b = 0.5 * self.at(id::FRONT_NECK).distance(self.at(id::BACK_NECK));
        let h = ((a - b) / (a + b)).powi(2);
        std::f64::consts::PI * (a + b) * (1.0 + 3.0 * h / (10.0 + (4.0 - 3.0 * h).sqrt()))
    }

    fn armscye(&self) -> Option<f64> {
        let (shoulder, armpit) = (self.at(id::SHOULDER), self.at(id::ARMPIT));
        let normal = (shoulder - armpit).cross(DVec3::Z).try_normalize()?;
        let mut pieces = section(self.skin(), &self.data.skin, armpit, normal);
        pieces.retain(|p| p.ends.iter().all(|e| e.x > 0.0 && e.y > armpit.y - 0.005));
        girth(&pieces, normal)
    }

    fn head(&self) -> Option<f64> {
        let (front, back) = (self.at(id::FOREHEAD), self.at(id::OCCIPUT));
        let normal = (front - back).cross(DVec3::X).try_normalize()?;
        let pieces = section(self.skin(), &self.data.skin, front, normal);
        girth(&nearest_loop(&pieces, front.midpoint(back)), normal)
    }

    /// Front waist through the crotch to back waist, and its part up to the lowest point.
    fn crotch_length(&self) -> Option<(f64, f64)> {
        // A hair off the midline, where the mesh has its vertices.
        let x = DVec3::X * 7e-4;
        let front = self.surface(x.x, self.waist_y(), true)?;
        let back = self.surface(x.x, self.waist_y(), false)?;
        let chain = taut(
            self.skin(),
            &self.data.torso,
            front,
            back,
            DVec3::NEG_Y,
            0.6,
            f64::MAX,
        );
        let lowest = (0..chain.len()).max_by(|&a, &b| chain[a].y.total_cmp(&chain[b].y))?;
        Some((chain_length(&chain), chain_length(&chain[..=lowest])))
    }

    fn foot_length(&self) -> f64 {
        let heel_to_toe = self.joint("joint-l-toe-2-1") - self.joint("joint-l-ankle");
        let along = DVec3::new(heel_to_toe.x, 0.0, heel_to_toe.z).normalize_or(DVec3::Z);
        let reach = self
            .skin()
            .iter()
            .filter(|v| v.x > 0.0 && v.y < 0.06)
            .map(|v| v.as_dvec3().dot(along));
        let (low, high) = reach.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), r| {
            (low.min(r), high.max(r))
        });
        (high - low).max(0.0)
    }

    /// Volume inside the skin by the divergence theorem.
    fn volume(&self) -> f64 {
        let six: f64 = self
            .data
            .skin
            .iter()
            .map(|t| {
                let [a, b, c] = t.map(|v| self.at(v as usize));
                a.cross(b).dot(c)
            })
            .sum();
        (six / 6.0).abs()
    }

    fn landmarks(&self) -> Option<Landmarks> {
        let point = |v: DVec3| v.as_vec3();
        Some(Landmarks {
            bust_y: self.bust_y() as f32,
            underbust_y: (self.bust_y() - UNDERBUST_DROP) as f32,
            waist_y: self.waist_y() as f32,
            hip_y: self.hip_y() as f32,
            crotch_y: self.crotch_y() as f32,
            knee_y: self.joint("joint-l-knee").y as f32,
            armpit_y: self.at(id::ARMPIT).y as f32,
            side_neck_left: point(self.at(id::SIDE_NECK)),
            shoulder_left: point(self.at(id::SHOULDER)),
            back_neck: point(self.at(id::BACK_NECK)),
            front_neck: point(self.at(id::FRONT_NECK)),
            bust_left: point(self.at(id::BUST)),
            armpit_left: point(self.at(id::ARMPIT)),
            elbow_left: point(self.joint("joint-l-elbow")),
            wrist_left: point(self.joint("joint-l-hand")),
            waist_front: point(self.surface(0.0, self.waist_y(), true)?),
            waist_back: point(self.waist_back()?),
        })
    }
}

/// The underbust tape runs this far below the bust tape, metres.
pub(crate) const UNDERBUST_DROP: f64 = 0.075;

impl BodyData {
    /// Measures a body with these vertices (from [`BodyData::evaluate`]).
    ///
    /// # Errors
    /// [`BodyError::Vertices`] if these are not all base vertices, finite;
    /// [`BodyError::Unmeasurable`] if a tape finds no surface.
    pub fn measure(&self, verts: &[Vec3]) -> Result<Measures, BodyError> {
        self.check_vertices(verts)?;
        let tape = Tape::new(self, verts);
        let need = |measure: &'static str, found: Option<f64>| {
            found
                .map(|v| v as f32)
                .ok_or_else(|| BodyError::Unmeasurable {
                    measure,
                    reason: "its tape meets no skin".to_owned(),
                })
        };
        let (bust_y, waist_y, hip_y) = (tape.bust_y(), tape.waist_y(), tape.hip_y());
        let crotch_y = tape.crotch_y();
        let (hip_joint, knee, ankle) = (
            tape.joint("joint-l-upper-leg"),
            tape.joint("joint-l-knee"),
            tape.joint("joint-l-ankle"),
        );
        let (shoulder_joint, elbow, wrist) = (
            tape.joint("joint-l-shoulder"),
            tape.joint("joint-l-elbow"),
            tape.joint("joint-l-hand"),
        );
        let (side_neck, shoulder) = (tape.at(id::SIDE_NECK), tape.at(id::SHOULDER));
        let (bust, armpit) = (tape.at(id::BUST), tape.at(id::ARMPIT));
        let mirrored = |v: usize| tape.at(self.mirror()[v] as usize);
        let fall = side_neck - shoulder;
        let elbow_bend = ((elbow - shoulder_joint).normalize_or_zero()
            + (wrist - elbow).normalize_or_zero())
        .normalize_or(DVec3::X);
        let waist_at = |x: f64, front: bool| {
            tape.surface(x, waist_y, front)
                .ok_or_else(|| BodyError::Unmeasurable {
                    measure: "waist",
                    reason: "the trunk has no surface at the waist".to_owned(),
                })
        };
        let (waist_front, waist_back) = (waist_at(0.0, true)?, waist_at(0.0, false)?);
        let hps_to_bust = tape.over(side_neck, bust, DVec3::Z);
        let below_bust = tape.over(bust, waist_at(bust.x, true)?, DVec3::Z);
        let hps_to_waist_back = tape.over(side_neck, waist_at(side_neck.x, false)?, DVec3::NEG_Z);
        let waist_side = level(tape.skin(), &self.torso, waist_y)
            .iter()
            .flat_map(|p| p.ends)
            .fold(waist_front, |best, p| if p.x > best.x { p } else { best });
        let hip_side = level(tape.skin(), &self.torso, hip_y)
            .iter()
            .flat_map(|p| p.ends)
            .fold(waist_front, |best, p| if p.x > best.x { p } else { best });
        let over_hip = tape.over(waist_side, hip_side, DVec3::X);
        let crotch_length = tape.crotch_length();
        let volume = tape.volume();
        Ok(Measures {
            height: tape.height() as f32,
            bust: need("bust", tape.trunk(bust_y))?,
            underbust: need("underbust", tape.trunk(bust_y - UNDERBUST_DROP))?,
            high_bust: need("high_bust", tape.trunk(armpit.y))?,
            waist: need("waist", tape.trunk(waist_y))?,
            top_hip: need("top_hip", tape.trunk(hip_y + 0.6 * (waist_y - hip_y)))?,
            hip: need("hip", tape.trunk(hip_y))?,
            thigh: need("thigh", tape.thigh())?,
            knee: need("knee", tape.limb(hip_joint, knee, 1.0))?,
            calf: need("calf", tape.calf())?,
            ankle: need("ankle", tape.limb(knee, ankle, 0.90))?,
            neck: need("neck", tape.neck())?,
            neck_base: tape.neck_base() as f32,
            head: need("head", tape.head())?,
            upper_arm: need("upper_arm", tape.upper_arm())?,
            elbow: need("elbow", tape.limb(elbow - elbow_bend, elbow, 1.0))?,
            wrist: need("wrist", tape.limb(elbow, wrist, 0.97))?,
            armscye: need("armscye", tape.armscye())?,
            shoulder_length: side_neck.distance(shoulder) as f32,
            shoulder_slope_rad: fall.y.atan2(-fall.x) as f32,
            across_shoulders: tape.across_shoulders() as f32,
            cross_back: tape.over(
                mirrored(id::CREASE_BACK),
                tape.at(id::CREASE_BACK),
                DVec3::NEG_Z,
            ) as f32,
            cross_front: tape.over(
                mirrored(id::CREASE_FRONT),
                tape.at(id::CREASE_FRONT),
                DVec3::Z,
            ) as f32,
            bust_span: bust.distance(mirrored(id::BUST)) as f32,
            back_waist_length: tape.over(tape.at(id::BACK_NECK), waist_back, DVec3::NEG_Z) as f32,
            front_waist_length: tape.over(tape.at(id::FRONT_NECK), waist_front, DVec3::Z) as f32,
            hps_to_bust: hps_to_bust as f32,
            hps_to_waist_front: (hps_to_bust + below_bust) as f32,
            hps_to_waist_back: hps_to_waist_back as f32,
            armscye_depth: (tape.at(id::BACK_NECK).y - armpit.y) as f32,
            arm_length: tape.arm_length() as f32,
            upper_arm_length: shoulder.distance(elbow) as f32,
            arm_inseam: (armpit.distance(elbow) + elbow.distance(wrist)) as f32,
            waist_to_hip: (waist_y - hip_y) as f32,
            waist_to_knee: (waist_y - knee.y) as f32,
            outside_leg: (over_hip + hip_y) as f32,
            inseam: crotch_y as f32,
            crotch_depth: (waist_y - crotch_y) as f32,
            crotch_length: need("crotch_length", crotch_length.map(|c| c.0))?,
            crotch_length_front: need("crotch_length_front", crotch_length.map(|c| c.1))?,
            foot_length: tape.foot_length() as f32,
            volume_m3: volume as f32,
            mass_kg: (volume * DENSITY) as f32,
            landmarks: tape.landmarks().ok_or_else(|| BodyError::Unmeasurable {
                measure: "landmarks",
                reason: "the trunk has no surface at the waist".to_owned(),
            })?,
        })
    }
}
