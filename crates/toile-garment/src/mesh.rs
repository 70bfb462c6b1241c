//! From pattern to mesh: sampling, triangulation, seams and bands.

use glam::{DVec2, Vec2, Vec3};

use crate::{
    arrange,
    error::GarmentError,
    landmarks::BodyLandmarks,
    pattern::{EdgeRef, Panel, Pattern},
    polygon,
    triangulate::{Failure, triangulate},
};

/// The part of a [`GarmentMesh`] that one panel became.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelMesh {
    /// The panel's name.
    pub name: String,
    /// The panel's label, if any.
    pub label: Option<String>,
    /// Its vertices are `vertices.start..vertices.end`.
    pub vertices: std::ops::Range<u32>,
    /// Its triangles are `triangles.start..triangles.end`.
    pub triangles: std::ops::Range<u32>,
}

/// An elastic or stay along vertices of the mesh.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Name, such as `waist`.
    pub label: String,
    /// Vertices in order. Where the band runs over a seam only one of the two
    /// stitched vertices is named.
    pub vertices: Vec<u32>,
    /// The last vertex joins the first.
    pub closed: bool,
    /// Length of the relaxed band, metres.
    pub rest_length_m: f32,
    /// Relaxed length from each vertex to the next, metres; they add up to
    /// `rest_length_m`. A closed band has as many as vertices, an open one one
    /// fewer.
    pub segments_m: Vec<f32>,
}

/// The vertices along one panel edge.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgeVertices {
    /// Index in [`GarmentMesh::panels`].
    pub panel: u32,
    /// Index of the edge in the pattern's panel.
    pub edge: u32,
    /// The edge's label.
    pub label: Option<String>,
    /// From the start of the edge to its end.
    pub vertices: Vec<u32>,
    /// Sewn to another edge; otherwise it is a free boundary.
    pub stitched: bool,
    /// A free boundary labelled `hem…`.
    pub hem: bool,
}

/// Triangulated panels, arranged around the body and ready to be sewn.
#[derive(Debug, Clone, PartialEq)]
pub struct GarmentMesh {
    /// The panels, in the order of the pattern.
    pub panels: Vec<PanelMesh>,
    /// Positions in the world, metres.
    pub positions: Vec<Vec3>,
    /// Positions in the cloth, metres: x along the warp, y along the weft.
    /// Counter-clockwise triangles, like those in the world.
    pub rest: Vec<Vec2>,
    /// Texture coordinates in metres of cloth: u across the warp, v along it.
    pub uv: Vec<Vec2>,
    /// Triangles, counter-clockwise seen from outside.
    pub triangles: Vec<[u32; 3]>,
    /// Index in `panels` for each vertex.
    pub panel_of_vertex: Vec<u32>,
    /// Pairs of vertices to be sewn together.
    pub stitches: Vec<[u32; 2]>,
    /// Elastics and stays.
    pub bands: Vec<Band>,
    /// The vertices along each edge of each panel.
    pub edge_vertices: Vec<EdgeVertices>,
}

/// Triangulates a pattern at an edge length (metres; 0.012–0.02 is usual) and
/// arranges it around a body.
///
/// The two sides of a seam get the same number of points, equally spaced along
/// each, so that a longer edge is gathered or eased evenly onto a shorter one.
///
/// # Errors
/// [`GarmentError`] if the pattern fails [`Pattern::check`], an outline crosses
/// itself, or the edge length is not between 2 mm and 200 mm.
pub fn build(
    pattern: &Pattern,
    edge_length_m: f32,
    arrangement: &BodyLandmarks,
) -> Result<GarmentMesh, GarmentError> {
    pattern.check()?;
    if !(0.002..=0.2).contains(&edge_length_m) {
        return Err(GarmentError::invalid(
            &pattern.name,
            "edge length",
            format!("is {edge_length_m} m; it must lie between 0.002 and 0.2"),
        ));
    }
    let edge_length = f64::from(edge_length_m);
    let counts = segment_counts(pattern, edge_length)?;
    let mut mesh = GarmentMesh {
        panels: Vec::new(),
        positions: Vec::new(),
        rest: Vec::new(),
        uv: Vec::new(),
        triangles: Vec::new(),
        panel_of_vertex: Vec::new(),
        stitches: Vec::new(),
        bands: Vec::new(),
        edge_vertices: Vec::new(),
    };
    let mut flat = Vec::new();
    let mut first_edge = Vec::new();
    for (i, panel) in pattern.panels.iter().enumerate() {
        first_edge.push(mesh.edge_vertices.len());
        flat.push(add_panel(
            pattern,
            i,
            panel,
            &counts[i],
            edge_length,
            &mut mesh,
        )?);
    }
    let edge_at = |r: EdgeRef| first_edge[r.panel] + r.edge;
    for s in &pattern.stitches {
        for r in [s.a, s.b] {
            mesh.edge_vertices[edge_at(r)].stitched = true;
        }
        let a = mesh.edge_vertices[edge_at(s.a)].vertices.clone();
        let mut b = mesh.edge_vertices[edge_at(s.b)].vertices.clone();
        if s.swapped {
            b.reverse();
        }
        mesh.stitches.extend(
            a.into_iter()
                .zip(b)
                .filter(|(x, y)| x != y)
                .map(|(x, y)| [x.min(y), x.max(y)]),
        );
    }
    mesh.stitches.sort_unstable();
    mesh.stitches.dedup();
    for e in &mut mesh.edge_vertices {
        e.hem = !e.stitched && e.label.as_deref().is_some_and(|l| l.starts_with("hem"));
    }
    let welded = weld(mesh.rest.len(), &mesh.stitches);
    for b in &pattern.bands {
        let same = |v: u32, w: u32| welded[v as usize] == welded[w as usize];
        let mut vertices: Vec<u32> = Vec::new();
        let mut lengths: Vec<f32> = Vec::new();
        for &r in &b.edges {
            let along = &mesh.edge_vertices[edge_at(r)].vertices;
            if vertices.last().is_none_or(|&l| !same(l, along[0])) {
                if !vertices.is_empty() {
                    // The band skips a gap between edges that are not joined.
                    lengths.push(0.0);
                }
                vertices.push(along[0]);
            }
            for w in along.windows(2) {
                lengths.push(mesh.rest[w[0] as usize].distance(mesh.rest[w[1] as usize]));
                vertices.push(w[1]);
            }
        }
        if b.closed {
            if same(vertices[0], vertices[vertices.len() - 1]) {
                vertices.pop();
            } else {
                lengths.push(0.0);
            }
        }
        let scale = b.rest_length as f32 / lengths.iter().sum::<f32>();
        mesh.bands.push(Band {
            label: b.label.clone(),
            vertices,
            closed: b.closed,
            rest_length_m: b.rest_length as f32,
            segments_m: lengths.iter().map(|l| l * scale).collect(),
        });
    }
    mesh.positions = arrange::arrange(pattern, arrangement, &flat).concat();
    if let Some(p) = mesh.positions.iter().position(|p| !p.is_finite()) {
        let panel = &mesh.panels[mesh.panel_of_vertex[p] as usize].name;
        return Err(GarmentError::invalid(
            &pattern.name,
            format!("panel '{panel}'"),
            "could not be arranged around this body; check its wrap and the landmarks",
        ));
    }
    Ok(mesh)
}

/// Representative of each vertex after all stitches are closed.
pub(crate) fn weld(vertices: usize, stitches: &[[u32; 2]]) -> Vec<u32> {
    let mut parent: Vec<u32> = (0..vertices as u32).collect();
    fn find(parent: &mut [u32], mut i: u32) -> u32 {
        while parent[i as usize] != i {
            parent[i as usize] = parent[parent[i as usize] as usize];
            i = parent[i as usize];
        }
        i
    }
    for s in stitches {
        let (a, b) = (find(&mut parent, s[0]), find(&mut parent, s[1]));
        parent[a.max(b) as usize] = a.min(b);
    }
    (0..vertices as u32).map(|i| find(&mut parent, i)).collect()
}

/// Segments per edge: sewn edges share the count that suits their mean length.
fn segment_counts(pattern: &Pattern, edge: f64) -> Result<Vec<Vec<usize>>, GarmentError> {
    let mut first = vec![0];
    for p in &pattern.panels {
        first.push(first[first.len() - 1] + p.edges.len());
    }
    let id = |r: EdgeRef| (first[r.panel] + r.edge) as u32;
    let pairs: Vec<[u32; 2]> = pattern
        .stitches
        .iter()
        .map(|s| [id(s.a), id(s.b)])
        .collect();
    let total = first[first.len() - 1];
    let group = weld(total, &pairs);
    let mut lengths = vec![(0.0, 0usize); total];
    for (p, panel) in pattern.panels.iter().enumerate() {
        for e in 0..panel.edges.len() {
            let g = &mut lengths[group[first[p] + e] as usize];
            g.0 += panel.edge_length(e);
            g.1 += 1;
        }
    }
    let mut segments = 0;
    let counts: Vec<Vec<usize>> = pattern
        .panels
        .iter()
        .enumerate()
        .map(|(p, panel)| {
            (0..panel.edges.len())
                .map(|e| {
                    let (sum, n) = lengths[group[first[p] + e] as usize];
                    let count = ((sum / n as f64 / edge).round() as usize).max(1);
                    // Two edges make a lens: give it points to have an area.
                    let count = if panel.edges.len() == 2 {
                        count.max(2)
                    } else {
                        count
                    };
                    segments += count;
                    count
                })
                .collect()
        })
        .collect();
    // A mesh beyond this could not be simulated; refuse before memory runs out.
    let area: f64 = pattern
        .panels
        .iter()
        .map(|p| polygon::signed_area(&p.outline(0.02)).abs())
        .sum();
    if segments > 200_000 || area / (edge * edge) > 2e6 {
        return Err(GarmentError::invalid(
            &pattern.name,
            "edge length",
            format!(
                "{edge} m is too fine for panels of {area:.1} m² together; use a longer edge or check properties.units_in_meter"
            ),
        ));
    }
    Ok(counts)
}

/// Adds one panel and returns its points in the pattern, metres.
fn add_panel(
    pattern: &Pattern,
    index: usize,
    panel: &Panel,
    counts: &[usize],
    edge: f64,
    mesh: &mut GarmentMesh,
) -> Result<Vec<DVec2>, GarmentError> {
    let mut outline: Vec<DVec2> = Vec::new();
    let mut starts = Vec::new();
    let mut edge_of = Vec::new();
    for (e, &n) in counts.iter().enumerate() {
        starts.push(outline.len());
        let mut points = panel.edge_points(e, n);
        points.pop();
        edge_of.resize(edge_of.len() + points.len(), e);
        outline.append(&mut points);
    }
    let n = outline.len();
    let area = polygon::signed_area(&outline);
    // A clockwise loop is drawn from the wrong side: triangulate its mirror.
    let mirror = if area < 0.0 { -1.0 } else { 1.0 };
    let order = |i: usize| if mirror < 0.0 { (n - i) % n } else { i };
    let ccw: Vec<DVec2> = (0..n)
        .map(|i| outline[order(i)])
        .map(|p| DVec2::new(p.x, p.y))
        .collect();
    let crossing = |e: usize| GarmentError::SelfCrossing {
        source_name: pattern.name.clone(),
        panel: panel.name.clone(),
        edge: e,
    };
    if n < 3 || area.abs() < 1e-8 {
        return Err(GarmentError::invalid(
            &pattern.name,
            format!("panel '{}'", panel.name),
            "encloses no area at this edge length; move its vertices apart or use a shorter edge",
        ));
    }
    let flat = triangulate(&ccw, edge).map_err(|f| match f {
        Failure::Crossing(i) => crossing(edge_of[order(i)]),
        Failure::Point => GarmentError::invalid(
            &pattern.name,
            format!("panel '{}'", panel.name),
            "its points cannot be triangulated; check its vertices",
        ),
    })?;
    let base = mesh.rest.len() as u32;
    let first_triangle = mesh.triangles.len() as u32;
    // Back to the order of the pattern's outline.
    let at = |i: u32| {
        if (i as usize) < n {
            order(i as usize) as u32
        } else {
            i
        }
    };
    let mut points = flat.points.clone();
    points[..n].copy_from_slice(&outline);
    for t in &flat.triangles {
        let [a, b, c] = t.map(|i| base + at(i));
        mesh.triangles
            .push(if mirror < 0.0 { [a, c, b] } else { [a, b, c] });
    }
    let warp = panel.grain;
    let weft = warp.perp() * mirror;
    for p in &points {
        let rest = DVec2::new(p.dot(warp), p.dot(weft));
        mesh.rest.push(rest.as_vec2());
        mesh.uv.push(DVec2::new(-rest.y, rest.x).as_vec2());
        mesh.panel_of_vertex.push(index as u32);
    }
    for (e, &count) in counts.iter().enumerate() {
        mesh.edge_vertices.push(EdgeVertices {
            panel: index as u32,
            edge: e as u32,
            label: panel.edges[e].label.clone(),
            vertices: (0..=count)
                .map(|k| base + ((starts[e] + k) % n) as u32)
                .collect(),
            stitched: false,
            hem: false,
        });
    }
    mesh.panels.push(PanelMesh {
        name: panel.name.clone(),
        label: panel.label.clone(),
        vertices: base..mesh.rest.len() as u32,
        triangles: first_triangle..mesh.triangles.len() as u32,
    });
    Ok(points)
}
