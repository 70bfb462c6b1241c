//! Readers of foreign bytes, for fuzzing: each takes any bytes, and may refuse them, but
//! neither panic nor take for ever.

use crate::{Imported, Notes, import};

/// What is fuzzed: name, and the reader.
pub const TARGETS: [(&str, fn(&[u8])); 2] = [("rig", rig), ("notes", notes)];

/// Reads any bytes as an avatar; what comes out must be as promised.
pub fn rig(bytes: &[u8]) {
    let none = &mut |_: &str| Err("there is none".to_owned());
    if let Ok(imported) = import(bytes, "fuzz", none, &Notes::default()) {
        promised(&imported);
    }
}

/// Reads any bytes as an override file.
pub fn notes(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Notes::parse(text, "fuzz");
    }
}

/// An avatar is one that the import would take again, with every bone that walks.
fn promised(imported: &Imported) {
    let none = &mut |_: &str| Err("there is none".to_owned());
    let again = import(&imported.glb, "again", none, &Notes::default());
    let report = &imported.report;
    assert!(report.height_m.is_finite(), "{report}");
    // A body that is out of proportion may be doubted the second time.
    if let Ok(again) = again {
        assert_eq!(again.report.extra_joints, 0, "{report}");
    }
}
