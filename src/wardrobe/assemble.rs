//! Panels around the body: garments are drafted to the wearer, arranged around
//! arms that are held out, and become one particle system.

use super::{DressError, Skin, arms_out, fabric_params, fused, laid::Laid, landmarks, wearer};
use crate::production::Garment;
use glam::{Mat4, Vec2, Vec3};
use toile_cloth::{
    Allowance, Attachment, BodyMesh, ClothMesh, ElasticBand, Pin, PinTarget, cpu::body::skin,
};
use toile_garment::{BodyMeasures, GarmentFile, Notions, Part, build};
use toile_twin::{Avatar, Measures, Silhouette, Skeleton, skin_matrices};

/// How far towards the T-pose the arms are held while a look is sewn, 0 to 1.
pub(super) const ARMS_OUT: f32 = 0.9;

/// One garment's render mesh.
#[derive(Debug, Clone)]
pub struct RenderGarment {
    /// The garment's name.
    pub name: String,
    /// Texture coordinates, metres of cloth.
    pub uv: Vec<Vec2>,
    /// Triangles over the render vertices.
    pub triangles: Vec<[u32; 3]>,
    /// Particle of every render vertex.
    pub particle_of_vertex: Vec<u32>,
    /// Panels and their render vertices.
    pub panels: Vec<(String, std::ops::Range<u32>)>,
}

/// The garments of a look as panels around the body, before sewing. The body
/// stands in its A-pose, but for the arms, which are held out.
#[derive(Debug, Clone)]
pub struct Assembly {
    /// All garments as one particle system.
    pub cloth: ClothMesh,
    /// The same cloth as it is laid, where it is laid wider than it is.
    pub laid: Option<Laid>,
    /// How each garment is drawn; particles are those of `cloth`.
    pub garments: Vec<RenderGarment>,
    /// Measures that the garments were drafted to.
    pub wearer: BodyMeasures,
    /// Height of the wearer's waist, m.
    pub waist_y: f32,
}

impl Assembly {
    /// How far what hangs from the waist stands off a wearer with this skeleton. Wide
    /// skirts are laid around the body as flat cones; they count as they will hang.
    #[must_use]
    pub fn silhouette(&self, skeleton: &Skeleton) -> Silhouette {
        let Some(hips) = skeleton.find("Hips") else {
            return Silhouette::default();
        };
        let hips = skeleton.rest_translation[hips];
        let waist = hips.with_y(self.waist_y);
        let off = |p: &Vec3| (*p - waist).with_y(0.0).length();
        let positions = &self.cloth.positions;
        let at_waist = positions
            .iter()
            .filter(|p| (p.y - waist.y).abs() < AT_WAIST_M)
            .map(off)
            .fold(0.0, f32::max);
        let below = positions.iter().filter(|p| p.y < waist.y);
        let hung = below.map(|p| {
            let (out, down) = (off(p) - at_waist, waist.y - p.y);
            if out <= down * HANGS_RAD.tan() {
                return *p;
            }
            let (sin, cos) = HANGS_RAD.sin_cos();
            let slant = out.hypot(down);
            waist + Vec3::new(at_waist + slant * sin, -slant * cos, 0.0)
        });
        Silhouette::around(hips, hung)
    }
}

/// Regions of the body that cloth meets: all of them. Where parts of the body meet each
/// other the solver makes room for the cloth between them.
const BODY_MASK: u32 = u32::MAX;

/// Slope of the widest skirt once it hangs, radians from the vertical: a full circle of
/// poplin on a wearer who stands, 23°.
const HANGS_RAD: f32 = 0.42;
/// How far from the waist cloth is at the waist, m.
const AT_WAIST_M: f32 = 0.02;

/// Drafts the garments of a look and arranges them around the body.
///
/// # Errors
/// A garment that cannot be drafted in this size, or triangulated.
pub fn assemble(
    garments: &[Garment],
    measures: &Measures,
    avatar: &Avatar,
    body: &BodyMesh,
    source: &str,
    edge_length_m: f32,
) -> Result<Assembly, DressError> {
    let landmarks = landmarks(avatar)?;
    let wearer = wearer(measures, &landmarks, source)?;
    let pose = arms_out(&avatar.skeleton, ARMS_OUT);
    let posed = Skin::of(avatar, &pose);
    let mut landmarks = landmarks.with_arms(&posed.positions, &posed.triangles, &posed.joints)?;
    let matrices = skin_matrices(&avatar.skeleton, &pose);
    let mut cloth = ClothMesh::default();
    let (mut drawn, mut wider) = (Vec::new(), Vec::new());
    for (layer, garment) in garments.iter().enumerate() {
        let pattern = garment.pattern(&wearer)?;
        let mesh = build(&pattern, edge_length_m, &landmarks)?;
        let base = cloth.positions.len() as u32;
        let fabric = cloth.fabrics.len() as u32;
        let notions = garment.file.notions(&pattern, &mesh)?;
        let plain = fabric_params(&garment.fabric);
        cloth.fabrics.push(plain);
        let fusings = garment.file.fusing.iter();
        cloth.fabrics.extend(fusings.map(|f| fused(plain, f)));
        if pattern.is_laid_wider(&landmarks) {
            wider.push(cloth.triangles.len()..cloth.triangles.len() + mesh.triangles.len());
        }
        // The next garment is arranged around this one.
        landmarks = landmarks.over(&mesh.positions, &mesh.triangles);
        cloth.positions.extend_from_slice(&mesh.positions);
        add_notions(&mut cloth, &garment.file, &notions, base);
        for (t, fused) in mesh.triangles.iter().zip(&notions.fused) {
            cloth.triangles.push(t.map(|i| i + base));
            cloth.rest.push(t.map(|i| mesh.rest[i as usize]));
            cloth.fabric.push(fabric + fused);
        }
        cloth
            .stitches
            .extend(mesh.stitches.iter().map(|s| s.map(|i| i + base)));
        let particles = cloth.positions.len();
        cloth.layer.resize(particles, layer as u32);
        cloth.body_mask.resize(particles, BODY_MASK);
        for (index, panel) in mesh.panels.iter().enumerate() {
            if pattern.panels[index]
                .wrap
                .is_some_and(|wrap| wrap.part == Part::Strap)
            {
                cloth.pins.extend(tape_strap(
                    &mesh.positions,
                    panel.vertices.clone(),
                    base,
                    body,
                    &matrices,
                ));
            }
        }
        for band in &mesh.bands {
            cloth.bands.push(ElasticBand {
                particles: band.vertices.iter().map(|i| i + base).collect(),
                closed: band.closed,
                rest_length: band.rest_length_m,
                stiffness: 120.0,
            });
        }
        drawn.push(RenderGarment {
            name: garment.file.name.clone(),
            uv: mesh.uv.clone(),
            triangles: mesh.triangles.clone(),
            particle_of_vertex: (0..mesh.positions.len() as u32).map(|i| i + base).collect(),
            panels: mesh
                .panels
                .iter()
                .map(|panel| (panel.name.clone(), panel.vertices.clone()))
                .collect(),
        });
    }
    if !cloth.pressure.is_empty() {
        cloth.pressure.resize(cloth.triangles.len(), 0.0);
    }
    Ok(Assembly {
        laid: Laid::of(&cloth, &wider),
        cloth,
        garments: drawn,
        wearer,
        waist_y: landmarks.waist_y,
    })
}

/// Adds buttons, seam allowances and pressure of a garment whose particles begin
/// at `base`, before its triangles are added.
fn add_notions(cloth: &mut ClothMesh, file: &GarmentFile, notions: &Notions, base: u32) {
    cloth
        .attachments
        .extend(notions.buttons.iter().map(|button| Attachment {
            particles: button.vertices.map(|i| i + base),
            rest_length: button.shank,
            stiffness: button.stiffness,
        }));
    if let Some(layers) = file.allowance {
        cloth
            .allowances
            .extend(notions.seams.iter().map(|seam| Allowance {
                particles: seam.iter().map(|i| i + base).collect(),
                tension: layers.tension,
                bending: layers.bending,
            }));
    }
    if !notions.pressure.is_empty() {
        // Garments before it have none.
        cloth.pressure.resize(cloth.triangles.len(), 0.0);
        cloth.pressure.extend_from_slice(&notions.pressure);
    }
}

/// Holds the top of a strap to the shoulder under it, as a dresser does with
/// fashion tape: a strap a centimetre wide on bare skin would slide off.
fn tape_strap(
    positions: &[Vec3],
    vertices: std::ops::Range<u32>,
    base: u32,
    body: &BodyMesh,
    matrices: &[Mat4],
) -> Vec<Pin> {
    let skinned: Vec<Vec3> = (0..body.positions.len())
        .map(|v| {
            skin(
                body.positions[v],
                body.normals[v],
                body.joints[v],
                body.weights[v],
                matrices,
            )
            .0
        })
        .collect();
    let at = |v: u32| positions[v as usize];
    let top = vertices.clone().map(|v| at(v).y).fold(f32::MIN, f32::max);
    let nearest = |p: Vec3| {
        (0..skinned.len()).min_by(|&a, &b| {
            skinned[a]
                .distance_squared(p)
                .total_cmp(&skinned[b].distance_squared(p))
        })
    };
    vertices
        .filter(|&v| at(v).y > top - TAPE_LENGTH_M * 0.5)
        .filter_map(|v| {
            let vertex = nearest(at(v))?;
            let offset = body.normals[vertex] * TAPE_GAP_M;
            Some(Pin {
                particle: v + base,
                target: PinTarget::Body {
                    vertex: vertex as u32,
                    offset,
                },
                stiffness: TAPE_STIFFNESS,
            })
        })
        .collect()
}

/// Height difference along a strap that is taped, m.
const TAPE_LENGTH_M: f32 = 0.02;
/// Distance of a taped strap from the skin, m.
const TAPE_GAP_M: f32 = 0.004;
/// Stiffness of the tape per particle, N/m.
const TAPE_STIFFNESS: f32 = 150.0;
