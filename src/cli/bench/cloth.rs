//! `toile bench cloth`: what the solver costs, stage by stage.

use crate::cli::Failure;
use crate::{
    paths::Assets,
    production::{Library, load_twin},
    progress::Progress,
    rehearsal::{Movement, Rehearsal},
    wardrobe::{self, EDGE_LENGTH_M, Gpu, SUBSTEPS, stage_plan},
};
use serde::Serialize;
use std::{collections::BTreeMap, path::PathBuf, time::Instant};
use toile_cloth::{
    ClothPipelines, ClothSim, ClothStats, StepPlan,
    truth::{mesh::Diagonals, sheet},
};
use toile_twin::{Performance, PerformancePlan};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bench cloth                             sheets of 33² to 257² and the shipped looks
  toile bench cloth --cells 64 --contact off    one sheet of 65² without self-contact
  toile bench cloth --cells 64,128,256 --contact on --unchecked     how the cost grows
  toile bench cloth --looks tee,slip-dress      two garments, walking
  toile bench cloth --stages --json cloth.json  and where the time goes, also as a file

A sheet is one square metre of woven cloth let go from the horizontal, two
corners held, for 0.3 s (18 frames of 1/60 s). Its answer is right when its
longest edge is within 5 % of the converged one, which is computed as well. A
look is sewn onto the twin and walks half a second.

Times are medians of wall-clock times on this machine as it is now: compare lines
of one run with each other, not runs with each other.")]
pub(super) struct Args {
    /// Cells along the side of each sheet [default: 32,64,128,256]
    #[arg(long, value_delimiter = ',', value_parser = clap::value_parser!(u32).range(2..=1024))]
    cells: Vec<u32>,
    /// Garments to walk in [default: all, unless --cells is given]
    #[arg(long, value_delimiter = ',')]
    looks: Vec<String>,
    /// Who wears them
    #[arg(long, default_value = "mannequin")]
    twin: String,
    /// Whether the sheets' cloth meets cloth
    #[arg(long, default_value = "both")]
    contact: Contact,
    /// Substeps of the sheets per frame of 1/60 s
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=64))]
    substeps: u32,
    /// Conjugate gradient iterations of the sheets per substep
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=200))]
    iterations: u32,
    /// Do not compute what is right, which takes three times as long as the timing
    #[arg(long)]
    unchecked: bool,
    /// Also time every kernel, and add them up by stage
    #[arg(long)]
    stages: bool,
    /// With --stages: show every kernel
    #[arg(long, requires = "stages")]
    kernels: bool,
    /// Write the figures to this file as well
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Contact {
    /// Without
    Off,
    /// With
    On,
    /// Once without, once with
    Both,
}

/// Frames of a sheet, and of a look.
const SHEET_FRAMES: u32 = 18;
const LOOK_FRAMES: u32 = 30;
/// Iterations after which the answer no longer changes.
const MANY: u32 = 24;

/// Time of every kernel: name, launches, ms.
type Profile = Vec<(&'static str, u32, f64)>;

/// One measured case.
#[derive(Debug, Serialize)]
struct Row {
    /// `sheet`, or the garment.
    scene: String,
    /// Cells along the side of a sheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    cells: Option<u32>,
    vertices: usize,
    self_contact: bool,
    substeps: u32,
    iterations: u32,
    /// Median wall time of a frame of 1/60 s, ms.
    ms_per_frame: f64,
    vertex_substeps_per_s: f64,
    /// Longest edge over its rest length, 1.
    max_stretch: f32,
    /// The same, of 99.9 % of the edges.
    p999_stretch: f32,
    /// Pairs of cloth that were looked at: particle and triangle, edge and edge.
    pairs: [u32; 2],
    /// Where cloth goes through cloth at the end.
    crossings: u32,
    /// How far a sheet has fallen, on average, m.
    #[serde(skip_serializing_if = "Option::is_none")]
    fall: Option<f32>,
    /// Longest edge of the same sheet with [`MANY`] iterations.
    #[serde(skip_serializing_if = "Option::is_none")]
    converged_stretch: Option<f32>,
    /// Time per frame by stage, ms: every kernel timed alone, so their sum is
    /// more than a frame takes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    stages_ms: BTreeMap<&'static str, f64>,
    /// The same for every kernel.
    #[serde(skip)]
    kernels: Profile,
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    let (device, queue, adapter) = toile_cloth::request_device()?;
    let kernels = ClothPipelines::new(&device)?;
    let gpu = Gpu {
        device: &device,
        queue: &queue,
        kernels: &kernels,
    };
    println!("{}", adapter.name);
    println!(
        "{:<14} {:>8} {:>8} {:>8} {:>6} {:>9} {:>14} {:>8} {:>8} {:>9} {:>9}",
        "scene",
        "vertices",
        "contact",
        "substeps",
        "iters",
        "ms/frame",
        "vertex-steps/s",
        "stretch",
        "true",
        "pairs",
        "crossings"
    );
    let mut rows = Vec::new();
    let all = args.cells.is_empty() && args.looks.is_empty();
    let cells = if all {
        vec![32, 64, 128, 256]
    } else {
        args.cells.clone()
    };
    for cells in cells {
        let converged = if args.unchecked {
            None
        } else {
            Some(1.0 + fall(cells, false, args.substeps, MANY, gpu)?.2.max_stretch)
        };
        for contact in [false, true] {
            let wanted = match args.contact {
                Contact::Off => !contact,
                Contact::On => contact,
                Contact::Both => true,
            };
            if wanted {
                let mut row = sheet_row(&args, cells, contact, gpu)?;
                row.converged_stretch = converged;
                show(&row);
                rows.push(row);
            }
        }
    }
    let looks = if all {
        let mut ids = assets.list("garments");
        ids.retain(|id| !id.ends_with("_specification"));
        ids
    } else {
        args.looks.clone()
    };
    for id in &looks {
        let row = look_row(id, &args, assets, gpu)?;
        show(&row);
        rows.push(row);
    }
    if let Some(path) = &args.json {
        let file = serde_json::json!({ "adapter": adapter.name, "rows": rows });
        std::fs::write(path, serde_json::to_string_pretty(&file)? + "\n")
            .map_err(|e| format!("--json: cannot write {}: {e}", path.display()))?;
    }
    Ok(())
}

fn show(row: &Row) {
    println!(
        "{:<14} {:>8} {:>8} {:>8} {:>6} {:>9.1} {:>13.2}M {:>7.2}% {:>8} {:>9} {:>9}",
        row.scene,
        row.vertices,
        if row.self_contact { "on" } else { "off" },
        row.substeps,
        row.iterations,
        row.ms_per_frame,
        row.vertex_substeps_per_s * 1e-6,
        (row.max_stretch - 1.0) * 1e2,
        row.converged_stretch
            .map_or("-".into(), |s| format!("{:.2}%", (s - 1.0) * 1e2)),
        row.pairs[0] + row.pairs[1],
        row.crossings,
    );
    let all: f64 = row.stages_ms.values().sum();
    for (stage, ms) in &row.stages_ms {
        println!("    {stage:<16} {ms:>9.2} ms  {:>3.0} %", 1e2 * ms / all);
    }
    for (kernel, launches, ms) in &row.kernels {
        println!("        {kernel:<16} {launches:>5} launches {ms:>9.2} ms");
    }
}

/// Lets a sheet fall; the simulation, the frames' times in ms, the end.
fn fall(
    cells: u32,
    contact: bool,
    substeps: u32,
    iterations: u32,
    gpu: Gpu<'_>,
) -> Result<(ClothSim, Vec<f64>, ClothStats), Failure> {
    let mesh = sheet::hanging(cells, Diagonals::Alternating);
    let mut sim = ClothSim::new(gpu.device, gpu.queue, gpu.kernels, &mesh, None)?;
    let plan = sheet_plan(contact, substeps, iterations);
    let mut times = Vec::new();
    for _ in 0..SHEET_FRAMES {
        let started = Instant::now();
        sim.step(gpu.device, gpu.queue, gpu.kernels, &plan, &[], &[])?;
        wait(gpu)?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    let stats = sim.stats(gpu.device, gpu.queue)?;
    Ok((sim, times, stats))
}

fn sheet_plan(contact: bool, substeps: u32, iterations: u32) -> StepPlan {
    StepPlan {
        dt: 1.0 / 60.0,
        substeps,
        iterations,
        air_drag: 0.0,
        self_contact: contact,
        ..StepPlan::default()
    }
}

fn sheet_row(args: &Args, cells: u32, contact: bool, gpu: Gpu<'_>) -> Result<Row, Failure> {
    let (mut sim, times, stats) = fall(cells, contact, args.substeps, args.iterations, gpu)?;
    let plan = sheet_plan(contact, args.substeps, args.iterations);
    let mut row = row("sheet", &sim, &plan, times, &stats);
    row.cells = Some(cells);
    let heights = sim.read_positions(gpu.device, gpu.queue);
    row.fall = Some(-heights.iter().map(|p| p.y).sum::<f32>() / heights.len() as f32);
    if args.stages {
        let profile = sim.profile(gpu.device, gpu.queue, gpu.kernels, &plan, &[], &[])?;
        row.stages_ms = by_stage(&profile);
        row.kernels = if args.kernels { profile } else { Vec::new() };
    }
    Ok(row)
}

/// Sews a garment onto the twin and walks.
fn look_row(id: &str, args: &Args, assets: &Assets, gpu: Gpu<'_>) -> Result<Row, Failure> {
    let (twin, avatar) = load_twin(assets, &args.twin, "--twin")?;
    let body = wardrobe::body_mesh(&avatar.collision_hull()?, avatar.skeleton.len());
    let mut library = Library::new(assets);
    let garment = library.own_fabric(id, "--looks")?;
    let assembly = wardrobe::assemble(
        &[garment],
        &twin.measures,
        &avatar,
        &body,
        &twin.id,
        EDGE_LENGTH_M,
    )?;
    let mut progress: Option<Progress> = None;
    let dressed = wardrobe::sew(&assembly, &avatar.skeleton, &body, gpu, |done, of, word| {
        let progress = progress.get_or_insert_with(|| Progress::start(id, u64::from(of)));
        progress.of(u64::from(of));
        progress.at(u64::from(done), word);
    })?;
    drop(progress);
    let plan = PerformancePlan {
        clothes: assembly.silhouette(&avatar.skeleton),
        ..PerformancePlan::default()
    };
    let performance = Performance::new(&avatar, &twin, &plan)?;
    let movement = Movement::Walk(performance);
    let mut rehearsal = Rehearsal::new(&dressed, &avatar, &body, movement, 1.0, gpu)?;
    let mut times = Vec::new();
    for _ in 0..LOOK_FRAMES {
        let started = Instant::now();
        rehearsal.step(1.0 / 60.0, gpu)?;
        wait(gpu)?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    let stats = rehearsal.sim.stats(gpu.device, gpu.queue)?;
    let root = rehearsal.stance.pose.root;
    let plan = StepPlan {
        dt: 1.0 / 60.0,
        substeps: (SUBSTEPS * 24.0 / 60.0).round() as u32,
        frame_origin_start: root,
        frame_origin_end: root,
        ..stage_plan()
    };
    let mut row = row(id, &rehearsal.sim, &plan, times, &stats);
    if args.stages {
        let skin = rehearsal.stance.skin.clone();
        let profile =
            rehearsal
                .sim
                .profile(gpu.device, gpu.queue, gpu.kernels, &plan, &skin, &skin)?;
        row.stages_ms = by_stage(&profile);
        row.kernels = if args.kernels { profile } else { Vec::new() };
    }
    Ok(row)
}

fn row(
    scene: &str,
    sim: &ClothSim,
    plan: &StepPlan,
    mut times: Vec<f64>,
    stats: &ClothStats,
) -> Row {
    // The first frame pays for what happens once.
    times.remove(0);
    times.sort_by(f64::total_cmp);
    let ms = times[times.len() / 2];
    let vertices = sim.particle_count();
    Row {
        scene: scene.to_owned(),
        cells: None,
        vertices,
        self_contact: plan.self_contact,
        substeps: plan.substeps,
        iterations: plan.iterations,
        ms_per_frame: ms,
        vertex_substeps_per_s: vertices as f64 * f64::from(plan.substeps) / ms * 1e3,
        max_stretch: 1.0 + stats.max_stretch,
        p999_stretch: 1.0 + stats.p999_stretch,
        pairs: stats.pairs,
        crossings: stats.crossings,
        fall: None,
        converged_stretch: None,
        stages_ms: BTreeMap::new(),
        kernels: Vec::new(),
    }
}

fn wait(gpu: Gpu<'_>) -> Result<(), Failure> {
    gpu.device
        .poll(wgpu::PollType::wait_indefinitely())
        .map(|_| ())
        .map_err(|e| format!("the device was lost: {e}").into())
}

/// Adds the kernels' times up by stage.
fn by_stage(profile: &Profile) -> BTreeMap<&'static str, f64> {
    let mut out = BTreeMap::new();
    for &(kernel, _, ms) in profile {
        *out.entry(stage(kernel)).or_insert(0.0) += ms;
    }
    out
}

fn stage(kernel: &str) -> &'static str {
    match kernel {
        "skin" | "pose" | "scan" | "scatter" | "room" => "body",
        "untangle_start" | "refit_low" | "refit_top" | "find_crossings" | "boxes"
        | "find_points" | "find_edges" => "broad phase",
        "contact" | "touch_points" | "touch_edges" | "project" => "contact",
        "aim" | "slide_points" | "slide_edges" | "fence" | "guard_points" | "guard_edges"
        | "commit" | "again" | "commit_more" | "draw" | "commit_drawn" | "untangle_clear"
        | "tangles" => "truncation",
        _ => "solve",
    }
}

#[cfg(test)]
mod tests {
    use super::stage;

    #[test]
    fn kernels_are_counted_with_their_stage() {
        assert_eq!(stage("find_edges"), "broad phase");
        assert_eq!(stage("guard_points"), "truncation");
        assert_eq!(stage("multiply"), "solve");
    }
}
