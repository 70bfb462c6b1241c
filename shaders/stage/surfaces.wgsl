// What surfaces are where: object, depth, normal and motion, for compositors.
//
// Purpose: drawn by a camera of its own, over stand-ins of everything on stage; nothing
//   is lit. What moves by other means than its transform (skin, cloth) remembers where
//   each vertex was a frame ago, so that motion is exact whatever moved it.
// Bindings: material group 0 frame, 1 stand-ins, 2 parts, 3 memory, 4 and 5 opacity, 6
//   what of it counts; see src/capture/layers/material.rs. Target: four floats.
// Stage: vertex and fragment, forward pass. CPU side: src/capture/layers/read.rs
//   unpacks what is packed here.

#import bevy_pbr::{
    mesh_bindings::mesh,
    mesh_functions,
    mesh_view_bindings::view,
    morph,
    skinning,
    view_transformations::position_world_to_clip,
}

const NONE: u32 = 0xffffffffu;
const MOST_MOTION: f32 = 2000.0;        // pixels

struct Frame {
    // Its number, 1 where positions are remembered, vertices in half of the memory.
    head: vec4<u32>,
    // Clip from world a frame ago, for every view.
    before: array<mat4x4<f32>>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<storage, read> frame: Frame;
// For every stand-in: where it remembers, its first object, where its parts are.
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var<storage, read> stand_ins: array<vec4<u32>>;
// For vertices of garments: which part of the garment.
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var<storage, read> parts: array<u32>;
// World position, and the number of the frame in which it was there.
@group(#{MATERIAL_BIND_GROUP}) @binding(3) var<storage, read_write> memory: array<vec4<f32>>;
@group(#{MATERIAL_BIND_GROUP}) @binding(4) var opacity: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(5) var opacity_sampler: sampler;
// Opacity beside the texture's, and the least that counts; 0: everything does.
@group(#{MATERIAL_BIND_GROUP}) @binding(6) var<uniform> counts: vec4<f32>;

struct Vertex {
    @builtin(instance_index) instance: u32,
    @builtin(vertex_index) index: u32,
    @location(0) position: vec3<f32>,
#ifdef VERTEX_NORMALS
    @location(1) normal: vec3<f32>,
#endif
#ifdef VERTEX_UVS_A
    @location(2) uv: vec2<f32>,
#endif
#ifdef SKINNED
    @location(6) joint_indices: vec4<u32>,
    @location(7) joint_weights: vec4<f32>,
#endif
}

struct Surface {
    @builtin(position) position: vec4<f32>,
    @location(0) normal: vec3<f32>,
    // Clip position a frame ago.
    @location(1) before: vec4<f32>,
    @location(2) depth: f32,
    @location(3) uv: vec2<f32>,
    @location(4) @interpolate(flat) object: u32,
}

@vertex
fn vertex(in: Vertex) -> Surface {
    let index = in.index - mesh[in.instance].first_vertex_index;
    var position = in.position;
    var normal = vec3(0.0, 0.0, 1.0);
#ifdef VERTEX_NORMALS
    normal = in.normal;
#endif
#ifdef MORPH_TARGETS
    let targets = morph::layer_count(in.instance);
    for (var k = 0u; k < targets; k++) {
        let weight = morph::weight_at(k, in.instance);
        if weight != 0.0 {
            position += weight * morph::morph_position(index, k, in.instance);
            normal += weight * morph::morph_normal(index, k, in.instance);
        }
    }
#endif
#ifdef SKINNED
    let world_from_local = skinning::skin_model(in.joint_indices, in.joint_weights, in.instance);
    normal = skinning::skin_normals(world_from_local, normal);
#else
    let world_from_local = mesh_functions::get_world_from_local(in.instance);
    normal = mesh_functions::mesh_normal_local_to_world(normal, in.instance);
#endif
    let world = mesh_functions::mesh_position_local_to_world(world_from_local, vec4(position, 1.0));

    let stand_in = stand_ins[mesh_functions::get_tag(in.instance)];
    var before = world.xyz;
    if stand_in.x != NONE {
        let number = frame.head.x;
        let then = memory[stand_in.x + index + ((number + 1u) & 1u) * frame.head.z];
        // Who was not on stage a frame ago has not moved.
        if then.w + 1.0 == f32(number) {
            before = then.xyz;
        }
        if frame.head.y != 0u {
            memory[stand_in.x + index + (number & 1u) * frame.head.z] = vec4(world.xyz, f32(number));
        }
    }

    var out: Surface;
    out.position = position_world_to_clip(world.xyz);
    out.normal = normal;
    // Which of the views this is stands where nothing else of it is needed.
    out.before = frame.before[u32(view.color_grading.exposure + 0.5)] * vec4(before, 1.0);
    out.depth = -(view.view_from_world * world).z;
    out.object = stand_in.y;
    if stand_in.z != NONE {
        out.object += parts[stand_in.z + index];
    }
#ifdef VERTEX_UVS_A
    out.uv = in.uv;
#endif
    return out;
}

// Thirty bits in a float that is always a number and never denormal: its exponent
// starts with 01.
fn pack(low: u32, high: u32) -> f32 {
    let bits = (low & 0x7fffu) | (high & 0x7fffu) << 15u;
    return bitcast<f32>((bits & 0x1fffffffu) | 0x20000000u | (bits & 0x20000000u) << 2u);
}

// A direction on the octahedron, unfolded (Meyer et al. 2010), 15 bits an axis.
fn pack_direction(n: vec3<f32>) -> f32 {
    let p = n.xy / max(abs(n.x) + abs(n.y) + abs(n.z), 1e-9);
    let folded = (1.0 - abs(p.yx)) * select(vec2(-1.0), vec2(1.0), p >= vec2(0.0));
    let flat = select(folded, p, n.z >= 0.0);
    let bits = vec2<u32>(round(saturate(flat * 0.5 + 0.5) * 32767.0));
    return pack(bits.x, bits.y);
}

// Half floats, less their last bit.
fn pack_motion(motion: vec2<f32>) -> f32 {
    let bits = pack2x16float(clamp(motion, vec2(-MOST_MOTION), vec2(MOST_MOTION)));
    return pack(((bits & 0xffffu) + 1u) >> 1u, ((bits >> 16u) + 1u) >> 1u);
}

@fragment
fn fragment(in: Surface, @builtin(front_facing) front: bool) -> @location(0) vec4<f32> {
#ifdef VERTEX_UVS_A
    let opaque = textureSample(opacity, opacity_sampler, in.uv).a * counts.x;
    if opaque < counts.y {
        discard;
    }
#endif
    var motion = vec2(0.0);
    if in.before.w > 0.0 {
        let place = (in.before.xy / in.before.w * vec2(0.5, -0.5) + 0.5) * view.viewport.zw;
        motion = (place - in.position.xy) * vec2(1.0, -1.0);
    }
    let normal = normalize(in.normal) * select(-1.0, 1.0, front);
    return vec4(f32(in.object), in.depth, pack_direction(normal), pack_motion(motion));
}
