//! The solver on the GPU: device, pipelines, packed buffers, stepping.

mod body;
mod device;
mod flesh;
pub mod layout;
mod pack;
mod pipelines;
mod probe;
mod readback;
mod schedule;
mod show;
mod sim;
mod stats;

pub use device::{AdapterSummary, request_device};
pub use flesh::{Flesh, SkinTarget};
pub use pipelines::{ClothPipelines, Shader, shader_sources};
#[doc(hidden)]
pub use probe::Probe;
pub use sim::{ClothSim, EmitTarget, Mark};
