//! T-shirt: front, back, two set-in sleeves, a round neckline.
//!
//! Parameters and defaults: `bust_ease` 0.10, `waist_ease` 0.14, `hip_ease`
//! 0.08, `length` 0.03 (below the hip level), `sleeve_length` 0.36, `sleeve_ease` 0.09,
//! `sleeve_taper` 0.92, `cap_ease` 0.01, `armhole_ease` 0.025, `neck_width`
//! 0.012, `neck_depth` 0.01, `back_depth` 0.

use glam::{DVec2, dvec2};

use super::{
    Block, DesignParams,
    builder::{Draw, Sew, cubic, solve},
};
use crate::{
    curve,
    error::GarmentError,
    measures::BodyMeasures,
    pattern::{Anchor, Fullness, HoopMap, Panel, Part, Pattern, Wrap},
};

const USED: [&str; 12] = [
    "bust_ease",
    "waist_ease",
    "hip_ease",
    "length",
    "sleeve_length",
    "sleeve_ease",
    "sleeve_taper",
    "cap_ease",
    "armhole_ease",
    "neck_width",
    "neck_depth",
    "back_depth",
];

/// Half of a bodice outline, from the hem's side to the neckline's centre.
struct Bodice {
    hem: DVec2,
    waist: DVec2,
    underarm: DVec2,
    armhole: (DVec2, DVec2),
    tip: DVec2,
    neck: DVec2,
    neck_controls: (DVec2, DVec2),
    neck_centre: DVec2,
}

struct Sizes {
    bust: f64,
    waist: f64,
    hip: f64,
    armhole_ease: f64,
}

pub(super) fn draft(p: &DesignParams, body: &BodyMeasures) -> Result<Pattern, GarmentError> {
    let block = Block::Tee;
    p.check(block, &USED)?;
    let get = |x: Option<f32>, default: f64| x.map_or(default, f64::from);
    let mut sizes = Sizes {
        bust: f64::from(body.bust) + get(p.bust_ease, 0.10),
        waist: f64::from(body.waist) + get(p.waist_ease, 0.14),
        hip: f64::from(body.hip) + get(p.hip_ease, 0.08),
        armhole_ease: get(p.armhole_ease, 0.025),
    };
    let bicep = f64::from(body.bicep) + get(p.sleeve_ease, 0.09);
    let cap_share = 1.0 + get(p.cap_ease, 0.01);
    // A full arm wants a deeper armhole: lower the underarm until the sleeve
    // cap is at least a third as high as the sleeve is wide to each side.
    let mut sleeve = None;
    let (mut front, mut back) = (
        bodice(p, body, &sizes, false),
        bodice(p, body, &sizes, true),
    );
    for _ in 0..30 {
        sleeve = cap(
            bicep,
            armhole_length(&front) * cap_share,
            armhole_length(&back) * cap_share,
        )
        .filter(|c| c.height >= 0.2 * bicep);
        if sleeve.is_some() {
            break;
        }
        sizes.armhole_ease += 0.005;
        front = bodice(p, body, &sizes, false);
        back = bodice(p, body, &sizes, true);
    }
    let Some(cap) = sleeve else {
        return Err(GarmentError::draft(
            block.name(),
            format!(
                "no armhole takes a sleeve {bicep:.2} m wide; lower 'sleeve_ease' or raise 'armhole_ease' or 'bust_ease'"
            ),
        ));
    };
    let length = f64::from(body.arm_length) * get(p.sleeve_length, 0.36);
    // An underarm seam of three centimetres is the least that can be sewn.
    let length = length.max(cap.height + 0.03);
    let taper = get(p.sleeve_taper, 0.92);
    let panels = vec![
        torso_panel("front", &front, false),
        torso_panel("back", &back, true),
        sleeve_panel("sleeve_left", &cap, length, taper, true),
        sleeve_panel("sleeve_right", &cap, length, taper, false),
    ];
    let mut sew = Sew::new(block.name(), panels);
    for side in ["left", "right"] {
        let edge = |e: &str| format!("{e}_{side}");
        for e in ["shoulder", "side_upper", "side_lower"] {
            sew.seam(("front", &edge(e)), ("back", &edge(e)))?;
        }
        let sleeve = format!("sleeve_{side}");
        for half in ["front", "back"] {
            let cap = format!("cap_{half}");
            sew.full_seam((half, &edge("armhole")), (&sleeve, &cap), Fullness::Eased)?;
        }
        sew.seam((&sleeve, "underarm_front"), (&sleeve, "underarm_back"))?;
    }
    // The neck rib: it holds the neckline a little tighter than it is cut.
    sew.band(
        "neck",
        &[
            ("front", "neck_left"),
            ("front", "neck_right"),
            ("back", "neck_right"),
            ("back", "neck_left"),
        ],
        true,
        |flat| flat * 0.95,
    )?;
    Ok(sew.done())
}

/// Half of front or back; y = 0 is the high shoulder, x = 0 the centre.
fn bodice(p: &DesignParams, body: &BodyMeasures, z: &Sizes, back: bool) -> Bodice {
    let get = |x: Option<f32>, default: f64| x.map_or(default, f64::from);
    let m = |x: f32| f64::from(x);
    let slope = m(body.shoulder_slope);
    // The chest needs more length in front than the back does; a tee without
    // darts takes up to 1.2 cm of it above the underarm.
    let balance = if back {
        0.0
    } else {
        (0.3 * m(body.hps_to_waist_front - body.hps_to_waist_back)).clamp(0.0, 0.012)
    };
    let share = if back { -0.005 } else { 0.005 };
    let hps_x = m(body.neck_girth) / 5.0;
    let widen = get(p.neck_width, 0.012);
    let neck = dvec2(hps_x + widen * slope.cos(), -widen * slope.sin());
    let tip_x = m(body.cross_shoulder) / 2.0 + 0.004;
    let tip = dvec2(tip_x, -(tip_x - hps_x) * slope.tan() + 0.004);
    let depth = m(body.hps_to_armpit) + z.armhole_ease;
    let waist_y = -m(body.hps_to_waist_back);
    let hem_y = waist_y - m(body.waist_to_hip) - get(p.length, 0.03);
    let hem_half = z.hip / 4.0 + share;
    // Shape the side by at most 2.5 cm: a tee hangs straight.
    let bust_half = z.bust / 4.0 + share;
    let waist_half = (z.waist / 4.0 + share).max(bust_half.min(hem_half) - 0.025);
    // A hem above the hip is as wide as the side is there.
    let fall = ((waist_y - hem_y) / m(body.waist_to_hip)).clamp(0.0, 1.0);
    let hem_half = waist_half * (1.0 - fall) + hem_half * fall;
    let hem = dvec2(hem_half.max(waist_half - 0.01), hem_y.min(-depth - 0.1));
    let waist_y = waist_y.clamp(hem.y + 0.04, -depth - 0.04);
    // The side runs in from underarm to waist; widen the underarm until it has
    // the bust's width at the level of the bust.
    let waist = dvec2(waist_half, waist_y);
    let bust_y = (balance - m(body.hps_to_bust)).clamp(waist_y + 0.02, -depth);
    let mut underarm = dvec2(bust_half, -depth);
    for _ in 0..8 {
        let (c1, c2) = upper_side(waist, underarm);
        let side = cubic(waist, c1, c2, underarm);
        let points = curve::sample(&side, waist, underarm, 64);
        let near = points
            .iter()
            .min_by(|p, q| (p.y - bust_y).abs().total_cmp(&(q.y - bust_y).abs()));
        underarm.x += bust_half - near.map_or(bust_half, |q| q.x);
    }
    let across = m(if back {
        body.cross_back
    } else {
        body.across_front
    }) / 2.0
        + (z.bust - m(body.bust)) / 16.0;
    let drop = tip.y - underarm.y;
    // The armhole leaves the shoulder square to it and meets the side square
    // to that; the lower control makes its middle pass the pitch line.
    let c2 = tip + dvec2(-slope.sin(), -slope.cos()) * 0.5 * drop;
    let c1_x = (8.0 * across.min(tip.x - 0.004) - underarm.x - tip.x - 3.0 * c2.x) / 3.0;
    let c1 = dvec2(c1_x.clamp(across - 0.06, underarm.x - 0.01), underarm.y);
    let front_depth = m(body.neck_girth) / 5.0 + 0.008 + get(p.neck_depth, 0.01);
    let neck_depth = if back {
        0.02 + get(p.back_depth, 0.0)
    } else {
        front_depth
    };
    let neck_centre = dvec2(0.0, -neck_depth);
    // The neckline leaves the shoulder square to it and is level at the centre.
    let fall = neck.y - neck_centre.y;
    let reach = if back { 0.35 } else { 0.62 };
    let neck_controls = (
        neck + dvec2(-slope.sin(), -slope.cos()) * (fall * reach),
        dvec2(neck.x * if back { 0.62 } else { 0.6 }, neck_centre.y),
    );
    let lower = |q: DVec2| q - dvec2(0.0, balance);
    Bodice {
        hem: lower(hem),
        waist: lower(waist),
        underarm: lower(underarm),
        armhole: (lower(c1), c2),
        tip,
        neck,
        neck_controls,
        neck_centre,
    }
}

/// Controls of the side from waist to underarm.
fn upper_side(waist: DVec2, underarm: DVec2) -> (DVec2, DVec2) {
    (
        waist + dvec2(0.0, 0.4 * (underarm.y - waist.y)),
        underarm.lerp(waist, 0.3),
    )
}

fn armhole_length(b: &Bodice) -> f64 {
    curve::length(
        &cubic(b.underarm, b.armhole.0, b.armhole.1, b.tip),
        b.underarm,
        b.tip,
    )
}

fn torso_panel(name: &str, b: &Bodice, back: bool) -> Panel {
    let wrap = Wrap {
        part: Part::Torso,
        back,
        centre_x: 0.0,
        anchor_y: 0.0,
        anchor: Anchor::HighShoulder,
        hoop: HoopMap::Straight,
        offset: 0.0,
    };
    // Seen from outside, +x is the person's left on the front only.
    let (plus, minus) = if back {
        ("right", "left")
    } else {
        ("left", "right")
    };
    let flip = |q: DVec2| dvec2(-q.x, q.y);
    let (p, m) = (
        |e: &str| format!("{e}_{plus}"),
        |e: &str| format!("{e}_{minus}"),
    );
    let mut d = Draw::start(name, wrap, flip(b.hem));
    // The side is smooth at the waist: both of its edges are upright there.
    let low = b.waist - dvec2(0.0, 0.4 * (b.waist.y - b.hem.y));
    let hem_in = b.hem.lerp(b.waist, 0.3);
    let (high, underarm_in) = upper_side(b.waist, b.underarm);
    d.line(b.hem, "hem")
        .cubic(hem_in, low, b.waist, &p("side_lower"))
        .cubic(high, underarm_in, b.underarm, &p("side_upper"))
        .cubic(b.armhole.0, b.armhole.1, b.tip, &p("armhole"))
        .line(b.neck, &p("shoulder"))
        .cubic(
            b.neck_controls.0,
            b.neck_controls.1,
            b.neck_centre,
            &p("neck"),
        )
        .cubic(
            flip(b.neck_controls.1),
            flip(b.neck_controls.0),
            flip(b.neck),
            &m("neck"),
        )
        .line(flip(b.tip), &m("shoulder"))
        .cubic(
            flip(b.armhole.1),
            flip(b.armhole.0),
            flip(b.underarm),
            &m("armhole"),
        )
        .cubic(
            flip(underarm_in),
            flip(high),
            flip(b.waist),
            &m("side_upper"),
        )
        .cubic(flip(low), flip(hem_in), flip(b.hem), &m("side_lower"));
    d.close()
}

/// A sleeve cap: its height and the width to the front and to the back.
struct Cap {
    height: f64,
    front: f64,
    back: f64,
}

/// The curve of half a cap from the underarm to the top, `w` wide, `h` high.
fn cap_curve(w: f64, h: f64) -> (DVec2, DVec2) {
    (dvec2(0.56 * w, -h), dvec2(0.44 * w, 0.0))
}

fn cap_length(w: f64, h: f64) -> f64 {
    let (from, to) = (dvec2(w, -h), DVec2::ZERO);
    let (c1, c2) = cap_curve(w, h);
    curve::length(&cubic(from, c1, c2, to), from, to)
}

/// Finds the cap that is `width` wide and whose halves have these lengths.
fn cap(width: f64, front: f64, back: f64) -> Option<Cap> {
    let half = |length: f64, h: f64| solve(1e-3, length, length, |w| cap_length(w, h));
    let widths = |h: f64| Some((half(front, h)?, half(back, h)?));
    // The higher the cap, the narrower; bisect on the narrowness.
    let narrow = |h: f64| widths(h).map_or(0.0, |(f, b)| -(f + b));
    let height = solve(0.005, 0.95 * front.min(back), -width, narrow)?;
    let (front, back) = widths(height)?;
    Some(Cap {
        height,
        front,
        back,
    })
}

fn sleeve_panel(name: &str, cap: &Cap, length: f64, taper: f64, left: bool) -> Panel {
    let wrap = Wrap {
        part: if left { Part::LeftArm } else { Part::RightArm },
        back: false,
        centre_x: 0.0,
        anchor_y: 0.0,
        anchor: Anchor::ShoulderTip,
        hoop: HoopMap::Straight,
        offset: 0.0,
    };
    // Seen from outside, the front of the left sleeve is at −x, of the right
    // sleeve at +x.
    let (plus, minus) = if left {
        ("back", "front")
    } else {
        ("front", "back")
    };
    let (wp, wm) = if left {
        (cap.back, cap.front)
    } else {
        (cap.front, cap.back)
    };
    let h = cap.height;
    let (p1, p2) = cap_curve(wp, h);
    let (m1, m2) = cap_curve(wm, h);
    let flip = |q: DVec2| dvec2(-q.x, q.y);
    let mut d = Draw::start(name, wrap, dvec2(-wm * taper, -length));
    d.line(dvec2(wp * taper, -length), "hem")
        .line(dvec2(wp, -h), &format!("underarm_{plus}"))
        .cubic(p1, p2, DVec2::ZERO, &format!("cap_{plus}"))
        .cubic(flip(m2), flip(m1), dvec2(-wm, -h), &format!("cap_{minus}"))
        .line(dvec2(-wm * taper, -length), &format!("underarm_{minus}"));
    d.close()
}
