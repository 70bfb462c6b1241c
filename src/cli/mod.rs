//! The command line.

mod bake;
mod bakes;
mod bench;
mod capture;
mod check;
mod display;
mod drape;
mod fabric;
mod figure;
mod garment;
mod ledger;
mod licence;
mod lookbook;
mod show;
mod tryon;
mod twin;
mod verify;

use crate::{avatars::Avatars, consent::Account, paths::Assets};
use clap::{Parser, Subcommand};
use std::{
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use toile_twin::Face;

/// Virtual runway and 3D try-on: twins walk in sewn, simulated garments.
#[derive(Debug, Parser)]
#[command(
    name = "toile",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  toile show scenes/first-show.ron            play a show in a window
  toile capture scenes/first-show.ron         record it: movie, poster, report
  toile bake scenes/first-show.ron            simulate it once, play it ever after
  toile check scenes/*.ron                    find mistakes without rendering
  toile drape slip-dress --twin ines --fabric silk-charmeuse
"
)]
struct Cli {
    /// Folder with twins, garments, fabrics and environments [default: assets]
    #[arg(long, global = true, value_name = "DIR")]
    assets: Option<PathBuf>,
    /// The fabric catalogue [default: `TOILE_CATALOGUE`, else out/catalogue.sqlite]
    #[arg(long, global = true, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// Folder of the account of what is done with twins [default: `TOILE_LEDGER`, or
    /// toile/ledger where programs keep their data]
    #[arg(long, global = true, value_name = "DIR")]
    ledger: Option<PathBuf>,
    /// Folder of the key and certificates that sign Content Credentials [default:
    /// `TOILE_SIGNER`, or `credentials` in the account's folder, made the first time]
    #[arg(long, global = true, value_name = "DIR")]
    signer: Option<PathBuf>,
    /// Folder of avatars that are made from recipes [default: `TOILE_AVATARS`, or
    /// toile/avatars where programs keep what they can make again]
    #[arg(long, global = true, value_name = "DIR")]
    avatars: Option<PathBuf>,
    /// Whose faces are shown
    #[arg(long, global = true, value_enum, default_value_t = Faces::Twin)]
    faces: Faces,
    #[command(subcommand)]
    command: Command,
}

/// Whose faces viewers wish to see.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Faces {
    /// The twins', unless a twin's record says otherwise
    Twin,
    /// A mannequin's on all: no features, hair or colour of skin; body and walk stay
    Mannequin,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play a show in a window; without a display, record it
    Show(show::Args),
    /// Record a show without a window: movie or pictures, poster, report
    Capture(capture::Args),
    /// Simulate the looks of a show once and keep them, to be played from then on
    Bake(bake::Args),
    /// Fitting room: a twin in chosen garments, with the ease they leave
    Tryon(tryon::Args),
    /// Photograph every look of a show in a white studio: front, back, side, a detail
    Lookbook(lookbook::Args),
    /// List twins, show who may use them, make new ones from measures
    Twin(twin::Args),
    /// Licences of twins: make, sign, verify, revoke, show, check
    Licence(licence::Args),
    /// What was done with twins: statements for models, verification
    Ledger(ledger::Args),
    /// Read the Content Credentials of pictures, movies and avatars
    Verify(verify::Args),
    /// List garments, or export one drafted to measure as a pattern file
    Garment(garment::Args),
    /// The fabric catalogue: take in, find, compare, estimate
    Fabric(fabric::Args),
    /// Sew a garment onto a twin and report how it falls and fits
    Drape(drape::Args),
    /// Time the cloth solver or the catalogue, or measure against known answers
    Bench(bench::Args),
    /// Validate shows, garments, fabrics and twins without rendering
    Check(check::Args),
}

/// A failed command: what to print, and the exit code.
pub(crate) struct Failure {
    message: String,
    code: u8,
}

impl<E: std::fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            message: error.to_string(),
            code: 2,
        }
    }
}

/// Runs the command line; prints a failure once, in one sentence.
#[must_use]
pub fn run() -> ExitCode {
    end_without_reader();
    let outcome = run_with(Cli::parse());
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("toile: {}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}

/// Ends the program in silence when nobody reads any more what it prints, as `head`
/// does after a few lines. `println!` knows no other way to say so than a panic; the
/// signal that other programs end by would also end a capture whose encoder dies.
fn end_without_reader() {
    const CLOSED_PIPE: i32 = 141;
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let said = panic.payload().downcast_ref::<String>();
        let unread = said.is_some_and(|said| {
            said.starts_with("failed printing to std") && said.contains("Broken pipe")
        });
        if unread {
            std::process::exit(CLOSED_PIPE);
        }
        before(panic);
    }));
}

fn run_with(cli: Cli) -> Result<(), Failure> {
    let account = cli.ledger.as_deref().map(Account::at);
    let account = account
        .unwrap_or_else(Account::of_user)
        .signed_by(cli.signer);
    let assets = Assets::find(cli.assets.as_deref()).map(|mut assets| {
        assets = assets.with_catalogue(cli.catalogue);
        assets = assets.with_account(account.clone());
        if let Some(folder) = &cli.avatars {
            assets = assets.with_avatars(Avatars::at(folder));
        }
        match cli.faces {
            Faces::Mannequin => assets.with_faces(Face::Mannequin),
            Faces::Twin => assets,
        }
    });
    match cli.command {
        Command::Show(args) => show::run(args, &assets?),
        Command::Capture(args) => capture::run(args, &assets?),
        Command::Bake(args) => bake::run(args, &assets?),
        Command::Tryon(args) => tryon::run(args, &assets?),
        Command::Lookbook(args) => lookbook::run(args, &assets?),
        Command::Twin(args) => twin::run(args, &assets?),
        Command::Licence(args) => licence::run(args, &assets?),
        Command::Ledger(args) => ledger::run(args, &assets?),
        // Whoever checks a picture needs nothing that it was made with.
        Command::Verify(args) => verify::run(&args, &account),
        Command::Garment(args) => garment::run(args, &assets?),
        Command::Fabric(args) => fabric::run(args, &assets?),
        Command::Drape(args) => drape::run(args, &assets?),
        Command::Bench(args) => bench::run(args, &assets?),
        Command::Check(args) => check::run(args, &assets?),
    }
}

/// A flag that Ctrl-C raises; the second Ctrl-C ends the program at once.
fn stop_on_interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = stop.clone();
    ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        eprintln!("\nstopping as soon as what is done is safe (Ctrl-C again to stop at once)");
    })?;
    Ok(stop)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
