//! Sewing patterns, fabrics, drafting and triangulated panels.
//!
//! The way from a person to cloth that can be simulated:
//!
//! 1. [`BodyMeasures`] are the tape measures of the wearer,
//! 2. [`draft()`] turns a [`Block`] and its [`DesignParams`] into a flat
//!    [`Pattern`]: panels, seams, grainlines and elastic bands,
//! 3. [`BodyLandmarks`] say where the body is in its A-pose,
//! 4. [`build()`] triangulates the panels and arranges them around the body as
//!    a [`GarmentMesh`], which the solver sews.
//!
//! Inside the crate a pattern is in metres and in `f64`; everything at the
//! boundary of the crate is in metres and in `f32` `glam` types. The world is
//! Y up, `+Z` is the person's front and `+X` the person's left.

mod arrange;
mod curve;
pub mod draft;
mod drape_test;
mod error;
mod fabric;
mod garment;
mod landmarks;
mod measures;
mod mesh;
mod notions;
mod pattern;
mod polygon;
mod spec;
mod triangulate;

pub use draft::{Block, DesignParams, Ease, draft, ease};
pub use drape_test::DrapeTest;
pub use error::GarmentError;
pub use fabric::{
    Appearance, Bending, Construction, Fabric, Membrane, Origin, Print, Sourced, Srgb,
};
pub use garment::{Cut, Fit, GarmentFile, SizeRow};
pub use landmarks::{BodyLandmarks, Limb, LimbRing, Ring};
pub use measures::{BodyMeasures, PartialMeasures};
pub use mesh::{Band, EdgeVertices, GarmentMesh, PanelMesh, build};
pub use notions::{Allowance, Area, Button, Fusing, Notions, Place, SewnButton};
pub use pattern::{
    Curve, Edge, EdgeRef, ElasticBand, Fullness, HoopMap, Panel, Part, Pattern, Stitch, Wrap,
};
