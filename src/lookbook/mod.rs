//! The lookbook: every look of a show stands in a white studio and is photographed
//! from the front, the back, the side and once near, and all go on a contact sheet.

mod cast;
mod compare;
mod reference;
mod sheet;

pub use cast::{Crop, cast, cast_sheet};
pub use compare::{Caption, side_by_side};
pub use reference::Seated;
pub use sheet::{Row, Sheet};

use crate::{
    capture::{CaptureError, Film, Headless, Plan, PumpError, load, save_rgb, subframes, to_rgb},
    choreography::{FITTING_Z, frame_s},
    consent::{Made, Run},
    credentials::Credentials,
    fitting::{FittingError, FittingRoom},
    label::{self, Label, Policy},
    lettering::FontError,
    production::{CastLook, Production, ProductionError},
    stage::{BuildSet, Loader, Playback, build_studio, show_all},
};
use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
};
use toile_consent::ledger::Act;
use toile_show::{
    Show,
    format::{Camera, Edit, Framing, Movement},
};

/// Frames per second at which cloth is carried on, and the frame that is kept: by
/// then it hangs still.
const FPS: u32 = 24;
const FRAME: u32 = 16;
/// Distance of the camera from the look, m, and its height above the floor, m.
const AWAY_M: f32 = 5.5;
const HEIGHT_M: f32 = 1.2;
/// Updates before a picture counts: lights and shadows reach a camera late.
const AHEAD: u32 = 3;
/// Details, the most telling first.
const DETAILS: [Framing; 4] = [
    Framing::Neckline,
    Framing::Waistband,
    Framing::Cuff,
    Framing::Hem,
];

/// What is photographed, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder for the pictures.
    pub out: PathBuf,
    /// Size of a picture, pixels.
    pub size: (u32, u32),
    /// Subframes of which a picture is the mean.
    pub samples: u32,
    /// Whether pictures say what the figures in them are.
    pub label: Policy,
    /// Whether they carry Content Credentials.
    pub credentials: bool,
    /// Numbers of the looks; all of them if there is none.
    pub looks: Vec<u32>,
}

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LookbookError {
    /// The stage, the renderer, the files, or somebody who stopped it.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// The studio's scene.
    #[error(transparent)]
    Studio(#[from] FittingError),
    /// A twin of the cast sheet.
    #[error(transparent)]
    Cast(#[from] ProductionError),
    /// Nobody for the cast sheet.
    #[error(
        "there is nobody to be photographed; name twins that are licensed for stills in a lookbook"
    )]
    Nobody,
    /// An avatar that does not appear.
    #[error("twin '{0}': its avatar did not finish loading; see the log above")]
    Late(String),
    /// Somebody whose shape may not be given away.
    #[error(
        "twin '{0}' is the replica of a person, whose shape would be in the file; name one that is invented, as `toile twin list` tells"
    )]
    Shape(String),
    /// A fabric that cannot be written.
    #[error(transparent)]
    Fabric(toile_catalogue::CatalogueError),
    /// An avatar that cannot be written.
    #[error(transparent)]
    Avatar(toile_twin::TwinError),
    /// A look that the show does not have.
    #[error("--look {number}: the show has no such look; use one of: {known}")]
    Look {
        /// The number asked for.
        number: u32,
        /// Those there are.
        known: String,
    },
}

impl From<FontError> for LookbookError {
    fn from(error: FontError) -> Self {
        Self::Capture(error.into())
    }
}

impl From<PumpError> for LookbookError {
    fn from(error: PumpError) -> Self {
        Self::Capture(error.into())
    }
}

/// Photographs the looks of a production; gives the files in order, the contact
/// sheet last. It is written anew after every look, so that it is whole whenever
/// `stop` is raised.
///
/// # Errors
/// [`LookbookError`]; pictures that are done stay.
pub fn shoot(
    production: &Production,
    options: &Options,
    stop: &AtomicBool,
) -> Result<Vec<PathBuf>, LookbookError> {
    let known = || production.looks.iter().map(|look| look.look.number);
    for &number in &options.looks {
        if !known().any(|other| other == number) {
            let known: Vec<String> = known().map(|number| number.to_string()).collect();
            return Err(LookbookError::Look {
                number,
                known: known.join(", "),
            });
        }
    }
    let mut asked = only(production, &options.looks);
    let mut run = Run::begin(&mut asked, Act::Photograph, options.size, |intent| {
        intent.stills = VIEWS;
        intent.told = label::told(options.label, options.credentials);
    })
    .map_err(|error| CaptureError::Refused(Box::new(error)))?;
    let credentials = options
        .credentials
        .then(|| Credentials::open(&asked, &run))
        .transpose()
        .map_err(CaptureError::from)?;
    let mut files = Vec::new();
    let making = (options, credentials.as_ref());
    let shot = photograph(production, making, stop, &mut run, &mut files);
    // What was photographed was used, however it ended.
    let named = files.iter().map(|file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        (name.into_owned(), vec![file.clone()])
    });
    run.end(&Made {
        shots: ["front", "back", "side", "detail"]
            .map(str::to_owned)
            .to_vec(),
        files: named.collect(),
        frames: 0,
        measured: "pictures".into(),
    })
    .map_err(CaptureError::from)?;
    shot?;
    Ok(files)
}

/// Pictures of every look.
const VIEWS: u32 = 4;

/// The production with the looks asked for; all of them if none is.
fn only(production: &Production, looks: &[u32]) -> Production {
    let mut asked = production.clone();
    asked
        .looks
        .retain(|look| looks.is_empty() || looks.contains(&look.look.number));
    asked
}

fn photograph(
    production: &Production,
    (options, credentials): (&Options, Option<&Credentials>),
    stop: &AtomicBool,
    run: &mut Run,
    files: &mut Vec<PathBuf>,
) -> Result<(), LookbookError> {
    let room = FittingRoom::open(&production.assets)?;
    let studio = studio(room.scene(), &production.show);
    let mut headless = Headless::new(
        options.size,
        &alone(production, &studio, &[]),
        &Plan::stills(),
    )?;
    let mut set: BuildSet = build_studio;
    let mut sheet = Sheet::new(&production.show);
    let all = credentials.map(Credentials::of_all);
    let sheet_path = options.out.join("contact-sheet.png");
    for look in &production.looks {
        let number = look.look.number;
        if !options.looks.is_empty() && !options.looks.contains(&number) {
            continue;
        }
        let loader = Loader::on_set(
            alone(production, &studio, std::slice::from_ref(look)),
            None,
            set,
        );
        set = |_, _| Ok(());
        let label = Label::new(&only(production, &[number]), options.label);
        let mut row = Row::new(look);
        let stamp = credentials.map(|all| all.stamp(|other| other == number, &[]));
        load(&mut headless, loader, stop)
            .and_then(|playback| {
                headless.world().insert_resource(playback);
                stand(&mut headless, stop)
            })
            .map_err(|error| done_so_far(error, files.len()))?;
        for (view, camera) in views(headless.world().resource::<Playback>()) {
            if stop.load(Ordering::Relaxed) {
                return Err(stopped(files.len()).into());
            }
            let mut light = picture(&mut headless, camera, options.samples)?;
            if let Some(label) = &label {
                label.burn(&mut light, options.size, &[])?;
            }
            let rgb = to_rgb(&light, options.size.0);
            let name = format!("look-{number:02}-{}-{view}.png", look.cast.twin.id);
            let path = options.out.join(name);
            save_rgb(&path, &rgb, options.size, stamp.as_ref()).map_err(CaptureError::from)?;
            row.add(view, &rgb, options.size);
            files.push(path);
            run.photographed(number, 1);
        }
        sheet.add(row);
        let (rgb, size) = sheet.draw()?;
        save_rgb(&sheet_path, &rgb, size, all.as_ref()).map_err(CaptureError::from)?;
        leave(&mut headless);
    }
    files.push(sheet_path);
    Ok(())
}

fn stopped(pictures: usize) -> CaptureError {
    CaptureError::Interrupted {
        frames: pictures as u32,
        left: "the pictures are kept",
    }
}

/// An interruption counts the pictures there are.
fn done_so_far(error: CaptureError, pictures: usize) -> CaptureError {
    match error {
        CaptureError::Interrupted { .. } => stopped(pictures),
        other => other,
    }
}

/// The studio as a show: the fitting room's light from everywhere, and cameras all
/// round.
fn studio(room: &Show, show: &Show) -> Show {
    let zoom = |name: &str, turn_deg: f32, frame| {
        let (sin, cos) = turn_deg.to_radians().sin_cos();
        Camera {
            name: name.into(),
            role: None,
            focal_mm: 24.0,
            zoom_to_mm: Some(400.0),
            sensor_mm: 24.0,
            f_stop: 5.6,
            shutter_deg: 0.0,
            movement: Movement::Pan {
                position: [sin * AWAY_M, HEIGHT_M, FITTING_Z + cos * AWAY_M],
                frame,
            },
        }
    };
    let mut cameras = vec![
        zoom("front", 0.0, Framing::Full),
        zoom("back", 180.0, Framing::Full),
        zoom("side", 90.0, Framing::Full),
    ];
    // A little from the side, where folds show.
    let details = DETAILS.map(|part| zoom(detail(part), 20.0, part));
    cameras.extend(details);
    Show {
        title: show.title.clone(),
        client: show.client.clone(),
        purpose: show.purpose.clone(),
        date: show.date.clone(),
        release: show.release.clone(),
        edit: Edit::Written,
        cameras,
        ..room.clone()
    }
}

fn detail(part: Framing) -> &'static str {
    match part {
        Framing::Neckline => "neckline",
        Framing::Waistband => "waistband",
        Framing::Cuff => "cuff",
        _ => "hem",
    }
}

/// The production with one of its looks, or none, standing in the studio.
fn alone(production: &Production, studio: &Show, looks: &[CastLook]) -> Production {
    let looks: Vec<CastLook> = looks
        .iter()
        .cloned()
        .map(|mut cast| {
            cast.look.stands = true;
            cast.look.enters_at_beat = 0.0;
            cast.look.pose_beats = 16.0;
            cast.look.lane_m = 0.0;
            cast
        })
        .collect();
    Production {
        show: Show {
            looks: looks.iter().map(|cast| cast.look.clone()).collect(),
            ..studio.clone()
        },
        looks,
        intent: production.intent.clone(),
        name: production.name.clone(),
        assets: production.assets.clone(),
    }
}

/// The views of a look, and the camera of each.
fn views(playback: &Playback) -> [(&'static str, &'static str); 4] {
    let seen = |part: &&Framing| playback.looks.iter().any(|l| l.parts.contains(part));
    let part = DETAILS.iter().find(seen).copied();
    let near = detail(part.unwrap_or(Framing::Hem));
    [
        ("front", "front"),
        ("back", "back"),
        ("side", "side"),
        ("detail", near),
    ]
}

/// Has the look stand until its cloth hangs still.
fn stand(headless: &mut Headless, stop: &AtomicBool) -> Result<(), CaptureError> {
    show_all(headless.world(), true);
    for frame in 0..=FRAME {
        if stop.load(Ordering::Relaxed) {
            return Err(stopped(0));
        }
        headless.open(frame + AHEAD > FRAME);
        seek(headless, frame);
        headless.update()?;
    }
    Ok(())
}

fn seek(headless: &mut Headless, frame: u32) {
    let time_s = frame_s(frame, FPS);
    headless
        .world()
        .resource_mut::<Playback>()
        .seek_next(time_s);
}

/// A picture by one camera; the look stands as still as its cloth.
fn picture(headless: &mut Headless, camera: &str, samples: u32) -> Result<Vec<f32>, CaptureError> {
    headless.world().resource_mut::<Playback>().camera = Some(camera.to_owned());
    seek(headless, FRAME);
    headless.update()?;
    let mut film = Film::default();
    for (subframe, _) in subframes(samples) {
        headless.set_subframe(subframe);
        seek(headless, FRAME);
        headless.update()?;
        film.expose(&headless.picture(0)?);
    }
    Ok(film.develop())
}

/// Takes the look out of the studio.
fn leave(headless: &mut Headless) {
    if let Some(playback) = headless.world().remove_resource::<Playback>() {
        for look in &playback.looks {
            look.leave(headless.world());
        }
    }
}
