//! Sewing: seams are pulled shut and welded, the arms come down, and the cloth
//! settles.

use super::{CAUGHT_SEAM_M, CLOSED_SEAM_M, Gpu, RenderGarment, arms_out, laid::drawn, stage_plan};
use crate::wardrobe::assemble::{ARMS_OUT, Assembly};
use glam::{Mat4, Vec3};
use toile_cloth::{BodyMesh, ClothError, ClothMesh, ClothSim, ClothStats, FabricParams, StepPlan};
use toile_twin::{Skeleton, skin_matrices};

/// A look that has been sewn and settled in the avatar's A-pose at the origin.
pub struct Dressed {
    /// The welded cloth.
    pub cloth: ClothMesh,
    /// Settled positions, m.
    pub positions: Vec<Vec3>,
    /// How each garment is drawn; particles are those of `cloth`.
    pub garments: Vec<RenderGarment>,
    /// Positions of the assembly's particles when their seams were welded, m.
    pub joined: Vec<Vec3>,
    /// Widest seam gap before welding, m.
    pub seam_gap_m: f32,
    /// The widest gap at which a seam of this look counts as closed, m.
    pub closed_seam_m: f32,
    /// Statistics of the settled cloth.
    pub stats: ClothStats,
}

impl Dressed {
    /// How far from well sewn it is: cloth through itself counts before open
    /// seams, and those before cloth in the body. All zeros is well sewn.
    fn faults(&self) -> (bool, u32, u32, u32) {
        let beyond = |value_m: f32, most_m: f32| ((value_m - most_m).max(0.0) * 1e6).ceil() as u32;
        (
            self.stats.nan,
            self.stats.crossings,
            beyond(self.seam_gap_m, self.closed_seam_m),
            beyond(self.stats.max_penetration_m, WORN_DEPTH_M),
        )
    }

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

/// Frames in which the stitches are drawn tight, try after try. Where panels meet
/// while seams close is chaotic: another pace takes another way.
const TIGHTENING_FRAMES: [u32; 3] = [56, 88, 36];
/// Frames of sewing after that at most, and of settling.
const CLOSING_FRAMES: u32 = 40;
/// The residual at which a substep of sewing is done: every frame starts from rest,
/// so what is left undone does not add up.
const SEWING_TOLERANCE: f32 = 0.1;
const SETTLING_FRAMES: u32 = 56;
/// Depth of a particle below the skin that is no fault, m.
const WORN_DEPTH_M: f32 = 0.002;
/// Gap of a seam that needs no more tightening, m.
const TIGHT_SEAM_M: f32 = 0.0005;
/// Frames of settling that start from rest, so that the cloth sinks onto the
/// body instead of falling on it.
const CALM_FRAMES: u32 = 6;
/// Frames of settling, after those, in which the arms come down to the A-pose.
const LOWERING_FRAMES: u32 = 18;
/// Frames of settling until the fabric gets its own bending stiffness.
const INTERLINED_FRAMES: u32 = CALM_FRAMES + LOWERING_FRAMES;

/// Steps in which cloth that was laid wider than it is is drawn in, and frames of each.
const DRAWING_STEPS: u32 = 16;
const DRAWING_FRAMES: u32 = 3;
/// Such steps after that at most, until the seams are closed.
const CLOSING_STEPS: u32 = 16;

/// How a frame of sewing is stepped when a `share` of the stitches' stiffness is reached.
fn sewing_plan(share: f32) -> StepPlan {
    StepPlan {
        dt: 1.0 / 48.0,
        substeps: 5,
        iterations: 12,
        tolerance: SEWING_TOLERANCE,
        // Weightless while the seams close; nothing may slide off.
        gravity: Vec3::ZERO,
        stitch_stiffness: 40.0 * 2500_f32.powf(share),
        ..StepPlan::default()
    }
}

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

/// Sews an assembly on a body with its arms held out, lowers them to the A-pose,
/// and lets the cloth settle. What does not come out well is sewn once more at
/// another pace; the best of a few tries stays.
///
/// `progress` hears the frame, of how many at most, and a word.
///
/// # Errors
/// The solver's; the caller names the look.
pub fn sew(
    assembly: &Assembly,
    skeleton: &Skeleton,
    body: &BodyMesh,
    gpu: Gpu<'_>,
    mut progress: impl FnMut(u32, u32, &str),
) -> Result<Dressed, ClothError> {
    let mut best: Option<Dressed> = None;
    for tightening_frames in TIGHTENING_FRAMES {
        let again = best.is_some();
        let dressed = sew_at(
            tightening_frames,
            assembly,
            skeleton,
            body,
            gpu,
            &mut |done, of, word| progress(done, of, if again { "once more" } else { word }),
        )?;
        let well = dressed.faults() == Default::default();
        if best
            .as_ref()
            .is_none_or(|best| dressed.faults() < best.faults())
        {
            best = Some(dressed);
        }
        if well {
            break;
        }
    }
    Ok(best.expect("there is a first try"))
}

/// One try at [`sew`].
fn sew_at(
    tightening_frames: u32,
    assembly: &Assembly,
    skeleton: &Skeleton,
    body: &BodyMesh,
    gpu: Gpu<'_>,
    progress: &mut impl FnMut(u32, u32, &str),
) -> Result<Dressed, ClothError> {
    let Gpu {
        device,
        queue,
        kernels,
    } = gpu;
    let arms = |share: f32| skin_matrices(skeleton, &arms_out(skeleton, share * ARMS_OUT));
    let mut skin: Vec<Mat4> = arms(1.0);
    let sewing_frames = tightening_frames + CLOSING_FRAMES;
    let drawing_steps = match assembly.laid {
        Some(_) => DRAWING_STEPS + CLOSING_STEPS,
        None => 0,
    };
    let closed_seam_m = match assembly.laid {
        Some(_) => CAUGHT_SEAM_M,
        None => CLOSED_SEAM_M,
    };
    let worn_from = sewing_frames + drawing_steps * DRAWING_FRAMES;
    let total = worn_from + SETTLING_FRAMES;
    let mut seam_gap_m = 0.0;
    let (mut cloth, mut positions) = (assembly.cloth.clone(), assembly.cloth.positions.clone());
    // Sewn as if interlined: stiff cloth closes its seams without crumpling.
    cloth.fabrics = assembly
        .cloth
        .fabrics
        .iter()
        .map(|fabric| interlined(*fabric))
        .collect();
    if let Some(laid) = &assembly.laid {
        laid.apply(&mut cloth);
    }
    if !cloth.stitches.is_empty() {
        // Filled once it is closed: pressure would hold its seams apart.
        let empty = ClothMesh {
            pressure: Vec::new(),
            ..cloth.clone()
        };
        let mut sim = ClothSim::new(device, queue, kernels, &empty, Some(body))?;
        let rest = vec![Vec3::ZERO; positions.len()];
        let (mut widest, mut jammed) = (f32::INFINITY, false);
        for frame in 0..sewing_frames {
            let share = (frame as f32 / tightening_frames as f32).min(1.0);
            let plan = StepPlan {
                self_contact: !jammed,
                ..sewing_plan(share)
            };
            sim.step(device, queue, kernels, &plan, &skin, &skin)?;
            progress(frame, total, "sewing");
            positions = sim.read_positions(device, queue);
            // Every frame starts from rest: a seam that is pulled shut gathers
            // no speed, and the panels do not fly.
            sim.set_state(queue, &positions, &rest);
            if frame % 8 == 7 {
                seam_gap_m = sim.stats(device, queue)?.stitch_gap_max_m;
                if seam_gap_m < 0.8 * TIGHT_SEAM_M {
                    break;
                }
                let stuck = frame >= tightening_frames && seam_gap_m > 0.8 * widest;
                if stuck && seam_gap_m < TIGHT_SEAM_M {
                    break;
                }
                // Folded over at its end, a seam holds itself open. What then
                // goes through itself is drawn out again once it is welded; two
                // garments that went through each other would stay so.
                jammed = stuck && seam_gap_m > 0.95 * widest && assembly.garments.len() == 1;
                widest = seam_gap_m;
            }
        }
        seam_gap_m = sim.stats(device, queue)?.stitch_gap_max_m;
    }
    for step in 1..=drawing_steps {
        let share = (step as f32 / DRAWING_STEPS as f32).min(1.0);
        let between = ClothMesh {
            pressure: Vec::new(),
            ..drawn(&cloth, &assembly.cloth, share)
        };
        let mut sim = ClothSim::new(device, queue, kernels, &between, Some(body))?;
        let rest = vec![Vec3::ZERO; positions.len()];
        for _ in 0..DRAWING_FRAMES {
            sim.set_state(queue, &positions, &rest);
            sim.step(device, queue, kernels, &sewing_plan(1.0), &skin, &skin)?;
            positions = sim.read_positions(device, queue);
        }
        seam_gap_m = sim.stats(device, queue)?.stitch_gap_max_m;
        progress(sewing_frames + step * DRAWING_FRAMES, total, "drawing in");
        if share == 1.0 && seam_gap_m <= closed_seam_m {
            break;
        }
    }
    cloth = drawn(&cloth, &assembly.cloth, 1.0);
    let joined = positions;
    let (mut cloth, garments) = weld(assembly, &cloth, &joined)?;
    let mut positions = cloth.positions.clone();
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
        let lowered = (frame + 1).saturating_sub(CALM_FRAMES) as f32 / LOWERING_FRAMES as f32;
        let next = arms((1.0 - lowered).max(0.0));
        sim.step(device, queue, kernels, &plan, &skin, &next)?;
        skin = next;
        progress(worn_from + frame, total, "settling");
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
        joined,
        seam_gap_m,
        closed_seam_m,
        stats,
    })
}

/// Welds closed seams: the assembly's `cloth` with its particles where they were
/// `joined` becomes one cloth, and its garments are drawn from that. A look
/// without a seam stays as it is.
///
/// # Errors
/// There is not one position per particle.
pub fn weld(
    assembly: &Assembly,
    cloth: &ClothMesh,
    joined: &[Vec3],
) -> Result<(ClothMesh, Vec<RenderGarment>), ClothError> {
    if cloth.stitches.is_empty() {
        return Ok((cloth.clone(), assembly.garments.clone()));
    }
    let (welded, map) = cloth.weld(joined, 0.02)?;
    let garments = assembly.garments.iter().map(|garment| RenderGarment {
        particle_of_vertex: garment
            .particle_of_vertex
            .iter()
            .map(|&i| map[i as usize])
            .collect(),
        ..garment.clone()
    });
    let garments = garments.collect();
    Ok((welded, garments))
}
