//! What a body looks like: skin, eyes, hair, shoes and base layer.
//!
//! [`avatar_glb`] goes from a recipe to the bytes of a rigged glTF file:
//! evaluate (and fit) the shape, rig it, cut and paint the skin, add eyes,
//! lashes, brows, teeth, hair, base layer and shoes, and write it all with
//! 52 face morphs.

mod avatar;
mod base_layer;
mod brows;
mod eyes;
mod hair;
pub(crate) mod head;
mod image;
mod mannequin;
mod mesh;
mod model;
pub(crate) mod noise;
mod paint;
mod shoes;

pub use avatar::avatar_glb;
