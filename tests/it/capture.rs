//! A short headless capture: frames are there, they change, and a capture that
//! was killed ends with the same ones.

use std::{
    path::{Path, PathBuf},
    process::Command,
};
use toile_credentials::{Identity, Source, State, examine};

/// Captures half a second of the fitting room at low resolution; gives its PNGs, then
/// its OpenEXR pictures.
fn capture(folder: &Path, more: &[&str]) -> Vec<PathBuf> {
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
            "--fps", "12", "--from", "0.25", "--to", "0.75", "--format", "png,exr", "--out",
        ])
        .arg(folder)
        .arg("--signer")
        .arg(folder.join("signer"))
        .args(more)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(status.success(), "the capture failed");
    let pictures = |of: &str, end: &str| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder.join(of)).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|e| e == end));
        paths.sort();
        paths
    };
    [pictures("frames", "png"), pictures("exr", "exr")].concat()
}

#[test]
fn a_capture_shows_something_that_moves_and_ends_the_same_after_it_was_killed() {
    let first = tempfile::tempdir().unwrap();
    let paths = capture(first.path(), &[]);
    assert_eq!(paths.len(), 12);
    let frames: Vec<Vec<u8>> = paths[..6]
        .iter()
        .map(|path| image::open(path).unwrap().to_rgb8().into_raw())
        .collect();
    for frame in &frames {
        let lit = frame.iter().filter(|&&value| value > 24).count();
        assert!(
            lit > frame.len() / 50,
            "only {lit} of {} values are lit",
            frame.len()
        );
    }
    for pair in frames.windows(2) {
        assert_ne!(pair[0], pair[1], "two frames in a row are the same");
    }
    // Killed after two pictures, while it wrote the third. What signs a picture says when.
    let files = |paths: &[PathBuf]| -> Vec<Vec<u8>> {
        let read = |path: &PathBuf| match path.extension() {
            Some(ending) if ending == "png" => image::open(path).unwrap().into_bytes(),
            _ => std::fs::read(path).unwrap(),
        };
        paths.iter().map(read).collect()
    };
    let once = files(&paths);
    for path in paths[2..6].iter().chain(&paths[9..]) {
        std::fs::remove_file(path).unwrap();
    }
    std::fs::write(paths[2].with_extension("png.part"), "half").unwrap();
    let again = capture(first.path(), &["--resume"]);
    for ((path, one), other) in paths.iter().zip(&once).zip(&files(&again)) {
        assert!(one == other, "{} differs", path.display());
    }
    let trusted = Identity::trusted(&first.path().join("signer")).unwrap();
    for path in &paths {
        let said = examine(path, trusted.as_deref()).unwrap();
        assert_eq!(said.state, State::Trusted, "{path:?}: {:?}", said.problems);
        assert_eq!(said.source, Some(Source::DigitalCreation));
        let replicas = said.replica_use.unwrap();
        assert_eq!(replicas.figures.mannequins, 1);
        assert!(replicas.licences.is_empty() && said.training_forbidden);
    }
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
    // The timeline beside the pictures names the first of them.
    let timeline = std::fs::read_dir(first.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|end| end == "otio"))
        .unwrap();
    let timeline: serde_json::Value =
        serde_json::from_slice(&std::fs::read(timeline).unwrap()).unwrap();
    let clip = &timeline["tracks"]["children"][0]["children"][0];
    let number = clip["media_references"]["DEFAULT_MEDIA"]["start_frame"]
        .as_u64()
        .unwrap();
    let picture = first.path().join(format!("frames/frame_{number:06}.png"));
    assert!(picture.exists(), "there is no {}", picture.display());
}
