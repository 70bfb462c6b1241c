//! The override file: what the person who imports knows better.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Read, RigError};

/// What a part of an avatar is; names of the materials in our avatars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Skin of body and face.
    Skin,
    /// Underwear.
    BaseLayer,
    /// Own clothes.
    Clothes,
    /// Own clothes that stand for the body where there is none beneath.
    Worn,
    /// Shoes.
    Shoes,
    /// Hair.
    Hair,
    /// Eyes.
    Eyes,
    /// Brows.
    Brows,
    /// Lashes.
    Lashes,
    /// Teeth and tongue.
    Teeth,
    /// Glasses, hats, jewellery.
    Accessory,
    /// Nothing: left out.
    Nothing,
}

impl Part {
    /// Its material in our avatars.
    #[must_use]
    pub const fn material(self) -> &'static str {
        match self {
            Self::Skin => "skin",
            Self::BaseLayer => "base_layer",
            Self::Clothes => "clothes",
            Self::Worn => "worn",
            Self::Shoes => "shoes",
            Self::Hair => "hair",
            Self::Eyes => "eyes",
            Self::Brows => "brows",
            Self::Lashes => "lashes",
            Self::Teeth => "teeth",
            Self::Accessory => "accessory",
            Self::Nothing => "nothing",
        }
    }
}

/// What an avatar is: terms of the IPTC's digital source types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceType {
    /// Made by hand, with tools that generate nothing by themselves.
    DigitalCreation,
    /// Put together from a scan or photographs.
    CompositeCapture,
    /// Put together from elements of which one was generated.
    CompositeSynthetic,
}

impl SourceType {
    /// The term's address.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::DigitalCreation => {
                "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"
            }
            Self::CompositeCapture => {
                "http://cv.iptc.org/newscodes/digitalsourcetype/compositeCapture"
            }
            Self::CompositeSynthetic => {
                "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"
            }
        }
    }
}

/// What overrides the import's own findings. Every field may be left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notes {
    /// Node of a bone, by bone: `"LeftArm": "Bone.014"`. Bones by our names or VRM's.
    pub bones: BTreeMap<String, String>,
    /// What a part is, by the name of its material, mesh or node: `"Body_2": hair`.
    pub parts: BTreeMap<String, Part>,
    /// Metres per unit of the file.
    pub metres_per_unit: Option<f32>,
    /// Stature, crown to floor, barefoot, metres; the avatar is scaled to it.
    pub height: Option<f32>,
    /// Whether own clothes stay on although there is a body beneath.
    pub keep_clothes: bool,
    /// Least sureness of a needed bone, 0 to 1.
    pub least_sure: Option<f32>,
    /// Who gave leave to change an avatar whose file forbids it, and when.
    pub leave: Option<String>,
    /// What the avatar is: drawn, captured or generated.
    pub source: Option<SourceType>,
}

impl Notes {
    /// Reads an override file: RON, or JSON if it begins with a brace.
    ///
    /// # Errors
    /// The file, the place and what is wrong there.
    pub fn parse(text: &str, file: &str) -> Read<Self> {
        let notes: Self = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|e| {
                let field = format!("{}:{}", e.line(), e.column());
                RigError::new(field, e.to_string(), "write it as in docs/avatars.md").of(file)
            })?
        } else {
            let options = ron::Options::default()
                .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
            options.from_str(text).map_err(|e| {
                let field = format!("{}:{}", e.span.start.line, e.span.start.col);
                RigError::new(field, e.code.to_string(), "write it as in docs/avatars.md").of(file)
            })?
        };
        notes.check().map_err(|e| e.of(file))?;
        Ok(notes)
    }

    fn check(&self) -> Read<()> {
        let within = |field: &str, value: Option<f32>, low: f32, high: f32| match value {
            Some(x) if !(low..=high).contains(&x) => Err(RigError::new(
                field,
                format!("is {x}"),
                format!("give a number from {low} to {high}"),
            )),
            _ => Ok(()),
        };
        within("metres_per_unit", self.metres_per_unit, 1e-5, 1e3)?;
        within("height", self.height, 0.8, 2.6)?;
        within("least_sure", self.least_sure, 0.0, 1.0)?;
        for bone in self.bones.keys() {
            if crate::bone::Bone::find(bone).is_none() {
                return Err(RigError::new(
                    format!("bones.{bone}"),
                    "is no bone of a humanoid",
                    "use Mixamo's names (LeftArm, LeftForeArm, Spine1) or VRM's (leftUpperArm)",
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_notes_are_read_from_ron_and_json() {
        let ron = Notes::parse(
            "(bones: {\"LeftArm\": \"b7\"}, parts: {\"M_1\": hair}, height: 1.75)",
            "a",
        )
        .unwrap();
        let json = Notes::parse(
            "{\"bones\": {\"LeftArm\": \"b7\"}, \"parts\": {\"M_1\": \"hair\"}, \"height\": 1.75}",
            "a",
        )
        .unwrap();
        assert_eq!(ron, json);
    }

    #[test]
    fn notes_that_mean_nothing_are_refused_with_the_field() {
        for (text, field) in [
            ("(bones: {\"Tail\": \"b\"})", "bones.Tail"),
            ("(height: 178)", "height"),
            ("(hieght: 1.7)", "1:"),
        ] {
            let error = Notes::parse(text, "notes.ron").unwrap_err();
            assert!(
                error.file == "notes.ron" && error.field.starts_with(field),
                "{error}"
            );
        }
    }
}
