//! Where Toile finds its files.

use crate::{avatars::Avatars, consent::Account};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use toile_twin::Face;

/// The folder that holds twins, garments, fabrics and environments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    root: PathBuf,
    /// Folders of twins that are not kept with the others, by id.
    guests: BTreeMap<String, PathBuf>,
    /// The fabric catalogue.
    catalogue: PathBuf,
    /// What was done with twins.
    account: Account,
    /// Avatars that were made from recipes.
    avatars: Avatars,
    /// Whose faces are shown.
    faces: Face,
}

/// Where the catalogue lies if nothing says otherwise; beside the bakes.
const CATALOGUE: &str = "out/catalogue.sqlite";

impl Assets {
    /// Finds the assets: `given` if there is one, else the variable
    /// `TOILE_ASSETS`, else a folder `assets` here or above the program.
    ///
    /// # Errors
    /// A sentence that lists where it looked.
    pub fn find(given: Option<&Path>) -> Result<Self, String> {
        let mut tried = Vec::new();
        let from_variable = std::env::var_os("TOILE_ASSETS").map(PathBuf::from);
        let candidates: Vec<PathBuf> = match given.map(Path::to_path_buf).or(from_variable) {
            Some(only) => vec![only],
            None => {
                let beside_program = std::env::current_exe().ok().into_iter().flat_map(|exe| {
                    exe.ancestors()
                        .skip(1)
                        .map(|folder| folder.join("assets"))
                        .collect::<Vec<_>>()
                });
                std::iter::once(PathBuf::from("assets"))
                    .chain(beside_program)
                    .collect()
            }
        };
        for folder in candidates {
            if folder.join("fabrics").is_dir() && folder.join("garments").is_dir() {
                let root = folder
                    .canonicalize()
                    .map_err(|error| format!("cannot open {}: {error}", folder.display()))?;
                let named = std::env::var_os("TOILE_CATALOGUE").map(PathBuf::from);
                return Ok(Self {
                    root,
                    guests: BTreeMap::new(),
                    catalogue: named.unwrap_or_else(|| CATALOGUE.into()),
                    account: Account::of_user(),
                    avatars: Avatars::of_user(),
                    faces: Face::default(),
                });
            }
            tried.push(folder.display().to_string());
        }
        Err(format!(
            "no assets found (a folder with fabrics/ and garments/); looked at {}; run Toile from its own folder, or give --assets DIR",
            tried.join(", ")
        ))
    }

    /// The folder itself, absolute.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The same assets with one more twin, from a folder of its own.
    #[must_use]
    pub fn with_guest(&self, id: &str, folder: &Path) -> Self {
        let mut assets = self.clone();
        assets.guests.insert(id.to_owned(), folder.to_path_buf());
        assets
    }

    /// The same assets with another fabric catalogue, if one is given.
    #[must_use]
    pub fn with_catalogue(mut self, file: Option<PathBuf>) -> Self {
        if let Some(file) = file {
            self.catalogue = file;
        }
        self
    }

    /// The fabric catalogue: the one given, else the one that the variable
    /// `TOILE_CATALOGUE` names, else `out/catalogue.sqlite`. It need not be there.
    #[must_use]
    pub fn catalogue(&self) -> &Path {
        &self.catalogue
    }

    /// The folder of the fabrics that ship, and of their pictures.
    #[must_use]
    pub fn fabrics(&self) -> PathBuf {
        self.root.join("fabrics")
    }

    /// The starter list of fabrics.
    #[must_use]
    pub fn starters(&self) -> PathBuf {
        self.root.join("catalogue/starter.jsonl")
    }

    /// What pictures of the fabrics that ship tell.
    #[must_use]
    pub fn looks(&self) -> PathBuf {
        self.root.join("catalogue/starter.looks.jsonl")
    }

    /// Simulated drape tests of the fabrics that ship.
    #[must_use]
    pub fn drapes(&self) -> PathBuf {
        self.root.join("catalogue/drapes.jsonl")
    }

    /// The same assets with another account of what is done with twins.
    #[must_use]
    pub fn with_account(&self, account: Account) -> Self {
        Self {
            account,
            ..self.clone()
        }
    }

    /// What was done with twins.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The same assets with another folder of avatars that were made from recipes.
    #[must_use]
    pub fn with_avatars(&self, avatars: Avatars) -> Self {
        Self {
            avatars,
            ..self.clone()
        }
    }

    /// Avatars that were made from recipes.
    #[must_use]
    pub fn avatars(&self) -> &Avatars {
        &self.avatars
    }

    /// The same assets for viewers who wish to see these faces.
    #[must_use]
    pub fn with_faces(&self, faces: Face) -> Self {
        Self {
            faces,
            ..self.clone()
        }
    }

    /// Whose faces viewers wish to see: the twins', as far as those show them, or a
    /// mannequin's on all.
    #[must_use]
    pub fn faces(&self) -> Face {
        self.faces
    }

    /// Folder of one twin.
    #[must_use]
    pub fn twin(&self, id: &str) -> PathBuf {
        self.guests
            .get(id)
            .cloned()
            .unwrap_or_else(|| self.root.join("twins").join(id))
    }

    /// File of one garment.
    #[must_use]
    pub fn garment(&self, id: &str) -> PathBuf {
        self.root.join("garments").join(format!("{id}.ron"))
    }

    /// File of one fabric.
    #[must_use]
    pub fn fabric(&self, id: &str) -> PathBuf {
        self.root.join("fabrics").join(format!("{id}.ron"))
    }

    /// File of one environment image.
    #[must_use]
    pub fn environment(&self, name: &str) -> PathBuf {
        self.root.join("environments").join(name)
    }

    /// File of what a screen shows.
    #[must_use]
    pub fn screen(&self, name: &str) -> PathBuf {
        self.root.join("screens").join(name)
    }

    /// Identifiers found in a folder of `.ron` files, or of folders, sorted.
    #[must_use]
    pub fn list(&self, kind: &str) -> Vec<String> {
        let mut found: Vec<String> = std::fs::read_dir(self.root.join(kind))
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .filter(|entry| {
                entry.path().is_dir() || entry.path().extension().is_some_and(|e| e == "ron")
            })
            .filter_map(|entry| {
                entry
                    .path()
                    .file_stem()
                    .map(|stem| stem.to_string_lossy().into_owned())
            })
            // What is being made or removed is hidden.
            .filter(|name| !name.starts_with('.'))
            .collect();
        found.sort();
        found
    }
}
