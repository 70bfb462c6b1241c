//! `toile drape`.

use super::Failure;
use crate::{
    paths::Assets,
    production::{Library, load_twin},
    progress::Progress,
    wardrobe::{self, CLOSED_SEAM_M, Dressed, EDGE_LENGTH_M, Gpu},
};
use std::path::{Path, PathBuf};
use toile_cloth::BodyMesh;
use toile_show::format::{Size, Worn};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile drape slip-dress --twin ines --fabric silk-charmeuse
  toile drape trousers tee --twin kofi --fabric wool-crepe --fabric cotton-jersey
  toile drape tee --twin amara --fabric denim-12oz --cut M --edge-mm 15")]
pub(super) struct Args {
    /// Garments from the skin outwards, files under assets/garments
    #[arg(required = true)]
    garments: Vec<String>,
    /// Who wears them
    #[arg(long)]
    twin: String,
    /// Fabric of each garment in turn; the last one serves the rest
    #[arg(long, required = true)]
    fabric: Vec<String>,
    /// A size of the garments' tables, instead of made to measure
    #[arg(long, value_name = "SIZE")]
    cut: Option<String>,
    /// Edge length of the cloth's triangles, mm
    #[arg(long, default_value_t = EDGE_LENGTH_M * 1e3)]
    edge_mm: f32,
    /// Write the draped garments and the body as a Wavefront OBJ file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Writes one object per garment and one for the body; metres, texture
/// coordinates in metres of cloth.
fn write_obj(path: &Path, dressed: &Dressed, body: &BodyMesh) -> std::io::Result<()> {
    let mut text = String::from("# Toile, metres\n");
    let mut first = 1;
    for garment in &dressed.garments {
        text += &format!("o {}\n", garment.name.replace(' ', "_"));
        for &particle in &garment.particle_of_vertex {
            let p = dressed.positions[particle as usize];
            text += &format!("v {:.5} {:.5} {:.5}\n", p.x, p.y, p.z);
        }
        for uv in &garment.uv {
            text += &format!("vt {:.5} {:.5}\n", uv.x, uv.y);
        }
        for t in &garment.triangles {
            let [a, b, c] = t.map(|i| i + first);
            text += &format!("f {a}/{a} {b}/{b} {c}/{c}\n");
        }
        first += garment.uv.len() as u32;
    }
    text += "o body\n";
    for p in &body.positions {
        text += &format!("v {:.5} {:.5} {:.5}\n", p.x, p.y, p.z);
    }
    for t in &body.triangles {
        let [a, b, c] = t.map(|i| i + first);
        text += &format!("f {a} {b} {c}\n");
    }
    let partial = path.with_extension("obj.part");
    std::fs::write(&partial, text)?;
    std::fs::rename(&partial, path)
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    let (twin, avatar) = load_twin(assets, &args.twin, "--twin")?;
    let mut library = Library::new(assets);
    let mut garments = Vec::new();
    for (index, id) in args.garments.iter().enumerate() {
        let fabric = args
            .fabric
            .get(index)
            .or(args.fabric.last())
            .map(String::as_str)
            .unwrap_or_default();
        let size = args.cut.clone().map_or(Size::MadeToMeasure, Size::Named);
        garments.push(library.worn(
            &Worn {
                garment: id.clone(),
                size,
                fabric: fabric.to_owned(),
                colour: None,
            },
            "drape",
        )?);
    }
    let (device, queue, adapter) = toile_cloth::request_device()?;
    let kernels = toile_cloth::ClothPipelines::new(&device)?;
    let body = wardrobe::body_mesh(&avatar.collision_body(), avatar.skeleton.len());
    let assembly = wardrobe::assemble(
        &garments,
        &twin.measures,
        &avatar,
        &body,
        &twin.id,
        args.edge_mm * 1e-3,
    )?;
    let mut progress: Option<Progress> = None;
    let dressed = wardrobe::sew(
        &assembly,
        &body,
        Gpu {
            device: &device,
            queue: &queue,
            kernels: &kernels,
        },
        |done, of, word| {
            progress
                .get_or_insert_with(|| Progress::start("draping", u64::from(of)))
                .at(u64::from(done), word);
        },
    )?;
    if let Some(progress) = progress {
        progress.finish("settled");
    }
    println!("twin        {} ({})", twin.name, twin.id);
    for garment in &garments {
        println!(
            "garment     {} in {}",
            garment.file.name, garment.fabric.name
        );
    }
    println!(
        "cloth       {} particles, {} triangles",
        dressed.cloth.positions.len(),
        dressed.cloth.triangles.len()
    );
    let closed = if dressed.seam_gap_m <= CLOSED_SEAM_M {
        "closed"
    } else {
        "OPEN"
    };
    println!(
        "seams       {closed}, widest gap {:.2} mm before welding",
        dressed.seam_gap_m * 1e3
    );
    println!(
        "stretch     {:.1} % at most, 99.9 % of edges below {:.1} %",
        dressed.stats.max_stretch * 100.0,
        dressed.stats.p999_stretch * 100.0
    );
    println!(
        "body        {} contacts, deepest particle {:.2} mm inside",
        dressed.stats.contacts,
        dressed.stats.max_penetration_m * 1e3
    );
    println!(
        "at rest     fastest particle {:.1} mm/s",
        dressed.stats.max_speed * 1e3
    );
    println!("adapter     {}", adapter.name);
    if let Some(path) = &args.out {
        write_obj(path, &dressed, &body)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    if dressed.stats.nan {
        return Err("the cloth did not settle: a position is no number".into());
    }
    Ok(())
}
