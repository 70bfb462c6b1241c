//! Consent, from a show file to the account: what a show asks of its twins, the
//! papers that lie with them, and what was done.

mod account;
mod guard;
mod intent;
mod papers;
mod part;
mod run;

pub use account::{Account, AccountError};
pub use guard::Guard;
pub use intent::Intent;
pub use papers::Papers;
pub(crate) use papers::{APPROVAL, LICENCE, REVOCATION};
pub use part::Part;
pub use run::{Made, Run, note_refusal};

use crate::production::ProductionError;
use std::path::{Path, PathBuf};
use toile_consent::{Content, Hash, Kind as Purpose, ReplicaLicence};
use toile_twin::{Kind, Twin};

/// A licence under which a twin may appear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The licence.
    pub licence: ReplicaLicence,
    /// Hash of its file.
    pub file: Hash,
}

/// What refuses a twin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsentTrouble {
    /// A clause.
    #[error(transparent)]
    Refused(#[from] toile_consent::Refusal),
    /// A file of consent that is broken or forged.
    #[error(transparent)]
    Papers(#[from] toile_consent::ConsentError),
    /// The account.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// What the author of an imported avatar permits.
    #[error(
        "permits.{clause}: the avatar's author ({by}) does not permit {what}, and no licence can"
    )]
    Floor {
        /// The field of the record.
        clause: &'static str,
        /// Who says so.
        by: String,
        /// What is not permitted.
        what: String,
    },
}

/// The licence under which a twin may take a part in what is meant; none for a
/// mannequin, which needs none.
///
/// # Errors
/// [`ConsentTrouble`]: the answer is no unless one licence says yes to all of it.
pub fn permit(
    twin: &Twin,
    intent: &Intent,
    part: &Part,
    account: &Account,
) -> Result<Option<Granted>, ConsentTrouble> {
    floor(twin, intent, part)?;
    if twin.kind == Kind::Mannequin {
        return Ok(None);
    }
    let papers = Papers::load(&twin.licences_path())?;
    let asked = intent.asked(twin, part);
    let mut case = papers.case();
    let read = account.read()?;
    case.latest_seen = read.head.map(|head| head.time);
    case.spent = toile_consent::ledger::spent(&read.entries);
    case.erased = toile_consent::ledger::erased(&read.entries);
    let licence = case.decide(&asked)?.clone();
    let file = papers.hash_of(&licence.id).unwrap_or(Hash::NONE);
    Ok(Some(Granted { licence, file }))
}

/// Refuses what the author of an imported avatar does not permit, whatever licences say.
///
/// # Errors
/// [`ConsentTrouble::Floor`] with the field of the record.
fn floor(twin: &Twin, intent: &Intent, part: &Part) -> Result<(), ConsentTrouble> {
    let Some(permits) = &twin.permits else {
        return Ok(());
    };
    let refused = |clause, what: String| ConsentTrouble::Floor {
        clause,
        by: permits.by.clone(),
        what,
    };
    if !permits.commerce && intent.kind != Purpose::Rehearsal {
        let what = format!("that companies use it for gain ({:?})", intent.kind);
        return Err(refused("commerce", what));
    }
    let political = [Content::Politics, Content::Religion];
    let mut shown = intent.declared().union(&part.content);
    if let Some(content) = shown.find(|c| political.contains(c))
        && !permits.politics
    {
        return Err(refused("politics", format!("{content:?}").to_lowercase()));
    }
    Ok(())
}

/// The hash of a show as it was read: the same show in another layout has the same.
///
/// # Errors
/// A show that cannot be written.
pub fn show_hash(show: &toile_show::Show, path: &str) -> Result<Hash, ProductionError> {
    let text = ron::to_string(show).map_err(|error| ProductionError::Missing {
        place: path.to_owned(),
        problem: format!("cannot be written again: {error}"),
        mend: "give every field a value of its kind".into(),
    })?;
    Ok(Hash::of(text.as_bytes()))
}

/// The files that a licence agrees on, by name: what the twin looks like, as an avatar or
/// as the recipe that it is made from, and the record with its walk and its face.
#[must_use]
pub fn replica_files(twin: &Twin) -> [(String, PathBuf); 2] {
    let avatar = twin.avatar.to_string_lossy().into_owned();
    [
        (avatar, twin.avatar_path()),
        ("twin.ron".into(), twin.record_path()),
    ]
}

/// The hash of a file's content, if it can be read.
fn hash_of_file(path: &Path) -> Option<Hash> {
    Hash::of_file(path).ok()
}
