// Cloth ahead of the lit pass, and what lamps see of it: the shadow of lace has its holes,
// that of a sheer is as thin as it is.
//
// Purpose: depth and normals, with the same pixels left out as fabric.wgsl does.
// Bindings: those of cloth_bindings.wgsl.
// Stage: fragment, prepass and shadow pass. No CPU twin: it draws and computes no physics.

#import bevy_pbr::{
    mesh_view_bindings::view,
    prepass_io::VertexOutput,
}
#import toile::{cloth_bindings::fabric, holes, weave}
#ifdef PREPASS_FRAGMENT
#import bevy_pbr::prepass_io::FragmentOutput
#endif
#ifdef MOTION_VECTOR_PREPASS
#import bevy_pbr::pbr_prepass_functions::calculate_motion_vector
#endif

fn discard_holes(in: VertexOutput, front: bool) {
    let p = in.world_position.xyz;
    let normal = normalize(cross(dpdx(p), dpdy(p)));
    let across = abs(dot(normal, normalize(view.world_position - p)));
    let du = dpdx(in.uv);
    let dv = dpdy(in.uv);
#ifdef MAY_DISCARD
    let pitch = fabric.pitch.xy;
    let foot = max(length(vec2(du.x, dv.x)) / pitch.x, length(vec2(du.y, dv.y)) / pitch.y);
    let kind = i32(fabric.warp.w + 0.5);
    var closed = 1.0;
    if kind == weave::LACE {
        closed = weave::threads(kind, in.uv, pitch, fabric.weft.w, fabric.back.w, foot).cover;
    }
    var edge = 1.0;
#ifdef VERTEX_COLORS
    edge = in.color.x;
#endif
    let place = 0.5 * view.clip_from_view[2].xy * view.viewport.zw;
    if !holes::stops(holes::cover(closed, edge, across), in.position.xy, place, in.uv, front) {
        discard;
    }
#endif
}

#ifdef PREPASS_FRAGMENT
@fragment
fn fragment(in: VertexOutput, @builtin(front_facing) front: bool) -> FragmentOutput {
    discard_holes(in, front);
    var out: FragmentOutput;
#ifdef UNCLIPPED_DEPTH_ORTHO_EMULATION
    out.frag_depth = in.unclipped_depth;
#endif
#ifdef NORMAL_PREPASS
    // Both sides are seen.
    out.normal = vec4(in.world_normal * select(-0.5, 0.5, front) + 0.5, 1.0);
#endif
#ifdef MOTION_VECTOR_PREPASS
    out.motion_vector = calculate_motion_vector(in.world_position, in.previous_world_position);
#endif
    return out;
}
#else
@fragment
fn fragment(in: VertexOutput, @builtin(front_facing) front: bool) {
    discard_holes(in, front);
}
#endif
