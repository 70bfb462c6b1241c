//! What models wear under the clothes: a seamless base layer in the tone of
//! their skin, as dressers give it to them, so that it does not show at a
//! neckline or through a thin fabric.

use bevy::{gltf::GltfMaterialName, prelude::*};

/// Pixels of the skin that are looked at.
const SAMPLES: usize = 4096;
/// How much darker than the skin the base layer is, 1; cloth scatters no light
/// from below its surface.
const SHADE: f32 = 0.92;

/// Gives the `base_layer` below `root` the mean colour of the `skin` there.
/// An avatar without either, or whose skin is no plain image, stays as it is.
pub(super) fn tone_down(world: &mut World, root: Entity) {
    let (mut skin, mut base_layer) = (None, None);
    let mut stack = vec![root];
    while let Some(entity) = stack.pop() {
        if let (Some(name), Some(material)) = (
            world.get::<GltfMaterialName>(entity),
            world.get::<MeshMaterial3d<StandardMaterial>>(entity),
        ) {
            match name.0.as_str() {
                "skin" => skin = Some(material.0.clone()),
                "base_layer" => base_layer = Some(material.0.clone()),
                _ => {}
            }
        }
        if let Some(children) = world.get::<Children>(entity) {
            stack.extend(children.iter());
        }
    }
    let (Some(skin), Some(base_layer)) = (skin, base_layer) else {
        return;
    };
    let tone = world
        .resource::<Assets<StandardMaterial>>()
        .get(&skin)
        .and_then(|material| {
            let image = material.base_color_texture.as_ref()?;
            let image = world.resource::<Assets<Image>>().get(image)?;
            Some(mean_colour(image)? * material.base_color.to_linear().to_vec3())
        });
    let mut materials = world.resource_mut::<Assets<StandardMaterial>>();
    if let (Some(tone), Some(mut material)) = (tone, materials.get_mut(&base_layer)) {
        let tone = tone * SHADE;
        material.base_color = LinearRgba::rgb(tone.x, tone.y, tone.z).into();
        material.base_color_texture = None;
    }
}

/// Mean of an image in linear light; none if its pixels cannot be read.
fn mean_colour(image: &Image) -> Option<Vec3> {
    let (width, height) = (image.width(), image.height());
    let step = ((width * height) as usize / SAMPLES).max(1);
    let mut sum = Vec3::ZERO;
    let mut count = 0.0;
    for k in (0..(width * height) as usize).step_by(step) {
        let (x, y) = (k as u32 % width, k as u32 / width);
        sum += image.get_color_at(x, y).ok()?.to_linear().to_vec3();
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}
