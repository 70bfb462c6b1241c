//! What is shown from when to when: the shots that must be, and the best of what
//! can be told between them.

use super::{BAR_BEATS, Marks, Moment, Order, anchors::Anchor};

/// Longest shot that is chosen freely, beats.
const LONGEST: f32 = 16.0;
/// What a beat is worth at which the look does something else than the shot tells.
const DRIFTED: f32 = 0.6;
/// What a cut on the first beat of a bar is worth, and on the third.
const ON_BAR: f32 = 0.5;
const ON_HALF_BAR: f32 = 0.2;
/// What each square beat costs by which a shot is longer or shorter than it should.
const OFF_LENGTH: f32 = 0.06;

/// A shot that has no camera yet.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Planned {
    /// Where it starts.
    pub(super) beat: f32,
    /// What it tells.
    pub(super) moment: Moment,
    /// Indices of the looks that it tells it of; the first is framed.
    pub(super) looks: Vec<usize>,
    /// Index among the cuts of the file, if it is one.
    pub(super) written: Option<usize>,
}

/// What a beat of a moment is worth, and how long a shot of it should be, beats.
fn worth(moment: Moment) -> (f32, f32) {
    match moment {
        Moment::House => (0.5, 5.0),
        Moment::Entrance => (1.0, 5.0),
        Moment::Approach => (1.0, 4.0),
        Moment::Pose => (1.2, 4.0),
        Moment::Detail => (1.1, 3.0),
        Moment::Turn => (0.9, 3.0),
        Moment::Back => (0.6, 7.0),
        Moment::Written => (0.0, 4.0),
    }
}

/// What a look does at a beat.
fn moment_of(marks: &Marks, beat: f32) -> Option<Moment> {
    if beat < marks.enters || beat >= marks.exits {
        None
    } else if beat < marks.poses - 1.0 {
        Some(if beat < marks.enters + 2.0 {
            Moment::Entrance
        } else {
            Moment::Approach
        })
    } else if beat < marks.turns {
        Some(Moment::Detail)
    } else if beat < marks.returns {
        Some(Moment::Turn)
    } else {
        Some(Moment::Back)
    }
}

/// Fills the time of the show: the best sum of worths, by dynamic programming over
/// the beats.
pub(super) fn fill(order: &Order<'_>, anchors: &[Anchor]) -> Vec<Planned> {
    let nodes = nodes(order);
    // The best way to have come to each node: its worth, the node before and the
    // shot between.
    let mut best: Vec<Option<(f32, usize, Planned)>> = vec![None; nodes.len()];
    for from in 0..nodes.len() - 1 {
        let so_far = match &best[from] {
            _ if from == 0 => 0.0,
            Some((worth, ..)) => *worth,
            None => continue,
        };
        let start = nodes[from];
        let (options, least, must_end) = options(order, anchors, start);
        let ends = &nodes[from + 1..];
        for (to, &end) in ends.iter().enumerate().map(|(k, end)| (from + 1 + k, end)) {
            let length = end - start;
            let whole = end >= order.end;
            if end > must_end || (length > LONGEST.max(2.0 * least) && !whole) {
                break;
            }
            // A show that is shorter than a shot is one shot.
            if length < least && !(from == 0 && whole) {
                continue;
            }
            for planned in &options {
                let worth = so_far + value(order, planned, end);
                if best[to].as_ref().is_none_or(|(known, ..)| worth > *known) {
                    best[to] = Some((worth, from, planned.clone()));
                }
            }
        }
    }
    let mut shots = Vec::new();
    let mut at = nodes.len() - 1;
    while let Some((_, from, planned)) = best[at].take() {
        shots.push(planned);
        at = from;
    }
    shots.reverse();
    shots
}

/// Where shots may start and end: whole beats, the cuts of the file and the end.
fn nodes(order: &Order<'_>) -> Vec<f32> {
    let mut nodes: Vec<f32> = (0..order.end.ceil() as u32).map(|b| b as f32).collect();
    nodes.extend(order.written.iter().map(|fixed| fixed.cut.beat));
    nodes.push(order.end);
    nodes.sort_by(f32::total_cmp);
    nodes.dedup();
    nodes
}

/// What may be shown from a beat on, its least length, and the beat at which
/// something else must be.
fn options(order: &Order<'_>, anchors: &[Anchor], start: f32) -> (Vec<Planned>, f32, f32) {
    let next_written = order.written.iter().map(|fixed| fixed.cut.beat);
    let next_anchor = anchors.iter().map(|anchor| anchor.beat);
    let must_end = next_written
        .chain(next_anchor)
        .filter(|&beat| beat > start)
        .fold(order.end, f32::min);
    let fixed = |index: usize| &order.written[index];
    if let Some(index) = (0..order.written.len()).find(|&i| fixed(i).cut.beat == start) {
        let looks = fixed(index).cut.look.and_then(|number| {
            let mut all = order.marks.iter();
            all.position(|marks| marks.look == number)
        });
        let planned = Planned {
            beat: start,
            moment: Moment::Written,
            looks: looks.into_iter().collect(),
            written: Some(index),
        };
        return (vec![planned], fixed(index).until - start, must_end);
    }
    if let Some(anchor) = anchors.iter().find(|anchor| anchor.beat == start) {
        let planned = Planned {
            beat: start,
            moment: anchor.moment,
            looks: anchor.looks.clone(),
            written: None,
        };
        return (vec![planned], order.shortest, must_end);
    }
    // Between two beats only a cut of the file starts.
    if start.fract() != 0.0 {
        return (Vec::new(), order.shortest, must_end);
    }
    let on_stage = order.marks.iter().enumerate().filter_map(|(look, marks)| {
        // Details come after the pose.
        let posed = anchors.iter().any(|anchor| {
            anchor.moment == Moment::Pose && anchor.looks.contains(&look) && anchor.beat < start
        });
        let moment = match moment_of(marks, start)? {
            Moment::Detail if !posed => Moment::Approach,
            moment => moment,
        };
        Some(Planned {
            beat: start,
            moment,
            looks: vec![look],
            written: None,
        })
    });
    let mut options: Vec<Planned> = on_stage.collect();
    if options.is_empty() {
        options.push(Planned {
            beat: start,
            moment: Moment::House,
            looks: Vec::new(),
            written: None,
        });
    }
    (options, order.shortest, must_end)
}

/// What a shot is worth if it lasts to a beat.
fn value(order: &Order<'_>, planned: &Planned, end: f32) -> f32 {
    let (per_beat, ideal) = worth(planned.moment);
    let mut sum = 0.0;
    let mut beat = planned.beat;
    while beat < end {
        let length = (end - beat).min(1.0);
        let share = match planned.looks.first() {
            Some(&look) => {
                let now = moment_of(&order.marks[look], beat + 0.5 * length);
                let same = now == Some(planned.moment)
                    || (now == Some(Moment::Detail) && planned.moment == Moment::Pose);
                match now {
                    _ if same => 1.0,
                    Some(_) => DRIFTED,
                    None => 0.0,
                }
            }
            None => 1.0,
        };
        sum += per_beat * share * length;
        beat += 1.0;
    }
    let bar = planned.beat % BAR_BEATS as f32;
    let on_beat = if bar == 0.0 {
        ON_BAR
    } else if bar == 0.5 * BAR_BEATS as f32 {
        ON_HALF_BAR
    } else {
        0.0
    };
    sum + on_beat - OFF_LENGTH * (end - planned.beat - ideal).powi(2)
}
