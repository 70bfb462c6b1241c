//! Numbers that say where they come from.

use serde::{Deserialize, Serialize};
use toile_garment::{Origin, Sourced};

/// A number of a fabric with its origin and how far it may be off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure<T> {
    /// The value; the unit is that of the field.
    pub value: T,
    /// What kind of number it is.
    pub origin: Origin,
    /// Method, citation, or the reasoning behind an estimate.
    pub source: String,
    /// Error band as a factor, at least 1: two of three true values lie between
    /// `value / error` and `value · error`. Stiffness spans decades, so that a
    /// factor says more than a difference. Without it, the band is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<f32>,
}

impl<T> Figure<T> {
    /// A figure without a known error band.
    pub fn new(value: T, origin: Origin, source: impl Into<String>) -> Self {
        Self {
            value,
            origin,
            source: source.into(),
            error: None,
        }
    }

    /// The same with an error band.
    #[must_use]
    pub fn within(mut self, factor: f32) -> Self {
        self.error = Some(factor);
        self
    }
}

impl<T: Clone> Figure<T> {
    /// The form that fabric files and the solver read.
    #[must_use]
    pub fn sourced(&self) -> Sourced<T> {
        Sourced {
            value: self.value.clone(),
            origin: self.origin,
            source: self.source.clone(),
            error: self.error,
        }
    }
}

impl<T: Clone> From<&Sourced<T>> for Figure<T> {
    fn from(s: &Sourced<T>) -> Self {
        Self {
            value: s.value.clone(),
            origin: s.origin,
            source: s.source.clone(),
            error: s.error,
        }
    }
}

/// The word for an origin, as fabric files write it.
#[must_use]
pub fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Measured => "measured",
        Origin::Vendor => "vendor",
        Origin::Fitted => "fitted",
        Origin::Estimated => "estimated",
        Origin::Default => "default",
    }
}

/// Every origin, the most trusted first.
pub const ORIGINS: [Origin; 5] = [
    Origin::Measured,
    Origin::Vendor,
    Origin::Fitted,
    Origin::Estimated,
    Origin::Default,
];

/// Place of an origin in [`ORIGINS`].
pub(crate) fn origin_rank(origin: Origin) -> u8 {
    ORIGINS.iter().position(|o| *o == origin).unwrap_or(4) as u8
}
