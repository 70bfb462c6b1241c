//! Small pictures of fabrics: colour and weave, drawn without the renderer.

use toile_garment::{Construction, Fabric};

/// Side of a picture, pixels.
pub(super) const SIDE: usize = 48;
/// Pixels between two threads.
const THREAD: usize = 6;

/// A picture of a fabric as RGB rows.
pub(super) fn thumbnail(fabric: &Fabric) -> Vec<u8> {
    let base = fabric.appearance.base_colour.0.map(f32::from);
    let mut out = Vec::with_capacity(SIDE * SIDE * 3);
    for y in 0..SIDE {
        for x in 0..SIDE {
            let (light, white) = shade(fabric.construction, x, y);
            out.extend(base.map(|c| {
                let dyed = c + (225.0 - c) * white;
                (dyed * light).clamp(0.0, 255.0).round() as u8
            }));
        }
    }
    out
}

/// How light a pixel is, and what share of it is undyed.
fn shade(construction: Construction, x: usize, y: usize) -> (f32, f32) {
    let (i, j) = (x / THREAD, y / THREAD);
    // Across a thread, −1 to 1.
    let across = |c: usize| (c % THREAD) as f32 / (THREAD - 1) as f32 * 2.0 - 1.0;
    let (u, v) = (across(x), across(y));
    let round = |t: f32| 1.04 - 0.2 * t * t;
    let woven = |warp_up: bool| match warp_up {
        true => round(u),
        false => 0.9 * round(v),
    };
    match construction {
        Construction::Plain => (woven((i + j) % 2 == 0), 0.0),
        // No thread is bound as its neighbour is.
        Construction::Crepe => (0.97 * woven(grain(i, j, 1) > 0.5), 0.0),
        Construction::Organza => (woven((i + j) % 2 == 0) * 1.05, 0.12),
        Construction::Twill => (woven((i + j) % 4 < 2), 0.0),
        Construction::Denim => {
            let up = !(i + j).is_multiple_of(4);
            (woven(up), if up { 0.0 } else { 0.75 })
        }
        Construction::Satin => {
            let bound = (i + 3 * j) % 5 == 0;
            (if bound { 0.86 } else { 1.03 - 0.06 * u * u }, 0.0)
        }
        Construction::Jersey
        | Construction::Interlock
        | Construction::Rib
        | Construction::Ponte => {
            let fine = if construction == Construction::Interlock {
                1
            } else {
                2
            };
            // Legs of a stitch lean towards each other.
            let wale = x / (4 * fine);
            let leg = (x % (4 * fine)) as f32 / (4 * fine) as f32 - 0.5;
            let course = (y as f32 + 6.0 * leg.abs()) % 6.0 / 6.0 - 0.5;
            let furrow = construction == Construction::Rib && wale % 2 == 1;
            let light = 1.05 - 0.5 * course * course - 0.45 * leg * leg;
            (if furrow { 0.8 * light } else { light }, 0.0)
        }
        Construction::Fleece => (0.93 + 0.09 * grain(x, y, 1), 0.05),
        Construction::Velvet => (
            0.82 + 0.12 * grain(x, y, 1) + 0.1 * (x as f32 * 0.12).sin(),
            0.0,
        ),
        Construction::Leather => (0.94 + 0.12 * grain(x, y, 3), 0.0),
        Construction::Lace => {
            let net = (x + y) % 8 < 2 || (x + SIDE - y) % 8 < 2;
            let flower = (x as f32 - 24.0).hypot(y as f32 - 24.0) < 11.0;
            (if net || flower { 1.0 } else { 0.45 }, 0.0)
        }
        Construction::Sequin => {
            let row = y / 8;
            let cx = ((x + row % 2 * 4) % 8) as f32 - 3.5;
            let cy = (y % 8) as f32 - 3.5;
            let disc = cx.hypot(cy) < 3.8;
            (
                if disc {
                    0.95 - 0.06 * cx - 0.04 * cy
                } else {
                    0.5
                },
                0.0,
            )
        }
    }
}

/// An even pattern of chance, 0 to 1, in grains of so many pixels.
fn grain(x: usize, y: usize, size: usize) -> f32 {
    let (x, y) = ((x / size) as u32, (y / size) as u32);
    let mut h = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77);
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    (h >> 8 & 0xffff) as f32 / 65_535.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{library::Library, paths::Assets};
    use std::path::Path;

    #[test]
    fn a_picture_has_about_the_colour_of_its_fabric_and_is_not_flat() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
        let assets = Assets::find(Some(&root)).unwrap();
        let mut library = Library::new(&assets);
        for name in [
            "cotton-poplin",
            "silk-charmeuse",
            "cotton-jersey",
            "wool-crepe",
        ] {
            let fabric = library.fabric(name, "test").unwrap();
            let rgb = thumbnail(&fabric);
            assert_eq!(rgb.len(), SIDE * SIDE * 3);
            for channel in 0..3 {
                let values = || rgb.iter().skip(channel).step_by(3).map(|v| f32::from(*v));
                let mean = values().sum::<f32>() / (SIDE * SIDE) as f32;
                let given = f32::from(fabric.appearance.base_colour.0[channel]);
                assert!((mean - given).abs() < 30.0, "{name}: {mean} for {given}");
            }
            let (low, high) = (rgb.iter().min(), rgb.iter().max());
            assert!(low != high, "{name}");
        }
    }
}
