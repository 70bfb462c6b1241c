//! Circle skirt: two segments of a ring on a two-piece waistband.
//!
//! Parameters: `waist_ease` (0.01), `length` (−0.06 from the knee), `flare`
//! (share of a full circle, 1), `gather` (1), `waistband_height` (0.035). The
//! waistband is an elastic that rests at 96 % of the waist.

use glam::dvec2;

use super::{
    Block, DesignParams,
    builder::{Draw, Sew},
};
use crate::{
    error::GarmentError,
    measures::BodyMeasures,
    pattern::{Anchor, Fullness, HoopMap, Part, Pattern, Wrap},
};

pub(super) fn draft(p: &DesignParams, body: &BodyMeasures) -> Result<Pattern, GarmentError> {
    let block = Block::CircleSkirt;
    p.check(
        block,
        &[
            "waist_ease",
            "length",
            "flare",
            "gather",
            "waistband_height",
        ],
    )?;
    let get = |x: Option<f32>, default: f64| x.map_or(default, f64::from);
    let circle = get(p.flare, 1.0);
    if !(0.2..=1.0).contains(&circle) {
        return Err(GarmentError::draft(
            block.name(),
            format!("parameter 'flare' is {circle}; a skirt is 0.2 to 1 of a full circle"),
        ));
    }
    let band_height = get(p.waistband_height, 0.035);
    let band_girth = f64::from(body.waist) + get(p.waist_ease, 0.01);
    let gather = get(p.gather, 1.0);
    let waist = band_girth * gather;
    let fullness = if gather > 1.0 {
        Fullness::Gathered
    } else {
        Fullness::Plain
    };
    // The band sits on the waist; the skirt starts below it.
    let top = band_height / 2.0;
    let length = f64::from(body.waist_to_knee) + get(p.length, -0.06) - top;
    if length < 0.15 {
        return Err(GarmentError::draft(
            block.name(),
            format!("is {length:.2} m long; raise 'length' so that it has at least 0.15 m"),
        ));
    }
    let radius = waist / (std::f64::consts::TAU * circle);
    let half_angle = std::f64::consts::PI * circle / 2.0;
    let centre = dvec2(0.0, radius - top);
    let at = |rho: f64, angle: f64| centre + dvec2(rho * angle.sin(), -rho * angle.cos());
    let mut panels = Vec::new();
    for (name, back) in [("skirt_front", false), ("skirt_back", true)] {
        let wrap = Wrap {
            part: Part::Torso,
            back,
            centre_x: 0.0,
            anchor_y: 0.0,
            anchor: Anchor::Waist,
            // The circle through y = 0 lies at the waist.
            hoop: HoopMap::Polar {
                centre: centre.into(),
                radius: radius - top,
            },
            offset: 0.0,
        };
        let outer = radius + length;
        // Seen from outside, front +x is the person's left, back −x is.
        let (p, m) = if back {
            ("right", "left")
        } else {
            ("left", "right")
        };
        // Two arcs each, for a half circle in one has no stable centre.
        let mut d = Draw::start(name, wrap, at(outer, -half_angle));
        d.arc(outer, true, at(outer, 0.0), &format!("hem_{m}"))
            .arc(outer, true, at(outer, half_angle), &format!("hem_{p}"))
            .line(at(radius, half_angle), &format!("side_{p}"))
            .arc(radius, false, at(radius, 0.0), &format!("waist_{p}"))
            .arc(
                radius,
                false,
                at(radius, -half_angle),
                &format!("waist_{m}"),
            )
            .line(at(outer, -half_angle), &format!("side_{m}"));
        panels.push(d.close());
    }
    panels.extend(waistband(band_girth, band_height));
    let mut sew = Sew::new(block.name(), panels);
    for side in ["left", "right"] {
        let edge = |e: &str| format!("{e}_{side}");
        for panel in ["skirt", "waistband"] {
            let (front, back) = (format!("{panel}_front"), format!("{panel}_back"));
            sew.seam((&front, &edge("side")), (&back, &edge("side")))?;
        }
        for half in ["front", "back"] {
            let (skirt, band) = (format!("skirt_{half}"), format!("waistband_{half}"));
            sew.full_seam((&skirt, &edge("waist")), (&band, &edge("lower")), fullness)?;
        }
    }
    let lower = [
        ("waistband_front", "lower_right"),
        ("waistband_front", "lower_left"),
        ("waistband_back", "lower_left"),
        ("waistband_back", "lower_right"),
    ];
    waist_elastic(&mut sew, f64::from(body.waist), &lower)?;
    Ok(sew.done())
}

/// Front and back of a straight waistband centred on the waist.
fn waistband(girth: f64, height: f64) -> Vec<crate::pattern::Panel> {
    let (w, h) = (girth / 4.0, height / 2.0);
    [("waistband_front", false), ("waistband_back", true)]
        .into_iter()
        .map(|(name, back)| {
            let wrap = Wrap {
                part: Part::Torso,
                back,
                centre_x: 0.0,
                anchor_y: 0.0,
                anchor: Anchor::Waist,
                hoop: HoopMap::Straight,
                offset: 0.0,
            };
            let (p, m) = if back {
                ("right", "left")
            } else {
                ("left", "right")
            };
            let mut d = Draw::start(name, wrap, dvec2(-w, -h));
            d.line(dvec2(0.0, -h), &format!("lower_{m}"))
                .line(dvec2(w, -h), &format!("lower_{p}"))
                .line(dvec2(w, h), &format!("side_{p}"))
                .line(dvec2(-w, h), "upper")
                .line(dvec2(-w, -h), &format!("side_{m}"));
            d.close()
        })
        .collect()
}

/// An elastic along both edges of the waistband.
pub(super) fn waist_elastic(
    sew: &mut Sew,
    waist: f64,
    lower: &[(&str, &str)],
) -> Result<(), GarmentError> {
    // Front runs towards the person's left, back carries on to the right;
    // upper edges run the other way round.
    let rest = move |_| waist * 0.96;
    sew.band("waist", lower, true, rest)?;
    sew.band(
        "waist_top",
        &[("waistband_front", "upper"), ("waistband_back", "upper")],
        true,
        rest,
    )
}
