//! The sound of a capture: the show's music, cut to what is captured, as broadcast
//! WAV.

use super::{CaptureError, sink::write_whole, timecode::Timecode};
use std::path::Path;
use toile_music::BitDepth;

/// Samples a second, Hz.
const RATE: u32 = 48_000;
/// Bytes of the fixed fields of a `bext` chunk, version 1 (EBU Tech 3285).
const BEXT_BYTES: usize = 602;

/// The soundtrack of a show from one second to another, 48 kHz and 24 bits, as the
/// bytes of a WAV file; with a timecode it says when in the day it begins.
///
/// # Errors
/// What the synthesiser says.
pub(super) fn music(
    show: &toile_show::Show,
    (from_s, to_s): (f64, f64),
    timecode: Option<Timecode>,
) -> Result<Vec<u8>, CaptureError> {
    let wrong = |error: toile_music::MusicError| CaptureError::Music(error.to_string());
    let style = toile_music::Style::default();
    let track = toile_music::Track::new(show.music.bpm, show.music.seed, style).map_err(wrong)?;
    let pcm = track.render(to_s as f32, RATE).map_err(wrong)?;
    let bytes = pcm.slice(from_s, to_s).wav_bytes(BitDepth::Int24);
    let mut bytes = bytes.map_err(wrong)?;
    if let Some(timecode) = timecode {
        insert_bext(&mut bytes, &show.title, timecode);
    }
    Ok(bytes)
}

/// Writes a WAV file.
///
/// # Errors
/// What the system says.
pub(super) fn save_wav(path: &Path, bytes: &[u8]) -> Result<(), CaptureError> {
    Ok(write_whole(path, bytes)?)
}

/// Puts a `bext` chunk in front of the others of a WAV file.
fn insert_bext(wav: &mut Vec<u8>, title: &str, timecode: Timecode) {
    let mut chunk = Vec::from(*b"bext");
    chunk.extend((BEXT_BYTES as u32).to_le_bytes());
    let mut fields = vec![0; BEXT_BYTES];
    let mut text = |at: usize, most: usize, words: &str| {
        let ascii = words
            .chars()
            .map(|c| if c.is_ascii() { c as u8 } else { b'?' });
        for (place, byte) in fields[at..at + most].iter_mut().zip(ascii) {
            *place = byte;
        }
    };
    // Description, originator; date and time are left open, so that the same show
    // gives the same bytes.
    text(0, 256, title);
    text(256, 32, "Toile");
    let samples = (timecode.seconds() * f64::from(RATE)).round() as u64;
    fields[338..346].copy_from_slice(&samples.to_le_bytes());
    fields[346] = 1;
    chunk.extend(fields);
    // RIFF, size of what follows, WAVE.
    const HEAD: usize = 12;
    if wav.len() >= HEAD {
        wav.splice(HEAD..HEAD, chunk);
        let size = (wav.len() - 8) as u32;
        wav[4..8].copy_from_slice(&size.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::{RATE, Timecode, music};
    use toile_show::Show;

    fn show() -> Show {
        let text = include_str!("../../scenes/first-show.ron");
        Show::from_ron(text, "first-show.ron").unwrap()
    }

    #[test]
    fn the_sound_is_as_long_as_what_is_captured() {
        let wav = music(&show(), (1.0, 1.5), None).unwrap();
        let samples = RATE as usize / 2 * 2 * 3;
        assert!((samples + 44..samples + 100).contains(&wav.len()));
    }

    #[test]
    fn ffprobe_reads_when_in_the_day_the_sound_begins() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        let code = Timecode::parse("10:00:00:12", 24).unwrap();
        let wav = music(&show(), (0.5, 1.0), Some(code)).unwrap();
        super::save_wav(&path, &wav).unwrap();
        let output = std::process::Command::new("ffprobe")
            .args(["-v", "error", "-show_format", "-show_streams"])
            .arg(&path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        for line in [
            "TAG:time_reference=1728024000",
            "TAG:comment=First Show",
            "TAG:encoded_by=Toile",
            "codec_name=pcm_s24le",
            "sample_rate=48000",
            "channels=2",
            "duration=0.500000",
        ] {
            assert!(said.lines().any(|l| l == line), "{line}: {said}");
        }
        assert!(output.stderr.is_empty());
    }
}
