//! Chance that always falls the same way.

/// What the state goes up by from number to number.
pub(crate) const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// The state that a seed begins at.
pub(crate) const fn seeded(seed: u64) -> u64 {
    seed.wrapping_mul(STEP).wrapping_add(0x1234_5678_9ABC_DEF1)
}

/// A number from 0, less than 1, that a state decides (`SplitMix64`; Steele, Lea and Flood
/// 2014).
pub(crate) const fn of(state: u64) -> f32 {
    let mut z = state.wrapping_add(STEP);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 40) as f32 / (1_u64 << 24) as f32
}
