//! A track, and how it is put together.

use std::fmt;
use std::str::FromStr;

use crate::clock::{BEATS_PER_BAR, BeatClock};
use crate::drums::Kit;
use crate::error::MusicError;
use crate::form::{Section, SectionKind, plan};
use crate::master::master;
use crate::mix::{Bus, duck, ping_pong, room};
use crate::pcm::StereoPcm;
use crate::score::{Drum, Score, compose};
use crate::synth::{self, Timeline};

/// Slowest tempo, beats per minute.
pub(crate) const MIN_BPM: f32 = 80.0;
/// Fastest tempo, beats per minute.
pub(crate) const MAX_BPM: f32 = 160.0;
/// Longest track, seconds.
pub(crate) const MAX_SECONDS: f32 = 3_600.0;

/// What the track sounds like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Style {
    /// Warm chords and stabs, swung hats, round bass.
    #[default]
    DeepHouse,
    /// Harder kick, rolling bass, sparse arpeggio, long chords far back.
    MinimalTechno,
}

impl Style {
    /// Name as written in show files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DeepHouse => "deep_house",
            Self::MinimalTechno => "minimal_techno",
        }
    }
}

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Style {
    type Err = MusicError;

    fn from_str(name: &str) -> Result<Self, MusicError> {
        [Self::DeepHouse, Self::MinimalTechno]
            .into_iter()
            .find(|style| style.name() == name)
            .ok_or_else(|| MusicError::Style(name.to_owned()))
    }
}

/// A piece of music, defined by tempo, seed and style.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Track {
    bpm: f32,
    seed: u64,
    style: Style,
}

impl Track {
    /// A track at `bpm` beats per minute (80 to 160; the styles are at home at 112 to 126).
    /// The seed draws key, chords, themes and feel.
    ///
    /// # Errors
    /// [`MusicError::Tempo`] if the tempo is out of range or not a number.
    pub fn new(bpm: f32, seed: u64, style: Style) -> Result<Self, MusicError> {
        if !(MIN_BPM..=MAX_BPM).contains(&bpm) {
            return Err(MusicError::Tempo(bpm));
        }
        Ok(Self { bpm, seed, style })
    }

    /// Tempo, beats per minute.
    #[must_use]
    pub fn bpm(&self) -> f32 {
        self.bpm
    }

    /// Seed of chance.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Style.
    #[must_use]
    pub fn style(&self) -> Style {
        self.style
    }

    /// The clock of the rendered track: beat 0 at 0 s.
    #[must_use]
    pub fn clock(&self) -> BeatClock {
        BeatClock::new(f64::from(self.bpm), 0.0)
    }

    /// The sections [`Track::render`] plays for a length in seconds. The last bar may be cut
    /// short by the end of the sound.
    #[must_use]
    pub fn sections(&self, seconds: f32) -> Vec<Section> {
        let seconds = if seconds.is_finite() {
            seconds.clamp(0.0, MAX_SECONDS)
        } else {
            0.0
        };
        let bars = f64::from(seconds) / self.clock().bar_length();
        // A length meant as whole bars may come out a rounding error longer.
        plan((bars - 1e-4).ceil().max(1.0) as u32)
    }

    /// Composes, plays and masters the track. Sound begins on beat 0 and ends in a fade-out to
    /// silence at `seconds`.
    ///
    /// # Errors
    /// [`MusicError::Length`] unless 0 < `seconds` ≤ 3600; [`MusicError::SampleRate`] unless
    /// 22050 ≤ `sample_rate` ≤ 192000 Hz.
    pub fn render(&self, seconds: f32, sample_rate: u32) -> Result<StereoPcm, MusicError> {
        if !(seconds > 0.0 && seconds <= MAX_SECONDS) {
            return Err(MusicError::Length(seconds));
        }
        if !(22_050..=192_000).contains(&sample_rate) {
            return Err(MusicError::SampleRate(sample_rate));
        }
        let length = (f64::from(seconds) * f64::from(sample_rate)).round() as usize;
        let sections = self.sections(seconds);
        let score = compose(self.style, self.seed, &sections);
        let desk = Desk::new(*self, sections, length, f64::from(sample_rate));
        let mut mix = desk.mix(&score);
        let fade = f64::from((seconds * 0.08).clamp(0.05, 6.0)) * f64::from(sample_rate);
        master(&mut mix, sample_rate, fade as usize);
        Ok(StereoPcm {
            left: mix.left,
            right: mix.right,
            sample_rate,
        })
    }
}

/// Plays a score into a mix.
struct Desk {
    track: Track,
    sections: Vec<Section>,
    length: usize,
    time: Timeline,
}

impl Desk {
    fn new(track: Track, sections: Vec<Section>, length: usize, sample_rate: f64) -> Self {
        let time = Timeline {
            sample_rate,
            seconds_per_beat: track.clock().beat_length(),
        };
        Self {
            track,
            sections,
            length,
            time,
        }
    }

    fn mix(&self, score: &Score) -> Bus {
        let rate = self.time.sample_rate;
        let house = self.track.style == Style::DeepHouse;
        let kicks: Vec<usize> = score
            .hits
            .iter()
            .filter(|hit| hit.drum == Drum::Kick)
            .map(|hit| self.time.sample(hit.beat))
            .collect();
        let beat = self.time.seconds_per_beat;
        let pump = duck(
            self.length,
            &kicks,
            rate,
            if house { 0.75 } else { 0.85 },
            0.72 * beat,
        );
        let light_pump = duck(self.length, &kicks, rate, 0.4, 0.6 * beat);

        let (mut mix, mut sends) = self.drums(score);

        let mut low = Bus::new(self.length);
        synth::bass(
            &mut low,
            &score.bass,
            &self.time,
            if house { 0.8 } else { 1.15 },
        );
        low.shape(&pump);
        mix.mix(&low, if house { 0.42 } else { 0.40 });
        drop(low);

        let mut pad = Bus::new(self.length);
        synth::pad(&mut pad, &score.pads, &self.time, self.track.seed);
        synth::sweep(&mut pad, &self.curve(pad_cutoff), 0.8, rate);
        pad.shape(&self.curve(pad_level));
        pad.shape(&pump);
        mix.mix(&pad, if house { 0.68 } else { 0.46 });
        sends.mix(&pad, 0.3);
        drop(pad);

        let mut stabs = Bus::new(self.length);
        synth::stabs(&mut stabs, &score.stabs, &self.time);
        stabs.shape(&light_pump);
        let dotted = self.time.sample(0.75);
        let echo = ping_pong(&stabs, dotted, 0.5, rate);
        mix.mix(&stabs, 0.95);
        mix.mix(&echo, 0.34);
        sends.mix(&stabs, 0.4);
        drop((stabs, echo));

        let mut arp = Bus::new(self.length);
        synth::arpeggio(&mut arp, &score.arp, &self.time);
        synth::sweep(&mut arp, &self.curve(arp_cutoff), 1.2, rate);
        arp.shape(&light_pump);
        let echo = ping_pong(&arp, dotted, 0.55, rate);
        mix.mix(&arp, 0.95);
        mix.mix(&echo, 0.8);
        sends.mix(&arp, 0.35);
        sends.mix(&echo, 0.25);
        drop((arp, echo));

        for section in self.rises() {
            let (from, to) = (
                section.first_bar * BEATS_PER_BAR,
                section.end_bar() * BEATS_PER_BAR,
            );
            let mut wind = Bus::new(self.length);
            synth::riser(
                &mut wind,
                f64::from(from),
                f64::from(to),
                &self.time,
                self.track.seed,
            );
            mix.mix(&wind, 1.0);
            sends.mix(&wind, 0.3);
        }

        let mut hall = room(&sends, 1.9, rate);
        hall.shape(&light_pump);
        mix.mix(&hall, 0.9);
        mix
    }

    /// Sections that rise into what follows: builds, and breaks that no build follows.
    fn rises(&self) -> impl Iterator<Item = &Section> {
        self.sections.windows(2).filter_map(|pair| {
            let rises = pair[0].kind == SectionKind::Build
                || (pair[0].kind == SectionKind::Break && pair[1].kind != SectionKind::Build);
            rises.then_some(&pair[0])
        })
    }

    /// The drums, dry and as sent to the room.
    fn drums(&self, score: &Score) -> (Bus, Bus) {
        let hard = self.track.style == Style::MinimalTechno;
        let kit = Kit::new(self.time.sample_rate, self.track.seed, hard);
        let mut dry = Bus::new(self.length);
        let mut sends = Bus::new(self.length);
        for (stroke, hit) in score.hits.iter().enumerate() {
            let (gain, pan, send) = match hit.drum {
                Drum::Kick => (0.56, 0.0, 0.0),
                Drum::Clap => (0.60, 0.0, 0.14),
                Drum::ClosedHat => (0.36, 0.18, 0.02),
                Drum::OpenHat => (0.40, -0.15, 0.04),
                Drum::Shaker => (0.18, 0.4, 0.03),
                Drum::Rim => (0.12, -0.35, 0.06),
                Drum::Conga => (0.20, 0.3, 0.05),
                Drum::Snare => (0.34, 0.0, 0.10),
                Drum::Crash => (0.32, 0.0, 0.10),
            };
            if let Some(shot) = kit.shot(hit.drum, stroke) {
                let start = self.time.sample(hit.beat);
                dry.add_shot(start, shot, gain * hit.velocity, pan);
                if send > 0.0 {
                    sends.add_shot(start, shot, send * hit.velocity, pan);
                }
            }
        }
        (dry, sends)
    }

    /// A curve over the whole track from a value per section and how far through it is
    /// (0 to 1), smoothed so that section lines do not click.
    fn curve(&self, value: impl Fn(SectionKind, f64) -> f64) -> Vec<f32> {
        let smoothing = (-1.0 / (0.12 * self.time.sample_rate)).exp();
        let mut curve = Vec::with_capacity(self.length);
        let mut level = self
            .sections
            .first()
            .map_or(0.0, |first| value(first.kind, 0.0));
        for section in &self.sections {
            let start = self
                .time
                .sample(f64::from(section.first_bar * BEATS_PER_BAR));
            let end = self
                .time
                .sample(f64::from(section.end_bar() * BEATS_PER_BAR));
            for i in start..end.min(self.length) {
                let through = (i - start) as f64 / (end - start) as f64;
                let aim = value(section.kind, through);
                level = aim + (level - aim) * smoothing;
                curve.push(level as f32);
            }
        }
        curve.resize(self.length, level as f32);
        curve
    }
}

/// Cutoff of the pad, Hz: closed at the doors, open towards the drop.
fn pad_cutoff(kind: SectionKind, through: f64) -> f64 {
    match kind {
        SectionKind::Intro => 380.0 * 2.6f64.powf(through),
        SectionKind::Main => 1_700.0 + 600.0 * (through * std::f64::consts::TAU).sin(),
        SectionKind::Break => 1_000.0 * 2.8f64.powf(through),
        SectionKind::Build => 1_500.0 * 4.0f64.powf(through),
        SectionKind::Finale => 2_600.0 + 700.0 * (through * std::f64::consts::TAU).sin(),
    }
}

/// Level of the pad against its place in the groove.
fn pad_level(kind: SectionKind, through: f64) -> f64 {
    match kind {
        SectionKind::Intro => 0.9,
        SectionKind::Main => 0.8,
        SectionKind::Break => 1.25,
        SectionKind::Build => 1.2 - 0.4 * through,
        SectionKind::Finale => 0.85,
    }
}

/// Cutoff of the arpeggio, Hz.
fn arp_cutoff(kind: SectionKind, through: f64) -> f64 {
    match kind {
        SectionKind::Intro | SectionKind::Main => 900.0 * 2.0f64.powf(through),
        SectionKind::Break => 1_200.0 * 2.2f64.powf(through),
        SectionKind::Build => 1_800.0 * 2.6f64.powf(through),
        SectionKind::Finale => 2_600.0 + 900.0 * (through * std::f64::consts::TAU).sin(),
    }
}
