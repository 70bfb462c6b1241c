//! Cloth that is laid wider than it is.
//!
//! A waistband over a dress does not reach around it before the dress is drawn in. With
//! its seams open, the dress wells up between its edges and is caught when they close; so
//! it is laid, and sewn, as wide as the way around is, and drawn in to its own width
//! afterwards, together with what it gathers below it.

use glam::{Mat2, Vec2, Vec3};
use std::ops::Range;
use toile_cloth::ClothMesh;

/// Stretch below which cloth is not wider than it is, but for the waves it lies in.
const WIDER: f32 = 1.05;

/// Rest shapes of cloth as it is laid: parts that are stretched would rest there.
#[derive(Debug, Clone, PartialEq)]
pub struct Laid {
    /// Corners of every triangle in the plane, m.
    rest: Vec<[Vec2; 3]>,
    /// Lengths at which elastic bands rest, m.
    bands: Vec<f32>,
}

impl Laid {
    /// The rest shapes at which nothing of `wider`, ranges of a cloth's triangles, is
    /// stretched where it lies; nothing if there are none.
    pub(super) fn of(cloth: &ClothMesh, wider: &[Range<usize>]) -> Option<Self> {
        if wider.is_empty() {
            return None;
        }
        let mut rest = cloth.rest.clone();
        for t in wider.iter().cloned().flatten() {
            let corners = cloth.triangles[t].map(|i| cloth.positions[i as usize]);
            let stretch = stretch(corners, rest[t]);
            rest[t] = rest[t].map(|corner| stretch * corner);
        }
        let bands = cloth.bands.iter().map(|band| {
            let closing = band
                .closed
                .then(|| [*band.particles.last()?, *band.particles.first()?].into());
            let pairs = band.particles.windows(2).map(|pair| [pair[0], pair[1]]);
            let along: f32 = pairs
                .chain(closing.flatten())
                .map(|pair: [u32; 2]| {
                    let [a, b] = pair.map(|i| cloth.positions[i as usize]);
                    a.distance(b)
                })
                .sum();
            band.rest_length.max(along)
        });
        let bands = bands.collect();
        Some(Self { rest, bands })
    }

    /// Gives a cloth the rest shapes as it was laid.
    pub(super) fn apply(&self, cloth: &mut ClothMesh) {
        cloth.rest.clone_from(&self.rest);
        for (band, length) in cloth.bands.iter_mut().zip(&self.bands) {
            band.rest_length = *length;
        }
    }
}

/// How much wider than its rest shape a triangle lies, along its main directions and
/// never narrower: `sqrt(FᵀF)` of its deformation gradient `F`, eigenvalues below
/// [`WIDER`] set to 1.
fn stretch([p, q, r]: [Vec3; 3], [a, b, c]: [Vec2; 3]) -> Mat2 {
    let flat = Mat2::from_cols(b - a, c - a);
    if flat.determinant().abs() < 1e-12 {
        return Mat2::IDENTITY;
    }
    let inverse = flat.inverse();
    let column = |v: Vec2| (q - p) * v.x + (r - p) * v.y;
    let (u, v) = (column(inverse.x_axis), column(inverse.y_axis));
    // Eigenvalues and -vectors of the symmetric FᵀF.
    let (uu, uv, vv) = (u.dot(u), u.dot(v), v.dot(v));
    let (mean, half) = (0.5 * (uu + vv), 0.5 * (uu - vv));
    let radius = half.hypot(uv);
    let angle = 0.5 * uv.atan2(half);
    let first = Vec2::from_angle(angle);
    let sides = [(mean + radius, first), (mean - radius, first.perp())];
    sides
        .into_iter()
        .filter(|(square, _)| *square > WIDER * WIDER)
        .fold(Mat2::IDENTITY, |sum, (square, along)| {
            let more = square.sqrt() - 1.0;
            sum + Mat2::from_cols(along * along.x, along * along.y) * more
        })
}

/// A cloth that was `laid` wider, whose rest shapes have come to be its `own` by a
/// `share`. Both are the same cloth otherwise.
pub(super) fn drawn(laid: &ClothMesh, own: &ClothMesh, share: f32) -> ClothMesh {
    let mut cloth = laid.clone();
    for (rest, own) in cloth.rest.iter_mut().zip(&own.rest) {
        *rest = std::array::from_fn(|i| rest[i].lerp(own[i], share));
    }
    for (band, own) in cloth.bands.iter_mut().zip(&own.bands) {
        band.rest_length += (own.rest_length - band.rest_length) * share;
    }
    cloth
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: [Vec2; 3] = [Vec2::ZERO, Vec2::X, Vec2::Y];

    #[test]
    fn cloth_that_lies_half_wider_than_it_is_rests_half_wider() {
        let wide = stretch([Vec3::ZERO, Vec3::X * 1.5, Vec3::Z], REST);
        assert!((wide * Vec2::X - Vec2::X * 1.5).length() < 1e-6);
        assert!((wide * Vec2::Y - Vec2::Y).length() < 1e-6);
    }

    #[test]
    fn cloth_that_is_turned_or_pushed_together_keeps_its_shape() {
        let turned = [Vec3::ONE, Vec3::ONE + Vec3::NEG_Y, Vec3::ONE + Vec3::X];
        assert_eq!(stretch(turned, REST), Mat2::IDENTITY);
        let narrow = stretch([Vec3::ZERO, Vec3::X * 0.6, Vec3::Z], REST);
        assert_eq!(narrow, Mat2::IDENTITY);
    }

    #[test]
    fn stretch_along_the_bias_is_found_there() {
        let bias = Vec2::ONE.normalize();
        let along = |v: Vec2| (v + 0.4 * v.dot(bias) * bias).extend(0.0);
        let wide = stretch([along(REST[0]), along(REST[1]), along(REST[2])], REST);
        assert!((wide * bias - 1.4 * bias).length() < 1e-5);
        assert!((wide * bias.perp() - bias.perp()).length() < 1e-5);
    }
}
