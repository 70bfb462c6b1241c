//! Who may use a twin, for what, and what was used.
//!
//! The crate knows no engine and no twin's files. It holds the licence of a digital
//! replica ([`ReplicaLicence`]) as one signed record ([`Signed`]), decides uses by it
//! ([`Case::decide`]: no, unless one licence says yes to all of it), and keeps the
//! account of what was done in a ledger ([`Ledger`]).
//!
//! It helps people to keep agreements; it is no legal advice, and, being open, no lock.

mod amount;
mod canonical;
mod decide;
mod error;
pub mod fuzz;
mod hash;
mod hex;
mod identity;
mod key;
pub mod ledger;
mod licence;
mod notices;
mod odrl;
mod sealed;
mod statement;
mod usage;
mod values;

pub use amount::Amount;
pub use canonical::canonical;
pub use decide::{CLOCK_TOLERANCE, Case, Clause, Refusal, show_id};
pub use error::ConsentError;
pub use hash::Hash;
pub use identity::{SealKey, SealTo, SealedIdentity};
pub use jiff::{SignedDuration, Timestamp, civil::Date};
pub use key::{PublicKey, Signature, Signer};
pub use ledger::Ledger;
pub use licence::{
    Advice, Agency, Alteration, Approval, Audience, Capture, Consent, Content, Coverage,
    Disclosure, Duration, Grantor, Kind, LONGEST_YEARS, Limits, Medium, Parties, Pay, Purpose,
    Replica, ReplicaLicence, Revocable, Role, Scope, Share, SourceType, Subject, Unit, VERSION,
};
pub use notices::{Approved, Revocation};
pub use odrl::{from_odrl, to_odrl};
pub use sealed::{Record, Signed, draft, layout};
pub use statement::statement;
pub use usage::{Altered, LookUse, Spent, Subjected, Told, Use};
pub use values::is_country;
