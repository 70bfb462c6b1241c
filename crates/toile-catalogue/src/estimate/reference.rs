//! Fabrics that were measured, from which others are estimated.

use toile_garment::Construction;

/// Where the numbers are from.
pub(crate) const SOURCE: &str = "Wang, O'Brien, Ramamoorthi: Data-Driven Elastic Models for Cloth, ACM TOG 30(4), 2011 (ten fabrics)";

/// A measured fabric, as its fabric file has it.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// Stem of its fabric file.
    pub id: &'static str,
    /// Weave or knit.
    pub construction: Construction,
    /// Share of elastane, percent.
    pub elastane: f32,
    /// Mass per area, kg/m².
    pub density: f32,
    /// c11, c12, c22, c33, N/m.
    pub membrane: [f32; 4],
    /// Warp, weft, bias, N·m.
    pub bending: [f32; 3],
}

const fn reference(
    id: &'static str,
    construction: Construction,
    elastane: f32,
    density: f32,
    membrane: [f32; 4],
    bending: [f32; 3],
) -> Reference {
    Reference {
        id,
        construction,
        elastane,
        density,
        membrane,
        bending,
    }
}

use Construction as C;

/// The fabrics.
#[rustfmt::skip]
pub const REFERENCES: [Reference; 10] = [
    reference("11oz-black-denim", C::Denim, 1.0, 0.324, [410.7, 20.47, 2028.0, 106.8], [2.424e-05, 1.605e-05, 1.835e-05]),
    reference("camel-ponte-roma", C::Ponte, 0.0, 0.284, [62.29, -25.61, 88.06, 63.79], [9.289e-06, 9.087e-06, 8.253e-06]),
    reference("gray-interlock", C::Interlock, 0.0, 0.187, [33.19, -29.39, 68.95, 73.72], [3.567e-06, 5.798e-06, 6.187e-06]),
    reference("ivory-rib-knit", C::Rib, 5.0, 0.276, [85.74, -0.4691, 130.3, 166.4], [8.061e-06, 1.156e-05, 7.504e-06]),
    reference("navy-sparkle-sweat", C::Jersey, 4.0, 0.224, [36.86, -24.8, 25.36, 35.23], [1.141e-05, 1.487e-05, 1.002e-05]),
    reference("pink-ribbon-brown", C::Fleece, 0.0, 0.228, [303.0, 212.1, 489.7, 60.5], [1.494e-05, 2.927e-05, 2.188e-05]),
    reference("royal-target", C::Twill, 0.0, 0.220, [4033.0, 18.34, 4070.0, 209.5], [3.135e-05, 3.135e-05, 2.700e-05]),
    reference("tango-red-jet-set", C::Jersey, 0.0, 0.113, [86.14, 108.7, 342.8, 28.63], [5.086e-06, 3.573e-06, 5.488e-06]),
    reference("white-dots-on-blk", C::Plain, 0.0, 0.128, [4004.0, 0.6912, 4055.0, 80.59], [7.821e-06, 1.293e-05, 1.016e-05]),
    reference("white-swim-solid", C::Jersey, 13.0, 0.204, [95.94, 13.67, 209.2, 121.5], [1.275e-05, 1.506e-05, 1.470e-05]),
];
