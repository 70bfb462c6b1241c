//! The material: what `shaders/stage/cloth_bindings.wgsl` is given.

use super::{print::Printed, weave};
use crate::stage::Subframe;
use bevy::{
    asset::{Asset, uuid_handle},
    pbr::{ExtendedMaterial, MaterialExtension},
    prelude::*,
    render::render_resource::{AsBindGroup, ShaderType},
    shader::{Shader, ShaderRef},
};
use toile_garment::Fabric;
use toile_optics::ENTRIES;
use toile_show::Rgb;

pub(super) const SHADER: Handle<Shader> = uuid_handle!("5b1d6d0e-4f3c-4d0d-8f59-0a4f1c7b2e61");

pub(super) const PREPASS: Handle<Shader> = uuid_handle!("d0a1f5f3-6a0b-4d2c-9b7e-2f6f0c4e8a15");

/// Bevy's material with threads on it.
pub type FabricMaterial = ExtendedMaterial<StandardMaterial, FabricSurface>;

/// What `shaders/stage/cloth_bindings.wgsl` needs to know of a fabric.
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone)]
pub struct FabricSurface {
    #[uniform(100)]
    pub(super) fabric: FabricUniform,
    /// What is printed on the right side; its sampler is that of both.
    #[texture(101)]
    #[sampler(102)]
    pub(super) face: Option<Handle<Image>>,
    /// What is printed on the wrong side.
    #[texture(103)]
    pub(super) back: Option<Handle<Image>>,
}

/// How cloth that is not closed is drawn pixel by pixel.
const SHEER: AlphaMode = AlphaMode::Mask(0.01);

/// The shader's `Fabric`, member by member.
#[derive(ShaderType, Debug, Clone, Copy)]
pub(super) struct FabricUniform {
    pub(super) warp: Vec4,
    pub(super) weft: Vec4,
    pub(super) back: Vec4,
    pub(super) glint: Vec4,
    pub(super) sheen: Vec4,
    pub(super) pitch: Vec4,
    pub(super) more: Vec4,
    pub(super) stitch: Vec4,
    pub(super) make: Vec4,
    pub(super) print: Vec4,
    pub(super) ground: Vec4,
    pub(super) tables: [Vec4; 8 * ENTRIES / 4],
}

impl MaterialExtension for FabricSurface {
    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    fn prepass_fragment_shader() -> ShaderRef {
        PREPASS.into()
    }
}

/// What is behind cloth, and how bright that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behind {
    /// The world: the cloth hangs free.
    World,
    /// Whoever wears it, in what light comes through the cloth.
    Body,
}

/// The material of a fabric as it is, or in the one colour `colour`.
#[must_use]
pub fn fabric_material(
    fabric: &Fabric,
    colour: Option<Rgb>,
    behind: Behind,
    images: &mut Assets<Image>,
) -> FabricMaterial {
    let look = &fabric.appearance;
    let print = fabric.print.as_ref().filter(|_| colour.is_none());
    let print = print.and_then(|print| Printed::new(print, images));
    let back_too = print.as_ref().is_some_and(|print| print.back.is_some());
    let surface = match &print {
        Some(_) => weave::ground(fabric, back_too),
        None => weave::surface(fabric, colour),
    };
    let fibre = &surface.fibre;
    let make = weave::make(fabric.construction);
    let tables = [
        surface.along_f0,
        surface.across_f0,
        surface.along_white,
        surface.across_white,
        surface.between,
        surface.fuzz.albedo,
        surface.fuzz.pressed,
        surface.fuzz.leant,
    ];
    let mut in_fours = [Vec4::ZERO; 8 * ENTRIES / 4];
    for (four, values) in in_fours
        .iter_mut()
        .zip(tables.iter().flat_map(|t| t.0.as_chunks::<4>().0))
    {
        *four = Vec4::from_array(*values);
    }
    // Stitches are of thread as dark as the cloth, or of what the make prescribes.
    let stitch = match (make.thread, &print) {
        (Some(thread), _) => weave::linear(thread),
        (None, Some(_)) => weave::linear(look.base_colour.to_f32()) * 0.7,
        (None, None) => surface.warp * 0.7,
    };
    let flag = |on: bool| f32::from(u8::from(on));
    let (pitch_x, pitch_y) = look.thread_pitch_mm;
    FabricMaterial {
        base: StandardMaterial {
            double_sided: true,
            cull_mode: None,
            alpha_mode: match () {
                () if make.holes => SHEER,
                () if look.opacity < 0.999 => AlphaMode::Blend,
                () => AlphaMode::Opaque,
            },
            ..default()
        },
        extension: FabricSurface {
            fabric: FabricUniform {
                warp: surface.warp.extend(make.weave),
                weft: surface.weft.extend(fibre.slope),
                back: surface.back.extend(fibre.share),
                glint: fibre.f0.extend(fibre.along),
                sheen: fibre.sheen.extend(flag(behind == Behind::Body)),
                pitch: Vec4::new(pitch_x * 1e-3, pitch_y * 1e-3, fibre.fine, fibre.across()),
                more: Vec4::new(0.0, fibre.passing, look.opacity, surface.white()),
                stitch: stitch.extend(make.hem_m),
                make: Vec4::new(
                    make.topstitch_m,
                    make.uneven,
                    flag(print.is_some()),
                    flag(back_too),
                ),
                print: print.as_ref().map_or(Vec4::ZERO, |print| print.place),
                ground: Vec4::from_array(surface.ground()),
                tables: in_fours,
            },
            face: print.as_ref().map(|print| print.face.clone()),
            back: print.and_then(|print| print.back),
        },
    }
}

/// Draws sheers pixel by pixel, as lace is, in frames that are exposed several times: the
/// mean of them has every layer in its place. A single exposure would show the grain, so
/// there they are blended, in no order within a garment.
pub(super) fn settle_sheers(
    subframe: Res<'_, Subframe>,
    mut materials: ResMut<'_, Assets<FabricMaterial>>,
) {
    if *subframe == Subframe::default() {
        return;
    }
    let blended: Vec<_> = materials
        .iter()
        .filter(|(_, material)| material.base.alpha_mode == AlphaMode::Blend)
        .map(|(id, _)| id)
        .collect();
    for id in blended {
        if let Some(mut material) = materials.get_mut(id) {
            material.base.alpha_mode = SHEER;
        }
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
        let text = include_str!("../../../shaders/stage/cloth_bindings.wgsl");
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
        let mut fabric = FabricUniform {
            warp: row(10.0),
            weft: row(20.0),
            back: row(30.0),
            glint: row(40.0),
            sheen: row(50.0),
            pitch: row(60.0),
            more: row(70.0),
            stitch: row(80.0),
            make: row(90.0),
            print: row(100.0),
            ground: row(110.0),
            tables: [Vec4::ZERO; 16],
        };
        fabric.tables[0] = row(120.0);
        let by_name = [
            ("warp", fabric.warp),
            ("weft", fabric.weft),
            ("back", fabric.back),
            ("glint", fabric.glint),
            ("sheen", fabric.sheen),
            ("pitch", fabric.pitch),
            ("more", fabric.more),
            ("stitch", fabric.stitch),
            ("make", fabric.make),
            ("print", fabric.print),
            ("ground", fabric.ground),
            ("tables", fabric.tables[0]),
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
