//! Shared by the integration tests: the shipped body data, loaded once.

use std::{path::PathBuf, sync::OnceLock};

use toile_body::BodyData;

/// Path of the packed body file of this repository.
pub(crate) fn body_path() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/body/hm08.bin.zst"
    ))
}

/// The packed body file, read once per test binary.
pub(crate) fn body() -> &'static BodyData {
    static BODY: OnceLock<BodyData> = OnceLock::new();
    BODY.get_or_init(|| BodyData::load(&body_path()).expect("the shipped body file loads"))
}
