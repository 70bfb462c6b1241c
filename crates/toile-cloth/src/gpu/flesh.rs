//! The skin as it is drawn: pushed back where cloth would be seen to go through it.
//!
//! The solver keeps particles out of a closed hull, as far as other cloth and other
//! parts of the body let it. What is drawn is the finer skin of the avatar; here it
//! gives way to the last few millimetres, as flesh does. Nothing of it flows back into
//! the simulation.

use std::ops::Range;

use glam::{Mat4, Vec3};

use super::body::push_vertex;
use super::readback;
use super::sim::{group, storage, uniform};
use crate::cpu::flesh::depths;
use crate::error::ClothError;
use crate::gpu::pipelines::ClothPipelines;
use crate::gpu::sim::ClothSim;
use crate::model::BodyMesh;

/// A drawn skin that gives way to the cloth of one simulation.
#[derive(Debug)]
pub struct Flesh {
    count: u32,
    joint_count: usize,
    skin: wgpu::Buffer,
    joints: wgpu::Buffer,
    drawn: wgpu::Buffer,
    group: wgpu::BindGroup,
    emit: wgpu::ComputePipeline,
    emit_layout: wgpu::BindGroupLayout,
}

/// Where [`Flesh::emit`] writes.
#[derive(Clone, Debug)]
pub struct SkinTarget<'a> {
    /// Vertex buffer with usage `STORAGE`, bound whole; positions come first.
    pub buffer: &'a wgpu::Buffer,
    /// First vertex to write.
    pub base_vertex: u32,
    /// Words (4 bytes) from one vertex to the next.
    pub stride_words: u32,
    /// Vertices of the skin that belong to this mesh.
    pub vertices: Range<u32>,
}

/// Words of a vertex, as `flesh.wgsl` reads them.
const STRIDE: usize = 13;

impl Flesh {
    /// Uploads a skin. Its vertices keep their order; `region` and `triangles` are not
    /// looked at.
    ///
    /// # Errors
    /// [`ClothError::Body`] when the skin is inconsistent.
    pub fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        pipelines: &ClothPipelines,
        sim: &ClothSim,
        skin: &BodyMesh,
    ) -> Result<Self, ClothError> {
        skin.check()?;
        let count = skin.positions.len();
        let deep = depths(&skin.positions, &skin.normals);
        let mut words = Vec::with_capacity(STRIDE * count);
        for (i, deep) in deep.iter().enumerate() {
            push_vertex(&mut words, skin, i, Vec3::ZERO, skin.normals[i]);
            words.push(deep.to_bits());
        }
        let vertices = storage(device, "flesh skin", STRIDE * count);
        queue.write_buffer(&vertices, 0, bytemuck::cast_slice(&words));
        let joints = storage(device, "flesh joints", 16 * skin.joint_count);
        let drawn = storage(device, "flesh drawn", 4 * count);
        let counts = uniform(device, "flesh counts", 32);
        let l = sim.packed.layout;
        let numbers = [
            count as u32,
            l.t_tri,
            l.t_node,
            l.tri_nodes,
            l.o_node,
            0,
            0,
            0,
        ];
        queue.write_buffer(&counts, 0, bytemuck::cast_slice(&numbers));
        let group = group(
            device,
            "flesh",
            &pipelines.flesh_layout,
            &[
                counts.as_entire_binding(),
                vertices.as_entire_binding(),
                joints.as_entire_binding(),
                sim.topo.as_entire_binding(),
                sim.work.as_entire_binding(),
                sim.pos.as_entire_binding(),
                drawn.as_entire_binding(),
            ],
        );
        Ok(Self {
            count: count as u32,
            joint_count: skin.joint_count,
            skin: vertices,
            joints,
            drawn,
            group,
            emit: pipelines.emit_skin.clone(),
            emit_layout: pipelines.emit_skin_layout.clone(),
        })
    }

    /// Has the skin give way to the cloth as `sim` has it now. `joints` are the joint
    /// matrices (world from bind) of this moment. Does not wait.
    ///
    /// # Errors
    /// [`ClothError::Plan`] when the joints do not fit the skin.
    pub fn give_way(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        pipelines: &ClothPipelines,
        sim: &ClothSim,
        joints: &[Mat4],
    ) -> Result<(), ClothError> {
        if joints.len() != self.joint_count || joints.iter().any(|m| !m.is_finite()) {
            return Err(crate::error::plan(
                "joints",
                format!(
                    "{} matrices for the {} joints of the skin, or one that is not finite",
                    joints.len(),
                    self.joint_count
                ),
                "pass one matrix per joint",
            ));
        }
        let words: Vec<[f32; 16]> = joints
            .iter()
            .map(|m| {
                let mut m = *m;
                m.w_axis -= sim.origin.extend(0.0);
                m.to_cols_array()
            })
            .collect();
        queue.write_buffer(&self.joints, 0, bytemuck::cast_slice(&words));
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor {
            label: Some("flesh"),
        });
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
                label: Some("flesh"),
                timestamp_writes: None,
            });
            for launch in &sim.tree_now(pipelines) {
                sim.encode(&mut pass, launch);
            }
            pass.set_pipeline(&pipelines.give_way);
            pass.set_bind_group(0, &self.group, &[]);
            pass.dispatch_workgroups(self.count.div_ceil(64), 1, 1);
        }
        queue.submit([encoder.finish()]);
        Ok(())
    }

    /// World positions of the skin as drawn, and how far each was pushed back, m. Waits
    /// for the GPU.
    ///
    /// # Errors
    /// [`ClothError::Readback`] when the device is lost.
    pub fn read(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        sim: &ClothSim,
    ) -> Result<Vec<(Vec3, f32)>, ClothError> {
        let len = 4 * self.count as usize;
        let words = readback::floats(device, queue, "drawn skin", &self.drawn, 0, len)?;
        Ok(words
            .chunks_exact(4)
            .map(|c| (Vec3::new(c[0], c[1], c[2]) + sim.origin, c[3]))
            .collect())
    }

    /// Writes bind positions, pushed back, into a vertex buffer owned by someone else,
    /// as `f32` words. Call after [`Self::give_way`] in the same frame.
    pub fn emit(
        &self,
        device: &wgpu::Device,
        encoder: &mut wgpu::CommandEncoder,
        target: &SkinTarget<'_>,
    ) {
        let numbers = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("skin emit"),
            size: 16,
            usage: wgpu::BufferUsages::UNIFORM,
            mapped_at_creation: true,
        });
        let end = target.vertices.end.min(self.count);
        let count = end.saturating_sub(target.vertices.start);
        let words = [
            target.base_vertex,
            target.stride_words,
            target.vertices.start,
            count,
        ];
        numbers
            .slice(..)
            .get_mapped_range_mut()
            .copy_from_slice(bytemuck::cast_slice(&words));
        numbers.unmap();
        let bindings = group(
            device,
            "skin emit",
            &self.emit_layout,
            &[
                numbers.as_entire_binding(),
                self.skin.as_entire_binding(),
                self.drawn.as_entire_binding(),
                target.buffer.as_entire_binding(),
            ],
        );
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: Some("skin emit"),
            timestamp_writes: None,
        });
        pass.set_pipeline(&self.emit);
        pass.set_bind_group(0, &bindings, &[]);
        pass.dispatch_workgroups(count.div_ceil(64), 1, 1);
    }
}
