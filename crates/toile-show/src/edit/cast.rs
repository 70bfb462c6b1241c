//! A camera for every shot.

use super::{Moment, Order, Shot, plan::Planned};
use crate::format::{Camera, Cut, Framing, Role, Show};

/// What it costs to show a moment with a camera that is not meant for it.
const MISCAST: f32 = -6.0;
/// The same size of picture twice in a row.
const SAME_ROLE: f32 = -1.5;
/// The camera that told the same moment of the look before.
const SAME_AGAIN: f32 = -1.0;
/// Each time that a camera has shown the look already.
const USED: f32 = -0.7;
/// A part that the look does not have.
const NOT_WORN: f32 = -8.0;
/// How much chance there is in a choice.
const CHANCE: f32 = 0.9;

/// How well a camera tells a moment.
fn fit(moment: Moment, several: bool, role: Role) -> f32 {
    use Role::{Back, Close, Crane, Detail, Low, Medium, Pit, Side, Wide};
    let table: &[(Role, f32)] = match moment {
        _ if several => &[(Wide, 3.0), (Crane, 3.0), (Pit, 1.0), (Low, 0.5)],
        Moment::House => &[(Crane, 3.0), (Wide, 3.0), (Pit, 1.0)],
        Moment::Entrance => &[(Wide, 3.0), (Crane, 2.8), (Pit, 2.0), (Low, 1.0)],
        Moment::Approach => &[
            (Medium, 3.0),
            (Side, 3.0),
            (Back, 2.4),
            (Low, 2.0),
            (Pit, 1.6),
        ],
        Moment::Pose => &[(Pit, 3.0), (Low, 2.0), (Medium, 1.4), (Wide, 0.5)],
        Moment::Detail => &[(Detail, 3.5), (Close, 3.0), (Medium, 1.5)],
        Moment::Turn => &[(Side, 2.6), (Low, 2.4), (Pit, 2.4), (Medium, 1.6)],
        Moment::Back => &[
            (Back, 3.2),
            (Crane, 2.6),
            (Wide, 2.4),
            (Side, 2.0),
            (Pit, 2.0),
        ],
        Moment::Written => &[],
    };
    let known = table.iter().find(|(known, _)| *known == role);
    known.map_or(MISCAST, |(_, fit)| *fit)
}

/// Gives every planned shot a camera: the one that tells it best, never the one
/// that is on air or that a cut of the file puts on air next.
pub(super) fn cast(show: &Show, order: &Order<'_>, planned: Vec<Planned>, seed: u64) -> Vec<Shot> {
    let cameras = &show.cameras;
    let named = |name: &str| cameras.iter().position(|camera| camera.name == name);
    let written = |planned: &Planned| {
        let index = planned.written?;
        Some(order.written[index].cut)
    };
    // Which camera told what of which look, so far.
    let mut told: Vec<(usize, Moment, Option<usize>)> = Vec::new();
    let mut shots = Vec::new();
    for (at, plan) in planned.iter().enumerate() {
        let look = plan.looks.first().copied();
        let numbers = plan.looks.iter().map(|&l| order.marks[l].look).collect();
        if let Some(cut) = written(plan) {
            told.extend(named(&cut.camera).map(|camera| (camera, plan.moment, look)));
            shots.push(Shot {
                cut: cut.clone(),
                moment: plan.moment,
                looks: numbers,
            });
            continue;
        }
        let before = told.last().map(|&(camera, ..)| camera);
        let after = planned
            .get(at + 1)
            .and_then(written)
            .and_then(|cut| named(&cut.camera));
        let score = |index: usize| {
            let camera = &cameras[index];
            let role = camera.role();
            let mut score = fit(plan.moment, plan.looks.len() > 1, role);
            if before.is_some_and(|before| cameras[before].role() == role && role != Role::Detail) {
                score += SAME_ROLE;
            }
            let again = told
                .iter()
                .rev()
                .find(|&&(_, moment, other)| moment == plan.moment && other != look);
            if again.is_some_and(|&(camera, ..)| camera == index) {
                score += SAME_AGAIN;
            }
            let used = told.iter().filter(|t| t.0 == index && t.2 == look).count();
            score += USED * used as f32;
            if let (Some(look), Some(part)) = (look, part(camera))
                && !order.marks[look].parts.contains(&part)
            {
                score += NOT_WORN;
            }
            score + CHANCE * chance(seed, at as u64, index as u64)
        };
        let chosen = (0..cameras.len())
            .filter(|&index| Some(index) != before && Some(index) != after)
            .max_by(|&a, &b| score(a).total_cmp(&score(b)));
        // There are three cameras or more, so one is left.
        let Some(camera) = chosen else { continue };
        told.push((camera, plan.moment, look));
        shots.push(Shot {
            cut: Cut {
                beat: plan.beat,
                camera: cameras[camera].name.clone(),
                look: look.map(|look| order.marks[look].look),
                beats: None,
            },
            moment: plan.moment,
            looks: numbers,
        });
    }
    shots
}

/// The part of a garment that a camera frames.
fn part(camera: &Camera) -> Option<Framing> {
    camera.movement.frame().filter(|frame| frame.is_part())
}

/// A number from 0 to 1 that three others decide.
fn chance(seed: u64, shot: u64, camera: u64) -> f32 {
    crate::chance::of(
        seed.wrapping_add(shot.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .wrapping_add(camera.wrapping_mul(0xd1b5_4a32_d192_ed03)),
    )
}
