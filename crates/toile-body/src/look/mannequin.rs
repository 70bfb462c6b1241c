//! The shop-window figure: the body with every feature smoothed away.

use glam::Vec3;

use super::{
    head::Head,
    mesh::{Patch, PatchVertex},
    model::Model,
    noise::smooth,
};

/// The whole skin, closed at eyes and mouth, without face, navel or nipples.
pub(crate) fn figure(model: &Model<'_>) -> Patch {
    let mouth = model.mask("inside-mouth");
    let mut patch = Patch::new(model, model.body.iter().copied()).filter(|t| {
        !t.iter()
            .any(|v| mouth.is_some_and(|m| m.sample(v.uv) > 0.5))
    });
    close_holes(&mut patch);
    let egg = calm(&mut patch, model);
    let weld = patch.welded();
    let near = patch.neighbours(&weld);
    let body = Body::new(model);
    let mut pos: Vec<Vec3> = patch.verts.iter().map(|v| v.pos).collect();
    let share: Vec<f32> = patch.verts.iter().map(|v| body.torso(model, v)).collect();
    let mut step = |factor: f32| {
        let old = pos.clone();
        for i in 0..pos.len() {
            let w = weld[i] as usize;
            if near[w].is_empty() || share[w] <= 0.0 {
                pos[i] = old[w];
                continue;
            }
            let mean =
                near[w].iter().map(|&j| old[j as usize]).sum::<Vec3>() / near[w].len() as f32;
            pos[i] = old[w] + (mean - old[w]) * factor * share[w];
        }
    };
    // Taubin 1995: alternate shrinking and growing steps smooth without loss of volume.
    for _ in 0..24 {
        step(0.60);
        step(-0.58);
    }
    for (v, p) in patch.verts.iter_mut().zip(&pos) {
        v.pos = *p;
    }
    patch.renormal();
    for (v, n) in patch.verts.iter_mut().zip(egg) {
        v.normal = n.unwrap_or(v.normal);
    }
    // Lips and lids are folded flat: of their layers only those facing out are kept.
    patch.filter(|[a, b, c]| {
        (b.pos - a.pos)
            .cross(c.pos - a.pos)
            .dot(a.normal + b.normal + c.normal)
            > 0.0
    })
}

struct Body {
    neck: f32,
    ends: Vec<usize>,
}

impl Body {
    fn new(model: &Model<'_>) -> Self {
        let ends = [
            "LeftHand",
            "RightHand",
            "LeftFoot",
            "RightFoot",
            "LeftToeBase",
            "RightToeBase",
        ];
        Self {
            neck: model.head("Neck").y,
            ends: ends.map(|n| model.joint(n)).to_vec(),
        }
    }

    /// 1 on the torso, 0 on arms, hands and feet.
    fn torso(&self, model: &Model<'_>, v: &PatchVertex) -> f32 {
        let end: f32 = v
            .mix
            .iter()
            .map(|&(b, w)| w * model.weight_of(b as usize, &self.ends))
            .sum();
        let arm = v.pos.y < self.neck && v.pos.x.abs() > 0.30;
        if arm { 0.0 } else { 1.0 - end.min(1.0) }
    }
}

/// Turns the head into a smooth egg: along every direction from its middle the
/// surface is put at a broad average of the distances around that direction.
fn calm(patch: &mut Patch, model: &Model<'_>) -> Vec<Option<Vec3>> {
    let mut smooth_normals = vec![None; patch.verts.len()];
    let head = Head::new(model);
    let ears = model.mask("ears");
    let centre = Vec3::new(0.0, head.eyes.y - 0.012, head.centre.z + 0.008);
    let low = model.head("Head").y - 0.005;
    let high = head.chin_y + 0.03;
    // Dense places (eyes, lips) must not count more than their area.
    let mut area = vec![0.0_f32; patch.verts.len()];
    for t in &patch.tris {
        let [a, b, c] = t.map(|i| patch.verts[i as usize].pos);
        for i in t {
            area[*i as usize] += (b - a).cross(c - a).length();
        }
    }
    let samples: Vec<(Vec3, Vec3, f32, f32)> = patch
        .verts
        .iter()
        .zip(&area)
        .filter(|(v, _)| {
            v.pos.y > low - 0.03
                && v.normal.dot(v.pos - centre) > 0.0
                && ears.is_none_or(|m| m.sample(v.uv) < 0.2)
        })
        .map(|(v, &a)| {
            (
                (v.pos - centre).normalize_or(Vec3::Y),
                v.normal,
                v.pos.distance(centre),
                a,
            )
        })
        .collect();
    for (v, kept) in patch.verts.iter_mut().zip(&mut smooth_normals) {
        let share = smooth(low, high, v.pos.y + 0.35 * (v.pos.z - centre.z));
        if share <= 0.0 || v.pos.y < low - 0.02 {
            continue;
        }
        let d = (v.pos - centre).normalize_or(Vec3::Y);
        let (mut sum, mut total, mut normal) = (0.0, 0.0, Vec3::ZERO);
        for &(q, n, r, area) in &samples {
            let c = d.dot(q);
            if c > 0.80 {
                // Bell of about ten degrees; 1 - cos is half the squared angle.
                let w = area * (-(1.0 - c) / 0.026).exp();
                sum += w * r;
                normal += n * w;
                total += w;
            }
        }
        if total > 0.0 {
            v.pos = v.pos.lerp(centre + d * (sum / total), share);
            // Folds of lips and lids lie inside the egg now; their own normals would show.
            v.normal = v.normal.lerp(normal.normalize_or(d), share).normalize_or(d);
            *kept = (share > 0.9).then_some(v.normal);
        }
    }
    smooth_normals
}

/// Closes every boundary loop with a fan about its middle.
fn close_holes(patch: &mut Patch) {
    let weld = patch.welded();
    let mut next: std::collections::BTreeMap<u32, u32> = patch
        .boundary(&weld)
        .into_iter()
        .map(|[a, b]| (a, b))
        .collect();
    while let Some((&start, _)) = next.iter().next() {
        let mut ring = vec![start];
        let mut at = start;
        while let Some(to) = next.remove(&at) {
            if to == start {
                break;
            }
            ring.push(to);
            at = to;
        }
        if ring.len() < 3 {
            continue;
        }
        let mut middle = patch.verts[ring[0] as usize].clone();
        let share = 1.0 / ring.len() as f32;
        middle.mix = ring
            .iter()
            .flat_map(|&i| {
                patch.verts[i as usize]
                    .mix
                    .iter()
                    .map(|&(v, w)| (v, w * share))
            })
            .collect();
        middle.pos = ring
            .iter()
            .map(|&i| patch.verts[i as usize].pos)
            .sum::<Vec3>()
            * share;
        patch.verts.push(middle);
        let centre = patch.verts.len() as u32 - 1;
        for k in 0..ring.len() {
            // The hole's rim runs against the faces around it.
            patch
                .tris
                .push([ring[(k + 1) % ring.len()], ring[k], centre]);
        }
    }
}
