//! The packed MakeHuman data in memory.

use std::{collections::HashMap, io::Read, ops::Range, path::Path};

use glam::{Vec2, Vec3};

use crate::{
    BodyError,
    codec::{DELTA_M, HEADER_LEN, MAGIC, MAX_RAW, POSITION_M, Reader, VERSION, fnv1a},
};

/// One face of the base mesh: three or four corners, each a vertex and a texture vertex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Face {
    verts: [u16; 4],
    uvs: [u16; 4],
    corners: u8,
    group: u8,
}

impl Face {
    /// Vertex ids around the face, counter-clockwise seen from outside.
    pub fn verts(&self) -> &[u16] {
        &self.verts[..self.corners as usize]
    }

    /// Texture vertex ids (into [`BodyData::uvs`]) around the face.
    pub fn uvs(&self) -> &[u16] {
        &self.uvs[..self.corners as usize]
    }

    /// Index of the face's group in [`BodyData::groups`].
    pub fn group(&self) -> usize {
        self.group as usize
    }
}

/// A triangle of the base mesh; the base faces are fanned from their first corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Triangle {
    /// Vertex ids, counter-clockwise seen from outside.
    pub verts: [u32; 3],
    /// Texture vertex ids, into [`BodyData::uvs`].
    pub uvs: [u32; 3],
}

/// One of the 52 face units: a named morph with `ARKit`'s names (`jawOpen`, `eyeBlinkLeft`, …).
#[derive(Debug, Clone, PartialEq)]
pub struct FaceUnit {
    /// `ARKit` blend shape name.
    pub name: String,
    /// Vertex id and its displacement in metres at weight 1.
    pub deltas: Vec<(u32, Vec3)>,
}

/// A square 8-bit grey mask in the base mesh's UV layout.
///
/// Row 0 is the top of the image (v = 1): the texel of texture vertex `(u, v)`
/// is column `u * size`, row `(1 - v) * size`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    /// `lips`, `fingernails`, `toenails`, `eyelids`, `face`, `ears`,
    /// `inside-mouth`, `aureolae`, `crotch` or `sss` (thin skin is brighter).
    pub name: String,
    /// Edge length in texels.
    pub size: usize,
    /// `size * size` grey values.
    pub texels: Vec<u8>,
}

impl Mask {
    /// Bilinear value in 0..=1 at a texture coordinate with v upwards.
    pub fn sample(&self, uv: Vec2) -> f32 {
        let last = self.size as f32 - 1.0;
        let x = (uv.x * self.size as f32 - 0.5).clamp(0.0, last);
        let y = ((1.0 - uv.y) * self.size as f32 - 0.5).clamp(0.0, last);
        let (x0, y0) = (x as usize, y as usize);
        let (x1, y1) = ((x0 + 1).min(self.size - 1), (y0 + 1).min(self.size - 1));
        let at = |x: usize, y: usize| f32::from(self.texels[y * self.size + x]) / 255.0;
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let top = at(x0, y0) + (at(x1, y0) - at(x0, y0)) * fx;
        let bottom = at(x0, y1) + (at(x1, y1) - at(x0, y1)) * fx;
        top + (bottom - top) * fy
    }
}

/// A shape target: displacements of some vertices, shared where two targets are equal.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) indices: Vec<u16>,
    pub(crate) deltas: Vec<[i16; 3]>,
}

/// Where a bone end sits: the mean of these vertices.
#[derive(Debug, Clone)]
pub(crate) struct Bone {
    pub(crate) name: String,
    pub(crate) parent: Option<usize>,
    pub(crate) head: Vec<u16>,
    pub(crate) tail: Vec<u16>,
}

/// The packed parametric human: base mesh, shape targets, rig, face units, masks.
///
/// Immutable after loading; cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct BodyData {
    pub(crate) base: Vec<Vec3>,
    uvs: Vec<Vec2>,
    faces: Vec<Face>,
    groups: Vec<String>,
    vertex_groups: HashMap<String, Vec<Range<u32>>>,
    mirror: Vec<u16>,
    pub(crate) bones: Vec<Bone>,
    pub(crate) joints: Vec<[u16; 4]>,
    pub(crate) weights: Vec<[f32; 4]>,
    targets: Vec<Target>,
    target_names: HashMap<String, usize>,
    details: Vec<String>,
    face_units: Vec<FaceUnit>,
    masks: Vec<Mask>,
    /// Body triangles a torso tape may touch (no arms), for measuring.
    pub(crate) torso: Vec<[u16; 3]>,
    /// All body triangles.
    pub(crate) skin: Vec<[u16; 3]>,
}

impl BodyData {
    /// Number of vertices that are skin; the rest are eyes, lashes, teeth and helpers.
    pub const BODY_VERTICES: usize = 13_380;

    /// Reads a packed body file.
    ///
    /// # Errors
    /// [`BodyError::Read`] if the file cannot be read, [`BodyError::Format`] if
    /// it is not an intact body file.
    pub fn load(path: &Path) -> Result<Self, BodyError> {
        let bytes = std::fs::read(path).map_err(|source| BodyError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::from_bytes(&bytes)
    }

    /// Reads a packed body from memory.
    ///
    /// # Errors
    /// [`BodyError::Format`] if the bytes are not an intact body file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BodyError> {
        let mut header = Reader::new(bytes);
        if header.take(MAGIC.len())? != MAGIC {
            return Err(BodyError::format(
                "it does not begin with the body file mark",
            ));
        }
        let version = header.u32()?;
        if version != VERSION {
            return Err(BodyError::format(format!(
                "layout version {version}, this build reads {VERSION}"
            )));
        }
        let (raw_len, checksum) = (header.u64()?, header.u64()?);
        if raw_len > MAX_RAW {
            return Err(BodyError::format(format!(
                "it claims {raw_len} bytes of content"
            )));
        }
        let mut raw = Vec::with_capacity(raw_len as usize);
        let mut stream = bytes.get(HEADER_LEN..).unwrap_or_default();
        ruzstd::decoding::StreamingDecoder::new(&mut stream)
            .map_err(|e| BodyError::format(format!("zstd: {e}")))?
            .take(raw_len + 1)
            .read_to_end(&mut raw)
            .map_err(|e| BodyError::format(format!("zstd: {e}")))?;
        if raw.len() as u64 != raw_len || fnv1a(&raw) != checksum {
            return Err(BodyError::format("its checksum does not match"));
        }
        Self::decode(&raw)
    }

    fn decode(raw: &[u8]) -> Result<Self, BodyError> {
        let mut r = Reader::new(raw);
        let base = read_base(&mut r)?;
        let uvs: Vec<Vec2> = {
            let (u, v) = (r.u16_planes()?, r.u16_planes()?);
            u.iter()
                .zip(&v)
                .map(|(&u, &v)| Vec2::new(f32::from(u), f32::from(v)) / 65_535.0)
                .collect()
        };
        let groups = (0..r.count()?)
            .map(|_| r.string())
            .collect::<Result<Vec<_>, _>>()?;
        let faces = read_faces(&mut r, base.len(), uvs.len(), groups.len())?;
        let vertex_groups = read_vertex_groups(&mut r, base.len())?;
        let mirror = r.u16_planes()?;
        if mirror.len() != base.len() || mirror.iter().any(|&m| m as usize >= base.len()) {
            return Err(BodyError::format("the mirror map does not fit the mesh"));
        }
        let bones = read_bones(&mut r, base.len())?;
        let (joints, weights) = read_weights(&mut r, base.len(), bones.len())?;
        let (targets, target_names) = read_targets(&mut r, base.len())?;
        let face_units = read_face_units(&mut r, base.len())?;
        let masks = read_masks(&mut r)?;
        if !r.is_empty() {
            return Err(BodyError::format("there are bytes left over"));
        }
        let details = crate::target::detail_names(target_names.keys().map(String::as_str));
        let mut data = Self {
            base,
            uvs,
            faces,
            groups,
            vertex_groups,
            mirror,
            bones,
            joints,
            weights,
            targets,
            target_names,
            details,
            face_units,
            masks,
            torso: Vec::new(),
            skin: Vec::new(),
        };
        data.check_landmarks()?;
        data.skin = data
            .triangles(&["body"])
            .iter()
            .map(|t| t.verts.map(|v| v as u16))
            .collect();
        let arm = data.arm_weights();
        data.torso = data
            .skin
            .iter()
            .copied()
            .filter(|t| t.iter().all(|&v| arm[v as usize] < 0.5))
            .collect();
        Ok(data)
    }

    /// The rest of the crate indexes fixed vertices and groups; make sure once that they exist.
    fn check_landmarks(&self) -> Result<(), BodyError> {
        if self.base.len() < 19_158 {
            return Err(BodyError::format(format!(
                "{} base vertices, 19158 expected",
                self.base.len()
            )));
        }
        for cube in crate::measure::JOINT_CUBES {
            if self.vertex_group(cube).is_none_or(<[_]>::is_empty) {
                return Err(BodyError::format(format!("vertex group {cube} is missing")));
            }
        }
        Ok(())
    }

    /// Share of each vertex's skin weight that belongs to arm or hand bones.
    pub(crate) fn arm_weights(&self) -> Vec<f32> {
        let arm: Vec<bool> = self
            .bones
            .iter()
            .map(|b| b.name.contains("Arm") || b.name.contains("Hand"))
            .collect();
        self.joints
            .iter()
            .zip(&self.weights)
            .map(|(j, w)| (0..4).filter(|&k| arm[j[k] as usize]).map(|k| w[k]).sum())
            .collect()
    }

    /// Number of vertices of the base mesh: skin, eyes, lashes, teeth, tongue,
    /// joint cubes and helper garments.
    pub fn vertex_count(&self) -> usize {
        self.base.len()
    }

    /// All faces of the base mesh, in file order.
    pub fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// Texture vertices, v upwards (flip v for glTF).
    pub fn uvs(&self) -> &[Vec2] {
        &self.uvs
    }

    /// Names of the face groups: `body`, `helper-tights`, `helper-l-eye`, `joint-neck`, …
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// Triangles of the named face groups, in file order; unknown names add nothing.
    pub fn triangles(&self, groups: &[&str]) -> Vec<Triangle> {
        let wanted: Vec<bool> = self
            .groups
            .iter()
            .map(|g| groups.contains(&g.as_str()))
            .collect();
        let mut out = Vec::new();
        for face in self.faces.iter().filter(|f| wanted[f.group()]) {
            for k in 1..face.corners as usize - 1 {
                out.push(Triangle {
                    verts: [0, k, k + 1].map(|c| u32::from(face.verts[c])),
                    uvs: [0, k, k + 1].map(|c| u32::from(face.uvs[c])),
                });
            }
        }
        out
    }

    /// Vertex ranges of a named vertex group (`body`, `Left`, `helper-r-eye`, `joint-l-knee`, …).
    pub fn vertex_group(&self, name: &str) -> Option<&[Range<u32>]> {
        self.vertex_groups.get(name).map(Vec::as_slice)
    }

    /// Vertex ids of a named vertex group, ascending; empty if there is no such group.
    pub fn vertex_group_ids(&self, name: &str) -> Vec<u32> {
        self.vertex_group(name)
            .unwrap_or_default()
            .iter()
            .cloned()
            .flatten()
            .collect()
    }

    /// Mean position of a vertex group, for example of a joint cube (`joint-l-shoulder`).
    pub fn group_centre(&self, verts: &[Vec3], name: &str) -> Option<Vec3> {
        let mut sum = Vec3::ZERO;
        let mut count = 0;
        for id in self.vertex_group(name)?.iter().cloned().flatten() {
            sum += *verts.get(id as usize)?;
            count += 1;
        }
        (count > 0).then(|| sum / count as f32)
    }

    /// For each vertex its partner on the other side of the body (itself on the midline).
    pub fn mirror(&self) -> &[u16] {
        &self.mirror
    }

    /// The 52 face units.
    pub fn face_units(&self) -> &[FaceUnit] {
        &self.face_units
    }

    /// The UV masks.
    pub fn masks(&self) -> &[Mask] {
        &self.masks
    }

    /// A UV mask by name.
    pub fn mask(&self, name: &str) -> Option<&Mask> {
        self.masks.iter().find(|m| m.name == name)
    }

    /// Names of all detail sliders for [`crate::Shape::details`], sorted.
    ///
    /// A slider whose data has two opposite targets (`torso/measure-waist-circ`,
    /// `nose/nose-trans-down-up`) takes -1 to 1, a lone target (`head/head-oval`)
    /// 0 to 1. `assets/body/details.txt` lists them all.
    pub fn detail_names(&self) -> &[String] {
        &self.details
    }

    pub(crate) fn target(&self, name: &str) -> Option<&Target> {
        self.target_names.get(name).map(|&i| &self.targets[i])
    }
}

fn read_base(r: &mut Reader<'_>) -> Result<Vec<Vec3>, BodyError> {
    let axes = [r.i32_planes()?, r.i32_planes()?, r.i32_planes()?];
    let n = axes[0].len();
    if axes.iter().any(|a| a.len() != n) || n > usize::from(u16::MAX) {
        return Err(BodyError::format("the base mesh axes differ in length"));
    }
    Ok((0..n)
        .map(|i| Vec3::new(axes[0][i] as f32, axes[1][i] as f32, axes[2][i] as f32) * POSITION_M)
        .collect())
}

fn read_faces(
    r: &mut Reader<'_>,
    verts: usize,
    uvs: usize,
    groups: usize,
) -> Result<Vec<Face>, BodyError> {
    let n = r.count()?;
    let corners = r.take(n)?.to_vec();
    let group = r.take(n)?.to_vec();
    let (v, t) = (r.u16_planes()?, r.u16_planes()?);
    let wrong = || BodyError::format("the faces do not fit the mesh");
    if corners.iter().any(|&c| !(3..=4).contains(&c))
        || group.iter().any(|&g| g as usize >= groups)
        || v.iter().any(|&i| i as usize >= verts)
        || t.iter().any(|&i| i as usize >= uvs)
    {
        return Err(wrong());
    }
    let mut at = 0;
    let mut faces = Vec::with_capacity(n);
    for i in 0..n {
        let c = corners[i] as usize;
        let (Some(fv), Some(ft)) = (v.get(at..at + c), t.get(at..at + c)) else {
            return Err(wrong());
        };
        at += c;
        let mut face = Face {
            verts: [fv[0]; 4],
            uvs: [ft[0]; 4],
            corners: corners[i],
            group: group[i],
        };
        face.verts[..c].copy_from_slice(fv);
        face.uvs[..c].copy_from_slice(ft);
        faces.push(face);
    }
    Ok(faces)
}

fn read_vertex_groups(
    r: &mut Reader<'_>,
    verts: usize,
) -> Result<HashMap<String, Vec<Range<u32>>>, BodyError> {
    let mut out = HashMap::new();
    for _ in 0..r.count()? {
        let name = r.string()?;
        let ends = r.u16_planes()?;
        let ranges: Vec<Range<u32>> = ends
            .chunks_exact(2)
            .map(|p| u32::from(p[0])..u32::from(p[1]) + 1)
            .collect();
        if ranges
            .iter()
            .any(|g| g.end as usize > verts || g.start >= g.end)
        {
            return Err(BodyError::format(format!(
                "vertex group {name} does not fit the mesh"
            )));
        }
        out.insert(name, ranges);
    }
    Ok(out)
}

fn read_bones(r: &mut Reader<'_>, verts: usize) -> Result<Vec<Bone>, BodyError> {
    let mut bones: Vec<Bone> = Vec::new();
    for index in 0..r.count()? {
        let name = r.string()?;
        let parent = match r.u8()? {
            0 => None,
            p if usize::from(p) <= index => Some(usize::from(p) - 1),
            p => {
                return Err(BodyError::format(format!(
                    "bone {name} comes before its parent {p}"
                )));
            }
        };
        let (head, tail) = (r.ascending(verts)?, r.ascending(verts)?);
        if head.is_empty() || tail.is_empty() {
            return Err(BodyError::format(format!(
                "bone {name} has no place in the body"
            )));
        }
        bones.push(Bone {
            name,
            parent,
            head,
            tail,
        });
    }
    Ok(bones)
}

fn read_weights(
    r: &mut Reader<'_>,
    verts: usize,
    bones: usize,
) -> Result<(Vec<[u16; 4]>, Vec<[f32; 4]>), BodyError> {
    let mut joints = vec![[0u16; 4]; verts];
    let mut weights = vec![[0f32; 4]; verts];
    for k in 0..4 {
        let ids = r.take(verts)?;
        let amounts = r.u16_planes()?;
        if amounts.len() != verts || ids.iter().any(|&i| i as usize >= bones) {
            return Err(BodyError::format("the skin weights do not fit the mesh"));
        }
        for v in 0..verts {
            joints[v][k] = u16::from(ids[v]);
            weights[v][k] = f32::from(amounts[v]) / 65_535.0;
        }
    }
    for w in &mut weights {
        let sum: f32 = w.iter().sum();
        if sum <= 0.0 {
            return Err(BodyError::format("a vertex has no skin weight"));
        }
        *w = w.map(|x| x / sum);
    }
    Ok((joints, weights))
}

fn read_targets(
    r: &mut Reader<'_>,
    verts: usize,
) -> Result<(Vec<Target>, HashMap<String, usize>), BodyError> {
    let lists = (0..r.count()?)
        .map(|_| r.ascending(verts))
        .collect::<Result<Vec<_>, _>>()?;
    let mut targets = Vec::new();
    for _ in 0..r.count()? {
        let list = r.u16()? as usize;
        let axes = [r.i16_planes()?, r.i16_planes()?, r.i16_planes()?];
        let indices = lists
            .get(list)
            .filter(|l| axes.iter().all(|a| a.len() == l.len()))
            .ok_or_else(|| BodyError::format("a shape target does not fit its vertices"))?
            .clone();
        let deltas = (0..indices.len())
            .map(|i| [axes[0][i], axes[1][i], axes[2][i]])
            .collect();
        targets.push(Target { indices, deltas });
    }
    let mut names = HashMap::new();
    for _ in 0..r.count()? {
        let name = r.string()?;
        let index = r.u16()? as usize;
        if index >= targets.len() {
            return Err(BodyError::format(format!("target {name} has no data")));
        }
        names.insert(name, index);
    }
    Ok((targets, names))
}

fn read_face_units(r: &mut Reader<'_>, verts: usize) -> Result<Vec<FaceUnit>, BodyError> {
    let mut units = Vec::new();
    for _ in 0..r.count()? {
        let name = r.string()?;
        let ids = r.ascending(verts)?;
        let axes = [r.i16_planes()?, r.i16_planes()?, r.i16_planes()?];
        if axes.iter().any(|a| a.len() != ids.len()) {
            return Err(BodyError::format(format!(
                "face unit {name} does not fit its vertices"
            )));
        }
        let deltas = ids
            .iter()
            .enumerate()
            .map(|(i, &id)| {
                let d = Vec3::new(
                    f32::from(axes[0][i]),
                    f32::from(axes[1][i]),
                    f32::from(axes[2][i]),
                );
                (u32::from(id), d * DELTA_M)
            })
            .collect();
        units.push(FaceUnit { name, deltas });
    }
    Ok(units)
}

fn read_masks(r: &mut Reader<'_>) -> Result<Vec<Mask>, BodyError> {
    let mut masks = Vec::new();
    for _ in 0..r.count()? {
        let name = r.string()?;
        let size = r.u16()? as usize;
        if size < 2 {
            return Err(BodyError::format(format!("mask {name} is empty")));
        }
        let stored = r.take(size * size)?;
        // Stored as differences to the texel above: smooth masks become runs of zeros.
        let mut texels = vec![0u8; size * size];
        for i in 0..texels.len() {
            let above = if i >= size { texels[i - size] } else { 0 };
            texels[i] = above.wrapping_add(stored[i]);
        }
        masks.push(Mask { name, size, texels });
    }
    Ok(masks)
}
