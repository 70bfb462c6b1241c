//! Shots that must be: every look's entrance and its pose, each at a beat.

use super::{BAR_BEATS, Moment, Order};

/// Beats that the camera may be on the entrance before the look is.
const AHEAD: f32 = 2.0;

/// A shot that must be.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Anchor {
    /// Where it starts.
    pub(super) beat: f32,
    /// [`Moment::Entrance`] or [`Moment::Pose`].
    pub(super) moment: Moment,
    /// Indices of the looks it is of; the first is framed.
    pub(super) looks: Vec<usize>,
}

/// A look without its shot.
pub(super) struct Clash {
    pub(super) look: u32,
    pub(super) entrance: bool,
}

/// A shot to be found a beat for.
struct Wanted {
    look: usize,
    moment: Moment,
    /// Beats at which it should start.
    from: f32,
    until: f32,
    /// Beats at which it may start where there is no room at those.
    at_worst: (f32, f32),
    /// What it must show some of.
    shows: (f32, f32),
}

/// Finds a beat for every look's entrance and pose. The one that must start first
/// is placed first (earliest deadline first); one that then finds no room goes
/// before all others. At worst each is placed as early as it may be at all.
pub(super) fn find(order: &Order<'_>) -> Result<Vec<Anchor>, Clash> {
    let mut wanted = wanted(order);
    wanted.retain(|want| !is_written(order, want));
    wanted.sort_by(|a, b| {
        let key = |w: &Wanted| (w.until, w.from, w.look);
        key(a)
            .partial_cmp(&key(b))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut clash = None;
    for _ in 0..=wanted.len() {
        match place(order, &wanted) {
            Ok(anchors) => return Ok(anchors),
            Err(index) => {
                let late = wanted.remove(index);
                clash = clash.or(Some(Clash {
                    look: order.marks[late.look].look,
                    entrance: late.moment == Moment::Entrance,
                }));
                wanted.insert(0, late);
            }
        }
    }
    for want in &mut wanted {
        let (from, until) = want.at_worst;
        (want.from, want.until) = (want.from.min(from), want.until.max(until));
    }
    wanted.sort_by(|a, b| a.until.total_cmp(&b.until));
    place(order, &wanted).map_err(|index| {
        let late = &wanted[index];
        clash.unwrap_or(Clash {
            look: order.marks[late.look].look,
            entrance: late.moment == Moment::Entrance,
        })
    })
}

/// Whether a cut of the file shows it.
fn is_written(order: &Order<'_>, want: &Wanted) -> bool {
    order.written.iter().any(|fixed| {
        fixed.cut.look == Some(order.marks[want.look].look)
            && fixed.cut.beat < want.shows.1
            && fixed.until > want.shows.0
    })
}

/// Places shots one after the other, each as early as it may be; else gives the
/// index of the first that finds no room.
fn place(order: &Order<'_>, wanted: &[Wanted]) -> Result<Vec<Anchor>, usize> {
    let mut anchors: Vec<Anchor> = Vec::new();
    for (index, want) in wanted.iter().enumerate() {
        let room = |anchors: &[Anchor], (from, until): (f32, f32)| {
            beats(from, until).find(|&beat| free(order, anchors, beat))
        };
        // One of another look that is on air at the time can show both.
        let shared = |anchors: &[Anchor], from: f32, until: f32| {
            anchors.iter().position(|anchor| {
                anchor.moment == want.moment
                    && anchor.beat < until
                    && anchor.beat + order.shortest > from
            })
        };
        let at_once = want.shows.0 + 1.0;
        let own = |beat| Anchor {
            beat,
            moment: want.moment,
            looks: vec![want.look],
        };
        if let Some(beat) = room(&anchors, (want.from, want.until)) {
            anchors.push(own(beat));
        } else if let Some(at) = shared(&anchors, at_once, at_once) {
            anchors[at].looks.push(want.look);
        } else if let Some(beat) = room(&anchors, want.at_worst) {
            anchors.push(own(beat));
        } else if let Some(at) = shared(&anchors, want.shows.0, want.shows.1) {
            anchors[at].looks.push(want.look);
        } else {
            return Err(index);
        }
    }
    anchors.sort_by(|a, b| a.beat.total_cmp(&b.beat));
    Ok(anchors)
}

fn wanted(order: &Order<'_>) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for (look, marks) in order.marks.iter().enumerate() {
        // A model that stands enters in its pose.
        if !marks.stands() {
            let from = bar_before(marks.enters);
            wanted.push(Wanted {
                look,
                moment: Moment::Entrance,
                from,
                until: (marks.poses - order.shortest).floor().max(from),
                at_worst: (from, (marks.poses - 1.0).floor()),
                shows: (marks.enters, marks.poses),
            });
        }
        let ahead = if marks.stands() { 0.0 } else { 1.0 };
        let from = (marks.poses - ahead).floor().max(0.0);
        wanted.push(Wanted {
            look,
            moment: Moment::Pose,
            from,
            until: (marks.turns - 1.0).floor().max(from),
            // Long enough to still be there when it is taken.
            at_worst: (
                (marks.poses - order.shortest + 1.0).ceil().max(0.0),
                (marks.turns - 0.5).floor(),
            ),
            shows: (marks.poses, marks.turns),
        });
    }
    wanted
}

/// The first beat of a bar shortly before a beat, or the beat.
fn bar_before(beat: f32) -> f32 {
    let bar = (beat / BAR_BEATS as f32).floor() * BAR_BEATS as f32;
    if beat - bar <= AHEAD {
        bar
    } else {
        beat.floor()
    }
}

/// Whole beats from one to another.
fn beats(from: f32, until: f32) -> impl Iterator<Item = f32> {
    let count = (until - from).max(0.0) as u32;
    (0..=count).map(move |k| from + k as f32)
}

/// Whether a shot can start at a beat: nothing else that must be, the start and
/// the end leave it and what comes before it their time.
fn free(order: &Order<'_>, anchors: &[Anchor], beat: f32) -> bool {
    let apart = |other: f32| (other - beat).abs() >= order.shortest;
    let begins_well = beat == 0.0 || beat >= order.shortest;
    begins_well
        && beat + order.shortest <= order.end.max(order.shortest)
        && anchors.iter().all(|anchor| apart(anchor.beat))
        && order.written.iter().all(|fixed| {
            beat + order.shortest <= fixed.cut.beat || beat >= fixed.until.max(fixed.cut.beat)
        })
}
