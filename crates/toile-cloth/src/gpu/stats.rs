//! Measures the state: stretch, penetration, gaps, residual. Read back and
//! evaluated on the CPU, independently of the contact kernels.

use glam::Vec3;

use crate::cpu::{self, surface::SurfaceIndex};
use crate::error::ClothError;
use crate::gpu::readback;
use crate::gpu::sim::ClothSim;
use crate::model::ClothStats;

impl ClothSim {
    /// Measures the current state. Waits for the GPU; costs a few tens of
    /// milliseconds for a dressed body.
    ///
    /// # Errors
    /// [`ClothError::Readback`] when the device is lost.
    pub fn stats(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
    ) -> Result<ClothStats, ClothError> {
        let n = self.particle_count();
        let l = self.packed.layout;
        let raw = readback::floats(device, queue, "cloth positions", &self.pos, 0, 4 * n)?;
        let x: Vec<Vec3> = raw
            .chunks_exact(4)
            .map(|c| Vec3::new(c[0], c[1], c[2]))
            .collect();
        let v = self.read_velocities(device, queue)?;
        let contact = readback::floats(
            device,
            queue,
            "cloth contacts",
            &self.work,
            l.o_con as usize,
            12 * n,
        )?;
        let scalars = readback::floats(
            device,
            queue,
            "cloth scalars",
            &self.work,
            l.o_scal as usize,
            16,
        )?;
        let mut out = ClothStats {
            substeps: self.substeps(),
            nan: raw.chunks_exact(4).any(|c| c[3] != 1.0)
                || x.iter().chain(&v).any(|p| !p.is_finite()),
            max_speed: v.iter().map(|v| v.length()).fold(0.0, f32::max),
            contacts: contact.chunks_exact(12).filter(|c| c[7] > 0.0).count() as u32,
            ..ClothStats::default()
        };
        let tally = readback::words(
            device,
            queue,
            "cloth tally",
            &self.grid,
            l.g_tally as usize,
            7,
        )?;
        out.cloth_contacts = tally[6];
        out.held_back = tally[0];
        let crossings = cpu::guard::crossings(
            &self.mesh.triangles,
            &self.topology.edges[..self.topology.tri_edges],
            &self.mesh.stitched(),
            &x,
        );
        out.crossings = crossings.len() as u32;
        if let Some(&(edge, _)) = crossings.first() {
            out.crossing = self.topology.edges[edge][0];
        }
        out.pairs = [tally[2], tally[3]];
        out.overflow = tally[2] > l.max_points || tally[3] > l.max_edges;
        if scalars[3] > 0.0 {
            out.pcg_residual = (scalars[2].max(0.0) / scalars[3]).sqrt();
        }
        let mut strain: Vec<(f32, [u32; 2])> = (0..self.topology.tri_edges)
            .map(|e| {
                let [i, j] = self.topology.edges[e];
                let code = self.topology.edge_tris[e][0] as usize;
                let r = &self.mesh.rest[code / 16];
                let l0 = r[(code / 4) % 4].distance(r[code % 4]);
                (x[i as usize].distance(x[j as usize]) / l0 - 1.0, [i, j])
            })
            .collect();
        strain.sort_unstable_by(|a, b| f32::total_cmp(&a.0, &b.0));
        if let Some(&(most, edge)) = strain.last() {
            out.max_stretch = most.max(0.0);
            out.most_stretched = edge;
            out.p999_stretch = strain[(strain.len() - 1) * 999 / 1000].0.max(0.0);
        }
        for s in &self.mesh.stitches {
            out.stitch_gap_max_m = out
                .stitch_gap_max_m
                .max(x[s[0] as usize].distance(x[s[1] as usize]));
        }
        if self.body.grid_count > 0 {
            let cur = readback::floats(
                device,
                queue,
                "skinned body",
                &self.bwork,
                l.w_cur as usize,
                6 * self.body.grid_count,
            )?;
            let points: Vec<Vec3> = cur
                .chunks_exact(6)
                .map(|c| Vec3::new(c[0], c[1], c[2]))
                .collect();
            let index = SurfaceIndex::new(&points, &self.body.triangles, 0.03);
            for (i, p) in x.iter().enumerate() {
                let mask = self.mesh.body_mask[i];
                // Only the parts that it meets: a bodice in the arm is no
                // business of the contact.
                let meets = |t: usize| {
                    self.body.triangles[t]
                        .iter()
                        .all(|&v| self.body.region[v as usize] & mask != 0)
                };
                if let Some(d) = index.signed_distance(*p, meets) {
                    if -d > out.max_penetration_m {
                        out.max_penetration_m = -d;
                        out.deepest = i as u32;
                    }
                    out.inside += u32::from(-d > 0.002);
                }
            }
        }
        Ok(out)
    }
}
