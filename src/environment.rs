//! Image-based light: an equirectangular HDR image, the venue's softboxes
//! painted into it, filtered into the two cube maps that Bevy's
//! `EnvironmentMapLight` wants.
//!
//! Diffuse: order-2 spherical harmonics (Ramamoorthi & Hanrahan 2001, eq. 13),
//! stored divided by π, so that a uniform environment of luminance L lights a
//! white surface to L. Specular: GGX importance sampling with N = V = R (Karis
//! 2013), perceptual roughness i/(n−1) at mip i of n.

mod sky;

pub use sky::{ClearSky, Court, SUN_K, direction_to_sun};

use glam::{Vec2, Vec3};
use std::{f32::consts::PI, path::Path};

/// An equirectangular panorama of linear RGB.
#[derive(Debug, Clone)]
pub struct Panorama {
    width: usize,
    height: usize,
    pixels: Vec<Vec3>,
}

/// A cube map: for every mip six square faces, row by row.
#[derive(Debug, Clone)]
pub struct Cubemap {
    /// Edge of the largest mip, pixels.
    pub size: usize,
    /// Texels of each mip, faces +X −X +Y −Y +Z −Z one after another.
    pub mips: Vec<Vec<Vec3>>,
}

/// A horizontal softbox as it stands in the venue, relative to the viewer.
#[derive(Debug, Clone, Copy)]
pub struct Softbox {
    /// Centre, m.
    pub centre: Vec3,
    /// Half of width (X) and length (Z), m.
    pub half: Vec2,
    /// Radiance in the panorama's units.
    pub radiance: Vec3,
}

impl Panorama {
    /// Reads an OpenEXR image.
    ///
    /// # Errors
    /// A sentence naming the file.
    pub fn load(path: &Path) -> Result<Self, String> {
        use exr::prelude::{ReadChannels, ReadLayers, read};
        let image = read()
            .no_deep_data()
            .largest_resolution_level()
            .rgba_channels(
                |size, _| (size.width(), vec![Vec3::ZERO; size.area()]),
                |(width, pixels), at, (r, g, b, _a): (f32, f32, f32, f32)| {
                    pixels[at.y() * *width + at.x()] = Vec3::new(r, g, b);
                },
            )
            .first_valid_layer()
            .all_attributes()
            .from_file(path)
            .map_err(|error| {
                format!(
                    "cannot read environment {}: {error}; give an equirectangular OpenEXR image",
                    path.display()
                )
            })?;
        let (width, pixels) = image.layer_data.channel_data.pixels;
        if width == 0 || pixels.is_empty() || pixels.iter().any(|p| !p.is_finite()) {
            return Err(format!(
                "environment {} is empty or holds values that are no numbers",
                path.display()
            ));
        }
        Ok(Self {
            width,
            height: pixels.len() / width,
            pixels,
        })
    }

    /// A panorama of one colour.
    #[must_use]
    pub fn uniform(radiance: Vec3) -> Self {
        Self {
            width: 8,
            height: 4,
            pixels: vec![radiance; 32],
        }
    }

    /// Multiplies all values, so that a dark house and a lit studio can use the
    /// same image.
    pub fn scale(&mut self, factor: f32) {
        for pixel in &mut self.pixels {
            *pixel *= factor;
        }
    }

    /// Paints softboxes as a viewer at the origin sees them.
    pub fn paint(&mut self, boxes: &[Softbox]) {
        for y in 0..self.height {
            for x in 0..self.width {
                let direction = self.direction(x, y);
                for softbox in boxes {
                    if direction.y <= 0.01 {
                        continue;
                    }
                    let hit = direction * (softbox.centre.y / direction.y) - softbox.centre;
                    if hit.x.abs() < softbox.half.x && hit.z.abs() < softbox.half.y {
                        self.pixels[y * self.width + x] = softbox.radiance;
                    }
                }
            }
        }
    }

    /// Paints what there is in some directions (unit vectors).
    pub fn overlay(&mut self, seen: impl Fn(Vec3) -> Option<Vec3>) {
        for y in 0..self.height {
            for x in 0..self.width {
                if let Some(radiance) = seen(self.direction(x, y)) {
                    self.pixels[y * self.width + x] = radiance;
                }
            }
        }
    }

    fn direction(&self, x: usize, y: usize) -> Vec3 {
        let longitude = ((x as f32 + 0.5) / self.width as f32 - 0.5) * 2.0 * PI;
        let polar = (y as f32 + 0.5) / self.height as f32 * PI;
        Vec3::new(
            polar.sin() * longitude.sin(),
            polar.cos(),
            -polar.sin() * longitude.cos(),
        )
    }

    /// Radiance from a direction (unit vector), bilinear.
    #[must_use]
    pub fn sample(&self, direction: Vec3) -> Vec3 {
        let u = direction.x.atan2(-direction.z) / (2.0 * PI) + 0.5;
        let v = direction.y.clamp(-1.0, 1.0).acos() / PI;
        let (x, y) = (
            u * self.width as f32 - 0.5,
            (v * self.height as f32 - 0.5).clamp(0.0, self.height as f32 - 1.0),
        );
        let (x0, y0) = (x.floor(), y.floor());
        let at = |dx: i64, dy: i64| {
            let column = (x0 as i64 + dx).rem_euclid(self.width as i64) as usize;
            let row = (y0 as i64 + dy).clamp(0, self.height as i64 - 1) as usize;
            self.pixels[row * self.width + column]
        };
        let (fx, fy) = (x - x0, y - y0);
        at(0, 0)
            .lerp(at(1, 0), fx)
            .lerp(at(0, 1).lerp(at(1, 1), fx), fy)
    }

    /// Halves the resolution, which band-limits the image for rough lobes.
    fn halved(&self) -> Self {
        let (width, height) = ((self.width / 2).max(1), (self.height / 2).max(1));
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let at = |dx: usize, dy: usize| {
                    self.pixels[(2 * y + dy).min(self.height - 1) * self.width
                        + (2 * x + dx).min(self.width - 1)]
                };
                pixels.push((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) * 0.25);
            }
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// The diffuse map, `size`² per face, one mip.
    #[must_use]
    pub fn diffuse(&self, size: usize) -> Cubemap {
        let mut coefficients = [Vec3::ZERO; 9];
        for y in 0..self.height {
            let solid_angle = ((y as f32 + 0.5) / self.height as f32 * PI).sin()
                * (2.0 * PI / self.width as f32)
                * (PI / self.height as f32);
            for x in 0..self.width {
                let basis = harmonics(self.direction(x, y));
                for (coefficient, value) in coefficients.iter_mut().zip(basis) {
                    *coefficient += self.pixels[y * self.width + x] * (value * solid_angle);
                }
            }
        }
        // Cosine lobe over π per band: 1, 2/3, 1/4.
        const BAND: [f32; 9] = [
            1.0,
            2.0 / 3.0,
            2.0 / 3.0,
            2.0 / 3.0,
            0.25,
            0.25,
            0.25,
            0.25,
            0.25,
        ];
        let shade = |direction: Vec3| {
            let basis = harmonics(direction);
            let sum = (0..9).fold(Vec3::ZERO, |sum, i| {
                sum + coefficients[i] * (BAND[i] * basis[i])
            });
            sum.max(Vec3::ZERO)
        };
        Cubemap {
            size,
            mips: vec![fill(size, shade)],
        }
    }

    /// The specular map: `mips` levels from mirror to rough.
    #[must_use]
    pub fn specular(&self, size: usize, mips: usize) -> Cubemap {
        let mut levels = Vec::with_capacity(mips);
        let mut source = self.clone();
        for mip in 0..mips {
            let roughness = mip as f32 / (mips - 1).max(1) as f32;
            let texels = (size >> mip).max(1);
            levels.push(if mip == 0 {
                fill(texels, |direction| self.sample(direction))
            } else {
                fill(texels, |direction| source.lobe(direction, roughness))
            });
            if source.width > 64 {
                source = source.halved();
            }
        }
        Cubemap { size, mips: levels }
    }

    fn lobe(&self, normal: Vec3, perceptual_roughness: f32) -> Vec3 {
        const SAMPLES: u32 = 96;
        let alpha = perceptual_roughness * perceptual_roughness;
        let (tangent, bitangent) = normal.any_orthonormal_pair();
        let (mut sum, mut weight) = (Vec3::ZERO, 0.0);
        for i in 0..SAMPLES {
            let (u, v) = (
                (i as f32 + 0.5) / SAMPLES as f32,
                i.reverse_bits() as f32 / 4_294_967_296.0,
            );
            let cos = ((1.0 - u) / (1.0 + (alpha * alpha - 1.0) * u)).sqrt();
            let sin = (1.0 - cos * cos).max(0.0).sqrt();
            let (sin_phi, cos_phi) = (2.0 * PI * v).sin_cos();
            let half = tangent * (sin * cos_phi) + bitangent * (sin * sin_phi) + normal * cos;
            let light = half * (2.0 * normal.dot(half)) - normal;
            let n_dot_l = normal.dot(light);
            if n_dot_l > 0.0 {
                sum += self.sample(light.normalize()) * n_dot_l;
                weight += n_dot_l;
            }
        }
        sum / weight.max(1e-6)
    }
}

/// Real spherical harmonics up to order 2.
fn harmonics(d: Vec3) -> [f32; 9] {
    [
        0.282_095,
        0.488_603 * d.y,
        0.488_603 * d.z,
        0.488_603 * d.x,
        1.092_548 * d.x * d.y,
        1.092_548 * d.y * d.z,
        0.315_392 * (3.0 * d.z * d.z - 1.0),
        1.092_548 * d.x * d.z,
        0.546_274 * (d.x * d.x - d.y * d.y),
    ]
}

/// Evaluates `radiance` for every texel of a cube map's mip. Cube maps are left
/// handed, so Bevy looks them up with z negated; so does this.
fn fill(size: usize, radiance: impl Fn(Vec3) -> Vec3) -> Vec<Vec3> {
    let mut texels = Vec::with_capacity(6 * size * size);
    for face in 0..6 {
        for y in 0..size {
            for x in 0..size {
                let s = 2.0 * (x as f32 + 0.5) / size as f32 - 1.0;
                let t = 2.0 * (y as f32 + 0.5) / size as f32 - 1.0;
                let d = match face {
                    0 => Vec3::new(1.0, -t, -s),
                    1 => Vec3::new(-1.0, -t, s),
                    2 => Vec3::new(s, 1.0, t),
                    3 => Vec3::new(s, -1.0, -t),
                    4 => Vec3::new(s, -t, 1.0),
                    _ => Vec3::new(-s, -t, -1.0),
                };
                texels.push(radiance(Vec3::new(d.x, d.y, -d.z).normalize()));
            }
        }
    }
    texels
}

/// Linear RGB of a black body, brightest channel 1 (Krystek 1985 for the
/// Planckian locus in CIE 1960 uv, then sRGB primaries).
#[must_use]
pub fn black_body(kelvin: f32) -> Vec3 {
    let t = kelvin.clamp(1500.0, 20_000.0);
    let u = (0.860_117_76 + 1.541_182_5e-4 * t + 1.286_412e-7 * t * t)
        / (1.0 + 8.424_202e-4 * t + 7.081_451_6e-7 * t * t);
    let v = (0.317_398_73 + 4.228_062_6e-5 * t + 4.204_816_9e-8 * t * t)
        / (1.0 - 2.897_418_2e-5 * t + 1.614_560_5e-7 * t * t);
    let denominator = 2.0 * u - 8.0 * v + 4.0;
    let (x, y) = (3.0 * u / denominator, 2.0 * v / denominator);
    let (cx, cz) = (x / y, (1.0 - x - y) / y);
    let rgb = Vec3::new(
        3.240_454 * cx - 1.537_138_5 - 0.498_531_4 * cz,
        -0.969_266 * cx + 1.876_010_8 + 0.041_556 * cz,
        0.055_643_4 * cx - 0.204_025_9 + 1.057_225_2 * cz,
    )
    .max(Vec3::ZERO);
    rgb / rgb.max_element()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uniform_environment_stays_uniform_in_both_maps() {
        let panorama = Panorama {
            width: 64,
            height: 32,
            pixels: vec![Vec3::new(0.5, 1.0, 2.0); 64 * 32],
        };
        for texel in panorama.diffuse(4).mips[0]
            .iter()
            .chain(&panorama.specular(8, 3).mips[2])
        {
            assert!(
                (*texel - Vec3::new(0.5, 1.0, 2.0)).abs().max_element() < 0.01,
                "{texel}"
            );
        }
    }

    #[test]
    fn light_from_above_falls_on_the_upper_face() {
        let mut panorama = Panorama {
            width: 64,
            height: 32,
            pixels: vec![Vec3::ZERO; 64 * 32],
        };
        panorama.pixels[..64 * 8].fill(Vec3::ONE);
        let cube = panorama.diffuse(1);
        let (up, down) = (cube.mips[0][2].x, cube.mips[0][3].x);
        assert!(up > 0.5 && down < 0.05, "up {up}, down {down}");
    }

    #[test]
    fn candle_light_is_warm_and_6500_k_is_nearly_white() {
        let warm = black_body(2000.0);
        assert!(warm.x > warm.y && warm.y > warm.z);
        assert!(black_body(6500.0).min_element() > 0.93);
    }
}
