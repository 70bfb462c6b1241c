//! Bytes to numbers and back, and packing.

use crate::error::{BakeError, damaged};
use std::ops::Range;

use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};

/// Effort of packing, 0 to 10; higher ones gain less than a hundredth.
const EFFORT: u8 = 6;

/// Reads numbers off bytes; never past their end.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    place: &'a str,
}

impl<'a> Reader<'a> {
    /// Starts at the first byte; `place` is named when bytes are missing.
    pub(crate) fn new(bytes: &'a [u8], place: &'a str) -> Self {
        Self { rest: bytes, place }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], BakeError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or_else(|| damaged(self.place, "it ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], BakeError> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    pub(crate) fn number(&mut self) -> Result<u32, BakeError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(crate) fn numbers<const N: usize>(&mut self) -> Result<[u32; N], BakeError> {
        let mut out = [0; N];
        for number in &mut out {
            *number = self.number()?;
        }
        Ok(out)
    }

    /// A text of at most 255 bytes.
    pub(crate) fn text(&mut self) -> Result<String, BakeError> {
        let [len] = self.array()?;
        let text = self.take(usize::from(len))?;
        String::from_utf8(text.to_vec()).map_err(|_| damaged(self.place, "a name is no text"))
    }
}

/// Writes a text of at most 255 bytes.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    out.push(text.len() as u8);
    out.extend(text.as_bytes());
}

/// Numbers as their lowest bytes, then their second ones and so on: of small
/// numbers nearly all high bytes are zero and pack into nothing.
pub(crate) fn planes(numbers: &[u32]) -> Vec<u8> {
    let plane = |byte: usize| numbers.iter().map(move |n| n.to_le_bytes()[byte]);
    (0..4).flat_map(plane).collect()
}

/// Some of the numbers of [`planes`], one after the other; nothing where the
/// range goes beyond them.
pub(crate) fn from_planes(bytes: &[u8], range: Range<usize>) -> impl Iterator<Item = u32> + '_ {
    let len = bytes.len() / 4;
    let plane = |byte: usize| {
        let plane = bytes.get(byte * len..(byte + 1) * len);
        let numbers = plane.and_then(|plane| plane.get(range.clone()));
        numbers.unwrap_or_default().iter()
    };
    let low = plane(0).zip(plane(1));
    let high = plane(2).zip(plane(3));
    low.zip(high)
        .map(|((&a, &b), (&c, &d))| u32::from_le_bytes([a, b, c, d]))
}

/// Packs bytes (DEFLATE).
pub(crate) fn pack(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, EFFORT)
}

/// Unpacks what must come to `len` bytes.
pub(crate) fn unpack(bytes: &[u8], len: usize, place: &str) -> Result<Vec<u8>, BakeError> {
    match decompress_to_vec_with_limit(bytes, len) {
        Ok(out) if out.len() == len => Ok(out),
        Ok(out) => Err(damaged(
            place,
            format!("it holds {} bytes instead of {len}", out.len()),
        )),
        Err(error) => Err(damaged(place, format!("it cannot be unpacked ({error})"))),
    }
}
