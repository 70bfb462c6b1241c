//! People who watch.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own data must stop"
)]

mod common;

use common::body;
use toile_body::{
    Shape,
    crowd::{Cut, Dressed, Hands, Part, SEAT_HEIGHT_M, Sitting, Spectator},
};

fn spectator(gender: f32, legs_crossed: bool) -> Spectator {
    let shape = Shape {
        gender,
        ..Shape::default()
    };
    let sitting = Sitting {
        look_deg: 20.0,
        lean_deg: 5.0,
        legs_crossed,
        hands: Hands::Lap,
    };
    let dressed = Dressed {
        hair: if gender < 0.5 { Cut::Long } else { Cut::Short },
        ..Dressed::default()
    };
    body().spectator(&shape, sitting, dressed).unwrap()
}

fn lowest(figure: &Spectator, part: Part) -> f32 {
    figure
        .positions
        .iter()
        .zip(&figure.parts)
        .filter(|(_, of)| **of == part)
        .map(|(at, _)| at.y)
        .fold(f32::INFINITY, f32::min)
}

#[test]
fn a_spectator_sits_on_the_seat_with_its_feet_near_the_floor() {
    for gender in [0.0, 1.0] {
        let figure = spectator(gender, false);
        let seat = figure
            .positions
            .iter()
            .zip(&figure.parts)
            .filter(|(at, part)| **part == Part::Bottom && at.z.abs() < 0.1)
            .map(|(at, _)| at.y)
            .fold(f32::INFINITY, f32::min);
        assert!((seat - SEAT_HEIGHT_M).abs() < 0.03, "{seat}");
        let floor = lowest(&figure, Part::Shoes);
        assert!(floor.abs() < 0.09, "{floor}");
        let top = figure
            .positions
            .iter()
            .map(|at| at.y)
            .fold(f32::NEG_INFINITY, f32::max);
        assert!((1.1..1.5).contains(&top), "{top}");
    }
}

#[test]
fn a_spectator_is_light_and_has_every_part() {
    for (gender, legs_crossed) in [(0.0, true), (0.0, false), (1.0, true), (1.0, false)] {
        let figure = spectator(gender, legs_crossed);
        let count = figure.triangles.len();
        assert!((800..3500).contains(&count), "{count} triangles");
        for part in [Part::Skin, Part::Hair, Part::Top, Part::Bottom, Part::Shoes] {
            let shown = figure.parts.iter().filter(|of| **of == part).count();
            assert!(shown > 10, "{part:?} has {shown} vertices");
        }
        assert_eq!(figure.positions.len(), figure.normals.len());
        assert_eq!(figure.positions.len(), figure.shades.len());
        assert!(figure.shades.iter().all(|s| (0.2..1.3).contains(s)));
        assert!(figure.positions.iter().all(|at| at.is_finite()));
        assert!(figure.normals.iter().all(|n| n.is_normalized()));
        let vertices = figure.positions.len() as u32;
        assert!(figure.triangles.iter().flatten().all(|&v| v < vertices));
    }
}

#[test]
fn what_is_worn_covers_more_or_less() {
    let figure = |dressed: Dressed, hands: Hands| {
        let sitting = Sitting {
            look_deg: 0.0,
            lean_deg: 0.0,
            legs_crossed: false,
            hands,
        };
        body()
            .spectator(&Shape::default(), sitting, dressed)
            .unwrap()
    };
    let has = |figure: &Spectator, part| figure.parts.contains(&part);
    let plain = figure(Dressed::default(), Hands::Lap);
    assert!(!has(&plain, Part::Shirt) && !has(&plain, Part::Legs));
    let summer = Dressed {
        short_sleeves: true,
        bare_legs: true,
        open_collar: true,
        hair: Cut::Short,
    };
    let summer = figure(summer, Hands::Lap);
    assert!(has(&summer, Part::Shirt) && has(&summer, Part::Legs));
    let skin = |figure: &Spectator| figure.parts.iter().filter(|p| **p == Part::Skin).count();
    assert!(skin(&summer) > skin(&plain));
    // Who photographs has hands at the height of the face.
    let hands = |figure: &Spectator| {
        let all = figure.positions.iter().zip(&figure.parts);
        all.filter(|(at, part)| **part == Part::Skin && at.z > 0.22)
            .map(|(at, _)| at.y)
            .fold(0.0, f32::max)
    };
    let camera = figure(Dressed::default(), Hands::Camera);
    assert!(hands(&camera) > hands(&plain) + 0.3);
    for part in [Part::Eyes, Part::Lips] {
        assert!(has(&plain, part), "{part:?}");
    }
}

#[test]
fn crossed_legs_lift_one_foot() {
    let right_foot = |figure: &Spectator| {
        figure
            .positions
            .iter()
            .zip(&figure.parts)
            .filter(|(_, of)| **of == Part::Shoes)
            .map(|(at, _)| at.y)
            .fold(f32::NEG_INFINITY, f32::max)
    };
    assert!(right_foot(&spectator(0.0, true)) > right_foot(&spectator(0.0, false)) + 0.05);
}

#[test]
fn fuller_hair_stands_higher_over_the_same_face() {
    let figure = |hair: Cut| {
        let sitting = Sitting {
            look_deg: 0.0,
            lean_deg: 0.0,
            legs_crossed: false,
            hands: Hands::Lap,
        };
        let dressed = Dressed {
            hair,
            ..Dressed::default()
        };
        body()
            .spectator(&Shape::default(), sitting, dressed)
            .unwrap()
    };
    let top = |figure: &Spectator, of: Part| {
        let all = figure.positions.iter().zip(&figure.parts);
        all.filter(|(_, part)| **part == of)
            .map(|(at, _)| at.y)
            .fold(0.0, f32::max)
    };
    let heights = [Cut::Close, Cut::Short, Cut::Full].map(|cut| {
        let figure = figure(cut);
        let face = top(&figure, Part::Lips);
        top(&figure, Part::Hair) - face
    });
    assert!(heights[0] + 0.008 < heights[1], "{heights:?}");
    assert!(heights[1] + 0.008 < heights[2], "{heights:?}");
}
