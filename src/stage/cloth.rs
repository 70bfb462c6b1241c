//! Cloth on screen, and the skin that gives way to it: the solver's buffers become
//! vertex buffers on the GPU.
//!
//! This is the one place that knows Bevy's render world. The solver owns its
//! particles; a kernel of the solver's copies positions and normals into the
//! slab that Bevy draws the garment's mesh from, right before the cameras
//! render. Nothing passes through the CPU.

use super::{ClothView, SkinEmit};
use bevy::{
    asset::RenderAssetUsages,
    camera::visibility::NoFrustumCulling,
    core_pipeline::schedule::camera_driver,
    mesh::{Indices, PrimitiveTopology},
    prelude::*,
    render::{
        Render, RenderApp,
        extract_resource::{ExtractResource, ExtractResourcePlugin},
        mesh::{
            RenderMesh,
            allocator::{MeshAllocator, MeshAllocatorSettings},
        },
        render_asset::RenderAssets,
        render_resource::BufferUsages,
        renderer::{RenderDevice, RenderGraph, RenderQueue},
    },
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use toile_cloth::{ClothSim, EmitTarget, SkinTarget};

/// A look's solver, shared by the world that steps it and the one that draws it.
#[derive(Clone)]
pub struct SharedSim(Arc<Mutex<ClothSim>>);

impl SharedSim {
    /// Shares a solver.
    #[must_use]
    pub fn new(sim: ClothSim) -> Self {
        Self(Arc::new(Mutex::new(sim)))
    }

    /// The solver. A panic elsewhere cannot leave it half-stepped in a way that
    /// matters to drawing, so a poisoned lock is taken over.
    pub fn lock(&self) -> MutexGuard<'_, ClothSim> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One garment's mesh to be filled before this frame is drawn.
#[derive(Clone)]
pub struct Emit {
    /// The mesh that Bevy draws.
    pub mesh: Handle<Mesh>,
    /// Where positions and normals come from.
    pub sim: SharedSim,
    /// Particle of every render vertex, as `array<u32>`.
    pub particle_of_vertex: wgpu::Buffer,
    /// Number of render vertices.
    pub count: u32,
}

/// What is on stage in this frame.
#[derive(Resource, Clone, Default, ExtractResource)]
pub struct Emits {
    /// All garments.
    pub cloth: Vec<Emit>,
    /// All skin below garments.
    pub skin: Vec<SkinEmit>,
}

/// Installs the drawing of cloth.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Emits>().add_plugins((
        ExtractResourcePlugin::<Emits>::default(),
        ExtractResourcePlugin::<ClothView>::default(),
    ));
    let Some(render_app) = app.get_sub_app_mut(RenderApp) else {
        return;
    };
    render_app
        .world_mut()
        .resource_mut::<MeshAllocatorSettings>()
        .extra_buffer_usages |= BufferUsages::STORAGE;
    render_app.add_systems(RenderGraph, emit.before(camera_driver));
    // The schedule must exist even when nothing else was added to it.
    render_app.init_schedule(Render);
}

/// Writes every garment into its slab. Submitted on its own, before Bevy
/// submits the cameras, so queue order alone makes it visible to all of them.
fn emit(
    emits: Res<'_, Emits>,
    view: Res<'_, ClothView>,
    device: Res<'_, RenderDevice>,
    queue: Res<'_, RenderQueue>,
    allocator: Res<'_, MeshAllocator>,
    meshes: Res<'_, RenderAssets<RenderMesh>>,
) {
    if emits.cloth.is_empty() {
        return;
    }
    let mut encoder =
        device
            .wgpu_device()
            .create_command_encoder(&wgpu::CommandEncoderDescriptor {
                label: Some("stage.cloth.emit"),
            });
    for item in &emits.cloth {
        // A mesh added in this very frame has no slab yet; it is drawn from its
        // rest pose once and filled from the next frame on.
        let (Some(mesh), Some(slice)) = (
            meshes.get(item.mesh.id()),
            allocator.mesh_vertex_slice(&item.mesh.id()),
        ) else {
            continue;
        };
        let layout = mesh.layout.0.layout();
        let Ok(attributes) = mesh.layout.0.get_layout(&[
            Mesh::ATTRIBUTE_POSITION.at_shader_location(0),
            Mesh::ATTRIBUTE_NORMAL.at_shader_location(1),
            Mesh::ATTRIBUTE_UV_1.at_shader_location(2),
        ]) else {
            continue;
        };
        let target = EmitTarget {
            buffer: slice.buffer,
            base_vertex: slice.range.start,
            stride_words: (layout.array_stride / 4) as u32,
            normal_offset_words: (attributes.attributes[1].offset / 4) as u32,
            map: &item.particle_of_vertex,
            count: item.count,
            origin: Vec3::ZERO,
            mark: view
                .mark()
                .map(|mark| (mark, (attributes.attributes[2].offset / 4) as u32)),
        };
        item.sim
            .lock()
            .emit(device.wgpu_device(), &mut encoder, &target);
    }
    for item in &emits.skin {
        let (Some(mesh), Some(slice)) = (
            meshes.get(item.mesh.id()),
            allocator.mesh_vertex_slice(&item.mesh.id()),
        ) else {
            continue;
        };
        let target = SkinTarget {
            buffer: slice.buffer,
            base_vertex: slice.range.start,
            // Positions come first: Bevy orders attributes by their number.
            stride_words: (mesh.layout.0.layout().array_stride / 4) as u32,
            vertices: item.vertices.clone(),
        };
        let device = device.wgpu_device();
        item.flesh.emit(device, &mut encoder, &target);
    }
    queue.0.submit([encoder.finish()]);
}

/// The mesh of one garment in its present shape, for Bevy to draw. `edges`: of every
/// vertex, its distance to the nearest finished edge and seam, m.
#[must_use]
pub(super) fn garment_mesh(
    positions: &[Vec3],
    uv: &[Vec2],
    edges: &[Vec2],
    triangles: &[[u32; 3]],
) -> Mesh {
    let mut normals = vec![Vec3::ZERO; positions.len()];
    for &[a, b, c] in triangles {
        let [pa, pb, pc] = [a, b, c].map(|i| positions[i as usize]);
        let normal = (pb - pa).cross(pc - pa);
        for i in [a, b, c] {
            normals[i as usize] += normal;
        }
    }
    Mesh::new(
        PrimitiveTopology::TriangleList,
        RenderAssetUsages::RENDER_WORLD,
    )
    .with_inserted_attribute(
        Mesh::ATTRIBUTE_POSITION,
        positions.iter().map(Vec3::to_array).collect::<Vec<_>>(),
    )
    .with_inserted_attribute(
        Mesh::ATTRIBUTE_NORMAL,
        normals
            .iter()
            .map(|n| n.normalize_or(Vec3::Z).to_array())
            .collect::<Vec<_>>(),
    )
    .with_inserted_attribute(
        Mesh::ATTRIBUTE_UV_0,
        uv.iter().map(Vec2::to_array).collect::<Vec<_>>(),
    )
    .with_inserted_attribute(
        Mesh::ATTRIBUTE_COLOR,
        edges
            .iter()
            .map(|d| [d.x, d.y, 0.0, 1.0])
            .collect::<Vec<_>>(),
    )
    // Filled by the solver for debug views.
    .with_inserted_attribute(Mesh::ATTRIBUTE_UV_1, vec![[0.0_f32; 2]; uv.len()])
    .with_inserted_indices(Indices::U32(triangles.concat()))
}

/// What a garment's entity needs so that it is drawn wherever the cloth goes.
#[must_use]
pub(super) fn garment_bundle(
    mesh: Handle<Mesh>,
    material: Handle<super::FabricMaterial>,
) -> impl Bundle {
    (
        Mesh3d(mesh),
        MeshMaterial3d(material),
        NoFrustumCulling,
        Transform::IDENTITY,
        Visibility::Hidden,
    )
}
