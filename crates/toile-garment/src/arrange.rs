//! Panels bent around the body before they are sewn.
//!
//! Torso panels lie on a tube of ellipses a few centimetres off the skin, so
//! that seams have only short gaps to close: rows of the pattern keep their
//! length around the tube, columns keep theirs down the body's outline. Where a
//! garment is much wider than the body (a circle skirt) the tube opens as a
//! cone and the rest of the cloth is laid in even waves.
//! Sleeves lie on a tube around the arm, trouser legs on tubes around the legs
//! that blend into the hips above the crotch.

use glam::{DQuat, DVec2, DVec3, EulerRot, Vec3};

mod ellipse;
mod limbs;
mod tube;

use crate::{
    landmarks::BodyLandmarks,
    pattern::{Anchor, HoopMap, Panel, Part, Pattern, Wrap},
    polygon,
};
use limbs::{clear_of_arm, leg, sleeve};
use tube::{Tube, around};

/// Distance between skin ellipse and cloth, metres.
const GAP: f64 = 0.018;
/// Least distance between the trunk's section and cloth, metres.
const CLEAR: f64 = 0.006;
/// Gap left where the edges of a closed tube meet, metres, per tube.
const OPEN: f64 = 0.012;
/// Spacing of the tables along a tube, metres.
const ROW: f64 = 0.01;

/// World positions of all panels' points, in the order given.
pub(crate) fn arrange(
    pattern: &Pattern,
    body: &BodyLandmarks,
    points: &[Vec<DVec2>],
) -> Vec<Vec<Vec3>> {
    let tubes: Vec<(Anchor, Tube)> = [Anchor::HighShoulder, Anchor::Waist]
        .into_iter()
        .map(|a| (a, Tube::new(pattern, body, a)))
        .collect();
    let sleeves = [Part::LeftArm, Part::RightArm].map(|p| girths(pattern, p, None));
    let legs = [Part::LeftLeg, Part::RightLeg].map(|p| girths(pattern, p, None));
    pattern
        .panels
        .iter()
        .zip(points)
        .map(|(panel, points)| {
            let Some(wrap) = &panel.wrap else {
                return points.iter().map(|p| flat(panel, *p).as_vec3()).collect();
            };
            let place = |p: &DVec2| -> DVec3 {
                let (u, s) = hoop(wrap, *p);
                match wrap.part {
                    Part::Torso | Part::Strap => {
                        let on_tube = tubes
                            .iter()
                            .find(|t| t.0 == wrap.anchor)
                            .map_or(DVec3::NAN, |t| t.1.place(wrap, u, s));
                        let on_tube = clear_of_trunk(body, on_tube);
                        if wrap.part == Part::Strap || wrap.anchor == Anchor::Waist {
                            return on_tube;
                        }
                        [&body.arm_left, &body.arm_right]
                            .into_iter()
                            .fold(on_tube, |p, arm| clear_of_arm(arm, wrap.back, p))
                    }
                    Part::LeftArm => {
                        sleeve(&body.arm_left, body.shoulder_left, &sleeves[0], wrap, u, s)
                    }
                    Part::RightArm => sleeve(
                        &body.arm_right,
                        body.shoulder_right,
                        &sleeves[1],
                        wrap,
                        u,
                        s,
                    ),
                    Part::LeftLeg => leg(&tubes[1].1, body, 1.0, &legs[0], wrap, u, s),
                    Part::RightLeg => leg(&tubes[1].1, body, -1.0, &legs[1], wrap, u, s),
                }
            };
            points.iter().map(|p| place(p).as_vec3()).collect()
        })
        .collect()
}

/// Moves a point below the waist that lies inside the section at its height, as
/// a top's may over a wide skirt, straight out of it.
fn clear_of_trunk(body: &BodyLandmarks, p: DVec3) -> DVec3 {
    if p.y > f64::from(body.waist_y) {
        return p;
    }
    let ring = around(body, p.y);
    let centre = DVec3::new(f64::from(ring.centre_x), p.y, f64::from(ring.centre_z));
    let out = p - centre;
    let room = DVec2::new(
        out.x / (f64::from(ring.half_width) + CLEAR),
        out.z / (f64::from(ring.half_depth) + CLEAR),
    )
    .length();
    if room > 0.0 && room < 1.0 {
        centre + out / room
    } else {
        p
    }
}

/// GarmentCode's own flat placement: rotate by Rz·Ry·Rx, then translate.
fn flat(panel: &Panel, p: DVec2) -> DVec3 {
    let [x, y, z] = panel.rotation_deg.map(f64::to_radians);
    let turn = DQuat::from_euler(EulerRot::ZYX, z, y, x);
    turn * DVec3::new(p.x, p.y, 0.0) + DVec3::from(panel.translation)
}

/// (distance around from the middle, distance down from the anchor), metres.
fn hoop(wrap: &Wrap, p: DVec2) -> (f64, f64) {
    match wrap.hoop {
        HoopMap::Straight => (p.x - wrap.centre_x, wrap.anchor_y - p.y),
        HoopMap::Polar { centre, radius } => {
            let d = p - DVec2::from(centre);
            let rho = d.length();
            (d.x.atan2(-d.y) * rho, rho - radius)
        }
    }
}

/// Total width around, in rows of [`ROW`] from `start`.
struct Girths {
    start: f64,
    widths: Vec<f64>,
}

impl Girths {
    fn at(&self, s: f64) -> f64 {
        let x = ((s - self.start) / ROW).clamp(0.0, self.widths.len() as f64 - 1.0);
        let i = (x as usize).min(self.widths.len().saturating_sub(2));
        let t = x - i as f64;
        match (self.widths.get(i), self.widths.get(i + 1)) {
            (Some(a), Some(b)) => a + (b - a) * t.min(1.0),
            (Some(a), None) => *a,
            _ => 0.0,
        }
    }

    fn end(&self) -> f64 {
        self.start + ROW * (self.widths.len() as f64 - 1.0)
    }
}

/// Sums the widths of all panels on a part, row by row.
fn girths(pattern: &Pattern, part: Part, anchor: Option<Anchor>) -> Girths {
    let mut rows: Vec<(f64, f64, Vec<DVec2>)> = Vec::new();
    for (i, panel) in pattern.panels.iter().enumerate() {
        let Some(w) = &panel.wrap else { continue };
        if w.part == part && anchor.is_none_or(|a| a == w.anchor) {
            let outline: Vec<DVec2> = pattern
                .outline_bridged(i, 0.01)
                .into_iter()
                .flat_map(|p| {
                    let (u, s) = hoop(w, p);
                    // Around a polar centre u grows with the radius; the angle does not.
                    let u = if let HoopMap::Polar { radius, .. } = w.hoop {
                        u / (s + radius)
                    } else {
                        u
                    };
                    [DVec2::new(u, s)]
                })
                .collect();
            let (lo, hi) = outline.iter().fold((f64::MAX, f64::MIN), |(lo, hi), p| {
                (lo.min(p.y), hi.max(p.y))
            });
            let radius = if let HoopMap::Polar { radius, .. } = w.hoop {
                radius
            } else {
                f64::NAN
            };
            rows.push((lo, hi, outline));
            if let Some(last) = rows.last_mut() {
                last.2.push(DVec2::new(f64::NAN, radius));
            }
        }
    }
    let start = rows.iter().map(|r| r.0).fold(f64::INFINITY, f64::min);
    let end = rows.iter().map(|r| r.1).fold(f64::NEG_INFINITY, f64::max);
    if !(start.is_finite() && end > start) {
        return Girths {
            start: 0.0,
            widths: vec![0.0],
        };
    }
    let n = ((end - start) / ROW).ceil() as usize + 1;
    let widths = (0..n.min(2000))
        .map(|i| {
            // A row just inside the ends, where a horizontal edge has its width.
            let s = (start + i as f64 * ROW).clamp(start + 1e-4, end - 1e-4);
            rows.iter()
                .map(|(_, _, outline)| {
                    let radius = outline[outline.len() - 1].y;
                    let w = polygon::width_at(&outline[..outline.len() - 1], s);
                    if radius.is_nan() { w } else { w * (s + radius) }
                })
                .sum()
        })
        .collect();
    Girths { start, widths }
}
