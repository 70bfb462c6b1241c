//! Rows of a CSV file (RFC 4180), with the place of each in the file.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::lines::{LONGEST, Spot};

/// Reads one row after another.
pub(crate) struct Table<R> {
    source: BufReader<R>,
    core: Reader,
    delimiter: u8,
    spot: Spot,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// One row: its line, and its cells as bytes.
pub(crate) struct Cut<'a> {
    pub(crate) line: u64,
    bytes: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Cut<'a> {
    /// Number of cells.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cells.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &'a [u8]> {
        let (bytes, ends) = (self.bytes, self.ends);
        (0..ends.len()).map(move |k| {
            let from = if k == 0 { 0 } else { ends[k - 1] };
            &bytes[from..ends[k]]
        })
    }
}

impl<R: Read + Seek> Table<R> {
    /// A table that begins here.
    pub(crate) fn new(source: R, delimiter: u8, spot: Spot) -> Self {
        Self {
            source: BufReader::with_capacity(1 << 18, source),
            core: ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            spot,
            bytes: vec![0; 1 << 12],
            ends: vec![0; 64],
        }
    }

    /// Where the next row begins.
    pub(crate) fn spot(&self) -> Spot {
        self.spot
    }

    /// Goes on where a row begins.
    pub(crate) fn seek(&mut self, to: Spot) -> io::Result<()> {
        self.source.seek(SeekFrom::Start(to.byte))?;
        self.core = ReaderBuilder::new().delimiter(self.delimiter).build();
        self.core.set_line(to.line);
        self.spot = to;
        Ok(())
    }

    /// The next row; [`None`] at the end. Empty lines are passed over.
    pub(crate) fn next(&mut self) -> io::Result<Option<Cut<'_>>> {
        let (mut out, mut ends) = (0, 0);
        let start = self.spot.byte;
        let mut line = self.core.line();
        loop {
            let input = self.source.fill_buf()?;
            let (result, read, written, ended) =
                self.core
                    .read_record(input, &mut self.bytes[out..], &mut self.ends[ends..]);
            self.source.consume(read);
            self.spot.byte += read as u64;
            self.spot.line = self.core.line();
            (out, ends) = (out + written, ends + ended);
            if self.spot.byte - start > LONGEST {
                return Err(io::Error::other(format!(
                    "the row on line {line} is longer than 4 MiB; is a quote left open?"
                )));
            }
            match result {
                // Ends of lines before a row are read with it.
                ReadRecordResult::InputEmpty if out == 0 && ends == 0 => line = self.core.line(),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.bytes.resize(self.bytes.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::Record => {
                    return Ok(Some(Cut {
                        line,
                        bytes: &self.bytes[..out],
                        ends: &self.ends[..ends],
                    }));
                }
            }
        }
    }
}

/// Cells as a line of CSV.
pub(crate) fn line<S: AsRef<str>>(cells: &[S]) -> String {
    let mut out = String::new();
    for (k, cell) in cells.iter().map(AsRef::as_ref).enumerate() {
        if k > 0 {
            out.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn rows(text: &[u8]) -> Vec<(u64, Vec<String>)> {
        let mut table = Table::new(Cursor::new(text), b',', Spot { byte: 0, line: 1 });
        let mut out = Vec::new();
        while let Some(row) = table.next().unwrap() {
            let cells = row.cells().map(|c| String::from_utf8_lossy(c).into_owned());
            out.push((row.line, cells.collect()));
        }
        out
    }

    #[test]
    fn rows_know_their_lines_across_quotes() {
        let found = rows(b"a,b\n\"1\n2\",\"x \"\"y\"\"\"\nlast,\n");
        let lines: Vec<u64> = found.iter().map(|r| r.0).collect();
        assert_eq!(lines, [1, 2, 4]);
        assert_eq!(found[1].1, ["1\n2", "x \"y\""]);
        assert_eq!(found[2].1, ["last", ""]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(cells in prop::collection::vec("\\PC{0,12}|[,\"\n]{1,3}", 1..6)) {
            // A line of one empty cell is an empty line.
            prop_assume!(cells.len() > 1 || !cells[0].is_empty());
            let text = line(&cells);
            let found = rows(text.as_bytes());
            prop_assert_eq!(&found[0].1, &cells);
        }

        #[test]
        fn a_row_is_read_again_from_its_place(lines in prop::collection::vec("[a-c,\"]{1,8}", 1..8)) {
            let text = lines.join("\n");
            let mut table = Table::new(Cursor::new(text.as_bytes()), b',', Spot { byte: 0, line: 1 });
            loop {
                let spot = table.spot();
                let Some(row) = table.next().unwrap() else { break };
                let cells: Vec<Vec<u8>> = row.cells().map(<[u8]>::to_vec).collect();
                let mut again = Table::new(Cursor::new(text.as_bytes()), b',', spot);
                again.seek(spot).unwrap();
                let row = again.next().unwrap().unwrap();
                let same: Vec<Vec<u8>> = row.cells().map(<[u8]>::to_vec).collect();
                prop_assert_eq!(cells, same);
            }
        }
    }
}
