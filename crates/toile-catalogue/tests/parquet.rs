//! Tables in Parquet. The files were written by `DuckDB` 2.0 and hold forty made-up
//! poplins, packed in three ways.
#![cfg(feature = "parquet")]
#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use std::path::PathBuf;
use toile_catalogue::{
    Store,
    import::{self, Import},
};

fn data(codec: &str) -> PathBuf {
    PathBuf::from(format!(
        "{}/tests/data/poplin-{codec}.parquet",
        env!("CARGO_MANIFEST_DIR")
    ))
}

fn job(file: PathBuf) -> Import {
    Import {
        file,
        ..Import::default()
    }
}

#[test]
fn a_table_is_read_however_it_is_packed() {
    for codec in ["snappy", "zstd", "gzip"] {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
        let job = job(data(codec));
        let map = import::look(&job).unwrap();
        assert_eq!(map.columns.len(), 7, "{:?}", map.unused);
        let done = import::run(&store, &job, &mut |_| true).unwrap();
        assert_eq!((done.accepted, done.refused), (40, 0), "{codec}");
        let r = store.get("f7").unwrap();
        assert_eq!(r.name, "Poplin 7");
        assert_eq!(r.area_density.unwrap().value, 0.107);
        assert_eq!(r.width.unwrap().value, 1.47);
        assert_eq!(r.colours.len(), 2);
        // What is null is not there.
        assert!(store.get("f9").unwrap().width.is_none());
        let again = import::run(&store, &job, &mut |_| true).unwrap();
        assert!(again.done && again.accepted == 40, "it was imported before");
    }
}

#[test]
fn a_damaged_file_is_an_error_and_never_a_panic() {
    std::panic::set_hook(Box::new(|_| {}));
    let whole = std::fs::read(data("snappy")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.parquet");
    for n in 0..600usize {
        let mut bytes = whole.clone();
        let at = n.wrapping_mul(7919) % bytes.len();
        if n % 5 == 0 {
            bytes.truncate(at.max(4));
        } else {
            // The directory is at the end: half of the changes go there.
            let at = if n % 2 == 0 {
                bytes.len() - 1 - at % 900
            } else {
                at.max(4)
            };
            bytes[at] = (n * 31) as u8;
        }
        std::fs::write(&file, &bytes).unwrap();
        if let Err(e) = import::rows(&file, &mut |_, _| true) {
            assert!(e.to_string().contains("x.parquet"), "{e}");
        }
    }
}
