//! The visible label: what a picture says of the figures in it.
//!
//! It differs for the consented replica of a person, an invented person and a
//! mannequin, for laws and viewers tell them apart. It is burnt into the picture, at the
//! start and at intervals, in every still, and drawn over the stage of a window, wherever
//! a licence or the client asks for it.

use crate::{
    lettering::{FontError, Letters},
    production::{CastLook, Production},
};
use std::collections::BTreeSet;
use toile_consent::{Kind as Purpose, Subject, Told};

/// Whether pictures carry a label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Policy {
    /// Where a licence asks for it, and in advertising
    #[default]
    Auto,
    /// In all of them
    Always,
    /// In none: a licence that asks for it then refuses
    Never,
}

/// Seconds for which it is shown, and from one time to the next.
const SHOWN_S: f64 = 4.0;
const EVERY_S: f64 = 30.0;
/// Height of its letters as a share of the picture's height, and the least, pixels.
const LETTERS: f32 = 1.0 / 36.0;
const LEAST_PX: f32 = 9.0;
/// Light behind its letters that is let through.
pub const BEHIND: f32 = 0.18;
/// Light of the letters, linear.
pub const INK: f32 = 0.9;
/// The European Union's mark, and how much larger it is than the other letters.
pub const MARK_WORD: &str = "AI";
/// See [`MARK_WORD`].
pub const MARK: f32 = 1.4;
/// Small letters of a light face cover no pixel whole; they are drawn stronger.
const BOLDER: f32 = 1.6;

/// What is burnt into pictures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label {
    figures: Vec<Figure>,
    eu_mark: bool,
}

/// Who is shown in a look.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Figure {
    look: u32,
    is: Is,
    credit: Option<String>,
}

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    Replica,
    /// A replica with a mannequin's face.
    Body,
    Invented,
    Mannequin,
}

/// What viewers are told of pictures under a policy, in files that carry Content
/// Credentials or not.
#[must_use]
pub fn told(policy: Policy, credentials: bool) -> Told {
    let label = policy != Policy::Never;
    Told {
        label,
        eu_mark: label,
        credentials,
    }
}

impl Label {
    /// The label of a production under a policy; none where nobody asks for one.
    #[must_use]
    pub fn new(production: &Production, policy: Policy) -> Option<Self> {
        let licences = production
            .looks
            .iter()
            .filter_map(|look| look.cast.licence.as_ref());
        let asks = |ask: fn(&toile_consent::Disclosure) -> bool| {
            licences
                .clone()
                .any(|granted| ask(&granted.licence.disclosure))
        };
        let eu_mark = asks(|disclosure| disclosure.eu_mark);
        let label = asks(|disclosure| disclosure.label);
        let advertising = production.intent.kind == Purpose::Advertising;
        let wanted = match policy {
            Policy::Auto => label || eu_mark || advertising,
            Policy::Always => true,
            Policy::Never => false,
        };
        wanted.then(|| Self {
            figures: production.looks.iter().map(Figure::new).collect(),
            eu_mark,
        })
    }

    /// Whether it is shown so many seconds after the first that is kept.
    #[must_use]
    pub fn shown(&self, after_s: f64) -> bool {
        after_s.rem_euclid(EVERY_S) < SHOWN_S
    }

    /// How high its letters are in a picture of so many pixels in height.
    #[must_use]
    pub fn letters_px(height_px: f32) -> f32 {
        (height_px * LETTERS).max(LEAST_PX)
    }

    /// Whether it holds the European Union's mark.
    #[must_use]
    pub fn has_eu_mark(&self) -> bool {
        self.eu_mark
    }

    /// What it says, in a line of text.
    #[must_use]
    pub fn said(&self) -> String {
        let mark = self.eu_mark.then(|| "AI".to_owned());
        let lines: Vec<String> = mark.into_iter().chain(self.lines(&[])).collect();
        lines.join(" · ")
    }

    /// Burns it into a picture, RGBA in linear light multiplied by alpha; in the looks
    /// that are `withdrawn`, a mannequin has taken the twin's place.
    ///
    /// # Errors
    /// The font cannot be read: no picture goes out without a label that it must have.
    pub fn burn(
        &self,
        light: &mut [f32],
        (width, height): (u32, u32),
        withdrawn: &[u32],
    ) -> Result<(), FontError> {
        let letters = Letters::open()?;
        let size = Self::letters_px(height as f32);
        let mut canvas = Canvas {
            light,
            size: (width as usize, height as usize),
        };
        let line_px = (1.35 * size).ceil();
        let margin = (0.8 * size).ceil();
        let lines = self.lines(withdrawn);
        let top = height as f32 - margin - line_px * lines.len() as f32;
        for (number, line) in lines.iter().enumerate() {
            let y = top + line_px * number as f32;
            canvas.line(&letters, (margin, y), size, line);
        }
        if self.eu_mark {
            let size = MARK * size;
            let wide = letters.width(size, MARK_WORD);
            let x = width as f32 - margin - wide;
            canvas.line(&letters, (x, margin), size, MARK_WORD);
        }
        Ok(())
    }
}

impl Figure {
    fn new(look: &CastLook) -> Self {
        let granted = look.cast.licence.as_ref();
        Self {
            look: look.look.number,
            is: match granted.map(|granted| &granted.licence.subject) {
                Some(Subject::Person { .. }) if look.cast.faceless => Is::Body,
                Some(Subject::Person { .. }) => Is::Replica,
                Some(Subject::Invented { .. }) => Is::Invented,
                // Nobody else is cast without a licence.
                None => Is::Mannequin,
            },
            credit: granted.and_then(|granted| granted.licence.credit.clone()),
        }
    }
}

impl Label {
    /// What is said: who is shown, and to whom it is owed; in the looks that are
    /// `withdrawn`, a mannequin has taken the twin's place.
    #[must_use]
    pub fn lines(&self, withdrawn: &[u32]) -> Vec<String> {
        let gone = |figure: &Figure| withdrawn.contains(&figure.look);
        let there = |is: Is| {
            self.figures.iter().any(|figure| match gone(figure) {
                true => is == Is::Mannequin,
                false => is == figure.is,
            })
        };
        let mut lines: Vec<String> = [
            (
                Is::Replica,
                "Digital replicas of people, shown with their consent",
            ),
            (
                Is::Body,
                "Digital replicas of people's bodies, without their faces, shown with their consent",
            ),
            (
                Is::Invented,
                "Synthetic performers: no real person is shown",
            ),
            (Is::Mannequin, "Digital mannequins"),
        ]
        .into_iter()
        .filter(|(is, _)| there(*is))
        .map(|(_, words)| words.to_owned())
        .collect();
        let present = self.figures.iter().filter(|figure| !gone(figure));
        let credits: BTreeSet<&String> = present
            .filter_map(|figure| figure.credit.as_ref())
            .collect();
        lines.extend(credits.into_iter().take(MOST_CREDITS).cloned());
        lines
    }
}

/// Credits beyond these are left to the closing titles.
const MOST_CREDITS: usize = 3;

/// A picture that is written on.
struct Canvas<'a> {
    light: &'a mut [f32],
    size: (usize, usize),
}

impl Canvas<'_> {
    /// Mixes grey light into a pixel: opaque, for a label must be read over nothing.
    fn mix(&mut self, x: f32, y: f32, grey: f32, share: f32) {
        if x < 0.0 || y < 0.0 || x >= self.size.0 as f32 || y >= self.size.1 as f32 {
            return;
        }
        let at = 4 * (y as usize * self.size.0 + x as usize);
        if let Some(pixel) = self.light.get_mut(at..at + 4) {
            for (channel, to) in pixel.iter_mut().zip([grey, grey, grey, 1.0]) {
                *channel += (to - *channel) * share;
            }
        }
    }

    /// A line on a dark ground with its top left corner at a place.
    fn line(&mut self, letters: &Letters, at: (f32, f32), size: f32, text: &str) {
        let pad = 0.3 * size;
        let wide = letters.width(size, text);
        let mut y = at.1;
        while y < at.1 + 1.35 * size {
            let mut x = at.0 - pad;
            while x < at.0 + wide + pad {
                self.mix(x, y, 0.0, 1.0 - BEHIND);
                x += 1.0;
            }
            y += 1.0;
        }
        letters.draw((at.0, at.1 + 0.12 * size), size, text, |x, y, cover| {
            self.mix(x, y, INK, (BOLDER * cover).min(1.0));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Figure, Is, Label, Policy, told};

    fn label(eu_mark: bool) -> Label {
        Label {
            figures: vec![Figure {
                look: 3,
                is: Is::Invented,
                credit: Some("Studio Baobab".into()),
            }],
            eu_mark,
        }
    }

    #[test]
    fn a_twin_that_left_is_neither_told_nor_credited() {
        let label = label(false);
        let there = "Synthetic performers: no real person is shown";
        assert_eq!(label.lines(&[]), [there, "Studio Baobab"]);
        assert_eq!(label.lines(&[3]), ["Digital mannequins"]);
    }

    #[test]
    fn a_person_without_a_face_is_told_to_be_the_replica_of_a_body() {
        let mut label = label(false);
        label.figures[0].is = Is::Body;
        let said = label.said();
        assert!(said.contains("replicas of people's bodies, without their faces"));
        assert!(said.ends_with("Studio Baobab"), "{said}");
    }

    /// Pixels of a grey picture that a label makes light, by their place.
    fn burnt(label: &Label) -> Vec<(usize, usize)> {
        let mut light = [0.3, 0.3, 0.3, 1.0].repeat(640 * 360);
        label
            .burn(&mut light, (640, 360), &[])
            .expect("the font is part of the program");
        let pixels = light.as_chunks::<4>().0.iter().enumerate();
        let bright = pixels.filter(|(_, pixel)| pixel[0] > 0.45);
        bright.map(|(at, _)| (at % 640, at / 640)).collect()
    }

    #[test]
    fn a_label_is_written_at_the_lower_left_and_the_mark_at_the_upper_right() {
        let plain = burnt(&label(false));
        assert!(plain.len() > 200, "{}", plain.len());
        assert!(plain.iter().all(|&(x, y)| x < 400 && y > 310));
        let marked = burnt(&label(true));
        let mark: Vec<_> = marked.iter().filter(|&&(_, y)| y < 60).collect();
        assert!(
            mark.len() > 20 && mark.iter().all(|&&(x, _)| x > 580),
            "{}",
            mark.len()
        );
    }

    #[test]
    fn a_label_is_read_over_nothing() {
        let mut light = vec![0.0; 4 * 640 * 360];
        label(false)
            .burn(&mut light, (640, 360), &[])
            .expect("the font is part of the program");
        let (pixels, _) = light.as_chunks::<4>();
        assert!(pixels.iter().any(|pixel| pixel[0] > 0.6 && pixel[3] > 0.9));
    }

    #[test]
    fn a_label_is_shown_at_the_start_and_at_intervals() {
        let label = label(false);
        assert!(label.shown(0.0) && label.shown(3.9) && label.shown(31.0));
        assert!(!label.shown(4.1) && !label.shown(29.9));
    }

    #[test]
    fn without_a_label_nothing_is_told() {
        assert!(!told(Policy::Never, true).label && told(Policy::Auto, true).label);
    }

    #[test]
    fn a_tiny_picture_is_no_trouble() {
        let mut light = vec![0.0; 4 * 2 * 2];
        label(true)
            .burn(&mut light, (2, 2), &[])
            .expect("the font is part of the program");
    }
}
