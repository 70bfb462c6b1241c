//! Renders a track to a WAV file to listen to:
//! `cargo run -p toile-music --example render_track -- out.wav 60 120 7 deep_house`
//! (file, seconds, beats per minute, seed, style).

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use toile_music::{Style, Track};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, seconds, bpm, seed, style] = arguments.as_slice() else {
        return Err("usage: render_track FILE SECONDS BPM SEED STYLE".into());
    };
    let seconds: f32 = seconds.parse()?;
    let track = Track::new(bpm.parse()?, seed.parse()?, style.parse::<Style>()?)?;
    let begin = Instant::now();
    let pcm = track.render(seconds, 48_000)?;
    println!(
        "rendered {:.1} s in {:.2} s",
        pcm.seconds(),
        begin.elapsed().as_secs_f64()
    );
    let lufs = pcm
        .loudness()
        .map_or("too short to measure".to_owned(), |l| {
            format!("{l:.2} LUFS")
        });
    println!(
        "peak {:.3}, rms {:.3}, loudness {lufs}",
        pcm.peak(),
        pcm.rms()
    );
    for section in track.sections(seconds) {
        println!(
            "bar {:3} to {:3}: {:?}",
            section.first_bar,
            section.end_bar(),
            section.kind
        );
    }
    pcm.write_wav(Path::new(file))?;
    Ok(())
}
