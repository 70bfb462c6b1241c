//! Reads an avatar: a binary glTF with one skin and any number of skinned
//! primitives. Textures are left alone; the renderer reads those itself.

use std::path::{Path, PathBuf};

use glam::{Mat4, Quat, Vec3};

use crate::collision::CollisionBody;
use crate::error::TwinError;
use crate::pose::{Skeleton, bind_pose, joint_world};

/// Prefix Mixamo puts before joint names; exporters may drop the colon.
const PREFIXES: [&str; 2] = ["mixamorig:", "mixamorig"];
/// How far the rest pose may lie from the bind pose, metres.
const REST_TOLERANCE_M: f32 = 1.0e-3;

/// One skinned primitive of the avatar, in bind-pose model space.
#[derive(Clone, Debug, PartialEq)]
pub struct Primitive {
    /// Name of its material: `skin`, `base_layer`, `shoes`, `hair`, …
    pub material: String,
    /// Number of the glTF node that carries the mesh.
    pub node: usize,
    /// Number of the glTF mesh.
    pub mesh: usize,
    /// Number of the primitive within the mesh.
    pub primitive: usize,
    /// Vertex positions, metres.
    pub positions: Vec<Vec3>,
    /// Unit normals, one per position.
    pub normals: Vec<Vec3>,
    /// Triangle corners, three per triangle, counter-clockwise from outside.
    pub indices: Vec<u32>,
    /// Four joint numbers per vertex.
    pub joints: Vec<[u16; 4]>,
    /// Four weights per vertex; they sum to one.
    pub weights: Vec<[f32; 4]>,
    /// Names of the mesh's morph targets, in order.
    pub morph_targets: Vec<String>,
}

/// An avatar: skeleton and skinned meshes.
#[derive(Clone, Debug, PartialEq)]
pub struct Avatar {
    /// File it was read from.
    pub file: PathBuf,
    /// The one skeleton all primitives share.
    pub skeleton: Skeleton,
    /// Skinned primitives in file order.
    pub primitives: Vec<Primitive>,
}

impl Avatar {
    /// Reads the binary glTF file `file`.
    ///
    /// # Errors
    /// [`TwinError::Read`] when the file cannot be read, [`TwinError::Avatar`]
    /// when it is not glTF, has no skin, several skeletons, scaled joints,
    /// missing attributes, joint numbers out of range, weights that do not sum
    /// to one, numbers that are not finite, or a rest pose other than its bind
    /// pose.
    pub fn load(file: &Path) -> Result<Self, TwinError> {
        let bytes = std::fs::read(file).map_err(|source| TwinError::Read {
            file: file.to_path_buf(),
            source,
        })?;
        Self::parse(&bytes, file)
    }

    /// Reads an avatar from the bytes of a binary glTF; `file` is only named in
    /// errors.
    ///
    /// # Errors
    /// As [`Avatar::load`], without the reading.
    pub fn parse(bytes: &[u8], file: &Path) -> Result<Self, TwinError> {
        let gltf = gltf::Gltf::from_slice(bytes).map_err(|e| {
            TwinError::avatar(
                file,
                format!("not a valid glTF file: {e}"),
                "export it again as .glb",
            )
        })?;
        let blob = gltf.blob.as_deref().ok_or_else(|| {
            TwinError::avatar(
                file,
                "holds no binary buffer",
                "export it as one self-contained .glb",
            )
        })?;
        let skeleton = read_skeleton(&gltf.document, blob, file)?;
        let mut primitives = Vec::new();
        for node in gltf.document.nodes().filter(|node| node.skin().is_some()) {
            if let Some(mesh) = node.mesh() {
                let morphs = morph_names(&mesh);
                for primitive in mesh.primitives() {
                    let place = Place {
                        node: node.index(),
                        mesh: mesh.index(),
                        file,
                    };
                    let read = read_primitive(&place, &primitive, blob, &skeleton, &morphs)?;
                    primitives.push(read);
                }
            }
        }
        if primitives.is_empty() {
            return Err(TwinError::avatar(
                file,
                "holds no skinned mesh",
                "bind the mesh to the skeleton",
            ));
        }
        Ok(Self {
            file: file.to_path_buf(),
            skeleton,
            primitives,
        })
    }

    /// Primitives whose material is called `material`.
    pub fn with_material<'a>(&'a self, material: &'a str) -> impl Iterator<Item = &'a Primitive> {
        self.primitives
            .iter()
            .filter(move |p| p.material == material)
    }

    /// Names of all morph targets of all primitives, each once, in file order.
    #[must_use]
    pub fn morph_targets(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.primitives.iter().flat_map(|p| &p.morph_targets) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// Skin, base layer and shoes as one mesh whose coincident vertices are
    /// welded.
    #[must_use]
    pub fn collision_body(&self) -> CollisionBody {
        CollisionBody::new(self)
    }

    /// The avatar with a display figure's head, for who is shown without a face: skin and
    /// eyes become a smooth egg. Hair, brows, lashes and teeth stay, and are not drawn.
    #[must_use]
    pub fn without_face(&self) -> Self {
        crate::faceless::without_face(self)
    }

    /// The surface that cloth collides with: a closed hull around
    /// [`Self::collision_body`] with even triangles and no rims.
    ///
    /// # Errors
    /// [`TwinError::Avatar`] when the shells enclose no body of human size.
    pub fn collision_hull(&self) -> Result<CollisionBody, TwinError> {
        crate::hull::wrap(self)
    }
}

fn buffer<'a>(buffer: &gltf::Buffer<'_>, blob: &'a [u8]) -> Option<&'a [u8]> {
    matches!(buffer.source(), gltf::buffer::Source::Bin).then_some(blob)
}

/// Joint name without exporter prefix.
fn plain_name(name: &str) -> String {
    PREFIXES
        .iter()
        .find_map(|p| name.strip_prefix(p))
        .unwrap_or(name)
        .to_owned()
}

fn read_skeleton(
    document: &gltf::Document,
    blob: &[u8],
    file: &Path,
) -> Result<Skeleton, TwinError> {
    let mut skins = document.skins();
    let skin = skins.next().ok_or_else(|| {
        TwinError::avatar(
            file,
            "holds no skin, so nothing can pose it",
            "bind the mesh to a skeleton",
        )
    })?;
    let nodes: Vec<usize> = skin.joints().map(|joint| joint.index()).collect();
    if skins.any(|other| !other.joints().map(|j| j.index()).eq(nodes.iter().copied())) {
        return Err(TwinError::avatar(
            file,
            "holds several skeletons",
            "bind all meshes to one skeleton",
        ));
    }

    let mut parent_node = vec![None; document.nodes().len()];
    for node in document.nodes() {
        for child in node.children() {
            parent_node[child.index()] = Some(node.index());
        }
    }
    let locals: Vec<Mat4> = document
        .nodes()
        .map(|n| Mat4::from_cols_array_2d(&n.transform().matrix()))
        .collect();

    let mut names = Vec::with_capacity(nodes.len());
    let mut parents = Vec::with_capacity(nodes.len());
    let mut rest_translation = Vec::with_capacity(nodes.len());
    let mut rest_rotation = Vec::with_capacity(nodes.len());
    for joint in skin.joints() {
        let name = plain_name(joint.name().unwrap_or_default());
        // Plain nodes between two joints, or above the first, are folded into
        // the joint below them.
        let mut local = locals[joint.index()];
        let mut above = parent_node[joint.index()];
        let mut parent = None;
        while let Some(node) = above {
            parent = nodes.iter().position(|&n| n == node);
            if parent.is_some() {
                break;
            }
            local = locals[node] * local;
            above = parent_node[node];
        }
        let (scale, rotation, translation) = local.to_scale_rotation_translation();
        if !local.is_finite() || (scale - Vec3::ONE).abs().max_element() > 1.0e-3 {
            return Err(TwinError::avatar(
                file,
                format!("joint '{name}' is scaled by {scale}"),
                "apply all scales before exporting, in metres",
            ));
        }
        names.push(name);
        parents.push(parent);
        rest_translation.push(translation);
        rest_rotation.push(rotation.normalize());
    }
    let order = parents_first(&parents).ok_or_else(|| {
        TwinError::avatar(
            file,
            "the skeleton has more than one root joint",
            "hang all joints under the hips",
        )
    })?;

    let inverse_bind: Vec<Mat4> = skin
        .reader(|b| buffer(&b, blob))
        .read_inverse_bind_matrices()
        .map(|all| all.map(|m| Mat4::from_cols_array_2d(&m)).collect())
        .unwrap_or_default();
    if inverse_bind.len() != nodes.len() || !inverse_bind.iter().all(Mat4::is_finite) {
        return Err(TwinError::avatar(
            file,
            format!(
                "{} joints but {} usable inverse bind matrices",
                nodes.len(),
                inverse_bind.len()
            ),
            "export the skin with its inverse bind matrices",
        ));
    }
    let skeleton = Skeleton {
        names,
        parents,
        rest_translation,
        rest_rotation,
        inverse_bind,
        order,
    };
    check_rest_is_bind(&skeleton, file)?;
    Ok(skeleton)
}

/// Joint numbers with parents before children; `None` unless there is exactly
/// one root.
fn parents_first(parents: &[Option<usize>]) -> Option<Vec<usize>> {
    let mut order: Vec<usize> = (0..parents.len())
        .filter(|&j| parents[j].is_none())
        .collect();
    if order.len() != 1 {
        return None;
    }
    let mut next = 0;
    while next < order.len() {
        let joint = order[next];
        order.extend((0..parents.len()).filter(|&j| parents[j] == Some(joint)));
        next += 1;
    }
    (order.len() == parents.len()).then_some(order)
}

fn check_rest_is_bind(skeleton: &Skeleton, file: &Path) -> Result<(), TwinError> {
    let rest: Vec<Mat4> = joint_world(skeleton, &bind_pose(skeleton));
    for (joint, (rest, inverse_bind)) in rest.iter().zip(&skeleton.inverse_bind).enumerate() {
        let bind = inverse_bind.inverse();
        let away = rest.w_axis.truncate().distance(bind.w_axis.truncate());
        let turned = Quat::from_mat4(rest).angle_between(Quat::from_mat4(&bind));
        if away.is_nan() || away > REST_TOLERANCE_M || turned > 0.01 {
            let name = &skeleton.names[joint];
            return Err(TwinError::avatar(
                file,
                format!(
                    "joint '{name}' rests {:.1} mm and {turned:.3} rad off its bind pose",
                    away * 1000.0
                ),
                "export the skeleton in the pose the mesh was bound in",
            ));
        }
    }
    Ok(())
}

/// `targetNames` in the mesh's extras, the convention all exporters share.
fn morph_names(mesh: &gltf::Mesh<'_>) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Extras {
        #[serde(rename = "targetNames", default)]
        target_names: Vec<String>,
    }
    mesh.extras()
        .as_ref()
        .and_then(|raw| serde_json::from_str::<Extras>(raw.get()).ok())
        .map(|extras| extras.target_names)
        .unwrap_or_default()
}

struct Place<'a> {
    node: usize,
    mesh: usize,
    file: &'a Path,
}

fn read_primitive(
    place: &Place<'_>,
    primitive: &gltf::Primitive<'_>,
    blob: &[u8],
    skeleton: &Skeleton,
    morphs: &[String],
) -> Result<Primitive, TwinError> {
    let material = primitive.material().name().unwrap_or_default().to_owned();
    let fault = |problem: &str, mend: &str| {
        let whole = format!(
            "primitive {} of mesh {} (material '{material}') {problem}",
            primitive.index(),
            place.mesh
        );
        TwinError::avatar(place.file, whole, mend)
    };
    if primitive.mode() != gltf::mesh::Mode::Triangles {
        return Err(fault("is not made of triangles", "triangulate it"));
    }
    let reader = primitive.reader(|b| buffer(&b, blob));
    let positions: Vec<Vec3> = reader
        .read_positions()
        .map(|all| all.map(Vec3::from).collect())
        .unwrap_or_default();
    let normals: Vec<Vec3> = reader
        .read_normals()
        .map(|all| all.map(Vec3::from).collect())
        .unwrap_or_default();
    let joints: Vec<[u16; 4]> = reader
        .read_joints(0)
        .map(|all| all.into_u16().collect())
        .unwrap_or_default();
    let weights: Vec<[f32; 4]> = reader
        .read_weights(0)
        .map(|all| all.into_f32().collect())
        .unwrap_or_default();
    let count = positions.len();
    if count == 0 {
        return Err(fault("has no positions", "export it again"));
    }
    for (what, len) in [
        ("normals", normals.len()),
        ("joints", joints.len()),
        ("weights", weights.len()),
    ] {
        if len != count {
            return Err(fault(
                &format!("has {count} positions but {len} {what}"),
                "export it with normals and skin",
            ));
        }
    }
    let indices: Vec<u32> = match reader.read_indices() {
        Some(all) => all.into_u32().collect(),
        None => (0..count as u32).collect(),
    };
    if !indices.len().is_multiple_of(3) || indices.iter().any(|&i| i as usize >= count) {
        return Err(fault("names vertices it does not have", "export it again"));
    }
    if !positions.iter().chain(&normals).all(|v| v.is_finite()) {
        return Err(fault(
            "holds numbers that are not finite",
            "mend the mesh and export it again",
        ));
    }
    if joints
        .iter()
        .flatten()
        .any(|&j| usize::from(j) >= skeleton.len())
    {
        return Err(fault(
            "is bound to joints the skin does not have",
            "export mesh and skin together",
        ));
    }
    let unsummed = |w: &[f32; 4]| {
        (w.iter().sum::<f32>() - 1.0).abs() > 1.0e-2 || w.iter().any(|x| x.is_nan() || *x < 0.0)
    };
    if weights.iter().any(unsummed) {
        return Err(fault(
            "has joint weights that do not sum to one",
            "normalise the weights",
        ));
    }
    Ok(Primitive {
        node: place.node,
        mesh: place.mesh,
        primitive: primitive.index(),
        positions,
        normals: normals.into_iter().map(Vec3::normalize_or_zero).collect(),
        indices,
        joints,
        weights,
        morph_targets: morphs.to_vec(),
        material,
    })
}
