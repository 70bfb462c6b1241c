//! Lamps through a show, and what is said about cues that cannot be played.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use toile_show::{
    Show,
    format::Venue,
    rig::{Lamp, Rig, names},
};

const SHOW: &str = include_str!("data/auto.ron");

/// The show with these lines in its venue.
fn with(venue: &str) -> Result<Show, String> {
    let text = SHOW.replacen("        strips:", &format!("{venue}\n        strips:"), 1);
    Show::from_ron(&text, "show.ron").map_err(|error| error.to_string())
}

const LAMPS: &str = r##"
    spots: [
        (name: "wash left", position: (-3.0, 5.0, 1.0), target: (-3.0, 0.0, 0.0), lumens: 20000.0, temperature_k: 4000.0, half_angle_deg: 40.0, level: 0.5),
        (name: "wash right", position: (3.0, 5.0, 1.0), target: (3.0, 0.0, 0.0), lumens: 20000.0, temperature_k: 4000.0, half_angle_deg: 40.0, colour: "#ff0000"),
        (name: "key", position: (0.0, 5.0, 9.0), target: (0.0, 1.0, 4.0), lumens: 90000.0, temperature_k: 4000.0, half_angle_deg: 20.0, follows: true),
    ],
    battens: [
        (name: "tube", from: (0.0, 4.0, 0.0), to: (0.0, 4.0, 3.0), width_m: 0.1, nits: 900.0, temperature_k: 5000.0),
    ],
"##;

fn venue(cues: &str) -> Venue {
    with(&format!("{LAMPS} cues: [{cues}],")).unwrap().venue
}

fn refused(cues: &str) -> String {
    with(&format!("{LAMPS} cues: [{cues}],")).unwrap_err()
}

fn level(rig: &Rig, lamp: Lamp, beat: f32) -> f32 {
    rig.state(lamp, beat).unwrap().level
}

#[test]
fn lamps_stay_as_the_file_has_them_without_cues() {
    let rig = Rig::new(&venue(""));
    let state = rig.state(Lamp::Spot(1), 700.0).unwrap();
    assert_eq!(state.filter, [1.0, 0.0, 0.0].into());
    assert_eq!(state.aim, [3.0, 0.0, 0.0].into());
    assert_eq!(level(&rig, Lamp::Spot(0), 0.0), 0.5);
    assert!(!rig.changes(Lamp::Spot(0)));
}

#[test]
fn a_fade_takes_its_beats_and_stays_where_it_ends() {
    let rig = Rig::new(&venue(
        "(beat: 8.0, lights: [\"wash left\"], level: 0.0, fade_beats: 4.0)",
    ));
    let left = Lamp::Spot(0);
    assert_eq!(level(&rig, left, 7.99), 0.5);
    assert_eq!(level(&rig, left, 10.0), 0.25);
    assert_eq!(level(&rig, left, 12.0), 0.0);
    assert_eq!(level(&rig, left, 1000.0), 0.0);
    assert!(rig.changes(left) && !rig.changes(Lamp::Spot(1)));
}

#[test]
fn a_fade_that_is_overtaken_goes_on_from_where_it_is() {
    let rig = Rig::new(&venue(
        "(beat: 0.0, lights: [\"key\"], level: 0.0, fade_beats: 8.0),
         (beat: 4.0, lights: [\"key\"], level: 1.0, fade_beats: 1.0)",
    ));
    let key = Lamp::Spot(2);
    assert_eq!(level(&rig, key, 4.0), 0.5);
    assert_eq!(level(&rig, key, 4.5), 0.75);
    assert_eq!(level(&rig, key, 9.0), 1.0);
}

#[test]
fn the_first_word_of_a_name_means_all_that_share_it() {
    let rig = Rig::new(&venue(
        "(beat: 2.0, lights: [\"wash\", \"strips\"], level: 0.2)",
    ));
    for lamp in [Lamp::Spot(0), Lamp::Spot(1), Lamp::Strips] {
        assert_eq!(level(&rig, lamp, 2.0), 0.2);
    }
    assert_eq!(level(&rig, Lamp::Spot(2), 2.0), 1.0);
    assert!(names("wash", "wash left") && !names("was", "wash left"));
}

#[test]
fn a_cue_comes_again_as_often_as_it_says() {
    let rig = Rig::new(&venue(
        "(beat: 1.0, lights: [\"tube\"], level: 1.0, every_beats: 2.0, times: 3),
         (beat: 1.5, lights: [\"tube\"], level: 0.0, every_beats: 2.0, times: 3)",
    ));
    let lit: Vec<f32> = (0..9)
        .map(|b| level(&rig, Lamp::Batten(0), b as f32))
        .collect();
    assert_eq!(lit, [1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn a_head_turns_softly_and_colours_change_beside_it() {
    let rig = Rig::new(&venue(
        "(beat: 4.0, lights: [\"wash right\"], aim: (-1.0, 0.0, 4.0), colour: \"#0000ff\", fade_beats: 4.0)",
    ));
    let at = |beat| rig.state(Lamp::Spot(1), beat).unwrap();
    assert!((at(4.2).aim.x - 3.0).abs() < 0.01, "it starts slowly");
    assert!((at(6.0).aim.x - 1.0).abs() < 1e-4 && (at(6.0).filter.z - 0.5).abs() < 1e-6);
    assert_eq!(at(8.0).aim, [-1.0, 0.0, 4.0].into());
}

#[test]
fn errors_name_the_cue_and_its_lamps() {
    for (cue, words) in [
        (
            "(beat: 1.0, lights: [\"moon\"], level: 1.0)",
            "venue.cues[0].lights: there is no lamp 'moon'; use one of: wash left",
        ),
        (
            "(beat: 1.0, lights: [\"key\"])",
            "venue.cues[0]: changes nothing",
        ),
        (
            "(beat: 1.0, lights: [], level: 1.0)",
            "venue.cues[0].lights: is empty",
        ),
        (
            "(beat: 1.0, lights: [\"key\"], level: 1.5)",
            "venue.cues[0].level: 1.5 is out of range",
        ),
        (
            "(beat: 1.0, lights: [\"key\"], aim: (0.0, 0.0, 0.0))",
            "venue.cues[0].aim: 'key' cannot be aimed",
        ),
        (
            "(beat: 1.0, lights: [\"strips\"], colour: \"#ff0000\")",
            "venue.cues[0].colour: 'strips' takes no colour",
        ),
        (
            "(beat: 1.0, lights: [\"key\"], level: 1.0, times: 4)",
            "venue.cues[0].every_beats: is missing",
        ),
        (
            "(beat: 1.0, lights: [\"key\"], level: 1.0, every_beats: 1.0, times: 30000)",
            "venue.cues[0].times: 30000 is out of range",
        ),
    ] {
        let error = refused(cue);
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn lamps_that_cues_cannot_tell_apart_are_refused() {
    let twice = LAMPS.replace("wash right", "wash left");
    let error = with(&format!(
        "{twice} cues: [(beat: 0.0, lights: [\"key\"], level: 0.0)],"
    ));
    assert!(error.unwrap_err().contains("'wash left' names two lamps"));
    assert!(with(&twice).is_ok(), "without cues names do not matter");
}

#[test]
fn a_venue_has_either_an_image_or_a_sky() {
    let sky = "sky: (sun_azimuth_deg: 30.0, sun_elevation_deg: 40.0, sun_lux: 80000.0, sky_lux: 12000.0),";
    let both = with(sky).unwrap_err();
    assert!(
        both.contains("venue.environment: there is a sky as well"),
        "{both}"
    );
    let image = "        environment: (image: \"studio.exr\", intensity_nits: 26.0),\n";
    assert!(SHOW.contains(image));
    let neither = Show::from_ron(&SHOW.replace(image, ""), "show.ron").unwrap_err();
    assert!(
        neither
            .to_string()
            .contains("venue.environment: is missing")
    );
    assert!(Show::from_ron(&SHOW.replace(image, sky), "show.ron").is_ok());
}

#[test]
fn a_set_must_hold_the_runway() {
    let small = with("set: Cyclorama(radius_m: 4.0),").unwrap_err();
    assert!(
        small.contains("venue.set.radius_m: 4 is out of range; write a number from 7"),
        "{small}"
    );
    let narrow = with(
        "set: Hall(width_m: 3.0, length_m: 30.0, height_m: 8.0, concrete: \"#777777\", steel: \"#222222\"),",
    );
    assert!(
        narrow
            .unwrap_err()
            .contains("venue.set.width_m: 3 is out of range")
    );
}

#[test]
fn a_screen_shows_files_of_its_folder_only() {
    let screen = |file: &str| {
        with(&format!(
            "screen: (shows: Pictures(files: [\"{file}\"], beats: 4.0), nits: 500.0),"
        ))
    };
    assert!(screen("dusk.png").is_ok());
    assert!(
        screen("../secret.png")
            .unwrap_err()
            .contains("venue.screen.shows.files[0]: '../secret.png' is no file name")
    );
    assert!(
        screen("dusk.jpg")
            .unwrap_err()
            .contains("is no PNG picture")
    );
}

#[test]
fn pictures_change_on_the_beat_and_movies_by_the_clock() {
    let show =
        with("screen: (shows: Pictures(files: [\"a.png\", \"b.png\"], beats: 4.0), nits: 500.0),")
            .unwrap();
    let shown = show.venue.screen.unwrap().shows;
    let frames: Vec<usize> = [0.0, 3.9, 4.0, 8.0]
        .map(|b| shown.frame(2, b, 0.5, 0.04))
        .into();
    assert_eq!(frames, [0, 0, 1, 0]);
    let show = with("screen: (shows: Movie(file: \"a.mp4\"), nits: 500.0),").unwrap();
    let shown = show.venue.screen.unwrap().shows;
    assert_eq!(shown.frame(250, 4.0, 0.5, 0.04), 50, "two seconds of it");
}

#[test]
fn a_screen_shows_the_feed_of_a_camera_that_there_is() {
    let feed = |camera: &str| {
        with(&format!(
            "screen: (shows: Feed(camera: \"{camera}\"), nits: 500.0),"
        ))
    };
    assert!(feed("programme").is_ok());
    let known = with("").unwrap().cameras[0].name.clone();
    let show = feed(&known).unwrap();
    let shown = show.venue.screen.unwrap().shows;
    assert_eq!(shown.frame(1, 7.5, 0.5, 1.0 / 24.0), 0);
    let error = feed("moon").unwrap_err().to_string();
    assert!(
        error.contains(
            "venue.screen.shows.camera: there is no camera 'moon'; use one of: programme"
        ),
        "{error}"
    );
}
