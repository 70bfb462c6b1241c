//! Dressing: garments are drafted to the wearer, arranged around the body, sewn
//! and settled by the solver, and become the cloth that walks on stage.
//!
//! This joins the crates that do not know each other: the twin's avatar
//! becomes the solver's body, the garment's panels become the solver's cloth.

mod assemble;
mod laid;
mod sew;
mod skin;

pub use assemble::{Assembly, RenderGarment, assemble};
pub use sew::{Dressed, sew, weld};
pub use skin::DrawnSkin;

use crate::production::CastLook;
use glam::{Mat4, Quat, Vec3};
use std::collections::HashMap;
use toile_cloth::{
    BodyMesh, ClothError, ClothPipelines, ClothSim, ClothStats, FabricParams, RIGID, StepPlan,
    cpu::body::skin,
};
use toile_garment::{
    BodyLandmarks, BodyMeasures, Fabric, Fusing, GarmentError, Membrane, PartialMeasures,
};
use toile_twin::{
    Avatar, CollisionBody, Measures, Pose, Skeleton, bind_pose, joint_world, region, skin_matrices,
};

/// Edge length of the cloth's triangles, m.
pub const EDGE_LENGTH_M: f32 = 0.026;
/// Implicit steps per 1/24 s of show time.
pub const SUBSTEPS: f32 = 8.0;
/// How far the wearer's body may move in a substep beside the way of its pelvis, m:
/// who moves faster gets more of them.
pub const MOST_TRAVEL_M: f32 = 0.025;
/// PCG iterations per step, at most, and the residual at which they end.
const ITERATIONS: u32 = 12;
const TOLERANCE: f32 = 0.02;
/// Air density times drag coefficient of worn cloth, kg/m³: half of a free
/// sheet's, because the air on its inner side goes with the wearer.
const WORN_AIR: f32 = 0.6;
/// How often the solver is asked for its statistics, frames.
pub const STATISTICS_EVERY: u32 = 6;
/// A seam is closed when its widest gap before welding is below this, m.
pub const CLOSED_SEAM_M: f32 = 0.001;
/// The same of a skirt over another garment, which may be caught in the end of a seam: the
/// distance that cloth keeps from cloth, m.
pub const CAUGHT_SEAM_M: f32 = 0.0025;

/// What stops a look from being dressed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DressError {
    /// The garment or its size.
    #[error(transparent)]
    Garment(#[from] GarmentError),
    /// The twin's body, or its walk.
    #[error(transparent)]
    Twin(#[from] toile_twin::TwinError),
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
#[derive(Debug, Clone, Copy, Default, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    /// Largest edge strain in tension, 1.
    pub max_stretch: f32,
    /// Strain that 99.9 % of edges stay below, 1.
    pub p999_stretch: f32,
    /// Deepest particle below the skin, m.
    pub max_penetration_m: f32,
    /// Most particles touching the body.
    pub contacts: u32,
    /// Most pairs of cloth that pushed each other apart in a substep.
    pub cloth_contacts: u32,
    /// Most places at once where cloth went through cloth.
    pub crossings: u32,
    /// Most times in a frame that a particle was held back from other cloth.
    pub held_back: u32,
    /// Whether there was ever less room for pairs of cloth than there were.
    pub overflow: bool,
    /// Largest particle speed, m/s.
    pub max_speed: f32,
    /// Most substeps in a frame.
    pub substeps: u32,
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
        self.crossings = self.crossings.max(stats.crossings);
        self.held_back = self.held_back.max(stats.held_back);
        self.overflow |= stats.overflow;
        self.max_speed = self.max_speed.max(stats.max_speed);
        self.substeps = self.substeps.max(stats.substeps);
        self.nan |= stats.nan;
    }
}

/// What a look's cloth was like at one moment.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Measured {
    /// Time of the show, s.
    pub time_s: f32,
    /// The values at that moment.
    #[serde(flatten)]
    pub cloth: Tally,
}

impl Measured {
    /// Takes down statistics.
    #[must_use]
    pub fn new(time_s: f32, stats: &ClothStats) -> Self {
        let mut cloth = Tally::default();
        cloth.add(stats);
        Self { time_s, cloth }
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
        let shift = next.pose.root - self.pose.root;
        let travel_m = sim.body_travel(&self.skin, &next.skin, shift);
        let fast = (travel_m / MOST_TRAVEL_M).ceil() as u32;
        let plan = StepPlan {
            dt,
            substeps: ((dt * SUBSTEPS * 24.0).round() as u32)
                .max(fast)
                .clamp(1, 64),
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

/// The measures that garments are drafted to: the twin's record, and what it
/// does not hold read off the body.
///
/// # Errors
/// Measures that no garment can be drafted to.
pub fn wearer(
    measures: &Measures,
    landmarks: &BodyLandmarks,
    source: &str,
) -> Result<BodyMeasures, GarmentError> {
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

/// The landmarks that patterns are drafted to, in the avatar's A-pose.
///
/// # Errors
/// An avatar without the joints or the skin that are needed.
pub fn landmarks(avatar: &Avatar) -> Result<BodyLandmarks, GarmentError> {
    let skin = Skin::of(avatar, &bind_pose(&avatar.skeleton));
    BodyLandmarks::from_mesh(&skin.positions, &skin.triangles, &skin.joints)
}

/// Skin and joints of an avatar in a pose.
struct Skin {
    positions: Vec<Vec3>,
    triangles: Vec<[u32; 3]>,
    joints: HashMap<String, Vec3>,
}

impl Skin {
    fn of(avatar: &Avatar, pose: &Pose) -> Self {
        let skeleton = &avatar.skeleton;
        let matrices = skin_matrices(skeleton, pose);
        let (mut positions, mut triangles) = (Vec::new(), Vec::new());
        for material in ["skin", "base_layer", "worn"] {
            for part in avatar.with_material(material) {
                let base = positions.len() as u32;
                positions.extend((0..part.positions.len()).map(|v| {
                    skin(
                        part.positions[v],
                        part.normals[v],
                        part.joints[v],
                        part.weights[v],
                        &matrices,
                    )
                    .0
                }));
                triangles.extend(
                    part.indices
                        .as_chunks::<3>()
                        .0
                        .iter()
                        .map(|t| t.map(|i| i + base)),
                );
            }
        }
        let world = joint_world(skeleton, pose);
        let joints = skeleton
            .names
            .iter()
            .cloned()
            .zip(world.iter().map(|m| m.w_axis.truncate()))
            .collect();
        Self {
            positions,
            triangles,
            joints,
        }
    }
}

/// The A-pose with the arms held out: a `share` of the way (0 to 1) to the
/// T-pose. Clothes are put on so, because no arm is in a bodice's way then.
fn arms_out(skeleton: &Skeleton, share: f32) -> Pose {
    let mut pose = bind_pose(skeleton);
    for side in ["Left", "Right"] {
        for bone in ["Shoulder", "Arm", "ForeArm"] {
            if let Some(joint) = skeleton.find(&format!("{side}{bone}")) {
                // Without local rotations a skeleton stands in the T-pose.
                pose.local[joint] = pose.local[joint].slerp(Quat::IDENTITY, share);
            }
        }
    }
    pose
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
        region: body.region.iter().map(|&part| rigid(part)).collect(),
        joint_count,
    }
}

/// The region bits of a body vertex for the solver: feet are in shoes.
const fn rigid(part: u32) -> u32 {
    match part & region::FOOT {
        0 => part,
        _ => part | RIGID,
    }
}

/// A fabric's physics as the solver takes them.
#[must_use]
pub fn fabric_params(fabric: &Fabric) -> FabricParams {
    let row = |m: &Membrane| [m.c11, m.c12, m.c22, m.c33];
    let stretched = fabric.membrane_stretched.as_ref();
    FabricParams {
        area_density: fabric.area_density.value,
        stretch: row(&fabric.membrane.value),
        stretched: stretched.map(|m| m.value.each_ref().map(row)),
        bend_warp: fabric.bending.value.warp,
        bend_weft: fabric.bending.value.weft,
        bend_bias: fabric.bending.value.bias,
        thickness: fabric.thickness.value,
        friction: fabric.friction.value,
        damping: fabric.damping.value,
    }
}

/// A fabric with fusing on it: the stiffnesses of both layers add up.
fn fused(fabric: FabricParams, fusing: &Fusing) -> FabricParams {
    let added = [fusing.stretch, 0.0, fusing.stretch, fusing.shear];
    let both = |row: [f32; 4]| std::array::from_fn(|k| row[k] + added[k]);
    FabricParams {
        area_density: fabric.area_density + fusing.area_density,
        stretch: both(fabric.stretch),
        stretched: fabric.stretched.map(|rows| rows.map(both)),
        bend_warp: fabric.bend_warp + fusing.bending,
        bend_weft: fabric.bend_weft + fusing.bending,
        bend_bias: fabric.bend_bias + fusing.bending,
        ..fabric
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

/// Sews and settles a look that has been drafted.
///
/// # Errors
/// [`DressError`], naming the look and its twin.
pub fn dress(
    look: &CastLook,
    assembly: &Assembly,
    body: &BodyMesh,
    gpu: Gpu<'_>,
    progress: impl FnMut(u32, u32, &str),
) -> Result<Dressed, DressError> {
    let twin = &look.cast.twin;
    let skeleton = &look.cast.avatar.skeleton;
    let dressed =
        sew(assembly, skeleton, body, gpu, progress).map_err(|source| DressError::Cloth {
            look: look.look.number,
            twin: twin.id.clone(),
            source,
        })?;
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
