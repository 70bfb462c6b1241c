//! People who watch: light figures that sit on a chair, drawn by the hundred.
//!
//! A spectator is a body of its own shape, put on a chair, with everything that is
//! dressed drawn off the skin and smoothed, coloured by part, and simplified to about
//! three thousand triangles (`meshopt`, quadric error). It has no face to be known by and
//! no skeleton: it is furniture of the house, not a twin.

mod hair;
mod parts;

pub use hair::Cut;
pub use parts::Dressed;

use hair::knot;
use parts::{Layout, Pieces, darken, part, shade};
use std::collections::HashMap;

use glam::{Quat, Vec3};
use meshopt::{SimplifyOptions, VertexDataAdapter};

use crate::{BodyData, BodyError, Rig, Shape, look::noise::smooth};

/// Height of the seat that spectators sit on, metres.
pub const SEAT_HEIGHT_M: f32 = 0.45;

/// Distance of clothes from the skin, metres.
const CLOTHES_M: f32 = 0.014;
/// Passes of smoothing that turn a body into a dressed one.
const SMOOTHING: usize = 6;
/// Share of the triangles that is kept, by part, and of skin on the head: faces are
/// looked at.
const KEPT: [(Part, f32); 9] = [
    (Part::Skin, 0.08),
    (Part::Eyes, 0.3),
    (Part::Lips, 0.2),
    (Part::Hair, 0.40),
    (Part::Shirt, 0.46),
    (Part::Top, 0.09),
    (Part::Bottom, 0.10),
    (Part::Legs, 0.10),
    (Part::Shoes, 0.05),
];
const KEPT_OF_FACE: f32 = 0.14;

/// Triangles that every part keeps, or it loses its shape.
const LEAST_TRIANGLES: usize = 100;

/// What a triangle of a spectator shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Face, neck, hands and bare arms.
    Skin,
    /// The balls of the eyes.
    Eyes,
    /// Lips.
    Lips,
    /// Hair and brows.
    Hair,
    /// The shirt under an open jacket.
    Shirt,
    /// Jacket, shirt or dress.
    Top,
    /// Trousers or skirt.
    Bottom,
    /// Legs under a skirt.
    Legs,
    /// Shoes.
    Shoes,
}

/// Colours of a spectator, sRGB.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Palette {
    /// Face, neck, hands and bare arms.
    pub skin: [u8; 3],
    /// Hair and brows.
    pub hair: [u8; 3],
    /// The shirt under an open jacket.
    pub shirt: [u8; 3],
    /// Jacket, shirt or dress.
    pub top: [u8; 3],
    /// Trousers or skirt.
    pub bottom: [u8; 3],
    /// Legs under a skirt: skin or stockings.
    pub legs: [u8; 3],
    /// Shoes.
    pub shoes: [u8; 3],
}

impl Palette {
    /// The colour of a part.
    #[must_use]
    pub fn of(&self, part: Part) -> [u8; 3] {
        match part {
            Part::Skin => self.skin,
            // Mostly iris and shadow of the lids, from where it is seen.
            Part::Eyes => [0x2a, 0x22, 0x1e],
            Part::Lips => lips(self.skin),
            Part::Hair => self.hair,
            Part::Shirt => self.shirt,
            Part::Legs => self.legs,
            Part::Top => self.top,
            Part::Bottom => self.bottom,
            Part::Shoes => self.shoes,
        }
    }
}

/// Lips are redder and darker than the skin around them.
fn lips([red, green, blue]: [u8; 3]) -> [u8; 3] {
    let share = |value: u8, of: f32| (f32::from(value) * of) as u8;
    [share(red, 0.88), share(green, 0.72), share(blue, 0.70)]
}

/// A seated figure: on a chair [`SEAT_HEIGHT_M`] high whose middle is above the
/// origin, facing +Z; metres. Vertices of different parts are never shared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spectator {
    /// Positions, m.
    pub positions: Vec<Vec3>,
    /// Unit normals.
    pub normals: Vec<Vec3>,
    /// The part that each vertex belongs to.
    pub parts: Vec<Part>,
    /// How light the colour of each vertex is, of its part's: locks of hair, sockets of
    /// the eyes, and where light does not come.
    pub shades: Vec<f32>,
    /// Triangles, counter-clockwise seen from outside.
    pub triangles: Vec<[u32; 3]>,
}

/// How a spectator sits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sitting {
    /// Turn of the head to the left, degrees.
    pub look_deg: f32,
    /// Lean of the trunk forwards, degrees.
    pub lean_deg: f32,
    /// Whether the right leg lies over the left one.
    pub legs_crossed: bool,
    /// What the hands do.
    pub hands: Hands,
}

/// What the hands of a spectator do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Hands {
    /// They lie in the lap.
    #[default]
    Lap,
    /// They lie on the thighs.
    Thighs,
    /// They hold a telephone before the chest.
    Phone,
    /// They hold a camera before the face.
    Camera,
}

impl BodyData {
    /// Makes a spectator of a body shape.
    ///
    /// # Errors
    /// [`BodyError::SliderOutOfRange`] or [`BodyError::UnknownDetail`].
    pub fn spectator(
        &self,
        shape: &Shape,
        sitting: Sitting,
        dressed: Dressed,
    ) -> Result<Spectator, BodyError> {
        let standing = self.evaluate(shape)?;
        let rig = self.rig(&standing)?;
        let layout = Layout::new(self, &standing, &rig, dressed);
        let mut triangles: Vec<[u32; 3]> = self
            .triangles(&["body", "helper-l-eye", "helper-r-eye"])
            .iter()
            .map(|t| t.verts)
            .collect();
        if dressed.hair == Cut::Long {
            let hair = self.triangles(&["helper-hair"]);
            triangles.extend(hair.iter().map(|t| t.verts));
        }
        let mut values: Vec<_> = standing
            .iter()
            .enumerate()
            .map(|(vertex, at)| layout.values(vertex, *at))
            .collect();
        let parts: Vec<Part> = values.iter().map(part).collect();
        let mut standing = standing;
        layout.comb(&mut standing, &values);
        let mut verts = rig.skin(&standing, &rig.pose(&rotations(&rig, sitting)));
        let clothed: Vec<bool> = parts.iter().map(|part| part.is_worn()).collect();
        dress(&mut verts, &triangles, &clothed);
        for (values, cavity) in values.iter_mut().zip(cavities(&verts, &triangles)) {
            darken(values, 1.0 - 0.45 * smooth(0.04, 0.40, cavity));
        }
        seat(&mut verts, &rig, &parts);
        if dressed.hair == Cut::Tied
            && let Some(tie) = layout.tie(&standing)
        {
            let out = normals(&verts, triangles.iter().copied())[tie];
            let (more, of_more, turns) = knot(verts[tie] + 0.012 * out, verts.len() as u32);
            verts.extend(more);
            values.extend(of_more);
            triangles.extend(turns);
        }
        let mut cut = Pieces {
            positions: verts,
            values,
            triangles,
        };
        cut.along_parts();
        Ok(simplified(&cut))
    }
}

impl Part {
    fn is_worn(self) -> bool {
        matches!(self, Self::Top | Self::Shirt | Self::Bottom | Self::Shoes)
    }
}

/// Local rotations of the pose, in the order of the joints.
fn rotations(rig: &Rig, sitting: Sitting) -> Vec<Quat> {
    let mut local = vec![Quat::IDENTITY; rig.names.len()];
    let mut set = |name: &str, rotation: Quat| {
        if let Some(joint) = rig.joint(name) {
            local[joint] = rotation;
        }
    };
    let x = |degrees: f32| Quat::from_rotation_x(degrees.to_radians());
    let y = |degrees: f32| Quat::from_rotation_y(degrees.to_radians());
    let z = |degrees: f32| Quat::from_rotation_z(degrees.to_radians());
    set("Spine", x(0.5 * sitting.lean_deg));
    set("Spine1", x(0.5 * sitting.lean_deg));
    set("Neck", y(0.4 * sitting.look_deg));
    set(
        "Head",
        y(0.6 * sitting.look_deg) * x(-0.5 * sitting.lean_deg),
    );
    set("LeftUpLeg", z(3.0) * x(-86.0));
    set("LeftLeg", x(84.0));
    if sitting.legs_crossed {
        set("RightUpLeg", z(-2.0) * y(14.0) * x(-101.0));
        set("RightLeg", x(76.0) * z(-10.0));
    } else {
        set("RightUpLeg", z(-3.0) * x(-86.0));
        set("RightLeg", x(84.0));
    }
    // Directions of the upper and the lower left arm.
    let (upper_arm, lower_arm) = match sitting.hands {
        Hands::Lap => (Vec3::new(0.16, -0.93, 0.30), Vec3::new(-0.42, -0.18, 0.88)),
        Hands::Thighs => (Vec3::new(0.20, -0.93, 0.28), Vec3::new(0.02, -0.42, 0.90)),
        Hands::Phone => (Vec3::new(0.18, -0.80, 0.56), Vec3::new(-0.46, 0.52, 0.72)),
        Hands::Camera => (Vec3::new(0.34, -0.30, 0.89), Vec3::new(-0.66, 0.62, 0.42)),
    };
    for (side, sign) in [("Left", 1.0), ("Right", -1.0)] {
        let mirrored = Vec3::new(sign, 1.0, 1.0);
        let along = Vec3::X * sign;
        let upper = (upper_arm * mirrored).normalize();
        let lower = (lower_arm * mirrored).normalize();
        let shoulder = Quat::from_rotation_arc(along, upper);
        set(&format!("{side}Arm"), shoulder);
        set(
            &format!("{side}ForeArm"),
            shoulder.inverse() * Quat::from_rotation_arc(upper, lower) * shoulder,
        );
    }
    local
}

/// Draws what is dressed off the skin and smooths it.
fn dress(verts: &mut [Vec3], triangles: &[[u32; 3]], dressed: &[bool]) {
    let normals = normals(verts, triangles.iter().copied());
    for vertex in (0..verts.len()).filter(|&vertex| dressed[vertex]) {
        verts[vertex] += normals[vertex] * CLOTHES_M;
    }
    for _ in 0..SMOOTHING {
        let mut sums = vec![(Vec3::ZERO, 0.0_f32); verts.len()];
        for t in triangles {
            for k in 0..3 {
                let (a, b) = (t[k] as usize, t[(k + 1) % 3] as usize);
                sums[a].0 += verts[b];
                sums[a].1 += 1.0;
            }
        }
        for (vertex, (sum, count)) in sums.into_iter().enumerate() {
            if dressed[vertex] && count > 0.0 {
                verts[vertex] = verts[vertex].lerp(sum / count, 0.6);
            }
        }
    }
}

/// How far the neighbours of every vertex stand above its tangent plane, of their
/// distance: more than nothing in creases and under arms.
fn cavities(verts: &[Vec3], triangles: &[[u32; 3]]) -> Vec<f32> {
    let normals = normals(verts, triangles.iter().copied());
    let mut sums = vec![(0.0_f32, 0.0_f32); verts.len()];
    for t in triangles {
        for k in 0..3 {
            let (a, b) = (t[k] as usize, t[(k + 1) % 3] as usize);
            let edge = (verts[b] - verts[a]).normalize_or_zero();
            sums[a].0 += edge.dot(normals[a]);
            sums[b].0 -= edge.dot(normals[b]);
            sums[a].1 += 1.0;
            sums[b].1 += 1.0;
        }
    }
    let mean = |(sum, count): (f32, f32)| sum / count.max(1.0);
    sums.into_iter().map(mean).collect()
}

/// Puts the pose on the chair.
fn seat(verts: &mut [Vec3], rig: &Rig, parts: &[Part]) {
    let hips = rig.heads[0];
    // The lowest of what sits: near the hips, not the feet.
    let lowest = verts
        .iter()
        .zip(parts)
        .filter(|(at, part)| {
            **part == Part::Bottom && (at.z - hips.z).abs() < 0.12 && at.y > hips.y - 0.3
        })
        .map(|(at, _)| at.y)
        .fold(f32::INFINITY, f32::min);
    let down = if lowest.is_finite() { lowest } else { hips.y };
    for vertex in verts {
        *vertex -= Vec3::new(hips.x, down - SEAT_HEIGHT_M, hips.z);
    }
}

/// Area-weighted unit normals of vertices.
fn normals(verts: &[Vec3], triangles: impl Iterator<Item = [u32; 3]>) -> Vec<Vec3> {
    let mut normals = vec![Vec3::ZERO; verts.len()];
    for t in triangles {
        let [a, b, c] = t.map(|i| verts[i as usize]);
        for i in t {
            normals[i as usize] += (b - a).cross(c - a);
        }
    }
    for normal in &mut normals {
        *normal = normal.try_normalize().unwrap_or(Vec3::Y);
    }
    normals
}

/// The figure in few triangles; every part by itself, so that colours keep to theirs.
fn simplified(cut: &Pieces) -> Spectator {
    let verts = &cut.positions;
    let shaded = normals(verts, cut.triangles.iter().copied());
    let mut out = Spectator::default();
    let groups = KEPT.map(|(part, kept)| (part, false, kept)).into_iter();
    for (part, face, kept) in groups.chain([(Part::Skin, true, KEPT_OF_FACE)]) {
        let mut known = HashMap::new();
        let (mut positions, mut sources) = (Vec::new(), Vec::new());
        let mut indices: Vec<u32> = Vec::new();
        let of_group = |t: &&[u32; 3]| {
            cut.part(**t) == part && (part != Part::Skin || cut.on_head(**t) == face)
        };
        for t in cut.triangles.iter().filter(of_group) {
            for &v in t {
                indices.push(*known.entry(v).or_insert_with(|| {
                    positions.push(verts[v as usize].to_array());
                    sources.push(v);
                    positions.len() as u32 - 1
                }));
            }
        }
        let adapter =
            VertexDataAdapter::new(bytemuck::cast_slice(&positions), size_of::<[f32; 3]>(), 0);
        let Ok(adapter) = adapter else {
            continue;
        };
        let share = (indices.len() as f32 * kept / 3.0) as usize;
        let wanted = 3 * share.max(LEAST_TRIANGLES);
        let fewer = meshopt::simplify(
            &indices,
            &adapter,
            wanted,
            0.2,
            SimplifyOptions::LockBorder,
            None,
        );
        let mut written = HashMap::new();
        for corner in fewer.chunks_exact(3) {
            let triangle = [0, 1, 2].map(|k| {
                *written.entry(corner[k]).or_insert_with(|| {
                    let source = sources[corner[k] as usize] as usize;
                    out.positions.push(verts[source]);
                    out.normals.push(shaded[source]);
                    out.parts.push(part);
                    out.shades.push(shade(&cut.values[source]));
                    out.positions.len() as u32 - 1
                })
            });
            out.triangles.push(triangle);
        }
    }
    out
}
