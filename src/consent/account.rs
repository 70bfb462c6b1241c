//! Where the account of a house is kept.

use std::path::{Path, PathBuf};
use toile_consent::{
    ConsentError, Hash, Ledger, Timestamp,
    ledger::{Event, Verified},
};

/// The folder of the ledger. It is read without being made; only a use makes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    folder: Option<PathBuf>,
    /// Folder of who signs files, if it is another.
    signer: Option<PathBuf>,
}

/// What stops the account.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// Nowhere to keep it.
    #[error(
        "there is no folder for the account of what is done with twins; give --ledger DIR, or set TOILE_LEDGER or HOME"
    )]
    Nowhere,
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] ConsentError),
}

impl Account {
    /// The account in a folder.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self {
            folder: Some(folder.to_path_buf()),
            signer: path_of("TOILE_SIGNER"),
        }
    }

    /// The account of this user: the variable `TOILE_LEDGER`, else `toile/ledger` where
    /// programs keep their data.
    #[must_use]
    pub fn of_user() -> Self {
        let data = || {
            let data = path_of("XDG_DATA_HOME");
            let data = data.or_else(|| Some(path_of("HOME")?.join(".local/share")));
            data.map(|data| data.join("toile/ledger"))
        };
        Self {
            folder: path_of("TOILE_LEDGER").or_else(data),
            signer: path_of("TOILE_SIGNER"),
        }
    }

    /// The same account, with files signed by another key, if one is given.
    #[must_use]
    pub fn signed_by(mut self, folder: Option<PathBuf>) -> Self {
        self.signer = folder.or(self.signer);
        self
    }

    /// Folder of the key that signs Content Credentials: the one given, else the one that
    /// the variable `TOILE_SIGNER` names, else `credentials` beside the entries.
    ///
    /// # Errors
    /// There is nowhere to keep it.
    pub fn credentials(&self) -> Result<PathBuf, AccountError> {
        match &self.signer {
            Some(folder) => Ok(folder.clone()),
            None => Ok(self.folder()?.join("credentials")),
        }
    }

    /// Its folder.
    ///
    /// # Errors
    /// There is nowhere to keep it.
    pub fn folder(&self) -> Result<&Path, AccountError> {
        self.folder.as_deref().ok_or(AccountError::Nowhere)
    }

    /// Its ledger, which is made if it is not there.
    ///
    /// # Errors
    /// A folder or key that cannot be used.
    pub fn open(&self) -> Result<Ledger, AccountError> {
        Ok(Ledger::open(self.folder()?)?)
    }

    /// What was done so far; nothing where there is no ledger yet.
    ///
    /// # Errors
    /// A ledger that was changed: what it grants is not known then.
    pub fn read(&self) -> Result<Verified, AccountError> {
        let folder = self.folder()?;
        if !folder.exists() {
            return Ok(Verified::default());
        }
        let read = Ledger::open(folder)?.verify()?;
        match read.faults.first() {
            None => Ok(read),
            Some(fault) => Err(AccountError::Ledger(ConsentError::Ledger {
                file: folder.to_path_buf(),
                problem: fault.to_string(),
            })),
        }
    }

    /// Adds what happened; gives the hash of the entry.
    ///
    /// # Errors
    /// A ledger that was changed, or a full disk.
    pub fn note(&self, event: Event) -> Result<Hash, AccountError> {
        let head = self.open()?.write()?.add(event, Timestamp::now())?;
        Ok(head.hash)
    }
}

/// The path in a variable of the environment.
fn path_of(name: &str) -> Option<PathBuf> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty());
    value.map(PathBuf::from)
}
