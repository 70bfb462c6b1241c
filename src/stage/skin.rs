//! Skin on screen that gives way to the cloth on it.
//!
//! A look's skin is drawn from a mesh of its own, whose bind positions a kernel of the
//! solver's draws back under the cloth; Bevy's skinning takes the way along. Without a
//! match between the file as Bevy and as Toile read it, nothing of this could be right,
//! so that is an error.

use super::{SharedSim, StageError, StagedLook, face::reshape};
use crate::wardrobe::DrawnSkin;
use bevy::{
    gltf::{Gltf, GltfMesh, GltfNode},
    platform::collections::HashMap,
    prelude::*,
    render::renderer::{RenderDevice, RenderQueue},
};
use std::{ops::Range, path::Path, sync::Arc};
use toile_cloth::{ClothError, ClothPipelines, Flesh};
use toile_twin::Avatar;

/// One mesh of a skin to be filled before this frame is drawn.
#[derive(Clone)]
pub struct SkinEmit {
    /// The mesh that Bevy draws.
    pub mesh: Handle<Mesh>,
    /// The skin that it is part of.
    pub flesh: Arc<Flesh>,
    /// Its vertices in that skin.
    pub vertices: Range<u32>,
}

/// The skin of a look.
pub struct StagedSkin {
    flesh: Arc<Flesh>,
    /// How its meshes are filled.
    pub emits: Vec<SkinEmit>,
}

impl StagedSkin {
    /// Gives an actor meshes of its own for what lies below its clothes, in the shape
    /// that `avatar` has: that of the file, or one without a face.
    ///
    /// # Errors
    /// [`StageError::Load`] if `file`, as Bevy loaded it, has other meshes than `avatar`;
    /// a skin that the solver refuses.
    pub(super) fn new(
        world: &mut World,
        root: Entity,
        file: &Handle<Gltf>,
        avatar: &Avatar,
        sim: &SharedSim,
        kernels: &ClothPipelines,
    ) -> Result<Self, StageError> {
        let drawn = DrawnSkin::new(avatar);
        let device = world.resource::<RenderDevice>().wgpu_device().clone();
        let queue = world.resource::<RenderQueue>().clone();
        let flesh = Flesh::new(&device, &queue.0, kernels, &sim.lock(), &drawn.mesh)?;
        let flesh = Arc::new(flesh);
        let handles = meshes_in_order(world, file);
        let entities = entities_by_mesh(world, root);
        let mut emits = Vec::new();
        for (number, vertices) in drawn.parts {
            let entity = handles
                .get(number)
                .and_then(|mesh| Some((mesh, *entities.get(&mesh.id())?)));
            let Some((mesh, entity)) = entity else {
                return Err(other_meshes(&avatar.file, number, "is not on stage"));
            };
            let mut meshes = world.resource_mut::<Assets<Mesh>>();
            let Some(mut copy) = meshes.get(mesh).cloned() else {
                return Err(other_meshes(&avatar.file, number, "is not in memory"));
            };
            if copy.count_vertices() != vertices.len() {
                return Err(other_meshes(&avatar.file, number, "has other vertices"));
            }
            reshape(&mut copy, &avatar.primitives[number]);
            let mesh = meshes.add(copy);
            world.entity_mut(entity).insert(Mesh3d(mesh.clone()));
            emits.push(SkinEmit {
                mesh,
                flesh: flesh.clone(),
                vertices,
            });
        }
        Ok(Self { flesh, emits })
    }
}

fn other_meshes(file: &Path, number: usize, what: &str) -> StageError {
    let file = file.display();
    StageError::Load(format!(
        "{file}: its primitive {number} {what} as Bevy loaded it"
    ))
}

/// The skinned meshes of a file in the order of its nodes, as [`Avatar::primitives`] are.
pub(super) fn meshes_in_order(world: &World, file: &Handle<Gltf>) -> Vec<Handle<Mesh>> {
    let nodes = world.resource::<Assets<GltfNode>>();
    let parts = world.resource::<Assets<GltfMesh>>();
    let Some(gltf) = world.resource::<Assets<Gltf>>().get(file) else {
        return Vec::new();
    };
    let mut skinned: Vec<_> = gltf
        .nodes
        .iter()
        .filter_map(|node| nodes.get(node))
        .filter(|node| node.skin.is_some())
        .collect();
    skinned.sort_by_key(|node| node.index);
    let parts = skinned
        .into_iter()
        .filter_map(|node| parts.get(node.mesh.as_ref()?));
    parts
        .flat_map(|mesh| mesh.primitives.iter().map(|part| part.mesh.clone()))
        .collect()
}

pub(super) fn entities_by_mesh(world: &World, root: Entity) -> HashMap<AssetId<Mesh>, Entity> {
    let mut found = HashMap::new();
    let mut stack = vec![root];
    while let Some(entity) = stack.pop() {
        if let Some(mesh) = world.get::<Mesh3d>(entity) {
            found.insert(mesh.0.id(), entity);
        }
        if let Some(children) = world.get::<Children>(entity) {
            stack.extend(children.iter());
        }
    }
    found
}

impl StagedLook {
    /// Has the skin give way to the cloth as both are now; gives what is to be filled.
    /// A mannequin that has taken the twin's place is drawn in once and for all.
    pub(super) fn skin_gives_way(
        &self,
        kernels: &ClothPipelines,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
    ) -> Result<&[SkinEmit], ClothError> {
        if self.withdrawn {
            return Ok(&[]);
        }
        let sim = self.sim.lock();
        let flesh = &self.skin.flesh;
        flesh.give_way(device, queue, kernels, &sim, &self.stance.skin)?;
        Ok(&self.skin.emits)
    }
}
