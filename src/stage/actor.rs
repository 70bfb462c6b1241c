//! A twin on stage: its glTF scene, its joints, and the pose set on them.

use bevy::{mesh::morph::MorphWeights, platform::collections::HashMap, prelude::*};
use toile_twin::{Pose, Skeleton};

/// A twin's entities.
pub struct Actor {
    /// Parent of the whole scene.
    pub root: Entity,
    /// Entity of every joint, in the skeleton's order.
    joints: Vec<Entity>,
    /// Every mesh with morph targets: entity and target names.
    morphs: Vec<(Entity, Vec<String>)>,
}

impl Actor {
    /// Finds the joints and morphing meshes of a scene that has been spawned
    /// under `root`; `None` while Bevy has not finished spawning it.
    pub fn find(
        world: &mut World,
        root: Entity,
        skeleton: &Skeleton,
        morph_names: &[String],
    ) -> Option<Self> {
        let mut by_name = HashMap::new();
        let mut morphs = Vec::new();
        let mut stack = vec![root];
        while let Some(entity) = stack.pop() {
            if let Some(name) = world.get::<Name>(entity) {
                let name = name.as_str();
                let short = name.rsplit(':').next().unwrap_or(name).to_owned();
                by_name.entry(short).or_insert(entity);
            }
            if let Some(weights) = world.get::<MorphWeights>(entity)
                && weights.weights().len() == morph_names.len()
            {
                morphs.push((entity, morph_names.to_vec()));
            }
            if let Some(children) = world.get::<Children>(entity) {
                stack.extend(children.iter());
            }
        }
        let joints = skeleton
            .names
            .iter()
            .map(|name| by_name.get(name).copied())
            .collect::<Option<Vec<_>>>()?;
        Some(Self {
            root,
            joints,
            morphs,
        })
    }

    /// Puts the actor into a pose.
    pub fn set_pose(
        &self,
        skeleton: &Skeleton,
        pose: &Pose,
        transforms: &mut Query<'_, '_, &mut Transform, Without<super::Hung>>,
        weights: &mut Query<'_, '_, &mut MorphWeights>,
    ) {
        if let Ok(mut root) = transforms.get_mut(self.root) {
            *root = Transform::from_translation(pose.root)
                .with_rotation(Quat::from_rotation_y(pose.heading));
        }
        let hips = skeleton.root();
        for (index, &entity) in self.joints.iter().enumerate() {
            if let Ok(mut joint) = transforms.get_mut(entity) {
                let offset = if index == hips {
                    pose.hips_offset
                } else {
                    Vec3::ZERO
                };
                joint.translation = skeleton.rest_translation[index] + offset;
                joint.rotation = pose.local[index];
            }
        }
        for (entity, names) in &self.morphs {
            if let Ok(mut morph) = weights.get_mut(*entity) {
                for (weight, name) in morph.weights_mut().iter_mut().zip(names) {
                    *weight = pose
                        .morphs
                        .iter()
                        .find(|(n, _)| n == name)
                        .map_or(0.0, |(_, w)| *w);
                }
            }
        }
    }
}
