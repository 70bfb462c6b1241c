//! From a construction to how its yarns lie and shine.

use bevy::prelude::*;
use toile_garment::{Construction, Fabric};
use toile_optics::{Dye, Fibre, Surface};
use toile_show::Rgb;

/// How a construction is drawn.
pub(super) struct Make {
    /// Its weave, as `shaders/stage/weave.wgsl` counts.
    pub(super) weave: f32,
    /// Largest slope of a yarn's side.
    slope: f32,
    /// Share of warp on the face.
    share: f32,
    /// How much yarns differ from place to place.
    pub(super) uneven: f32,
    /// Depth of a hem, m; 0 where the edge is left as it is.
    pub(super) hem_m: f32,
    /// Distance of topstitches from seams, m; 0 for none.
    pub(super) topstitch_m: f32,
    /// Thread of the stitches, sRGB; without it, a shade of the cloth.
    pub(super) thread: Option<[f32; 3]>,
    /// Whether it has holes that are meant to be seen.
    pub(super) holes: bool,
}

/// How a construction is drawn. Shares and repeats are those of the weave; slopes,
/// unevenness and hems were chosen by eye.
pub(super) fn make(construction: Construction) -> Make {
    let plain = Make {
        weave: 0.0,
        slope: 0.55,
        share: 0.5,
        uneven: 0.05,
        hem_m: 0.02,
        topstitch_m: 0.0,
        thread: None,
        holes: false,
    };
    let knit = Make {
        weave: 3.0,
        slope: 0.5,
        share: 0.6,
        uneven: 0.03,
        ..plain
    };
    match construction {
        Construction::Plain => plain,
        Construction::Crepe => Make {
            slope: 0.8,
            uneven: 0.09,
            ..plain
        },
        Construction::Organza => Make {
            slope: 0.4,
            hem_m: 0.006,
            uneven: 0.08,
            ..plain
        },
        // Two over, one under.
        Construction::Twill => Make {
            weave: 1.0,
            share: 2.0 / 3.0,
            ..plain
        },
        // Three over, one under, and the floats close over most of that one; sewn with
        // the yellow thread that goes with it.
        Construction::Denim => Make {
            weave: 1.0,
            slope: 0.7,
            share: 0.92,
            uneven: 0.16,
            topstitch_m: 0.003,
            thread: Some([0.72, 0.47, 0.18]),
            ..plain
        },
        // Four over, one under.
        Construction::Satin => Make {
            weave: 2.0,
            slope: 0.3,
            share: 0.8,
            uneven: 0.02,
            hem_m: 0.01,
            ..plain
        },
        Construction::Jersey | Construction::Interlock | Construction::Ponte => knit,
        Construction::Rib => Make { weave: 5.0, ..knit },
        Construction::Fleece => Make {
            weave: 9.0,
            slope: 0.2,
            uneven: 0.05,
            ..knit
        },
        Construction::Velvet => Make {
            weave: 6.0,
            slope: 0.25,
            hem_m: 0.0,
            ..plain
        },
        Construction::Lace => Make {
            weave: 7.0,
            hem_m: 0.0,
            uneven: 0.02,
            holes: true,
            ..plain
        },
        Construction::Sequin => Make {
            weave: 8.0,
            slope: 0.3,
            share: 1.0,
            uneven: 0.0,
            hem_m: 0.0,
            ..plain
        },
        Construction::Leather => Make {
            weave: 4.0,
            slope: 0.35,
            share: 1.0,
            uneven: 0.02,
            topstitch_m: 0.002,
            ..plain
        },
    }
}

/// Reflectance of an n = 1.5 fibre seen head on.
const FIBRE_F0: f32 = 0.04;
/// The same of a clear filament, whose far side sends as much again.
const FILAMENT_F0: f32 = 0.08;
/// Roughness of a hide's finish over that of the hide as a whole.
const FINISH: f32 = 0.7;
/// Undyed cotton, sRGB.
const UNDYED: [f32; 3] = [0.78, 0.76, 0.70];
/// Weight of cloth that lets through 1/e of what the thinnest does, kg/m².
const PASSING_WEIGHT: f32 = 0.12;

/// How light falls on a fabric, in its own colour or in `colour`.
#[must_use]
pub fn surface(fabric: &Fabric, colour: Option<Rgb>) -> Surface {
    let look = &fabric.appearance;
    let [own, own_back] = [look.base_colour, look.back_colour].map(|c| linear(c.to_f32()));
    let face = colour.map_or(own, |c| linear(c.0));
    // A dyed cloth keeps the ratio of its two sides.
    let back = if colour.is_some() {
        (own_back * face / own.max(Vec3::splat(0.01))).min(Vec3::ONE)
    } else {
        own_back
    };
    let weft = (fabric.construction == Construction::Denim).then(|| linear(UNDYED));
    dyed(fabric, Dye { face, back, weft })
}

/// How light falls on the ground of a print, which is white: what is printed swallows what
/// it does. The back is one too where it is printed, else it has its one colour.
pub(super) fn ground(fabric: &Fabric, back_too: bool) -> Surface {
    let own_back = linear(fabric.appearance.back_colour.to_f32());
    let dye = Dye {
        face: Vec3::ONE,
        back: if back_too { Vec3::ONE } else { own_back },
        weft: None,
    };
    dyed(fabric, dye)
}

/// Of sRGB.
pub(super) fn linear([r, g, b]: [f32; 3]) -> Vec3 {
    Color::srgb(r, g, b).to_linear().to_vec3()
}

fn dyed(fabric: &Fabric, mut dye: Dye) -> Surface {
    let look = &fabric.appearance;
    let make = make(fabric.construction);
    let along = look.roughness.clamp(0.15, 1.0).powi(2);
    let opaque = matches!(
        fabric.construction,
        Construction::Leather | Construction::Sequin
    );
    let leather = fabric.construction == Construction::Leather;
    // A hide is rough alike in all directions: its finish, and the slopes of its grain
    // where they are too small to be seen, are together what its roughness says.
    let (fine, slope) = if leather {
        (
            FINISH * along,
            (1.5 * (1.0 - FINISH * FINISH)).sqrt() * along,
        )
    } else {
        ((1.1 * along).min(1.0), make.slope)
    };
    let fibre = Fibre {
        f0: match fabric.construction {
            Construction::Sequin => dye.face * 0.9,
            Construction::Satin | Construction::Organza => Vec3::splat(FILAMENT_F0),
            _ => Vec3::splat(FIBRE_F0),
        },
        along,
        fine,
        slope,
        share: make.share,
        sheen: linear(look.sheen_colour.to_f32()),
        sheen_roughness: look.sheen_roughness,
        passing: if opaque {
            0.0
        } else {
            0.5 * (-fabric.area_density.value / PASSING_WEIGHT).exp()
        },
        coated: leather,
    };
    if fabric.construction == Construction::Sequin {
        // What shines of a metal is not below its surface.
        dye.face *= 0.15;
    }
    Surface::new(fibre, &dye)
}
