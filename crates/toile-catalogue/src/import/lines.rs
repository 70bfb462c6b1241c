//! Rows of a table, one after another, from CSV, JSON Lines or Parquet.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use super::table::{Cut, Table};
use crate::error::CatalogueError;

/// A row may have so many bytes; more is a quote that was left open, or no table.
pub(crate) const LONGEST: u64 = 4 << 20;

/// A row or what is wrong with it.
pub(crate) type Cells = Result<Vec<String>, String>;

/// Where a row begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Spot {
    pub(crate) byte: u64,
    pub(crate) line: u64,
}

/// Rows of a file.
pub(crate) enum Lines {
    Csv {
        table: Box<Table<File>>,
        width: usize,
    },
    Json {
        reader: BufReader<File>,
        headings: Vec<String>,
        spot: Spot,
    },
    #[cfg(feature = "parquet")]
    Parquet(Box<super::columnar::Columnar>),
}

impl Lines {
    /// Opens a table and reads its headings.
    pub(crate) fn open(path: &Path) -> Result<(Self, Vec<String>), CatalogueError> {
        let io = |e: io::Error| CatalogueError::file(path, e);
        let mut file = File::open(path).map_err(io)?;
        let mut start = vec![0; 64 << 10];
        let mut have = 0;
        while have < start.len() {
            match file.read(&mut start[have..]).map_err(io)? {
                0 => break,
                n => have += n,
            }
        }
        start.truncate(have);
        if start.starts_with(b"PAR1") {
            return Self::parquet(path);
        }
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            return Err(CatalogueError::file(path, "is UTF-16; save it as UTF-8"));
        }
        let skip = if start.starts_with(&[0xef, 0xbb, 0xbf]) {
            3
        } else {
            0
        };
        let text = &start[skip..];
        let first = text.iter().find(|b| !b.is_ascii_whitespace());
        match first {
            None => Err(CatalogueError::file(path, "is empty")),
            Some(b'{') => Self::json(path, file, skip as u64),
            Some(b'[') => Err(CatalogueError::file(
                path,
                "is one JSON array; write JSON Lines, one object a line (jq -c '.[]')",
            )),
            Some(_) => Self::csv(path, file, skip as u64, text),
        }
    }

    #[cfg(feature = "parquet")]
    fn parquet(path: &Path) -> Result<(Self, Vec<String>), CatalogueError> {
        let rows = super::columnar::Columnar::open(path)?;
        let headings = rows.headings().to_vec();
        Ok((Self::Parquet(Box::new(rows)), headings))
    }

    #[cfg(not(feature = "parquet"))]
    fn parquet(path: &Path) -> Result<(Self, Vec<String>), CatalogueError> {
        Err(CatalogueError::file(
            path,
            "is Parquet, which this program was built without; build it with --features parquet, or save the table as CSV",
        ))
    }

    fn csv(
        path: &Path,
        mut file: File,
        skip: u64,
        start: &[u8],
    ) -> Result<(Self, Vec<String>), CatalogueError> {
        file.seek(SeekFrom::Start(skip))
            .map_err(|e| CatalogueError::file(path, e))?;
        let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
        let mut delimiter = b',';
        let count = |d: u8| line.iter().filter(|b| **b == d).count();
        for d in [b';', b'\t', b'|'] {
            if count(d) > count(delimiter) {
                delimiter = d;
            }
        }
        let begin = Spot {
            byte: skip,
            line: 1,
        };
        let mut table = Table::new(file, delimiter, begin);
        let headings = match table.next().map_err(|e| CatalogueError::file(path, e))? {
            Some(row) => cells(&row).map_err(|e| {
                CatalogueError::file(path, format!("its first line, the headings: {e}"))
            })?,
            None => return Err(CatalogueError::file(path, "is empty")),
        };
        let width = headings.len();
        if width > 1000 {
            return Err(CatalogueError::file(path, "has more than 1000 columns"));
        }
        Ok((
            Self::Csv {
                table: Box::new(table),
                width,
            },
            headings,
        ))
    }

    /// Headings of JSON Lines are the keys of the first hundred lines.
    fn json(path: &Path, file: File, skip: u64) -> Result<(Self, Vec<String>), CatalogueError> {
        let reader = BufReader::with_capacity(1 << 20, file);
        let spot = Spot {
            byte: skip,
            line: 1,
        };
        let mut headings: Vec<String> = Vec::new();
        let mut lines = Self::Json {
            reader,
            headings: Vec::new(),
            spot,
        };
        lines
            .seek(spot)
            .map_err(|e| CatalogueError::file(path, e))?;
        for _ in 0..100 {
            let Self::Json { reader, .. } = &mut lines else {
                break;
            };
            let Some(line) = json_line(reader).map_err(|e| CatalogueError::file(path, e))? else {
                break;
            };
            if let Ok(serde_json::Value::Object(map)) = serde_json::from_slice(&line) {
                for key in map.keys() {
                    if !headings.contains(key) && headings.len() < 1000 {
                        headings.push(key.clone());
                    }
                }
            }
        }
        if headings.is_empty() {
            return Err(CatalogueError::file(
                path,
                "none of its first hundred lines is a JSON object",
            ));
        }
        lines
            .seek(spot)
            .map_err(|e| CatalogueError::file(path, e))?;
        if let Self::Json { headings: h, .. } = &mut lines {
            h.clone_from(&headings);
        }
        Ok((lines, headings))
    }

    /// Where the next row begins.
    pub(crate) fn spot(&self) -> Spot {
        match self {
            Self::Csv { table, .. } => table.spot(),
            Self::Json { spot, .. } => *spot,
            #[cfg(feature = "parquet")]
            Self::Parquet(rows) => rows.spot(),
        }
    }

    /// Goes on where a row begins.
    pub(crate) fn seek(&mut self, to: Spot) -> io::Result<()> {
        match self {
            Self::Csv { table, .. } => table.seek(to)?,
            Self::Json { reader, spot, .. } => {
                reader.seek(SeekFrom::Start(to.byte))?;
                *spot = to;
            }
            #[cfg(feature = "parquet")]
            Self::Parquet(rows) => rows.seek(to)?,
        }
        Ok(())
    }

    /// The next row: its line and cells. [`None`] at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<(u64, Cells)>> {
        match self {
            Self::Csv { table, width } => {
                let Some(row) = table.next()? else {
                    return Ok(None);
                };
                let found = if row.len() > *width {
                    Err(format!(
                        "the row has {} cells, the headings are {width}; is a separator in a cell without quotes?",
                        row.len()
                    ))
                } else {
                    cells(&row)
                };
                Ok(Some((row.line, found)))
            }
            Self::Json {
                reader,
                headings,
                spot,
            } => loop {
                let Some(line) = json_line(reader)? else {
                    return Ok(None);
                };
                let at = spot.line;
                spot.byte += line.len() as u64;
                spot.line += 1;
                if line.iter().all(u8::is_ascii_whitespace) {
                    continue;
                }
                return Ok(Some((at, json_cells(&line, headings))));
            },
            #[cfg(feature = "parquet")]
            Self::Parquet(rows) => rows.next(),
        }
    }
}

fn cells(row: &Cut<'_>) -> Cells {
    row.cells()
        .enumerate()
        .map(|(k, cell)| {
            std::str::from_utf8(cell)
                .map(str::to_owned)
                .map_err(|_| format!("cell {} is not UTF-8; save the file as UTF-8", k + 1))
        })
        .collect()
}

fn json_line(reader: &mut BufReader<File>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let n = reader.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
    if n as u64 == LONGEST {
        return Err(io::Error::other("a line is longer than 4 MiB"));
    }
    Ok((n > 0).then_some(line))
}

/// A flat object's values in the order of the headings. A whole record is one cell
/// more: its text.
fn json_cells(line: &[u8], headings: &[String]) -> Cells {
    let text = std::str::from_utf8(line).map_err(|_| "is not UTF-8".to_owned())?;
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|e| format!("is not JSON: {e}"))?;
    let serde_json::Value::Object(map) = value else {
        return Err("is no JSON object".to_owned());
    };
    if map.contains_key("version") && map.contains_key("id") && map.contains_key("name") {
        return Ok(vec![text.trim().to_owned()]);
    }
    Ok(headings
        .iter()
        .map(|h| match map.get(h) {
            None | Some(serde_json::Value::Null) => String::new(),
            Some(serde_json::Value::String(s)) => s.clone(),
            Some(serde_json::Value::Array(list)) => {
                let parts: Vec<String> = list
                    .iter()
                    .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
                    .collect();
                parts.join("; ")
            }
            Some(other) => other.to_string(),
        })
        .collect())
}
