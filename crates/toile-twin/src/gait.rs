//! How a twin walks: the numbers a choreographer would turn.

use serde::{Deserialize, Serialize};

/// Style of a runway walk. All numbers have the defaults of
/// [`GaitStyle::runway`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GaitStyle {
    /// Runway manner: 0 an everyday walk, 1 a full runway walk (0 to 1.5). It
    /// scales the swing of the pelvis, its drop, and the counter-turn above.
    pub manner: f32,
    /// Distance between the lines the two ankles walk on, metres (−0.08 to
    /// 0.2); negative crosses the feet.
    pub step_width_m: f32,
    /// Step length as a share of what suits the leg length (0.7 to 1.15).
    pub stride: f32,
    /// Arm swing, degrees to either side (0 to 30).
    pub arm_swing_deg: f32,
    /// Outward turn of the feet, degrees (0 to 15).
    pub toe_out_deg: f32,
    /// Bend of the elbow, degrees (4 to 40).
    pub elbow_deg: f32,
}

impl GaitStyle {
    /// A runway walk on one line.
    #[must_use]
    pub const fn runway() -> Self {
        Self {
            manner: 1.0,
            step_width_m: 0.02,
            stride: 1.0,
            arm_swing_deg: 10.0,
            toe_out_deg: 3.0,
            elbow_deg: 12.0,
        }
    }

    /// A menswear walk: feet on two lines, quiet pelvis, longer arm swing.
    #[must_use]
    pub const fn menswear() -> Self {
        Self {
            manner: 0.25,
            step_width_m: 0.08,
            stride: 1.0,
            arm_swing_deg: 13.0,
            toe_out_deg: 6.0,
            elbow_deg: 14.0,
        }
    }

    /// First number out of range, with its field name.
    pub(crate) fn problem(&self) -> Option<(&'static str, String)> {
        [
            ("manner", self.manner, 0.0, 1.5),
            ("step_width_m", self.step_width_m, -0.08, 0.2),
            ("stride", self.stride, 0.7, 1.15),
            ("arm_swing_deg", self.arm_swing_deg, 0.0, 30.0),
            ("toe_out_deg", self.toe_out_deg, 0.0, 15.0),
            ("elbow_deg", self.elbow_deg, 4.0, 40.0),
        ]
        .into_iter()
        .find(|&(_, value, low, high)| !(low..=high).contains(&value))
        .map(|(name, value, low, high)| (name, format!("{value} lies outside {low} to {high}")))
    }
}

impl Default for GaitStyle {
    fn default() -> Self {
        Self::runway()
    }
}
