//! `toile drape`.

use super::Failure;
use crate::{
    fitting::FittingRoom,
    paths::Assets,
    production::{Library, load_twin},
    progress::Progress,
    provenance,
    rehearsal::{self, Movement, Rehearsal},
    wardrobe::{self, DrawnSkin, Dressed, EDGE_LENGTH_M, Gpu, Tally},
};
use glam::Vec3;
use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
};
use toile_cloth::{ClothError, ClothStats, Flesh};
use toile_show::format::{Size, Worn};
use toile_twin::{Performance, PerformancePlan};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile drape slip-dress --twin ines --fabric silk-charmeuse
  toile drape trousers tee --twin kofi --fabric wool-crepe --fabric cotton-jersey
  toile drape tee --twin amara --fabric denim-12oz --cut M --edge-mm 15
  toile drape circle-skirt --twin lina --fabric silk-charmeuse --walk 6 --out skirt.obj --every 0.5
  toile drape tee --twin kofi --fabric cotton-jersey --walk 4 --motion cross-arms --speed 2")]
pub(super) struct Args {
    /// Garments from the skin outwards, files under assets/garments
    #[arg(required = true)]
    garments: Vec<String>,
    /// Who wears them
    #[arg(long)]
    twin: String,
    /// Fabric of each garment in turn; the last one serves the rest
    #[arg(long, required = true)]
    fabric: Vec<String>,
    /// A size of the garments' tables, instead of made to measure
    #[arg(long, value_name = "SIZE")]
    cut: Option<String>,
    /// Edge length of the cloth's triangles, mm
    #[arg(long, default_value_t = EDGE_LENGTH_M * 1e3)]
    edge_mm: f32,
    /// Walk this long after settling, and measure every frame
    #[arg(long, value_name = "SECONDS", value_parser = within(0.1..=600.0, "seconds"))]
    walk: Option<f32>,
    /// With --walk: what to do
    #[arg(long, default_value = "walk", requires = "walk")]
    motion: Motion,
    /// With --walk: how much faster than life
    #[arg(long, default_value_t = 1.0, value_parser = within(0.1..=4.0, "a number"), requires = "walk")]
    speed: f32,
    /// With --walk: how far to walk out before posing and turning, m
    #[arg(long, default_value_t = 8.0, value_name = "METRES", value_parser = within(1.0..=100.0, "metres"))]
    distance: f32,
    /// With --walk and --out: also write a numbered file this often
    #[arg(long, value_name = "SECONDS", value_parser = within(0.1..=600.0, "seconds"), requires = "walk", requires = "out")]
    every: Option<f32>,
    /// Write the garments and the body, as they are at the end, as a Wavefront OBJ file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What the wearer does.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Motion {
    /// Walks, poses at the end of the runway, turns and walks back
    Walk,
    /// Sits down and gets up again
    Sit,
    /// Crosses the arms and lets them down
    CrossArms,
}

/// Reads a number within bounds, for the argument parser.
fn within(
    bounds: RangeInclusive<f32>,
    what: &'static str,
) -> impl Fn(&str) -> Result<f32, String> + Clone {
    move |text| match text.parse::<f32>() {
        Ok(value) if bounds.contains(&value) => Ok(value),
        _ => Err(format!(
            "give {what} between {} and {}",
            bounds.start(),
            bounds.end()
        )),
    }
}

/// Writes one object per garment and one for the body; metres, texture
/// coordinates in metres of cloth.
fn write_obj(
    path: &Path,
    dressed: &Dressed,
    cloth: &[Vec3],
    skin: &[Vec3],
    skin_triangles: &[[u32; 3]],
) -> Result<(), Failure> {
    let mut text = String::from("# Toile, metres\n");
    let mut first = 1;
    for garment in &dressed.garments {
        text += &format!("o {}\n", garment.name.replace(' ', "_"));
        for &particle in &garment.particle_of_vertex {
            let p = cloth[particle as usize];
            text += &format!("v {} {} {}\n", p.x, p.y, p.z);
        }
        for uv in &garment.uv {
            text += &format!("vt {:.5} {:.5}\n", uv.x, uv.y);
        }
        for t in &garment.triangles {
            let [a, b, c] = t.map(|i| i + first);
            text += &format!("f {a}/{a} {b}/{b} {c}/{c}\n");
        }
        first += garment.uv.len() as u32;
    }
    text += "o body\n";
    for p in skin {
        text += &format!("v {} {} {}\n", p.x, p.y, p.z);
    }
    for t in skin_triangles {
        let [a, b, c] = t.map(|i| i + first);
        text += &format!("f {a} {b} {c}\n");
    }
    let partial = path.with_extension("obj.part");
    std::fs::write(&partial, text)
        .and_then(|()| std::fs::rename(&partial, path))
        .map_err(|error| format!("cannot write {}: {error}", path.display()).into())
}

/// Moves the look and tells, second by second, what the cloth went through.
fn rehearse(
    rehearsal: &mut Rehearsal<'_>,
    dressed: &Dressed,
    seconds: f32,
    gpu: Gpu<'_>,
    keep: &mut dyn FnMut(u32, &Rehearsal<'_>) -> Result<(), Failure>,
) -> Result<Tally, Failure> {
    let frames = (seconds * rehearsal::FPS).ceil() as u32;
    let mut tally = Tally::default();
    println!(
        "walk        time   stretch  99.9 %   inside   crossings  where it is stretched, deepest and crossed"
    );
    let mut second = (ClothStats::default(), ClothStats::default());
    for frame in 1..=frames {
        let stats = rehearsal.advance(gpu)?;
        tally.add(&stats);
        keep(frame, rehearsal)?;
        if stats.max_stretch >= second.0.max_stretch {
            second.0 = stats;
        }
        if stats.max_penetration_m >= second.1.max_penetration_m {
            second.1 = stats;
        }
        if frame % 24 == 0 || frame == frames {
            let (stretched, deep) = second;
            println!(
                "          {:>5.1} s  {:>6.1} %  {:>5.1} %  {:>4.1} mm ({:>2})  {:>5}  {} / {} / {}",
                rehearsal.time_s,
                stretched.max_stretch * 1e2,
                stretched.p999_stretch * 1e2,
                deep.max_penetration_m * 1e3,
                deep.inside,
                stats.crossings,
                dressed.place(stretched.most_stretched[0]),
                dressed.place(deep.deepest),
                if stats.crossings > 0 {
                    dressed.place(stats.crossing)
                } else {
                    "-".into()
                },
            );
            second = Default::default();
        }
    }
    Ok(tally)
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    // Before the work, not after it.
    if let Some(folder) = args.out.as_deref().and_then(Path::parent) {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("--out: cannot make {}: {error}", folder.display()))?;
    }
    let (twin, avatar) = load_twin(assets, &args.twin, "--twin")?;
    if args.out.is_some() {
        // The file holds the body's shape.
        FittingRoom::open(assets)?
            .measures_leave(&twin)
            .map_err(|trouble| format!("--out: {trouble}; drape without --out"))?;
    }
    let mut library = Library::new(assets);
    let mut garments = Vec::new();
    for (index, id) in args.garments.iter().enumerate() {
        let fabric = args
            .fabric
            .get(index)
            .or(args.fabric.last())
            .map(String::as_str)
            .unwrap_or_default();
        let size = args.cut.clone().map_or(Size::MadeToMeasure, Size::Named);
        garments.push(library.worn(
            &Worn {
                garment: id.clone(),
                size,
                fabric: fabric.to_owned(),
                colour: None,
            },
            "drape",
        )?);
    }
    let (device, queue, adapter) = toile_cloth::request_device()?;
    let kernels = toile_cloth::ClothPipelines::new(&device)?;
    let hull = avatar.collision_hull()?;
    let body = wardrobe::body_mesh(&hull, avatar.skeleton.len());
    let assembly = wardrobe::assemble(
        &garments,
        &twin.measures,
        &avatar,
        &body,
        &twin.id,
        args.edge_mm * 1e-3,
    )?;
    let gpu = Gpu {
        device: &device,
        queue: &queue,
        kernels: &kernels,
    };
    let mut progress: Option<Progress> = None;
    let dressed = wardrobe::sew(&assembly, &avatar.skeleton, &body, gpu, |done, of, word| {
        let progress = progress.get_or_insert_with(|| Progress::start("draping", u64::from(of)));
        progress.of(u64::from(of));
        progress.at(u64::from(done), word);
    })?;
    if let Some(progress) = progress {
        progress.finish("settled");
    }
    println!("twin        {} ({})", twin.name, twin.id);
    for garment in &garments {
        println!(
            "garment     {} in {}",
            garment.file.name, garment.fabric.name
        );
        println!("            {}", provenance::line(&garment.fabric));
    }
    println!(
        "cloth       {} particles, {} triangles",
        dressed.cloth.positions.len(),
        dressed.cloth.triangles.len()
    );
    let closed = if dressed.seam_gap_m <= dressed.closed_seam_m {
        "closed"
    } else {
        "OPEN"
    };
    println!(
        "seams       {closed}, widest gap {:.2} mm before welding",
        dressed.seam_gap_m * 1e3
    );
    println!(
        "stretch     {:.1} % at most, 99.9 % of edges below {:.1} %",
        dressed.stats.max_stretch * 100.0,
        dressed.stats.p999_stretch * 100.0
    );
    println!(
        "body        {} contacts, {}",
        dressed.stats.contacts,
        match dressed.stats.max_penetration_m {
            0.0 => "no particle inside".to_owned(),
            depth_m => format!(
                "deepest particle {:.2} mm inside, at {}",
                depth_m * 1e3,
                dressed.place(dressed.stats.deepest)
            ),
        }
    );
    let crossings = match dressed.stats.crossings {
        0 => "nowhere".to_owned(),
        n => format!(
            "in {n} places, at {}",
            dressed.place(dressed.stats.crossing)
        ),
    };
    println!("cloth       goes through cloth {crossings}");
    println!(
        "at rest     fastest particle {:.1} mm/s",
        dressed.stats.max_speed * 1e3
    );
    println!("adapter     {}", adapter.name);
    let mut cloth = dressed.positions.clone();
    let drawn = DrawnSkin::new(&avatar);
    let mut skin = drawn.mesh.positions.clone();
    let mut nan = dressed.stats.nan;
    if let Some(seconds) = args.walk {
        let movement = match args.motion {
            Motion::Walk => Movement::Walk(Performance::new(
                &avatar,
                &twin,
                &PerformancePlan {
                    lead_in_s: 1.5,
                    walk_distance_m: args.distance,
                    clothes: assembly.silhouette(&avatar.skeleton),
                    ..PerformancePlan::default()
                },
            )?),
            Motion::Sit => Movement::Sit,
            Motion::CrossArms => Movement::CrossArms,
        };
        let mut rehearsal = Rehearsal::new(&dressed, &avatar, &body, movement, args.speed, gpu)?;
        let flesh = Flesh::new(&device, &queue, &kernels, &rehearsal.sim, &drawn.mesh)?;
        let skin_now = |rehearsal: &Rehearsal<'_>| -> Result<Vec<Vec3>, ClothError> {
            let sim = &rehearsal.sim;
            flesh.give_way(&device, &queue, &kernels, sim, &rehearsal.stance.skin)?;
            let points = flesh.read(&device, &queue, sim)?;
            Ok(points.into_iter().map(|(p, _)| p).collect())
        };
        let every = args
            .every
            .map(|s| (s * rehearsal::FPS).round().max(1.0) as u32);
        let mut keep = |frame: u32, rehearsal: &Rehearsal<'_>| match (every, &args.out) {
            (Some(every), Some(path)) if frame.is_multiple_of(every) => write_obj(
                &path.with_extension(format!("{frame:05}.obj")),
                &dressed,
                &rehearsal.positions(gpu),
                &skin_now(rehearsal)?,
                &drawn.mesh.triangles,
            ),
            _ => Ok(()),
        };
        let tally = rehearse(&mut rehearsal, &dressed, seconds, gpu, &mut keep)?;
        nan |= tally.nan;
        if tally.overflow {
            eprintln!(
                "warning: more pairs of cloth met than there is room for; cloth may have gone \
                 through cloth: use longer edges (--edge-mm) or fewer layers"
            );
        }
        cloth = rehearsal.positions(gpu);
        skin = skin_now(&rehearsal)?;
    }
    if let Some(path) = &args.out {
        write_obj(path, &dressed, &cloth, &skin, &drawn.mesh.triangles)?;
    }
    if nan {
        return Err("the cloth did not hold: a position is no number".into());
    }
    Ok(())
}
