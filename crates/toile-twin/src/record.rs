//! `twin.ron`: who the twin is, what it measures, how it walks, and whose keys may
//! license it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::error::TwinError;
use crate::gait::GaitStyle;

/// Format version this crate reads and writes.
const VERSION: u32 = 1;

/// What a twin stands for. Only a mannequin appears without a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The replica of a living person.
    Person,
    /// An invented person, owned by whoever made it.
    Synthetic,
    /// A neutral display figure with no identity.
    Mannequin,
}

/// Whose face a twin is shown with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Face {
    /// Its own.
    #[default]
    Twin,
    /// A mannequin's: head and skin of a display figure on the twin's body.
    Mannequin,
}

impl Face {
    fn is_own(&self) -> bool {
        *self == Self::Twin
    }
}

/// Body measures in metres, named after ISO 8559-1. Girths are tape girths,
/// heights are taken barefoot.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measures {
    /// Stature, crown to floor.
    pub height: f32,
    /// Bust (chest) girth.
    pub bust: f32,
    /// Underbust girth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub underbust: Option<f32>,
    /// Waist girth.
    pub waist: f32,
    /// Hip girth.
    pub hip: f32,
    /// Thigh girth, 2 cm below the crotch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thigh: Option<f32>,
    /// Calf girth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calf: Option<f32>,
    /// Neck girth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neck: Option<f32>,
    /// Upper-arm girth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper_arm: Option<f32>,
    /// Inside leg length, crotch to floor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inseam: Option<f32>,
    /// Shoulder width, acromion to acromion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shoulder_width: Option<f32>,
    /// Arm length, acromion to wrist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arm_length: Option<f32>,
}

impl Measures {
    /// The measures that are given, in whole millimetres, as licences agree on them.
    #[must_use]
    pub fn in_mm(&self) -> BTreeMap<String, u32> {
        let given = self.named().into_iter();
        given
            .filter_map(|(name, metres)| Some((name.to_owned(), (metres? * 1e3).round() as u32)))
            .collect()
    }

    fn named(&self) -> [(&'static str, Option<f32>); 12] {
        [
            ("height", Some(self.height)),
            ("bust", Some(self.bust)),
            ("underbust", self.underbust),
            ("waist", Some(self.waist)),
            ("hip", Some(self.hip)),
            ("thigh", self.thigh),
            ("calf", self.calf),
            ("neck", self.neck),
            ("upper_arm", self.upper_arm),
            ("inseam", self.inseam),
            ("shoulder_width", self.shoulder_width),
            ("arm_length", self.arm_length),
        ]
    }
}

/// What the author of an imported avatar permits. A licence allows less than this, never
/// more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permits {
    /// Who says so, where, and under which licence.
    pub by: String,
    /// Whether it may appear without a licence of its own, as a mannequin does.
    pub everyone: bool,
    /// Whether companies may use it for gain.
    pub commerce: bool,
    /// Whether it may appear in political or religious matters.
    pub politics: bool,
    /// Whether its author must be named in `credit`.
    pub credit: bool,
}

/// A twin's record, as read from `twin.ron`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Twin {
    /// Format version; always 1.
    pub version: u32,
    /// Identifier: lower-case letters, digits and hyphens.
    pub id: String,
    /// Name to print.
    pub name: String,
    /// What the twin stands for.
    pub kind: Kind,
    /// Pronouns to use of the twin in print.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pronoun: Option<String>,
    /// Body measures, metres.
    pub measures: Measures,
    /// Avatar file, or the recipe that it is made from, relative to the record.
    pub avatar: PathBuf,
    /// Heel height of the avatar's shoes above their ball, metres.
    #[serde(default)]
    pub shoe_heel: f32,
    /// Whose face the twin is shown with.
    #[serde(default, skip_serializing_if = "Face::is_own")]
    pub face: Face,
    /// How the twin walks.
    pub gait: GaitStyle,
    /// Agency or other representative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    /// Line to print wherever the twin appears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
    /// Public keys, as `ed25519:…`, of who may license the twin: the person shown,
    /// who represents them, or who made an invented one.
    #[serde(default)]
    pub keys: Vec<String>,
    /// What the author of an imported avatar permits at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permits: Option<Permits>,
    /// Folder the record was read from.
    #[serde(skip)]
    dir: PathBuf,
}

impl Twin {
    /// Reads `twin.ron` in the folder `dir`.
    ///
    /// # Errors
    /// [`TwinError::Read`] when there is no such file, [`TwinError::Syntax`]
    /// when it is not a record of version 1, [`TwinError::Field`] when a value
    /// is impossible (a measure that is no length, a key that is none, …).
    pub fn load(dir: &Path) -> Result<Self, TwinError> {
        let file = dir.join("twin.ron");
        let text = std::fs::read_to_string(&file).map_err(|source| TwinError::Read {
            file: file.clone(),
            source,
        })?;
        let mut twin = Self::parse(&text, &file)?;
        twin.dir = dir.to_path_buf();
        Ok(twin)
    }

    /// Parses a record; `file` is only named in errors.
    ///
    /// # Errors
    /// As [`Twin::load`], without the reading.
    pub fn parse(text: &str, file: &Path) -> Result<Self, TwinError> {
        let options = ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        let twin: Self = options.from_str(text).map_err(|e| TwinError::Syntax {
            file: file.to_path_buf(),
            line: e.span.start.line,
            column: e.span.start.col,
            problem: e.code.to_string(),
        })?;
        twin.check(file)?;
        Ok(twin)
    }

    /// The record as RON text, such as [`Twin::parse`] reads.
    ///
    /// # Errors
    /// Only if a value cannot be written as RON, which no parsed record holds.
    pub fn to_ron(&self) -> Result<String, ron::Error> {
        let config =
            ron::ser::PrettyConfig::new().extensions(ron::extensions::Extensions::IMPLICIT_SOME);
        ron::ser::to_string_pretty(self, config)
    }

    /// Path of what `avatar` names.
    #[must_use]
    pub fn avatar_path(&self) -> PathBuf {
        self.dir.join(&self.avatar)
    }

    /// Whether `avatar` names a recipe, from which the avatar is made on demand.
    #[must_use]
    pub fn has_recipe(&self) -> bool {
        self.avatar.extension().is_some_and(|end| end == "ron")
    }

    /// Path of the record itself.
    #[must_use]
    pub fn record_path(&self) -> PathBuf {
        self.dir.join("twin.ron")
    }

    /// Folder of the twin's signed licences.
    #[must_use]
    pub fn licences_path(&self) -> PathBuf {
        self.dir.join("licences")
    }

    fn check(&self, file: &Path) -> Result<(), TwinError> {
        let bad = |field: String, problem: String, mend: &str| {
            Err(TwinError::Field {
                file: file.to_path_buf(),
                field,
                problem,
                mend: mend.to_owned(),
            })
        };
        if self.version != VERSION {
            return bad(
                "version".into(),
                format!("this is version {}", self.version),
                "this build reads version 1",
            );
        }
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || !self.id.chars().all(plain) {
            return bad(
                "id".into(),
                format!("'{}' is no identifier", self.id),
                "use lower-case letters, digits and hyphens",
            );
        }
        for (name, value) in self.measures.named() {
            let Some(value) = value else { continue };
            if !value.is_finite() || !(0.05..3.0).contains(&value) {
                return bad(
                    format!("measures.{name}"),
                    format!("{value} m is no body measure"),
                    "give metres between 0.05 and 3",
                );
            }
        }
        if !self.shoe_heel.is_finite() || !(0.0..=0.16).contains(&self.shoe_heel) {
            return bad(
                "shoe_heel".into(),
                format!("{} m is no heel height", self.shoe_heel),
                "give metres between 0 and 0.16",
            );
        }
        if let Some((field, problem)) = self.gait.problem() {
            return bad(
                format!("gait.{field}"),
                problem,
                "stay within the range in its description",
            );
        }
        if let Some(permits) = &self.permits {
            if self.kind == Kind::Mannequin && !permits.everyone {
                return bad(
                    "permits.everyone".into(),
                    "is false for a mannequin, which anybody may show".into(),
                    "make it `synthetic` or `person`, and obtain a licence",
                );
            }
            if permits.credit && self.credit.is_none() {
                return bad(
                    "credit".into(),
                    "is missing, but the avatar's author must be named".into(),
                    "write the line that names the author",
                );
            }
        }
        for (i, key) in self.keys.iter().enumerate() {
            let digits = key.strip_prefix("ed25519:").unwrap_or_default();
            let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
            if digits.len() != 64 || !digits.bytes().all(hex) {
                return bad(
                    format!("keys[{i}]"),
                    format!("'{key}' is no public key"),
                    "write \"ed25519:\" and 64 small hexadecimal digits, as `toile licence key` prints them",
                );
            }
        }
        Ok(())
    }
}
