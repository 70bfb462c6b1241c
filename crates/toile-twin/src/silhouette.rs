//! How far clothes stand off the body around the hips, for arms to keep clear of.

use glam::Vec3;

/// Height of a row, metres.
const ROW_M: f32 = 0.04;
/// Rows from the hips joint down, and up.
const DOWN: usize = 24;
const UP: usize = 6;

/// Radius of the clothes around the upright line through the hips, by height: a wide
/// skirt is a cone, a dress that clings a tube. Empty by default.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Silhouette {
    /// Metres, from the lowest row up; 0 where there is no cloth.
    rows: [f32; DOWN + UP],
}

impl Silhouette {
    /// The silhouette of points of cloth around a wearer whose hips joint is at `hips`;
    /// what lies higher or lower than a hand can hang is left out.
    #[must_use]
    pub fn around(hips: Vec3, points: impl IntoIterator<Item = Vec3>) -> Self {
        let mut out = Self::default();
        for p in points {
            if let Some(row) = row(p.y - hips.y) {
                let radius = (p - hips).with_y(0.0).length();
                out.rows[row] = out.rows[row].max(radius);
            }
        }
        out
    }

    /// Radius at a height above the hips joint, metres; 0 where there is no cloth.
    #[must_use]
    pub fn radius(&self, height_m: f32) -> f32 {
        row(height_m).map_or(0.0, |row| self.rows[row])
    }

    /// Whether there is no cloth.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(|radius| *radius <= 0.0)
    }

    /// Whether every radius is a number.
    pub(crate) fn is_finite(&self) -> bool {
        self.rows.iter().all(|radius| radius.is_finite())
    }
}

fn row(height_m: f32) -> Option<usize> {
    let row = (height_m / ROW_M).floor() + DOWN as f32;
    (0.0..(DOWN + UP) as f32)
        .contains(&row)
        .then_some(row as usize)
}

#[cfg(test)]
mod tests {
    use super::Silhouette;
    use glam::Vec3;

    #[test]
    fn a_row_is_as_wide_as_its_farthest_point() {
        let hips = Vec3::new(0.0, 1.0, 0.1);
        let points = [
            Vec3::new(0.3, 0.81, 0.1),
            Vec3::new(0.0, 0.82, 0.5),
            Vec3::new(-0.2, 0.61, 0.1),
        ];
        let silhouette = Silhouette::around(hips, points);
        assert!((silhouette.radius(-0.19) - 0.4).abs() < 1e-6);
        assert!((silhouette.radius(-0.39) - 0.2).abs() < 1e-6);
        assert_eq!(silhouette.radius(-0.3), 0.0);
    }

    #[test]
    fn cloth_out_of_the_hands_reach_is_left_out() {
        let silhouette = Silhouette::around(Vec3::ZERO, [Vec3::X + 3.0 * Vec3::Y]);
        assert!(silhouette.is_empty());
        assert!(!Silhouette::around(Vec3::ZERO, [Vec3::X]).is_empty());
    }
}
