//! The fabrics that ship.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use std::collections::BTreeSet;
use toile_catalogue::{Record, composition_of, construction_in, estimate};
use toile_garment::Origin;

fn starters() -> Vec<Record> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/catalogue/starter.jsonl"
    );
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .enumerate()
        .map(|(n, line)| Record::from_json(line, &format!("{path}:{}", n + 1)).unwrap())
        .collect()
}

#[test]
fn at_least_sixty_fabrics_ship_and_no_two_have_one_id() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/fabrics");
    let mut ids: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| {
            e.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    ids.extend(starters().into_iter().map(|r| r.id));
    assert!(ids.len() >= 60, "{}", ids.len());
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
}

#[test]
fn what_nobody_measured_is_not_said_to_be() {
    for r in starters() {
        assert_eq!(
            r.area_density.as_ref().unwrap().origin,
            Origin::Estimated,
            "{}",
            r.id
        );
        assert!(r.physics.is_empty(), "{}", r.id);
    }
}

#[test]
fn every_starter_can_be_estimated_and_worn() {
    for mut r in starters() {
        assert!(!composition_of(&r).unwrap().parts.is_empty(), "{}", r.id);
        assert!(construction_in(&r.structure).is_some(), "{}", r.id);
        estimate::complete(&mut r).unwrap();
        r.fabric().unwrap().check(&r.id).unwrap();
    }
}
