//! The numbers of a card.

use crate::provenance::stated;
use toile_catalogue::{Hand, Record, current_drape, digits};
use toile_garment::{Fabric, Origin};

/// A number with where it is from.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is.
    pub name: &'static str,
    /// The value with its unit.
    pub value: String,
    /// Where it is from.
    pub origin: Origin,
    /// Error band as a factor, where it is known.
    pub error: Option<f32>,
    /// Method, citation, or the reasoning behind an estimate.
    pub source: String,
}

/// What follows from bending is as good as that; its length goes with the cube root.
fn hand(fabric: &Fabric) -> [Row; 2] {
    let hand = Hand::of(
        fabric.area_density.value,
        &fabric.bending.value,
        &fabric.membrane.value,
    );
    let mm = |m: f32| digits(m * 1e3);
    [
        Row {
            name: "bending length",
            value: format!(
                "{} × {} mm",
                mm(hand.bending_length_warp_m),
                mm(hand.bending_length_weft_m)
            ),
            origin: fabric.bending.origin,
            error: fabric.bending.error.map(f32::cbrt),
            source: "from bending stiffness and weight (ASTM D1388), warp × weft".into(),
        },
        Row {
            name: "stretch",
            value: format!(
                "{} × {} % under 98 N/m",
                digits(hand.stretch_warp_percent),
                digits(hand.stretch_weft_percent)
            ),
            origin: fabric.membrane.origin,
            error: fabric.membrane.error,
            source: "from membrane stiffness (the load of FAST E100), warp × weft".into(),
        },
    ]
}

/// Every number of a fabric: what a designer feels first, then what the solver takes.
#[must_use]
pub fn rows(record: &Record, fabric: &Fabric) -> Vec<Row> {
    let mut solver: Vec<Row> = stated(fabric)
        .into_iter()
        .map(|s| Row {
            name: s.name,
            value: s.value,
            origin: s.origin,
            error: s.error,
            source: s.source,
        })
        .collect();
    let mut out = vec![solver.remove(0)];
    if let Some(drape) = current_drape(record) {
        out.push(Row {
            name: "drape",
            value: format!("{:.0} %, {} folds", drape.value.percent, drape.value.folds),
            origin: drape.origin,
            error: drape.error,
            source: drape.source.clone(),
        });
    }
    out.extend(hand(fabric));
    // The card has no room for what only the solver can read.
    out.extend(
        solver
            .into_iter()
            .filter(|row| row.name != "membrane when stretched"),
    );
    out
}
