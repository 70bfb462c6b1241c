//! Another reader than ours reads the same: `tools/credentials/read.py`.
//!
//! ```sh
//! python3 -m venv venv && venv/bin/pip install c2pa-python==0.38.1
//! TOILE_C2PA_PYTHON=$PWD/venv/bin/python cargo test -p toile-credentials -- --ignored
//! ```

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

mod common;

use common::{PNG, statement};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use toile_credentials::{Identity, Seal};

const MOVIE: [&str; 6] = [
    "-pix_fmt",
    "yuv420p",
    "-movflags",
    "+faststart",
    "-f",
    "mp4",
];
const PHOTO: [&str; 4] = ["-frames:v", "1", "-f", "mjpeg"];

/// A second of a movie, or a picture.
fn test_card(path: &Path, form: &[&str]) {
    let status = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            "testsrc=s=64x48:d=1",
        ])
        .args(form)
        .arg(path)
        .status();
    assert!(status.unwrap().success());
}

fn read(python: &str, trusted: &Path, files: &[PathBuf]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/credentials/read.py");
    let output = Command::new(python)
        .arg(script)
        .arg("--trust")
        .arg(trusted)
        .args(files)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let lines = String::from_utf8(output.stdout).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
#[ignore = "needs c2pa-python: set TOILE_C2PA_PYTHON to a Python that has it"]
fn an_independent_reader_reads_the_same_from_every_kind_of_file() {
    let python = std::env::var("TOILE_C2PA_PYTHON").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let seal = Seal::new(&Identity::open(&keys).unwrap()).unwrap();
    let said = statement();
    let mut files = Vec::new();
    for name in ["a.png", "b.mp4", "c.mov", "d.exr", "e.glb", "f.jpg"] {
        let (partial, path) = (folder.path().join("part"), folder.path().join(name));
        match name {
            "a.png" => std::fs::write(&partial, PNG).unwrap(),
            "b.mp4" | "c.mov" => test_card(&partial, &MOVIE),
            "f.jpg" => test_card(&partial, &PHOTO),
            _ => std::fs::write(&partial, b"a renderer's file").unwrap(),
        }
        seal.file(&partial, &path, &said).unwrap();
        std::fs::rename(&partial, &path).unwrap();
        files.push(path);
    }
    for read in read(&python, &keys.join("authority.pem"), &files) {
        let file = &read["file"];
        assert_eq!(read["state"], "Trusted", "{read:#}");
        assert_eq!(read["title"], said.title, "{file}");
        assert_eq!(read["source"], said.source.term(), "{file}");
        let uses = serde_json::to_value(&said.replica_use).unwrap();
        assert_eq!(read["replica_use"], uses, "{file}");
        let learning = &read["training"]["entries"]["cawg.ai_training"]["use"];
        assert_eq!(learning, "notAllowed", "{file}");
        assert_eq!(
            read["ingredients"][0][1], said.ingredients[0].hash,
            "{file}"
        );
    }
    // And it sees what we see when somebody changed them.
    for path in &files {
        let mut bytes = std::fs::read(path).unwrap();
        let last = bytes.len() - 14;
        bytes[last] ^= 1;
        std::fs::write(path, bytes).unwrap();
    }
    for read in read(&python, &keys.join("authority.pem"), &files) {
        assert_eq!(read["state"], "Invalid", "{read:#}");
    }
}
