//! The skin, base layer and shoes of an avatar as they are drawn, for the cloth to
//! push back.

use std::ops::Range;
use toile_cloth::BodyMesh;
use toile_twin::Avatar;

/// Materials below the clothes. Hair, eyes and lashes lie where no cloth comes; `worn` are
/// own clothes that stand for skin.
const BELOW: [&str; 4] = ["skin", "base_layer", "worn", "shoes"];

/// What is drawn below the clothes, as one mesh.
pub struct DrawnSkin {
    /// Vertices in the order of the file, none merged.
    pub mesh: BodyMesh,
    /// The avatar's primitive, and its vertices in the mesh.
    pub parts: Vec<(usize, Range<u32>)>,
}

impl DrawnSkin {
    /// Of an avatar.
    #[must_use]
    pub fn new(avatar: &Avatar) -> Self {
        let mut mesh = BodyMesh {
            joint_count: avatar.skeleton.len(),
            ..BodyMesh::default()
        };
        let mut parts = Vec::new();
        for (number, part) in avatar.primitives.iter().enumerate() {
            if !BELOW.contains(&part.material.as_str()) {
                continue;
            }
            let first = mesh.positions.len() as u32;
            mesh.positions.extend(&part.positions);
            mesh.normals.extend(&part.normals);
            mesh.joints.extend(&part.joints);
            mesh.weights.extend(&part.weights);
            mesh.region.extend(part.positions.iter().map(|_| u32::MAX));
            let corners = part.indices.as_chunks::<3>().0;
            mesh.triangles
                .extend(corners.iter().map(|t| t.map(|i| first + i)));
            parts.push((number, first..mesh.positions.len() as u32));
        }
        Self { mesh, parts }
    }
}
