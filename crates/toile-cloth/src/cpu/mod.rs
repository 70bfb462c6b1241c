//! Readable CPU twins of the kernels, in f64 where the kernel works in f32.
//! Tests compare the two; [`body::SurfaceIndex`] also serves the statistics.

pub mod body;
pub mod cloth_contact;
pub mod coarse;
pub mod elastic;
pub mod step;
