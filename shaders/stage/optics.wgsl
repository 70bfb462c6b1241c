#define_import_path toile::optics

// How cloth returns light: fibre glints of warp and weft, fuzz, and what is left
// for the diffuse part, so that no light is made or lost.
//
// Purpose: pure functions for fabric.wgsl; no bindings, no entry points.
// CPU twin: crates/toile-optics (lobes.rs), compared by tests/it/optics.rs.
//
// All directions are unit vectors that point away from the surface.

const PI: f32 = 3.14159265;

// Density of the microfacets of anisotropic GGX times masking and shadowing over
// 4 (n·l)(n·v); `at`, `ab`: roughness along t and b (Heitz 2014, "Understanding the
// masking-shadowing function", eq. 85 and 99).
fn ggx(n: vec3<f32>, t: vec3<f32>, b: vec3<f32>, v: vec3<f32>, l: vec3<f32>, at: f32, ab: f32) -> f32 {
    let h = normalize(v + l);
    let f = vec3(ab * dot(t, h), at * dot(b, h), at * ab * dot(n, h));
    let w = at * ab / max(dot(f, f), 1e-12);
    let nv = max(dot(n, v), 1e-4);
    let nl = max(dot(n, l), 1e-4);
    let seen = nl * length(vec3(at * dot(t, v), ab * dot(b, v), nv));
    let lit = nv * length(vec3(at * dot(t, l), ab * dot(b, l), nl));
    return at * ab * w * w / PI * 0.5 / max(seen + lit, 1e-7);
}

// A facet of anisotropic GGX that is seen from v, by chance: its normal. `alpha`: roughness
// along t and b (Dupuy and Benyoub 2023, "Sampling visible GGX normals with spherical
// caps", section 3).
fn facet(n: vec3<f32>, t: vec3<f32>, b: vec3<f32>, v: vec3<f32>, alpha: vec2<f32>, chance: vec2<f32>) -> vec3<f32> {
    let seen = normalize(vec3(alpha.x * dot(t, v), alpha.y * dot(b, v), max(dot(n, v), 1e-4)));
    let turn = 2.0 * PI * chance.x;
    let up = (1.0 - chance.y) * (1.0 + seen.z) - seen.z;
    let out = sqrt(clamp(1.0 - up * up, 0.0, 1.0));
    let half_ = vec3(out * cos(turn), out * sin(turn), up) + seen;
    return normalize(t * (alpha.x * half_.x) + b * (alpha.y * half_.y) + n * half_.z);
}

// Schlick's Fresnel factor as weight of white over f0.
fn grazing(v: vec3<f32>, l: vec3<f32>) -> f32 {
    let c = 1.0 - clamp(dot(normalize(v + l), v), 0.0, 1.0);
    let c2 = c * c;
    return c2 * c2 * c;
}

// What fuzz sends from l to v, times n·l. `shape`: how its lobe is pressed and leant, and
// its albedo (Zeltner, Burley and Chiang 2022, "Practical multiple-scattering sheen using
// linearly transformed cosines", equation 6).
fn fuzz(n: vec3<f32>, v: vec3<f32>, l: vec3<f32>, shape: vec3<f32>) -> f32 {
    let nv = max(dot(n, v), 0.0);
    let z = max(dot(n, l), 0.0);
    let x = (dot(l, v) - nv * z) * inverseSqrt(max(1.0 - nv * nv, 1e-6));
    let away = shape.x * x + shape.y * z;
    let square = shape.x * shape.x;
    let length2 = away * away + square * max(1.0 - z * z - x * x, 0.0) + z * z;
    return shape.z / PI * square * z / max(length2 * length2, 1e-9);
}

// What of the light from l goes to v by glints, for f0 = 0 (y) and what each unit of
// f0 adds (x), times n·l. `share`: how much of the surface is warp.
fn glint(
    n: vec3<f32>, warp: vec3<f32>, weft: vec3<f32>, v: vec3<f32>, l: vec3<f32>,
    share: f32, along: f32, across: f32,
) -> vec2<f32> {
    let nl = max(dot(n, l), 0.0);
    let d = share * ggx(n, warp, weft, v, l, along, across)
        + (1.0 - share) * ggx(n, weft, warp, v, l, along, across);
    let f = grazing(v, l);
    return nl * d * vec2(1.0 - f, f);
}

// Where the directional albedo at a cosine to the normal lies in a table of eight:
// lower entry and the share of the next. Entries are at cosines (i/7)².
fn place(cosine: f32) -> vec2<f32> {
    let at = 7.0 * sqrt(clamp(cosine, 0.0, 1.0));
    let lower = min(floor(at), 6.0);
    return vec2(lower, at - lower);
}

// Share of warp and weft that is seen along the warp: squared cosine of the view's
// azimuth.
fn azimuth(n: vec3<f32>, warp: vec3<f32>, v: vec3<f32>) -> f32 {
    let flat_ = v - n * dot(n, v);
    let c = dot(flat_, warp);
    return c * c / max(dot(flat_, flat_), 1e-6);
}
