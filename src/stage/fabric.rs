//! Fabric on screen: the catalogue's appearance as a Bevy material.

use bevy::{
    asset::{Asset, uuid_handle},
    core_pipeline::tonemapping::Tonemapping,
    pbr::{ExtendedMaterial, MaterialExtension, MaterialPlugin},
    prelude::*,
    render::{
        extract_resource::ExtractResource,
        render_resource::{AsBindGroup, ShaderType},
    },
    shader::{Shader, ShaderRef},
};
use toile_cloth::Mark;
use toile_garment::{Construction, Fabric};
use toile_show::Rgb;

const SHADER: Handle<Shader> = uuid_handle!("5b1d6d0e-4f3c-4d0d-8f59-0a4f1c7b2e61");

/// Bevy's material with threads on it.
pub type FabricMaterial = ExtendedMaterial<StandardMaterial, FabricSurface>;

/// What `shaders/stage/fabric.wgsl` needs to know of a fabric.
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone)]
pub struct FabricSurface {
    #[uniform(100)]
    fabric: FabricUniform,
}

#[derive(ShaderType, Debug, Clone, Copy)]
struct FabricUniform {
    warp: Vec4,
    weft: Vec4,
    back: Vec4,
    sheen: Vec4,
    pitch: Vec4,
}

impl MaterialExtension for FabricSurface {
    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }
}

/// How cloth is shown: as it looks, or coloured by how it is strained, or by what
/// the solver does with it. Strain is read off the picture itself, from how pattern
/// coordinates lie on the surface, so it is seen in played bakes as well; what the
/// solver does is seen while it simulates.
#[derive(
    Resource, ExtractResource, Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum,
)]
pub enum ClothView {
    /// As it looks
    #[default]
    Fabric,
    /// Stretch along the warp: blue -10 %, grey 0, yellow 5 %, red from 10 % on
    Warp,
    /// Stretch along the weft: blue -10 %, grey 0, yellow 5 %, red from 10 % on
    Weft,
    /// Angle that warp and weft have been sheared by: grey 0°, yellow 10°, red from 20° on
    Shear,
    /// What it touches: yellow the body, red other cloth
    Touch,
    /// Bending energy: grey 0, yellow 10 mJ/m², red from 20 on
    Bending,
    /// How much of a step is held back so that nothing goes through: red all of it
    Held,
}

impl ClothView {
    /// All of them, with what a panel calls them and what their colours mean.
    pub const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Fabric, "fabric", ""),
        (
            Self::Warp,
            "stretch along the warp",
            "blue -10 %, grey 0, yellow 5 %, red 10 % and more",
        ),
        (
            Self::Weft,
            "stretch along the weft",
            "blue -10 %, grey 0, yellow 5 %, red 10 % and more",
        ),
        (
            Self::Shear,
            "shear",
            "grey 0°, yellow 10°, red 20° and more",
        ),
        (
            Self::Touch,
            "contact (simulated)",
            "yellow touches the body, red other cloth",
        ),
        (
            Self::Bending,
            "bending energy (simulated)",
            "grey 0, yellow 10 mJ/m², red 20 and more",
        ),
        (
            Self::Held,
            "held back (simulated)",
            "grey moves freely, yellow half, red not at all",
        ),
    ];

    /// What the solver writes for this view.
    #[must_use]
    pub fn mark(self) -> Option<Mark> {
        match self {
            Self::Touch => Some(Mark::Touch),
            Self::Bending => Some(Mark::Bending),
            Self::Held => Some(Mark::Held),
            Self::Fabric | Self::Warp | Self::Weft | Self::Shear => None,
        }
    }
}

/// Shows all cloth in the view that is wished, and its colours as they are.
fn apply_view(
    view: Res<'_, ClothView>,
    mut materials: ResMut<'_, Assets<FabricMaterial>>,
    mut cameras: Query<'_, '_, &mut Tonemapping, With<super::OnAir>>,
) {
    for mut tonemapping in &mut cameras {
        tonemapping.set_if_neq(if *view == ClothView::Fabric {
            TONEMAPPING
        } else {
            Tonemapping::None
        });
    }
    let wanted = f32::from(*view as u8);
    let other: Vec<_> = materials
        .iter()
        .filter(|(_, material)| material.extension.fabric.pitch.z != wanted)
        .map(|(id, _)| id)
        .collect();
    for id in other {
        if let Some(mut material) = materials.get_mut(id) {
            material.extension.fabric.pitch.z = wanted;
        }
    }
}

/// How the light of a show becomes a picture.
pub const TONEMAPPING: Tonemapping = Tonemapping::TonyMcMapface;

/// How much rougher satin is across its warp floats than along them, 0 to 1.
const SATIN_FLOATS: f32 = 0.5;

/// Registers the material and its shader.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<ClothView>()
        .add_systems(PostUpdate, apply_view);
    let shader = Shader::from_wgsl(
        include_str!("../../shaders/stage/fabric.wgsl"),
        "shaders/stage/fabric.wgsl",
    );
    if let Err(error) = app
        .world_mut()
        .resource_mut::<Assets<Shader>>()
        .insert(SHADER.id(), shader)
    {
        error!("the fabric shader could not be registered: {error}");
    }
    app.add_plugins(MaterialPlugin::<FabricMaterial>::default());
}

/// The material of a fabric, in its own colour or in `colour`.
#[must_use]
pub fn fabric_material(fabric: &Fabric, colour: Option<Rgb>) -> FabricMaterial {
    let look = &fabric.appearance;
    let linear = |[r, g, b]: [f32; 3]| Color::srgb(r, g, b).to_linear().to_vec3();
    let own = linear(look.base_colour.to_f32());
    let base = colour.map_or(own, |c| linear(c.0));
    // A dyed cloth keeps the ratio of its two sides.
    let tint = base / own.max(Vec3::splat(0.01));
    let back = if colour.is_some() {
        (linear(look.back_colour.to_f32()) * tint).min(Vec3::ONE)
    } else {
        linear(look.back_colour.to_f32())
    };
    let (weave, relief) = match fabric.construction {
        Construction::Plain => (0.0, 0.32),
        Construction::Crepe => (0.0, 0.5),
        Construction::Organza => (0.0, 0.2),
        Construction::Twill | Construction::Denim => (1.0, 0.42),
        Construction::Satin => (2.0, 0.1),
        Construction::Jersey
        | Construction::Interlock
        | Construction::Rib
        | Construction::Ponte
        | Construction::Fleece => (3.0, 0.35),
        Construction::Leather => (4.0, 0.35),
    };
    // Denim's weft is undyed.
    let weft = if fabric.construction == Construction::Denim {
        Vec3::splat(0.55).lerp(base, 0.35)
    } else {
        base * 0.94
    };
    let floats = if fabric.construction == Construction::Satin {
        SATIN_FLOATS
    } else {
        0.0
    };
    let sheer = look.opacity < 0.999;
    let (pitch_x, pitch_y) = look.thread_pitch_mm;
    FabricMaterial {
        base: StandardMaterial {
            base_color: Color::LinearRgba(LinearRgba::from_vec4(base.extend(look.opacity))),
            perceptual_roughness: look.roughness.clamp(0.2, 1.0),
            reflectance: if fabric.construction == Construction::Satin {
                0.45
            } else {
                0.35
            },
            anisotropy_strength: floats,
            double_sided: true,
            cull_mode: None,
            alpha_mode: if sheer {
                AlphaMode::Blend
            } else {
                AlphaMode::Opaque
            },
            ..default()
        },
        extension: FabricSurface {
            fabric: FabricUniform {
                warp: base.extend(weave),
                weft: weft.extend(relief),
                back: back.extend(1.0),
                sheen: linear(look.sheen_colour.to_f32()).extend(look.sheen_roughness),
                pitch: Vec4::new(pitch_x * 1e-3, pitch_y * 1e-3, 0.0, floats),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::render::render_resource::encase::UniformBuffer;
    use naga::TypeInner;

    /// Name, offset and span of the members of the shader's `Fabric`, in bytes.
    ///
    /// The shader is written in Bevy's dialect, which naga does not read: the
    /// struct is cut out of it and laid out on its own.
    fn wgsl_members() -> (Vec<(String, usize)>, usize) {
        let text = include_str!("../../shaders/stage/fabric.wgsl");
        let start = text
            .find("struct Fabric {")
            .expect("the shader has the struct");
        let length = text[start..].find('}').expect("the struct ends") + 1;
        let alone = format!(
            "{}\n@group(0) @binding(0) var<uniform> fabric: Fabric;",
            &text[start..start + length]
        );
        let module = naga::front::wgsl::parse_str(&alone)
            .unwrap_or_else(|error| panic!("{}", error.emit_to_string(&alone)));
        module
            .types
            .iter()
            .find_map(|(_, ty)| match &ty.inner {
                TypeInner::Struct { members, span } => Some((
                    members
                        .iter()
                        .map(|m| (m.name.clone().unwrap_or_default(), m.offset as usize))
                        .collect(),
                    *span as usize,
                )),
                _ => None,
            })
            .expect("the module has the struct")
    }

    #[test]
    fn the_fabric_uniform_is_written_where_the_shader_reads_it() {
        let row = |first: f32| Vec4::new(first, first + 1.0, first + 2.0, first + 3.0);
        let fabric = FabricUniform {
            warp: row(10.0),
            weft: row(20.0),
            back: row(30.0),
            sheen: row(40.0),
            pitch: row(50.0),
        };
        let by_name = [
            ("warp", fabric.warp),
            ("weft", fabric.weft),
            ("back", fabric.back),
            ("sheen", fabric.sheen),
            ("pitch", fabric.pitch),
        ];
        let mut buffer = UniformBuffer::new(Vec::<u8>::new());
        buffer.write(&fabric).expect("the uniform is written");
        let bytes = buffer.into_inner();
        let (members, span) = wgsl_members();
        assert_eq!(bytes.len(), span);
        assert_eq!(members.len(), by_name.len());
        for (name, value) in by_name {
            let (_, offset) = members
                .iter()
                .find(|(member, _)| member == name)
                .unwrap_or_else(|| panic!("the shader's Fabric has no member '{name}'"));
            let read: [f32; 4] = bytemuck::pod_read_unaligned(&bytes[*offset..offset + 16]);
            assert_eq!(Vec4::from(read), value, "{name}");
        }
    }
}
