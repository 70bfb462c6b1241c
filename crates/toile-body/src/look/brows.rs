//! Brows: a curve on the brow ridge, its soft ground in the skin and its hairs.

use glam::{Vec2, Vec3, Vec4};

use super::{
    head::Head,
    image::Canvas,
    mesh::Patch,
    model::Side,
    noise::{Random, smooth},
};

/// Where one brow runs.
#[derive(Debug, Clone)]
pub(crate) struct BrowCurve {
    sign: f32,
    inner_x: f32,
    length: f32,
    base_y: f32,
    rise: f32,
    front_z: f32,
    half: f32,
}

impl BrowCurve {
    /// The brow of one side; `weight` scales its height.
    pub(crate) fn new(head: &Head, side: Side, weight: f32) -> Self {
        let k = head.scale;
        Self {
            sign: side.sign(),
            inner_x: head.eye_x * 0.46,
            length: head.eye_x * 1.18,
            base_y: head.eyes.y + 0.0150 * k,
            rise: 0.0062 * k,
            front_z: head.centre.z + head.radii.z * 0.35,
            half: 0.0038 * k * weight.sqrt(),
        }
    }

    /// Along (0 inner end, 1 outer) and across (-1 lower edge, 1 upper) the brow.
    pub(crate) fn place(&self, p: Vec3) -> Vec2 {
        let u = (p.x * self.sign - self.inner_x) / self.length;
        let arch = self.rise * (u.clamp(-0.2, 1.2) * std::f32::consts::PI * 0.62).sin()
            - 0.0045 * (u - 0.62).max(0.0);
        let taper = (1.12 - 0.78 * u).clamp(0.28, 1.0) * smooth(-0.12, 0.12, u).max(0.25);
        Vec2::new(u, (p.y - self.base_y - arch) / (self.half * taper))
    }

    /// Softly 1 on the brow, 0 elsewhere.
    pub(crate) fn coverage(&self, p: Vec3) -> f32 {
        if p.z < self.front_z || p.x * self.sign < 0.0 {
            return 0.0;
        }
        let q = self.place(p);
        smooth(-0.06, 0.10, q.x) * smooth(1.05, 0.85, q.x) * smooth(1.5, 0.5, q.y.abs())
    }

    /// The skin under the brow with the hairs' texture coordinates, lifted off by half a millimetre.
    pub(crate) fn patch(&self, skin: &Patch) -> Patch {
        let mut patch = skin.filter(|t| {
            t.iter().any(|v| {
                let q = self.place(v.pos);
                v.pos.z > self.front_z
                    && v.pos.x * self.sign > 0.0
                    && (-0.18..1.18).contains(&q.x)
                    && q.y.abs() < 2.6
            })
        });
        for v in &mut patch.verts {
            let q = self.place(v.pos);
            v.uv = Vec2::new((q.x + 0.15) / 1.3, 0.5 + q.y / 5.0)
                .clamp(Vec2::splat(0.002), Vec2::splat(0.998));
            v.pos += v.normal * 0.0005;
        }
        patch
    }
}

/// Hairs of a brow: u along, v upwards as [`BrowCurve::patch`] lays them out.
pub(crate) fn texture(colour: Vec3, weight: f32) -> Canvas {
    let (w, h) = (512_usize, 128_usize);
    let mut alpha = vec![0.0_f32; w * h];
    let mut shade = vec![1.0_f32; w * h];
    let mut random = Random::new(77);
    let count = (430.0 * weight) as usize;
    for _ in 0..count {
        let u = random.unit();
        let v = random.signed() * 0.92;
        // Hairs stand up at the inner end and lie outwards towards the tail.
        let angle = (78.0 - 66.0 * smooth(0.0, 0.45, u) + random.signed() * 14.0
            - 18.0 * v * smooth(0.2, 0.6, u))
        .to_radians();
        let length = random.range(0.055, 0.11) * (1.0 - 0.35 * u);
        let tone = random.range(0.7, 1.25);
        let steps = 40;
        for s in 0..steps {
            let t = s as f32 / steps as f32;
            let bend = angle - 0.35 * t;
            let (x, y) = (
                u + length * t * bend.cos(),
                v + length * 4.2 * t * bend.sin(),
            );
            let px = ((x + 0.15) / 1.3) * w as f32;
            let py = (0.5 - y / 5.0) * h as f32;
            let width = 1.05 * (1.0 - 0.75 * t);
            for j in -2..=2_i32 {
                for i in -2..=2_i32 {
                    let (qx, qy) = (px as i32 + i, py as i32 + j);
                    if qx < 0 || qy < 0 || qx >= w as i32 || qy >= h as i32 {
                        continue;
                    }
                    let d = Vec2::new(qx as f32 + 0.5 - px, qy as f32 + 0.5 - py).length();
                    let a = smooth(width + 0.6, width - 0.6, d)
                        * 0.92
                        * smooth(-0.02, 0.10, x)
                        * (1.0 - 0.3 * u);
                    let at = qy as usize * w + qx as usize;
                    if a > alpha[at] {
                        alpha[at] = a;
                        shade[at] = tone;
                    }
                }
            }
        }
    }
    Canvas::draw(w, h, |x, y| {
        let at = ((y * h as f32) as usize).min(h - 1) * w + ((x * w as f32) as usize).min(w - 1);
        (colour * shade[at]).extend(alpha[at])
    })
    .clear_edges()
}

impl Canvas {
    /// Clears alpha on the outermost texels, where patches end.
    fn clear_edges(mut self) -> Self {
        let (w, h) = (self.width, self.height);
        for (i, t) in self.texels.iter_mut().enumerate() {
            let (x, y) = (i % w, i / w);
            if x < 2 || y < 2 || x + 2 >= w || y + 2 >= h {
                *t = Vec4::new(t.x, t.y, t.z, 0.0);
            }
        }
        self
    }
}
