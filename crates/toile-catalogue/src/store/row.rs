//! What of a fabric is held in memory while searching: numbers in few bytes.

use bytemuck::{Pod, Zeroable};
use toile_garment::Construction;

use crate::{
    colour::{self, pack},
    estimate::{Given, REFERENCES},
    fibre::{Composition, Fibre},
    figure::{ORIGINS, origin_rank},
    hand::Hand,
    record::Record,
    structure::{CONSTRUCTIONS, code, construction_in},
};

/// No value in a field of bytes.
pub(crate) const NONE: u8 = 255;

/// One fabric in the index; zero where nothing is known. It is kept as these
/// bytes, little endian.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Row {
    /// Amount per metre; negative for none.
    pub(crate) price: f32,
    /// Area density, 0.1 g/m².
    pub(crate) weight: u16,
    /// Thickness, µm.
    pub(crate) thickness: u16,
    /// Width, mm.
    pub(crate) width: u16,
    /// Least length sold, m.
    pub(crate) minimum: u16,
    /// Bending length along the warp, 0.01 mm.
    pub(crate) bend_warp: u16,
    /// Bending length along the weft, 0.01 mm.
    pub(crate) bend_weft: u16,
    /// Drape coefficient, 0.01 %.
    pub(crate) drape: u16,
    /// Extension along the warp, 0.01 %.
    pub(crate) stretch_warp: u16,
    /// Extension along the weft, 0.01 %.
    pub(crate) stretch_weft: u16,
    /// Shear stiffness: 1000 ln(1 + N/m).
    pub(crate) shear: u16,
    /// Currency: its number in the table of currencies.
    pub(crate) currency: u8,
    /// Number of the construction, or [`NONE`].
    pub(crate) construction: u8,
    /// Place in [`ORIGINS`] of the least trusted number of its mechanics, or
    /// [`NONE`].
    pub(crate) origin: u8,
    /// Colours that belong to it.
    pub(crate) colours: u8,
    /// Fibres, the largest share first, or [`NONE`].
    pub(crate) fibres: [u8; 4],
    /// Their shares, percent.
    pub(crate) shares: [u8; 4],
}

/// Bytes of a [`Row`].
pub(crate) const ROW: usize = size_of::<Row>();

/// Place of a row's construction in its bytes.
pub(crate) const CONSTRUCTION: usize = std::mem::offset_of!(Row, construction);

/// Number of the construction of a record, or [`NONE`].
pub(crate) fn construction_number(record: &Record) -> u8 {
    record
        .construction
        .or_else(|| construction_in(&record.structure))
        .or_else(|| construction_in(&record.name))
        .map_or(NONE, code)
}

/// A number in steps of `1 / scale`, as far as 16 bits go; a known number is
/// never 0.
fn steps(x: f32, scale: f32) -> u16 {
    (x * scale).round().clamp(1.0, 65535.0) as u16
}

/// Mechanics of a record: its own where it has them, else estimated.
pub(crate) struct Known {
    /// Hand.
    pub(crate) hand: Hand,
    /// Shear stiffness, N/m.
    pub(crate) shear: f32,
    /// Thickness, m.
    pub(crate) thickness: f32,
    /// Rank of the least trusted number.
    pub(crate) origin: u8,
}

/// Mechanics of a record, if its weight and construction are known or it has its
/// own.
pub(crate) fn known(record: &Record) -> Option<Known> {
    let density = record.area_density.as_ref()?;
    let estimate = || Given::of(record).map(|given| given.mechanics(&REFERENCES));
    let estimated = origin_rank(toile_garment::Origin::Estimated);
    let p = &record.physics;
    let (bending, bo) = match &p.bending {
        Some(b) => (b.value, origin_rank(b.origin)),
        None => (estimate()?.bending, estimated),
    };
    let (membrane, mo) = match &p.membrane {
        Some(m) => (m.value, origin_rank(m.origin)),
        None => (estimate()?.membrane, estimated),
    };
    let thickness = match &record.thickness {
        Some(t) => t.value,
        None => estimate().map_or(0.0, |m| m.thickness),
    };
    let mut hand = Hand::of(density.value, &bending, &membrane);
    if let Some(drape) = crate::current_drape(record) {
        hand.drape_percent = drape.value.percent;
    }
    Some(Known {
        hand,
        shear: membrane.c33,
        thickness,
        origin: bo.max(mo),
    })
}

impl Row {
    /// The row of a record and its colours; `currency` numbers currencies.
    pub(crate) fn of(record: &Record, currency: u8, colours: &mut Vec<u16>) -> Self {
        let mut row = Self::zeroed();
        row.price = record.price.as_ref().map_or(-1.0, |p| p.per_metre);
        row.currency = currency;
        if let Some(m) = record.price.as_ref().and_then(|p| p.minimum_m) {
            row.minimum = steps(m, 1.0);
        }
        if let Some(d) = &record.area_density {
            row.weight = steps(d.value, 1e4);
        }
        if let Some(w) = &record.width {
            row.width = steps(w.value, 1e3);
        }
        if let Some(t) = &record.thickness {
            row.thickness = steps(t.value, 1e6);
        }
        row.origin = NONE;
        if let Some(k) = known(record) {
            row.origin = k.origin;
            row.bend_warp = steps(k.hand.bending_length_warp_m, 1e5);
            row.bend_weft = steps(k.hand.bending_length_weft_m, 1e5);
            row.drape = steps(k.hand.drape_percent, 100.0);
            row.stretch_warp = steps(k.hand.stretch_warp_percent, 100.0);
            row.stretch_weft = steps(k.hand.stretch_weft_percent, 100.0);
            row.shear = steps(k.shear.ln_1p(), 1e3);
            if row.thickness == 0 {
                row.thickness = steps(k.thickness, 1e6);
            }
        }
        row.construction = construction_number(record);
        (row.fibres, row.shares) = ([NONE; 4], [0; 4]);
        let composition = Composition::parse(&record.composition).unwrap_or_default();
        for (k, (fibre, share)) in composition.parts.iter().take(4).enumerate() {
            row.fibres[k] = fibre.code();
            row.shares[k] = share.round() as u8;
        }
        let seen = record
            .colours
            .iter()
            .filter_map(|c| c.srgb.or_else(|| colour::named(&c.name)))
            .take(255);
        for colour in seen {
            colours.push(pack(colour));
            row.colours += 1;
        }
        row
    }

    /// Its construction.
    pub(crate) fn construction(&self) -> Option<Construction> {
        CONSTRUCTIONS.get(usize::from(self.construction)).copied()
    }

    /// The main fibre.
    pub(crate) fn fibre(&self) -> Option<Fibre> {
        Fibre::from_code(self.fibres[0])
    }

    /// Where its mechanics are from.
    pub(crate) fn origin(&self) -> Option<toile_garment::Origin> {
        ORIGINS.get(usize::from(self.origin)).copied()
    }
}
