//! What several tests of the catalogue need.

use std::path::PathBuf;

/// The fabric files that ship; pictures of prints lie between them.
pub(crate) fn fabric_files() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/fabrics");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "ron"));
    files.sort();
    files
}
