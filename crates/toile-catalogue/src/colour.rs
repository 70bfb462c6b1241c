//! Colours as people see them apart: CIE Lab and the CIEDE2000 difference.

use palette::{IntoColor, color_difference::Ciede2000, white_point::D65};
use serde::{Deserialize, Serialize};
use toile_garment::Srgb;

/// CIE L*a*b* for the D65 white point.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Lab {
    /// Lightness, 0–100.
    pub l: f32,
    /// Green to red.
    pub a: f32,
    /// Blue to yellow.
    pub b: f32,
}

impl From<Srgb> for Lab {
    fn from(Srgb([r, g, b]): Srgb) -> Self {
        let lab: palette::Lab<D65, f32> = palette::Srgb::new(r, g, b)
            .into_format::<f32>()
            .into_color();
        Self {
            l: lab.l,
            a: lab.a,
            b: lab.b,
        }
    }
}

impl Lab {
    /// The CIEDE2000 difference (CIE 142-2001). About 1 is just seen; under 3 two
    /// cloths pass for one colour.
    #[must_use]
    pub fn difference(self, other: Self) -> f32 {
        let [one, two] = [self, other].map(|c| palette::Lab::<D65, f32>::new(c.l, c.a, c.b));
        Ciede2000::difference(one, two)
    }
}

/// Linear light of a colour.
pub(crate) fn linear(Srgb([r, g, b]): Srgb) -> [f32; 3] {
    let c = palette::Srgb::new(r, g, b).into_linear::<f32>();
    [c.red, c.green, c.blue]
}

/// The colour of linear light.
pub(crate) fn encoded([r, g, b]: [f32; 3]) -> Srgb {
    let c = palette::Srgb::<f32>::from_linear(palette::LinSrgb::new(r, g, b)).into_format::<u8>();
    Srgb([c.red, c.green, c.blue])
}

/// Names of colours in the trade, and a colour that most would call so.
const NAMES: [(&str, [u8; 3]); 40] = [
    ("black", [24, 24, 26]),
    ("white", [248, 248, 246]),
    ("off white", [242, 238, 226]),
    ("ivory", [240, 232, 210]),
    ("ecru", [224, 212, 186]),
    ("cream", [243, 232, 202]),
    ("beige", [208, 188, 156]),
    ("sand", [200, 178, 140]),
    ("camel", [184, 140, 92]),
    ("tan", [186, 148, 108]),
    ("khaki", [150, 136, 96]),
    ("brown", [98, 66, 44]),
    ("chocolate", [68, 44, 32]),
    ("grey", [128, 128, 130]),
    ("gray", [128, 128, 130]),
    ("silver", [190, 192, 196]),
    ("charcoal", [62, 64, 68]),
    ("navy", [28, 36, 66]),
    ("blue", [38, 78, 160]),
    ("royal", [38, 66, 168]),
    ("sky", [150, 192, 226]),
    ("indigo", [44, 50, 94]),
    ("teal", [22, 104, 110]),
    ("turquoise", [48, 176, 178]),
    ("green", [40, 116, 68]),
    ("olive", [96, 94, 50]),
    ("mint", [172, 218, 194]),
    ("sage", [154, 166, 138]),
    ("yellow", [240, 206, 60]),
    ("mustard", [202, 154, 44]),
    ("orange", [226, 116, 40]),
    ("rust", [158, 74, 40]),
    ("coral", [236, 120, 102]),
    ("red", [184, 32, 40]),
    ("burgundy", [104, 26, 40]),
    ("wine", [104, 26, 44]),
    ("pink", [232, 156, 176]),
    ("fuchsia", [198, 44, 124]),
    ("purple", [100, 54, 128]),
    ("lilac", [190, 168, 212]),
];

/// The colour that a name of the trade stands for, if it is a common one; of
/// several words the last that is known ("dark navy").
#[must_use]
pub fn named(name: &str) -> Option<Srgb> {
    let name = name.trim().to_lowercase().replace('-', " ");
    let find = |word: &str| NAMES.iter().find(|n| n.0 == word).map(|n| Srgb(n.1));
    find(&name).or_else(|| name.split_whitespace().rev().find_map(find))
}

/// The names and colours of the table.
pub(crate) fn names() -> &'static [(&'static str, [u8; 3])] {
    &NAMES
}

/// A colour on 5, 6 and 5 bits: what the index keeps of it.
pub(crate) fn pack(c: Srgb) -> u16 {
    let [r, g, b] = c.0.map(u16::from);
    (r >> 3) << 11 | (g >> 2) << 5 | b >> 3
}

/// The colour in the middle of what packs to this.
pub(crate) fn unpack(packed: u16) -> Srgb {
    Srgb([
        ((packed >> 11) << 3 | 4) as u8,
        ((packed >> 5 & 63) << 2 | 2) as u8,
        ((packed & 31) << 3 | 4) as u8,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lab(l: f32, a: f32, b: f32) -> Lab {
        Lab { l, a, b }
    }

    #[test]
    fn the_difference_has_the_published_values() {
        // Sharma, Wu and Dalal 2005, table 1.
        for (one, two, expected) in [
            (
                lab(50.0, 2.6772, -79.7751),
                lab(50.0, 0.0, -82.7485),
                2.0425,
            ),
            (lab(50.0, 0.0, 0.0), lab(50.0, -1.0, 2.0), 2.3669),
            (lab(50.0, 2.5, 0.0), lab(73.0, 25.0, -18.0), 27.1492),
            (lab(50.0, 2.5, 0.0), lab(61.0, -5.0, 29.0), 22.8977),
            (lab(50.0, 2.5, 0.0), lab(56.0, -27.0, -3.0), 31.9030),
            (
                lab(22.7233, 20.0904, -46.694),
                lab(23.0331, 14.973, -42.5619),
                2.0373,
            ),
            (
                lab(2.0776, 0.0795, -1.135),
                lab(0.9033, -0.0636, -0.5514),
                0.9082,
            ),
        ] {
            let found = one.difference(two);
            assert!((found - expected).abs() < 2e-3, "{found} is not {expected}");
            assert!((found - two.difference(one)).abs() < 2e-3);
        }
    }

    #[test]
    fn white_black_and_red_have_their_lab_values() {
        let white = Lab::from(Srgb([255; 3]));
        assert!((white.l - 100.0).abs() < 0.01 && white.a.abs() < 0.02 && white.b.abs() < 0.02);
        assert!(Lab::from(Srgb([0; 3])).l.abs() < 0.01);
        let red = Lab::from(Srgb([255, 0, 0]));
        assert!((red.l - 53.24).abs() < 0.05 && (red.a - 80.09).abs() < 0.05);
    }

    #[test]
    fn a_packed_colour_is_near_the_colour() {
        for c in [[122, 31, 43], [0, 0, 0], [255, 255, 255], [38, 78, 160]].map(Srgb) {
            let d = Lab::from(c).difference(Lab::from(unpack(pack(c))));
            assert!(d < 3.0, "{c:?} moved by {d}");
        }
    }

    #[test]
    fn a_colour_is_found_by_the_last_word_that_names_one() {
        assert_eq!(named("Dark Navy"), named("navy"));
        assert_eq!(named("Seascape 12"), None);
    }
}
