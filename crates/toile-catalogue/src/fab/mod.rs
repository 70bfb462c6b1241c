//! FAB files: raw curves of a fabric analyser, as U3M 1.1 archives carry them.
//!
//! For strips along length (warp), width (weft) and bias there are curves of
//! stretching (`S1`, `S2`) and of bending between two clamps that approach each
//! other (`D1` and `D2` downwards, `U1` upwards): distances in centimetres and
//! forces in gram-force, one after the other. They are kept as they are; what is
//! read off them is fitted (`fit`).

mod elastica;
mod fit;
mod plot;
#[cfg(test)]
mod tests;

pub use fit::{CurveFit, Fitted, fit};
pub use plot::plot;

use serde_json::Value;

use crate::{error::CatalogueError, u3m::number};

/// At most so many numbers in a file.
const NUMBERS: usize = 4_000_000;
/// At most so many loads and returns of one test.
const CYCLES: usize = 64;

/// Directions of the strips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Along the length of the cloth: the warp.
    Warp,
    /// Across it: the weft.
    Weft,
    /// At 45° between both.
    Bias,
}

impl Direction {
    /// All, with their key in a file.
    pub(crate) const ALL: [(Self, &'static str); 3] =
        [(Self::Warp, "L"), (Self::Weft, "W"), (Self::Bias, "B")];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Warp => "warp",
            Self::Weft => "weft",
            Self::Bias => "bias",
        }
    }
}

/// One test of one strip.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Its key: `S1`, `S2`, `D1`, `D2` or `U1`.
    pub key: String,
    /// Width of the strip, m.
    pub width: f64,
    /// Length between the clamps at the start, m.
    pub length: f64,
    /// Loads and returns in turn: distance of the clamps, m, and force, N.
    pub cycles: Vec<Vec<(f64, f64)>>,
}

/// What a FAB file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// Tests by direction.
    pub tests: Vec<(Direction, Test)>,
    /// Mass per area, kg/m², if it is told.
    pub area_density: Option<f64>,
    /// The file's name, for sources.
    pub name: String,
}

/// Newtons in a gram-force.
pub(crate) const GRAM_FORCE: f64 = 9.806_65e-3;

impl Measurement {
    /// Reads a file. `place` names it in messages.
    ///
    /// # Errors
    /// The field and what is wrong with it.
    pub fn read(bytes: &[u8], place: &str) -> Result<Self, CatalogueError> {
        let field = |field: String, problem: String| CatalogueError::field(place, field, problem);
        let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
        let file: Value = serde_json::from_slice(bytes).map_err(|e| CatalogueError::File {
            file: place.to_owned(),
            problem: format!("is no FAB file, which is JSON: {e}"),
        })?;
        let Some(raw) = file["raw_data"].as_object() else {
            return Err(field("raw_data".into(), "is missing".into()));
        };
        let area_density = number(&file["M"])
            .map_err(|e| field("M".into(), e))?
            .map(|grams| grams * 1e-3);
        let mut out = Self {
            tests: Vec::new(),
            area_density,
            name: place.to_owned(),
        };
        let mut left = NUMBERS;
        for (direction, key) in Direction::ALL {
            for test in ["S1", "S2", "D1", "D2", "U1"] {
                let Some(value) = raw.get(key).and_then(|d| d.get(test)) else {
                    continue;
                };
                if value.is_null() {
                    continue;
                }
                let at = format!("raw_data.{key}.{test}");
                out.tests
                    .push((direction, read_test(test, value, &at, &field, &mut left)?));
            }
        }
        if out.tests.is_empty() {
            return Err(field(
                "raw_data".into(),
                "holds no test of L, W or B".into(),
            ));
        }
        Ok(out)
    }

    /// Tests of a direction with one of these keys, in that order.
    pub(crate) fn of<'a>(
        &'a self,
        direction: Direction,
        keys: &'a [&str],
    ) -> impl Iterator<Item = &'a Test> {
        keys.iter().filter_map(move |key| {
            self.tests
                .iter()
                .find(|(d, t)| *d == direction && t.key == **key)
                .map(|(_, t)| t)
        })
    }
}

fn read_test(
    key: &str,
    value: &Value,
    at: &str,
    field: &dyn Fn(String, String) -> CatalogueError,
    left: &mut usize,
) -> Result<Test, CatalogueError> {
    let size = |name: &str| -> Result<f64, CatalogueError> {
        let x = number(&value[name])
            .map_err(|e| field(format!("{at}.{name}"), e))?
            .ok_or_else(|| field(format!("{at}.{name}"), "is missing (cm)".into()))?;
        if !(0.1..=100.0).contains(&x) {
            return Err(field(
                format!("{at}.{name}"),
                format!("is {x}; it must lie between 0.1 and 100 (cm)"),
            ));
        }
        Ok(x * 1e-2)
    };
    let (width, length) = (size("width")?, size("length")?);
    let tree = format!("{at}.samplesTree");
    let Some(lists) = value["samplesTree"].as_array() else {
        return Err(field(tree, "is no list of cycles".into()));
    };
    if lists.len() > CYCLES {
        return Err(field(
            tree,
            format!("has {} cycles; at most {CYCLES} are read", lists.len()),
        ));
    }
    let mut cycles = Vec::new();
    for (n, list) in lists.iter().enumerate() {
        let here = format!("{tree}[{n}]");
        let Some(list) = list.as_array() else {
            return Err(field(here, "is no list of numbers".into()));
        };
        if list.len() % 2 != 0 {
            return Err(field(
                here,
                format!(
                    "has {} numbers; distances and forces come in pairs",
                    list.len()
                ),
            ));
        }
        *left = left.checked_sub(list.len()).ok_or_else(|| {
            field(
                here.clone(),
                format!("makes more than {NUMBERS} numbers in one file"),
            )
        })?;
        let mut cycle = Vec::with_capacity(list.len() / 2);
        for (k, pair) in list.chunks_exact(2).enumerate() {
            let one = |v: &Value, what: &str, most: f64| {
                let x = number(v)
                    .map_err(|e| field(format!("{here}[{}]", 2 * k), e))?
                    .unwrap_or(0.0);
                if x.abs() > most {
                    return Err(field(
                        format!("{here}[{}]", 2 * k),
                        format!("{what} is {x}; at most {most} is believed"),
                    ));
                }
                Ok(x)
            };
            let distance = one(&pair[0], "a distance in cm", 1000.0)?;
            let force = one(&pair[1], "a force in gf", 1e6)?;
            cycle.push((distance * 1e-2, force * GRAM_FORCE));
        }
        cycles.push(cycle);
    }
    Ok(Test {
        key: key.to_owned(),
        width,
        length,
        cycles,
    })
}
