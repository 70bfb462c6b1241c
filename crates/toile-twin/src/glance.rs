//! Where eyes look between blinks, and what no face has alike on both sides.

use std::f32::consts::TAU;

use crate::chance;

/// Mean time for which eyes rest on one thing, seconds (1.5 to 3 while nobody talks).
const REST_S: f32 = 1.7;
/// How long eyes take from one thing to the next, seconds.
const MOVE_S: f32 = 0.06;
/// How far they wander to the side and up, as weights of the face units (1 is about 30°).
const ASIDE: f32 = 0.20;
const UP: f32 = 0.08;

/// The `count`th number of a seed, from 0, less than 1; another row than that of blinks.
fn chance(seed: u64, count: u64) -> f32 {
    let begins = chance::seeded(seed ^ chance::STEP);
    chance::of(begins.wrapping_add(count.wrapping_mul(chance::STEP)))
}

/// What eyes look at for the `count`th time: aside (to the left) and up, -1 to 1.
fn target(seed: u64, count: u64) -> [f32; 2] {
    // Every other time straight ahead, to where a model looks.
    if chance(seed, 4 * count) < 0.45 {
        return [0.0, 0.0];
    }
    let angle = TAU * chance(seed, 4 * count + 1);
    let far = chance(seed, 4 * count + 2).sqrt();
    [far * angle.cos(), far * angle.sin()]
}

/// Face units of a look at time `t`, seconds, and their weights.
pub(crate) fn units(seed: u64, t: f32) -> Vec<(&'static str, f32)> {
    let place = t.max(0.0) / REST_S;
    let count = place.floor();
    // Eyes set off at no fixed pace.
    let from = 0.8 * chance(seed, 4 * count as u64 + 3);
    let share = (((place - count - from) * REST_S) / MOVE_S).clamp(0.0, 1.0);
    let share = share * share * (3.0 - 2.0 * share);
    let [before, now] = [count as u64, count as u64 + 1].map(|count| target(seed, count));
    let mix = |k: usize| before[k] + (now[k] - before[k]) * share;
    let (left, up) = (ASIDE * mix(0), UP * mix(1));
    let smile = 0.08 * (chance(seed, 1 << 40) - 0.5);
    let brow = 0.16 * (chance(seed, (1 << 40) + 1) - 0.5);
    [
        ("eyeLookOutLeft", left),
        ("eyeLookInRight", left),
        ("eyeLookInLeft", -left),
        ("eyeLookOutRight", -left),
        ("eyeLookUpLeft", up),
        ("eyeLookUpRight", up),
        ("eyeLookDownLeft", -up),
        ("eyeLookDownRight", -up),
        ("mouthSmileLeft", smile),
        ("mouthSmileRight", -smile),
        ("browOuterUpLeft", brow),
        ("browOuterUpRight", -brow),
    ]
    .into_iter()
    .filter(|(_, weight)| *weight > 1e-3)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::units;

    fn weight(t: f32, name: &str) -> f32 {
        let units = units(7, t);
        units.iter().find(|u| u.0 == name).map_or(0.0, |u| u.1)
    }

    #[test]
    fn eyes_look_elsewhere_from_time_to_time_and_both_at_the_same() {
        let mut moved = 0;
        for k in 0..600 {
            let t = k as f32 * 0.1;
            for (a, b) in [
                ("eyeLookOutLeft", "eyeLookInRight"),
                ("eyeLookUpLeft", "eyeLookUpRight"),
            ] {
                assert_eq!(weight(t, a), weight(t, b));
                assert!(weight(t, a) <= 0.2);
            }
            let by = (weight(t + 0.1, "eyeLookOutLeft") - weight(t, "eyeLookOutLeft")).abs();
            moved += usize::from(by > 0.02);
        }
        assert!((5..60).contains(&moved), "{moved} times in a minute");
    }

    #[test]
    fn eyes_do_not_jump() {
        for k in 0..30_000 {
            let t = k as f32 * 0.002;
            let by = weight(t + 0.002, "eyeLookOutLeft") - weight(t, "eyeLookOutLeft");
            assert!(by.abs() < 0.025, "{by} at {t} s");
        }
    }
}
