//! Beams of lamps in hazy air.

use super::shaders::register;
use bevy::{
    asset::uuid_handle,
    mesh::MeshVertexBufferLayoutRef,
    pbr::{MaterialPipeline, MaterialPipelineKey, MaterialPlugin},
    prelude::*,
    render::render_resource::{
        AsBindGroup, RenderPipelineDescriptor, SpecializedMeshPipelineError,
    },
    shader::{Shader, ShaderRef},
};

const SHADER: Handle<Shader> = uuid_handle!("3a0c7a51-6f0e-4a0f-9d43-7be1c58f2d10");

/// Sides of the mesh that a beam is drawn in.
const SIDES: u32 = 24;

/// Marks light in the air, which has no surface.
#[derive(Component, Debug, Clone, Copy)]
pub struct InTheAir;

/// What `shaders/stage/beam.wgsl` is given.
#[derive(Asset, AsBindGroup, TypePath, Debug, Clone)]
pub(super) struct BeamMaterial {
    /// Linear RGB, as exposed one metre from the lamp.
    #[uniform(0)]
    pub(super) colour: Vec4,
    /// Tangent of half the opening, length, height of the floor and front of the wall, m.
    #[uniform(1)]
    pub(super) shape: Vec4,
}

impl Material for BeamMaterial {
    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Add
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }

    fn specialize(
        _: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _: &MeshVertexBufferLayoutRef,
        _: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        // Who stands in a beam sees it from within.
        descriptor.primitive.cull_mode = None;
        Ok(())
    }
}

/// Registers the material.
pub(super) fn plugin(app: &mut App) {
    let text = include_str!("../../shaders/stage/beam.wgsl");
    register(app, &[(SHADER, "shaders/stage/beam.wgsl", text)]);
    app.add_plugins(MaterialPlugin::<BeamMaterial>::default());
}

/// The hull of a beam along -Z from its lamp: a little wider than the cone, of which
/// it must not cut anything off.
pub(super) fn hull(length_m: f32, half_angle_rad: f32) -> Mesh {
    let outside = (std::f32::consts::PI / SIDES as f32).cos();
    Cone {
        radius: length_m * half_angle_rad.tan() / outside,
        height: length_m,
    }
    .mesh()
    .resolution(SIDES)
    .build()
    // Bevy's cones stand on their base around the middle of their height.
    .translated_by(Vec3::NEG_Y * (0.5 * length_m))
    .rotated_by(Quat::from_rotation_x(std::f32::consts::FRAC_PI_2))
}

#[cfg(test)]
mod tests {
    use super::hull;
    use bevy::{mesh::VertexAttributeValues, prelude::*};

    #[test]
    fn a_hull_holds_its_cone_with_the_lamp_at_its_tip() {
        let (length, half) = (6.0, 0.2_f32);
        let mesh = hull(length, half);
        let positions = mesh
            .attribute(Mesh::ATTRIBUTE_POSITION)
            .and_then(VertexAttributeValues::as_float3)
            .unwrap();
        let near = |z: f32| {
            positions
                .iter()
                .filter(move |at| (at[2] - z).abs() < 1e-4)
                .map(|at| at[0].hypot(at[1]))
        };
        assert!(near(0.0).count() > 0 && near(0.0).all(|r| r < 1e-4));
        let widest = near(-length).fold(0.0, f32::max);
        assert!(widest >= length * half.tan(), "{widest}");
        assert!(
            positions
                .iter()
                .all(|at| at[2] <= 1e-4 && at[2] >= -length - 1e-4)
        );
    }
}
