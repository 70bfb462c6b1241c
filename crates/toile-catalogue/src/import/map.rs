//! Which column of a supplier's table is which field.

use super::fields::{FIELDS, Field};
use crate::units::Kind;

/// One column that is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its place, from 0.
    pub at: usize,
    /// Its heading.
    pub heading: String,
    /// What it fills.
    pub field: Field,
    /// Its unit, if the heading or the map tells one, and its size.
    pub unit: Option<(String, f64)>,
    /// The currency in its heading.
    pub currency: Option<String>,
}

/// What the columns of a table mean.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Map {
    /// Columns that are read.
    pub columns: Vec<Column>,
    /// Headings of columns that are passed over.
    pub unused: Vec<String>,
}

impl Map {
    /// Guesses from headings; `given` says otherwise: `field=heading` or
    /// `field=heading:unit`, and `-=heading` to pass a column over.
    ///
    /// # Errors
    /// A sentence naming a field or heading that is not there.
    pub fn guess(headings: &[String], given: &[String]) -> Result<Self, String> {
        let mut fields: Vec<Option<Column>> = vec![None; headings.len()];
        let mut fixed = vec![false; headings.len()];
        for entry in given {
            let (name, heading) = entry
                .split_once('=')
                .ok_or_else(|| format!("'{entry}': write FIELD=HEADING or FIELD=HEADING:UNIT"))?;
            let place = |h: &str| headings.iter().position(|x| x.trim() == h.trim());
            let (at, unit) = match (place(heading), heading.rsplit_once(':')) {
                (Some(at), _) => (at, None),
                (None, Some((h, unit))) if place(h).is_some() => {
                    (place(h).unwrap_or_default(), Some(unit))
                }
                _ => {
                    return Err(format!(
                        "'{entry}': there is no column '{heading}'; the file has: {}",
                        headings.join(", ")
                    ));
                }
            };
            fixed[at] = true;
            if name.trim() == "-" {
                continue;
            }
            let field = Field::of_name(name.trim()).ok_or_else(|| {
                let known: Vec<&str> = FIELDS.iter().map(|f| f.1).collect();
                format!(
                    "'{entry}': there is no field '{name}'; fields are: {}",
                    known.join(", ")
                )
            })?;
            let mut column = column(at, &headings[at], field);
            if let Some(unit) = unit {
                let size = field
                    .kind()
                    .and_then(|k| k.unit(unit))
                    .ok_or_else(|| format!("'{entry}': '{unit}' is no unit of {name}"))?;
                column.unit = Some((unit.to_owned(), size));
            }
            fields[at] = Some(column);
        }
        // A column is taken by the first field that knows its heading, each field
        // by the first such column.
        for (at, heading) in headings.iter().enumerate() {
            if fixed[at] {
                continue;
            }
            let taken = |f: Field| fields.iter().flatten().any(|c| c.field == f);
            let plain = plain(heading);
            let known = |f: &(Field, &str, Option<Kind>, &[&str])| {
                f.1.replace('_', " ") == plain || f.3.contains(&plain.as_str())
            };
            let found = FIELDS.iter().find(|f| known(f) && !taken(f.0));
            fields[at] = found.map(|f| column(at, heading, f.0));
        }
        let unused = headings
            .iter()
            .zip(&fields)
            .filter(|(_, f)| f.is_none())
            .map(|(h, _)| h.clone())
            .collect();
        let map = Self {
            columns: fields.into_iter().flatten().collect(),
            unused,
        };
        let has = |f: Field| map.columns.iter().any(|c| c.field == f);
        if !(has(Field::Name) || has(Field::Code) || has(Field::Id)) {
            return Err(format!(
                "no column is a name, code or id; say which with --map name=HEADING. The file has: {}",
                headings.join(", ")
            ));
        }
        Ok(map)
    }

    /// The map as lines for people: `weight ← "Weight (g/m2)" in g/m2`.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut out: Vec<String> = self
            .columns
            .iter()
            .map(|c| {
                let unit = match (&c.unit, c.field.kind()) {
                    (Some((unit, _)), _) => format!(" in {unit}"),
                    (None, Some(k)) if !k.usual().0.is_empty() => {
                        format!(" in {} unless a cell says otherwise", k.usual().0)
                    }
                    _ => String::new(),
                };
                format!("{:<13} ← \"{}\"{unit}", c.field.name(), c.heading.trim())
            })
            .collect();
        if !self.unused.is_empty() {
            out.push(format!("passed over: {}", self.unused.join(", ")));
        }
        out
    }
}

fn column(at: usize, heading: &str, field: Field) -> Column {
    let lower = heading.to_lowercase();
    // The unit stands in brackets, or is a last word: "weight_gsm".
    let bracket = lower
        .split_once(['(', '['])
        .map(|(_, rest)| rest.trim_end_matches([')', ']', ' ']).to_owned());
    let last = lower.rsplit(['_', ' ', '-']).next().map(str::to_owned);
    let unit = field.kind().and_then(|kind| {
        [bracket.clone(), last]
            .into_iter()
            .flatten()
            .find_map(|word| {
                let word = word.trim_start_matches("in ").to_owned();
                let bare: String = word
                    .trim_start_matches(|c: char| c.is_alphabetic() && kind == Kind::Price)
                    .to_owned();
                kind.unit(&word)
                    .or_else(|| kind.unit(&bare))
                    .map(|size| (word, size))
            })
    });
    let currency = (field == Field::Price)
        .then(|| super::cells::currency(heading))
        .flatten();
    Column {
        at,
        heading: heading.to_owned(),
        field,
        unit,
        currency,
    }
}

/// A heading without brackets, unit and signs, lower case.
fn plain(heading: &str) -> String {
    let lower = heading.trim().to_lowercase();
    let body = lower.split(['(', '[']).next().unwrap_or_default();
    let words: Vec<&str> = body
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let whole = words.join(" ");
    let known = |text: &str| {
        FIELDS
            .iter()
            .any(|f| f.1.replace('_', " ") == text || f.3.contains(&text))
    };
    if known(&whole) || words.len() < 2 {
        return whole;
    }
    // "weight gsm", "price usd", "moq m": the last word is a unit.
    for keep in (1..words.len()).rev() {
        let shorter = words[..keep].join(" ");
        if known(&shorter) && words[keep..].iter().all(|w| w.len() <= 5) {
            return shorter;
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use Field as F;

    fn guess(headings: &[&str], given: &[&str]) -> Result<Map, String> {
        let own = |x: &[&str]| x.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        Map::guess(&own(headings), &own(given))
    }

    #[test]
    fn a_suppliers_headings_are_understood_with_their_units() {
        let map = guess(
            &[
                "Item No.",
                "Product Name",
                "Content",
                "Weight (oz/yd2)",
                "Width [inch]",
                "Price USD/yd",
                "MOQ (yds)",
                "stock",
            ],
            &[],
        )
        .unwrap();
        let fields: Vec<Field> = map.columns.iter().map(|c| c.field).collect();
        assert_eq!(
            fields,
            [
                F::Code,
                F::Name,
                F::Composition,
                F::Weight,
                F::Width,
                F::Price,
                F::Minimum
            ]
        );
        assert_eq!(map.unused, ["stock"]);
        let unit = |k: usize| map.columns[k].unit.as_ref().unwrap().1;
        assert!((unit(3) - 0.033_906).abs() < 1e-5);
        assert!((unit(4) - 0.0254).abs() < 1e-9);
        assert!((unit(6) - 0.9144).abs() < 1e-9);
        assert_eq!(map.columns[5].currency.as_deref(), Some("USD"));
    }

    #[test]
    fn a_given_map_overrules_the_guess() {
        let map = guess(&["name", "x", "weight"], &["thickness=x:um", "-=weight"]).unwrap();
        assert_eq!(map.columns.len(), 2);
        assert_eq!(map.columns[1].field, F::Thickness);
        assert_eq!(map.columns[1].unit, Some(("um".to_owned(), 1e-6)));
    }

    #[test]
    fn a_wrong_map_says_what_there_is() {
        assert!(
            guess(&["name"], &["weight=mass"])
                .unwrap_err()
                .contains("name")
        );
        assert!(
            guess(&["name"], &["wait=name"])
                .unwrap_err()
                .contains("weight")
        );
        assert!(guess(&["a", "b"], &[]).unwrap_err().contains("--map"));
    }
}
