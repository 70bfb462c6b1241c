//! A body as slider values, and the vertices they give.

use std::collections::BTreeMap;

use glam::Vec3;
use serde::{Deserialize, Serialize};

use crate::{BodyData, BodyError, codec::DELTA_M, target};

/// Slider values of one body.
///
/// The sliders are those of `MakeHuman`; 0.5 is the middle unless said
/// otherwise. Values somewhat beyond 0..=1 extrapolate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shape {
    /// 0 female, 1 male.
    pub gender: f32,
    /// 0.5 is 25 years, 1 is 90 years, linear between; see [`Shape::age_from_years`].
    pub age: f32,
    /// 0 slack, 1 muscular.
    pub muscle: f32,
    /// 0 thin, 1 heavy, up to 1.35 for plus sizes.
    pub weight: f32,
    /// 0 short, 1 tall.
    pub height: f32,
    /// 0 uncommon, 1 idealised proportions.
    pub proportions: f32,
    /// Breast size, 0 to 1.
    pub cup: f32,
    /// Breast firmness, 0 to 1.
    pub firmness: f32,
    /// Share of the African head and body features; the three shares are normalised to sum 1.
    pub african: f32,
    /// Share of the Asian features.
    pub asian: f32,
    /// Share of the Caucasian features.
    pub caucasian: f32,
    /// Detail sliders by name ([`BodyData::detail_names`]), mostly -1 to 1.
    pub details: BTreeMap<String, f32>,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            gender: 0.5,
            age: 0.5,
            muscle: 0.5,
            weight: 0.5,
            height: 0.5,
            proportions: 0.5,
            cup: 0.5,
            firmness: 0.5,
            african: 1.0 / 3.0,
            asian: 1.0 / 3.0,
            caucasian: 1.0 / 3.0,
            details: BTreeMap::new(),
        }
    }
}

impl Shape {
    /// The age slider for an adult of this many years (25 to 90).
    pub fn age_from_years(years: f32) -> f32 {
        if years < 25.0 {
            0.5 - (25.0 - years) / 15.0 * 0.3125
        } else {
            0.5 + (years - 25.0) / 65.0 * 0.5
        }
    }

    /// Checks that every slider is a number in the range that gives usable bodies.
    ///
    /// # Errors
    /// [`BodyError::SliderOutOfRange`] naming the first slider that is not.
    pub fn check(&self) -> Result<(), BodyError> {
        let one = |field: &str, value: f32, lowest: f32, highest: f32| {
            if value >= lowest && value <= highest {
                Ok(())
            } else {
                Err(BodyError::SliderOutOfRange {
                    field: field.to_owned(),
                    value,
                    lowest,
                    highest,
                })
            }
        };
        one("gender", self.gender, 0.0, 1.0)?;
        one("age", self.age, 0.4, 1.05)?;
        one("muscle", self.muscle, -0.2, 1.3)?;
        one("weight", self.weight, -0.2, 1.5)?;
        one("height", self.height, -0.3, 1.3)?;
        one("proportions", self.proportions, -0.2, 1.3)?;
        one("cup", self.cup, -0.2, 1.3)?;
        one("firmness", self.firmness, -0.2, 1.3)?;
        for (field, value) in [
            ("african", self.african),
            ("asian", self.asian),
            ("caucasian", self.caucasian),
        ] {
            one(field, value, 0.0, 1e6)?;
        }
        one(
            "african + asian + caucasian",
            self.african + self.asian + self.caucasian,
            1e-6,
            3e6,
        )?;
        for (name, value) in &self.details {
            one(&format!("details[\"{name}\"]"), *value, -2.0, 2.0)?;
        }
        Ok(())
    }
}

impl BodyData {
    /// All base mesh vertices of a shape, in metres, standing on y = 0.
    ///
    /// The result has [`BodyData::vertex_count`] entries: skin first
    /// ([`BodyData::BODY_VERTICES`]), then eyes, lashes, teeth and helpers.
    ///
    /// # Errors
    /// [`BodyError::SliderOutOfRange`] or [`BodyError::UnknownDetail`].
    pub fn evaluate(&self, shape: &Shape) -> Result<Vec<Vec3>, BodyError> {
        shape.check()?;
        let mut verts = self.base.clone();
        for (name, weight) in target::macro_stack(shape) {
            self.add_target(&mut verts, &name, weight);
        }
        for (name, &value) in &shape.details {
            let (target, weight) = target::detail(name, value, |n| self.target(n).is_some())
                .ok_or_else(|| BodyError::UnknownDetail {
                    name: name.clone(),
                    hint: target::hint(name, self.detail_names()),
                })?;
            self.add_target(&mut verts, &target, weight);
        }
        ground(&mut verts);
        Ok(verts)
    }

    fn add_target(&self, verts: &mut [Vec3], name: &str, weight: f32) {
        let Some(target) = self.target(name) else {
            return;
        };
        let scale = weight * DELTA_M;
        for (&index, d) in target.indices.iter().zip(&target.deltas) {
            verts[index as usize] +=
                Vec3::new(f32::from(d[0]), f32::from(d[1]), f32::from(d[2])) * scale;
        }
    }
}

/// Moves a body so that its lowest skin vertex is at y = 0.
fn ground(verts: &mut [Vec3]) {
    let floor = verts[..BodyData::BODY_VERTICES]
        .iter()
        .map(|v| v.y)
        .fold(f32::INFINITY, f32::min);
    for v in verts {
        v.y -= floor;
    }
}
