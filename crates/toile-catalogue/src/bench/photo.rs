//! How well photographs find their fabrics, on swatches rendered elsewhere.

use std::{collections::BTreeMap, path::Path};

use crate::{
    CatalogueError, Record, Store, Writer,
    find::{Finder, Photo},
    import::LooksLine,
    look::{Look, Picture},
};

/// A folder of swatches `ID.png`, all showing so much cloth from left to right.
#[derive(Debug, Clone, PartialEq)]
pub struct Shot {
    /// The folder.
    pub name: String,
    /// Width of the cloth in the pictures, mm.
    pub side_mm: f32,
}

/// How a photographer spoils a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spoil {
    /// Turned by so many degrees.
    pub degrees: f32,
    /// Light by factor, for red, green and blue.
    pub light: [f32; 3],
    /// Standard deviation of noise, of 255.
    pub noise: f32,
}

/// How often photographs found what they show.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rates {
    /// Photographs.
    pub asked: usize,
    /// A fabric of the same weave or knit came first.
    pub family_first: usize,
    /// One was among the first five.
    pub family_five: usize,
    /// Of the first five, so many were of the family, on average (0 to 5).
    pub of_five: f32,
    /// The very fabric came first.
    pub own_first: usize,
    /// It was among the first five.
    pub own_five: usize,
    /// Photographs whose family was not among the first five: what they show and
    /// what came first.
    pub missed: Vec<(String, String)>,
}

/// Looks of every fabric of which a shot is there.
///
/// # Errors
/// If a picture cannot be read.
pub fn looks(
    folder: &Path,
    records: &[Record],
    shots: &[Shot],
) -> Result<BTreeMap<String, Vec<Look>>, CatalogueError> {
    let mut out: BTreeMap<String, Vec<Look>> = BTreeMap::new();
    for r in records {
        for shot in shots {
            let file = folder.join(&shot.name).join(format!("{}.png", r.id));
            let look = Look::of(&Picture::open(&file)?, Some(shot.side_mm));
            out.entry(r.id.clone()).or_default().push(look);
        }
    }
    Ok(out)
}

/// Writes looks as a file that `toile fabric import` takes; `source` says where the
/// pictures are from.
///
/// # Errors
/// If the file cannot be written.
pub fn write(
    file: &Path,
    looks: &BTreeMap<String, Vec<Look>>,
    source: &str,
) -> Result<(), CatalogueError> {
    let mut text = String::new();
    for (id, looks) in looks {
        let line = LooksLine {
            id: id.clone(),
            source: source.to_owned(),
            looks: looks.iter().map(Look::hex).collect(),
        };
        text += &serde_json::to_string(&line).map_err(|e| CatalogueError::file(file, e))?;
        text.push('\n');
    }
    std::fs::write(file, text).map_err(|e| CatalogueError::file(file, e))
}

/// Keeps records and looks in a catalogue and asks it for photographs. With
/// `scaled`, it is told how much cloth they show; with `spoil`, they are spoilt
/// first, each in another way.
///
/// # Errors
/// If a picture cannot be read or the catalogue not be written.
pub fn rates(
    folder: &Path,
    records: &[Record],
    known: &BTreeMap<String, Vec<Look>>,
    asked: &[Shot],
    scaled: bool,
    spoil: bool,
    any_colour: bool,
) -> Result<Rates, CatalogueError> {
    let file = folder.join("photo.sqlite");
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.join(format!("photo.sqlite{end}")));
    }
    let store = Store::create(&file)?;
    let mut writer = Writer::new(&store)?;
    for r in records {
        writer.put(r)?;
        if let Some(looks) = known.get(&r.id) {
            writer.looks(&r.id, looks)?;
        }
    }
    writer.finish()?;
    let finder = Finder::new(&store)?;
    let family: BTreeMap<&str, _> = records
        .iter()
        .map(|r| (r.id.as_str(), r.construction))
        .collect();
    let mut rates = Rates::default();
    for (n, shot) in asked.iter().enumerate() {
        for (k, r) in records.iter().enumerate() {
            let file = folder.join(&shot.name).join(format!("{}.png", r.id));
            let mut picture = Picture::open(&file)?;
            let mut side = shot.side_mm;
            if spoil {
                let way = way((n * records.len() + k) as u64);
                let width = picture.width();
                picture = spoilt(&picture, way).map_err(|e| CatalogueError::file(&file, e))?;
                side *= picture.width() as f32 / width as f32;
            }
            let photo = Photo {
                look: Look::of(&picture, scaled.then_some(side)),
                any_colour,
                limit: 5,
            };
            let found = finder.like_photo(&photo)?.alike;
            let own = family.get(r.id.as_str());
            let same = |id: &str| family.get(id) == own;
            let of: Vec<&str> = found.iter().map(|a| a.hit.record.id.as_str()).collect();
            rates.asked += 1;
            rates.family_first += usize::from(of.first().is_some_and(|id| same(id)));
            rates.family_five += usize::from(of.iter().any(|id| same(id)));
            rates.of_five += of.iter().filter(|id| same(id)).count() as f32;
            rates.own_first += usize::from(of.first() == Some(&r.id.as_str()));
            rates.own_five += usize::from(of.contains(&r.id.as_str()));
            if !of.iter().any(|id| same(id)) {
                let first = of.first().copied().unwrap_or_default();
                rates
                    .missed
                    .push((format!("{} {}", shot.name, r.id), first.to_owned()));
            }
        }
    }
    rates.of_five /= rates.asked.max(1) as f32;
    Ok(rates)
}

/// Another way to spoil a picture for each `n`: turned by up to 25°, two thirds to
/// one and a half of the light, warm to cool, noise of a telephone.
#[must_use]
pub fn way(n: u64) -> Spoil {
    let mut state = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut even = || {
        state ^= state >> 27;
        state = state.wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^= state >> 31;
        (state >> 40) as f32 / (1u64 << 24) as f32
    };
    let exposure = (even() * 2.0 - 1.0).mul_add(0.405, 0.0).exp();
    let warm = even() * 2.0 - 1.0;
    Spoil {
        degrees: even() * 50.0 - 25.0,
        light: [
            exposure * (1.0 + 0.10 * warm),
            exposure,
            exposure * (1.0 - 0.15 * warm),
        ],
        noise: 2.0 + 3.0 * even(),
    }
}

/// A picture turned, under another light, and with noise: the square in its middle
/// that is still covered.
///
/// # Errors
/// If too little of it is left.
pub fn spoilt(picture: &Picture, way: Spoil) -> Result<Picture, String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let angle = way.degrees.to_radians();
    let covered = width.min(height) as f32 / (angle.cos() + angle.sin().abs());
    let side = covered as usize - 3;
    let mut seed = 0x2545_f491u32;
    let mut noise = || {
        // The sum of four even numbers is nearly normal; its deviation is 1/√3.
        let mut sum = 0.0;
        for _ in 0..4 {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            sum += (seed >> 8) as f32 / (1u32 << 24) as f32 - 0.5;
        }
        sum * 3f32.sqrt() * way.noise
    };
    let mut rgb = Vec::with_capacity(side * side * 3);
    for y in 0..side {
        for x in 0..side {
            let (u, v) = (x as f32 - 0.5 * side as f32, y as f32 - 0.5 * side as f32);
            let from = |a: f32, size: usize| (a + 0.5 * size as f32).clamp(0.0, size as f32 - 1.01);
            let s = from(u * angle.cos() - v * angle.sin(), width);
            let t = from(u * angle.sin() + v * angle.cos(), height);
            let (i, j, p, q) = (s as usize, t as usize, s.fract(), t.fract());
            for c in 0..3 {
                let at = |i: usize, j: usize| f32::from(picture.rgb()[(j * width + i) * 3 + c]);
                let upper = at(i, j) * (1.0 - p) + at(i + 1, j) * p;
                let lower = at(i, j + 1) * (1.0 - p) + at(i + 1, j + 1) * p;
                // Light acts on linear values; 2.2 is near enough for a nuisance.
                let linear = ((upper * (1.0 - q) + lower * q) / 255.0).powf(2.2) * way.light[c];
                let value = linear.powf(1.0 / 2.2) * 255.0 + noise();
                rgb.push(value.round().clamp(0.0, 255.0) as u8);
            }
        }
    }
    Picture::new(rgb, side as u32, side as u32)
}
