//! Validation without rendering: every kind of file that Toile reads.

use crate::{paths::Assets, production::Production, wardrobe};
use std::path::{Path, PathBuf};
use toile_garment::{Cut, Fabric, Fit, GarmentFile, Pattern};
use toile_twin::{Avatar, Twin};

/// Every file under the assets and `scenes/` beside them.
#[must_use]
pub fn everything(assets: &Assets) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in [
        assets.root().with_file_name("scenes"),
        assets.root().join("garments"),
        assets.root().join("fabrics"),
    ] {
        files.extend(files_in(&folder));
    }
    for twin in assets.list("twins") {
        files.push(assets.twin(&twin).join("twin.ron"));
    }
    files
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "ron" || e == "json"))
        .collect();
    files.sort();
    files
}

/// Checks one file, by its place and name; says what kind it was.
///
/// # Errors
/// One sentence: file, field, and how to mend it.
pub fn file(path: &Path, assets: &Assets) -> Result<&'static str, String> {
    let name = path.display().to_string();
    let kind = kind_of(path).ok_or_else(|| {
        format!("{name}: cannot tell what this is; shows are .ron files, garments and fabrics lie in folders of that name, twins are twin.ron, avatars .glb, patterns .json")
    })?;
    let read = || {
        std::fs::read_to_string(path).map_err(|error| {
            format!("cannot read {name}: {error}; check the path and its permissions")
        })
    };
    match kind {
        "show" => Production::load(path, assets)
            .map(drop)
            .map_err(|e| e.to_string())?,
        "fabric" => {
            let fabric = Fabric::from_ron(&read()?, &name).map_err(|e| e.to_string())?;
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            if fabric.id != stem {
                return Err(format!(
                    "{name}: id: is '{}' in a file named '{stem}'; make them the same",
                    fabric.id
                ));
            }
        }
        "garment" => check_garment(&read()?, &name)?,
        "pattern" => Pattern::from_json(&read()?, &name)
            .map(drop)
            .map_err(|e| e.to_string())?,
        "twin" => {
            let folder = path.parent().unwrap_or(Path::new("."));
            let twin = Twin::load(folder).map_err(|e| e.to_string())?;
            let avatar = Avatar::load(&twin.avatar_path()).map_err(|e| e.to_string())?;
            let landmarks = wardrobe::landmarks(&avatar)
                .map_err(|e| format!("{}: {e}", avatar.file.display()))?;
            wardrobe::wearer(&twin.measures, &landmarks, &name).map_err(|e| e.to_string())?;
        }
        _ => {
            let avatar = Avatar::load(path).map_err(|e| e.to_string())?;
            wardrobe::landmarks(&avatar).map_err(|e| format!("{name}: {e}"))?;
        }
    }
    Ok(kind)
}

/// A garment is drafted in every size of its table.
fn check_garment(text: &str, name: &str) -> Result<(), String> {
    let garment = GarmentFile::from_ron(text, name).map_err(|e| e.to_string())?;
    for size in garment.sizes.keys() {
        let body = garment.size(size, name).map_err(|e| e.to_string())?;
        if let Cut::Block(_) = garment.cut {
            garment
                .pattern(&body, Some(&Fit::Size(size.clone())), None)
                .map_err(|e| format!("{name}: size {size}: {e}"))?;
        }
    }
    Ok(())
}

fn kind_of(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_string_lossy();
    let folder = path
        .parent()
        .and_then(Path::file_name)
        .map(|f| f.to_string_lossy().into_owned())
        .unwrap_or_default();
    match path.extension()?.to_string_lossy().as_ref() {
        "glb" | "gltf" => Some("avatar"),
        "json" => Some("pattern"),
        "ron" if name == "twin.ron" => Some("twin"),
        "ron" if folder == "fabrics" => Some("fabric"),
        "ron" if folder == "garments" => Some("garment"),
        "ron" => Some("show"),
        _ => None,
    }
}
