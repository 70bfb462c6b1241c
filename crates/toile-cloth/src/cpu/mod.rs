//! Readable CPU twins of the kernels, in f64 where the kernel works in f32.
//! Tests compare the two; [`surface::SurfaceIndex`] also serves the statistics.

pub mod body;
pub mod coarse;
pub mod elastic;
pub mod flesh;
pub mod guard;
pub mod hang;
pub mod step;
pub mod surface;
pub mod touch;
