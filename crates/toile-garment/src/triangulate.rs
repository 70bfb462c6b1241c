//! Panels as triangles of even size.

use glam::DVec2;
use spade::{
    AngleLimit, ConstrainedDelaunayTriangulation, Point2, RefinementParameters, Triangulation as _,
};

use crate::polygon;

/// Why an outline could not be triangulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The outline crosses itself near this boundary segment.
    Crossing(usize),
    /// The library refused a point (not finite or too large).
    Point,
}

/// Points (outline first, in its order) and triangles, counter-clockwise.
pub(crate) struct Flat {
    pub(crate) points: Vec<DVec2>,
    pub(crate) triangles: Vec<[u32; 3]>,
}

type Cdt = ConstrainedDelaunayTriangulation<Point2<f64>>;

/// Rounds of smoothing after refinement.
const ROUNDS: usize = 12;

/// Constrained Delaunay triangulation of a counter-clockwise outline whose
/// segments are kept as they are, refined to triangles of edge length `edge`.
///
/// Ruppert's refinement seeds the interior; then the interior points move to
/// the area-weighted mean of the centroids of their triangles and the
/// triangulation is made anew, a few times over. That is the optimal Delaunay
/// smoothing of Chen & Xu (2004) with centroids for circumcentres, and turns a
/// merely valid mesh into a nearly equilateral one without the grid directions
/// that a regular lattice would press into the folds.
pub(crate) fn triangulate(outline: &[DVec2], edge: f64) -> Result<Flat, Failure> {
    let mut points = seed(outline, edge)?;
    let boundary = outline.len();
    for round in 0..=ROUNDS {
        let cdt = delaunay(&points, boundary)?;
        let triangles = inside(&cdt, outline);
        if round == ROUNDS {
            return Ok(Flat { points, triangles });
        }
        smooth(&mut points, &triangles, boundary, edge);
    }
    Err(Failure::Point)
}

/// Boundary points followed by the interior points of a refined triangulation.
fn seed(outline: &[DVec2], edge: f64) -> Result<Vec<DVec2>, Failure> {
    let mut cdt = delaunay(outline, outline.len())?;
    // An equilateral triangle of this edge, and a margin because refinement
    // overshoots: the mean area after it is about 0.6 of the limit.
    let area = 0.75f64.sqrt() / 2.0 * edge * edge * 1.45;
    let limit = 40 * (polygon::signed_area(outline).abs() / area) as usize + 4000;
    cdt.refine(
        RefinementParameters::<f64>::new()
            .with_angle_limit(AngleLimit::from_deg(28.0))
            .with_max_allowed_area(area)
            .with_max_additional_vertices(limit)
            .exclude_outer_faces(true)
            .keep_constraint_edges(),
    );
    let mut points = outline.to_vec();
    for v in cdt.vertices().skip(outline.len()) {
        let p = DVec2::new(v.position().x, v.position().y);
        if polygon::contains(outline, p) && clearance(outline, p) > 0.35 * edge {
            points.push(p);
        }
    }
    Ok(points)
}

/// Distance to the nearest boundary segment.
fn clearance(outline: &[DVec2], p: DVec2) -> f64 {
    let n = outline.len();
    (0..n)
        .map(|i| {
            let (a, b) = (outline[i], outline[(i + 1) % n]);
            let t = ((p - a).dot(b - a) / (b - a).length_squared().max(1e-30)).clamp(0.0, 1.0);
            p.distance(a.lerp(b, t))
        })
        .fold(f64::INFINITY, f64::min)
}

/// Triangulates; the first `boundary` points form the constrained loop.
fn delaunay(points: &[DVec2], boundary: usize) -> Result<Cdt, Failure> {
    let mut cdt = Cdt::new();
    let mut handles = Vec::with_capacity(points.len());
    for (i, p) in points.iter().enumerate() {
        let before = cdt.num_vertices();
        let handle = cdt
            .insert(Point2::new(p.x, p.y))
            .map_err(|_| Failure::Point)?;
        if cdt.num_vertices() == before {
            // Two boundary points fell together: the outline touches itself.
            return Err(if i < boundary {
                Failure::Crossing(i)
            } else {
                Failure::Point
            });
        }
        handles.push(handle);
    }
    for i in 0..boundary {
        let (a, b) = (handles[i], handles[(i + 1) % boundary]);
        if !cdt.can_add_constraint(a, b) {
            return Err(Failure::Crossing(i));
        }
        cdt.add_constraint(a, b);
    }
    Ok(cdt)
}

/// The triangles inside the outline. Insertion order gives the indices.
///
/// Samples of a straight edge are collinear only up to rounding, so the convex
/// hull can hold flat triangles along them; those have no share in the cloth.
fn inside(cdt: &Cdt, outline: &[DVec2]) -> Vec<[u32; 3]> {
    cdt.inner_faces()
        .filter_map(|f| {
            let v = f.vertices();
            let longest = f
                .adjacent_edges()
                .map(|e| e.length_2())
                .into_iter()
                .fold(0.0, f64::max);
            if f.area() < 1e-3 * longest && v.iter().all(|v| v.fix().index() < outline.len()) {
                return None;
            }
            let c = v.iter().fold(DVec2::ZERO, |s, v| {
                s + DVec2::new(v.position().x, v.position().y)
            }) / 3.0;
            polygon::contains(outline, c).then(|| v.map(|v| v.fix().index() as u32))
        })
        .collect()
}

fn smooth(points: &mut [DVec2], triangles: &[[u32; 3]], boundary: usize, edge: f64) {
    let mut sum = vec![(DVec2::ZERO, 0.0); points.len()];
    for t in triangles {
        let [a, b, c] = t.map(|i| points[i as usize]);
        let area = (b - a).perp_dot(c - a).abs();
        for i in t {
            let s = &mut sum[*i as usize];
            s.0 += (a + b + c) / 3.0 * area;
            s.1 += area;
        }
    }
    for i in boundary..points.len() {
        if sum[i].1 > 0.0 {
            let step = sum[i].0 / sum[i].1 - points[i];
            points[i] += step.clamp_length_max(0.5 * edge);
        }
    }
}
