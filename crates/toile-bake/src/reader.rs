//! File in, frames out.

use crate::bytes::{from_planes, unpack};
use crate::error::{BakeError, damaged};
use crate::head::{self, Chunk, GROUP, Head};
use crate::key::check;
use crate::motion::Motion;
use crate::order::Order;
use std::{ops::Range, path::Path};

/// One frame as it was baked.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The origin, as it was given, m.
    pub origin: [f32; 3],
    /// Positions relative to the origin, m: whole numbers of steps, exactly.
    pub positions: Vec<[f32; 3]>,
}

/// A bake that has been opened: every byte of it has been checked.
#[derive(Clone, Debug)]
pub struct Bake {
    head: Head,
    bytes: Vec<u8>,
    triangles: Vec<[u32; 3]>,
    order: Order,
    attachments: Vec<Piece>,
    groups: Vec<Piece>,
}

/// A piece of the file.
#[derive(Clone, Debug)]
struct Piece {
    chunk: Chunk,
    range: Range<usize>,
}

impl Bake {
    /// Opens a file and checks all of it.
    ///
    /// # Errors
    /// [`BakeError::File`], or what [`Bake::parse`] finds.
    pub fn open(path: &Path) -> Result<Self, BakeError> {
        let bytes = std::fs::read(path).map_err(|source| BakeError::File {
            action: "read",
            path: path.to_path_buf(),
            source,
        })?;
        Self::parse(bytes)
    }

    /// Reads only the head of a bake, to see whether its key fits.
    ///
    /// # Errors
    /// As [`Bake::parse`], for the head.
    pub fn head_of(bytes: &[u8]) -> Result<Head, BakeError> {
        Ok(head::read(bytes)?.0)
    }

    /// Takes the bytes of a file and checks all of them.
    ///
    /// # Errors
    /// [`BakeError::NotABake`], [`BakeError::Version`], or
    /// [`BakeError::Damaged`] with the place of the damage.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, BakeError> {
        let (head, chunks, start) = head::read(&bytes)?;
        let groups = head.groups() as usize;
        if chunks.len() <= groups {
            return Err(damaged("the head", "it names too few parts"));
        }
        let first_group = chunks.len() - groups;
        let mut pieces = Vec::with_capacity(chunks.len());
        let mut at = start;
        for (number, chunk) in chunks.into_iter().enumerate() {
            let place = match number {
                0 => "the triangles".to_owned(),
                n if n < first_group => format!("'{}'", chunk.name),
                n => frames_named(&head, (n - first_group) as u32),
            };
            let end = at + chunk.len as usize;
            let Some(packed) = bytes.get(at..end) else {
                return Err(damaged(place, "the file ends too early"));
            };
            if check(packed) != chunk.check {
                return Err(damaged(place, "its bytes are not those that were written"));
            }
            pieces.push(Piece {
                chunk,
                range: at..end,
            });
            at = end;
        }
        if at != bytes.len() {
            let more = bytes.len() - at;
            return Err(damaged("the end", format!("{more} bytes are too many")));
        }
        let groups = pieces.split_off(first_group);
        let attachments = pieces.split_off(1);
        let triangles = read_triangles(&head, &bytes[pieces[0].range.clone()])?;
        Ok(Self {
            order: Order::new(head.particles as usize, &triangles),
            head,
            bytes,
            triangles,
            attachments,
            groups,
        })
    }

    /// What it says of itself.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Size of the file, bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The triangles over the particles.
    #[must_use]
    pub fn triangles(&self) -> &[[u32; 3]] {
        &self.triangles
    }

    /// Bytes of the caller's, if there are any under this name.
    ///
    /// # Errors
    /// [`BakeError::Damaged`].
    pub fn attachment(&self, name: &str) -> Result<Option<Vec<u8>>, BakeError> {
        self.attachments
            .iter()
            .find(|piece| piece.chunk.name == name)
            .map(|piece| {
                let packed = &self.bytes[piece.range.clone()];
                unpack(packed, piece.chunk.unpacked as usize, &format!("'{name}'"))
            })
            .transpose()
    }

    /// One frame, counted from 0. Frames next to each other are cheaper to have
    /// from a [`Player`](crate::Player).
    ///
    /// # Errors
    /// [`BakeError::Damaged`]; a frame that the bake does not have.
    pub fn frame(&self, frame: u32) -> Result<Frame, BakeError> {
        let mut group = self.group(frame / GROUP)?;
        Ok(self.frame_of(&mut group, frame)?.clone())
    }

    /// Unpacks the frames from one key frame to the next.
    pub(crate) fn group(&self, number: u32) -> Result<Group, BakeError> {
        let piece = self
            .groups
            .get(number as usize)
            .ok_or_else(|| no_frame(number.saturating_mul(GROUP), &self.head))?;
        let place = frames_named(&self.head, number);
        let frames = self.head.frames_in(number) as usize;
        let count = self.head.particles as usize;
        let len = 12 * frames + 12 * count * frames;
        let mut origins = unpack(&self.bytes[piece.range.clone()], len, &place)?;
        let missed = origins.split_off(12 * frames);
        Ok(Group {
            number,
            origins,
            missed,
            motion: std::array::from_fn(|_| Motion::new(count)),
            frames: Vec::with_capacity(frames),
        })
    }

    /// A frame of a group, counted from the first of all; frames before it are
    /// decoded on the way.
    pub(crate) fn frame_of<'a>(
        &self,
        group: &'a mut Group,
        frame: u32,
    ) -> Result<&'a Frame, BakeError> {
        let at = (frame % GROUP) as usize;
        if frame / GROUP != group.number || frame >= self.head.frames {
            return Err(no_frame(frame, &self.head));
        }
        while group.frames.len() <= at {
            group.decode_next(&self.order, self.head.step_m());
        }
        Ok(&group.frames[at])
    }
}

/// Frames from one key frame to the next, unpacked, and decoded as far as was
/// asked for: a player has a little to do in every frame, not a lot in some.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Which group it is.
    pub(crate) number: u32,
    origins: Vec<u8>,
    missed: Vec<u8>,
    motion: [Motion; 3],
    frames: Vec<Frame>,
}

impl Group {
    fn decode_next(&mut self, order: &Order, step: f32) {
        let count = order.particle.len();
        let frame = self.frames.len();
        let mut positions = vec![[0.0; 3]; count];
        for (axis, motion) in self.motion.iter_mut().enumerate() {
            let first = (3 * frame + axis) * count;
            motion.decode(order, from_planes(&self.missed, first..first + count));
            for (&particle, &steps) in order.particle.iter().zip(&motion.at) {
                positions[particle as usize][axis] = steps as f32 * step;
            }
        }
        let reals = self.origins.as_chunks::<4>().0;
        let real = |axis: usize| reals.get(3 * frame + axis).copied().unwrap_or_default();
        self.frames.push(Frame {
            origin: [0, 1, 2].map(|axis| f32::from_le_bytes(real(axis))),
            positions,
        });
    }
}

fn frames_named(head: &Head, group: u32) -> String {
    let first = group * GROUP;
    format!("frames {first} to {}", first + head.frames_in(group) - 1)
}

fn no_frame(frame: u32, head: &Head) -> BakeError {
    damaged(
        format!("frame {frame}"),
        format!("there are only {} frames", head.frames),
    )
}

fn read_triangles(head: &Head, packed: &[u8]) -> Result<Vec<[u32; 3]>, BakeError> {
    let place = "the triangles";
    let bytes = unpack(packed, 12 * head.triangles as usize, place)?;
    let mut before = 0_u32;
    let indices: Vec<u32> = from_planes(&bytes, 0..3 * head.triangles as usize)
        .map(|delta| {
            before = before.wrapping_add(delta);
            before
        })
        .collect();
    if indices.iter().any(|&i| i >= head.particles) {
        return Err(damaged(place, "one names a particle that is not there"));
    }
    Ok(indices.as_chunks::<3>().0.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Key, Plan, Writer};
    use proptest::prelude::*;

    /// A file whose hashes are all right although its content is not.
    fn forged(bends: &[(usize, u8)]) -> Vec<u8> {
        let mut writer = Writer::new(Plan {
            key: Key::new(),
            particles: 5,
            triangles: vec![[0, 1, 2], [1, 2, 3], [2, 3, 4]],
            rate: 24,
            first: 0,
            step_log2: 13,
        })
        .unwrap();
        writer.attach("notes", b"notes");
        for f in 0..18 {
            writer.push([0.0; 3], &[[0.01 * f as f32; 3]; 5]).unwrap();
        }
        let file = writer.finish().unwrap();
        let (mut head, mut chunks, start) = head::read(&file).unwrap();
        let mut content = file[start..].to_vec();
        for (bend, &(at, to)) in bends.iter().enumerate() {
            match bend % 4 {
                0 => head.frames = head.frames.wrapping_add(u32::from(to) % 8),
                1 => head.particles = u32::from(to) % 9,
                _ => {
                    let at = at % content.len();
                    content[at] = to;
                }
            }
        }
        let mut at = 0;
        for chunk in &mut chunks {
            let end = at + chunk.len as usize;
            chunk.check = check(&content[at..end]);
            at = end;
        }
        let mut out = head::write(&head, &chunks);
        out.extend(content);
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn forged_files_are_read_or_refused_but_never_panic(
            bends in prop::collection::vec((any::<usize>(), any::<u8>()), 0..8)
        ) {
            if let Ok(bake) = Bake::parse(forged(&bends)) {
                for frame in 0..bake.head().frames {
                    drop(bake.frame(frame));
                }
                drop(bake.attachment("notes"));
            }
        }
    }
}
