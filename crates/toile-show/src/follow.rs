//! Who a camera follows, and where that is: a pure function of time.

use crate::{Path, ease::ease, format::Framing};
use glam::Vec3;

/// How long a camera takes from one look to the next, s.
const PULL_S: f32 = 1.2;
/// How exactly it is known when another look is ahead, s.
const GRID_S: f32 = 1.0 / 24.0;

/// A part of a look, as a camera sees it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Part {
    /// Its middle, m.
    pub at: Vec3,
    /// How far its front is from its middle, m: that is what is sharp.
    pub radius_m: f32,
}

/// The parts of a look that a camera can frame.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Parts<T> {
    /// The lowest hem.
    pub hem: T,
    /// The neckline, in front.
    pub neckline: T,
    /// The left cuff or wrist.
    pub cuff: T,
    /// The top of what hangs from the waist, or the waist.
    pub waistband: T,
    /// The shoes.
    pub shoes: T,
}

impl<T> Parts<T> {
    /// The same of every part.
    #[must_use]
    pub fn map<U>(&self, mut of: impl FnMut(&T) -> U) -> Parts<U> {
        Parts {
            hem: of(&self.hem),
            neckline: of(&self.neckline),
            cuff: of(&self.cuff),
            waistband: of(&self.waistband),
            shoes: of(&self.shoes),
        }
    }

    /// The part that a framing names.
    #[must_use]
    pub fn get(&self, framing: Framing) -> Option<&T> {
        match framing {
            Framing::Full | Framing::Medium | Framing::Close => None,
            Framing::Hem => Some(&self.hem),
            Framing::Shoes => Some(&self.shoes),
            Framing::Neckline => Some(&self.neckline),
            Framing::Cuff => Some(&self.cuff),
            Framing::Waistband => Some(&self.waistband),
        }
    }
}

/// What a camera follows: one look on the runway.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Subject {
    /// The look's number.
    pub look: u32,
    /// Point on the floor under the pelvis, m.
    pub feet: Vec3,
    /// Height of the body, m.
    pub height_m: f32,
    /// Its parts.
    pub parts: Parts<Part>,
}

impl Subject {
    /// Between two subjects, a share of the way.
    fn towards(&self, other: &Self, share: f32) -> Self {
        let mix = |a: f32, b: f32| a + (b - a) * share;
        let part = |framing| {
            let of = |s: &Self| s.parts.get(framing).copied().unwrap_or_default();
            let (a, b) = (of(self), of(other));
            Part {
                at: a.at.lerp(b.at, share),
                radius_m: mix(a.radius_m, b.radius_m),
            }
        };
        Self {
            look: other.look,
            feet: self.feet.lerp(other.feet, share),
            height_m: mix(self.height_m, other.height_m),
            parts: Parts {
                hem: part(Framing::Hem),
                neckline: part(Framing::Neckline),
                cuff: part(Framing::Cuff),
                waistband: part(Framing::Waistband),
                shoes: part(Framing::Shoes),
            },
        }
    }
}

/// The ways of a look and its parts, in seconds since it entered.
#[derive(Debug, Clone, PartialEq)]
pub struct Ways {
    /// Of the point on the floor under the pelvis.
    pub feet: Path,
    /// Of the parts, and how far their front is from their middle, m.
    pub parts: Parts<(Path, f32)>,
}

/// A look that can be followed.
#[derive(Debug, Clone, Copy)]
pub struct Followed<'a> {
    /// Its number.
    pub look: u32,
    /// Height of the body, m.
    pub height_m: f32,
    /// It enters, s of the show.
    pub enters_s: f32,
    /// It is gone, s of the show.
    pub exits_s: f32,
    /// Where it goes.
    pub ways: &'a Ways,
}

impl Followed<'_> {
    /// Where it is at a time of the show, s; before it enters it is where it
    /// enters, and after it left where it left.
    #[must_use]
    pub fn subject(&self, time_s: f32) -> Subject {
        let since_s = time_s - self.enters_s;
        Subject {
            look: self.look,
            feet: self.ways.feet.at(since_s),
            height_m: self.height_m,
            parts: self.ways.parts.map(|(way, radius_m)| Part {
                at: way.at(since_s),
                radius_m: *radius_m,
            }),
        }
    }
}

/// Which look a camera follows that is told none: the one nearest the pit, and
/// while nobody is on the runway the next one to enter, or the last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attention {
    /// From which time on, s, which look, by its index.
    turns: Vec<(f32, usize)>,
}

impl Attention {
    /// Watches a show from its start to `end_s`.
    #[must_use]
    pub fn new(looks: &[Followed<'_>], end_s: f32) -> Self {
        let mut turns: Vec<(f32, usize)> = Vec::new();
        for step in 0..=(end_s / GRID_S).ceil() as u32 {
            let time_s = step as f32 * GRID_S;
            if let Some(index) = watched(looks, time_s)
                && turns.last().is_none_or(|turn| turn.1 != index)
            {
                turns.push((time_s, index));
            }
        }
        Self { turns }
    }

    /// Who is followed at a time of the show, s, and where that is. From one look to
    /// the next the camera goes over smoothly.
    #[must_use]
    pub fn subject(&self, looks: &[Followed<'_>], time_s: f32) -> Option<Subject> {
        let count = |until_s: f32| self.turns.partition_point(|turn| turn.0 <= until_s);
        let after = count(time_s).max(1).min(self.turns.len());
        // What was left longer ago has no part in it any more.
        let first = count(time_s - PULL_S).saturating_sub(1);
        self.turns[first.min(after)..after]
            .iter()
            .filter_map(|&(from_s, index)| Some((from_s, looks.get(index)?.subject(time_s))))
            .fold(None, |before: Option<Subject>, (from_s, subject)| {
                Some(match before {
                    Some(before) => before.towards(&subject, ease((time_s - from_s) / PULL_S)),
                    None => subject,
                })
            })
    }
}

fn watched(looks: &[Followed<'_>], time_s: f32) -> Option<usize> {
    let near = |index: &usize| {
        looks[*index]
            .ways
            .feet
            .at(time_s - looks[*index].enters_s)
            .z
    };
    let on = |look: &Followed<'_>| (look.enters_s..=look.exits_s).contains(&time_s);
    let all = || 0..looks.len();
    all()
        .filter(|&index| on(&looks[index]))
        .max_by(|a, b| near(a).total_cmp(&near(b)))
        .or_else(|| {
            all()
                .filter(|&index| looks[index].enters_s > time_s)
                .min_by(|&a, &b| looks[a].enters_s.total_cmp(&looks[b].enters_s))
        })
        .or_else(|| all().max_by(|&a, &b| looks[a].exits_s.total_cmp(&looks[b].exits_s)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks out at 1.2 m/s for five seconds.
    fn ways() -> Ways {
        let points = (0..21).map(|k| Vec3::Z * (0.3 * k as f32)).collect();
        let still = || (Path::still(Vec3::Y), 0.1);
        Ways {
            feet: Path::new(0.25, points),
            parts: Parts {
                hem: still(),
                neckline: still(),
                cuff: still(),
                waistband: still(),
                shoes: still(),
            },
        }
    }

    fn look(number: u32, enters_s: f32, ways: &Ways) -> Followed<'_> {
        Followed {
            look: number,
            height_m: 1.8,
            enters_s,
            exits_s: enters_s + 5.0,
            ways,
        }
    }

    #[test]
    fn the_one_nearest_the_pit_is_followed_and_the_next_before_it_enters() {
        let ways = ways();
        let looks = [look(1, 2.0, &ways), look(2, 4.0, &ways)];
        let attention = Attention::new(&looks, 12.0);
        let followed = |t: f32| attention.subject(&looks, t).map(|s| s.look);
        assert_eq!(followed(0.0), Some(1), "before anybody is there");
        assert_eq!(followed(6.0), Some(1));
        assert_eq!(followed(8.0), Some(2), "once the first has left");
        assert_eq!(followed(11.0), Some(2), "when all have left");
        assert_eq!(Attention::new(&[], 5.0).subject(&[], 1.0), None);
    }

    #[test]
    fn a_camera_goes_over_from_one_look_to_the_next_without_a_jump() {
        let ways = ways();
        let looks = [look(1, 0.0, &ways), look(2, 4.0, &ways)];
        let attention = Attention::new(&looks, 12.0);
        let z = |t: f32| attention.subject(&looks, t).map_or(0.0, |s| s.feet.z);
        // Look 1 is gone at 5 s, 4.8 m ahead of look 2.
        let fastest = (0..1200)
            .map(|k| 0.01 * k as f32)
            .map(|t| ((z(t + 0.01) - z(t)) / 0.01).abs())
            .fold(0.0, f32::max);
        assert!(fastest < 4.8 * 1.875 / PULL_S + 1.3, "{fastest} m/s");
        assert!((z(5.0) - 6.0).abs() < 0.05 && (z(6.3) - 1.2 * 2.3).abs() < 0.05);
    }
}
