//! File names from a template, as `{show}_{camera}.{frame}`.

use std::{fmt::Write as _, path::PathBuf};

/// What a template may name, and what stands for it.
const TOKENS: &str = "{show} {camera} {feed} {format} {size} {fps} {look} {frame}";
/// Characters between the parts of a name.
const SEPARATORS: [char; 5] = ['.', '_', '-', ' ', '/'];

/// A piece of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// What is the same for all frames of a file or sequence.
    Token(String),
    Look,
    Frame,
}

/// A template for names, relative to the folder that is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Piece>);

/// The name of a movie, or the names of pictures: of the template only look and frame
/// are open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(Vec<Piece>);

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = |problem: String| format!("--name '{text}': {problem}");
        if text
            .split('/')
            .any(|part| part.trim_matches('.').is_empty())
        {
            return Err(wrong(
                "it must be a path within the folder of --out, without empty parts or '..'".into(),
            ));
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((token, after)) = after.split_once('}') else {
                return Err(wrong("a '{' has no '}'".into()));
            };
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(match token {
                "look" => Piece::Look,
                "frame" => Piece::Frame,
                _ if TOKENS.contains(&format!("{{{token}}}")) => Piece::Token(token.to_owned()),
                _ => {
                    return Err(wrong(format!(
                        "{{{token}}} stands for nothing; use {TOKENS}"
                    )));
                }
            });
            rest = after;
        }
        if rest.contains('}') {
            return Err(wrong("a '}' has no '{'".into()));
        }
        pieces.push(Piece::Text(rest.to_owned()));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        Ok(Self(pieces))
    }

    /// Fills in what `value` gives for a token.
    fn fill(&self, value: impl Fn(&str) -> String) -> Vec<Piece> {
        let fill = |piece: &Piece| match piece {
            // A value is part of a name, never a folder.
            Piece::Token(token) => Piece::Text(value(token).replace(['/', '\\'], "-")),
            other => other.clone(),
        };
        self.0.iter().map(fill).collect()
    }

    /// The name of one file for all frames: a `{frame}` at the end is left out, with
    /// what separates it.
    ///
    /// # Errors
    /// A sentence on what changes from frame to frame.
    pub(super) fn whole(&self, value: impl Fn(&str) -> String, end: &str) -> Result<Name, String> {
        let mut pieces = self.fill(value);
        if pieces.last() == Some(&Piece::Frame) {
            pieces.pop();
            if let Some(Piece::Text(text)) = pieces.last_mut() {
                text.truncate(text.trim_end_matches(SEPARATORS).len());
            }
        }
        if pieces.contains(&Piece::Look) {
            return Err(
                "{look} changes from frame to frame: leave it out of --name, or write pictures only"
                    .into(),
            );
        }
        if pieces.contains(&Piece::Frame) {
            return Err(
                "{frame} comes last in a --name that a movie or sound is named after".into(),
            );
        }
        pieces.push(Piece::Text(format!(".{end}")));
        let name = Name(pieces);
        if name.path(0, 0).to_string_lossy().starts_with('.') {
            return Err("--name leaves nothing to name a movie or sound after".into());
        }
        Ok(name)
    }

    /// The names of pictures; without a `{frame}` the number comes last.
    #[must_use]
    pub(super) fn each(&self, value: impl Fn(&str) -> String, end: &str) -> Name {
        let mut pieces = self.fill(value);
        if !pieces.contains(&Piece::Frame) {
            pieces.push(Piece::Text(".".into()));
            pieces.push(Piece::Frame);
        }
        pieces.push(Piece::Text(format!(".{end}")));
        Name(pieces)
    }
}

impl Name {
    /// The path of a frame's picture, or of the one file, relative to the folder.
    #[must_use]
    pub fn path(&self, frame: u32, look: u32) -> PathBuf {
        let mut path = String::new();
        for piece in &self.0 {
            // Writing to a string does not fail.
            let _ = match piece {
                Piece::Text(text) | Piece::Token(text) => write!(path, "{text}"),
                Piece::Look => write!(path, "{look:02}"),
                Piece::Frame => write!(path, "{frame:06}"),
            };
        }
        PathBuf::from(path)
    }

    /// What comes before and after the number of the frame, if nothing else changes
    /// from picture to picture.
    #[must_use]
    pub fn around_frame(&self) -> Option<(String, String)> {
        let text = |pieces: &[Piece]| {
            pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect::<Option<String>>()
        };
        let at = self.0.iter().position(|piece| *piece == Piece::Frame)?;
        Some((text(&self.0[..at])?, text(&self.0[at + 1..])?))
    }
}

#[cfg(test)]
mod tests {
    use super::Template;
    use std::path::Path;

    fn value(token: &str) -> String {
        match token {
            "show" => "gala".into(),
            "camera" => "pit/left".into(),
            other => other.to_uppercase(),
        }
    }

    fn each(template: &str) -> String {
        let name = Template::parse(template).unwrap().each(value, "exr");
        name.path(12, 3).to_string_lossy().into_owned()
    }

    #[test]
    fn tokens_are_filled_in_and_a_number_is_added_to_pictures() {
        assert_eq!(
            each("{show}_{camera}/{look}_{frame}"),
            "gala_pit-left/03_000012.exr"
        );
        assert_eq!(
            each("{show}-{feed}-{format}"),
            "gala-FEED-FORMAT.000012.exr"
        );
        assert_eq!(each("plain"), "plain.000012.exr");
    }

    #[test]
    fn a_movie_leaves_the_number_at_the_end_out() {
        let whole = |template: &str| Template::parse(template).unwrap().whole(value, "mov");
        let name = whole("{show}_{camera}.{frame}").unwrap();
        assert_eq!(name.path(12, 3), Path::new("gala_pit-left.mov"));
        let name = whole("frames/{show}/{frame}").unwrap();
        assert_eq!(name.path(12, 3), Path::new("frames/gala.mov"));
        assert!(whole("{show}_{look}").unwrap_err().contains("{look}"));
        assert!(whole("{frame}_{show}").unwrap_err().contains("{frame}"));
        assert!(whole("{frame}").unwrap_err().contains("nothing"));
    }

    #[test]
    fn an_edit_list_learns_what_is_around_the_number() {
        let around = |template: &str| {
            let name = Template::parse(template).unwrap().each(value, "png");
            name.around_frame()
        };
        let parts = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(around("a/{show}_{frame}"), parts("a/gala_", ".png"));
        assert_eq!(around("{frame}_{show}"), parts("", "_gala.png"));
        assert_eq!(around("{look}/{frame}"), None);
    }

    #[test]
    fn a_template_that_leads_elsewhere_or_means_nothing_is_refused() {
        for (template, word) in [
            ("", "within"),
            ("/tmp/{show}", "within"),
            ("../{show}", "within"),
            ("a//b", "within"),
            ("{show", "no '}'"),
            ("show}", "no '{'"),
            ("{shot}", "{shot} stands for nothing"),
            ("{}", "stands for nothing"),
            ("{{show}}", "stands for nothing"),
        ] {
            let said = Template::parse(template).unwrap_err();
            assert!(said.contains(word), "{template}: {said}");
        }
    }

    #[test]
    fn whatever_is_written_is_a_template_or_refused() {
        let alphabet = ["{", "}", "show", "frame", "look", "/", ".", "_", "x", " "];
        let mut state = 1_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..8 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                text += alphabet[(state >> 33) as usize % alphabet.len()];
            }
            if let Ok(template) = Template::parse(&text) {
                let path = template.each(value, "png").path(1, 1);
                let inside = path
                    .components()
                    .all(|part| matches!(part, std::path::Component::Normal(_)));
                assert!(inside, "'{text}' leads to {}", path.display());
                if let Ok(name) = template.whole(value, "mov") {
                    assert_eq!(name.path(1, 1), name.path(2, 2), "'{text}'");
                }
            }
        }
    }
}
