//! Shoes: an upper cut from the foot of the cat-suit helper along a smooth top
//! line, a sole, and a heel; modelled about the raised foot, then un-posed.
//!
//! The run time raises the foot by turning the foot joint about the foot's own
//! lateral axis and turning the toes back by as much. A shoe vertex `p` of the
//! raised shoe is therefore stored at `B⁻¹ p`, with `B` the skinning matrix it
//! will have then, so the shoe is exact in that pose.

mod sole;
mod surface;

pub(crate) use surface::texture;
use surface::{TRIM_U, UPPER_M};

use glam::{Mat4, Quat, Vec2, Vec3};

use super::{
    mesh::Patch,
    model::{Model, Side},
    noise::smooth,
};
use crate::{glb::Part, recipe::ShoeStyle};

/// Shape numbers of a kind of shoe; lengths in metres, `s` along the foot from heel (0) to toe (1).
struct Design {
    /// Height of the top line over the flat foot's floor: `(s, height)`.
    top: &'static [(f32, f32)],
    /// Where the opening ends over the instep.
    throat: f32,
    /// How far the throat is rounded, in `s`.
    round: f32,
    /// Upper's distance from the foot.
    leather: f32,
    /// Sole under the ball.
    sole: f32,
    /// Sole's width beyond the upper.
    welt: f32,
    /// Lengthening and narrowing of the toe.
    point: Vec2,
    /// Breadth of the heel's foot relative to its seat.
    taper: f32,
    /// Whether sole and heel are one slab on the floor.
    wedge: bool,
}

impl Design {
    fn new(style: ShoeStyle, heel: f32) -> Option<Self> {
        Some(match style {
            ShoeStyle::Barefoot => return None,
            ShoeStyle::Pump => Self {
                top: &[
                    (0.0, 0.060),
                    (0.10, 0.058),
                    (0.28, 0.040),
                    (0.45, 0.032),
                    (0.60, 0.030),
                    (1.0, 0.030),
                ],
                throat: 0.735,
                round: 0.085,
                leather: 0.0032,
                sole: 0.0045,
                welt: 0.0008,
                point: Vec2::new(0.026, 0.46),
                taper: if heel > 0.05 {
                    0.34 - 1.2 * (heel - 0.05)
                } else {
                    0.72
                },
                wedge: false,
            },
            ShoeStyle::Loafer => Self {
                top: &[
                    (0.0, 0.064),
                    (0.15, 0.060),
                    (0.35, 0.050),
                    (0.55, 0.050),
                    (1.0, 0.055),
                ],
                throat: 0.56,
                round: 0.05,
                leather: 0.0045,
                sole: 0.009,
                welt: 0.0035,
                point: Vec2::new(0.016, 0.16),
                taper: 0.94,
                wedge: false,
            },
            ShoeStyle::Sneaker => Self {
                top: &[
                    (0.0, 0.080),
                    (0.12, 0.076),
                    (0.30, 0.066),
                    (0.45, 0.072),
                    (1.0, 0.080),
                ],
                throat: 0.47,
                round: 0.03,
                leather: 0.0060,
                sole: 0.017,
                welt: 0.0050,
                point: Vec2::new(0.012, 0.04),
                taper: 1.0,
                wedge: true,
            },
            ShoeStyle::Boot => Self {
                top: &[(0.0, 0.150), (1.0, 0.150)],
                throat: 2.0,
                round: 0.0,
                leather: 0.0050,
                sole: 0.012,
                welt: 0.0035,
                point: Vec2::new(0.014, 0.12),
                taper: 0.92,
                wedge: false,
            },
        })
    }

    fn top(&self, s: f32) -> f32 {
        let k = self
            .top
            .partition_point(|p| p.0 <= s)
            .clamp(1, self.top.len() - 1);
        let ((a, y0), (b, y1)) = (self.top[k - 1], self.top[k]);
        y0 + (y1 - y0) * smooth(0.0, 1.0, (s - a) / (b - a))
    }
}

/// One foot in the bind pose: its axes and its extent.
struct Last {
    ankle: Vec3,
    ball: Vec3,
    forward: Vec3,
    lateral: Vec3,
    heel: Vec3,
    length: f32,
    half: f32,
    joints: [usize; 3],
}

impl Last {
    fn new(model: &Model<'_>, side: Side) -> Self {
        let name = |part: &str| model.joint(&format!("{}{part}", side.name()));
        let joints = [name("Leg"), name("Foot"), name("ToeBase")];
        let (ankle, ball) = (
            model.skeleton[joints[1]].head,
            model.skeleton[joints[2]].head,
        );
        let forward = ((ball - ankle) * Vec3::new(1.0, 0.0, 1.0)).normalize();
        let lateral = Vec3::Y.cross(forward);
        let (mut lo, mut hi) = (Vec3::MAX, Vec3::MIN);
        for t in &model.tights {
            for v in t.verts {
                if model.weight_of(v as usize, &joints[1..]) > 0.5 {
                    let d = model.verts[v as usize] - ankle;
                    let q = Vec3::new(d.dot(lateral), d.y, d.dot(forward));
                    lo = lo.min(q);
                    hi = hi.max(q);
                }
            }
        }
        let centre = 0.5 * (lo.x + hi.x);
        let heel = (ankle + forward * lo.z + lateral * centre).with_y(0.0);
        Self {
            ankle,
            ball,
            forward,
            lateral,
            heel,
            length: hi.z - lo.z,
            half: 0.5 * (hi.x - lo.x),
            joints,
        }
    }

    /// `s` along the foot, lateral place (-1..1) and height over the floor of a bind position.
    fn place(&self, p: Vec3) -> Vec3 {
        let d = p - self.heel;
        Vec3::new(
            d.dot(self.forward) / self.length,
            d.dot(self.lateral) / self.half,
            p.y,
        )
    }

    /// Skinning matrices of leg, foot and toes with the heel raised by `pitch`.
    fn raise(&self, pitch: f32) -> [Mat4; 3] {
        let turn = Quat::from_axis_angle(self.lateral, pitch);
        let foot = Mat4::from_translation(self.ankle)
            * Mat4::from_quat(turn)
            * Mat4::from_translation(-self.ankle);
        let toes = Mat4::from_translation(foot.transform_point3(self.ball) - self.ball);
        [Mat4::IDENTITY, foot, toes]
    }

    /// Positive inside the shoe, metres.
    fn inside(&self, design: &Design, p: Vec3) -> f32 {
        let q = self.place(p);
        let side = design.top(q.x) - q.z;
        let throat = design.throat - design.round * (1.0 - (q.y * q.y).min(1.0));
        let vamp = (q.x - throat) * self.length;
        // Smooth maximum: the top line turns into the vamp without a corner.
        let (a, b) = (side.max(-0.05), vamp.clamp(-0.05, 0.10));
        let h = (0.5 + 0.5 * (a - b) / 0.018).clamp(0.0, 1.0);
        b + (a - b) * h + 0.018 * h * (1.0 - h)
    }
}

/// A blend of the three matrices.
fn blend(matrices: &[Mat4; 3], share: Vec3) -> Mat4 {
    matrices[0] * share.x + matrices[1] * share.y + matrices[2] * share.z
}

/// The shoes, the skin left visible, and the numbers the run time wants.
pub(crate) struct Shod {
    /// Both shoes.
    pub(crate) part: Part,
    /// Skin outside of the shoes.
    pub(crate) skin: Patch,
    /// Plantar flexion of the foot standing in the shoe, radians.
    pub(crate) pitch_rad: f32,
    /// Floor to the heel of the foot minus floor to its ball, metres.
    pub(crate) heel_m: f32,
    /// Sole under the ball, metres.
    pub(crate) sole_m: f32,
}

/// A vertex of the raised shoe.
struct Raised {
    pos: Vec3,
    normal: Vec3,
    uv: Vec2,
    share: Vec3,
}

#[derive(Default)]
struct Raise {
    verts: Vec<Raised>,
    tris: Vec<[u32; 3]>,
}

/// Makes shoes and takes the covered skin away.
pub(crate) fn make(model: &Model<'_>, skin: &Patch, style: ShoeStyle, heel: f32) -> Shod {
    let Some(design) = Design::new(style, heel) else {
        return Shod {
            part: Part::default(),
            skin: skin.clone(),
            pitch_rad: 0.0,
            heel_m: 0.0,
            sole_m: 0.0,
        };
    };
    let mut part = Part {
        material: "shoes",
        ..Part::default()
    };
    let mut left = skin.clone();
    let mut pitch = 0.0;
    for side in Side::BOTH {
        let last = Last::new(model, side);
        let upper = upper(model, &last, &design);
        if side == Side::Left {
            pitch = pitch_for(&last, &upper, model, heel);
        }
        let raised = assemble(model, &last, &design, &upper, pitch);
        part.append(&unpose(&last, &raised, pitch));
        let keep = |p: Vec3| {
            let near = p.y < 0.30 && (p.x > 0.0) == (side == Side::Left);
            if near {
                0.009 - last.inside(&design, p)
            } else {
                1.0
            }
        };
        left = left.keep(|v| keep(v.pos));
    }
    Shod {
        part,
        skin: left,
        pitch_rad: pitch,
        heel_m: heel,
        sole_m: design.sole,
    }
}

/// The part of the sock inside the top line, refined.
fn upper(model: &Model<'_>, last: &Last, design: &Design) -> Patch {
    let foot = model.tights.iter().filter(|t| {
        t.verts.iter().all(|&v| {
            let p = model.verts[v as usize];
            p.y < 0.30 && (p.x > 0.0) == (last.ankle.x > 0.0)
        })
    });
    let sock = Patch::new(model, foot.copied());
    sock.subdivide().keep(|v| last.inside(design, v.pos))
}

/// Shares of leg, foot and toes on a patch vertex.
fn shares(model: &Model<'_>, last: &Last, mix: &[(u32, f32)]) -> Vec3 {
    let of = |k: usize| -> f32 {
        mix.iter()
            .map(|&(v, w)| w * model.weight_of(v as usize, &last.joints[k..=k]))
            .sum()
    };
    let raw = Vec3::new(of(0), of(1), of(2));
    let total = raw.x + raw.y + raw.z;
    if total > 1e-3 { raw / total } else { Vec3::Y }
}

/// Plantar flexion at which the heel of the foot stands `heel` above its ball.
fn pitch_for(last: &Last, upper: &Patch, model: &Model<'_>, heel: f32) -> f32 {
    let rise = |pitch: f32| {
        let matrices = last.raise(pitch);
        let (mut back, mut front) = (f32::MAX, f32::MAX);
        for v in &upper.verts {
            let y = blend(&matrices, shares(model, last, &v.mix))
                .transform_point3(v.pos)
                .y;
            let s = last.place(v.pos).x;
            if s < 0.2 {
                back = back.min(y);
            } else if s > 0.55 {
                front = front.min(y);
            }
        }
        back - front
    };
    let (mut lo, mut hi) = (-0.05_f32, 1.15_f32);
    for _ in 0..30 {
        let mid = 0.5 * (lo + hi);
        if rise(mid) < heel { lo = mid } else { hi = mid }
    }
    0.5 * (lo + hi)
}

fn assemble(model: &Model<'_>, last: &Last, design: &Design, upper: &Patch, pitch: f32) -> Raise {
    let matrices = last.raise(pitch);
    let mut posed = upper.clone();
    let share: Vec<Vec3> = upper
        .verts
        .iter()
        .map(|v| shares(model, last, &v.mix))
        .collect();
    for (v, s) in posed.verts.iter_mut().zip(&share) {
        v.pos = blend(&matrices, *s).transform_point3(v.pos);
    }
    posed.renormal();
    let place: Vec<Vec3> = upper.verts.iter().map(|v| last.place(v.pos)).collect();
    let mut out = Raise::default();
    let centre = last.heel;
    for ((v, s), q) in posed.verts.iter().zip(&share).zip(&place) {
        let mut p = v.pos + v.normal * design.leather;
        let toe = smooth(0.72, 1.0, q.x);
        p += last.forward * design.point.x * toe * toe;
        let off = (p - centre).dot(last.lateral);
        p -= last.lateral * off * design.point.y * toe * toe.sqrt();
        out.verts.push(Raised {
            pos: p,
            normal: v.normal,
            uv: Vec2::new(0.03 + 0.38 * q.x.clamp(0.0, 1.0), q.z / UPPER_M)
                .clamp(Vec2::ZERO, Vec2::splat(0.98)),
            share: *s,
        });
    }
    out.tris = posed.tris.clone();
    relax(&mut out, upper);
    let stations = sole::stations(last, design, &out, &place);
    edge(&mut out, &posed, upper);
    sole::build(&mut out, last, design, &stations);
    renormal(&mut out);
    out
}

/// Two light smoothing rounds over the interior of the upper.
fn relax(out: &mut Raise, upper: &Patch) {
    let weld = upper.welded();
    let near = upper.neighbours(&weld);
    let mut rim = vec![false; upper.verts.len()];
    for [a, b] in upper.boundary(&weld) {
        rim[a as usize] = true;
        rim[b as usize] = true;
    }
    // The top line itself is smoothed along its own length.
    let mut along: Vec<Vec<u32>> = vec![Vec::new(); upper.verts.len()];
    for [a, b] in upper.boundary(&weld) {
        along[a as usize].push(b);
        along[b as usize].push(a);
    }
    for _ in 0..10 {
        let old: Vec<Vec3> = out.verts.iter().map(|v| v.pos).collect();
        for (v, &w) in out.verts.iter_mut().zip(&weld) {
            if let [a, b] = along[w as usize][..] {
                v.pos = old[w as usize] * 0.5 + (old[a as usize] + old[b as usize]) * 0.25;
            }
        }
    }
    for _ in 0..3 {
        let old: Vec<Vec3> = out.verts.iter().map(|v| v.pos).collect();
        for (v, &w) in out.verts.iter_mut().zip(&weld) {
            let w = w as usize;
            v.pos = if rim[w] || near[w].is_empty() {
                old[w]
            } else {
                let mean =
                    near[w].iter().map(|&j| old[j as usize]).sum::<Vec3>() / near[w].len() as f32;
                old[w].lerp(mean, 0.5)
            };
        }
    }
}

/// The top edge: leather turned in towards the foot.
fn edge(out: &mut Raise, posed: &Patch, upper: &Patch) {
    let weld = upper.welded();
    let mut made = std::collections::HashMap::new();
    for [a, b] in upper.boundary(&weld) {
        let mut inner = |i: u32, out: &mut Raise| -> [u32; 3] {
            *made.entry(i).or_insert_with(|| {
                let (pos, share) = (out.verts[i as usize].pos, out.verts[i as usize].share);
                let n = posed.verts[i as usize].normal;
                let skin = posed.verts[i as usize].pos;
                let first = out.verts.len() as u32;
                let rolled = pos.lerp(skin, 0.45) + (pos - skin).normalize_or_zero() * 0.0002;
                for p in [pos, rolled, skin - n * 0.0025 - Vec3::Y * 0.003] {
                    out.verts.push(Raised {
                        pos: p,
                        normal: n,
                        uv: Vec2::new(TRIM_U, 0.5),
                        share,
                    });
                }
                [first, first + 1, first + 2]
            })
        };
        let (a, b) = (inner(a, out), inner(b, out));
        for k in 0..2 {
            out.tris.push([a[k], a[k + 1], b[k + 1]]);
            out.tris.push([a[k], b[k + 1], b[k]]);
        }
    }
}

/// Smooth normals within each index-connected surface.
fn renormal(out: &mut Raise) {
    let mut n = vec![Vec3::ZERO; out.verts.len()];
    for t in &out.tris {
        let [a, b, c] = t.map(|i| out.verts[i as usize].pos);
        let face = (b - a).cross(c - a);
        for i in t {
            n[*i as usize] += face;
        }
    }
    // The texture seam of the sock must not show.
    let mut same: std::collections::HashMap<[i32; 3], Vec<usize>> =
        std::collections::HashMap::new();
    for (i, v) in out.verts.iter().enumerate() {
        if v.uv.x < 0.5 {
            same.entry((v.pos * 1e5).round().to_array().map(|x| x as i32))
                .or_default()
                .push(i);
        }
    }
    for group in same.values() {
        let sum: Vec3 = group.iter().map(|&i| n[i]).sum();
        for &i in group {
            n[i] = sum;
        }
    }
    for (v, n) in out.verts.iter_mut().zip(n) {
        v.normal = n.try_normalize().unwrap_or(v.normal);
    }
}

/// Brings the raised shoe back into the bind pose.
fn unpose(last: &Last, raised: &Raise, pitch: f32) -> Part {
    let matrices = last.raise(pitch);
    let mut part = Part {
        material: "shoes",
        ..Part::default()
    };
    for v in &raised.verts {
        let back = blend(&matrices, v.share).inverse();
        part.positions.push(back.transform_point3(v.pos));
        part.normals
            .push(back.transform_vector3(v.normal).normalize_or(Vec3::Y));
        part.uvs.push(v.uv);
        let mut joints = [0_u16; 4];
        let mut weights = [0.0_f32; 4];
        let mut slot = 0;
        for (share, joint) in v.share.to_array().into_iter().zip(last.joints) {
            if share > 1e-4 {
                joints[slot] = joint as u16;
                weights[slot] = share;
                slot += 1;
            }
        }
        let total: f32 = weights.iter().sum();
        part.joints.push(joints);
        part.weights.push(weights.map(|w| w / total));
    }
    part.tris.clone_from(&raised.tris);
    part
}
