//! Slip dress: front with side bust darts, back, two straps, flared skirt.
//!
//! Parameters and defaults: `bust_ease` 0.05, `waist_ease` 0.12, `hip_ease`
//! 0.08, `length` 0.18 (below the knee), `flare` 0.45 (of the hip, at the hem),
//! `armhole_ease` 0.015, `neck_depth` 0.02, `back_depth` 0.03, `strap_width`
//! 0.012, `grain_angle` 45 (cut on the bias). Stay tapes hold the top edges.

use glam::{DVec2, dvec2};

use super::{
    Block, DesignParams,
    builder::{Draw, Sew},
};
use crate::{
    error::GarmentError,
    measures::BodyMeasures,
    pattern::{Anchor, HoopMap, Panel, Part, Pattern, Wrap},
};

const USED: [&str; 10] = [
    "bust_ease",
    "waist_ease",
    "hip_ease",
    "length",
    "flare",
    "armhole_ease",
    "neck_depth",
    "back_depth",
    "strap_width",
    "grain_angle",
];

/// Half of front or back; y = 0 is the high shoulder, x = 0 the centre.
struct Half {
    hem_centre_y: f64,
    /// Slope of the side below the hip, radians from upright.
    flare: f64,
    hem: DVec2,
    hip: DVec2,
    waist: DVec2,
    /// Where the dart's lower leg, and its upper leg, meet the side.
    dart: (DVec2, DVec2),
    dart_tip: Option<DVec2>,
    underarm: DVec2,
    strap: DVec2,
    centre: DVec2,
}

pub(super) fn draft(p: &DesignParams, body: &BodyMeasures) -> Result<Pattern, GarmentError> {
    let block = Block::SlipDress;
    p.check(block, &USED)?;
    let get = |x: Option<f32>, default: f64| x.map_or(default, f64::from);
    let m = |x: f32| f64::from(x);
    let strap_width = get(p.strap_width, 0.012);
    let grain = get(p.grain_angle, 45.0);
    let (front, back) = (half(p, body, false)?, half(p, body, true)?);
    // The strap runs from the bodice over the shoulder; its column lies lower
    // on the shoulder than the neck does. A centimetre less keeps it taut.
    let column = front.strap.x;
    let hps_x = m(body.neck_girth) / 5.0;
    let drop = (column - hps_x).max(0.0) * m(body.shoulder_slope).tan();
    let (down_front, down_back) = (-front.strap.y - drop - 0.005, -back.strap.y - drop - 0.005);
    let mut panels = vec![
        torso(&front, "front", false, strap_width, grain),
        torso(&back, "back", true, strap_width, grain),
    ];
    for (name, x) in [("strap_left", column), ("strap_right", -column)] {
        let wrap = Wrap {
            part: Part::Strap,
            back: false,
            centre_x: x,
            anchor_y: 0.0,
            anchor: Anchor::HighShoulder,
            hoop: HoopMap::Straight,
            offset: 0.0,
        };
        let w = strap_width / 2.0;
        let mut d = Draw::start(name, wrap, dvec2(x - w, -down_front));
        d.line(dvec2(x + w, -down_front), "front")
            .line(dvec2(x + w, down_back), "")
            .line(dvec2(x - w, down_back), "back")
            .line(dvec2(x - w, -down_front), "");
        panels.push(d.close());
    }
    let mut sew = Sew::new(block.name(), panels);
    for side in ["left", "right"] {
        let edge = |e: &str| format!("{e}_{side}");
        for e in ["side_skirt", "side_hip", "side_mid", "side_upper"] {
            sew.seam(("front", &edge(e)), ("back", &edge(e)))?;
        }
        if front.dart_tip.is_some() {
            sew.seam(
                ("front", &edge("dart_lower")),
                ("front", &edge("dart_upper")),
            )?;
        }
        sew.seam(("front", &edge("strap")), (&edge("strap"), "front"))?;
        sew.seam(("back", &edge("strap")), (&edge("strap"), "back"))?;
    }
    let stay = |flat: f64| flat * 0.985;
    sew.band(
        "stay_front",
        &[("front", "neck_left"), ("front", "neck_right")],
        false,
        stay,
    )?;
    sew.band(
        "stay_back",
        &[("back", "neck_right"), ("back", "neck_left")],
        false,
        stay,
    )?;
    for side in ["left", "right"] {
        let arm = format!("arm_{side}");
        sew.band(
            &format!("stay_front_{arm}"),
            &[("front", &arm)],
            false,
            stay,
        )?;
        sew.band(&format!("stay_back_{arm}"), &[("back", &arm)], false, stay)?;
    }
    Ok(sew.done())
}

fn half(p: &DesignParams, body: &BodyMeasures, back: bool) -> Result<Half, GarmentError> {
    let get = |x: Option<f32>, default: f64| x.map_or(default, f64::from);
    let m = |x: f32| f64::from(x);
    let share = if back { -0.008 } else { 0.008 };
    let girth = |body: f32, ease: Option<f32>, default: f64| (m(body) + get(ease, default)) / 4.0;
    let bust = girth(body.bust, p.bust_ease, 0.05) + share;
    let waist = girth(body.waist, p.waist_ease, 0.12) + share;
    let hip = girth(body.hip, p.hip_ease, 0.08);
    // The front is longer to the waist; the dart takes most of the difference
    // up, the rest lowers the front underarm.
    let longer = m(body.hps_to_waist_front - body.hps_to_waist_back).clamp(0.0, 0.06);
    let intake = (longer - 0.01).max(0.0);
    let intake = if intake < 0.008 { 0.0 } else { intake };
    let to_waist = m(body.hps_to_waist_back) + if back { 0.0 } else { longer };
    let depth = m(body.hps_to_armpit)
        + get(p.armhole_ease, 0.015)
        + if back { 0.0 } else { longer - intake };
    let bust_y = -m(body.hps_to_bust);
    let underarm = dvec2(bust, -depth);
    let waist_at = dvec2(waist, -to_waist);
    let hip_at = dvec2(hip, -to_waist - m(body.waist_to_hip));
    let down = m(body.waist_to_knee - body.waist_to_hip) + get(p.length, 0.18);
    if down < 0.1 {
        return Err(GarmentError::draft(
            Block::SlipDress.name(),
            format!(
                "its hem lies {down:.2} m below the hip; raise 'length' so that it lies at least 0.1 m below"
            ),
        ));
    }
    let flare = (get(p.flare, 0.45) * m(body.hip) / 4.0 / down)
        .clamp(0.0, 0.8)
        .asin();
    let hem = hip_at + dvec2(down * flare.sin(), -down * flare.cos());
    // The dart leaves the side below the bust's level and points a finger's
    // breadth short of the bust point.
    let top = bust_y.min(-depth - 0.02).max(-to_waist + 0.06 + intake) - 0.01;
    let (upper, lower) = (top, top - intake);
    let tip_x = (m(body.bust_span) / 2.0 + 0.025).min(bust - 0.05);
    let tip = (!back && intake > 0.0).then(|| dvec2(tip_x, (upper + lower) / 2.0));
    // The back carries the same lengths without the dart.
    let dart = if back {
        let upper_length = upper_to_underarm(body, p, longer, intake);
        let at = dvec2(bust, underarm.y - upper_length);
        (at, at)
    } else {
        (dvec2(bust, lower), dvec2(bust, upper))
    };
    let neck = get(p.neck_depth, 0.02);
    // Over the bust point, but not too near the neck on broad shoulders.
    let shoulder_x = (m(body.neck_girth) / 5.0 + m(body.cross_shoulder) / 2.0) / 2.0;
    let strap_x = (m(body.bust_span) / 2.0 + 0.012).max(0.76 * shoulder_x);
    let strap_y = if back {
        underarm.y - 0.004
    } else {
        (bust_y + 0.115).max(-depth + 0.015)
    };
    let centre_y = if back {
        underarm.y - 0.015 - get(p.back_depth, 0.03)
    } else {
        (bust_y + 0.06).min(strap_y - 0.03) - neck
    };
    Ok(Half {
        hem_centre_y: hip_at.y - down,
        flare,
        hem,
        hip: hip_at,
        waist: waist_at,
        dart,
        dart_tip: tip,
        underarm,
        strap: dvec2(strap_x, strap_y),
        centre: dvec2(0.0, centre_y),
    })
}

/// Length of the front's side from the dart up to the underarm.
fn upper_to_underarm(body: &BodyMeasures, p: &DesignParams, longer: f64, intake: f64) -> f64 {
    let m = |x: f32| f64::from(x);
    let depth = m(body.hps_to_armpit) + p.armhole_ease.map_or(0.015, f64::from) + longer - intake;
    let to_waist = m(body.hps_to_waist_back) + longer;
    let top = (-m(body.hps_to_bust))
        .min(-depth - 0.02)
        .max(-to_waist + 0.06 + intake)
        - 0.01;
    -depth - top
}

fn torso(h: &Half, name: &str, back: bool, strap: f64, grain: f64) -> Panel {
    let wrap = Wrap {
        part: Part::Torso,
        back,
        centre_x: 0.0,
        anchor_y: 0.0,
        anchor: Anchor::HighShoulder,
        hoop: HoopMap::Straight,
        offset: 0.0,
    };
    let (plus, minus) = if back {
        ("right", "left")
    } else {
        ("left", "right")
    };
    let (p, q) = (
        |e: &str| format!("{e}_{plus}"),
        |e: &str| format!("{e}_{minus}"),
    );
    let flip = |v: DVec2| dvec2(-v.x, v.y);
    let w = dvec2(strap / 2.0, 0.0);
    // The hem meets the sides square and sags to its own level at the centre.
    let sag = h.hem.y - h.hem_centre_y;
    let reach = if h.flare > 1e-3 {
        sag / (0.75 * h.flare.sin())
    } else {
        0.3 * h.hem.x
    };
    let hem_c = h.hem - dvec2(h.flare.cos(), h.flare.sin()) * reach.min(0.9 * h.hem.x);
    // Smooth sides: upright at the waist, along the flare at the hip.
    let along = dvec2(-h.flare.sin(), h.flare.cos());
    let d_hip = h.waist.y - h.hip.y;
    let hip_c = h.hip + along * (0.35 * d_hip);
    let waist_low = h.waist - dvec2(0.0, 0.35 * d_hip);
    let d_mid = h.dart.0.y - h.waist.y;
    let waist_high = h.waist + dvec2(0.0, 0.4 * d_mid);
    let mid_c = h.dart.0 - dvec2(0.0, 0.4 * d_mid);
    let strap_out = h.strap + w;
    let strap_in = h.strap - w;
    // The arm edge hollows in, the neckline is a soft V.
    let arm = strap_out - h.underarm;
    let arm_c1 = h.underarm + dvec2(0.45 * arm.x, if back { 0.05 } else { 0.1 } * arm.y);
    let arm_c2 = h.underarm + dvec2(0.85 * arm.x, if back { 0.5 } else { 0.45 } * arm.y);
    let neck = h.centre - strap_in;
    let neck_c1 = strap_in
        + neck
            * if back {
                dvec2(0.25, 0.6)
            } else {
                dvec2(0.22, 0.42)
            };
    let neck_c2 = h.centre - dvec2(0.45 * neck.x, if back { 0.0 } else { 0.18 * neck.y });
    let mut d = Draw::start(name, wrap, flip(h.hem));
    d.cubic(flip(hem_c), hem_c, h.hem, "hem")
        .line(h.hip, &p("side_skirt"))
        .cubic(hip_c, waist_low, h.waist, &p("side_hip"))
        .cubic(waist_high, mid_c, h.dart.0, &p("side_mid"));
    if let Some(tip) = h.dart_tip {
        d.line(tip, &p("dart_lower"))
            .line(h.dart.1, &p("dart_upper"));
    }
    d.line(h.underarm, &p("side_upper"))
        .cubic(arm_c1, arm_c2, strap_out, &p("arm"))
        .line(strap_in, &p("strap"))
        .cubic(neck_c1, neck_c2, h.centre, &p("neck"))
        .cubic(flip(neck_c2), flip(neck_c1), flip(strap_in), &q("neck"))
        .line(flip(strap_out), &q("strap"))
        .cubic(flip(arm_c2), flip(arm_c1), flip(h.underarm), &q("arm"))
        .line(flip(h.dart.1), &q("side_upper"));
    if let Some(tip) = h.dart_tip {
        d.line(flip(tip), &q("dart_upper"))
            .line(flip(h.dart.0), &q("dart_lower"));
    }
    d.cubic(flip(mid_c), flip(waist_high), flip(h.waist), &q("side_mid"))
        .cubic(flip(waist_low), flip(hip_c), flip(h.hip), &q("side_hip"))
        .line(flip(h.hem), &q("side_skirt"))
        .grain(grain);
    d.close()
}
