#define_import_path toile::lights

// What falls from one light of the stage on a point.
//
// Purpose: direction, colour, shadow and size of point, spot and directional lights, as
//   Bevy lays them out, for shaders that shade by themselves. No entry points, no
//   bindings of its own, no CPU twin: it draws and computes no physics.

#import bevy_pbr::{
    clustered_forward as clustering,
    lighting,
    mesh_view_bindings as view_bindings,
    mesh_view_types,
    shadows,
}

struct Falling {
    // Unit direction to the light.
    l: vec3<f32>,
    // Radius of the light over its distance.
    size: f32,
    // What comes where nothing is in the way.
    colour: vec3<f32>,
    // Share that nothing is in the way of.
    shadow: f32,
}

// Entry `i` of the cluster's list; spots begin at entry `spots`. `normal` shifts what is
// looked up in the shadow map off the surface.
fn clustered(i: u32, spots: u32, p: vec4<f32>, normal: vec3<f32>, frag: vec2<f32>, receives: bool) -> Falling {
    let id = clustering::get_clusterable_object_id(i);
    let light = &view_bindings::clustered_lights.data[id];
    let to = (*light).position_radius.xyz - p.xyz;
    let d2 = dot(to, to);
    var out: Falling;
    out.l = to * inverseSqrt(d2);
    out.size = (*light).position_radius.w * inverseSqrt(d2);
    out.shadow = 1.0;
    var strength = lighting::getDistanceAttenuation(d2, (*light).color_inverse_square_range.w);
    let spot = i >= spots;
    if spot {
        var axis = vec3((*light).light_custom_data.x, 0.0, (*light).light_custom_data.y);
        axis.y = sqrt(max(0.0, 1.0 - axis.x * axis.x - axis.z * axis.z));
        if ((*light).flags & mesh_view_types::POINT_LIGHT_FLAGS_SPOT_LIGHT_Y_NEGATIVE) != 0u {
            axis.y = -axis.y;
        }
        let cone = saturate(dot(-axis, out.l) * (*light).light_custom_data.z + (*light).light_custom_data.w);
        strength *= cone * cone;
    }
    out.colour = (*light).color_inverse_square_range.rgb * strength;
    if strength > 0.0 && receives && ((*light).flags & mesh_view_types::POINT_LIGHT_FLAGS_SHADOWS_ENABLED_BIT) != 0u {
        // Light that comes through is shaded as if it fell on the other side.
        let lit = normal * select(-1.0, 1.0, dot(normal, out.l) >= 0.0);
        if spot {
            out.shadow = shadows::fetch_spot_shadow(id, p, lit, (*light).shadow_map_near_z, frag);
        } else {
            out.shadow = shadows::fetch_point_shadow(id, p, lit, frag);
        }
    }
    return out;
}

// Directional light `i`, at depth `z` of the view.
fn directional(i: u32, p: vec4<f32>, z: f32, normal: vec3<f32>, frag: vec2<f32>, receives: bool) -> Falling {
    let light = &view_bindings::lights.directional_lights[i];
    var out: Falling;
    out.l = (*light).direction_to_light;
    out.size = 0.00465;                  // the sun's radius, rad
    out.colour = (*light).color.rgb;
    out.shadow = 1.0;
    if receives && ((*light).flags & mesh_view_types::DIRECTIONAL_LIGHT_FLAGS_SHADOWS_ENABLED_BIT) != 0u {
        out.shadow = shadows::fetch_directional_shadow(i, p, normal, z, frag);
    }
    return out;
}
