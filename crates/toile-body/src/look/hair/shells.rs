//! Shells: stacked, perforated copies of the scalp for cropped and curly hair.

use glam::{Vec2, Vec3};

use super::{
    super::{
        mesh::Patch,
        noise::{Random, fbm, smooth},
    },
    Growth,
    cards::{card, roots},
};

/// Skin inside the hairline, refined, without the ears.
fn scalp(growth: &Growth<'_>, skin: &Patch, edge: f32) -> Patch {
    let head = growth.head;
    let ears = growth.model.mask("ears");
    let near = skin.filter(|t| {
        t.iter().all(|v| {
            v.pos.y > head.chin_y - 0.04
                && v.pos.x.abs() < 0.2
                && !ears.is_some_and(|m| m.sample(v.uv) > 0.5)
        })
    });
    near.subdivide().keep(|v| head.scalp(v.pos) - edge)
}

fn lay(
    growth: &mut Growth<'_>,
    patch: &Patch,
    shift: Vec2,
    tile: f32,
    tint: f32,
    place: impl Fn(Vec3, Vec3) -> (Vec3, Vec3),
) {
    let first = growth.part.positions.len() as u32;
    for v in &patch.verts {
        let (pos, normal) = place(v.pos, v.normal);
        growth.vertex(pos, normal, v.uv * tile + shift, Vec3::splat(tint));
    }
    growth
        .part
        .tris
        .extend(patch.tris.iter().map(|t| t.map(|i| i + first)));
}

/// Hair of a few millimetres: `length` by place on the scalp, metres.
pub(crate) fn fur(growth: &mut Growth<'_>, skin: &Patch, length: &dyn Fn(Vec3) -> f32) {
    const LAYERS: usize = 4;
    for layer in 1..=LAYERS {
        let t = layer as f32 / LAYERS as f32;
        let patch = scalp(growth, skin, 0.001 + 0.004 * t);
        let head = growth.head.clone();
        lay(growth, &patch, Vec2::ZERO, 9.0, 0.70 + 0.30 * t, |p, n| {
            let rise = length(p) * t * smooth(0.0, 0.014, head.scalp(p)).max(0.12);
            (p + n * rise, n)
        });
    }
}

/// A round afro: an opaque heart, perforated shells and loose curls.
pub(crate) fn afro(growth: &mut Growth<'_>, skin: &Patch) {
    const LAYERS: usize = 4;
    let thick = 0.058 * growth.head.scale;
    let head = growth.head.clone();
    let place = |p: Vec3, n: Vec3, share: f32| {
        let depth = head.scalp(p);
        let radial = ((p - head.centre) * Vec3::new(1.0, 1.0, 0.95)).normalize_or(n);
        let rise = smooth(0.0, 0.060, depth + 0.002).powf(0.6);
        // Fuller on top and behind than at the brow.
        let full = 0.80 + 0.25 * radial.y.max(0.0) - 0.10 * radial.z.max(0.0);
        let lump = 1.0 + 0.14 * fbm(p * 34.0, 3) + 0.09 * fbm(p * 95.0, 4);
        let d = thick * full * rise * lump * share;
        (p + radial * d, (radial + n * 0.2).normalize_or(radial))
    };
    for layer in 0..LAYERS {
        let t = layer as f32 / (LAYERS - 1) as f32;
        let patch = scalp(growth, skin, 0.0005 + 0.002 * t);
        let shift = Vec2::new(0.37 * layer as f32, 0.61 * layer as f32);
        lay(growth, &patch, shift, 7.0, 0.50 + 0.5 * t, |p, n| {
            place(p, n, 0.72 + 0.28 * t)
        });
    }
    // Curls that stand out of the outline.
    let mut random = Random::new(9);
    for root in roots(growth, 620, 0.004, &mut random) {
        let (pos, normal) = place(root.pos, root.normal, random.range(0.86, 1.0));
        let spin = Vec3::new(random.signed(), random.signed(), random.signed());
        let mut p = pos;
        let mut direction = (normal + spin * 0.8).normalize_or(normal);
        let turn = glam::Quat::from_axis_angle(spin.normalize_or(Vec3::Y), random.range(0.5, 0.9));
        let mut path = vec![(p, normal)];
        for _ in 0..4 {
            p += direction * 0.0040;
            direction = turn * direction;
            path.push((p, normal));
        }
        card(growth, &path, random.range(0.0055, 0.009), 0.9, &mut random);
    }
}
