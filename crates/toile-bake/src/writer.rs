//! Frames in, file out.

use crate::bytes::{pack, planes};
use crate::error::BakeError;
use crate::head::{self, Chunk, GROUP, Head, MOST_FRAMES, MOST_PARTICLES, STEPS};
use crate::key::{Key, check};
use crate::motion::Motion;
use crate::order::Order;
use std::{io::Write, path::Path};

/// Largest coordinate relative to the origin, steps: beyond it a whole number
/// of steps is no exact `f32` any more.
const FARTHEST: f64 = 8_388_607.0;

/// What a bake is to hold.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it is made from.
    pub key: Key,
    /// Number of particles.
    pub particles: usize,
    /// Triangles over the particles: neighbours move alike, which makes the
    /// file small.
    pub triangles: Vec<[u32; 3]>,
    /// Frames per second.
    pub rate: u32,
    /// Number of the first frame; frame `n` is at `n / rate` seconds.
    pub first: u32,
    /// Positions are kept as multiples of 2 to the power of minus this, m; from
    /// 6 to 16. 13 is an eighth of a millimetre.
    pub step_log2: u8,
}

impl Plan {
    fn check(&self) -> Result<(), BakeError> {
        let wrong = |field, problem: String, mend| {
            Err(BakeError::Plan {
                field,
                problem,
                mend,
            })
        };
        if self.particles == 0 || self.particles > MOST_PARTICLES as usize {
            return wrong(
                "particles",
                format!("is {}", self.particles),
                "give 1 to 4194304",
            );
        }
        let beyond = |t: &[u32; 3]| t.iter().any(|&i| i as usize >= self.particles);
        if let Some(t) = self.triangles.iter().position(beyond) {
            return wrong(
                "triangles",
                format!("names a particle beyond {} in triangle {t}", self.particles),
                "use indices below the particle count",
            );
        }
        if self.triangles.len() > 4 * MOST_PARTICLES as usize {
            return wrong(
                "triangles",
                format!("has {} entries", self.triangles.len()),
                "give at most 16777216",
            );
        }
        if self.rate == 0 {
            return wrong("rate", "is 0".into(), "give at least 1 frame per second");
        }
        if !STEPS.contains(&self.step_log2) {
            return wrong(
                "step_log2",
                format!("is {}", self.step_log2),
                "give 6 to 16",
            );
        }
        Ok(())
    }
}

/// Bakes frame after frame; nothing is written before [`Writer::finish`].
#[derive(Debug)]
pub struct Writer {
    head: Head,
    triangles: Vec<[u32; 3]>,
    order: Order,
    motion: [Motion; 3],
    attachments: Vec<(String, Vec<u8>)>,
    /// Packed groups, and their length when unpacked.
    groups: Vec<(Vec<u8>, usize)>,
    origins: Vec<u8>,
    missed: Vec<u32>,
}

impl Writer {
    /// Starts a bake.
    ///
    /// # Errors
    /// [`BakeError::Plan`], naming the field.
    pub fn new(plan: Plan) -> Result<Self, BakeError> {
        plan.check()?;
        let order = Order::new(plan.particles, &plan.triangles);
        Ok(Self {
            head: Head {
                key: plan.key,
                particles: plan.particles as u32,
                triangles: plan.triangles.len() as u32,
                rate: plan.rate,
                first: plan.first,
                frames: 0,
                step_log2: plan.step_log2,
                bounds: [[f32::INFINITY; 3], [f32::NEG_INFINITY; 3]],
                max_error_m: 0.0,
            },
            triangles: plan.triangles,
            order,
            motion: std::array::from_fn(|_| Motion::new(plan.particles)),
            attachments: Vec::new(),
            groups: Vec::new(),
            origins: Vec::new(),
            missed: Vec::new(),
        })
    }

    /// Keeps bytes of the caller's under a name of at most 255 bytes.
    pub fn attach(&mut self, name: &str, bytes: &[u8]) {
        self.attachments
            .push((name.chars().take(63).collect(), bytes.to_vec()));
    }

    /// Bakes the next frame: an origin that is kept exactly, and world
    /// positions that are kept in steps from it, m.
    ///
    /// # Errors
    /// [`BakeError::Frame`]: a position is no number or too far from the
    /// origin, or there is not one per particle.
    pub fn push(&mut self, origin: [f32; 3], positions: &[[f32; 3]]) -> Result<(), BakeError> {
        let frame = self.head.frames;
        let wrong = |problem, mend| {
            Err(BakeError::Frame {
                frame,
                problem,
                mend,
            })
        };
        let count = self.head.particles as usize;
        if positions.len() != count {
            return wrong(
                format!("it has {} positions for {count} particles", positions.len()),
                "give one position per particle",
            );
        }
        if frame == MOST_FRAMES {
            return wrong(format!("it is beyond {MOST_FRAMES}"), "bake a shorter part");
        }
        let step = f64::from(self.head.step_m());
        let mut quantised = [vec![0; count], vec![0; count], vec![0; count]];
        let [mut low, mut high] = self.head.bounds;
        let mut error = 0.0_f64;
        for (place, &i) in self.order.particle.iter().enumerate() {
            for axis in 0..3 {
                let exact = f64::from(positions[i as usize][axis]) - f64::from(origin[axis]);
                let steps = (exact / step).round();
                if steps.is_nan() || steps.abs() > FARTHEST {
                    return wrong(
                        format!("particle {i} is {exact} m from the origin"),
                        "look for what went wrong in the simulation",
                    );
                }
                quantised[axis][place] = steps as i32;
                error = error.max((steps * step - exact).abs());
                let kept = (steps * step) as f32;
                low[axis] = low[axis].min(kept);
                high[axis] = high[axis].max(kept);
            }
        }
        self.head.bounds = [low, high];
        self.head.max_error_m = self.head.max_error_m.max(error as f32);
        for (motion, next) in self.motion.iter_mut().zip(&quantised) {
            motion.encode(&self.order, next, |missed| self.missed.push(missed));
        }
        for coordinate in origin {
            self.origins.extend(coordinate.to_le_bytes());
        }
        self.head.frames += 1;
        if self.head.frames.is_multiple_of(GROUP) {
            self.close_group();
        }
        Ok(())
    }

    /// Frames so far.
    #[must_use]
    pub fn frames(&self) -> u32 {
        self.head.frames
    }

    fn close_group(&mut self) {
        if self.origins.is_empty() {
            return;
        }
        let mut bytes = std::mem::take(&mut self.origins);
        bytes.extend(planes(&self.missed));
        self.missed.clear();
        self.groups.push((pack(&bytes), bytes.len()));
        let count = self.head.particles as usize;
        self.motion = std::array::from_fn(|_| Motion::new(count));
    }

    /// The whole file.
    ///
    /// # Errors
    /// [`BakeError::Plan`] when there is no frame.
    pub fn finish(mut self) -> Result<Vec<u8>, BakeError> {
        if self.head.frames == 0 {
            return Err(BakeError::Plan {
                field: "frames",
                problem: "has none".into(),
                mend: "push at least one frame",
            });
        }
        self.close_group();
        let mut pieces = vec![packed(String::new(), &planes(&deltas(&self.triangles)))];
        let attachments = std::mem::take(&mut self.attachments);
        pieces.extend(
            attachments
                .into_iter()
                .map(|(name, bytes)| packed(name, &bytes)),
        );
        pieces.extend(
            self.groups
                .drain(..)
                .map(|(bytes, len)| (chunk(String::new(), &bytes, len), bytes)),
        );
        let directory: Vec<Chunk> = pieces.iter().map(|(chunk, _)| chunk.clone()).collect();
        let mut file = head::write(&self.head, &directory);
        for (_, bytes) in pieces {
            file.extend(bytes);
        }
        Ok(file)
    }
}

fn chunk(name: String, packed: &[u8], unpacked: usize) -> Chunk {
    Chunk {
        name,
        len: packed.len() as u32,
        unpacked: unpacked as u32,
        check: check(packed),
    }
}

fn packed(name: String, bytes: &[u8]) -> (Chunk, Vec<u8>) {
    let packed = pack(bytes);
    (chunk(name, &packed, bytes.len()), packed)
}

/// Indices as differences from the one before: neighbours in a mesh are
/// neighbours in the list.
fn deltas(triangles: &[[u32; 3]]) -> Vec<u32> {
    let mut before = 0;
    triangles
        .as_flattened()
        .iter()
        .map(|&i| i.wrapping_sub(std::mem::replace(&mut before, i)))
        .collect()
}

/// Writes a finished bake beside its final name and renames it when it is
/// whole. Folders are made.
///
/// # Errors
/// [`BakeError::File`], naming the file.
pub fn save(path: &Path, file: &[u8]) -> Result<(), BakeError> {
    let partial = path.with_extension("bake.part");
    let write = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut out = std::fs::File::create(&partial)?;
        out.write_all(file)?;
        out.sync_all()?;
        std::fs::rename(&partial, path)
    };
    write().map_err(|source| {
        // What is there of it is of no use; that it cannot be removed is said
        // by the error that comes first.
        let _ = std::fs::remove_file(&partial);
        BakeError::File {
            action: "write",
            path: path.to_path_buf(),
            source,
        }
    })
}
