//! Skin, eyes and hair on screen.
//!
//! A twin's file says of its materials what surface they are (`extras.surface`: `skin`,
//! `eyes`, `strands` or `curls`); these are drawn by `shaders/stage/person.wgsl`. What
//! says nothing, such as the materials of an imported avatar, stays as the file has it.
//! All get smaller copies of their pictures, or they would glitter from afar.

use super::{
    mips,
    shaders::{Source, register},
};
use bevy::{
    asset::{Asset, uuid_handle},
    gltf::GltfMaterialExtras,
    mesh::MeshVertexBufferLayoutRef,
    pbr::{
        ExtendedMaterial, MaterialExtension, MaterialExtensionKey, MaterialExtensionPipeline,
        MaterialPlugin,
    },
    platform::collections::HashMap,
    prelude::*,
    render::render_resource::{
        AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError,
    },
    shader::{Shader, ShaderRef},
};

const SHADER: Handle<Shader> = uuid_handle!("3d5f7b0a-9a0e-4f55-8f0f-5b7e5d3c2a91");
const PREPASS: Handle<Shader> = uuid_handle!("a4c6e1d2-77b3-4d0b-b7de-2d94c10f6e38");

/// Spread of hair's shine along its strands, rad (5° to 10°: Marschner et al. 2003). A
/// file's roughness is for renderers without such a shine.
const SPREAD: f32 = 0.16;

/// How far red, green and blue light goes below skin until it is spread, m: 1 / sqrt(3 a (a +
/// s)) of what is absorbed and scattered (Jensen et al. 2001, "Skin1").
const SKIN_REACH_M: [f32; 3] = [3.67e-3, 1.37e-3, 0.68e-3];
/// The shaders of the material, and what they import beside the cloth's.
const SHADERS: [Source; 3] = [
    (
        SHADER,
        "shaders/stage/person.wgsl",
        include_str!("../../../shaders/stage/person.wgsl"),
    ),
    (
        PREPASS,
        "shaders/stage/person_prepass.wgsl",
        include_str!("../../../shaders/stage/person_prepass.wgsl"),
    ),
    (
        uuid_handle!("f19a3c55-0e6d-4b12-8c47-7a2d6e90b3f4"),
        "shaders/stage/strands.wgsl",
        include_str!("../../../shaders/stage/strands.wgsl"),
    ),
];

/// Bevy's material with what makes a surface alive.
pub type PersonMaterial = ExtendedMaterial<StandardMaterial, PersonSurface>;

/// What `shaders/stage/person.wgsl` needs to know of a surface.
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone)]
#[bind_group_data(Kind)]
pub struct PersonSurface {
    #[uniform(100)]
    person: PersonUniform,
    kind: Kind,
}

/// The shader's `Person`, member by member.
#[derive(ShaderType, Debug, Clone, Copy)]
struct PersonUniform {
    scatter: Vec4,
    sheen: Vec4,
}

/// Which part of the shader a surface needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Skin, and nails.
    Skin,
    /// Balls of the eyes.
    Eyes,
    /// Hair in strands.
    Strands,
    /// Hair in curls, or too short to lie.
    Curls,
}

impl Kind {
    /// The surface that a material's extras name.
    fn of(extras: &str) -> Option<Self> {
        let extras: serde_json::Value = serde_json::from_str(extras).ok()?;
        match extras.get("surface")?.as_str()? {
            "skin" => Some(Self::Skin),
            "eyes" => Some(Self::Eyes),
            "strands" => Some(Self::Strands),
            "curls" => Some(Self::Curls),
            _ => None,
        }
    }

    fn is_hair(self) -> bool {
        matches!(self, Self::Strands | Self::Curls)
    }

    /// What the shader is told. Reflectance at right angles: 0.028 of skin (refractive
    /// index 1.4), 0.025 of the cornea (1.376), 0.046 of hair (1.55). How far light goes
    /// through eyes and hair, and the two sheens of skin, were chosen by eye.
    fn uniform(self) -> PersonUniform {
        let (scatter, sheen) = match self {
            Self::Skin => {
                let [r, g, b] = SKIN_REACH_M;
                ([r, g, b, 0.0], [0.028, 0.45, 0.12, 0.22])
            }
            Self::Eyes => ([0.25, 0.20, 0.18, 0.0], [0.025, 1.0, 0.0, 0.0]),
            Self::Strands => ([0.25, 0.25, 0.25, 1.0], [0.046, 1.8, 0.35, 0.0]),
            Self::Curls => ([0.35, 0.35, 0.35, 0.0], [0.046, 1.0, 0.0, 0.0]),
        };
        PersonUniform {
            scatter: scatter.into(),
            sheen: sheen.into(),
        }
    }
}

impl From<&PersonSurface> for Kind {
    fn from(surface: &PersonSurface) -> Self {
        surface.kind
    }
}

impl MaterialExtension for PersonSurface {
    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    fn prepass_fragment_shader() -> ShaderRef {
        PREPASS.into()
    }

    fn specialize(
        _: &MaterialExtensionPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _: &MeshVertexBufferLayoutRef,
        key: MaterialExtensionKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        let definition = match key.bind_group_data {
            Kind::Skin => return Ok(()),
            Kind::Eyes => "EYES",
            Kind::Strands | Kind::Curls => "STRANDS",
        };
        if let Some(fragment) = &mut descriptor.fragment {
            fragment.shader_defs.push(definition.into());
        }
        Ok(())
    }
}

/// Registers the material and its shaders.
pub(super) fn plugin(app: &mut App) {
    register(app, &SHADERS);
    app.add_plugins(MaterialPlugin::<PersonMaterial>::default());
}

/// Draws what stands below `root`, just spawned, as a person.
pub(super) fn make_up(world: &mut World, root: Entity) {
    let mut painted = HashMap::new();
    let mut stack = vec![root];
    while let Some(entity) = stack.pop() {
        if let Some(children) = world.get::<Children>(entity) {
            stack.extend(children.iter());
        }
        let Some(plain) = world.get::<MeshMaterial3d<StandardMaterial>>(entity) else {
            continue;
        };
        let plain = plain.0.clone();
        let kind = world.get::<GltfMaterialExtras>(entity);
        let kind = kind.and_then(|extras| Kind::of(&extras.value));
        let id = plain.id();
        let known = painted
            .entry(id)
            .or_insert_with(|| paint(world, &plain, kind))
            .clone();
        if let Some(material) = known {
            let mut entity = world.entity_mut(entity);
            entity.remove::<MeshMaterial3d<StandardMaterial>>();
            entity.insert((MeshMaterial3d(material), AsInFile(plain)));
        }
    }
}

/// Undoes [`make_up`]: what stands below `root` is drawn as its file has it.
pub(super) fn take_off(world: &mut World, root: Entity) {
    let mut stack = vec![root];
    while let Some(entity) = stack.pop() {
        if let Some(children) = world.get::<Children>(entity) {
            stack.extend(children.iter());
        }
        let mut entity = world.entity_mut(entity);
        if let Some(AsInFile(plain)) = entity.take() {
            entity.remove::<MeshMaterial3d<PersonMaterial>>();
            entity.insert(MeshMaterial3d(plain));
        }
    }
}

/// What a file says that something is drawn with.
#[derive(Component)]
struct AsInFile(Handle<StandardMaterial>);

/// Gives a material's pictures smaller copies; and the material of a person, if it is one.
fn paint(
    world: &mut World,
    plain: &Handle<StandardMaterial>,
    kind: Option<Kind>,
) -> Option<Handle<PersonMaterial>> {
    let materials = world.resource::<Assets<StandardMaterial>>();
    let mut base = materials.get(plain)?.clone();
    let cut = match base.alpha_mode {
        AlphaMode::Mask(least) => Some(least),
        _ => None,
    };
    let pictures = [
        base.base_color_texture.clone(),
        base.metallic_roughness_texture.clone(),
    ];
    let mut images = world.resource_mut::<Assets<Image>>();
    let mut more = false;
    for picture in pictures.into_iter().flatten() {
        let without = images
            .get(&picture)
            .is_some_and(|image| image.texture_descriptor.mip_level_count == 1);
        if without && let Some(mut image) = images.get_mut(&picture) {
            more |= mips::add(&mut image, cut);
        }
    }
    let Some(kind) = kind else {
        if more {
            // Bevy binds a picture anew only with its material.
            let mut materials = world.resource_mut::<Assets<StandardMaterial>>();
            if let Some(mut material) = materials.get_mut(plain) {
                material.reflectance = base.reflectance;
            }
        }
        return None;
    };
    if kind.is_hair() {
        base.double_sided = false;
        base.cull_mode = None;
        base.alpha_mode = AlphaMode::Mask(0.5);
        base.perceptual_roughness = SPREAD;
    }
    let extension = PersonSurface {
        person: kind.uniform(),
        kind,
    };
    let mut materials = world.resource_mut::<Assets<PersonMaterial>>();
    Some(materials.add(PersonMaterial { base, extension }))
}

/// What an entity is painted with, as Bevy's material, whether it is a person or not.
#[must_use]
pub fn painted(world: &World, entity: Entity) -> Option<&StandardMaterial> {
    if let Some(material) = world.get::<MeshMaterial3d<StandardMaterial>>(entity) {
        return world
            .resource::<Assets<StandardMaterial>>()
            .get(&material.0);
    }
    let material = world.get::<MeshMaterial3d<PersonMaterial>>(entity)?;
    let materials = world.get_resource::<Assets<PersonMaterial>>()?;
    materials.get(&material.0).map(|material| &material.base)
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn materials_say_what_surface_they_are() {
        assert_eq!(Kind::of(r#"{"surface": "strands"}"#), Some(Kind::Strands));
        assert_eq!(Kind::of(r#"{"surface": "marble"}"#), None);
        assert_eq!(Kind::of(r#"{"targetNames": []}"#), None);
        assert_eq!(Kind::of("strands"), None);
    }
}
