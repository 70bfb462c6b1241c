//! GarmentCode specification JSON, read and written.
//!
//! The format is that of Korosteleva & Sorkine-Hornung, "GarmentCode:
//! Programming Parametric Sewing Patterns" (2023): `pattern.panels` with
//! `translation`, `rotation`, `vertices` and `edges`, `pattern.stitches`,
//! `properties.units_in_meter`. What it has no place for (grainline and
//! arrangement of a panel, elastic bands, fullness of a seam) is kept under the
//! top-level key `toile`, which other readers skip.

use glam::DVec2;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    error::GarmentError,
    pattern::{Curve, Edge, EdgeRef, ElasticBand, Fullness, HoopMap, Panel, Pattern, Stitch, Wrap},
};

#[derive(Deserialize)]
struct RawSpec {
    pattern: RawPattern,
    #[serde(default)]
    parameters: Map<String, Value>,
    #[serde(default)]
    properties: RawProperties,
    #[serde(default)]
    toile: RawToile,
}

#[derive(Deserialize)]
struct RawProperties {
    #[serde(default = "default_units")]
    units_in_meter: f64,
    #[serde(default = "default_coords")]
    curvature_coords: String,
}

fn default_units() -> f64 {
    100.0
}

fn default_coords() -> String {
    "relative".into()
}

impl Default for RawProperties {
    fn default() -> Self {
        Self {
            units_in_meter: default_units(),
            curvature_coords: default_coords(),
        }
    }
}

#[derive(Deserialize)]
struct RawPattern {
    panels: Map<String, Value>,
    #[serde(default)]
    stitches: Vec<Vec<Value>>,
    #[serde(default)]
    panel_order: Vec<String>,
}

#[derive(Deserialize)]
struct RawPanel {
    #[serde(default)]
    translation: [f64; 3],
    #[serde(default)]
    rotation: [f64; 3],
    vertices: Vec<[f64; 2]>,
    edges: Vec<RawEdge>,
    #[serde(default)]
    label: Option<String>,
}

#[derive(Deserialize)]
struct RawEdge {
    endpoints: [usize; 2],
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    curvature: Option<RawCurvature>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawCurvature {
    Legacy([f64; 2]),
    Typed {
        #[serde(rename = "type")]
        kind: String,
        params: Vec<Value>,
    },
}

#[derive(Deserialize, Serialize, Clone)]
struct RawRef {
    panel: String,
    edge: usize,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct RawToile {
    #[serde(default)]
    version: u32,
    #[serde(default)]
    panels: std::collections::BTreeMap<String, RawPanelExtra>,
    #[serde(default)]
    bands: Vec<RawBand>,
    #[serde(default)]
    seams: Vec<RawSeam>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct RawPanelExtra {
    #[serde(default)]
    grain: Option<[f64; 2]>,
    #[serde(default)]
    wrap: Option<Wrap>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct RawBand {
    label: String,
    edges: Vec<RawRef>,
    closed: bool,
    rest_length_m: f64,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct RawSeam {
    stitch: usize,
    fullness: Fullness,
}

impl Pattern {
    /// Reads a GarmentCode specification. `source` names the file in messages.
    ///
    /// Keys that are not known are skipped, as the format intends, except
    /// inside our own `toile` object. Stitch orientation is the format's: the
    /// end of one edge meets the start of the other, unless the stitch has the
    /// third element `"right_wrong"`.
    ///
    /// # Errors
    /// [`GarmentError`] naming the panel, edge or stitch that is wrong.
    pub fn from_json(text: &str, source: &str) -> Result<Self, GarmentError> {
        let raw: RawSpec =
            serde_json::from_str(text).map_err(|e| GarmentError::parse(source, e))?;
        let units = raw.properties.units_in_meter;
        if !(units.is_finite() && units > 0.0) {
            return Err(GarmentError::invalid(
                source,
                "properties.units_in_meter",
                format!("is {units}; it must be above 0 (100 means centimetres)"),
            ));
        }
        if raw.properties.curvature_coords != "relative" {
            return Err(GarmentError::invalid(
                source,
                "properties.curvature_coords",
                format!(
                    "is '{}'; only 'relative' is read (export with relative curvature)",
                    raw.properties.curvature_coords
                ),
            ));
        }
        if raw.toile.version > 1 {
            return Err(GarmentError::invalid(
                source,
                "toile.version",
                format!("is {}; this program reads version 1", raw.toile.version),
            ));
        }
        let mut pattern = Self {
            name: source.to_owned(),
            panels: Vec::new(),
            stitches: Vec::new(),
            bands: Vec::new(),
            parameters: raw.parameters,
        };
        let mut names: Vec<&String> = raw.pattern.panels.keys().collect();
        let order = &raw.pattern.panel_order;
        names.sort_by_key(|n| order.iter().position(|o| o == *n).unwrap_or(usize::MAX));
        for name in names {
            let value = &raw.pattern.panels[name];
            let panel = read_panel(source, name, value, units, raw.toile.panels.get(name))?;
            pattern.panels.push(panel);
        }
        if let Some(name) = raw
            .toile
            .panels
            .keys()
            .find(|n| pattern.panel_index(n).is_none())
        {
            return Err(GarmentError::UnknownPanel {
                source_name: source.to_owned(),
                what: "toile.panels".into(),
                panel: name.clone(),
                known: pattern.panel_names(),
            });
        }
        for (i, s) in raw.pattern.stitches.iter().enumerate() {
            let stitch = read_stitch(&pattern, i, s)?;
            pattern.stitches.push(stitch);
        }
        for s in &raw.toile.seams {
            let count = pattern.stitches.len();
            let Some(stitch) = pattern.stitches.get_mut(s.stitch) else {
                return Err(GarmentError::invalid(
                    source,
                    "toile.seams",
                    format!(
                        "names stitch {}, but the pattern has {count} (numbered from 0)",
                        s.stitch
                    ),
                ));
            };
            stitch.fullness = s.fullness;
        }
        for b in raw.toile.bands {
            let edges = b
                .edges
                .iter()
                .map(|r| resolve(&pattern, &format!("band '{}'", b.label), r))
                .collect::<Result<_, _>>()?;
            pattern.bands.push(ElasticBand {
                label: b.label,
                edges,
                closed: b.closed,
                rest_length: b.rest_length_m,
            });
        }
        pattern.check()?;
        Ok(pattern)
    }

    /// Writes the pattern as a GarmentCode specification in centimetres.
    ///
    /// Numbers are rounded to 10⁻⁷ m, so that reading and writing again gives
    /// the same text.
    pub fn to_json(&self) -> String {
        let cm = |x: f64| round(x * 100.0, 1e5);
        let mut panels = Map::new();
        for p in &self.panels {
            let edges: Vec<Value> = p.edges.iter().map(write_edge).collect();
            let mut v = serde_json::json!({
                "translation": p.translation.map(cm),
                "rotation": p.rotation_deg.map(|r| round(r, 1e6)),
                "vertices": p.vertices.iter().map(|v| [cm(v.x), cm(v.y)]).collect::<Vec<_>>(),
                "edges": edges,
            });
            if let (Some(label), Some(o)) = (&p.label, v.as_object_mut()) {
                o.insert("label".into(), label.clone().into());
            }
            panels.insert(p.name.clone(), v);
        }
        let edge = |r: EdgeRef| RawRef {
            panel: self.panels[r.panel].name.clone(),
            edge: r.edge,
        };
        let stitches: Vec<Value> = self
            .stitches
            .iter()
            .map(|s| {
                let mut v = vec![serde_json::json!(edge(s.a)), serde_json::json!(edge(s.b))];
                if !s.swapped {
                    v.push("right_wrong".into());
                }
                Value::Array(v)
            })
            .collect();
        let extra: Map<String, Value> = self
            .panels
            .iter()
            .map(|p| {
                let grain = [round(p.grain.x, 1e9), round(p.grain.y, 1e9)];
                (
                    p.name.clone(),
                    serde_json::json!({"grain": grain, "wrap": p.wrap.map(rounded)}),
                )
            })
            .collect();
        let bands: Vec<RawBand> = self
            .bands
            .iter()
            .map(|b| RawBand {
                label: b.label.clone(),
                edges: b.edges.iter().map(|&r| edge(r)).collect(),
                closed: b.closed,
                rest_length_m: round(b.rest_length, 1e7),
            })
            .collect();
        let seams: Vec<RawSeam> = self
            .stitches
            .iter()
            .enumerate()
            .filter(|(_, s)| s.fullness != Fullness::Plain)
            .map(|(stitch, s)| RawSeam {
                stitch,
                fullness: s.fullness,
            })
            .collect();
        let order: Vec<&str> = self.panels.iter().map(|p| p.name.as_str()).collect();
        let spec = serde_json::json!({
            "pattern": {"panels": panels, "stitches": stitches, "panel_order": order},
            "parameters": self.parameters,
            "parameter_order": self.parameters.keys().collect::<Vec<_>>(),
            "properties": {
                "curvature_coords": "relative",
                "normalize_panel_translation": false,
                "normalized_edge_loops": true,
                "units_in_meter": 100,
            },
            "toile": {"version": 1, "panels": extra, "bands": bands, "seams": seams},
        });
        format!("{spec:#}\n")
    }
}

/// A wrap with its numbers rounded like those of the panels.
fn rounded(mut w: Wrap) -> Wrap {
    let r = |x: f64| round(x, 1e7);
    w.centre_x = r(w.centre_x);
    w.anchor_y = r(w.anchor_y);
    w.offset = r(w.offset);
    if let HoopMap::Polar { centre, radius } = &mut w.hoop {
        *centre = centre.map(r);
        *radius = r(*radius);
    }
    w
}

fn round(x: f64, scale: f64) -> f64 {
    (x * scale).round() / scale
}

fn read_panel(
    source: &str,
    name: &str,
    value: &Value,
    units: f64,
    extra: Option<&RawPanelExtra>,
) -> Result<Panel, GarmentError> {
    let at =
        |e: &dyn ToString| GarmentError::invalid(source, format!("panel '{name}'"), e.to_string());
    let raw = RawPanel::deserialize(value).map_err(|e| at(&e))?;
    let mut edges = Vec::with_capacity(raw.edges.len());
    for (i, e) in raw.edges.into_iter().enumerate() {
        let curve = match e.curvature {
            None => Curve::Line,
            Some(c) => read_curve(c, units).map_err(|m| {
                GarmentError::invalid(source, format!("panel '{name}': edge {i}: curvature"), m)
            })?,
        };
        edges.push(Edge {
            from: e.endpoints[0],
            to: e.endpoints[1],
            curve,
            label: e.label,
        });
    }
    let grain = extra.and_then(|x| x.grain).map_or(DVec2::Y, |g| {
        // A zero or broken direction stays as it is, for `check` to refuse.
        let g = DVec2::from(g);
        g.try_normalize().unwrap_or(g)
    });
    Ok(Panel {
        name: name.to_owned(),
        translation: raw.translation.map(|x| x / units),
        rotation_deg: raw.rotation,
        vertices: raw
            .vertices
            .iter()
            .map(|v| DVec2::from(*v) / units)
            .collect(),
        edges,
        label: raw.label,
        grain,
        wrap: extra.and_then(|x| x.wrap),
    })
}

fn read_curve(raw: RawCurvature, units: f64) -> Result<Curve, String> {
    let (kind, params) = match raw {
        RawCurvature::Legacy(c) => return Ok(Curve::Quadratic(c)),
        RawCurvature::Typed { kind, params } => (kind, params),
    };
    let pair = |v: &Value| -> Result<[f64; 2], String> {
        <[f64; 2]>::deserialize(v).map_err(|e| format!("control point: {e}"))
    };
    let flag = |v: &Value| v.as_bool().or_else(|| v.as_f64().map(|x| x != 0.0));
    match (kind.as_str(), params.as_slice()) {
        ("quadratic", [c]) => Ok(Curve::Quadratic(pair(c)?)),
        ("cubic", [a, b]) => Ok(Curve::Cubic([pair(a)?, pair(b)?])),
        ("circle", [radius, large, right]) => {
            let radius = radius
                .as_f64()
                .filter(|r| *r > 0.0)
                .ok_or("radius must be above 0")?;
            let large_arc = flag(large).ok_or("large_arc must be 0, 1, true or false")?;
            let right = flag(right).ok_or("right must be 0, 1, true or false")?;
            Ok(Curve::Circle {
                radius: radius / units,
                large_arc,
                right,
            })
        }
        ("quadratic" | "cubic" | "circle", p) => Err(format!(
            "'{kind}' has {} parameters; quadratic takes 1 point, cubic 2, circle radius, large_arc and right",
            p.len()
        )),
        _ => Err(format!(
            "type '{kind}' is not known; use quadratic, cubic or circle"
        )),
    }
}

fn write_edge(e: &Edge) -> Value {
    let r = |c: [f64; 2]| c.map(|x| round(x, 1e9));
    let mut v = serde_json::json!({"endpoints": [e.from, e.to]});
    let curvature = match e.curve {
        Curve::Line => None,
        Curve::Quadratic(c) => Some(serde_json::json!({"type": "quadratic", "params": [r(c)]})),
        Curve::Cubic([a, b]) => Some(serde_json::json!({"type": "cubic", "params": [r(a), r(b)]})),
        Curve::Circle {
            radius,
            large_arc,
            right,
        } => Some(serde_json::json!({
            "type": "circle",
            "params": [round(radius * 100.0, 1e7), i32::from(large_arc), i32::from(right)],
        })),
    };
    if let Some(o) = v.as_object_mut() {
        if let Some(c) = curvature {
            o.insert("curvature".into(), c);
        }
        if let Some(l) = &e.label {
            o.insert("label".into(), l.clone().into());
        }
    }
    v
}

fn read_stitch(pattern: &Pattern, i: usize, s: &[Value]) -> Result<Stitch, GarmentError> {
    let what = format!("stitch {i}");
    let bad = |problem: String| GarmentError::invalid(&pattern.name, what.clone(), problem);
    let (a, b, swapped) = match s {
        [a, b] => (a, b, true),
        [a, b, mode] => match mode.as_str() {
            Some("right_wrong") => (a, b, false),
            _ => {
                return Err(bad(format!(
                    "its third element is {mode}; only \"right_wrong\" is known"
                )));
            }
        },
        _ => return Err(bad(format!("has {} elements; name two edges", s.len()))),
    };
    let edge = |v: &Value| -> Result<EdgeRef, GarmentError> {
        let r = RawRef::deserialize(v).map_err(|e| bad(e.to_string()))?;
        resolve(pattern, &what, &r)
    };
    Ok(Stitch {
        a: edge(a)?,
        b: edge(b)?,
        swapped,
        fullness: Fullness::Plain,
    })
}

fn resolve(pattern: &Pattern, what: &str, r: &RawRef) -> Result<EdgeRef, GarmentError> {
    let Some(panel) = pattern.panel_index(&r.panel) else {
        return Err(GarmentError::UnknownPanel {
            source_name: pattern.name.clone(),
            what: what.to_owned(),
            panel: r.panel.clone(),
            known: pattern.panel_names(),
        });
    };
    let count = pattern.panels[panel].edges.len();
    if r.edge >= count {
        return Err(GarmentError::UnknownEdge {
            source_name: pattern.name.clone(),
            what: what.to_owned(),
            panel: r.panel.clone(),
            edge: r.edge,
            count,
        });
    }
    Ok(EdgeRef {
        panel,
        edge: r.edge,
    })
}
