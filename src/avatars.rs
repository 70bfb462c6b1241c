//! Avatars of twins that ship as records: made from the recipe when they are asked for,
//! and kept where programs keep what they can make again.
//!
//! A file's name holds a key of all that decides its bytes, and a digest of them: what
//! does not fit the one is not looked at, and what does not fit the other is made again.
//! Files are written beside and renamed, so that any number of processes may share them.

use crate::{paths::Assets, progress::Progress};
use std::{
    io::Write,
    path::{Path, PathBuf},
};
use toile_body::{BodyData, BodyError, TwinRecipe, avatar_glb, recipe::RecipeError};
use toile_consent::Hash;
use toile_twin::{Avatar, Twin, TwinError};

/// The folder of avatars that were made; only making one makes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Avatars {
    folder: Option<PathBuf>,
}

/// What stops an avatar from being found or made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AvatarError {
    /// Nowhere to keep it.
    #[error(
        "there is no folder for avatars that are made from recipes; give --avatars DIR, or set TOILE_AVATARS or HOME"
    )]
    Nowhere,
    /// A recipe that is none.
    #[error("{file}: {source}")]
    Recipe {
        /// The recipe.
        file: String,
        /// What is wrong with it.
        source: RecipeError,
    },
    /// A recipe that no body fits.
    #[error("{file}: {source}")]
    Body {
        /// The recipe, or the body data.
        file: String,
        /// What is wrong with it.
        source: BodyError,
    },
    /// The avatar itself.
    #[error(transparent)]
    Twin(#[from] TwinError),
    /// The disk.
    #[error("cannot {doing} {place}: {problem}; check that it is there and has room")]
    Disk {
        /// Read or write.
        doing: &'static str,
        /// File or folder.
        place: String,
        /// What the system said.
        problem: std::io::Error,
    },
}

/// Digits of key and digest in a file's name: 128 bits each.
const DIGITS: usize = 32;

impl Avatars {
    /// Avatars in a folder.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self {
            folder: Some(folder.to_path_buf()),
        }
    }

    /// The avatars of this user: the variable `TOILE_AVATARS`, else `toile/avatars` where
    /// programs keep what they can make again.
    #[must_use]
    pub fn of_user() -> Self {
        let path = |name: &str| {
            let value = std::env::var_os(name).filter(|value| !value.is_empty());
            value.map(PathBuf::from)
        };
        let cache = || {
            let cache = path("XDG_CACHE_HOME").or_else(|| Some(path("HOME")?.join(".cache")));
            cache.map(|cache| cache.join("toile/avatars"))
        };
        Self {
            folder: path("TOILE_AVATARS").or_else(cache),
        }
    }

    /// Their folder, absolute: the renderer looks for other paths among the assets.
    ///
    /// # Errors
    /// There is nowhere to keep them.
    pub fn folder(&self) -> Result<PathBuf, AvatarError> {
        let folder = self.folder.as_deref().ok_or(AvatarError::Nowhere)?;
        std::path::absolute(folder).map_err(|problem| disk("find", folder, problem))
    }

    /// Those that are kept of a twin, whatever they were made from.
    #[must_use]
    pub fn kept_of(&self, id: &str) -> Vec<PathBuf> {
        let entries = self.folder.as_deref().map(std::fs::read_dir);
        let entries = entries.into_iter().flatten().flatten().flatten();
        let of_twin = |file: &PathBuf| {
            let name = file.file_name().and_then(|name| name.to_str());
            let rest = name.and_then(|name| name.strip_prefix(id)?.strip_prefix('-'));
            rest.is_some_and(|rest| rest.find('.') == Some(DIGITS) && !rest.contains('-'))
        };
        entries.map(|entry| entry.path()).filter(of_twin).collect()
    }
}

/// A twin's avatar. If its record names a recipe, it is taken from those that were made,
/// or made.
///
/// # Errors
/// [`AvatarError`], naming the file.
pub fn avatar_of(twin: &Twin, assets: &Assets) -> Result<Avatar, AvatarError> {
    if !twin.has_recipe() {
        return Ok(Avatar::load(&twin.avatar_path())?);
    }
    let file = twin.avatar_path();
    let recipe = std::fs::read(&file).map_err(|problem| disk("read", &file, problem))?;
    let body_file = assets.root().join(BODY);
    let body = std::fs::read(&body_file).map_err(|problem| disk("read", &body_file, problem))?;
    let folder = assets.avatars().folder()?;
    let stem = format!("{}-{}", twin.id, key(&recipe, &body));
    let (made, bytes) = match find(&folder, &stem) {
        Some(found) => found,
        None => make(twin, &recipe, assets, (&folder, &stem))?,
    };
    Ok(Avatar::parse(&bytes, &made)?)
}

/// The packed body, below the assets.
const BODY: &str = "body/hm08.bin.zst";

/// A key of all that decides an avatar's bytes: recipe, body data, and the sources that
/// make the one from the other.
fn key(recipe: &[u8], body: &[u8]) -> String {
    let body = Hash::of(body).to_string();
    let parts: [&[u8]; 4] = [
        env!("TOILE_BAKER").as_bytes(),
        body.as_bytes(),
        b" ",
        recipe,
    ];
    digits(&parts.concat())
}

fn digits(bytes: &[u8]) -> String {
    let hash = Hash::of(bytes).to_string();
    let hash = hash.trim_start_matches("sha256:");
    hash.chars().take(DIGITS).collect()
}

/// The avatar under a key, if there is one that is whole.
fn find(folder: &Path, stem: &str) -> Option<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let mut files = entries.map(|entry| entry.path());
    files.find_map(|file| {
        let name = file.file_name()?.to_str()?;
        let digest = name.strip_prefix(stem)?.strip_prefix('.')?;
        let digest = digest.strip_suffix(".glb")?;
        let bytes = std::fs::read(&file).ok()?;
        (digits(&bytes) == digest).then_some((file, bytes))
    })
}

fn make(
    twin: &Twin,
    recipe: &[u8],
    assets: &Assets,
    (folder, stem): (&Path, &str),
) -> Result<(PathBuf, Vec<u8>), AvatarError> {
    let file = twin.avatar_path().display().to_string();
    let text = String::from_utf8_lossy(recipe);
    let recipe = TwinRecipe::from_ron(&text).map_err(|source| AvatarError::Recipe {
        file: file.clone(),
        source,
    })?;
    eprintln!("making the avatar of {}, once", twin.name);
    let progress = Progress::start(format!("avatar of {}", twin.name), 1);
    let body = |source| AvatarError::Body {
        file: file.clone(),
        source,
    };
    let data = BodyData::load(&assets.root().join(BODY)).map_err(body)?;
    let bytes = avatar_glb(&data, &recipe).map_err(body)?;
    let made = folder.join(format!("{stem}.{}.glb", digits(&bytes)));
    keep(folder, &made, &bytes).map_err(|problem| disk("write", &made, problem))?;
    progress.finish(&format!("kept as {}", made.display()));
    Ok((made, bytes))
}

fn keep(folder: &Path, file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut beside = tempfile::Builder::new()
        .prefix(".making-")
        .tempfile_in(folder)?;
    beside.write_all(bytes)?;
    beside.persist(file)?;
    Ok(())
}

fn disk(doing: &'static str, place: &Path, problem: std::io::Error) -> AvatarError {
    AvatarError::Disk {
        doing,
        place: place.display().to_string(),
        problem,
    }
}

/// Makes the avatars of these twins that are not made yet, as many at once as the machine
/// has processors; gives every twin's file, in order.
///
/// # Errors
/// The first that cannot be made, in that order.
pub fn make_all(twins: &[Twin], assets: &Assets) -> Result<Vec<PathBuf>, AvatarError> {
    let most = std::thread::available_parallelism().map_or(1, usize::from);
    let mut files = Vec::new();
    for some in twins.chunks(most) {
        let made: Vec<_> = std::thread::scope(|scope| {
            let threads = some
                .iter()
                .map(|twin| scope.spawn(|| avatar_of(twin, assets).map(|avatar| avatar.file)));
            let threads: Vec<_> = threads.collect();
            threads
                .into_iter()
                .map(std::thread::ScopedJoinHandle::join)
                .collect()
        });
        for (made, twin) in made.into_iter().zip(some) {
            let gone = |_| AvatarError::Disk {
                doing: "make",
                place: twin.avatar_path().display().to_string(),
                problem: std::io::Error::other("its thread ended early"),
            };
            files.push(made.map_err(gone)??);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::{Avatars, digits, find, keep, key};

    #[test]
    fn a_key_tells_recipes_and_bodies_apart() {
        assert_eq!(key(b"a", b"b"), key(b"a", b"b"));
        assert_ne!(key(b"a", b"b"), key(b"c", b"b"));
        assert_ne!(key(b"a", b"b"), key(b"a", b"c"));
    }

    #[test]
    fn what_is_kept_of_a_twin_is_told_from_what_is_kept_of_its_namesakes() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = |id: &str| {
            let stem = format!("{id}-{}", digits(id.as_bytes()));
            folder.path().join(format!("{stem}.{}.glb", digits(b"a")))
        };
        for id in ["ines", "ines-two", "rosa"] {
            keep(folder.path(), &name(id), b"a").expect("room");
        }
        assert_eq!(Avatars::at(folder.path()).kept_of("ines"), [name("ines")]);
    }

    #[test]
    fn a_file_that_was_cut_off_or_has_another_key_is_not_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder
            .path()
            .join(format!("ines-k.{}.glb", digits(b"whole")));
        keep(folder.path(), &file, b"whole").expect("room");
        let found = find(folder.path(), "ines-k").expect("it is there");
        assert_eq!(found, (file.clone(), b"whole".to_vec()));
        assert_eq!(find(folder.path(), "ines-l"), None);
        std::fs::write(&file, b"who").expect("room");
        assert_eq!(find(folder.path(), "ines-k"), None);
    }
}
