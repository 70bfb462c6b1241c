//! A short headless capture: frames are there, they change, and they repeat.

use std::{path::Path, process::Command};

/// Captures half a second of the fitting room at low resolution and reads its
/// frames.
fn frames(folder: &Path) -> Vec<Vec<u8>> {
    let status = Command::new(env!("CARGO_BIN_EXE_toile"))
        .args([
            "tryon",
            "--twin",
            "mannequin",
            "--wear",
            "slip-dress=silk-charmeuse:#7a1f2b",
            "--capture",
            "--size",
            "192x108",
        ])
        .args([
            "--fps", "12", "--from", "0.25", "--to", "0.75", "--format", "png", "--out",
        ])
        .arg(folder)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(status.success(), "the capture failed");
    let mut paths: Vec<_> = std::fs::read_dir(folder.join("frames"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| image::open(path).unwrap().to_rgb8().into_raw())
        .collect()
}

#[test]
fn a_capture_shows_something_that_moves_and_is_the_same_every_time() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let frames_once = frames(first.path());
    assert_eq!(frames_once.len(), 6);
    for frame in &frames_once {
        let lit = frame.iter().filter(|&&value| value > 24).count();
        assert!(
            lit > frame.len() / 50,
            "only {lit} of {} values are lit",
            frame.len()
        );
    }
    for pair in frames_once.windows(2) {
        assert_ne!(pair[0], pair[1], "two frames in a row are the same");
    }
    assert!(
        frames_once == frames(second.path()),
        "a second capture differs"
    );
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(first.path().join("report.json")).unwrap()).unwrap();
    assert_eq!(report["frames"], 6);
    assert_eq!(report["looks"][0]["cloth"]["nan"], false);
    let inside = report["looks"][0]["cloth"]["max_penetration_m"]
        .as_f64()
        .unwrap();
    let measured = report["looks"][0]["measured"].as_array().unwrap();
    assert!(measured[0]["substeps"].as_u64().unwrap() >= 2);
    assert!(inside < 0.002, "a particle is {inside} m inside the body");
}
