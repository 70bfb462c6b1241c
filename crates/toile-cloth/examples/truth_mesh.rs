//! Prints the mesh of a truth test as JSON, for another solver to work on:
//!
//! * `cargo run -p toile-cloth --example truth_mesh -- MESH GAMMA [CELLS ACROSS]`, a
//!   cantilever strip, with MESH `one`, `alternating`, `turned:DEGREES` or a
//!   Delaunay seed;
//! * `cargo run -p toile-cloth --example truth_mesh -- disc EDGE SEED`, the specimen of
//!   a drape test with edges of EDGE m.

use glam::DVec2;
use toile_cloth::truth::cantilever::{Cantilever, StripMesh};
use toile_cloth::truth::cusick::{SPECIMEN, TABLE};
use toile_cloth::truth::mesh::{Diagonals, Flat};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_else(|| "alternating".into());
    let number = args.next().map_or(Ok(8.0), |a| a.parse())?;
    if name == "disc" {
        let seed = args.next().map_or(Ok(0), |a| a.parse())?;
        print(
            &Flat::disc(SPECIMEN, TABLE, number, seed)?,
            2.0 * SPECIMEN,
            2.0 * SPECIMEN,
        );
        return Ok(());
    }
    let mesh = match name.as_str() {
        "one" => StripMesh::Grid(Diagonals::One),
        "alternating" => StripMesh::Grid(Diagonals::Alternating),
        other => match other.strip_prefix("turned:") {
            Some(angle) => StripMesh::Turned(angle.parse()?),
            None => StripMesh::Delaunay(other.parse()?),
        },
    };
    let mut strip = Cantilever::new(number, mesh);
    for cells in &mut strip.cells {
        if let Some(given) = args.next() {
            *cells = given.parse()?;
        }
    }
    let width = strip.length() * f64::from(strip.cells[1]) / f64::from(strip.cells[0]);
    print(&strip.flat()?, strip.length(), width);
    Ok(())
}

/// Lengths in m; the clamp line of a strip is at x = 0.
fn print(flat: &Flat, length: f64, width: f64) {
    let points: Vec<[f64; 2]> = flat.points.iter().map(DVec2::to_array).collect();
    println!(
        "{{\"length\": {length:e}, \"width\": {width:e}, \"points\": {points:?}, \"triangles\": {:?}}}",
        flat.triangles
    );
}
