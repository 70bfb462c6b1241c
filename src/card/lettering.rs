//! Text as outlines, so that a card looks the same wherever it is opened or printed.

use ab_glyph::{Font, FontRef, GlyphId, OutlineCurve};
use std::{collections::BTreeMap, fmt::Write};

/// The font, and the letters that were used of it.
pub(super) struct Lettering {
    font: FontRef<'static>,
    em: f32,
    used: BTreeMap<u16, String>,
}

/// How a line is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Size of the em, mm.
    pub(super) size: f32,
    /// Its colour.
    pub(super) ink: &'static str,
    /// Room added after each letter, em.
    pub(super) tracking: f32,
}

impl Lettering {
    /// Opens the font, which is part of the program.
    pub(super) fn new() -> Result<Self, String> {
        let font = FontRef::try_from_slice(epaint_default_fonts::UBUNTU_LIGHT)
            .map_err(|e| format!("the font cannot be read: {e}"))?;
        let em = font.units_per_em().unwrap_or(1000.0);
        Ok(Self {
            font,
            em,
            used: BTreeMap::new(),
        })
    }

    /// Letters with the place of each, font units, and the place where they end.
    fn set(&self, text: &str, tracking: f32) -> (Vec<(GlyphId, f32)>, f32) {
        let (mut x, mut last) = (0.0, None);
        let letters = text
            .chars()
            .map(|c| {
                let id = self.font.glyph_id(c);
                if let Some(last) = last {
                    x += self.font.kern_unscaled(last, id);
                }
                let at = x;
                x += self.font.h_advance_unscaled(id) + tracking * self.em;
                last = Some(id);
                (id, at)
            })
            .collect();
        (letters, (x - tracking * self.em).max(0.0))
    }

    /// Width of a line, mm.
    pub(super) fn width(&self, text: &str, style: Style) -> f32 {
        self.set(text, style.tracking).1 * style.size / self.em
    }

    /// As much of a line as there is room for, mm, with dots for what is left out.
    pub(super) fn fit(&self, text: &str, style: Style, room: f32) -> String {
        let mut line = text.to_owned();
        while self.width(&line, style) > room && line.chars().count() > 1 {
            let kept = line.trim_end_matches('…').trim_end();
            let last = kept.char_indices().next_back().map_or(0, |(at, _)| at);
            line = format!("{}…", kept[..last].trim_end());
        }
        line
    }

    /// A line whose baseline begins at a place, mm.
    pub(super) fn line(&mut self, (x, y): (f32, f32), style: Style, text: &str) -> String {
        let scale = style.size / self.em;
        let (letters, _) = self.set(text, style.tracking);
        let mut out = format!(
            "<g aria-label=\"{}\" fill=\"{}\" transform=\"translate({x:.3} {y:.3}) scale({scale:.6} {:.6})\">",
            escape(text),
            style.ink,
            -scale
        );
        for (id, at) in letters {
            if self.keep(id) {
                let _ = write!(out, "<use href=\"#g{}\" x=\"{at:.0}\"/>", id.0);
            }
        }
        out + "</g>\n"
    }

    /// The same, ending at a place.
    pub(super) fn line_to(&mut self, (x, y): (f32, f32), style: Style, text: &str) -> String {
        let from = x - self.width(text, style);
        self.line((from, y), style, text)
    }

    /// Keeps the outline of a letter; whether it has one.
    fn keep(&mut self, id: GlyphId) -> bool {
        if let Some(known) = self.used.get(&id.0) {
            return !known.is_empty();
        }
        let path = self
            .font
            .outline(id)
            .map_or(String::new(), |o| path(&o.curves));
        let some = !path.is_empty();
        self.used.insert(id.0, path);
        some
    }

    /// The outlines of all letters that were used.
    pub(super) fn definitions(&self) -> String {
        let letters = self.used.iter().filter(|(_, path)| !path.is_empty());
        letters
            .map(|(id, path)| format!("<path id=\"g{id}\" d=\"{path}\"/>\n"))
            .collect()
    }
}

/// Curves as the data of a path; a curve that does not go on from the last begins anew.
fn path(curves: &[OutlineCurve]) -> String {
    let mut out = String::new();
    let mut pen = None;
    for curve in curves {
        let (from, to) = match curve {
            OutlineCurve::Line(a, b)
            | OutlineCurve::Quad(a, _, b)
            | OutlineCurve::Cubic(a, _, _, b) => (a, b),
        };
        if pen != Some((from.x, from.y)) {
            if pen.is_some() {
                out.push('Z');
            }
            let _ = write!(out, "M{:.0} {:.0}", from.x, from.y);
        }
        let _ = match curve {
            OutlineCurve::Line(_, b) => write!(out, "L{:.0} {:.0}", b.x, b.y),
            OutlineCurve::Quad(_, c, b) => {
                write!(out, "Q{:.0} {:.0} {:.0} {:.0}", c.x, c.y, b.x, b.y)
            }
            OutlineCurve::Cubic(_, c, d, b) => write!(
                out,
                "C{:.0} {:.0} {:.0} {:.0} {:.0} {:.0}",
                c.x, c.y, d.x, d.y, b.x, b.y
            ),
        };
        pen = Some((to.x, to.y));
    }
    if pen.is_some() {
        out.push('Z');
    }
    out
}

/// Text for an attribute.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style {
        size: 3.0,
        ink: "#000",
        tracking: 0.0,
    };

    #[test]
    fn the_font_has_every_sign_that_numbers_of_a_fabric_need() {
        let font = Lettering::new().unwrap().font;
        for sign in "µ·×÷±°²–…éüßĐčł€".chars() {
            assert_ne!(font.glyph_id(sign).0, 0, "{sign}");
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_and_says_so() {
        let lettering = Lettering::new().unwrap();
        let cut = lettering.fit("measured by the drape test of a test house", STYLE, 20.0);
        assert!(cut.ends_with('…') && lettering.width(&cut, STYLE) <= 20.0);
        assert_eq!(lettering.fit("silk", STYLE, 20.0), "silk");
    }

    #[test]
    fn letters_are_kept_once_and_text_can_be_read_out() {
        let mut lettering = Lettering::new().unwrap();
        let line = lettering.line((0.0, 0.0), STYLE, "a & a");
        assert!(line.contains("aria-label=\"a &amp; a\""));
        assert_eq!(line.matches("<use").count(), 3);
        assert_eq!(lettering.definitions().matches("<path").count(), 2);
    }
}
