//! GPU cloth: implicit Euler with matrix-free conjugate gradients in WGSL.
//!
//! The crate needs a [`wgpu::Device`] and plain data ([`ClothMesh`],
//! [`BodyMesh`], [`StepPlan`]); it knows nothing of engines or files. The
//! physics kernels are in `shaders/cloth`, their readable CPU twins in
//! [`cpu`], method and validation in `docs/cloth.md`.

mod coarse;
pub mod cpu;
mod error;
mod gpu;
mod model;
mod notions;
mod topology;
mod tree;
pub mod truth;

pub use coarse::{Block, Coarse};
pub use error::ClothError;
#[doc(hidden)]
pub use gpu::Probe;
pub use gpu::layout;
pub use gpu::{
    AdapterSummary, ClothPipelines, ClothSim, EmitTarget, Flesh, Mark, Shader, SkinTarget,
    request_device, shader_sources,
};
pub use model::{
    BodyMesh, ClothMesh, ClothStats, ElasticBand, FabricParams, Pin, PinTarget, RIGID, StepPlan,
};
pub use notions::{Allowance, Attachment};
pub use topology::{
    BEND_CALIBRATION, COMPRESSION, Hinge, LAYER_GAP, Link, MIN_OFFSET, RestTri, Spring, Topology,
    plate, project_membrane,
};
