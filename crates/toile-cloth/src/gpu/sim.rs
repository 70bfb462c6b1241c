//! One simulation: buffers, stepping, state in and out.

use glam::{Mat4, Vec3};

use crate::error::{self, ClothError};
use crate::gpu::body::PackedBody;
use crate::gpu::layout::{Layout, Step};
use crate::gpu::pack::Packed;
use crate::gpu::pipelines::ClothPipelines;
use crate::gpu::readback;
use crate::model::{BodyMesh, ClothMesh, FabricParams, StepPlan};
use crate::topology::Topology;

/// Alignment of the per-substep uniforms, bytes (the WebGPU default limit).
pub(crate) const STEP_STRIDE: u64 = 256;

/// Substeps from one search for body near the cloth to the next.
pub(crate) const SEARCH_EVERY: u32 = 3;

/// Substeps from one search for pairs of cloth to the next. More makes the boxes
/// and the lists of pairs longer, fewer searches more often (docs/cloth.md).
pub(crate) const PAIRS_EVERY: u32 = 2;

/// Frames from one look for tangles to the next, while there are none.
const TANGLES_EVERY: u32 = 12;
/// Long edges of a mesh over its mean edge: diagonals, and some stretch.
const LONG_EDGE: f32 = 1.35;

/// Largest number of substeps a plan may ask for.
const MAX_SUBSTEPS: u64 = 256;

/// Where [`ClothSim::emit`] writes.
#[derive(Clone, Copy, Debug)]
pub struct EmitTarget<'a> {
    /// Vertex buffer with usage `STORAGE`, bound whole.
    pub buffer: &'a wgpu::Buffer,
    /// First vertex to write.
    pub base_vertex: u32,
    /// Words (4 bytes) from one vertex to the next.
    pub stride_words: u32,
    /// Words from a vertex's position to its normal.
    pub normal_offset_words: u32,
    /// Render vertex to particle, one `u32` each, usage `STORAGE`.
    pub map: &'a wgpu::Buffer,
    /// Number of render vertices.
    pub count: u32,
    /// World point that is the origin of the render space, m. `Vec3::ZERO`
    /// writes world positions.
    pub origin: Vec3,
    /// A number to write with every vertex, and the words from its position to it.
    pub mark: Option<(Mark, u32)>,
}

/// What the solver can tell of every particle, for debug views; of the last frame
/// that was stepped. In the order in which `marks.wgsl` leaves them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// 0 touches nothing, 0.5 the body, 1 other cloth.
    Touch,
    /// Bending energy per area, J/m².
    Bending,
    /// Share of its last substep that the guard held back.
    Held,
}

/// A cloth simulation on one device.
///
/// Buffers hold positions relative to the frame origin of the last step.
pub struct ClothSim {
    pub(crate) mesh: ClothMesh,
    pub(crate) topology: Topology,
    pub(crate) body: PackedBody,
    pub(crate) packed: Packed,
    pub(crate) origin: Vec3,
    pub(crate) bend_h: f32,
    frame: u32,
    substeps: u32,
    pub(crate) fabrics: Vec<FabricParams>,
    pub(crate) steps: wgpu::Buffer,
    pub(crate) topo: wgpu::Buffer,
    pub(crate) rest: wgpu::Buffer,
    pub(crate) work: wgpu::Buffer,
    pub(crate) pos: wgpu::Buffer,
    pub(crate) nrm: wgpu::Buffer,
    pub(crate) bwork: wgpu::Buffer,
    pub(crate) grid: wgpu::Buffer,
    joints: wgpu::Buffer,
    pub(crate) main_group: wgpu::BindGroup,
    pub(crate) normals_group: wgpu::BindGroup,
    pub(crate) skin_groups: Option<[wgpu::BindGroup; 2]>,
    emit_layout: wgpu::BindGroupLayout,
    emit_pipeline: wgpu::ComputePipeline,
}

impl std::fmt::Debug for ClothSim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClothSim")
            .field("particles", &self.mesh.positions.len())
            .field("triangles", &self.mesh.triangles.len())
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

pub(super) fn storage(device: &wgpu::Device, label: &str, words: usize) -> wgpu::Buffer {
    device.create_buffer(&wgpu::BufferDescriptor {
        label: Some(label),
        size: (words.max(4) * 4) as u64,
        usage: wgpu::BufferUsages::STORAGE
            | wgpu::BufferUsages::COPY_DST
            | wgpu::BufferUsages::COPY_SRC,
        mapped_at_creation: false,
    })
}

pub(super) fn uniform(device: &wgpu::Device, label: &str, size: u64) -> wgpu::Buffer {
    device.create_buffer(&wgpu::BufferDescriptor {
        label: Some(label),
        size,
        usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}

pub(super) fn group(
    device: &wgpu::Device,
    label: &str,
    layout: &wgpu::BindGroupLayout,
    resources: &[wgpu::BindingResource<'_>],
) -> wgpu::BindGroup {
    let entries: Vec<wgpu::BindGroupEntry<'_>> = resources
        .iter()
        .enumerate()
        .map(|(k, r)| wgpu::BindGroupEntry {
            binding: k as u32,
            resource: r.clone(),
        })
        .collect();
    device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some(label),
        layout,
        entries: &entries,
    })
}

/// Refuses cloth whose largest buffer, of so many words, the device cannot hold.
fn fits(device: &wgpu::Device, words: usize, particles: usize) -> Result<(), ClothError> {
    let limits = device.limits();
    let most = limits
        .max_storage_buffer_binding_size
        .min(limits.max_buffer_size);
    let needed = 4 * words as u64;
    if needed <= most {
        return Ok(());
    }
    Err(ClothError::Mesh {
        field: "positions",
        problem: format!(
            "{particles} particles need a buffer of {} MB, and this device holds {} MB in one",
            needed >> 20,
            most >> 20
        ),
        mend: "use longer edges, so that the cloth has fewer particles",
    })
}

impl ClothSim {
    /// Uploads a mesh and its body.
    ///
    /// # Errors
    /// [`ClothError::Mesh`], [`ClothError::Body`] or [`ClothError::Fabric`]
    /// when the input is inconsistent.
    pub fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        pipelines: &ClothPipelines,
        mesh: &ClothMesh,
        body: Option<&BodyMesh>,
    ) -> Result<Self, ClothError> {
        mesh.check()?;
        let topology = Topology::new(mesh);
        let chord = LONG_EDGE * topology.mean_edge(mesh);
        let body = PackedBody::new(mesh, body, chord)?;
        let packed = Packed::new(mesh, &topology, &body);
        let n = mesh.positions.len();
        fits(device, packed.work_len.max(packed.grid_len), n)?;

        let steps = uniform(device, "cloth steps", STEP_STRIDE * (MAX_SUBSTEPS + 1));
        let layout = uniform(device, "cloth layout", size_of::<Layout>() as u64);
        queue.write_buffer(&layout, 0, bytemuck::bytes_of(&packed.layout));
        let topo = storage(device, "cloth topology", packed.topo.len());
        queue.write_buffer(&topo, 0, bytemuck::cast_slice(&packed.topo));
        let rest = storage(device, "cloth rest", packed.rest.len());
        queue.write_buffer(&rest, 0, bytemuck::cast_slice(&packed.rest));
        let work = storage(device, "cloth work", packed.work_len);
        let pos = storage(device, "cloth positions", 4 * n);
        let nrm = storage(device, "cloth normals", 4 * n);
        let grid = storage(device, "cloth grid", packed.grid_len);
        let words = storage(device, "cloth body", packed.body.len());
        if !packed.body.is_empty() {
            queue.write_buffer(&words, 0, bytemuck::cast_slice(&packed.body));
        }
        let bwork = storage(device, "cloth skinned body", packed.bwork_len);
        let main_group = group(
            device,
            "cloth",
            &pipelines.main_layout,
            &[
                wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer: &steps,
                    offset: 0,
                    size: wgpu::BufferSize::new(size_of::<Step>() as u64),
                }),
                layout.as_entire_binding(),
                topo.as_entire_binding(),
                rest.as_entire_binding(),
                work.as_entire_binding(),
                pos.as_entire_binding(),
                grid.as_entire_binding(),
                words.as_entire_binding(),
                bwork.as_entire_binding(),
            ],
        );
        let counts = uniform(device, "cloth counts", 16);
        let l = packed.layout;
        queue.write_buffer(
            &counts,
            0,
            bytemuck::cast_slice(&[l.n, l.t_tri, l.t_vtri, 0]),
        );
        let normals_group = group(
            device,
            "cloth normals",
            &pipelines.normals_layout,
            &[
                counts.as_entire_binding(),
                topo.as_entire_binding(),
                pos.as_entire_binding(),
                nrm.as_entire_binding(),
            ],
        );
        let joints = storage(device, "cloth joints", 32 * body.joint_count);
        let skin_groups = (body.count > 0).then(|| {
            let vertices = storage(device, "cloth body vertices", body.vertices.len());
            queue.write_buffer(&vertices, 0, bytemuck::cast_slice(&body.vertices));
            let make = |target: u32, joint_at: u32| {
                let numbers = uniform(device, "cloth skin", 16);
                queue.write_buffer(
                    &numbers,
                    0,
                    bytemuck::cast_slice(&[body.count as u32, target, joint_at, 0]),
                );
                group(
                    device,
                    "cloth skin",
                    &pipelines.skin_layout,
                    &[
                        numbers.as_entire_binding(),
                        vertices.as_entire_binding(),
                        joints.as_entire_binding(),
                        bwork.as_entire_binding(),
                    ],
                )
            };
            [make(l.w_start, 0), make(l.w_end, body.joint_count as u32)]
        });
        let mut sim = Self {
            mesh: mesh.clone(),
            topology,
            body,
            packed,
            origin: Vec3::ZERO,
            bend_h: 0.0,
            frame: 0,
            substeps: 0,
            fabrics: mesh.fabrics.clone(),
            steps,
            topo,
            rest,
            work,
            pos,
            nrm,
            bwork,
            grid,
            joints,
            main_group,
            normals_group,
            skin_groups,
            emit_layout: pipelines.emit_layout.clone(),
            emit_pipeline: pipelines.emit.clone(),
        };
        sim.set_state(queue, &mesh.positions, &vec![Vec3::ZERO; n]);
        sim.submit(device, queue, &[sim.normals(pipelines)]);
        Ok(sim)
    }

    /// Number of particles.
    #[must_use]
    pub fn particle_count(&self) -> usize {
        self.mesh.positions.len()
    }

    /// The mesh this simulation was made from.
    #[must_use]
    pub fn mesh(&self) -> &ClothMesh {
        &self.mesh
    }

    /// World position that the buffers are relative to, m: the last plan's
    /// `frame_origin_end`.
    #[must_use]
    pub fn origin(&self) -> Vec3 {
        self.origin
    }

    /// Positions, `array<vec4<f32>>`, one per particle, m, relative to
    /// [`Self::origin`]; `w` is 1.
    #[must_use]
    pub fn positions_buffer(&self) -> &wgpu::Buffer {
        &self.pos
    }

    /// Unit vertex normals, `array<vec4<f32>>`, one per particle.
    #[must_use]
    pub fn normals_buffer(&self) -> &wgpu::Buffer {
        &self.nrm
    }

    /// Advances one frame: encodes all substeps and submits them. Does not
    /// wait. `joints_start` and `joints_end` are the joint matrices
    /// (world from bind) at both ends of the frame; leave them empty when
    /// there is no body.
    ///
    /// # Errors
    /// [`ClothError::Plan`] when a number is out of range or the joints do
    /// not fit the body.
    pub fn step(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        pipelines: &ClothPipelines,
        plan: &StepPlan,
        joints_start: &[Mat4],
        joints_end: &[Mat4],
    ) -> Result<(), ClothError> {
        self.upload(queue, plan, joints_start, joints_end)?;
        self.submit(device, queue, &self.schedule(pipelines, plan));
        Ok(())
    }

    /// Substeps of the last frame.
    #[must_use]
    pub fn substeps(&self) -> u32 {
        self.substeps
    }

    /// How far any point of the body that cloth can meet moves at most, less `shift`,
    /// between two sets of skinning matrices, m: for a frame's number of substeps.
    #[must_use]
    pub fn body_travel(&self, start: &[Mat4], end: &[Mat4], shift: Vec3) -> f32 {
        self.body.travel(start, end, shift)
    }

    /// Checks a frame's numbers and writes them to the GPU.
    pub(crate) fn upload(
        &mut self,
        queue: &wgpu::Queue,
        plan: &StepPlan,
        joints_start: &[Mat4],
        joints_end: &[Mat4],
    ) -> Result<(), ClothError> {
        plan.check()?;
        let has_body = self.skin_groups.is_some();
        for (field, joints) in [("joints_start", joints_start), ("joints_end", joints_end)] {
            if has_body && joints.len() != self.body.joint_count {
                return Err(error::plan(
                    field,
                    format!(
                        "{} matrices for {} joints",
                        joints.len(),
                        self.body.joint_count
                    ),
                    "pass one matrix per joint of the body",
                ));
            }
            if has_body && joints.iter().any(|m| !m.is_finite()) {
                return Err(error::plan(
                    field,
                    "a matrix is not finite",
                    "remove the NaN",
                ));
            }
        }
        self.upload_plan(queue, plan);
        if has_body {
            let mut words = Vec::with_capacity(32 * self.body.joint_count);
            for (joints, origin) in [
                (joints_start, plan.frame_origin_start),
                (joints_end, plan.frame_origin_end),
            ] {
                for m in joints {
                    let mut m = *m;
                    m.w_axis -= origin.extend(0.0);
                    words.extend(m.to_cols_array());
                }
            }
            queue.write_buffer(&self.joints, 0, bytemuck::cast_slice(&words));
        }
        Ok(())
    }

    fn upload_plan(&mut self, queue: &wgpu::Queue, plan: &StepPlan) {
        let count = plan.substeps;
        let h = plan.dt / count as f32;
        if (h - self.bend_h).abs() > 1e-9 {
            self.packed.fill_bend(&self.mesh, &self.topology, h);
            self.bend_h = h;
            queue.write_buffer(&self.rest, 0, bytemuck::cast_slice(&self.packed.rest));
        }
        let travel = plan.frame_origin_end - plan.frame_origin_start;
        let frame_step = travel / count as f32;
        let mut flags = 0;
        if self.body.grid_count > 0 {
            flags |= 1;
        }
        if plan.self_contact {
            flags |= 2;
        }
        let mut bytes = vec![0u8; STEP_STRIDE as usize * (count as usize + 1)];
        for k in 0..=count {
            let last = k == count;
            let done = (k + 1).min(count) as f32 / count as f32;
            let mut shift = if last { Vec3::ZERO } else { frame_step };
            if k == 0 {
                // The state may be relative to an older origin.
                shift += plan.frame_origin_start - self.origin;
            }
            let step = Step {
                gravity: plan.gravity.to_array(),
                h,
                shift: shift.to_array(),
                air: plan.air_drag,
                wind: plan.wind.to_array(),
                stitch: plan.stitch_stiffness,
                frame_step: frame_step.to_array(),
                lerp: done,
                origin: (plan.frame_origin_start + travel * done).to_array(),
                inv_n: 1.0 / count as f32,
                flags: flags
                    | if k % SEARCH_EVERY == 0 { 4 } else { 0 }
                    | if self.frame.is_multiple_of(TANGLES_EVERY) {
                        8
                    } else {
                        0
                    },
                tolerance: plan.tolerance,
                pad: [0; 2],
            };
            let at = STEP_STRIDE as usize * k as usize;
            bytes[at..at + size_of::<Step>()].copy_from_slice(bytemuck::bytes_of(&step));
        }
        queue.write_buffer(&self.steps, 0, &bytes);
        self.origin = plan.frame_origin_end;
        self.frame += 1;
        self.substeps = count;
    }

    /// World positions, m. Waits for the GPU.
    ///
    /// # Panics
    /// Never; a failed read-back gives an empty list (see
    /// [`Self::try_read_positions`] for the reason).
    #[must_use]
    pub fn read_positions(&self, device: &wgpu::Device, queue: &wgpu::Queue) -> Vec<Vec3> {
        self.try_read_positions(device, queue).unwrap_or_default()
    }

    /// World positions, m. Waits for the GPU.
    ///
    /// # Errors
    /// [`ClothError::Readback`] when the device is lost.
    pub fn try_read_positions(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
    ) -> Result<Vec<Vec3>, ClothError> {
        let n = self.particle_count();
        let words = readback::floats(device, queue, "cloth positions", &self.pos, 0, 4 * n)?;
        Ok(words
            .chunks_exact(4)
            .map(|c| Vec3::new(c[0], c[1], c[2]) + self.origin)
            .collect())
    }

    /// Particle velocities in the world, m/s. Waits for the GPU.
    ///
    /// # Errors
    /// [`ClothError::Readback`] when the device is lost.
    pub fn read_velocities(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
    ) -> Result<Vec<Vec3>, ClothError> {
        let n = self.particle_count();
        let at = self.packed.layout.o_v as usize;
        let words = readback::floats(device, queue, "cloth velocities", &self.work, at, 3 * n)?;
        Ok(words
            .chunks_exact(3)
            .map(|c| Vec3::new(c[0], c[1], c[2]))
            .collect())
    }

    /// The surface that the cloth meets, as of the last substep: world
    /// positions (m) and triangles. It is the skinned body without the parts
    /// that no particle meets, drawn back where parts of the body meet. Empty
    /// without a body. Waits for the GPU.
    ///
    /// # Errors
    /// [`ClothError::Readback`] when the device is lost.
    pub fn read_body(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
    ) -> Result<(Vec<Vec3>, &[[u32; 3]]), ClothError> {
        let words = readback::floats(
            device,
            queue,
            "skinned body",
            &self.bwork,
            self.packed.layout.w_cur as usize,
            6 * self.body.grid_count,
        )?;
        let points = words
            .chunks_exact(6)
            .map(|c| Vec3::new(c[0], c[1], c[2]) + self.origin)
            .collect();
        Ok((points, &self.body.triangles))
    }

    /// Sets world positions (m) and velocities (m/s); contact history is
    /// forgotten. Extra entries are ignored, missing ones keep their state.
    pub fn set_state(&mut self, queue: &wgpu::Queue, positions: &[Vec3], velocities: &[Vec3]) {
        let n = self.particle_count();
        let p: Vec<[f32; 4]> = positions
            .iter()
            .take(n)
            .map(|p| (*p - self.origin).extend(1.0).to_array())
            .collect();
        let v: Vec<[f32; 3]> = velocities.iter().take(n).map(Vec3::to_array).collect();
        let l = self.packed.layout;
        queue.write_buffer(&self.pos, 0, bytemuck::cast_slice(&p));
        queue.write_buffer(&self.work, u64::from(l.o_v) * 4, bytemuck::cast_slice(&v));
        queue.write_buffer(
            &self.work,
            u64::from(l.o_acc) * 4,
            bytemuck::cast_slice(&vec![0.0f32; n]),
        );
        queue.write_buffer(
            &self.work,
            u64::from(l.o_con) * 4,
            bytemuck::cast_slice(&vec![0.0f32; 12 * n]),
        );
    }

    /// Changes the fabrics and keeps the state.
    ///
    /// # Errors
    /// [`ClothError::Fabric`] for a value out of range, [`ClothError::Mesh`]
    /// when the count differs.
    pub fn set_fabrics(
        &mut self,
        queue: &wgpu::Queue,
        fabrics: &[FabricParams],
    ) -> Result<(), ClothError> {
        if fabrics.len() != self.fabrics.len() {
            return Err(error::mesh(
                "fabrics",
                format!("{} given, {} in use", fabrics.len(), self.fabrics.len()),
                "give as many fabrics as the mesh was made with",
            ));
        }
        for (k, f) in fabrics.iter().enumerate() {
            f.check(k)?;
        }
        self.fabrics = fabrics.to_vec();
        self.topology.set_fabrics(&self.mesh, fabrics);
        self.packed
            .fill_rest(&self.mesh, &self.topology, &self.body);
        if self.bend_h > 0.0 {
            self.packed
                .fill_bend(&self.mesh, &self.topology, self.bend_h);
        }
        queue.write_buffer(&self.rest, 0, bytemuck::cast_slice(&self.packed.rest));
        Ok(())
    }

    /// Writes positions and normals into a vertex buffer owned by someone
    /// else, as `f32` words. Call after [`Self::step`] in the same frame.
    pub fn emit(
        &self,
        device: &wgpu::Device,
        encoder: &mut wgpu::CommandEncoder,
        target: &EmitTarget<'_>,
    ) {
        let offset = self.origin - target.origin;
        let (mark, mark_at) = target.mark.map_or((u32::MAX, 0), |(mark, at)| {
            (self.packed.layout.o_mark + mark as u32, at)
        });
        let words = [
            target.base_vertex,
            target.stride_words,
            target.normal_offset_words,
            target.count,
            offset.x.to_bits(),
            offset.y.to_bits(),
            offset.z.to_bits(),
            self.packed.layout.n,
            mark,
            mark_at,
            0,
            0,
        ];
        let numbers = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("cloth emit"),
            size: 48,
            usage: wgpu::BufferUsages::UNIFORM,
            mapped_at_creation: true,
        });
        numbers
            .slice(..)
            .get_mapped_range_mut()
            .copy_from_slice(bytemuck::cast_slice(&words));
        numbers.unmap();
        let bindings = group(
            device,
            "cloth emit",
            &self.emit_layout,
            &[
                numbers.as_entire_binding(),
                target.map.as_entire_binding(),
                self.pos.as_entire_binding(),
                self.nrm.as_entire_binding(),
                target.buffer.as_entire_binding(),
                self.work.as_entire_binding(),
            ],
        );
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: Some("cloth emit"),
            timestamp_writes: None,
        });
        pass.set_pipeline(&self.emit_pipeline);
        pass.set_bind_group(0, &bindings, &[]);
        pass.dispatch_workgroups(target.count.div_ceil(64), 1, 1);
    }
}
