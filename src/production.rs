//! A production: a show file with everything it names loaded and checked, and
//! every twin's licence covering the use. Nothing is rendered before this
//! succeeds.

pub use crate::library::Library;
use crate::{choreography::Choreography, paths::Assets};
use std::{collections::BTreeMap, path::Path, sync::Arc};
use toile_garment::{BodyMeasures, Fabric, Fit, GarmentError, GarmentFile, Pattern};
use toile_show::{
    Rgb, Show,
    format::{Edit, Framing, Look, Shown, Size, Venue},
};
use toile_twin::{Avatar, Licence, Purpose, Scope, Twin, Use};

/// Everything that can stop a production, as one sentence each.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProductionError {
    /// The show file.
    #[error(transparent)]
    Show(#[from] toile_show::ShowError),
    /// A twin or its avatar.
    #[error(transparent)]
    Twin(#[from] toile_twin::TwinError),
    /// A garment, a pattern or a fabric.
    #[error(transparent)]
    Garment(#[from] GarmentError),
    /// The fabric catalogue.
    #[error("{place}: {source}")]
    Catalogue {
        /// Who asks.
        place: String,
        /// What the catalogue says.
        source: toile_catalogue::CatalogueError,
    },
    /// A twin may not be used like this.
    #[error(
        "{show}: {field}: {refusal}; the twin is not shown. Change the show's client, purpose or date, cast another twin, or obtain a licence"
    )]
    Licence {
        /// The show file.
        show: String,
        /// The field that casts the twin.
        field: String,
        /// The clause that fails.
        refusal: toile_twin::Refusal,
    },
    /// A name that leads nowhere, or a value outside what exists.
    #[error("{place}: {problem}; {mend}")]
    Missing {
        /// File and field.
        place: String,
        /// What is wrong.
        problem: String,
        /// How to mend it.
        mend: String,
    },
}

/// A twin that has been cast.
#[derive(Debug, Clone)]
pub struct Cast {
    /// The record.
    pub twin: Arc<Twin>,
    /// The avatar.
    pub avatar: Arc<Avatar>,
    /// The licence used; none for a mannequin.
    pub licence: Option<Licence>,
}

/// A garment as it will be worn.
#[derive(Debug, Clone)]
pub struct Garment {
    /// The garment.
    pub file: Arc<GarmentFile>,
    /// The size asked for.
    pub size: Size,
    /// The cloth.
    pub fabric: Arc<Fabric>,
    /// The colour asked for.
    pub colour: Option<Rgb>,
    /// Text of the pattern file that the garment is cut from, if it names one.
    pub specification: Option<Arc<str>>,
}

impl Garment {
    /// The pattern in the size asked for.
    ///
    /// # Errors
    /// A size that the table lacks, or measures that cannot be drafted to.
    pub fn pattern(&self, wearer: &BodyMeasures) -> Result<Pattern, GarmentError> {
        let fit = match &self.size {
            Size::MadeToMeasure => Fit::MadeToMeasure,
            Size::Named(name) => Fit::Size(name.clone()),
        };
        self.file
            .pattern(wearer, Some(&fit), self.specification.as_deref())
    }
}

/// A look with all it needs.
#[derive(Debug, Clone)]
pub struct CastLook {
    /// Its entry in the running order.
    pub look: Look,
    /// Who walks.
    pub cast: Cast,
    /// What is worn, from the skin outwards.
    pub garments: Vec<Garment>,
}

/// A show that can be staged.
#[derive(Debug, Clone)]
pub struct Production {
    /// The show file.
    pub show: Show,
    /// The show's file, for errors.
    pub name: String,
    /// The looks in running order.
    pub looks: Vec<CastLook>,
    /// Where assets come from.
    pub assets: Assets,
}

/// What a show asks of its twins.
///
/// # Errors
/// Names the field that does not say a purpose or a date.
pub fn use_of(show: &Show, path: &str, scope: Scope) -> Result<Use, ProductionError> {
    let purpose: Purpose = ron::from_str(&show.purpose).map_err(|_| ProductionError::Missing {
        place: format!("{path}: purpose"),
        problem: format!("'{}' is no purpose that licences know", show.purpose),
        mend: "write one of Show, Lookbook, Commerce, Advertising, Press, Rehearsal".into(),
    })?;
    let date = show.date.parse().map_err(|_| ProductionError::Missing {
        place: format!("{path}: date"),
        problem: format!("'{}' is no date", show.date),
        mend: "write it as year-month-day, as in \"2026-11-21\"".into(),
    })?;
    Ok(Use {
        client: show.client.clone(),
        purpose,
        scope,
        date,
    })
}

/// Whether the files that a venue names are there.
fn check_venue(venue: &Venue, assets: &Assets, name: &str) -> Result<(), ProductionError> {
    let there = |field: &str, path: &Path, folder: &str| {
        if path.is_file() {
            return Ok(());
        }
        Err(ProductionError::Missing {
            place: format!("{name}: venue.{field}"),
            problem: format!("there is no file {}", path.display()),
            mend: format!("use one under assets/{folder}"),
        })
    };
    if let Some(environment) = &venue.environment {
        let path = assets.environment(&environment.image);
        there("environment.image", &path, "environments")?;
    }
    match venue.screen.as_ref().map(|screen| &screen.shows) {
        Some(Shown::Pictures { files, .. }) => {
            files.iter().enumerate().try_for_each(|(at, file)| {
                let field = format!("screen.shows.files[{at}]");
                there(&field, &assets.screen(file), "screens")
            })
        }
        Some(Shown::Movie { file }) => there("screen.shows.file", &assets.screen(file), "screens"),
        None => Ok(()),
    }
}

/// Loads a twin's record.
fn load_record(assets: &Assets, id: &str, place: &str) -> Result<Twin, ProductionError> {
    let folder = assets.twin(id);
    if !folder.is_dir() {
        return Err(ProductionError::Missing {
            place: place.to_owned(),
            problem: format!("there is no twin '{id}' ({} is missing)", folder.display()),
            mend: format!("use one of: {}", assets.list("twins").join(", ")),
        });
    }
    Ok(Twin::load(&folder)?)
}

/// Loads a twin and its avatar.
///
/// # Errors
/// An unknown twin (with the known ones), a broken record or avatar.
pub fn load_twin(
    assets: &Assets,
    id: &str,
    place: &str,
) -> Result<(Arc<Twin>, Arc<Avatar>), ProductionError> {
    let twin = load_record(assets, id, place)?;
    let avatar = Avatar::load(&twin.avatar_path())?;
    Ok((Arc::new(twin), Arc::new(avatar)))
}

impl Production {
    /// Loads a show file and all it names, and checks every licence.
    ///
    /// # Errors
    /// The first [`ProductionError`]; licences are checked before avatars are
    /// even opened.
    pub fn load(path: &Path, assets: &Assets) -> Result<Self, ProductionError> {
        Self::cast(
            Show::load(path)?,
            &path.display().to_string(),
            assets,
            Scope::Runway,
        )
    }

    /// Loads all that a show names, and checks every licence for `scope`;
    /// `name` is the show's file, for errors.
    ///
    /// # Errors
    /// As [`Production::load`].
    pub fn cast(
        show: Show,
        name: &str,
        assets: &Assets,
        scope: Scope,
    ) -> Result<Self, ProductionError> {
        let asked = use_of(&show, name, scope)?;
        let mut library = Library::new(assets);
        let mut cast: BTreeMap<String, Cast> = BTreeMap::new();
        let mut looks = Vec::new();
        for (index, look) in show.looks.iter().enumerate() {
            let field = format!("looks[{index}] (look {})", look.number);
            if !cast.contains_key(&look.twin) {
                let place = format!("{name}: {field}.twin");
                let twin = load_record(assets, &look.twin, &place)?;
                let licence = twin
                    .permit(&asked)
                    .map_err(|refusal| ProductionError::Licence {
                        show: name.to_owned(),
                        field: format!("{field}.twin"),
                        refusal,
                    })?
                    .cloned();
                let avatar = Avatar::load(&twin.avatar_path())?;
                cast.insert(
                    look.twin.clone(),
                    Cast {
                        twin: Arc::new(twin),
                        avatar: Arc::new(avatar),
                        licence,
                    },
                );
            }
            let mut garments = Vec::new();
            for (at, worn) in look.garments.iter().enumerate() {
                let place = format!("{name}: {field}.garments[{at}]");
                garments.push(library.worn(worn, &place)?);
            }
            looks.push(CastLook {
                look: look.clone(),
                cast: cast[&look.twin].clone(),
                garments,
            });
        }
        check_venue(&show.venue, assets, name)?;
        let production = Self {
            show,
            name: name.to_owned(),
            looks,
            assets: assets.clone(),
        };
        production.check_edit()?;
        Ok(production)
    }

    /// Makes an automatic edit to see whether there is time for it, before anything
    /// is sewn. Which details it will show depends on how the garments hang.
    fn check_edit(&self) -> Result<(), ProductionError> {
        if matches!(self.show.edit, Edit::Auto { .. }) {
            let marks = self.looks.iter().map(|cast| {
                let choreography = Choreography::new(cast, &self.show)?;
                let parts = vec![Framing::Hem, Framing::Shoes];
                Ok(choreography.marks(cast.look.number, self.show.beat_s(), parts))
            });
            let marks: Vec<_> = marks.collect::<Result<_, ProductionError>>()?;
            self.show.shots(&marks, &self.name)?;
        }
        Ok(())
    }
}
