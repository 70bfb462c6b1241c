//! Colour as people see it: differences, and a chart to test with.

use palette::{IntoColor, Lab, Srgb, color_difference::Ciede2000, white_point::D65};

/// CIEDE2000 difference of two sRGB colours, D65; 1 can just be seen, side by side.
#[must_use]
pub fn difference(a: [u8; 3], b: [u8; 3]) -> f32 {
    let [a, b]: [Lab<D65, f32>; 2] =
        [a, b].map(|[r, g, b]| Srgb::new(r, g, b).into_format::<f32>().into_color());
    a.difference(b)
}

/// The 24 patches of the ColorChecker Classic in sRGB, as its maker publishes them
/// (X-Rite, 2009): name and colour.
pub const CHART: [(&str, [u8; 3]); 24] = [
    ("dark skin", [115, 82, 68]),
    ("light skin", [194, 150, 130]),
    ("blue sky", [98, 122, 157]),
    ("foliage", [87, 108, 67]),
    ("blue flower", [133, 128, 177]),
    ("bluish green", [103, 189, 170]),
    ("orange", [214, 126, 44]),
    ("purplish blue", [80, 91, 166]),
    ("moderate red", [193, 90, 99]),
    ("purple", [94, 60, 108]),
    ("yellow green", [157, 188, 64]),
    ("orange yellow", [224, 163, 46]),
    ("blue", [56, 61, 150]),
    ("green", [70, 148, 73]),
    ("red", [175, 54, 60]),
    ("yellow", [231, 199, 31]),
    ("magenta", [187, 86, 149]),
    ("cyan", [8, 133, 161]),
    ("white", [243, 243, 242]),
    ("neutral 8", [200, 200, 200]),
    ("neutral 6.5", [160, 160, 160]),
    ("neutral 5", [122, 122, 121]),
    ("neutral 3.5", [85, 85, 85]),
    ("black", [52, 52, 52]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_does_not_differ_from_itself() {
        for (name, colour) in CHART {
            assert!(difference(colour, colour).abs() < 1e-5, "{name}");
        }
    }

    #[test]
    fn a_step_in_grey_is_about_half_a_step_that_can_be_seen() {
        // L* from 50.03 to 50.43 by the definition of L*; S_L is 1 at 50.
        let step = difference([119, 119, 119], [120, 120, 120]);
        assert!((step - 0.39).abs() < 0.03, "{step}");
    }
}
