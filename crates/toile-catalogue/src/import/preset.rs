//! Tables of the known test instruments: which heading is which field, in what unit.
//!
//! - KES-F (Kawabata 1980, The Standardization and Analysis of Hand Evaluation):
//!   extension EMT in percent at 500 gf/cm, bending B in gf·cm²/cm, shear G in
//!   gf/(cm·degree), thickness T0 in mm at 0.5 gf/cm², weight W in mg/cm², friction
//!   MIU against steel; 1 is the warp and 2 the weft.
//! - FAST (De Boos and Tester 1994, `SiroFAST`, CSIRO Report WT92.02): extension E100
//!   in percent at 100 gf/cm, bias extension EB5 in percent at 5 gf/cm with G =
//!   123/EB5 N/m, bending length C in mm with B = W·C³·9.807·10⁻⁶ µN·m, thickness T2
//!   in mm at 2 gf/cm², weight W in g/m².
//! - CLO: density in g/mm² and thickness in mm. Its stretch, shear, bending and
//!   buckling from 0 to 99 are places on scales of its own and no quantities; they
//!   are passed over.

use super::fields::Field;
use crate::error::CatalogueError;
use toile_garment::Origin;

/// A kind of table that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Kawabata evaluation system.
    Kes,
    /// Fabric assurance by simple testing.
    Fast,
    /// Fabric properties of CLO.
    Clo,
}

use Field as F;

/// Headings without signs, lower case, the field and the unit.
type Known = (&'static [&'static str], Field, &'static str);

const KES: &[Known] = &[
    (
        &["emt1", "emtwarp", "emtwp"],
        F::ExtensionWarp,
        "%@500gf/cm",
    ),
    (
        &["emt2", "emtweft", "emtwf"],
        F::ExtensionWeft,
        "%@500gf/cm",
    ),
    (&["b1", "bwarp", "bwp"], F::BendingWarp, "gf·cm2/cm"),
    (&["b2", "bweft", "bwf"], F::BendingWeft, "gf·cm2/cm"),
    (&["g", "g1", "gwarp", "gwp"], F::Shear, "gf/cm·deg"),
    (&["g2", "gweft", "gwf"], F::ShearWeft, "gf/cm·deg"),
    (&["t0", "to", "t"], F::Thickness, "mm"),
    (&["w"], F::Weight, "mg/cm2"),
    (&["miu"], F::Friction, ""),
];

const FAST: &[Known] = &[
    (
        &["e1001", "e100warp", "e100wp"],
        F::ExtensionWarp,
        "%@100gf/cm",
    ),
    (
        &["e1002", "e100weft", "e100wf"],
        F::ExtensionWeft,
        "%@100gf/cm",
    ),
    (&["eb5"], F::ExtensionBias, "%@5gf/cm"),
    (&["b1", "bwarp", "bwp"], F::BendingWarp, "µn·m"),
    (&["b2", "bweft", "bwf"], F::BendingWeft, "µn·m"),
    (&["c1", "cwarp", "cwp"], F::BendingLengthWarp, "mm"),
    (&["c2", "cweft", "cwf"], F::BendingLengthWeft, "mm"),
    (&["g"], F::Shear, "n/m"),
    (&["t2"], F::Thickness, "mm"),
    (&["w"], F::Weight, "g/m2"),
];

const CLO: &[Known] = &[
    (&["density"], F::Weight, "g/mm2"),
    (&["thickness"], F::Thickness, "mm"),
];

/// What CLO counts from 0 to 99.
const CLO_SCALES: [&str; 5] = ["stretch", "shear", "bending", "buckling", "internaldamping"];

impl Preset {
    /// The preset of a name.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(name: &str) -> Result<Self, CatalogueError> {
        match name {
            "kes" => Ok(Self::Kes),
            "fast" => Ok(Self::Fast),
            "clo" => Ok(Self::Clo),
            _ => Err(CatalogueError::query(
                "--preset",
                format!("'{name}' is none of kes, fast, clo"),
            )),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kes => "kes",
            Self::Fast => "fast",
            Self::Clo => "clo",
        }
    }

    /// Where its numbers are from, unless a column says otherwise.
    pub(super) fn origin(self) -> Origin {
        match self {
            Self::Kes | Self::Fast => Origin::Measured,
            Self::Clo => Origin::Vendor,
        }
    }

    /// How its numbers were found, for their source.
    pub(super) fn method(self) -> &'static str {
        match self {
            Self::Kes => {
                "KES-F: extension at 500 gf/cm taken as a straight line, bending B, shear G, friction against steel"
            }
            Self::Fast => {
                "FAST: extension at 100 gf/cm taken as a straight line, bending length, G = 123/EB5"
            }
            Self::Clo => "CLO fabric properties",
        }
    }

    /// The entries of a map for these headings, before those that are given.
    pub(super) fn entries(self, headings: &[String], given: &[String]) -> Vec<String> {
        let table = match self {
            Self::Kes => KES,
            Self::Fast => FAST,
            Self::Clo => CLO,
        };
        let named = |heading: &str| {
            given.iter().any(|g| {
                let right = g.split_once('=').map_or("", |g| g.1);
                right == heading || right.rsplit_once(':').is_some_and(|r| r.0 == heading)
            })
        };
        let taken = |field: Field| {
            let own = format!("{}=", field.name());
            given.iter().any(|g| g.starts_with(&own))
        };
        let mut out: Vec<String> = Vec::new();
        for heading in headings.iter().filter(|h| !named(h)) {
            let plain: String = heading
                .split(['(', '['])
                .next()
                .unwrap_or_default()
                .chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect();
            if self == Self::Clo && CLO_SCALES.iter().any(|s| plain.starts_with(s)) {
                out.push(format!("-={heading}"));
                continue;
            }
            let Some((_, field, unit)) = table.iter().find(|k| k.0.contains(&plain.as_str()))
            else {
                continue;
            };
            let start = format!("{}=", field.name());
            if taken(*field) || out.iter().any(|o| o.starts_with(&start)) {
                continue;
            }
            // A unit in the heading itself counts more.
            let own = heading.contains(['(', '[']);
            let unit = if own || unit.is_empty() {
                String::new()
            } else {
                format!(":{unit}")
            };
            out.push(format!("{start}{heading}{unit}"));
        }
        out.extend(given.iter().cloned());
        out
    }
}
