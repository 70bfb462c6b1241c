//! The score: what plays on which beat.
//!
//! Motifs (bass figure, stabs, arpeggio, percussion) are drawn once from the seed and then kept,
//! so the track has themes; sections decide which of them play.

use crate::clock::BEATS_PER_BAR;
use crate::dice::Dice;
use crate::form::{BARS_PER_PHRASE, Section, SectionKind};
use crate::harmony::{Chord, progression};
use crate::track::Style;

/// Sixteenths in a bar.
const STEPS: u32 = 16;

/// A struck instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drum {
    Kick,
    Clap,
    ClosedHat,
    OpenHat,
    Shaker,
    Rim,
    Conga,
    Snare,
    Crash,
}

/// One stroke.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) drum: Drum,
    /// When, in beats (swing and looseness included).
    pub(crate) beat: f64,
    /// Amplitude, 0 to 1.
    pub(crate) velocity: f32,
}

/// One pitched note.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Note {
    pub(crate) beat: f64,
    /// Length held, beats.
    pub(crate) length: f64,
    pub(crate) midi: u8,
    pub(crate) velocity: f32,
}

/// A chord held or struck.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChordNote {
    pub(crate) beat: f64,
    pub(crate) length: f64,
    pub(crate) voices: [u8; 4],
    pub(crate) velocity: f32,
}

/// Everything that plays.
#[derive(Clone, Debug, Default)]
pub(crate) struct Score {
    pub(crate) hits: Vec<Hit>,
    pub(crate) bass: Vec<Note>,
    pub(crate) arp: Vec<Note>,
    pub(crate) stabs: Vec<ChordNote>,
    pub(crate) pads: Vec<ChordNote>,
}

/// Themes of one track.
struct Motifs {
    chords: [Chord; 4],
    /// Bars each chord lasts.
    chord_bars: u32,
    /// Step, length in steps, semitones above the root, velocity.
    bass: &'static [(u32, u32, u8, f32)],
    stabs: &'static [u32],
    arp_steps: [bool; STEPS as usize],
    arp_tones: [usize; 7],
    rim: [bool; STEPS as usize],
    conga: [bool; STEPS as usize],
    /// Where an odd sixteenth falls within its eighth; 0.5 is straight.
    swing: f64,
}

const HOUSE_BASS: [&[(u32, u32, u8, f32)]; 4] = [
    &[
        (2, 2, 0, 0.9),
        (6, 1, 0, 0.8),
        (7, 2, 12, 0.7),
        (10, 2, 0, 0.9),
        (14, 2, 10, 0.8),
    ],
    &[
        (0, 2, 0, 0.8),
        (3, 3, 0, 1.0),
        (6, 2, 12, 0.7),
        (10, 3, 0, 0.9),
        (14, 2, 7, 0.8),
    ],
    &[
        (0, 1, 0, 0.7),
        (2, 2, 0, 0.9),
        (5, 1, 12, 0.6),
        (6, 2, 10, 0.8),
        (10, 3, 0, 1.0),
    ],
    &[
        (2, 1, 0, 0.8),
        (3, 2, 0, 0.9),
        (7, 1, 0, 0.7),
        (10, 2, 0, 0.9),
        (13, 1, 12, 0.6),
        (14, 2, 7, 0.8),
    ],
];
const TECHNO_BASS: [&[(u32, u32, u8, f32)]; 3] = [
    &[
        (2, 1, 0, 1.0),
        (3, 1, 0, 0.7),
        (6, 1, 0, 0.9),
        (7, 1, 0, 0.7),
        (10, 1, 0, 1.0),
        (11, 1, 0, 0.7),
        (14, 1, 0, 0.9),
        (15, 1, 12, 0.6),
    ],
    &[
        (2, 2, 0, 1.0),
        (6, 2, 0, 0.9),
        (10, 2, 0, 1.0),
        (13, 1, 0, 0.7),
        (14, 2, 0, 0.9),
    ],
    &[
        (1, 1, 0, 0.7),
        (2, 1, 0, 0.9),
        (3, 1, 0, 0.7),
        (6, 2, 0, 1.0),
        (9, 1, 0, 0.7),
        (10, 1, 0, 0.9),
        (11, 1, 12, 0.6),
        (14, 2, 0, 1.0),
    ],
];
const STABS: [&[u32]; 4] = [&[3, 6, 11], &[3, 6, 10, 14], &[2, 7, 10], &[6, 9, 14]];

impl Motifs {
    fn draw(style: Style, seed: u64) -> Self {
        let mut harmony = Dice::new(seed, 1);
        let mut bass = Dice::new(seed, 2);
        let mut arp = Dice::new(seed, 3);
        let mut drums = Dice::new(seed, 4);
        let (figure, swing) = match style {
            Style::DeepHouse => (bass.pick(HOUSE_BASS), 0.55 + 0.03 * drums.unit()),
            Style::MinimalTechno => (bass.pick(TECHNO_BASS), 0.51 + 0.02 * drums.unit()),
        };
        let arp_strokes = match style {
            Style::DeepHouse => arp.pick([5, 7, 6]),
            Style::MinimalTechno => arp.pick([3, 5, 7]),
        };
        Self {
            chords: progression(&mut harmony),
            chord_bars: match style {
                Style::DeepHouse => 1,
                Style::MinimalTechno => 2,
            },
            bass: figure,
            stabs: arp.pick(STABS),
            arp_steps: euclid(arp_strokes, arp.below(4)),
            arp_tones: std::array::from_fn(|_| arp.below(4)),
            rim: euclid(drums.pick([3, 5]), drums.below(8) + 1),
            conga: euclid(drums.pick([2, 3]), drums.below(8) + 3),
            swing,
        }
    }

    fn chord(&self, bar: u32) -> &Chord {
        &self.chords[(bar / self.chord_bars) as usize % self.chords.len()]
    }

    /// Beat of a sixteenth of a bar, swung.
    fn beat(&self, bar: u32, step: u32) -> f64 {
        let late = if step % 2 == 1 {
            (self.swing - 0.5) * 0.5
        } else {
            0.0
        };
        f64::from(bar * BEATS_PER_BAR) + f64::from(step) * 0.25 + late
    }
}

/// `strokes` spread as evenly as they go over sixteen steps, rotated (Toussaint 2005, "The
/// Euclidean algorithm generates traditional musical rhythms").
fn euclid(strokes: usize, rotation: usize) -> [bool; STEPS as usize] {
    let steps = STEPS as usize;
    std::array::from_fn(|step| ((step + rotation) * strokes) % steps < strokes)
}

/// Where a bar stands in the form.
struct Place {
    bar: u32,
    kind: SectionKind,
    /// Bar within its section.
    inside: u32,
    /// Bars left in the section, this one included.
    left: u32,
    /// Whether this is the last bar of a phrase.
    turn: bool,
}

impl Place {
    fn is(&self, kinds: &[SectionKind]) -> bool {
        kinds.contains(&self.kind)
    }
}

/// Writes the score for the form.
pub(crate) fn compose(style: Style, seed: u64, sections: &[Section]) -> Score {
    let motifs = Motifs::draw(style, seed);
    let mut score = Score::default();
    let mut feel = Dice::new(seed, 5);
    for (index, section) in sections.iter().enumerate() {
        let last = index + 1 == sections.len();
        for inside in 0..section.bars {
            let left = section.bars - inside;
            let place = Place {
                bar: section.first_bar + inside,
                kind: section.kind,
                inside,
                left,
                turn: (inside + 1) % BARS_PER_PHRASE == 0 && !(last && left == 1),
            };
            four_on_the_floor(&mut score, &motifs, &place);
            hats(&mut score, &motifs, &place, &mut feel, style);
            percussion(&mut score, &motifs, &place, &mut feel);
            bass(&mut score, &motifs, &place);
            chords(&mut score, &motifs, &place, style);
            arpeggio(&mut score, &motifs, &place, &mut feel, style);
        }
    }
    score
}

use SectionKind::{Break, Build, Finale, Intro, Main};

fn four_on_the_floor(score: &mut Score, motifs: &Motifs, place: &Place) {
    let mut hit = |drum, beat, velocity| {
        score.hits.push(Hit {
            drum,
            beat,
            velocity,
        });
    };
    let start = motifs.beat(place.bar, 0);
    for beat in 0..BEATS_PER_BAR {
        let at = start + f64::from(beat);
        // The last beat before a turn is left out now and then, and always before the drop.
        let gap = beat == 3 && place.left == 1 && (place.turn || place.kind == Build);
        let plays = match place.kind {
            Break => false,
            Build => place.left <= 2 || beat % 2 == 0,
            Intro | Main | Finale => true,
        };
        if plays && !gap {
            hit(Drum::Kick, at, if place.kind == Build { 0.8 } else { 1.0 });
        }
    }
    if place.is(&[Main, Finale]) || (place.kind == Intro && place.inside >= 4) {
        hit(Drum::Clap, start + 1.0, 0.9);
        hit(Drum::Clap, start + 3.0, 1.0);
        if place.turn {
            hit(Drum::Clap, motifs.beat(place.bar, 15), 0.45);
        }
    }
    if place.kind == Build {
        // A roll that doubles its pace towards the drop.
        let stride = match place.left {
            1 => 1,
            2 => 2,
            _ => 4,
        };
        let through = f64::from(place.inside) / f64::from(place.inside + place.left);
        for step in (0..STEPS).step_by(stride) {
            if place.left == 1 && step >= 14 {
                break;
            }
            let rise = through + f64::from(step) / 64.0;
            hit(
                Drum::Snare,
                motifs.beat(place.bar, step),
                (0.3 + 0.5 * rise) as f32,
            );
        }
    }
    if place.inside == 0 && place.is(&[Main, Finale, Break]) && place.bar > 0 {
        hit(
            Drum::Crash,
            start,
            if place.kind == Finale { 1.0 } else { 0.7 },
        );
    }
}

fn hats(score: &mut Score, motifs: &Motifs, place: &Place, feel: &mut Dice, style: Style) {
    let full = place.is(&[Main, Finale]);
    for step in 0..STEPS {
        // Two milliseconds of looseness at these tempi.
        let beat = (motifs.beat(place.bar, step) + 0.004 * feel.signed()).max(0.0);
        let humanise = 1.0 + 0.12 * feel.signed() as f32;
        let mut hit = |drum, velocity: f32| {
            score.hits.push(Hit {
                drum,
                beat,
                velocity: velocity * humanise,
            });
        };
        let accent = match step % 4 {
            0 => 0.35,
            2 => 0.75,
            1 => 0.28,
            _ => 0.45,
        };
        let off_beat = step % 4 == 2;
        match place.kind {
            Intro if place.inside >= 2 && (off_beat || place.inside >= 4) => {
                hit(Drum::ClosedHat, accent * 0.8);
            }
            Main | Finale => {
                let open = off_beat
                    && (style == Style::DeepHouse || step % 8 == 2 || place.kind == Finale);
                if open {
                    hit(Drum::OpenHat, 0.75);
                } else {
                    hit(Drum::ClosedHat, accent);
                }
            }
            Break if place.left <= 2 && off_beat => hit(Drum::ClosedHat, 0.4),
            Build if off_beat => hit(Drum::ClosedHat, 0.6),
            Intro | Break | Build => {}
        }
        let shaken = match place.kind {
            Main => place.inside >= 4,
            Finale | Break => true,
            Intro | Build => false,
        };
        if shaken {
            let weight = if place.kind == Break { 0.35 } else { 0.6 };
            hit(
                Drum::Shaker,
                weight * if step % 2 == 1 { 0.6 } else { 1.0 } * if off_beat { 1.0 } else { 0.7 },
            );
        }
        if full && place.turn && step >= 13 {
            hit(Drum::ClosedHat, 0.3 + 0.1 * (step - 12) as f32);
        }
    }
}

fn percussion(score: &mut Score, motifs: &Motifs, place: &Place, feel: &mut Dice) {
    for step in 0..STEPS {
        let beat = (motifs.beat(place.bar, step) + 0.005 * feel.signed()).max(0.0);
        let velocity = 0.6 + 0.3 * feel.unit() as f32;
        let ghost = feel.unit() < 0.06;
        let index = step as usize;
        if place.is(&[Intro, Main, Finale]) && (motifs.rim[index] || ghost) {
            let velocity = if ghost { velocity * 0.5 } else { velocity };
            score.hits.push(Hit {
                drum: Drum::Rim,
                beat,
                velocity,
            });
        }
        // The hand drum answers in every second bar and waits for the groove to settle.
        if place.is(&[Main, Finale]) && place.bar % 2 == 1 && motifs.conga[index] {
            score.hits.push(Hit {
                drum: Drum::Conga,
                beat,
                velocity,
            });
        }
    }
}

fn bass(score: &mut Score, motifs: &Motifs, place: &Place) {
    let plays = match place.kind {
        Intro => place.left <= 2 && place.inside >= 2,
        Main | Finale => true,
        Break | Build => false,
    };
    if !plays {
        return;
    }
    let chord = motifs.chord(place.bar);
    for &(step, length, semitones, velocity) in motifs.bass {
        if place.turn && place.left == 1 && step >= 12 {
            continue; // room for the fill
        }
        score.bass.push(Note {
            beat: motifs.beat(place.bar, step),
            // A little short of the next step, so that repeated notes speak.
            length: f64::from(length) * 0.25 - 0.05,
            midi: chord.root + semitones,
            velocity,
        });
    }
}

fn chords(score: &mut Score, motifs: &Motifs, place: &Place, style: Style) {
    let chord = motifs.chord(place.bar);
    if place.bar.is_multiple_of(motifs.chord_bars) || place.inside == 0 {
        let until = (place.bar / motifs.chord_bars + 1) * motifs.chord_bars;
        let bars = (until - place.bar).min(place.left);
        score.pads.push(ChordNote {
            beat: motifs.beat(place.bar, 0),
            length: f64::from(bars * BEATS_PER_BAR),
            voices: chord.voices,
            velocity: 1.0,
        });
    }
    let stabbing = match (style, place.kind) {
        (Style::DeepHouse, Main | Finale) => true,
        (Style::DeepHouse, Intro) => place.inside >= 8,
        (Style::MinimalTechno, Main) => place.inside >= 4 && place.bar.is_multiple_of(2),
        (Style::MinimalTechno, Finale) | (_, Break) => place.bar.is_multiple_of(2),
        (Style::MinimalTechno, Intro) | (_, Build) => false,
    };
    if stabbing {
        let count = if style == Style::DeepHouse && place.kind != Break {
            motifs.stabs.len()
        } else {
            1
        };
        for (index, &step) in motifs.stabs.iter().take(count).enumerate() {
            score.stabs.push(ChordNote {
                beat: motifs.beat(place.bar, step),
                length: 0.3,
                voices: chord.voices,
                velocity: if index == 0 { 1.0 } else { 0.75 },
            });
        }
    }
}

fn arpeggio(score: &mut Score, motifs: &Motifs, place: &Place, feel: &mut Dice, style: Style) {
    let plays = match place.kind {
        Intro => false,
        Main => place.inside >= 4 || style == Style::MinimalTechno,
        Break => place.inside >= 1,
        Build | Finale => true,
    };
    if !plays {
        return;
    }
    let chord = motifs.chord(place.bar);
    let mut stroke = place.bar as usize * 3;
    for step in 0..STEPS {
        if !motifs.arp_steps[step as usize] {
            continue;
        }
        let tone = motifs.arp_tones[stroke % motifs.arp_tones.len()];
        let lift = if place.kind == Finale && stroke.is_multiple_of(5) {
            24
        } else {
            12
        };
        score.arp.push(Note {
            beat: motifs.beat(place.bar, step),
            length: 0.2,
            midi: chord.voices[tone] + lift,
            velocity: 0.7 + 0.3 * feel.unit() as f32,
        });
        stroke += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::plan;

    #[test]
    fn euclid_gives_the_tresillo_for_three_in_eight() {
        let six = euclid(6, 0);
        assert_eq!(six.iter().filter(|&&on| on).count(), 6);
        let gaps: Vec<usize> = (0..16).filter(|&i| six[i]).collect();
        assert_eq!(gaps, [0, 3, 6, 8, 11, 14]);
    }

    #[test]
    fn kicks_lie_exactly_on_the_beat() {
        let score = compose(Style::DeepHouse, 3, &plan(32));
        let kicks: Vec<_> = score
            .hits
            .iter()
            .filter(|hit| hit.drum == Drum::Kick)
            .collect();
        assert!(kicks.len() > 60);
        assert!(kicks.iter().all(|hit| hit.beat.fract() == 0.0));
    }

    #[test]
    fn a_break_has_neither_kick_nor_bass() {
        let sections = plan(32);
        let score = compose(Style::MinimalTechno, 3, &sections);
        let rest = sections.iter().find(|s| s.kind == Break).unwrap();
        let within = |beat: f64| {
            (f64::from(rest.first_bar * 4)..f64::from(rest.end_bar() * 4)).contains(&beat)
        };
        assert!(
            !score
                .hits
                .iter()
                .any(|hit| hit.drum == Drum::Kick && within(hit.beat))
        );
        assert!(!score.bass.iter().any(|note| within(note.beat)));
        assert!(score.pads.iter().any(|pad| within(pad.beat)));
    }

    #[test]
    fn different_seeds_give_different_themes() {
        let line = |seed| {
            let score = compose(Style::DeepHouse, seed, &plan(16));
            score
                .bass
                .iter()
                .map(|n| (n.beat.to_bits(), n.midi))
                .collect::<Vec<_>>()
        };
        assert_ne!(line(1), line(2));
        assert_eq!(line(1), line(1));
    }
}
