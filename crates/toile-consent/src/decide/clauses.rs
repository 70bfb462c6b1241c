//! The clauses of a licence, each with what it refuses.

use super::{Case, Clause, show_id};
use crate::{Coverage, ReplicaLicence, Signed, Spent, Subject, Use, values::longest};
use jiff::{SignedDuration, tz::TimeZone};

type Check = fn(&Case, &Signed<ReplicaLicence>, &Use) -> Option<String>;

/// The clauses in the order in which they are tried.
pub(super) const CHECKS: [(Clause, Check); 23] = [
    (Clause::Client, client),
    (Clause::Signature, signature),
    (Clause::Sublicence, sublicence),
    (Clause::Replica, replica),
    (Clause::Subject, subject),
    (Clause::Media, media),
    (Clause::Purpose, purpose),
    (Clause::Channels, channels),
    (Clause::Territories, territories),
    (Clause::Audience, audience),
    (Clause::Size, size),
    (Clause::Looks, looks),
    (Clause::Garments, garments),
    (Clause::Exclusions, exclusions),
    (Clause::Measures, measures),
    (Clause::Alteration, alteration),
    (Clause::NotBefore, not_before),
    (Clause::NotAfter, not_after),
    (Clause::Revocation, revocation),
    (Clause::Supersedes, superseded),
    (Clause::Limits, limits),
    (Clause::Approval, approval),
    (Clause::Disclosure, disclosure),
];

fn unless(holds: bool, why: impl FnOnce() -> String) -> Option<String> {
    (!holds).then(why)
}

fn client(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let granted = &licence.record.parties.client;
    unless(granted == asked.licensee(), || {
        format!(
            "it is granted to '{granted}', not to '{}'",
            asked.licensee()
        )
    })
}

fn signature(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let grantor = &licence.record.parties.grantor;
    if licence.key != grantor.key {
        return Some(format!("{} did not sign it, another key did", grantor.name));
    }
    unless(asked.subject.keys.contains(&licence.key), || {
        format!(
            "the twin's record does not name the key {} that signed it",
            licence.key
        )
    })
}

fn sublicence(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    unless(
        asked.sublicensed_by.is_none() || licence.record.sublicence,
        || format!("it may not be passed on to '{}'", asked.client),
    )
}

fn replica(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let (agreed, there) = (&licence.record.replica, &asked.subject);
    if agreed.twin != there.twin {
        return Some(format!("it is for the twin '{}'", agreed.twin));
    }
    if let Some((name, _)) = there
        .files
        .iter()
        .find(|(name, hash)| agreed.files.get(*name) != Some(hash))
    {
        return Some(format!("{name} is not the file that was agreed on"));
    }
    let missing = agreed
        .files
        .keys()
        .find(|name| !there.files.contains_key(*name));
    missing.map(|name| format!("{name}, which was agreed on, is not there"))
}

fn subject(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    match (&licence.record.subject, asked.subject.person) {
        (Subject::Person { pseudonym, .. }, true) => {
            unless(*pseudonym == asked.subject.name, || {
                format!("it calls the person '{pseudonym}', and the twin's record by another name")
            })
        }
        (Subject::Invented { .. }, false) => None,
        (Subject::Person { .. }, false) => {
            Some("it shows a person, and the twin's record says that nobody is shown".to_owned())
        }
        (Subject::Invented { .. }, true) => Some(
            "it says that nobody is shown, and the twin's record says that it is a person's"
                .to_owned(),
        ),
    }
}

fn media(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let media = &licence.record.scope.media;
    unless(media.contains(&asked.medium), || {
        format!("it covers {media:?}, not {:?}", asked.medium)
    })
}

fn purpose(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let kinds = &licence.record.purpose.kinds;
    unless(kinds.contains(&asked.kind), || {
        format!("it covers {kinds:?}, not {:?}", asked.kind)
    })
}

/// Whether all names are covered; none stands for all there are.
fn covers<'a>(
    coverage: &Coverage,
    mut names: impl Iterator<Item = &'a String>,
    none: &str,
) -> Option<String> {
    let Coverage::Only(covered) = coverage else {
        return None;
    };
    let list = || covered.iter().cloned().collect::<Vec<_>>().join(", ");
    let mut first = names.next();
    if first.is_none() {
        return Some(format!("it covers {}; {none}", list()));
    }
    while let Some(name) = first {
        if !covered.contains(name) {
            return Some(format!("it covers {}, not '{name}'", list()));
        }
        first = names.next();
    }
    None
}

fn channels(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let coverage = &licence.record.scope.channels;
    covers(
        coverage,
        asked.channels.iter(),
        "the show names no channel, so it counts as any",
    )
}

fn territories(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let coverage = &licence.record.scope.territories;
    covers(
        coverage,
        asked.territories.iter(),
        "the show names no country, so it counts as everywhere",
    )
}

fn audience(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let most = licence.record.scope.audience;
    unless(asked.audience <= most, || {
        format!("it covers {most:?} at most, not {:?}", asked.audience)
    })
}

fn size(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let most = licence.record.scope.longest_side_px?;
    unless(asked.longest_side_px <= most, || {
        format!("it covers {most} pixels, not {}", asked.longest_side_px)
    })
}

fn looks(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let Coverage::Only(covered) = &licence.record.scope.looks else {
        return None;
    };
    if covered.contains(&asked.show) {
        return None;
    }
    let ids = asked.looks.iter().map(|look| asked.look_id(look.number));
    let missed = ids.into_iter().find(|id| !covered.contains(id));
    let missed = missed.or_else(|| asked.looks.is_empty().then(|| asked.show.clone()))?;
    Some(format!("it does not cover '{missed}'"))
}

fn garments(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let Coverage::Only(covered) = &licence.record.scope.garments else {
        return None;
    };
    let mut worn = asked.looks.iter().flat_map(|look| &look.garments);
    let missed = worn.find(|garment| !covered.contains(*garment))?;
    Some(format!("it does not cover the garment '{missed}'"))
}

fn exclusions(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let excluded = &licence.record.scope.exclusions;
    let found = asked.content.intersection(excluded).next()?;
    Some(format!("it excludes {found:?}, which this holds"))
}

fn measures(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    unless(!asked.measures || licence.record.scope.measures, || {
        "it does not let body measures leave".to_owned()
    })
}

fn alteration(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let (bounds, agreed) = (
        licence.record.alteration,
        &licence.record.replica.measures_mm,
    );
    for (allowed, altered, what) in [
        (bounds.face, asked.altered.face, "face"),
        (bounds.hair, asked.altered.hair, "hair"),
        (bounds.skin, asked.altered.skin, "skin"),
    ] {
        if altered && !allowed {
            return Some(format!("the {what} may not be altered"));
        }
    }
    for (name, &now) in &asked.subject.measures_mm {
        let Some(&then) = agreed.get(name) else {
            return Some(format!("the measure {name} was not agreed on"));
        };
        let off = u64::from(now.abs_diff(then)) * 1000;
        if off > u64::from(then) * u64::from(bounds.body_permille) {
            // Refusals are written down: measures are not told in them.
            return Some(format!(
                "{name} is off by {} thousandths; at most {} may be altered",
                (off / u64::from(then).max(1)).max(1),
                bounds.body_permille
            ));
        }
    }
    let missing = agreed
        .keys()
        .find(|name| !asked.subject.measures_mm.contains_key(*name));
    missing.map(|name| format!("the measure {name}, which was agreed on, is not given"))
}

fn not_before(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let begins = licence.record.duration.not_before;
    if asked.from < begins {
        return Some(format!("it begins {begins}, and it is {}", asked.from));
    }
    let first_day = begins.to_zoned(TimeZone::UTC).date();
    unless(asked.day >= first_day, || {
        format!("it begins {begins}, and the show is dated {}", asked.day)
    })
}

fn not_after(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let term = licence.record.duration;
    // A term that is too long holds no longer than the law lets it.
    let ends = longest(term.not_before).map_or(term.not_before, |limit| limit.min(term.not_after));
    if asked.from >= ends || asked.until < asked.from {
        return Some(format!("it ended {ends}, and it is {}", asked.from));
    }
    if asked.until >= ends {
        return Some(format!(
            "it ends {ends}, and this goes on until {}",
            asked.until
        ));
    }
    let last = ends
        .saturating_sub(SignedDuration::from_secs(1))
        .unwrap_or(ends);
    unless(asked.day <= last.to_zoned(TimeZone::UTC).date(), || {
        format!("it ends {ends}, and the show is dated {}", asked.day)
    })
}

fn revocation(case: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let record = &licence.record;
    let notice = SignedDuration::from_hours(i64::from(record.revocation.notice_hours));
    let mut revoked = case.revocations.iter().filter(|revocation| {
        let of = &revocation.record;
        revocation.key == record.parties.grantor.key
            && of.licence == record.id
            && of.twin == record.replica.twin
    });
    revoked.find_map(|revocation| {
        let at = revocation.record.revoked_at;
        let ends = at.saturating_add(notice).unwrap_or(at);
        (asked.until >= ends).then(|| format!("it was revoked {at}, which ended it {ends}"))
    })
}

fn superseded(case: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let record = &licence.record;
    let later = case.licences.iter().find(|other| {
        other.record.supersedes.as_ref() == Some(&record.id)
            && other.record.id != record.id
            && other.record.replica.twin == record.replica.twin
            && other.key == record.parties.grantor.key
            && other.record.duration.not_before <= asked.until
    })?;
    Some(format!("licence {} replaced it", later.record.id))
}

fn limits(case: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let (limits, none) = (licence.record.limits, Spent::default());
    let spent = case.spent.get(&licence.record.id).unwrap_or(&none);
    let show = show_id(&asked.show, asked.day);
    let over = |limit: Option<u32>, count: usize, what: &str| {
        let limit = limit?;
        (count as u64 > u64::from(limit))
            .then(|| format!("{count} {what}, and {limit} are granted"))
    };
    let mut shows = spent.shows.clone();
    let mut looks = spent.looks.clone();
    looks.extend(
        asked
            .looks
            .iter()
            .map(|look| format!("{show}/{}", look.number)),
    );
    shows.insert(show);
    over(limits.shows, shows.len(), "shows with this one")
        .or_else(|| over(limits.looks, looks.len(), "looks with these"))
        .or_else(|| {
            let stills = spent.stills.saturating_add(u64::from(asked.stills));
            let limit = limits.stills?;
            (stills > u64::from(limit))
                .then(|| format!("{stills} stills with these, and {limit} are granted"))
        })
        .or_else(|| {
            let seconds = spent.seconds.plus(asked.seconds);
            let limit = limits.seconds?;
            (seconds > crate::Amount::whole(limit))
                .then(|| format!("up to {seconds} s with this, and {limit} are granted"))
        })
}

fn approval(case: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let needed = licence.record.approval.as_ref()?;
    let given = case.approvals.iter().any(|approval| {
        let of = &approval.record;
        approval.key == needed.key
            && of.licence == licence.record.id
            && of.twin == licence.record.replica.twin
            && of.show == asked.show_file
            && of.approved_at <= asked.from
    });
    unless(given, || {
        format!(
            "{} has not approved this show file, {}",
            needed.by, asked.show_file
        )
    })
}

fn disclosure(_: &Case, licence: &Signed<ReplicaLicence>, asked: &Use) -> Option<String> {
    let needed = &licence.record.disclosure;
    [
        (needed.label, asked.told.label, "a label in the picture"),
        (
            needed.eu_mark,
            asked.told.eu_mark,
            "the mark \"AI\" in the picture",
        ),
        (
            needed.credentials,
            asked.told.credentials,
            "Content Credentials in the file",
        ),
    ]
    .into_iter()
    .find_map(|(needed, told, what)| (needed && !told).then(|| format!("it demands {what}")))
}
