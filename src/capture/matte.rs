//! Mattes: which pixels show which twin, garment or part, and how much of each.
//!
//! They are kept in the channels and attributes that compositing programs know as
//! Cryptomatte (Friedman and Jones, *Fully automatic ID mattes with support for motion
//! blur and transparency*, SIGGRAPH 2015; specification 1.2.0): for each pixel the
//! hashes of the names that are seen there, the largest coverage first.

use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// Something that is told from others in a picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Object {
    /// Who: a twin with all they wear; nobody for the set.
    pub twin: Option<String>,
    /// What is worn, if it is.
    pub garment: Option<String>,
    /// A panel, a part of the body or a part of the house.
    pub part: String,
}

/// What is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Twins, with all they wear.
    Twin,
    /// Garments.
    Garment,
    /// Panels and parts of the body.
    Part,
}

impl By {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Twin, Self::Garment, Self::Part];

    /// The name of the layer.
    #[must_use]
    pub(super) fn layer(self) -> &'static str {
        match self {
            Self::Twin => "CryptoTwin",
            Self::Garment => "CryptoGarment",
            Self::Part => "CryptoPart",
        }
    }

    fn of(self, object: &Object) -> Option<&str> {
        match self {
            Self::Twin => object.twin.as_deref(),
            Self::Garment => object.garment.as_deref(),
            Self::Part => Some(&object.part),
        }
    }
}

/// Numbers of objects pixel by pixel, over the subframes of a frame; zero is nothing.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    /// What the first subframe showed.
    first: Vec<u32>,
    /// Subframes that showed something else: pixel, object, how many.
    others: HashMap<(u32, u32), u32>,
    count: u32,
}

impl Coverage {
    /// Adds a subframe.
    pub(super) fn expose(&mut self, objects: &[u32]) {
        if self.count == 0 {
            self.first = objects.to_vec();
        } else {
            for (pixel, (object, first)) in objects.iter().zip(&self.first).enumerate() {
                if object != first {
                    *self.others.entry((pixel as u32, *object)).or_default() += 1;
                }
            }
        }
        self.count += 1;
    }

    /// What was seen: for each pixel objects and their shares, and the coverage is
    /// then empty again.
    #[must_use]
    pub(super) fn develop(&mut self) -> Covered {
        let mut others: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
        for ((pixel, object), count) in std::mem::take(&mut self.others) {
            others.entry(pixel).or_default().push((object, count));
        }
        for list in others.values_mut() {
            list.sort_unstable();
        }
        Covered {
            first: std::mem::take(&mut self.first),
            others,
            count: std::mem::take(&mut self.count).max(1),
        }
    }
}

/// What the subframes of a frame showed.
#[derive(Debug)]
pub(super) struct Covered {
    first: Vec<u32>,
    others: BTreeMap<u32, Vec<(u32, u32)>>,
    count: u32,
}

/// A channel of a matte and its values.
pub(super) type Channel = (String, Vec<f32>);

/// The most names that a pixel holds.
const MOST_RANKS: usize = 6;

impl Covered {
    /// The channels of a layer: pairs of hash and coverage, two pairs to a sublayer.
    /// One subframe sees one thing in a pixel; more are given six.
    #[must_use]
    pub(super) fn channels(&self, by: By, objects: &[Object]) -> Vec<Channel> {
        let hashes: Vec<f32> = objects
            .iter()
            .map(|object| by.of(object).map_or(0.0, |name| f32::from_bits(hash(name))))
            .collect();
        let hash_of = |object: u32| match object {
            0 => 0.0,
            number => hashes.get(number as usize - 1).copied().unwrap_or(0.0),
        };
        let ranks = if self.count == 1 { 2 } else { MOST_RANKS };
        let pixels = self.first.len();
        let mut planes = vec![vec![0.0; pixels]; 2 * ranks];
        for (pixel, &first) in self.first.iter().enumerate() {
            let hash = hash_of(first);
            if hash != 0.0 {
                planes[0][pixel] = hash;
                planes[1][pixel] = 1.0;
            }
        }
        // Most pixels show one thing alone.
        for (&pixel, others) in &self.others {
            let pixel = pixel as usize;
            let elsewhere: u32 = others.iter().map(|(_, count)| count).sum();
            let first = (self.first[pixel], self.count - elsewhere);
            let mut seen: Vec<(f32, u32)> = Vec::with_capacity(MOST_RANKS);
            for (object, count) in std::iter::once(&first).chain(others) {
                let hash = hash_of(*object);
                match seen.iter_mut().find(|(known, _)| *known == hash) {
                    Some((_, sum)) => *sum += count,
                    None => seen.push((hash, *count)),
                }
            }
            seen.retain(|(hash, _)| *hash != 0.0);
            seen.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            for rank in 0..ranks {
                let (hash, count) = seen.get(rank).copied().unwrap_or_default();
                planes[2 * rank][pixel] = hash;
                planes[2 * rank + 1][pixel] = count as f32 / self.count as f32;
            }
        }
        let names = ["R", "G", "B", "A"];
        planes
            .into_iter()
            .enumerate()
            .map(|(k, plane)| {
                (
                    format!("{}{:02}.{}", by.layer(), k / 4, names[k % 4]),
                    plane,
                )
            })
            .collect()
    }
}

/// The attributes that tell programs of a layer: name and text.
#[must_use]
pub(super) fn attributes(by: By, objects: &[Object]) -> Vec<(String, String)> {
    let names: Map<String, Value> = objects
        .iter()
        .filter_map(|object| by.of(object))
        .map(|name| (name.to_owned(), format!("{:08x}", hash(name)).into()))
        .collect();
    let key = format!("{:08x}", murmur3(by.layer().as_bytes()));
    let key = format!("cryptomatte/{}", &key[..7]);
    [
        ("name", by.layer().to_owned()),
        ("hash", "MurmurHash3_32".to_owned()),
        ("conversion", "uint32_to_float32".to_owned()),
        ("manifest", ascii(&Value::Object(names).to_string())),
    ]
    .map(|(end, text)| (format!("{key}/{end}"), text))
    .to_vec()
}

/// JSON in ASCII alone.
fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out += &format!("\\u{unit:04x}");
            }
        }
    }
    out
}

/// The bits of the float that stands for a name: its hash, kept from being infinite,
/// no number or too small.
#[must_use]
pub(super) fn hash(name: &str) -> u32 {
    let bits = murmur3(name.as_bytes());
    let exponent = bits >> 23 & 255;
    if exponent == 0 || exponent == 255 {
        bits ^ 1 << 23
    } else {
        bits
    }
}

/// `MurmurHash3_x86_32` with seed 0 (Austin Appleby, public domain).
fn murmur3(bytes: &[u8]) -> u32 {
    let scramble = |k: u32| {
        k.wrapping_mul(0xcc9e_2d51)
            .rotate_left(15)
            .wrapping_mul(0x1b87_3593)
    };
    let (words, tail) = bytes.as_chunks::<4>();
    let mut h = 0_u32;
    for word in words {
        h ^= scramble(u32::from_le_bytes(*word));
        h = h.rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    let last = tail
        .iter()
        .rev()
        .fold(0, |k, &byte| k << 8 | u32::from(byte));
    h ^= scramble(last) ^ bytes.len() as u32;
    h = (h ^ h >> 16).wrapping_mul(0x85eb_ca6b);
    h = (h ^ h >> 13).wrapping_mul(0xc2b2_ae35);
    h ^ h >> 16
}

#[cfg(test)]
mod tests {
    use super::{By, Coverage, Object, attributes, hash, murmur3};

    fn objects() -> Vec<Object> {
        let object = |twin: &str, garment: Option<&str>, part: &str| Object {
            twin: Some(twin.into()),
            garment: garment.map(Into::into),
            part: part.into(),
        };
        vec![
            object("Ines", None, "Ines/skin"),
            object("Ines", Some("Ines/dress"), "Ines/dress/front"),
            object("Ines", Some("Ines/dress"), "Ines/dress/back"),
            Object {
                part: "set".into(),
                ..Object::default()
            },
        ]
    }

    #[test]
    fn names_are_hashed_as_everywhere() {
        // Vectors of the reference implementation, seed 0.
        assert_eq!(murmur3(b""), 0);
        assert_eq!(murmur3(b"test"), 0xba6b_d213);
        assert_eq!(murmur3(b"Hello, world!"), 0xc036_3e43);
        let dog = b"The quick brown fox jumps over the lazy dog";
        assert_eq!(murmur3(dog), 0x2e4f_f723);
        for k in 0..20_000 {
            let value = f32::from_bits(hash(&format!("name {k}")));
            assert!(value.is_normal(), "name {k}: {value}");
        }
    }

    #[test]
    fn one_subframe_gives_whole_pixels() {
        let mut coverage = Coverage::default();
        coverage.expose(&[0, 1, 2, 4]);
        let covered = coverage.develop();
        let part = covered.channels(By::Part, &objects());
        assert_eq!(part.len(), 4);
        assert_eq!(part[0].0, "CryptoPart00.R");
        let of = |name| f32::from_bits(hash(name));
        let shown = [0.0, of("Ines/skin"), of("Ines/dress/front"), of("set")];
        assert_eq!(part[0].1, shown);
        assert_eq!(part[1].1, [0.0, 1.0, 1.0, 1.0]);
        let garment = covered.channels(By::Garment, &objects());
        assert_eq!(garment[0].1, [0.0, 0.0, of("Ines/dress"), 0.0]);
        assert_eq!(garment[1].1, [0.0, 0.0, 1.0, 0.0]);
    }

    #[test]
    fn coverage_is_the_share_of_the_subframes_and_the_largest_comes_first() {
        let mut coverage = Coverage::default();
        for object in [1, 2, 2, 3, 2, 0, 0, 4] {
            coverage.expose(&[object]);
        }
        let covered = coverage.develop();
        let all = |by| -> Vec<f32> {
            let channels = covered.channels(by, &objects());
            channels.iter().map(|(_, plane)| plane[0]).collect()
        };
        let of = |name| f32::from_bits(hash(name));
        let part = all(By::Part);
        assert_eq!(part.len(), 12);
        assert_eq!(part[..2], [of("Ines/dress/front"), 0.375]);
        let sum: f32 = (0..6).map(|rank| part[2 * rank + 1]).sum();
        assert!((sum - 0.75).abs() < 1e-6, "a quarter shows nothing");
        assert_eq!(all(By::Garment)[..4], [of("Ines/dress"), 0.5, 0.0, 0.0]);
        assert_eq!(all(By::Twin)[..4], [of("Ines"), 0.625, 0.0, 0.0]);
        coverage.expose(&[1]);
        let again = coverage.develop().channels(By::Twin, &objects());
        assert_eq!(again[1].1, [1.0], "nothing is left of the last frame");
    }

    #[test]
    fn the_manifest_is_ascii_json_with_every_name_once() {
        let mut all = objects();
        all.push(Object {
            part: "Zoë/\"skin\"".into(),
            ..Object::default()
        });
        let attributes = attributes(By::Part, &all);
        let (key, manifest) = attributes.last().unwrap();
        assert!(key.starts_with("cryptomatte/") && key.ends_with("/manifest"));
        assert!(manifest.is_ascii());
        let read: serde_json::Value = serde_json::from_str(manifest).unwrap();
        assert_eq!(read.as_object().unwrap().len(), 5);
        let hex = format!("{:08x}", hash("Zoë/\"skin\""));
        assert_eq!(read["Zoë/\"skin\""], hex.as_str());
    }
}
