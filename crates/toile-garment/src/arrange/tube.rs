//! The tubes that tops, skirts and the hips of trousers are laid on.

use glam::{DVec2, DVec3};

use super::{
    GAP, Girths, OPEN, ROW,
    ellipse::{along_chain, amplitude, chain_length, push_taut, waved},
    girths,
};
use crate::{
    landmarks::{BodyLandmarks, Ring, ellipse_girth, ring_at},
    pattern::{Anchor, Part, Pattern, Wrap},
};

/// Largest outward slope of a skirt before it is laid in waves.
const CONE: f64 = 0.8;
/// Largest growth of the waves' amplitude per metre down the cloth.
const SWELL: f64 = 0.45;
/// Length over which the sides of a top come level with its front, metres.
const EVEN: f64 = 0.5;
/// Extra room in front of and behind the neck, metres.
const NECK: f64 = 0.012;
/// Distance of the shoulder seams above the shoulders, metres.
const LIFT: f64 = 0.028;

/// One level of a tube.
#[derive(Clone, Copy)]
pub(super) struct Level {
    pub(super) y: f64,
    /// Half axes left/right and front/back.
    pub(super) a: f64,
    pub(super) b_front: f64,
    pub(super) b_back: f64,
    pub(super) centre: DVec2,
    /// Amplitude of the waves.
    pub(super) wave: f64,
    /// Girth of the cloth over the girth of the tube, at least 1.
    pub(super) ratio: f64,
    /// How much wider the cloth is laid than it is, at least 1.
    pub(super) wider: f64,
}

/// The tube that torso panels with one anchor lie on.
pub(super) struct Tube {
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
pub(super) fn around(body: &BodyLandmarks, y: f64) -> Ring {
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
    pub(super) fn new(pattern: &Pattern, body: &BodyLandmarks, anchor: Anchor) -> Self {
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
        // One distance for all panels of the tube, so that their seams meet.
        let gap = pattern
            .panels
            .iter()
            .filter_map(|p| p.wrap.filter(|w| w.anchor == anchor).map(|w| w.offset))
            .fold(GAP, |g, offset| g.max(GAP + offset));
        match anchor {
            Anchor::HighShoulder => Self::from_shoulders(body, &girth, gap),
            _ => {
                let mut tube = Self::hanging(body, f64::from(body.waist_y), &girth, gap);
                if pattern.is_laid_wider(body) {
                    tube.close(&girth);
                }
                tube
            }
        }
    }

    /// Has the cloth be laid wider where it does not reach around. What is worn below
    /// would else well up between edges that are drawn together over it, and be caught.
    fn close(&mut self, girth: &Girths) {
        for (row, level) in self.levels.iter_mut().enumerate() {
            let cloth = girth.at(self.start + row as f64 * ROW) + OPEN;
            let around = ellipse_girth(level.a, (level.b_front + level.b_back) / 2.0);
            level.wider = (around / cloth).max(1.0);
        }
    }

    /// A tube that hangs from a level; `s` is the distance down the cloth.
    fn hanging(body: &BodyLandmarks, y0: f64, girth: &Girths, gap: f64) -> Self {
        let start = girth.start.min(0.0);
        let end = girth.end().max(0.05);
        let n = ((end - start) / ROW).ceil() as usize + 1;
        let mut y = y0 - start;
        let mut levels: Vec<Level> = Vec::with_capacity(n);
        let mut spread = f64::INFINITY;
        for i in 0..n {
            let s = start + i as f64 * ROW;
            let ring = around(body, y);
            let (a, b) = (
                f64::from(ring.half_width) + gap,
                f64::from(ring.half_depth) + gap,
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
                wider: 1.0,
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
    fn from_shoulders(body: &BodyLandmarks, girth: &Girths, gap: f64) -> Self {
        let hps = (body.hps_left + body.hps_right) / 2.0;
        let hps_x = f64::from((body.hps_left.x - body.hps_right.x) / 2.0);
        let tip_x = f64::from((body.shoulder_left.x - body.shoulder_right.x) / 2.0);
        let tip = (body.shoulder_left + body.shoulder_right) / 2.0;
        let fall = f64::from(hps.y - tip.y) / (tip_x - hps_x).max(0.02);
        let (top_y, top_z) = (f64::from(hps.y) + LIFT + gap - GAP, f64::from(hps.z));
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
                push_taut(&mut chain, DVec2::new(sign * (z - top_z) + gap, y));
                y -= 0.01;
            }
            let r = around(body, bust);
            let e = f64::from(r.centre_z) + sign * f64::from(r.half_depth);
            push_taut(&mut chain, DVec2::new(sign * (e - top_z) + gap, bust));
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
        let lower = Self::hanging(body, bust, &lower_girth, gap);
        let first = lower.levels[0];
        let extra = (first.b_front - f64::from(around(body, bust).half_depth) - gap).max(0.0);
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
            // Wide at the armpits, the width of the lower tube at the bust.
            let wide = (f64::from(at_armpit.half_width) + gap).max(first.a);
            let a = wide + (first.a - wide) * ((t - 0.5) / 0.5).clamp(0.0, 1.0);
            levels.push(Level {
                y,
                a,
                b_front: (front_z - centre_z).max(0.001),
                b_back: (centre_z - back_z).max(0.001),
                centre: DVec2::new(first.centre.x * t, centre_z),
                wave: 0.0,
                ratio: 1.0,
                wider: 1.0,
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

    pub(super) fn level(&self, s: f64) -> Level {
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
            wider: mix(p.wider, q.wider),
        }
    }

    /// Places a point `u` around from the middle and `s` down from the anchor.
    pub(super) fn place(&self, wrap: &Wrap, u: f64, s: f64) -> DVec3 {
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
        u *= level.wider;
        let b = if back { level.b_back } else { level.b_front };
        let mut a = level.a;
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
                let ramp = (30.0 * (neck.x - p.x.abs())).clamp(0.0, 1.0);
                p.y = p.y.max(clear * ramp);
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
            level.y - straight - drop,
            level.centre.y + shift_z + sign * p.y,
        )
    }
}
