//! What models wear under the clothes: a seamless base layer in the tone of
//! their skin, as dressers give it to them, so that it does not show at a
//! neckline or through a thin fabric.

use bevy::{gltf::GltfMaterialName, mesh::VertexAttributeValues, prelude::*};

/// Vertices of the skin whose colour is looked at.
const SAMPLES: usize = 4096;
/// How much darker than the skin the base layer is, 1; cloth scatters no light
/// from below its surface.
const SHADE: f32 = 0.92;

/// Gives the `base_layer` below `root` the colour that most of the `skin` there has.
/// An avatar without either, or whose skin is no plain image, stays as it is.
pub(super) fn tone_down(world: &mut World, root: Entity) {
    let (mut skin, mut base_layer) = (None, None);
    let mut stack = vec![root];
    while let Some(entity) = stack.pop() {
        if let (Some(name), Some(material), Some(mesh)) = (
            world.get::<GltfMaterialName>(entity),
            world.get::<MeshMaterial3d<StandardMaterial>>(entity),
            world.get::<Mesh3d>(entity),
        ) {
            match name.0.as_str() {
                "skin" => skin = Some((material.0.clone(), mesh.0.clone())),
                "base_layer" => base_layer = Some(material.0.clone()),
                _ => {}
            }
        }
        if let Some(children) = world.get::<Children>(entity) {
            stack.extend(children.iter());
        }
    }
    let (Some((skin, mesh)), Some(base_layer)) = (skin, base_layer) else {
        return;
    };
    let tone = world
        .resource::<Assets<StandardMaterial>>()
        .get(&skin)
        .and_then(|material| {
            let image = material.base_color_texture.as_ref()?;
            let image = world.resource::<Assets<Image>>().get(image)?;
            let mesh = world.resource::<Assets<Mesh>>().get(&mesh)?;
            Some(median_colour(image, mesh)? * material.base_color.to_linear().to_vec3())
        });
    let mut materials = world.resource_mut::<Assets<StandardMaterial>>();
    if let (Some(tone), Some(mut material)) = (tone, materials.get_mut(&base_layer)) {
        let tone = tone * SHADE;
        material.base_color = LinearRgba::rgb(tone.x, tone.y, tone.z).into();
        material.base_color_texture = None;
    }
}

/// The colour of middling brightness among those that vertices have in an image, in linear
/// light: lips, stubble and what of the image is on no body count for nothing. None if
/// pixels or vertices cannot be read.
fn median_colour(image: &Image, mesh: &Mesh) -> Option<Vec3> {
    let VertexAttributeValues::Float32x2(places) = mesh.attribute(Mesh::ATTRIBUTE_UV_0)? else {
        return None;
    };
    let (width, height) = (image.width(), image.height());
    let texel = |share: f32, side: u32| ((share * side as f32) as u32).min(side - 1);
    let step = (places.len() / SAMPLES).max(1);
    let seen = places.iter().step_by(step).map(|&[u, v]| {
        let colour = image.get_color_at(texel(u, width), texel(v, height)).ok()?;
        Some(colour.to_linear())
    });
    let mut seen: Vec<LinearRgba> = seen.collect::<Option<_>>()?;
    let middle = seen.len() / 2;
    let of = |colour: &LinearRgba| colour.luminance();
    (!seen.is_empty()).then(|| {
        let by_light = |a: &LinearRgba, b: &LinearRgba| of(a).total_cmp(&of(b));
        seen.select_nth_unstable_by(middle, by_light).1.to_vec3()
    })
}
