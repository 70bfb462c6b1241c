//! The form: which section plays in which bars.

/// Bars in a phrase. Sections change on phrase lines.
pub const BARS_PER_PHRASE: u32 = 4;

/// What a section does in the show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectionKind {
    /// Kick and hats under a closed pad: doors open, the runway is empty.
    Intro,
    /// The full groove the looks walk to.
    Main,
    /// Kick and bass out, chords open.
    Break,
    /// Roll and riser into the section after it.
    Build,
    /// The groove at its fullest: last looks and the closing walk.
    Finale,
}

/// A run of bars of one kind. Light cues and camera plans may follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// What plays.
    pub kind: SectionKind,
    /// First bar, from 0.
    pub first_bar: u32,
    /// Length in bars, at least 1.
    pub bars: u32,
}

impl Section {
    /// One past the last bar.
    #[must_use]
    pub fn end_bar(&self) -> u32 {
        self.first_bar + self.bars
    }
}

/// Sections that fill `bars` bars without gap. The last section takes the bars that do not
/// make a whole phrase.
pub(crate) fn plan(bars: u32) -> Vec<Section> {
    use SectionKind::{Break, Build, Finale, Intro, Main};
    let bars = bars.max(1);
    let phrases = bars / BARS_PER_PHRASE;
    let mut order: Vec<(SectionKind, u32)> = Vec::new();
    match phrases {
        0 | 1 => order.push((Main, 1)),
        2 => order.extend([(Main, 1), (Finale, 1)]),
        3 => order.extend([(Intro, 1), (Main, 1), (Finale, 1)]),
        4 => order.extend([(Intro, 1), (Main, 1), (Break, 1), (Finale, 1)]),
        _ => {
            let intro = (phrases / 7).clamp(1, 4);
            let finale = (phrases / 4).clamp(1, 8);
            let body = phrases - intro - finale;
            // Beyond about a minute and a half the groove would tire: more than one break.
            let cycles = body.div_ceil(12);
            order.push((Intro, intro));
            for cycle in 0..cycles {
                let share = body * (cycle + 1) / cycles - body * cycle / cycles;
                let build = u32::from(share >= 4);
                let rest = (share / 6).clamp(1, 2);
                order.push((Main, share - build - rest));
                order.push((Break, rest));
                if build > 0 {
                    order.push((Build, build));
                }
            }
            order.push((Finale, finale));
        }
    }
    let mut sections = Vec::with_capacity(order.len());
    let mut first_bar = 0;
    for (kind, length) in order {
        let length = length * BARS_PER_PHRASE;
        sections.push(Section {
            kind,
            first_bar,
            bars: length,
        });
        first_bar += length;
    }
    if let Some(last) = sections.last_mut() {
        last.bars = bars - last.first_bar;
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_filled_without_gap_and_ends_where_it_should() {
        for bars in 1..400 {
            let sections = plan(bars);
            let mut next = 0;
            for section in &sections {
                assert_eq!(section.first_bar, next, "{bars} bars: {sections:?}");
                assert!(section.bars > 0, "{bars} bars: {sections:?}");
                next = section.end_bar();
            }
            assert_eq!(next, bars, "{sections:?}");
        }
    }

    #[test]
    fn a_minute_has_intro_main_break_build_and_finale_in_that_order() {
        let kinds: Vec<_> = plan(30).iter().map(|s| s.kind).collect();
        use SectionKind::{Break, Build, Finale, Intro, Main};
        assert_eq!(kinds, [Intro, Main, Break, Build, Finale]);
    }

    #[test]
    fn a_break_is_always_followed_by_a_fuller_section() {
        use SectionKind::{Break, Build, Finale, Main};
        for bars in 1..400 {
            for pair in plan(bars).windows(2) {
                if pair[0].kind == Break {
                    assert!(matches!(pair[1].kind, Build | Main | Finale));
                }
            }
        }
    }
}
