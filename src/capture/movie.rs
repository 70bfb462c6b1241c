//! Movies, encoded by `ffmpeg`.

use super::{
    picture::{Alpha, Depth},
    sink::{EncodeError, make_folder_of, with_suffix},
    timecode::Timecode,
};
use crate::credentials::Stamp;
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

/// How a movie is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// H.264, 8 bits, 4:2:0, in MP4.
    H264,
    /// H.265, 10 bits, 4:2:0, in MP4.
    H265,
    /// ProRes 4444, 10 bits, with alpha or without, in `QuickTime`.
    ProRes(Alpha),
}

impl Codec {
    /// Bits of the numbers that are piped in.
    #[must_use]
    pub fn depth(self) -> Depth {
        match self {
            Self::H264 => Depth::Eight,
            Self::H265 | Self::ProRes(_) => Depth::Sixteen,
        }
    }

    /// What becomes of alpha.
    #[must_use]
    pub fn alpha(self) -> Alpha {
        match self {
            Self::ProRes(alpha) => alpha,
            Self::H264 | Self::H265 => Alpha::Flat,
        }
    }

    /// The encoder's name.
    #[must_use]
    pub fn encoder(self) -> &'static str {
        match self {
            Self::H264 => "libx264",
            Self::H265 => "libx265",
            Self::ProRes(_) => "prores_ks",
        }
    }

    /// The pixels that are piped in.
    fn pixels(self) -> &'static str {
        match (self.depth(), self.alpha(), cfg!(target_endian = "big")) {
            (Depth::Eight, Alpha::Flat, _) => "rgb24",
            (Depth::Eight, Alpha::Straight, _) => "rgba",
            (Depth::Sixteen, Alpha::Flat, false) => "rgb48le",
            (Depth::Sixteen, Alpha::Flat, true) => "rgb48be",
            (Depth::Sixteen, Alpha::Straight, false) => "rgba64le",
            (Depth::Sixteen, Alpha::Straight, true) => "rgba64be",
        }
    }

    /// How `ffmpeg` is to encode.
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::H264 => &[
                "-preset", "veryfast", "-crf", "17", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a",
                "192k", "-f", "mp4",
            ],
            // hvc1: the parameter sets lie in the header, as QuickTime wants it.
            Self::H265 => &[
                "-preset",
                "veryfast",
                "-crf",
                "18",
                "-pix_fmt",
                "yuv420p10le",
                "-tag:v",
                "hvc1",
                "-x265-params",
                "log-level=error:colorprim=bt709:transfer=bt709:colormatrix=bt709:range=limited",
                "-c:a",
                "aac",
                "-b:a",
                "192k",
                "-f",
                "mp4",
            ],
            Self::ProRes(Alpha::Flat) => &[
                "-profile:v",
                "4444",
                "-vendor",
                "apl0",
                "-pix_fmt",
                "yuv444p10le",
                "-c:a",
                "pcm_s24le",
                "-f",
                "mov",
            ],
            Self::ProRes(Alpha::Straight) => &[
                "-profile:v",
                "4444",
                "-vendor",
                "apl0",
                "-pix_fmt",
                "yuva444p10le",
                "-alpha_bits",
                "16",
                "-c:a",
                "pcm_s24le",
                "-f",
                "mov",
            ],
        }
    }
}

/// From full-range RGB to ITU-R BT.709; ProRes takes its tags from the frames.
const BT709: &str = "scale=in_range=full:out_range=tv:out_color_matrix=bt709,\
     setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709";

/// Checks that `ffmpeg` runs and has an encoder for each `(codec, format as asked
/// for)`, before any work is done.
///
/// # Errors
/// [`EncodeError::NoFfmpeg`] or [`EncodeError::NoEncoder`] with the way to mend it.
pub(super) fn find_ffmpeg(codecs: &[(Codec, String)]) -> Result<(), EncodeError> {
    let output = Command::new("ffmpeg")
        .args(["-hide_banner", "-v", "error", "-encoders"])
        .output()
        .map_err(EncodeError::NoFfmpeg)?;
    let list = String::from_utf8_lossy(&output.stdout).into_owned();
    for (codec, format) in codecs {
        let encoder = codec.encoder();
        let has = list
            .lines()
            .any(|line| line.split_whitespace().nth(1) == Some(encoder));
        if !has {
            return Err(EncodeError::NoEncoder {
                encoder,
                format: format.clone(),
            });
        }
    }
    Ok(())
}

/// A movie being encoded.
pub(super) struct Movie {
    child: Child,
    partial: PathBuf,
    path: PathBuf,
    /// What `ffmpeg` says; not beside the movie, whose disk may be full.
    log: File,
}

impl Movie {
    /// Starts a movie of `size` pixels at `fps`, with a WAV file of its length as its
    /// sound; its first frame has the timecode, if any.
    ///
    /// # Errors
    /// No `ffmpeg`, or a folder that cannot be written to.
    pub(super) fn start(
        path: &Path,
        codec: Codec,
        size: (u32, u32),
        fps: u32,
        sound: &Path,
        timecode: Option<Timecode>,
    ) -> Result<Self, EncodeError> {
        let partial = with_suffix(path, ".part");
        make_folder_of(path).map_err(|e| EncodeError::write(path, e))?;
        let log = tempfile::tempfile()
            .and_then(|log| Ok((log.try_clone()?, log)))
            .map_err(|e| EncodeError::write(&std::env::temp_dir(), e));
        let (said, log) = log?;
        let mut command = Command::new("ffmpeg");
        command
            .args(["-y", "-v", "error", "-f", "rawvideo", "-pix_fmt"])
            .args([codec.pixels(), "-s", &format!("{}x{}", size.0, size.1)])
            .args(["-r", &fps.to_string(), "-i", "-", "-i"])
            .arg(sound)
            .args(["-map", "0:v", "-map", "1:a", "-c:v", codec.encoder()])
            .args(["-colorspace", "bt709", "-color_primaries", "bt709"])
            .args(["-color_trc", "bt709", "-color_range", "tv", "-vf", BT709])
            .args(["-movflags", "+faststart+write_colr"]);
        if let Some(timecode) = timecode {
            command.args(["-timecode", &timecode.to_string()]);
        }
        let child = command
            .args(codec.options())
            .arg(&partial)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(said)
            .spawn()
            .map_err(EncodeError::NoFfmpeg)?;
        Ok(Self {
            child,
            partial,
            path: path.to_path_buf(),
            log,
        })
    }

    /// Writes a frame, in the depth and with the alpha of the codec.
    ///
    /// # Errors
    /// An `ffmpeg` that has ended, as it does when the disk is full.
    pub(super) fn frame(&mut self, numbers: &[u8]) -> Result<(), EncodeError> {
        let pipe = self.child.stdin.as_mut();
        if pipe.map_or(Ok(()), |pipe| pipe.write_all(numbers)).is_ok() {
            return Ok(());
        }
        let ended = self.child.wait();
        Err(self.failure(ended.ok()))
    }

    /// Ends the movie, which gets its credentials, if any, and its final name now.
    ///
    /// # Errors
    /// An `ffmpeg` that could not finish the file, or a file that cannot be signed.
    pub(super) fn finish(mut self, stamp: Option<&Stamp>) -> Result<(), EncodeError> {
        drop(self.child.stdin.take());
        let ended = self.child.wait();
        if !ended.as_ref().is_ok_and(ExitStatus::success) {
            return Err(self.failure(ended.ok()));
        }
        if let Some(stamp) = stamp {
            // What took hours is kept as the part it is, should this fail.
            stamp.file(&self.partial, &self.path)?;
        }
        std::fs::rename(&self.partial, &self.path).map_err(|e| EncodeError::write(&self.path, e))
    }

    /// Gives the movie up: nothing is left that looks like a whole one.
    pub(super) fn abandon(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.partial);
    }

    fn failure(&mut self, ended: Option<ExitStatus>) -> EncodeError {
        let mut said = String::new();
        let read = self.log.seek(SeekFrom::Start(0));
        let _ = read.and_then(|_| self.log.read_to_string(&mut said));
        // A full disk has other complaints follow.
        let full = said.lines().find(|line| line.contains("No space left"));
        let message = match (full.or(said.lines().last()), ended) {
            (Some(line), _) => line.to_owned(),
            (None, Some(status)) => format!("it ended without a word ({status})"),
            (None, None) => "it ended without a word".to_owned(),
        };
        let _ = std::fs::remove_file(&self.partial);
        EncodeError::Ffmpeg {
            path: self.path.display().to_string(),
            message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Alpha, Codec, EncodeError, Movie, Timecode, find_ffmpeg};
    use std::{path::Path, process::Command};

    /// A second of silence, 48 kHz stereo.
    fn silence(path: &Path) {
        let mut wav = b"RIFF\x24\xee\x02\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00".to_vec();
        wav.extend(48_000_u32.to_le_bytes());
        wav.extend(192_000_u32.to_le_bytes());
        wav.extend(b"\x04\x00\x10\x00data\x00\xee\x02\x00");
        wav.resize(44 + 192_000, 0);
        std::fs::write(path, wav).unwrap();
    }

    fn start(folder: &Path, codec: Codec, name: &str) -> Movie {
        let sound = folder.join("sound.wav");
        silence(&sound);
        let code = Timecode::parse("10:00:00:00", 24).unwrap();
        let path = folder.join(name);
        Movie::start(&path, codec, (64, 48), 24, &sound, Some(code)).unwrap()
    }

    /// What `ffprobe` says of the streams of a file, a line for each value.
    fn probe(path: &Path) -> String {
        let output = Command::new("ffprobe")
            .args(["-v", "error", "-show_streams", "-count_frames"])
            .arg(path)
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    }

    fn written(codec: Codec, name: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let mut movie = start(folder.path(), codec, name);
        let bytes = match codec.depth() {
            super::Depth::Eight => 1,
            super::Depth::Sixteen => 2,
        };
        for k in 0..24 {
            let frame = vec![k * 9; 64 * 48 * codec.alpha().channels() * bytes];
            movie.frame(&frame).unwrap();
        }
        movie.finish(None).unwrap();
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 2, "only the movie and its sound are left");
        probe(&folder.path().join(name))
    }

    fn assert_says(probed: &str, words: &[&str]) {
        for word in words {
            assert!(probed.lines().any(|line| line == *word), "{word}: {probed}");
        }
    }

    const TAGGED: [&str; 6] = [
        "color_space=bt709",
        "color_transfer=bt709",
        "color_primaries=bt709",
        "nb_read_frames=24",
        "r_frame_rate=24/1",
        "TAG:timecode=10:00:00:00",
    ];

    #[test]
    fn h264_is_8_bits_tagged_and_timed() {
        let probed = written(Codec::H264, "a.mp4");
        assert_says(&probed, &TAGGED);
        assert_says(
            &probed,
            &[
                "codec_name=h264",
                "pix_fmt=yuv420p",
                "codec_name=aac",
                "color_range=tv",
            ],
        );
    }

    #[test]
    fn h265_is_10_bits_tagged_and_timed() {
        let probed = written(Codec::H265, "a.mp4");
        assert_says(&probed, &TAGGED);
        assert_says(
            &probed,
            &[
                "codec_name=hevc",
                "pix_fmt=yuv420p10le",
                "codec_tag_string=hvc1",
                "color_range=tv",
            ],
        );
    }

    #[test]
    fn prores_holds_alpha_where_there_is_some() {
        let probed = written(Codec::ProRes(Alpha::Straight), "a.mov");
        assert_says(&probed, &TAGGED);
        assert_says(
            &probed,
            &[
                "codec_name=prores",
                "profile=4444",
                "codec_tag_string=ap4h",
                "codec_name=pcm_s24le",
            ],
        );
        assert!(probed.contains("pix_fmt=yuva444p1"), "{probed}");
        let probed = written(Codec::ProRes(Alpha::Flat), "a.mov");
        assert_says(&probed, &TAGGED);
        assert!(probed.contains("pix_fmt=yuv444p1"), "{probed}");
    }

    #[test]
    fn an_abandoned_movie_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut movie = start(folder.path(), Codec::H264, "show.mp4");
        let _ = movie.frame(&[0; 64 * 48 * 3]);
        movie.abandon();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn an_ffmpeg_that_is_killed_is_told_and_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut movie = start(folder.path(), Codec::H264, "show.mp4");
        movie.child.kill().unwrap();
        let frame = vec![0; 64 * 48 * 3];
        let error = (0..1000).find_map(|_| movie.frame(&frame).err()).unwrap();
        let said = error.to_string();
        assert!(
            said.contains("show.mp4") && said.contains("signal: 9"),
            "{said}"
        );
        assert!(said.contains("--resume"), "{said}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_encoder_that_is_there_is_found() {
        let all = [Codec::H264, Codec::H265, Codec::ProRes(Alpha::Straight)];
        let all = all.map(|codec| (codec, "x".to_owned()));
        match find_ffmpeg(&all) {
            Ok(()) | Err(EncodeError::NoEncoder { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}
