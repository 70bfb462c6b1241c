//! One primitive: triangles, what is stored per vertex, and what moves it.

use glam::{Mat4, Vec2, Vec3};

use crate::accessor::Numbers;
use crate::document::Primitive;
use crate::error::{Read, RigError};
use crate::source::{Bound, INFLUENCES};

/// Reads one primitive; none if it is not made of triangles.
pub(crate) fn read_primitive(
    numbers: &Numbers<'_>,
    primitive: &Primitive,
    place: &str,
    joints: &[usize],
    bind: &[Mat4],
    skinned: bool,
) -> Read<Option<Bound>> {
    let attribute = |name: &str| primitive.attributes.get(name).copied();
    let fault = |name: &str, problem: String| {
        RigError::new(format!("{place}.{name}"), problem, "export it again")
    };
    let Some(position) = attribute("POSITION") else {
        return Err(fault("attributes.POSITION", "is missing".into()));
    };
    let positions = numbers.points(position)?;
    let count = positions.len();
    let corners = match primitive.indices {
        Some(index) => numbers.whole(index)?,
        None => (0..count as u32).collect(),
    };
    if let Some(&beyond) = corners.iter().find(|&&i| i as usize >= count) {
        return Err(fault("indices", format!("name vertex {beyond} of {count}")));
    }
    let triangles: Vec<[u32; 3]> = match primitive.mode.unwrap_or(4) {
        4 => corners.as_chunks::<3>().0.to_vec(),
        5 => {
            let strip = corners.windows(3).enumerate();
            strip
                .map(|(k, w)| {
                    if k % 2 == 0 {
                        [w[0], w[1], w[2]]
                    } else {
                        [w[1], w[0], w[2]]
                    }
                })
                .collect()
        }
        6 => corners
            .windows(2)
            .skip(1)
            .map(|w| [corners[0], w[0], w[1]])
            .collect(),
        _ => return Ok(None),
    };
    // Counts are compared before anything is read.
    let of = |name: &str| -> Read<Option<usize>> {
        let Some(index) = attribute(name) else {
            return Ok(None);
        };
        let have = numbers.count(index)?;
        if have == count {
            return Ok(Some(index));
        }
        Err(fault(
            &format!("attributes.{name}"),
            format!("has {have} elements for {count} vertices"),
        ))
    };
    let normals = match of("NORMAL")? {
        Some(index) => numbers.points(index)?,
        None => smooth(&positions, &triangles),
    };
    let uvs = match of("TEXCOORD_0")? {
        Some(index) => numbers.pairs(index)?,
        None => vec![Vec2::ZERO; count],
    };
    let colours = match of("COLOR_0")? {
        Some(index) => numbers.colours(index)?,
        None => Vec::new(),
    };
    let mut influences = vec![[(0, 0.0); INFLUENCES]; count];
    if skinned {
        for (set, slots) in [("0", 0..4), ("1", 4..8)] {
            let (joints_name, weights_name) = (format!("JOINTS_{set}"), format!("WEIGHTS_{set}"));
            let (Some(j), Some(w)) = (of(&joints_name)?, of(&weights_name)?) else {
                if set == "0" {
                    let problem = "is missing on a mesh with a skin".to_owned();
                    return Err(fault("attributes.JOINTS_0", problem));
                }
                continue;
            };
            let (ids, shares) = (numbers.joints(j)?, numbers.weights(w)?);
            for (v, influence) in influences.iter_mut().enumerate() {
                for (k, slot) in slots.clone().enumerate() {
                    let (joint, weight) = (ids[v][k], shares[v][k].max(0.0));
                    if weight > 0.0 && joint as usize >= joints.len() {
                        let problem = format!("name joint {joint} of {}", joints.len());
                        return Err(fault(&format!("attributes.{joints_name}"), problem));
                    }
                    if weight > 0.0 {
                        influence[slot] = (joint as u16, weight);
                    }
                }
            }
        }
    }
    for influence in &mut influences {
        let sum: f32 = influence.iter().map(|i| i.1).sum();
        if sum > 1e-6 {
            influence.iter_mut().for_each(|i| i.1 /= sum);
        } else {
            // What no joint moves goes with the first.
            influence[0] = (0, 1.0);
        }
    }
    Ok(Some(compact(Bound {
        mesh_name: String::new(),
        node_name: String::new(),
        material: primitive.material,
        positions,
        normals,
        uvs,
        colours,
        triangles,
        joints: joints.to_vec(),
        bind: bind.to_vec(),
        influences,
    })))
}

/// Leaves out vertices that no triangle has: primitives of one mesh often share all.
fn compact(mut bound: Bound) -> Bound {
    let mut used = vec![false; bound.positions.len()];
    for &corner in bound.triangles.iter().flatten() {
        used[corner as usize] = true;
    }
    let kept: Vec<usize> = (0..used.len()).filter(|&v| used[v]).collect();
    let mut number = vec![0; used.len()];
    for (new, &old) in kept.iter().enumerate() {
        number[old] = new as u32;
    }
    for corner in bound.triangles.iter_mut().flatten() {
        *corner = number[*corner as usize];
    }
    bound.positions = kept.iter().map(|&v| bound.positions[v]).collect();
    bound.normals = kept.iter().map(|&v| bound.normals[v]).collect();
    bound.uvs = kept.iter().map(|&v| bound.uvs[v]).collect();
    bound.influences = kept.iter().map(|&v| bound.influences[v]).collect();
    if !bound.colours.is_empty() {
        bound.colours = kept.iter().map(|&v| bound.colours[v]).collect();
    }
    bound
}

/// Normals of a mesh that has none: of the triangles around, by their size.
fn smooth(positions: &[Vec3], triangles: &[[u32; 3]]) -> Vec<Vec3> {
    let mut normals = vec![Vec3::ZERO; positions.len()];
    for t in triangles {
        let [a, b, c] = t.map(|i| positions[i as usize]);
        let normal = (b - a).cross(c - a);
        for &i in t {
            normals[i as usize] += normal;
        }
    }
    normals
        .into_iter()
        .map(|n| n.normalize_or(Vec3::Y))
        .collect()
}
