//! Photo search on rendered swatches that `toile bench photo` has left in a folder:
//! `cargo run -p toile-catalogue --example photo -- FOLDER ASSETS`.

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
    let known = photo::looks(
        folder,
        &records,
        &shots(&[("even-8", 8.0), ("even-24", 24.0), ("even-72", 72.0)]),
    )?;
    for asked in [("lamp-14", 14.0), ("lamp-45", 45.0)] {
        for (scaled, spoil, any_colour) in [
            (true, false, false),
            (true, true, false),
            (false, true, false),
            (true, true, true),
        ] {
            let r = photo::rates(
                folder,
                &records,
                &known,
                &shots(&[asked]),
                scaled,
                spoil,
                any_colour,
            )?;
            println!(
                "{} scaled {scaled} spoilt {spoil} weave alone {any_colour}: family {} {} of {}, {:.1} of five; own {} {}",
                asked.0, r.family_first, r.family_five, r.asked, r.of_five, r.own_first, r.own_five
            );
            for (what, first) in &r.missed {
                println!("    {what} -> {first}");
            }
        }
    }
    Ok(())
}
