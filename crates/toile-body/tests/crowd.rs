//! People who watch.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own data must stop"
)]

mod common;

use common::body;
use toile_body::{
    Shape,
    crowd::{Part, SEAT_HEIGHT_M, Sitting, Spectator},
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
    };
    body().spectator(&shape, sitting).unwrap()
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
        assert!(figure.positions.iter().all(|at| at.is_finite()));
        assert!(figure.normals.iter().all(|n| n.is_normalized()));
        let vertices = figure.positions.len() as u32;
        assert!(figure.triangles.iter().flatten().all(|&v| v < vertices));
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
