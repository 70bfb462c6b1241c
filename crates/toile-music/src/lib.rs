//! The runway soundtrack: synthesised music and its beat clock.
//!
//! A [`Track`] is tempo, seed and style. [`Track::render`] composes a form that fits the
//! asked length (intro, main, break, build, finale; see [`Section`]), synthesises it and
//! masters it to −14 LUFS. The same track renders to the same samples every time, so a
//! captured show repeats exactly. [`BeatClock`] is the one clock that steps, light cues and
//! camera cuts read: beat 0 is the first kick, at the first sample.
//!
//! ```
//! use toile_music::{Style, Track};
//!
//! let track = Track::new(120.0, 7, Style::DeepHouse)?;
//! let clock = track.clock();
//! assert_eq!(clock.time_of_bar(2), 4.0);
//! let pcm = track.render(4.0, 44_100)?;
//! assert_eq!(pcm.len(), 4 * 44_100);
//! # Ok::<(), toile_music::MusicError>(())
//! ```
//!
//! # Why these crates
//!
//! Oscillators, filters, noise and the room come from `fundsp` (default features off, which
//! leaves file decoding and FFT convolution out): its nodes are alias-free, tested, and run
//! sample by sample. What decides *when* is ours, since it has to lie on the beat clock to the
//! sample: score, envelopes, ducking, and a limiter without delay ([`StereoPcm`] is rendered
//! ahead of play, so the limiter may look forward in the buffer itself). `hound` writes WAV.

mod clock;
mod dice;
mod drums;
mod error;
mod form;
mod harmony;
mod loudness;
mod master;
mod mix;
mod pcm;
mod score;
mod synth;
mod track;

pub use clock::{BEATS_PER_BAR, BeatClock};
pub use error::MusicError;
pub use form::{BARS_PER_PHRASE, Section, SectionKind};
pub use loudness::integrated_loudness;
pub use pcm::{BitDepth, StereoPcm};
pub use track::{Style, Track};
