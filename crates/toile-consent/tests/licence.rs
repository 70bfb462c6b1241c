//! Licences as files: what is signed, what is refused, and how they read.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

mod common;

use common::{case, licence, signed, time};
use toile_consent::*;

fn file() -> (Signer, String) {
    let signer = Signer::generate().unwrap();
    let text = signed(licence(signer.public()), &signer).text().unwrap();
    (signer, text)
}

fn parse(text: &str) -> Result<Signed<ReplicaLicence>, ConsentError> {
    Signed::parse(text, "licence.json")
}

#[test]
fn a_signed_licence_reads_back_as_it_was() {
    let (signer, text) = file();
    let read = parse(&text).unwrap();
    assert_eq!(read.record, licence(signer.public()));
    assert_eq!(read.text().unwrap(), text);
}

#[test]
fn no_byte_of_a_signed_licence_can_be_changed_unseen() {
    let (_, text) = file();
    let mut bytes = text.into_bytes();
    for at in 0..bytes.len() {
        for flip in [0x01, 0x20, 0x80] {
            bytes[at] ^= flip;
            let seen = std::str::from_utf8(&bytes).map_or(true, |text| parse(text).is_err());
            assert!(seen, "byte {at} ^ {flip:#x}");
            bytes[at] ^= flip;
        }
        let kept = bytes.remove(at);
        let seen = std::str::from_utf8(&bytes).map_or(true, |text| parse(text).is_err());
        assert!(seen, "without byte {at}");
        bytes.insert(at, kept);
    }
}

#[test]
fn an_unknown_field_is_refused_with_its_place() {
    let (_, text) = file();
    let text = text.replace("\"sublicence\"", "\"sublicense\"");
    let said = parse(&text).unwrap_err().to_string();
    assert!(
        said.contains("licence.json:") && said.contains("sublicense"),
        "{said}"
    );
}

#[test]
fn a_licence_without_a_word_on_measures_reads_as_before_and_denies_them() {
    let (_, text) = file();
    assert!(
        !text.contains("\"measures\""),
        "no word where nothing is granted"
    );
    assert!(!parse(&text).unwrap().record.scope.measures);
    let signer = Signer::generate().unwrap();
    let mut record = licence(signer.public());
    record.scope.measures = true;
    let text = signed(record.clone(), &signer).text().unwrap();
    assert_eq!(parse(&text).unwrap().record, record);
    assert!(statement(&record).contains("Body measures may leave"));
}

fn refused(change: impl FnOnce(&mut ReplicaLicence)) -> String {
    let signer = Signer::generate().unwrap();
    let mut record = licence(signer.public());
    change(&mut record);
    Signed::new(record, &signer, "licence.json")
        .unwrap_err()
        .to_string()
}

#[test]
fn another_version_is_refused() {
    assert!(refused(|l| l.version = 2).contains("field `version`"));
}

#[test]
fn a_term_of_more_than_three_years_is_refused() {
    let said = refused(|l| l.duration.not_after = time("2029-11-01T00:00:01Z"));
    assert!(
        said.contains("duration.not_after") && said.contains("3 years"),
        "{said}"
    );
}

#[test]
fn three_consents_are_three_documents() {
    let said = refused(|l| {
        if let Subject::Person {
            creation, using, ..
        } = &mut l.subject
        {
            *using = creation.clone();
        }
    });
    assert!(said.contains("separately"), "{said}");
}

#[test]
fn consent_comes_before_the_use() {
    let said = refused(|l| {
        if let Subject::Person { altering, .. } = &mut l.subject {
            altering.signed_at = time("2026-12-01T00:00:00Z");
        }
    });
    assert!(said.contains("subject.person.altering.signed_at"), "{said}");
}

#[test]
fn a_maker_cannot_license_a_person() {
    assert!(refused(|l| l.parties.grantor.role = Role::Maker).contains("grantor.role"));
}

#[test]
fn an_invented_person_has_no_model() {
    let said = refused(|l| {
        l.subject = Subject::Invented {
            declaration: common::consent("declaration"),
        };
    });
    assert!(said.contains("no model"), "{said}");
}

#[test]
fn shares_make_a_whole_and_commission_a_fifth_at_most() {
    assert!(refused(|l| l.pay.split[0].permille = 800).contains("950 thousandths"));
    let said = refused(|l| {
        l.pay.split[0].permille = 799;
        l.pay.split[1].permille = 201;
    });
    assert!(said.contains("commissions make 201"), "{said}");
}

#[test]
fn a_line_break_in_a_name_is_refused() {
    assert!(refused(|l| l.credit = Some("Model 17\nNobody".into())).contains("`credit`"));
}

#[test]
fn a_signature_for_one_kind_of_record_holds_for_no_other() {
    let signer = Signer::generate().unwrap();
    let revocation = Revocation {
        version: 1,
        licence: "L-2026-014".into(),
        twin: "amara".into(),
        revoked_at: time("2026-11-23T00:00:00Z"),
        reason: None,
    };
    let signed = Signed::new(revocation, &signer, "r").unwrap();
    let approval = Approved {
        version: 1,
        licence: "L-2026-014".into(),
        twin: "amara".into(),
        show: Hash::of(b""),
        approved_at: time("2026-11-23T00:00:00Z"),
    };
    let forged = Signed {
        record: approval,
        key: signed.key,
        signature: signed.signature,
    };
    let text = forged.text().unwrap();
    assert!(matches!(
        Signed::<Approved>::parse(&text, "a"),
        Err(ConsentError::Forged { .. })
    ));
}

#[test]
fn another_key_cannot_license_a_twin() {
    let (model, other) = (Signer::generate().unwrap(), Signer::generate().unwrap());
    // Signed by another in the model's name, and by another in their own.
    for record in [licence(model.public()), licence(other.public())] {
        let refusal = case(record, &other)
            .decide(&common::asked(model.public()))
            .unwrap_err();
        assert_eq!(refusal.clause, Clause::Signature, "{refusal}");
    }
}

#[test]
fn every_field_that_is_agreed_on_is_in_the_statement() {
    let (signer, _) = file();
    let mut record = licence(signer.public());
    record.limits = Limits {
        shows: Some(11),
        looks: Some(12),
        stills: Some(13),
        seconds: Some(14),
    };
    record.scope.longest_side_px = Some(1234);
    record.scope.territories = Coverage::Only(common::names(&["FR", "PT"]));
    let said = statement(&record);
    for words in [
        "L-2026-014",
        "Model 17",
        CLIENT,
        "'amara'",
        "advised by a lawyer",
        "show, press",
        "winter collection",
        "film, live",
        "everybody",
        "1234 pixels",
        "FR, PT",
        "fur",
        "2026-11-01T00:00:00Z",
        "2028-11-01T00:00:00Z",
        "11 shows",
        "12 looks",
        "13 stills",
        "14 seconds",
        "420.00 EUR",
        "85 % to Model 17",
        "15 % to Studio Baobab (commission)",
        "the face may not be altered",
        "may not pass it on",
        "0 hours later",
        "90 days",
        "may not be used to train",
        "NY-123",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

use common::CLIENT;

#[test]
fn odrl_gives_back_the_licence_it_was_made_from() {
    let (signer, _) = file();
    let mut record = licence(signer.public());
    record.limits.shows = Some(3);
    record.scope.territories = Coverage::Only(common::names(&["FR"]));
    let text = to_odrl(&record).unwrap();
    assert!(text.contains("http://www.w3.org/ns/odrl.jsonld"));
    assert_eq!(from_odrl(&text, "l.odrl.json").unwrap(), record);
}

#[test]
fn odrl_whose_terms_differ_from_its_record_is_refused_with_the_place() {
    let (signer, _) = file();
    let text = to_odrl(&licence(signer.public())).unwrap();
    let said = from_odrl(&text.replacen("\"lt\"", "\"lteq\"", 1), "l").unwrap_err();
    assert!(
        said.to_string()
            .contains("/permission/0/constraint/1/operator"),
        "{said}"
    );
    let said = from_odrl(&text.replacen("{", "{\"obligation\": [],", 1), "l").unwrap_err();
    assert!(said.to_string().contains("/obligation"), "{said}");
    assert!(from_odrl("{\"@type\": \"Offer\"}", "l").is_err());
}

#[test]
#[cfg(unix)]
fn a_key_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.key");
    let signer = Signer::generate().unwrap();
    signer.write(&path).unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(Signer::read(&path).unwrap().public(), signer.public());
    assert!(signer.write(&path).is_err(), "a key is never written over");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let said = Signer::read(&path).unwrap_err().to_string();
    assert!(said.contains("others may read it"), "{said}");
}

#[test]
fn a_private_key_is_in_no_debug_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.key");
    let signer = Signer::generate().unwrap();
    signer.write(&path).unwrap();
    let file = std::fs::read_to_string(&path).unwrap();
    let secret = file.trim().rsplit(':').next().unwrap();
    assert_eq!(secret.len(), 64);
    assert!(!format!("{signer:?}").contains(secret));
}

#[test]
#[cfg(unix)]
fn an_agent_signs_and_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let public = Signer::generate().unwrap().public();
    let agent = folder.path().join("agent");
    let script =
        format!("case $1 in public) echo {public};; sign) cat >/dev/null; printf %0128d 0;; esac");
    std::fs::write(&agent, script).unwrap();
    let command = format!("sh {}", agent.display());
    let signer = Signer::command(&command).unwrap();
    assert_eq!(signer.public(), public);
    let said = signer.sign(b"message").unwrap_err().to_string();
    assert!(said.contains("no signature by its public key"), "{said}");
    assert!(Signer::command("false").is_err());
}
