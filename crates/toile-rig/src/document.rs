//! The JSON part of a glTF file: what an avatar needs of it, read leniently and
//! checked to be a forest.

use std::collections::BTreeMap;

use glam::{Mat4, Quat, Vec3};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{Read, RigError};
use crate::limits;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Document {
    pub(crate) asset: Asset,
    pub(crate) scene: Option<usize>,
    pub(crate) scenes: Vec<Scene>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) meshes: Vec<Mesh>,
    pub(crate) skins: Vec<Skin>,
    pub(crate) accessors: Vec<Accessor>,
    pub(crate) buffer_views: Vec<View>,
    pub(crate) buffers: Vec<Buffer>,
    pub(crate) materials: Vec<Value>,
    pub(crate) textures: Vec<Value>,
    pub(crate) samplers: Vec<Value>,
    pub(crate) images: Vec<Image>,
    pub(crate) extensions: Map<String, Value>,
    pub(crate) extensions_required: Vec<String>,
    pub(crate) animations: Vec<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asset {
    pub(crate) version: String,
    pub(crate) generator: String,
    pub(crate) copyright: String,
    pub(crate) extensions: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Scene {
    pub(crate) nodes: Vec<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) children: Vec<usize>,
    pub(crate) mesh: Option<usize>,
    pub(crate) skin: Option<usize>,
    matrix: Option<[f32; 16]>,
    translation: Option<[f32; 3]>,
    rotation: Option<[f32; 4]>,
    scale: Option<[f32; 3]>,
}

impl Node {
    fn local(&self) -> Mat4 {
        if let Some(matrix) = &self.matrix {
            return Mat4::from_cols_array(matrix);
        }
        let rotation = Quat::from_array(self.rotation.unwrap_or([0.0, 0.0, 0.0, 1.0]));
        Mat4::from_scale_rotation_translation(
            Vec3::from(self.scale.unwrap_or([1.0; 3])),
            if rotation.length_squared() > 1e-12 {
                rotation.normalize()
            } else {
                Quat::IDENTITY
            },
            Vec3::from(self.translation.unwrap_or_default()),
        )
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Mesh {
    pub(crate) name: String,
    pub(crate) primitives: Vec<Primitive>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Primitive {
    pub(crate) attributes: BTreeMap<String, usize>,
    pub(crate) indices: Option<usize>,
    pub(crate) material: Option<usize>,
    pub(crate) mode: Option<u32>,
    pub(crate) targets: Vec<Value>,
    pub(crate) extensions: Map<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Skin {
    pub(crate) joints: Vec<usize>,
    pub(crate) inverse_bind_matrices: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Accessor {
    pub(crate) buffer_view: Option<usize>,
    pub(crate) byte_offset: usize,
    pub(crate) component_type: u32,
    pub(crate) normalized: bool,
    pub(crate) count: usize,
    #[serde(rename = "type")]
    pub(crate) shape: String,
    pub(crate) sparse: Option<Sparse>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sparse {
    pub(crate) count: usize,
    pub(crate) indices: SparsePart,
    pub(crate) values: SparsePart,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct SparsePart {
    pub(crate) buffer_view: usize,
    pub(crate) byte_offset: usize,
    pub(crate) component_type: u32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct View {
    pub(crate) buffer: usize,
    pub(crate) byte_offset: usize,
    pub(crate) byte_length: usize,
    pub(crate) byte_stride: Option<usize>,
    pub(crate) extensions: Map<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Buffer {
    pub(crate) uri: Option<String>,
    pub(crate) byte_length: usize,
    pub(crate) extensions: Map<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Image {
    pub(crate) uri: Option<String>,
    pub(crate) mime_type: Option<String>,
    pub(crate) buffer_view: Option<usize>,
}

/// Splits a file into its JSON and its binary part.
pub(crate) fn open(bytes: &[u8]) -> Read<(Document, Option<Vec<u8>>)> {
    if bytes.len() > limits::BYTES {
        return Err(RigError::new(
            "file",
            format!(
                "has {} MiB; at most {} are read",
                bytes.len() >> 20,
                limits::BYTES >> 20
            ),
            "reduce its pictures and meshes",
        ));
    }
    let (json, blob) = if bytes.starts_with(b"glTF") {
        // The reader takes a length below that of the head for a huge one.
        let told = bytes
            .get(8..12)
            .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
        if told.is_none_or(|n| n < 20 || n > bytes.len()) {
            return Err(RigError::new(
                "length",
                format!("claims {} bytes of {}", told.unwrap_or(0), bytes.len()),
                "fetch or export the file again; it is cut off",
            ));
        }
        let glb = gltf::binary::Glb::from_slice(bytes).map_err(|e| {
            RigError::new(
                "head",
                format!("is no binary glTF: {e}"),
                "export it again as .glb",
            )
        })?;
        (
            glb.json.into_owned(),
            glb.bin.map(std::borrow::Cow::into_owned),
        )
    } else {
        (bytes.to_vec(), None)
    };
    if json.len() > limits::JSON {
        return Err(RigError::new(
            "JSON",
            format!(
                "has {} MiB; at most {} are read",
                json.len() >> 20,
                limits::JSON >> 20
            ),
            "export it as .glb, with buffers outside the JSON",
        ));
    }
    let document: Document = serde_json::from_slice(&json).map_err(|e| {
        RigError::new(
            "JSON",
            format!("is no glTF: {e}"),
            "export it again as .glb, .gltf or .vrm; .fbx, .blend and .usd are not read",
        )
    })?;
    if !document.asset.version.starts_with("2.") {
        return Err(RigError::new(
            "asset.version",
            format!("is '{}'; 2.0 is read", document.asset.version),
            "export it again as glTF 2.0",
        ));
    }
    Ok((document, blob))
}

/// The nodes as a forest.
pub(crate) struct Forest {
    pub(crate) parent: Vec<Option<usize>>,
    /// World from node.
    pub(crate) world: Vec<Mat4>,
    /// Whether the scene shows the node.
    pub(crate) shown: Vec<bool>,
}

impl Forest {
    /// Checks that every node has one way up, and follows it.
    pub(crate) fn new(document: &Document) -> Read<Self> {
        let nodes = &document.nodes;
        if nodes.len() > limits::NODES {
            return Err(RigError::new(
                "nodes",
                format!("are {}; at most {} are read", nodes.len(), limits::NODES),
                "export the avatar alone",
            ));
        }
        let mut parent = vec![None; nodes.len()];
        for (i, node) in nodes.iter().enumerate() {
            for (k, &child) in node.children.iter().enumerate() {
                let field = format!("nodes[{i}].children[{k}]");
                if child >= nodes.len() {
                    return Err(RigError::new(
                        field,
                        format!("is {child}, but there are {} nodes", nodes.len()),
                        "export it again",
                    ));
                }
                if parent[child].is_some() || child == i {
                    return Err(RigError::new(
                        field,
                        format!("gives node {child} a second parent"),
                        "hang every node under one parent",
                    ));
                }
                parent[child] = Some(i);
            }
        }
        let mut order: Vec<usize> = (0..nodes.len()).filter(|&i| parent[i].is_none()).collect();
        let mut next = 0;
        while next < order.len() {
            order.extend(&nodes[order[next]].children);
            next += 1;
        }
        if order.len() < nodes.len() {
            let mut reached = vec![false; nodes.len()];
            order.iter().for_each(|&i| reached[i] = true);
            let first = reached.iter().position(|r| !r).unwrap_or(0);
            return Err(RigError::new(
                format!("nodes[{first}].children"),
                "lead back to the node itself",
                "break the circle and export it again",
            ));
        }
        let mut world = vec![Mat4::IDENTITY; nodes.len()];
        for &i in &order {
            let local = nodes[i].local();
            world[i] = parent[i].map_or(local, |p: usize| world[p] * local);
            if !world[i].is_finite() {
                return Err(RigError::new(
                    format!("nodes[{i}]"),
                    format!(
                        "('{}') is placed by numbers that are not finite",
                        nodes[i].name
                    ),
                    "reset its transform and export it again",
                ));
            }
        }
        let mut shown = vec![document.scenes.is_empty(); nodes.len()];
        if let Some(scene) = document.scenes.get(document.scene.unwrap_or(0)) {
            for &root in &scene.nodes {
                if root >= nodes.len() {
                    return Err(RigError::new(
                        "scenes",
                        format!("name node {root} of {}", nodes.len()),
                        "export it again",
                    ));
                }
                shown[root] = true;
            }
            for &i in &order {
                shown[i] = shown[i] || parent[i].is_some_and(|p| shown[p]);
            }
        }
        Ok(Self {
            parent,
            world,
            shown,
        })
    }
}
