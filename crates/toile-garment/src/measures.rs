//! Tape measures of the wearer.

use serde::{Deserialize, Serialize};

use crate::error::GarmentError;

macro_rules! measures {
    ($($(#[doc = $doc:literal])+ $name:ident: $lo:literal ..= $hi:literal,)+) => {
        /// Measures of a body that garments are drafted to.
        ///
        /// All in metres, except [`shoulder_slope`](Self::shoulder_slope) in
        /// radians. Girths and lengths follow ISO 8559-1 where it names them.
        #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct BodyMeasures {
            $($(#[doc = $doc])+ pub $name: f32,)+
        }

        /// The same measures, of which only some are known.
        ///
        /// [`complete`](Self::complete) fills in the others.
        #[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct PartialMeasures {
            $($(#[doc = $doc])+ #[serde(skip_serializing_if = "Option::is_none")] pub $name: Option<f32>,)+
        }

        impl From<BodyMeasures> for PartialMeasures {
            fn from(b: BodyMeasures) -> Self {
                Self { $($name: Some(b.$name),)+ }
            }
        }

        impl PartialMeasures {
            /// These measures, and those of `other` where these are missing.
            #[must_use]
            pub fn or(self, other: Self) -> Self {
                Self { $($name: self.$name.or(other.$name),)+ }
            }
        }

        impl BodyMeasures {
            /// Every measure with its name and the range a human body can have.
            fn ranges(&self) -> Vec<(&'static str, f32, f32, f32)> {
                vec![$((stringify!($name), self.$name, $lo, $hi),)+]
            }
        }
    };
}

measures! {
    /// Stature.
    height: 0.8..=2.4,
    /// Bust or chest girth (ISO 8559-1 5.3.4).
    bust: 0.5..=2.2,
    /// Girth under the bust.
    underbust: 0.45..=2.0,
    /// Waist girth.
    waist: 0.4..=2.2,
    /// Hip girth at the fullest level of the seat.
    hip: 0.5..=2.4,
    /// Girth of one thigh, 2 cm below the crotch.
    thigh: 0.25..=1.2,
    /// Largest girth of the lower leg.
    calf: 0.18..=0.8,
    /// Inside leg, crotch to floor.
    inseam: 0.35..=1.2,
    /// Girth around the base of the neck.
    neck_girth: 0.22..=0.7,
    /// High point of the shoulder to the tip of the shoulder.
    shoulder_length: 0.06..=0.25,
    /// Fall of the shoulder line, radians below the horizontal.
    shoulder_slope: 0.05..=0.7,
    /// Tip of the shoulder over the elbow to the wrist.
    arm_length: 0.3..=0.9,
    /// Wrist girth.
    wrist: 0.09..=0.3,
    /// Girth of the upper arm at its fullest.
    bicep: 0.15..=0.8,
    /// High point of the shoulder to the waist over the bust.
    hps_to_waist_front: 0.25..=0.8,
    /// High point of the shoulder to the waist over the shoulder blade.
    hps_to_waist_back: 0.25..=0.8,
    /// Waist down to the hip level.
    waist_to_hip: 0.08..=0.35,
    /// Waist down to the knee.
    waist_to_knee: 0.3..=0.9,
    /// Waist down to the floor.
    waist_to_floor: 0.5..=1.5,
    /// Between the shoulder tips, across the back.
    cross_shoulder: 0.22..=0.7,
    /// Across the back between the arm creases, a third down the armhole.
    cross_back: 0.2..=0.65,
    /// Across the chest between the arm creases.
    across_front: 0.2..=0.65,
    /// Between the bust points.
    bust_span: 0.06..=0.4,
    /// High point of the shoulder down to the bust point.
    hps_to_bust: 0.15..=0.55,
    /// High point of the shoulder down to the level of the armpit (vertical).
    hps_to_armpit: 0.05..=0.4,
    /// Waist down to the crotch, sitting or from side and inside leg.
    crotch_depth: 0.15..=0.5,
}

/// Which measure [`PartialMeasures::complete`] cannot do without.
const PRIMARY: &str = "height, bust, waist and hip";

impl PartialMeasures {
    /// Fills in what is missing by proportion.
    ///
    /// `height`, `bust`, `waist` and `hip` must be given. The rules are least
    /// squares over seven adult bodies (five female, 156–180 cm, up to bust
    /// 116; two male, 187–188 cm) made with the MakeHuman base mesh; the
    /// largest residual is 5 mm for the shoulder, 12 mm for the trunk lengths,
    /// 20 mm for the limbs and 45 mm for the upper arm. How much the chest
    /// outweighs the hip stands in for the difference between male and female
    /// shoulders: `v = clamp((bust − hip + 0.06) / 0.08, 0, 1)`.
    ///
    /// # Errors
    /// [`GarmentError::Invalid`] if a primary measure is missing or any
    /// measure is outside the range of human bodies.
    pub fn complete(&self, source: &str) -> Result<BodyMeasures, GarmentError> {
        let (Some(h), Some(bust), Some(waist), Some(hip)) =
            (self.height, self.bust, self.waist, self.hip)
        else {
            return Err(GarmentError::invalid(
                source,
                "measures",
                format!("{PRIMARY} are needed; the others follow by proportion"),
            ));
        };
        let v = ((bust - hip + 0.06) / 0.08).clamp(0.0, 1.0);
        let waist_to_floor = self.waist_to_floor.unwrap_or(0.621 * h);
        let crotch_depth = self.crotch_depth.unwrap_or_else(|| {
            self.inseam
                .map_or(0.115 * h + 0.071 * hip, |inseam| waist_to_floor - inseam)
        });
        let shoulder_length = self
            .shoulder_length
            .unwrap_or(0.049 * h + 0.044 * bust + 0.016 * v);
        let cross_shoulder = self
            .cross_shoulder
            .unwrap_or(0.144 * h + 0.122 * bust + 0.053 * v);
        // Aldrich's tables put the back 12 % and the chest 17 % inside the
        // shoulders for men and women alike.
        let hps_to_bust = self.hps_to_bust.unwrap_or(0.078 * h + 0.156 * bust);
        let body = BodyMeasures {
            height: h,
            bust,
            waist,
            hip,
            underbust: self
                .underbust
                .unwrap_or((1.068 * bust - 0.261 * waist).max(0.8 * bust)),
            thigh: self.thigh.unwrap_or(0.6 * hip - 0.013 * h),
            calf: self.calf.unwrap_or(0.254 * hip + 0.067 * h),
            inseam: self.inseam.unwrap_or(waist_to_floor - crotch_depth),
            neck_girth: self
                .neck_girth
                .unwrap_or(0.157 * h + 0.067 * bust + 0.031 * v),
            shoulder_length,
            shoulder_slope: self.shoulder_slope.unwrap_or(0.388 - 0.107 * v),
            arm_length: self.arm_length.unwrap_or(0.314 * h + 0.06 * v),
            wrist: self.wrist.unwrap_or(0.053 * h + 0.045 * bust + 0.016 * v),
            bicep: self
                .bicep
                .unwrap_or((0.502 * bust - 0.104 * h + 0.025 * v).max(0.24 * bust)),
            hps_to_waist_front: self.hps_to_waist_front.unwrap_or(0.194 * h + 0.137 * bust),
            hps_to_waist_back: self.hps_to_waist_back.unwrap_or(0.177 * h + 0.124 * bust),
            waist_to_hip: self.waist_to_hip.unwrap_or(0.101 * h),
            waist_to_knee: self.waist_to_knee.unwrap_or(0.337 * h),
            waist_to_floor,
            cross_shoulder,
            cross_back: self.cross_back.unwrap_or(0.88 * cross_shoulder),
            across_front: self.across_front.unwrap_or(0.83 * cross_shoulder),
            bust_span: self.bust_span.unwrap_or(0.179 * bust - 0.066 * v),
            hps_to_bust,
            hps_to_armpit: self
                .hps_to_armpit
                .unwrap_or(0.042 * h + 0.108 * bust + 0.024 * v),
            crotch_depth,
        };
        body.check(source)?;
        Ok(body)
    }
}

impl BodyMeasures {
    /// Checks that every measure is one a human body can have.
    ///
    /// # Errors
    /// [`GarmentError::Invalid`] naming the measure and its range.
    pub fn check(&self, source: &str) -> Result<(), GarmentError> {
        for (name, x, lo, hi) in self.ranges() {
            if !(x >= lo && x <= hi) {
                return Err(GarmentError::invalid(
                    source,
                    format!("measures.{name}"),
                    format!("is {x}; it must lie between {lo} and {hi} (metres, slope in radians)"),
                ));
            }
        }
        Ok(())
    }
}
