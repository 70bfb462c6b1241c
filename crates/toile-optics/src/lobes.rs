//! The lobes, as `shaders/stage/optics.wgsl` has them; sources of the formulas there.

use glam::{Vec2, Vec3};
use std::f32::consts::PI;

/// Microfacet density of anisotropic GGX with masking and shadowing, over
/// 4 (n·l)(n·v); `at`, `ab`: roughness along `t` and `b`.
#[must_use]
pub fn ggx(n: Vec3, t: Vec3, b: Vec3, v: Vec3, l: Vec3, at: f32, ab: f32) -> f32 {
    let h = (v + l).normalize();
    let f = Vec3::new(ab * t.dot(h), at * b.dot(h), at * ab * n.dot(h));
    let w = at * ab / f.dot(f).max(1e-12);
    let [nv, nl] = [v, l].map(|d| n.dot(d).max(1e-4));
    let seen = nl * Vec3::new(at * t.dot(v), ab * b.dot(v), nv).length();
    let lit = nv * Vec3::new(at * t.dot(l), ab * b.dot(l), nl).length();
    at * ab * w * w / PI * 0.5 / (seen + lit).max(1e-7)
}

/// Schlick's Fresnel factor as weight of white over f0.
#[must_use]
pub fn grazing(v: Vec3, l: Vec3) -> f32 {
    (1.0 - (v + l).normalize().dot(v).clamp(0.0, 1.0)).powi(5)
}

/// A facet of anisotropic GGX that is seen from `v`, by chance: its normal. `alpha`:
/// roughness along `t` and `b`; `chance`: two numbers from 0 to 1.
#[must_use]
pub fn facet(n: Vec3, t: Vec3, b: Vec3, v: Vec3, alpha: Vec2, chance: Vec2) -> Vec3 {
    let seen = Vec3::new(alpha.x * t.dot(v), alpha.y * b.dot(v), n.dot(v).max(1e-4)).normalize();
    let (sin, cos) = (2.0 * PI * chance.x).sin_cos();
    let up = (1.0 - chance.y) * (1.0 + seen.z) - seen.z;
    let out = (1.0 - up * up).clamp(0.0, 1.0).sqrt();
    let half = Vec3::new(out * cos, out * sin, up) + seen;
    (t * (alpha.x * half.x) + b * (alpha.y * half.y) + n * half.z).normalize()
}

/// What fuzz sends from `l` to `v`, times n·l, 1/sr. `shape`: how its lobe is pressed and
/// leant, and its albedo ([`crate::Fuzz::at`]).
#[must_use]
pub fn fuzz(n: Vec3, v: Vec3, l: Vec3, [pressed, leant, albedo]: [f32; 3]) -> f32 {
    let [nv, z] = [v, l].map(|d| n.dot(d).max(0.0));
    let x = (l.dot(v) - nv * z) / (1.0 - nv * nv).max(1e-6).sqrt();
    let away = pressed * x + leant * z;
    let aside = pressed * pressed * (1.0 - z * z - x * x).max(0.0);
    albedo / PI * pressed * pressed * z / (away * away + aside + z * z).powi(2).max(1e-9)
}

/// What of the light from `l` goes to `v` by glints, times n·l: what each unit of f0
/// adds (x), and for f0 = 0 (y). `share`: how much of the surface is warp.
#[must_use]
pub fn glint(
    n: Vec3,
    warp: Vec3,
    weft: Vec3,
    v: Vec3,
    l: Vec3,
    share: f32,
    along: f32,
    across: f32,
) -> Vec2 {
    let d = share * ggx(n, warp, weft, v, l, along, across)
        + (1.0 - share) * ggx(n, weft, warp, v, l, along, across);
    let f = grazing(v, l);
    n.dot(l).max(0.0) * d * Vec2::new(1.0 - f, f)
}

/// Squared cosine of the view's azimuth to the warp.
#[must_use]
pub fn azimuth(n: Vec3, warp: Vec3, v: Vec3) -> f32 {
    let flat = v - n * n.dot(v);
    flat.dot(warp).powi(2) / flat.dot(flat).max(1e-6)
}
