//! Every file that ships is one that Toile accepts.

use std::path::Path;
use toile::{check, paths::Assets};

#[test]
fn every_shipped_scene_garment_fabric_and_twin_checks() {
    let assets = Assets::find(Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assets"))).unwrap();
    let files = check::everything(&assets);
    assert!(files.len() > 30, "only {} files were found", files.len());
    let broken: Vec<String> = files
        .iter()
        .filter_map(|file| check::file(file, &assets).err())
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
