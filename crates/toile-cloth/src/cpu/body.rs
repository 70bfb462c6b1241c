//! Twins of `skin_body.wgsl`, `contact.wgsl` and `room.wgsl`, and what the body is
//! prepared with.

use crate::model::RIGID;
use glam::{Mat4, Vec3};

/// Linear-blend skinning of one vertex: position and unit normal. Normals
/// use the cofactor matrix (twin of `skin_body`).
#[must_use]
pub fn skin(
    position: Vec3,
    normal: Vec3,
    joints: [u16; 4],
    weights: [f32; 4],
    matrices: &[Mat4],
) -> (Vec3, Vec3) {
    let m = joints
        .iter()
        .zip(weights)
        .filter(|(_, w)| *w != 0.0)
        .fold(Mat4::ZERO, |sum, (j, w)| {
            sum + matrices[usize::from(*j)] * w
        });
    let (x, y, z) = (
        m.x_axis.truncate(),
        m.y_axis.truncate(),
        m.z_axis.truncate(),
    );
    let n = y.cross(z) * normal.x + z.cross(x) * normal.y + x.cross(y) * normal.z;
    (m.transform_point3(position), n.normalize_or_zero())
}

/// Barycentric coordinates of the point of triangle `abc` closest to `p`
/// (Ericson, Real-Time Collision Detection, 5.1.5; twin of `closest_bary`).
#[must_use]
pub fn closest_bary(p: Vec3, a: Vec3, b: Vec3, c: Vec3) -> Vec3 {
    let (ab, ac, ap) = (b - a, c - a, p - a);
    let (d1, d2) = (ab.dot(ap), ac.dot(ap));
    if d1 <= 0.0 && d2 <= 0.0 {
        return Vec3::X;
    }
    let bp = p - b;
    let (d3, d4) = (ab.dot(bp), ac.dot(bp));
    if d3 >= 0.0 && d4 <= d3 {
        return Vec3::Y;
    }
    let vc = d1 * d4 - d3 * d2;
    if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 {
        let v = d1 / (d1 - d3).max(1e-30);
        return Vec3::new(1.0 - v, v, 0.0);
    }
    let cp = p - c;
    let (d5, d6) = (ab.dot(cp), ac.dot(cp));
    if d6 >= 0.0 && d5 <= d6 {
        return Vec3::Z;
    }
    let vb = d5 * d2 - d1 * d6;
    if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 {
        let w = d2 / (d2 - d6).max(1e-30);
        return Vec3::new(1.0 - w, 0.0, w);
    }
    let va = d3 * d6 - d5 * d4;
    if va <= 0.0 && d4 >= d3 && d5 >= d6 {
        let w = (d4 - d3) / ((d4 - d3) + (d5 - d6)).max(1e-30);
        return Vec3::new(0.0, 1.0 - w, w);
    }
    let inv = 1.0 / (va + vb + vc).max(1e-30);
    Vec3::new(va * inv, vb * inv, vc * inv)
}

/// How far every body vertex is drawn back so that parts of the body leave `need`
/// (m) between them (twin of `room.wgsl`, one step). `back` is the present
/// draw-back, m; `cell` the size of the cells that are searched, m. `bound` has
/// position and normal of every vertex as the body was bound.
#[must_use]
pub fn room(
    points: &[Vec3],
    normals: &[Vec3],
    bound: &[(Vec3, Vec3)],
    region: &[u32],
    back: &[f32],
    cell: f32,
    need: f32,
) -> Vec<f32> {
    const MOST: f32 = 0.03;
    const FACING: f32 = -0.2;
    let cell_of = |p: Vec3| (p / cell).floor().as_ivec3();
    let across_fold = |i: usize, v: usize| {
        let ((p, n), (q, m)) = (bound[i], bound[v]);
        n.dot(m) > FACING || (p - q).dot(m) > 0.0
    };
    (0..points.len())
        .map(|i| {
            let (p, n) = (points[i], normals[i]);
            let base = cell_of(p - 0.5 * cell);
            let nearest = (0..points.len())
                .filter(|&v| v != i && n.dot(normals[v]) <= FACING)
                .filter(|&v| (region[v] | region[i]) & RIGID == 0)
                .filter(|&v| region[v] & region[i] == 0 || across_fold(i, v))
                .filter(|&v| {
                    let offset = cell_of(points[v]) - base;
                    offset.min_element() >= 0 && offset.max_element() <= 1
                })
                .map(|v| (p.distance_squared(points[v]), v))
                .filter(|(d, _)| *d < cell * cell)
                .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            match nearest {
                Some((_, v)) => {
                    let gap = (p - points[v]).dot((normals[v] - n).normalize_or_zero());
                    (back[i] + 0.5 * (need - gap)).clamp(0.0, MOST)
                }
                None => 0.75 * back[i],
            }
        })
        .collect()
}

/// Angle-weighted vertex normals (Baerentzen and Aanaes 2005): unlike shading
/// normals they tell inside from outside at every vertex.
#[must_use]
pub fn pseudo_normals(points: &[Vec3], triangles: &[[u32; 3]]) -> Vec<Vec3> {
    let mut sum = vec![Vec3::ZERO; points.len()];
    for tri in triangles {
        let p = tri.map(|i| points[i as usize]);
        let n = (p[1] - p[0]).cross(p[2] - p[0]).normalize_or_zero();
        for k in 0..3 {
            let (a, b) = (p[(k + 1) % 3] - p[k], p[(k + 2) % 3] - p[k]);
            if a.length_squared() > 0.0 && b.length_squared() > 0.0 {
                sum[tri[k] as usize] += n * a.angle_between(b);
            }
        }
    }
    sum.into_iter().map(Vec3::normalize_or_zero).collect()
}

/// How much higher above the surface cloth must lie at each vertex, m, so that its
/// edges of `chord` (m) do not cut through the body where that is tightly rounded:
/// at a bust, a heel. `allowance` (m) is the height that it has anyhow.
///
/// Eight directions around a vertex are looked at, the point in each that is nearest
/// to half a chord away: the vertex stands out from a chord by the mean drop on
/// either side. Whoever is within a chord's reach is lifted by that.
#[must_use]
pub fn bulges(
    points: &[Vec3],
    normals: &[Vec3],
    triangles: &[[u32; 3]],
    chord: f32,
    allowance: f32,
) -> Vec<f32> {
    const SECTORS: usize = 8;
    const MOST: f32 = 0.006;
    let half = 0.5 * chord;
    let mut around = vec![Vec::new(); points.len()];
    for t in triangles {
        for k in 0..3 {
            around[t[k] as usize].extend([t[(k + 1) % 3], t[(k + 2) % 3]]);
        }
    }
    // Vertices over the surface, up to a distance.
    let within = |i: usize, far: f32| {
        let mut seen = vec![i as u32];
        let mut next = 0;
        while next < seen.len() {
            for &v in &around[seen[next] as usize] {
                if points[v as usize].distance(points[i]) <= far && !seen.contains(&v) {
                    seen.push(v);
                }
            }
            next += 1;
        }
        seen
    };
    let stands_out: Vec<f32> = (0..points.len())
        .map(|i| {
            let n = normals[i];
            let across = n.any_orthonormal_vector();
            let up = n.cross(across);
            let mut drops = [None::<(f32, f32)>; SECTORS];
            for v in within(i, 2.0 * half).into_iter().skip(1) {
                let d = points[v as usize] - points[i];
                let angle = d.dot(up).atan2(d.dot(across)) / std::f32::consts::TAU;
                let sector = (angle.rem_euclid(1.0) * SECTORS as f32) as usize % SECTORS;
                let off = (d.length() - half).abs();
                if drops[sector].is_none_or(|(best, _)| off < best) {
                    drops[sector] = Some((off, -n.dot(d) * half * half / d.length_squared()));
                }
            }
            (0..SECTORS / 2)
                .filter_map(|k| Some(0.5 * (drops[k]?.1 + drops[k + SECTORS / 2]?.1)))
                .fold(0.0, f32::max)
        })
        .collect();
    (0..points.len())
        .map(|i| {
            let most = within(i, half)
                .into_iter()
                .map(|v| stands_out[v as usize])
                .fold(0.0, f32::max);
            (most - allowance).clamp(0.0, MOST)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A round cap of a sphere: points 4 mm apart in a fan of rings.
    fn cap(radius: f32) -> (Vec<Vec3>, Vec<[u32; 3]>) {
        const AROUND: u32 = 16;
        let mut points = vec![Vec3::Y * radius];
        let mut triangles = Vec::new();
        for ring in 0..8u32 {
            let polar = 0.004 * (ring + 1) as f32 / radius;
            for k in 0..AROUND {
                let azimuth = k as f32 / AROUND as f32 * std::f32::consts::TAU;
                points.push(
                    radius
                        * Vec3::new(
                            polar.sin() * azimuth.sin(),
                            polar.cos(),
                            polar.sin() * azimuth.cos(),
                        ),
                );
                let (a, b) = (1 + ring * AROUND + k, 1 + ring * AROUND + (k + 1) % AROUND);
                if ring == 0 {
                    triangles.push([0, a, b]);
                } else {
                    triangles.push([a - AROUND, a, b]);
                    triangles.push([a - AROUND, b, b - AROUND]);
                }
            }
        }
        (points, triangles)
    }

    #[test]
    fn a_knob_stands_out_of_a_chord_by_its_sagitta_and_a_broad_back_does_not() {
        let bulge = |radius: f32| {
            let (points, triangles) = cap(radius);
            let normals: Vec<Vec3> = points.iter().map(|p| p.normalize()).collect();
            bulges(&points, &normals, &triangles, 0.03, 0.003)[0]
        };
        // Half a chord of 15 mm along a circle of 30 mm drops by 15² / 60 mm.
        assert!((bulge(0.03) - (0.015 * 0.015 / 0.06 - 0.003)).abs() < 1e-4);
        assert_eq!(bulge(0.2), 0.0);
    }
}
