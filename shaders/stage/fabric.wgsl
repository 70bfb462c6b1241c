// Fabric surface on top of Bevy's physically based material.
//
// Purpose: threads at their real pitch, drawn from the pattern coordinates
//   (uv in metres: x = weft, y = warp): tilt of the normal over each thread,
//   two yarn colours, a different back, and the glow of fuzz at grazing angles.
// Bindings: material group 100 = Fabric (see src/stage/fabric.rs); everything
//   else is Bevy's StandardMaterial.
// Stage: fragment, forward pass. No CPU twin: it draws and computes no physics.

#import bevy_pbr::{
    forward_io::{VertexOutput, FragmentOutput},
    pbr_fragment::pbr_input_from_standard_material,
    pbr_functions::{alpha_discard, apply_pbr_lighting, main_pass_post_lighting_processing},
}

struct Fabric {
    // Linear colours; w of `warp` is the construction, w of `weft` the relief.
    warp: vec4<f32>,
    weft: vec4<f32>,
    back: vec4<f32>,
    // rgb sheen colour, w sheen roughness.
    sheen: vec4<f32>,
    // x: distance between warp threads (across), y: between picks, metres.
    // z: what is shown, as ClothView in src/stage/fabric.rs counts.
    // w: how much rougher the surface is across its floating yarns, 0 to 1.
    pitch: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(100) var<uniform> fabric: Fabric;

const PLAIN: i32 = 0;
const TWILL: i32 = 1;
const SATIN: i32 = 2;
const KNIT: i32 = 3;
const SKIN: i32 = 4;

// Views, as ClothView in src/stage/fabric.rs counts them.
const SHEAR: i32 = 3;
const BENDING: i32 = 5;
const MUCH_BENDING: f32 = 0.02;         // J/m^2

// Whether the warp lies on top in this cell of the weave.
fn warp_on_top(construction: i32, cell: vec2<i32>) -> bool {
    if construction == TWILL {
        return ((cell.x + cell.y) % 3 + 3) % 3 != 0;
    }
    if construction == SATIN {
        return ((cell.x * 2 + cell.y) % 5 + 5) % 5 != 0;
    }
    return ((cell.x + cell.y) & 1) == 0;
}

fn hash(p: vec2<f32>) -> f32 {
    return fract(sin(dot(p, vec2(127.1, 311.7))) * 43758.5453);
}

fn value_noise(p: vec2<f32>) -> f32 {
    let i = floor(p);
    let f = fract(p);
    let u = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1.0, 0.0)), u.x), mix(hash(i + vec2(0.0, 1.0)), hash(i + vec2(1.0, 1.0)), u.x), u.y);
}

// Colour of a strain: blue below nothing, grey at nothing, yellow at half of what
// is much, red from there on.
fn heat(much: f32) -> vec3<f32> {
    let rest = vec3(0.35);
    if much < 0.0 {
        return mix(rest, vec3(0.03, 0.12, 0.8), min(-much, 1.0));
    }
    if much < 0.5 {
        return mix(rest, vec3(0.9, 0.7, 0.02), 2.0 * much);
    }
    return mix(vec3(0.9, 0.7, 0.02), vec3(0.75, 0.01, 0.01), min(2.0 * much - 1.0, 1.0));
}

// How the cloth is strained here: the deformation gradient's columns, weft and
// warp, from how position and pattern coordinates change from pixel to pixel across
// (dx, px) and down (dy, py). Linear in a triangle, so this is its strain exactly,
// but for rounding.
fn strain(view: i32, dx: vec3<f32>, dy: vec3<f32>, px: vec2<f32>, py: vec2<f32>) -> vec3<f32> {
    let det = px.x * py.y - px.y * py.x;
    if abs(det) < 1e-20 {
        return heat(0.0);
    }
    let weft = (dx * py.y - dy * px.y) / det;
    let warp = (dy * px.x - dx * py.x) / det;
    if view == 1 {
        return heat((length(warp) - 1.0) / 0.1);
    }
    if view == 2 {
        return heat((length(weft) - 1.0) / 0.1);
    }
    let angle = asin(clamp(dot(warp, weft) / (length(warp) * length(weft)), -1.0, 1.0));
    return heat(abs(degrees(angle)) / 20.0);
}

@fragment
fn fragment(in: VertexOutput, @builtin(front_facing) is_front: bool) -> FragmentOutput {
    var pbr = pbr_input_from_standard_material(in, is_front);
    let construction = i32(fabric.warp.w);

    // Surface frame from the pattern coordinates.
    let dx = dpdx(in.world_position.xyz);
    let dy = dpdy(in.world_position.xyz);
    let du = dpdx(in.uv);
    let dv = dpdy(in.uv);
    let view = i32(fabric.pitch.z + 0.5);
    if view != 0 {
        var shown: FragmentOutput;
        let lit = 0.35 + 0.65 * saturate(dot(pbr.N, pbr.V));
        var mark = 0.0;
#ifdef VERTEX_UVS_B
        mark = in.uv_b.x;
#endif
        var colour = heat(mark / select(1.0, MUCH_BENDING, view == BENDING));
        if view <= SHEAR {
            colour = strain(view, dx, dy, du, dv);
        }
        shown.color = vec4(colour * lit, 1.0);
        return shown;
    }
    let side = cross(dy, pbr.N);
    let up = cross(pbr.N, dx);
    let weft_dir = side * du.x + up * dv.x;
    let warp_dir = side * du.y + up * dv.y;
    let scale = inverseSqrt(max(max(dot(weft_dir, weft_dir), dot(warp_dir, warp_dir)), 1e-20));

    let threads = in.uv / fabric.pitch.xy;
    let footprint = max(length(vec2(du.x, dv.x)) / fabric.pitch.x, length(vec2(du.y, dv.y)) / fabric.pitch.y);
    // Threads narrower than two pixels melt into their average.
    let detail = 1.0 - smoothstep(0.25, 0.6, footprint);

    let cell = vec2<i32>(floor(threads));
    let local = fract(threads) - vec2(0.5);
    var tilt = vec2(0.0);
    var share = 0.5;
    if construction == KNIT {
        // Wales of V-shaped loops.
        let leg = abs(local.x) - 0.25;
        let slant = local.y + select(1.0, -1.0, local.x < 0.0) * local.x;
        tilt = vec2(leg * 3.0 * sign(local.x), (fract(slant + 0.5) - 0.5) * 1.6);
        share = 1.0;
    } else if construction == SKIN {
        let grain = threads * 0.5;
        tilt = vec2(value_noise(grain + vec2(0.13, 0.0)) - value_noise(grain), value_noise(grain + vec2(0.0, 0.13)) - value_noise(grain)) * 4.0;
        share = 1.0;
    } else if warp_on_top(construction, cell) {
        tilt = vec2(local.x * 2.0, local.y * 0.7);
        share = 1.0;
    } else {
        tilt = vec2(local.x * 0.7, local.y * 2.0);
        share = 0.0;
    }
    var average = 0.5;
    if construction == TWILL { average = 0.667; }
    if construction == SATIN { average = 0.8; }
    if construction == KNIT || construction == SKIN { average = 1.0; }
    share = mix(average, share, detail);

    let relief = fabric.weft.w * detail;
    pbr.N = normalize(pbr.N + (weft_dir * tilt.x + warp_dir * tilt.y) * scale * relief);

#ifdef STANDARD_MATERIAL_ANISOTROPY
    // Satin: long warp floats lie side by side, smooth along and rough across, and
    // spread a highlight along the weft.
    pbr.anisotropy_strength = fabric.pitch.w;
    pbr.anisotropy_B = normalize(warp_dir - pbr.N * dot(warp_dir, pbr.N));
    pbr.anisotropy_T = cross(pbr.anisotropy_B, pbr.N);
#endif

    // Yarns are never even: a slow slub along each thread and a fast one across.
    let slub = value_noise(vec2(threads.x * 0.9, threads.y * 0.04)) + value_noise(vec2(threads.x * 0.04, threads.y * 0.9)) - 1.0;
    var colour = mix(fabric.weft.rgb, fabric.warp.rgb, share);
    if !is_front {
        colour = fabric.back.rgb;
    }
    colour *= 1.0 + 0.06 * slub * (1.0 - smoothstep(0.6, 1.2, footprint * 0.1));
    pbr.material.base_color = vec4(colour, pbr.material.base_color.a);
    pbr.material.base_color = alpha_discard(pbr.material, pbr.material.base_color);

    var out: FragmentOutput;
    out.color = apply_pbr_lighting(pbr);

    // Fuzz: fibres standing off the surface scatter towards grazing views. The
    // light that arrives is judged from what the base layer sends back.
    let base_luminance = max(dot(colour, vec3(0.2126, 0.7152, 0.0722)), 0.04);
    let arriving = dot(out.color.rgb, vec3(0.2126, 0.7152, 0.0722)) / base_luminance;
    let grazing = 1.0 - saturate(dot(pbr.N, pbr.V));
    let sheen = pow(grazing, mix(5.0, 1.6, fabric.sheen.w));
    out.color = vec4(out.color.rgb + fabric.sheen.rgb * sheen * min(arriving, 4.0) * 0.5, out.color.a);

    out.color = main_pass_post_lighting_processing(pbr, out.color);
    return out;
}
