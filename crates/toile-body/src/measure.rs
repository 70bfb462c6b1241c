//! Tape measures of a body, named after ISO 8559-1.

use glam::Vec3;
use serde::{Deserialize, Serialize};

use crate::{BodyData, BodyError};

/// Joint cubes the measures and the rig rely on.
pub(crate) const JOINT_CUBES: [&str; 9] = [
    "joint-neck",
    "joint-head",
    "joint-l-shoulder",
    "joint-r-shoulder",
    "joint-l-elbow",
    "joint-l-hand",
    "joint-l-upper-leg",
    "joint-l-knee",
    "joint-l-ankle",
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
    /// Smallest girth above the ankle.
    pub ankle: f32,
    /// Mid-neck girth.
    pub neck: f32,
    /// Neck base girth through back neck point, side neck points and front neck point.
    pub neck_base: f32,
    /// Head girth above the brows.
    pub head: f32,
    /// Upper arm girth at its fullest between armpit and elbow.
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
    /// Shoulder point to shoulder point over the back.
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

impl BodyData {
    /// Measures a body with these vertices (from [`BodyData::evaluate`]).
    ///
    /// # Errors
    /// [`BodyError::Vertices`] if these are not all base vertices, finite;
    /// [`BodyError::Unmeasurable`] if a tape finds no surface.
    pub fn measure(&self, verts: &[Vec3]) -> Result<Measures, BodyError> {
        self.check_vertices(verts)?;
        Err(BodyError::Unmeasurable { measure: "height", reason: "measuring is not ready".to_owned() })
    }
}
