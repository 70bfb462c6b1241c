//! A twin's avatar without its face.
//!
//! The head becomes a smooth egg, as a display figure's is: along every direction from
//! its middle the surface is put at a broad mean of the distances around that direction.
//! Ears and nose, which stand out of it, are left out of the mean.

use crate::avatar::{Avatar, Primitive};
use glam::Vec3;
use std::collections::{BTreeSet, HashMap};

/// Points of the head that the mean is taken of, at most.
const SAMPLES: usize = 1600;
/// Width of the mean: 1 less the cosine of an angle, at which a point counts 1/e, and at
/// which it counts no more.
const WIDTH: f32 = 0.026;
const FARTHEST: f32 = 0.2;
/// A point that is so much nearer to the middle than the farthest around it, up to the
/// cosine of an angle, lies inside the head.
const INSIDE: f32 = 0.82;
const NEAR: f32 = 0.985;
/// The cosine of the angle between its normal and the way out from which on a point is
/// taken to look into the head, and how far out it is put then, of the egg's distance.
const TURNED: f32 = -0.1;
const BURIED: f32 = 0.85;
/// How much the head's a place must be for that.
const MOSTLY: f32 = 0.5;
/// What is so much nearer to the middle than the egg is inside, however it looks.
const DEEP: f32 = 0.7;
/// A point that is so much farther out than the mean belongs to an ear or the nose.
const STANDS_OUT: f32 = 1.05;
/// Above and below this height of a direction, there is neither.
const LEVEL: f32 = 0.5;
/// How far around its middle an eye is spread, so that it fills the hole between the lids
/// from corner to corner, and how far below the skin it lies, m.
const SPREAD: f32 = 1.8;
const BELOW_M: f32 = 0.0008;

/// A point of the head as seen from its middle.
#[derive(Clone, Copy)]
struct Sample {
    direction: Vec3,
    normal: Vec3,
    distance: f32,
    area: f32,
}

/// Where a head is: its middle, and the heights between which the neck becomes it, m.
struct Head {
    middle: Vec3,
    low: f32,
    high: f32,
}

impl Head {
    /// Of an avatar; none where no skin hangs on a head.
    fn of(avatar: &Avatar) -> Option<Self> {
        let joint = avatar.skeleton.find("Head")?;
        let at = avatar.skeleton.inverse_bind[joint].inverse().w_axis;
        let (mut least, mut most) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
        for part in avatar.with_material("skin") {
            for (place, _) in held(part, joint) {
                (least, most) = (least.min(*place), most.max(*place));
            }
        }
        if least.x > most.x {
            return None;
        }
        let middle = 0.5 * (least + most);
        let front = 0.5 * (middle.z + most.z);
        let chin = avatar
            .with_material("skin")
            .flat_map(|part| held(part, joint))
            .filter(|(place, share)| place.z > front && *share > 0.8)
            .fold(middle.y, |chin, (place, _)| chin.min(place.y));
        let low = at.y.min(chin) - 0.005;
        let eyes = avatar
            .with_material("eyes")
            .flat_map(|part| &part.positions);
        let (count, sum) = eyes.fold((0.0, 0.0), |(n, sum), place| (n + 1.0, sum + place.y));
        let level = if count > 0.0 {
            sum / count - 0.012
        } else {
            0.5 * (chin + most.y)
        };
        Some(Self {
            middle: middle.with_x(at.x).with_y(level),
            low,
            high: (chin + 0.035).max(low + 0.06),
        })
    }

    /// How much of a place is the head's, 0 to 1: the neck ends higher behind than the
    /// chin does in front.
    fn share(&self, place: Vec3) -> f32 {
        let height = place.y + 0.35 * (place.z - self.middle.z);
        let along = ((height - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        along * along * (3.0 - 2.0 * along)
    }
}

impl Head {
    /// Whether a point lies inside the head, whose egg is so far out there, or looks into
    /// it: mouth, sockets and the backs of ears.
    fn hides(&self, place: Vec3, normal: Vec3, egg: f32) -> bool {
        let out = place - self.middle;
        let distance = out.length();
        distance < DEEP * egg || normal.dot(out) < TURNED * distance
    }
}

/// Places of a part that a joint moves for more than half, and how much it does.
fn held(part: &Primitive, joint: usize) -> impl Iterator<Item = (&Vec3, f32)> {
    let share = move |v: usize| -> f32 {
        let bones = part.joints[v].iter().zip(&part.weights[v]);
        let here = bones.filter(|(bone, _)| usize::from(**bone) == joint);
        here.map(|(_, weight)| weight).sum()
    };
    let places = part.positions.iter().enumerate();
    places
        .map(move |(v, place)| (place, share(v)))
        .filter(|(_, share)| *share > 0.5)
}

/// The avatar with an egg for a head, whose holes are filled by its eyes.
pub(crate) fn without_face(avatar: &Avatar) -> Avatar {
    let mut figure = avatar.clone();
    let Some(head) = Head::of(avatar) else {
        return figure;
    };
    let samples = smooth_samples(avatar, &head);
    let seam = Seam::new(avatar, &head, &samples);
    for part in &mut figure.primitives {
        match part.material.as_str() {
            "skin" => put_on_egg(part, &head, &samples),
            "eyes" => {
                for side in [-1.0, 1.0] {
                    spread(part, &head, &samples, side);
                }
            }
            _ => {}
        }
    }
    seam.smooth(&mut figure);
    figure
}

/// Where the head passes into the neck. The jaw hangs over it, so that both are one to who
/// looks from the middle of the head; what folds there is drawn smooth.
struct Seam {
    /// Welded point of every vertex, by primitive; none for what is no skin.
    point: Vec<Vec<usize>>,
    /// Points around every point, and how much of it is the head's; 0 for what stays.
    around: Vec<BTreeSet<usize>>,
    share: Vec<f32>,
}

impl Seam {
    fn new(avatar: &Avatar, head: &Head, samples: &[Sample]) -> Self {
        let mut known = HashMap::new();
        let (mut point, mut around) = (Vec::new(), Vec::new());
        let (mut shares, mut inside) = (Vec::new(), Vec::new());
        for part in &avatar.primitives {
            let places = part.positions.iter().zip(&part.normals);
            let points: Vec<usize> = places
                .filter(|_| part.material == "skin")
                .map(|(place, normal)| {
                    let next = known.len();
                    let at = (*place * WELD_PER_M).round().as_ivec3();
                    *known.entry(at).or_insert_with(|| {
                        let share = head.share(*place);
                        around.push(BTreeSet::new());
                        let direction = (*place - head.middle).normalize_or(Vec3::Y);
                        let egg = mean(samples, direction).filter(|_| share > MOSTLY);
                        inside.push(egg.is_some_and(|(far, _)| head.hides(*place, *normal, far)));
                        shares.push(if share < 1.0 { share } else { 0.0 });
                        next
                    })
                })
                .collect();
            for t in part.indices.as_chunks::<3>().0 {
                for (a, b) in [(t[0], t[1]), (t[1], t[2]), (t[2], t[0])] {
                    if let (Some(&a), Some(&b)) = (points.get(a as usize), points.get(b as usize)) {
                        around[a].insert(b);
                        around[b].insert(a);
                    }
                }
            }
            point.push(points);
        }
        for (p, around) in around.iter_mut().enumerate() {
            if inside[p] {
                shares[p] = 0.0;
            }
            around.retain(|&q: &usize| !inside[q]);
        }
        Self {
            point,
            around,
            share: shares,
        }
    }

    fn smooth(&self, figure: &mut Avatar) {
        let mut places = vec![Vec3::ZERO; self.share.len()];
        for (part, points) in figure.primitives.iter().zip(&self.point) {
            for (place, &p) in part.positions.iter().zip(points) {
                places[p] = *place;
            }
        }
        for _ in 0..SMOOTHINGS {
            let before = places.clone();
            for (p, around) in self.around.iter().enumerate() {
                if self.share[p] > 0.0 && !around.is_empty() {
                    let sum: Vec3 = around.iter().map(|&q| before[q]).sum();
                    places[p] = before[p].midpoint(sum / around.len() as f32);
                }
            }
        }
        let mut normals = vec![Vec3::ZERO; places.len()];
        for (part, points) in figure.primitives.iter().zip(&self.point) {
            let skin = part.indices.as_chunks::<3>().0.iter();
            for t in skin.filter(|_| !points.is_empty()) {
                let t = t.map(|i| points[i as usize]);
                let [a, b, c] = t.map(|p| places[p]);
                for p in t {
                    normals[p] += (b - a).cross(c - a);
                }
            }
        }
        for (part, points) in figure.primitives.iter_mut().zip(&self.point) {
            for (v, &p) in points.iter().enumerate() {
                if self.share[p] > 0.0 {
                    let smooth = part.normals[v];
                    let flat = normals[p].normalize_or(smooth);
                    part.positions[v] = places[p];
                    part.normals[v] = flat.lerp(smooth, self.share[p]).normalize_or(flat);
                }
            }
        }
    }
}

/// Vertices this near to each other are one, per metre, and how often what folds is drawn
/// to the mean of what is around it.
const WELD_PER_M: f32 = 2e4;
const SMOOTHINGS: usize = 24;

/// Points of the head's outside, each with the area around it; without what stands out.
fn smooth_samples(avatar: &Avatar, head: &Head) -> Vec<Sample> {
    let mut samples = Vec::new();
    for part in avatar.with_material("skin") {
        let mut area = vec![0.0; part.positions.len()];
        for t in part.indices.as_chunks::<3>().0 {
            let [a, b, c] = t.map(|i| part.positions[i as usize]);
            for i in t {
                area[*i as usize] += (b - a).cross(c - a).length();
            }
        }
        for (v, place) in part.positions.iter().enumerate() {
            let out = *place - head.middle;
            if place.y > head.low - 0.03 && part.normals[v].dot(out) > 0.0 {
                samples.push(Sample {
                    direction: out.normalize_or(Vec3::Y),
                    normal: part.normals[v],
                    distance: out.length(),
                    area: area[v],
                });
            }
        }
    }
    let every = samples.len().div_ceil(SAMPLES).max(1);
    let mut samples: Vec<Sample> = samples.into_iter().step_by(every).collect();
    // Mouth and sockets have an inside that faces outwards, too.
    let all = samples.clone();
    samples.retain(|s| {
        let near = all.iter().filter(|o| s.direction.dot(o.direction) > NEAR);
        let outside = near.map(|o| o.distance).fold(0.0, f32::max);
        s.distance > INSIDE * outside
    });
    // Twice: a mean that ears are part of lets half of them pass.
    for _ in 0..2 {
        let known = samples.clone();
        samples.retain(|s| {
            // Chin and crown are farther out than what is around them, and stay.
            if s.direction.y.abs() > LEVEL {
                return true;
            }
            let (mean, _) = mean(&known, s.direction).unwrap_or((s.distance, s.normal));
            s.distance < STANDS_OUT * mean
        });
    }
    samples
}

/// The mean distance and normal of the head in a direction.
fn mean(samples: &[Sample], direction: Vec3) -> Option<(f32, Vec3)> {
    let (mut total, mut sum, mut normal) = (0.0, 0.0, Vec3::ZERO);
    for s in samples {
        let off = 1.0 - direction.dot(s.direction);
        if off < FARTHEST {
            let weight = s.area * (-off / WIDTH).exp();
            total += weight;
            sum += weight * s.distance;
            normal += weight * s.normal;
        }
    }
    (total > 0.0).then(|| (sum / total, normal.normalize_or(direction)))
}

fn put_on_egg(part: &mut Primitive, head: &Head, samples: &[Sample]) {
    let Primitive {
        positions, normals, ..
    } = part;
    for (place, normal) in positions.iter_mut().zip(normals) {
        let share = head.share(*place);
        if share <= 0.0 {
            continue;
        }
        let direction = (*place - head.middle).normalize_or(Vec3::Y);
        if let Some((distance, smooth)) = mean(samples, direction) {
            if share > MOSTLY && head.hides(*place, *normal, distance) {
                *place = head.middle + direction * (BURIED * distance);
                continue;
            }
            *place = place.lerp(head.middle + direction * distance, share);
            *normal = normal.lerp(smooth, share).normalize_or(direction);
        }
    }
}

/// Makes the eye of a side a patch of the egg, a little below the skin.
fn spread(part: &mut Primitive, head: &Head, samples: &[Sample], side: f32) {
    let of_side = |place: &Vec3| (place.x - head.middle.x) * side > 0.0;
    let eye: Vec<usize> = (0..part.positions.len())
        .filter(|&v| of_side(&part.positions[v]))
        .collect();
    let direction = |place: Vec3| (place - head.middle).normalize_or(Vec3::Z);
    let sum: Vec3 = eye.iter().map(|&v| direction(part.positions[v])).sum();
    let ahead = sum.normalize_or(Vec3::Z);
    for v in eye {
        let off = direction(part.positions[v]) - ahead;
        let wide = (ahead + SPREAD * off).normalize_or(ahead);
        if let Some((distance, normal)) = mean(samples, wide) {
            part.positions[v] = head.middle + wide * (distance - BELOW_M);
            part.normals[v] = normal;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, Sample, mean, put_on_egg};
    use crate::avatar::Primitive;
    use glam::Vec3;

    /// A ball with a nose, as seen from its middle.
    fn ball() -> Vec<Sample> {
        let mut samples = Vec::new();
        for i in 0..40 {
            for j in 0..80 {
                let (up, around) = (
                    (i as f32 + 0.5) / 40.0 * std::f32::consts::PI,
                    j as f32 / 80.0 * std::f32::consts::TAU,
                );
                let direction =
                    Vec3::new(up.sin() * around.sin(), up.cos(), up.sin() * around.cos());
                samples.push(Sample {
                    direction,
                    normal: direction,
                    distance: 0.1,
                    area: up.sin(),
                });
            }
        }
        samples
    }

    fn head() -> Head {
        Head {
            middle: Vec3::new(0.0, 1.6, 0.0),
            low: 1.47,
            high: 1.5,
        }
    }

    #[test]
    fn a_nose_is_put_back_on_the_egg_and_the_neck_stays() {
        let (nose, neck) = (Vec3::new(0.0, 1.6, 0.13), Vec3::new(0.05, 1.44, 0.0));
        let mut part = Primitive {
            material: "skin".into(),
            node: 0,
            mesh: 0,
            primitive: 0,
            positions: vec![nose, neck],
            normals: vec![Vec3::X, Vec3::X],
            indices: Vec::new(),
            joints: vec![[0; 4]; 2],
            weights: vec![[1.0, 0.0, 0.0, 0.0]; 2],
            morph_targets: Vec::new(),
        };
        put_on_egg(&mut part, &head(), &ball());
        assert!((part.positions[0] - Vec3::new(0.0, 1.6, 0.1)).length() < 1e-4);
        assert!(part.normals[0].z > 0.99, "{}", part.normals[0]);
        assert_eq!((part.positions[1], part.normals[1]), (neck, Vec3::X));
    }

    #[test]
    fn the_mean_of_a_ball_is_its_radius_in_every_direction() {
        let samples = ball();
        for direction in [Vec3::X, Vec3::NEG_Z, Vec3::new(0.6, 0.0, 0.8)] {
            let (distance, normal) = mean(&samples, direction).expect("there is something");
            assert!((distance - 0.1).abs() < 1e-5);
            assert!(normal.dot(direction) > 0.99);
        }
    }
}
