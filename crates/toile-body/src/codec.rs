//! Byte layout of the packed body data: little-endian integers, short strings
//! and byte planes (all low bytes, then all high bytes), which zstd packs far
//! better than interleaved words.

use crate::BodyError;

/// First bytes of a packed body file.
pub(crate) const MAGIC: [u8; 8] = *b"TOILBODY";
/// Version of the layout written by the bake.
pub(crate) const VERSION: u32 = 1;
/// Magic, version, raw length, checksum.
pub(crate) const HEADER_LEN: usize = 8 + 4 + 8 + 8;
/// Raw payloads above this are refused before any memory is taken.
pub(crate) const MAX_RAW: u64 = 256 << 20;
/// Metres per unit of a target delta: MakeHuman's targets carry three decimals
/// of a decimetre, so this keeps them without loss.
pub(crate) const DELTA_M: f32 = 1.0e-4;
/// Metres per unit of a base position (four decimals of a decimetre).
pub(crate) const POSITION_M: f32 = 1.0e-5;

/// FNV-1a, 64 bit (Fowler, Noll, Vo): detects damage, not malice.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(any(feature = "bake", test))]
fn zigzag(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)) as u32
}

fn unzigzag(value: u32) -> i32 {
    ((value >> 1) as i32) ^ -((value & 1) as i32)
}

/// Reads the payload front to back; every method fails rather than running past the end.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], BodyError> {
        let (head, tail) = self.rest.split_at_checked(len).ok_or_else(|| {
            BodyError::format(format!("it ends {} bytes early", len - self.rest.len()))
        })?;
        self.rest = tail;
        Ok(head)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, BodyError> {
        Ok(self.take(1)?[0])
    }

    pub(crate) fn u16(&mut self) -> Result<u16, BodyError> {
        let b = self.take(2)?;
        Ok(u16::from_le_bytes([b[0], b[1]]))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, BodyError> {
        let b = self.take(4)?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, BodyError> {
        let low = u64::from(self.u32()?);
        Ok(low | u64::from(self.u32()?) << 32)
    }

    /// A count of things that take at least one byte each, so that a damaged
    /// count cannot ask for more memory than the payload could fill.
    pub(crate) fn count(&mut self) -> Result<usize, BodyError> {
        let count = self.u32()? as usize;
        if count > self.rest.len() {
            return Err(BodyError::format(format!(
                "a count of {count} exceeds what is left"
            )));
        }
        Ok(count)
    }

    pub(crate) fn string(&mut self) -> Result<String, BodyError> {
        let len = self.u16()? as usize;
        let bytes = self.take(len)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| BodyError::format("a name is not UTF-8"))
    }

    pub(crate) fn u16_planes(&mut self) -> Result<Vec<u16>, BodyError> {
        let n = self.count()?;
        let (low, high) = (self.take(n)?, self.take(n)?);
        Ok(low
            .iter()
            .zip(high)
            .map(|(&l, &h)| u16::from_le_bytes([l, h]))
            .collect())
    }

    pub(crate) fn i16_planes(&mut self) -> Result<Vec<i16>, BodyError> {
        Ok(self
            .u16_planes()?
            .into_iter()
            .map(|v| unzigzag(u32::from(v)) as i16)
            .collect())
    }

    pub(crate) fn i32_planes(&mut self) -> Result<Vec<i32>, BodyError> {
        let n = self.count()?;
        let planes = [self.take(n)?, self.take(n)?, self.take(n)?, self.take(n)?];
        Ok((0..n)
            .map(|i| {
                unzigzag(u32::from_le_bytes([
                    planes[0][i],
                    planes[1][i],
                    planes[2][i],
                    planes[3][i],
                ]))
            })
            .collect())
    }

    /// Strictly ascending indices below `limit`, stored as gaps.
    pub(crate) fn ascending(&mut self, limit: usize) -> Result<Vec<u16>, BodyError> {
        let gaps = self.u16_planes()?;
        let mut next = 0usize;
        let mut out = Vec::with_capacity(gaps.len());
        for gap in gaps {
            let index = next + gap as usize;
            if index >= limit {
                return Err(BodyError::format(format!("vertex {index} of {limit}")));
            }
            out.push(index as u16);
            next = index + 1;
        }
        Ok(out)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

/// The writing half of [`Reader`], used by the bake and by tests.
#[cfg(any(feature = "bake", test))]
#[derive(Default)]
pub(crate) struct Writer {
    pub(crate) bytes: Vec<u8>,
}

#[cfg(any(feature = "bake", test))]
impl Writer {
    #[cfg(feature = "bake")]
    pub(crate) fn u8(&mut self, v: u8) {
        self.bytes.push(v);
    }

    pub(crate) fn u16(&mut self, v: u16) {
        self.bytes.extend(v.to_le_bytes());
    }

    pub(crate) fn u32(&mut self, v: usize) {
        self.bytes.extend((v as u32).to_le_bytes());
    }

    pub(crate) fn string(&mut self, s: &str) {
        self.u16(s.len() as u16);
        self.bytes.extend(s.as_bytes());
    }

    pub(crate) fn u16_planes(&mut self, values: &[u16]) {
        self.u32(values.len());
        self.bytes.extend(values.iter().map(|v| v.to_le_bytes()[0]));
        self.bytes.extend(values.iter().map(|v| v.to_le_bytes()[1]));
    }

    pub(crate) fn i16_planes(&mut self, values: &[i16]) {
        let packed: Vec<u16> = values
            .iter()
            .map(|&v| zigzag(i32::from(v)) as u16)
            .collect();
        self.u16_planes(&packed);
    }

    pub(crate) fn i32_planes(&mut self, values: &[i32]) {
        self.u32(values.len());
        for plane in 0..4 {
            self.bytes
                .extend(values.iter().map(|&v| zigzag(v).to_le_bytes()[plane]));
        }
    }

    pub(crate) fn ascending(&mut self, indices: &[u16]) {
        let mut next = 0;
        let mut gaps = Vec::with_capacity(indices.len());
        for &index in indices {
            gaps.push(index - next);
            next = index + 1;
        }
        self.u16_planes(&gaps);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_written_value_reads_back() {
        let mut w = Writer::default();
        w.string("mixamorig:Hips");
        w.i16_planes(&[0, -1, 1, i16::MAX, i16::MIN]);
        w.i32_planes(&[0, -70_000, 70_000]);
        w.ascending(&[0, 1, 7, 19_157]);
        let mut r = Reader::new(&w.bytes);
        assert_eq!(r.string().unwrap(), "mixamorig:Hips");
        assert_eq!(r.i16_planes().unwrap(), [0, -1, 1, i16::MAX, i16::MIN]);
        assert_eq!(r.i32_planes().unwrap(), [0, -70_000, 70_000]);
        assert_eq!(r.ascending(19_158).unwrap(), [0, 1, 7, 19_157]);
        assert!(r.is_empty());
    }

    #[test]
    fn an_index_beyond_the_mesh_is_an_error() {
        let mut w = Writer::default();
        w.ascending(&[3, 9]);
        assert!(Reader::new(&w.bytes).ascending(9).is_err());
    }
}
