//! Fabrics like another one, and in what they differ.

use toile_garment::{Construction, Srgb};

use super::{Finder, Hit, in_parts, scan::Near};
use crate::{
    colour,
    error::CatalogueError,
    fibre::Fibre,
    record::Colour,
    store::{
        place,
        row::{NONE, Row},
    },
    structure::is_knit,
};

/// A fabric that is like another.
#[derive(Debug, Clone, PartialEq)]
pub struct Alike {
    /// The fabric.
    pub hit: Hit,
    /// Distance; 1 is a difference that matters in one respect.
    pub distance: f32,
    /// In what it is the same and in what it differs.
    pub reasons: Vec<Reason>,
}

/// One respect in which two fabrics are compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason(pub(super) String);

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Differences that count as much as each other: of logarithms.
const WEIGHT: f32 = 0.12;
const THICKNESS: f32 = 0.30;
const BENDING: f32 = 0.10;
const STRETCH: f32 = 0.45;
const SHEAR: f32 = 0.60;
/// CIEDE2000.
const COLOUR: f32 = 6.0;

/// A row as numbers that can be subtracted, each over its scale.
#[derive(Clone, Copy)]
struct Point {
    values: [f32; 7],
    fibres: [u8; 4],
    shares: [u8; 4],
    construction: u8,
}

/// Logarithms of the numbers a row holds, read off once.
struct Logs(Vec<f32>);

impl Logs {
    fn new() -> Self {
        Self((0..=u16::MAX).map(|x| f32::from(x.max(1)).ln()).collect())
    }

    fn of(&self, x: u16) -> f32 {
        self.0[usize::from(x)]
    }

    fn point(&self, r: &Row) -> Point {
        Point {
            values: [
                self.of(r.weight) / WEIGHT,
                self.of(r.thickness) / THICKNESS,
                self.of(r.bend_warp) / BENDING,
                self.of(r.bend_weft) / BENDING,
                self.of(r.stretch_warp) / STRETCH,
                self.of(r.stretch_weft) / STRETCH,
                f32::from(r.shear) / 1000.0 / SHEAR,
            ],
            fibres: r.fibres,
            shares: r.shares,
            construction: r.construction,
        }
    }
}

/// A colourway's colour, else what its name stands for.
fn seen(c: &Colour) -> Option<Srgb> {
    c.srgb.or_else(|| colour::named(&c.name))
}

/// How unlike two constructions are.
fn made(a: u8, b: u8) -> f32 {
    if a == b {
        return 0.0;
    }
    let of = |k: u8| crate::CONSTRUCTIONS.get(usize::from(k)).copied();
    match (of(a), of(b)) {
        (Some(Construction::Leather), Some(_)) | (Some(_), Some(Construction::Leather)) => 9.0,
        (Some(x), Some(y)) if is_knit(x) == is_knit(y) => 1.0,
        (Some(_), Some(_)) => 6.0,
        _ => 2.0,
    }
}

impl Point {
    /// Squared distance without colour.
    fn distance(&self, other: &Self, made: &[f32; 256]) -> f32 {
        let mut sum = 0.0;
        for (a, b) in self.values.iter().zip(other.values) {
            // Far is far: one respect does not drown the others.
            sum += (a - b).powi(2).min(400.0);
        }
        let mut shared = 0u8;
        for (f, s) in other.fibres.iter().zip(other.shares) {
            if let Some(k) = self.fibres.iter().position(|g| g == f && *g != NONE) {
                shared = shared.saturating_add(s.min(self.shares[k]));
            }
        }
        let fibre = f32::from(100u8.saturating_sub(shared)) / 50.0;
        sum + fibre * fibre + made[usize::from(other.construction)]
    }
}

impl Finder<'_> {
    /// The fabrics nearest to one in mechanics and looks, that one left out.
    /// `colour` is compared instead of its own first colour.
    ///
    /// # Errors
    /// If there is no such fabric, nothing is known of its weight, or the catalogue
    /// cannot be read.
    pub fn like(
        &self,
        id: &str,
        colour: Option<Srgb>,
        limit: usize,
    ) -> Result<Vec<Alike>, CatalogueError> {
        let own = self.store.row_of(id)?.and_then(place);
        let index = &self.index;
        let target = own.and_then(|own| index.rows.get(own).copied().map(|row| (own, row)));
        let Some((own, target)) = target else {
            return Err(self.store.unknown(id)?);
        };
        if target.weight == 0 || target.bend_warp == 0 {
            return Err(CatalogueError::Incomplete {
                id: id.to_owned(),
                missing: "weight and construction, by which fabrics are compared".to_owned(),
            });
        }
        let colour = match colour {
            None => self
                .hit(own as u32, None)?
                .record
                .colours
                .iter()
                .find_map(seen),
            given => given,
        };
        let near = colour.map(|c| Near::new(c, f32::MAX));
        let logs = Logs::new();
        let point = logs.point(&target);
        let mut unlike = [2.0; 256];
        for (k, u) in unlike.iter_mut().enumerate() {
            *u = made(target.construction, k as u8);
        }
        let limit = limit.max(1);
        let distance = |at: usize, bound: f32| -> Option<f32> {
            let r = &index.rows[at];
            if at == own
                || r.weight == 0
                || r.bend_warp == 0
                || index.alive[at / 64] >> (at % 64) & 1 == 0
            {
                return None;
            }
            let mut d = point.distance(&logs.point(r), &unlike);
            if d < bound
                && let Some(near) = &near
            {
                d += near.term(index.colours(at), COLOUR);
            }
            (d < bound).then_some(d)
        };
        let nearest = self.nearest(limit, &distance);
        let mut out = Vec::new();
        for (d, at) in nearest {
            let hit = self.hit(at, colour)?;
            out.push(Alike {
                distance: d.sqrt(),
                reasons: reasons(&target, &index.rows[at as usize], hit.difference),
                hit,
            });
        }
        Ok(out)
    }

    /// The `limit` fabrics of least distance, on all cores; `distance` gets the
    /// bound above which it need not be exact.
    pub(super) fn nearest(
        &self,
        limit: usize,
        distance: &(dyn Fn(usize, f32) -> Option<f32> + Sync),
    ) -> Vec<(f32, u32)> {
        let rows = self.index.rows.len();
        let part = |from: usize, to: usize| {
            let mut best: Vec<(f32, u32)> = Vec::with_capacity(limit + 1);
            let mut bound = f32::MAX;
            for at in from..to {
                if let Some(d) = distance(at, bound) {
                    let place = best.partition_point(|b| b.0 <= d);
                    best.insert(place, (d, at as u32));
                    if best.len() > limit {
                        best.pop();
                        bound = best[limit - 1].0;
                    }
                }
            }
            best
        };
        let mut best = in_parts(rows, 4096, &part);
        best.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        best.truncate(limit);
        best
    }
}

/// In what the second fabric is the same as the first, and in what it differs.
fn reasons(a: &Row, b: &Row, difference: Option<f32>) -> Vec<Reason> {
    let mut out = Vec::new();
    let mut say = |text: String| out.push(Reason(text));
    let percent = |x: u16, y: u16| 100.0 * (f32::from(y) / f32::from(x.max(1)) - 1.0);
    let compare = |what: &str, more: &str, less: &str, d: f32, same: f32| {
        if d.abs() < same {
            format!("same {what}")
        } else {
            format!("{:.0} % {}", d.abs(), if d > 0.0 { more } else { less })
        }
    };
    say(compare(
        "weight",
        "heavier",
        "lighter",
        percent(a.weight, b.weight),
        3.0,
    ));
    // Bending length, as the hand feels it.
    let length = |r: &Row| r.bend_warp / 2 + r.bend_weft / 2;
    say(compare(
        "hand",
        "stiffer",
        "softer",
        percent(length(a), length(b)),
        3.0,
    ));
    let stretch = |r: &Row| f32::from(r.stretch_warp.max(r.stretch_weft)) / 100.0;
    let (s, t) = (stretch(a), stretch(b));
    if (s - t).abs() >= 1.0_f32.max(0.1 * s) {
        say(format!("stretches {t:.0} % instead of {s:.0} %"));
    }
    match (a.construction(), b.construction()) {
        (Some(x), Some(y)) if x != y => say(format!(
            "{} instead of {}",
            crate::construction_word(y),
            crate::construction_word(x)
        )),
        _ => {}
    }
    if a.fibres[0] != b.fibres[0]
        && let (Some(x), Some(y)) = (a.fibre(), b.fibre())
    {
        say(format!("{} instead of {}", Fibre::name(y), Fibre::name(x)));
    }
    if let Some(d) = difference {
        say(format!("ΔE {d:.0}"));
    }
    if b.origin()
        .is_some_and(|o| o == toile_garment::Origin::Estimated)
    {
        say("its mechanics are estimated".to_owned());
    }
    out
}
