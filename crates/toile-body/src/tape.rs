//! Plane sections, convex tapes and taut strings on a triangle mesh.
//!
//! A measuring tape bridges hollows: around a body it is the convex hull of the
//! section, between two points it is the upper hull of the section between them.

use std::collections::HashMap;

use glam::{DVec2, DVec3, Vec3};

/// One straight piece of a section and the mesh edges its ends lie on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    pub(crate) ends: [DVec3; 2],
    edges: [(u16, u16); 2],
}

/// Where a plane through `origin` cuts the triangles.
pub(crate) fn section(
    verts: &[Vec3],
    tris: &[[u16; 3]],
    origin: DVec3,
    normal: DVec3,
) -> Vec<Piece> {
    // A vertex exactly in the plane counts as just above it, so that loops stay closed.
    let side: Vec<f64> = verts
        .iter()
        .map(|v| (v.as_dvec3() - origin).dot(normal))
        .map(|s| if s.abs() < 1e-12 { 1e-12 } else { s })
        .collect();
    let mut out = Vec::new();
    for t in tris {
        let above = t.map(|v| side[v as usize] > 0.0);
        if above[0] == above[1] && above[1] == above[2] {
            continue;
        }
        let mut found = [None; 2];
        let mut count = 0;
        for (a, b) in [(t[0], t[1]), (t[1], t[2]), (t[2], t[0])] {
            // Always cut an edge from the same end, so that both its triangles agree exactly.
            let (a, b) = (a.min(b), a.max(b));
            let (sa, sb) = (side[a as usize], side[b as usize]);
            if sa * sb < 0.0 && count < 2 {
                let (pa, pb) = (verts[a as usize].as_dvec3(), verts[b as usize].as_dvec3());
                found[count] = Some((pa.lerp(pb, sa / (sa - sb)), (a, b)));
                count += 1;
            }
        }
        if let [Some((p, e)), Some((q, f))] = found {
            out.push(Piece {
                ends: [p, q],
                edges: [e, f],
            });
        }
    }
    out
}

/// Where the horizontal plane at height `y` cuts the triangles.
pub(crate) fn level(verts: &[Vec3], tris: &[[u16; 3]], y: f64) -> Vec<Piece> {
    section(verts, tris, DVec3::Y * y, DVec3::Y)
}

/// The connected loop of a section whose centre is nearest to a point.
pub(crate) fn nearest_loop(pieces: &[Piece], point: DVec3) -> Vec<Piece> {
    let mut node_of: HashMap<(u16, u16), usize> = HashMap::new();
    let mut root: Vec<usize> = Vec::new();
    fn find(root: &mut [usize], mut i: usize) -> usize {
        while root[i] != i {
            root[i] = root[root[i]];
            i = root[i];
        }
        i
    }
    let mut node = |edge: (u16, u16), root: &mut Vec<usize>| {
        *node_of.entry(edge).or_insert_with(|| {
            root.push(root.len());
            root.len() - 1
        })
    };
    let ends: Vec<(usize, usize)> = pieces
        .iter()
        .map(|p| (node(p.edges[0], &mut root), node(p.edges[1], &mut root)))
        .collect();
    for &(a, b) in &ends {
        let (a, b) = (find(&mut root, a), find(&mut root, b));
        root[a] = b;
    }
    let ids: Vec<usize> = ends.iter().map(|&(a, _)| find(&mut root, a)).collect();
    let mut sums: HashMap<usize, (DVec3, f64)> = HashMap::new();
    for (piece, id) in pieces.iter().zip(&ids) {
        let length = piece.ends[0].distance(piece.ends[1]);
        let sum = sums.entry(*id).or_default();
        sum.0 += (piece.ends[0] + piece.ends[1]) * 0.5 * length;
        sum.1 += length;
    }
    let nearest = sums
        .iter()
        .filter(|(_, (_, length))| *length > 0.02)
        .min_by(|a, b| {
            let d = |s: &(DVec3, f64)| (s.0 / s.1).distance_squared(point);
            d(a.1).total_cmp(&d(b.1)).then(a.0.cmp(b.0))
        })
        .map(|(id, _)| *id);
    pieces
        .iter()
        .zip(&ids)
        .filter(|(_, id)| Some(**id) == nearest)
        .map(|(p, _)| *p)
        .collect()
}

/// Convex hull, counter-clockwise (Andrew's monotone chain).
pub(crate) fn hull(mut points: Vec<DVec2>) -> Vec<DVec2> {
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let mut ring = half_hull(points.iter());
    ring.pop();
    ring.extend(half_hull(points.iter().rev()));
    ring.pop();
    ring
}

fn half_hull<'a>(points: impl Iterator<Item = &'a DVec2>) -> Vec<DVec2> {
    let mut chain: Vec<DVec2> = Vec::new();
    for &p in points {
        while let [.., a, b] = chain[..] {
            if (b - a).perp_dot(p - a) > 0.0 {
                break;
            }
            chain.pop();
        }
        chain.push(p);
    }
    chain
}

/// Length of a closed tape around section pieces lying in a plane with this normal;
/// `None` if there is nothing to go around.
pub(crate) fn girth(pieces: &[Piece], normal: DVec3) -> Option<f64> {
    let u = normal.any_orthonormal_vector();
    let v = normal.cross(u);
    let points = pieces
        .iter()
        .flat_map(|p| p.ends)
        .map(|p| DVec2::new(p.dot(u), p.dot(v)))
        .collect();
    let ring = hull(points);
    if ring.len() < 3 {
        return None;
    }
    Some(
        (0..ring.len())
            .map(|i| ring[i].distance(ring[(i + 1) % ring.len()]))
            .sum(),
    )
}

/// A string pulled taut over the surface from `from` to `to`, as points of a
/// plane: x along the straight line between the ends, y outward from it.
///
/// The plane holds both ends and the direction `outward`. What stands out by
/// more than `bulge` metres or lies above the height `ceiling` (metres above
/// the floor) is taken to be another part of the body, such as the chin.
pub(crate) fn taut(
    verts: &[Vec3],
    tris: &[[u16; 3]],
    from: DVec3,
    to: DVec3,
    outward: DVec3,
    bulge: f64,
    ceiling: f64,
) -> Vec<DVec2> {
    let span = to - from;
    let length = span.length();
    let along = span / length;
    let up = (outward - along * outward.dot(along)).normalize_or_zero();
    let pieces = section(verts, tris, from, along.cross(up).normalize_or_zero());
    let mut points: Vec<DVec2> = pieces
        .iter()
        .flat_map(|p| p.ends)
        .filter(|p| p.y <= ceiling)
        .map(|p| DVec2::new((p - from).dot(along), (p - from).dot(up)))
        .filter(|p| p.x > 0.0 && p.x < length && p.y > 0.0 && p.y < bulge)
        .collect();
    points.push(DVec2::ZERO);
    points.push(DVec2::new(length, 0.0));
    points.sort_by(|a, b| b.x.total_cmp(&a.x).then(b.y.total_cmp(&a.y)));
    let mut chain = half_hull(points.iter());
    chain.reverse();
    chain
}

/// Length of an open chain of points.
pub(crate) fn chain_length(chain: &[DVec2]) -> f64 {
    chain.windows(2).map(|w| w[0].distance(w[1])).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A closed cylinder of 64 sides around the y axis.
    fn cylinder(radius: f32, centre_x: f32) -> (Vec<Vec3>, Vec<[u16; 3]>) {
        let n = 64;
        let mut verts = Vec::new();
        for y in [0.0, 1.0] {
            for i in 0..n {
                let a = i as f32 / n as f32 * std::f32::consts::TAU;
                verts.push(Vec3::new(centre_x + radius * a.cos(), y, radius * a.sin()));
            }
        }
        let mut tris = Vec::new();
        for i in 0..n as u16 {
            let j = (i + 1) % n as u16;
            tris.push([i, i + 64, j]);
            tris.push([j, i + 64, j + 64]);
        }
        (verts, tris)
    }

    #[test]
    fn the_tape_around_a_cylinder_is_its_circumference() {
        let (verts, tris) = cylinder(0.2, 0.0);
        let around = girth(&level(&verts, &tris, 0.4), DVec3::Y).unwrap();
        assert!(
            (around - 0.4 * std::f64::consts::PI).abs() < 1e-3,
            "{around}"
        );
    }

    #[test]
    fn the_tape_bridges_the_gap_between_two_cylinders() {
        let (mut verts, mut tris) = cylinder(0.1, -0.2);
        let (right, more) = cylinder(0.1, 0.2);
        let n = verts.len() as u16;
        verts.extend(right);
        tris.extend(more.iter().map(|t| t.map(|i| i + n)));
        let around = girth(&level(&verts, &tris, 0.5), DVec3::Y).unwrap();
        assert!(
            (around - (0.2 * std::f64::consts::PI + 0.8)).abs() < 1e-3,
            "{around}"
        );
        let one = nearest_loop(&level(&verts, &tris, 0.5), DVec3::new(0.3, 0.5, 0.0));
        let around = girth(&one, DVec3::Y).unwrap();
        assert!(
            (around - 0.2 * std::f64::consts::PI).abs() < 1e-3,
            "{around}"
        );
    }

    #[test]
    fn a_taut_string_over_half_a_cylinder_is_half_its_circumference() {
        let (verts, tris) = cylinder(0.2, 0.0);
        let (from, to) = (DVec3::new(-0.2, 0.5, 0.0), DVec3::new(0.2, 0.5, 0.0));
        let length = chain_length(&taut(&verts, &tris, from, to, DVec3::Z, 1.0, 2.0));
        assert!(
            (length - 0.2 * std::f64::consts::PI).abs() < 1e-3,
            "{length}"
        );
    }

    #[test]
    fn a_section_that_misses_has_no_girth() {
        let (verts, tris) = cylinder(0.2, 0.0);
        assert_eq!(girth(&level(&verts, &tris, 2.0), DVec3::Y), None);
    }
}
