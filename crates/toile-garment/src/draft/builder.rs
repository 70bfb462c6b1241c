//! Drawing panels with absolute points, and sewing them by label.

use glam::{DVec2, dvec2};

use crate::{
    error::GarmentError,
    pattern::{Curve, Edge, EdgeRef, ElasticBand, Fullness, Panel, Pattern, Stitch, Wrap},
};

/// Draws one panel edge by edge, counter-clockwise as seen from outside.
pub(crate) struct Draw {
    panel: Panel,
}

impl Draw {
    pub(crate) fn start(name: &str, wrap: Wrap, at: DVec2) -> Self {
        // Flat placement for programs that know nothing of `wrap`.
        let depth = if wrap.back { -0.25 } else { 0.25 };
        Self {
            panel: Panel {
                name: name.to_owned(),
                translation: [0.0, 1.4, depth],
                rotation_deg: [0.0, if wrap.back { 180.0 } else { 0.0 }, 0.0],
                vertices: vec![at],
                edges: Vec::new(),
                label: None,
                grain: dvec2(0.0, 1.0),
                wrap: Some(wrap),
            },
        }
    }

    pub(crate) fn at(&self) -> DVec2 {
        self.panel.vertices[self.panel.vertices.len() - 1]
    }

    fn edge(&mut self, to: DVec2, curve: Curve, label: &str) -> &mut Self {
        let from = self.panel.vertices.len() - 1;
        self.panel.vertices.push(to);
        let label = (!label.is_empty()).then(|| label.to_owned());
        self.panel.edges.push(Edge {
            from,
            to: from + 1,
            curve,
            label,
        });
        self
    }

    pub(crate) fn line(&mut self, to: DVec2, label: &str) -> &mut Self {
        self.edge(to, Curve::Line, label)
    }

    pub(crate) fn cubic(&mut self, c1: DVec2, c2: DVec2, to: DVec2, label: &str) -> &mut Self {
        let curve = cubic(self.at(), c1, c2, to);
        self.edge(to, curve, label)
    }

    pub(crate) fn arc(&mut self, radius: f64, right: bool, to: DVec2, label: &str) -> &mut Self {
        self.edge(
            to,
            Curve::Circle {
                radius,
                large_arc: false,
                right,
            },
            label,
        )
    }

    pub(crate) fn grain(&mut self, degrees: f64) -> &mut Self {
        let a = (90.0 - degrees).to_radians();
        self.panel.grain = DVec2::from_angle(a);
        self
    }

    /// Joins the last point to the first; they must already coincide.
    pub(crate) fn close(mut self) -> Panel {
        self.panel.vertices.pop();
        let n = self.panel.vertices.len();
        if let Some(e) = self.panel.edges.last_mut() {
            e.to %= n;
        }
        self.panel
    }
}

/// A cubic through absolute control points, as an edge-relative curve.
pub(crate) fn cubic(from: DVec2, c1: DVec2, c2: DVec2, to: DVec2) -> Curve {
    let along = to - from;
    let square = along.length_squared().max(1e-12);
    let relative = |c: DVec2| {
        let d = c - from;
        [d.dot(along) / square, d.dot(along.perp()) / square]
    };
    Curve::Cubic([relative(c1), relative(c2)])
}

/// Mirrors a panel left to right, keeping its loop counter-clockwise.
///
/// Edges come in the opposite order; labels are passed through `rename`.
pub(crate) fn mirrored(panel: &Panel, name: &str, rename: impl Fn(&str) -> String) -> Panel {
    let flip = |p: DVec2| dvec2(-p.x, p.y);
    let n = panel.vertices.len();
    let at = |i: usize| (n - i) % n;
    let vertices: Vec<DVec2> = (0..n).map(|i| flip(panel.vertices[at(i)])).collect();
    let edges = panel
        .edges
        .iter()
        .rev()
        .map(|e| Edge {
            from: at(e.to),
            to: at(e.from),
            curve: match e.curve {
                // Walking back along a mirrored curve: along counts from the
                // other end, across keeps its side.
                Curve::Line => Curve::Line,
                Curve::Quadratic([a, c]) => Curve::Quadratic([1.0 - a, c]),
                Curve::Cubic([[a, c], [b, d]]) => Curve::Cubic([[1.0 - b, d], [1.0 - a, c]]),
                Curve::Circle { .. } => e.curve,
            },
            label: e.label.as_deref().map(&rename),
        })
        .collect();
    let wrap = panel.wrap.map(|mut w| {
        w.centre_x = -w.centre_x;
        if let crate::pattern::HoopMap::Polar { centre, .. } = &mut w.hoop {
            centre[0] = -centre[0];
        }
        w
    });
    Panel {
        name: name.to_owned(),
        vertices,
        edges,
        wrap,
        grain: flip(panel.grain),
        translation: [
            -panel.translation[0],
            panel.translation[1],
            panel.translation[2],
        ],
        ..panel.clone()
    }
}

/// Sews a pattern by the names of panels and the labels of edges.
pub(crate) struct Sew {
    pattern: Pattern,
}

impl Sew {
    pub(crate) fn new(name: &str, panels: Vec<Panel>) -> Self {
        Self {
            pattern: Pattern {
                name: name.to_owned(),
                panels,
                stitches: Vec::new(),
                bands: Vec::new(),
                parameters: serde_json::Map::new(),
            },
        }
    }

    fn find(&self, panel: &str, label: &str) -> Result<EdgeRef, GarmentError> {
        let p = self.pattern.panel_index(panel);
        let e = p.and_then(|p| self.pattern.panels[p].edge_labelled(label));
        match (p, e) {
            (Some(panel), Some(edge)) => Ok(EdgeRef { panel, edge }),
            _ => Err(GarmentError::draft(
                &self.pattern.name,
                format!("has no edge '{label}' on a panel '{panel}'"),
            )),
        }
    }

    /// Sews two edges right side to right side.
    pub(crate) fn seam(&mut self, a: (&str, &str), b: (&str, &str)) -> Result<(), GarmentError> {
        self.full_seam(a, b, Fullness::Plain)
    }

    /// Sews two edges of which one may be longer.
    pub(crate) fn full_seam(
        &mut self,
        a: (&str, &str),
        b: (&str, &str),
        fullness: Fullness,
    ) -> Result<(), GarmentError> {
        let (a, b) = (self.find(a.0, a.1)?, self.find(b.0, b.1)?);
        self.pattern.stitches.push(Stitch {
            a,
            b,
            swapped: true,
            fullness,
        });
        Ok(())
    }

    /// Puts an elastic or stay along edges.
    pub(crate) fn band(
        &mut self,
        label: &str,
        edges: &[(&str, &str)],
        closed: bool,
        rest_length: impl Fn(f64) -> f64,
    ) -> Result<(), GarmentError> {
        let edges = edges
            .iter()
            .map(|(p, e)| self.find(p, e))
            .collect::<Result<Vec<_>, _>>()?;
        let flat = edges.iter().map(|&e| self.pattern.edge_length(e)).sum();
        self.pattern.bands.push(ElasticBand {
            label: label.to_owned(),
            edges,
            closed,
            rest_length: rest_length(flat),
        });
        Ok(())
    }

    pub(crate) fn done(self) -> Pattern {
        self.pattern
    }
}

/// Finds where an increasing function reaches a value, by bisection.
pub(crate) fn solve(lo: f64, hi: f64, want: f64, f: impl Fn(f64) -> f64) -> Option<f64> {
    let (mut lo, mut hi) = (lo, hi);
    if !(f(lo) <= want && f(hi) >= want) {
        return None;
    }
    for _ in 0..60 {
        let mid = (lo + hi) / 2.0;
        if f(mid) < want { lo = mid } else { hi = mid }
    }
    Some((lo + hi) / 2.0)
}
