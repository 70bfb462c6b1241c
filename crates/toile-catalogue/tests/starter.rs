//! The fabrics that ship.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

mod common;

use common::fabric_files;
use std::collections::{BTreeMap, BTreeSet};
use toile_catalogue::{
    Record, Store, Writer, composition_of, construction_in, estimate,
    find::{Finder, Photo},
    import,
    look::Look,
};
use toile_garment::{Construction, Origin};

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
    let mut ids: Vec<String> = fabric_files()
        .iter()
        .map(|file| file.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    ids.extend(starters().into_iter().map(|r| r.id));
    assert!(ids.len() >= 60, "{}", ids.len());
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
}

fn all() -> Vec<Record> {
    let mut out = starters();
    for path in fabric_files() {
        let text = std::fs::read_to_string(&path).unwrap();
        out.push(Record::from_ron(&text, &path.display().to_string()).unwrap());
    }
    out
}

/// What ships of every fabric: three looks under even light, two under a lamp.
fn looks() -> BTreeMap<String, Vec<Look>> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/catalogue/starter.looks.jsonl"
    );
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| import::parse_looks(line.as_bytes()).unwrap())
        .collect()
}

#[test]
fn every_fabric_that_ships_has_its_looks() {
    let (ids, looks): (BTreeSet<String>, _) = (all().into_iter().map(|r| r.id).collect(), looks());
    assert_eq!(ids, looks.keys().cloned().collect());
    for (id, looks) in looks {
        assert_eq!(looks.len(), 5, "{id}");
        assert!(looks.iter().all(|l| l.pixels_per_mm.is_some()), "{id}");
    }
}

#[test]
fn under_a_lamp_a_fabric_is_found_by_how_it_looks_under_even_light() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
    let (records, looks) = (all(), looks());
    let mut writer = Writer::new(&store).unwrap();
    for r in &records {
        writer.put(r).unwrap();
        writer.looks(&r.id, &looks[&r.id][..3]).unwrap();
    }
    writer.finish().unwrap();
    let finder = Finder::new(&store).unwrap();
    let made: BTreeMap<&str, Option<Construction>> = records
        .iter()
        .map(|r| (r.id.as_str(), r.construction))
        .collect();
    let (mut asked, mut first, mut five) = (0.0, 0.0, 0.0);
    for r in &records {
        for look in &looks[&r.id][3..] {
            let photo = Photo {
                look: look.clone(),
                any_colour: false,
                limit: 5,
            };
            let found = finder.like_photo(&photo).unwrap().alike;
            let same: Vec<bool> = found
                .iter()
                .map(|a| made[a.hit.record.id.as_str()] == r.construction)
                .collect();
            asked += 1.0;
            first += f32::from(same[0]);
            five += f32::from(same.contains(&true));
        }
    }
    println!(
        "family first {:.2}, in five {:.2}",
        first / asked,
        five / asked
    );
    assert!(five / asked > 0.85, "{}", five / asked);
    assert!(first / asked > 0.6, "{}", first / asked);
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
