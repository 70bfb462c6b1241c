//! The shipped fabrics and the fabric format.

mod common;

use toile_garment::{Construction, Fabric, Origin};

const POPLIN: &str = include_str!("../../../assets/fabrics/cotton-poplin.ron");

fn error(from: &str, to: &str) -> String {
    assert!(
        POPLIN.contains(from),
        "the text to replace is there: {from}"
    );
    Fabric::from_ron(&POPLIN.replacen(from, to, 1), "poplin.ron")
        .expect_err("refused")
        .to_string()
}

#[test]
fn every_shipped_fabric_reads_and_is_named_after_its_file() {
    let files = common::files("fabrics", ".ron");
    assert_eq!(files.len(), 20);
    for (name, text) in files {
        let f = Fabric::from_ron(&text, &name).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(format!("{}.ron", f.id), name);
    }
}

#[test]
fn ten_fabrics_carry_the_measured_weight_of_wang_2011() {
    let measured: Vec<Fabric> = common::files("fabrics", ".ron")
        .into_iter()
        .map(|(name, text)| Fabric::from_ron(&text, &name).unwrap())
        .filter(|f| f.area_density.origin == Origin::Measured)
        .collect();
    assert_eq!(measured.len(), 10);
    assert!(
        measured
            .iter()
            .all(|f| f.area_density.source.contains("Wang"))
    );
}

#[test]
fn every_number_says_where_it_comes_from() {
    for (name, text) in common::files("fabrics", ".ron") {
        let f = Fabric::from_ron(&text, &name).unwrap();
        for s in [
            &f.area_density.source,
            &f.membrane.source,
            &f.bending.source,
            &f.thickness.source,
            &f.friction.source,
            &f.damping.source,
        ] {
            assert!(s.len() > 10, "{name}: '{s}'");
        }
    }
}

#[test]
fn the_denim_of_wang_2011_has_a_quarter_of_the_published_bending_numbers() {
    let text = common::files("fabrics", "black-denim.ron").remove(0).1;
    let f = Fabric::from_ron(&text, "denim").unwrap();
    // Hinge axes at 90° (warp strip), 0° (weft strip), 45°, in 1e-6 N·m.
    assert!((f.bending.value.warp - 9.695_157_6e-5 / 4.0).abs() < 1e-8);
    assert!((f.bending.value.weft - 6.419_646e-5 / 4.0).abs() < 1e-8);
    assert!((f.bending.value.bias - 7.338_456_7e-5 / 4.0).abs() < 1e-8);
    assert_eq!(f.construction, Construction::Denim);
}

#[test]
fn an_unknown_field_is_refused_with_its_line() {
    let e = error("thickness:", "thicknes:");
    assert!(
        e.starts_with("poplin.ron: ") && e.contains("thicknes"),
        "{e}"
    );
}

#[test]
fn a_newer_version_is_refused() {
    assert_eq!(
        error("version: 1", "version: 2"),
        "poplin.ron: version: is 2; this program reads version 1"
    );
}

#[test]
fn a_number_out_of_range_names_field_and_range() {
    let e = error("value: 0.115", "value: NaN");
    assert!(
        e.contains("area_density.value: is NaN; it must lie between 0.005 and 3"),
        "{e}"
    );
}

#[test]
fn a_membrane_that_would_release_energy_is_refused() {
    let e = error("c12: 120", "c12: 9999");
    assert!(
        e.contains("membrane.value.c12") && e.contains("c11·c22"),
        "{e}"
    );
}

#[test]
fn a_colour_must_be_hexadecimal() {
    let e = error("base_colour: \"#E9EDF2\"", "base_colour: \"white\"");
    assert!(e.contains("'white' is not a colour"), "{e}");
}

#[test]
fn an_id_with_a_slash_is_refused() {
    let e = error("id: \"cotton-poplin\"", "id: \"../poplin\"");
    assert!(e.contains("id: '../poplin' may only have letters"), "{e}");
}
