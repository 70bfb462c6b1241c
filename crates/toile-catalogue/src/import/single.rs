//! Files that hold one fabric: RON, U3M and U3MA, glTF.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

use super::Progress;
use crate::{
    error::CatalogueError,
    fab, gltf,
    look::{Look, Picture},
    record::{Colour, FACE, Record},
    store::{Put, Store, Writer},
    u3m::{self, Package},
};

/// What came with a fabric and could not be used: field and reason.
type Notes = Vec<(String, String)>;

/// A fabric as a file has it.
struct Single {
    record: Record,
    looks: Vec<Look>,
    notes: Notes,
    files: BTreeMap<String, Vec<u8>>,
}

/// Whether a file holds one fabric, by its extension.
#[must_use]
pub fn is_one(file: &Path) -> bool {
    extension(file).is_some_and(|e| ["ron", "u3m", "u3ma", "gltf", "glb"].contains(&e.as_str()))
}

fn extension(file: &Path) -> Option<String> {
    Some(file.extension()?.to_string_lossy().to_lowercase())
}

/// Reads one fabric with the files that belong to it.
fn read(file: &Path) -> Result<Single, CatalogueError> {
    let place = file.display().to_string();
    let bare = |record| Single {
        record,
        looks: Vec::new(),
        notes: Vec::new(),
        files: BTreeMap::new(),
    };
    match extension(file).as_deref() {
        Some("ron") => {
            let text = std::fs::read_to_string(file).map_err(|e| CatalogueError::file(file, e))?;
            let mut single = bare(Record::from_ron(&text, &place)?);
            single.files = beside(file, &single.record)?;
            Ok(single)
        }
        Some("gltf" | "glb") => {
            let material = gltf::Material::open(file)?;
            let mut single = bare(material.record(&place)?);
            // glTF does not say how large the cloth in a picture is.
            let base = material.base_picture().map(str::to_owned);
            single.files = material.files;
            if let Some(name) = base {
                look(&mut single, &name, None);
            }
            Ok(single)
        }
        _ => {
            let package = Package::open(file)?;
            let mut single = bare(package.record(&place)?);
            match package
                .measurement()
                .and_then(|m| m.map(|m| fab::fit(&m)).transpose())
            {
                Ok(Some(fitted)) => {
                    fitted.fill(&mut single.record);
                    single.record.check(&place)?;
                }
                Ok(None) => {}
                Err(e) => single.notes.push((
                    "raw curves".to_owned(),
                    format!("kept, but not fitted: {e}"),
                )),
            }
            single.files = package.files;
            if let Some(texture) = &single.record.texture
                && let Some(name) = texture.file(FACE)
            {
                let (name, width) = (name.to_owned(), texture.size_mm.0);
                look(&mut single, &name, Some(width));
                if let Some((seen, _)) = single.looks.last().and_then(|l| l.colours.first()) {
                    let colour =
                        u3m::tinted(&package.document, *seen).map_err(|(field, problem)| {
                            CatalogueError::field(&place, field, problem)
                        })?;
                    // The picture has the colour; the constant is for those who see none.
                    let colours = &mut single.record.colours;
                    match colours.first_mut() {
                        Some(first) => first.srgb = Some(colour),
                        None => colours.push(Colour {
                            name: String::new(),
                            srgb: Some(colour),
                        }),
                    }
                }
            }
            Ok(single)
        }
    }
}

/// The pictures that a record names, from the folder of its file.
fn beside(file: &Path, record: &Record) -> Result<BTreeMap<String, Vec<u8>>, CatalogueError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let maps = record.texture.iter().flat_map(|texture| &texture.maps);
    let read = |(of, name): &(String, String)| {
        let place = file.display().to_string();
        let field = |problem: String| {
            CatalogueError::field(&place, format!("texture.maps.{of}: '{name}'"), problem)
        };
        u3m::path(name).map_err(|e| field(e.to_string()))?;
        let bytes = std::fs::read(folder.join(name)).map_err(|e| field(e.to_string()))?;
        Ok((name.clone(), bytes))
    };
    maps.map(read).collect()
}

/// Adds what a picture of the surface tells.
fn look(single: &mut Single, name: &str, width_mm: Option<f32>) {
    let read = match single.files.get(name) {
        Some(bytes) => Picture::decode(bytes),
        None => Err("is not there".to_owned()),
    };
    match read {
        Ok(picture) => single.looks.push(Look::of(&picture, width_mm)),
        Err(e) => single.notes.push((
            format!("picture '{name}'"),
            format!("kept, but it cannot be searched by: it {e}"),
        )),
    }
}

/// Imports one fabric, and the files that belong to it.
pub(super) fn run(store: &Store, file: &Path) -> Result<Progress, CatalogueError> {
    let Single {
        record,
        looks,
        notes,
        files,
    } = read(file)?;
    // Files first: a record that is there has all of its own.
    store.keep_files(&record.id, &files)?;
    let mut writer = Writer::new(store)?;
    let bytes = std::fs::metadata(file).map_or(1, |m| m.len());
    let mut at = Progress {
        byte: bytes,
        bytes,
        done: true,
        ..Progress::default()
    };
    match writer.put(&record)? {
        Put::Added => at.accepted = 1,
        Put::Replaced => at.replaced = 1,
        Put::Unchanged => at.unchanged = 1,
    }
    if !looks.is_empty() {
        writer.looks(&record.id, &looks)?;
    }
    super::note(store, file, &notes)?;
    writer.finish()?;
    Ok(at)
}

impl Store {
    /// The folder with the files of a fabric: textures, raw measurements. It lies
    /// beside the catalogue.
    #[must_use]
    pub fn files_of(&self, id: &str) -> PathBuf {
        let safe = id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        let name = if safe {
            id.to_owned()
        } else {
            blake3::hash(id.as_bytes()).to_hex()[..32].to_owned()
        };
        self.file().with_extension("files").join(name)
    }

    fn keep_files(
        &self,
        id: &str,
        files: &BTreeMap<String, Vec<u8>>,
    ) -> Result<(), CatalogueError> {
        let folder = self.files_of(id);
        for (name, contents) in files {
            let path = folder.join(name);
            // Names were checked when the package was read; here it would be fatal.
            let inside = Path::new(name)
                .components()
                .all(|c| matches!(c, Component::Normal(_)));
            if !inside {
                return Err(CatalogueError::file(&path, "would lie outside its folder"));
            }
            let failed = |e: std::io::Error| CatalogueError::file(&path, e);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent).map_err(failed)?;
            }
            let partial = path.with_added_extension("part");
            std::fs::write(&partial, contents)
                .and_then(|()| std::fs::rename(&partial, &path))
                .map_err(failed)?;
        }
        Ok(())
    }

    /// A fabric as U3M, with the files that were imported with it.
    ///
    /// # Errors
    /// If there is no such fabric or a file of it cannot be read.
    pub fn package(&self, id: &str) -> Result<Package, CatalogueError> {
        u3m::package(&self.get(id)?, self.kept_files(id)?)
    }

    /// A swatch of a fabric as binary glTF, with the pictures that were imported with
    /// it; with all its origins in `extras.toile`.
    ///
    /// # Errors
    /// If there is no such fabric, a file of it cannot be read, or nothing is known of
    /// its looks.
    pub fn swatch(&self, id: &str) -> Result<Vec<u8>, CatalogueError> {
        gltf::glb(&self.get(id)?, &self.kept_files(id)?)
    }

    fn kept_files(&self, id: &str) -> Result<BTreeMap<String, Vec<u8>>, CatalogueError> {
        fn walk(
            folder: &Path,
            prefix: &str,
            out: &mut BTreeMap<String, Vec<u8>>,
        ) -> std::io::Result<()> {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
                if entry.file_type()?.is_dir() {
                    walk(&entry.path(), &format!("{name}/"), out)?;
                } else {
                    out.insert(name, std::fs::read(entry.path())?);
                }
            }
            Ok(())
        }
        let folder = self.files_of(id);
        let mut files = BTreeMap::new();
        if folder.is_dir() {
            walk(&folder, "", &mut files).map_err(|e| CatalogueError::file(&folder, e))?;
        }
        Ok(files)
    }
}
