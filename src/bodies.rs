//! Bodies made from measures: the folder of a twin that did not exist before.
//!
//! `toile twin new` keeps such a folder under the assets, as a record whose avatar is
//! made on demand; the fitting room makes one for a visitor, with its avatar, and
//! throws it away: of a visitor nothing is kept elsewhere.

use crate::paths::Assets;
use std::path::{Path, PathBuf};
use toile_body::{
    BodyData, BodyError, MeasureTargets, Shape, TwinRecipe, avatar_glb, fit,
    recipe::{Colour, Finish, RecipeError},
};
use toile_twin::{Kind, Twin, TwinError};

/// What stops a body from being made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MakeBodyError {
    /// No body has these measures.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// The recipe.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// The record.
    #[error(transparent)]
    Twin(#[from] TwinError),
    /// The disk.
    #[error("cannot write {place}: {problem}; check that the folder is there and has room")]
    Write {
        /// File or folder.
        place: String,
        /// What the system said.
        problem: String,
    },
}

/// What a new body is to be, in metres and years.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyOrder {
    /// A male body; else a female one.
    pub male: bool,
    /// Age, years.
    pub age_years: f32,
    /// Measures to meet.
    pub targets: MeasureTargets,
}

/// A body that was made.
#[derive(Debug, Clone)]
pub struct MadeBody {
    /// Its record.
    pub twin: Twin,
    /// Largest difference to a measure asked for, mm.
    pub residual_mm: f32,
}

/// The packed body that avatars are made from.
///
/// # Errors
/// The file is missing or broken.
pub fn body_data(assets: &Assets) -> Result<BodyData, BodyError> {
    BodyData::load(&assets.root().join("body/hm08.bin.zst"))
}

/// Makes a body with its record and recipe; `folder` appears with all its files or not
/// at all.
///
/// A mannequin is a display figure of one colour that belongs to nobody, and has its
/// avatar beside it; any other kind gets the plain finish of a person and needs a
/// licence.
///
/// # Errors
/// [`MakeBodyError`], naming the measure or the file.
pub fn make_body(
    assets: &Assets,
    id: &str,
    name: &str,
    kind: Kind,
    order: &BodyOrder,
    folder: &Path,
) -> Result<MadeBody, MakeBodyError> {
    let shape = Shape {
        gender: if order.male { 1.0 } else { 0.0 },
        age: Shape::age_from_years(order.age_years),
        ..Shape::default()
    };
    let data = body_data(assets)?;
    let fitted = fit(&data, &shape, &order.targets)?;
    let mut recipe = TwinRecipe::plain(shape, order.targets.clone());
    let (kind_word, heel_m) = match (kind, &recipe.finish) {
        (Kind::Mannequin, _) => {
            recipe.finish = Finish::Mannequin {
                colour: MANNEQUIN_COLOUR,
            };
            ("mannequin", 0.0)
        }
        (Kind::Person, finish) => ("person", heel_of(finish)),
        (Kind::Synthetic, finish) => ("synthetic", heel_of(finish)),
    };
    let avatar = (kind == Kind::Mannequin)
        .then(|| avatar_glb(&data, &recipe))
        .transpose()?;
    let named = avatar.as_ref().map_or("recipe.ron", |_| "avatar.glb");
    let achieved = &fitted.achieved;
    let inseam = order
        .targets
        .inseam
        .map(|inseam| format!(", inseam: {inseam:.4}"))
        .unwrap_or_default();
    let twin = Twin::parse(
        &format!(
            "(version: 1, id: {id:?}, name: {name:?}, kind: {kind_word}, measures: (height: {:.4}, bust: {:.4}, waist: {:.4}, hip: {:.4}{inseam}), avatar: {named:?}, shoe_heel: {heel_m:.4}, gait: ())",
            achieved.height, achieved.bust, achieved.waist, achieved.hip,
        ),
        &folder.join("twin.ron"),
    )?;
    let record = twin.to_ron().map_err(|error| write_error(folder, &error))?;
    let parent = folder.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let staging = tempfile::Builder::new()
        .prefix(".new-")
        .tempdir_in(&parent)
        .map_err(|error| write_error(&parent, &error))?;
    let recipe = recipe.to_ron()?;
    let files = [
        ("recipe.ron", recipe.as_bytes()),
        ("twin.ron", record.as_bytes()),
    ];
    let avatar = avatar.as_deref().map(|glb| ("avatar.glb", glb));
    for (name, content) in files.into_iter().chain(avatar) {
        std::fs::write(staging.path().join(name), content)
            .map_err(|error| write_error(&folder.join(name), &error))?;
    }
    std::fs::rename(staging.keep(), folder).map_err(|error| write_error(folder, &error))?;
    Ok(MadeBody {
        twin,
        residual_mm: fitted.residual_mm_max,
    })
}

/// The colour of a display figure.
pub(crate) const MANNEQUIN_COLOUR: Colour = Colour([0xd9, 0xd4, 0xcc]);

fn heel_of(finish: &Finish) -> f32 {
    match finish {
        Finish::Person { shoes, .. } => shoes.heel,
        Finish::Mannequin { .. } => 0.0,
    }
}

fn write_error(place: &Path, problem: &dyn std::fmt::Display) -> MakeBodyError {
    MakeBodyError::Write {
        place: place.display().to_string(),
        problem: problem.to_string(),
    }
}
