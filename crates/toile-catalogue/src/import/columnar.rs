//! Rows of a Parquet file.

use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::{Field, Row, reader::RowIter},
};

use super::lines::{Cells, LONGEST, Spot};
use crate::error::CatalogueError;

/// At most so many columns.
const COLUMNS: usize = 1000;
/// At most so many bytes of one column in one group of rows, unpacked.
const CHUNK: i64 = 1 << 30;

/// Rows of a Parquet file, one after another.
pub(crate) struct Columnar {
    path: PathBuf,
    rows: RowIter<'static>,
    headings: Vec<String>,
    total: u64,
    bytes: u64,
    next: u64,
}

/// What a damaged file makes of the reader, as an error.
///
/// The reader checks much, but not all, of what a file claims.
fn caught<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err("is damaged: its pages are not what its directory says".to_owned()))
}

impl Columnar {
    /// Opens a file and reads its headings.
    pub(crate) fn open(path: &Path) -> Result<Self, CatalogueError> {
        let failed = |problem: String| CatalogueError::file(path, problem);
        let file = File::open(path).map_err(|e| failed(e.to_string()))?;
        let bytes = file.metadata().map_err(|e| failed(e.to_string()))?.len();
        caught(|| {
            let reader = SerializedFileReader::new(file)
                .map_err(|e| format!("is no Parquet file that can be read: {e}"))?;
            let (headings, total) = directory(&reader, bytes)?;
            Ok(Self {
                path: path.to_owned(),
                rows: RowIter::from_file_into(Box::new(reader)),
                headings,
                total,
                bytes,
                next: 0,
            })
        })
        .map_err(failed)
    }

    pub(crate) fn headings(&self) -> &[String] {
        &self.headings
    }

    /// Where the next row begins: its number from 1, and as much of the file as
    /// there are rows before it.
    pub(crate) fn spot(&self) -> Spot {
        let done = u128::from(self.next) * u128::from(self.bytes);
        Spot {
            byte: (done / u128::from(self.total.max(1))) as u64,
            line: self.next + 1,
        }
    }

    /// Goes on at a row.
    pub(crate) fn seek(&mut self, to: Spot) -> std::io::Result<()> {
        let row = to.line.saturating_sub(1);
        if row < self.next {
            *self = Self::open(&self.path).map_err(std::io::Error::other)?;
        }
        while self.next < row {
            if self.next()?.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// The next row: its number and cells.
    pub(crate) fn next(&mut self) -> std::io::Result<Option<(u64, Cells)>> {
        if self.next >= self.total {
            return Ok(None);
        }
        let rows = &mut self.rows;
        let row = caught(|| match rows.next() {
            Some(Ok(row)) => Ok(Some(row)),
            Some(Err(e)) => Err(format!("is damaged: {e}")),
            None => Ok(None),
        })
        .map_err(|e| std::io::Error::other(format!("row {}: {e}", self.next + 1)))?;
        let Some(row) = row else {
            return Err(std::io::Error::other(format!(
                "row {}: is missing; the file claims {} rows",
                self.next + 1,
                self.total
            )));
        };
        self.next += 1;
        Ok(Some((self.next, cells(&row))))
    }
}

/// Headings and number of rows, if what the directory claims can be true.
fn directory(
    reader: &SerializedFileReader<File>,
    bytes: u64,
) -> Result<(Vec<String>, u64), String> {
    let all = reader.metadata();
    let schema = all.file_metadata().schema();
    let headings: Vec<String> = schema
        .get_fields()
        .iter()
        .map(|f| f.name().to_owned())
        .collect();
    if headings.is_empty() || headings.len() > COLUMNS {
        return Err(format!(
            "has {} columns; 1 to {COLUMNS} are read",
            headings.len()
        ));
    }
    let mut total = 0u64;
    for (n, group) in all.row_groups().iter().enumerate() {
        let rows = u64::try_from(group.num_rows())
            .map_err(|_| format!("group {n}: claims {} rows", group.num_rows()))?;
        for column in group.columns() {
            let (packed, size) = (column.compressed_size(), column.uncompressed_size());
            let (start, length) = (column.data_page_offset(), packed);
            let inside = start >= 0 && length >= 0 && start.unsigned_abs() <= bytes;
            // Values that are all the same take next to nothing, but not nothing.
            if !(inside && (0..=CHUNK).contains(&size) && length.unsigned_abs() <= bytes) {
                return Err(format!(
                    "group {n}, column {}: claims {size} bytes from {packed}; at most {} MiB are unpacked",
                    column.column_path(),
                    CHUNK >> 20
                ));
            }
            if rows > bytes.saturating_mul(100_000) {
                return Err(format!("group {n}: claims {rows} rows in {bytes} bytes"));
            }
        }
        total = total.saturating_add(rows);
    }
    let told = all.file_metadata().num_rows();
    if u64::try_from(told) != Ok(total) {
        return Err(format!("claims {told} rows, its groups have {total}"));
    }
    Ok((headings, total))
}

fn cells(row: &Row) -> Cells {
    let mut length = 0;
    row.get_column_iter()
        .map(|(name, field)| {
            let text = text(field).map_err(|e| format!("column {name}: {e}"))?;
            length += text.len();
            if length as u64 > LONGEST {
                return Err("the row is longer than 4 MiB".to_owned());
            }
            Ok(text)
        })
        .collect()
}

/// A value as a supplier would write it.
fn text(field: &Field) -> Result<String, String> {
    Ok(match field {
        Field::Null => String::new(),
        Field::Str(s) => s.clone(),
        Field::Bytes(b) => std::str::from_utf8(b.data())
            .map_err(|_| "is not UTF-8 text".to_owned())?
            .to_owned(),
        Field::ListInternal(list) => {
            let parts: Result<Vec<String>, String> = list.elements().iter().map(text).collect();
            parts?.join("; ")
        }
        Field::Group(_) | Field::MapInternal(_) => {
            return Err("holds columns of its own; write a flat table".to_owned());
        }
        Field::Float(x) if !x.is_finite() => return Err(format!("is {x}")),
        Field::Double(x) if !x.is_finite() => return Err(format!("is {x}")),
        Field::Float(x) => x.to_string(),
        Field::Double(x) => x.to_string(),
        other => other.to_string(),
    })
}
