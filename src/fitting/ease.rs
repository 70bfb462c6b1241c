//! How a garment fits, in centimetres and words.

use crate::production::Garment;
use std::fmt;
use toile_garment::{BodyMeasures, GarmentError, ease};
use toile_show::format::Size;

/// How close a garment lies at one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FitWord {
    /// The body is larger than the cloth, and the cut does not mean it.
    Tight,
    /// It follows the body.
    Close,
    /// There is room to move.
    Easy,
    /// It stands away from the body.
    Loose,
}

/// Less ease than the cut asks for, by which a garment is tight, m.
const TIGHT_M: f32 = 0.01;
/// Ease up to which a garment lies close, m: what one breathes with.
const CLOSE_M: f32 = 0.04;
/// Ease up to which it is easy, m: a shirt, not a cape.
const EASY_M: f32 = 0.14;

impl FitWord {
    /// The word for an ease, given what the cut gives when made to measure.
    fn of(ease_m: f32, cut_m: f32) -> Self {
        // An elastic waist is shorter than the body on purpose.
        if ease_m < cut_m.min(0.0) - TIGHT_M {
            Self::Tight
        } else if ease_m < CLOSE_M {
            Self::Close
        } else if ease_m < EASY_M {
            Self::Easy
        } else {
            Self::Loose
        }
    }
}

impl fmt::Display for FitWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Tight => "tight",
            Self::Close => "close",
            Self::Easy => "easy",
            Self::Loose => "loose",
        })
    }
}

/// The ease at one level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelEase {
    /// Bust, waist or hip.
    pub level: &'static str,
    /// Girth of the body, m.
    pub body_m: f32,
    /// Girth of the garment, m.
    pub garment_m: f32,
    /// In a word.
    pub word: FitWord,
}

impl LevelEase {
    /// Garment less body, m.
    #[must_use]
    pub fn ease_m(&self) -> f32 {
        self.garment_m - self.body_m
    }
}

/// How one garment fits one wearer.
#[derive(Debug, Clone, PartialEq)]
pub struct GarmentEase {
    /// The garment's name.
    pub name: String,
    /// Bust, waist and hip, as far as the garment reaches.
    pub levels: Vec<LevelEase>,
    /// Which size to take, in plain words.
    pub hint: String,
}

/// Reads how a garment fits, and which of its sizes would.
///
/// # Errors
/// A size that the table lacks, or measures that cannot be drafted to.
pub fn ease_of(garment: &Garment, wearer: &BodyMeasures) -> Result<GarmentEase, GarmentError> {
    let cut = levels_in(garment, &Size::MadeToMeasure, wearer, None)?;
    let levels = levels_in(garment, &garment.size, wearer, Some(&cut))?;
    Ok(GarmentEase {
        name: garment.file.name.clone(),
        hint: hint(garment, wearer, &cut)?,
        levels,
    })
}

/// The ease in a size; `cut` is that of the garment made to measure.
fn levels_in(
    garment: &Garment,
    size: &Size,
    wearer: &BodyMeasures,
    cut: Option<&[LevelEase]>,
) -> Result<Vec<LevelEase>, GarmentError> {
    let sized = Garment {
        size: size.clone(),
        ..garment.clone()
    };
    let room = ease(&sized.pattern(wearer)?, wearer);
    let levels = [
        ("bust", wearer.bust, room.bust),
        ("waist", wearer.waist, room.waist),
        ("hip", wearer.hip, room.hip),
    ];
    Ok(levels
        .into_iter()
        .filter_map(|(level, body_m, ease_m)| {
            let ease_m = ease_m?;
            let cut_m = cut
                .and_then(|cut| cut.iter().find(|known| known.level == level))
                .map_or(ease_m, LevelEase::ease_m);
            Some(LevelEase {
                level,
                body_m,
                garment_m: body_m + ease_m,
                word: FitWord::of(ease_m, cut_m),
            })
        })
        .collect())
}

/// The smallest size of the table that is tight nowhere.
fn hint(
    garment: &Garment,
    wearer: &BodyMeasures,
    cut: &[LevelEase],
) -> Result<String, GarmentError> {
    let mut sizes: Vec<_> = garment.file.sizes.iter().collect();
    if sizes.is_empty() || garment.specification.is_some() {
        return Ok("one size only".to_owned());
    }
    sizes.sort_by(|(_, a), (_, b)| (a.bust + a.hip).total_cmp(&(b.bust + b.hip)));
    let mut smaller: Option<(&str, &str)> = None;
    for (name, _) in sizes {
        let levels = levels_in(garment, &Size::Named(name.clone()), wearer, Some(cut))?;
        // Less room than half of what the cut means to give is not its fit.
        let short = levels.iter().find(|level| {
            let meant = cut
                .iter()
                .find(|known| known.level == level.level)
                .map_or(0.0, LevelEase::ease_m);
            level.word == FitWord::Tight || (meant > 0.0 && level.ease_m() < 0.5 * meant)
        });
        match (short, smaller) {
            (Some(short), _) => smaller = Some((name, short.level)),
            (None, Some((below, level))) => {
                return Ok(format!("size {name} fits; {below} is short at the {level}"));
            }
            (None, None) => return Ok(format!("size {name} fits, the smallest there is")),
        }
    }
    Ok("no size of the table is large enough: take made to measure".to_owned())
}
