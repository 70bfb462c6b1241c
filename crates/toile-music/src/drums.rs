//! Drum sounds, each synthesised once (in a few variants) and then struck.

use std::f64::consts::TAU;

use fundsp::prelude64::{bandpass_hz, highpass_hz, lowpass_hz, noise, poly_square};

use crate::dice::Dice;
use crate::score::Drum;

/// A stereo one-shot that starts and ends at silence.
#[derive(Clone, Debug)]
pub(crate) struct Shot {
    pub(crate) left: Vec<f32>,
    pub(crate) right: Vec<f32>,
}

/// The kit at one sample rate.
pub(crate) struct Kit {
    shots: Vec<(Drum, Vec<Shot>)>,
}

impl Kit {
    pub(crate) fn new(sample_rate: f64, seed: u64, hard: bool) -> Self {
        let mut dice = Dice::new(seed, 20);
        let bench = Bench { rate: sample_rate };
        let mut noises = Dice::new(seed, 21);
        let mut few = |make: &dyn Fn(&Bench, u64, f64) -> Shot| -> Vec<Shot> {
            (0..5)
                .map(|_| make(&bench, noises.next() >> 1, dice.signed()))
                .collect()
        };
        let shots = vec![
            (Drum::Kick, vec![bench.kick(hard)]),
            (Drum::Clap, few(&|b, s, _| b.clap(s))),
            (
                Drum::ClosedHat,
                few(&|b, s, v| b.hat(s, 0.035 * (1.0 + 0.25 * v), 0.15)),
            ),
            (
                Drum::OpenHat,
                few(&|b, s, v| b.hat(s, 0.15 * (1.0 + 0.1 * v), 0.5)),
            ),
            (Drum::Shaker, few(&|b, s, v| b.shaker(s, 1.0 + 0.06 * v))),
            (Drum::Rim, few(&|b, s, v| b.rim(s, 1.0 + 0.01 * v))),
            (Drum::Conga, few(&|b, s, v| b.conga(s, 1.0 + 0.015 * v))),
            (Drum::Snare, few(&|b, s, _| b.snare(s))),
            (Drum::Crash, few(&|b, s, _| b.crash(s))),
        ];
        Self { shots }
    }

    /// A variant of a drum, by stroke number.
    pub(crate) fn shot(&self, drum: Drum, stroke: usize) -> Option<&Shot> {
        let (_, variants) = self.shots.iter().find(|(kind, _)| *kind == drum)?;
        variants.get(stroke % variants.len().max(1))
    }
}

/// Makes the sounds.
struct Bench {
    rate: f64,
}

impl Bench {
    fn count(&self, seconds: f64) -> usize {
        (seconds * self.rate) as usize
    }

    /// A mono sound from time in seconds to sample, its last 5 ms faded to silence.
    fn mono(&self, seconds: f64, mut sample: impl FnMut(f64) -> f64) -> Shot {
        let left = self.channel(seconds, &mut sample);
        Shot {
            right: left.clone(),
            left,
        }
    }

    fn channel(&self, seconds: f64, sample: &mut dyn FnMut(f64) -> f64) -> Vec<f32> {
        let count = self.count(seconds);
        (0..count)
            .map(|i| {
                let fade = ((count - 1 - i) as f64 / (0.005 * self.rate)).min(1.0);
                (sample(i as f64 / self.rate) * fade) as f32
            })
            .collect()
    }

    /// Sine gliding from a knock to the body note, softly driven, with a felt-beater click.
    fn kick(&self, hard: bool) -> Shot {
        let (top, body, glide, decay, drive) = if hard {
            (210.0, 47.0, 0.028, 0.26, 2.2)
        } else {
            (150.0, 45.0, 0.034, 0.30, 1.6)
        };
        let mut click = lowpass_hz(if hard { 5_500.0 } else { 3_500.0 }, 0.7);
        click.set_sample_rate(self.rate);
        let mut grit = noise().seed(11);
        let mut phase = 0.0f64;
        let scale = f64::tanh(drive);
        self.mono(0.5, |t| {
            let tone = (phase * TAU).sin();
            phase += (body + (top - body) * (-t / glide).exp()) / self.rate;
            let onset = (t / 0.001).min(1.0);
            let tail = (-(t / decay).powi(2) * 2.2).exp();
            let beater = f64::from(click.filter_mono(grit.get_mono())) * (-t / 0.004).exp() * onset;
            (tone * drive * tail * onset).tanh() / scale + 0.22 * beater
        })
    }

    /// Three quick noise bursts and a short room, different in each ear.
    fn clap(&self, seed: u64) -> Shot {
        let side = |seed: u64, late: f64| {
            let mut hands = noise().seed(seed);
            let mut tone = bandpass_hz(1_450.0, 1.1);
            let mut thin = highpass_hz(550.0, 0.7);
            tone.set_sample_rate(self.rate);
            thin.set_sample_rate(self.rate);
            self.channel(0.4, &mut |t| {
                let bursts: f64 = [0.0, 0.0095, 0.0205]
                    .iter()
                    .map(|start| t - start - late)
                    .filter(|&since| since >= 0.0)
                    .map(|since| (since / 0.0006).min(1.0) * (-since / 0.0055).exp())
                    .fold(0.0, f64::max);
                let room =
                    ((t - 0.024) / 0.004).clamp(0.0, 1.0) * 0.5 * (-(t - 0.024) / 0.075).exp();
                let sound = thin.filter_mono(tone.filter_mono(hands.get_mono()));
                f64::from(sound) * bursts.max(room) * 1.3
            })
        };
        Shot {
            left: side(seed, 0.0),
            right: side(seed ^ 0x5a5a, 0.0012),
        }
    }

    /// Six detuned squares (the ratios of the well-known analogue drum machine's cymbal
    /// oscillators) and noise, high-passed.
    fn hat(&self, seed: u64, decay: f64, seconds: f64) -> Shot {
        let mut metal = METAL_HZ.map(|_| poly_square());
        for (index, square) in metal.iter_mut().enumerate() {
            *square =
                poly_square().phase((index as f32 * 0.37 + (seed % 97) as f32 / 97.0).fract());
            square.set_sample_rate(self.rate);
        }
        let mut air = noise().seed(seed);
        let mut thin = highpass_hz(5_800.0, 0.8);
        let mut top = lowpass_hz((self.rate * 0.45).min(14_000.0) as f32, 0.6);
        thin.set_sample_rate(self.rate);
        top.set_sample_rate(self.rate);
        self.mono(seconds, |t| {
            let ring: f32 = metal
                .iter_mut()
                .zip(METAL_HZ)
                .map(|(square, hertz)| square.filter_mono(hertz * 4.1))
                .sum();
            let sound = top.filter_mono(thin.filter_mono(ring * 0.10 + air.get_mono() * 0.55));
            f64::from(sound) * (t / 0.0012).min(1.0) * (-t / decay).exp()
        })
    }

    fn shaker(&self, seed: u64, pitch: f64) -> Shot {
        let mut beads = noise().seed(seed);
        let mut tone = bandpass_hz((6_300.0 * pitch) as f32, 1.4);
        tone.set_sample_rate(self.rate);
        self.mono(0.12, |t| {
            let swell = (t / 0.018).min(1.0).powi(2);
            f64::from(tone.filter_mono(beads.get_mono())) * swell * (-t / 0.028).exp() * 1.8
        })
    }

    fn rim(&self, seed: u64, pitch: f64) -> Shot {
        let mut stick = noise().seed(seed);
        let mut wood = bandpass_hz((1_750.0 * pitch) as f32, 5.0);
        wood.set_sample_rate(self.rate);
        self.mono(0.09, |t| {
            let onset = (t / 0.0006).min(1.0);
            let ring =
                (TAU * 820.0 * pitch * t).sin() * 0.6 + (TAU * 1_730.0 * pitch * t).sin() * 0.5;
            let knock = f64::from(wood.filter_mono(stick.get_mono()));
            onset * (ring * (-t / 0.012).exp() + knock * (-t / 0.008).exp())
        })
    }

    fn conga(&self, seed: u64, pitch: f64) -> Shot {
        let mut skin = noise().seed(seed);
        let mut slap = bandpass_hz(900.0, 1.0);
        slap.set_sample_rate(self.rate);
        let mut phase = 0.0f64;
        self.mono(0.3, |t| {
            phase += pitch * (196.0 + 45.0 * (-t / 0.02).exp()) / self.rate;
            let tone = (phase * TAU).sin() * (-t / 0.075).exp();
            let palm = f64::from(slap.filter_mono(skin.get_mono())) * (-t / 0.007).exp();
            (t / 0.0012).min(1.0) * (0.85 * tone + 0.5 * palm)
        })
    }

    fn snare(&self, seed: u64) -> Shot {
        let mut wires = noise().seed(seed);
        let mut tone = bandpass_hz(2_400.0, 0.7);
        tone.set_sample_rate(self.rate);
        self.mono(0.2, |t| {
            let body = (TAU * 190.0 * t).sin() * (-t / 0.04).exp() * 0.5;
            let rattle = f64::from(tone.filter_mono(wires.get_mono())) * (-t / 0.05).exp();
            (t / 0.001).min(1.0) * (body + rattle)
        })
    }

    fn crash(&self, seed: u64) -> Shot {
        let side = |seed: u64| {
            let mut bronze = noise().seed(seed);
            let mut thin = highpass_hz(3_800.0, 0.7);
            let mut top = lowpass_hz((self.rate * 0.45).min(12_500.0) as f32, 0.6);
            thin.set_sample_rate(self.rate);
            top.set_sample_rate(self.rate);
            self.channel(2.6, &mut |t| {
                let sound = top.filter_mono(thin.filter_mono(bronze.get_mono()));
                f64::from(sound)
                    * (t / 0.002).min(1.0)
                    * (0.4 * (-t / 0.12).exp() + 0.6 * (-t / 0.75).exp())
            })
        };
        Shot {
            left: side(seed),
            right: side(seed ^ 0xa5a5),
        }
    }
}

/// Oscillators of an analogue cymbal voice, Hz.
const METAL_HZ: [f32; 6] = [205.3, 304.4, 369.6, 522.7, 540.0, 800.0];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_drum_starts_and_ends_at_silence_and_keeps_within_bounds() {
        let kit = Kit::new(48_000.0, 5, true);
        for (drum, variants) in &kit.shots {
            for shot in variants {
                for channel in [&shot.left, &shot.right] {
                    let peak = channel.iter().fold(0.0f32, |p, x| p.max(x.abs()));
                    assert!(peak > 0.1 && peak < 2.0, "{drum:?} peaks at {peak}");
                    assert!(channel[0].abs() < 0.02, "{drum:?} starts at {}", channel[0]);
                    assert!(
                        channel[channel.len() - 1].abs() < 1e-4,
                        "{drum:?} ends with a click"
                    );
                }
            }
        }
    }
}
