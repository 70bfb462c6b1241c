//! Fabrics look like what the catalogue says.

use toile::{
    paths::Assets,
    production::Library,
    stage::surface,
    swatches::{read_chart, room},
};
use toile_optics::furnace;
use toile_show::Rgb;

fn assets() -> Assets {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    Assets::find(Some(&root)).unwrap()
}

#[test]
fn a_dyed_cloth_is_photographed_in_the_colour_that_it_was_given() {
    let assets = assets();
    let crepe = Library::new(&assets).fabric("wool-crepe", "test").unwrap();
    let (readings, _) = read_chart(&room(&assets).unwrap(), &crepe).unwrap();
    assert_eq!(readings.len(), 24);
    for r in readings {
        assert!(
            r.difference <= 2.0,
            "{}: given {:?}, read {:?}, ΔE2000 {:.2}",
            r.name,
            r.given,
            r.read,
            r.difference
        );
    }
}

#[test]
fn every_shipped_fabric_returns_all_light_if_it_is_white() {
    let assets = assets();
    let mut library = Library::new(&assets);
    for id in assets.list("fabrics") {
        let fabric = library.fabric(&id, "test").unwrap();
        let white = surface(&fabric, Some(Rgb([1.0; 3]))).bleached();
        for cosine in [0.3, 0.7, 0.98] {
            let sent = furnace(&white, cosine, 0.6, 200).x;
            assert!((sent - 1.0).abs() < 0.02, "{id} seen at {cosine}: {sent}");
        }
    }
}
