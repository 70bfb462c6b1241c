//! Gives the program a hash of the sources that decide how cloth falls, as
//! `TOILE_SOLVER`, and of those that make avatars, as `TOILE_BAKER`: what another
//! solver baked is not played, and what other sources made is made again.
//!
//! Folders are walked, so that no list needs care. `Cargo.lock` stands for the
//! compiler of the kernels, the mathematics and the packing of pictures.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

const SOLVER: [&str; 5] = [
    "crates/toile-cloth/src",
    "shaders/body",
    "shaders/cloth",
    "src/wardrobe",
    "Cargo.lock",
];
const BAKER: [&str; 2] = ["crates/toile-body/src", "Cargo.lock"];

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

fn hash(name: &str, sources: &[&str]) {
    let mut found = Vec::new();
    for source in sources {
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
    println!("cargo::rustc-env={name}={:016x}", hasher.finish());
}

fn main() {
    hash("TOILE_SOLVER", &SOLVER);
    hash("TOILE_BAKER", &BAKER);
}
