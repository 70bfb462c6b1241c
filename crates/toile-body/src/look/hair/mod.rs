//! Hair.

use super::{head::Head, image::Canvas, model::Model};
use crate::{glb::Part, recipe::Hair};

/// A finished head of hair.
pub(crate) struct Wig {
    /// Its geometry.
    pub(crate) part: Part,
    /// Strands with alpha.
    pub(crate) texture: Canvas,
}

/// Grows the hair; `None` for a bald head.
pub(crate) fn make(_model: &Model<'_>, _head: &Head, _hair: &Hair) -> Option<Wig> {
    None
}
