//! The beat clock: time to beat and back.

use crate::form::BARS_PER_PHRASE;

/// Beats in a bar (four-four throughout).
pub const BEATS_PER_BAR: u32 = 4;

/// Maps show time to musical time. Beats, bars and phrases count from 0.
///
/// Times are `f64` seconds so that a long show keeps its cues to the sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BeatClock {
    /// Tempo, beats per minute.
    pub bpm: f64,
    /// Time of beat 0, seconds.
    pub offset: f64,
}

impl BeatClock {
    /// A clock whose beat 0 falls at `offset` seconds.
    #[must_use]
    pub fn new(bpm: f64, offset: f64) -> Self {
        Self { bpm, offset }
    }

    /// Length of one beat, seconds.
    #[must_use]
    pub fn beat_length(&self) -> f64 {
        60.0 / self.bpm
    }

    /// Length of one bar, seconds.
    #[must_use]
    pub fn bar_length(&self) -> f64 {
        self.beat_length() * f64::from(BEATS_PER_BAR)
    }

    /// Beat (with fraction) at `t` seconds; negative before beat 0.
    #[must_use]
    pub fn beat_at(&self, t: f64) -> f64 {
        (t - self.offset) * self.bpm / 60.0
    }

    /// Time in seconds at which `beat` falls.
    #[must_use]
    pub fn time_of(&self, beat: f64) -> f64 {
        self.offset + beat * 60.0 / self.bpm
    }

    /// Index of the bar playing at `t` seconds; negative before beat 0.
    #[must_use]
    pub fn bar_at(&self, t: f64) -> i64 {
        self.whole(t, f64::from(BEATS_PER_BAR))
    }

    /// Index of the phrase (four bars) playing at `t` seconds; negative before beat 0.
    #[must_use]
    pub fn phrase_at(&self, t: f64) -> i64 {
        self.whole(t, f64::from(BEATS_PER_BAR * BARS_PER_PHRASE))
    }

    /// Time in seconds at which a bar starts.
    #[must_use]
    pub fn time_of_bar(&self, bar: i64) -> f64 {
        self.time_of(bar as f64 * f64::from(BEATS_PER_BAR))
    }

    /// Time in seconds at which a phrase (four bars) starts.
    #[must_use]
    pub fn time_of_phrase(&self, phrase: i64) -> f64 {
        self.time_of_bar(phrase * i64::from(BARS_PER_PHRASE))
    }

    /// How far through its beat `t` is, 0 up to 1. Zero is the beat itself: lights that pulse
    /// with the music read this.
    #[must_use]
    pub fn beat_phase(&self, t: f64) -> f64 {
        self.beat_at(t).rem_euclid(1.0)
    }

    /// Time in seconds of the beat nearest to `t`: where a cut wanted at `t` should fall.
    #[must_use]
    pub fn nearest_beat(&self, t: f64) -> f64 {
        self.time_of(self.beat_at(t).round())
    }

    /// Time in seconds of the first bar line at or after `t`.
    #[must_use]
    pub fn next_bar(&self, t: f64) -> f64 {
        let bars = self.beat_at(t) / f64::from(BEATS_PER_BAR);
        self.time_of_bar((bars - ROUNDING).ceil() as i64)
    }

    fn whole(&self, t: f64, beats: f64) -> i64 {
        (self.beat_at(t) / beats + ROUNDING).floor() as i64
    }
}

/// A bar line computed by `time_of_bar` may come back a rounding error short of its bar; this
/// much of a bar (nanoseconds) still counts as on it.
const ROUNDING: f64 = 1e-9;
