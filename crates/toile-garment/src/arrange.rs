//! Panels bent around the body before they are sewn.
//!
//! Torso panels lie on a tube of ellipses a few centimetres off the skin, so
//! that seams have only short gaps to close: rows of the pattern keep their
//! length around the tube, columns keep theirs down the body's outline. Where a
//! garment is much wider than the body (a circle skirt) the tube opens as a
//! cone of at most [`CONE`] and the rest of the cloth is laid in even waves.
//! Sleeves lie on a tube around the arm, trouser legs on tubes around the legs
//! that blend into the hips above the crotch.

use glam::{DQuat, DVec2, DVec3, EulerRot, Vec3};

use crate::{
    landmarks::{BodyLandmarks, Limb, Ring, ellipse_girth, ring_at},
    pattern::{Anchor, HoopMap, Panel, Part, Pattern, Wrap},
    polygon,
};

/// Distance between skin ellipse and cloth, metres.
const GAP: f64 = 0.018;
/// Gap left where the edges of a closed tube meet, metres, per tube.
const OPEN: f64 = 0.012;
/// Largest outward slope of a skirt before it is laid in waves.
const CONE: f64 = 0.42;
/// Largest growth of the waves' amplitude per metre down the cloth.
const SWELL: f64 = 0.45;
/// Waves around a full skirt. A multiple of four, so that centre front, centre
/// back and both sides are troughs.
const WAVES: f64 = 12.0;
/// Spacing of the tables along a tube, metres.
const ROW: f64 = 0.01;
/// Length over which the sides of a top come level with its front, metres.
const EVEN: f64 = 0.5;
/// Extra room in front of and behind the neck, metres.
const NECK: f64 = 0.012;
/// Distance of the shoulder seams above the shoulders, metres.
const LIFT: f64 = 0.028;
/// Half width of the strip at the middle plane that trouser legs keep off.
const MIDDLE: f64 = 0.003;

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
                    Part::Torso | Part::Strap => tubes
                        .iter()
                        .find(|t| t.0 == wrap.anchor)
                        .map_or(DVec3::NAN, |t| t.1.place(wrap, u, s)),
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

/// One level of a tube.
#[derive(Clone, Copy)]
struct Level {
    y: f64,
    /// Half axes left/right and front/back.
    a: f64,
    b_front: f64,
    b_back: f64,
    centre: DVec2,
    /// Amplitude of the waves.
    wave: f64,
    /// Girth of the cloth over the girth of the tube.
    ratio: f64,
}

/// The tube that torso panels with one anchor lie on.
struct Tube {
    start: f64,
    levels: Vec<Level>,
    /// Shoulder line: end at the neck (x, z), end at the tip (x, z), fall.
    shoulder: Option<(DVec2, DVec2, f64)>,
    /// How much lower than straight down the sides of a top start, metres.
    clear: f64,
    /// Depth below the high shoulder at which the shoulder's fall has died out.
    settle: f64,
}

/// The ring of trunk, or of both legs together, at a height.
fn around(body: &BodyLandmarks, y: f64) -> Ring {
    let y = y as f32;
    if body.torso.first().is_none_or(|r| y >= r.y) {
        return body.torso_at(y);
    }
    let (l, r) = (ring_at(&body.leg_left, y), ring_at(&body.leg_right, y));
    let lo = (r.centre_x - r.half_width).min(l.centre_x - l.half_width);
    let hi = (r.centre_x + r.half_width).max(l.centre_x + l.half_width);
    // An ellipse around two side by side: a little deeper than either.
    Ring {
        y,
        centre_x: (lo + hi) / 2.0,
        centre_z: (l.centre_z + r.centre_z) / 2.0,
        half_width: (hi - lo) / 2.0,
        half_depth: l.half_depth.max(r.half_depth) * 1.12,
        front_z: l.front_z.max(r.front_z),
        back_z: l.back_z.min(r.back_z),
        girth: l.girth + r.girth,
    }
}

impl Tube {
    fn new(pattern: &Pattern, body: &BodyLandmarks, anchor: Anchor) -> Self {
        let mut girth = girths(pattern, Part::Torso, Some(anchor));
        let has_legs = pattern.panels.iter().any(|p| {
            p.wrap
                .is_some_and(|w| matches!(w.part, Part::LeftLeg | Part::RightLeg))
        });
        if anchor == Anchor::Waist && has_legs {
            let (l, r) = (
                girths(pattern, Part::LeftLeg, None),
                girths(pattern, Part::RightLeg, None),
            );
            let crotch = f64::from(body.waist_y - body.crotch.y);
            let start = girth.start.min(l.start);
            let n = ((crotch + 0.3 - start) / ROW) as usize;
            let widths = (0..n)
                .map(|i| {
                    let s = start + i as f64 * ROW;
                    // Below the start of the crotch curve the width is the legs'.
                    let level = s.min(crotch - 0.08);
                    let legs = if level >= l.start {
                        l.at(level) + r.at(level)
                    } else {
                        0.0
                    };
                    legs.max(if s <= girth.end() { girth.at(s) } else { 0.0 })
                })
                .collect();
            girth = Girths { start, widths };
        }
        match anchor {
            Anchor::HighShoulder => Self::from_shoulders(body, &girth),
            _ => Self::hanging(body, f64::from(body.waist_y), &girth, None),
        }
    }

    /// A tube that hangs from a level; `s` is the distance down the cloth.
    fn hanging(body: &BodyLandmarks, y0: f64, girth: &Girths, first: Option<Level>) -> Self {
        let start = if first.is_some() {
            0.0
        } else {
            girth.start.min(0.0)
        };
        let end = girth.end().max(0.05);
        let n = ((end - start) / ROW).ceil() as usize + 1;
        let mut y = y0 - start;
        let mut levels: Vec<Level> = Vec::with_capacity(n);
        let mut spread = f64::INFINITY;
        for i in 0..n {
            let s = start + i as f64 * ROW;
            let ring = around(body, y);
            let (a, b) = (
                f64::from(ring.half_width) + GAP,
                f64::from(ring.half_depth) + GAP,
            );
            let want = ((girth.at(s) + OPEN) - ellipse_girth(a, b)) / std::f64::consts::TAU;
            let want = want.max(0.0);
            let last_wave = levels.last().map_or(0.0, |l| l.wave);
            let slowest = want.min(if i == 0 { want } else { spread + CONE * ROW });
            // Waves must not swell faster than the cloth can follow: where they
            // would, as at the top of a circle skirt, the tube opens instead.
            let fits = |spread: f64| {
                let around = ellipse_girth(a + spread, b + spread);
                let ratio = ((girth.at(s) + OPEN) / around).max(1.0);
                amplitude(ratio) * around <= last_wave + SWELL * ROW
            };
            spread = if slowest >= want || fits(slowest) {
                slowest
            } else {
                let (mut lo, mut hi) = (slowest, want);
                for _ in 0..30 {
                    let mid = (lo + hi) / 2.0;
                    if fits(mid) { hi = mid } else { lo = mid }
                }
                hi
            };
            let centre = DVec2::new(f64::from(ring.centre_x), f64::from(ring.centre_z));
            let (mut a, mut b) = (a + spread, b + spread);
            let mut middle = centre;
            if let Some(last) = levels.last() {
                // The cloth falls straight rather than follow the body inwards
                // faster than cloth can.
                let slope = CONE * ROW;
                a = a.max(last.a - slope);
                b = b.max(last.b_front - slope);
                middle = last.centre + (centre - last.centre).clamp_length_max(0.3 * ROW);
            } else if let Some(f) = first {
                middle = f.centre;
            }
            let ratio = ((girth.at(s) + OPEN) / ellipse_girth(a, b)).max(1.0);
            let wave = amplitude(ratio) * ellipse_girth(a, b);
            levels.push(Level {
                y,
                a,
                b_front: b,
                b_back: b,
                centre: middle,
                wave,
                ratio,
            });
            let slope = if levels.len() > 1 {
                let (p, q) = (&levels[levels.len() - 2], &levels[levels.len() - 1]);
                ((q.a + q.b_front - p.a - p.b_front) / 2.0 + (q.wave - p.wave) / 2.0) / ROW
            } else {
                0.0
            };
            y -= ROW * (1.0 - slope.clamp(-0.97, 0.97).powi(2)).sqrt();
        }
        Self {
            start,
            levels,
            shoulder: None,
            clear: 0.0,
            settle: 0.0,
        }
    }

    /// A tube for tops: over the shoulders down the outline of chest and back,
    /// then hanging. `s` is the depth below the high shoulder, down the cloth.
    fn from_shoulders(body: &BodyLandmarks, girth: &Girths) -> Self {
        let hps = (body.hps_left + body.hps_right) / 2.0;
        let hps_x = f64::from((body.hps_left.x - body.hps_right.x) / 2.0);
        let tip_x = f64::from((body.shoulder_left.x - body.shoulder_right.x) / 2.0);
        let tip = (body.shoulder_left + body.shoulder_right) / 2.0;
        let fall = f64::from(hps.y - tip.y) / (tip_x - hps_x).max(0.02);
        let (top_y, top_z) = (f64::from(hps.y) + LIFT, f64::from(hps.z));
        let armpit = f64::from(body.armpit_y);
        let bust = f64::from(body.bust_y).min(armpit - 0.01);
        let at_armpit = around(body, armpit);
        // Outlines of front and back from the shoulder to the bust, as taut
        // chains: (distance forwards or backwards of the top, height).
        let outline = |sign: f64| -> Vec<DVec2> {
            let mut chain = vec![DVec2::new(0.0, top_y)];
            let mut y = f64::from(hps.y) - 0.01;
            while y > bust {
                let r = around(body, y);
                let z = if sign > 0.0 { r.front_z } else { r.back_z };
                // Near the arms the ellipse stands out further than the cut.
                let t = ((f64::from(hps.y) - y) / (f64::from(hps.y) - bust)).clamp(0.0, 1.0);
                let e = f64::from(r.centre_z) + sign * f64::from(r.half_depth);
                let z = f64::from(z) * (1.0 - t) + e * t;
                push_taut(&mut chain, DVec2::new(sign * (z - top_z) + GAP, y));
                y -= 0.01;
            }
            let r = around(body, bust);
            let e = f64::from(r.centre_z) + sign * f64::from(r.half_depth);
            push_taut(&mut chain, DVec2::new(sign * (e - top_z) + GAP, bust));
            chain
        };
        let (front, back) = (outline(1.0), outline(-1.0));
        let (lf, lb) = (chain_length(&front), chain_length(&back));
        // One table for both: the shorter outline is run through at its own
        // scale, so that rows of front and back meet at the bust.
        let settle = (lf + lb) / 2.0;
        let lower_girth = Girths {
            start: 0.0,
            widths: {
                let n = ((girth.end() - settle) / ROW).ceil().max(1.0) as usize + 1;
                (0..n).map(|i| girth.at(settle + i as f64 * ROW)).collect()
            },
        };
        let lower = Self::hanging(body, bust, &lower_girth, None);
        let first = lower.levels[0];
        let extra = (first.b_front - f64::from(around(body, bust).half_depth) - GAP).max(0.0);
        let n = (settle / ROW).ceil() as usize;
        let start = girth.start.min(0.0);
        let above = ((0.0 - start) / ROW).ceil() as usize;
        let mut levels = Vec::new();
        for i in 0..n + above {
            let s = (i as f64 - above as f64) * ROW;
            let t = (s / settle).clamp(0.0, 1.0);
            let f = along_chain(&front, t * lf);
            let b = along_chain(&back, t * lb);
            let y = (f.y + b.y) / 2.0 - s.min(0.0);
            let centre_z = top_z + (first.centre.y - top_z) * t;
            let front_z = top_z + f.x + extra * t;
            let back_z = top_z - b.x - extra * t;
            let a = (f64::from(at_armpit.half_width) + GAP).max(first.a);
            levels.push(Level {
                y,
                a,
                b_front: (front_z - centre_z).max(0.001),
                b_back: (centre_z - back_z).max(0.001),
                centre: DVec2::new(first.centre.x * t, centre_z),
                wave: 0.0,
                ratio: 1.0,
            });
        }
        levels.extend(lower.levels);
        // Full arms hang lower below the armpit.
        let arm = body
            .arm_left
            .rings
            .first()
            .map_or(0.05, |r| f64::from(r.radius));
        let clear = 0.015 + (arm - 0.05).clamp(0.0, 0.035);
        let shoulder = Some((
            DVec2::new(hps_x, f64::from(hps.z)),
            DVec2::new(tip_x, f64::from(tip.z)),
            fall,
        ));
        Self {
            start: -(above as f64) * ROW,
            levels,
            shoulder,
            clear,
            settle,
        }
    }

    fn level(&self, s: f64) -> Level {
        let x = ((s - self.start) / ROW).clamp(0.0, (self.levels.len() - 1) as f64);
        let i = (x as usize).min(self.levels.len().saturating_sub(2));
        let t = x - i as f64;
        let (p, q) = (
            self.levels[i],
            self.levels[(i + 1).min(self.levels.len() - 1)],
        );
        let mix = |u: f64, v: f64| u + (v - u) * t;
        let below = (s - self.start - ROW * (self.levels.len() - 1) as f64).max(0.0);
        Level {
            y: mix(p.y, q.y) - below,
            a: mix(p.a, q.a),
            b_front: mix(p.b_front, q.b_front),
            b_back: mix(p.b_back, q.b_back),
            centre: p.centre.lerp(q.centre, t),
            wave: mix(p.wave, q.wave),
            ratio: mix(p.ratio, q.ratio),
        }
    }

    /// Places a point `u` around from the middle and `s` down from the anchor.
    fn place(&self, wrap: &Wrap, u: f64, s: f64) -> DVec3 {
        let mut back = wrap.back;
        let (mut u, mut s) = (u, s);
        // On the back, pattern x runs towards the person's right.
        let mirror = if back && wrap.part == Part::Torso {
            -1.0
        } else {
            1.0
        };
        if wrap.part == Part::Strap {
            // A strap's own x is its place on the shoulder.
            u += wrap.centre_x;
            back = s < 0.0;
            s = s.abs();
        }
        let (mut drop, mut shift_z) = (0.0, 0.0);
        if let Some((neck, tip, fall)) = self.shoulder {
            let x = u.abs().clamp(neck.x, tip.x);
            let mut blend = (s / self.settle).clamp(0.0, 1.0);
            blend = 1.0 - blend * blend * (3.0 - 2.0 * blend);
            let share = (x - neck.x) / (tip.x - neck.x).max(1e-3);
            drop = fall * (x - neck.x);
            if wrap.part == Part::Strap {
                s += drop;
            }
            drop *= blend;
            shift_z = (tip.y - neck.y) * share * blend;
            s -= drop;
        }
        let level = self.level(s);
        let b = if back { level.b_back } else { level.b_front };
        let b = b + if wrap.part == Part::Torso || s > 0.05 {
            wrap.offset
        } else {
            0.0
        };
        let mut a = level.a + wrap.offset;
        if s < self.settle {
            // Above the bust the tube is only as round as the panel is wide.
            let need = 4.0 * u.abs() / ellipse_girth(a, b);
            if need > 1.0 {
                a *= need * 1.02;
            }
        }
        let (local, normal) = waved(a, b, u, level.ratio, level.wave);
        let sign = if back { -1.0 } else { 1.0 };
        let mut p = local + normal;
        if self.shoulder.is_some() && s < self.settle {
            // Chest and shoulder blades are squarer than an ellipse.
            let t = (s / self.settle).clamp(0.0, 1.0);
            let n = 2.0 + 1.8 * (1.0 - t * t).powi(2);
            let square = b * (1.0 - (p.x / a).abs().min(1.0).powf(n)).powf(1.0 / n);
            p.y = p.y.max(square);
            // Between the high shoulders the neck is in the way.
            if let Some((neck, _, _)) = self.shoulder {
                let clear = (neck.x * neck.x - p.x * p.x).max(0.0).sqrt() + NECK - 0.5 * GAP;
                if p.x.abs() < neck.x {
                    p.y =
                        p.y.max(clear * (neck.x - p.x.abs()).mul_add(60.0, 0.0).min(1.0));
                }
            }
        }
        // At the sides the cloth falls straight from the shoulder, by a shorter
        // way than over chest or shoulder blades; further down that evens out.
        let mut straight = 0.0;
        if self.shoulder.is_some() && wrap.part == Part::Torso {
            let w = ((p.x.abs() / a - 0.45) / 0.5).clamp(0.0, 1.0);
            let start = (s / 0.12).clamp(0.0, 1.0);
            let top = self.level(0.0).y;
            let fallen = s;
            let (y, s, fade) = if s < self.settle {
                (level.y, s, 1.0)
            } else {
                let fade = (1.0 - (s - self.settle) / EVEN).max(0.0);
                (self.level(self.settle).y, self.settle, fade)
            };
            // A little more than straight: the underarm starts clear of the arm.
            let clear = self.clear * start;
            straight = (y - (top - s) + clear).max(0.0) * fade * start * w * w * (3.0 - 2.0 * w);
            if s >= self.settle {
                // Where it hangs lower the body may be wider.
                let there = self.level(fallen + straight);
                p.x *= (there.a / level.a).max(1.0);
                p.y *= (there.b_front / level.b_front).max(1.0);
            }
        }
        DVec3::new(
            level.centre.x + mirror * p.x,
            level.y - straight - drop
                + if wrap.part == Part::Strap {
                    wrap.offset
                } else {
                    0.0
                },
            level.centre.y + shift_z + sign * p.y,
        )
    }
}

fn push_taut(chain: &mut Vec<DVec2>, p: DVec2) {
    while chain.len() > 1 {
        let (a, b) = (chain[chain.len() - 2], chain[chain.len() - 1]);
        if (b - a).perp_dot(p - b) <= 0.0 {
            break;
        }
        chain.pop();
    }
    chain.push(p);
}

fn chain_length(chain: &[DVec2]) -> f64 {
    chain.windows(2).map(|w| w[0].distance(w[1])).sum()
}

fn along_chain(chain: &[DVec2], s: f64) -> DVec2 {
    let mut left = s.max(0.0);
    for w in chain.windows(2) {
        let l = w[0].distance(w[1]);
        if left <= l && l > 0.0 {
            return w[0].lerp(w[1], left / l);
        }
        left -= l;
    }
    chain[chain.len() - 1]
}

/// The point at arc length `u` from the front middle of an ellipse, with the
/// outward offset of the waves there.
fn waved(a: f64, b: f64, u: f64, ratio: f64, wave: f64) -> (DVec2, DVec2) {
    let total = ellipse_girth(a, b);
    let mut u_tube = u / ratio;
    let mut push = 0.0;
    if wave > 1e-6 {
        // Cloth length runs unevenly over a wave: find the place by table.
        let period = total / WAVES;
        let cloth = period * ratio;
        let k = (u / cloth).floor();
        let within = u / cloth - k;
        let slope = std::f64::consts::PI * wave / period;
        const N: usize = 64;
        let speed = |t: f64| (1.0 + (slope * (std::f64::consts::TAU * t).sin()).powi(2)).sqrt();
        let sum: f64 = (0..N).map(|i| speed((i as f64 + 0.5) / N as f64)).sum();
        let mut acc = 0.0;
        let mut t = 1.0;
        for i in 0..N {
            let v = speed((i as f64 + 0.5) / N as f64) / sum;
            if acc + v >= within {
                t = (i as f64 + (within - acc) / v) / N as f64;
                break;
            }
            acc += v;
        }
        u_tube = (k + t) * period;
        push = wave / 2.0 * (1.0 - (std::f64::consts::TAU * t).cos());
    }
    let p = on_ellipse(a, b, u_tube);
    let n = DVec2::new(p.x / (a * a), p.y / (b * b)).normalize_or_zero();
    (p, n * push)
}

/// The point of an ellipse (half axes `a` along x, `b` along y) at arc length
/// `u` from (0, b), positive towards +x.
fn on_ellipse(a: f64, b: f64, u: f64) -> DVec2 {
    const N: usize = 48;
    let quarter = ellipse_girth(a, b) / 4.0;
    let turns = (u.abs() / quarter).floor();
    let mut left = u.abs() - turns * quarter;
    let odd = turns as u64 % 2 == 1;
    if odd {
        left = quarter - left;
    }
    let at = |t: f64| DVec2::new(a * t.sin(), b * t.cos());
    let mut last = DVec2::new(0.0, b);
    let lengths: Vec<f64> = (1..=N)
        .map(|i| {
            let p = at(i as f64 / N as f64 * std::f64::consts::FRAC_PI_2);
            let l = p.distance(last);
            last = p;
            l
        })
        .collect();
    let scale = quarter / lengths.iter().sum::<f64>();
    let mut t = std::f64::consts::FRAC_PI_2;
    for (i, l) in lengths.iter().enumerate() {
        let l = l * scale;
        if left <= l {
            t = (i as f64 + left / l.max(1e-12)) / N as f64 * std::f64::consts::FRAC_PI_2;
            break;
        }
        left -= l;
    }
    let p = at(t);
    let quadrant = turns as u64 % 4;
    let (sx, sy) = match quadrant {
        0 => (1.0, 1.0),
        1 => (1.0, -1.0),
        2 => (-1.0, -1.0),
        _ => (-1.0, 1.0),
    };
    DVec2::new(p.x * sx * u.signum(), p.y * sy)
}

/// Amplitude (over the tube's girth) at which [`WAVES`] sine waves make a ring
/// `ratio` times longer. Bisection on the arc length of one wave.
fn amplitude(ratio: f64) -> f64 {
    if ratio <= 1.0 + 1e-6 {
        return 0.0;
    }
    let length = |slope: f64| {
        (0..32)
            .map(|i| {
                let t = (f64::from(i) + 0.5) / 32.0 * std::f64::consts::TAU;
                (1.0 + (slope * t.sin()).powi(2)).sqrt()
            })
            .sum::<f64>()
            / 32.0
    };
    let (mut lo, mut hi) = (0.0, 40.0);
    for _ in 0..40 {
        let mid = (lo + hi) / 2.0;
        if length(mid) < ratio {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    lo / (std::f64::consts::PI * WAVES)
}

fn sleeve(limb: &Limb, tip: Vec3, girth: &Girths, wrap: &Wrap, u: f64, s: f64) -> DVec3 {
    let axis: Vec<DVec3> = limb.axis.iter().map(|p| p.as_dvec3()).collect();
    let [shoulder, elbow, wrist] = axis[..] else {
        return DVec3::NAN;
    };
    let upper = (elbow - shoulder).normalize_or_zero();
    let lower = (wrist - elbow).normalize_or_zero();
    let length = shoulder.distance(elbow);
    let along = s + (tip.as_dvec3() - shoulder).dot(upper) + 0.02;
    // Turn from upper to lower arm over ten centimetres, so that rows of the
    // sleeve stay apart on the inside of the elbow.
    let bend = ((along - length + 0.05) / 0.1).clamp(0.0, 1.0);
    let direction = upper.lerp(lower, bend).normalize_or_zero();
    let on_axis = if along <= length {
        shoulder + upper * along
    } else {
        elbow + lower * (along - length)
    };
    let rings = &limb.rings;
    let i = rings.partition_point(|r| f64::from(r.along) < along);
    let (centre, radius) = match (i.checked_sub(1).and_then(|j| rings.get(j)), rings.get(i)) {
        (Some(p), Some(q)) => {
            let t = (along - f64::from(p.along)) / f64::from(q.along - p.along).max(1e-6);
            (
                p.centre.as_dvec3().lerp(q.centre.as_dvec3(), t),
                f64::from(p.radius) + f64::from(q.radius - p.radius) * t,
            )
        }
        (Some(p), None) | (None, Some(p)) => {
            // Beyond the sections: keep their offset from the bone.
            let d = p.centre.as_dvec3();
            let bone = if f64::from(p.along) <= length {
                shoulder + upper * f64::from(p.along)
            } else {
                elbow + lower * (f64::from(p.along) - length)
            };
            (on_axis + (d - bone), f64::from(p.radius))
        }
        (None, None) => return DVec3::NAN,
    };
    let radius =
        (radius + GAP * 0.6 + wrap.offset).max((girth.at(s) + OPEN / 2.0) / std::f64::consts::TAU);
    let up = (DVec3::Y - direction * direction.y).normalize_or_zero();
    // Seen from outside with the arm down, pattern x runs to the person's back
    // on the left arm and to the front on the right.
    let across = up.cross(direction);
    let angle = u / radius;
    centre + (up * angle.cos() + across * angle.sin()) * radius
}

fn leg(
    hips: &Tube,
    body: &BodyLandmarks,
    side: f64,
    girth: &Girths,
    wrap: &Wrap,
    u: f64,
    s: f64,
) -> DVec3 {
    let (front, mirror) = if wrap.back { (-1.0, -1.0) } else { (1.0, 1.0) };
    let level = hips.level(s);
    let (ankle, knee) = if side > 0.0 {
        (body.ankle_left, body.knee_left)
    } else {
        (body.ankle_right, body.knee_right)
    };
    // A hem that would lie on the foot is pushed up above it: the leg breaks.
    let (ankle, knee) = (f64::from(ankle.y) + 0.01, f64::from(knee.y));
    let hem = hips.level(girth.end()).y;
    let mut y = level.y;
    if hem < ankle && y < knee && knee > ankle {
        y = knee - (knee - y) * (knee - ankle) / (knee - hem);
    }
    let (a, b) = (level.a + wrap.offset, level.b_front + wrap.offset);
    // On the hips: away from the centre seam, which is at `centre_x`.
    let p = on_ellipse(a, b, (side * mirror * u).max(0.0));
    let on_hips = DVec2::new(level.centre.x + side * p.x, level.centre.y + front * p.y);
    let rings = if side > 0.0 {
        &body.leg_left
    } else {
        &body.leg_right
    };
    let ring = ring_at(rings, y as f32);
    let (mut a, mut b) = (
        f64::from(ring.half_width) + GAP,
        f64::from(ring.half_depth) + GAP,
    );
    let spread = ((girth.at(s) + OPEN - ellipse_girth(a, b)) / std::f64::consts::TAU).max(0.0);
    a += spread + wrap.offset;
    b += spread + wrap.offset;
    // Wide legs grow outwards, not into each other.
    let centre_x = f64::from(ring.centre_x) + side * spread * 0.8;
    // On the leg: away from the crease, which is at pattern x = 0.
    let p = on_ellipse(a, b, mirror * (u + wrap.centre_x));
    let x = centre_x + p.x;
    let on_leg = DVec2::new(
        side * (side * x).max(MIDDLE),
        f64::from(ring.centre_z) + front * p.y,
    );
    let crotch = f64::from(body.crotch.y);
    let t = ((crotch + 0.09 - y) / 0.11).clamp(0.0, 1.0);
    let q = on_hips.lerp(on_leg, t * t * (3.0 - 2.0 * t));
    DVec3::new(q.x, y, q.y)
}
