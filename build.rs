//! Gives the program a hash of the sources that decide how cloth falls, as
//! `TOILE_SOLVER`: a bake made by another solver is not played.
//!
//! Folders are walked, so that no list needs care. `Cargo.lock` stands for the
//! compiler of the kernels and the mathematics.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

const SOURCES: [&str; 5] = [
    "crates/toile-cloth/src",
    "shaders/body",
    "shaders/cloth",
    "src/wardrobe",
    "Cargo.lock",
];

fn files(path: &Path, out: &mut Vec<PathBuf>) {
    println!("cargo::rerun-if-changed={}", path.display());
    match std::fs::read_dir(path) {
        Ok(entries) => {
            for entry in entries.flatten() {
                files(&entry.path(), out);
            }
        }
        Err(_) => out.push(path.to_path_buf()),
    }
}

fn main() {
    let mut found = Vec::new();
    for source in SOURCES {
        files(Path::new(source), &mut found);
    }
    found.sort();
    let mut hasher = DefaultHasher::new();
    for file in found {
        let Ok(text) = std::fs::read(&file) else {
            println!("cargo::error=cannot read {}", file.display());
            return;
        };
        // Line ends may differ from one checkout to the next.
        let text: Vec<u8> = text.into_iter().filter(|&byte| byte != b'\r').collect();
        file.to_string_lossy().replace('\\', "/").hash(&mut hasher);
        text.hash(&mut hasher);
    }
    println!("cargo::rustc-env=TOILE_SOLVER={:016x}", hasher.finish());
}
