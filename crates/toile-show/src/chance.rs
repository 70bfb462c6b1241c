//! Chance that always falls the same way.

/// What the state of [`Dice`] goes up by.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A number from 0, less than 1, that `state` decides (`SplitMix64`; Steele, Lea and Flood
/// 2014, "Fast splittable pseudorandom number generators").
#[must_use]
pub const fn of(state: u64) -> f32 {
    let mut x = state.wrapping_add(STEP);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((x ^ (x >> 31)) >> 40) as f32 / (1_u64 << 24) as f32
}

/// The `number`th of the numbers that a generator gives which begins at 0.
#[must_use]
pub const fn nth(number: u64) -> f32 {
    of(number.wrapping_sub(1).wrapping_mul(STEP))
}

/// One number after the other.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Begins at a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 0 or more, less than 1.
    pub const fn throw(&mut self) -> f32 {
        let thrown = of(self.0);
        self.0 = self.0.wrapping_add(STEP);
        thrown
    }
}

#[cfg(test)]
mod tests {
    use super::{Dice, nth};

    #[test]
    fn the_generator_gives_the_published_numbers() {
        // The first outputs for the seed 1234567 are 6457827717110365317 and
        // 3203168211198807973 (Rosetta Code, "Pseudo-random numbers/Splitmix64").
        let mut dice = Dice::new(1_234_567);
        for published in [6_457_827_717_110_365_317_u64, 3_203_168_211_198_807_973] {
            let share = (published >> 40) as f32 / (1_u64 << 24) as f32;
            assert_eq!(dice.throw(), share);
        }
    }

    #[test]
    fn a_number_is_the_same_by_its_place_as_in_the_row() {
        let mut dice = Dice::new(0);
        let row: Vec<f32> = (0..5).map(|_| dice.throw()).collect();
        let places: Vec<f32> = (1..=5).map(nth).collect();
        assert_eq!(row, places);
    }
}
