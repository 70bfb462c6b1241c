//! The lamps as the show goes on: they follow, turn, dim and change colour.

use super::{
    OnAir, Playback, Subframe, VenueLight,
    beam::BeamMaterial,
    set::{Dimmed, Glows, Hung, ScreenShow},
};
use bevy::{light::EnvironmentMapLight, prelude::*};
use toile_show::rig::{Lamp, Rig};

/// What the lamps do.
#[derive(Resource)]
pub(super) struct Cued(pub(super) Rig);

/// The beam of a lamp.
#[derive(Component)]
pub(super) struct Beam {
    /// What it is made of.
    pub(super) material: Handle<BeamMaterial>,
    /// Its colour at full light.
    pub(super) full: Vec3,
}

/// Installs the lamps.
pub(super) fn plugin(app: &mut App) {
    let staged = resource_exists::<Playback>.and_then(resource_exists::<Cued>);
    app.add_systems(
        Update,
        (light_lamps, light_glows, light_everywhere, show_screen)
            .in_set(super::StageSystems::Frame)
            .run_if(staged),
    );
}

fn opaque(colour: Vec3) -> Color {
    Color::linear_rgb(colour.x, colour.y, colour.z)
}

/// Hangs, points, dims and colours every lamp.
fn light_lamps(
    playback: Res<'_, Playback>,
    subframe: Res<'_, Subframe>,
    cued: Res<'_, Cued>,
    mut materials: ResMut<'_, Assets<BeamMaterial>>,
    mut lamps: Query<
        '_,
        '_,
        (
            &Hung,
            Option<&Dimmed>,
            Option<&Beam>,
            &mut Transform,
            &mut SpotLight,
        ),
        Without<OnAir>,
    >,
) {
    let feet = playback.subject().map(|subject| subject.feet);
    let beat = playback.beat();
    for (hung, dimmed, beam, mut transform, mut light) in &mut lamps {
        let mut hung = *hung;
        let changing = dimmed.filter(|dimmed| cued.0.changes(dimmed.lamp));
        let state = changing.and_then(|dimmed| Some((dimmed, cued.0.state(dimmed.lamp, beat)?)));
        if let Some((dimmed, state)) = state {
            let colour = dimmed.tint * state.filter;
            light.color = opaque(colour);
            light.intensity = dimmed.lumens * state.level;
            if matches!(dimmed.lamp, Lamp::Spot(_)) && !hung.follows {
                hung.aim = state.aim;
            }
            if let Some(beam) = beam
                && let Some(mut material) = materials.get_mut(&beam.material)
            {
                material.colour = (beam.full * state.filter * state.level).extend(0.0);
            }
        }
        let Some(feet) = feet.or((!hung.follows).then_some(Vec3::ZERO)) else {
            continue;
        };
        transform.set_if_neq(hung.transform(feet, subframe.light));
    }
}

/// Dims and colours what is seen to shine.
fn light_glows(
    playback: Res<'_, Playback>,
    cued: Res<'_, Cued>,
    glows: Option<Res<'_, Glows>>,
    mut materials: ResMut<'_, Assets<StandardMaterial>>,
) {
    let beat = playback.beat();
    let all = glows.iter().flat_map(|glows| &glows.0);
    for glow in all.filter(|glow| cued.0.changes(glow.lamp)) {
        let Some(state) = cued.0.state(glow.lamp, beat) else {
            continue;
        };
        let light = glow.full * state.filter * state.level;
        let light = LinearRgba::rgb(light.x, light.y, light.z);
        let same = materials
            .get(&glow.material)
            .is_none_or(|material| material.emissive == light);
        if !same && let Some(mut material) = materials.get_mut(&glow.material) {
            material.emissive = light;
        }
    }
}

/// Dims the light from everywhere.
fn light_everywhere(
    playback: Res<'_, Playback>,
    cued: Res<'_, Cued>,
    full: Option<Res<'_, VenueLight>>,
    mut cameras: Query<'_, '_, &mut EnvironmentMapLight, With<OnAir>>,
) {
    let Some(full) = full.filter(|_| cued.0.changes(Lamp::Environment)) else {
        return;
    };
    if let Some(state) = cued.0.state(Lamp::Environment, playback.beat()) {
        for mut light in &mut cameras {
            light.intensity = full.0.intensity * state.level;
        }
    }
}

/// Puts on the screen what belongs there.
fn show_screen(
    playback: Res<'_, Playback>,
    screen: Option<Res<'_, ScreenShow>>,
    mut materials: ResMut<'_, Assets<StandardMaterial>>,
) {
    let Some(screen) = screen else {
        return;
    };
    let Some(frame) = screen.frame(playback.beat(), playback.show.beat_s()) else {
        return;
    };
    let shown = materials
        .get(&screen.material)
        .is_none_or(|material| material.emissive_texture.as_ref() == Some(frame));
    if !shown && let Some(mut material) = materials.get_mut(&screen.material) {
        material.emissive_texture = Some(frame.clone());
    }
}
