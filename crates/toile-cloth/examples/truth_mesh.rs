//! Prints the mesh of a cantilever experiment as JSON, for another solver to
//! bend: `cargo run -p toile-cloth --example truth_mesh -- MESH GAMMA [TURN WEFT]`
//! with MESH `one`, `alternating`, `turned:DEGREES` or a Delaunay seed, and, for a strip of
//! uneven bending, the angle of its warp and its weft stiffness relative to its warp.

use glam::DVec2;
use toile_cloth::truth::cantilever::{Cantilever, StripMesh};
use toile_cloth::truth::mesh::Diagonals;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_else(|| "alternating".into());
    let gamma = args.next().map_or(Ok(8.0), |a| a.parse())?;
    let mesh = match name.as_str() {
        "one" => StripMesh::Grid(Diagonals::One),
        "alternating" => StripMesh::Grid(Diagonals::Alternating),
        other => match other.strip_prefix("turned:") {
            Some(angle) => StripMesh::Turned(angle.parse()?),
            None => StripMesh::Delaunay(other.parse()?),
        },
    };
    let strip = Cantilever::new(gamma, mesh);
    let flat = strip.flat()?;
    let points: Vec<[f64; 2]> = flat.points.iter().map(DVec2::to_array).collect();
    println!(
        "{{\"length\": {:e}, \"width\": {:e}, \"bend\": {:?}, \"turn\": {}, \"points\": {points:?}, \"triangles\": {:?}}}",
        strip.length(),
        strip.length() * f64::from(strip.cells[1]) / f64::from(strip.cells[0]),
        strip.bend,
        strip.turn,
        flat.triangles
    );
    Ok(())
}
