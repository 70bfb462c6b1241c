//! The lamps of the venue: where they hang, and what cues dim.

use super::Builder;
use crate::{
    environment::{SUN_K, black_body, direction_to_sun},
    stage::{
        beam::{self, BeamMaterial, InTheAir},
        rig::Beam,
    },
};
use bevy::{
    light::{NotShadowCaster, NotShadowReceiver},
    prelude::*,
};
use std::f32::consts::PI;
use toile_show::{
    format::{Batten, Set, Spot, Venue},
    rig,
};

/// Where a lamp hangs, and what it points at.
#[derive(Component, Debug, Clone, Copy)]
pub struct Hung {
    /// Its place, m: relative to the feet of the look on the runway if it follows.
    pub place: Vec3,
    /// What it points at, m, in the same way.
    pub aim: Vec3,
    /// Radius of what shines, m.
    pub radius_m: f32,
    /// Whether it moves with the look on the runway.
    pub follows: bool,
}

impl Hung {
    /// Where the lamp hangs and points when the look stands at `feet`, for the light
    /// that leaves it at `point` of a disc of radius 1.
    #[must_use]
    pub fn transform(&self, feet: Vec3, point: Vec2) -> Transform {
        let moved = if self.follows { feet } else { Vec3::ZERO };
        let (place, aim) = (moved + self.place, moved + self.aim);
        let up = if (aim - place).normalize_or_zero().y.abs() > 0.999 {
            Vec3::Z
        } else {
            Vec3::Y
        };
        let middle = Transform::from_translation(place).looking_at(aim, up);
        let aside = middle.rotation * (point.extend(0.0) * self.radius_m);
        Transform::from_translation(place + aside).looking_at(aim, up)
    }
}

/// A lamp that cues can dim and colour.
#[derive(Component, Debug, Clone, Copy)]
pub(in crate::stage) struct Dimmed {
    /// Which it is.
    pub(in crate::stage) lamp: rig::Lamp,
    /// Its full light, lm.
    pub(in crate::stage) lumens: f32,
    /// Its own colour, linear RGB.
    pub(in crate::stage) tint: Vec3,
}

/// Something that is seen to shine with a lamp.
#[derive(Debug, Clone)]
pub(in crate::stage) struct Glow {
    /// The lamp.
    pub(in crate::stage) lamp: rig::Lamp,
    /// Luminance at full light, cd/m² per channel.
    pub(in crate::stage) full: Vec3,
    /// What it is made of.
    pub(in crate::stage) material: Handle<StandardMaterial>,
}

/// Everything that is seen to shine.
#[derive(Resource, Debug, Clone, Default)]
pub(in crate::stage) struct Glows(pub(in crate::stage) Vec<Glow>);

/// How far away the sun hangs, m: far enough for its light to come from one side.
const SUN_M: f32 = 90.0;
/// Radius of the sun seen from there: 0.265 degrees.
const SUN_RADIUS_M: f32 = 0.42;
/// Light that the clearest beam scatters towards the camera one metre from its lamp, as
/// exposed.
const BEAM: f32 = 0.25;

/// Hangs every lamp of the venue.
pub(super) fn build(builder: &mut Builder<'_>, venue: &Venue) {
    let strips = &venue.strips;
    // Each pair of softboxes throws its light as one wide spot between them.
    let pitch = venue.runway.length_m / strips.count.max(1) as f32;
    for i in 0..strips.count {
        let z = pitch * (i as f32 + 0.5);
        let place = Vec3::new(0.0, strips.height_m, z);
        let lamp = Throw {
            lamp: rig::Lamp::Strips,
            lumens: strips.lumens * 2.0,
            tint: black_body(strips.temperature_k),
            filter: Vec3::ONE,
            level: 1.0,
            inner: 0.45,
            outer: 0.95,
            range_m: strips.height_m * 1.8,
            shadows: false,
        };
        let hung = Hung {
            place,
            aim: place.with_y(0.0),
            radius_m: 0.3,
            follows: false,
        };
        lamp.hang(builder, hung);
    }
    for (number, spot) in venue.spots.iter().enumerate() {
        hang_spot(builder, venue, (number, spot));
    }
    for (number, batten) in venue.battens.iter().enumerate() {
        hang_batten(builder, number, batten);
    }
    if let Some(sky) = &venue.sky {
        hang_sun(builder, venue, direction_to_sun(sky), sky.sun_lux);
    }
}

/// Light as a lamp throws it.
struct Throw {
    lamp: rig::Lamp,
    lumens: f32,
    tint: Vec3,
    filter: Vec3,
    level: f32,
    inner: f32,
    outer: f32,
    range_m: f32,
    shadows: bool,
}

impl Throw {
    fn hang(&self, builder: &mut Builder<'_>, hung: Hung) -> Entity {
        let colour = self.tint * self.filter;
        let light = SpotLight {
            color: Color::linear_rgb(colour.x, colour.y, colour.z),
            intensity: self.lumens * self.level,
            range: self.range_m,
            radius: hung.radius_m,
            inner_angle: self.inner,
            outer_angle: self.outer,
            shadow_maps_enabled: self.shadows,
            ..default()
        };
        let dimmed = Dimmed {
            lamp: self.lamp,
            lumens: self.lumens,
            tint: self.tint,
        };
        let place = hung.transform(Vec3::ZERO, Vec2::ZERO);
        builder.world.spawn((light, place, hung, dimmed)).id()
    }
}

fn hang_spot(builder: &mut Builder<'_>, venue: &Venue, (number, spot): (usize, &Spot)) {
    let (position, target) = (Vec3::from(spot.position), Vec3::from(spot.target));
    let outer = spot.half_angle_deg.to_radians();
    let throw = Throw {
        lamp: rig::Lamp::Spot(number),
        lumens: spot.lumens,
        tint: black_body(spot.temperature_k),
        filter: spot.colour.linear(),
        level: spot.level,
        inner: outer * 0.6,
        outer,
        range_m: position.distance(target) * 2.5,
        shadows: spot.shadows,
    };
    let ground = if spot.follows {
        target.with_y(0.0)
    } else {
        Vec3::ZERO
    };
    let hung = Hung {
        place: position - ground,
        aim: target - ground,
        radius_m: spot.radius_m,
        follows: spot.follows,
    };
    let entity = throw.hang(builder, hung);
    let name = Name::new(spot.name.clone());
    builder.world.entity_mut(entity).insert(name);
    if spot.beam > 0.0 {
        hang_beam(builder, venue, (entity, spot), &throw);
    }
}

/// Puts the beam of a lamp into the air before it.
fn hang_beam(
    builder: &mut Builder<'_>,
    venue: &Venue,
    (lamp, spot): (Entity, &Spot),
    throw: &Throw,
) {
    let tint = throw.tint * (BEAM * spot.beam);
    let away = Vec3::from(spot.position).distance(Vec3::from(spot.target));
    // What follows ends before the look, so that no haze lies on the clothes.
    let length = away * if spot.follows { 0.95 } else { 1.7 };
    let material = BeamMaterial {
        colour: (tint * throw.filter * throw.level).extend(0.0),
        shape: Vec4::new(
            throw.outer.tan(),
            length,
            -venue.runway.height_m,
            super::runway::FRONT_Z,
        ),
    };
    let mesh = beam::hull(length, throw.outer);
    let mesh = builder.world.resource_mut::<Assets<Mesh>>().add(mesh);
    let material = builder
        .world
        .resource_mut::<Assets<BeamMaterial>>()
        .add(material);
    builder.world.spawn((
        Mesh3d(mesh),
        MeshMaterial3d(material.clone()),
        (InTheAir, NotShadowCaster, NotShadowReceiver),
        ChildOf(lamp),
    ));
    let beam = Beam {
        material,
        full: tint,
    };
    builder.world.entity_mut(lamp).insert(beam);
}

fn hang_batten(builder: &mut Builder<'_>, number: usize, batten: &Batten) {
    let (from, to) = (Vec3::from(batten.from), Vec3::from(batten.to));
    let tint = black_body(batten.temperature_k);
    let shine = batten.colour.linear() * batten.level;
    let paint = builder.glowing(tint * batten.nits * shine);
    let along = (to - from).normalize_or(Vec3::X);
    let place = Transform::from_translation(0.5 * (from + to))
        .with_rotation(Quat::from_rotation_arc(Vec3::X, along))
        .with_scale(Vec3::new(from.distance(to), batten.width_m, batten.width_m));
    let tube = builder.turned(place, &paint);
    builder.without_shadow(tube);
    let lamp = rig::Lamp::Batten(number);
    builder.world.resource_mut::<Glows>().0.push(Glow {
        lamp,
        full: tint * batten.nits,
        material: paint.material,
    });
    if batten.lumens > 0.0 {
        let middle = 0.5 * (from + to);
        let throw = Throw {
            lamp,
            lumens: batten.lumens,
            tint,
            filter: batten.colour.linear(),
            level: batten.level,
            inner: 0.5,
            outer: 1.25,
            range_m: (middle.y.max(1.0) + from.distance(to)) * 2.0,
            shadows: false,
        };
        let hung = Hung {
            place: middle,
            aim: middle - Vec3::Y,
            radius_m: 0.2,
            follows: false,
        };
        throw.hang(builder, hung);
    }
}

/// The sun as a spot far away: its light falls on the set and nothing else.
fn hang_sun(builder: &mut Builder<'_>, venue: &Venue, towards: Vec3, lux: f32) {
    let middle = Vec3::new(0.0, 0.0, 0.5 * venue.runway.length_m);
    let reach = match venue.set {
        Set::Courtyard {
            width_m, length_m, ..
        }
        | Set::Hall {
            width_m, length_m, ..
        } => 0.5 * width_m.hypot(length_m),
        Set::Cyclorama { radius_m } => radius_m,
        Set::House => 0.5 * venue.runway.length_m + 6.0,
    };
    let half = (reach / SUN_M).atan();
    let throw = Throw {
        lamp: rig::Lamp::Environment,
        // A spot of full light throws what a lamp would that shone all round.
        lumens: lux * SUN_M * SUN_M * 4.0 * PI,
        tint: black_body(SUN_K),
        filter: Vec3::ONE,
        level: 1.0,
        inner: half * 0.98,
        outer: half,
        range_m: SUN_M * 6.0,
        shadows: true,
    };
    let hung = Hung {
        place: middle + towards * SUN_M,
        aim: middle,
        radius_m: SUN_RADIUS_M,
        follows: false,
    };
    throw.hang(builder, hung);
}
