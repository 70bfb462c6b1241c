//! The restricted ZIP of U3MA files.
//!
//! U3MA allows stored and deflated entries, UTF-8 names (bit 11), no extra fields,
//! no ZIP64 and no comment, so that a reader is short, and a general one would
//! accept what the format forbids. Sizes are checked before anything is unpacked.

use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};

/// At most so many entries.
const ENTRIES: usize = 4096;
/// At most so many bytes of all entries, unpacked.
const TOTAL: usize = 512 << 20;
/// At most so many bytes of one entry, unpacked.
const ENTRY: usize = 128 << 20;
/// Names are in UTF-8.
const UTF8: u16 = 1 << 11;

const END: u32 = 0x0605_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const LOCAL: u32 = 0x0403_4b50;

/// A cursor that refuses to read past the end.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn at(all: &'a [u8], offset: usize) -> Result<Self, String> {
        all.get(offset..)
            .map(Self)
            .ok_or_else(|| "the archive is cut short".to_owned())
    }

    fn take(&mut self, n: usize) -> Result<&'a [u8], String> {
        let (head, rest) = self
            .0
            .split_at_checked(n)
            .ok_or_else(|| "the archive is cut short".to_owned())?;
        self.0 = rest;
        Ok(head)
    }

    fn u16(&mut self) -> Result<u16, String> {
        let b = self.take(2)?;
        Ok(u16::from_le_bytes([b[0], b[1]]))
    }

    fn u32(&mut self) -> Result<u32, String> {
        let b = self.take(4)?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }
}

/// One entry as the directory has it.
struct Entry {
    name: String,
    method: u16,
    crc: u32,
    packed: usize,
    size: usize,
    offset: usize,
}

/// Unpacks an archive: names and contents, in its order.
///
/// # Errors
/// A sentence naming the entry and the rule that it breaks.
pub(super) fn read(all: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let entries = directory(all)?;
    let mut out: Vec<(String, Vec<u8>)> = Vec::with_capacity(entries.len());
    for e in entries {
        let contents = contents(all, &e).map_err(|why| format!("entry '{}': {why}", e.name))?;
        if out.iter().any(|o| o.0 == e.name) {
            return Err(format!("entry '{}' is there twice", e.name));
        }
        out.push((e.name, contents));
    }
    Ok(out)
}

fn directory(all: &[u8]) -> Result<Vec<Entry>, String> {
    let end = all
        .len()
        .checked_sub(22)
        .ok_or("is no ZIP archive: it is too short")?;
    let mut r = Bytes::at(all, end)?;
    if r.u32()? != END {
        return Err("is no ZIP archive, is cut short, or has a comment, which U3MA forbids".into());
    }
    let (disk, first) = (r.u16()?, r.u16()?);
    let (here, count) = (r.u16()?, usize::from(r.u16()?));
    let (_, offset) = (r.u32()?, r.u32()? as usize);
    if disk != 0 || first != 0 || usize::from(here) != count || r.u16()? != 0 {
        return Err("is split or has a comment, which U3MA forbids".into());
    }
    if count > ENTRIES {
        return Err(format!("has {count} entries; at most {ENTRIES} are read"));
    }
    let mut r = Bytes::at(all, offset)?;
    let (mut entries, mut total) = (Vec::new(), 0usize);
    for k in 0..count {
        if r.u32()? != CENTRAL {
            return Err(format!("its directory is broken at entry {k}"));
        }
        r.take(4)?; // versions
        let (flags, method) = (r.u16()?, r.u16()?);
        r.take(4)?; // time
        let crc = r.u32()?;
        let (packed, size) = (r.u32()? as usize, r.u32()? as usize);
        let (name, extra, comment) = (r.u16()?, r.u16()?, r.u16()?);
        r.take(8)?; // disk, attributes
        let offset = r.u32()? as usize;
        let name = std::str::from_utf8(r.take(usize::from(name))?)
            .map_err(|_| format!("the name of entry {k} is not UTF-8"))?
            .to_owned();
        r.take(usize::from(extra) + usize::from(comment))?;
        let refuse = |why: String| Err(format!("entry '{name}': {why}"));
        if packed == u32::MAX as usize || size == u32::MAX as usize {
            return refuse("is ZIP64, which U3MA forbids".into());
        }
        if flags & 1 != 0 {
            return refuse("is encrypted".into());
        }
        if method != 0 && method != 8 {
            return refuse(format!("is packed by method {method}; U3MA allows 0 and 8"));
        }
        // Deflate packs a thousandfold at best; more is a lie about the size.
        if size > ENTRY || size / 1100 > packed + 1 {
            return refuse(format!(
                "claims {size} bytes from {packed}; that is refused"
            ));
        }
        total += size;
        if total > TOTAL {
            return Err(format!("unpacks to more than {} MiB", TOTAL >> 20));
        }
        if name.ends_with('/') && size == 0 {
            continue;
        }
        super::path(&name).map_err(|why| format!("entry '{name}': {why}"))?;
        entries.push(Entry {
            name,
            method,
            crc,
            packed,
            size,
            offset,
        });
    }
    Ok(entries)
}

fn contents(all: &[u8], e: &Entry) -> Result<Vec<u8>, String> {
    let mut r = Bytes::at(all, e.offset)?;
    if r.u32()? != LOCAL {
        return Err("its head is broken".into());
    }
    r.take(22)?;
    let (name, extra) = (usize::from(r.u16()?), usize::from(r.u16()?));
    r.take(name + extra)?;
    let packed = r.take(e.packed)?;
    let contents = if e.method == 0 {
        packed.to_vec()
    } else {
        decompress_to_vec_with_limit(packed, e.size)
            .map_err(|_| "is damaged, or larger than it says".to_owned())?
    };
    if contents.len() != e.size {
        return Err(format!(
            "has {} bytes instead of {}",
            contents.len(),
            e.size
        ));
    }
    if crc32(&contents) != e.crc {
        return Err("is damaged: its checksum is another".into());
    }
    Ok(contents)
}

/// Packs files by the rules of U3MA. The same files give the same bytes.
pub(super) fn write<'a>(
    files: impl Iterator<Item = (&'a str, &'a [u8])>,
) -> Result<Vec<u8>, String> {
    let (mut out, mut directory, mut count) = (Vec::new(), Vec::new(), 0u16);
    let size = |n: usize, name: &str| {
        u32::try_from(n)
            .ok()
            .filter(|n| *n < u32::MAX)
            .ok_or_else(|| format!("'{name}' makes the archive larger than 4 GiB"))
    };
    for (name, contents) in files {
        let packed = compress_to_vec(contents, 6);
        let (method, bytes) = if packed.len() < contents.len() {
            (8u16, packed.as_slice())
        } else {
            (0, contents)
        };
        let offset = size(out.len(), name)?;
        let length =
            u16::try_from(name.len()).map_err(|_| format!("'{name}' is too long a name"))?;
        // Version 2.0, flags, method, midnight of 1 January 1980, sizes, name.
        let mut common = Vec::new();
        common.extend(0x14u16.to_le_bytes());
        common.extend(UTF8.to_le_bytes());
        common.extend(method.to_le_bytes());
        common.extend([0, 0, 0x21, 0]);
        common.extend(crc32(contents).to_le_bytes());
        common.extend(size(bytes.len(), name)?.to_le_bytes());
        common.extend(size(contents.len(), name)?.to_le_bytes());
        common.extend(length.to_le_bytes());
        common.extend([0, 0]);
        out.extend(LOCAL.to_le_bytes());
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(bytes);
        directory.extend(CENTRAL.to_le_bytes());
        directory.extend(0x14u16.to_le_bytes());
        directory.extend(&common);
        // Comment, disk, attributes.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
        count = count.checked_add(1).ok_or("has more than 65535 files")?;
    }
    let start = size(out.len(), "the directory")?;
    out.extend(&directory);
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size(directory.len(), "the directory")?.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    Ok(out)
}

/// CRC-32 of ISO 3309.
fn crc32(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        write(files.iter().copied()).unwrap()
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let long = vec![7u8; 100_000];
        let files: [(&str, &[u8]); 3] =
            [("a.u3m", b"{}"), ("textures/ü.png", &long), ("empty", b"")];
        let found = read(&packed(&files)).unwrap();
        for (file, found) in files.iter().zip(&found) {
            assert_eq!((file.0, file.1), (found.0.as_str(), found.1.as_slice()));
        }
    }

    #[test]
    fn names_that_leave_the_archive_are_refused() {
        for name in ["../x", "/etc/x", "a/../../x", "a\\b", "~x", "$HOME", "C:x"] {
            let error = read(&packed(&[(name, b"x")])).unwrap_err();
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn an_entry_that_unpacks_to_more_than_it_says_is_refused() {
        let mut bytes = packed(&[("bomb", &vec![0u8; 1 << 20])]);
        // The size in the directory: 24 bytes into its entry.
        let at = bytes
            .windows(4)
            .position(|w| w == CENTRAL.to_le_bytes())
            .unwrap()
            + 24;
        for claim in [10u32, 1 << 30] {
            bytes[at..at + 4].copy_from_slice(&claim.to_le_bytes());
            let error = read(&bytes).unwrap_err();
            assert!(error.contains("bomb"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_archive_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }

        #[test]
        fn a_changed_archive_is_never_read_as_another(at in 0usize..400, to in any::<u8>()) {
            let files: [(&str, &[u8]); 2] = [("a.u3m", b"{\"x\": 1}"), ("t/b.png", b"12345678")];
            let mut bytes = packed(&files);
            let at = at % bytes.len();
            bytes[at] = to;
            if let Ok(found) = read(&bytes) {
                for (_, contents) in found {
                    prop_assert!(files.iter().any(|f| f.1 == contents));
                }
            }
        }
    }
}
