//! Pitched voices: bass, pad, stabs, arpeggio, and the noise riser.

use fundsp::prelude64::{bandpass, lowpass, noise, poly_pulse, poly_saw, sine};

use crate::dice::Dice;
use crate::harmony::hertz;
use crate::mix::Bus;
use crate::score::{ChordNote, Note};

/// Filters follow their curves in steps of this many samples (a third of a millisecond at
/// 48 kHz): new coefficients for each sample would cost more than all oscillators together.
const CONTROL: usize = 16;

/// Where and how fast things happen: beats to samples.
pub(crate) struct Timeline {
    pub(crate) sample_rate: f64,
    pub(crate) seconds_per_beat: f64,
}

impl Timeline {
    pub(crate) fn sample(&self, beat: f64) -> usize {
        (beat * self.seconds_per_beat * self.sample_rate).round() as usize
    }

    fn count(&self, seconds: f64) -> usize {
        (seconds * self.sample_rate) as usize
    }
}

/// Attack and release as raised cosines, level held (or falling by `decay`) between.
struct Contour {
    attack: f64,
    /// Time constant of the fall while held, seconds; infinite holds.
    decay: f64,
    held: f64,
    release: f64,
}

impl Contour {
    fn seconds(&self) -> f64 {
        self.held + self.release
    }

    fn at(&self, t: f64) -> f64 {
        let ease = |x: f64| 0.5 - 0.5 * (x.clamp(0.0, 1.0) * std::f64::consts::PI).cos();
        ease(t / self.attack) * (-t / self.decay).exp() * ease((self.seconds() - t) / self.release)
    }
}

/// Saw and sub-octave-free sine through a plucked low-pass, softly driven.
pub(crate) fn bass(bus: &mut Bus, notes: &[Note], time: &Timeline, bright: f64) {
    for note in notes {
        let pitch = hertz(f64::from(note.midi)) as f32;
        let held = note.length * time.seconds_per_beat;
        let contour = Contour {
            attack: 0.005,
            decay: 0.9,
            held,
            release: 0.045,
        };
        let mut saw = poly_saw().phase(0.0);
        let mut body = sine().phase(0.0);
        let mut filter = lowpass();
        saw.set_sample_rate(time.sample_rate);
        body.set_sample_rate(time.sample_rate);
        filter.set_sample_rate(time.sample_rate);
        let mut cutoff = 0.0;
        let sound: Vec<f32> = (0..time.count(contour.seconds()))
            .map(|i| {
                let t = i as f64 / time.sample_rate;
                if i % CONTROL == 0 {
                    let pluck = f64::from(note.velocity).powi(2) * (-t / 0.09).exp();
                    cutoff = (130.0 + bright * (180.0 + 900.0 * pluck)) as f32;
                }
                let growl = filter.tick(&[saw.filter_mono(pitch), cutoff, 1.3].into())[0];
                let raw = 0.75 * growl + 0.7 * body.filter_mono(pitch);
                (raw * 1.3).tanh() * contour.at(t) as f32 * note.velocity
            })
            .collect();
        bus.add_mono(time.sample(note.beat), &sound, 1.0, 0.0);
    }
}

/// Three detuned saws to a voice, spread across the stereo field. The caller filters the bus.
pub(crate) fn pad(bus: &mut Bus, chords: &[ChordNote], time: &Timeline, seed: u64) {
    let mut dice = Dice::new(seed, 30);
    for chord in chords {
        let contour = Contour {
            attack: 0.35,
            decay: f64::INFINITY,
            held: chord.length * time.seconds_per_beat,
            release: 0.9,
        };
        let count = time.count(contour.seconds());
        let envelope: Vec<f32> = (0..count)
            .map(|i| contour.at(i as f64 / time.sample_rate) as f32 * chord.velocity)
            .collect();
        for (index, &voice) in chord.voices.iter().enumerate() {
            for (cents, pan) in [(-8.0, -0.8), (0.0, 0.0), (7.0, 0.8)] {
                let drift = 1.5 * dice.signed();
                let pitch = hertz(f64::from(voice) + (cents + drift) / 100.0) as f32;
                let mut saw = poly_saw().phase(dice.unit() as f32);
                saw.set_sample_rate(time.sample_rate);
                let sound: Vec<f32> = envelope
                    .iter()
                    .map(|gain| saw.filter_mono(pitch) * gain)
                    .collect();
                let lean = if index % 2 == 0 { pan } else { -pan };
                bus.add_mono(time.sample(chord.beat), &sound, 0.12, lean);
            }
        }
    }
}

/// Short filtered chords, the signature of the style. Equal chords are made once.
pub(crate) fn stabs(bus: &mut Bus, chords: &[ChordNote], time: &Timeline) {
    let mut made: Vec<([u8; 4], Vec<f32>)> = Vec::new();
    for chord in chords {
        let index = made.iter().position(|(voices, _)| *voices == chord.voices);
        let index = index.unwrap_or_else(|| {
            made.push((chord.voices, stab(chord, time)));
            made.len() - 1
        });
        bus.add_mono(
            time.sample(chord.beat),
            &made[index].1,
            0.3 * chord.velocity,
            0.0,
        );
    }
}

fn stab(chord: &ChordNote, time: &Timeline) -> Vec<f32> {
    let held = chord.length * time.seconds_per_beat;
    let contour = Contour {
        attack: 0.004,
        decay: 0.16,
        held,
        release: 0.18,
    };
    let mut filter = lowpass();
    filter.set_sample_rate(time.sample_rate);
    let mut saws = chord.voices.map(|voice| {
        [-0.05, 0.05].map(|cents| {
            let mut saw = poly_saw().phase(if cents < 0.0 { 0.1 } else { 0.6 });
            saw.set_sample_rate(time.sample_rate);
            (saw, hertz(f64::from(voice) + cents) as f32)
        })
    });
    let mut cutoff = 0.0;
    (0..time.count(contour.seconds()))
        .map(|i| {
            let t = i as f64 / time.sample_rate;
            if i % CONTROL == 0 {
                cutoff = (700.0 + 4_200.0 * (-t / 0.07).exp()) as f32;
            }
            let sum: f32 = saws
                .iter_mut()
                .flatten()
                .map(|(saw, pitch)| saw.filter_mono(*pitch))
                .sum();
            filter.tick(&[sum * 0.3, cutoff, 1.1].into())[0] * contour.at(t) as f32
        })
        .collect()
}

/// Plucked pulses; the caller filters the bus and sends it to the echo.
pub(crate) fn arpeggio(bus: &mut Bus, notes: &[Note], time: &Timeline) {
    for (index, note) in notes.iter().enumerate() {
        let held = note.length * time.seconds_per_beat;
        let contour = Contour {
            attack: 0.003,
            decay: 0.11,
            held,
            release: 0.16,
        };
        let pitch = hertz(f64::from(note.midi)) as f32;
        let width = 0.28 + 0.16 * ((index as f32 * 0.21).sin());
        let mut pulse = poly_pulse().phase(0.0);
        pulse.set_sample_rate(time.sample_rate);
        let sound: Vec<f32> = (0..time.count(contour.seconds()))
            .map(|i| {
                let t = i as f64 / time.sample_rate;
                pulse.tick(&[pitch, width].into())[0] * contour.at(t) as f32
            })
            .collect();
        let pan = 0.35 * (index as f32 * 2.4).sin();
        bus.add_mono(time.sample(note.beat), &sound, 0.2 * note.velocity, pan);
    }
}

/// Noise through a band that climbs from `from` to `to` (beats), swelling, and cut dead a
/// sixteenth before the end so that the drop lands in silence.
pub(crate) fn riser(bus: &mut Bus, from: f64, to: f64, time: &Timeline, seed: u64) {
    let (start, end) = (time.sample(from), time.sample(to - 0.25));
    let count = end.saturating_sub(start);
    let release = (0.02 * time.sample_rate) as usize;
    for (side, pan) in [(0u64, -1.0f32), (1, 1.0)] {
        let mut wind = noise().seed((seed >> 1) ^ (0x71 + side));
        let mut band = bandpass();
        band.set_sample_rate(time.sample_rate);
        let mut centre = 0.0;
        let sound: Vec<f32> = (0..count)
            .map(|i| {
                let through = i as f64 / count as f64;
                if i % CONTROL == 0 {
                    centre = (350.0 * (7_500.0f64 / 350.0).powf(through)) as f32;
                }
                let fade = ((count - i) as f32 / release as f32).min(1.0);
                let swell = (through * through) as f32;
                band.tick(&[wind.get_mono(), centre, 1.6].into())[0] * swell * fade
            })
            .collect();
        bus.add_mono(start, &sound, 0.16, pan);
    }
}

/// Low-passes a bus along a cutoff curve given per sample (Hz), both channels alike.
pub(crate) fn sweep(bus: &mut Bus, cutoff: &[f32], q: f32, sample_rate: f64) {
    let mut left = lowpass();
    let mut right = lowpass();
    left.set_sample_rate(sample_rate);
    right.set_sample_rate(sample_rate);
    bus.run(|i, l, r| {
        let hertz = cutoff[i - i % CONTROL];
        (
            left.tick(&[l, hertz, q].into())[0],
            right.tick(&[r, hertz, q].into())[0],
        )
    });
}
