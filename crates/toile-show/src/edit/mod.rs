//! The automatic edit: which camera is on air when, made from the running order,
//! the walks and the beats with the grammar of a runway.
//!
//! A look is shown entering from afar, approaching from nearer, head to feet as it
//! takes its pose, in details while it holds it, then turning, and from behind as
//! it leaves. Every look gets the shot in which it enters and the one in which it
//! poses; where looks are on the runway together these go before the rest. Cuts
//! fall on beats and rather on the first of a bar. Cuts that the show file has
//! stand where they are.
//!
//! It goes in three steps: [`anchors`] finds a beat for the shots that must be,
//! [`plan`] fills the time between them, and [`cast`] gives every shot a camera.
//! All are pure functions of the show and of when its looks do what.

mod anchors;
mod cast;
mod plan;

use crate::{
    ShowError,
    format::{Cut, Edit, Framing, Show},
};

/// Beats in a bar.
pub const BAR_BEATS: u32 = 4;

/// When a look does what, beats of the show.
#[derive(Debug, Clone, PartialEq)]
pub struct Marks {
    /// The look's number.
    pub look: u32,
    /// It steps out.
    pub enters: f32,
    /// It takes its pose; where it stands instead of walking, as it enters.
    pub poses: f32,
    /// It turns round.
    pub turns: f32,
    /// It walks back.
    pub returns: f32,
    /// It is gone.
    pub exits: f32,
    /// Parts of its garments that there are to be seen.
    pub parts: Vec<Framing>,
}

impl Marks {
    /// Whether it stands where it enters.
    fn stands(&self) -> bool {
        self.poses <= self.enters
    }
}

/// What a shot of the automatic edit tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// Nobody is on the runway.
    House,
    /// A look steps out.
    Entrance,
    /// It comes nearer.
    Approach,
    /// It takes its pose.
    Pose,
    /// It holds its pose.
    Detail,
    /// It turns.
    Turn,
    /// It leaves.
    Back,
    /// The cut stands in the show file.
    Written,
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::House => "the house",
            Self::Entrance => "entrance",
            Self::Approach => "approach",
            Self::Pose => "pose",
            Self::Detail => "detail",
            Self::Turn => "turn",
            Self::Back => "back",
            Self::Written => "as written",
        })
    }
}

/// A shot of an edit.
#[derive(Debug, Clone, PartialEq)]
pub struct Shot {
    /// What is on air from when on.
    pub cut: Cut,
    /// What it tells.
    pub moment: Moment,
    /// Looks that it tells it of: several, where they come too close together for
    /// a shot each.
    pub looks: Vec<u32>,
}

impl std::fmt::Display for Shot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.moment.fmt(f)?;
        let looks: Vec<String> = self.looks.iter().map(u32::to_string).collect();
        match &looks[..] {
            [] => Ok(()),
            [one] => write!(f, " of look {one}"),
            several => write!(f, " of looks {}", several.join(", ")),
        }
    }
}

/// What the steps work on.
struct Order<'a> {
    marks: &'a [Marks],
    /// Cuts of the file that are on air, in order.
    written: Vec<Fixed<'a>>,
    /// Least length of a shot, beats.
    shortest: f32,
    /// End of the show, beats.
    end: f32,
}

/// A cut of the file.
struct Fixed<'a> {
    cut: &'a Cut,
    /// The beat up to which it stays at least.
    until: f32,
}

impl Show {
    /// The shots of this show, whose looks keep to `marks`: those written in the
    /// file and, where it asks for an automatic edit, the ones made between them.
    /// `path` names the file in errors.
    ///
    /// # Errors
    /// [`ShowError::Field`] where a look can have no shot of its own.
    pub fn shots(&self, marks: &[Marks], path: &str) -> Result<Vec<Shot>, ShowError> {
        let Edit::Auto {
            seed,
            shortest_beats,
        } = self.edit
        else {
            return Ok(self.cuts.iter().map(as_written).collect());
        };
        let last = marks.iter().map(|m| m.exits).fold(0.0, f32::max);
        let end = last + self.outro_beats;
        let on_air = self.cuts.iter().filter(|cut| cut.beat < end);
        let starts: Vec<&Cut> = on_air.collect();
        let after = |index: usize| starts.get(index + 1).map_or(end, |next| next.beat);
        let written = starts.iter().enumerate().map(|(index, &cut)| Fixed {
            cut,
            until: (cut.beat + cut.beats.unwrap_or(shortest_beats)).min(after(index)),
        });
        let order = Order {
            marks,
            written: written.collect(),
            shortest: shortest_beats,
            end,
        };
        let anchors = anchors::find(&order).map_err(|clash| ShowError::Field {
            path: path.into(),
            field: "edit".into(),
            problem: format!(
                "there is no time for a shot of look {} in which it {}",
                clash.look,
                if clash.entrance { "enters" } else { "poses" }
            ),
            mend: format!(
                "let it enter later, lower shortest_beats below {shortest_beats}, or write a cut \
                 with look: {}",
                clash.look
            ),
        })?;
        let planned = plan::fill(&order, &anchors);
        Ok(cast::cast(self, &order, planned, seed))
    }
}

fn as_written(cut: &Cut) -> Shot {
    Shot {
        cut: cut.clone(),
        moment: Moment::Written,
        looks: cut.look.into_iter().collect(),
    }
}
