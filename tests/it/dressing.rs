//! Every shipped garment can be sewn onto bodies of different sex and size:
//! seams close, nothing is torn, nobody's skin shows through.

use std::path::Path;
use toile::{
    paths::Assets,
    production::{Library, load_twin},
    wardrobe::{self, CLOSED_SEAM_M, Dressed, EDGE_LENGTH_M, Gpu},
};
use toile_show::format::{Size, Worn};

/// Sews garments (each in its own fabric) onto a twin, made to measure.
fn dress(twin: &str, garments: &[&str]) -> Dressed {
    let assets = Assets::find(Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assets"))).unwrap();
    let (twin, avatar) = load_twin(&assets, twin, "test").unwrap();
    let mut library = Library::new(&assets);
    let worn: Vec<_> = garments
        .iter()
        .map(|id| {
            let fabric = library.garment(id, "test").unwrap().fabric.clone();
            let worn = Worn {
                garment: (*id).into(),
                size: Size::MadeToMeasure,
                fabric,
                colour: None,
            };
            library.worn(&worn, "test").unwrap()
        })
        .collect();
    let (device, queue, _) = toile_cloth::request_device().unwrap();
    let kernels = toile_cloth::ClothPipelines::new(&device).unwrap();
    let body = wardrobe::body_mesh(&avatar.collision_hull().unwrap(), avatar.skeleton.len());
    let assembly = wardrobe::assemble(
        &worn,
        &twin.measures,
        &avatar,
        &body,
        &twin.id,
        EDGE_LENGTH_M,
    )
    .unwrap();
    wardrobe::sew(
        &assembly,
        &body,
        Gpu {
            device: &device,
            queue: &queue,
            kernels: &kernels,
        },
        |_, _, _| {},
    )
    .unwrap()
}

fn fits(twin: &str, garments: &[&str]) {
    let dressed = dress(twin, garments);
    let stats = dressed.stats;
    assert!(!stats.nan, "{twin}: a position is no number");
    assert!(
        dressed.seam_gap_m < CLOSED_SEAM_M,
        "{twin}: a seam is {} mm open",
        dressed.seam_gap_m * 1e3
    );
    assert!(
        stats.max_penetration_m < 0.002,
        "{twin}: a particle is {} mm inside the body",
        stats.max_penetration_m * 1e3
    );
    let highest = dressed.positions.iter().map(|p| p.y).fold(0.0, f32::max);
    assert!(highest > 0.8, "{twin}: the garment fell to {highest} m");
}

#[test]
fn a_slip_dress_fits_a_tall_slim_woman() {
    fits("ines", &["slip-dress"]);
}

#[test]
fn a_t_shirt_fits_a_muscular_man() {
    fits("kofi", &["tee"]);
}

#[test]
fn trousers_fit_a_man() {
    fits("joao", &["trousers"]);
}

#[test]
fn a_circle_skirt_and_a_t_shirt_fit_a_plus_size_woman_together() {
    fits("lina", &["circle-skirt", "tee"]);
}
