//! Playing: the frame at a time, in whatever order times are asked for.

use crate::error::{BakeError, damaged};
use crate::head::GROUP;
use crate::reader::{Bake, Frame, Group};
use std::sync::Arc;

/// A time closer to a frame than this is that frame's, frames. Clocks count in
/// `f32` seconds, which do not hit frames to the last bit.
const HIT: f64 = 1e-3;

/// Plays a bake; keeps the unpacked frames around the present one.
#[derive(Clone, Debug)]
pub struct Player {
    bake: Arc<Bake>,
    /// The latest used comes last.
    groups: Vec<Group>,
}

impl Player {
    /// Nothing is unpacked before it is asked for.
    #[must_use]
    pub fn new(bake: Arc<Bake>) -> Self {
        Self {
            bake,
            groups: Vec::new(),
        }
    }

    /// What is played.
    #[must_use]
    pub fn bake(&self) -> &Bake {
        &self.bake
    }

    /// One frame, counted from 0.
    ///
    /// # Errors
    /// A frame that is not there, or damage.
    pub fn frame(&mut self, frame: u32) -> Result<&Frame, BakeError> {
        let number = frame / GROUP;
        match self.groups.iter().position(|group| group.number == number) {
            Some(at) => self.groups[at..].rotate_left(1),
            None => {
                let group = self.bake.group(number)?;
                // Two are enough: a time lies between frames of at most two.
                if self.groups.len() == 2 {
                    self.groups.remove(0);
                }
                self.groups.push(group);
            }
        }
        let group = self.groups.last_mut();
        let group = group.ok_or_else(|| damaged("the player", "it has no frames"))?;
        self.bake.frame_of(group, frame)
    }

    /// Positions relative to the origin at a time in frames from the first one,
    /// m. At a frame they are that frame's, bit for bit; between two frames they
    /// lie on the curve through the two before and the two after (Catmull–Rom),
    /// which bends as limbs swing; before the first and after the last frame
    /// they are those of that frame.
    ///
    /// # Errors
    /// Damage.
    pub fn at(&mut self, time: f64, out: &mut Vec<[f32; 3]>) -> Result<(), BakeError> {
        let last = self.bake.head().frames - 1;
        // `max` first: what is no number becomes the first frame.
        let time = time.max(0.0).min(f64::from(last));
        let nearest = time.round();
        out.clear();
        if (time - nearest).abs() < HIT {
            out.extend_from_slice(&self.frame(nearest as u32)?.positions);
            return Ok(());
        }
        let before = time as u32;
        let weights = catmull_rom((time - f64::from(before)) as f32);
        let frames = [
            before.saturating_sub(1),
            before,
            before + 1,
            (before + 2).min(last),
        ];
        out.resize(self.bake.head().particles as usize, [0.0; 3]);
        for (frame, weight) in frames.into_iter().zip(weights) {
            let positions = &self.frame(frame)?.positions;
            for (sum, p) in out.iter_mut().zip(positions) {
                for axis in 0..3 {
                    sum[axis] += weight * p[axis];
                }
            }
        }
        Ok(())
    }
}

/// Weights of four frames at a share `t` of the way between the middle two.
fn catmull_rom(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        0.5 * (-t3 + 2.0 * t2 - t),
        0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
        0.5 * (-3.0 * t3 + 4.0 * t2 + t),
        0.5 * (t3 - t2),
    ]
}

#[cfg(test)]
mod tests {
    use super::catmull_rom;

    #[test]
    fn weights_give_straight_lines_and_parabolas_back() {
        for t in [0.0, 0.25, 0.5, 0.9] {
            let weights = catmull_rom(t);
            let of = |f: &dyn Fn(f32) -> f32| -> f32 {
                weights
                    .iter()
                    .zip([-1.0, 0.0, 1.0, 2.0])
                    .map(|(w, x)| w * f(x))
                    .sum()
            };
            assert!((of(&|_| 1.0) - 1.0).abs() < 1e-6);
            assert!((of(&|x| 3.0 * x) - 3.0 * t).abs() < 1e-6);
            assert!((of(&|x| x * x) - t * t).abs() < 1e-6);
        }
    }
}
