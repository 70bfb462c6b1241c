//! The store: what is put is there, whatever happens to the program.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use proptest::prelude::*;
use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};
use toile_catalogue::{CatalogueError, Put, Record, Store, Writer, import, market};

fn table(folder: &Path, rows: u64) -> PathBuf {
    let path = folder.join("market.csv");
    let mut file = std::fs::File::create(&path).unwrap();
    market::write_csv(&mut file, 1, rows, &mut |_| ()).unwrap();
    path
}

fn job(file: &Path) -> import::Import {
    import::Import {
        file: file.to_owned(),
        ..import::Import::default()
    }
}

#[test]
fn a_market_comes_back_from_its_table_number_for_number() {
    let folder = tempfile::tempdir().unwrap();
    let table = table(folder.path(), 300);
    let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
    let done = import::run(&store, &job(&table), &mut |_| true).unwrap();
    assert_eq!((done.accepted, done.refused), (300, 0));
    for n in 0..300 {
        let (kept, made) = (
            store.get(&format!("M{n:08}")).unwrap(),
            market::fabric(1, n),
        );
        assert_eq!(kept.name, made.name);
        assert_eq!(kept.composition, made.composition);
        assert_eq!(kept.colours, made.colours);
        let close = |a: f32, b: f32| (a / b - 1.0).abs() < 1e-4;
        assert!(close(
            kept.area_density.unwrap().value,
            made.area_density.unwrap().value
        ));
        assert_eq!(
            kept.physics.bending.is_some(),
            made.physics.bending.is_some()
        );
        if let (Some(a), Some(b)) = (kept.physics.bending, made.physics.bending) {
            assert!(close(a.value.warp, b.value.warp));
            assert_eq!(a.origin, b.origin);
        }
    }
    store.verify().unwrap();
}

#[test]
fn a_record_is_added_then_unchanged_then_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
    let mut record = market::fabric(1, 1);
    let mut writer = Writer::new(&store).unwrap();
    assert_eq!(writer.put(&record).unwrap(), Put::Added);
    assert_eq!(writer.put(&record).unwrap(), Put::Unchanged);
    record.name = "Another".to_owned();
    assert_eq!(writer.put(&record).unwrap(), Put::Replaced);
    writer.finish().unwrap();
    assert_eq!(store.count().unwrap(), 1);
    assert_eq!(store.get(&record.id).unwrap(), record);
    store.verify().unwrap();
}

#[test]
fn refused_rows_are_listed_with_line_field_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    std::fs::write(
        &path,
        b"code,name,weight (g/m2),content,price USD/m\nA1,Good,120,100% cotton,4\nA2,Heavy,99000,100% cotton,4\nA3,Odd,120,180% cotton,4\nA4,Bad,12 furlongs,silk,4\nA5,\xff\xfe,120,silk,4\nA6,Too,1,2,3,4,5,6\nA7,Fine,-3,silk,4\nA8,NaN,NaN,silk,4\n",
    )
    .unwrap();
    let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
    let done = import::run(&store, &job(&path), &mut |_| true).unwrap();
    assert_eq!((done.accepted, done.refused), (1, 7));
    let refused = import::refused(&store, &path).unwrap();
    let lines: Vec<u64> = refused.iter().map(|r| r.line).collect();
    assert_eq!(lines, [3, 4, 5, 6, 7, 8, 9]);
    let of = |line: u64| refused.iter().find(|r| r.line == line).unwrap();
    assert_eq!(of(3).field, "area_density");
    assert_eq!(of(4).field, "composition");
    assert!(of(5).reason.contains("furlongs") && of(5).reason.contains("g/m2"));
    assert!(of(6).reason.contains("UTF-8"));
    assert!(of(7).reason.contains("8 cells"));
}

#[test]
fn json_lines_are_read_as_a_suppliers_objects_or_as_records() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
    let path = folder.path().join("list.jsonl");
    let flat =
        r##"{"sku":"X1","title":"Silk","gsm":80,"colors":["Navy #1c2442"],"content":"100% silk"}"##;
    std::fs::write(&path, format!("{flat}\nnot json\n")).unwrap();
    let done = import::run(&store, &job(&path), &mut |_| true).unwrap();
    assert_eq!((done.accepted, done.refused), (1, 1));
    assert_eq!(store.get("X1").unwrap().colours[0].name, "Navy");

    let whole = folder.path().join("records.jsonl");
    let record = market::fabric(3, 4);
    std::fs::write(&whole, serde_json::to_string(&record).unwrap()).unwrap();
    import::run(&store, &job(&whole), &mut |_| true).unwrap();
    assert_eq!(store.get(&record.id).unwrap(), record);
}

#[test]
fn an_import_that_was_stopped_goes_on_and_keeps_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let table = table(folder.path(), 12_000);
    let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
    let first = import::run(&store, &job(&table), &mut |_| false).unwrap();
    assert!(!first.done && first.accepted == 5000, "{first:?}");
    let second = import::run(&store, &job(&table), &mut |_| true).unwrap();
    assert!(second.done && second.resumed_at > 0, "{second:?}");
    assert_eq!((second.accepted, second.unchanged), (12_000, 0));
    assert_eq!(store.count().unwrap(), 12_000);
    let again = import::run(&store, &job(&table), &mut |_| true).unwrap();
    assert!(again.done && again.accepted == 12_000);
    store.verify().unwrap();
}

/// Not a test of its own: what the next test starts and kills.
#[test]
fn import_child() {
    let Ok(folder) = std::env::var("TOILE_TEST_IMPORT") else {
        return;
    };
    let folder = Path::new(&folder);
    let store = Store::create(&folder.join("c.sqlite")).unwrap();
    import::run(&store, &job(&folder.join("market.csv")), &mut |_| {
        // Written past the test's own capture: the parent reads it.
        writeln!(std::io::stdout().lock(), "batch").unwrap();
        true
    })
    .unwrap();
}

#[test]
fn an_import_that_is_killed_at_any_moment_loses_nothing_that_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let rows = 50_000;
    table(folder.path(), rows);
    let file = folder.path().join("c.sqlite");
    let (mut kills, mut before) = (0, 0);
    for attempt in 0..20 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["import_child", "--exact", "--nocapture"])
            .env("TOILE_TEST_IMPORT", folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // After its first or second batch, at some moment of the next.
        let told = BufReader::new(child.stdout.take().unwrap());
        let batches = told.lines().map_while(Result::ok).filter(|l| l == "batch");
        batches.take(1 + attempt % 2).for_each(drop);
        std::thread::sleep(Duration::from_millis(attempt as u64 * 13 % 90));
        let ended = child.try_wait().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let store = Store::open(&file).unwrap();
        store.verify().unwrap();
        let now = store.count().unwrap();
        assert!(
            now > before || before == rows,
            "{before} were kept, {now} are left"
        );
        assert!(now.is_multiple_of(5000), "half a batch was kept: {now}");
        before = now;
        if ended.is_some_and(|status| status.success()) {
            break;
        }
        kills += 1;
    }
    assert_eq!(before, rows);
    assert!(kills >= 2, "the import was too quick to be killed");
    println!("killed {kills} times");
}

#[test]
fn damaged_foreign_and_newer_files_are_told_apart_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.sqlite");
    let says = |word: &str| {
        let error = Store::open(&file).err().unwrap().to_string();
        assert!(
            error.contains(word) && error.contains("c.sqlite"),
            "{error}"
        );
    };
    says("toile fabric import");
    std::fs::write(
        &file,
        "a letter, and no database at all, but long enough to be one",
    )
    .unwrap();
    says("damaged");
    std::fs::remove_file(&file).unwrap();
    let db = rusqlite::Connection::open(&file).unwrap();
    db.execute_batch("CREATE TABLE x (y)").unwrap();
    says("another program");
    drop(db);
    std::fs::remove_file(&file).unwrap();
    drop(Store::create(&file).unwrap());
    let db = rusqlite::Connection::open(&file).unwrap();
    db.execute_batch("PRAGMA user_version = 99").unwrap();
    says("newer");
}

#[test]
fn a_catalogue_that_is_being_written_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.sqlite");
    let (one, two) = (Store::create(&file).unwrap(), Store::create(&file).unwrap());
    let _writing = Writer::new(&one).unwrap();
    let error = Writer::new(&two).err().unwrap();
    assert!(matches!(error, CatalogueError::Busy { .. }), "{error}");
    assert_eq!(two.count().unwrap(), 0);
}

#[test]
fn a_truncated_catalogue_is_never_taken_for_a_whole_one() {
    let folder = tempfile::tempdir().unwrap();
    let table = table(folder.path(), 3000);
    let file = folder.path().join("c.sqlite");
    let store = Store::create(&file).unwrap();
    import::run(&store, &job(&table), &mut |_| true).unwrap();
    store.settle().unwrap();
    drop(store);
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let found = Store::open(&file).and_then(|s| s.verify());
    assert!(
        matches!(found, Err(CatalogueError::Damaged { .. })),
        "{found:?}"
    );
}

#[test]
fn what_is_foreign_in_a_record_is_kept_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
    let mut record: Record = market::fabric(1, 1);
    record.custom =
        Some(serde_json::json!({"other": {"source": "theirs", "n": [1, {"source": 4}]}}));
    let mut writer = Writer::new(&store).unwrap();
    writer.put(&record).unwrap();
    writer.finish().unwrap();
    assert_eq!(store.get(&record.id).unwrap(), record);
}

#[test]
fn what_a_table_does_not_give_is_said_in_the_source() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lab.csv");
    std::fs::write(
        &path,
        "id,weight,b warp (gf·cm²/cm),b weft (gf·cm²/cm),c11,c22,c33,origin,method\nx,120,0.1,0.05,900,800,40,measured,KES-F2\n",
    )
    .unwrap();
    let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
    import::run(&store, &job(&path), &mut |_| true).unwrap();
    let physics = store.get("x").unwrap().physics;
    let bending = physics.bending.unwrap();
    assert!((bending.value.warp / 9.806_65e-6 - 1.0).abs() < 1e-4);
    assert!(bending.source.starts_with("KES-F2; bias not given"));
    assert!(physics.membrane.unwrap().source.contains("c12 not given"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_bytes_are_imported_or_refused(head in "[a-z,;{\"]{0,30}", tail in prop::collection::vec(any::<u8>(), 0..300)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("any.csv");
        let mut bytes = format!("name,{head}\n").into_bytes();
        bytes.extend(tail);
        std::fs::write(&path, &bytes).unwrap();
        let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
        if let Ok(done) = import::run(&store, &job(&path), &mut |_| true) {
            prop_assert!(done.done);
            prop_assert_eq!(import::refused(&store, &path).unwrap().len() as u64, done.refused);
            prop_assert!(store.count().unwrap() <= done.accepted);
        }
    }
}
