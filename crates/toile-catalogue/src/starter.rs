//! Short lists of records, read whole.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{drape::Drape, error::CatalogueError, figure::Figure, record::Record};

/// A line of a list of simulated drapes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draped {
    /// The fabric.
    pub id: String,
    /// How it drapes.
    pub drape: Figure<Drape>,
}

/// Simulated drapes in a file of JSON Lines, checked.
///
/// # Errors
/// The file cannot be read, or the first line that is no drape.
pub fn drapes(file: &Path) -> Result<Vec<Draped>, CatalogueError> {
    let text = std::fs::read_to_string(file).map_err(|e| CatalogueError::file(file, e))?;
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(n, line)| {
            let place = format!("{}:{}", file.display(), n + 1);
            let draped: Draped = serde_json::from_str(line).map_err(|e| CatalogueError::File {
                file: place.clone(),
                problem: e.to_string(),
            })?;
            crate::drape::check(&draped.drape.value, &place)?;
            Ok(draped)
        })
        .collect()
}

/// Records in a file of JSON Lines, checked.
///
/// # Errors
/// The file cannot be read, or the first line that is no record.
pub fn records(file: &Path) -> Result<Vec<Record>, CatalogueError> {
    let text = std::fs::read_to_string(file).map_err(|e| CatalogueError::file(file, e))?;
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(n, line)| Record::from_json(line, &format!("{}:{}", file.display(), n + 1)))
        .collect()
}
