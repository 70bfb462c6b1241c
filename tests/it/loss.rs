//! A graphics device that goes away in the middle of a show.

use bevy::render::renderer::RenderDevice;
use std::path::Path;
use toile::{
    capture::{Headless, Plan, PumpError},
    paths::Assets,
    production::Production,
};

/// Updates after which a loss must have been noticed.
const SOON: u32 = 4;

#[test]
fn a_lost_device_is_told_as_such_and_shows_no_picture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let assets = Assets::find(Some(&root.join("assets"))).unwrap();
    let production = Production::load(&root.join("scenes/fitting-room.ron"), &assets).unwrap();
    let mut headless = Headless::new((64, 36), &production, &Plan::stills()).unwrap();
    headless.open(true);
    for _ in 0..2 {
        headless.update().unwrap();
    }
    headless
        .picture(0)
        .expect("a device that is there shows a picture");

    headless
        .world()
        .resource::<RenderDevice>()
        .wgpu_device()
        .destroy();

    assert!(matches!(headless.picture(0), Err(PumpError::Read(_))));
    let told = (0..SOON).find_map(|_| headless.update().err());
    assert!(matches!(told, Some(PumpError::Lost(_))), "{told:?}");
}
