//! A twin erased: its files are removed, and a tombstone stays in the account.
//!
//! The tombstone is written first. From then on nobody casts the twin, whatever of it is
//! still there, and an erasure that was cut off is gone on with by asking for it again.

use crate::{
    bake,
    consent::{Account, AccountError},
    paths::Assets,
};
use std::{
    io,
    path::{Path, PathBuf},
};
use toile_consent::{Hash, ledger};
use toile_twin::Twin;

/// What stops an erasure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErasureError {
    /// No such twin.
    #[error(
        "there is no twin '{id}' ({} is missing), and none was erased; `toile twin list` tells which there are",
        folder.display()
    )]
    Unknown {
        /// What was asked for.
        id: String,
        /// Where it would be.
        folder: PathBuf,
    },
    /// An id that leads elsewhere.
    #[error("'{0}' is no id of a twin; write small letters, digits and hyphens")]
    Id(String),
    /// The account.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A file that stays.
    #[error(
        "cannot remove {}: {source}; the twin counts as erased: mend this and erase it again, for what is left of it",
        file.display()
    )]
    Stays {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// An id that was erased and is not used again.
#[derive(Debug, thiserror::Error)]
pub enum Taken {
    /// The twin was erased.
    #[error("the twin '{0}' was erased, and its id is not used again; choose another")]
    Erased(String),
    /// The account cannot be read.
    #[error(transparent)]
    Account(#[from] AccountError),
}

/// Refuses the id of a twin that was erased: whoever comes after is somebody else.
///
/// # Errors
/// [`Taken`].
pub fn not_erased(id: &str, account: &Account) -> Result<(), Taken> {
    let erased = ledger::erased(&account.read()?.entries);
    match erased.contains_key(id) {
        true => Err(Taken::Erased(id.to_owned())),
        false => Ok(()),
    }
}

/// All that is kept of a twin.
#[derive(Debug, Clone)]
pub struct Erasure {
    /// The twin.
    pub id: String,
    /// Folders and files that go.
    pub kept: Vec<PathBuf>,
    /// Bakes that do not say whose they are, made by builds that did not write it down.
    pub unmarked: Vec<PathBuf>,
    /// Whether the account tells already that the twin is erased.
    pub told: bool,
    folder: PathBuf,
    avatar: Option<Hash>,
}

/// Where the folder of a twin lies while it is removed.
fn leaving(folder: &Path, id: &str) -> PathBuf {
    folder.with_file_name(format!(".erased-{id}"))
}

impl Erasure {
    /// Finds all that is kept of a twin: its folder, with record, avatar, recipe, papers
    /// and sealed identity, avatars made from its recipe, and its bakes under a folder.
    /// Nothing is removed yet.
    ///
    /// # Errors
    /// [`ErasureError`]: no such twin, or an account that cannot be read.
    pub fn find(assets: &Assets, id: &str, bakes: &Path) -> Result<Self, ErasureError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(plain) {
            return Err(ErasureError::Id(id.to_owned()));
        }
        let folder = assets.twin(id);
        let told = ledger::erased(&assets.account().read()?.entries).contains_key(id);
        let there = |path: &PathBuf| path.symlink_metadata().is_ok();
        let mut kept: Vec<PathBuf> = [folder.clone(), leaving(&folder, id)].into();
        kept.retain(there);
        if kept.is_empty() && !told {
            return Err(ErasureError::Unknown {
                id: id.to_owned(),
                folder,
            });
        }
        kept.extend(assets.avatars().kept_of(id));
        let mut unmarked = Vec::new();
        for file in bakes_under(bakes) {
            match bake::wearer_of(&file) {
                Ok(Some(wearer)) if wearer == id => kept.push(file),
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => unmarked.push(file),
            }
        }
        let record = Twin::load(&folder).ok();
        Ok(Self {
            id: id.to_owned(),
            kept,
            unmarked,
            told,
            avatar: record.and_then(|twin| Hash::of_file(&twin.avatar_path()).ok()),
            folder,
        })
    }

    /// Erases the twin.
    ///
    /// # Errors
    /// [`ErasureError`]: the account, before anything is removed; or a file that stays.
    pub fn carry_out(&self, account: &Account) -> Result<(), ErasureError> {
        if !self.told {
            account.note(ledger::Event::Erased {
                twin: self.id.clone(),
                avatar: self.avatar,
            })?;
        }
        let stays = |file: &Path| {
            let file = file.to_path_buf();
            move |source| ErasureError::Stays { file, source }
        };
        // In one step it is no twin's folder any more.
        let leaving = leaving(&self.folder, &self.id);
        remove(&leaving).map_err(stays(&leaving))?;
        match std::fs::rename(&self.folder, &leaving) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(stays(&self.folder)(error)),
        }
        for file in self.kept.iter().filter(|file| **file != self.folder) {
            remove(file).map_err(stays(file))?;
        }
        remove(&leaving).map_err(stays(&leaving))
    }
}

/// Removes a file, a link or a folder with all in it; what is not there is no trouble.
fn remove(path: &Path) -> io::Result<()> {
    let removed = match path.symlink_metadata() {
        Ok(about) if about.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// The bakes in the folders of shows.
fn bakes_under(folder: &Path) -> Vec<PathBuf> {
    let files = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let mut bakes: Vec<PathBuf> = files(folder).iter().flat_map(|show| files(show)).collect();
    bakes.retain(|file| file.extension().is_some_and(|e| e == "bake"));
    bakes.sort();
    bakes
}

#[cfg(test)]
mod tests {
    use super::{Erasure, ErasureError, leaving, not_erased};
    use crate::{avatars::Avatars, consent::Account, paths::Assets};
    use std::path::{Path, PathBuf};
    use toile_consent::ledger::{Event, erased};

    /// Assets with one twin, and an account.
    fn house() -> (tempfile::TempDir, Assets) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("assets");
        for kind in ["fabrics", "garments", "twins/rosa/licences"] {
            std::fs::create_dir_all(root.join(kind)).unwrap();
        }
        let mei = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/twins/mei/twin.ron");
        let record = std::fs::read_to_string(mei).unwrap();
        let record = record.replace("id: \"mei\"", "id: \"rosa\"");
        std::fs::write(root.join("twins/rosa/twin.ron"), record).unwrap();
        std::fs::write(root.join("twins/rosa/recipe.ron"), "avatar").unwrap();
        let made = folder.path().join("avatars");
        std::fs::create_dir(&made).unwrap();
        let key = "0123456789abcdef".repeat(2);
        std::fs::write(made.join(format!("rosa-{key}.{key}.glb")), "avatar").unwrap();
        std::fs::write(root.join("twins/rosa/identity.sealed"), "sealed").unwrap();
        let account = Account::at(&folder.path().join("ledger"));
        let assets = Assets::find(Some(&root)).unwrap().with_account(account);
        let assets = assets.with_avatars(Avatars::at(&made));
        (folder, assets)
    }

    fn tombstones(assets: &Assets) -> usize {
        let read = assets.account().read().unwrap();
        let told = |event: &Event| matches!(event, Event::Erased { .. });
        read.entries.iter().filter(|e| told(&e.event)).count()
    }

    /// What is left in the folder of twins.
    fn left(assets: &Assets) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(assets.root().join("twins")).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    fn erase(assets: &Assets, bakes: &Path) {
        let found = Erasure::find(assets, "rosa", bakes).unwrap();
        found.carry_out(assets.account()).unwrap();
    }

    #[test]
    fn an_erased_twin_leaves_its_tombstone_and_nothing_else() {
        let (folder, assets) = house();
        erase(&assets, folder.path());
        assert!(left(&assets).is_empty(), "{:?}", left(&assets));
        assert!(assets.avatars().kept_of("rosa").is_empty());
        let read = assets.account().read().unwrap();
        let avatar = toile_consent::Hash::of(b"avatar");
        assert_eq!(erased(&read.entries)["rosa"], Some(avatar));
        assert!(read.faults.is_empty());
        let again = not_erased("rosa", assets.account()).unwrap_err();
        assert!(again.to_string().contains("was erased"), "{again}");
        assert!(not_erased("lina", assets.account()).is_ok());
    }

    #[test]
    fn an_erasure_cut_off_anywhere_is_gone_on_with_and_told_once() {
        // After the tombstone; after the folder was set aside; while it was removed.
        for cut in 0..3 {
            let (folder, assets) = house();
            let twin = assets.twin("rosa");
            let event = Event::Erased {
                twin: "rosa".into(),
                avatar: None,
            };
            assets.account().note(event).unwrap();
            if cut > 0 {
                std::fs::rename(&twin, leaving(&twin, "rosa")).unwrap();
            }
            if cut > 1 {
                std::fs::remove_file(leaving(&twin, "rosa").join("twin.ron")).unwrap();
            }
            assert!(assets.list("twins").len() < 2, "what is leaving is no twin");
            erase(&assets, folder.path());
            assert!(left(&assets).is_empty(), "cut {cut}: {:?}", left(&assets));
            assert_eq!(tombstones(&assets), 1, "cut {cut}");
            // And once more, when nothing is left.
            erase(&assets, folder.path());
            assert_eq!(tombstones(&assets), 1, "cut {cut}");
        }
    }

    #[test]
    fn an_account_that_cannot_be_written_leaves_the_twin_alone() {
        let (folder, assets) = house();
        std::fs::write(folder.path().join("ledger"), "no folder").unwrap();
        let found = Erasure::find(&assets, "rosa", folder.path());
        assert!(matches!(found, Err(ErasureError::Account(_))), "{found:?}");
        assert!(assets.twin("rosa").join("twin.ron").exists());
    }

    #[test]
    fn an_id_that_leads_elsewhere_erases_nothing() {
        let (folder, assets) = house();
        for id in ["../garments", "", ".", "Rosa", "rosa/licences"] {
            let found = Erasure::find(&assets, id, folder.path());
            assert!(matches!(found, Err(ErasureError::Id(_))), "{id}");
        }
        let found = Erasure::find(&assets, "nobody", folder.path());
        assert!(matches!(found, Err(ErasureError::Unknown { .. })));
    }

    #[test]
    fn a_bake_that_cannot_be_read_is_told_and_stays() {
        let (folder, assets) = house();
        let bakes = folder.path().join("bake/show");
        std::fs::create_dir_all(&bakes).unwrap();
        std::fs::write(bakes.join("look-1.24fps.bake"), "no bake").unwrap();
        let found = Erasure::find(&assets, "rosa", &folder.path().join("bake")).unwrap();
        assert_eq!(found.unmarked, [bakes.join("look-1.24fps.bake")]);
        found.carry_out(assets.account()).unwrap();
        assert!(bakes.join("look-1.24fps.bake").exists());
    }
}
