//! `toile check`.

use super::Failure;
use crate::{check, paths::Assets};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile check                                  everything under scenes and assets
  toile check scenes/first-show.ron            one show and all it names
  toile check assets/fabrics/denim-12oz.ron assets/twins/ines/avatar.glb")]
pub(super) struct Args {
    /// Shows, garments, patterns, fabrics, twins or avatars [default: all there are]
    files: Vec<PathBuf>,
}

pub(super) fn run(args: Args, assets: &Assets) -> Result<(), Failure> {
    let files = if args.files.is_empty() {
        check::everything(assets)
    } else {
        args.files
    };
    let mut broken = 0;
    for file in &files {
        match check::file(file, assets) {
            Ok(what) => println!("ok      {} ({what})", file.display()),
            Err(problem) => {
                broken += 1;
                println!("BROKEN  {}\n        {problem}", file.display());
            }
        }
    }
    if broken > 0 {
        return Err(format!("{broken} of {} files are broken", files.len()).into());
    }
    println!("{} files checked, none broken", files.len());
    Ok(())
}
