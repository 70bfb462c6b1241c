use super::*;
use crate::{library::Library, paths::Assets};
use std::path::Path;
use toile_catalogue::{current_drape, drape_key, estimate};

fn svg_of(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    let assets = Assets::find(Some(&root)).unwrap();
    let mut record = Library::new(&assets).record(name, "test").unwrap();
    estimate::complete(&mut record).unwrap();
    let fabric = record.fabric().unwrap();
    let drape = Drape {
        percent: 52.0,
        folds: 5,
        outline: vec![1200; 180],
        of: drape_key(&fabric),
    };
    record.drape = Some(drape.clone().figure(&fabric, "simulated", 0.0));
    assert!(current_drape(&record).is_some());
    let mut pixel = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(2, 2, image::Rgb([200, 30, 30]))
        .write_to(&mut pixel, image::ImageFormat::Png)
        .unwrap();
    Card {
        record: &record,
        fabric: &fabric,
        drape: &drape,
        draped: Png(pixel.get_ref()),
        flat: Png(pixel.get_ref()),
    }
    .svg()
    .unwrap()
}

#[test]
fn a_card_names_the_origin_of_every_number_and_calls_no_estimate_measured() {
    let svg = svg_of("cotton-voile");
    for label in ["weight", "drape", "bending", "membrane", "friction"] {
        assert!(svg.contains(&format!("aria-label=\"{label}\"")), "{label}");
    }
    assert_eq!(
        svg.matches("aria-label=\"measured\"").count(),
        1,
        "the legend"
    );
    assert!(svg.matches("aria-label=\"estimated\"").count() > 5);
}

#[test]
fn a_card_is_a_page_of_a5_with_pictures_where_they_belong() {
    let (rgba, (width, height)) = pixels(&svg_of("wool-crepe"), 96.0).unwrap();
    assert_eq!((width, height), (559, 794));
    let at = |x_mm: f32, y_mm: f32| {
        let (x, y) = ((x_mm * 96.0 / 25.4) as u32, (y_mm * 96.0 / 25.4) as u32);
        let at = ((y * width + x) * 4) as usize;
        [rgba[at], rgba[at + 1], rgba[at + 2]]
    };
    assert_eq!(at(50.0, 80.0), [200, 30, 30]);
    assert_eq!(at(120.0, 50.0), [200, 30, 30]);
    assert_eq!(at(4.0, 4.0), [251, 250, 247]);
}
