//! The base layer: a thin stretch garment cut from the skin along smooth curves.

use glam::Vec3;

use super::{
    mesh::{Patch, PatchVertex},
    model::{Model, Side},
    noise::smooth,
};
use crate::recipe::BaseCut;

/// Distance of the cloth from the skin, metres.
const OFFSET_M: f32 = 0.0012;
/// How far skin runs on under the edge of the cloth, metres.
const OVERLAP_M: f32 = 0.0035;

type Field<'a> = Box<dyn Fn(Vec3) -> f32 + 'a>;

/// Levels of the torso, metres, from fixed base vertices (see `measure.rs`).
struct Levels {
    bust: f32,
    waist: f32,
    crotch: Vec3,
    shoulder: Vec3,
    neck: f32,
}

impl Levels {
    fn new(model: &Model<'_>) -> Self {
        let v = &model.verts;
        Self {
            bust: v[8454].y,
            waist: 0.5 * (v[4060].y + v[4069].y),
            crotch: v[4372],
            shoulder: model.head("LeftArm"),
            neck: v[8184].y,
        }
    }
}

/// One piece of the base layer: inside where all fields are positive, in the
/// connected part nearest to the middle of the body.
struct Piece<'a> {
    fields: Vec<Field<'a>>,
    level: f32,
}

impl Piece<'_> {
    /// Cuts the piece out of `skin`; returns it and what is left.
    fn cut(&self, skin: &Patch, margin: f32) -> (Patch, Patch) {
        let mut inside = skin.clone();
        let mut rest = Patch::default();
        for field in &self.fields {
            let (positive, negative) = inside.split(|v| field(v.pos) - margin);
            inside = positive;
            rest.append(&negative);
        }
        let mut piece = Patch::default();
        for part in inside.components() {
            let middle = part
                .verts
                .iter()
                .any(|v| v.pos.x.abs() < 0.03 && (v.pos.y - self.level).abs() < 0.05);
            if middle {
                piece.append(&part);
            } else {
                rest.append(&part);
            }
        }
        (piece, rest)
    }
}

fn shorts<'a>(model: &Model<'_>, levels: &Levels, top: f32, leg: f32) -> Piece<'a> {
    let axes = Side::BOTH.map(|side| {
        let s = side.name();
        (model.head(&format!("{s}UpLeg")) - model.head(&format!("{s}Leg"))).normalize()
    });
    let crotch = levels.crotch;
    let hem = move |p: Vec3| {
        let axis = axes[usize::from(p.x < 0.0)];
        // The leg opening rises a little towards the outside.
        (p - crotch).dot(axis) + leg - 0.10 * (p.x.abs() - 0.05).max(0.0)
    };
    let waist = move |p: Vec3| top - p.y - 0.05 * p.z.max(-0.2);
    Piece {
        fields: vec![Box::new(waist), Box::new(hem)],
        level: crotch.y + 0.06,
    }
}

fn band<'a>(levels: &Levels) -> Piece<'a> {
    let (bust, top) = (
        levels.bust,
        levels.bust + 0.40 * (levels.shoulder.y - levels.bust),
    );
    let neckline = move |p: Vec3| {
        let x = p.x.abs();
        top + 0.10 * x.min(0.08) - 0.55 * (x - 0.085).max(0.0) - p.y
    };
    let hem = move |p: Vec3| p.y - (bust - 0.088 + 0.06 * p.x.abs().min(0.1));
    Piece {
        fields: vec![Box::new(neckline), Box::new(hem)],
        level: bust - 0.03,
    }
}

fn tank<'a>(model: &Model<'_>, levels: &Levels, leg: f32) -> Piece<'a> {
    let Piece { fields, level } = shorts(model, levels, f32::MAX, leg);
    // Of the shorts only the leg openings are wanted.
    let mut fields: Vec<Field<'a>> = fields.into_iter().skip(1).collect();
    let (bust, shoulder, neck) = (levels.bust, levels.shoulder, levels.neck);
    // Neck opening: an ellipse, deeper in front; arm opening: an ellipse about the shoulder joint.
    let opening = move |p: Vec3| {
        let depth = if p.z > 0.0 {
            neck - bust - 0.055
        } else {
            0.45 * (neck - bust)
        };
        let q = glam::Vec2::new(p.x / 0.088, (p.y - neck - 0.02) / (depth + 0.02));
        let r = q.length();
        if p.y > neck + 0.02 {
            -0.05
        } else {
            (r - 1.0) * 0.07
        }
    };
    let reach = glam::Vec2::new(shoulder.x - 0.122, shoulder.y - bust - 0.035);
    let arms = move |p: Vec3| {
        let q = glam::Vec2::new(
            (p.x.abs() - shoulder.x).min(0.0) / reach.x,
            (p.y - shoulder.y) / reach.y,
        );
        // Above the bust nothing beyond the shoulder joint belongs to the body of the garment.
        let beyond = if p.y > bust {
            shoulder.x + 0.02 - p.x.abs()
        } else {
            1.0
        };
        ((q.length() - 1.0) * 0.05).min(beyond)
    };
    fields.push(Box::new(opening));
    fields.push(Box::new(arms));
    Piece { fields, level }
}

/// The base layer and the skin that stays visible (with a little under the edges).
pub(crate) fn cut(model: &Model<'_>, skin: &Patch, cut: BaseCut) -> (Patch, Patch) {
    let levels = Levels::new(model);
    let pieces = match cut {
        BaseCut::BandeauShorts => vec![
            band(&levels),
            shorts(model, &levels, levels.waist + 0.005, 0.055),
        ],
        BaseCut::Shorts => vec![shorts(
            model,
            &levels,
            levels.crotch.y + 0.62 * (levels.waist - levels.crotch.y),
            0.115,
        )],
        BaseCut::TankShorts => vec![tank(model, &levels, 0.055)],
    };
    let mut cloth = Patch::default();
    let mut left = skin.clone();
    for piece in &pieces {
        let (mut patch, _) = piece.cut(skin, 0.0);
        dress(&mut patch);
        cloth.append(&patch);
        left = piece.cut(&left, OVERLAP_M).1;
    }
    (cloth, left)
}

/// Turns a piece of skin into cloth: spans hollows, lifts it off, closes the edge.
fn dress(patch: &mut Patch) {
    let weld = patch.welded();
    let near = patch.neighbours(&weld);
    let boundary = patch.boundary(&weld);
    let mut edge = vec![false; patch.verts.len()];
    for [a, b] in &boundary {
        edge[*a as usize] = true;
        edge[*b as usize] = true;
    }
    let skin: Vec<(Vec3, Vec3)> = patch.verts.iter().map(|v| (v.pos, v.normal)).collect();
    let mut pos: Vec<Vec3> = skin.iter().map(|s| s.0 + s.1 * OFFSET_M).collect();
    // Away from the edge the skin below is gone, so the cloth may flatten a bump a little.
    let rim: Vec<Vec3> = (0..edge.len())
        .filter(|&i| edge[i])
        .map(|i| patch.verts[i].pos)
        .collect();
    let floor: Vec<f32> = patch
        .verts
        .iter()
        .map(|v| {
            let gap = rim
                .iter()
                .map(|r| r.distance_squared(v.pos))
                .fold(f32::MAX, f32::min)
                .sqrt();
            OFFSET_M - 0.007 * smooth(0.024, 0.050, gap)
        })
        .collect();
    for _ in 0..30 {
        let old = pos.clone();
        for i in 0..pos.len() {
            let w = weld[i] as usize;
            if edge[w] || near[w].is_empty() {
                continue;
            }
            let mean =
                near[w].iter().map(|&j| old[j as usize]).sum::<Vec3>() / near[w].len() as f32;
            let moved = old[w].lerp(mean, 0.5);
            // Stretch cloth spans a hollow and hardly sinks into a bump.
            let (p, n) = skin[w];
            let height = (moved - p).dot(n);
            pos[i] = moved + n * (floor[w] - height).max(0.0);
        }
        for i in 0..pos.len() {
            pos[i] = pos[weld[i] as usize];
        }
    }
    for (v, p) in patch.verts.iter_mut().zip(&pos) {
        v.pos = *p;
    }
    patch.renormal();
    // A rolled edge back to the skin, so the cloth has a thickness and no gap.
    let mut inner = std::collections::HashMap::new();
    for [a, b] in boundary {
        let mut wall = |i: u32, patch: &mut Patch| -> (u32, u32) {
            *inner.entry(i).or_insert_with(|| {
                let v = patch.verts[i as usize].clone();
                let low = PatchVertex {
                    pos: skin[i as usize].0 - skin[i as usize].1 * 0.0006,
                    ..v.clone()
                };
                patch.verts.push(v);
                patch.verts.push(low);
                (patch.verts.len() as u32 - 2, patch.verts.len() as u32 - 1)
            })
        };
        let (a0, a1) = wall(a, patch);
        let (b0, b1) = wall(b, patch);
        patch.tris.push([a0, a1, b1]);
        patch.tris.push([a0, b1, b0]);
    }
}
