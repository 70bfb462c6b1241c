//! Reading a ledger: which lines are as they were written.

use super::{Entry, Event, Head, SignedEntry, Torn, entry::VERSION};
use crate::{Hash, PublicKey, canonical};
use std::fmt;

/// A line that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line of the file, from one; zero for the ledger as a whole.
    pub line: usize,
    /// Number of the entry, where it can be read.
    pub number: Option<u64>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.number) {
            (0, _) => {}
            (line, Some(number)) => write!(f, "line {line}, entry {number}: ")?,
            (line, None) => write!(f, "line {line}: ")?,
        }
        f.write_str(&self.what)
    }
}

/// What was read of a ledger.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// Its entries in order.
    pub entries: Vec<Entry>,
    /// What is not as it was written; nothing in a sound ledger.
    pub faults: Vec<Fault>,
    /// Lines that were cut off, and told by a later one.
    pub recovered: usize,
    /// Lines at the end that were cut off, which the next entry will tell.
    pub untold: Vec<Torn>,
    /// The last entry.
    pub head: Option<Head>,
}

fn parse(line: &[u8]) -> Option<SignedEntry> {
    let signed: SignedEntry = serde_json::from_slice(line).ok()?;
    // A line has one form; whatever else means the same was not written by us.
    (canonical(&signed).ok()? == line).then_some(signed)
}

/// Reads lines; `key` is that of their signer, and `head` what the second file knows.
pub(super) fn read(text: &[u8], key: Option<PublicKey>, head: Option<&Head>) -> Verified {
    let mut out = Verified::default();
    let mut lines = text.split(|byte| *byte == b'\n').enumerate().peekable();
    let mut key = key;
    let mut torn: Vec<(usize, Torn)> = Vec::new();
    while let Some((at, line)) = lines.next() {
        let last = lines.peek().is_none();
        if last && line.is_empty() {
            break;
        }
        let fault = |number: Option<u64>, what: String| Fault {
            line: at + 1,
            number,
            what,
        };
        let Some(SignedEntry { entry, signature }) = parse(line) else {
            let left = Torn {
                bytes: line.len() as u64,
                hash: Hash::of(line),
            };
            torn.push((at + 1, left));
            continue;
        };
        let number = Some(entry.number);
        if let Event::Opened { key: opened } = &entry.event {
            if key.is_some_and(|key| key != *opened) {
                out.faults.push(fault(
                    number,
                    "the ledger was opened with another key".into(),
                ));
            }
            key = Some(*opened);
        }
        let holds = key.is_some_and(|key| {
            canonical(&entry).is_ok_and(|message| key.signed(&message, &signature))
        });
        if !holds {
            out.faults.push(fault(
                number,
                "was changed: its signature does not hold".into(),
            ));
        }
        if entry.version != VERSION {
            let what = format!("is of version {}, this build reads 1", entry.version);
            out.faults.push(fault(number, what));
        }
        told(&mut out, &mut torn, &entry, at + 1);
        let (expected, before) = out.head.map_or((0, Hash::NONE), |head| {
            (head.number.saturating_add(1), head.hash)
        });
        if entry.number != expected {
            out.faults
                .push(fault(number, order(entry.number, expected)));
        } else if entry.previous != before {
            let what = "the entry before it was changed or replaced";
            out.faults.push(fault(number, what.into()));
        }
        if entry.number == 0 && !matches!(entry.event, Event::Opened { .. }) {
            out.faults
                .push(fault(number, "does not open the ledger".into()));
        }
        out.head = Some(Head {
            version: 1,
            number: entry.number,
            hash: Hash::of(line),
            time: entry.time,
        });
        if let Some(known) = head.filter(|known| known.number == entry.number)
            && known.hash != Hash::of(line)
        {
            out.faults
                .push(fault(number, "is not the entry that the head knows".into()));
        }
        out.entries.push(entry);
    }
    end(&mut out, torn, head);
    out
}

fn order(number: u64, expected: u64) -> String {
    if number > expected {
        match number - 1 {
            last if last == expected => format!("entry {expected} is missing before it"),
            last => format!("entries {expected} to {last} are missing before it"),
        }
    } else {
        format!("stands where entry {expected} should be: entries were reordered or repeated")
    }
}

/// Has an entry tell of the lines before it that were cut off.
fn told(out: &mut Verified, torn: &mut Vec<(usize, Torn)>, entry: &Entry, line: usize) {
    let before = std::mem::take(torn);
    let expected: Vec<&Torn> = match &entry.event {
        Event::Recovered { lines } => lines.iter().collect(),
        _ => Vec::new(),
    };
    if before
        .iter()
        .map(|(_, torn)| torn)
        .eq(expected.iter().copied())
    {
        out.recovered += before.len();
        return;
    }
    if before.is_empty() {
        out.faults.push(Fault {
            line,
            number: Some(entry.number),
            what: "tells of lines that were cut off, which are not there".into(),
        });
    }
    for (line, _) in before {
        out.faults.push(Fault {
            line,
            number: None,
            what: format!(
                "was changed: it can no longer be read (after entry {})",
                out.head
                    .map_or_else(|| "none".to_owned(), |head| head.number.to_string())
            ),
        });
    }
}

/// What the end of the file tells, beside the head.
fn end(out: &mut Verified, torn: Vec<(usize, Torn)>, head: Option<&Head>) {
    let reached = out.head.map(|head| head.number);
    let known = head.map(|head| head.number);
    if known > reached {
        let first = reached.map_or(0, |number| number.saturating_add(1));
        let last = known.unwrap_or_default();
        let what = match torn.first() {
            Some((line, _)) => {
                format!(
                    "entries {first} to {last} were changed or removed: line {line} cannot be read"
                )
            }
            None if first == last => format!("entry {last} was removed from the end"),
            None => format!("entries {first} to {last} were removed from the end"),
        };
        out.faults.push(Fault {
            line: 0,
            number: None,
            what,
        });
    }
    // The head is written after every line, so it is one behind at most.
    if reached.is_some_and(|reached| reached > known.map_or(0, |known| known.saturating_add(1))) {
        let what = known.map_or_else(
            || "the head, head.json, is missing".to_owned(),
            |known| {
                format!("the head, head.json, is an old one: it knows entry {known} as the last")
            },
        );
        out.faults.push(Fault {
            line: 0,
            number: None,
            what,
        });
    }
    out.untold = torn.into_iter().map(|(_, torn)| torn).collect();
}
