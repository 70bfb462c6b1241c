//! How a fabric drapes: the drape test, simulated, as it is kept with a record.

use serde::{Deserialize, Serialize};
use toile_garment::{Fabric, Origin};

use crate::{error::CatalogueError, estimate, figure::Figure, hand::drape_percent, record::Record};

/// Version of the protocol; a value of another one is simulated anew.
const PROTOCOL: &str = "cusick 1";
/// Spread of the drape coefficient that no parameter explains: number of folds, mesh,
/// what the model leaves out; percentage points (docs/cloth.md).
const SPREAD: f32 = 5.0;

/// A simulated drape test (Cusick 1968; ISO 9073-9): specimen of 30 cm, table of 18 cm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drape {
    /// Drape coefficient, percent.
    pub percent: f32,
    /// Folds.
    pub folds: u32,
    /// Distance of the shade's edge from the axis, 0.1 mm, at equal angles from the
    /// warp, counter-clockwise as seen from above.
    pub outline: Vec<u16>,
    /// Digest of the numbers that it was simulated from; with others it is out of date.
    pub of: String,
}

impl Drape {
    /// As a figure: always an estimate, with the band that follows from that of the
    /// bending stiffness, [`SPREAD`], and the `unrest` that was left, points.
    #[must_use]
    pub fn figure(self, fabric: &Fabric, how: &str, unrest: f32) -> Figure<Self> {
        let b = fabric.bending.value;
        let ratio = 0.25 * (b.warp + b.weft + 2.0 * b.bias) / fabric.area_density.value;
        let factor = fabric.bending.error.unwrap_or(1.0);
        let wide = 0.5 * (drape_percent(ratio * factor) - drape_percent(ratio / factor));
        let points = wide.hypot(SPREAD).hypot(unrest);
        let of = crate::origin_word(worst(fabric));
        let source = format!("{how}; mechanics {of}; ± {points:.0} points");
        let error = 1.0 + points / self.percent.max(1.0);
        Figure::new(self, Origin::Estimated, source).within(error)
    }
}

/// The least trusted origin of weight, membrane and bending.
fn worst(fabric: &Fabric) -> Origin {
    [
        fabric.area_density.origin,
        fabric.membrane.origin,
        fabric.bending.origin,
    ]
    .into_iter()
    .max_by_key(|o| crate::figure::origin_rank(*o))
    .unwrap_or(Origin::Default)
}

/// Digest of the numbers of a fabric that decide how it drapes, to the last bit.
#[must_use]
pub fn drape_key(fabric: &Fabric) -> String {
    let mut hash = blake3::Hasher::new();
    hash.update(PROTOCOL.as_bytes());
    let (b, m) = (fabric.bending.value, fabric.membrane.value);
    let mut real = |x: f32| {
        hash.update(&x.to_bits().to_le_bytes());
    };
    for x in [
        fabric.area_density.value,
        fabric.thickness.value,
        b.warp,
        b.weft,
        b.bias,
    ] {
        real(x);
    }
    let stretched = fabric.membrane_stretched.iter().flat_map(|s| s.value);
    for m in std::iter::once(m).chain(stretched) {
        for x in [m.c11, m.c12, m.c22, m.c33] {
            real(x);
        }
    }
    hash.finalize().to_hex()[..16].to_owned()
}

/// The drape of a record, if it has one of the numbers that it has now.
#[must_use]
pub fn current_drape(record: &Record) -> Option<&Figure<Drape>> {
    let drape = record.drape.as_ref()?;
    let mut whole = record.clone();
    estimate::complete(&mut whole).ok()?;
    (whole.fabric().ok().map(|f| drape_key(&f)).as_ref() == Some(&drape.value.of)).then_some(drape)
}

/// Checks a drape that was read.
pub(crate) fn check(drape: &Drape, place: &str) -> Result<(), CatalogueError> {
    let bad = |field: &str, problem: &str| CatalogueError::field(place, field, problem);
    if !(0.0..=110.0).contains(&drape.percent) {
        return Err(bad("drape.percent", "must lie between 0 and 110"));
    }
    if drape.folds > 200 {
        return Err(bad("drape.folds", "are more than a specimen can have, 200"));
    }
    if drape.outline.len() > 720 {
        return Err(bad("drape.outline", "has more than 720 numbers"));
    }
    if drape.of.len() > 64 {
        return Err(bad("drape.of", "is longer than 64 letters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market;

    fn draped() -> Record {
        let mut record = market::fabric(1, 3);
        let mut whole = record.clone();
        estimate::complete(&mut whole).unwrap();
        let fabric = whole.fabric().unwrap();
        let drape = Drape {
            percent: 50.0,
            folds: 5,
            outline: vec![1200; 180],
            of: drape_key(&fabric),
        };
        record.drape = Some(drape.figure(&fabric, "simulated", 0.0));
        record
    }

    #[test]
    fn a_drape_holds_until_a_number_of_its_fabric_changes() {
        let mut record = draped();
        record.check("test").unwrap();
        assert!(current_drape(&record).is_some());
        record.area_density.as_mut().unwrap().value *= 1.01;
        assert!(current_drape(&record).is_none());
    }

    #[test]
    fn a_simulated_drape_is_an_estimate_whose_band_grows_with_that_of_bending() {
        let record = draped();
        let drape = record.drape.unwrap();
        assert_eq!(drape.origin, Origin::Estimated);
        assert!(drape.error.unwrap() > 1.0 + SPREAD / 50.0);
        assert!(drape.source.contains("estimated"), "{}", drape.source);
    }

    #[test]
    fn what_still_moved_widens_the_band() {
        let record = draped();
        let mut whole = record.clone();
        estimate::complete(&mut whole).unwrap();
        let fabric = whole.fabric().unwrap();
        let calm = record.drape.unwrap();
        let restless = calm.value.clone().figure(&fabric, "simulated", 12.0);
        assert!(restless.error > calm.error);
    }
}
