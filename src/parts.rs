//! Where the parts of what is worn are that a camera can frame: hem, neckline, cuff
//! and waistband are edges of the sewn cloth, found by where they lie on the body,
//! and are then carried by the bones next to them.

use crate::{
    choreography::Choreography,
    tailor::{Drafted, FittedLook},
};
use glam::{Mat4, Vec3};
use std::collections::{BTreeMap, HashMap};
use toile_show::{
    Path,
    follow::{Parts, Ways},
    format::Framing,
};
use toile_twin::{Pose, Skeleton, bind_pose, joint_world, skin_matrices};

/// Time between the places that a camera's way is drawn through, s: it smooths over
/// the ups and downs of a step.
const STEP_S: f32 = 0.25;
/// An edge that reaches over more of the body than this is not one part: only its
/// end is, m.
const ONE_PART_M: f32 = 0.25;
/// Hems as low as this above the lowest belong to it, as both of a pair of trousers, m.
const SAME_HEM_M: f32 = 0.08;
/// How far a waistband lies from the waist at most, m.
const NEAR_WAIST_M: f32 = 0.16;
/// The throat in front of the neck's joint, a wrist's, a waist's and a foot's
/// thickness, m.
const THROAT_M: f32 = 0.06;
const WRIST_M: f32 = 0.03;
const WAIST_M: f32 = 0.13;
const FOOT_M: f32 = 0.06;

/// The parts of a look, each as the bones carry it.
#[derive(Debug, Clone, PartialEq)]
pub struct WornParts {
    parts: Parts<Carried>,
    /// Those that are edges of its garments, and its shoes.
    pub seen: Vec<Framing>,
}

/// A point that several bones carry together.
#[derive(Debug, Clone, Default, PartialEq)]
struct Carried {
    /// Joint, place in the bind pose, m, and share.
    by: Vec<(usize, Vec3, f32)>,
    /// How far its front is from its middle, m.
    radius_m: f32,
}

/// Finds the parts of a look that is sewn.
#[must_use]
pub fn find(look: &FittedLook) -> WornParts {
    let skeleton = &look.cast.cast.avatar.skeleton;
    let garments = look.garments.iter().map(|garment| {
        let particle = |&vertex: &u32| garment.particle_of_vertex[vertex as usize];
        let triangles = garment.triangles.iter();
        let triangles = triangles.map(|t| t.each_ref().map(particle));
        edges(&triangles.collect::<Vec<_>>(), &look.settled)
    });
    find_among(
        &garments.collect::<Vec<_>>(),
        skeleton,
        &bind_pose(skeleton),
    )
}

/// The parts that a look will have once it is sewn: its seams are taken for closed.
#[must_use]
pub fn seen(drafted: &Drafted) -> Vec<Framing> {
    let cloth = &drafted.assembly.cloth;
    let mut joined: Vec<u32> = (0..cloth.positions.len() as u32).collect();
    for stitch in &cloth.stitches {
        let [a, b] = stitch.map(|particle| first(&joined, particle));
        joined[a.max(b) as usize] = a.min(b);
    }
    let garments = drafted.assembly.garments.iter().map(|garment| {
        let particle = |&vertex: &u32| first(&joined, garment.particle_of_vertex[vertex as usize]);
        let triangles = garment.triangles.iter();
        let triangles = triangles.map(|t| t.each_ref().map(particle));
        edges(&triangles.collect::<Vec<_>>(), &cloth.positions)
    });
    let skeleton = &drafted.cast.cast.avatar.skeleton;
    let pose = bind_pose(skeleton);
    find_among(&garments.collect::<Vec<_>>(), skeleton, &pose).seen
}

/// The particle that one is joined to, over as many seams as it takes.
fn first(joined: &[u32], mut particle: u32) -> u32 {
    while joined[particle as usize] != particle {
        particle = joined[particle as usize];
    }
    particle
}

/// Finds the parts among the free edges of each garment, on a body in a pose.
fn find_among(garments: &[Vec<Vec<Vec3>>], skeleton: &Skeleton, pose: &Pose) -> WornParts {
    let body = Body::new(skeleton, pose);
    let mut seen = vec![Framing::Shoes];
    let mut part = |framing, found: Option<Vec<Vec3>>, radius_m: Option<f32>, else_at: Carried| {
        let Some(points) = found.filter(|points| !points.is_empty()) else {
            return else_at;
        };
        seen.push(framing);
        let radius_m = radius_m.unwrap_or_else(|| radius(&points));
        body.carry(&points, radius_m)
    };
    let all = || garments.iter().flatten();
    let on_trunk = || all().filter(|edge| !body.is_on_arm(edge));
    let parts = Parts {
        hem: part(
            Framing::Hem,
            hem(on_trunk()),
            hem_radius(on_trunk()),
            body.carry(&[body.at("LeftLeg"), body.at("RightLeg")], WAIST_M),
        ),
        neckline: part(
            Framing::Neckline,
            neckline(on_trunk(), body.waist.y),
            Some(0.0),
            body.carry(&[body.at("Neck") + Vec3::Z * THROAT_M], 0.0),
        ),
        cuff: part(
            Framing::Cuff,
            cuff(
                all().filter(|edge| body.is_on_arm(edge)),
                body.at("LeftArm"),
            ),
            None,
            body.carry(&[body.at("LeftHand")], WRIST_M),
        ),
        waistband: part(
            Framing::Waistband,
            waistband(garments, &body),
            None,
            body.carry(&[body.waist], WAIST_M),
        ),
        shoes: body.carry(
            &["LeftFoot", "LeftToeBase", "RightFoot", "RightToeBase"].map(|j| body.at(j)),
            FOOT_M,
        ),
    };
    WornParts { parts, seen }
}

impl WornParts {
    /// The ways of a look and its parts through what it does.
    #[must_use]
    pub fn ways(&self, choreography: &Choreography, skeleton: &Skeleton) -> Ways {
        let lasts_s = choreography.exits_s() - choreography.enters_s;
        let count = (lasts_s / STEP_S).ceil().max(0.0) as usize + 1;
        let stances: Vec<_> = (0..count)
            .map(|k| (k as f32 * STEP_S).min(lasts_s) + choreography.lead_in_s)
            .map(|local_s| choreography.stance(skeleton, local_s))
            .collect();
        let feet = stances.iter().map(|stance| stance.pose.root).collect();
        Ways {
            feet: Path::new(STEP_S, feet),
            parts: self.parts.map(|carried| {
                let points = stances.iter().map(|stance| carried.at(&stance.skin));
                (Path::new(STEP_S, points.collect()), carried.radius_m)
            }),
        }
    }
}

impl Carried {
    /// Where it is when the joints are there, world from bind.
    fn at(&self, skin: &[Mat4]) -> Vec3 {
        let by = self.by.iter();
        by.map(|&(joint, place, share)| skin[joint].transform_point3(place) * share)
            .sum()
    }
}

/// A skeleton in a pose.
struct Body<'a> {
    skeleton: &'a Skeleton,
    /// Where its joints are, m.
    joints: Vec<Vec3>,
    /// Bind from world for every joint.
    unpose: Vec<Mat4>,
    /// The middle of the waist, m.
    waist: Vec3,
}

impl<'a> Body<'a> {
    fn new(skeleton: &'a Skeleton, pose: &Pose) -> Self {
        let world = joint_world(skeleton, pose);
        let mut body = Self {
            skeleton,
            joints: world.iter().map(|m| m.w_axis.truncate()).collect(),
            unpose: skin_matrices(skeleton, pose)
                .iter()
                .map(Mat4::inverse)
                .collect(),
            waist: Vec3::ZERO,
        };
        // Between the lowest two joints of the spine.
        body.waist = 0.5 * (body.at("Spine") + body.at("Spine1"));
        body
    }

    /// Where a joint is; the hips if there is none of that name.
    fn at(&self, name: &str) -> Vec3 {
        let joint = self.skeleton.find(name);
        self.joints[joint.unwrap_or(self.skeleton.root())]
    }

    /// The joint whose bone is nearest to a point.
    fn nearest(&self, point: Vec3) -> usize {
        let bones = self.skeleton.parents.iter().enumerate();
        bones
            .filter_map(|(child, parent)| Some(((*parent)?, child)))
            .min_by(|a, b| {
                let away = |&(from, to): &(usize, usize)| {
                    distance_to_line(point, self.joints[from], self.joints[to])
                };
                away(a).total_cmp(&away(b))
            })
            .map_or(self.skeleton.root(), |(parent, _)| parent)
    }

    fn carry(&self, points: &[Vec3], radius_m: f32) -> Carried {
        let mut by: BTreeMap<usize, (Vec3, u32)> = BTreeMap::new();
        for &point in points {
            let joint = self.nearest(point);
            let (sum, count) = by.entry(joint).or_default();
            *sum += self.unpose[joint].transform_point3(point);
            *count += 1;
        }
        let share = 1.0 / points.len().max(1) as f32;
        let mean = |(joint, (sum, count)): (usize, (Vec3, u32))| {
            (joint, sum / count as f32, count as f32 * share)
        };
        Carried {
            by: by.into_iter().map(mean).collect(),
            radius_m,
        }
    }

    /// Whether an edge goes round an arm: beside the shoulder's joint.
    fn is_on_arm(&self, edge: &[Vec3]) -> bool {
        let middle = mean(edge);
        let shoulder = self.at("LeftArm").x.abs();
        let hip = self.at("Hips").y;
        let wide = edge.iter().any(|p| p.x * middle.x < 0.0);
        !wide && middle.x.abs() > shoulder && middle.y > hip - 0.15
    }
}

fn distance_to_line(point: Vec3, from: Vec3, to: Vec3) -> f32 {
    let along = to - from;
    let t = (point - from).dot(along) / along.length_squared().max(1e-9);
    point.distance(from + along * t.clamp(0.0, 1.0))
}

fn mean(points: &[Vec3]) -> Vec3 {
    points.iter().sum::<Vec3>() / points.len().max(1) as f32
}

/// Mean distance of points from their middle, level.
fn radius(points: &[Vec3]) -> f32 {
    let middle = mean(points);
    let away = |p: &Vec3| (p - middle).with_y(0.0).length();
    points.iter().map(away).sum::<f32>() / points.len().max(1) as f32
}

fn span(edge: &[Vec3]) -> (f32, f32) {
    edge.iter().fold((f32::MAX, f32::MIN), |(low, high), p| {
        (low.min(p.y), high.max(p.y))
    })
}

/// The hems as low as the lowest, each without what of it is no hem.
fn hems<'a>(edges: impl Iterator<Item = &'a Vec<Vec3>>) -> Vec<Vec<Vec3>> {
    let ends: Vec<Vec<Vec3>> = edges
        .map(|edge| {
            let (low, _) = span(edge);
            let end = edge.iter().filter(|p| p.y < low + ONE_PART_M);
            end.copied().collect()
        })
        .collect();
    let lowest = ends.iter().map(|e| mean(e).y).fold(f32::MAX, f32::min);
    ends.into_iter()
        .filter(|end| mean(end).y < lowest + SAME_HEM_M)
        .collect()
}

fn hem<'a>(edges: impl Iterator<Item = &'a Vec<Vec3>>) -> Option<Vec<Vec3>> {
    Some(hems(edges).concat())
}

/// The mean radius of what is round a leg each.
fn hem_radius<'a>(edges: impl Iterator<Item = &'a Vec<Vec3>>) -> Option<f32> {
    let hems = hems(edges);
    let sum: f32 = hems.iter().map(|hem| radius(hem)).sum();
    (!hems.is_empty()).then(|| sum / hems.len() as f32)
}

/// The front of the edge that comes nearest to the neck.
fn neckline<'a>(edges: impl Iterator<Item = &'a Vec<Vec3>>, waist: f32) -> Option<Vec<Vec3>> {
    let top = |edge: &[Vec3]| -> Vec<Vec3> {
        let (_, high) = span(edge);
        let top = edge.iter().filter(|p| p.y > high - ONE_PART_M);
        top.copied().collect()
    };
    let across = |edge: &Vec<Vec3>| {
        edge.iter().any(|p| p.x > 0.01) && edge.iter().any(|p| p.x < -0.01) && mean(edge).y > waist
    };
    let edge = edges
        .filter(|edge| across(edge))
        .max_by(|a, b| span(a).1.total_cmp(&span(b).1))?;
    let top = top(edge);
    let middle = mean(&top);
    let half = top.iter().map(|p| p.x.abs()).fold(0.0, f32::max) * 0.5;
    let front = |p: &&Vec3| p.z > middle.z && p.x.abs() <= half;
    Some(top.iter().filter(front).copied().collect())
}

/// The edge farthest down the left arm.
fn cuff<'a>(edges: impl Iterator<Item = &'a Vec<Vec3>>, shoulder: Vec3) -> Option<Vec<Vec3>> {
    edges
        .filter(|edge| mean(edge).x > 0.0)
        .max_by(|a, b| {
            let along = |edge: &[Vec3]| mean(edge).distance(shoulder);
            along(a).total_cmp(&along(b))
        })
        .cloned()
}

/// The upper edge of a garment that hangs from the waist, unless one worn over it
/// reaches from above to below.
fn waistband(garments: &[Vec<Vec<Vec3>>], body: &Body<'_>) -> Option<Vec<Vec3>> {
    let level = |edge: &Vec<Vec3>| mean(edge).y;
    let top = |(index, edges): (usize, &Vec<Vec<Vec3>>)| {
        let highest = edges.iter().max_by(|a, b| level(a).total_cmp(&level(b)))?;
        let at = level(highest);
        let covered = garments[index + 1..].iter().any(|outer| {
            outer.iter().any(|edge| level(edge) > at) && outer.iter().any(|edge| level(edge) < at)
        });
        let seen = (at - body.waist.y).abs() < NEAR_WAIST_M && !covered;
        seen.then(|| highest.clone())
    };
    garments.iter().enumerate().rev().find_map(top)
}

/// The free edges of a mesh, each as its points: those that lie in one triangle
/// only, where they meet.
fn edges(triangles: &[[u32; 3]], positions: &[Vec3]) -> Vec<Vec<Vec3>> {
    let mut sides: HashMap<(u32, u32), u32> = HashMap::new();
    for &[a, b, c] in triangles {
        for (from, to) in [(a, b), (b, c), (c, a)] {
            *sides.entry((from.min(to), from.max(to))).or_default() += 1;
        }
    }
    let mut free: Vec<(u32, u32)> = sides
        .into_iter()
        .filter_map(|(side, count)| (count == 1).then_some(side))
        .collect();
    free.sort_unstable();
    let mut next: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &(from, to) in &free {
        next.entry(from).or_default().push(to);
        next.entry(to).or_default().push(from);
    }
    let mut edges = Vec::new();
    while let Some((&start, _)) = next.first_key_value() {
        let (mut edge, mut open) = (Vec::new(), vec![start]);
        while let Some(at) = open.pop() {
            if let Some(neighbours) = next.remove(&at) {
                edge.extend(positions.get(at as usize));
                open.extend(neighbours);
            }
        }
        edges.push(edge);
    }
    edges
}

#[cfg(test)]
mod tests;
