//! Numbers of a search against the rows of the index.

use std::sync::atomic::{AtomicU32, Ordering};

use toile_garment::Srgb;

use super::query::{Query, Range};
use crate::{
    colour::{Lab, unpack},
    figure::origin_rank,
    store::row::Row,
    structure::code,
};

/// A range in the steps of a row; a row that knows nothing is outside.
#[derive(Debug, Clone, Copy)]
struct Steps {
    low: u16,
    high: u16,
}

impl Steps {
    const ALL: Self = Self {
        low: 0,
        high: u16::MAX,
    };

    fn of(range: Option<Range>, scale: f32) -> Self {
        range.map_or(Self::ALL, |r| Self {
            low: (r.low * scale).ceil().clamp(1.0, 65535.0) as u16,
            high: (r.high * scale).floor().clamp(0.0, 65535.0) as u16,
        })
    }

    fn has(self, x: u16) -> bool {
        self.low <= x && x <= self.high
    }
}

/// A search as comparisons of small numbers.
pub(crate) struct Filter {
    weight: Steps,
    thickness: Steps,
    width: Steps,
    minimum: Steps,
    drape: Steps,
    bending: Option<Range>,
    stretch: Option<Range>,
    price: Option<(Range, u8)>,
    /// One bit for each construction that will do.
    constructions: u32,
    /// One bit for each origin that will do.
    origins: u32,
    fibres: Vec<(u8, u8)>,
    colour: Option<Near>,
}

/// Differences of packed colours from one colour, each computed when it is first
/// asked for.
pub(crate) struct Near {
    target: Lab,
    /// Bits of the difference plus one; 0 until it is known.
    known: Vec<AtomicU32>,
    /// Greatest difference.
    radius: f32,
}

impl Near {
    /// Packing moves a colour by up to this; the exact one is compared later.
    const SLACK: f32 = 3.0;

    pub(crate) fn new(colour: Srgb, radius: f32) -> Self {
        Self {
            target: Lab::from(colour),
            known: (0..=u16::MAX).map(|_| AtomicU32::new(0)).collect(),
            radius,
        }
    }

    fn difference(&self, packed: u16) -> f32 {
        let known = &self.known[usize::from(packed)];
        match known.load(Ordering::Relaxed) {
            0 => {
                let d = self.target.difference(Lab::from(unpack(packed)));
                known.store(d.to_bits() + 1, Ordering::Relaxed);
                d
            }
            bits => f32::from_bits(bits - 1),
        }
    }

    /// Difference of the nearest of these colours, about.
    pub(crate) fn nearest(&self, colours: &[u16]) -> f32 {
        colours
            .iter()
            .map(|c| self.difference(*c))
            .fold(f32::MAX, f32::min)
    }

    /// What colour adds to a squared distance in which `unit` counts as one. An unknown
    /// colour is neither near nor far.
    pub(crate) fn term(&self, colours: &[u16], unit: f32) -> f32 {
        if colours.is_empty() {
            4.0
        } else {
            (self.nearest(colours) / unit).powi(2)
        }
    }
}

impl Filter {
    /// `currency` numbers the currency of the price.
    pub(crate) fn new(query: &Query, currency: u8) -> Self {
        let bits = |list: &mut dyn Iterator<Item = u8>| {
            let set = list.fold(0u32, |set, k| set | 1 << k.min(31));
            if set == 0 { u32::MAX } else { set }
        };
        Self {
            weight: Steps::of(query.weight, 10.0),
            thickness: Steps::of(query.thickness, 1e3),
            width: Steps::of(query.width, 10.0),
            minimum: Steps::of(query.minimum, 1.0),
            drape: Steps::of(query.drape, 100.0),
            bending: query.bending_length,
            stretch: query.stretch,
            price: query.price.map(|p| (p, currency)),
            constructions: bits(&mut query.constructions.iter().map(|c| code(*c))),
            origins: bits(&mut query.origins.iter().map(|o| origin_rank(*o))),
            fibres: query
                .fibres
                .iter()
                .map(|(f, share)| (f.code(), share.ceil() as u8))
                .collect(),
            colour: query.colour.map(|(c, radius)| Near::new(c, radius)),
        }
    }

    /// Whether a row will do.
    pub(crate) fn takes(&self, row: &Row, colours: &[u16]) -> bool {
        self.weight.has(row.weight)
            && self.thickness.has(row.thickness)
            && self.width.has(row.width)
            && self.minimum.has(row.minimum)
            && self.drape.has(row.drape)
            && self.constructions >> row.construction.min(31) & 1 == 1
            && self.origins >> row.origin.min(31) & 1 == 1
            && self.fibres.iter().all(|(fibre, share)| {
                let at = row.fibres.iter().position(|f| f == fibre);
                at.is_some_and(|k| row.shares[k] >= *share)
            })
            && self.price.is_none_or(|(range, currency)| {
                row.currency == currency
                    && row.price >= range.low.max(0.0)
                    && row.price <= range.high
            })
            && self.bending.is_none_or(|range| {
                let mean = (f32::from(row.bend_warp) + f32::from(row.bend_weft)) / 200.0;
                mean > 0.0 && (range.low..=range.high).contains(&mean)
            })
            && self.stretch.is_none_or(|range| {
                let most = f32::from(row.stretch_warp.max(row.stretch_weft)) / 100.0;
                most > 0.0 && (range.low..=range.high).contains(&most)
            })
            && self
                .colour
                .as_ref()
                .is_none_or(|near| near.nearest(colours) <= near.radius + Near::SLACK)
    }

    /// The colour that is looked for.
    pub(crate) fn near(&self) -> Option<&Near> {
        self.colour.as_ref()
    }
}
