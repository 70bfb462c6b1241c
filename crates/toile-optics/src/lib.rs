//! How cloth returns light.
//!
//! A surface is a bed of fibres in two directions. Each lets some light glint off its
//! outside, more along a band across the yarn than along it; fuzz that stands off the
//! surface scatters towards grazing views; what is left goes into the yarn, takes its
//! colour and comes out in all directions, on this side or, of thin cloth, on the
//! other. The parts are bound to each other by tables of *directional albedo*, the
//! share of light from everywhere that a lobe sends to one view, so that a white
//! cloth in a white room is not to be seen (`furnace`).
//!
//! Everything here is arithmetic on plain numbers: [`lobes`] is the twin of
//! `shaders/stage/optics.wgsl`, [`Surface`] what the shader is given.

pub mod colour;
mod fuzz;
mod lobes;
mod surface;
mod table;

pub use fuzz::Fuzz;
pub use lobes::{azimuth, facet, fuzz, ggx, glint, grazing};
pub use surface::{Dye, Fibre, Surface, furnace};
pub use table::{ENTRIES, Table};
