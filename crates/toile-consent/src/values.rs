//! Which values records may hold.

use crate::{
    Advice, Consent, Coverage, ReplicaLicence, Role, Subject,
    licence::{LONGEST_YEARS, VERSION},
    sealed::Record,
};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};

/// The end of the longest term that begins then.
pub(crate) fn longest(from: Timestamp) -> Option<Timestamp> {
    let begins = from.to_zoned(TimeZone::UTC);
    Some(begins.checked_add(LONGEST_YEARS.years()).ok()?.timestamp())
}

/// An agency's commission is at most this (New York Labor Law § 1036), thousandths.
const MOST_COMMISSION: u16 = 200;

type Problem = Option<(String, String, &'static str)>;

fn problem(field: &str, problem: impl Into<String>, mend: &'static str) -> Problem {
    Some((field.to_owned(), problem.into(), mend))
}

fn blank(field: &str, value: &str) -> Problem {
    // A control character could make a printed line say something else.
    let unfit =
        value.trim().is_empty() || value.len() > 2000 || value.chars().any(char::is_control);
    unfit.then(|| {
        (
            field.to_owned(),
            "is empty, too long or holds control characters".to_owned(),
            "write some words on one line",
        )
    })
}

fn consent(field: &str, consent: &Consent, licence: &ReplicaLicence) -> Problem {
    blank(&format!("{field}.signer"), &consent.signer)
        .or_else(|| blank(&format!("{field}.method"), &consent.method))
        .or_else(|| {
            // Consent comes before the use (New York Labor Law § 1037).
            if consent.signed_at > licence.duration.not_before {
                problem(
                    &format!("{field}.signed_at"),
                    format!("{} is after the licence begins", consent.signed_at),
                    "have the licence begin once all is signed",
                )
            } else {
                None
            }
        })
}

fn subject(licence: &ReplicaLicence) -> Problem {
    let role = licence.parties.grantor.role;
    match &licence.subject {
        Subject::Person {
            pseudonym,
            creation,
            altering,
            using,
            advice: Advice::Counsel | Advice::Union | Advice::None,
            ..
        } => {
            if role == Role::Maker {
                return problem(
                    "parties.grantor.role",
                    "a maker cannot license the replica of a person",
                    "have the model or a representative grant it",
                );
            }
            let [a, b, c] = [creation, altering, using].map(|consent| consent.document);
            if a == b || b == c || a == c {
                return problem(
                    "subject.person",
                    "two of the three consents are one document",
                    "have creation, alteration and use consented to separately",
                );
            }
            blank("subject.person.pseudonym", pseudonym)
                .or_else(|| consent("subject.person.creation", creation, licence))
                .or_else(|| consent("subject.person.altering", altering, licence))
                .or_else(|| consent("subject.person.using", using, licence))
        }
        Subject::Invented { declaration } => {
            if role != Role::Maker {
                return problem(
                    "parties.grantor.role",
                    "an invented person has no model and nobody to represent",
                    "write \"maker\"",
                );
            }
            consent("subject.invented.declaration", declaration, licence)
        }
    }
}

fn pay(licence: &ReplicaLicence) -> Problem {
    let pay = &licence.pay;
    if pay.currency.len() != 3 || !pay.currency.bytes().all(|b| b.is_ascii_uppercase()) {
        return problem(
            "pay.currency",
            format!("'{}' is no currency code", pay.currency),
            "give an ISO 4217 code such as EUR",
        );
    }
    let whole: u32 = pay
        .split
        .iter()
        .map(|share| u32::from(share.permille))
        .sum();
    if whole != 1000 {
        return problem(
            "pay.split",
            format!("the shares make {whole} thousandths"),
            "have them make 1000",
        );
    }
    let commission: u32 = pay
        .split
        .iter()
        .filter(|share| share.commission)
        .map(|share| u32::from(share.permille))
        .sum();
    if commission > u32::from(MOST_COMMISSION) {
        return problem(
            "pay.split",
            format!("commissions make {commission} thousandths"),
            "an agency gets 200 thousandths at most",
        );
    }
    let mut payees = pay.split.iter().enumerate();
    payees.find_map(|(at, share)| blank(&format!("pay.split[{at}].payee"), &share.payee))
}

fn coverage(field: &str, coverage: &Coverage) -> Problem {
    match coverage {
        Coverage::Any => None,
        Coverage::Only(names) if names.is_empty() => problem(
            field,
            "covers nothing",
            "name what it covers, or write \"any\"",
        ),
        Coverage::Only(names) => names.iter().find_map(|name| blank(field, name)),
    }
}

/// Whether this is a country's code as in ISO 3166-1 alpha-2, by its shape.
#[must_use]
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())
}

fn scope(licence: &ReplicaLicence) -> Problem {
    let scope = &licence.scope;
    if scope.media.is_empty() {
        return problem("scope.media", "covers nothing", "name at least one medium");
    }
    if let Coverage::Only(codes) = &scope.territories
        && let Some(code) = codes.iter().find(|code| !is_country(code))
    {
        return problem(
            "scope.territories",
            format!("'{code}' is no country code"),
            "give ISO 3166-1 alpha-2 codes such as \"FR\"",
        );
    }
    coverage("scope.channels", &scope.channels)
        .or_else(|| coverage("scope.territories", &scope.territories))
        .or_else(|| coverage("scope.looks", &scope.looks))
        .or_else(|| coverage("scope.garments", &scope.garments))
}

fn duration(licence: &ReplicaLicence) -> Problem {
    let term = licence.duration;
    let whole = |time: Timestamp| time.subsec_nanosecond() == 0;
    if !whole(term.not_before) || !whole(term.not_after) {
        return problem("duration", "holds parts of a second", "write whole seconds");
    }
    if term.not_after <= term.not_before {
        return problem(
            "duration.not_after",
            format!("{} is not after {}", term.not_after, term.not_before),
            "put the end after the beginning",
        );
    }
    if longest(term.not_before).is_none_or(|limit| term.not_after > limit) {
        return problem(
            "duration.not_after",
            format!(
                "{} is more than {LONGEST_YEARS} years after {}",
                term.not_after, term.not_before
            ),
            "grant three years at most and renew",
        );
    }
    None
}

impl Record for ReplicaLicence {
    const KIND: &'static str = "toile replica licence 1";

    fn problem(&self) -> Problem {
        if self.version != VERSION {
            return problem(
                "version",
                format!("this is version {}", self.version),
                "this build reads version 1",
            );
        }
        if self.purpose.kinds.is_empty() {
            return problem("purpose.kinds", "covers nothing", "name at least one kind");
        }
        if self.replica.files.is_empty() {
            return problem(
                "replica.files",
                "names no file",
                "give the hash of the avatar at least",
            );
        }
        if self.alteration.body_permille > 1000 {
            return problem(
                "alteration.body_permille",
                format!("{} is more than the whole", self.alteration.body_permille),
                "give thousandths, 0 to 1000",
            );
        }
        let parties = &self.parties;
        blank("id", &self.id)
            .or_else(|| blank("language", &self.language))
            .or_else(|| blank("replica.twin", &self.replica.twin))
            .or_else(|| blank("parties.client", &parties.client))
            .or_else(|| blank("parties.grantor.name", &parties.grantor.name))
            .or_else(|| blank("purpose.description", &self.purpose.description))
            .or_else(|| self.credit.as_ref().and_then(|line| blank("credit", line)))
            .or_else(|| duration(self))
            .or_else(|| subject(self))
            .or_else(|| scope(self))
            .or_else(|| pay(self))
    }
}
