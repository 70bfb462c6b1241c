//! The quick part of the truth tests; `toile bench truth` runs them all.

mod common;

use common::gpu;
use toile_cloth::ClothError;
use toile_cloth::truth::{Check, Gpu, Sink, cantilever, incline, motion, sheet, strip};

/// Runs checks and fails with all that do not pass.
fn all_pass(run: impl FnOnce(Gpu<'_>, Sink<'_>) -> Result<(), ClothError>) {
    let shared = gpu();
    let gpu = Gpu {
        device: &shared.device,
        queue: &shared.queue,
        pipelines: &shared.pipelines,
    };
    let mut seen = Vec::new();
    run(gpu, &mut |check: Check| {
        println!("{check}");
        seen.push(check);
    })
    .expect("the experiment runs");
    assert!(!seen.is_empty(), "nothing was measured");
    let failed: Vec<String> = seen
        .iter()
        .filter(|c| !c.passes())
        .map(ToString::to_string)
        .collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[test]
fn a_free_sheet_falls_as_implicit_euler_says_and_stays_flat() {
    all_pass(motion::fall_checks);
}

#[test]
fn a_hanging_strip_stretches_as_the_exact_integral_says() {
    all_pass(strip::checks);
}

#[test]
fn strips_cut_at_angles_stretch_as_the_membrane_tensor_says() {
    all_pass(strip::bias_checks);
}

#[test]
fn a_clamped_strip_bends_as_the_heavy_elastica() {
    all_pass(|gpu, sink| cantilever::chord_checks(gpu, &[2.0, 8.0, 30.0], &[1, 2], sink));
}

#[test]
fn twice_the_iterations_bend_a_strip_no_further() {
    all_pass(|gpu, sink| cantilever::iteration_checks(gpu, &[8.0], &[1, 2], sink));
}

#[test]
fn a_warp_twice_as_stiff_as_the_weft_is_measured_so() {
    all_pass(|gpu, sink| cantilever::ratio_checks(gpu, &cantilever::MESHES[2..3], sink));
}

#[test]
fn cloth_slips_when_the_slope_exceeds_its_friction() {
    all_pass(|gpu, sink| incline::checks(gpu, &[0.3], sink));
}

#[test]
fn cloth_at_rest_stays_at_rest() {
    all_pass(|gpu, sink| motion::rest_checks(gpu, 10.0, sink));
}

#[test]
fn the_energy_of_swinging_cloth_never_grows() {
    all_pass(motion::energy_checks);
}

#[test]
fn a_pinned_sheet_stretches_as_in_the_converged_solution() {
    all_pass(|gpu, sink| sheet::checks(gpu, 32, 20, 80, sink));
}
