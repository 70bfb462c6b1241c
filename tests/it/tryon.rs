//! The fitting room without its window: who may try on, in what size, and how
//! it fits.

use std::{path::Path, process::Command};
use toile::{
    fitting::{FitWord, FittingRoom, GarmentEase, Wearer, Wish, ease_of},
    paths::Assets,
    wardrobe,
};
use toile_show::format::{Size, Worn};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn assets() -> Assets {
    Assets::find(Some(&root().join("assets"))).unwrap()
}

fn wish(twin: &str, garment: &str, size: Size) -> Wish {
    Wish {
        wearer: Wearer::Twin(twin.into()),
        worn: vec![Worn {
            garment: garment.into(),
            size,
            fabric: "cotton-jersey".into(),
            colour: None,
        }],
    }
}

fn ease(twin: &str, garment: &str, size: Size) -> GarmentEase {
    let room = FittingRoom::open(&assets()).unwrap();
    let production = room.cast(&wish(twin, garment, size)).unwrap();
    let look = &production.looks[0];
    let landmarks = wardrobe::landmarks(&look.cast.avatar).unwrap();
    let wearer = wardrobe::wearer(&look.cast.twin.measures, &landmarks, twin).unwrap();
    ease_of(&look.garments[0], &wearer).unwrap()
}

fn tryon(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_toile"))
        .arg("tryon")
        .args(arguments)
        .arg("--assets")
        .arg(root().join("assets"))
        .env_remove("DISPLAY")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    (output.status.code(), said)
}

fn refused(arguments: &[&str], words: &[&str]) {
    let (code, said) = tryon(arguments);
    assert_eq!(code, Some(2), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    for word in words {
        assert!(said.contains(word), "'{word}' is missing in: {said}");
    }
}

#[test]
fn typed_measures_become_a_body_in_a_turntable() {
    let out = tempfile::tempdir().unwrap();
    let measures = "--height 172 --bust 90 --waist 72 --hip 97 --inseam 79";
    let output = "--wear tee=cotton-jersey --capture --size 64x36 --to 0.08 --format png --out";
    let mut arguments: Vec<&str> = measures.split(' ').chain(output.split(' ')).collect();
    arguments.push(out.path().to_str().unwrap());
    let (code, said) = tryon(&arguments);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("bust +10"), "{said}");
    let pictures = std::fs::read_dir(out.path().join("frames"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "png"))
        .count();
    assert_eq!(pictures, 2);
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.path().join("report.json")).unwrap()).unwrap();
    assert_eq!(report["looks"][0]["twin"], "visitor-1");
    assert_eq!(report["looks"][0]["cloth"]["nan"], false);
    // What was made for the visitor is not kept.
    assert!(!root().join("assets/twins/visitor-1").exists());
}

#[test]
fn an_unknown_twin_lists_the_known_ones() {
    refused(
        &["--twin", "nobody", "--wear", "tee=cotton-jersey"],
        &["nobody", "ines"],
    );
}

#[test]
fn an_unknown_size_lists_the_known_ones() {
    refused(
        &[
            "--twin",
            "ines",
            "--wear",
            "tee=cotton-jersey",
            "--cut",
            "Q",
        ],
        &["'Q'", "XXL"],
    );
}

#[test]
fn some_measures_are_not_enough() {
    refused(
        &["--height", "170", "--wear", "tee=cotton-jersey"],
        &["--bust", "--waist", "--hip"],
    );
}

#[test]
fn measures_in_metres_are_a_slip() {
    refused(
        &["--height", "1.7", "--wear", "tee=cotton-jersey"],
        &["--height", "centimetres from 120 to 240"],
    );
}

#[test]
fn a_twin_and_measures_are_one_too_many() {
    refused(
        &[
            "--twin",
            "ines",
            "--height",
            "170",
            "--wear",
            "tee=cotton-jersey",
        ],
        &["--twin", "cannot be used with"],
    );
}

#[test]
fn a_window_without_a_display_is_refused() {
    refused(
        &["--twin", "ines", "--wear", "tee=cotton-jersey", "--window"],
        &["--window", "DISPLAY", "--capture"],
    );
}

#[test]
fn a_twin_without_a_licence_is_refused_with_the_clause() {
    let folder = tempfile::tempdir().unwrap();
    let record = std::fs::read_to_string(root().join("assets/twins/mei/twin.ron")).unwrap();
    let record = record
        .replace("id: \"mei\"", "id: \"zoe\"")
        .replace("kind: synthetic", "kind: person");
    // There is no avatar: papers are read before it is looked for.
    std::fs::write(folder.path().join("twin.ron"), record).unwrap();
    let room = FittingRoom::open(&assets().with_guest("zoe", folder.path())).unwrap();
    let refusal = room.cast(&wish("zoe", "tee", Size::MadeToMeasure));
    let said = refusal.err().unwrap().to_string();
    assert!(
        said.contains("'zoe'") && said.contains("clause licence"),
        "{said}"
    );
    // Another twin's licence is of no use.
    let papers = root().join("assets/twins/mei/licences");
    std::fs::create_dir(folder.path().join("licences")).unwrap();
    for paper in std::fs::read_dir(papers).unwrap() {
        let paper = paper.unwrap();
        let to = folder.path().join("licences").join(paper.file_name());
        std::fs::copy(paper.path(), to).unwrap();
    }
    let refusal = room.cast(&wish("zoe", "tee", Size::MadeToMeasure));
    let said = refusal.err().unwrap().to_string();
    assert!(said.contains("clause replica"), "{said}");
}

#[test]
fn every_shipped_twin_may_be_fitted() {
    for candidate in FittingRoom::open(&assets()).unwrap().candidates() {
        assert_eq!(candidate.refusal, None, "{}", candidate.id);
    }
}

#[test]
fn a_t_shirt_made_to_measure_has_the_ease_of_its_design() {
    let tee = ease("ines", "tee", Size::MadeToMeasure);
    let bust = tee.levels.iter().find(|l| l.level == "bust").unwrap();
    assert!((bust.body_m - 0.85).abs() < 1e-3);
    assert!((bust.ease_m() - 0.10).abs() < 0.005, "{}", bust.ease_m());
    assert_eq!(bust.word, FitWord::Easy);
}

#[test]
fn a_size_too_small_is_tight_and_the_hint_names_one_that_fits() {
    let trousers = ease("ines", "trousers", Size::Named("XS".into()));
    let waist = trousers.levels.iter().find(|l| l.level == "waist").unwrap();
    assert_eq!(waist.word, FitWord::Tight);
    assert_eq!(trousers.hint, "size S fits; XS is short at the waist");
}

#[test]
fn a_hem_that_only_the_front_reaches_has_no_ease_there() {
    let tee = ease("ines", "tee", Size::Named("S".into()));
    assert!(tee.levels.iter().all(|level| level.word != FitWord::Tight));
}
