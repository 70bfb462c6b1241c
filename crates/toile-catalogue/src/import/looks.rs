//! Looks of fabrics from a file: JSON Lines of `id` and `looks`.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::{
    error::CatalogueError,
    look::Look,
    store::{Store, Writer},
};

/// A line may have so many bytes.
const LONGEST: u64 = 1 << 20;
/// A fabric may have so many looks.
const MOST: usize = 32;

/// One line: a fabric and what pictures of it tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LooksLine {
    /// The fabric.
    pub id: String,
    /// Where the pictures are from.
    pub source: String,
    /// The looks, as hexadecimal digits.
    pub looks: Vec<String>,
}

/// Whether a file holds looks, by its name.
#[must_use]
pub fn is_looks(file: &Path) -> bool {
    file.to_string_lossy().ends_with(".looks.jsonl")
}

/// Keeps the looks of a file for those of its fabrics that the catalogue has. Returns
/// how many were kept, and the ids that are not in the catalogue.
///
/// # Errors
/// The line and what is wrong with it; then nothing of the file is kept.
pub fn looks(store: &Store, file: &Path) -> Result<(u64, Vec<String>), CatalogueError> {
    let io = |e: std::io::Error| CatalogueError::file(file, e);
    let mut reader = BufReader::new(File::open(file).map_err(io)?);
    let mut writer = Writer::new(store)?;
    let (mut kept, mut unknown) = (0, Vec::new());
    for number in 1u64.. {
        let mut line = Vec::new();
        let n = reader
            .by_ref()
            .take(LONGEST)
            .read_until(b'\n', &mut line)
            .map_err(io)?;
        if n == 0 {
            break;
        }
        let place = format!("{} line {number}", file.display());
        if n as u64 == LONGEST {
            return Err(CatalogueError::field(
                &place,
                "line",
                "is longer than 1 MiB",
            ));
        }
        let (id, looks) = parse(&line)
            .map_err(|(field, problem)| CatalogueError::field(&place, field, problem))?;
        match writer.looks(&id, &looks) {
            Ok(()) => kept += 1,
            Err(CatalogueError::Unknown { .. }) => unknown.push(id),
            Err(e) => return Err(e),
        }
    }
    writer.finish()?;
    Ok((kept, unknown))
}

/// Reads one line: the fabric and its looks, or the field and what is wrong with it.
///
/// # Errors
/// The field and a sentence.
pub fn parse(line: &[u8]) -> Result<(String, Vec<Look>), (&'static str, String)> {
    let line: LooksLine =
        serde_json::from_slice(line).map_err(|e| ("line", format!("cannot be read: {e}")))?;
    if line.source.trim().is_empty() {
        return Err((
            "source",
            "is empty; say where the pictures are from".to_owned(),
        ));
    }
    if line.looks.len() > MOST {
        return Err((
            "looks",
            format!("are {}; at most {MOST} are kept", line.looks.len()),
        ));
    }
    let looks: Result<Vec<Look>, String> = line.looks.iter().map(|l| Look::from_hex(l)).collect();
    Ok((line.id, looks.map_err(|e| ("looks", e))?))
}
