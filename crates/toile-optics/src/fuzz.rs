//! Fuzz: fibres that stand off a cloth, as a layer of them returns light.
//!
//! Zeltner, Burley and Chiang 2022 ("Practical multiple-scattering sheen using linearly
//! transformed cosines"): what goes to one view is a cosine lobe that a matrix has pressed
//! and leant over, so many parts of the light from everywhere. What matrix and how much
//! depends on the view's cosine and on the roughness; the tables below were measured in
//! Blender 5.0.1 Cycles by `tools/reference/sheen.py`, which is off its formula by less
//! than 0.1 %.

use crate::table::{ENTRIES, Table};

/// How a fuzz of one roughness returns light.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Fuzz {
    /// How far the lobe is pressed towards the surface: 1 is a cosine.
    pub pressed: Table,
    /// How far it leans from the view.
    pub leant: Table,
    /// What of the light from everywhere goes to a view.
    pub albedo: Table,
}

/// Roughness of the tables' first row, and the step to the next.
const FIRST: f32 = 0.3;
const STEP: f32 = 0.1;
const ROWS: usize = 8;

#[expect(
    clippy::approx_constant,
    reason = "measured, and by chance near log10 e"
)]
const PRESSED: [[f32; ENTRIES]; ROWS] = [
    [
        0.1022, 0.1160, 0.1675, 0.2273, 0.2632, 0.2910, 0.3314, 0.4239,
    ],
    [
        0.1572, 0.1756, 0.2322, 0.2996, 0.3501, 0.3846, 0.4216, 0.4931,
    ],
    [
        0.2309, 0.2497, 0.3082, 0.3768, 0.4343, 0.4745, 0.5120, 0.5678,
    ],
    [
        0.3153, 0.3355, 0.3972, 0.4652, 0.5254, 0.5699, 0.6062, 0.6464,
    ],
    [
        0.4149, 0.4354, 0.4987, 0.5641, 0.6174, 0.6586, 0.6927, 0.7223,
    ],
    [
        0.5274, 0.5466, 0.6057, 0.6644, 0.7089, 0.7402, 0.7644, 0.7862,
    ],
    [
        0.6362, 0.6523, 0.7021, 0.7511, 0.7864, 0.8095, 0.8255, 0.8378,
    ],
    [
        0.7250, 0.7379, 0.7782, 0.8177, 0.8457, 0.8628, 0.8734, 0.8796,
    ],
];

const LEANT: [[f32; ENTRIES]; ROWS] = [
    [
        -0.1735, -0.1615, -0.0884, -0.0262, -0.0196, -0.0261, -0.0403, 0.0,
    ],
    [
        -0.1786, -0.1757, -0.1398, -0.0730, -0.0370, -0.0331, -0.0381, 0.0,
    ],
    [
        -0.1720, -0.1740, -0.1583, -0.1168, -0.0712, -0.0476, -0.0411, 0.0,
    ],
    [
        -0.1603, -0.1628, -0.1566, -0.1301, -0.0988, -0.0705, -0.0473, 0.0,
    ],
    [
        -0.1402, -0.1422, -0.1395, -0.1226, -0.1005, -0.0791, -0.0560, 0.0,
    ],
    [
        -0.1076, -0.1085, -0.1066, -0.0968, -0.0835, -0.0688, -0.0502, 0.0,
    ],
    [
        -0.0593, -0.0595, -0.0586, -0.0548, -0.0494, -0.0425, -0.0320, 0.0,
    ],
    [0.0; ENTRIES],
];

const ALBEDO: [[f32; ENTRIES]; ROWS] = [
    [
        0.6935, 0.6474, 0.4800, 0.2652, 0.0906, 0.0198, 0.0037, 0.0008,
    ],
    [
        0.6925, 0.6604, 0.5410, 0.3724, 0.1948, 0.0732, 0.0205, 0.0049,
    ],
    [
        0.6913, 0.6675, 0.5775, 0.4455, 0.2878, 0.1479, 0.0599, 0.0186,
    ],
    [
        0.6937, 0.6752, 0.6052, 0.5001, 0.3653, 0.2278, 0.1194, 0.0504,
    ],
    [
        0.7002, 0.6858, 0.6301, 0.5452, 0.4317, 0.3039, 0.1909, 0.1041,
    ],
    [
        0.7125, 0.7009, 0.6554, 0.5854, 0.4883, 0.3751, 0.2670, 0.1759,
    ],
    [
        0.7295, 0.7200, 0.6817, 0.6213, 0.5376, 0.4383, 0.3418, 0.2577,
    ],
    [
        0.7488, 0.7406, 0.7076, 0.6546, 0.5803, 0.4944, 0.4122, 0.3419,
    ],
];

impl Fuzz {
    /// The fuzz of a roughness, perceptual as `KHR_materials_sheen` has it, from 0.3 (short
    /// pile that is seen at grazing views only) to 1; others are drawn as the nearest.
    #[must_use]
    pub fn new(roughness: f32) -> Self {
        let at = ((roughness - FIRST) / STEP).clamp(0.0, (ROWS - 1) as f32);
        let row = (at as usize).min(ROWS - 2);
        let share = at - row as f32;
        let between = |rows: &[[f32; ENTRIES]; ROWS]| {
            Table(std::array::from_fn(|i| {
                rows[row][i] + (rows[row + 1][i] - rows[row][i]) * share
            }))
        };
        Self {
            pressed: between(&PRESSED),
            leant: between(&LEANT),
            albedo: between(&ALBEDO),
        }
    }

    /// What [`crate::fuzz`] takes, at a cosine between view and normal.
    #[must_use]
    pub fn at(&self, cosine: f32) -> [f32; 3] {
        [&self.pressed, &self.leant, &self.albedo].map(|table| table.at(cosine))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lobes::fuzz;
    use glam::Vec3;
    use std::f32::consts::{PI, TAU};

    #[test]
    fn a_roughness_between_two_rows_is_between_them() {
        let (low, middle, high) = (Fuzz::new(0.5), Fuzz::new(0.53), Fuzz::new(0.6));
        for cosine in [0.1, 0.5, 0.9] {
            let expected = 0.7 * low.albedo.at(cosine) + 0.3 * high.albedo.at(cosine);
            assert!((middle.albedo.at(cosine) - expected).abs() < 1e-5);
        }
        assert_eq!(Fuzz::new(0.0), Fuzz::new(0.3));
        assert_eq!(Fuzz::new(1.0).albedo.0, ALBEDO[ROWS - 1]);
    }

    #[test]
    fn the_lobe_holds_all_of_its_albedo() {
        for roughness in [0.4, 0.55, 0.8, 1.0] {
            let shape = Fuzz::new(roughness);
            for cosine in [0.2_f32, 0.6, 1.0] {
                let v = Vec3::new((1.0 - cosine * cosine).sqrt(), 0.0, cosine);
                let side = 200;
                let mut sum = 0.0;
                for i in 0..side {
                    let z = (i as f32 + 0.5) / side as f32;
                    let r = (1.0 - z * z).sqrt();
                    for k in 0..side {
                        let (sin, cos) = (TAU * (k as f32 + 0.5) / side as f32).sin_cos();
                        let l = Vec3::new(r * cos, r * sin, z);
                        sum += fuzz(Vec3::Z, v, l, shape.at(cosine));
                    }
                }
                let sent = sum * TAU / (side * side) as f32;
                let albedo = shape.albedo.at(cosine);
                assert!(
                    (sent / albedo - 1.0).abs() < 0.02,
                    "roughness {roughness}, cosine {cosine}: {sent} of {albedo}"
                );
            }
        }
    }

    #[test]
    fn light_is_returned_as_cycles_does() {
        // Measured with a lamp of irradiance 1 in the plane of the view, at x/z = 1 and -1
        // from it: roughness 1 and 0.55, view at a cosine of 0.3.
        let v = Vec3::new(0.91_f32.sqrt(), 0.0, 0.3);
        for (roughness, slope, expected) in [
            (1.0, 1.0, 0.12974),
            (1.0, -1.0, 0.12973),
            (0.55, 1.0, 0.05419),
            (0.55, -1.0, 0.04043),
            (0.55, 2.0, 0.09474),
        ] {
            let l = Vec3::new(slope, 0.0, 1.0).normalize();
            let found = fuzz(Vec3::Z, v, l, Fuzz::new(roughness).at(v.z));
            assert!(
                (found / expected - 1.0_f32).abs() < 0.04,
                "roughness {roughness}, slope {slope}: {found}, measured {expected}"
            );
        }
        let up = fuzz(Vec3::Z, Vec3::Z, Vec3::Z, Fuzz::new(1.0).at(1.0));
        assert!((up - 0.3419 / PI * 0.8796_f32.powi(2)).abs() < 1e-4);
    }
}
