//! Seven adult bodies and the paths of the shipped files.
//!
//! `data/bodies.json` holds tape measures, and landmarks made by
//! `BodyLandmarks::from_mesh`, of seven bodies evaluated from the CC0 MakeHuman
//! base mesh: women of 156–180 cm (one of bust 116, waist 99, hip 122), men of
//! 187 and 188 cm.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::PathBuf;

use serde::Deserialize;
use toile_garment::{Block, BodyLandmarks, BodyMeasures, DesignParams, Pattern, draft};

#[derive(Deserialize)]
pub(crate) struct Body {
    pub(crate) name: String,
    pub(crate) measures: BodyMeasures,
    pub(crate) landmarks: BodyLandmarks,
}

pub(crate) fn bodies() -> Vec<Body> {
    serde_json::from_str(include_str!("../data/bodies.json")).expect("the fixture parses")
}

pub(crate) fn body(name: &str) -> Body {
    bodies()
        .into_iter()
        .find(|b| b.name == name)
        .expect("a body of the fixture")
}

pub(crate) const BLOCKS: [Block; 4] = [
    Block::Tee,
    Block::CircleSkirt,
    Block::SlipDress,
    Block::Trousers,
];

pub(crate) fn assets(folder: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets")
        .join(folder)
}

/// Every file of a folder with this ending: (file name, text), by name.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = std::fs::read_dir(assets(folder))
        .expect("the folder is there")
        .map(|e| e.expect("readable").path())
        .filter(|p| p.to_string_lossy().ends_with(ending))
        .map(|p| {
            let name = p
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read_to_string(&p).expect("readable text"))
        })
        .collect();
    out.sort();
    out
}

pub(crate) fn drafted(block: Block, body: &BodyMeasures) -> Pattern {
    draft(&block, &DesignParams::default(), body).expect("the block drafts")
}
