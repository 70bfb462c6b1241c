//! Keys, progressions and voicings in natural minor.

use crate::dice::Dice;

/// One chord: a bass root and the voices above it, as MIDI note numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chord {
    pub(crate) root: u8,
    /// Third, fifth, seventh within an octave round the middle of the keyboard, then the
    /// colour tone (ninth, or eleventh where the ninth would clash) above, low to high.
    pub(crate) voices: [u8; 4],
}

/// Semitones of the natural minor scale.
const MINOR: [u8; 7] = [0, 2, 3, 5, 7, 8, 10];

/// Progressions as scale degrees (0 = tonic), chosen so that the last leads back to the first.
const PROGRESSIONS: [[usize; 4]; 6] = [
    [0, 5, 2, 6],
    [0, 3, 5, 4],
    [0, 0, 5, 6],
    [5, 6, 0, 0],
    [0, 2, 3, 5],
    [3, 0, 5, 4],
];

/// A key and four chords, drawn from the seed.
pub(crate) fn progression(dice: &mut Dice) -> [Chord; 4] {
    // Tonics whose bass notes fall between 41 and 62 Hz: low enough to feel on house speakers,
    // high enough for laptops to hear the overtones.
    let tonic = dice.pick([28u8, 29, 30, 31, 33, 34, 35]);
    let degrees = dice.pick(PROGRESSIONS);
    degrees.map(|degree| chord(tonic, degree))
}

fn chord(tonic: u8, degree: usize) -> Chord {
    let note = |steps: usize| {
        let step = degree + steps;
        tonic + MINOR[step % 7] + 12 * (step / 7) as u8
    };
    // On the second and fifth degrees of minor the ninth lies a semitone above the root.
    let colour = if degree == 4 || degree == 1 { 3 } else { 1 };
    let mut voices = [note(2), note(4), note(6)].map(|n| into_octave(n, 55));
    voices.sort_unstable();
    let root = if note(0) > tonic + 6 {
        note(0) - 12
    } else {
        note(0)
    };
    Chord {
        root: if root < 26 { root + 12 } else { root },
        voices: [
            voices[0],
            voices[1],
            voices[2],
            into_octave(note(colour), 67),
        ],
    }
}

/// Moves a note by octaves into the twelve semitones from `low`. Keeping each chord in one
/// window gives smooth voice leading without a search.
fn into_octave(note: u8, low: u8) -> u8 {
    low + (i16::from(note) - i16::from(low)).rem_euclid(12) as u8
}

/// Frequency of a MIDI note, Hz (A4 = note 69 = 440 Hz, equal temperament).
pub(crate) fn hertz(note: f64) -> f64 {
    440.0 * ((note - 69.0) / 12.0).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minor_tonic_chord_is_spelled_c_e_g_b_over_a() {
        let chord = chord(33, 0);
        assert_eq!(chord.root, 33);
        assert_eq!(chord.voices, [55, 60, 64, 71]);
    }

    #[test]
    fn no_progression_puts_two_voices_a_semitone_apart() {
        for seed in 0..200 {
            for chord in progression(&mut Dice::new(seed, 1)) {
                let mut voices = chord.voices;
                voices.sort_unstable();
                for pair in voices.windows(2) {
                    assert!(pair[1] - pair[0] >= 2, "seed {seed}: {chord:?}");
                }
                assert!((26..=42).contains(&chord.root), "seed {seed}: {chord:?}");
            }
        }
    }
}
