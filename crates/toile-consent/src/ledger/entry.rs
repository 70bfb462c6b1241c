//! A line of the ledger, field for field.

use crate::{Amount, Hash, Kind, Medium, PublicKey, Unit};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// The version of the format that this build reads and writes.
pub(super) const VERSION: u32 = 1;

/// What happened, in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Format version, 1.
    pub version: u32,
    /// Number, from zero.
    pub number: u64,
    /// Hash of the line before.
    pub previous: Hash,
    /// When.
    pub time: Timestamp,
    /// What.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[expect(
    clippy::large_enum_variant,
    reason = "most entries are uses, and they are read and written one by one"
)]
pub enum Event {
    /// The ledger begins.
    Opened {
        /// The key that signs it.
        key: PublicKey,
    },
    /// Something is made with twins; how that went is told by what follows.
    Begun {
        /// Identifier; those of its uses begin with it.
        id: String,
        /// What is done.
        act: Act,
        /// Who does it.
        client: String,
        /// The show.
        show: String,
        /// The twins that were permitted.
        twins: Vec<String>,
    },
    /// A twin was used.
    Used(Used),
    /// Something that was begun has ended, and all its uses are told.
    Ended {
        /// Its identifier.
        id: String,
    },
    /// A use was refused.
    Refused {
        /// The twin.
        twin: String,
        /// Who asked.
        client: String,
        /// The show.
        show: String,
        /// What was to be done.
        act: Act,
        /// The clause that failed.
        clause: String,
        /// How, in words.
        why: String,
    },
    /// A twin left a show while it went on, and a mannequin took its place.
    Withdrawn {
        /// The twin.
        twin: String,
        /// The show.
        show: String,
        /// The look.
        look: u32,
        /// The clause that failed.
        clause: String,
        /// How, in words.
        why: String,
    },
    /// Lines before this one were cut off while they were written.
    Recovered {
        /// What is left of them.
        lines: Vec<Torn>,
    },
    /// A twin was erased: its files are gone, or were about to be removed.
    Erased {
        /// The twin.
        twin: String,
        /// Hash of its avatar, where it was there: nothing else of it is kept.
        avatar: Option<Hash>,
    },
}

/// What is left of a line that was cut off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Torn {
    /// Its length, bytes.
    pub bytes: u64,
    /// The hash of that.
    pub hash: Hash,
}

/// What is done with a twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// A film, pictures or both are rendered.
    Render,
    /// Stills are photographed.
    Photograph,
    /// A show is played live.
    Play,
    /// A data set is made.
    Label,
}

impl Act {
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Render => "render",
            Self::Photograph => "photograph",
            Self::Play => "play",
            Self::Label => "label",
        }
    }
}

/// One use of one twin in one look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Used {
    /// Identifier of the use; it is never there twice.
    pub id: String,
    /// The twin.
    pub twin: String,
    /// The licence.
    pub licence: String,
    /// Hash of the licence's file.
    pub licence_file: Hash,
    /// Who used it.
    pub client: String,
    /// What was done.
    pub act: Act,
    /// What for.
    pub kind: Kind,
    /// In what it appears.
    pub medium: Medium,
    /// The show.
    pub show: String,
    /// The day that the show is dated.
    pub day: Date,
    /// The look.
    pub look: u32,
    /// The cameras, or the views of a still.
    pub shots: Vec<String>,
    /// Hash of every file in which it appears, by its name. Of a numbered sequence
    /// one hash, over the hashes of its pictures.
    pub outputs: std::collections::BTreeMap<String, Hash>,
    /// Frames that were rendered.
    pub frames: u32,
    /// Still pictures that were made.
    pub stills: u32,
    /// Seconds in which the twin was to be seen.
    pub seconds: Amount,
    /// How these were measured.
    pub measured: String,
    /// Size of the pictures, pixels.
    pub size_px: (u32, u32),
    /// What is owed for it.
    pub fee: Amount,
    /// In what currency.
    pub currency: String,
    /// What the fee counts.
    pub per: Unit,
    /// Least that is owed for the show, with all its looks and uses.
    pub minimum: Amount,
    /// Version of the program.
    pub software: String,
}
