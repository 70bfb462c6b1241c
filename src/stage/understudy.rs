//! The mannequin that waits beside every licensed twin, to take its place if its licence
//! ends while the show goes on.
//!
//! It stands in the twin's joints, so that the cloth, which was sewn and moved on the
//! twin, stays where it was; its skin is drawn in by as much as its girths are wider.
//! Face, hair, skin and shape are the mannequin's; of the twin, the length of the limbs
//! and the walk are left.

use super::{Actor, StageError};
use crate::production::Cast;
use bevy::{
    asset::LoadState, gltf::Gltf, mesh::VertexAttributeValues, prelude::*,
    world_serialization::WorldAssetRoot,
};
use std::f32::consts::TAU;
use toile_twin::{Measures, Skeleton};

/// How far under the cloth its skin stays, m.
const CLEARANCE_M: f32 = 0.003;
/// The farthest that skin is drawn in, m: farther, and thin parts turn inside out.
const MOST_M: f32 = 0.025;

/// A mannequin on its way to the stage.
pub(super) struct Waiting {
    file: Handle<Gltf>,
    name: String,
    root: Option<Entity>,
    /// How far its skin is drawn in, m.
    drawn_in_m: f32,
}

/// How far a mannequin's skin is drawn in to lie inside a twin's, m.
fn drawn_in(mannequin: &Measures, twin: &Measures) -> f32 {
    let wider = [
        mannequin.bust - twin.bust,
        mannequin.waist - twin.waist,
        mannequin.hip - twin.hip,
    ];
    let most = wider.into_iter().fold(0.0, f32::max);
    (most / TAU + CLEARANCE_M).min(MOST_M)
}

impl Waiting {
    /// Begins to load it; nothing waits for one who has none.
    pub(super) fn new(world: &World, cast: &Cast) -> Option<Self> {
        let (record, avatar) = cast.understudy.as_ref()?;
        Some(Self {
            file: world.resource::<AssetServer>().load(avatar.file.clone()),
            name: avatar.file.display().to_string(),
            root: None,
            drawn_in_m: drawn_in(&record.measures, &cast.twin.measures),
        })
    }

    /// Does the next bit; gives the mannequin, hidden, once it stands in the joints of a
    /// twin's `skeleton`.
    ///
    /// # Errors
    /// An avatar that cannot be loaded.
    pub(super) fn advance(
        &mut self,
        world: &mut World,
        skeleton: &Skeleton,
    ) -> Result<Option<Actor>, StageError> {
        let Some(root) = self.root else {
            let server = world.resource::<AssetServer>();
            if let Some(LoadState::Failed(error)) = server.get_load_state(&self.file) {
                let problem = format!("cannot load avatar {}: {error}", self.name);
                return Err(StageError::Load(problem));
            }
            if !server.is_loaded_with_dependencies(&self.file) {
                return Ok(None);
            }
            let gltf = world.resource::<Assets<Gltf>>().get(&self.file);
            let scene =
                gltf.and_then(|gltf| gltf.default_scene.clone().or(gltf.scenes.first().cloned()));
            let Some(scene) = scene else {
                return Err(StageError::Load(format!("{} holds no scene", self.name)));
            };
            let bundle = (
                WorldAssetRoot(scene),
                Transform::IDENTITY,
                Visibility::Hidden,
            );
            self.root = Some(world.spawn(bundle).id());
            return Ok(None);
        };
        let actor = Actor::find(world, root, skeleton, &[]);
        if actor.is_some() {
            draw_in(world, root, self.drawn_in_m);
        }
        Ok(actor)
    }
}

/// Draws the skin of everything under `root` in along its normals, fingers and toes no
/// farther than flesh gives way. Meshes are copied: the mannequin may be on stage in its
/// own right.
fn draw_in(world: &mut World, root: Entity, by_m: f32) {
    let mut stack = vec![root];
    while let Some(entity) = stack.pop() {
        if let Some(children) = world.get::<Children>(entity) {
            stack.extend(children.iter());
        }
        let Some(mesh) = world.get::<Mesh3d>(entity).map(|mesh| mesh.0.clone()) else {
            continue;
        };
        let mut meshes = world.resource_mut::<Assets<Mesh>>();
        let Some(mut copy) = meshes.get(&mesh).cloned() else {
            continue;
        };
        let normals = match copy.try_attribute(Mesh::ATTRIBUTE_NORMAL) {
            Ok(VertexAttributeValues::Float32x3(normals)) => normals.clone(),
            _ => continue,
        };
        if let Ok(VertexAttributeValues::Float32x3(places)) =
            copy.try_attribute_mut(Mesh::ATTRIBUTE_POSITION)
        {
            drawn(places, &normals, by_m);
        }
        let copy = meshes.add(copy);
        world.entity_mut(entity).insert(Mesh3d(copy));
    }
}

/// Moves `places` in along their `normals` by `by_m`, thin parts by less.
fn drawn(places: &mut [[f32; 3]], normals: &[[f32; 3]], by_m: f32) {
    let vectors = |all: &[[f32; 3]]| all.iter().map(|v| Vec3::from(*v)).collect::<Vec<_>>();
    let normals = vectors(normals);
    let depths = toile_cloth::cpu::flesh::depths(&vectors(places), &normals);
    for ((place, normal), depth_m) in places.iter_mut().zip(normals).zip(depths) {
        *place = (Vec3::from(*place) - by_m.min(depth_m) * normal).to_array();
    }
}

#[cfg(test)]
mod tests {
    use super::{drawn, drawn_in};
    use toile_twin::Measures;

    fn measures(bust: f32) -> Measures {
        Measures {
            height: 1.78,
            bust,
            underbust: None,
            waist: 0.67,
            hip: 0.93,
            thigh: None,
            calf: None,
            neck: None,
            upper_arm: None,
            inseam: None,
            shoulder_width: None,
            arm_length: None,
        }
    }

    #[test]
    fn a_wider_mannequin_is_drawn_in_to_lie_under_the_cloth() {
        let by = drawn_in(&measures(0.88), &measures(0.85));
        assert!((by - (0.03 / std::f32::consts::TAU + 0.003)).abs() < 1e-6);
        assert!((drawn_in(&measures(0.88), &measures(1.02)) - 0.003).abs() < 1e-6);
        assert!(drawn_in(&measures(0.88), &measures(0.5)) <= 0.025);
    }

    /// A rod along x of a radius, m: places and normals.
    fn rod(radius: f32) -> (Vec<[f32; 3]>, Vec<[f32; 3]>) {
        (0..40 * 12)
            .map(|k| {
                let (along, turn) = ((k / 12) as f32 * 0.004, (k % 12) as f32 / 12.0);
                let (sin, cos) = (turn * std::f32::consts::TAU).sin_cos();
                ([along, radius * cos, radius * sin], [0.0, cos, sin])
            })
            .unzip()
    }

    #[test]
    fn a_finger_that_is_drawn_in_stays_a_finger_and_a_leg_gives_all_that_is_asked() {
        let girth = |radius: f32| {
            let (mut places, normals) = rod(radius);
            drawn(&mut places, &normals, 0.02);
            places[12 * 20][1]
        };
        assert!(girth(0.008) > 0.003, "{}", girth(0.008));
        assert!((girth(0.07) - 0.05).abs() < 1e-6, "{}", girth(0.07));
    }
}
