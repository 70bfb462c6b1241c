//! Directional albedo: what of the light from everywhere a lobe sends to one view.

use crate::lobes::{facet, grazing};
use glam::{Vec2, Vec3};

/// Entries of a table, at cosines (i/7)² between view and normal.
pub const ENTRIES: usize = 8;

/// A quantity that depends on the cosine between view and normal.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Table(pub [f32; ENTRIES]);

impl Table {
    /// Fills a table.
    #[must_use]
    pub fn new(of: impl Fn(f32) -> f32) -> Self {
        // Never quite along the surface.
        Self(std::array::from_fn(|i| {
            of((i as f32 / (ENTRIES - 1) as f32).powi(2).max(0.002))
        }))
    }

    /// The entry at a cosine, linear in its square root, as the shader reads it.
    #[must_use]
    pub fn at(&self, cosine: f32) -> f32 {
        let at = (ENTRIES - 1) as f32 * cosine.clamp(0.0, 1.0).sqrt();
        let lower = at.floor().min((ENTRIES - 2) as f32);
        let i = lower as usize;
        self.0[i] + (self.0[i + 1] - self.0[i]) * (at - lower)
    }
}

/// A view at a cosine to the normal (z), at an azimuth from the x axis, rad.
fn view(cosine: f32, azimuth: f32) -> Vec3 {
    let (sin, cos) = azimuth.sin_cos();
    (Vec3::new(cos, sin, 0.0) * (1.0 - cosine * cosine).sqrt()).with_z(cosine)
}

/// Points of the unit square, evenly spread and never on its rim.
fn grid(side: usize) -> impl Iterator<Item = Vec2> {
    (0..side * side)
        .map(move |k| (Vec2::new((k % side) as f32, (k / side) as f32) + 0.5) / side as f32)
}

/// Albedo of anisotropic GGX for a view at `cosine`, `azimuth` from x, along which the
/// roughness is `ax`, and `ay` along y: per unit of f0, and for f0 = 0. Averages over
/// visible facets.
#[must_use]
pub(crate) fn glint_albedo(cosine: f32, azimuth: f32, ax: f32, ay: f32) -> Vec2 {
    let v = view(cosine, azimuth);
    let smith = |d: Vec3| {
        let a2 = ((ax * d.x).powi(2) + (ay * d.y).powi(2)) / (d.z * d.z).max(1e-12);
        0.5 * ((1.0 + a2).sqrt() - 1.0)
    };
    let side = 48;
    let sum: Vec2 = grid(side)
        .map(|chance| {
            let h = facet(Vec3::Z, Vec3::X, Vec3::Y, v, Vec2::new(ax, ay), chance);
            let l = h * (2.0 * v.dot(h)) - v;
            if l.z <= 0.0 {
                return Vec2::ZERO;
            }
            // Masking and shadowing together over masking alone.
            let weight = (1.0 + smith(v)) / (1.0 + smith(v) + smith(l));
            let f = grazing(v, l);
            weight * Vec2::new(1.0 - f, f)
        })
        .sum();
    sum / (side * side) as f32
}
