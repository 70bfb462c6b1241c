//! `toile verify`.

use super::Failure;
use crate::consent::Account;
use std::{collections::BTreeSet, path::PathBuf};
use toile_consent::Hash;
use toile_credentials::{CredentialsError, Examined, Identity, ReplicaUse, Source, State, examine};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  toile verify out/first-show/first-show.mp4
  toile verify out/frames/*.png --quiet
  toile verify gala.png --trust authority.pem

Prints what the Content Credentials of each file say: what kind of picture it is, who
is shown, under which licences, and where the account of twins stood when it was
begun. TRUSTED: nothing was changed, and whoever signed is trusted here. VALID:
nothing was changed; who signed is not known here. BROKEN: the file or its credentials
were changed.

Trusted are the authority of this machine and those of --trust. Credentials are easily
removed: a file without them says nothing about itself. Without --quiet they are read
aloud; the exit code is 1 if any is broken or missing.")]
pub(super) struct Args {
    /// Pictures, movies, avatars: png, jpg, mp4; mov, exr, glb with a .c2pa beside them
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Certificates of further authorities to trust, PEM
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Print one line for each file
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &Args, account: &Account) -> Result<(), Failure> {
    let mut trusted = match account.credentials() {
        Ok(folder) => Identity::trusted(&folder)?.unwrap_or_default(),
        Err(_) => String::new(),
    };
    if let Some(file) = &args.trust {
        let more = std::fs::read_to_string(file)
            .map_err(|e| format!("--trust: cannot read {}: {e}", file.display()))?;
        if !more.contains("-----BEGIN CERTIFICATE-----") {
            return Err(format!(
                "--trust: {} holds no certificate in PEM form",
                file.display()
            )
            .into());
        }
        trusted.push_str(&more);
    }
    let trusted = Some(trusted.as_str()).filter(|text| !text.is_empty());
    let heads = heads(account);
    let mut bad = 0;
    for file in &args.files {
        match examine(file, trusted) {
            Ok(found) => {
                if found.state == State::Broken {
                    bad += 1;
                }
                println!("{} {}", word(found.state), file.display());
                if !args.quiet {
                    tell(&found, heads.as_ref());
                }
            }
            Err(CredentialsError::None { .. }) => {
                bad += 1;
                println!("NONE {}", file.display());
            }
            Err(error) => {
                bad += 1;
                println!("BROKEN {}", file.display());
                println!("  {error}");
            }
        }
    }
    if bad == 0 {
        return Ok(());
    }
    Err(Failure {
        message: format!(
            "{bad} of {} files: changed, or without Content Credentials",
            args.files.len()
        ),
        code: 1,
    })
}

fn word(state: State) -> &'static str {
    match state {
        State::Trusted => "TRUSTED",
        State::Valid => "VALID",
        State::Broken => "BROKEN",
    }
}

/// Hashes of all entries of the account of this machine; none if it has none.
fn heads(account: &Account) -> Option<BTreeSet<Hash>> {
    let read = account.read().ok()?;
    let head = read.head?;
    let mut heads: BTreeSet<Hash> = read.entries.iter().map(|entry| entry.previous).collect();
    heads.insert(head.hash);
    Some(heads)
}

fn tell(found: &Examined, heads: Option<&BTreeSet<Hash>>) {
    let line = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            println!("  {name:<12}{value}");
        }
    };
    for problem in &found.problems {
        line("problem", Some(problem));
    }
    line("signed by", found.signer.as_deref());
    line("made with", found.software.as_deref());
    line("begun", found.when.as_deref());
    line("title", found.title.as_deref());
    line("kind", found.source.map(Source::words));
    if let Some(replicas) = &found.replica_use {
        shown(replicas, heads);
    }
    for ingredient in &found.ingredients {
        println!("  {:<12}{} {}", "made of", ingredient.name, ingredient.hash);
    }
    let learning = match found.training_forbidden {
        true => "machines may not learn from it",
        false => "does not say that machines may not learn from it",
    };
    line("training", Some(learning));
    if found.beside {
        line("lies", Some("beside the file"));
    }
}

fn shown(replicas: &ReplicaUse, heads: Option<&BTreeSet<Hash>>) {
    let figures = replicas.figures;
    let counted = [
        (
            figures.replicas,
            ["replica of a person", "replicas of people"],
        ),
        (
            figures.synthetic,
            ["synthetic performer", "synthetic performers"],
        ),
        (figures.mannequins, ["mannequin", "mannequins"]),
    ];
    let counted: Vec<String> = counted
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, [one, many])| format!("{count} {}", if *count == 1 { one } else { many }))
        .collect();
    let line = |name: &str, value: &str| println!("  {name:<12}{value}");
    line("show", &format!("{} by {}", replicas.show, replicas.client));
    match counted.is_empty() {
        true => line("shows", "nobody"),
        false => line("shows", &counted.join(", ")),
    }
    for licence in &replicas.licences {
        line("licence", &format!("{} {}", licence.id, licence.hash));
    }
    if let Some(head) = &replicas.ledger_head {
        let known = heads.zip(head.parse::<Hash>().ok());
        let known = match known {
            Some((heads, hash)) if heads.contains(&hash) => ", an entry of this account",
            Some(_) => ", which is no entry of this account",
            None => "",
        };
        line("account", &format!("{head}{known}"));
    }
}
