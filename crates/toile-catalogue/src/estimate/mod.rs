//! Mechanics of fabrics that nobody has measured, from what their supplier says.
//!
//! A fabric bends and stretches like measured fabrics that are made like it: the
//! mean over [`REFERENCES`] of the logarithms of bending length and stiffness,
//! weighted by how near they are in weight, construction and elastane. Bending
//! length, not bending stiffness, is averaged: `B = ρ g c³` puts the weight in.
//! What the references do not hold (satin, crepe, organza, leather, fibres) enters
//! as factors of ours, [`Character`], with a wider error band.

mod character;
mod reference;

pub use reference::{REFERENCES, Reference};

use toile_garment::{Bending, Construction, Membrane, Origin};

use self::character::Character;
use crate::{
    error::CatalogueError,
    fibre::Composition,
    figure::Figure,
    record::Record,
    structure::{construction_in, construction_word, is_knit},
};

const GRAVITY: f32 = 9.81;

/// Error factors of bending and of membrane stiffness: root mean square of the
/// logarithmic error when each reference is estimated from the other nine.
pub const BENDING_ERROR: f32 = 1.6;
/// See [`BENDING_ERROR`].
pub const MEMBRANE_ERROR: f32 = 2.2;

/// What an estimate is made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// Weave or knit.
    pub construction: Construction,
    /// Mass per area, kg/m².
    pub density: f32,
    /// Thickness, m, if it is known.
    pub thickness: Option<f32>,
    /// Fibres.
    pub composition: Composition,
}

/// Estimated mechanics, without names and words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mechanics {
    /// Bending stiffness, N·m.
    pub bending: Bending,
    /// In-plane stiffness, N/m.
    pub membrane: Membrane,
    /// Thickness, m.
    pub thickness: f32,
    /// Friction coefficient.
    pub friction: f32,
    /// Error factors of bending and membrane.
    pub errors: (f32, f32),
}

impl Given {
    /// What a record tells: construction, else what its name implies, and weight.
    #[must_use]
    pub fn of(record: &Record) -> Option<Self> {
        let construction = record
            .construction
            .or_else(|| construction_in(&record.structure))
            .or_else(|| construction_in(&record.name))?;
        Some(Self {
            construction,
            density: record.area_density.as_ref()?.value,
            thickness: record.thickness.as_ref().map(|t| t.value),
            composition: Composition::parse(&record.composition).ok()?,
        })
    }

    /// Estimates from these references.
    #[must_use]
    pub fn mechanics(&self, references: &[Reference]) -> Mechanics {
        let own = Character::of(self.construction, &self.composition);
        let elastane = self.composition.share_of("elastane");
        // Sums over references of: bending lengths, stretch, shear, coupling.
        let mut sum = [0.0_f32; 7];
        let mut total = 0.0;
        for r in references {
            let weight = self.nearness(r, elastane);
            let theirs = Character::of_reference(r);
            let length = |b: f32| (b / (r.density * GRAVITY)).cbrt().ln() - theirs[0];
            let [c11, c12, c22, c33] = r.membrane;
            let features = [
                length(r.bending[0]),
                length(r.bending[1]),
                length(r.bending[2]),
                c11.ln() - theirs[1],
                c22.ln() - theirs[2],
                c33.ln() - theirs[3],
                c12 / (c11 * c22).sqrt(),
            ];
            total += weight;
            for (s, f) in sum.iter_mut().zip(features) {
                *s += weight * f;
            }
        }
        let mean = sum.map(|s| s / total.max(f32::MIN_POSITIVE));
        let logs = own.logs();
        let thickness = self.thickness.unwrap_or(self.density / own.bulk_density);
        // At equal weight the loftier cloth is the stiffer one.
        let loft = 0.3
            * (thickness * own.bulk_density / self.density)
                .ln()
                .clamp(-0.7, 0.7);
        let bend = |k: usize| {
            let length = (mean[k] + logs[0] + loft).exp();
            (self.density * GRAVITY * length.powi(3)).clamp(1e-7, 0.5)
        };
        let c11 = (mean[3] + logs[1]).exp().clamp(5.0, 1e6);
        let c22 = (mean[4] + logs[2]).exp().clamp(5.0, 1e6);
        let wide = if own.assumed { 1.3 } else { 1.0 };
        Mechanics {
            bending: Bending {
                warp: bend(0),
                weft: bend(1),
                bias: bend(2),
            },
            membrane: Membrane {
                c11,
                c12: mean[6].clamp(-0.6, 0.6) * (c11 * c22).sqrt(),
                c22,
                c33: (mean[5] + logs[3]).exp().clamp(1.0, 1e6),
            },
            thickness: thickness.clamp(2e-5, 0.02),
            friction: own.friction,
            errors: (BENDING_ERROR * wide, MEMBRANE_ERROR * wide),
        }
    }

    /// Weight of a reference, at most 1.
    fn nearness(&self, r: &Reference, elastane: f32) -> f32 {
        let kind = if is_knit(self.construction) == is_knit(r.construction) {
            0.0
        } else {
            9.0
        };
        // Brushed cloth is bound by its pile and hardly a knit.
        let brushed =
            (self.construction == Construction::Fleece) != (r.construction == Construction::Fleece);
        let made = match (self.construction == r.construction, brushed) {
            (true, _) => 0.0,
            (false, false) => 0.5,
            (false, true) => 3.0,
        };
        let heavy = ((self.density / r.density).ln() / 0.6).powi(2);
        let elastic = ((elastane - r.elastane) / 6.0).clamp(-3.0, 3.0).powi(2);
        (-0.5 * (kind + made + heavy + elastic)).exp().max(1e-12)
    }

    /// In words, for the source of an estimate.
    fn words(&self) -> String {
        format!(
            "from {:.0} g/m², {}, {}",
            self.density * 1000.0,
            construction_word(self.construction),
            self.composition
                .parts
                .first()
                .map_or("unknown fibre", |p| p.0.name())
        )
    }
}

/// Fills in what the solver needs and the record lacks, marked as estimated, with
/// an error band; nothing that is there is touched. Returns the names of what was
/// filled in.
///
/// # Errors
/// [`CatalogueError::Incomplete`] without a weight or a construction.
pub fn complete(record: &mut Record) -> Result<Vec<&'static str>, CatalogueError> {
    let Some(given) = Given::of(record) else {
        let missing = if record.area_density.is_none() {
            "weight, from which to estimate the rest: give area_density"
        } else {
            "construction, from which to estimate the rest: give a weave or knit"
        };
        return Err(CatalogueError::Incomplete {
            id: record.id.clone(),
            missing: missing.to_owned(),
        });
    };
    let m = given.mechanics(&REFERENCES);
    let source = format!(
        "{} by likeness to measured fabrics: {}",
        given.words(),
        reference::SOURCE
    );
    let mut filled = Vec::new();
    let p = &mut record.physics;
    let mut fill = |name, there: bool| {
        if !there {
            filled.push(name);
        }
        !there
    };
    if fill("construction", record.construction.is_some()) {
        record.construction = Some(given.construction);
    }
    if fill("thickness", record.thickness.is_some()) {
        let how = "typical bulk density of the construction; an assumption of ours";
        record.thickness = Some(Figure::new(m.thickness, Origin::Estimated, how).within(1.35));
    }
    if fill("membrane", p.membrane.is_some()) {
        p.membrane =
            Some(Figure::new(m.membrane, Origin::Estimated, source.clone()).within(m.errors.1));
    }
    if fill("bending", p.bending.is_some()) {
        p.bending = Some(Figure::new(m.bending, Origin::Estimated, source).within(m.errors.0));
    }
    if fill("friction", p.friction.is_some()) {
        let how = "smooth filament cloth near 0.2 to 0.3, spun and knitted cloth near 0.4 to 0.5";
        p.friction = Some(Figure::new(m.friction, Origin::Estimated, how).within(1.4));
    }
    if fill("damping", p.damping.is_some()) {
        let how = "Rayleigh damping time of ours; no cloth data at hand";
        p.damping = Some(Figure::new(5e-3, Origin::Default, how));
    }
    if fill("appearance", record.appearance.is_some()) {
        record.appearance = Some(character::appearance(record, given.construction));
    }
    Ok(filled)
}
