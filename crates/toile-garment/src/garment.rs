//! Garment files: `assets/garments/*.ron`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    draft::{Block, DesignParams, draft},
    error::GarmentError,
    measures::{BodyMeasures, PartialMeasures},
    notions::{Allowance, Button, Fusing},
    pattern::Pattern,
};

/// Distance between the arrangements of neighbouring layers, metres.
const LAYER: f64 = 0.008;

/// The measures a size is graded from, metres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeRow {
    /// Stature.
    pub height: f32,
    /// Bust or chest girth.
    pub bust: f32,
    /// Waist girth.
    pub waist: f32,
    /// Hip girth.
    pub hip: f32,
}

/// What a garment is cut to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fit {
    /// The wearer's own measures.
    MadeToMeasure,
    /// A row of the size table.
    Size(String),
}

/// Where the panels come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Cut {
    /// Drafted by one of our blocks.
    Block(Block),
    /// A GarmentCode specification next to the garment file, as it is.
    Specification(String),
}

/// A garment as it is kept in `assets/garments/<id>.ron`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GarmentFile {
    /// Version of the file format; this is version 1.
    pub version: u32,
    /// Identity, equal to the file's stem.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Where the panels come from.
    pub cut: Cut,
    /// Design parameters of the block.
    #[serde(default)]
    pub params: DesignParams,
    /// Sizes by name.
    #[serde(default)]
    pub sizes: BTreeMap<String, SizeRow>,
    /// What it is cut to unless a look says otherwise.
    pub fit: Fit,
    /// Id of the fabric unless a look says otherwise.
    pub fabric: String,
    /// Order from the skin outwards; 0 is next to the skin.
    pub layer: u32,
    /// Buttons.
    #[serde(default)]
    pub buttons: Vec<Button>,
    /// What a filling presses with, Pa, outwards, by panel.
    #[serde(default)]
    pub pressure: BTreeMap<String, f32>,
    /// The layers that every seam adds.
    #[serde(default)]
    pub allowance: Option<Allowance>,
    /// Interlining fused to the cloth.
    #[serde(default)]
    pub fusing: Vec<Fusing>,
}

impl GarmentFile {
    /// Reads a garment file. `source` names the file in messages.
    ///
    /// # Errors
    /// [`GarmentError::Parse`] for broken or unknown fields,
    /// [`GarmentError::Invalid`] for values that cannot be used.
    pub fn from_ron(text: &str, source: &str) -> Result<Self, GarmentError> {
        let g: Self = ron::from_str(text).map_err(|e| GarmentError::parse(source, e))?;
        g.check(source)?;
        Ok(g)
    }

    fn check(&self, source: &str) -> Result<(), GarmentError> {
        let bad = |field: &str, problem: String| Err(GarmentError::invalid(source, field, problem));
        if self.version != 1 {
            return bad(
                "version",
                format!("is {}; this program reads version 1", self.version),
            );
        }
        if self.id.is_empty()
            || !self
                .id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        {
            return bad(
                "id",
                format!("'{}' may only have letters, digits and '-'", self.id),
            );
        }
        if self.layer > 16 {
            return bad(
                "layer",
                format!("is {}; at most 16 layers are worn", self.layer),
            );
        }
        if let Fit::Size(s) = &self.fit {
            self.size(s, source)?;
        }
        for name in self.sizes.keys() {
            self.size(name, source)?;
        }
        if let Cut::Specification(path) = &self.cut
            && (path.is_empty() || path.starts_with('/') || path.split('/').any(|p| p == ".."))
        {
            return bad(
                "cut",
                format!("'{path}' must be a file name relative to the garment file"),
            );
        }
        self.check_notions(source)
    }

    /// Full measures of a size.
    ///
    /// # Errors
    /// [`GarmentError::Invalid`] if the table has no such size or its measures
    /// are not human.
    pub fn size(&self, name: &str, source: &str) -> Result<BodyMeasures, GarmentError> {
        let Some(row) = self.sizes.get(name) else {
            let known: Vec<&str> = self.sizes.keys().map(String::as_str).collect();
            return Err(GarmentError::invalid(
                source,
                "fit",
                format!(
                    "there is no size '{name}'; the table has: {}",
                    known.join(", ")
                ),
            ));
        };
        PartialMeasures {
            height: Some(row.height),
            bust: Some(row.bust),
            waist: Some(row.waist),
            hip: Some(row.hip),
            ..PartialMeasures::default()
        }
        .complete(&format!("{source}: size '{name}'"))
    }

    /// Makes the pattern for a wearer. `fit` overrides the file's own.
    ///
    /// `specification` is the text of the file that [`Cut::Specification`]
    /// names; a block needs none.
    ///
    /// # Errors
    /// Those of [`draft`], [`Pattern::from_json`] and [`size`](Self::size); buttons,
    /// pressure or fusing on a panel or edge that the pattern does not have.
    pub fn pattern(
        &self,
        wearer: &BodyMeasures,
        fit: Option<&Fit>,
        specification: Option<&str>,
    ) -> Result<Pattern, GarmentError> {
        let source = format!("{}.ron", self.id);
        let mut pattern = match &self.cut {
            Cut::Block(block) => match fit.unwrap_or(&self.fit) {
                Fit::MadeToMeasure => draft(block, &self.params, wearer),
                Fit::Size(s) => draft(block, &self.params, &self.size(s, &source)?),
            },
            Cut::Specification(path) => specification.map_or_else(
                || {
                    Err(GarmentError::invalid(
                        &source,
                        "cut",
                        format!("the text of '{path}' was not given; read the file next to the garment file"),
                    ))
                },
                |text| Pattern::from_json(text, path),
            ),
        }?;
        pattern.check()?;
        self.check_names(&pattern, &source)?;
        // Outer layers start further out.
        for w in pattern.panels.iter_mut().filter_map(|p| p.wrap.as_mut()) {
            w.offset += LAYER * f64::from(self.layer);
        }
        Ok(pattern)
    }
}
