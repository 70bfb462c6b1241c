//! The fabric catalogue from the command line.

use std::{path::Path, process::Command};

fn toile(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_toile"))
        .arg("fabric")
        .args(arguments)
        .arg("--catalogue")
        .arg(folder.join("c.sqlite"))
        .output()
        .unwrap();
    let told = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&told).into_owned(),
    )
}

#[test]
fn the_fabrics_that_ship_are_taken_in_found_and_come_out_with_their_origins() {
    let folder = tempfile::tempdir().unwrap();
    let (done, told) = toile(folder.path(), &["find", "silk"]);
    assert!(!done && told.contains("toile fabric import"), "{told}");
    let (done, told) = toile(folder.path(), &["import"]);
    assert!(done && told.contains("0 rows refused"), "{told}");
    let (_, told) = toile(
        folder.path(),
        &[
            "find",
            "silk charmeuse",
            "--weight",
            "60..110",
            "--drape",
            "soft",
        ],
    );
    assert!(told.contains("silk-charmeuse "), "{told}");
    assert!(told.contains("estimated"), "{told}");
    let (_, told) = toile(folder.path(), &["show", "white-swim-solid"]);
    assert!(told.contains("[measured: Wang"), "{told}");
    let (done, told) = toile(folder.path(), &["find", "--drape", "floppy"]);
    assert!(
        !done && told.contains("--drape") && told.contains("fluid"),
        "{told}"
    );
}

#[test]
fn a_refused_row_is_told_with_its_line_and_field() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.csv");
    std::fs::write(&list, "id,name,weight (g/m2)\na,Good,120\nb,Bad,heavy\n").unwrap();
    let (done, told) = toile(folder.path(), &["import", &list.display().to_string()]);
    assert!(done, "{told}");
    assert!(
        told.contains("line 3: weight: 'heavy' is not a number"),
        "{told}"
    );
}

#[test]
fn a_drape_that_ships_comes_in_with_its_fabric_and_is_not_simulated_again() {
    let folder = tempfile::tempdir().unwrap();
    let (done, told) = toile(folder.path(), &["import"]);
    assert!(done, "{told}");
    let (_, told) = toile(folder.path(), &["show", "cotton-drill"]);
    assert!(told.contains("5 folds (Cusick)"), "{told}");
    let (done, told) = toile(folder.path(), &["drape", "cotton drill"]);
    assert!(done && told.contains("0 drapes simulated"), "{told}");
}

#[test]
fn a_card_that_is_neither_png_nor_svg_is_refused_before_anything_is_simulated() {
    let folder = tempfile::tempdir().unwrap();
    let (done, told) = toile(folder.path(), &["card", "wool-crepe", "--out", "card.tiff"]);
    assert!(!done && told.contains("card.tiff"), "{told}");
}
