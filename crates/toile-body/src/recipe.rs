//! What a twin is made from: `recipe.ron`.

use serde::{Deserialize, Serialize};

use crate::{MeasureTargets, Shape};

/// A colour as people write it: `"#c68c6f"`, sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// Linear RGB, 0 to 1 (IEC 61966-2-1 transfer curve).
    pub fn linear(self) -> glam::Vec3 {
        glam::Vec3::from(self.0.map(|c| {
            let c = f32::from(c) / 255.0;
            if c <= 0.040_45 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        }))
    }
}

impl TryFrom<String> for Colour {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = || format!("\"{text}\" is no colour; write \"#rrggbb\"");
        let digits = text
            .strip_prefix('#')
            .filter(|d| d.len() == 6 && d.is_ascii())
            .ok_or_else(wrong)?;
        let value = u32::from_str_radix(digits, 16).map_err(|_| wrong())?;
        Ok(Self([(value >> 16) as u8, (value >> 8) as u8, value as u8]))
    }
}

impl From<Colour> for String {
    fn from(c: Colour) -> Self {
        let [r, g, b] = c.0;
        format!("#{r:02x}{g:02x}{b:02x}")
    }
}

/// How hair is cut and worn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HairStyle {
    /// Clean-shaven scalp.
    Bald,
    /// A few millimetres all over.
    Buzz,
    /// Very short at the sides, longer on top.
    Fade,
    /// Short natural crop, combed forward.
    Crop,
    /// Side-parted short back and sides.
    SidePart,
    /// Short and layered, lying close to the head.
    Pixie,
    /// Chin-length, parted in the middle or at the side.
    Bob,
    /// Long and straight down the back.
    LongStraight,
    /// Combed back into a low bun.
    LowBun,
    /// Combed back into a ponytail.
    Ponytail,
    /// A round natural afro.
    Afro,
    /// Shoulder-length thin braids.
    BoxBraids,
}

/// Hair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hair {
    /// Cut.
    pub style: HairStyle,
    /// Colour of most strands.
    pub colour: Colour,
    /// Share of grey strands, 0 to 1.
    #[serde(default)]
    pub grey: f32,
}

/// Skin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skin {
    /// Colour of the cheek without blush.
    pub tone: Colour,
    /// -1 cool (pink) to 1 warm (golden).
    #[serde(default)]
    pub undertone: f32,
    /// Freckles, 0 to 1.
    #[serde(default)]
    pub freckles: f32,
    /// Redness of the cheeks, 0 to 1.
    #[serde(default)]
    pub blush: f32,
    /// Spots and blotches of age, 0 to 1.
    #[serde(default)]
    pub age_spots: f32,
    /// Shadow of a shaven beard, 0 to 1.
    #[serde(default)]
    pub stubble: f32,
}

/// Brows, eyes, lips and nails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Face {
    /// Iris.
    pub iris: Colour,
    /// Brow hair.
    pub brow: Colour,
    /// Brow height relative to an ordinary brow, 0.5 to 2.
    pub brow_weight: f32,
    /// Lips.
    pub lips: Colour,
    /// How much the lip colour covers, 0 to 1.
    pub lip_cover: f32,
    /// Eyeliner and shadow, 0 to 1.
    #[serde(default)]
    pub eye_makeup: f32,
    /// Length of the lashes relative to ordinary ones, 0 to 1.6.
    pub lashes: f32,
    /// Nail varnish; bare nails if left out.
    #[serde(default)]
    pub nails: Option<Colour>,
}

/// Kind of shoe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShoeStyle {
    /// No shoes.
    Barefoot,
    /// Low-cut court shoe with a pointed toe; flat if the heel is low.
    Pump,
    /// Slip-on with a high vamp.
    Loafer,
    /// Trainer with a thick light sole.
    Sneaker,
    /// Ankle boot.
    Boot,
}

/// Shoes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shoes {
    /// Kind.
    pub style: ShoeStyle,
    /// Upper.
    pub colour: Colour,
    /// How far the heel of the foot stands above its ball, metres, 0 to 0.12.
    pub heel: f32,
}

/// Cut of the base layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BaseCut {
    /// Strapless band and high-waisted shorts.
    BandeauShorts,
    /// Fitted shorts.
    Shorts,
    /// Camisole body with wide straps, to the top of the thigh.
    TankShorts,
}

/// The thin layer every twin wears under its garments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseLayer {
    /// Cut.
    pub cut: BaseCut,
    /// Colour.
    pub colour: Colour,
}

/// What the surface of a twin is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Finish {
    /// A person with skin, face and hair.
    Person {
        /// Skin.
        skin: Skin,
        /// Face.
        face: Face,
        /// Hair.
        hair: Hair,
        /// Shoes.
        shoes: Shoes,
        /// Base layer.
        base_layer: BaseLayer,
    },
    /// A shop-window figure: one matt colour, no features.
    Mannequin {
        /// Colour of the whole figure.
        colour: Colour,
    },
}

/// Everything [`crate::avatar_glb`] needs to make a twin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwinRecipe {
    /// Version of this format: 1.
    pub version: u32,
    /// Base shape: sex, age, build and features.
    pub shape: Shape,
    /// Measurements to fit; without them the shape is taken as it is.
    #[serde(default)]
    pub measures: Option<MeasureTargets>,
    /// The surface.
    pub finish: Finish,
}

impl TwinRecipe {
    /// A person of this shape and these measurements in a plain finish: a
    /// starting point to edit. Skin follows the shares of features in the
    /// shape; base layer and hair follow its sex (the middle counts as female).
    pub fn plain(shape: Shape, measures: MeasureTargets) -> Self {
        let total = (shape.african + shape.asian + shape.caucasian).max(1e-6);
        let mix = |african: f32, asian: f32, caucasian: f32| -> u8 {
            let sum = african * shape.african + asian * shape.asian + caucasian * shape.caucasian;
            (sum / total).clamp(0.0, 255.0) as u8
        };
        let man = shape.gender > 0.5;
        let finish = Finish::Person {
            skin: Skin {
                tone: Colour([
                    mix(104.0, 214.0, 218.0),
                    mix(68.0, 168.0, 172.0),
                    mix(50.0, 138.0, 148.0),
                ]),
                undertone: 0.0,
                freckles: 0.0,
                blush: if man { 0.1 } else { 0.25 },
                age_spots: ((shape.age - 0.6) * 2.0).clamp(0.0, 0.8),
                stubble: if man { 0.5 } else { 0.0 },
            },
            face: Face {
                iris: Colour([0x4a, 0x33, 0x20]),
                brow: Colour([0x2a, 0x1d, 0x15]),
                brow_weight: if man { 1.25 } else { 1.0 },
                lips: Colour([
                    mix(110.0, 172.0, 168.0),
                    mix(62.0, 92.0, 92.0),
                    mix(58.0, 86.0, 86.0),
                ]),
                lip_cover: if man { 0.3 } else { 0.55 },
                eye_makeup: if man { 0.0 } else { 0.25 },
                lashes: if man { 0.7 } else { 1.0 },
                nails: None,
            },
            hair: Hair {
                style: if man {
                    HairStyle::Crop
                } else {
                    HairStyle::LowBun
                },
                colour: Colour([0x2a, 0x1c, 0x14]),
                grey: ((shape.age - 0.65) * 2.5).clamp(0.0, 0.9),
            },
            shoes: Shoes {
                style: if man {
                    ShoeStyle::Loafer
                } else {
                    ShoeStyle::Pump
                },
                colour: Colour([0x16, 0x15, 0x17]),
                heel: if man { 0.018 } else { 0.07 },
            },
            base_layer: BaseLayer {
                cut: if man {
                    BaseCut::Shorts
                } else {
                    BaseCut::BandeauShorts
                },
                colour: Colour([0x36, 0x36, 0x3a]),
            },
        };
        Self {
            version: 1,
            shape,
            measures: Some(measures),
            finish,
        }
    }

    /// The recipe as RON text that [`TwinRecipe::from_ron`] reads.
    ///
    /// # Errors
    /// [`RecipeError::Syntax`] if a number cannot be written.
    pub fn to_ron(&self) -> Result<String, RecipeError> {
        let pretty = ron::ser::PrettyConfig::default()
            .depth_limit(5)
            .extensions(ron::extensions::Extensions::IMPLICIT_SOME);
        ron::Options::default()
            .to_string_pretty(self, pretty)
            .map_err(|e| RecipeError::Syntax(e.to_string()))
    }

    /// Reads a recipe from RON text.
    ///
    /// # Errors
    /// [`RecipeError`] naming line, column and what is wrong.
    pub fn from_ron(text: &str) -> Result<Self, RecipeError> {
        let options = ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        let recipe: Self = options
            .from_str(text)
            .map_err(|e| RecipeError::Syntax(e.to_string()))?;
        if recipe.version != 1 {
            return Err(RecipeError::Version(recipe.version));
        }
        recipe.check()?;
        Ok(recipe)
    }

    fn check(&self) -> Result<(), RecipeError> {
        let Finish::Person {
            skin,
            face,
            hair,
            shoes,
            ..
        } = &self.finish
        else {
            return Ok(());
        };
        let numbers = [
            ("finish.skin.undertone", skin.undertone, -1.0, 1.0),
            ("finish.skin.freckles", skin.freckles, 0.0, 1.0),
            ("finish.skin.blush", skin.blush, 0.0, 1.0),
            ("finish.skin.age_spots", skin.age_spots, 0.0, 1.0),
            ("finish.skin.stubble", skin.stubble, 0.0, 1.0),
            ("finish.face.brow_weight", face.brow_weight, 0.3, 2.0),
            ("finish.face.lip_cover", face.lip_cover, 0.0, 1.0),
            ("finish.face.eye_makeup", face.eye_makeup, 0.0, 1.0),
            ("finish.face.lashes", face.lashes, 0.0, 1.6),
            ("finish.hair.grey", hair.grey, 0.0, 1.0),
            ("finish.shoes.heel", shoes.heel, 0.0, 0.12),
        ];
        for (field, value, lowest, highest) in numbers {
            if !(lowest..=highest).contains(&value) {
                return Err(RecipeError::Range {
                    field,
                    value,
                    lowest,
                    highest,
                });
            }
        }
        Ok(())
    }
}

/// What can be wrong with a recipe.
#[derive(Debug, thiserror::Error)]
pub enum RecipeError {
    /// Not RON, or not a recipe.
    #[error("recipe.ron is not a twin recipe: {0}")]
    Syntax(String),
    /// Written for another version of the format.
    #[error("recipe.ron: version is {0}; this build reads version 1")]
    Version(u32),
    /// A number out of its range.
    #[error("recipe.ron: {field} is {value}; give a number from {lowest} to {highest}")]
    Range {
        /// Path of the field.
        field: &'static str,
        /// The value found.
        value: f32,
        /// Lowest accepted value.
        lowest: f32,
        /// Highest accepted value.
        highest: f32,
    },
}
