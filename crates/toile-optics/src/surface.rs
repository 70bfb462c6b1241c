//! A fabric's surface: fibres, fuzz, dye, and the tables that bind them.

use crate::{
    fuzz::Fuzz,
    lobes::{azimuth, fuzz, glint},
    table::{Table, glint_albedo},
};
use glam::{Vec2, Vec3};
use std::f32::consts::{FRAC_PI_4, PI, TAU};

/// How the yarns of a fabric lie and shine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fibre {
    /// Reflectance of the fibre's outside seen head on; 0.04 for most, its colour for
    /// metal.
    pub f0: Vec3,
    /// Roughness (GGX) along the yarn.
    pub along: f32,
    /// Roughness across the yarn when yarns are seen one by one.
    pub fine: f32,
    /// Largest slope of a yarn's side: how round it is.
    pub slope: f32,
    /// Share of the face that is warp.
    pub share: f32,
    /// Colour of the fuzz, linear; black for none.
    pub sheen: Vec3,
    /// Roughness of the fuzz, as [`Fuzz::new`] takes it.
    pub sheen_roughness: f32,
    /// Share of the light in the yarn that comes out on the other side.
    pub passing: f32,
    /// Whether its glints come from a finish that lies over the colour, as on leather.
    pub coated: bool,
}

impl Fibre {
    /// How much of its glints is in the colour that an instrument reads, 0 to 1.
    #[must_use]
    pub fn mixed_in(&self) -> f32 {
        if self.coated {
            return 0.0;
        }
        ((self.along - 0.1) / 0.2).clamp(0.0, 1.0)
    }

    /// Roughness across the yarn when yarns melt into each other: their own and the
    /// spread of their slopes, which are even from minus to plus [`Self::slope`]
    /// (Olano and Baker 2010, "LEAN mapping": variances add, and GGX has α² = 2 σ²).
    #[must_use]
    pub fn across(&self) -> f32 {
        (self.fine.powi(2) + 2.0 / 3.0 * self.slope.powi(2))
            .sqrt()
            .min(1.0)
    }
}

/// Colours of a fabric, linear, as an instrument reads them on a stack of the cloth at
/// d/8° with a gloss trap: the glints of a rough cloth go past the trap and are in its
/// colour, those of a glossy one are not ([`Fibre::mixed_in`]).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dye {
    /// The face as a whole.
    pub face: Vec3,
    /// The wrong side as a whole.
    pub back: Vec3,
    /// The weft alone where it is dyed otherwise (denim), else nothing.
    pub weft: Option<Vec3>,
}

/// What the shader draws a fabric from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surface {
    /// How yarns lie and shine. `f0` and `sheen` are less than the fabric's own where
    /// the dye is darker than they would be.
    pub fibre: Fibre,
    /// Diffuse albedo of the warp yarns.
    pub warp: Vec3,
    /// Diffuse albedo of the weft yarns.
    pub weft: Vec3,
    /// Diffuse albedo of the wrong side.
    pub back: Vec3,
    /// Albedo of a yarn's glints per unit of f0, seen in the plane of the yarn.
    pub along_f0: Table,
    /// The same, seen across the yarn.
    pub across_f0: Table,
    /// Albedo for f0 = 0, seen in the plane of the yarn.
    pub along_white: Table,
    /// The same, seen across the yarn.
    pub across_white: Table,
    /// What the albedo of all glints is more, seen between warp and weft, than the mean
    /// of both.
    pub between: Table,
    /// How the fuzz returns light.
    pub fuzz: Fuzz,
}

/// At most so much of a dye is what its surface sends back; the rest of a dark fabric's
/// glints is lost between its fibres. `shaders/stage/fabric.wgsl` dyes prints by it too.
const MOST_SURFACE: f32 = 0.6;
/// At most so much of a face is a weft of another colour: its warp is not black.
const MOST_WEFT: f32 = 0.7;
/// Cosine of 8°, at which instruments look.
const AT_8_DEG: f32 = 0.990_27;

impl Surface {
    /// Binds fibre and dye.
    #[must_use]
    pub fn new(fibre: Fibre, dye: &Dye) -> Self {
        let (along, across) = (fibre.along, fibre.across());
        let of = |f: &dyn Fn(f32) -> f32| Table::new(f);
        let mut surface = Self {
            fibre,
            warp: Vec3::ONE,
            weft: Vec3::ONE,
            back: Vec3::ONE,
            along_f0: of(&|c| glint_albedo(c, 0.0, along, across).x),
            across_f0: of(&|c| glint_albedo(c, 0.0, across, along).x),
            along_white: of(&|c| glint_albedo(c, 0.0, along, across).y),
            across_white: of(&|c| glint_albedo(c, 0.0, across, along).y),
            between: Table::default(),
            fuzz: Fuzz::new(fibre.sheen_roughness),
        };
        // Dark dyes swallow fuzz of their colour, and glints that are in it.
        let mixed_in = fibre.mixed_in();
        let darkest = dye.face.min(dye.back) * MOST_SURFACE;
        let fuzz = surface.fuzz.albedo.at(AT_8_DEG).max(1e-6);
        surface.fibre.sheen = fibre.sheen.min(darkest / fuzz);
        let glints = surface.glinted(AT_8_DEG, 0.5, fibre.share).max_element();
        let room = darkest.min_element() / glints.max(1e-6);
        surface.fibre.f0 *= 1.0 + (room.min(1.0) - 1.0) * mixed_in;
        let f0 = surface.fibre.f0.max_element();
        surface.between = Table::new(|cosine| {
            let at = |azimuth, a, b| {
                let albedo = glint_albedo(cosine, azimuth, a, b);
                f0 * albedo.x + surface.white() * albedo.y
            };
            at(FRAC_PI_4, along, across) - 0.5 * (at(0.0, along, across) + at(0.0, across, along))
        });
        let sent =
            surface.glinted(AT_8_DEG, 0.5, fibre.share) * mixed_in + surface.fibre.sheen * fuzz;
        let left = surface.left(AT_8_DEG, 0.5, fibre.share);
        let under = |colour: Vec3| ((colour - sent) / left.max(0.05)).clamp(Vec3::ZERO, Vec3::ONE);
        let face = under(dye.face);
        surface.back = under(dye.back);
        // Warp and weft together are the face.
        let share = fibre.share.clamp(0.05, 1.0);
        surface.weft = match dye.weft {
            Some(weft) => under(weft).min(face * (MOST_WEFT / (1.0 - share).max(0.05))),
            None => face * 0.94,
        };
        surface.warp = (face - (1.0 - share) * surface.weft) / share;
        // What one yarn cannot hold the other takes over.
        let over = (surface.warp - Vec3::ONE).max(Vec3::ZERO);
        surface.warp -= over;
        surface.weft = (surface.weft + over * share / (1.0 - share).max(0.05)).min(Vec3::ONE);
        surface
    }

    /// What a picture on a white ground is dyed with, at 8° as instruments look: albedo of
    /// the fuzz for a sheen of 1, of the glints, what both leave for the diffuse part, and
    /// how much of the glints is in a colour as it was measured.
    #[must_use]
    pub fn ground(&self) -> [f32; 4] {
        let share = self.fibre.share;
        [
            self.fuzz.albedo.at(AT_8_DEG).max(1e-6),
            self.glinted(AT_8_DEG, 0.5, share).max_element().max(1e-6),
            self.left(AT_8_DEG, 0.5, share).max(0.05),
            self.fibre.mixed_in(),
        ]
    }

    /// The same without anything that takes light: white yarns, and fuzz and glints
    /// without colour. For the furnace: coloured ones take light, as they should.
    #[must_use]
    pub fn bleached(mut self) -> Self {
        (self.warp, self.weft) = (Vec3::ONE, Vec3::ONE);
        self.fibre.sheen = Vec3::splat(self.fibre.sheen.max_element());
        self.fibre.f0 = Vec3::splat(self.fibre.f0.max_element());
        self
    }

    /// What glints and fuzz send to a view of the light from everywhere; `along`:
    /// squared cosine of its azimuth to the warp.
    #[must_use]
    pub fn sent(&self, cosine: f32, along: f32, share: f32) -> Vec3 {
        self.glinted(cosine, along, share) + self.fibre.sheen * self.fuzz.albedo.at(cosine)
    }

    fn glinted(&self, cosine: f32, along: f32, share: f32) -> Vec3 {
        let glints = self.glints(cosine, along, share);
        let between = 4.0 * along * (1.0 - along) * self.between.at(cosine);
        self.fibre.f0 * glints.x + glints.y * self.white() + between
    }

    /// What they leave for the diffuse part: one for all colours, so that a white
    /// cloth stays white.
    #[must_use]
    pub fn left(&self, cosine: f32, along: f32, share: f32) -> f32 {
        (1.0 - self.sent(cosine, along, share).max_element()).max(0.0)
    }

    /// How much of what is due at grazing angles there is: all of it from f0 = 0.02 on.
    #[must_use]
    pub fn white(&self) -> f32 {
        (50.0 * self.fibre.f0.max_element()).min(1.0)
    }

    fn glints(&self, cosine: f32, along: f32, share: f32) -> Vec2 {
        let of = |a: &Table, b: &Table| {
            let [a, b] = [a.at(cosine), b.at(cosine)];
            let warp = b + (a - b) * along;
            let weft = a + (b - a) * along;
            weft + (warp - weft) * share
        };
        Vec2::new(
            of(&self.along_f0, &self.across_f0),
            of(&self.along_white, &self.across_white),
        )
    }

    /// What goes from `l` to `v`, times the cosine of the light: 1/sr. The normal is z,
    /// the warp y; light from below comes through the cloth.
    #[must_use]
    pub fn answer(&self, v: Vec3, l: Vec3) -> Vec3 {
        let fibre = &self.fibre;
        let along = azimuth(Vec3::Z, Vec3::Y, v);
        let left = self.left(v.z, along, fibre.share);
        let inside = left / PI * (fibre.share * self.warp + (1.0 - fibre.share) * self.weft);
        if l.z <= 0.0 {
            return inside * fibre.passing * -l.z;
        }
        let glints = glint(
            Vec3::Z,
            Vec3::Y,
            Vec3::X,
            v,
            l,
            fibre.share,
            fibre.along,
            fibre.across(),
        );
        inside * (1.0 - fibre.passing) * l.z
            + fibre.f0 * glints.x
            + glints.y * self.white()
            + fibre.sheen * fuzz(Vec3::Z, v, l, self.fuzz.at(v.z))
    }
}

/// All that a surface sends to a view, of light of strength 1 from everywhere: 1 for
/// a cloth that takes nothing. Cosine of the view to the normal, and its azimuth from
/// the weft, rad. A midpoint rule over `side`² directions of both half spaces.
#[must_use]
pub fn furnace(surface: &Surface, cosine: f32, azimuth: f32, side: usize) -> Vec3 {
    let r = (1.0 - cosine * cosine).sqrt();
    let v = Vec3::new(r * azimuth.cos(), r * azimuth.sin(), cosine);
    let mut sum = Vec3::ZERO;
    for i in 0..side {
        // Even in solid angle over the sphere.
        let z = 2.0 * (i as f32 + 0.5) / side as f32 - 1.0;
        let r = (1.0 - z * z).sqrt();
        for k in 0..side {
            let phi = TAU * (k as f32 + 0.5) / side as f32;
            sum += surface.answer(v, Vec3::new(r * phi.cos(), r * phi.sin(), z));
        }
    }
    sum * (4.0 * PI / (side * side) as f32)
}
