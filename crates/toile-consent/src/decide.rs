//! The one question asked of licences: may this be done? The answer is no unless one
//! licence says yes to all of it, and a no names the clause.

mod clauses;

use crate::{Approved, Hash, ReplicaLicence, Revocation, Signed, Spent, Use};
use clauses::CHECKS;
use jiff::{SignedDuration, Timestamp};
use std::{collections::BTreeMap, fmt};

/// A clause that a use can fail: the field of the licence that decides it, or what
/// stands outside of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clause {
    /// The clock was set back.
    Clock,
    /// The twin was erased.
    Erased,
    /// There is no licence.
    None,
    /// Signed by its grantor, with a key that the twin's record names.
    Signature,
    /// `parties.client`.
    Client,
    /// `sublicence`.
    Sublicence,
    /// `replica`.
    Replica,
    /// `subject`.
    Subject,
    /// `scope.media`.
    Media,
    /// `purpose.kinds`.
    Purpose,
    /// `scope.channels`.
    Channels,
    /// `scope.territories`.
    Territories,
    /// `scope.audience`.
    Audience,
    /// `scope.longest_side_px`.
    Size,
    /// `scope.looks`.
    Looks,
    /// `scope.garments`.
    Garments,
    /// `scope.exclusions`.
    Exclusions,
    /// `scope.measures`.
    Measures,
    /// `alteration`.
    Alteration,
    /// `duration.not_before`.
    NotBefore,
    /// `duration.not_after`.
    NotAfter,
    /// Not revoked.
    Revocation,
    /// Not replaced by a later licence.
    Supersedes,
    /// `limits`.
    Limits,
    /// `approval`.
    Approval,
    /// `disclosure`.
    Disclosure,
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clock => "clock",
            Self::Erased => "erased",
            Self::None => "licence",
            Self::Signature => "signature",
            Self::Client => "parties.client",
            Self::Sublicence => "sublicence",
            Self::Replica => "replica",
            Self::Subject => "subject",
            Self::Media => "scope.media",
            Self::Purpose => "purpose.kinds",
            Self::Channels => "scope.channels",
            Self::Territories => "scope.territories",
            Self::Audience => "scope.audience",
            Self::Size => "scope.longest_side_px",
            Self::Looks => "scope.looks",
            Self::Garments => "scope.garments",
            Self::Exclusions => "scope.exclusions",
            Self::Measures => "scope.measures",
            Self::Alteration => "alteration",
            Self::NotBefore => "duration.not_before",
            Self::NotAfter => "duration.not_after",
            Self::Revocation => "revocation",
            Self::Supersedes => "supersedes",
            Self::Limits => "limits",
            Self::Approval => "approval",
            Self::Disclosure => "disclosure",
        })
    }
}

/// A no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("twin '{twin}': {}clause {clause}: {why}", licence.as_ref().map_or_else(String::new, |id| format!("licence {id}: ")))]
pub struct Refusal {
    /// The twin.
    pub twin: String,
    /// Who asked.
    pub client: String,
    /// For which show.
    pub show: String,
    /// The licence that came closest.
    pub licence: Option<String>,
    /// The clause that fails.
    pub clause: Clause,
    /// How, in words.
    pub why: String,
}

/// All that a decision goes by besides the use.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// Licences of the twin.
    pub licences: Vec<Signed<ReplicaLicence>>,
    /// Revocations of them.
    pub revocations: Vec<Signed<Revocation>>,
    /// Approvals under them.
    pub approvals: Vec<Signed<Approved>>,
    /// What was used under them, by licence.
    pub spent: BTreeMap<String, Spent>,
    /// Latest time that this machine is known to have seen.
    pub latest_seen: Option<Timestamp>,
    /// Twins that were erased, with the hash of their avatar where it was known.
    pub erased: BTreeMap<String, Option<Hash>>,
}

/// How far a clock may be behind the latest time seen: machines that share a ledger
/// do not agree to the second.
pub const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(120);

impl Case {
    /// The licence under which the use may be made.
    ///
    /// # Errors
    /// The clause that fails, in the licence that came closest.
    pub fn decide(&self, asked: &Use) -> Result<&ReplicaLicence, Refusal> {
        let no = |licence: Option<&str>, clause, why| Refusal {
            twin: asked.subject.twin.clone(),
            client: asked.client.clone(),
            show: asked.show.clone(),
            licence: licence.map(str::to_owned),
            clause,
            why,
        };
        if let Some(seen) = self.latest_seen
            && asked.from < seen.saturating_sub(CLOCK_TOLERANCE).unwrap_or(seen)
        {
            let why = format!(
                "this machine's clock says {}, and said {seen} before; set it right",
                asked.from
            );
            return Err(no(None, Clause::Clock, why));
        }
        if let Some(why) = self.erased(asked) {
            return Err(no(None, Clause::Erased, why));
        }
        let mut closest: Option<(usize, Refusal)> = None;
        for licence in &self.licences {
            let failed = CHECKS
                .iter()
                .enumerate()
                .find_map(|(passed, (clause, check))| {
                    check(self, licence, asked).map(|why| (passed, *clause, why))
                });
            let Some((passed, clause, why)) = failed else {
                return Ok(&licence.record);
            };
            if closest.as_ref().is_none_or(|(best, _)| passed > *best) {
                closest = Some((passed, no(Some(&licence.record.id), clause, why)));
            }
        }
        let none = || {
            let why = "it has none, and may appear only under one".to_owned();
            no(None, Clause::None, why)
        };
        Err(closest.map_or_else(none, |(_, refusal)| refusal))
    }
}

impl Case {
    /// Why a twin that was erased does not come back: by its id, or as the same avatar
    /// under another.
    fn erased(&self, asked: &Use) -> Option<String> {
        let subject = &asked.subject;
        if self.erased.contains_key(&subject.twin) {
            return Some("it was erased, and its id is not used again".to_owned());
        }
        let mut erased = self.erased.iter();
        let (id, _) = erased.find(|(_, avatar)| {
            avatar.is_some_and(|avatar| subject.files.values().any(|file| *file == avatar))
        })?;
        Some(format!("its avatar is that of '{id}', which was erased"))
    }
}

/// How a day's show is known in the account.
#[must_use]
pub fn show_id(show: &str, day: jiff::civil::Date) -> String {
    format!("{show} {day}")
}
