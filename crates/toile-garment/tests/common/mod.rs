//! Seven adult bodies, the shipped files, and what the tests do with them.
//!
//! `data/bodies.json` holds tape measures, and landmarks made by
//! `BodyLandmarks::from_mesh`, of seven bodies evaluated from the CC0 MakeHuman
//! base mesh: women of 156–180 cm (one of bust 116, waist 99, hip 122), men of
//! 187 and 188 cm.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::PathBuf;

use serde::Deserialize;
use toile_garment::{
    Block, BodyLandmarks, BodyMeasures, DesignParams, GarmentError, GarmentFile, GarmentMesh,
    PartialMeasures, Pattern, build, draft,
};

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

/// A block drafted to a body and laid out around it, meshed with edges of
/// `edge` metres and ready to sew.
pub(crate) fn laid_out(block: Block, body: &Body, edge: f32) -> GarmentMesh {
    build(&drafted(block, &body.measures), edge, &body.landmarks).expect("the garment builds")
}

/// The garments that ship, by file name.
pub(crate) fn garments() -> Vec<GarmentFile> {
    files("garments", ".ron")
        .into_iter()
        .map(|(name, text)| GarmentFile::from_ron(&text, &name).unwrap_or_else(|e| panic!("{e}")))
        .collect()
}

/// The four measures that the others follow from.
pub(crate) fn primary(m: &BodyMeasures) -> PartialMeasures {
    PartialMeasures {
        height: Some(m.height),
        bust: Some(m.bust),
        waist: Some(m.waist),
        hip: Some(m.hip),
        ..PartialMeasures::default()
    }
}

/// What an error says.
pub(crate) fn refused<T>(result: Result<T, GarmentError>) -> String {
    match result {
        Ok(_) => panic!("it was not refused"),
        Err(error) => error.to_string(),
    }
}
