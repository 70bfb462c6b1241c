//! A licence in sentences, made from its fields so that the two cannot differ.

use crate::{
    Advice, Audience, Capture, Consent, Coverage, Hash, ReplicaLicence, Role, SourceType, Subject,
    Unit,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// A name of a file's value in words: `rendered_second` as "rendered second".
fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text.replace('_', " "),
        _ => String::new(),
    }
}

fn words<T: Serialize>(values: &BTreeSet<T>) -> String {
    values.iter().map(word).collect::<Vec<_>>().join(", ")
}

fn covered(coverage: &Coverage, any: &str) -> String {
    match coverage {
        Coverage::Any => any.to_owned(),
        Coverage::Only(names) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!("only {}", names.join(", "))
        }
    }
}

fn document(hash: &Hash) -> String {
    hash.to_string()
}

fn signed(consent: &Consent) -> String {
    format!(
        "signed by {} on {} ({}), document {}",
        consent.signer,
        consent.signed_at,
        consent.method,
        document(&consent.document)
    )
}

fn may(allowed: bool) -> &'static str {
    if allowed {
        "may be altered"
    } else {
        "may not be altered"
    }
}

/// The licence in sentences, one paragraph a clause, as Markdown.
#[must_use]
pub fn statement(licence: &ReplicaLicence) -> String {
    let mut out: Vec<String> = Vec::new();
    let (parties, replica) = (&licence.parties, &licence.replica);
    out.push(format!("# Licence {}", licence.id));
    let role = match parties.grantor.role {
        Role::Model => "the person shown",
        Role::Representative => "who represents the person shown",
        Role::Maker => "who made it",
    };
    let agency = parties.agency.as_ref().map_or_else(String::new, |agency| {
        let number = agency.registration.as_ref();
        let number = number.map_or_else(String::new, |n| format!(" (registration {n})"));
        format!(" The agency {}{number} takes part.", agency.name)
    });
    out.push(format!(
        "**Parties.** {}, {role}, grants {} the use of the digital replica '{}' as follows.{agency}{}",
        parties.grantor.name,
        parties.client,
        replica.twin,
        licence.supersedes.as_ref().map_or_else(String::new, |id| format!(" This replaces licence {id}.")),
    ));
    match &licence.subject {
        Subject::Person {
            pseudonym,
            creation,
            altering,
            using,
            advice,
            ..
        } => {
            out.push(format!(
                "**Person.** It shows a living person, called {pseudonym} here. {}",
                match advice {
                    Advice::Counsel => "The person was advised by a lawyer.",
                    Advice::Union => "A union's agreement covers the person.",
                    Advice::None => "Nobody advised the person.",
                }
            ));
            out.push(format!("**Consent to its creation.** {}.", signed(creation)));
            out.push(format!("**Consent to its alteration.** {}.", signed(altering)));
            out.push(format!("**Consent to this use.** {}.", signed(using)));
        }
        Subject::Invented { declaration } => out.push(format!(
            "**No person.** It shows an invented person. That no living person is shown is declared: {}.",
            signed(declaration)
        )),
    }
    let files: Vec<String> = replica
        .files
        .iter()
        .map(|(name, hash)| format!("{name} ({hash})"))
        .collect();
    out.push(format!(
        "**Replica.** {}; {}. It consists of {}.",
        match replica.capture {
            Capture::Photogrammetry => "Made from photographs",
            Capture::Scan => "Made from a scan",
            Capture::GenerativeModel => "Made by a generative model",
            Capture::Parametric => "Built from parameters",
        },
        match replica.source {
            SourceType::DigitalCreation => "its pictures are digital creations",
            SourceType::CompositeCapture => "its pictures are put together from captured elements",
            SourceType::CompositeSynthetic => "its pictures hold synthetic elements",
        },
        files.join(", ")
    ));
    out.push(format!(
        "**Purpose.** {}: {}",
        words(&licence.purpose.kinds),
        licence.purpose.description
    ));
    if !licence.purpose.kinds.contains(&crate::Kind::Training) {
        out.push("It may not be used to train or test machines.".to_owned());
    }
    let scope = &licence.scope;
    let excluded = if scope.exclusions.is_empty() {
        "nothing is excluded".to_owned()
    } else {
        format!("nothing that holds {}", words(&scope.exclusions))
    };
    out.push(format!(
        "**Scope.** Media: {}. Channels: {}. Countries: {}. Audience: {}. Pictures: {}. Shows and looks: {}. Garments: {}. Exclusions: {excluded}.",
        words(&scope.media),
        covered(&scope.channels, "any"),
        covered(&scope.territories, "everywhere"),
        match scope.audience {
            Audience::Internal => "those who work on it",
            Audience::Trade => "buyers and press",
            Audience::Public => "everybody",
        },
        scope.longest_side_px.map_or_else(|| "of any size".to_owned(), |px| format!("up to {px} pixels on the longest side")),
        covered(&scope.looks, "any"),
        covered(&scope.garments, "any"),
    ));
    out.push(format!(
        "**Measures.** Body measures {} with what is made.",
        if scope.measures {
            "may leave"
        } else {
            "may not leave"
        }
    ));
    out.push(format!(
        "**Duration.** From {} until {}.",
        licence.duration.not_before, licence.duration.not_after
    ));
    let limits = &licence.limits;
    let counts: Vec<String> = [
        (limits.shows, "shows"),
        (limits.looks, "looks"),
        (limits.stills, "stills"),
        (limits.seconds, "seconds on screen"),
    ]
    .into_iter()
    .filter_map(|(limit, what)| limit.map(|limit| format!("{limit} {what}")))
    .collect();
    if !counts.is_empty() {
        out.push(format!("**Limits.** At most {}.", counts.join(", ")));
    }
    let pay = &licence.pay;
    let shares: Vec<String> = pay
        .split
        .iter()
        .map(|share| {
            let kind = if share.commission {
                " (commission)"
            } else {
                ""
            };
            format!(
                "{} % to {}{kind}",
                f64::from(share.permille) / 10.0,
                share.payee
            )
        })
        .collect();
    out.push(format!(
        "**Pay.** {} {} for every {}, {} {} for a show at least, within {} days after the month; {}.",
        pay.amount,
        pay.currency,
        match pay.per {
            Unit::Show => "show",
            Unit::Look => "look in a show",
            Unit::Still => "still picture",
            Unit::RenderedSecond => "rendered second in which the twin is to be seen",
            Unit::StreamedHour => "hour of live play in which the twin is to be seen",
        },
        pay.minimum,
        pay.currency,
        pay.term_days,
        shares.join(", ")
    ));
    let bounds = licence.alteration;
    out.push(format!(
        "**Alteration.** Body measures within {} % of those agreed on; the face {}, the hair {}, the skin {}.",
        f64::from(bounds.body_permille) / 10.0,
        may(bounds.face),
        may(bounds.hair),
        may(bounds.skin)
    ));
    out.push(match &licence.approval {
        Some(approval) => format!(
            "**Approval.** {} approves every show before it is made, and means to answer in {} hours; no answer is no approval.",
            approval.by, approval.answer_in_hours
        ),
        None => "**Approval.** Nobody has to approve a use beforehand.".to_owned(),
    });
    if let Some(line) = &licence.credit {
        out.push(format!("**Credit.** \"{line}\"."));
    }
    out.push(format!(
        "**Sublicence.** {}.",
        if licence.sublicence {
            "The client may pass it on"
        } else {
            "The client may not pass it on"
        }
    ));
    let list = licence.revocation.list.as_ref();
    out.push(format!(
        "**Revocation.** It can be revoked, and ends {} hours later{}.",
        licence.revocation.notice_hours,
        list.map_or_else(String::new, |list| format!(
            "; revocations are published at {list}"
        ))
    ));
    let told = &licence.disclosure;
    let ways: Vec<&str> = [
        (told.label, "a label in the picture"),
        (told.eu_mark, "the European Union's mark"),
        (told.credentials, "Content Credentials in the file"),
    ]
    .into_iter()
    .filter_map(|(needed, what)| needed.then_some(what))
    .collect();
    out.push(format!(
        "**Disclosure.** Viewers are told by {}.",
        if ways.is_empty() {
            "whatever the client chooses".to_owned()
        } else {
            ways.join(", ")
        }
    ));
    if let Some(days) = licence.delete_after_days {
        out.push(format!(
            "**Deletion.** The client deletes its copies within {days} days after the end."
        ));
    }
    out.join("\n\n") + "\n"
}
