//! `toile bench looks`.

use crate::cli::Failure;
use crate::{
    paths::Assets,
    production::{Library, load_twin},
    wardrobe::{self, EDGE_LENGTH_M, SUBSTEPS, stage_plan},
};
use glam::{Mat4, Vec3};
use std::time::Instant;
use toile_cloth::{ClothPipelines, ClothSim, StepPlan};
use toile_show::format::{Size, Worn};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bench looks                        every garment on the mannequin, 24 frames each
  toile bench looks --twin lina --frames 48 tee trousers
  toile bench looks --kernels tee          and how long each kernel takes

Times are wall-clock medians on this machine as it is now: compare lines of one
run with each other, not runs with each other.")]
pub(super) struct Args {
    /// Garments to time [default: all]
    garments: Vec<String>,
    /// Who wears them
    #[arg(long, default_value = "mannequin")]
    twin: String,
    /// Frames of 1/24 s per garment
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(3..=10_000))]
    frames: u32,
    /// Tell how long each kernel takes
    #[arg(long)]
    kernels: bool,
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    let (twin, avatar) = load_twin(assets, &args.twin, "--twin")?;
    let body = wardrobe::body_mesh(&avatar.collision_hull()?, avatar.skeleton.len());
    let still = vec![Mat4::IDENTITY; body.joint_count];
    let (device, queue, adapter) = toile_cloth::request_device()?;
    let kernels = ClothPipelines::new(&device)?;
    let ids = if args.garments.is_empty() {
        assets.list("garments")
    } else {
        args.garments
    };
    println!(
        "{}: {} frames of 1/24 s, {SUBSTEPS} substeps each",
        adapter.name, args.frames
    );
    println!(
        "{:<16} {:>9} {:>9} {:>12} {:>16}",
        "garment", "particles", "triangles", "ms per frame", "µs per particle"
    );
    let mut library = Library::new(assets);
    for id in ids.iter().filter(|id| !id.ends_with("_specification")) {
        let fabric = library.garment(id, "bench")?.fabric.clone();
        let worn = Worn {
            garment: id.clone(),
            size: Size::MadeToMeasure,
            fabric,
            colour: None,
        };
        let garment = library.worn(&worn, "bench")?;
        let assembly = wardrobe::assemble(
            &[garment],
            &twin.measures,
            &avatar,
            &body,
            &twin.id,
            EDGE_LENGTH_M,
        )?;
        let cloth = &assembly.cloth;
        let mut sim = ClothSim::new(&device, &queue, &kernels, cloth, Some(&body))?;
        let plan = StepPlan {
            substeps: SUBSTEPS as u32,
            gravity: Vec3::ZERO,
            stitch_stiffness: 100.0,
            ..stage_plan()
        };
        let mut times = Vec::new();
        for _ in 0..args.frames {
            let started = Instant::now();
            sim.step(&device, &queue, &kernels, &plan, &still, &still)?;
            device.poll(wgpu::PollType::wait_indefinitely())?;
            times.push(started.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        let median = times[times.len() / 2];
        let particles = cloth.positions.len();
        println!(
            "{id:<16} {particles:>9} {:>9} {median:>12.1} {:>16.1}",
            cloth.triangles.len(),
            median * 1e3 / particles as f64
        );
        if args.kernels {
            for (kernel, launches, ms) in
                sim.profile(&device, &queue, &kernels, &plan, &still, &still)?
            {
                println!("    {kernel:<16} {launches:>5} launches {ms:>9.2} ms");
            }
        }
    }
    Ok(())
}
