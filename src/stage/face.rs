//! A display figure's head and skin, for a twin that is shown without its face: body,
//! clothes, shoes and walk stay the twin's; features, hair and the colour of skin go.
//!
//! The head becomes a smooth egg, as the mannequin's is: along every direction from its
//! middle the surface is put at a broad mean of the distances around that direction.
//! Ears and nose, which stand out of it, are left out of the mean.

use super::skin::{entities_by_mesh, meshes_in_order};
use crate::bodies::MANNEQUIN_COLOUR;
use bevy::{
    gltf::{Gltf, GltfMaterialName},
    mesh::VertexAttributeValues,
    prelude::*,
};
use toile_twin::{Avatar, Primitive};

/// Materials that go: what is left of a person's look.
const GONE: [&str; 5] = ["hair", "brows", "lashes", "teeth", "accessory"];
/// Materials that become the figure's surface. Eyes close the holes between the lids.
const SURFACE: [&str; 2] = ["skin", "eyes"];
/// How rough it is, and how much darker the base layer on it.
const ROUGHNESS: f32 = 0.62;
const SHADE: f32 = 0.92;
/// Points of the head that the mean is taken of, at most.
const SAMPLES: usize = 1600;
/// Width of the mean: 1 less the cosine of an angle, at which a point counts 1/e, and at
/// which it counts no more.
const WIDTH: f32 = 0.026;
const FARTHEST: f32 = 0.2;
/// A point that is so much farther out than the mean belongs to an ear or the nose.
const STANDS_OUT: f32 = 1.05;
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
        Some(Self {
            middle: middle.with_x(at.x).with_y(0.5 * (chin + most.y)),
            low,
            high: (chin + 0.03).max(low + 0.03),
        })
    }

    /// How much of a place is the head's, 0 to 1: the neck ends higher behind than the
    /// chin does in front.
    fn share(&self, place: Vec3) -> f32 {
        let height = place.y + 0.35 * (place.z - self.middle.z);
        let along = ((height - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        if place.y < self.low - 0.02 {
            return 0.0;
        }
        along * along * (3.0 - 2.0 * along)
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

/// The avatar as it is drawn without its face.
pub(super) fn faceless(avatar: &Avatar) -> Avatar {
    let mut figure = avatar.clone();
    let Some(head) = Head::of(avatar) else {
        return figure;
    };
    let samples = smooth_samples(avatar, &head);
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
    figure
}

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
    // Twice: a mean that ears are part of lets half of them pass.
    for _ in 0..2 {
        let known = samples.clone();
        samples.retain(|s| {
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

/// Gives a mesh as Bevy loaded it the places and normals of a part.
pub(super) fn reshape(mesh: &mut Mesh, part: &Primitive) {
    let write = |values: &mut VertexAttributeValues, from: &[Vec3]| {
        if let VertexAttributeValues::Float32x3(to) = values {
            for (to, from) in to.iter_mut().zip(from) {
                *to = from.to_array();
            }
        }
    };
    if let Ok(places) = mesh.try_attribute_mut(Mesh::ATTRIBUTE_POSITION) {
        write(places, &part.positions);
    }
    if let Ok(normals) = mesh.try_attribute_mut(Mesh::ATTRIBUTE_NORMAL) {
        write(normals, &part.normals);
    }
}

/// Takes the person's look off what stands below `root`, which was spawned from `file`,
/// and gives it the surface of a `figure`.
pub(super) fn cover(world: &mut World, root: Entity, file: &Handle<Gltf>, figure: &Avatar) {
    let handles = meshes_in_order(world, file);
    let by_mesh = entities_by_mesh(world, root);
    for (handle, part) in handles.iter().zip(&figure.primitives) {
        // What has a mesh of its own by now was given its shape with it.
        let Some(&entity) = by_mesh.get(&handle.id()) else {
            continue;
        };
        if SURFACE.contains(&part.material.as_str()) {
            let mut meshes = world.resource_mut::<Assets<Mesh>>();
            if let Some(mut copy) = meshes.get(handle).cloned() {
                reshape(&mut copy, part);
                let copy = meshes.add(copy);
                world.entity_mut(entity).insert(Mesh3d(copy));
            }
        }
    }
    let paint = |shade: f32| {
        let [r, g, b] = (MANNEQUIN_COLOUR.linear() * shade).to_array();
        StandardMaterial {
            base_color: Color::linear_rgb(r, g, b),
            perceptual_roughness: ROUGHNESS,
            ..default()
        }
    };
    let mut materials = world.resource_mut::<Assets<StandardMaterial>>();
    let (surface, base_layer) = (materials.add(paint(1.0)), materials.add(paint(SHADE)));
    let mut stack = vec![root];
    while let Some(entity) = stack.pop() {
        if let Some(children) = world.get::<Children>(entity) {
            stack.extend(children.iter());
        }
        let Some(name) = world.get::<GltfMaterialName>(entity) else {
            continue;
        };
        let name = name.0.clone();
        if GONE.contains(&name.as_str()) {
            world.despawn(entity);
        } else if SURFACE.contains(&name.as_str()) {
            let surface = MeshMaterial3d(surface.clone());
            world.entity_mut(entity).insert(surface);
        } else if name == "base_layer" {
            let base_layer = MeshMaterial3d(base_layer.clone());
            world.entity_mut(entity).insert(base_layer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, Sample, mean, put_on_egg};
    use bevy::math::Vec3;
    use toile_twin::Primitive;

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
