//! Eyeballs with a painted iris, and lashes as alpha-masked ribbons.

use glam::{Mat4, Vec2, Vec3, Vec4};

use super::{
    image::Canvas,
    mesh::{Patch, PatchVertex},
    model::{Model, Side},
    noise::{Random, bell, noise, smooth},
};
use crate::glb::Part;

/// Polar angle up to which an eyeball is modelled, radians from the gaze.
const REACH: f32 = 1.75;
/// Radius of the iris of an adult, metres (corneal diameter 11.7 mm: Rüfer et al. 2005).
const IRIS_M: f32 = 0.005_85;

/// Radius of curvature of the cornea's front, metres (Dubbelman et al. 2006).
const CORNEA_M: f32 = 0.007_8;

/// Both eyeballs, with the gaze morphs fitted to those of the base mesh's eyes.
pub(crate) fn eyeballs(model: &Model<'_>) -> Part {
    const RINGS: usize = 15;
    const SPOKES: usize = 28;
    let mut part = Part {
        material: "eyes",
        morphs: vec![Vec::new(); model.units.len()],
        ..Part::default()
    };
    let head = model.joint("Head") as u16;
    for side in Side::BOTH {
        let (centre, radius) = model.eye(side);
        let iris = (IRIS_M / radius).clamp(0.2, 0.7).asin();
        let base = part.positions.len() as u32;
        for r in 0..=RINGS {
            for s in 0..=SPOKES {
                let theta = REACH * r as f32 / RINGS as f32;
                let phi = std::f32::consts::TAU * s as f32 / SPOKES as f32;
                let d = Vec3::new(
                    theta.sin() * phi.cos(),
                    theta.sin() * phi.sin(),
                    theta.cos(),
                );
                // The cornea stands forward by about a twentieth of the radius.
                let bulge = 0.045 * radius * smooth(iris * 1.15, 0.0, theta);
                part.positions.push(centre + d * radius + Vec3::Z * bulge);
                // The lids leave no room for the whole cornea; its mirror has its curve.
                let out = (radius * theta.sin() / CORNEA_M).min(0.98);
                let curved = Vec3::new(out * phi.cos(), out * phi.sin(), (1.0 - out * out).sqrt());
                let cornea = smooth(iris * 1.15, iris * 0.9, theta);
                part.normals.push(d.lerp(curved, cornea).normalize_or(d));
                let across = Vec2::new(phi.cos() * side.sign(), -phi.sin()) * (theta / REACH);
                part.uvs.push(Vec2::splat(0.5) + across * 0.5);
                part.joints.push([head, 0, 0, 0]);
                part.weights.push([1.0, 0.0, 0.0, 0.0]);
                if r > 0 && s > 0 {
                    let row = SPOKES as u32 + 1;
                    let (r, s) = (r as u32, s as u32);
                    let at = |r: u32, s: u32| base + r * row + s;
                    part.tris.push([at(r - 1, s - 1), at(r, s - 1), at(r, s)]);
                    if r > 1 {
                        part.tris.push([at(r - 1, s - 1), at(r, s), at(r - 1, s)]);
                    }
                }
            }
        }
        let mut own: Vec<u32> = model.eyes[side as usize]
            .iter()
            .flat_map(|t| t.verts)
            .collect();
        own.sort_unstable();
        own.dedup();
        for (unit, morphs) in model.units.iter().zip(&mut part.morphs) {
            let Some(motion) = affine(model, centre, &own, &unit.deltas) else {
                continue;
            };
            for i in base..part.positions.len() as u32 {
                let d = part.positions[i as usize] - centre;
                morphs.push((i, motion.transform_point3(d)));
            }
        }
    }
    part
}

/// Least-squares affine map from offsets about the eye's centre to displacements.
fn affine(model: &Model<'_>, centre: Vec3, own: &[u32], deltas: &[(u32, Vec3)]) -> Option<Mat4> {
    let mut gram = Mat4::ZERO;
    let mut cross = Mat4::ZERO;
    let mut moved = false;
    for &v in own {
        let d = ((model.verts[v as usize] - centre) * 100.0).extend(1.0);
        let delta = deltas.iter().find(|x| x.0 == v).map_or(Vec3::ZERO, |x| x.1);
        moved |= delta.length_squared() > 1e-12;
        let outer = |a: Vec4| Mat4::from_cols(a * d.x, a * d.y, a * d.z, a * d.w);
        gram += outer(d);
        cross += outer(delta.extend(0.0));
    }
    if !moved || gram.determinant().abs() < 1e-9 {
        return None;
    }
    let fit = cross * gram.inverse();
    Some(Mat4::from_cols(
        fit.x_axis * 100.0,
        fit.y_axis * 100.0,
        fit.z_axis * 100.0,
        fit.w_axis.truncate().extend(1.0),
    ))
}

/// Sclera, iris and pupil, centred on the gaze; u towards the temple.
pub(crate) fn iris_texture(model: &Model<'_>, iris: Vec3, age_spots: f32) -> Canvas {
    let (_, radius) = model.eye(Side::Left);
    let edge = (IRIS_M / radius).clamp(0.2, 0.7).asin();
    let sclera = Vec3::new(0.50, 0.455, 0.42).lerp(Vec3::new(0.60, 0.52, 0.42), age_spots * 0.6);
    Canvas::draw(512, 512, |x, y| {
        let q = Vec2::new(x - 0.5, y - 0.5) * 2.0 * REACH;
        let theta = q.length();
        let angle = q.y.atan2(q.x);
        let r = theta / edge;
        // White with fine vessels that thicken towards the corners.
        let corner = smooth(1.2, 2.6, q.x.abs() / edge);
        let vessel = smooth(
            0.55,
            0.9,
            1.0 - (noise(Vec3::new(q.x * 5.0, q.y * 14.0, 1.0), 5)
                + 0.5 * noise(Vec3::new(q.x * 12.0, q.y * 30.0, 2.0), 6))
            .abs()
                * 1.6,
        );
        let mut c = sclera * (1.0 - Vec3::new(0.05, 0.24, 0.24) * (corner * 0.8 + 0.10));
        c = c.lerp(Vec3::new(0.50, 0.16, 0.13), vessel * (0.05 + 0.25 * corner));
        // Shade of the upper lid and the roundness of the ball.
        c *= 1.0
            - 0.45 * smooth(0.15, -1.1, q.y / edge + 0.1).min(1.0) * smooth(0.0, -0.9, q.y / edge);
        c *= 1.0 - 0.55 * smooth(1.15, 2.3, r);
        if r < 1.08 {
            let fibre = noise(Vec3::new(angle.cos() * 9.0, angle.sin() * 9.0, r * 1.6), 11)
                + 0.7
                    * noise(
                        Vec3::new(angle.cos() * 22.0, angle.sin() * 22.0, r * 2.4),
                        12,
                    );
            let collarette = bell(r - 0.46, 0.10);
            let mut i = iris * (0.70 + 0.36 * fibre + 0.30 * collarette);
            // Warm ring about the pupil, dark limbal ring, light gathered opposite the key.
            i = i.lerp(
                iris * Vec3::new(1.5, 1.05, 0.6),
                0.35 * bell(r - 0.42, 0.09),
            );
            i *= 1.0 - 0.80 * smooth(0.74, 1.0, r);
            i *= 0.72 + 0.55 * smooth(-0.6, 0.9, q.y / edge);
            i = i.lerp(Vec3::splat(0.004), smooth(0.36, 0.31, r));
            c = c.lerp(i.max(Vec3::splat(0.003)), smooth(1.07, 0.97, r));
        }
        c.extend(1.0)
    })
}

/// Root and tip vertices of a lash strip of the base mesh, from inner to outer corner.
fn strip(model: &Model<'_>, side: Side, upper: bool) -> Vec<(u32, u32)> {
    const BINS: usize = 9;
    let (eye, radius) = model.eye(side);
    let mut own: Vec<u32> = model.lashes[side as usize][usize::from(upper)]
        .iter()
        .flat_map(|t| t.verts)
        .collect();
    own.sort_unstable();
    own.dedup();
    let mut near: Vec<Vec3> = model
        .body
        .iter()
        .flat_map(|t| t.verts)
        .map(|v| model.verts[v as usize])
        .filter(|p| p.distance_squared(eye) < 9.0 * radius * radius)
        .collect();
    near.dedup();
    let gap = |v: u32| {
        let p = model.verts[v as usize];
        near.iter()
            .map(|q| q.distance_squared(p))
            .fold(f32::MAX, f32::min)
            .sqrt()
    };
    let along: Vec<(f32, u32, f32)> = own
        .iter()
        .map(|&v| (model.verts[v as usize].x * side.sign(), v, gap(v)))
        .collect();
    let (lo, hi) = along
        .iter()
        .fold((f32::MAX, f32::MIN), |(l, h), a| (l.min(a.0), h.max(a.0)));
    (0..BINS)
        .filter_map(|b| {
            let x = lo + (hi - lo) * (b as f32 + 0.5) / BINS as f32;
            let reach = (hi - lo) / BINS as f32;
            let here = || along.iter().filter(move |a| (a.0 - x).abs() < reach);
            let root = here().min_by(|a, b| a.2.total_cmp(&b.2))?;
            let tip = here().max_by(|a, b| a.2.total_cmp(&b.2))?;
            Some((root.1, tip.1))
        })
        .collect()
}

/// Points along the roots of the lashes, for the painter: `[left, right][lower, upper]`.
pub(crate) fn lash_lines(model: &Model<'_>) -> [[Vec<Vec3>; 2]; 2] {
    Side::BOTH.map(|side| {
        [false, true].map(|upper| {
            let roots: Vec<Vec3> = strip(model, side, upper)
                .iter()
                .map(|s| model.verts[s.0 as usize])
                .collect();
            let mut line = Vec::new();
            for pair in roots.windows(2) {
                line.extend((0..8).map(|k| pair[0].lerp(pair[1], k as f32 / 8.0)));
            }
            line
        })
    })
}

/// Lash ribbons: u along the lid, v from root (0) to tip (1).
pub(crate) fn lashes(model: &Model<'_>, length: f32) -> Patch {
    const COLUMNS: usize = 24;
    const ROWS: usize = 4;
    let mut patch = Patch::default();
    for side in Side::BOTH {
        let (eye, radius) = model.eye(side);
        for upper in [false, true] {
            let ends = strip(model, side, upper);
            if ends.len() < 4 {
                continue;
            }
            let smoothed: Vec<Vec3> = (0..ends.len())
                .map(|i| {
                    let at = |j: usize| model.verts[ends[j].0 as usize];
                    at(i) * 0.5
                        + at(i.saturating_sub(1)) * 0.25
                        + at((i + 1).min(ends.len() - 1)) * 0.25
                })
                .collect();
            let base = patch.verts.len() as u32;
            for c in 0..=COLUMNS {
                let s = c as f32 / COLUMNS as f32 * (ends.len() - 1) as f32;
                let (i, t) = (
                    (s as usize).min(ends.len() - 2),
                    s - (s as usize).min(ends.len() - 2) as f32,
                );
                let root = smoothed[i].lerp(smoothed[i + 1], t);
                let nearest = if t < 0.5 { ends[i] } else { ends[i + 1] };
                let u = c as f32 / COLUMNS as f32;
                let outward = Vec3::X
                    * side.sign()
                    * (0.15 + 0.75 * ((root.x - eye.x) * side.sign() / radius));
                let (rise, curl, reach) = if upper {
                    (0.30, 0.95, 0.0082 * (0.55 + 0.6 * u.powf(0.7)))
                } else {
                    (-0.45, -0.12, 0.0042 * (0.6 + 0.4 * u))
                };
                let fade = smooth(0.0, 0.12, u) * smooth(1.0, 0.93, u);
                let reach = reach * length * (0.4 + 0.6 * fade);
                let start = (Vec3::Z + outward * 0.8 + Vec3::Y * rise).normalize();
                for r in 0..=ROWS {
                    let v = r as f32 / ROWS as f32;
                    let pos =
                        root + (start * v + Vec3::Y * curl * v * v) * reach + Vec3::Z * 0.0002;
                    patch.verts.push(PatchVertex {
                        mix: if r == 0 {
                            vec![(nearest.0, 1.0)]
                        } else {
                            vec![(nearest.0, 1.0 - v * 0.8), (nearest.1, v * 0.8)]
                        },
                        uv: Vec2::new(u, if upper { 0.5 + 0.5 * v } else { 0.5 - 0.5 * v }),
                        pos,
                        normal: (Vec3::Z * 0.6 + Vec3::Y * 0.8).normalize(),
                    });
                    if c > 0 && r > 0 {
                        let row = ROWS as u32 + 1;
                        let at = |c: u32, r: u32| base + c * row + r;
                        let (c, r) = (c as u32, r as u32);
                        patch.tris.push([at(c - 1, r - 1), at(c, r - 1), at(c, r)]);
                        patch.tris.push([at(c - 1, r - 1), at(c, r), at(c - 1, r)]);
                    }
                }
            }
        }
    }
    patch
}

/// Tapered, slightly clumped strokes; the upper half of the image is the upper lid.
pub(crate) fn lash_texture() -> Canvas {
    let (w, h) = (512_usize, 128_usize);
    let mut alpha = vec![0.0_f32; w * h];
    let mut random = Random::new(5);
    for upper in [true, false] {
        let count = if upper { 78 } else { 40 };
        for k in 0..count {
            let u = (k as f32 + 0.5 + 0.6 * random.signed()) / count as f32;
            let clump = 0.010 * (u * 70.0).sin() + 0.006 * random.signed();
            let length = random.range(0.62, 0.98);
            for s in 0..120 {
                let t = s as f32 / 120.0;
                let x = (u + clump * t * t) * w as f32;
                let y = h as f32
                    * if upper {
                        0.5 - 0.5 * t * length
                    } else {
                        0.5 + 0.5 * t * length
                    };
                let half = if upper { 2.5 } else { 1.3 } * (1.0 - t).powf(0.6) + 0.45;
                for i in -4..=4_i32 {
                    let qx = x as i32 + i;
                    if qx < 0 || qx >= w as i32 {
                        continue;
                    }
                    let d = (qx as f32 + 0.5 - x).abs();
                    let a = smooth(half + 0.5, half - 0.5, d)
                        * (1.0 - 0.35 * t)
                        * if upper { 1.0 } else { 0.65 };
                    let at = (y as usize).min(h - 1) * w + qx as usize;
                    alpha[at] = alpha[at].max(a);
                }
            }
        }
    }
    Canvas::draw(w, h, |x, y| {
        let at = ((y * h as f32) as usize).min(h - 1) * w + ((x * w as f32) as usize).min(w - 1);
        Vec3::new(0.006, 0.005, 0.004).extend(alpha[at])
    })
}
