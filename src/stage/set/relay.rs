//! The screen that shows the show's own clean feed: a camera of the show sees the twins
//! and what they wear, and both wings of the wall show what it sees.

use super::{Builder, ScreenShow, runway};
use crate::stage::{Held, OnAir, TONEMAPPING, VenueLight, exposure, gloss};
use bevy::{
    camera::{CameraUpdateSystems, Hdr, RenderTarget, visibility::RenderLayers},
    core_pipeline::tonemapping::DebandDither,
    light::ShadowFilteringMethod,
    prelude::*,
};
use toile_show::{
    Show,
    format::{Backdrop, PROGRAMME},
};

/// Pixels of a picture's height: a wall of diodes has no more.
const HEIGHT_PX: u32 = 432;

/// Marks a camera whose picture is on the screen.
#[derive(Component, Debug)]
pub(in crate::stage) struct Relay;

/// Width of a wing of the wall, m.
pub(super) fn wing_m(backdrop: &Backdrop) -> f32 {
    (0.5 * backdrop.width_m - 0.5 * runway::ENTRANCE.x - 0.05).max(0.1)
}

/// Points a camera at the twins; gives the picture that it will fill.
pub(super) fn open(builder: &mut Builder<'_>, show: &Show, camera: &str) -> Handle<Image> {
    let backdrop = &show.venue.backdrop;
    let width = (HEIGHT_PX as f32 * wing_m(backdrop) / backdrop.height_m).round();
    let size = UVec2::new((width as u32).clamp(16, 4 * HEIGHT_PX), HEIGHT_PX);
    let image = gloss::target(size);
    let image = builder.world.resource_mut::<Assets<Image>>().add(image);
    let light = builder.world.get_resource::<VenueLight>().cloned();
    let mut relay = builder.world.spawn((
        (Camera3d::default(), Hdr, Msaa::Off),
        Camera {
            // Before whoever sees the screen, and before what mirrors it.
            order: -2,
            clear_color: ClearColorConfig::Custom(Color::BLACK),
            ..default()
        },
        RenderTarget::from(image.clone()),
        Projection::Perspective(PerspectiveProjection {
            near: 0.05,
            ..default()
        }),
        (TONEMAPPING, DebandDither::Disabled, exposure(show)),
        ShadowFilteringMethod::Hardware2x2,
        RenderLayers::layer(gloss::TWINS),
        (OnAir, Relay),
    ));
    if camera != PROGRAMME {
        relay.insert(Held(camera.to_owned()));
    }
    if let Some(light) = light {
        relay.insert(light.0);
    }
    image
}

/// Installs the screen's camera: it runs while somebody sees the stage.
pub(in crate::stage) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        run.before(CameraUpdateSystems)
            .run_if(resource_exists::<ScreenShow>),
    );
}

fn run(
    others: Query<'_, '_, &Camera, (With<OnAir>, Without<Relay>)>,
    mut relays: Query<'_, '_, &mut Camera, With<Relay>>,
) {
    let seen = others.iter().any(|camera| camera.is_active);
    for mut relay in &mut relays {
        if relay.is_active != seen {
            relay.is_active = seen;
        }
    }
}
