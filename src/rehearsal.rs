//! Rehearsal: a dressed twin walks without a picture, and every frame is
//! measured. What goes wrong here would go wrong on the runway.

use crate::wardrobe::{Dressed, Gpu, Stance};
use glam::Vec3;
use toile_cloth::{BodyMesh, ClothError, ClothSim, ClothStats};
use toile_twin::{Avatar, Performance};

/// Frames per second of a rehearsal.
pub const FPS: f32 = 24.0;

/// A dressed twin that walks.
pub struct Rehearsal<'a> {
    avatar: &'a Avatar,
    performance: Performance,
    /// The cloth.
    pub sim: ClothSim,
    /// Where the twin is.
    pub stance: Stance,
    /// Time of the performance, s.
    pub time_s: f32,
}

impl<'a> Rehearsal<'a> {
    /// Puts a settled look at the start of a performance.
    ///
    /// # Errors
    /// What the solver refuses.
    pub fn new(
        dressed: &Dressed,
        avatar: &'a Avatar,
        body: &BodyMesh,
        performance: Performance,
        gpu: Gpu<'_>,
    ) -> Result<Self, ClothError> {
        let pose = performance.pose(0.0);
        let mut cloth = dressed.cloth.clone();
        cloth.positions = dressed.positions.iter().map(|p| *p + pose.root).collect();
        Ok(Self {
            sim: ClothSim::new(gpu.device, gpu.queue, gpu.kernels, &cloth, Some(body))?,
            stance: Stance::new(&avatar.skeleton, pose),
            avatar,
            performance,
            time_s: 0.0,
        })
    }

    /// Walks for `dt` seconds.
    ///
    /// # Errors
    /// What the solver refuses.
    pub fn step(&mut self, dt: f32, gpu: Gpu<'_>) -> Result<(), ClothError> {
        self.time_s += dt;
        let pose = self.performance.pose(f64::from(self.time_s));
        let next = Stance::new(&self.avatar.skeleton, pose);
        self.stance.advance(next, dt, &mut self.sim, gpu)
    }

    /// Walks one frame and measures it.
    ///
    /// # Errors
    /// What the solver refuses.
    pub fn advance(&mut self, gpu: Gpu<'_>) -> Result<ClothStats, ClothError> {
        self.step(1.0 / FPS, gpu)?;
        self.sim.stats(gpu.device, gpu.queue)
    }

    /// World positions of the cloth, m.
    #[must_use]
    pub fn positions(&self, gpu: Gpu<'_>) -> Vec<Vec3> {
        self.sim.read_positions(gpu.device, gpu.queue)
    }
}
