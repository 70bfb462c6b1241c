//! Records.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use std::path::Path;

use toile_twin::{Twin, TwinError};

const RECORD: &str = r#"(
    version: 1, id: "amara", name: "Amara", kind: synthetic, pronoun: "she/her",
    measures: (height: 1.78, bust: 0.85, waist: 0.64, hip: 0.90, inseam: 0.84),
    avatar: "avatar.glb", shoe_heel: 0.07, gait: (manner: 1.0),
    agency: "Studio Baobab", credit: "Amara, courtesy of Studio Baobab",
    keys: ["ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"],
)"#;

fn parse(text: &str) -> Result<Twin, TwinError> {
    Twin::parse(text, Path::new("twins/amara/twin.ron"))
}

/// Parses `RECORD` with `from` replaced by `to` and returns the error's words.
fn refused(from: &str, to: &str) -> String {
    assert!(RECORD.contains(from), "the record has no '{from}' to break");
    parse(&RECORD.replace(from, to)).unwrap_err().to_string()
}

#[test]
fn an_unknown_field_is_refused_with_its_place() {
    let words = refused("shoe_heel:", "shoe_hell:");
    assert!(
        words.contains("twins/amara/twin.ron:4:") && words.contains("shoe_hell"),
        "{words}"
    );
}

#[test]
fn a_measure_that_is_no_length_is_refused_with_its_field() {
    for bad in ["NaN", "-0.64", "64.0"] {
        let words = refused("waist: 0.64", &format!("waist: {bad}"));
        assert!(words.contains("measures.waist"), "{words}");
    }
}

#[test]
fn a_key_that_is_none_is_refused() {
    for bad in ["ed25519:D75", "rsa:d75", "d75a"] {
        assert!(refused("ed25519:d75", bad).contains("keys[0]"), "{bad}");
    }
}

#[test]
fn a_record_that_holds_licences_itself_is_refused() {
    assert!(refused("keys: [", "licences: [").contains("licences"));
}

#[test]
fn measures_are_given_in_millimetres() {
    let measures = parse(RECORD).unwrap().measures.in_mm();
    assert_eq!(measures["height"], 1780);
    assert_eq!(measures["waist"], 640);
    assert!(!measures.contains_key("thigh"));
}

#[test]
fn a_walk_out_of_range_is_refused_with_its_field() {
    assert!(refused("manner: 1.0", "manner: 7.0").contains("gait.manner"));
}

#[test]
fn a_future_version_is_refused() {
    assert!(refused("version: 1", "version: 2").contains("field `version`"));
}

#[test]
fn a_record_survives_being_written_and_read_again() {
    let twin = parse(RECORD).unwrap();
    assert_eq!(parse(&twin.to_ron().unwrap()).unwrap(), twin);
}

#[test]
fn a_missing_record_is_reported_with_its_path() {
    let words = Twin::load(Path::new("no/such/twin"))
        .unwrap_err()
        .to_string();
    assert!(words.contains("no/such/twin/twin.ron"), "{words}");
}
