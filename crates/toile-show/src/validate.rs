//! Reading a show file and refusing what cannot be staged.

mod cameras;
mod lights;
mod venue;

use crate::{
    ShowError,
    format::{Show, VERSION},
};
use std::{collections::HashSet, path::Path};

/// Makes field errors for one file.
struct Report<'a> {
    path: &'a str,
}

impl Report<'_> {
    fn error(
        &self,
        field: impl Into<String>,
        problem: impl Into<String>,
        mend: impl Into<String>,
    ) -> ShowError {
        ShowError::Field {
            path: self.path.into(),
            field: field.into(),
            problem: problem.into(),
            mend: mend.into(),
        }
    }

    /// Refuses a number that is not finite or outside `min..=max`.
    fn range(
        &self,
        field: &str,
        value: f32,
        min: f32,
        max: f32,
        unit: &str,
    ) -> Result<(), ShowError> {
        if value.is_finite() && (min..=max).contains(&value) {
            return Ok(());
        }
        Err(self.error(
            field,
            format!("{value} is out of range"),
            format!("write a number from {min} to {max} {unit}")
                .trim_end()
                .to_owned(),
        ))
    }

    fn point(&self, field: &str, point: [f32; 3]) -> Result<(), ShowError> {
        for (axis, value) in ["x", "y", "z"].iter().zip(point) {
            self.range(&format!("{field}.{axis}"), value, -500.0, 500.0, "m")?;
        }
        Ok(())
    }
}

impl Show {
    /// Reads and validates a show file.
    ///
    /// # Errors
    /// [`ShowError`], naming file and field.
    pub fn load(path: &Path) -> Result<Self, ShowError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|source| ShowError::Read {
            path: name.clone(),
            source,
        })?;
        Self::from_ron(&text, &name)
    }

    /// Parses and validates the text of a show file; `path` names it in errors.
    ///
    /// # Errors
    /// [`ShowError::Syntax`] where the text is no show, [`ShowError::Field`]
    /// where a value cannot be staged.
    pub fn from_ron(text: &str, path: &str) -> Result<Self, ShowError> {
        let options = ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        let show: Self = options.from_str(text).map_err(|error| ShowError::Syntax {
            path: path.into(),
            line: error.span.start.line,
            column: error.span.start.col,
            message: error.code.to_string(),
        })?;
        show.validate(&Report { path })?;
        Ok(show)
    }

    fn validate(&self, report: &Report<'_>) -> Result<(), ShowError> {
        if self.version != VERSION {
            return Err(report.error(
                "version",
                format!("this build cannot read version {}", self.version),
                format!("write version: {VERSION}"),
            ));
        }
        for (field, text) in [
            ("title", &self.title),
            ("client", &self.client),
            ("purpose", &self.purpose),
            ("date", &self.date),
        ] {
            if text.trim().is_empty() {
                return Err(report.error(
                    field,
                    "is empty",
                    "every show names its title, client, purpose and date",
                ));
            }
        }
        // Slower than this there is no soundtrack, faster nobody walks.
        report.range("music.bpm", self.music.bpm, 80.0, 150.0, "beats per minute")?;
        report.range("outro_beats", self.outro_beats, 0.0, 128.0, "beats")?;
        self.validate_venue(report)?;
        self.validate_cameras(report)?;
        self.validate_looks(report)
    }

    fn validate_looks(&self, report: &Report<'_>) -> Result<(), ShowError> {
        if self.looks.is_empty() {
            return Err(report.error(
                "looks",
                "the running order is empty",
                "add at least one look",
            ));
        }
        let mut numbers = HashSet::new();
        for (index, look) in self.looks.iter().enumerate() {
            let field = format!("looks[{index}] (look {})", look.number);
            if !numbers.insert(look.number) {
                return Err(report.error(
                    field,
                    "has the number of another look",
                    "number every look once",
                ));
            }
            validate_id(
                report,
                &format!("{field}.twin"),
                &look.twin,
                "the folder's name under assets/twins",
            )?;
            report.range(
                &format!("{field}.enters_at_beat"),
                look.enters_at_beat,
                0.0,
                1e5,
                "beats",
            )?;
            let longest = self.venue.runway.length_m - 0.5;
            report.range(
                &format!("{field}.walk_m"),
                look.walk_m,
                1.0,
                longest,
                "m (the runway less half a metre)",
            )?;
            report.range(
                &format!("{field}.pose_beats"),
                look.pose_beats,
                1.0,
                256.0,
                "beats",
            )?;
            let widest = self.venue.runway.width_m * 0.5 - 0.4;
            report.range(
                &format!("{field}.lane_m"),
                look.lane_m,
                -widest,
                widest,
                "m (half the runway's width less 0.4)",
            )?;
            if look.garments.is_empty() {
                return Err(report.error(
                    format!("{field}.garments"),
                    "is empty",
                    "a look wears at least one garment",
                ));
            }
            for (at, worn) in look.garments.iter().enumerate() {
                validate_id(
                    report,
                    &format!("{field}.garments[{at}].garment"),
                    &worn.garment,
                    "a file's name under assets/garments, without .ron",
                )?;
                validate_fabric(
                    report,
                    &format!("{field}.garments[{at}].fabric"),
                    &worn.fabric,
                )?;
            }
        }
        Ok(())
    }
}

/// A fabric that ships, or one of the catalogue, whose ids are the suppliers' own.
fn validate_fabric(report: &Report<'_>, field: &str, fabric: &str) -> Result<(), ShowError> {
    match fabric.strip_prefix(CATALOGUE) {
        Some(id) if !id.trim().is_empty() && !id.chars().any(char::is_control) => Ok(()),
        Some(_) => Err(report.error(
            field,
            format!("'{fabric}' names no fabric"),
            format!("write its id after {CATALOGUE}"),
        )),
        None => validate_id(
            report,
            field,
            fabric,
            "a fabric that ships (toile fabric find lists them), or catalogue:ID",
        ),
    }
}

/// What the name of a fabric of the catalogue begins with.
pub const CATALOGUE: &str = "catalogue:";

/// Identifiers become file names: they must not reach outside their folder.
fn validate_id(report: &Report<'_>, field: &str, id: &str, what: &str) -> Result<(), ShowError> {
    let fits = !id.is_empty()
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if fits {
        return Ok(());
    }
    Err(report.error(
        field,
        format!("'{id}' is no identifier"),
        format!("write {what}: letters, digits, '-' and '_'"),
    ))
}
