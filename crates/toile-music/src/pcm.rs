//! Rendered sound and its WAV files.

use std::io::{Cursor, Seek, Write};
use std::path::Path;

use hound::{SampleFormat, WavSpec, WavWriter};

use crate::dice::Dice;
use crate::error::MusicError;
use crate::loudness::integrated_loudness;

/// Bits per sample of a WAV file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BitDepth {
    /// 16-bit integers, dithered: plays everywhere.
    #[default]
    Int16,
    /// 24-bit integers: for further editing.
    Int24,
}

impl BitDepth {
    fn bits(self) -> u16 {
        match self {
            Self::Int16 => 16,
            Self::Int24 => 24,
        }
    }
}

/// Stereo sound: two channels of equal length, samples in −1 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct StereoPcm {
    /// Left channel.
    pub(crate) left: Vec<f32>,
    /// Right channel.
    pub(crate) right: Vec<f32>,
    /// Samples per second, Hz.
    pub(crate) sample_rate: u32,
}

impl StereoPcm {
    /// Left channel samples.
    #[must_use]
    pub fn left(&self) -> &[f32] {
        &self.left
    }

    /// Right channel samples.
    #[must_use]
    pub fn right(&self) -> &[f32] {
        &self.right
    }

    /// Samples per second, Hz.
    #[must_use]
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    /// Sample frames (left-right pairs).
    #[must_use]
    pub fn len(&self) -> usize {
        self.left.len()
    }

    /// Whether there is no sound at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// Length, seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.len() as f64 / f64::from(self.sample_rate)
    }

    /// Largest magnitude of any sample.
    #[must_use]
    pub fn peak(&self) -> f32 {
        self.left
            .iter()
            .chain(&self.right)
            .fold(0.0, |peak, x| peak.max(x.abs()))
    }

    /// Root mean square over both channels.
    #[must_use]
    pub fn rms(&self) -> f64 {
        let sum: f64 = self
            .left
            .iter()
            .chain(&self.right)
            .map(|&x| f64::from(x) * f64::from(x))
            .sum();
        (sum / (2 * self.len()).max(1) as f64).sqrt()
    }

    /// Integrated loudness, LUFS (see [`integrated_loudness`]).
    #[must_use]
    pub fn loudness(&self) -> Option<f64> {
        integrated_loudness(&self.left, &self.right, self.sample_rate)
    }

    /// Samples left, right, left, right… as players want them.
    #[must_use]
    pub fn interleaved(&self) -> Vec<f32> {
        self.left
            .iter()
            .zip(&self.right)
            .flat_map(|(&l, &r)| [l, r])
            .collect()
    }

    /// The part from `from` to `to` seconds, cut to what exists; for captures of part of a
    /// show.
    #[must_use]
    pub fn slice(&self, from: f64, to: f64) -> Self {
        let at =
            |t: f64| ((t.max(0.0) * f64::from(self.sample_rate)).round() as usize).min(self.len());
        let (from, to) = (at(from), at(to));
        let to = to.max(from);
        Self {
            left: self.left[from..to].to_vec(),
            right: self.right[from..to].to_vec(),
            sample_rate: self.sample_rate,
        }
    }

    /// Writes a 16-bit WAV file.
    ///
    /// # Errors
    /// [`MusicError::Wav`] if the file cannot be written. The sound is written beside the
    /// target and renamed when whole, so a broken write leaves no file that looks complete.
    pub fn write_wav(&self, path: &Path) -> Result<(), MusicError> {
        self.write_wav_as(path, BitDepth::Int16)
    }

    /// Writes a WAV file of the given depth.
    ///
    /// # Errors
    /// As [`StereoPcm::write_wav`].
    pub fn write_wav_as(&self, path: &Path, depth: BitDepth) -> Result<(), MusicError> {
        let fail = |source| MusicError::Wav {
            path: path.to_owned(),
            source,
        };
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = path.with_file_name(name);
        let written = WavWriter::create(&part, self.spec(depth))
            .and_then(|writer| self.fill(writer, depth))
            .and_then(|()| std::fs::rename(&part, path).map_err(hound::Error::IoError));
        written.map_err(|error| {
            // The first error is the one to report; the part may not even exist.
            drop(std::fs::remove_file(&part));
            fail(error)
        })
    }

    /// The bytes of a WAV file, for players that take encoded sound.
    ///
    /// # Errors
    /// [`MusicError::Pack`] if the sound is longer than WAV can hold.
    pub fn wav_bytes(&self, depth: BitDepth) -> Result<Vec<u8>, MusicError> {
        let mut bytes = Cursor::new(Vec::new());
        WavWriter::new(&mut bytes, self.spec(depth))
            .and_then(|writer| self.fill(writer, depth))
            .map_err(MusicError::Pack)?;
        Ok(bytes.into_inner())
    }

    fn spec(&self, depth: BitDepth) -> WavSpec {
        WavSpec {
            channels: 2,
            sample_rate: self.sample_rate,
            bits_per_sample: depth.bits(),
            sample_format: SampleFormat::Int,
        }
    }

    fn fill<W: Write + Seek>(
        &self,
        mut writer: WavWriter<W>,
        depth: BitDepth,
    ) -> Result<(), hound::Error> {
        let full = f64::from((1i32 << (depth.bits() - 1)) - 1);
        // Triangular dither of two least bits turns rounding distortion in the fade into
        // steady, inaudible noise (Lipshitz, Wannamaker, Vanderkooy 1992). Digital silence
        // stays silent.
        let mut dice = Dice::new(u64::from(self.sample_rate), 99);
        for (&l, &r) in self.left.iter().zip(&self.right) {
            for x in [l, r] {
                let dither = if depth == BitDepth::Int16 && x != 0.0 {
                    dice.unit() - dice.unit()
                } else {
                    0.0
                };
                let value = (f64::from(x) * full + dither)
                    .round()
                    .clamp(-full - 1.0, full);
                writer.write_sample(value as i32)?;
            }
        }
        writer.finalize()
    }
}
