//! A foreign humanoid as an avatar of ours: bones of our names with T-pose-normalised
//! frames, bound in an A-pose, standing on the floor.

use glam::{Quat, Vec3};

use crate::bone::{Bone, COUNT};
use crate::error::{Read, RigError};
use crate::humanoid::Humanoid;
use crate::notes::{Notes, Part};
use crate::parts::{self, Clue, PartFound};
use crate::pose::Posed;
use crate::source::Source;
use crate::weights::{self, Folding, Placed, Worn};

/// Angle from the ankle down to the ball of a bare foot, radians; steeper ones stand
/// on heels. Measured on our bodies.
const FLAT_RAD: f32 = 0.345;
/// Steeper by less than this is a foot's own shape, radians.
const HEEL_FROM_RAD: f32 = 0.10;
/// Where our bodies have their hip joints, metres ahead of the origin.
const HIP_Z_M: f32 = 0.016;

/// A joint of the avatar.
pub(crate) struct Joint {
    pub(crate) bone: Bone,
    pub(crate) parent: Option<usize>,
    /// In the parent's frame.
    pub(crate) translation: Vec3,
    pub(crate) rotation: Quat,
    /// In the model.
    pub(crate) head: Vec3,
    pub(crate) frame: Quat,
}

/// A mesh of the avatar, by number of the source's mesh.
pub(crate) struct Converted {
    pub(crate) joints: Vec<Joint>,
    pub(crate) meshes: Vec<Worn>,
    pub(crate) parts: Vec<PartFound>,
    pub(crate) extra: usize,
    /// Crown to floor, barefoot.
    pub(crate) height_m: f32,
    pub(crate) heel_m: f32,
}

pub(crate) fn convert(
    source: &Source,
    humanoid: &Humanoid,
    posed: &mut Posed,
    notes: &Notes,
    materials: &[(String, bool)],
) -> Read<Converted> {
    let folding = Folding::new(source, humanoid, posed);
    let mut meshes: Vec<Worn> = source
        .meshes
        .iter()
        .map(|mesh| weights::pose(source, mesh, posed, &folding))
        .collect();
    let floor = floor(&meshes)?;
    let hips = 0.5 * (head(posed, Bone::LEGS[0][0]) + head(posed, Bone::LEGS[1][0]));
    let shift = -Vec3::new(hips.x, floor, hips.z - HIP_Z_M);
    let had_toes = posed.head[Bone::LEGS[0][3].index()].is_some();
    posed.place(shift, 1.0);
    for p in meshes.iter_mut().flat_map(|m| &mut m.positions) {
        *p += shift;
    }
    let placed = place_missing(posed, &meshes);
    for mesh in &mut meshes {
        for (position, shares) in mesh.positions.iter().zip(&mut mesh.shares) {
            placed.iter().for_each(|p| p.take(*position, shares));
        }
    }
    let clues: Vec<Clue<'_>> = source
        .meshes
        .iter()
        .zip(&meshes)
        .map(|(mesh, worn)| clue(mesh, worn, materials))
        .collect();
    let found = parts::tell(&clues, notes);
    if !found
        .iter()
        .any(|p| p.collides && p.kept && p.part != Part::Shoes)
    {
        return Err(RigError::new(
            "materials",
            "leave no skin that clothes could lie on",
            "say which part is skin in the override file (--override, field `parts`)",
        ));
    }
    // Skin of feet shows how high a sole is; steep feet show how high the heels are.
    let sole_m = lowest_skin(&found, &meshes).unwrap_or(0.0);
    let heel_m = if had_toes { heel(posed) } else { 0.0 };
    let crown = |list: &dyn Fn(&PartFound) -> bool| {
        let kept = found.iter().zip(&meshes).filter(|(f, _)| list(f));
        let tops = kept.flat_map(|(_, m)| m.positions.iter().map(|p| p.y));
        tops.fold(0.0, f32::max)
    };
    let skin = crown(&|f| f.part == Part::Skin);
    let top = if skin > head(posed, Bone::HEAD).y {
        skin
    } else {
        crown(&|f| f.kept)
    };
    let lift_m = heel_m + sole_m;
    let mut height_m = top - lift_m;
    let mut heel_m = heel_m.max(sole_m).clamp(0.0, 0.16);
    // The floor of a bare foot is zero, as in our bodies; shoes reach below it.
    let barefoot = Vec3::NEG_Y * lift_m;
    posed.place(barefoot, 1.0);
    for p in meshes.iter_mut().flat_map(|m| &mut m.positions) {
        *p += barefoot;
    }
    if let Some(height) = notes.height {
        let scale = height / height_m.max(1e-3);
        posed.place(Vec3::ZERO, scale);
        meshes
            .iter_mut()
            .flat_map(|m| &mut m.positions)
            .for_each(|p| *p *= scale);
        (height_m, heel_m) = (height, heel_m * scale);
    }
    Ok(Converted {
        joints: joints(posed),
        meshes,
        parts: found,
        extra: folding.extra,
        height_m,
        heel_m,
    })
}

fn head(posed: &Posed, bone: Bone) -> Vec3 {
    posed.head[bone.index()].unwrap_or_default()
}

/// Height of the lowest point that a foot moves; without feet, of the lowest at all.
fn floor(meshes: &[Worn]) -> Read<f32> {
    let feet: Vec<Bone> = Bone::LEGS.iter().flat_map(|l| [l[2], l[3]]).collect();
    let lowest = |all: bool| {
        meshes
            .iter()
            .flat_map(|m| m.positions.iter().zip(&m.shares))
            .filter(|(_, shares)| all || shares.first().is_some_and(|s| feet.contains(&s.0)))
            .map(|(p, _)| p.y)
            .fold(f32::INFINITY, f32::min)
    };
    [lowest(false), lowest(true)]
        .into_iter()
        .find(|y| y.is_finite())
        .ok_or_else(|| {
            RigError::new(
                "meshes",
                "hold no point that is finite",
                "export the avatar again",
            )
        })
}

/// Height of the lowest skin that a foot moves, where shoes stand on the floor.
fn lowest_skin(found: &[PartFound], meshes: &[Worn]) -> Option<f32> {
    let feet = |s: &weights::Shares| {
        s.first()
            .is_some_and(|s| s.0.name().contains("Foot") || s.0.name().contains("Toe"))
    };
    let of = |part: Part| {
        found
            .iter()
            .zip(meshes)
            .filter(move |(f, _)| f.part == part && f.kept)
    };
    of(Part::Shoes).next()?;
    let low = of(Part::Skin)
        .flat_map(|(_, m)| m.positions.iter().zip(&m.shares))
        .filter(|(_, s)| feet(s))
        .map(|(p, _)| p.y)
        .fold(f32::INFINITY, f32::min);
    low.is_finite().then_some(low.clamp(0.0, 0.12))
}

fn heel(posed: &Posed) -> f32 {
    let steep = |side: usize| {
        let along = head(posed, Bone::LEGS[side][3]) - head(posed, Bone::LEGS[side][2]);
        let angle = (-along.y).atan2(along.with_y(0.0).length());
        (angle, along.length())
    };
    let (left, right) = (steep(0), steep(1));
    let (angle, length) = (0.5 * (left.0 + right.0), 0.5 * (left.1 + right.1));
    if angle < FLAT_RAD + HEEL_FROM_RAD {
        return 0.0;
    }
    (length * (angle.sin() - FLAT_RAD.sin())).clamp(0.0, 0.16)
}

/// Places the bones that a walk needs and the file lacks.
fn place_missing(posed: &mut Posed, meshes: &[Worn]) -> Vec<Placed> {
    let mut placed = Vec::new();
    let is = |posed: &Posed, b: Bone| posed.head[b.index()].is_some();
    if !is(posed, Bone::NECK) {
        let top = [Bone::SPINE2, Bone::SPINE1, Bone::SPINE, Bone::HIPS]
            .into_iter()
            .find(|b| is(posed, *b));
        let (low, high) = (
            head(posed, top.unwrap_or(Bone::HIPS)),
            head(posed, Bone::HEAD),
        );
        put(posed, Bone::NECK, low.lerp(high, 0.62), &mut placed, None);
    }
    let spine = [
        Bone::HIPS,
        Bone::SPINE,
        Bone::SPINE1,
        Bone::SPINE2,
        Bone::NECK,
    ];
    for k in 1..4 {
        if is(posed, spine[k]) {
            continue;
        }
        let above = (k + 1..5).find(|&a| is(posed, spine[a])).unwrap_or(4);
        let (low, high) = (head(posed, spine[k - 1]), head(posed, spine[above]));
        let share = 1.0 / (above - k + 1) as f32;
        let soft = 0.3 * low.distance(high) * share;
        put(
            posed,
            spine[k],
            low.lerp(high, share),
            &mut placed,
            Some((spine[k - 1], (high - low).normalize_or(Vec3::Y), soft)),
        );
    }
    for side in 0..2 {
        let [shoulder, upper, _, _] = Bone::ARMS[side];
        if !is(posed, shoulder) {
            let (neck, arm) = (head(posed, Bone::NECK), head(posed, upper));
            let inner = Vec3::new(0.35 * arm.x, arm.y.midpoint(neck.y), arm.z);
            put(posed, shoulder, inner, &mut placed, None);
        }
        let [_, _, foot, toes] = Bone::LEGS[side];
        if !is(posed, toes) {
            let ankle = head(posed, foot);
            let reach = meshes
                .iter()
                .flat_map(|m| m.positions.iter().zip(&m.shares))
                .filter(|(_, s)| s.first().is_some_and(|s| s.0 == foot))
                .map(|(p, _)| p.z - ankle.z)
                .fold(0.0, f32::max);
            // The ball of a foot lies at some two thirds of the way to its tip.
            let ball = Vec3::new(
                ankle.x,
                0.32 * ankle.y,
                ankle.z + 0.66 * reach.clamp(0.08, 0.35),
            );
            put(posed, toes, ball, &mut placed, Some((foot, Vec3::Z, 0.02)));
        }
    }
    placed
}

fn put(
    posed: &mut Posed,
    bone: Bone,
    at: Vec3,
    placed: &mut Vec<Placed>,
    share: Option<(Bone, Vec3, f32)>,
) {
    posed.head[bone.index()] = Some(at);
    let (from, along, soft) = share.unwrap_or((bone, Vec3::Y, 0.01));
    placed.push(Placed {
        bone,
        from,
        at,
        along,
        soft: soft.max(1e-3),
    });
}

/// Direction of a bone in the T-pose; none where it keeps its parent's frame. These
/// are the frames of our own bodies.
fn t_direction(bone: Bone) -> Option<Vec3> {
    let (name, side) = (bone.name(), bone.side());
    if name.contains("Thumb") {
        Some(Vec3::new(side, -0.15, 0.75).normalize())
    } else if name.contains("Arm") || name.contains("Hand") {
        Some(Vec3::X * side)
    } else if name.ends_with("Leg") {
        Some(Vec3::NEG_Y)
    } else {
        None
    }
}

/// The far end of a bone.
fn tail(posed: &Posed, bone: Bone) -> Option<Vec3> {
    let at = |b: Bone| posed.head[b.index()];
    let children: Vec<Bone> = Bone::all()
        .filter(|c| c.parent() == Some(bone) && at(*c).is_some())
        .collect();
    let middle = children.iter().find(|c| c.name().contains("Middle"));
    let next = middle.or_else(|| children.iter().find(|c| !c.name().contains("Thumb")));
    if let Some(next) = next {
        return at(*next);
    }
    // The last of a chain goes on as the one before.
    let here = at(bone)?;
    let mut up = bone.parent();
    while let Some(parent) = up {
        if let Some(before) = at(parent) {
            return Some(here + (here - before));
        }
        up = parent.parent();
    }
    None
}

fn joints(posed: &Posed) -> Vec<Joint> {
    let there = |b: Bone| posed.head[b.index()].is_some();
    let mut number = [usize::MAX; COUNT];
    let mut joints: Vec<Joint> = Vec::new();
    for bone in Bone::all().filter(|b| there(*b)) {
        let parent = crate::pose::parent_there(bone, &there).map(|p| number[p.index()]);
        let at = head(posed, bone);
        let above = parent.map_or(Quat::IDENTITY, |p| joints[p].frame);
        let direction = tail(posed, bone).and_then(|t| (t - at).try_normalize());
        let frame = if bone.name().ends_with("Shoulder") {
            Quat::IDENTITY
        } else if let (Some(t), Some(direction)) = (t_direction(bone), direction) {
            Quat::from_rotation_arc((above * t).normalize(), direction) * above
        } else {
            above
        };
        let offset = parent.map_or(at, |p| above.inverse() * (at - joints[p].head));
        number[bone.index()] = joints.len();
        joints.push(Joint {
            bone,
            parent,
            translation: offset,
            rotation: (above.inverse() * frame).normalize(),
            head: at,
            frame: frame.normalize(),
        });
    }
    joints
}

fn clue<'a>(
    mesh: &'a crate::source::Bound,
    worn: &Worn,
    materials: &'a [(String, bool)],
) -> Clue<'a> {
    let mut moved = [0.0; COUNT];
    for t in &worn.triangles {
        let [a, b, c] = t.map(|i| worn.positions[i as usize]);
        let most = worn.shares[t[0] as usize].iter();
        if let Some(most) = most.max_by(|a, b| a.1.total_cmp(&b.1)) {
            moved[most.0.index()] += 0.5 * (b - a).cross(c - a).length();
        }
    }
    let material = mesh.material.and_then(|m| materials.get(m));
    Clue {
        material: material.map_or("", |m| m.0.as_str()),
        mesh: &mesh.mesh_name,
        node: &mesh.node_name,
        vertices: worn.positions.len(),
        area: moved.iter().sum(),
        moved,
        cut_out: material.is_some_and(|m| m.1),
    }
}
