//! One measured figure against what it ought to be.

use std::fmt;

/// A measured figure, what is expected, and how far off it may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What was measured, as a phrase.
    pub name: String,
    /// The figure.
    pub measured: f64,
    /// What it ought to be.
    pub expected: f64,
    /// How far off it may be, in the same unit.
    pub tolerance: f64,
    /// Unit, empty for a ratio.
    pub unit: &'static str,
    /// What else one should know, empty mostly.
    pub note: String,
}

impl Check {
    /// A figure that ought to be `expected`, give or take `tolerance`.
    #[must_use]
    pub fn near(
        name: impl Into<String>,
        measured: f64,
        expected: f64,
        tolerance: f64,
        unit: &'static str,
    ) -> Self {
        Self {
            name: name.into(),
            measured,
            expected,
            tolerance,
            unit,
            note: String::new(),
        }
    }

    /// A size that ought to be 0 and may be at most `most`.
    #[must_use]
    pub fn at_most(name: impl Into<String>, measured: f64, most: f64, unit: &'static str) -> Self {
        Self::near(name, measured, 0.0, most, unit)
    }

    /// Adds a note.
    #[must_use]
    pub fn noting(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Whether the figure is finite and near enough.
    #[must_use]
    pub fn passes(&self) -> bool {
        (self.measured - self.expected).abs() <= self.tolerance
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.passes() { "pass" } else { "FAIL" };
        let of = if self.expected == 0.0 {
            format!("at most {}", short(self.tolerance))
        } else {
            format!("{} ± {}", short(self.expected), short(self.tolerance))
        };
        let unit = if self.unit.is_empty() {
            String::new()
        } else {
            format!(" {}", self.unit)
        };
        write!(
            f,
            "{mark}  {:<66} {:>9}  {of}{unit}",
            self.name,
            short(self.measured)
        )?;
        if !self.note.is_empty() {
            write!(f, "  ({})", self.note)?;
        }
        Ok(())
    }
}

/// Four significant digits, in plain figures where they are readable.
#[must_use]
pub fn short(x: f64) -> String {
    if x == 0.0 {
        return "0".into();
    }
    let digits = 3 - x.abs().log10().floor() as i32;
    if !(-3..=7).contains(&digits) {
        return format!("{x:.2e}");
    }
    let text = format!("{x:.*}", digits.clamp(0, 5) as usize);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').into()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_passes_within_its_tolerance_only_and_never_on_nonsense() {
        assert!(Check::near("a", 1.009, 1.0, 0.01, "").passes());
        assert!(!Check::near("a", 1.011, 1.0, 0.01, "").passes());
        assert!(!Check::near("a", f64::NAN, 1.0, 0.01, "").passes());
        let line = Check::at_most("gap", 0.3, 0.2, "mm")
            .noting("wide")
            .to_string();
        assert!(line.starts_with("FAIL  gap ") && line.ends_with("0.3  at most 0.2 mm  (wide)"));
    }

    #[test]
    fn figures_are_short() {
        assert_eq!(short(41.4874), "41.49");
        assert_eq!(short(0.05), "0.05");
        assert_eq!(short(1.2e-7), "1.20e-7");
        assert_eq!(short(1234.5), "1234");
        assert_eq!(short(0.0), "0");
    }
}
