//! Access to what the kernels computed, for the tests against the CPU twins.

use crate::error::ClothError;
use crate::gpu::readback;
use crate::gpu::sim::ClothSim;

/// Fixed-point units of a newton; mirrors `common.wgsl`.
const REACTION_UNITS: f32 = 1e7;

/// A region of the solver's working memory, as of the last substep.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Angle and rate per hinge.
    Theta,
    /// 26 floats per triangle.
    Triangles,
    /// Three moments per triangle.
    Moments,
    /// Nine floats per edge, columns.
    Edges,
    /// xx yy zz xy xz yz per particle.
    Diagonal,
    /// Final residual per particle.
    Residual,
    /// Correction per particle.
    Delta,
    /// Predicted positions.
    Predicted,
    /// 12 floats per particle.
    Contacts,
    /// Force of other cloth on every particle, N.
    Touch,
    /// Lowest and highest corner of every particle's box at the last search.
    Boxes,
    /// Pairs found at the last search, as bits of `u32`: particle, triangle.
    PointPairs,
    /// Pairs found at the last search, as bits of `u32`: edge, edge.
    EdgePairs,
    /// 4 floats per particle, see `marks.wgsl`.
    Marks,
    /// Skinned body at the last substep, 6 floats per vertex.
    Body,
}

impl ClothSim {
    /// Reads a region of working memory.
    ///
    /// # Errors
    /// [`ClothError::Readback`] when the device is lost.
    #[doc(hidden)]
    pub fn probe(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        what: Probe,
    ) -> Result<Vec<f32>, ClothError> {
        let l = &self.packed.layout;
        let n = l.n as usize;
        let (at, len) = match what {
            Probe::Theta => (l.o_theta, 2 * l.nh as usize),
            Probe::Triangles => (l.o_tri, 26 * l.nt as usize),
            Probe::Moments => (l.o_mom, 3 * l.nt as usize),
            Probe::Edges => (l.o_edge, 9 * l.ne as usize),
            Probe::Diagonal => (l.o_diag, 6 * n),
            Probe::Residual => (l.o_r, 3 * n),
            Probe::Delta => (l.o_dl, 3 * n),
            Probe::Predicted => (l.o_xp, 3 * n),
            Probe::Contacts => (l.o_con, 12 * n),
            Probe::Touch => {
                let words = readback::floats(
                    device,
                    queue,
                    "probe",
                    &self.grid,
                    l.g_react as usize,
                    9 * n,
                )?;
                return Ok(words
                    .chunks_exact(9)
                    .flat_map(|w| [w[0], w[1], w[2]])
                    .map(|w| w.to_bits() as i32 as f32 / REACTION_UNITS)
                    .collect());
            }
            Probe::Marks => (l.o_mark, 4 * n),
            Probe::Boxes => (l.o_box, 6 * n),
            Probe::PointPairs | Probe::EdgePairs => {
                let edges = what == Probe::EdgePairs;
                let at = l.g_tally as usize + 2 + usize::from(edges);
                let count = readback::words(device, queue, "probe", &self.grid, at, 1)?[0];
                let (at, room) = if edges {
                    (l.g_edges, l.max_edges)
                } else {
                    (l.g_points, l.max_points)
                };
                let len = 2 * count.min(room) as usize;
                return readback::floats(device, queue, "probe", &self.grid, at as usize, len);
            }
            Probe::Body => {
                return readback::floats(
                    device,
                    queue,
                    "probe",
                    &self.bwork,
                    l.w_cur as usize,
                    6 * l.nb as usize,
                );
            }
        };
        readback::floats(device, queue, "probe", &self.work, at as usize, len)
    }
}
