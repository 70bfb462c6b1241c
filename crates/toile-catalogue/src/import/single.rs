//! Files that hold one fabric: RON, U3M and U3MA.

use std::path::{Component, Path, PathBuf};

use super::Progress;
use crate::{
    error::CatalogueError,
    record::Record,
    store::{Put, Store, Writer},
    u3m::Package,
};

/// Whether a file holds one fabric, by its extension.
#[must_use]
pub fn is_one(file: &Path) -> bool {
    extension(file).is_some_and(|e| ["ron", "u3m", "u3ma"].contains(&e.as_str()))
}

fn extension(file: &Path) -> Option<String> {
    Some(file.extension()?.to_string_lossy().to_lowercase())
}

/// Imports one fabric, and the files that belong to it.
pub(super) fn run(store: &Store, file: &Path) -> Result<Progress, CatalogueError> {
    let place = file.display().to_string();
    let record = if extension(file).is_some_and(|e| e == "ron") {
        let text = std::fs::read_to_string(file).map_err(|e| CatalogueError::file(file, e))?;
        Record::from_ron(&text, &place)?
    } else {
        let package = Package::open(file)?;
        let record = package.record(&place)?;
        // Files first: a record that is there has all of its own.
        store.keep_files(&record.id, &package)?;
        record
    };
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

    fn keep_files(&self, id: &str, package: &Package) -> Result<(), CatalogueError> {
        let folder = self.files_of(id);
        for (name, contents) in &package.files {
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
        fn walk(
            folder: &Path,
            prefix: &str,
            out: &mut std::collections::BTreeMap<String, Vec<u8>>,
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
        let record = self.get(id)?;
        let folder = self.files_of(id);
        let mut files = std::collections::BTreeMap::new();
        if folder.is_dir() {
            walk(&folder, "", &mut files).map_err(|e| CatalogueError::file(&folder, e))?;
        }
        crate::u3m::package(&record, files)
    }
}
