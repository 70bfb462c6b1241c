//! Searches against a plain walk over all records.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use toile_catalogue::{
    Composition, Fibre, Hand, Record, Store, Writer,
    colour::Lab,
    estimate::{self, Given, REFERENCES},
    find::{Finder, Order, Query, Range},
    market, parse_colour,
};
use toile_garment::{Construction, Origin};

const ROWS: u64 = 6000;

/// A store of a market; the last third is added after it has settled.
fn store(folder: &tempfile::TempDir) -> (Store, Vec<Record>) {
    let store = Store::create(&folder.path().join("c.sqlite")).unwrap();
    let all: Vec<Record> = (0..ROWS).map(|n| market::fabric(5, n)).collect();
    let mut writer = Writer::new(&store).unwrap();
    for (n, record) in all.iter().enumerate() {
        if n as u64 == ROWS / 3 * 2 {
            writer.finish().unwrap();
            store.settle().unwrap();
            writer = Writer::new(&store).unwrap();
        }
        writer.put(record).unwrap();
    }
    writer.finish().unwrap();
    (store, all)
}

/// Whether a record has a word, as a person would look for it.
fn has(r: &Record, word: &str) -> bool {
    let fibres: Vec<&str> = Composition::parse(&r.composition)
        .unwrap()
        .parts
        .iter()
        .map(|p| p.0.name())
        .collect();
    let made = r
        .construction
        .map_or("", toile_catalogue::construction_word);
    let colours: Vec<&str> = r.colours.iter().map(|c| c.name.as_str()).collect();
    let all = format!(
        "{} {} {} {} {} {} {made} {} {}",
        r.name,
        r.composition,
        fibres.join(" "),
        r.structure,
        r.yarn,
        r.supplier,
        colours.join(" "),
        r.tags.join(" ")
    );
    all.to_lowercase()
        .replace('ô', "o")
        .split(|c: char| !c.is_alphanumeric())
        .any(|w| w == word)
}

fn hand(r: &Record) -> Hand {
    let m = Given::of(r).unwrap().mechanics(&REFERENCES);
    let p = &r.physics;
    Hand::of(
        r.area_density.as_ref().unwrap().value,
        &p.bending.as_ref().map_or(m.bending, |b| b.value),
        &p.membrane.as_ref().map_or(m.membrane, |b| b.value),
    )
}

#[test]
fn words_facets_and_ranges_find_what_a_walk_over_all_records_finds() {
    let folder = tempfile::tempdir().unwrap();
    let (store, all) = store(&folder);
    let finder = Finder::new(&store).unwrap();
    for text in [
        "",
        "cotton",
        "cotton jersey",
        "silk charmeuse navy",
        "Rhône",
        "deadstock velvet 200",
        "nonesuch",
    ] {
        let query = Query {
            text: text.to_owned(),
            weight: Some(Range {
                low: 80.0,
                high: 260.0,
            }),
            limit: 50,
            ..Query::default()
        };
        let words: Vec<String> = text
            .to_lowercase()
            .replace('ô', "o")
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let expected = all
            .iter()
            .filter(|r| (0.08..=0.26).contains(&r.area_density.as_ref().unwrap().value))
            .filter(|r| words.iter().all(|w| has(r, w)))
            .count() as u64;
        assert_eq!(finder.find(&query).unwrap().total, expected, "{text}");
    }
}

#[test]
fn hand_and_fibre_find_what_a_walk_finds() {
    let folder = tempfile::tempdir().unwrap();
    let (store, all) = store(&folder);
    let finder = Finder::new(&store).unwrap();
    let silk = Fibre::named("silk").unwrap();
    let query = Query {
        fibres: vec![(silk, 50.0)],
        drape: Some(Range {
            low: 0.0,
            high: 55.0,
        }),
        limit: 10,
        order: Order::Drape,
        ..Query::default()
    };
    let found = finder.find(&query).unwrap();
    let expected: Vec<f32> = all
        .iter()
        .filter(|r| Composition::parse(&r.composition).unwrap().share(silk) >= 50.0)
        .map(|r| hand(r).drape_percent)
        .filter(|d| *d <= 55.0)
        .collect();
    assert_eq!(found.total, expected.len() as u64);
    let least = expected.iter().copied().fold(f32::MAX, f32::min);
    let first = found.hits[0].hand.unwrap().drape_percent;
    assert!((first - least).abs() < 0.01, "{first} is not {least}");
}

#[test]
fn a_colour_finds_only_what_is_near_it_the_nearest_first() {
    let folder = tempfile::tempdir().unwrap();
    let (store, all) = store(&folder);
    let finder = Finder::new(&store).unwrap();
    let colour = parse_colour("#7a1f2b").unwrap();
    let query = Query {
        colour: Some((colour, 8.0)),
        limit: 10,
        ..Query::default()
    };
    let hits = finder.find(&query).unwrap().hits;
    let mut differences: Vec<f32> = all
        .iter()
        .filter_map(|r| {
            r.colours
                .iter()
                .filter_map(|c| c.srgb)
                .map(|c| Lab::from(colour).difference(Lab::from(c)))
                .min_by(f32::total_cmp)
        })
        .collect();
    differences.sort_by(f32::total_cmp);
    // The index packs colours, so that the order of near equals may differ.
    for (hit, expected) in hits.iter().zip(&differences) {
        let d = hit.difference.unwrap();
        assert!((d - expected).abs() < 1.5 && d <= 8.0, "{d}, {expected}");
    }
    assert_eq!(hits.len(), 10);
}

#[test]
fn a_price_is_compared_in_one_currency_which_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (store, all) = store(&folder);
    let finder = Finder::new(&store).unwrap();
    let mut query = Query {
        price: Some(Range {
            low: f32::MIN,
            high: 5.0,
        }),
        limit: 5,
        ..Query::default()
    };
    for currency in [None, Some("EUR".to_owned())] {
        let name = currency.clone().unwrap_or("USD".to_owned());
        query.currency = currency;
        let found = finder.find(&query).unwrap();
        let expected = all
            .iter()
            .filter_map(|r| r.price.as_ref())
            .filter(|p| p.currency == name && p.per_metre <= 5.0)
            .count() as u64;
        assert_eq!((found.total, found.currency), (expected, Some(name)));
    }
    query.currency = Some("XAU".to_owned());
    assert!(finder.find(&query).unwrap_err().to_string().contains("XAU"));
}

#[test]
fn a_twin_of_a_fabric_is_its_nearest_and_the_reasons_are_true() {
    let folder = tempfile::tempdir().unwrap();
    let (store, all) = store(&folder);
    let mut softer = all[100].clone();
    estimate::complete(&mut softer).unwrap();
    let mut own = softer.clone();
    (own.id, softer.id) = ("own".to_owned(), "softer".to_owned());
    for record in [&mut own, &mut softer] {
        let b = record.physics.bending.as_mut().unwrap();
        b.origin = Origin::Measured;
        record.physics.membrane.as_mut().unwrap().origin = Origin::Measured;
    }
    // Bending length goes with the cube root.
    let b = &mut softer.physics.bending.as_mut().unwrap().value;
    for x in [&mut b.warp, &mut b.weft, &mut b.bias] {
        *x *= 0.92_f32.powi(3);
    }
    let mut writer = Writer::new(&store).unwrap();
    writer.put(&own).unwrap();
    writer.put(&softer).unwrap();
    writer.finish().unwrap();
    let alike = Finder::new(&store).unwrap().like("own", None, 5).unwrap();
    let at = alike
        .iter()
        .position(|a| a.hit.record.id == "softer")
        .unwrap();
    let reasons: Vec<String> = alike[at].reasons.iter().map(ToString::to_string).collect();
    assert_eq!(reasons, ["same weight", "8 % softer", "ΔE 0"]);
    assert!(alike.windows(2).all(|w| w[0].distance <= w[1].distance));
    assert!(alike.iter().all(|a| a.hit.record.id != "own"));
}

#[test]
fn a_replaced_fabric_is_found_only_as_it_is_now() {
    let folder = tempfile::tempdir().unwrap();
    let (store, all) = store(&folder);
    let mut record = all[10].clone();
    record.name = "Zibeline of its own".to_owned();
    record.construction = Some(Construction::Twill);
    record.tags.clear();
    let mut writer = Writer::new(&store).unwrap();
    writer.put(&record).unwrap();
    writer.finish().unwrap();
    let finder = Finder::new(&store).unwrap();
    assert_eq!(finder.count(), ROWS);
    let find = |text: &str| {
        let query = Query {
            text: text.to_owned(),
            limit: 5000,
            ..Query::default()
        };
        finder.find(&query).unwrap().hits
    };
    assert_eq!(find("zibeline").len(), 1);
    let old = find(&all[10].name);
    assert!(
        old.iter().all(|h| h.record.id != record.id),
        "{}",
        all[10].name
    );
    assert_eq!(find("zibel*").len(), 1);
}

#[test]
fn signs_of_the_query_language_are_words_like_any() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = store(&folder);
    let finder = Finder::new(&store).unwrap();
    for text in [
        "\"",
        "NEAR(a b)",
        "name:silk OR",
        "-- ; DROP TABLE fabric",
        "*",
        "(((",
        "a^2 + b",
    ] {
        let query = Query {
            text: text.to_owned(),
            limit: 3,
            ..Query::default()
        };
        finder.find(&query).unwrap();
    }
}
