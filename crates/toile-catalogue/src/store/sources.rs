//! Texts that many numbers share.

use crate::{figure::Figure, record::Record};

fn one<T>(figure: &mut Option<Figure<T>>) -> Option<&mut String> {
    figure.as_mut().map(|f| &mut f.source)
}

/// The sources of all numbers of a record. In the file each is `#` and its number
/// in the table of sources.
pub(super) fn of(r: &mut Record) -> impl Iterator<Item = &mut String> {
    let p = &mut r.physics;
    [
        one(&mut r.drape),
        one(&mut r.count),
        one(&mut r.width),
        one(&mut r.area_density),
        one(&mut r.thickness),
        one(&mut p.membrane),
        one(&mut p.membrane_stretched),
        one(&mut p.bending),
        one(&mut p.friction),
        one(&mut p.damping),
    ]
    .into_iter()
    .flatten()
}
