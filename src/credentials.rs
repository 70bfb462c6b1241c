//! Content Credentials of what is made with a production: who signs, and what is said
//! of whom a file shows.

use crate::{
    consent::{Account, AccountError, Run},
    production::{CastLook, Production},
};
use serde::Serialize;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};
use toile_consent::{Capture, Hash, SourceType, Subject, Timestamp};
use toile_credentials::{
    CredentialsError, Figures, Identity, Ingredient, LicenceUsed, ReplicaUse, Seal, Source,
    Statement,
};

/// Why credentials cannot be given.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsTrouble {
    /// Key, certificate or file.
    #[error("{0}; --no-credentials makes files without, which a licence may refuse")]
    Credentials(#[from] CredentialsError),
    /// Nowhere to keep the key.
    #[error(transparent)]
    Nowhere(#[from] AccountError),
}

/// What signs the files of a run, and what can be said of its looks.
#[derive(Debug)]
pub struct Credentials {
    seal: Arc<Seal>,
    /// Without figures, licences and ingredients.
    base: Statement,
    replica_use: ReplicaUse,
    looks: Vec<Shown>,
}

/// What is said where a look is shown.
#[derive(Debug)]
struct Shown {
    look: u32,
    is: Is,
    licence: Option<LicenceUsed>,
    source: Source,
    ingredients: Vec<Ingredient>,
}

/// Who stands in a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    Replica,
    Synthetic,
    Mannequin,
}

/// The credentials of one file.
#[derive(Debug, Clone)]
pub struct Stamp {
    seal: Arc<Seal>,
    statement: Statement,
}

impl Credentials {
    /// The credentials of what a run makes of a production; the first time on a
    /// machine, a development authority is made.
    ///
    /// # Errors
    /// A key or certificate that cannot be used.
    pub fn open(production: &Production, run: &Run) -> Result<Self, CredentialsTrouble> {
        let identity = Identity::open(&run.account().credentials()?)?;
        let intent = &production.intent;
        Ok(Self {
            seal: Arc::new(Seal::new(&identity)?),
            base: plain(),
            replica_use: ReplicaUse {
                version: 1,
                client: intent.client.clone(),
                show: intent.show.clone(),
                ledger_head: run.head().map(|head| head.to_string()),
                ..ReplicaUse::default()
            },
            looks: production.looks.iter().map(Shown::new).collect(),
        })
    }

    /// The credentials of a file that shows some looks; in those that are `withdrawn`,
    /// a mannequin has taken the twin's place.
    #[must_use]
    pub fn stamp(&self, shows: impl Fn(u32) -> bool, withdrawn: &[u32]) -> Stamp {
        let mut statement = self.base.clone();
        let mut figures = Figures::default();
        let mut ingredients = BTreeSet::new();
        let mut licences = BTreeSet::new();
        for look in self.looks.iter().filter(|look| shows(look.look)) {
            let gone = withdrawn.contains(&look.look);
            match look.is {
                _ if gone => figures.mannequins += 1,
                Is::Replica => figures.replicas += 1,
                Is::Synthetic => figures.synthetic += 1,
                Is::Mannequin => figures.mannequins += 1,
            }
            let worn = look
                .ingredients
                .iter()
                .filter(|i| !gone || i.name != AVATAR);
            ingredients.extend(worn.cloned());
            if !gone {
                statement.source = statement.source.max(look.source);
                licences.extend(look.licence.clone());
            }
        }
        statement.replica_use = Some(ReplicaUse {
            figures,
            licences: licences.into_iter().collect(),
            ..self.replica_use.clone()
        });
        statement.ingredients = ingredients.into_iter().collect();
        Stamp {
            seal: self.seal.clone(),
            statement,
        }
    }

    /// The credentials of a file that shows them all.
    #[must_use]
    pub fn of_all(&self) -> Stamp {
        self.stamp(|_| true, &[])
    }
}

/// A twin's avatar among the ingredients: whose it is, is not said.
const AVATAR: &str = "avatar";

impl Shown {
    fn new(cast: &CastLook) -> Self {
        let granted = cast.cast.licence.as_ref();
        let is = match granted.map(|granted| &granted.licence.subject) {
            Some(Subject::Person { .. }) => Is::Replica,
            Some(Subject::Invented { .. }) => Is::Synthetic,
            None => Is::Mannequin,
        };
        let replica = granted.map(|granted| &granted.licence.replica);
        let source = match replica.map(|replica| (replica.source, replica.capture)) {
            Some((SourceType::CompositeSynthetic, _) | (_, Capture::GenerativeModel)) => {
                Source::CompositeSynthetic
            }
            _ if is == Is::Replica => Source::VirtualRecording,
            _ => Source::DigitalCreation,
        };
        let avatar = Hash::of_file(&cast.cast.avatar.file).ok();
        let avatar = avatar.map(|hash| ingredient(AVATAR, "model/gltf-binary", hash));
        let worn = cast.garments.iter().flat_map(|garment| {
            [
                record(&garment.file.id, &*garment.file),
                record(&garment.fabric.id, &*garment.fabric),
            ]
        });
        Self {
            look: cast.look.number,
            is,
            licence: granted.map(|granted| LicenceUsed {
                id: granted.licence.id.clone(),
                hash: granted.file.to_string(),
            }),
            source,
            ingredients: avatar.into_iter().chain(worn.flatten()).collect(),
        }
    }
}

/// A statement of something that Toile made, now, of nothing that others made.
fn plain() -> Statement {
    Statement {
        title: String::new(),
        when: seconds(Timestamp::now()).to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        source: Source::DigitalCreation,
        replica_use: None,
        ingredients: Vec::new(),
    }
}

/// Writes the credentials of an avatar that was made from a recipe beside it, if it has
/// none yet; gives the file.
///
/// # Errors
/// [`CredentialsTrouble`].
pub fn sign_avatar(
    avatar: &Path,
    recipe: &Path,
    account: &Account,
) -> Result<PathBuf, CredentialsTrouble> {
    let beside = toile_credentials::sidecar_of(avatar);
    if !beside.exists() {
        let made_of = Hash::of_file(recipe).ok();
        let made_of = made_of.map(|hash| ingredient("recipe", "text/plain", hash));
        let stamp = Stamp {
            seal: Arc::new(Seal::new(&Identity::open(&account.credentials()?)?)?),
            statement: Statement {
                ingredients: made_of.into_iter().collect(),
                ..plain()
            },
        };
        stamp.file(avatar, avatar)?;
    }
    Ok(beside)
}

/// Nobody needs to know it finer.
fn seconds(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

fn ingredient(name: &str, format: &str, hash: Hash) -> Ingredient {
    Ingredient {
        name: name.to_owned(),
        format: format.to_owned(),
        hash: hash.to_string(),
    }
}

/// A garment or a fabric as it was read: the same in another layout has the same hash.
fn record(name: &str, record: &impl Serialize) -> Option<Ingredient> {
    let text = ron::to_string(record).ok()?;
    Some(ingredient(name, "text/plain", Hash::of(text.as_bytes())))
}

impl Stamp {
    /// A PNG that is to lie at `path`, with its credentials.
    ///
    /// # Errors
    /// [`CredentialsError`].
    pub fn png(&self, path: &Path, png: &[u8]) -> Result<Vec<u8>, CredentialsError> {
        self.seal.png(png, &self.titled(path))
    }

    /// The credentials of a file that is to lie at `path` with this content, and where
    /// they belong; for formats that carry none.
    ///
    /// # Errors
    /// [`CredentialsError`].
    pub fn beside(
        &self,
        path: &Path,
        content: &[u8],
    ) -> Result<(PathBuf, Vec<u8>), CredentialsError> {
        let manifest = self.seal.beside(path, content, &self.titled(path))?;
        Ok((toile_credentials::sidecar_of(path), manifest))
    }

    /// Signs a whole file that lies at `partial` and is to lie at `path`.
    ///
    /// # Errors
    /// [`CredentialsError`].
    pub fn file(&self, partial: &Path, path: &Path) -> Result<(), CredentialsError> {
        self.seal.file(partial, path, &self.titled(path))
    }

    fn titled(&self, path: &Path) -> Statement {
        Statement {
            title: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            ..self.statement.clone()
        }
    }
}
