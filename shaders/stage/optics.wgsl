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

// Schlick's Fresnel factor as weight of white over f0.
fn grazing(v: vec3<f32>, l: vec3<f32>) -> f32 {
    let c = 1.0 - clamp(dot(normalize(v + l), v), 0.0, 1.0);
    let c2 = c * c;
    return c2 * c2 * c;
}

// Fuzz: the distribution of Estevez and Kulla 2017 ("Production friendly microfacet
// sheen BRDF", eq. 2), with the visibility of Neubelt and Pettineo 2013.
fn fuzz(n: vec3<f32>, v: vec3<f32>, l: vec3<f32>, alpha: f32) -> f32 {
    let nh = clamp(dot(n, normalize(v + l)), 0.0, 1.0);
    let nv = max(dot(n, v), 1e-4);
    let nl = max(dot(n, l), 1e-4);
    let inverse = 1.0 / alpha;
    let d = (2.0 + inverse) * pow(max(1.0 - nh * nh, 1e-6), 0.5 * inverse) / (2.0 * PI);
    return d / (4.0 * (nl + nv - nl * nv));
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
