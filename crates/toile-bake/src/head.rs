//! The head of a bake: what the file holds, and where.

use crate::bytes::{Reader, put_text};
use crate::error::{BakeError, damaged};
use crate::key::{Key, PART, check};

/// The first bytes of every bake.
const MAGIC: [u8; 8] = *b"toilbake";
/// Version of the format that is written and read here.
pub(crate) const VERSION: u16 = 1;
/// Frames from one key frame to the next.
pub(crate) const GROUP: u32 = 16;
/// Most particles of a bake.
pub(crate) const MOST_PARTICLES: u32 = 1 << 22;
/// Most frames of a bake: five hours at 240 frames per second.
pub(crate) const MOST_FRAMES: u32 = 1 << 22;
/// Steps that a bake may have, as powers: 2⁻⁶ m (16 mm) to 2⁻¹⁶ m (0.015 mm).
pub(crate) const STEPS: std::ops::RangeInclusive<u8> = 6..=16;
/// Magic, version, length of the rest.
const PREFIX: usize = 8 + 2 + 4;

/// What a bake says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// What it was made from.
    pub key: Key,
    /// Number of particles.
    pub particles: u32,
    /// Number of triangles.
    pub triangles: u32,
    /// Frames per second.
    pub rate: u32,
    /// Number of the first frame; frame `n` is at `n / rate` seconds.
    pub first: u32,
    /// Number of frames.
    pub frames: u32,
    /// Positions are multiples of 2 to the power of minus this, m.
    pub step_log2: u8,
    /// Least and greatest coordinates relative to a frame's origin, m.
    pub bounds: [[f32; 3]; 2],
    /// Largest distance along an axis between a position as it was given and
    /// as it is kept, m; at most half a step.
    pub max_error_m: f32,
}

impl Head {
    /// Distance between two positions that can be told apart, m.
    #[must_use]
    pub fn step_m(&self) -> f32 {
        step_m(self.step_log2)
    }

    /// Length, s.
    #[must_use]
    pub fn duration_s(&self) -> f64 {
        f64::from(self.frames.saturating_sub(1)) / f64::from(self.rate)
    }

    /// Number of groups of frames.
    pub(crate) fn groups(&self) -> u32 {
        self.frames.div_ceil(GROUP)
    }

    /// Number of frames in a group.
    pub(crate) fn frames_in(&self, group: u32) -> u32 {
        GROUP.min(self.frames - group * GROUP)
    }
}

/// 2 to the power of `-step_log2`; exact.
pub(crate) fn step_m(step_log2: u8) -> f32 {
    0.5_f32.powi(i32::from(step_log2))
}

/// A piece of the file after the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// Name of an attachment; empty for triangles and groups.
    pub(crate) name: String,
    /// Bytes in the file.
    pub(crate) len: u32,
    /// Bytes when unpacked.
    pub(crate) unpacked: u32,
    /// Hash of the bytes in the file.
    pub(crate) check: [u8; 8],
}

/// Writes a head and the directory of chunks.
pub(crate) fn write(head: &Head, chunks: &[Chunk]) -> Vec<u8> {
    let mut body = Vec::new();
    for number in [
        head.particles,
        head.triangles,
        head.rate,
        head.first,
        head.frames,
        GROUP,
        u32::from(head.step_log2),
    ] {
        body.extend(number.to_le_bytes());
    }
    for real in head.bounds.as_flattened().iter().chain([&head.max_error_m]) {
        body.extend(real.to_le_bytes());
    }
    body.extend(head.key.hash());
    body.extend((head.key.parts.len() as u32).to_le_bytes());
    for (name, hash) in &head.key.parts {
        put_text(&mut body, name);
        body.extend(hash);
    }
    body.extend((chunks.len() as u32).to_le_bytes());
    for chunk in chunks {
        put_text(&mut body, &chunk.name);
        body.extend(chunk.len.to_le_bytes());
        body.extend(chunk.unpacked.to_le_bytes());
        body.extend(chunk.check);
    }
    let mut out = Vec::with_capacity(PREFIX + body.len() + 8);
    out.extend(MAGIC);
    out.extend(VERSION.to_le_bytes());
    out.extend((body.len() as u32).to_le_bytes());
    out.extend(&body);
    let sum = check(&out);
    out.extend(sum);
    out
}

/// Reads a head; gives it, the directory, and where the first chunk starts.
pub(crate) fn read(bytes: &[u8]) -> Result<(Head, Vec<Chunk>, usize), BakeError> {
    let mut prefix = Reader::new(bytes, "the head");
    if prefix.array::<8>().ok() != Some(MAGIC) {
        return Err(BakeError::NotABake(
            "it does not begin with 'toilbake'".into(),
        ));
    }
    let found = u16::from_le_bytes(prefix.array()?);
    if found != VERSION {
        return Err(BakeError::Version {
            found,
            known: VERSION,
        });
    }
    let len = prefix.number()? as usize;
    let body = prefix.take(len)?;
    if prefix.array::<8>()? != check(&bytes[..PREFIX + len]) {
        return Err(damaged(
            "the head",
            "its bytes are not those that were written",
        ));
    }
    let (head, chunks) = read_body(body)?;
    Ok((head, chunks, PREFIX + len + 8))
}

fn read_body(body: &[u8]) -> Result<(Head, Vec<Chunk>), BakeError> {
    let mut r = Reader::new(body, "the head");
    let [particles, triangles, rate, first, frames, group, step] = r.numbers::<7>()?;
    let reals = r.numbers::<7>()?.map(f32::from_bits);
    let [ax, ay, az, bx, by, bz, max_error_m] = reals;
    let hash: [u8; 32] = r.array()?;
    let mut key = Key::new();
    for _ in 0..r.number()? {
        let name = r.text()?;
        key.parts.push((name, r.array::<PART>()?));
    }
    let mut chunks = Vec::new();
    for _ in 0..r.number()? {
        let name = r.text()?;
        let [len, unpacked] = r.numbers()?;
        chunks.push(Chunk {
            name,
            len,
            unpacked,
            check: r.array()?,
        });
    }
    let head = Head {
        key,
        particles,
        triangles,
        rate,
        first,
        frames,
        step_log2: u8::try_from(step).unwrap_or(u8::MAX),
        bounds: [[ax, ay, az], [bx, by, bz]],
        max_error_m,
    };
    let sound = (1..=MOST_PARTICLES).contains(&particles)
        && (1..=MOST_FRAMES).contains(&frames)
        && triangles <= 4 * MOST_PARTICLES
        && first.checked_add(frames).is_some()
        && rate > 0
        && group == GROUP
        && STEPS.contains(&head.step_log2)
        && hash == head.key.hash()
        && r.is_empty();
    if sound {
        Ok((head, chunks))
    } else {
        Err(damaged("the head", "its numbers contradict each other"))
    }
}
