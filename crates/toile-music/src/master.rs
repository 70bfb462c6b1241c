//! The last stage: glue, loudness, limiter, fade.

use fundsp::prelude64::highpass_hz;

use crate::loudness::integrated_loudness;
use crate::mix::Bus;

/// Integrated loudness aimed at, LUFS: what streaming services play at.
pub(crate) const TARGET_LUFS: f64 = -14.0;
/// Largest sample after the limiter (−1 dBFS), which leaves room for the peaks between samples.
pub(crate) const CEILING: f32 = 0.891;
/// How far ahead the limiter looks, seconds.
const LOOK_AHEAD: f64 = 0.0015;
/// Time constant of the limiter's recovery, seconds.
const RECOVERY: f64 = 0.09;

/// Brings the mix to level and ends it: subsonic cut, soft saturation, −14 LUFS, limiter,
/// fade-out over the last `fade` samples to exact silence.
pub(crate) fn master(mix: &mut Bus, sample_rate: u32, fade: usize) {
    let rate = f64::from(sample_rate);
    let mut cut = [highpass_hz(28.0, 0.7), highpass_hz(28.0, 0.7)];
    for node in &mut cut {
        node.set_sample_rate(rate);
    }
    let [cut_left, cut_right] = &mut cut;
    mix.run(|_, l, r| {
        (
            soften(cut_left.filter_mono(l)),
            soften(cut_right.filter_mono(r)),
        )
    });
    // Limiting takes a little loudness away, so the second pass mends what the first left.
    for _ in 0..2 {
        // Too short or silent to measure: a constant level would be a guess, so leave it.
        let Some(lufs) = integrated_loudness(&mix.left, &mix.right, sample_rate) else {
            break;
        };
        let gain = 10f64.powf((TARGET_LUFS - lufs) / 20.0) as f32;
        mix.run(|_, l, r| (l * gain, r * gain));
        limit(mix, rate);
    }
    limit(mix, rate);
    let length = mix.left.len();
    let start = length - fade.min(length);
    mix.run(|i, l, r| {
        if i < start {
            return (l, r);
        }
        let through = (i + 1 - start) as f32 / (length - start) as f32;
        let gain = (through * std::f32::consts::FRAC_PI_2)
            .cos()
            .max(0.0)
            .powi(2);
        let gain = if i + 1 == length { 0.0 } else { gain };
        (l * gain, r * gain)
    });
}

/// Saturation that is all but straight up to half scale.
fn soften(x: f32) -> f32 {
    x / (1.0 + (0.6 * x).powi(4)).sqrt().sqrt()
}

/// A limiter without delay. The gain each sample needs is taken at its least over the look-
/// ahead window, let go exponentially, then averaged over the same window: every average is of
/// gains that each keep the sample under the ceiling, so the ceiling holds exactly, and the
/// gain never jumps.
fn limit(mix: &mut Bus, sample_rate: f64) {
    let window = (LOOK_AHEAD * sample_rate) as usize + 1;
    let length = mix.left.len();
    let release = (-1.0 / (RECOVERY * sample_rate)).exp() as f32;
    let needed = |i: usize| {
        let peak = mix.left[i].abs().max(mix.right[i].abs());
        if peak > CEILING { CEILING / peak } else { 1.0 }
    };
    // Hold: least gain from here to the end of the window, by a monotone queue.
    let mut held = vec![1.0f32; length];
    let mut queue: std::collections::VecDeque<(usize, f32)> = std::collections::VecDeque::new();
    for i in (0..length).rev() {
        let gain = needed(i);
        while queue.back().is_some_and(|&(_, g)| g >= gain) {
            queue.pop_back();
        }
        queue.push_back((i, gain));
        while queue.front().is_some_and(|&(at, _)| at >= i + window) {
            queue.pop_front();
        }
        held[i] = queue.front().map_or(1.0, |&(_, g)| g);
    }
    let mut gain = 1.0f32;
    for g in &mut held {
        gain = (1.0 + (gain - 1.0) * release).min(*g);
        *g = gain;
    }
    // Average of the last `window` gains, unity before the start.
    let mut sum = window as f64;
    mix.run(|i, l, r| {
        let leaving = if i >= window { held[i - window] } else { 1.0 };
        sum += f64::from(held[i]) - f64::from(leaving);
        let gain = (sum / window as f64) as f32;
        (
            (l * gain).clamp(-CEILING, CEILING),
            (r * gain).clamp(-CEILING, CEILING),
        )
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limiter_holds_the_ceiling_and_leaves_quiet_sound_alone() {
        let mut mix = Bus::new(48_000);
        mix.run(|i, _, _| {
            let x = (i as f32 * 0.05).sin();
            let loud = if (20_000..22_000).contains(&i) {
                3.0
            } else {
                0.5
            };
            (x * loud, x * 0.2)
        });
        let before = mix.left.clone();
        limit(&mut mix, 48_000.0);
        let peak = mix.left.iter().fold(0.0f32, |p, x| p.max(x.abs()));
        assert!(peak <= CEILING && peak > 0.8 * CEILING, "peak {peak}");
        assert_eq!(mix.left[..19_000], before[..19_000]);
        assert!(
            (mix.left[47_000] - before[47_000]).abs() < 0.01,
            "the limiter did not let go"
        );
    }
}
