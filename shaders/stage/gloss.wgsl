// What a polished floor mirrors.
//
// Purpose: a sheet over the floor that adds what a second camera sees of the stage from
//   below, where the floor sends light that comes from there: by Fresnel's law in
//   Schlick's form, and spread as far as the floor is rough.
// Bindings: material group 0 the floor, 1 and 2 the picture of the second camera; see
//   src/stage/gloss.rs.
// Stage: fragment, forward pass, added to what is there. No CPU twin: it draws only.

#import bevy_pbr::{forward_io::VertexOutput, mesh_view_bindings::view}
#import toile::dither

const TAPS: u32 = 8u;
const TURN: f32 = 2.39996;              // rad, the golden angle
const AWAY: f32 = 0.8;                  // m, from the floor to what is mirrored, typically
const LONGEST: f32 = 4.0;               // a highlight is at most so many times as long as wide

// Light that is sent back head-on (x), and tangent of the angle that it is spread by (y).
@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> surface: vec4<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var picture: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var picture_sampler: sampler;

@fragment
fn fragment(in: VertexOutput) -> @location(0) vec4<f32> {
    let to = view.world_position - in.world_position.xyz;
    let away = length(to);
    let cosine = max(to.y / away, 0.02);
    let sent = surface.x + (1.0 - surface.x) * pow(1.0 - cosine, 5.0);
    // The second camera is not mirrored itself, so its picture is.
    let place = in.position.xy / view.viewport.zw;
    let middle = vec2(1.0 - place.x, place.y);
    let radius = 0.5 * view.clip_from_view[1][1] * surface.y * AWAY / (away + AWAY);
    let wide = radius * view.viewport.w / view.viewport.z;
    let reach = vec2(wide, radius * min(1.0 / cosine, LONGEST));
    let turned = dither::even_in_time(in.position.xy, view.frame_count) * 6.2831853;
    var sum = vec3(0.0);
    for (var k = 0u; k < TAPS; k++) {
        let angle = turned + f32(k) * TURN;
        let out = sqrt((f32(k) + 0.5) / f32(TAPS));
        let tap = middle + reach * out * vec2(cos(angle), sin(angle));
        // A lamp that few taps meet would be a speckle.
        sum += min(textureSampleLevel(picture, picture_sampler, tap, 0.0).rgb, vec3(8.0));
    }
    return vec4(sum * (sent / f32(TAPS)), 0.0);
}
