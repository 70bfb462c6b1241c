//! Lines of text in pictures: the one font of labels and captions, set and drawn.

use ab_glyph::{Font, FontRef, PxScale, PxScaleFont, ScaleFont, point};

/// The font cannot be read, so that a label that must be there would be missing.
#[derive(Debug, thiserror::Error)]
#[error("the font of labels and captions cannot be read ({0}); install Toile anew")]
pub struct FontError(ab_glyph::InvalidFont);

/// The font, which is part of the program.
pub struct Letters(FontRef<'static>);

impl Letters {
    /// Opens the font.
    ///
    /// # Errors
    /// [`FontError`].
    pub fn open() -> Result<Self, FontError> {
        Self::of(epaint_default_fonts::UBUNTU_LIGHT)
    }

    fn of(bytes: &'static [u8]) -> Result<Self, FontError> {
        FontRef::try_from_slice(bytes).map(Self).map_err(FontError)
    }

    fn sized(&self, size_px: f32) -> PxScaleFont<&FontRef<'static>> {
        self.0.as_scaled(PxScale::from(size_px))
    }

    /// Width of a line, pixels.
    #[must_use]
    pub fn width(&self, size_px: f32, text: &str) -> f32 {
        let font = self.sized(size_px);
        text.chars().map(|c| font.h_advance(font.glyph_id(c))).sum()
    }

    /// A line that is at most so wide, pixels: what does not fit is left out, with dots
    /// for it.
    #[must_use]
    pub fn cut(&self, size_px: f32, text: &str, room_px: f32) -> String {
        let mut line = text.to_owned();
        while self.width(size_px, &line) > room_px && !line.is_empty() {
            let kept = line.trim_end_matches('…');
            let last = kept.char_indices().next_back().map_or(0, |(at, _)| at);
            line = format!("{}…", kept[..last].trim_end());
            if last == 0 {
                break;
            }
        }
        line
    }

    /// Draws a line with its top left corner at a place: hands `ink` every pixel that it
    /// touches and how much of it is covered, 0 to 1. Places may lie beyond the picture.
    pub fn draw(
        &self,
        (left, top): (f32, f32),
        size_px: f32,
        text: &str,
        mut ink: impl FnMut(f32, f32, f32),
    ) {
        let font = self.sized(size_px);
        let baseline = top + font.ascent();
        let mut x = left;
        for letter in text.chars() {
            let id = font.glyph_id(letter);
            let glyph = id.with_scale_and_position(font.scale(), point(x, baseline));
            x += font.h_advance(id);
            if let Some(outline) = font.outline_glyph(glyph) {
                let from = outline.px_bounds().min;
                outline.draw(|dx, dy, cover| {
                    ink(
                        from.x + dx as f32,
                        from.y + dy as f32,
                        cover.clamp(0.0, 1.0),
                    );
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Letters;

    #[test]
    fn a_font_that_cannot_be_read_is_an_error_that_says_what_is_missing() {
        let error = Letters::of(b"no font").err().map(|e| e.to_string());
        assert!(error.is_some_and(|text| text.contains("labels")));
    }

    #[test]
    fn a_line_is_drawn_as_wide_as_it_is_measured() {
        let letters = Letters::open().expect("the font is part of the program");
        let (mut least, mut most) = (f32::MAX, 0.0_f32);
        letters.draw((10.0, 5.0), 24.0, "Looks of a show", |x, _, cover| {
            if cover > 0.3 {
                (least, most) = (least.min(x), most.max(x));
            }
        });
        let wide = letters.width(24.0, "Looks of a show");
        assert!((most - least - wide).abs() < 4.0, "{least} {most} {wide}");
        assert!((10.0..14.0).contains(&least));
    }

    #[test]
    fn a_line_without_room_is_cut_to_fit() {
        let letters = Letters::open().expect("the font is part of the program");
        let cut = letters.cut(20.0, "crêpe de Chine, washed", 100.0);
        assert!(
            cut.ends_with('…') && letters.width(20.0, &cut) <= 100.0,
            "{cut}"
        );
        assert_eq!(letters.cut(20.0, "silk", 100.0), "silk");
    }
}
