//! A licence that covers a use, to be changed by tests.

#![allow(
    dead_code,
    reason = "every test file uses another part, one of them all"
)]

use std::collections::{BTreeMap, BTreeSet};
use toile_consent::*;

pub(crate) const CLIENT: &str = "Toile Demo House";

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn names(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

pub(crate) fn consent(document: &str) -> Consent {
    Consent {
        document: Hash::of(document.as_bytes()),
        signed_at: time("2026-10-20T10:00:00Z"),
        signer: "Model 17".into(),
        method: "on paper".into(),
    }
}

/// A licence of a person's twin that covers [`asked`].
pub(crate) fn licence(key: PublicKey) -> ReplicaLicence {
    ReplicaLicence {
        version: 1,
        id: "L-2026-014".into(),
        language: "en".into(),
        supersedes: None,
        replica: Replica {
            twin: "amara".into(),
            files: BTreeMap::from([("avatar.glb".into(), Hash::of(b"avatar"))]),
            measures_mm: BTreeMap::from([("bust".into(), 850), ("height".into(), 1780)]),
            capture: Capture::Photogrammetry,
            source: SourceType::CompositeCapture,
        },
        parties: Parties {
            grantor: Grantor {
                role: Role::Model,
                name: "Model 17".into(),
                key,
            },
            agency: Some(Agency {
                name: "Studio Baobab".into(),
                registration: Some("NY-123".into()),
            }),
            client: CLIENT.into(),
        },
        subject: Subject::Person {
            pseudonym: "Model 17".into(),
            sealed_identity: Hash::of(b"sealed"),
            creation: consent("creation"),
            altering: consent("altering"),
            using: consent("using"),
            advice: Advice::Counsel,
        },
        scope: Scope {
            media: BTreeSet::from([Medium::Film, Medium::Live]),
            channels: Coverage::Any,
            territories: Coverage::Any,
            audience: Audience::Public,
            longest_side_px: None,
            looks: Coverage::Any,
            garments: Coverage::Any,
            exclusions: BTreeSet::from([Content::Fur]),
            measures: false,
        },
        purpose: Purpose {
            kinds: BTreeSet::from([Kind::Show, Kind::Press]),
            description: "Walks in the virtual show of the winter collection".into(),
        },
        pay: Pay {
            amount: "420.00".parse().unwrap(),
            currency: "EUR".into(),
            per: Unit::Look,
            minimum: Amount::ZERO,
            split: vec![
                Share {
                    payee: "Model 17".into(),
                    commission: false,
                    permille: 850,
                },
                Share {
                    payee: "Studio Baobab".into(),
                    commission: true,
                    permille: 150,
                },
            ],
            term_days: 30,
        },
        duration: Duration {
            not_before: time("2026-11-01T00:00:00Z"),
            not_after: time("2028-11-01T00:00:00Z"),
        },
        limits: Limits::default(),
        alteration: Alteration {
            body_permille: 0,
            face: false,
            hair: false,
            skin: false,
        },
        approval: None,
        credit: Some("Model 17, courtesy of Studio Baobab".into()),
        sublicence: false,
        revocation: Revocable {
            list: None,
            notice_hours: 0,
        },
        disclosure: Disclosure {
            label: false,
            eu_mark: false,
            credentials: false,
        },
        delete_after_days: Some(90),
    }
}

/// A use in the ledger.
pub(crate) fn used(id: &str) -> ledger::Used {
    ledger::Used {
        id: id.into(),
        twin: "amara".into(),
        licence: "L-2026-014".into(),
        licence_file: Hash::of(b"licence"),
        client: "Toile Demo House".into(),
        act: ledger::Act::Render,
        kind: Kind::Show,
        medium: Medium::Film,
        show: "Winter".into(),
        day: "2026-11-23".parse().unwrap(),
        look: 3,
        shots: vec!["pit".into()],
        outputs: BTreeMap::from([("winter.mp4".into(), Hash::of(b"movie"))]),
        frames: 240,
        stills: 0,
        seconds: "9.5".parse().unwrap(),
        measured: "object ids".into(),
        size_px: (1920, 1080),
        fee: Amount::ZERO,
        currency: "EUR".into(),
        per: Unit::Look,
        minimum: Amount::ZERO,
        software: "test".into(),
    }
}

pub(crate) fn asked(key: PublicKey) -> Use {
    Use {
        subject: Subjected {
            twin: "amara".into(),
            name: "Model 17".into(),
            person: true,
            keys: BTreeSet::from([key]),
            files: BTreeMap::from([("avatar.glb".into(), Hash::of(b"avatar"))]),
            measures_mm: BTreeMap::from([("bust".into(), 850), ("height".into(), 1780)]),
        },
        client: CLIENT.into(),
        sublicensed_by: None,
        kind: Kind::Show,
        medium: Medium::Film,
        channels: BTreeSet::new(),
        territories: BTreeSet::new(),
        audience: Audience::Public,
        longest_side_px: 1920,
        show: "Winter".into(),
        show_file: Hash::of(b"show"),
        day: "2026-11-23".parse().unwrap(),
        looks: vec![LookUse {
            number: 3,
            garments: names(&["slip-dress"]),
        }],
        content: BTreeSet::new(),
        altered: Altered::default(),
        from: time("2026-11-23T04:00:00Z"),
        until: time("2026-11-23T04:00:00Z"),
        stills: 0,
        seconds: Amount::ZERO,
        told: Told::default(),
        measures: false,
    }
}

pub(crate) fn signed(record: ReplicaLicence, signer: &Signer) -> Signed<ReplicaLicence> {
    Signed::new(record, signer, "test").unwrap()
}

/// The one licence, and nothing else to go by.
pub(crate) fn case(record: ReplicaLicence, signer: &Signer) -> Case {
    Case {
        licences: vec![signed(record, signer)],
        ..Case::default()
    }
}

/// Numbers without order, from a seed (splitmix64; Steele, Lea and Flood 2014).
pub(crate) struct Random(pub u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, count: u64) -> u64 {
        self.next() % count
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}
