//! Takes in a foreign avatar and prints what was found.
//!
//! `cargo run -p toile-rig --example import -- IN.glb OUT.glb [NOTES.ron]`

use std::path::Path;
use toile_rig::{Notes, open};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let input = args.next().ok_or("give a .glb, .gltf or .vrm file")?;
    let output = args.next().ok_or("give a file to write")?;
    let notes = match args.next() {
        Some(file) => Notes::parse(&std::fs::read_to_string(&file)?, &file)?,
        None => Notes::default(),
    };
    let imported = open(Path::new(&input), &notes)?;
    std::fs::write(&output, &imported.glb)?;
    print!("{}", imported.report);
    Ok(())
}
