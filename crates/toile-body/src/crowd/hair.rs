//! Hair of spectators: lifted off the scalp as far as its cut stands, and the knot of what
//! is combed back.

use super::parts::{Values, of_hair};
use crate::look::{
    head::Head,
    noise::{fbm, smooth},
};
use glam::Vec3;

/// Radius of a knot of hair, metres.
const KNOT_M: f32 = 0.032;

/// How a spectator's hair is cut and worn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cut {
    /// A few millimetres.
    Close,
    /// Short, fuller on top.
    #[default]
    Short,
    /// Round and full.
    Full,
    /// To the chin.
    Long,
    /// Combed back into a knot.
    Tied,
}

impl Cut {
    /// How far hair stands off the scalp at a point, m: least at the hairline.
    pub(super) fn stands(self, head: &Head, at: Vec3) -> f32 {
        let depth = head.scalp(at);
        let from = (at - head.centre) / head.radii;
        let (sides, top) = match self {
            Self::Close => (0.004, 0.006),
            Self::Short => (0.010, 0.024),
            Self::Full => (0.036, 0.048),
            Self::Long => (0.012, 0.018),
            Self::Tied => (0.007, 0.010),
        };
        let full = sides + (top - sides) * smooth(0.1, 0.8, from.y);
        // Locks run down.
        let locks = 1.0 + 0.30 * fbm(at * Vec3::new(60.0, 22.0, 60.0), 5);
        full * locks * smooth(-0.001, 0.030, depth).sqrt()
    }
}

/// A knot of hair about a point: its vertices, their values and its triangles, which count
/// from `first`.
pub(super) fn knot(middle: Vec3, first: u32) -> (Vec<Vec3>, Vec<Values>, Vec<[u32; 3]>) {
    const RINGS: u32 = 8;
    const SPOKES: u32 = 14;
    let (mut verts, mut triangles) = (Vec::new(), Vec::new());
    for ring in 0..=RINGS {
        for spoke in 0..SPOKES {
            let down = std::f32::consts::PI * ring as f32 / RINGS as f32;
            let round = std::f32::consts::TAU * (spoke as f32 + 0.4 * ring as f32) / SPOKES as f32;
            let out = Vec3::new(
                down.sin() * round.cos(),
                down.cos(),
                down.sin() * round.sin(),
            );
            let wound = 1.0 + 0.10 * (3.0 * round + 5.0 * down).sin();
            verts.push(middle + out * KNOT_M * wound);
            if ring > 0 {
                let at = |ring: u32, spoke: u32| first + ring * SPOKES + spoke % SPOKES;
                let (a, b) = (at(ring - 1, spoke), at(ring - 1, spoke + 1));
                let (c, d) = (at(ring, spoke), at(ring, spoke + 1));
                triangles.extend([[a, b, d], [a, d, c]]);
            }
        }
    }
    let values = verts.iter().map(|at| of_hair(locks(*at))).collect();
    (verts, values, triangles)
}

/// How light hair is, in locks that run down.
pub(super) fn locks(at: Vec3) -> f32 {
    (0.92 + 0.30 * fbm(at * Vec3::new(85.0, 16.0, 85.0), 9)).clamp(0.55, 1.25)
}
