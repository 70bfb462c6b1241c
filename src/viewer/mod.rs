//! The live window: the same stage, played against the wall clock, with a panel
//! beside it. A show gets a director's panel; a fitting room gets mirrors,
//! racks and a tape.

mod director;
mod display;
mod labelled;
mod orbit;
mod panel;
mod room;
mod search;

pub use display::{display, software_only};

use crate::{
    bake::Shelf,
    capture::{PumpError, camera_bundle, stage_plugins},
    consent::{Made, Run},
    fitting::{FittingRoom, Wish},
    label::{Policy, told},
    paths::Assets,
    production::{Library, Production},
    stage::{Loader, Playback, StagePlugin, StageSystems, Watch},
};
use bevy::{
    camera::{CameraOutputMode, ClearColorConfig, visibility::RenderLayers},
    prelude::*,
    render::render_resource::BlendState,
    window::{PresentMode, WindowResolution},
};
use bevy_egui::{EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass, PrimaryEguiContext};
use director::{Director, advance_loading, carry_out, light_camera, run_clock};
use labelled::Labelled;
use orbit::Orbit;
use room::Room;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use toile_consent::ledger::Act;
use toile_garment::Fabric;

/// Opens the window and plays a show until it is closed; looks whose bake is on
/// the `shelf` play that. `policy` says whether the figures in it are labelled.
///
/// # Errors
/// No adapter, or the stage could not be loaded.
pub fn play(
    mut production: Production,
    shelf: Option<Shelf>,
    policy: Policy,
) -> Result<(), PumpError> {
    let run = begin(&mut production, policy)?;
    let labelled = Labelled::new(&production, policy, false);
    open(app(production, shelf, labelled), run)
}

/// Asks whether all twins may be shown in the window, and writes down that it begins.
fn begin(production: &mut Production, policy: Policy) -> Result<Run, PumpError> {
    let run = Run::begin(production, Act::Play, WINDOW_PX, |intent| {
        // It makes no file that could carry credentials.
        let told = told(policy, true);
        (intent.told.label, intent.told.eu_mark) = (told.label, told.eu_mark);
    });
    run.map_err(|error| PumpError::Adapter(error.to_string()))
}

/// Writes down what was played.
fn end(run: Run) -> Result<(), PumpError> {
    let made = Made {
        shots: vec!["programme".into()],
        measured: "time on stage while the show played".into(),
        ..Made::default()
    };
    let ended = run.end(&made);
    ended.map_err(|error| PumpError::Adapter(error.to_string()))
}

/// Others take the stage: what was played until now is written down, the newcomers are
/// asked for and watched over.
///
/// # Errors
/// The clause that fails, or the account, in words; who was on stage then stays there.
fn on_account(world: &mut World, production: &mut Production) -> Result<(), String> {
    let labelled = world.resource::<Labelled>().of(production);
    let run = begin(production, labelled.policy()).map_err(|error| error.to_string())?;
    let account = world.resource::<OnAccount>().0.clone();
    let before = account
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .replace(run);
    world.insert_resource(Watch::new(production));
    // The licences are those that hold now.
    world.insert_resource(labelled.of(production));
    before.map_or(Ok(()), |run| end(run).map_err(|error| error.to_string()))
}

/// Size of the window when it opens, pixels.
const WINDOW_PX: (u32, u32) = (1280, 720);

/// What is played, for the account; taken out when the window closes.
#[derive(Resource)]
struct OnAccount(Arc<Mutex<Option<Run>>>);

/// Counts for how long twins are on stage.
fn count_played(
    account: Res<'_, OnAccount>,
    director: Res<'_, Director>,
    playback: Option<Res<'_, Playback>>,
) {
    let mut run = account.0.lock().unwrap_or_else(PoisonError::into_inner);
    let (Some(run), Some(playback), true) = (run.as_mut(), playback, director.playing) else {
        return;
    };
    for look in &playback.looks {
        if look.shown(playback.time_s) && !look.withdrawn() {
            run.seen(look.number, f64::from(director.frame_s));
        }
    }
}

/// Opens the window on the fitting room; `production` is what `wish` was cast
/// to.
///
/// # Errors
/// As [`play`].
pub fn fit(
    room: FittingRoom,
    wish: Wish,
    mut production: Production,
    policy: Policy,
) -> Result<(), PumpError> {
    let run = begin(&mut production, policy)?;
    let labelled = Labelled::new(&production, policy, true);
    let counter = panel::Counter::new(search::Search::start(room.assets()));
    let room = Room::new(room, wish, &production)
        .map_err(|error| PumpError::Adapter(error.to_string()))?;
    // Who tries things on does not repeat themselves: there is nothing to bake.
    let mut app = app(production, None, labelled);
    app.insert_resource(room)
        .insert_resource(counter)
        .init_resource::<Orbit>()
        .add_systems(PreUpdate, panel::take_dropped)
        .add_systems(
            Update,
            room::redress
                .after(advance_loading)
                .before(StageSystems::Perform),
        )
        .add_systems(
            Update,
            (orbit::steer, orbit::look)
                .chain()
                .after(StageSystems::Frame),
        );
    open(app, run)
}

/// The app that shows a production in a window.
fn app(production: Production, shelf: Option<Shelf>, labelled: Labelled) -> App {
    let worn = production.looks.iter().flat_map(|look| &look.garments);
    let fabrics = at_hand(
        &production.assets,
        worn.map(|garment| garment.fabric.clone()),
    );
    let window = WindowPlugin {
        primary_window: Some(Window {
            title: format!("{} · Toile", production.show.title),
            resolution: WindowResolution::new(WINDOW_PX.0, WINDOW_PX.1),
            present_mode: PresentMode::AutoVsync,
            ..default()
        }),
        ..default()
    };
    let camera = camera_bundle(&production.show);
    let mut app = App::new();
    app.add_plugins(stage_plugins(production.assets.root()).set(window))
        .add_plugins((StagePlugin, EguiPlugin::default()))
        .insert_resource(EguiGlobalSettings {
            auto_create_primary_context: false,
            ..default()
        })
        .insert_resource(Watch::new(&production))
        .insert_resource(Director::new(Loader::new(production, shelf), fabrics))
        .insert_resource(labelled)
        .add_systems(
            EguiPrimaryContextPass,
            (panel::panel, labelled::label).chain(),
        )
        .add_systems(
            Update,
            (advance_loading, light_camera, carry_out, run_clock)
                .chain()
                .before(StageSystems::Perform),
        );
    app.world_mut().spawn(camera);
    app.world_mut().spawn((
        PrimaryEguiContext,
        Camera2d,
        Msaa::Off,
        RenderLayers::none(),
        Camera {
            order: 1,
            output_mode: CameraOutputMode::Write {
                blend_state: Some(BlendState::ALPHA_BLENDING),
                clear_color: ClearColorConfig::None,
            },
            clear_color: ClearColorConfig::Custom(Color::NONE),
            ..default()
        },
    ));
    app
}

/// The fabrics of the panel's lists, by name: what is worn, and all that ship. What
/// cannot be read is told on the terminal.
fn at_hand(assets: &Assets, worn: impl Iterator<Item = Arc<Fabric>>) -> Vec<Arc<Fabric>> {
    let mut library = Library::new(assets);
    let mut known: BTreeMap<String, Arc<Fabric>> =
        worn.map(|fabric| (fabric.id.clone(), fabric)).collect();
    let shipped = library.shipped().unwrap_or_else(|error| {
        eprintln!("the fabrics that ship: {error}");
        Vec::new()
    });
    for id in shipped {
        if known.contains_key(&id) {
            continue;
        }
        match library.fabric(&id, "the fabrics that ship") {
            Ok(fabric) => drop(known.insert(id, fabric)),
            Err(error) => eprintln!("{error}"),
        }
    }
    let mut fabrics: Vec<_> = known.into_values().collect();
    fabrics.sort_by(|a, b| a.name.cmp(&b.name));
    fabrics
}

/// Runs the window until it is closed or fails, and accounts for what it showed.
fn open(mut app: App, run: Run) -> Result<(), PumpError> {
    let error = app.world().resource::<Director>().error.clone();
    let account = Arc::new(Mutex::new(Some(run)));
    app.insert_resource(OnAccount(account.clone()))
        .add_systems(Update, count_played.after(StageSystems::Perform));
    app.run();
    let failed = error.lock().unwrap_or_else(PoisonError::into_inner).take();
    let run = account
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let ended = run.map_or(Ok(()), end);
    match failed {
        Some(message) => Err(PumpError::Adapter(message)),
        None => ended,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_lists_of_the_panel_have_what_is_worn_and_all_that_ships() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
        let assets = Assets::find(Some(&root)).unwrap();
        let mut library = Library::new(&assets);
        let mut own = (*library.fabric("wool-crepe", "test").unwrap()).clone();
        own.id = "catalogue:Mill 7:412".into();
        let fabrics = at_hand(&assets, std::iter::once(Arc::new(own)));
        for id in ["catalogue:Mill 7:412", "cotton-voile", "wool-crepe"] {
            let there = fabrics.iter().filter(|f| f.id == id).count();
            assert_eq!(there, 1, "{id}");
        }
        assert_eq!(fabrics.len(), library.shipped().unwrap().len() + 1);
    }
}
