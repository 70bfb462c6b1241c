//! `toile check`.

use super::Failure;
use crate::{
    check::{self, Drape},
    paths::Assets,
    production::Production,
    progress::Progress,
    wardrobe::Gpu,
};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile check                                  everything under scenes and assets
  toile check scenes/first-show.ron            one show and all it names
  toile check --drape scenes/first-show.ron    and sew its looks: do they hang without faults?
  toile check --cuts scenes/first-show.ron     and list its shots, to write others in their place
  toile check assets/fabrics/denim-12oz.ron assets/twins/ines/twin.ron")]
pub(super) struct Args {
    /// Shows, garments, patterns, fabrics, twins or avatars [default: all there are]
    files: Vec<PathBuf>,
    /// Also sew and settle every look of the shows, and name the places where seams
    /// stay open or cloth goes through cloth or into the body; half a minute a look
    #[arg(long)]
    drape: bool,
    /// Also list the shots of the shows: beat, camera, and what an automatic edit shows
    /// there
    #[arg(long)]
    cuts: bool,
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    let files = if args.files.is_empty() {
        check::everything(assets)
    } else {
        args.files
    };
    let (mut broken, mut faults) = (0, 0);
    for file in &files {
        match check::file(file, assets) {
            Ok(what) => {
                println!("ok      {} ({what})", file.display());
                if args.cuts && what == "show" {
                    for line in check::shots(&Production::load(file, assets)?)? {
                        println!("        {line}");
                    }
                }
                if args.drape && what == "show" {
                    faults += drape(file, assets)?;
                }
            }
            Err(problem) => {
                broken += 1;
                println!("BROKEN  {}\n        {problem}", file.display());
            }
        }
    }
    if broken > 0 {
        return Err(format!("{broken} of {} files are broken", files.len()).into());
    }
    if faults > 0 {
        return Err(format!("{faults} looks do not hang without faults").into());
    }
    println!("{} files checked, none broken", files.len());
    Ok(())
}

/// Sews every look of a show and tells how it hangs; returns how many have faults.
fn drape(file: &Path, assets: &Assets) -> Result<usize, Failure> {
    let production = Production::load(file, assets)?;
    let (device, queue, _) = toile_cloth::request_device()?;
    let kernels = toile_cloth::ClothPipelines::new(&device)?;
    let gpu = Gpu {
        device: &device,
        queue: &queue,
        kernels: &kernels,
    };
    let mut faults = 0;
    for cast in &production.looks {
        let name = format!("look {} ({})", cast.look.number, cast.cast.twin.id);
        let mut progress: Option<Progress> = None;
        let Drape { sound, faulty } =
            check::drape(cast, &production.show, gpu, |done, of, word| {
                let progress = progress.get_or_insert_with(|| {
                    Progress::start(format!("{name}: sewing"), u64::from(of))
                });
                progress.of(u64::from(of));
                progress.at(u64::from(done), word);
            })?;
        if let Some(progress) = progress {
            progress.finish("done");
        }
        if faulty.is_empty() {
            println!("ok      {name}: {sound}");
        } else {
            faults += 1;
            for fault in faulty {
                println!("FAULT   {name}: {fault}");
            }
        }
    }
    Ok(faults)
}
