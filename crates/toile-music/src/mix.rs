//! Buses, automation curves, ducking and echo.

use fundsp::prelude64::{highpass_hz, lowpass_hz, reverb_stereo};

use crate::drums::Shot;

/// A stereo channel of the desk, as long as the track.
pub(crate) struct Bus {
    pub(crate) left: Vec<f32>,
    pub(crate) right: Vec<f32>,
}

impl Bus {
    pub(crate) fn new(length: usize) -> Self {
        Self {
            left: vec![0.0; length],
            right: vec![0.0; length],
        }
    }

    /// Adds a mono sound from sample `start`, panned −1 (left) to 1 (right) at equal power.
    pub(crate) fn add_mono(&mut self, start: usize, sound: &[f32], gain: f32, pan: f32) {
        let (left, right) = pan_gains(pan);
        add(&mut self.left, start, sound, gain * left);
        add(&mut self.right, start, sound, gain * right);
    }

    /// Adds a one-shot from sample `start`.
    pub(crate) fn add_shot(&mut self, start: usize, shot: &Shot, gain: f32, pan: f32) {
        let (left, right) = pan_gains(pan);
        add(&mut self.left, start, &shot.left, gain * left);
        add(&mut self.right, start, &shot.right, gain * right);
    }

    /// Adds another bus.
    pub(crate) fn mix(&mut self, other: &Self, gain: f32) {
        add(&mut self.left, 0, &other.left, gain);
        add(&mut self.right, 0, &other.right, gain);
    }

    /// Multiplies both channels by a gain curve.
    pub(crate) fn shape(&mut self, gain: &[f32]) {
        for channel in [&mut self.left, &mut self.right] {
            for (x, g) in channel.iter_mut().zip(gain) {
                *x *= g;
            }
        }
    }

    /// Runs both channels, sample by sample, through a stereo function.
    pub(crate) fn run(&mut self, mut process: impl FnMut(usize, f32, f32) -> (f32, f32)) {
        for (i, (l, r)) in self.left.iter_mut().zip(&mut self.right).enumerate() {
            (*l, *r) = process(i, *l, *r);
        }
    }

    /// Root mean square over both channels.
    #[cfg(test)]
    pub(crate) fn rms(&self) -> f64 {
        let sum: f64 = self
            .left
            .iter()
            .chain(&self.right)
            .map(|&x| f64::from(x) * f64::from(x))
            .sum();
        (sum / (2 * self.left.len()).max(1) as f64).sqrt()
    }
}

/// Equal-power panning, unity in the middle.
fn pan_gains(pan: f32) -> (f32, f32) {
    let angle = (pan + 1.0) * std::f32::consts::FRAC_PI_4;
    (
        angle.cos() * std::f32::consts::SQRT_2,
        angle.sin() * std::f32::consts::SQRT_2,
    )
}

fn add(channel: &mut [f32], start: usize, sound: &[f32], gain: f32) {
    if let Some(rest) = channel.get_mut(start..) {
        for (x, s) in rest.iter_mut().zip(sound) {
            *x += s * gain;
        }
    }
}

/// Gain curve that ducks under each kick: 4 ms down (just before the stroke, so that the
/// kick's knock is clear), then back along a raised cosine over `recover` seconds. `depth` is
/// the share taken away, 0 to 1.
pub(crate) fn duck(
    length: usize,
    kicks: &[usize],
    sample_rate: f64,
    depth: f32,
    recover: f64,
) -> Vec<f32> {
    let mut gain = vec![1.0f32; length];
    let down = (0.004 * sample_rate) as usize;
    let up = (recover * sample_rate) as usize;
    for &kick in kicks {
        let begin = kick.saturating_sub(down);
        let end = (kick + up).min(length);
        for (i, gain) in gain.iter_mut().enumerate().take(end).skip(begin) {
            let take = if i < kick {
                1.0 - (kick - i) as f32 / down as f32
            } else {
                let t = (i - kick) as f32 / up as f32;
                0.5 + 0.5 * (t * std::f32::consts::PI).cos()
            };
            *gain = gain.min(1.0 - depth * take);
        }
    }
    gain
}

/// Echoes that cross from side to side, each darker than the last; returns the echoes only.
pub(crate) fn ping_pong(dry: &Bus, delay: usize, feedback: f32, sample_rate: f64) -> Bus {
    let length = dry.left.len();
    let mut wet = Bus::new(length);
    let mut dull = [lowpass_hz(3_200.0, 0.6), lowpass_hz(3_200.0, 0.6)];
    let mut thin = [highpass_hz(320.0, 0.6), highpass_hz(320.0, 0.6)];
    for node in &mut dull {
        node.set_sample_rate(sample_rate);
    }
    for node in &mut thin {
        node.set_sample_rate(sample_rate);
    }
    let [dull_left, dull_right] = &mut dull;
    let [thin_left, thin_right] = &mut thin;
    for i in delay.max(1)..length {
        let from = i - delay.max(1);
        // The dry sound enters on the left; the right hears the left's echo and so on.
        let left = (dry.left[from] + dry.right[from]) * 0.5 + feedback * wet.right[from];
        let right = feedback * wet.left[from];
        wet.left[i] = thin_left.filter_mono(dull_left.filter_mono(left));
        wet.right[i] = thin_right.filter_mono(dull_right.filter_mono(right));
    }
    wet
}

/// The room: what comes back from a reverb of the sends, low end removed.
pub(crate) fn room(sends: &Bus, seconds: f32, sample_rate: f64) -> Bus {
    let mut hall = reverb_stereo(18.0, seconds, 0.45);
    let mut thin = [highpass_hz(240.0, 0.7), highpass_hz(240.0, 0.7)];
    hall.set_sample_rate(sample_rate);
    for node in &mut thin {
        node.set_sample_rate(sample_rate);
    }
    let [thin_left, thin_right] = &mut thin;
    let mut wet = Bus::new(sends.left.len());
    for (i, (&l, &r)) in sends.left.iter().zip(&sends.right).enumerate() {
        let (l, r) = hall.filter_stereo(l, r);
        wet.left[i] = thin_left.filter_mono(l);
        wet.right[i] = thin_right.filter_mono(r);
    }
    wet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ducking_reaches_full_depth_on_the_kick_and_lets_go_after() {
        let gain = duck(48_000, &[10_000], 48_000.0, 0.8, 0.25);
        assert!((gain[10_000] - 0.2).abs() < 1e-5);
        assert!((gain[9_700] - 1.0).abs() < 1e-6 && (gain[22_100] - 1.0).abs() < 1e-6);
        let jump = gain
            .windows(2)
            .map(|w| (w[1] - w[0]).abs())
            .fold(0.0, f32::max);
        assert!(jump < 0.01, "gain jumps by {jump} between samples");
    }

    #[test]
    fn echoes_come_back_on_alternate_sides() {
        let mut dry = Bus::new(5_000);
        dry.left[0] = 1.0;
        dry.right[0] = 1.0;
        let wet = ping_pong(&dry, 1_000, 0.5, 48_000.0);
        let energy = |channel: &[f32], from: usize| -> f32 {
            channel[from..from + 500].iter().map(|x| x * x).sum()
        };
        assert!(energy(&wet.left, 1_000) > 100.0 * energy(&wet.right, 1_000));
        assert!(energy(&wet.right, 2_000) > 100.0 * energy(&wet.left, 2_000));
        assert!(energy(&wet.left, 3_000) < energy(&wet.left, 1_000));
        assert!(wet.rms() > 0.0);
    }
}
