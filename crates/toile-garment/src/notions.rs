//! What a garment file adds to the cut: buttons, filling, layers at the seams
//! and fusing; and where they come to lie on the mesh.

use glam::Vec2;
use serde::{Deserialize, Serialize};

use crate::{
    error::GarmentError,
    garment::GarmentFile,
    mesh::{EdgeVertices, GarmentMesh},
    pattern::{EdgeRef, Pattern},
};

/// A place on a panel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Name of the panel.
    pub panel: String,
    /// Label of one of its edges, or the edge's number.
    pub edge: String,
    /// How far along the edge, as a share of its length.
    pub at: f32,
    /// How far from the edge into the panel, m.
    #[serde(default)]
    pub inset: f32,
}

/// A button, snap or hook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Button {
    /// Where the button is.
    pub a: Place,
    /// Where its hole is.
    pub b: Place,
    /// Length of its shank, m.
    #[serde(default)]
    pub shank: f32,
    /// Stiffness of its thread, N/m.
    pub stiffness: f32,
}

/// The layers that each seam adds along its line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// Force per unit strain along the seam, N: N/m of the layers times their width.
    pub tension: f32,
    /// Bending stiffness of the layers, N·m.
    pub bending: f32,
}

/// Where fusing is ironed on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Area {
    /// A whole panel, by name.
    Panel(String),
    /// A strip along an edge of a panel.
    Strip {
        /// Name of the panel.
        panel: String,
        /// Label of the edge, or its number.
        edge: String,
        /// Width of the strip, m.
        width: f32,
    },
}

/// Interlining fused to the cloth: what it adds to the fabric, alike in warp and weft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fusing {
    /// Where.
    pub on: Area,
    /// Bending stiffness, N·m.
    pub bending: f32,
    /// Stiffness in warp and weft (c11, c22), N/m.
    #[serde(default)]
    pub stretch: f32,
    /// Stiffness in shear (c33), N/m.
    #[serde(default)]
    pub shear: f32,
    /// Mass per area, kg/m².
    #[serde(default)]
    pub area_density: f32,
}

/// A button on a mesh.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SewnButton {
    /// The two vertices.
    pub vertices: [u32; 2],
    /// Length of the shank, m.
    pub shank: f32,
    /// Stiffness, N/m.
    pub stiffness: f32,
}

/// What a garment file adds to the cut, on a mesh.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Notions {
    /// Buttons.
    pub buttons: Vec<SewnButton>,
    /// Vertices along each seam, on its shorter side; empty without an allowance.
    pub seams: Vec<Vec<u32>>,
    /// Pressure on each triangle, Pa, outwards; empty without any.
    pub pressure: Vec<f32>,
    /// For each triangle 0, or one more than the number of its fusing. Where two
    /// overlap the later one counts.
    pub fused: Vec<u32>,
}

/// What messages about a garment's notions need.
struct Names<'a> {
    source: &'a str,
    pattern: &'a Pattern,
}

impl Names<'_> {
    fn panel(&self, name: &str, what: &str) -> Result<usize, GarmentError> {
        self.pattern
            .panel_index(name)
            .ok_or_else(|| GarmentError::UnknownPanel {
                source_name: self.source.to_owned(),
                what: what.to_owned(),
                panel: name.to_owned(),
                known: self.pattern.panel_names(),
            })
    }

    fn edge(&self, panel: &str, edge: &str, what: &str) -> Result<EdgeRef, GarmentError> {
        let index = self.panel(panel, what)?;
        let p = &self.pattern.panels[index];
        let number = || edge.parse().ok().filter(|&e| e < p.edges.len());
        let Some(edge) = p.edge_labelled(edge).or_else(number) else {
            let labels: Vec<&str> = p.edges.iter().filter_map(|e| e.label.as_deref()).collect();
            return Err(GarmentError::invalid(
                self.source,
                what,
                format!(
                    "names edge '{edge}' of panel '{panel}'; name one of its labels ({}) or a number below {}",
                    labels.join(", "),
                    p.edges.len()
                ),
            ));
        };
        Ok(EdgeRef { panel: index, edge })
    }
}

impl GarmentFile {
    /// Refuses values that cannot be used.
    pub(crate) fn check_notions(&self, source: &str) -> Result<(), GarmentError> {
        let within = |field: String, value: f32, low: f32, high: f32, unit: &str| {
            if (low..=high).contains(&value) {
                return Ok(());
            }
            Err(GarmentError::invalid(
                source,
                field,
                format!("is {value}; it must lie between {low} and {high}{unit}"),
            ))
        };
        for (k, b) in self.buttons.iter().enumerate() {
            let at = |field: &str| format!("buttons[{k}].{field}");
            for (end, place) in [("a", &b.a), ("b", &b.b)] {
                within(at(&format!("{end}.at")), place.at, 0.0, 1.0, "")?;
                within(at(&format!("{end}.inset")), place.inset, 0.0, 1.0, " (m)")?;
            }
            within(at("shank"), b.shank, 0.0, 0.05, " (m)")?;
            within(at("stiffness"), b.stiffness, 1.0, 1e5, " (N/m)")?;
        }
        for (panel, p) in &self.pressure {
            within(format!("pressure['{panel}']"), *p, -2000.0, 2000.0, " (Pa)")?;
        }
        if let Some(a) = &self.allowance {
            within("allowance.tension".into(), a.tension, 0.0, 1e4, " (N)")?;
            within("allowance.bending".into(), a.bending, 0.0, 1.0, " (N·m)")?;
        }
        for (k, f) in self.fusing.iter().enumerate() {
            let at = |field: &str| format!("fusing[{k}].{field}");
            if let Area::Strip { width, .. } = f.on {
                within(at("on.width"), width, 0.002, 2.0, " (m)")?;
            }
            within(at("bending"), f.bending, 0.0, 1.0, " (N·m)")?;
            within(at("stretch"), f.stretch, 0.0, 1e6, " (N/m)")?;
            within(at("shear"), f.shear, 0.0, 1e6, " (N/m)")?;
            within(at("area_density"), f.area_density, 0.0, 3.0, " (kg/m²)")?;
        }
        Ok(())
    }

    /// Refuses names of panels and edges that the pattern does not have.
    pub(crate) fn check_names(&self, pattern: &Pattern, source: &str) -> Result<(), GarmentError> {
        let names = Names { source, pattern };
        for (k, b) in self.buttons.iter().enumerate() {
            for (end, place) in [("a", &b.a), ("b", &b.b)] {
                names.edge(&place.panel, &place.edge, &format!("buttons[{k}].{end}"))?;
            }
        }
        for panel in self.pressure.keys() {
            names.panel(panel, "pressure")?;
        }
        for (k, f) in self.fusing.iter().enumerate() {
            let what = format!("fusing[{k}].on");
            match &f.on {
                Area::Panel(panel) => drop(names.panel(panel, &what)?),
                Area::Strip { panel, edge, .. } => drop(names.edge(panel, edge, &what)?),
            }
        }
        Ok(())
    }

    /// Finds buttons, pressure, seams and fusing on the mesh of the garment's pattern.
    ///
    /// # Errors
    /// A panel or edge that the pattern does not have.
    pub fn notions(&self, pattern: &Pattern, mesh: &GarmentMesh) -> Result<Notions, GarmentError> {
        let source = format!("{}.ron", self.id);
        self.check_names(pattern, &source)?;
        let names = Names {
            source: &source,
            pattern,
        };
        let along = |r: EdgeRef| -> &EdgeVertices {
            let of = |e: &&EdgeVertices| (e.panel, e.edge) == (r.panel as u32, r.edge as u32);
            // Every edge of the pattern is in the mesh.
            mesh.edge_vertices
                .iter()
                .find(of)
                .unwrap_or(&mesh.edge_vertices[0])
        };
        let mut out = Notions {
            fused: vec![0; mesh.triangles.len()],
            ..Notions::default()
        };
        for b in &self.buttons {
            let mut vertices = [0; 2];
            for (vertex, place) in vertices.iter_mut().zip([&b.a, &b.b]) {
                let r = names.edge(&place.panel, &place.edge, "buttons")?;
                *vertex = nearest(mesh, along(r), place);
            }
            out.buttons.push(SewnButton {
                vertices,
                shank: b.shank,
                stiffness: b.stiffness,
            });
        }
        if self.allowance.is_some() {
            out.seams = pattern
                .stitches
                .iter()
                .map(|s| {
                    let shorter = pattern.edge_length(s.a) <= pattern.edge_length(s.b);
                    along(if shorter { s.a } else { s.b }).vertices.clone()
                })
                .collect();
        }
        if !self.pressure.is_empty() {
            out.pressure = vec![0.0; mesh.triangles.len()];
        }
        for (panel, pressure) in &self.pressure {
            let panel = names.panel(panel, "pressure")?;
            for t in mesh.panels[panel].triangles.clone() {
                out.pressure[t as usize] = *pressure;
            }
        }
        for (k, f) in self.fusing.iter().enumerate() {
            let mark = k as u32 + 1;
            let (panel, strip) = match &f.on {
                Area::Panel(panel) => (names.panel(panel, "fusing")?, None),
                Area::Strip { panel, edge, width } => {
                    let r = names.edge(panel, edge, "fusing")?;
                    (r.panel, Some((along(r), *width)))
                }
            };
            for t in mesh.panels[panel].triangles.clone() {
                let inside = strip.is_none_or(|(edge, width)| {
                    let corners = mesh.triangles[t as usize].map(|i| mesh.rest[i as usize]);
                    let middle = corners.iter().sum::<Vec2>() / 3.0;
                    distance(mesh, edge, middle) <= width
                });
                if inside {
                    out.fused[t as usize] = mark;
                }
            }
        }
        Ok(out)
    }
}

/// Distance of a point in the cloth from an edge of its panel, m.
fn distance(mesh: &GarmentMesh, edge: &EdgeVertices, p: Vec2) -> f32 {
    edge.vertices
        .windows(2)
        .map(|w| {
            let [a, b] = [w[0], w[1]].map(|i| mesh.rest[i as usize]);
            let t = (p - a).dot(b - a) / (b - a).length_squared();
            p.distance(a.lerp(b, t.clamp(0.0, 1.0)))
        })
        .fold(f32::INFINITY, f32::min)
}

/// The vertex of a panel nearest to a place.
fn nearest(mesh: &GarmentMesh, edge: &EdgeVertices, place: &Place) -> u32 {
    let segments = edge.vertices.len() - 1;
    let share = place.at * segments as f32;
    let k = (share as usize).min(segments - 1);
    let [a, b] = [k, k + 1].map(|k| mesh.rest[edge.vertices[k] as usize]);
    let on = a.lerp(b, share - k as f32);
    let panel = &mesh.panels[edge.panel as usize];
    // A panel drawn from its wrong side has its cloth on the other side of the
    // edge: it is where the triangle at the edge lies.
    let across = (b - a).perp().normalize_or_zero();
    let inner = panel.triangles.clone().find_map(|t| {
        let corners = mesh.triangles[t as usize];
        let [i, j] = [edge.vertices[k], edge.vertices[k + 1]];
        let third = corners.iter().find(|&&c| c != i && c != j)?;
        (corners.contains(&i) && corners.contains(&j)).then(|| mesh.rest[*third as usize] - a)
    });
    let side = inner.map_or(1.0, |d| d.dot(across).signum());
    let wanted = on + across * (side * place.inset);
    let far = |v: &u32| mesh.rest[*v as usize].distance_squared(wanted);
    panel
        .vertices
        .clone()
        .min_by(|a, b| far(a).total_cmp(&far(b)))
        .unwrap_or(edge.vertices[k])
}
