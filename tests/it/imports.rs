//! A foreign avatar becomes a twin that other commands take for one of their own.

use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};
use toile::imports::{ImportOrder, import};
use toile_rig::Notes;
use toile_twin::{Avatar, Kind, Performance, PerformancePlan, Twin};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The mannequin's file with its joints renamed so that no name tells anything.
fn scrambled(folder: &Path) -> PathBuf {
    let bytes = std::fs::read(root().join("assets/twins/mannequin/avatar.glb")).unwrap();
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let (json, rest) = bytes[20..].split_at(word(12));
    let mut document: Value = serde_json::from_slice(json).unwrap();
    for (i, node) in document["nodes"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .enumerate()
    {
        node["name"] = Value::String(format!("{:x}", (i * 7919) % 65_537));
    }
    let mut text = document.to_string().into_bytes();
    while !text.len().is_multiple_of(4) {
        text.push(b' ');
    }
    let mut out = bytes[..8].to_vec();
    out.extend_from_slice(&((20 + text.len() + rest.len()) as u32).to_le_bytes());
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(&bytes[16..20]);
    out.extend_from_slice(&text);
    out.extend_from_slice(rest);
    let file = folder.join("stranger.glb");
    std::fs::write(&file, out).unwrap();
    file
}

fn toile(arguments: &[&str], assets: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_toile"))
        .args(arguments)
        .arg("--assets")
        .arg(assets)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// Assets with the imported stranger among their twins.
fn house(folder: &Path) -> PathBuf {
    let assets = folder.join("assets");
    std::fs::create_dir_all(assets.join("twins")).unwrap();
    for kind in ["fabrics", "garments", "environments", "body"] {
        std::os::unix::fs::symlink(root().join("assets").join(kind), assets.join(kind)).unwrap();
    }
    let file = scrambled(folder);
    let args = [
        "twin",
        "import",
        file.to_str().unwrap(),
        "--kind",
        "mannequin",
    ];
    let output = toile(&args, &assets);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("by structure"), "{}", said(&output));
    assets
}

#[test]
fn a_rig_without_names_is_measured_and_walks_within_the_limits_of_our_own() {
    let folder = tempfile::tempdir().unwrap();
    let order = ImportOrder {
        id: "stranger".into(),
        name: "Stranger".into(),
        kind: Kind::Synthetic,
        folder: folder.path().join("stranger"),
    };
    let imported = import(&scrambled(folder.path()), &Notes::default(), &order).unwrap();
    let twin = Twin::load(&order.folder).unwrap();
    let own = Twin::load(&root().join("assets/twins/mannequin")).unwrap();
    for (what, theirs, ours) in [
        ("height", twin.measures.height, own.measures.height),
        ("bust", twin.measures.bust, own.measures.bust),
        ("waist", twin.measures.waist, own.measures.waist),
        ("hip", twin.measures.hip, own.measures.hip),
    ] {
        assert!(
            (theirs - ours).abs() < 0.03,
            "{what}: {theirs} m for {ours} m"
        );
    }
    assert_eq!(twin, imported_again(&imported.twin, &order.folder));
    let avatar = Avatar::load(&twin.avatar_path()).unwrap();
    let walk = Performance::new(&avatar, &twin, &PerformancePlan::default()).unwrap();
    let audit = walk.audit(&avatar).unwrap();
    assert!(audit.slide_m < 0.006 && audit.sunk_m < 1e-4, "{audit:?}");
    assert!(audit.knee_least > 0.06 && audit.short_m < 1e-3, "{audit:?}");
    assert!(
        audit.hand_gap_m > 0.03 && audit.head_tilt < 0.1,
        "{audit:?}"
    );
}

/// The same record, as read from its folder.
fn imported_again(twin: &Twin, folder: &Path) -> Twin {
    let text = twin.to_ron().unwrap();
    std::fs::write(folder.join("twin.ron"), text).unwrap();
    Twin::load(folder).unwrap()
}

#[test]
fn an_imported_twin_is_listed_and_checked_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let assets = house(folder.path());
    let listed = toile(&["twin", "list"], &assets);
    assert!(said(&listed).contains("stranger"), "{}", said(&listed));
    let record = assets.join("twins/stranger/twin.ron");
    let checked = toile(&["check", record.to_str().unwrap()], &assets);
    assert!(checked.status.success(), "{}", said(&checked));
    let report = std::fs::read(assets.join("twins/stranger/import.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["rig"]["profile"], "structure");
    let file = folder.path().join("stranger.glb");
    let again = toile(&["twin", "import", file.to_str().unwrap()], &assets);
    assert_eq!(again.status.code(), Some(2));
    assert!(
        said(&again).contains("is there already"),
        "{}",
        said(&again)
    );
}

#[test]
fn what_an_author_does_not_permit_no_show_may_do() {
    let folder = tempfile::tempdir().unwrap();
    let assets = house(folder.path());
    let record = assets.join("twins/stranger/twin.ron");
    let text = std::fs::read_to_string(&record).unwrap();
    let permits = "permits: (by: \"A. Tester\", everyone: true, commerce: false, politics: false, credit: false), gait:";
    std::fs::write(&record, text.replacen("gait:", permits, 1)).unwrap();
    let show = std::fs::read_to_string(root().join("scenes/fitting-room.ron")).unwrap();
    let show = show.replace("twin: \"mannequin\"", "twin: \"stranger\"");
    for (show, permitted) in [
        (
            show.replace("purpose: \"Show\"", "purpose: \"Rehearsal\""),
            true,
        ),
        (show, false),
    ] {
        let file = folder.path().join("show.ron");
        std::fs::write(&file, show).unwrap();
        let checked = toile(&["check", file.to_str().unwrap()], &assets);
        assert_eq!(checked.status.success(), permitted, "{}", said(&checked));
        assert_eq!(said(&checked).contains("permits.commerce"), !permitted);
    }
}
