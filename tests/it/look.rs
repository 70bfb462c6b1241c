//! Fabrics look like what the catalogue says.

use image::{Rgb as Texel, RgbImage};
use toile::{
    paths::Assets,
    production::Library,
    stage::surface,
    swatches::{Photograph, flat, read_chart, room},
};
use toile_garment::{Fabric, Print, Srgb};
use toile_optics::{colour::difference, furnace};
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

/// Side of a photograph of flat cloth, pixels, and of the cloth in it, m.
const SIDE: (u32, f32) = (96, 0.1);

/// A photograph of poplin with a picture printed on it, once over the whole of it.
fn printed(picture: &RgbImage) -> Photograph {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("print.png");
    picture.save(&file).unwrap();
    photographed(|fabric| {
        fabric.print = Some(Print {
            image: file,
            back: None,
            // More cloth is hung than is kept of the picture.
            size_mm: (110.0, 110.0),
            mirror: (false, false),
            rotation_deg: 0.0,
        });
    })
}

fn photographed(change: impl FnOnce(&mut Fabric)) -> Photograph {
    let assets = assets();
    let poplin = Library::new(&assets)
        .fabric("cotton-poplin", "test")
        .unwrap();
    let mut fabric = Fabric::clone(&poplin);
    change(&mut fabric);
    flat(&room(&assets).unwrap(), &fabric, SIDE.1, SIDE.0, 1).unwrap()
}

/// The mean colour around a point of a photograph, in shares of its side from the upper
/// left.
fn around(photograph: &Photograph, x: f32, y: f32) -> [u8; 3] {
    let [x, y] = [x, y].map(|share| (share * SIDE.0 as f32) as usize);
    let mut sum = [0_u32; 3];
    for (row, column) in (y - 8..y + 8).flat_map(|row| (x - 8..x + 8).map(move |c| (row, c))) {
        let at = 3 * (row * SIDE.0 as usize + column);
        for (sum, &value) in sum.iter_mut().zip(&photograph.rgb[at..at + 3]) {
            *sum += u32::from(value);
        }
    }
    sum.map(|value| (value / 256) as u8)
}

#[test]
fn a_print_stands_upright_and_lies_where_its_size_puts_it() {
    let [red, green, blue, grey] = [[200, 20, 20], [20, 150, 20], [20, 20, 200], [150; 3]];
    let photograph = printed(&RgbImage::from_fn(64, 64, |x, y| {
        Texel(match (x < 32, y < 32) {
            (true, true) => red,
            (false, true) => green,
            (true, false) => blue,
            (false, false) => grey,
        })
    }));
    let strongest = |[r, g, b]: [u8; 3]| match r.max(g).max(b) {
        most if r.min(g).min(b) > most / 2 => "grey",
        most if most == r => "red",
        most if most == g => "green",
        _ => "blue",
    };
    let seen = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
        .map(|(x, y)| strongest(around(&photograph, x, y)));
    assert_eq!(seen, ["red", "green", "blue", "grey"]);
}

#[test]
fn cloth_that_is_printed_all_over_looks_like_cloth_of_that_colour() {
    for colour in [[128, 30, 60], [210, 190, 90]] {
        let print = printed(&RgbImage::from_pixel(16, 16, Texel(colour)));
        let dyed = photographed(|fabric| fabric.appearance.base_colour = Srgb(colour));
        let [print, dyed] = [print, dyed].map(|seen| around(&seen, 0.5, 0.5));
        let off = difference(print, dyed);
        assert!(off <= 2.0, "{colour:?}: {print:?}, not {dyed:?}: {off}");
    }
}
