//! The automatic edit keeps its promises over many running orders.

use proptest::prelude::*;
use toile_show::{
    Show, ShowError,
    edit::{Marks, Moment, Shot},
    format::{Cut, Edit, Framing},
};

/// A show with one camera of every role.
fn show() -> Show {
    Show::from_ron(include_str!("data/auto.ron"), "auto.ron").expect("the show reads")
}

fn auto(seed: u64, shortest_beats: f32) -> Edit {
    Edit::Auto {
        seed,
        shortest_beats,
    }
}

/// A look that walks out for so many beats, poses, turns in two and walks back.
fn marks(look: u32, enters: f32, walk: f32, pose: f32) -> Marks {
    let poses = enters + walk;
    Marks {
        look,
        enters,
        poses,
        turns: poses + pose,
        returns: poses + pose + 2.0,
        exits: poses + pose + 2.0 + walk,
        parts: vec![Framing::Hem, Framing::Neckline, Framing::Shoes],
    }
}

/// Marks of looks whose numbers are in the show: 1, 2 and on.
fn running_order() -> impl Strategy<Value = Vec<Marks>> {
    let look = (3_u32..24, 4_u32..16, 2_u32..9, prop::bool::ANY);
    prop::collection::vec(look, 1..7).prop_map(|looks| {
        let mut enters = 0.0;
        let mut all = Vec::new();
        for (index, (apart, walk, pose, half)) in looks.into_iter().enumerate() {
            let offset = if half { 0.5 } else { 0.0 };
            all.push(marks(
                index as u32 + 1,
                enters + offset,
                walk as f32,
                pose as f32,
            ));
            enters += apart as f32;
        }
        all
    })
}

/// Cuts that an author might write, in order.
fn written() -> impl Strategy<Value = Vec<Cut>> {
    let cut = (6_u32..80, 0_usize..9, prop::option::of(4_u32..12), 0_u32..3);
    prop::collection::vec(cut, 0..4).prop_map(|cuts| {
        let names: Vec<String> = show().cameras.iter().map(|c| c.name.clone()).collect();
        let mut all: Vec<Cut> = cuts
            .into_iter()
            .map(|(beat, camera, beats, part)| Cut {
                beat: beat as f32 + 0.25 * part as f32,
                camera: names[camera].clone(),
                look: None,
                beats: beats.map(|b| b as f32),
            })
            .collect();
        all.sort_by(|a, b| a.beat.total_cmp(&b.beat));
        all.dedup_by(|a, b| a.beat == b.beat);
        all
    })
}

fn end_of(show: &Show, marks: &[Marks]) -> f32 {
    marks.iter().map(|m| m.exits).fold(0.0, f32::max) + show.outro_beats
}

fn assert_sound(show: &Show, marks: &[Marks], shots: &[Shot], shortest: f32) {
    let end = end_of(show, marks);
    assert_eq!(shots[0].cut.beat, 0.0, "a camera is on air from the start");
    for (index, shot) in shots.iter().enumerate() {
        let until = shots.get(index + 1).map_or(end, |next| next.cut.beat);
        assert!(until > shot.cut.beat);
        if shot.moment != Moment::Written {
            let length = until - shot.cut.beat;
            assert!(length >= shortest.min(end), "{length} beats: {shot:?}");
            assert_eq!(shot.cut.beat.fract(), 0.0, "on a beat: {shot:?}");
        }
        if let Some(next) = shots.get(index + 1)
            && !(shot.moment == Moment::Written && next.moment == Moment::Written)
        {
            assert_ne!(
                shot.cut.camera, next.cut.camera,
                "a jump: {shot:?} {next:?}"
            );
        }
    }
    for marks in marks {
        let shows = |moment| {
            let of = |shot: &&Shot| shot.moment == moment && shot.looks.contains(&marks.look);
            shots.iter().find(of).map(|shot| shot.cut.beat)
        };
        let entrance = shows(Moment::Entrance);
        assert!(
            entrance.is_some_and(|beat| beat < marks.poses),
            "look {} is not shown entering: {shots:#?}",
            marks.look
        );
        let pose = shows(Moment::Pose);
        assert!(
            pose.is_some_and(|beat| beat < marks.turns && beat + shortest > marks.poses - 1.0),
            "look {} is not shown posing: {shots:#?}",
            marks.look
        );
    }
}

proptest! {
    #[test]
    fn every_look_enters_and_poses_and_no_shot_is_too_short(
        marks in running_order(), seed in 0_u64..50, shortest in 2_u32..5,
    ) {
        let mut show = show();
        show.edit = auto(seed, shortest as f32);
        match show.shots(&marks, "auto.ron") {
            Ok(shots) => assert_sound(&show, &marks, &shots, shortest as f32),
            // Only where looks come on each other's heels.
            Err(error) => {
                let close = marks.windows(2).any(|pair| pair[1].enters - pair[0].enters < 9.0);
                prop_assert!(close, "{error}");
            }
        }
    }

    #[test]
    fn cuts_of_the_file_stand_where_they_are(
        marks in running_order(), cuts in written(), seed in 0_u64..50,
    ) {
        let mut show = show();
        show.edit = auto(seed, 3.0);
        show.cuts = cuts;
        let end = end_of(&show, &marks);
        let Ok(shots) = show.shots(&marks, "auto.ron") else {
            return Ok(());
        };
        let kept: Vec<&Cut> = shots
            .iter()
            .filter(|shot| shot.moment == Moment::Written)
            .map(|shot| &shot.cut)
            .collect();
        let asked: Vec<&Cut> = show.cuts.iter().filter(|cut| cut.beat < end).collect();
        prop_assert_eq!(&kept, &asked);
        for (index, shot) in shots.iter().enumerate() {
            let next = shots.get(index + 1);
            let until = next.map_or(end, |next| next.cut.beat);
            let clipped = next.is_none_or(|next| next.moment == Moment::Written);
            let least = shot.cut.beats.unwrap_or(3.0);
            prop_assert!(clipped || until - shot.cut.beat >= least, "{:?} to {}", shot, until);
        }
    }
}

fn plain(seed: u64) -> Vec<Shot> {
    let mut show = show();
    show.edit = auto(seed, 3.0);
    let marks = [
        marks(1, 0.0, 9.0, 8.0),
        marks(2, 28.0, 9.0, 8.0),
        marks(3, 56.0, 9.0, 8.0),
    ];
    show.shots(&marks, "auto.ron")
        .expect("there is time for all")
}

#[test]
fn a_look_alone_is_told_from_its_entrance_to_its_back() {
    let shots = plain(1);
    let of = |look: u32| -> Vec<Moment> {
        let of = shots.iter().filter(|s| s.cut.look == Some(look));
        of.map(|s| s.moment).collect()
    };
    for look in 1..=3 {
        let told = of(look);
        let order = [
            Moment::Entrance,
            Moment::Approach,
            Moment::Pose,
            Moment::Detail,
            Moment::Back,
        ];
        let places: Vec<Option<usize>> = order
            .iter()
            .map(|moment| told.iter().position(|t| t == moment))
            .collect();
        assert!(places.iter().all(Option::is_some), "look {look}: {told:?}");
        assert!(places.is_sorted(), "look {look}: {told:?}");
    }
}

#[test]
fn looks_enter_on_the_first_beat_of_a_bar() {
    let shots = plain(1);
    let entrances = shots.iter().filter(|s| s.moment == Moment::Entrance);
    for shot in entrances {
        assert_eq!(shot.cut.beat % 4.0, 0.0, "{shot:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_edit_and_another_one_another() {
    assert_eq!(plain(4), plain(4));
    assert!((1..12).any(|seed| plain(seed) != plain(0)));
}

#[test]
fn details_show_what_the_look_wears() {
    for seed in 0..20 {
        for shot in plain(seed) {
            assert_ne!(shot.cut.camera, "waistband", "no look has one: {shot:?}");
        }
    }
}

#[test]
fn looks_that_walk_out_together_share_their_shots() {
    let mut show = show();
    show.edit = auto(0, 3.0);
    let marks: Vec<Marks> = (1..=6).map(|look| marks(look, 0.0, 8.0, 4.0)).collect();
    let shots = show
        .shots(&marks, "auto.ron")
        .expect("a finale has a picture");
    assert_eq!(shots[0].looks.len() + shots[1].looks.len(), 6, "{shots:#?}");
    let wide = shots.iter().filter(|shot| shot.looks.len() > 1);
    assert!(wide.clone().count() >= 2);
    for shot in wide {
        assert!(
            ["wide", "crane"].contains(&shot.cut.camera.as_str()),
            "{shot:?}"
        );
    }
}

#[test]
fn a_model_that_stands_is_shown_from_the_start() {
    let mut show = show();
    show.edit = auto(0, 3.0);
    let mut stands = marks(1, 0.0, 0.0, 16.0);
    (stands.returns, stands.exits) = (stands.turns, stands.turns);
    let shots = show.shots(&[stands], "auto.ron").expect("there is time");
    assert_eq!(shots[0].moment, Moment::Pose);
    assert!(shots.iter().any(|shot| shot.moment == Moment::Detail));
}

#[test]
fn a_look_without_time_for_its_shot_is_named() {
    let mut show = show();
    show.edit = auto(0, 12.0);
    let marks = [marks(1, 0.0, 5.0, 2.0), marks(2, 6.0, 5.0, 2.0)];
    let error = show
        .shots(&marks, "auto.ron")
        .expect_err("too close together");
    assert!(matches!(error, ShowError::Field { .. }));
    let said = error.to_string();
    assert!(
        said.contains("auto.ron: edit") && said.contains("look"),
        "{said}"
    );
    assert!(said.contains("shortest_beats"), "{said}");
}

/// The words of the error when a part of the show's text is replaced.
fn refused(from: &str, to: &str) -> String {
    let text = include_str!("data/auto.ron");
    assert!(text.contains(from), "'{from}' is not in the show");
    let broken = text.replace(from, to);
    let error = Show::from_ron(&broken, "auto.ron").expect_err("it is broken");
    error.to_string()
}

#[test]
fn what_an_automatic_edit_lacks_is_named() {
    let text = include_str!("data/auto.ron");
    let without = |roles: &[&str]| {
        let lines = text.lines().filter(|line| {
            !roles
                .iter()
                .any(|name| line.contains(&format!("(name: \"{name}\"")))
        });
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        Show::from_ron(&text, "auto.ron").map_err(|e| e.to_string())
    };
    assert!(without(&["wide", "back"]).is_ok());
    let said = without(&["wide", "crane", "pit"]).expect_err("nothing shows them enter");
    assert!(
        said.contains("entering") && said.contains("Crane"),
        "{said}"
    );
    let said = without(&["medium", "side", "low"]).expect_err("nothing shows them come");
    assert!(
        said.contains("approaching") && said.contains("Medium"),
        "{said}"
    );
    assert!(refused("edit: Auto()", "edit: Written").contains("beat 0"));
    assert!(refused("edit: Auto()", "edit: Auto(shortest_beats: 0.1)").contains("shortest_beats"));
    let early = "edit: Auto(), cuts: [(beat: 1.0, camera: \"pit\")]";
    assert!(refused("edit: Auto()", early).contains("cuts[0].beat"));
    let held = "cuts: [(beat: 0.0, camera: \"pit\", beats: 4.0)]";
    assert!(refused("edit: Auto()", held).contains("cuts[0].beats"));
}

#[test]
fn moves_that_nobody_could_watch_are_refused() {
    let said = refused("beats: 16.0", "beats: 1.0");
    assert!(
        said.contains("movement.beats") && said.contains("m/s"),
        "{said}"
    );
    let said = refused("to: (10.0, -5.0)", "to: (10.0, -60.0)");
    assert!(
        said.contains("movement.to") && said.contains("floor"),
        "{said}"
    );
    let said = refused("zoom_to_mm: 180.0", "zoom_to_mm: 20.0");
    assert!(said.contains("zoom_to_mm"), "{said}");
}
