//! Cloth that was computed elsewhere, as if it had been stepped here.

use crate::gpu::pipelines::ClothPipelines;
use crate::gpu::sim::ClothSim;
use glam::Vec3;

impl ClothSim {
    /// Shows positions that were computed before, m relative to `origin`, which
    /// becomes [`Self::origin`]: they are in the buffers to the last bit, with
    /// the normals that belong to them. Does not wait.
    ///
    /// The cloth is at rest afterwards; give it its velocities with
    /// [`Self::set_state`] before it is stepped on.
    pub fn show(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        pipelines: &ClothPipelines,
        origin: Vec3,
        positions: &[[f32; 3]],
    ) {
        let positions: Vec<Vec3> = positions.iter().map(|p| Vec3::from_array(*p)).collect();
        // The state is set around zero, which nothing is rounded by, and moved.
        self.origin = Vec3::ZERO;
        self.set_state(queue, &positions, &vec![Vec3::ZERO; positions.len()]);
        self.origin = origin;
        self.submit(device, queue, &[self.normals(pipelines)]);
    }
}
