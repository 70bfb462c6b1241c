//! What an imported avatar says of itself: rights and source type, and never a guess.

use crate::broken::changed;
use crate::golden::mannequin;
use crate::rigs;
use serde_json::{Value, json};
use toile_rig::{Imported, Notes, SourceType, import};

const TERM: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/";

fn taken(bytes: &[u8], notes: &Notes) -> Imported {
    let none = &mut |_: &str| Err("there is none".to_owned());
    import(bytes, "golden.vrm", none, notes).unwrap()
}

/// The packet that holds for the whole file.
fn packet(glb: &[u8]) -> Value {
    let length = u32::from_le_bytes(glb[12..16].try_into().unwrap()) as usize;
    let json: Value = serde_json::from_slice(&glb[20..20 + length]).unwrap();
    let number = json["asset"]["extensions"]["KHR_xmp_json_ld"]["packet"].as_u64();
    assert!(
        json["extensionsUsed"]
            .as_array()
            .unwrap()
            .contains(&json!("KHR_xmp_json_ld"))
    );
    json["extensions"]["KHR_xmp_json_ld"]["packets"][number.unwrap() as usize].clone()
}

#[test]
fn the_terms_of_a_vrm_are_the_rights_of_its_avatar() {
    let said = packet(&taken(&rigs::vrm1().glb(), &Notes::default()).glb);
    assert_eq!(said["dc:title"]["rdf:_1"]["@value"], "Golden");
    assert_eq!(said["dc:creator"]["@list"], json!(["A. Tester"]));
    assert_eq!(
        said["xmpRights:WebStatement"],
        "https://vrm.dev/licenses/1.0/"
    );
    let usage = said["xmpRights:UsageTerms"]["rdf:_1"]["@value"].as_str();
    let usage = usage.unwrap();
    for words in [
        "performed by everyone",
        "persons and companies",
        "may not appear in political",
        "must be named",
    ] {
        assert!(usage.contains(words), "{words}: {usage}");
    }
    let older = packet(&taken(&rigs::vrm0().glb(), &Notes::default()).glb);
    let usage = older["xmpRights:UsageTerms"]["rdf:_1"]["@value"].as_str();
    assert!(usage.unwrap().contains("used for gain by nobody"));
}

#[test]
fn a_source_type_that_nobody_tells_is_not_guessed_and_the_report_says_so() {
    let taken = taken(&mannequin().glb(), &Notes::default());
    assert!(packet(&taken.glb)["Iptc4xmpExt:DigitalSourceType"].is_null());
    let losses = taken.report.losses.join("\n");
    assert!(losses.contains("source type"), "{losses}");
}

#[test]
fn the_override_file_tells_the_source_type() {
    let notes = Notes::parse("(source: composite_capture)", "notes.ron").unwrap();
    assert_eq!(notes.source, Some(SourceType::CompositeCapture));
    let taken = taken(&mannequin().glb(), &notes);
    let said = packet(&taken.glb);
    assert_eq!(
        said["Iptc4xmpExt:DigitalSourceType"],
        format!("{TERM}compositeCapture")
    );
    assert!(
        taken
            .report
            .losses
            .iter()
            .all(|l| !l.contains("source type"))
    );
}

#[test]
fn a_files_own_source_type_is_kept_and_what_is_no_term_is_not() {
    for (old, kept) in [
        (format!("{TERM}digitalCapture"), true),
        (format!("{TERM}<script>"), false),
        ("https://example.org/digitalCapture".to_owned(), false),
    ] {
        let bytes = changed(&mannequin(), |d| {
            d["asset"]["extensions"] = json!({"KHR_xmp_json_ld": {"packet": 0}});
            d["extensions"] = json!({"KHR_xmp_json_ld": {"packets": [
                {"Iptc4xmpExt:DigitalSourceType": old},
            ]}});
        });
        let said = packet(&taken(&bytes, &Notes::default()).glb);
        let now = &said["Iptc4xmpExt:DigitalSourceType"];
        assert_eq!(now.as_str() == Some(&old), kept, "{old}: {now}");
    }
}
