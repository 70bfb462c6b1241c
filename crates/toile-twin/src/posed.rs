//! An avatar's file as its twin stands: for programs that know glTF, but no performance.

use std::borrow::Cow;
use std::path::Path;

use glam::{Quat, Vec3};
use gltf::binary::Glb;
use serde_json::{Value, json};

use crate::avatar::Avatar;
use crate::error::TwinError;
use crate::pose::Pose;

/// What else there is to be seen.
#[derive(Debug, Clone, Default)]
pub struct Beside<'a> {
    /// Binary glTF files that stand in the world as they are, such as garments; they have
    /// neither skins nor animations.
    pub files: &'a [Vec<u8>],
    /// Materials of the avatar that are plain here: name and linear colour.
    pub plain: &'a [(&'a str, [f32; 3])],
}

impl Avatar {
    /// The bytes of a binary glTF: `bytes`, which are the avatar's file, with joints and
    /// morph targets as the pose has them, placed in the world, and what stands beside it.
    ///
    /// # Errors
    /// [`TwinError::Avatar`] when these bytes, or those of a file beside them, are no
    /// binary glTF.
    pub fn posed(
        &self,
        bytes: &[u8],
        pose: &Pose,
        beside: &Beside<'_>,
    ) -> Result<Vec<u8>, TwinError> {
        let mut whole = Scene::read(bytes, &self.file)?;
        if !whole.has_joints_of(self) {
            let problem = "has other joints than the avatar that was read from it";
            return Err(TwinError::avatar(&self.file, problem, "read it anew"));
        }
        whole.pose(self, pose);
        whole.paint(beside.plain);
        for file in beside.files {
            whole.add(Scene::read(file, &self.file)?);
        }
        whole.write(&self.file)
    }
}

/// What of a list points into which other one, but for meshes and nodes.
const POINTERS: [(&str, &[&str], &str); 8] = [
    ("accessors", &["bufferView"], "bufferViews"),
    ("images", &["bufferView"], "bufferViews"),
    ("textures", &["source"], "images"),
    ("textures", &["sampler"], "samplers"),
    (
        "materials",
        &["pbrMetallicRoughness", "baseColorTexture", "index"],
        "textures",
    ),
    (
        "materials",
        &["pbrMetallicRoughness", "metallicRoughnessTexture", "index"],
        "textures",
    ),
    ("materials", &["normalTexture", "index"], "textures"),
    ("nodes", &["mesh"], "meshes"),
];
/// Lists that are joined.
const LISTS: [&str; 9] = [
    "bufferViews",
    "accessors",
    "images",
    "samplers",
    "textures",
    "materials",
    "meshes",
    "nodes",
    "extensionsUsed",
];

/// A file taken apart.
struct Scene {
    root: Value,
    blob: Vec<u8>,
}

impl Scene {
    fn read(bytes: &[u8], file: &Path) -> Result<Self, TwinError> {
        let broken = |problem: String| TwinError::avatar(file, problem, "export it again as .glb");
        let glb = Glb::from_slice(bytes)
            .map_err(|error| broken(format!("not a valid glTF file: {error}")))?;
        let root = serde_json::from_slice(&glb.json)
            .map_err(|error| broken(format!("its JSON is broken: {error}")))?;
        let blob = glb.bin.map(Cow::into_owned).unwrap_or_default();
        Ok(Self { root, blob })
    }

    /// Entries of one of the file's lists; none if there is no such list.
    fn list(&mut self, name: &str) -> &mut [Value] {
        let list = self.root[name].as_array_mut();
        list.map_or(&mut [], Vec::as_mut_slice)
    }

    /// Number of the scene that is shown.
    fn shown(&self) -> usize {
        self.root["scene"].as_u64().unwrap_or(0) as usize
    }

    fn has_joints_of(&self, avatar: &Avatar) -> bool {
        let nodes = count(&self.root, "nodes");
        let joints: Vec<usize> = indices(&self.root["skins"][0]["joints"]).collect();
        joints.len() == avatar.skeleton.len() && joints.iter().all(|&node| node < nodes)
    }

    fn pose(&mut self, avatar: &Avatar, pose: &Pose) {
        let joints: Vec<usize> = indices(&self.root["skins"][0]["joints"]).collect();
        let shown = self.shown();
        let roots = self.root["scenes"][shown]["nodes"].take();
        let nodes = self.list("nodes");
        let parents: Vec<Option<usize>> = (0..nodes.len())
            .map(|node| {
                let above = |parent: &Value| indices(&parent["children"]).any(|n| n == node);
                nodes.iter().position(above)
            })
            .collect();
        for (joint, &node) in joints.iter().enumerate() {
            // A skeleton has what plain nodes above a joint do in the joint itself.
            let mut above = parents[node];
            while let Some(plain) = above.filter(|n| !joints.contains(n)) {
                place(&mut nodes[plain], Vec3::ZERO, Quat::IDENTITY);
                above = parents[plain];
            }
            let offset = match avatar.skeleton.parents[joint] {
                Some(_) => Vec3::ZERO,
                None => pose.hips_offset,
            };
            let from_parent = avatar.skeleton.rest_translation[joint] + offset;
            place(&mut nodes[node], from_parent, pose.local[joint]);
        }
        let mut stands = json!({"name": "twin", "children": roots});
        place(&mut stands, pose.root, Quat::from_rotation_y(pose.heading));
        self.root["scenes"][shown]["nodes"] = json!([nodes.len()]);
        if let Some(nodes) = self.root["nodes"].as_array_mut() {
            nodes.push(stands);
        }
        for mesh in self.list("meshes") {
            let names = mesh["extras"]["targetNames"].as_array();
            let weight = |name: &Value| {
                let of = |unit: &&(&str, f32)| name.as_str() == Some(unit.0);
                pose.morphs.iter().find(of).map_or(0.0, |unit| unit.1)
            };
            let weights: Option<Vec<f32>> = names.map(|names| names.iter().map(weight).collect());
            if let Some(weights) = weights {
                mesh["weights"] = json!(weights);
            }
        }
    }

    fn paint(&mut self, plain: &[(&str, [f32; 3])]) {
        for material in self.list("materials") {
            let colour = plain.iter().find(|(name, _)| material["name"] == *name);
            if let Some((_, [r, g, b])) = colour {
                let surface = &mut material["pbrMetallicRoughness"];
                if let Some(surface) = surface.as_object_mut() {
                    surface.remove("baseColorTexture");
                }
                surface["baseColorFactor"] = json!([r, g, b, 1.0]);
            }
        }
    }

    /// Puts all of another file's scene into this one.
    fn add(&mut self, mut other: Self) {
        self.blob.resize(self.blob.len().next_multiple_of(4), 0);
        let blob_bytes = self.blob.len();
        self.blob.append(&mut other.blob);
        for view in other.list("bufferViews") {
            let from = view["byteOffset"].as_u64().unwrap_or(0);
            view["byteOffset"] = json!(from + blob_bytes as u64);
        }
        let shifted = |scene: &mut Value, list: &str, path: &[&str], by: usize| {
            let entries = scene[list].as_array_mut().into_iter().flatten();
            entries.for_each(|entry| shift(entry, path, by));
        };
        for (list, path, into) in POINTERS {
            let by = count(&self.root, into);
            shifted(&mut other.root, list, path, by);
        }
        let (accessors, materials) = (
            count(&self.root, "accessors"),
            count(&self.root, "materials"),
        );
        for mesh in other.list("meshes") {
            for primitive in mesh["primitives"].as_array_mut().into_iter().flatten() {
                shift(primitive, &["indices"], accessors);
                shift(primitive, &["material"], materials);
                let attributes = primitive["attributes"].as_object_mut();
                for accessor in attributes.into_iter().flat_map(|list| list.values_mut()) {
                    shift(accessor, &[], accessors);
                }
            }
        }
        let nodes = count(&self.root, "nodes");
        for node in other.list("nodes") {
            for child in node["children"].as_array_mut().into_iter().flatten() {
                shift(child, &[], nodes);
            }
        }
        let stands = indices(&other.root["scenes"][0]["nodes"]);
        let stands: Vec<Value> = stands.map(|node| json!(node + nodes)).collect();
        let shown = self.shown();
        if let Some(scene) = self.root["scenes"][shown]["nodes"].as_array_mut() {
            scene.extend(stands);
        }
        for list in LISTS {
            let more = other.root[list].as_array_mut().map(std::mem::take);
            if self.root[list].is_null() {
                self.root[list] = json!([]);
            }
            if let Some(here) = self.root[list].as_array_mut() {
                // Names of extensions are told once.
                let new = |entry: &Value| !entry.is_string() || !here.contains(entry);
                let more: Vec<Value> = more.into_iter().flatten().filter(new).collect();
                here.extend(more);
            }
        }
    }

    fn write(mut self, file: &Path) -> Result<Vec<u8>, TwinError> {
        self.root["buffers"] = json!([{"byteLength": self.blob.len()}]);
        if let Some(root) = self.root.as_object_mut() {
            // The format knows no empty lists.
            let empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
            root.retain(|_, value| !value.is_null() && !empty(value));
        }
        let glb = Glb {
            header: gltf::binary::Header {
                magic: *b"glTF",
                version: 2,
                length: 0,
            },
            json: self.root.to_string().into_bytes().into(),
            bin: Some(self.blob.into()),
        };
        glb.to_vec().map_err(|error| {
            let problem = format!("cannot be written in a pose: {error}");
            TwinError::avatar(file, problem, "make its pictures smaller")
        })
    }
}

/// The numbers in a list of numbers.
fn indices(list: &Value) -> impl Iterator<Item = usize> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(|index| Some(index.as_u64()? as usize))
}

fn count(root: &Value, list: &str) -> usize {
    root[list].as_array().map_or(0, Vec::len)
}

/// Adds to the number that is found along a path, if there is one.
fn shift(entry: &mut Value, path: &[&str], by: usize) {
    let mut at = Some(entry);
    for key in path {
        at = at.and_then(|value| value.get_mut(key));
    }
    if let Some(value) = at
        && let Some(index) = value.as_u64()
    {
        *value = json!(index + by as u64);
    }
}

fn place(node: &mut Value, translation: Vec3, rotation: Quat) {
    if let Some(node) = node.as_object_mut() {
        node.remove("matrix");
        node.insert("translation".to_owned(), json!(translation.to_array()));
        node.insert(
            "rotation".to_owned(),
            json!(rotation.normalize().to_array()),
        );
    }
}
