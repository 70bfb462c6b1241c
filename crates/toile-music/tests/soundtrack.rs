//! The rendered track, judged from outside.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails should fail its test"
)]

use std::path::PathBuf;
use std::sync::OnceLock;

use toile_music::{BitDepth, MusicError, SectionKind, StereoPcm, Style, Track};

const RATE: u32 = 44_100;

/// Forty seconds of each style, rendered once for all tests.
fn tracks() -> &'static [(Track, StereoPcm)] {
    static TRACKS: OnceLock<Vec<(Track, StereoPcm)>> = OnceLock::new();
    TRACKS.get_or_init(|| {
        [
            (118.0, 7, Style::DeepHouse),
            (124.0, 3, Style::MinimalTechno),
        ]
        .map(|(bpm, seed, style)| {
            let track = Track::new(bpm, seed, style).unwrap();
            (track, track.render(40.0, RATE).unwrap())
        })
        .into()
    })
}

/// Level below 150 Hz, per millisecond.
fn levels(pcm: &StereoPcm) -> Vec<f64> {
    let hop = pcm.sample_rate() as usize / 1000;
    let smoothing = (-std::f64::consts::TAU * 150.0 / f64::from(pcm.sample_rate())).exp();
    let (mut low, mut lower) = (0.0, 0.0);
    pcm.left()
        .chunks_exact(hop)
        .map(|chunk| {
            let mut peak: f64 = 0.0;
            for &x in chunk {
                low = f64::from(x) + (low - f64::from(x)) * smoothing;
                lower = low + (lower - low) * smoothing;
                peak = peak.max(lower.abs());
            }
            peak
        })
        .collect()
}

/// Positive rises of the low-frequency level, per millisecond: where the kick strikes.
fn onsets(pcm: &StereoPcm) -> Vec<f64> {
    // Eight milliseconds apart: longer than the knock's rise, shorter than any note.
    levels(pcm)
        .windows(9)
        .map(|w| (w[8] - w[0]).max(0.0))
        .collect()
}

#[test]
fn tempo_found_by_autocorrelation_is_within_one_percent() {
    for (track, pcm) in tracks() {
        let onsets = onsets(pcm);
        let mean = onsets.iter().sum::<f64>() / onsets.len() as f64;
        let hop_seconds = f64::from(RATE / 1000) / f64::from(RATE);
        let correlation = |lag: usize| -> f64 {
            onsets
                .iter()
                .zip(&onsets[lag..])
                .map(|(a, b)| (a - mean) * (b - mean))
                .sum()
        };
        // 80 to 159 beats per minute: less than an octave, so the beat has no double in range.
        let lags = (60.0 / 159.0 / hop_seconds) as usize..(60.0 / 80.0 / hop_seconds) as usize;
        let best = lags
            .max_by(|&a, &b| correlation(a).total_cmp(&correlation(b)))
            .unwrap();
        let bpm = 60.0 / (best as f64 * hop_seconds);
        let error = bpm / f64::from(track.bpm()) - 1.0;
        assert!(
            error.abs() < 0.01,
            "{}: heard {bpm}, asked {}",
            track.style(),
            track.bpm()
        );
    }
}

#[test]
fn kicks_sound_where_the_beat_clock_says() {
    for (track, pcm) in tracks() {
        // The first two bars of the intro have no bass to mask the stroke.
        let levels = levels(pcm);
        let hop_seconds = f64::from(RATE / 1000) / f64::from(RATE);
        let loudest = |from: f64, to: f64| {
            let window = (from / hop_seconds) as usize..(to / hop_seconds) as usize;
            levels[window].iter().fold(0.0f64, |a, &b| a.max(b))
        };
        for beat in 1..8 {
            let t = track.clock().time_of(f64::from(beat));
            let (before, after) = (loudest(t - 0.06, t - 0.002), loudest(t, t + 0.03));
            assert!(
                after > 3.0 * before,
                "{} beat {beat}: {before}, {after}",
                track.style()
            );
        }
    }
}

#[test]
fn loudness_is_within_one_unit_of_minus_14_lufs() {
    for (track, pcm) in tracks() {
        let lufs = pcm.loudness().unwrap();
        assert!((lufs + 14.0).abs() < 1.0, "{}: {lufs} LUFS", track.style());
    }
}

#[test]
fn peak_and_rms_are_in_range_and_every_sample_is_a_number() {
    for (track, pcm) in tracks() {
        assert!(
            pcm.left().iter().chain(pcm.right()).all(|x| x.is_finite()),
            "{}",
            track.style()
        );
        assert!(
            (0.5..0.9).contains(&pcm.peak()),
            "{}: peak {}",
            track.style(),
            pcm.peak()
        );
        assert!(
            (0.1..0.3).contains(&pcm.rms()),
            "{}: rms {}",
            track.style(),
            pcm.rms()
        );
    }
}

#[test]
fn there_is_no_constant_offset() {
    for (track, pcm) in tracks() {
        for channel in [pcm.left(), pcm.right()] {
            let mean: f64 = channel.iter().map(|&x| f64::from(x)).sum::<f64>() / pcm.len() as f64;
            assert!(mean.abs() < 1e-3, "{}: mean {mean}", track.style());
        }
    }
}

#[test]
fn the_start_and_the_end_are_silent_samples_and_the_end_fades() {
    for (track, pcm) in tracks() {
        assert!(
            pcm.left()[0].abs() < 0.01,
            "{} starts with a click",
            track.style()
        );
        assert_eq!(
            (pcm.left()[pcm.len() - 1], pcm.right()[pcm.len() - 1]),
            (0.0, 0.0)
        );
        let (last, before) = (pcm.slice(39.7, 40.0).rms(), pcm.slice(34.0, 36.0).rms());
        assert!(
            last < 0.1 * before,
            "{}: {last} after {before}",
            track.style()
        );
    }
}

#[test]
fn no_single_sample_stands_out_as_a_click() {
    // A click is a step: one sample whose second difference towers over its neighbourhood's.
    for (track, pcm) in tracks() {
        let bend: Vec<f32> = pcm
            .left()
            .windows(3)
            .map(|w| (w[0] - 2.0 * w[1] + w[2]).abs())
            .collect();
        let worst = bend.iter().fold(0.0f32, |a, &b| a.max(b));
        assert!(worst < 0.9, "{}: second difference {worst}", track.style());
        for block in bend.chunks(441) {
            let peak = block.iter().fold(0.0f32, |a, &b| a.max(b));
            let mean = block.iter().sum::<f32>() / block.len() as f32;
            assert!(
                peak < 0.05 || peak < 40.0 * mean,
                "{}: {peak} amid {mean}",
                track.style()
            );
        }
    }
}

#[test]
fn the_break_is_quieter_below_150_hz_than_the_groove() {
    let track = Track::new(120.0, 7, Style::DeepHouse).unwrap();
    let pcm = track.render(40.0, RATE).unwrap();
    let sections = track.sections(40.0);
    let thump = |kind| {
        let section = sections.iter().find(|s| s.kind == kind).unwrap();
        let from = track.clock().time_of_bar(i64::from(section.first_bar));
        let to = track.clock().time_of_bar(i64::from(section.end_bar()));
        let onsets = onsets(&pcm.slice(from + 1.0, to));
        onsets.iter().sum::<f64>() / onsets.len() as f64
    };
    assert!(thump(SectionKind::Main) > 2.0 * thump(SectionKind::Break));
}

#[test]
fn the_same_track_renders_to_the_same_samples() {
    let track = Track::new(120.0, 11, Style::DeepHouse).unwrap();
    assert!(track.render(6.0, RATE).unwrap() == track.render(6.0, RATE).unwrap());
}

#[test]
fn another_seed_renders_to_other_samples() {
    let render = |seed| {
        Track::new(120.0, seed, Style::DeepHouse)
            .unwrap()
            .render(6.0, RATE)
            .unwrap()
    };
    assert!(render(1) != render(2));
}

fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("toile-music-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_wav_file_reads_back_with_its_header_and_samples() {
    let folder = scratch("wav");
    let (_, pcm) = &tracks()[0];
    let pcm = pcm.slice(8.0, 9.0);
    for (depth, bits, step) in [
        (BitDepth::Int16, 16, 32_767.0),
        (BitDepth::Int24, 24, 8_388_607.0),
    ] {
        let path = folder.join(format!("{bits}.wav"));
        pcm.write_wav_as(&path, depth).unwrap();
        let mut reader = hound::WavReader::open(&path).unwrap();
        let spec = reader.spec();
        assert_eq!(
            (spec.channels, spec.sample_rate, spec.bits_per_sample),
            (2, RATE, bits)
        );
        assert_eq!(reader.duration() as usize, pcm.len());
        let read: Vec<i32> = reader.samples::<i32>().map(Result::unwrap).collect();
        for (sample, wanted) in read.iter().zip(pcm.interleaved()) {
            // Half a step of rounding and one step of dither.
            assert!((f64::from(*sample) - f64::from(wanted) * step).abs() <= 1.6);
        }
        assert_eq!(pcm.wav_bytes(depth).unwrap(), std::fs::read(&path).unwrap());
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_failed_write_names_the_file_and_leaves_nothing_behind() {
    let folder = scratch("fail");
    let path = folder.join("missing").join("show.wav");
    let (_, pcm) = &tracks()[0];
    let error = pcm.slice(0.0, 0.1).write_wav(&path).unwrap_err();
    assert!(error.to_string().contains("show.wav"), "{error}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn bad_tempo_length_rate_and_style_are_refused_with_what_to_give() {
    for bpm in [0.0, -120.0, 79.0, 400.0, f32::NAN, f32::INFINITY] {
        assert!(matches!(
            Track::new(bpm, 1, Style::DeepHouse),
            Err(MusicError::Tempo(_))
        ));
    }
    let track = Track::new(120.0, 1, Style::DeepHouse).unwrap();
    for seconds in [0.0, -1.0, f32::NAN, f32::INFINITY, 1e9] {
        assert!(matches!(
            track.render(seconds, RATE),
            Err(MusicError::Length(_))
        ));
    }
    for rate in [0, 8_000, 1_000_000] {
        assert!(matches!(
            track.render(1.0, rate),
            Err(MusicError::SampleRate(_))
        ));
    }
    let error = "polka".parse::<Style>().unwrap_err().to_string();
    assert!(
        error.contains("polka") && error.contains("deep_house"),
        "{error}"
    );
}

#[test]
fn even_a_tenth_of_a_second_renders() {
    let track = Track::new(120.0, 1, Style::MinimalTechno).unwrap();
    let pcm = track.render(0.1, 22_050).unwrap();
    assert_eq!(pcm.len(), 2_205);
    assert!(pcm.left().iter().all(|x| x.is_finite()));
}
