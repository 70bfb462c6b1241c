//! Garments and fabrics by name.
//!
//! A fabric that ships is named by its id: a file under `assets/fabrics`, or a line
//! of the starter list `assets/catalogue/starter.jsonl`. One of the catalogue is named
//! `catalogue:ID`; which catalogue that is, [`Assets::catalogue`] says. What mechanics a
//! record lacks are estimated, and say so.

use crate::{
    paths::Assets,
    prints,
    production::{Garment, ProductionError},
};
use std::{collections::BTreeMap, path::Path, sync::Arc};
use toile_catalogue::{
    CatalogueError, Draped, Record, Store, current_drape, drapes, estimate, near,
};
use toile_garment::{Cut, Fabric, GarmentFile};
use toile_show::{
    CATALOGUE,
    format::{Size, Worn},
};

/// Loads garments and fabrics once each.
pub struct Library<'a> {
    assets: &'a Assets,
    garments: BTreeMap<String, Arc<GarmentFile>>,
    fabrics: BTreeMap<String, Arc<Fabric>>,
    starters: Option<Vec<Record>>,
    drapes: Option<Vec<Draped>>,
    store: Option<Store>,
}

/// How many names an error about an unknown one tells.
const NEAR: usize = 5;

impl<'a> Library<'a> {
    /// An empty library over these assets.
    #[must_use]
    pub fn new(assets: &'a Assets) -> Self {
        Self {
            assets,
            garments: BTreeMap::new(),
            fabrics: BTreeMap::new(),
            starters: None,
            drapes: None,
            store: None,
        }
    }

    /// A fabric by name; `place` names who asks, for the error.
    ///
    /// # Errors
    /// An unknown name (with those near it), or a broken file or catalogue.
    pub fn fabric(&mut self, name: &str, place: &str) -> Result<Arc<Fabric>, ProductionError> {
        if let Some(known) = self.fabrics.get(name) {
            return Ok(known.clone());
        }
        let path = self.assets.fabric(name);
        let fabric = if name.starts_with(CATALOGUE) || !path.is_file() {
            worn(self.record(name, place)?, name).map_err(at(place))?
        } else {
            let text = read(&path, place, "fabric", name, Vec::new)?;
            Fabric::from_ron(&text, &path.display().to_string())?
        };
        let id = name.strip_prefix(CATALOGUE);
        let files = match id.zip(self.store.as_ref()) {
            Some((id, store)) => store.files_of(id),
            None => self.assets.fabrics(),
        };
        let fabric = fabric.within(&files);
        prints::check(&fabric).map_err(|(field, problem)| ProductionError::Missing {
            place: format!("{place}: {name}: {field}"),
            problem,
            mend: "put the picture there, or take the print out of the fabric".into(),
        })?;
        let fabric = Arc::new(fabric);
        self.fabrics.insert(name.to_owned(), fabric.clone());
        Ok(fabric)
    }

    /// All that is known of a fabric, by name, before anything is estimated.
    ///
    /// # Errors
    /// As [`Self::fabric`].
    pub fn record(&mut self, name: &str, place: &str) -> Result<Record, ProductionError> {
        if let Some(id) = name.strip_prefix(CATALOGUE) {
            let file = self.assets.catalogue();
            let store = match &mut self.store {
                Some(store) => store,
                closed => closed.insert(Store::open(file).map_err(at(place))?),
            };
            return store.get(id).map_err(at(place));
        }
        let path = self.assets.fabric(name);
        if path.is_file() {
            let text = read(&path, place, "fabric", name, Vec::new)?;
            let mut record =
                Record::from_ron(&text, &path.display().to_string()).map_err(at(place))?;
            attach(&mut record, self.drapes().map_err(at(place))?);
            return Ok(record);
        }
        let starters = self.starters().map_err(at(place))?;
        if let Some(record) = starters.iter().find(|record| record.id == name) {
            return Ok(record.clone());
        }
        let known = self.shipped().map_err(at(place))?;
        Err(ProductionError::Missing {
            place: place.to_owned(),
            problem: format!("there is no fabric '{name}' among those that ship"),
            mend: format!(
                "near it are {}; a fabric of your own catalogue is written {CATALOGUE}ID",
                near(name, known.iter().map(String::as_str), NEAR).join(", ")
            ),
        })
    }

    /// Names of all fabrics that ship, sorted.
    ///
    /// # Errors
    /// The starter list cannot be read.
    pub fn shipped(&mut self) -> Result<Vec<String>, CatalogueError> {
        let mut known = self.assets.list("fabrics");
        known.extend(self.starters()?.iter().map(|record| record.id.clone()));
        known.sort();
        Ok(known)
    }

    /// The starter list; it may be missing from assets of one's own.
    fn starters(&mut self) -> Result<&[Record], CatalogueError> {
        if self.starters.is_none() {
            let path = self.assets.starters();
            let records = if path.is_file() {
                let mut records = toile_catalogue::records(&path)?;
                let drapes = self.drapes()?;
                for record in &mut records {
                    attach(record, drapes);
                }
                records
            } else {
                Vec::new()
            };
            self.starters = Some(records);
        }
        Ok(self.starters.as_deref().unwrap_or_default())
    }

    /// Drapes of the fabrics that ship.
    fn drapes(&mut self) -> Result<&[Draped], CatalogueError> {
        if self.drapes.is_none() {
            self.drapes = Some(shipped_drapes(self.assets)?);
        }
        Ok(self.drapes.as_deref().unwrap_or_default())
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

/// The fabric that a record is worn as under a name; what it lacks is estimated.
///
/// # Errors
/// Without weight and construction nothing can be estimated.
pub fn worn(mut record: Record, name: &str) -> Result<Fabric, CatalogueError> {
    estimate::complete(&mut record)?;
    let mut fabric = record.fabric()?;
    // A supplier's id may have any letters; a name of ours is checked where it is given.
    fabric.id = "fabric".into();
    fabric.check(name).map_err(|e| CatalogueError::File {
        file: name.to_owned(),
        problem: e.to_string(),
    })?;
    name.clone_into(&mut fabric.id);
    Ok(fabric)
}

/// Drapes that were simulated of the fabrics that ship; none without their list.
///
/// # Errors
/// The list cannot be read.
pub fn shipped_drapes(assets: &Assets) -> Result<Vec<Draped>, CatalogueError> {
    let file = assets.drapes();
    match file.is_file() {
        true => drapes(&file),
        false => Ok(Vec::new()),
    }
}

/// Gives a record the drape that was simulated of it; whether it had none of the
/// numbers that it has now, and has one.
pub fn attach(record: &mut Record, drapes: &[Draped]) -> bool {
    if current_drape(record).is_some() {
        return false;
    }
    let before = record.drape.take();
    record.drape = drapes
        .iter()
        .find(|d| d.id == record.id)
        .map(|d| d.drape.clone());
    if current_drape(record).is_none() {
        record.drape = before;
        return false;
    }
    true
}

fn at(place: &str) -> impl Fn(CatalogueError) -> ProductionError {
    move |source| ProductionError::Catalogue {
        place: place.to_owned(),
        source,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wardrobe::fabric_params;
    use toile_catalogue::{Figure, Writer, drape_key, import::Import};
    use toile_garment::Origin;

    fn assets() -> Assets {
        Assets::find(Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assets"))).unwrap()
    }

    #[test]
    fn a_fabric_of_the_starter_list_is_worn_with_estimates_that_say_so() {
        let assets = assets();
        let fabric = Library::new(&assets)
            .fabric("cotton-voile", "test")
            .unwrap();
        assert_eq!(fabric.bending.origin, Origin::Estimated);
        assert!(fabric.bending.error.unwrap() > 1.2);
    }

    #[test]
    fn a_name_that_nobody_knows_is_answered_with_the_nearest() {
        let assets = assets();
        let error = Library::new(&assets).fabric("silk-charmuse", "show: fabric");
        let said = error.unwrap_err().to_string();
        for word in ["show: fabric", "silk-charmeuse", "catalogue:"] {
            assert!(said.contains(word), "{said}");
        }
    }

    #[test]
    fn the_solver_gets_the_numbers_of_the_catalogue_to_the_last_bit_with_their_bands() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.sqlite");
        let mut record = Library::new(&assets())
            .record("wool-crepe", "test")
            .unwrap();
        record.id = "Mill 7:412/b".into();
        let bending = record.physics.bending.as_mut().unwrap();
        bending.value.warp *= 1.234_567;
        *bending = Figure::new(bending.value, Origin::Measured, "KES-FB2").within(1.07);
        let store = Store::create(&file).unwrap();
        let mut writer = Writer::new(&store).unwrap();
        writer.put(&record).unwrap();
        writer.finish().unwrap();
        let assets = assets().with_catalogue(Some(file));
        let mut library = Library::new(&assets);
        let fabric = library.fabric("catalogue:Mill 7:412/b", "test").unwrap();
        let own = record.fabric().unwrap();
        assert_eq!(fabric_params(&fabric), fabric_params(&own));
        let kept = &fabric.bending;
        assert_eq!((kept.origin, kept.error), (Origin::Measured, Some(1.07)));
        let error = library
            .fabric("catalogue:Mill 7:412/c", "test")
            .unwrap_err();
        assert!(error.to_string().contains("Mill 7:412/b"), "{error}");
    }

    #[test]
    fn a_print_goes_into_the_catalogue_with_its_picture_and_must_stay_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.sqlite");
        let store = Store::create(&file).unwrap();
        let dots = Import {
            file: assets().fabric("white-dots-on-blk"),
            map: Vec::new(),
            supplier: String::new(),
            currency: None,
            preset: None,
        };
        toile_catalogue::import::run(&store, &dots, &mut |_| true).unwrap();
        let assets = assets().with_catalogue(Some(file));
        let name = "catalogue:white-dots-on-blk";
        let fabric = Library::new(&assets).fabric(name, "test").unwrap();
        let picture = fabric.print.as_ref().unwrap().image.clone();
        assert!(picture.starts_with(folder.path()), "{}", picture.display());
        std::fs::write(&picture, "no picture").unwrap();
        let error = Library::new(&assets).fabric(name, "look 1").unwrap_err();
        let said = error.to_string();
        for word in ["look 1", "print.image", "white-dots-on-blk.png", "PNG"] {
            assert!(said.contains(word), "{said}");
        }
    }

    #[test]
    fn every_fabric_that_ships_has_a_simulated_drape_with_its_band() {
        let assets = assets();
        let mut library = Library::new(&assets);
        for name in library.shipped().unwrap() {
            let record = library.record(&name, "test").unwrap();
            let drape = current_drape(&record).unwrap_or_else(|| panic!("{name} has none"));
            assert!(drape.error.unwrap() > 1.0, "{name}");
        }
    }

    #[test]
    fn the_drapes_that_ship_are_of_the_numbers_that_their_fabrics_have() {
        let assets = assets();
        let mut library = Library::new(&assets);
        let drapes = shipped_drapes(&assets).unwrap();
        assert!(!drapes.is_empty());
        for draped in drapes {
            let fabric = library.fabric(&draped.id, "drapes.jsonl").unwrap();
            let (now, then) = (drape_key(&fabric), &draped.drape.value.of);
            assert_eq!(&now, then, "{}: simulate it anew", draped.id);
        }
    }
}
