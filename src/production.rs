//! A production: a show file with everything it names loaded and checked, and
//! every twin's licence covering the use. Nothing is rendered before this
//! succeeds.

use crate::{
    choreography::Choreography,
    consent::{self, ConsentTrouble, Granted, Intent, Part},
    paths::Assets,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};
use toile_consent::{Content, LookUse, Medium};
use toile_garment::{BodyMeasures, Cut, Fabric, Fit, GarmentError, GarmentFile, Pattern};
use toile_show::{
    Rgb, Show,
    format::{Edit, Framing, Look, Size, Worn},
};
use toile_twin::{Avatar, Twin};

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

/// Loads garments and fabrics once each.
pub struct Library<'a> {
    assets: &'a Assets,
    garments: BTreeMap<String, Arc<GarmentFile>>,
    fabrics: BTreeMap<String, Arc<Fabric>>,
}

impl<'a> Library<'a> {
    /// An empty library over these assets.
    #[must_use]
    pub fn new(assets: &'a Assets) -> Self {
        Self {
            assets,
            garments: BTreeMap::new(),
            fabrics: BTreeMap::new(),
        }
    }

    /// A fabric by id; `place` names who asks, for the error.
    ///
    /// # Errors
    /// An unknown id (with the known ones) or a broken file.
    pub fn fabric(&mut self, id: &str, place: &str) -> Result<Arc<Fabric>, ProductionError> {
        if let Some(known) = self.fabrics.get(id) {
            return Ok(known.clone());
        }
        let path = self.assets.fabric(id);
        let text = read(&path, place, "fabric", id, || self.assets.list("fabrics"))?;
        let fabric = Arc::new(Fabric::from_ron(&text, &path.display().to_string())?);
        self.fabrics.insert(id.to_owned(), fabric.clone());
        Ok(fabric)
    }

    /// A garment as a show or a command names it; `place` names who asks.
    ///
    /// # Errors
    /// An unknown garment, fabric or pattern file.
    pub fn worn(&mut self, worn: &Worn, place: &str) -> Result<Garment, ProductionError> {
        let file = self.garment(&worn.garment, &format!("{place}.garment"))?;
        let specification = match &file.cut {
            Cut::Block(_) => None,
            Cut::Specification(name) => {
                let path = self.assets.garment(&worn.garment).with_file_name(name);
                let text =
                    std::fs::read_to_string(&path).map_err(|error| ProductionError::Missing {
                        place: format!("{}: cut", self.assets.garment(&worn.garment).display()),
                        problem: format!("cannot read the pattern {}: {error}", path.display()),
                        mend: "put the specification file beside the garment file".into(),
                    })?;
                Some(Arc::from(text))
            }
        };
        let fabric = self.fabric(&worn.fabric, &format!("{place}.fabric"))?;
        Ok(Garment {
            file,
            size: worn.size.clone(),
            fabric,
            colour: worn.colour,
            specification,
        })
    }

    /// A garment made to measure in the fabric that its file names.
    ///
    /// # Errors
    /// As [`Self::worn`].
    pub fn own_fabric(&mut self, id: &str, place: &str) -> Result<Garment, ProductionError> {
        let worn = Worn {
            garment: id.to_owned(),
            size: Size::MadeToMeasure,
            fabric: self.garment(id, place)?.fabric.clone(),
            colour: None,
        };
        self.worn(&worn, place)
    }

    /// A garment by id; `place` names who asks, for the error.
    ///
    /// # Errors
    /// An unknown id (with the known ones) or a broken file.
    pub fn garment(&mut self, id: &str, place: &str) -> Result<Arc<GarmentFile>, ProductionError> {
        if let Some(known) = self.garments.get(id) {
            return Ok(known.clone());
        }
        let path = self.assets.garment(id);
        let text = read(&path, place, "garment", id, || self.assets.list("garments"))?;
        let garment = Arc::new(GarmentFile::from_ron(&text, &path.display().to_string())?);
        self.garments.insert(id.to_owned(), garment.clone());
        Ok(garment)
    }
}

fn read(
    path: &Path,
    place: &str,
    kind: &str,
    id: &str,
    known: impl Fn() -> Vec<String>,
) -> Result<String, ProductionError> {
    std::fs::read_to_string(path).map_err(|error| {
        let problem = if error.kind() == std::io::ErrorKind::NotFound {
            format!("there is no {kind} '{id}' ({} is missing)", path.display())
        } else {
            format!("cannot read {}: {error}", path.display())
        };
        ProductionError::Missing {
            place: place.to_owned(),
            problem,
            mend: format!("use one of: {}", known().join(", ")),
        }
    })
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
    let avatar = Avatar::load(&twin.avatar_path())?;
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
        let part = parts.entry(look.twin.clone()).or_default();
        part.content.extend(content_of(&garments));
        part.looks.push(LookUse {
            number: look.number,
            garments: look.garments.iter().map(|w| w.garment.clone()).collect(),
        });
        all.push(garments);
    }
    Ok((parts, all))
}

/// The mannequin that steps in for twins, where there is one.
fn understudy(assets: &Assets) -> Result<Option<(Arc<Twin>, Arc<Avatar>)>, ProductionError> {
    if !assets.twin(UNDERSTUDY).is_dir() {
        return Ok(None);
    }
    Ok(Some(load_twin(assets, UNDERSTUDY, "understudy")?))
}

/// The mannequin's folder.
const UNDERSTUDY: &str = "mannequin";

/// What can be seen of what models may not want to be part of.
fn content_of(garments: &[Garment]) -> BTreeSet<Content> {
    let mut content = BTreeSet::new();
    if garments.is_empty() {
        content.insert(Content::Nudity);
    }
    for garment in garments {
        let fabric = &garment.fabric;
        let words = format!("{} {}", fabric.id, fabric.composition).to_lowercase();
        let says = |list: &[&str]| {
            let mut words = words.split(|c: char| !c.is_alphabetic());
            words.any(|word| list.contains(&word))
        };
        if says(&["leather", "lambskin", "suede", "cowhide", "calfskin"]) {
            content.insert(Content::Leather);
        }
        if says(&["fur", "mink", "fox", "sable", "chinchilla", "shearling"]) {
            content.insert(Content::Fur);
        }
    }
    content
}

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

    /// Asks again whether every twin may take its part: papers and clock may have
    /// changed, and what is meant is known better. The licences are those that hold now.
    ///
    /// # Errors
    /// The clause that fails, naming the look.
    pub fn ask_again(&mut self, intent: &Intent) -> Result<(), ProductionError> {
        let mut asked: BTreeMap<String, Option<Granted>> = BTreeMap::new();
        for (index, look) in self.looks.iter_mut().enumerate() {
            let cast = &mut look.cast;
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
        let mut library = Library::new(assets);
        let (mut parts, worn) = dress(&show, name, &mut library)?;
        let understudy = understudy(assets)?;
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
                let avatar = Avatar::load(&twin.avatar_path())?;
                cast.insert(
                    look.twin.clone(),
                    Cast {
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
        let environment = assets.environment(&show.venue.environment.image);
        if !environment.is_file() {
            return Err(ProductionError::Missing {
                place: format!("{name}: venue.environment.image"),
                problem: format!("there is no file {}", environment.display()),
                mend: "use an image under assets/environments".into(),
            });
        }
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
