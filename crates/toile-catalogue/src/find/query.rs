//! What is looked for.

use toile_garment::{Construction, Origin, Srgb};

use crate::{
    error::CatalogueError,
    fibre::Fibre,
    hand::DRAPE_WORDS,
    structure::{CONSTRUCTIONS, construction_in, construction_word},
};

/// A range; an end that is missing is open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Least value.
    pub low: f32,
    /// Greatest value.
    pub high: f32,
}

impl Range {
    /// Reads `60..110`, `..20`, `200..` or a single number, which stands for five
    /// percent around it. `option` names it in messages.
    ///
    /// # Errors
    /// If an end is no number or the ends are swapped.
    pub fn parse(option: &str, text: &str) -> Result<Self, CatalogueError> {
        let number = |part: &str| -> Result<f32, CatalogueError> {
            part.trim()
                .parse()
                .ok()
                .filter(|x: &f32| x.is_finite())
                .ok_or_else(|| {
                    CatalogueError::query(
                        option,
                        format!(
                            "'{part}' is not a number; write a range as 60..110, ..20 or 200.."
                        ),
                    )
                })
        };
        let Some((low, high)) = text.split_once("..") else {
            let x = number(text)?;
            return Ok(Self {
                low: x - 0.05 * x,
                high: x + 0.05 * x,
            });
        };
        let end = |part: &str, open: f32| {
            if part.trim().is_empty() {
                Ok(open)
            } else {
                number(part)
            }
        };
        let range = Self {
            low: end(low, f32::MIN)?,
            high: end(high, f32::MAX)?,
        };
        if range.low > range.high {
            return Err(CatalogueError::query(
                option,
                format!("'{text}' begins above its end; swap them"),
            ));
        }
        Ok(range)
    }

    /// Reads a word for drape or a range of drape coefficients, percent.
    ///
    /// # Errors
    /// If it is neither.
    pub fn drape(text: &str) -> Result<Self, CatalogueError> {
        if let Some((_, (low, high))) = DRAPE_WORDS.iter().find(|w| w.0 == text) {
            return Ok(Self {
                low: *low,
                high: *high,
            });
        }
        Self::parse("--drape", text).map_err(|_| {
            let words: Vec<&str> = DRAPE_WORDS.iter().map(|w| w.0).collect();
            CatalogueError::query(
                "--drape",
                format!(
                    "'{text}' is neither a range of drape coefficients in percent, such as 20..45, nor one of {}",
                    words.join(", ")
                ),
            )
        })
    }
}

/// In what order fabrics are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The nearest colour first if one is asked for, else words in the name before
    /// words elsewhere, measured before estimated mechanics.
    #[default]
    Best,
    /// The cheapest first.
    Price,
    /// The lightest first.
    Weight,
    /// The softest drape first.
    Drape,
}

/// A search.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// Words that must all occur; the last may be the beginning of one if it ends
    /// in `*`.
    pub text: String,
    /// One of these weaves or knits.
    pub constructions: Vec<Construction>,
    /// Each of these fibres, with the least share in percent.
    pub fibres: Vec<(Fibre, f32)>,
    /// Mechanics of one of these origins.
    pub origins: Vec<Origin>,
    /// Weight, g/m².
    pub weight: Option<Range>,
    /// Thickness, mm.
    pub thickness: Option<Range>,
    /// Width, cm.
    pub width: Option<Range>,
    /// Price per metre, in `currency`.
    pub price: Option<Range>,
    /// Currency of the price; the commonest in the catalogue without it.
    pub currency: Option<String>,
    /// Least length sold, m.
    pub minimum: Option<Range>,
    /// Cusick drape coefficient, percent.
    pub drape: Option<Range>,
    /// Bending length, mean of warp and weft, mm.
    pub bending_length: Option<Range>,
    /// Extension at 98.1 N/m, the larger of warp and weft, percent.
    pub stretch: Option<Range>,
    /// A colour and the greatest CIEDE2000 difference from it.
    pub colour: Option<(Srgb, f32)>,
    /// In what order.
    pub order: Order,
    /// How many to list.
    pub limit: usize,
}

/// Reads a weave or knit for a facet.
///
/// # Errors
/// If no word is known.
pub fn parse_construction(text: &str) -> Result<Construction, CatalogueError> {
    construction_in(text).ok_or_else(|| {
        let known: Vec<&str> = CONSTRUCTIONS
            .iter()
            .map(|c| construction_word(*c))
            .collect();
        CatalogueError::query(
            "--construction",
            format!("'{text}' is not known; there are {}", known.join(", ")),
        )
    })
}

/// Reads `silk`, or `wool:80` for at least 80 percent.
///
/// # Errors
/// If the fibre is not known or the share no number.
pub fn parse_fibre(text: &str) -> Result<(Fibre, f32), CatalogueError> {
    let (name, share) = text.split_once(':').unwrap_or((text, "1"));
    let fibre = Fibre::named(name).ok_or_else(|| {
        let known: Vec<&str> = Fibre::all().map(Fibre::name).collect();
        CatalogueError::query(
            "--fibre",
            format!("'{name}' is not known; there are {}", known.join(", ")),
        )
    })?;
    let share: f32 = share
        .parse()
        .ok()
        .filter(|s| (0.0..=100.0).contains(s))
        .ok_or_else(|| {
            CatalogueError::query(
                "--fibre",
                format!("'{share}' is no share; write silk:80 for at least 80 %"),
            )
        })?;
    Ok((fibre, share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_open_closed_and_single() {
        let range = |t| Range::parse("--weight", t).unwrap();
        assert_eq!(
            range("60..110"),
            Range {
                low: 60.0,
                high: 110.0
            }
        );
        assert_eq!(range("..20").low, f32::MIN);
        assert_eq!(range("200..").high, f32::MAX);
        assert_eq!(
            range("100"),
            Range {
                low: 95.0,
                high: 105.0
            }
        );
        assert!(Range::parse("--weight", "20..10").is_err());
        assert!(Range::parse("--weight", "NaN..").is_err());
    }

    #[test]
    fn a_wrong_word_for_drape_names_the_right_ones() {
        let error = Range::drape("floppy").unwrap_err().to_string();
        assert!(
            error.contains("fluid") && error.contains("--drape"),
            "{error}"
        );
    }
}
