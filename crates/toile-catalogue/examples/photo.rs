//! Photo search on rendered swatches that `toile bench photo` has left in a folder:
//! `cargo run -p toile-catalogue --example photo -- FOLDER ASSETS [LOOKS]`; with a third name
//! it writes the looks to that file instead.

use std::path::Path;
use toile_catalogue::{Record, bench::photo, estimate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("give a folder of swatches")?;
    let assets = args.next().ok_or("give the folder of assets")?;
    let mut records = Vec::new();
    for entry in std::fs::read_dir(format!("{assets}/fabrics"))? {
        let path = entry?.path();
        records.push(Record::from_ron(
            &std::fs::read_to_string(&path)?,
            "fabric",
        )?);
    }
    for line in std::fs::read_to_string(format!("{assets}/catalogue/starter.jsonl"))?.lines() {
        let mut record = Record::from_json(line, "starter")?;
        estimate::complete(&mut record)?;
        records.push(record);
    }
    records.sort_by(|a, b| a.id.cmp(&b.id));
    let shots = |names: &[(&str, f32)]| -> Vec<photo::Shot> {
        names
            .iter()
            .map(|(name, side_mm)| photo::Shot {
                name: (*name).to_owned(),
                side_mm: *side_mm,
            })
            .collect()
    };
    let folder = Path::new(&folder);
    // As much of each piece as is kept.
    let even = [("even-8", 3.651), ("even-24", 10.95), ("even-72", 31.36)];
    let lamp = [("lamp-14", 6.388), ("lamp-45", 16.80)];
    let known = photo::looks(folder, &records, &shots(&even))?;
    if let Some(out) = args.next() {
        let all: Vec<_> = even.into_iter().chain(lamp).collect();
        let all = photo::looks(folder, &records, &shots(&all))?;
        let source = "rendered by Toile from the fabric's own record, flat: 4, 11 and 31 mm of cloth under even light, 6 and 17 mm under a lamp";
        photo::write(Path::new(&out), &all, source)?;
        return Ok(());
    }
    let cases = [
        (&known, shots(&lamp[..1]), "lamp-14"),
        (&known, shots(&lamp[1..]), "lamp-45"),
    ];
    for (known, asked, name) in cases {
        for (scaled, any_colour) in [(true, false), (false, false), (true, true)] {
            let r = photo::rates(folder, &records, known, &asked, scaled, true, any_colour)?;
            println!(
                "{name}, scaled {scaled}, weave alone {any_colour}: family {} {} of {}, {:.1} of five; own {} {}",
                r.family_first, r.family_five, r.asked, r.of_five, r.own_first, r.own_five
            );
            for (what, first) in &r.missed {
                println!("    {what} -> {first}");
            }
        }
    }
    Ok(())
}
