//! What surfaces are where, for `OpenEXR` layers: a second camera beside each that is
//! captured draws stand-ins of everything on stage with a material that tells object,
//! depth, normal and motion. The picture itself is drawn as ever.

mod material;
mod read;
mod stand_ins;

pub(super) use material::{SurfaceMaterial, Tracks, insert_tracks, plugin, surface_camera};
pub(super) use read::unpack;
pub(super) use stand_ins::{StandInError, place};

/// The render layer of stand-ins for twins and what they wear, which no other camera
/// sees.
const TWINS: usize = 7;
/// That of stand-ins for the house, which a clean feed leaves out.
const HOUSE: usize = 8;
