//! A bake on stage: its frames take the solver's place, until something about
//! the look changes.

use super::{StageError, StagedLook};
use crate::choreography::frame_s;
use glam::Vec3;
use std::sync::Arc;
use toile_bake::{Bake, BakeError, Player};
use toile_cloth::ClothPipelines;

/// A bake that is being played.
pub struct Playing {
    player: Player,
    /// Positions relative to the wearer's root, m.
    now: Vec<[f32; 3]>,
}

impl Playing {
    pub(super) fn new(bake: Arc<Bake>) -> Self {
        Self {
            player: Player::new(bake),
            now: Vec::new(),
        }
    }

    /// Finds the positions at a time of the show.
    fn seek(&mut self, time_s: f32) -> Result<&[[f32; 3]], BakeError> {
        let head = self.player.bake().head();
        let frame = f64::from(time_s) * f64::from(head.rate) - f64::from(head.first);
        self.player.at(frame, &mut self.now)?;
        Ok(&self.now)
    }

    /// Seconds from one frame to the next.
    fn frame_s(&self) -> f32 {
        frame_s(1, self.player.bake().head().rate)
    }
}

impl StagedLook {
    /// Puts pose and cloth where the bake has them at a time of the show, s.
    pub(super) fn play(
        &mut self,
        now_s: f32,
        kernels: &ClothPipelines,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
    ) -> Result<(), StageError> {
        let local_s = self.choreography.moment(now_s, now_s).local_s;
        self.stance = self.choreography.stance(&self.avatar.skeleton, local_s);
        if let Some(playing) = &mut self.bake {
            let origin = self.stance.pose.root;
            let positions = playing.seek(now_s)?;
            self.sim
                .lock()
                .show(device, queue, kernels, origin, positions);
        }
        Ok(())
    }

    /// Has the solver carry the cloth on from a time of the show, s: from now on
    /// the bake is not what would come out.
    ///
    /// # Errors
    /// A bake that breaks here; the cloth then starts from its entrance.
    pub fn simulate(&mut self, now_s: f32, queue: &wgpu::Queue) -> Result<(), StageError> {
        let Some(mut playing) = self.bake.take() else {
            return Ok(());
        };
        let frame_s = playing.frame_s();
        if !self.choreography.on_stage(now_s) {
            // It is reset before it enters; what the cloth looks like until then
            // nobody sees.
            self.skipped = now_s > self.choreography.enters_s;
            self.reset(queue);
            return Ok(());
        }
        let root = |time_s: f32| {
            let local_s = self.choreography.moment(time_s, time_s).local_s;
            self.choreography.performance.pose(f64::from(local_s)).root
        };
        let mut at = |time_s: f32| -> Result<Vec<Vec3>, BakeError> {
            let root = root(time_s);
            let relative = playing.seek(time_s)?;
            Ok(relative.iter().map(|p| Vec3::from(*p) + root).collect())
        };
        // Speeds at this very moment, from the parabola through three frames.
        let since_s = now_s - self.choreography.enters_s;
        let step_s = frame_s.min(0.5 * since_s).max(1e-4);
        let (first, second, now) = (at(now_s - 2.0 * step_s)?, at(now_s - step_s)?, at(now_s)?);
        let speed: Vec<Vec3> = (0..now.len())
            .map(|i| (3.0 * now[i] - 4.0 * second[i] + first[i]) / (2.0 * step_s))
            .collect();
        self.sim.lock().set_state(queue, &now, &speed);
        Ok(())
    }
}
