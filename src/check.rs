//! Validation without rendering: every kind of file that Toile reads.

use crate::{
    avatars::avatar_of,
    parts,
    paths::Assets,
    prints,
    production::{CastLook, Library, Production},
    tailor::Drafted,
    wardrobe::{self, DressError, Gpu},
};
use std::path::{Path, PathBuf};
use toile_body::TwinRecipe;
use toile_garment::{Cut, DrapeTest, Fabric, Fit, GarmentFile, Pattern};
use toile_show::Show;
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
        format!("{name}: cannot tell what this is; shows are .ron files, garments and fabrics lie in folders of that name, drape tests end in drape-test.ron, twins are twin.ron, what they are made from is recipe.ron, avatars .glb, patterns .json")
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
            let folder = path.parent().unwrap_or(Path::new("."));
            prints::check(&fabric.within(folder))
                .map_err(|(field, problem)| format!("{name}: {field}: {problem}"))?;
        }
        "drape test" => {
            let test = DrapeTest::from_ron(&read()?, &name).map_err(|e| e.to_string())?;
            let mut library = Library::new(assets);
            for id in &test.fabrics {
                library
                    .fabric(id, &format!("{name}: fabrics"))
                    .map_err(|e| e.to_string())?;
            }
        }
        "recipe" => TwinRecipe::from_ron(&read()?)
            .map(drop)
            .map_err(|e| format!("{name}: {e}"))?,
        "garment" => check_garment(&read()?, &name)?,
        "pattern" => Pattern::from_json(&read()?, &name)
            .map(drop)
            .map_err(|e| e.to_string())?,
        "twin" => {
            let folder = path.parent().unwrap_or(Path::new("."));
            let twin = Twin::load(folder).map_err(|e| e.to_string())?;
            let avatar = avatar_of(&twin, assets).map_err(|e| e.to_string())?;
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
        "ron" if name == "recipe.ron" => Some("recipe"),
        "ron" if folder == "fabrics" => Some("fabric"),
        "ron" if folder == "garments" => Some("garment"),
        "ron" if name.ends_with("drape-test.ron") => Some("drape test"),
        "ron" => Some("show"),
        _ => None,
    }
}

/// The shots of a show in order, a line each: from when to when, which camera, and
/// what they show.
///
/// # Errors
/// One sentence: what cannot be drafted or edited.
pub fn shots(production: &Production) -> Result<Vec<String>, String> {
    let show = &production.show;
    let marks = production.looks.iter().map(|cast| {
        let drafted = Drafted::new(cast.clone(), show).map_err(|e| e.to_string())?;
        let parts = parts::seen(&drafted);
        let number = cast.look.number;
        Ok(drafted.choreography.marks(number, show.beat_s(), parts))
    });
    let marks: Vec<_> = marks.collect::<Result<_, String>>()?;
    let shots = show
        .shots(&marks, &production.name)
        .map_err(|e| e.to_string())?;
    let lines = shots.iter().map(|shot| {
        let cut = &shot.cut;
        format!("beat {:>6}  {:<12} {shot}", cut.beat, cut.camera)
    });
    Ok(lines.collect())
}

/// How a look hangs once it is sewn and settled.
#[derive(Debug, Default)]
pub struct Drape {
    /// What was measured, when there is no fault.
    pub sound: String,
    /// One sentence per fault: place, measure, and how to mend it.
    pub faulty: Vec<String>,
}

/// Deepest that a settled particle may be in the body, m.
const DEEPEST_M: f32 = 0.002;

/// Sews and settles a look and looks for what a show would suffer from.
///
/// # Errors
/// [`DressError`] when the look cannot be sewn at all.
pub fn drape(
    cast: &CastLook,
    show: &Show,
    gpu: Gpu<'_>,
    progress: impl FnMut(u32, u32, &str),
) -> Result<Drape, DressError> {
    let drafted = Drafted::new(cast.clone(), show)?;
    let dressed = wardrobe::dress(cast, &drafted.assembly, &drafted.body, gpu, progress)?;
    let stats = &dressed.stats;
    let mut faulty = Vec::new();
    if dressed.seam_gap_m > dressed.closed_seam_m {
        faulty.push(format!(
            "a seam stays {:.1} mm open; check that its two edges are equally long",
            dressed.seam_gap_m * 1e3
        ));
    }
    if stats.crossings > 0 {
        faulty.push(format!(
            "cloth goes through cloth in {} places, at {}; order the garments from the skin outwards, the wider ones last",
            stats.crossings,
            dressed.place(stats.crossing)
        ));
    }
    if stats.max_penetration_m > DEEPEST_M {
        faulty.push(format!(
            "{} particles are in the body, the deepest by {:.1} mm at {}; choose a larger size",
            stats.inside,
            stats.max_penetration_m * 1e3,
            dressed.place(stats.deepest)
        ));
    }
    Ok(Drape {
        sound: format!(
            "seams closed to {:.2} mm, nothing crosses, stretch {:.0} % at most",
            dressed.seam_gap_m * 1e3,
            stats.max_stretch * 1e2
        ),
        faulty,
    })
}
