//! Licences of a twin, and the one question asked of them: is this use
//! permitted?
//!
//! The rule is *deny by default*. A use is permitted only by one licence that
//! covers licensee, scope, purpose, territory and date at once; when none does,
//! the refusal names the clause that fails in the licence that came closest.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a twin may appear in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// A staged runway show, live or captured to video.
    Runway,
    /// Still pictures.
    Stills,
    /// A live stream to an audience.
    Stream,
    /// The fitting room, where visitors try garments on.
    TryOn,
}

/// What the pictures are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Purpose {
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
}

/// Where the pictures may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Territory {
    /// Everywhere.
    Worldwide,
    /// Only in the countries named by ISO 3166-1 alpha-2 code.
    Only(Vec<String>),
}

/// The unit a rate of pay counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PayUnit {
    /// Per show.
    Show,
    /// Per look worn.
    Look,
    /// Per still picture.
    Still,
    /// Per second on screen.
    ScreenSecond,
    /// Per hour of stream.
    StreamHour,
}

/// Rate of pay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Amount per unit, in the currency's main unit; never negative.
    pub amount: f64,
    /// ISO 4217 currency code.
    pub currency: String,
    /// What one amount pays for.
    pub per: PayUnit,
}

/// One licence: who may use the twin, for what, where, when and at what pay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// Identifier, unique within the twin's record, such as `L-2026-014`.
    pub id: String,
    /// Client to whom the licence is granted.
    pub licensee: String,
    /// Kinds of appearance that are covered.
    pub scope: Vec<Scope>,
    /// Purposes that are covered.
    pub purpose: Vec<Purpose>,
    /// Where the pictures may be shown.
    pub territory: Territory,
    /// Rate of pay.
    pub rate: Rate,
    /// First day of validity (ISO 8601).
    pub from: Date,
    /// Last day of validity, included (ISO 8601).
    pub until: Date,
}

/// A use that somebody asks permission for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Client of the show, compared letter by letter with the licensee.
    pub client: String,
    /// Purpose of the show.
    pub purpose: Purpose,
    /// Kind of appearance.
    pub scope: Scope,
    /// Date of the show.
    pub date: Date,
}

/// Why a use is refused. Each reason names the clause that fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The record holds no licence at all.
    #[error("twin '{twin}' has no licence; a {kind} may appear only under one")]
    NoLicence {
        /// Id of the twin.
        twin: String,
        /// Kind of the twin, in words.
        kind: &'static str,
    },
    /// No licence is granted to this client.
    #[error("no licence of twin '{twin}' is granted to '{client}' (granted to: {granted})")]
    Licensee {
        /// Id of the twin.
        twin: String,
        /// Client that asked.
        client: String,
        /// Clients that hold licences, in the record's order.
        granted: String,
    },
    /// The kind of appearance is not covered.
    #[error(
        "licence {licence} of twin '{twin}' does not cover the scope {scope:?} (it covers {covered:?})"
    )]
    Scope {
        /// Licence that came closest.
        licence: String,
        /// Id of the twin.
        twin: String,
        /// Scope that was asked for.
        scope: Scope,
        /// Scopes the licence covers.
        covered: Vec<Scope>,
    },
    /// The purpose is not covered.
    #[error(
        "licence {licence} of twin '{twin}' does not cover the purpose {purpose:?} (it covers {covered:?})"
    )]
    Purpose {
        /// Licence that came closest.
        licence: String,
        /// Id of the twin.
        twin: String,
        /// Purpose that was asked for.
        purpose: Purpose,
        /// Purposes the licence covers.
        covered: Vec<Purpose>,
    },
    /// The territory is not covered.
    #[error("licence {licence} of twin '{twin}' holds only in {}; {}", covered.join(", "), asked_territory(asked.as_deref()))]
    Territory {
        /// Licence that came closest.
        licence: String,
        /// Id of the twin.
        twin: String,
        /// Country that was asked for, if the use names one.
        asked: Option<String>,
        /// Countries the licence covers.
        covered: Vec<String>,
    },
    /// The licence has not begun.
    #[error("licence {licence} of twin '{twin}' begins {from}; the show is dated {date}")]
    NotYet {
        /// Licence that came closest.
        licence: String,
        /// Id of the twin.
        twin: String,
        /// First day of validity.
        from: Date,
        /// Date of the show.
        date: Date,
    },
    /// The licence has ended.
    #[error("licence {licence} of twin '{twin}' ended {until}; the show is dated {date}")]
    Ended {
        /// Licence that came closest.
        licence: String,
        /// Id of the twin.
        twin: String,
        /// Last day of validity.
        until: Date,
        /// Date of the show.
        date: Date,
    },
}

fn asked_territory(asked: Option<&str>) -> String {
    asked.map_or_else(
        || "the use names no country, so it is taken as worldwide".to_owned(),
        |country| format!("the use is in {country}"),
    )
}

/// Finds the licence of `twin` that covers `asked`, or the clause that fails.
///
/// Clauses are tried in the order licensee, scope, purpose, territory, dates;
/// the refusal reported is that of the licence which passed the most of them.
pub(crate) fn find<'a>(
    twin: &str,
    kind: &'static str,
    licences: &'a [Licence],
    asked: &Use,
    country: Option<&str>,
) -> Result<&'a Licence, Refusal> {
    let mut closest: Option<(u8, Refusal)> = None;
    for licence in licences.iter().filter(|l| l.licensee == asked.client) {
        match clause(twin, licence, asked, country) {
            Ok(()) => return Ok(licence),
            Err((passed, refusal)) => {
                if closest.as_ref().is_none_or(|(best, _)| passed > *best) {
                    closest = Some((passed, refusal));
                }
            }
        }
    }
    if let Some((_, refusal)) = closest {
        return Err(refusal);
    }
    if licences.is_empty() {
        return Err(Refusal::NoLicence {
            twin: twin.to_owned(),
            kind,
        });
    }
    let mut granted: Vec<&str> = Vec::new();
    for licence in licences {
        if !granted.contains(&licence.licensee.as_str()) {
            granted.push(&licence.licensee);
        }
    }
    Err(Refusal::Licensee {
        twin: twin.to_owned(),
        client: asked.client.clone(),
        granted: granted.join(", "),
    })
}

/// Tries every clause but the licensee's; on failure says how many passed.
fn clause(
    twin: &str,
    licence: &Licence,
    asked: &Use,
    country: Option<&str>,
) -> Result<(), (u8, Refusal)> {
    let twin = twin.to_owned();
    let id = licence.id.clone();
    if !licence.scope.contains(&asked.scope) {
        let covered = licence.scope.clone();
        return Err((
            0,
            Refusal::Scope {
                licence: id,
                twin,
                scope: asked.scope,
                covered,
            },
        ));
    }
    if !licence.purpose.contains(&asked.purpose) {
        let covered = licence.purpose.clone();
        return Err((
            1,
            Refusal::Purpose {
                licence: id,
                twin,
                purpose: asked.purpose,
                covered,
            },
        ));
    }
    if let Territory::Only(countries) = &licence.territory
        && !country.is_some_and(|c| countries.iter().any(|covered| covered == c))
    {
        let (asked, covered) = (country.map(str::to_owned), countries.clone());
        return Err((
            2,
            Refusal::Territory {
                licence: id,
                twin,
                asked,
                covered,
            },
        ));
    }
    if asked.date < licence.from {
        let (from, date) = (licence.from, asked.date);
        return Err((
            3,
            Refusal::NotYet {
                licence: id,
                twin,
                from,
                date,
            },
        ));
    }
    if asked.date > licence.until {
        let (until, date) = (licence.until, asked.date);
        return Err((
            4,
            Refusal::Ended {
                licence: id,
                twin,
                until,
                date,
            },
        ));
    }
    Ok(())
}
