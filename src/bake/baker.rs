//! Simulates a fitted look from the sewing table to its exit, without a picture,
//! and keeps every frame.

use super::{STEP_LOG2, Tallies, attachment, to_bytes};
use crate::{
    choreography::{Moment, frame_s},
    tailor::FittedLook,
    wardrobe::{Gpu, STATISTICS_EVERY, Stance, Tally},
};
use glam::Vec3;
use std::ops::Range;
use toile_bake::{BakeError, Key, Plan, Writer};
use toile_cloth::{ClothError, ClothSim};

/// What stops a bake.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BakeryError {
    /// The solver.
    #[error("cloth: {0}")]
    Cloth(#[from] ClothError),
    /// The file.
    #[error(transparent)]
    Bake(#[from] BakeError),
    /// What the cloth went through cannot be written down.
    #[error("the cloth did not hold: {0}; look at it with `toile drape --walk`")]
    Tally(#[from] serde_json::Error),
}

/// A look in the oven.
pub struct Baker<'a> {
    look: &'a FittedLook,
    gpu: Gpu<'a>,
    rate: u32,
    sim: ClothSim,
    stance: Stance,
    backstage: Vec<Moment>,
    frames: Range<u32>,
    /// Steps done, backstage and on stage.
    done: usize,
    entrance: Vec<Vec3>,
    tally: Tally,
    writer: Writer,
}

impl<'a> Baker<'a> {
    /// Puts a fitted look where it is dressed; `key` is that of its draft at
    /// this rate, frames per second.
    ///
    /// # Errors
    /// What the solver refuses.
    pub fn new(
        look: &'a FittedLook,
        key: Key,
        rate: u32,
        gpu: Gpu<'a>,
    ) -> Result<Self, BakeryError> {
        let steps = &look.choreography;
        let cloth = look.cloth_at_start();
        let sim = ClothSim::new(gpu.device, gpu.queue, gpu.kernels, &cloth, Some(&look.body))?;
        let frames = steps.frames(rate);
        let writer = Writer::new(Plan {
            key,
            particles: cloth.positions.len(),
            triangles: cloth.triangles,
            rate,
            first: frames.start,
            step_log2: STEP_LOG2,
        })?;
        Ok(Self {
            stance: steps.stance(&look.cast.cast.avatar.skeleton, 0.0),
            backstage: steps.backstage().collect(),
            frames,
            done: 0,
            entrance: Vec::new(),
            tally: look.sewing,
            writer,
            sim,
            rate,
            gpu,
            look,
        })
    }

    /// Steps in all.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.backstage.len() + self.frames.len()
    }

    /// Steps done.
    #[must_use]
    pub fn done(&self) -> usize {
        self.done
    }

    /// World positions of the cloth, m.
    #[must_use]
    pub fn positions(&self) -> Vec<Vec3> {
        self.sim.read_positions(self.gpu.device, self.gpu.queue)
    }

    /// Does the next step.
    ///
    /// # Errors
    /// What the solver refuses, or cloth that went out of bounds.
    pub fn advance(&mut self) -> Result<(), BakeryError> {
        let at = self.done;
        self.done += 1;
        if let Some(moment) = self.backstage.get(at) {
            return self.step(*moment);
        }
        if at == self.backstage.len() {
            self.entrance = self.positions();
            self.measure()?;
        }
        let frame = self.frames.start + (at - self.backstage.len()) as u32;
        let before = frame_s(frame.saturating_sub(1), self.rate);
        let moment = self
            .look
            .choreography
            .moment(before, frame_s(frame, self.rate));
        if moment.dt > 0.0 {
            self.step(moment)?;
        }
        if frame.is_multiple_of(STATISTICS_EVERY) {
            self.measure()?;
        }
        let positions: Vec<[f32; 3]> = self.positions().iter().map(Vec3::to_array).collect();
        let origin = self.stance.pose.root.to_array();
        Ok(self.writer.push(origin, &positions)?)
    }

    fn step(&mut self, moment: Moment) -> Result<(), BakeryError> {
        let skeleton = &self.look.cast.cast.avatar.skeleton;
        let next = self.look.choreography.stance(skeleton, moment.local_s);
        Ok(self
            .stance
            .advance(next, moment.dt, &mut self.sim, self.gpu)?)
    }

    fn measure(&mut self) -> Result<(), BakeryError> {
        let stats = self.sim.stats(self.gpu.device, self.gpu.queue)?;
        self.tally.add(&stats);
        Ok(())
    }

    /// The file, with the frames so far.
    ///
    /// # Errors
    /// A look without a frame.
    pub fn finish(mut self) -> Result<Vec<u8>, BakeryError> {
        let tallies = Tallies {
            sewing: self.look.sewing,
            all: self.tally,
        };
        let pieces = [
            (attachment::JOINED, to_bytes(&self.look.joined)),
            (attachment::SETTLED, to_bytes(&self.look.settled)),
            (attachment::ENTRANCE, to_bytes(&self.entrance)),
            (
                attachment::TWIN,
                self.look.cast.cast.twin.id.clone().into_bytes(),
            ),
            (attachment::TALLIES, serde_json::to_vec(&tallies)?),
        ];
        for (name, bytes) in pieces {
            self.writer.attach(name, &bytes);
        }
        Ok(self.writer.finish()?)
    }
}
