//! The ledger: nothing lost, nothing double, nothing changed unseen.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

mod common;

use common::{Random, licence, time, used};
use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
};
use toile_consent::{
    ledger::{Act, Event, Statement, Verified, erased, fee, spent},
    *,
};

fn now() -> Timestamp {
    time("2026-11-23T04:00:00Z")
}

fn add(ledger: &Ledger, id: &str) {
    let mut writing = ledger.write().unwrap();
    writing.add(Event::Used(used(id)), now()).unwrap();
}

fn ids(verified: &Verified) -> Vec<String> {
    let entries = verified.entries.iter();
    let uses = entries.filter_map(|entry| match &entry.event {
        Event::Used(used) => Some(used.id.clone()),
        _ => None,
    });
    uses.collect()
}

/// A ledger with so many uses, and its folder.
fn filled(count: u32) -> (tempfile::TempDir, Ledger) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path()).unwrap();
    for number in 0..count {
        add(&ledger, &format!("u{number}"));
    }
    (folder, ledger)
}

fn lines(folder: &Path) -> Vec<u8> {
    std::fs::read(folder.join("ledger.jsonl")).unwrap()
}

fn write(folder: &Path, text: &[u8]) {
    std::fs::write(folder.join("ledger.jsonl"), text).unwrap();
}

#[test]
fn a_ledger_as_it_was_written_is_sound() {
    let (folder, ledger) = filled(4);
    let verified = ledger.verify().unwrap();
    assert!(verified.faults.is_empty(), "{:?}", verified.faults);
    assert_eq!(ids(&verified), ["u0", "u1", "u2", "u3"]);
    assert_eq!(verified.entries.len(), 5, "the first entry opens it");
    // Another process opens it with the same key.
    let again = Ledger::open(folder.path()).unwrap();
    assert_eq!(again.key(), ledger.key());
}

#[test]
fn a_use_is_never_there_twice() {
    let (_folder, ledger) = filled(2);
    add(&ledger, "u1");
    assert_eq!(ids(&ledger.verify().unwrap()), ["u0", "u1"]);
}

#[test]
fn no_byte_of_a_ledger_can_be_changed_unseen() {
    let (folder, ledger) = filled(1);
    let mut text = lines(folder.path());
    for at in 0..text.len() {
        let flip = if at % 2 == 0 { 0x01 } else { 0x20 };
        text[at] ^= flip;
        write(folder.path(), &text);
        let verified = ledger.verify().unwrap();
        assert!(!verified.faults.is_empty(), "byte {at} ^ {flip:#x}");
        if at % 50 == 0 {
            assert!(ledger.write().is_err(), "byte {at}: nothing is added");
        }
        text[at] ^= flip;
    }
    write(folder.path(), &text);
    let head = folder.path().join("head.json");
    let mut text = std::fs::read(&head).unwrap();
    for at in 0..text.len() {
        text[at] ^= 1;
        std::fs::write(&head, &text).unwrap();
        assert!(
            !ledger.verify().unwrap().faults.is_empty(),
            "byte {at} of the head"
        );
        text[at] ^= 1;
    }
}

/// What is said of a ledger of six lines after its lines were changed.
fn said(change: impl FnOnce(&mut Vec<Vec<u8>>)) -> String {
    let (folder, ledger) = filled(5);
    let text = lines(folder.path());
    let mut all: Vec<Vec<u8>> = text
        .split_inclusive(|b| *b == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    assert_eq!(all.len(), 6);
    change(&mut all);
    write(folder.path(), &all.concat());
    let faults = ledger.verify().unwrap().faults;
    faults.iter().map(|f| format!("{f}\n")).collect()
}

#[test]
fn a_changed_entry_is_named() {
    let said = said(|lines| {
        let text = String::from_utf8(lines[2].clone()).unwrap();
        assert!(text.contains("\"frames\":240"));
        lines[2] = text
            .replace("\"frames\":240", "\"frames\":140")
            .into_bytes();
    });
    assert!(said.contains("line 3, entry 2: was changed"), "{said}");
    assert!(
        said.contains("line 4, entry 3: the entry before it was changed"),
        "{said}"
    );
}

#[test]
fn the_greatest_number_there_is_is_a_change_like_any_other() {
    let said = said(|lines| {
        let text = String::from_utf8(lines[2].clone()).unwrap();
        let changed = text.replace("\"number\":2", &format!("\"number\":{}", u64::MAX));
        assert_ne!(changed, text);
        lines[2] = changed.into_bytes();
    });
    assert!(
        said.contains("line 3, entry 18446744073709551615"),
        "{said}"
    );
}

#[test]
fn a_removed_entry_is_named() {
    let said = said(|lines| drop(lines.remove(2)));
    assert!(
        said.contains("line 3, entry 3: entry 2 is missing before it"),
        "{said}"
    );
}

#[test]
fn entries_removed_from_the_end_are_named() {
    let said = said(|lines| lines.truncate(4));
    assert!(
        said.contains("entries 4 to 5 were removed from the end"),
        "{said}"
    );
}

#[test]
fn reordered_entries_are_named() {
    let said = said(|lines| lines.swap(2, 3));
    assert!(
        said.contains("line 3, entry 3: entry 2 is missing before it"),
        "{said}"
    );
    assert!(
        said.contains("line 4, entry 2: stands where entry 4 should be"),
        "{said}"
    );
}

#[test]
fn a_repeated_entry_is_named() {
    let said = said(|lines| lines.insert(3, lines[2].clone()));
    assert!(
        said.contains("line 4, entry 2: stands where entry 3 should be"),
        "{said}"
    );
}

#[test]
fn an_entry_of_another_ledger_is_named() {
    let (folder, _ledger) = filled(5);
    let other = lines(folder.path());
    let other = other
        .split_inclusive(|b| *b == b'\n')
        .nth(2)
        .unwrap()
        .to_vec();
    let said = said(|lines| lines[2] = other);
    assert!(
        said.contains("line 3, entry 2: was changed: its signature"),
        "{said}"
    );
}

#[test]
fn a_line_that_was_cut_off_anywhere_is_recovered_and_told() {
    let (folder, ledger) = filled(2);
    // The head still knows the entry before, as after a power cut.
    let before = std::fs::read(folder.path().join("head.json")).unwrap();
    let start = lines(folder.path()).len();
    add(&ledger, "cut");
    let whole = lines(folder.path());
    let near_the_end = whole.len() - 3..=whole.len();
    for cut in (start..whole.len() - 3).step_by(29).chain(near_the_end) {
        write(folder.path(), &whole[..cut]);
        std::fs::write(folder.path().join("head.json"), &before).unwrap();
        add(&ledger, "after");
        let verified = ledger.verify().unwrap();
        assert!(
            verified.faults.is_empty(),
            "cut at {cut}: {:?}",
            verified.faults
        );
        let all_there = cut + 1 >= whole.len();
        let torn = usize::from(cut > start && !all_there);
        assert_eq!(verified.recovered, torn, "cut at {cut}");
        let told = verified
            .entries
            .iter()
            .any(|e| matches!(e.event, Event::Recovered { .. }));
        assert_eq!(told, torn == 1, "cut at {cut}");
        let expected: &[&str] = if all_there {
            &["u0", "u1", "cut", "after"]
        } else {
            &["u0", "u1", "after"]
        };
        assert_eq!(ids(&verified), expected, "cut at {cut}");
        assert!(
            lines(folder.path()).starts_with(&whole[..cut]),
            "nothing is taken away"
        );
    }
}

#[test]
fn a_line_that_was_cut_off_twice_is_told_twice() {
    let (folder, ledger) = filled(1);
    let mut text = lines(folder.path());
    text.extend(b"{\"entry\":{\"ev\n{\"en");
    write(folder.path(), &text);
    add(&ledger, "after");
    let verified = ledger.verify().unwrap();
    assert!(verified.faults.is_empty(), "{:?}", verified.faults);
    assert_eq!(verified.recovered, 2);
}

#[test]
fn an_entry_that_the_head_knows_was_not_cut_off_but_changed() {
    let (folder, ledger) = filled(2);
    let text = lines(folder.path());
    write(folder.path(), &text[..text.len() - 20]);
    let said = ledger.write().err().unwrap().to_string();
    assert!(
        said.contains("entries 2 to 2 were changed or removed: line 3"),
        "{said}"
    );
}

#[test]
fn processes_that_write_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    Ledger::open(folder.path()).unwrap();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let path = folder.path();
            // Each opens the ledger anew, and so holds a lock of its own.
            scope.spawn(move || {
                for number in 0..10 {
                    add(&Ledger::open(path).unwrap(), &format!("w{writer}-{number}"));
                }
            });
        }
    });
    let verified = Ledger::open(folder.path()).unwrap().verify().unwrap();
    assert!(verified.faults.is_empty(), "{:?}", verified.faults);
    let mut ids = ids(&verified);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 40);
}

/// Where the child writes; set by the parent alone.
const FOLDER: &str = "TOILE_KILL_TEST_FOLDER";

/// The child of the kill tests: adds uses until it is killed, and says each that is
/// safe. Without its folder it has nothing to do.
#[test]
fn a_child_that_adds_until_it_is_killed() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let ledger = Ledger::open(Path::new(&folder)).unwrap();
    for number in 0.. {
        let id = format!("{}-{number}", std::process::id());
        add(&ledger, &id);
        // The harness may have begun a line.
        println!("\nsafe {id}");
    }
}

/// Kills children at random moments; returns how many uses were safe.
fn kill(times: u32, seed: u64) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    Ledger::open(folder.path()).unwrap();
    let mut random = Random(seed);
    let (mut safe, mut in_flight) = (Vec::new(), 0);
    for number in 0..times {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "a_child_that_adds_until_it_is_killed",
                "--nocapture",
            ])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let (tell, hear) = std::sync::mpsc::channel();
        let listener = std::thread::spawn(move || {
            for line in said.lines().map_while(Result::ok) {
                if let Some(id) = line.strip_prefix("safe ") {
                    drop(tell.send(id.to_owned()));
                }
            }
        });
        // At a moment that has nothing to do with what it does: every other time once
        // it is at work, however slow the machine is.
        let mut heard = Vec::new();
        if number % 2 == 0 {
            heard.push(
                hear.recv_timeout(std::time::Duration::from_secs(60))
                    .unwrap(),
            );
        }
        std::thread::sleep(std::time::Duration::from_micros(random.below(30_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        listener.join().unwrap();
        heard.extend(hear.try_iter());
        safe.extend(heard);
        let verified = Ledger::open(folder.path()).unwrap().verify().unwrap();
        assert!(verified.faults.is_empty(), "{:?}", verified.faults);
        let mut there = ids(&verified);
        let all = there.len();
        there.sort();
        there.dedup();
        assert_eq!(there.len(), all, "nothing is there twice");
        for id in &safe {
            assert!(there.binary_search(id).is_ok(), "{id} was lost");
        }
        in_flight = all - safe.len();
    }
    assert!(
        in_flight <= times as usize,
        "a kill leaves one use that nobody heard of at most"
    );
    println!(
        "{times} kills: {} uses safe, none lost, none double; {in_flight} more were written and not yet told",
        safe.len()
    );
    safe.len() as u64
}

#[test]
#[cfg(unix)]
fn what_was_safe_is_there_once_after_kills() {
    assert!(kill(10, 3) >= 5);
}

#[test]
#[cfg(unix)]
#[ignore = "200 kills take a minute"]
fn what_was_safe_is_there_once_after_two_hundred_kills() {
    assert!(kill(200, 11) >= 100);
}

#[test]
fn a_look_is_paid_once_and_seconds_every_time() {
    let mut pay = licence(Signer::generate().unwrap().public()).pay;
    let mut before = Spent::default();
    assert_eq!(fee(&pay, &before, &used("a")).to_string(), "420.00");
    before.looks.insert("Winter 2026-11-23/3".into());
    assert_eq!(fee(&pay, &before, &used("a")), Amount::ZERO);
    pay.per = Unit::RenderedSecond;
    pay.amount = "0.15".parse().unwrap();
    assert_eq!(fee(&pay, &before, &used("a")).to_string(), "1.425");
    pay.per = Unit::StreamedHour;
    pay.amount = "3600.00".parse().unwrap();
    assert_eq!(
        fee(&pay, &before, &used("a")).to_string(),
        "9.4968",
        "rounded down"
    );
}

/// Adds a use at a time with a fee.
fn add_at(ledger: &Ledger, id: &str, at: &str, show: &str, fee: &str, minimum: &str) {
    let mut used = used(id);
    used.show = show.into();
    used.fee = fee.parse().unwrap();
    used.minimum = minimum.parse().unwrap();
    ledger
        .write()
        .unwrap()
        .add(Event::Used(used), time(at))
        .unwrap();
}

fn month(ledger: &Ledger, month: &str) -> Statement {
    let read = ledger.verify().unwrap();
    let licence = licence(Signer::generate().unwrap().public());
    Statement::new(&read.entries, read.head, "amara", month, &[&licence])
}

#[test]
fn a_statement_sums_fees_minima_and_shares_and_names_the_head() {
    let (_folder, ledger) = filled(0);
    add_at(
        &ledger,
        "a",
        "2026-11-02T00:00:00Z",
        "Winter",
        "1.50",
        "100.00",
    );
    add_at(
        &ledger,
        "b",
        "2026-11-30T23:59:59Z",
        "Winter",
        "2.50",
        "100.00",
    );
    add_at(
        &ledger,
        "c",
        "2026-11-12T00:00:00Z",
        "Spring",
        "120.00",
        "100.00",
    );
    add_at(
        &ledger,
        "d",
        "2026-12-01T00:00:00Z",
        "Winter",
        "97.00",
        "100.00",
    );
    let november = month(&ledger, "2026-11");
    assert_eq!(november.uses.len(), 3);
    assert_eq!(november.owed["EUR"].to_string(), "220.00");
    let paid: Vec<String> = november
        .payments
        .iter()
        .map(|p| format!("{} {}", p.payee, p.amount))
        .collect();
    assert_eq!(paid, ["Model 17 187.00", "Studio Baobab 33.00"]);
    // 101.00 in all for the winter show, of which 100.00 were owed before.
    assert_eq!(month(&ledger, "2026-12").owed["EUR"].to_string(), "1.00");
    let (number, hash) = november.head.unwrap();
    assert_eq!(number, 4);
    assert!(november.to_html("Amara").contains(&hash.to_string()));
    assert_eq!(november.to_csv().lines().count(), 4);
    let json: serde_json::Value = serde_json::from_str(&november.to_json().unwrap()).unwrap();
    assert_eq!(json["owed"]["EUR"], "220.00");
}

#[test]
fn what_was_begun_and_never_ended_is_in_the_statement() {
    let (_folder, ledger) = filled(0);
    for id in ["killed", "finished"] {
        let begun = Event::Begun {
            id: id.into(),
            act: Act::Render,
            client: "Toile Demo House".into(),
            show: format!("Show that was {id}"),
            twins: vec!["amara".into()],
        };
        ledger.write().unwrap().add(begun, now()).unwrap();
    }
    let ended = Event::Ended {
        id: "finished".into(),
    };
    ledger.write().unwrap().add(ended, now()).unwrap();
    let november = month(&ledger, "2026-11");
    let page = november.to_html("Amara");
    assert!(!page.contains("It was not used"), "nobody knows: {page}");
    let unfinished = november.unfinished;
    assert_eq!(unfinished.len(), 1, "{unfinished:?}");
    assert!(
        unfinished[0].contains("render 'Show that was killed'"),
        "{unfinished:?}"
    );
}

#[test]
fn a_statement_of_a_twin_that_was_not_used_says_so() {
    let (_folder, ledger) = filled(1);
    let statement = month(&ledger, "2026-10");
    assert!(statement.to_html("Amara").contains("It was not used."));
}

#[test]
fn an_erased_twin_keeps_its_statement_and_the_ledger_stays_sound() {
    let (_folder, ledger) = filled(2);
    let avatar = Some(Hash::of(b"avatar"));
    let tombstone = Event::Erased {
        twin: "amara".into(),
        avatar,
    };
    ledger.write().unwrap().add(tombstone, now()).unwrap();
    let read = ledger.verify().unwrap();
    assert!(read.faults.is_empty(), "{:?}", read.faults);
    let known = erased(&read.entries);
    assert_eq!(known, BTreeMap::from([("amara".to_owned(), avatar)]));
    let statement = month(&ledger, "2026-11");
    assert_eq!((statement.uses.len(), statement.erased), (2, Some(now())));
    let page = statement.to_html("amara");
    assert!(page.contains("The twin was erased on 2026-11-23"), "{page}");
}

#[test]
fn names_cannot_break_out_of_a_page_or_a_table() {
    let (_folder, ledger) = filled(0);
    let mut bad = used("a");
    bad.show = "<script>alert(1)</script>".into();
    bad.client = "=1+1,\"x\"".into();
    ledger
        .write()
        .unwrap()
        .add(Event::Used(bad), now())
        .unwrap();
    let statement = month(&ledger, "2026-11");
    assert!(!statement.to_html("<b>").contains("<script>"));
    let csv = statement.to_csv();
    assert!(csv.contains("\"'=1+1,\"\"x\"\"\""), "{csv}");
}

#[test]
fn what_was_spent_is_counted_by_licence() {
    let (_folder, ledger) = filled(3);
    let spent = spent(&ledger.verify().unwrap().entries);
    let spent = &spent["L-2026-014"];
    assert_eq!((spent.shows.len(), spent.looks.len()), (1, 1));
    assert_eq!(spent.seconds.to_string(), "28.50");
}
