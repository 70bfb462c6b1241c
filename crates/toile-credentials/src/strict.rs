//! Bytes that no signature covers.
//!
//! A manifest store has room that is filled up with zeros, after the signature was made,
//! a name of its own that nothing refers to, and lengths of boxes that readers do not need
//! to go by; a PNG has sums of its own, which they do not look at. Here, whoever writes
//! something else there is found as well.

/// Start of a manifest store, C2PA 2.2 section 11.1.4.2: a JUMBF superbox (ISO 19566-5)
/// of type `c2pa`, with its name, after the length of the first box.
const STORE: &[u8] =
    b"jumb\x00\x00\x00\x1ejumdc2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71\x03c2pa\x00";
/// The unprotected header of a COSE signature that holds the zeros: the text `pad`.
const PAD: &[u8] = b"\x63pad";

/// Name of the box with the signature.
const SIGNATURE: &[u8] = b"c2pa.signature\0";
/// So many zeros are no accident.
const ROOM: usize = 64;

/// What is not as it was written, if something is not.
pub(crate) fn disturbed(store: &[u8]) -> Option<&'static str> {
    if store.get(4..4 + STORE.len()) != Some(STORE) {
        return Some("the head of the manifest store was changed");
    }
    if !filled(store) {
        return Some("lengths in the manifest store were changed");
    }
    let pads = store.windows(PAD.len()).enumerate();
    let mut pads = pads.filter(|(_, bytes)| *bytes == PAD);
    let zeros = pads.all(|(at, _)| {
        padding(&store[at + PAD.len()..]).is_none_or(|zeros| zeros.iter().all(|&byte| byte == 0))
    });
    let named = || {
        // Under another name the room would be a header that nobody knows.
        let mut places = store.windows(SIGNATURE.len());
        let signature = places.rposition(|bytes| bytes == SIGNATURE).unwrap_or(0);
        let signature = &store[signature..];
        let room = signature.windows(ROOM).any(|b| b.iter().all(|&b| b == 0));
        !room || signature.windows(PAD.len()).any(|bytes| bytes == PAD)
    };
    (!zeros || !named()).then_some("room that was left empty was written into")
}

/// Whether boxes, and those in them, fill these bytes to the last.
fn filled(mut boxes: &[u8]) -> bool {
    while let Some((head, _)) = boxes.split_first_chunk::<8>() {
        let [a, b, c, d, kind @ ..] = *head;
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        let Some(inside) = boxes.get(8..length) else {
            return false;
        };
        if kind == *b"jumb" && !filled(inside) {
            return false;
        }
        boxes = &boxes[length..];
    }
    boxes.is_empty()
}

/// Whether the sums of a PNG's chunks are right (PNG, third edition, section 5.3).
pub(crate) fn sums_are_right(png: &[u8]) -> bool {
    let mut chunks = png.get(8..).unwrap_or_default();
    while let Some((length, rest)) = chunks.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some((chunk, rest)) = rest.split_at_checked(4 + length) else {
            return false;
        };
        let Some((sum, rest)) = rest.split_first_chunk::<4>() else {
            return false;
        };
        if crc32fast::hash(chunk) != u32::from_be_bytes(*sum) {
            return false;
        }
        chunks = rest;
    }
    chunks.is_empty()
}

/// The string of bytes at the start of some CBOR (RFC 8949 section 3), if there is one.
fn padding(cbor: &[u8]) -> Option<&[u8]> {
    let (&head, rest) = cbor.split_first()?;
    let (length, rest) = match head {
        0x40..=0x57 => (usize::from(head - 0x40), rest),
        0x58 => (usize::from(*rest.first()?), &rest[1..]),
        0x59 => {
            let (length, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*length)), rest)
        }
        0x5a => {
            let (length, rest) = rest.split_first_chunk::<4>()?;
            (u32::from_be_bytes(*length) as usize, rest)
        }
        _ => return None,
    };
    rest.get(..length)
}

#[cfg(test)]
mod tests {
    use super::{PAD, STORE, disturbed};

    /// A store with some bytes in a box.
    fn store(inside: &[u8]) -> Vec<u8> {
        let length = |bytes: usize| u32::try_from(bytes).unwrap().to_be_bytes();
        let cbor = [&length(8 + inside.len())[..], b"cbor", inside].concat();
        let length = length(4 + STORE.len() + cbor.len());
        [&length[..], STORE, &cbor].concat()
    }

    #[test]
    fn boxes_fill_each_other() {
        let whole = store(b"abc");
        assert_eq!(disturbed(&whole), None);
        for at in [0, 1, 2, 3, 34, 35, 36, 37, 38, 39] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(disturbed(&changed).is_some(), "byte {at}");
        }
        assert!(disturbed(&whole[..whole.len() - 1]).is_some());
        assert!(disturbed(&[&whole[..], &[0]].concat()).is_some());
    }

    #[test]
    fn room_without_its_name_is_found() {
        let signature = |name: &[u8]| {
            let zeros = [0; 80];
            store(&[super::SIGNATURE, name, &[0x58, 80], &zeros].concat())
        };
        assert_eq!(disturbed(&signature(PAD)), None);
        assert!(disturbed(&signature(b"\x63qad")).is_some());
    }

    #[test]
    fn only_what_was_left_empty_must_be_empty() {
        let store = |tail: &[u8]| store(&[&[1, 2, 3], PAD, tail].concat());
        assert_eq!(disturbed(&store(&[0x43, 0, 0, 0, 7])), None);
        assert_eq!(disturbed(&store(&[0x58, 2, 0, 0, 7])), None);
        assert!(disturbed(&store(&[0x43, 0, 1, 0, 7])).is_some());
        assert!(disturbed(&store(&[0x59, 0, 2, 0, 1])).is_some());
        assert_eq!(disturbed(&store(b"dock")), None, "a word of its own");
    }

    #[test]
    fn the_name_of_the_store_is_its_own() {
        let whole = store(&[]);
        assert_eq!(disturbed(&whole), None);
        for at in 4..4 + STORE.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(disturbed(&changed).is_some(), "byte {at}");
        }
        assert!(disturbed(&[]).is_some());
    }
}
