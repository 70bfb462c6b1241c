//! The fitting room, without its window: who may try on, what they wear, and
//! how it fits.

mod ease;

pub use ease::{FitWord, GarmentEase, LevelEase, ease_of};

use crate::{
    bodies::{BodyOrder, MakeBodyError, make_body},
    paths::Assets,
    production::{Production, ProductionError, use_of},
};
use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};
use toile_show::{Show, ShowError, format::Worn};
use toile_twin::{Kind, Scope, Twin, Use};

/// The fitting room's set, cameras and light.
const SCENE: &str = include_str!("../../scenes/fitting-room.ron");
/// What errors call it.
const PLACE: &str = "fitting room";

/// What stops a fitting.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FittingError {
    /// The room's own scene.
    #[error(transparent)]
    Show(#[from] ShowError),
    /// A twin, garment or fabric, or a licence that does not cover fittings.
    #[error(transparent)]
    Production(#[from] ProductionError),
    /// The typed measures.
    #[error(transparent)]
    Body(#[from] MakeBodyError),
    /// No place for the bodies of visitors.
    #[error(
        "cannot make a folder for visitors' bodies: {0}; check that TMPDIR names a folder with room"
    )]
    Folder(std::io::Error),
}

/// Who tries on.
#[derive(Debug, Clone, PartialEq)]
pub enum Wearer {
    /// A twin, by id.
    Twin(String),
    /// Somebody whose measures were typed: a display figure of that shape.
    Measured(BodyOrder),
}

/// Who is to wear what.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// Who.
    pub wearer: Wearer,
    /// What, from the skin outwards.
    pub worn: Vec<Worn>,
}

/// A twin that one might ask for.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// Its name; the id where the record cannot be read.
    pub name: String,
    /// The clause that forbids a fitting, or what is wrong with the record.
    pub refusal: Option<String>,
}

/// The fitting room.
pub struct FittingRoom {
    assets: Assets,
    scene: Show,
    asked: Use,
    /// Bodies of visitors; gone when the room is.
    visitors: tempfile::TempDir,
    made: Mutex<Vec<(BodyOrder, String)>>,
}

impl FittingRoom {
    /// Opens the room.
    ///
    /// # Errors
    /// The scene is broken, or there is no place for visitors' bodies.
    pub fn open(assets: &Assets) -> Result<Self, FittingError> {
        let scene = Show::from_ron(SCENE, "scenes/fitting-room.ron")?;
        let asked = use_of(&scene, PLACE, Scope::TryOn)?;
        let visitors = tempfile::Builder::new()
            .prefix("toile-fitting-")
            .tempdir()
            .map_err(FittingError::Folder)?;
        Ok(Self {
            assets: assets.clone(),
            scene,
            asked,
            visitors,
            made: Mutex::default(),
        })
    }

    /// Where twins, garments and fabrics come from.
    #[must_use]
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    /// Every twin, and whether it may be fitted.
    #[must_use]
    pub fn candidates(&self) -> Vec<Candidate> {
        self.assets
            .list("twins")
            .into_iter()
            .map(|id| match Twin::load(&self.assets.twin(&id)) {
                Ok(twin) => Candidate {
                    id,
                    refusal: twin.permit(&self.asked).err().map(|e| e.to_string()),
                    name: twin.name,
                },
                Err(error) => Candidate {
                    name: id.clone(),
                    id,
                    refusal: Some(error.to_string()),
                },
            })
            .collect()
    }

    /// Casts a wish: makes the body if it was typed, loads and checks the rest.
    ///
    /// # Errors
    /// [`FittingError`], naming the twin, measure, garment or clause.
    pub fn cast(&self, wish: &Wish) -> Result<Production, FittingError> {
        let mut show = self.scene.clone();
        let (id, assets) = match &wish.wearer {
            Wearer::Twin(id) => (id.clone(), self.assets.clone()),
            Wearer::Measured(order) => {
                let (id, folder) = self.visitor(order)?;
                let assets = self.assets.with_guest(&id, &folder);
                (id, assets)
            }
        };
        let look = &mut show.looks[0];
        look.twin = id;
        look.garments.clone_from(&wish.worn);
        Ok(Production::cast(show, PLACE, &assets, Scope::TryOn)?)
    }

    /// The body of a visitor, made once: its id and folder.
    fn visitor(&self, order: &BodyOrder) -> Result<(String, PathBuf), FittingError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let known = made.iter().find(|(known, _)| known == order);
        if let Some((_, id)) = known {
            return Ok((id.clone(), self.visitors.path().join(id)));
        }
        let id = format!("visitor-{}", made.len() + 1);
        let folder = self.visitors.path().join(&id);
        // A display figure belongs to nobody, so it needs no licence.
        let name = format!("Visitor {}", made.len() + 1);
        make_body(&self.assets, &id, &name, Kind::Mannequin, order, &folder)?;
        made.push((order.clone(), id.clone()));
        Ok((id, folder))
    }
}
