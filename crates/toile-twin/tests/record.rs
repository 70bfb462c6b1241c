//! Records and licences.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use std::path::Path;

use toile_twin::{Date, Purpose, Refusal, Scope, Twin, TwinError, Use};

const RECORD: &str = r#"(
    version: 1, id: "amara", name: "Amara", kind: synthetic, pronoun: "she/her",
    measures: (height: 1.78, bust: 0.85, waist: 0.64, hip: 0.90, inseam: 0.84),
    avatar: "avatar.glb", shoe_heel: 0.07, gait: (manner: 1.0),
    agency: "Studio Baobab", credit: "Amara, courtesy of Studio Baobab",
    licences: [
        (
            id: "L-2026-014", licensee: "Toile Demo House",
            scope: [Runway, Stream], purpose: [Show, Press], territory: Worldwide,
            rate: (amount: 420.0, currency: "EUR", per: Look),
            from: "2024-11-01", until: "2026-10-31",
        ),
    ],
)"#;

fn parse(text: &str) -> Result<Twin, TwinError> {
    Twin::parse(text, Path::new("twins/amara/twin.ron"))
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn show(date: &str) -> Use {
    Use {
        client: "Toile Demo House".into(),
        purpose: Purpose::Show,
        scope: Scope::Runway,
        date: day(date),
    }
}

/// Parses `RECORD` with `from` replaced by `to` and returns the error's words.
fn refused(from: &str, to: &str) -> String {
    assert!(RECORD.contains(from), "the record has no '{from}' to break");
    parse(&RECORD.replace(from, to)).unwrap_err().to_string()
}

#[test]
fn a_covered_use_is_permitted_by_the_licence_that_covers_it() {
    let twin = parse(RECORD).unwrap();
    for date in ["2024-11-01", "2025-06-15", "2026-10-31"] {
        assert_eq!(twin.permit(&show(date)).unwrap().unwrap().id, "L-2026-014");
    }
}

#[test]
fn an_ended_licence_refuses_and_says_when_it_ended() {
    let refusal = parse(RECORD)
        .unwrap()
        .permit(&show("2026-11-21"))
        .unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "licence L-2026-014 of twin 'amara' ended 2026-10-31; the show is dated 2026-11-21"
    );
}

#[test]
fn a_licence_refuses_before_its_first_day() {
    let refusal = parse(RECORD)
        .unwrap()
        .permit(&show("2024-10-31"))
        .unwrap_err();
    assert!(
        matches!(refusal, Refusal::NotYet { from, .. } if from == day("2024-11-01")),
        "{refusal}"
    );
}

#[test]
fn another_client_is_refused_and_told_who_holds_licences() {
    let asked = Use {
        client: "Other House".into(),
        ..show("2025-06-15")
    };
    let words = parse(RECORD)
        .unwrap()
        .permit(&asked)
        .unwrap_err()
        .to_string();
    assert!(
        words.contains("Other House") && words.contains("Toile Demo House"),
        "{words}"
    );
}

#[test]
fn a_scope_that_is_not_granted_is_refused_by_name() {
    let asked = Use {
        scope: Scope::TryOn,
        ..show("2025-06-15")
    };
    let words = parse(RECORD)
        .unwrap()
        .permit(&asked)
        .unwrap_err()
        .to_string();
    assert!(
        words.contains("L-2026-014") && words.contains("scope TryOn"),
        "{words}"
    );
}

#[test]
fn a_purpose_that_is_not_granted_is_refused_by_name() {
    let asked = Use {
        purpose: Purpose::Advertising,
        ..show("2025-06-15")
    };
    let words = parse(RECORD)
        .unwrap()
        .permit(&asked)
        .unwrap_err()
        .to_string();
    assert!(
        words.contains("L-2026-014") && words.contains("purpose Advertising"),
        "{words}"
    );
}

#[test]
fn a_licence_for_one_country_covers_that_country_only() {
    let twin = parse(&RECORD.replace("Worldwide", "Only([\"FR\"])")).unwrap();
    assert!(twin.permit_in(&show("2025-06-15"), Some("FR")).is_ok());
    assert!(matches!(
        twin.permit_in(&show("2025-06-15"), Some("IT")),
        Err(Refusal::Territory { .. })
    ));
    assert!(matches!(
        twin.permit(&show("2025-06-15")),
        Err(Refusal::Territory { .. })
    ));
}

#[test]
fn the_refusal_is_that_of_the_licence_that_came_closest() {
    let start = RECORD.find("        (\n").unwrap();
    let end = RECORD.rfind("    ],").unwrap();
    let licence = &RECORD[start..end];
    let narrow = licence
        .replace("L-2026-014", "L-2026-099")
        .replace("[Runway, Stream]", "[Stills]");
    let twin = parse(&RECORD.replace(licence, &format!("{narrow}{licence}"))).unwrap();
    let refusal = twin.permit(&show("2026-11-21")).unwrap_err();
    assert!(matches!(refusal, Refusal::Ended { licence, .. } if licence == "L-2026-014"));
}

#[test]
fn a_twin_without_licences_may_appear_nowhere() {
    let start = RECORD.find("    licences: [").unwrap();
    let twin = parse(&format!("{})", &RECORD[..start])).unwrap();
    assert!(matches!(
        twin.permit(&show("2025-06-15")),
        Err(Refusal::NoLicence { .. })
    ));
}

#[test]
fn a_mannequin_needs_no_licence() {
    let start = RECORD.find("    licences: [").unwrap();
    let text = format!("{})", &RECORD[..start]).replace("synthetic", "mannequin");
    assert_eq!(parse(&text).unwrap().permit(&show("2025-06-15")), Ok(None));
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
fn a_licence_over_three_years_is_refused() {
    let words = refused("until: \"2026-10-31\"", "until: \"2027-11-01\"");
    assert!(
        words.contains("licences[0].until") && words.contains("3 years"),
        "{words}"
    );
}

#[test]
fn a_licence_that_ends_before_it_begins_is_refused() {
    assert!(
        refused("until: \"2026-10-31\"", "until: \"2024-10-31\"").contains("licences[0].until")
    );
}

#[test]
fn a_date_that_does_not_exist_is_refused() {
    let words = refused("until: \"2026-10-31\"", "until: \"2026-02-30\"");
    assert!(words.contains("twin.ron:"), "{words}");
}

#[test]
fn a_negative_rate_of_pay_is_refused() {
    assert!(refused("amount: 420.0", "amount: -1.0").contains("licences[0].rate.amount"));
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

#[test]
fn every_shipped_twin_may_walk_for_the_demo_house_through_2028() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/twins");
    for entry in std::fs::read_dir(folder).unwrap() {
        let twin = Twin::load(&entry.unwrap().path()).unwrap();
        for date in ["2026-11-21", "2028-12-31"] {
            twin.permit(&show(date)).unwrap();
        }
    }
}
