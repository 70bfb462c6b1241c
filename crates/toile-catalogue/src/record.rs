//! The record: everything the catalogue knows of one fabric.

use std::path::Path;

use serde::{Deserialize, Serialize};
use toile_garment::{Appearance, Bending, Construction, Fabric, Membrane, Print, Srgb};

use crate::{composition_of, drape::Drape, error::CatalogueError, figure::Figure};

/// One fabric. In a file it is RON or a line of JSON with these names; what is not
/// known is left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Version of the format; this is version 1.
    pub version: u32,
    /// Identity in the catalogue.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Who sells it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub supplier: String,
    /// The supplier's own number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// Page of the supplier.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Fibres and their shares, as text: `97% cotton 3% elastane`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub composition: String,
    /// Weave or knit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub construction: Option<Construction>,
    /// The weave or knit in the trade's words: `stretch gabardine`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub structure: String,
    /// Yarn count as the trade writes it: `40s x 40s`, `75D`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub yarn: String,
    /// Threads or loops per centimetre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Figure<Count>>,
    /// Usable width, m.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<Figure<f32>>,
    /// Mass per area, kg/m².
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_density: Option<Figure<f32>>,
    /// Thickness, m.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thickness: Option<Figure<f32>>,
    /// What it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// Colours it is sold in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub colours: Vec<Colour>,
    /// Pictures of its surface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texture: Option<Texture>,
    /// Care, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub care: String,
    /// Further words it is found by: uses, finishes, patterns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// How it moves.
    #[serde(default, skip_serializing_if = "Physics::is_empty")]
    pub physics: Physics,
    /// How it drapes, simulated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drape: Option<Figure<Drape>>,
    /// How it is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appearance: Option<Appearance>,
    /// What another program keeps with it, untouched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<serde_json::Value>,
}

/// Threads or loops per centimetre.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Ends or wales.
    pub warp: f32,
    /// Picks or courses.
    pub weft: f32,
}

/// What a fabric costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Amount per metre of length.
    pub per_metre: f32,
    /// Currency, ISO 4217.
    pub currency: String,
    /// Least length that is sold, m.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_m: Option<f32>,
}

/// A colourway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Colour {
    /// Its name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its colour, if it was given as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub srgb: Option<Srgb>,
}

/// Pictures of the surface, all of one size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texture {
    /// Width and height of the cloth in the pictures, mm.
    pub size_mm: (f32, f32),
    /// Use (`basecolor`, `normal`, `roughness`, …) and file.
    pub maps: Vec<(String, String)>,
    /// How they go on beyond their edges.
    #[serde(default, skip_serializing_if = "Repeat::is_normal")]
    pub repeat: Repeat,
    /// By how much they are turned on the cloth, degrees.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rotation_deg: f32,
}

/// Use of the picture of a wrong side's colours; the other uses are those of U3M.
pub(crate) const BACK: &str = "back_basecolor";
/// Use of the picture of the colours.
pub(crate) const FACE: &str = "basecolor";

impl Texture {
    /// The file of a picture by its use.
    #[must_use]
    pub fn file(&self, wanted: &str) -> Option<&str> {
        let known = self.maps.iter().find(|(of, _)| of == wanted);
        known.map(|(_, file)| file.as_str())
    }

    /// The pictures of the colours as what is printed on the cloth.
    fn print(&self) -> Option<Print> {
        Some(Print {
            image: self.file(FACE)?.into(),
            back: self.file(BACK).map(Into::into),
            size_mm: self.size_mm,
            mirror: self.repeat.mirrors(),
            rotation_deg: self.rotation_deg,
        })
    }

    /// A print as pictures of the surface.
    fn of(print: &Print) -> Self {
        let file = |of: &str, file: &Path| (of.to_owned(), file.to_string_lossy().into_owned());
        let back = print.back.as_deref().map(|back| file(BACK, back));
        Self {
            size_mm: print.size_mm,
            maps: std::iter::once(file(FACE, &print.image))
                .chain(back)
                .collect(),
            repeat: match print.mirror {
                (false, false) => Repeat::Normal,
                (true, false) => Repeat::MirrorX,
                (false, true) => Repeat::MirrorY,
                (true, true) => Repeat::MirrorXy,
            },
            rotation_deg: print.rotation_deg,
        }
    }
}

/// How a picture of cloth goes on beyond its edges, as in U3M.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// Again and again.
    #[default]
    Normal,
    /// Every second one mirrored from left to right.
    MirrorX,
    /// Every second one mirrored from top to bottom.
    MirrorY,
    /// Both.
    MirrorXy,
}

impl Repeat {
    /// Every way, with its name.
    pub const ALL: [(&str, Self); 4] = [
        ("normal", Self::Normal),
        ("mirror_x", Self::MirrorX),
        ("mirror_y", Self::MirrorY),
        ("mirror_xy", Self::MirrorXy),
    ];

    /// Whether it mirrors along the width, and along the height.
    #[must_use]
    pub fn mirrors(self) -> (bool, bool) {
        (
            matches!(self, Self::MirrorX | Self::MirrorXy),
            matches!(self, Self::MirrorY | Self::MirrorXy),
        )
    }

    fn is_normal(&self) -> bool {
        *self == Self::Normal
    }
}

fn is_zero(x: &f32) -> bool {
    *x == 0.0
}

/// How a fabric moves; what is not known is left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Physics {
    /// In-plane stiffness, N/m.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub membrane: Option<Figure<Membrane>>,
    /// The same when stretched by a sixth or more, for five directions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub membrane_stretched: Option<Figure<[Membrane; 5]>>,
    /// Bending stiffness, N·m.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bending: Option<Figure<Bending>>,
    /// Coulomb friction coefficient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub friction: Option<Figure<f32>>,
    /// Rayleigh damping time, s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub damping: Option<Figure<f32>>,
}

impl Physics {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl From<&Fabric> for Record {
    fn from(f: &Fabric) -> Self {
        Self {
            composition: f.composition.clone(),
            construction: Some(f.construction),
            area_density: Some((&f.area_density).into()),
            thickness: Some((&f.thickness).into()),
            colours: vec![Colour {
                name: String::new(),
                srgb: Some(f.appearance.base_colour),
            }],
            physics: Physics {
                membrane: Some((&f.membrane).into()),
                membrane_stretched: f.membrane_stretched.as_ref().map(Into::into),
                bending: Some((&f.bending).into()),
                friction: Some((&f.friction).into()),
                damping: Some((&f.damping).into()),
            },
            texture: f.print.as_ref().map(Texture::of),
            appearance: Some(f.appearance.clone()),
            ..Self::new(&f.id, &f.name)
        }
    }
}

impl Record {
    /// A record with an id and a name, and nothing else.
    #[must_use]
    pub fn new(id: &str, name: &str) -> Self {
        Self {
            version: 1,
            id: id.to_owned(),
            name: name.to_owned(),
            supplier: String::new(),
            code: String::new(),
            url: String::new(),
            composition: String::new(),
            construction: None,
            structure: String::new(),
            yarn: String::new(),
            count: None,
            width: None,
            area_density: None,
            thickness: None,
            price: None,
            colours: Vec::new(),
            texture: None,
            care: String::new(),
            tags: Vec::new(),
            physics: Physics::default(),
            drape: None,
            appearance: None,
            custom: None,
        }
    }

    /// Reads a fabric file or a record, both RON. `place` names it in messages.
    ///
    /// # Errors
    /// The parser's words or the field that is out of its range.
    pub fn from_ron(text: &str, place: &str) -> Result<Self, CatalogueError> {
        // A fabric file has all its physics at the top; its parser says best what
        // is wrong with one.
        let problem = |problem: String| CatalogueError::File {
            file: place.to_owned(),
            problem,
        };
        if text.contains("area_density") && !text.contains("physics:") {
            let fabric = Fabric::from_ron(text, place).map_err(|e| CatalogueError::File {
                file: place.to_owned(),
                problem: e.to_string().replace(&format!("{place}: "), ""),
            })?;
            return Ok((&fabric).into());
        }
        // Optional fields are written without `Some`, as in JSON.
        let options = ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        let record: Self = options.from_str(text).map_err(|e| problem(e.to_string()))?;
        record.check(place)?;
        Ok(record)
    }

    /// Reads one record as JSON. `place` names it in messages.
    ///
    /// # Errors
    /// The parser's words or the field that is out of its range.
    pub fn from_json(text: &str, place: &str) -> Result<Self, CatalogueError> {
        let record: Self = serde_json::from_str(text).map_err(|e| CatalogueError::File {
            file: place.to_owned(),
            problem: e.to_string(),
        })?;
        record.check(place)?;
        Ok(record)
    }

    /// Checks every number against what cloth can have.
    ///
    /// # Errors
    /// The first field that is out of its range, with the range.
    pub fn check(&self, place: &str) -> Result<(), CatalogueError> {
        if self.version != 1 {
            return Err(CatalogueError::field(
                place,
                "version",
                format!("is {}; this program reads version 1", self.version),
            ));
        }
        let length = |field: &str, text: &str, most: usize| {
            if text.len() > most {
                return Err(CatalogueError::field(
                    place,
                    field,
                    format!("has {} bytes; at most {most} are kept", text.len()),
                ));
            }
            Ok(())
        };
        if self.id.trim().is_empty() || self.id.chars().any(char::is_control) {
            return Err(CatalogueError::field(
                place,
                "id",
                "is empty or holds control characters; every fabric needs an id of its own",
            ));
        }
        length("id", &self.id, 128)?;
        for (field, text) in [
            ("name", &self.name),
            ("supplier", &self.supplier),
            ("code", &self.code),
            ("composition", &self.composition),
            ("structure", &self.structure),
            ("yarn", &self.yarn),
        ] {
            length(field, text, 512)?;
        }
        length("care", &self.care, 2048)?;
        length("url", &self.url, 2048)?;
        if self.colours.len() > 255 || self.tags.len() > 255 {
            return Err(CatalogueError::field(
                place,
                if self.colours.len() > 255 {
                    "colours"
                } else {
                    "tags"
                },
                "are more than 255; keep the ones that matter",
            ));
        }
        composition_of(self)
            .map_err(|problem| CatalogueError::field(place, "composition", problem))?;
        crate::limits::check(self, place)
    }

    /// The fabric file of this record: what the solver reads, number for number.
    ///
    /// # Errors
    /// [`CatalogueError::Incomplete`] naming what is missing.
    pub fn fabric(&self) -> Result<Fabric, CatalogueError> {
        let mut missing = Vec::new();
        macro_rules! need {
            ($field:expr, $name:literal) => {
                match $field.as_ref() {
                    Some(x) => Some(x),
                    None => {
                        missing.push($name);
                        None
                    }
                }
            };
        }
        let p = &self.physics;
        let construction = need!(self.construction, "construction");
        let density = need!(self.area_density, "area density");
        let thickness = need!(self.thickness, "thickness");
        let membrane = need!(p.membrane, "membrane stiffness");
        let bending = need!(p.bending, "bending stiffness");
        let friction = need!(p.friction, "friction");
        let damping = need!(p.damping, "damping");
        let appearance = need!(self.appearance, "appearance");
        let (
            Some(construction),
            Some(density),
            Some(thickness),
            Some(membrane),
            Some(bending),
            Some(friction),
            Some(damping),
            Some(appearance),
        ) = (
            construction,
            density,
            thickness,
            membrane,
            bending,
            friction,
            damping,
            appearance,
        )
        else {
            return Err(CatalogueError::Incomplete {
                id: self.id.clone(),
                missing: missing.join(", "),
            });
        };
        Ok(Fabric {
            version: 1,
            id: self.id.clone(),
            name: self.name.clone(),
            composition: self.composition.clone(),
            construction: *construction,
            area_density: density.sourced(),
            membrane: membrane.sourced(),
            membrane_stretched: p.membrane_stretched.as_ref().map(Figure::sourced),
            bending: bending.sourced(),
            thickness: thickness.sourced(),
            friction: friction.sourced(),
            damping: damping.sourced(),
            appearance: appearance.clone(),
            print: self.texture.as_ref().and_then(Texture::print),
        })
    }
}
