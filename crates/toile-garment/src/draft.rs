//! Drafting: from measures and design parameters to flat patterns.
//!
//! The drafts are our own. The order of construction and the classic shares
//! (neck a fifth of its girth, crotch forks a share of the hip, scye depth)
//! follow Aldrich, "Metric Pattern Cutting" (5th ed. 2008), and the outcome was
//! compared in proportion with the FreeSewing designs Teagan and Sandy.

mod builder;
mod circle_skirt;
mod slip_dress;
mod tee;
mod trousers;

use serde::{Deserialize, Serialize};

use crate::{
    error::GarmentError,
    measures::BodyMeasures,
    pattern::{Anchor, Part, Pattern},
    polygon,
};

/// A garment that can be drafted to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// T-shirt with set-in sleeves.
    Tee,
    /// Circle skirt on a waistband.
    CircleSkirt,
    /// Slip dress on straps.
    SlipDress,
    /// Trousers on a waistband.
    Trousers,
}

impl Block {
    /// Name used in messages and panels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tee => "tee",
            Self::CircleSkirt => "circle-skirt",
            Self::SlipDress => "slip-dress",
            Self::Trousers => "trousers",
        }
    }
}

macro_rules! params {
    ($($(#[doc = $doc:literal])+ $name:ident: $lo:literal ..= $hi:literal,)+) => {
        /// What the designer chooses. `None` takes the block's default; a block
        /// refuses parameters it has no use for.
        ///
        /// Lengths are in metres.
        #[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct DesignParams {
            $($(#[doc = $doc])+ #[serde(skip_serializing_if = "Option::is_none")] pub $name: Option<f32>,)+
        }

        impl DesignParams {
            /// Refuses values out of range and parameters the block does not use.
            pub(crate) fn check(&self, block: Block, used: &[&str]) -> Result<(), GarmentError> {
                $(if let Some(x) = self.$name {
                    let name = stringify!($name);
                    if !used.contains(&name) {
                        return Err(GarmentError::draft(block.name(), format!(
                            "has no parameter '{name}'; it has: {}", used.join(", ")
                        )));
                    }
                    if !($lo..=$hi).contains(&x) {
                        return Err(GarmentError::draft(block.name(), format!(
                            "parameter '{name}' is {x}; it must lie between {} and {}", $lo, $hi
                        )));
                    }
                })+
                Ok(())
            }
        }
    };
}

params! {
    /// Garment girth minus body girth at the bust.
    bust_ease: -0.2..=0.6,
    /// Garment girth minus body girth at the waist.
    waist_ease: -0.2..=0.8,
    /// Garment girth minus body girth at the hip.
    hip_ease: -0.2..=0.8,
    /// How far the hem lies below the block's own level (tee: hip; skirt and
    /// dress: knee; trousers: floor); negative above it.
    length: -1.2..=0.8,
    /// Sleeve length as a share of the arm's length.
    sleeve_length: 0.15..=1.1,
    /// Sleeve girth minus upper arm girth.
    sleeve_ease: 0.0..=0.4,
    /// Sleeve hem girth as a share of the girth at the underarm.
    sleeve_taper: 0.4..=1.5,
    /// How much longer the sleeve cap is than the armhole, as a share.
    cap_ease: -0.05..=0.12,
    /// How far the underarm lies below the armpit.
    armhole_ease: 0.0..=0.2,
    /// How far the neckline is widened along each shoulder.
    neck_width: -0.01..=0.12,
    /// How far the front neckline is lowered.
    neck_depth: -0.01..=0.35,
    /// How far the back neckline is lowered.
    back_depth: -0.01..=0.4,
    /// Share of a full circle (skirt), or what flare adds to the hem girth as
    /// a share of the hip (dress).
    flare: 0.0..=2.0,
    /// Skirt waist over waistband length; above 1 is gathered.
    gather: 1.0..=3.0,
    /// Height of the waistband.
    waistband_height: 0.01..=0.15,
    /// Width of the straps.
    strap_width: 0.005..=0.08,
    /// Angle of the grainline to the centre front, degrees; 45 is cut on the bias.
    grain_angle: -90.0..=90.0,
    /// How far the crotch lies below the body's.
    crotch_ease: 0.0..=0.2,
    /// Girth of one leg at the knee.
    knee_width: 0.2..=1.2,
    /// Girth of one leg at the hem.
    hem_width: 0.15..=1.4,
}

/// Drafts a block to a body's measures.
///
/// Defaults of the parameters are those of each block; see the modules'
/// documentation. The pattern passes [`Pattern::check`].
///
/// # Errors
/// [`GarmentError::Draft`] if a parameter does not belong to the block or is
/// out of range, or if no garment exists for the combination;
/// [`GarmentError::Invalid`] if a measure is outside human range.
pub fn draft(
    block: &Block,
    params: &DesignParams,
    body: &BodyMeasures,
) -> Result<Pattern, GarmentError> {
    body.check(block.name())?;
    let pattern = match block {
        Block::Tee => tee::draft(params, body),
        Block::CircleSkirt => circle_skirt::draft(params, body),
        Block::SlipDress => slip_dress::draft(params, body),
        Block::Trousers => trousers::draft(params, body),
    }?;
    pattern.check()?;
    Ok(pattern)
}

/// Garment girth minus body girth, metres; `None` where the garment does not
/// reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ease {
    /// At the level of the bust points.
    pub bust: Option<f32>,
    /// At the waist.
    pub waist: Option<f32>,
    /// At the hip level.
    pub hip: Option<f32>,
}

/// Reads the ease of a pattern off its widths at bust, waist and hip level.
///
/// Only panels that wrap the torso (or the hips, for trousers) count; a level
/// that no panel reaches is `None`. At the waist an elastic band that is
/// shorter than the cloth decides. A level that only the front or only the back
/// reaches is below the hem.
pub fn ease(pattern: &Pattern, body: &BodyMeasures) -> Ease {
    let to_waist = f64::from((body.hps_to_waist_back + body.hps_to_waist_front) / 2.0);
    let levels = [
        (f64::from(body.hps_to_bust) - to_waist, body.bust),
        (0.0, body.waist),
        (f64::from(body.waist_to_hip), body.hip),
    ];
    let mut out = [None; 3];
    for (k, (below_waist, girth)) in levels.into_iter().enumerate() {
        // Front and back.
        let (mut widths, mut panels) = ([0.0; 2], [0; 2]);
        for (i, p) in pattern.panels.iter().enumerate() {
            let Some(w) = &p.wrap else { continue };
            if matches!(w.part, Part::Strap | Part::LeftArm | Part::RightArm) {
                continue;
            }
            let s = match w.anchor {
                Anchor::HighShoulder => {
                    below_waist
                        + f64::from(if w.back {
                            body.hps_to_waist_back
                        } else {
                            body.hps_to_waist_front
                        })
                }
                _ => below_waist,
            };
            let side = usize::from(w.back);
            panels[side] += 1;
            widths[side] += match w.hoop {
                crate::pattern::HoopMap::Straight => {
                    let outline = pattern.outline_bridged(i, 0.005);
                    // A hem a finger's breadth above the level still shows its ease.
                    let (lo, hi) = outline.iter().fold((f64::MAX, f64::MIN), |(lo, hi), q| {
                        (lo.min(q.y), hi.max(q.y))
                    });
                    let y = w.anchor_y - s;
                    let near = y.clamp(lo + 1e-3, hi - 1e-3);
                    if (near - y).abs() > 0.025 {
                        0.0
                    } else {
                        polygon::width_at(&outline, near)
                    }
                }
                crate::pattern::HoopMap::Polar { centre, radius } => {
                    arc_width(&p.outline(0.005), centre, radius + s)
                }
            };
        }
        let half = (0..2).any(|side| panels[side] > 0 && widths[side] <= 0.0);
        let mut total = if half { 0.0 } else { widths.iter().sum() };
        if k == 1
            && let Some(band) = pattern
                .bands
                .iter()
                .find(|b| b.label == "waist" && b.closed)
        {
            total = if total > 0.0 {
                total.min(band.rest_length)
            } else {
                band.rest_length
            };
        }
        if total > 0.0 {
            out[k] = Some((total - f64::from(girth)) as f32);
        }
    }
    Ease {
        bust: out[0],
        waist: out[1],
        hip: out[2],
    }
}

/// How much of the circle about `centre` lies inside the outline, metres.
fn arc_width(outline: &[glam::DVec2], centre: [f64; 2], radius: f64) -> f64 {
    if radius <= 0.0 {
        return 0.0;
    }
    const N: usize = 3600;
    let inside = (0..N)
        .filter(|&i| {
            let a = (i as f64 + 0.5) / N as f64 * std::f64::consts::TAU;
            polygon::contains(
                outline,
                glam::DVec2::from(centre) + glam::DVec2::from_angle(a) * radius,
            )
        })
        .count();
    std::f64::consts::TAU * radius * inside as f64 / N as f64
}
