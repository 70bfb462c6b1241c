//! Writing a rigged body as a binary glTF 2.0 file.
//!
//! The writer knows nothing of bodies: it takes parts (skinned triangle
//! meshes), materials, images and a skeleton and lays them out so that the
//! Khronos validator has nothing to say. Morphs are sparse accessors, as a
//! face unit moves few of the vertices.

mod writer;
mod xmp;

pub(crate) use writer::write;

use glam::{Quat, Vec2, Vec3};

/// How a material treats the alpha of its base colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Alpha {
    /// Alpha is ignored.
    Opaque,
    /// Texels under this alpha are holes.
    Mask(f32),
    /// Drawn over what is behind.
    Blend,
}

/// A metallic-roughness material.
#[derive(Debug, Clone)]
pub(crate) struct Material {
    /// Name the run time looks materials up by.
    pub(crate) name: &'static str,
    /// Linear RGB and alpha, multiplied with the texture.
    pub(crate) colour: [f32; 4],
    /// Base colour image.
    pub(crate) texture: Option<usize>,
    /// Image with roughness in green and metalness in blue.
    pub(crate) rough_texture: Option<usize>,
    /// Tangent-space normal image.
    pub(crate) normal_texture: Option<usize>,
    /// Perceptual roughness (multiplied with the texture's green).
    pub(crate) roughness: f32,
    /// Treatment of alpha.
    pub(crate) alpha: Alpha,
    /// Whether back faces are drawn.
    pub(crate) double_sided: bool,
    /// What surface it is, for a renderer that knows more than glTF: `extras.surface`.
    pub(crate) surface: Option<&'static str>,
}

impl Material {
    /// An opaque, untextured material.
    pub(crate) fn plain(name: &'static str, colour: Vec3, roughness: f32) -> Self {
        Self {
            name,
            colour: [colour.x, colour.y, colour.z, 1.0],
            texture: None,
            rough_texture: None,
            normal_texture: None,
            roughness,
            alpha: Alpha::Opaque,
            double_sided: false,
            surface: None,
        }
    }
}

/// An encoded image.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    /// `image/jpeg` or `image/png`.
    pub(crate) mime: &'static str,
    /// The file's bytes.
    pub(crate) bytes: Vec<u8>,
}

/// A skinned mesh with one material.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    /// Name of the material, found in [`Avatar::materials`].
    pub(crate) material: &'static str,
    /// Bind positions, metres.
    pub(crate) positions: Vec<Vec3>,
    /// Unit normals.
    pub(crate) normals: Vec<Vec3>,
    /// Texture coordinates in glTF's sense (v downwards).
    pub(crate) uvs: Vec<Vec2>,
    /// Linear tint per vertex, multiplied with the material; empty for none. 1 is no change.
    pub(crate) colours: Vec<Vec3>,
    /// Four joints per vertex.
    pub(crate) joints: Vec<[u16; 4]>,
    /// Four weights per vertex, summing to one.
    pub(crate) weights: Vec<[f32; 4]>,
    /// Counter-clockwise triangles.
    pub(crate) tris: Vec<[u32; 3]>,
    /// Per face unit, vertex and displacement; empty where the mesh has no morphs.
    pub(crate) morphs: Vec<Vec<(u32, Vec3)>>,
}

impl Part {
    /// Appends another part's geometry (not its morphs).
    pub(crate) fn append(&mut self, other: &Self) {
        let base = self.positions.len() as u32;
        self.positions.extend_from_slice(&other.positions);
        self.normals.extend_from_slice(&other.normals);
        self.uvs.extend_from_slice(&other.uvs);
        self.colours.extend_from_slice(&other.colours);
        self.joints.extend_from_slice(&other.joints);
        self.weights.extend_from_slice(&other.weights);
        self.tris
            .extend(other.tris.iter().map(|t| t.map(|i| i + base)));
    }
}

/// A named mesh: parts that share (or all lack) the face morphs.
#[derive(Debug, Clone)]
pub(crate) struct MeshNode {
    /// Node and mesh name.
    pub(crate) name: &'static str,
    /// The primitives.
    pub(crate) parts: Vec<Part>,
}

/// A joint as a node: local rest transform and inverse bind.
#[derive(Debug, Clone)]
pub(crate) struct JointNode {
    /// Node name.
    pub(crate) name: String,
    /// Index of the parent joint; parents come first.
    pub(crate) parent: Option<usize>,
    /// Local translation, metres.
    pub(crate) translation: Vec3,
    /// Local rest rotation: the A-pose relative to the T-pose.
    pub(crate) rotation: Quat,
    /// World rotation in the bind pose.
    pub(crate) bind_rotation: Quat,
    /// World position in the bind pose.
    pub(crate) bind_position: Vec3,
}

/// All that goes into one file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Avatar {
    /// The skeleton, the root first.
    pub(crate) joints: Vec<JointNode>,
    /// Skinned meshes.
    pub(crate) meshes: Vec<MeshNode>,
    /// Materials, by name.
    pub(crate) materials: Vec<Material>,
    /// Encoded images.
    pub(crate) images: Vec<Image>,
    /// Names of the morphs, in order.
    pub(crate) morph_names: Vec<String>,
    /// Free data for `asset.extras`.
    pub(crate) extras: serde_json::Value,
    /// `asset.copyright`, and the rights of its metadata.
    pub(crate) copyright: String,
    /// On what terms it may be shown.
    pub(crate) terms: &'static str,
}
