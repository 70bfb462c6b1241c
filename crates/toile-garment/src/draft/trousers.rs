//! Trousers: two fronts and two backs with waist darts, on a fitted waistband.
//!
//! Parameters and defaults: `waist_ease` 0.015, `hip_ease` 0.06, `crotch_ease`
//! 0.02, `length` −0.04 (from the floor), `knee_width` and `hem_width` from
//! the thigh, `waistband_height` 0.035.
//!
//! Crease lines lie at x = 0. Crotch forks are 5 % (front) and 10.5 % (back) of
//! the hip; the back fork drops until both inside legs have the same length.

use glam::{DVec2, dvec2};

use super::{
    Block, DesignParams,
    builder::{Draw, Sew, cubic, mirrored},
    circle_skirt::waist_elastic,
};
use crate::{
    curve,
    error::GarmentError,
    measures::BodyMeasures,
    pattern::{Anchor, HoopMap, Panel, Part, Pattern, Wrap},
};

const USED: [&str; 7] = [
    "waist_ease",
    "hip_ease",
    "crotch_ease",
    "length",
    "knee_width",
    "hem_width",
    "waistband_height",
];

/// One leg panel with the side at +x and the centre at −x (the left front).
struct Leg {
    hem: f64,
    hem_y: f64,
    knee: f64,
    knee_y: f64,
    side_hip: DVec2,
    side_waist: DVec2,
    centre_waist: DVec2,
    centre_hip: DVec2,
    fork: DVec2,
    /// Middle on the waist, half width and depth of the dart.
    dart: Option<(DVec2, f64, f64)>,
}

pub(super) fn draft(p: &DesignParams, body: &BodyMeasures) -> Result<Pattern, GarmentError> {
    let block = Block::Trousers;
    p.check(block, &USED)?;
    let get = |x: Option<f32>, default: f64| x.map_or(default, f64::from);
    let band_height = get(p.waistband_height, 0.035);
    let front = leg(p, body, false)?;
    let mut back = leg(p, body, true)?;
    // Lower the back fork until its inside leg is as long as the front's.
    let want = inseam(&front);
    for _ in 0..20 {
        let over = inseam(&back) - want;
        back.fork.y -= over;
    }
    let front_left = panel(&front, "front_left", false);
    // The back left panel has its side at −x: the mirror of this drawing.
    let back_right = panel(&back, "back_right", true);
    let same = |l: &str| l.to_owned();
    let mut front_right = mirrored(&front_left, "front_right", same);
    let mut back_left = mirrored(&back_right, "back_left", same);
    for (panel, part) in [
        (&mut front_right, Part::RightLeg),
        (&mut back_left, Part::LeftLeg),
    ] {
        if let Some(w) = &mut panel.wrap {
            w.part = part;
        }
    }
    let lengths = |panel: &Panel| -> Vec<(String, f64)> {
        ["waist_side", "waist_centre"]
            .into_iter()
            .filter_map(|l| Some((l.to_owned(), panel.edge_length(panel.edge_labelled(l)?))))
            .collect()
    };
    let (in_front, in_back) = (lengths(&front_left), lengths(&back_right));
    let bands = [
        band("waistband_front", &in_front, band_height, false),
        band("waistband_back", &in_back, band_height, true),
    ];
    let mut panels = vec![front_left, front_right, back_left, back_right];
    panels.extend(bands);
    let mut sew = Sew::new(block.name(), panels);
    for side in ["left", "right"] {
        let (f, b) = (format!("front_{side}"), format!("back_{side}"));
        for e in [
            "side_lower",
            "side_upper",
            "side_hip",
            "inseam_upper",
            "inseam_lower",
        ] {
            sew.seam((&f, e), (&b, e))?;
        }
        for (name, list, leg) in [
            ("waistband_front", &in_front, &f),
            ("waistband_back", &in_back, &b),
        ] {
            for (e, _) in list {
                sew.seam((leg, e), (name, &format!("{e}_{side}")))?;
            }
        }
        for (leg, has) in [(&f, front.dart.is_some()), (&b, back.dart.is_some())] {
            if has {
                sew.seam((leg, "dart_side"), (leg, "dart_centre"))?;
            }
        }
        sew.seam(
            ("waistband_front", &format!("side_{side}")),
            ("waistband_back", &format!("side_{side}")),
        )?;
    }
    for e in ["centre", "crotch"] {
        sew.seam(("front_left", e), ("front_right", e))?;
        sew.seam(("back_left", e), ("back_right", e))?;
    }
    let mut lower = Vec::new();
    // Around the body: front from right to left, back from left to right.
    for (name, list, sides) in [
        ("waistband_front", &in_front, ["right", "left"]),
        ("waistband_back", &in_back, ["left", "right"]),
    ] {
        let mut first: Vec<String> = list
            .iter()
            .map(|l| format!("{}_{}", l.0, sides[0]))
            .collect();
        first.extend(list.iter().rev().map(|l| format!("{}_{}", l.0, sides[1])));
        lower.extend(first.into_iter().map(|e| (name, e)));
    }
    let lower: Vec<(&str, &str)> = lower.iter().map(|(n, e)| (*n, e.as_str())).collect();
    waist_elastic(&mut sew, f64::from(body.waist), &lower)?;
    Ok(sew.done())
}

fn leg(p: &DesignParams, body: &BodyMeasures, back: bool) -> Result<Leg, GarmentError> {
    let get = |x: Option<f32>, default: f64| x.map_or(default, f64::from);
    let m = |x: f32| f64::from(x);
    let bad = |problem: String| Err(GarmentError::draft(Block::Trousers.name(), problem));
    let share = if back { 0.006 } else { -0.006 };
    let hip = m(body.hip);
    let at_hip = (hip + get(p.hip_ease, 0.06)) / 4.0 + share;
    let at_waist = (m(body.waist) + get(p.waist_ease, 0.015)) / 4.0;
    let fork = if back { 0.105 } else { 0.05 } * hip;
    let thigh = m(body.thigh);
    let knee_girth = get(p.knee_width, (0.3 * thigh + 0.29).max(m(body.calf) + 0.07));
    let hem_girth = get(p.hem_width, knee_girth - 0.01);
    let top = -get(p.waistband_height, 0.035) / 2.0;
    let hip_y = -m(body.waist_to_hip);
    let crotch_y = -(m(body.crotch_depth) + get(p.crotch_ease, 0.02));
    let knee_y = -m(body.waist_to_knee);
    let hem_y = -(m(body.waist_to_floor) + get(p.length, -0.04));
    if hem_y > knee_y - 0.05 {
        return bad(format!(
            "its hem lies {:.2} m below the waist, above the knee at {:.2} m; raise 'length'",
            -hem_y, -knee_y
        ));
    }
    if at_hip + fork < knee_girth / 4.0 {
        return bad("'knee_width' is wider than the thigh can be; lower it".into());
    }
    let hip_y = hip_y.max(crotch_y + 0.04).min(top - 0.06);
    // The crease halves the panel at the level of the crotch.
    let half = (at_hip + fork) / 2.0;
    let centre_x = -half + fork;
    // From hip to waist: some at the centre, some at the side, the rest a dart.
    let spare = at_hip - at_waist;
    let centre_in = if back { 0.35 * spare } else { 0.12 * spare }.clamp(0.0, 0.03);
    let side_in = (0.42 * spare).min(0.035);
    let rest = spare - centre_in - side_in;
    let (dart, side_in) = if rest > 0.008 {
        (rest, side_in)
    } else {
        (0.0, side_in + rest)
    };
    // The back rises at the centre, to reach over the seat.
    let rise = if back { 0.022 } else { 0.0 };
    let side_waist = dvec2(half - side_in, top);
    let centre_waist = dvec2(centre_x + centre_in, top + rise);
    let middle = side_waist.lerp(centre_waist, 0.48);
    let depth = if back { 0.62 } else { 0.45 } * (top - hip_y);
    Ok(Leg {
        hem: hem_girth / 4.0 + share,
        hem_y,
        knee: knee_girth / 4.0 + share,
        knee_y,
        side_hip: dvec2(half, hip_y),
        side_waist,
        centre_waist,
        centre_hip: dvec2(centre_x, hip_y.min(top - 0.05)),
        fork: dvec2(-half, crotch_y),
        dart: (dart > 0.0).then_some((middle, dart / 2.0, depth)),
    })
}

/// Controls of the inside leg from fork to knee: hollow near the fork.
fn inseam_controls(l: &Leg) -> (DVec2, DVec2) {
    let knee = dvec2(-l.knee, l.knee_y);
    let down = l.fork.y - l.knee_y;
    (
        l.fork.lerp(knee, 0.25) + dvec2(0.012, 0.0),
        knee + dvec2(0.0, 0.35 * down),
    )
}

fn inseam(l: &Leg) -> f64 {
    let (c1, c2) = inseam_controls(l);
    let knee = dvec2(-l.knee, l.knee_y);
    curve::length(&cubic(l.fork, c1, c2, knee), l.fork, knee)
}

fn panel(l: &Leg, name: &str, back: bool) -> Panel {
    let wrap = Wrap {
        part: if back { Part::RightLeg } else { Part::LeftLeg },
        back,
        centre_x: l.centre_hip.x,
        anchor_y: 0.0,
        anchor: Anchor::Waist,
        hoop: HoopMap::Straight,
        offset: 0.0,
    };
    let knee = dvec2(l.knee, l.knee_y);
    let rise = l.side_hip.y - l.knee_y;
    let side_c = (
        knee + dvec2(0.0, 0.35 * rise),
        l.side_hip - dvec2(0.0, 0.4 * rise),
    );
    let d_hip = l.side_waist.y - l.side_hip.y;
    let hip_c = (
        l.side_hip + dvec2(0.0, 0.4 * d_hip),
        l.side_waist + dvec2(0.3 * (l.side_hip.x - l.side_waist.x), -0.35 * d_hip),
    );
    // The crotch: down the centre, then round to the fork; level at the fork.
    let turn = l.centre_hip.x - l.fork.x;
    let drop = l.centre_hip.y - l.fork.y;
    let centre_c = l.centre_hip + (l.centre_hip - l.centre_waist).normalize() * (0.62 * drop);
    let fork_c = l.fork + dvec2(0.75 * turn, if back { 0.02 * drop } else { 0.0 });
    let (in1, in2) = inseam_controls(l);
    let mut d = Draw::start(name, wrap, dvec2(-l.hem, l.hem_y));
    d.line(dvec2(l.hem, l.hem_y), "hem")
        .line(knee, "side_lower")
        .cubic(side_c.0, side_c.1, l.side_hip, "side_upper")
        .cubic(hip_c.0, hip_c.1, l.side_waist, "side_hip");
    if let Some((middle, half, depth)) = l.dart {
        let along = (l.centre_waist - l.side_waist).normalize();
        let tip = middle + along.perp() * depth;
        d.line(middle - along * half, "waist_side")
            .line(tip, "dart_side")
            .line(middle + along * half, "dart_centre")
            .line(l.centre_waist, "waist_centre");
    } else {
        d.line(l.centre_waist, "waist_centre");
    }
    let knee_in = dvec2(-l.knee, l.knee_y);
    d.line(l.centre_hip, "centre")
        .cubic(centre_c, fork_c, l.fork, "crotch")
        .cubic(in1, in2, knee_in, "inseam_upper")
        .line(dvec2(-l.hem, l.hem_y), "inseam_lower");
    d.close()
}

/// A straight band whose lower edge has one part per part of the leg's waist.
fn band(name: &str, parts: &[(String, f64)], height: f64, back: bool) -> Panel {
    let half: f64 = parts.iter().map(|p| p.1).sum();
    let h = height / 2.0;
    let wrap = Wrap {
        part: Part::Torso,
        back,
        centre_x: 0.0,
        anchor_y: 0.0,
        anchor: Anchor::Waist,
        hoop: HoopMap::Straight,
        offset: 0.0,
    };
    // Seen from outside, −x is the person's right on the front.
    let (minus, plus) = if back {
        ("left", "right")
    } else {
        ("right", "left")
    };
    let mut d = Draw::start(name, wrap, dvec2(-half, -h));
    let mut x = -half;
    for (label, length) in parts {
        x += length;
        d.line(dvec2(x, -h), &format!("{label}_{minus}"));
    }
    for (label, length) in parts.iter().rev() {
        x += length;
        let x = if (x - half).abs() < 1e-9 { half } else { x };
        d.line(dvec2(x, -h), &format!("{label}_{plus}"));
    }
    d.line(dvec2(half, h), &format!("side_{plus}"))
        .line(dvec2(-half, h), "upper")
        .line(dvec2(-half, -h), &format!("side_{minus}"));
    d.close()
}
