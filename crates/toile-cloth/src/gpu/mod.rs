//! The solver on the GPU: device, pipelines, packed buffers, stepping.

mod body;
mod device;
pub mod layout;
mod pack;
mod pipelines;
mod readback;
mod sim;
mod stats;

pub use device::{AdapterSummary, request_device};
pub use pipelines::{ClothPipelines, Shader, shader_sources};
pub use sim::{ClothSim, EmitTarget};
