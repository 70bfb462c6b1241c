//! A display figure's head and skin, for a twin that is shown without its face: body,
//! clothes, shoes and walk stay the twin's; features, hair and the colour of skin go.
//!
//! [`toile_twin::Avatar::without_face`] tells what becomes of the head.

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
/// and gives it the surface of a `figure`; the base layer too, where it is below clothes.
pub(super) fn cover(
    world: &mut World,
    root: Entity,
    file: &Handle<Gltf>,
    figure: &Avatar,
    dressed: bool,
) {
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
        } else if dressed && name == "base_layer" {
            let base_layer = MeshMaterial3d(base_layer.clone());
            world.entity_mut(entity).insert(base_layer);
        }
    }
}
