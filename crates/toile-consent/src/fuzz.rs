//! Readers of foreign bytes, for fuzzing: each takes any bytes, and may refuse them, but
//! neither panic nor take for ever; what it accepts keeps its promises.

use crate::{
    Approved, Case, ReplicaLicence, Revocation, SealedIdentity, Signed, draft, from_odrl, layout,
    ledger::{self, Entry, Statement},
    statement, to_odrl,
};

/// What is fuzzed: name, and the reader.
pub const TARGETS: [(&str, fn(&[u8])); 3] = [
    ("licence", licence),
    ("ledger", ledger),
    ("identity", identity),
];

/// Reads any bytes as a signed paper, as a draft and as an agreement in ODRL. A draft that
/// is taken is the same after it was written, by either way.
///
/// # Panics
/// Where a promise is broken.
pub fn licence(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let case = Case {
        licences: Signed::parse(text, "fuzz").into_iter().collect(),
        revocations: Signed::<Revocation>::parse(text, "fuzz")
            .into_iter()
            .collect(),
        approvals: Signed::<Approved>::parse(text, "fuzz")
            .into_iter()
            .collect(),
        ..Case::default()
    };
    for signed in &case.licences {
        assert_eq!(
            signed.text().ok().as_deref(),
            Some(text),
            "a signed file has one form"
        );
    }
    let drafted: Option<ReplicaLicence> = draft(text, "fuzz").ok();
    let agreed = from_odrl(text, "fuzz").ok();
    for record in drafted.into_iter().chain(agreed) {
        assert!(!statement(&record).is_empty());
        let written = layout(&record).ok();
        let again: Option<ReplicaLicence> = written.and_then(|text| draft(&text, "again").ok());
        assert_eq!(again.as_ref(), Some(&record), "a draft is kept as it is");
        let odrl = to_odrl(&record).ok();
        let back = odrl.and_then(|text| from_odrl(&text, "back").ok());
        assert_eq!(back, Some(record), "ODRL gives the record back");
    }
}

/// Reads any bytes as the lines of a ledger, and as entries that somebody signed, and
/// writes a statement of them.
pub fn ledger(bytes: &[u8]) {
    let read = ledger::read(bytes);
    state(&read.entries);
    let entries: Vec<Entry> = bytes
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    state(&entries);
}

fn state(entries: &[Entry]) {
    let spent = ledger::spent(entries);
    let erased = ledger::erased(entries);
    let statement = Statement::new(entries, None, "amara", "2026-11", &[]);
    let page = statement.to_html("amara");
    assert!(!page.contains("<script"), "nothing breaks out of the page");
    assert!(statement.to_csv().lines().count() > statement.uses.len());
    assert!(statement.to_json().is_ok());
    assert!(spent.len() + erased.len() <= 2 * entries.len());
}

/// Reads any bytes as a sealed identity.
pub fn identity(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(sealed) = SealedIdentity::parse(text, "fuzz")
    {
        let again = layout(&sealed).map(|text| SealedIdentity::parse(&text, "again"));
        assert!(again.is_ok_and(|again| again.is_ok_and(|again| again == sealed)));
    }
}
