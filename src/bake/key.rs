//! What goes into the cloth of a look, as the key of its bake.

use super::STEP_LOG2;
use crate::{
    choreography::frame_s,
    tailor::Drafted,
    wardrobe::{MOST_TRAVEL_M, SUBSTEPS, stage_plan},
};
use glam::Mat4;
use toile_bake::{Ingredient, Key};
use toile_cloth::{AdapterSummary, ClothMesh, shader_sources};

/// The one part that sewing has nothing to do with.
pub(super) const WALK: &str = "walk";

/// The key of a look's bake at so many frames per second.
///
/// Whole structures are hashed as they print themselves, which tells every
/// number apart: a field that is added to them is in the key at once.
#[must_use]
pub fn key_of(look: &Drafted, rate: u32, adapter: &AdapterSummary) -> Key {
    let mut key = Key::new();
    let mut cloth: ClothMesh = look.assembly.cloth.clone();
    let fabrics = std::mem::take(&mut cloth.fabrics);
    key.add("garments", Ingredient::new().shown(&cloth));
    key.add("fabrics", Ingredient::new().shown(&fabrics));
    let skeleton = &look.cast.cast.avatar.skeleton;
    key.add("body", Ingredient::new().shown(&look.body).shown(skeleton));
    let steps = (stage_plan(), SUBSTEPS, MOST_TRAVEL_M);
    key.add("steps", Ingredient::new().shown(&steps));
    let mut solver = Ingredient::new();
    for shader in shader_sources() {
        solver.text(shader.file).text(&shader.source);
    }
    key.add("solver", solver.text(env!("TOILE_SOLVER")));
    key.add("adapter", Ingredient::new().shown(adapter));
    key.add("precision", Ingredient::new().numbers(&[STEP_LOG2.into()]));
    key.add(WALK, &walk(look, rate));
    key
}

/// Every pose that the cloth is stepped to, and the time between them.
fn walk(look: &Drafted, rate: u32) -> Ingredient {
    let mut out = Ingredient::new();
    let steps = &look.choreography;
    let frames = steps.frames(rate);
    out.numbers(&[rate, frames.start, frames.end]);
    let skeleton = &look.cast.cast.avatar.skeleton;
    let mut reached = |local_s: f32, dt: f32| {
        let stance = steps.stance(skeleton, local_s);
        let joints = stance.skin.iter().flat_map(Mat4::to_cols_array);
        let mut reals: Vec<f32> = joints.collect();
        reals.extend(stance.pose.root.to_array());
        reals.extend([local_s, dt]);
        out.reals(&reals);
    };
    reached(0.0, 0.0);
    for moment in steps.backstage() {
        reached(moment.local_s, moment.dt);
    }
    for frame in frames {
        let before = frame_s(frame.saturating_sub(1), rate);
        let moment = steps.moment(before, frame_s(frame, rate));
        reached(moment.local_s, moment.dt);
    }
    out.reals(&steps.start.to_array());
    out
}
