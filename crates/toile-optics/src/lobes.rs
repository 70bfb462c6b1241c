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

/// What fuzz sends from `l` to `v`, 1/sr; `alpha`: how far its fibres lean.
#[must_use]
pub fn fuzz(n: Vec3, v: Vec3, l: Vec3, alpha: f32) -> f32 {
    let nh = n.dot((v + l).normalize()).clamp(0.0, 1.0);
    let [nv, nl] = [v, l].map(|d| n.dot(d).max(1e-4));
    let inverse = 1.0 / alpha;
    let d = (2.0 + inverse) * (1.0 - nh * nh).max(1e-6).powf(0.5 * inverse) / (2.0 * PI);
    d / (4.0 * (nl + nv - nl * nv))
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
