//! A capture in many formats at once, read back by `ffprobe` and `ffmpeg`, which share
//! no code with what wrote the pictures.

use exr::prelude::{ReadChannels, ReadLayers, read};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

const SIZE: (usize, usize) = (192, 108);
const FRAMES: usize = 3;

/// Captures a quarter of a second of the fitting room, whole and cut out.
fn capture(folder: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_toile"))
        .args(["tryon", "--twin", "mannequin", "--capture", "--wear"])
        .arg("slip-dress=silk-charmeuse:#7a1f2b")
        .args([
            "--size", "192x108", "--fps", "12", "--from", "0.25", "--to", "0.5",
        ])
        .args(["--feed", "full,clean", "--timecode", "10:00:00:00"])
        .args(["--format", "mp4,h265,prores,png16,exr,wav", "--out"])
        .arg(folder)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(status.success(), "the capture failed");
}

/// What a program prints of a file; options before it, and after.
fn said_by(program: &str, before: &[&str], file: &Path, after: &[&str]) -> Vec<u8> {
    let output = Command::new(program)
        .args(["-v", "error"])
        .args(before)
        .arg(file)
        .args(after)
        .output()
        .unwrap();
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {wrong}", file.display());
    output.stdout
}

/// The numbers of a movie or picture, as `ffmpeg` decodes them.
fn decoded(file: &Path, filter: &str, pixels: &str) -> Vec<u8> {
    let after = ["-vf", filter, "-f", "rawvideo", "-pix_fmt", pixels, "-"];
    said_by("ffmpeg", &["-i"], file, &after)
}

fn assert_probed(file: &Path, lines: &[&str]) {
    let all = ["-show_streams", "-show_format", "-count_frames"];
    let said = said_by("ffprobe", &all, file, &[]);
    let said = String::from_utf8(said).unwrap();
    for line in lines {
        assert!(
            said.lines().any(|l| l == *line),
            "{}: {line}: {said}",
            file.display()
        );
    }
}

/// The channels of an OpenEXR file: name and values.
fn channels(file: &Path) -> impl Fn(&str) -> Vec<f32> + use<> {
    let image = read()
        .no_deep_data()
        .largest_resolution_level()
        .all_channels()
        .first_valid_layer()
        .all_attributes()
        .from_file(file)
        .unwrap();
    let list = image.layer_data.channel_data.list;
    move |name| {
        let channel = list.iter().find(|c| c.name.eq(name));
        let channel = channel.unwrap_or_else(|| panic!("there is no channel {name}"));
        channel.sample_data.values_as_f32().collect()
    }
}

fn movies_are_what_they_say(folder: &Path) {
    let frames = format!("nb_read_frames={FRAMES}");
    let all = [
        frames.as_str(),
        "color_space=bt709",
        "color_transfer=bt709",
        "color_primaries=bt709",
        "color_range=tv",
        // Three frames of the show are skipped.
        "TAG:timecode=10:00:00:03",
        "sample_rate=48000",
    ];
    for feed in ["", "-clean"] {
        let movie = |end: &str| folder.join(format!("tryon-mannequin{feed}.{end}"));
        assert_probed(&movie("mp4"), &all);
        assert_probed(&movie("mp4"), &["codec_name=h264", "pix_fmt=yuv420p"]);
        assert_probed(&movie("h265.mp4"), &all);
        assert_probed(
            &movie("h265.mp4"),
            &["codec_name=hevc", "pix_fmt=yuv420p10le"],
        );
        assert_probed(&movie("mov"), &all);
        assert_probed(&movie("mov"), &["codec_name=prores", "profile=4444"]);
    }
    let clean = folder.join("tryon-mannequin-clean.mov");
    let alpha = decoded(&clean, "alphaextract", "gray");
    assert_eq!(alpha.len(), SIZE.0 * SIZE.1 * FRAMES);
    let share = alpha.iter().filter(|&&a| a > 200).count() as f32 / alpha.len() as f32;
    assert!(
        (0.02..0.5).contains(&share),
        "{share} of the picture is the twin"
    );
    assert!(alpha[0] < 10, "a corner is not empty: {}", alpha[0]);
    let wav = folder.join("tryon-mannequin.wav");
    // 10 h and 3/12 s of samples.
    let begins = "TAG:time_reference=1728012000";
    assert_probed(&wav, &["codec_name=pcm_s24le", "duration=0.250000", begins]);
}

fn pictures_are_what_they_say(folder: &Path) {
    let png = |feed: &str| folder.join(format!("frames16{feed}/frame_000004.png"));
    assert_probed(&png(""), &["codec_name=png", "pix_fmt=rgb48be"]);
    assert_probed(&png("-clean"), &["codec_name=png", "pix_fmt=rgba64be"]);
    let numbers = decoded(&png(""), "null", "rgb48le");
    let greens: std::collections::BTreeSet<[u8; 2]> = numbers
        .as_chunks::<6>()
        .0
        .iter()
        .map(|pixel| [pixel[2], pixel[3]])
        .collect();
    assert!(greens.len() > 256, "only {} levels of green", greens.len());
}

fn layers_agree(folder: &Path) {
    let exr = |feed: &str| -> PathBuf { folder.join(format!("exr{feed}/frame_000004.exr")) };
    for feed in ["", "-clean"] {
        let bytes = decoded(&exr(feed), "null", "gbrapf32le");
        let planes: Vec<f32> = bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|b| f32::from_le_bytes(*b))
            .collect();
        let channel = channels(&exr(feed));
        let pixels = SIZE.0 * SIZE.1;
        for (plane, name) in ["G", "B", "R", "A"].into_iter().enumerate() {
            let read = &planes[plane * pixels..(plane + 1) * pixels];
            assert_eq!(read, channel(name), "{feed} {name}");
        }
    }
    let (full, clean) = (channels(&exr("")), channels(&exr("-clean")));
    let (alpha, twin) = (clean("A"), clean("CryptoTwin00.G"));
    let differ = alpha
        .iter()
        .zip(&twin)
        .filter(|(a, t)| (*a - *t).abs() > 0.5);
    let differ = differ.count();
    assert!(
        differ * 200 < alpha.len(),
        "{differ} pixels differ in alpha and matte"
    );
    for (z, t) in clean("Z").iter().zip(&twin) {
        assert_eq!(z.is_finite(), *t > 0.0, "depth {z}, coverage {t}");
    }
    assert_eq!(
        full("CryptoTwin00.R"),
        clean("CryptoTwin00.R"),
        "the same twin"
    );
    let dressed = full("CryptoGarment00.G")
        .iter()
        .filter(|&&g| g > 0.0)
        .count();
    assert!(dressed > alpha.len() / 100, "{dressed} pixels of dress");
    let [x, y, z] = ["N.X", "N.Y", "N.Z"].map(&full);
    let seen = full("Z");
    for k in (0..seen.len()).filter(|&k| seen[k].is_finite()) {
        let length = (x[k] * x[k] + y[k] * y[k] + z[k] * z[k]).sqrt();
        assert!((length - 1.0).abs() < 0.01, "a normal of length {length}");
    }
    let most = |name: &str| full(name).iter().fold(0.0_f32, |m, v| m.max(v.abs()));
    let moved = most("backward.u").max(most("backward.v"));
    assert!(
        (0.01..50.0).contains(&moved),
        "the most motion is {moved} pixels"
    );
}

#[test]
fn a_capture_in_all_formats_at_once_is_read_back_by_others() {
    let folder = tempfile::tempdir().unwrap();
    capture(folder.path());
    movies_are_what_they_say(folder.path());
    pictures_are_what_they_say(folder.path());
    layers_agree(folder.path());
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(!name.ends_with(".part"), "{name} was left");
    }
}
