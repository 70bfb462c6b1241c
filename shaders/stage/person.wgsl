// Skin, eyes and hair under the lights of the stage.
//
// Purpose: skin into which light goes and comes out beyond the edge of shadow, red
//   farthest, under two sheens, with pores where the camera is near; eyes under a cornea;
//   hair that shines across its strands (two lobes) and lets light from behind through.
//   Takes Bevy's lights, shadows, environment and fog as fabric.wgsl does, and none of
//   its materials' lighting.
// Bindings: material group 100, what the surface is like; the textures are Bevy's
//   StandardMaterial's. Vertex colours, of hair alone: how much light comes so deep.
// Definitions: EYES or STRANDS; skin without either.
// Stage: fragment, forward pass. No CPU twin: it draws and computes no physics.

#import bevy_pbr::{
    clustered_forward as clustering,
    forward_io::{VertexOutput, FragmentOutput},
    lighting,
    mesh_types::MESH_FLAGS_SHADOW_RECEIVER_BIT,
    mesh_view_bindings as view_bindings,
    pbr_bindings,
    pbr_fragment::pbr_input_from_vertex_output,
    pbr_functions::main_pass_post_lighting_processing,
}
#import toile::{lights, optics}
#ifdef STRANDS
#import toile::strands
#else
#import toile::weave
#endif

#ifdef ENVIRONMENT_MAP
#import bevy_pbr::environment_map
#endif
#ifdef SCREEN_SPACE_AMBIENT_OCCLUSION
#import bevy_pbr::ssao_utils::ssao_multibounce
#endif

struct Person {
    // rgb: how far light goes through below the surface: of skin m, of eyes and hair as a
    // share of the turn from lit to unlit; w: part of hair that lies in strands, 0 of curls.
    scatter: vec4<f32>,
    // x: reflectance at right angles; y: roughness of the second lobe over the first's;
    // z: weight of the second lobe; w: depth of pores.
    sheen: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(100) var<uniform> person: Person;

const MOST_REACH: f32 = 0.5;

struct Surface {
    n: vec3<f32>,
    v: vec3<f32>,
    // Along the strands.
    t: vec3<f32>,
    colour: vec3<f32>,
    // GGX roughness, of hair the spread of its shine, rad.
    rough: f32,
    // How much light comes so deep between strands.
    deep: f32,
    // How far light goes round, as a share of the turn from lit to unlit.
    reach: vec3<f32>,
}

fn bell(x: f32, s: f32) -> f32 {
    return exp(-0.5 * x * x / (s * s)) / (s * 2.5066283);
}

#ifdef STRANDS
// Shine of strands along s.t (Marschner et al. 2003; lobes as Karis 2016, "Physically
// based hair shading in Unreal"): R white, towards the root, TRT coloured, towards the
// tip, and TT, what comes through from behind.
fn shine(s: Surface, l: vec3<f32>) -> vec3<f32> {
    let sin_l = clamp(dot(s.t, l), -1.0, 1.0);
    let sin_v = clamp(dot(s.t, s.v), -1.0, 1.0);
    let cos_l = sqrt(1.0 - sin_l * sin_l);
    let cos_v = sqrt(1.0 - sin_v * sin_v);
    let flat_l = l - s.t * sin_l;
    let flat_v = s.v - s.t * sin_v;
    let cos_phi = clamp(dot(flat_l, flat_v) / max(cos_l * cos_v, 1e-3), -1.0, 1.0);
    let half_phi = sqrt(saturate(0.5 + 0.5 * cos_phi));
    let sum = sin_l + sin_v;
    let f = 1.0 - sqrt(saturate(0.5 + 0.5 * dot(l, s.v)));
    let f2 = f * f;
    let fresnel = person.sheen.x + (1.0 - person.sheen.x) * f2 * f2 * f;
    let white = bell(sum + 0.07, s.rough) * 0.17 * half_phi * fresnel;
    let tint = pow(max(s.colour, vec3(1e-4)), vec3(0.6));
    let back = bell(sum - 0.12, s.rough * person.sheen.y) * exp(17.0 * cos_phi - 16.78);
    let through = bell(sum, s.rough * 0.7) * exp(-3.65 * cos_phi - 3.98);
    return vec3(white) + tint * (person.sheen.z * back) + tint * s.colour * (0.4 * through);
}
#endif

// What goes to the view of what falls.
fn answer(s: Surface, light: lights::Falling) -> vec3<f32> {
    let nl = dot(s.n, light.l);
    let inside = s.colour / optics::PI * saturate((vec3(nl) + s.reach) / (1.0 + s.reach));
#ifdef STRANDS
    // The head is in the way of what is behind it, less at its outline.
    let seen = smoothstep(-0.30, 0.40, nl);
    var out = inside;
    if seen > 0.0 {
        // A rough fuzz, as in crates/toile-optics/src/fuzz.rs for 0.8, half of it between
        // others.
        let shape = vec3(0.7, -0.08, mix(0.71, 0.18, saturate(dot(s.n, s.v))));
        let curls = 0.5 * optics::fuzz(s.n, s.v, light.l, shape) * person.sheen.x;
        out += mix(vec3(curls), shine(s, light.l) * seen, person.scatter.w) * s.deep;
    }
    return out * light.colour * mix(1.0, light.shadow, smoothstep(-0.1, 0.3, nl));
#else
    // Where light has come round inside, the surface does not shadow itself.
    var out = inside * mix(1.0, light.shadow, smoothstep(-s.reach.r, 0.02, nl));
    if nl > 0.0 {
        // A lamp's size widens what it is mirrored in.
        let a = saturate(s.rough + 0.4 * light.size);
        let b = saturate(s.rough * person.sheen.y + 0.4 * light.size);
        let side = normalize(cross(s.n, vec3(0.12, 0.99, 0.07)));
        let up = cross(s.n, side);
        let lobes = mix(
            optics::ggx(s.n, side, up, s.v, light.l, a, a),
            optics::ggx(s.n, side, up, s.v, light.l, b, b),
            person.sheen.z,
        );
        let f = person.sheen.x + (1.0 - person.sheen.x) * optics::grazing(s.v, light.l);
        out += vec3(lobes * f * nl * light.shadow);
    }
    return out * light.colour;
#endif
}

// Light from everywhere, of which `open_` comes past what is near.
fn indirect(s: Surface, open_: f32, p: vec3<f32>, ranges: ptr<function, clustering::ClusterableObjectIndexRanges>) -> vec3<f32> {
    var sent = vec3(1.0);
#ifdef SCREEN_SPACE_AMBIENT_OCCLUSION
    sent = ssao_multibounce(open_, s.colour);
#endif
    let cosine = max(dot(s.n, s.v), 1e-4);
    let perceptual = sqrt(s.rough);
#ifdef STRANDS
    // The mirror of strands is that of a normal bent towards the view.
    let bent = normalize(mix(s.n, normalize(cross(cross(s.t, s.v), s.t)), 0.6 * person.scatter.w));
    let mirrored = vec3(person.sheen.x * 0.5 * s.deep * open_);
#else
    let bent = s.n;
    let ab = lighting::F_AB(perceptual, cosine);
    let mirrored = vec3(person.sheen.x * ab.x + ab.y) * open_;
#endif
    let ambient = view_bindings::lights.ambient_color.rgb;
    var sum = ambient * (sent * s.colour + mirrored);
#ifdef ENVIRONMENT_MAP
    var layer: lighting::LayerLightingInput;
    layer.N = s.n;
    layer.R = reflect(-s.v, bent);
    layer.NdotV = cosine;
    layer.roughness = s.rough;
    layer.perceptual_roughness = perceptual;
    let here = environment_map::compute_radiances(layer, ranges, p, false);
    sum += sent * s.colour * here.irradiance + mirrored * here.radiance;
#endif
    return sum;
}

@fragment
fn fragment(in: VertexOutput, @builtin(front_facing) is_front: bool) -> FragmentOutput {
    var pbr = pbr_input_from_vertex_output(in, is_front, false);
    pbr.material.flags = pbr_bindings::material.flags;
    let dx = dpdx(in.world_position.xyz);
    let dy = dpdy(in.world_position.xyz);
    let du = dpdx(in.uv);
    let dv = dpdy(in.uv);
    let texel = textureSampleBias(pbr_bindings::base_color_texture, pbr_bindings::base_color_sampler, in.uv, view_bindings::view.mip_bias);

    var s: Surface;
    s.v = pbr.V;
    // Ribbons are shaded like the head that they lie on, from whichever side.
    s.n = normalize(in.world_normal);
    let bend_x = dpdx(s.n);
    let bend_y = dpdy(s.n);
    s.colour = texel.rgb * pbr_bindings::material.base_color.rgb;
    s.deep = 1.0;
    s.reach = person.scatter.rgb;
    s.rough = pbr_bindings::material.perceptual_roughness;
    let side = cross(s.n, dy);
    let up = cross(dx, s.n);
#ifdef STRANDS
    // The subframe's place in the pixel is in the projection.
    let place = 0.5 * view_bindings::view.clip_from_view[2].xy * view_bindings::view.viewport.zw;
    if !strands::stops(texel.a, in.position.xy, place, in.uv) {
        discard;
    }
#ifdef VERTEX_COLORS
    s.colour *= in.color.rgb;
    s.deep = in.color.r * in.color.r;
#endif
    // Strands run along the texture's second coordinate.
    let run = side * du.y + up * dv.y;
    s.t = run * inverseSqrt(max(dot(run, run), 1e-20));
#else
    s.rough *= textureSampleBias(pbr_bindings::metallic_roughness_texture, pbr_bindings::metallic_roughness_sampler, in.uv, view_bindings::view.mip_bias).g;
    s.rough *= s.rough;
    s.t = vec3(0.0);
#ifndef EYES
    // Light goes as far below all skin, which is farther around the wing of a nose than
    // around a shoulder (Penner and Borshukov 2011, "Pre-integrated skin shading").
    let bends = dot(bend_x, bend_x) + dot(bend_y, bend_y);
    s.reach = min(s.reach * sqrt(bends / max(dot(dx, dx) + dot(dy, dy), 1e-12)), vec3(MOST_REACH));
    // Pores and fine lines, where a pixel is smaller than they are.
    let fine = 1500.0 * in.uv;
    let foot = 1500.0 * max(length(du), length(dv));
    let near = person.sheen.w * (1.0 - smoothstep(0.25, 0.8, foot));
    if near > 0.0 {
        let h = pores(fine);
        let slope = vec2(pores(fine + vec2(0.3, 0.0)) - h, pores(fine + vec2(0.0, 0.3)) - h);
        let along_u = side * du.x + up * dv.x;
        let along_v = side * du.y + up * dv.y;
        let scale = inverseSqrt(max(max(dot(along_u, along_u), dot(along_v, along_v)), 1e-30));
        s.n = normalize(s.n - (near * scale) * (slope.x * along_u + slope.y * along_v));
        s.rough = clamp(s.rough * (1.0 + 0.5 * near * (h - 0.5)), 0.05, 1.0);
    }
#endif
#endif
    let facing = dot(s.n, s.v);
    if facing < 0.03 {
        s.n = normalize(s.n + s.v * (0.03 - facing));
    }

    let z = dot(vec4(
        view_bindings::view.view_from_world[0].z,
        view_bindings::view.view_from_world[1].z,
        view_bindings::view.view_from_world[2].z,
        view_bindings::view.view_from_world[3].z,
    ), in.world_position);
    let cluster = clustering::view_fragment_cluster_index(in.position.xy, z, pbr.is_orthographic);
    var ranges = clustering::unpack_clusterable_object_index_ranges(cluster);
    let receives = (pbr.flags & MESH_FLAGS_SHADOW_RECEIVER_BIT) != 0u;
    let normal = normalize(in.world_normal);
    var open_ = 1.0;
#ifdef SCREEN_SPACE_AMBIENT_OCCLUSION
    open_ = textureLoad(view_bindings::screen_space_ambient_occlusion_texture, vec2<i32>(in.position.xy), 0i).r;
#endif
    var light = indirect(s, open_, in.world_position.xyz, &ranges);
    for (var i = ranges.first_point_light_index_offset; i < ranges.first_reflection_probe_index_offset; i++) {
        light += answer(s, lights::clustered(i, ranges.first_spot_light_index_offset, in.world_position, normal, in.position.xy, receives));
    }
    for (var i = 0u; i < view_bindings::lights.n_directional_lights; i++) {
        light += answer(s, lights::directional(i, in.world_position, z, normal, in.position.xy, receives));
    }
    var out: FragmentOutput;
    out.color = vec4(light * view_bindings::view.exposure, 1.0);
    out.color = main_pass_post_lighting_processing(pbr, out.color);
    return out;
}

#ifndef STRANDS
// Height of skin with pores, 0 to 1.
fn pores(at: vec2<f32>) -> f32 {
    return 0.6 * weave::noise(at) + 0.4 * weave::noise(2.3 * at + 7.0);
}
#endif
