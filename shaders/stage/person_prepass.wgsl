// Hair ahead of the lit pass, and what lamps see of it.
//
// Purpose: depth and normals, with the same pixels left out as person.wgsl does.
// Bindings: those of Bevy's StandardMaterial.
// Stage: fragment, prepass and shadow pass. No CPU twin: it draws and computes no physics.

#import bevy_pbr::{
    mesh_view_bindings::view,
    pbr_bindings,
    prepass_io::VertexOutput,
}
#import toile::strands
#ifdef PREPASS_FRAGMENT
#import bevy_pbr::prepass_io::FragmentOutput
#endif
#ifdef MOTION_VECTOR_PREPASS
#import bevy_pbr::pbr_prepass_functions::calculate_motion_vector
#endif

fn discard_gaps(in: VertexOutput) {
#ifdef MAY_DISCARD
    let texel = textureSampleBias(pbr_bindings::base_color_texture, pbr_bindings::base_color_sampler, in.uv, view.mip_bias);
    let place = 0.5 * view.clip_from_view[2].xy * view.viewport.zw;
    if !strands::stops(texel.a, in.position.xy, place, in.uv) {
        discard;
    }
#endif
}

#ifdef PREPASS_FRAGMENT
@fragment
fn fragment(in: VertexOutput) -> FragmentOutput {
    discard_gaps(in);
    var out: FragmentOutput;
#ifdef UNCLIPPED_DEPTH_ORTHO_EMULATION
    out.frag_depth = in.unclipped_depth;
#endif
#ifdef NORMAL_PREPASS
    out.normal = vec4(normalize(in.world_normal) * 0.5 + 0.5, 1.0);
#endif
#ifdef MOTION_VECTOR_PREPASS
    out.motion_vector = calculate_motion_vector(in.world_position, in.previous_world_position);
#endif
    return out;
}
#else
@fragment
fn fragment(in: VertexOutput) {
    discard_gaps(in);
}
#endif
