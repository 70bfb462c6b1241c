//! Drafts a garment file in one of its sizes and prints the GarmentCode
//! specification:
//!
//! ```text
//! cargo run -p toile-garment --example export_specification -- assets/garments/tee.ron M
//! ```

use std::process::ExitCode;

use toile_garment::{Fit, GarmentFile};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (Some(path), Some(size)) = (args.next(), args.next()) else {
        eprintln!("usage: export_specification GARMENT.ron SIZE");
        return ExitCode::from(2);
    };
    let run = || -> Result<String, String> {
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
        let garment = GarmentFile::from_ron(&text, &path).map_err(|e| e.to_string())?;
        let wearer = garment.size(&size, &path).map_err(|e| e.to_string())?;
        let pattern = garment
            .pattern(&wearer, Some(&Fit::MadeToMeasure), None)
            .map_err(|e| e.to_string())?;
        Ok(pattern.to_json())
    };
    match run() {
        Ok(json) => {
            print!("{json}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}
