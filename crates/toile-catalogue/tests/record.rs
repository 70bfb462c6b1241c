//! Records and the fabric files they are made of.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

mod common;

use common::fabric_files;
use proptest::prelude::*;
use std::path::PathBuf;
use toile_catalogue::{Figure, Record};
use toile_garment::{Fabric, Origin};

fn starters() -> Vec<(String, String)> {
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path.display().to_string(), text)
    };
    fabric_files().into_iter().map(read).collect()
}

#[test]
fn a_fabric_comes_back_from_its_record_number_for_number() {
    let files = starters();
    assert!(files.len() >= 17);
    for (name, text) in files {
        let fabric = Fabric::from_ron(&text, &name).unwrap();
        let record = Record::from_ron(&text, &name).unwrap();
        record.check(&name).unwrap();
        assert_eq!(record.fabric().unwrap(), fabric);
        let json = serde_json::to_string(&record).unwrap();
        let again = Record::from_json(&json, &name).unwrap();
        assert_eq!(again, record);
        assert_eq!(again.fabric().unwrap(), fabric);
    }
}

#[test]
fn a_record_is_the_same_in_ron() {
    let (name, text) = &starters()[0];
    let record = Record::from_ron(text, name).unwrap();
    let ron = ron::ser::to_string_pretty(&record, ron::ser::PrettyConfig::default()).unwrap();
    assert_eq!(Record::from_ron(&ron, "a record").unwrap(), record);
}

#[test]
fn a_record_without_physics_names_what_the_solver_misses() {
    let error = Record::new("x", "X").fabric().unwrap_err().to_string();
    for word in ["bending", "membrane", "thickness", "estimate"] {
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn a_number_out_of_range_is_named_with_its_range() {
    let mut record = Record::new("x", "X");
    record.thickness = Some(Figure::new(0.5, Origin::Vendor, "a list"));
    let error = record.check("line 3").unwrap_err().to_string();
    assert!(error.contains("line 3: thickness: is 0.5"), "{error}");
    record.thickness = Some(Figure::new(f32::NAN, Origin::Vendor, "a list"));
    assert!(record.check("line 3").is_err());
}

#[test]
fn a_number_without_a_source_is_refused() {
    let mut record = Record::new("x", "X");
    record.thickness = Some(Figure::new(3e-4, Origin::Measured, " "));
    let error = record.check("line 3").unwrap_err().to_string();
    assert!(error.contains("thickness.source"), "{error}");
}

proptest! {
    #[test]
    fn any_number_comes_back_from_json_bit_for_bit(bits in any::<u32>()) {
        let value = f32::from_bits(bits);
        prop_assume!(value.is_finite());
        let figure = Figure::new(value, Origin::Measured, "a test");
        let json = serde_json::to_string(&figure).unwrap();
        let again: Figure<f32> = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(again.value.to_bits(), value.to_bits());
    }
}
