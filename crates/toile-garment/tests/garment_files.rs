//! Garment files: what ships, sizes, cuts, and what is refused.

mod common;

use common::{assets, body, files, garments, refused};
use toile_garment::{Fit, GarmentFile};

#[test]
fn every_shipped_garment_names_a_fabric_that_exists() {
    let g = garments();
    let ids: Vec<&str> = g.iter().map(|g| g.id.as_str()).collect();
    assert_eq!(
        ids,
        ["circle-skirt", "crop-tee", "slip-dress", "tee", "trousers"]
    );
    for g in &g {
        assert!(
            assets("fabrics")
                .join(format!("{}.ron", g.fabric))
                .is_file(),
            "{}",
            g.fabric
        );
    }
}

#[test]
fn every_size_of_every_garment_drafts() {
    for g in garments() {
        assert_eq!(g.sizes.len(), 6);
        for name in g.sizes.keys() {
            let m = g.size(name, &g.id).unwrap();
            g.pattern(&m, Some(&Fit::Size(name.clone())), None)
                .unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    }
}

#[test]
fn a_size_does_not_follow_the_wearer() {
    let tee = garments().remove(2);
    let fit = Fit::Size("M".into());
    let (a, b) = (body("f_petite"), body("m_dark"));
    assert_eq!(
        tee.pattern(&a.measures, Some(&fit), None).unwrap(),
        tee.pattern(&b.measures, Some(&fit), None).unwrap()
    );
}

#[test]
fn an_unknown_size_names_those_of_the_table() {
    let e = refused(garments()[0].size("XXXL", "skirt.ron"));
    assert_eq!(
        e,
        "skirt.ron: fit: there is no size 'XXXL'; the table has: L, M, S, XL, XS, XXL"
    );
}

/// A garment file that is cut from a specification.
fn cut_from(specification: &str) -> String {
    format!(
        r#"(version: 1, id: "x", name: "X", cut: Specification("{specification}"), fit: MadeToMeasure, fabric: "denim-12oz", layer: 0)"#
    )
}

#[test]
fn a_specification_can_be_cut_instead_of_a_block() {
    let json = files("garments", "_specification.json").remove(0).1;
    let g = GarmentFile::from_ron(&cut_from("tee_specification.json"), "x.ron").unwrap();
    let wearer = body("f_afro").measures;
    let pattern = g.pattern(&wearer, None, Some(&json)).unwrap();
    assert_eq!(pattern.panels.len(), 4);
    let e = refused(g.pattern(&wearer, None, None));
    assert!(
        e.contains("the text of 'tee_specification.json' was not given"),
        "{e}"
    );
}

#[test]
fn a_specification_outside_the_folder_is_refused() {
    let text = cut_from("../../secret.json");
    let e = refused(GarmentFile::from_ron(&text, "x.ron"));
    assert!(
        e.contains("cut: '../../secret.json' must be a file name relative"),
        "{e}"
    );
}

#[test]
fn an_unknown_field_of_a_garment_is_refused() {
    let e = refused(GarmentFile::from_ron("(version: 1, colour: 3)", "x.ron"));
    assert!(e.starts_with("x.ron: ") && e.contains("colour"), "{e}");
}
