//! Fabric files: `assets/fabrics/*.ron`.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::GarmentError;

/// How the cloth is made; picks the weave or knit that is drawn close up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Construction {
    /// Plain weave.
    Plain,
    /// Twill weave.
    Twill,
    /// Satin weave.
    Satin,
    /// Crêpe: plain weave of highly twisted yarn.
    Crepe,
    /// Sheer plain weave of fine stiff yarn.
    Organza,
    /// Denim: 3/1 twill of coloured warp and white weft.
    Denim,
    /// Single jersey knit.
    Jersey,
    /// Interlock or double jersey knit.
    Interlock,
    /// Rib knit.
    Rib,
    /// Ponte di Roma double knit.
    Ponte,
    /// Fleece or brushed knit.
    Fleece,
    /// Leather.
    Leather,
    /// Velvet: a pile of cut yarn on a ground weave.
    Velvet,
    /// Lace: closed work on a net.
    Lace,
    /// Discs sewn on a ground.
    Sequin,
}

/// Where a number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Measured on the fabric.
    Measured,
    /// From a maker's data sheet.
    Vendor,
    /// Fitted so that a simulation matches measurements of the fabric.
    Fitted,
    /// Estimated from like fabrics.
    Estimated,
    /// A default of ours.
    Default,
}

/// A value with its origin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sourced<T> {
    /// The value; the unit is that of the field.
    pub value: T,
    /// What kind of number it is.
    pub origin: Origin,
    /// Citation, or the reasoning behind an estimate.
    pub source: String,
    /// Error band as a factor, at least 1: two of three true values lie between
    /// `value / error` and `value · error`. Without it, the band is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<f32>,
}

/// In-plane stiffness of the orthotropic St. Venant–Kirchhoff membrane, N/m.
///
/// Energy per area ψ = ½ c11 G₁₁² + c12 G₁₁G₂₂ + ½ c22 G₂₂² + c33 G₁₂², with
/// Green strain G in the (warp, weft) frame.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membrane {
    /// Along the warp.
    pub c11: f32,
    /// Coupling of warp and weft.
    pub c12: f32,
    /// Along the weft.
    pub c22: f32,
    /// Shear.
    pub c33: f32,
}

impl Membrane {
    /// Checks ranges and that it is positive definite; `field` names it.
    fn check(&self, source: &str, field: &str) -> Result<(), GarmentError> {
        for (name, x, lo) in [
            ("c11", self.c11, 1.0),
            ("c22", self.c22, 1.0),
            ("c12", self.c12, -1e7),
            ("c33", self.c33, 0.1),
        ] {
            if !(x >= lo && x <= 1e7) {
                return Err(GarmentError::invalid(
                    source,
                    format!("{field}.{name}"),
                    format!("is {x}; it must lie between {lo} and 10000000 (N/m)"),
                ));
            }
        }
        if self.c12 * self.c12 >= self.c11 * self.c22 {
            return Err(GarmentError::invalid(
                source,
                format!("{field}.c12"),
                format!(
                    "is {}; its square must stay below c11·c22 = {} or stretching would release energy",
                    self.c12,
                    self.c11 * self.c22
                ),
            ));
        }
        Ok(())
    }
}

/// Bending stiffness B (moment per width over curvature), N·m.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bending {
    /// Of a strip cut along the warp.
    pub warp: f32,
    /// Of a strip cut along the weft.
    pub weft: f32,
    /// Of a strip cut at 45°.
    pub bias: f32,
}

/// An sRGB colour, written `"#RRGGBB"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Srgb(pub [u8; 3]);

impl TryFrom<String> for Srgb {
    type Error = String;
    fn try_from(s: String) -> Result<Self, String> {
        let digits = s.strip_prefix('#').filter(|d| d.len() == 6 && d.is_ascii());
        let byte = |d: &str, i: usize| u8::from_str_radix(&d[i..i + 2], 16).ok();
        digits
            .and_then(|d| Some(Self([byte(d, 0)?, byte(d, 2)?, byte(d, 4)?])))
            .ok_or_else(|| format!("'{s}' is not a colour; write it as \"#RRGGBB\""))
    }
}

impl From<Srgb> for String {
    fn from(c: Srgb) -> Self {
        format!("#{:02X}{:02X}{:02X}", c.0[0], c.0[1], c.0[2])
    }
}

impl Srgb {
    /// The colour with components in `0..=1`, still sRGB encoded.
    pub fn to_f32(self) -> [f32; 3] {
        self.0.map(|x| f32::from(x) / 255.0)
    }
}

/// How the fabric looks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appearance {
    /// Colour of the right side.
    pub base_colour: Srgb,
    /// Colour of the wrong side.
    pub back_colour: Srgb,
    /// Perceptual roughness of the surface, 0–1.
    pub roughness: f32,
    /// Colour of the fuzz at grazing angles; black for none.
    pub sheen_colour: Srgb,
    /// Perceptual roughness of the sheen, 0–1: the square root of the width of its lobe, as
    /// `KHR_materials_sheen` has it.
    pub sheen_roughness: f32,
    /// Distance between neighbouring threads or wales (across the warp) and
    /// between picks or courses (across the weft), millimetres.
    pub thread_pitch_mm: (f32, f32),
    /// Share of light that is stopped, 0–1; below 1 for sheer cloth.
    pub opacity: f32,
}

/// A picture that is printed or woven on a fabric: one repeat of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Print {
    /// The right side, a PNG or JPEG; in a fabric file its path from there.
    pub image: PathBuf,
    /// The wrong side; without it that has its one colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<PathBuf>,
    /// Width (along the weft) and height (along the warp) of the cloth in a picture, mm.
    pub size_mm: (f32, f32),
    /// Whether every second repeat is mirrored, from left to right and from top to bottom.
    #[serde(default)]
    pub mirror: (bool, bool),
    /// By how much pictures are turned on the cloth, counter-clockwise, degrees.
    #[serde(default)]
    pub rotation_deg: f32,
}

impl Print {
    /// Its pictures, with the names of their fields.
    pub fn pictures(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let back = self.back.as_deref().map(|back| ("print.back", back));
        std::iter::once(("print.image", self.image.as_path())).chain(back)
    }
}

/// A fabric as it is kept in `assets/fabrics/<id>.ron`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fabric {
    /// Version of the file format; this is version 1.
    pub version: u32,
    /// Identity, equal to the file's stem.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Fibres and their shares.
    pub composition: String,
    /// Weave or knit.
    pub construction: Construction,
    /// Mass per area, kg/m².
    pub area_density: Sourced<f32>,
    /// In-plane stiffness, N/m.
    pub membrane: Sourced<Membrane>,
    /// The same when the cloth is stretched by a sixth or more, N/m, for five
    /// directions of that stretch: 0, 22.5, 45, 67.5 and 90° to the warp. Between
    /// these and `membrane` stiffness goes linearly (Wang, O'Brien and Ramamoorthi
    /// 2011). Without it the stiffness stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub membrane_stretched: Option<Sourced<[Membrane; 5]>>,
    /// Bending stiffness, N·m.
    pub bending: Sourced<Bending>,
    /// Thickness, metres.
    pub thickness: Sourced<f32>,
    /// Coulomb friction coefficient against skin and cloth.
    pub friction: Sourced<f32>,
    /// Stiffness-proportional (Rayleigh) damping time, seconds.
    pub damping: Sourced<f32>,
    /// Colour and surface.
    pub appearance: Appearance,
    /// What is printed or woven on it; without it the fabric has one colour a side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub print: Option<Print>,
}

impl Fabric {
    /// Reads a fabric file. `source` names the file in messages.
    ///
    /// # Errors
    /// [`GarmentError::Parse`] for broken or unknown fields,
    /// [`GarmentError::Invalid`] for numbers no cloth can have.
    pub fn from_ron(text: &str, source: &str) -> Result<Self, GarmentError> {
        let fabric: Self = ron::from_str(text).map_err(|e| GarmentError::parse(source, e))?;
        fabric.check(source)?;
        Ok(fabric)
    }

    /// The same with the pictures of its print in a folder.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        if let Some(print) = &mut self.print {
            print.image = folder.join(&print.image);
            print.back = print.back.as_ref().map(|back| folder.join(back));
        }
        self
    }

    /// Checks ranges and that the membrane is positive definite.
    ///
    /// # Errors
    /// [`GarmentError::Invalid`] naming the field and its range.
    pub fn check(&self, source: &str) -> Result<(), GarmentError> {
        if self.version != 1 {
            return Err(GarmentError::invalid(
                source,
                "version",
                format!("is {}; this program reads version 1", self.version),
            ));
        }
        if self.id.is_empty()
            || !self
                .id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        {
            return Err(GarmentError::invalid(
                source,
                "id",
                format!("'{}' may only have letters, digits and '-'", self.id),
            ));
        }
        for (field, error) in [
            ("area_density.error", self.area_density.error),
            ("membrane.error", self.membrane.error),
            (
                "membrane_stretched.error",
                self.membrane_stretched.as_ref().and_then(|m| m.error),
            ),
            ("bending.error", self.bending.error),
            ("thickness.error", self.thickness.error),
            ("friction.error", self.friction.error),
            ("damping.error", self.damping.error),
        ] {
            if error.is_some_and(|e| !(1.0..=1e3).contains(&e)) {
                return Err(GarmentError::invalid(
                    source,
                    field,
                    "is no factor from 1 to 1000; 1.6 says that two of three true values lie between value / 1.6 and value · 1.6",
                ));
            }
        }
        self.membrane.value.check(source, "membrane.value")?;
        for (k, row) in self
            .membrane_stretched
            .iter()
            .flat_map(|m| &m.value)
            .enumerate()
        {
            row.check(source, &format!("membrane_stretched.value.{k}"))?;
        }
        for (field, picture) in self.print.iter().flat_map(Print::pictures) {
            let mut parts = picture.components();
            if picture.as_os_str().is_empty() || !parts.all(|p| matches!(p, Component::Normal(_))) {
                return Err(GarmentError::invalid(
                    source,
                    field,
                    format!(
                        "'{}' must name a file in the fabric's folder, without '..' or '/' at the start",
                        picture.display()
                    ),
                ));
            }
        }
        let (b, a) = (&self.bending.value, &self.appearance);
        for (field, x, lo, hi, unit) in [
            (
                "area_density.value",
                self.area_density.value,
                0.005,
                3.0,
                "kg/m²",
            ),
            ("bending.value.warp", b.warp, 1e-8, 1.0, "N·m"),
            ("bending.value.weft", b.weft, 1e-8, 1.0, "N·m"),
            ("bending.value.bias", b.bias, 1e-8, 1.0, "N·m"),
            ("thickness.value", self.thickness.value, 2e-5, 0.02, "m"),
            ("friction.value", self.friction.value, 0.0, 2.0, "no unit"),
            ("damping.value", self.damping.value, 0.0, 1.0, "s"),
            ("appearance.roughness", a.roughness, 0.0, 1.0, "no unit"),
            (
                "appearance.sheen_roughness",
                a.sheen_roughness,
                0.0,
                1.0,
                "no unit",
            ),
            ("appearance.opacity", a.opacity, 0.01, 1.0, "no unit"),
            (
                "appearance.thread_pitch_mm.0",
                a.thread_pitch_mm.0,
                0.02,
                20.0,
                "mm",
            ),
            (
                "appearance.thread_pitch_mm.1",
                a.thread_pitch_mm.1,
                0.02,
                20.0,
                "mm",
            ),
        ]
        .into_iter()
        .chain(self.print.iter().flat_map(|print| {
            let (width, height) = print.size_mm;
            [
                ("print.size_mm.0", width, 0.1, 1e5, "mm"),
                ("print.size_mm.1", height, 0.1, 1e5, "mm"),
                ("print.rotation_deg", print.rotation_deg, -360.0, 360.0, "°"),
            ]
        })) {
            if !(x >= lo && x <= hi) {
                return Err(GarmentError::invalid(
                    source,
                    field,
                    format!("is {x}; it must lie between {lo} and {hi} ({unit})"),
                ));
            }
        }
        Ok(())
    }
}
