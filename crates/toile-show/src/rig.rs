//! What every lamp of a venue does at a beat: a pure function of time.

use crate::{
    ease::ease,
    format::{Cue, Venue},
};
use glam::Vec3;

/// Names of lamps that every venue has.
pub const STRIPS: &str = "strips";
/// The light from everywhere.
pub const ENVIRONMENT: &str = "environment";
/// The screen on the backdrop.
pub const SCREEN: &str = "screen";

/// A lamp of a venue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lamp {
    /// A spot, by its place in the file.
    Spot(usize),
    /// A batten, by its place in the file.
    Batten(usize),
    /// The softboxes over the runway, all of them.
    Strips,
    /// The light from everywhere.
    Environment,
    /// The screen on the backdrop.
    Screen,
}

/// What a lamp does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    /// Share of its full light, 0 to 1.
    pub level: f32,
    /// Colour filter before it, linear RGB.
    pub filter: Vec3,
    /// What it points at, m; only spots do.
    pub aim: Vec3,
}

/// Whether a name in a cue means a lamp: its whole name, or the first word of it.
#[must_use]
pub fn names(asked: &str, lamp: &str) -> bool {
    let rest = lamp.strip_prefix(asked);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Every lamp of a venue and its name.
pub fn lamps(venue: &Venue) -> impl Iterator<Item = (Lamp, &str)> {
    let spots = venue.spots.iter().enumerate();
    let battens = venue.battens.iter().enumerate();
    spots
        .map(|(at, spot)| (Lamp::Spot(at), spot.name.as_str()))
        .chain(battens.map(|(at, batten)| (Lamp::Batten(at), batten.name.as_str())))
        .chain([
            (Lamp::Strips, STRIPS),
            (Lamp::Environment, ENVIRONMENT),
            (Lamp::Screen, SCREEN),
        ])
}

/// The lamps of a venue through the show; by default none of them changes.
#[derive(Debug, Clone, Default)]
pub struct Rig {
    lamps: Vec<(Lamp, Score)>,
}

impl Rig {
    /// The rig of a venue whose cues are valid.
    #[must_use]
    pub fn new(venue: &Venue) -> Self {
        let mut happens: Vec<(f32, &Cue)> = venue
            .cues
            .iter()
            .flat_map(|cue| {
                let every = cue.every_beats.unwrap_or(0.0);
                (0..cue.times).map(move |time| (cue.beat + time as f32 * every, cue))
            })
            .collect();
        // Of two cues on one beat the later in the file wins.
        happens.sort_by(|a, b| a.0.total_cmp(&b.0));
        let lamps = lamps(venue).map(|(lamp, name)| {
            let mut score = Score::new(start(venue, lamp));
            for (beat, cue) in &happens {
                if cue.lights.iter().any(|asked| names(asked, name)) {
                    score.play(*beat, cue);
                }
            }
            (lamp, score)
        });
        Self {
            lamps: lamps.collect(),
        }
    }

    /// Whether a lamp ever changes.
    #[must_use]
    pub fn changes(&self, lamp: Lamp) -> bool {
        self.score(lamp).is_some_and(|score| !score.is_still())
    }

    /// What a lamp does at a beat.
    #[must_use]
    pub fn state(&self, lamp: Lamp, beat: f32) -> Option<State> {
        self.score(lamp).map(|score| score.at(beat))
    }

    fn score(&self, lamp: Lamp) -> Option<&Score> {
        let found = self.lamps.iter().find(|(known, _)| *known == lamp);
        found.map(|(_, score)| score)
    }
}

fn start(venue: &Venue, lamp: Lamp) -> State {
    let plain = State {
        level: 1.0,
        filter: Vec3::ONE,
        aim: Vec3::ZERO,
    };
    match lamp {
        Lamp::Spot(at) => venue.spots.get(at).map_or(plain, |spot| State {
            level: spot.level,
            filter: spot.colour.linear(),
            aim: Vec3::from(spot.target),
        }),
        Lamp::Batten(at) => venue.battens.get(at).map_or(plain, |batten| State {
            level: batten.level,
            filter: batten.colour.linear(),
            ..plain
        }),
        Lamp::Strips | Lamp::Environment | Lamp::Screen => plain,
    }
}

/// What one lamp does through the show.
#[derive(Debug, Clone)]
struct Score {
    level: Track<f32>,
    filter: Track<Vec3>,
    aim: Track<Vec3>,
}

impl Score {
    fn new(start: State) -> Self {
        Self {
            // Lamps dim evenly; heads start and stop softly, for they have mass.
            level: Track::new(start.level, even),
            filter: Track::new(start.filter, even),
            aim: Track::new(start.aim, ease),
        }
    }

    fn play(&mut self, beat: f32, cue: &Cue) {
        if let Some(level) = cue.level {
            self.level.go(beat, cue.fade_beats, level);
        }
        if let Some(colour) = cue.colour {
            self.filter.go(beat, cue.fade_beats, colour.linear());
        }
        if let Some(aim) = cue.aim {
            self.aim.go(beat, cue.fade_beats, Vec3::from(aim));
        }
    }

    fn is_still(&self) -> bool {
        self.level.moves.is_empty() && self.filter.moves.is_empty() && self.aim.moves.is_empty()
    }

    fn at(&self, beat: f32) -> State {
        State {
            level: self.level.at(beat),
            filter: self.filter.at(beat),
            aim: self.aim.at(beat),
        }
    }
}

fn even(share: f32) -> f32 {
    share
}

/// A value that goes from one to the next.
#[derive(Debug, Clone)]
struct Track<T> {
    start: T,
    ease: fn(f32) -> f32,
    /// In order of their beats.
    moves: Vec<Move<T>>,
}

#[derive(Debug, Clone)]
struct Move<T> {
    beat: f32,
    beats: f32,
    from: T,
    to: T,
}

/// What can be between two values.
trait Between: Copy {
    fn towards(self, other: Self, share: f32) -> Self;
}

impl Between for f32 {
    fn towards(self, other: Self, share: f32) -> Self {
        self + (other - self) * share
    }
}

impl Between for Vec3 {
    fn towards(self, other: Self, share: f32) -> Self {
        self.lerp(other, share)
    }
}

impl<T: Between> Track<T> {
    fn new(start: T, ease: fn(f32) -> f32) -> Self {
        Self {
            start,
            ease,
            moves: Vec::new(),
        }
    }

    /// Goes on to another value, from wherever it then is.
    fn go(&mut self, beat: f32, beats: f32, to: T) {
        let from = self.at(beat);
        self.moves.push(Move {
            beat,
            beats,
            from,
            to,
        });
    }

    fn at(&self, beat: f32) -> T {
        let begun = self.moves.partition_point(|m| m.beat <= beat);
        let Some(now) = begun.checked_sub(1).and_then(|last| self.moves.get(last)) else {
            return self.start;
        };
        let since = beat - now.beat;
        if since >= now.beats {
            return now.to;
        }
        now.from.towards(now.to, (self.ease)(since / now.beats))
    }
}
