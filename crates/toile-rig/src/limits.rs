//! How much of a foreign file is read: what is more is refused before any of it is
//! taken into memory.

/// Bytes of a file, of all files beside it, and of what they unpack to.
pub(crate) const BYTES: usize = 512 << 20;
/// Bytes of the JSON part.
pub(crate) const JSON: usize = 64 << 20;
/// Nodes.
pub(crate) const NODES: usize = 16_384;
/// Joints of a skin; joint numbers have sixteen bits.
pub(crate) const JOINTS: usize = 4096;
/// Vertices of all meshes together.
pub(crate) const VERTICES: usize = 2_000_000;
/// Triangle corners of all meshes together.
pub(crate) const CORNERS: usize = 12_000_000;
/// Primitives of all meshes together.
pub(crate) const PRIMITIVES: usize = 2048;
/// Numbers of one accessor.
pub(crate) const NUMBERS: usize = CORNERS;
/// Skins.
pub(crate) const SKINS: usize = 512;
