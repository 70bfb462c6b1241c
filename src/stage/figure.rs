//! A twin that stands in the studio by itself, in what it wears below all clothes: for
//! the cast sheet, whole or its face.

use super::{
    Actor, Hung, OnAir, StageError, face,
    look::{loaded, spawn_avatar},
    person,
};
use crate::{
    choreography::{Choreography, FITTING_Z},
    production::CastLook,
};
use bevy::{
    ecs::system::SystemState, gltf::Gltf, mesh::morph::MorphWeights, pbr::DistanceFog, prelude::*,
};
use toile_show::Show;
use toile_twin::{Pose, Silhouette, joint_world};

/// What the camera sees from its middle up and down where the figure stands, m, and the
/// height of that middle: all figures are seen in one scale.
const HALF_VIEW_M: f32 = 1.09;
const MIDDLE_M: f32 = 1.0;
/// Distance of the camera, m: a long lens, as for measuring by eye.
const AWAY_M: f32 = 9.0;
/// What is seen of a face up and down, m, from how far, and how far to the side and up the
/// camera stands, m: what one sees of somebody across a small table.
const HALF_FACE_M: f32 = 0.17;
const FACE_AWAY: Vec3 = Vec3::new(0.26, 0.03, 0.96);
/// From the head's joint to the middle of a portrait, m.
const FACE_ABOVE: Vec3 = Vec3::new(0.0, 0.075, 0.03);
/// Moments at which it may be photographed, s after it has taken its place: the first at
/// which its eyes are open.
const MOMENTS_S: [f32; 4] = [0.5, 0.9, 1.3, 1.7];

/// A twin on its way to its place, and in it.
pub struct Figure {
    file: Handle<Gltf>,
    root: Option<Entity>,
    face: Vec3,
}

impl Figure {
    /// Begins to load its avatar.
    #[must_use]
    pub fn new(world: &World, look: &CastLook) -> Self {
        let file = look.cast.avatar.file.clone();
        Self {
            file: world.resource::<AssetServer>().load(file),
            root: None,
            face: Vec3::ZERO,
        }
    }

    /// The middle of its face once it stands, m.
    #[must_use]
    pub fn face(&self) -> Vec3 {
        self.face
    }

    /// Does the next bit; true once it stands.
    ///
    /// # Errors
    /// An avatar that cannot be loaded, or a body that cannot stand.
    pub fn advance(
        &mut self,
        world: &mut World,
        look: &CastLook,
        show: &Show,
    ) -> Result<bool, StageError> {
        let cast = &look.cast;
        let Some(root) = self.root else {
            if loaded(world, &self.file, &cast.avatar)? {
                self.root = Some(spawn_avatar(world, &self.file, &cast.avatar)?);
            }
            return Ok(false);
        };
        let morphs = cast.avatar.morph_targets().into_iter().map(str::to_owned);
        let morphs: Vec<String> = morphs.filter(|_| !cast.faceless).collect();
        let Some(actor) = Actor::find(world, root, &cast.avatar.skeleton, &morphs) else {
            return Ok(false);
        };
        if cast.faceless {
            let figure = cast.avatar.without_face();
            face::cover(world, root, &self.file, &figure, false);
        } else {
            person::make_up(world, root);
        }
        let pose = pose(look, show)?;
        let skeleton = &cast.avatar.skeleton;
        if let Some(head) = skeleton.find("Head") {
            let head = joint_world(skeleton, &pose)[head];
            self.face = head.w_axis.truncate() + FACE_ABOVE;
        }
        let mut queries = SystemState::<(
            Query<'_, '_, &mut Transform, Without<Hung>>,
            Query<'_, '_, &mut MorphWeights>,
        )>::new(world);
        let (mut transforms, mut weights) = queries
            .get_mut(world)
            .map_err(|error| StageError::Load(error.to_string()))?;
        actor.set_pose(&cast.avatar.skeleton, &pose, &mut transforms, &mut weights);
        world.entity_mut(root).insert(Visibility::Inherited);
        Ok(true)
    }

    /// Takes it out of the studio.
    pub fn leave(self, world: &mut World) {
        if let Some(root) = self.root {
            world.despawn(root);
        }
    }
}

/// How it stands, with its eyes open.
fn pose(look: &CastLook, show: &Show) -> Result<Pose, StageError> {
    let choreography = Choreography::new(look, show, Silhouette::default())
        .map_err(|error| StageError::Dress(error.into()))?;
    let at = |after_s: f32| {
        let skeleton = &look.cast.avatar.skeleton;
        let time_s = choreography.lead_in_s + after_s;
        choreography.stance(skeleton, time_s).pose
    };
    let open = MOMENTS_S.into_iter().map(at).find(|pose| {
        !pose
            .morphs
            .iter()
            .any(|unit| unit.0.starts_with("eyeBlink"))
    });
    Ok(open.unwrap_or_else(|| at(0.0)))
}

/// Turns the cameras on air to where figures stand.
pub fn frame_figures(world: &mut World) {
    let middle = Vec3::new(0.0, MIDDLE_M, FITTING_Z);
    frame(world, middle, AWAY_M * Vec3::Z, HALF_VIEW_M);
}

/// Turns the cameras on air to a face.
pub fn frame_face(world: &mut World, face: Vec3) {
    frame(world, face, FACE_AWAY, HALF_FACE_M);
}

fn frame(world: &mut World, middle: Vec3, away: Vec3, half_view_m: f32) {
    let mut cameras = world.query_filtered::<Entity, With<OnAir>>();
    for camera in cameras.iter(world).collect::<Vec<_>>() {
        let mut camera = world.entity_mut(camera);
        camera.remove::<DistanceFog>();
        camera.insert((
            Transform::from_translation(middle + away).looking_at(middle, Vec3::Y),
            Projection::Perspective(PerspectiveProjection {
                fov: 2.0 * (half_view_m / away.length()).atan(),
                near: 0.05,
                ..default()
            }),
        ));
    }
}
