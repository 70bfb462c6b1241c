//! Combing fields of the styles made of cards.

use glam::{Quat, Vec3};

use super::{
    super::noise::{Random, bell, noise, smooth},
    Growth,
    cards::{Ask, Root, Strand, braid, card, grow, roots},
};
use crate::recipe::HairStyle;

/// Removes the part of a direction that points into the head.
fn along(direction: Vec3, ask: &Ask, reach: f32) -> Vec3 {
    let hold = smooth(reach + 0.012, reach, ask.height);
    let inward = direction.dot(ask.normal).min(0.0);
    (direction - ask.normal * inward * hold).normalize_or(direction)
}

/// Grows a combed style.
pub(crate) fn comb(growth: &mut Growth<'_>, style: HairStyle) {
    match style {
        HairStyle::LowBun => bun(growth),
        HairStyle::Ponytail => ponytail(growth),
        HairStyle::Bob => curtain(
            growth,
            &Curtain {
                end: Ends::Chin,
                part: 0.0,
                behind: false,
                braids: false,
            },
        ),
        HairStyle::LongStraight => curtain(
            growth,
            &Curtain {
                end: Ends::Back,
                part: 0.22,
                behind: true,
                braids: false,
            },
        ),
        HairStyle::BoxBraids => curtain(
            growth,
            &Curtain {
                end: Ends::Back,
                part: 0.0,
                behind: true,
                braids: true,
            },
        ),
        HairStyle::SidePart => short(
            growth,
            &Short {
                top: 0.068,
                sides: 0.022,
                part: Some(0.42),
                lift: 0.013,
            },
        ),
        HairStyle::Pixie => short(
            growth,
            &Short {
                top: 0.058,
                sides: 0.034,
                part: Some(0.30),
                lift: 0.010,
            },
        ),
        _ => short(
            growth,
            &Short {
                top: 0.038,
                sides: 0.017,
                part: None,
                lift: 0.009,
            },
        ),
    }
}

/// Combs everything back to a point, close to the head.
fn sweep(growth: &mut Growth<'_>, to: Vec3, count: usize, thickness: f32, random: &mut Random) {
    let head = growth.head.clone();
    let all = roots(growth, count, -0.001, random);
    for root in all {
        let layer = random.unit().powi(2);
        let flow = |ask: &Ask| {
            let gap = to - ask.pos;
            if gap.length() < 0.024 {
                return Vec3::ZERO;
            }
            // Round the skull, not through it.
            let tangent = (gap - ask.normal * gap.dot(ask.normal)).normalize_or(gap);
            let near = smooth(0.10, 0.03, gap.length());
            along(
                (tangent * (1.0 - near) + gap.normalize() * near).normalize_or(tangent),
                ask,
                0.004,
            )
        };
        let gap = to - root.pos;
        let tangent = (gap - root.normal * gap.dot(root.normal)).normalize_or(gap);
        // Sideburns and the hair below the ear cannot reach back: they lie short.
        let beside = root.pos.x.abs() > 0.75 * head.radii.x
            && root.pos.y < head.ear.y + 0.028
            && root.pos.z > head.ear.z - 0.006;
        let length = if beside {
            0.014
        } else {
            (gap.length() * 1.25 + 0.01).min(0.30)
        };
        let strand = Strand {
            start: (tangent + root.normal * 0.10).normalize(),
            length,
            clear: 0.0018 + thickness * layer * smooth(0.0, 0.035, root.depth),
            segments: 9,
            flow: &flow,
            stiff: 0.35,
            hug: 0.85,
            hug_above: 0.0,
        };
        let path = grow(growth, &root, &strand);
        let width = 0.015 * (0.55 + 0.45 * smooth(0.0, 0.02, root.depth)) * head.scale;
        card(growth, &path, width, 1.0, random);
    }
    // Baby hair along the line, thin and short, to break the edge.
    for root in roots(growth, count / 2, -0.003, random) {
        if root.depth > 0.007 {
            continue;
        }
        let gap = to - root.pos;
        let tangent = (gap - root.normal * gap.dot(root.normal)).normalize_or(gap);
        let sway = Vec3::new(random.signed(), random.signed(), random.signed()) * 0.25;
        let flow = |ask: &Ask| along((tangent + sway).normalize(), ask, 0.003);
        let strand = Strand {
            start: (tangent + sway + root.normal * 0.15).normalize(),
            length: random.range(0.012, 0.024),
            clear: 0.0012,
            segments: 3,
            flow: &flow,
            stiff: 0.5,
            hug: 0.8,
            hug_above: 0.0,
        };
        let path = grow(growth, &root, &strand);
        card(growth, &path, 0.0045, 1.0, random);
    }
}

/// Winds cards about an axis: the knot of a bun.
fn knot(growth: &mut Growth<'_>, centre: Vec3, axis: Vec3, radius: f32, random: &mut Random) {
    let side = axis.any_orthonormal_vector();
    let up = axis.cross(side);
    for layer in 0..3 {
        let scale = [0.80, 0.94, 1.0][layer];
        let count = [16, 26, 34][layer];
        for k in 0..count {
            let latitude = -0.9 + 2.2 * (k as f32 + random.unit()) / count as f32;
            let start = random.unit() * std::f32::consts::TAU;
            let arc = random.range(1.5, 2.4);
            let path: Vec<(Vec3, Vec3)> = (0..=9)
                .map(|i| {
                    let a = start + arc * i as f32 / 9.0;
                    let lat = latitude + 0.25 * (a * 1.5 + start).sin();
                    let d = (side * a.cos() + up * a.sin()) * lat.cos() + axis * lat.sin() * 0.85;
                    (centre + d * radius * scale, d.normalize())
                })
                .collect();
            card(growth, &path, radius * 0.62, 0.85, random);
        }
    }
}

fn bun(growth: &mut Growth<'_>) {
    let head = growth.head.clone();
    let mut random = Random::new(41);
    let axis = Vec3::new(0.0, -0.35, -1.0).normalize();
    let at = head.centre + Vec3::new(0.0, -0.045 * head.scale, -head.radii.z * 0.98);
    sweep(growth, at, 560, 0.007, &mut random);
    knot(
        growth,
        at + axis * 0.018,
        axis,
        0.037 * head.scale,
        &mut random,
    );
}

fn ponytail(growth: &mut Growth<'_>) {
    let head = growth.head.clone();
    let mut random = Random::new(43);
    let at = head.centre + Vec3::new(0.0, 0.030 * head.scale, -head.radii.z * 1.02);
    sweep(growth, at, 540, 0.007, &mut random);
    let axis = Vec3::new(0.0, 0.25, -1.0).normalize();
    knot(
        growth,
        at + axis * 0.008,
        axis,
        0.019 * head.scale,
        &mut random,
    );
    for _ in 0..90 {
        let spin = random.unit() * std::f32::consts::TAU;
        let r = random.unit().sqrt();
        let spread = (Vec3::X * spin.cos() + Vec3::Y * spin.sin()) * r;
        let root = Root {
            pos: at + axis * 0.018 + spread * 0.012,
            normal: (axis + spread * 0.4).normalize(),
            depth: 0.05,
        };
        let flow = move |ask: &Ask| {
            let drop = smooth(0.0, 0.045, ask.grown);
            let gather = spread
                * (0.22 * bell(ask.grown - 0.06, 0.06) - 0.10 * smooth(0.12, 0.3, ask.grown));
            along(
                (axis * 0.8 * (1.0 - drop) + Vec3::NEG_Y * (0.25 + drop) + gather).normalize(),
                ask,
                0.006,
            )
        };
        let strand = Strand {
            start: (axis + spread * 0.5).normalize(),
            length: random.range(0.30, 0.37) * head.scale,
            clear: 0.006 + 0.02 * (0.5 + 0.5 * spread.y),
            segments: 13,
            flow: &flow,
            stiff: 0.55,
            hug: 0.0,
            hug_above: 0.0,
        };
        let path = grow(growth, &root, &strand);
        card(growth, &path, 0.014, 1.0, &mut random);
    }
}

enum Ends {
    Chin,
    Back,
}

struct Curtain {
    end: Ends,
    /// Place of the parting as a share of the skull's half breadth, to the left.
    part: f32,
    /// Whether the hair is worn behind shoulders and ears.
    behind: bool,
    braids: bool,
}

/// Hair parted on top that falls to its own weight.
fn curtain(growth: &mut Growth<'_>, cut: &Curtain) {
    let head = growth.head.clone();
    let k = head.scale;
    let mut random = Random::new(47);
    let part_x = cut.part * head.radii.x;
    let shoulder = growth.shoulder_y;
    let back_z = head.centre.z - head.radii.z * 0.55;
    let count = if cut.braids { 130 } else { 540 };
    let face_x = head.radii.x * 0.93;
    for root in roots(
        growth,
        count,
        if cut.braids { 0.002 } else { 0.0005 },
        &mut random,
    ) {
        let sign = if root.pos.x + 0.004 * random.signed() > part_x {
            1.0
        } else {
            -1.0
        };
        let layer = random.unit().powi(2);
        let front = smooth(
            head.centre.z - 0.01,
            head.centre.z + head.radii.z * 0.7,
            root.pos.z,
        );
        let end_y = match cut.end {
            Ends::Chin => head.chin_y + 0.010 * k + 0.006 * random.signed() + 0.006 * front,
            Ends::Back => shoulder - 0.22 * k + 0.03 * random.signed(),
        };
        let behind = cut.behind;
        let flow = |ask: &Ask| {
            let p = ask.pos;
            if p.y < end_y {
                return Vec3::ZERO;
            }
            // Away from the parting in front, from the crown behind.
            let radial = ((p - head.centre) * Vec3::new(1.0, 0.0, 1.0)).normalize_or(Vec3::NEG_Z);
            let behind_crown = smooth(
                head.centre.z + 0.01,
                head.centre.z - head.radii.z * 0.5,
                p.z,
            );
            let away = (Vec3::X * sign)
                .lerp(radial, behind_crown)
                .normalize_or(Vec3::X * sign);
            let up = smooth(head.centre.y + 0.01, head.crown.y, p.y);
            let mut want = away * (0.05 + 1.0 * up) + Vec3::NEG_Y * (1.0 - 0.6 * up);
            // Off the face: backwards while in front of the ears.
            let before = smooth(head.ear.z - 0.005, head.ear.z + 0.06, p.z);
            let back = if behind { 1.35 } else { 0.55 };
            want += Vec3::NEG_Z * before * back * (1.0 - 0.4 * up);
            if behind {
                let low = smooth(head.ear.y + 0.02, head.chin_y - 0.02, p.y);
                let past = smooth(back_z - 0.02, back_z + 0.06, p.z);
                want += Vec3::NEG_Z * low * past * 1.4;
                // Gather towards the middle of the back.
                want -= Vec3::X * p.x.signum() * low * smooth(0.06, 0.12, p.x.abs()) * 0.5;
            } else {
                // Ends turn in towards the neck.
                let low = smooth(end_y + 0.05, end_y, p.y);
                want -= (away * 0.5 + Vec3::Z * 0.1) * low;
            }
            // Hair hangs: it does not spread beyond the breadth of the head.
            let wide = smooth(1.02, 1.16, p.x.abs() / head.radii.x)
                * smooth(head.crown.y, head.centre.y, p.y);
            want -= Vec3::X * p.x.signum() * wide * 0.9;
            let mut way = along(want.normalize(), ask, 0.006);
            // The face stays free.
            if p.z > head.ear.z + 0.02 && p.y < head.eyes.y + 0.055 * k && p.x.abs() < face_x {
                way = (way + Vec3::X * sign * 1.2).normalize();
            }
            way
        };
        let top = smooth(head.centre.y, head.crown.y, root.pos.y);
        let clear = if cut.braids {
            0.006
        } else {
            0.0015
                + (0.004 + 0.009 * layer) * smooth(0.0, 0.04, root.depth)
                + 0.003 * top * smooth(0.0, 0.02, root.depth)
        };
        let length = (root.pos.y - end_y).max(0.02) * 1.25 + 0.09 * top;
        let strand = Strand {
            start: Vec3::ZERO,
            length,
            clear,
            segments: if cut.braids {
                22
            } else if cut.behind {
                14
            } else {
                10
            },
            flow: &flow,
            stiff: 0.45,
            hug: 0.80,
            hug_above: if behind {
                head.centre.y - 0.010
            } else {
                head.ear.y - 0.010
            },
        };
        let path = grow(growth, &root, &strand);
        if cut.braids {
            braid(growth, &path, 0.0052 * k, &mut random);
        } else {
            let crown = 1.0 + 0.7 * smooth(0.75, 1.0, top);
            card(
                growth,
                &path,
                0.0175 * k * crown,
                if cut.behind { 0.93 } else { 0.80 },
                &mut random,
            );
        }
    }
}

struct Short {
    /// Length on top, metres.
    top: f32,
    /// Length at sides and nape.
    sides: f32,
    /// Place of a side parting as a share of the half breadth; combed forward without one.
    part: Option<f32>,
    /// Height of the top hair over the skin.
    lift: f32,
}

/// Short cuts: long on top, graded to the sides.
fn short(growth: &mut Growth<'_>, cut: &Short) {
    let head = growth.head.clone();
    let k = head.scale;
    let mut random = Random::new(53);
    let whorl = head.centre + Vec3::new(0.012, head.radii.y * 0.78, -head.radii.z * 0.62);
    for root in roots(growth, 700, -0.001, &mut random) {
        let top = smooth(head.eyes.y + 0.035 * k, head.eyes.y + 0.085 * k, root.pos.y);
        let layer = random.unit().powi(2);
        let front = smooth(
            head.centre.z + 0.01,
            head.centre.z + head.radii.z,
            root.pos.z,
        );
        // Radial from the whorl, over the parting, down at the sides.
        let radial = root.pos - whorl;
        let radial = (radial - root.normal * radial.dot(root.normal)).normalize_or(Vec3::Z);
        let target = match cut.part {
            Some(share) => {
                let x = share * head.radii.x;
                let sign = if root.pos.x > x { 1.0 } else { -1.0 };
                let across = Vec3::X * sign * (1.0 - 0.3 * front)
                    + Vec3::Z * (0.15 - 0.75 * front * cut.lift / 0.013)
                    + Vec3::NEG_Y * 0.25;
                (across * top + radial * 0.35 + (Vec3::NEG_Y * 1.0 - Vec3::Z * 0.35) * (1.0 - top))
                    .normalize()
            }
            None => {
                let swirl = Quat::from_axis_angle(root.normal, 0.35) * radial;
                (swirl * (0.35 + 0.65 * top) + (Vec3::NEG_Y - Vec3::Z * 0.15) * (1.0 - top))
                    .normalize()
            }
        };
        let bend = Vec3::new(
            noise(root.pos * 60.0, 1),
            noise(root.pos * 60.0, 2),
            noise(root.pos * 60.0, 3),
        ) * 0.30
            + Vec3::new(random.signed(), random.signed(), random.signed()) * 0.14;
        let way = (target + bend).normalize();
        let flow = |ask: &Ask| {
            let sink = Vec3::NEG_Y * 0.30 * smooth(0.015, 0.06, ask.grown);
            along((way + sink).normalize(), ask, 0.003)
        };
        let length = (cut.sides + (cut.top - cut.sides) * top)
            * random.range(0.75, 1.12)
            * k
            * (0.45 + 0.55 * smooth(0.0, 0.012, root.depth));
        let rise = 0.25 + 0.75 * top * (0.4 + 0.6 * bell(front - 0.6, 0.6));
        let strand = Strand {
            start: (way + root.normal * (0.08 + 0.30 * rise * cut.lift / 0.013)).normalize(),
            length,
            clear: 0.0014
                + cut.lift
                    * (0.20 + 0.80 * layer)
                    * (0.15 + 0.85 * top)
                    * smooth(0.0, 0.02, root.depth),
            segments: 6,
            flow: &flow,
            stiff: 0.45,
            hug: 0.85,
            hug_above: 0.0,
        };
        let path = grow(growth, &root, &strand);
        card(
            growth,
            &path,
            0.0125 * k * (0.6 + 0.4 * smooth(0.0, 0.01, root.depth)),
            1.0,
            &mut random,
        );
    }
}
