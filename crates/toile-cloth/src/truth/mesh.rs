//! Flat meshes for the experiments: grids with three kinds of diagonals, and
//! jittered Delaunay strips and discs as cloth is really meshed.

use std::f64::consts::{PI, TAU};

use glam::{DVec2, Vec2, Vec3};
use spade::{DelaunayTriangulation, Point2, Triangulation as _};

use crate::error::{self, ClothError};
use crate::model::{ClothMesh, FabricParams};

/// A flat triangulation, counter-clockwise, m.
#[derive(Clone, Debug, PartialEq)]
pub struct Flat {
    /// Points, m.
    pub points: Vec<DVec2>,
    /// Triangles, counter-clockwise.
    pub triangles: Vec<[u32; 3]>,
}

/// Which way the diagonals of a grid run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Diagonals {
    /// All from lower left to upper right.
    One,
    /// Alternating from cell to cell.
    Alternating,
}

/// Sites and edge length of an unstructured mesh.
struct Lattice {
    /// Edge length, m.
    edge: f64,
    /// Seed of rotation, shift and jitter.
    seed: u64,
    /// Standard deviation of the jitter in edge lengths.
    jitter: f64,
    /// A square lattice turned by so many radians instead of a hexagonal one
    /// turned at random.
    square: Option<f64>,
}

impl Flat {
    /// `cells` right-triangle cells of size `d` (m) from the corner `low`;
    /// point `i * (cells[1] + 1) + j` is in column `i`, row `j`.
    #[must_use]
    pub fn grid(cells: [u32; 2], low: DVec2, d: DVec2, diagonals: Diagonals) -> Self {
        let m = cells[1] + 1;
        let points = (0..=cells[0])
            .flat_map(|i| (0..m).map(move |j| low + DVec2::new(f64::from(i), f64::from(j)) * d))
            .collect();
        let mut triangles = Vec::new();
        for i in 0..cells[0] {
            for j in 0..cells[1] {
                let [a, b, c, e] =
                    [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)].map(|(i, j)| i * m + j);
                if diagonals == Diagonals::One || (i + j) % 2 == 0 {
                    triangles.extend([[a, b, c], [a, c, e]]);
                } else {
                    triangles.extend([[a, b, e], [b, c, e]]);
                }
            }
        }
        Self { points, triangles }
    }

    /// A strip `[-lead, length] x [0, width]` (m) of jittered Delaunay
    /// triangles with edges of `length / cells[0]`, `cells[1]` of them across
    /// its ends, and a mesh line at `x = 0`.
    ///
    /// # Errors
    /// [`ClothError::Mesh`] when the sizes give no triangulation.
    pub fn delaunay_strip(
        length: f64,
        width: f64,
        cells: [u32; 2],
        lead: f64,
        seed: u64,
    ) -> Result<Self, ClothError> {
        let edge = length / f64::from(cells[0]);
        let lattice = Lattice {
            edge,
            seed,
            jitter: 0.25,
            square: None,
        };
        strip(length, width, cells, lead, &lattice)
    }

    /// The same strip cut out of a square grid with diagonals all one way
    /// that is turned by `angle` (radians) against the strip.
    ///
    /// # Errors
    /// [`ClothError::Mesh`] when the sizes give no triangulation.
    pub fn turned_grid_strip(
        length: f64,
        width: f64,
        cells: [u32; 2],
        lead: f64,
        angle: f64,
    ) -> Result<Self, ClothError> {
        let edge = length / f64::from(cells[0]);
        let lattice = Lattice {
            edge,
            seed: 0,
            jitter: 0.0,
            square: Some(angle),
        };
        strip(length, width, cells, lead, &lattice)
    }

    /// A disc of radius `radius` with a ring of points at radius `ring`, m:
    /// the specimen of a drape tester with a mesh line where it is clamped.
    ///
    /// # Errors
    /// [`ClothError::Mesh`] when the sizes give no triangulation.
    pub fn disc(radius: f64, ring: f64, edge: f64, seed: u64) -> Result<Self, ClothError> {
        let circle = |r: f64| {
            let n = (TAU * r / edge).round().max(8.0) as u32;
            (0..n).map(move |k| DVec2::from_angle(TAU * f64::from(k) / f64::from(n)) * r)
        };
        let fixed = circle(radius).chain(circle(ring)).collect();
        let inside = |p: DVec2, margin: f64| {
            p.length() < radius - margin && (p.length() - ring).abs() > margin
        };
        let lattice = Lattice {
            edge,
            seed,
            jitter: 0.25,
            square: None,
        };
        let half = DVec2::splat(radius);
        unstructured(fixed, inside, [-half, half], &lattice)
    }

    /// The cloth: pattern coordinates turned by `-turn` radians (so that the
    /// warp runs at `turn` to the x axis of this mesh), particles where
    /// `place` puts the points, nothing pinned.
    #[must_use]
    pub fn cloth(
        &self,
        fabric: FabricParams,
        turn: f64,
        place: impl Fn(Vec2) -> Vec3,
    ) -> ClothMesh {
        let spin = DVec2::from_angle(-turn);
        let rest = |i: u32| spin.rotate(self.points[i as usize]).as_vec2();
        let n = self.points.len();
        ClothMesh {
            positions: self.points.iter().map(|p| place(p.as_vec2())).collect(),
            triangles: self.triangles.clone(),
            rest: self.triangles.iter().map(|t| t.map(rest)).collect(),
            fabric: vec![0; self.triangles.len()],
            fabrics: vec![fabric],
            layer: vec![0; n],
            body_mask: vec![1; n],
            ..ClothMesh::default()
        }
    }

    /// Indices of the points that fulfil `keep`.
    pub fn points_where(&self, keep: impl Fn(DVec2) -> bool) -> Vec<u32> {
        (0..self.points.len() as u32)
            .filter(|&i| keep(self.points[i as usize]))
            .collect()
    }
}

fn strip(
    length: f64,
    width: f64,
    cells: [u32; 2],
    lead: f64,
    lattice: &Lattice,
) -> Result<Flat, ClothError> {
    let columns = |from: f64, to: f64, n: u32| {
        (0..=n).map(move |k| from + (to - from) * f64::from(k) / f64::from(n))
    };
    let leads = ((lead / lattice.edge).round() as u32).max(1);
    let xs: Vec<f64> = columns(-lead, 0.0, leads)
        .chain(columns(0.0, length, cells[0]).skip(1))
        .collect();
    let mut fixed: Vec<DVec2> = xs
        .iter()
        .flat_map(|&x| [DVec2::new(x, 0.0), DVec2::new(x, width)])
        .collect();
    for y in columns(0.0, width, cells[1])
        .skip(1)
        .take(cells[1] as usize - 1)
    {
        fixed.extend([-lead, 0.0, length].map(|x| DVec2::new(x, y)));
    }
    let inside = |p: DVec2, m: f64| {
        p.x > m - lead && p.x < length - m && p.y > m && p.y < width - m && p.x.abs() > m
    };
    unstructured(
        fixed,
        inside,
        [DVec2::new(-lead, 0.0), DVec2::new(length, width)],
        lattice,
    )
}

/// Fixed points plus the lattice points that `inside(p, margin)` keeps,
/// smoothed a few rounds (unless the lattice is to be seen) and triangulated.
fn unstructured(
    fixed: Vec<DVec2>,
    inside: impl Fn(DVec2, f64) -> bool,
    [low, high]: [DVec2; 2],
    lattice: &Lattice,
) -> Result<Flat, ClothError> {
    let d = lattice.edge;
    let mut random = Random(lattice.seed);
    let centre = (low + high) * 0.5;
    let n = (((high - low).length() / 2.0 + 2.0 * d) / d) as i32 + 2;
    let (axes, shift) = match lattice.square {
        // A hair of shear, so that every diagonal is the shorter one.
        Some(angle) => (
            [DVec2::X, DVec2::new(2e-3, 1.0)].map(|a| DVec2::from_angle(angle).rotate(a)),
            DVec2::ZERO,
        ),
        None => {
            let angle = DVec2::from_angle(random.unit() * PI / 3.0);
            let shift = DVec2::new(random.unit() - 0.5, random.unit() - 0.5) * (2.0 * d);
            (
                [DVec2::X, DVec2::new(0.5, 0.75f64.sqrt())].map(|a| angle.rotate(a)),
                shift,
            )
        }
    };
    let mut points = fixed;
    let held = points.len();
    for i in -2 * n..=2 * n {
        for j in -2 * n..=2 * n {
            let jitter = DVec2::new(random.normal(), random.normal()) * (lattice.jitter * d);
            let p = centre + shift + (axes[0] * f64::from(i) + axes[1] * f64::from(j)) * d + jitter;
            if inside(p, 0.6 * d) {
                points.push(p);
            }
        }
    }
    let rounds = if lattice.square.is_some() { 0 } else { 4 };
    for _ in 0..rounds {
        let triangles = triangulate(&points)?;
        let mut sum = vec![(DVec2::ZERO, 0.0); points.len()];
        for t in &triangles {
            for s in 0..3 {
                // An inner edge is met twice, once from either side.
                let (a, b) = (t[s] as usize, t[(s + 1) % 3] as usize);
                sum[a].0 += points[b];
                sum[a].1 += 1.0;
            }
        }
        for (p, (total, count)) in points.iter_mut().zip(sum).skip(held) {
            *p += (total / f64::max(count, 1.0) - *p) * 0.6;
        }
    }
    let mut triangles = triangulate(&points)?;
    triangles.retain(|t| {
        let [a, b, c] = t.map(|i| points[i as usize]);
        0.5 * (b - a).perp_dot(c - a) > 0.02 * d * d
    });
    Ok(Flat { points, triangles })
}

fn triangulate(points: &[DVec2]) -> Result<Vec<[u32; 3]>, ClothError> {
    let sites = points.iter().map(|p| Point2::new(p.x, p.y)).collect();
    let mesh = DelaunayTriangulation::<Point2<f64>>::bulk_load_stable(sites)
        .ok()
        .filter(|mesh| mesh.num_vertices() == points.len())
        .ok_or_else(|| {
            error::mesh(
                "positions",
                "the sites have no triangulation",
                "give finite, distinct sizes",
            )
        })?;
    Ok(mesh
        .inner_faces()
        .map(|f| f.vertices().map(|v| v.fix().index() as u32))
        .collect())
}

/// `SplitMix64` (Steele, Lea and Flood 2014): the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal (Box and Muller).
    fn normal(&mut self) -> f64 {
        let r = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        r * (TAU * self.unit()).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(flat: &Flat) -> f64 {
        let of = |t: &[u32; 3]| {
            let [a, b, c] = t.map(|i| flat.points[i as usize]);
            0.5 * (b - a).perp_dot(c - a)
        };
        flat.triangles.iter().map(of).sum()
    }

    #[test]
    fn a_strip_fills_its_rectangle_and_has_a_line_at_the_clamp() {
        let flat = Flat::delaunay_strip(0.2, 0.04, [20, 4], 0.02, 3).unwrap();
        assert!((area(&flat) - 0.22 * 0.04).abs() < 1e-12);
        let crosses = |t: &[u32; 3]| {
            let x = t.map(|i| flat.points[i as usize].x);
            x.iter().any(|x| *x < -1e-9) && x.iter().any(|x| *x > 1e-9)
        };
        assert!(
            !flat.triangles.iter().any(crosses),
            "a triangle crosses the clamp line"
        );
    }

    #[test]
    fn a_disc_has_a_ring_of_edges_where_it_is_clamped() {
        let flat = Flat::disc(0.15, 0.09, 0.012, 1).unwrap();
        assert!((area(&flat) / (PI * 0.0225) - 1.0).abs() < 2e-3);
        let crosses = |t: &[u32; 3]| {
            let r = t.map(|i| flat.points[i as usize].length());
            r.iter().any(|r| *r < 0.0899) && r.iter().any(|r| *r > 0.0901)
        };
        assert!(
            !flat.triangles.iter().any(crosses),
            "a triangle crosses the ring"
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_mesh_and_another_seed_another() {
        let make = |seed| Flat::delaunay_strip(0.1, 0.02, [20, 4], 0.01, seed).unwrap();
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
    }
}
