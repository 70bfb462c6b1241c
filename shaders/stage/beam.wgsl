// The beam of a lamp in hazy air.
//
// Purpose: light that the air on the way of each pixel scatters out of a cone, added to
//   what is there. Brightness falls with the square of the distance from the lamp and
//   softly towards the edge of the cone; wisps of haze drift through it.
// Bindings: material group 0; see src/stage/beam.rs. The cone's mesh has its lamp at the
//   origin and lies along -Z.
// Stage: fragment, forward pass. No CPU twin: it draws only.

#import bevy_pbr::{
    forward_io::VertexOutput,
    mesh_functions::get_world_from_local,
    mesh_view_bindings::view,
}
#import toile::dither

const STEPS: u32 = 10u;
const NEAR: f32 = 0.35;                 // m: so near the lamp it is no brighter

// Colour, as exposed one metre from the lamp.
@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> colour: vec4<f32>;
// Tangent of half the opening, length (m), height of the floor and front of the wall (m).
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var<uniform> shape: vec4<f32>;

// Where the air is thicker: smooth in space, around 1.
fn wisps(p: vec3<f32>) -> f32 {
    let q = p + 0.35 * sin(p.zxy * 2.3 + vec3(0.4, 1.7, 3.1));
    return 1.0 + 0.3 * sin(q.x * 2.1 + q.y * 1.3) * sin(q.z * 1.7 - q.y * 2.9);
}

@fragment
fn fragment(in: VertexOutput, @builtin(front_facing) front: bool) -> @location(0) vec4<f32> {
    let world = get_world_from_local(in.instance_index);
    let lamp = world[3].xyz;
    let axis = -normalize(world[2].xyz);
    let eye = view.world_position;
    let d = normalize(in.world_position.xyz - eye);
    let o = eye - lamp;
    let slope = shape.x * shape.x;

    // Where the ray is in the cone: |p - h axis| < h tan(half), h = p . axis.
    let da = dot(d, axis);
    let oa = dot(o, axis);
    let a = 1.0 - (1.0 + slope) * da * da;
    let b = dot(o, d) - (1.0 + slope) * oa * da;
    let c = dot(o, o) - (1.0 + slope) * oa * oa;
    // The hull that is drawn is a little wider than the cone.
    let inside = dot(o, o) < (1.0 + 1.05 * slope) * oa * oa && oa > 0.0 && oa < shape.y;
    // One face for each pixel: the nearer, or the farther for who is in the beam.
    if front == inside {
        discard;
    }
    let root = sqrt(max(b * b - a * c, 0.0));
    let one = (-b - root) / a;
    let two = (-b + root) / a;
    var near = max(min(one, two), 0.0);
    var to = max(one, two);
    // Of the two cones that a quadric is, the one ahead of the lamp.
    if oa + near * da < 0.0 {
        near = max(two, one);
        to = 1e3;
    }
    if inside {
        near = 0.0;
        to = length(in.world_position.xyz - eye);
    } else if oa + to * da < 0.0 {
        to = 1e3;
    }
    if abs(da) > 1e-4 {
        let end = (shape.y - oa) / da;
        if da > 0.0 {
            to = min(to, end);
        } else {
            near = max(near, end);
        }
    }
    // Neither below the floor nor in the wall.
    for (var side = 0; side < 2; side++) {
        let bound = select(shape.z, shape.w, side == 1);
        let at = select(eye.y, eye.z, side == 1) - bound;
        let along = select(d.y, d.z, side == 1);
        if abs(along) > 1e-5 {
            let hit = -at / along;
            if along < 0.0 {
                to = min(to, hit);
            } else {
                near = max(near, hit);
            }
        }
    }
    if to <= near {
        discard;
    }
    let step = (to - near) / f32(STEPS);
    let start = near + step * dither::even_in_time(in.position.xy, view.frame_count);
    var sum = 0.0;
    for (var k = 0u; k < STEPS; k++) {
        let t = start + f32(k) * step;
        let p = o + t * d;
        let h = max(dot(p, axis), 1e-3);
        let off = p - h * axis;
        let edge = saturate(1.0 - dot(off, off) / (h * h * slope));
        let end = 1.0 - smoothstep(0.55, 1.0, h / shape.y);
        sum += edge * edge * end * wisps(eye + t * d) / (h * h + NEAR * NEAR);
    }
    // A wide cone has as much light on its way as a narrow one.
    return vec4(colour.rgb * (sum * step / shape.x), 0.0);
}
