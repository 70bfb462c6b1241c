//! `toile fabric fit`.

use crate::cli::Failure;
use std::path::{Path, PathBuf};
use toile_catalogue::{Store, Writer, fab, u3m};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A FAB file, or a U3M file or archive that carries one
    file: PathBuf,
    /// Draw curves and fits to this file: .svg
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Keep what was fitted with this fabric of the catalogue
    #[arg(long, value_name = "ID")]
    keep: Option<String>,
}

pub(super) fn run(args: &Args, catalogue: &Path) -> Result<(), Failure> {
    let measurement = u3m::measurement(&args.file)?;
    let fitted = fab::fit(&measurement)?;
    for c in &fitted.curves {
        let (value, unit) = if c.what == "stretch" {
            (c.stiffness, "N/m")
        } else {
            (1e6 * c.stiffness, "µN·m")
        };
        println!(
            "{:<8} {:<5} {value:>10.2} {unit:<5} from {} points, residual {:.1} %",
            c.what,
            c.direction.name(),
            c.measured.len(),
            100.0 * c.residual
        );
    }
    if let Some(m) = &fitted.membrane {
        println!(
            "membrane  c11 {:.0}, c22 {:.0}, c33 {:.1} N/m, within a factor of {:.2}\n  {}",
            m.value.c11,
            m.value.c22,
            m.value.c33,
            m.error.unwrap_or(1.0),
            m.source
        );
    }
    if let Some(b) = &fitted.bending {
        println!(
            "bending   warp {:.2}, weft {:.2}, bias {:.2} µN·m, within a factor of {:.2}\n  {}",
            1e6 * b.value.warp,
            1e6 * b.value.weft,
            1e6 * b.value.bias,
            b.error.unwrap_or(1.0),
            b.source
        );
    }
    if let Some(plot) = &args.plot {
        std::fs::write(plot, fab::plot(&fitted))
            .map_err(|e| format!("--plot: cannot write {}: {e}", plot.display()))?;
        println!("{}", plot.display());
    }
    if let Some(id) = &args.keep {
        let store = Store::open(catalogue)?;
        let mut record = store.get(id)?;
        if !fitted.fill(&mut record) {
            return Err("--keep: the file has not all three directions of stretch or of bending; nothing was kept".into());
        }
        record.check(id)?;
        let mut writer = Writer::new(&store)?;
        writer.put(&record)?;
        writer.finish()?;
        println!("kept with {id}");
    }
    Ok(())
}
