//! What can go wrong, and how to mend it.

use std::path::PathBuf;

use crate::track::{MAX_BPM, MAX_SECONDS, MIN_BPM};

/// Why a track could not be made or written.
#[derive(Debug, thiserror::Error)]
pub enum MusicError {
    /// The tempo is not a number or out of range.
    #[error("music: `bpm` is {0}; give a tempo from {MIN_BPM} to {MAX_BPM} beats per minute")]
    Tempo(f32),
    /// The style name is not known.
    #[error("music: no style called `{0}`; known styles are `deep_house` and `minimal_techno`")]
    Style(String),
    /// The asked length is not a number or out of range.
    #[error("music: length is {0} s; give more than 0 and at most {MAX_SECONDS} s")]
    Length(f32),
    /// The sample rate is not one that can be rendered.
    #[error("music: sample rate is {0} Hz; give 22050 to 192000 Hz (48000 suits video)")]
    SampleRate(u32),
    /// The WAV file could not be written; nothing is left under its name.
    #[error("{path}: cannot write the soundtrack: {source}; check the folder and the disk space")]
    Wav {
        /// The file asked for.
        path: PathBuf,
        /// What the writer said.
        source: hound::Error,
    },
    /// The samples could not be packed as WAV in memory.
    #[error("music: cannot pack the samples as WAV: {0}; a WAV file holds at most 4 GiB")]
    Pack(hound::Error),
}
