//! What distinguishes constructions and fibres that the references do not hold.

use toile_garment::{Appearance, Construction, Srgb};

use super::reference::Reference;
use crate::{colour, fibre::Composition, record::Record, structure::is_knit};

/// Factors of a fabric against a plain weave of spun yarn, or a jersey; they are
/// assumptions of ours from what such cloth is known for, not measurements.
#[derive(Debug, Clone, Copy)]
pub(super) struct Character {
    /// On the bending length.
    length: f32,
    /// On stiffness along the warp and along the weft.
    stretch: (f32, f32),
    /// On shear stiffness.
    shear: f32,
    /// Mass per volume, kg/m³.
    pub(super) bulk_density: f32,
    /// Friction coefficient.
    pub(super) friction: f32,
    /// Whether no reference has this construction.
    pub(super) assumed: bool,
}

impl Character {
    pub(super) fn of(construction: Construction, composition: &Composition) -> Self {
        let mut c = Self::of_construction(construction);
        let share = |name: &str| composition.share_of(name) / 100.0;
        let filament = share("silk") + share("polyester") + share("polyamide") + share("acetate");
        // Limp and springy fibres, on bending length.
        c.length *= 1.0
            - 0.15 * share("silk")
            - 0.20 * share("viscose")
            - 0.15 * share("modal")
            - 0.12 * share("lyocell")
            - 0.15 * share("cupro")
            + 0.20 * share("linen")
            + 0.15 * share("hemp")
            + 0.15 * share("metallic");
        // Elastane in a weave is nearly always in the weft.
        if !is_knit(construction) {
            c.stretch.1 *= elastic(composition.share_of("elastane"));
        }
        c.friction = match construction {
            Construction::Satin | Construction::Organza if filament > 0.6 => 0.22,
            _ if filament > 0.6 && !is_knit(construction) => 0.28,
            _ => 0.45,
        };
        c
    }

    /// The logarithms by which a reference differs from the common base.
    pub(super) fn of_reference(r: &Reference) -> [f32; 4] {
        let mut c = Self::of_construction(r.construction);
        if !is_knit(r.construction) {
            c.stretch.1 *= elastic(r.elastane);
        }
        c.logs()
    }

    /// Logarithms of the factors on bending length, warp, weft and shear.
    pub(super) fn logs(&self) -> [f32; 4] {
        [self.length, self.stretch.0, self.stretch.1, self.shear].map(f32::ln)
    }

    fn of_construction(construction: Construction) -> Self {
        let (length, stretch, shear, bulk_density, assumed) = match construction {
            Construction::Plain => (1.0, 1.0, 1.0, 440.0, false),
            Construction::Twill => (1.05, 1.0, 1.3, 450.0, false),
            Construction::Denim => (1.05, 0.6, 1.3, 460.0, false),
            Construction::Satin => (0.72, 0.5, 0.35, 470.0, true),
            Construction::Crepe => (0.85, 0.3, 0.4, 400.0, true),
            Construction::Organza => (1.35, 1.0, 0.6, 290.0, true),
            Construction::Leather => (1.30, 0.4, 8.0, 620.0, true),
            Construction::Velvet => (0.85, 0.8, 0.8, 170.0, true),
            Construction::Lace => (0.9, 0.5, 0.4, 190.0, true),
            Construction::Sequin => (1.1, 0.5, 0.5, 330.0, true),
            Construction::Jersey => (1.0, 1.0, 1.0, 330.0, false),
            Construction::Interlock => (1.0, 1.0, 1.0, 280.0, false),
            Construction::Rib => (1.0, 1.0, 1.0, 300.0, false),
            Construction::Ponte => (1.0, 1.0, 1.0, 290.0, false),
            Construction::Fleece => (1.15, 3.0, 1.0, 150.0, false),
        };
        Self {
            length,
            stretch: (stretch, stretch),
            shear,
            bulk_density,
            friction: 0.45,
            assumed,
        }
    }
}

/// What so many percent of elastane leave of a weave's stiffness.
fn elastic(percent: f32) -> f32 {
    (-0.5 * percent).exp().max(0.06)
}

/// How a fabric looks of which only colour and construction are known.
pub(super) fn appearance(record: &Record, construction: Construction) -> Appearance {
    let colour = record
        .colours
        .iter()
        .find_map(|c| c.srgb.or_else(|| colour::named(&c.name)))
        .unwrap_or(Srgb([190, 188, 184]));
    let (roughness, sheen, pitch, opacity) = match construction {
        Construction::Satin => (0.50, 0.59, (0.08, 0.12), 1.0),
        Construction::Organza => (0.60, 0.63, (0.20, 0.20), 0.45),
        Construction::Crepe => (0.75, 0.71, (0.20, 0.25), 1.0),
        Construction::Leather => (0.55, 0.71, (1.0, 1.0), 1.0),
        Construction::Velvet => (0.90, 0.55, (0.30, 0.30), 1.0),
        Construction::Lace => (0.75, 0.71, (1.60, 1.60), 1.0),
        Construction::Sequin => (0.38, 0.71, (5.0, 5.0), 1.0),
        Construction::Denim => (0.86, 0.71, (0.45, 0.60), 1.0),
        Construction::Twill => (0.80, 0.71, (0.30, 0.40), 1.0),
        Construction::Plain => (0.80, 0.71, (0.25, 0.30), 1.0),
        _ => (0.85, 0.71, (0.60, 0.50), 1.0),
    };
    let dim = |share: f32| Srgb(colour.0.map(|x| (f32::from(x) * share) as u8));
    let mut appearance = Appearance {
        base_colour: colour,
        back_colour: dim(0.95),
        roughness,
        sheen_colour: dim(0.2),
        sheen_roughness: sheen,
        thread_pitch_mm: pitch,
        opacity,
    };
    crate::gltf::overlay(record, &mut appearance);
    appearance
}
