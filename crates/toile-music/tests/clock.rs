//! Beat clock arithmetic.

use toile_music::{BARS_PER_PHRASE, BEATS_PER_BAR, BeatClock};

#[test]
fn time_and_beat_are_inverse() {
    let clock = BeatClock::new(117.0, 0.35);
    for step in -40..4_000 {
        let t = f64::from(step) * 0.1;
        assert!((clock.time_of(clock.beat_at(t)) - t).abs() < 1e-9);
    }
}

#[test]
fn at_120_a_beat_is_half_a_second_after_the_offset() {
    let clock = BeatClock::new(120.0, 1.0);
    assert_eq!(clock.beat_at(1.0), 0.0);
    assert_eq!(clock.beat_at(2.25), 2.5);
    assert_eq!(clock.time_of(8.0), 5.0);
    assert_eq!(clock.bar_length(), 2.0);
}

#[test]
fn every_bar_and_phrase_line_belongs_to_the_bar_and_phrase_it_starts() {
    for bpm in [112.0, 118.3, 123.7] {
        let clock = BeatClock::new(bpm, 0.123);
        for bar in -8..800 {
            assert_eq!(clock.bar_at(clock.time_of_bar(bar)), bar, "{bpm}");
            assert_eq!(
                clock.bar_at(clock.time_of_bar(bar) - 1e-4),
                bar - 1,
                "{bpm}"
            );
            assert_eq!(clock.phrase_at(clock.time_of_phrase(bar)), bar, "{bpm}");
        }
    }
}

#[test]
fn a_phrase_is_four_bars_of_four_beats() {
    let clock = BeatClock::new(120.0, 0.0);
    assert_eq!(BEATS_PER_BAR * BARS_PER_PHRASE, 16);
    assert_eq!(clock.time_of_phrase(1), clock.time_of(16.0));
}

#[test]
fn the_next_bar_is_never_before_now_and_stays_on_a_bar_line() {
    let clock = BeatClock::new(120.0, 0.0);
    assert_eq!(clock.next_bar(0.0), 0.0);
    assert_eq!(clock.next_bar(0.1), 2.0);
    assert_eq!(clock.next_bar(2.0), 2.0);
    assert_eq!(clock.next_bar(-0.5), 0.0);
}

#[test]
fn the_nearest_beat_and_the_phase_agree() {
    let clock = BeatClock::new(120.0, 0.0);
    assert_eq!(clock.nearest_beat(0.7), 0.5);
    assert_eq!(clock.nearest_beat(0.8), 1.0);
    assert_eq!(clock.beat_phase(0.75), 0.5);
    assert_eq!(clock.beat_phase(-0.125), 0.75);
}
