//! The reader of records, for fuzzing: it takes any bytes, and may refuse them, but
//! neither panic nor take for ever; what it accepts keeps its promises.

use crate::Twin;
use std::path::Path;

/// Reads any bytes as a record. One that is taken is the same after it was written.
///
/// # Panics
/// Where that promise is broken.
pub fn twin(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(record) = Twin::parse(text, Path::new("fuzz")) else {
        return;
    };
    assert!(record.measures.in_mm().values().all(|&mm| mm < 3001));
    let written = record.to_ron().ok();
    let again = written.and_then(|text| Twin::parse(&text, Path::new("again")).ok());
    assert_eq!(again, Some(record), "a record is kept as it is");
}
