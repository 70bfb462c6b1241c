//! Paints skin: albedo and roughness in the base mesh's UV layout.
//!
//! All variation is a function of the place on the body, not of the texture,
//! so nothing shows where the layout has seams.

use glam::{Vec2, Vec3, Vec4};

use super::{
    brows::BrowCurve,
    hair::SILVER,
    head::Head,
    image::Canvas,
    model::{Model, Side},
    noise::{bell, fbm, hash, noise, smooth},
};
use crate::{
    Mask,
    recipe::{Face, Hair, HairStyle, Skin},
};

/// What is known at a texel.
struct Spot {
    pos: Vec3,
    uv: Vec2,
    cavity: f32,
    redness: f32,
}

/// Everything the painter needs.
pub(crate) struct Painter<'a> {
    model: &'a Model<'a>,
    head: &'a Head,
    skin: &'a Skin,
    face: &'a Face,
    hair: &'a Hair,
    brows: &'a [BrowCurve; 2],
    lash_lines: [[Vec<Vec3>; 2]; 2],
    cavity: Vec<f32>,
    redness: Vec<f32>,
    lips: Option<&'a Mask>,
    lids: Option<&'a Mask>,
    ears: Option<&'a Mask>,
    finger_nails: Option<&'a Mask>,
    toe_nails: Option<&'a Mask>,
    mouth: Option<&'a Mask>,
    seed: u32,
}

/// Joints over which thin skin looks redder, with the reach in metres.
fn warm_points(model: &Model<'_>) -> Vec<(Vec3, f32, f32)> {
    let mut out = Vec::new();
    for side in Side::BOTH {
        let s = side.name();
        for finger in ["Thumb", "Index", "Middle", "Ring", "Pinky"] {
            for k in 1..=3 {
                out.push((model.head(&format!("{s}Hand{finger}{k}")), 0.008, 0.55));
            }
        }
        out.push((
            model.head(&format!("{s}ForeArm")) - Vec3::Z * 0.03,
            0.03,
            0.5,
        ));
        out.push((model.head(&format!("{s}Leg")) + Vec3::Z * 0.05, 0.045, 0.4));
        out.push((
            model.head(&format!("{s}Foot")) - Vec3::new(0.0, 0.05, 0.05),
            0.04,
            0.5,
        ));
        out.push((
            model.head(&format!("{s}ToeBase")) + Vec3::Z * 0.06,
            0.04,
            0.4,
        ));
    }
    out
}

impl<'a> Painter<'a> {
    /// Prepares the per-vertex fields.
    pub(crate) fn new(
        model: &'a Model<'a>,
        head: &'a Head,
        brows: &'a [BrowCurve; 2],
        lash_lines: [[Vec<Vec3>; 2]; 2],
        skin: &'a Skin,
        face: &'a Face,
        hair: &'a Hair,
    ) -> Self {
        let n = model.verts.len();
        // Cavity: how far the neighbours stand above the tangent plane, per edge length.
        let mut sum = vec![0.0_f32; n];
        let mut count = vec![0.0_f32; n];
        for t in &model.body {
            for k in 0..3 {
                let (a, b) = (t.verts[k] as usize, t.verts[(k + 1) % 3] as usize);
                let edge = model.verts[b] - model.verts[a];
                let length = edge.length().max(1e-6);
                sum[a] += edge.dot(model.normals[a]) / length;
                count[a] += 1.0;
                sum[b] -= edge.dot(model.normals[b]) / length;
                count[b] += 1.0;
            }
        }
        let cavity = sum
            .iter()
            .zip(&count)
            .map(|(s, c)| s / c.max(1.0))
            .collect();
        let warm = warm_points(model);
        let redness = model
            .verts
            .iter()
            .map(|&p| {
                warm.iter()
                    .filter(|w| w.0.distance_squared(p) < 9.0 * w.1 * w.1)
                    .map(|w| w.2 * bell(w.0.distance(p), w.1 * 1.2))
                    .fold(0.0, f32::max)
            })
            .collect();
        let seed = skin.tone.0.iter().fold(17_u32, |s, &c| {
            s.wrapping_mul(31).wrapping_add(u32::from(c))
        });
        Self {
            model,
            head,
            skin,
            face,
            hair,
            brows,
            lash_lines,
            cavity,
            redness,
            lips: model.mask("lips"),
            lids: model.mask("eyelids"),
            ears: model.mask("ears"),
            finger_nails: model.mask("fingernails"),
            toe_nails: model.mask("toenails"),
            mouth: model.mask("inside-mouth"),
            seed,
        }
    }

    /// Albedo (`size` squared) and roughness (half of it).
    pub(crate) fn paint(&self, size: usize) -> (Canvas, Canvas) {
        let owner = self.rasterise(size);
        let sample = |mask: Option<&Mask>, uv: Vec2| mask.map_or(0.0, |m| m.sample(uv));
        let texel = |u: f32, v: f32| -> Option<Spot> {
            let at = ((v * size as f32) as usize).min(size - 1) * size
                + ((u * size as f32) as usize).min(size - 1);
            let (id, b, c) = owner[at];
            if id == u32::MAX {
                return None;
            }
            let t = self.model.body[id as usize].verts.map(|v| v as usize);
            let share = [1.0 - b - c, b, c];
            let mix = |f: &[f32]| (0..3).map(|k| f[t[k]] * share[k]).sum::<f32>();
            Some(Spot {
                pos: (0..3).map(|k| self.model.verts[t[k]] * share[k]).sum(),
                uv: Vec2::new(u, 1.0 - v),
                cavity: mix(&self.cavity),
                redness: mix(&self.redness),
            })
        };
        let mut albedo = Canvas::draw(size, size, |u, v| {
            texel(u, v).map_or(Vec4::ZERO, |s| self.albedo(&s, &sample).extend(1.0))
        });
        albedo.bleed(10);
        let mut rough = Canvas::draw(size / 4, size / 4, |u, v| {
            texel(u, v).map_or(Vec4::ZERO, |s| {
                Vec4::new(1.0, self.roughness(&s, &sample), 0.0, 1.0)
            })
        });
        rough.bleed(6);
        (albedo, rough)
    }

    /// Triangle and barycentric coordinates per texel.
    fn rasterise(&self, size: usize) -> Vec<(u32, f32, f32)> {
        let mut owner = vec![(u32::MAX, 0.0, 0.0); size * size];
        let scale = size as f32;
        for (id, t) in self.model.body.iter().enumerate() {
            let [a, b, c] = t.uvs.map(|i| {
                let uv = self.model.uvs[i as usize];
                Vec2::new(uv.x, 1.0 - uv.y) * scale
            });
            let area = (b - a).perp_dot(c - a);
            if area.abs() < 1e-9 {
                continue;
            }
            let (lo, hi) = (a.min(b).min(c).floor(), a.max(b).max(c).ceil());
            for y in lo.y.max(0.0) as usize..(hi.y as usize).min(size) {
                for x in lo.x.max(0.0) as usize..(hi.x as usize).min(size) {
                    let p = Vec2::new(x as f32 + 0.5, y as f32 + 0.5);
                    let wb = (p - a).perp_dot(c - a) / area;
                    let wc = (b - a).perp_dot(p - a) / area;
                    if wb >= -0.02 && wc >= -0.02 && wb + wc <= 1.02 {
                        owner[y * size + x] = (id as u32, wb, wc);
                    }
                }
            }
        }
        owner
    }

    fn albedo(&self, s: &Spot, sample: &impl Fn(Option<&'a Mask>, Vec2) -> f32) -> Vec3 {
        let (p, seed) = (s.pos, self.seed);
        let tone = self.skin.tone.linear();
        let light = tone.y.max(0.02);
        let undertone = Vec3::new(
            1.0 + 0.01 * self.skin.undertone,
            1.0 + 0.015 * self.skin.undertone,
            1.0 - 0.05 * self.skin.undertone,
        );
        let mut c = tone * undertone;
        // Melanin (all channels, blue most) and blood (green and blue) vary on different scales.
        let melanin = 0.055 * fbm(p * 9.0, seed)
            + 0.06 * fbm(p * 45.0, seed ^ 1)
            + 0.03 * noise(p * 260.0, seed ^ 2)
            + 0.03 * noise(p * 900.0, seed ^ 12);
        let blood = 0.10 * fbm(p * 16.0, seed ^ 3)
            + 0.09 * fbm(p * 90.0, seed ^ 4)
            + 0.04 * noise(p * 420.0, seed ^ 5);
        c *= Vec3::new(1.0 - melanin * 0.8, 1.0 - melanin, 1.0 - melanin * 1.25);
        let mut flush = blood.max(-0.10) + 0.34 * s.redness;
        let h = self.head;
        let e = h.eyes;
        let k = h.scale;
        let (x, y) = (p.x.abs(), p.y);
        let front = smooth(h.centre.z + 0.02, h.centre.z + 0.055, p.z);
        let on_head = smooth(h.chin_y - 0.06, h.chin_y - 0.02, y);
        if on_head > 0.0 {
            let cheek =
                bell(x - h.eye_x * 1.3, 0.019 * k) * bell(y - (e.y - 0.040 * k), 0.017 * k) * front;
            let nose = bell(x, 0.011 * k)
                * bell(y - (e.y - 0.042 * k), 0.014 * k)
                * smooth(h.centre.z + 0.07, h.centre.z + 0.10, p.z);
            let chin = bell(x, 0.016 * k) * bell(y - (h.chin_y + 0.016 * k), 0.012 * k) * front;
            flush += (0.10 + 0.5 * self.skin.blush) * cheek + 0.22 * nose + 0.10 * chin;
            flush += 0.45 * sample(self.ears, s.uv);
            // The forehead is a little paler and yellower, the beard region cooler.
            let brow = smooth(e.y + 0.028 * k, e.y + 0.05 * k, y) * front;
            c *= Vec3::ONE.lerp(Vec3::new(1.02, 1.02, 0.97), brow);
        }
        // Blood shows less through dark skin.
        let show = smooth(0.01, 0.35, light) * 0.75 + 0.25;
        c *= Vec3::ONE - Vec3::new(-0.06, 0.42, 0.40) * (flush * show).clamp(-0.1, 0.9);
        // Creases are darker and warmer, ridges a little lighter.
        // Not on the lids: their fold opens when they close.
        let crease =
            smooth(0.05, 0.42, s.cavity) * (1.0 - 0.9 * smooth(0.05, 0.6, sample(self.lids, s.uv)));
        c *= Vec3::ONE.lerp(Vec3::new(0.62, 0.48, 0.44), crease * 0.85);
        c *= 1.0 + 0.10 * (-s.cavity - 0.12).clamp(0.0, 0.4);
        c = self.spots(c, p, tone, on_head * front);
        // Palms and soles are lighter on dark skin: handled by tone only on the inner hand.
        c = self.head_paint(c, s, sample, tone);
        let nails = sample(self.finger_nails, s.uv).max(sample(self.toe_nails, s.uv));
        if nails > 0.0 {
            let (colour, cover) = match self.face.nails {
                Some(n) => (n.linear(), 0.95),
                None => (tone * Vec3::new(1.12, 0.96, 0.94) + Vec3::splat(0.02), 0.7),
            };
            c = c.lerp(colour, smooth(0.25, 0.7, nails) * cover);
        }
        c.clamp(Vec3::splat(0.002), Vec3::splat(0.92))
    }

    /// Freckles and age spots: one dot per cell of a jittered grid.
    fn spots(&self, c: Vec3, p: Vec3, tone: Vec3, face: f32) -> Vec3 {
        let mut c = c;
        let mut dots = |size: f32, share: f32, strength: f32, radius: f32, seed: u32| {
            if share <= 0.0 {
                return;
            }
            let cell = (p / size).floor();
            for dz in -1..=1 {
                for dy in -1..=1 {
                    for dx in -1..=1 {
                        let q = (cell.x as i32 + dx, cell.y as i32 + dy, cell.z as i32 + dz);
                        let r = |k: u32| hash(q.0, q.1, q.2, seed.wrapping_add(k));
                        if r(0) > share {
                            continue;
                        }
                        let at = (Vec3::new(q.0 as f32, q.1 as f32, q.2 as f32)
                            + Vec3::new(r(1), r(2), r(3)))
                            * size;
                        let reach = radius * (0.5 + r(4));
                        let w = smooth(
                            reach,
                            reach * 0.35,
                            at.distance(p) * (1.0 + 0.3 * noise(p / radius, seed)),
                        );
                        c = c.lerp(
                            tone * Vec3::new(0.72, 0.55, 0.45),
                            w * strength * (0.4 + 0.6 * r(5)),
                        );
                    }
                }
            }
        };
        let nose_band = bell(p.y - (self.head.eyes.y - 0.03), 0.028) * face;
        dots(
            0.0042,
            self.skin.freckles * (0.10 + 0.65 * nose_band),
            0.55,
            0.0012,
            self.seed ^ 0x11,
        );
        dots(
            0.022,
            0.05 + 0.25 * self.skin.age_spots,
            0.35,
            0.0016,
            self.seed ^ 0x22,
        );
        dots(
            0.018,
            0.5 * self.skin.age_spots,
            0.40 * self.skin.age_spots,
            0.0040,
            self.seed ^ 0x33,
        );
        c
    }

    fn head_paint(
        &self,
        c: Vec3,
        s: &Spot,
        sample: &impl Fn(Option<&'a Mask>, Vec2) -> f32,
        tone: Vec3,
    ) -> Vec3 {
        let (p, h) = (s.pos, self.head);
        if p.y < h.chin_y - 0.08 || p.z.abs() > 1.0 || p.x.abs() > 0.2 {
            return c;
        }
        let (e, k) = (h.eyes, h.scale);
        let side = if p.x >= 0.0 { Side::Left } else { Side::Right };
        let mut c = c;
        // Shaven beard: cool shadow with single stubs.
        if self.skin.stubble > 0.0 && sample(self.ears, s.uv) < 0.3 {
            let jaw = smooth(e.y - 0.040 * k, e.y - 0.066 * k, p.y)
                * smooth(h.chin_y - 0.030, h.chin_y - 0.008, p.y)
                * smooth(h.centre.z - 0.005, h.centre.z + 0.03, p.z);
            let cheek = smooth(
                0.0,
                0.018,
                e.y - 0.062 * k + 0.20 * (p.x.abs() - 0.02).max(0.0) - p.y,
            )
            .max(bell(p.x, 0.028 * k) * bell(p.y - (e.y - 0.062 * k), 0.008 * k));
            let stubs = 0.75 + 0.5 * smooth(0.1, 0.8, noise(p * 1500.0, self.seed ^ 9));
            let w = (jaw * cheek * self.skin.stubble * stubs * 0.62).clamp(0.0, 0.85);
            c = c.lerp(
                tone * Vec3::new(0.40, 0.39, 0.42) * 0.9 + self.hair.colour.linear() * 0.1,
                w,
            );
        }
        // Lips, with a darker parting line and faint vertical folds.
        let lips = sample(self.lips, s.uv);
        if lips > 0.01 {
            let folds =
                1.0 + 0.10 * noise(Vec3::new(p.x * 1400.0, p.y * 160.0, 0.0), self.seed ^ 6);
            let lip = self.face.lips.linear() * folds;
            let natural = c * Vec3::new(0.92, 0.70, 0.70);
            let lip = natural.lerp(lip, self.face.lip_cover)
                * (1.0 - 0.45 * smooth(0.02, 0.35, s.cavity));
            c = c.lerp(lip, smooth(0.15, 0.65, lips));
        }
        // Lids and eye make-up.
        let lids = sample(self.lids, s.uv);
        c *= Vec3::ONE.lerp(Vec3::new(0.90, 0.80, 0.78), smooth(0.1, 0.8, lids) * 0.55);
        let (eye, radius) = self.model.eye(side);
        let upper = smooth(eye.y + 0.001, eye.y + 0.006, p.y);
        let near = bell(p.x - eye.x * 1.03, radius * 1.25)
            * bell(p.y - (eye.y + 0.009 * k), 0.006 * k)
            * smooth(eye.z - 0.004, eye.z + 0.006, p.z);
        let shadow = (0.06 + 0.42 * self.face.eye_makeup) * near;
        c = c.lerp(tone * Vec3::new(0.42, 0.32, 0.30), shadow);
        let lines = &self.lash_lines[side as usize];
        let line = |points: &[Vec3]| {
            points
                .iter()
                .map(|q| q.distance(p))
                .fold(f32::MAX, f32::min)
        };
        if p.distance(eye) < radius * 2.2 {
            let d = line(&lines[1]);
            let liner = smooth(0.0016 + 0.0014 * self.face.eye_makeup, 0.0005, d)
                * (0.55 + 0.45 * self.face.eye_makeup);
            let d_low = line(&lines[0]);
            let liner_low = smooth(0.0011, 0.0003, d_low) * (0.22 + 0.5 * self.face.eye_makeup);
            c = c.lerp(tone * 0.10, liner.max(liner_low).clamp(0.0, 0.92));
            // Moist red at the inner corner and the wet line.
            let inner = smooth(
                0.006,
                0.001,
                (p.x.abs() - (eye.x.abs() - radius * 1.02)).abs(),
            ) * bell(p.y - eye.y, 0.003);
            c = c.lerp(
                Vec3::new(0.45, 0.16, 0.14) * (0.4 + tone.y),
                0.5 * inner * (1.0 - upper * 0.5),
            );
        }
        c = self.wrinkles(c, p);
        // Soft ground under the brow hairs.
        for brow in self.brows {
            let w = brow.coverage(p) * 0.55 * self.face.brow_weight.min(1.4);
            c = c.lerp(
                self.face.brow.linear() * 0.8 + tone * 0.2,
                w.clamp(0.0, 0.75),
            );
        }
        // Inside of the mouth.
        let mouth = sample(self.mouth, s.uv);
        c = c.lerp(Vec3::new(0.10, 0.025, 0.022), smooth(0.3, 0.8, mouth) * 0.9);
        // Scalp under the hair, with a grain of single hairs at the line.
        if self.hair.style != HairStyle::Bald && sample(self.ears, s.uv) < 0.25 {
            // Fewer and finer hairs towards the line, each seen.
            let wobble = 0.004 * fbm(p * 120.0, self.seed ^ 7)
                + 0.006 * noise(p * Vec3::new(1300.0, 260.0, 1300.0), self.seed ^ 8);
            let cover = smooth(-0.006, 0.014, h.scalp(p) + wobble);
            let short = matches!(self.hair.style, HairStyle::Buzz | HairStyle::Fade);
            let sides = if self.hair.style == HairStyle::Fade {
                0.25 + 0.75 * smooth(e.y + 0.005, e.y + 0.05, p.y)
            } else {
                1.0
            };
            let hair = self.hair.colour.linear().lerp(SILVER, self.hair.grey);
            let strength = if short { 0.88 } else { 0.97 };
            let ground = if short {
                hair * 0.85 + tone * 0.05
            } else {
                hair * 0.55 + tone * 0.006
            };
            c = c.lerp(ground, cover * strength * sides);
        }
        c
    }

    /// Fine lines of age: forehead, corners of the eyes, nose to mouth.
    fn wrinkles(&self, c: Vec3, p: Vec3) -> Vec3 {
        let age = self.skin.age_spots;
        if age <= 0.0 || p.z < self.head.centre.z {
            return c;
        }
        let (h, e, k) = (self.head, self.head.eyes, self.head.scale);
        let wobble =
            0.0012 * noise(p * 70.0, self.seed ^ 31) + 0.0005 * noise(p * 260.0, self.seed ^ 32);
        let line = |d: f32, half: f32| smooth(half, half * 0.2, d.abs());
        let mut depth = 0.0_f32;
        // Forehead.
        let rise = (p.y - e.y) / k + wobble + 0.0025 * (p.x * 30.0).cos();
        for (at, weight) in [(0.036, 0.7), (0.043, 1.0), (0.050, 0.9), (0.057, 0.6)] {
            depth = depth.max(
                line(rise - at, 0.0011) * weight * smooth(h.eye_x * 1.5, h.eye_x * 0.6, p.x.abs()),
            );
        }
        // Corners of the eyes.
        let corner = Vec3::new(h.eye_x + 0.0165 * k, e.y + 0.001, 0.0);
        let q = Vec2::new(p.x.abs() - corner.x, p.y - corner.y + wobble * 0.6);
        let reach = q.length();
        if q.x > 0.0 {
            let angle = q.y.atan2(q.x);
            for at in [-0.75_f32, -0.35, 0.05, 0.45] {
                let off = (angle - at) * reach;
                depth = depth.max(
                    line(off, 0.0009) * smooth(0.002, 0.005, reach) * smooth(0.020, 0.012, reach),
                );
            }
        }
        // Under the eyes.
        let under = p.y - (e.y - 0.0135 * k) - 10.0 * (p.x.abs() - h.eye_x).powi(2) + wobble;
        depth = depth.max(line(under, 0.0010) * 0.7 * bell(p.x.abs() - h.eye_x, 0.010));
        // From the nose past the mouth.
        let t = ((e.y - 0.045 * k - p.y) / (0.034 * k)).clamp(0.0, 1.0);
        let fold = p.x.abs() - (0.019 + 0.013 * t.sqrt()) * k + wobble;
        let along = smooth(0.0, 0.2, t) * smooth(1.0, 0.75, t);
        depth = depth
            .max(line(fold, 0.0016) * along * smooth(h.centre.z + 0.05, h.centre.z + 0.07, p.z));
        c * Vec3::ONE.lerp(Vec3::new(0.74, 0.62, 0.58), depth * age * 0.85)
    }

    fn roughness(&self, s: &Spot, sample: &impl Fn(Option<&'a Mask>, Vec2) -> f32) -> f32 {
        let (p, h) = (s.pos, self.head);
        let mut r =
            0.55 + 0.05 * fbm(p * 60.0, self.seed ^ 21) + 0.05 * noise(p * 500.0, self.seed ^ 22);
        if p.y > h.chin_y - 0.02 {
            let t_zone = bell(p.x, 0.022)
                * smooth(h.eyes.y - 0.06, h.eyes.y - 0.03, p.y)
                * smooth(h.centre.z + 0.04, h.centre.z + 0.07, p.z);
            r -= 0.10 * t_zone;
        }
        let lips = smooth(0.2, 0.7, sample(self.lips, s.uv));
        r += (0.38 - r) * lips * (0.5 + 0.5 * self.face.lip_cover);
        let nails = smooth(
            0.25,
            0.7,
            sample(self.finger_nails, s.uv).max(sample(self.toe_nails, s.uv)),
        );
        r += (0.25 - r) * nails;
        if self.hair.style != HairStyle::Bald && p.y > h.eyes.y - 0.1 {
            r += (0.85 - r) * smooth(0.0, 0.01, h.scalp(p));
        }
        r
    }
}
