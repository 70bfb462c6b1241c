//! The fitting room, without its window: who may try on, what they wear, and
//! how it fits.

mod ease;

pub use ease::{FitWord, GarmentEase, LevelEase, ease_of};

use crate::{
    bodies::{BodyOrder, MakeBodyError, make_body},
    consent::{self, ConsentTrouble, Intent, Part, note_refusal},
    paths::Assets,
    production::{CastLook, Production, ProductionError},
};
use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};
use toile_consent::{Medium, ledger::Act};
use toile_show::{Show, ShowError, format::Worn};
use toile_twin::{Kind, Twin};

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
    intent: Intent,
    visitors: Mutex<Visitors>,
}

/// Bodies of visitors; gone when the room is.
#[derive(Default)]
struct Visitors {
    /// There from the first visitor on.
    folder: Option<tempfile::TempDir>,
    /// What was made, and its id.
    made: Vec<(BodyOrder, String)>,
}

/// The fitting room as a show: its set, cameras and light.
///
/// # Errors
/// The scene is broken.
pub fn scene() -> Result<Show, ShowError> {
    Show::from_ron(SCENE, "scenes/fitting-room.ron")
}

impl FittingRoom {
    /// Opens the room.
    ///
    /// # Errors
    /// The scene is broken.
    pub fn open(assets: &Assets) -> Result<Self, FittingError> {
        let scene = scene()?;
        let intent = Intent::new(&scene, PLACE, Medium::TryOn)?;
        Ok(Self {
            assets: assets.clone(),
            scene,
            intent,
            visitors: Mutex::default(),
        })
    }

    /// The room's scene, with a display figure in it.
    #[must_use]
    pub fn scene(&self) -> &Show {
        &self.scene
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
                    refusal: self.refusal(&twin),
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

    /// The clause that forbids a fitting.
    fn refusal(&self, twin: &Twin) -> Option<String> {
        let account = self.assets.account();
        let permitted = consent::permit(twin, &self.intent, &Part::default(), account);
        permitted.err().map(|trouble| trouble.to_string())
    }

    /// Whether the body measures of a twin may leave the house, as numbers, as a pattern
    /// drafted to them or as the body's shape: those of nobody may, those of a person
    /// where a licence that covers the fitting room lets them.
    ///
    /// # Errors
    /// The clause that forbids it.
    pub fn measures_leave(&self, twin: &Twin) -> Result<(), ConsentTrouble> {
        if twin.kind != Kind::Person {
            return Ok(());
        }
        let mut intent = self.intent.clone();
        intent.measures = true;
        consent::permit(twin, &intent, &Part::default(), self.assets.account()).map(drop)
    }

    /// Casts a wish: makes the body if it was typed, loads and checks the rest. A refusal
    /// is written down.
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
        let cast = Production::cast(show, PLACE, &assets, Medium::TryOn);
        Ok(cast.inspect_err(|error| note_refusal(assets.account(), error, Act::Play))?)
    }

    /// Looks that were cast one by one, standing in the room together.
    #[must_use]
    pub fn together(&self, looks: Vec<CastLook>) -> Production {
        Production {
            show: self.scene.clone(),
            name: PLACE.to_owned(),
            looks,
            intent: self.intent.clone(),
            assets: self.assets.clone(),
        }
    }

    /// The body of a visitor, made once: its id and folder.
    fn visitor(&self, order: &BodyOrder) -> Result<(String, PathBuf), FittingError> {
        let mut visitors = self.visitors.lock().unwrap_or_else(PoisonError::into_inner);
        let Visitors { folder, made } = &mut *visitors;
        let folder = match folder {
            Some(folder) => folder,
            None => folder.insert(
                tempfile::Builder::new()
                    .prefix("toile-fitting-")
                    .tempdir()
                    .map_err(FittingError::Folder)?,
            ),
        };
        if let Some((_, id)) = made.iter().find(|(known, _)| known == order) {
            return Ok((id.clone(), folder.path().join(id)));
        }
        let number = made.len() + 1;
        let id = format!("visitor-{number}");
        let name = format!("Visitor {number}");
        let body = folder.path().join(&id);
        // A display figure belongs to nobody, so it needs no licence.
        make_body(&self.assets, &id, &name, Kind::Mannequin, order, &body)?;
        made.push((order.clone(), id.clone()));
        Ok((id, body))
    }
}
