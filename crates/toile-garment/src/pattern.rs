//! The sewing pattern: panels, edges, seams, grainlines and elastic bands.

use glam::DVec2;
use serde::{Deserialize, Serialize};

use crate::{curve, error::GarmentError, landmarks::BodyLandmarks};

/// The course of an edge between its two end points.
///
/// Control points are relative to the edge: (along, across), both as fractions
/// of the distance between the ends, across being to the left of the direction
/// of travel (the convention of GarmentCode's specification).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Curve {
    /// A straight edge.
    Line,
    /// A quadratic Bézier curve with one control point.
    Quadratic([f64; 2]),
    /// A cubic Bézier curve with two control points.
    Cubic([[f64; 2]; 2]),
    /// A circular arc, as in SVG.
    Circle {
        /// Radius in metres.
        radius: f64,
        /// Take the longer of the two arcs.
        large_arc: bool,
        /// Bulge to the right of the direction of travel.
        right: bool,
    },
}

/// One edge of a panel, from one of its vertices to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// Index of the start vertex in [`Panel::vertices`].
    pub from: usize,
    /// Index of the end vertex.
    pub to: usize,
    /// Course between the two.
    pub curve: Curve,
    /// Name, such as `hem` or `neckline`.
    pub label: Option<String>,
}

/// The part of the body a panel is wrapped around before sewing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// Trunk, from the shoulders down: a top or a skirt.
    Torso,
    /// A band over a shoulder.
    Strap,
    /// The left arm.
    LeftArm,
    /// The right arm.
    RightArm,
    /// Left half of the hips, then the left leg.
    LeftLeg,
    /// Right half of the hips, then the right leg.
    RightLeg,
}

/// Which direction of the flat panel runs around the body.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum HoopMap {
    /// Pattern x runs around, pattern y along the body.
    Straight,
    /// Circles around a centre (pattern metres) run around the body, and the
    /// distance from it runs down: circle skirts, cowls, collars.
    Polar {
        /// Centre of the circles in the pattern, metres.
        centre: [f64; 2],
        /// Radius that lies at the anchor level, metres.
        radius: f64,
    },
}

/// How a panel is arranged around the body before sewing.
///
/// Our own addition to the specification; kept under the key `toile`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrap {
    /// What it goes around.
    pub part: Part,
    /// Lies on the back half of the part.
    pub back: bool,
    /// Pattern x (metres) that lies at the middle of the front or back: centre
    /// front, centre back, shoulder line of a sleeve, side seam of a leg.
    pub centre_x: f64,
    /// Pattern y (metres) that lies at the anchor level.
    pub anchor_y: f64,
    /// Level of the body that `anchor_y` lies at.
    pub anchor: Anchor,
    /// What runs around the body.
    pub hoop: HoopMap,
    /// Extra distance from the skin, metres (outer layers, waistbands).
    pub offset: f64,
}

/// A level of the body that a panel hangs from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Anchor {
    /// Highest point of the shoulder, at the side of the neck.
    HighShoulder,
    /// Natural waist.
    Waist,
    /// Tip of the shoulder (sleeves).
    ShoulderTip,
}

/// A flat piece of cloth.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Unique name.
    pub name: String,
    /// Where GarmentCode puts the panel, metres.
    pub translation: [f64; 3],
    /// How it turns it, degrees, applied Rz·Ry·Rx.
    pub rotation_deg: [f64; 3],
    /// Corner points, metres, y up.
    pub vertices: Vec<DVec2>,
    /// A closed loop of edges. Seen from the right side of the cloth it runs
    /// counter-clockwise; a clockwise loop is a panel drawn from its wrong side.
    pub edges: Vec<Edge>,
    /// GarmentCode's body-part label.
    pub label: Option<String>,
    /// Unit direction of the warp (the grainline) in the pattern.
    pub grain: DVec2,
    /// How to arrange it around the body; `None` leaves it flat where
    /// `translation` and `rotation_deg` put it.
    pub wrap: Option<Wrap>,
}

/// Names one edge of one panel by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EdgeRef {
    /// Index in [`Pattern::panels`].
    pub panel: usize,
    /// Index in [`Panel::edges`].
    pub edge: usize,
}

/// How much longer one side of a seam may be than the other. It is spread evenly
/// along the seam either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fullness {
    /// Cut to match: by 5 %, or a centimetre of slack in the draft.
    #[default]
    Plain,
    /// Eased in without folds, as a sleeve cap: by a fifth.
    Eased,
    /// Gathered into folds: up to four times as long.
    Gathered,
}

impl Fullness {
    /// Greatest length of a side over that of the other.
    #[must_use]
    pub fn most(self) -> f64 {
        match self {
            Self::Plain => 1.05,
            Self::Eased => 1.2,
            Self::Gathered => 4.0,
        }
    }
}

/// How much longer a side of a plain seam may be in any case, m.
const SLACK: f64 = 0.01;

/// Two edges sewn together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stitch {
    /// One side.
    pub a: EdgeRef,
    /// The other side.
    pub b: EdgeRef,
    /// The end of one meets the start of the other. This is the specification's
    /// default; `right_wrong` stitches are not swapped.
    pub swapped: bool,
    /// How much longer one side may be.
    pub fullness: Fullness,
}

/// An elastic or a stay along edges of the pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct ElasticBand {
    /// Name, such as `waist`.
    pub label: String,
    /// Edges in order around the body.
    pub edges: Vec<EdgeRef>,
    /// The last edge joins the first.
    pub closed: bool,
    /// Length of the relaxed band, metres.
    pub rest_length: f64,
}

/// A sewing pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// Name of the garment or file, used in messages.
    pub name: String,
    /// The pieces, in cutting order.
    pub panels: Vec<Panel>,
    /// The seams.
    pub stitches: Vec<Stitch>,
    /// Elastics and stays.
    pub bands: Vec<ElasticBand>,
    /// Design parameters of the file, kept as they were read.
    pub parameters: serde_json::Map<String, serde_json::Value>,
}

impl Panel {
    /// End points of an edge, metres.
    pub(crate) fn ends(&self, edge: usize) -> (DVec2, DVec2) {
        let e = &self.edges[edge];
        (self.vertices[e.from], self.vertices[e.to])
    }

    /// Arc length of edge `edge`, metres.
    ///
    /// # Panics
    /// If `edge` is not less than the number of edges.
    pub fn edge_length(&self, edge: usize) -> f64 {
        let (a, b) = self.ends(edge);
        curve::length(&self.edges[edge].curve, a, b)
    }

    /// `segments + 1` equally spaced points of edge `edge`, metres.
    ///
    /// # Panics
    /// If `edge` is not less than the number of edges.
    pub fn edge_points(&self, edge: usize, segments: usize) -> Vec<DVec2> {
        let (a, b) = self.ends(edge);
        curve::sample(&self.edges[edge].curve, a, b, segments)
    }

    /// Outline as a polygon with points about `step` metres apart.
    pub fn outline(&self, step: f64) -> Vec<DVec2> {
        let mut out = Vec::new();
        for e in 0..self.edges.len() {
            let n = if matches!(self.edges[e].curve, Curve::Line) {
                1
            } else {
                ((self.edge_length(e) / step).ceil() as usize).clamp(4, 400)
            };
            let mut p = self.edge_points(e, n);
            p.pop();
            out.append(&mut p);
        }
        out
    }

    /// Index of the edge with this label.
    pub fn edge_labelled(&self, label: &str) -> Option<usize> {
        self.edges
            .iter()
            .position(|e| e.label.as_deref() == Some(label))
    }
}

impl Pattern {
    /// Whether it is laid as wide as the way around is where it does not reach around:
    /// what hangs from the waist around both legs, like a skirt, over another garment.
    #[must_use]
    pub fn is_laid_wider(&self, body: &BodyLandmarks) -> bool {
        let mut wraps = self.panels.iter().filter_map(|panel| panel.wrap.as_ref());
        let around_leg = |wrap: &Wrap| matches!(wrap.part, Part::LeftLeg | Part::RightLeg);
        body.dressed
            && !wraps.clone().any(around_leg)
            && wraps.any(|wrap| wrap.anchor == Anchor::Waist)
    }

    /// A panel's outline with the darts in its sides bridged, for measuring
    /// widths: closing such a dart shortens the side and leaves widths alone.
    pub(crate) fn outline_bridged(&self, panel: usize, step: f64) -> Vec<DVec2> {
        let p = &self.panels[panel];
        let n = p.edges.len();
        let dart = |e: usize| {
            self.stitches.iter().any(|s| {
                let (a, b) = (s.a.edge, s.b.edge);
                let legs = s.a.panel == panel && s.b.panel == panel && (a == e || b == e);
                // Neighbours that meet in the tip, opening sideways.
                let (first, last) = if (a + 1) % n == b { (a, b) } else { (b, a) };
                legs && (first + 1) % n == last && {
                    let mouth = p.ends(last).1 - p.ends(first).0;
                    mouth.y.abs() > mouth.x.abs()
                }
            })
        };
        let mut out = Vec::new();
        for e in 0..n {
            if dart(e) {
                // Keep the start of the first leg, drop the tip.
                if !dart((e + n - 1) % n) {
                    out.push(p.ends(e).0);
                }
                continue;
            }
            let k = if matches!(p.edges[e].curve, Curve::Line) {
                1
            } else {
                ((p.edge_length(e) / step).ceil() as usize).clamp(4, 400)
            };
            let mut points = p.edge_points(e, k);
            points.pop();
            out.append(&mut points);
        }
        out
    }

    /// Index of the panel with this name.
    pub fn panel_index(&self, name: &str) -> Option<usize> {
        self.panels.iter().position(|p| p.name == name)
    }

    /// The panel with this name.
    pub fn panel(&self, name: &str) -> Option<&Panel> {
        self.panels.iter().find(|p| p.name == name)
    }

    /// Arc length of an edge, metres.
    ///
    /// # Panics
    /// If the reference is out of range; references inside a checked pattern
    /// never are.
    pub fn edge_length(&self, edge: EdgeRef) -> f64 {
        self.panels[edge.panel].edge_length(edge.edge)
    }

    /// Checks everything that later steps rely on: finite numbers, closed
    /// loops, references in range, usable grainlines.
    ///
    /// # Errors
    /// The first thing found wrong.
    pub fn check(&self) -> Result<(), GarmentError> {
        let bad = |field: String, problem: &str| {
            Err(GarmentError::invalid(&self.name, field, problem.to_owned()))
        };
        if self.panels.is_empty() {
            return bad("pattern.panels".into(), "the pattern has no panels");
        }
        for (i, p) in self.panels.iter().enumerate() {
            let at = format!("panel '{}'", p.name);
            if self.panels[..i].iter().any(|q| q.name == p.name) {
                return bad(at, "the name is used twice; rename one of the panels");
            }
            let numbers = p.translation.iter().chain(&p.rotation_deg).copied();
            let points = p.vertices.iter().flat_map(|v| [v.x, v.y]);
            if !numbers.chain(points).all(f64::is_finite) {
                return bad(
                    at,
                    "a translation, rotation or vertex is not a finite number",
                );
            }
            if p.vertices.iter().any(|v| v.abs().max_element() > 100.0) {
                return bad(
                    at,
                    "a vertex lies more than 100 m from the origin; check properties.units_in_meter",
                );
            }
            check_loop(&self.name, p)?;
            if !(p.grain.is_finite() && (p.grain.length() - 1.0).abs() < 1e-6) {
                return bad(
                    format!("{at}: grain"),
                    "the grainline must be a finite direction",
                );
            }
            if let Some(w) = &p.wrap {
                let mut all = vec![w.centre_x, w.anchor_y, w.offset];
                if let HoopMap::Polar { centre, radius } = w.hoop {
                    all.extend([centre[0], centre[1], radius]);
                }
                if !all.iter().all(|x| x.is_finite() && x.abs() < 100.0) {
                    return bad(
                        format!("{at}: wrap"),
                        "every number must be finite and in metres",
                    );
                }
            }
        }
        for (i, s) in self.stitches.iter().enumerate() {
            for r in [s.a, s.b] {
                self.check_ref(r, &format!("stitch {i}"))?;
            }
            if s.a == s.b {
                return bad(
                    format!("stitch {i}"),
                    "joins an edge to itself; name two different edges",
                );
            }
            self.check_lengths(i, s)?;
        }
        for b in &self.bands {
            for &r in &b.edges {
                self.check_ref(r, &format!("band '{}'", b.label))?;
            }
            if b.edges.is_empty() || !(b.rest_length.is_finite() && b.rest_length > 0.0) {
                return bad(
                    format!("band '{}'", b.label),
                    "needs at least one edge and a rest length above 0 m",
                );
            }
        }
        Ok(())
    }

    /// Refuses a seam whose sides are further apart in length than is declared:
    /// that is a slip in the pattern as a rule, and the cloth would show it as
    /// folds that nobody asked for.
    fn check_lengths(&self, i: usize, s: &Stitch) -> Result<(), GarmentError> {
        let [a, b] = [s.a, s.b].map(|r| self.edge_length(r));
        let (short, long) = (a.min(b), a.max(b));
        if long <= short * s.fullness.most() || long - short <= SLACK {
            return Ok(());
        }
        let name = |r: EdgeRef| {
            let panel = &self.panels[r.panel];
            let label = panel.edges[r.edge].label.as_deref();
            let label = label.map_or_else(|| r.edge.to_string(), |l| format!("'{l}'"));
            format!("panel '{}' edge {label}", panel.name)
        };
        let mend = match s.fullness {
            Fullness::Gathered => "cut the longer side shorter",
            _ if long <= short * Fullness::Eased.most() => {
                "cut both alike, or declare it under toile.seams with fullness \"eased\""
            }
            _ => "cut both alike, or declare it under toile.seams with fullness \"gathered\"",
        };
        Err(GarmentError::invalid(
            &self.name,
            format!("stitch {i}"),
            format!(
                "joins {} of {a:.3} m to {} of {b:.3} m; a seam that is {} may have one side {} times the other; {mend}",
                name(s.a),
                name(s.b),
                match s.fullness {
                    Fullness::Plain => "plain",
                    Fullness::Eased => "eased",
                    Fullness::Gathered => "gathered",
                },
                s.fullness.most(),
            ),
        ))
    }

    fn check_ref(&self, r: EdgeRef, what: &str) -> Result<(), GarmentError> {
        let Some(panel) = self.panels.get(r.panel) else {
            return Err(GarmentError::UnknownPanel {
                source_name: self.name.clone(),
                what: what.to_owned(),
                panel: format!("#{}", r.panel),
                known: self.panel_names(),
            });
        };
        if r.edge >= panel.edges.len() {
            return Err(GarmentError::UnknownEdge {
                source_name: self.name.clone(),
                what: what.to_owned(),
                panel: panel.name.clone(),
                edge: r.edge,
                count: panel.edges.len(),
            });
        }
        Ok(())
    }

    pub(crate) fn panel_names(&self) -> String {
        self.panels
            .iter()
            .map(|p| p.name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

fn check_loop(source: &str, p: &Panel) -> Result<(), GarmentError> {
    let at = |e: usize| format!("panel '{}': edge {e}", p.name);
    if p.edges.len() < 2 {
        return Err(GarmentError::invalid(
            source,
            format!("panel '{}'", p.name),
            "needs at least two edges that form a closed loop",
        ));
    }
    for (i, e) in p.edges.iter().enumerate() {
        for v in [e.from, e.to] {
            if v >= p.vertices.len() {
                return Err(GarmentError::invalid(
                    source,
                    at(i),
                    format!(
                        "names vertex {v}, but the panel has {} vertices",
                        p.vertices.len()
                    ),
                ));
            }
        }
        let next = (i + 1) % p.edges.len();
        if e.to != p.edges[next].from {
            return Err(GarmentError::invalid(
                source,
                at(i),
                format!(
                    "ends at vertex {} but edge {next} starts at vertex {}; the edges must follow one another around a closed loop",
                    e.to, p.edges[next].from
                ),
            ));
        }
        let numbers: Vec<f64> = match e.curve {
            Curve::Line => vec![],
            Curve::Quadratic(c) => c.to_vec(),
            Curve::Cubic(c) => c.concat(),
            Curve::Circle { radius, .. } => vec![radius],
        };
        if !numbers.iter().all(|x| x.is_finite() && x.abs() < 1000.0) {
            return Err(GarmentError::invalid(
                source,
                at(i),
                "a curvature parameter is not a finite number of sensible size",
            ));
        }
        let length = p.edge_length(i);
        if !(length > 1e-4 && length < 100.0) {
            return Err(GarmentError::invalid(
                source,
                at(i),
                format!(
                    "is {length:.6} m long; an edge must be between 0.1 mm and 100 m (check properties.units_in_meter)"
                ),
            ));
        }
    }
    Ok(())
}
