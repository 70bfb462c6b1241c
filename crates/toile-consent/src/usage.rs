//! A use that somebody asks permission for, and what was used before.

use crate::{Amount, Audience, Content, Hash, Kind, Medium, PublicKey};
use jiff::{Timestamp, civil::Date};
use std::collections::{BTreeMap, BTreeSet};

/// The twin as it lies there, whatever a licence says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subjected {
    /// The twin's id.
    pub twin: String,
    /// The name in its record: of a person, the pseudonym.
    pub name: String,
    /// Whether its record says that it is a living person's.
    pub person: bool,
    /// Keys that its record names: nobody else can license it.
    pub keys: BTreeSet<PublicKey>,
    /// Hash of every file of the replica.
    pub files: BTreeMap<String, Hash>,
    /// Body measures, whole millimetres.
    pub measures_mm: BTreeMap<String, u32>,
}

/// A look in which the twin is to appear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookUse {
    /// Number in the running order.
    pub number: u32,
    /// Ids of what is worn.
    pub garments: BTreeSet<String>,
}

/// What is to be done with a twin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The twin.
    pub subject: Subjected,
    /// Who wants to.
    pub client: String,
    /// The licensee in whose place the client acts, if it is another.
    pub sublicensed_by: Option<String>,
    /// What for.
    pub kind: Kind,
    /// In what it appears.
    pub medium: Medium,
    /// Through which channels; through any if none is named.
    pub channels: BTreeSet<String>,
    /// In which countries; everywhere if none is named.
    pub territories: BTreeSet<String>,
    /// Before whom.
    pub audience: Audience,
    /// Longest side of the pictures, pixels.
    pub longest_side_px: u32,
    /// The show's title.
    pub show: String,
    /// Hash of the show file.
    pub show_file: Hash,
    /// The day that the show is dated.
    pub day: Date,
    /// The looks.
    pub looks: Vec<LookUse>,
    /// What is known to be in it.
    pub content: BTreeSet<Content>,
    /// What was altered of the replica besides its measures.
    pub altered: Altered,
    /// When it begins by the clock.
    pub from: Timestamp,
    /// Until when it goes on; the same moment for what is done at once.
    pub until: Timestamp,
    /// Still pictures that will be made.
    pub stills: u32,
    /// Seconds that will be rendered at most.
    pub seconds: Amount,
    /// What viewers are told.
    pub told: Told,
    /// Whether body measures leave with it.
    pub measures: bool,
}

/// What was altered of a replica besides its measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Altered {
    /// The face.
    pub face: bool,
    /// The hair.
    pub hair: bool,
    /// The skin.
    pub skin: bool,
}

/// What viewers of a use are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// By a label in the picture.
    pub label: bool,
    /// By the European Union's mark.
    pub eu_mark: bool,
    /// By Content Credentials in the file.
    pub credentials: bool,
}

impl Use {
    /// The id of one of its looks, as licences and ledger name it.
    #[must_use]
    pub fn look_id(&self, number: u32) -> String {
        format!("{}/{number}", self.show)
    }

    /// The licensee that a licence must name.
    #[must_use]
    pub fn licensee(&self) -> &str {
        self.sublicensed_by.as_ref().unwrap_or(&self.client)
    }
}

/// What was used under a licence so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Shows: title and day.
    pub shows: BTreeSet<String>,
    /// Looks: title, day and number.
    pub looks: BTreeSet<String>,
    /// Still pictures.
    pub stills: u64,
    /// Rendered seconds in which the twin was to be seen.
    pub seconds: Amount,
}
