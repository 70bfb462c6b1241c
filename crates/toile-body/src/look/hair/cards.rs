//! Ribbons of strands, and round braids.

use glam::{Vec2, Vec3};

use super::{
    super::{
        model::Model,
        noise::{Random, smooth},
    },
    Growth,
};

/// Columns of the strand texture.
const COLUMNS: u32 = 4;

/// A place on the scalp.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Root {
    pub(crate) pos: Vec3,
    pub(crate) normal: Vec3,
    /// How far inside the hairline, metres.
    pub(crate) depth: f32,
}

/// Scatters roots evenly over the scalp (stratified by triangle area).
pub(crate) fn roots(
    growth: &Growth<'_>,
    count: usize,
    edge: f32,
    random: &mut Random,
) -> Vec<Root> {
    let model: &Model<'_> = growth.model;
    let ears = model.mask("ears");
    let mut areas = Vec::new();
    let mut total = 0.0;
    for t in &model.body {
        let [a, b, c] = t.verts.map(|v| model.verts[v as usize]);
        let mid = (a + b + c) / 3.0;
        if mid.y < growth.head.chin_y - 0.03 || growth.head.scalp(mid) < edge - 0.01 {
            continue;
        }
        if ears.is_some_and(|m| m.sample(model.uvs[t.uvs[0] as usize]) > 0.35) {
            continue;
        }
        total += (b - a).cross(c - a).length();
        areas.push((total, t));
    }
    let mut out = Vec::with_capacity(count);
    if areas.is_empty() {
        return out;
    }
    for k in 0..count {
        let at = (k as f32 + random.unit()) / count as f32 * total;
        let i = areas.partition_point(|a| a.0 < at).min(areas.len() - 1);
        let t = areas[i].1;
        let (mut b, mut c) = (random.unit(), random.unit());
        if b + c > 1.0 {
            (b, c) = (1.0 - b, 1.0 - c);
        }
        let mix = |f: &[Vec3]| {
            f[t.verts[0] as usize] * (1.0 - b - c)
                + f[t.verts[1] as usize] * b
                + f[t.verts[2] as usize] * c
        };
        let pos = mix(&model.verts);
        let depth = growth.head.scalp(pos);
        if depth > edge {
            out.push(Root {
                pos,
                normal: mix(&model.normals).normalize_or(Vec3::Y),
                depth,
            });
        }
    }
    out
}

/// What a combing field is asked.
pub(crate) struct Ask {
    /// Where the strand is.
    pub(crate) pos: Vec3,
    /// Away from the skin (or the skull, far from skin).
    pub(crate) normal: Vec3,
    /// Height above the skin, metres.
    pub(crate) height: f32,
    /// Length grown so far, metres.
    pub(crate) grown: f32,
}

/// How one strand wants to grow.
pub(crate) struct Strand<'f> {
    /// Starting direction; zero starts along the combing direction.
    pub(crate) start: Vec3,
    /// Length, metres.
    pub(crate) length: f32,
    /// Height above the skin it keeps, metres.
    pub(crate) clear: f32,
    /// Segments.
    pub(crate) segments: usize,
    /// Combing direction; a zero vector ends the strand.
    pub(crate) flow: &'f dyn Fn(&Ask) -> Vec3,
    /// Inertia of the direction, 0 to 1.
    pub(crate) stiff: f32,
    /// How firmly the strand lies on the head, 0 to 1, above the height `hug_above`.
    pub(crate) hug: f32,
    /// Height over the floor below which a strand hangs free, metres.
    pub(crate) hug_above: f32,
}

/// Grows a path of points with outward normals.
pub(crate) fn grow(growth: &Growth<'_>, root: &Root, strand: &Strand<'_>) -> Vec<(Vec3, Vec3)> {
    let step = strand.length / strand.segments as f32;
    let mut pos = root.pos + root.normal * 0.0012;
    let mut direction = strand.start;
    if direction == Vec3::ZERO {
        let want = (strand.flow)(&Ask {
            pos,
            normal: root.normal,
            height: 0.001,
            grown: 0.0,
        });
        direction = (want + root.normal * 0.10).normalize_or(root.normal);
    }
    let mut path = vec![(pos, root.normal)];
    let mut grown = 0.0;
    for _ in 0..strand.segments {
        let (height, normal) = growth
            .surface
            .above(pos)
            .unwrap_or((1.0, growth.head.outward(pos)));
        let want = (strand.flow)(&Ask {
            pos,
            normal,
            height,
            grown,
        });
        if want == Vec3::ZERO {
            break;
        }
        direction = (direction * strand.stiff + want * (1.0 - strand.stiff)).normalize_or(want);
        pos += direction * step;
        grown += step;
        let mut out = normal;
        if let Some((height, normal)) = growth.surface.above(pos) {
            let clear = strand.clear * smooth(0.0, 0.02, grown).max(0.15);
            if height < clear {
                pos += normal * (clear - height);
            } else {
                let hold =
                    strand.hug * smooth(strand.hug_above - 0.025, strand.hug_above + 0.015, pos.y);
                pos -= normal * (height - clear) * hold;
            }
            out = normal;
        }
        path.push((pos, out));
    }
    path
}

/// Lays a card along a path; `tip` is the share of the strands' length shown
/// (1 ends in loose tips, less in a blunt cut).
pub(crate) fn card(
    growth: &mut Growth<'_>,
    path: &[(Vec3, Vec3)],
    width: f32,
    tip: f32,
    random: &mut Random,
) {
    if path.len() < 3 {
        return;
    }
    let column = (random.unit() * COLUMNS as f32) as u32 % COLUMNS;
    let flip = random.unit() < 0.5;
    // A narrow card shows few strands, not many thin ones.
    let span = (width / 0.017).clamp(0.22, 0.97);
    let from = random.unit() * (0.97 - span) + 0.015;
    let tint = Vec3::splat(random.range(0.84, 1.0));
    let n = path.len() - 1;
    let mut previous = None;
    for i in 0..=n {
        let (p, normal) = path[i];
        let tangent =
            (path[(i + 1).min(n)].0 - path[i.saturating_sub(1)].0).normalize_or(Vec3::NEG_Y);
        let side = tangent.cross(normal).normalize_or(Vec3::X);
        let out = side.cross(tangent);
        let t = i as f32 / n as f32;
        let half =
            0.5 * width * (0.75 + 0.25 * smooth(0.0, 0.25, t)) * (1.0 - 0.35 * smooth(0.6, 1.0, t));
        // Shade like the head's volume rather than like loose paper.
        let volume = (growth.head.outward(p) * smooth(-0.06, 0.02, p.y - growth.head.chin_y)
            + normal * 0.9)
            .normalize_or(normal);
        let root_shadow = 0.72 + 0.28 * smooth(0.0, 0.25, t);
        let mut make = |s: f32| {
            let u = (column as f32 + from + if (s > 0.0) == flip { span } else { 0.0 })
                / COLUMNS as f32;
            let pos = p + side * half * s - out * half * 0.22;
            growth.vertex(
                pos,
                volume + side * 0.35 * s,
                Vec2::new(u, 0.004 + 0.992 * t * tip),
                tint * root_shadow,
            )
        };
        let pair = (make(-1.0), make(1.0));
        if let Some((a, b)) = previous {
            growth.part.tris.push([a, b, pair.1]);
            growth.part.tris.push([a, pair.1, pair.0]);
        }
        previous = Some(pair);
    }
}

/// Lays a plaited tube along a path.
pub(crate) fn braid(
    growth: &mut Growth<'_>,
    path: &[(Vec3, Vec3)],
    radius: f32,
    random: &mut Random,
) {
    const SIDES: usize = 5;
    if path.len() < 3 {
        return;
    }
    let n = path.len() - 1;
    let shade = random.range(0.85, 1.1);
    let phase = random.unit() * 6.0;
    let mut previous: Option<u32> = None;
    for i in 0..=n {
        let (p, normal) = path[i];
        let tangent =
            (path[(i + 1).min(n)].0 - path[i.saturating_sub(1)].0).normalize_or(Vec3::NEG_Y);
        let side = tangent.cross(normal).normalize_or(Vec3::X);
        let out = side.cross(tangent);
        let t = i as f32 / n as f32;
        // Plait: the outline swells twice per turn, left and right in turn.
        let swell = 1.0 + 0.20 * (i as f32 * 1.9 + phase).sin();
        let r = radius
            * swell
            * (1.0 - 0.55 * smooth(0.9, 1.0, t))
            * (0.55 + 0.45 * smooth(0.0, 0.06, t));
        let sway = side * radius * 0.28 * (i as f32 * 0.95 + phase).sin();
        let first = growth.part.positions.len() as u32;
        for k in 0..=SIDES {
            let a = std::f32::consts::TAU * k as f32 / SIDES as f32;
            let d = side * a.cos() + out * a.sin();
            let groove = 0.72 + 0.28 * swell.min(1.2);
            growth.vertex(
                p + sway + d * r,
                d,
                Vec2::new(0.01 + 0.22 * k as f32 / SIDES as f32, 0.10 + 0.45 * t),
                Vec3::splat(shade * groove),
            );
        }
        if let Some(above) = previous {
            for k in 0..SIDES as u32 {
                growth
                    .part
                    .tris
                    .push([above + k, above + k + 1, first + k + 1]);
                growth.part.tris.push([above + k, first + k + 1, first + k]);
            }
        }
        previous = Some(first);
    }
}
