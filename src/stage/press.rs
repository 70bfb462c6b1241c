//! The photographers at the end of the runway, and their flashes.

use super::{Playback, StageSystems, audience, set::Builder};
use bevy::{light::NotShadowCaster, prelude::*};
use toile_body::{
    BodyData, BodyError,
    crowd::{Hands, SEAT_HEIGHT_M},
};
use toile_show::{
    Rgb,
    format::{Press, Venue},
    press::{Flash, flashes, seen},
};

/// From one to the next, from row to row, and how much a row stands over the one
/// before it, m.
const PITCH_M: f32 = 0.72;
const DEPTH_M: f32 = 0.85;
const RISE_M: f32 = 0.38;
/// Figures with a camera.
const FIGURES: u32 = 6;
/// Flashes that are seen at once.
const BULBS: usize = 3;
/// Luminance of a flash as cameras see it, cd/m².
const BULB_NITS: f32 = 60_000.0;
/// What flashes are pointed at: above the feet, m.
const CHEST_M: f32 = 1.2;

/// Who flashes when, and with what.
#[derive(Resource)]
struct Bulbs {
    press: Press,
    /// Where every photographer's flash is, m.
    places: Vec<Vec3>,
    lamp: Entity,
    shown: Vec<Entity>,
    /// All flashes of the show, once the looks are there.
    flashes: Option<Vec<Flash>>,
}

/// Installs the flashes.
pub(super) fn plugin(app: &mut App) {
    let staged = resource_exists::<Playback>.and_then(resource_exists::<Bulbs>);
    app.add_systems(Update, flash.in_set(StageSystems::Frame).run_if(staged));
}

/// Puts the photographers of a venue into the pit.
///
/// # Errors
/// The packed body does not make figures.
pub(super) fn build(
    world: &mut World,
    venue: &Venue,
    press: &Press,
    body: &BodyData,
) -> Result<(), BodyError> {
    let people = (0..FIGURES)
        .map(|number| audience::Person::new(body, 500 + number, Hands::Camera))
        .collect::<Result<Vec<_>, BodyError>>()?;
    let cloth = audience::cloth(world);
    let meshes: Vec<Handle<Mesh>> = people
        .iter()
        .map(|person| world.resource_mut::<Assets<Mesh>>().add(person.mesh()))
        .collect();
    let builder = &mut Builder::new(world);
    let black = builder.paint(Rgb([0.03, 0.03, 0.035]), 0.5);
    let step = builder.paint(Rgb([0.05; 3]), 0.8);
    // As many in a row as the runway and two metres beside it hold.
    let across = ((venue.runway.width_m + 3.0) / PITCH_M).floor().max(1.0) as u32;
    let floor_y = -venue.runway.height_m;
    let first_z = venue.runway.length_m + press.distance_m;
    let rows = press.photographers.div_ceil(across);
    for row in 0..rows {
        let top = floor_y + row as f32 * RISE_M;
        let z = first_z + row as f32 * DEPTH_M;
        let wide = across as f32 * PITCH_M;
        if row > 0 {
            builder.block(
                Vec3::new(0.0, top - 0.5 * row as f32 * RISE_M, z),
                Vec3::new(wide, row as f32 * RISE_M, DEPTH_M),
                &step,
            );
        }
        builder.block(
            Vec3::new(0.0, top + 0.5 * SEAT_HEIGHT_M, z),
            Vec3::new(wide, SEAT_HEIGHT_M, 0.34),
            &step,
        );
    }
    let mut places = Vec::new();
    for number in 0..press.photographers {
        let (row, place) = (number / across, number % across);
        let shift = if row % 2 == 0 { 0.0 } else { 0.3 };
        let at = Vec3::new(
            (place as f32 - 0.5 * (across as f32 - 1.0) + shift) * PITCH_M,
            floor_y + row as f32 * RISE_M,
            first_z + row as f32 * DEPTH_M,
        );
        let which = (number.wrapping_mul(7) % FIGURES) as usize;
        builder.world.spawn((
            Mesh3d(meshes[which].clone()),
            MeshMaterial3d(cloth.clone()),
            Transform::from_translation(at)
                .with_rotation(Quat::from_rotation_y(std::f32::consts::PI)),
            NotShadowCaster,
        ));
        // Before the face: body, lens, and the flash on top.
        let face = people[which].face();
        let before = at + Vec3::new(-face.x, face.y, -face.z - 0.09);
        for (offset, size) in [
            (Vec3::ZERO, Vec3::new(0.15, 0.11, 0.08)),
            (Vec3::NEG_Z * 0.13, Vec3::new(0.085, 0.085, 0.20)),
            (Vec3::Y * 0.10, Vec3::new(0.07, 0.09, 0.07)),
        ] {
            let part = builder.block(before + offset, size, &black);
            builder.without_shadow(part);
        }
        places.push(before + Vec3::new(0.0, 0.11, -0.06));
    }
    if press.flashes_per_pose > 0 && !places.is_empty() {
        hang_bulbs(builder, press, places);
    }
    Ok(())
}

fn hang_bulbs(builder: &mut Builder<'_>, press: &Press, places: Vec<Vec3>) {
    let bulb = builder.glowing(Vec3::splat(BULB_NITS));
    let size = Vec3::new(0.07, 0.05, 0.02);
    let shown: Vec<Entity> = (0..BULBS)
        .map(|_| {
            let bulb = builder.block(places[0], size, &bulb);
            builder.without_shadow(bulb);
            builder.world.entity_mut(bulb).insert(Visibility::Hidden);
            bulb
        })
        .collect();
    let lamp = SpotLight {
        color: Color::linear_rgb(1.0, 0.98, 0.96),
        intensity: 0.0,
        range: 40.0,
        inner_angle: 0.25,
        outer_angle: 0.45,
        shadow_maps_enabled: false,
        ..default()
    };
    let lamp = builder.world.spawn((lamp, Transform::default())).id();
    builder.world.insert_resource(Bulbs {
        press: press.clone(),
        places,
        lamp,
        shown,
        flashes: None,
    });
}

/// Sets off the flashes of the moment.
fn flash(
    playback: Res<'_, Playback>,
    mut bulbs: ResMut<'_, Bulbs>,
    mut transforms: Query<'_, '_, &mut Transform>,
    mut visibility: Query<'_, '_, &mut Visibility>,
    mut lights: Query<'_, '_, &mut SpotLight>,
) {
    let bulbs = &mut *bulbs;
    let press = &bulbs.press;
    let all = bulbs.flashes.get_or_insert_with(|| {
        let beat_s = playback.show.beat_s();
        let poses: Vec<(f32, f32)> = playback
            .looks
            .iter()
            .map(|look| {
                let marks = look.choreography.marks(look.number, beat_s, Vec::new());
                (marks.poses * beat_s, marks.turns * beat_s)
            })
            .collect();
        flashes(press, &poses)
    });
    let now = seen(all, playback.time_s);
    for (number, entity) in bulbs.shown.iter().enumerate() {
        let place = now
            .get(number)
            .and_then(|f| bulbs.places.get(f.who as usize));
        if let Ok(mut shown) = visibility.get_mut(*entity) {
            shown.set_if_neq(if place.is_some() {
                Visibility::Inherited
            } else {
                Visibility::Hidden
            });
        }
        if let (Some(place), Ok(mut transform)) = (place, transforms.get_mut(*entity)) {
            transform.translation = *place;
        }
    }
    let strength = press.flash_lumens * now.len() as f32;
    if let Ok(mut light) = lights.get_mut(bulbs.lamp)
        && light.intensity != strength
    {
        light.intensity = strength;
    }
    let from = now.first().and_then(|f| bulbs.places.get(f.who as usize));
    if let (Some(from), Some(subject)) = (from, playback.subject())
        && let Ok(mut transform) = transforms.get_mut(bulbs.lamp)
    {
        let aim = subject.feet + Vec3::Y * CHEST_M;
        *transform = Transform::from_translation(*from).looking_at(aim, Vec3::Y);
    }
}
