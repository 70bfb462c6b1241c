//! What comes after a licence: its revocation, and approvals of uses.

use crate::{Hash, licence::VERSION, sealed::Record};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A licence ends before its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// Format version, 1.
    pub version: u32,
    /// The licence.
    pub licence: String,
    /// The twin.
    pub twin: String,
    /// When it was revoked; it ends after the notice that it names.
    pub revoked_at: Timestamp,
    /// Why, for people.
    pub reason: Option<String>,
}

/// A use that was looked at and approved before it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approved {
    /// Format version, 1.
    pub version: u32,
    /// The licence.
    pub licence: String,
    /// The twin.
    pub twin: String,
    /// Hash of the show file that was approved, as it is.
    pub show: Hash,
    /// When.
    pub approved_at: Timestamp,
}

fn problem(version: u32, names: [&str; 2]) -> Option<(String, String, &'static str)> {
    if version != VERSION {
        let said = format!("this is version {version}");
        return Some(("version".into(), said, "this build reads version 1"));
    }
    names.iter().any(|name| name.trim().is_empty()).then(|| {
        (
            "licence".into(),
            "no licence or no twin is named".into(),
            "name both",
        )
    })
}

impl Record for Revocation {
    const KIND: &'static str = "toile revocation 1";

    fn problem(&self) -> Option<(String, String, &'static str)> {
        problem(self.version, [&self.licence, &self.twin])
    }
}

impl Record for Approved {
    const KIND: &'static str = "toile approval 1";

    fn problem(&self) -> Option<(String, String, &'static str)> {
        problem(self.version, [&self.licence, &self.twin])
    }
}
