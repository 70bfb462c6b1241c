//! How a dynamic solver is brought to static equilibrium, and when it counts as there.

use glam::{Mat4, Vec3};

use crate::error::ClothError;
use crate::gpu::{ClothPipelines, ClothSim};
use crate::model::{BodyMesh, ClothMesh, Pin, PinTarget, StepPlan};

/// The device an experiment runs on.
#[derive(Clone, Copy, Debug)]
pub struct Gpu<'a> {
    /// Device.
    pub device: &'a wgpu::Device,
    /// Its queue.
    pub queue: &'a wgpu::Queue,
    /// The kernels.
    pub pipelines: &'a ClothPipelines,
}

impl Gpu<'_> {
    /// A simulation of `mesh`.
    ///
    /// # Errors
    /// As [`ClothSim::new`].
    pub fn sim(&self, mesh: &ClothMesh, body: Option<&BodyMesh>) -> Result<ClothSim, ClothError> {
        ClothSim::new(self.device, self.queue, self.pipelines, mesh, body)
    }

    /// One frame, the body (if any) at rest on its only joint.
    ///
    /// # Errors
    /// As [`ClothSim::step`].
    pub fn step(&self, sim: &mut ClothSim, plan: &StepPlan) -> Result<(), ClothError> {
        let joint = [Mat4::IDENTITY];
        sim.step(
            self.device,
            self.queue,
            self.pipelines,
            plan,
            &joint,
            &joint,
        )
    }

    /// World positions, m.
    ///
    /// # Errors
    /// [`ClothError::Readback`] when the device is lost.
    pub fn positions(&self, sim: &ClothSim) -> Result<Vec<Vec3>, ClothError> {
        sim.try_read_positions(self.device, self.queue)
    }
}

/// How to bring a simulation to rest.
#[derive(Clone, Copy, Debug)]
pub struct Settle {
    /// Substep, s. Large ones damp: implicit Euler takes the energy out of every
    /// motion faster than a few substeps.
    pub substep: f32,
    /// Conjugate gradient iterations per substep.
    pub iterations: u32,
    /// Substeps between two looks.
    pub per_look: u32,
    /// At rest when no particle moves further than this from one look to the
    /// next, twice in a row (once could be a turning point), m.
    pub still: f32,
    /// Looks after which it gives up.
    pub looks: u32,
    /// Gravity, m/s².
    pub gravity: Vec3,
    /// Air density times drag coefficient, kg/m³.
    pub air_drag: f32,
}

impl Default for Settle {
    fn default() -> Self {
        Self {
            substep: 1.0 / 30.0,
            iterations: 120,
            per_look: 8,
            still: 1e-6,
            looks: 60,
            gravity: Vec3::new(0.0, -9.81, 0.0),
            air_drag: 0.0,
        }
    }
}

/// Where a simulation came to rest.
#[derive(Clone, Debug)]
pub struct Settled {
    /// Positions, m.
    pub positions: Vec<Vec3>,
    /// Whether it is at rest by [`Settle::still`].
    pub at_rest: bool,
    /// Largest move of a particle between the last two looks, m.
    pub last_move: f32,
    /// Substeps taken.
    pub substeps: u32,
}

impl Settle {
    /// The step plan between two looks.
    #[must_use]
    pub fn plan(&self) -> StepPlan {
        StepPlan {
            dt: self.substep * self.per_look as f32,
            substeps: self.per_look,
            iterations: self.iterations,
            tolerance: 0.0,
            gravity: self.gravity,
            air_drag: self.air_drag,
            self_contact: false,
            ..StepPlan::default()
        }
    }

    /// Steps until nothing moves.
    ///
    /// # Errors
    /// As [`ClothSim::step`] and [`ClothSim::try_read_positions`].
    pub fn run(&self, gpu: Gpu<'_>, sim: &mut ClothSim) -> Result<Settled, ClothError> {
        let plan = self.plan();
        let mut out = Settled {
            positions: gpu.positions(sim)?,
            at_rest: false,
            last_move: f32::INFINITY,
            substeps: 0,
        };
        let mut quiet = 0;
        for _ in 0..self.looks {
            gpu.step(sim, &plan)?;
            let now = gpu.positions(sim)?;
            out.last_move = now
                .iter()
                .zip(&out.positions)
                .map(|(a, b)| a.distance(*b))
                .fold(0.0, f32::max);
            out.positions = now;
            out.substeps += self.per_look;
            quiet = if out.last_move < self.still {
                quiet + 1
            } else {
                0
            };
            if quiet == 2 {
                out.at_rest = true;
                break;
            }
        }
        Ok(out)
    }
}

/// Pins these particles exactly where they are.
pub fn clamp(mesh: &mut ClothMesh, particles: &[u32]) {
    mesh.pins.extend(particles.iter().map(|&particle| Pin {
        particle,
        target: PinTarget::World(mesh.positions[particle as usize]),
        stiffness: f32::INFINITY,
    }));
}
