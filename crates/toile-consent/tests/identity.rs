//! Sealed identities: opened by one key, for one twin, and not changed unseen.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use toile_consent::{ConsentError, SealKey, SealedIdentity, layout};

const WHO: &str = "Maria da Silva, born 1999-01-31, passport X1234567";

fn sealed() -> (SealKey, SealedIdentity) {
    let key = SealKey::generate().unwrap();
    let sealed = SealedIdentity::seal("amara", WHO, key.public()).unwrap();
    (key, sealed)
}

#[test]
fn what_is_sealed_is_opened_by_its_key_and_read_nowhere_else() {
    let (key, sealed) = sealed();
    let file = layout(&sealed).unwrap();
    assert!(!file.contains("Silva") && !file.contains("amara"), "{file}");
    let read = SealedIdentity::parse(&file, "identity.sealed").unwrap();
    assert_eq!(
        read.open("amara", &key, "identity.sealed")
            .unwrap()
            .as_str(),
        WHO
    );
}

#[test]
fn two_seals_of_one_text_are_not_alike() {
    let (key, one) = sealed();
    let other = SealedIdentity::seal("amara", WHO, key.public()).unwrap();
    assert_ne!(one.sealed, other.sealed);
}

#[test]
fn another_key_opens_nothing() {
    let (_, sealed) = sealed();
    let other = SealKey::generate().unwrap();
    let said = sealed.open("amara", &other, "f").unwrap_err().to_string();
    assert!(said.contains("sealed to x25519:"), "{said}");
    // Not even where the file claims that it was sealed to that key.
    let mut forged = sealed.clone();
    forged.to = other.public();
    assert!(matches!(
        forged.open("amara", &other, "f"),
        Err(ConsentError::Forged { .. })
    ));
}

#[test]
fn the_identity_of_another_twin_is_refused() {
    let (key, sealed) = sealed();
    let said = sealed.open("rosa", &key, "f").unwrap_err().to_string();
    assert!(said.contains("another twin"), "{said}");
}

#[test]
fn no_digit_of_a_seal_can_be_changed_unseen() {
    let (key, sealed) = sealed();
    for at in 0..sealed.sealed.len() {
        let mut changed = sealed.clone();
        let digit = if &sealed.sealed[at..=at] == "0" {
            "1"
        } else {
            "0"
        };
        changed.sealed.replace_range(at..=at, digit);
        assert!(changed.open("amara", &key, "f").is_err(), "digit {at}");
        changed.sealed.truncate(at);
        assert!(changed.open("amara", &key, "f").is_err(), "cut at {at}");
    }
}

#[test]
fn nothing_and_too_much_are_not_sealed() {
    let to = SealKey::generate().unwrap().public();
    assert!(SealedIdentity::seal("amara", " \n", to).is_err());
    assert!(SealedIdentity::seal("amara", &"x".repeat(65_537), to).is_err());
    assert!(SealedIdentity::seal("amara", &"x".repeat(65_536), to).is_ok());
}

#[test]
fn unknown_fields_and_versions_are_refused() {
    let (_, sealed) = sealed();
    let file = layout(&sealed).unwrap();
    let newer = file.replace("\"version\": 1", "\"version\": 2");
    assert!(SealedIdentity::parse(&newer, "f").is_err());
    let more = file.replace("{\n", "{\n  \"name\": \"Maria\",\n");
    assert!(SealedIdentity::parse(&more, "f").is_err());
}

#[test]
#[cfg(unix)]
fn a_key_that_opens_is_a_file_of_its_owner_alone_and_none_that_signs() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity.key");
    let key = SealKey::generate().unwrap();
    key.write(&path).unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(SealKey::read(&path).unwrap().public(), key.public());
    assert!(key.write(&path).is_err(), "a key is never written over");
    let text = std::fs::read_to_string(&path).unwrap();
    let secret = text.trim().rsplit(':').next().unwrap();
    assert!(!format!("{key:?}").contains(secret));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(SealKey::read(&path).is_err());
    let signs = folder.path().join("maker.key");
    toile_consent::Signer::generate()
        .unwrap()
        .write(&signs)
        .unwrap();
    assert!(SealKey::read(&signs).is_err());
}
