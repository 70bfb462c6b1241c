//! The `toile` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    toile::cli::run()
}
