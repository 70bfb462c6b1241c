// Fabric under the lights of the stage.
//
// Purpose: threads at their real size (weave.wgsl) that return light as cloth does
//   (optics.wgsl): fibre glints along warp and weft, fuzz, diffuse light on both
//   sides; hems, seams and their stitches; and the views of strain and contact. It
//   takes Bevy's lights, shadows, environment and fog, and none of its materials'
//   lighting: less than half the code, which is what a software renderer pays for.
//   Lights: point, spot, directional, one environment map and ambient light.
// Bindings: those of cloth_bindings.wgsl, and pictures of what is printed on both sides.
//   Vertex colours carry the distance to the nearest finished edge (x) and to the nearest
//   seam (y), m.
// Stage: fragment, forward pass. No CPU twin: it draws and computes no physics.

#import bevy_pbr::{
    clustered_forward as clustering,
    forward_io::{VertexOutput, FragmentOutput},
    lighting,
    mesh_types::MESH_FLAGS_SHADOW_RECEIVER_BIT,
    mesh_view_bindings as view_bindings,
    pbr_fragment::pbr_input_from_standard_material,
    pbr_functions::main_pass_post_lighting_processing,
    pbr_types,
}
#import toile::{cloth_bindings::fabric, dither, holes, lights, optics, weave}

#ifdef ENVIRONMENT_MAP
#import bevy_pbr::environment_map
#endif
#ifdef SCREEN_SPACE_AMBIENT_OCCLUSION
#import bevy_pbr::ssao_utils::ssao_multibounce
#endif

@group(#{MATERIAL_BIND_GROUP}) @binding(101) var print_face: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(102) var print_sampler: sampler;
@group(#{MATERIAL_BIND_GROUP}) @binding(103) var print_back: texture_2d<f32>;

// Views, as ClothView in src/stage/fabric/view.rs counts them.
const SHEAR: i32 = 3;
const BENDING: i32 = 5;
const MUCH_BENDING: f32 = 0.02;         // J/m^2

const STITCH_LENGTH: f32 = 0.003;       // m
const STITCH_WIDTH: f32 = 0.0005;       // m
const FOLD: f32 = 0.0009;               // m, radius of a hem's edge

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

// What the surface under one pixel is made of.
struct Surface {
    n: vec3<f32>,
    v: vec3<f32>,
    warp: vec3<f32>,
    weft: vec3<f32>,
    colour: vec3<f32>,
    f0: vec3<f32>,
    sheen: vec3<f32>,
    // The lobe of the fuzz: pressed, leant, and its albedo.
    fuzz: vec3<f32>,
    share: f32,
    across: f32,
    passing: f32,
    // What glints and fuzz leave for the diffuse part.
    left: f32,
    // How much of the light from everywhere comes here, past what is near.
    open_: f32,
}

fn entry(table: u32, i: u32) -> f32 {
    return fabric.tables[2u * table + i / 4u][i % 4u];
}

fn at(table: u32, place: vec2<f32>) -> f32 {
    let i = u32(place.x);
    return mix(entry(table, i), entry(table, i + 1u), place.y);
}

// Directional albedo of the glints.
fn glint_albedo(f0: vec3<f32>, cosine: f32, along: f32, share: f32) -> vec3<f32> {
    let place = optics::place(cosine);
    let a = vec2(at(0u, place), at(2u, place));
    let b = vec2(at(1u, place), at(3u, place));
    let glints = mix(mix(a, b, along), mix(b, a, along), share);
    let between = 4.0 * along * (1.0 - along) * at(4u, place);
    return f0 * glints.x + (fabric.more.w * glints.y + between);
}

// What goes to the view of light from l, of strength 1.
fn answer(s: Surface, l: vec3<f32>) -> vec3<f32> {
    let nl = dot(s.n, l);
    let inside = s.colour * (s.left / optics::PI);
    if nl <= 0.0 {
        return inside * (s.passing * -nl);
    }
    let glints = optics::glint(s.n, s.warp, s.weft, s.v, l, s.share, fabric.glint.w, s.across);
    return inside * ((1.0 - s.passing) * nl)
        + s.f0 * glints.x
        + glints.y * fabric.more.w
        + s.sheen * optics::fuzz(s.n, s.v, l, s.fuzz);
}

// How much of light from l falls on the folds that are seen from here, which are taken to
// face this way alike in all directions: the mean over a hemisphere of normals that look
// back along a ray at 60 degrees, where half of the light that comes to a surface does.
fn beside(s: Surface, l: vec3<f32>) -> f32 {
    return 0.25 * (1.0 - 0.5 * dot(s.n, l));
}

// The lights of the stage, at depth `z` of the view. `normal`: of the cloth without its
// threads.
fn direct(s: Surface, p: vec4<f32>, z: f32, normal: vec3<f32>, frag: vec4<f32>, receives: bool, ranges: clustering::ClusterableObjectIndexRanges) -> vec3<f32> {
    var sum = vec3(0.0);
    var near = vec3(0.0);
    for (var i = ranges.first_point_light_index_offset; i < ranges.first_reflection_probe_index_offset; i++) {
        let light = lights::clustered(i, ranges.first_spot_light_index_offset, p, normal, frag.xy, receives);
        let falls = light.colour * light.shadow;
        if any(falls > vec3(0.0)) {
            sum += answer(s, light.l) * falls;
        }
        near += light.colour * beside(s, light.l);
    }
    for (var i = 0u; i < view_bindings::lights.n_directional_lights; i++) {
        let light = lights::directional(i, p, z, normal, frag.xy, receives);
        sum += answer(s, light.l) * light.colour * light.shadow;
        near += light.colour * beside(s, light.l);
    }
#ifdef SCREEN_SPACE_AMBIENT_OCCLUSION
    // What a fold keeps off, it sends back of its own light, more than once.
    let inside = s.colour * s.left;
    let kept = (1.0 - s.open_) * (1.0 - s.passing) * inside;
    sum += near * inside * kept / (optics::PI * (1.0 - kept));
#endif
    return sum;
}

// How much of a lobe around the mirrored view comes past what is near: the part of its
// cone that the open cone around the normal covers (Jimenez et al. 2016, "Practical
// Realtime Strategies for Accurate Indirect Occlusion", with the normal for what they
// call the bent normal). `slant`: cosine of the view.
fn seen_of_lobe(open_: f32, slant: f32, rough: f32) -> f32 {
    let cos_open = sqrt(1.0 - open_);
    let cos_lobe = exp2(-3.32193 * rough);
    let wide = acos(cos_open);
    let lobe = acos(cos_lobe);
    let apart = acos(clamp(slant, 0.0, 1.0));
    let inner = abs(wide - lobe);
    let part = smoothstep(0.0, 1.0, 1.0 - saturate((apart - inner) / max(wide + lobe - inner, 1e-4)));
    return max(part * (1.0 - max(cos_open, cos_lobe)) / (1.0 - cos_lobe), 1e-3);
}

// The middle of the directions from which light from everywhere comes past what is near:
// the normal, but for folds, whose open side is the one they are seen from.
fn open_towards(s: Surface) -> vec3<f32> {
    let apart = acos(clamp(dot(s.n, s.v), 0.0, 1.0));
    // What is all open is so around its normal, however it is seen.
    let within = mix(0.5, 1.0, pow(s.open_, 8.0));
    let tilt = max(apart - within * acos(sqrt(1.0 - s.open_)), 0.0) / max(apart, 1e-3);
    return normalize(mix(s.n, s.v, min(tilt, 1.0)));
}

// Light from everywhere. `chance`: two numbers from 0 to 1 of this exposure and pixel.
fn indirect(s: Surface, p: vec3<f32>, glinted: vec3<f32>, chance: vec2<f32>, ranges: ptr<function, clustering::ClusterableObjectIndexRanges>) -> vec3<f32> {
    // Light that a fold keeps off comes in part from the fold itself.
    var sent = vec3(1.0);
    var mirrored = 1.0;
    var layer: lighting::LayerLightingInput;
    layer.N = s.n;
    layer.NdotV = max(dot(s.n, s.v), 1e-4);
#ifdef SCREEN_SPACE_AMBIENT_OCCLUSION
    sent = ssao_multibounce(s.open_, s.colour);
    // Of many exposures each mirrors from one facet of one yarn, and what is between them
    // is a blur of its own: variances add, and with less of it eight exposures are grainy.
    // The steepest facets are left to the blur: one of them in a pixel would be a spark.
    let along_warp = chance.x < s.share;
    let yarn = select(s.weft, s.warp, along_warp);
    let across = select(s.warp, s.weft, along_warp);
    let part = select((chance.x - s.share) / (1.0 - s.share), chance.x / s.share, along_warp);
    let alpha = vec2(fabric.glint.w, s.across);
    let rough = 0.75 * max(alpha.x, alpha.y);
    let spread = sqrt(max(alpha * alpha - rough * rough, vec2(0.0)));
    let facet = optics::facet(s.n, yarn, across, s.v, spread, vec2(part, 0.9 * chance.y));
    layer.R = reflect(-s.v, facet);
    let slant = dot(s.n, layer.R);
    let past = seen_of_lobe(s.open_, dot(open_towards(s), layer.R), rough);
    mirrored = select(0.0, past / seen_of_lobe(1.0, slant, rough), slant > 0.0);
#else
    // A glint's band: the mirror of a normal that is bent towards the view along the
    // rougher direction, the more the rougher it is, and as rough as both directions
    // together.
    let rough = sqrt(fabric.glint.w * s.across);
    let yarn = normalize(s.warp * s.share + s.weft * (1.0 - s.share));
    let band = abs(2.0 * s.share - 1.0) * saturate((s.across - fabric.glint.w) / (s.across + fabric.glint.w));
    let bent = normalize(mix(s.n, normalize(cross(cross(yarn, s.v), yarn)), band));
    layer.R = reflect(-s.v, bent);
#endif
    let inside = s.colour * s.left;
    let ambient = view_bindings::lights.ambient_color.rgb;
    var sum = ambient * (sent * inside + mirrored * glinted + sent * s.sheen * s.fuzz.z);
#ifdef ENVIRONMENT_MAP
    layer.roughness = rough;
    layer.perceptual_roughness = sqrt(rough);
    let here = environment_map::compute_radiances(layer, ranges, p, false);
    // Where a fold is mirrored, it is as bright as this one.
    let near = sent * (inside + glinted) * here.irradiance;
    layer.N = -s.n;
    let behind = environment_map::compute_radiances(layer, ranges, p, false);
    // Behind a garment is a body, and cloth again: light that came in through the cloth
    // goes to and fro between them.
    let entered = s.passing * inside * 0.5 * (here.irradiance + behind.irradiance);
    let returned = 0.5 * ((1.0 - s.passing) * inside + SKIN);
    let back = select(behind.irradiance, entered / (1.0 - returned), fabric.sheen.w > 0.5);
    sum += inside * mix(sent * here.irradiance, back, s.passing)
        + glinted * mix(near, here.radiance, mirrored)
        + sent * s.sheen * s.fuzz.z * here.irradiance;
#endif
    return sum;
}

// What skin sends back, of all tones.
const SKIN: f32 = 0.3;

const MOST_SURFACE: f32 = 0.6;          // as in crates/toile-optics/src/surface.rs

// Dyes a white ground in a colour as it is measured, as Surface::new of toile-optics does
// a whole cloth: dark dyes swallow fuzz, and glints that are in them, and what both send
// back is taken out of the colour.
fn dye(s: ptr<function, Surface>, colour: vec3<f32>) {
    let most = MOST_SURFACE * colour;
    (*s).sheen = min((*s).sheen, most / fabric.ground.x);
    let room = min(1.0, min(most.r, min(most.g, most.b)) / fabric.ground.y);
    let kept = 1.0 + (room - 1.0) * fabric.ground.w;
    (*s).f0 *= kept;
    let sent = kept * fabric.ground.w * fabric.ground.y + (*s).sheen * fabric.ground.x;
    (*s).colour *= clamp((colour - sent) / fabric.ground.z, vec3(0.0), vec3(1.0));
}

// A vector's direction, or nothing for none: narrow straps are all edge.
fn direction(v: vec3<f32>) -> vec3<f32> {
    return v * inverseSqrt(max(dot(v, v), 1e-30));
}

@fragment
fn fragment(in: VertexOutput, @builtin(front_facing) is_front: bool) -> FragmentOutput {
    var pbr = pbr_input_from_standard_material(in, is_front);
    let kind = i32(fabric.warp.w + 0.5);

    // Surface frame from the pattern coordinates.
    let dx = dpdx(in.world_position.xyz);
    let dy = dpdy(in.world_position.xyz);
    let du = dpdx(in.uv);
    let dv = dpdy(in.uv);
    let view = i32(fabric.more.x + 0.5);
    var out: FragmentOutput;
    if view != 0 {
        let lit = 0.35 + 0.65 * saturate(dot(pbr.N, pbr.V));
        var mark = 0.0;
#ifdef VERTEX_UVS_B
        mark = in.uv_b.x;
#endif
        var colour = heat(mark / select(1.0, MUCH_BENDING, view == BENDING));
        if view <= SHEAR {
            colour = strain(view, dx, dy, du, dv);
        }
        out.color = vec4(colour * lit, 1.0);
        return out;
    }
    let normal = pbr.N;
    let side = cross(normal, dy);
    let up = cross(dx, normal);
    let weft_dir = side * du.x + up * dv.x;
    let warp_dir = side * du.y + up * dv.y;
    let scale = inverseSqrt(max(max(dot(weft_dir, weft_dir), dot(warp_dir, warp_dir)), 1e-20));

    let pitch = fabric.pitch.xy;
    let foot = max(length(vec2(du.x, dv.x)) / pitch.x, length(vec2(du.y, dv.y)) / pitch.y);
    let face_share = fabric.back.w;
    var cloth = weave::threads(kind, in.uv, pitch, fabric.weft.w, face_share, foot);
    var n = normal + (weft_dir * cloth.tilt.x + warp_dir * cloth.tilt.y) * scale;

    // Yarns are never even: thick places along each, and a faint cloudiness.
    let t = in.uv / pitch;
    let slub = weave::noise(vec2(t.x * 0.9, t.y * 0.04)) + weave::noise(vec2(t.x * 0.04 + 9.0, t.y * 0.9)) - 1.0;
    let cloud = weave::noise(in.uv * 60.0) + 0.5 * weave::noise(in.uv * 170.0) - 0.75;
    cloth.shade *= 1.0 + fabric.make.y * (slub * weave::seen(foot, 2.0) + 0.25 * cloud);

    var passing = fabric.more.y;
    var edge = 1.0;
    var sewn = 0.0;
#ifdef VERTEX_COLORS
    // Hems: a rounded edge, two layers, and a row of stitches where they end.
    edge = in.color.x;
    let slope_x = dpdx(in.color.xy);
    let slope_y = dpdy(in.color.xy);
    let pixel = max(length(vec2(slope_x.x, slope_y.x)), 1e-9);
    let hem = fabric.stitch.w;
    if hem > 0.0 {
        let inward = direction(side * slope_x.x + up * slope_y.x);
        let roll = clamp(1.0 - edge / FOLD, 0.0, 1.0) * (1.0 - smoothstep(0.3, 1.0, pixel / FOLD));
        n -= inward * (1.5 * roll);
        if edge < hem {
            passing *= 0.5;
        }
        sewn = row(edge - hem + 0.001, slope_x.x, slope_y.x, du, dv, in.uv, pixel);
    }
    // Seams: a groove, and topstitches beside it where the make has them.
    let seam = in.color.y;
    let seam_pixel = max(length(vec2(slope_x.y, slope_y.y)), 1e-9);
    let groove = (1.0 - smoothstep(0.0, 0.0012, seam)) * (1.0 - smoothstep(0.3, 1.5, seam_pixel / 0.001));
    let towards = direction(side * slope_x.y + up * slope_y.y);
    n -= towards * (0.9 * groove);
    cloth.shade *= 1.0 - 0.45 * groove;
    if fabric.make.x > 0.0 {
        sewn = max(sewn, row(seam - fabric.make.x, slope_x.y, slope_y.y, du, dv, in.uv, seam_pixel));
    }
#endif

    var s: Surface;
    s.v = pbr.V;
    s.n = normalize(n);
    // Threads that lean away from the view are hidden by others.
    let facing = dot(s.n, s.v);
    if facing < 0.05 {
        s.n = normalize(s.n + s.v * (0.05 - facing));
    }
    s.warp = normalize(warp_dir - s.n * dot(warp_dir, s.n) + vec3(1e-12, 0.0, 0.0));
    s.weft = cross(s.n, s.warp);
    s.share = select(1.0 - cloth.share, cloth.share, is_front);
    s.across = mix(fabric.pitch.w, fabric.pitch.z, cloth.near);
    s.passing = passing;
    s.open_ = 1.0;
#ifdef SCREEN_SPACE_AMBIENT_OCCLUSION
    s.open_ = textureLoad(view_bindings::screen_space_ambient_occlusion_texture, vec2<i32>(pbr.frag_coord.xy), 0i).r;
#endif
    s.colour = select(fabric.back.rgb, mix(fabric.weft.rgb, fabric.warp.rgb, cloth.share), is_front) * cloth.shade;
    s.f0 = fabric.glint.rgb;
    s.sheen = fabric.sheen.rgb;
    if fabric.make.z > 0.5 {
        let place = vec2(dot(fabric.print.xy, in.uv), dot(fabric.print.zw, in.uv));
        let face = textureSample(print_face, print_sampler, place).rgb;
        let back = textureSample(print_back, print_sampler, place).rgb;
        if is_front || fabric.make.w > 0.5 {
            dye(&s, select(back, face, is_front));
        }
    }
    s.colour = mix(s.colour, fabric.stitch.rgb, sewn);

    let cosine = max(dot(s.n, s.v), 1e-3);
    let glinted = glint_albedo(s.f0, cosine, optics::azimuth(s.n, s.warp, s.v), s.share);
    let at_cosine = optics::place(cosine);
    s.fuzz = vec3(at(6u, at_cosine), at(7u, at_cosine), at(5u, at_cosine));
    let sent = glinted + s.sheen * s.fuzz.z;
    s.left = max(1.0 - max(sent.x, max(sent.y, sent.z)), 0.0);

    let z = dot(vec4(
        view_bindings::view.view_from_world[0].z,
        view_bindings::view.view_from_world[1].z,
        view_bindings::view.view_from_world[2].z,
        view_bindings::view.view_from_world[3].z,
    ), in.world_position);
    let cluster = clustering::view_fragment_cluster_index(pbr.frag_coord.xy, z, pbr.is_orthographic);
    var ranges = clustering::unpack_clusterable_object_index_ranges(cluster);
    let receives = (pbr.flags & MESH_FLAGS_SHADOW_RECEIVER_BIT) != 0u;
    // The exposure's place in the pixel is in the projection.
    let place = 0.5 * view_bindings::view.clip_from_view[2].xy * view_bindings::view.viewport.zw;
    let chance = fract(place + 0.5 + vec2(dither::even(pbr.frag_coord.xy), dither::even(pbr.frag_coord.yx + 17.0)));
    let light = direct(s, in.world_position, z, normal, pbr.frag_coord, receives, ranges)
        + indirect(s, in.world_position.xyz, glinted, chance, &ranges);

    var cover = cloth.cover;
    if fabric.more.z < 0.999 || kind == weave::LACE {
        let flat_ = normalize(cross(dx, dy));
        cover = holes::cover(cloth.cover, edge, abs(dot(flat_, s.v)));
    }
    if (pbr.material.flags & pbr_types::STANDARD_MATERIAL_FLAGS_ALPHA_MODE_RESERVED_BITS)
        == pbr_types::STANDARD_MATERIAL_FLAGS_ALPHA_MODE_MASK {
        if !holes::stops(cover, pbr.frag_coord.xy, place, in.uv, is_front) {
            discard;
        }
        cover = 1.0;
    }
    out.color = vec4(light * view_bindings::view.exposure, cover);
    out.color = main_pass_post_lighting_processing(pbr, out.color);
    return out;
}

#ifdef VERTEX_COLORS
// How much of a pixel is stitch, for a row at distance 0; the distance changes by `a`
// and `b` from pixel to pixel.
fn row(distance: f32, a: f32, b: f32, du: vec2<f32>, dv: vec2<f32>, uv: vec2<f32>, pixel: f32) -> f32 {
    let line = 1.0 - smoothstep(STITCH_WIDTH * 0.5, STITCH_WIDTH * 0.5 + max(pixel, 1e-4), abs(distance));
    // Along the row: across the slope of the distance in the pattern.
    let det = du.x * dv.y - du.y * dv.x;
    let slope = vec2(a * dv.y - b * du.y, b * du.x - a * dv.x) / select(det, 1e-20, abs(det) < 1e-20);
    let along = (uv.y * slope.x - uv.x * slope.y) / max(length(slope), 1e-6);
    let phase = abs(fract(along / STITCH_LENGTH) - 0.5);
    let soft = clamp(pixel / STITCH_LENGTH, 0.02, 1.0);
    let dash = mix(1.0 - smoothstep(0.36, 0.36 + soft, phase), 0.75, smoothstep(0.3, 0.8, pixel / STITCH_LENGTH));
    // Rows thinner than a pixel fade.
    return line * dash * clamp(STITCH_WIDTH / pixel, 0.0, 1.0);
}
#endif
