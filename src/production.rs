//! A production: a show file with everything it names loaded and checked, and
//! every twin's licence covering the use. Nothing is rendered before this
//! succeeds.

pub use crate::library::Library;
use crate::{
    avatars::{AvatarError, avatar_of},
    choreography::Choreography,
    consent::{self, ConsentTrouble, Granted, Intent, Part},
    paths::Assets,
};
use std::{collections::BTreeMap, path::Path, sync::Arc};
use toile_consent::{Kind, Medium};
use toile_garment::{BodyMeasures, Fabric, Fit, GarmentError, GarmentFile, Pattern};
use toile_show::{
    Rgb, Show,
    format::{Edit, Framing, Look, Shown, Size, Venue},
};
use toile_twin::{Avatar, Face, Kind as TwinKind, Silhouette, Twin};

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
    /// An avatar that cannot be made.
    #[error(transparent)]
    Avatar(#[from] AvatarError),
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
        "{show}: {field}: {trouble}; the twin is not shown. Change what the show asks, cast another twin, or obtain a licence"
    )]
    Licence {
        /// The show file.
        show: String,
        /// The field that casts the twin.
        field: String,
        /// The clause that fails.
        trouble: Box<ConsentTrouble>,
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
    pub licence: Option<Granted>,
    /// Its part in the show.
    pub part: Part,
    /// Whether it is shown with a mannequin's face: by its record, or as viewers wish.
    pub faceless: bool,
    /// The mannequin that takes its place if its licence ends while the show goes on;
    /// none for one who needs no licence, or where there is no mannequin.
    pub understudy: Option<(Arc<Twin>, Arc<Avatar>)>,
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
    /// What is asked of its twins.
    pub intent: Intent,
    /// Where assets come from.
    pub assets: Assets,
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
        Some(Shown::Feed { .. }) => Ok(()),
        None => Ok(()),
    }
}

/// Loads a twin's record.
///
/// # Errors
/// An unknown twin, with the known ones, or a broken record.
pub(crate) fn load_record(assets: &Assets, id: &str, place: &str) -> Result<Twin, ProductionError> {
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
    let avatar = avatar_of(&twin, assets)?;
    Ok((Arc::new(twin), Arc::new(avatar)))
}

/// The field of a look, for errors.
fn look_field(index: usize, look: &Look) -> String {
    format!("looks[{index}] (look {})", look.number)
}

/// Parts by twin, and garments by look.
type Dressed = (BTreeMap<String, Part>, Vec<Vec<Garment>>);

/// Finds what everybody wears.
fn dress(show: &Show, name: &str, library: &mut Library<'_>) -> Result<Dressed, ProductionError> {
    let mut parts: BTreeMap<String, Part> = BTreeMap::new();
    let mut all = Vec::new();
    for (index, look) in show.looks.iter().enumerate() {
        let mut garments = Vec::new();
        for (at, worn) in look.garments.iter().enumerate() {
            let place = format!("{name}: {}.garments[{at}]", look_field(index, look));
            garments.push(library.worn(worn, &place)?);
        }
        Part::add(&mut parts, look, &garments);
        all.push(garments);
    }
    Ok((parts, all))
}

/// The mannequin that steps in for twins where time passes; whoever has none is told.
fn understudy(
    assets: &Assets,
    medium: Medium,
) -> Result<Option<(Arc<Twin>, Arc<Avatar>)>, ProductionError> {
    if medium == Medium::Still {
        return Ok(None);
    }
    let folder = assets.twin(UNDERSTUDY);
    if !folder.is_dir() {
        eprintln!(
            "there is no mannequin in {}: if a licence ends while this plays, its looks vanish",
            folder.display()
        );
        return Ok(None);
    }
    Ok(Some(load_twin(assets, UNDERSTUDY, "understudy")?))
}

/// Whether a twin is shown with a mannequin's face.
fn faceless(twin: &Twin, assets: &Assets) -> bool {
    twin.kind != TwinKind::Mannequin
        && (twin.face == Face::Mannequin || assets.faces() == Face::Mannequin)
}

/// The mannequin's folder.
const UNDERSTUDY: &str = "mannequin";

impl Production {
    /// The parts that twins have in a show, without casting them.
    ///
    /// # Errors
    /// A garment or fabric that is not there.
    pub fn parts(
        show: &Show,
        name: &str,
        assets: &Assets,
    ) -> Result<BTreeMap<String, Part>, ProductionError> {
        let mut library = Library::new(assets);
        Ok(dress(show, name, &mut library)?.0)
    }

    /// Asks again whether every twin may take its part in the looks that are left here:
    /// papers and clock may have changed, what is meant is known better, and looks may
    /// have been taken out or put together. The licences are those that hold now.
    ///
    /// # Errors
    /// The clause that fails, naming the look.
    pub fn ask_again(&mut self, intent: &Intent) -> Result<(), ProductionError> {
        let mut parts = BTreeMap::new();
        for look in &self.looks {
            Part::add(&mut parts, &look.look, &look.garments);
        }
        let mut asked: BTreeMap<String, Option<Granted>> = BTreeMap::new();
        for (index, look) in self.looks.iter_mut().enumerate() {
            let cast = &mut look.cast;
            if let Some(part) = parts.get(&look.look.twin) {
                cast.part.clone_from(part);
            }
            if !asked.contains_key(&cast.twin.id) {
                let account = self.assets.account();
                let granted = consent::permit(&cast.twin, intent, &cast.part, account);
                let granted = granted.map_err(|trouble| ProductionError::Licence {
                    show: self.name.clone(),
                    field: format!("{}.twin", look_field(index, &look.look)),
                    trouble: Box::new(trouble),
                })?;
                asked.insert(cast.twin.id.clone(), granted);
            }
            cast.licence.clone_from(&asked[&cast.twin.id]);
        }
        self.intent = intent.clone();
        Ok(())
    }

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
            Medium::Film,
        )
    }

    /// Loads all that a show names, and checks every licence for appearing in `medium`;
    /// `name` is the show's file, for errors.
    ///
    /// # Errors
    /// As [`Production::load`].
    pub fn cast(
        show: Show,
        name: &str,
        assets: &Assets,
        medium: Medium,
    ) -> Result<Self, ProductionError> {
        let intent = Intent::new(&show, name, medium)?;
        Self::cast_as(show, name, assets, intent)
    }

    /// Loads all that some looks of a show need to be photographed for a lookbook, all of
    /// them if none is named, and checks every licence; whatever else the show is for, and
    /// whoever else is in it.
    ///
    /// # Errors
    /// As [`Production::load`].
    pub fn cast_lookbook(
        mut show: Show,
        name: &str,
        assets: &Assets,
        looks: &[u32],
    ) -> Result<Self, ProductionError> {
        let mut intent = Intent::new(&show, name, Medium::Still)?;
        intent.kind = Kind::Lookbook;
        let asked = |look: &Look| looks.is_empty() || looks.contains(&look.number);
        if looks
            .iter()
            .all(|n| show.looks.iter().any(|look| look.number == *n))
        {
            show.looks.retain(asked);
        }
        Self::cast_as(show, name, assets, intent)
    }

    fn cast_as(
        show: Show,
        name: &str,
        assets: &Assets,
        intent: Intent,
    ) -> Result<Self, ProductionError> {
        let mut library = Library::new(assets);
        let (mut parts, worn) = dress(&show, name, &mut library)?;
        let understudy = understudy(assets, intent.medium)?;
        let mut cast: BTreeMap<String, Cast> = BTreeMap::new();
        let mut looks = Vec::new();
        for ((index, look), garments) in show.looks.iter().enumerate().zip(worn) {
            if !cast.contains_key(&look.twin) {
                let field = format!("{}.twin", look_field(index, look));
                let twin = load_record(assets, &look.twin, &format!("{name}: {field}"))?;
                let part = parts.remove(&look.twin).unwrap_or_default();
                let licence = consent::permit(&twin, &intent, &part, assets.account());
                let licence = licence.map_err(|trouble| ProductionError::Licence {
                    show: name.to_owned(),
                    field,
                    trouble: Box::new(trouble),
                })?;
                let avatar = avatar_of(&twin, assets)?;
                cast.insert(
                    look.twin.clone(),
                    Cast {
                        faceless: faceless(&twin, assets),
                        twin: Arc::new(twin),
                        avatar: Arc::new(avatar),
                        understudy: licence.as_ref().and(understudy.clone()),
                        licence,
                        part,
                    },
                );
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
            intent,
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
                let choreography = Choreography::new(cast, &self.show, Silhouette::default())?;
                let parts = vec![Framing::Hem, Framing::Shoes];
                Ok(choreography.marks(cast.look.number, self.show.beat_s(), parts))
            });
            let marks: Vec<_> = marks.collect::<Result<_, ProductionError>>()?;
            self.show.shots(&marks, &self.name)?;
        }
        Ok(())
    }
}
