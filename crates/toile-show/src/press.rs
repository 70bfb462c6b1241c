//! The photographers' flashes: who flashes when, a pure function of the running order.

use crate::{chance::Dice, format::Press};

/// How long a flash is seen, s. It is a thousandth of a second in truth, but no frame
/// may miss it: it lasts as long as a frame of a film.
pub const FLASH_S: f32 = 1.0 / 24.0;
/// They begin so long before a pose is reached, s, and flash more rarely until then.
const EARLY_S: f32 = 1.5;
/// Share of the flashes that come early.
const EARLY: f32 = 0.25;

/// One flash.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flash {
    /// When it goes off, s of the show.
    pub at_s: f32,
    /// Whose it is, counted from 0.
    pub who: u32,
}

/// All flashes of a show in order, for poses that are held from and to these seconds.
#[must_use]
pub fn flashes(press: &Press, poses: &[(f32, f32)]) -> Vec<Flash> {
    let mut dice = Dice::new(press.seed);
    let mut all = Vec::new();
    if press.photographers == 0 {
        return all;
    }
    for &(from_s, to_s) in poses {
        let early = (press.flashes_per_pose as f32 * EARLY) as u32;
        for number in 0..press.flashes_per_pose {
            let (a, b) = if number < early {
                (from_s - EARLY_S, from_s)
            } else {
                (from_s, to_s)
            };
            all.push(Flash {
                at_s: a + (b - a) * dice.throw(),
                who: (dice.throw() * press.photographers as f32) as u32,
            });
        }
    }
    all.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
    all
}

/// Those of `flashes` (in order) that are seen at a time of the show, s.
#[must_use]
pub fn seen(flashes: &[Flash], time_s: f32) -> &[Flash] {
    let until = flashes.partition_point(|flash| flash.at_s <= time_s);
    let from = flashes.partition_point(|flash| flash.at_s <= time_s - FLASH_S);
    &flashes[from.min(until)..until]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(flashes_per_pose: u32) -> Press {
        Press {
            photographers: 6,
            distance_m: 4.0,
            flashes_per_pose,
            flash_lumens: 1e5,
            seed: 3,
        }
    }

    #[test]
    fn flashes_go_off_around_poses_and_each_is_somebodys() {
        let all = flashes(&press(40), &[(5.0, 7.0), (12.0, 14.0)]);
        assert_eq!(all.len(), 80);
        assert!(all.windows(2).all(|pair| pair[0].at_s <= pair[1].at_s));
        for flash in &all {
            let near = |from: f32, to: f32| (from - EARLY_S..to).contains(&flash.at_s);
            assert!(near(5.0, 7.0) || near(12.0, 14.0), "{flash:?}");
            assert!(flash.who < 6);
        }
        let held = all.iter().filter(|f| (5.0..7.0).contains(&f.at_s)).count();
        assert_eq!(held, 30, "most while the pose is held");
    }

    #[test]
    fn the_same_seed_gives_the_same_flashes_and_nobody_gives_none() {
        let poses = [(5.0, 7.0)];
        assert_eq!(flashes(&press(9), &poses), flashes(&press(9), &poses));
        let nobody = Press {
            photographers: 0,
            ..press(9)
        };
        assert!(flashes(&nobody, &poses).is_empty());
    }

    #[test]
    fn every_frame_of_a_film_sees_the_flashes_since_the_one_before() {
        let all = flashes(&press(30), &[(2.0, 4.0)]);
        let counted: usize = (0..150)
            .map(|frame| seen(&all, frame as f32 * FLASH_S).len())
            .sum();
        assert_eq!(counted, all.len());
    }
}
