//! `toile bench truth`.

use super::Device;
use crate::cli::Failure;
use serde_json::json;
use std::{io::Write as _, path::PathBuf, time::Instant};
use toile_cloth::truth::{self, Check, Suite};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile bench truth                        everything; an hour on a software driver
  toile bench truth --list                 the suites, with what they show
  toile bench truth cantilever strip       two of them
  toile bench truth --json truth.json      and the figures as a file

Every line is one figure: what was measured, what it ought to be, how far off
it may be. The answers come from theory (the heavy elastica, St. Venant-Kirchhoff
strips), from measured fabrics, and from converged float64 solutions of the same
model on the same mesh; docs/cloth.md says which. The exit code is 1 if a figure
is off.")]
pub(super) struct Args {
    /// Suites to run [default: all]
    suites: Vec<String>,
    /// List the suites and how long they take
    #[arg(long)]
    list: bool,
    /// Write the figures to this file as well
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

pub(super) fn run(args: Args) -> Result<(), Failure> {
    let all = truth::suites();
    if args.list {
        for suite in &all {
            println!(
                "{:<12} {:>5.1} min  {}",
                suite.name, suite.minutes, suite.about
            );
        }
        return Ok(());
    }
    let chosen = choose(&all, &args.suites)?;
    let device = Device::new()?;
    let (gpu, adapter) = (device.gpu(), &device.adapter);
    println!("{}", adapter.name);
    let (mut rows, mut failed) = (Vec::new(), 0);
    for suite in &chosen {
        println!(
            "\n{}: {} (about {} min)",
            suite.name, suite.about, suite.minutes
        );
        let started = Instant::now();
        (suite.run)(gpu, &mut |check: Check| {
            println!("  {check}");
            // A figure may take minutes; show it at once, also in a pipe.
            let _ = std::io::stdout().flush();
            failed += usize::from(!check.passes());
            rows.push(row(suite, &check));
        })?;
        println!("  {:.0} s", started.elapsed().as_secs_f64());
    }
    println!("\n{} figures, {failed} off", rows.len());
    if let Some(path) = &args.json {
        let file = json!({ "adapter": adapter.name, "checks": rows });
        std::fs::write(path, serde_json::to_string_pretty(&file)? + "\n")
            .map_err(|e| format!("{}: {e}", path.display()))?;
    }
    if failed > 0 {
        return Err(Failure {
            message: format!("{failed} figures are off; the table says which"),
            code: 1,
        });
    }
    Ok(())
}

fn choose<'a>(all: &'a [Suite], names: &[String]) -> Result<Vec<&'a Suite>, String> {
    if names.is_empty() {
        return Ok(all.iter().collect());
    }
    let find = |name: &String| {
        all.iter().find(|s| s.name == name).ok_or_else(|| {
            let known: Vec<&str> = all.iter().map(|s| s.name).collect();
            format!("there is no suite {name:?}; there are {}", known.join(", "))
        })
    };
    names.iter().map(find).collect()
}

fn row(suite: &Suite, check: &Check) -> serde_json::Value {
    json!({
        "suite": suite.name,
        "check": check.name,
        "measured": check.measured,
        "expected": check.expected,
        "tolerance": check.tolerance,
        "unit": check.unit,
        "pass": check.passes(),
        "note": check.note,
    })
}
