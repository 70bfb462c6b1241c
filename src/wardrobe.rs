//! Dressing: garments are drafted to the wearer, arranged around the body, sewn
//! and settled by the solver, and become the cloth that walks on stage.
//!
//! This joins the crates that do not know each other: the twin's avatar
//! becomes the solver's body, the garment's panels become the solver's cloth.

use crate::production::{CastLook, Garment};
use glam::{Mat4, Vec2, Vec3};
use std::collections::HashMap;
use toile_cloth::{
    BodyMesh, ClothError, ClothMesh, ClothPipelines, ClothSim, ClothStats, ElasticBand,
    FabricParams, Pin, PinTarget, StepPlan,
};
use toile_garment::{BodyLandmarks, BodyMeasures, Fabric, Part, PartialMeasures, build};
use toile_twin::{
    Avatar, CollisionBody, Measures, Pose, Skeleton, bind_pose, joint_world, region, skin_matrices,
};

/// Edge length of the cloth's triangles, m.
pub const EDGE_LENGTH_M: f32 = 0.026;
/// Implicit steps per 1/24 s of show time.
pub const SUBSTEPS: f32 = 6.0;
/// PCG iterations per step, at most, and the residual at which they end.
const ITERATIONS: u32 = 18;
const TOLERANCE: f32 = 0.03;
/// Air density times drag coefficient of worn cloth, kg/m³: half of a free
/// sheet's, because the air on its inner side goes with the wearer.
const WORN_AIR: f32 = 0.6;
/// A seam is closed when its widest gap is below this, m.
pub const CLOSED_SEAM_M: f32 = 0.0005;

/// What stops a look from being dressed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DressError {
    /// The garment or its size.
    #[error(transparent)]
    Garment(#[from] toile_garment::GarmentError),
    /// The solver.
    #[error("look {look} ('{twin}'): {source}")]
    Cloth {
        /// The look's number.
        look: u32,
        /// The twin.
        twin: String,
        /// What the solver said.
        source: ClothError,
    },
    /// The garment was sewn but did not come out well.
    #[error("look {look} ('{twin}') cannot be shown: {problem}; {mend}")]
    Unsettled {
        /// The look's number.
        look: u32,
        /// The twin.
        twin: String,
        /// What is wrong.
        problem: String,
        /// What to try.
        mend: String,
    },
}

/// The greatest values that a look's cloth reached.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub struct Tally {
    /// Largest edge strain in tension, 1.
    pub max_stretch: f32,
    /// Strain that 99.9 % of edges stay below, 1.
    pub p999_stretch: f32,
    /// Deepest particle below the skin, m.
    pub max_penetration_m: f32,
    /// Most particles touching the body.
    pub contacts: u32,
    /// Most particles touching other cloth.
    pub cloth_contacts: u32,
    /// Largest particle speed, m/s.
    pub max_speed: f32,
    /// Whether any value was ever no number.
    pub nan: bool,
}

impl Tally {
    /// Takes new statistics in.
    pub fn add(&mut self, stats: &ClothStats) {
        self.max_stretch = self.max_stretch.max(stats.max_stretch);
        self.p999_stretch = self.p999_stretch.max(stats.p999_stretch);
        self.max_penetration_m = self.max_penetration_m.max(stats.max_penetration_m);
        self.contacts = self.contacts.max(stats.contacts);
        self.cloth_contacts = self.cloth_contacts.max(stats.cloth_contacts);
        self.max_speed = self.max_speed.max(stats.max_speed);
        self.nan |= stats.nan;
    }
}

/// The plan of a frame on stage, less its time and origins.
#[must_use]
pub fn stage_plan() -> StepPlan {
    StepPlan {
        iterations: ITERATIONS,
        tolerance: TOLERANCE,
        air_drag: WORN_AIR,
        self_contact: true,
        ..StepPlan::default()
    }
}

/// Where a wearer is: the pose and its skinning matrices, world from bind.
pub struct Stance {
    /// The pose.
    pub pose: Pose,
    /// The matrices.
    pub skin: Vec<Mat4>,
}

impl Stance {
    /// Takes a pose.
    #[must_use]
    pub fn new(skeleton: &Skeleton, pose: Pose) -> Self {
        Self {
            skin: skin_matrices(skeleton, &pose),
            pose,
        }
    }

    /// Moves the wearer into `next` in `dt` seconds, and the cloth along.
    ///
    /// # Errors
    /// What the solver refuses; the wearer then stays.
    pub fn advance(
        &mut self,
        next: Self,
        dt: f32,
        sim: &mut ClothSim,
        gpu: Gpu<'_>,
    ) -> Result<(), ClothError> {
        let plan = StepPlan {
            dt,
            substeps: ((dt * SUBSTEPS * 24.0).round() as u32).clamp(2, 64),
            frame_origin_start: self.pose.root,
            frame_origin_end: next.pose.root,
            ..stage_plan()
        };
        sim.step(
            gpu.device,
            gpu.queue,
            gpu.kernels,
            &plan,
            &self.skin,
            &next.skin,
        )?;
        *self = next;
        Ok(())
    }
}

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

/// The garments of a look as flat panels around the body, before sewing.
#[derive(Debug, Clone)]
pub struct Assembly {
    /// All garments as one particle system.
    pub cloth: ClothMesh,
    /// How each garment is drawn; particles are those of `cloth`.
    pub garments: Vec<RenderGarment>,
    /// Measures that the garments were drafted to.
    pub wearer: BodyMeasures,
}

/// The measures that garments are drafted to: the twin's record, and what it
/// does not hold read off the body.
///
/// # Errors
/// Measures that no garment can be drafted to.
pub fn wearer(
    measures: &Measures,
    landmarks: &BodyLandmarks,
    source: &str,
) -> Result<BodyMeasures, toile_garment::GarmentError> {
    let known = PartialMeasures {
        height: Some(measures.height),
        bust: Some(measures.bust),
        underbust: measures.underbust,
        waist: Some(measures.waist),
        hip: Some(measures.hip),
        thigh: measures.thigh,
        calf: measures.calf,
        inseam: measures.inseam,
        ..PartialMeasures::default()
    };
    // Lengths between the levels that panels hang from are read off the body.
    known.or(landmarks.measures()).complete(source)
}

/// The landmarks that panels are arranged by.
///
/// # Errors
/// An avatar without the joints or the skin that are needed.
pub fn landmarks(avatar: &Avatar) -> Result<BodyLandmarks, toile_garment::GarmentError> {
    let pose = bind_pose(&avatar.skeleton);
    let joints: HashMap<String, Vec3> = avatar
        .skeleton
        .names
        .iter()
        .cloned()
        .zip(
            joint_world(&avatar.skeleton, &pose)
                .iter()
                .map(|m| m.w_axis.truncate()),
        )
        .collect();
    let (mut positions, mut triangles) = (Vec::new(), Vec::new());
    for material in ["skin", "base_layer"] {
        for part in avatar.with_material(material) {
            let base = positions.len() as u32;
            positions.extend_from_slice(&part.positions);
            triangles.extend(
                part.indices
                    .as_chunks::<3>()
                    .0
                    .iter()
                    .map(|t| t.map(|i| i + base)),
            );
        }
    }
    BodyLandmarks::from_mesh(&positions, &triangles, &joints)
}

/// The twin's skin and shoes as the solver's body.
#[must_use]
pub fn body_mesh(body: &CollisionBody, joint_count: usize) -> BodyMesh {
    BodyMesh {
        positions: body.positions.clone(),
        normals: body.normals.clone(),
        triangles: body.triangles.clone(),
        joints: body.joints.clone(),
        weights: body.weights.clone(),
        region: body.region.clone(),
        joint_count,
    }
}

/// A fabric's physics as the solver takes them.
#[must_use]
pub fn fabric_params(fabric: &Fabric) -> FabricParams {
    let m = &fabric.membrane.value;
    FabricParams {
        area_density: fabric.area_density.value,
        stretch: [m.c11, m.c12, m.c22, m.c33],
        bend_warp: fabric.bending.value.warp,
        bend_weft: fabric.bending.value.weft,
        bend_bias: fabric.bending.value.bias,
        thickness: fabric.thickness.value,
        friction: fabric.friction.value,
        damping: fabric.damping.value,
    }
}

/// Regions of the body that a panel around `part` meets. Hands are left out:
/// the walk keeps them away from the clothes. Arms only meet sleeves, so that a
/// lowered arm cannot trap the side of a bodice in the armpit.
fn body_mask(part: Option<Part>) -> u32 {
    use region::{FOOT, HEAD, LEFT_ARM, LEFT_LEG, RIGHT_ARM, RIGHT_LEG, TORSO};
    match part {
        Some(Part::LeftArm) => TORSO | LEFT_ARM,
        Some(Part::RightArm) => TORSO | RIGHT_ARM,
        Some(Part::LeftLeg) => TORSO | LEFT_LEG | FOOT,
        Some(Part::RightLeg) => TORSO | RIGHT_LEG | FOOT,
        Some(Part::Torso | Part::Strap) | None => TORSO | HEAD | LEFT_LEG | RIGHT_LEG | FOOT,
    }
}

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
    let mut landmarks = landmarks(avatar)?;
    let wearer = wearer(measures, &landmarks, source)?;
    let mut cloth = ClothMesh::default();
    let mut drawn = Vec::new();
    for (layer, garment) in garments.iter().enumerate() {
        let pattern = garment.pattern(&wearer)?;
        let mesh = build(&pattern, edge_length_m, &landmarks)?;
        let base = cloth.positions.len() as u32;
        let fabric = cloth.fabrics.len() as u32;
        cloth.fabrics.push(fabric_params(&garment.fabric));
        // The next garment is arranged around this one.
        landmarks = landmarks.over(&mesh.positions);
        cloth.positions.extend_from_slice(&mesh.positions);
        for t in &mesh.triangles {
            cloth.triangles.push(t.map(|i| i + base));
            cloth.rest.push(t.map(|i| mesh.rest[i as usize]));
            cloth.fabric.push(fabric);
        }
        cloth
            .stitches
            .extend(mesh.stitches.iter().map(|s| s.map(|i| i + base)));
        for &panel in &mesh.panel_of_vertex {
            let part = pattern.panels[panel as usize].wrap.map(|wrap| wrap.part);
            cloth.layer.push(layer as u32);
            cloth.body_mask.push(body_mask(part));
        }
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
    Ok(Assembly {
        cloth,
        garments: drawn,
        wearer,
    })
}

/// Holds the top of a strap to the shoulder under it, as a dresser does with
/// fashion tape: a strap a centimetre wide on bare skin would slide off.
fn tape_strap(
    positions: &[Vec3],
    vertices: std::ops::Range<u32>,
    base: u32,
    body: &BodyMesh,
) -> Vec<Pin> {
    let at = |v: u32| positions[v as usize];
    let top = vertices.clone().map(|v| at(v).y).fold(f32::MIN, f32::max);
    let nearest = |p: Vec3| {
        (0..body.positions.len()).min_by(|&a, &b| {
            body.positions[a]
                .distance_squared(p)
                .total_cmp(&body.positions[b].distance_squared(p))
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

/// A look that has been sewn and settled in the avatar's A-pose at the origin.
pub struct Dressed {
    /// The welded cloth.
    pub cloth: ClothMesh,
    /// Settled positions, m.
    pub positions: Vec<Vec3>,
    /// How each garment is drawn; particles are those of `cloth`.
    pub garments: Vec<RenderGarment>,
    /// Widest seam gap before welding, m.
    pub seam_gap_m: f32,
    /// Statistics of the settled cloth.
    pub stats: ClothStats,
}

impl Dressed {
    /// Names the place of a particle: garment and panel.
    #[must_use]
    pub fn place(&self, particle: u32) -> String {
        self.garments
            .iter()
            .find_map(|garment| {
                let vertex = garment
                    .particle_of_vertex
                    .iter()
                    .position(|&p| p == particle)? as u32;
                let (panel, _) = garment
                    .panels
                    .iter()
                    .find(|(_, vertices)| vertices.contains(&vertex))?;
                Some(format!("{}: {panel}", garment.name))
            })
            .unwrap_or_else(|| format!("particle {particle}"))
    }
}

/// Where the solver runs.
#[derive(Clone, Copy)]
pub struct Gpu<'a> {
    /// The device.
    pub device: &'a wgpu::Device,
    /// Its queue.
    pub queue: &'a wgpu::Queue,
    /// The solver's kernels.
    pub kernels: &'a ClothPipelines,
}

/// Frames of sewing at most, and of settling.
const SEWING_FRAMES: u32 = 96;
const SETTLING_FRAMES: u32 = 50;
/// Frames of sewing in which the stitches are drawn tight.
const TIGHTENING_FRAMES: u32 = 56;
/// Frames of settling that start from rest, so that the cloth sinks onto the
/// body instead of falling on it.
const CALM_FRAMES: u32 = 8;

/// Frames of settling until the fabric gets its own bending stiffness.
const INTERLINED_FRAMES: u32 = 18;

/// A fabric with the bending stiffness of a firm interlining added, N·m.
fn interlined(fabric: FabricParams) -> FabricParams {
    const INTERLINING: f32 = 4.0e-4;
    FabricParams {
        bend_warp: fabric.bend_warp + INTERLINING,
        bend_weft: fabric.bend_weft + INTERLINING,
        bend_bias: fabric.bend_bias + INTERLINING,
        ..fabric
    }
}

/// Sews and settles an assembly on a body in its A-pose.
///
/// `progress` hears the frame, of how many at most, and a word.
///
/// # Errors
/// The solver's; the caller names the look.
pub fn sew(
    assembly: &Assembly,
    body: &BodyMesh,
    gpu: Gpu<'_>,
    mut progress: impl FnMut(u32, u32, &str),
) -> Result<Dressed, ClothError> {
    let Gpu {
        device,
        queue,
        kernels,
    } = gpu;
    let still = vec![Mat4::IDENTITY; body.joint_count];
    let total = SEWING_FRAMES + SETTLING_FRAMES;
    let mut seam_gap_m = 0.0;
    let (mut cloth, mut positions) = (assembly.cloth.clone(), assembly.cloth.positions.clone());
    // Sewn as if interlined: stiff cloth closes its seams without crumpling.
    cloth.fabrics = assembly
        .cloth
        .fabrics
        .iter()
        .map(|fabric| interlined(*fabric))
        .collect();
    let mut remap: Vec<u32> = (0..cloth.positions.len() as u32).collect();
    if !cloth.stitches.is_empty() {
        let mut sim = ClothSim::new(device, queue, kernels, &cloth, Some(body))?;
        let rest = vec![Vec3::ZERO; positions.len()];
        for frame in 0..SEWING_FRAMES {
            let share = (frame as f32 / TIGHTENING_FRAMES as f32).min(1.0);
            let plan = StepPlan {
                dt: 1.0 / 48.0,
                substeps: 5,
                iterations: if share < 1.0 { 20 } else { 30 },
                tolerance: TOLERANCE,
                // Weightless while the seams close; nothing may slide off.
                gravity: Vec3::ZERO,
                stitch_stiffness: 40.0 * 2500_f32.powf(share),
                self_contact: true,
                ..StepPlan::default()
            };
            sim.step(device, queue, kernels, &plan, &still, &still)?;
            progress(frame, total, "sewing");
            positions = sim.read_positions(device, queue);
            // Every frame starts from rest: a seam that is pulled shut gathers
            // no speed, and the panels do not fly.
            sim.set_state(queue, &positions, &rest);
            if frame % 8 == 7 {
                seam_gap_m = sim.stats(device, queue)?.stitch_gap_max_m;
                if seam_gap_m < CLOSED_SEAM_M * 0.8 {
                    break;
                }
            }
        }
        seam_gap_m = sim.stats(device, queue)?.stitch_gap_max_m;
        let (welded, map) = cloth.weld(&positions, 0.02)?;
        cloth = welded;
        remap = map;
        positions.clone_from(&cloth.positions);
    }
    let garments = assembly
        .garments
        .iter()
        .map(|garment| RenderGarment {
            particle_of_vertex: garment
                .particle_of_vertex
                .iter()
                .map(|&i| remap[i as usize])
                .collect(),
            ..garment.clone()
        })
        .collect();
    let mut sim = ClothSim::new(device, queue, kernels, &cloth, Some(body))?;
    let rest = vec![Vec3::ZERO; positions.len()];
    sim.set_state(queue, &positions, &rest);
    for frame in 0..SETTLING_FRAMES {
        let plan = StepPlan {
            dt: 1.0 / 24.0,
            substeps: 6,
            air_drag: if frame < SETTLING_FRAMES / 2 {
                8.0
            } else {
                2.0
            },
            ..stage_plan()
        };
        sim.step(device, queue, kernels, &plan, &still, &still)?;
        progress(SEWING_FRAMES + frame, total, "settling");
        if frame == INTERLINED_FRAMES {
            cloth.fabrics.clone_from(&assembly.cloth.fabrics);
            sim.set_fabrics(queue, &cloth.fabrics)?;
        }
        if frame < CALM_FRAMES {
            let now = sim.read_positions(device, queue);
            sim.set_state(queue, &now, &rest);
        }
    }
    let stats = sim.stats(device, queue)?;
    positions = sim.read_positions(device, queue);
    Ok(Dressed {
        cloth,
        positions,
        garments,
        seam_gap_m,
        stats,
    })
}

/// Drafts, sews and settles a look.
///
/// # Errors
/// [`DressError`], naming the look and its twin.
pub fn dress(
    look: &CastLook,
    body: &BodyMesh,
    gpu: Gpu<'_>,
    progress: impl FnMut(u32, u32, &str),
) -> Result<Dressed, DressError> {
    let twin = &look.cast.twin;
    let assembly = assemble(
        &look.garments,
        &twin.measures,
        &look.cast.avatar,
        body,
        &twin.id,
        EDGE_LENGTH_M,
    )?;
    let named = |source| DressError::Cloth {
        look: look.look.number,
        twin: twin.id.clone(),
        source,
    };
    let dressed = sew(&assembly, body, gpu, progress).map_err(named)?;
    if dressed.stats.nan {
        return Err(DressError::Unsettled {
            look: look.look.number,
            twin: twin.id.clone(),
            problem: "the cloth did not settle (a position is no number)".into(),
            mend: "check the garment's pattern and the fabric's stiffnesses".into(),
        });
    }
    Ok(dressed)
}
