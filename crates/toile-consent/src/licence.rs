//! The licence of a digital replica, field for field: what a model, or whoever made
//! an invented person, grants one client for one purpose. Times are UTC.

use crate::{Amount, Hash, PublicKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the format that this build reads and writes.
pub const VERSION: u32 = 1;
/// Longest term of a licence, years (New York Labor Law § 1036).
pub const LONGEST_YEARS: i16 = 3;

/// One licence: one client, one agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplicaLicence {
    /// Format version, [`VERSION`].
    pub version: u32,
    /// Identifier, such as `L-2026-014`.
    pub id: String,
    /// Language of the agreement, as in BCP 47: `en`, `pt-PT`.
    pub language: String,
    /// Licence that this one replaces.
    pub supersedes: Option<String>,
    /// What is licensed.
    pub replica: Replica,
    /// Between whom.
    pub parties: Parties,
    /// Whose likeness it is, and what they consented to.
    pub subject: Subject,
    /// Where it may appear.
    pub scope: Scope,
    /// What for.
    pub purpose: Purpose,
    /// What is paid.
    pub pay: Pay,
    /// From when to when.
    pub duration: Duration,
    /// How much of it.
    pub limits: Limits,
    /// How far the replica may be altered.
    pub alteration: Alteration,
    /// Who approves a use before it is made; nobody has to without it.
    pub approval: Option<Approval>,
    /// Line to print wherever the twin appears.
    pub credit: Option<String>,
    /// Whether the client may pass the licence on.
    pub sublicence: bool,
    /// How it is revoked.
    pub revocation: Revocable,
    /// How viewers are told.
    pub disclosure: Disclosure,
    /// Days after the end by which the client deletes its copies; never without it.
    pub delete_after_days: Option<u16>,
}

/// What is licensed: a twin, and the very files that were agreed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replica {
    /// The twin's id.
    pub twin: String,
    /// Hash of every file of the replica, by its name in the twin's folder.
    pub files: BTreeMap<String, Hash>,
    /// Body measures that were agreed on, whole millimetres by name.
    pub measures_mm: BTreeMap<String, u32>,
    /// How it was made.
    pub capture: Capture,
    /// What its pictures are, in the words of the IPTC.
    pub source: SourceType,
}

/// How a replica was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capture {
    /// Photographs of the person from many sides.
    Photogrammetry,
    /// A scan of the person.
    Scan,
    /// A model that was trained on pictures of the person.
    GenerativeModel,
    /// Built by hand or from parameters, without a person.
    Parametric,
}

/// What pictures of a replica are: terms of the IPTC's `NewsCodes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SourceType {
    /// Made with tools that generate nothing by themselves.
    DigitalCreation,
    /// Put together from captured elements.
    CompositeCapture,
    /// Put together from elements of which one is synthetic.
    CompositeSynthetic,
}

/// Between whom a licence is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parties {
    /// Who grants it, and signs this record.
    pub grantor: Grantor,
    /// Agency, if one takes part.
    pub agency: Option<Agency>,
    /// To whom it is granted.
    pub client: String,
}

/// Who grants a licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grantor {
    /// In what role.
    pub role: Role,
    /// Name, or pseudonym of a model.
    pub name: String,
    /// Key that signs the licence, its approvals and its revocation.
    pub key: PublicKey,
}

/// In what role somebody grants a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person shown.
    Model,
    /// Somebody who acts for the person shown, by a mandate of their own.
    Representative,
    /// Who made an invented person.
    Maker,
}

/// A model agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// Name.
    pub name: String,
    /// Registration number with the State of New York, if it has one.
    pub registration: Option<String>,
}

/// Whose likeness a replica is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "a licence holds one")]
pub enum Subject {
    /// A living person, who consented three times.
    Person {
        /// Name to use everywhere; the person's own is sealed.
        pseudonym: String,
        /// Hash of the document that holds the identity, kept elsewhere.
        sealed_identity: Hash,
        /// Consent to the making of the replica.
        creation: Consent,
        /// Consent to its alteration, within the bounds of the licence.
        altering: Consent,
        /// Consent to this use.
        using: Consent,
        /// Who advised the person.
        advice: Advice,
    },
    /// Nobody: an invented person. There is nobody to consent, and so no consent is
    /// recorded; somebody declares under their signature that no living person is shown.
    Invented {
        /// The declaration.
        declaration: Consent,
    },
}

/// A signed document that somebody gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Hash of the document.
    pub document: Hash,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// Who signed it.
    pub signer: String,
    /// How: on paper, by a service.
    pub method: String,
}

/// Who advised a person who consented (New York General Obligations Law § 5-302).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// A lawyer.
    Counsel,
    /// A union's agreement.
    Union,
    /// Nobody.
    None,
}

/// Where a replica may appear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// In what.
    pub media: BTreeSet<Medium>,
    /// Through which channels, by names that client and grantor agree on.
    pub channels: Coverage,
    /// In which countries, ISO 3166-1 alpha-2.
    pub territories: Coverage,
    /// Before whom at most.
    pub audience: Audience,
    /// Longest side of a picture, pixels; any without it.
    pub longest_side_px: Option<u32>,
    /// In which shows or looks: `Title` or `Title/3`.
    pub looks: Coverage,
    /// In which garments, by their ids.
    pub garments: Coverage,
    /// In nothing that holds these.
    pub exclusions: BTreeSet<Content>,
    /// Whether body measures may leave with what is made: patterns drafted to them, the
    /// body's shape. Without it they may not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub measures: bool,
}

/// What something appears in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// A staged show as a film.
    Film,
    /// Still pictures.
    Still,
    /// Live, before an audience.
    Live,
    /// The fitting room.
    TryOn,
    /// Labelled pictures for machines.
    DataSet,
}

/// What of many is covered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// All.
    Any,
    /// These alone.
    Only(BTreeSet<String>),
}

/// Before whom something is shown; the later, the more people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Those who work on it.
    Internal,
    /// Buyers and press.
    Trade,
    /// Everybody.
    #[default]
    Public,
}

/// What a show may hold that a model may not want to be part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A look without garments.
    Nudity,
    /// Fur.
    Fur,
    /// Leather.
    Leather,
    /// Political statements.
    Politics,
    /// Religious statements.
    Religion,
    /// Alcohol.
    Alcohol,
    /// Tobacco.
    Tobacco,
}

/// What a replica is used for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Kinds of use.
    pub kinds: BTreeSet<Kind>,
    /// A reasonably specific description of the use, in words.
    pub description: String,
}

/// Kind of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Presenting a collection.
    Show,
    /// A lookbook.
    Lookbook,
    /// Selling the garments shown.
    Commerce,
    /// Advertising beyond the garments' own pages.
    Advertising,
    /// Editorial and press.
    Press,
    /// Internal rehearsal, never published.
    Rehearsal,
    /// Training or testing of machines.
    Training,
}

/// What is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pay {
    /// For each unit.
    pub amount: Amount,
    /// ISO 4217 code of its currency.
    pub currency: String,
    /// The unit.
    pub per: Unit,
    /// Least that is owed for a show in which the twin was used.
    pub minimum: Amount,
    /// Who gets how much of it.
    pub split: Vec<Share>,
    /// Days after the end of the month by which it is paid.
    pub term_days: u16,
}

/// What pay is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A show, however often it is made.
    Show,
    /// A look in a show, however often it is made.
    Look,
    /// A still picture.
    Still,
    /// A rendered second in which the twin is to be seen.
    RenderedSecond,
    /// An hour of live play in which the twin is to be seen.
    StreamedHour,
}

/// A share of the pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Who gets it.
    pub payee: String,
    /// Whether it is an agency's commission.
    pub commission: bool,
    /// Thousandths of the whole.
    pub permille: u16,
}

/// From when to when a licence holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duration {
    /// First moment.
    pub not_before: Timestamp,
    /// First moment at which it holds no more.
    pub not_after: Timestamp,
}

/// How much of a use there may be in all; as much as one likes without a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Different shows.
    pub shows: Option<u32>,
    /// Different looks.
    pub looks: Option<u32>,
    /// Still pictures.
    pub stills: Option<u32>,
    /// Rendered seconds in which the twin is to be seen.
    pub seconds: Option<u32>,
}

/// How far the replica may be altered from what was agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alteration {
    /// Every body measure, thousandths of it up or down.
    pub body_permille: u16,
    /// The face.
    pub face: bool,
    /// The hair.
    pub hair: bool,
    /// The skin.
    pub skin: bool,
}

/// Who approves a use before it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Name.
    pub by: String,
    /// Key that signs approvals.
    pub key: PublicKey,
    /// Hours in which they mean to answer; no answer is no approval.
    pub answer_in_hours: u16,
}

/// How a licence is revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocable {
    /// Where revocations are published, for people to look at.
    pub list: Option<String>,
    /// Hours from a revocation to its effect.
    pub notice_hours: u16,
}

/// How viewers are told what they see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// Whether pictures must carry the label; the client's policy may ask for it too.
    pub label: bool,
    /// Whether they must carry the mark "AI" of the European Union's code of practice.
    pub eu_mark: bool,
    /// Whether files must carry Content Credentials.
    pub credentials: bool,
}
